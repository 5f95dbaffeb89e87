"""Side payments: what has to change hands so that all accept a package."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .frontier import Frontier
from .packages import DealError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_ALIKE = 1e-12


@dataclass(frozen=True)
class SidePayments:
    """The smallest payments that make a package acceptable to all, in utility that one party can hand to another.

    Attributes:
        possible: do those who gain gain at least as much as the others lack?
        received: ``(n_parties,)`` what each receives; below 0: pays. Only what is lacking is paid.
        total: the sum of what is received.
        payments: who pays whom how much; the parties with the most to spare pay first, so that few have to.
        room: what is left, over all, once everybody has what no deal gives: below 0 where payments cannot do it.

    """

    possible: bool
    received: FloatArray
    total: float
    payments: tuple[tuple[int, int, float], ...]
    room: float


def side_payments(utilities: ArrayLike, disagreement: ArrayLike) -> SidePayments:
    """Return the smallest payments that make a package acceptable to all.

    Only for utilities of which one unit given is one unit received, such as money.

    Args:
        utilities: ``(n_parties,)`` what the package gives.
        disagreement: ``(n_parties,)`` what each has without a deal.

    Returns:
        Payments; none where all accept as it is, or where payments cannot do it.

    Raises:
        DealError: a number is missing or not finite.

    Example:
        >>> found = side_payments([5.0, 1.0, 3.0], [2.0, 2.0, 2.0])
        >>> found.total, found.payments, found.room
        (1.0, ((0, 1, 1.0),), 3.0)
    """
    given, floor = np.asarray(utilities, np.float64), np.asarray(disagreement, np.float64)
    if given.ndim != 1 or given.shape != floor.shape:
        raise DealError("disagreement", f"has to be one number a party, like the utilities {given.shape}")
    for field, array in (("utilities", given), ("disagreement", floor)):
        if not np.isfinite(array).all():
            raise DealError(field, "is missing or not finite", party=int(np.argmin(np.isfinite(array))))
    gains = given - floor
    tiny = _ALIKE * max(1.0, float(np.abs(given).max()), float(np.abs(floor).max()))
    room = float(gains.sum())
    lacking = np.where(gains < -tiny, -gains, 0.0)
    total = float(lacking.sum())
    received = np.zeros(len(given))
    if total == 0.0 or room < -tiny:
        return SidePayments(total == 0.0, received, 0.0, (), room)
    spare = np.where(gains > tiny, gains, 0.0)
    payments = []
    payers = iter(sorted(np.flatnonzero(spare > 0).tolist(), key=lambda party: (-spare[party], party)))
    payer = next(payers)
    for party in np.flatnonzero(lacking > 0).tolist():
        while lacking[party] > tiny:
            if spare[payer] <= tiny:
                payer = next(payers, payer)
                if spare[payer] <= tiny:
                    break
            amount = float(min(spare[payer], lacking[party]))
            spare[payer] -= amount
            lacking[party] -= amount
            received[payer] -= amount
            received[party] += amount
            payments.append((payer, party, amount))
    return SidePayments(True, received, total, tuple(payments), room)


@dataclass(frozen=True)
class PaidPackage:
    """A package that needs the least paid for all to accept it.

    Attributes:
        package: ``(n_issues,)``.
        utilities: ``(n_parties,)`` before payments.
        payments: who pays whom.

    """

    package: IntArray
    utilities: FloatArray
    payments: SidePayments


def least_paid_package(frontier: Frontier, *, comparable: bool) -> PaidPackage | None:
    """Return the package that the smallest payments make acceptable to all.

    What is lacking falls and what is there to pay it from rises with everybody's utility, so the package is on the
    frontier.

    Args:
        frontier: the Pareto frontier of all packages.
        comparable: one unit of utility given is one received; refused otherwise.

    Returns:
        The package (of those tied the one with the most room left); None where no package has enough to share.

    Raises:
        DealError: utilities are not declared comparable.

    Example:
        >>> from comity.bargaining.deals import UtilityTable, pareto_frontier
        >>> frontier = pareto_frontier(UtilityTable([[9, 1], [4, 3]], disagreement=[2, 4]))
        >>> found = least_paid_package(frontier, comparable=True)
        >>> found.utilities.tolist(), found.payments.total
        ([4.0, 3.0], 1.0)
    """
    if not comparable:
        raise DealError("comparable", "payments move utility from party to party: declare utilities comparable")
    floor = np.asarray(frontier.space.disagreement, np.float64)
    gains = frontier.utilities - floor
    tiny = _ALIKE * max(1.0, float(np.abs(floor).max()))
    rows = np.flatnonzero(gains.sum(axis=1) >= -tiny)
    if not len(rows):
        return None
    lacking = np.maximum(-gains[rows], 0.0).sum(axis=1)
    near = rows[lacking <= lacking.min() + tiny]
    best = int(near[np.argmax(gains[near].sum(axis=1))])
    return PaidPackage(
        frontier.packages[best], frontier.utilities[best], side_payments(frontier.utilities[best], floor)
    )
