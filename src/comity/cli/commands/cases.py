"""Commands about cases themselves: check, new, scenarios, schema, analyses."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from comity.cli.app import command
from comity.cli.output import TableFormat, UserError, emit, emit_tables, print_json, write_whole

FormatOption = Annotated[TableFormat, typer.Option("--format", help="How the table is written.")]
OutputOption = Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.")]


@command("check")
def check(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Scenario files, or shipped names.")],
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
        import sys

        print("\n".join(problems), file=sys.stderr)
        raise typer.Exit(2)


@command("new")
def new(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")],
    template: Annotated[
        str, typer.Option(help="one-issue, several-issues or decision-rule.", metavar="NAME")
    ] = "one-issue",
    source: Annotated[
        str | None, typer.Option("--from", help="Copy this shipped scenario instead.", metavar="SCENARIO")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
) -> None:
    """Write a commented scenario to start from; it validates, and comity brief answers it as it is.

    \b
    Examples:
      comity new my-case.yaml
      comity new my-council.yaml --template decision-rule
      comity new my-copy.yaml --from car-emissions
    """
    from comity.scenario import open_shipped, skeleton

    if file.exists() and not force:
        raise UserError(f"{file} is there already; choose another name, or --force to write over it")
    try:
        text = open_shipped(source).text if source is not None else skeleton(template)
    except ValueError as error:
        raise UserError(str(error)) from None
    write_whole(file, text.encode())
    print(f"wrote {file}; edit it, then: comity brief {file}")


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
