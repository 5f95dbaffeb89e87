"""Counting coalitions by the sum of their weights: one weighted clause, hundreds of members, no enumeration.

The generating function prod(1 + x^w) has the number of coalitions with each sum as its coefficients (Brams and Affuso
1976). Members are added in ascending order of weight, so that the sums reached so far stay few for most of them. A
game and its dual (quota T - q + 1) have the same swings, so the smaller of the two quotas is counted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from comity.institutions.moduli import from_residues, primes_below, shapley_functional
from comity.institutions.tallies import ExactTally, FloatTally
from comity.rules import Weighted

MOST_CELLS = 2**27
_CELLS_IN_CACHE = 1.5e6
_ROUNDING = 2.0**-52
_FIRST_NODES = 32
_QUADRATURE_AGREES = 1e-10

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class WeightedGame:
    """A weighted clause made small: no member without weight, no common divisor, weights in ascending order.

    Example:
        >>> game = WeightedGame(Weighted((4, 2, 0, 2), 6))
        >>> game.weights.tolist(), game.quota, game.members
        ([1, 1, 2], 3, (1, 3, 0))
    """

    clause: Weighted

    @cached_property
    def members(self) -> tuple[int, ...]:
        """Index in the clause of each member of the game, by ascending weight."""
        weights = self.clause.weights
        return tuple(sorted((m for m in range(len(weights)) if weights[m] > 0), key=lambda member: weights[member]))

    @cached_property
    def _divisor(self) -> int:
        return math.gcd(*self.clause.weights)

    @cached_property
    def weights(self) -> NDArray[np.int64]:
        """(n,) weights, ascending."""
        return np.array([self.clause.weights[member] // self._divisor for member in self.members], dtype=np.int64)

    @property
    def n(self) -> int:
        """Number of members that have weight."""
        return len(self.members)

    @cached_property
    def quota(self) -> int:
        """The sum that is needed."""
        return -(-self.clause.threshold // self._divisor)

    @cached_property
    def dual_quota(self) -> int:
        """The sum that is enough to block."""
        return self.clause.total // self._divisor - self.quota + 1

    @property
    def cells(self) -> int:
        """Number of sums that have to be counted."""
        return min(self.quota, self.dual_quota)

    @cached_property
    def distinct(self) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
        """The distinct weights, and the place of each member's weight among them."""
        values, place = np.unique(self.weights, return_inverse=True)
        return values, np.asarray(place)

    def steps(self, cells: int) -> float:
        """Return the number of additions that counting the sums below ``cells`` takes."""
        return float(np.minimum(np.cumsum(self.weights.astype(np.float64)), cells).sum())

    def in_order(self, values: FloatArray) -> FloatArray:
        """Put one value for each distinct weight in the order of the clause's members."""
        result = np.zeros(len(self.clause.weights))
        result[list(self.members)] = values[self.distinct[1]]
        return result


def can_count_sums(clause: Weighted) -> bool:
    """Say whether the sums of this clause fit in memory.

    Example:
        >>> can_count_sums(Weighted((2**60, 2**60 - 1, 7), 2**60)), can_count_sums(Weighted((2**60, 2**60), 2**60))
        (False, True)
    """
    divisor = math.gcd(*clause.weights)
    return min(clause.threshold, clause.total - clause.threshold + 1) // divisor < MOST_CELLS


def float_tally(clause: Weighted, *, shapley_shubik: bool) -> FloatTally:
    """Compute voting power of one weighted clause in floating point, with a bound on the error.

    Banzhaf: sums as probabilities at one half. Shapley-Shubik: the integral over t of the probability that a member
    swings when each of the others says yes with probability t (Owen 1972), on Gauss-Legendre nodes; probabilities
    above one half come from the dual game, since removing a member is stable only below.

    Args:
        clause: one weighted clause for which ``can_count_sums`` holds.
        shapley_shubik: compute the Shapley-Shubik indices.

    Returns:
        The tally with its error bound.

    Example:
        >>> tally = float_tally(Weighted((4, 4, 4, 2, 2, 1), 12), shapley_shubik=False)
        >>> tally.banzhaf.round(6).tolist()
        [0.3125, 0.3125, 0.3125, 0.1875, 0.1875, 0.0]
    """
    game = WeightedGame(clause)
    below, swings, bound = _swings_at(game, 0.5, [game.cells])
    # The tallied part is the coalitions that lose, or by duality those that cannot be blocked.
    efficiency = 1.0 - below if game.quota <= game.dual_quota else below
    absolute = game.in_order(swings[0])
    error = _relative(bound[0], swings[0])
    names = ["counting coalitions by sum of weights, in floating point"]
    shapley = None
    if shapley_shubik:
        values, bound_total, nodes = _integrate(game)
        shapley = game.in_order(values)
        error = max(error, _relative(bound_total, values))
        names.append(f"multilinear extension on {nodes} Gauss-Legendre nodes, in floating point")
    return FloatTally(efficiency, absolute, shapley, error, "; ".join(names))


