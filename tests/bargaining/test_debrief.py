"""A debriefing agrees with trying every package, keeps lines to one's own side, and speaks as it should."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.bargaining.deals import DealError, Forbidden, Packages, Ranked, rank_by_gains, single_changes
from comity.brief import compose
from comity.brief.as_json import render_json
from comity.findings import CannotAnswerError, Finding, ask, registry
from comity.findings.asking import NO_VERDICT
from comity.scenario import Scenario, load
from comity.scenario.agreed_deal import parse_agreed, with_agreed
from comity.scenario.deal import AgreedDeal

BASIN = load("river-basin")
DEAL = BASIN.file.deal
assert DEAL is not None
IDS = [party.actor for party in DEAL.parties]
NAMES = ["Highland", "Midland", "Lowland", "League of Cities", "Rivers Watch", "Development Bank"]
Chosen = dict[str, str]


def packages() -> list[Chosen]:
    """Every package by option ids, the slow, obvious way."""
    assert DEAL is not None
    issues = [issue.id for issue in DEAL.issues]
    found = [
        dict(zip(issues, each, strict=True))
        for each in itertools.product(*([option.id for option in issue.options] for issue in DEAL.issues))
    ]
    return [
        each
        for each in found
        if not any(all(each[i] == o for i, o in clash.options.items()) for clash in DEAL.forbidden)
    ]


def worth(chosen: Chosen) -> np.ndarray[Any, Any]:
    assert DEAL is not None
    total = []
    for party in DEAL.parties:
        held = sum(party.utilities[issue][option].estimate or 0.0 for issue, option in chosen.items())
        for bonus in DEAL.together:
            if all(chosen[i] == o for i, o in bonus.options.items()) and party.actor in bonus.utilities:
                held += bonus.utilities[party.actor].estimate or 0.0
        total.append(held)
    return np.array(total)


def lines() -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """What each has without a deal, and the least it accepts."""
    assert DEAL is not None
    without = [party.batna.estimate if party.batna else None for party in DEAL.parties]
    floor = [(party.red_line or party.batna) for party in DEAL.parties]
    return np.array(without, float), np.array([cell.estimate for cell in floor if cell], float)


def words(chosen: Chosen) -> str:
    return ",".join(f"{issue}={option}" for issue, option in chosen.items())


def asked(*deals: Chosen | None, case: Scenario = BASIN, draws: int = 60, **rest: Any) -> tuple[Finding, ...]:
    assert DEAL is not None
    agreed = [parse_agreed("none" if each is None else words(each), DEAL) for each in deals]
    return ask(registry().get("debrief"), with_agreed(case, agreed), draws=draws, search=False, **rest)


ALL = packages()


@settings(max_examples=25)
@given(chosen=st.sampled_from(ALL))
def test_every_number_of_a_debriefing_is_what_trying_every_package_finds(chosen: Chosen) -> None:
    found = asked(chosen, draws=0)
    got, (without, floor) = worth(chosen), lines()
    table = {row[0]: dict(zip(found[0].table.columns, row, strict=True)) for row in found[0].table.rows}  # type: ignore[union-attr]
    every = np.array([worth(each) for each in ALL])
    zone = every[(every >= floor).all(axis=1)]
    most = zone.max(axis=0) - without
    for at, name in enumerate(NAMES):
        row = table[name]
        assert row["got"] == pytest.approx(got[at])
        assert row["gain"] == pytest.approx(got[at] - without[at])
        assert row["share of the most in the zone"] == pytest.approx((got[at] - without[at]) / most[at])
        assert row["below its line by"] == pytest.approx(max(0.0, floor[at] - got[at]))
        span = every[:, at].max() - every[:, at].min()
        assert row["given up"] == pytest.approx((every[:, at].max() - got[at]) / span)
    better = every[(every >= got).all(axis=1) & (every > got).any(axis=1)]
    assert ("nobody could have had more" in found[0].sentence) == (len(better) == 0)
    assert len(found) == (2 if len(better) else 1)
    if len(better):
        front = {
            tuple(each) for each in better.tolist()
            if not ((every >= each).all(axis=1) & (every > each).any(axis=1)).any()
        }  # fmt: skip
        gains = {tuple(row[4:]) for row in found[1].table.rows}  # type: ignore[union-attr]
        expected = {tuple((np.array(each) - got).tolist()) for each in front}
        assert gains <= expected
        assert len(gains) == min(12, len(expected))
    below = np.flatnonzero(got < floor)
    assert ("gives every party at least its line" in found[0].sentence) == (len(below) == 0)
    if len(below):
        assert "It is not among the 7 packages that are acceptable to all." in found[0].reading
    else:
        rank = 1 + sum(np.prod(each - floor) > np.prod(got - floor) + 1e-6 for each in zone)
        assert f"number {rank} by the product of gains" in found[0].reading
    yes = sum(got[at] >= floor[at] for at in range(3))
    assert ("would not pass" in found[0].reading) == (yes < 2)


def test_the_deal_of_a_rule_is_said_to_be_that_rule_s() -> None:
    (rules,) = ask(registry().get("deal-solutions"), BASIN, draws=0, search=False)[:1]
    assert rules.table is not None
    nash = rules.table.rows[0][1:5]
    assert DEAL is not None
    chosen = {
        issue.id: next(option.id for option in issue.options if option.name == name)
        for issue, name in zip(DEAL.issues, nash, strict=True)
    }
    found = asked(chosen)[0]
    assert "It is the deal under Nash's rule" in found.reading
    assert "number 1 by the product of gains" in found.reading
    assert found.verdict == "nobody is below its line"


def test_a_single_change_that_costs_nobody_anything_is_named() -> None:
    """Trying each change of one issue finds the same, or that there is none."""
    for chosen in ALL:
        got = worth(chosen)
        better = [
            (issue, other)
            for other in ALL
            if sum(other[i] != chosen[i] for i in chosen) == 1
            and (worth(other) >= got).all()
            and (worth(other) > got).any()
            for issue in chosen
            if other[issue] != chosen[issue]
        ]  # fmt: skip
        reading = asked(chosen, draws=0)[0].reading
        assert ("Changing " in reading) == bool(better)
        if better:
            assert any(f"Changing {issue} alone to" in reading for issue, _ in better)


def test_no_deal_gives_each_what_it_has_without_one() -> None:
    (found,) = asked(None)
    assert found.sentence.startswith("No deal was reached")
    assert "7 packages would have given each at least its line" in found.sentence
    assert found.table is not None
    without, _ = lines()
    at = found.table.columns.index("got")
    assert [row[at] for row in found.table.rows] == without.tolist()
    assert found.flips == NO_VERDICT


def test_several_groups_are_one_table_and_each_its_own_answer() -> None:
    found = asked(ALL[0], ALL[40], None)
    assert [each.key for each in found] == ["debrief-groups", "debrief-1", "debrief-2", "debrief-3"]
    first = found[0]
    assert first.table is not None
    assert first.sentence.startswith("2 of 3 groups reached a deal")
    assert len(first.table.rows) == 3
    without, _ = lines()
    gains = [row[5:11] for row in first.table.rows]
    for row, chosen in zip(gains, (ALL[0], ALL[40]), strict=False):
        assert list(row) == pytest.approx((worth(chosen) - without).tolist())
    assert list(gains[2]) == [0.0] * 6
    for each in found:
        if each.chart is not None:
            assert each.chart()["$schema"].endswith(".json")


def test_shares_of_redraws_are_what_counting_finds() -> None:
    chosen = next(each for each in ALL if each["dam"] == "low" and each["release"] == "pulse")
    assert DEAL is not None
    case = with_agreed(BASIN, [parse_agreed(words(chosen), DEAL)])
    analysis = registry().get("debrief")
    from comity.findings import redraw

    rows = redraw(case, analysis.reads, 0, 40)
    (found,) = ask(analysis, case, draws=40, search=False)[:1]
    counts = np.zeros(len(IDS))
    for row in range(1, 41):
        values = {item.path: value for item, value in zip(rows.inputs, rows.values[row], strict=True)}
        for at, party in enumerate(DEAL.parties):
            held = sum(values[f"deal.utilities[{party.actor},{issue}/{option}]"] for issue, option in chosen.items())
            for bonus in DEAL.together:
                if all(chosen[i] == o for i, o in bonus.options.items()) and party.actor in bonus.utilities:
                    held += values[f"deal.together[{bonus.id},{party.actor}]"]
            floor = max(values[f"deal.batna[{party.actor}]"], values.get(f"deal.red_line[{party.actor}]", -np.inf))
            counts[at] += held >= floor
    assert found.table is not None
    column = found.table.columns.index("redraws at its line")
    assert [row[column] for row in found.table.rows] == pytest.approx((counts / 40).tolist())


def test_others_learn_no_line_and_the_bytes_do_not_move() -> None:
    assert DEAL is not None

    def shared(line: float) -> str:
        case = BASIN.with_values({"deal.batna[rivers]": line, "deal.red_line[lowland]": line + 10})
        case = with_agreed(case, [parse_agreed(words(ALL[5]), DEAL)])
        return render_json(compose(case.redacted(), audience="shared", only=["debrief"], draws=30))

    assert shared(45.0) == shared(49.0)
    told = shared(45.0)
    assert "is not in this case, so gains over it are not told" in told
    assert "below its line" not in told


def test_a_case_that_says_nothing_of_what_was_agreed_says_what_is_missing() -> None:
    with pytest.raises(CannotAnswerError, match="needs what was agreed"):
        ask(registry().get("debrief"), BASIN, draws=0)
    # What was agreed changes nothing of what could be.
    one = ask(registry().get("deal-space"), BASIN, draws=20, search=False)
    two = ask(registry().get("deal-space"), with_agreed(BASIN, [AgreedDeal()]), draws=20, search=False)
    assert one[0].fingerprint == two[0].fingerprint


def test_no_word_that_a_brief_does_not_use() -> None:
    for found in (*asked(ALL[0]), *asked(ALL[0], None), *asked(None)):
        text = f"{found.sentence} {found.reading}"
        assert " will " not in text
        assert "fair deal" not in text
        assert found.sentence.endswith((".", ":"))


def test_a_line_above_every_package_leaves_no_zone_and_is_said() -> None:
    case = BASIN.with_values({"deal.red_line[lowland]": 150.0})
    found = asked(ALL[0], case=case)[0]
    assert "Lowland" in found.sentence
    assert "share of the most in the zone" not in (found.table.columns if found.table else ())
    assert "none was acceptable to all" in asked(None, case=case)[0].sentence


small = st.integers(0, 6)


@settings(max_examples=40)
@given(data=st.data())
def test_single_changes_are_what_trying_each_finds(data: st.DataObject) -> None:
    parties = data.draw(st.integers(1, 3))
    sizes = data.draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    tables = [
        data.draw(st.lists(st.lists(small, min_size=parties, max_size=parties), min_size=n, max_size=n)) for n in sizes
    ]
    start = [data.draw(st.integers(0, n - 1)) for n in sizes]
    clash: tuple[Forbidden, ...] = ()
    if len(sizes) > 1 and max(sizes[:2]) > 1:
        other = [(at + 1) % n for at, n in zip(start[:2], sizes[:2], strict=True)]
        clash = (Forbidden((0, 1), [other]),)
    space = Packages(tables, [0] * parties, (), clash)
    found = single_changes(space, start)
    total = np.sum([tables[i][o] for i, o in enumerate(start)], axis=0)
    expected = set()
    for issue, size in enumerate(sizes):
        for option in range(size):
            moved = list(start)
            moved[issue] = option
            if clash and moved[:2] == other:
                continue
            gain = np.sum([tables[i][o] for i, o in enumerate(moved)], axis=0) - total
            if (gain >= 0).all() and (gain > 0).any():
                expected.add((tuple(moved), tuple(gain.tolist())))
    assert {
        (tuple(p), tuple(g)) for p, g in zip(found.packages.tolist(), found.gains.tolist(), strict=True)
    } == expected
    many = (found.gains > 0).sum(axis=1)
    assert (np.diff(many) <= 0).all()
    assert all(found.packages[at, issue] != start[issue] for at, issue in enumerate(found.issues))


@settings(max_examples=40)
@given(
    rows=st.lists(st.tuples(small, small, small), min_size=1, max_size=8),
    stretch=st.tuples(*[st.sampled_from([1, 7, 1000])] * 3),
)
def test_ranks_count_who_is_better_and_do_not_know_the_scale(
    rows: list[tuple[int, int, int]], stretch: tuple[int, int, int]
) -> None:
    gains = np.array(rows, float)
    for own in gains:
        found = rank_by_gains(gains, own)
        able = gains.max(axis=0) > 0
        if able.any():
            product = (np.prod(gains[:, able], axis=1) > np.prod(own[able]) + 1e-9).sum()
            assert found.by_product == 1 + product
        assert rank_by_gains(gains * stretch, own * stretch) == found


def test_bad_input_says_what_is_wrong() -> None:
    space = Packages([[[1, 0], [0, 1]]], [0, 0])
    with pytest.raises(DealError, match="each of 1 issues"):
        single_changes(space, [0, 1])
    with pytest.raises(DealError, match="has to be an option"):
        single_changes(space, [2])
    with pytest.raises(DealError, match="one row a package"):
        rank_by_gains(np.zeros((0, 2)), [1, 2])
    assert rank_by_gains([[0, 0], [0, 0]], [0, 0]) == Ranked(2, 1, 1)
