"""What the grid asks of the text: one change of it, spliced in so that every other byte stays as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from comity.scenario.cells import ID_PATTERN, LARGEST
from comity.scenario.edits import Change, write_values
from comity.scenario.errors import Problem, ScenarioError, shown
from comity.scenario.faults import items, mapping, sequence
from comity.scenario.renaming import rename_actor
from comity.scenario.yaml_tree import Loc, read_tree

_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?")
_Typed = Annotated[str, Field(max_length=200)]
_Words = Annotated[str, Field(max_length=20_000)]
_Name = Annotated[str, Field(min_length=1, max_length=200)]


class _Change(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class CellChange(_Change):
    """A number of one actor on one issue, as typed; empty for a missing one."""

    kind: Literal["cell"]
    actor: _Name
    issue: _Name
    field: Literal["position", "salience"]
    typed: _Typed


class Passage(_Change):
    """One coder's reading of one passage, as typed."""

    quote: _Words = ""
    document: _Words = ""
    date: _Typed = ""
    coder: _Typed = ""
    confidence: Literal["", "low", "medium", "high"] = ""
    value: _Typed = ""


class DetailChange(_Change):
    """One number with what is known about it, as typed."""

    kind: Literal["detail"]
    actor: _Name
    issue: _Name
    field: Literal["position", "salience"]
    value: _Typed = ""
    low: _Typed = ""
    high: _Typed = ""
    source: _Typed = ""
    private: bool = False
    unverified: bool = False
    note: _Words = ""
    evidence: Annotated[list[Passage], Field(max_length=100)] = []


class RenameChange(_Change):
    """Another id for an actor."""

    kind: Literal["rename"]
    actor: _Name
    to: _Typed


class ActorChange(_Change):
    """One more actor, as typed."""

    kind: Literal["actor"]
    id: _Typed
    name: _Typed = ""


class IssueChange(_Change):
    """One more issue with its scale, as typed."""

    kind: Literal["issue"]
    id: _Typed
    question: _Words = ""
    low: _Typed = ""
    low_means: _Words = ""
    high: _Typed = ""
    high_means: _Words = ""
    unit: _Typed = ""


AnyChange: TypeAlias = CellChange | DetailChange | RenameChange | ActorChange | IssueChange
GridChange = Annotated[AnyChange, Field(discriminator="kind")]


def changed(content: bytes, change: AnyChange, name: str = "draft") -> bytes:
    """Make one change in the text of a scenario, which may be a draft with faults before and afterwards.

    Args:
        content: the bytes of the text.
        change: what is to be another.
        name: the file's name for error messages.

    Returns:
        The bytes of the edited text; what the change is not about stays as it was.

    Raises:
        ScenarioError: the text is no YAML, or the change cannot be spliced in.

    Example:
        >>> text = b"actors: [{id: A}]\\nissues: [{id: date}]\\npositions:\\n  - {actor: A, issue: date}  # asked\\n"
        >>> edit = CellChange(kind="cell", actor="A", issue="date", field="position", typed="7")
        >>> print(changed(text, edit).decode().splitlines()[-1])
          - {actor: A, issue: date, position: 7}  # asked
    """
    if isinstance(change, RenameChange):
        return rename_actor(content, change.actor, change.to.strip(), name)
    data = mapping(read_tree(content, name).data)
    if isinstance(change, ActorChange | IssueChange):
        return _added(content, change, data, name)
    rows = data.get("positions")
    found = next(
        (each for each in items(rows) if (each[1].get("actor"), each[1].get("issue")) == (change.actor, change.issue)),
        None,
    )
    held = found[1].get(change.field) if found is not None else None
    new: Any = number_typed(change.typed) if isinstance(change, CellChange) else _detail(change, held)
    if new == held and type(new) is type(held):
        return content
    if found is None:
        if new is None:
            return content
        loc: Loc = ("positions", len(sequence(rows)))
        return _written(content, [(loc, {"actor": change.actor, "issue": change.issue, change.field: new})], name)
    loc = ("positions", found[0], change.field)
    if isinstance(held, dict) and isinstance(change, CellChange):
        return content if held.get("value") == new else _written(content, [((*loc, "value"), new)], name)
    if held is None and new is None:
        return content
    if isinstance(held, dict) and isinstance(new, dict) and set(held) <= set(new):
        # Only what differs is written, so that comments within the cell stay.
        return _written(content, [((*loc, key), value) for key, value in new.items() if held.get(key) != value], name)
    return _written(content, [(loc, new)], name)


