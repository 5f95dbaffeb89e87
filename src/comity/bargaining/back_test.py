"""Every forecast of the room on past decisions: issues with equally many actors are played together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from comity.rules import unbeaten_by_weights
from comity.sources.past_decisions import PastDecisions

from .challenge import challenge
from .compromise import simple_forecasts, weighted_mean
from .condorcet_election import condorcet_election
from .on_a_line import kalai_smorodinsky_on_a_line, nash_on_a_line
from .profiles import FloatArray
from .under_rule import under_rule

IntArray: TypeAlias = NDArray[np.int64]
Model: TypeAlias = Callable[[FloatArray, FloatArray, FloatArray], FloatArray]

# The rules of the challenge games of the record; of them only Q and risk are ever varied below.
ROUNDS = 10
STOP_TOLERANCE = 0.005


class PastIssues:
    """Past decisions as the models see them, every scale 0 to 1; what several of them need is worked out once."""

    def __init__(self, past: PastDecisions) -> None:
        self.past = past
        self._low, self._length = past.low, past.high - past.low
        shares = (past.positions - past.low[:, None]) / self._length[:, None]
        self._shares = shares
        present = np.isfinite(shares)
        sizes = present.sum(axis=1)
        self._groups: list[tuple[IntArray, FloatArray, FloatArray, FloatArray]] = []
        for size in np.unique(sizes):
            rows = np.flatnonzero(sizes == size)
            there = present[rows]
            tables = (shares, past.salience, past.capability)
            first, second, third = (table[rows][there].reshape(len(rows), size) for table in tables)
            self._groups.append((rows, first, second, third))

        # Who is absent stands beside the first who is there, without weight: nothing to a model that only weighs.
        beside = np.take_along_axis(shares, present.argmax(axis=1)[:, None], axis=1)
        self._padded = (
            np.where(present, shares, beside),
            np.where(present, past.salience, 0.0),
            np.where(present, past.capability, 0.0),
        )

    def weigh(self, model: Model, *, equal: bool = False) -> FloatArray:
        """As ``play``, all issues at once, for a model to which an actor without weight is nobody."""
        positions, salience, capability = self._padded
        return self._low + self._length * model(positions, salience, np.ones_like(capability) if equal else capability)

    def play(self, model: Model, *, equal: bool = False) -> FloatArray:
        """A model's forecast of every issue, ``(n_issues,)``; ``equal``: every actor is as capable as another."""
        found = np.empty(len(self.past.issues))
        for rows, positions, salience, capability in self._groups:
            found[rows] = model(positions, salience, np.ones_like(capability) if equal else capability)
        return self._low + self._length * found

    @cached_property
    def simple(self) -> dict[str, FloatArray]:
        """Means, median and midpoint by name."""
        found = simple_forecasts(*self._padded, low=0.0, high=1.0)
        shares = {
            "weighted_mean": found.weighted_mean,
            "unweighted_mean": np.nanmean(self._shares, axis=1),
            "weighted_median": found.weighted_median,
            "midpoint": found.midpoint,
        }
        return {name: self._low + self._length * values for name, values in shares.items()}

    @cached_property
    def core(self) -> tuple[FloatArray, FloatArray]:
        """The unbeaten interval of each issue under its decision rule; NaN where the rule is unknown."""
        past = self.past
        if not len(past.vote_quotas):
            unknown = np.full(len(past.issues), np.nan)
            return unknown, unknown
        return unbeaten_by_weights(past.vote_weights, past.vote_quotas, past.positions)

    @property
    def proposer(self) -> FloatArray:
        """Where who alone may propose stands; NaN where that is unknown."""
        past = self.past
        return np.full(len(past.issues), np.nan) if past.proposer is None else past.positions[:, past.proposer]


@dataclass(frozen=True)
class Method:
    """A forecast that the record tests.

    Attributes:
        name: what the record calls it.
        title: the same in words.
        forecast: past issues -> outcomes ``(n_issues,)``, NaN where the table does not hold what it needs.

    """

    name: str
    title: str
    forecast: Callable[[PastIssues], FloatArray]


def _challenge(*, equal: bool = False, **options: Any) -> Callable[[PastIssues], FloatArray]:
    settings = {"status_quo_probability": 1.0, "rounds": ROUNDS, "stop_tolerance": STOP_TOLERANCE, **options}
    return lambda issues: issues.play(lambda *arrays: challenge(*arrays, **settings).median, equal=equal)


def _election(**options: Any) -> Callable[[PastIssues], FloatArray]:
    return lambda issues: issues.weigh(
        lambda *arrays: condorcet_election(*arrays, position_range=1.0, **options).expected
    )


