"""Tables as CSV: names that a spreadsheet would take for a formula are marked as text."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def to_csv(records: Sequence[Mapping[str, Any]]) -> bytes:
    """Return a table as CSV, a text that begins as a formula does with an apostrophe before it.

    Args:
        records: the rows, each by the name of its column.

    Returns:
        The file: a line of names, then a line a row. Numbers stand as they are, also below 0.

    Example:
        >>> to_csv([{"actor": "=1+1", "gain": -2.0}]).decode()
        "actor,gain\\n'=1+1,-2.0\\n"
    """
    import polars as pl

    if not records:
        return b"\n"
    stream = io.BytesIO()
    rows = [{_text(name): _text(value) for name, value in record.items()} for record in records]
    pl.from_dicts(rows, infer_schema_length=None).write_csv(stream)
    return stream.getvalue()


def _text(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_STARTS_A_FORMULA) else value
