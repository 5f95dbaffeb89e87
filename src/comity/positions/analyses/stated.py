"""From a case to who wants what: positions on 0 to 1, salience filled where it is missing, and what was left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from comity.findings import CannotAnswerError, Rows, View
from comity.findings.contract import FloatArray
from comity.findings.wording import listing, plural
from comity.positions.table import BoolArray, PositionTable, position_table
from comity.scenario.schema import Issue

CHAPTER = "Who wants what"
NEEDS = ("issues", "positions.position")
OPTIONAL = ("positions.salience", "salience_scale")
AS_STATED = "Positions are what the file states, not preferences or interests."
NAMED = 8
"""Of a longer list of actors only so many are named in a sentence."""


@dataclass(frozen=True)
class Stated:
    """Who wants what, rows first: ``table`` holds the actors with a position and the issues with one.

    ``kept`` and ``on`` say which actors and issues of the case these are.
    """

    table: PositionTable
    actors: tuple[str, ...]
    issues: tuple[Issue, ...]
    kept: tuple[int, ...]
    on: tuple[int, ...]
    notes: tuple[str, ...]

    @property
    def one_issue(self) -> bool:
        """Is there one issue only."""
        return len(self.issues) == 1

    def at(self, actor: int, issue: int) -> str:
        """A position of the case as written, in the unit of its scale; empty where none is stated."""
        if not self.table.stated[actor, issue]:
            return ""
        scale = self.issues[issue].scale
        value = scale.low + float(self.table.positions[0, actor, issue]) * (scale.high - scale.low)
        return f"{value:.6g} {scale.unit or ''}".rstrip()

    @property
    def steps(self) -> float:
        """About how many steps one row of a comparison of all pairs takes."""
        n, m = self.table.stated.shape
        return float(1_000 + 12 * n * n * m)


def stated_of(view: View, rows: Rows, *, least: int = 2) -> Stated:
    """Who wants what in a case; raises CannotAnswerError where no issue has positions of ``least`` actors."""
    issues: tuple[Issue, ...] = view.object("issues")
    names = view.names("actors")
    low = np.array([issue.scale.low for issue in issues])
    length = np.array([issue.scale.high - issue.scale.low for issue in issues])
    where = (view.numbers("positions.position", rows) - low) / length
    known = ~np.isnan(where[0])
    if (known.sum(axis=0) < least).all():
        others = {2: "a second one on the same issue", 3: "two more on the same issue"}[least]
        raise CannotAnswerError(f"needs an actor with a position, and {others}")
    care = view.numbers("positions.salience", rows) / float(view.object("salience_scale") or 100)
    kept, on = np.flatnonzero(known.any(axis=1)), np.flatnonzero(known.any(axis=0))
    here = np.ix_(kept, on)
    filled = _filled(care[:, kept][:, :, on], known[here])
    actors = tuple(names[at] for at in kept)
    chosen = tuple(issues[at] for at in on)
    notes = [AS_STATED]
    silent = [name for name, any_ in zip(names, known.any(axis=1), strict=True) if not any_]
    if silent:
        notes.append(f"No position is stated for {listing(silent, limit=NAMED)}; silence is not consent.")
    notes += _unstated(actors, chosen, known[here], np.isnan(care[0][here]))
    # A redraw may touch an end of the scale from outside by a rounding error.
    table = position_table(np.clip(where[:, kept][:, :, on], 0.0, 1.0), filled)
    return Stated(table, actors, chosen, tuple(kept.tolist()), tuple(on.tolist()), tuple(notes))


def _filled(care: FloatArray, known: BoolArray) -> FloatArray:
    """Salience with what is missing filled in: the mean of the actor's others, else of all, else all alike."""
    held = np.where(known, care, np.nan)
    there = ~np.isnan(held)
    own_count, all_count = there.sum(axis=2, keepdims=True), there.sum(axis=(1, 2), keepdims=True)
    sums = np.where(there, held, 0.0)
    overall = np.where(all_count > 0, sums.sum(axis=(1, 2), keepdims=True) / np.maximum(all_count, 1), 1.0)
    own = np.where(own_count > 0, sums.sum(axis=2, keepdims=True) / np.maximum(own_count, 1), overall)
    return np.where(there, held, own)


def _unstated(actors: Sequence[str], issues: Sequence[Issue], known: BoolArray, no_salience: BoolArray) -> list[str]:
    notes = []
    partly = [
        f"{name} on {listing([issue.id for issue, there in zip(issues, row, strict=True) if not there])}"
        for name, row in zip(actors, known, strict=True)
        if not row.all()
    ]
    if partly:
        more = f"; {plural(len(partly) - NAMED, 'actor')} more" if len(partly) > NAMED else ""
        notes.append(f"No position is stated for {'; '.join(partly[:NAMED])}{more}; it stays missing.")
    bare: BoolArray = np.asarray((no_salience | ~known).all(axis=1))
    if bare.all():
        notes.append("No salience is stated: every issue counts alike.")
        return notes
    if bare.any():
        who = listing([name for name, one in zip(actors, bare, strict=True) if one], limit=NAMED)
        notes.append(f"No salience is stated for {who}: the mean of all that are stated is taken.")
    some: BoolArray = np.asarray((no_salience & known).any(axis=1) & ~bare)
    if some.any():
        who = listing([name for name, one in zip(actors, some, strict=True) if one], limit=NAMED)
        notes.append(f"A missing salience of {who} counts as the mean of its others.")
    return notes


def eight_in_ten(values: FloatArray) -> tuple[float | None, float | None]:
    """The 10th and the 90th percentile of the redraws (the rows after the first); None where there are too few."""
    drawn = values[1:][np.isfinite(values[1:])]
    if len(drawn) < 20:
        return None, None
    low, high = np.quantile(drawn, [0.10, 0.90])
    return round(float(low), 4), round(float(high), 4)


def share_of_redraws(holds: BoolArray) -> float | None:
    """In what share of the redraws something holds; None where nothing was redrawn."""
    return round(float(np.mean(holds[1:])), 4) if len(holds) > 20 else None


def weights_of(view: View, rows: Rows, stated: Stated) -> tuple[FloatArray, str]:
    """How much each position counts, ``(n_rows, n_actors, n_issues)``, and by what, in words."""
    if view.has("actors.capability"):
        capability = view.numbers("actors.capability", rows)[:, list(stated.kept)]
        if not np.isnan(capability[0]).any():
            return stated.table.salience * capability[:, :, None], "salience and capability"
    return stated.table.salience, "salience"
