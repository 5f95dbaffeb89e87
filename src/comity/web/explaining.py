"""The pages that say what a method does and what a term means; the same text as ``comity explain``."""

from __future__ import annotations

import asyncio
from functools import cache
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from comity.brief.explanation_html import in_html
from comity.brief.explanations import cases_of, explained, glossary, pages
from comity.findings import OptionError, registry
from comity.web import answers
from comity.web.folder import FolderError


async def contents(request: Request) -> Response:
    """Every method by its chapter, and the glossary."""
    return HTMLResponse(await asyncio.to_thread(_contents))


async def page(request: Request) -> Response:
    """One method; the name of a term leads to its place in the glossary."""
    try:
        found = await asyncio.to_thread(explained, request.path_params["name"])
    except OptionError as error:
        raise FolderError(str(error)) from None
    if found.name not in pages() and found.name in glossary():
        return RedirectResponse(_place("term", found.name), 303)
    return HTMLResponse(await asyncio.to_thread(_method, found.name))


@cache
def _contents() -> str:
    chapters: dict[str, list[dict[str, str]]] = {}
    for analysis in registry().analyses.values():
        listed = {"name": analysis.name, "question": analysis.question}
        chapters.setdefault(analysis.chapter, []).append(listed)
    terms = [{"name": each.name, "title": each.title, "body": in_html(each, _place)} for each in glossary().values()]
    return answers.render_page("explain.html.jinja", title="What is behind it", chapters=chapters, terms=terms)


@cache
def _method(name: str) -> str:
    found = explained(name)
    analysis = registry().analyses.get(name)
    return answers.render_page(
        "method.html.jinja",
        title=found.title,
        name=name,
        chapter=analysis.chapter if analysis is not None else "",
        body=in_html(found, _place),
        cases=cases_of(found),
    )


def _place(kind: str, name: str) -> str:
    return f"/explain/{quote(name)}" if kind == "page" else f"/explain#{quote(name)}"
