"""A brief: which analyses apply to a case, what each said, and page one made of their lines.

Nothing here knows a room: the analyses come from the registry, and page one from the slots that their claims fill.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Literal

from comity.brief.comparison import compared
from comity.brief.page_one import Section, page_one
from comity.findings import (
    DRAWS,
    CannotAnswerError,
    Case,
    Cover,
    Finding,
    Input,
    Options,
    Source,
    ask,
    registry,
)
from comity.findings.contract import Basis
from comity.findings.own_record import OwnRecord
from comity.findings.registry import AnyAnalysis

Audience = Literal["own", "shared"]


@dataclass(frozen=True)
class Chapter:
    """The findings of one room."""

    title: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class NotAnswered:
    """An analysis that could not run, and what is missing for it."""

    analysis: str
    question: str
    reason: str


@dataclass(frozen=True)
class Failed:
    """An analysis that raised; the rest of the brief stands."""

    analysis: str
    error: str


@dataclass(frozen=True)
class Brief:
    """An ordered set of findings for an audience; every format is rendered from this one object."""

    cover: Cover
    audience: Audience
    page_one: tuple[Section, ...]
    chapters: tuple[Chapter, ...]
    not_answered: tuple[NotAnswered, ...]
    failed: tuple[Failed, ...]
    inputs: tuple[Input, ...]
    sources: tuple[Source, ...]
    evidence: tuple[tuple[Basis, int], ...]
    seed: int
    draws: int
    comity: str

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding, in order."""
        return tuple(finding for chapter in self.chapters for finding in chapter.findings)


def compose(
    case: Case,
    *,
    audience: Audience = "own",
    only: Sequence[str] = (),
    options: Mapping[str, Options] | None = None,
    seed: int = 0,
    draws: int = DRAWS,
    progress: Callable[[str], None] = lambda name: None,
    analyses: Iterable[AnyAnalysis] | None = None,
    before: Case | None = None,
    own: OwnRecord | None = None,
    search: bool = True,
) -> Brief:
    """Ask a case every question that applies to it.

    ``case`` is already the redacted one when ``audience`` is ``shared``. ``only`` keeps the named analyses; an unknown
    name raises OptionError. ``progress`` is told each analysis before it runs. ``before`` is the same case as it was
    before a change: what is told by name is then set side by side, in a chapter of its own. ``own`` is the person's
    own record of past forecasts. ``search=False`` leaves out what would change the answers and what to find out next,
    as ``ask`` does.
    """
    known = registry()
    chosen = list(known.analyses.values()) if analyses is None else list(analyses)
    if only:
        chosen = [known.get(name) for name in dict.fromkeys(only)]
    answered: list[Finding] = []
    changed: list[Finding] = []
    lacking: list[NotAnswered] = []
    failed = [Failed(broken.name, broken.error) for broken in known.broken]
    for analysis in chosen:
        progress(analysis.name)
        try:
            found = ask(
                analysis, case, (options or {}).get(analysis.name), seed=seed, draws=draws, search=search, own=own
            )
            answered += found
            if before is not None:
                changed += side_by_side(before, found, "; ".join(case.cover.changes))
        except CannotAnswerError as error:
            lacking.append(NotAnswered(analysis.name, analysis.question, str(error)))
        except Exception as error:  # one analysis' fault must not take the others' answers down
            failed.append(Failed(analysis.name, f"{type(error).__name__}: {error}"))
    answered += changed
    inputs = _once(item for finding in answered for item in finding.inputs)
    counts: dict[Basis, int] = {}
    for item in inputs:
        counts[item.basis] = counts.get(item.basis, 0) + 1
    chapters = tuple(
        Chapter(title, tuple(finding for finding in answered if finding.chapter == title))
        for title in dict.fromkeys(finding.chapter for finding in answered)
    )
    return Brief(
        cover=case.cover,
        audience=audience,
        page_one=page_one(
            case.cover,
            answered,
            [(each.analysis, each.reason) for each in lacking],
            [each.analysis for each in failed],
        ),
        chapters=chapters,
        not_answered=tuple(lacking),
        failed=tuple(failed),
        inputs=inputs,
        sources=case.sources(inputs),
        evidence=tuple(counts.items()),
        seed=seed,
        draws=draws,
        comity=version("comity"),
    )


def side_by_side(before: Case, after: Sequence[Finding], change: str) -> list[Finding]:
    """Findings of a changed case beside the same ones of the case as it was, where they are told by name."""
    comparable = [finding for finding in after if finding.table is not None and finding.table.columns[0] == "name"]
    if not comparable:
        return []
    analysis = registry().get(comparable[0].analysis)
    chosen = analysis.options.model_validate(dict(comparable[0].options))
    try:
        was = ask(analysis, before, chosen, draws=0, search=False)
    except CannotAnswerError:
        return []
    at = {(finding.key, finding.subject): finding for finding in was}
    pairs = [(at[key], finding) for finding in comparable if (key := (finding.key, finding.subject)) in at]
    return [found for one, other in pairs if (found := compared(one, other, change)) is not None]


def _once(inputs: Iterable[Input]) -> tuple[Input, ...]:
    return tuple({item.path: item for item in inputs}.values())
