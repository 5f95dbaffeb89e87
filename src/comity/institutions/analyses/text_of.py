"""From a case to the text on the table, what applies without it, and what the members want."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from comity.findings import CannotAnswerError, Rows, View
from comity.findings.contract import FloatArray
from comity.findings.wording import listing
from comity.institutions.analyses.rules_of import RULE_FIELDS, Body, body_of
from comity.institutions.concessions.support import BoolArray, salience_weights
from comity.scenario.schema import Issue

NEEDS = ("issues", "issues.proposal", "issues.reference_point", "positions.position", "institution.rules")
OPTIONAL = ("positions.salience", *RULE_FIELDS)
NAMED = 8
"""Of a longer list of members only so many are named in a sentence."""


@dataclass(frozen=True)
class TextOnTheTable:
    """A text, what applies without it, and who wants what, rows first: every issue on a scale from 0 to 1."""

    body: Body
    ids: tuple[str, ...]
    issues: tuple[Issue, ...]
    positions: FloatArray
    weights: FloatArray
    proposal: FloatArray
    reference: FloatArray
    notes: tuple[str, ...]


def text_of(view: View, rows: Rows) -> TextOnTheTable:
    """The text of a case narrowed to one rule; raises CannotAnswerError where the rule or the text is missing."""
    body = body_of(view, rows)
    rule = view.object("institution.rules").rules[0].id
    actors, ids = view.ids("actors"), view.ids("members")
    at = [actors.index(member) for member in ids]
    issues: tuple[Issue, ...] = view.object("issues")
    text, without = view.numbers("issues.proposal", rows), view.numbers("issues.reference_point", rows)
    elsewhere = [each.rule is not None and each.rule != rule for each in issues]
    if all(elsewhere):
        raise CannotAnswerError("is not the rule that the issues name")
    unknown = np.isnan(text[0]) | np.isnan(without[0])
    kept = np.flatnonzero(~unknown & ~np.array(elsewhere))
    if not len(kept):
        raise CannotAnswerError("needs an issue with a text (`proposal`) and what applies without one")
    chosen = tuple(issues[issue] for issue in kept)
    low = np.array([each.scale.low for each in chosen])
    length = np.array([each.scale.high - each.scale.low for each in chosen])
    wanted = view.numbers("positions.position", rows)[:, at][:, :, kept]
    matters = view.numbers("positions.salience", rows)[:, at][:, :, kept]
    notes = _left_out(issues, unknown, elsewhere)
    notes += _unstated(view.names("members"), chosen, np.isnan(wanted[0]), np.isnan(matters[0]), matters[0])
    notes += _remarks(rows, chosen)
    return TextOnTheTable(
        body,
        ids,
        chosen,
        (wanted - low) / length,
        salience_weights(*np.broadcast_arrays(wanted, matters)),
        (text[:, kept] - low) / length,
        (without[:, kept] - low) / length,
        notes,
    )


def _left_out(issues: Sequence[Issue], unknown: BoolArray, elsewhere: Sequence[bool]) -> tuple[str, ...]:
    other = [issue.id for issue, away in zip(issues, elsewhere, strict=True) if away]
    lacking = [issue.id for issue, no, away in zip(issues, unknown, elsewhere, strict=True) if no and not away]
    notes = []
    if other:
        notes.append(f"Left out, since another rule decides them: {listing(other)}.")
    if lacking:
        notes.append(f"Left out, since the text or what applies without one is not stated: {listing(lacking)}.")
    return tuple(notes)


def _unstated(
    names: Sequence[str], issues: Sequence[Issue], no_position: BoolArray, no_salience: BoolArray, matters: FloatArray
) -> tuple[str, ...]:
    """What members do not state, and what is made of it."""
    notes = []
    silent: BoolArray = np.asarray(no_position.all(axis=1))
    if silent.any():
        who = _these(names, silent)
        notes.append(f"No position is stated for {who}: never counted as in favour, since silence is not consent.")
    partly = [
        f"{name} on {listing([issue.id for issue, no in zip(issues, gaps, strict=True) if no])}"
        for name, gaps in zip(names, no_position, strict=True)
        if gaps.any() and not gaps.all()
    ]
    if partly:
        notes.append(f"Where a position is missing, the issue counts for nothing: {'; '.join(partly[:NAMED])}.")
    if len(issues) > 1:
        bare: BoolArray = np.asarray((no_salience | no_position).all(axis=1) & ~silent)
        if bare.any():
            who = "any member" if bare[~silent].all() else _these(names, bare)
            notes.append(f"No salience is stated for {who}: all its issues count alike.")
        some: BoolArray = np.asarray((no_salience & ~no_position).any(axis=1) & ~bare)
        if some.any():
            notes.append(f"A missing salience of {_these(names, some)} counts as the mean of its others.")
        known = ~no_position & ~no_salience
        idle: BoolArray = np.asarray(known.any(axis=1) & ~(known & (matters > 0)).any(axis=1))
        if idle.any():
            notes.append(
                f"The salience of {_these(names, idle)} is 0 wherever it is stated: all its issues count alike, as if "
                "none were stated. Leave out a position that does not matter to it."
            )
    return tuple(notes)


def _these(names: Sequence[str], which: BoolArray) -> str:
    return listing([name for name, one in zip(names, which.tolist(), strict=True) if one], limit=NAMED)


def _remarks(rows: Rows, issues: Sequence[Issue]) -> tuple[str, ...]:
    """What stands beside the text in the case, such as that it is made up."""
    paths = {f"issues[{issue.id}].proposal": issue.id for issue in issues}
    held: dict[str, list[str]] = {}
    for item in rows.inputs:
        for remark in item.remarks if item.path in paths else ():
            held.setdefault(remark, []).append(paths[item.path])
    return tuple(f"The text on {listing(where)}: {remark}." for remark, where in held.items())
