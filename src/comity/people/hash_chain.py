"""A chain of hashes over lines of JSON: each line carries the hash of the one before, so that a change shows.

A line is written in one way only (canonical JSON), so that even a blank more in it is a change. What a chain cannot
show by itself: that its last lines were cut off, or rewritten with new hashes. Who keeps the hash of the last line
somewhere else, a receipt, can show that as well.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

START = "0" * 64
"""What the first line names as the hash of the line before it."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with a chain, and in which line, counted from 1."""

    line: int
    problem: str


def canonical(content: Mapping[str, Any]) -> bytes:
    """Return the one way in which an entry is written: keys sorted, no blanks, UTF-8.

    Raises:
        ValueError: a number that is not finite, or text that is no Unicode.

    Example:
        >>> canonical({"b": 1.50, "a": "é"}).decode()
        '{"a":"é","b":1.5}'
    """
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode()


def chained(content: Mapping[str, Any], number: int, previous: str) -> dict[str, Any]:
    """Return an entry with its place in the chain and its hash, the SHA-256 of all else that it holds.

    Args:
        content: what the entry says.
        number: its line, from 1.
        previous: hash of the line before; ``START`` for the first.

    Example:
        >>> sorted(chained({"kind": "void"}, 1, START))
        ['hash', 'kind', 'number', 'previous']
    """
    linked = {**content, "number": number, "previous": previous}
    return {**linked, "hash": hashlib.sha256(canonical(linked)).hexdigest()}


def checked(lines: Sequence[bytes]) -> tuple[list[dict[str, Any]], list[Fault]]:
    """Return the entries of a chain as far as they can be read, and everything that is wrong with it.

    Args:
        lines: the lines without their line ends.

    Returns:
        Entries in order, and one fault at most a line; no fault: nothing before the last line was changed.

    Example:
        >>> one = chained({"kind": "a"}, 1, START)
        >>> two = chained({"kind": "b"}, 2, one["hash"])
        >>> checked([canonical(one), canonical(two)])[1]
        []
        >>> [fault.line for fault in checked([canonical(two)])[1]]
        [1]
    """
    entries: list[dict[str, Any]] = []
    faults: list[Fault] = []
    previous: str | None = START
    for line, text in enumerate(lines, 1):
        entry, problem = _read(text)
        if problem is None and previous is not None and entry["previous"] != previous:
            problem = (
                "does not follow the line before it: a line was changed with its hash, taken out, put in or moved "
                f"(it was written as entry {entry['number']})"
            )
        elif problem is None and entry["number"] != line:
            problem = f"says that it is entry {entry['number']}: a line was taken out, put in or moved"
        if problem is not None:
            faults.append(Fault(line, problem))
        # Where a line's own hash cannot be read, the next line cannot be said to be out of place.
        previous = entry.get("hash")
        entries.append(entry)
    return entries, faults


def _read(text: bytes) -> tuple[dict[str, Any], str | None]:
    """One line as an entry, and what is wrong with it alone."""
    try:
        entry = json.loads(text.decode())
    except (ValueError, RecursionError) as error:
        what = "is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else "is not JSON"
        return {}, f"{what}: it was changed, or was never written by Comity"
    if not isinstance(entry, dict):
        return {}, "holds no entry: it was changed, or was never written by Comity"
    held = {"number": int, "previous": str, "hash": str}
    lacking = [name for name, kind in held.items() if type(entry.get(name)) is not kind]
    if lacking:
        return {}, f"has no {' and no '.join(lacking)}: it was changed, or was never written by Comity"
    content = {key: value for key, value in entry.items() if key != "hash"}
    try:
        if hashlib.sha256(canonical(content)).hexdigest() != entry["hash"]:
            return entry, "was changed: what it says does not give its hash"
        if canonical(entry) != text:
            return entry, "was changed: it says the same, but not as it was written"
    except (ValueError, RecursionError):
        return {}, "holds what Comity never writes: it was changed"
    return entry, None
