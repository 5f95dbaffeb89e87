"""A Condorcet election of the KTAB kind: every position against every other, and how likely each is to win overall."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .profiles import FloatArray, ProfileError, profile

VoteRule = Literal["proportional", "binary", "cubic", "prop-binary", "prop-cubic"]
Process = Literal["markov-uniform", "markov-incentive", "conditional"]
VictoryExponent = Literal[1, 2, 4, 8]

# How much a vote follows the difference of utilities itself, its cube, and its sign alone.
_VOTES: dict[VoteRule, tuple[float, float, float]] = {
    "proportional": (1.0, 0.0, 0.0),
    "binary": (0.0, 0.0, 1.0),
    "cubic": (0.0, 1.0, 0.0),
    "prop-binary": (0.8, 0.0, 0.2),
    "prop-cubic": (0.5, 0.5, 0.0),
}
_PROCESSES: tuple[Process, ...] = ("conditional", "markov-uniform", "markov-incentive")
_EXPONENTS = (1, 2, 4, 8)


@dataclass(frozen=True)
class Election:
    """What the election of every row comes to.

    Attributes:
        options: ``(n_rows, n_options)`` the positions that stand for election, lowest first, in the unit of the
            scale; NaN beyond the last of a row that has fewer.
        probability: ``(n_rows, n_options)`` probability, in the model, that each is the one that stands in the end;
            a row sums to 1.
        expected: ``(n_rows,)`` mean of the options by probability.
        likeliest: ``(n_rows,)`` the option with the largest probability; the lowest of those that tie.
        risk_aversion: ``(n_actors,)`` of row 0, 0 (utility falls evenly with distance) to 1.
        victory: ``(n_options, n_options)`` of row 0: probability that the row's option beats the column's.

    """

    options: FloatArray
    probability: FloatArray
    expected: FloatArray
    likeliest: FloatArray
    risk_aversion: FloatArray
    victory: FloatArray


def condorcet_election(
    positions: ArrayLike,
    salience: ArrayLike,
    capability: ArrayLike,
    *,
    vote_rule: VoteRule = "proportional",
    victory_exponent: VictoryExponent = 1,
    process: Process = "markov-uniform",
    risk: bool = False,
    options: ArrayLike | None = None,
    position_range: float | None = None,
) -> Election:
    """Hold a Condorcet election among positions on all rows.

    Actor k has the utility ``(1 - d)(1 + d r)`` of an option at the distance ``d`` (as a share of the range), and votes
    for a over b by capability times salience times a function of the difference of utilities. The support of a
    against b is the sum of the votes for it, and a beats b with the probability ``s_ab^m / (s_ab^m + s_ba^m)``.

    KTAB has a sixth rule, "asymmetric": a gain counts two thirds of a loss. It is not offered. Where each pair is asked
    both ways it changes nothing, and where it is asked once, as in KTAB, the answer depends on the order of the list.

    Args:
        positions: ``(n_rows, n_actors)``, or ``(1, n_actors)`` or ``(n_actors,)`` where all rows share it; in
            the unit of the issue's scale.
        salience: the same shapes; not negative, any one scale.
        capability: the same shapes; not negative, any unit.
        vote_rule: what a vote follows: the difference du of utilities (``"proportional"``), its sign (``"binary"``),
            ``du^3`` (``"cubic"``), ``0.8 du + 0.2 sign`` (``"prop-binary"``), ``0.5 du + 0.5 du^3`` (``"prop-cubic"``).
        victory_exponent: m; the larger, the more surely the stronger side wins.
        process: ``"markov-uniform"``: what stands is challenged by any option equally often, for ever;
            ``"markov-incentive"``: by option j in proportion to its support times its chance; ``"conditional"``: the
            option that beats all others, given that one does.
        risk: actors whose position is likelier to win avoid risk (r from 0 to 1, from a first election without it).
        options: ``(n_options,)`` options of every row; None: the distinct positions of each row.
        position_range: the length that counts as 1; None: the spread of positions and options in each row.

    Returns:
        The probability of every option, and what follows from it. Positions that differ by less than 1e-9 of the
        spread are one option.

    Raises:
        ProfileError: a number outside its domain, shapes that do not fit, row 0 without weight, or a range that is
            less than the spread.
        ValueError: an unknown rule, exponent or process.

    Source:
        Wise, Lester & Efird (2015), *An Introduction to the KAPSARC Toolkit for Behavioral Analysis*; Efird, Lester &
        Wise (2016), J. East Asian Studies 16:117; from memory, not opened. Compared with the public program (KTAB,
        its model file), which iterates the two Markov processes; here the same chains are solved.

    Example:
        >>> found = condorcet_election([0, 50, 100], [1, 1, 1], [1, 1, 1])
        >>> found.probability[0].round(3).tolist(), round(float(found.expected[0]), 6)
        ([0.25, 0.5, 0.25], 50.0)

    """
    if vote_rule not in _VOTES:
        raise ValueError(f"vote_rule {vote_rule!r}: expected {', '.join(map(repr, _VOTES))}")
    if process not in _PROCESSES:
        raise ValueError(f"process {process!r}: expected {', '.join(map(repr, _PROCESSES))}")
    if victory_exponent not in _EXPONENTS:
        raise ValueError(f"victory_exponent {victory_exponent!r}: expected 1, 2, 4 or 8")
    given = profile(positions, salience, capability)
    n_rows, n_actors = given.positions.shape
    offered = _offered(options)
    ends = [given.positions.min(axis=1), given.positions.max(axis=1)]
    if offered.size:
        ends = [np.minimum(ends[0], offered[0]), np.maximum(ends[1], offered[-1])]
    spread = ends[1] - ends[0]
    if position_range is not None and not spread.max() <= position_range < np.inf:
        raise ProfileError("position_range", f"{position_range:g} is less than the spread, {spread.max():g}")
    length = np.where(spread > 0, spread, 1.0) if position_range is None else np.full(n_rows, float(position_range))
    if position_range == 0:
        length[:] = 1.0

    from ._kernels.election import election_rows

    most = offered.size or n_actors
    standing, probability = np.empty((n_rows, most)), np.empty((n_rows, most))
    aversion, victory = np.empty(n_actors), np.empty((most, most))
    election_rows(
        given.positions,
        given.weight,
        offered,
        length,
        *_VOTES[vote_rule],
        int(victory_exponent),
        _PROCESSES.index(process),
        bool(risk),
        standing,
        probability,
        aversion,
        victory,
    )
    counts: NDArray[np.int64] = np.isfinite(standing).sum(axis=1)
    kept, first = int(counts.max()), int(counts[0])
    standing, probability = standing[:, :kept], probability[:, :kept]
    top = probability.max(axis=1, keepdims=True)
    rows = np.arange(n_rows)
    return Election(
        standing,
        probability,
        np.where(probability > 0, standing * probability, 0.0).sum(axis=1),
        standing[rows, (probability >= top - 1e-9).argmax(axis=1)],
        aversion,
        victory[:first, :first],
    )


def _offered(options: ArrayLike | None) -> FloatArray:
    if options is None:
        return np.empty(0)
    offered = np.unique(np.asarray(options, dtype=np.float64))
    if offered.size == 0 or not np.isfinite(offered).all():
        raise ProfileError("options", "expected at least one finite number")
    return offered
