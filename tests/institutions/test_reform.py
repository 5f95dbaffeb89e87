"""Texts that would change a body: stages, declarations and formal voting weight, on the shipped case and small ones."""

from __future__ import annotations

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.brief import compose
from comity.findings import ask, registry
from comity.institutions.voting.seat_kinds import share_of_time, weight_of_seats
from comity.scenario import Scenario, ScenarioError, load, loads


@pytest.fixture(scope="module")
def page() -> dict[str, str]:
    brief = compose(load("unsc-reform"), draws=50)
    assert not brief.failed
    return {section.slot: " ".join(section.lines) for section in brief.page_one}


def test_page_one_says_what_the_target_page_says(page: dict[str, str]) -> None:
    assert "at least 129 of 193 members; AND ratification by the members" in page["bottom line"]
    assert "China, France, Russian Federation, United Kingdom and United States" in page["bottom line"]
    assert (
        "We give no probability: composition was changed once (1963–1965); one case is no base rate"
        in (page["bottom line"])
    )
    assert "97–11–4" in page["precedent"]
    assert "against France and Russian Federation (the Soviet Union)" in page["precedent"]
    changes = page["what each text changes"]
    assert "A veto seat is decisive: Now 9/15: 5.2 % | G4 2005 14/25: 4.7 % | UfC 2005 15/25: 3.7 %" in changes
    assert "A seat without a veto is decisive: Now 9/15: 0.51 % | G4 2005 14/25: 0.45 % | UfC 2005 15/25: 0.55 %" in (
        changes
    )
    assert "Coalitions that can act: Now 9/15: 2.6 % | G4 2005 14/25: 2.3 % | UfC 2005 15/25: 1.8 %" in changes
    assert "properties of rules, not forecasts" in changes
    assert "By the Shapley–Shubik index one seat has: a veto seat Now 9/15: 20 %" in changes
    assert "are not verified" in changes
    assert set(page) >= {"where it stands", "who gains", "what would change it", "find out next", "readings", "caution"}


def test_no_probability_of_passing_stands_in_the_headline(page: dict[str, str]) -> None:
    assert "%" not in page["bottom line"]
    assert "likely" not in page["bottom line"]


def test_silence_is_counted_as_silence_and_a_group_is_not_its_members(page: dict[str, str]) -> None:
    stands = page["where it stands"]
    assert "28 for, 1 on conditions, 2 against, 162 silent. Short of 129 by 101" in stands
    assert "conditional China (would vote against any text put to a vote while members are divided" in stands
    assert "no declaration of a single member is in this file. As a group: African Union (53 members), for" in stands
    assert "28 + 53 = 81 of the 129 needed" in page["what would change it"]


@given(st.integers(1, 5), st.integers(0, 8), st.data())
def test_weight_of_seats_equals_counting_by_hand(vetoes: int, others: int, data: st.DataObject) -> None:
    total = vetoes + others
    needs = data.draw(st.integers(1, total))
    counts, kinds = ([vetoes, others], [True, False]) if others else ([vetoes], [True])
    weight = weight_of_seats(counts, kinds, needs)
    assert weight is not None
    # All with a veto are in; enough of the others are.
    acting = sum(comb(others, k) for k in range(max(needs - vetoes, 0), others + 1))
    assert weight.efficiency == pytest.approx(acting / 2**total)
    # A member with a veto decides whenever the rest is enough with it.
    assert weight.banzhaf[0] == pytest.approx(acting / 2 ** (total - 1))
    if others:
        exactly = comb(others - 1, needs - vetoes - 1) if 0 <= needs - vetoes - 1 <= others - 1 else 0
        assert weight.banzhaf[1] == pytest.approx(exactly / 2 ** (total - 1))
    total_index = sum(count * index for count, index in zip(counts, weight.shapley_shubik, strict=True))
    assert total_index == pytest.approx(1.0)


def test_more_votes_than_seats_is_nothing_that_can_pass() -> None:
    assert weight_of_seats([2], [False], 3) is None
    with pytest.raises(ValueError, match="nobody could hold"):
        share_of_time(3, 0)


CASE = b"""
comity: 1
title: A small council
actors: [{id: a, name: A}, {id: b, name: B}, {id: c, name: C}]
institution:
  name: The assembly
  rules: [{id: adopt, name: Adoption, passes: {all: [{members: 2}, {veto: [a]}]}}]
reform:
  body: council
  stages: [adopt]
  texts:
    - {id: now, name: Now, in_force: true, needs: 2, seats: [{id: s, name: seat, count: 3}]}
    - id: new
      name: New
      needs: {value: 3, range: [3, 4]}
      seats: [{id: s, name: seat, count: 4, term_years: 2}]
      support: [{actor: b, stance: conditional, how: statement, note: a longer term}]
"""


def _say(case: Scenario, name: str) -> str:
    return " ".join(f"{each.sentence} {each.reading}" for each in ask(registry().get(name), case, draws=40))


def test_a_file_with_little_in_it_is_answered_with_what_it_holds() -> None:
    case = loads(CASE)
    assert "no earlier change is in this file" in _say(case, "amendment")
    declared = _say(case, "declared-support")
    assert "New: 0 for, 1 on conditions, 0 against, 2 silent. Short of 2 by 2." in declared
    assert "of a single" not in declared
    brief = compose(case, draws=40)
    assert not brief.failed
    assert not [each for each in brief.not_answered if each.analysis in ("amendment", "weight-by-text")]


def test_the_votes_needed_can_be_moved_and_flip_the_verdict() -> None:
    (main, *_) = ask(registry().get("weight-by-text"), loads(CASE), draws=40)
    assert main.verdict == "a seat without a veto decides most often under Now"
    moved = loads(CASE).with_values({"reform.texts[new].needs": 2.0})
    assert "New 2/4" in ask(registry().get("weight-by-text"), moved, draws=40)[0].sentence


def test_votes_needed_that_are_private_or_not_known_are_missing_and_the_rest_is_said() -> None:
    case = loads(CASE.replace(b"{value: 3, range: [3, 4]}", b"{value: 3, private: true}")).redacted()
    (main, *_) = ask(registry().get("weight-by-text"), case, draws=20)
    assert "Now 2/3" in main.sentence
    assert "New" not in main.sentence
    unknown = loads(CASE.replace(b"      needs: {value: 3, range: [3, 4]}\n", b""))
    assert "New" not in ask(registry().get("weight-by-text"), unknown, draws=20)[0].sentence


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (b"needs: 2,", b"needs: 4,", "4 votes are needed and there are 3 seats"),
        (b"needs: 2,", b"needs: 1.5,", "1.5 is not a whole number of votes"),
        (b"stages: [adopt]", b"stages: [adapt]", "no rule has the id 'adapt'"),
        (b"actor: b", b"actor: x", "no actor has the id 'x'"),
        (b"id: new\n", b"id: now\n", "the id 'now' is given twice"),
        (b"name: New\n", b"name: New\n      in_force: true\n", "two texts are said to be in force"),
        (b"count: 4,", b"count: 4, by_group: {north: 5},", "no group has the id 'north'"),
        (b"term_years: 2", b"term_years: 0", "a term of 0 years is outside 0.5 to 50"),
        (b"stance: conditional", b"stance: maybe", "is not one of the choices"),
    ],
)
def test_mistakes_are_named(old: bytes, new: bytes, says: str) -> None:
    assert old in CASE
    with pytest.raises(ScenarioError) as raised:
        loads(CASE.replace(old, new))
    assert says in str(raised.value)
