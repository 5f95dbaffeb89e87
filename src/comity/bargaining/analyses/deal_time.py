"""What patience, the risk of a breakdown and a majority rule do to the shares of one surplus; what haste costs whom."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np

from comity.bargaining.analyses.deal_table import CHAPTER
from comity.bargaining.deals import DealError, Legislature, alternating_offers, divide_by_kinds, unanimity
from comity.findings import (
    Analysis,
    Answer,
    CannotAnswerError,
    Citation,
    Claim,
    Options,
    Outcome,
    Reads,
    Rows,
    Table,
    View,
)
from comity.findings.contract import FloatArray, Value
from comity.findings.wording import listing, percent
from comity.rules import Members
from comity.rules.stated import RULE_FIELDS, Body, body_under

OFFERS = Citation(
    "Rubinstein 1982; Baron & Ferejohn 1989",
    "Offers in turn on one divisible surplus: of two parties Rubinstein (1982, Econometrica 50); of all parties, who "
    "all have to agree, the stationary equilibrium (Sutton 1986, Review of Economic Studies 53); with a risk of "
    "breakdown as in Binmore, Rubinstein & Wolinsky (1986, RAND Journal of Economics 17); an option outside counts "
    "only where it is better than the share (Binmore, Shaked & Sutton 1989); by a number of equal votes Baron & "
    "Ferejohn (1989, American Political Science Review 83). All from memory, not opened.",
)
ONE_SURPLUS = (
    "This divides one surplus that can be split at will, by offers in turn among parties who know each other's "
    "patience. A package deal is not such a surplus: read it as what time alone does, not as a forecast of shares."
)
_MOST_KINDS = 6
_MOST_PAIRS = 15


@dataclass(frozen=True)
class Taken:
    """Discount factors ``(n_rows, n_parties)``, the risk of a breakdown ``(n_rows,)``, and the rule that may apply."""

    parties: tuple[str, ...]
    left_out: tuple[str, ...]
    factors: FloatArray
    risk: FloatArray
    risk_stated: bool
    body: Body | None
    seats: tuple[int | None, ...]


@dataclass(frozen=True)
class Votes:
    """One surplus divided by a number of equal votes: what a member expects, is paid, and keeps when it proposes."""

    rule: str
    members: tuple[int, ...]
    needed: int
    values: FloatArray
    prices: FloatArray
    proposer: FloatArray


@dataclass(frozen=True)
class Shares:
    """Shares as written: ``expected`` where each is as likely to begin; ``(n_parties, n_parties)`` by who proposes."""

    taken: Taken
    by_proposer: FloatArray
    expected: FloatArray
    patient: FloatArray
    votes: Votes | None
    why_no_votes: str


def _take(view: View, rows: Rows) -> Taken:
    ids = view.ids("deal.parties")
    called = dict(zip(view.ids("actors"), view.names("actors"), strict=True))
    factors = view.numbers("deal.discount_factor", rows)
    stated = np.isfinite(factors[0])
    if stated.sum() < 2:
        raise CannotAnswerError("needs the discount factor of two parties (a party's `discount_factor`)")
    risk_stated = view.has("deal.breakdown")
    risk = view.numbers("deal.breakdown", rows) if risk_stated else np.zeros(1)
    kept = [each for each, there in zip(ids, stated, strict=True) if there]
    deal = view.object("deal")
    body, seats = None, tuple[int | None, ...]()
    if deal.rule and view.has("institution.rules"):
        institution = view.object("institution.rules")
        rule = next((each for each in institution.rules if each.id == deal.rule), None)
        if rule is not None:
            body = body_under(view, rows, institution, rule)
            seats = tuple(kept.index(each) if each in kept else None for each in view.ids("members"))
    names = tuple(called[each] for each in kept)
    left_out = tuple(called[each] for each in ids if each not in kept)
    return Taken(names, left_out, factors[:, stated], risk, risk_stated, body, seats)


def _run(taken: Taken, options: Options) -> Answer[Shares]:
    # After a breakdown nobody has anything of the surplus, so the risk is one more reason not to wait.
    waits = taken.factors * (1 - taken.risk[:, None])
    shares = unanimity(waits)
    expected = shares.mean(axis=1)
    most = expected.argmax(axis=1)
    labels = tuple(f"{taken.parties[at]} has the largest share" for at in np.unique(most))
    verdict = np.searchsorted(np.unique(most), most)
    outcome = Outcome(verdict.astype(np.int64), labels, {"largest share": expected.max(axis=1)})
    votes, why = _divided_by_votes(taken, waits[0])
    return Answer(Shares(taken, shares[0], expected[0], _as_patient_as_any(waits[0]), votes, why), outcome, "redraws")


def _as_patient_as_any(waits: FloatArray) -> FloatArray:
    """What each could expect if it alone minded waiting as little as the most patient does, ``(n_parties,)``."""
    cases = np.where(np.eye(len(waits), dtype=np.bool_), waits.max(), waits)
    return np.asarray(np.diagonal(unanimity(cases).mean(axis=1)))


def _divided_by_votes(taken: Taken, waits: FloatArray) -> tuple[Votes | None, str]:
    """Baron and Ferejohn's equilibrium under the deal's rule, or why it is not said."""
    if taken.body is None:
        return None, ""
    name, rule = taken.body.rule_name, taken.body.rule
    if not isinstance(rule, Members) or rule.at_least < 2:
        return None, f"“{name}” is no plain number of equal votes, so dividing by votes is not worked out."
    seats = [each for each in taken.seats if each is not None]
    if len(seats) < rule.n:
        missing = [taken.body.members[at] for at, each in enumerate(taken.seats) if each is None]
        return (
            None,
            f"How patient {listing(missing, limit=4)} is is not stated, so dividing by votes is not worked out.",
        )
    kinds, kind_of, sizes = np.unique(waits[seats], return_inverse=True, return_counts=True)
    if kinds[0] <= 0:
        return None, "Talks break down for certain after a refusal, so dividing by votes is not worked out."
    if len(kinds) > _MOST_KINDS:
        return None, f"Dividing by votes is worked out for up to {_MOST_KINDS} different discount factors of voters."
    try:
        found: Legislature = divide_by_kinds(sizes.tolist(), np.full(len(kinds), 1 / rule.n), kinds, rule.at_least)
    except DealError as error:
        return None, f"Dividing by votes has no answer here: {error}."
    each = [values[kind_of.reshape(-1)] for values in (found.values, found.prices, found.proposer)]
    return Votes(name, tuple(seats), rule.at_least, *each), ""


def _say(answer: Answer[Shares]) -> tuple[Claim, ...]:
    found = answer.detail
    taken, parties = found.taken, found.taken.parties
    order = np.argsort(-found.expected, kind="stable")
    high, low = int(order[0]), int(order[-1])
    risk = (
        f", with talks that break down with {percent(float(taken.risk[0]))} after a refusal,"
        if taken.risk_stated
        else ""
    )
    sentence = (
        f"If one surplus were divided by offers in turn{risk} and with everybody's consent, patience alone would give "
        f"{parties[high]} {percent(float(found.expected[high]))} and {parties[low]} "
        f"{percent(float(found.expected[low]))} of it, against {percent(1 / len(parties))} if all were alike."
    )
    lost = found.patient - found.expected
    costs = [f"{parties[at]} {percent(float(lost[at]))}" for at in np.argsort(-lost, kind="stable")[:3] if lost[at] > 0]
    reading = (
        f"What haste costs, in the model, changing one party's patience alone to that of the most patient (shares of "
        f"the surplus): {listing(costs)}. What would not stay fixed: who is patient is patient for a reason (money, "
        "elections, what it has without a deal), and the others would hear of it."
        if costs
        else "All are as patient as each other, so haste costs nobody anything."
    )
    claims = [
        Claim(
            key="time-and-power",
            sentence=sentence,
            reading=reading,
            table=_table(found, lost),
            chart=partial(_chart, found),
            chart_summary=sentence,
            caveats=_caveats(found),
            ask_next=(f"What does a lost round of talks really cost {parties[low]}, and who there feels it?",),
            names_subject=True,
        ),
        _pairs(found),
    ]
    if found.votes is not None:
        claims.append(_by_votes(found, found.votes))
    return tuple(claims)


def _caveats(found: Shares) -> tuple[str, ...]:
    left_out = found.taken.left_out
    silent = (f"How patient {listing(left_out)} is is not stated; silence is not consent.",) if left_out else ()
    return (ONE_SURPLUS, *silent, *((found.why_no_votes,) if found.why_no_votes else ()))


def _table(found: Shares, lost: FloatArray) -> Table:
    taken, shares = found.taken, found.by_proposer
    rows: list[tuple[Value, ...]] = []
    for at, party in enumerate(taken.parties):
        answers = shares[(at + 1) % len(shares), at]
        own = (float(taken.factors[0, at]), float(found.expected[at]), float(shares[at, at]), float(answers))
        rows.append((party, *own, float(lost[at])))
    columns = ("party", "discount factor", "expected", "when it begins", "when another begins", "what its haste costs")
    return Table("Shares of one surplus that all have to agree to divide", columns, tuple(rows))


def _pairs(found: Shares) -> Claim:
    """Two at a time, by the closed form; and from where on an outside option would count."""
    taken = found.taken
    waits = taken.factors[0] * (1 - taken.risk[0])
    rows: list[tuple[Value, ...]] = []
    widest = (0.0, 0, 0)
    pairs = list(combinations(range(len(taken.parties)), 2))
    for one, other in pairs:
        first, second = alternating_offers(waits[one], waits[other]), alternating_offers(waits[other], waits[one])
        middle = (first.proposer + second.responder) / 2
        widest = max(widest, (abs(middle - 0.5), one, other) if middle > 0.5 else (abs(middle - 0.5), other, one))
        names = (taken.parties[one], taken.parties[other])
        rows.append((*names, first.proposer, first.responder, second.responder, second.proposer))
    _, strong, weak = widest
    split = alternating_offers(waits[strong], waits[weak])
    sentence = (
        f"Two at a time, the most unequal pair is {taken.parties[strong]} and {taken.parties[weak]}: "
        f"{taken.parties[strong]} would have {percent(split.proposer)} of what the two divide if it begins, and "
        f"{percent(alternating_offers(waits[weak], waits[strong]).responder)} if it does not."
    )
    columns = ("one", "other", "one begins: one", "one begins: other", "other begins: one", "other begins: other")
    shown = f", the first {_MOST_PAIRS} of {len(rows)} pairs" if len(rows) > _MOST_PAIRS else ""
    return Claim(
        key="pairs",
        question="What does patience do between two?",
        sentence=sentence,
        reading=(
            "What a party could get elsewhere counts in this model only where it is more than its share as the one "
            "who answers: then it gets that much, and below it the option changes nothing. Above the whole surplus "
            "there is no deal."
        ),
        table=Table(f"Shares of what two divide by offers in turn{shown}", columns, tuple(rows[:_MOST_PAIRS])),
        caveats=_caveats(found)[:1],
        names_subject=True,
    )


def _by_votes(found: Shares, votes: Votes) -> Claim:
    parties = found.taken.parties
    names = [parties[at] for at in votes.members]
    best = int(np.argmax(votes.values))
    cheap = int(np.argmin(votes.prices))
    sentence = (
        f"If “{votes.rule}” divided one surplus ({votes.needed} of {len(names)} votes, proposers drawn by lot), "
        f"{names[best]} would expect {percent(float(votes.values[best]))} of it, and a proposer would keep "
        f"{percent(float(votes.proposer.min()))} to {percent(float(votes.proposer.max()))}."
        if votes.proposer.max() - votes.proposer.min() > 5e-4
        else f"If “{votes.rule}” divided one surplus ({votes.needed} of {len(names)} votes, proposers drawn by lot), "
        f"whoever proposes would keep {percent(float(votes.proposer[0]))} of it."
    )
    reading = (
        f"A proposer buys the cheapest votes: {names[cheap]} votes yes for "
        f"{percent(float(votes.prices[cheap]))} of the surplus. Whoever is patient asks more for its vote, and so is "
        "left out more often: under a majority patience can cost a party its place in the coalition."
        if votes.needed < len(names)
        else "Every vote is needed, so each is paid what waiting would be worth to it."
    )
    rows = tuple(
        (name, float(value), float(price), float(keeps))
        for name, value, price, keeps in zip(names, votes.values, votes.prices, votes.proposer, strict=True)
    )
    columns = ("member", "expects", "votes yes for", "keeps when it proposes")
    return Claim(
        key="by-votes",
        question="How would the rule's majority divide it?",
        sentence=sentence,
        reading=reading,
        table=Table(f"Shares of one surplus divided by {votes.needed} of {len(names)} votes", columns, rows),
        caveats=(ONE_SURPLUS, "Parties without a vote have nothing here: nobody has to buy their consent."),
        names_subject=True,
    )


def _chart(found: Shares) -> dict[str, Any]:
    from comity.findings.charts import bars

    shown = {"expected": found.expected, "if as patient as the most patient": found.patient}
    return bars(found.taken.parties, shown, "share of the surplus")


TIME_AND_POWER = Analysis(
    name="time-and-power",
    chapter=CHAPTER,
    question="What do patience and haste do to the shares?",
    version=1,
    method=OFFERS,
    reads=Reads(
        needs=("deal", "actors", "deal.discount_factor"),
        optional=("deal.breakdown", "institution.rules", *RULE_FIELDS),
    ),
    options=Options,
    take=_take,
    run=_run,
    say=_say,
    work=lambda taken: 40.0 * len(taken.parties) ** 2,
)
