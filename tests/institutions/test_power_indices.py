"""Every index of the registry: published tables, the definitions, axioms, and what is refused."""

from __future__ import annotations

import csv
import itertools
import math
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_rules import any_rule, weighted

from comity.institutions import TooLarge, voting_power
from comity.institutions.analyses.voting_power import VotingPowerOptions
from comity.institutions.voting.critical_members import _by_enumeration, _by_kinds
from comity.institutions.voting.indices import INDICES, Counted
from comity.institutions.voting.johnston import johnston
from comity.institutions.voting.minimal_winning import (
    _by_lightest,
    _by_members,
    _by_search,
    is_minimal_winning,
    minimal_winning,
    stream_minimal_winning,
)
from comity.institutions.voting.rule_properties import rule_properties
from comity.institutions.voting.unions import union_power
from comity.rules import All, AtLeastOf, AtLeastOne, Members, Rule, RuleError, Unless, Veto, Weighted, passes

DATA = Path(__file__).parents[3] / "shared" / "data" / "treaties"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the shared data folder is not beside this checkout")

EEC_1958 = Weighted((4, 4, 4, 2, 2, 1), 12)
UNSC = All((Members(15, 9), Veto(15, tuple(range(5)))))


def winning_coalitions(rule: Rule) -> dict[frozenset[int], bool]:
    coalitions = [frozenset(s) for k in range(rule.n + 1) for s in itertools.combinations(range(rule.n), k)]
    table = np.array([[member in s for member in range(rule.n)] for s in coalitions])
    return dict(zip(coalitions, passes(rule, table).tolist(), strict=True))


def critical_slowly(rule: Rule) -> Iterator[tuple[frozenset[int], frozenset[int]]]:
    """Each winning coalition with its critical members."""
    wins = winning_coalitions(rule)
    for coalition, passing in wins.items():
        if passing:
            yield coalition, frozenset(member for member in coalition if not wins[coalition - {member}])


def indices_slowly(rule: Rule) -> dict[str, list[Fraction]]:
    """Every index by the formula that defines it."""
    n = rule.n
    everything = list(critical_slowly(rule))
    swings = [sum(member in critical for _, critical in everything) for member in range(n)]
    winning, coalitions = len(everything), 2**n
    minimal = [coalition for coalition, critical in everything if coalition == critical]
    raw = [
        sum((Fraction(1, len(critical)) for _, critical in everything if member in critical), Fraction(0))
        for member in range(n)
    ]
    orders = [Fraction(0)] * n
    for coalition, critical in everything:
        before = len(coalition) - 1
        for member in critical:
            orders[member] += Fraction(math.factorial(before) * math.factorial(n - 1 - before), math.factorial(n))
    wins = winning_coalitions(rule)
    content = [
        Fraction(sum((member in coalition) == passing for coalition, passing in wins.items()), coalitions)
        for member in range(n)
    ]
    holding = [sum(member in coalition for coalition in minimal) for member in range(n)]
    return {
        "banzhaf": [Fraction(s, 2 ** (n - 1)) for s in swings],
        "banzhaf-normalised": [Fraction(s, sum(swings)) for s in swings],
        "shapley-shubik": orders,
        "coleman-prevent": [Fraction(s, winning) for s in swings],
        "coleman-initiate": [Fraction(s, coalitions - winning) for s in swings],
        "coleman-act": [Fraction(winning, coalitions)] * n,
        "satisfaction": content,
        "deegan-packel": [
            sum((Fraction(1, len(c)) for c in minimal if member in c), Fraction(0)) / len(minimal)
            for member in range(n)
        ],
        "holler-packel": [Fraction(h, sum(holding)) for h in holding],
        "johnston": [part / sum(raw) for part in raw],
    }


# Published tables, and by hand ----------------------------------------------------------------------------------


