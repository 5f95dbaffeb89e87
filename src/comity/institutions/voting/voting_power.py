"""Voting power: how often a member decides, under any rule, by the cheapest algorithm that counts it.

Two questions, two indices. The absolute Banzhaf index (Penrose 1946; Banzhaf 1965) is the probability that a member's
vote decides when all the others toss a coin. The Shapley-Shubik index (Shapley and Shubik 1954) is the probability
that a member is the one whose arrival makes a coalition pass when all arrive in random order; it shares out one.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray

from comity.institutions.voting.counting import WeightedGame, can_count_sums, exact_tally, float_tally
from comity.institutions.voting.enumeration import seconds_to_enumerate
from comity.institutions.voting.halves import count_by_halves, halves_can_count
from comity.institutions.voting.kinds import count_by_kinds, kinds_of, vectors_of
from comity.institutions.voting.partner_sets import MOST_MEMBERS, count_by_partner_sets, partner_sets_can_count
from comity.institutions.voting.smallest_coalitions import smallest_blocking, smallest_winning
from comity.institutions.voting.tallies import ExactTally, FloatTally, TooLarge
from comity.rules import (
    All,
    AtLeastOf,
    AtLeastOne,
    Rule,
    Weighted,
    clauses_of,
    members_with_veto,
    passes,
    without_unless,
)

__all__ = [
    "TooLarge",
    "VotingPower",
    "dictator",
    "dummies",
    "rank_disagreements",
    "smallest_blocking",
    "smallest_winning",
    "veto_players",
    "voting_power",
]

FloatArray = NDArray[np.float64]

_FEW_VECTORS = 20_000
_MANY_VECTORS = 1_000_000
# Above this bound on its relative error a floating-point result is thrown away and counted exactly.
GOOD_ENOUGH = 1e-8


@dataclass(frozen=True)
class VotingPower:
    """Voting power of n members.

    Attributes:
        n: number of members.
        coalitions: 2^n, the number of coalitions, the empty one included.
        banzhaf: (n,) absolute Banzhaf index (Penrose): swings / 2^(n-1), a probability.
        banzhaf_normalised: (n,) Banzhaf index scaled to add up to one.
        shapley_shubik: (n,) Shapley-Shubik index, which adds up to one; None where not asked for.
        efficiency: share of all coalitions that pass (Coleman's power of the collectivity to act).
        winning: number of coalitions that pass, exact; None where only floats were computed.
        swings: for each member, the number of coalitions that pass only with it, exact; None as ``winning``.
        shapley_shubik_exact: for each member the exact fraction; None where only floats were computed, or not asked.
        relative_error: bound on the relative error of the floats beyond rounding to a float; 0.0 where exact.
        algorithm: what was used, in words.
    """

    n: int
    coalitions: int
    banzhaf: FloatArray
    banzhaf_normalised: FloatArray
    shapley_shubik: FloatArray | None
    efficiency: float
    winning: int | None
    swings: tuple[int, ...] | None
    shapley_shubik_exact: tuple[Fraction, ...] | None
    relative_error: float
    algorithm: str

    @property
    def accuracy(self) -> str:
        """How accurate the numbers are, in words."""
        return "exact" if self.relative_error == 0 else f"relative error below {self.relative_error:.0e}"

    @property
    def banzhaf_exact(self) -> tuple[Fraction, ...] | None:
        """The absolute Banzhaf indices as fractions, where they were counted."""
        return None if self.swings is None else tuple(Fraction(2 * swings, self.coalitions) for swings in self.swings)

    @property
    def banzhaf_normalised_exact(self) -> tuple[Fraction, ...] | None:
        """The normalised Banzhaf indices as fractions, where they were counted."""
        if self.swings is None:
            return None
        total = sum(self.swings)
        return tuple(Fraction(swings, total) for swings in self.swings)

    @property
    def coleman_prevent(self) -> FloatArray:
        """(n,) Coleman's power to prevent: of the coalitions that pass, the share that a member could stop."""
        return np.asarray(self.banzhaf / (2 * self.efficiency))

    @property
    def coleman_prevent_exact(self) -> tuple[Fraction, ...] | None:
        """Coleman's power to prevent as fractions, swings / winning, where they were counted."""
        if self.swings is None or self.winning is None:
            return None
        return tuple(Fraction(swings, self.winning) for swings in self.swings)

    @property
    def coleman_initiate(self) -> FloatArray:
        """(n,) Coleman's power to initiate: of the coalitions that do not pass, the share that a member could carry."""
        if self.winning is not None:
            return np.array([float(value) for value in self.coleman_initiate_exact or ()])
        return np.asarray(self.banzhaf / (2 * (1 - self.efficiency)))

    @property
    def coleman_initiate_exact(self) -> tuple[Fraction, ...] | None:
        """Coleman's power to initiate as fractions, swings / losing, where they were counted."""
        if self.swings is None or self.winning is None:
            return None
        return tuple(Fraction(swings, self.coalitions - self.winning) for swings in self.swings)

    @property
    def satisfaction(self) -> FloatArray:
        """(n,) how often a decision goes as the member votes, when all toss a coin: half of one and the Banzhaf index.

        Source: Rae (1969); Dubey and Shapley (1979); from memory, not opened.
        """
        return np.asarray(0.5 + self.banzhaf / 2)

    @property
    def satisfaction_exact(self) -> tuple[Fraction, ...] | None:
        """The satisfaction of each member as a fraction, where it was counted."""
        if self.swings is None:
            return None
        return tuple(Fraction(1, 2) + Fraction(swings, self.coalitions) for swings in self.swings)

    @property
    def efficiency_exact(self) -> Fraction | None:
        """The share of coalitions that pass as a fraction, where they were counted."""
        return None if self.winning is None else Fraction(self.winning, self.coalitions)

    @property
    def dummies(self) -> tuple[int, ...]:
        """The members who never decide, by index; exact, since a result in floating point is only kept without any."""
        idle = self.banzhaf == 0 if self.swings is None else np.array([swings == 0 for swings in self.swings])
        return tuple(int(member) for member in np.flatnonzero(idle))


def voting_power(rule: Rule, *, exact: bool = False, shapley_shubik: bool = True) -> VotingPower:
    """Compute the Banzhaf and Shapley-Shubik indices of all members under a rule.

    The rule chooses the algorithm, always counting rather than sampling: closed form where the rule does not tell
    many members apart; counting by sums of weights for one weighted clause; meeting in the middle for one table of
    weights with numbers of members, vetoes, "and" and "or", up to 40 members with weight or veto; the same with sets of
    partners for several tables of weights, up to 34 members. All but the second are exact in any case.

    Args:
        rule: the decision rule over n members.
        exact: count in whole numbers; else a weighted clause with many members is computed in floating point, with
            a stated bound on the error (and counted after all if that bound is above 1e-8).
        shapley_shubik: compute the Shapley-Shubik index too; the Banzhaf index alone is faster for many members.

    Returns:
        The voting power of each member, in member order.

    Raises:
        TooLarge: no algorithm here counts this rule in reasonable time.

    Source: Penrose (1946); Banzhaf (1965); Shapley and Shubik (1954); Coleman (1971). Algorithms: Brams and Affuso
    (1976); Owen (1972); Dubey and Shapley (1979); from memory, not opened.

    Example:
        >>> eec_1958 = voting_power(Weighted((4, 4, 4, 2, 2, 1), 12))
        >>> eec_1958.swings, eec_1958.winning, eec_1958.dummies
        ((10, 10, 10, 6, 6, 0), 14, (5,))
        >>> eec_1958.shapley_shubik.round(4).tolist()
        [0.2333, 0.2333, 0.2333, 0.15, 0.15, 0.0]
    """
    rule = without_unless(rule)
    while isinstance(rule, All | AtLeastOne | AtLeastOf) and len(rule.clauses) == 1:
        rule = rule.clauses[0]
    tally = _tally(rule, shapley_shubik=shapley_shubik, exact=exact)
    if isinstance(tally, ExactTally):
        return _from_exact(rule.n, tally, shapley_shubik=shapley_shubik)
    return VotingPower(
        n=rule.n,
        coalitions=2**rule.n,
        banzhaf=tally.banzhaf,
        banzhaf_normalised=tally.banzhaf / tally.banzhaf.sum(),
        shapley_shubik=tally.shapley_shubik,
        efficiency=tally.efficiency,
        winning=None,
        swings=None,
        shapley_shubik_exact=None,
        # Normalising divides by a sum that is as accurate as its parts.
        relative_error=2 * tally.relative_error,
        algorithm=tally.algorithm,
    )


def _from_exact(n: int, tally: ExactTally, *, shapley_shubik: bool) -> VotingPower:
    shapley = tally.shapley_shubik if shapley_shubik else None
    total = sum(tally.swings)
    return VotingPower(
        n=n,
        coalitions=2**n,
        # Dividing Python integers rounds once and does not overflow.
        banzhaf=np.array([2 * count / 2**n for count in tally.swings]),
        banzhaf_normalised=np.array([count / total for count in tally.swings]),
        shapley_shubik=None if shapley is None else np.array([float(value) for value in shapley]),
        efficiency=tally.winning / 2**n,
        winning=tally.winning,
        swings=tally.swings,
        shapley_shubik_exact=shapley,
        relative_error=0.0,
        algorithm=tally.algorithm,
    )


def _tally(rule: Rule, *, shapley_shubik: bool, exact: bool) -> ExactTally | FloatTally:
    kinds = kinds_of(rule)
    vectors = vectors_of(kinds)
    if vectors <= _FEW_VECTORS:
        return count_by_kinds(rule, kinds)
    if isinstance(rule, Weighted) and can_count_sums(rule):
        game = WeightedGame(rule)
        if not (halves_can_count(rule) and 2 ** (rule.n / 2) * rule.n * 20 < game.steps(game.cells)):
            return _tally_weighted(rule, shapley_shubik=shapley_shubik, exact=exact)
    if halves_can_count(rule):
        return count_by_halves(rule)
    if partner_sets_can_count(rule):
        return count_by_partner_sets(rule)
    if vectors <= _MANY_VECTORS:
        return count_by_kinds(rule, kinds)
    raise _too_large(rule)


def _tally_weighted(rule: Weighted, *, shapley_shubik: bool, exact: bool) -> ExactTally | FloatTally:
    if not exact and can_count_sums(rule, both_ways=shapley_shubik):
        tally = float_tally(rule, shapley_shubik=shapley_shubik)
        if tally.relative_error <= GOOD_ENOUGH:
            return tally
    return exact_tally(rule, shapley_shubik=shapley_shubik)


def _too_large(rule: Rule) -> TooLarge:
    clauses = list(clauses_of(rule))
    if isinstance(rule, Weighted):
        return TooLarge(
            f"{rule.n} members with weights that add up to {rule.total:,} cannot be counted: the sums fit in memory "
            "up to a quota of about 134 million, and meeting in the middle takes up to 40 members (30 for weights "
            "beyond 2^62). Round the weights to fewer digits."
        )
    seconds = seconds_to_enumerate(rule.n, len(clauses))
    time = f"about {seconds:,.0f} seconds" if seconds < 1e5 else f"about {seconds / 3.15e7:.1e} years"
    return TooLarge(
        f"{rule.n} members and {len(clauses)} clauses: visiting 2^{rule.n} coalitions would take {time}. Several "
        f"tables of weights are counted up to {MOST_MEMBERS} members, one table with numbers of members and vetoes "
        "up to 40 who have weight or a veto, one weighted clause alone with hundreds: write the clauses as rules of "
        "their own in the file to see the power under each, or list members who vote as one as a single actor."
    )


def veto_players(rule: Rule) -> tuple[int, ...]:
    """Return the members without whom nothing passes, by index.

    Example:
        >>> veto_players(Weighted((831, 300, 200, 100), 1000))
        (0,)
    """
    return members_with_veto(rule)


def dictator(rule: Rule) -> int | None:
    """Return the member who alone decides, or None: it passes anything alone, and nothing passes without it.

    Example:
        >>> dictator(Weighted((6, 3, 1), 6)), dictator(Weighted((6, 3, 1), 7))
        (0, None)
    """
    alone = passes(rule, np.eye(rule.n, dtype=np.bool_))
    return next((member for member in members_with_veto(rule) if alone[member]), None)


def dummies(rule: Rule) -> tuple[int, ...]:
    """Return the members who never decide, whatever the others do, by index; exact.

    Args:
        rule: the decision rule over n members.

    Returns:
        Member indices, ascending.

    Raises:
        TooLarge: see ``voting_power``.

    Example:
        >>> dummies(Weighted((4, 4, 4, 2, 2, 1), 12))
        (5,)
    """
    return voting_power(rule, shapley_shubik=False).dummies


def rank_disagreements(first: ArrayLike, second: ArrayLike, *, tolerance: float = 1e-9) -> tuple[tuple[int, int], ...]:
    """Return the pairs of members that two indices put in opposite order.

    Args:
        first: (n,) values of one index.
        second: (n,) values of another.
        tolerance: relative difference below which two values count as equal.

    Returns:
        Pairs (i, j): the first index gives more to i, the second more to j.

    Raises:
        ValueError: the two are not of one length.

    Example:
        >>> rank_disagreements([0.5, 0.3, 0.2], [0.5, 0.2, 0.3])
        ((1, 2),)
    """
    one, two = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if one.ndim != 1 or one.shape != two.shape:
        raise ValueError(f"two indices of the same members are needed, not shapes {one.shape} and {two.shape}")

    def above(values: FloatArray) -> NDArray[np.bool_]:
        gap = values[:, None] - values[None, :]
        return np.asarray(gap > tolerance * np.maximum(np.abs(values[:, None]), np.abs(values[None, :])))

    pairs = np.argwhere(above(one) & above(two).T)
    return tuple((int(i), int(j)) for i, j in pairs)
