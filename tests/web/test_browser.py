"""The workbench in a real browser: from nothing to a brief, a what-if by keys and Back, an edit that survives a reload.

``make test`` fetches the browser into .tools; without it these tests say so and are passed over.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed; make setup")

from playwright.sync_api import Browser, Page, Route, expect, sync_playwright  # noqa: E402

ROOT = Path(__file__).parents[2]
CHROMIUM = ROOT / ".tools" / "chromium" / "chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A worker's first answer compiles on a machine that never did; nothing here measures time.
PATIENCE = 120_000
expect.set_options(timeout=PATIENCE)

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium in .tools; 'make test' fetches one")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    libraries = CHROMIUM.parent / "al2023" / "lib"
    found = subprocess.run(["ldd", CHROMIUM], capture_output=True, text=True, check=False).stdout
    lacking = [line.split()[0] for line in found.splitlines() if "not found" in line]
    held = os.environ.get("LD_LIBRARY_PATH", "")
    environment: dict[str, str | float | bool] = dict(os.environ)
    if lacking:
        environment["LD_LIBRARY_PATH"] = f"{libraries}:{held}" if held else str(libraries)
        still = [name for name in lacking if not (libraries / name).exists()]
        assert not still, f"Chromium needs system libraries that are not here: {', '.join(still)}"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, env=environment)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, subprocess.Popen[str]]]:
    folder = tmp_path_factory.mktemp("served")
    command = [sys.executable, "-c", "from comity.cli import main; main()", "serve", str(folder), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        yield folder, process
        process.terminate()


@pytest.fixture
def page(browser: Browser, served: tuple[Path, subprocess.Popen[str]]) -> Iterator[Page]:
    """A new page of a new context, let in by the address that the terminal shows; it may not complain of anything."""
    process = served[1]
    assert process.stderr is not None
    address = re.search(r"http://\S+", process.stderr.readline())
    assert address is not None
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=address[0].partition("/?")[0])
    context.set_default_timeout(PATIENCE)
    made = context.new_page()
    complaints: list[str] = []
    made.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    made.on("pageerror", lambda error: complaints.append(str(error)))
    foreign: list[str] = []
    made.on(
        "request", lambda asked: foreign.append(asked.url) if not asked.url.startswith("http://127.0.0.1") else None
    )
    made.goto(address[0])
    yield made
    assert complaints == [] or all("status of 4" in each for each in complaints)
    assert foreign == []
    context.close()


def test_from_nothing_to_a_brief(page: Page, served: tuple[Path, subprocess.Popen[str]]) -> None:
    page.get_by_label("Name of the file").fill("strait")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_label("The scenario, as YAML")).to_have_value(re.compile("comity: 1"))
    text = page.get_by_label("The scenario, as YAML")
    text.fill(text.input_value().replace("comity: 1", "comity: 7", 1))
    expect(page.get_by_role("heading", name="1 to mend")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Line ")).first.click()
    expect(text).to_be_focused()
    text.fill(text.input_value().replace("comity: 7", "comity: 1", 1).replace("Fishing quota", "MY STRAIT"))
    expect(page.get_by_text("The text is right.")).to_be_visible()
    page.reload()
    expect(text).to_have_value(re.compile("MY STRAIT"))
    expect(page.get_by_text("This is your text from before, not saved yet.")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("MY STRAIT")
    expect(page.locator(".slots .lead")).to_contain_text("bottom line")
    assert "MY STRAIT" in (served[0] / "strait.yaml").read_text()
    page.goto("/edit/mine/strait.yaml")
    expect(page.locator(".draft")).to_have_text("")


def test_a_file_changed_outside_is_told_and_not_overwritten(
    page: Page, served: tuple[Path, subprocess.Popen[str]]
) -> None:
    file = served[0] / "strait.yaml"
    page.goto("/edit/mine/strait.yaml")
    text = page.get_by_label("The scenario, as YAML")
    text.fill(text.input_value().replace("MY STRAIT", "OUR STRAIT"))
    file.write_text(file.read_text().replace("MY STRAIT", "THEIR STRAIT"))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("changed outside")
    expect(text).to_have_value(re.compile("OUR STRAIT"))
    expect(page.locator(".theirs")).to_contain_text("THEIR STRAIT")
    assert "THEIR STRAIT" in file.read_text()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("OUR STRAIT")


def test_what_is_typed_before_the_script_arrives_counts(page: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/static/edit.js", hold)
    page.goto("/edit/mine/strait.yaml", wait_until="commit")
    text = page.get_by_label("The scenario, as YAML")
    expect(text).to_have_value(re.compile("comity: 1"))
    text.fill(text.input_value().replace("comity: 1", "comity: 7", 1))
    assert page.locator(".draft").inner_text() == ""
    held[0].continue_()
    expect(page.get_by_role("heading", name="1 to mend")).to_be_visible()
    expect(text).to_have_value(re.compile("comity: 7"))
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The text is right.")).to_be_visible()


def test_a_slider_moved_by_keys_moves_the_headline_and_back_undoes_it(page: Page) -> None:
    page.goto("/what-if/shipped/car-emissions")
    line, answer = page.locator(".line"), page.locator(".answer")
    expect(line).to_have_text("As written in the file.")
    germany = page.get_by_label("Germany's position", exact=True)
    germany.focus()
    germany.press("End")
    expect(line).to_contain_text("because Germany's position 4→10")
    expect(answer).to_have_attribute("aria-busy", "false")
    expect(page).to_have_url(re.compile("set=positions"))
    expect(answer.get_by_text("find out next")).to_be_visible()
    address = page.url
    page.go_back()
    expect(line).to_have_text("As written in the file.")
    expect(germany).to_have_value("4")
    page.goto(address)
    expect(line).to_contain_text("because Germany's position 4→10")
    page.get_by_role("button", name="All as in the file").click()
    expect(line).to_have_text("As written in the file.")


def test_a_chart_comes_alive_under_the_policy(page: Page) -> None:
    page.goto("/brief/shipped/car-emissions")
    button = page.get_by_role("button", name="Explore this chart").first
    button.click()
    expect(page.get_by_text("Point at the chart for its numbers").first).to_be_visible()


@pytest.mark.parametrize(
    "address", ["/", "/brief/shipped/car-emissions", "/what-if/shipped/car-emissions", "/edit/shipped/car-emissions"]
)
def test_a_phone_needs_no_sideways_scroll(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_keys_alone_reach_everything_on_the_first_page(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    reached = set()
    for _ in range(80):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.textContent.trim() || document.activeElement.name"))
    for name in ("Comity", "q", "Search", "name", "Make it", "EC car emission standards, medium cars: delay in years"):
        assert name in reached