def test_felsenthal_machover_1998_eec_1958_every_index() -> None:
    power = voting_power(EEC_1958)
    assert power.coleman_prevent_exact == tuple(Fraction(s, 14) for s in (10, 10, 10, 6, 6, 0))
    assert power.coleman_initiate_exact == tuple(Fraction(s, 50) for s in (10, 10, 10, 6, 6, 0))
    assert power.satisfaction_exact == tuple(Fraction(32 + s, 64) for s in (10, 10, 10, 6, 6, 0))
    # By hand: the three large ones, or two of them with both of the middle ones; Luxembourg is in none.
    minimal = minimal_winning(EEC_1958)
    assert minimal.count == 4
    assert minimal.by_size == (0, 0, 0, 1, 3, 0, 0)
    assert minimal.holding == (3, 3, 3, 3, 3, 0)
    assert minimal.holler_packel == (Fraction(1, 5),) * 5 + (Fraction(0),)
    large = (Fraction(1, 3) + 2 * Fraction(1, 4)) / 4
    assert minimal.deegan_packel == (large,) * 3 + (Fraction(3, 16),) * 2 + (Fraction(0),)
    found = rule_properties(EEC_1958)
    assert (found.vetoers, found.dictator, found.dummies) == ((), None, (5,))
    assert (found.proper, found.strong, found.decisive) == (True, False, False)


def test_deegan_packel_1978_textbook_example() -> None:
    # [3; 2, 1, 1]: minimal winning {1,2} and {1,3}; vulnerable also {1,2,3}, in which only the first is critical.
    rule = Weighted((2, 1, 1), 3)
    assert minimal_winning(rule).deegan_packel == (Fraction(1, 2), Fraction(1, 4), Fraction(1, 4))
    assert minimal_winning(rule).holler_packel == (Fraction(1, 2), Fraction(1, 4), Fraction(1, 4))
    assert johnston(rule) == (Fraction(2, 3), Fraction(1, 6), Fraction(1, 6))


def test_felsenthal_machover_1998_security_council_minimal_winning() -> None:
    minimal = minimal_winning(UNSC)
    assert minimal.count == math.comb(10, 4)
    assert minimal.holding == (210,) * 5 + (math.comb(9, 3),) * 10
    assert minimal.deegan_packel == (Fraction(1, 9),) * 5 + (Fraction(84, 210 * 9),) * 10
    # Critical are the five and, in coalitions of nine, all nine; above nine only the five.
    larger = sum(math.comb(10, k) for k in range(5, 11))
    five, ten = Fraction(210, 9) + Fraction(larger, 5), Fraction(84, 9)
    assert johnston(UNSC) == (five / (210 + larger),) * 5 + (ten / (210 + larger),) * 10
    found = rule_properties(UNSC)
    assert (found.vetoers, found.proper, found.strong) == ((0, 1, 2, 3, 4), True, False)


def test_brams_affuso_1976_coleman_harmonic_mean() -> None:
    for rule in (EEC_1958, UNSC, Weighted((5, 3, 2, 2, 1), 4)):
        power = voting_power(rule)
        prevent, initiate, banzhaf = power.coleman_prevent_exact, power.coleman_initiate_exact, power.banzhaf_exact
        assert prevent is not None
        assert initiate is not None
        assert banzhaf is not None
        for p, i, b in zip(prevent, initiate, banzhaf, strict=True):
            assert b == (2 * p * i / (p + i) if p + i else 0)


@needs_data
def test_nice_27_members_minimal_winning_by_two_algorithms() -> None:
    with (DATA / "eu-council-weights.csv").open() as lines:
        votes = tuple(int(row["v25"]) for row in csv.DictReader(lines) if row["v25"] and row["iso3"] != "HRV")
    rule = Weighted(votes, 255)
    one, other = _by_lightest(rule, sizes=True), _by_members(_by_kinds(rule))
    assert one.count == 561_645
    assert (one.count, one.by_size, one.holding_by_size) == (other.count, other.by_size, other.holding_by_size)
    assert one.algorithm != other.algorithm
    unsized = _by_lightest(rule, sizes=False)
    assert (unsized.count, unsized.holding) == (one.count, one.holding)


