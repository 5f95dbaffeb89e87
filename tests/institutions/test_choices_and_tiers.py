"""Own yes-probabilities, abstention, unions, two tiers and fair weights: tables, definitions, and bad input."""

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
from random_rules import any_rule, weighted

from comity.institutions import TooLarge, voting_power
from comity.institutions.voting.abstention import _by_sums as abstention_by_sums
from comity.institutions.voting.abstention import _passing, counts_abstentions, power_with_abstention
from comity.institutions.voting.compound import two_tier_power
from comity.institutions.voting.fair_weights import fair_rule, optimal_quota, square_root_weights
from comity.institutions.voting.unions import merged, union_power, unions_of
from comity.institutions.voting.yes_probabilities import _by_halves, _by_sums, chances
from comity.rules import (
    All,
    AtLeastOne,
    Members,
    Rule,
    RuleError,
    Unless,
    Veto,
    Weighted,
    passes,
    passes_with_abstention,
)

DATA = Path(__file__).parents[3] / "shared" / "data" / "treaties"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the shared data folder is not beside this checkout")

UNSC = All((Members(15, 9), Veto(15, tuple(range(5)))))
UNSC_ABSTAINING = All((Members(15, 9), Veto(15, tuple(range(5)), abstention_blocks=False)))

fractions = st.fractions(0, 1, max_denominator=12)


# Own yes-probabilities ------------------------------------------------------------------------------------------


def chances_slowly(rule: Rule, yes: Sequence[Fraction]) -> tuple[Fraction, list[Fraction], list[Fraction]]:
    """By adding up every vote that can be cast."""
    n = rule.n
    passing, decisive, success = Fraction(0), [Fraction(0)] * n, [Fraction(0)] * n
    for vote in itertools.product([False, True], repeat=n):
        mass = math.prod((p if said else 1 - p for p, said in zip(yes, vote, strict=True)), start=Fraction(1))
        passed = passes(rule, vote).item()
        passing += mass * passed
        for member in range(n):
            success[member] += mass * (passed == vote[member])
            other = list(vote)
            other[member] = not vote[member]
            decisive[member] += mass * (passes(rule, other).item() != passed)
    return passing, decisive, success


@given(st.data(), st.integers(1, 6))
def test_success_and_decision_equal_their_definitions(data: st.DataObject, n: int) -> None:
    rule = data.draw(any_rule(n))
    yes = data.draw(st.lists(fractions, min_size=n, max_size=n))
    passing, decisive, success = chances_slowly(rule, yes)
    exact = chances(rule, yes, exact=True)
    assert exact.passes_exact == passing
    assert exact.decisive_exact == tuple(decisive)
    assert exact.success_exact == tuple(success)
    floats = np.array([float(p) for p in yes])
    expected = np.array([float(value) for value in decisive])
    found = [chances(rule, yes), _by_halves(rule, floats)]
    if isinstance(rule, Weighted):
        found.append(_by_sums(rule, floats))
    for one in found:
        assert one.passes == pytest.approx(float(passing), abs=1e-12)
        assert np.abs(one.decisive - expected).max() <= one.absolute_error + 1e-15
        assert one.success == pytest.approx([float(value) for value in success], abs=1e-12)
        assert one.luck == pytest.approx(one.success - one.decisive)


def test_owen_1972_one_half_for_all_is_the_banzhaf_index() -> None:
    for rule in (UNSC, Weighted((4, 4, 4, 2, 2, 1), 12)):
        found, power = chances(rule, ["1/2"] * rule.n, exact=True), voting_power(rule)
        assert found.passes_exact == power.efficiency_exact
        assert found.decisive_exact == power.banzhaf_exact
        assert found.success_exact == power.satisfaction_exact


