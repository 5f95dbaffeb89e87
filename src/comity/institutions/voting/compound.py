"""Bodies of two tiers: constituencies decide by rules of their own, and their delegates vote in the body above."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.institutions.voting.tallies import TooLarge
from comity.institutions.voting.voting_power import voting_power
from comity.institutions.voting.yes_probabilities import chances
from comity.rules import Rule, RuleError

FloatArray = NDArray[np.float64]
_MOST_EXACT_MEMBERS = 24


@dataclass(frozen=True)
class TwoTierPower:
    """Voting power in a body of two tiers.

    Attributes:
        banzhaf: for each constituency (members,) absolute Banzhaf indices of its members in the whole.
        shapley_shubik: for each constituency (members,) Shapley–Shubik indices; all together add up to one.
        delegates: (constituencies,) probability that each delegate's vote decides, when citizens toss coins.
        efficiency: share of all coalitions of members under which a decision passes.
        banzhaf_exact: the Banzhaf indices as fractions; None where only floats were computed.
        shapley_shubik_exact: the Shapley–Shubik indices as fractions; None as ``banzhaf_exact``.
        algorithm: what computed them, in words.
    """

    banzhaf: tuple[FloatArray, ...]
    shapley_shubik: tuple[FloatArray, ...]
    delegates: FloatArray
    efficiency: float
    banzhaf_exact: tuple[tuple[Fraction, ...], ...] | None
    shapley_shubik_exact: tuple[tuple[Fraction, ...], ...] | None
    algorithm: str


def two_tier_power(outer: Rule, inner: Sequence[Rule], *, exact: bool = False) -> TwoTierPower:
    """Compute voting power where each member votes in its constituency, and each constituency's delegate above.

    A member decides when it decides in its constituency and its delegate decides above. The two are independent, so
    the Banzhaf index is the product of the member's index below and the probability that the delegate decides when
    each other delegate says yes with the probability that its constituency does. (That probability is the delegate's
    own Banzhaf index where every constituency passes half of its coalitions.) Shapley–Shubik is the integral over t
    of the same product when everybody says yes with probability t (Owen 1972), a polynomial.

    Args:
        outer: the rule of the body above, over as many members as there are constituencies.
        inner: the rule of each constituency, in the same order.
        exact: compute fractions too; up to 24 members in all.

    Returns:
        The voting power of every member, by constituency.

    Raises:
        RuleError: not one rule for each member of the body above.
        TooLarge: see ``voting_power`` and ``chances``; or fractions of more than 24 members.

    Source: Owen (1972), Multilinear extensions of games; Felsenthal and Machover (1998), section 3.4; from memory,
    not opened.

    Example:
        >>> from comity.rules import Members
        >>> found = two_tier_power(Members(3, 2), [Members(3, 2)] * 3, exact=True)
        >>> str(found.banzhaf_exact[0][0]), str(found.shapley_shubik_exact[0][0]), found.efficiency
        ('1/4', '1/9', 0.5)
    """
    if len(inner) != outer.n:
        raise RuleError("inner", f"there are {len(inner)} rules of constituencies for {outer.n} delegates")
    members = sum(rule.n for rule in inner)
    if exact and members > _MOST_EXACT_MEMBERS:
        raise TooLarge(
            f"fractions of a body of two tiers are computed up to {_MOST_EXACT_MEMBERS} members in all, not {members}; "
            "floats for more"
        )
    below = [voting_power(rule, exact=exact, shapley_shubik=False) for rule in inner]
    above = chances(outer, [power.efficiency for power in below])
    nodes, weights = np.polynomial.legendre.leggauss((members + 1) // 2)
    shapley = [np.zeros(rule.n) for rule in inner]
    for node, weight in zip((nodes + 1) / 2, weights / 2, strict=True):
        for total, part in zip(shapley, _slopes(outer, inner, float(node), exact=False), strict=True):
            total += weight * np.asarray(part, dtype=np.float64)
    banzhaf_exact = shapley_exact = None
    if exact:
        above = chances(outer, [power.efficiency_exact or Fraction(0) for power in below], exact=True)
        assert above.decisive_exact is not None
        banzhaf_exact = tuple(
            tuple(index * decides for index in power.banzhaf_exact or ())
            for power, decides in zip(below, above.decisive_exact, strict=True)
        )
        shapley_exact = _integrate_exactly(outer, inner, members)
    return TwoTierPower(
        tuple(power.banzhaf * decides for power, decides in zip(below, above.decisive, strict=True)),
        tuple(shapley),
        above.decisive,
        above.passes,
        banzhaf_exact,
        shapley_exact,
        f"multilinear extension of the tiers; above: {above.algorithm}; below: {below[0].algorithm}",
    )


def _slopes(outer: Rule, inner: Sequence[Rule], t: float | Fraction, *, exact: bool) -> list[Any]:
    """Return for each constituency how likely each of its members decides when everybody says yes with t."""
    known: dict[int, Any] = {}
    for rule in inner:
        if id(rule) not in known:
            known[id(rule)] = chances(rule, [t] * rule.n, exact=exact)
    below = [known[id(rule)] for rule in inner]
    if exact:
        above = chances(outer, [part.passes_exact for part in below], exact=True)
        assert above.decisive_exact is not None
        return [
            [decisive * decides for decisive in part.decisive_exact]
            for part, decides in zip(below, above.decisive_exact, strict=True)
        ]
    # Sums of roundings may leave [0, 1] by a rounding.
    decisive = chances(outer, [min(1.0, max(0.0, part.passes)) for part in below]).decisive
    return [part.decisive * decides for part, decides in zip(below, decisive, strict=True)]


def _integrate_exactly(outer: Rule, inner: Sequence[Rule], members: int) -> tuple[tuple[Fraction, ...], ...]:
    """The integral of a polynomial of degree members - 1, from its values at as many points."""
    points = [Fraction(k, max(1, members - 1)) for k in range(members)]
    weights = _newton_cotes(points)
    totals = [[Fraction(0)] * rule.n for rule in inner]
    for point, weight in zip(points, weights, strict=True):
        for total, part in zip(totals, _slopes(outer, inner, point, exact=True), strict=True):
            for member, value in enumerate(part):
                total[member] += weight * value
    return tuple(tuple(total) for total in totals)


def _newton_cotes(points: Sequence[Fraction]) -> list[Fraction]:
    """Return weights with which values at the points add up to the integral from 0 to 1 of their polynomial."""
    weights = []
    for point in points:
        basis = [Fraction(1)]  # coefficients of the polynomial that is one here and zero at the others, lowest first
        for other in points:
            if other != point:
                zero = Fraction(0)
                shifted, same = [zero, *basis], [*basis, zero]
                basis = [(high - other * low) / (point - other) for high, low in zip(shifted, same, strict=True)]
        weights.append(sum((c / (power + 1) for power, c in enumerate(basis)), Fraction(0)))
    return weights
