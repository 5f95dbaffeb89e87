"""Compiled loops of the deal space: sums of two sorted sets, points that no other dominates, packages counted."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity._compiled import compiled

Numbers = NDArray[Any]  # int64 (exact units) or float64
Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

LEAF = 12
KILLERS = 8


@compiled
def _before(rows: Numbers, a: int, b: int) -> bool:
    """Does row a come no later than row b, the largest first column first?"""
    for k in range(rows.shape[1]):
        if rows[a, k] != rows[b, k]:
            return bool(rows[a, k] > rows[b, k])
    return True


@compiled
def sums(states: Numbers, options: Numbers) -> Numbers:
    """Every state plus every option: ``(n_options * n_states, n_columns)``, one block an option."""
    n, o, columns = states.shape[0], options.shape[0], states.shape[1]
    found = np.empty((n * o, columns), states.dtype)
    for j in range(o):
        for i in range(n):
            for k in range(columns):
                found[j * n + i, k] = states[i, k] + options[j, k]
    return found


@compiled
def merged(rows: Numbers, starts: Integers) -> Integers:
    """Order of all rows, given blocks that are each in order; ``starts`` ends with the number of rows."""
    n = rows.shape[0]
    here = np.arange(n)
    there = np.empty(n, np.int64)
    edges = starts.copy()
    while edges.size > 2:
        fewer = np.empty((edges.size - 1 + 1) // 2 + 1, np.int64)
        fewer[0] = 0
        count = 0
        for block in range(0, edges.size - 1, 2):
            low, middle = edges[block], edges[block + 1]
            high = edges[block + 2] if block + 2 < edges.size else middle
            a, b = low, middle
            for at in range(low, high):
                if b >= high or (a < middle and _before(rows, here[a], here[b])):
                    there[at] = here[a]
                    a += 1
                else:
                    there[at] = here[b]
                    b += 1
            count += 1
            fewer[count] = high
        edges = fewer[: count + 1].copy()
        here, there = there, here
    return here


@compiled
def distinct(rows: Numbers, order: Integers) -> Integers:
    """Where each group of equal rows starts in the order, with the length at the end."""
    n = order.size
    starts = np.empty(n + 1, np.int64)
    count = 0
    for at in range(n):
        new = at == 0
        if not new:
            for k in range(rows.shape[1]):
                if rows[order[at], k] != rows[order[at - 1], k]:
                    new = True
                    break
        if new:
            starts[count] = at
            count += 1
    starts[count] = n
    return starts[: count + 1].copy()


@compiled
def _kept_two(rows: Numbers, keep: Booleans) -> None:
    best = rows[0, 1]
    keep[0] = True
    for i in range(1, rows.shape[0]):
        if rows[i, 1] > best:
            best = rows[i, 1]
            keep[i] = True


@compiled
def _kept_three(rows: Numbers, keep: Booleans) -> None:
    """Sweep with a staircase of the last two columns: second column rising, third falling."""
    n = rows.shape[0]
    y = np.empty(n, rows.dtype)
    z = np.empty(n, rows.dtype)
    size = 0
    for i in range(n):
        second, third = rows[i, 1], rows[i, 2]
        low, high = 0, size
        while low < high:
            middle = (low + high) // 2
            if y[middle] < second:
                low = middle + 1
            else:
                high = middle
        if low < size and z[low] >= third:
            continue
        keep[i] = True
        end = low
        if end < size and y[end] == second:
            end += 1
        start = low
        while start > 0 and z[start - 1] <= third:
            start -= 1
        shift = 1 - (end - start)
        if shift > 0:
            for at in range(size - 1, end - 1, -1):
                y[at + 1] = y[at]
                z[at + 1] = z[at]
        elif shift < 0:
            for at in range(end, size):
                y[at + shift] = y[at]
                z[at + shift] = z[at]
        size += shift
        y[start] = second
        z[start] = third


@compiled
def _select(points: Numbers, perm: Integers, low: int, high: int, target: int, column: int) -> None:
    """Reorder perm[low:high] so that the one at ``target`` is where a sort by the column would put it."""
    left, right = low, high - 1
    while left < right:
        pivot = points[perm[(left + right) // 2], column]
        i, j = left, right
        while i <= j:
            while points[perm[i], column] < pivot:
                i += 1
            while points[perm[j], column] > pivot:
                j -= 1
            if i <= j:
                perm[i], perm[j] = perm[j], perm[i]
                i += 1
                j -= 1
        if target <= j:
            right = j
        elif target >= i:
            left = i
        else:
            return


@compiled
def _kept_more(rows: Numbers, keep: Booleans, lowest: Any) -> None:
    """Sweep with a k-d tree over the columns after the first; a node holds the largest of what was entered below it."""
    n, columns = rows.shape[0], rows.shape[1] - 1
    depth = 0
    while (n >> depth) > LEAF:
        depth += 1
    inner = (1 << depth) - 1
    perm = np.arange(n)
    points = rows[:, 1:].copy()
    edges = np.empty(2 * inner + 2, np.int64)  # start of the range of each node; its end is the other child's start
    ends = np.empty(2 * inner + 2, np.int64)
    edges[0] = 0
    ends[0] = n
    level = np.zeros(2 * inner + 2, np.int64)
    for node in range(inner):
        low, high = edges[node], ends[node]
        middle = (low + high) // 2
        _select(points, perm, low, high, middle, level[node] % columns)
        for child in (2 * node + 1, 2 * node + 2):
            level[child] = level[node] + 1
        edges[2 * node + 1], ends[2 * node + 1] = low, middle
        edges[2 * node + 2], ends[2 * node + 2] = middle, high
    place = np.empty(n, np.int64)
    for at in range(n):
        place[perm[at]] = at
    leaf_of = np.empty(n, np.int64)
    for node in range(inner, 2 * inner + 1):
        for at in range(edges[node], ends[node]):
            leaf_of[at] = node
    entered = np.full((n, columns), lowest, rows.dtype)
    top = np.full((2 * inner + 1, columns), lowest, rows.dtype)
    killers = np.full((KILLERS, columns), lowest, rows.dtype)
    stack = np.empty(2 * depth + 8, np.int64)
    for i in range(n):
        dominated = False
        for killer in range(KILLERS):
            covers = True
            for k in range(columns):
                if killers[killer, k] < points[i, k]:
                    covers = False
                    break
            if covers:
                dominated = True
                if killer > 0:
                    for k in range(columns):
                        killers[killer, k], killers[killer - 1, k] = killers[killer - 1, k], killers[killer, k]
                break
        if dominated:
            continue
        size = 1
        stack[0] = 0
        while size > 0 and not dominated:
            size -= 1
            node = stack[size]
            covers = True
            for k in range(columns):
                if top[node, k] < points[i, k]:
                    covers = False
                    break
            if not covers:
                continue
            if node < inner:
                stack[size] = 2 * node + 1
                stack[size + 1] = 2 * node + 2
                size += 2
                continue
            for at in range(edges[node], ends[node]):
                covers = True
                for k in range(columns):
                    if entered[at, k] < points[i, k]:
                        covers = False
                        break
                if covers:
                    dominated = True
                    for k in range(columns):
                        killers[KILLERS - 1, k] = entered[at, k]
                    break
        if dominated:
            continue
        keep[i] = True
        at = place[i]
        for k in range(columns):
            entered[at, k] = points[i, k]
        node = leaf_of[at]
        while True:
            for k in range(columns):
                top[node, k] = max(top[node, k], points[i, k])
            if node == 0:
                break
            node = (node - 1) // 2


@compiled
def undominated(rows: Numbers, lowest: Any) -> Booleans:
    """Which of distinct rows in order (the largest first column first) no other row dominates."""
    keep = np.zeros(rows.shape[0], np.bool_)
    if rows.shape[0] == 0:
        return keep
    if rows.shape[1] == 1:
        keep[0] = True
    elif rows.shape[1] == 2:
        _kept_two(rows, keep)
    elif rows.shape[1] == 3:
        _kept_three(rows, keep)
    else:
        _kept_more(rows, keep, lowest)
    return keep


@compiled
def not_below(rows: Numbers, champions: Numbers) -> Booleans:
    """Which rows no champion dominates."""
    keep = np.ones(rows.shape[0], np.bool_)
    for i in range(rows.shape[0]):
        for champion in range(champions.shape[0]):
            below, less = True, False
            for k in range(rows.shape[1]):
                if rows[i, k] > champions[champion, k]:
                    below = False
                    break
                less = less or rows[i, k] < champions[champion, k]
            if below and less:
                keep[i] = False
                break
    return keep


@compiled
def counts_by_acceptance(options: Numbers, starts: Integers, floor: Numbers) -> Integers:
    """Number of packages by who accepts: cell m counts those that exactly the parties in the bits of m accept."""
    issues, parties = starts.size - 1, options.shape[1]
    counts = np.zeros(1 << parties, np.int64)
    at = np.zeros(issues, np.int64)
    partial = np.zeros((issues + 1, parties), options.dtype)
    changed = 0
    while True:
        for issue in range(changed, issues):
            for k in range(parties):
                partial[issue + 1, k] = partial[issue, k] + options[starts[issue] + at[issue], k]
        who = 0
        for k in range(parties):
            if partial[issues, k] >= floor[k]:
                who |= 1 << k
        counts[who] += 1
        issue = issues - 1
        while issue >= 0 and at[issue] + 1 == starts[issue + 1] - starts[issue]:
            at[issue] = 0
            issue -= 1
        if issue < 0:
            return counts
        at[issue] += 1
        changed = issue


@compiled
def steps_from(table: Numbers, allowed: Booleans, sizes: Integers, start: int, target: Booleans) -> Integers:
    """Breadth first from a package, one issue changed a step and nobody losing: the package before each, -1 if none.

    Stops after the first layer that holds a target. ``table`` is in mixed-radix order, the last issue fastest.
    """
    n, parties = table.shape
    before = np.full(n, -1, np.int64)
    queue = np.empty(n, np.int64)
    before[start] = start
    queue[0] = start
    head, tail = 0, 1
    strides = np.ones(sizes.size, np.int64)
    for issue in range(sizes.size - 2, -1, -1):
        strides[issue] = strides[issue + 1] * sizes[issue + 1]
    done = target[start]
    while head < tail and not done:
        layer = tail
        while head < layer:
            here = queue[head]
            head += 1
            for issue in range(sizes.size):
                option = (here // strides[issue]) % sizes[issue]
                for other in range(sizes[issue]):
                    there = here + (other - option) * strides[issue]
                    if before[there] >= 0 or not allowed[there]:
                        continue
                    loses = False
                    for k in range(parties):
                        if table[there, k] < table[here, k]:
                            loses = True
                            break
                    if loses:
                        continue
                    before[there] = here
                    queue[tail] = there
                    tail += 1
                    if target[there]:
                        done = True
    return before
