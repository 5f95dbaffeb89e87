"""The grid of positions: changes are splices, faults stand in their cells; a table becomes a case once confirmed."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from comity.scenario import loads, skeleton
from comity.scenario.edits import changed_data
from comity.scenario.errors import ScenarioError
from comity.scenario.library import case_text
from comity.scenario.yaml_tree import read_tree
from comity.web.application import workbench
from comity.web.changes import (
    ActorChange,
    CellChange,
    DetailChange,
    IssueChange,
    Passage,
    RenameChange,
    changed,
    number_typed,
)
from comity.web.folder import Folder, sha256
from comity.web.grid import FIELDS, MOST_CELLS, grid_of
from comity.web.guard import Door

OWN = {"origin": "http://127.0.0.1:8000"}
NAUGHTY = "<script>alert(1)</script>\"&'"
RIVER = skeleton("several-issues").encode()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    root = tmp_path_factory.mktemp("work")
    (root / "river.yaml").write_bytes(RIVER)
    named = RIVER.replace(b"name: Upper State", b"name: " + json.dumps(NAUGHTY).encode())
    (root / "naughty.yaml").write_bytes(named)
    door = Door(8000)
    with TestClient(workbench(Folder(root), door), base_url="http://127.0.0.1:8000", follow_redirects=False) as found:
        found.get("/", params={"key": door.key})
        yield found


def asked(client: TestClient, text: bytes, change: dict[str, Any] | None, name: str = "river.yaml") -> dict[str, Any]:
    body = {"text": text.decode(), "began_with": sha256(RIVER), "change": change}
    answer = client.post(f"/grid/mine/{name}", json=body, headers=OWN)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def cell(actor: str, issue: str, typed: str, field: Literal["position", "salience"] = "position") -> CellChange:
    return CellChange(kind="cell", actor=actor, issue=issue, field=field, typed=typed)


def of(text: bytes, actor: str, issue: str) -> tuple[Any, Any]:
    grid = grid_of(text)
    assert grid is not None
    row = [each[0] for each in grid.actors].index(actor)
    column = [each.id for each in grid.issues].index(issue)
    return grid.cells[row][column]


# --- What a change does to the text ---


def test_a_number_is_spliced_in_and_nothing_else_changes() -> None:
    after = changed(RIVER, cell("upper", "filling", " 5.50 "))
    assert after == RIVER.replace(b"issue: filling, position: 4,", b"issue: filling, position: 5.5,", 1)
    assert changed(after, cell("upper", "filling", "4")) == RIVER
    assert changed(RIVER, cell("upper", "filling", "4")) == RIVER


def test_a_cell_in_full_keeps_what_is_known_of_it() -> None:
    after = changed(RIVER, cell("middle", "compensation", "210"))
    assert after == RIVER.replace(b"{value: 200, range", b"{value: 210, range")


def test_an_empty_cell_is_missing_and_never_a_zero() -> None:
    after = changed(RIVER, cell("upper", "filling", ""))
    assert b"issue: filling, position: null, salience: 0.9}" in after
    assert loads(after, "x").file.positions[0].position is None
    assert of(after, "upper", "filling")[0].text == ""
    assert changed(RIVER, cell("bank", "filling", "")) == RIVER


def test_a_cell_without_a_row_gets_one_at_the_end() -> None:
    after = changed(RIVER, cell("bank", "filling", "6"))
    assert b"  - {actor: bank, issue: data, position: 90, salience: 0.5}\n  - {actor: bank, issue: filling" in after
    again = changed(after, cell("bank", "filling", "0.4", "salience"))
    assert b"  - {actor: bank, issue: filling, position: 6, salience: 0.4}\n" in again
    loads(again, "x")


def test_the_section_itself_is_made_where_it_is_missing() -> None:
    bare = b"comity: 1\nactors: [{id: A, name: A}]\nissues: [{id: i}]\n"
    assert read_tree(changed(bare, cell("A", "i", "3")), "x").data["positions"] == [
        {"actor": "A", "issue": "i", "position": 3}
    ]


def test_range_source_and_evidence_are_written_and_taken_away() -> None:
    stated = DetailChange(
        kind="detail",
        actor="upper",
        issue="filling",
        field="position",
        value="4",
        low="3",
        high="5,5",
        source="talks",
        evidence=[Passage(quote='He said: "no more"', date="2025", value="4"), Passage()],
    )
    after = changed(RIVER, stated)
    position, _ = of(after, "upper", "filling")
    assert position.held == {
        "value": 4,
        "range": [3, "5,5"],
        "source": "talks",
        "evidence": [{"quote": 'He said: "no more"', "date": 2025, "value": 4}],
    }
    right = changed(after, stated.model_copy(update={"high": "5.5"}))
    assert of(right, "upper", "filling")[0].more == "3 to 5.5; 1 passage"
    loads(right, "x")
    alone = DetailChange(kind="detail", actor="upper", issue="filling", field="position", value="4")
    assert changed(right, alone) == RIVER


def test_what_the_dialog_does_not_change_keeps_its_comments() -> None:
    text = b"""actors: [{id: A}]
