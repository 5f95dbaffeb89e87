"""Commands about cases themselves: check, new, scenarios, schema, analyses."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from comity.cli import completion
from comity.cli.app import command, table_bytes
from comity.cli.output import TableFormat, UserError, emit, emit_tables, print_json, write_whole

FormatOption = Annotated[
    TableFormat,
    typer.Option(
        "--format",
        help="How the table is written; in csv a text that begins with = + - or @ has an apostrophe before it, so that "
        "a spreadsheet takes it for text.",
    ),
]
OutputOption = Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.")]


@command("check")
def check(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE...", help="Scenario files, or shipped names.", autocompletion=completion.cases),
    ],
    inputs: Annotated[bool, typer.Option("--inputs", help="List every number of the case, with its path.")] = False,
    form: FormatOption = TableFormat.table,
) -> None:
    """Check scenario files and print every problem as file:line:column, like a compiler; exit status 2 if any.

    \b
    Examples:
      comity check my-case.yaml
      comity check my-case.yaml --inputs        (the paths that --set takes)
      comity check cases/*.yaml
    """
    from comity.findings import Table
    from comity.findings.wording import plural
    from comity.scenario import Scenario, ScenarioError, load

    problems: list[str] = []
    opened: list[tuple[str, Scenario]] = []
    for file in files:
        try:
            opened.append((file, load(file)))
        except ScenarioError as error:
            problems.append(str(error))
    listed = []
    for file, case in opened:
        if inputs:
            rows = tuple(
                (file, i.path, float(i.value), i.unit, *(i.spread or (None, None)), i.assumed, i.source)
                for i in case.all_inputs()
            )
            columns = ("file", "path", "value", "unit", "low", "high", "assumed", "source")
            listed.append(Table(f"The numbers of {file}", columns, rows))
        else:
            found = case.file
            print(
                f"{file}: no problem found ({plural(len(found.actors), 'actor')}, "
                f"{plural(len(found.issues), 'issue')}, {plural(len(case.all_inputs()), 'number')})"
            )
    if listed:
        emit_tables(listed, form, None)
    if problems:
        print("\n".join(problems), file=sys.stderr)
        raise typer.Exit(2)


@command("new")
def new(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")],
    template: Annotated[
        str | None,
        typer.Option(
            help="one-issue (the default), several-issues or decision-rule.",
            metavar="NAME",
            autocompletion=completion.template_names,
        ),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="Copy this shipped scenario instead.",
            metavar="SCENARIO",
            autocompletion=completion.shipped_cases,
        ),
    ] = None,
    positions: Annotated[
        str | None,
        typer.Option(
            "--positions",
            metavar="TABLE|-",
            help="Make it of a table of positions: .xlsx, .ods, .xls, .csv or .tsv, or - to paste one.",
            autocompletion=completion.table_files,
        ),
    ] = None,
    sheet: Annotated[
        str | None, typer.Option(metavar="NAME", help="With --positions: the sheet of a workbook.")
    ] = None,
    scale: Annotated[
        list[str] | None,
        typer.Option(metavar="ISSUE=LOW:HIGH", help="With --positions: where an issue's scale ends; repeatable."),
    ] = None,
    salience_scale: Annotated[
        str | None, typer.Option(metavar="1|100", help="With --positions: where the saliences' scale ends.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="With --positions: say how the table is read, and write nothing.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
) -> None:
    """Write a commented scenario to start from; it validates, and comity brief answers it as it is.

    \b
    Examples:
      comity new my-case.yaml
      comity new my-council.yaml --template decision-rule
      comity new my-copy.yaml --from car-emissions
      comity new my-case.yaml --positions table.xlsx --dry-run
      comity new my-case.yaml --positions table.csv --scale date=4:10

    \b
    A table has a row an actor and issue, or a row an actor and a column an issue (or a row an issue):
      actor,issue,position,salience      actor,date,date salience,tax      issue,France,Germany
      France,date,10,60                  France,10,60,35                   date,10,4
      Germany,date,4,80                  Germany,4,80,                     tax,35,
    An empty cell is a missing number. Other columns: low,high (the scale), capability, source, name, iso3. Rows whose
    actor is proposal or reference give the text on the table and what applies if nothing is agreed.
    """
    from comity.scenario import open_shipped, skeleton

    chosen = [
        flag for flag, value in (("--template", template), ("--from", source), ("--positions", positions)) if value
    ]
    if len(chosen) > 1:
        raise UserError(f"{' and '.join(chosen)} do not go together; choose one")
    if positions is None and (sheet or scale or salience_scale or dry_run):
        raise UserError("--sheet, --scale, --salience-scale and --dry-run go with --positions TABLE")
    if file.exists() and not force and not dry_run:
        raise UserError(f"{file} is there already; choose another name, or --force to write over it")
    if positions is not None:
        text = _from_table(positions, sheet, scale, salience_scale)
        if dry_run:
            return
    else:
        try:
            text = open_shipped(source).text if source is not None else skeleton(template or "one-issue")
        except ValueError as error:
            raise UserError(str(error)) from None
    write_whole(file, text.encode())
    print(f"wrote {file}; edit it, then: comity brief {file}")


def _from_table(name: str, sheet: str | None, scales: Sequence[str] | None, salience_scale: str | None) -> str:
    """The text of a scenario made of a table; how it was read is said on standard error."""
    from comity.scenario.table_case import case_from_table

    ends = dict(_scale(word) for word in scales or ())
    endings: dict[str, Literal[1, 100] | None] = {"1": 1, "100": 100, "": None}
    if (salience_scale or "") not in endings:
        raise UserError(f"--salience-scale is 1 or 100, not {salience_scale!r}")
    content, shown = table_bytes(name, "--positions")
    found = case_from_table(content, shown, sheet=sheet, scales=ends, salience_scale=endings[salience_scale or ""])
    print("\n".join(found.preview), file=sys.stderr)
    return found.text


def _scale(word: str) -> tuple[str, tuple[float, float]]:
    """``ISSUE=LOW:HIGH`` as a name and two ends."""
    issue, _, ends = word.rpartition("=")
    try:
        low, high = (float(end) for end in ends.split(":"))
        sound = abs(low) <= 1e15 and abs(high) <= 1e15
    except ValueError:
        sound = False
    if not issue or not sound:
        raise UserError(f"--scale takes ISSUE=LOW:HIGH, such as date=4:10, not {word!r}")
    return issue, (low, high)


@command("scenarios")
def scenarios(form: FormatOption = TableFormat.table, output: OutputOption = None) -> None:
    """List the scenarios that Comity ships.

    \b
    Examples:
      comity scenarios
      comity scenarios --format json
    """
    from comity.findings import Table
    from comity.scenario import shipped

    rows = tuple((each.name, each.title, each.stakes) for each in shipped())
    emit_tables([Table("Shipped scenarios", ("name", "title", "stakes"), rows)], form, output)


@command("bodies")
def bodies(form: FormatOption = TableFormat.table, output: OutputOption = None) -> None:
    """List the institutions that Comity ships: their members and decision rules, with article and dates.

    \b
    Examples:
      comity bodies
      comity bodies --format csv
      comity power --body unsc
    """
    from comity.findings import Table
    from comity.scenario.library import bodies as shipped_bodies

    rows = tuple(
        (
            body.name,
            body.title,
            body.members,
            rule.id,
            rule.name,
            rule.article,
            rule.in_force or None,
            rule.until or None,
        )
        for body in shipped_bodies()
        for rule in body.rules
    )
    columns = ("name", "title", "members", "rule_id", "rule", "article", "in_force", "until")
    emit_tables([Table("Shipped bodies and their rules", columns, rows)], form, output)


@command("schema")
def schema(
    brief: Annotated[bool, typer.Option("--brief", help="The schema of a brief in JSON instead.")] = False,
) -> None:
    """Print the JSON Schema of a scenario file, for editors and other programs.

    \b
    Examples:
      comity schema > scenario.schema.json
      comity schema --brief > brief.schema.json
    """
    if brief:
        from comity.brief.as_json import brief_schema

        print_json(brief_schema())
        return
    from comity.scenario import json_schema

    print_json(json_schema())


@command("analyses")
def analyses(form: FormatOption = TableFormat.table, output: OutputOption = None) -> None:
    """List every question that a case can be asked, with what each needs and its choices.

    \b
    Examples:
      comity analyses
      comity analyses --format json
    """
    from comity.findings import Table, registry
    from comity.findings.registry import choices

    found = registry()
    rows = tuple(
        (
            each.name,
            each.chapter,
            each.question,
            ", ".join([*each.reads.needs, *(" or ".join(group) for group in each.reads.one_of)]),
            "; ".join(
                f"--{name.replace('_', '-')} {'|'.join(choices(field))}".strip()
                for name, field in each.options.model_fields.items()
            ),
            each.method.short,
        )
        for each in found.analyses.values()
    )
    columns = ("name", "chapter", "question", "needs", "choices", "method")
    emit_tables([Table("Analyses", columns, rows)], form, output)
    for broken in found.broken:
        emit(f"{broken.name} did not load: {broken.error}\n", None)
