"""The forecast register: record what happened, list what is frozen, verify the chain, and score the forecasts."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli.app import command, numbers_by_name
from comity.cli.commands.cases import FormatOption, OutputOption
from comity.cli.output import EXIT_FAILED, TableFormat, UserError, emit, emit_tables

if TYPE_CHECKING:
    from comity.findings import Table
    from comity.findings.contract import Value
    from comity.findings.own_record import OwnRecord
    from comity.people import Entry, Register

RegisterOption = Annotated[
    Path, typer.Option("--register", metavar="FILE", help="The register; in the working folder if not named.")
]
OwnRecordOption = Annotated[
    Path | None,
    typer.Option(
        "--register",
        metavar="FILE",
        help="Your forecast register: from 30 settled forecasts on, the band of your own errors is shown too.",
    ),
]
REGISTER = Path("comity-register.jsonl")


class RegisterAction(StrEnum):
    """What to do with a register."""

    list = "list"
    verify = "verify"
    repair = "repair"


class ScoresTable(StrEnum):
    """Which table of scores."""

    methods = "methods"
    bands = "bands"
    questions = "questions"


def own_record_of(register: Path | None, audience: str) -> OwnRecord | None:
    """One's own record from a register that a command names; says on standard error where it is too short."""
    if register is None:
        return None
    if audience == "shared":
        raise UserError("the register is your own; leave --register out for the audience shared")
    from comity.brief.register_scores import own_record, record_sentence
    from comity.people import read_register

    record = own_record(read_register(register))
    if (why := record_sentence(record)) is not None:
        print(f"comity: {why}", file=sys.stderr)
    return record


@command("resolve")
def resolve(
    entry: Annotated[int, typer.Argument(metavar="ENTRY", help="The frozen entry (see comity register).")],
    outcome: Annotated[
        list[str] | None, typer.Option(metavar="ISSUE=VALUE", help="What was agreed, on the scale; repeatable.")
    ] = None,
    source: Annotated[str | None, typer.Option(metavar="TEXT", help="Where it can be checked.")] = None,
    known_on: Annotated[
        str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="When it became known; today if left out.")
    ] = None,
    void: Annotated[
        str | None, typer.Option(metavar="REASON", help="The question cannot be settled; the reason is kept.")
    ] = None,
    issue: Annotated[list[str] | None, typer.Option(help="With --void: only this issue; repeatable.")] = None,
    correct: Annotated[
        str | None, typer.Option(metavar="REASON", help="Correct what was told before; both stay in the register.")
    ] = None,
    register: RegisterOption = REGISTER,
) -> None:
    """Record what happened, or that a question cannot be settled; what was frozen stays as it is.

    \b
    Examples:
      comity resolve 1 --outcome date=8.83 --source "Directive 70/220, as amended" --date 2027-05-12
      comity resolve 1 --outcome date=8.8 --correct "misread the annex"
      comity resolve 2 --void "nothing was agreed by then"
    """
    from comity.people import RegisterError, Resolution, Void, append, today, utc_now

    if (outcome is None) == (void is None):
        raise UserError("resolve needs --outcome ISSUE=VALUE or --void REASON, and only one of them")
    if void is None and issue:
        raise UserError("--issue goes with --void; --outcome names its issue itself")
    if void is not None and (source is not None or known_on is not None):
        raise UserError("--source and --date go with --outcome; --void has its reason")
    outcomes = numbers_by_name(outcome, "--outcome", "date=8.83")
    for name, text in (("--source", source), ("--void", void), ("--correct", correct)):
        bounded(name, text)
    for name, value in outcomes.items():
        if not math.isfinite(value):
            raise UserError(f"--outcome {name}={value:g} is not a number on a scale")
    known = day_of(known_on, today(utc_now())) if known_on is not None else None
    notes: list[str] = []

    def make(found: Register, now: str) -> Entry:
        questions = {each.question.issue: each for each in found.of(entry)}
        open_ones = [name for name, each in questions.items() if each.settled_by is None]
        names = list(outcomes) or list(dict.fromkeys(issue or ())) or (open_ones if correct is None else [*questions])
        if not names:
            raise RegisterError(found.path, f"entry {entry} is settled", "correct it with --correct REASON")
        told = tuple(dict.fromkeys(questions[name].told_in[-1] for name in names if questions.get(name, _NONE).told_in))
        if correct is not None and not told:
            raise RegisterError(found.path, f"nothing was told of entry {entry} yet", "leave --correct out")
        if void is not None:
            reason = void if correct is None else f"{void} ({correct})"
            # A void has its reason; what it takes the place of is named only where that is meant.
            corrects = told if correct is not None else ()
            return Void(
                at=now, comity=version_of_comity(), of=entry, issues=tuple(names), corrects=corrects, reason=reason
            )
        day = known.isoformat() if known is not None else now[:10]
        for name in names:
            if name in questions:
                notes.extend(_remarks(questions[name].freeze.at[:10], questions[name].question.resolves_by, day, name))
        return Resolution(
            at=now,
            comity=version_of_comity(),
            of=entry,
            outcomes=outcomes,
            known_on=day,
            source=source,
            corrects=told if correct is not None else (),
            reason=correct,
        )

    number, receipt = append(register, make, clock=utc_now)
    for note in notes:
        print(f"comity: {note}", file=sys.stderr)
    emit(f"Entry {number} of {register} settles entry {entry}. Receipt:\n  {receipt}\n", None)


