"""The shipped scenarios and templates validate, and hold the numbers of their sources."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from comity.scenario import (
    TEMPLATES,
    ScenarioError,
    json_schema,
    open_shipped,
    read_scenario,
    resolve,
    shipped,
    shipped_names,
    skeleton,
)

SHARED_DATA = Path(__file__).parents[3] / "shared" / "data"
needs_data = pytest.mark.skipif(
    not SHARED_DATA.is_dir(), reason="the tables that the shipped scenarios were typed from are not here"
)


def table(name: str) -> list[dict[str, str]]:
    with (SHARED_DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def numbers_without_source(rows: list[dict[str, Any]]) -> list[str]:
    """Places of judged or reported numbers that name no source, nor does their row."""
    found = []
    for index, row in enumerate(rows):
        for field in ("position", "salience", "capability", "outcome", "reference_point"):
            cell = row.get(field)
            sourced = "source" in row or (isinstance(cell, dict) and "source" in cell)
            if cell is not None and not sourced:
                found.append(f"{index}.{field}")
    return found


def test_the_library_lists_itself() -> None:
    assert {"car-emissions", "eu-council", "imf-governors-2020"} <= set(shipped_names())
    assert [entry.name for entry in shipped()] == list(shipped_names())
    assert all(entry.title and entry.stakes for entry in shipped())


@pytest.mark.parametrize("name", shipped_names())
def test_every_shipped_number_has_a_source(name: str) -> None:
    data = open_shipped(name).tree.data
    for section in ("actors", "issues", "positions"):
        assert numbers_without_source(data.get(section, [])) == [], section
    institution = data.get("institution", {})
    assert all("source" in held for held in [*institution.get("weights", {}).values(), *institution.get("rules", [])])


@pytest.mark.parametrize("name", shipped_names())
def test_shipped_scenarios_fit_the_published_schema(name: str) -> None:
    Draft202012Validator(json_schema()).validate(open_shipped(name).tree.data)


@pytest.mark.parametrize("template", TEMPLATES)
def test_templates_validate_and_are_commented(template: str) -> None:
    text = skeleton(template)
    document = read_scenario(text.encode(), f"{template}.yaml")
    Draft202012Validator(json_schema()).validate(document.tree.data)
    for section in document.tree.data:
        span = document.tree.key_span((section,))
        # A section is explained on its line, or in the paragraph that it stands in.
        paragraph = text[: text.index("\n", span.start)].rsplit("\n\n", 1)[-1]
        assert "#" in paragraph, section


def test_car_emissions() -> None:
    scenario = open_shipped("car-emissions").scenario
    institution = scenario.institution
    assert institution is not None
    assert institution.weights["votes"].total == 63
    assert [rule.id for rule in institution.rules] == ["qualified-majority", "unanimity"]
    assert scenario.issues[0].rule == "qualified-majority"
    assert scenario.issues[0].reference_point is None
    outcome = scenario.issues[0].outcome
    assert outcome is not None
    assert outcome.estimate == 8.83
    assert scenario.data_date == "1994"
    assert any("date of the data is uncertain" in sentence for sentence in scenario.unverified)
    # The printed capabilities are the shares of 63 votes, rounded to two decimals.
    votes = institution.weights["votes"].values
    for actor in scenario.actors:
        assert actor.capability is not None
        assert actor.capability.estimate == round(float(votes[actor.id].value / 63), 2)


@needs_data
def test_car_emissions_holds_the_published_table() -> None:
    scenario = open_shipped("car-emissions").scenario
    names = {actor.name: actor for actor in scenario.actors}
    rows = {row.actor: row for row in scenario.positions}
    published = table("bargaining/car-emissions.csv")
    assert len(published) == len(names) == len(rows)
    for line in published:
        actor = names[line["actor"]]
        row = rows[actor.id]
        assert actor.capability is not None
        assert row.position is not None
        assert row.salience is not None
        assert actor.capability.estimate == float(line["capability"])
        assert row.position.estimate == float(line["position"])
        assert row.salience.estimate == float(line["salience"])


@needs_data
@pytest.mark.parametrize(
    ("name", "weights", "file", "column"),
    [
        ("eu-council", "population", "treaties/eu27-population-eurostat.csv", "population_2024"),
        ("imf-governors-2020", "votes", "treaties/imf-quotas-votes.csv", "votes"),
    ],
)
def test_weights_hold_the_table(name: str, weights: str, file: str, column: str) -> None:
    institution = open_shipped(name).scenario.institution
    assert institution is not None
    held = {actor: cell.value for actor, cell in institution.weights[weights].values.items()}
    assert held == {line["iso3"]: Fraction(line[column]) for line in table(file)}


def test_eu_council() -> None:
    scenario = open_shipped("eu-council").scenario
    assert scenario.institution is not None
    assert len(scenario.actors) == 27
    assert scenario.institution.weights["population"].total == 449_206_200


def test_imf_governors() -> None:
    scenario = open_shipped("imf-governors-2020").scenario
    assert scenario.institution is not None
    votes = scenario.institution.weights["votes"]
    assert len(scenario.actors) == len(votes.values) == 190
    assert votes.total == 5_040_137
    assert votes.unverified
    assert votes.values["USA"].value == 831_401
    # Norway keeps its code although YAML 1.1 would read NO, and no code is lost to a boolean.
    assert votes.values["NOR"].value == 39_006


def test_a_name_resolves_to_a_file_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert resolve("car-emissions").name == "car-emissions"
    (tmp_path / "car-emissions").mkdir()
    assert resolve("car-emissions").name == "car-emissions"
    (tmp_path / "eu-council").write_text(skeleton("one-issue"))
    assert resolve("eu-council").scenario.title.startswith("Fishing")
    (tmp_path / "case.yaml").write_text(skeleton("decision-rule"))
    assert resolve(Path("case.yaml")).name == "case.yaml"


def test_an_unknown_name_suggests_near_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my-case.yaml").write_text("comity: 1\n")
    with pytest.raises(ScenarioError, match="did you mean 'car-emissions'"):
        resolve("car-emission")
    with pytest.raises(ScenarioError, match=r"did you mean 'my-case\.yaml'"):
        resolve("mycase.yaml")
    with pytest.raises(ScenarioError, match=r"shipped: car-emissions, .*eu-council, "):
        resolve("nowhere/zzz")
    with pytest.raises(ScenarioError, match="no shipped scenario has this name; did you mean 'eu-council'"):
        open_shipped("EU-council")
    with pytest.raises(ScenarioError, match="this is a directory"):
        resolve(tmp_path)
    with pytest.raises(ScenarioError, match="the file cannot be read"):
        resolve("x" * 5000)


def test_an_unknown_template_suggests_the_nearest() -> None:
    with pytest.raises(ValueError, match="did you mean 'several-issues'"):
        skeleton("several-isues")