@given(st.data(), st.integers(2, 9))
def test_owen_1972_shapley_shubik_is_the_integral_of_the_slope(data: st.DataObject, n: int) -> None:
    rule = data.draw(any_rule(n))
    nodes, weights = np.polynomial.legendre.leggauss((n + 1) // 2)
    slopes = sum(w * chances(rule, [float(t)] * n).decisive for t, w in zip((nodes + 1) / 2, weights / 2, strict=True))
    assert slopes == pytest.approx(voting_power(rule).shapley_shubik, abs=1e-12)


@needs_data
def test_own_probabilities_of_190_members_and_of_27() -> None:
    with (DATA / "imf-quotas-votes.csv").open() as lines:
        votes = tuple(int(row["votes"]) // 100 for row in csv.DictReader(lines))
    fund = Weighted.of(votes, "70%")
    power = voting_power(fund, exact=True, shapley_shubik=False)
    half = chances(fund, [0.5] * 190)
    assert np.abs(half.decisive - power.banzhaf).max() <= half.absolute_error < 1e-9
    assert half.passes == pytest.approx(power.efficiency, rel=1e-9)
    likely = chances(fund, [0.8] * 95 + [0.3] * 95)
    assert (likely.decisive > 0).all()
    with (DATA / "eu27-population-worldbank.csv").open() as lines:
        population = [int(row["pop_2022"]) for row in csv.DictReader(lines)][:18]
    lisbon = AtLeastOne((All((Members.of(18, "55%"), Weighted.of(population, "65%"))), Members(18, 15)))
    power = voting_power(lisbon)
    assert chances(lisbon, [0.5] * 18).decisive == pytest.approx(power.banzhaf, abs=1e-12)


def test_a_member_who_is_sure_to_say_no() -> None:
    unanimous = chances(Members(3, 3), [0, "1/2", 1], exact=True)
    assert unanimous.passes_exact == 0
    assert unanimous.decisive_exact == (Fraction(1, 2), Fraction(0), Fraction(0))
    assert unanimous.success_exact == (Fraction(1), Fraction(1, 2), Fraction(0))


@pytest.mark.parametrize(
    ("yes", "says"),
    [
        ([0.5, 0.5], "there are 2 probabilities for 3 members"),
        ([0.5, 1.5, 0.5], r"yes\[1\]: 1.5 is not a probability"),
        ([0.5, -0.1, 0.5], r"yes\[1\]: -0.1 is not a probability"),
        ([0.5, math.nan, 0.5], r"yes\[1\]: nan is not a probability"),
        ([0.5, "often", 0.5], r"yes\[1\]: often is not a probability"),
    ],
)
def test_bad_probabilities_are_named(yes: list[float | str], says: str) -> None:
    with pytest.raises(RuleError, match=says):
        chances(Members(3, 2), yes)


def test_fractions_of_too_many_kinds_are_refused() -> None:
    rule = Weighted(tuple(range(1, 41)), 500)
    with pytest.raises(TooLarge, match="40 members of 40 kinds"):
        chances(rule, [0.5] * 40, exact=True)
    with pytest.raises(TooLarge, match="Several tables of weights go up to 28"):
        chances(All((rule, Weighted(tuple(range(40, 0, -1)), 500))), [0.5] * 40)


# Abstention -----------------------------------------------------------------------------------------------------


def divided(rule: Rule) -> dict[tuple[int, ...], bool]:
    """Every division of the members (1 yes, 0 abstains, -1 no) and whether it passes."""
    votes = list(itertools.product([-1, 0, 1], repeat=rule.n))
    table = np.array(votes)
    return dict(zip(votes, passes_with_abstention(rule, table == 1, table == -1).tolist(), strict=True))


@st.composite
def ternary_rule(draw: st.DrawFn, n: int, depth: int = 2) -> Rule:
    kind = draw(st.sampled_from(["plain", "members", "weighted", "veto", "unless", "all", "any"][: 7 if depth else 4]))
    share = draw(st.fractions("1/5", 1, max_denominator=6))
    if kind == "plain":
        return draw(weighted(n))
    if kind == "members":
        return Members.of(n, share, of_voting=True, strict=share < 1 and draw(st.booleans()))
    if kind == "weighted":
        table = draw(weighted(n)).weights
        return Weighted.of(table, share, of_voting=True, strict=share < 1 and draw(st.booleans()))
    if kind == "veto":
        return Veto(n, (draw(st.integers(0, n - 1)),), abstention_blocks=draw(st.booleans()))
    if kind == "unless":
        return Unless(draw(ternary_rule(n, depth - 1)))
    clauses = (draw(ternary_rule(n, depth - 1)), draw(ternary_rule(n, depth - 1)))
    return All(clauses) if kind == "all" else AtLeastOne(clauses)


@given(st.data(), st.integers(1, 5))
def test_felsenthal_machover_1997_ternary_power_equals_its_definition(data: st.DataObject, n: int) -> None:
    rule = data.draw(ternary_rule(n))
    yes = data.draw(st.lists(fractions, min_size=n, max_size=n))
    abstain = [data.draw(st.fractions(0, 1 - p, max_denominator=12)) for p in yes]
    outcome = divided(rule)
    for given_yes, given_abstain in ((None, None), (yes, abstain)):
        p = given_yes or [Fraction(1, 3)] * n
        a = given_abstain or [Fraction(1, 3)] * n
        chance = [{1: p[m], 0: a[m], -1: 1 - p[m] - a[m]} for m in range(n)]
        found = power_with_abstention(rule, given_yes, given_abstain)
        passing, up, down = Fraction(0), [Fraction(0)] * n, [Fraction(0)] * n
        for vote, passed in outcome.items():
            passing += passed * math.prod((chance[m][v] for m, v in enumerate(vote)), start=Fraction(1))
            for member in range(n):
                if vote[member] != 0:
                    continue
                others = math.prod((chance[m][v] for m, v in enumerate(vote) if m != member), start=Fraction(1))
                saying = [outcome[(*vote[:member], said, *vote[member + 1 :])] for said in (-1, 0, 1)]
                up[member] += others * (saying[2] - saying[1])
                down[member] += others * (saying[1] - saying[0])
        assert found.passes_exact == passing
        assert found.yes_or_abstain_exact == tuple(up)
        assert found.abstain_or_no_exact == tuple(down)
        assert found.decisive_exact == tuple(one + other for one, other in zip(up, down, strict=True))


def test_security_council_where_abstaining_is_no_veto() -> None:
    found = power_with_abstention(UNSC_ABSTAINING)
    # Passing divisions in closed form: k of the five and j of the ten in favour, at least nine, the rest of the five
    # abstaining and of the ten not in favour.
    passing = sum(math.comb(5, k) * math.comb(10, j) * 2 ** (10 - j) for k in range(6) for j in range(11) if k + j >= 9)
    assert found.passes_exact == Fraction(passing, 3**15)
    assert found.decisive_exact is not None
    assert found.abstain_or_no_exact is not None
    assert found.abstain_or_no_exact[5:] == (Fraction(0),) * 10
    # Eight others in favour, and none of the five against: an elected member's yes decides.
    eight = sum(math.comb(5, k) * math.comb(9, 8 - k) * 2 ** (9 - 8 + k) for k in range(6))
    assert found.decisive_exact[5] == Fraction(eight, 3**14)
    # The gap between a veto seat and another is far narrower than with two choices, where it is 848 to 84.
    assert found.decisive_exact[0] < 3 * found.decisive_exact[5]


def test_clauses_that_ignore_abstention_are_a_game_of_two_choices() -> None:
    rule = Weighted((4, 4, 4, 2, 2, 1), 12)
    assert not counts_abstentions(rule)
    found = power_with_abstention(rule, ["1/2"] * 6)
    power = voting_power(rule)
    assert found.decisive_exact == power.banzhaf_exact
    assert found.passes_exact == power.efficiency_exact
    assert counts_abstentions(UNSC_ABSTAINING)
    assert counts_abstentions(All((Members(3, 2), Unless(Members(3, 1)))))


@given(st.data(), st.integers(1, 6), st.booleans())
def test_majority_of_those_who_vote_by_sums_of_weights(data: st.DataObject, n: int, strict: bool) -> None:
    rule = Weighted.of(data.draw(weighted(n)).weights, "1/2", of_voting=True, strict=strict)
    expected, found = power_with_abstention(rule), abstention_by_sums(rule)
    assert expected.algorithm != found.algorithm
    assert found.passes == pytest.approx(expected.passes, abs=1e-12)
    for one, other in (
        (found.decisive, expected.decisive),
        (found.yes_or_abstain, expected.yes_or_abstain),
        (found.abstain_or_no, expected.abstain_or_no),
    ):
        assert np.abs(one - other).max() <= found.absolute_error + 1e-15


@needs_data
def test_monetary_fund_majority_of_the_votes_cast() -> None:
    with (DATA / "imf-quotas-votes.csv").open() as lines:
        votes = [int(row["votes"]) for row in csv.DictReader(lines)]
    found = power_with_abstention(Weighted.of(votes, "1/2", strict=True, of_voting=True))
    # By symmetry, ties apart, a decision passes as often as its opposite.
    assert found.passes == pytest.approx(0.5, abs=1e-6)
    assert found.absolute_error < 1e-8
    assert (np.diff(found.decisive[np.argsort(votes, kind="stable")]) >= -found.absolute_error).all()
    assert found.decisive == pytest.approx(found.yes_or_abstain + found.abstain_or_no, abs=1e-12)


def test_floats_of_many_kinds_agree_with_visiting_every_division() -> None:
    rule = Weighted.of(range(1, 12), "2/3", of_voting=True)
    found = power_with_abstention(rule)
    assert found.passes_exact is None
    outcomes = _passing(rule, [[member] for member in range(11)])
    assert found.passes == pytest.approx(outcomes.mean(), abs=1e-12)


def test_what_divides_in_too_many_ways_is_refused() -> None:
    with pytest.raises(TooLarge, match="20 members of 20 kinds"):
        power_with_abstention(Weighted.of(range(1, 21), "2/3", of_voting=True))
    with pytest.raises(RuleError, match=r"abstain\[1\]: voting yes and abstaining have 1.1 together"):
        power_with_abstention(Members(2, 1), [0.5, 0.5], [0.5, 0.6])
    with pytest.raises(RuleError, match="need probabilities to vote yes"):
        power_with_abstention(Members(2, 1), None, [0.5, 0.6])


# Unions ---------------------------------------------------------------------------------------------------------


def owen_slowly(rule: Rule, partition: Sequence[Sequence[int]]) -> tuple[list[Fraction], list[Fraction]]:
    """Owen: every order in which unions stay together; Banzhaf–Owen: every set of unions and of one's own."""
    n = rule.n
    orders = [
        [member for union in unions for member in union]
        for blocks in itertools.permutations(partition)
        for unions in itertools.product(*(list(itertools.permutations(block)) for block in blocks))
    ]
    owen = [Fraction(0)] * n
    for order in orders:
        agreed = np.zeros(n, dtype=bool)
        for member in order:
            before = passes(rule, agreed).item()
            agreed[member] = True
            if passes(rule, agreed).item() and not before:
                owen[member] += Fraction(1, len(orders))
    banzhaf = [Fraction(0)] * n
    for union in partition:
        others = [other for other in partition if other is not union]
        for member in union:
            rest = [other for other in union if other != member]
            sets = itertools.product([False, True], repeat=len(others) + len(rest))
            for chosen in sets:
                agreed = np.zeros(n, dtype=bool)
                for block, here in zip([*others, *([one] for one in rest)], chosen, strict=True):
                    agreed[list(block)] = here
                without = passes(rule, agreed).item()
                agreed[member] = True
                swing = passes(rule, agreed).item() and not without
                banzhaf[member] += Fraction(int(swing), 2 ** (len(others) + len(rest)))
    return owen, banzhaf


def test_owen_1977_three_members_and_a_union_of_two() -> None:
    found = union_power(Members(3, 2), [(0, 1)])
    assert found.owen == (Fraction(1, 2), Fraction(1, 2), Fraction(0))
    assert found.of_unions == (Fraction(1), Fraction(0))


@given(st.data(), st.integers(2, 6))
def test_owen_values_equal_their_definitions(data: st.DataObject, n: int) -> None:
    rule = data.draw(any_rule(n))
    labels = data.draw(st.lists(st.integers(0, 2), min_size=n, max_size=n))
    groups = [[member for member in range(n) if labels[member] == label] for label in range(3)]
    unions = [group for group in groups if len(group) > 1]
    found = union_power(rule, unions)
    owen, banzhaf = owen_slowly(rule, found.unions)
    assert found.owen == tuple(owen)
    assert found.banzhaf_owen == tuple(banzhaf)
    assert sum(found.owen) == 1
    for union, share in zip(found.unions, found.of_unions, strict=True):
        assert sum(found.owen[member] for member in union) == share


@given(st.data(), st.integers(2, 8))
def test_without_unions_or_with_one_of_all_owen_is_shapley_shubik(data: st.DataObject, n: int) -> None:
    rule = data.draw(any_rule(n))
    power = voting_power(rule, exact=True)
    assert union_power(rule, []).owen == power.shapley_shubik_exact
    assert union_power(rule, []).banzhaf_owen == power.banzhaf_exact
    everybody = union_power(rule, [range(n)])
    assert everybody.owen == power.shapley_shubik_exact
    assert everybody.banzhaf_owen == power.banzhaf_exact


def test_merged_members_vote_as_one() -> None:
    table = np.array(list(itertools.product([False, True], repeat=3)))
    groups = [(0, 3), (1,), (2, 4)]
    rule = AtLeastOne((All((Members(5, 3), Veto(5, (3, 4)))), Weighted((5, 4, 3, 2, 1), 13)))
    whole = np.zeros((8, 5), dtype=bool)
    for column, group in enumerate(groups):
        whole[:, list(group)] = table[:, [column]]
    assert passes(merged(rule, groups), table).tolist() == passes(rule, whole).tolist()


@pytest.mark.parametrize(
    ("unions", "says"),
    [
        ([(0, 1), (1, 2)], r"unions\[1\]: Bo is in unions\[0\] too; a member is in one union at most"),
        ([(0, 0)], r"unions\[0\]: Al is named twice"),
        ([(0, 7)], r"unions\[0\]: there is no member 7"),
        ([()], r"unions\[0\]: the union has no member"),
    ],
)
def test_unions_that_cannot_be_are_named(unions: list[tuple[int, ...]], says: str) -> None:
    with pytest.raises(RuleError, match=says):
        unions_of(unions, 3, ["Al", "Bo", "Cy"])


def test_a_union_with_too_many_coalitions_is_refused() -> None:
    rule = Weighted(tuple(2**k for k in range(40)), 2**39)
    with pytest.raises(TooLarge, match="a union of 20 members beside 20 other unions"):
        union_power(rule, [range(20)])


# Two tiers ------------------------------------------------------------------------------------------------------


def composed(outer: Rule, inner: Sequence[Rule]) -> dict[tuple[bool, ...], bool]:
    """Whether each coalition of all members passes in the body of two tiers."""
    n = sum(rule.n for rule in inner)
    votes = list(itertools.product([False, True], repeat=n))
    table = np.array(votes)
    ends = np.cumsum([0, *(rule.n for rule in inner)])
    delegates = np.stack([passes(rule, table[:, a:b]) for rule, a, b in zip(inner, ends, ends[1:], strict=False)], 1)
    return dict(zip(votes, passes(outer, delegates).tolist(), strict=True))


@given(st.data(), st.integers(1, 3))
def test_power_in_two_tiers_equals_that_in_the_composed_game(data: st.DataObject, m: int) -> None:
    outer = data.draw(any_rule(m))
    inner = [data.draw(any_rule(data.draw(st.integers(1, 3)), 1)) for _ in range(m)]
    outcome = composed(outer, inner)
    n = sum(rule.n for rule in inner)
    swings, shapley = [0] * n, [Fraction(0)] * n
    for vote, passed in outcome.items():
        for member in range(n):
            if passed and vote[member] and not outcome[(*vote[:member], False, *vote[member + 1 :])]:
                swings[member] += 1
                before = sum(vote) - 1
                shapley[member] += Fraction(math.factorial(before) * math.factorial(n - 1 - before), math.factorial(n))
    found = two_tier_power(outer, inner, exact=True)
    assert found.banzhaf_exact is not None
    assert found.shapley_shubik_exact is not None
    banzhaf = list(itertools.chain(*found.banzhaf_exact))
    assert banzhaf == [Fraction(2 * s, 2**n) for s in swings]
    assert list(itertools.chain(*found.shapley_shubik_exact)) == shapley
    assert np.concatenate(found.banzhaf) == pytest.approx([float(value) for value in banzhaf], abs=1e-12)
    assert np.concatenate(found.shapley_shubik) == pytest.approx([float(value) for value in shapley], abs=1e-12)
    assert found.efficiency == pytest.approx(sum(outcome.values()) / 2**n, abs=1e-12)


def test_penrose_1946_product_of_the_two_tiers() -> None:
    # Constituencies of odd size under simple majority pass half of their coalitions: the indices multiply.
    outer, inner = Weighted((3, 2, 2), 4), [Members(5, 3), Members(3, 2), Members(7, 4)]
    found = two_tier_power(outer, inner)
    above = voting_power(outer).banzhaf
    for values, rule, decides in zip(found.banzhaf, inner, above, strict=True):
        assert values == pytest.approx(voting_power(rule).banzhaf * decides, abs=1e-12)
    assert np.concatenate(found.shapley_shubik).sum() == pytest.approx(1, abs=1e-12)


def test_two_tiers_of_190_members() -> None:
    inner = [Members.of(5, "1/2", strict=True)] * 38
    found = two_tier_power(Members.of(38, "1/2", strict=True), inner)
    assert np.concatenate(found.shapley_shubik) == pytest.approx(np.full(190, 1 / 190), abs=1e-12)
    with pytest.raises(TooLarge, match="up to 24 members in all, not 190"):
        two_tier_power(Members(38, 20), inner, exact=True)
    with pytest.raises(RuleError, match="38 rules of constituencies for 3 delegates"):
        two_tier_power(Members(3, 2), inner)


def test_weights_of_two_to_the_sixty_do_not_overflow() -> None:
    small, big = (5, 4, 3, 2, 2, 1), tuple(2**62 * weight for weight in (5, 4, 3, 2, 2, 1))
    for share in ("1/2", "2/3"):
        one, other = (Weighted.of(weights, share, of_voting=True) for weights in (small, big))
        assert power_with_abstention(one).decisive_exact == power_with_abstention(other).decisive_exact
        yes = ["1/3", "1/2", "1/5", "2/3", "3/4", "1/7"]
        assert chances(one, yes, exact=True).decisive_exact == chances(other, yes, exact=True).decisive_exact
        assert _by_halves(other, np.full(6, 0.4)).passes == pytest.approx(_by_sums(one, np.full(6, 0.4)).passes)
        assert union_power(one, [(0, 5), (1, 2)]).owen == union_power(other, [(0, 5), (1, 2)]).owen


# Fair weights ---------------------------------------------------------------------------------------------------


@needs_data
def test_slomczynski_zyczkowski_2006_optimal_quota_of_the_union() -> None:
    with (DATA / "eu-council-weights.csv").open() as lines:
        population = [int(row["p2007"]) for row in csv.DictReader(lines) if row["v25"] and row["iso3"] != "HRV"]
    fair = fair_rule(population)
    # The paper's figure for 27 members is 61.5 % (from memory; populations of 2005 there).
    assert fair.quota == pytest.approx(0.615, abs=0.001)
    power = voting_power(Weighted(tuple(round(1000 * share) for share in fair.shares), 615))
    weights = np.array([round(1000 * share) for share in fair.shares]) / sum(round(1000 * s) for s in fair.shares)
    # At that quota each member's Banzhaf share is its share of the weights.
    assert np.abs(power.banzhaf_normalised / weights - 1).max() < 0.02
    far = voting_power(Weighted(tuple(round(1000 * share) for share in fair.shares), 800))
    assert np.abs(far.banzhaf_normalised / weights - 1).max() > 0.1


@given(st.lists(st.integers(0, 10**10), min_size=1, max_size=30).filter(any))
def test_square_roots_are_the_nearest_whole_numbers_below(populations: list[int]) -> None:
    weights = square_root_weights(populations, digits=3)
    for weight, population in zip(weights, populations, strict=True):
        assert weight**2 <= population * 10**6 < (weight + 1) ** 2
    fair = fair_rule(populations, digits=3)
    assert 0.5 < fair.quota <= 1
    assert fair.shares.sum() == pytest.approx(1)
    assert fair.clause.quota >= fair.quota * sum(weights) - 1e-6 * sum(weights)


def test_equal_members_have_the_closed_form_quota() -> None:
    assert optimal_quota([7] * 25) == pytest.approx((1 + 1 / math.sqrt(25)) / 2)
    assert optimal_quota([2**70] * 4) == 0.75


@pytest.mark.parametrize(
    ("populations", "says"),
    [
        ([], "there is no member"),
        ([4, -1], r"populations\[1\]: -1 is negative"),
        ([0, 0], "nobody lives anywhere"),
        ([4, math.nan], r"populations\[1\]: nan is not a finite number"),
    ],
)
def test_bad_populations_are_named(populations: list[int], says: str) -> None:
    with pytest.raises(RuleError, match=says):
        square_root_weights(populations)
