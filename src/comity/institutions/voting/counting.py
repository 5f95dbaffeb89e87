"""Counting coalitions by the sum of their weights: one weighted clause, hundreds of members, no enumeration.

The generating function prod(1 + x^w) has the number of coalitions with each sum as its coefficients (Brams and Affuso
1976). Members are added in ascending order of weight, so that the sums reached so far stay few for most of them. A
game and its dual (quota T - q + 1) have the same swings, so the smaller of the two quotas is counted.
"""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from comity.institutions.voting.moduli import from_residues, interpolation, primes_below
from comity.institutions.voting.tallies import ExactTally, FloatTally
from comity.rules import Weighted

MOST_CELLS = 2**27
_FITS_INT64 = 2**62
_CELLS_IN_CACHE = 60_000
_BLOCK = 1024
_MOST_BITS = 58
# Exact Shapley-Shubik indices of very many members are asked for explicitly and take seconds: several points of the
# evaluation run at once, a table of sums each. The result does not depend on how many.
_WORTH_THREADS = 1e8
_MOST_THREADS = 8
ROUNDING = 2.0**-52
FIRST_NODES = 32
QUADRATURE_AGREES = 1e-10

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


def can_count_sums(clause: Weighted, *, both_ways: bool = False) -> bool:
    """Say whether the sums of this clause fit in memory.

    Args:
        clause: one weighted clause.
        both_ways: the sums below the quota and those below the quota of blocking (the smaller of both is enough for
            most; Shapley-Shubik in floating point needs both).

    Returns:
        True where they do.

    Example:
        >>> can_count_sums(Weighted((2**60, 2**60 - 1, 7), 2**60)), can_count_sums(Weighted((2**60, 2**60), 2**60))
        (False, True)
    """
    divisor = math.gcd(*clause.weights)
    quotas = (clause.threshold, clause.total - clause.threshold + 1)
    cells = max(quotas) if both_ways else min(quotas)
    return cells // divisor < MOST_CELLS and clause.total // divisor < _FITS_INT64


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
    (below,), swings, bound = swings_at(game, 0.5, [game.cells])
    # The tallied part is the coalitions that lose, or by duality those that cannot be blocked.
    efficiency = 1.0 - below if game.quota <= game.dual_quota else below
    absolute = game.in_order(swings[0])
    error = relative_error_of(bound[0], swings[0])
    names = ["counting coalitions by sum of weights, in floating point"]
    shapley = None
    if shapley_shubik:
        values, bound_total, nodes = _integrate(game)
        shapley = game.in_order(values)
        error = max(error, relative_error_of(bound_total, values))
        names.append(f"multilinear extension on {nodes} Gauss-Legendre nodes, in floating point")
    return FloatTally(efficiency, absolute, shapley, error, "; ".join(names))


