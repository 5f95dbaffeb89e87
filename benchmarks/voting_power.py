"""Voting power of 190 members of the Monetary Fund and of the Council's 27, beside powerindex and power-bdd."""

from __future__ import annotations

import csv
from fractions import Fraction
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from benchmarks.registry import Workload
from comity.rules import All, AtLeastOne, Members, Rule, Weighted

ROOT = Path(__file__).parents[1]
LIBRARY = ROOT / "src" / "comity" / "scenario" / "library"
DATA = ROOT.parent / "shared" / "data" / "treaties"

NICE_WINNING = 2_718_741  # of 2^27; 17 fewer than without the clause on population
CURVE = tuple(Fraction(k, 2000) for k in range(1000, 2000))  # 1,000 quotas from one half up
CURVE_STEP = 50  # the peer does every fiftieth


def _table(scenario: str, weight: str) -> tuple[int, ...] | None:
    """One table of weights of a shipped scenario, in the order of the file."""
    file = LIBRARY / f"{scenario}.yaml"
    if not file.is_file():
        return None
    values = yaml.safe_load(file.read_text())["institution"]["weights"][weight]["values"]
    return tuple(int(cell["value"] if isinstance(cell, dict) else cell) for cell in values.values())


@cache
def imf_votes() -> tuple[int, ...]:
    """Votes of the 190 members: the shipped scenario's, else the shared data's."""
    if votes := _table("imf-governors-2020", "votes"):
        return votes
    with (DATA / "imf-quotas-votes.csv").open() as lines:
        return tuple(int(row["votes"]) for row in csv.DictReader(lines))


@cache
def eu_populations() -> tuple[int, ...]:
    """Populations of the Council's 27 members: the shipped scenario's, else the shared data's."""
    if populations := _table("eu-council", "population"):
        return populations
    with (DATA / "eu27-population-eurostat.csv").open() as lines:
        return tuple(int(row["population_2024"]) for row in csv.DictReader(lines))


@cache
def nice_weights() -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Votes under the Treaty of Nice and populations of 2007 (in hundreds) of the Council's 27 members."""
    with (DATA / "eu-council-weights.csv").open() as lines:
        rows = [row for row in csv.DictReader(lines) if row["v25"] and row["iso3"] != "HRV"]
    return tuple(int(row["v25"]) for row in rows), tuple(int(row["p2007"]) for row in rows)


def nice_rule() -> Rule:
    votes, populations = nice_weights()
    return All((Weighted(votes, 255), Members(27, 14), Weighted.of(populations, "62%")))


def imf_rule() -> Weighted:
    return Weighted.of(imf_votes(), "1/2", strict=True)


def lisbon_rule() -> Rule:
    return AtLeastOne((All((Members.of(27, "55%"), Weighted.of(eu_populations(), "65%"))), Members(27, 24)))


def imf_banzhaf_float() -> Any:
    from comity.institutions import voting_power

    return voting_power(imf_rule(), shapley_shubik=False).banzhaf_normalised


def imf_banzhaf_exact() -> Any:
    from comity.institutions import voting_power

    return voting_power(imf_rule(), exact=True, shapley_shubik=False).banzhaf_normalised


def imf_shapley_float() -> Any:
    from comity.institutions import voting_power

    return voting_power(imf_rule()).shapley_shubik


def imf_shapley_exact() -> Any:
    from comity.institutions import voting_power

    return voting_power(imf_rule(), exact=True).shapley_shubik


def lisbon() -> Any:
    from comity.institutions import voting_power

    power = voting_power(lisbon_rule())
    return power.banzhaf_normalised, power.shapley_shubik


def imf_curve() -> Any:
    from comity.institutions.voting.quota_curve import quota_curve

    return quota_curve(imf_votes(), CURVE).banzhaf_normalised[::CURVE_STEP]


def imf_curve_one_at_a_time() -> Any:
    from comity.institutions import voting_power

    rules = [Weighted.of(imf_votes(), quota) for quota in CURVE[::CURVE_STEP]]
    return np.array([voting_power(rule, shapley_shubik=False).banzhaf_normalised for rule in rules])


