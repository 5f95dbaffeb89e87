"""A body made of a few kinds of seats: the formal voting weight of one seat of each kind, and of who takes turns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from comity.institutions.voting.voting_power import voting_power
from comity.rules import All, Members, Rule, Veto


@dataclass(frozen=True)
class SeatWeight:
    """Formal voting weight of one seat of each kind.

    Attributes:
        banzhaf: for each kind, the share of equally likely coalitions of the others in which the seat decides.
        shapley_shubik: for each kind, the probability that the seat is the one whose arrival decides.
        efficiency: share of all coalitions that can act.
    """

    banzhaf: tuple[float, ...]
    shapley_shubik: tuple[float, ...]
    efficiency: float


def weight_of_seats(counts: Sequence[int], vetoes: Sequence[bool], needs: int) -> SeatWeight | None:
    """Return the formal voting weight of one seat of each kind, exact; None where nothing can pass.

    Args:
        counts: seats of each kind.
        vetoes: whether a seat of each kind can block alone.
        needs: votes that a decision needs, of all seats.

    Returns:
        The weights by kind, or None where more votes are needed than there are seats.

    Source: Penrose (1946); Banzhaf (1965); Shapley and Shubik (1954), who treat the Security Council; from memory,
    not opened.

    Example:
        >>> council = weight_of_seats([5, 10], [True, False], 9)
        >>> round(council.banzhaf[0] * 2**14), round(council.banzhaf[1] * 2**14)
        (848, 84)
    """
    n = sum(counts)
    if needs > n:
        return None
    starts = [sum(counts[:kind]) for kind in range(len(counts))]
    holders = tuple(
        start + seat for start, count, veto in zip(starts, counts, vetoes, strict=True) if veto for seat in range(count)
    )
    rule: Rule = Members(n, needs)
    if holders:
        rule = All((rule, Veto(n, holders)))
    power = voting_power(rule)
    assert power.shapley_shubik is not None
    return SeatWeight(
        tuple(float(power.banzhaf[start]) for start in starts),
        tuple(float(power.shapley_shubik[start]) for start in starts),
        power.efficiency,
    )


def share_of_time(seats: int, candidates: int) -> float:
    """Return the share of time that one of ``candidates`` holds one of ``seats`` if all took turns equally.

    Args:
        seats: seats that are held in turn.
        candidates: those who can hold one.

    Returns:
        A share, at most one.

    Raises:
        ValueError: nobody can hold the seats.

    Example:
        >>> round(share_of_time(10, 188), 3)
        0.053
    """
    if candidates <= 0:
        raise ValueError("candidates: nobody could hold the seats")
    return min(1.0, seats / candidates)
