"""A scenario as a case: resolution, moves, narrowing, and what others may see."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.findings import NotDeclaredError, OptionError, Reads, redraw
from comity.scenario import Scenario, from_weights, load, loads
from comity.scenario.oversight import PROBABILITY
from comity.scenario.oversight_numbers import SECTIONS, legal
from comity.scenario.oversight_numbers import numbers as oversight_numbers

POSITIONS = Reads(needs=("positions.position", "positions.salience", "actors.capability"))


ISSUE = {"id": "water", "question": "?", "scale": {"low": 0, "high": 100, "low_means": "none", "high_means": "all"}}


def table_of(weights: Sequence[tuple[str, object]]) -> bytes:
    return "\n".join(["name,weight", *(f"{name},{weight}" for name, weight in weights)]).encode()


def case(**changes: Any) -> Scenario:
    data: dict[str, Any] = {
        "comity": 1,
        "title": "Two issues",
        "actors": [
            {"id": "A", "name": "Atlantis", "capability": 10},
            {"id": "B", "name": "Borduria", "capability": {"value": 30, "range": [20, 50]}},
            {"id": "C", "name": "Cocagne", "capability": 5},
        ],
        "salience_scale": 100,
        "issues": [
            {
                "id": issue,
                "question": f"How much {issue}?",
                "scale": {"low": 0, "high": 100, "low_means": "none", "high_means": "all"},
            }
            for issue in ("water", "fish")
        ],
        "positions": [
            {"actor": "A", "issue": "water", "position": 10, "salience": 50},
            {"actor": "B", "issue": "water", "position": {"value": 60, "private": True}, "salience": 80},
            {"actor": "C", "issue": "water", "position": 90, "salience": 20, "private": True},
            {
                "actor": "A",
                "issue": "fish",
                "position": {"evidence": [{"coder": "x", "value": 20, "quote": "q"}, {"coder": "y", "value": 40}]},
                "salience": 90,
            },
        ],
        **changes,
    }
    return loads(json.dumps(data).encode())


def by_path(scenario: Scenario) -> dict[str, Any]:
    return {item.path: item for item in scenario.all_inputs()}


def test_a_judged_number_without_a_range_gets_the_declared_default() -> None:
    items = by_path(case())
    assert items["positions[A,water].position"].spread == (0.0, 20.0)
    assert items["positions[A,water].salience"].spread == (35.0, 65.0)
    assert items["actors[A].capability"].spread == (8.0, 12.0)
    assert items["positions[A,water].position"].assumed
    assert not items["actors[B].capability"].assumed
    assert items["actors[B].capability"].spread == (20.0, 50.0)


def test_the_file_can_change_the_default_ranges() -> None:
    items = by_path(case(ranges={"position": 0.02, "salience": 0.5, "capability": 1}))
    assert items["positions[A,water].position"].spread == (8.0, 12.0)
    assert items["positions[A,water].salience"].spread == (0.0, 100.0)


def test_coders_make_the_value_and_the_range() -> None:
    item = by_path(case())["positions[A,fish].position"]
    assert item.value == 30.0
    assert item.spread == (20.0, 40.0)
    assert not item.assumed
    assert item.basis == "quoted evidence"


def test_defaults_of_methods_are_inputs_listed_as_assumed() -> None:
    items = by_path(case())
    assert items["assumptions.challenge.status_quo_probability"].value == 1.0
    assert items["assumptions.challenge.status_quo_probability"].assumed
    given_in_file = by_path(case(assumptions={"challenge": {"status_quo_probability": 0.5}}))
    assert not given_in_file["assumptions.challenge.status_quo_probability"].assumed
    assert given_in_file["assumptions.challenge.status_quo_probability"].spread is None


def test_counted_and_legal_numbers_have_no_range() -> None:
    legal = [item for item in load("eu-council").all_inputs() if item.path.startswith("institution.")]
    assert legal
    assert all(item.spread is None for item in legal)
    assert all(isinstance(item.value, int) for item in legal if "weights" in item.path)


def test_arrays_have_rows_first_and_nan_where_nothing_is_stated() -> None:
    scenario = case()
    rows = redraw(scenario, POSITIONS, 0, 20)
    values = scenario.view(POSITIONS).numbers("positions.position", rows)
    assert values.shape == (21, 3, 2)
    assert values[0, :, 0].tolist() == [10.0, 60.0, 90.0]
    assert np.isnan(values[:, 1:, 1]).all()
    assert len(np.unique(values[1:, 0, 0])) > 10


def test_one_row_where_nothing_of_the_field_varies() -> None:
    scenario = case()
    rows = redraw(scenario.narrow("issues", "fish"), POSITIONS, 0, 20)
    assert scenario.narrow("issues", "fish").view(POSITIONS).numbers("positions.salience", rows).shape == (21, 3, 1)


def test_reading_what_is_not_declared_raises() -> None:
    view = case().view(Reads(needs=("positions.position",)))
    with pytest.raises(NotDeclaredError, match=r"actors\.capability"):
        view.numbers("actors.capability", redraw(case(), POSITIONS, 0, 0))
    with pytest.raises(NotDeclaredError, match="no field"):
        case().view(Reads(needs=("positions.postion",)))


def test_missing_says_what_is_missing() -> None:
    assert case().missing(Reads(needs=("institution.rules",))) == (
        "needs an institution with a decision rule (section `institution`)"
    )
    assert case().missing(Reads(one_of=(("institution.rules", "positions.position"),))) is None
    assert "or" in str(case().missing(Reads(one_of=(("institution.rules", "issues.outcome"),))))


def test_narrowing_keeps_the_streams_of_what_stays() -> None:
    scenario = case()
    whole, one = redraw(scenario, POSITIONS, 3, 5), redraw(scenario.narrow("issues", "water"), POSITIONS, 3, 5)
    at = {item.path: column for column, item in enumerate(whole.inputs)}
    for column, item in enumerate(one.inputs):
        assert (one.values[:, column] == whole.values[:, at[item.path]]).all()
    assert not any("fish" in item.path for item in one.inputs)


def test_others_see_private_cells_as_missing() -> None:
    shared = by_path(case().redacted())
    assert "positions[B,water].position" not in shared
    assert "positions[B,water].salience" in shared
    assert "positions[C,water].position" not in shared
    assert "positions[A,water].position" in shared


def oversight(section: str, name: str, cell: dict[str, Any]) -> dict[str, Any]:
    """An institution in which one number of delegation, monitoring or disputes is the cell."""
    kind = legal(SECTIONS[section], name) if name != "length" else None
    if kind == PROBABILITY:
        cell = {**cell, "value": cell["value"] / 100}
    needed: dict[str, dict[str, Any]] = {
        "delegation": {"agent": "A"},
        "monitoring": {"monitor": "m", "obligation": "o", "unit": "u"},
        "disputes": {"complainants": ["A"], "respondent": "B", "subject": "s", "unit": "u"},
    }
    held = {"stages": [{"id": "talks", "name": "Talks", "length": cell}]} if name == "length" else {name: cell}
    return {"name": "Council", section: {**needed[section], **held}}


def deal(field: str, cell: dict[str, Any]) -> dict[str, Any]:
    """A deal section with one private cell."""

    def party(actor: str, **more: Any) -> dict[str, Any]:
        return {"actor": actor, "batna": 0, "utilities": {"dam": {"high": 3, "low": 1}, "toll": {"yes": 2}}, **more}

    made: dict[str, Any] = {
        "issues": [
            {"id": "dam", "question": "?", "options": [{"id": "high", "name": "high"}, {"id": "low", "name": "low"}]},
            {"id": "toll", "question": "?", "options": [{"id": "yes", "name": "yes"}]},
        ],
        "parties": [party("A"), party("B")],
        "together": [{"id": "both", "options": {"dam": "high", "toll": "yes"}, "utilities": {"A": 1}, "why": "?"}],
    }
    if field == "utilities":
        made["parties"][0]["utilities"]["dam"]["high"] = cell
    elif field == "together":
        made["together"][0]["utilities"]["A"] = cell
    elif field == "breakdown":
        made["breakdown"] = {**cell, "value": cell["value"] / 100}
    elif field == "discount_factor":
        made["parties"][0][field] = {**cell, "value": cell["value"] / 101}
    else:
        made["parties"][0][field] = cell
    return made


PRIVATE = [
    ("positions", lambda cell: [{"actor": "A", "issue": "water", "position": cell, "salience": 50}]),
    ("positions", lambda cell: [{"actor": "A", "issue": "water", "position": 50, "salience": cell}]),
    ("actors", lambda cell: [{"id": "A", "name": "A", "capability": cell}]),
    ("assumptions", lambda cell: {"challenge": {"status_quo_probability": {**cell, "value": cell["value"] / 100}}}),
    ("assumptions", lambda cell: {"challenge": {"stop_tolerance": {**cell, "value": cell["value"] / 100}}}),
    ("assumptions", lambda cell: {"polarisation": {"alpha": {**cell, "value": cell["value"] / 100}}}),
    ("assumptions", lambda cell: {"polarisation": {"reach": {**cell, "value": 0.01 + cell["value"] / 300}}}),
    ("issues", lambda cell: [{**ISSUE, "reference_point": cell}]),
    ("issues", lambda cell: [{**ISSUE, "proposal": cell}]),
    ("issues", lambda cell: [{**ISSUE, "outcome": cell}]),
    *(("deal", partial(deal, field)) for field in ("batna", "red_line", "weight", "utilities", "together")),
    *(("deal", partial(deal, field)) for field in ("discount_factor", "breakdown")),
    *(
        ("institution", partial(oversight, section, name))
        for section, model in SECTIONS.items()
        for name in (*oversight_numbers(model), *(("length",) if section == "disputes" else ()))
    ),
]


@pytest.mark.parametrize(("section", "make"), PRIVATE)
@given(value=st.integers(1, 100), other=st.integers(1, 100))
def test_a_private_cell_leaves_no_trace_wherever_it_stands(section: str, make: Any, value: int, other: int) -> None:
    def shared(number: int) -> Scenario:
        cell = {"value": number, "private": True, "note": f"n{number}", "evidence": [{"quote": f"q{number}"}]}
        sections: dict[str, Any] = {"positions": [], section: make(cell)}
        return case(**sections).redacted()

    one, two = shared(value), shared(other)
    assert one == two
    assert one.all_inputs() == two.all_inputs()
    assert one.fingerprint(POSITIONS) == two.fingerprint(POSITIONS)


def test_every_kind_of_private_cell_is_tried_above() -> None:
    """A new cell of the schema has to be added to PRIVATE."""
    from comity.scenario.cells import CellDetail, Section
    from comity.scenario.deal import Deal, DealParty, Together
    from comity.scenario.oversight import Stage
    from comity.scenario.schema import Actor, ChallengeAssumptions, Issue, PolarisationAssumptions, Position

    models: list[type[Section]] = [
        Actor,
        Issue,
        Position,
        ChallengeAssumptions,
        PolarisationAssumptions,
        Stage,
        Deal,
        DealParty,
        Together,
        *SECTIONS.values(),
    ]
    cells = [
        name
        for model in models
        for name, info in model.model_fields.items()
        if "CellDetail" in str(info.annotation) or info.annotation is CellDetail
    ]
    tried = [
        "capability",
        "reference_point",
        "proposal",
        "outcome",
        "position",
        "salience",
        "status_quo_probability",
        "stop_tolerance",
        "alpha",
        "reach",
        "length",
        *("batna", "red_line", "weight", "utilities", "discount_factor", "breakdown"),
        *(name for model in SECTIONS.values() for name in oversight_numbers(model)),
    ]
    assert set(cells) - {"rounds"} == set(tried)


def test_setting_a_number_moves_it_and_its_range() -> None:
    moved = case().with_values({"positions[A,water].position": 40.0})
    item = by_path(moved)["positions[A,water].position"]
    assert (item.value, item.spread) == (40.0, (30.0, 50.0))
    assert (item.source, item.basis, item.assumed) == (None, "judgement", True)
    assert "40" in item.question
    assert "the file says 10" in item.remarks[0]
    assert moved.cover.changes == ("positions[A,water].position = 40",)


def test_a_stated_range_moves_along() -> None:
    item = by_path(case().with_values({"actors[B].capability": 25.0}))["actors[B].capability"]
    assert (item.value, item.spread, item.assumed) == (25.0, (15.0, 45.0), False)


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("positions[A,water].postion", 4.0, "did you mean positions[A,water].position"),
        ("positions[A,water].position", 400.0, "outside 0 to 100"),
        ("assumptions.challenge.rounds", 2.5, "whole number"),
        ("positions[A,water].position", float("nan"), "outside"),
    ],
)
def test_setting_what_is_not_there_is_refused(path: str, value: float, says: str) -> None:
    with pytest.raises(OptionError) as caught:
        case().with_values({path: value})
    assert says in str(caught.value)


def test_the_fingerprint_knows_what_was_read_and_nothing_else() -> None:
    scenario = case()
    moved = scenario.with_values({"positions[A,water].salience": 1.0})
    reads = Reads(needs=("positions.position",))
    assert scenario.fingerprint(reads) == moved.fingerprint(reads)
    assert scenario.fingerprint(POSITIONS) != moved.fingerprint(POSITIONS)


def test_the_fingerprint_knows_who_is_there_and_who_decides() -> None:
    reads = Reads(needs=("institution.rules",))
    body = {"name": "B", "rules": [{"id": "r", "name": "R", "passes": {"members": "60%"}}]}
    three = [{"id": each, "name": each} for each in "ABC"]
    two = [*three[:2], {"id": "C", "name": "C", "roles": ["advises"]}]
    renamed = [*three[:2], {"id": "C", "name": "Cocagne"}]
    prints = {
        case(actors=actors, positions=[], institution=body).fingerprint(reads) for actors in (three, two, renamed)
    }
    assert len(prints) == 3


def test_the_numbers_of_an_issue_are_not_read_with_the_issue() -> None:
    known = case(issues=[{**ISSUE, "outcome": 30, "note": "n"}], positions=[])
    unknown = case(issues=[ISSUE], positions=[])
    reads = Reads(needs=("issues",))
    assert known.fingerprint(reads) == unknown.fingerprint(reads)
    assert known.view(reads).object("issues")[0].outcome is None


def test_weights_alone_are_a_case() -> None:
    found = from_weights(table_of([("A", "2.5"), ("B", str(2**60))]), "mine.csv", "2/3")
    weights = [item.value for item in found.all_inputs() if "weights" in item.path]
    assert [str(weight) for weight in weights] == ["5/2", str(2**60)]


def test_what_nobody_checked_against_its_source_is_no_cited_number() -> None:
    held = {item.path: item for item in load("car-emissions").all_inputs()}
    quota = held["institution.rules[unanimity].quota[members]"]
    outcome, votes = held["issues[date].outcome"], held["institution.weights[votes,FRA]"]
    assert [(each.basis, each.source) for each in (quota, outcome, votes)] == [
        ("judgement", "eec1957"),
        ("judgement", "bdm1994"),
        ("cited number", "accession1979"),
    ]
    assert quota.remarks == ("not verified",)
    for case, path in (
        ("imf-governors-2020", "institution.weights[votes,AFG]"),
        ("wto-bananas", "institution.disputes.stages[panel].length"),
        ("unsc-reform", "reform.groups[african].population"),
        ("kyoto-entry-into-force", "institution.joined[AUS]"),
    ):
        item = next(each for each in load(case).all_inputs() if each.path == path)
        assert item.basis == "judgement", path
        assert "not verified" in item.remarks, path


def test_a_recurring_quota_is_named_in_words() -> None:
    clauses = [{"members": 2}, {"members": 3}, {"all_but": 1}, {"all_but": 2}]
    rule = {"id": "r", "name": "R", "passes": {"all": clauses}}
    items = case(institution={"name": "I", "rules": [rule]}).all_inputs()
    assert [(item.label, item.unit) for item in items if ".quota[" in item.path] == [
        ("the quota of members", "members"),
        ("the second quota of members", "members"),
        ("the number of members that may be missing", "members"),
        ("the second number of members that may be missing", "members"),
    ]


def test_the_note_beside_a_private_number_goes_with_it() -> None:
    rows = [
        {"actor": "A", "issue": "water", "position": {"value": 10, "private": True}, "salience": 50, "note": "told us"},
        {"actor": "B", "issue": "water", "position": 60, "salience": 80, "note": "said in public"},
    ]
    whole = case(positions=rows)
    assert [row.note for row in whole.redacted().file.positions] == [None, "said in public"]
    assert [row.note for row in whole.file.positions] == ["told us", "said in public"]
