"""Voting power: published tables, axioms, and every algorithm against looking at each coalition in turn."""

from __future__ import annotations

import csv
import itertools
import math
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.institutions import (
    TooLarge,
    dictator,
    dummies,
    rank_disagreements,
    smallest_blocking,
    smallest_winning,
    veto_players,
    voting_power,
)
from comity.institutions.voting.counting import exact_tally, float_tally
from comity.institutions.voting.enumeration import count_by_enumeration, ways_to_pass
from comity.institutions.voting.halves import count_by_halves, halves_can_count
from comity.institutions.voting.kinds import count_by_kinds, kinds_of
from comity.institutions.voting.partner_sets import count_by_partner_sets
from comity.institutions.voting.tallies import ExactTally
from comity.rules import All, AtLeastOne, Members, Rule, Veto, Weighted, dual, passes

DATA = Path(__file__).parents[3] / "shared" / "data" / "treaties"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the shared data folder is not beside this checkout")

UNSC = All((Members(15, 9), Veto(15, tuple(range(5)))))
UNSC_1946 = All((Members(11, 7), Veto(11, tuple(range(5)))))


def count_slowly(rule: Rule) -> ExactTally:
    """Swings and orders by the definitions."""
    n = rule.n
    coalitions = [frozenset(s) for k in range(n + 1) for s in itertools.combinations(range(n), k)]
    table = np.array([[member in s for member in range(n)] for s in coalitions])
    wins = dict(zip(coalitions, passes(rule, table).tolist(), strict=True))
    swings, shapley = [0] * n, [Fraction(0)] * n
    for coalition, passing in wins.items():
        for member in coalition if passing else ():
            if not wins[coalition - {member}]:
                swings[member] += 1
                before = len(coalition) - 1
                shapley[member] += Fraction(math.factorial(before) * math.factorial(n - 1 - before), math.factorial(n))
    return ExactTally(sum(wins.values()), tuple(swings), tuple(shapley), "")


def same(one: ExactTally, other: ExactTally) -> bool:
    return (one.winning, one.swings, one.shapley_shubik) == (other.winning, other.swings, other.shapley_shubik)


@st.composite
def weighted(draw: st.DrawFn, n: int, largest: int = 30) -> Weighted:
    weights = draw(st.lists(st.integers(0, largest), min_size=n, max_size=n).filter(any))
    return Weighted(tuple(weights), draw(st.integers(1, sum(weights))))


@st.composite
def combined(draw: st.DrawFn, n: int, tables: Sequence[tuple[int, ...]], depth: int = 2) -> Rule:
    kind = draw(st.sampled_from(["weighted", "members", "veto", "all", "any"][: 5 if depth else 3]))
    if kind == "weighted":
        weights = draw(st.sampled_from(tables))
        return Weighted(weights, draw(st.integers(1, sum(weights))))
    if kind == "members":
        return Members(n, draw(st.integers(1, n)))
    if kind == "veto":
        return Veto(n, tuple(draw(st.lists(st.integers(0, n - 1), min_size=1, max_size=3, unique=True))))
    clauses = tuple(draw(st.lists(combined(n, tables, depth - 1), min_size=1, max_size=3)))
    return All(clauses) if kind == "all" else AtLeastOne(clauses)


# Published tables -----------------------------------------------------------------------------------------------


def test_felsenthal_machover_1998_eec_1958() -> None:
    power = voting_power(Weighted((4, 4, 4, 2, 2, 1), 12))
    assert power.swings == (10, 10, 10, 6, 6, 0)
    assert power.winning == 14
    assert power.shapley_shubik_exact == (*[Fraction(7, 30)] * 3, *[Fraction(3, 20)] * 2, Fraction(0))
    assert power.banzhaf_exact is not None
    assert power.banzhaf_exact[0] == Fraction(10, 32)
    assert power.efficiency_exact == Fraction(14, 64)
    assert power.dummies == (5,)
    assert power.accuracy == "exact"


def test_felsenthal_machover_1998_security_council() -> None:
    for rule in (UNSC, Weighted((7,) * 5 + (1,) * 10, 39)):
        power = voting_power(rule)
        assert power.swings == (848,) * 5 + (84,) * 10
        assert power.winning == 848
        assert power.shapley_shubik_exact == (Fraction(421, 2145),) * 5 + (Fraction(4, 2145),) * 10
        assert veto_players(rule) == (0, 1, 2, 3, 4)


def test_shapley_shubik_1954_security_council_before_1966() -> None:
    for rule in (UNSC_1946, Weighted((5,) * 5 + (1,) * 6, 27)):
        power = voting_power(rule)
        assert power.winning == 57
        assert power.shapley_shubik_exact == (Fraction(76, 385),) * 5 + (Fraction(1, 462),) * 6


