"""What each address shows. Handlers read a case's bytes, ask a worker, and answer; nothing here computes."""

from __future__ import annotations

import asyncio
import gzip
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import wraps
from urllib.parse import parse_qsl, quote, urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from comity.scenario import TEMPLATES, skeleton
from comity.scenario.library import case_text, shipped_names
from comity.web import answers
from comity.web.answers import Asked, Card, Place, Shown
from comity.web.folder import CaseFile, Folder, FolderError, sha256
from comity.web.guard import LARGEST_BODY
from comity.web.lanes import BusyError, Lane, WorkerLostError

_KEPT_PAGES = 32
_MOST_SETTINGS = 200
_MOST_VARIANTS = 12
_TYPES = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "md": "text/markdown; charset=utf-8",
    "json": "application/json",
    "svg": "image/svg+xml",
    "png": "image/png",
    "csv": "text/csv; charset=utf-8",
}
_WHOLE: tuple[answers.Whole, ...] = ("html", "pdf", "md", "json")
_OF_A_FINDING: tuple[answers.Export, ...] = ("svg", "png", "csv", "json")
Handler = Callable[[Request], Awaitable[Response]]


@dataclass
class Desk:
    """What the pages share: the folder, the two lanes, and the pages and cards made lately."""

    folder: Folder
    thinking: Lane
    quick: Lane
    pages: OrderedDict[tuple[object, ...], tuple[bytes, str]] = field(default_factory=OrderedDict)
    cards: dict[CaseFile, Card] = field(default_factory=dict)
    latest: dict[str, int] = field(default_factory=dict)
    tables: OrderedDict[str, tuple[str, bytes]] = field(default_factory=OrderedDict)

    def keep(self, key: tuple[object, ...], page: str) -> tuple[bytes, str]:
        """Keep a page compressed, with the name of its bytes."""
        content = page.encode()
        kept = gzip.compress(content, 6, mtime=0), f'"{sha256(content)[:32]}"'
        self.pages[key] = kept
        self.pages.move_to_end(key)
        while len(self.pages) > _KEPT_PAGES:
            self.pages.popitem(last=False)
        return kept


def desk(request: Request) -> Desk:
    """The desk of this instance."""
    found: Desk = request.app.state.desk
    return found


def answered(handler: Handler) -> Handler:
    """Tell what stands in the way of an answer in words, with the status that says whether to try again."""

    @wraps(handler)
    async def told(request: Request) -> Response:
        try:
            return await handler(request)
        except FolderError as error:
            return _sorry(request, str(error), 404 if request.method == "GET" else 400)
        except BusyError:
            words = "More is being worked out than can be answered soon. Try again in a few seconds."
            return _sorry(request, words, 503, {"retry-after": "5"})
        except WorkerLostError:
            words = "The computation ended before it had an answer, most likely for want of memory; a new one is ready."
            return _sorry(request, words, 500)

    return told


def _sorry(request: Request, words: str, status: int, headers: dict[str, str] | None = None) -> Response:
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"error": words}, status, headers)
    return HTMLResponse(
        answers.render_page("sorry.html.jinja", words=words, title="This cannot be shown"), status, headers
    )


async def home(request: Request) -> Response:
    """The folder's cases and the shipped ones, as cards, with what one can start from."""
    at = desk(request)
    wanted = request.query_params.get("q", "").strip()[:200]
    mine, shipped = await asyncio.to_thread(_cards, at)
    page = answers.render_page(
        "home.html.jinja",
        title="Workbench",
        folder=at.folder.root.name or str(at.folder.root),
        mine=_matching(mine, wanted),
        shipped=_matching(shipped, wanted),
        counts=(len(mine), len(shipped)),
        wanted=wanted,
        templates=TEMPLATES,
        said=request.query_params.get("said", "")[:300],
    )
    return HTMLResponse(page)


@dataclass(frozen=True)
class ShownCard:
    """A card where it stands: the name of its file, and the address of its pages."""

    name: str
    where: str
    card: Card


def _cards(at: Desk) -> tuple[list[ShownCard], list[ShownCard]]:
    mine = []
    for file in sorted(at.folder.files(), key=lambda each: -each.changed_ns):
        if file not in at.cards:
            try:
                at.cards[file] = answers.card(at.folder.read(file.name), file.name)
            except FolderError as error:
                at.cards[file] = Card(file.name, str(error))
        mine.append(ShownCard(file.name, f"mine/{quote(file.name)}", at.cards[file]))
    shipped = []
    for name in shipped_names():
        key = CaseFile(f"shipped:{name}", 0, 0)
        if key not in at.cards:
            at.cards[key] = answers.card(case_text(name), name)
        shipped.append(ShownCard(name, f"shipped/{quote(name)}", at.cards[key]))
    return mine, shipped


