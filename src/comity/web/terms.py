"""Terms of the field in the text of a brief: the first of each on a page opens what it means, without a script."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from markupsafe import Markup, escape

from comity.brief.explanation_html import in_html
from comity.brief.explanations import glossary

# Words that everybody knows and a brief uses all the time, and words that name something else in many a case.
_EVERYDAY = frozenset(("actor", "audience", "evidence", "input", "issue", "package", "party", "position", "range"))
_OFTEN_ANOTHER = frozenset(("delegation", "mediator", "monitoring", "permalink", "quota", "scenario", "silence"))
# Other words that briefs have for a term.
_ALSO = {
    "knife edge": "knife-edge",
    "nash's rule": "nash-solution",
    "normalised banzhaf": "banzhaf-index",
    "shapley–shubik": "shapleyshubik-index",
    "weighted mean": "compromise-model",
    "zone of agreement": "zone-of-possible-agreement",
}


def with_terms(words: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """The words of a brief in which the first of each term can be opened, and the terms that occur.

    Args:
        words: a brief as ``words_and_charts`` lays it out; text that is not safe yet.

    Returns:
        The same with lines of page one, answers and cautions as safe HTML; and each term's name, title and meaning.

    >>> found, terms = with_terms({"page_one": [{"slot": "the rule", "lines": ["The <core>, and the core."]}]})
    >>> found["page_one"][0]["lines"][0]  # doctest: +ELLIPSIS
    Markup('The &lt;<button type="button" class="term" popovertarget="term-core" ...>core</button>&gt;, and the core.')
    >>> [term["name"] for term in terms]
    ['core']
    """
    met: dict[str, str] = {}

    def marked(text: str) -> Markup:
        return Markup(_pattern().sub(lambda found: _first(found[0], met), str(escape(text))))

    page_one = [{**each, "lines": [marked(line) for line in each["lines"]]} for each in words["page_one"]]
    chapters = [
        {**chapter, "findings": [_finding(found, marked) for found in chapter["findings"]]}
        for chapter in words.get("chapters", ())
    ]
    terms = [{"name": name, "title": glossary()[name].title, "meaning": meaning} for name, meaning in met.items()]
    return {**words, "page_one": page_one, "chapters": chapters}, terms


def _finding(found: dict[str, Any], marked: Any) -> dict[str, Any]:
    facts = [
        {**fact, "lines": [marked(line) for line in fact["lines"]]} if fact["label"] == "Caution" else fact
        for fact in found["facts"]
    ]
    return {**found, "sentence": marked(found["sentence"]), "reading": marked(found["reading"]), "facts": facts}


def _first(text: str, met: dict[str, str]) -> str:
    name = _names()[_stem(text)]
    if name in met:
        return text
    met[name] = _meaning(name)
    plain = re.sub(r"<[^>]+>", "", met[name]).partition(" See ")[0].strip()
    button = '<button type="button" class="term" popovertarget="term-{}" title="{}">{}</button>'
    return button.format(name, plain.replace('"', "&quot;"), text)


def _stem(text: str) -> str:
    lower = text.casefold()
    return lower if lower in _names() else lower.removesuffix("s")


@cache
def _meaning(name: str) -> str:
    return in_html(glossary()[name], _place)


@cache
def _names() -> dict[str, str]:
    """The address of each term that is marked, by how it stands in escaped text."""
    named = {
        each.title.casefold(): name for name, each in glossary().items() if name not in _EVERYDAY | _OFTEN_ANOTHER
    } | _ALSO
    return {str(escape(title)): name for title, name in named.items()}


@cache
def _pattern() -> re.Pattern[str]:
    longest_first = sorted(_names(), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})s?\b", re.IGNORECASE)


def _place(kind: str, name: str) -> str:
    return f"/explain/{name}" if kind == "page" else f"/explain#{name}"
