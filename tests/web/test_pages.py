"""Every page as a program reads it: what is shown is the brief of the command line, and bad input is told."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from comity.brief import compose
from comity.brief.as_json import render_json
from comity.scenario import loads, skeleton
from comity.scenario.library import case_text, shipped_names
from comity.web.application import workbench
from comity.web.folder import Folder, sha256
from comity.web.guard import Door

OWN = {"origin": "http://127.0.0.1:8000"}
NAUGHTY = "<script>alert(1)</script>\"&'"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    root = tmp_path_factory.mktemp("work")
    (root / "mine.yaml").write_text(skeleton())
    (root / "broken.yaml").write_text("comity: 1\ntitel: x\n")
    named = skeleton().replace("title:", f"title: {json.dumps(NAUGHTY)} #", 1)
    (root / "a&b <i>.yaml".replace("<i>", "i")).write_text(named)
    door = Door(8000)
    app = workbench(Folder(root), door)
    with TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False) as found:
        found.get("/", params={"key": door.key})
        yield found


def folder_of(client: TestClient) -> Folder:
    folder: Folder = client.app.state.desk.folder  # type: ignore[attr-defined]
    return folder


def test_home_has_every_case_and_finds_them(client: TestClient) -> None:
    page = client.get("/").text
    for name in shipped_names():
        assert f'href="/brief/shipped/{name}"' in page
    assert 'href="/brief/mine/mine.yaml"' in page
    assert "3 problems to mend before it can be answered." in page
    found = client.get("/", params={"q": "car emission"}).text
    assert "/brief/shipped/car-emissions" in found
    assert "/brief/shipped/eu-council" not in found


def test_text_of_a_case_stays_text(client: TestClient) -> None:
    for address in ("/", "/brief/mine/a%26b%20i.yaml", "/what-if/mine/a%26b%20i.yaml", "/edit/mine/a%26b%20i.yaml"):
        page = client.get(address, params={"q": NAUGHTY} if address == "/" else {})
        assert page.status_code == 200
        assert "<script>alert" not in page.text


def test_the_brief_is_the_one_of_the_command_line(client: TestClient) -> None:
    page = client.get("/brief/shipped/car-emissions")
    assert page.status_code == 200
    assert "Best single estimate 7.4 years." in page.text
    assert 'id="forecast-date-estimate"' in page.text
    again = client.get("/brief/shipped/car-emissions", headers={"if-none-match": page.headers["etag"]})
    assert again.status_code == 304
    file = client.get("/export/shipped/car-emissions", params={"form": "json"})
    assert file.text == render_json(compose(loads(case_text("car-emissions"), "car-emissions")))
    assert file.headers["content-disposition"].startswith('attachment; filename="car-emissions.json"')


@pytest.mark.parametrize(("form", "begins"), [("pdf", b"%PDF"), ("md", b"# EC car"), ("html", b"<!doctype html>")])
def test_a_brief_is_taken_along(client: TestClient, form: str, begins: bytes) -> None:
    assert client.get("/export/shipped/car-emissions", params={"form": form}).content.startswith(begins)


@pytest.mark.parametrize(
    ("form", "begins"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("csv", b"method,"), ("json", b'{\n  "analysis"')]
)
def test_a_finding_is_taken_along(client: TestClient, form: str, begins: bytes) -> None:
    query = {"form": form, "finding": "forecast-date-estimate"}
    assert client.get("/export/shipped/car-emissions", params=query).content.startswith(begins)


def test_others_get_a_brief_of_the_redacted_case(client: TestClient) -> None:
    folder = folder_of(client)
    text = skeleton("several-issues")
    folder.create("one.yaml", text.encode())
    folder.create("two.yaml", text.replace("{value: 300, private: true}", "{value: 310, private: true}").encode())

    def pages(audience: str) -> list[str]:
        found = [client.get(f"/brief/mine/{name}.yaml", params={"audience": audience}) for name in ("one", "two")]
        assert [each.status_code for each in found] == [200, 200]
        return [each.text.replace("two.yaml", "one.yaml") for each in found]

    one, two = pages("shared")
    assert one == two
    mine, changed = pages("own")
    assert mine != changed


def test_what_if_tells_what_moved(client: TestClient) -> None:
    page = client.get("/what-if/shipped/car-emissions").text
    assert 'data-path="positions[DEU,date].position"' in page
    query = [("set", "positions[DEU,date].position=7")]
    for whole in ("0", "1"):
        part = client.get("/answer/shipped/car-emissions", params=[*query, ("whole", whole)]).text
        assert re.search(r"In the model, 7\.4→8 years because Germany&#39;s position 4→7; the bands overlap", part)
        assert ("<dt>find out next</dt>" in part) == (whole == "1")
        assert ("Find what it takes" in part) == (whole == "1")
    assert "As written in the file." in client.get("/answer/shipped/car-emissions").text


def test_an_older_question_is_dropped(client: TestClient) -> None:
    later = {"page": "p", "turn": "5"}
    assert client.get("/answer/shipped/car-emissions", params=later).status_code == 200
    assert client.get("/answer/shipped/car-emissions", params={"page": "p", "turn": "4"}).status_code == 204


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("/brief/shipped/nothing", 404, "no shipped scenario"),
        ("/brief/mine/nothing.yaml", 404, "there is no file"),
        ("/brief/mine/..%2f..%2fetc%2fpasswd.yaml", 404, "a name has letters"),
        ("/brief/elsewhere/x", 404, "no page"),
        ("/brief/mine/broken.yaml", 422, "unknown key"),
        ("/brief/mine/mine.yaml?set=nothing", 404, "PATH=NUMBER"),
        ("/answer/mine/mine.yaml?set=nothing%3D4", 422, "nothing"),
        ("/answer/mine/mine.yaml?set=positions%5BNLD%5D%3Dnan", 422, ""),
        ("/brief/mine/mine.yaml?audience=spies", 404, "own or shared"),
        ("/export/mine/mine.yaml?form=exe", 404, "html, pdf, md or json"),
        ("/export/mine/mine.yaml?form=svg&finding=nothing", 404, "no such finding"),
        ("/static/..%2fguard.py", 404, "no page"),
        ("/static/guard.py", 404, "no page"),
    ],
)
def test_what_cannot_be_shown_is_told(client: TestClient, address: str, status: int, says: str) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert says in answer.text


def test_a_case_is_begun_edited_and_answered(client: TestClient) -> None:
    made = client.post("/new", data={"name": "begun", "from": "template:several-issues"}, headers=OWN)
    assert made.headers["location"] == "/edit/mine/begun.yaml"
    text = folder_of(client).read("begun.yaml").decode()
    new = re.sub(r"^title: .*$", "title: A river of my own", text, count=1, flags=re.M)
    began = sha256(text.encode())
    form = {"text": new.replace("\n", "\r\n"), "began_with": began}
    saved = client.post("/edit/mine/begun.yaml", data=form, headers=OWN)
    assert saved.headers["location"] == "/brief/mine/begun.yaml"
    assert folder_of(client).read("begun.yaml").decode() == new
    assert "A river of my own" in client.get("/brief/mine/begun.yaml").text
    late = client.post("/edit/mine/begun.yaml", data={"text": text, "began_with": began}, headers=OWN)
    assert late.status_code == 409
    assert "changed outside" in late.text
    assert folder_of(client).read("begun.yaml").decode() == new


def test_what_is_not_right_is_not_saved_and_not_lost(client: TestClient) -> None:
    before = folder_of(client).read("mine.yaml")
    form = {"text": "comity: 1\ntitle: half a", "began_with": sha256(before)}
    answer = client.post("/edit/mine/mine.yaml", data=form, headers=OWN)
    assert answer.status_code == 422
    assert "title: half a" in answer.text
    assert folder_of(client).read("mine.yaml") == before
    told = client.post("/check", content=b"comity: 1\ntitel: x\n", headers=OWN).json()["problems"]
    assert {"line", "column", "field", "message", "remedy"} == set(told[0])
    assert any(each["line"] == 2 and "title" in each["remedy"] for each in told)


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"name": "x", "from": "template:none"}, "choose a template"),
        ({"name": "", "from": "template:one-issue"}, "give the new file a name"),
        ({"name": "../out", "from": "template:one-issue"}, "a name has letters"),
        ({"name": "mine", "from": "template:one-issue"}, "there already"),
    ],
)
def test_a_start_that_cannot_be_made_is_told(client: TestClient, form: dict[str, str], says: str) -> None:
    answer = client.post("/new", data=form, headers=OWN)
    assert answer.status_code == 400
    assert says in answer.text


def test_a_file_is_brought_along(client: TestClient) -> None:
    file = {"file": ("../../ my case.yaml", case_text("car-emissions"))}
    answer = client.post("/new", data={"name": ""}, files=file, headers=OWN)
    assert answer.headers["location"] == "/edit/mine/my%20case.yaml"
    assert folder_of(client).read("my case.yaml") == case_text("car-emissions")


def test_pages_stay_small(client: TestClient) -> None:
    home = client.get("/")
    assert len(home.content) < 60_000
    assert len(client.get("/static/workbench.css").content) < 20_000


def test_variants_stand_side_by_side(client: TestClient) -> None:
    variants: list[tuple[str, str | int | float | bool | None]] = [
        ("v", "set=positions%5BDEU%2Cdate%5D.position%3D7"),
        ("v", "set=positions%5BGBR%2Cdate%5D.position%3D7"),
    ]
    page = client.get("/variants/shipped/car-emissions", params=variants).text
    for words in ("as in the file", "Germany&#39;s position 4→7", "United Kingdom&#39;s position 10→7", "<svg"):
        assert words in page
    file = client.get("/variants/shipped/car-emissions", params=[*variants, ("form", "csv")]).text.splitlines()
    assert len(file) == 4
    assert file[0].startswith('variant,"date: estimate, years",date: 8 in 10')
    assert file[1].startswith("as in the file,7.4,")
    assert file[2].startswith("Germany's position 4→7,8,")
    assert client.get("/variants/shipped/car-emissions", params={"v": "set=x"}).status_code == 404


def test_what_it_takes_is_what_it_takes(client: TestClient) -> None:
    part = client.get("/answer/shipped/car-emissions", params={"whole": "1"}).text
    tries = re.findall(r'<a href="/what-if/shipped/car-emissions\?([^"]+)">Germany&#39;s position', part)
    assert tries
    found = client.get(f"/answer/shipped/car-emissions?{html.unescape(tries[0])}&whole=1").text
    assert "upper third, 8–10 years" in found