@command("register")
def register_command(
    action: Annotated[
        RegisterAction, typer.Argument(metavar="[list|verify|repair]", help="What to do with it.")
    ] = RegisterAction.list,
    head: Annotated[
        str | None, typer.Option(metavar="RECEIPT", help="With verify: is the entry of this receipt in it, unchanged?")
    ] = None,
    register: RegisterOption = REGISTER,
    form: FormatOption = TableFormat.table,
    output: OutputOption = None,
) -> None:
    """List what is frozen and what became of it; verify that nothing was changed; repair a last line cut short.

    verify finds every line that was changed, moved, put in or taken out, and exits with status 1. By itself it cannot
    find that the last lines were cut off, or written anew with new hashes: a receipt that was kept elsewhere can
    (--head). repair moves a last line that a crash cut short to FILE.torn; it touches no whole line.

    \b
    Examples:
      comity register
      comity register --format csv
      comity register verify --head 3f9a0c…
    """
    from comity.people import faults_of, read_register, set_torn_line_aside

    if head is not None and action is not RegisterAction.verify:
        raise UserError("--head goes with verify: comity register verify --head RECEIPT")
    if action is RegisterAction.repair:
        aside = set_torn_line_aside(register)
        said = "its last line is whole; nothing to repair"
        if aside is not None:
            said = f"{aside[1]:,} bytes that were not a whole line are now in {aside[0]}; every whole line is as it was"
        emit(f"{register}: {said}\n", None)
        return
    if action is RegisterAction.verify:
        faults, found = faults_of(register)
        for fault in faults:
            print(f"{register}:{fault.line}: {fault.problem}", file=sys.stderr)
        if found is None:
            raise typer.Exit(EXIT_FAILED)
        emit(_verified(found, head), None)
        return
    emit_tables([_listing(read_register(register), whole=form is not TableFormat.table)], form, output)


@command("scores")
def scores_command(
    register: RegisterOption = REGISTER,
    table: Annotated[
        ScoresTable | None, typer.Option(help="One table: methods, bands or questions; csv and parquet hold one.")
    ] = None,
    reconstructions: Annotated[
        bool, typer.Option("--reconstructions", help="Also what was frozen when its outcome was known.")
    ] = False,
    chart: Annotated[
        Path | None, typer.Option(metavar="FILE.svg|FILE.json", help="Also write the chart of calibration.")
    ] = None,
    form: FormatOption = TableFormat.table,
    output: OutputOption = None,
) -> None:
    """How good the frozen forecasts were: errors beside baselines and your own guesses, and what the bands held.

    Errors are in hundredths of each issue's scale; the error of a point is its CRPS. against_mean is the error less
    that of the weighted mean on the questions that both answered, with a 95 % interval from a paired bootstrap of
    whole cases (from 10 cases on). held is the share of outcomes inside a band, with its exact 95 % interval (Clopper
    and Pearson), from 10 settled questions on. interval_score is that of Gneiting and Raftery: lower is better.

    \b
    Examples:
      comity scores
      comity scores --table questions --format csv
      comity scores --chart calibration.svg
    """
    from comity.brief.register_scores import scores
    from comity.people import read_register

    drawn = _chart_suffix(chart)
    found = scores(read_register(register), reconstructions=reconstructions)
    tables = {
        ScoresTable.methods: found.methods_table(),
        ScoresTable.bands: found.bands_table(),
        ScoresTable.questions: found.questions_table(),
    }
    if table is None and form in (TableFormat.csv, TableFormat.parquet):
        table = ScoresTable.methods
    if table is None and form is TableFormat.json:
        from comity.brief.as_json import to_json

        whole = {"says": found.sentence, **{name.value: each.records() for name, each in tables.items()}}
        emit(to_json(whole), output)
    elif table is not None:
        emit_tables([tables[table]], form, output)
    else:
        _print_scores(found.sentence, [each for each in tables.values() if each.rows], output)
    if drawn is not None and chart is not None:
        spec = found.chart()
        if spec is None:
            raise UserError(f"{chart} is not written: {found.sentence}")
        from comity.brief.drawing import dressed, svg

        if drawn == ".svg":
            emit(svg(spec, title=found.sentence), chart)
        else:
            from comity.brief.as_json import to_json

            emit(to_json(dressed(spec)), chart)


