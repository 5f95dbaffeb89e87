"""Time and power: what alternating offers, a risk of breakdown, other options and majorities do to the shares."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .packages import DealError

FloatArray = NDArray[np.float64]

MOST_KINDS = 8
_SLACK = 1e-9


@dataclass(frozen=True)
class Split:
    """Shares of one unit between two parties, the first of whom proposes first.

    Attributes:
        proposer: share of the party that proposes first.
        responder: share of the other.
        agreed: is there an agreement at all?

    """

    proposer: float
    responder: float
    agreed: bool = True


def discount_factor(rate: float, period: float) -> float:
    """Return what one unit is worth a period later, exp(-rate · period).

    Args:
        rate: discount rate per unit of time, not negative.
        period: time between two offers, not negative, in the same unit of time.

    Returns:
        A factor from 0 to 1.

    Raises:
        DealError: a number is negative or not finite.

    Example:
        >>> round(discount_factor(0.1, 1.0), 4)
        0.9048
    """
    for field, number in (("rate", rate), ("period", period)):
        if not (math.isfinite(number) and number >= 0):
            raise DealError(field, f"has to be 0 or more and finite, is {number}")
    return math.exp(-rate * period)


def alternating_offers(proposer: float, responder: float) -> Split:
    """Return the only outcome of alternating offers without end: (1 - d2) / (1 - d1 d2) for the first proposer.

    Args:
        proposer: discount factor of the party that proposes first, from 0 to 1.
        responder: discount factor of the other, from 0 to 1; not both 1.

    Returns:
        The shares.

    Raises:
        DealError: a factor is not between 0 and 1, or both are 1 (then any split is an equilibrium).

    Source: Rubinstein 1982, Perfect equilibrium in a bargaining model, Econometrica 50 (from memory, not opened).

    Example:
        >>> round(alternating_offers(0.9, 0.9).proposer, 4)
        0.5263
    """
    d1, d2 = _factor(proposer, "proposer"), _factor(responder, "responder")
    if d1 * d2 == 1:
        raise DealError("responder", "both discount factors are 1: nobody minds waiting, and any split can be expected")
    first = (1 - d2) / (1 - d1 * d2)
    return Split(first, d2 * (1 - d1) / (1 - d1 * d2))


def frequent_offers(proposer_rate: float, responder_rate: float) -> Split:
    """Return the shares as the time between offers goes to 0: r2 / (r1 + r2) for the first, the less patient loses.

    This is the asymmetric Nash solution with weights 1 / rate.

    Args:
        proposer_rate: discount rate of the first, not negative.
        responder_rate: discount rate of the second, not negative; not both 0.

    Returns:
        The shares.

    Raises:
        DealError: a rate is negative or not finite, or both are 0.

    Source: Binmore, Rubinstein & Wolinsky 1986, RAND Journal of Economics 17 (from memory, not opened).

    Example:
        >>> frequent_offers(1.0, 3.0).proposer
        0.75
    """
    for field, rate in (("proposer_rate", proposer_rate), ("responder_rate", responder_rate)):
        if not (math.isfinite(rate) and rate >= 0):
            raise DealError(field, f"has to be 0 or more and finite, is {rate}")
    if proposer_rate + responder_rate == 0:
        raise DealError("responder_rate", "both rates are 0: nobody minds waiting, and any split can be expected")
    first = responder_rate / (proposer_rate + responder_rate)
    return Split(first, proposer_rate / (proposer_rate + responder_rate))


def finite_offers(proposer: float, responder: float, rounds: int) -> Split:
    """Return the outcome when talks end after a number of offers, found backwards: the last proposer takes all.

    Args:
        proposer: discount factor of the party that proposes first, from 0 to 1.
        responder: discount factor of the other, from 0 to 1.
        rounds: how many offers can be made, at least 1; the parties take turns.

    Returns:
        The shares.

    Raises:
        DealError: a factor is not between 0 and 1, or there is no round.

    Source: Ståhl 1972, Bargaining Theory (from memory, not opened).

    Example:
        >>> finite_offers(0.9, 0.8, 1).proposer, round(finite_offers(0.9, 0.8, 2).proposer, 3)
        (1.0, 0.2)
    """
    d1, d2 = _factor(proposer, "proposer"), _factor(responder, "responder")
    if rounds < 1:
        raise DealError("rounds", f"at least one offer has to be made, not {rounds}")
    share = 1.0
    for offer in range(rounds - 2, -1, -1):  # offer 0 is the first proposer's; the one who answers discounts
        share = 1 - (d2 if offer % 2 == 0 else d1) * share
    return Split(share, 1 - share)


def with_outside_option(proposer: float, responder: float, option: float) -> Split:
    """Return the shares when the responder can leave for something else instead of making a counter-offer.

    The option counts only where it is better than what bargaining gives ("deal me out"): then it is what the
    responder gets. A worse one changes nothing.

    Args:
        proposer: discount factor of the party that proposes first, from 0 to 1.
        responder: discount factor of the other, from 0 to 1.
        option: what leaving gives the responder, as a share of the unit.

    Returns:
        The shares; where the option is above 1 there is no deal, and the responder has the option.

    Raises:
        DealError: a factor is not between 0 and 1 or both are 1; the option is not finite.

    Source: Binmore, Shaked & Sutton 1989, Quarterly Journal of Economics 104 (from memory, not opened).

    Example:
        >>> with_outside_option(0.9, 0.9, 0.3) == alternating_offers(0.9, 0.9)
        True
        >>> with_outside_option(0.9, 0.9, 0.6)
        Split(proposer=0.4, responder=0.6, agreed=True)
    """
    if not math.isfinite(option):
        raise DealError("option", f"has to be finite, is {option}")
    plain = alternating_offers(proposer, responder)
    if option > 1:
        return Split(0.0, option, agreed=False)
    return plain if option <= plain.responder else Split(1 - option, option)


def with_breakdown(
    risk: float, proposer_without: float, responder_without: float, *, proposer: float = 1.0, responder: float = 1.0
) -> Split:
    """Return the shares when talks may break down after each refused offer.

    Whoever answers accepts what refusing would bring: with the risk what it has after a breakdown, else its own
    proposal a period later. As the risk goes to 0 (and nobody minds waiting), the shares go to the Nash solution with
    the breakdown point as disagreement.

    Args:
        risk: probability of a breakdown after a refusal, above 0 to 1 (0 only where somebody minds waiting).
        proposer_without: what the first has after a breakdown, as a share of the unit.
        responder_without: what the second has after a breakdown.
        proposer: discount factor of the first, from 0 to 1.
        responder: discount factor of the second, from 0 to 1.

    Returns:
        The shares; no agreement where the two have more than one unit after a breakdown.

    Raises:
        DealError: a probability or factor is not between 0 and 1, a payoff is not finite, or nothing ever presses.

    Source: Binmore, Rubinstein & Wolinsky 1986, RAND Journal of Economics 17 (from memory, not opened).

    Example:
        >>> found = with_breakdown(0.001, 0.1, 0.3)
        >>> round(found.proposer, 3), round(found.responder, 3)
        (0.4, 0.6)
    """
    p, d1, d2 = _factor(risk, "risk"), _factor(proposer, "proposer"), _factor(responder, "responder")
    b1, b2 = proposer_without, responder_without
    for field, number in (("proposer_without", b1), ("responder_without", b2)):
        if not math.isfinite(number):
            raise DealError(field, f"has to be finite, is {number}")
    if b1 + b2 > 1:
        return Split(b1, b2, agreed=False)
    c1, c2 = d1 * (1 - p), d2 * (1 - p)
    if c1 * c2 == 1:
        raise DealError("risk", "nobody minds waiting and talks never break down: any split can be expected")
    # v_i is what i accepts: v2 = d2 (p b2 + (1-p)(1-v1)), v1 = d1 (p b1 + (1-p)(1-v2)).
    v2 = (d2 * p * b2 + c2 - c2 * (d1 * p * b1 + c1)) / (1 - c1 * c2)
    return Split(1 - v2, v2)


def unanimity(discount_factors: ArrayLike) -> FloatArray:
    """Return each party's share when it is the one to propose, everybody has to agree, and whoever refuses proposes.

    In the stationary equilibrium a party that answers gets its discount factor times its share as a proposer. With
    one factor d for all of n parties the proposer has 1 / (1 + (n-1) d), and each other d times that. Of two parties
    these are the shares of ``alternating_offers``.

    Args:
        discount_factors: ``(..., n_parties)`` from 0 to below 1.

    Returns:
        ``(..., n_parties, n_parties)``: row i the shares when party i proposes.

    Raises:
        DealError: a factor is not from 0 to below 1.

    Source:
        The stationary equilibrium discussed by Sutton 1986, Review of Economic Studies 53; with three parties and
        more, other equilibria exist (from memory, not opened).

    Example:
        >>> unanimity([0.5, 0.5, 0.5])[0].tolist()
        [0.5, 0.25, 0.25]
    """
    factors = np.asarray(discount_factors, np.float64)
    bad = np.argwhere(~((factors >= 0) & (factors < 1)))
    if len(bad):
        factor = factors[tuple(bad[0])]
        raise DealError("discount_factors", f"has to be from 0 to below 1, is {factor}", party=int(bad[0][-1]))
    total = 1 + (factors / (1 - factors)).sum(axis=-1, keepdims=True)
    own = 1 / (1 - factors) / total
    parties = factors.shape[-1]
    first = np.eye(parties, dtype=np.bool_)
    return np.asarray(np.where(first, own[..., None, :], (factors * own)[..., None, :]))


@dataclass(frozen=True)
class Legislature:
    """The stationary equilibrium of dividing one unit by proposals that need some number of equal votes.

    Attributes:
        values: ``(n_kinds,)`` what a member of each kind expects before anybody proposes.
        prices: ``(n_kinds,)`` for what a member of each kind votes yes: its discount factor times its value.
        proposer: ``(n_kinds,)`` what a member of each kind keeps when it proposes.
        paid: ``(n_kinds,)`` how likely a member of each kind is paid by another's proposal.

    """

    values: FloatArray
    prices: FloatArray
    proposer: FloatArray
    paid: FloatArray


def divide_by_majority(members: int, discount_factor: float, votes: int | None = None) -> Split:
    """Return what the proposer and each partner get when equal members divide one unit, proposers drawn by lot.

    Closed rule: a proposal is voted on as it is; refused, another member is drawn a period later. The proposer buys
    the votes that it lacks, each at d / n, and keeps 1 - d (votes - 1) / n.

    Args:
        members: number of members n.
        discount_factor: d, from 0 to 1.
        votes: votes needed, the proposer's own among them; None for a simple majority.

    Returns:
        The proposer's share and a partner's.

    Raises:
        DealError: fewer than one member, votes that are not 1 to n, or a factor that is not between 0 and 1.

    Source: Baron & Ferejohn 1989, Bargaining in legislatures, American Political Science Review 83 (from memory, not
    opened).

    Example:
        >>> round(divide_by_majority(5, 1.0).proposer, 3)
        0.6
    """
    d = _factor(discount_factor, "discount_factor")
    if members < 1:
        raise DealError("members", f"there has to be a member, not {members}")
    needed = members // 2 + 1 if votes is None else votes
    if not 1 <= needed <= members:
        raise DealError("votes", f"has to be 1 to {members}, is {needed}")
    return Split(1 - d * (needed - 1) / members, d / members)


def divide_by_kinds(
    sizes: Sequence[int], recognition: ArrayLike, discount_factors: ArrayLike, votes: int
) -> Legislature:
    """Return the stationary equilibrium of equal votes whose members differ in patience or in how often they propose.

    A proposer buys the cheapest votes. Which kinds are always bought, sometimes (they all cost the same) or never is
    found by trying; for each the rest is solved in closed form. The equilibrium values are unique.

    Args:
        sizes: members of each kind, at most 8 kinds.
        recognition: ``(n_kinds,)`` how likely one member of each kind proposes; over all members they sum to 1.
        discount_factors: ``(n_kinds,)`` from above 0 to below 1.
        votes: votes needed, the proposer's own among them, at least 2.

    Returns:
        The equilibrium.

    Raises:
        DealError: shapes do not fit, probabilities do not sum to 1, a factor is not between 0 and 1, or the votes are
            not 2 to the number of members.

    Source:
        Baron & Ferejohn 1989, American Political Science Review 83; uniqueness for unequal members: Eraslan 2002,
        Journal of Economic Theory 103 (from memory, not opened).

    Example:
        >>> divide_by_kinds([5], [0.2], [0.9], 3).proposer.round(6).tolist()
        [0.64]
    """
    n, p, d = np.asarray(sizes, np.int64), np.asarray(recognition, np.float64), np.asarray(discount_factors, np.float64)
    if not 0 < len(n) <= MOST_KINDS or p.shape != n.shape or d.shape != n.shape or (n < 1).any():
        raise DealError("sizes", f"has to be a size, a probability and a factor for each of 1 to {MOST_KINDS} kinds")
    for kind, (chance, factor) in enumerate(zip(p.tolist(), d.tolist(), strict=True)):
        if not 0 <= chance <= 1:
            raise DealError("recognition", f"has to be a probability, is {chance}", party=kind)
        if not 0 < factor < 1:
            raise DealError("discount_factors", f"has to be above 0 and below 1, is {factor}", party=kind)
    if abs(float((n * p).sum()) - 1) > _SLACK:
        raise DealError("recognition", f"over all members has to sum to 1, sums to {float((n * p).sum()):g}")
    if not 2 <= votes <= int(n.sum()):
        raise DealError("votes", f"has to be 2 to {int(n.sum())}, is {votes}")
    for places in product((-1, 0, 1), repeat=len(n)):  # always bought, sometimes, never
        found = _equilibrium(n, p, d, votes, np.array(places))
        if found is not None:
            return found
    raise DealError("recognition", "no equilibrium was found to the accuracy of floating point")


def _equilibrium(
    n: NDArray[np.int64], p: FloatArray, d: FloatArray, votes: int, places: NDArray[np.int64]
) -> Legislature | None:
    """The equilibrium with these kinds bought always (-1), at the common price (0) and never (1), if it is one.

    With L members bought always: price w = d p A / (1 - d) for those always bought and d p (A + c) for those never,
    where c is the common price and A = 1 - (sum of w over L) - (votes - L) c is what a proposer of the first keeps
    less its own price.
    """
    low, same, high = places == -1, places == 0, places == 1
    cheap = int(n[low].sum())
    if not (cheap <= votes - 1 and cheap + int(n[same].sum()) >= votes):
        return None
    proposing = float((n * p)[same].sum())
    asked = votes - 1 - cheap + float((n * p)[low].sum())
    worth = float((n * d * p / (1 - d))[low].sum())
    wanted = float((n / d)[same].sum())
    if proposing > 0:
        ratio = (wanted - asked - proposing) / proposing  # A / c
        price = 1 / (ratio * (1 + worth) + votes - cheap)
        rest = ratio * price
    elif abs(wanted - asked) <= _SLACK:
        return None
    else:
        price, rest = 0.0, 1 / (1 + worth)
    prices = np.where(low, d * p * rest / (1 - d), np.where(high, d * p * (rest + price), price))
    values = prices / d
    with np.errstate(divide="ignore", invalid="ignore"):
        bought = np.where(price > 0, (values - p * (rest + price)) / price, 0.0)
    paid = np.where(low, 1 - p, np.where(high, 0.0, bought))
    fits = (prices[low] <= price + _SLACK).all() and (prices[high] >= price - _SLACK).all()
    if not (fits and price >= 0 and (paid >= -_SLACK).all() and (paid <= 1 - p + _SLACK).all()):
        return None
    keeps = np.where(low, rest + prices, rest + price)
    return Legislature(values, prices, keeps, np.clip(paid, 0.0, 1.0))


@dataclass(frozen=True)
class Haste:
    """What a little more patience of either party does to both shares: derivatives by the discount factors.

    Attributes:
        proposer: change of the first's share for one unit more of (its own factor, the other's factor).
        responder: the same of the other's share: what one gains the other loses.

    """

    proposer: tuple[float, float]
    responder: tuple[float, float]


def cost_of_haste(proposer: float, responder: float) -> Haste:
    """Return how the shares of alternating offers change with each party's patience.

    Args:
        proposer: discount factor of the party that proposes first, from 0 to 1.
        responder: discount factor of the other, from 0 to 1; not both 1.

    Returns:
        Derivatives of the closed form; a party's own is never negative: haste costs the one who is in haste.

    Raises:
        DealError: a factor is not between 0 and 1, or both are 1.

    Source: derivatives of Rubinstein 1982, Econometrica 50 (from memory, not opened).

    Example:
        >>> found = cost_of_haste(0.9, 0.9)
        >>> round(found.proposer[0], 2), round(found.proposer[1], 2)
        (2.49, -2.77)
    """
    d1, d2 = _factor(proposer, "proposer"), _factor(responder, "responder")
    alternating_offers(d1, d2)
    own = d2 * (1 - d2) / (1 - d1 * d2) ** 2
    other = -(1 - d1) / (1 - d1 * d2) ** 2
    return Haste((own, other), (-own, -other))


def cost_of_haste_by_rates(proposer_rate: float, responder_rate: float) -> Haste:
    """Return how the shares of frequent offers change with each party's discount rate.

    Args:
        proposer_rate: discount rate of the first, not negative.
        responder_rate: discount rate of the second, not negative; not both 0.

    Returns:
        Derivatives of r2 / (r1 + r2) by the two rates; a party's own is never positive.

    Raises:
        DealError: a rate is negative or not finite, or both are 0.

    Source: derivatives of Binmore, Rubinstein & Wolinsky 1986 (from memory, not opened).

    Example:
        >>> [round(each, 4) for each in cost_of_haste_by_rates(0.1, 0.3).proposer]
        [-1.875, 0.625]
    """
    frequent_offers(proposer_rate, responder_rate)
    total = (proposer_rate + responder_rate) ** 2
    own, other = -responder_rate / total, proposer_rate / total
    return Haste((own, other), (-own, -other))


def _factor(number: float, field: str) -> float:
    if not 0 <= number <= 1:
        raise DealError(field, f"has to be from 0 to 1, is {number}")
    return float(number)
