"""What holds of every registered analysis, ours and others': declared reads, steady bytes, no private traces."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.brief import compose
from comity.brief.as_json import findings_json, render_json
from comity.brief.html import render_html
from comity.brief.markdown import render_markdown
from comity.brief.pdf import render_pdf
from comity.findings import NO_VERDICT, CannotAnswerError, Finding, NotSearched, ask, registry
from comity.findings.contract import PageLine
from comity.scenario import Scenario, load, loads, shipped_names, skeleton
from comity.scenario.agreed_deal import parse_agreed, with_agreed

CASE = load("car-emissions")
NAMES = sorted(registry().analyses)
# What no shipped case states: members who vote together, and how likely each is to say yes.
TOGETHER = b"""
comity: 1
title: A council of three
actors: [{id: A, name: Aland}, {id: B, name: Borduria}, {id: C, name: Caldonia}]
issues: [{id: tax, question: How high?, scale: {low: 0, high: 10, low_means: none, high_means: all}}]
positions: [{actor: A, issue: tax, position: 2}]
institution:
  name: The council
  rules: [{id: main, name: Main rule, passes: {members: 2}}]
  unions: [{name: North, members: [A, B]}]
  yes_probability: {A: 0.9, B: {value: 0.2, range: [0.1, 0.4]}}
