"""How a brief says numbers: two significant figures, words beside probabilities, no more digits than are known."""

from __future__ import annotations

import math
from collections.abc import Sequence


def two(value: float) -> str:
    """Two significant figures, without an exponent.

    >>> two(0.05233), two(22.99), two(1234.0), two(0.0)
    ('0.052', '23', '1200', '0')
    """
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else str(value)
    digits = 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, digits)
    digits = 1 - math.floor(math.log10(abs(rounded)))
    return f"{rounded:.{max(digits, 0)}f}"


def on_scale(value: float, scale: tuple[float, float]) -> str:
    """A point of a scale, to the digit that is worth reading on it: about a thirtieth of its length.

    >>> on_scale(7.389956, (4, 10)), on_scale(61.7, (0, 100)), on_scale(7.0, (4, 10)), on_scale(1998.23, (1990, 2010))
    ('7.4', '62', '7', '1998.2')
    >>> on_scale(555555.0, (0, 1e6)), on_scale(179.0, (0, 400)), on_scale(0.5, (0, 60)), on_scale(1e-9, (0, 60))
    ('560,000', '180', '0.5', '0')
    """
    length = scale[1] - scale[0]
    power = math.floor(math.log10(length / 30) + 1e-9) if length > 0 else -2
    rounded = round(value / 10.0**power) * 10.0**power
    if rounded == 0 and abs(value) > length / 1000:
        return two(value).rstrip("0").rstrip(".")  # little is not nothing
    text = f"{rounded:,.{max(0, -power)}f}" if abs(rounded) >= 10_000 else f"{rounded:.{max(0, -power)}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def band(ends: tuple[float, float], scale: tuple[float, float]) -> str:
    """An interval on a scale: ``5.2–9.6``.

    >>> band((5.17, 9.61), (4, 10))
    '5.2–9.6'
    """
    low, high = on_scale(ends[0], scale), on_scale(ends[1], scale)
    return f"{low} to {high}" if low.startswith("-") or high.startswith("-") else f"{low}–{high}"


def percent(share: float) -> str:
    """A share as a percentage, two significant figures; never rounded to a certainty that it is not.

    >>> percent(0.4963), percent(0.0523), percent(0.998), percent(1.0), percent(0.9999), percent(0.00004)
    ('50 %', '5.2 %', '99.8 %', '100 %', 'over 99.9 %', 'under 0.01 %')
    """
    if share in (0.0, 1.0):
        return f"{share * 100:.0f} %"
    if share < 0.0001:
        return "under 0.01 %"
    if share > 0.999:
        return "over 99.9 %"
    if share > 0.99:
        return f"{share * 100:.1f} %"
    return f"{two(share * 100)} %"


def small_percent(share: float) -> str:
    """A share as a percentage, two significant figures however small: for small ones side by side.

    >>> small_percent(0.0523), small_percent(0.0000060949), small_percent(0.0)
    ('5.2 %', '0.00061 %', '0 %')
    """
    return f"{two(share * 100)} %"


def in_ten(probability: float) -> str:
    """A probability in tenths, as people say it.

    >>> in_ten(0.61), in_ten(0.97)
    ('about 6 in 10', 'more than 9 in 10')
    """
    if probability > 0.95:
        return "more than 9 in 10"
    if probability < 0.05:
        return "less than 1 in 10"
    return f"about {round(probability * 10)} in 10"


def likely(probability: float) -> str:
    """The word for a probability (even 45–55 %, likely 60–80, very likely 80–95, almost certain above).

    >>> likely(0.5), likely(0.7), likely(0.3), likely(0.9)
    ('about even', 'likely', 'unlikely', 'very likely')
    """
    strength = max(probability, 1 - probability)
    if strength <= 0.55:
        return "about even"
    word = (
        "somewhat likely"
        if strength < 0.6
        else "likely"
        if strength <= 0.8
        else "very likely"
        if strength <= 0.95
        else "almost certain"
    )
    if probability >= 0.5:
        return word
    opposite = {"likely": "unlikely", "very likely": "very unlikely", "somewhat likely": "somewhat unlikely"}
    return opposite.get(word, "almost excluded")


def listing(names: Sequence[str], limit: int | None = None) -> str:
    """Names as a sentence has them.

    >>> listing(["France"]), listing(["France", "Italy", "Greece"]), listing(list("abcdef"), limit=3)
    ('France', 'France, Italy and Greece', 'a, b, c and 3 more')
    """
    if limit is not None and len(names) > limit:
        return f"{', '.join(names[:limit])} and {len(names) - limit} more"
    if len(names) <= 1:
        return names[0] if names else "nobody"
    return f"{', '.join(names[:-1])} and {names[-1]}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """A count with its noun.

    >>> plural(1, "actor"), plural(3, "actor")
    ('1 actor', '3 actors')
    """
    return f"{count} {one if count == 1 else many or one + 's'}"


def possessive(name: str) -> str:
    """Whose: ``Germany's``, ``Netherlands'``.

    >>> possessive("Germany"), possessive("Netherlands")
    ("Germany's", "Netherlands'")
    """
    return f"{name}'" if name.endswith("s") else f"{name}'s"
