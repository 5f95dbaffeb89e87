"""The agenda and the table: what an issue more or a party less does to the zone of agreement and to the deals in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .frontier import Zone, zone_of_agreement
from .packages import Coupling, DealError, Forbidden, Packages
from .solutions import Solution, kalai_smorodinsky, nash

FloatArray = NDArray[np.float64]

_RULES: Mapping[str, Callable[[Zone], Solution]] = {"nash": nash, "kalai-smorodinsky": kalai_smorodinsky}


@dataclass(frozen=True)
class Change:
    """What something does to the zone and to the solutions: with it less without it.

    Attributes:
        with_it: the zone with it.
        without_it: the zone without it.
        changes: for each rule ``(n_parties,)`` utilities with it less without it, of the parties that are there in
            both, in the unit of the case; NaN where one of the zones is empty. Of tied packages the first counts.

    """

    with_it: Zone
    without_it: Zone
    changes: Mapping[str, FloatArray]

    @property
    def opens(self) -> bool:
        """Is there a zone of agreement only with it?"""
        return self.without_it.empty and not self.with_it.empty

    @property
    def closes(self) -> bool:
        """Is there a zone of agreement only without it?"""
        return self.with_it.empty and not self.without_it.empty


def without_issue(packages: Packages, issue: int, stays_at: int) -> Packages:
    """Return the packages that are left when an issue is off the table and stays at one of its options.

    Args:
        packages: the packages.
        issue: the issue.
        stays_at: the option that then holds (the status quo on it); it becomes option 0, the only one.

    Returns:
        Packages of the same issues and parties, couplings and clashes with that option kept.

    Raises:
        DealError: there is no such issue or option, or the option leaves no package.

    Example:
        >>> without_issue(Packages([[[3, 0], [0, 3]], [[2, 0], [0, 1]]], [1, 1]), issue=1, stays_at=0).sizes
        (2, 1)
    """
    if not 0 <= issue < packages.n_issues or not 0 <= stays_at < packages.sizes[issue]:
        raise DealError("stays_at", f"there is no option {stays_at}", issue=issue)
    utilities = [np.asarray(each) for each in packages.utilities]
    utilities[issue] = utilities[issue][stays_at : stays_at + 1]
    couplings, forbidden = [], []
    for coupling in packages.couplings:
        held = np.asarray(coupling.utilities)
        if issue in coupling.issues:
            held = held.take([stays_at], axis=coupling.issues.index(issue))
        couplings.append(Coupling(coupling.issues, held))
    for clash in packages.forbidden:
        rows = np.asarray(clash.combinations)
        if issue in clash.issues:
            at = clash.issues.index(issue)
            rows = rows[rows[:, at] == stays_at].copy()
            rows[:, at] = 0
        forbidden.append(Forbidden(clash.issues, rows))
    return Packages(utilities, packages.disagreement, tuple(couplings), tuple(forbidden))


def without_party(packages: Packages, party: int) -> Packages:
    """Return the same packages for the other parties alone.

    Args:
        packages: the packages.
        party: the party that is not asked.

    Returns:
        Packages of one party less.

    Raises:
        DealError: there is no such party, or nobody would be left.

    Example:
        >>> without_party(Packages([[[3, 0], [0, 3]]], [1, 1]), party=0).n_parties
        1
    """
    if not 0 <= party < packages.n_parties:
        raise DealError("party", "does not exist", party=party)
    if packages.n_parties == 1:
        raise DealError("party", "is the only one", party=party)
    return Packages(
        [np.delete(np.asarray(each), party, axis=1) for each in packages.utilities],
        np.delete(np.asarray(packages.disagreement), party),
        tuple(
            Coupling(each.issues, np.delete(np.asarray(each.utilities), party, axis=-1)) for each in packages.couplings
        ),
        packages.forbidden,
    )


def value_of_issue(packages: Packages, issue: int, stays_at: int) -> Change:
    """Return what having an issue on the table does, against leaving it where it is.

    Args:
        packages: the packages with the issue.
        issue: the issue.
        stays_at: the option that holds where it is not on the table.

    Returns:
        Both zones, and how each party's utility changes under each rule.

    Raises:
        DealError: there is no such issue or option.
        TooManyPoints: an exact answer would take too much memory.

    Source: adding and dropping issues: Sebenius 1983, International Organization 37 (from memory, not opened).

    Example:
        >>> packages = Packages([[[4, 0], [2, 2], [0, 4]], [[0, 0], [2, 1]]], [1, 1])
        >>> value_of_issue(packages, issue=1, stays_at=0).changes["nash"].tolist()
        [2.0, 1.0]
    """
    return _change(packages, without_issue(packages, issue, stays_at), list(range(packages.n_parties)))


def value_of_party(packages: Packages, party: int) -> Change:
    """Return what having a party at the table, with its red line, does to the others.

    Without it nobody asks what it accepts; what packages are worth to the others stays the same.

    Args:
        packages: the packages with the party.
        party: the party.

    Returns:
        Both zones, and how the others' utilities change under each rule, in their order.

    Raises:
        DealError: there is no such party.
        TooManyPoints: an exact answer would take too much memory.

    Source: adding and dropping parties: Sebenius 1983, International Organization 37 (from memory, not opened).

    Example:
        >>> packages = Packages([[[4, 1, 0], [2, 2, 3], [1, 4, 5]]], [1, 1, 3])
        >>> value_of_party(packages, 2).changes["nash"].tolist()
        [0.0, 0.0]
    """
    others = [other for other in range(packages.n_parties) if other != party]
    return _change(packages, without_party(packages, party), others)


def _change(whole: Packages, part: Packages, parties: list[int]) -> Change:
    with_it, without_it = zone_of_agreement(whole, count=False), zone_of_agreement(part, count=False)
    changes = {}
    for name, rule in _RULES.items():
        if with_it.empty or without_it.empty:
            changes[name] = np.full(len(parties), np.nan)
        else:
            changes[name] = rule(with_it).utilities[0][parties] - rule(without_it).utilities[0]
    return Change(with_it, without_it, changes)
