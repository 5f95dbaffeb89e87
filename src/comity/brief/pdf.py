"""A brief as PDF, set by typst: page one on one page, the marking on each, the same bytes for the same brief.

The words reach typst as data (a JSON file beside the template), never as markup, and it compiles in a folder of its
own, outside of which it can read nothing. It is set in typst's own Libertinus Serif, and the charts bring their font,
so that the pages are the same on every machine; only words in a script that Libertinus lacks may take another font.
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from comity.brief.contents import Brief
from comity.brief.document import document
from comity.brief.drawing import ChartError, made, page_width, pdf

_FULL_WIDTH = 700  # pixels of a chart that take the whole width of the text


def render_pdf(brief: Brief) -> bytes:
    """The whole brief."""
    import typst

    words, makers = document(brief)
    charts: dict[str, dict[str, Any]] = {}
    with TemporaryDirectory(prefix="comity-") as name:
        folder = Path(name)
        for chart, make in makers.items():
            try:
                drawn = pdf(made(make))
                (folder / f"{chart}.pdf").write_bytes(drawn)
                charts[chart] = {"share": page_width(drawn) / _FULL_WIDTH, "error": ""}
            except ChartError as error:
                charts[chart] = {"share": 1.0, "error": str(error)}
        (folder / "brief.json").write_text(json.dumps(words), encoding="utf-8")
        (folder / "charts.json").write_text(json.dumps(charts), encoding="utf-8")
        template = files("comity.brief").joinpath("templates", "brief.typ").read_text(encoding="utf-8")
        (folder / "brief.typ").write_text(template, encoding="utf-8")
        own_fonts = not foreign(json.dumps(words, ensure_ascii=False))
        return typst.compile(str(folder / "brief.typ"), root=name, ignore_system_fonts=own_fonts)


def foreign(text: str) -> bool:
    """Does the text hold letters that are not Latin, Greek or Cyrillic?

    >>> foreign("Türkiye, Ελλάδα, Україна: 4→7"), foreign("日本")
    (False, True)
    """
    return any(each.isalpha() and ord(each) > 0x52F and not 0x1E00 <= ord(each) <= 0x2BFF for each in text)
