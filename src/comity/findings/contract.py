"""The contract between a case, an analysis and a finding; every room, the brief and the faces speak it.

Case -> analysis (take, run, say) -> claims -> findings. A model is a pure function of arrays; an analysis is the one
place that knows both the case's words and the model's arrays; a finding is what a person reads and checks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Annotated, Any, Generic, Literal, Protocol, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict
from pydantic import Field as LeftOutOfJson

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
Number: TypeAlias = int | float | Fraction
Basis: TypeAlias = Literal["quoted evidence", "cited number", "judgement", "nothing"]
Uncertainty: TypeAlias = Literal["redraws", "posterior", "exact", "none stated"]
Value: TypeAlias = str | int | float | bool | None
Spec: TypeAlias = dict[str, Any]

A = TypeVar("A")
O = TypeVar("O", bound="Options")  # noqa: E741  (the contract's own letter: options)
D = TypeVar("D")


class NotDeclaredError(LookupError):
    """An analysis read something of the case that its ``reads`` does not declare: a fault of the analysis."""


class CannotAnswerError(ValueError):
    """The case lacks what the question needs; the message is one line that says what is missing."""


class OptionError(ValueError):
    """An option, a ``--set`` path or its value is not one that exists; the message names the nearest that does."""


@dataclass(frozen=True)
class Citation:
    """A published method or a source, short enough for a margin and whole enough for a list."""

    short: str
    full: str


@dataclass(frozen=True)
class Source:
    """Where numbers of a case come from, as the case declares it."""

    id: str
    text: str
    url: str | None = None


@dataclass(frozen=True)
class Cover:
    """What stands in a brief whatever is asked: title, marking, parties, and what its authors could not verify.

    ``changes`` are the numbers that a person set for a what-if; a brief of such a case says so on page one.
    """

    name: str
    title: str
    stakes: str | None
    marking: str | None
    data_date: str | None
    unverified: tuple[str, ...]
    about: tuple[str, ...] = ()
    parties: tuple[tuple[str, str, str], ...] = ()
    changes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Input:
    """One number that a case rests on; made by the case, never by an analysis.

    ``path`` names it by identity, never by a list's index: ``positions[FRA,date].position``. ``domain`` is the legal
    interval, in which the search for a changed answer moves it; ``spread`` its 5th and 95th percentile, or None when
    it is counted or legal and so not redrawn. ``assumed`` marks a value or a range that is a declared default.
    ``question`` is what a person could ask somebody to know it better. ``remarks`` are the passages that it rests on,
    and whatever its authors noted beside it.
    """

    path: str
    value: Number
    domain: tuple[float, float]
    step: float | None
    spread: tuple[float, float] | None
    unit: str
    source: str | None
    assumed: bool
    label: str
    question: str
    basis: Basis
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reads:
    """What an analysis reads of a case: needed fields, alternatives (one set of each group), and optional ones.

    Declared once and used four times: does the analysis apply and what is missing, what to recompute when an input
    changes, which inputs and sources a finding lists, and which inputs the search for a changed answer may move.
    """

    needs: tuple[str, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()
    optional: tuple[str, ...] = ()

    @property
    def fields(self) -> frozenset[str]:
        """Every field that may be read."""
        return frozenset((*self.needs, *(name for group in self.one_of for name in group), *self.optional))


@dataclass(frozen=True)
class Rows:
    """Row 0 is the case as written; the others are redraws, one input moved, a slider, a point of a study.

    ``values`` has shape ``(n_rows, n_inputs)``, in the order of ``inputs``.
    """

    inputs: tuple[Input, ...]
    values: FloatArray
    seed: int

    @property
    def n(self) -> int:
        """How many rows."""
        return int(self.values.shape[0])

    def moves(self, row: int) -> dict[str, float]:
        """What differs from the case as written in one row, by path; exact numbers stay with the view."""
        differs = np.flatnonzero(self.values[row] != self.values[0])
        return {self.inputs[column].path: float(self.values[row, column]) for column in differs}


class View(Protocol):
    """What an analysis' ``take`` sees of a case: only the declared fields; reading another raises NotDeclaredError.

    Ids and names are no numbers: they may always be read.
    """

    def has(self, field: str) -> bool:
        """Is the field there in this case (at least one number or object of it)?"""

    def ids(self, section: str) -> tuple[str, ...]:
        """The ids of a section's objects (``actors``, ``issues``, ``rules``), in the order of the case."""

    def names(self, section: str) -> tuple[str, ...]:
        """The names a person reads for them, in the same order."""

    def numbers(self, field: str, rows: Rows) -> FloatArray:
        """The field's numbers, rows first; a leading axis of 1 where nothing of the field varies; NaN where missing."""

    def exact(self, field: str) -> dict[str, Number]:
        """The field's numbers as written, by path, as exact ints and Fractions where the case has them so."""

    def object(self, field: str) -> Any:
        """The typed, non-numeric content of a field, as the case's own schema has it."""


