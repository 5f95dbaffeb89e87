"""What a register of forecasts shows once outcomes are known: scores, calibration, and one's own record for a brief."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

import numpy as np

from comity.bargaining.forecast_scores import BandScore, MethodScore, band_score, method_scores
from comity.findings import Table
from comity.findings.calibration_chart import calibration
from comity.findings.contract import FloatArray, Spec
from comity.findings.own_record import LEAST_CASES, LEAST_SETTLED, OwnRecord
from comity.findings.wording import plural
from comity.people import Asked, Register

BASELINE = "weighted mean"
GUESS = "your own guess"
LEAST_FOR_CALIBRATION = 10
"""Below ten settled questions even the exact interval of a share that is right spans more than half of all shares."""

_BANDS = {"headline": "the brief's band", "record": "the method's record", "input": "the inputs' ranges"}
_SIMPLE = ("unweighted mean", "always the middle", "median")
_SHARES = (("8 in 10", 0.8), ("5 in 10", 0.5))


@dataclass(frozen=True)
class Scores:
    """The scores of a register.

    Attributes:
        settled: the questions that count.
        left_out: how many resolved questions do not, since their outcome was known when they were frozen.
        waiting: how many are neither resolved nor void.
        void: how many were void.
        methods: one score a method.
        bands: (whose band, its score).
    """

    settled: tuple[Asked, ...]
    left_out: int
    waiting: int
    void: int
    methods: tuple[MethodScore, ...]
    bands: tuple[tuple[str, BandScore], ...]

    @property
    def sentence(self) -> str:
        """What can be said of them, and no more."""
        n = len(self.settled)
        counted = [f"{plural(n, 'settled forecast')} of {plural(len(set(_cases(self.settled))), 'case')}"]
        counted += [f"{self.waiting} not settled yet"] if self.waiting else []
        counted += [f"{self.void} void"] if self.void else []
        counted += (
            [f"{self.left_out} left out, since the outcome was known when they were frozen"] if self.left_out else []
        )
        head = f"{'; '.join(counted)}."
        if n == 0:
            return f"{head} There is nothing to score."
        if n < LEAST_FOR_CALIBRATION:
            return (
                f"{head} No calibration can be told from {n}, and errors are of these questions only; from "
                f"{LEAST_FOR_CALIBRATION} on the bands are looked at."
            )
        return f"{head} {self._calibration()} {self._against()}"

    def _calibration(self) -> str:
        score = next((score for name, score in self.bands if name == _BANDS["headline"] and score.share == 0.8), None)
        if score is None:
            return "No brief stated a band."
        low, high = (f"{end * 100:.0f}" for end in score.interval)
        fits = score.interval[0] <= score.share <= score.interval[1]
        verdict = "which does not contradict 8 in 10" if fits else "and 8 in 10 lies outside that"
        return (
            f"The brief's 8-in-10 band held {score.inside} of {score.n}: between {low} and {high} % of such questions "
            f"(95 % interval, as if each were decided by itself), {verdict}."
        )

    def _against(self) -> str:
        told = next((each for each in self.methods if each.name == GUESS and each.difference is not None), None)
        if told is None or told.difference is None:
            return "No guess of your own is settled."
        if told.difference_interval is None:
            return f"Too few cases to tell {GUESS} from the {BASELINE}."
        low, high = told.difference_interval
        verdict = (
            f"cannot be told from that of the {BASELINE}"
            if low <= 0 <= high
            else f"is {'smaller' if high < 0 else 'larger'} than that of the {BASELINE} on these questions"
        )
        return (
            f"The error of {GUESS} {verdict} (difference {told.difference:.1f}, 95 % interval {low:.1f} to {high:.1f})."
        )

    def methods_table(self) -> Table:
        """One row a method."""
        rows = tuple(
            (
                each.name,
                each.n,
                each.cases,
                round(each.mean_error, 2),
                round(each.median_error, 2),
                None if each.difference is None else round(each.difference, 2),
                *((round(end, 2) for end in each.difference_interval) if each.difference_interval else (None, None)),
            )
            for each in self.methods
        )
        columns = ("method", "n", "cases", "mean_error", "median_error", "against_mean", "low_95", "high_95")
        caption = "Absolute errors in hundredths of each issue's scale; against_mean: less that of the weighted mean"
        return Table(f"{caption}, on the questions that both answered", columns, rows)

    def bands_table(self) -> Table:
        """One row a band; the shares are left empty where too few are settled."""
        enough = len(self.settled) >= LEAST_FOR_CALIBRATION
        rows = tuple(
            (
                name,
                score.share,
                score.n,
                score.inside,
                *(
                    (round(score.inside / score.n, 3), *(round(end, 3) for end in score.interval))
                    if enough
                    else [None] * 3
                ),
                round(score.mean_width, 2),
                round(score.interval_score, 2),
            )
            for name, score in self.bands
        )
        columns = ("band", "made_to_hold", "n", "inside", "held", "low_95", "high_95", "mean_width", "interval_score")
        caption = "What the bands held; width and score in hundredths of the scale, a lower score is better"
        return Table(caption, columns, rows)

    def questions_table(self) -> Table:
        """One row a settled question."""
        rows = []
        for each in self.settled:
            question, outcome = each.question, each.outcome
            band = question.bands.get("headline")
            rows.append(
                (
                    each.number,
                    each.freeze.case,
                    question.issue,
                    question.estimate,
                    *(band.eight_in_ten if band is not None else (None, None)),
                    question.guess.point if question.guess is not None else None,
                    outcome,
                    round(_error(question.estimate, each), 2),
                )
            )
        columns = ("entry", "case", "issue", "estimate", "low_8_in_10", "high_8_in_10", "guess", "outcome", "error")
        return Table("The settled questions; error in hundredths of the scale", columns, tuple(rows))

    def chart(self) -> Spec | None:
        """The chart of calibration; None where too few are settled."""
        if len(self.settled) < LEAST_FOR_CALIBRATION:
            return None
        return calibration(
            [(name, score.share, score.inside / score.n, score.interval, score.n) for name, score in self.bands]
        )


def scores(register: Register, *, reconstructions: bool = False) -> Scores:
    """Score everything of a register whose outcome is known.

    Args:
        register: the register.
        reconstructions: True: also what was frozen when its outcome was known.

    Returns:
        Scores of the methods, of the person's own guesses and of the bands.
    """
    resolved = [each for each in register.asked if each.outcome is not None]
    settled = tuple(each for each in resolved if reconstructions or not each.reconstruction)
    void = sum(each.settled_by is not None and each.outcome is None for each in register.asked)
    names = list(dict.fromkeys(name for each in settled for name in each.question.methods))
    first = (BASELINE, GUESS, *_SIMPLE)
    names = [*(name for name in first if name in (*names, GUESS)), *(name for name in names if name not in first)]
    errors = np.array([[_error(_said(each, name), each) for each in settled] for name in names]).reshape(len(names), -1)
    cases = _cases(settled)
    numbers = np.array([sorted(set(cases)).index(case) for case in cases], dtype=np.int64)
    return Scores(
        settled=settled,
        left_out=len(resolved) - len(settled),
        waiting=sum(each.settled_by is None for each in register.asked),
        void=void,
        methods=method_scores(names, errors, numbers, baseline=BASELINE) if settled else (),
        bands=tuple(_band_scores(settled)),
    )


def own_record(register: Register) -> OwnRecord:
    """One's own record: the errors of what was frozen before its outcome was known, by analysis.

    A case that was frozen several times is heard once for each of its issues, as it was last frozen.
    """
    last: dict[tuple[str, str], Asked] = {}
    for each in register.asked:
        if each.outcome is not None and not each.reconstruction:
            last[(_case(each), each.question.issue)] = each
    errors: dict[str, list[float]] = {}
    for each in last.values():
        errors.setdefault("forecast", []).append(_error(each.question.estimate, each))
        for name in ("median", "challenge"):
            if name in each.question.methods:
                errors.setdefault(name, []).append(_error(each.question.methods[name], each))
    cases = len({case for case, _ in last})
    return OwnRecord({name: tuple(sorted(held)) for name, held in errors.items()}, cases)


def record_sentence(record: OwnRecord) -> str | None:
    """Say why a record shows no band yet; None where it does."""
    settled = len(record.errors.get("forecast", ()))
    if record.of("forecast") is not None:
        return None
    return (
        f"the register holds {plural(settled, 'settled question')} of {plural(record.cases, 'case')}; a band of your "
        f"own is shown from {LEAST_SETTLED} of {LEAST_CASES} on"
    )


def _said(each: Asked, method: str) -> float:
    if method == GUESS:
        return each.question.guess.point if each.question.guess is not None else np.nan
    return each.question.methods.get(method, np.nan)


def _error(said: float, each: Asked) -> float:
    low, high = each.question.scale
    assert each.outcome is not None
    return 100 * abs(said - each.outcome) / (high - low)


def _case(each: Asked) -> str:
    """A case goes by its file's name, so that its later versions are the same case."""
    return PurePath(each.freeze.case).name


