"""Delegation: how far to let an agent decide who knows more and wants something else, and what the rule lets it do.

One principal weighs an agent's better knowledge against its bias. Several principals who act by a decision rule leave
the agent more: whatever no coalition able to pass a decision would replace.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from comity.rules import Rule, unbeaten_interval
from comity.rules.unbeaten import FloatArray


@dataclass(frozen=True)
class DelegationLosses:
    """The principal's expected losses, each (n_rows,), in squared units of the policy.

    Attributes:
        alone: it decides before the facts are known, and leaves the agent no choice.
        full: the agent decides without a limit.
        capped: the agent decides up to the best cap.
        cap: how far from the policy that is best on average the agent may go in the direction of its bias under the
            best cap; 0 where it is best to delegate nothing, the shock where the agent has no bias.
    """

    alone: FloatArray
    full: FloatArray
    capped: FloatArray
    cap: FloatArray


def _checked(bias: ArrayLike, shock: ArrayLike) -> tuple[FloatArray, FloatArray]:
    away, reach = np.broadcast_arrays(np.abs(np.asarray(bias, np.float64)), np.asarray(shock, np.float64))
    if not (np.isfinite(away).all() and np.isfinite(reach).all()):
        raise ValueError("bias and shock: a number is not finite")
    if (reach <= 0).any():
        raise ValueError(
            f"shock: {float(reach.min()):g} is not above 0; there is nothing that an agent would know better"
        )
    return away, reach


def delegation_losses(bias: ArrayLike, shock: ArrayLike) -> DelegationLosses:
    """Return what a principal expects to lose when it delegates nothing, everything, or up to the best cap.

    The best policy for the principal is a shock, uniform on [-shock, shock], that only the agent observes; the agent
    wants ``bias`` more than that. Losses are squared distances. Alone the principal loses shock² / 3, the variance;
    under full delegation bias². The best delegation is a cap at shock - |bias| in the direction of the bias, with a
    loss of bias² - 2 |bias|³ / (3 shock); where |bias| is not below the shock, nothing is delegated.

    Args:
        bias: (n_rows,) how much more than the principal the agent wants, in units of the policy; the sign is the
            direction and changes no loss.
        shock: (n_rows,) half-width of the range of the shock, in the same unit, above 0.

    Returns:
        The losses and the best cap.

    Raises:
        ValueError: a number is not finite, or a shock is not above 0.

    Source: Holmström (1977, 1984) and Melumad and Shibano (1991) for the problem, Alonso and Matouschek (2008) for the
    cap, Epstein and O'Halloran (1999) for delegation to agencies; from memory, not opened. The loss under the cap is
    derived here and checked against numerical integration.

    Example:
        >>> found = delegation_losses(2.0, 6.0)
        >>> float(found.alone), float(found.full), float(found.cap), round(float(found.capped), 3)
        (12.0, 4.0, 4.0, 3.111)
    """
    away, reach = _checked(bias, shock)
    alone = reach**2 / 3
    worth_it = away < reach
    capped = np.where(worth_it, away**2 - 2 * away**3 / (3 * reach), alone)
    return DelegationLosses(alone, away**2, capped, np.where(worth_it, reach - away, 0.0))


def loss_under_cap(bias: ArrayLike, shock: ArrayLike, cap: ArrayLike) -> FloatArray:
    """Return what a principal expects to lose when the agent may go up to a cap in the direction of its bias.

    Args:
        bias: (n_rows,) as in ``delegation_losses``.
        shock: (n_rows,) as in ``delegation_losses``.
        cap: (n_rows,) the furthest policy that the agent may choose, measured in the direction of the bias from the
            policy that is best on average.

    Returns:
        (n_rows,) expected squared distance from the policy that would have been best.

    Raises:
        ValueError: a number is not finite, or a shock is not above 0.

    Source: derived here, for the problem of Melumad and Shibano (1991); from memory, not opened.

    Example:
        >>> loss_under_cap(2.0, 6.0, [0.0, 4.0, 8.0]).round(3).tolist()
        [7.556, 3.111, 4.0]
    """
    away, reach = _checked(bias, shock)
    limit = np.asarray(cap, np.float64)
    if not np.isfinite(limit).all():
        raise ValueError("cap: a number is not finite")
    # Below the shock `limit - away` the agent gets what it wants and errs by its bias; above it, it sits at the cap.
    binds_from = np.clip(limit - away, -reach, reach)
    free = away**2 * (binds_from + reach)
    at_cap = ((reach - limit) ** 3 - (binds_from - limit) ** 3) / 3
    return np.asarray((free + at_cap) / (2 * reach))


def agents_choice(low: ArrayLike, high: ArrayLike, ideal_point: ArrayLike) -> FloatArray:
    """Return the policy that an agent chooses when none between low and high would be replaced: the nearest to its own.

    Args:
        low: (n_rows,) lower end of the unbeaten policies (``comity.rules.unbeaten_interval``).
        high: (n_rows,) their upper end.
        ideal_point: (n_rows,) what the agent wants.

    Returns:
        (n_rows,) the agent's choice; where ``low > high`` no policy is safe, and the choice is the ideal point.

    Source: agency slack under several principals, Hawkins, Lake, Nielson and Tierney (2006); the unbeaten policies are
    the core on one line (Black 1948); from memory, not opened.

    Example:
        >>> agents_choice([2.0, 2.0, 2.0], [6.0, 6.0, 6.0], [1.0, 3.0, 9.0]).tolist()
        [2.0, 3.0, 6.0]
    """
    bottom, top, wanted = (np.asarray(each, np.float64) for each in (low, high, ideal_point))
    return np.where(bottom > top, wanted, np.minimum(np.maximum(wanted, bottom), np.maximum(bottom, top)))


@dataclass(frozen=True)
class Narrowing:
    """What is left of the unbeaten policies if one member changes its mind.

    Attributes:
        member: its index.
        to: where it moves.
        low: lower end of what is left.
        high: upper end of what is left.
    """

    member: int
    to: float
    low: float
    high: float


def narrowings(rule: Rule, positions: ArrayLike) -> tuple[Narrowing, ...]:
    """Return the members who can leave an agent less room by moving alone, those who can take away most first.

    A member takes most away by moving to an end: to the upper one, which only raises the lower, or to the lower one,
    which only brings down the upper. Whoever stands outside can do it as well as a pivot, by changing sides.

    Args:
        rule: the decision rule by which the principals act together.
        positions: (n,) their positions on one line.

    Returns:
        The members whose move narrows the interval, with what is left; empty where it is one point or there is none.

    Raises:
        RuleError: there are not as many positions as members, or a position is not finite.

    Source: pivots of a decision rule as the principals of an agency (Krehbiel 1998, Tsebelis 2002); from memory, not
    opened. That a move to an end narrows most is ours, and checked against every other move.

    Example:
        >>> from comity.rules import Members
        >>> [(each.member, each.low, each.high) for each in narrowings(Members(4, 4), [0.0, 2.0, 5.0, 9.0])]
        [(3, 0.0, 5.0), (0, 2.0, 9.0)]
    """
    stands = np.asarray(positions, np.float64)
    low, high = (float(end) for end in unbeaten_interval(rule, stands))
    if not low < high:
        return ()
    n = rule.n
    moved = np.repeat(stands[None, :], 2 * n, axis=0)
    moved[np.arange(n), np.arange(n)] = np.maximum(stands, high)
    moved[n + np.arange(n), np.arange(n)] = np.minimum(stands, low)
    lows, highs = (end.reshape(2, n) for end in unbeaten_interval(rule, moved))
    upward = (highs - lows)[0] <= (highs - lows)[1]
    row = np.where(upward, 0, 1)
    found = [
        Narrowing(
            member, high if upward[member] else low, float(lows[row[member], member]), float(highs[row[member], member])
        )
        for member in range(n)
        if (highs - lows)[row[member], member] < high - low
    ]
    return tuple(sorted(found, key=lambda each: (each.high - each.low, each.member)))
