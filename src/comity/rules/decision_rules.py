"""Decision rules as data, over members 0 to n - 1, with exact thresholds and evaluation of many coalitions at once.

Every rule here is monotone (a coalition that passes still passes with one member more), everyone together passes, and
nobody alone does not: the constructors refuse anything else, so no model has to ask again. That is why "not" stands
here as ``Unless``, which turns a condition on those against into one on those in favour.

Who abstains is neither in favour nor against. ``passes`` knows only members in favour; how each clause counts an
abstention is data here too, and read by ``abstention``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

Number: TypeAlias = int | float | str | Decimal | Fraction | np.integer[Any]
BoolArray: TypeAlias = NDArray[np.bool_]

EXACT_IN_FLOAT = 2**53
EXACT_IN_INT64 = 2**63


class RuleError(ValueError):
    """A decision rule that cannot be meant: names the field, what is wrong, and what would be right.

    Attributes:
        field: the field of the rule that is wrong, such as "quota" or "weights[3]".
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


def _exact(value: Number, field: str) -> Fraction:
    """Read a number exactly; a float means the decimal number that it prints as, not its binary expansion."""
    if isinstance(value, bool | np.bool_):
        raise RuleError(field, f"{value!r} is not a number")
    if isinstance(value, np.integer):
        return Fraction(int(value))
    if isinstance(value, float):
        if not math.isfinite(value):
            raise RuleError(field, f"{float(value)} is not a finite number")
        return Fraction(repr(float(value)))
    try:
        return Fraction(value)
    except (ValueError, TypeError, ZeroDivisionError, OverflowError):
        raise RuleError(field, f"{value!r} is not a number; write 12, 2.5 or 5/2") from None


def parse_quota(text: str | int | Fraction) -> int | Fraction:
    """Read a quota as people write it: a whole number is a count, anything else a share of the total.

    Args:
        text: "12" (a count); "2/3", "65%" or "0.65" (shares of the total, above 0 and at most 1). Integers and
            Fractions are taken as a count and a share.

    Returns:
        An int for a count, a Fraction for a share.

    Raises:
        RuleError: not one of these forms, not above zero, or a share above the total.

    Example:
        >>> parse_quota("12"), parse_quota("2/3"), parse_quota("65%"), parse_quota("0.65")
        (12, Fraction(2, 3), Fraction(13, 20), Fraction(13, 20))
    """
    if isinstance(text, Fraction):
        return _share(text, str(text))
    if isinstance(text, bool):
        raise RuleError("quota", f"{text!r} is not a quota")
    if isinstance(text, int | np.integer):
        return _count(int(text))
    stripped = text.strip()
    number = re.sub(r"\s*%$", "", stripped)
    if not re.fullmatch(r"-?[0-9]{1,60}(\.[0-9]{1,40}|/[0-9]{1,60})?|-?\.[0-9]{1,40}", number):
        raise RuleError("quota", f'"{text}" is not a quota; write a whole number, or a share: "2/3", "65%", "0.65"')
    if stripped != number:
        return _share(_exact(number, "quota") / 100, text)
    if re.fullmatch(r"-?[0-9]+", number):
        return _count(int(number))
    return _share(_exact(number, "quota"), text)


def _share(value: Fraction, text: str) -> Fraction:
    if value <= 0:
        raise RuleError("quota", f"{text} is not above zero: nobody would have to agree")
    if value > 1:
        raise RuleError("quota", f"{text} is above the total; a share is at most 1 (100%)")
    return value


def _count(value: int) -> int:
    if value <= 0:
        raise RuleError("quota", f"{value} is not above zero: nobody would have to agree")
    return value


def _threshold(quota: int | Fraction | str, total: int, scale: int, strict: bool) -> int:
    """Return the exact integer that a sum of scaled integer weights has to reach (or, if strict, exceed)."""
    given = parse_quota(quota)
    exact = Fraction(given * scale) if isinstance(given, int) else given * total
    return math.floor(exact) if strict else math.ceil(exact)


