"""Formal weight in the Council of the European Union: votes by treaty, then population."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

SOURCE = (
    "Treaty establishing the European Community, art. 148 (votes before Nice, as adapted by the accessions up to "
    "1995: 87 in all); Treaty of Nice, declaration on enlargement, OJ C 80, 10.3.2001 (EU-27: 345), and Croatia's "
    "accession treaty (7); Eurostat, population around 2019 in millions"
)

LAST_YEAR_BEFORE_NICE = 2001
LAST_YEAR_OF_NICE = 2009

# Votes before Nice (0: not a member), votes under Nice, population in millions. DEU's own codes: el is Greece,
# bu Bulgaria, cr Croatia, si Slovenia.
_MEMBERS: dict[str, tuple[int, int, float]] = {
    "at": (4, 10, 8.93),
    "be": (5, 12, 11.57),
    "bu": (0, 10, 6.92),
    "cr": (0, 7, 4.04),
    "cy": (0, 4, 0.9),
    "cz": (0, 12, 10.57),
    "de": (10, 29, 83.12),
    "dk": (3, 7, 5.83),
    "ee": (0, 4, 1.33),
    "el": (5, 12, 10.38),
    "es": (8, 27, 48.95),
    "fi": (3, 7, 5.53),
    "fr": (10, 29, 67.44),
    "hu": (0, 12, 9.73),
    "ie": (3, 7, 5.01),
    "it": (10, 29, 58.97),
    "lt": (0, 7, 2.8),
    "lu": (2, 4, 0.63),
    "lv": (0, 4, 1.86),
    "mt": (0, 3, 0.52),
    "nl": (5, 13, 17.61),
    "pl": (0, 27, 37.84),
    "pt": (5, 12, 10.75),
    "ro": (0, 14, 19.19),
    "se": (4, 10, 10.37),
    "si": (0, 4, 2.11),
    "sk": (0, 7, 5.42),
    "uk": (10, 29, 67.79),
}
INSTITUTIONS = ("com", "ep")


def treaty_capability(actors: tuple[str, ...], year: int) -> NDArray[np.float64]:
    """Formal weight of EU actors in a proposal's year.

    Args:
        actors: codes of the DEU data: members, ``com`` (Commission), ``ep`` (Parliament).
        year: year of the proposal: votes before Nice up to 2001, votes under Nice up to 2009, then population.

    Returns:
        ``(n_actors,)`` votes or millions of people; Commission and Parliament have the largest member's; 0 for a
        state that was not yet a member before Nice.

    Raises:
        KeyError: an unknown code.

    Source:
        See ``SOURCE``. That the two institutions weigh as much as the largest member is a convention of ours.

    Example:
        >>> treaty_capability(("com", "de", "lu"), 1999).tolist()
        [10.0, 10.0, 2.0]

    """
    regime = 0 if year <= LAST_YEAR_BEFORE_NICE else 1 if year <= LAST_YEAR_OF_NICE else 2
    largest = max(member[regime] for member in _MEMBERS.values())
    weights = [largest if actor in INSTITUTIONS else _MEMBERS[actor][regime] for actor in actors]
    return np.array(weights, dtype=np.float64)


def treaty_quotas(weight: float, members: int, year: int, *, unanimity: bool | None) -> tuple[float, float]:
    """How much weight and how many members a proposal needs in the Council, of those that are counted.

    The treaties' shares are applied to the members that are counted: those of which a position is known. Qualified
    majority: 62 of 87 votes before Nice; 255 of 345 votes and a majority of members under Nice; 65 % of the people and
    55 % of the members after it (its blocking minority of four members is left out).

    Args:
        weight: the sum of votes, or of millions of people, of the members counted.
        members: how many they are.
        year: year of the proposal; the treaties' periods as in :func:`treaty_capability`.
        unanimity: True for unanimity, False for a qualified majority, None where the rule is unknown.

    Returns:
        The weight and the number of members needed; NaN where the rule is unknown.

    Source:
        As in ``SOURCE``, and Treaty on European Union, art. 16(4). The shares are from memory, not opened.

    Example:
        >>> treaty_quotas(87.0, 15, 1999, unanimity=False), treaty_quotas(87.0, 15, 1999, unanimity=True)
        ((62.0, 0.0), (0.0, 15.0))

    """
    if unanimity is None:
        return math.nan, math.nan
    if unanimity:
        return 0.0, float(members)
    if year <= LAST_YEAR_BEFORE_NICE:
        return weight * 62 / 87, 0.0
    if year <= LAST_YEAR_OF_NICE:
        return weight * 255 / 345, float(members // 2 + 1)
    return weight * 0.65, float(math.ceil(Fraction(11, 20) * members))
