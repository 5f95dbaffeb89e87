"""Several coders' readings of the same passages: as arrays, and merged so that their disagreement is the range."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from comity.scenario.cells import Evidence
from comity.scenario.errors import Problem, ScenarioError
from comity.scenario.proposed import Proposal, ProposedFile, accepted, dumped
from comity.scenario.side_files import SideFile


@dataclass(frozen=True)
class Readings:
    """What each coder reads of each unit, an actor's position on an issue.

    Attributes:
        coders: their names.
        units: actor and issue of each.
        scales: lower and upper end of each issue's scale.
        values: for each coder, the value of each unit; NaN where the coder accepted none.
        proposals: the same as accepted, None where there is none.
    """

    coders: tuple[str, ...]
    units: tuple[tuple[str, str], ...]
    scales: dict[str, tuple[float, float]]
    values: list[list[float]]
    proposals: list[list[Proposal | None]]

    def of_scale(self) -> list[list[float]]:
        """The values in hundredths of each issue's scale, so that issues can be looked at together."""
        ends = [self.scales[issue] for _, issue in self.units]
        return [
            [100 * (each - low) / (high - low) for each, (low, high) in zip(row, ends, strict=True)]
            for row in self.values
        ]


def readings_of(files: Sequence[SideFile[ProposedFile]]) -> Readings:
    """Return the accepted readings of several coders, a file each.

    Raises:
        ScenarioError: the files state different scales for an issue, or two of them name the same coder.

    Example:
        >>> from comity.scenario.proposed import read_proposed
        >>> text = b"comity_evidence: 1\\ncoder: %s\\nscales: {quota: [0, 100]}\\nproposals: [%s]"
        >>> row = b"{actor: A, issue: quota, accept: true, value: 40}"
        >>> found = readings_of([read_proposed(text % (b"Ada", row)), read_proposed(text % (b"Bo", b""))])
        >>> found.coders, found.units, found.values
        (('Ada', 'Bo'), (('A', 'quota'),), [[40.0], [nan]])
    """
    scales: dict[str, tuple[float, float]] = {}
    coders: list[str] = []
    held: list[dict[tuple[str, str], Proposal]] = []
    for file in files:
        problems = []
        for issue, ends in file.content.scales.items():
            first = scales.setdefault(issue, (ends[0], ends[1]))
            if first != tuple(ends):
                span = file.tree.nearest_span(("scales", issue))
                message = f"another file has the scale {first[0]:g} to {first[1]:g}"
                remedy = "compare readings for the same case"
                problems.append(Problem(span.line, span.column, f"scales.{issue}", message, remedy))
        coder = file.content.coder or file.name
        if coder in coders:
            span = file.tree.nearest_span(("coder",))
            message = f"the coder '{coder}' has two files"
            problems.append(Problem(span.line, span.column, "coder", message, "write each coder's own name"))
        if problems:
            raise ScenarioError(file.name, problems)
        coders.append(coder)
        held.append({(each.actor, each.issue): each for each in accepted(file.content)})
    # In the order of the files' proposals, those that nobody accepted left out.
    units = tuple(dict.fromkeys(unit for rows in held for unit in rows))
    proposals = [[rows.get(unit) for unit in units] for rows in held]
    values = [[math.nan if each is None or each.value is None else each.value for each in rows] for rows in proposals]
    return Readings(tuple(coders), units, scales, values, proposals)


def merged(readings: Readings, files: Sequence[SideFile[ProposedFile]]) -> dict[str, Any]:
    """Return one file of proposals: the value midway between the coders, their disagreement as the range.

    Where all agree the range is that which the coders gave, if any. What one coder only accepted is not accepted here.

    Args:
        readings: from ``readings_of``.
        files: the same files.

    Returns:
        Plain data of a file of proposed evidence.
    """
    rows = []
    for at, (actor, issue) in enumerate(readings.units):
        given = [(readings.coders[n], row[at]) for n, row in enumerate(readings.proposals)]
        read = [(coder, each) for coder, each in given if each is not None and each.value is not None]
        values = [each.value for _, each in read if each.value is not None]
        low, high = min(values), max(values)
        ends: tuple[float, ...] | None = (low, high)
        if low == high:
            stated = [each.range for _, each in read if each.range is not None]
            ends = (min(each[0] for each in stated), max(each[1] for each in stated)) if stated else None
        missing = [coder for coder, each in given if each is None]
        evidence = tuple(
            Evidence(
                quote=each.quote, document=each.document, date=each.date, coder=coder, confidence=each.confidence,
                value=each.value,
            )
            for coder, each in read
        )  # fmt: skip
        rows.append(
            Proposal(
                actor=actor,
                issue=issue,
                accept=len(read) > 1,
                value=(low + high) / 2,
                range=ends,
                look_at=(f"not read by {', '.join(missing)}",) if missing else (),
                evidence=evidence,
            )
        )
    first = files[0].content
    head = {"comity_evidence": 1, "case": first.case, "statements": first.statements}
    data = {key: value for key, value in head.items() if value is not None}
    scales = {issue: list(ends) for issue, ends in readings.scales.items()}
    return {**data, "coder": " and ".join(readings.coders), "scales": scales, "proposals": dumped(rows)}