@needs_data
def test_monetary_fund_190_members_minimal_winning_coalitions_are_counted() -> None:
    with (DATA / "imf-quotas-votes.csv").open() as lines:
        votes = tuple(int(row["votes"]) // 100 for row in csv.DictReader(lines))
    minimal = minimal_winning(Weighted.of(votes, "85%"), sizes=False)
    assert minimal.count > 2**64
    assert minimal.deegan_packel is None
    assert sum(minimal.holler_packel) == 1
    assert max(minimal.holding) == minimal.count  # the United States is in every one


def test_seventy_equal_voters_by_every_index() -> None:
    counted = Counted(Members(70, 36), exact=True)
    for index in INDICES.values():
        values = index.compute(counted)
        assert values.fractions is not None
        assert len(set(values.fractions)) == 1
        if index.adds_up_to_one:
            assert values.fractions[0] == Fraction(1, 70)
    assert counted.minimal.count == math.comb(70, 36)
    by_sums = _by_lightest(Weighted((3,) * 70, 108), sizes=True)
    assert by_sums.count == math.comb(70, 36)
    assert by_sums.holding == (math.comb(69, 35),) * 70


@needs_data
def test_published_results_of_the_shared_table() -> None:
    with (DATA / "published-results.csv").open() as lines:
        rows = {row["id"]: row for row in csv.DictReader(lines) if row["kind"] == "voting"}
    with (DATA / "eu-council-weights.csv").open() as lines:
        nice = tuple(int(row["v25"]) for row in csv.DictReader(lines) if row["v25"] and row["iso3"] != "HRV")
    with (DATA / "imf-quotas-votes.csv").open() as lines:
        fund = list(csv.DictReader(lines))
    fifteen = Weighted((10, 10, 10, 10, 8, 5, 5, 5, 5, 4, 4, 3, 3, 3, 2), 62)
    vetoes = rule_properties(Weighted.of([int(row["votes"]) for row in fund], "85%")).vetoers
    six, council = voting_power(EEC_1958), voting_power(UNSC)
    before = voting_power(All((Members(11, 7), Veto(11, tuple(range(5))))))
    of_fifteen = voting_power(fifteen)
    found: dict[str, list[Any]] = {
        "eec1958": [*(six.swings or ())],
        "eec1958-ssi": [*(six.shapley_shubik_exact or ())],
        "unsc": [(council.swings or ())[0], (council.swings or ())[-1]],
        "unsc-ssi": [(council.shapley_shubik_exact or ())[0], (council.shapley_shubik_exact or ())[-1]],
        "unsc1946": [(before.shapley_shubik_exact or ())[0], (before.shapley_shubik_exact or ())[-1]],
        "eu15": [of_fifteen.banzhaf_normalised[0], of_fifteen.banzhaf_normalised[-1]],
        "nice27": [voting_power(Weighted(nice, 255), exact=True).winning],
        "imf-us-veto": [fund[member]["iso3"] for member in vetoes],
        "owen3": [*union_power(Members(3, 2), [(0, 1)]).owen],
    }
    assert set(found) == set(rows)
    for name, values in found.items():
        expected = rows[name]["expected"].split(",")
        assert len(values) == len(expected), name
        for value, text in zip(values, expected, strict=True):
            if isinstance(value, str):
                assert value == text
            elif rows[name]["tolerance"] == "exact":
                assert value == Fraction(text), name
            else:
                assert value == pytest.approx(float(text), abs=float(rows[name]["tolerance"]))


# Every algorithm against the definitions ------------------------------------------------------------------------


@given(st.data(), st.integers(1, 7))
def test_every_index_equals_its_definition(data: st.DataObject, n: int) -> None:
    rule = data.draw(any_rule(n))
    expected = indices_slowly(rule)
    for exact in (True, False):
        counted = Counted(rule, exact=exact)
        assert list(INDICES) == list(expected)
        for name, index in INDICES.items():
            values = index.compute(counted)
            assert values.fractions == tuple(expected[name]), name
            assert values.floats == pytest.approx([float(value) for value in expected[name]], abs=1e-15)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_index_equals_its_definition_for_twelve_members(seed: int) -> None:
    generator = np.random.default_rng(seed)
    one, other = (tuple(int(w) for w in generator.integers(0, 40, 12)) for _ in range(2))
    rule = AtLeastOne((All((Weighted.of(one, "55%"), Weighted.of(other, "60%"), Members(12, 6))), Members(12, 10)))
    counted = Counted(rule)
    for name, expected in indices_slowly(rule).items():
        assert INDICES[name].compute(counted).fractions == tuple(expected), name


@given(st.data(), st.integers(2, 9))
def test_minimal_winning_coalitions_by_every_algorithm(data: st.DataObject, n: int) -> None:
    rule = data.draw(weighted(n))
    minimal = [coalition for coalition, critical in critical_slowly(rule) if coalition == critical]
    assert sorted(map(frozenset, stream_minimal_winning(rule)), key=sorted) == sorted(minimal, key=sorted)
    by_size = tuple(sum(len(c) == size for c in minimal) for size in range(n + 1))
    holding = tuple(sum(member in c for c in minimal) for member in range(n))
    for found in (_by_lightest(rule, sizes=True), _by_search(rule), minimal_winning(rule)):
        assert (found.count, found.by_size, found.holding) == (len(minimal), by_size, holding)
    unsized = _by_lightest(rule, sizes=False)
    assert (unsized.count, unsized.holding, unsized.by_size) == (len(minimal), holding, None)
    assert all(is_minimal_winning(rule, tuple(sorted(coalition))) for coalition in minimal)


@given(st.data(), st.integers(2, 8))
def test_critical_members_by_both_algorithms(data: st.DataObject, n: int) -> None:
    rule = data.draw(any_rule(n))
    vulnerable = [[0] * (n + 1) for _ in range(n)]
    minimal = [[0] * (n + 1) for _ in range(n)]
    streamed = set()
    for coalition, critical in critical_slowly(rule):
        for member in critical:
            vulnerable[member][len(critical)] += 1
            minimal[member][len(critical)] += coalition == critical
        if coalition == critical:
            streamed.add(coalition)
    for found in (_by_kinds(rule), _by_enumeration(rule)):
        assert [list(row) for row in found.vulnerable] == vulnerable
        assert [list(row) for row in found.minimal] == minimal
    assert set(map(frozenset, stream_minimal_winning(rule))) == streamed


@given(st.data(), st.integers(2, 8))
def test_properties_equal_their_definitions(data: st.DataObject, n: int) -> None:
    rule = data.draw(any_rule(n))
    wins = winning_coalitions(rule)
    everybody = frozenset(range(n))
    found = rule_properties(rule)
    assert found.proper == (not any(passing and wins[everybody - c] for c, passing in wins.items()))
    assert found.strong == all(passing or wins[everybody - c] for c, passing in wins.items())
    assert found.decisive == (found.proper and found.strong)
    assert found.vetoers == tuple(m for m in range(n) if all(m in c for c, passing in wins.items() if passing))
    alone = [m for m in range(n) if all(passing == (m in c) for c, passing in wins.items())]
    assert found.dictator == (alone[0] if alone else None)
    assert found.dummies == tuple(m for m in range(n) if all(wins[c | {m}] == wins[c - {m}] for c in wins))


# Axioms ---------------------------------------------------------------------------------------------------------


@given(st.data(), st.integers(2, 8))
def test_axioms_symmetry_dummy_efficiency_transfer(data: st.DataObject, n: int) -> None:
    one, other = data.draw(any_rule(n)), data.draw(any_rule(n))

    def of(rule: Rule, name: str) -> list[Fraction]:
        fractions = INDICES[name].compute(Counted(rule, exact=True)).fractions
        assert fractions is not None
        return list(fractions)

    # Transfer (Dubey 1975): what two rules give together is what "both" and "at least one" of them give together.
    both, either = All((one, other)), AtLeastOne((one, other))
    for name in ("banzhaf", "shapley-shubik"):
        first = [a + b for a, b in zip(of(one, name), of(other, name), strict=True)]
        second = [a + b for a, b in zip(of(both, name), of(either, name), strict=True)]
        assert first == second
    idle = set(rule_properties(one).dummies)
    # Symmetry: exchanging two members' places exchanges their values and no others.
    a, b = data.draw(st.lists(st.integers(0, n - 1), min_size=2, max_size=2, unique=True))
    places = list(range(n))
    places[a], places[b] = b, a
    for name, index in INDICES.items():
        values = of(one, name)
        if index.adds_up_to_one:
            assert sum(values) == 1
            assert {member for member in range(n) if values[member] == 0} >= idle
        exchanged = of(moved(one, places), name)
        assert exchanged == [values[place] for place in places]


def moved(rule: Rule, places: list[int]) -> Rule:
    """The rule in which the member at each place is the one that was at ``places`` there."""
    if isinstance(rule, Weighted):
        return Weighted(tuple(rule.weights[place] for place in places), rule.quota)
    if isinstance(rule, Veto):
        return Veto(rule.n, tuple(places.index(member) for member in rule.members))
    if isinstance(rule, Members):
        return rule
    if isinstance(rule, Unless):
        return Unless(moved(rule.clause, places))
    clauses = tuple(moved(clause, places) for clause in rule.clauses)
    if isinstance(rule, AtLeastOf):
        return AtLeastOf(clauses, rule.k)
    return All(clauses) if isinstance(rule, All) else AtLeastOne(clauses)


@given(st.data(), st.integers(20, 45))
def test_floats_of_every_index_against_exact_counts(data: st.DataObject, n: int) -> None:
    rule = data.draw(weighted(n, 300))
    floats, exact = Counted(rule), Counted(rule, exact=True)
    for name in ("banzhaf", "banzhaf-normalised", "coleman-prevent", "coleman-initiate", "coleman-act", "satisfaction"):
        one, other = INDICES[name].compute(floats), INDICES[name].compute(exact)
        assert other.fractions is not None
        expected = np.array([float(value) for value in other.fractions])
        assert one.floats == pytest.approx(expected, rel=1e-7, abs=1e-300)


# No overflow, and what is refused -------------------------------------------------------------------------------


def test_weights_of_two_to_the_sixty_do_not_overflow() -> None:
    big = [2**60 + k for k in (0, 3, 5, 6, 9, 14)]
    rule = Weighted.of(big, 2**62 + 20)
    expected = indices_slowly(rule)
    for name, index in INDICES.items():
        assert index.compute(Counted(rule)).fractions == tuple(expected[name])
    many = Weighted((2**60,) * 100 + (1,), 60 * 2**60)
    assert minimal_winning(many).count == math.comb(100, 60)
    assert johnston(many)[-1] == 0


def test_an_index_that_is_infeasible_says_size_time_and_what_to_use() -> None:
    generator = np.random.default_rng(1)
    rule = Weighted.of([int(w) for w in generator.integers(10_000, 30_000, 150)], "1/2", strict=True)
    with pytest.raises(TooLarge, match=r"150 members .* would take about .* years.*Use banzhaf-normalised"):
        INDICES["johnston"].compute(Counted(rule))
    with pytest.raises(TooLarge, match=r"150 members by size would take about .* seconds and .* GB.*Use shapley"):
        INDICES["deegan-packel"].compute(Counted(rule))
    two = All((rule, Members(150, 80)))
    with pytest.raises(TooLarge, match="150 members"):
        minimal_winning(two)
    with pytest.raises(TooLarge, match="150 members"):
        INDICES["banzhaf"].compute(Counted(two))
    first = next(stream_minimal_winning(two))  # streaming is for any size
    assert is_minimal_winning(two, first)
    with pytest.raises(TooLarge, match="more than 3 steps"):
        list(stream_minimal_winning(two, most_steps=3))


def test_two_groups_of_an_improper_rule() -> None:
    found = rule_properties(Members(4, 2))
    assert (found.proper, found.strong, found.decisive) == (False, True, False)
    # Weights of 3, 3 and 3 never split evenly, though the quota is below half of the total.
    assert rule_properties(Weighted((3, 3, 3), 4)).proper is True
    assert rule_properties(Weighted((3, 3, 3), 4)).decisive is True
    dictates = rule_properties(Weighted((5, 1, 1), 4))
    assert (dictates.dictator, dictates.vetoers, dictates.dummies) == (0, (0,), (1, 2))


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Weighted((4, 4, 4), 13), "quota: 13 is above the total of 12"),
        (lambda: Weighted((4, -1, 4), 5), r"weights\[1\]: -1 is negative"),
        (lambda: Weighted((0, 0), 1), "all weights are zero"),
        (lambda: Weighted.of([1.0, math.nan], 1), r"weights\[1\]: nan is not a finite number"),
        (lambda: Veto(3, ()), "the list of members with a veto is empty"),
        (lambda: Veto(3, (3,)), r"members\[0\]: there is no member 3"),
        (lambda: All((Members(3, 2), Members(4, 2))), "contradict each other"),
        (lambda: AtLeastOf((Members(3, 2),), 2), "k: 2 of 1 clauses"),
    ],
)
def test_rules_that_cannot_be_meant_are_refused_by_name(make: object, says: str) -> None:
    assert callable(make)
    with pytest.raises(RuleError, match=says):
        make()


def test_the_analysis_offers_every_index_of_the_registry() -> None:
    offered = get_args(VotingPowerOptions.model_fields["index"].annotation)
    assert offered == ("standard", "all", *INDICES)
    for name, index in INDICES.items():
        assert index.name == name
        assert index.column == name.replace("-", "_")
        assert index.measures
        assert index.source
        assert index.limit
