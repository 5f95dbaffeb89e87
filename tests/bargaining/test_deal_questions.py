"""The questions about package deals agree with brute force, speak as they should, and keep lines to one's own side."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.bargaining.analyses.deal_table import DealTable, deal_of
from comity.brief import compose
from comity.brief.as_json import render_json
from comity.brief.html import render_html
from comity.brief.markdown import render_markdown
from comity.findings import CannotAnswerError, Finding, OptionError, ask, redraw, registry
from comity.scenario import Scenario, load, loads

BASIN = load("river-basin")
NAMES = ("deal-space", "deal-solutions", "log-rolls", "open-zone", "acceptance")
LINES = ("highland", "midland", "lowland", "cities", "rivers", "bank")


def asked(name: str, case: Scenario = BASIN, draws: int = 60, **options: Any) -> tuple[Finding, ...]:
    analysis = registry().get(name)
    return ask(analysis, case, analysis.options(**options), draws=draws, search=False)


def written(case: Scenario) -> tuple[list[tuple[str, ...]], list[dict[str, float]], dict[str, float]]:
    """Every package by option ids, what it is worth to each party, and each party's line: the slow, obvious way."""
    deal = case.file.deal
    assert deal is not None
    packages, worth = [], []
    for package in itertools.product(*([option.id for option in issue.options] for issue in deal.issues)):
        chosen = dict(zip([issue.id for issue in deal.issues], package, strict=True))
        if any(all(chosen[i] == o for i, o in clash.options.items()) for clash in deal.forbidden):
            continue
        each: dict[str, float] = {}
        for party in deal.parties:
            total = sum(party.utilities[issue][option].estimate or 0.0 for issue, option in chosen.items())
            for bonus in deal.together:
                if all(chosen[i] == o for i, o in bonus.options.items()) and party.actor in bonus.utilities:
                    total += bonus.utilities[party.actor].estimate or 0.0
            each[party.actor] = total
        packages.append(package)
        worth.append(each)
    lines = {}
    for party in deal.parties:
        stated = [cell.estimate for cell in (party.batna, party.red_line) if cell is not None]
        lines[party.actor] = max(value for value in stated if value is not None)
    return packages, worth, lines


def acceptable(case: Scenario) -> list[int]:
    _, worth, lines = written(case)
    return [at for at, each in enumerate(worth) if all(each[who] >= lines[who] for who in lines)]


def test_the_zone_is_what_trying_every_package_finds() -> None:
    packages, worth, _ = written(BASIN)
    kept = acceptable(BASIN)
    front = [
        at
        for at in kept
        if not any(
            all(other[who] >= worth[at][who] for who in LINES) and any(other[who] > worth[at][who] for who in LINES)
            for other in worth
        )
    ]
    (found,) = asked("deal-space")
    assert f"{len(kept)} of {len(packages)} possible packages" in found.sentence
    assert f"on {len(front)} of them nobody can gain" in found.sentence
    assert found.table is not None
    assert len(found.table.rows) == len(front)
    assert found.verdict == "some deal is acceptable to all"


def test_nash_and_kalai_smorodinsky_are_what_trying_every_package_finds() -> None:
    packages, worth, lines = written(BASIN)
    kept = acceptable(BASIN)
    best = {who: max(worth[at][who] for at in kept) - lines[who] for who in lines}
    product = max(kept, key=lambda at: np.prod([worth[at][who] - lines[who] for who in lines]))
    share = max(kept, key=lambda at: sorted((worth[at][who] - lines[who]) / best[who] for who in lines))
    found, gains = asked("deal-solutions")
    assert found.table is not None
    deal = BASIN.file.deal
    assert deal is not None
    names = [{option.id: option.name for option in issue.options} for issue in deal.issues]
    rows = {row[0]: row for row in found.table.rows}
    for rule, at in (("nash", product), ("kalai-smorodinsky", share)):
        assert rows[rule][1:5] == tuple(words[each] for words, each in zip(names, packages[at], strict=True))
    # Gains are counted over what a party has without a deal, also where its red line lies higher.
    lowland = deal.parties[2]
    assert lowland.batna is not None
    assert rows["nash"][7] == worth[product]["lowland"] - (lowland.batna.estimate or 0.0)
    assert gains.key == "deal-gains"


def test_rules_that_compare_utilities_are_refused_unless_declared() -> None:
    found = asked("deal-solutions", solutions="nash,egalitarian,utilitarian")[0]
    assert found.table is not None
    assert [row[-1] for row in found.table.rows][1:] == ["refused: utilities are not declared comparable"] * 2
    assert "Refused" in found.reading
    with pytest.raises(CannotAnswerError, match="declared comparable"):
        asked("deal-solutions", solutions="utilitarian")
    with pytest.raises(OptionError, match="no fairness rule is called 'nsh'"):
        asked("deal-solutions", solutions="nsh")
    deal = BASIN.file.deal
    assert deal is not None
    comparable = Scenario(BASIN.file.model_copy(update={"deal": deal.model_copy(update={"comparable": True})}), "x")
    _, worth, _ = written(BASIN)
    most = max(sum(worth[at].values()) for at in acceptable(BASIN))
    found = asked("deal-solutions", comparable, solutions="utilitarian")[0]
    assert found.table is not None
    without = [party.batna.estimate or 0.0 for party in deal.parties if party.batna]
    assert sum(found.table.rows[0][5:11]) == pytest.approx(most - sum(without))  # type: ignore[arg-type]


