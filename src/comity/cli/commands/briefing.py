"""``comity brief``: the whole answer, in five formats, from one object."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli import completion
from comity.cli.app import (
    AudienceOption,
    CaseArgument,
    DrawsOption,
    SeedOption,
    SetOption,
    WhatIfOption,
    changed_case,
    command,
    open_case,
)
from comity.cli.commands.register import OwnRecordOption, own_record_of
from comity.cli.output import EXIT_FAILED, UserError, as_text, emit, progress, show, write_whole

if TYPE_CHECKING:
    from comity.brief import Brief


class BriefFormat(StrEnum):
    """How a brief is written."""

    terminal = "terminal"
    html = "html"
    pdf = "pdf"
    md = "md"
    json = "json"


_SUFFIXES = {
    ".html": BriefFormat.html,
    ".htm": BriefFormat.html,
    ".pdf": BriefFormat.pdf,
    ".md": BriefFormat.md,
    ".json": BriefFormat.json,
    ".txt": BriefFormat.terminal,
}


@command("brief")
def brief(
    case: CaseArgument,
    form: Annotated[
        BriefFormat | None,
        typer.Option("--format", help="The format; from the file's ending where left out."),
    ] = None,
    output: Annotated[
        list[Path] | None,
        typer.Option("--output", "-o", help="Write to this file; repeatable, one format each."),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(help="Only this analysis; repeatable (see comity analyses).", autocompletion=completion.analyses),
    ] = None,
    audience: AudienceOption = "own",
    seed: SeedOption = 0,
    draws: DrawsOption = 2000,
    settings: SetOption = None,
    changes: WhatIfOption = None,
    register: OwnRecordOption = None,
) -> None:
    """Ask a case every question that applies to it, and print the brief.

    Exit status: 0 answered, 1 an analysis failed (the rest stands), 2 bad input.

    \b
    Examples:
      comity brief car-emissions
      comity brief my-case.yaml --output brief.html --output brief.pdf
      comity brief my-case.yaml --audience shared --format json
      comity brief car-emissions --set 'positions[DEU,date].position=7'
      comity brief eu-council --what-if leave:DEU --output without-germany.html
    """
    targets = [(path, form or _by_suffix(path)) for path in output or ()]
    if form is BriefFormat.pdf and not targets and sys.stdout.isatty():
        raise UserError("a PDF is not text; name a file with --output FILE.pdf")
    from comity.brief import compose
    from comity.findings import registry

    written = open_case(case, settings, audience)
    own = own_record_of(register, audience)
    opened = changed_case(written, changes)
    names = [name for word in only or () for name in word.split(",") if name]
    with progress(len(names or registry().analyses), "asking") as step:
        found = compose(
            opened,
            audience="shared" if audience == "shared" else "own",
            only=names,
            seed=seed,
            draws=draws,
            progress=step,
            before=written if changes else None,
            own=own,
        )
    if targets:
        rendered = [(path, _rendered(found, chosen)) for path, chosen in targets]
        for path, content in rendered:
            write_whole(path, content)
            print(f"wrote {path} ({len(content) / 1000:,.0f} kB)", file=sys.stderr)
    elif form in (None, BriefFormat.terminal):
        from comity.brief.terminal import render_terminal

        show(lambda console: render_terminal(found, console))
    else:
        emit(_rendered(found, form), None)
    for failed in found.failed:
        from comity.brief.document import cleaned

        print(cleaned(f"comity: {failed.analysis} failed: {failed.error}"), file=sys.stderr)
    if found.failed:
        raise typer.Exit(EXIT_FAILED)


def _by_suffix(path: Path) -> BriefFormat:
    found = _SUFFIXES.get(path.suffix.lower())
    if found is None:
        raise UserError(f"{path}: say which format with --format, or end the name in {', '.join(_SUFFIXES)}")
    return found


def _rendered(found: Brief, form: BriefFormat) -> bytes:
    if form is BriefFormat.html:
        from comity.brief.html import render_html

        return render_html(found).encode()
    if form is BriefFormat.pdf:
        from comity.brief.pdf import render_pdf

        return render_pdf(found)
    if form is BriefFormat.md:
        from comity.brief.markdown import render_markdown

        return render_markdown(found).encode()
    if form is BriefFormat.json:
        from comity.brief.as_json import render_json

        return render_json(found).encode()
    from comity.brief.terminal import render_terminal

    return as_text(lambda console: render_terminal(found, console)).encode()
