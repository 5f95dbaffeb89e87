"""Abstention as a third choice: formal voting weight where members vote yes, vote no, or do neither.

A ternary voting game (Felsenthal and Machover 1997): every division of the members into those in favour, those who
abstain and those against passes or fails. Where each member chooses each of the three with one third, the probability
that a vote decides between yes and no is the ternary counterpart of the Banzhaf index.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.institutions.voting.clause_sums import BoolArray
from comity.institutions.voting.expectations import all_but_one
from comity.institutions.voting.kinds import kinds_of
from comity.institutions.voting.tallies import TooLarge
from comity.institutions.voting.yes_probabilities import read_probabilities
from comity.rules import Members, Rule, RuleError, Unless, Veto, Weighted, clauses_of, joined
from comity.rules.abstention import enough_of_voting

ALGORITHM = "counting divisions by how many of each kind of member vote yes, abstain and vote no"
BY_SUMS = "the distribution of the sum of weights, in floating point"
_ROUNDING = 2.0**-52
_MOST_CELLS = 2**26
_MOST_EXACT = 100_000
_MOST_DIVISIONS = 4_000_000
_FITS_INT64 = 2**62

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class AbstentionPower:
    """Formal voting weight with abstention as a third choice.

    Attributes:
        passes: probability that a decision passes.
        decisive: (n,) probability that it passes if the member votes yes and fails if it votes no.
        yes_or_abstain: (n,) probability that it passes if the member votes yes and fails if it abstains.
        abstain_or_no: (n,) probability that it passes if the member abstains and fails if it votes no.
        passes_exact: as a fraction; None where only floats were computed.
        decisive_exact: as fractions; None as ``passes_exact``.
        yes_or_abstain_exact: as fractions; None as ``passes_exact``.
        abstain_or_no_exact: as fractions; None as ``passes_exact``.
        absolute_error: bound on the error of the floats; 0.0 where exact.
        algorithm: what computed them, in words.
    """

    passes: float
    decisive: FloatArray
    yes_or_abstain: FloatArray
    abstain_or_no: FloatArray
    passes_exact: Fraction | None
    decisive_exact: tuple[Fraction, ...] | None
    yes_or_abstain_exact: tuple[Fraction, ...] | None
    abstain_or_no_exact: tuple[Fraction, ...] | None
    absolute_error: float
    algorithm: str

    @property
    def normalised(self) -> FloatArray:
        """(n,) ``decisive`` scaled to add up to one; zeros where nobody ever decides."""
        total = self.decisive.sum()
        return np.asarray(self.decisive / total if total else self.decisive)


def counts_abstentions(rule: Rule) -> bool:
    """Say whether a clause of the rule counts an abstention otherwise than as "not in favour".

    Example:
        >>> counts_abstentions(Members(3, 2)), counts_abstentions(Members.of(3, "2/3", of_voting=True))
        (False, True)
    """
    return _has_unless(rule) or any(
        not clause.abstention_blocks if isinstance(clause, Veto) else clause.of_voting is not None
        for clause in clauses_of(rule)
    )


def _has_unless(rule: Rule) -> bool:
    if isinstance(rule, Unless):
        return True
    return not isinstance(rule, Weighted | Members | Veto) and any(_has_unless(clause) for clause in rule.clauses)


def power_with_abstention(
    rule: Rule,
    yes: Sequence[float | str | Fraction] | None = None,
    abstain: Sequence[float | str | Fraction] | None = None,
) -> AbstentionPower:
    """Compute formal voting weight where every member votes yes, abstains or votes no, independently.

    Args:
        rule: the decision rule over n members; its clauses say how they count an abstention.
        yes: (n,) probability that each member votes yes; without it each choice has one third.
        abstain: (n,) probability that each member abstains; without it, with ``yes``, nobody abstains.

    Returns:
        The probabilities; exact up to 100,000 kinds of divisions.

    Raises:
        RuleError: a probability that is none, or two of one member that are more than one together.
        TooLarge: the rule tells too many members apart.

    Source: Felsenthal and Machover (1997), Ternary voting games; (1998), chapter 8; from memory, not opened.

    Example:
        >>> found = power_with_abstention(Members.of(2, "1/2", strict=True, of_voting=True))
        >>> str(found.passes_exact), str(found.decisive_exact[0]), str(found.yes_or_abstain_exact[0])
        ('1/3', '2/3', '1/3')
    """
    third = [Fraction(1, 3)] * rule.n
    if yes is None and abstain is None:
        in_favour, neither = third, third
    elif yes is None:
        raise RuleError("yes", "probabilities to abstain need probabilities to vote yes beside them")
    else:
        in_favour = read_probabilities(yes, rule.n)
        neither = [Fraction(0)] * rule.n if abstain is None else read_probabilities(abstain, rule.n, "abstain")
    for member, (one, other) in enumerate(zip(in_favour, neither, strict=True)):
        if one + other > 1:
            raise RuleError(f"abstain[{member}]", f"voting yes and abstaining have {float(one + other):g} together")
    kinds = [
        kind
        for alike in kinds_of(rule)
        for kind in _split(alike, [(in_favour[member], neither[member]) for member in range(rule.n)])
    ]
    divisions = math.prod(math.comb(len(kind) + 2, 2) for kind in kinds)
    if divisions > _MOST_DIVISIONS and yes is None and _is_majority_of_voting(rule):
        assert isinstance(rule, Weighted)
        return _by_sums(rule)
    if divisions > _MOST_DIVISIONS:
        raise TooLarge(
            f"{rule.n} members of {len(kinds)} kinds divide in {divisions:.1e} ways into yes, abstention and no; at "
            f"most {_MOST_DIVISIONS:,} are counted, about 13 members who are all told apart; a majority of the weights "
            "of those who vote is counted for hundreds. Without abstention ask for voting-power."
        )
    return _count(rule, kinds, in_favour, neither, exact=divisions <= _MOST_EXACT)


def _split(alike: Sequence[int], chances: Sequence[tuple[Fraction, Fraction]]) -> list[list[int]]:
    found: dict[tuple[Fraction, Fraction], list[int]] = {}
    for member in alike:
        found.setdefault(chances[member], []).append(member)
    return list(found.values())


def _divisions(size: int) -> list[tuple[int, int]]:
    """How many of a kind vote yes and how many no; the rest abstain."""
    return [(yes, no) for yes in range(size + 1) for no in range(size + 1 - yes)]


def _masses(size: int, yes: Any, neither: Any) -> list[Any]:
    against = 1 - yes - neither
    return [
        math.comb(size, k) * math.comb(size - k, m) * yes**k * against**m * neither ** (size - k - m)
        for k, m in _divisions(size)
    ]


def _count(
    rule: Rule,
    kinds: Sequence[Sequence[int]],
    in_favour: Sequence[Fraction],
    neither: Sequence[Fraction],
    *,
    exact: bool,
) -> AbstentionPower:
    dtype: Any = object if exact else np.float64
    shape = [math.comb(len(kind) + 2, 2) for kind in kinds]
    passing = _passing(rule, kinds).reshape(shape).astype(np.int64).astype(dtype)
    chances = [
        tuple(value if exact else float(value) for value in (in_favour[kind[0]], neither[kind[0]])) for kind in kinds
    ]
    masses = [np.array(_masses(len(kind), *chance), dtype=dtype) for kind, chance in zip(kinds, chances, strict=True)]
    given = all_but_one(passing, masses)
    passes = given[0].dot(masses[0])
    found: list[tuple[Any, Any]] = [(0, 0)] * rule.n
    for kind, chance, mean in zip(kinds, chances, given, strict=True):
        place = {division: at for at, division in enumerate(_divisions(len(kind)))}
        others = _divisions(len(kind) - 1)
        voting_yes, abstaining, voting_no = (
            mean[[place[k + more, m + less] for k, m in others]] for more, less in ((1, 0), (0, 0), (0, 1))
        )
        mass = np.array(_masses(len(kind) - 1, *chance), dtype=dtype)
        swings = mass.dot(voting_yes - abstaining), mass.dot(abstaining - voting_no)
        for member in kind:
            found[member] = swings
    up, down = [first for first, _ in found], [second for _, second in found]
    both = [first + second for first, second in found]

    def floats(values: Sequence[Any]) -> FloatArray:
        return np.array([float(value) for value in values])

    def fractions(values: Sequence[Any]) -> tuple[Fraction, ...] | None:
        return tuple(Fraction(value) for value in values) if exact else None

    return AbstentionPower(
        float(passes),
        floats(both),
        floats(up),
        floats(down),
        Fraction(passes) if exact else None,
        fractions(both),
        fractions(up),
        fractions(down),
        0.0 if exact else _ROUNDING * (2 * sum(shape) + 6 * rule.n),
        ALGORITHM if exact else f"{ALGORITHM}, in floating point",
    )


def _is_majority_of_voting(rule: Rule) -> bool:
    """One weighted clause that asks for half of the weights of those who vote, whose sums fit in memory."""
    return (
        isinstance(rule, Weighted)
        and rule.of_voting == Fraction(1, 2)
        and rule.total // math.gcd(*rule.weights) < _MOST_CELLS
    )


def _by_sums(rule: Weighted) -> AbstentionPower:
    """Half of those who vote: a member adds its weight once if it abstains and twice if it votes yes, and the sum has
    to reach the total of all weights (strict: pass it).
    """
    from comity.institutions.voting import _kernels_abstention

    divisor = math.gcd(*rule.weights)
    weights = np.array([weight // divisor for weight in rule.weights], dtype=np.int64)
    needed = int(weights.sum()) + int(rule.strict)
    voting = np.sort(weights[weights > 0])
    below = np.cumsum(_kernels_abstention.mass_of_three(voting, needed))
    up, down = np.zeros(rule.n), np.zeros(rule.n)
    longest = 0.0
    for member in np.flatnonzero(weights):
        # Taking 1 + x + x^2 out of a polynomial is to multiply it by (1 - x) / (1 - x^3): every third running total,
        # less the one below it. Terms neither grow nor shrink.
        chain = below[needed - 1 :: -weights[member]]
        sums = [float(chain[start::3].sum()) for start in range(4)]
        without = [3 * (sums[start] - sums[start + 1]) for start in range(3)]
        up[member], down[member] = without[1] - without[2], without[0] - without[1]
        longest = max(longest, float(chain.sum()))
    passes = 1.0 - float(below[-1])
    if not rule.strict:
        # Where everybody abstains nobody is in favour, and nothing passes.
        passes -= 3.0**-voting.size
        alone = np.where(weights > 0, 3.0 ** (1 - voting.size), 0.0)
        up, down = up + alone, down - alone
    error = 6 * _ROUNDING * (3 * voting.size + 4) * longest
    return AbstentionPower(passes, up + down, up, down, None, None, None, None, error, BY_SUMS)


def _passing(rule: Rule, kinds: Sequence[Sequence[int]]) -> BoolArray:
    """Whether each division passes, the last kind varying fastest."""
    tables = iter([_sums(clause, kinds) for clause in clauses_of(rule)])
    return _met(rule, tables)


def _sums(clause: Weighted | Members | Veto, kinds: Sequence[Sequence[int]]) -> tuple[NDArray[Any], NDArray[Any]]:
    """The sums of weights of those in favour and of those against in each division."""
    dtype: Any = object if isinstance(clause, Weighted) and clause.total >= _FITS_INT64 else np.int64
    sides = []
    for side in (0, 1):
        sums = np.zeros(1, dtype=dtype)
        for kind in kinds:
            weight = clause.weights[kind[0]] if isinstance(clause, Weighted) else 1
            if isinstance(clause, Veto):
                weight = int(kind[0] in clause.members)
            steps = np.array([weight * division[side] for division in _divisions(len(kind))], dtype=dtype)
            sums = (sums[:, None] + steps).ravel()
        sides.append(sums)
    return sides[0], sides[1]


def _met(rule: Rule, tables: Iterator[tuple[NDArray[Any], NDArray[Any]]], *, swapped: bool = False) -> BoolArray:
    if isinstance(rule, Unless):
        # Those against have a say of their own; who abstains is not among them.
        return ~_met(rule.clause, tables, swapped=not swapped)
    if isinstance(rule, Weighted | Members | Veto):
        yes, no = next(tables)
        return _clause_met(rule, no, yes) if swapped else _clause_met(rule, yes, no)
    return joined(rule, np.stack([_met(clause, tables, swapped=swapped) for clause in rule.clauses]))


def _clause_met(clause: Weighted | Members | Veto, yes: NDArray[Any], no: NDArray[Any]) -> BoolArray:
    if isinstance(clause, Veto):
        return np.asarray(yes == len(clause.members) if clause.abstention_blocks else no == 0, dtype=np.bool_)
    if clause.of_voting is not None:
        return enough_of_voting(yes, no, clause.of_voting, strict=clause.strict)
    needed = clause.threshold if isinstance(clause, Weighted) else clause.at_least
    return np.asarray(yes >= needed, dtype=np.bool_)
