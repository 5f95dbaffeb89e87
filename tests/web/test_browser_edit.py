"""Editing in a real browser by keys: a position and the headline with it, one history, a reload, and no barrier.

``make test`` fetches the browser and axe-core into .tools; without them these tests say so and are passed over.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed; make setup")

import test_browser
from playwright.sync_api import Locator, Page, expect

from comity.scenario import loads, skeleton
from comity.scenario.library import case_text

AXE = test_browser.ROOT / ".tools" / "axe" / "axe.min.js"
Served = tuple[Path, "subprocess.Popen[str]"]

pytestmark = test_browser.pytestmark
expect.set_options(timeout=test_browser.PATIENCE)
browser, served, page = test_browser.browser, test_browser.served, test_browser.page


def opened(page: Page, served: Served, name: str, text: str) -> Locator:
    """The Edit page of a new file of this text; its grid's cells by their id."""
    (served[0] / f"{name}.yaml").write_text(text)
    page.goto(f"/edit/mine/{name}.yaml")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    return page.get_by_label("The scenario, as YAML")


def cell(page: Page, row: int, column: int, field: str = "position") -> Locator:
    return page.locator(f"#c{row}-{column}-{field}")


def barriers(page: Page) -> list[str]:
    """What axe-core finds in the page as it stands."""
    if not AXE.exists():
        pytest.skip("no axe-core in .tools; 'make test' fetches it")
    page.evaluate(AXE.read_text())
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{each['id']}: {each['nodes'][0]['html'][:300]}" for each in found["violations"]]


def test_a_position_changed_by_keys_changes_the_headline(page: Page, served: Served) -> None:
    text = opened(page, served, "car", case_text("car-emissions").decode())
    page.get_by_role("link", name="Brief").click()
    expect(page.locator(".slots .lead")).to_contain_text("7.4 years")
    page.go_back()
    stops = page.locator("td.cell[tabindex='0']")
    expect(stops).to_have_count(1)
    stops.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
    expect(cell(page, 3, 0)).to_be_focused()
    page.keyboard.type("10")
    expect(page.get_by_label("Germany, date, position")).to_be_focused()
    page.keyboard.press("Enter")
    expect(cell(page, 4, 0)).to_be_focused()
    expect(cell(page, 3, 0)).to_have_text("10")
    expect(text).to_have_value(re.compile("actor: DEU, issue: date, position: 10, salience: 80"))
    page.keyboard.press("Control+s")
    expect(page.locator(".slots .lead")).to_contain_text("years")
    expect(page.locator(".slots .lead")).not_to_contain_text("7.4 years")
    written = (served[0] / "car.yaml").read_bytes()
    germany = b"{actor: DEU, issue: date, position: %d, salience: 80, source: bdm1994}"
    assert written == case_text("car-emissions").replace(germany % 4, germany % 10)


def test_keys_go_through_the_grid_and_escape_leaves_a_cell_as_it_was(page: Page, served: Served) -> None:
    text = opened(page, served, "keys", skeleton("several-issues"))
    before = text.input_value()
    cell(page, 1, 1).focus()
    for key, row, column, field in (
        ("End", 1, 2, "salience"),
        ("Home", 1, 0, "position"),
        ("Control+End", 3, 2, "salience"),
        ("ArrowRight", 3, 2, "salience"),
        ("ArrowUp", 2, 2, "salience"),
        ("Control+Home", 0, 0, "position"),
        ("ArrowUp", 0, 0, "position"),
        ("PageDown", 3, 0, "position"),
    ):
        page.keyboard.press(key)
        expect(cell(page, row, column, field)).to_be_focused()
    expect(page.locator("td.cell[tabindex='0']")).to_have_count(1)
    page.keyboard.press("Control+Home")
    page.keyboard.press("F2")
    page.keyboard.type("77")
    page.keyboard.press("Escape")
    expect(cell(page, 0, 0)).to_be_focused()
    expect(cell(page, 0, 0)).to_have_text("4")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(cell(page, 0, 0, "salience")).to_be_focused()
    assert text.input_value() == before
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.closest('table')") is None


def test_a_fault_stands_beside_its_cell_and_undo_takes_it_back(page: Page, served: Served) -> None:
    text = opened(page, served, "fault", skeleton("several-issues"))
    cell(page, 0, 0).focus()
    page.keyboard.type("99")
    page.keyboard.press("Enter")
    expect(cell(page, 0, 0)).to_contain_text("99 is outside the issue's scale")
    expect(cell(page, 0, 0)).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("link", name="Line 49")).to_be_visible()
    assert barriers(page) == []
    page.keyboard.press("Control+z")
    expect(cell(page, 0, 0)).to_have_text("4")
    expect(page.get_by_text("The text is right.")).to_be_visible()
    text.focus()
    page.keyboard.press("Control+Shift+z")
    expect(cell(page, 0, 0)).to_contain_text("99 is outside")


