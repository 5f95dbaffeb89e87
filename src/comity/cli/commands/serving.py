"""``comity serve``: the workbench in the browser, for one person on their own machine."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from comity.cli.app import command
from comity.cli.output import UserError


@command("serve")
def serve(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder of scenario files to work on.")] = Path(),
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of this machine; 0 takes any free one.")] = 8000,
    opening: Annotated[bool, typer.Option("--open", help="Open the browser at it.")] = False,
) -> None:
    """The workbench: briefs, what-ifs and the files of a folder, in the browser, on this machine alone.

    It needs no account and no network. Only this machine reaches it, and only who has the printed address, which works
    once; the terminal shows a fresh one after each use. The files of the folder stay what they are: plain YAML that
    the command line and an editor see at once. Ctrl-C ends it.

    \b
    Examples:
      comity serve
      comity serve my-cases --open
      comity serve --port 0
    """
    if not folder.is_dir():
        raise UserError(f"{folder} is no folder; name one, or make it first")
    from comity.web import serve as serve_folder

    def told(address: str) -> None:
        print(f"comity: open {address}", file=sys.stderr, flush=True)

    def ready(address: str) -> None:
        if opening:
            import webbrowser

            webbrowser.open(address)

    try:
        serve_folder(folder, port, told, ready)
    except OSError as error:
        raise UserError(f"port {port} cannot be used: {error.strerror}; choose another with --port") from None
