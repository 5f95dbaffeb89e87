"""Files of answers: every fault with its line, and numbers that go into a case with their range and source."""

from __future__ import annotations

import re

import pytest

from comity.scenario import ScenarioError, load, loads, open_shipped, read_scenario
from comity.scenario.answers import (
    answers_template,
    check_against,
    pair_table,
    read_answers,
    swing_table,
    trade_table,
)
from comity.scenario.edits import changed_data, write_values
from comity.scenario.elicited import Elicited, ElicitedNumbers, elicited_changes, pasted, saliences_of

HEAD = "comity_answers: 1\nactor: lowland\n"


def problems(text: str, case: str | None = None) -> list[str]:
    def read() -> None:
        file = read_answers(text.encode(), "a.yaml")
        if case is not None:
            check_against(file, load(case).file)

    with pytest.raises(ScenarioError) as caught:
        read()
    return str(caught.value).splitlines()


def test_an_empty_file_is_told_as_one() -> None:
    assert problems("") == ["a.yaml:1:1: the file is empty; write 'key: value' on its lines"]


def test_the_template_fits_the_case_that_it_names() -> None:
    file = read_answers(answers_template().encode())
    check_against(file, load("river-basin").file)
    assert file.content.method == "swing weights and indifference"


def test_points_over_two_passes_and_their_ranges() -> None:
    text = HEAD + "swing: {points: {a: {value: 60, range: [50, 75]}, b: 100, c: 0}, again: {a: 80, b: 90}}"
    table = swing_table(read_answers(text.encode()).content.swing)  # type: ignore[arg-type]
    assert table.issues == ("a", "b", "c")
    assert table.points == (70, 95, 0)
    assert (table.low, table.high) == ((50, 90, 0), (80, 100, 0))


def test_pairs_in_either_direction_and_as_fractions() -> None:
    text = HEAD + "pairwise:\n- {this: a, that: b, times: 1/4}\n- {this: c, that: a, times: 2, range: [1, 4]}\n"
    table = pair_table(read_answers(text.encode()).content.pairwise)
    assert table.issues == ("a", "b", "c")
    assert (table.ratios[0][1], table.ratios[0][2]) == (0.25, 0.5)
    assert (table.low[0][2], table.high[0][2]) == (0.25, 1)
    assert table.ratios[1][2] != table.ratios[1][2]


