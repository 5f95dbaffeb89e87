"""Find out next: which input, if it were known, would take most of the variation out of the answer.

For a number: the first-order sensitivity index Var(E[Y|X]) / Var(Y) (Sobol 1993), estimated from the redraws that are
there anyway by binning each input (given-data estimation: Plischke, Borgonovo & Smith 2013), with the small-sample
bias taken out as in epsilon squared (Kelley 1935). For a verdict: the expected fall in the share of redraws that the
commonest verdict gets wrong (expected value of perfect partial information under 0-1 loss), cross-fitted: the verdicts
are chosen on one half of the redraws and scored on the other, both ways, since a verdict scored on the redraws that
chose it looks right by chance.

Either speaks of the variation that we put in, and of nothing else.
"""

from __future__ import annotations

import numpy as np

from comity.findings.contract import FloatArray, IntArray, Outcome, Rows, Worth

_BINS = 20
_SMALLEST = 0.02


def _bins(column: FloatArray) -> IntArray:
    order = np.argsort(column, kind="stable")
    bins = np.empty(len(column), dtype=np.int64)
    bins[order] = np.arange(len(column)) * _BINS // len(column)
    return bins


def explained_share(column: FloatArray, value: FloatArray) -> float:
    """Share of the variance of ``value`` that goes with ``column``; both ``(n_draws,)``.

    >>> x = np.linspace(0, 1, 2000)
    >>> round(explained_share(x, 3 * x), 2)
    1.0
    """
    total = float(np.var(value))
    if total <= 0 or len(value) < 2 * _BINS:
        return 0.0
    bins = _bins(column)
    counts = np.bincount(bins, minlength=_BINS)
    means = np.bincount(bins, weights=value, minlength=_BINS) / counts
    within = float(np.mean((value - means[bins]) ** 2))
    n = len(value)
    return max(0.0, 1.0 - (within / total) * (n - 1) / (n - _BINS))


def fewer_wrong_share(column: FloatArray, verdict: IntArray) -> float:
    """How much of the disagreement among redraws would go if ``column`` were known, 0 to 1.

    Each bin's commonest verdict is chosen on every other draw and scored on the rest, both ways. 0 where the gain is
    within twice its standard error: pure noise is not worth finding out.

    >>> x = np.linspace(-1, 1, 2000)
    >>> fewer_wrong_share(x, (x > 0).astype(np.int64))
    1.0
    """
    n = len(verdict)
    if n < 4 * _BINS or int(verdict.min()) == int(verdict.max()):
        return 0.0
    bins, half = _bins(column), np.arange(n) % 2
    chosen = np.zeros((2, _BINS, int(verdict.max()) + 1))
    np.add.at(chosen, (half, bins, verdict), 1.0)
    unknowing = chosen.sum(axis=1).argmax(axis=1)[1 - half] != verdict
    knowing = chosen.argmax(axis=2)[1 - half, bins] != verdict
    gain = unknowing.astype(np.float64) - knowing
    if gain.sum() <= 2.0 * np.sqrt((gain**2).sum()):
        return 0.0
    return float(gain.sum() / unknowing.sum())


def find_out_next(rows: Rows, outcome: Outcome, value: str | None, top: int = 3) -> tuple[Worth, ...]:
    """The ``top`` inputs whose resolution would narrow the answer most; fewer where fewer matter."""
    if rows.n < 2 * _BINS:
        return ()
    found: list[Worth] = []
    numbers = outcome.values[value][1:] if value is not None else None
    if numbers is not None and len(numbers) != rows.n - 1:
        return ()
    for column, item in enumerate(rows.inputs):
        if item.spread is None:
            continue
        drawn = rows.values[1:, column]
        share = (
            explained_share(drawn, numbers)
            if numbers is not None
            else fewer_wrong_share(drawn, np.asarray(outcome.verdict[1:], dtype=np.int64))
        )
        if share >= _SMALLEST:
            found.append(Worth(item.path, item.label, item.question, share))
    return tuple(sorted(found, key=lambda worth: (-worth.share, worth.path))[:top])
