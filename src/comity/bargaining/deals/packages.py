"""Packages: what each option of each issue is worth to each party, and which combinations belong or clash."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .units import Numbers, short_decimals, to_units

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

MOST_MERGED = 1_000_000
MOST_LISTED = 10_000_000


class DealError(ValueError):
    """A deal space that no model can use; says which field, and which party and issue where there is one.

    Attributes:
        field: ``"utilities"``, ``"disagreement"``, ``"couplings"``, ``"forbidden"``, ``"weights"`` or another argument.
        party: the party (column) of the first bad number, or None.
        issue: the issue of the first bad number, or None.

    """

    def __init__(self, field: str, problem: str, *, party: int | None = None, issue: int | None = None) -> None:
        places = [f"{word} {at}" for word, at in (("issue", issue), ("party", party)) if at is not None]
        super().__init__(f"{field}[{', '.join(places)}]: {problem}" if places else f"{field}: {problem}")
        self.field = field
        self.party = party
        self.issue = issue


class TooManyPoints(DealError):
    """An exact answer would take more memory than is reasonable; says what would make it smaller."""


@dataclass(frozen=True)
class Coupling:
    """What a combination of options adds (or takes away) beyond the sum of its parts.

    Attributes:
        issues: the issues that belong together.
        utilities: ``(n_options of the first, n_options of the second, ..., n_parties)``, added to the sum.

    """

    issues: tuple[int, ...]
    utilities: ArrayLike


@dataclass(frozen=True)
class Forbidden:
    """Combinations of options that no package may hold ("either dam or quota").

    Attributes:
        issues: the issues that the combinations are about.
        combinations: ``(n_combinations, len(issues))`` option indices.

    """

    issues: tuple[int, ...]
    combinations: ArrayLike


@dataclass(frozen=True)
class Group:
    """Issues that have to be settled together, as one.

    Attributes:
        issues: which they are, in rising order.
        options: ``(n_joint_options, len(issues))`` option indices, those forbidden left out.
        units: ``(n_joint_options, n_parties)`` utilities in units.

    """

    issues: tuple[int, ...]
    options: IntArray
    units: IntArray


@dataclass(frozen=True)
class Packages:
    """Packages of several issues, one option each; a party's utility is a sum over issues, plus what is coupled.

    Attributes:
        utilities: an issue each, ``(n_options, n_parties)``; floats (read as the decimals that Python prints) or exact
            numbers.
        disagreement: ``(n_parties,)`` what each party has without a deal, its red line, in the same unit.
        couplings: what combinations add.
        forbidden: combinations that no package may hold.

    Raises:
        DealError: a number is missing or not finite, or shapes do not fit; no package is left; coupled issues have
            more than 1,000,000 options together.

    Example:
        >>> packages = Packages([[[3, 0], [0, 3]], [[2, 0], [0, 1]]], disagreement=[1, 1])
        >>> packages.n_packages, packages.n_issues, packages.n_parties
        (4, 2, 2)
        >>> packages.of([[0, 1]]).tolist()
        [[3.0, 1.0]]

    """

    utilities: Sequence[ArrayLike]
    disagreement: ArrayLike
    couplings: tuple[Coupling, ...] = ()
    forbidden: tuple[Forbidden, ...] = ()

    def __post_init__(self) -> None:
        floor = _numbers(self.disagreement, "disagreement")
        if floor.ndim != 1 or floor.size == 0:
            raise DealError("disagreement", "has to be one number a party")
        _finite(floor[None], "disagreement")
        if len(self.utilities) == 0:
            raise DealError("utilities", "there is no issue")
        arrays = tuple(_numbers(each, "utilities") for each in self.utilities)
        for issue, array in enumerate(arrays):
            if array.ndim != 2 or array.shape[1] != floor.size or array.shape[0] == 0:
                raise DealError("utilities", f"has to be (n_options, {floor.size}), is {array.shape}", issue=issue)
            _finite(array, "utilities", issue)
        object.__setattr__(self, "utilities", arrays)
        object.__setattr__(self, "disagreement", floor)
        sizes = self.sizes
        couplings, forbidden = [], []
        for coupling in self.couplings:
            given = _numbers(coupling.utilities, "couplings")
            shape = (*(sizes[at] for at in _issues(coupling.issues, sizes, "couplings")), floor.size)
            if given.shape != shape:
                raise DealError("couplings", f"of issues {coupling.issues} has to be {shape}, is {given.shape}")
            _finite(given.reshape(-1, floor.size), "couplings")
            couplings.append(Coupling(tuple(coupling.issues), given))
        for clash in self.forbidden:
            rows = np.asarray(clash.combinations, np.int64).reshape(-1, len(clash.issues))
            limits = np.array([sizes[at] for at in _issues(clash.issues, sizes, "forbidden")])
            if ((rows < 0) | (rows >= limits)).any():
                raise DealError("forbidden", f"of issues {clash.issues} names an option that does not exist")
            forbidden.append(Forbidden(tuple(clash.issues), rows))
        object.__setattr__(self, "couplings", tuple(couplings))
        object.__setattr__(self, "forbidden", tuple(forbidden))
        _ = self.groups

    @property
    def n_issues(self) -> int:
        """How many issues there are."""
        return len(self.utilities)

    @property
    def n_parties(self) -> int:
        """How many parties there are."""
        return int(np.asarray(self.disagreement).size)

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many options each issue has."""
        return tuple(len(np.asarray(each)) for each in self.utilities)

    @property
    def n_packages(self) -> int:
        """How many packages there are, those forbidden left out; exact however many."""
        return math.prod(len(group.options) for group in self.groups)

    @cached_property
    def _members(self) -> tuple[tuple[int, ...], ...]:
        """Issues that a chain of couplings or clashes ties together."""
        leader = list(range(self.n_issues))
        for tied in (*(each.issues for each in self.couplings), *(each.issues for each in self.forbidden)):
            roots = {leader[at] for at in tied}
            leader = [min(roots) if root in roots else root for root in leader]
        return tuple(tuple(at for at, root in enumerate(leader) if root == head) for head in sorted(set(leader)))

    @cached_property
    def _exact(self) -> tuple[tuple[Group, ...], IntArray, tuple[int, ...], bool]:
        """Groups, the red lines in units, units a party, and whether they are exact."""
        tables: list[tuple[tuple[int, ...], IntArray, list[Numbers]]] = []
        for issues in self._members:
            count = math.prod(self.sizes[at] for at in issues)
            if count > MOST_MERGED:
                raise DealError(
                    "couplings",
                    f"issues {', '.join(map(str, issues))} are coupled and have {count:,} options together, more than "
                    f"{MOST_MERGED:,}: couple fewer issues, or give them fewer options",
                )
            options = np.stack([axis.ravel() for axis in np.indices([self.sizes[at] for at in issues])], axis=1)
            for clash in self.forbidden:
                if set(clash.issues) <= set(issues):
                    own = options[:, [issues.index(at) for at in clash.issues]]
                    options = options[~(own[:, None] == np.asarray(clash.combinations)[None]).all(axis=2).any(axis=1)]
            if not len(options):
                raise DealError("forbidden", f"leaves no package: no combination of issues {issues} is allowed")
            parts = [np.asarray(self.utilities[at])[options[:, place]] for place, at in enumerate(issues)]
            for coupling in self.couplings:
                if set(coupling.issues) <= set(issues):
                    places = tuple(options[:, issues.index(at)] for at in coupling.issues)
                    parts.append(np.asarray(coupling.utilities)[places])
            tables.append((issues, options, parts))
        floor = np.asarray(self.disagreement)
        columns: list[list[IntArray]] = [[] for _ in tables]
        floors, scales, exact = [], [], True
        for party in range(self.n_parties):
            flat = [part[:, party] for _, _, parts in tables for part in parts]
            units, red_line, scale, is_exact = to_units(flat, floor[party : party + 1])
            at = 0
            for place, (_, _, parts) in enumerate(tables):
                columns[place].append(np.sum(units[at : at + len(parts)], axis=0))
                at += len(parts)
            floors.append(int(red_line[0]))
            scales.append(scale)
            exact = exact and is_exact
        groups = tuple(
            Group(issues, options, np.stack(held, axis=1))
            for (issues, options, _), held in zip(tables, columns, strict=True)
        )
        return groups, np.array(floors, np.int64), tuple(scales), exact

    @property
    def groups(self) -> tuple[Group, ...]:
        """Issues that are settled together, in units."""
        return self._exact[0]

    @property
    def floor(self) -> IntArray:
        """Red lines in units, ``(n_parties,)``."""
        return self._exact[1]

    @property
    def scale(self) -> tuple[int, ...]:
        """How many units make 1, for each party."""
        return self._exact[2]

    @property
    def exact(self) -> bool:
        """Are the utilities held exactly? If not, they are rounded to whole units."""
        return self._exact[3]

    def of(self, packages: ArrayLike) -> FloatArray:
        """Return the utilities of packages.

        Args:
            packages: ``(n, n_issues)`` option indices.

        Returns:
            ``(n, n_parties)``.

        Raises:
            DealError: an option does not exist, or a combination is forbidden.
        """
        return np.asarray(self.units_of(packages) / np.array(self.scale, np.float64))

    def units_of(self, packages: ArrayLike) -> IntArray:
        """Return the utilities of packages in units; see ``of``."""
        rows = np.atleast_2d(np.asarray(packages, np.int64))
        if rows.shape[1] != self.n_issues or ((rows < 0) | (rows >= np.array(self.sizes))).any():
            raise DealError("packages", f"has to be an option of each of {self.n_issues} issues, {self.sizes}")
        found = np.zeros((len(rows), self.n_parties), np.int64)
        for group in self.groups:
            sizes = tuple(self.sizes[at] for at in group.issues)
            place = np.full(math.prod(sizes), -1, np.int64)
            place[np.ravel_multi_index(tuple(group.options.T), sizes)] = np.arange(len(group.options))
            chosen = place[np.ravel_multi_index(tuple(rows[:, list(group.issues)].T), sizes)]
            if (chosen < 0).any():
                raise DealError("packages", f"a combination of issues {group.issues} is forbidden")
            found += group.units[chosen]
        return found

    def best(self) -> FloatArray:
        """Return what each party has in the package that is best for it, ``(n_parties,)``."""
        return np.asarray(sum(group.units.max(axis=0) for group in self.groups) / np.array(self.scale, np.float64))

    def worst(self) -> FloatArray:
        """Return what each party has in the package that is worst for it, ``(n_parties,)``."""
        return np.asarray(sum(group.units.min(axis=0) for group in self.groups) / np.array(self.scale, np.float64))

    def listed(self) -> IntArray:
        """Return every package, ``(n_packages, n_issues)``, in the order of the groups, the last fastest.

        Raises:
            TooManyPoints: there are more than 10,000,000.
        """
        if self.n_packages > MOST_LISTED:
            raise TooManyPoints("utilities", f"{self.n_packages:,} packages are too many to list ({MOST_LISTED:,})")
        at = np.indices([len(group.options) for group in self.groups]).reshape(len(self.groups), -1)
        found = np.empty((at.shape[1], self.n_issues), np.int64)
        for group, chosen in zip(self.groups, at, strict=True):
            found[:, list(group.issues)] = group.options[chosen]
        return found


