"""The workbench as an application: its addresses, its style and scripts, and the guard before all of them."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from comity.web import answers, editing, explaining, pages, tables
from comity.web.api import api
from comity.web.folder import Folder
from comity.web.guard import Door, Guard
from comity.web.lanes import Lane
from comity.web.pages import Desk, answered

_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def workbench(folder: Folder, door: Door) -> Starlette:
    """The application over one folder; its workers start with it and end with it.

    Args:
        folder: whose scenario files it shows.
        door: the keys of this instance.

    Returns:
        An ASGI application.
    """
    desk = Desk(folder, Lane("thinking", answers.warm), Lane("quick", answers.warm))

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        desk.quick.start()
        desk.thinking.start()
        try:
            yield
        finally:
            desk.thinking.stop()
            desk.quick.stop()

    programs = api(folder, desk.thinking)
    routes = [
        Route("/", answered(pages.home)),
        Route("/brief/{shelf}/{name:path}", answered(pages.brief)),
        Route("/what-if/{shelf}/{name:path}", answered(pages.what_if)),
        Route("/answer/{shelf}/{name:path}", answered(pages.what_if_answer)),
        Route("/variants/{shelf}/{name:path}", answered(pages.variants)),
        Route("/export/{shelf}/{name:path}", answered(pages.export)),
        Route("/edit/{shelf}/{name:path}", answered(editing.edit), methods=["GET"]),
        Route("/edit/mine/{name:path}", answered(editing.save), methods=["POST"]),
        Route("/explain", answered(explaining.contents)),
        Route("/explain/{name}", answered(explaining.page)),
        Route("/grid/mine/{name:path}", answered(editing.grid), methods=["POST"]),
        Route("/check", answered(editing.check), methods=["POST"]),
        Route("/new", answered(pages.new), methods=["POST"]),
        Route("/table", answered(tables.table), methods=["POST"]),
        Route("/api", pages.for_programs),
        Mount("/api/v1", programs),
        Route("/static/vega.js", pages.vega),
        Route("/static/{name}", _static),
    ]
    app = Starlette(
        routes=routes,
        middleware=[Middleware(Guard, door=door)],
        exception_handlers={404: pages.not_found, 405: pages.not_found},
        lifespan=lifespan,
    )
    app.state.desk = desk
    app.state.programs, app.state.door = programs, door
    app.state.scripts = {}
    return app


async def _static(request: Request) -> Response:
    """A style or a script of ours; the brief's own style and script are shared with the file that is sent."""
    name = request.path_params["name"]
    content = _asset(name)
    if content is None:
        return await pages.not_found(request, LookupError(name))
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": "private, no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=_KINDS[name[name.rindex(".") :]], headers=headers)


def _asset(name: str) -> bytes | None:
    """The bytes of a static file by its name, which is no path; None where there is none."""
    if "/" in name or "\\" in name or not name.endswith(tuple(_KINDS)) or name.startswith("."):
        return None
    for package, folder in (("comity.web", "static"), ("comity.brief", "templates")):
        file = files(package).joinpath(folder, name)
        if file.is_file():
            return file.read_bytes()
    return None
