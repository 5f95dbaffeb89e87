"""Payments, drafts, the agenda and what unblocks, asked of a case: they agree with trying everything by hand."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.bargaining.deals import (
    DealError,
    Packages,
    cheapest_change,
    closest_deals,
    pareto_frontier,
    path_of_drafts,
    shortfalls,
    smallest_total,
)
from comity.findings import CannotAnswerError, Finding, ask, registry
from comity.scenario import Scenario, load

BASIN = load("river-basin")


def asked(name: str, case: Scenario = BASIN, draws: int = 40, **options: Any) -> tuple[Finding, ...]:
    analysis = registry().get(name)
    return ask(analysis, case, analysis.options(**options), draws=draws, search=False)


def with_deal(case: Scenario = BASIN, **changes: Any) -> Scenario:
    deal = case.file.deal
    assert deal is not None
    return Scenario(case.file.model_copy(update={"deal": deal.model_copy(update=changes)}), "made")


def in_money() -> Scenario:
    deal = BASIN.file.deal
    assert deal is not None
    parties = tuple(party.model_copy(update={"unit": "million dollars"}) for party in deal.parties)
    return with_deal(comparable=True, transferable=True, parties=parties)


def packages_of(case: Scenario) -> tuple[list[dict[str, str]], list[dict[str, float]], dict[str, float]]:
    """Every package, what it is worth to each party, and each party's line: the slow, obvious way."""
    deal = case.file.deal
    assert deal is not None
    packages, worth = [], []
    for options in itertools.product(*([option.id for option in issue.options] for issue in deal.issues)):
        chosen = dict(zip([issue.id for issue in deal.issues], options, strict=True))
        if any(all(chosen[i] == o for i, o in clash.options.items()) for clash in deal.forbidden):
            continue
        packages.append(chosen)
        worth.append({
            party.actor: sum(party.utilities[issue][option].estimate or 0.0 for issue, option in chosen.items())
            + sum(each.utilities[party.actor].estimate or 0.0 for each in deal.together
                  if party.actor in each.utilities and all(chosen[i] == o for i, o in each.options.items()))
            for party in deal.parties
        })  # fmt: skip
    lines = {
        party.actor: max(cell.estimate or 0.0 for cell in (party.batna, party.red_line) if cell is not None)
        for party in deal.parties
    }
    return packages, worth, lines


def test_payments_are_what_is_lacking_and_come_from_those_who_gain() -> None:
    case = in_money()
    packages, worth, lines = packages_of(case)
    deal = case.file.deal
    assert deal is not None
    text = worth[packages.index(dict(deal.proposed or {}))]
    lacking = {who: lines[who] - text[who] for who in lines if text[who] < lines[who]}
    (found,) = asked("side-payments", case)
    assert found.table is not None
    names = {actor.id: actor.name for actor in case.file.actors}
    rows = [row for row in found.table.rows if row[0] == "the text on the table"]
    received = {who: sum(row[4] for row in rows if row[3] == names[who]) for who in lacking}  # type: ignore[misc]
    assert received == lacking
    paid = {who: sum(row[4] for row in rows if row[2] == names[who]) for who in lines}  # type: ignore[misc]
    assert all(paid[who] <= max(0.0, text[who] - lines[who]) for who in lines)
    assert rows[0][5] == pytest.approx(sum(text.values()) - sum(lines.values()))
    most = max(sum(each.values()) for each in worth) - sum(lines.values())
    assert next(row[5] for row in found.table.rows if row[0] == "the package with most to share") == most


def test_payments_are_refused_where_utilities_cannot_be_handed_over() -> None:
    with pytest.raises(CannotAnswerError, match=r"deal\.transferable: true, with deal\.comparable: true and one unit"):
        asked("side-payments")


def test_payments_that_cannot_do_it_are_said() -> None:
    case = in_money().with_values({"deal.red_line[lowland]": 150.0})
    (found,) = asked("side-payments", case)
    assert found.sentence.startswith("No side payments make the text on the table")
    assert found.verdict == "no payments would do"


