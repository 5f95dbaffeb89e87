"""What a worker is asked: briefs, pages and files, each made from the bytes of a case and nothing else.

Everything here is a plain function of picklable values, so that it runs in a spawned process and gives the same bytes
there. What was made is kept while the worker lives, by the bytes that it was made from.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode

from comity.brief import Brief, compose
from comity.brief.contents import Audience
from comity.brief.document import anchor, cleaned
from comity.brief.sentences import flip_words, moved, number
from comity.brief.variants import Picture, side_by_side
from comity.brief.what_moved import changes_of, sentence, what_moved
from comity.findings import DRAWS, Finding, Input, JointFlip, NotSearched, OptionError, Table
from comity.findings.wording import plural
from comity.scenario import Scenario, ScenarioError, loads
from comity.web.grid import Dot, dots_on
from comity.web.terms import with_terms

if TYPE_CHECKING:
    from jinja2 import Environment

_SLOTS_THAT_SEARCH = ("what would change it", "find out next")
_FIRST_SLIDERS = 12
_DOTS_BESIDE = 4.5
_STEPS = 200
_MOST_WAYS = 6
Export = Literal["svg", "png", "csv", "json"]
Whole = Literal["html", "pdf", "md", "json"]


@dataclass(frozen=True)
class Asked:
    """One case as a page asks about it: its bytes, for whom, and what is set to another number."""

    content: bytes
    name: str
    audience: Audience = "own"
    settings: tuple[tuple[str, float], ...] = ()
    seed: int = 0
    draws: int = DRAWS

    def as_written(self) -> Asked:
        """The same without the settings."""
        return replace(self, settings=())


@dataclass(frozen=True)
class Place:
    """Where a page stands, for its links: the address of the case, and its own query."""

    title: str
    where: str
    name: str
    mine: bool
    query: str = ""


@dataclass(frozen=True)
class Shown:
    """A page made by a worker, or the problems of the file that stand in its way."""

    html: str = ""
    problems: tuple[tuple[int, int, str, str, str], ...] = ()
    refused: str = ""


def warm() -> None:
    """Have everything at hand that a first question would wait for, compiled code included."""
    compose(_case(Asked(_template_case(), "warm")), draws=50, search=False)
    _environment()


def _template_case() -> bytes:
    from comity.scenario import skeleton

    return skeleton().encode()


@lru_cache(maxsize=16)
def _case(asked: Asked) -> Scenario:
    case = loads(asked.content, asked.name)
    if asked.audience == "shared":
        case = case.redacted()
    return case.with_values(dict(asked.settings)) if asked.settings else case


@lru_cache(maxsize=8)
def _brief(asked: Asked) -> Brief:
    return compose(_case(asked), audience=asked.audience, seed=asked.seed, draws=asked.draws)


@lru_cache(maxsize=32)
def _quick(asked: Asked) -> Brief:
    """What page one is made of, without the searches for what would change it: what a moved slider shows at once."""
    names = _on_page_one(asked.as_written())
    return compose(_case(asked), audience=asked.audience, seed=asked.seed, draws=asked.draws, search=False, only=names)


@lru_cache(maxsize=8)
def _on_page_one(asked: Asked) -> tuple[str, ...]:
    found = _unsearched(asked).findings
    return tuple(dict.fromkeys(each.analysis for each in found if each.lead or each.lines or each.bands))


@lru_cache(maxsize=8)
def _unsearched(asked: Asked) -> Brief:
    return compose(_case(asked), audience=asked.audience, seed=asked.seed, draws=asked.draws, search=False)


def brief_page(asked: Asked, place: Place) -> Shown:
    """The page of a brief: page one, the rail of contents, the chapters, each finding with its files."""
    from comity.brief.html import words_and_charts

    try:
        found = _brief(asked)
    except ScenarioError as error:
        return Shown(problems=_problems(error))
    except OptionError as error:
        return Shown(refused=str(error))
    words, charts = words_and_charts(found)
    live = any(chart["svg"] for chart in charts.values())
    words, terms = with_terms(words)
    shown = {"place": place, "audience": asked.audience, "charts": charts, "live": live, "terms": terms}
    return Shown(_render("brief.html.jinja", **shown, **words))


def what_if_page(asked: Asked, place: Place) -> Shown:
    """The page of sliders: every number of the case that an answer rests on, the likeliest to matter first."""
    try:
        sliders = _sliders(asked)
        now = _what_if_words(asked)
    except ScenarioError as error:
        return Shown(problems=_problems(error))
    except OptionError as error:
        return Shown(refused=str(error))
    first = [each for each in sliders if each["first"]]
    rest = [each for each in sliders if not each["first"]]
    return Shown(
        _render(
            "what-if.html.jinja", place=place, first=first, rest=rest, audience=asked.audience, **_named(asked), **now
        )
    )


def variants_page(asked: Asked, variants: tuple[tuple[tuple[str, float], ...], ...], place: Place) -> Shown:
    """The variants that a person pinned, beside the case as written: one table, and a chart for each leading number."""
    from comity.brief.document import table_words
    from comity.brief.drawing import ChartError, made, svg

    try:
        table, pictures, links = _variants(asked, variants)
    except ScenarioError as error:
        return Shown(problems=_problems(error))
    except OptionError as error:
        return Shown(refused=str(error))
    charts = []
    for at, picture in enumerate(pictures, 1):
        try:
            drawn = svg(made(picture.chart), name=f"variants-{at}", title=picture.summary)
        except ChartError:
            drawn = ""
        charts.append({"title": cleaned(picture.title), "summary": cleaned(picture.summary), "svg": drawn})
    words = table_words(table)
    return Shown(_render("variants.html.jinja", place=place, table=words, charts=charts, links=links, **_named(asked)))


def variants_file(asked: Asked, variants: tuple[tuple[tuple[str, float], ...], ...]) -> bytes:
    """The table of variants as CSV."""
    from comity.brief.as_csv import to_csv

    return to_csv(_variants(asked, variants)[0].records())


def _variants(
    asked: Asked, variants: tuple[tuple[tuple[str, float], ...], ...]
) -> tuple[Table, tuple[Picture, ...], list[str]]:
    written = asked.as_written()
    inputs = _case(written).all_inputs()
    found = [("as in the file", _unsearched(written))]
    links = [""]
    for settings in variants:
        words = ", ".join(change.words for change in changes_of(inputs, dict(settings)))
        found.append((words or "as in the file, again", _unsearched(replace(asked, settings=settings))))
        links.append(urlencode([("set", f"{path}={value!r}") for path, value in settings]))
    return (*side_by_side(found), links)


def what_if_answer(asked: Asked, place: Place, *, whole: bool) -> Shown:
    """The part of that page that a moved slider changes; ``whole`` with what would change it and what to find out."""
    try:
        words = _what_if_words(asked, whole=whole)
    except OptionError as error:
        return Shown(refused=str(error))
    except ScenarioError as error:
        return Shown(problems=_problems(error))
    return Shown(_render("what-if-answer.html.jinja", place=place, **words))


def _named(asked: Asked) -> dict[str, Any]:
    cover = _case(asked.as_written()).cover
    named: dict[str, Any] = cleaned(
        {"title": cover.title, "stakes": cover.stakes or "", "marking": cover.marking or ""}
    )
    return named


def _what_if_words(asked: Asked, *, whole: bool = False) -> dict[str, Any]:
    written = asked.as_written()
    before, after = (_unsearched(written), _brief(asked)) if whole else (_quick(written), _quick(asked))
    changes = changes_of(_case(written).all_inputs(), dict(asked.settings))
    answers = what_moved(before, after)
    told = {section.slot: list(section.lines) for section in after.page_one}
    fixed = told.pop("what if", [])
    slots = [{"slot": slot, "lines": lines} for slot, lines in told.items() if whole or slot not in _SLOTS_THAT_SEARCH]
    rows = [
        {
            "question": each.question,
            "subject": each.subject or "",
            "value": each.value,
            "bands": each.bands,
            "verdict": each.verdict,
            "changed": each.changed,
        }
        for each in answers
    ]
    words: dict[str, Any] = cleaned(
        {
            "line": sentence(answers, changes),
            "changed_rows": [row for row in rows if row["changed"]],
            "same_rows": [row for row in rows if not row["changed"]],
            "page_one": slots,
            "fixed": fixed,
            "whole": whole,
            "takes": _what_it_takes(after, dict(asked.settings)) if whole else [],
            "moved_inputs": len(changes),
        }
    )
    return words


def _what_it_takes(found: Brief, settings: dict[str, float]) -> list[dict[str, Any]]:
    """For each verdict of page one: the changes that would make it another, each as the settings that try it."""

    def query(moves: dict[str, float]) -> str:
        return urlencode([("set", f"{path}={value!r}") for path, value in sorted({**settings, **moves}.items())])

    told = []
    for each in found.findings:
        if not (each.lead or each.lines or each.bands) or isinstance(each.flips, NotSearched):
            continue
        ways = [
            {"becomes": flip.becomes, "words": flip_words(flip), "query": query({flip.path: flip.flips_at})}
            for flip in each.flips[:_MOST_WAYS]
        ]
        if isinstance(each.joint, JointFlip) and len(each.joint.moves) > 1:
            words = " with ".join(f"{move.label} {moved(move.today, move.to)}" for move in each.joint.moves)
            moves = {move.path: move.to for move in each.joint.moves}
            ways.append({"becomes": each.joint.becomes, "words": words, "query": query(moves)})
        if ways:
            told.append({"question": each.question, "subject": each.subject or "", "now": each.verdict, "ways": ways})
    return told


def _sliders(asked: Asked) -> list[dict[str, Any]]:
    written = asked.as_written()
    settings = dict(asked.settings)
    found = _brief(written)
    rank: dict[str, int] = {}
    for finding in sorted(found.findings, key=lambda each: -each.lead):
        for path in _paths_that_matter(finding):
            rank.setdefault(path, len(rank))
    used = {item.path for item in found.inputs}
    items = [item for item in _case(written).all_inputs() if item.path in used and item.domain[1] > item.domain[0]]
    ordered = sorted(items, key=lambda item: rank.get(item.path, len(rank)))
    return [
        _slider(item, settings.get(item.path), item.path in rank and at < _FIRST_SLIDERS)
        for at, item in enumerate(ordered)
    ]


def _paths_that_matter(finding: Finding) -> list[str]:
    flips = [] if isinstance(finding.flips, NotSearched) else [flip.path for flip in finding.flips]
    return [*flips, *(worth.path for worth in finding.find_out_next)]


def _slider(item: Input, setting: float | None, first: bool) -> dict[str, Any]:
    value = float(item.value)
    low, high = item.domain
    # A slider over a domain that no case uses would have no room where it matters.
    if item.spread is not None and high - low > 50 * (item.spread[1] - item.spread[0]):
        width = item.spread[1] - item.spread[0]
        low, high = max(low, value - 5 * width), min(high, value + 5 * width)
    step = item.step or float(f"{(high - low) / _STEPS:.1g}")
    # A slider's stops are counted from its lower end: one that is no round number would make each of them none.
    if low != float(f"{low:.4g}"):
        low = min(math.ceil(round(low / step, 6)) * step, value)
    words: dict[str, Any] = cleaned(
        {
            "path": item.path,
            "label": item.label,
            "unit": item.unit,
            "value": _exactly(value),
            "shown": number(item.value),
            "now": _exactly(value if setting is None else setting),
            "low": _exactly(low),
            "high": _exactly(high),
            "step": _exactly(step),
            "range": "" if item.spread is None else f"{number(item.spread[0])} to {number(item.spread[1])}",
            "question": item.question,
            "first": first,
        }
    )
    return words


def _exactly(value: float) -> str:
    return f"{int(value)}" if value.is_integer() else f"{value:.12g}"


def whole_file(asked: Asked, form: Whole) -> bytes:
    """The brief as a file, the same bytes as the command line writes."""
    found = _brief(asked)
    if form == "html":
        from comity.brief.html import render_html

        return render_html(found).encode()
    if form == "pdf":
        from comity.brief.pdf import render_pdf

        return render_pdf(found)
    if form == "md":
        from comity.brief.markdown import render_markdown

        return render_markdown(found).encode()
    from comity.brief.as_json import render_json

    return render_json(found).encode()


def finding_file(asked: Asked, name: str, form: Export) -> bytes | None:
    """One finding as a file, by the name of its place in the page; None where there is none, or none of this kind."""
    taken: set[str] = set()
    found = next((each for each in _brief(asked).findings if anchor(each, taken) == name), None)
    if found is None:
        return None
    if form == "json":
        from comity.brief.as_json import plain, to_json

        return to_json(plain(found)).encode()
    if form == "csv":
        if found.table is None:
            return None
        from comity.brief.as_csv import to_csv

        return to_csv(found.table.records())
    if found.chart is None:
        return None
    from comity.brief.drawing import made, svg

    spec = made(found.chart)
    if form == "svg":
        return svg(spec, title=found.chart_summary or found.sentence).encode()
    import vl_convert

    return bytes(vl_convert.vegalite_to_png(json.dumps(spec), scale=2, allowed_base_urls=[]))


def findings_file(asked: Asked, names: tuple[str, ...]) -> bytes:
    """The findings of some questions as JSON; raises OptionError for a question that nobody knows."""
    from comity.brief.as_json import findings_json

    found = compose(_case(asked), audience=asked.audience, seed=asked.seed, draws=asked.draws, only=names)
    return findings_json(found.findings).encode()


def inputs_file(asked: Asked) -> bytes:
    """Every number of a case as JSON, in the order of the schema."""
    from comity.brief.as_json import plain, to_json

    return to_json([plain(item) for item in _case(asked).all_inputs()]).encode()


def problems_of(content: bytes, name: str) -> tuple[tuple[int, int, str, str, str], ...]:
    """What is wrong in a file, as line, column, field, message and remedy; nothing where it is right."""
    try:
        loads(content, name)
    except ScenarioError as error:
        return _problems(error)
    return ()


@dataclass(frozen=True)
class Card:
    """What the card of a case shows: its title and stakes, and the stated positions on its first issue as dots."""

    title: str
    stakes: str
    dots: tuple[Dot, ...] = ()
    in_words: str = ""


def card(content: bytes, name: str) -> Card:
    """The card of a case; its name and how much is to mend where it cannot be read."""
    try:
        case = loads(content, name)
    except ScenarioError as error:
        count = len(error.problems)
        return Card(name, f"{count} {'problem' if count == 1 else 'problems'} to mend before it can be answered.")
    cover = case.cover
    title, stakes = str(cleaned(cover.title)), str(cleaned(cover.stakes or ""))
    issue = case.file.issues[0] if case.file.issues else None
    if issue is None:
        return Card(title, stakes)
    held = {row.actor: row.position.estimate for row in case.file.positions if row.issue == issue.id and row.position}
    low, high = issue.scale.low, issue.scale.high
    placed = [(value, actor, "") for actor, value in held.items() if value is not None and low <= value <= high]
    if not placed:
        return Card(title, stakes)
    ends = f"{number(low)} to {number(high)}{' ' + issue.scale.unit if issue.scale.unit else ''}"
    words = f"{plural(len(placed), 'position')} on a line from {ends}: {issue.question}"
    return Card(title, stakes, dots_on(placed, low, high, _DOTS_BESIDE), str(cleaned(words)))


def _problems(error: ScenarioError) -> tuple[tuple[int, int, str, str, str], ...]:
    return tuple((each.line, each.column, each.path, each.message, each.remedy) for each in error.problems)


def _render(template: str, **words: Any) -> str:
    return _environment().get_template(template).render(**words)


def asset(name: str) -> str:
    """One of the workbench's own templates, or of the brief's that it builds on."""
    from comity.brief.html import asset as of_a_brief

    if name == "parts.html.jinja":
        return of_a_brief(name)
    return files("comity.web").joinpath("templates", name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    import jinja2

    return jinja2.Environment(
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        loader=jinja2.FunctionLoader(asset),
    )


def render_page(template: str, **words: Any) -> str:
    """A page that needs no answer, such as the list of cases."""
    return _render(template, **words)
