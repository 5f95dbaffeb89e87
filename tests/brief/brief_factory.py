"""A whole brief made by hand, modelled on the first target page of BRIEF.md, with every part filled."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np

from comity.brief import Brief, Chapter, Failed, NotAnswered, Section
from comity.findings import (
    Bands,
    Citation,
    Cover,
    Finding,
    Flip,
    Input,
    JointFlip,
    Move,
    NotSearched,
    Source,
    Table,
    TrackRecord,
    Worth,
    charts,
)
from comity.findings.contract import Basis, Spec

ACTORS = (
    ("France", 10.0, 8.0), ("Germany", 4.0, 8.0), ("Italy", 10.0, 8.0), ("United Kingdom", 10.0, 8.0),
    ("Belgium", 7.0, 4.0), ("Netherlands", 4.0, 4.0), ("Luxembourg", 4.0, 1.6), ("Denmark", 4.0, 2.4),
    ("Ireland", 7.0, 2.4), ("Greece", 7.0, 4.0),
)  # fmt: skip

PAGE_ONE = (
    Section(
        "bottom line",
        (
            "Best single estimate 7.4 years. Errors of this method on 351 EU decisions suggest 5.2–9.6 (8 in 10) or "
            "6.3–8.4 (5 in 10). That excludes the extremes, little more: “later than 7” is about 6 in 10.",
        ),
    ),
    Section(
        "why so wide",
        ("Late (FR, IT, UK) hold 50 % of weighted influence, early (NL, LU, DE, DK) 37 %, middle 14 %.",),
    ),
    Section(
        "the rule",
        (
            "QMV would need 45 of 63 votes: late 30, early 20, middle 13. Early and late can each block, so the rule "
            "excludes no date in 4–10.",
            "The status quo is not in the table: our largest gap.",
        ),
    ),
    Section(
        "methods",
        (
            "Mean absolute error on EU decisions, 0–100 scale; lower is better: weighted mean 7.4 (23) | unweighted "
            "mean 6.7 (24) | weighted median 7 (29) | “always the middle” 7 (28).",
            "Challenge model 7.0–10.0 by variant (28: no better than “always the middle”). Shown, not used.",
        ),
    ),
    Section(
        "what would change it",
        (
            "Today “later than 7”. Germany’s position 4→7 would make it “earlier”.",
            "A knife-edge (weighted-median): UK salience 90→94, or Germany’s salience 80→76, moves it from 7 to 10.",
        ),
    ),
    Section(
        "find out next",
        (
            "(1) Legal base: unanimity or QMV?",
            "(2) What applies if nothing is agreed?",
            "(3) Is Germany’s 4 firm? (31 % of the variation that we put in)",
        ),
    ),
    Section("what happened", ("8.83. Missed by 1.4 years: inside 8-in-10, outside 5-in-10.",)),
    Section(
        "caution",
        (
            "Inputs published in 1994, after the outcome: a reconstruction, not a forecast.",
            "The error record comes from later EU decisions chosen for being controversial; transfer is assumed.",
            "Not verified: the date of the data.",
        ),
    ),
)


def hostile(value: Any, text: str) -> Any:
    """The same object with hostile text in every string that is text and not a code of the contract."""
    if isinstance(value, str):
        return f"{value} {text}"
    if isinstance(value, tuple):
        return tuple(hostile(item, text) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        kept = {"audience", "headline", "basis", "uncertainty", "evidence", "path"}
        changed = {
            each.name: hostile(getattr(value, each.name), text) for each in fields(value) if each.name not in kept
        }
        return replace(value, **changed)
    return value


def whole_brief(*, marking: str | None = "LIMITED", rows: int = 10) -> Brief:
    """Two chapters, four findings with charts and tables, inputs of every basis, gaps and a failure."""
    inputs = tuple(_inputs())
    mean = _finding(
        "forecast", "What is agreed?", "Best single estimate 7.4 years. Errors suggest 5.2–9.6 (8 in 10).", inputs
    )
    mean = replace(
        mean,
        bands=Bands((6.9, 7.8), (7.1, 7.6), (5.17, 9.61), (6.3, 8.4), "record"),
        record=TrackRecord((5.17, 9.61), (6.3, 8.4), 351, "EU decisions", 22.99, True, 4.44),
        chart=_methods,
        chart_summary="Five methods on the scale from 4 to 10; the weighted mean leads at 7.4.",
        table=Table(
            "What each method says",
            ("method", "estimate", "mean absolute error", "leads"),
            (
                ("weighted mean", 7.389956, 22.99, True),
                ("always the middle", 7, 28.0, False),
                ("none", None, None, False),
            ),
        ),
    )
    challenge = replace(
        _finding("challenge", "Where does the challenge model end?", "Between 7.0 and 10.0 by variant.", inputs),
        record=TrackRecord((4.0, 10.0), (5.0, 9.0), 351, "EU decisions", 28.0, False, 6.0),
        bands=Bands((7.0, 10.0), (7.0, 8.2), (4.0, 10.0), (5.0, 9.0), "input"),
        chart=_rounds,
        chart_summary="Positions converge on 8.4 within three rounds.",
        flips=NotSearched("one run takes 2 s; budget 10 s"),
        joint=NotSearched("one run takes 2 s; budget 10 s"),
        knife_edge=False,
    )
    where = replace(
        _finding("positions", "Who wants what?", "Three groups: early, middle, late.", inputs),
        chart=_positions,
        chart_summary="Ten states on the scale from 4 to 10 years in three groups.",
        bands=None,
        record=None,
    )
    power = replace(
        _finding(
            "voting-weight", "Which votes are decisive?", "Four votes are decisive in 13 % of coalitions.", inputs[:3]
        ),
        chapter="Institutions",
        subject="qualified majority",
        bands=None,
        record=None,
        chart=_power,
        chart_summary="Formal voting weight by two indices beside the share of votes.",
        table=Table(
            "Formal voting weight",
            ("member", "votes", "Banzhaf", "Shapley–Shubik"),
            tuple((f"Member {at}", at + 1, 1 / (at + 3), 1 / (at + 4)) for at in range(rows)),
        ),
    )
    return Brief(
        cover=Cover(
            "car-emissions",
            "EC car emission standards, medium cars: delay in years (scale 4–10)",
            "Whether catalytic converters come in 1988 or six years later.",
            marking,
            "1994-01-01",
            ("the date of the data",),
        ),
        audience="own",
        page_one=PAGE_ONE,
        chapters=(Chapter("Bargaining", (mean, where, challenge)), Chapter("Institutions", (power,))),
        not_answered=(NotAnswered("stability", "Which coalitions hold?", "needs payoffs or a treaty"),),
        failed=(Failed("broken", "ZeroDivisionError: division by zero"),),
        inputs=inputs,
        sources=(
            Source(
                "bdm1994",
                "Bueno de Mesquita (1994), European Community Decision Making, ch. 4",
                "https://example.org/a?b=1&c=2",
            ),
            Source("votes", "Treaty of Rome, art. 148", None),
        ),
        evidence=(("quoted evidence", 2), ("cited number", 18), ("judgement", 1)),
        seed=0,
        draws=2000,
        comity="0.1.0",
    )


def _inputs() -> list[Input]:
    made = []
    kinds: tuple[Basis, ...] = ("cited number", "quoted evidence", "judgement", "nothing")
    for at, (name, position, votes) in enumerate(ACTORS):
        low, high = max(4.0, position - 0.6), min(10.0, position + 0.6)
        made.append(
            Input(f"positions[{name},date].position", position, (4.0, 10.0), None, (low, high), "years", "bdm1994",
                  at > 1, f"{name}’s position", f"Is {name}’s {position:g} firm?", kinds[at % 4])
        )  # fmt: skip
        made.append(
            Input(f"actors[{name}].capability", votes, (0.0, 100.0), 1.0, None, "votes", None, False,
                  f"{name}’s capability", "How many votes?", "cited number")
        )  # fmt: skip
    return made


def _finding(name: str, question: str, sentence: str, inputs: tuple[Input, ...]) -> Finding:
    return Finding(
        analysis=name, chapter="Bargaining", key=name, subject=None, question=question, sentence=sentence,
        reading="That excludes the extremes, little more.", value=7.389956, unit="years",
        bands=None, record=None, verdict="later than 7",
        verdict_shares=(("later than 7", 0.93), ("earlier", 0.07)),
        flips=(
            Flip("positions[DEU,date].position", "Germany’s position", 4.0, 6.2, "earlier", 0.4, False),
            Flip("positions[GBR,date].salience", "the UK’s salience", 90.0, 94.0, "earlier", 0.04, True),
        ),
        joint=JointFlip(
            (Move("a", "Germany’s position", 4.0, 4.6), Move("b", "France’s position", 10.0, 9.4)), 0.8, "earlier"
        ),
        knife_edge=True,
        find_out_next=(Worth("positions[DEU,date].position", "Germany’s position", "Is Germany’s 4 firm?", 0.31),),
        ask_next=("What applies if nothing is agreed?",), table=None, lines=(),
        caveats=("Capability is Council votes, not power.",),
        method=Citation("Achen (2006)", "Achen, C. (2006). Institutional realism. In The European Union Decides."),
        version=1, options=(("variant", "1994"), ("index", None)), inputs=inputs,
        sources=(), evidence=(("cited number", 18), ("judgement", 2)), uncertainty="redraws", seed=0, draws=2000,
        fingerprint="abc", lead=10, chart_summary="",
    )  # fmt: skip


def _names() -> list[str]:
    return [name for name, _, _ in ACTORS]


def _positions() -> Spec:
    return charts.positions_on_a_scale(
        _names(), [each[1] for each in ACTORS], [each[2] for each in ACTORS], scale=(4, 10),
        low_means="four years' delay", high_means="ten years' delay", unit="years",
        marks=[("estimate", 7.39), ("weighted median", 7.0), ("what happened", 8.83)],
    )  # fmt: skip


def _methods() -> Spec:
    return charts.estimates_with_bands(
        [
            ("weighted mean", 7.39, (5.2, 9.6), (6.3, 8.4), True),
            ("unweighted mean", 6.7, (4.4, 9.1), (5.6, 7.9), False),
            ("always the middle", 7, None, None, False),
        ],
        scale=(4, 10), unit="delay in years", outcome=8.83,
    )  # fmt: skip


def _rounds() -> Spec:
    start = np.array([each[1] for each in ACTORS])
    path = np.vstack([start, start * 0.5 + 4.0, np.full(len(start), 8.4)])
    return charts.rounds(_names(), path, [7.0, 8.0, 8.4], scale=(4, 10), unit="years")


def _power() -> Spec:
    votes = np.array([each[2] for each in ACTORS])
    share = votes / votes.sum() * 100
    return charts.bars(
        _names(), {"share of votes": share, "Banzhaf": share**1.1, "Shapley–Shubik": share**1.05}, "per cent"
    )