def test_bargaining_weights_are_powers_of_gains() -> None:
    from comity.scenario.cells import CellDetail

    deal = BASIN.file.deal
    assert deal is not None
    parties = tuple(
        party.model_copy(update={"weight": CellDetail(value=6.0)}) if party.actor == "midland" else party
        for party in deal.parties
    )
    case = Scenario(BASIN.file.model_copy(update={"deal": deal.model_copy(update={"parties": parties})}), "x")
    _, worth, lines = written(case)
    weights = {who: 6.0 if who == "midland" else 1.0 for who in lines}
    best = max(
        acceptable(case), key=lambda at: np.prod([(worth[at][who] - lines[who]) ** weights[who] for who in lines])
    )
    found = asked("deal-solutions", case, solutions="nash")[0]
    assert found.table is not None
    assert [row[0] for row in found.table.rows] == ["nash", "nash-weighted"]
    midland = deal.parties[1].batna
    assert midland is not None
    assert found.table.rows[1][6] == worth[best]["midland"] - (midland.estimate or 0.0)
    assert found.table.rows[1][1:5] != found.table.rows[0][1:5]


def test_no_rule_is_called_the_fair_deal() -> None:
    for name in NAMES:
        for finding in asked(name):
            assert "fair deal" not in f"{finding.sentence} {finding.reading}"
    assert "under that rule's idea of fairness" in asked("deal-solutions")[0].reading


@settings(max_examples=15)
@given(line=st.integers(60, 130))
def test_the_smallest_move_that_opens_a_zone_is_what_trying_every_package_finds(line: int) -> None:
    case = BASIN.with_values({"deal.red_line[lowland]": float(line)})
    _, worth, lines = written(case)
    span = {who: max(each[who] for each in worth) - min(each[who] for each in worth) for who in lines}
    least = min(sum(max(0.0, lines[who] - each[who]) / span[who] for who in lines) for each in worth)
    (found,) = asked("open-zone", case, draws=0)
    assert (found.verdict == "the zone is open") == (least == 0)
    assert bool(acceptable(case)) == (least == 0)
    assert found.table is not None
    if least:
        assert found.table.rows[0][-2] == pytest.approx(least)
        # Moved by that much and no more, the zone is open.
        moves = {who: float(move) for who, move in zip(lines, found.table.rows[0][1:7], strict=True) if move}
        deal = case.file.deal
        assert deal is not None
        field = {party.actor: "red_line" if party.red_line else "batna" for party in deal.parties}
        moved = case.with_values({f"deal.{field[who]}[{who}]": lines[who] - by for who, by in moves.items()})
        assert acceptable(moved)


def test_a_line_above_every_package_is_said() -> None:
    case = BASIN.with_values({"deal.red_line[lowland]": 150.0})
    (found,) = asked("deal-space", case)
    assert "no deal is acceptable to all 6 parties" in found.sentence
    assert "Lowland accepts is above every package" in found.reading
    with pytest.raises(CannotAnswerError, match="no package is acceptable to all"):
        asked("deal-solutions", case)


def rows_of(case: Scenario, draws: int) -> tuple[DealTable, Any]:
    reads = registry().get("acceptance").reads
    rows = redraw(case, reads, 0, draws)
    return deal_of(case.view(reads), rows), rows


def test_redrawn_packages_are_worth_what_their_options_are() -> None:
    table, rows = rows_of(BASIN, 5)
    utilities = table.table()
    packages, worth, lines = written(BASIN)
    order = {package: at for at, package in enumerate(packages)}
    assert table.packages is not None
    ids = [tuple(table.option_ids[i][o] for i, o in enumerate(package)) for package in table.packages.tolist()]
    assert sorted(ids) == sorted(packages)
    for row in range(6):
        drawn = BASIN.with_values({item.path: value for item, value in zip(rows.inputs, rows.values[row], strict=True)
                                   if item.path.startswith("deal.")})  # fmt: skip
        _, worth, lines = written(drawn)
        for at, package in enumerate(ids):
            assert utilities[row, at].tolist() == pytest.approx([worth[order[package]][who] for who in LINES])
        assert table.floor[row].tolist() == pytest.approx([lines[who] for who in LINES])