class _Nothing:
    """A question that is not there, so that what is wrong with its name is said once, by the register."""

    told_in: tuple[int, ...] = ()


_NONE = _Nothing()


def day_of(text: str, today: date) -> date:
    """A day as a person writes it; raises UserError that shows how."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.isoformat() != text:
        raise UserError(f"{text!r} is not a day; write it as {today.isoformat()}")
    return found


def bounded(flag: str, text: str | None) -> None:
    """Refuse a text that an entry cannot hold, naming the option that it was given with."""
    from comity.people.entries import LONGEST_TEXT

    if text is None:
        return
    if not 0 < len(text) <= LONGEST_TEXT:
        raise UserError(f"{flag} is 1 to {LONGEST_TEXT:,} characters long")
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise UserError(f"{flag} is not UTF-8 text")


def _remarks(frozen: str, by: str | None, known: str, issue: str) -> list[str]:
    """What a date of an outcome means for the forecast."""
    if known < frozen:
        return [f"{issue} was known on {known}, before it was frozen ({frozen}): a reconstruction, which is not scored"]
    if by is not None and known > by:
        return [f"{issue} became known on {known}, after {by}; unless your criterion says otherwise it is void"]
    return []


def _verified(found: Register, head: str | None) -> str:
    from comity.findings.wording import plural

    count = plural(len(found.entries), "entry", "entries")
    lines = [f"{found.path}: {count}, each as it was written after the one before."]
    if head is None:
        lines.append(f"Head: {found.head or 'none yet'}")
        lines.append(
            "Last entries that were cut off or written anew show only against a receipt: verify --head RECEIPT."
        )
        return "\n".join(lines) + "\n"
    wanted = head.strip().lower()
    if len(wanted) < 12 or set(wanted) - set("0123456789abcdef"):
        raise UserError("--head takes a receipt, or its first 12 characters or more, as freeze printed it")
    at = [number for number, each in enumerate(found.hashes, 1) if each.startswith(wanted)]
    if not at:
        print(
            f"{found.path}: no entry has this receipt: entries were cut off or written anew since, or the receipt is "
            "of another register",
            file=sys.stderr,
        )
        raise typer.Exit(EXIT_FAILED)
    after = len(found.entries) - at[0]
    lines.append(
        f"The receipt is that of entry {at[0]} of {found.entries[at[0] - 1].at[:10]}; nothing up to it was changed, "
        f"and {plural(after, 'entry follows', 'entries follow')} it."
    )
    return "\n".join(lines) + "\n"


def _listing(found: Register, *, whole: bool) -> Table:
    """One row a frozen question; ``whole``: with what only a program reads."""
    from comity.findings import Table
    from comity.people import Void, today, utc_now

    day = today(utc_now())
    rows: list[dict[str, Value]] = []
    for each in found.asked:
        question, settled = each.question, each.settled_by
        row: dict[str, Value] = {
            "entry": each.number,
            "frozen": each.freeze.at[:10],
            "case": each.freeze.case,
            "issue": question.issue,
            "resolves_by": question.resolves_by,
            "state": each.state(day),
            "known_before": each.reconstruction,
            "estimate": question.estimate,
            "guess": question.guess.point if question.guess is not None else None,
            "outcome": each.outcome,
        }
        more: dict[str, Value] = {
            "question": question.asks,
            "criterion": question.criterion,
            "settled_in": " ".join(map(str, each.told_in)),
            "void_because": settled.reason if isinstance(settled, Void) else None,
            "receipt": found.hashes[each.number - 1],
        }
        rows.append({**row, **more} if whole else row)
    columns = tuple(rows[0]) if rows else ("entry", "frozen", "case", "issue", "state")
    return Table(f"{found.path}: what is frozen", columns, tuple(tuple(row.values()) for row in rows))


def _chart_suffix(chart: Path | None) -> str | None:
    if chart is None:
        return None
    if chart.suffix not in (".svg", ".json"):
        raise UserError(f"{chart}: end the name in .svg, or in .json for Vega-Lite")
    return chart.suffix


def _print_scores(sentence: str, tables: Sequence[Table], output: Path | None) -> None:
    from rich.console import Console
    from rich.text import Text

    from comity.brief.terminal import grid
    from comity.cli.output import as_text, show

    def draw(console: Console) -> None:
        console.print(Text(sentence))
        for table in tables:
            console.print()
            console.print(grid(table))

    if output is None:
        show(draw)
    else:
        emit(as_text(draw), output)


def version_of_comity() -> str:
    """The version that an entry names."""
    from importlib.metadata import version

    return version("comity")
