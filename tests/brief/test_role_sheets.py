"""Role sheets: each holds its own actor's secrets and no other's, in every format, on one page where it fits."""

from __future__ import annotations

import copy
import json
import re
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from comity.brief.facilitator_sheet import facilitator_sheet
from comity.brief.role_sheets import role_sheet
from comity.brief.sheet_formats import draw_text, render_html, render_markdown, render_pdf
from comity.cli.output import as_text
from comity.findings import OptionError
from comity.scenario import Scenario, load, loads
from comity.scenario.one_side import as_seen_by, players

BASIN = load("river-basin")
CASE: dict[str, Any] = {
    "comity": 1,
    "title": "A dam and a toll",
    "summary": "Two states and a bank.",
    "marking": "EXERCISE",
    "notes": "Upland's line is 4.",
    "actors": [
        {"id": "up", "name": "Upland", "capability": {"value": 3, "private": True}, "note": "Upland lacks money."},
        {"id": "down", "name": "Downland", "capability": 2},
        {"id": "bank", "name": "Bank", "roles": ["funds"]},
    ],
    "salience_scale": 100,
    "issues": [
        {"id": "dam", "question": "High?", "scale": {"low": 0, "high": 9, "low_means": "no dam", "high_means": "full"}}
    ],
    "positions": [
        {"actor": "up", "issue": "dam", "position": 7, "salience": 61, "private": True, "note": "secret hope"},
        {"actor": "down", "issue": "dam", "position": {"value": 2, "private": True, "note": "hidden"}, "salience": 37},
        {"actor": "bank", "issue": "dam", "position": 5, "salience": 13},
    ],
    "deal": {
        "note": "Downland bluffs.",
        "issues": [
            {"id": "dam", "question": "High?", "options": [{"id": "high", "name": "H"}, {"id": "low", "name": "L"}]},
            {"id": "toll", "question": "A toll?", "options": [{"id": "no", "name": "N"}, {"id": "yes", "name": "Y"}]},
        ],
        "parties": [
            {
                "actor": "up",
                "unit": "million thalers",
                "note": "weak at home",
                "batna": {"value": 4, "range": [3, 5], "note": "dear money"},
                "red_line": 6,
                "weight": 2,
                "utilities": {"dam": {"high": 8, "low": 2}, "toll": {"no": 0, "yes": 4}},
            },
            {
                "actor": "down",
                "batna": 1,
                "red_line": 1.5,
                "weight": 3,
                "utilities": {"dam": {"high": 0, "low": 6}, "toll": {"no": 3, "yes": 0}},
            },
        ],
        "together": [
            {"id": "both", "options": {"dam": "high", "toll": "yes"}, "utilities": {"up": 1, "down": -2}, "why": "x"}
        ],
    },
}
# Where a secret of one actor stands, and whose it is.
SECRETS = [
    ("up", ("actors", 0, "capability", "value")),
    ("up", ("actors", 0, "note")),
    ("up", ("positions", 0, "position")),
    ("up", ("positions", 0, "salience")),
    ("up", ("positions", 0, "note")),
    ("down", ("positions", 1, "position", "value")),
    ("down", ("positions", 1, "position", "note")),
    ("down", ("positions", 1, "salience")),
    ("bank", ("positions", 2, "salience")),
    *(("up", ("deal", "parties", 0, *place)) for place in (
        ("unit",), ("note",), ("batna", "value"), ("batna", "range"), ("batna", "note"), ("red_line",), ("weight",),
        ("utilities", "dam", "high"), ("utilities", "dam", "low"), ("utilities", "toll", "yes"),
    )),
    *(("down", ("deal", "parties", 1, *place)) for place in (
        ("batna",), ("red_line",), ("weight",), ("utilities", "dam", "low"), ("utilities", "toll", "no"),
    )),
    ("up", ("deal", "together", 0, "utilities", "up")),
    ("down", ("deal", "together", 0, "utilities", "down")),
    ("nobody", ("notes",)),
    ("nobody", ("deal", "note")),
]  # fmt: skip
OTHERWISE = {"value": 4.5, "range": [3.5, 4.7], "capability": 9}


def made(data: dict[str, Any] = CASE) -> Scenario:
    return loads(json.dumps(data).encode())


def otherwise(place: tuple[Any, ...]) -> dict[str, Any]:
    """The case with one cell moved a little, or one text changed."""
    data = copy.deepcopy(CASE)
    held: Any = data
    for key in place[:-1]:
        held = held[key]
    old = held[place[-1]]
    held[place[-1]] = [3.5, 5.5] if isinstance(old, list) else f"{old} Changed." if isinstance(old, str) else old + 0.25
    return data