def nice() -> Any:
    from comity.institutions import voting_power

    power = voting_power(nice_rule())
    assert power.winning == NICE_WINNING
    return power.banzhaf_normalised, power.shapley_shubik


def imf_powerindex() -> Any:
    from powerindex import Game

    game = Game(imf_rule().threshold, list(imf_votes()))
    game.calc_banzhaf()
    return game.banzhaf


def imf_power_bdd() -> Any:
    from power_bdd.bdd import BDD, WeightedGame

    banzhaf = np.array(BDD(WeightedGame(imf_rule().threshold, list(imf_votes()))).calc_banzhaf(), dtype=np.float64)
    return banzhaf / banzhaf.sum()


def lisbon_power_bdd() -> Any:
    from power_bdd.bdd import BDD, WeightedGame

    populations = list(eu_populations())
    needed = Weighted.of(populations, "65%").threshold
    both = BDD(WeightedGame(15, [1] * 27)) & BDD(WeightedGame(needed, populations))
    game = both | BDD(WeightedGame(24, [1] * 27))
    banzhaf = np.array(game.calc_banzhaf(), dtype=np.float64)
    return banzhaf / banzhaf.sum(), np.array(game.calc_shapley(), dtype=np.float64)


def nice_power_bdd() -> Any:
    from power_bdd.bdd import BDD, WeightedGame

    votes, populations = nice_weights()
    needed = Weighted.of(populations, "62%").threshold
    game = BDD(WeightedGame(255, list(votes))) & BDD(WeightedGame(14, [1] * 27))
    game = game & BDD(WeightedGame(needed, list(populations)))
    banzhaf = np.array(game.calc_banzhaf(), dtype=np.float64)
    return banzhaf / banzhaf.sum(), np.array(game.calc_shapley(), dtype=np.float64)


def same(ours: Any, theirs: Any) -> bool:
    return all(np.allclose(one, other, rtol=1e-8, atol=0) for one, other in zip(ours, theirs, strict=True))


def _against(peer: str) -> dict[str, Any]:
    return {"peer_name": peer, "peer_version": lambda: version(peer), "same": same, "peer_limit": 600.0}


WORKLOADS: tuple[Workload, ...] = (
    Workload(
        name="Banzhaf, IMF 190 members, float",
        ours=imf_banzhaf_float,
        peer=imf_powerindex,
        goal_ratio=500.0,
        goal_seconds=0.3,
        **_against("powerindex"),
    ),
    Workload(
        name="Banzhaf, IMF 190 members, exact",
        ours=imf_banzhaf_exact,
        peer=imf_power_bdd,
        goal_ratio=500.0,
        goal_seconds=1.0,
        **_against("power-bdd"),
    ),
    Workload(
        name="Shapley-Shubik, IMF 190 members, float",
        ours=imf_shapley_float,
        peer_name="none that finishes",
        repeat=3,
    ),
    Workload(
        name="Shapley-Shubik, IMF 190 members, exact",
        ours=imf_shapley_exact,
        peer_name="none that finishes",
        goal_seconds=3.0,
        repeat=1,
    ),
    Workload(
        name="Banzhaf and Shapley-Shubik, EU-27 Lisbon, exact",
        ours=lisbon,
        peer=lisbon_power_bdd,
        goal_ratio=15.0,
        **_against("power-bdd"),
    ),
    Workload(
        name="Banzhaf, IMF 190 members, 1,000 quotas, float",
        ours=imf_curve,
        peer=imf_curve_one_at_a_time,
        peer_name="one quota at a time (ours), 20 of them",
        peer_scale=float(CURVE_STEP),
        goal_ratio=20.0,
        same=same,
        repeat=3,
    ),
    *(
        (
            Workload(
                name="Banzhaf and Shapley-Shubik, EU-27 Nice, three clauses, exact",
                ours=nice,
                peer=nice_power_bdd,
                goal_ratio=10.0,
                **_against("power-bdd"),
            ),
        )
        if (DATA / "eu-council-weights.csv").is_file()
        else (Workload(name="EU-27 Nice", ours=lambda: None, peer_name="not run: no eu-council-weights.csv", repeat=1),)
    ),
)
