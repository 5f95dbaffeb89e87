"""What is the cheapest concession that completes a coalition that passes a text?

Two concessions are weighed, each exactly, as a mixed-integer linear program: the cheapest change of the text, and the
cheapest compensation for the text as it is. Both are in units of the model, which is not diplomatic cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from comity.findings.contract import FloatArray
from comity.institutions.concessions.integer_program import (
    MOST_CUTS,
    Columns,
    Program,
    UnsettledError,
    cheapest_passing,
    fewest_members,
)
from comity.institutions.concessions.support import TIE, BoolArray, Stakes
from comity.rules import Rule, dual, passes

# How far a solution of the linear program may miss a tie, by the solver's own tolerance.
SOLVED = 1e-6
# How much more than the best coalition known a text may cost: a tighter limit is lost in the solver's tolerance.
_ROOM = 1e-3
_HALVINGS = 50


@dataclass(frozen=True)
class Change:
    """A changed text that passes.

    Attributes:
        cost: how far the text moves, as a share of the scales, each issue weighted by what it costs.
        text: ``(n_issues,)``, the changed text.
        supporters: who supports it, by index.
        completing: the fewest of those won over with whom it passes.
        needed: those won over without whom, alone, it would not pass.
        lost: who supported the text as it was and does not support the changed one.
    """

    cost: float
    text: FloatArray
    supporters: tuple[int, ...]
    completing: tuple[int, ...]
    needed: tuple[int, ...]
    lost: tuple[int, ...]


@dataclass(frozen=True)
class Compensation:
    """Members made as well off with the text as without an agreement, so that it passes as it is.

    Attributes:
        cost: the sum of what they would have to be given.
        completing: who they are, by index.
        amounts: what each would have to be given, in the order of ``completing``.
    """

    cost: float
    completing: tuple[int, ...]
    amounts: tuple[float, ...]


def cheapest_change(
    rule: Rule, stakes: Stakes, issue_costs: Sequence[float] | FloatArray, sponsors: Iterable[int] = ()
) -> tuple[Change, ...]:
    """Find the cheapest change of the text with which it passes, and the cheapest that other members complete.

    The second is the cheapest that passes without at least one of those whom the first cannot spare, or, where it can
    spare each of those it wins over, without at least one of the fewest that complete it.

    Args:
        rule: the decision rule over n members.
        stakes: what the members want.
        issue_costs: ``(n_issues,)``, what a move over the whole scale of each issue costs; 0 or more.
        sponsors: members who have to support the changed text, by index.

    Returns:
        None, one or two changes, the cheaper first; none where the members with a position do not pass together.

    Raises:
        ValueError: a cost that is negative or not finite, or a sponsor without a position.
        UnsettledError: the program is too large to be solved to the end.

    Source:
        The program is ours; the constraint with a large constant that a whole variable lifts is standard (Nemhauser &
        Wolsey 1988, from memory, not opened).

    Example:
        >>> from comity.rules import Members
        >>> stakes = Stakes(np.array([[1.0], [0.4], [0.25]]), np.ones((3, 1)), np.array([1.0]), np.array([0.0]))
        >>> first, second = cheapest_change(Members(3, 2), stakes, [1.0], sponsors=[0])
        >>> round(first.cost, 9), first.text.round(9).tolist(), first.completing
        (0.2, [0.8], (1,))
        >>> round(second.cost, 9), second.completing
        (0.5, (2,))
    """
    costs = np.asarray(issue_costs, np.float64)
    if not (np.isfinite(costs).all() and (costs >= 0).all()):
        raise ValueError("issue_costs: a cost is a finite number, 0 or more")
    must = _checked(sponsors, stakes)
    first = _cheapest(rule, stakes, costs, must, ())
    if first is None:
        return ()
    spared = tuple(member for member in first.needed if member not in must) or first.completing
    second = _cheapest(rule, stakes, costs, must, spared) if spared else None
    return (first,) if second is None else (first, second)


def _cheapest(
    rule: Rule, stakes: Stakes, costs: FloatArray, must: tuple[int, ...], barred: tuple[int, ...]
) -> Change | None:
    """The cheapest change for a coalition without at least one of those barred, where any are."""
    known = _known(rule, stakes, costs, must, barred)
    if known is None:
        return None
    if known.cost <= SOLVED:  # none can be cheaper by more than the solver can tell
        return _change(rule, stakes, known, must, barred)
    program = Program()
    agrees = _who_may_agree(program, stakes.stated, must)
    _text_within_reach(program, stakes, costs, agrees, known.cost + _ROOM)
    _not_all_of(program, agrees, barred)
    return _change(rule, stakes, _settled(program, rule, stakes, costs, agrees, known), must, barred)


@dataclass(frozen=True)
class _Priced:
    """A coalition that passes, and the cheapest text that nobody in it loses by."""

    cost: float
    text: FloatArray
    coalition: tuple[int, ...]


def _priced(stakes: Stakes, costs: FloatArray, coalition: tuple[int, ...]) -> _Priced:
    text = _text_for(stakes, costs, coalition)
    text = np.where(np.abs(text - stakes.proposal) < SOLVED, stakes.proposal, text)
    return _Priced(float(costs @ np.abs(text - stakes.proposal)), text, coalition)


def _known(
    rule: Rule, stakes: Stakes, costs: FloatArray, must: tuple[int, ...], barred: tuple[int, ...]
) -> _Priced | None:
    """A good coalition that passes, from which the search starts; None where none does.

    On the straight way from the text to what applies without an agreement members only ever join, so the first
    coalition that passes on it is found by sorting. Those barred are left without one of them in turn.
    """
    joins = _joins(stakes)
    kept: list[BoolArray] = [stakes.stated]
    if barred:
        kept = [stakes.stated & (np.arange(rule.n) != out) for out in barred if out not in must]
    best: _Priced | None = None
    for able in kept:
        coalitions = np.array([(joins <= at) & able for at in np.unique(joins[able])], dtype=np.bool_)
        if not len(coalitions):
            continue
        coalitions[:, list(must)] = True
        passing = np.flatnonzero(passes(rule, coalitions))
        if len(passing):
            found = _priced(stakes, costs, tuple(np.flatnonzero(coalitions[int(passing[0])]).tolist()))
            best = found if best is None or found.cost < best.cost else best
    return best


def _joins(stakes: Stakes) -> FloatArray:
    """How far along the way from the text to no agreement each member begins to support it, ``(n_members,)``."""
    without, way = stakes.losses(stakes.reference), stakes.reference - stakes.proposal
    where = np.nan_to_num(stakes.positions)

    def agrees(at: FloatArray) -> BoolArray:
        texts = stakes.proposal + at[:, None] * way
        return np.asarray((np.abs(texts - where) * stakes.weights).sum(axis=1) <= without + TIE)

    low, high = np.zeros(len(where)), np.ones(len(where))
    high[agrees(low)] = 0.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        joined = agrees(middle)
        low, high = np.where(joined, low, middle), np.where(joined, middle, high)
    return high


def _settled(
    program: Program, rule: Rule, stakes: Stakes, costs: FloatArray, agrees: Columns, known: _Priced
) -> _Priced:
    """The cheapest coalition, each that the search comes upon priced again on its own.

    Where a member hardly cares about an issue, the solver's tolerance on who agrees is worth a visible move of the
    text. So a coalition that looked cheaper than it is gets cut off with all larger ones, which cost no less, and the
    search goes on until no other can be cheaper.
    """
    best = known
    program.require(rule, agrees)
    for _ in range(MOST_CUTS):
        solved = cheapest_passing(program, rule, agrees, required=True)
        if solved is None or solved[0].cost >= best.cost - TIE:
            return best
        found = _priced(stakes, costs, solved[1])
        best = found if found.cost < best.cost else best
        if found.cost <= solved[0].cost + SOLVED:
            return best
        members = agrees[list(solved[1])]
        program.at_most(members, [1.0] * len(members), len(members) - 1.0)
    raise UnsettledError(f"{MOST_CUTS} coalitions cost nearly the same")


def cheapest_compensation(rule: Rule, stakes: Stakes, sponsors: Iterable[int] = ()) -> tuple[Compensation, ...]:
    """Find the members whom it is cheapest to make no worse off than no agreement, the text as it is; and the next.

    What a member would have to be given is its loss at the text less its loss without an agreement. Adding these up
    takes the losses of different members as comparable.

    Args:
        rule: the decision rule over n members.
        stakes: what the members want.
        sponsors: members who have to support the text, by index.

    Returns:
        None, one or two compensations, the cheaper first; the second does not include all members of the first.

    Raises:
        ValueError: a sponsor without a position.
        UnsettledError: the program is too large to be solved to the end.

    Source:
        The cheapest winning coalition of a vote buyer who moves alone: Snyder 1991, On buying legislatures, Economics
        & Politics 3 (from memory, not opened).

    Example:
        >>> from comity.rules import Members
        >>> stakes = Stakes(np.array([[1.0], [0.4], [0.25]]), np.ones((3, 1)), np.array([1.0]), np.array([0.0]))
        >>> [(round(each.cost, 9), each.completing) for each in cheapest_compensation(Members(3, 2), stakes)]
        [(0.2, (1,)), (0.5, (2,))]
    """
    already = stakes.in_favour(stakes.proposal)
    short = np.maximum(stakes.losses(stakes.proposal) - stakes.losses(stakes.reference), 0.0)
    short[already] = 0.0
    must = _checked(sponsors, stakes)
    found: list[Compensation] = []
    for _ in range(2):
        program = Program()
        agrees = _who_may_agree(program, stakes.stated, must, cost=short)
        _not_all_of(program, agrees, found[0].completing if found else ())
        solved = cheapest_passing(program, rule, agrees)
        if solved is None:
            break
        won = tuple(member for member in solved[1] if not already[member])
        if not won:
            break
        amounts = tuple(float(short[member]) for member in won)
        found.append(Compensation(sum(amounts), won, amounts))
    return tuple(found)


def indispensable(rule: Rule, may_agree: ArrayLike) -> tuple[int, ...] | None:
    """Return the members without whom those who may agree do not pass; None where all of them together do not.

    Args:
        rule: the decision rule over n members.
        may_agree: ``(n,)`` booleans.

    Example:
        >>> from comity.rules import Members
        >>> indispensable(Members(3, 2), [True, True, False])
        (0, 1)
        >>> indispensable(Members(3, 2), [True, True, True])
        ()
    """
    able = np.asarray(may_agree, dtype=np.bool_)
    if not bool(passes(rule, able)):
        return None
    without_one = able & ~np.eye(rule.n, dtype=np.bool_)
    return tuple(int(member) for member in np.flatnonzero(able & ~passes(rule, without_one)))


def smallest_block(rule: Rule, against: ArrayLike) -> tuple[int, ...] | None:
    """Return the fewest of those not in favour who are enough to block; None where they cannot.

    Args:
        rule: the decision rule over n members.
        against: ``(n,)`` booleans, True for members who do not agree.

    Example:
        >>> from comity.rules import Members
        >>> smallest_block(Members(5, 3), [False, True, True, True, True])
        (1, 2, 3)
        >>> smallest_block(Members(5, 3), [False, False, False, True, True]) is None
        True
    """
    return fewest_members(dual(rule), np.flatnonzero(np.asarray(against, dtype=np.bool_)).tolist())


def _checked(sponsors: Iterable[int], stakes: Stakes) -> tuple[int, ...]:
    must = tuple(sorted(set(sponsors)))
    for member in must:
        if not (0 <= member < len(stakes.positions) and stakes.stated[member]):
            raise ValueError(f"sponsors: member {member} has no position, so nothing is known that it would support")
    return must


def _who_may_agree(
    program: Program, stated: BoolArray, must: tuple[int, ...], cost: FloatArray | float = 0.0
) -> Columns:
    agrees = program.variables(len(stated), cost=cost, whole=True)
    program.fix(agrees[~stated], 0.0)
    program.fix(agrees[list(must)], 1.0)
    return agrees


def _not_all_of(program: Program, agrees: Columns, barred: tuple[int, ...]) -> None:
    """Leave out every coalition with all of those barred, where any are."""
    if barred:
        program.at_most(agrees[list(barred)], [1.0] * len(barred), len(barred) - 1.0)


def _text_within_reach(
    program: Program, stakes: Stakes, costs: FloatArray, agrees: Columns, limit: float
) -> tuple[Columns, Columns]:
    """Add a text that costs no more than the limit, and that no member whose variable is 1 loses by.

    Returns the columns of the text and of how far it moves.
    """
    members = np.flatnonzero(stakes.stated)
    low, high = _hull(stakes, members, costs, limit)
    text, moves = _text(program, stakes, costs, low, high)
    program.at_most(moves, costs, limit)
    at_text, without = stakes.losses(stakes.proposal), stakes.losses(stakes.reference)
    for member in members.tolist():
        issues = np.flatnonzero(stakes.weights[member] > 0)
        weights, wanted = stakes.weights[member, issues], stakes.positions[member, issues]
        nearest = np.abs(np.clip(wanted, low[issues], high[issues]) - wanted)
        farthest = np.maximum(np.abs(wanted - low[issues]), np.abs(wanted - high[issues]))
        # All of the limit spent on the issue that matters most to the member for its cost changes its loss by no more.
        swing = limit * max(
            weight / cost if cost else np.inf for weight, cost in zip(weights, costs[issues], strict=True)
        )
        least = max(float(weights @ nearest), at_text[member] - swing)
        lifted = min(float(weights @ farthest), at_text[member] + swing) - without[member]
        if least > without[member] + SOLVED:
            program.fix([agrees[member]], 0.0)
        elif lifted > 0:
            loss = _loss(program, text[issues], wanted, weights, low[issues], high[issues])
            loss.at_most(program, without[member] + lifted, [(agrees[member], lifted)])
    return text, moves


def _hull(
    stakes: Stakes, members: Sequence[int] | Columns, costs: FloatArray, limit: float
) -> tuple[FloatArray, FloatArray]:
    """Between which ends of each issue the cheapest text lies.

    No text is worth a look outside the hull of the text as it is and the positions: moving it to the nearest point of
    the hull is no worse for anybody, and the move is shorter. And none that moves further on one issue than the limit.
    """
    held = stakes.positions[list(members)]
    reach = np.divide(limit, costs, out=np.full_like(costs, np.inf), where=costs > 0)
    low = np.fmin(stakes.proposal, np.fmin.reduce(held, axis=0, initial=np.inf))
    high = np.fmax(stakes.proposal, np.fmax.reduce(held, axis=0, initial=-np.inf))
    return np.maximum(low, stakes.proposal - reach), np.minimum(high, stakes.proposal + reach)


def _text(
    program: Program, stakes: Stakes, costs: FloatArray, low: FloatArray, high: FloatArray
) -> tuple[Columns, Columns]:
    text = program.variables(len(costs), low=low, high=high)
    moves = program.variables(len(costs), cost=costs)
    for at, moved, today in zip(text, moves, stakes.proposal, strict=True):
        _at_least_the_distance(program, moved, at, today)
    return text, moves


@dataclass(frozen=True)
class _Loss:
    """A member's loss at a text that is not known yet: a sum of variables, each times its weight, and a constant."""

    columns: list[int]
    weights: list[float]
    constant: float

    def at_most(self, program: Program, bound: float, more: Sequence[tuple[int, float]] = ()) -> None:
        columns, weights = [*self.columns, *(at for at, _ in more)], [*self.weights, *(by for _, by in more)]
        program.at_most(columns, weights, bound - self.constant)


