"""Who can block alone, how far apart do they stand, and whose veto adds nothing?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from comity.findings import (
    Analysis,
    Answer,
    CannotAnswerError,
    Citation,
    Claim,
    Options,
    Outcome,
    Reads,
    Rows,
    Table,
    View,
)
from comity.findings.contract import FloatArray, Value
from comity.findings.wording import listing, percent, plural, two
from comity.institutions.analyses.plane import DISTANCES_ONLY, Plane, plane_of
from comity.institutions.analyses.rules_of import CHAPTER, RULE_FIELDS
from comity.institutions.spatial import veto_players_apart
from comity.rules import members_with_veto

VETO_PLAYERS_THEORY = Citation(
    "Tsebelis 2002",
    "Veto players: the unanimity core of those who can block, their distance, and the absorption of one who stands "
    "inside the core of the others (Tsebelis 1995; Tsebelis 2002, Veto Players, Princeton University Press; from "
    "memory, not opened).",
)


@dataclass(frozen=True)
class Blockers:
    """The veto players of the case as written."""

    plane: Plane
    who: tuple[int, ...]
    absorbed: tuple[str, ...]
    widest: float
    furthest: tuple[str, str]
    size: float


def _take(view: View, rows: Rows) -> Plane:
    plane = plane_of(view, rows, least=1, status_quo=False)
    if not members_with_veto(plane.body.rule):
        raise CannotAnswerError("needs a rule under which some member can block alone")
    return plane


def _run(plane: Plane, options: Options) -> Answer[Blockers]:
    n_rows = len(plane.body.rules)
    words = ["nothing can pass"] * n_rows
    widest, size = np.zeros(n_rows), np.zeros(n_rows)
    names = plane.body.members
    for rule, rows in plane.by_rule():
        who = members_with_veto(rule)
        if not who:
            for row in rows:
                words[row] = "no member can block alone"
            continue
        found = veto_players_apart(plane.points[rows][:, list(who)])
        widest[rows], size[rows] = found.widest, found.size
        for row, inside in zip(rows, found.absorbed, strict=True):
            absorbed = [names[member] for member, each in zip(who, inside, strict=True) if each]
            words[row] = f"absorbed: {listing(absorbed)}" if absorbed else "every veto counts"
    labels = tuple(dict.fromkeys(words))
    verdict = np.array([labels.index(word) for word in words], dtype=np.int64)
    detail = _as_written(plane, float(widest[0]), float(size[0]))
    return Answer(detail, Outcome(verdict, labels, {"widest": widest, "size": size}), "redraws")


def _as_written(plane: Plane, widest: float, size: float) -> Blockers:
    who = members_with_veto(plane.body.rule)
    points: FloatArray = plane.points[0, list(who)]
    inside = veto_players_apart(points).absorbed[0]
    gaps = np.linalg.norm(points[:, None] - points[None], axis=-1)
    one, other = (who[int(at)] for at in np.unravel_index(int(gaps.argmax()), gaps.shape))
    names = plane.body.members
    absorbed = tuple(names[member] for member, each in zip(who, inside, strict=True) if each)
    return Blockers(plane, who, absorbed, widest, (names[one], names[other]), size)


def _say(answer: Answer[Blockers]) -> tuple[Claim, ...]:
    found = answer.detail
    plane, body = found.plane, found.plane.body
    blockers = [body.members[member] for member in found.who]
    of = "the scale" if len(plane.axes) == 1 else "the map"
    if len(blockers) == 1:
        sentence = f"Only {blockers[0]} can block alone under “{body.rule_name}”: in the model nothing beats its own "
        sentence += f"ideal point on {plane.called}."
    elif found.widest == 0.0:
        sentence = f"All {plural(len(blockers), 'member')} who can block alone stand together on {plane.called}."
    else:
        sentence = (
            f"On {plane.called} {plural(len(blockers), 'member')} can block alone; furthest apart are "
            f"{listing(found.furthest)}, {two(found.widest)} scale lengths. In the model what they would not all leave "
            f"covers {percent(found.size)} of {of}."
        )
    if found.absorbed:
        reading = (
            f"The veto of {listing(found.absorbed, limit=6)} adds nothing while the others hold theirs: whatever all "
            "the others would give up, so would " + ("it." if len(found.absorbed) == 1 else "each of them.")
        )
    else:
        reading = "No veto is absorbed: without any one of them more could pass." if len(blockers) > 1 else ""
    columns = ("member", *(f"position_{axis.id}" for axis in plane.axes), "absorbed")
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (
            body.members[member],
            *(float(plane.positions[0, member, at]) for at in range(len(plane.axes))),
            body.members[member] in found.absorbed,
        )
        for member in found.who
    )
    return (
        Claim(
            key="veto-players",
            sentence=sentence,
            reading=reading,
            table=Table("Members who can block alone", columns, rows),
            caveats=(
                DISTANCES_ONLY,
                plane.scaled,
                "Absorbed is said of these issues only: on another the same member may be at an end.",
            ),
            ask_next=body.to_verify,
            names_subject=True,
        ),
    )


VETO_PLAYERS = Analysis(
    name="veto-players",
    chapter=CHAPTER,
    question="How far apart are those who can block alone, and whose veto adds nothing?",
    version=1,
    method=VETO_PLAYERS_THEORY,
    reads=Reads(needs=("issues", "positions.position", "institution.rules"), optional=RULE_FIELDS),
    options=Options,
    take=_take,
    run=_run,
    say=_say,
    work=lambda plane: 40_000.0 + 2_000.0 * len(plane.body.members) ** 2,
)
