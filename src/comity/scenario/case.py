"""A scenario as a case: what ``findings`` asks of it (inputs, view, missing, fingerprint, narrowing, redaction)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from comity.findings import Cover, Input, NotDeclaredError, OptionError, Reads, Rows, Source
from comity.findings.contract import FloatArray, Number
from comity.scenario.deal_numbers import bare_deal, packages_axis
from comity.scenario.decision_rules import DecisionRule, WeightClause
from comity.scenario.fields import FIELDS, clauses, members, moved, with_cell
from comity.scenario.judged import Placed
from comity.scenario.library import resolve
from comity.scenario.oversight_numbers import SECTIONS, without_numbers
from comity.scenario.privacy import without_private
from comity.scenario.reading import Document, read_scenario
from comity.scenario.schema import ScenarioFile
from comity.scenario.seats import with_seats

OBJECTS = (
    "actors",
    "issues",
    "positions",
    "institution.rules",
    "institution.delegation",
    "institution.monitoring",
    "institution.disputes",
    "salience_scale",
    "capability_means",
    "dates",
    "reform",
    "deal",
    "deal.agreed",
    "groups",
    "institution.unions",
)
_OBJECT_SAYS = {
    "issues": "an issue",
    "groups": "a named group of actors (section `groups`)",
    "institution.unions": "members who vote together (`institution.unions`, or --what-if union:A+B)",
    "deal": "issues with options and what they are worth to each party (section `deal`)",
    "deal.agreed": "what was agreed (`deal.agreed`, or comity debrief CASE --deal FILE)",
    "reform": "texts that would change a body (section `reform`)",
    "institution.rules": "an institution with a decision rule (section `institution`)",
    "institution.delegation": "an agent that decides something for the body (section `institution.delegation`)",
    "institution.monitoring": "an obligation that somebody monitors (section `institution.monitoring`)",
    "institution.disputes": "a complaint (section `institution.disputes`)",
}


@dataclass(frozen=True)
class Scenario:
    """One cooperation problem, validated; implements ``findings.Case``.

    >>> scenario = load("car-emissions")
    >>> scenario.cover.name
    'car-emissions'
    """

    file: ScenarioFile
    name: str
    moves: Mapping[str, float] = field(default_factory=dict)
    several_issues: bool = False
    edits: tuple[str, ...] = ()

    @property
    def cover(self) -> Cover:
        """See ``Case.cover``."""
        file = self.file
        parties = tuple(
            (f"{actor.name} ({actor.iso3})" if actor.iso3 else actor.name, actor.kind, ", ".join(actor.roles))
            for actor in file.actors
        )
        about = tuple(text for text in (file.summary, file.notes) if text)
        unverified = tuple(file.unverified)
        changes = (*self.edits, *(f"{path} = {value:g}" for path, value in self.moves.items()))
        return Cover(
            self.name, file.title, file.stakes, file.marking, file.data_date, unverified, about, parties, changes
        )

    @cached_property
    def _placed(self) -> dict[str, tuple[Placed, ...]]:
        several = self.several_issues or len(self.file.issues) > 1
        found: dict[str, tuple[Placed, ...]] = {}
        for name, each in FIELDS.items():
            found[name] = tuple(self._as_set(placed) for placed in each.read(self.file, several))
        return found

    @cached_property
    def _invented(self) -> frozenset[str]:
        """Sources that say that their numbers are made up, or from nowhere: nothing is cited by naming one."""
        return frozenset(source.id for source in self.file.sources if source.invented or source.unverified)

    def _as_set(self, placed: Placed) -> Placed:
        """An input that a person set rests on that person's judgement; legal numbers are set here, not in the file."""
        value = self.moves.get(placed.item.path)
        item = placed.item
        if value is None:
            if item.source in self._invented and item.basis == "cited number":
                return replace(placed, item=replace(item, basis="judgement"))
            return placed
        if item.path.startswith(("institution.", "reform.")):
            return replace(placed, item=moved(item, value))
        return replace(placed, item=replace(item, source=None, basis="judgement"))

    def all_inputs(self) -> tuple[Input, ...]:
        """Every number of the case, defaults included, in the order of the schema's fields."""
        return tuple(placed.item for group in self._placed.values() for placed in group)

    def inputs(self, reads: Reads) -> tuple[Input, ...]:
        """See ``Case.inputs``."""
        return tuple(placed.item for name, group in self._placed.items() if name in reads.fields for placed in group)

    def view(self, reads: Reads) -> ScenarioView:
        """See ``Case.view``."""
        unknown = [name for name in reads.fields if name not in FIELDS and name not in OBJECTS]
        if unknown:
            known = ", ".join([*FIELDS, *OBJECTS])
            raise NotDeclaredError(f"a scenario has no field {unknown[0]!r}; it has {known}")
        return ScenarioView(self, reads)

    def has(self, name: str) -> bool:
        """Does the scenario hold at least one number or object of this field?"""
        if name in FIELDS:
            return bool(self._placed[name])
        if name == "institution.rules":
            return self.file.institution is not None and bool(self.file.institution.rules)
        return bool(self._object(name))

    def missing(self, reads: Reads) -> str | None:
        """See ``Case.missing``."""
        lacking = [name for name in reads.needs if not self.has(name)]
        if lacking:
            return f"needs {_says(lacking[0])}"
        for group in reads.one_of:
            if not any(self.has(name) for name in group):
                return f"needs {' or '.join(_says(name) for name in group)}"
        return None

    def fingerprint(self, reads: Reads) -> str:
        """See ``Case.fingerprint``."""
        held: dict[str, Any] = {
            "inputs": [
                [item.path, str(item.value), item.spread, item.domain, item.assumed] for item in self.inputs(reads)
            ]
        }
        for name in sorted(reads.fields & set(OBJECTS)):
            held[name] = repr(self._object(name))
        # Who is there, and who decides, shapes every array, whatever fields are read.
        held["actors"] = [(actor.id, actor.name, "decides" in actor.roles) for actor in self.file.actors]
        return hashlib.sha256(json.dumps(held, sort_keys=True).encode()).hexdigest()[:16]

    def subjects(self, section: str) -> tuple[str, ...]:
        """See ``Case.subjects``; sections are ``issues``, ``rules``, ``texts``, ``seats`` and ``groups``."""
        if section == "issues":
            return tuple(issue.id for issue in self.file.issues)
        if section == "rules" and self.file.institution is not None:
            return tuple(rule.id for rule in self.file.institution.rules)
        reform = self.file.reform
        if reform is not None and section in ("texts", "groups"):
            return tuple(item.id for item in (reform.texts if section == "texts" else reform.groups))
        if reform is not None and section == "seats":
            return tuple(f"{text.id}/{kind.id}" for text in reform.texts for kind in text.seats)
        deal = self.file.deal
        if deal is not None and section == "deal.parties":
            return tuple(party.actor for party in deal.parties)
        if deal is not None and section == "deal.options":
            return packages_axis(deal)
        if deal is not None and section == "deal.together":
            return tuple(each.id for each in deal.together)
        return ()

    def narrow(self, section: str, subject: str) -> Scenario:
        """The same scenario with one issue (and the rule that applies to it), or with one rule."""
        if section == "issues":
            issue = next(issue for issue in self.file.issues if issue.id == subject)
            changes: dict[str, Any] = {
                "issues": (issue,),
                "positions": tuple(row for row in self.file.positions if row.issue == subject),
            }
            several = self.several_issues or len(self.file.issues) > 1
            narrowed = replace(self, file=self.file.model_copy(update=changes), several_issues=several)
            rules = self.file.institution.rules if self.file.institution else ()
            chosen = issue.rule or (rules[0].id if len(rules) == 1 else None)
            return narrowed.narrow("rules", chosen) if chosen else narrowed._with_rules([])
        institution = self.file.institution
        if institution is None:
            return self
        return self._with_rules([rule for rule in institution.rules if rule.id == subject])

    def _with_rules(self, rules: Sequence[DecisionRule]) -> Scenario:
        institution = self.file.institution
        if institution is None:
            return self
        used = {c.weight for rule in rules for c in clauses(rule.passes) if isinstance(c, WeightClause)}
        weights = {name: table for name, table in institution.weights.items() if name in used}
        kept = institution.model_copy(update={"rules": tuple(rules), "weights": weights})
        return replace(self, file=self.file.model_copy(update={"institution": kept}))

    def sources(self, inputs: Sequence[Input]) -> tuple[Source, ...]:
        """See ``Case.sources``: in the order in which the file lists them."""
        named = {item.source for item in inputs}
        return tuple(
            Source(
                source.id,
                " ".join(
                    filter(None, (source.in_words(), source.licence and f"Terms: {source.licence}.", source.note))
                ),
                source.url,
            )
            for source in self.file.sources
            if source.id in named
        )

    def redacted(self) -> Scenario:
        """The case as others may see it: every private cell is missing (or its default), not hidden."""
        public = Scenario(without_private(self.file), self.name, several_issues=self.several_issues, edits=self.edits)
        known = {item.path for item in public.all_inputs()}
        return replace(public, moves={path: value for path, value in self.moves.items() if path in known})

    def with_values(self, values: Mapping[str, float]) -> Scenario:
        """The case with some numbers set, as ``--set PATH=VALUE`` does; raises OptionError naming the nearest path."""
        known = {item.path: item for item in self.all_inputs()}
        for path, value in values.items():
            if path not in known:
                near = get_close_matches(path, known, n=1, cutoff=0.4)
                hint = f"did you mean {near[0]}?" if near else "comity check FILE --inputs lists them"
                raise OptionError(f"this case has no number {path!r}; {hint}")
            low, high = known[path].domain
            if not low <= value <= high:
                raise OptionError(f"{path} = {value:g} is outside {low:g} to {high:g}")
            step = known[path].step
            if step is not None and not float(value / step).is_integer():
                raise OptionError(f"{path} = {value:g} is not a whole number")
        file = self.file
        for path, value in values.items():
            file = with_cell(file, path, value) or file
        return replace(self, file=file, moves={**self.moves, **values})

    def _object(self, name: str) -> Any:
        if name == "institution.rules" and self.file.institution is not None:
            # What watches over an agreement is read on its own; its numbers are fields, to be declared where read.
            apart: dict[str, Any] = {**dict.fromkeys(SECTIONS), "unions": (), "yes_probability": {}}
            return self.file.institution.model_copy(update=apart)
        if name == "institution.unions":
            return self.file.institution.unions if self.file.institution is not None else ()
        if name == "deal":
            return bare_deal(self.file.deal)
        if name == "deal.agreed":
            return self.file.deal.agreed if self.file.deal is not None else ()
        if name.startswith("institution."):
            return without_numbers(self.file.institution, name.removeprefix("institution."))
        if name == "dates":
            return {"data_date": self.file.data_date, "outcome_date": self.file.outcome_date}
        if name == "issues":
            # The numbers of an issue are fields of their own, to be declared where they are read.
            bare = {"reference_point": None, "proposal": None, "outcome": None, "note": None}
            return tuple(issue.model_copy(update=bare) for issue in self.file.issues)
        return getattr(self.file, name)