def _relative(bound: FloatArray, values: FloatArray) -> float:
    """Return the largest relative error; infinite where a value is not told apart from zero."""
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(values > bound, bound / values, np.inf)
    return float(relative.max())


def _swings_at(game: WeightedGame, yes: float, quotas: list[int]) -> tuple[float, list[FloatArray], list[FloatArray]]:
    """Return P(sum below the last cell), and for each quota the swing probabilities and bounds on their error."""
    from comity.institutions import _kernels

    distinct, _ = game.distinct
    below = _kernels.mass_by_sum(game.weights, max(quotas), yes)
    _kernels.accumulate_mass(below)
    swings, bounds = [], []
    for quota in quotas:
        value, size = _kernels.swing_mass(below, distinct, quota, yes)
        swings.append(value)
        # Each member adds at most two roundings to a mass, all of one sign; a running total and a difference add
        # two more. The windows of the alternating sum do not overlap: together they are at most all the mass.
        bounds.append(_ROUNDING * (2 * game.n + 4) / (1 - yes) * below[quota - 1] + 2 * _ROUNDING * size)
    return float(below[-1]), swings, bounds


def _integrate(game: WeightedGame) -> tuple[FloatArray, FloatArray, int]:
    """Return Shapley-Shubik by distinct weight, a bound on the error, and the number of nodes."""
    enough = (game.n + 1) // 2  # the integrand is a polynomial of degree n - 1: this many nodes are exact
    nodes = min(_FIRST_NODES, enough)
    values, bound = _quadrature(game, nodes)
    while nodes < enough:
        nodes = min(nodes + nodes // 4, enough)
        before = values
        values, bound = _quadrature(game, nodes)
        change = np.abs(values - before)
        if nodes < enough:
            bound = bound + change
        if (change <= _QUADRATURE_AGREES * values).all():
            break
    return values, bound, nodes


def _quadrature(game: WeightedGame, nodes: int) -> tuple[FloatArray, FloatArray]:
    points, weights = np.polynomial.legendre.leggauss(nodes)
    total = np.zeros(game.distinct[0].size)
    error = np.zeros(game.distinct[0].size)
    for point, weight in zip((points + 1) / 2, weights / 2, strict=True):
        if point > 0.5 + 1e-12:
            continue  # done together with its mirror image
        middle = abs(point - 0.5) <= 1e-12
        quotas = [game.quota] if middle else [game.quota, game.dual_quota]
        _, swings, bounds = _swings_at(game, float(point), quotas)
        total += weight * sum(swings)
        error += weight * sum(bounds)
    return total, error + 4 * _ROUNDING * total


def exact_tally(clause: Weighted, *, shapley_shubik: bool) -> ExactTally:
    """Count swings of one weighted clause exactly: the same counts modulo several numbers, put together again.

    Args:
        clause: one weighted clause for which ``can_count_sums`` holds.
        shapley_shubik: compute the Shapley-Shubik indices as fractions.

    Returns:
        The exact tally.

    Example:
        >>> tally = exact_tally(Weighted((4, 4, 4, 2, 2, 1), 12), shapley_shubik=True)
        >>> tally.winning, tally.swings, [str(index) for index in tally.shapley_shubik]
        (14, (10, 10, 10, 6, 6, 0), ['7/30', '7/30', '7/30', '3/20', '3/20', '0'])
    """
    game = WeightedGame(clause)
    members = len(clause.weights)
    tallied, counts = _count_swings(game)
    without_weight = 2 ** (members - game.n)
    tallied_wins = game.quota > game.dual_quota
    winning = (tallied if tallied_wins else 2**game.n - tallied) * without_weight
    swings = [0] * members
    for member, place in zip(game.members, game.distinct[1], strict=True):
        swings[member] = counts[place] * without_weight
    shapley = None
    if shapley_shubik:
        indices = _shapley_by_weight(game)
        exact = [Fraction(0)] * members
        for member, place in zip(game.members, game.distinct[1], strict=True):
            exact[member] = indices[place]
        shapley = tuple(exact)
    return ExactTally(winning, tuple(swings), shapley, "counting coalitions by sum of weights, modulo several numbers")


def _count_swings(game: WeightedGame) -> tuple[int, list[int]]:
    """Return the number of coalitions with a sum below the cells, and the swings of each distinct weight."""
    from comity.institutions import _kernels

    # Neither number exceeds 2^(n-1): the tallied coalitions lose (or win) while their complements do not.
    moduli = [2**64]
    for prime in primes_below(2**63):
        if math.prod(moduli) > 2**game.n:
            break
        moduli.append(prime)
    residues = []
    for modulus in moduli:
        wrapped = np.uint64(modulus % 2**64)
        count = _kernels.counts_by_sum(game.weights, game.cells, wrapped)
        _kernels.accumulate_counts(count, wrapped)
        swings = _kernels.swing_counts(count, game.distinct[0], game.cells, wrapped)
        residues.append([int(count[-1]), *(int(value) for value in swings)])
    tallied, *counts = from_residues(residues, moduli)
    return tallied, counts


def _work(game: WeightedGame, cells: int) -> float:
    """Return the relative time of one table: its additions, dearer the less of it a processor's cache holds."""
    return game.steps(cells) * (1 + cells / _CELLS_IN_CACHE)


def _shapley_by_weight(game: WeightedGame) -> list[Fraction]:
    """Return the exact Shapley-Shubik index of each distinct weight.

    Let f(z) be the sum of z^size over a member's swings (size without the member): a polynomial whose coefficients
    the index weighs with k!(n-1-k)!/n!. Modulo a prime, f is evaluated at as many points as it has coefficients and
    the weighing is written as a combination of these values. The dual game has the coefficients in reverse order, so
    one table gives f at z and at 1/z. The index has the least common multiple of 1 to n as denominator, so finitely
    many primes give it exactly. Memory is one table of sums; there is no table by size.
    """
    from comity.institutions import _kernels

    n = game.n
    # A swing has at least as many others as the smallest winning coalition less one; by duality the same from above.
    heavy = np.cumsum(game.weights[::-1])
    fewest = int(np.searchsorted(heavy, game.quota))
    most = n - 1 - int(np.searchsorted(heavy, game.dual_quota))
    length = most - fewest + 1
    pairs = (length + 1) // 2
    larger = max(game.quota, game.dual_quota)
    mirrored = pairs * _work(game, larger) < length * _work(game, game.cells)
    if mirrored:
        points, cells = list(range(2, pairs + 2)), larger
    else:
        points, cells = list(range(1, length + 1)), game.cells
    bits = 63 - (2 * points[-1] + 2).bit_length()
    denominator = math.lcm(*range(1, n + 1))
    swaps = game.quota > game.dual_quota  # the cells hold the dual game's sums
    moduli: list[int] = []
    residues: list[list[int]] = []
    for prime in primes_below(2**bits):
        if math.prod(moduli) > denominator:
            break
        b, delta = np.uint64(bits), np.uint64(2**bits - prime)
        values: list[list[int]] = []  # f at each node, for each distinct weight
        nodes: list[int] = []
        for point in points:
            z = np.uint64(point)
            table = _kernels.polynomial_by_sum(game.weights, cells, z, b, delta)
            _kernels.accumulate_polynomial(table, b, delta)
            quotas = (game.quota, game.dual_quota) if mirrored else (game.cells,)
            found = [
                [int(v) for v in _kernels.swing_polynomial(table, game.distinct[0], quota, z, b, delta)]
                for quota in quotas
            ]
            inverse = pow(point, -1, prime)
            back = pow(inverse, n - 1, prime)  # f(1/z) = z^(1-n) f*(z), f* of the dual game
            if mirrored or not swaps:
                nodes.append(point)
                values.append(found[0])
            if mirrored or swaps:
                nodes.append(inverse)
                values.append([value * back % prime for value in found[-1]])
        functional = shapley_functional(nodes, fewest, most, n, prime)
        residues.append(
            [
                sum(f * a for f, a in zip(column, functional, strict=True)) * denominator % prime
                for column in zip(*values, strict=True)
            ]
        )
        moduli.append(prime)
    return [Fraction(value, denominator) for value in from_residues(residues, moduli)]
