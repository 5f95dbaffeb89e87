"""Success and decision when members say yes with probabilities of their own.

The probability that a decision passes is Owen's multilinear extension of the rule at these probabilities (1972); its
slope along a member's own is the probability that this member decides. With one half for all, deciding is the
Banzhaf index and success is satisfaction.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.institutions.voting.clause_sums import ClauseSums
from comity.institutions.voting.expectations import all_but_one
from comity.institutions.voting.kinds import kinds_of, passes_by_counts, vectors_of
from comity.institutions.voting.tallies import TooLarge
from comity.rules import All, AtLeastOf, AtLeastOne, Rule, RuleError, Weighted, without_unless

BY_KINDS = "summing over numbers of members of each kind"
BY_SUMS = "the distribution of the sum of weights, in floating point"
BY_HALVES = "summing over all coalitions, in floating point"
_FEW_VECTORS = 100_000
_MANY_VECTORS = 2**21
_MOST_CELLS = 2**25
_MOST_MEMBERS = 28
_PAIRS_AT_ONCE = 2**16
_ROUNDING = 2.0**-52

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Chances:
    """How likely a decision is, and each member to decide it and to be content with it.

    Attributes:
        passes: probability that a decision passes.
        decisive: (n,) probability that the decision hangs on the member's vote, whatever its own vote.
        success: (n,) probability that the decision goes as the member votes.
        passes_exact: as a fraction; None where only floats were computed.
        decisive_exact: as fractions; None as ``passes_exact``.
        success_exact: as fractions; None as ``passes_exact``.
        absolute_error: bound on the error of the floats; 0.0 where exact.
        algorithm: what computed them, in words.
    """

    passes: float
    decisive: FloatArray
    success: FloatArray
    passes_exact: Fraction | None
    decisive_exact: tuple[Fraction, ...] | None
    success_exact: tuple[Fraction, ...] | None
    absolute_error: float
    algorithm: str

    @property
    def luck(self) -> FloatArray:
        """(n,) probability that the decision goes as the member votes and would have done so anyway.

        Source: Laruelle and Valenciano (2005), Assessing success and decisiveness; from memory, not opened.
        """
        return np.asarray(self.success - self.decisive)


def read_probabilities(given: Sequence[float | str | Fraction], n: int, field: str = "yes") -> list[Fraction]:
    """Return n probabilities exactly; a float means the decimal number that it prints as.

    Raises:
        RuleError: not n of them, or one that is no number from 0 to 1.

    Example:
        >>> read_probabilities([0.1, "1/3"], 2)
        [Fraction(1, 10), Fraction(1, 3)]
    """
    if len(given) != n:
        raise RuleError(field, f"there are {len(given)} probabilities for {n} members")
    found = []
    for member, value in enumerate(given):
        try:
            exact = Fraction(repr(float(value)) if isinstance(value, float) else value)
        except (ValueError, TypeError, ZeroDivisionError):
            raise RuleError(f"{field}[{member}]", f"{value} is not a probability; write 0.3 or 1/3") from None
        if not 0 <= exact <= 1:
            raise RuleError(f"{field}[{member}]", f"{value} is not a probability: it has to be from 0 to 1")
        found.append(exact)
    return found


def chances(rule: Rule, yes: Sequence[float | str | Fraction], *, exact: bool = False) -> Chances:
    """Compute success and decision when members say yes independently, each with a probability of its own.

    Args:
        rule: the decision rule over n members.
        yes: (n,) probability that each member says yes: floats, Fractions or texts such as "1/3".
        exact: compute fractions; for rules that tell apart few kinds of members (a kind has one probability), or
            about 16 members.

    Returns:
        The probabilities.

    Raises:
        RuleError: a probability that is none, or not one a member.
        TooLarge: no algorithm here computes it for this rule in reasonable time.

    Source: Owen (1972), Multilinear extensions of games; Laruelle and Valenciano (2005); from memory, not opened.

    Example:
        >>> found = chances(Weighted((2, 1, 1), 3), ["1/2", "1/2", "1/4"], exact=True)
        >>> str(found.passes_exact), [str(x) for x in found.decisive_exact], [str(x) for x in found.success_exact]
        ('5/16', ['5/8', '3/8', '1/4'], ['13/16', '11/16', '11/16'])
    """
    rule = without_unless(rule)
    while isinstance(rule, All | AtLeastOne | AtLeastOf) and len(rule.clauses) == 1:
        rule = rule.clauses[0]
    probabilities = read_probabilities(yes, rule.n)
    kinds = _kinds(rule, probabilities)
    vectors = vectors_of(kinds)
    if exact and vectors > _FEW_VECTORS:
        raise TooLarge(
            f"{rule.n} members of {len(kinds)} kinds: fractions for {vectors:,} numbers of each kind do not fit; the "
            f"limit is {_FEW_VECTORS:,}. Floats can be computed for more."
        )
    if vectors <= _FEW_VECTORS:
        return _by_kinds(rule, probabilities, kinds, exact=exact)
    floats = np.array([float(probability) for probability in probabilities])
    if isinstance(rule, Weighted) and rule.total // math.gcd(*rule.weights) < _MOST_CELLS:
        return _by_sums(rule, floats)
    if rule.n <= _MOST_MEMBERS:
        return _by_halves(rule, floats)
    if vectors <= _MANY_VECTORS:
        return _by_kinds(rule, probabilities, kinds, exact=False)
    raise TooLarge(
        f"{rule.n} members of {len(kinds)} kinds: summing over 2^{rule.n} coalitions does not finish. Several tables "
        f"of weights go up to {_MOST_MEMBERS} members, one weighted clause up to sums of {_MOST_CELLS:,}, and any "
        "number of members where the rule and their probabilities make few kinds of them."
    )


def _kinds(rule: Rule, probabilities: Sequence[Fraction]) -> list[list[int]]:
    """Members that neither the rule nor their probability tells apart."""
    found = []
    for kind in kinds_of(rule):
        by_probability: dict[Fraction, list[int]] = {}
        for member in kind:
            by_probability.setdefault(probabilities[member], []).append(member)
        found += list(by_probability.values())
    return found


def _success(passes: Any, decisive: Any, yes: Any) -> Any:
    """P(outcome as voted): f is linear in a member's own p, so f given yes is f + (1 - p) d and given no f - p d."""
    return yes * (passes + (1 - yes) * decisive) + (1 - yes) * (1 - passes + yes * decisive)


