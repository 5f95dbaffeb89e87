"""Every index of voting power that is known here: what it is called, what it measures, and what computes it.

The command line and the analysis loop over ``INDICES``; an index that is added here is seen by both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from comity.institutions.voting.critical_members import CriticalMembers, critical_members
from comity.institutions.voting.johnston import johnston_of
from comity.institutions.voting.minimal_winning import MinimalWinning, minimal_winning
from comity.institutions.voting.tallies import TooLarge
from comity.institutions.voting.voting_power import VotingPower, voting_power
from comity.rules import Rule

FloatArray = NDArray[np.float64]

# Below this share of coalitions that do not pass, one minus a float has too few digits left: count instead.
_LEAST_LOSING = 1e-4


@dataclass(frozen=True)
class IndexValues:
    """One index of all members.

    Attributes:
        floats: (n,) the values.
        fractions: the same exactly; None where only floats were computed.
        algorithm: what computed them, in words.
        relative_error: bound on the relative error of the floats; 0.0 where exact.
    """

    floats: FloatArray
    fractions: tuple[Fraction, ...] | None
    algorithm: str
    relative_error: float


class Counted:
    """What the indices of one rule share, each part counted when it is first asked for and once.

    Example:
        >>> from comity.rules import Weighted
        >>> Counted(Weighted((4, 4, 4, 2, 2, 1), 12)).minimal.count
        4
    """

    def __init__(self, rule: Rule, *, exact: bool = False) -> None:
        self.rule = rule
        self.exact = exact
        self._power: VotingPower | None = None

    def power(self, *, shapley_shubik: bool) -> VotingPower:
        """The Banzhaf index of all members, and the Shapley–Shubik index where asked for now or before."""
        if self._power is None or (shapley_shubik and self._power.shapley_shubik is None):
            self._power = voting_power(self.rule, exact=self.exact, shapley_shubik=shapley_shubik)
        return self._power

    @cached_property
    def critical(self) -> CriticalMembers:
        """Coalitions by their critical members."""
        return critical_members(self.rule)

    @cached_property
    def minimal(self) -> MinimalWinning:
        """Minimal winning coalitions by size, or without sizes where that is all that can be counted."""
        try:
            return minimal_winning(self.rule)
        except TooLarge:
            return minimal_winning(self.rule, sizes=False)


@dataclass(frozen=True)
class PowerIndex:
    """One index.

    Attributes:
        name: as it is asked for, such as "shapley-shubik".
        words: as people call it.
        measures: what it measures, in one sentence.
        source: author and year; all from memory, not opened.
        adds_up_to_one: the members' values are shares of one.
        limit: the largest rule that it is computed for, in words.
        instead: what to ask for where it cannot be computed.
        values: computes it; raises TooLarge where that is not feasible, saying the size and the time.
    """

    name: str
    words: str
    measures: str
    source: str
    adds_up_to_one: bool
    limit: str
    instead: str
    values: Callable[[Counted], IndexValues]

    @property
    def column(self) -> str:
        """The name as a column of a table."""
        return self.name.replace("-", "_")

    def compute(self, counted: Counted) -> IndexValues:
        """Return the values of all members.

        Args:
            counted: the rule, and what other indices have counted of it.

        Returns:
            The values.

        Raises:
            TooLarge: the rule is too large for this index; the message says its size, the time it would take, and
                what to ask for instead.

        Example:
            >>> from comity.rules import Weighted
            >>> [str(x) for x in INDICES["johnston"].compute(Counted(Weighted((2, 1, 1), 3))).fractions]
            ['2/3', '1/6', '1/6']
        """
        try:
            return self.values(counted)
        except TooLarge as error:
            raise TooLarge(f"{error} {self.instead}".rstrip()) from None


def _of_power(attribute: str) -> Callable[[Counted], IndexValues]:
    def values(counted: Counted) -> IndexValues:
        power = counted.power(shapley_shubik=attribute == "shapley_shubik")
        if attribute == "coleman_initiate" and power.winning is None and 1 - power.efficiency < _LEAST_LOSING:
            power = voting_power(counted.rule, exact=True, shapley_shubik=False)
        found = np.asarray(getattr(power, attribute), dtype=np.float64)
        exact = getattr(power, f"{attribute}_exact")
        return IndexValues(found, exact, power.algorithm, power.relative_error)

    return values


def _act(counted: Counted) -> IndexValues:
    power = counted.power(shapley_shubik=False)
    exact = power.efficiency_exact
    fractions = None if exact is None else (exact,) * power.n
    return IndexValues(np.full(power.n, power.efficiency), fractions, power.algorithm, power.relative_error)


def _exactly(fractions: tuple[Fraction, ...], algorithm: str) -> IndexValues:
    return IndexValues(np.array([float(value) for value in fractions]), fractions, algorithm, 0.0)


def _deegan_packel(counted: Counted) -> IndexValues:
    found = counted.minimal
    if found.deegan_packel is None:
        found = minimal_winning(counted.rule)  # says how long it would take
    assert found.deegan_packel is not None
    return _exactly(found.deegan_packel, found.algorithm)


def _holler_packel(counted: Counted) -> IndexValues:
    return _exactly(counted.minimal.holler_packel, counted.minimal.algorithm)


def _johnston(counted: Counted) -> IndexValues:
    return _exactly(johnston_of(counted.critical), counted.critical.algorithm)


_COUNTING = (
    "one weighted clause: hundreds of members; one table of weights with numbers and vetoes: 40; several tables: 30; "
    "any number of members of few kinds"
)
_ALL = (
    PowerIndex(
        "banzhaf",
        "Banzhaf",
        "the probability that a member's vote decides when every other member tosses a coin",
        "Penrose 1946; Banzhaf 1965",
        False,
        _COUNTING,
        "",
        _of_power("banzhaf"),
    ),
    PowerIndex(
        "banzhaf-normalised",
        "normalised Banzhaf",
        "a member's share of all the coalitions in which some vote decides",
        "Banzhaf 1965",
        True,
        _COUNTING,
        "",
        _of_power("banzhaf_normalised"),
    ),
    PowerIndex(
        "shapley-shubik",
        "Shapley–Shubik",
        "the probability that a member is the one who makes a coalition pass when all join in random order",
        "Shapley & Shubik 1954",
        True,
        _COUNTING,
        "",
        _of_power("shapley_shubik"),
    ),
    PowerIndex(
        "coleman-prevent",
        "Coleman's power to prevent",
        "of the coalitions that pass, the share that a member could stop by leaving",
        "Coleman 1971",
        False,
        _COUNTING,
        "",
        _of_power("coleman_prevent"),
    ),
    PowerIndex(
        "coleman-initiate",
        "Coleman's power to initiate",
        "of the coalitions that do not pass, the share that a member could carry by joining",
        "Coleman 1971",
        False,
        _COUNTING,
        "",
        _of_power("coleman_initiate"),
    ),
    PowerIndex(
        "coleman-act",
        "Coleman's power to act",
        "the share of all coalitions that pass: of the body, the same for every member",
        "Coleman 1971",
        False,
        _COUNTING,
        "",
        _act,
    ),
    PowerIndex(
        "satisfaction",
        "satisfaction",
        "the probability that a decision goes as a member votes when every member tosses a coin",
        "Rae 1969; Dubey & Shapley 1979",
        False,
        _COUNTING,
        "",
        _of_power("satisfaction"),
    ),
    PowerIndex(
        "deegan-packel",
        "Deegan–Packel",
        "a member's part when every minimal winning coalition is equally likely and shares equally",
        "Deegan & Packel 1978",
        True,
        "one weighted clause whose sums by size fit in memory; else about 30 members, or few kinds of members",
        "Use shapley-shubik or banzhaf-normalised.",
        _deegan_packel,
    ),
    PowerIndex(
        "holler-packel",
        "Holler–Packel",
        "a member's share of memberships in minimal winning coalitions, whose gain all in them have whole",
        "Holler 1982; Holler & Packel 1983",
        True,
        "one weighted clause whose sums fit in memory; else about 30 members, or few kinds of members",
        "Use shapley-shubik or banzhaf-normalised.",
        _holler_packel,
    ),
    PowerIndex(
        "johnston",
        "Johnston",
        "a member's part when every coalition that somebody could break is shared by those who could",
        "Johnston 1978",
        True,
        "about 30 members, or few kinds of members",
        "Use banzhaf-normalised, which counts the same coalitions without sharing them.",
        _johnston,
    ),
)
INDICES: dict[str, PowerIndex] = {index.name: index for index in _ALL}
"""Every index by its name, in the order in which tables show them."""
