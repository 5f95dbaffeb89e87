"""The deal space of a case as arrays: what every question about packages takes, and how it names what it finds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from comity.bargaining.deals import (
    Coupling,
    DealError,
    Draws,
    Forbidden,
    Frontier,
    Packages,
    Shortfalls,
    Zone,
    acceptable_to_all,
    pareto_frontier,
    shortfalls,
    zone_of_agreement,
)
from comity.findings import CannotAnswerError, Rows, View
from comity.findings.contract import FloatArray, IntArray
from comity.findings.wording import listing, plural

CHAPTER = "What deal is possible"
DEAL = ("deal", "actors", "deal.utilities")
LINES = ("deal.batna",)
MORE = ("deal.red_line", "deal.together")
MOST_REDRAWN = 60_000  # packages times parties, in each of some thousand rows
_CELLS_AT_ONCE = 4e6
ON_PAPER = (
    "Utilities are each party's own scale, judged by whoever wrote the case; the order of packages is safer than the "
    "numbers."
)
_ALIKE = 1e-9


@dataclass(frozen=True)
class DealTable:
    """A deal space, rows first; parties without a complete row of numbers are left out and named.

    Attributes:
        parties: names, ``(n_parties,)``.
        ids: the actors' ids.
        left_out: names of parties whose numbers are missing here.
        issues: ids of the issues.
        options: names of each issue's options.
        option_ids: their ids.
        worth: ``(n_rows, n_parties, n_options of all issues)``.
        without: ``(n_rows, n_parties)`` what each has without a deal; NaN where that is not stated.
        floor: ``(n_rows, n_parties)`` the least that each accepts: its red line, else what it has without a deal.
        adds: ``(n_rows, n_parties, n_together)``.
        together: for each combination its options by issue.
        forbidden: the same for those that exclude each other.
        proposed: the text on the table, option indices, or None.
        comparable: may utilities be compared across parties?
        unverified: what the authors note.
    """

    parties: tuple[str, ...]
    ids: tuple[str, ...]
    left_out: tuple[str, ...]
    issues: tuple[str, ...]
    options: tuple[tuple[str, ...], ...]
    option_ids: tuple[tuple[str, ...], ...]
    worth: FloatArray
    without: FloatArray
    floor: FloatArray
    adds: FloatArray
    together: tuple[dict[int, int], ...]
    forbidden: tuple[dict[int, int], ...]
    proposed: tuple[int, ...] | None
    comparable: bool
    notes: tuple[str, ...]

    @property
    def n_rows(self) -> int:
        """How many rows vary; 1 where nothing does."""
        return max(len(self.worth), len(self.floor), len(self.adds))

    @property
    def bounded(self) -> bool:
        """Does every party here state what it has without a deal?"""
        return bool(np.isfinite(self.floor).all())

    @cached_property
    def starts(self) -> IntArray:
        """Where each issue's options start among all options."""
        return np.cumsum([0, *(len(each) for each in self.options)])

    @cached_property
    def written(self) -> Written:
        """What is exact of the case as written; made once, however many questions are put to it."""
        # Without a line a party accepts whatever comes: its worst package is as good as any other number here.
        floor = np.where(np.isfinite(self.floor[0]), self.floor[0], -1e14)
        return _written(
            tuple(len(each) for each in self.options),
            tuple(map(tuple, self.worth[0].T.tolist())),
            tuple(floor.tolist()),
            tuple(tuple(sorted(chosen.items())) for chosen in self.together),
            tuple(map(tuple, self.adds[0].T.tolist())),
            tuple(tuple(sorted(chosen.items())) for chosen in self.forbidden),
        )

    @property
    def space(self) -> Packages:
        """The packages of the case as written, exact; raises CannotAnswerError where there is none."""
        return self.written.space

    @property
    def packages(self) -> IntArray | None:
        """Every package, ``(n_packages, n_issues)``, or None where they are too many to look at in every row."""
        return self.written.packages

    def place(self, package: Sequence[int] | IntArray) -> int:
        """Where a package stands among all."""
        assert self.packages is not None
        return int(np.flatnonzero((self.packages == np.asarray(package)).all(axis=1))[0])

    def table(self, low: int = 0, high: int | None = None, *, only: Sequence[int] | None = None) -> FloatArray:
        """What each package (or ``only`` some, by place) is worth in some rows, ``(high - low, n, n_parties)``."""
        assert self.packages is not None
        packages = self.packages if only is None else self.packages[list(only)]
        end = self.n_rows if high is None else high
        worth, adds = _rows_of(self.worth, low, end), _rows_of(self.adds, low, end)
        shape = (end - low, len(self.parties), worth.shape[2])
        options = np.ascontiguousarray(np.broadcast_to(worth, shape).transpose(0, 2, 1))
        issues = tuple(options[:, a:b] for a, b in zip(self.starts[:-1], self.starts[1:], strict=True))
        table = Draws(packages, np.zeros(shape[:2]), issues, None).block(0, end - low)
        for at, chosen in enumerate(self.together):
            holds = np.all([packages[:, issue] == option for issue, option in chosen.items()], axis=0)
            table[:, holds] += adds[:, None, :, at]
        return table

    def floors(self, low: int = 0, high: int | None = None) -> FloatArray:
        """The least that each party accepts in some rows, ``(high - low, n_parties)``."""
        end = self.n_rows if high is None else high
        return np.broadcast_to(_rows_of(self.floor, low, end), (end - low, len(self.parties)))

    def blocks(self) -> Iterator[tuple[FloatArray, FloatArray]]:
        """Yield the table and the floors of all rows, so many rows at once that they stay small."""
        step = max(1, int(_CELLS_AT_ONCE / max(1.0, self.size)))
        for low in range(0, self.n_rows, step):
            high = min(low + step, self.n_rows)
            yield self.table(low, high), self.floors(low, high)

    def accepted(self, table: FloatArray, floors: FloatArray) -> NDArray[np.bool_]:
        """Who accepts which package in which row, ``(n_rows, n_packages, n_parties)``; ties count as accepted."""
        return np.asarray(table >= floors[:, None, :] - self.alike)

    @property
    def alike(self) -> FloatArray:
        """By how little a sum of floats may miss a line and still meet it, ``(n_parties,)``."""
        reach = np.maximum(np.abs(self.space.best()), np.abs(self.space.worst()))
        return np.asarray(_ALIKE * np.maximum(1.0, reach))

    def draws(self) -> Draws:
        """The same for ``robust_deal``, made block by block."""
        assert self.packages is not None
        return _Rows(self.packages, np.ascontiguousarray(self.floors()), (), None, self)

    def name(self, package: Sequence[int] | IntArray) -> str:
        """A package in words."""
        return ", ".join(self.options[issue][int(option)] for issue, option in enumerate(package))

    def who(self, places: Sequence[int]) -> str:
        """Parties in words."""
        return listing([self.parties[at] for at in places])

    @property
    def span(self) -> FloatArray:
        """From each party's worst to its best package, as written."""
        spread = self.space.best() - self.space.worst()
        return np.where(spread > 0, spread, 1.0)

    @property
    def caveats(self) -> tuple[str, ...]:
        """What holds of every answer about this deal space."""
        missing = (
            (f"No complete numbers are stated here for {listing(self.left_out)}, who "
             f"{'is' if len(self.left_out) == 1 else 'are'} left out; silence is not consent.",)
            if self.left_out
            else ()
        )  # fmt: skip
        return (*missing, ON_PAPER, *self.notes)

    @property
    def size(self) -> float:
        """Numbers of one row."""
        return float(self.space.n_packages * len(self.parties))


