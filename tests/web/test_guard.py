"""Who gets in: the printed address once, then the cookie; nobody from another page or under another name."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from comity.web.guard import LARGEST_BODY, POLICY, Door, Guard


async def _echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"{request.method} {len(await request.body())}")


def _client(door: Door) -> TestClient:
    app = Starlette(routes=[Route("/", _echo, methods=["GET", "POST"])])
    return TestClient(Guard(app, door), base_url="http://127.0.0.1:8000", follow_redirects=False)


def test_the_key_works_once_and_becomes_a_cookie() -> None:
    told: list[str] = []
    door = Door(8000, told.append)
    first = door.key
    client = _client(door)
    assert client.get("/").status_code == 401
    answer = client.get("/", params={"key": first, "q": "water"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/?q=water"
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=strict" in answer.headers["set-cookie"]
    assert client.get("/").text == "GET 0"
    assert told == [door.address]
    assert first not in door.address
    assert _client(door).get("/", params={"key": first}).status_code == 403


def test_every_answer_carries_the_policy_even_a_refusal() -> None:
    answer = _client(Door(8000)).get("/")
    assert answer.headers["content-security-policy"] == POLICY
    assert "unsafe" not in POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_script_may_use_the_token() -> None:
    door = Door(8000)
    headers = {"authorization": f"Bearer {door.session}"}
    assert _client(door).post("/", headers=headers, content=b"abc").text == "POST 3"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 421),
        ({"host": "127.0.0.1:8001"}, 421),
        ({"host": "localhost:8000"}, 200),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://127.0.0.1:8000"}, 200),
    ],
)
def test_reading_needs_the_right_names(headers: dict[str, str], status: int) -> None:
    door = Door(8000)
    assert _client(door).get("/", headers={"cookie": f"{door.cookie}={door.session}"} | headers).status_code == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"origin": "http://127.0.0.1:8000"}, 200),
        ({"origin": "http://127.0.0.1:8000", "sec-fetch-site": "cross-site"}, 403),
        ({"origin": "http://127.0.0.1:8000", "sec-fetch-site": "same-site"}, 403),
        ({"origin": "https://127.0.0.1:8000"}, 403),
    ],
)
def test_changing_needs_our_own_page(headers: dict[str, str], status: int) -> None:
    door = Door(8000)
    answer = _client(door).post("/", headers={"cookie": f"{door.cookie}={door.session}"} | headers, content=b"x")
    assert answer.status_code == status


def test_what_is_too_large_is_refused_before_it_is_read() -> None:
    door = Door(8000)
    own = {"cookie": f"{door.cookie}={door.session}", "origin": "http://127.0.0.1:8000"}
    assert _client(door).post("/", headers=own | {"content-length": str(LARGEST_BODY + 1)}).status_code == 413


def test_another_instance_has_another_cookie() -> None:
    ours, theirs = Door(8000), Door(8000)
    assert _client(ours).get("/", headers={"cookie": f"{ours.cookie}={theirs.session}"}).status_code == 401
