"""Reading a scenario: every kind of bad input gives its own clear error, and all of them at once."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.scenario import Document, ScenarioError, read_scenario
from comity.scenario.errors import Problem

GOOD = """\
comity: 1
title: Emission standards
actors:
  - {id: FRA, name: France, capability: 10}
  - {id: DEU, name: Germany, capability: 10}
  - {id: LUX, name: Luxembourg, capability: {value: 2, range: [1, 3], source: table}}
  - {id: ngo, name: Clean Air, kind: ngo, roles: [advocates]}
issues:
  - id: date
    question: When?
    scale: {low: 4, high: 10, low_means: early, high_means: late, unit: years}
    rule: qmv
salience_scale: 100
positions:
  - {actor: FRA, issue: date, position: 10, salience: 60}
  - {actor: DEU, issue: date, position: 4, salience: 80}
  - {actor: LUX, issue: date, position: {value: 5, evidence: [{value: 4}, {value: 6}]}, salience: 0}
institution:
  name: Council
  weights:
    votes:
      unit: votes
      values: {FRA: 10, DEU: 10, LUX: 2}
  rules:
    - {id: qmv, name: Majority, passes: {all: [{weight: votes, quota: 12}, {members: "50%"}]}}
sources:
  - {id: table, title: A table}
"""


def changed(*changes: tuple[str, str]) -> bytes:
    text = GOOD
    for old, new in changes:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    return text.encode()


def problems_of(text: bytes) -> tuple[Problem, ...]:
    with pytest.raises(ScenarioError) as caught:
        read_scenario(text, "case.yaml")
    return caught.value.problems


def test_a_good_file_is_read() -> None:
    document = read_scenario(GOOD.encode(), "case.yaml")
    assert isinstance(document, Document)
    assert document.text == GOOD
    assert len(document.sha256) == 64
    assert document.scenario.positions[2].position is not None
    assert document.scenario.positions[2].position.interval == (4.0, 6.0)


@pytest.mark.parametrize(
    ("old", "new", "path", "message", "remedy"),
    [
        # positions and scales
        (
            "position: 10",
            "position: 11",
            "positions[FRA,date].position",
            "11 is outside the issue's scale",
            "",
        ),
        (
            "{value: 5, ",
            "{value: 5, range: [5, 12], ",
            "positions[LUX,date].position.range[1]",
            "12 is outside",
            "",
        ),
        ("{value: 6}", "{value: 60}", "positions[LUX,date].position.evidence[1].value", "60 is outside", ""),
        (
            "{value: 5, ",
            "{value: 8, ",
            "positions[LUX,date].position.value",
            "outside the range of the coders'",
            "",
        ),
        ("low: 4", "low: 10", "issues[date].scale.low", "the low end 10 is not below the high end 10", ""),
        (
            "rule: qmv",
            "outcome: 3",
            "issues[date].outcome",
            "3 is outside the issue's scale, 4 to 10 years",
            "",
        ),
        ("rule: qmv", "reference_point: 30", "issues[date].reference_point", "30 is outside", ""),
        # saliences
        ("salience: 60", "salience: 140", "positions[FRA,date].salience", "140 is outside 0 to 100", ""),
        ("salience: 60", "salience: -1", "positions[FRA,date].salience", "-1 is outside 0 to 100", ""),
        (
            "salience: 60",
            "salience: 0.8",
            "positions[FRA,date].salience",
            "0.8 stands beside saliences of up to 80 on a scale of 0 to 100",
            "write 80 if 80 of 100 is meant, or {value: 0.8} if 0.8 of 100 is really meant",
        ),
        (
            "scale: 100",
            "scale: 1",
            "positions[DEU,date].salience",
            "80 is outside 0 to 1",
            "write 0.8, or declare",
        ),
        (
            "salience_scale: 100\n",
            "",
            "positions[FRA,date].salience",
            "the file has saliences and no salience_scale",
            "write 'salience_scale: 100'",
        ),
        (
            "salience_scale: 100",
            "salience_scale: 10",
            "salience_scale",
            "the number 10 is not one of",
            "1, 100",
        ),
        # ids
        (
            "id: DEU, name: Germany",
            "id: FRA, name: Germany",
            "actors[1].id",
            "the actor id 'FRA' is given twice",
            "",
        ),
        (
            "actor: DEU",
            "actor: DUE",
            "positions[DUE,date].actor",
            "no actor has the id 'DUE'",
            "did you mean 'DEU'?",
        ),
        ("issue: date", "issue: data", "positions[FRA,data].issue", "no issue has the id 'data'", "'date'?"),
        (
            "actor: DEU",
            "actor: FRA",
            "positions[1]",
            "the position of 'FRA' on 'date' is given twice",
            "entry 1",
        ),
        ("rule: qmv", "rule: qvm", "issues[date].rule", "no rule has the id 'qvm'", "did you mean 'qmv'?"),
        ("source: table", "source: tabel", "actors[LUX].capability.source", "no source has", "'table'?"),
        ("id: FRA", "id: 1a", "actors[0].id", "'1a' is not a short name", "begin with"),
        # capabilities
        ("capability: 10", "capability: -10", "actors[FRA].capability", "-10 is not above 0", ""),
        ("capability: 10", "capability: 0", "actors[FRA].capability", "0 is not above 0", ""),
        (
            "range: [1, 3]",
            "range: [3, 1]",
            "actors[LUX].capability.range",
            "begins at 3 and ends at 1",
            "exchange",
        ),
        (
            "range: [1, 3]",
            "range: [3, 4]",
            "actors[LUX].capability.value",
            "2 is outside its range, 3 to 4",
            "",
        ),
        ("range: [1, 3]", "range: [3]", "actors[LUX].capability.range", "a range has two numbers, not 1", ""),
        ("value: 2, ", "", "actors[LUX].capability.range", "a range without a number", "as 'value'"),
        # weights and quotas
        (
            "DEU: 10, LUX",
            "DEU: -10, LUX",
            "institution.weights[votes][DEU]",
            "the weight -10 is negative",
            "",
        ),
        (
            "DEU: 10, LUX",
            "LUX",
            "institution.weights[votes].values",
            "lacks 1 of the 3 actors that decide: DEU",
            "",
        ),
        (
            "LUX: 2}",
            "LUX: 2, GBR: 1}",
            "institution.weights[votes][GBR]",
            "no actor has the id 'GBR'",
            "known",
        ),
        ("LUX: 2}", "LUX: 2, ngo: 1}", "institution.weights[votes][ngo]", "does not decide", "add 'decides'"),
        (
            "quota: 12",
            "quota: 23",
            "institution.rules[qmv].passes.all[0].quota",
            "above the total weight, 22",
            "",
        ),
        (
            "quota: 12",
            "quota: 0",
            "institution.rules[qmv].passes.all[0].quota",
            "the quota 0 is not above 0",
            "",
        ),
        (
            "{weight: votes, quota: 12}",
            "{unless: {members: 0}}",
            "institution.rules[qmv].passes.all[0].unless.members",
            "the quota 0 is not above 0",
            "nobody against would stop every proposal; write 1 or more",
        ),
        (
            "quota: 12",
            "quota: -1",
            "institution.rules[qmv].passes.all[0].quota",
            "the quota -1 is not above",
            "",
        ),
        ("quota: 12", "quota: 120%", "institution.rules[qmv].passes.all[0].quota", "more than the whole", ""),
        (
            "quota: 12",
            "quota: 22, strict: true",
            "institution.rules[qmv].passes.all[0].quota",
            "never be reach",
            "",
        ),
        (
            "quota: 12",
            "quota: many",
            "institution.rules[qmv].passes.all[0].quota",
            "a whole number, or a share",
            "",
        ),
        (
            "weight: votes",
            "weight: vote",
            "institution.rules[qmv].passes.all[0].weight",
            "no weight table",
            "'votes'?",
        ),
        (
            'members: "50%"',
            "members: 4",
            "institution.rules[qmv].passes.all[1].members",
            "number of members, 3",
            "",
        ),
        (
            'members: "50%"',
            "all_but: 3",
            "institution.rules[qmv].passes.all[1].all_but",
            "is nobody",
            "below 3",
        ),
        (
            'members: "50%"',
            "veto: [ngo]",
            "institution.rules[qmv].passes.all[1].veto[0]",
            "does not decide",
            "",
        ),
        (
            'members: "50%"',
            "veto: [x]",
            "institution.rules[qmv].passes.all[1].veto[0]",
            "no actor has the id 'x'",
            "",
        ),
        (
            'members: "50%"',
            "",
            "institution.rules[qmv].passes.all[1]",
            "a clause has exactly one of the keys",
            "",
        ),
        # types and keys
        ("title:", "titel:", "titel", "unknown key 'titel'", "did you mean 'title'?"),
        (
            "salience: 60",
            "salence: 60",
            "positions[FRA,date].salence",
            "unknown key",
            "did you mean 'salience'?",
        ),
        ("capability: 10", "capability: big", "actors[FRA].capability", "a number is needed, not 'big'", ""),
        ("capability: 10", "capability: true", "actors[FRA].capability", "a number is needed, not true", ""),
        (
            "title: Emission standards",
            "title: 5",
            "title",
            "a text is needed, not the number 5",
            "put quotes",
        ),
        ("title: Emission standards", 'title: " "', "title", "the text is empty", ""),
        ("comity: 1", "comity: 2", "comity", "not a version that this Comity reads", "write 'comity: 1'"),
        (
            "kind: ngo",
            "kind: NGO",
            "actors[ngo].kind",
            "'NGO' is not one of the choices",
            "did you mean 'ngo'?",
        ),
        ("kind: ngo", "iso3: ng", "actors[ngo].iso3", "'ng' is not a country code", "three capital letters"),
        ("comity: 1", "comity: 1\ndata_date: 94", "data_date", "'94' is not a date", "1994-05"),
    ],
)
def test_bad_input_is_named_with_its_path(old: str, new: str, path: str, message: str, remedy: str) -> None:
    found = [problem for problem in problems_of(changed((old, new))) if problem.path == path]
    assert len(found) == 1, problems_of(changed((old, new)))
    assert message in found[0].message
    assert remedy in found[0].remedy


def test_a_problem_stands_at_its_line_and_column() -> None:
    problem = problems_of(changed(("salience: 60", "salience: 140")))[0]
    line = GOOD.splitlines()[problem.line - 1]
    assert line[problem.column - 1 :].startswith("60")
    assert str(problem).startswith("15:55: positions[FRA,date].salience: 140 is outside")


def test_all_problems_come_at_once_and_in_order() -> None:
    text = changed(
        ("title:", "titel:"),
        ("actor: DEU", "actor: DUE"),
        ("salience: 60", "salience: 140"),
        ("LUX: 2}", "LUX: -2}"),
        ("name: Council", "nme: Council"),
        ("quota: 12", "quota: 0"),
        ("question: When?", "question: 3"),
    )
    found = problems_of(text)
    assert [problem.path for problem in found] == [
        "title",
        "titel",
        "issues[date].question",
        "positions[FRA,date].salience",
        "positions[DUE,date].actor",
        "institution.name",
        "institution.nme",
        "institution.weights[votes][LUX]",
        "institution.rules[qmv].passes.all[0].quota",
    ]
    assert [problem.line for problem in found] == sorted(problem.line for problem in found)


def test_a_duplicate_key_and_a_wrong_value_are_reported_together() -> None:
    found = problems_of(changed(("title: Emission standards", "title: 5\ntitle: x"), ("quota: 12", "quota: 0")))
    assert [problem.line for problem in found] == [2, 3, 26]


def test_saliences_that_are_all_small_ask_for_the_scale() -> None:
    text = changed(("salience: 60", "salience: 0.6"), ("salience: 80", "salience: 0.8"))
    assert [problem.path for problem in problems_of(text)] == ["salience_scale"]


def test_saliences_that_are_all_zero_are_refused() -> None:
    text = changed(("salience: 60", "salience: 0"), ("salience: 80", "salience: 0"))
    assert [problem.path for problem in problems_of(text)] == ["issues[date]"]


def test_an_explicit_cell_says_that_a_small_salience_is_meant() -> None:
    document = read_scenario(changed(("salience: 60", "salience: {value: 0.8}")))
    salience = document.scenario.positions[0].salience
    assert salience is not None
    assert salience.estimate == 0.8


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"- a\n- b\n", "a scenario is a mapping"),
        (b"just text\n", "a scenario is a mapping"),
        (b"comity: 1\ntitle: x\nactors: []\n", "the list is empty"),
        (b"comity: 1\ntitle: x\nactors: {}\n", "a list is needed, not a mapping"),
        (b"comity: 1\ntitle: x\nactors: [5, x]\n", "a mapping ('key: value') is needed, not the number 5"),
        (b"comity: 1\ntitle: x\nactors:\n", "a list is needed, not nothing"),
        (b"comity: 1\ntitle: x\n", "the key 'actors' is missing"),
    ],
)
def test_wrong_shapes(text: bytes, message: str) -> None:
    assert any(message in problem.message for problem in problems_of(text)), problems_of(text)


@pytest.mark.parametrize("number", ["1", "1.5", "true", "x", "[]", "{}", "[1]", "{a: 1}", "[[1]]", "''"])
def test_any_section_of_a_wrong_type_is_an_error_and_no_crash(number: str) -> None:
    sections = (
        "actors",
        "issues",
        "positions",
        "institution",
        "sources",
        "assumptions",
        "ranges",
        "unverified",
    )
    for section in sections:
        text = f"comity: 1\ntitle: x\n{section}: {number}\n".encode()
        assert problems_of(text)
    for below in ("institution: {name: x, weights: %s, rules: %s}", "positions: [%s, {actor: %s, issue: 3}]"):
        assert problems_of(b"comity: 1\ntitle: x\n" + (below % (number, number)).encode())
    rule = f"institution: {{name: x, rules: [{{id: a, name: b, passes: {number}}}]}}"
    assert problems_of(f"comity: 1\ntitle: x\n{rule}\n".encode())


def test_one_actor_is_enough() -> None:
    assert read_scenario(b"comity: 1\ntitle: x\nactors: [{id: A, name: Aland}]\n").scenario.issues == ()


def test_three_megabytes_are_read() -> None:
    actors = "".join(f"- {{id: A{number}, name: n}}\n" for number in range(100))
    issues = "".join(
        f"- {{id: I{number}, question: q, scale: {{low: 0, high: 500, low_means: a, high_means: b}}}}\n"
        for number in range(230)
    )
    rows = "".join(
        f"- {{actor: A{actor}, issue: I{issue}, position: {actor}, salience: 0.5, note: {'n' * 70}}}\n"
        for actor in range(100)
        for issue in range(230)
    )
    head = "comity: 1\ntitle: x\nsalience_scale: 1\n"
    text = f"{head}actors:\n{actors}issues:\n{issues}positions:\n{rows}".encode()
    assert 3_000_000 < len(text) < 5_000_000
    assert len(read_scenario(text).scenario.positions) == 23_000


def test_thousands_of_problems_are_cut_short() -> None:
    problems = problems_of(b"comity: 1\ntitle: x\nactors:\n" + b"- x\n" * 6000)
    assert len(problems) == 1001
    assert any("problems follow, which are not listed" in problem.message for problem in problems[-2:])


def test_too_many_values_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comity.scenario.yaml_tree.MOST_VALUES", 1_000)
    assert "more than 1,000 values" in problems_of(b"a: [" + b"1," * 1_000 + b"]")[0].message


def test_forty_thousand_brackets_and_a_bomb_are_refused() -> None:
    assert "nested deeper" in problems_of(b"[" * 40_000)[0].message
    assert "anchors" in problems_of(b"a: &a [x]\nb: [*a, *a]\n")[0].message


# Files


def message_for(path: str | Path) -> str:
    with pytest.raises(ScenarioError) as caught:
        read_scenario(path)
    return str(caught.value)


def test_a_file_is_read_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(GOOD)
    assert read_scenario(path).name == str(path)
    assert read_scenario(str(path)).sha256 == read_scenario(GOOD.encode()).sha256


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert message_for(tmp_path / "no.yaml").startswith(f"{tmp_path / 'no.yaml'}:1:1: there is no such file; ")
    (tmp_path / "file").touch()
    assert "there is no such file" in message_for(tmp_path / "file" / "below.yaml")
    assert "there is no such file" in message_for("")


def test_a_directory(tmp_path: Path) -> None:
    assert "this is a directory, not a file" in message_for(tmp_path)


def test_names_that_are_no_names() -> None:
    assert "this is not a file name" in message_for("a\0b")
    assert "\\n" in message_for("no\nsuch")
    assert "the file cannot be read" in message_for("x" * 5000)


def test_special_files_are_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "this is not a regular file" in message_for(tmp_path / "pipe")
    assert "this is not a regular file" in message_for("/dev/zero")


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    with path.open("wb") as file:
        file.truncate(2**40)
    assert "larger than 5 MB" in message_for(path)


def test_a_binary_file(tmp_path: Path) -> None:
    path = tmp_path / "picture.yaml"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
    assert "this is a binary file" in message_for(path)


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(GOOD)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    # Tests may run as root, whom no mode of the file keeps out.
    monkeypatch.setattr("builtins.open", refuse)
    assert "no permission to read this file" in message_for(path)


# Whatever stands wherever


def _places(data: Any, loc: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield loc
    for step, child in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield from _places(child, (*loc, step))


GOOD_DATA = read_scenario(GOOD.encode()).tree.data
wrong_values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**39), 10**39),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", "FRA", "date", "qmv", "votes", "2/3", "-1", "1e400", [], {}, [[]], [None], {"value": None}]),
    st.lists(st.sampled_from([1, "FRA", None, {"id": "FRA"}, {"id": []}, {"actor": "FRA", "issue": {}}]), max_size=3),
    st.dictionaries(
        st.sampled_from(["id", "value", "range", "evidence", "weight", "quota", "any", "values", "source", "FRA"]),
        st.sampled_from([1, -1.5, "FRA", None, [1, 2], [{"value": 3}], {"FRA": 1}, {"weight": "votes"}]),
        max_size=3,
    ),
)


@settings(max_examples=200, deadline=None)
@given(loc=st.sampled_from(list(_places(GOOD_DATA))[1:]), value=wrong_values)
def test_any_value_anywhere_is_read_or_refused(loc: tuple[str | int, ...], value: object) -> None:
    data = copy.deepcopy(GOOD_DATA)
    parent = data
    for step in loc[:-1]:
        parent = parent[step]
    parent[loc[-1]] = value
    text = json.dumps(data, indent=1)  # JSON is YAML, and has no aliases
    lines = text.count("\n") + 1
    problems: tuple[Problem, ...] = ()
    try:
        read_scenario(text.encode(), "case.yaml")
    except ScenarioError as error:
        problems = error.problems
    assert all(1 <= problem.line <= lines and problem.message for problem in problems)
