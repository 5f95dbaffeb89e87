"""A scenario made of a table: every layout reads the same, nothing is guessed, and names and numbers come through."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_workbooks import ERROR, Value, ods, xlsx

from comity.scenario import ScenarioError, ScenarioFile, loads
from comity.scenario.table_case import TableCase, case_from_table

LONG = """\
Country,Issue,Position,Salience
France,date,10,60
France,tax,35.5,
Germany,date,4,80
Germany,tax,,30
"""


def made(table: str | bytes, name: str = "mine.csv", **stated: Any) -> TableCase:
    return case_from_table(table.encode() if isinstance(table, str) else table, name, **stated)


def file_of(table: str | bytes, **stated: Any) -> ScenarioFile:
    return loads(made(table, **stated).text.encode()).file


def wants(file: ScenarioFile) -> dict[tuple[str, str], tuple[float | None, float | None]]:
    return {
        (row.actor, row.issue): (
            None if row.position is None else row.position.value,
            None if row.salience is None else row.salience.value,
        )
        for row in file.positions
    }


def said(table: str | bytes, name: str = "mine.csv", **stated: Any) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        made(table, name, **stated)
    return str(caught.value).splitlines()


EXPECTED = {
    ("france", "date"): (10.0, 60.0),
    ("france", "tax"): (35.5, None),
    ("germany", "date"): (4.0, 80.0),
    ("germany", "tax"): (None, 30.0),
}


@pytest.mark.parametrize(
    "table",
    [
        LONG,
        LONG.replace(",", "\t"),
        "\ufeff" + LONG.replace(",", ";").replace("35.5", "35,5"),
        LONG.replace("\n", "\r\n"),
        LONG.replace("France,", "\u00a0France ,").replace("80\n", "80 \n"),
        "salience,position,issue,actor\n60,10,date,France\n,35.5,tax,France\n80,4,date,Germany\n30,,tax,Germany\n",
        "actor,date,date salience,tax,tax salience\nFrance,10,60,35.5,\nGermany,4,80,,30\n",
        "actor,date,salience of date,tax,tax (salience)\nFrance,10,60,35.5,\nGermany,4,80,,30\n",
        "actor;date;date_salience;tax;salience (tax)\nFrance;10;60;35,5;\nGermany;4;80;;30\n",
        "Our talks\n\nactor,date,date: salience,tax,tax importance\nFrance,10,60,35.5,\nGermany,4,80,,30,\n",
        "issue,France,France salience,Germany,Germany salience\ndate,10,60,4,80\ntax,35.5,,,30\n",
        ",date,,tax,\nactor,position,salience,position,salience\nFrance,10,60,35.5,\nGermany,4,80,,30\n",
        "actor,date,,tax,\n,position,salience,position,salience\nFrance,10,60,35.5,\nGermany,4,80,,30\n",
    ],
)
def test_every_layout_and_every_way_of_writing_it_reads_the_same(table: str) -> None:
    file = file_of(table)
    assert wants(file) == EXPECTED
    assert [actor.name for actor in file.actors] == ["France", "Germany"]
    assert file.salience_scale == 100
    # Germany's tax is missing in the table and stays missing.
    assert next(row for row in file.positions if row.actor == "germany" and row.issue == "tax").position is None


ROWS: list[list[Value]] = [
    ["Actor", "date", None, "tax", None],
    [None, "position", "salience", "position", "salience"],
    ["France", 10.0, 60.0, 35.5, None],
    ["Germany", 4.0, 80.0, None, 30.0],
]


@pytest.mark.parametrize("content", [xlsx({"Notes": [["Read me"]], "Table": ROWS}), ods(ROWS)])
def test_workbooks_read_the_same(content: bytes) -> None:
    assert wants(file_of(content)) == EXPECTED


def test_the_preview_says_how_each_column_was_read() -> None:
    found = made(
        "Talks of May\nCountry;date;date (salience);GDP note\nFrance;9,5;60;high\nGermany;;80;low\nproposal;7;;\n"
    )
    assert list(found.preview) == [
        "mine.csv: 2 actors, 1 issue, 1 position, 2 saliences, 1 empty cell",
        "  column 'Country': actor",
        "  column 'date': position on 'date'",
        "  column 'date (salience)': salience of 'date'",
        "  column 'GDP note': not used",
        "  issue date: scale 0 to 100, assumed",
        "  saliences: 0 to 100",
        "  Columns are separated by semicolons.",
        "  Line 1 ('Talks of May') is no header.",
        "  Decimals are written with a comma, as in 9,5 (line 3).",
    ]
    assert 'title: "Talks of May"' in found.text or "title: Talks of May" in found.text


def test_a_scale_is_stated_or_marked_as_assumed() -> None:
    table = "actor,issue,position,low,high\nFRA,date,2030,2020,2050\nDEU,tax,3,,\nFRA,tax,7,,\n"
    table += "FRA,rate,-5,,\nDEU,rate,250,,\n"
    found = made(table, scales={"TAX": (1, 9)})
    file = loads(found.text.encode()).file
    assert [(each.id, each.scale.low, each.scale.high) for each in file.issues] == [
        ("date", 2020.0, 2050.0),
        ("tax", 1.0, 9.0),
        ("rate", -5.0, 250.0),
    ]
    assert [text for text in file.unverified if "scale" in text] == [
        "The scale of rate is assumed, -5 to 250: the table does not state it."
    ]
    assert found.text.count("# assumed: the table does not state it") == 1


@pytest.mark.parametrize(
    ("saliences", "stated", "scale"),
    [("60,5", None, 100), ("0.5,1", None, 1), ("1,1", 1, 1), ("5,7", 100, 100), ("80%,5%", None, 100)],
)
def test_a_salience_scale_that_the_table_tells_or_a_person(
    saliences: str, stated: Literal[1, 100] | None, scale: int
) -> None:
    one, two = saliences.split(",")
    table = f"actor,issue,position,salience\nFRA,tax,10,{one}\nDEU,tax,20,{two}\n"
    assert file_of(table, salience_scale=stated).salience_scale == scale


@pytest.mark.parametrize(
    ("saliences", "stated", "says"),
    [
        ("1,1", None, "write --salience-scale 1 or --salience-scale 100"),
        ("5,7", None, "multiply them if they run from 0 to 10"),
        ("0.5,60", None, "write all of them from 0 to 1"),
        ("0.5,60", 1, "60 is outside 0 to 1"),
        ("80%,5", None, "with %, or none"),
    ],
)
def test_a_salience_scale_is_never_guessed(saliences: str, stated: Literal[1, 100] | None, says: str) -> None:
    one, two = saliences.split(",")
    table = f"actor,issue,position,salience\nFRA,tax,10,{one}\nDEU,tax,20,{two}\n"
    assert any(says in line for line in said(table, salience_scale=stated))


def test_what_a_table_says_of_its_actors_comes_through_once() -> None:
    file = file_of(
        "actor,name,iso3,capability,issue,position,source\n"
        "FRA,France,fra,10,tax,10,Minutes of 3 May\n"
        "FRA,,,,date,20,\n"
        "Côte d'Ivoire,,CIV,2.5,tax,30,Minutes of 3 May\n"
        "World Bank,,,,tax,40,\n"
        "world-bank,,,,tax,50,\n"
        "proposal,,,,tax,60,\n"
        "status quo,,,,tax,0,Law 7\n"
    )
    assert [(each.id, each.name, each.iso3, each.capability and each.capability.value) for each in file.actors] == [
        ("FRA", "France", "FRA", 10.0),
        ("CIV", "Côte d'Ivoire", "CIV", 2.5),
        ("world-bank", "World Bank", None, None),
        ("world-bank-2", "world-bank", None, None),
    ]
    tax = file.issues[0]
    assert tax.proposal is not None
    assert tax.reference_point is not None
    assert (tax.proposal.value, tax.proposal.source, tax.reference_point.source) == (60.0, "table", "positions-table-1")
    assert [row.source for row in file.positions] == [
        "positions-table-2",
        "table",
        "positions-table-2",
        "table",
        "table",
    ]
    assert [(each.id, each.title, each.unverified) for each in file.sources] == [
        ("table", "mine.csv", True),
        ("positions-table-1", "Law 7", False),
        ("positions-table-2", "Minutes of 3 May", False),
    ]


def test_a_number_is_cited_only_where_the_table_names_its_source() -> None:
    case = loads(made("actor,issue,position,source\nFRA,tax,10,Minutes\nDEU,tax,20,\n").text.encode())
    assert [(each.path, each.basis) for each in case.all_inputs() if each.path.startswith("positions")] == [
        ("positions[FRA,tax].position", "cited number"),
        ("positions[DEU,tax].position", "judgement"),
    ]


def test_a_column_of_codes_is_the_actor_and_its_code() -> None:
    assert [(each.id, each.iso3) for each in file_of("iso3,tax\nFRA,10\nDEU,20\n").actors] == [
        ("FRA", "FRA"),
        ("DEU", "DEU"),
    ]


def test_every_bad_cell_is_said_at_once_with_sheet_and_cell() -> None:
    rows: list[list[Value]] = [
        ["actor", "iso3", "capability", "tax", "tax salience"],
        ["France", "FR", 0, ERROR, 60],
        ["Germany", "DEU", "many", "4x", True],
        ["Germany", "DEU", 3, 5, 600],
    ]
    assert said(xlsx({"Wishes": rows}), "mine.xlsx", scales={"taxx": (0, 1)}) == [
        "mine.xlsx:1:1: --scale: the table has no issue 'taxx'; did you mean 'tax'?",
        "mine.xlsx:2:2: Wishes!B2: iso3: 'FR' is no ISO code of three letters; write one such as FRA, or leave it "
        "empty",
        "mine.xlsx:2:3: Wishes!C2: capability: the capability 0 is not above 0, or too large; leave it empty, or "
        "estimate it",
        "mine.xlsx:2:4: Wishes!D2: position: '#N/A' is an error of the spreadsheet, not a number; write a number, or "
        "leave the cell empty",
        "mine.xlsx:3:3: Wishes!C3: capability: 'many' is not a number; write a number, or nothing",
        "mine.xlsx:3:4: Wishes!D3: position: '4x' is not a number; write a number, or nothing",
        "mine.xlsx:3:5: Wishes!E3: salience: 'TRUE' is a truth value, not a number; write a number, or leave the cell "
        "empty",
        "mine.xlsx:4:3: Wishes!C4: capability: '3' stands beside 'many' (Wishes!C3) for one actor; give an actor one "
        "capability",
        "mine.xlsx:4:5: Wishes!E4: salience: 600 is outside 0 to 100; saliences run from 0 to 100, or from 0 to 1",
    ]


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (",date,tax\nFRA,1,2\n", "a row an issue and a column an actor"),
        ("actor,date,salience\nFRA,10,60\n", "the salience of which issue?"),
        ("actor,date,date salience,salience (date)\nFRA,10,60,70\n", "has two columns"),
        ("actor,date salience\nFRA,60\n", "none for positions"),
        ("actor,date,\nFRA,60,5\n", "a column with cells has no name"),
        ("actor,date,date\nFRA,60,5\n", "has two columns"),
        ("actor,tax\nFRA,60\nfra,50\n", "is given twice"),
        ("actor,tax\nFRA,0.4\nDEU,1\n", "--scale tax=0:1"),
        ("actor,tax\nFRA,400\n", "the scale of 'tax' is not known"),
        ("actor,tax\n,40\n", "the actor is missing"),
        ("actor,tax\nFRA,\n", "no column holds the positions"),
        ("actor;tax\nFRA;1.234\nDEU;12\n", "may be 1.234 or 1234"),
        ("actor;tax\nFRA;1.234\nDEU;1,5\n", "may be 1.234 or 1234"),
        ("actor;tax\nFRA;1.5\nDEU;1,5\n", "write all with a point"),
        ("actor,tax\nFRA,1 234\n", "marks between thousands"),
        ("actor,tax\nFRA,12\x07\n", "control character"),
        ("actor,name,tax\nFRA,France,10\nFRA,Frankreich,20\n", "give an actor one name"),
        ("", "there is no column 'actor'"),
    ],
)
def test_what_may_be_read_in_two_ways_is_refused(table: str, says: str) -> None:
    found = said(table)
    assert any(says in line for line in found), found
    assert all("; " in line for line in found)


def test_a_name_of_a_file_cannot_write_into_the_scenario() -> None:
    found = made(LONG, "a\ncomity: 2\n.csv")
    assert loads(found.text.encode()).file.comity == 1


NAMES = st.text(min_size=1, max_size=30) | st.sampled_from(
    [
        "no",
        "null",
        "1e3",
        "- x",
        'a "b"',
        "a\nb",
        "~",
        "{a: b}",
        "# x",
        "x: y",
        "é",
        "中国",
        "'",
        "proposal?",
        "&a",
        "0x1f",
    ]
)
NUMBERS = st.floats(0, 100, allow_nan=False).map(lambda value: round(value, 6)) | st.integers(0, 100)


def sound(name: str) -> bool:
    plain = " ".join(name.replace("\ufeff", " ").replace("\u200b", " ").split())
    return bool(plain) and all(each.isprintable() or each == "\n" for each in name) and plain == plain.strip()


@given(
    st.lists(NAMES.filter(sound), min_size=1, max_size=5, unique_by=lambda name: " ".join(name.casefold().split())),
    st.data(),
)
def test_a_table_comes_back_from_its_scenario_with_the_same_names_and_numbers(
    names: list[str], data: st.DataObject
) -> None:
    special = {"proposal", "reference", "reference point", "status quo"}
    names = [name for name in names if " ".join(name.casefold().replace("_", " ").split()) not in special]
    names = ["Somebody", *[name for name in names if name.casefold() != "somebody" and not name.startswith("#")]]
    values = [data.draw(NUMBERS) for _ in names]
    # Saliences that are all nought are refused, so the first is not.
    cares = [50.0, *(data.draw(st.none() | NUMBERS) for _ in names[1:])]
    rows = [
        f'"{name.replace(chr(34), chr(34) * 2)}",tax,{value},{"" if care is None else care}'
        for name, value, care in zip(names, values, cares, strict=True)
    ]
    lines = "\n".join(["actor,issue,position,salience", *rows])
    file = file_of(lines, scales={"tax": (0, 100)}, salience_scale=100)
    assert [actor.name for actor in file.actors] == [" ".join(name.split()) for name in names]
    assert [position for position, _ in wants(file).values()] == values
    assert [salience for _, salience in wants(file).values()] == cares
    assert len({actor.id.casefold() for actor in file.actors}) == len(names)