_Chosen: TypeAlias = tuple[tuple[int, int], ...]


@dataclass(frozen=True, eq=False)
class Written:
    """The packages of a case as written, and what is exact of them, each found when it is first asked for."""

    space: Packages

    @cached_property
    def packages(self) -> IntArray | None:
        """Every package, or None where they are too many to look at in every row."""
        few = self.space.n_packages * self.space.n_parties <= MOST_REDRAWN
        return self.space.listed() if few else None

    @cached_property
    def frontier(self) -> Frontier:
        """The Pareto frontier of all packages; raises TooManyPoints."""
        return pareto_frontier(self.space)

    @cached_property
    def zone(self) -> Zone:
        """The zone of agreement, uncounted; raises TooManyPoints."""
        return zone_of_agreement(self.space, count=False)

    @cached_property
    def counted(self) -> Zone:
        """The zone, and how many packages are in it where that can be counted."""
        return replace(self.zone, n_acceptable=0 if self.zone.empty else acceptable_to_all(self.space))

    @cached_property
    def shortfalls(self) -> Shortfalls:
        """What the packages that come closest lack; raises TooManyPoints."""
        return shortfalls(self.space)


@lru_cache(maxsize=4)
def _written(
    sizes: tuple[int, ...],
    worth: tuple[tuple[float, ...], ...],
    floor: tuple[float, ...],
    together: tuple[_Chosen, ...],
    adds: tuple[tuple[float, ...], ...],
    forbidden: tuple[_Chosen, ...],
) -> Written:
    """The searches for a changed answer run on hundreds of batches of rows, of all of which row 0 is the same."""
    edges = np.cumsum([0, *sizes])
    utilities = [np.array(worth[low:high]) for low, high in pairwise(edges)]
    couplings = []
    for chosen, added in zip(together, adds, strict=True):
        table = np.zeros((*(sizes[issue] for issue, _ in chosen), len(floor)))
        table[tuple(option for _, option in chosen)] = added
        couplings.append(Coupling(tuple(issue for issue, _ in chosen), table))
    clashes = (
        Forbidden(tuple(issue for issue, _ in chosen), [[option for _, option in chosen]]) for chosen in forbidden
    )
    try:
        return Written(Packages(utilities, np.array(floor), tuple(couplings), tuple(clashes)))
    except DealError as error:
        raise CannotAnswerError(f"has a deal space that cannot be used: {error}") from None


