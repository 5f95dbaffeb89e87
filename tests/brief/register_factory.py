"""Registers for tests: frozen questions and what became of them, without asking a model."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from comity.people import Bands, Entry, Freeze, Guess, Question, Register, Resolution, append

START = datetime(2027, 1, 1, 12, 0, 0, tzinfo=UTC)


def clock(day: int = 0) -> Callable[[], datetime]:
    """The time, some days after the start."""
    return lambda: START + timedelta(days=day)


def question(issue: str = "date", estimate: float = 50.0, guess: float | None = None, **changes: object) -> Question:
    held: dict[str, object] = {
        "issue": issue,
        "asks": "How much is agreed by 2027-06-30?",
        "scale": (0.0, 100.0),
        "unit": "per cent",
        "criterion": "The text as published.",
        "resolves_by": "2027-06-30",
        "reconstruction": False,
        "estimate": estimate,
        "headline": "record",
        "bands": {
            name: Bands(eight_in_ten=(estimate - 20, estimate + 20), five_in_ten=(estimate - 10, estimate + 10))
            for name in ("headline", "record")
        },
        "methods": {"weighted mean": estimate, "always the middle": 50.0},
        "guess": None if guess is None else Guess(point=guess, eight_in_ten=(guess - 5, guess + 5)),
        "fingerprint": "f" * 16,
    }
    return Question.model_validate({**held, **changes})


def freeze(at: str, *questions: Question, case: str = "case.yaml", sha: str | None = "a" * 64) -> Freeze:
    return Freeze(
        at=at,
        comity="0.1.0",
        case=case,
        title="A case",
        case_sha256=sha,
        audience="own",
        seed=0,
        draws=100,
        questions=questions or (question(),),
    )


def resolution(at: str, of: int, known_on: str | None = None, outcomes: dict[str, float] | None = None) -> Resolution:
    return Resolution(
        at=at,
        comity="0.1.0",
        of=of,
        outcomes=outcomes or {"date": 55.0},
        known_on=known_on or at[:10],
        source="The gazette",
        corrects=(),
        reason=None,
    )


def frozen(path: Path, *questions: Question, case: str = "case.yaml", day: int = 0) -> tuple[int, str]:
    def make(found: Register, now: str) -> Entry:
        return freeze(now, *questions, case=case)

    return append(path, make, begin=True, clock=clock(day))


def resolved(
    path: Path, of: int, outcomes: dict[str, float] | None = None, day: int = 1, known_on: str | None = None
) -> tuple[int, str]:
    def make(found: Register, now: str) -> Entry:
        return resolution(now, of, known_on, outcomes)

    return append(path, make, clock=clock(day))
