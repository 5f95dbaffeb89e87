"""A brief as one HTML file: no network, text and tables without JavaScript, charts as inline SVG.

The chart's spec stands beside it, and a button makes it live with a script that is in the file too. A policy in the
head allows this file's own style and scripts by their hashes and nothing else, so that even text which slipped past
escaping would be inert.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from comity.brief.contents import Brief
from comity.brief.document import document
from comity.brief.drawing import ChartError, data_script, made, svg, vega_bundle

if TYPE_CHECKING:
    from jinja2 import Template


def render_html(brief: Brief, *, live: bool = True) -> str:
    """The whole brief; ``live=False`` leaves out the script that makes charts live (most of the file's size)."""
    words, charts = words_and_charts(brief)
    live = live and any(chart["svg"] for chart in charts.values())
    style = asset("brief.css")
    script = asset("brief.js") if live else ""
    bundle = vega_bundle().replace("</script", "<\\/script") if live else ""
    return _template().render(
        **words,
        charts=charts,
        style=style,
        script=script,
        bundle=bundle,
        policy=_policy(style, script, bundle),
    )


def words_and_charts(brief: Brief) -> tuple[dict[str, Any], dict[str, dict[str, str]]]:
    """What ``parts.html.jinja`` prints: the words of a brief, and each chart as drawing and spec, or why it is none."""
    words, makers = document(brief)
    charts: dict[str, dict[str, str]] = {}
    for name, make in makers.items():
        summary = _summary(words, name)
        try:
            spec = made(make)
            charts[name] = {"svg": svg(spec, name=name, title=summary), "spec": data_script(spec), "error": ""}
        except ChartError as error:
            charts[name] = {"svg": "", "spec": "", "error": str(error)}
    return words, charts


def _summary(words: dict[str, Any], name: str) -> str:
    found = (each for chapter in words["chapters"] for each in chapter["findings"])
    return next(str(each["chart_summary"]) for each in found if each["chart"] == name)


def style_policy(style: str) -> str:
    """A policy for a page without scripts: this style and nothing else."""
    return _policy(style)


def _policy(style: str, *scripts: str) -> str:
    allowed = " ".join(_hash(script) for script in scripts if script) or "'none'"
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {allowed}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def asset(name: str) -> str:
    """One of the templates, styles and scripts that a brief is printed with."""
    return files("comity.brief").joinpath("templates", name).read_text(encoding="utf-8")


@cache
def _template() -> Template:
    import jinja2

    environment = jinja2.Environment(
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        loader=jinja2.FunctionLoader(asset),
    )
    return environment.get_template("brief.html.jinja")
