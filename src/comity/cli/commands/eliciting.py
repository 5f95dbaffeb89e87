"""``comity elicit``: issue weights and utilities from a person's answers, with ranges and a check of consistency."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.cli.app import command
from comity.cli.commands.cases import FormatOption, OutputOption
from comity.cli.output import EXIT_FAILED, TableFormat, UserError, emit, emit_tables, write_whole

if TYPE_CHECKING:
    from comity.findings import Table
    from comity.scenario.answers import Answers
    from comity.scenario.elicited import Elicited

IntoOption = Annotated[
    str | None, typer.Option("--into", metavar="CASE", help="Write the cells into a copy of this case: --output.")
]
ForceOption = Annotated[bool, typer.Option("--force", help="Write over a file that is there.")]
_COLUMNS = ("number", "issue", "option", "value", "low", "high", "second_reading")


@command("elicit")
def elicit(
    answers: Annotated[
        str | None, typer.Argument(metavar="ANSWERS", help="A file of answers; with --actor, a case to be asked about.")
    ] = None,
    template: Annotated[
        bool, typer.Option("--template", help="Print a commented file of answers to start from.")
    ] = False,
    into: IntoOption = None,
    actor: Annotated[
        str | None, typer.Option(metavar="ACTOR", help="Ask now, on the terminal, for this actor.")
    ] = None,
    method: Annotated[str, typer.Option(metavar="swing|pairwise", help="With --actor: what is asked.")] = "swing",
    save: Annotated[Path | None, typer.Option(help="With --actor: also write the answers to this file.")] = None,
    form: FormatOption = TableFormat.table,
    output: OutputOption = None,
    force: ForceOption = False,
) -> None:
    """Issue weights from swings or pairs, and utilities from packages that are worth the same.

    Prints each number with the range that the answers leave, whether the answers are consistent and which to think
    over, and the cells to paste into a case. Weights become saliences, the heaviest issue at the top of the scale
    unless the answers say otherwise. Utilities are the middle of what all answers allow; their range is everything
    that the answers allow. Exit status 1 where answers contradict each other.

    \b
    Examples:
      comity elicit --template > answers.yaml
      comity elicit answers.yaml
      comity elicit answers.yaml --into river-basin --output my-case.yaml
      comity elicit river-basin --actor lowland --method swing --save answers.yaml
    """
    from comity.scenario.answers import answers_template, check_against, read_answers
    from comity.scenario.library import resolve

    if template:
        emit(answers_template(), output)
        return
    if answers is None:
        raise UserError("name a file of answers; comity elicit --template prints one to start from")
    if into is not None:
        new_file(output, force)
    if actor is not None:
        if into is None:
            new_file(save, force, needed=False)
        text = _ask(answers, actor, method)
        if save is not None:
            write_whole(save, text.encode())
        given = read_answers(text.encode(), "<answers>")
        check_against(given, resolve(answers).scenario)
    else:
        given = read_answers(answers)
    document = None if into is None else resolve(into)
    if document is not None:
        check_against(given, document.scenario)
    found = _Found(given.content, 100 if document is None else document.scenario.salience_scale or 100)
    _print(found, form, None if document is not None else output)
    if document is not None and output is not None:
        if found.conflict:
            raise UserError(f"{output} is not written: answers contradict each other")
        from comity.scenario.edits import write_values
        from comity.scenario.elicited import elicited_changes

        changes = elicited_changes(document.tree.data, given.content, found.numbers)
        emit(write_values(document.text.encode(), changes, str(output)), output)
        if found.numbers.utilities:
            print(
                f"What {given.content.actor} has without a deal, its red line and what options add together are still "
                "as the case had them: state them in the unit of these answers.",
                file=sys.stderr,
            )
    elif found.conflict:
        raise typer.Exit(EXIT_FAILED)


def new_file(path: Path | None, force: bool, *, needed: bool = True) -> None:
    """Refuse to go on without the name of a new file, or where writing it would destroy one."""
    if path is None:
        if needed:
            raise UserError("name the new case with --output; the one given with --into is left as it is")
    elif path.exists() and not force:
        raise UserError(f"{path} is there already; choose another name, or --force to write over it")


class _Found:
    """What follows from one person's answers: numbers, the rows of the tables, and the checks."""

    def __init__(self, answers: Answers, scale: float) -> None:
        from comity.scenario.elicited import ElicitedNumbers

        self.answers = answers
        self.checks: list[str] = []
        self.methods: list[str] = []
        self.tables: list[Table] = []
        self.conflict = False
        saliences = self._weights(scale) if answers.swing or answers.pairwise else {}
        utilities = self._utilities() if answers.indifference else {}
        self.numbers = ElicitedNumbers(saliences, utilities)

    def _weights(self, scale: float) -> dict[str, Elicited]:
        from comity.bargaining import elicitation
        from comity.scenario.answers import pair_table, swing_table
        from comity.scenario.elicited import saliences_of

        swing = self.answers.swing
        if swing is not None:
            asked = swing_table(swing)
            issues = asked.issues
            found = elicitation.swing_weights(asked.points, asked.low, asked.high)
            weights, low, high, second = found.weights, found.low, found.high, [None] * len(issues)
            passes = [
                {name: cell.estimate or 0.0 for name, cell in held.items()} for held in (swing.points, swing.again)
            ]
            self.checks.append(elicitation.swing_check(issues, *passes))
            caption = "Issue weights from swings"
            self.methods.append(
                "Swing weights (von Winterfeldt & Edwards 1986): points over their sum; the ends are exact over all "
                "points in their ranges. They weigh the steps from worst to best that the person had in mind."
            )
        else:
            pairs = pair_table(self.answers.pairwise)
            issues = pairs.issues
            try:
                compared = elicitation.pairwise_weights(pairs.ratios, pairs.low, pairs.high)
            except elicitation.ElicitationError as error:
                raise UserError(f"pairwise: {error}") from None
            weights, low, high = compared.eigenvector, compared.low, compared.high
            second = compared.geometric_mean.tolist()
            self.checks.append(elicitation.pairwise_check(issues, compared))
            caption = "Issue weights from pairs (eigenvector; second reading: geometric mean)"
            self.methods.append(
                "Pairwise comparisons (Saaty 1977; missing ones as Harker 1987): the ends span both readings, the "
                "answers without each one of them, and each answer at the ends of its range."
            )
        rows = [
            ("weight", issue, None, _r(weights[at], 3), _r(low[at], 3), _r(high[at], 3), _r(second[at], 3))
            for at, issue in enumerate(issues)
        ]
        saliences = saliences_of(
            issues, weights.tolist(), low.tolist(), high.tolist(), scale, self.answers.most_important
        )
        top = self.answers.most_important
        stated = (
            f"{top:g}, as stated" if top is not None else f"{scale:g}, the top of the scale, since nothing else is said"
        )
        self.checks.append(f"Saliences are in proportion to the weights, the heaviest issue at {stated}.")
        rows += [("salience", issue, None, each.value, each.low, each.high, None) for issue, each in saliences.items()]
        self._table(caption, rows)
        return saliences

    def _utilities(self) -> dict[tuple[str, str], Elicited]:
        from comity.bargaining import elicitation
        from comity.scenario.answers import trade_table
        from comity.scenario.elicited import Elicited

        held = self.answers.indifference
        assert held is not None
        asked = trade_table(held)
        try:
            found = elicitation.utilities_from_answers(
                asked.sizes, asked.rows, asked.low, asked.high, asked.answer, held.total
            )
        except elicitation.ElicitationError as error:
            raise UserError(f"indifference: {error}") from None
        self.methods.append(
            "Utilities by linear programming (as UTA, Jacquet-Lagrèze & Siskos 1982): the ends are everything that the "
            "answers allow, the value the mean of the solutions at these ends."
        )
        self.checks.append(elicitation.answers_check(asked.options, found, len(held.answers)))
        if found.conflict is not None:
            self.conflict = True
            off = [
                ("answer missed by", None, f"answer {at + 1}", _r(miss, 2), None, None, None)
                for at, miss in enumerate(found.conflict.off)
                if miss > 1e-6
            ]
            self._table("Answers that the nearest utilities miss, and by how much", off)
            return {}
        columns = (each.tolist() for each in (found.values, found.low, found.high))
        numbers = {place: Elicited(*each).rounded(2) for place, *each in zip(asked.options, *columns, strict=True)}
        rows = [("utility", issue, option, u.value, u.low, u.high, None) for (issue, option), u in numbers.items()]
        self._table("Utilities: the middle of what the answers allow, and all that they allow", rows)
        return numbers

    def _table(self, caption: str, rows: list[tuple[Any, ...]]) -> None:
        from comity.findings import Table

        self.tables.append(Table(f"{caption}: {self.answers.actor}", _COLUMNS, tuple(rows)))


