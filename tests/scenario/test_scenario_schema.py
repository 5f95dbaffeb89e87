"""The schema: cells in both forms, exact thresholds, defaults, and the published JSON Schema."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from comity.scenario import json_schema, read_scenario
from comity.scenario.cells import CellDetail, Section
from comity.scenario.decision_rules import Quota, read_exact
from comity.scenario.paths import IdentityPaths
from comity.scenario.schema import ScenarioFile, assumption_domains

HEAD = "comity: 1\ntitle: x\nactors: [{id: A, name: Aland, capability: %s}]\n"


def capability(written: str) -> CellDetail:
    cell = read_scenario((HEAD % written).encode()).scenario.actors[0].capability
    assert cell is not None
    return cell


@pytest.mark.parametrize(
    ("written", "estimate", "interval"),
    [
        ("3", 3.0, None),
        ("2.5", 2.5, None),
        ("{value: 3}", 3.0, None),
        ("{value: 3, range: [1, 5]}", 3.0, (1.0, 5.0)),
        ("{value: 3, evidence: [{quote: q, value: 2}, {quote: r, value: 4}]}", 3.0, (2.0, 4.0)),
        ("{evidence: [{value: 2}, {value: 7}, {value: 4}]}", 4.0, (2.0, 7.0)),
        ("{evidence: [{value: 4}, {value: 4}]}", 4.0, None),
        ("{evidence: [{value: 4}]}", 4.0, None),
        ("{evidence: [{value: 2}, {value: 4}], range: [1, 9]}", 3.0, (1.0, 9.0)),
        ("{note: not stated}", None, None),
    ],
)
def test_cells(written: str, estimate: float | None, interval: tuple[float, float] | None) -> None:
    cell = capability(written)
    assert cell.estimate == estimate
    assert cell.interval == interval
    Draft202012Validator(json_schema()).validate(
        {"comity": 1, "title": "x", "actors": [{"id": "A", "name": "Aland", "capability": 3}]}
    )


@pytest.mark.parametrize(
    ("written", "amount", "is_share"),
    [
        (45, Fraction(45), False),
        ("2/3", Fraction(2, 3), True),
        ("65%", Fraction(13, 20), True),
        ("65 %", Fraction(13, 20), True),
        ("72.5%", Fraction(29, 40), True),
        ("0.55", Fraction(11, 20), True),
        (0.55, Fraction(11, 20), True),
        (".5", Fraction(1, 2), True),
    ],
)
def test_quotas_are_exact(written: object, amount: Fraction, is_share: bool) -> None:
    quota = Quota.read(written)
    assert (quota.amount, quota.is_share) == (amount, is_share)


@pytest.mark.parametrize("written", [True, None, "45", "2/0", "-5%", "1e3", "½", 45.5, "65%%", [], "1_0/20"])
def test_what_is_no_quota(written: object) -> None:
    with pytest.raises(ValueError, match="not a quota"):
        Quota.read(written)


@pytest.mark.parametrize("written", [True, None, "x", "1/0", "1e3", [], "5/2/3"])
def test_what_is_no_weight(written: object) -> None:
    with pytest.raises(ValueError, match="not a number"):
        read_exact(written)


def test_weights_are_exact() -> None:
    text = HEAD % 1 + (
        "institution:\n  name: x\n  weights:\n    v: {unit: u, values: {A: 0.1}}\n"
        '    w: {unit: u, values: {A: "1234567890123456789.1"}}\n'
        "    z: {unit: u, values: {A: 10000000000000000000001}}\n"
    )
    institution = read_scenario(text.encode()).scenario.institution
    assert institution is not None
    assert institution.weights["v"].total == Fraction(1, 10)
    assert institution.weights["w"].total == Fraction("1234567890123456789.1")
    assert institution.weights["z"].total == 10**22 + 1


def test_defaults_are_known_from_what_the_file_sets() -> None:
    scenario = read_scenario((HEAD % 1 + "assumptions: {challenge: {rounds: 5}}\n").encode()).scenario
    challenge = scenario.assumptions.challenge
    assert challenge.model_fields_set == {"rounds"}
    assert challenge.rounds.estimate == 5
    assert challenge.status_quo_probability.estimate == 1
    assert challenge.status_quo_probability.interval == (0.5, 1)
    assert challenge.stop_tolerance.estimate == 0.005
    assert (scenario.ranges.position, scenario.ranges.salience, scenario.ranges.capability) == (
        0.10,
        0.15,
        0.20,
    )
    assert "ranges" not in scenario.model_fields_set


def test_every_assumption_has_a_domain_that_holds_its_default() -> None:
    assumptions = ScenarioFile.model_validate(
        {"comity": 1, "title": "x", "actors": [{"id": "A", "name": "a"}]}
    ).assumptions
    domains = {(section, field): domain for section, field, domain in assumption_domains()}
    assert domains.keys() == {
        (section, field)
        for section in type(assumptions).model_fields
        for field in type(getattr(assumptions, section)).model_fields
    }
    for (section, field), domain in domains.items():
        cell = getattr(getattr(assumptions, section), field)
        assert domain.low <= cell.estimate <= domain.high
        assert cell.interval is None or domain.low <= cell.interval[0] <= cell.interval[1] <= domain.high


def sections(model: type[Section]) -> set[type[Section]]:
    """Every model of the schema."""
    return {model, *(below for child in model.__subclasses__() for below in sections(child))}


def test_every_field_is_described_and_no_model_has_a_validator() -> None:
    for model in sections(Section):
        decorators = model.__pydantic_decorators__
        assert not decorators.model_validators, model
        assert not decorators.field_validators, model
        for name, field in model.model_fields.items():
            assert field.description, f"{model.__name__}.{name}"
            assert field.description.endswith("."), f"{model.__name__}.{name}"


def test_models_cannot_be_changed() -> None:
    scenario: BaseModel = read_scenario((HEAD % 1).encode()).scenario
    with pytest.raises(ValueError, match="frozen"):
        scenario.title = "y"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "change",
    [
        {"title": 5},
        {"titel": "x"},
        {"comity": 2},
        {"actors": []},
        {"actors": [{"id": "1", "name": "x"}]},
        {"actors": [{"id": "A", "name": "x", "capability": "big"}]},
        {"salience_scale": 10},
        {"institution": {"name": "x", "rules": [{"id": "a", "name": "b", "passes": {"weight": "v"}}]}},
        {"institution": {"name": "x", "rules": [{"id": "a", "name": "b", "passes": {"members": 0}}]}},
        {"data_date": "May 1994"},
    ],
)
def test_the_published_schema_refuses_what_the_reader_refuses(change: dict[str, Any]) -> None:
    validator = Draft202012Validator(json_schema())
    good = {"comity": 1, "title": "x", "actors": [{"id": "A", "name": "a"}], "data_date": 1994}
    assert validator.is_valid(good)
    assert not validator.is_valid(good | change)


def test_the_published_schema_is_itself_valid_and_names_no_host() -> None:
    schema = json_schema()
    Draft202012Validator.check_schema(schema)
    assert "$id" not in schema
    assert all("description" in definition for definition in schema["$defs"].values())


def test_paths_lead_where_they_come_from() -> None:
    data = {
        "actors": [{"id": "A"}, {"id": "A"}, {"id": "unit", "capability": {"value": 1}}, 5],
        "positions": [{"actor": "A", "issue": "x", "position": 1}],
        "institution": {"weights": {"votes": {"unit": "u", "values": {"unit": 3}}}},
    }
    paths = IdentityPaths(data)
    assert paths.shown(("actors", 1, "id")) == "actors[1].id"
    for path, loc in [
        ("actors[unit].capability", ("actors", 2, "capability", "value")),
        ("positions[A,x].position", ("positions", 0, "position")),
        ("institution.weights[votes][unit]", ("institution", "weights", "votes", "values", "unit")),
        ("institution.weights[votes].unit", ("institution", "weights", "votes", "unit")),
    ]:
        assert paths.locate(path) == loc
    assert paths.shown(("institution", "weights", "votes", "values", "unit")) == "institution.weights[votes][unit]"
    assert paths.locate("actors[A]") is None  # two have this id
    assert paths.locate("actors.0") is None
    assert paths.locate("institution.weights[votes][A]") is None
