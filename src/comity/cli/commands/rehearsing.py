"""``comity roles`` and ``comity debrief``: a negotiation rehearsed on paper, and what came of it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli.app import AudienceOption, CaseArgument, DrawsOption, SeedOption, SetOption, command, open_case
from comity.cli.commands.asking import asked, show_findings, tables_of
from comity.cli.commands.cases import FormatOption, OutputOption
from comity.cli.output import EXIT_BAD_INPUT, TableFormat, UserError, as_text, emit, emit_tables, show, write_whole

if TYPE_CHECKING:
    from comity.brief.document import Document
    from comity.scenario import Scenario

_RESERVED = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)))
)


class SheetFormat(StrEnum):
    """How sheets are written."""

    pdf = "pdf"
    html = "html"
    md = "md"
    txt = "txt"


@command("roles")
def roles(
    case: CaseArgument,
    actors: Annotated[
        list[str] | None, typer.Option("--actor", metavar="ID", help="Only this actor's sheet; repeatable.")
    ] = None,
    facilitator: Annotated[
        bool,
        typer.Option("--facilitator", help="The sheet of whoever leads: all the numbers, and what the analyses found."),
    ] = False,
    split: Annotated[
        bool, typer.Option("--split", help="One file a sheet, named after the actor, in the folder of --output.")
    ] = False,
    form: Annotated[
        SheetFormat | None,
        typer.Option("--format", help="The format; from the file's ending where left out, else pdf."),
    ] = None,
    output: OutputOption = None,
    force: Annotated[bool, typer.Option("--force", help="With --split: write over files that are there.")] = False,
    settings: SetOption = None,
) -> None:
    """Role sheets for a rehearsal on paper: one confidential page an actor.

    A sheet holds what all may know, and of what is private only its own actor's: positions and how much they matter,
    points for each option, what it has without a deal, a table to score packages by hand. --facilitator alone gives
    the leader's sheet; with --split it is one file more.

    \b
    Examples:
      comity roles river-basin --output roles.pdf
      comity roles river-basin --split --facilitator --output sheets
      comity roles river-basin --actor lowland --format md
      comity roles river-basin --facilitator --output facilitator.pdf
    """
    if split and output is None:
        raise UserError("--split needs a folder: --output FOLDER")
    if force and not split:
        raise UserError("--force goes with --split; one file is written over as it is")
    if facilitator and actors and not split:
        raise UserError("--facilitator and --actor are two files: leave one out, or take --split --output FOLDER")
    chosen = form or (SheetFormat.pdf if split else _by_ending(output))
    if chosen is SheetFormat.pdf and output is None and sys.stdout is not None and sys.stdout.isatty():
        raise UserError("a PDF is not text; name a file with --output FILE.pdf, or take --format txt")
    sheets = _sheets(open_case(case, settings, "own"), actors or (), facilitator, split)
    if split:
        assert output is not None
        _write_each(sheets, chosen, output, force)
    elif chosen is SheetFormat.txt and output is None:
        from comity.brief.sheet_formats import draw_text

        show(draw_text(sheets))
    else:
        emit(_rendered(sheets, chosen), output)


def _by_ending(output: Path | None) -> SheetFormat:
    if output is None:
        return SheetFormat.pdf
    ending = {"htm": "html"}.get(output.suffix.lower()[1:], output.suffix.lower()[1:])
    if ending not in {each.value for each in SheetFormat}:
        raise UserError(f"{output}: say which format with --format, or end the name in .pdf, .html, .md or .txt")
    return SheetFormat(ending)


def _sheets(case: Scenario, actors: Sequence[str], facilitator: bool, split: bool) -> list[Document]:
    """The players' sheets, and the facilitator's where it is asked for."""
    from comity.brief.facilitator_sheet import facilitator_sheet
    from comity.brief.role_sheets import role_sheet
    from comity.scenario.one_side import players

    sheets = []
    if actors or split or not facilitator:
        sheets = [role_sheet(case, actor) for actor in dict.fromkeys(actors or players(case.file))]
    return [*sheets, *([facilitator_sheet(case)] if facilitator else [])]


def _rendered(sheets: Sequence[Document], form: SheetFormat) -> bytes:
    from comity.brief.sheet_formats import draw_text, render_html, render_markdown, render_pdf

    if form is SheetFormat.pdf:
        return render_pdf(sheets)
    if form is SheetFormat.txt:
        return as_text(draw_text(sheets)).encode()
    return (render_html if form is SheetFormat.html else render_markdown)(sheets).encode()


def _write_each(sheets: Sequence[Document], form: SheetFormat, folder: Path, force: bool) -> None:
    """A file a sheet: all of them or none, and none over another unless it is asked for."""
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is no folder; --split writes a file a sheet into a folder")
    targets = [folder / f"{name}.{form.value}" for name in _file_names(sheets)]
    there = [str(path) for path in targets if path.exists() or path.is_symlink()]
    if there and not force:
        more = f" and {len(there) - 3} more" if len(there) > 3 else ""
        raise UserError(f"there already: {', '.join(there[:3])}{more}; choose another folder, or --force to write over")
    contents = [_rendered([sheet], form) for sheet in sheets]
    made = not folder.exists()
    new: list[Path] = []
    try:
        folder.mkdir(exist_ok=True)
        for path, content in zip(targets, contents, strict=True):
            is_new = not path.exists()
            write_whole(path, content)
            new += [path] if is_new else []
    except BaseException as error:
        for path in new:
            path.unlink(missing_ok=True)
        if made and folder.is_dir():
            folder.rmdir()
        if isinstance(error, OSError):
            raise UserError(f"{folder} cannot be made: {error.strerror or error}") from None
        raise
    print(f"wrote {len(targets)} files into {folder}", file=sys.stderr)


def _file_names(sheets: Sequence[Document]) -> list[str]:
    """A name for each sheet that every system takes, and that no other has even where case is not told apart."""
    names: list[str] = []
    taken = {str(sheet["id"]).casefold() for sheet in sheets}
    used: set[str] = set()
    for sheet in sheets:
        name = str(sheet["id"])
        number = 1
        while name.casefold() in used or name.casefold() in _RESERVED or (number > 1 and name.casefold() in taken):
            number += 1
            name = f"{sheet['id']}-{number}"
        used.add(name.casefold())
        names.append(name)
    return names


@command("debrief")
def debrief(
    case: CaseArgument,
    deals: Annotated[
        list[str] | None,
        typer.Option(
            "--deal",
            metavar="FILE|ISSUE=OPTION,...|none",
            help="What a group agreed: a YAML file of 'issue: option', the same in a few words, or none where no deal "
            "was reached. Repeatable: several groups are compared. Left out: what the case itself says was agreed.",
        ),
    ] = None,
    form: FormatOption = TableFormat.table,
    output: OutputOption = None,
    audience: AudienceOption = "own",
    seed: SeedOption = 0,
    draws: DrawsOption = 2000,
    settings: SetOption = None,
) -> None:
    """Score a deal that was reached: what each party got, who is below its line, and what was left on the table.

    A file may also name the group (`name`), hold `notes`, say `deal: none`, or list several groups. csv and parquet
    hold one table: a row a party, or with several groups a row a group.

    \b
    Examples:
      comity debrief river-basin --deal dam=low,release=pulse,monitoring=joint,financing=shared
      comity debrief river-basin --deal group-a.yaml --deal group-b.yaml --deal none
      comity debrief my-case.yaml --deal deal.yaml --format csv
    """
    opened = open_case(case, settings, audience)
    if deals:
        opened = _with_deals(opened, deals)
    found = asked(opened, "debrief", {}, seed, draws)
    if form in (TableFormat.csv, TableFormat.parquet):
        emit_tables(tables_of(found)[:1], form, output)
    else:
        show_findings(found, form, output)


def _with_deals(case: Scenario, deals: list[str]) -> Scenario:
    """The case with what groups agreed; all the mistakes of all the files are printed at once."""
    from comity.scenario import ScenarioError
    from comity.scenario.agreed_deal import MOST_GROUPS, deal_of_case, parse_agreed, read_agreed, with_agreed

    agreed, problems = [], []
    for words in deals:
        try:
            if _in_words(words):
                agreed.append(parse_agreed(words, deal_of_case(case)))
            else:
                agreed += read_agreed(*_file(words), deal_of_case(case))
        except ScenarioError as error:
            problems.append(str(error))
    if problems:
        print("\n".join(problems), file=sys.stderr)
        raise typer.Exit(EXIT_BAD_INPUT)
    if len(agreed) > MOST_GROUPS:
        raise UserError(f"{len(agreed)} groups are too many for one table; name up to {MOST_GROUPS}")
    return with_agreed(case, agreed)


def _in_words(words: str) -> bool:
    """Is this a deal itself, and not the name of a file? A file of that name comes first."""
    return words.strip().lower() == "none" or ("=" in words and not Path(words).exists())


def _file(name: str) -> tuple[bytes, str]:
    """A deal file's bytes, or those of standard input for -, and what to call it in errors."""
    from comity.scenario.yaml_tree import LARGEST_FILE

    if name == "-":
        if sys.stdin is None:
            raise UserError("standard input is closed; --deal - reads a deal from it")
        return sys.stdin.buffer.read(LARGEST_FILE + 1), "<stdin>"
    path = Path(name)
    try:
        # Looked at before it is opened: opening a named pipe would wait for ever.
        if path.exists() and not path.is_file():
            raise UserError(f"--deal: {name} is no file; name a YAML file of 'issue: option'")
        with path.open("rb") as file:
            return file.read(LARGEST_FILE + 1), name
    except FileNotFoundError:
        raise UserError(
            f"--deal: {name} does not exist; name a file, write ISSUE=OPTION,... for each issue, or none"
        ) from None
    except (OSError, ValueError) as error:
        raise UserError(f"--deal: {name} cannot be read: {getattr(error, 'strerror', None) or error}") from None
