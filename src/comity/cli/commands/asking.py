"""Commands that put single questions: ask, and its aliases forecast and power."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli.app import (
    AudienceOption,
    CaseArgument,
    DrawsOption,
    SeedOption,
    SetOption,
    command,
    open_case,
)
from comity.cli.commands.cases import FormatOption, OutputOption
from comity.cli.output import TableFormat, UserError, as_text, emit, emit_tables, show

if TYPE_CHECKING:
    from comity.findings import Case, Finding, Table

_WEIGHTS_LIMIT = 5 * 1024 * 1024


@command("ask")
def ask_command(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="An analysis (see comity analyses).")],
    case: CaseArgument,
    form: FormatOption = TableFormat.table,
    output: OutputOption = None,
    audience: AudienceOption = "own",
    seed: SeedOption = 0,
    draws: DrawsOption = 2000,
    settings: SetOption = None,
) -> None:
    """Put one question to a case; the analysis' own choices are options too (see comity analyses).

    JSON gives the whole findings; csv and parquet give their tables.

    \b
    Examples:
      comity ask forecast car-emissions
      comity ask challenge car-emissions --variant scholz-code
      comity ask voting-power eu-council --exact yes --format csv
    """
    from comity.findings import registry
    from comity.findings.registry import parse_options

    analysis = registry().get(name)
    options = parse_options(analysis, _words(context.args))
    found = _ask(open_case(case, settings, audience), analysis.name, options.model_dump(), seed, draws)
    _show(found, form, output)


@command("forecast")
def forecast(
    case: CaseArgument,
    issue: Annotated[str | None, typer.Option(help="Only this issue.")] = None,
    form: FormatOption = TableFormat.table,
    output: OutputOption = None,
    audience: AudienceOption = "own",
    seed: SeedOption = 0,
    draws: DrawsOption = 2000,
    settings: SetOption = None,
) -> None:
    """Every forecast of each issue's outcome side by side, with its record on past decisions.

    \b
    Examples:
      comity forecast car-emissions
      comity forecast my-case.yaml --issue date --format csv
    """
    opened = open_case(case, settings, audience)
    found = [
        finding
        for name in ("forecast", "median", "challenge")
        for finding in _ask(opened, name, {}, seed, draws)
        if issue is None or finding.subject == issue
    ]
    if not found:
        known = ", ".join(opened.subjects("issues"))
        raise UserError(f"this case has no issue {issue!r}; it has {known}")
    _show(found, form, output)


@command("power")
def power(
    case: Annotated[str, typer.Argument(metavar="CASE|-", help="A scenario, or - for a CSV of name,weight on stdin.")],
    quota: Annotated[
        str | None,
        typer.Option(help="With -: what passes, as a number (12), a fraction (2/3) or a percentage (65%)."),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="With -: more than the quota is needed.")] = False,
    index: Annotated[
        str, typer.Option(help="all, banzhaf, banzhaf-normalised or shapley-shubik.", metavar="NAME")
    ] = "all",
    exact: Annotated[
        bool, typer.Option("--exact", help="Exact fractions beside the floats, whatever the size.")
    ] = False,
    rule: Annotated[str | None, typer.Option(help="Only this decision rule of the scenario.")] = None,
    form: FormatOption = TableFormat.table,
    output: OutputOption = None,
) -> None:
    """Formal voting weight: the share of equally likely coalitions in which a member's vote is decisive.

    \b
    Examples:
      comity power eu-council --index shapley-shubik
      comity power - --quota 12 --format json < weights.csv
      comity power imf-governors-2020 --rule special-85 --exact --format csv
    """
    from comity.findings import registry
    from comity.findings.registry import parse_options
    from comity.scenario import from_weights, load

    if case == "-":
        if quota is None:
            raise UserError("power - needs --quota, such as --quota 12, --quota 2/3 or --quota 65%")
        if sys.stdin is None:
            raise UserError("standard input is closed; power - reads the weights from it")
        opened = from_weights(_weights(sys.stdin.buffer.read(_WEIGHTS_LIMIT + 1)), quota, strict=strict)
    else:
        if quota is not None or strict:
            raise UserError("--quota and --strict go with - (weights on stdin); a scenario states its own rules")
        opened = load(case)
    words = {"index": index, **({"exact": "yes"} if exact else {})}
    options = parse_options(registry().get("voting-power"), words)
    found = _ask(opened, "voting-power", options.model_dump(), 0, 0, search=False)
    chosen = [finding for finding in found if rule is None or finding.subject == rule]
    if not chosen:
        raise UserError(f"this case has no rule {rule!r}; it has {', '.join(opened.subjects('rules'))}")
    emit_tables(_tables(chosen), form, output)


def _ask(
    case: Case, name: str, options: dict[str, object], seed: int, draws: int, search: bool = True
) -> tuple[Finding, ...]:
    from comity.findings import ask, registry

    analysis = registry().get(name)
    return ask(analysis, case, analysis.options.model_validate(options), seed=seed, draws=draws, search=search)


def _words(arguments: Sequence[str]) -> dict[str, str]:
    """``--variant scholz-code --exact`` as words by flag."""
    found: dict[str, str] = {}
    flag = None
    for word in arguments:
        if word.startswith("--"):
            flag, equals, value = word[2:].partition("=")
            found[flag] = value if equals else ""
            flag = None if equals else flag
        elif flag is not None:
            found[flag], flag = word, None
        else:
            raise UserError(f"{word!r} is not an option; options are written --name value")
    return found


def _show(findings: Sequence[Finding], form: TableFormat, output: Path | None) -> None:
    if form is TableFormat.json:
        from comity.brief.as_json import findings_json

        emit(findings_json(tuple(findings)), output)
        return
    if form is not TableFormat.table:
        emit_tables(_tables(findings), form, output)
        return
    from comity.brief.terminal import render_findings

    if output is None:
        show(lambda console: render_findings(findings, console))
    else:
        emit(as_text(lambda console: render_findings(findings, console)), output)


def _tables(findings: Sequence[Finding]) -> list[Table]:
    """The findings' tables; with a column that tells the subjects apart where there are several."""
    several = len({finding.subject for finding in findings}) > 1
    tables = []
    for finding in findings:
        if finding.table is None:
            continue
        table = finding.table
        if several:
            rows = tuple((finding.subject, *row) for row in table.rows)
            table = replace(table, columns=("subject", *table.columns), rows=rows)
        tables.append(table)
    return tables


def _weights(content: bytes) -> list[tuple[str, str]]:
    """Rows of a CSV with the columns name and weight, as text; raises UserError naming the line."""
    import csv

    if len(content) > _WEIGHTS_LIMIT:
        raise UserError("the weights are larger than 5 MB")
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise UserError("the weights are not text in UTF-8; a CSV with the columns name,weight is needed") from None
    reader = csv.reader(lines, skipinitialspace=True)
    try:
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise UserError(f"line {reader.line_num} of the weights: {error}") from None
    if not rows or [cell.strip().lower() for cell in rows[0][1]] != ["name", "weight"]:
        raise UserError("the first line of the weights must be: name,weight")
    found = []
    for line, row in rows[1:]:
        if len(row) != 2:
            raise UserError(f"line {line} of the weights has {len(row)} columns; name,weight are two")
        found.append((row[0].strip(), row[1].strip()))
    if not found:
        raise UserError("the weights name nobody; each line is: name,weight")
    return found