def test_felsenthal_machover_1998_council_of_fifteen() -> None:
    power = voting_power(Weighted((10, 10, 10, 10, 8, 5, 5, 5, 5, 4, 4, 3, 3, 3, 2), 62))
    assert power.banzhaf_normalised[0] == pytest.approx(0.111621, abs=1e-6)
    assert power.banzhaf_normalised[-1] == pytest.approx(0.022638, abs=1e-6)


def test_equal_voters_of_the_general_assembly() -> None:
    power = voting_power(Members.of(193, "1/2", strict=True))
    assert power.banzhaf == pytest.approx(0.057507, abs=1e-6)
    assert power.banzhaf_exact == (Fraction(2 * math.comb(192, 96), 2**193),) * 193
    assert power.shapley_shubik_exact == (Fraction(1, 193),) * 193


@pytest.mark.parametrize("rule", [Weighted((1,) * 70, 36), Weighted((2**60,) * 70, 36 * 2**60), Members(70, 36)])
def test_seventy_equal_voters_do_not_overflow(rule: Rule) -> None:
    power = voting_power(rule)
    assert power.banzhaf_normalised_exact == (Fraction(1, 70),) * 70
    assert power.shapley_shubik_exact == (Fraction(1, 70),) * 70


def europe(column: str, without: str = "") -> list[int]:
    with (DATA / "eu-council-weights.csv").open() as lines:
        return [int(row[column]) for row in csv.DictReader(lines) if row[column] and row["iso3"] != without]


@needs_data
def test_nice_27_members_votes_only() -> None:
    power = voting_power(Weighted(tuple(europe("v25", "HRV")), 255), exact=True)
    assert power.winning == 2_718_774


@needs_data
def test_nice_27_members_three_clauses() -> None:
    votes, population = europe("v25", "HRV"), europe("p2007", "HRV")
    both = All((Weighted(tuple(votes), 255), Members(27, 14)))
    three = All((*both.clauses, Weighted.of(population, "62%")))
    assert voting_power(both).winning == 2_718_758
    assert voting_power(three).winning == 2_718_741


@needs_data
def test_lisbon_27_members() -> None:
    with (DATA / "eu27-population-worldbank.csv").open() as lines:
        population = [int(row["pop_2022"]) for row in csv.DictReader(lines)]
    main = All((Members.of(27, "55%"), Weighted.of(population, "65%")))
    lisbon = AtLeastOne((main, Members(27, 24)))
    with_clause, without = voting_power(lisbon), voting_power(main)
    assert with_clause.winning is not None
    assert without.winning is not None
    assert with_clause.winning - without.winning == 24  # the science note's figure for these populations
    assert with_clause.swings == count_by_enumeration(lisbon).swings
    assert with_clause.shapley_shubik_exact is not None
    assert sum(with_clause.shapley_shubik_exact) == 1
    assert len(smallest_blocking(lisbon)) == 4


def fund() -> list[int]:
    with (DATA / "imf-quotas-votes.csv").open() as lines:
        return [int(row["votes"]) for row in csv.DictReader(lines)]


@needs_data
@pytest.mark.parametrize(("quota", "strict"), [("1/2", True), ("70%", False), ("85%", False)])
def test_monetary_fund_190_members_floats_against_exact_counts(quota: str, strict: bool) -> None:
    rule = Weighted.of(fund(), quota, strict=strict)
    floats = voting_power(rule, shapley_shubik=False)
    exact = voting_power(rule, exact=True, shapley_shubik=False)
    assert floats.swings is None
    assert 0 < floats.relative_error < 1e-8
    assert np.abs(floats.banzhaf / exact.banzhaf - 1).max() <= floats.relative_error
    assert floats.efficiency == pytest.approx(exact.efficiency, rel=1e-10)
    assert floats.dummies == exact.dummies == ()
    assert (veto_players(rule) != ()) == (quota == "85%")


