"""Commands that put single questions: ask, and its aliases forecast and power."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli import completion
from comity.cli.app import (
    AudienceOption,
    CaseArgument,
    DrawsOption,
    RuleOption,
    SeedOption,
    SetOption,
    WhatIfOption,
    changed_case,
    command,
    open_case,
    table_bytes,
)
from comity.cli.commands.cases import FormatOption, OutputOption
from comity.cli.commands.register import OwnRecordOption, own_record_of
from comity.cli.output import TableFormat, UserError, as_text, emit, emit_tables, show

if TYPE_CHECKING:
    from comity.findings import Case, Finding, Table
    from comity.findings.own_record import OwnRecord
    from comity.scenario import Scenario


@command("ask")
def ask_command(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", help="An analysis (see comity analyses).", autocompletion=completion.analyses),
    ],
    case: CaseArgument,
    form: FormatOption = TableFormat.table,
    output: OutputOption = None,
    audience: AudienceOption = "own",
    seed: SeedOption = 0,
    draws: DrawsOption = 2000,
    settings: SetOption = None,
    changes: WhatIfOption = None,
) -> None:
    """Put one question to a case; the analysis' own choices are options too (see comity analyses).

    JSON gives the whole findings; csv and parquet give their tables.

    \b
    Examples:
      comity ask forecast car-emissions
      comity ask challenge car-emissions --variant scholz-code
      comity ask voting-power eu-council --exact yes --format csv
      comity ask unions eu-council --what-if union:NLD+BEL+LUX
    """
    from comity.findings import registry
    from comity.findings.registry import parse_options

    analysis = registry().get(name)
    options = parse_options(analysis, _words(context.args))
    opened = changed_case(open_case(case, settings, audience), changes)
    found = asked(opened, analysis.name, options.model_dump(), seed, draws)
    if changes:
        found = tuple(_changing_only(finding, opened) for finding in found)
    show_findings(found, form, output)


@command("forecast")
def forecast(
    case: CaseArgument,
    issue: Annotated[str | None, typer.Option(help="Only this issue.", autocompletion=completion.issues)] = None,
    form: FormatOption = TableFormat.table,
    output: OutputOption = None,
    audience: AudienceOption = "own",
    seed: SeedOption = 0,
    draws: DrawsOption = 2000,
    settings: SetOption = None,
    register: OwnRecordOption = None,
) -> None:
    """Every forecast of each issue's outcome side by side, with its record on past decisions.

    \b
    Examples:
      comity forecast car-emissions
      comity forecast my-case.yaml --issue date --format csv
      comity forecast my-case.yaml --register comity-register.jsonl
    """
    opened = open_case(case, settings, audience)
    own = own_record_of(register, audience)
    found = [
        finding
        for name in ("forecast", "median", "challenge")
        for finding in asked(opened, name, {}, seed, draws, own=own)
        if issue is None or finding.subject == issue
    ]
    if not found:
        known = ", ".join(opened.subjects("issues"))
        raise UserError(f"this case has no issue {issue!r}; it has {known}")
    show_findings(found, form, output)


@command("power")
def power(
    case: Annotated[
        str | None,
        typer.Argument(
            metavar="CASE|-",
            help="A scenario, or - for a table of name,weight on stdin.",
            autocompletion=completion.cases,
        ),
    ] = None,
    body: Annotated[
        str | None,
        typer.Option(
            help="A shipped body instead of a case (see comity bodies).",
            metavar="NAME",
            autocompletion=completion.bodies,
        ),
    ] = None,
    weights: Annotated[
        str | None,
        typer.Option(
            help="With --body: its members, a CSV or workbook of name and a column for each weight.",
            metavar="FILE",
            autocompletion=completion.table_files,
        ),
    ] = None,
    quota: Annotated[
        str | None,
        typer.Option(
            help="With -: what passes, as a number (12), a fraction (2/3) or a percentage (65%). Else a range, "
            "50%:95%: how weight changes as the quota moves.",
        ),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="With -: more than the quota is needed.")] = False,
    index: Annotated[
        str,
        typer.Option(
            help="standard, all, or one: banzhaf, banzhaf-normalised, shapley-shubik, coleman-prevent, "
            "coleman-initiate, coleman-act, satisfaction, deegan-packel, holler-packel, johnston.",
            metavar="NAME",
            autocompletion=completion.indices,
        ),
    ] = "standard",
    exact: Annotated[
        bool, typer.Option("--exact", help="Exact fractions beside the floats, whatever the size.")
    ] = False,
    rule: RuleOption = None,
    changes: WhatIfOption = None,
    form: FormatOption = TableFormat.table,
    output: OutputOption = None,
) -> None:
    """Formal voting weight: the share of equally likely coalitions in which a member's vote is decisive.

    \b
    Examples:
      comity power eu-council --index shapley-shubik
      comity power eu-council --index all --exact
      comity power --body unsc
      comity power imf-governors-2020 --quota 50%:95% --what-if leave:USA
      comity power eu-council --what-if union:NLD+BEL+LUX
      comity power --body gef --weights contributions.csv
      comity power - --quota 12 --format json < weights.csv
      comity power imf-governors-2020 --rule eighty-five-percent --exact --format csv
    """
    from comity.findings import registry
    from comity.findings.registry import parse_options
    from comity.scenario import from_weights, load

    if (case is None) == (body is None):
        raise UserError("power needs a case, - or --body NAME, and only one of them; comity bodies lists the bodies")
    if weights is not None and body is None:
        raise UserError("--weights goes with --body; comity power - reads a CSV of name,weight from standard input")
    if case == "-":
        if quota is None:
            raise UserError("power - needs --quota, such as --quota 12, --quota 2/3 or --quota 65%")
        opened = from_weights(*table_bytes("-", "power"), quota, strict=strict)
    else:
        if (quota is not None and ":" not in quota) or strict:
            raise UserError(
                "--strict and a single --quota go with - (weights on stdin), since a scenario states its own rules; "
                "--quota 50%:95% moves a scenario's quota"
            )
        opened = load(case) if case is not None else _body(body or "", weights)
    words = {"index": index, **({"exact": "yes"} if exact else {})}
    options = parse_options(registry().get("voting-power"), words)
    if rule is not None:
        if rule not in opened.subjects("rules"):
            raise UserError(f"this case has no rule {rule!r}; it has {', '.join(opened.subjects('rules'))}")
        opened = opened.narrow("rules", rule)
    changed = changed_case(opened, changes)
    if quota is not None and case != "-":
        show_findings(_curves(opened, changed, quota, form), form, output)
        return
    if changes:
        show_findings(_before_and_after(opened, changed, options.model_dump()), form, output)
        return
    chosen = asked(opened, "voting-power", options.model_dump(), 0, 0, search=False)
    if form is TableFormat.table:
        emit_tables([part for table in tables_of(chosen) for part in _in_parts(table, exact)], form, output)
        return
    # One object a member: what kind of rule it is has a table of its own, for reading.
    emit_tables(tables_of([each for each in chosen if each.key == "formal-voting-weight"]), form, output)


def _curves(opened: Scenario, changed: Scenario, quota: str, form: TableFormat) -> list[Finding]:
    """The quota curve of a case, and where it is changed that of the changed one below it."""
    from comity.findings import registry
    from comity.findings.registry import parse_options

    words = {"between": quota, "members": "some" if form is TableFormat.table else "all"}
    options = parse_options(registry().get("quota-curve"), words).model_dump()
    found: list[Finding] = []
    for case in [opened] if changed is opened else [opened, changed]:
        what = "; ".join(case.cover.changes)
        for finding in asked(case, "quota-curve", options, 0, 0, search=False):
            if what:
                finding = replace(_changing_only(finding, case), subject=what)
            found.append(finding)
    return found


def _changing_only(finding: Finding, changed: Scenario) -> Finding:
    """The finding of a changed case, which says of itself what was changed."""
    what = "; ".join(changed.cover.changes)
    return replace(finding, sentence=f"In the model, changing only this ({what}): {finding.sentence}")


def _before_and_after(opened: Scenario, changed: Scenario, options: dict[str, object]) -> list[Finding]:
    """Every finding on formal voting weight before and after a change, and unions where the change makes one."""
    from comity.brief.contents import side_by_side

    what = "; ".join(changed.cover.changes)
    found = side_by_side(opened, asked(changed, "voting-power", options, 0, 0, search=False), what)
    institution = changed.file.institution
    if institution is not None and institution.unions:
        found += asked(changed, "unions", {}, 0, 0, search=False)
    if not found:
        raise UserError(f"{what}: no member's formal voting weight moves")
    return found


def _in_parts(table: Table, exact: bool) -> list[Table]:
    """One table an index where there are fractions beside the floats, which are too long to stand side by side."""
    from comity.institutions.voting.indices import INDICES

    indices = [index for index in INDICES.values() if index.column in table.columns]
    columns = {name: at for at, name in enumerate(table.columns)}
    if exact and all(f"{index.column}_exact" in columns for index in indices):
        of_indices = {name for index in indices for name in (index.column, f"{index.column}_exact")}
        others = [name for name in columns if name not in of_indices]
        return [
            _part(
                table,
                f"{index.words}: {index.measures} ({index.source}). {table.caption}",
                {
                    **{name: name for name in others},
                    index.column: index.column,
                    f"{index.column}_exact": "as a fraction",
                },
            )
            for index in indices
        ] or [table]
    return [table]


def _part(table: Table, caption: str, columns: dict[str, str]) -> Table:
    """Some of a table's columns, each under the name that is given."""
    places = [table.columns.index(name) for name in columns]
    rows = tuple(tuple(row[at] for at in places) for row in table.rows)
    return replace(table, caption=caption, columns=tuple(columns.values()), rows=rows)