class Case(Protocol):
    """A scenario or a query: anything that can be asked."""

    @property
    def cover(self) -> Cover:
        """What stands on the first page."""

    def inputs(self, reads: Reads) -> tuple[Input, ...]:
        """Every number that the declared fields hold, defaults included."""

    def view(self, reads: Reads) -> View:
        """The declared fields."""

    def missing(self, reads: Reads) -> str | None:
        """What is missing for an analysis that reads these fields, in one line; None when it can run."""

    def fingerprint(self, reads: Reads) -> str:
        """A cache key of everything that the declared fields hold."""

    def subjects(self, section: str) -> tuple[str, ...]:
        """The ids of the objects over which a question is repeated (issues, rules)."""

    def narrow(self, section: str, subject: str) -> Case:
        """The same case with one object of the section."""

    def sources(self, inputs: Sequence[Input]) -> tuple[Source, ...]:
        """The sources that these inputs name."""


class Options(BaseModel):
    """An analysis' choices (a variant, an index); never a number: numbers are Inputs of the case.

    CLI flags, the web form and the docs are made from its fields.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


@dataclass(frozen=True)
class Outcome:
    """Small, for every row: the verdict as an index into ``labels``, and named values ``(n_rows,)``.

    Without labels there is no verdict, only values, and nothing is searched for that would change it.
    """

    verdict: IntArray
    labels: tuple[str, ...]
    values: Mapping[str, FloatArray]

    def label(self, row: int = 0) -> str:
        """The verdict of one row in words."""
        return self.labels[int(self.verdict[row])]


@dataclass(frozen=True)
class Answer(Generic[D]):
    """What ``run`` returns: row 0 in full, and a small outcome for every row."""

    detail: D
    outcome: Outcome | None
    uncertainty: Uncertainty


@dataclass(frozen=True)
class Table:
    """A table a person can read and a program can export; cells are plain values in the order of ``columns``."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]

    def records(self) -> list[dict[str, Value]]:
        """One dictionary a row."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def for_reading(self) -> Table:
        """Without the columns of exact fractions (``…_exact``), which only a program reads."""
        kept = [at for at, name in enumerate(self.columns) if not name.endswith("_exact")]
        rows = tuple(tuple(row[at] for at in kept) for row in self.rows)
        return Table(self.caption, tuple(self.columns[at] for at in kept), rows)

    def numeric(self, at: int) -> bool:
        """Does a column hold numbers, and nothing but numbers and gaps?"""
        held = [row[at] for row in self.rows if row[at] is not None]
        return bool(held) and all(isinstance(value, int | float) and not isinstance(value, bool) for value in held)


@dataclass(frozen=True)
class TrackRecord:
    """How far this method was off on past decisions, carried over to this question's scale.

    The bands are cut at the ends of the scale; ``uncut_width`` is the width of the 8-in-10 band before that (None: it
    was not cut), so that two bands can be compared.
    """

    eight_in_ten: tuple[float, float]
    five_in_ten: tuple[float, float]
    decisions: int
    of: str
    mean_absolute_error: float
    beats_baseline: bool
    uncut_width: float | None = None


@dataclass(frozen=True)
class Estimate:
    """A number that a claim leads with; ``value`` names it in the outcome, so that ``ask`` can band it."""

    value: str
    name: str
    unit: str
    scale: tuple[float, float]
    track_record: TrackRecord | None


@dataclass(frozen=True)
class PageLine:
    """One line that a claim offers to page one, in the slot where a reader looks for it.

    A ``general`` line speaks of no issue or rule in particular and is printed once.
    """

    slot: str
    text: str
    order: int = 50
    general: bool = False


@dataclass(frozen=True)
class Claim:
    """What an analysis says; ``ask`` makes a finding of it.

    ``question`` is the one that this claim answers where it is not the analysis' own. ``lead`` is how well it suits
    the head of page one (0: never). ``chart`` is made only when a face draws it. ``ask_next`` are questions that no
    input stands for, such as what applies if nothing is agreed. ``names_subject``: its sentences say themselves
    which issue or rule they speak of.
    """

    key: str
    sentence: str
    reading: str = ""
    estimate: Estimate | None = None
    table: Table | None = None
    chart: Callable[[], Spec] | None = None
    chart_summary: str = ""
    lines: tuple[PageLine, ...] = ()
    caveats: tuple[str, ...] = ()
    ask_next: tuple[str, ...] = ()
    lead: int = 0
    names_subject: bool = False
    question: str = ""


@dataclass(frozen=True)
class Analysis(Generic[A, O, D]):
    """One question that a case can be asked.

    ``per`` repeats the question for each object of a section (``issues``, ``rules``). ``work`` estimates the steps of
    one row of ``run``, so that the search for a changed answer can decline a long scan and say so, the same on every
    machine. ``version`` changes when the answer to the same case may.
    """

    name: str
    chapter: str
    question: str
    version: int
    method: Citation
    reads: Reads
    options: type[O]
    take: Callable[[View, Rows], A]
    run: Callable[[A, O], Answer[D]]
    say: Callable[[Answer[D]], tuple[Claim, ...]]
    per: str | None = None
    work: Callable[[A], float] | None = None


@dataclass(frozen=True)
class Flip:
    """The nearest value of one input at which the verdict changes, all others as written."""

    path: str
    label: str
    today: float
    flips_at: float
    becomes: str
    share_of_domain: float
    inside_range: bool


@dataclass(frozen=True)
class Move:
    """One input of a joint change."""

    path: str
    label: str
    today: float
    to: float


@dataclass(frozen=True)
class JointFlip:
    """A small set of inputs that change the verdict when moved together inside their ranges; see ``joint_flip``."""

    moves: tuple[Move, ...]
    share_of_range: float
    becomes: str


@dataclass(frozen=True)
class NotSearched:
    """Why no changed answer was looked for."""

    reason: str


@dataclass(frozen=True)
class Bands:
    """Where the estimate lies: by redraws of the inputs, by the method's record, by one's own. Never merged.

    ``own_settled`` is how many of one's own settled forecasts the own band rests on.
    """

    input_eight_in_ten: tuple[float, float] | None
    input_five_in_ten: tuple[float, float] | None
    record_eight_in_ten: tuple[float, float] | None
    record_five_in_ten: tuple[float, float] | None
    headline: Literal["input", "record", "own", "none"]
    own_eight_in_ten: tuple[float, float] | None = None
    own_five_in_ten: tuple[float, float] | None = None
    own_settled: int = 0


@dataclass(frozen=True)
class Worth:
    """What knowing one input better is worth: the share of the variation that we put in which goes with it."""

    path: str
    label: str
    question: str
    share: float


@dataclass(frozen=True)
class Finding:
    """One answer that a person can read and check."""

    analysis: str
    chapter: str
    key: str
    subject: str | None
    question: str
    sentence: str
    reading: str
    value: float | None
    unit: str | None
    bands: Bands | None
    record: TrackRecord | None
    verdict: str | None
    verdict_shares: tuple[tuple[str, float], ...]
    flips: tuple[Flip, ...] | NotSearched
    joint: JointFlip | NotSearched | None
    knife_edge: bool
    find_out_next: tuple[Worth, ...]
    ask_next: tuple[str, ...]
    table: Table | None
    lines: tuple[PageLine, ...]
    caveats: tuple[str, ...]
    method: Citation
    version: int
    options: tuple[tuple[str, Value], ...]
    inputs: tuple[Input, ...]
    sources: tuple[Source, ...]
    evidence: tuple[tuple[Basis, int], ...]
    uncertainty: Uncertainty
    seed: int
    draws: int
    fingerprint: str
    lead: int
    chart_summary: str
    names_subject: bool = False
    section: str | None = None
    chart: Annotated[Callable[[], Spec] | None, LeftOutOfJson(exclude=True)] = field(
        default=None, compare=False, repr=False
    )
