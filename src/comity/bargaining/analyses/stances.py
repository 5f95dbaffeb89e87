"""Who stands where on one issue: what every forecast of this room takes from a case, and how it names it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from comity.bargaining.record import TrackRecord as PastErrors
from comity.findings import CannotAnswerError, Rows, TrackRecord, View
from comity.findings.contract import FloatArray, IntArray
from comity.findings.scales import third_of
from comity.findings.wording import on_scale

CHAPTER = "What deal is likely"
POSITIONS = ("issues", "positions.position", "positions.salience", "actors.capability", "salience_scale")
TRANSFER = "The error record comes from EU decisions chosen for being controversial; that it transfers here is assumed."
BASELINES = ("unweighted-mean", "midpoint")


@dataclass(frozen=True)
class Stances:
    """Who stands where on one issue, rows first; salience as a share, 0 to 1."""

    actors: tuple[str, ...]
    left_out: tuple[str, ...]
    positions: FloatArray
    salience: FloatArray
    capability: FloatArray
    scale: tuple[float, float]
    ends: tuple[str, str]
    unit: str
    question: str

    def at(self, value: float) -> str:
        """A point of the scale, with its unit."""
        return f"{on_scale(value, self.scale)} {self.unit}".rstrip()

    def third(self, values: FloatArray) -> IntArray:
        """Lower, middle or upper third of the scale: 0, 1, 2."""
        return third_of(values, self.scale)

    @property
    def thirds(self) -> tuple[str, str, str]:
        """The thirds of the scale in words."""
        low, high = self.scale
        cuts = [low, low + (high - low) / 3, high - (high - low) / 3, high]
        spans = [f"{on_scale(a, self.scale)}–{on_scale(b, self.scale)}" for a, b in pairwise(cuts)]
        names = ("lower third", "middle third", "upper third")
        return tuple(f"{name}, {span} {self.unit}".rstrip() for name, span in zip(names, spans, strict=True))  # type: ignore[return-value]

    @property
    def weights(self) -> FloatArray:
        """Capability times salience of the case as written, ``(n_actors,)``; equal where all of them are zero."""
        product: FloatArray = self.capability[0] * self.salience[0]
        return product if product.sum() > 0 else np.ones_like(product)


def stances_of(view: View, rows: Rows) -> Stances:
    """One issue of a case as arrays; actors without a stated position, salience or capability are left out."""
    issue = view.object("issues")[0]
    names = view.names("actors")
    full = float(view.object("salience_scale") or 100)
    positions = view.numbers("positions.position", rows)[:, :, 0]
    salience = view.numbers("positions.salience", rows)[:, :, 0] / full
    capability = view.numbers("actors.capability", rows)
    stated = ~(np.isnan(positions[0]) | np.isnan(salience[0]) | np.isnan(capability[0]))
    if not stated.any():
        raise CannotAnswerError("needs an actor with a position, a salience and a capability")
    if not (salience[0] * capability[0])[stated].sum() > 0:
        raise CannotAnswerError("needs an actor with a salience above zero")
    return Stances(
        tuple(name for name, known in zip(names, stated, strict=True) if known),
        tuple(name for name, known in zip(names, stated, strict=True) if not known),
        positions[:, stated],
        salience[:, stated],
        capability[:, stated],
        (issue.scale.low, issue.scale.high),
        (issue.scale.low_means, issue.scale.high_means),
        issue.scale.unit or "",
        issue.question,
    )


def track_record(errors: PastErrors, estimate: float, scale: tuple[float, float], method: str) -> TrackRecord:
    """A method's errors on past decisions, carried over to this scale; does it beat the baselines there?

    A method that answers only some of the decisions is compared on those, with the weighted mean.
    """
    best_baseline = min(errors.mean_absolute_error(name) for name in BASELINES if name != method)
    of, mine = errors.of(method), errors.mean_absolute_error(method)
    beats = mine < best_baseline if of.issues == errors.issues else of.difference < 0
    low, high = scale
    # Far from both ends nothing is cut, and the band has its whole width.
    ends = errors.band(method, 0.0, -(high - low) * 2, (high - low) * 2, 0.8)
    return TrackRecord(
        errors.band(method, estimate, low, high, 0.8),
        errors.band(method, estimate, low, high, 0.5),
        of.issues,
        "EU decisions",
        mine,
        beats,
        (ends[1] - ends[0]) / 4,
    )


def against_baselines(record: TrackRecord) -> str:
    """How the record compares with the baselines', in words."""
    if record.beats_baseline:
        return "better than “always the middle” and the unweighted mean"
    return "no better than its baselines, so shown for transparency and not used"


def against_mean(errors: PastErrors, method: str) -> str:
    """How the record compares with the weighted mean's on the same decisions, with all methods of the record in view.

    Of many methods tried the best looks better than it is, so the intervals that hold together decide.
    """
    of = errors.of(method)
    low, high = of.joint_interval
    verdict = "is better than" if high < 0 else "is worse than" if low > 0 else "cannot be told from"
    return (
        f"It {verdict} the weighted mean on the same decisions (difference {of.difference:+.1f}, 95 % interval "
        f"{low:.1f} to {high:.1f} with {len(errors.methods)} methods compared)."
    )