def _share_of_voting(quota: int | Fraction | str) -> Fraction:
    given = parse_quota(quota)
    if isinstance(given, int):
        raise RuleError("quota", f'{given} is a count; of those who vote yes or no a share is needed, such as "2/3"')
    return given


@dataclass(frozen=True)
class Weighted:
    """A coalition passes when its weights add up to the quota (or to more than it, where ``strict``).

    Attributes:
        weights: whole numbers, one a member; ``Weighted.of`` scales fractions and decimals to whole numbers.
        quota: the sum that is needed, on the same scale.
        strict: True where the sum has to be more than the quota.
        unit: what the weights count, in words ("votes", "inhabitants").
        of_voting: the share that is needed of the weights of those who vote yes or no, where abstentions leave the
            count ("present and voting"); None where the quota is of all. ``quota`` is then what it is of all.
        scale: what the weights as stated were multiplied by to be whole; to be divided by where people read them.

    Raises:
        RuleError: no member, a weight that is negative or not whole, no weight at all, a quota of zero or above
            the total.

    Example:
        >>> Weighted((4, 4, 4, 2, 2, 1), quota=12).threshold
        12
        >>> Weighted.of([50, 30, 20], "1/2", strict=True).threshold
        51
    """

    weights: tuple[int, ...]
    quota: int
    strict: bool = False
    unit: str = field(default="votes", compare=False)
    of_voting: Fraction | None = field(default=None, repr=False)
    scale: int = field(default=1, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not self.weights:
            raise RuleError("weights", "there is no member")
        for index, weight in enumerate(self.weights):
            if isinstance(weight, bool) or not isinstance(weight, int):
                raise RuleError(f"weights[{index}]", f"{weight!r} is not a whole number; Weighted.of() scales others")
            if weight < 0:
                raise RuleError(f"weights[{index}]", f"{weight} is negative")
        if isinstance(self.quota, bool) or not isinstance(self.quota, int):
            raise RuleError("quota", f"{self.quota!r} is not a whole number; Weighted.of() takes shares")
        if self.total == 0:
            raise RuleError("weights", "all weights are zero")
        if self.threshold <= 0:
            raise RuleError("quota", f"{self.quota} is not above zero: nobody would have to agree")
        if self.threshold > self.total:
            more = "more than " if self.strict else ""
            raise RuleError("quota", f"{more}{self.quota} is above the total of {self.total}: nothing could pass")

    @classmethod
    def of(
        cls,
        weights: Iterable[Number],
        quota: int | Fraction | str,
        *,
        strict: bool = False,
        unit: str = "votes",
        of_voting: bool = False,
    ) -> Weighted:
        """Make the clause from weights and a quota as they are written, in exact integers.

        Args:
            weights: integers, Fractions, decimal texts or floats (a float means the decimal that it prints as).
            quota: a count (int or "12"), or a share of the total (Fraction, "2/3", "65%", "0.65").
            strict: more than the quota is needed, not just the quota.
            unit: what the weights count, in words.
            of_voting: the share is of the weights of those who vote yes or no.

        Returns:
            The clause; fractional weights and the quota are multiplied by the common denominator.

        Raises:
            RuleError: see the class; also a weight that is no finite number.

        Example:
            >>> Weighted.of(["1.5", "2", "0.5"], "65%")
            Weighted(weights=(3, 4, 1), quota=6, strict=False, unit='votes')
        """
        stated = tuple(weights)
        scale = 1
        scaled: tuple[int, ...]
        if all(type(weight) is int for weight in stated):
            # Thousands of rules are made while a search moves numbers, and most weights are whole.
            scaled = cast("tuple[int, ...]", stated)
        else:
            exact = [_exact(weight, f"weights[{index}]") for index, weight in enumerate(stated)]
            scale = math.lcm(*(weight.denominator for weight in exact))
            scaled = tuple(int(weight * scale) for weight in exact)
        for index, weight in enumerate(scaled):
            if weight < 0:
                raise RuleError(f"weights[{index}]", f"{weight / scale:g} is negative")
        share = _share_of_voting(quota) if of_voting else None
        return cls(scaled, _threshold(quota, sum(scaled), scale, strict), strict, unit, share, scale)

    @property
    def n(self) -> int:
        """The number of members."""
        return len(self.weights)

    @property
    def total(self) -> int:
        """The sum of all weights."""
        return sum(self.weights)

    @property
    def threshold(self) -> int:
        """The smallest sum of weights that passes."""
        return self.quota + 1 if self.strict else self.quota


@dataclass(frozen=True)
class Members:
    """A coalition passes when it has at least this many of the n members.

    Attributes:
        n: number of members.
        at_least: how many have to be in favour.
        of_voting: the share that is needed of those who vote yes or no, where abstentions leave the count ("present
            and voting"); None where the number is of all. ``at_least`` is then what it is of all.
        strict: True where more than the share ``of_voting`` is needed.

    Raises:
        RuleError: no member, or a number needed that is below one or above n.

    Example:
        >>> Members.of(27, "55%")
        Members(n=27, at_least=15)
    """

    n: int
    at_least: int
    of_voting: Fraction | None = field(default=None, repr=False)
    strict: bool = field(default=False, repr=False)

    def __post_init__(self) -> None:
        if self.n < 1:
            raise RuleError("n", "there is no member")
        if self.at_least < 1:
            raise RuleError("at_least", f"{self.at_least} is not above zero: nobody would have to agree")
        if self.at_least > self.n:
            raise RuleError("at_least", f"{self.at_least} is above the {self.n} members: nothing could pass")

    @classmethod
    def of(cls, n: int, quota: int | Fraction | str, *, strict: bool = False, of_voting: bool = False) -> Members:
        """Make the clause from a count or a share of the members, rounded up (strict: more than the share).

        With ``of_voting`` the share is of those who vote yes or no.

        Example:
            >>> Members.of(10, "1/2", strict=True)
            Members(n=10, at_least=6)
        """
        at_least = _threshold(quota, n, 1, strict) + int(strict)
        return cls(n, at_least, _share_of_voting(quota), strict) if of_voting else cls(n, at_least)


@dataclass(frozen=True)
class Veto:
    """A coalition passes only with all of these members in it: each of them can block alone.

    Attributes:
        n: number of members.
        members: those with a veto.
        abstention_blocks: False where only voting against is a veto, and abstaining is not.

    Raises:
        RuleError: no member named, one named twice, or one that does not exist.

    Example:
        >>> Veto(3, (0,)).members
        (0,)
    """

    n: int
    members: tuple[int, ...]
    abstention_blocks: bool = field(default=True, repr=False)

    def __post_init__(self) -> None:
        if self.n < 1:
            raise RuleError("n", "there is no member")
        if not self.members:
            raise RuleError("members", "the list of members with a veto is empty")
        for index, member in enumerate(self.members):
            if not 0 <= member < self.n:
                raise RuleError(f"members[{index}]", f"there is no member {member}; they are 0 to {self.n - 1}")
        if len(set(self.members)) < len(self.members):
            raise RuleError("members", "a member is named twice")


def _check_clauses(clauses: tuple[Rule, ...]) -> None:
    if not clauses:
        raise RuleError("clauses", "there is no clause")
    if len({clause.n for clause in clauses}) > 1:
        sizes = ", ".join(str(clause.n) for clause in clauses)
        raise RuleError("clauses", f"the clauses contradict each other on the number of members: {sizes}")


@dataclass(frozen=True)
class All:
    """A coalition passes when it passes every clause ("and").

    Example:
        >>> All((Members(15, 9), Veto(15, (0, 1, 2, 3, 4)))).n
        15
    """

    clauses: tuple[Rule, ...]

    def __post_init__(self) -> None:
        _check_clauses(self.clauses)

    @property
    def n(self) -> int:
        """The number of members."""
        return self.clauses[0].n


@dataclass(frozen=True)
class AtLeastOne:
    """A coalition passes when it passes at least one clause ("or").

    Example:
        >>> AtLeastOne((Members(27, 24), Veto(27, (0, 1)))).n
        27
    """

    clauses: tuple[Rule, ...]

    def __post_init__(self) -> None:
        _check_clauses(self.clauses)

    @property
    def n(self) -> int:
        """The number of members."""
        return self.clauses[0].n


@dataclass(frozen=True)
class AtLeastOf:
    """A coalition passes when it passes at least ``k`` of the clauses.

    Raises:
        RuleError: no clause, clauses over different members, or a k below one or above the number of clauses.

    Example:
        >>> passes(AtLeastOf((Veto(3, (0,)), Veto(3, (1,)), Veto(3, (2,))), k=2), [1, 0, 1]).item()
        True
    """

    clauses: tuple[Rule, ...]
    k: int

    def __post_init__(self) -> None:
        _check_clauses(self.clauses)
        if not 1 <= self.k <= len(self.clauses):
            raise RuleError("k", f"{self.k} of {len(self.clauses)} clauses cannot be asked for; write 1 to that number")

    @property
    def n(self) -> int:
        """The number of members."""
        return self.clauses[0].n


@dataclass(frozen=True)
class Unless:
    """A coalition passes unless those against it meet the clause ("not").

    Where nobody abstains those against are all the others, and the rule is the clause's ``dual``. Consensus is
    "unless at least one is against", reverse consensus "unless all are".

    Example:
        >>> consensus, reverse = Unless(Members(3, 1)), Unless(Members(3, 3))
        >>> passes(consensus, [1, 1, 0]).item(), passes(reverse, [0, 0, 1]).item()
        (False, True)
    """

    clause: Rule

    @property
    def n(self) -> int:
        """The number of members."""
        return self.clause.n


Clause: TypeAlias = Weighted | Members | Veto
Rule: TypeAlias = Weighted | Members | Veto | All | AtLeastOne | AtLeastOf | Unless


def without_unless(rule: Rule) -> Rule:
    """Return the same rule, where nobody abstains, without "unless": each replaced by its clause's dual.

    Example:
        >>> without_unless(Unless(Members(166, 166)))
        Members(n=166, at_least=1)
    """
    if isinstance(rule, Unless):
        return dual(without_unless(rule.clause))
    if isinstance(rule, All | AtLeastOne | AtLeastOf):
        return replace(rule, clauses=tuple(without_unless(clause) for clause in rule.clauses))
    return rule


def clauses_of(rule: Rule) -> Iterator[Clause]:
    """Yield the weighted, member and veto clauses of a rule, in order, through all its combinations.

    Example:
        >>> [type(clause).__name__ for clause in clauses_of(All((Members(3, 2), Veto(3, (0,)))))]
        ['Members', 'Veto']
    """
    if isinstance(rule, All | AtLeastOne | AtLeastOf):
        for clause in rule.clauses:
            yield from clauses_of(clause)
    elif isinstance(rule, Unless):
        yield from clauses_of(rule.clause)
    else:
        yield rule


def sums_of_weights(weights: Sequence[int], coalition: BoolArray) -> NDArray[Any]:
    """Return the exact sums of weights, (...,): floats below 2^53 (the fast product), else Python integers."""
    if sum(weights) < EXACT_IN_FLOAT:
        sums: NDArray[Any] = coalition.astype(np.float64) @ np.array(weights, dtype=np.float64)
        return sums
    exact: NDArray[Any] = coalition.astype(object) @ np.array(weights, dtype=object)
    return np.asarray(exact)


def passes(rule: Rule, coalition: ArrayLike) -> BoolArray:
    """Say for each coalition whether it passes under the rule.

    Args:
        rule: the decision rule over n members.
        coalition: (..., n) booleans, True for the members who agree.

    Returns:
        (...,) booleans.

    Raises:
        RuleError: the last axis is not n long.

    Example:
        >>> passes(Weighted((4, 4, 4, 2, 2, 1), 12), [[1, 1, 1, 0, 0, 0], [1, 1, 0, 1, 0, 1]]).tolist()
        [True, False]
    """
    members = np.asarray(coalition, dtype=np.bool_)
    if members.ndim == 0 or members.shape[-1] != rule.n:
        raise RuleError("coalition", f"has shape {members.shape}; the last axis has to be the {rule.n} members")
    return _passes(rule, members)


def _passes(rule: Rule, coalition: BoolArray) -> BoolArray:
    if isinstance(rule, Weighted):
        return np.asarray(sums_of_weights(rule.weights, coalition) >= rule.threshold, dtype=np.bool_)
    if isinstance(rule, Members):
        return np.asarray(coalition.sum(axis=-1) >= rule.at_least)
    if isinstance(rule, Veto):
        return np.asarray(coalition[..., list(rule.members)].all(axis=-1))
    if isinstance(rule, Unless):
        return ~_passes(rule.clause, ~coalition)
    return joined(rule, np.stack([_passes(clause, coalition) for clause in rule.clauses]))


def joined(rule: All | AtLeastOne | AtLeastOf, met: BoolArray) -> BoolArray:
    """Say whether enough of a rule's clauses are met.

    Args:
        rule: a combination of clauses.
        met: (clauses, ...) whether each clause is met.

    Returns:
        (...,) booleans.

    Example:
        >>> joined(AtLeastOne((Members(3, 2), Members(3, 3))), np.array([[True, False], [False, False]])).tolist()
        [True, False]
    """
    return np.asarray(met.sum(axis=0) >= clauses_needed(rule))


def clauses_needed(rule: All | AtLeastOne | AtLeastOf) -> int:
    """Return how many of its clauses a combination asks for.

    Example:
        >>> clauses_needed(All((Members(3, 2), Veto(3, (0,)))))
        2
    """
    if isinstance(rule, AtLeastOf):
        return rule.k
    return len(rule.clauses) if isinstance(rule, All) else 1


def members_with_veto(rule: Rule) -> tuple[int, ...]:
    """Return the members without whom nothing passes, by index.

    Example:
        >>> members_with_veto(Weighted((6, 3, 1), 7))
        (0,)
    """
    without_one = ~np.eye(rule.n, dtype=np.bool_)
    return tuple(int(member) for member in np.flatnonzero(~passes(rule, without_one)))


def dual(rule: Rule) -> Rule:
    """Return the rule under which exactly the coalitions "pass" that block the given rule.

    A coalition blocks when the members outside it do not pass.

    Example:
        >>> dual(Weighted((4, 4, 4, 2, 2, 1), 12)).threshold, dual(Members(5, 4))
        (6, Members(n=5, at_least=2))
    """
    if isinstance(rule, Weighted):
        return Weighted(rule.weights, rule.total - rule.threshold + 1, unit=rule.unit)
    if isinstance(rule, Members):
        return Members(rule.n, rule.n - rule.at_least + 1)
    if isinstance(rule, Veto):
        return AtLeastOne(tuple(Veto(rule.n, (member,)) for member in rule.members))
    if isinstance(rule, Unless):
        return without_unless(rule.clause)
    clauses = tuple(dual(clause) for clause in rule.clauses)
    if isinstance(rule, AtLeastOf):
        return AtLeastOf(clauses, len(clauses) - rule.k + 1)
    return AtLeastOne(clauses) if isinstance(rule, All) else All(clauses)
