"""Proposed evidence, as a file beside a scenario: each passage waits for a person, who accepts it or writes a value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, Strict

from comity.scenario.cells import Evidence, Id, Many, Number, PartialDate, Section, Text
from comity.scenario.edits import Change, block_lines, changed_data
from comity.scenario.elicited import row_changes, source_change
from comity.scenario.faults import Fault, Suggestions
from comity.scenario.schema import ScenarioFile
from comity.scenario.side_files import SideFile, read_side_file
from comity.scenario.yaml_tree import Loc

Range = Annotated[tuple[Number, ...], Strict(False), Field(min_length=2, max_length=2)]
_HEAD = """\
# Passages that may say where an actor stands. Nothing here counts until a person has read it.
# For each: is the value what the passage says? Correct it, or write one where it is empty; then set accept to true.
# What is wrong stays as it is. Write your name after coder: first.
# Then: comity evidence accept THIS-FILE --into CASE --output NEW-CASE
#   or, where two people have done so: comity evidence compare ONE.yaml OTHER.yaml --output merged.yaml
"""


class Earlier(Section):
    """What the same actor said before on the same issue."""

    line: int | None = Field(default=None, description="Line of the statements.")
    date: PartialDate | None = Field(default=None, description="When.")
    value: Number | None = Field(default=None, description="The number that was read by rule.")
    quote: Text | None = Field(default=None, description="The passage.")


class Proposal(Section):
    """One passage that may say where an actor stands on an issue."""

    actor: Id = Field(description="Actor, by its id.")
    issue: Id = Field(description="Issue, by its id.")
    accept: bool = Field(default=False, description="True: a person has read the passage and stands by the value.")
    value: Number | None = Field(default=None, description="The position, on the issue's scale; empty where not read.")
    range: Range | None = Field(default=None, description="Least and most that the passage allows, [low, high].")
    confidence: Literal["low", "medium", "high"] | None = Field(default=None, description="How sure the reading is.")
    quote: Text | None = Field(default=None, description="The passage, word for word.")
    document: Text | None = Field(default=None, description="The document that it stands in.")
    date: PartialDate | None = Field(default=None, description="Date of the statement.")
    line: int | None = Field(default=None, description="Line of the statements at which it begins.")
    rules: Many[Text] = Field(default=(), description="The rules that led to the proposal.")
    look_at: Many[Text] = Field(default=(), description="What a person should look at before accepting.")
    earlier: Many[Earlier] = Field(default=(), description="What the actor said before.")
    evidence: Many[Evidence] = Field(default=(), description="The readings of several coders.")


class NotUsed(Section):
    """A line of which nothing is proposed."""

    line: int = Field(description="Line of the statements.")
    reason: Text = Field(description="Why.")


class ProposedFile(Section):
    """Proposed evidence."""

    comity_evidence: Literal[1] = Field(description="Version of this kind of file: 1.")
    case: Text | None = Field(default=None, description="The case that it was read for.")
    statements: Text | None = Field(default=None, description="The file that it was read from.")
    coder: Text | None = Field(default=None, description="Who read the passages and decided.")
    scales: dict[Id, Range] = Field(min_length=1, description="Lower and upper end of each issue's scale.")
    proposals: Many[Proposal] = Field(default=(), description="The passages.")
    not_used: Many[NotUsed] = Field(default=(), description="Lines of which nothing is proposed.")


def read_proposed(source: Any, name: str | None = None) -> SideFile[ProposedFile]:
    """Read a file of proposed evidence (a path, or its bytes); ScenarioError with every problem and its line.

    Example:
        >>> text = b"comity_evidence: 1\\nscales: {quota: [0, 100]}\\nproposals: [{actor: A, issue: quota, value: 4}]"
        >>> read_proposed(text).content.proposals[0].accept
        False
    """
    return read_side_file(source, ProposedFile, name, _faults)


def as_yaml(data: Mapping[str, Any]) -> str:
    """Return proposed evidence as the text of a file, with how to go on in comments.

    Example:
        >>> print(as_yaml({"comity_evidence": 1, "scales": {"quota": [0, 100]}}).splitlines()[-1])
        scales: {quota: [0, 100]}
    """
    return _HEAD + "\n".join(block_lines(dict(data))) + "\n"


def accepted(content: ProposedFile) -> tuple[Proposal, ...]:
    """Return the proposals that a person stands by.

    Example:
        >>> accepted(ProposedFile(comity_evidence=1, scales={"quota": (0, 1)}))
        ()
    """
    return tuple(each for each in content.proposals if each.accept)


def check_against(file: SideFile[ProposedFile], case: ScenarioFile) -> None:
    """Raise ScenarioError where accepted proposals do not fit the case: an unknown actor or issue, another scale."""
    error = file.refused(_strangers(file.content, case))
    if error is not None:
        raise error


def evidence_changes(data: Any, content: ProposedFile, coder: str) -> list[Change]:
    """Return the edits that put accepted proposals into a scenario as cells with their evidence.

    Args:
        data: the raw data of the scenario.
        content: the proposals.
        coder: who stands by those that name nobody.

    Returns:
        Places with what is to stand there: value, range, evidence, and the document as a source of the case.
    """
    changes: list[Change] = []
    for each in accepted(content):
        readings = [item.model_dump(exclude_none=True) for item in each.evidence] or [_reading(each, coder)]
        cell: dict[str, Any] = {"value": each.value}
        if each.range is not None:
            cell["range"] = list(each.range)
        title = next((item["document"] for item in readings if "document" in item), content.statements or "statements")
        source, new = source_change(data, "evidence", {"title": title})
        cell |= {"source": source, "evidence": readings}
        new = [*new, *row_changes(data, each.actor, each.issue, "position", cell)]
        data = changed_data(data, new)
        changes += new
    return changes


def _reading(each: Proposal, coder: str) -> dict[str, Any]:
    reading = {
        "quote": each.quote,
        "document": each.document,
        "date": each.date,
        "coder": coder,
        "confidence": each.confidence,
        "value": each.value,
    }
    return {key: value for key, value in reading.items() if value is not None}


def _faults(content: ProposedFile) -> Iterator[Fault]:
    for issue, (low, high) in content.scales.items():
        if not low < high:
            yield Fault(("scales", issue), f"the low end {low:g} is not below the high end {high:g}", "exchange them")
    seen: dict[tuple[str, str], int] = {}
    suggestions = Suggestions()
    for number, each in enumerate(content.proposals):
        loc: Loc = ("proposals", number)
        if each.issue not in content.scales:
            hint = suggestions.among(each.issue, tuple(content.scales), "scales")
            yield Fault((*loc, "issue"), f"'{each.issue}' has no scale", hint)
            continue
        low, high = content.scales[each.issue]
        if each.value is not None and not low <= each.value <= high:
            yield Fault((*loc, "value"), f"{each.value:g} is outside the scale, {low:g} to {high:g}", "correct it")
        elif each.value is not None and each.range is not None and not _holds((low, *each.range, high), each.value):
            remedy = "write [low, high] around the value, on the scale; or take the range out"
            yield Fault((*loc, "range"), "the range does not hold the value", remedy)
        if each.accept:
            if each.value is None:
                yield Fault((*loc, "accept"), "accepted without a value", "write the value that the passage gives")
            first = seen.setdefault((each.actor, each.issue), number)
            if first != number:
                remedy = f"proposal {first + 1} is accepted too; accept one of the two"
                yield Fault((*loc, "accept"), f"'{each.actor}' has two positions on '{each.issue}'", remedy)


def _holds(ends: tuple[float, ...], value: float) -> bool:
    low, least, most, high = ends
    return low <= least <= value <= most <= high


def _strangers(content: ProposedFile, case: ScenarioFile) -> Iterator[Fault]:
    suggestions = Suggestions()
    actors = [actor.id for actor in case.actors]
    scales = {issue.id: (issue.scale.low, issue.scale.high) for issue in case.issues}
    for number, each in enumerate(content.proposals):
        loc: Loc = ("proposals", number)
        if not each.accept:
            continue
        if each.actor not in actors:
            hint = suggestions.among(each.actor, actors)
            yield Fault((*loc, "actor"), f"the case has no actor '{each.actor}'", hint)
        if each.issue not in scales:
            hint = suggestions.among(each.issue, tuple(scales), "issues")
            yield Fault((*loc, "issue"), f"the case has no issue '{each.issue}'", hint)
        elif tuple(content.scales[each.issue]) != scales[each.issue]:
            low, high = scales[each.issue]
            message = f"the case's scale of '{each.issue}' is {low:g} to {high:g}"
            yield Fault(("scales", each.issue), message, "read the statements again for this case")


def without_values(content: ProposedFile) -> ProposedFile:
    """Return the proposals without what was read by rule, for coders who are to read the passages themselves.

    Example:
        >>> row = Proposal(actor="A", issue="quota", value=4, rules=("number with unit",))
        >>> found = without_values(ProposedFile(comity_evidence=1, scales={"quota": (0, 9)}, proposals=(row,)))
        >>> found.proposals[0].value, found.proposals[0].rules
        (None, ())
    """
    hidden = {"value": None, "range": None, "confidence": None, "rules": (), "look_at": ()}
    rows = [
        each.model_copy(
            update={**hidden, "earlier": tuple(item.model_copy(update={"value": None}) for item in each.earlier)}
        )
        for each in content.proposals
    ]
    return content.model_copy(update={"proposals": tuple(rows)})


def dumped(proposals: Sequence[Proposal]) -> list[dict[str, Any]]:
    """Return proposals as plain data for a file: what is empty is left out, but the value, which a person may write.

    Example:
        >>> dumped([Proposal(actor="A", issue="quota")])
        [{'actor': 'A', 'issue': 'quota', 'accept': False, 'value': None}]
    """
    rows = []
    for each in proposals:
        row = each.model_dump(exclude_none=True)
        row = {key: value for key, value in row.items() if value not in ((), [])}
        head = {"actor": each.actor, "issue": each.issue, "accept": each.accept, "value": each.value}
        rows.append({**head, **{key: value for key, value in row.items() if key not in head}})
    return rows
