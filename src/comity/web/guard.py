"""Who gets in: this machine's owner, from this page, and nobody else who reaches loopback.

Other people and programs of a machine reach its loopback address too, and so does a foreign page through a name that
is made to point there (DNS rebinding). So a request needs the Host of this instance, a cookie that only the address
printed by ``comity serve`` gives, and, where it changes something, the Origin of this instance. Pure ASGI: a wrapped
response would cost most of the throughput.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    # "no-referrer" would make the Origin of our own forms null.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_SAFE = ("GET", "HEAD")
LARGEST_BODY = 8 * 1024 * 1024


class Door:
    """The keys of one instance: a one-time key in the printed address, and the cookie that it is exchanged for."""

    def __init__(self, port: int, told: Callable[[str], None] = lambda address: None) -> None:
        self.port = port
        self.cookie = f"comity-{port}"
        self.session = secrets.token_urlsafe(32)
        self.key = secrets.token_urlsafe(24)
        self._told = told

    @property
    def address(self) -> str:
        """The address that lets its first reader in."""
        return f"http://127.0.0.1:{self.port}/?key={self.key}"

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names under which this instance is this instance."""
        return (f"127.0.0.1:{self.port}", f"localhost:{self.port}", f"[::1]:{self.port}")

    def opens(self, key: str) -> bool:
        """Take a key; it works once, and the next one is told in the terminal."""
        if not secrets.compare_digest(key.encode(), self.key.encode()):
            return False
        self.key = secrets.token_urlsafe(24)
        self._told(self.address)
        return True

    def knows(self, headers: Headers) -> bool:
        """Does the request carry the cookie of this instance, or its token for scripts?"""
        held = cookie_parser(headers.get("cookie", "")).get(self.cookie, "")
        bearer = headers.get("authorization", "").removeprefix("Bearer ")
        return any(secrets.compare_digest(each.encode(), self.session.encode()) for each in (held, bearer) if each)


class Guard:
    """Lets in who has the key, tells everybody else why not, and dresses every answer in the same headers."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self.app, self.door = app, door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
            await send(message)

        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await refusal(scope, receive, dressed)
            return
        await self.app(scope, _limited(receive), dressed)

    def _refusal(self, scope: Scope, headers: Headers) -> ASGIApp | None:
        door = self.door
        if headers.get("host", "").lower() not in door.hosts:
            return PlainTextResponse(f"This workbench answers at {door.hosts[0]} only.", 421)
        origin = headers.get("origin")
        changes = scope["method"] not in _SAFE
        if origin is not None and origin not in {f"http://{host}" for host in door.hosts}:
            return PlainTextResponse("This workbench answers its own pages only.", 403)
        if changes and headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return PlainTextResponse("This workbench answers its own pages only.", 403)
        if int(headers.get("content-length", "0") or 0) > LARGEST_BODY:
            return PlainTextResponse("This is larger than 8 MB; a scenario is at most 2 MB, a table 5 MB.", 413)
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        key = next((value for name, value in query if name == "key"), None)
        if key is not None and not changes:
            if not door.opens(key):
                return PlainTextResponse("This address was used before; the terminal shows a fresh one.", 403)
            rest = urlencode([(name, value) for name, value in query if name != "key"])
            response = RedirectResponse(scope["path"] + (f"?{rest}" if rest else ""), 303)
            response.set_cookie(door.cookie, door.session, httponly=True, samesite="strict", path="/")
            return response
        if not door.knows(headers):
            return PlainTextResponse("Open the address that 'comity serve' printed in its terminal.", 401)
        if changes and origin is None and "authorization" not in headers:
            return PlainTextResponse("This workbench answers its own pages only.", 403)
        return None


def _limited(receive: Receive) -> Receive:
    """A body without a stated length is cut off where a stated one would have been refused."""
    seen = 0

    async def limited() -> Message:
        nonlocal seen
        message = await receive()
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            if seen > LARGEST_BODY:
                return {"type": "http.disconnect"}
        return message

    return limited
