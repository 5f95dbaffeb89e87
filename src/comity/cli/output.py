"""Writing what a command found: formats, whole files or none, and a progress line on work that takes long."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

    from comity.findings import Table

EXIT_FAILED, EXIT_BAD_INPUT, EXIT_STOPPED = 1, 2, 130


class UserError(Exception):
    """Something the person can mend; printed without a traceback, exit status 2."""


class TableFormat(StrEnum):
    """How a table is written."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place and rename it, so that it is never half there; raises UserError."""
    if path.is_dir():
        raise UserError(f"{path} is a folder; name a file in it")
    if path.exists() and not path.is_file():
        # A pipe or a device takes the bytes as they are; putting a file in its place would break it.
        try:
            path.write_bytes(content)
        except OSError as error:
            raise UserError(f"{path} cannot be written: {error.strerror or error}") from None
        return
    path = path.resolve()
    folder = path.parent
    if not folder.is_dir():
        raise UserError(f"{path}: the folder {folder} does not exist")
    from comity.scenario.writing import write_durably

    try:
        write_durably(path, content)
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror or error}") from None


def emit(content: str | bytes, output: Path | None) -> None:
    """Write to a file, or to standard output."""
    data = content.encode() if isinstance(content, str) else content
    if output is not None:
        write_whole(output, data)
        print(f"wrote {output} ({len(data) / 1000:,.0f} kB)", file=sys.stderr)
        return
    if sys.stdout is None:
        raise UserError("standard output is closed; name a file with --output")
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def emit_tables(tables: Sequence[Table], form: TableFormat, output: Path | None) -> None:
    """Write tables of the same columns as one; ``table`` prints each with its caption."""
    records = [record for table in tables for record in table.records()]
    if form is TableFormat.table:
        from comity.brief.terminal import grid

        def draw(console: Console) -> None:
            for table in tables:
                console.print(grid(table))

        if output is None:
            show(draw)
        else:
            emit(as_text(draw), output)
    elif form is TableFormat.json:
        from comity.brief.as_json import to_json

        emit(to_json(records), output)
    else:
        emit(_frame_bytes(records, form, output), output)


def _frame_bytes(records: list[dict[str, Any]], form: TableFormat, output: Path | None) -> bytes:
    if form is TableFormat.csv:
        from comity.brief.as_csv import to_csv

        return to_csv(records)
    import polars as pl

    if output is None and sys.stdout.isatty():
        raise UserError("parquet is not text; name a file with --output FILE.parquet")
    frame = pl.from_dicts(records, infer_schema_length=None) if records else pl.DataFrame()
    stream = io.BytesIO()
    frame.write_parquet(stream)
    return stream.getvalue()


def show(draw: Callable[[Console], None]) -> None:
    """Draw on standard output: in colour to a person, as plain text into a pipe."""
    if sys.stdout is None or not sys.stdout.isatty():
        emit(as_text(draw), None)
        return
    from rich.console import Console

    draw(Console(highlight=False))


def as_text(draw: Callable[[Console], None]) -> str:
    """What ``draw`` prints, as plain text of a steady width without blanks at the ends of lines."""
    from rich.console import Console

    text = io.StringIO()
    stated = os.environ.get("COLUMNS", "")
    width = max(int(stated), 40) if stated.isdigit() else 112
    draw(Console(file=text, width=width, highlight=False, no_color=True, force_terminal=False))
    return "".join(f"{line.rstrip()}\n" for line in text.getvalue().splitlines())


def print_json(value: Any) -> None:
    """Plain JSON on standard output."""
    emit(json.dumps(value, indent=2, ensure_ascii=False) + "\n", None)


@contextmanager
def progress(total: int, what: str) -> Iterator[Any]:
    """A progress bar on standard error, shown after a second and only to a person."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda name: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)

        def step(name: str) -> None:
            bar.update(task, advance=1, description=f"{what}: {name}")

        yield step
