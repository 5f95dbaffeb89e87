"""The Edit page: the text of a case and the grid of its positions, which are two views of the same bytes."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from comity.scenario.errors import ScenarioError
from comity.web import answers
from comity.web.answers import Place
from comity.web.changes import GridChange, changed
from comity.web.folder import ChangedOutsideError, FolderError, sha256
from comity.web.grid import ProblemRow, grid_of
from comity.web.guard import LARGEST_BODY
from comity.web.pages import desk, opened


class GridAsked(BaseModel):
    """What the page of a grid sends: its text, the hash of the file that it began with, and one change or none."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: str
    began_with: str
    change: GridChange | None


async def edit(request: Request) -> Response:
    """The text of a case and its grid, to be changed; what is wrong in it stands beside it."""
    content, place = await asyncio.to_thread(opened, request)
    return HTMLResponse(await asyncio.to_thread(_editor, place, content))


def _editor(
    place: Place, content: bytes, *, began_with: str | None = None, theirs: bytes | None = None, said: str = ""
) -> str:
    problems = answers.problems_of(content, place.name)
    return answers.render_page(
        "edit.html.jinja",
        title=place.name,
        place=place,
        text=content.decode("utf-8", "replace"),
        problems=problems,
        grid=grid_of(content, problems),
        began_with=began_with or sha256(content),
        theirs=None if theirs is None else theirs.decode("utf-8", "replace"),
        said=said,
    )


async def save(request: Request) -> Response:
    """Write the text over the file that the page began with; never over what somebody else wrote meanwhile."""
    at = desk(request)
    name = request.path_params["name"]
    async with request.form(max_files=0, max_part_size=LARGEST_BODY) as form:
        text, began_with = str(form.get("text", "")), str(form.get("began_with", ""))
    place = Place(name, f"mine/{quote(name)}", name, True)
    before = await asyncio.to_thread(at.folder.read, name)
    # A form sends line ends as a network does; the file keeps those it had.
    content = text.replace("\r\n", "\n").encode()
    if b"\r\n" in before:
        content = content.replace(b"\n", b"\r\n")
    if await asyncio.to_thread(answers.problems_of, content, name):
        said = "Not saved: the file would not be right. What is wrong stands beside it; your text is kept here."
        return HTMLResponse(await asyncio.to_thread(_editor, place, content, began_with=began_with, said=said), 422)
    try:
        await asyncio.to_thread(at.folder.save, name, content, began_with)
    except ChangedOutsideError as error:
        said = "Not saved: the file was changed outside of this page. What it holds now stands beside your text."
        found = error.found if error.found is not None else b""
        page = await asyncio.to_thread(_editor, place, content, began_with=sha256(found), theirs=found, said=said)
        return HTMLResponse(page, 409)
    return RedirectResponse(f"/brief/{place.where}", 303)


async def check(request: Request) -> Response:
    """What is wrong in a text as it is typed, as JSON."""
    content = await request.body()
    problems = await asyncio.to_thread(answers.problems_of, content, "your text")
    keys = ("line", "column", "field", "message", "remedy")
    return JSONResponse({"problems": [dict(zip(keys, each, strict=True)) for each in problems]})


async def grid(request: Request) -> Response:
    """One change made in a text, which is not saved by it: the new text, its grid and what is wrong, as JSON."""
    at = desk(request)
    name = request.path_params["name"]
    try:
        asked = GridAsked.model_validate_json(await request.body())
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        return JSONResponse({"error": f"this is no change of a grid: {where}: {first['msg']}"}, 400)
    try:
        outside = sha256(await asyncio.to_thread(at.folder.read, name)) != asked.began_with
    except FolderError:
        outside = True
    return JSONResponse(await asyncio.to_thread(_answer, asked, name, outside))


def _answer(asked: GridAsked, name: str, outside: bool) -> dict[str, Any]:
    text, refused = asked.text, ""
    if asked.change is not None:
        try:
            text = changed(text.encode("utf-8", "replace"), asked.change, name).decode()
        except ScenarioError as error:
            first = error.problems[0]
            where = f"line {first.line}: " if first.line > 1 else ""
            refused = f"Not changed: {where}{first.message}{f'; {first.remedy}' if first.remedy else ''}."
    content = text.encode("utf-8", "replace")
    problems: tuple[ProblemRow, ...] = answers.problems_of(content, name)
    words = {"problems": problems, "grid": grid_of(content, problems), "writable": True, "drawn": True}
    return {
        "text": text,
        "grid": answers.render_page("grid.html.jinja", **words),
        "problems": answers.render_page("faults.html.jinja", problems=problems),
        "outside": outside,
        "refused": refused,
    }
