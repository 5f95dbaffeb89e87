"""The election, the estimate under the rule and the challenge rounds, as a case is asked about them."""

from __future__ import annotations

import json
from typing import Any

import altair as alt
import numpy as np
import pytest

from comity.bargaining import challenge, condorcet_election, shipped_track_record
from comity.bargaining.analyses import CHALLENGE, ELECTION, UNDER_RULE
from comity.findings import CannotAnswerError, Finding, ask
from comity.findings.registry import parse_options
from comity.scenario import load, loads

COUNCIL = """
comity: 1
title: Three states and a date
actors:
  - {id: A, name: Aland, capability: 1}
  - {id: B, name: Borduria, capability: 1}
  - {id: C, name: Caldonia, capability: 2}
issues:
  - id: tax
    question: How high?
    scale: {low: 0, high: 10, low_means: none, high_means: all, unit: points}
    REFERENCE
salience_scale: 100
positions:
  - {actor: A, issue: tax, position: 2, salience: 50}
  - {actor: B, issue: tax, position: 4, salience: 50}
  - {actor: C, issue: tax, position: 9, salience: 100}
institution:
  name: The council
  rules: [{id: main, name: Main rule, passes: {members: 2}}]
"""


def council(reference: str = "") -> Any:
    return loads(COUNCIL.replace("REFERENCE", reference).encode())


def asked(analysis: Any, case: Any, **settings: Any) -> tuple[Finding, ...]:
    return ask(analysis, case, **{"draws": 40, "search": False, **settings})


def test_the_median_voter_of_a_simple_majority() -> None:
    """Mean (2*.5 + 4*.5 + 9*2) / 3 = 7; the core of two of three is the median member's 4."""
    (found,) = asked(UNDER_RULE, council())
    assert found.value == pytest.approx(4)
    assert "the weighted mean of 7 points goes to 4 points in the model" in found.sentence
    assert "would replace an outcome in 4 points" in found.reading
    assert any("Salience is not voting weight" in caveat for caveat in found.caveats)
    assert found.record is not None
    assert (found.record.decisions, found.lead) == (351, 0)


def test_against_what_applies_if_nothing_is_agreed() -> None:
    """At 3 the pivot at 4 accepts up to 5; the mean of 7 is brought to it, and the record is that of such a rule."""
    (found,) = asked(UNDER_RULE, council("reference_point: {value: 3, range: [3, 3]}"))
    assert found.value == pytest.approx(5)
    assert found.record is not None
    assert found.record.decisions == shipped_track_record().of("rule-winset-mean").issues
    assert not found.record.beats_baseline
    assert "is worse than the weighted mean" in found.reading
    (still,) = asked(UNDER_RULE, council("reference_point: {value: 4, range: [4, 4]}"))
    assert still.value == 4
    assert "so that stays" in still.reading


def test_a_member_without_a_position_is_not_guessed() -> None:
    text = COUNCIL.replace("REFERENCE", "").replace("  - {actor: B, issue: tax, position: 4, salience: 50}\n", "")
    with pytest.raises(CannotAnswerError, match="Borduria"):
        asked(UNDER_RULE, loads(text.encode()))


def test_the_election_of_a_case_is_the_models() -> None:
    (found,) = asked(ELECTION, load("car-emissions"))
    x = [4, 7, 4, 4, 10, 10, 10, 7, 4, 7]
    s = [0.8, 0.4, 0.2, 0.8, 0.6, 0.6, 0.9, 0.1, 1, 0.7]
    c = [8, 8, 3, 16, 16, 16, 16, 5, 5, 8]
    alone = condorcet_election(x, s, c, position_range=6.0)
    assert found.value == pytest.approx(alone.expected[0])
    assert found.table is not None
    chances = [row["stands_in_the_end"] for row in found.table.records()]
    assert chances == pytest.approx(alone.probability[0].tolist())
    assert "in the model" in found.sentence
    assert "will" not in found.sentence.split()
    assert found.lead == 0


@pytest.mark.parametrize(
    ("given", "recorded"),
    [({}, True), ({"risk": "on"}, True), ({"votes": "binary"}, True), ({"victory": "octic"}, False)],
)
def test_a_reading_without_a_record_says_so(given: dict[str, str], recorded: bool) -> None:
    (found,) = asked(ELECTION, load("car-emissions"), options=parse_options(ELECTION, given))
    assert (found.record is not None) == recorded
    assert ("no record" in found.reading) != recorded


