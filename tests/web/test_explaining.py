"""The pages on methods and terms in the workbench: all there, linked from a brief, and sound against odd names."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from markupsafe import escape
from starlette.testclient import TestClient

from comity.brief.explanations import glossary
from comity.findings import registry
from comity.web.application import workbench
from comity.web.folder import Folder
from comity.web.guard import Door
from comity.web.terms import with_terms


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    door = Door(8000)
    app = workbench(Folder(tmp_path_factory.mktemp("work")), door)
    with TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False) as found:
        found.get("/", params={"key": door.key})
        yield found


def test_every_method_and_every_term_can_be_reached(client: TestClient) -> None:
    page = client.get("/explain").text
    for name, analysis in registry().analyses.items():
        assert f'href="/explain/{name}"' in page
        shown = client.get(f"/explain/{name}")
        assert shown.status_code == 200
        assert analysis.question.replace("'", "&#39;") in shown.text
    for name in glossary():
        assert f'id="{name}"' in page


def test_links_within_the_pages_lead_somewhere(client: TestClient) -> None:
    pages = {address: client.get(address).text for address in ("/explain", "/explain/winset", "/explain/forecast")}
    for text in pages.values():
        for address in set(re.findall(r'href="(/explain[^"]*)"', text)):
            path, _, mark = address.partition("#")
            found = client.get(path)
            assert found.status_code == 200, address
            assert not mark or f'id="{mark}"' in found.text, address


def test_a_formula_is_mathml_and_the_page_asks_for_nothing_else(client: TestClient) -> None:
    page = client.get("/explain/forecast").text
    assert "<mfrac>" in page
    assert not re.search(r"style=|<script|\$\$", page)
    assert 'href="/brief/shipped/car-emissions"' in page


def test_the_name_of_a_term_leads_to_its_place(client: TestClient) -> None:
    answer = client.get("/explain/Ideal%20Point")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/explain#ideal-point"


@pytest.mark.parametrize(
    ("name", "says"),
    [("winsett", "did you mean &#39;winset&#39;"), ("%3Cscript%3Ealert(1)", "nothing is called"), ("..%2f..%2fx", "")],
)
def test_what_is_not_explained_is_told(client: TestClient, name: str, says: str) -> None:
    answer = client.get(f"/explain/{name}")
    assert answer.status_code == 404
    assert says in answer.text
    assert "<script>alert" not in answer.text


def test_a_finding_of_a_brief_leads_to_its_method(client: TestClient) -> None:
    page = client.get("/brief/shipped/car-emissions").text
    named = set(re.findall(r'href="/explain/([^"#]+)"', page))
    assert {"forecast", "median", "challenge", "voting-power"} <= named
    assert named <= set(registry().analyses)


def test_a_term_in_a_brief_opens_what_it_means_once(client: TestClient) -> None:
    page = client.get("/brief/shipped/car-emissions").text
    opened = re.findall(r'popovertarget="(term-[\w-]+)"', page)
    assert {"term-salience", "term-knife-edge", "term-weighted-median"} <= set(opened)
    assert len(set(opened)) == len(opened)
    assert sorted(re.findall(r'<div popover id="(term-[\w-]+)"', page)) == sorted(opened)


def test_what_a_file_says_stays_text_where_terms_are_marked() -> None:
    lines = ['<b>core</b> & "winset" of Nash\'s rule']
    found, terms = with_terms({"page_one": [{"slot": "x", "lines": lines}]})
    line = str(found["page_one"][0]["lines"][0])
    assert re.sub(r"<button[^>]*>|</button>", "", line) == str(escape(lines[0]))
    assert [term["name"] for term in terms] == ["core", "winset", "nash-solution"]