def test_one_history_over_grid_dialog_dots_and_text(page: Page, served: Served) -> None:
    text = opened(page, served, "history", skeleton("several-issues"))
    before = text.input_value()
    # The text.
    text.focus()
    page.keyboard.press("Control+Home")
    page.keyboard.type("# ours ")
    expect(text).to_have_value(re.compile("^# ours "))
    # A missing number, and what is known of it.
    cell(page, 3, 0).focus()
    page.keyboard.type("6")
    page.keyboard.press("Enter")
    expect(text).to_have_value(re.compile("actor: bank, issue: filling, position: 6}"))
    cell(page, 3, 0).focus()
    page.keyboard.press("Shift+Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert barriers(page) == []
    page.get_by_label("Likely from").fill("5")
    page.get_by_label("to", exact=True).fill("8")
    page.get_by_role("button", name="Add a passage").click()
    page.get_by_label("Quote, word for word").fill("Six years are enough")
    page.get_by_role("button", name="Keep").click()
    expect(cell(page, 3, 0)).to_contain_text("5 to 8; 1 passage")
    # Another id, followed by what refers to it.
    page.get_by_role("button", name="Rename the actor").click()
    page.get_by_label("Its short name in the file").fill("devbank")
    page.keyboard.press("Enter")
    expect(text).to_have_value(re.compile("actor: devbank, issue: data"))
    # A dot by keys: one step back, however many keys.
    page.get_by_role("slider", name="Middle State").first.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(text).to_have_value(re.compile("actor: middle, issue: filling, position: 7.3,"))
    expect(page.get_by_role("slider", name="Middle State").first).to_have_attribute("aria-valuetext", "7.3 years")
    last = text.input_value()
    assert loads(last.encode(), "x").file.positions[-1].actor == "devbank"
    undo, redo = page.get_by_role("button", name="Undo"), page.get_by_role("button", name="Redo")
    steps = 0
    while undo.is_enabled():
        undo.click()
        steps += 1
    assert steps == 5
    expect(text).to_have_value(before)
    expect(page.locator(".draft")).to_have_text("")
    while redo.is_enabled():
        redo.click()
    expect(text).to_have_value(last)


def test_dots_are_sliders_to_a_reader_and_a_drag_is_their_key(page: Page, served: Served) -> None:
    text = opened(page, served, "dots", skeleton("several-issues"))
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    roles: dict[str, list[Any]] = {}
    for node in nodes:
        roles.setdefault(node.get("role", {}).get("value", ""), []).append(node)
    assert [each["name"]["value"] for each in roles["grid"]] == ["Positions, and how much they matter from 0 to 1"]
    assert len(roles["gridcell"]) == 24
    assert {each["name"]["value"] for each in roles["rowheader"]} >= {"Upper State upper", "Development bank bank"}
    named = [(node["name"]["value"], float(node["value"]["value"])) for node in roles["slider"]]
    assert ("Middle State", 200) in named
    assert len(named) == 10
    # One tab stop a line; up and down choose a dot, left and right move it.
    expect(page.locator(".dot[tabindex='0']")).to_have_count(3)
    first = page.get_by_role("group", name="Over how many years is the reservoir filled?").get_by_role("slider")
    first.first.focus()
    page.keyboard.press("ArrowDown")
    expect(first.nth(1)).to_be_focused()
    page.keyboard.press("End")
    expect(text).to_have_value(re.compile("actor: middle, issue: filling, position: 12,"))
    expect(page.get_by_role("slider", name="Middle State").first).to_be_focused()
    dot = page.get_by_role("slider", name="Upper State").first.locator("circle")
    box = dot.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 5, steps=4)
    page.wait_for_timeout(400)
    page.mouse.move(box["x"] - 2000, box["y"] + 5, steps=4)
    page.mouse.up()
    expect(text).to_have_value(re.compile("actor: upper, issue: filling, position: 3,"))
    page.get_by_role("button", name="Undo").click()
    expect(text).to_have_value(re.compile("actor: upper, issue: filling, position: 4,"))


