"""What a change of a case's numbers moved: one line that can be quoted, and a row for each answer that is another one.

Both briefs are of one case with the same seed, so that a difference is the change's and not the draw's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from comity.brief.contents import Brief
from comity.brief.sentences import number
from comity.findings import Finding, Input
from comity.findings.wording import band, on_scale, two

_MOST_NAMED = 3
_FIGURES = range(2, 13)


@dataclass(frozen=True)
class Change:
    """One input as it was and as it is now."""

    label: str
    before: float
    after: float

    @property
    def words(self) -> str:
        """``Germany's position 4→7``."""
        return f"{self.label} {number(self.before)}→{number(self.after)}"


@dataclass(frozen=True)
class Moved:
    """One answer before and after; ``value`` and ``verdict`` are None where it has none."""

    anchor: tuple[str, str | None, str]
    question: str
    subject: str | None
    value: tuple[str, str] | None
    bands: tuple[str, str] | None
    overlap: bool | None
    verdict: tuple[str, str] | None
    leads: bool

    @property
    def changed(self) -> bool:
        """Is anything of it another thing now?"""
        return any(pair is not None and pair[0] != pair[1] for pair in (self.value, self.bands, self.verdict))


def changes_of(inputs: Sequence[Input], settings: dict[str, float]) -> tuple[Change, ...]:
    """The settings that differ from what the case holds, in the order of the case.

    Args:
        inputs: the numbers of the case as written.
        settings: what they are set to, by path.

    Returns:
        A change for each that is another number; a path of no input is left out.
    """
    return tuple(
        Change(item.label, float(item.value), settings[item.path])
        for item in inputs
        if item.path in settings and settings[item.path] != float(item.value)
    )


def what_moved(before: Brief, after: Brief) -> tuple[Moved, ...]:
    """Every answer with a number or a verdict that both briefs hold, in the order of the brief."""
    old = {_anchor(found): found for found in before.findings}
    best = max((found.lead for found in after.findings), default=0)
    pairs = [(old[_anchor(found)], found) for found in after.findings if _anchor(found) in old]
    return tuple(_moved(one, other, other.lead == best > 0) for one, other in pairs if other.verdict or other.bands)


def sentence(moved: Sequence[Moved], changes: Sequence[Change]) -> str:
    """One line: what changed, because of what, and whether it is more than the bands.

    Example:
        >>> values = ("7.4 years", "8 years")
        >>> lead = Moved(("forecast", "date", "estimate"), "?", "date", values, None, True, None, True)
        >>> sentence([lead], [Change("Germany's position", 4, 7)])
        "In the model, 7.4→8 years because Germany's position 4→7; the bands overlap."
    """
    if not changes:
        return "As written in the file."
    named = [each.words for each in changes[:_MOST_NAMED]]
    more = f" and {len(changes) - _MOST_NAMED} more" if len(changes) > _MOST_NAMED else ""
    because = f"because {', '.join(named)}{more}"
    leads = [each for each in moved if each.leads and each.value is not None]
    parts = [_value_words(each, len(leads) > 1) for each in leads]
    head = "; ".join(parts) if parts else ""
    flipped = [each for each in moved if each.verdict is not None and each.verdict[0] != each.verdict[1]]
    told = [f"“{each.question.rstrip('?')}”: {each.verdict[1]}" for each in flipped if each.verdict][:_MOST_NAMED]
    rest = len(flipped) - len(told)
    overlaps = [each.overlap for each in leads if each.overlap is not None]
    tail = []
    if overlaps:
        tail.append("the bands overlap" if all(overlaps) else "the bands do not overlap")
    if told:
        tail.append(f"another answer to {'; '.join(told)}{f' and {rest} more' if rest else ''}")
    if not head and not told:
        return f"In the model, nothing that is shown here changes {because}."
    start = f"{head} {because}" if head else because[0].upper() + because[1:]
    return f"In the model, {'; '.join([start, *tail])}." if head else f"{'; '.join([start, *tail])}."


def _value_words(each: Moved, several: bool) -> str:
    assert each.value is not None
    about = f"{each.subject}: " if several and each.subject else ""
    one, other = each.value
    if one == other:
        return f"{about}stays {one}"
    unit = one.partition(" ")[2]
    short = one.removesuffix(f" {unit}") if unit and other.endswith(f" {unit}") else one
    return f"{about}{short}→{other}"


def _anchor(found: Finding) -> tuple[str, str | None, str]:
    return found.analysis, found.subject, found.key


def _moved(old: Finding, new: Finding, leads: bool) -> Moved:
    ends = _headline(old), _headline(new)
    overlap = shown = None
    if ends[0] is not None and ends[1] is not None:
        overlap = ends[0][0] <= ends[1][1] and ends[1][0] <= ends[0][1]
        ruler = (min(ends[0][0], ends[1][0]), max(ends[0][1], ends[1][1]))
        shown = (band(ends[0], ruler), band(ends[1], ruler)) if ruler[1] > ruler[0] else None
    verdict = (old.verdict, new.verdict) if old.verdict is not None and new.verdict is not None else None
    return Moved(_anchor(new), new.question, new.subject, _values(old, new), shown, overlap, verdict, leads)


def _headline(found: Finding) -> tuple[float, float] | None:
    held = found.bands
    if held is None:
        return None
    return held.record_eight_in_ten if held.headline == "record" else held.input_eight_in_ten


def _values(old: Finding, new: Finding) -> tuple[str, str] | None:
    if old.value is None or new.value is None:
        return None
    unit = f" {new.unit}" if new.unit else ""
    ends = _headline(new)
    if ends is not None and ends[1] > ends[0]:
        pair = on_scale(old.value, ends), on_scale(new.value, ends)
        if pair[0] != pair[1] or old.value == new.value:
            return pair[0] + unit, pair[1] + unit
    # As many figures as it takes to tell two numbers apart that are not the same.
    for figures in _FIGURES:
        one, other = (float(f"{value:.{figures}g}") for value in (old.value, new.value))
        if one != other or old.value == new.value:
            return _plain(one, figures) + unit, _plain(other, figures) + unit
    return _plain(old.value, 12) + unit, _plain(new.value, 12) + unit


def _plain(value: float, figures: int) -> str:
    return two(value) if figures == min(_FIGURES) else number(value)