def test_what_unblocks_is_the_smallest_change_that_all_accept() -> None:
    packages, worth, lines = packages_of(BASIN)
    deal = BASIN.file.deal
    assert deal is not None
    text = dict(deal.proposed or {})
    fewest = min(
        sum(package[issue] != text[issue] for issue in text)
        for package, each in zip(packages, worth, strict=True)
        if all(each[who] >= lines[who] for who in lines)
    )
    (found,) = asked("unblocking")
    assert found.table is not None
    assert found.table.rows[-1][0] == "all who block"
    assert str(found.table.rows[-1][2]).startswith(f"{fewest} issue")
    assert "Lowland and Rivers Watch block the text" in found.sentence
    with pytest.raises(CannotAnswerError, match=r"deal\.proposed"):
        asked("unblocking", with_deal(proposed=None))


def test_a_text_that_nobody_blocks_and_one_that_nothing_unblocks() -> None:
    text = {"dam": "low", "release": "pulse", "monitoring": "joint", "financing": "fund"}
    assert "Nobody blocks" in asked("unblocking", with_deal(proposed=text))[0].sentence
    shut = BASIN.with_values({"deal.red_line[lowland]": 150.0})
    assert "No change of it would be acceptable to all" in asked("unblocking", shut)[0].sentence


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000))
def test_the_cheapest_change_is_what_trying_every_package_finds(seed: int) -> None:
    random = np.random.default_rng(seed)
    options = np.array(list(itertools.product(range(2), range(3), range(2))))
    worth = random.integers(0, 10, (len(options), 3)).astype(float)
    floor = random.integers(0, 7, 3).astype(float)
    start = int(random.integers(len(options)))
    found = cheapest_change(options, worth, floor, start)
    able = [row for row in range(len(options)) if (worth[row] >= floor).all()]
    assert (found is None) == (not able)
    if found is not None:
        span = np.ptp(worth, axis=0)
        cost = {row: max(0.0, float(((worth[start] - worth[row]) / np.where(span > 0, span, 1)).max())) for row in able}
        apart = {row: int((options[row] != options[start]).sum()) for row in able}
        assert (len(found.issues), found.largest_cost) == pytest.approx(min((apart[row], cost[row]) for row in able))
        assert found.changes.tolist() == (worth[found.package] - worth[start]).tolist()


def test_a_change_of_a_package_that_is_not_there_is_refused() -> None:
    with pytest.raises(DealError, match="there is no package 5"):
        cheapest_change([[0]], [[1.0]], [0.0], 5)
    with pytest.raises(DealError, match="do not fit"):
        cheapest_change([[0]], [[1.0, 2.0]], [0.0], 0)


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000))
def test_the_closest_deal_of_each_draw_is_the_smallest_total_relaxation(seed: int) -> None:
    random = np.random.default_rng(seed)
    issues = [random.integers(0, 9, (3, 3)), random.integers(0, 9, (2, 3))]
    floor = random.integers(4, 14, 3)
    packages = Packages(issues, floor)
    table = packages.of(packages.listed())
    found = closest_deals(table[None], floor[None].astype(float), np.full(3, 1e-9))
    assert found.acceptable[0] == (table >= floor).all(axis=1).sum()
    best = smallest_total(shortfalls(packages))
    assert found.least[0] == pytest.approx(best[0].total)
    assert tuple(np.flatnonzero(found.movers[0]).tolist()) in {each.parties for each in best}
    with pytest.raises(DealError, match="has to fit"):
        closest_deals(table[None], floor[None, :2].astype(float), np.full(3, 1e-9))


@settings(max_examples=60)
@given(seed=st.integers(0, 10_000))
def test_drafts_of_several_issues_always_reach_the_frontier_and_nobody_ever_loses(seed: int) -> None:
    random = np.random.default_rng(seed)
    packages = Packages([random.integers(0, 6, (3, 3)) for _ in range(3)], [0, 0, 0])
    start = random.integers(0, 3, 3)
    narrow, wide = path_of_drafts(packages, start), path_of_drafts(packages, start, most_issues=3)
    frontier = {tuple(point) for point in pareto_frontier(packages).utilities.tolist()}
    assert wide.on_frontier
    assert tuple(wide.utilities[-1].tolist()) in frontier
    assert (np.diff(wide.utilities, axis=0) >= 0).all()
    assert ((np.diff(wide.packages, axis=0) != 0).sum(axis=1) <= wide.issues_a_step).all()
    # As many issues change at once as are needed, and not one more.
    assert (wide.issues_a_step == 1) == narrow.on_frontier
    if wide.issues_a_step > 1:
        assert not path_of_drafts(packages, start, most_issues=wide.issues_a_step - 1).on_frontier