def test_a_reload_in_mid_edit_loses_nothing(page: Page, served: Served) -> None:
    text = opened(page, served, "reload", skeleton("several-issues"))
    cell(page, 0, 0).focus()
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    expect(text).to_have_value(re.compile("issue: filling, position: 5,"))
    page.keyboard.type("8.2")
    page.reload()
    expect(page.get_by_label("Middle State, filling, position")).to_be_focused()
    expect(page.get_by_label("Middle State, filling, position")).to_have_value("8.2")
    expect(cell(page, 0, 0)).to_have_text("5")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".slots .lead")).to_contain_text("bottom line")
    case = loads((served[0] / "reload.yaml").read_bytes(), "x").file
    stated = {(row.actor, row.issue): row.position.value for row in case.positions if row.position}
    assert (stated["upper", "filling"], stated["middle", "filling"]) == (5, 8.2)


def test_a_draft_never_forgets_that_the_file_was_changed_outside(page: Page, served: Served) -> None:
    text = opened(page, served, "outside", skeleton("several-issues"))
    cell(page, 0, 0).focus()
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    expect(text).to_have_value(re.compile("issue: filling, position: 5,"))
    file = served[0] / "outside.yaml"
    theirs = file.read_text() + "# theirs\n"
    file.write_text(theirs)
    page.keyboard.type("6")
    page.keyboard.press("Enter")
    expect(page.locator(".grid-said")).to_contain_text("changed outside")
    for _ in range(2):
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("alert")).to_contain_text("Not saved: the file was changed outside")
        expect(page.locator(".theirs")).to_contain_text("# theirs")
        assert file.read_text() == theirs
        page.goto("/edit/mine/outside.yaml")
        expect(cell(page, 1, 0)).to_have_text("6")
        expect(page.get_by_text("the file was changed since it was begun")).to_be_visible()


def test_a_case_grows_from_nothing_in_the_grid(page: Page, served: Served) -> None:
    text = opened(page, served, "grown", "comity: 1\ntitle: Grown\n")
    expect(page.locator(".grid-place")).to_contain_text("no actors with an id yet")
    for name, short in (("Upper State", "upper"), ("Lower State", "lower")):
        page.get_by_role("button", name="Add an actor").click()
        page.get_by_label("Name, as it is printed").fill(name)
        page.get_by_label("Short name in the file").locator("visible=true").fill(short)
        page.keyboard.press("Enter")
        expect(text).to_have_value(re.compile(f"id: {short}"))
    page.get_by_role("button", name="Add an issue").click()
    assert barriers(page) == []
    page.get_by_label("The question, as it is put").fill("How much water?")
    page.get_by_label("Short name in the file").locator("visible=true").fill("water")
    page.keyboard.press("Enter")
    cell(page, 0, 0).focus()
    page.keyboard.type("20")
    page.keyboard.press("Enter")
    page.keyboard.type("70")
    page.keyboard.press("Enter")
    expect(page.get_by_role("slider", name="Lower State")).to_have_attribute("aria-valuetext", "70")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Grown")
    case = loads((served[0] / "grown.yaml").read_bytes(), "x").file
    assert [(row.actor, row.position.value if row.position else None) for row in case.positions] == [
        ("upper", 20),
        ("lower", 70),
    ]


def test_a_table_becomes_a_case(page: Page, served: Served) -> None:
    page.get_by_label("or a table, pasted from one").fill(
        "country\tdate\tdate salience\nFrance\t9,5\t60\nSpain\t\t80\n"
    )
    page.get_by_role("button", name="Show how it is read").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A case from the pasted table")
    assert barriers(page) == []
    page.get_by_label("Where the issues' scales end").fill("date = 4 to 10")
    page.get_by_role("button", name="Read it again").click()
    expect(page.get_by_text("issue date: scale 4 to 10")).to_be_visible()
    page.get_by_label("Name of the file").fill("pasted")
    page.get_by_role("button", name="Make it").click()
    expect(cell(page, 0, 0)).to_have_text("9.5")
    expect(cell(page, 1, 0)).to_have_text(re.compile("missing"))
    assert (served[0] / "pasted.yaml").exists()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_no_page_has_a_barrier(page: Page, served: Served, scheme: Any, width: int) -> None:
    opened(page, served, "river", skeleton("several-issues"))
    (served[0] / "broken.yaml").write_text("comity: 1\ntitel: x\n")
    page.emulate_media(color_scheme=scheme)
    found: dict[str, list[str]] = {}
    page.set_viewport_size({"width": width, "height": 900})
    for address in (
        "/",
        "/?q=nothing",
        "/edit/mine/river.yaml",
        "/edit/mine/broken.yaml",
        "/edit/shipped/river-basin",
        "/brief/shipped/car-emissions",
        "/brief/mine/broken.yaml",
        "/what-if/shipped/car-emissions",
        "/explain",
        "/explain/contested",
        "/variants/shipped/car-emissions",
        "/api",
        "/nowhere",
    ):
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        found[address] = barriers(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    assert {address: each for address, each in found.items() if each} == {}
