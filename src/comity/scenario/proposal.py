"""A text on the table, as a person types it, set in a scenario: issue by issue, beside what applies without one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from comity.findings import OptionError
from comity.scenario.case import Scenario
from comity.scenario.cells import CellDetail
from comity.scenario.errors import nearest, shown
from comity.scenario.fields import members
from comity.scenario.positions_table import with_cells
from comity.scenario.schema import Issue, ScenarioFile

_MEAN = "the mean of the members' positions, weighted by salience, is taken as the text"


def with_text(
    case: Scenario, proposal: Mapping[str, float], otherwise: Mapping[str, float]
) -> tuple[Scenario, tuple[str, ...]]:
    """Return the case with a text on every issue, and what to say of it.

    Args:
        case: the case.
        proposal: the text, by issue, on its scale; where neither it nor the case has one, the mean of the members'
            positions weighted by salience is taken.
        otherwise: what applies if nothing is agreed, by issue; where it is left out, the case's own.

    Raises:
        OptionError: an unknown issue, a number off its scale, or an issue of which it is not stated what applies if
            nothing is agreed; all of them at once.

    Example:
        >>> from comity.scenario import load
        >>> case, notes = with_text(load("car-emissions"), {"date": 6}, {"date": 10})
        >>> case.file.issues[0].proposal.value, case.file.issues[0].reference_point.value, notes
        (6.0, 10.0, ())
    """
    problems: list[str] = []
    texts = _by_issue(case.file, proposal, "--proposal", problems)
    without = _by_issue(case.file, otherwise, "--otherwise", problems)
    issues: list[Issue] = []
    assumed: list[str] = []
    for issue in case.file.issues:
        cells: dict[str, CellDetail] = {}
        if issue.id in texts:
            cells["proposal"] = texts[issue.id]
        elif issue.proposal is None or issue.proposal.estimate is None:
            mean = _weighted_mean(case.file, issue.id)
            if mean is not None:
                cells["proposal"] = CellDetail(value=mean, note=f"no text given: {_MEAN}")
                assumed.append(issue.id)
        if issue.id in without:
            cells["reference_point"] = without[issue.id]
        elif issue.reference_point is None or issue.reference_point.estimate is None:
            problems.append(
                f"it is not stated what applies on {issue.id} if nothing is agreed; give --otherwise "
                f"{issue.id}=NUMBER, or a row reference,{issue.id},NUMBER in the table of positions"
            )
        issues.append(with_cells(issue, cells))
    if problems:
        raise OptionError("\n".join(problems))
    notes = (f"No text is given on {', '.join(assumed)}: {_MEAN}.",) if assumed else ()
    return replace(case, file=case.file.model_copy(update={"issues": tuple(issues)})), notes


def _by_issue(file: ScenarioFile, values: Mapping[str, float], flag: str, problems: list[str]) -> dict[str, CellDetail]:
    """Numbers by the id of the issue; what cannot be used is added to the problems."""
    known = {issue.id.casefold(): issue for issue in file.issues}
    found: dict[str, CellDetail] = {}
    for written, value in values.items():
        issue = known.get(written.casefold())
        if issue is None:
            near = nearest(written, known)
            names = ", ".join(each.id for each in file.issues)
            hint = f"did you mean {known[near].id}?" if near else f"it has {names or 'none'}"
            problems.append(f"{flag}: the case has no issue {shown(written)}; {hint}")
        elif not issue.scale.low <= value <= issue.scale.high:
            scale = f"{issue.scale.low:g} to {issue.scale.high:g}"
            problems.append(f"{flag}: {value:g} is outside the scale of {issue.id}, {scale}; correct the value")
            found[issue.id] = CellDetail()
        else:
            found[issue.id] = CellDetail(value=value, note="given on the command line")
    return found


def _weighted_mean(file: ScenarioFile, issue: str) -> float | None:
    """The mean of the members' positions on an issue; a missing salience counts as the mean of those stated."""
    deciding = {actor.id for actor in members(file)}
    rows = [
        (row.position.estimate, row.salience.estimate if row.salience else None)
        for row in file.positions
        if row.issue == issue and row.actor in deciding and row.position and row.position.estimate is not None
    ]
    if not rows:
        return None
    stated = [salience for _, salience in rows if salience is not None]
    usual = sum(stated) / len(stated) if stated else 1.0
    weights = [usual if salience is None else salience for _, salience in rows]
    if sum(weights) <= 0:
        weights = [1.0] * len(rows)
    return sum(weight * (value or 0.0) for weight, (value, _) in zip(weights, rows, strict=True)) / sum(weights)
