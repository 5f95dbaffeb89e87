"""The pages on methods and terms in a real browser: no barrier in light or dark, a phone's width, a term by keys.

``make test`` fetches the browser and axe-core into .tools; without them these tests say so and are passed over.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
import test_browser

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed; make setup")

from playwright.sync_api import Page, expect  # noqa: E402

AXE = test_browser.ROOT / ".tools" / "axe" / "axe.min.js"

pytestmark = test_browser.pytestmark
browser, served, page = test_browser.browser, test_browser.served, test_browser.page


@pytest.mark.parametrize("address", ["/explain", "/explain/deal-solutions", "/explain/side-payments"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barrier_and_no_sideways_scroll(page: Page, address: str, scheme: Any) -> None:
    if not AXE.exists():
        pytest.skip("no axe-core in .tools; 'make test' fetches it")
    page.emulate_media(color_scheme=scheme)
    page.goto(address)
    page.evaluate(AXE.read_text())
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found["violations"]] == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_formula_is_drawn(page: Page) -> None:
    page.goto("/explain/forecast")
    fraction = page.locator("mfrac").first
    assert (fraction.bounding_box() or {"height": 0})["height"] > 20


def test_a_term_of_a_brief_opens_by_keys_and_leads_on(page: Page) -> None:
    page.goto("/brief/shipped/car-emissions")
    term = page.get_by_role("button", name="salience", exact=True)
    term.focus()
    page.keyboard.press("Enter")
    meaning = page.get_by_text("How much an issue matters to an actor")
    expect(meaning).to_be_visible()
    page.keyboard.press("Escape")
    expect(meaning).to_be_hidden()
    expect(term).to_be_focused()
    page.emulate_media(media="print")
    expect(term).to_be_visible()
    page.emulate_media(media="screen")
    page.get_by_role("link", name="What this method does").first.click()
    expect(page).to_have_url(re.compile("/explain/"))
    expect(page.get_by_role("heading", name="What it cannot say")).to_be_visible()