@dataclass(frozen=True)
class ScenarioView:
    """What one analysis sees of a scenario; implements ``findings.View``."""

    scenario: Scenario
    reads: Reads

    def _declared(self, name: str) -> None:
        if name not in self.reads.fields:
            raise NotDeclaredError(f"{name!r} is read, but the analysis' reads do not declare it")

    def has(self, field: str) -> bool:
        """See ``View.has``."""
        self._declared(field)
        return self.scenario.has(field)

    def ids(self, section: str) -> tuple[str, ...]:
        """See ``View.ids``."""
        file = self.scenario.file
        if section == "actors":
            return tuple(actor.id for actor in file.actors)
        if section == "members":
            return tuple(actor.id for actor in members(file))
        if section == "parties_by":
            return tuple(row.date for row in file.institution.parties_by) if file.institution else ()
        if section == "stages":
            disputes = file.institution.disputes if file.institution else None
            return tuple(stage.id for stage in disputes.stages) if disputes else ()
        return self.scenario.subjects(section)

    def names(self, section: str) -> tuple[str, ...]:
        """See ``View.names``."""
        file = self.scenario.file
        if section == "actors":
            return tuple(actor.name for actor in file.actors)
        if section == "members":
            return tuple(actor.name for actor in members(file))
        if section == "issues":
            return tuple(issue.question for issue in file.issues)
        return tuple(rule.name for rule in file.institution.rules) if file.institution else ()

    def numbers(self, field: str, rows: Rows) -> FloatArray:
        """See ``View.numbers``."""
        self._declared(field)
        axes = FIELDS[field].axes
        shape = tuple(len(self.ids(axis)) for axis in axes)
        placed = self.scenario._placed[field]
        at = {item.path: column for column, item in enumerate(rows.inputs)}
        columns = [at[each.item.path] for each in placed]
        varies = rows.n > 1 and bool((rows.values[:, columns] != rows.values[0, columns]).any())
        values = np.full((rows.n if varies else 1, *shape), np.nan)
        if placed and axes:
            index: tuple[Any, ...] = (slice(None), *np.array([each.at for each in placed]).T)
            values[index] = rows.values[: len(values), columns]
        elif placed:
            values[:] = rows.values[: len(values), columns[0]]
        return values

    def object(self, field: str) -> Any:
        """See ``View.object``: the schema's own type."""
        self._declared(field)
        return self.scenario._object(field)

    def exact(self, field: str) -> dict[str, Number]:
        """See ``View.exact``."""
        self._declared(field)
        return {placed.item.path: placed.item.value for placed in self.scenario._placed[field]}


def load(source: str | Path) -> Scenario:
    """A scenario from a file, or a shipped one by name; raises ScenarioError with every problem of the file."""
    return from_document(resolve(str(source)))


def loads(text: bytes, name: str = "scenario") -> Scenario:
    """A scenario from bytes."""
    return from_document(read_scenario(text, name=name))


def from_document(document: Document) -> Scenario:
    """A scenario from a document that was read."""
    return Scenario(with_seats(document.scenario), document.name)


def _says(name: str) -> str:
    return FIELDS[name].says if name in FIELDS else _OBJECT_SAYS.get(name, f"the section `{name}`")
