"""Who stands where on every issue, and how much it matters to whom: a map to look at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from comity.findings import Analysis, Answer, Citation, Claim, Options, Reads, Rows, Table, View
from comity.findings.contract import Spec, Value
from comity.findings.wording import listing, plural
from comity.positions.agreement import agreement_of
from comity.positions.analyses.agreement import by_bloc
from comity.positions.analyses.networks import network_between
from comity.positions.analyses.stated import CHAPTER, NAMED, NEEDS, OPTIONAL, Stated, stated_of
from comity.positions.blocs import blocs
from comity.positions.table import PositionTable

AS_IT_STANDS = Citation("the file", "The positions and saliences as the file states them; nothing is computed.")


@dataclass(frozen=True)
class Places:
    """Who stands where, as written, with the blocs that order the rows of the map."""

    stated: Stated
    bloc: tuple[int, ...]
    has_salience: bool


@dataclass(frozen=True)
class _Taken:
    stated: Stated
    has_salience: bool


def _take(view: View, rows: Rows) -> _Taken:
    return _Taken(stated_of(view, rows), view.has("positions.salience"))


def _run(taken: _Taken, options: Options) -> Answer[Places]:
    table = taken.stated.table
    written = PositionTable(table.positions[:1], table.salience[:1], table.stated)
    bloc = blocs(network_between(agreement_of(written))).members[0]
    return Answer(Places(taken.stated, tuple(bloc.tolist()), taken.has_salience), None, "none stated")


def _say(answer: Answer[Places]) -> tuple[Claim, ...]:
    found, stated = answer.detail, answer.detail.stated
    cells = int(stated.table.stated.sum())
    total = stated.table.stated.size
    n_actors, n_issues = plural(len(stated.actors), "actor"), plural(len(stated.issues), "issue")
    sentence = f"{n_actors} state {plural(cells, 'position')} on {n_issues}."
    if cells < total:
        missing = total - cells
        left = f"{plural(missing, 'position')} of {total} {'stays' if missing == 1 else 'stay'} missing"
        sentence = f"{sentence[:-1]}; {left}."
    parts = []
    if found.has_salience and not stated.one_issue:
        care = np.where(stated.table.stated, stated.table.salience[0], -1.0)
        # A filled salience is not one that the actor was coded with, but it never exceeds the actor's own largest.
        top = care.max(axis=1)
        by_issue = [
            (issue.id, [name for name, row, best in zip(stated.actors, care, top, strict=True) if row[at] == best])
            for at, issue in enumerate(stated.issues)
        ]
        named = [f"{issue} ({listing(names, limit=NAMED)})" for issue, names in by_issue if names]
        parts.append(f"What matters most to each: {'; '.join(named)}.")
    order = by_bloc(found.bloc)
    columns = ["actor"]
    for issue in stated.issues:
        columns += [issue.id, f"{issue.id}_salience"] if found.has_salience else [issue.id]
    return (
        Claim(
            key="map",
            sentence=sentence,
            reading=" ".join(parts),
            table=Table(
                "Who stands where on each issue, in its own unit; salience 0 to 1",
                tuple(columns),
                tuple(_row(found, actor) for actor in order),
            ),
            chart=partial(_chart, found),
            chart_summary=f"{sentence} {' '.join(parts)}".strip(),
            caveats=stated.notes,
        ),
    )


def _row(found: Places, actor: int) -> tuple[Value, ...]:
    stated = found.stated
    row: list[Value] = [stated.actors[actor]]
    for at, issue in enumerate(stated.issues):
        there = bool(stated.table.stated[actor, at])
        low, length = issue.scale.low, issue.scale.high - issue.scale.low
        value = low + float(stated.table.positions[0, actor, at]) * length
        row.append(float(f"{value:.9g}") if there else None)
        if found.has_salience:
            row.append(float(f"{float(stated.table.salience[0, actor, at]):.6g}") if there else None)
    return tuple(row)


def _chart(found: Places) -> Spec:
    stated, table = found.stated, found.stated.table
    if stated.one_issue:
        from comity.findings.charts import positions_on_a_scale

        issue = stated.issues[0]
        low, high = issue.scale.low, issue.scale.high
        where = low + table.positions[0, :, 0] * (high - low)
        ends = (issue.scale.low_means, issue.scale.high_means)
        return positions_on_a_scale(
            stated.actors, where, table.salience[0, :, 0], (low, high), *ends, issue.scale.unit or ""
        )
    from comity.findings.heat_map import places

    order = by_bloc(found.bloc)
    written = [[stated.at(actor, issue) for issue in range(len(stated.issues))] for actor in order]
    return places(
        [stated.actors[actor] for actor in order],
        [issue.id for issue in stated.issues],
        table.positions[0][order],
        np.minimum(table.salience[0][order], 1.0),
        written,
        groups=[found.bloc[actor] for actor in order],
    )


MAP = Analysis(
    name="map",
    chapter=CHAPTER,
    question="Who stands where on each issue, and how much does it matter to whom?",
    version=1,
    method=AS_IT_STANDS,
    reads=Reads(needs=NEEDS, optional=OPTIONAL),
    options=Options,
    take=_take,
    run=_run,
    say=_say,
)
