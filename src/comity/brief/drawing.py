"""Charts drawn: a Vega-Lite spec as SVG for the page and as PDF for the paper, and the script that makes one live.

vl-convert draws without a browser and without a network. Both drawings come from one layout, measured with the font
that vl-convert carries (see ``findings.charts``): the page names it with its metric twins Arial and Helvetica; the
paper takes vl-convert's own PDF, which embeds it, since typst would draw SVG text with whatever font it finds.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any

from comity.findings.charts import house
from comity.findings.contract import Spec

_STREAM = b"\nstream\n"
_REFERENCE = re.compile(rb"\b(\d+) 0 R\b")
_NAMED = re.compile(rb"(?:\n +/[A-Za-z]+\d+ \d+ 0 R)+")
_INNER_ROLES = re.compile(r' (?:role="graphics-[a-z]+"|aria-roledescription="[^"]*")')
_ID = re.compile(r'\bid="([^"]+)"')


class ChartError(ValueError):
    """A chart that could not be drawn; the brief says so and stands without it."""


def made(make: Callable[[], Spec]) -> Spec:
    """A finding's chart as a spec in the style of the house; raises ChartError for whatever is wrong with it."""
    try:
        return dressed(make())
    except Exception as error:  # one chart's fault must not take the brief down
        raise ChartError(f"{type(error).__name__}: {error}") from error


def dressed(spec: Spec) -> Spec:
    """The spec in the style of the house; what it configures itself stays."""
    return {**spec, "config": _merged(house(), spec.get("config") or {})}


def svg(spec: Spec, *, name: str = "chart", title: str = "") -> str:
    """The chart as an SVG element to be set into a page: same spec, same bytes; no script, nothing from a network.

    ``name`` keeps the ids of several charts in one page apart; ``title`` is the text for who cannot see it.
    """
    drawn = _draw(spec)
    for found in dict.fromkeys(_ID.findall(drawn)):
        drawn = drawn.replace(f'id="{found}"', f'id="{name}-{found}"').replace(f"#{found})", f"#{name}-{found})")
    # role="img" makes the drawing one thing with one text: roles of the marks within would promise texts of their own.
    head, rest = _INNER_ROLES.sub("", drawn).split(">", 1)
    label = f"{name}-title"
    return f'{head} role="img" aria-labelledby="{label}"><title id="{label}">{escape(title)}</title>{rest}'


def pdf(spec: Spec) -> bytes:
    """The chart as one PDF page with its font in it; same spec, same bytes."""
    import vl_convert

    return canonical(vl_convert.svg_to_pdf(_draw(spec)))


def page_width(document: bytes) -> float:
    """How wide a drawing of ``pdf`` is, in the pixels of its spec."""
    found = re.search(rb"/MediaBox \[0 0 ([\d.]+) ", document)
    if found is None:
        raise ChartError("the drawing has no size")
    return float(found[1])


def _draw(spec: Spec) -> str:
    quiet = dressed(spec)
    quiet["config"] = {**quiet["config"], "aria": False}
    return _drawn(json.dumps(quiet, allow_nan=False))


@lru_cache(maxsize=64)  # the page and the paper of one brief draw the same charts
def _drawn(spec: str) -> str:
    import vl_convert

    try:
        return str(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]))
    except ValueError as error:
        raise ChartError(str(error).partition("\n    at ")[0].replace("\n", " ")) from None


def _merged(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    both = dict(under)
    for key, value in over.items():
        old = both.get(key)
        both[key] = _merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return both


def canonical(document: bytes) -> bytes:
    """The same PDF with its objects in the order in which they are reached from the root.

    vl-convert's writer walks hash maps: fonts and resources come in another order, and so under other numbers, each
    time. A brief is the same bytes each time. Reads only what that writer writes: a classic cross-reference table.
    """
    start = int(document[document.rindex(b"startxref") + 9 :].split()[0])
    table, trailer = document[start:].split(b"trailer", 1)
    places = [int(line.split()[0]) for line in table.splitlines()[2:] if line.rstrip().endswith(b" n")]
    ends = dict(zip(sorted(places), [*sorted(places)[1:], start], strict=True))
    bodies: dict[bytes, tuple[bytes, bytes]] = {}
    for place, end in ends.items():
        number, _, body = document[place:end].split(b" ", 2)
        words, mark, stream = body.removeprefix(b"obj").partition(_STREAM)
        bodies[number] = (_NAMED.sub(_by_name, words), mark + stream)
    order: dict[bytes, int] = {}
    waiting = list(reversed(_REFERENCE.findall(trailer)))
    while waiting:
        number = waiting.pop()
        if number not in order:
            order[number] = len(order) + 1
            waiting += reversed(_REFERENCE.findall(bodies[number][0]))

    def renumbered(words: bytes) -> bytes:
        return _REFERENCE.sub(lambda found: b"%d 0 R" % order[found[1]], words)

    out = bytearray(document[: min(places)])
    offsets = []
    for number, new in order.items():
        offsets.append(len(out))
        out += b"%d 0 obj" % new + renumbered(bodies[number][0]) + bodies[number][1]
    begin = len(out)
    size = len(order) + 1
    out += b"xref\n0 %d\n0000000000 65535 f\r\n" % size
    out += b"".join(b"%010d 00000 n\r\n" % offset for offset in offsets)
    words = re.sub(rb"/Size \d+", b"/Size %d" % size, trailer.partition(b"startxref")[0])
    out += b"trailer" + renumbered(words) + b"startxref\n%d\n%%%%EOF\n" % begin
    return bytes(out)


def _by_name(found: re.Match[bytes]) -> bytes:
    return b"".join(sorted(re.findall(rb"\n[^\n]+", found[0])))


def cache_folder() -> Path:
    """Where what is made once is kept: ``COMITY_CACHE``, or the user's cache folder."""
    named = os.environ.get("COMITY_CACHE")
    if named:
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_cache_dir("comity"))


def vega_bundle() -> str:
    """Vega, Vega-Lite, vega-embed and the expression interpreter as one script, which needs no eval in this use.

    Made from what vl-convert carries, which takes seconds, and so kept; made again where it cannot be kept.
    """
    kept = cache_folder() / f"vega-{version('vl-convert-python')}.js"
    try:
        return kept.read_text(encoding="utf-8")
    except OSError:
        import vl_convert

        script = str(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"))
    with suppress(OSError):  # a read-only home must not stop a brief
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent) as beside:
            part = Path(beside, kept.name)
            part.write_text(script, encoding="utf-8")
            os.replace(part, kept)
    return script


def data_script(value: Any) -> str:
    """JSON that can stand inside a script element whatever text it holds."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text
