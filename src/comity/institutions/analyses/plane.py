"""From a scenario's issues to points on one line or one map: the first under one rule on which every member stands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from comity.findings import CannotAnswerError, Rows, View
from comity.findings.contract import FloatArray, IntArray
from comity.findings.wording import listing, on_scale
from comity.institutions.analyses.rules_of import Body, body_under
from comity.rules import Rule

DISTANCES_ONLY = (
    "Distance is all that members are taken to care about, the same on every side; nobody trades what is not on the "
    "map, nobody abstains."
)


@dataclass(frozen=True)
class Axis:
    """One issue as an axis that runs from 0 to 1."""

    id: str
    question: str
    low: float
    high: float
    low_means: str
    high_means: str
    unit: str

    def stated(self, share: float) -> float:
        """A place on the axis, in the issue's own unit."""
        return self.low + share * (self.high - self.low)

    def at(self, share: float) -> str:
        """A place on the axis in words."""
        return f"{on_scale(self.stated(share), (self.low, self.high))} {self.unit}".rstrip()


@dataclass(frozen=True)
class Plane:
    """Members on the axes that are used, a row each, and what applies if nothing is agreed.

    Attributes:
        body: the body under the rule of these issues.
        axes: one or two issues.
        left_out: the ids of the issues that are not used.
        positions: (n_rows, n, axes) in the issues' own units.
        reference: (n_rows, axes) what applies if nothing is agreed, in the issues' own units, or None where an issue
            says nothing of it.
    """

    body: Body
    axes: tuple[Axis, ...]
    left_out: tuple[str, ...]
    positions: FloatArray
    reference: FloatArray | None

    @cached_property
    def points(self) -> FloatArray:
        """Ideal points, 0 to 1 on each axis: (n_rows, n, axes)."""
        return self._scaled(self.positions)

    @cached_property
    def status_quo(self) -> FloatArray | None:
        """What applies if nothing is agreed, 0 to 1 on each axis: (n_rows, axes)."""
        return None if self.reference is None else self._scaled(self.reference)

    def _scaled(self, values: FloatArray) -> FloatArray:
        low = np.array([axis.low for axis in self.axes], dtype=np.float64)
        length = np.array([axis.high - axis.low for axis in self.axes], dtype=np.float64)
        return np.asarray(np.clip((values - low) / length, 0.0, 1.0))

    @property
    def called(self) -> str:
        """The issues, by their ids."""
        return listing([f"“{axis.id}”" for axis in self.axes])

    @property
    def scaled(self) -> str:
        """What was done to the scales, and what is not on the map."""
        text = "Each scale counts as one unit long, so that distances on different issues can be compared; saliences "
        text += "are not used."
        if self.left_out:
            text += f" Not on the map: {listing(self.left_out, limit=6)}."
        return text

    def by_rule(self) -> list[tuple[Rule, IntArray]]:
        """The rows of each rule, that of the rows where nothing could pass left out."""
        found: dict[int, tuple[Rule, list[int]]] = {}
        for row, rule in enumerate(self.body.rules):
            if rule is not None:
                found.setdefault(id(rule), (rule, []))[1].append(row)
        return [(rule, np.array(rows, dtype=np.int64)) for rule, rows in found.values()]


def plane_of(view: View, rows: Rows, *, least: int, status_quo: bool = True) -> Plane:
    """The first two issues (or one, if ``least`` allows) under one rule on which every member states a position.

    ``status_quo``: read what applies if nothing is agreed. Raises CannotAnswerError where there is no such issue.
    """
    institution, issues = view.object("institution.rules"), view.object("issues")
    actors, members = view.ids("actors"), view.ids("members")
    positions = view.numbers("positions.position", rows)[:, [actors.index(member) for member in members], :]
    stated = [at for at in range(len(issues)) if not np.isnan(positions[0, :, at]).any()]
    by_rule: dict[str, list[int]] = {}
    known = {rule.id: rule for rule in institution.rules}
    for at in stated:
        chosen = issues[at].rule or (institution.rules[0].id if len(institution.rules) == 1 else None)
        if chosen is not None:
            by_rule.setdefault(chosen, []).append(at)
    pairs = [(rule, held[:2]) for rule, held in by_rule.items() if len(held) >= 2]
    if not pairs and least == 1:
        pairs = [(rule, held[:1]) for rule, held in by_rule.items()]
    if not pairs:
        wanted = "two issues" if least == 2 else "an issue"
        raise CannotAnswerError(f"needs {wanted} under one decision rule on which every member states a position")
    rule, used = pairs[0]
    reference = None
    if status_quo and view.has("issues.reference_point"):
        reference = view.numbers("issues.reference_point", rows)[:, used]
        reference = None if np.isnan(reference[0]).any() else np.broadcast_to(reference, (rows.n, len(used)))
    return Plane(
        body_under(view, rows, institution, known[rule]),
        tuple(
            Axis(
                issues[at].id,
                issues[at].question,
                issues[at].scale.low,
                issues[at].scale.high,
                issues[at].scale.low_means,
                issues[at].scale.high_means,
                issues[at].scale.unit or "",
            )
            for at in used
        ),
        tuple(issue.id for at, issue in enumerate(issues) if at not in used),
        np.broadcast_to(positions[:, :, used], (rows.n, len(members), len(used))),
        reference,
    )