def formats(case: Scenario, actor: str) -> list[bytes]:
    sheets = [role_sheet(case, actor)]
    texts = [render_html(sheets), render_markdown(sheets), as_text(draw_text(sheets))]
    return [*(text.encode() for text in texts), render_pdf(sheets)]


def text_of(document: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(document)).pages]


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b]+", "", text)


@pytest.mark.parametrize(("owner", "place"), SECRETS)
def test_a_secret_is_on_its_own_sheet_and_leaves_no_trace_on_another(owner: str, place: tuple[Any, ...]) -> None:
    before, after = made(), made(otherwise(place))
    for actor in players(before.file):
        same = role_sheet(before, actor) == role_sheet(after, actor)
        if actor != owner:
            assert same, actor
        elif place[-1] != "weight":  # what the weighted Nash rule takes is no player's business
            assert not same


def test_the_bytes_of_every_format_are_the_same_whatever_the_others_keep_to_themselves() -> None:
    data = copy.deepcopy(CASE)
    for owner, place in SECRETS:
        if owner != "bank":
            held: Any = data
            for key in place[:-1]:
                held = held[key]
            changed: Any = otherwise(place)
            for key in place:
                changed = changed[key]
            held[place[-1]] = changed
    assert formats(made(), "bank") == formats(made(data), "bank")
    up = copy.deepcopy(CASE)
    up["deal"]["parties"][1] |= {"batna": 2, "red_line": 2.5, "unit": "shells", "note": "no heart in it"}
    up["deal"]["parties"][1]["utilities"] = {"dam": {"high": 1, "low": 9}, "toll": {"no": 7, "yes": 5}}
    assert formats(made(), "up") == formats(made(up), "up")


def test_no_number_of_another_stands_in_the_words_or_the_metadata() -> None:
    data = copy.deepcopy(CASE)
    for at, party in enumerate(data["deal"]["parties"]):
        base = 7100 + 100 * at
        party["batna"] = base
        party["red_line"] = base + 1
        party["utilities"] = {
            "dam": {"high": base + 2, "low": base + 3},
            "toll": {"no": base + 4, "yes": base + 5},
        }
    document = render_pdf([role_sheet(made(data), "down")])
    reader = PdfReader(BytesIO(document))
    everything = "".join(text_of(document)) + str(reader.metadata) + str(reader.xmp_metadata)
    assert re.findall(r"7,?1\d\d", everything) == []
    assert all(f"7,{200 + at}" in everything for at in range(6))
    assert "Upland" not in str(reader.metadata)


def test_a_line_that_the_file_declares_public_is_known_to_all() -> None:
    data = copy.deepcopy(CASE)
    data["deal"]["parties"][0]["batna"] = {"value": 4, "private": False}
    table = next(each for each in role_sheet(made(data), "bank")["sections"] if each["title"] == "At the table")[
        "table"
    ]
    assert "without a deal" in [column["name"] for column in table["columns"]]
    own = role_sheet(made(data), "up")["sections"]
    assert "All know what you have without a deal too." in own[-1]["lines"]


def test_what_is_common_is_the_same_on_every_sheet() -> None:
    sheets = [role_sheet(BASIN, actor) for actor in players(BASIN.file)]
    common = [sheet["sections"][1:5] for sheet in sheets]
    assert [section["title"] for section in common[0]] == [
        "The situation", "The issues", "At the table", "How a deal passes",
    ]  # fmt: skip
    assert all(each == common[0] for each in common)


def test_a_sheet_holds_what_its_player_needs() -> None:
    (page,) = text_of(render_pdf([role_sheet(made(), "up")]))
    for words in (
        "EXERCISE", "Confidential: for the player of Upland only", "You are Upland", "Two states and a bank.",
        "If there is no deal you have 4 million thalers, and cannot be sure: somewhere from 3 to 5", "Dear money",
        "Your red line is 6", "Upland lacks money", "points (million thalers)", "draft 3", "secret hope",
        "all accept stands", "1 / 1",
    ):  # fmt: skip
        assert squeezed(words) in squeezed(page), words
    assert "bluffs" not in page
    assert "line is 4." not in page


@pytest.mark.parametrize("name", ["river-basin", "car-emissions", "eu-council"])
def test_every_actor_of_a_shipped_case_has_one_page(name: str) -> None:
    case = load(name)
    sheets = [role_sheet(case, actor) for actor in players(case.file)][:10]
    document = render_pdf(sheets)
    found = text_of(document)
    assert len(found) == len(sheets)
    for page, sheet in zip(found, sheets, strict=True):
        assert squeezed(sheet["banner"]) in squeezed(page)
        assert "1 / 1" in page
    assert render_pdf(sheets) == document


