"""A page on a method as HTML with its formulas as MathML, or as text for a terminal; made once for each page.

Whatever looks like HTML in a page stays text. Formulas are written between dollar signs, as code hosts read them too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from comity.brief.explanations import Explained

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_FORMULA = re.compile(r"\$\$(?P<block>[^$]+)\$\$|\$(?P<inline>[^\s$](?:[^$]*[^\s$])?)\$")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!\\)\[([^\]]+)\]\([^)]+\)")
_PAGE = re.compile(r"(?:methods/)?([\w-]+)\.md")
_TERM = re.compile(r"(?:\.\./)?(?:glossary\.md)?#([\w-]+)")
_SPACED = frozenset("=≤≥<>≈→+−-·×∈⊆⊂")
_BELOW = str.maketrans("0123456789aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
_ABOVE = str.maketrans("0123456789+-−=()in", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁱⁿ")


def in_html(page: Explained, place: Callable[[str, str], str | None]) -> str:
    """The text of a page as HTML, without its heading.

    Args:
        page: the page or the term.
        place: the address of a page or a term, from ``"page"`` or ``"term"`` and its name; None to leave the link out.

    Returns:
        HTML that needs no script and no style of its own.

    >>> page = Explained("core", "Core", "See the [rule](methods/decision-rule.md): <b>, $a^2$")
    >>> in_html(page, lambda kind, name: f"/{kind}/{name}").partition("<math")[0]
    '<p>See the <a href="/page/decision-rule">rule</a>: &lt;b&gt;, '
    """
    reader = _reader()
    tokens = reader.parse(page.text)
    for token in tokens:
        dropped: list[bool] = []
        for child in token.children or ():
            if child.type == "link_open":
                address = _address(str(child.attrs.get("href", "")), place)
                dropped.append(address is None)
                child.hidden = address is None
                child.attrs["href"] = address or ""
            elif child.type == "link_close":
                child.hidden = dropped.pop()
        if token.children:
            token.children = [child for child in token.children if not child.hidden]
    return str(reader.renderer.render(tokens, reader.options, {}))


def in_text(markdown: str) -> str:
    """Markdown whose formulas are plain characters and whose links are their words, for a terminal.

    >>> in_text(r"The [mean](forecast.md): $\\frac{\\sum_i c_i x_i}{n^2}$")
    'The mean: (∑ᵢ cᵢ xᵢ)/n²'
    """
    kept = iter(_FENCE.findall(markdown))
    parts = [_LINK.sub(r"\1", _FORMULA.sub(_as_characters, part)) for part in _FENCE.split(markdown)]
    return "".join(part + next(kept, "") for part in parts)


def page_as_file(page: Explained) -> str:
    """The page as one HTML file with its own style; links to other pages, which are not in it, are left out."""
    import jinja2

    from comity.brief.html import asset, style_policy

    style = asset("brief.css")
    template = jinja2.Template(asset("explanation.html.jinja"), autoescape=True, trim_blocks=True)
    body = in_html(page, lambda kind, name: None)
    text: str = template.render(title=page.title, body=body, style=style, policy=style_policy(style))
    return text


def _address(href: str, place: Callable[[str, str], str | None]) -> str | None:
    term, page = _TERM.fullmatch(href), _PAGE.fullmatch(href)
    if term is not None:
        return place("term", term[1])
    return place("page", page[1]) if page is not None else None


@cache
def _reader() -> MarkdownIt:
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.inline.ruler.before("escape", "formula", _read_formula)
    reader.add_render_rule("formula", _print_formula)
    return reader


def _read_formula(state: StateInline, silent: bool) -> bool:
    found = _FORMULA.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        token = state.push("formula", "math", 0)
        token.content, token.markup = found["block"] or found["inline"], "$$" if found["block"] else "$"
    state.pos = found.end()
    return True


def _print_formula(renderer: Any, tokens: Any, at: int, options: Any, env: Any) -> str:
    return mathml(tokens[at].content, display="block" if tokens[at].markup == "$$" else "inline")


@cache
def mathml(latex: str, display: str = "inline") -> str:
    """A formula as MathML."""
    from latex2mathml.converter import convert

    return str(convert(latex.strip(), display=display))


def _as_characters(found: re.Match[str]) -> str:
    tree = ElementTree.fromstring(mathml(found["block"] or found["inline"]))
    return re.sub(r" +", " ", _characters(tree)).strip()


def _characters(node: ElementTree.Element) -> str:
    kind = node.tag.rpartition("}")[2]
    parts = [_characters(child) for child in node]
    if kind == "mfrac":
        return "/".join(_grouped(part) for part in parts)
    if kind == "msqrt":
        return f"√{_grouped(''.join(parts))}"
    if kind in ("msub", "munder"):
        return parts[0] + _below(parts[1])
    if kind == "msup":
        return parts[0] + _above(parts[1])
    if kind in ("msubsup", "munderover"):
        return parts[0] + _below(parts[1]) + _above(parts[2]) + (" " if kind == "munderover" else "")
    if kind == "mover":
        return parts[0] + "\u0302"
    if parts:
        return _joined(node, parts)
    text = (node.text or "").replace("\u00a0", " ")
    return f" {text} " if kind == "mo" and text in _SPACED else text


def _joined(node: ElementTree.Element, parts: list[str]) -> str:
    """The parts of a row; a space parts what is a name or a sum from what follows it."""
    line = ""
    for child, part in zip(node, parts, strict=True):
        apart = child.tag.rpartition("}")[2] in ("msub", "msubsup", "mi", "mfrac", "munderover") or part == "∑"
        line += (" " if apart and line and (line[-1].isalnum() or line[-1] in "∑∏₀₁₂ᵢⱼₖₛₙ)") else "") + part
    return line


def _grouped(text: str) -> str:
    return text.strip() if re.fullmatch(r"\s*[\w₀-ₜᵢⱼ²³¹ⁿ]+\s*", text) else f"({text.strip()})"


def _below(text: str) -> str:
    plain = text.replace(" ", "")
    changed = plain.translate(_BELOW)
    return changed if not set(changed) & set(plain) else f"_{plain}" if plain.isalnum() else f"_({plain})"


def _above(text: str) -> str:
    plain = text.replace(" ", "")
    if plain == "′":
        return plain
    changed = plain.translate(_ABOVE)
    return changed if not set(changed) & set(plain) else f"^{plain}" if plain.isalnum() else f"^({plain})"
