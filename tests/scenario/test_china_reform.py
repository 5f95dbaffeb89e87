"""The two cases on China's oil and gas hold the published tables, and say what is ours and what is not known."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from comity.findings import ask, registry
from comity.scenario import load, open_shipped

TABLES = Path(__file__).parents[3] / "shared" / "data" / "bargaining"
CASES = {"china-oil-reform": "china-soe-policy.csv", "china-cnpc-reform": "china-soe-competitive.csv"}
needs_tables = pytest.mark.skipif(
    not TABLES.is_dir(), reason="the tables that these scenarios were typed from are not here"
)


@needs_tables
@pytest.mark.parametrize(("name", "file"), CASES.items())
def test_every_number_of_the_published_table(name: str, file: str) -> None:
    scenario = open_shipped(name).scenario
    with (TABLES / file).open(encoding="utf-8", newline="") as table:
        published = list(csv.DictReader(table))
    assert [actor.id for actor in scenario.actors] == [line["id"] for line in published]
    assert [row.actor for row in scenario.positions] == [line["id"] for line in published]
    for line, actor, row in zip(published, scenario.actors, scenario.positions, strict=True):
        assert actor.capability is not None
        assert row.position is not None
        assert row.salience is not None
        held = (row.position.estimate, actor.capability.estimate, row.salience.estimate)
        assert held == (float(line["position"]), float(line["capability"]), float(line["salience"])), line["id"]


@pytest.mark.parametrize("name", CASES)
def test_what_is_not_known_is_not_stated(name: str) -> None:
    scenario = open_shipped(name).scenario
    (issue,) = scenario.issues
    assert issue.outcome is None
    assert issue.reference_point is None
    assert issue.rule is None
    assert scenario.institution is None
    assert scenario.outcome_date is None
    assert scenario.salience_scale == 100
    assert "reconstruction and not a forecast" in (scenario.notes or "")
    assert any("not compared with the printed Table" in sentence for sentence in scenario.unverified)
    grouped = [member for group in scenario.groups for member in group.members]
    assert len(grouped) == len(set(grouped))


def test_the_two_tables_do_not_fit_one_case() -> None:
    first, second = (open_shipped(name).scenario for name in CASES)
    weights = [
        {actor.id: actor.capability.estimate for actor in case.actors if actor.capability} for case in (first, second)
    ]
    both = weights[0].keys() & weights[1].keys()
    assert {"LK", "SPC", "CPCIA", "IOC"} <= {actor for actor in both if weights[0][actor] != weights[1][actor]}


def test_the_weighted_medians_lie_where_the_authors_report_their_model_to_end() -> None:
    """Another method than theirs: of theirs a cluster near 30, and 20 to 40, are reported."""
    sentences = [ask(registry().get("median"), load(name), draws=0, search=False)[0].sentence for name in CASES]
    assert sentences[0].startswith("The weighted median is 30, the position of Xi Jinping")
    assert sentences[1].startswith("The weighted median is 40, ")
