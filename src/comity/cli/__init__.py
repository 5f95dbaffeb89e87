"""The command line: parses, calls and prints; every answer comes from the rooms' analyses.

Commands import what they need when they run, so that ``comity --help`` answers at once; and the application itself is
imported inside ``main``, so that a person may stop it at any moment without a traceback.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typer import Typer

__all__ = ["application", "main", "run"]


def application() -> Typer:
    """The Typer application with all its commands."""
    from comity.cli.app import app

    # Each adds its commands.
    from comity.cli.commands import (  # noqa: F401
        asking,
        briefing,
        cases,
        coalitions,
        dealing,
        eliciting,
        evidence,
        explaining,
        freezing,
        passing,
        record,
        register,
        rehearsing,
        serving,
    )

    return app


def main() -> None:
    """Run the command line and exit with its status (0 answered, 1 a part failed, 2 bad input, 130 stopped)."""
    try:
        application()()
    except KeyboardInterrupt:
        print("comity: stopped; nothing was half-written", file=sys.stderr)
        sys.exit(130)


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit status.

    >>> run(["scenarios", "--format", "csv", "--output", "/nowhere/x.csv"])
    2
    """
    try:
        application()(arguments)
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0