def _against_reference(wish: Callable[[PastIssues], FloatArray]) -> Callable[[PastIssues], FloatArray]:
    return lambda issues: under_rule(wish(issues), *issues.core, issues.past.reference_point).outcome


METHODS: tuple[Method, ...] = (
    Method("weighted-mean", "weighted mean", lambda issues: issues.simple["weighted_mean"]),
    Method(
        "weighted-mean-equal",
        "weighted mean, equal capability",
        lambda issues: issues.weigh(weighted_mean, equal=True),
    ),
    Method("unweighted-mean", "unweighted mean", lambda issues: issues.simple["unweighted_mean"]),
    Method("weighted-median", "weighted median", lambda issues: issues.simple["weighted_median"]),
    Method("midpoint", "always the middle", lambda issues: issues.simple["midpoint"]),
    Method("reference-point", "what applies without agreement", lambda issues: issues.past.reference_point),
    Method("election", "election, Markov, votes in proportion", _election()),
    Method("election-risk", "election, with risk attitudes", _election(risk=True)),
    Method("election-binary", "election, all-or-nothing votes", _election(vote_rule="binary")),
    Method("election-square", "election, victory by squares", _election(victory_exponent=2)),
    Method("election-incentive", "election, challenged by incentive", _election(process="markov-incentive")),
    Method("election-conditional", "election, one that beats all", _election(process="conditional")),
    Method(
        "rule-core-mean",
        "weighted mean, held to the rule's core",
        lambda issues: under_rule(issues.simple["weighted_mean"], *issues.core).outcome,
    ),
    Method(
        "rule-core-median",
        "weighted median, held to the rule's core",
        lambda issues: under_rule(issues.simple["weighted_median"], *issues.core).outcome,
    ),
    Method(
        "rule-winset-mean",
        "weighted mean, passed against the reference point",
        _against_reference(lambda issues: issues.simple["weighted_mean"]),
    ),
    Method(
        "rule-setter",
        "the proposer's best, passed against the reference point",
        _against_reference(lambda issues: issues.proposer),
    ),
    Method(
        "nash-on-a-line",
        "Nash, from the reference point",
        lambda issues: nash_on_a_line(issues.past.positions, issues.past.reference_point),
    ),
    Method(
        "kalai-smorodinsky-on-a-line",
        "Kalai–Smorodinsky, from the reference point",
        lambda issues: kalai_smorodinsky_on_a_line(issues.past.positions, issues.past.reference_point),
    ),
    Method("challenge-scholz-paper", "challenge model, paper", _challenge()),
    Method("challenge-scholz-paper-q50", "challenge model, paper, Q 0.5", _challenge(status_quo_probability=0.5)),
    Method("challenge-scholz-paper-no-risk", "challenge model, paper, no risk attitudes", _challenge(risk=False)),
    Method("challenge-scholz-paper-equal", "challenge model, paper, equal capability", _challenge(equal=True)),
    Method("challenge-scholz-code", "challenge model, code", _challenge(variant="scholz-code")),
)
"""The forecasts of the record, in the order in which it prints them."""


@dataclass(frozen=True)
class BackTest:
    """Every forecast of every past issue.

    Attributes:
        methods: names, length n_methods.
        titles: the same in words.
        forecasts: ``(n_methods, n_issues)``, in the unit of each issue's scale; NaN where a method has no answer.
        errors: ``(n_methods, n_issues)`` absolute errors, in hundredths of each issue's scale (0 to 100).
        proposal: ``(n_issues,)`` number of the proposal of each issue, from 0.
        past: the decisions.

    """

    methods: tuple[str, ...]
    titles: tuple[str, ...]
    forecasts: FloatArray
    errors: FloatArray
    proposal: IntArray
    past: PastDecisions


def back_test(past: PastDecisions) -> BackTest:
    """Forecast every past issue by every method, each with the actors that the table records for it.

    Args:
        past: a table of past decisions, from :func:`comity.sources.read_past_decisions`.

    Returns:
        Forecasts and absolute errors of those of ``METHODS`` that can answer an issue of the table.

    Source:
        Rules of Thomson, Stokman, Achen & König (2006), *The European Union Decides*: absolute error on a scale
        brought to 0-100.

    """
    issues = PastIssues(past)
    forecasts = np.array([method.forecast(issues) for method in METHODS])
    answers = np.flatnonzero(np.isfinite(forecasts).any(axis=1))
    numbers = {name: number for number, name in enumerate(dict.fromkeys(past.proposals))}
    return BackTest(
        methods=tuple(METHODS[at].name for at in answers),
        titles=tuple(METHODS[at].title for at in answers),
        forecasts=forecasts[answers],
        errors=100 * np.abs(forecasts[answers] - past.outcome) / (past.high - past.low),
        proposal=np.array([numbers[name] for name in past.proposals], dtype=np.int64),
        past=past,
    )
