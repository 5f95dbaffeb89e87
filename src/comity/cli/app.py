"""The Typer application, and what every command shares: which errors are the person's to mend, and the case's words."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ParamSpec, TypeVar

import typer

from comity.cli import completion
from comity.cli.output import EXIT_BAD_INPUT, EXIT_STOPPED, UserError

if TYPE_CHECKING:
    from comity.scenario import Scenario

P = ParamSpec("P")
R = TypeVar("R")

app = typer.Typer(
    name="comity",
    help="An open workbench for international cooperation: a cooperation problem goes in, a brief comes out.\n\n"
    "Start with: comity brief car-emissions; then comity new my-case.yaml, edit it, comity brief my-case.yaml.",
    add_completion=True,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)

CaseArgument = Annotated[
    str,
    typer.Argument(
        metavar="CASE", help="A scenario file, or a shipped scenario's name.", autocompletion=completion.cases
    ),
]
RuleOption = Annotated[
    str | None, typer.Option(help="Only this decision rule of the scenario.", autocompletion=completion.rules)
]
SeedOption = Annotated[int, typer.Option(min=0, help="Seed of the redraws; the same seed gives the same bytes.")]
DrawsOption = Annotated[int, typer.Option(min=0, max=1_000_000, help="Redraws over the ranges of the inputs.")]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Set a number of the case; repeatable (see check --inputs)."),
]
WhatIfOption = Annotated[
    list[str] | None,
    typer.Option(
        "--what-if",
        metavar="CHANGE",
        help="Change who decides: leave:USA, join:Norway=120, merge:A+B, weight:A=9, square-root; repeatable.",
    ),
]
AudienceOption = Annotated[
    str,
    typer.Option(
        help="own, or shared: computed without the private cells.",
        metavar="own|shared",
        autocompletion=completion.audiences,
    ),
]


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(f"comity {version('comity')}")
        raise typer.Exit()


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    pass


def command(name: str, group: typer.Typer | None = None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Register a command; errors that the person can mend are printed without a traceback, with exit status 2.

    It is a command of the group where one is given.
    """

    def register(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return function(*args, **kwargs)
            except KeyboardInterrupt:
                print("comity: stopped; nothing was half-written", file=sys.stderr)
                raise typer.Exit(EXIT_STOPPED) from None
            except BrokenPipeError:
                # The reader (head, a pager) has seen enough.
                _forget_output()
                raise typer.Exit(0) from None
            except Exception as error:
                words = _mendable(error)
                if words is None:
                    raise
                print(words, file=sys.stderr)
                if isinstance(error, OSError):
                    _forget_output()
                raise typer.Exit(EXIT_BAD_INPUT) from None

        passing = {"allow_extra_args": True, "ignore_unknown_options": True} if name == "ask" else None
        (group or app).command(name, context_settings=passing)(guarded)
        return guarded

    return register


def _forget_output() -> None:
    """Give the interpreter somewhere to flush to, where standard output takes nothing more."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _mendable(error: Exception) -> str | None:
    """Errors that a person can mend, in words; None for anything else, which is ours and keeps its traceback."""
    from comity.findings import CannotAnswerError, OptionError
    from comity.people import RegisterError
    from comity.scenario import ScenarioError
    from comity.sources import DataError

    if isinstance(error, ScenarioError):
        return str(error)
    if isinstance(error, UserError | OptionError | CannotAnswerError | DataError | RegisterError):
        return f"comity: {error}"
    if isinstance(error, OSError) and error.errno is not None:
        where = f" {error.filename}" if error.filename else ""
        return f"comity: the output{where} cannot be written: {error.strerror}"
    return None


def open_case(name: str, settings: Sequence[str] | None, audience: str) -> Scenario:
    """The case as a command names it: numbers set first, then private cells taken out for others."""
    from comity.scenario import load

    if audience not in ("own", "shared"):
        raise UserError(f"--audience is own or shared, not {audience!r}")
    case = load(name)
    values = numbers_by_name(settings, "--set", "positions[FRA,date].position=7")
    if audience == "shared":
        case = case.redacted()
    return case.with_values(values) if values else case


def numbers_by_name(words: Sequence[str] | None, flag: str, example: str) -> dict[str, float]:
    """``NAME=NUMBER`` words by name; raises UserError that shows how they are written."""
    values: dict[str, float] = {}
    for word in words or ():
        name, equals, text = word.rpartition("=")
        try:
            values[name] = float(text)
        except ValueError:
            equals = ""
        if not equals or not name:
            raise UserError(
                f"{flag} takes {'PATH' if flag == '--set' else 'ISSUE'}=VALUE, such as {example}, not {word!r}"
            )
    return values


def table_bytes(name: str, flag: str) -> tuple[bytes, str]:
    """The bytes of a table that a command names, or of standard input for -, and what to call it in errors."""
    from comity.scenario.table_cells import LARGEST_TABLE

    if name == "-":
        if sys.stdin is None:
            raise UserError(f"standard input is closed; {flag} - reads a table from it")
        return sys.stdin.buffer.read(LARGEST_TABLE + 1), "<stdin>"
    path = Path(name)
    try:
        # Looked at before it is opened: opening a named pipe would wait for ever.
        if path.exists() and not path.is_file():
            raise UserError(f"{name} is {'a folder' if path.is_dir() else 'no file'}; name a CSV or a workbook")
        with path.open("rb") as file:
            return file.read(LARGEST_TABLE + 1), name
    except FileNotFoundError:
        raise UserError(f"{name} does not exist; check the name and the folder") from None
    except (OSError, ValueError) as error:
        raise UserError(f"{name} cannot be read: {getattr(error, 'strerror', None) or error}") from None


def changed_case(case: Scenario, changes: Sequence[str] | None) -> Scenario:
    """The case with what ``--what-if`` names changed, one after the other."""
    from comity.scenario import what_if

    for change in changes or ():
        case = what_if(case, change)
    return case
