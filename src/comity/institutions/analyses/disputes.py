"""Does a complaint pay, and is a report adopted over the objection of the loser?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from comity.findings import (
    Analysis,
    Answer,
    CannotAnswerError,
    Citation,
    Claim,
    Estimate,
    Options,
    Outcome,
    PageLine,
    Reads,
    Rows,
    Table,
    View,
)
from comity.findings.contract import FloatArray, IntArray, Value
from comity.findings.wording import listing, percent, plural, two
from comity.institutions.analyses.oversight_of import (
    CHAPTER,
    ILLUSTRATION,
    dated,
    notes_of,
    number_of,
    starting,
    stated,
)
from comity.institutions.analyses.rules_of import RULE_FIELDS, Body, body_of
from comity.institutions.oversight.disputes import Objections, complaint_value, objections
from comity.institutions.voting.tallies import TooLarge
from comity.rules import Members, Rule, clauses_of

LITIGATION = Citation(
    "Priest & Klein 1984",
    "A complaint pays where the probability of winning, times the award, times the probability of compliance, is above "
    "what the proceedings and counter-claims cost; why cases that are brought are no sample of those that could be: "
    "Priest & Klein 1984, The selection of disputes for litigation, Journal of Legal Studies 13. Cited from memory.",
)
ADOPTING = Citation(
    "Consensus and reverse consensus",
    "Adoption by consensus, which one objection stops, and by reverse consensus, which only an objection of all stops "
    "(WTO Dispute Settlement Understanding, Articles 2.4, 6.1, 16.4 and 17.14); each rule of the case is evaluated as "
    "it is written. Cited from memory.",
)
SELECTION = (
    "Cases that are brought are no sample of those that could be (Priest & Klein 1984): strong ones are settled and "
    "weak ones dropped, so a share of complaints won says little about this one."
)
WORTH = ("win", "award", "compliance", "cost", "counter_claims")
_FIELDS = tuple(f"institution.disputes.{name}" for name in WORTH)


@dataclass(frozen=True)
class _Complaint:
    section: Any
    complainants: tuple[str, ...]
    cautions: tuple[str, ...]
    numbers: dict[str, FloatArray]


def _numbers(view: View, rows: Rows) -> dict[str, FloatArray]:
    """What a complaint costs and brings; counter-claims that nobody states are none."""
    numbers = {name: number_of(view, rows, f"institution.disputes.{name}") for name in WORTH}
    if not stated(numbers["counter_claims"]):
        numbers["counter_claims"] = np.zeros(rows.n)
    return numbers


def _those_here(view: View, ids: tuple[str, ...]) -> tuple[str, ...]:
    """The names of those who are among the actors: a what-if may have let some of them leave."""
    names = dict(zip(view.ids("actors"), view.names("actors"), strict=True))
    return tuple(names[each] for each in ids if each in names)


def _take_complaint(view: View, rows: Rows) -> _Complaint:
    section = view.object("institution.disputes")
    complainants = _those_here(view, section.complainants)
    if not complainants:
        raise CannotAnswerError("needs a complainant; none of those who complain is among the actors")
    return _Complaint(section, complainants, dated(view), _numbers(view, rows))


PAYS = ("complaining pays", "complaining does not pay")


def _run_complaint(taken: _Complaint, options: Options) -> Answer[_Complaint]:
    net = complaint_value(*(taken.numbers[name] for name in WORTH))
    verdict = np.where(net > 0, 0, 1).astype(np.int64)
    return Answer(taken, Outcome(verdict, PAYS, {"net": net}), "redraws")


def _say_complaint(answer: Answer[_Complaint]) -> tuple[Claim, ...]:
    taken, section = answer.detail, answer.detail.section
    win, award, compliance, cost, counter = (float(taken.numbers[name][0]) for name in WORTH)
    net, spent = win * award * compliance - cost - counter, cost + counter
    who = listing(taken.complainants, limit=5)
    pays = f"pays {who}" if net > 0 else f"does not pay {who}"
    sentence = (
        f"In the model a complaint about {section.subject} {pays}: it can bring {two(win * award * compliance)} "
        f"{section.unit} on average and costs {two(spent)}."
    )
    least = {
        "win": _ratio(spent, award * compliance),
        "award": _ratio(spent, win * compliance),
        "compliance": _ratio(spent, win * award),
        "cost": max(win * award * compliance - counter, 0.0),
        "counter_claims": max(win * award * compliance - cost, 0.0),
    }
    said = {
        "win": "probability of winning",
        "award": "worth of the award",
        "compliance": "probability of compliance",
        "cost": "cost of the proceedings",
        "counter_claims": "cost of counter-claims",
    }
    rows: list[tuple[Value, ...]] = []
    for name in WORTH:
        bound: float | None = least[name]
        if bound is None or (name in ("win", "compliance") and bound > 1):
            bound = None
        kind = "at most" if name in ("cost", "counter_claims") else "at least"
        rows.append((said[name], float(taken.numbers[name][0]), bound, kind))
    even = least["win"]
    reading = (
        f"It breaks even at a probability of winning of {percent(even)}."
        if even is not None and even <= 1
        else "Not even a certain win would repay it."
    )
    return (
        Claim(
            key="complaint",
            sentence=sentence,
            reading=reading,
            estimate=Estimate("net", "worth of the complaint", section.unit, (-spent, max(award - spent, 0.0)), None),
            table=Table(
                "Where a complaint breaks even, each number changed alone", ("number", "today", "breaks_even", "bound"),
                tuple(rows),
            ),
            caveats=(
                ILLUSTRATION,
                SELECTION,
                "A complaint may also be brought for a precedent, for a domestic audience or to open a negotiation; "
                "the numbers hold none of that, nor how long it takes.",
                *taken.cautions,
                *notes_of(section, "The section on the dispute"),
            ),
            ask_next=("Would the respondent settle in the consultations, and for how much?",),
            lead=30,
        ),
    )  # fmt: skip


def _ratio(above: float, below: float) -> float | None:
    return above / below if below > 0 else (0.0 if above == 0 else None)


COMPLAINT = Analysis(
    name="complaint",
    chapter=CHAPTER,
    question="Does a complaint pay?",
    version=1,
    method=LITIGATION,
    reads=Reads(needs=("institution.disputes", *_FIELDS[:4]), optional=(*_FIELDS[4:], "dates")),
    options=Options,
    take=_take_complaint,
    run=_run_complaint,
    say=_say_complaint,
)


@dataclass(frozen=True)
class _Sides:
    objecting: tuple[str, ...]
    bodies: tuple[Body, ...]
    in_favour: tuple[int, ...]
    against: tuple[int, ...]
    objection: FloatArray
    numbers: dict[str, FloatArray]


@dataclass(frozen=True)
class UnderRule:
    """What happens to the report under one rule as written."""

    body: Body
    found: Objections
    probability: float | None
    net: float | None


@dataclass(frozen=True)
class Adoptions:
    """What happens to the report under each rule of the case as written."""

    sides: _Sides
    rules: tuple[UnderRule, ...]


@dataclass(frozen=True)
class _OneRule:
    """The same view, of one of the rules."""

    view: View
    rule: Any

    def object(self, field: str) -> Any:
        held = self.view.object(field)
        return held.model_copy(update={"rules": (self.rule,)}) if field == "institution.rules" else held

    def __getattr__(self, name: str) -> Any:
        return getattr(self.view, name)


def _take_sides(view: View, rows: Rows) -> _Sides:
    section, members = view.object("institution.disputes"), view.ids("members")
    rules = [
        rule for rule in view.object("institution.rules").rules if not section.adoption or rule.id in section.adoption
    ]
    bodies = tuple(body_of(_OneRule(view, rule), rows) for rule in rules)
    against = [name for name in (section.respondent, *section.allies) if name in members]
    in_favour = [name for name in section.complainants if name in members]
    if not against:
        raise CannotAnswerError("needs a respondent or an ally who decides; nobody here could object")
    return _Sides(
        _those_here(view, (section.respondent, *section.allies)),
        bodies,
        tuple(members.index(name) for name in in_favour),
        tuple(members.index(name) for name in against),
        number_of(view, rows, "institution.disputes.objection"),
        _numbers(view, rows),
    )


def _run_sides(taken: _Sides, options: Options) -> Answer[Adoptions]:
    n_rows = len(taken.objection)
    known = stated(taken.objection)
    adopted = np.empty((len(taken.bodies), n_rows), dtype=np.bool_)
    values: dict[str, FloatArray] = {}
    shown = []
    for at, body in enumerate(taken.bodies):
        found, rule_of = _objections(taken, body)
        adopted[at] = np.array([held is not None and held.adopted_today for held in found.values()])[rule_of]
        chance = np.zeros(n_rows)
        if known:
            for key, each in found.items():
                here = rule_of == key
                if each is not None:
                    chance[here] = each.probability(taken.objection[here])
            values[f"adopted under {body.rule_name}"] = chance
        shown.append(_under(taken, body, found[int(rule_of[0])], float(chance[0]) if known else None))
    words = [_words(taken, adopted[:, row]) for row in range(n_rows)]
    labels = tuple(dict.fromkeys(words))
    verdict = np.array([labels.index(word) for word in words], dtype=np.int64)
    return Answer(Adoptions(taken, tuple(shown)), Outcome(verdict, labels, values), "redraws" if known else "exact")


def _objections(taken: _Sides, body: Body) -> tuple[dict[int, Objections | None], IntArray]:
    """What objections do under each of the rules that the rows hold, and which of them each row holds."""
    found: dict[int, Objections | None] = {}
    at: dict[Rule | None, int] = {}
    rows = []
    for rule in body.rules:
        if rule not in at:
            at[rule] = len(at)
            try:
                found[at[rule]] = None if rule is None else objections(rule, taken.in_favour, taken.against)
            except TooLarge as error:
                raise CannotAnswerError(f"{body.rule_name} {error}") from None
        rows.append(at[rule])
    return found, np.array(rows, dtype=np.int64)


def _under(taken: _Sides, body: Body, found: Objections | None, chance: float | None) -> UnderRule:
    assert found is not None
    net = None
    numbers = taken.numbers
    if all(stated(each) for each in numbers.values()):
        reaches = chance if chance is not None else float(found.adopted_today)
        win, award, compliance, cost, counter = (float(numbers[name][0]) for name in WORTH)
        net = float(complaint_value(win * reaches, award, compliance, cost, counter))
    return UnderRule(body, found, chance, net)


def _words(taken: _Sides, adopted: Any) -> str:
    names = [body.rule_name for body in taken.bodies]
    yes = [name for name, here in zip(names, adopted, strict=True) if here]
    no = [name for name, here in zip(names, adopted, strict=True) if not here]
    if not no:
        return f"adopted under {listing(yes)}"
    return f"adopted under {listing(yes)} and stopped under {listing(no)}" if yes else f"stopped under {listing(no)}"


def _say_sides(answer: Answer[Adoptions]) -> tuple[Claim, ...]:
    found, taken = answer.detail, answer.detail.sides
    several = "s" if len(taken.objecting) > 1 else ""
    who = f"the objection{several} of {listing(taken.objecting, limit=3)}"
    assert answer.outcome is not None
    sentence = f"Over {who}, and of nobody else, a report would be {answer.outcome.label(0)}."
    parts = []
    rows: list[tuple[Value, ...]] = []
    for each in found.rules:
        stop = each.found.fewest_to_stop
        if stop is None:
            what = "no number of further objections stops it"
        elif stop == 0:
            what = f"{'that objection stops' if len(taken.against) == 1 else 'those objections stop'} it"
        else:
            what = f"{plural(stop, 'further objection')} at the fewest can stop it"
        parts.append(f"under {each.body.rule_name} {what}")
        rows.append(
            (each.body.called, each.found.adopted_today, stop, each.probability, each.net),
        )
    columns = ("rule", "adopted", "further_objections_that_stop_it", "probability_of_adoption", "worth_of_a_complaint")
    kept = [at for at in range(5) if at < 3 or any(row[at] is not None for row in rows)]
    notes = [note for each in found.rules for note in each.body.notes]
    return (
        Claim(
            key="adoption",
            sentence=sentence,
            reading=f"{starting('; '.join(parts))}.",
            table=Table(
                "The report under each rule, with the respondent and its allies against it",
                tuple(columns[at] for at in kept),
                tuple(tuple(row[at] for at in kept) for row in rows),
            ),
            lines=(PageLine("the rule", f"{sentence} {starting('; '.join(parts))}.", 20, general=True),),
            caveats=(
                "Whoever does not object is counted as letting the report pass, as consensus takes silence; under a "
                "majority rule that is an assumption, since silence is not consent.",
                "Members are taken to object independently of each other, each as likely as the other.",
                *dict.fromkeys(notes),
            ),
            ask_next=tuple(dict.fromkeys(question for each in found.rules for question in each.body.to_verify)),
            lead=12,
        ),
    )


def _steps(taken: _Sides) -> float:
    n = len(taken.bodies[0].members)
    others = n - len(taken.in_favour) - len(taken.against)
    alike = all(isinstance(clause, Members) for body in taken.bodies for clause in clauses_of(body.rule))
    return float(len(taken.bodies)) * (5_000.0 + 60.0 * n * n + (0.0 if alike else 4.0 * n * 2.0**others))


ADOPTION = Analysis(
    name="report-adoption",
    chapter=CHAPTER,
    question="Is a report adopted over the objection of the loser?",
    version=1,
    method=ADOPTING,
    reads=Reads(
        needs=("institution.rules", "institution.disputes"),
        optional=(*RULE_FIELDS, "institution.disputes.objection", *_FIELDS),
    ),
    options=Options,
    take=_take_sides,
    run=_run_sides,
    say=_say_sides,
    work=_steps,
)
