"""A contest of every position against every other, on every row, and how likely each is to come out on top."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comity._compiled import compiled
from comity.bargaining._kernels.offers import TINY

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

CONDITIONAL, MARKOV_UNIFORM, MARKOV_INCENTIVE = 0, 1, 2
# Within this difference of utility a vote of all or nothing is drawn as a steep line (KTAB's 1e-8).
STEEP = 1e-8
# Support that every position has of nobody, as a share of all weight: no contest is then nought against nought.
NOBODY = 1e-9


@compiled
def _options(positions: Floats, options: Floats, place: Integers, given: bool) -> int:
    """Fill the distinct positions in rising order (unless given) and the option at which each actor stands."""
    n = positions.size
    if given:
        count = options.size
    else:
        lowest = highest = positions[0]
        for i in range(1, n):
            lowest = min(lowest, positions[i])
            highest = max(highest, positions[i])
        apart = TINY * (highest - lowest)
        count = 0
        for i in range(n):
            x = positions[i]
            at = 0
            while at < count and options[at] < x - apart:
                at += 1
            if at < count and options[at] <= x + apart:
                continue
            for later in range(count, at, -1):
                options[later] = options[later - 1]
            options[at] = x
            count += 1
    for i in range(n):
        nearest = 0
        for at in range(1, count):
            if abs(options[at] - positions[i]) < abs(options[nearest] - positions[i]):
                nearest = at
        place[i] = nearest
    return count


@compiled
def _contests(
    positions: Floats,
    weight: Floats,
    aversion: Floats,
    options: Floats,
    count: int,
    length: float,
    straight: float,
    cubed: float,
    all_or_nothing: float,
    exponent: int,
    utility: Floats,
    support: Floats,
    victory: Floats,
) -> None:
    """``support[a, b]``: votes for a over b (s_ab); ``victory[a, b]``: probability that a beats b (V_ab)."""
    n = positions.size
    total = 0.0
    for i in range(n):
        total += weight[i]
        for a in range(count):
            d = abs(positions[i] - options[a]) / length
            utility[i, a] = (1.0 - d) * (1.0 + d * aversion[i])
    for a in range(count):
        victory[a, a] = 0.5
        support[a, a] = NOBODY * total
        for b in range(a):
            mine = NOBODY * total
            yours = mine
            for i in range(n):
                du = utility[i, a] - utility[i, b]
                vote = straight * du + cubed * du * du * du
                if all_or_nothing > 0.0:
                    vote += all_or_nothing * min(1.0, max(-1.0, du / STEEP))
                vote *= weight[i]
                if vote > 0.0:
                    mine += vote
                else:
                    yours -= vote
            support[a, b] = mine
            support[b, a] = yours
            odds = (min(mine, yours) / max(mine, yours)) ** exponent  # a large power of a large sum would overflow
            weaker = odds / (1.0 + odds)
            victory[a, b] = weaker if mine < yours else 1.0 - weaker
            victory[b, a] = 1.0 - weaker if mine < yours else weaker


@compiled
def _stationary(step: Floats, count: int, p: Floats) -> None:
    """How long a chain stays in each state, by elimination without subtraction (Grassmann, Taksar & Heyman 1985).

    ``step[a, b]`` for a != b is the probability of going from a to b; it is overwritten, and the diagonal unused.
    """
    for last in range(count - 1, 0, -1):
        leaves = 0.0
        for b in range(last):
            leaves += step[last, b]
        for a in range(last):
            step[a, last] /= leaves
        for a in range(last):
            for b in range(last):
                if a != b:
                    step[a, b] += step[a, last] * step[last, b]
    total = 1.0
    p[0] = 1.0
    for b in range(1, count):
        p[b] = 0.0
        for a in range(b):
            p[b] += p[a] * step[a, b]
        total += p[b]
    for a in range(count):
        p[a] /= total


@compiled
def _winner(victory: Floats, support: Floats, count: int, process: int, step: Floats, p: Floats) -> None:
    """Probability that each option is the one that stands in the end."""
    if process == CONDITIONAL:
        best = -np.inf
        for a in range(count):
            p[a] = 0.0
            for b in range(count):
                p[a] += np.log(max(victory[a, b], 1e-300))
            best = max(best, p[a])
        total = 0.0
        for a in range(count):
            p[a] = np.exp(p[a] - best)
            total += p[a]
        for a in range(count):
            p[a] /= total
        return
    for a in range(count):
        incentives = 0.0
        for b in range(count):
            incentives += support[b, a] * victory[b, a]
        for b in range(count):
            challenge = 1.0 / count if process == MARKOV_UNIFORM else support[b, a] * victory[b, a] / incentives
            step[a, b] = max(challenge * victory[b, a], 1e-150)
    _stationary(step, count, p)


@compiled
def election_rows(
    positions: Floats,  # (n_rows, n_actors), as is weight
    weight: Floats,
    given: Floats,  # (n_options,) options of every row; empty: the distinct positions of each row
    length: Floats,  # (n_rows,)
    straight: float,
    cubed: float,
    all_or_nothing: float,
    exponent: int,
    process: int,
    risk: bool,
    options: Floats,  # (n_rows, n_actors or n_options) results, NaN beyond the options of a row
    probability: Floats,  # the same, 0 beyond them
    aversion: Floats,  # (n_actors,) of row 0
    victory: Floats,  # (n_options, n_options) of row 0
) -> None:
    """Hold the election of every row."""
    n_rows, n = positions.shape
    most = options.shape[1]
    place = np.empty(n, np.int64)
    averse = np.empty(n)
    utility = np.empty((n, most))
    support = np.empty((most, most))
    beats = np.empty((most, most))
    step = np.empty((most, most))
    p = np.empty(most)
    for row in range(n_rows):
        for a in range(given.size):
            options[row, a] = given[a]
        count = _options(positions[row], options[row], place, given.size > 0)
        for i in range(n):
            averse[i] = 0.0
        for again in range(2 if risk else 1):
            if again == 1:
                low = high = p[place[0]]
                for i in range(n):
                    low = min(low, p[place[i]])
                    high = max(high, p[place[i]])
                for i in range(n):
                    averse[i] = (p[place[i]] - low) / (high - low) if high - low > TINY else 0.0
            _contests(
                positions[row], weight[row], averse, options[row], count, length[row], straight, cubed,
                all_or_nothing, exponent, utility, support, beats,
            )  # fmt: skip
            _winner(beats, support, count, process, step, p)
        for a in range(most):
            if a < count:
                probability[row, a] = p[a]
            else:
                options[row, a] = np.nan
                probability[row, a] = 0.0
        if row == 0:
            for i in range(n):
                aversion[i] = averse[i]
            for a in range(count):
                for b in range(count):
                    victory[a, b] = beats[a, b]