def _rows_of(held: FloatArray, low: int, high: int) -> FloatArray:
    """Some rows of an array, or its only one."""
    return held if len(held) == 1 else held[low:high]


@dataclass(frozen=True)
class _Rows(Draws):
    """Draws that are made from a deal table while they are needed."""

    made_from: DealTable

    def block(self, low: int, high: int) -> FloatArray:
        """See ``Draws.block``."""
        return self.made_from.table(low, high)


def deal_of(view: View, rows: Rows, lines: Literal["needed", "where stated", "unread"] = "needed") -> DealTable:
    """The deal space of a case; raises CannotAnswerError where fewer than two parties have all their numbers.

    ``lines`` are what parties have without a deal, and red lines. Where they are needed, a party without one is left
    out; "where stated" the same, unless nobody states one.
    """
    deal = view.object("deal")
    called = dict(zip(view.ids("actors"), view.names("actors"), strict=True))
    ids = view.ids("deal.parties")
    worth = view.numbers("deal.utilities", rows)
    nothing = np.full((1, len(ids)), np.nan)
    read = lines != "unread"
    without = view.numbers("deal.batna", rows) if read and view.has("deal.batna") else nothing
    red_line = view.numbers("deal.red_line", rows) if read and view.has("deal.red_line") else nothing
    adds = np.zeros((1, len(ids), len(deal.together)))
    if view.has("deal.together"):
        adds = np.nan_to_num(view.numbers("deal.together", rows), nan=0.0)
    floor = np.fmax(without, red_line)
    whole = np.isfinite(worth[0]).all(axis=1)
    if lines == "needed" or (lines == "where stated" and np.isfinite(floor[0]).any()):
        whole &= np.isfinite(floor[0])
    names = [called[each] for each in ids]
    if whole.sum() < 2:
        needed = "and what they have without a deal" if read else "for every option"
        lacking = [name for name, kept in zip(names, whole, strict=True) if not kept]
        raise CannotAnswerError(
            f"needs two parties with utilities {needed}; a number is missing for {listing(lacking, limit=4)}"
        )
    places = {issue.id: {option.id: at for at, option in enumerate(issue.options)} for issue in deal.issues}
    issues = tuple(places)

    def chosen(options: dict[str, str]) -> dict[int, int]:
        return {issues.index(issue): places[issue][option] for issue, option in options.items()}

    text = chosen(deal.proposed) if deal.proposed else None
    return DealTable(
        tuple(name for name, kept in zip(names, whole, strict=True) if kept),
        tuple(each for each, kept in zip(ids, whole, strict=True) if kept),
        tuple(name for name, kept in zip(names, whole, strict=True) if not kept),
        issues,
        tuple(tuple(option.name for option in issue.options) for issue in deal.issues),
        tuple(tuple(option.id for option in issue.options) for issue in deal.issues),
        worth[:, whole],
        without[:, whole],
        floor[:, whole],
        adds[:, whole],
        tuple(chosen(each.options) for each in deal.together),
        tuple(chosen(each.options) for each in deal.forbidden),
        tuple(text[issue] for issue in range(len(issues))) if text is not None else None,
        deal.comparable,
        (deal.note,) if deal.note else (),
    )


def kinds_of(masks: NDArray[np.bool_]) -> tuple[list[list[int]], IntArray]:
    """Each combination of parties that occurs in rows ``(n_rows, n_parties)``, and which of them each row has."""
    packed = np.packbits(masks, axis=1)
    _, first, kind = np.unique(packed.view(f"V{packed.shape[1]}"), return_index=True, return_inverse=True)
    return [np.flatnonzero(masks[row]).tolist() for row in first], kind.reshape(-1).astype(np.int64)


def work(table: DealTable) -> float:
    """Steps of one row: every package, for every party, a few times."""
    return 12.0 * table.size if table.packages is not None else 1e12


def too_many(table: DealTable) -> str:
    """Why nothing was redrawn."""
    return (
        f"{plural(table.space.n_packages, 'package')} of {plural(len(table.parties), 'party', 'parties')} are too many "
        "to redraw: the answer is exact for the case as written, and says nothing of the ranges of the inputs."
    )