issues: [{id: i}]
positions:
  - actor: A
    issue: i
    position:
      value: 3   # as we heard
      note: old
"""
    stated = DetailChange(kind="detail", actor="A", issue="i", field="position", value="3", note="new")
    assert changed(text, stated) == text.replace(b"note: old", b"note: new")


def test_an_actor_and_an_issue_are_added_at_the_end_of_their_section() -> None:
    more = changed(RIVER, ActorChange(kind="actor", id="sea", name="Sea State: east"))
    assert b'capability: 3}\n  - {id: sea, name: "Sea State: east"}\n' in more
    issue = IssueChange(kind="issue", id="fish", question="How much fish?", low="2", high="8.5", unit="tonnes")
    more = changed(more, issue)
    assert changed(more, cell("sea", "fish", "3")).endswith(RIVER[RIVER.index(b"# Groups that go") :])
    case = loads(more, "x").file
    assert (case.actors[-1].id, case.actors[-1].name) == ("sea", "Sea State: east")
    scale = case.issues[-1].scale
    assert (scale.low, scale.high, scale.low_means, scale.unit) == (2, 8.5, "2", "tonnes")
    begun = changed(b"comity: 1\ntitle: mine\n", ActorChange(kind="actor", id="A"))
    assert loads(changed(begun, ActorChange(kind="actor", id="B")), "x").file.actors[1].name == "B"
    for wrong in (ActorChange(kind="actor", id="upper"), ActorChange(kind="actor", id="1 A")):
        with pytest.raises(ScenarioError, match=r"is there already|is no short name"):
            changed(RIVER, wrong)


def test_a_change_that_cannot_be_spliced_in_is_told() -> None:
    with pytest.raises(ScenarioError):
        changed(b"actors: [", cell("A", "i", "3"))
    with pytest.raises(ScenarioError, match="something else stands"):
        changed(b"positions: many\n", cell("A", "i", "3"))
    with pytest.raises(ScenarioError, match="no actor"):
        changed(RIVER, RenameChange(kind="rename", actor="nobody", to="x"))


TYPED = st.one_of(
    st.sampled_from(["", "0", "7", "99", "-4.25", "4,5", "many", "# no", "1e3", "null", "yes", "'"]),
    st.text(max_size=8),
)
CHANGES = st.builds(
    cell,
    st.sampled_from(["upper", "middle", "lower", "bank"]),
    st.sampled_from(["filling", "data", "compensation"]),
    TYPED,
    st.sampled_from(FIELDS),
)


@settings(max_examples=40)
@given(st.lists(CHANGES, max_size=6))
def test_any_changes_are_the_data_asked_for_and_no_other(changes: list[CellChange]) -> None:
    texts = [RIVER]
    for change in changes:
        before = read_tree(texts[-1], "before").data
        texts.append(changed(texts[-1], change))
        row = next(
            (
                at
                for at, each in enumerate(before["positions"])
                if (each["actor"], each["issue"]) == (change.actor, change.issue)
            ),
            None,
        )
        wanted = number_typed(change.typed)
        after = read_tree(texts[-1], "after").data
        shown, _ = {"position": (0, 1), "salience": (1, 0)}[change.field]
        held = of(texts[-1], change.actor, change.issue)[shown]
        assert held.text == ("" if wanted is None else str(wanted)) or held.value == wanted
        if row is not None:
            stands = before["positions"][row].get(change.field)
            loc = ("positions", row, change.field, *(("value",) if isinstance(stands, dict) else ()))
            kept = wanted is None and stands is None
            assert after == (before if kept else changed_data(before, [(loc, wanted)]))


# --- What the page shows ---


def test_a_fault_stands_in_its_cell_and_at_its_line(client: TestClient) -> None:
    answer = asked(client, RIVER, cell("upper", "filling", "99").model_dump())
    assert answer["text"].encode() == RIVER.replace(b"filling, position: 4,", b"filling, position: 99,", 1)
    found = re.search(r'<td[^>]*id="c0-0-position".*?</td>', answer["grid"], re.S)
    assert found is not None
    assert 'aria-invalid="true"' in found[0]
    assert "99 is outside the issue" in found[0]
    assert 'data-line="49"' in answer["problems"]
    assert asked(client, answer["text"].encode(), cell("upper", "filling", "4").model_dump())["text"].encode() == RIVER


def test_a_text_that_is_no_yaml_has_no_grid_and_its_change_is_refused(client: TestClient) -> None:
    answer = asked(client, b"actors: [", cell("upper", "filling", "4").model_dump())
    assert answer["text"] == "actors: ["
    assert answer["refused"].startswith("Not changed: ")
    assert "cannot be read as YAML" in answer["grid"]
    assert "1 to mend" in answer["problems"]


def test_a_rename_follows_its_references(client: TestClient) -> None:
    answer = asked(client, RIVER, {"kind": "rename", "actor": "lower", "to": "delta"})
    assert "members: [middle, delta]" in answer["text"]
    assert "{actor: delta, issue: filling, position: 10, salience: 1}" in answer["text"]
    assert answer["refused"] == ""
    taken = asked(client, RIVER, {"kind": "rename", "actor": "lower", "to": "upper"})
    assert "given twice" in taken["refused"]
    assert taken["text"].encode() == RIVER


def test_a_file_changed_outside_is_told(client: TestClient) -> None:
    assert asked(client, RIVER, None)["outside"] is False
    body = {"text": "a: 1", "began_with": "another", "change": None}
    assert client.post("/grid/mine/river.yaml", json=body, headers=OWN).json()["outside"] is True
    assert client.post("/grid/mine/gone.yaml", json=body, headers=OWN).json()["outside"] is True


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"text": 1, "began_with": "", "change": null}',
        b'{"text": "", "began_with": "", "change": {"kind": "drop"}}',
        b'{"text": "", "began_with": "", "change": {"kind": "rename", "actor": "A", "to": "B", "typed": "4"}}',
        b"\xff\xfe",
    ],
)
def test_what_is_no_change_is_refused(client: TestClient, body: bytes) -> None:
    answer = client.post("/grid/mine/river.yaml", content=body, headers=OWN)
    assert answer.status_code == 400
    assert "no change of a grid" in answer.json()["error"]


def test_another_origin_changes_nothing(client: TestClient) -> None:
    body = {"text": "", "began_with": "", "change": None}
    assert client.post("/grid/mine/river.yaml", json=body, headers={"origin": "http://evil.example"}).status_code == 403
    assert client.post("/table", data={"pasted": "x"}).status_code == 403


def test_the_page_is_a_grid_with_one_tab_stop_to_come_and_names_its_headers(client: TestClient) -> None:
    page = client.get("/edit/mine/river.yaml").text
    assert page.count('role="grid"') == 1
    assert page.count('role="gridcell" tabindex="-1"') == 4 * 3 * 2
    for header in re.findall(r'headers="([^"]*)"', page):
        assert all(f'id="{each}"' in page for each in header.split())
    assert "style=" not in page
    assert not re.search(r"<[^>]* on\w+=", page)
    shipped = client.get("/edit/shipped/car-emissions").text
    assert 'role="gridcell"' not in shipped
    assert 'role="slider"' not in shipped


def test_names_of_actors_stay_text(client: TestClient) -> None:
    for page in (client.get("/edit/mine/naughty.yaml").text, client.get("/").text):
        assert "<script>alert" not in page
    held = DetailChange(kind="detail", actor="upper", issue="filling", field="position", note=NAUGHTY).model_dump()
    answer = asked(client, RIVER, held)
    assert "<script>alert" not in answer["grid"]
    attribute = re.search(r'data-held="([^"]*)"', answer["grid"])
    assert attribute is not None
    assert json.loads(html.unescape(attribute[1]))["note"] == NAUGHTY


def test_a_table_that_is_too_large_for_a_page_is_told() -> None:
    actors = ", ".join(f"{{id: a{at}}}" for at in range(MOST_CELLS // 2 + 1))
    grid = grid_of(f"actors: [{actors}]\nissues: [{{id: i}}]\n".encode())
    assert grid is not None
    assert grid.too_large > MOST_CELLS
    assert grid.cells == ()


def test_the_first_of_two_is_shown_and_none_is_no_error() -> None:
    twice = b"actors: [{id: A, name: first}, {id: B}, {id: A, name: second}, 7]\n"
    twice += b"issues: [{id: i}, {id: 3}]\npositions: {}\n"
    grid = grid_of(twice)
    assert grid is not None
    assert grid.actors == (("A", "first"), ("B", "B"))
    assert [issue.id for issue in grid.issues] == ["i"]
    assert grid_of(b"[1, 2]") is not None


def test_a_card_shows_the_stated_positions_of_the_first_issue(client: TestClient) -> None:
    page = client.get("/").text
    card = re.search(
        r'<svg class="picture"[^>]*>(?:(?!</svg>).)*</svg>\s*<h3><a href="/brief/shipped/car-emissions"', page, re.S
    )
    assert card is not None
    assert card[0].count("<circle") == len(loads(case_text("car-emissions"), "x").file.positions)
    assert 'role="img" aria-label="10 positions on a line from 4 to 10 years' in card[0]


# --- A case from a table ---

WIDE = "country\tdate\tdate salience\ttax\nFrance\t9,5\t60\t\nGermany\t4\t80\t30\n"


def test_a_pasted_table_is_shown_first_and_made_when_confirmed(client: TestClient) -> None:
    shown = client.post("/table", data={"pasted": WIDE}, headers=OWN)
    assert shown.status_code == 200
    assert "2 actors, 2 issues, 3 positions, 2 saliences, 1 empty cell" in shown.text
    assert "column &#39;date salience&#39;: salience of &#39;date&#39;" in shown.text
    token = re.search(r'name="again" value="(\w+)"', shown.text)
    assert token is not None
    again = client.post("/table", data={"again": token[1], "scales": "date = 4 to 10"}, headers=OWN)
    assert "issue date: scale 4 to 10" in again.text
    text = re.search(r'<textarea name="text" hidden>\n(.*?)</textarea>', again.text, re.S)
    assert text is not None
    form = {"from": "text", "text": html.unescape(text[1]).replace("\n", "\r\n"), "name": "pasted"}
    made = client.post("/new", data=form, headers=OWN)
    assert made.headers["location"] == "/edit/mine/pasted.yaml"
    folder: Folder = client.app.state.desk.folder  # type: ignore[attr-defined]
    case = loads(folder.read("pasted.yaml"), "pasted.yaml").file
    stated = {(row.actor, row.issue): row.position.value for row in case.positions if row.position}
    assert stated == {("france", "date"): 9.5, ("germany", "date"): 4, ("germany", "tax"): 30}
    assert (case.issues[0].scale.low, case.issues[0].scale.high) == (4, 10)


def workbook(rows: list[list[str]]) -> bytes:
    """A small .xlsx, written out by hand."""
    lines = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{html.escape(each)}</t></is></c>' for each in row) + "</row>"
        for row in rows
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    about = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{about}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{about}"><sheets>'
        '<sheet name="Votes" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'relationships"><Relationship Id="r1" Type="{about}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{lines}</sheetData></worksheet>',
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return packed.getvalue()


def test_a_workbook_is_read_and_its_faults_have_their_place(client: TestClient) -> None:
    right = workbook([["actor", "issue", "position"], ["France", "date", "50"], [NAUGHTY, "date", "20"]])
    shown = client.post("/table", files={"table": ("../my votes.xlsx", right)}, headers=OWN)
    assert shown.status_code == 200, shown.text
    assert 'value="my-votes"' in shown.text
    assert "<script>alert" not in shown.text
    wrong = workbook([["actor", "issue", "position"], ["France", "date", "many"], ["", "date", "20"]])
    told = client.post("/table", files={"table": ("votes.xlsx", wrong)}, headers=OWN)
    assert told.status_code == 422
    assert re.search(r"Line 2, [^<]*Votes[^<]*position: &#39;many&#39; is not a number", told.text)
    assert "the actor is missing" in told.text
    assert "Make it a file" not in told.text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bomb.xlsx", b"PK\x03\x04" + b"\0" * 100),
        ("not.ods", b"nothing of the kind"),
        ("empty.csv", b""),
        ("large.csv", b"actor,issue,position\n" + b"a,b,1\n" * 1_000_000),
        ("binary.csv", bytes(range(256))),
    ],
)
def test_a_table_that_cannot_be_read_is_told(client: TestClient, name: str, content: bytes) -> None:
    answer = client.post("/table", files={"table": (name, content)}, headers=OWN)
    assert answer.status_code == 422
    assert "No case was made" in answer.text


def test_a_table_that_unpacks_to_gigabytes_is_refused(client: TestClient) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(300):
                part.write(b" " * 1024**2)
        archive.writestr("xl/workbook.xml", "<workbook/>")
    answer = client.post("/table", files={"table": ("bomb.xlsx", packed.getvalue())}, headers=OWN)
    assert answer.status_code == 422
    assert "unpacked" in answer.text


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({}, "choose a spreadsheet"),
        ({"again": "0" * 64}, "not kept any longer"),
        ({"pasted": WIDE, "scales": "date between 4 and 10"}, "a scale is written as"),
        ({"pasted": WIDE, "scales": "date = 4.4.4 to 10"}, "a scale is written as"),
    ],
)
def test_what_is_no_table_is_told(client: TestClient, form: dict[str, str], says: str) -> None:
    answer = client.post("/table", data=form, headers=OWN)
    assert answer.status_code == 400
    assert says in answer.text
