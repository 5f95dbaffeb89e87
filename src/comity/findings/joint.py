"""What would change the answer, together: a joint change inside the ranges, with as few inputs as can be found.

A *corner* is a row in which some inputs stand at an end of their ranges and the others as written; it is a vector of
-1 (low end), 0 and 1 (high end) over the inputs that can move. A corner that changes the verdict is then drawn back
towards the case as written, all its inputs by the same share of the way.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from comity.findings.contract import (
    Analysis,
    Case,
    FloatArray,
    IntArray,
    JointFlip,
    Move,
    NotSearched,
    Options,
)
from comity.findings.redraws import uniforms
from comity.findings.verdicts import STEPS, BudgetSpentError, Verdicts

EXACT_UP_TO = 8
BISECTIONS = 24
_TIED_AFTER = 10
_TIED = 64
_PUSHES = 64
_SAMPLED = 8

Ends: TypeAlias = NDArray[np.int8]
MakeEnds: TypeAlias = Callable[[IntArray], Ends]


def joint_flip(
    analysis: Analysis[Any, Any, Any],
    case: Case,
    options: Options,
    *,
    seed: int = 0,
    budget: float = STEPS,
) -> JointFlip | NotSearched | None:
    """A joint change that changes the verdict, each input moved by the same share of the way to an end of its range.

    Exact for up to 8 inputs that can move, where the budget allows: of all corners (each input at its low end, as
    written, or at its high end) the one that moves the fewest inputs, then the one that need move the least (to a
    thousandth of the ranges). Beyond that one input or two are exact in the same sense, and a change of three or more
    is *a small joint change*: no input of it is needless at the ends of the ranges, but another change may move fewer.
    It is looked for from three sides: the input that pushes a named value of the outcome the furthest, again and again
    with the ranking made anew; all inputs by the sign of their rank correlation with a value, or with the change
    itself, over random corners; and those random corners that change the verdict themselves.

    ``share_of_range`` is the share of the way from the value as written to the end of the range on the side moved. An
    input with a step moves by steps. None: none is found. NotSearched: nothing can move, or it would take more than
    ``budget`` steps.
    """
    verdicts = Verdicts(analysis, case, options, seed, budget)
    corners = _Corners(verdicts)
    n = len(corners.columns)
    if not n:
        return NotSearched("no number of the case has a range")
    if n <= EXACT_UP_TO and verdicts.declined(3**n, "") is None:
        search: Callable[[_Corners], JointFlip | None] = _enumerate
    else:
        refusal = verdicts.declined(1 + 2 * n + 2 * n * n, "trying numbers together")
        if refusal is not None:
            return refusal
        search = _search
    try:
        return search(corners)
    except BudgetSpentError as error:
        return NotSearched(str(error))


class _Corners:
    """The inputs that have room to move, their ends, and the verdicts of corners."""

    def __init__(self, verdicts: Verdicts) -> None:
        self.verdicts = verdicts
        columns, sides, steps, ends = [], [], [], []
        for column, item in enumerate(verdicts.inputs):
            if item.spread is None:
                continue
            value = float(item.value)
            low = min(max(item.spread[0], item.domain[0]), value)
            high = max(min(item.spread[1], item.domain[1]), value)
            room = np.array([low - value, 0.0, high - value])
            if item.step is not None:
                room = np.trunc(room / item.step * (1 + 1e-12)) * item.step
            if room.any():
                columns.append(column)
                sides.append(room)
                steps.append(item.step or np.nan)
                ends.append((low, high))
        self.columns = np.array(columns, dtype=np.int64)
        self.room = np.array(sides, dtype=np.float64).reshape(-1, 3)
        self.step = np.array(steps, dtype=np.float64)
        self.low, self.high = np.array(ends, dtype=np.float64).reshape(-1, 2).T
        self.written = verdicts.base[self.columns]

    def numbers(self, ends: Ends, share: float) -> FloatArray:
        """The inputs that can move, ``(n_rows, n_movable)``, at a share of the way to their ends."""
        moved: FloatArray = share * self.room[np.arange(len(self.columns)), ends.astype(np.int64) + 1]
        stepped = np.flatnonzero(~np.isnan(self.step))
        step = self.step[stepped]
        # A hair beyond the end of a step, so that a whole number of steps is not cut by rounding.
        moved[:, stepped] = np.trunc(moved[:, stepped] / step * (1 + 1e-12)) * step
        moved += self.written
        return np.clip(moved, self.low, self.high, out=moved)

    def run(self, ids: IntArray, make: MakeEnds, share: float = 1.0) -> tuple[IntArray, dict[str, FloatArray]]:
        """Verdicts and named values of the corners ``make(ids)``, made one batch at a time."""

        def rows(start: int, stop: int) -> FloatArray:
            block = np.repeat(self.verdicts.base[None, :], stop - start, axis=0)
            block[:, self.columns] = self.numbers(make(ids[start:stop]), share)
            return block

        return self.verdicts.run(len(ids), rows)

    def of(self, ends: Ends) -> tuple[IntArray, dict[str, FloatArray]]:
        """Verdicts and named values of corners that are there already."""
        return self.run(np.arange(len(ends)), _listed(ends))

    def moves(self) -> tuple[IntArray, IntArray]:
        """Every single move: which input, and to which end (an input that stands at an end has one)."""
        signs = np.array([-1, 1])
        at, side = np.nonzero(self.room[:, [0, 2]])
        return at, signs[side]

    def drawn_back(self, ids: IntArray, make: MakeEnds, codes: IntArray) -> JointFlip:
        """Of corners that change the verdict, the one that need go the least share of the way; and that share.

        All are bisected together: those that still change it halfway leave the others behind. Those that are within
        a thousandth of the way of each other count as tied, and 64 of them are followed further.
        """
        low, high, kept, becomes = 0.0, 1.0, ids, codes
        for done in range(BISECTIONS):
            middle = (low + high) / 2
            try:
                found, _ = self.run(kept, make, middle)
            except BudgetSpentError:
                break
            differs = found != self.verdicts.today
            if differs.any():
                high, kept, becomes = middle, kept[differs], found[differs]
            else:
                low = middle
            if done >= _TIED_AFTER:
                kept, becomes = kept[:_TIED], becomes[:_TIED]
        ends = make(kept[:1])
        to = self.numbers(ends, high)[0]
        room = self.room[np.arange(len(to)), ends[0].astype(np.int64) + 1]
        moved = np.flatnonzero(to != self.written)
        items = [self.verdicts.inputs[column] for column in self.columns[moved]]
        return JointFlip(
            tuple(
                Move(item.path, item.label, float(written), float(new))
                for item, written, new in zip(items, self.written[moved], to[moved], strict=True)
            ),
            float(((to - self.written)[moved] / room[moved]).max()),
            self.verdicts.words(int(becomes[0])),
        )


def _listed(ends: Ends) -> MakeEnds:
    return lambda ids: ends[ids]


def _enumerate(corners: _Corners) -> JointFlip | None:
    """Every corner, by the number of inputs that it moves."""
    ends = np.array(list(product((-1, 0, 1), repeat=len(corners.columns))), dtype=np.int8)
    reachable = (corners.room[np.arange(len(corners.columns)), ends.astype(np.int64) + 1] != 0) == (ends != 0)
    ends = ends[reachable.all(axis=1)]
    sizes = (ends != 0).sum(axis=1)
    for size in range(1, len(corners.columns) + 1):
        block = ends[sizes == size]
        codes, _ = corners.of(block)
        ids = np.flatnonzero(codes != corners.verdicts.today)
        if len(ids):
            return corners.drawn_back(ids, _listed(block), codes[ids])
    return None


def _search(corners: _Corners) -> JointFlip | None:
    """One input, then every pair, then as many as it takes, pruned."""
    at, sign = corners.moves()
    n, n_moves = len(corners.columns), len(at)
    # The first pair of each first move, so that pair number k is known without a list of all pairs.
    first_pair = np.concatenate([[0], np.cumsum(np.arange(n_moves - 1, 0, -1))])

    def single(ids: IntArray) -> Ends:
        ends = np.zeros((len(ids), n), dtype=np.int8)
        ends[np.arange(len(ids)), at[ids]] = sign[ids]
        return ends

    def pair(ids: IntArray) -> Ends:
        one = np.searchsorted(first_pair, ids, side="right") - 1
        other = ids - first_pair[one] + one + 1
        ends = single(one)  # both moves may be of one input: then the corner is a single one, known not to change it
        ends[np.arange(len(ids)), at[other]] = sign[other]
        return ends

    names: dict[str, FloatArray] = {}
    for make, count in ((single, n_moves), (pair, n_moves * (n_moves - 1) // 2)):
        codes, values = corners.run(np.arange(count), make)
        names = names or values
        ids = np.flatnonzero(codes != corners.verdicts.today)
        if len(ids):
            return corners.drawn_back(ids, make, codes[ids])
    candidates = [*_pushed(corners, list(names)), *_correlated(corners)]
    if not candidates:
        return None
    ends = _pruned(corners, candidates)
    moved = (ends != 0).sum(axis=1)
    fewest = np.unique(ends[moved == moved.min()], axis=0)
    codes, _ = corners.of(fewest)
    return corners.drawn_back(np.arange(len(fewest)), _listed(fewest), codes)


Candidate: TypeAlias = tuple[Ends, IntArray]
"""A corner that changes the verdict, and the inputs that it moves, the least helpful first."""


def _pushed(corners: _Corners, names: list[str]) -> list[Candidate]:
    """Push each named value up, and down, by the input that helps most, again and again, until the verdict changes.

    Each push ranks all inputs anew, on top of those pushed before; with many inputs several are pushed at once.
    """
    at, sign = corners.moves()
    n = len(corners.columns)
    at_once = -(-n // _PUSHES)
    chains: list[tuple[str, float, Ends, list[int]]] = [
        (name, way, np.zeros(n, dtype=np.int8), []) for name in names for way in (1.0, -1.0)
    ]
    found: list[Candidate] = []
    while chains:
        tries, starts = [], [0]
        for _, _, ends, _ in chains:
            free = np.flatnonzero(ends[at] == 0)
            block = np.repeat(ends[None, :], 1 + len(free), axis=0)
            block[np.arange(1, 1 + len(free)), at[free]] = sign[free]
            tries.append(block)
            starts.append(starts[-1] + len(block))
        codes, values = corners.of(np.concatenate(tries))
        still: list[tuple[str, float, Ends, list[int]]] = []
        for (name, way, ends, order), block, start in zip(chains, tries, starts[:-1], strict=True):
            rows = slice(start, start + len(block))
            gain = np.nan_to_num(way * (values[name][rows] - values[name][start]), nan=-np.inf)
            differs = codes[rows] != corners.verdicts.today
            if differs.any():
                best = 0 if differs[0] else int(np.argmax(np.where(differs, gain, -np.inf)))
                if not differs[best]:  # no gain that is a number, among those that change it
                    best = int(np.flatnonzero(differs)[0])
                last = np.flatnonzero(block[best] != ends)
                found.append((block[best], np.array([*order, *last], dtype=np.int64)[::-1]))
                continue
            pushed = 0
            for row in np.argsort(-gain, kind="stable"):
                if gain[row] <= 0 or pushed == at_once:
                    break
                (input_at,) = np.flatnonzero(block[row] != block[0])
                if ends[input_at] == 0:
                    ends[input_at] = block[row, input_at]
                    order.append(int(input_at))
                    pushed += 1
            if pushed:
                still.append((name, way, ends, order))
        chains = still
    return found


def _correlated(corners: _Corners) -> list[Candidate]:
    """Where no single push shows (a median): learn from random corners which way each input pushes.

    Each input goes to its end by the sign of its rank correlation with a named value, or with a changed verdict, the
    strongest first, until the verdict changes; corners of the sample that change it are candidates themselves.
    """
    verdicts = corners.verdicts
    n = len(corners.columns)
    count = min(4096, max(256, 8 * n))
    up = np.column_stack(
        [uniforms(verdicts.seed, f"joint change:{verdicts.inputs[at].path}", count) for at in corners.columns]
    )
    sample = np.where(up < 0.5, -1, 1).astype(np.int8)
    sample[corners.room[np.arange(n), sample.astype(np.int64) + 1] == 0] = 0
    codes, values = corners.of(sample)
    others = [int(code) for code in np.unique(codes) if code != verdicts.today]
    wanted = [(numbers, way) for numbers in values.values() for way in (1.0, -1.0)]
    wanted += [((codes == code).astype(np.float64), 1.0) for code in others]
    found: list[Candidate] = []
    for numbers, way in wanted:
        score = way * _rank_correlation(sample, numbers)
        ends = np.sign(score).astype(np.int8)
        ends[corners.room[np.arange(n), ends.astype(np.int64) + 1] == 0] = 0
        order = np.argsort(-np.abs(score), kind="stable")
        order = order[ends[order] != 0]
        prefixes = np.zeros((len(order), n), dtype=np.int8)
        for size in range(len(order)):
            prefixes[size:, order[size]] = ends[order[size]]
        if len(order):
            changed = np.flatnonzero(corners.of(prefixes)[0] != verdicts.today)
            if len(changed):
                found.append((prefixes[changed[0]], order[: changed[0] + 1][::-1]))
    for row in np.flatnonzero(codes != verdicts.today)[:_SAMPLED]:
        score = _rank_correlation(sample, (codes == codes[row]).astype(np.float64)) * sample[row]
        order = np.argsort(score, kind="stable")
        found.append((sample[row], order[sample[row][order] != 0]))
    return found


def _rank_correlation(ends: Ends, numbers: FloatArray) -> FloatArray:
    """Rank correlation of each input's end with a value over random corners, ``(n_movable,)``; ties share a rank."""
    _, inverse, counts = np.unique(np.nan_to_num(numbers), return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    ranks = ranks - ranks.mean()
    sides = ends - ends.mean(axis=0)
    scale = np.sqrt((sides**2).sum(axis=0) * (ranks**2).sum())
    correlation: FloatArray = np.divide(ranks @ sides, scale, out=np.zeros(ends.shape[1]), where=scale > 0)
    return correlation


def _pruned(corners: _Corners, candidates: list[Candidate]) -> Ends:
    """Take back every move without which the verdict still differs, the least helpful first.

    A round takes back the longest run of least helpful moves that it can, or else one move; a corner is done when
    none can be taken back.
    """
    ends = np.array([candidate[0] for candidate in candidates], dtype=np.int8)
    orders = [candidate[1] for candidate in candidates]
    open_ones = list(range(len(orders)))
    while open_ones:
        tries = []
        for at in open_ones:
            size = len(orders[at])
            block = np.repeat(ends[at][None, :], 2 * size, axis=0)
            for taken in range(size):
                block[taken:size, orders[at][taken]] = 0
                block[size + taken, orders[at][taken]] = 0
            tries.append(block)
        codes, _ = corners.of(np.concatenate(tries))
        start, still = 0, []
        for at, block in zip(open_ones, tries, strict=True):
            size = len(orders[at])
            differs = np.flatnonzero(codes[start : start + 2 * size] != corners.verdicts.today)
            start += 2 * size
            runs = differs[differs < size]
            if len(differs):
                ends[at] = block[runs[-1] if len(runs) else differs[0]]
                orders[at] = orders[at][ends[at][orders[at]] != 0]
                still.append(at)
        open_ones = [at for at in still if len(orders[at]) > 1]
    return ends
