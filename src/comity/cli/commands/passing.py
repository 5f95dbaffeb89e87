"""``comity passes``: who supports a text, and the cheapest concession that completes a coalition that passes it."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli.app import (
    AudienceOption,
    CaseArgument,
    DrawsOption,
    RuleOption,
    SeedOption,
    command,
    numbers_by_name,
    open_case,
    table_bytes,
)
from comity.cli.commands.asking import asked, show_findings, tables_of
from comity.cli.commands.cases import FormatOption, OutputOption
from comity.cli.completion import table_files
from comity.cli.output import TableFormat, UserError, emit_tables

if TYPE_CHECKING:
    from comity.scenario import Scenario


@command("passes")
def passes(
    case: CaseArgument,
    table: Annotated[
        str | None,
        typer.Option(
            "--with",
            metavar="FILE|-",
            autocompletion=table_files,
            help="A CSV or workbook with the columns actor,issue,position and, where known, salience,low,high,source, "
            "or a column an issue (see comity new). Rows whose actor is proposal give the text, rows whose actor is "
            "reference what applies if nothing is agreed.",
        ),
    ] = None,
    rule: RuleOption = None,
    sponsor: Annotated[
        str, typer.Option(metavar="A,B", help="Members who put the text forward: what they care about is the cost.")
    ] = "",
    proposal: Annotated[
        list[str] | None, typer.Option(metavar="ISSUE=VALUE", help="The text on an issue; repeatable.")
    ] = None,
    otherwise: Annotated[
        list[str] | None,
        typer.Option(metavar="ISSUE=VALUE", help="What applies on an issue if nothing is agreed; repeatable."),
    ] = None,
    form: FormatOption = TableFormat.table,
    output: OutputOption = None,
    audience: AudienceOption = "own",
    seed: SeedOption = 0,
    draws: DrawsOption = 2000,
) -> None:
    """Which coalition passes this text, and the cheapest concession that completes one.

    Members support a text that is no farther from their positions than no agreement, issues weighted by salience.
    Where no text is given, the mean of the members' positions is taken. Cheapest is in units of the model, not
    diplomatic cost. JSON gives the whole findings; csv and parquet give a row a member.

    \b
    Examples:
      comity passes eu-council --with positions.csv
      comity passes eu-council --with positions.csv --rule qualified-majority --sponsor FRA,DEU
      comity passes car-emissions --proposal date=5 --otherwise date=10
      comity passes eu-council --with - --otherwise quota=0 --format json < positions.csv

    \b
    A file of positions (scales run from 0 to 100 unless the columns low and high say otherwise):
      actor,issue,position,salience
      France,quota,80,60
      DEU,quota,20,90
      proposal,quota,60,
      reference,quota,0,
    """
    from comity.scenario.proposal import with_text

    opened = open_case(case, None, audience)
    notes: tuple[str, ...] = ()
    if table is not None:
        opened, notes = _laid_over(opened, table)
    if not opened.file.issues:
        raise UserError(f"{case} has no issue; name a CSV of positions with --with FILE")
    if rule is not None:
        opened = _under(opened, rule)
    opened, more = with_text(
        opened,
        numbers_by_name(proposal, "--proposal", "quota=60"),
        numbers_by_name(otherwise, "--otherwise", "quota=0"),
    )
    for note in (*notes, *more):
        print(f"comity: {note}", file=sys.stderr)
    found = asked(opened, "concessions", {"sponsors": sponsor or None}, seed, draws)
    if form in (TableFormat.csv, TableFormat.parquet):
        # A row a member; the issues' table is another, for reading.
        emit_tables(tables_of([each for each in found if each.key == "support"]), form, output)
    else:
        show_findings(found, form, output)


def _laid_over(case: Scenario, name: str) -> tuple[Scenario, tuple[str, ...]]:
    """The case with a table of positions in place of its own."""
    from comity.scenario.positions_table import laid_over, read_positions_table

    content, shown = table_bytes(name, "--with")
    return laid_over(case, read_positions_table(content, case.file, shown))


def _under(case: Scenario, rule: str) -> Scenario:
    """The case decided by one of its rules, whatever its issues name."""
    if rule not in case.subjects("rules"):
        raise UserError(f"this case has no rule {rule!r}; it has {', '.join(case.subjects('rules')) or 'none'}")
    issues = tuple(issue.model_copy(update={"rule": rule}) for issue in case.file.issues)
    return replace(case, file=case.file.model_copy(update={"issues": issues})).narrow("rules", rule)