def _loss(
    program: Program, text: Columns, wanted: FloatArray, weights: FloatArray, low: FloatArray, high: FloatArray
) -> _Loss:
    """A member's loss, issue by issue; a variable for its distance only where the text may lie on either side."""
    columns: list[int] = []
    by: list[float] = []
    constant = 0.0
    for at, position, weight, least, most in zip(text.tolist(), wanted, weights, low, high, strict=True):
        if least < position < most:
            (distance,) = program.variables(1).tolist()
            _at_least_the_distance(program, distance, at, position)
            columns.append(distance)
            by.append(weight)
        else:
            side = 1.0 if position <= least else -1.0
            columns.append(at)
            by.append(side * weight)
            constant -= side * weight * position
    return _Loss(columns, by, float(constant))


def _at_least_the_distance(program: Program, distance: int, at: int, point: float) -> None:
    program.at_least([distance, at], [1.0, -1.0], -point)
    program.at_least([distance, at], [1.0, 1.0], point)


def _change(rule: Rule, stakes: Stakes, best: _Priced, must: tuple[int, ...], barred: tuple[int, ...]) -> Change:
    """What a changed text comes to: who supports it then, and the fewest of those won over who complete it."""
    before = stakes.in_favour(stakes.proposal)
    after = stakes.stated & (stakes.losses(best.text) <= stakes.losses(stakes.reference) + SOLVED)
    after[list(best.coalition)] = True
    stay = [*np.flatnonzero(after & before).tolist(), *must]
    won = set(np.flatnonzero(after & ~before).tolist()) - set(must)
    # All of those barred may support the text too: they are not all needed.
    among = [won - {out} for out in barred if out not in must] or [won]
    fewest = [fewest_members(rule, each, stay) for each in among]
    completing = min((each for each in fewest if each is not None), key=lambda each: (len(each), each))
    return Change(
        best.cost,
        best.text,
        tuple(np.flatnonzero(after).tolist()),
        tuple(sorted({*completing, *(member for member in must if not before[member])})),
        tuple(member for member in indispensable(rule, after) or () if not before[member]),
        tuple(np.flatnonzero(before & ~after).tolist()),
    )


def _text_for(stakes: Stakes, costs: FloatArray, coalition: tuple[int, ...]) -> FloatArray:
    """The cheapest text that nobody of the coalition loses by; of those, where an issue costs nothing, the nearest.

    What applies without an agreement is acceptable to all, so this always has a solution.
    """
    low, high = _hull(stakes, coalition, costs, np.inf)
    without = stakes.losses(stakes.reference)
    found: FloatArray = stakes.proposal
    limit: float | None = None
    for counted in (costs, np.ones_like(costs))[: 1 + int((costs == 0).any())]:
        program = Program()
        text, moves = _text(program, stakes, counted, low, high)
        if limit is not None:
            program.at_most(moves, costs, limit + TIE)
        for member in coalition:
            issues = np.flatnonzero(stakes.weights[member] > 0)
            wanted, weights = stakes.positions[member, issues], stakes.weights[member, issues]
            _loss(program, text[issues], wanted, weights, low[issues], high[issues]).at_most(program, without[member])
        solved = program.solve()
        assert solved is not None
        found, limit = solved.values[text], solved.cost
    return found