@needs_data
@pytest.mark.parametrize("members", [48, 75])
def test_monetary_fund_largest_members_shapley_shubik(members: int) -> None:
    rule = Weighted.of([votes // 50 for votes in sorted(fund(), reverse=True)[:members]], "70%")
    floats = voting_power(rule)
    exact = voting_power(rule, exact=True)
    assert floats.shapley_shubik is not None
    assert exact.shapley_shubik is not None
    assert exact.shapley_shubik_exact is not None
    assert np.abs(floats.shapley_shubik / exact.shapley_shubik - 1).max() <= floats.relative_error
    assert sum(exact.shapley_shubik_exact) == 1


# Every algorithm against the definitions ------------------------------------------------------------------------


@given(st.data(), st.integers(1, 9))
def test_counting_by_sums_equals_the_definitions(data: st.DataObject, n: int) -> None:
    rule = data.draw(weighted(n))
    expected = count_slowly(rule)
    assert same(exact_tally(rule, shapley_shubik=True), expected)
    floats = float_tally(rule, shapley_shubik=True)
    assert floats.banzhaf == pytest.approx(np.array(expected.swings) / 2 ** (n - 1), abs=1e-12)
    assert expected.shapley_shubik is not None
    assert floats.shapley_shubik == pytest.approx([float(x) for x in expected.shapley_shubik], abs=1e-12)
    assert floats.efficiency == pytest.approx(expected.winning / 2**n, abs=1e-12)
    assert same(exact_tally(rule, shapley_shubik=False), ExactTally(expected.winning, expected.swings, None, ""))


@given(st.data(), st.integers(1, 9))
def test_combined_rules_equal_the_definitions(data: st.DataObject, n: int) -> None:
    table = data.draw(weighted(n)).weights
    rule = data.draw(combined(n, [table]))
    expected = count_slowly(rule)
    assert same(count_by_kinds(rule, kinds_of(rule)), expected)
    assert halves_can_count(rule)
    assert same(count_by_halves(rule), expected)
    assert same(count_by_enumeration(rule), expected)
    assert same(count_by_partner_sets(rule), expected)


@given(st.data(), st.integers(1, 5), st.integers(1, 60))
def test_members_without_weight_or_veto_are_only_counted(data: st.DataObject, n: int, others: int) -> None:
    weights = (*data.draw(weighted(n)).weights, *[0] * others)
    vetoes = [Veto(n + others, (0,))] if data.draw(st.booleans()) else []
    quota, least = data.draw(st.integers(1, sum(weights))), data.draw(st.integers(1, n + others))
    clauses: tuple[Rule, ...] = (Weighted(weights, quota), Members(n + others, least), *vetoes)
    rule = All(clauses) if data.draw(st.booleans()) else AtLeastOne(clauses)
    assert halves_can_count(rule)
    assert same(count_by_halves(rule), count_by_kinds(rule, kinds_of(rule)))


@given(st.data(), st.integers(2, 8))
def test_rules_of_two_tables_equal_the_definitions(data: st.DataObject, n: int) -> None:
    rule = data.draw(combined(n, [data.draw(weighted(n)).weights, data.draw(weighted(n)).weights]))
    expected = count_slowly(rule)
    assert same(count_by_kinds(rule, kinds_of(rule)), expected)
    assert same(count_by_enumeration(rule), expected)
    assert same(count_by_partner_sets(rule), expected)
    power = voting_power(rule)
    assert power.swings == expected.swings
    assert power.shapley_shubik_exact == expected.shapley_shubik
    for found, game in ((smallest_winning(rule), rule), (smallest_blocking(rule), dual(rule))):
        table = np.array(list(itertools.product([False, True], repeat=n)))
        assert len(found) == table[passes(game, table)].sum(axis=1).min()
        assert passes(game, np.isin(np.arange(n), found))


@given(st.data(), st.integers(1, 8))
def test_dual_rule_passes_what_blocks(data: st.DataObject, n: int) -> None:
    rule = data.draw(combined(n, [data.draw(weighted(n)).weights]))
    table = np.array(list(itertools.product([False, True], repeat=n)))
    assert (passes(dual(rule), table) == ~passes(rule, ~table)).all()


@given(st.data(), st.integers(20, 45))
def test_floats_against_exact_counts_on_random_games(data: st.DataObject, n: int) -> None:
    rule = data.draw(weighted(n, 300))
    exact = exact_tally(rule, shapley_shubik=True)
    floats = float_tally(rule, shapley_shubik=True)
    banzhaf = np.array([2 * swings / 2**n for swings in exact.swings])
    assert exact.shapley_shubik is not None
    shapley = np.array([float(value) for value in exact.shapley_shubik])
    assert sum(exact.shapley_shubik) == 1
    if np.isfinite(floats.relative_error):
        assert floats.shapley_shubik is not None
        assert (np.abs(floats.banzhaf - banzhaf) <= floats.relative_error * banzhaf * (1 + 1e-9)).all()
        assert (np.abs(floats.shapley_shubik - shapley) <= floats.relative_error * shapley * (1 + 1e-9)).all()
    else:
        # Something is not told apart from zero: the interface counts instead.
        assert voting_power(rule).accuracy == "exact"
    if halves_can_count(rule) and n <= 30:
        assert same(count_by_halves(rule), exact)


# Axioms, and what cannot be counted -----------------------------------------------------------------------------


@given(st.data(), st.integers(2, 40))
def test_axioms(data: st.DataObject, n: int) -> None:
    rule = data.draw(weighted(n, 60))
    power = voting_power(rule)
    exact = voting_power(rule, exact=True)
    assert power.shapley_shubik is not None
    assert power.shapley_shubik.sum() == pytest.approx(1, abs=1e-9)
    assert power.banzhaf_normalised.sum() == pytest.approx(1, abs=1e-9)
    assert exact.shapley_shubik_exact is not None
    assert sum(exact.shapley_shubik_exact) == 1
    weights = np.array(rule.weights)
    for values in (power.banzhaf, power.shapley_shubik):
        for weight in set(rule.weights):
            alike = values[weights == weight]
            assert (alike == alike[0]).all()
        assert (np.diff(values[np.argsort(weights, kind="stable")]) >= -1e-9).all()
    assert power.dummies == exact.dummies == dummies(rule)
    assert {m for m in range(n) if rule.weights[m] == 0} <= set(exact.dummies)
    order = data.draw(st.permutations(range(n)))
    moved = voting_power(Weighted(tuple(rule.weights[m] for m in order), rule.quota), exact=True)
    assert exact.swings is not None
    assert moved.swings == tuple(exact.swings[m] for m in order)


def test_weights_of_two_to_the_sixty() -> None:
    big = [2**60 + k * k for k in range(24)]
    rule = Weighted.of(big, "1/2", strict=True)
    power = voting_power(rule)
    assert power.accuracy == "exact"
    assert power.shapley_shubik_exact is not None
    assert sum(power.shapley_shubik_exact) == 1
    # Twelve members pass when their squares are more than half; thirteen always do.
    squares = [k * k for k in range(24)]
    twelve = All((Members(24, 12), Weighted.of(squares, "1/2", strict=True)))
    expected = count_by_enumeration(AtLeastOne((twelve, Members(24, 13))))
    assert power.swings == expected.swings
    assert power.shapley_shubik_exact == expected.shapley_shubik
    three = Weighted((2**60, 2**60 + 1, 2**60 + 2), 2**61 + 2)
    assert voting_power(three).swings == count_slowly(three).swings


def test_what_is_too_large_is_refused_with_numbers() -> None:
    generator = np.random.default_rng(1)
    many = [int(w) for w in generator.integers(2**58, 2**60, 100)]
    with pytest.raises(TooLarge, match="100 members with weights that add up to"):
        voting_power(Weighted.of(many, "1/2"))
    two = All((Weighted.of(many, "1/2"), Members(100, 60)))
    with pytest.raises(TooLarge, match=r"visiting 2\^100 coalitions would take about .* years"):
        voting_power(two)
    pairs = All(tuple(AtLeastOne((Veto(24, (2 * k,)), Veto(24, (2 * k + 1,)))) for k in range(12)))
    with pytest.raises(TooLarge, match="different ways to pass"):
        ways_to_pass(pairs)


def test_dictator_and_veto_players() -> None:
    assert dictator(Weighted((6, 3, 1), 6)) == 0
    assert dictator(Weighted((6, 3, 1), 7)) is None
    assert dictator(AtLeastOne((Veto(3, (1,)), Members(3, 3)))) == 1
    assert veto_players(UNSC) == (0, 1, 2, 3, 4)
    assert dummies(Weighted((6, 3, 1), 6)) == (1, 2)
    assert dummies(Members(5, 3)) == ()


def test_one_member() -> None:
    power = voting_power(Members(1, 1))
    assert power.banzhaf.tolist() == [1.0]
    assert power.shapley_shubik_exact == (Fraction(1),)
    assert voting_power(Weighted((0, 3, 0), 1)).banzhaf.tolist() == [0.0, 1.0, 0.0]


def test_smallest_coalitions_by_hand() -> None:
    assert smallest_winning(UNSC) == (0, 1, 2, 3, 4, 5, 6, 7, 8)
    assert len(smallest_blocking(UNSC)) == 1
    assert smallest_winning(Weighted((1, 9, 5, 5), 10)) == (1, 2)
    assert smallest_blocking(Weighted((1, 9, 5, 5), 18)) == (1,)
    assert smallest_winning(Members(4, 4)) == (0, 1, 2, 3)


@needs_data
def test_smallest_coalitions_of_the_monetary_fund() -> None:
    votes = fund()
    amendment = All((Members.of(190, "60%"), Weighted.of(votes, "85%")))
    assert len(smallest_winning(amendment)) == 114
    assert smallest_blocking(amendment) == (int(np.argmax(votes)),)


def test_rank_disagreements() -> None:
    assert rank_disagreements([0.5, 0.3, 0.2], [0.5, 0.2, 0.3]) == ((1, 2),)
    assert rank_disagreements([0.5, 0.3], [0.5, 0.3 + 1e-12]) == ()
    with pytest.raises(ValueError, match="same members"):
        rank_disagreements([0.5], [0.5, 0.5])
