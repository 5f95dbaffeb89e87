"""Sheets of a rehearsal as PDF, HTML, Markdown and plain text; the same bytes for the same sheets.

The words reach typst as data (a JSON file beside the template), never as markup, and it compiles in a folder of its
own, outside of which it can read nothing; see ``pdf``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from comity.brief.document import Document
from comity.brief.html import asset, style_policy
from comity.brief.markdown import safe, table_lines
from comity.brief.pdf import foreign

if TYPE_CHECKING:
    from rich.console import Console

_LONGEST_WORD = 24
_LONG_WORD = re.compile(rf"\S{{{_LONGEST_WORD + 1},}}")
_STYLE = """
.sheet { break-after: page; margin-bottom: 4rem; }
h2 { font-size: 1.05rem; margin: 1.4rem 0 .4rem; }
.blank { border: 1px solid var(--muted); min-width: 4.5rem; }
"""


def title_of(sheets: Sequence[Document]) -> str:
    """What a file of sheets is called."""
    return f"{sheets[0]['title']}: {sheets[0]['case']}" if len(sheets) == 1 else f"Role sheets: {sheets[0]['case']}"


def _footer() -> str:
    return f"comity {version('comity')}, for a rehearsal on paper."


def render_pdf(sheets: Sequence[Document]) -> bytes:
    """Sheets as a PDF, each on a page of its own where it fits."""
    import typst

    words = _breakable({"title": title_of(sheets), "footer": _footer(), "sheets": list(sheets)})
    with TemporaryDirectory(prefix="comity-") as name:
        folder = Path(name)
        (folder / "sheets.json").write_text(json.dumps(words), encoding="utf-8")
        template = files("comity.brief").joinpath("templates", "sheets.typ").read_text(encoding="utf-8")
        (folder / "sheets.typ").write_text(template, encoding="utf-8")
        own_fonts = not foreign(json.dumps(words, ensure_ascii=False))
        return typst.compile(str(folder / "sheets.typ"), root=name, ignore_system_fonts=own_fonts)


def _breakable(value: Any) -> Any:
    """Every string with places at which a very long word may be broken, so that none runs out of its column.

    >>> len(_breakable("short " + "x" * 60)) - len("short " + "x" * 60)
    2
    """
    if isinstance(value, dict):
        return {key: _breakable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_breakable(item) for item in value]
    if not isinstance(value, str):
        return value
    return _LONG_WORD.sub(lambda found: re.sub(rf"(\S{{{_LONGEST_WORD}}})(?=\S)", "\\1\u200b", found[0]), value)


def render_html(sheets: Sequence[Document]) -> str:
    """Sheets as one HTML file without scripts; printed, each begins a page."""
    import jinja2

    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    style = asset("brief.css") + _STYLE
    return environment.from_string(asset("sheets.html.jinja")).render(
        title=title_of(sheets), footer=_footer(), sheets=sheets, style=style, policy=style_policy(style)
    )


def render_markdown(sheets: Sequence[Document]) -> str:
    """Sheets as Markdown, one after the other."""
    lines: list[str] = []
    for sheet in sheets:
        lines += ["---", ""] if lines else []
        lines += [f"**{safe(sheet['marking'])}**", ""] if sheet["marking"] else []
        lines += [f"**{safe(sheet['banner'])}**", "", safe(sheet["case"]), "", f"# {safe(sheet['title'])}", ""]
        for section in sheet["sections"]:
            lines += [f"## {safe(section['title'])}", ""]
            lines += [part for line in section["lines"] for part in (safe(line), "")]
            lines += [*table_lines(section["table"]), ""] if section["table"] else []
            lines += [part for line in section["after"] for part in (safe(line), "")]
    return "\n".join([*lines, safe(_footer()), ""])


def draw_text(sheets: Sequence[Document]) -> Callable[[Console], None]:
    """Sheets as plain text, for a terminal or a file."""
    from rich.text import Text

    from comity.brief.terminal import fitted

    def draw(console: Console) -> None:
        for at, sheet in enumerate(sheets):
            if at:
                console.print()
                console.rule()
            for line in (sheet["marking"], sheet["banner"]):
                if line:
                    console.print(Text(line, style="bold red"))
            console.print(Text(sheet["case"], style="dim"))
            console.print(Text(sheet["title"], style="bold"))
            for section in sheet["sections"]:
                console.print()
                console.print(Text(section["title"].upper(), style="bold cyan"))
                for line in section["lines"]:
                    console.print(Text(line))
                if section["table"]:
                    console.print(fitted(section["table"], None))
                for line in section["after"]:
                    console.print(Text(line))

    return draw
