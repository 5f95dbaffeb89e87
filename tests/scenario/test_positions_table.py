"""A table of positions laid over a scenario: what is read, what is refused, and that every bad row is said at once."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.findings import OptionError
from comity.scenario import ScenarioError, load
from comity.scenario.positions_table import PositionsTable, laid_over, read_positions_table
from comity.scenario.proposal import with_text
from comity.scenario.table_cells import LARGEST_TABLE

CASE = load("car-emissions")


def read(*lines: str) -> PositionsTable:
    return read_positions_table("\n".join(lines).encode(), CASE.file, "mine.csv")


def said(*lines: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        read(*lines)
    return str(caught.value).splitlines()


def test_actors_are_known_by_id_code_or_name_in_any_letters_and_columns_come_in_any_order() -> None:
    table = read(
        "salience,position,issue,actor",
        "60,10,tax,fra",
        "90,20,tax, United kingdom ",
        ",30,tax,DEU",
        "",
        ",70,TAX,Proposal",
        ",50,tax,status quo",
    )
    assert [(row.actor, row.issue) for row in table.positions] == [("FRA", "tax"), ("GBR", "tax"), ("DEU", "tax")]
    assert [row.salience.value if row.salience else None for row in table.positions] == [60.0, 90.0, None]
    (issue,) = table.issues
    assert issue.proposal is not None
    assert issue.reference_point is not None
    assert (issue.proposal.value, issue.reference_point.value) == (70.0, 50.0)
    assert (issue.scale.low, issue.scale.high, table.salience_scale) == (0.0, 100.0, 100)


def test_an_empty_cell_is_missing_and_never_zero() -> None:
    table = read("actor,issue,position,salience", "FRA,tax,,60", "DEU,tax,40,", "ITA,tax,,")
    assert [(row.actor, row.position is None, row.salience is None) for row in table.positions] == [
        ("FRA", True, False),
        ("DEU", False, True),
    ]


def test_an_issue_of_the_case_keeps_its_scale_and_what_it_says() -> None:
    table = read("actor,issue,position", "FRA,Date,10", "proposal,date,6")
    (issue,) = table.issues
    assert issue.question == "After how many years should emission standards apply to medium-sized cars?"
    assert (issue.id, issue.scale.low, issue.scale.high, issue.rule) == ("date", 4.0, 10.0, "qualified-majority")


def test_a_scale_is_what_the_columns_say_and_else_not_guessed() -> None:
    table = read("actor,issue,position,low,high", "FRA,year,2030,2020,2050", "DEU,year,2045,,", "ITA,tax,3,,")
    year, tax = table.issues
    assert (year.scale.low, year.scale.high, tax.scale.high) == (2020.0, 2050.0, 100.0)
    outside = read("actor,issue,position", "FRA,year,2030", "DEU,year,2045")
    assert (outside.issues[0].scale.low, outside.issues[0].scale.high) == (2030.0, 2045.0)
    assert "give low and high" in outside.notes[0]


def test_every_bad_row_is_said_at_once_with_its_line_its_column_and_a_remedy() -> None:
    found = said(
        "actor,issue,position,salience",
        "Frnce,tax,10,60",
        "FRA,tax,1x,60",
        "DEU,tax,20,600",
        "ITA,tax,20",
        "GBR,,20,",
        ",tax,20,",
        "BEL,tax,20,5",
        "belgium,tax,30,5",
        "proposal,tax,,",
        "reference,tax,120,",
        "NLD,what is it,20,5",
    )
    assert found == [
        "mine.csv:2:1: actor: no actor of the case is called 'Frnce'; did you mean France (FRA)?",
        "mine.csv:3:9: position: '1x' is not a number; write a number, or nothing",
        "mine.csv:4:12: salience: 600 is outside 0 to 100; saliences run from 0 to 100, or from 0 to 1",
        "mine.csv:5:1: 3 cells under 4 columns; put quotes around a cell that holds a comma; write decimals with a "
        "point",
        "mine.csv:6:5: issue: the issue is missing; name the issue in each row",
        "mine.csv:7:1: actor: the actor is missing; name the actor, or write proposal or reference",
        "mine.csv:9:1: actor: the position of 'BEL' on 'tax' is given twice; line 8 has it already; keep one of the "
        "two",
        "mine.csv:10:14: position: the row of the proposal is empty; write its place",
        "mine.csv:11:15: position: 120 is outside the scale of 'tax', 0 to 100; correct it, or give the scale in the "
        "columns low and high",
        "mine.csv:12:5: issue: 'what is it' is no short name of an issue; write a letter, then letters, digits, - or "
        "_, at most 40",
    ]


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["actor;issue;position", "FRA;tax;1.234"], "may be 1.234 or 1234"),
        (["actor;issue;position", "FRA;tax;3;4"], "all its semicolons"),
        (["actor,issue", "FRA,tax"], "there is no column 'position'"),
        (["actor,issue,position,salence", "FRA,tax,3,4"], "did you mean 'salience'?"),
        (["actor,issue,position,position", "FRA,tax,3,4"], "given twice"),
        (["actor,issue,position,low", "FRA,tax,3,4"], "two ends"),
        (["actor,issue,position,low,high", "FRA,tax,3,4,"], "two ends"),
        (["actor,issue,position,low,high", "FRA,tax,3,4,4"], "not below"),
        (["actor,issue,position,low,high", "FRA,tax,3,0,4", "DEU,tax,3,0,5"], "another row has the scale 0 to 4"),
        (["actor,issue,position", 'FRA,tax,"3,500"'], "may be 3.500 or 3500"),
        (["actor,issue,position", 'FRA,tax,"3.500,5"'], "marks between thousands"),
        (["actor,issue,position", 'FRA,tax,"3,5"', "DEU,tax,3.5"], "write all with a point"),
        (["actor,issue,position", "FRA,tax,#N/A"], "an error of the spreadsheet"),
        (["actor,issue,position", "FRA,tax,5%", "DEU,tax,5"], "with %, or none"),
        (["country,party,issue,position", "FRA,EPP,tax,5"], "call the one that is meant 'actor'"),
        (["actor,salience,date", "FRA,5,5"], "the salience of which issue?"),
        (["name,date", "FRA,x"], "no column holds the positions on an issue"),
        (["actor,issue,position", "FRA,tax,nan"], "not a number"),
        (["actor,issue,position", "FRA,tax,1e99"], "too large"),
        (["actor,issue,position", "FRA,tax,0.2", "DEU,tax,1"], "between 0 and 1"),
        (["actor,issue,position", "FRA,tax,150"], "the scale of 'tax' is not known"),
        (["actor,issue,position", "FRA,tax,50", "DEU,tax,150"], "outside the scale"),
        (["actor,issue,position,salience", "FRA,tax,5,0.5", "DEU,tax,5,60"], "beside saliences of up to 60"),
        (["actor,issue,position", "proposal,tax,5", "proposal,tax,6"], "given twice"),
        (["actor,issue,position"], "no position of an actor"),
        ([""], "there is no column 'actor'"),
        (["actor,issue,position", 'FRA,tax,"5'], "broken row"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_remedy(lines: list[str], says: str) -> None:
    found = said(*lines)
    assert any(says in line for line in found), found
    assert all(line.startswith("mine.csv:") and "; " in line for line in found)


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"\xff\xfe\x00", "UTF-8"), (b"a\x00b", "text file"), (b"x" * (LARGEST_TABLE + 1), "5 MB")],
)
def test_what_is_no_table_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(ScenarioError, match=says):
        read_positions_table(content, CASE.file, "mine.csv")


@given(st.binary(max_size=300) | st.text(alphabet='actor,issue,position\n"FRA;0.1 ', max_size=200).map(str.encode))
def test_whatever_the_bytes_there_is_a_table_or_an_error_of_ours(content: bytes) -> None:
    with suppress(ScenarioError):
        assert read_positions_table(content, CASE.file, "mine.csv").positions


def test_a_table_replaces_the_positions_of_the_case_and_says_so() -> None:
    table = read("actor,issue,position,salience,mood", "FRA,tax,10,0.5,good", "DEU,tax,60,1,bad")
    case, notes = laid_over(CASE, table)
    assert case.subjects("issues") == ("tax",)
    assert case.file.salience_scale == 1
    assert "The column 'mood' is not used." in notes
    assert any("own positions are replaced" in note for note in notes)
    assert any("left out: date" in note for note in notes)
    item = next(each for each in case.all_inputs() if each.path == "positions[FRA,tax].position")
    assert (item.source, item.basis, item.remarks) == (None, "judgement", ("mine.csv, line 2",))


def test_only_a_row_that_names_its_source_is_a_cited_number() -> None:
    known = CASE.file.sources[0].id
    table = read(
        "actor,issue,position,source",
        "FRA,date,4,Minutes of 3 May",
        "DEU,date,5,",
        f"ITA,date,6,{known}",
        "proposal,date,7,Minutes of 3 May",
        "reference,date,8,",
    )
    case, _ = laid_over(CASE, table)
    held = {each.path: each for each in case.all_inputs()}
    where = [f"positions[{who},date].position" for who in ("FRA", "DEU", "ITA")]
    where += ["issues[date].proposal", "issues[date].reference_point"]
    assert [(held[path].source, held[path].basis) for path in where] == [
        ("positions-table-1", "cited number"),
        (None, "judgement"),
        (known, "cited number"),
        ("positions-table-1", "cited number"),
        (None, "judgement"),
    ]
    assert [source.text for source in case.sources([held[where[0]]])] == ["Minutes of 3 May."]


def test_a_number_typed_over_an_issue_does_not_take_the_source_of_the_issue() -> None:
    case, _ = with_text(load("river-basin"), {"dam": 70.0}, {"release": 0, "monitoring": 0, "financing": 50})
    held = {each.path: each for each in case.all_inputs()}
    typed, stays = held["issues[dam].proposal"], held["issues[dam].reference_point"]
    assert (typed.source, typed.basis, stays.source, stays.basis) == (None, "judgement", "invented", "judgement")


def test_without_a_text_the_weighted_mean_is_taken_and_said() -> None:
    table = read("actor,issue,position,salience", "FRA,tax,10,1", "DEU,tax,60,0.25", "reference,tax,0,")
    case, notes = with_text(laid_over(CASE, table)[0], {}, {})
    (issue,) = case.file.issues
    assert issue.proposal is not None
    assert issue.proposal.value == pytest.approx((10 * 1 + 60 * 0.25) / 1.25)
    assert notes == (
        "No text is given on tax: the mean of the members' positions, weighted by salience, is taken as the text.",
    )


def test_what_a_person_types_goes_before_the_table() -> None:
    table = read("actor,issue,position", "FRA,tax,10", "proposal,tax,30", "reference,tax,0")
    case, notes = with_text(laid_over(CASE, table)[0], {"TAX": 40.0}, {"tax": 5.0})
    (issue,) = case.file.issues
    assert issue.proposal is not None
    assert issue.reference_point is not None
    assert (issue.proposal.value, issue.reference_point.value, notes) == (40.0, 5.0, ())


@pytest.mark.parametrize(
    ("proposal", "otherwise", "says"),
    [
        ({"dat": 5.0}, {"date": 5.0}, "did you mean date"),
        ({"date": 50.0}, {"date": 5.0}, "outside the scale of date, 4 to 10"),
        ({"date": float("nan")}, {"date": 5.0}, "outside the scale"),
        ({"date": 5.0}, {}, "--otherwise date=NUMBER, or a row reference,date,NUMBER"),
    ],
)
def test_a_text_that_cannot_be_meant_is_refused(
    proposal: dict[str, float], otherwise: dict[str, float], says: str
) -> None:
    with pytest.raises(OptionError) as caught:
        with_text(CASE, proposal, otherwise)
    assert says in str(caught.value)