def test_shares_of_redraws_are_counted() -> None:
    table, _ = rows_of(BASIN, 60)
    accepted = (table.table() >= table.floor[:, None, :] - 1e-9)[1:]
    assert table.packages is not None
    text = int(np.flatnonzero((table.packages == table.proposed).all(axis=1))[0])
    found, _, regret = asked("acceptance")
    assert found.table is not None
    assert found.table.rows[0][5:11] == pytest.approx(accepted[:, text].mean(axis=0).tolist())
    assert found.table.rows[0][11] == pytest.approx(accepted[:, text].all(axis=1).mean())
    robust = accepted.mean(axis=0).min(axis=1).max()
    assert min(found.table.rows[1][5:11]) == pytest.approx(robust, abs=0.02)  # type: ignore[type-var]
    assert regret.key == "regret"


def test_a_rule_asks_its_members_only() -> None:
    table, _ = rows_of(BASIN, 60)
    accepted = (table.table() >= table.floor[:, None, :] - 1e-9)[1:]
    assert table.packages is not None
    text = int(np.flatnonzero((table.packages == table.proposed).all(axis=1))[0])
    two_states = (accepted[:, text, :3].sum(axis=1) >= 2).mean()
    found = asked("acceptance")[0]
    assert found.table is not None
    assert found.table.columns[-1] == "passes under Two of the three states"
    assert found.table.rows[0][-1] == pytest.approx(two_states)


def test_a_trade_leaves_both_better_off() -> None:
    (found,) = asked("log-rolls")
    assert found.table is not None
    assert all(row[4] > 0 and row[5] > 0 for row in found.table.rows)  # type: ignore[operator]
    assert "nobody else loses" in found.sentence


def test_lines_leave_no_trace_for_others() -> None:
    def formats(value: float) -> list[str]:
        moved = {f"deal.batna[{who}]": value for who in LINES}
        case = BASIN.with_values({**moved, "deal.red_line[lowland]": value + 20}).redacted()
        brief = compose(case, audience="shared", draws=30)
        return [render_json(brief), render_html(brief), render_markdown(brief)]

    one, two = formats(20.0), formats(40.0)
    assert one == two
    assert "is not in this case" in one[2]


def test_a_party_that_states_no_line_is_left_out_and_named() -> None:
    deal = BASIN.file.deal
    assert deal is not None
    parties = tuple(
        party.model_copy(update={"batna": None}) if party.actor == "bank" else party for party in deal.parties
    )
    case = Scenario(BASIN.file.model_copy(update={"deal": deal.model_copy(update={"parties": parties})}), "x")
    (found,) = asked("deal-space", case)
    assert "5 parties whose lines are stated" in found.sentence
    assert any("Development Bank" in caveat and "silence is not consent" in caveat for caveat in found.caveats)


def test_the_brief_of_the_basin_begins_with_its_deals() -> None:
    brief = compose(BASIN, draws=60)
    assert not brief.failed
    page = {section.slot: " ".join(section.lines) for section in brief.page_one}
    assert "possible packages are acceptable to all 6 parties" in page["bottom line"]
    assert "Nash (largest product of gains)" in page["what each rule gives"]
    assert "on dam" in page["who gives way"]
    assert "What closes the zone" in page["what would change it"]
    assert "invented" in page["caution"]


def test_blocks_of_rows_are_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    import comity.bargaining.analyses.deal_table as module

    table, _ = rows_of(BASIN, 20)
    whole = table.table()
    one = {name: [(each.verdict, each.table) for each in asked(name, draws=20)] for name in NAMES}
    monkeypatch.setattr(module, "_CELLS_AT_ONCE", 3 * table.size)
    parts = list(table.blocks())
    assert len(parts) == 7
    assert np.array_equal(np.concatenate([part for part, _ in parts]), whole)
    assert np.array_equal(np.concatenate([floors for _, floors in parts]), table.floors())
    assert {name: [(each.verdict, each.table) for each in asked(name, draws=20)] for name in NAMES} == one


def many(issues: int) -> Scenario:
    import json

    names = [f"i{number}" for number in range(issues)]
    options = [{"id": f"o{at}", "name": f"o{at}"} for at in range(10)]
    worth = {
        who: {name: {f"o{at}": (at if who == "a" else 9 - at) * (1 + place % 3 + (who == "b")) for at in range(10)}
              for place, name in enumerate(names)}
        for who in "ab"
    }  # fmt: skip
    data = {
        "comity": 1,
        "title": "Many",
        "actors": [{"id": "a", "name": "A"}, {"id": "b", "name": "B"}],
        "deal": {
            "issues": [{"id": name, "question": "?", "options": options} for name in names],
            "parties": [{"actor": who, "batna": 5, "utilities": worth[who]} for who in "ab"],
        },
    }
    return loads(json.dumps(data).encode())


def test_a_trillion_packages_are_answered_as_written_and_not_redrawn() -> None:
    case = many(12)
    (space,) = asked("deal-space", case)
    assert "of 1,000,000,000,000 possible packages" in space.sentence
    assert any("too many to redraw" in caveat for caveat in space.caveats)
    assert space.chart is not None
    assert space.chart()["$schema"]
    assert asked("deal-solutions", case)[0].verdict is None
    assert asked("open-zone", case)[0].verdict is None
    with pytest.raises(CannotAnswerError, match="too many packages"):
        asked("acceptance", case)