def _matching(cards: list[ShownCard], wanted: str) -> list[ShownCard]:
    words = wanted.casefold().split()
    return [
        each
        for each in cards
        if all(word in f"{each.name} {each.card.title} {each.card.stakes}".casefold() for word in words)
    ]


def opened(request: Request) -> tuple[bytes, Place]:
    """The bytes of the case that the address names, and where its page stands; raises FolderError."""
    shelf, name = request.path_params["shelf"], request.path_params["name"]
    mine = shelf == "mine"
    if mine:
        content = desk(request).folder.read(name)
    elif name in shipped_names():
        content = case_text(name)
    elif shelf == "shipped":
        raise FolderError(f"no shipped scenario is called {name}")
    else:
        raise HTTPException(404)
    return content, Place(name, f"{shelf}/{quote(name)}", name, mine)


def _asked(request: Request, content: bytes, name: str) -> Asked:
    query = request.query_params
    audience = query.get("audience", "own")
    if audience not in ("own", "shared"):
        raise FolderError("the audience is own or shared")
    settings = _settings(query.getlist("set"))
    return Asked(content, name, "shared" if audience == "shared" else "own", tuple(sorted(settings.items())))


def _settings(words: list[str]) -> dict[str, float]:
    """``PATH=NUMBER`` words by path."""
    found: dict[str, float] = {}
    for word in words[:_MOST_SETTINGS]:
        path, equals, number = word.rpartition("=")
        try:
            found[path] = float(number)
        except ValueError:
            equals = ""
        if not equals or not path:
            raise FolderError(f"a setting is PATH=NUMBER, not {word[:80]}")
    return found


def _query(asked: Asked) -> str:
    words = [("audience", "shared")] if asked.audience == "shared" else []
    words += [("set", f"{path}={value!r}") for path, value in asked.settings]
    return urlencode(words)