def test_packages_and_lotteries_as_rows() -> None:
    text = HEAD + (
        "indifference:\n  order: {a: [x, y], b: [u, v]}\n  margin: 2\n  answers:\n"
        "  - {this: {a: y}, that: {a: x}, is: worse}\n"
        "  - {this: {a: y, b: u}, that: {a: x, b: v}, is: same, within: 3}\n"
        "  - {sure: {b: u}, best: {b: v}, worst: {b: u}, chance: 0.5, range: [0.25, 0.75]}\n"
    )
    held = read_answers(text.encode()).content.indifference
    assert held is not None
    table = trade_table(held)
    assert table.rows[0] == [1, -1, 0, 0]
    assert table.low[0] == 2
    assert table.rows[1] == [-1, 1, 1, -1]
    assert (table.low[1], table.high[1]) == (-3, 3)
    assert table.rows[2] == pytest.approx([0, 0, 1 - 0.75, -0.25])
    assert table.rows[3] == pytest.approx([0, 0, 1 - 0.25, -0.75])
    assert table.answer == [0, 1, 2, 2, 2]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the file holds no answers"),
        ("swing: {points: {a: 1}}", "swing.points: 1 given, and at least 2 are needed"),
        ("swing: {points: {a: 0, b: 0}}", "all points are 0"),
        ("swing: {points: {a: -1, b: 2}}", "a.yaml:3:21: swing.points.a: points are at least 0"),
        ("swing: {points: {a: {range: [1, 2]}, b: 2}}", "the points are missing"),
        ("swing: {points: {a: {value: 3, range: [4, 5]}, b: 2}}", "outside its own range"),
        ("swing: {points: {a: 1, b: 2}, again: {c: 1}}", "'c' has no points the first time"),
        ("swing: {points: {a: 1, b: 2}}\npairwise: [{this: a, that: b, times: 1}]", "both swing and pairwise"),
        ("pairwise: [{this: a, that: a, times: 1}]", "compared with itself"),
        ("pairwise: [{this: a, that: b, times: 1}, {this: b, that: a, times: 1}]", "compared twice; see item 1"),
        ("pairwise: [{this: a, that: b, times: 0}]", "not at least"),
        ("pairwise: [{this: a, that: b, times: much}]", "a number is needed"),
        ("pairwise: [{this: a, that: b, times: 1/0}]", "a number is needed"),
        ("pairwise: [{this: a, that: b, times: 1, range: [2, 3]}]", "does not hold the answer"),
        ("indifference: {order: {a: [x]}}", "one option only"),
        ("indifference: {order: {a: [x, x]}}", "stands twice"),
        ("indifference: {order: {a: [x, y]}, answers: [{this: {a: x}, is: same}]}", "neither a comparison"),
        ("indifference: {order: {a: [x, y]}, answers: [{this: {a: z}, that: {a: x}, is: same}]}", "not in the order"),
        ("indifference: {order: {a: [x, y]}, answers: [{this: {b: z}, that: {b: x}, is: same}]}", "'b' has no order"),
        ("indifference: {order: {a: [x, y]}, answers: [{this: {}, that: {}, is: same}]}", "same issues"),
        (
            "indifference: {order: {a: [x, y]}, answers: "
            "[{sure: {a: x}, best: {a: y}, worst: {a: x}, chance: 0.1, range: [0.2, 1]}]}",
            "does not hold the chance",
        ),
        ("swing: {points: {a: 1, b: 2}}\nmost_importnt: 3", "did you mean 'most_important'"),
    ],
)
def test_faults_say_what_would_be_right(text: str, says: str) -> None:
    assert any(re.search(says, line) for line in problems(HEAD + text))


def test_all_faults_at_once_with_their_lines() -> None:
    found = problems(HEAD + "swing:\n  points: {a: -1, b: 2}\n  again: {c: 3}\nindifference: {order: {d: [x]}}\n")
    assert [line.split(":")[1] for line in found] == ["4", "5", "6"]


def test_names_that_the_case_does_not_have() -> None:
    text = HEAD.replace("lowland", "lowlnd") + (
        "swing: {points: {dam: 1, relese: 2}}\nmost_important: 100\n"
        "indifference: {order: {dam: [hgh, low, cascade], flow: [x, y]}}\n"
    )
    found = "\n".join(problems(text, "river-basin"))
    for says in ("did you mean 'lowland'", "did you mean 'release'", "did you mean 'high'", "'high' is missing"):
        assert says in found
    assert "the deal has no issue 'flow'" in found
    assert "the issue 'financing' is missing" in found
    no_deal = problems("comity_answers: 1\nactor: FRA\nindifference: {order: {a: [x, y]}}", "car-emissions")
    assert "has no section `deal`" in no_deal[0]


def test_saliences_keep_the_range_and_stay_on_the_scale() -> None:
    found = saliences_of(("a", "b"), (0.75, 0.25), (0.6, 0.1), (0.9, 0.4), scale=1)
    assert found == {"a": Elicited(1.0, 0.8, 1.0), "b": Elicited(0.333, 0.133, 0.533)}


NUMBERS = ElicitedNumbers(
    {"dam": Elicited(50.0, 40.0, 60.0), "release": Elicited(100.0, 100.0, 100.0)},
    {
        (issue, option): Elicited(float(at), float(at) / 2, float(at))
        for issue, options in {
            "dam": ("high", "low", "cascade"),
            "release": ("none", "minimum", "pulse"),
            "monitoring": ("national", "joint", "public"),
            "financing": ("fund", "shared", "builder"),
        }.items()
        for at, option in enumerate(options)
    },
)