def _cases(settled: Sequence[Asked]) -> list[str]:
    return [_case(each) for each in settled]


def _band_scores(settled: Sequence[Asked]) -> list[tuple[str, BandScore]]:
    found = []
    for key, words in (*_BANDS.items(), ("guess", f"{GUESS}'s range")):
        for name, share in _SHARES:
            ends = [(each, band) for each in settled if (band := _ends(each, key, name)) is not None]
            if ends:
                low, high, outcome = _hundredths(ends)
                found.append((words, band_score(low, high, outcome, share)))
    return found


def _ends(each: Asked, key: str, share: str) -> tuple[float, float] | None:
    question = each.question
    if key == "guess":
        return question.guess.eight_in_ten if question.guess is not None and share == "8 in 10" else None
    band = question.bands.get(key)
    if band is None:
        return None
    return band.eight_in_ten if share == "8 in 10" else band.five_in_ten


def _hundredths(ends: Sequence[tuple[Asked, tuple[float, float]]]) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Lower ends, upper ends and outcomes in hundredths of each question's scale."""
    scale = np.array([each.question.scale for each, _ in ends])
    values = np.array([(*band, each.outcome) for each, band in ends], dtype=np.float64)
    low, high, outcome = (100 * (values - scale[:, :1]) / (scale[:, 1:] - scale[:, :1])).T
    return low, high, outcome