def relative_error_of(bound: FloatArray, values: FloatArray) -> float:
    """Return the largest relative error; infinite where a value is not told apart from zero.

    Example:
        >>> relative_error_of(np.array([1e-16, 1e-16]), np.array([0.5, 1e-8]))
        1e-08
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(values > bound, bound / values, np.inf)
    return float(relative.max())


def swings_at(
    game: WeightedGame, yes: float, quotas: Sequence[int]
) -> tuple[list[float], list[FloatArray], list[FloatArray]]:
    """Compute swing probabilities for several quotas from one table of sums, in floating point.

    Args:
        game: the weighted clause made small; its own quota is not used.
        yes: the probability with which each member says yes, at most one half.
        quotas: the sums that are needed.

    Returns:
        For each quota: the probability of a smaller sum; the probability that the others leave a member of each
        distinct weight the swing; and bounds on the error of these.

    Example:
        >>> below, swings, _ = swings_at(WeightedGame(Weighted((2, 1, 1), 2)), 0.5, [2, 3])
        >>> below, [values.tolist() for values in swings]
        ([0.375, 0.625], [[0.25, 0.75], [0.25, 0.75]])
    """
    from comity.institutions.voting import _kernels

    distinct, _ = game.distinct
    below = _kernels.mass_by_sum(game.weights, max(quotas), yes)
    _kernels.accumulate_mass(below)
    swings, bounds = [], []
    for quota in quotas:
        value, size = _kernels.swing_mass(below, distinct, quota, yes)
        swings.append(value)
        # Each member adds at most two roundings to a mass, all of one sign; a running total and a difference add
        # two more. The windows of the alternating sum do not overlap: together they are at most all the mass.
        bounds.append(ROUNDING * (2 * game.n + 4) / (1 - yes) * below[quota - 1] + 2 * ROUNDING * size)
    return [float(below[quota - 1]) for quota in quotas], swings, bounds


def _integrate(game: WeightedGame) -> tuple[FloatArray, FloatArray, int]:
    """Return Shapley-Shubik by distinct weight, a bound on the error, and the number of nodes."""
    enough = (game.n + 1) // 2  # the integrand is a polynomial of degree n - 1: this many nodes are exact
    nodes = min(FIRST_NODES, enough)
    values, bound = _quadrature(game, nodes)
    while nodes < enough:
        nodes = min(nodes + nodes // 4, enough)
        before = values
        values, bound = _quadrature(game, nodes)
        change = np.abs(values - before)
        if nodes < enough:
            bound = bound + change
        if (change <= QUADRATURE_AGREES * values).all():
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
        _, swings, bounds = swings_at(game, float(point), quotas)
        total += weight * sum(swings)
        error += weight * sum(bounds)
    return total, error + 4 * ROUNDING * total


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
    from comity.institutions.voting import _kernels

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


def _shapley_by_weight(game: WeightedGame) -> list[Fraction]:
    """Return the exact Shapley-Shubik index of each distinct weight, from its swings by size."""
    fewest, counts = swings_by_size(game)
    denominator = math.lcm(*range(1, game.n + 1))
    shares = [denominator // (game.n * math.comb(game.n - 1, fewest + k)) for k in range(len(counts[0]))]
    return [
        Fraction(sum(count * share for count, share in zip(row, shares, strict=True)), denominator) for row in counts
    ]


def swings_by_size(game: WeightedGame) -> tuple[int, list[list[int]]]:
    """Count the swings of each distinct weight by the number of other members in the coalition, exactly.

    Let f(z) be the sum of z^size over a member's swings (size without the member). Modulo a prime, one table of sums
    gives f of all members at a point z, and by duality at 1/z: the dual game has the coefficients in reverse order.
    Interpolation gives the coefficients modulo the prime; there is no table by size. A coefficient of z^k is at most
    the binomial C(n-1, k): the first primes already settle few and many others, and each further prime needs
    points only for the sizes between that are still open.

    Args:
        game: the weighted clause made small.

    Returns:
        The fewest others with whom anyone swings; and for each distinct weight the counts from there on.

    Example:
        >>> swings_by_size(WeightedGame(Weighted((4, 4, 4, 2, 2, 1), 12)))  # by weight: 1, 2, 4
        (2, [[0, 0, 0], [0, 3, 3], [1, 5, 4]])
    """
    from comity.institutions.voting import _kernels

    n, distinct = game.n, game.distinct[0]
    # A swing has at least as many others as the smallest winning coalition less one; by duality the same from above.
    heavy = np.cumsum(game.weights[::-1])
    fewest = int(np.searchsorted(heavy, game.quota))
    most = n - 1 - int(np.searchsorted(heavy, game.dual_quota))
    largest = [math.comb(n - 1, k) for k in range(fewest, most + 1)]
    counts = [[0] * len(largest) for _ in distinct]
    known = 1  # the counts are known modulo this number
    used: set[int] = set()
    while unsettled := [k for k, limit in enumerate(largest) if limit >= known]:
        first, after = unsettled[0], unsettled[-1] + 1
        evaluation = _Evaluation(game, after - first)
        prime = next(prime for prime in primes_below(2**evaluation.bits) if prime not in used)
        used.add(prime)
        nodes, values = evaluation.run(prime)
        settled = [k for k in range(len(largest)) if not first <= k < after]
        powers = [[prime - pow(node, fewest + k, prime) for node in nodes] for k in settled]
        kept = [[row[k] % prime for k in settled] for row in counts]
        p = np.uint64(prime)
        if settled:
            values = values + _kernels.product_modulo(_residues(kept), _residues(powers), p)
            values = np.minimum(values, values - p)
        found = _kernels.product_modulo(values, _residues(interpolation(nodes, fewest + first, prime)), p)
        inverse = pow(known, -1, prime)
        for row, residues in zip(counts, found.tolist(), strict=True):
            for k in range(first, after):
                row[k] += known * ((residues[k - first] - row[k]) * inverse % prime)
        known *= prime
    return fewest, counts


def _residues(rows: list[list[int]]) -> NDArray[np.uint64]:
    return np.array(rows, dtype=np.uint64)


class _Evaluation:
    """At which small points the polynomials of the swings are evaluated, so that as many coefficients are found."""

    def __init__(self, game: WeightedGame, coefficients: int) -> None:
        self.game = game
        pairs = (coefficients + 1) // 2
        larger = max(game.quota, game.dual_quota)
        # A table up to the larger of both quotas gives two values; one up to the smaller quota gives one, sooner.
        self.mirrored = pairs * game.steps(larger) < coefficients * game.steps(game.cells)
        if self.mirrored:
            self.points, self.cells = range(2, pairs + 2), larger
        else:
            self.points, self.cells = range(1, coefficients + 1), game.cells
        self.bits = min(_MOST_BITS, 64 - ((self.points[-1] + 1) ** 2).bit_length())

    def run(self, prime: int) -> tuple[list[int], NDArray[np.uint64]]:
        """Return the nodes, and the values (distinct weights, nodes) of the polynomials there, modulo ``prime``."""
        from comity.institutions.voting import _kernels

        game = self.game
        swaps = game.quota > game.dual_quota  # the cells hold the dual game's sums
        bits, delta = np.uint64(self.bits), np.uint64(2**self.bits - prime)
        groups = _groups(game.weights)
        quotas = dict.fromkeys((game.quota, game.dual_quota) if self.mirrored else (game.cells,))
        tables = threading.local()

        def swings(point: int) -> list[NDArray[np.uint64]]:
            if not hasattr(tables, "table"):
                tables.table = np.empty(self.cells, dtype=np.uint64)
            z = np.uint64(point)
            _kernels.polynomial_below(game.weights, groups, _BLOCK, z, bits, delta, tables.table)
            return [_kernels.swing_polynomial(tables.table, game.distinct[0], q, z, bits, delta) for q in quotas]

        if len(self.points) * game.steps(self.cells) < _WORTH_THREADS:
            found = [swings(point) for point in self.points]
        else:
            with ThreadPoolExecutor(min(os.cpu_count() or 1, _MOST_THREADS)) as pool:
                found = list(pool.map(swings, self.points))
        nodes: list[int] = []
        values: list[NDArray[np.uint64] | list[int]] = []
        for point, by_quota in zip(self.points, found, strict=True):
            inverse = pow(point, -1, prime)
            back = pow(inverse, game.n - 1, prime)  # f(1/z) = z^(1-n) f*(z), f* of the dual game
            if self.mirrored or not swaps:
                nodes.append(point)
                values.append(by_quota[0])
            if self.mirrored or swaps:
                nodes.append(inverse)
                values.append([int(value) * back % prime for value in by_quota[-1]])
        return nodes, np.array(values, dtype=np.uint64).T.copy()


def _groups(weights: NDArray[np.int64]) -> NDArray[np.int64]:
    """Cut the members into groups of similar weight, in fours, whose weights add up to what a cache holds."""
    edges = [0]
    total = 0
    for k, weight in enumerate(weights.tolist()):
        size = k - edges[-1]
        full = size > 0 and size % 4 == 0 and total + weight > _CELLS_IN_CACHE
        if full or weight > 4 * int(weights[edges[-1]]):
            edges.append(k)
            total = 0
        total += weight
    return np.array([*edges, weights.size], dtype=np.int64)
