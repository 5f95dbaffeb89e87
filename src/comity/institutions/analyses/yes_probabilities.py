"""How often does a decision pass, and who gets their way, if members say yes with the probabilities stated?"""

from __future__ import annotations

from dataclasses import dataclass

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
    Reads,
    Rows,
    Table,
    View,
)
from comity.findings.contract import FloatArray
from comity.findings.wording import percent, plural
from comity.institutions.analyses.rules_of import CHAPTER, RULE_FIELDS, Body, body_of
from comity.institutions.voting.tallies import TooLarge
from comity.institutions.voting.yes_probabilities import Chances, chances
from comity.rules import Rule, passes

EXTENSION = Citation(
    "Owen 1972; Laruelle & Valenciano 2005",
    "Success and decision when members vote independently, each with a probability of its own (Owen 1972, Multilinear "
    "extensions of games; Laruelle & Valenciano 2005, Assessing success and decisiveness in voting situations). Cited "
    "from memory.",
)
LABELS = ("a decision passes less often than not", "a decision passes more often than not")
MOST_REDRAWN = 14
_MOST_CELLS = 2**22
_HALF = 0.5


@dataclass(frozen=True)
class _Taken:
    body: Body
    yes: FloatArray  # (rows or 1, members)


@dataclass(frozen=True)
class Expected:
    """The chances of the case as written, and beside them those with a coin for everybody."""

    body: Body
    yes: FloatArray
    stated: int
    found: Chances
    coins: Chances
    redrawn: bool


def _take(view: View, rows: Rows) -> _Taken:
    yes = view.numbers("institution.yes_probability", rows)
    return _Taken(body_of(view, rows), yes)


def _run(taken: _Taken, options: Options) -> Answer[Expected]:
    filled = np.where(np.isnan(taken.yes), _HALF, taken.yes)
    n_rows = max(len(filled), len(taken.body.rules))
    filled = np.broadcast_to(filled, (n_rows, filled.shape[1]))
    try:
        written = chances(taken.body.rule, filled[0].tolist())
        coins = chances(taken.body.rule, [_HALF] * taken.body.rule.n)
    except TooLarge as error:
        raise CannotAnswerError(str(error)) from None
    stated = int((~np.isnan(taken.yes[0])).sum())
    redrawn = len(taken.body.members) <= MOST_REDRAWN
    detail = Expected(taken.body, filled[0], stated, written, coins, redrawn)
    if not redrawn:
        return Answer(detail, None, "none stated")
    passing = np.empty(n_rows)
    for rule in dict.fromkeys(taken.body.rules):
        held = [row for row in range(n_rows) if taken.body.rules[row if len(taken.body.rules) > 1 else 0] is rule]
        passing[held] = 0.0 if rule is None else share_that_passes(rule, filled[held])
    verdict = (passing >= _HALF).astype(np.int64)
    return Answer(detail, Outcome(verdict, LABELS, {"passes": 100.0 * passing}), "redraws")


def share_that_passes(rule: Rule, yes: FloatArray) -> FloatArray:
    """The probability that a decision passes for each row of probabilities (rows, n), over all 2^n coalitions.

    Example:
        >>> from comity.rules import Members
        >>> share_that_passes(Members(2, 2), np.array([[0.5, 0.5], [1.0, 0.25]])).tolist()
        [0.25, 0.25]
    """
    n = rule.n
    coalitions = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
    wins = np.flatnonzero(passes(rule, coalitions.astype(np.bool_)))
    found = np.empty(len(yes))
    step = max(1, _MOST_CELLS >> n)
    for start in range(0, len(yes), step):
        part = yes[start : start + step]
        mass = np.ones((len(part), 1))
        for member in range(n):
            here = part[:, member, None]
            mass = np.concatenate([mass * (1 - here), mass * here], axis=1)
        found[start : start + step] = mass[:, wins].sum(axis=1)
    return found


def _say(answer: Answer[Expected]) -> tuple[Claim, ...]:
    found = answer.detail
    body, given = found.body, found.found
    others = len(body.members) - found.stated
    assumed = f" ({plural(others, 'member')} taken at one half)" if others else ""
    sentence = (
        f"Under “{body.rule_name}”, if members voted independently with the probabilities of saying yes in this "
        f"file{assumed}, {percent(given.passes)} of proposals would pass; with a coin for everybody, "
        f"{percent(found.coins.passes)}."
    )
    order = sorted(range(len(body.members)), key=lambda member: -float(given.success[member]))
    most, least = order[0], order[-1]
    reading = (
        f"The outcome goes as the member votes most often for {body.members[most]} "
        f"({percent(float(given.success[most]))}) and least often for {body.members[least]} "
        f"({percent(float(given.success[least]))}). Independence is assumed; members who vote alike are not."
    )
    rows = tuple(
        (
            body.members[member],
            float(found.yes[member]),
            float(given.success[member]),
            float(given.decisive[member]),
            float(given.luck[member]),
        )
        for member in order
    )
    return (
        Claim(
            key="yes-probabilities",
            sentence=sentence,
            reading=reading,
            estimate=Estimate("passes", "share of proposals that pass", "% of proposals", (0.0, 100.0), None)
            if found.redrawn
            else None,
            table=Table(
                f"Success and decision: {body.called}",
                ("name", "says_yes", "gets_its_way", "decides", "gets_its_way_without_deciding"),
                rows,
            ),
            caveats=(
                "Not a forecast of any proposal: the probabilities are the file's, and votes are not independent.",
                f"Computed by {given.algorithm}.",
                *(() if found.redrawn else (f"Ranges are not redrawn beyond {MOST_REDRAWN} members.",)),
            ),
            names_subject=True,
        ),
    )


YES_PROBABILITIES = Analysis(
    name="yes-probabilities",
    chapter=CHAPTER,
    question="How often would a decision pass, and who would get their way, with the stated probabilities of a yes?",
    version=1,
    method=EXTENSION,
    reads=Reads(needs=("institution.yes_probability", "institution.rules"), optional=RULE_FIELDS),
    options=Options,
    take=_take,
    run=_run,
    say=_say,
    per="rules",
    work=lambda taken: 40.0 * 2.0 ** min(len(taken.body.members), MOST_REDRAWN),
)
