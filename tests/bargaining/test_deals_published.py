"""Deals whose numbers are printed or were computed by other programs: Harbour park, Itex and Cypress, divided units."""

from __future__ import annotations

import json
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from comity.bargaining.deals import (
    Packages,
    UtilityTable,
    acceptance,
    egalitarian,
    kalai_smorodinsky,
    nash,
    pareto_frontier,
    raiffa,
    zone_of_agreement,
)

DATA = Path(__file__).parents[3] / "shared" / "data" / "bargaining"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the shared data folder is not beside this checkout")


def read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / name).read_text())
    return found


def harbour_park() -> Packages:
    parties = read("harbour-park.json")["parties"]
    issues = [np.array([party["points"][k] for party in parties]).T for k in range(5)]
    return Packages(issues, [party["minimum"] for party in parties])


def itex_cypress() -> Packages:
    parties = read("itex-cypress.json")["parties"]
    issues = [
        np.array([[round(p["weights"][k] * value, 18) for value in p["values"][k]] for p in parties]).T
        for k in range(4)
    ]
    return Packages(issues, [party["reservation"] for party in parties])


@needs_data
def test_harbour_park_has_720_packages_of_which_55_pass_and_12_are_unanimous() -> None:
    packages = harbour_park()
    found = acceptance(packages)
    passes = found.accept[:, [3, 4]].all(axis=1) & (found.accept.sum(axis=1) >= 5)
    assert packages.n_packages == found.counts.sum() == 720
    assert found.counts[passes].sum() == 55
    assert zone_of_agreement(packages).n_acceptable == 12


@needs_data
def test_harbour_park_nash_is_54_48_71_57_81_77() -> None:
    found = nash(zone_of_agreement(harbour_park()))
    assert found.utilities.tolist() == [[54, 48, 71, 57, 81, 77]]
    assert harbour_park().of(found.packages).tolist() == found.utilities.tolist()


@needs_data
def test_itex_cypress_has_180_packages_18_pareto_and_one_point_of_three_rules() -> None:
    packages = itex_cypress()
    zone = zone_of_agreement(packages)
    assert packages.n_packages == 180
    assert pareto_frontier(packages).n_points == 18
    for found in (nash(zone), kalai_smorodinsky(zone), egalitarian(zone, comparable=True)):
        assert found.utilities == pytest.approx(np.array([[0.721478, 0.670478]]), abs=5e-7)


def split(points: int, first: float, second: float) -> UtilityTable:
    """Shares of one unit on a grid, worth share^power to each."""
    share = np.arange(points + 1) / points
    return UtilityTable(np.stack([share**first, (1 - share) ** second], axis=1), [0, 0])


def test_root_against_linear_nash_gives_one_third() -> None:
    found = nash(zone_of_agreement(split(30_000, 0.5, 1.0)))
    assert found.packages.ravel().tolist() == [10_000]


def test_root_against_linear_kalai_smorodinsky_gives_three_less_root_five_over_two() -> None:
    zone = zone_of_agreement(split(100_000, 0.5, 1.0))
    for found in (kalai_smorodinsky(zone), egalitarian(zone, comparable=True)):
        assert found.packages[0, 0] / 100_000 == pytest.approx((3 - sqrt(5)) / 2, abs=1e-5)


def test_powers_split_a_unit_in_their_proportion_under_nash() -> None:
    found = nash(zone_of_agreement(split(10_000, 0.3, 0.7)))
    assert found.packages.ravel().tolist() == [3000]


def test_weights_split_a_unit_in_their_proportion_under_nash() -> None:
    found = nash(zone_of_agreement(split(10_000, 1.0, 1.0)), weights=[3, 1])
    assert found.packages.ravel().tolist() == [7500]


def test_balanced_increments_of_two_meet_in_the_middle_of_a_straight_frontier() -> None:
    found = raiffa(zone_of_agreement(split(1000, 1.0, 1.0)))
    assert found.packages.ravel().tolist() == [500]
    assert found.path.tolist() == [[0, 0], [0.5, 0.5]]


def test_balanced_increments_follow_the_steps_computed_by_hand() -> None:
    # x = (u, 1 - u^2): from (0, 0) half of (1, 1); then ideals (sqrt(1/2), 3/4), so the next point is their middle.
    share = np.arange(1_000_001) / 1_000_000
    found = raiffa(zone_of_agreement(UtilityTable(np.stack([share, 1 - share**2], axis=1), [0, 0])))
    assert found.path[1] == pytest.approx(np.array([0.5, 0.5]))
    assert found.path[2] == pytest.approx(np.array([(0.5 + sqrt(0.5)) / 2, (0.5 + 0.75) / 2]), abs=1e-5)
    u = found.utilities[0]
    assert u[1] == pytest.approx(1 - u[0] ** 2)
