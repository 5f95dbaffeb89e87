"""The shipped bodies reproduce what is published of them: winning coalitions, swings and indices."""

from __future__ import annotations

import csv
import math
import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from comity.findings import Reads, redraw
from comity.institutions import dummies, veto_players, voting_power
from comity.institutions.analyses.rules_of import RULE_FIELDS, body_of
from comity.institutions.voting.smallest_coalitions import smallest_blocking, smallest_winning
from comity.rules import All, Members, Rule, Weighted, passes_with_abstention
from comity.scenario import load

DATA = Path(__file__).parents[3] / "shared" / "data" / "treaties"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the shared data folder is not beside this checkout")
READS = Reads(needs=("institution.rules",), optional=RULE_FIELDS)


def rule_of(body: str, rule: str) -> Rule:
    case = load(body).narrow("rules", rule)
    return body_of(case.view(READS), redraw(case, READS, 0, 0)).rule


def test_eec_1958_luxembourg_never_decides() -> None:
    """Brams 1976; Felsenthal & Machover 1998."""
    rule = rule_of("eec-1958", "qualified-majority")
    found = voting_power(rule, exact=True)
    assert (found.winning, found.swings) == (14, (10, 10, 10, 6, 6, 0))
    assert found.shapley_shubik_exact == (*[Fraction(7, 30)] * 3, *[Fraction(3, 20)] * 2, 0)
    assert load("eec-1958").file.actors[dummies(rule)[0]].name == "Luxembourg"
    # Where the Commission had proposed nothing four members were needed, and Luxembourg did decide.
    assert dummies(rule_of("eec-1958", "without-proposal")) == ()


def test_security_council() -> None:
    """Felsenthal & Machover 1998; Shapley & Shubik 1954."""
    found = voting_power(rule_of("unsc", "substantive"), exact=True)
    assert (found.winning, found.swings) == (848, (*[848] * 5, *[84] * 10))
    assert found.shapley_shubik_exact == (*[Fraction(421, 2145)] * 5, *[Fraction(4, 2145)] * 10)
    before = voting_power(rule_of("unsc-1946", "substantive"), exact=True)
    assert before.winning == 57
    assert before.shapley_shubik_exact == (*[Fraction(76, 385)] * 5, *[Fraction(1, 462)] * 6)
    assert veto_players(rule_of("unsc", "procedural")) == ()


def test_an_abstention_of_a_permanent_member_is_no_veto_in_the_council_and_blocks_a_ratification() -> None:
    abstaining = np.arange(15) == 0
    yes = ~abstaining
    assert passes_with_abstention(rule_of("unsc", "substantive"), yes, np.zeros(15, dtype=bool))
    assert not passes_with_abstention(rule_of("unsc", "substantive"), yes, abstaining)
    not_ratifying = np.arange(193) != 0
    nobody = np.zeros(193, dtype=bool)
    assert passes_with_abstention(rule_of("charter-amendment", "adoption"), not_ratifying, nobody)
    assert not passes_with_abstention(rule_of("charter-amendment", "ratification"), not_ratifying, nobody)


@pytest.mark.parametrize(("stage", "vetoes"), [("adoption", 0), ("ratification", 5)])
def test_charter_amendment_needs_129_of_193(stage: str, vetoes: int) -> None:
    rule = rule_of("charter-amendment", stage)
    assert len(smallest_winning(rule)) == 129
    assert len(smallest_blocking(rule)) == (1 if vetoes else 65)
    assert veto_players(rule) == tuple(range(vetoes))


def test_general_assembly_counts_those_who_vote() -> None:
    important, other = rule_of("unga", "important-questions"), rule_of("unga", "other-questions")
    yes, no = np.arange(193) < 60, (np.arange(193) >= 60) & (np.arange(193) < 90)
    assert passes_with_abstention(important, yes, no)  # 60 to 30, 103 abstaining
    more = (np.arange(193) >= 60) & (np.arange(193) < 91)
    assert not passes_with_abstention(important, yes, more)
    tie = (np.arange(193) >= 60) & (np.arange(193) < 120)
    assert not passes_with_abstention(other, yes, tie)
    assert passes_with_abstention(other, yes, more)


def test_eu_15() -> None:
    """Felsenthal & Machover 1998."""
    found = voting_power(rule_of("eu-1995", "qualified-majority"), exact=True).banzhaf_normalised
    names = [actor.name for actor in load("eu-1995").file.actors]
    assert found[names.index("Germany")] == pytest.approx(0.111621, abs=1e-6)
    assert found[names.index("Luxembourg")] == pytest.approx(0.022638, abs=1e-6)


def test_nice_27_without_the_check_of_population() -> None:
    rule = rule_of("eu-2007-nice", "unchecked")
    assert isinstance(rule, All)
    votes = rule.clauses[0]
    assert isinstance(votes, Weighted)
    assert voting_power(rule, exact=True, shapley_shubik=False).winning == 2_718_758
    assert voting_power(votes, exact=True, shapley_shubik=False).winning == 2_718_774


def test_nice_27_with_three_conditions() -> None:
    rule = rule_of("eu-2007-nice", "qualified-majority")
    assert voting_power(rule, exact=True, shapley_shubik=False).winning == 2_718_741


@pytest.mark.parametrize("body", ["wto", "nato", "african-union"])
def test_consensus_passes_in_one_coalition_and_silence_does_not_block(body: str) -> None:
    rule = rule_of(body, "consensus")
    assert voting_power(rule, exact=True, shapley_shubik=False).winning == 1
    yes, no = np.zeros(rule.n, dtype=bool), np.zeros(rule.n, dtype=bool)
    yes[0] = True
    assert passes_with_abstention(rule, yes, no)
    no[1] = True
    assert not passes_with_abstention(rule, yes, no)


def test_wto_majorities_and_reverse_consensus() -> None:
    report = rule_of("wto", "dispute-report")
    assert voting_power(report, exact=True, shapley_shubik=False).winning == 2**166 - 1
    assert rule_of("wto", "waiver") == Members(166, 125)
    assert rule_of("wto", "accession") == Members(166, math.ceil(166 * Fraction(2, 3)))


def test_lisbon_28_needs_16_members_or_all_but_three() -> None:
    rule = rule_of("eu-2014-lisbon", "qualified-majority")
    assert len(smallest_winning(rule)) == 16
    assert len(smallest_blocking(rule)) == 4
    assert len(smallest_winning(rule_of("eu-2014-lisbon", "reinforced-majority"))) == 21


PUBLISHED = {
    "EEC-6 1958": ("eec-1958", "qualified-majority"),
    "EU-27 Nice": ("eu-2007-nice", "qualified-majority"),
    "UNSC 1966-": ("unsc", "substantive"),
    "UNSC 1946-1965": ("unsc-1946", "substantive"),
    "WTO consensus": ("wto", "consensus"),
    "NATO": ("nato", "consensus"),
}


@needs_data
def test_every_published_number_of_winning_coalitions_is_reproduced() -> None:
    with (DATA / "voting-rules.csv").open(encoding="utf-8", newline="") as file:
        stated = {row["institution"]: row["winning_coalitions"] for row in csv.DictReader(file)}
    stated = {name: number for name, number in stated.items() if number}
    assert set(stated) == set(PUBLISHED)
    for name, (body, rule) in PUBLISHED.items():
        first = re.match(r"[0-9]+", stated[name])
        assert first is not None
        assert voting_power(rule_of(body, rule), exact=True, shapley_shubik=False).winning == int(first[0]), name
