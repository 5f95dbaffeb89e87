"""``comity deal``: which package deals are possible, what each fairness rule picks, and what would move them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli import completion
from comity.cli.app import AudienceOption, CaseArgument, DrawsOption, SeedOption, SetOption, command, open_case
from comity.cli.commands.asking import asked, show_findings, tables_of
from comity.cli.commands.cases import FormatOption, OutputOption
from comity.cli.output import TableFormat, UserError, emit_tables

if TYPE_CHECKING:
    from comity.findings import Finding

EVERYTHING = (
    "deal-space",
    "deal-solutions",
    "log-rolls",
    "open-zone",
    "acceptance",
    "unblocking",
    "drafts",
    "agenda",
    "side-payments",
    "time-and-power",
)


@command("deal")
def deal(
    case: CaseArgument,
    solutions: Annotated[
        str | None,
        typer.Option(
            metavar="RULE,...",
            autocompletion=completion.solutions,
            help="Only what these fairness rules pick: nash, kalai-smorodinsky, raiffa, egalitarian, utilitarian. The "
            "last two need utilities that the case declares comparable, and are refused otherwise.",
        ),
    ] = None,
    opening: Annotated[
        bool, typer.Option("--open", help="Only what would open an empty zone of agreement, or close an open one.")
    ] = False,
    unblock: Annotated[
        bool, typer.Option("--unblock", help="Only who blocks the text, and the smallest change that unblocks them.")
    ] = False,
    drafts: Annotated[
        bool, typer.Option("--drafts", help="Only a path of drafts to the frontier by which nobody loses.")
    ] = False,
    agenda: Annotated[
        bool, typer.Option("--agenda", help="Only what one issue or one party less would change.")
    ] = False,
    payments: Annotated[
        bool, typer.Option("--payments", help="Only side payments; needs utilities that can be handed over.")
    ] = False,
    time: Annotated[
        bool, typer.Option("--time", help="Only what patience and haste do; needs parties' discount factors.")
    ] = False,
    continuous: Annotated[
        bool,
        typer.Option("--continuous", help="Only issues settled anywhere on their scales; needs no section `deal`."),
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
    one table, so they take one of the choices (with none: the packages).

    \b
    Examples:
      comity deal river-basin
      comity deal river-basin --solutions nash,kalai-smorodinsky,egalitarian,utilitarian --format csv
      comity deal river-basin --drafts
      comity deal river-basin --time --format json
      comity deal river-basin --open
      comity deal river-basin --open --set 'deal.red_line[lowland]=95'
    """
    from comity.findings import CannotAnswerError

    opened = open_case(case, settings, audience)
    choices = {
        "open-zone": opening,
        "unblocking": unblock,
        "drafts": drafts,
        "agenda": agenda,
        "side-payments": payments,
        "time-and-power": time,
        "continuous-deal": continuous,
    }
    questions: list[tuple[str, dict[str, object]]] = [(name, {}) for name, chosen in choices.items() if chosen]
    if solutions is not None:
        questions.insert(0, ("deal-solutions", {"solutions": solutions}))
    if len(questions) > 1 and form in (TableFormat.csv, TableFormat.parquet):
        raise UserError("csv and parquet hold one table; ask for one of the choices, such as --solutions or --open")
    everything = not questions
    if everything:
        questions = [(name, {}) for name in EVERYTHING]
    found: list[Finding] = []
    for name, options in questions:
        try:
            found += asked(opened, name, options, seed, draws)
        except CannotAnswerError:
            # Of everything that could be said, what the case does not hold is left out; the first has to answer.
            if not everything or name == "deal-space":
                raise
    if form in (TableFormat.csv, TableFormat.parquet):
        emit_tables(tables_of(found)[:1], form, output)
    else:
        show_findings(found, form, output)