def _binomial(size: int, yes: Any) -> list[Any]:
    return [math.comb(size, k) * yes**k * (1 - yes) ** (size - k) for k in range(size + 1)]


def _by_kinds(rule: Rule, probabilities: Sequence[Fraction], kinds: Sequence[Sequence[int]], *, exact: bool) -> Chances:
    dtype: Any = object if exact else np.float64
    shape = [len(kind) + 1 for kind in kinds]
    # Whole numbers as 0 and 1 of the same sort as the probabilities, so that products stay exact.
    passing = passes_by_counts(rule, kinds).reshape(shape).astype(np.int64).astype(dtype)
    of_kind = [probabilities[kind[0]] if exact else float(probabilities[kind[0]]) for kind in kinds]
    masses = [np.array(_binomial(len(kind), yes), dtype=dtype) for kind, yes in zip(kinds, of_kind, strict=True)]
    given = all_but_one(passing, masses)
    passes = given[0].dot(masses[0])
    decisive: list[Any] = [0] * rule.n
    success: list[Any] = [0] * rule.n
    for kind, yes, mean in zip(kinds, of_kind, given, strict=True):
        others = np.array(_binomial(len(kind) - 1, yes), dtype=dtype)
        slope = others.dot(mean[1:] - mean[:-1])
        content = _success(passes, slope, yes)
        for member in kind:
            decisive[member], success[member] = slope, content
    if exact:
        return Chances(
            float(passes),
            np.array([float(value) for value in decisive]),
            np.array([float(value) for value in success]),
            Fraction(passes),
            tuple(Fraction(value) for value in decisive),
            tuple(Fraction(value) for value in success),
            0.0,
            BY_KINDS,
        )
    error = _ROUNDING * (2 * sum(shape) + 4 * rule.n)
    return Chances(
        float(passes), np.array(decisive), np.array(success), None, None, None, error, f"{BY_KINDS}, in floating point"
    )