def _added(content: bytes, change: ActorChange | IssueChange, data: Mapping[str, Any], name: str) -> bytes:
    """One more actor or issue at the end of its section."""
    short, section = change.id.strip(), f"{change.kind}s"
    if not re.fullmatch(ID_PATTERN, short):
        remedy = "its short name is a letter, then letters, digits, - or _, at most 40"
        raise ScenarioError(name, [Problem(1, 1, section, f"{shown(short)} is no short name", remedy)])
    if any(item.get("id") == short for _, item in items(data.get(section))):
        raise ScenarioError(name, [Problem(1, 1, section, f"the {change.kind} {short} is there already")])
    item: dict[str, Any]
    if isinstance(change, ActorChange):
        item = {"id": short, "name": change.name.strip() or short}
    else:
        low, high = number_typed(change.low), number_typed(change.high)
        ends = {"low": 0 if low is None else low, "high": 100 if high is None else high}
        means = {f"{end}_means": getattr(change, f"{end}_means").strip() or str(ends[end]) for end in ends}
        unit = {"unit": change.unit.strip()} if change.unit.strip() else {}
        item = {"id": short, "question": change.question.strip() or short, "scale": {**ends, **means, **unit}}
    return _written(content, [((section, len(sequence(data.get(section)))), item)], name)


def _written(content: bytes, changes: list[Change], name: str) -> bytes:
    try:
        return write_values(content, changes, name, checked=False)
    except ValueError:
        problem = Problem(1, 1, str(changes[0][0][0]), "something else stands where this belongs", "edit the text")
        raise ScenarioError(name, [problem]) from None


def number_typed(text: str) -> int | float | str | None:
    """What a person typed into a cell: a number, nothing, or a text that the check will find fault with.

    Example:
        >>> [number_typed(text) for text in ("7", " 4.50 ", "", "4,5")]
        [7, 4.5, None, '4,5']
    """
    plain = "".join(each for each in text if each.isprintable()).strip().replace("\N{MINUS SIGN}", "-")
    if not plain:
        return None
    if not _NUMBER.fullmatch(plain) or abs(float(plain)) > LARGEST:
        return plain
    value = float(plain)
    return int(value) if value.is_integer() else value


def _detail(change: DetailChange, held: Any) -> Any:
    """A cell in full; the number alone where nothing else is known of it."""
    before: Mapping[str, Any] = held if isinstance(held, dict) else {}
    ends = [number_typed(change.low), number_typed(change.high)]
    # A range with one end is kept as it was typed: the check then says what is missing.
    stated: dict[str, Any] = {
        "value": number_typed(change.value),
        "range": None if ends == [None, None] else [each for each in ends if each is not None],
        "private": True if change.private else (False if before.get("private") is False else None),
        "source": change.source.strip() or None,
        "unverified": True if change.unverified else (False if before.get("unverified") is False else None),
        "note": change.note.strip() or None,
        "evidence": [passage for each in change.evidence if (passage := _passage(each))] or None,
    }
    kept = {key: value for key, value in stated.items() if value is not None}
    # What the dialog does not show stays.
    kept |= {key: value for key, value in before.items() if key not in stated}
    if set(kept) <= {"value"} and set(before) <= {"value"}:
        return kept if before and kept else kept.get("value")
    if set(kept) <= {"value"}:
        return kept.get("value")
    ordered = [*(key for key in before if key in kept), *(key for key in kept if key not in before)]
    return {key: kept[key] for key in ordered}


def _passage(passage: Passage) -> dict[str, Any]:
    date = passage.date.strip()
    stated = {
        "quote": passage.quote.strip(),
        "document": passage.document.strip(),
        "date": int(date) if re.fullmatch(r"\d{4}", date) else date,
        "coder": passage.coder.strip(),
        "confidence": passage.confidence,
        "value": number_typed(passage.value),
    }
    return {key: value for key, value in stated.items() if value not in ("", None)}
