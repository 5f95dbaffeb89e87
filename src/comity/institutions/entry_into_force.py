"""Entry into force: a decision rule over members that join one after another, and the day on which it is first met."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from comity.rules import Members, Rule, RuleError, Weighted, clauses_of, passes

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class Path:
    """How far each clause of a rule had come on every day on which somebody joined.

    Attributes:
        days: (n_days,) the days, rising.
        held: (n_clauses, n_days) share of all weight (or of all members) that had joined by the end of each day.
        needed: (n_clauses,) the share that the clause needs.
        met: (n_days,) whether the whole rule was met by the end of each day.
    """

    days: FloatArray
    held: FloatArray
    needed: FloatArray
    met: BoolArray


def first_day(rule: Rule, joined: ArrayLike) -> FloatArray:
    """Return the first day on which those who had joined by its end meet the rule.

    Rules are monotone, so the day is found by halving the order in which members joined: a rule over 200 members
    is asked nine times, for all rows at once.

    Args:
        rule: the rule over n members.
        joined: (n_rows, n) or (n,) day on which each member joined, in any unit; infinite where it did not.

    Returns:
        (n_rows,) the day, infinite where the rule is never met; a single number for one row.

    Raises:
        RuleError: the last axis is not n long, or a day is not a number.

    Source: the provisions themselves, such as the Kyoto Protocol, Article 25(1).

    Example:
        >>> first_day(Weighted((5, 3, 2), 7), [[10.0, 40.0, 20.0], [10.0, np.inf, 20.0]]).tolist()
        [20.0, 20.0]
        >>> first_day(Weighted((5, 3, 2), 8), [10.0, np.inf, 20.0]).tolist()
        inf
    """
    days = _days(rule, joined)
    rows = np.atleast_2d(days)
    order = np.sort(rows, axis=1)
    low = np.zeros(len(rows), dtype=np.intp)
    high = np.isfinite(order).sum(axis=1)  # where it stays here, the rule is never met
    at = np.arange(len(rows))
    while (low < high).any():
        middle = (low + high) // 2
        day = order[at, np.minimum(middle, rule.n - 1)]
        met = passes(rule, (rows <= day[:, None]) & np.isfinite(rows))
        high = np.where((low < high) & met, middle, high)
        low = np.where((low < high) & ~met, middle + 1, low)
    found = np.where(low < np.isfinite(order).sum(axis=1), order[at, np.minimum(low, rule.n - 1)], np.inf)
    return np.asarray(found if days.ndim == 2 else found[0])


def completed_by(rule: Rule, joined: ArrayLike) -> tuple[int, ...]:
    """Return the members whose joining completed the condition, by index; empty where it is never met.

    Of those who joined on the day, only those without whom the others of that day would not have been enough; all of
    them where each could have been spared.

    Args:
        rule: the rule over n members.
        joined: (n,) day on which each member joined; infinite where it did not.

    Returns:
        Member indices, ascending.

    Raises:
        RuleError: see ``first_day``.

    Example:
        >>> completed_by(Weighted((5, 3, 2), 7), [10.0, 40.0, 20.0])
        (2,)
    """
    days = _days(rule, joined)
    day = first_day(rule, days)
    if not np.isfinite(day):
        return ()
    that_day = np.flatnonzero(days == day)
    without = np.repeat((days <= day)[None, :], len(that_day), axis=0)
    without[np.arange(len(that_day)), that_day] = False
    needed = that_day[~passes(rule, without)]
    return tuple(int(member) for member in (needed if needed.size else that_day))


def indispensable(rule: Rule, refusing: ArrayLike) -> BoolArray:
    """Say of each member whether the rule fails without it although all others but those who refuse join.

    Args:
        rule: the rule over n members.
        refusing: (n,) booleans, True for members who stay out whatever happens.

    Returns:
        (n,) booleans; False for those who refuse, and True for all others where even together they are not enough.

    Raises:
        RuleError: not n members.

    Example:
        >>> indispensable(Weighted((4, 3, 2, 1), 6), [True, False, False, False]).tolist()
        [False, True, True, True]
        >>> indispensable(Weighted((4, 3, 2, 1), 6), [False, False, False, True]).tolist()
        [True, False, False, False]
    """
    out = np.asarray(refusing, dtype=np.bool_)
    if out.shape != (rule.n,):
        raise RuleError("refusing", f"has shape {out.shape}; {rule.n} members are needed")
    left = np.repeat(~out[None, :], rule.n, axis=0) & ~np.eye(rule.n, dtype=np.bool_)
    return np.asarray(~passes(rule, left) & ~out)


def first_day_without(rule: Rule, joined: ArrayLike) -> FloatArray:
    """Return, for each member, the day on which the rule would be met had that member alone not joined.

    Args:
        rule: the rule over n members.
        joined: (n,) day on which each member joined; infinite where it did not.

    Returns:
        (n,) days; infinite where the rule would never be met.

    Raises:
        RuleError: see ``first_day``.

    Example:
        >>> first_day_without(Weighted((5, 3, 2), 5), [10.0, 40.0, 20.0]).tolist()
        [40.0, 10.0, 10.0]
    """
    days = np.repeat(_days(rule, joined)[None, :], rule.n, axis=0)
    np.fill_diagonal(days, np.inf)
    return first_day(rule, days)


def completing(rule: Rule, joined: ArrayLike) -> tuple[int, ...]:
    """Return the members who have not joined and of whom each alone would complete the condition, by index.

    Args:
        rule: the rule over n members.
        joined: (n,) day on which each member joined; infinite where it did not.

    Returns:
        Member indices, ascending; empty where the rule is met, or where no single member is enough.

    Raises:
        RuleError: see ``first_day``.

    Example:
        >>> completing(Weighted((5, 3, 2), 7), [10.0, np.inf, np.inf])
        (1, 2)
    """
    inside = np.isfinite(_days(rule, joined))
    if passes(rule, inside):
        return ()
    outside = np.flatnonzero(~inside)
    added = np.repeat(inside[None, :], len(outside), axis=0)
    added[np.arange(len(outside)), outside] = True
    return tuple(int(member) for member in outside[passes(rule, added)])


def path_to_force(rule: Rule, joined: ArrayLike) -> Path:
    """Return how the shares that a rule asks for grew, day by day.

    Args:
        rule: the rule over n members; its weighted and member clauses are followed, in order.
        joined: (n,) day on which each member joined; infinite where it did not.

    Returns:
        The path; without days where nobody joined.

    Raises:
        RuleError: see ``first_day``.

    Example:
        >>> path = path_to_force(Weighted((5, 3, 2), 7), [10.0, 40.0, 20.0])
        >>> path.days.tolist(), path.held.round(2).tolist(), path.needed.tolist(), path.met.tolist()
        ([10.0, 20.0, 40.0], [[0.5, 0.7, 1.0]], [0.7], [False, True, True])
    """
    joining = _days(rule, joined)
    days = np.unique(joining[np.isfinite(joining)])
    inside = (joining[None, :] <= days[:, None]) & np.isfinite(joining)[None, :]
    followed = [clause for clause in clauses_of(rule) if isinstance(clause, Weighted | Members)]
    held = np.zeros((len(followed), len(days)))
    needed = np.zeros(len(followed))
    for at, clause in enumerate(followed):
        weights = clause.weights if isinstance(clause, Weighted) else (1,) * clause.n
        total = sum(weights)
        # Python integers: a weight may pass 2^53, and a share that just reaches its threshold has to show it.
        sums = inside.astype(object) @ np.array(weights, dtype=object) if len(days) else []
        held[at] = [float(value / total) for value in sums]
        needed[at] = (clause.quota if isinstance(clause, Weighted) else clause.at_least) / total
    met = passes(rule, inside) if len(days) else np.zeros(0, dtype=np.bool_)
    return Path(days, held, needed, np.asarray(met))


def with_unlisted(joined: ArrayLike, unlisted: ArrayLike, days: ArrayLike, parties: ArrayLike) -> FloatArray:
    """Give members who are known only by number the days on which so many had joined at the least.

    Args:
        joined: (n_rows, n) day on which each member joined; infinite where it did not, or is not listed.
        unlisted: indices of the members that are not listed by name, who have to be alike.
        days: (n_days,) days for which a number is stated, rising.
        parties: (n_rows, n_days) how many of the unlisted had joined by each of them.

    Returns:
        (n_rows, n) days, those of the unlisted filled in.

    Raises:
        RuleError: a number of parties that is above the number of members not listed.

    Example:
        >>> with_unlisted([[3.0, np.inf, np.inf, np.inf]], [1, 2, 3], [5.0, 9.0], [[1, 2]]).tolist()
        [[3.0, 5.0, 9.0, inf]]
    """
    filled = np.array(joined, dtype=np.float64)
    members = np.asarray(unlisted, dtype=np.intp)
    counts = np.asarray(parties, dtype=np.float64)
    if counts.size and counts.max() > len(members):
        raise RuleError("parties", f"{counts.max():.0f} parties are more than the {len(members)} members not listed")
    for day, count in reversed(list(zip(np.asarray(days, dtype=np.float64), counts.T, strict=True))):
        there = np.arange(len(members)) < count[:, None]
        filled[:, members] = np.where(there, day, filled[:, members])
    return filled


def _days(rule: Rule, joined: ArrayLike) -> FloatArray:
    days = np.asarray(joined, dtype=np.float64)
    if days.ndim not in (1, 2) or days.shape[-1] != rule.n:
        raise RuleError("joined", f"has shape {days.shape}; the last axis has to be the {rule.n} members")
    if np.isnan(days).any():
        raise RuleError("joined", "a day is not a number; a member that has not joined has an infinite day")
    return days
