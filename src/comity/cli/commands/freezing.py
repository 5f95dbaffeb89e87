"""``comity freeze``: the forecasts of a case into the register, beside the person's own guess from before."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli.app import AudienceOption, CaseArgument, DrawsOption, SeedOption, command, numbers_by_name
from comity.cli.commands.register import REGISTER, RegisterOption, bounded, day_of, version_of_comity
from comity.cli.output import UserError, emit

if TYPE_CHECKING:
    from comity.people import Entry, Guess, Register
    from comity.scenario.schema import Issue


@command("freeze")
def freeze(
    case: CaseArgument,
    by: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="The day by which what is agreed can be known.")
    ] = None,
    criterion: Annotated[
        str | None, typer.Option(metavar="TEXT", help="How it is settled: which text or body says so.")
    ] = None,
    guess: Annotated[
        list[str] | None,
        typer.Option(metavar="ISSUE=VALUE", help="Your own guess, from before you saw the brief; repeatable."),
    ] = None,
    guess_range: Annotated[
        list[str] | None,
        typer.Option(metavar="ISSUE=LOW:HIGH", help="The range that you give 8 chances in 10; repeatable."),
    ] = None,
    no_guess: Annotated[bool, typer.Option("--no-guess", help="Do not ask for a guess.")] = False,
    issue: Annotated[list[str] | None, typer.Option(help="Only this issue; repeatable.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Freeze a case again that is frozen as it is.")] = False,
    reconstruction: Annotated[
        bool,
        typer.Option("--reconstruction", help="Store a case whose outcome is known; it is marked, and not scored."),
    ] = False,
    register: RegisterOption = REGISTER,
    audience: AudienceOption = "own",
    seed: SeedOption = 0,
    draws: DrawsOption = 2000,
) -> None:
    """Freeze the forecasts of a case: each issue becomes a question that can be settled, beside your own guess.

    The register is a file that is only added to; every entry carries the hash of the one before, so that a change of
    an entry shows (comity register verify). What a chain cannot show is that its last entries were cut off or written
    anew. So each freeze prints a receipt: keep it elsewhere, or send it to somebody, and comity register verify --head
    finds it again. Dates are those of this machine's clock; a receipt that somebody else holds shows the day.

    It holds the forecasts and a hash of the case's file, and none of its numbers; it is for yourself. At a terminal
    your guess is asked for before any number is shown; whether you saw a brief before, only you know.

    \b
    Examples:
      comity freeze my-case.yaml --by 2027-06-30 --guess date=7 --guess-range date=5:9
      comity freeze my-case.yaml --by 2027-06-30 --criterion "The regulation as published" --no-guess
      comity freeze car-emissions --reconstruction --no-guess
    """
    from comity.brief.freezing import clipped, frozen_questions, known_already
    from comity.brief.register_scores import own_record
    from comity.people import Freeze, append, moment, read_register, today, utc_now
    from comity.scenario.case import from_document
    from comity.scenario.library import resolve as opened

    if audience not in ("own", "shared"):
        raise UserError(f"--audience is own or shared, not {audience!r}")
    bounded("--criterion", criterion)
    shared = audience == "shared"
    document = opened(case)
    scenario = from_document(document).redacted() if shared else from_document(document)
    chosen = _chosen(scenario.file.issues, issue, case)
    day = today(utc_now())
    known = {each.id: known_already(scenario, each, day) for each in chosen}
    reasons = [f"{name}: {why}" for name, why in known.items() if why is not None]
    if reasons and not reconstruction:
        raise UserError(
            f"this would be no forecast ({'; '.join(reasons)}); --reconstruction stores it, marked and not scored"
            + ("; --issue chooses the others" if len(reasons) < len(known) else "")
        )
    settles = day_of(by, day) if by is not None else None
    if settles is None and not reasons:
        raise UserError(
            "say by when what is agreed can be known: --by 2027-06-30; without a day no forecast is settled"
        )
    if settles is not None and settles < day and not reasons:
        raise UserError(f"--by {settles} is past; name a day to come")
    # Read before any question is put, so that a register that cannot be used is told at once.
    before = read_register(register) if register.exists() else None
    fingerprint = None if shared else document.sha256
    if before is not None and not again:
        _refuse_twice(before, fingerprint, [each.id for each in chosen], audience)
    guesses = _guesses(chosen, guess, guess_range, ask=not no_guess)
    questions, heads, refused = frozen_questions(
        scenario,
        chosen,
        by=settles.isoformat() if settles is not None else None,
        criterion=criterion,
        guesses=guesses,
        reconstructed=known,
        seed=seed,
        draws=draws,
        own=own_record(before) if before is not None and not shared else None,
    )
    for name, why in refused.items():
        print(f"comity: {name} is left out: it {why}", file=sys.stderr)
    if not questions:
        raise UserError(f"{case}: no issue has a forecast to freeze")

    def make(found: Register, now: str) -> Entry:
        if not again:
            _refuse_twice(found, fingerprint, [each.issue for each in questions], audience)
        return Freeze(
            at=now,
            comity=version_of_comity(),
            case=clipped(document.name),
            title=clipped(scenario.file.title),
            case_sha256=fingerprint,
            audience="shared" if shared else "own",
            seed=seed,
            draws=draws,
            questions=questions,
        )

    number, receipt = append(register, make, begin=True, clock=utc_now)
    lines = [f"Frozen as entry {number} of {register}, {moment(utc_now())[:10]}."]
    for question, head in zip(questions, heads, strict=True):
        own = question.guess
        lines += [
            "",
            f"{question.asks}",
            f"  {question.criterion}",
            f"  {head.sentence}",
            "  No guess of your own." if own is None else f"  Your own guess: {_guess_words(own)}.",
        ]
    lines += ["", "Receipt, to keep elsewhere:", f"  {receipt}"]
    from comity.brief.document import cleaned

    emit("".join(f"{cleaned(line)}\n" for line in lines), None)


def _chosen(issues: Sequence[Issue], names: Sequence[str] | None, case: str) -> list[Issue]:
    if not issues:
        raise UserError(f"{case} has no issue, and so no forecast to freeze")
    held = {each.id: each for each in issues}
    for name in names or ():
        if name not in held:
            raise UserError(f"this case has no issue {name!r}; it has {', '.join(held)}")
    return [each for each in issues if not names or each.id in names]


def _refuse_twice(found: Register, fingerprint: str | None, issues: Sequence[str], audience: str) -> None:
    earlier = found.frozen_before(fingerprint, issues, audience)
    if earlier is not None:
        raise UserError(
            f"this case is frozen as entry {earlier} of {found.path}, and its file has not changed since; --again "
            "freezes it once more"
        )


def _guesses(
    issues: Sequence[Issue], points: Sequence[str] | None, ranges: Sequence[str] | None, *, ask: bool
) -> dict[str, Guess]:
    """The person's own guesses, as given or, of a person at a terminal, as answered before any number is shown."""
    from comity.people import Guess

    held = {each.id: each for each in issues}
    given = numbers_by_name(points, "--guess", "date=7")
    spans = dict(_span(word) for word in ranges or ())
    for flag, names in (("--guess", given), ("--guess-range", spans)):
        for name in names:
            if name not in held:
                raise UserError(f"{flag}: no issue {name!r} is frozen; there is {', '.join(held)}")
    for name in spans:
        if name not in given:
            raise UserError(f"--guess-range {name} needs --guess {name}=VALUE too")
    for name, value in given.items():
        _within(held[name], value, spans.get(name))
    guesses = {name: Guess(point=value, eight_in_ten=spans.get(name)) for name, value in given.items()}
    lacking = [each for each in issues if each.id not in guesses]
    if ask and lacking and sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty():
        guesses |= {each.id: own for each in lacking if (own := _asked(each)) is not None}
    elif ask and lacking:
        print("comity: no guess of your own is kept; --guess ISSUE=VALUE keeps one", file=sys.stderr)
    return guesses


