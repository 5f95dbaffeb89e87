"""What would each text change: formal voting weight of a seat, and seats set against states and inhabitants?"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np

from comity.findings import Analysis, Answer, Claim, Options, Outcome, PageLine, Reads, Rows, Table, View
from comity.findings.contract import FloatArray, Value
from comity.findings.wording import listing, small_percent, two
from comity.institutions.analyses.rules_of import CHAPTER
from comity.institutions.analyses.voting_power import WEIGHT
from comity.institutions.voting.seat_kinds import SeatWeight, share_of_time, weight_of_seats
from comity.scenario.reform import Reform, ReformText

MORE_THAN_ANY = 10_000.0
KINDS_OF_SEAT = ((True, "a veto seat"), (False, "a seat without a veto"))


@dataclass(frozen=True)
class _Taken:
    reform: Reform
    members: int
    needs: FloatArray  # (rows or 1, texts)
    ranges: tuple[tuple[int, int] | None, ...]
    seats: FloatArray  # (rows or 1, seats of all texts in order)
    terms: FloatArray
    populations: FloatArray


@dataclass(frozen=True)
class TextWeights:
    """One text: its seats and, for each kind, the formal voting weight of one seat."""

    text: ReformText
    needs: int
    counts: tuple[int, ...]
    weight: SeatWeight | None
    low: SeatWeight | None
    high: SeatWeight | None

    @property
    def total(self) -> int:
        """The seats of the body."""
        return sum(self.counts)

    def at(self, veto: bool) -> int | None:
        """The first kind of seat with or without a veto, by its place."""
        return next((place for place, kind in enumerate(self.text.seats) if kind.veto is veto), None)


@dataclass(frozen=True)
class ByText:
    """Every text, and what is set against its seats."""

    reform: Reform
    members: int
    texts: tuple[TextWeights, ...]
    terms: tuple[tuple[float | None, ...], ...]
    populations: tuple[float | None, ...]
    alternatives: tuple[str, ...]


def _take(view: View, rows: Rows) -> _Taken:
    reform: Reform = view.object("reform")
    spans = {item.path: item.spread for item in rows.inputs if item.path.endswith(".needs") and item.spread is not None}
    ranges = tuple(
        None if span is None else (round(span[0]), round(span[1]))
        for span in (spans.get(f"reform.texts[{text.id}].needs") for text in reform.texts)
    )
    return _Taken(
        reform,
        len(view.ids("members")),
        view.numbers("reform.needs", rows),
        ranges,
        view.numbers("reform.seats", rows),
        view.numbers("reform.terms", rows)[0],
        view.numbers("reform.populations", rows)[0],
    )


_weight = cache(weight_of_seats)


def _columns(reform: Reform) -> list[slice]:
    ends = itertools.accumulate((len(text.seats) for text in reform.texts), initial=0)
    return [slice(start, end) for start, end in itertools.pairwise(ends)]


def _run(taken: _Taken, options: Options) -> Answer[ByText]:
    reform = taken.reform
    columns = _columns(reform)
    n_rows = max(len(taken.needs), len(taken.seats))
    # A text that does not say how many votes are needed is like one that asks for too many: nothing is said of it.
    stated = np.nan_to_num(taken.needs, nan=MORE_THAN_ANY)
    needs = np.broadcast_to(stated, (n_rows, stated.shape[1])).round().astype(int)
    seats = np.broadcast_to(taken.seats, (n_rows, taken.seats.shape[1])).round().astype(int)
    vetoes = [tuple(kind.veto for kind in text.seats) for text in reform.texts]

    def weight(row: int, at: int) -> SeatWeight | None:
        return _weight(tuple(seats[row, columns[at]].tolist()), vetoes[at], int(needs[row, at]))

    words = []
    for row in range(n_rows):
        found = [(text.name, weight(row, at), at) for at, text in enumerate(reform.texts)]
        words.append(_most_for_a_seat_without(found, vetoes))
    labels = tuple(dict.fromkeys(words))
    verdict = np.array([labels.index(word) for word in words], dtype=np.int64)
    texts = []
    for at, text in enumerate(reform.texts):
        counts = tuple(seats[0, columns[at]].tolist())
        span = taken.ranges[at]
        ends = (None, None) if span is None else tuple(_weight(counts, vetoes[at], end) for end in span)
        texts.append(TextWeights(text, int(needs[0, at]), counts, weight(0, at), ends[0], ends[1]))
    terms = tuple(
        tuple(None if np.isnan(value) else float(value) for value in taken.terms[column]) for column in columns
    )
    people = tuple(None if np.isnan(value) else float(value) for value in taken.populations)
    detail = ByText(reform, taken.members, tuple(texts), terms, people, _alternatives(texts))
    return Answer(detail, Outcome(verdict, labels, {}), "exact")


def _most_for_a_seat_without(found: list[tuple[str, SeatWeight | None, int]], vetoes: list[tuple[bool, ...]]) -> str:
    """The verdict: under which text a seat without a veto has most formal voting weight."""
    weights = {
        name: weight.banzhaf[vetoes[at].index(False)]
        for name, weight, at in found
        if weight is not None and False in vetoes[at]
    }
    if not weights:
        return "no text has a seat without a veto that can decide"
    most = max(weights.values())
    return f"a seat without a veto decides most often under {listing([n for n, w in weights.items() if w == most])}"


def _alternatives(texts: list[TextWeights]) -> tuple[str, ...]:
    """What a veto for new seats, or one vote more or fewer, would make of each text that changes something."""
    lines = []
    for each in texts:
        new = [place for place, kind in enumerate(each.text.seats) if not kind.veto and kind.term_years is None]
        if each.text.in_force or each.weight is None or not new:
            continue
        vetoes = tuple(kind.veto or place in new for place, kind in enumerate(each.text.seats))
        given = _weight(each.counts, vetoes, each.needs)
        if given is not None:
            count = sum(each.counts[place] for place in new)
            lines.append(
                f"A veto for the {count} new permanent seats of {each.text.name}: coalitions that can act "
                f"{small_percent(each.weight.efficiency)}→{small_percent(given.efficiency)}, a veto seat decides in "
                f"{small_percent(given.banzhaf[new[0]])}."
            )
    moved = []
    for each in texts:
        here = each.at(False)
        if each.text.in_force or each.weight is None or here is None:
            continue
        ends = [_weight(each.counts, tuple(k.veto for k in each.text.seats), each.needs + step) for step in (-1, 1)]
        told = [
            f"{small_percent(end.banzhaf[here])} with {each.needs + step}"
            for step, end in zip((-1, 1), ends, strict=True)
            if end
        ]
        moved.append(f"{each.text.name} {' and '.join(told)} (now {small_percent(each.weight.banzhaf[here])})")
    if moved:
        lines.append(f"The votes needed: a seat without a veto decides under {'; '.join(moved)}.")
    return tuple(lines)


def _under(each: TextWeights) -> str:
    return f"{each.text.name} {each.needs}/{each.total}"


def _cell(each: TextWeights, value: float, at_ends: tuple[float, ...]) -> str:
    """A share, with what it would be at the ends of a range of the votes needed."""
    if not at_ends:
        return small_percent(value)
    return f"{small_percent(value)} ({small_percent(min(at_ends))} to {small_percent(max(at_ends))})"


def _ends(each: TextWeights) -> list[SeatWeight]:
    return [end for end in (each.low, each.high) if end is not None]


def _say(answer: Answer[ByText]) -> tuple[Claim, ...]:
    found = answer.detail
    lines = ["Formal voting weight only; every coalition equally likely, everybody votes yes or no."]
    for veto, name in KINDS_OF_SEAT:
        parts = []
        for each in found.texts:
            at = each.at(veto)
            if each.weight is not None and at is not None:
                ends = tuple(end.banzhaf[at] for end in _ends(each))
                parts.append(f"{_under(each)}: {_cell(each, each.weight.banzhaf[at], ends)}")
        if parts:
            lines.append(f"{name[0].upper()}{name[1:]} is decisive: {' | '.join(parts)}")
    lines += _second_index(found)
    acting = [
        f"{_under(each)}: {_cell(each, each.weight.efficiency, tuple(end.efficiency for end in _ends(each)))}"
        for each in found.texts
        if each.weight is not None
    ]
    lines.append(f"Coalitions that can act: {' | '.join(acting)}")
    lines.append(_read(found))
    unread = [each.text.name for each in found.texts if each.text.needs is not None and each.text.needs.unverified]
    if unread:
        lines[0] += f" The votes needed under {listing(unread)} are not verified."
    verify = [text for each in found.texts for text in each.text.unverified]
    page = [PageLine("what each text changes", line, 10 + at) for at, line in enumerate(lines)]
    page += [PageLine("who gains", line, 10 + at) for at, line in enumerate(_gains(found))]
    page += [PageLine("what would change it", line, 30 + at) for at, line in enumerate(found.alternatives)]
    return (
        Claim(
            key="weight-by-text",
            sentence="; ".join(line.rstrip(".") for line in lines[1:-1]) + ".",
            reading=lines[-1],
            table=_table(found),
            chart=partial(_chart, found),
            chart_summary=" ".join(lines[1:-1]),
            lines=tuple(page),
            caveats=(*(f"Not verified: {text}" for text in verify), *_notes(found)),
        ),
        *_tenure(found),
        *_arithmetic(found),
    )


def _second_index(found: ByText) -> list[str]:
    """The same by the other index, and whether it orders the texts in another way."""
    parts, otherwise = [], []
    for veto, name in KINDS_OF_SEAT:
        held = [
            (each, each.weight.banzhaf[at], each.weight.shapley_shubik[at])
            for each in found.texts
            if each.weight is not None and (at := each.at(veto)) is not None
        ]
        if not held:
            continue
        parts.append(f"{name} {' | '.join(f'{_under(each)}: {small_percent(index)}' for each, _, index in held)}")
        first = [each.text.name for each, *_ in sorted(held, key=lambda item: -item[1])]
        second = [each.text.name for each, *_ in sorted(held, key=lambda item: -item[2])]
        if first != second:
            otherwise.append(f"for {name} {', '.join(second)} (by decisive coalitions {', '.join(first)})")
    if not parts:
        return []
    order = f"It orders the texts otherwise, from most to least: {'; '.join(otherwise)}." if otherwise else ""
    same = "" if otherwise else "It orders the texts in the same way."
    return [f"By the Shapley–Shubik index one seat has: {'; '.join(parts)}. {order or same}"]


def _notes(found: ByText) -> list[str]:
    return [f"{each.text.name}: {each.text.note}" for each in found.texts if each.text.note]


def _read(found: ByText) -> str:
    ratios = []
    for each in found.texts:
        veto, other = each.at(True), each.at(False)
        if each.weight is not None and veto is not None and other is not None and each.weight.banzhaf[other] > 0:
            ratios.append(each.weight.banzhaf[veto] / each.weight.banzhaf[other])
    told = "These are properties of rules, not forecasts."
    if not ratios:
        return told
    low, high = two(min(ratios)), two(max(ratios))
    times = low if low == high else f"{low} to {high}"
    return f"Read: under every text with both, a veto seat has {times} times the weight of another seat. {told}"


def _gains(found: ByText) -> list[str]:
    lines = [found.reform.gains] if found.reform.gains else []
    shares = []
    for each, terms in zip(found.texts, found.terms, strict=True):
        place = next((at for at, term in enumerate(terms) if term is not None), None)
        pool = found.members - sum(c for c, term in zip(each.counts, terms, strict=True) if term is None)
        if place is not None and pool > 0:
            shares.append(f"{each.text.name} {small_percent(share_of_time(each.counts[place], pool))}")
    if shares:
        lines.append(
            f"The indices cannot see these. If all others took turns, one state would hold an elected seat so much of "
            f"the time: {', '.join(shares)} (tenure-adjusted table below)."
        )
    return lines


def _table(found: ByText) -> Table:
    rows: list[tuple[Value, ...]] = []
    for each in found.texts:
        for place, kind in enumerate(each.text.seats):
            weight = each.weight
            rows.append(
                (
                    each.text.name,
                    each.text.symbol,
                    kind.name,
                    each.counts[place],
                    kind.veto,
                    None if weight is None else each.needs,
                    each.total,
                    None if weight is None else weight.banzhaf[place],
                    None if weight is None else weight.shapley_shubik[place],
                    None if weight is None else weight.efficiency,
                )
            )
    columns = ("text", "symbol", "seat", "seats", "veto", "needs", "of", "banzhaf", "shapley_shubik", "can_act")
    return Table("Formal voting weight of one seat, by text", columns, tuple(rows))


def _tenure(found: ByText) -> tuple[Claim, ...]:
    rows: list[tuple[Value, ...]] = []
    for each, terms in zip(found.texts, found.terms, strict=True):
        permanent = sum(count for count, term in zip(each.counts, terms, strict=True) if term is None)
        pool = found.members - permanent
        for place, (kind, term) in enumerate(zip(each.text.seats, terms, strict=True)):
            if each.weight is None or pool <= 0:
                continue
            held = 1.0 if term is None else share_of_time(each.counts[place], pool)
            rows.append(
                (
                    each.text.name,
                    kind.name,
                    each.counts[place],
                    term,
                    held,
                    None if term is None else term / held,
                    held * each.weight.banzhaf[place],
                    held * each.weight.shapley_shubik[place],
                )
            )
    if not rows:
        return ()
    columns = (
        "text",
        "seat",
        "seats",
        "term_years",
        "share_of_time",
        "years_from_term_to_term",
        "banzhaf_times_tenure",
        "shapley_shubik_times_tenure",
    )
    return (
        Claim(
            key="tenure",
            question="What is a seat worth that is held for some years in many?",
            sentence="A seat held for a term is not a permanent seat: weight times the share of time that one "
            f"of {found.members} members would hold such a seat, if those without a permanent one took equal turns.",
            reading="States do not take equal turns: some are elected often, some never.",
            table=Table("Tenure-adjusted formal voting weight of one state", columns, tuple(rows)),
        ),
    )


def _arithmetic(found: ByText) -> tuple[Claim, ...]:
    rows: list[tuple[Value, ...]] = []
    for each in found.texts:
        for group, people in zip(found.reform.groups, found.populations, strict=True):
            shared = [(kind, count) for kind, count in zip(each.text.seats, each.counts, strict=True) if kind.by_group]
            if len(shared) < len(each.text.seats):
                continue
            seats = sum(kind.by_group.get(group.id, 0) for kind, _ in shared)
            rows.append(
                (
                    each.text.name,
                    group.name,
                    seats,
                    seats / each.total,
                    None if not group.members else group.members / found.members,
                    None if not group.members or not seats else group.members / seats,
                    None if people is None or not seats else people / 1e6 / seats,
                )
            )
    if not rows:
        return ()
    columns = (
        "text",
        "group",
        "seats",
        "share_of_seats",
        "share_of_members",
        "members_for_each_seat",
        "million_inhabitants_for_each_seat",
    )
    return (
        Claim(
            key="seats-by-group",
            question="How do seats compare with states and inhabitants?",
            sentence="Seats by regional group set against its states and inhabitants, as arithmetic.",
            reading="A member from a region is not the region's delegate; this is division, not representation.",
            table=Table("Seats by group, for each state and for each million inhabitants", columns, tuple(rows)),
            caveats=("Populations are rounded and not verified; see the inputs.",),
        ),
    )


def _chart(found: ByText) -> dict[str, Any]:
    from comity.findings.charts import bars

    now = next((each for each in found.texts if each.text.in_force), None)
    names: list[str] = []
    before: list[float] = []
    after: list[float] = []
    for veto, name in KINDS_OF_SEAT:
        here = None if now is None else now.at(veto)
        if now is None or now.weight is None or here is None:
            continue
        for each in found.texts:
            at = each.at(veto)
            if each is not now and each.weight is not None and at is not None:
                names.append(f"{each.text.name}: {name}")
                before.append(now.weight.banzhaf[here])
                after.append(each.weight.banzhaf[at])
    series = {"as it is": before, "under the text": after}
    return bars(names, series, "share of equally likely coalitions in which one seat decides")


WEIGHT_BY_TEXT = Analysis(
    name="weight-by-text",
    chapter=CHAPTER,
    question="What would each text change in formal voting weight?",
    version=1,
    method=WEIGHT,
    reads=Reads(needs=("reform", "reform.needs", "reform.seats"), optional=("reform.terms", "reform.populations")),
    options=Options,
    take=_take,
    run=_run,
    say=_say,
    work=lambda taken: 200_000.0 * len(taken.reform.texts),
)
