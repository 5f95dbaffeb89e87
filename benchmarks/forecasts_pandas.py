"""Every forecast of the record in pandas and NumPy, one issue at a time. The peer of our benchmark.

No public program makes these forecasts for many decisions, so this is how a careful user writes them from the
published formulas: one long table, grouped by issue.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.challenge_numpy import final_median
from comity.sources import PastDecisions

FloatArray = NDArray[np.float64]


def long_table(past: PastDecisions) -> pd.DataFrame:
    """One row an actor and issue."""
    n_issues, n_actors = past.positions.shape
    issue, actor = np.indices((n_issues, n_actors))
    votes, heads = past.vote_weights
    columns = {
        "issue": issue,
        "actor": actor,
        "position": past.positions,
        "salience": past.salience,
        "capability": past.capability,
        "votes": votes,
        "heads": heads,
    }
    return pd.DataFrame({name: values.ravel() for name, values in columns.items()}).dropna()


def every_forecast(past: PastDecisions) -> dict[str, FloatArray]:
    """Each method's forecasts, ``(n_issues,)``."""
    rows = []
    for issue, actors in long_table(past).groupby("issue", sort=True):
        at = int(issue)
        rows.append(_of_an_issue(past, at, actors))
    table = pd.DataFrame(rows)
    return {name: table[name].to_numpy(dtype=np.float64) for name in table}


def _of_an_issue(past: PastDecisions, at: int, actors: pd.DataFrame) -> dict[str, float]:
    actors = actors.sort_values("position", kind="stable")
    weight = actors["capability"] * actors["salience"]
    x, w = actors["position"].to_numpy(), weight.to_numpy()
    s, c = actors["salience"].to_numpy(), actors["capability"].to_numpy()
    mean = float((weight * actors["position"]).sum() / weight.sum())
    median = float(actors.loc[weight.cumsum() >= (0.5 - 1e-9) * weight.sum(), "position"].iloc[0])
    low, high = past.low[at], past.high[at]
    start = float(past.reference_point[at])
    bottom, top = _core(actors, past.vote_quotas[:, at])
    proposer = actors.loc[actors["actor"] == past.proposer, "position"]
    ends = (min(start, 2 * top - start), max(start, 2 * bottom - start))
    found = {
        "weighted-mean": mean,
        "weighted-mean-equal": float((actors["salience"] * actors["position"]).sum() / actors["salience"].sum()),
        "unweighted-mean": float(actors["position"].mean()),
        "weighted-median": median,
        "midpoint": (low + high) / 2,
        "reference-point": start,
        "rule-core-mean": min(max(mean, bottom), top),
        "rule-core-median": min(max(median, bottom), top),
        "rule-winset-mean": float(np.clip(mean, *ends)) if np.isfinite(start) else np.nan,
        "rule-setter": float(np.clip(proposer.iloc[0], *ends)) if len(proposer) and np.isfinite(start) else np.nan,
        "nash-on-a-line": _nash(x, start),
        "kalai-smorodinsky-on-a-line": _kalai_smorodinsky(x, start),
    }
    y = (x - low) / (high - low)
    elections: dict[str, dict[str, Any]] = {
        "election": {},
        "election-risk": {"risk": True},
        "election-binary": {"binary": True},
        "election-square": {"exponent": 2},
        "election-incentive": {"process": "incentive"},
        "election-conditional": {"process": "conditional"},
    }
    found |= {name: low + (high - low) * _election(y, w, **options) for name, options in elections.items()}
    games: dict[str, dict[str, Any]] = {
        "challenge-scholz-paper": {},
        "challenge-scholz-paper-q50": {"Q": 0.5},
        "challenge-scholz-paper-no-risk": {"risk": False},
        "challenge-scholz-paper-equal": {"capability": np.ones_like(c)},
    }
    for name, options in games.items():
        capability, Q = options.get("capability", c), options.get("Q", 1.0)
        settings = {"stop_tolerance": 0.005, "risk": options.get("risk", True)}
        spread = float(np.ptp(x))
        found[name] = final_median(x, s, capability, Q, 10, **settings) if spread > 0 else float(x[0])
    return found


def _core(actors: pd.DataFrame, quotas: FloatArray) -> tuple[float, float]:
    """From the position at which those below can pass a decision to that at which those above can."""
    members = actors[actors["heads"] > 0]
    ends = []
    for ordered in (members.iloc[::-1], members):
        reached = ordered[["votes", "heads"]].cumsum()
        enough = (reached >= quotas - 1e-9 * np.abs(quotas)).all(axis=1)
        ends.append(float(ordered.loc[enough, "position"].iloc[0]))
    return ends[0], ends[1]


def _election(
    x: FloatArray,
    w: FloatArray,
    *,
    risk: bool = False,
    binary: bool = False,
    exponent: int = 1,
    process: str = "uniform",
) -> float:
    options, place = np.unique(x, return_inverse=True)
    n = len(options)
    if n == 1:
        return float(options[0])
    d = np.abs(x[:, None] - options)
    aversion, p = np.zeros(len(x)), np.full(n, 1 / n)
    for again in range(2 if risk else 1):
        if again:
            gap = np.ptp(p[place])
            aversion = (p[place] - p[place].min()) / gap if gap > 1e-9 else aversion
        u = (1 - d) * (1 + d * aversion[:, None])
        du = u[:, :, None] - u[:, None, :]
        votes = np.clip(du / 1e-8, -1, 1) if binary else du
        support = 1e-9 * w.sum() + np.maximum(w[:, None, None] * votes, 0).sum(axis=0)
        V = support**exponent / (support**exponent + support.T**exponent)
        np.fill_diagonal(V, 0.5)
        if process == "conditional":
            p = V.prod(axis=1)
            p /= p.sum()
            continue
        incentive = (support * V).T
        share = incentive / incentive.sum(axis=1, keepdims=True) if process == "incentive" else np.full((n, n), 1 / n)
        p = np.full(n, 1 / n)
        while True:
            q = (V * (p[:, None] * share + (p[:, None] * share).T)).sum(axis=1)
            change = np.abs(q - p).max()
            p = (p + q) / 2
            if change < 1e-10:
                break
    return float(p @ options)


def _nash(x: FloatArray, start: float) -> float:
    """The largest product of gains, by golden sections; what applies without agreement where not all can gain."""
    if not np.isfinite(start) or x.min() <= start <= x.max():
        return start
    side = 1.0 if x.min() > start else -1.0
    ahead = side * (x - start)
    low, high = ahead.min(), 2 * ahead.min() * (1 - 1e-12)
    shrink = (np.sqrt(5) - 1) / 2
    for _ in range(80):
        left, right = high - shrink * (high - low), low + shrink * (high - low)
        with np.errstate(divide="ignore", invalid="ignore"):
            worth = [np.log(ahead - np.abs(ahead - point)).sum() for point in (left, right)]
        low, high = (low, right) if worth[0] > worth[1] else (left, high)
    return float(start + side * (low + high) / 2)


def _kalai_smorodinsky(x: FloatArray, start: float) -> float:
    moving = x[x != start]
    if not np.isfinite(start) or not len(moving) or moving.min() < start < moving.max():
        return start
    near, far = np.abs(moving - start).min(), np.abs(moving - start).max()
    return float(start + np.sign(moving[0] - start) * 2 / (1 / near + 1 / far))
