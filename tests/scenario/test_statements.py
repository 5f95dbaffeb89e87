"""Statements and what is read in them by rule: nothing is guessed, nothing is lost, nothing hostile does harm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_workbooks import Raw, xlsx

from comity.scenario import ScenarioError, load
from comity.scenario.demands import Demand, demand, negation, quantities, unit_of
from comity.scenario.edits import block_lines
from comity.scenario.proposed import Proposal, ProposedFile, as_yaml, dumped, read_proposed
from comity.scenario.proposing import propose, speakers
from comity.scenario.statements import Statement, dated, read_statements

BASIN = load("river-basin").file


def read(text: str, name: str = "talks.md") -> tuple[list[Statement], list[tuple[int, str]]]:
    known = speakers(BASIN, {})
    found, passed = read_statements(text.encode(), name, lambda who: who.casefold() in known)
    return list(found), [(each.line, each.reason) for each in passed]


def proposed(*said: str, aliases: dict[str, str] | None = None) -> ProposedFile:
    statements = []
    for number, words in enumerate(said, start=1):
        who, _, text = words.partition(": ")
        date, who = dated(who)
        statements.append(Statement(number, who, text, date, "Talks"))
    named = speakers(BASIN, aliases or {})
    return propose(BASIN, statements, [], named, case="river-basin", source="talks.md")


def one(*said: str) -> Proposal:
    found = proposed(*said).proposals
    assert len(found) == 1
    return found[0]


def test_markdown_of_several_layouts() -> None:
    found, passed = read(
        "# Minutes 2026-03\n\nIntroduction.\n\nLowland: first\nand on\nHighland: second\n\n"
        "- **Midland** (3 March 2026, press): third\n  goes on\n* Bank, 2026-04-01: fourth\n1. Cities: fifth\n"
        "> Rivers Watch: sixth\n> more\n\n## Letter\nLowland: seventh\n- no speaker here\n\nBank:\n"
    )
    assert [(each.line, each.speaker, each.text, each.date, each.document) for each in found] == [
        (5, "Lowland", "first and on", "2026-03", "Minutes"),
        (7, "Highland", "second", "2026-03", "Minutes"),
        (9, "Midland", "third goes on", "2026-03-03", "press"),
        (11, "Bank", "fourth", "2026-04-01", "Minutes"),
        (12, "Cities", "fifth", "2026-03", "Minutes"),
        (13, "Rivers Watch", "sixth more", "2026-03", "Minutes"),
        (17, "Lowland", "seventh", None, "Letter"),
    ]
    assert [line for line, _ in passed] == [3, 18, 20]


def test_a_table_in_any_order_of_columns() -> None:
    found, _ = read("document;statement;Speaker;date\nA;We want 60 metres;Lowland;2026\n;x;bank;1 May 2026\n", "s.csv")
    assert [(each.line, each.speaker, each.date, each.document) for each in found] == [
        (2, "Lowland", "2026", "A"),
        (3, "bank", "2026-05-01", None),
    ]


def test_a_sheet_with_a_day_as_spreadsheets_hold_it() -> None:
    day = Raw('<c s="1"><v>46082</v></c>')
    rows = (("Date", "Speaker", "Statement"), (day, "Lowland", "We want 60 metres"))
    found, _ = read_statements(xlsx({"talks": rows}), "talks.xlsx")
    assert [(each.speaker, each.text, each.date) for each in found] == [("Lowland", "We want 60 metres", "2026-03-01")]


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"\xff\xfe", "a.md", "a.md:1:1: this is not text in UTF-8"),
        (b"a\x00b", "a.md", "not a text file"),
        (b"a" * (5 * 1024 * 1024 + 1), "a.md", "larger than 5 MB"),
        (b"\n" * 200_001, "a.md", "more than 200,000 lines"),
        (b"A: b\n\n" * 5_001, "a.md", "more than 5,000 statements"),
        (b"who,what\nA,b\n", "a.csv", "'speaker' is missing"),
        (b"speaker,statement,date\nA,,x\n,b,2026-13\n", "a.csv", "a.csv:2:"),
    ],
)
def test_files_that_cannot_be_read(content: bytes, name: str, says: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        read_statements(content, name)
    assert says in str(caught.value)


def test_every_fault_of_a_table_at_once() -> None:
    with pytest.raises(ScenarioError) as caught:
        read_statements(b"speaker,statement,date\nA,,x\n,b,2026-13\n", "a.csv")
    assert len(caught.value.problems) == 4


def test_control_characters_and_turned_writing_are_taken_out_and_markup_stays_text() -> None:
    found, _ = read("Lowland: a\x1b[31m \u202eb <script>alert(1)</script>\n")
    assert found[0].text == "a[31m b <script>alert(1)</script>"


@given(st.text(max_size=400))
def test_any_text_gives_statements_and_a_file_that_is_read_back(text: str) -> None:
    encoded = f"Lowland: dam {text}\n{text}".encode("utf-8", "ignore")
    try:
        found, passed = read_statements(encoded, "a.md", lambda name: name == "Lowland")
    except ScenarioError:
        return
    result = propose(BASIN, found, passed, speakers(BASIN, {}), case="river-basin", source="a.md")
    data = {**result.model_dump(exclude_none=True), "proposals": dumped(result.proposals)}
    data["not_used"] = list(data["not_used"])
    data["scales"] = {key: list(ends) for key, ends in data["scales"].items()}
    assert read_proposed(as_yaml(data).encode()).content == result


@pytest.mark.parametrize(
    ("sentence", "value", "low", "high"),
    [
        ("We want 60 per cent.", 60, None, None),
        ("60% it is", 60, None, None),
        ("at least 60 percent", 60, 60, 100),
        ("no less than 60 %", 60, 60, 100),
        ("more than 60 per cent", 60, 60, 100),
        ("60 per cent or more", 60, 60, 100),
        ("up to 60 per cent", 60, 0, 60),
        ("not more than 60.5 per cent", 60.5, 0, 60.5),
        ("60 per cent at most", 60, 0, 60),
        ("between 40 and 60 per cent", 50, 40, 60),
        ("40 to 60 per cent", 50, 40, 60),
        ("40-60%", 50, 40, 60),
        ("12,5 per cent", 12.5, None, None),
        ("under Article 12 of 2026-03-01, 30 per cent by 2030", 30, None, None),
        ("we ask for 30", 30, None, None),
        ("30 per cent for 2 members", 30, None, None),
    ],
)
def test_numbers_with_their_hedges(sentence: str, value: float, low: float | None, high: float | None) -> None:
    found = demand(sentence, "per cent", 0, 100)
    assert isinstance(found, Demand), found
    assert (found.value, found.low, found.high) == (value, low, high)


@pytest.mark.parametrize(
    ("sentence", "says"),
    [
        ("We want more.", "no number"),
        ("By 2030 at the latest", "no number"),
        ("200 per cent", "outside the scale"),
        ("60 metres", "another unit"),
        ("We cannot accept 60 per cent", "negated by 'cannot'"),
        ("40 per cent now and then 60 per cent", "several numbers: 40, 60"),
        ("-5 per cent", "outside the scale"),
        ("1.2.3 per cent", "no number"),
    ],
)
def test_what_is_no_demand_says_why(sentence: str, says: str) -> None:
    found = demand(sentence, "per cent", 0, 100)
    assert isinstance(found, str)
    assert says in found


@pytest.mark.parametrize(
    ("sentence", "unit", "value"),
    [
        ("half a kilometre is 0.5 km", "metres", 500),
        ("18 months", "years", 1.5),
        ("delay of 3 years", "delay in years", 3),
        ("$5 million", "USD million", 5),
        ("5 billion dollars", "USD million", 5000),
        ("1,500 barrels", "barrels", 1500),
        ("2 weeks", "days", 14),
    ],
)
def test_units_that_need_no_knowledge_are_converted(sentence: str, unit: str, value: float) -> None:
    found = demand(sentence, unit, 0, 10_000)
    assert isinstance(found, Demand), found
    assert found.value == pytest.approx(value)
    assert "number with unit" in found.rules


@given(st.text(max_size=200), st.sampled_from([None, "per cent", "metres", "USD million", "barrels"]))
def test_any_sentence_is_a_demand_on_the_scale_or_a_reason(sentence: str, unit: str | None) -> None:
    found = demand(sentence, unit, 0, 100)
    negation(sentence)
    if isinstance(found, Demand):
        assert 0 <= found.value <= 100
        assert found.low is None or found.low <= found.value
        assert found.high is None or found.value <= found.high
    else:
        assert found
    assert all(0 <= each.start < each.end <= len(sentence) for each in quantities(sentence))


def test_units_in_words() -> None:
    assert unit_of("per cent of flow") == ("per cent", 1.0)
    assert unit_of("Widgets  a ship") == ("widgets a ship", 1.0)


def test_a_proposal_names_its_rules_and_waits() -> None:
    found = one('2026-03-01 Lowland: "A dam of at most 30 metres!"')
    assert (found.actor, found.issue, found.value, found.range) == ("lowland", "dam", 30, (0, 30))
    assert (found.accept, found.confidence, found.look_at) == (False, "medium", ())
    assert found.rules == ("speaker is an actor of the case", "words of the issue: dam", "number with unit", "at most")
    assert found.quote == "A dam of at most 30 metres!"


@pytest.mark.parametrize(
    ("said", "look_at"),
    [
        ("2026-01 Lowland: A dam of 30 metres", "quotation marks"),
        ('Lowland: "A dam of 30 metres"', "no date"),
        ('2026-01 Lowland: "A dam of about 30 metres"', "hedge: 'about'"),
        ('2026-01 Lowland: "A dam of 30 metres, if the Bank pays"', "condition: 'if'"),
        ('2026-01 Lowland: "A dam of 30"', "no unit stands with the number: is it metres?"),
        ('2026-01 Lowland: "We want 30 metres"', "no word names the issue"),
        ('2026-01 Lowland: "Highland wants a dam of 30 metres"', "names highland"),
    ],
)
def test_what_a_person_should_look_at_lowers_the_confidence(said: str, look_at: str) -> None:
    found = one(said)
    assert found.value == 30
    assert found.confidence == "low"
    assert any(look_at in each for each in found.look_at)


def test_the_latest_statement_is_proposed_and_the_earlier_ones_are_kept() -> None:
    found = one(
        '2026-03-09 Lowland: "A dam of 45 metres."',
        'Lowland: "A dam of 10 metres."',
        '2026-02-01 lowland: "A dam of 30 metres."',
    )
    assert found.value == 45
    assert [(each.line, each.value) for each in found.earlier] == [(2, 10), (3, 30)]
    assert "something else before" in found.look_at[-1]


def test_the_end_of_a_scale_in_its_own_words() -> None:
    assert one('2026-03 Rivers Watch: "No dam."').value == 0
    assert one('2026-03 Rivers Watch: "We do not say no dam."').value is None


def test_lines_that_are_not_used_say_why() -> None:
    found = proposed(
        "Atlantis: A dam of 30 metres", "Lowland: Good morning.", "Bonn: A dam of 3 metres", aliases={"Bonn": "bank"}
    )
    assert [each.reason for each in found.not_used] == [
        "no actor of the case is called 'Atlantis'",
        "no issue of the case is named in it",
    ]
    assert found.proposals[0].actor == "bank"


def test_a_sentence_about_two_issues_is_left_to_a_person() -> None:
    found = proposed('Lowland: "The dam and the financing belong together."')
    assert not found.proposals
    assert found.not_used[0].reason == "may be about dam or financing"


def test_a_statement_may_hold_several_demands() -> None:
    found = proposed('2026-01 Lowland: "A dam of 30 metres. Release 85 per cent of the flow!"')
    assert [(each.issue, each.value) for each in found.proposals] == [("dam", 30), ("release", 85)]
    assert block_lines({"proposals": dumped(found.proposals)})[1].startswith("  - actor: lowland")