async def brief(request: Request) -> Response:
    """A brief; made once for its bytes and audience, and kept compressed."""
    at = desk(request)
    content, place = await asyncio.to_thread(opened, request)
    asked = _asked(request, content, place.name)
    place = Place(place.title, place.where, place.name, place.mine, _query(asked))
    key = ("brief", asked)
    if key not in at.pages:
        shown = await at.thinking.run(answers.brief_page, asked, place)
        if not shown.html:
            return _not_shown(shown, place)
        at.keep(key, shown.html)
    packed, tag = at.pages[key]
    at.pages.move_to_end(key)
    headers = {"etag": tag, "cache-control": "private, no-cache", "vary": "accept-encoding"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return HTMLResponse(packed, headers=headers | {"content-encoding": "gzip"})
    return HTMLResponse(gzip.decompress(packed), headers=headers)


def _not_shown(shown: Shown, place: Place, status: int = 422) -> Response:
    page = answers.render_page(
        "problems.html.jinja", title=place.name, place=place, problems=shown.problems, refused=shown.refused
    )
    return HTMLResponse(page, status)


async def what_if(request: Request) -> Response:
    """Sliders over the numbers of a case, and what they move."""
    content, place = await asyncio.to_thread(opened, request)
    asked = _asked(request, content, place.name)
    place = Place(place.title, place.where, place.name, place.mine, _query(asked))
    shown = await desk(request).thinking.run(answers.what_if_page, asked, place)
    return HTMLResponse(shown.html) if shown.html else _not_shown(shown, place)


async def what_if_answer(request: Request) -> Response:
    """What the sliders move, as a part of the page: at once, or ``whole`` with the searches. The latest asked wins."""
    at = desk(request)
    content, place = await asyncio.to_thread(opened, request)
    asked = _asked(request, content, place.name)
    place = Place(place.title, place.where, place.name, place.mine, _query(asked))
    page, turn = request.query_params.get("page", "")[:40], request.query_params.get("turn", "0")
    number = int(turn) if turn.isdecimal() and len(turn) < 12 else 0
    at.latest[page] = max(number, at.latest.get(page, 0))
    while len(at.latest) > _KEPT_PAGES * 8:
        del at.latest[next(iter(at.latest))]
    whole = request.query_params.get("whole") == "1"
    # The first answer of a page has a worker of its own, so that a long search never holds up a moved slider.
    lane = at.thinking if whole else at.quick
    if number < at.latest.get(page, 0):
        return Response(status_code=204)
    shown = await lane.run(answers.what_if_answer, asked, place, whole=whole)
    if number < at.latest.get(page, 0):
        return Response(status_code=204)
    if not shown.html:
        return _not_shown(shown, place)
    return HTMLResponse(shown.html)


async def variants(request: Request) -> Response:
    """Variants that were pinned, side by side; each ``v`` of the address holds the settings of one."""
    content, place = await asyncio.to_thread(opened, request)
    asked = _asked(request, content, place.name)
    place = Place(place.title, place.where, place.name, place.mine, _query(asked))
    pinned = tuple(
        tuple(sorted(_settings([value for name, value in parse_qsl(word) if name == "set"]).items()))
        for word in request.query_params.getlist("v")[:_MOST_VARIANTS]
    )
    lane = desk(request).thinking
    if request.query_params.get("form") == "csv":
        file = await lane.run(answers.variants_file, asked, pinned)
        headers = {"content-disposition": 'attachment; filename="variants.csv"'}
        return Response(file, media_type=_TYPES["csv"], headers=headers)
    shown = await lane.run(answers.variants_page, asked, pinned, place)
    return HTMLResponse(shown.html) if shown.html else _not_shown(shown, place)


async def export(request: Request) -> Response:
    """A whole brief as a file, or one finding of it."""
    content, place = await asyncio.to_thread(opened, request)
    asked = _asked(request, content, place.name)
    form, name = request.query_params.get("form", ""), request.query_params.get("finding")
    stem = re.sub(r"[^\w.-]+", "-", place.name.removesuffix(".yaml").removesuffix(".yml")) or "brief"
    file: bytes | None
    if name is None and form in _WHOLE:
        file = await desk(request).thinking.run(answers.whole_file, asked, form)
    elif name is not None and form in _OF_A_FINDING:
        file = await desk(request).thinking.run(answers.finding_file, asked, name, form)
        stem = f"{stem}-{re.sub(r'[^A-Za-z0-9_.-]+', '-', name)}"
    else:
        raise FolderError("a brief is written as html, pdf, md or json; a finding as svg, png, csv or json")
    if file is None:
        raise FolderError("this brief has no such finding, or the finding nothing of this kind")
    ascii_stem = stem.encode("ascii", "ignore").decode() or "brief"
    disposition = f"attachment; filename=\"{ascii_stem}.{form}\"; filename*=UTF-8''{quote(stem)}.{form}"
    return Response(file, media_type=_TYPES[form], headers={"content-disposition": disposition})


async def new(request: Request) -> Response:
    """A file of the folder made from a template, a shipped scenario, a table, or a file that was brought along."""
    at = desk(request)
    async with request.form(max_files=1, max_part_size=LARGEST_BODY) as form:
        name, begin = str(form.get("name", "")).strip(), str(form.get("from", ""))
        text = str(form.get("text", "")).replace("\r\n", "\n")
        upload = form.get("file")
        brought = None if upload is None or isinstance(upload, str) or not upload.filename else await upload.read()
        called = "" if brought is None or upload is None or isinstance(upload, str) else upload.filename or ""
    if brought is not None:
        content = brought
        name = name or re.sub(r"[^\w. -]+", "-", called.rpartition("/")[2]).strip()
    elif begin.startswith("template:"):
        content = skeleton(begin.removeprefix("template:")).encode() if begin[9:] in TEMPLATES else b""
    elif begin == "text":
        content = text.encode()
    elif begin.startswith("shipped:") and begin[8:] in shipped_names():
        content = case_text(begin[8:])
        name = name or begin[8:]
    else:
        content = b""
    if not content:
        raise FolderError("choose a template, a shipped scenario or a file to start from")
    if not name:
        raise FolderError("give the new file a name")
    made = await asyncio.to_thread(at.folder.create, name, content)
    return RedirectResponse(f"/edit/mine/{quote(made)}", 303)


async def vega(request: Request) -> Response:
    """The chart library, at an address that names its version: kept by the browser for good."""
    from comity.brief.drawing import vega_bundle

    if "vega" not in request.app.state.scripts:
        text = await asyncio.to_thread(vega_bundle)
        request.app.state.scripts["vega"] = gzip.compress(text.encode(), 6, mtime=0)
    headers = {"cache-control": "private, max-age=31536000, immutable", "content-encoding": "gzip"}
    return Response(request.app.state.scripts["vega"], media_type="text/javascript", headers=headers)


async def for_programs(request: Request) -> Response:
    """What programs can ask, made from the API's own description, and the token that lets them in."""
    state = request.app.state
    asks = [
        {
            "method": method.upper(),
            "path": f"/api/v1{path}",
            "summary": about["summary"],
            "parameters": [
                {"name": each["name"], "where": each["in"], "about": each.get("description", "")}
                for each in about.get("parameters", ())
            ],
        }
        for path, methods in state.programs.openapi()["paths"].items()
        for method, about in methods.items()
    ]
    host = request.headers["host"]
    page = answers.render_page("api.html.jinja", title="For programs", asks=asks, token=state.door.session, host=host)
    return HTMLResponse(page)


async def not_found(request: Request, error: Exception) -> Response:
    """No page at this address."""
    status = error.status_code if isinstance(error, HTTPException) else 404
    return _sorry(request, "There is no page at this address.", status)
