"""A demand in a sentence, by stated rules and nothing else: numbers with units, hedges, negation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

# Each unit by its names: what it measures, and how many of the first of its kind it is. Only what needs no exchange
# rate, no year and no knowledge of the subject is converted.
_UNITS: dict[str, tuple[str, float]] = {
    **dict.fromkeys(("%", "per cent", "percent", "pct"), ("per cent", 1.0)),
    **dict.fromkeys(("percentage point", "percentage points", "points"), ("points", 1.0)),
    **dict.fromkeys(("m", "metre", "metres", "meter", "meters"), ("metres", 1.0)),
    **dict.fromkeys(("km", "kilometre", "kilometres", "kilometer", "kilometers"), ("metres", 1000.0)),
    **dict.fromkeys(("cm", "centimetre", "centimetres", "centimeter", "centimeters"), ("metres", 0.01)),
    **dict.fromkeys(("year", "years", "yr", "yrs"), ("years", 1.0)),
    **dict.fromkeys(("month", "months"), ("years", 1 / 12)),
    **dict.fromkeys(("day", "days"), ("days", 1.0)),
    **dict.fromkeys(("week", "weeks"), ("days", 7.0)),
    **dict.fromkeys(("tonne", "tonnes"), ("tonnes", 1.0)),
    **dict.fromkeys(("kg", "kilogram", "kilograms"), ("tonnes", 0.001)),
    **dict.fromkeys(("usd", "us dollar", "us dollars", "dollar", "dollars", "$"), ("dollars", 1.0)),
    **dict.fromkeys(("eur", "euro", "euros", "€"), ("euros", 1.0)),
    **dict.fromkeys(("vote", "votes"), ("votes", 1.0)),
    **dict.fromkeys(("member", "members"), ("members", 1.0)),
    **dict.fromkeys(("seat", "seats"), ("seats", 1.0)),
}
_MULTIPLES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "bn": 1e9}
_WORDS = sorted(_UNITS, key=len, reverse=True)
_UNIT = re.compile(rf"({'|'.join(map(re.escape, _WORDS))})(?![A-Za-z])", re.IGNORECASE)
_MULTIPLE = re.compile(rf"({'|'.join(_MULTIPLES)})(?![A-Za-z])", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.,])[-−]?[0-9][0-9.,]{0,20}")
# Numbers that are no quantities: dates, and what a text counts its own parts by.
_NO_QUANTITY = re.compile(
    r"(?<![0-9])[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?(?![0-9])|"
    r"\b(?:articles?|art\.|paragraphs?|para\.|sections?|chapters?|annex|resolutions?|decisions?|point|item|no\.) "
    r"[0-9][0-9.,/]{0,20}",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,9})?")

_AT_LEAST = re.compile(
    r"\b(at least|(?:no|not) (?:less|fewer|lower) than|(?:a )?minimum(?: of)?|not (?:go )?below|more than|over|above)"
    r"\s+$",
    re.IGNORECASE,
)
_AT_MOST = re.compile(
    r"\b(at most|up to|(?:no|not) (?:more|higher|longer|later) than|(?:a )?maximum(?: of)?|"
    r"not (?:go )?(?:above|beyond)|less than|fewer than|below|under)\s+$",
    re.IGNORECASE,
)
_OR_MORE = re.compile(r"\s*,?\s*(or more|or higher|at least|at a minimum)\b", re.IGNORECASE)
_OR_LESS = re.compile(r"\s*,?\s*(or less|or fewer|or lower|at most|at the most)\b", re.IGNORECASE)
_ABOUT = re.compile(r"\b(about|around|roughly|approximately|some|nearly|almost|close to|circa)\s+$", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:[-–—]|to|and)\s*", re.IGNORECASE)
_NEGATION = re.compile(
    r"\b(not|never|no|nor|neither|cannot|can['’]t|won['’]t|don['’]t|doesn['’]t|without|rejects?|rejected|refuses?|"
    r"refused|opposes?|opposed|unacceptable)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(r"\b(if|unless|provided|only when|in exchange|in return)\b", re.IGNORECASE)
_HEDGE_WORDS = re.compile(
    r"\b(?:no|not) (?:(?:less|fewer|lower|more|higher|longer|later) than|(?:go )?(?:below|above|beyond))\b",
    re.IGNORECASE,
)


_UNREAD = "no number: read it and write a value"


@dataclass(frozen=True)
class Quantity:
    """One number of a sentence: its place, value, and unit as kind and factor; no kind where no known unit stands."""

    start: int
    end: int
    value: float
    kind: str | None
    factor: float


@dataclass(frozen=True)
class Demand:
    """A number on a scale, with the end or range that hedges give it.

    Attributes:
        value: the number, in the unit of the scale; of a range its middle.
        low: least value, None where nothing is said.
        high: most value, None where nothing is said.
        rules: the rules that fired, by name.
        flags: words that a person should look at.
    """

    value: float
    low: float | None
    high: float | None
    rules: tuple[str, ...]
    flags: tuple[str, ...]


def unit_of(text: str | None) -> tuple[str | None, float]:
    """Return what a unit measures and its factor; the words themselves where the unit is none of the known.

    Example:
        >>> unit_of("delay in months"), unit_of("USD million"), unit_of("barrels"), unit_of(None)
        (('years', 0.08333333333333333), ('dollars', 1000000.0), ('barrels', 1.0), (None, 1.0))
    """
    if not text:
        return None, 1.0
    multiple = _MULTIPLE.search(text)
    factor = _MULTIPLES[multiple[1].casefold()] if multiple else 1.0
    for match in _UNIT.finditer(text):
        before = text[match.start() - 1 : match.start()]
        if not before.isalpha():
            kind, size = _UNITS[match[1].casefold()]
            return kind, size * factor
    return " ".join(text.casefold().split()), factor


def quantities(sentence: str, extra: str | None = None) -> tuple[Quantity, ...]:
    """Return the numbers of a sentence with their units; ``extra`` is the words of a unit that is not known otherwise.

    Example:
        >>> [(each.value, each.kind) for each in quantities("60 per cent of 1,500 barrels by 2030", "barrels")]
        [(60.0, 'per cent'), (1500.0, 'barrels'), (2030.0, None)]
    """
    found = []
    sentence = _NO_QUANTITY.sub(lambda match: " " * len(match[0]), sentence)
    for match in _NUMBER.finditer(sentence):
        written = match[0].rstrip(".,")
        value = _value(written)
        if value is None:
            continue
        end = match.start() + len(written)
        rest = sentence[end : end + 60]
        blank = len(rest) - len(rest.lstrip(" -"))
        factor = 1.0
        multiple = _MULTIPLE.match(rest, blank)
        if multiple:
            factor, blank = _MULTIPLES[multiple[1].casefold()], multiple.end()
            blank += len(rest[blank:]) - len(rest[blank:].lstrip())
        unit = _UNIT.match(rest, blank)
        kind: str | None = None
        if unit:
            kind, size = _UNITS[unit[1].casefold()]
            factor, end = factor * size, end + unit.end()
        elif extra and rest[blank:].casefold().startswith(extra):
            kind, end = extra, end + blank + len(extra)
        elif multiple:
            end += multiple.end()
        sign = sentence[max(0, match.start() - 1) : match.start()]
        if kind is None and sign in ("$", "€"):
            kind = _UNITS[sign][0]
        found.append(Quantity(match.start(), end, value, kind, factor))
    return tuple(found)


def demand(sentence: str, unit: str | None, low: float, high: float) -> Demand | str:
    """Return the one number that a sentence names for a scale, or why there is none.

    Args:
        sentence: the words.
        unit: the unit of the scale, None where it has none.
        low: lower end of the scale.
        high: upper end.

    Returns:
        The demand, or a reason in words.

    Example:
        >>> demand("We need at least 60 per cent.", "per cent", 0, 100)
        Demand(value=60.0, low=60.0, high=100, rules=('number with unit', 'at least'), flags=())
        >>> demand("We need 600 metres.", "metres", 0, 120)
        'the number 600 lies outside the scale, 0 to 120'
    """
    kind, size = unit_of(unit)
    extra = kind if kind is not None and kind not in {name for name, _ in _UNITS.values()} else None
    numbers = quantities(sentence, extra)
    fitting = [each for each in numbers if kind is not None and each.kind == kind]
    rule = "number with unit"
    between = next(_ranges(sentence, numbers), None)
    if between is not None and (between[0].kind or between[1].kind) != kind:
        between = None
    if not fitting:
        fitting = [each for each in numbers if each.kind is None and not _is_year(each.value, low, high)]
        rule = "number without a unit"
        between = between if between is not None and between[1] in fitting else None
    if not fitting:
        return "its number has another unit than the issue" if any(each.kind for each in numbers) else _UNREAD
    if between is None and len(fitting) > 1:
        return "several numbers: " + ", ".join(f"{each.value:g}" for each in fitting)
    pair = between or (fitting[0], fitting[0])
    ends = sorted(each.value * (each.factor if each.kind else pair[1].factor) / size for each in pair)
    for each in ends:
        if not low <= each <= high:
            return f"the number {each:g} lies outside the scale, {low:g} to {high:g}"
    negated = _NEGATION.search(_HEDGE_WORDS.sub(" ", sentence))
    if negated:
        return f"negated by '{negated[0]}': read it and write a value"
    found = _hedged(sentence, pair, (ends[0], ends[1]), rule, low, high)
    if kind is None or pair[1].kind is not None:
        return found
    return replace(found, flags=(*found.flags, f"no unit stands with the number: is it {unit}?"))


def negation(sentence: str) -> str | None:
    """Return the word that negates a sentence, None where there is none.

    Example:
        >>> negation("We will never pay."), negation("We ask for no less than half.")
        ('never', None)
    """
    found = _NEGATION.search(_HEDGE_WORDS.sub(" ", sentence))
    return found[0] if found else None


def _hedged(
    sentence: str, pair: tuple[Quantity, Quantity], ends: tuple[float, float], rule: str, low: float, high: float
) -> Demand:
    before, after = sentence[max(0, pair[0].start - 40) : pair[0].start].rstrip("$€"), sentence[pair[1].end :][:40]
    flags = [f"condition: '{found[0]}'"] if (found := _CONDITION.search(sentence)) else []
    if pair[0] is not pair[1]:
        return Demand(sum(ends) / 2, ends[0], ends[1], (rule, "between two numbers"), tuple(flags))
    value = ends[0]
    least, most = _AT_LEAST.search(before) or _OR_MORE.match(after), _AT_MOST.search(before) or _OR_LESS.match(after)
    # "not more than" holds "more than": the hedge that begins first is the whole one.
    if least and (most is None or least.start() < most.start()):
        return Demand(value, value, high, (rule, least[1].casefold()), tuple(flags))
    if most:
        return Demand(value, low, value, (rule, most[1].casefold()), tuple(flags))
    if found := _ABOUT.search(before):
        flags.append(f"hedge: '{found[1].casefold()}'")
    return Demand(value, None, None, (rule,), tuple(flags))


def _ranges(sentence: str, numbers: tuple[Quantity, ...]) -> Iterator[tuple[Quantity, Quantity]]:
    """Pairs of neighbouring numbers that stand as a range: 40 to 60, 40-60, between 40 and 60."""
    for one, other in pairwise(numbers):
        gap = sentence[one.end : other.start]
        if not gap.strip() or not _BETWEEN.fullmatch(gap) or one.kind not in (None, other.kind):
            continue
        if gap.strip().casefold() != "and" or sentence[: one.start].casefold().rstrip().endswith("between"):
            yield one, other


def _is_year(value: float, low: float, high: float) -> bool:
    """Is a number without a unit the year of something, rather than a place on the scale?"""
    return value.is_integer() and 1900 <= value <= 2099 and not low <= value <= high


def _value(written: str) -> float | None:
    """A number with a point or a comma for decimals, or commas between thousands; None where it is neither."""
    sign = -1.0 if written[0] in "-−" else 1.0
    bare = written.lstrip("-−")
    if re.fullmatch(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?", bare):
        bare = bare.replace(",", "")
    elif bare.count(",") == 1 and "." not in bare:
        bare = bare.replace(",", ".")
    return sign * float(bare) if _DIGITS.fullmatch(bare) else None