@settings(max_examples=20)
@given(seed=st.integers(0, 10_000))
def test_drafts_among_too_many_packages_end_on_the_frontier_by_one_larger_step(seed: int) -> None:
    random = np.random.default_rng(seed)
    packages = Packages([random.integers(0, 50, (10, 2)) for _ in range(7)], [0, 0])
    found = path_of_drafts(packages, random.integers(0, 10, 7), most_issues=7)
    assert found.on_frontier
    assert (np.diff(found.utilities, axis=0) >= 0).all()
    assert ((np.diff(found.packages, axis=0) != 0).sum(axis=1)[:-1] <= 1).all()
    # Nothing that is at least as good for both is better for one.
    above = pareto_frontier(packages, at_least=found.utilities[-1])
    assert above.utilities.tolist() == [found.utilities[-1].tolist()]


def test_drafts_of_the_basin_lose_nobody_anything_and_say_who_still_refuses() -> None:
    (found,) = asked("drafts")
    assert found.table is not None
    assert all(gain >= 0 for row in found.table.rows for gain in row[3:9])  # type: ignore[operator]
    assert "the last draft is still below the line of" in found.reading.lower()
    assert found.chart is not None
    assert found.chart()["$schema"]
    # Others see no line: nothing is said of who refuses.
    (shared,) = asked("drafts", BASIN.redacted())
    assert shared.table is not None
    assert "who still refuses" not in shared.table.columns


def test_without_a_text_drafts_begin_where_all_would_only_just_accept() -> None:
    _, worth, lines = packages_of(BASIN)
    (found,) = asked("drafts", with_deal(proposed=None))
    assert found.sentence.startswith("From the least that all would accept")
    # Each draft gives nobody less, so all accept every one of them.
    assert found.table is not None
    assert all(row[-1] is None for row in found.table.rows)
    shut = with_deal(BASIN.with_values({"deal.red_line[lowland]": 150.0}), proposed=None)
    with pytest.raises(CannotAnswerError, match="no package is acceptable"):
        asked("drafts", shut)
    assert any(all(each[who] >= lines[who] for who in lines) for each in worth)


def test_the_agenda_is_what_trying_every_package_finds() -> None:
    packages, worth, lines = packages_of(BASIN)
    deal = BASIN.file.deal
    assert deal is not None
    (found,) = asked("agenda")
    assert found.table is not None
    rows = {row[0]: row for row in found.table.rows}

    def count(who: list[str], kept: Any = lambda package: True) -> int:
        return sum(all(each[at] >= lines[at] for at in who)
                   for package, each in zip(packages, worth, strict=True) if kept(package))  # fmt: skip

    assert rows["as it is"][2] == count(list(lines))
    for issue in deal.issues:
        for option in issue.options:
            row = rows[f"{issue.id} stays at “{option.name}”"]
            here = (issue.id, option.id)
            assert row[2] == count(list(lines), lambda package, here=here: package[here[0]] == here[1])
            assert (row[1] == "yes") == bool(row[2])
    names = {actor.id: actor.name for actor in BASIN.file.actors}
    for who in lines:
        assert rows[f"without {names[who]}"][2] == count([other for other in lines if other != who])


def test_an_empty_zone_is_opened_by_a_party_less_and_by_no_issue_less() -> None:
    shut = BASIN.with_values({"deal.red_line[lowland]": 95.0})
    (found,) = asked("agenda", shut)
    assert found.table is not None
    opens = [row[0] for row in found.table.rows if row[1] == "yes"]
    assert opens == ["without Highland", "without Lowland"]
    assert "without Highland or Lowland some deal is acceptable to all others" in found.sentence
    assert any("What would not stay fixed" in caveat for caveat in found.caveats)


def test_named_groups_are_counted_for_their_own_members() -> None:
    found = next(each for each in asked("acceptance") if each.key == "coalitions")
    assert found.table is not None
    (row, *_) = found.table.rows
    assert row[0] == "those downstream"
    assert row[1] == "Lowland, League of Cities and Rivers Watch"
    # Of the three only Lowland has a vote, and two are needed.
    assert (row[4], row[5]) == (False, 0.0)
    everybody = next(each for each in asked("acceptance") if each.key == "acceptance")
    assert everybody.table is not None
    together = everybody.table.rows[0]
    downstream = [
        together[everybody.table.columns.index(name)] for name in ("Lowland", "League of Cities", "Rivers Watch")
    ]
    assert row[3] <= min(downstream)  # type: ignore[type-var, operator]