def asked(
    case: Case,
    name: str,
    options: dict[str, object],
    seed: int,
    draws: int,
    search: bool = True,
    own: OwnRecord | None = None,
) -> tuple[Finding, ...]:
    """What an analysis finds in a case, by the analysis' name."""
    from comity.findings import ask, registry

    analysis = registry().get(name)
    chosen = analysis.options.model_validate(options)
    return ask(analysis, case, chosen, seed=seed, draws=draws, search=search, own=own)


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


def show_findings(findings: Sequence[Finding], form: TableFormat, output: Path | None) -> None:
    """Write findings: whole as text or JSON, their tables as csv or parquet."""
    if form is TableFormat.json:
        from comity.brief.as_json import findings_json

        emit(findings_json(tuple(findings)), output)
        return
    if form is not TableFormat.table:
        emit_tables(tables_of(findings), form, output)
        return
    from comity.brief.terminal import render_findings

    if output is None:
        show(lambda console: render_findings(findings, console))
    else:
        emit(as_text(lambda console: render_findings(findings, console)), output)


def tables_of(findings: Sequence[Finding]) -> list[Table]:
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


def _body(name: str, weights: str | None) -> Scenario:
    """A shipped body, with the members of a file where one is named."""
    from comity.scenario import load
    from comity.scenario.library import body_text
    from comity.scenario.members_table import body_with_members

    body_text(name)  # says which bodies there are, also where the name is that of a scenario
    if weights is None:
        return load(name)
    return body_with_members(name, *table_bytes(weights, "--weights"))
