"""``comity record``: how far each forecast was off on decisions that are already made."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from comity.cli.app import command
from comity.cli.commands.cases import FormatOption, OutputOption
from comity.cli.output import TableFormat, emit, emit_tables


@command("record")
def record(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="A CSV of past decisions: DEU III's own layout, or one row an actor and issue with the columns "
            "proposal,issue,actor,position,salience,capability,outcome (and low,high for the scale).",
        ),
    ],
    form: FormatOption = TableFormat.table,
    output: OutputOption = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of the bootstrap.")] = None,
    quantiles: Annotated[
        Path | None, typer.Option(help="Also write the error quantiles, as the package ships them, to this file.")
    ] = None,
) -> None:
    """Back-test every forecast on a table of past decisions.

    Errors are in hundredths of each issue's scale. against_mean is the mean error less that of the weighted mean,
    with a 95 % interval from a paired bootstrap of whole proposals; joint_low_95 to joint_high_95 is wide enough to
    hold for all methods at once. Only a method of which all of that lies below zero has a better record than the
    mean: of many methods tried the best looks better than it is. covers_80 is the share of outcomes inside the
    8-in-10 band, each band made without the issue's own proposal. A method that needs the decision rule or what
    applies without agreement is tested on the issues of which the table has it (issues).

    \b
    Examples:
      comity record deu3.csv
      comity record my-decisions.csv --format json
    """
    from comity.bargaining.back_test import back_test
    from comity.bargaining.record import RESAMPLES, SEED, SHARES, quantiles_table, track_record
    from comity.findings import Table
    from comity.findings.wording import plural
    from comity.sources import read_past_decisions

    past = read_past_decisions(file)
    for skipped in (*past.unusable, *past.bad_rows):
        print(f"{file}:{skipped.line}: {skipped.what} left out: {skipped.reason}", file=sys.stderr)
    found = track_record(back_test(past), seed=SEED if seed is None else seed, resamples=RESAMPLES)
    columns = (
        "method",
        "issues",
        "mean_error",
        "median_error",
        "error_8_in_10",
        "against_mean",
        "low_95",
        "high_95",
        "joint_low_95",
        "joint_high_95",
        *(f"covers_{share * 100:.0f}" for share in SHARES),
    )
    rows = tuple(
        (
            each.title,
            each.issues,
            round(each.mean_absolute_error, 2),
            round(float(each.quantiles[49]), 2),
            round(float(each.quantiles[79]), 2),
            round(each.difference, 2),
            *(round(end, 2) for end in (*each.difference_interval, *each.joint_interval)),
            *(None if share != share else round(share, 3) for share in each.coverage),
        )
        for each in found.methods
    )
    caption = (
        f"{found.title}: {plural(found.issues, 'issue')} of {plural(found.proposals, 'proposal')}, "
        f"{found.unusable} left out. {found.source}. The record is of decisions like these; elsewhere it is indicative."
    )
    emit_tables([Table(caption, columns, rows)], form, output)
    if quantiles is not None:
        emit(quantiles_table(found), quantiles)
