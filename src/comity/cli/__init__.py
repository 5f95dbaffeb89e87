"""The command line: parses, calls and prints; every answer comes from the rooms' analyses.

Commands import what they need when they run, so that ``comity --help`` answers at once.
"""

from __future__ import annotations

from comity.cli.app import app
from comity.cli.commands import asking, briefing, cases, record  # noqa: F401  (each adds its commands to the app)

__all__ = ["app", "main", "run"]


def main() -> None:
    """Run the command line and exit with its status (0 answered, 1 a part failed, 2 bad input, 130 stopped)."""
    app()


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit status.

    >>> run(["scenarios", "--format", "csv", "--output", "/nowhere/x.csv"])
    2
    """
    try:
        app(arguments)
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0
