"""How does formal voting weight change as the quota moves, and where does something jump?"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any, Literal

import numpy as np
from pydantic import Field, field_validator

from comity.findings import Analysis, Answer, CannotAnswerError, Citation, Claim, Options, Reads, Rows, Table, View
from comity.findings.wording import listing, percent, plural
from comity.institutions.analyses.rules_of import CHAPTER, RULE_FIELDS, Body, body_under
from comity.institutions.voting.quota_curve import Jump, QuotaCurve, jumps, quota_curve
from comity.institutions.voting.tallies import TooLarge
from comity.rules import RuleError, Weighted, parse_quota

CURVE = Citation(
    "Leech 2002",
    "Formal voting weight as a function of the quota (Leech 2002, Voting power in the governance of the International "
    "Monetary Fund, Annals of Operations Research 109, for the practice). Cited from memory.",
)
_QUOTAS = 181
_ROWS = 18
_FOLLOWED = 5
_MOST_JUMPS = 400
_LABEL = 34


class QuotaCurveOptions(Options):
    """Between which quotas."""

    members: Literal["some", "all"] = Field(
        default="some", description="Whose index the table gives: the heaviest at some quotas, or all at all of them."
    )
    between: str = Field(
        default="50%:95%", description="The first and the last quota of the curve, as shares: 50%:95%."
    )

    @field_validator("between")
    @classmethod
    def _shares(cls, text: str) -> str:
        shares_between(text)
        return text


def shares_between(text: str) -> tuple[Fraction, Fraction]:
    """Read "50%:95%" as two shares of the total, the first below the second.

    Raises:
        ValueError: not two shares, or in the wrong order.

    Example:
        >>> shares_between("1/2:0.95")
        (Fraction(1, 2), Fraction(19, 20))
    """
    low, colon, high = text.partition(":")
    try:
        ends = (parse_quota(low), parse_quota(high)) if colon else ()
    except RuleError as error:
        raise ValueError(str(error)) from None
    shares = tuple(end for end in ends if isinstance(end, Fraction))
    if len(shares) != 2 or not shares[0] < shares[1]:
        raise ValueError(f'{text!r} is not a range of quotas; write two shares, such as "50%:95%" or "1/2:0.9"')
    return shares[0], shares[1]


@dataclass(frozen=True)
class Curved:
    """The curve of the rule as written, its quotas as shares, and what jumps on it."""

    body: Body
    clause: Weighted
    shares: tuple[Fraction, ...]
    curve: QuotaCurve
    jumps: tuple[Jump, ...]
    everyone: bool
    quotas: tuple[tuple[str, float], ...]  # the quotas of all rules with these weights, as shares


def _take(view: View, rows: Rows) -> tuple[tuple[Body, ...], ...]:
    institution = view.object("institution.rules")
    bodies = [body_under(view, rows, institution, rule) for rule in institution.rules]
    # Rules that differ in their quota alone have one curve.
    alike: dict[tuple[int, ...], list[Body]] = {}
    for body in bodies:
        if isinstance(body.rule, Weighted):
            alike.setdefault(body.rule.weights, []).append(body)
    if not alike:
        raise CannotAnswerError(
            "needs a rule that is one quota of one table of weights; of other rules --set moves a quota "
            "(comity check CASE --inputs lists them)"
        )
    return tuple(tuple(group) for group in alike.values())


def _run(groups: tuple[tuple[Body, ...], ...], options: QuotaCurveOptions) -> Answer[tuple[Curved, ...]]:
    return Answer(tuple(_curved(group, options) for group in groups), None, "exact")


def _curved(group: tuple[Body, ...], options: QuotaCurveOptions) -> Curved:
    body = group[0]
    rule = body.rule
    written = tuple(
        (each.rule_name, each.rule.threshold / each.rule.total) for each in group if isinstance(each.rule, Weighted)
    )
    assert isinstance(rule, Weighted)
    low, high = shares_between(options.between)
    step = (high - low) / (_QUOTAS - 1)
    shares = tuple(low + step * number for number in range(_QUOTAS))
    # At 100 % more than the quota can never be reached.
    shares = tuple(share for share in shares if not (rule.strict and share == 1))
    try:
        curve = quota_curve(rule.weights, list(shares), strict=rule.strict)
        found = jumps(curve)
    except (TooLarge, RuleError) as error:
        raise CannotAnswerError(str(error)) from None
    return Curved(body, rule, shares, curve, found, options.members == "all", written)


def _share_at(found: Curved, threshold: int) -> str:
    """A threshold as a share of the total, with as many digits as it takes to be on the right side of it."""
    share = 100 * threshold / found.curve.total
    return f"{share:.2f} %"


def _say(answer: Answer[tuple[Curved, ...]]) -> tuple[Claim, ...]:
    return tuple(claim for found in answer.detail for claim in _claims(found))


def _claims(found: Curved) -> tuple[Claim, ...]:
    names, curve = found.body.members, found.curve
    first, last = found.shares[0], found.shares[-1]
    efficiency = curve.efficiency
    sentence = (
        f"With a quota anywhere between {percent(float(first))} and {percent(float(last))} of the "
        f"{found.clause.unit}, the share of coalitions that pass falls from {percent(float(efficiency[0]))} to "
        f"{percent(float(efficiency[-1]))}."
    )
    vetoes = [jump for jump in found.jumps if jump.change == "can block alone"]
    parts = [f"{names[jump.member]} from {_share_at(found, jump.threshold)}" for jump in vetoes]
    reading = "On this range nobody comes to block alone."
    if parts:
        reading = (
            f"Who comes to block alone, and from which quota on: {listing(parts, limit=6)}; it is where the others "
            "together no longer reach the quota, the total less the member's own weight."
        )
    moving = {jump.member for jump in found.jumps if jump.change == "rank"}
    idle = [names[jump.member] for jump in found.jumps if jump.change == "has no power"]
    if idle:
        who = list(dict.fromkeys(idle))
        reading += (
            f" At some quotas of it {listing(who, limit=5)} {'never decides' if len(who) == 1 else 'never decide'}."
        )
    if moving:
        reading += f" Ties between members begin or end for {plural(len(moving), 'member')}; see the jumps."
    return (
        Claim(
            key="quota-curve",
            sentence=sentence,
            reading=reading,
            table=_table(found),
            chart=partial(_chart, found),
            chart_summary=f"{sentence} {reading}",
            caveats=(
                "The weights stay as they are while the quota moves; a body that changed one would discuss the other.",
            ),
            names_subject=True,
        ),
        Claim(
            key="quota-jumps",
            question="Where does something jump as the quota moves?",
            sentence=f"{plural(len(found.jumps), 'jump')} on the curve of the {found.clause.unit}, by quota.",
            table=_jumps(found),
            names_subject=True,
        ),
    )


def _followed(found: Curved) -> list[int]:
    """The heaviest members, and one of the lightest that has weight: a curve of each is drawn."""
    weights = found.curve.weights
    order = sorted((m for m in range(len(weights)) if weights[m]), key=lambda member: (-weights[member], member))
    return order if len(order) <= _FOLLOWED else [*order[: _FOLLOWED - 1], order[-1]]


def _table(found: Curved) -> Table:
    """Some members side by side at round quotas, or one row a quota and member, as a program wants it."""
    caption = f"Formal voting weight by quota, {found.clause.unit} of the {found.body.name}"
    curve, names = found.curve, found.body.members
    if found.everyone:
        long = tuple(
            (
                float(share),
                names[member],
                float(curve.banzhaf[at, member]),
                float(curve.banzhaf_normalised[at, member]),
                float(curve.efficiency[at]),
            )
            for at, share in enumerate(found.shares)
            for member in range(len(names))
        )
        return Table(caption, ("quota", "name", "banzhaf", "banzhaf_normalised", "efficiency"), long)
    followed = _followed(found)
    step = max(1, (len(found.shares) - 1) // _ROWS)
    rows = tuple(
        (
            float(found.shares[at]),
            float(curve.efficiency[at]),
            *(float(curve.banzhaf_normalised[at, member]) for member in followed),
        )
        for at in range(0, len(found.shares), step)
    )
    columns = ("quota", "coalitions_that_pass", *(f"{names[member]}, normalised Banzhaf" for member in followed))
    return Table(caption, columns, rows)


def _jumps(found: Curved) -> Table:
    rows = tuple(
        (
            float(Fraction(jump.threshold, found.curve.total)),
            float(Fraction(jump.threshold, found.clause.scale)),
            found.body.members[jump.member],
            jump.change,
            jump.before,
            jump.after,
        )
        for jump in found.jumps[:_MOST_JUMPS]
    )
    cut = f" (the first {_MOST_JUMPS} of {len(found.jumps)})" if len(found.jumps) > _MOST_JUMPS else ""
    columns = ("quota", "weight_needed", "name", "change", "rank_before", "rank_after")
    return Table(f"Where something jumps as the quota rises{cut}", columns, rows)


def _chart(found: Curved) -> dict[str, Any]:
    from comity.findings.curves import lines

    followed = _followed(found)
    series = {found.body.members[member]: np.asarray(found.curve.banzhaf_normalised[:, member]) for member in followed}
    marks = [
        (f"{found.body.members[jump.member]} can block", jump.threshold / found.curve.total)
        for jump in found.jumps
        if jump.change == "can block alone" and jump.member in followed
    ][:2]
    marks = [(_shortened(name), at) for name, at in found.quotas] + marks
    low, high = float(found.shares[0]), float(found.shares[-1])
    return lines(
        [float(share) for share in found.shares],
        series,
        marks=[(name, at) for name, at in marks if low <= at <= high],
        x_title="quota, as a share of the total weight",
        y_title="normalised Banzhaf index",
    )


def _shortened(name: str) -> str:
    return name if len(name) <= _LABEL else f"{name[:_LABEL].rstrip()}…"


QUOTA_CURVE = Analysis(
    name="quota-curve",
    chapter=CHAPTER,
    question="How does formal voting weight change as the quota moves?",
    version=1,
    method=CURVE,
    reads=Reads(needs=("institution.rules", "institution.weights"), optional=RULE_FIELDS),
    options=QuotaCurveOptions,
    take=_take,
    run=_run,
    say=_say,
)
