"""``comity explain``: what a method does, and what a term of the field means."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli import completion
from comity.cli.app import command
from comity.cli.commands.cases import OutputOption
from comity.cli.output import as_text, emit, show

if TYPE_CHECKING:
    from rich.console import Console


class PageFormat(StrEnum):
    """How a page is written."""

    text = "text"
    md = "md"
    html = "html"


@command("explain")
def explain(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME|TERM]", help="An analysis, or a term of the field.", autocompletion=completion.explained
        ),
    ] = None,
    form: Annotated[PageFormat, typer.Option("--format", help="How the page is written.")] = PageFormat.text,
    output: OutputOption = None,
) -> None:
    """Explain a method in plain words, or a term; without a name, list what can be explained.

    A page says what the method does, how to read its answer, what it assumes, what it cannot say and where it is from.

    \b
    Examples:
      comity explain
      comity explain forecast
      comity explain blocking minority
      comity explain winset --format html --output winset.html
    """
    from comity.brief.explanations import Explained, explained, glossary

    if words:
        page = explained(" ".join(words))
    else:
        from comity.findings import registry

        listed = "\n".join(f"- `{each.name}`: {each.question}" for each in registry().analyses.values())
        terms = ", ".join(each.title for each in glossary().values())
        page = Explained("explain", "What can be explained", f"## Methods\n\n{listed}\n\n## Terms\n\n{terms}\n")
    if form is PageFormat.md:
        emit(page.markdown, output)
    elif form is PageFormat.html:
        from comity.brief.explanation_html import page_as_file

        emit(page_as_file(page), output)
    elif output is not None:
        emit(as_text(lambda console: _draw(page.markdown, console)), output)
    else:
        show(lambda console: _draw(page.markdown, console))


def _draw(markdown: str, console: Console) -> None:
    from rich.markdown import Markdown

    from comity.brief.explanation_html import in_text

    console.print(Markdown(in_text(markdown), hyperlinks=False))