def _by_sums(rule: Weighted, yes: FloatArray) -> Chances:
    divisor = math.gcd(*rule.weights)
    weights = [weight // divisor for weight in rule.weights]
    total = sum(weights)
    quota = -(-rule.threshold // divisor)
    mass = np.zeros(total + 1)
    mass[0] = 1.0
    reached = 1
    # The lightest first: the sums reached so far stay few for most members.
    for member in sorted(range(rule.n), key=lambda member: weights[member]):
        weight, p = weights[member], yes[member]
        if weight == 0:
            continue
        grown = np.zeros(reached + weight)
        grown[:reached] = (1 - p) * mass[:reached]
        grown[weight:] += p * mass[:reached]
        reached += weight
        mass[:reached] = grown
    from_below, from_above = np.cumsum(mass), np.cumsum(mass[::-1])
    decisive = np.zeros(rule.n)
    errors = [0.0]
    for member, (weight, p) in enumerate(zip(weights, yes, strict=True)):
        if weight == 0:
            continue
        # Taking a member out of a distribution is stable from the side of its likelier vote; by duality the sums of
        # those who say no below T - q + 1 tell the same as those who say yes below q.
        below, needed, rare = (from_below, quota, p) if p <= 0.5 else (from_above, total - quota + 1, 1 - p)
        steps = below[needed - 1 :: -weight]
        windows = steps - np.append(steps[1:], 0.0)
        factors = (-rare / (1 - rare)) ** np.arange(steps.size) / (1 - rare)
        decisive[member] = float(factors @ windows)
        errors.append(float((2 * rule.n + 4) / (1 - rare) * steps[0] + 4 * np.abs(factors) @ steps))
    passes = float(from_above[total - quota])
    error = _ROUNDING * max(errors)
    return Chances(passes, decisive, _success(passes, decisive, yes), None, None, None, error, BY_SUMS)


def _by_halves(rule: Rule, yes: FloatArray) -> Chances:
    half = rule.n // 2
    sums = ClauseSums(rule)
    halves = (range(half), range(half, rule.n))
    first, second = (sums.of_subsets(part) for part in halves)
    masses = [_mass_of_subsets(yes[list(part)]) for part in halves]
    given_first = np.zeros(masses[0].size)
    given_second = np.zeros(masses[1].size)
    step = max(1, _PAIRS_AT_ONCE // masses[1].size)
    for start in range(0, masses[0].size, step):
        rows = slice(start, start + step)
        met = sums.passes([a[rows, None] + b[None, :] for a, b in zip(first, second, strict=True)]).astype(np.float64)
        given_first[rows] = met @ masses[1]
        given_second += masses[0][rows] @ met
    decisive = np.zeros(rule.n)
    for part, given in zip(halves, (given_first, given_second), strict=True):
        shape = (2,) * len(part)
        # The last bit of a subset's number is its first member: axes run from the last member to the first.
        slopes = all_but_one(given.reshape(shape), [np.array([1 - yes[m], yes[m]]) for m in reversed(part)])
        for member, slope in zip(reversed(part), slopes, strict=True):
            decisive[member] = slope[1] - slope[0]
    passes = float(masses[0] @ given_first)
    error = _ROUNDING * (masses[0].size + masses[1].size + 4 * rule.n)
    return Chances(passes, decisive, _success(passes, decisive, yes), None, None, None, error, BY_HALVES)


def _mass_of_subsets(yes: FloatArray) -> FloatArray:
    mass = np.ones(1)
    for p in yes:
        mass = np.concatenate([mass * (1 - p), mass * p])
    return mass