def test_numbers_go_into_their_cells_and_nothing_else_changes() -> None:
    document = open_shipped("river-basin")
    answers = read_answers(answers_template().encode()).content
    changes = elicited_changes(document.tree.data, answers, NUMBERS)
    edited = read_scenario(write_values(document.text.encode(), changes, "x.yaml"))
    rows = {(row.actor, row.issue): row for row in edited.scenario.positions}
    dam, release = rows["lowland", "dam"].salience, rows["lowland", "release"].salience
    assert dam is not None
    assert release is not None
    assert (dam.value, dam.range, dam.source, dam.unverified) == (50, (40, 60), "elicited", True)
    assert release.range is None
    assert "default is assumed" in (release.note or "")
    assert edited.scenario.deal is not None
    party = next(each for each in edited.scenario.deal.parties if each.actor == "lowland")
    assert party.utilities["dam"]["cascade"].range == (1, 2)
    assert party.utilities["dam"]["high"].range == (0, 0)
    source = next(each for each in edited.scenario.sources if each.id == "elicited")
    assert source.author == "J. Doe"
    assert "2026-05-01" in source.title
    # A judged number stays a judgement, whatever its row cites.
    case = loads(edited.text.encode())
    item = next(each for each in case.all_inputs() if each.path == "positions[lowland,dam].salience")
    assert item.basis == "judgement"
    before, after = document.text.splitlines(), edited.text.splitlines()
    assert len([line for line in before if line not in after]) == 2 + 4
    again = elicited_changes(edited.tree.data, answers, NUMBERS)
    assert changed_data(edited.tree.data, again) == edited.tree.data


def test_rows_a_party_and_a_scale_that_are_not_there_are_added() -> None:
    text = open_shipped("river-basin").text
    cut = text[: text.index("\npositions:")] + text[text.index("\ngroups:") :]
    cut = cut.replace("salience_scale: 100\n", "")
    document = read_scenario(cut.encode())
    answers = read_answers(answers_template().replace("actor: lowland", "actor: rivers").encode()).content
    data = document.tree.data
    parties = [each["actor"] for each in data["deal"]["parties"]]
    edited = read_scenario(write_values(cut.encode(), elicited_changes(data, answers, NUMBERS)))
    assert [(row.actor, row.issue) for row in edited.scenario.positions] == [("rivers", "dam"), ("rivers", "release")]
    assert edited.scenario.salience_scale == 100
    assert edited.scenario.deal is not None
    assert ("rivers" in parties) == (len(edited.scenario.deal.parties) == len(parties))


def test_a_private_cell_stays_private() -> None:
    text = open_shipped("river-basin").text
    row = "{actor: lowland, issue: dam, position: 20, salience: 60, source: invented}"
    assert row in text
    text = text.replace(row, row.replace("salience: 60", "salience: {value: 60, range: [10, 70], private: true}"))
    document = read_scenario(text.encode())
    answers = read_answers(answers_template().encode()).content
    numbers = ElicitedNumbers({"dam": Elicited(80.0, 80.0, 80.0)}, {})
    edited = read_scenario(write_values(text.encode(), elicited_changes(document.tree.data, answers, numbers)))
    cell = next(r.salience for r in edited.scenario.positions if (r.actor, r.issue) == ("lowland", "dam"))
    assert cell is not None
    assert (cell.value, cell.range, cell.private) == (80, None, True)


def test_what_is_pasted_is_a_part_of_a_scenario() -> None:
    answers = read_answers(answers_template().encode()).content
    part = pasted(answers, NUMBERS)
    assert part["positions"][0]["salience"] == {
        "value": 50.0,
        "range": [40.0, 60.0],
        "note": "swing weights, 2026-05-01",
    }
    assert part["deal"]["parties"][0]["batna"] is None
