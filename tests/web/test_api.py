"""The API: the same bytes as the command line, every error in a declared shape, nothing without the token."""

from __future__ import annotations

import json
from collections.abc import Iterator

import jsonschema
import pytest
from starlette.testclient import TestClient

from comity.brief import compose
from comity.brief.as_json import render_json
from comity.scenario import loads, skeleton
from comity.scenario.library import case_text
from comity.web.application import workbench
from comity.web.folder import Folder, sha256
from comity.web.guard import Door


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    root = tmp_path_factory.mktemp("work")
    (root / "mine.yaml").write_text(skeleton())
    (root / "broken.yaml").write_text("comity: 1\ntitel: x\n")
    door = Door(8000)
    headers = {"authorization": f"Bearer {door.session}"}
    with TestClient(workbench(Folder(root), door), base_url="http://127.0.0.1:8000", headers=headers) as found:
        yield found


def test_nothing_without_the_token(client: TestClient) -> None:
    for token in ("", "Bearer ", "Bearer x"):
        assert client.get("/api/v1/cases", headers={"authorization": token}).status_code == 401


def test_a_brief_is_the_one_of_the_command_line(client: TestClient) -> None:
    answer = client.get("/api/v1/briefs/shipped/eu-council", params={"draws": 0})
    assert answer.text == render_json(compose(loads(case_text("eu-council"), "eu-council"), draws=0))
    schema = client.get("/api/v1/openapi.json").json()
    held = schema["components"]["schemas"]
    assert schema["openapi"].startswith("3.1")
    whole = {"$ref": "#/components/schemas/Brief", "components": {"schemas": held}}
    jsonschema.Draft202012Validator(whole).validate(answer.json())


def test_findings_inputs_and_what_if(client: TestClient) -> None:
    query: list[tuple[str, str | int | float | bool | None]] = [
        ("analysis", "forecast"),
        ("set", "positions[DEU,date].position=7"),
    ]
    found = client.get("/api/v1/findings/shipped/car-emissions", params=query).json()
    assert [each["analysis"] for each in found] == ["forecast"]
    assert round(found[0]["value"], 1) == 8.0
    inputs = client.get("/api/v1/inputs/shipped/car-emissions", params=[("set", query[1][1])]).json()
    assert next(each["value"] for each in inputs if each["path"] == "positions[DEU,date].position") == 7
    assert {"forecast", "voting-power"} <= {each["name"] for each in client.get("/api/v1/analyses").json()}


def test_a_case_is_made_read_and_written_over(client: TestClient) -> None:
    made = client.post("/api/v1/cases", json={"name": "new", "text": skeleton()})
    assert made.status_code == 201
    assert made.json() == {"name": "new.yaml", "sha256": sha256(skeleton().encode())}
    held = client.get("/api/v1/cases/mine/new.yaml").json()
    assert held["text"] == skeleton()
    changed = {"text": skeleton() + "# more\n", "began_with": held["sha256"]}
    assert client.put("/api/v1/cases/mine/new.yaml", json=changed).status_code == 200
    late = client.put("/api/v1/cases/mine/new.yaml", json=changed)
    assert late.status_code == 409
    assert late.json()["text"] == changed["text"]
    wrong = client.put("/api/v1/cases/mine/new.yaml", json={"text": "comity: 1\n", "began_with": late.json()["sha256"]})
    assert wrong.status_code == 422
    assert wrong.json()["problems"][0]["line"] == 1


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("/cases/mine/none.yaml", 404, "there is no file"),
        ("/cases/mine/..%2fx.yaml", 404, "a name has letters"),
        ("/cases/elsewhere/x", 400, "shelf"),
        ("/briefs/mine/broken.yaml", 422, "problems"),
        ("/briefs/shipped/none", 404, "no shipped"),
        ("/briefs/mine/mine.yaml?draws=-1", 400, "draws"),
        ("/briefs/mine/mine.yaml?draws=9999999", 400, "draws"),
        ("/briefs/mine/mine.yaml?audience=spies", 400, "audience"),
        ("/briefs/mine/mine.yaml?set=x", 400, "PATH=NUMBER"),
        ("/briefs/mine/mine.yaml?set=x%3D1", 400, "x"),
        ("/findings/mine/mine.yaml?analysis=forcast", 400, "forecast"),
        ("/findings/mine/mine.yaml", 400, "analysis"),
        ("/nothing", 404, "Not Found"),
    ],
)
def test_what_cannot_be_answered_is_told(client: TestClient, address: str, status: int, says: str) -> None:
    answer = client.get(f"/api/v1{address}")
    assert answer.status_code == status
    assert says in json.dumps(answer.json())


def test_a_text_is_checked(client: TestClient) -> None:
    assert client.post("/api/v1/check", content=skeleton()).json() == {"problems": []}
    assert client.post("/api/v1/check", content=b"\xff\xfe").json()["problems"]


def test_the_page_for_programs_has_every_question(client: TestClient) -> None:
    page = client.get("/api").text
    for path in client.get("/api/v1/openapi.json").json()["paths"]:
        assert f"/api/v1{path}" in page
