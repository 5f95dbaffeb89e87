"""The challenge (expected-utility) model of Bueno de Mesquita, in the two published readings of Scholz et al.

Nobody outside has seen the original program; every implementation is a reading, and the readings disagree. Two are
shipped, by name, with the choices on which they differ as arguments.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .profiles import FloatArray, ProfileError, profile

IntArray = NDArray[np.int64]
Variant = Literal["scholz-paper", "scholz-code"]
Conflict = Literal["no-move", "loser-moves"]
Security = Literal["columns", "rows"]
PositionRange = Literal["current", "initial"]

STOPPED = ("rounds", "settled", "no offers", "cycle")
"""Why a game ended; ``ChallengeForecast.stopped`` points into this tuple."""

OFFERS = ("stays", "compromise", "capitulation", "conflict")
"""What an actor did in a round; ``ChallengeRecord.kind`` points into this tuple."""


@dataclass(frozen=True)
class ChallengeRecord:
    """The game of row 0, round by round; index 0 of the first three arrays is the state before round 1.

    Attributes:
        positions: ``(n_rounds + 1, n_actors)``, in the unit of the scale.
        median: ``(n_rounds + 1,)`` weighted (lower) median.
        mean: ``(n_rounds + 1,)`` weighted mean.
        risk: ``(n_rounds, n_actors)`` exponent r, 0.5 (seeks risk) to 2 (avoids it).
        toward: ``(n_rounds, n_actors)`` the actor whose offer was accepted; -1 where an actor stayed.
        kind: ``(n_rounds, n_actors)`` index into ``OFFERS``.
        offers: ``(n_rounds, n_actors)`` how many offers an actor had to choose from.

    """

    positions: FloatArray
    median: FloatArray
    mean: FloatArray
    risk: FloatArray
    toward: IntArray
    kind: IntArray
    offers: IntArray


@dataclass(frozen=True)
class ChallengeForecast:
    """Where every row's game ended.

    Attributes:
        variant: the reading that spoke.
        median: ``(n_rows,)`` final weighted median, the model's forecast.
        mean: ``(n_rows,)`` final weighted mean.
        rounds: ``(n_rows,)`` rounds in which somebody moved.
        stopped: ``(n_rows,)`` index into ``STOPPED``.
        cycle_length: ``(n_rows,)`` rounds in the cycle that was entered; 0 where there was none.
        record: row 0, round by round.

    """

    variant: Variant
    median: FloatArray
    mean: FloatArray
    rounds: IntArray
    stopped: IntArray
    cycle_length: IntArray
    record: ChallengeRecord


def challenge(
    positions: ArrayLike,
    salience: ArrayLike,
    capability: ArrayLike,
    *,
    status_quo_probability: ArrayLike,
    rounds: ArrayLike,
    stop_tolerance: ArrayLike,
    variant: Variant = "scholz-paper",
    conflict: Conflict | None = None,
    security: Security = "columns",
    risk: bool = True,
    position_range: PositionRange | float | None = None,
) -> ChallengeForecast:
    """Play the challenge model on all rows.

    Args:
        positions: ``(n_rows, n_actors)``, or ``(1, n_actors)`` or ``(n_actors,)`` where all rows share it; in
            the unit of the issue's scale.
        salience: the same shapes; 0 to 1.
        capability: the same shapes; not negative, any unit (only its ratios matter).
        status_quo_probability: Q, 0 to 1, a number or ``(n_rows,)``: the probability that the status quo stays
            when nobody challenges. No source fixes it; 1 reproduces the example of 1994.
        rounds: the most rounds to play, at least 1; a number or ``(n_rows,)``.
        stop_tolerance: a number or ``(n_rows,)``: stop when the median moved by less than this share of the initial
            range in two consecutive rounds; 0 never stops for that reason.
        variant: ``"scholz-paper"`` (the published equations) or ``"scholz-code"`` (the authors' program).
        conflict: what follows when both expect to gain: ``"no-move"`` (uncertain outcome; Bueno de Mesquita
            1997, p. 244) or ``"loser-moves"`` (the one who expects less moves fully). None: as the variant says.
        security: ``"columns"``: what others expect from challenging i; ``"rows"``: what i expects.
        risk: False leaves all exponents r at 1.
        position_range: R: ``"current"`` spread, ``"initial"`` spread, or a fixed length at least as large as the
            spread of every row. None: as the variant says (current in the paper, initial in the code).

    Returns:
        Final median and mean of each row and why the game stopped, and the record of row 0. Identical positions
        stop at once (``"no offers"``); a state seen before stops as ``"settled"`` (the state just left) or as
        ``"cycle"``. Numbers that differ by less than 1e-9 count as equal
        (positions: of the initial range, and they become equal), so that rounding decides no tie.

    Raises:
        ProfileError: a number outside its domain, shapes that do not fit, or row 0 without weight.
        ValueError: an unknown variant or option.

    Source:
        Bueno de Mesquita (1994), in *European Community Decision Making*, ch. 4; (1997) International
        Interactions 23:235. Scholz, Calbert & Smith (2011), J. Theor. Politics 23:510, equations 5-7, 15-36.

    Example:
        >>> found = challenge(
        ...     [4, 7, 10], [0.8, 0.4, 0.6], [16, 8, 16],
        ...     status_quo_probability=1.0, rounds=20, stop_tolerance=0.01,
        ... )
        >>> round(float(found.median[0]), 2), STOPPED[found.stopped[0]]
        (4.78, 'settled')

    """
    if variant not in ("scholz-paper", "scholz-code"):
        raise ValueError(f"variant {variant!r}: expected 'scholz-paper' or 'scholz-code'")
    as_code = variant == "scholz-code"
    if conflict is None:
        conflict = "loser-moves" if as_code else "no-move"
    if conflict not in ("no-move", "loser-moves"):
        raise ValueError(f"conflict {conflict!r}: expected 'no-move' or 'loser-moves'")
    if security not in ("columns", "rows"):
        raise ValueError(f"security {security!r}: expected 'columns' or 'rows'")
    most = np.asarray(rounds, dtype=np.int64).reshape(-1)
    if most.min() < 1:
        raise ProfileError("rounds", f"{most.min()}; at least one round must be played")
    tolerance = np.asarray(stop_tolerance, dtype=np.float64).reshape(-1)
    if not ((tolerance >= 0) & (tolerance < np.inf)).all():
        raise ProfileError("stop_tolerance", f"{tolerance.min():g}; expected a share of the range, 0 or more")
    given = profile(positions, salience, capability, largest_salience=1.0)
    n_rows, n_actors = given.positions.shape
    status_quo = np.asarray(status_quo_probability, dtype=np.float64).reshape(-1)
    if not ((status_quo >= 0) & (status_quo <= 1)).all():
        raise ProfileError("status_quo_probability", "expected a probability, 0 to 1")
    for field, values in (("status_quo_probability", status_quo), ("rounds", most), ("stop_tolerance", tolerance)):
        if values.size not in (1, n_rows):
            if n_rows != 1:
                raise ProfileError(field, f"{values.size} values for {n_rows} rows")
            n_rows = values.size
    shape = (n_rows, n_actors)
    range_kind, fixed_range = _range(position_range, as_code, float(np.ptp(given.positions, axis=1).max()))

    # Compiled at its first use: a brief without this model does not pay for it.
    from ._kernels.challenge import challenge_rows

    median, mean = np.empty(n_rows), np.empty(n_rows)
    played, stopped, cycle_length = (np.empty(n_rows, dtype=np.int64) for _ in range(3))
    record = ChallengeRecord(
        positions=np.full((most[0] + 1, n_actors), np.nan),
        median=np.full(most[0] + 1, np.nan),
        mean=np.full(most[0] + 1, np.nan),
        risk=np.full((most[0], n_actors), np.nan),
        toward=np.full((most[0], n_actors), -1, dtype=np.int64),
        kind=np.zeros((most[0], n_actors), dtype=np.int64),
        offers=np.zeros((most[0], n_actors), dtype=np.int64),
    )
    challenge_rows(
        _whole(given.positions, shape),
        _whole(given.salience, shape),
        _whole(given.capability, shape),
        _whole(status_quo, (n_rows,)),
        _whole(most, (n_rows,)),
        _whole(tolerance, (n_rows,)),
        as_code,
        conflict == "loser-moves",
        security == "rows",
        bool(risk),
        range_kind,
        fixed_range,
        median,
        mean,
        played,
        stopped,
        cycle_length,
        record.positions,
        record.median,
        record.mean,
        record.risk,
        record.toward,
        record.kind,
        record.offers,
    )
    length = int(played[0])
    return ChallengeForecast(
        variant=variant,
        median=median,
        mean=mean,
        rounds=played,
        stopped=stopped,
        cycle_length=cycle_length,
        record=ChallengeRecord(
            positions=record.positions[: length + 1],
            median=record.median[: length + 1],
            mean=record.mean[: length + 1],
            risk=record.risk[:length],
            toward=record.toward[:length],
            kind=record.kind[:length],
            offers=record.offers[:length],
        ),
    )


def _whole(values: np.ndarray[Any, Any], shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    """A copy, row by row: a read-only view or another order would be another type, and compile the model again."""
    return np.array(np.broadcast_to(values, shape), order="C")


def _range(position_range: PositionRange | float | None, as_code: bool, spread: float) -> tuple[int, float]:
    """Return the kernel's code for R and its fixed length."""
    if position_range is None:
        return (1, 0.0) if as_code else (0, 0.0)
    if isinstance(position_range, str):
        if position_range not in ("current", "initial"):
            raise ValueError(f"position_range {position_range!r}: expected 'current', 'initial' or a length")
        return (0, 0.0) if position_range == "current" else (1, 0.0)
    if not spread <= position_range < np.inf:
        raise ProfileError("position_range", f"{position_range:g} is less than the spread of positions, {spread:g}")
    return 2, float(position_range)
