"""Disputes: when a complaint pays, whether a report is adopted over the loser's objection, and how long it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, lgamma

import numpy as np
from numpy.typing import ArrayLike, NDArray

from comity.institutions.voting.tallies import TooLarge
from comity.rules import Members, Rule, RuleError, clauses_of, passes

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

MOST_ENUMERATED = 18
_CHUNK = 1 << 14


def complaint_value(
    win: ArrayLike, award: ArrayLike, compliance: ArrayLike, cost: ArrayLike, counter_claims: ArrayLike = 0.0
) -> FloatArray:
    """Return what a complaint is worth to the complainant: p_win · award · compliance - cost - counter-claims.

    Args:
        win: (n_rows,) probability that the panel finds for the complainant, 0 to 1.
        award: (n_rows,) what it is worth that the measure goes.
        compliance: (n_rows,) probability that a respondent who loses complies, 0 to 1.
        cost: (n_rows,) what the proceedings cost the complainant, in the unit of the award.
        counter_claims: (n_rows,) what the complainant expects to lose by complaints in return, in the same unit.

    Returns:
        (n_rows,) expected worth; a complaint pays where it is above 0.

    Raises:
        ValueError: a number is not finite, or a probability is not between 0 and 1.

    Source: the plaintiff's choice as in the economics of litigation; for what it does to the cases that are seen,
    Priest and Klein (1984); from memory, not opened.

    Example:
        >>> complaint_value(0.75, 100.0, 0.5, 20.0, 5.0).item()
        12.5
    """
    given = {"win": win, "award": award, "compliance": compliance, "cost": cost, "counter_claims": counter_claims}
    arrays = {name: np.asarray(each, np.float64) for name, each in given.items()}
    for name, each in arrays.items():
        if not np.isfinite(each).all():
            raise ValueError(f"{name}: a number is not finite")
        if name in ("win", "compliance") and ((each < 0) | (each > 1)).any():
            raise ValueError(f"{name}: a probability lies between 0 and 1")
    return np.asarray(
        arrays["win"] * arrays["award"] * arrays["compliance"] - arrays["cost"] - arrays["counter_claims"]
    )


@dataclass(frozen=True)
class Objections:
    """What the objections of members do to a report.

    Attributes:
        others: how many members have not taken a side.
        adopted: for each number of them who object, 0 to ``others``, the share of the ways to choose them under which
            the report is adopted; (others + 1,).
    """

    others: int
    adopted: FloatArray

    @property
    def adopted_today(self) -> bool:
        """Is the report adopted if nobody objects but those who have said so?"""
        return bool(self.adopted[0] == 1.0)

    @property
    def fewest_to_stop(self) -> int | None:
        """The fewest further objections that can stop it; 0 where it is stopped already, None where nothing can."""
        stopping = np.flatnonzero(self.adopted < 1.0)
        return int(stopping[0]) if len(stopping) else None

    def probability(self, objection: ArrayLike) -> FloatArray:
        """Return how likely the report is adopted when each of the others objects independently.

        Args:
            objection: (n_rows,) probability that a member who has not taken a side objects, 0 to 1.

        Returns:
            (n_rows,) probabilities: sum over m of C(n, m) q^m (1 - q)^(n - m) times the share adopted with m.

        Raises:
            ValueError: a probability is not between 0 and 1.

        Example:
            >>> Objections(2, np.array([1.0, 0.5, 0.0])).probability([0.0, 0.5, 1.0]).round(9).tolist()
            [1.0, 0.5, 0.0]
        """
        q = np.asarray(objection, np.float64)
        if not ((q >= 0) & (q <= 1)).all():
            raise ValueError("objection: a probability lies between 0 and 1")
        m = np.arange(self.others + 1)
        ways = np.array([lgamma(self.others + 1) - lgamma(k + 1) - lgamma(self.others - k + 1) for k in m])
        inside = np.clip(q, 1e-300, 1 - 1e-16)[..., None]
        chance = np.exp(ways + m * np.log(inside) + (self.others - m) * np.log1p(-inside))
        chance = np.where((q == 0)[..., None], m == 0, np.where((q == 1)[..., None], m == self.others, chance))
        return np.asarray(np.clip(chance @ self.adopted, 0.0, 1.0))


def objections(rule: Rule, in_favour: Sequence[int], against: Sequence[int]) -> Objections:
    """Return, for each number of further objections, how often a report is adopted under the rule.

    Members named neither in favour nor against have not taken a side; whoever does not object counts as agreeing, as
    consensus takes silence.

    Args:
        rule: what a report needs to be adopted, over n members.
        in_favour: members who carry the report whatever happens (the winner).
        against: members who object whatever happens (the loser and its allies).

    Returns:
        Exact shares: in closed form where all members count alike, else by trying every way to object.

    Raises:
        RuleError: a member does not exist, or is on both sides.
        TooLarge: members count differently and more than 18 have not taken a side.

    Source: consensus and reverse consensus as in the WTO Dispute Settlement Understanding, Articles 2.4, 6.1 and 16.4;
    from memory, not opened.

    Example:
        >>> from comity.rules import Unless
        >>> consensus, reverse = Members(20, 20), Unless(Members(20, 20))
        >>> objections(consensus, [0], [1]).adopted_today, objections(reverse, [0], [1]).fewest_to_stop
        (False, None)
    """
    named = (*in_favour, *against)
    if not all(0 <= member < rule.n for member in named):
        raise RuleError("against", f"there is a member that does not exist; they are 0 to {rule.n - 1}")
    if set(in_favour) & set(against):
        raise RuleError("against", "a member is both in favour and against")
    others = np.array([member for member in range(rule.n) if member not in set(named)], dtype=np.int64)
    agree = np.ones(rule.n, dtype=np.bool_)
    agree[list(against)] = False
    if all(isinstance(clause, Members) for clause in clauses_of(rule)):
        growing = np.repeat(agree[None, :], len(others) + 1, axis=0)
        for count in range(1, len(others) + 1):
            growing[count, others[:count]] = False
        return Objections(len(others), passes(rule, growing).astype(np.float64))
    if len(others) > MOST_ENUMERATED:
        raise TooLarge(
            f"has {len(others)} members who have not taken a side, and they count differently; every way to object is "
            f"tried for up to {MOST_ENUMERATED}: name more of those who object as `allies`"
        )
    adopted = np.zeros(len(others) + 1)
    for start in range(0, 1 << len(others), _CHUNK):
        masks = np.arange(start, min(start + _CHUNK, 1 << len(others)))
        objecting = (masks[:, None] >> np.arange(len(others)) & 1).astype(np.bool_)
        agreeing = np.repeat(agree[None, :], len(masks), axis=0)
        agreeing[:, others] = ~objecting
        adopted += np.bincount(
            objecting.sum(axis=1), weights=passes(rule, agreeing).astype(np.float64), minlength=len(adopted)
        )
    return Objections(len(others), adopted / [comb(len(others), count) for count in range(len(adopted))])


def stage_ends(lengths: ArrayLike) -> FloatArray:
    """Return when each stage of a procedure ends, in days from its start: the running sum of the lengths.

    Args:
        lengths: (n_rows, n_stages) days that each stage takes, not negative, in their order.

    Returns:
        (n_rows, n_stages) days from the start to the end of each stage.

    Raises:
        ValueError: a length is negative or not finite.

    Example:
        >>> stage_ends([[60.0, 270.0, 60.0]]).tolist()
        [[60.0, 330.0, 390.0]]
    """
    days = np.asarray(lengths, np.float64)
    if not np.isfinite(days).all() or (days < 0).any():
        raise ValueError("lengths: a stage takes a finite number of days, 0 or more")
    return np.asarray(np.cumsum(days, axis=-1))
