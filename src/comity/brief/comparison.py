"""The same finding before and after a change: what moved for whom, in the model, changing only that."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from comity.findings import Finding, Table
from comity.findings.contract import Spec, Value

CHAPTER = "What if"
_KEY = "name"
_SHARES = ("banzhaf", "shapley", "share", "coleman", "power", "index")
_NOT_FIXED = (
    "What else would not have stayed fixed (other members' votes, the quota that would have been agreed, who would "
    "have followed) is not in it."
)
_CALLED = {"banzhaf_normalised": "the normalised Banzhaf index", "shapley_shubik": "the Shapley–Shubik index"}


def compared(before: Finding, after: Finding, change: str) -> Finding | None:
    """A finding that sets two answers to one question side by side; None where there is nothing to set side by side.

    Both tables have a first column ``name``; every column of numbers that both have is compared. Who stands in one of
    the two only has a gap in the other.

    Args:
        before: the answer for the case as it was.
        after: the answer to the same question for the changed case.
        change: what was changed, in words.

    Returns:
        The comparison, with a table ``name``, and before, after and change of each number.
    """
    if before.table is None or after.table is None or before.table.columns[0] != _KEY:
        return None
    old, new = _by_name(before.table), _by_name(after.table)
    names = list(dict.fromkeys([*new, *old]))
    columns = [
        name
        for name in _numbers(before.table)
        if name in _numbers(after.table)
        # A weight and its share are what was changed; what follows from them is what is compared.
        and not name.endswith("_share")
        and f"{name}_share" not in after.table.columns
        and any(_number(old.get(who), name) != _number(new.get(who), name) for who in new)
    ]
    if after.table.columns[0] != _KEY or not columns:
        return None
    rows: list[tuple[Value, ...]] = []
    for name in names:
        cells: list[Value] = [name]
        for column in columns:
            one, two_ = _number(old.get(name), column), _number(new.get(name), column)
            cells += [one, two_, None if one is None or two_ is None else two_ - one]
        rows.append(tuple(cells))
    headings = (_KEY, *(f"{column}_{which}" for column in columns for which in ("before", "after", "change")))
    spoken = [name for name in _CALLED if name in columns] or columns[-1:]
    moves = {name: _moves(names, old, new, name) for name in spoken}
    gone, come = [n for n in names if n not in new], [n for n in names if n not in old]
    told = ["; ".join(_sentence(moves[name], name) for name in spoken) + "."]
    if gone:
        told.append(f"Gone: {', '.join(gone)}.")
    if come:
        told.append(f"New: {', '.join(come)}.")
    return replace(
        after,
        chapter=CHAPTER,
        key=f"{after.key}-compared",
        question=f"{after.question} Before and after: {change}",
        sentence=f"In the model, changing only this ({change}): {' '.join(told)}",
        reading=_NOT_FIXED,
        table=Table(f"Before and after: {change}", headings, tuple(rows)),
        lines=(),
        lead=0,
        chart=partial(_chart, moves[spoken[-1]], spoken[-1]),
        chart_summary=f"{_called(spoken[-1])} before and after: {change}",
        value=None,
        bands=None,
        record=None,
    )


def _numbers(table: Table) -> list[str]:
    return [
        name
        for at, name in enumerate(table.columns)
        if at and table.numeric(at) and not name.endswith("_exact") and any(row[at] is not None for row in table.rows)
    ]


def _by_name(table: Table) -> dict[str, Mapping[str, Value]]:
    return {str(record[_KEY]): record for record in table.records()}


def _number(record: Mapping[str, Value] | None, column: str) -> float | None:
    value = None if record is None else record.get(column)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _moves(
    names: Sequence[str], old: Mapping[str, Mapping[str, Value]], new: Mapping[str, Mapping[str, Value]], column: str
) -> list[tuple[str, float, float]]:
    """Name, before and after, of those who have both."""
    found = []
    for name in names:
        one, other = _number(old.get(name), column), _number(new.get(name), column)
        if one is not None and other is not None:
            found.append((name, one, other))
    return found


def _called(column: str) -> str:
    return _CALLED.get(column, column.replace("_", " "))


def _shown(values: tuple[float, float], column: str) -> str:
    """Before and after, with as many figures as it takes to tell them apart."""
    shares = any(word in column for word in _SHARES)
    factor, unit = (100.0, " %") if shares else (1.0, "")
    texts = ("", "")
    for figures in range(2, 13):
        texts = tuple(f"{value * factor:.{figures}g}" for value in values)  # type: ignore[assignment]
        if texts[0] != texts[1]:
            break
    return "→".join(f"{float(text):.12g}{unit}" if "e" not in text else f"{text}{unit}" for text in texts)


def _sentence(moves: Sequence[tuple[str, float, float]], column: str) -> str:
    changed = [move for move in moves if not math.isclose(move[1], move[2], rel_tol=1e-9, abs_tol=1e-15)]
    if not changed:
        return f"{_called(column)} of no member moves"
    ends = (("rises most for", max(changed, key=_gain)), ("falls most for", min(changed, key=_gain)))
    parts = [
        f"{words} {name}, {_shown((old, new), column)}"
        for words, (name, old, new) in ends
        if (new > old) == words.startswith("rises")
    ]
    rising = sum(new > old for _, old, new in changed)
    counts = f"{rising} rise, {len(changed) - rising} fall, {len(moves) - len(changed)} stay"
    return f"{_called(column)} {' and '.join(parts)} ({counts})"


def _gain(move: tuple[str, float, float]) -> float:
    return move[2] - move[1]


def _chart(moves: Sequence[tuple[str, float, float]], main: str) -> Spec:
    from comity.findings.charts import bars

    return bars(
        [name for name, _, _ in moves],
        {"before": [old for _, old, _ in moves], "after": [new for _, _, new in moves]},
        _called(main),
    )