"""


def answered(name: str, case: Scenario, **settings: Any) -> tuple[Finding, ...]:
    return ask(registry().analyses[name], case, **{"draws": 30, "search": False, **settings})


def agreed() -> Scenario:
    """A teaching case in which a deal was reached, as `comity debrief --deal` lays it over the case."""
    case = load("river-basin")
    assert case.file.deal is not None
    text = "dam=low,release=minimum,monitoring=joint,financing=shared"
    return with_agreed(case, [parse_agreed(text, case.file.deal)])


def in_money() -> Scenario:
    """A teaching case whose parties all count in one unit that can be handed over; no shipped case says so."""
    case = load("river-basin")
    deal = case.file.deal
    assert deal is not None
    parties = tuple(party.model_copy(update={"unit": "million dollars"}) for party in deal.parties)
    counted = deal.model_copy(update={"comparable": True, "transferable": True, "parties": parties})
    return Scenario(case.file.model_copy(update={"deal": counted}), "in-money")


# Asked only what no smaller case can be asked.
LARGE = ("imf-governors-2020", "kyoto-entry-into-force")


@cache
def case_for(name: str) -> Scenario:
    """The first shipped case that the question can be put to; the car emissions where they can answer it."""
    for shipped in ("car-emissions", *shipped_names()):
        if shipped in LARGE:
            continue
        try:
            case = load(shipped)
            answered(name, case)
        except CannotAnswerError:
            continue
        return case
    # A text on the table stands in no shipped case yet; the template for several issues has one.
    template = loads(skeleton("several-issues").encode())
    if template.missing(registry().analyses[name].reads) is None:
        return template
    for made in (loads(TOGETHER), in_money(), agreed(), *(load(name) for name in LARGE)):
        if made.missing(registry().analyses[name].reads) is None:
            return made
    raise AssertionError(f"no shipped case can be asked {name}")


def test_every_entry_point_loads() -> None:
    assert registry().broken == ()
    assert {"forecast", "median", "challenge", "blocking", "decision-rule", "voting-power"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=15)
@given(data=st.data())
def test_moving_an_input_outside_the_reads_never_changes_the_bytes(name: str, data: st.DataObject) -> None:
    case, reads = case_for(name), registry().analyses[name].reads
    read = {item.path for item in case.inputs(reads)}
    unread = [item for item in case.all_inputs() if item.path not in read]
    item = data.draw(st.sampled_from(unread))
    low, high = item.domain
    value = data.draw(st.floats(low, high))
    value = float(round(value)) if item.step else value
    moved = case.with_values({item.path: min(max(value, low), high)})
    assert findings_json(answered(name, moved)) == as_written(name)


@cache
def as_written(name: str) -> str:
    """The answer for the case as it stands, made once for all the moves."""
    return findings_json(answered(name, case_for(name)))


@pytest.mark.parametrize("name", NAMES)
def test_the_same_question_gives_the_same_bytes(name: str) -> None:
    one, two = (findings_json(answered(name, case_for(name), search=True)) for _ in range(2))
    assert one == two


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("case", ["car-emissions", "eu-council", "wto-bananas"])
def test_a_finding_is_whole(name: str, case: str) -> None:
    asked = load(case)
    if asked.missing(registry().analyses[name].reads) is not None:
        with pytest.raises(CannotAnswerError, match="needs"):
            answered(name, asked)
        return
    try:
        found = answered(name, asked, search=True)
    except CannotAnswerError:
        # The sections are there, and what they hold is not of the kind that the question is about.
        return
    for finding in found:
        assert finding.sentence.endswith((".", ":"))
        assert " will " not in f" {finding.sentence} {finding.reading} ".lower()
        assert finding.method.full
        assert finding.verdict or finding.flips == NO_VERDICT
        assert finding.inputs
        assert all(isinstance(line, PageLine) and line.text for line in finding.lines)
        assert isinstance(finding.flips, tuple | NotSearched)
        if finding.record is not None and not finding.record.beats_baseline:
            assert finding.lead == 0
        if finding.chart is not None:
            assert finding.chart()["$schema"].endswith(".json")
            assert finding.chart_summary


def private_case(value: float) -> Scenario:
    rows = [
        {"actor": "A", "issue": "w", "position": 10, "salience": 50},
        {
            "actor": "B",
            "issue": "w",
            "position": {"value": value, "private": True, "note": f"n{value}"},
            "salience": 80,
        },
        {"actor": "C", "issue": "w", "position": 90, "salience": 20},
    ]
    data = {
        "comity": 1,
        "title": "Secret",
        "marking": "RESTRICTED",
        "actors": [{"id": each, "name": each, "capability": 1} for each in "ABC"],
        "salience_scale": 100,
        "issues": [
            {"id": "w", "question": "How much?", "scale": {"low": 0, "high": 100, "low_means": "a", "high_means": "b"}}
        ],
        "positions": rows,
        "institution": {
            "name": "Body",
            "weights": {"votes": {"unit": "votes", "values": {"A": 1, "B": 1, "C": 1}}},
            "rules": [{"id": "r", "name": "majority", "passes": {"weight": "votes", "quota": 2}}],
        },
    }
    return loads(json.dumps(data).encode())


def test_a_private_cell_leaves_no_trace_in_any_format_for_others() -> None:
    def formats(value: float) -> list[bytes]:
        brief = compose(private_case(value).redacted(), audience="shared", draws=100)
        assert not brief.failed
        texts = [render_json(brief), render_html(brief), render_markdown(brief)]
        return [*(text.encode() for text in texts), render_pdf(brief)]

    assert formats(33.0) == formats(77.0)
    own = [render_json(compose(private_case(value), draws=100)) for value in (33.0, 77.0)]
    assert own[0] != own[1]


def test_silence_is_said_and_not_filled_in() -> None:
    brief = compose(private_case(50.0).redacted(), audience="shared", draws=100)
    text = render_markdown(brief)
    assert "silence is not consent" in text
    assert "none is stated for B" in text


@pytest.mark.parametrize(
    ("options", "recorded"),
    [
        ({}, 27.99),
        ({"risk": "off"}, 28.88),
        ({"variant": "scholz-code"}, 29.78),
        ({"security": "rows"}, None),
        ({"conflict": "loser-moves"}, None),
    ],
)
def test_a_reading_speaks_with_its_own_record_or_none(options: dict[str, str], recorded: float | None) -> None:
    analysis = registry().analyses["challenge"]
    finding, _ = ask(analysis, CASE, analysis.options(**options), draws=50, search=False)
    assert (finding.record.mean_absolute_error if finding.record else None) == recorded
    assert ("No track record" in finding.sentence) == (recorded is None)
    assert finding.lead == 0


def test_a_file_with_halves_of_rows_is_not_answered_and_does_not_fail() -> None:
    data = {
        "comity": 1,
        "title": "Halves",
        "actors": [{"id": each, "name": each, "capability": 1} for each in "AB"],
        "salience_scale": 100,
        "issues": [{"id": "w", "question": "?", "scale": {"low": 0, "high": 100, "low_means": "a", "high_means": "b"}}],
        "positions": [{"actor": "A", "issue": "w", "position": 1}, {"actor": "B", "issue": "w", "salience": 9}],
    }
    brief = compose(loads(json.dumps(data).encode()), draws=50)
    assert not brief.failed
    assert "needs an actor with a position" in next(s.lines[0] for s in brief.page_one if s.slot == "bottom line")


def test_a_rule_of_vetoes_alone_needs_no_quota() -> None:
    data = {
        "comity": 1,
        "title": "Vetoes",
        "actors": [{"id": each, "name": each} for each in "ABC"],
        "institution": {"name": "Body", "rules": [{"id": "r", "name": "both", "passes": {"veto": ["A", "B"]}}]},
    }
    brief = compose(loads(json.dumps(data).encode()), draws=50)
    assert not brief.failed
    sentences = {finding.analysis: finding.sentence for finding in brief.findings}
    assert "A and B can block alone" in sentences["decision-rule"]
    assert "A and B" in sentences["voting-power"]


def test_an_analysis_that_raises_is_reported_and_the_rest_stands() -> None:
    from dataclasses import replace

    def explode(*arguments: object) -> Any:
        raise ZeroDivisionError("a fault of ours")

    broken = replace(registry().analyses["forecast"], name="broken", run=explode)
    brief = compose(CASE, analyses=[broken, registry().analyses["median"]], draws=50)
    assert [each.analysis for each in brief.failed] == ["broken"]
    assert [finding.analysis for finding in brief.findings] == ["median"]


@pytest.mark.parametrize(
    "positions",
    [[50, 50, 50], [0, 0, 100], [100], [20, 20]],
    ids=["all alike", "two alike", "one actor", "two identical"],
)
def test_degenerate_tables_get_a_sound_answer(positions: list[float]) -> None:
    actors = [f"a{number}" for number in range(len(positions))]
    data = {
        "comity": 1,
        "title": "Few",
        "actors": [{"id": each, "name": each, "capability": 2} for each in actors],
        "salience_scale": 1,
        "issues": [
            {"id": "w", "question": "How much?", "scale": {"low": 0, "high": 100, "low_means": "a", "high_means": "b"}}
        ],
        "positions": [
            {"actor": each, "issue": "w", "position": position, "salience": 0.5}
            for each, position in zip(actors, positions, strict=True)
        ],
    }
    brief = compose(loads(json.dumps(data).encode()), draws=200)
    assert not brief.failed
    assert "NaN" not in render_json(brief)
    forecast = next(finding for finding in brief.findings if finding.analysis == "forecast")
    assert forecast.value == pytest.approx(sum(positions) / len(positions))
    if len(set(positions)) == 1:
        assert "Nothing is contested" in forecast.sentence
