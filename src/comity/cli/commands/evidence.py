"""``comity evidence``: passages of a text proposed as evidence, accepted by a person, compared between coders."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli.app import app, command
from comity.cli.commands.cases import FormatOption
from comity.cli.commands.eliciting import ForceOption, new_file
from comity.cli.output import TableFormat, UserError, emit, emit_tables

if TYPE_CHECKING:
    from comity.findings import Table
    from comity.scenario.several_coders import Readings

evidence = typer.Typer(
    name="evidence",
    help="Evidence from a text: proposed by stated rules, accepted by a person, compared between coders.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
app.add_typer(evidence)
OutputFile = Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.")]


@command("propose", evidence)
def propose(
    statements: Annotated[
        Path,
        typer.Argument(
            metavar="STATEMENTS",
            help="Markdown with 'Speaker: words' under dated headings, or a table (.csv, .tsv, .xlsx, .ods) with the "
            "columns speaker, statement and, where known, date and document.",
        ),
    ],
    case: Annotated[
        str, typer.Option(metavar="CASE", help="The case whose actors speak, and whose issues it is about.")
    ],
    alias: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=ACTOR", help="Another name of an actor in the text, such as Bonn=DEU; repeatable."),
    ] = None,
    coder: Annotated[str | None, typer.Option(help="Who is going to read the proposals.")] = None,
    blind: Annotated[
        bool, typer.Option("--blind", help="Leave the values empty, so that coders read without what the rules read.")
    ] = False,
    output: OutputFile = None,
    force: ForceOption = False,
) -> None:
    """Propose positions from statements, by rules that each proposal names; every one waits for a person.

    A statement counts where its speaker is an actor of the case. A sentence is about the one issue whose own words or
    unit stand in it. A number with the issue's unit, or without any, is the position; "at least" and "up to" leave a
    range to that side; a number off the scale, with another unit, or negated is not used. Of several statements of an
    actor on an issue the latest is proposed. Nothing is guessed: what is not read by rule keeps an empty value for a
    person to write.

    \b
    Examples:
      comity evidence propose statements.md --case river-basin --output proposed.yaml
      comity evidence propose speeches.xlsx --case my-case.yaml --alias Bonn=DEU --coder Ada
    """
    from comity.findings.wording import plural
    from comity.scenario.library import resolve
    from comity.scenario.proposed import as_yaml, dumped, without_values
    from comity.scenario.proposing import propose as proposed_from
    from comity.scenario.proposing import speakers
    from comity.scenario.reading import file_bytes
    from comity.scenario.statements import read_statements

    new_file(output, force, needed=False)
    file = resolve(case).scenario
    if not file.issues:
        raise UserError(f"{case} has no issues; there is nothing that a statement could be about")
    named = speakers(file, _aliases(alias, {each.id for each in file.actors}))
    found, passed = read_statements(
        file_bytes(statements, str(statements), "file of statements"),
        str(statements),
        lambda name: " ".join(name.casefold().split()) in named,
    )
    result = proposed_from(file, found, passed, named, case=case, source=statements.name)
    read = sum(each.value is not None for each in result.proposals)
    if blind:
        result = without_values(result)
    data = result.model_dump(exclude_none=True)
    data |= {"coder": coder, "proposals": dumped(result.proposals), "not_used": list(data["not_used"])}
    order = ("comity_evidence", "case", "statements", "coder", "scales", "proposals", "not_used")
    emit(as_yaml({key: data[key] for key in order}), output)
    print(
        f"{plural(len(found), 'statement')}: {plural(len(result.proposals), 'proposal')}, {read} with a number read by "
        f"rule, all waiting for a person; {plural(len(result.not_used), 'line')} not used.",
        file=sys.stderr,
    )


@command("accept", evidence)
def accept(
    proposed: Annotated[
        Path, typer.Argument(metavar="PROPOSED", help="A file of proposals that a person went through.")
    ],
    into: Annotated[str, typer.Option("--into", metavar="CASE", help="The case; it is left as it is.")],
    output: OutputFile = None,
    coder: Annotated[str | None, typer.Option(help="Who stands by them, where the file does not say it.")] = None,
    force: ForceOption = False,
) -> None:
    """Write the accepted proposals into a copy of a case, each as a cell with its passage, document, date and coder.

    \b
    Examples:
      comity evidence accept proposed.yaml --into river-basin --output my-case.yaml
    """
    from comity.findings.wording import plural
    from comity.scenario.edits import write_values
    from comity.scenario.library import resolve
    from comity.scenario.proposed import accepted, check_against, evidence_changes, read_proposed

    new_file(output, force)
    file = read_proposed(proposed)
    document = resolve(into)
    check_against(file, document.scenario)
    chosen = accepted(file.content)
    if not chosen:
        raise UserError(f"{proposed}: nothing is accepted; set accept: true where the value is what the passage says")
    who = coder or file.content.coder
    if who is None:
        raise UserError(f"{proposed}: it is not said who accepted; write a name after coder:, or give --coder")
    changes = evidence_changes(document.tree.data, file.content, who)
    emit(write_values(document.text.encode(), changes, str(output)), output)
    waiting = len(file.content.proposals) - len(chosen)
    print(f"{plural(len(chosen), 'position')} written, {plural(waiting, 'proposal')} left out.", file=sys.stderr)


@command("compare", evidence)
def compare(
    files: Annotated[list[Path], typer.Argument(metavar="FILE FILE...", help="The files of two coders or more.")],
    units: Annotated[bool, typer.Option("--units", help="Only the readings, a row an actor and issue.")] = False,
    form: FormatOption = TableFormat.table,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Also write one file: midway, with the disagreement as range.")
    ] = None,
    force: ForceOption = False,
) -> None:
    """How far coders agree who read the same statements, and where they disagree most.

    Only what a coder accepted counts; what a coder did not accept is missing, not zero. Krippendorff's alpha is 1 where
    all agree and 0 where chance would agree as often: interval takes the squared difference on each issue's scale,
    nominal only whether values are alike. With --output the readings become one file in which the value lies midway and
    the disagreement is the range.

    \b
    Examples:
      comity evidence compare ada.yaml bo.yaml
      comity evidence compare ada.yaml bo.yaml --output merged.yaml
    """
    from comity.scenario.proposed import as_yaml, read_proposed
    from comity.scenario.several_coders import merged, readings_of

    if len(files) < 2:
        raise UserError("name the files of two coders or more")
    new_file(output, force, needed=False)
    read = [read_proposed(file) for file in files]
    readings = readings_of(read)
    if not readings.units:
        raise UserError("no coder accepted anything; set accept: true where the value is what the passage says")
    tables = [_units_table(readings)] if units else [_agreement_table(readings), _units_table(readings)]
    if form is TableFormat.json:
        from comity.brief.as_json import to_json

        emit(to_json({table.caption: table.records() for table in tables}), None)
    else:
        emit_tables(tables if form is TableFormat.table else tables[:1], form, None)
    if form is TableFormat.table and not units:
        print(_in_words(readings))
    if output is not None:
        emit(as_yaml(merged(readings, read)), output)


def _aliases(words: list[str] | None, actors: set[str]) -> dict[str, str]:
    found = {}
    for word in words or ():
        name, _, actor = word.partition("=")
        if actor not in actors or not name.strip():
            raise UserError(f"--alias takes NAME=ACTOR with an id of the case, not {word!r}")
        found[name] = actor
    return found


def _agreement_table(readings: Readings) -> Table:
    from comity.bargaining.elicitation import coder_agreement
    from comity.findings import Table

    values = readings.of_scale()
    issues = list(dict.fromkeys(issue for _, issue in readings.units))
    rows = []
    for issue in [None, *issues] if len(issues) > 1 else issues:
        chosen = [at for at, unit in enumerate(readings.units) if issue in (None, unit[1])]
        held = [[row[at] for at in chosen] for row in values]
        interval, nominal = coder_agreement(held), coder_agreement(held, "nominal")
        missing = sum(value != value for row in held for value in row)
        alphas = (None if each.alpha is None else round(each.alpha, 3) for each in (interval, nominal))
        rows.append((issue or "all issues", len(chosen), interval.units, missing, *alphas))
    columns = ("issue", "positions", "read_by_two", "missing", "alpha_interval", "alpha_nominal")
    return Table(f"Agreement of {', '.join(readings.coders)}", columns, tuple(rows))


def _units_table(readings: Readings) -> Table:
    from comity.findings import Table

    rows = []
    for at, (actor, issue) in enumerate(readings.units):
        given = [row[at] for row in readings.values]
        read = [value for value in given if value == value]
        low, high = readings.scales[issue]
        apart = round(100 * (max(read) - min(read)) / (high - low), 1) if len(read) > 1 else None
        rows.append((actor, issue, *(value if value == value else None for value in given), apart))
    rows.sort(key=lambda row: -1.0 if row[-1] is None else row[-1], reverse=True)
    columns = ("actor", "issue", *readings.coders, "apart_in_hundredths")
    return Table("Readings, those furthest apart first (in hundredths of the scale)", columns, tuple(rows))


def _in_words(readings: Readings) -> str:
    from comity.bargaining.elicitation import coder_agreement

    found = coder_agreement(readings.of_scale())
    alpha = found.alpha
    missing = [
        f"{coder} did not accept {sum(value != value for value in row)}"
        for coder, row in zip(readings.coders, readings.values, strict=True)
        if any(value != value for value in row)
    ]
    says = f"Missing: {'; '.join(missing)}. " if missing else ""
    says += "Coders who saw the values that the rules read agree more easily than those of a --blind file. "
    if alpha is None:
        return f"{says}No coefficient: too few positions were read twice, or all readings are alike."
    held = "reliable" if alpha >= 0.8 else "enough for tentative conclusions" if alpha >= 0.667 else "not reliable"
    limits = "0.8, and 0.667 for tentative conclusions"
    measured = f"an alpha of {alpha:.2f}, over {found.units} positions,"
    return f"{says}By Krippendorff's own limits ({limits}) {measured} is {held}."
