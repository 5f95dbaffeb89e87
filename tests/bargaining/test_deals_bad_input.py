"""What no deal can be found from is said, with the field and the party; what is a finding is no error."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from comity.bargaining.deals import (
    Coupling,
    DealError,
    Forbidden,
    Packages,
    TooManyPoints,
    UtilityTable,
    acceptance,
    conflicting_demands,
    distance_to_frontier,
    egalitarian,
    gains_over,
    least_paid_package,
    log_rolls,
    nash,
    pareto_frontier,
    path_of_drafts,
    shortfalls,
    side_payments,
    smallest_sets,
    smallest_total,
    utilitarian,
    value_of_party,
    without_issue,
    zone_of_agreement,
)

ISSUES: list[Any] = [[[3, 0], [0, 3]], [[2, 0], [0, 1]]]


def test_a_batna_above_every_package_is_a_finding_that_names_the_party() -> None:
    zone = zone_of_agreement(Packages(ISSUES, [1, 9]))
    assert zone.empty
    assert zone.n_acceptable == 0
    assert zone.out_of_reach == (1,)
    found = shortfalls(Packages(ISSUES, [1, 9]))
    assert conflicting_demands(found) == ((1,),)
    assert [each.parties for each in smallest_sets(found)] == [(1,)]
    assert {each.total for each in smallest_total(found, "utility")} == {6}
    assert [each.moves.tolist() for each in smallest_total(found, "utility")] == [[1, 5], [0, 6]]


def test_a_red_line_that_excludes_everything_together_with_another_is_an_irreducible_conflict() -> None:
    packages = Packages([[[3, 0, 1], [0, 3, 1]]], [2, 2, 0])
    zone = zone_of_agreement(packages)
    assert zone.empty
    assert zone.out_of_reach == ()
    assert conflicting_demands(shortfalls(packages)) == ((0, 1),)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_missing_utility_names_field_issue_and_party(bad: float) -> None:
    with pytest.raises(DealError, match=r"utilities\[issue 1, party 1\]: is missing or not finite \(row 0\)") as caught:
        Packages([ISSUES[0], np.array([[2, bad], [0, 1]])], [0, 0])
    assert (caught.value.field, caught.value.party, caught.value.issue) == ("utilities", 1, 1)
    with pytest.raises(DealError, match=r"utilities\[party 0\]"):
        UtilityTable(np.array([[1, 1], [bad, 2]]), [0, 0])
    with pytest.raises(DealError, match=r"disagreement\[party 1\]"):
        Packages(ISSUES, [0, bad])
    with pytest.raises(DealError, match=r"disagreement\[party 0\]"):
        UtilityTable([[1, 1]], [bad, 0])
    with pytest.raises(DealError, match=r"couplings\[party 0\]"):
        Packages(ISSUES, [0, 0], (Coupling((0, 1), np.full((2, 2, 2), bad)),))


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(DealError, match="utilities: is not a table of numbers"):
        Packages([np.array([["much", 0]], dtype=object)], [0, 0])
    with pytest.raises(DealError, match="utilities"):
        Packages([np.array([[None, 0]], dtype=object)], [0, 0])


def test_weights_have_to_be_positive() -> None:
    zone = zone_of_agreement(Packages(ISSUES, [0, 0]))
    with pytest.raises(DealError, match="weights: sum to zero"):
        nash(zone, [0, 0])
    with pytest.raises(DealError, match=r"weights\[party 1\]: has to be positive and finite"):
        nash(zone, [1, -1])
    with pytest.raises(DealError, match=r"weights\[party 0\]"):
        nash(zone, [np.nan, 1])
    with pytest.raises(DealError, match=r"weights\[party 1\]: has to be positive; leave"):
        nash(zone, [1, 0])
    with pytest.raises(DealError, match="one number for each of 2"):
        nash(zone, [1])


def test_rules_that_compare_utilities_are_refused_where_they_are_not_declared_comparable() -> None:
    packages = Packages(ISSUES, [0, 0])
    zone = zone_of_agreement(packages)
    for rule in (egalitarian, utilitarian):
        with pytest.raises(DealError, match="declare them comparable"):
            rule(zone, comparable=False)
    with pytest.raises(DealError, match="declare utilities comparable"):
        least_paid_package(pareto_frontier(packages), comparable=False)


def test_a_constraint_that_nothing_satisfies_is_refused() -> None:
    everything = [[a, b] for a in range(2) for b in range(2)]
    with pytest.raises(DealError, match="forbidden: leaves no package"):
        Packages(ISSUES, [0, 0], forbidden=(Forbidden((0, 1), everything),))
    with pytest.raises(DealError, match="leaves no package"):
        without_issue(Packages(ISSUES, [0, 0], forbidden=(Forbidden((0, 1), [[0, 0], [1, 0]]),)), 1, 0)


def test_ties_between_issues_that_do_not_fit_are_refused() -> None:
    with pytest.raises(DealError, match=r"couplings: of issues \(0, 1\) has to be \(2, 2, 2\)"):
        Packages(ISSUES, [0, 0], (Coupling((0, 1), np.zeros((2, 3, 2))),))
    with pytest.raises(DealError, match="couplings: names issues"):
        Packages(ISSUES, [0, 0], (Coupling((0, 5), np.zeros((2, 2, 2))),))
    with pytest.raises(DealError, match="forbidden: names an issue twice"):
        Packages(ISSUES, [0, 0], forbidden=(Forbidden((0, 0), [[0, 0]]),))
    with pytest.raises(DealError, match="option that does not exist"):
        Packages(ISSUES, [0, 0], forbidden=(Forbidden((0, 1), [[0, 2]]),))
    chain = tuple(Forbidden((at, at + 1), [[0, 0]]) for at in range(6))
    with pytest.raises(DealError, match="10,000,000 options together, more than 1,000,000"):
        Packages([np.zeros((10, 1))] * 7, [0], forbidden=chain)


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(DealError, match="utilities: there is no issue"):
        Packages([], [0, 0])
    with pytest.raises(DealError, match=r"utilities\[issue 0\]: has to be \(n_options, 3\)"):
        Packages(ISSUES, [0, 0, 0])
    with pytest.raises(DealError, match="disagreement: has to be one number a party"):
        Packages(ISSUES, [])
    with pytest.raises(DealError, match="disagreement"):
        UtilityTable([[1]], [[0]])
    with pytest.raises(DealError, match=r"utilities: has to be \(n_packages, 2\)"):
        UtilityTable([[1]], [0, 0])
    packages = Packages(ISSUES, [0, 0])
    with pytest.raises(DealError, match="packages: has to be an option of each"):
        packages.of([[0, 2]])
    with pytest.raises(DealError, match="start"):
        path_of_drafts(packages, [0])
    with pytest.raises(DealError, match="settlement"):
        log_rolls(packages, [[0, 0], [1, 1]])
    with pytest.raises(DealError, match=r"stays_at\[issue 1\]"):
        without_issue(packages, 1, 2)
    with pytest.raises(DealError, match=r"party\[party 7\]"):
        value_of_party(packages, 7)
    with pytest.raises(DealError, match="only one"):
        value_of_party(Packages([[[1]]], [0]), 0)
    with pytest.raises(DealError, match="at_least"):
        gains_over(pareto_frontier(packages), [1])
    with pytest.raises(DealError, match="frontier: is empty"):
        distance_to_frontier(pareto_frontier(packages, at_least=[9, 9]), [1, 1])
    with pytest.raises(DealError, match="measure"):
        smallest_total(shortfalls(packages), "votes")  # type: ignore[arg-type]
    with pytest.raises(DealError, match=r"utilities\[party 1\]"):
        side_payments([1, np.nan], [0, 0])
    with pytest.raises(DealError, match="disagreement"):
        side_payments([1, 1], [0])
    forbidden = Packages(ISSUES, [0, 0], forbidden=(Forbidden((0, 1), [[0, 0]]),))
    with pytest.raises(DealError, match=r"packages: a combination of issues \(0, 1\) is forbidden"):
        forbidden.of([0, 0])


def test_what_would_take_too_long_says_what_would_be_less() -> None:
    random = np.random.Generator(np.random.Philox(3))
    # Ten parties with opposed wishes: nearly every partial sum is on the frontier.
    huge = Packages([random.random((10, 10)).round(6) for _ in range(30)], [0] * 10)
    assert huge.n_packages == 10**30
    with pytest.raises(TooManyPoints, match="leave out an issue"):
        pareto_frontier(huge)
    with pytest.raises(TooManyPoints, match="too many to list"):
        huge.listed()
    with pytest.raises(TooManyPoints, match="each package is tried"):
        acceptance(huge)
    with pytest.raises(TooManyPoints, match="13 parties"):
        conflicting_demands(shortfalls(Packages([np.zeros((2, 13))], [1] * 13)))


def test_numbers_of_very_different_size_are_rounded_and_say_so() -> None:
    packages = Packages([[[1e15, 1], [1e-15, 2]]], [0, 0])
    assert not packages.exact
    assert packages.of([[0], [1]])[:, 1].tolist() == [1, 2]
    assert Packages([np.array([[Decimal("0.1")], [Decimal("0.3")]], dtype=object)], [0]).scale == (10,)
