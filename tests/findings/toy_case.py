"""A case of plain numbers, and an analysis of their weighted sum, whose every answer has a closed form."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from comity.findings import (
    Analysis,
    Answer,
    CannotAnswerError,
    Citation,
    Claim,
    Cover,
    Estimate,
    Input,
    Options,
    Outcome,
    Reads,
    Rows,
    Source,
)
from comity.findings.contract import FloatArray, Number

METHOD = Citation("nobody 2026", "A sum, for tests.")


def number(name: str, value: float, half: float | None = 1.0, domain: tuple[float, float] = (0.0, 20.0)) -> Input:
    spread = None if half is None else (max(domain[0], value - half), min(domain[1], value + half))
    return Input(f"x[{name}]", value, domain, None, spread, "", "s", False, name, f"Is {name} {value:g}?", "judgement")


@dataclass(frozen=True)
class ToyCase:
    numbers: tuple[Input, ...]
    unread: tuple[Input, ...] = ()
    groups: tuple[str, ...] = ()
    only: str | None = None
    cover: Cover = field(default=Cover("toy", "Toy", None, None, None, ()))

    def inputs(self, reads: Reads) -> tuple[Input, ...]:
        return (*(self.numbers if "x" in reads.fields else ()), *(self.unread if "y" in reads.fields else ()))

    def view(self, reads: Reads) -> ToyView:
        return ToyView(self)

    def missing(self, reads: Reads) -> str | None:
        return "needs numbers" if "x" in reads.needs and not self.numbers else None

    def fingerprint(self, reads: Reads) -> str:
        return hashlib.sha256(repr(self.inputs(reads)).encode()).hexdigest()

    def subjects(self, section: str) -> tuple[str, ...]:
        return self.groups

    def narrow(self, section: str, subject: str) -> ToyCase:
        return replace(self, only=subject)

    def sources(self, inputs: Sequence[Input]) -> tuple[Source, ...]:
        return (Source("s", "a source"),)


@dataclass(frozen=True)
class ToyView:
    case: ToyCase

    def has(self, field: str) -> bool:
        return True

    def ids(self, section: str) -> tuple[str, ...]:
        return tuple(item.label for item in self.case.numbers)

    names = ids

    def numbers(self, field: str, rows: Rows) -> FloatArray:
        columns = [at for at, item in enumerate(rows.inputs) if item.path.startswith("x[")]
        return rows.values[:, columns]

    def exact(self, field: str) -> dict[str, Number]:
        return {item.path: item.value for item in self.case.numbers}

    def object(self, field: str) -> Any:
        raise CannotAnswerError(field)


def toy_analysis(coefficients: Sequence[float], threshold: float, **changes: Any) -> Analysis[Any, Any, Any]:
    """Is the weighted sum above the threshold?"""
    weights = np.asarray(coefficients, dtype=np.float64)

    def run(values: FloatArray, options: Options) -> Answer[float]:
        total = values @ weights
        return Answer(
            float(total[0]),
            Outcome((total > threshold).astype(np.int64), ("below", "above"), {"total": total}),
            "redraws",
        )

    def say(answer: Answer[float]) -> tuple[Claim, ...]:
        estimate = Estimate("total", "total", "points", (0.0, 100.0), None)
        return (Claim("total", f"The total is {answer.detail:g}.", estimate=estimate, lead=1),)

    settings: dict[str, Any] = {
        "name": "toy",
        "chapter": "Toys",
        "question": "How much?",
        "version": 1,
        "method": METHOD,
        "reads": Reads(needs=("x",)),
        "options": Options,
        "take": lambda view, rows: view.numbers("x", rows),
        "run": run,
        "say": say,
        **changes,
    }
    return Analysis(**settings)