def _r(number: Any, digits: int) -> float | None:
    return None if number is None else round(float(number), digits) + 0.0


def _print(found: _Found, form: TableFormat, output: Path | None) -> None:
    """The tables, the checks and the cells; the last two beside a table that another program reads."""
    from comity.scenario.edits import block_lines
    from comity.scenario.elicited import pasted

    part = pasted(found.answers, found.numbers)
    if form is TableFormat.json:
        from comity.brief.as_json import to_json

        records = [record for table in found.tables for record in table.records()]
        said = {"conflict": found.conflict, "checks": found.checks, "methods": found.methods}
        emit(to_json({"actor": found.answers.actor, **said, "numbers": records, "cells": part}), output)
        return
    emit_tables(found.tables, form, output)
    beside = sys.stdout if form is TableFormat.table and output is None else sys.stderr
    for words in (*found.checks, *found.methods):
        print(words, file=beside)
    if form is TableFormat.table and output is None and part:
        print("\nThe cells to paste into a case:\n")
        print("\n".join(block_lines(part)))


def _ask(case: str, actor: str, method: str) -> str:
    """Ask a person on the terminal, and return the answers as a file."""
    import datetime
    from itertools import combinations

    from comity.scenario.edits import block_lines
    from comity.scenario.library import resolve

    file = resolve(case).scenario
    if method not in ("swing", "pairwise"):
        raise UserError(f"--method is swing or pairwise, not {method!r}; utilities are asked for in a file: --template")
    if not sys.stdin.isatty():
        raise UserError("there is nobody to ask: run it on a terminal, or write the answers: comity elicit --template")
    found = [each for each in file.actors if actor.casefold() in (each.id.casefold(), each.name.casefold())]
    if not found:
        raise UserError(f"the case has no actor {actor!r}; it has {', '.join(each.id for each in file.actors)}")
    if len(file.issues) < 2:
        raise UserError("the case has fewer than two issues; there is nothing to weigh")
    answers: dict[str, Any] = {"comity_answers": 1, "actor": found[0].id, "date": datetime.date.today().isoformat()}
    if method == "swing":
        print(f"For {found[0].name}: think of the worst on every issue. The move from worst to best that matters most")
        print("gets 100 points; how many do the others get?")
        answers["swing"] = {"points": {each.id: _number(f"{each.id}: {each.question}") for each in file.issues}}
    else:
        print(f"For {found[0].name}: how many times as much does the first matter as the second? 1/3 if a third.")
        answers["pairwise"] = [
            {"this": one.id, "that": other.id, "times": _number(f"{one.id} beside {other.id}", above_zero=True)}
            for one, other in combinations(file.issues, 2)
        ]
    return "\n".join(block_lines(answers)) + "\n"


def _number(question: str, *, above_zero: bool = False) -> float:
    from comity.scenario.answers import LARGEST_RATIO, ratio_of

    while True:
        value = ratio_of(str(typer.prompt(question)))
        if value is not None and (1 / LARGEST_RATIO if above_zero else 0.0) <= value <= LARGEST_RATIO:
            return value
        print("a number is needed, such as 60 or 1/3", file=sys.stderr)