@dataclass(frozen=True)
class UtilityTable:
    """Packages whose utilities are given one by one; nothing is assumed of how they come about.

    Attributes:
        utilities: ``(n_packages, n_parties)``, up to 10,000,000 packages.
        disagreement: ``(n_parties,)`` what each party has without a deal, in the same unit.

    Raises:
        DealError: a number is missing or not finite, or shapes do not fit.

    Example:
        >>> UtilityTable([[1.0, 0.0], [0.5, 0.5]], [0.0, 0.0]).n_packages
        2

    """

    utilities: ArrayLike
    disagreement: ArrayLike

    def __post_init__(self) -> None:
        floor = np.asarray(self.disagreement, np.float64)
        table = np.asarray(self.utilities, np.float64)
        if floor.ndim != 1 or floor.size == 0:
            raise DealError("disagreement", "has to be one number a party")
        _finite(floor[None], "disagreement")
        if table.ndim != 2 or table.shape[1] != floor.size or not len(table):
            raise DealError("utilities", f"has to be (n_packages, {floor.size}), is {table.shape}")
        if len(table) > MOST_LISTED:
            raise TooManyPoints("utilities", f"{len(table):,} packages; a table holds up to {MOST_LISTED:,}")
        _finite(table, "utilities")
        object.__setattr__(self, "utilities", np.ascontiguousarray(table))
        object.__setattr__(self, "disagreement", floor)

    @property
    def n_packages(self) -> int:
        """How many packages there are."""
        return len(np.asarray(self.utilities))

    @property
    def n_parties(self) -> int:
        """How many parties there are."""
        return int(np.asarray(self.disagreement).size)

    @cached_property
    def _exact(self) -> tuple[Numbers, Numbers, tuple[int, ...], bool]:
        """The table and red lines in units: whole numbers where they are short decimals, else floats as they are."""
        table, floor = np.asarray(self.utilities), np.asarray(self.disagreement)
        sample = np.concatenate([table[:: max(1, len(table) // 100)].ravel(), floor])
        if all(_few_decimals(number) for number in sample.tolist()):
            columns = [np.append(column, floor[at]) for at, column in enumerate(table.T)]
            whole = [short_decimals(column, float(np.abs(column).max())) for column in columns]
            if not any(each is None for each in whole):
                units = np.stack([each[0] for each in whole if each], axis=1)
                return units[:-1], units[-1], tuple(each[1] for each in whole if each), True
        return table, floor, (1,) * self.n_parties, False

    @property
    def units(self) -> Numbers:
        """The table in units, ``(n_packages, n_parties)``."""
        return self._exact[0]

    @property
    def floor(self) -> Numbers:
        """Red lines in units, ``(n_parties,)``."""
        return self._exact[1]

    @property
    def scale(self) -> tuple[int, ...]:
        """How many units make 1, for each party."""
        return self._exact[2]

    @property
    def exact(self) -> bool:
        """Are utilities whole numbers of units? If not, they are floats, and sums of them tie to 1e-12."""
        return self._exact[3]

    def of(self, packages: ArrayLike) -> FloatArray:
        """Return the utilities of packages, given as ``(n, 1)`` or ``(n,)`` rows of the table: ``(n, n_parties)``."""
        return np.asarray(np.asarray(self.utilities)[np.asarray(packages, np.int64).ravel()])

    def units_of(self, packages: ArrayLike) -> Numbers:
        """Return the utilities of packages in units; see ``of``."""
        return np.asarray(self.units[np.asarray(packages, np.int64).ravel()])

    def best(self) -> FloatArray:
        """Return what each party has in the package that is best for it, ``(n_parties,)``."""
        return np.asarray(np.asarray(self.utilities).max(axis=0))

    def worst(self) -> FloatArray:
        """Return what each party has in the package that is worst for it, ``(n_parties,)``."""
        return np.asarray(np.asarray(self.utilities).min(axis=0))

    def listed(self) -> IntArray:
        """Return every package, ``(n_packages, 1)``."""
        return np.arange(self.n_packages)[:, None]


def edges_of(packages: Packages) -> IntArray:
    """Return where the options of each group start when all are put one under the other, ``(n_groups + 1,)``."""
    return np.cumsum([0, *(len(group.options) for group in packages.groups)])


def _few_decimals(number: float) -> bool:
    return round(number, 9) == number


def _numbers(given: Any, field: str) -> Numbers:
    """Floats, or objects where a number is exact (a Fraction or a Decimal)."""
    try:
        array = np.asarray(given)
        if array.dtype == np.object_ and not any(number is None for number in array.ravel().tolist()):
            [float(number) for number in array.ravel().tolist()]
            return array
        return array.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise DealError(field, f"is not a table of numbers ({error})") from error


def _finite(rows: Numbers, field: str, issue: int | None = None) -> None:
    bad = np.argwhere(~np.isfinite(rows.astype(np.float64)))
    if len(bad):
        row, party = bad[0].tolist()
        option = f" (row {row})" if len(rows) > 1 else ""
        raise DealError(field, f"is missing or not finite{option}: give a number", party=party, issue=issue)


def _issues(issues: Sequence[int], sizes: tuple[int, ...], field: str) -> tuple[int, ...]:
    if len(issues) < 1 or not all(0 <= at < len(sizes) for at in issues):
        raise DealError(field, f"names issues {tuple(issues)}; they are 0 to {len(sizes) - 1}")
    if len(set(issues)) < len(issues):
        raise DealError(field, f"names an issue twice: {tuple(issues)}")
    return tuple(issues)
