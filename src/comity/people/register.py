"""The forecast register: what was frozen, what became of it, and which entries may follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeAlias

from comity.people.entries import Entry, Freeze, Question, Resolution, Void

State: TypeAlias = Literal["open", "overdue", "resolved", "void"]
Settled: TypeAlias = Mapping[tuple[int, str], Sequence[int]]
"""By freeze and issue, the entries that settled it, in order."""


class RegisterError(Exception):
    """A register that cannot be used, or an entry that it cannot take.

    Attributes:
        path: the file.
        line: line of the problem, counted from 1, or None.
        problem: what is wrong.
        remedy: what would be right.
    """

    def __init__(self, path: Path, problem: str, remedy: str, *, line: int | None = None) -> None:
        super().__init__(f"{path}{'' if line is None else f':{line}'}: {problem}; {remedy}")
        self.path = path
        self.line = line
        self.problem = problem
        self.remedy = remedy


@dataclass(frozen=True)
class Asked:
    """One frozen question, and what has become of it.

    Attributes:
        number: entry of the freeze.
        freeze: the freeze that it belongs to.
        question: the question itself.
        settled_by: the last resolution or void of it, or None.
        told_in: every entry that settled it, corrections included.
    """

    number: int
    freeze: Freeze
    question: Question
    settled_by: Resolution | Void | None
    told_in: tuple[int, ...]

    @property
    def outcome(self) -> float | None:
        """What happened, on the scale; None where it is not known or void."""
        settled = self.settled_by
        return settled.outcomes[self.question.issue] if isinstance(settled, Resolution) else None

    @property
    def reconstruction(self) -> bool:
        """Was what happened known when it was frozen, by the freeze's own word or by the date of the outcome?"""
        settled = self.settled_by
        known_before = isinstance(settled, Resolution) and settled.known_on < self.freeze.at[:10]
        return self.question.reconstruction or known_before

    def state(self, today: date) -> State:
        """Return open, overdue (its date has passed), resolved or void."""
        if self.settled_by is not None:
            return "void" if isinstance(self.settled_by, Void) else "resolved"
        by = self.question.resolves_by
        return "overdue" if by is not None and by < today.isoformat() else "open"


@dataclass(frozen=True)
class Register:
    """A register that was read and found whole.

    Attributes:
        path: its file.
        entries: every entry, in order; entry n is line n.
        hashes: the hash of each entry.
    """

    path: Path
    entries: tuple[Entry, ...]
    hashes: tuple[str, ...]

    @property
    def head(self) -> str | None:
        """The hash of the last entry, which is the receipt for all of them; None where there is none."""
        return self.hashes[-1] if self.hashes else None

    @cached_property
    def settled(self) -> Settled:
        """Which entries settled what."""
        settled: dict[tuple[int, str], list[int]] = {}
        for number, entry in enumerate(self.entries, 1):
            settle(settled, number, entry)
        return settled

    @cached_property
    def asked(self) -> tuple[Asked, ...]:
        """Every frozen question with what became of it, oldest first."""
        found = []
        for number, entry in enumerate(self.entries, 1):
            if isinstance(entry, Freeze):
                for question in entry.questions:
                    told = self.settled.get((number, question.issue), [])
                    last = self.entries[told[-1] - 1] if told else None
                    assert not isinstance(last, Freeze)
                    found.append(Asked(number, entry, question, last, tuple(told)))
        return tuple(found)

    def of(self, number: int) -> tuple[Asked, ...]:
        """Return the questions of one freeze.

        Raises:
            RegisterError: there is no such entry, or it is no freeze.
        """
        found = tuple(each for each in self.asked if each.number == number)
        if not found:
            frozen = sorted({each.number for each in self.asked})
            remedy = f"frozen are {', '.join(map(str, frozen[-20:]))}" if frozen else "nothing is frozen in it"
            raise RegisterError(self.path, f"entry {number} is no freeze", remedy)
        return found

    def frozen_before(self, case_sha256: str | None, issues: Sequence[str], audience: str) -> int | None:
        """Return the freeze that holds these issues of the same bytes and audience, unless they were voided."""
        for each in reversed(self.asked):
            same = each.freeze.case_sha256 == case_sha256 is not None and each.freeze.audience == audience
            if same and each.question.issue in issues and not isinstance(each.settled_by, Void):
                return each.number
        return None


def issues_of(entry: Resolution | Void) -> tuple[str, ...]:
    """The issues that an entry settles."""
    return tuple(entry.outcomes) if isinstance(entry, Resolution) else entry.issues


def settle(settled: dict[tuple[int, str], list[int]], number: int, entry: Entry) -> None:
    """Note what an entry settles."""
    if not isinstance(entry, Freeze):
        for issue in issues_of(entry):
            settled.setdefault((entry.of, issue), []).append(number)


def objection(before: Sequence[Entry], settled: Settled, entry: Entry) -> tuple[str, str] | None:
    """Say what speaks against an entry after those before it, and what would be right; None where it may follow.

    Args:
        before: the entries of the register so far.
        settled: what they settle.
        entry: the next one.
    """
    if before and entry.at < before[-1].at:
        return (
            f"it is dated {entry.at}, before the entry above it ({before[-1].at})",
            "check the clock of this machine",
        )
    if isinstance(entry, Freeze):
        return _frozen_wrongly(entry)
    number = entry.of
    freeze = before[number - 1] if 1 <= number <= len(before) else None
    if not isinstance(freeze, Freeze):
        frozen = [str(at) for at, each in enumerate(before, 1) if isinstance(each, Freeze)]
        there = f"frozen are {', '.join(frozen[-20:])}" if frozen else "nothing is frozen yet"
        return f"entry {number} is no freeze", there
    questions = {question.issue: question for question in freeze.questions}
    for issue in issues_of(entry):
        if issue not in questions:
            return f"entry {number} has no issue {issue!r}", f"it has {', '.join(questions)}"
        told = settled.get((number, issue), [])
        if told and (told[-1] not in entry.corrects or entry.reason is None):
            return (
                f"{issue!r} of entry {number} is settled already (entry {told[-1]})",
                "correct it with --correct REASON",
            )
        low, high = questions[issue].scale
        if isinstance(entry, Resolution) and not low <= entry.outcomes[issue] <= high:
            return (
                f"{issue} = {entry.outcomes[issue]:g} is outside its scale, {low:g} to {high:g}",
                "where what happened has no place on the scale, the question is void",
            )
    if isinstance(entry, Resolution) and entry.known_on > entry.at[:10]:
        return f"it was known on {entry.known_on}, after today ({entry.at[:10]})", "check the date"
    return None


def _frozen_wrongly(entry: Freeze) -> tuple[str, str] | None:
    for question in entry.questions:
        low, high = question.scale
        if not low < high:
            return f"the scale of {question.issue!r} has no length", "its lower end is below its upper one"
        if question.guess is None:
            continue
        ends = question.guess.eight_in_ten or ()
        for value in (question.guess.point, *ends):
            if not low <= value <= high:
                return f"the guess {value:g} on {question.issue!r} is outside its scale", f"{low:g} to {high:g}"
        if ends and not ends[0] <= question.guess.point <= ends[1]:
            return (
                f"the guess {question.guess.point:g} on {question.issue!r} is outside its own range",
                f"a range that holds it, not {ends[0]:g} to {ends[1]:g}",
            )
    return None
