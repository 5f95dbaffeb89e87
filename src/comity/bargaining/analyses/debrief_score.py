"""A deal that was reached, scored: what each party got, what was left, and how far each fairness rule's deal is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from comity.bargaining.analyses.deal_solutions import COMPARING, STANDARD, picked_by
from comity.bargaining.analyses.deal_table import DealTable
from comity.bargaining.deals import (
    Frontier,
    JointGains,
    Ranked,
    SingleChanges,
    Solution,
    TooManyPoints,
    Zone,
    gains_over,
    rank_by_gains,
    single_changes,
)
from comity.findings.contract import FloatArray, IntArray
from comity.rules import passes
from comity.rules.stated import Body

TINY = 1e-9


@dataclass(frozen=True)
class Group:
    """Who agreed what: option indices, or None where no deal was reached."""

    name: str | None
    package: tuple[int, ...] | None
    note: str | None


@dataclass(frozen=True)
class Seated:
    """The rule by which a deal could pass, and each party's place among those who have a vote; None: it has none."""

    body: Body
    seats: tuple[int | None, ...]

    def passes(self, accepting: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Does the rule pass what these accept, ``(n_rows, n_parties)``? Who is no party counts as refusing."""
        votes = np.zeros((len(accepting), len(self.body.members)), dtype=bool)
        for party, seat in enumerate(self.seats):
            if seat is not None:
                votes[:, seat] = accepting[:, party]
        return np.asarray(passes(self.body.rule, votes), dtype=bool)


@dataclass(frozen=True)
class Shares:
    """Shares of redraws in which a deal gives each party at least its line, ``(n_parties,)``, and all of them."""

    each: FloatArray
    all: float


@dataclass(frozen=True)
class Debriefed:
    """What was agreed, beside what could have been; worked out when it is said, not for each row of a search.

    ``units`` are the parties' own, ``shares`` one a group where something was redrawn.
    """

    table: DealTable
    seated: Seated | None
    units: tuple[str, ...]
    groups: tuple[Group, ...]
    shares: tuple[Shares | None, ...]
    redrawn: int

    @cached_property
    def frontier(self) -> Frontier | None:
        """The frontier of all packages; None where they are too many."""
        try:
            return self.table.written.frontier
        except TooManyPoints:
            return None

    @cached_property
    def zone(self) -> Zone | None:
        """What all accept; None where that is not stated, or too large."""
        try:
            return self.table.written.counted if self.table.bounded else None
        except TooManyPoints:
            return None

    @cached_property
    def open_zone(self) -> Zone | None:
        """The zone where there is a deal in it."""
        return None if self.zone is None or self.zone.empty else self.zone

    @cached_property
    def rules(self) -> Mapping[str, Solution]:
        """What each fairness rule picks; nothing where no zone is open."""
        if self.open_zone is None:
            return {}
        asked = [rule for rule in STANDARD if self.table.comparable or rule not in COMPARING]
        return {rule: picked_by(rule, self.open_zone, self.table.comparable) for rule in asked}

    @cached_property
    def base(self) -> FloatArray:
        """What each party has without a deal, ``(n_parties,)``; its line where only that is stated; NaN for neither."""
        table = self.table
        return np.asarray(np.where(np.isfinite(table.without[0]), table.without[0], table.floor[0]))

    @cached_property
    def most(self) -> FloatArray | None:
        """The most each party could gain over no deal with all accepting, ``(n_parties,)``."""
        if self.open_zone is None or self.open_zone.ideals is None:
            return None
        return np.asarray(self.open_zone.ideals - self.base)

    @cached_property
    def accepted_gains(self) -> FloatArray | None:
        """What each package that all accept gives over each party's line, ``(n, n_parties)``."""
        table = self.table
        if self.open_zone is None or table.packages is None:
            return None
        worth, floors = table.table(0, 1), table.floors(0, 1)
        kept = table.accepted(worth, floors)[0].all(axis=1)
        return np.asarray(np.maximum(worth[0, kept] - floors[0], 0.0))

    def scored(self, at: int) -> Score:
        """One group's deal."""
        return Score(self, self.groups[at], self.shares[at])


@dataclass(frozen=True)
class Score:
    """One group's deal; arrays are ``(n_parties,)``, each party's on its own scale."""

    whole: Debriefed
    group: Group
    shares: Shares | None

    @property
    def package(self) -> IntArray | None:
        """The options agreed; None for no deal."""
        return None if self.group.package is None else np.array(self.group.package, np.int64)

    @cached_property
    def got(self) -> FloatArray:
        """What each party has now: with no deal what it has without one, NaN where that is not stated."""
        package = self.package
        return self.whole.base if package is None else self.whole.table.space.of([package])[0]

    @cached_property
    def gain(self) -> FloatArray:
        """What each party got over what it has without a deal; NaN where that is not stated."""
        return self.got - self.whole.base

    @cached_property
    def share(self) -> FloatArray | None:
        """The gain as a share of the most that the party could gain; None where no zone is open."""
        most = self.whole.most
        if most is None:
            return None
        return np.where(most > TINY, self.gain / np.where(most > TINY, most, 1.0), 1.0)

    @cached_property
    def short(self) -> FloatArray:
        """How far below its line (red line, else what it has without a deal) each party is; 0 for no deal."""
        if self.package is None:
            return np.zeros(len(self.got))
        floor = self.whole.table.floor[0]
        lacking = np.nan_to_num(floor - self.got, nan=0.0)
        return np.where(lacking > self.whole.table.alike, lacking, 0.0)

    @property
    def below(self) -> tuple[int, ...]:
        """Who is below its line."""
        return tuple(np.flatnonzero(self.short).tolist())

    @cached_property
    def below_batna(self) -> tuple[int, ...]:
        """Who of them has less than without a deal, and so would have done better to walk away."""
        return tuple(at for at in self.below if self.gain[at] < -TINY)

    @cached_property
    def given_up(self) -> FloatArray:
        """How far each party is from its best package, as a share of its span from worst to best."""
        return (self.whole.table.space.best() - self.got) / self.whole.table.span

    @cached_property
    def passes(self) -> bool | None:
        """Would the stated rule pass the deal if each votes by its line? None where there is no rule, or no deal."""
        seated = self.whole.seated
        if seated is None or self.package is None or not self.whole.table.bounded:
            return None
        accepting = np.ones(len(self.got), dtype=bool)
        accepting[list(self.below)] = False
        return bool(seated.passes(accepting[None])[0])

    @cached_property
    def left(self) -> JointGains | None:
        """Joint gains left on the table; None for no deal, or where the frontier is too large."""
        if self.package is None or self.whole.frontier is None:
            return None
        return gains_over(self.whole.frontier, self.got)

    @cached_property
    def changes(self) -> SingleChanges | None:
        """Changes of one issue that would have cost nobody anything."""
        return None if self.package is None else single_changes(self.whole.table.space, self.package)

    @cached_property
    def rank(self) -> Ranked | None:
        """The rank among what all accept; None where the deal is not among it."""
        gains = self.whole.accepted_gains
        if gains is None or self.package is None or self.below:
            return None
        return rank_by_gains(gains, np.maximum(self.got - self.whole.table.floor[0], 0.0))

    def differs(self, solution: Solution) -> tuple[tuple[int, ...], IntArray]:
        """The issues on which the deal differs from the nearest of the packages that a rule picks, and that package."""
        assert self.package is not None
        away = solution.packages != self.package
        nearest = int(np.argmin(away.sum(axis=1)))
        return tuple(np.flatnonzero(away[nearest]).tolist()), solution.packages[nearest]