def test_redraws_move_the_voters_and_not_what_they_vote_on() -> None:
    (found,) = asked(ELECTION, load("car-emissions"), draws=400)
    assert found.bands is not None
    band = found.bands.input_eight_in_ten
    assert band is not None
    assert found.value is not None
    assert band[0] < found.value < band[1]
    assert band[1] - band[0] < 1.5


def test_the_rounds_are_those_of_the_game() -> None:
    (_, found) = asked(CHALLENGE, load("car-emissions"))
    assert found.key == "rounds"
    assert found.table is not None
    rows = found.table.records()
    x = [4, 7, 4, 4, 10, 10, 10, 7, 4, 7]
    s = [0.8, 0.4, 0.2, 0.8, 0.6, 0.6, 0.9, 0.1, 1, 0.7]
    c = [0.08, 0.08, 0.03, 0.16, 0.16, 0.16, 0.16, 0.05, 0.05, 0.08]
    game = challenge(x, s, c, status_quo_probability=1.0, rounds=10, stop_tolerance=0.005).record
    assert len(rows) == int((game.kind > 0).sum())
    assert [row["round"] for row in rows] == sorted(at + 1 for at in np.nonzero(game.kind)[0].tolist())
    first = rows[0]
    assert (first["actor"], first["whose_offer"], first["who_stands_at"]) == ("Greece", "United Kingdom", 10)
    assert first["to"] == pytest.approx(9.529952, abs=1e-6)
    assert all(isinstance(row["offers_it_had"], int) and row["offers_it_had"] >= 1 for row in rows)
    assert "It stops because the median has hardly moved" in found.sentence


@pytest.mark.parametrize(
    ("rules", "variant", "why"),
    [
        ("{rounds: 1}", "scholz-paper", "2 of 3 actors move"),
        ("{rounds: 1}", "scholz-paper", "It stops because the number of rounds is used up."),
        ("{rounds: 10, stop_tolerance: 0.0}", "scholz-paper", "2 each time of 3 actors move"),
        ("{rounds: 10, stop_tolerance: 0.2}", "scholz-paper", "It stops because the median has hardly moved"),
        ("{rounds: 10}", "scholz-code", "1 of 3 actors moves"),
        ("{rounds: 10}", "scholz-code", "It stops because no offer is left that anybody would accept."),
    ],
)
def test_why_a_game_stops(rules: str, variant: str, why: str) -> None:
    case = loads((COUNCIL.replace("REFERENCE", "") + f"assumptions: {{challenge: {rules}}}\n").encode())
    found = asked(CHALLENGE, case, options=parse_options(CHALLENGE, {"variant": variant}))[1]
    assert why in found.sentence


def test_nobody_moves_where_nothing_is_contested() -> None:
    text = COUNCIL.replace("REFERENCE", "").replace("position: 2", "position: 4").replace("position: 9", "position: 4")
    found = asked(CHALLENGE, loads(text.encode()))[1]
    assert found.sentence.startswith("Nobody moves")
    assert found.table is None
    assert found.chart is None
    (elected,) = asked(ELECTION, loads(text.encode()))
    assert "nothing to elect" in elected.sentence


@pytest.mark.parametrize("analysis", [UNDER_RULE, ELECTION, CHALLENGE], ids=lambda each: each.name)
def test_charts_are_of_the_schema(analysis: Any) -> None:
    drawn = [found.chart() for found in asked(analysis, council()) if found.chart is not None]
    assert drawn
    for spec in drawn:
        alt.LayerChart.from_dict(spec)
        assert json.loads(json.dumps(spec, allow_nan=False)) == spec


def test_a_cycle_is_told_as_one() -> None:
    actors = "ABCDE"
    position = [4, 6, 1, 0, 5]
    salience = [18.417139, 57.886861, 84.370854, 61.25468, 66.587676]
    capability = [0.31912618, 0.76579563, 0.46613131, 0.16759311, 0.55961846]
    lines = ["comity: 1", "title: Round and round", "actors:"]
    lines += [f"  - {{id: {a}, name: {a}, capability: {c}}}" for a, c in zip(actors, capability, strict=True)]
    lines += ["issues: [{id: x, question: How far?, scale: {low: 0, high: 10, low_means: none, high_means: all}}]"]
    lines += ["salience_scale: 100", "assumptions: {challenge: {rounds: 30, stop_tolerance: 0.0}}", "positions:"]
    lines += [
        f"  - {{actor: {a}, issue: x, position: {p}, salience: {s}}}"
        for a, p, s in zip(actors, position, salience, strict=True)
    ]
    found = asked(
        CHALLENGE, loads("\n".join(lines).encode()), options=parse_options(CHALLENGE, {"variant": "scholz-code"})
    )[1]
    assert "a state of 2 rounds before came back" in found.sentence
