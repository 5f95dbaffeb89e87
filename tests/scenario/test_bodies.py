"""The shipped bodies validate, name their sources, and hold the numbers of the tables that they were typed from."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from comity.scenario import ScenarioError, json_schema, load
from comity.scenario.library import bodies, body_names, body_text, open_shipped
from comity.scenario.members_table import body_with_members
from comity.scenario.yaml_tree import scan_tree

SHARED_DATA = Path(__file__).parents[3] / "shared" / "data" / "treaties"
needs_data = pytest.mark.skipif(
    not SHARED_DATA.is_dir(), reason="the tables that the shipped bodies were typed from are not here"
)
TOP = {"comity", "title", "summary", "data_date", "actors", "institution", "sources", "unverified"}
WITHOUT_MEMBERS = {"gef": "contributions", "paris-entry-into-force": "emissions"}


def tree(name: str) -> dict[str, Any]:
    data: dict[str, Any] = scan_tree(body_text(name), name)[0].data
    return data


def table(name: str) -> list[dict[str, str]]:
    with (SHARED_DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def mappings(value: Any) -> Iterator[dict[str, Any]]:
    """Every mapping of a tree, however deep."""
    if isinstance(value, dict):
        yield value
    for below in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from mappings(below)


def test_the_bodies_that_people_ask_for_are_there() -> None:
    named = "unsc unsc-1946 unga charter-amendment eec-1958 eu-1995 eu-2007-nice eu-2014-lisbon wto nato gef"
    assert set(named.split()) <= set(body_names())
    members = {body.name: body.members for body in bodies()}
    assert (members["unsc"], members["unsc-1946"], members["unga"], members["gef"]) == (15, 11, 193, None)


@pytest.mark.parametrize("name", body_names())
def test_a_body_is_a_valid_scenario_of_members_and_rules_alone(name: str) -> None:
    data = tree(name)
    assert set(data) <= TOP
    if name in WITHOUT_MEMBERS:
        assert "actors" not in data
        with pytest.raises(ScenarioError, match="--weights"):
            load(name)
        return
    Draft202012Validator(json_schema()).validate(open_shipped(name).tree.data)
    assert load(name).subjects("rules")


@pytest.mark.parametrize("name", WITHOUT_MEMBERS)
def test_a_body_without_members_takes_them_from_a_table(name: str) -> None:
    lines = "".join(f"Party {number},{number}\n" for number in range(1, 61))
    case = body_with_members(name, f"name,{WITHOUT_MEMBERS[name]}\n{lines}".encode(), "shares.csv")
    assert len(case.file.actors) == 60
    assert case.file.institution is not None
    assert case.file.institution.weights[WITHOUT_MEMBERS[name]].total == 60 * 61 // 2


@pytest.mark.parametrize("name", body_names())
def test_every_rule_and_table_has_its_source_article_and_dates(name: str) -> None:
    data = tree(name)
    sources = {source["id"] for source in data["sources"]}
    institution = data["institution"]
    for rule in institution["rules"]:
        assert rule["article"], rule["id"]
        assert rule["in_force"], rule["id"]
        assert str(rule["in_force"]) < str(rule.get("until", "9"))
    for held in [*institution["rules"], *institution.get("weights", {}).values()]:
        assert held["source"] in sources
    assert all(source.get("note") and source.get("licence") for source in data["sources"])
    if any(held.get("unverified") is True for held in mappings(data)):
        assert data["unverified"]


def test_no_source_is_listed_that_nothing_names() -> None:
    for name in body_names():
        data = tree(name)
        named = {str(held.get("source")) for held in mappings(data)}
        # A source may also stand for what the summary or the number of members says.
        idle = [source["id"] for source in data["sources"] if source["id"] not in named]
        assert idle in ([], ["amendment"], ["members"], ["cvce"]), name


COLUMNS = {
    "eec-1973": ("v9", None, "EEC-9", ""),
    "eec-1981": ("v10", None, "EEC-10", ""),
    "ec-1986": ("v12", None, "EC-12", ""),
    "eu-1995": ("v15", None, "EU-15", ""),
    "eu-2004-transition": ("v25t", None, None, ""),
    "eu-2004-nice": ("v25", "p2006", None, "BGR HRV ROU"),
    "eu-2007-nice": ("v25", "p2007", "EU-27 Nice", "HRV"),
    "eu-2013-nice": ("v25", "p2013b", "EU-28 Nice", ""),
    "eu-2014-lisbon": (None, "p2014a", None, ""),
}


@needs_data
@pytest.mark.parametrize("name", COLUMNS)
def test_votes_and_populations_are_those_of_the_table(name: str) -> None:
    votes, population, rule, without = COLUMNS[name]
    weights = tree(name)["institution"]["weights"]
    for held, column, unit in (("votes", votes, 1), ("population", population, 100)):
        if column is not None:
            stated = {row["iso3"]: int(row[column]) * unit for row in table("eu-council-weights.csv") if row[column]}
            expected = {state: number for state, number in stated.items() if state not in without.split()}
            assert weights[held]["values"] == expected
    if rule is not None:
        words = next(row["quota_rule"] for row in table("voting-rules.csv") if row["institution"] == rule)
        quota = re.search(r">=([0-9]+)", words)
        assert quota is not None
        first = tree(name)["institution"]["rules"][0]["passes"]
        clause = first["all"][0] if "all" in first else first
        assert clause == {"weight": "votes", "quota": int(quota[1])}


@needs_data
def test_eec_1958_is_that_of_the_table() -> None:
    row = next(row for row in table("voting-rules.csv") if row["institution"] == "EEC-6 1958")
    stated = {pair.split()[0]: int(pair.split()[1]) for pair in row["members_or_weights"].split(";")}
    assert tree("eec-1958")["institution"]["weights"]["votes"]["values"] == stated


@needs_data
def test_numbers_of_members_are_those_of_the_table() -> None:
    stated = {row["institution"]: row["n"] for row in table("voting-rules.csv")}
    members = {body.name: body.members for body in bodies()}
    for institution, body in {
        "UNGA important question": "unga",
        "UN Charter amendment": "charter-amendment",
        "WTO consensus": "wto",
        "NATO": "nato",
        "African Union": "african-union",
        "Kyoto entry into force": "kyoto-entry-into-force",
        "EU-28 Lisbon": "eu-2014-lisbon",
    }.items():
        assert members[body] == int(stated[institution]), body


@needs_data
def test_kyoto_holds_the_table_of_1990_and_the_days_of_joining() -> None:
    institution = tree("kyoto-entry-into-force")["institution"]
    emissions = dict(institution["weights"]["co2"]["values"])
    assert emissions.pop("other") == 0
    rows = table("kyoto-annex1-1990-co2.csv")
    assert emissions == {row["iso3"]: int(row["co2_1990_gg"]) for row in rows}
    assert sum(emissions.values()) == 13_728_306
    joined = {name: cell.get("date") for name, cell in institution["joined"].items()}
    assert joined == {row["iso3"]: row["ratified"] or None for row in rows}


def test_numbers_of_a_persons_own_table_do_not_cite_the_shipped_source() -> None:
    case = body_with_members("gef", b"name,contributions\nNorth,60\nSouth,40\n", "mine.csv")
    weights = [item for item in case.all_inputs() if item.path.startswith("institution.weights")]
    assert [(item.source, item.basis) for item in weights] == [(None, "nothing")] * 2
