"""A case begun from a spreadsheet or a pasted table: first how it is read, then, once confirmed, a file."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from comity.scenario.errors import ScenarioError
from comity.web import answers
from comity.web.folder import FolderError, sha256
from comity.web.grid import PositionsGrid, ProblemRow, grid_of
from comity.web.guard import LARGEST_BODY
from comity.web.pages import desk

_KEPT_TABLES = 4
_MOST_SCALES = 200
_PASTED = "<pasted>"
_SCALE = re.compile(r"\s*(?P<issue>.+?)\s*[=:]\s*(?P<low>[-+]?[\d.]+)\s*(?:to|\.\.|:|–|;)\s*(?P<high>[-+]?[\d.]+)\s*")


@dataclass(frozen=True)
class TableRead:
    """A table as it is read: the scenario made of it and how, or what stands in its way."""

    text: str = ""
    preview: tuple[str, ...] = ()
    problems: tuple[ProblemRow, ...] = ()
    grid: PositionsGrid | None = None


def table_read(
    content: bytes,
    name: str,
    sheet: str | None,
    scales: Mapping[str, tuple[float, float]],
    salience_scale: Literal[1, 100] | None,
) -> TableRead:
    """Read a table of positions; runs in a worker, since a workbook may be large or made to harm."""
    from comity.scenario.table_case import case_from_table

    try:
        found = case_from_table(content, name, sheet=sheet, scales=scales, salience_scale=salience_scale)
    except ScenarioError as error:
        told = tuple((each.line, each.column, each.path, each.message, each.remedy) for each in error.problems)
        return TableRead(problems=told)
    return TableRead(found.text, found.preview, (), grid_of(found.text.encode()))


async def table(request: Request) -> Response:
    """How a table is read, before anything is made of it."""
    at = desk(request)
    async with request.form(max_files=1, max_part_size=LARGEST_BODY) as form:
        asked = {key: value for key, value in form.items() if isinstance(value, str)}
        upload = form.get("table")
        brought = None if upload is None or isinstance(upload, str) or not upload.filename else await upload.read()
        called = "" if upload is None or isinstance(upload, str) else (upload.filename or "").rpartition("/")[2]
    if brought is not None:
        content, name = brought, called
    elif asked.get("pasted", "").strip():
        content, name = asked["pasted"].replace("\r\n", "\n").encode(), _PASTED
    elif asked.get("again", "") in at.tables:
        name, content = at.tables[asked["again"]]
    elif asked.get("again"):
        raise FolderError("the table is not kept any longer; bring it again")
    else:
        raise FolderError("choose a spreadsheet, or paste a table")
    token = sha256(name.encode() + b"\0" + content)
    at.tables[token] = name, content
    at.tables.move_to_end(token)
    while len(at.tables) > _KEPT_TABLES:
        at.tables.popitem(last=False)
    ends = asked.get("salience_scale", "")
    salience_scale: Literal[1, 100] | None = 1 if ends == "1" else 100 if ends == "100" else None
    sheet = asked.get("sheet", "").strip() or None
    found = await at.quick.run(table_read, content, name, sheet, _scales(asked.get("scales", "")), salience_scale)
    page = await asyncio.to_thread(
        answers.render_page,
        "table.html.jinja",
        title="A case from a table",
        of="the pasted table" if name == _PASTED else name,
        read=found,
        grid=found.grid,
        token=token,
        sheet=sheet or "",
        scales=asked.get("scales", ""),
        salience_scale=ends,
        name=asked.get("name", "").strip() or _name_for(name),
        workbook=not name.lower().endswith((".csv", ".tsv", ".txt")) and name != _PASTED,
    )
    return HTMLResponse(page, 422 if found.problems else 200)


def _name_for(name: str) -> str:
    stem = "" if name == _PASTED else name.rpartition(".")[0]
    return re.sub(r"[^\w-]+", "-", stem).strip("-")[:100]


def _scales(text: str) -> dict[str, tuple[float, float]]:
    """Scales as a person states them, one a line: ``date = 4 to 10``."""
    scales: dict[str, tuple[float, float]] = {}
    for line in text.splitlines()[:_MOST_SCALES]:
        if not line.strip():
            continue
        found = _SCALE.fullmatch(line)
        try:
            low, high = (float(found["low"]), float(found["high"])) if found else (0.0, 0.0)
        except ValueError:
            found = None
        if found is None:
            raise FolderError(
                f"a scale is written as ISSUE = LOW to HIGH, such as date = 4 to 10, not {line.strip()[:80]}"
            )
        scales[found["issue"]] = low, high
    return scales
