"""Decision rules as data, over members 0 to n - 1, with exact thresholds.

Every rule here is monotone (a coalition that passes still passes with one member more), everyone together passes, and
nobody alone does not: the constructors refuse anything else, so no model has to ask again. That is why "not" stands
here as ``Unless``, which turns a condition on those against into one on those in favour.

Who abstains is neither in favour nor against. ``evaluation`` knows only members in favour; how each clause counts an
abstention is data here too, and read by ``abstention``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias, cast

from comity.rules.quotas import Number, RuleError, exactly, share_of_voting, threshold


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
            exact = [exactly(weight, f"weights[{index}]") for index, weight in enumerate(stated)]
            scale = math.lcm(*(weight.denominator for weight in exact))
            scaled = tuple(int(weight * scale) for weight in exact)
        for index, weight in enumerate(scaled):
            if weight < 0:
                raise RuleError(f"weights[{index}]", f"{weight / scale:g} is negative")
        share = share_of_voting(quota) if of_voting else None
        return cls(scaled, threshold(quota, sum(scaled), scale, strict), strict, unit, share, scale)

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
        at_least = threshold(quota, n, 1, strict) + int(strict)
        return cls(n, at_least, share_of_voting(quota), strict) if of_voting else cls(n, at_least)


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
        >>> from comity.rules import passes
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
        >>> from comity.rules import passes
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