def test_what_cannot_be_one_page_flows_on_and_says_so() -> None:
    data = copy.deepcopy(CASE)
    data["summary"] = "It is a long story. " * 900
    found = text_of(render_pdf([role_sheet(made(data), "up"), role_sheet(made(data), "bank")]))
    assert len(found) > 2
    assert "(continued)" not in found[0]
    assert "Confidential: for the player of Upland only (continued)" in found[1]
    assert "(continued)" not in found[len(found) // 2]
    assert "Bank only" in found[len(found) // 2]
    assert f"1 / {len(found) // 2}" in found[len(found) // 2]


HOSTILE = [
    '#read("/etc/passwd")',
    "*bold* _it_ $x^2$ @ref <label> // gone",
    "= heading",
    '"; #panic()',
    "\\u{0}",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }} {% raw %}",
    "| cell | `code` [link](x)",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_in_a_case_is_text(text: str) -> None:
    data = copy.deepcopy(CASE)
    data |= {"title": text, "summary": text, "stakes": text, "marking": text}
    data["actors"][0] |= {"name": text, "note": text}
    data["deal"]["issues"][0]["options"][0]["name"] = text
    sheets = [role_sheet(made(data), "up")]
    page = squeezed("".join(text_of(render_pdf(sheets))))
    assert squeezed(f"You are {text}") in page
    assert "root:x" not in page
    html = render_html(sheets)
    assert "<script" not in html
    assert "49" not in html.partition("<body>")[2].replace(text, "")
    assert "\n= heading" not in render_markdown(sheets)


@settings(max_examples=8)
@given(name=st.text(min_size=1, max_size=60).filter(lambda text: text.strip()))
def test_any_name_is_printed_and_moves_no_cursor(name: str) -> None:
    data = copy.deepcopy(CASE)
    data["actors"][0]["name"] = name
    try:
        case = made(data)
    except Exception:
        return  # control characters that a scenario may not hold
    sheets = [role_sheet(case, "up")]
    assert as_text(draw_text(sheets)).replace("\n", "").isprintable()
    assert len(text_of(render_pdf(sheets))) >= 1


def test_long_words_and_other_scripts_stay_on_the_page() -> None:
    data = copy.deepcopy(CASE)
    data["actors"][0]["name"] = "\u202eevil" + "X" * 180
    data["actors"][1]["name"] = "سد النهضة 日本国"
    sheets = [role_sheet(made(data), "up")]
    assert "\u202e" not in json.dumps(sheets, ensure_ascii=False)
    assert squeezed("X" * 180) in squeezed("".join(text_of(render_pdf(sheets))))
    assert len(text_of(render_pdf([role_sheet(made(data), "down")]))) == 1


@pytest.mark.parametrize("count", [1, 30])
def test_one_actor_and_thirty(count: int) -> None:
    data = {
        "comity": 1,
        "title": "Many",
        "actors": [{"id": f"a{at}", "name": f"Actor number {at}"} for at in range(count)],
    }
    case = made(data)
    sheets = [role_sheet(case, actor) for actor in players(case.file)]
    assert len(text_of(render_pdf(sheets))) == count
    assert "No rule is stated: all have to accept." in json.dumps(sheets)
    assert "choose your own" in json.dumps(sheets)


def test_an_unknown_actor_is_named_with_the_nearest() -> None:
    with pytest.raises(OptionError, match="did you mean lowland"):
        role_sheet(BASIN, "lowlnd")
    with pytest.raises(OptionError, match="it has highland, midland"):
        as_seen_by(BASIN, "xyz")


def test_the_facilitator_has_all_the_numbers_and_the_findings_words() -> None:
    from comity.findings import ask, registry

    sheet = facilitator_sheet(BASIN, draws=40)
    told = json.dumps(sheet, ensure_ascii=False)
    for name in ("deal-space", "deal-solutions", "open-zone"):
        for finding in ask(registry().get(name), BASIN, draws=40, search=False):
            assert finding.sentence in told or json.dumps(finding.sentence, ensure_ascii=False)[1:-1] in told
    lines = next(each for each in sheet["sections"] if each["title"] == "Lines")["table"]["rows"]
    assert ["Lowland", "44", "56"] in lines
    assert "the facilitator only" in render_markdown([sheet])
    pages = text_of(render_pdf([sheet]))
    assert "continued" in pages[1]


def test_a_case_without_a_deal_has_a_facilitator_sheet_too() -> None:
    sheet = facilitator_sheet(load("car-emissions"), draws=20)
    titles = [section["title"] for section in sheet["sections"]]
    assert "Positions" in titles
    assert "What was agreed" not in titles
    assert all(section["lines"] or section["table"] for section in sheet["sections"])
