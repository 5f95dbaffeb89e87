"""``comity deal``: which package deals are possible, what each fairness rule picks, and what would open a zone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli.app import AudienceOption, CaseArgument, DrawsOption, SeedOption, SetOption, command, open_case
from comity.cli.commands.asking import _ask, _show, _tables
from comity.cli.commands.cases import FormatOption, OutputOption
from comity.cli.output import TableFormat, UserError, emit_tables

if TYPE_CHECKING:
    from comity.findings import Finding


@command("deal")
def deal(
    case: CaseArgument,
    solutions: Annotated[
        str | None,
        typer.Option(
            metavar="RULE,...",
            help="Only what these fairness rules pick: nash, kalai-smorodinsky, raiffa, egalitarian, utilitarian. The "
            "last two need utilities that the case declares comparable, and are refused otherwise.",
        ),
    ] = None,
    opening: Annotated[
        bool, typer.Option("--open", help="Only what would open an empty zone of agreement, or close an open one.")
    ] = False,
    form: FormatOption = TableFormat.table,
    output: OutputOption = None,
    audience: AudienceOption = "own",
    seed: SeedOption = 0,
    draws: DrawsOption = 2000,
    settings: SetOption = None,
) -> None:
    """Which package deals are possible, what each fairness rule picks, who could trade, and what opens a zone.

    The case needs a section `deal`: issues with options, what each is worth to each party, and what each has without a
    deal. Each rule's deal is an outcome under that rule, not a forecast and not the fair deal. csv and parquet hold
    one table: the packages, with --solutions a row a rule, with --open a row a way to open or close the zone.

    \b
    Examples:
      comity deal river-basin
      comity deal river-basin --solutions nash,kalai-smorodinsky,egalitarian,utilitarian --format csv
      comity deal river-basin --open
      comity deal river-basin --open --set 'deal.red_line[lowland]=95'
    """
    from comity.findings import CannotAnswerError

    opened = open_case(case, settings, audience)
    asked: list[tuple[str, dict[str, object]]] = []
    if solutions is not None:
        asked.append(("deal-solutions", {"solutions": solutions}))
    if opening:
        asked.append(("open-zone", {}))
    if len(asked) > 1 and form in (TableFormat.csv, TableFormat.parquet):
        raise UserError("csv and parquet hold one table; ask for --solutions or for --open")
    everything = not asked
    if everything:
        asked = [(name, {}) for name in ("deal-space", "deal-solutions", "log-rolls", "open-zone", "acceptance")]
    found: list[Finding] = []
    for name, options in asked:
        try:
            found += _ask(opened, name, options, seed, draws)
        except CannotAnswerError:
            # Of everything that could be said, what the case does not hold is left out; the first has to answer.
            if not everything or name == "deal-space":
                raise
    if form in (TableFormat.csv, TableFormat.parquet):
        emit_tables(_tables(found)[:1], form, output)
    else:
        _show(found, form, output)