def _span(word: str) -> tuple[str, tuple[float, float]]:
    name, _, ends = word.rpartition("=")
    low, colon, high = ends.partition(":")
    try:
        if name and colon:
            return name, (float(low), float(high))
    except ValueError:
        pass
    raise UserError(f"--guess-range takes ISSUE=LOW:HIGH, such as date=5:9, not {word!r}")


def _within(issue: Issue, point: float, span: tuple[float, float] | None) -> None:
    low, high = issue.scale.low, issue.scale.high
    for value in (point, *(span or ())):
        if not low <= value <= high:
            raise UserError(f"the guess {value:g} on {issue.id} is outside its scale, {low:g} to {high:g}")
    if span is not None and not span[0] <= point <= span[1]:
        raise UserError(f"the guess {point:g} on {issue.id} is outside its range; write it as LOW:HIGH around it")


def _asked(issue: Issue) -> Guess | None:
    """Ask a person for a guess until it can be used or nothing is answered."""
    from comity.brief.document import cleaned
    from comity.brief.freezing import asks

    print(cleaned(asks(issue, None)), file=sys.stderr)
    while True:
        point = _answer("Your own guess (Enter for none): ")
        if not point:
            return None
        span = _answer("The range that you give 8 chances in 10, as 5:9 (Enter for none): ")
        try:
            return _guesses([issue], [f"{issue.id}={point}"], [f"{issue.id}={span}"] if span else None, ask=False)[
                issue.id
            ]
        except UserError as error:
            print(f"comity: {error}", file=sys.stderr)


def _answer(prompt: str) -> str:
    print(prompt, end="", file=sys.stderr, flush=True)
    return (sys.stdin.readline() if sys.stdin is not None else "").strip()


def _guess_words(own: Guess) -> str:
    span = f", 8 in 10 from {own.eight_in_ten[0]:g} to {own.eight_in_ten[1]:g}" if own.eight_in_ten else ""
    return f"{own.point:g}{span}"
