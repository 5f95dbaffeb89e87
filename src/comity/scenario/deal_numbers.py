"""The numbers of the deal section as inputs: utilities, what each party has without a deal, red lines, weights."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from comity.findings import Input
from comity.findings.wording import possessive
from comity.scenario.cells import CellDetail
from comity.scenario.deal import Deal, DealParty
from comity.scenario.judged import Field, Placed, judged
from comity.scenario.schema import ScenarioFile

_HEAVIEST = 1e6
_OF_A_PARTY = ("batna", "red_line", "weight", "discount_factor")
_LEAST_PATIENT, _MOST_PATIENT = 1e-6, 1 - 1e-6


@dataclass(frozen=True)
class _Measure:
    """How far a party's numbers reach: the lowest and highest package, and half-widths and domains made of them."""

    low: float
    high: float
    half_width: float

    @property
    def span(self) -> float:
        """From the worst to the best package; never nothing."""
        return (self.high - self.low) or max(1.0, abs(self.high))


def packages_axis(deal: Deal) -> tuple[str, ...]:
    """Return every option as ``issue/option``, in the order of the file.

    Example:
        >>> from comity.scenario import load
        >>> packages_axis(load("river-basin").file.deal)[0]
        'dam/high'
    """
    return tuple(f"{issue.id}/{option.id}" for issue in deal.issues for option in issue.options)


def bare_deal(deal: Deal | None) -> Deal | None:
    """Return the deal section with its words alone; its numbers are fields of their own."""
    if deal is None:
        return None
    nothing: dict[str, object] = {**dict.fromkeys(_OF_A_PARTY), "utilities": {}}
    return deal.model_copy(
        update={
            "breakdown": None,
            "parties": tuple(party.model_copy(update=nothing) for party in deal.parties),
            "together": tuple(each.model_copy(update={"utilities": {}}) for each in deal.together),
            # What was agreed is read on its own: it changes nothing of what could be.
            "agreed": (),
        }
    )


def with_deal_number(deal: Deal, path: str, cell: Callable[[CellDetail], CellDetail]) -> Deal | None:
    """Return the deal with one of its numbers changed by ``cell``; None where the path is none of them."""

    def put(party: DealParty) -> DealParty:
        if found := re.fullmatch(rf"deal\.({'|'.join(_OF_A_PARTY)})\[(.+)\]", path):
            held = getattr(party, found[1])
            return party.model_copy(update={found[1]: cell(held)}) if held and found[2] == party.actor else party
        found = re.fullmatch(r"deal\.utilities\[(.+),(.+)/(.+)\]", path)
        if found is None or found[1] != party.actor:
            return party
        issue = dict(party.utilities[found[2]])
        issue[found[3]] = cell(issue[found[3]])
        return party.model_copy(update={"utilities": {**party.utilities, found[2]: issue}})

    if found := re.fullmatch(r"deal\.together\[(.+),(.+)\]", path):
        name, actor = found.groups()
        together = tuple(
            each.model_copy(update={"utilities": {**each.utilities, actor: cell(each.utilities[actor])}})
            if each.id == name
            else each
            for each in deal.together
        )
        return deal.model_copy(update={"together": together})
    if path == "deal.breakdown" and deal.breakdown is not None:
        return deal.model_copy(update={"breakdown": cell(deal.breakdown)})
    if not path.startswith("deal."):
        return None
    return deal.model_copy(update={"parties": tuple(put(party) for party in deal.parties)})


def _measures(file: ScenarioFile, deal: Deal) -> Iterator[tuple[int, DealParty, str, _Measure]]:
    names = {actor.id: actor.name for actor in file.actors}
    for at, party in enumerate(deal.parties):
        low = high = 0.0
        for held in party.utilities.values():
            values = [cell.estimate for cell in held.values() if cell.estimate is not None]
            low, high = low + min(values, default=0.0), high + max(values, default=0.0)
        span = (high - low) or max(1.0, abs(high))
        yield at, party, names[party.actor], _Measure(low, high, file.ranges.utility * span)


def _input(
    cell: CellDetail,
    path: str,
    party: DealParty,
    measure: _Measure,
    ends: tuple[float, float],
    label: str,
    question: str,
) -> Input | None:
    """A judged number of a party; the search may move it as far as the party's own span."""
    around = [end for end in (cell.estimate, *(cell.interval or ())) if end is not None]
    domain = (min([ends[0] - measure.span, *around]), max([ends[1] + measure.span, *around]))
    unit = party.unit or "points of its own scale"
    return judged(
        cell, path, domain, measure.half_width, unit=unit, label=label, question=question,
        source=party.source, note=party.note,
    )  # fmt: skip


def _utilities(file: ScenarioFile, several: bool) -> Iterator[Placed]:
    if file.deal is None:
        return
    columns = {name: at for at, name in enumerate(packages_axis(file.deal))}
    for at, party, name, measure in _measures(file, file.deal):
        for issue in file.deal.issues:
            held = party.utilities.get(issue.id, {})
            values = [cell.estimate for cell in held.values() if cell.estimate is not None]
            for option in issue.options:
                cell = held.get(option.id)
                if cell is None:
                    continue
                item = _input(
                    cell,
                    f"deal.utilities[{party.actor},{issue.id}/{option.id}]",
                    party,
                    measure,
                    (min(values, default=0.0), max(values, default=0.0)),
                    f"what “{option.name}” ({issue.id}) is worth to {name}",
                    f"Is “{option.name}” ({issue.id}) worth {cell.estimate:g} to {name}, on its own scale?"
                    if cell.estimate is not None
                    else "",
                )
                if item is not None:
                    yield Placed(item, (at, columns[f"{issue.id}/{option.id}"]))


def _line(which: str, label: str, asks: str) -> Callable[[ScenarioFile, bool], Iterator[Placed]]:
    def read(file: ScenarioFile, several: bool) -> Iterator[Placed]:
        if file.deal is None:
            return
        for at, party, name, measure in _measures(file, file.deal):
            cell: CellDetail | None = getattr(party, which)
            if cell is None or cell.estimate is None:
                continue
            ends = (measure.low, measure.high)
            words = label.format(whose=possessive(name), who=name)
            question = asks.format(whose=possessive(name), who=name, value=f"{cell.estimate:g}")
            item = _input(cell, f"deal.{which}[{party.actor}]", party, measure, ends, words, question)
            if item is not None:
                yield Placed(item, (at,))

    return read


def _weight(file: ScenarioFile, several: bool) -> Iterator[Placed]:
    if file.deal is None:
        return
    for at, party, name, _ in _measures(file, file.deal):
        if party.weight is None or party.weight.estimate is None:
            continue
        item = judged(
            party.weight,
            f"deal.weight[{party.actor}]",
            (1e-6, _HEAVIEST),
            file.ranges.utility * party.weight.estimate,
            unit="bargaining weight",
            label=f"{possessive(name)} bargaining weight",
            question=f"Does {name} count for {party.weight.estimate:g}, against the others' weights?",
            source=party.source,
        )
        if item is not None:
            yield Placed(item, (at,))


def _together(file: ScenarioFile, several: bool) -> Iterator[Placed]:
    if file.deal is None:
        return
    measures = {party.actor: (at, party, name, measure) for at, party, name, measure in _measures(file, file.deal)}
    for row, each in enumerate(file.deal.together):
        for actor, cell in each.utilities.items():
            if actor not in measures:
                continue
            at, party, name, measure = measures[actor]
            item = _input(
                cell,
                f"deal.together[{each.id},{actor}]",
                party,
                measure,
                (0.0, 0.0),
                f"what “{each.id}” adds for {name}",
                f"Does it change {cell.estimate:g} for {name} that {each.why[0].lower()}{each.why[1:].rstrip('.')}?"
                if cell.estimate is not None
                else "",
            )
            if item is not None:
                yield Placed(item, (at, row))


def _discount_factor(file: ScenarioFile, several: bool) -> Iterator[Placed]:
    if file.deal is None:
        return
    for at, party, name, _ in _measures(file, file.deal):
        if party.discount_factor is None or party.discount_factor.estimate is None:
            continue
        item = judged(
            party.discount_factor,
            f"deal.discount_factor[{party.actor}]",
            (_LEAST_PATIENT, _MOST_PATIENT),
            file.ranges.probability,
            unit="discount factor, a round of talks",
            label=f"{possessive(name)} discount factor",
            question=f"How much does a round of talks cost {name}: is what comes a round later worth "
            f"{party.discount_factor.estimate:g} of the same now?",
            source=party.source,
        )
        if item is not None:
            yield Placed(item, (at,))


def _breakdown(file: ScenarioFile, several: bool) -> Iterator[Placed]:
    if file.deal is None or file.deal.breakdown is None:
        return
    item = judged(
        file.deal.breakdown,
        "deal.breakdown",
        (0.0, 1.0),
        file.ranges.probability,
        unit="probability",
        label="the probability that talks break down after a refusal",
        question="How likely is it that a refused offer ends the talks for good?",
    )
    if item is not None:
        yield Placed(item, ())


DEAL_FIELDS: tuple[Field, ...] = (
    Field(
        "deal.utilities",
        ("deal.parties", "deal.options"),
        "what options are worth to parties (section `deal`)",
        _utilities,
    ),
    Field(
        "deal.batna",
        ("deal.parties",),
        "what each party has without a deal (a party's `batna`)",
        _line("batna", "what {who} has without a deal", "Has {who} really {value} on its own scale without a deal?"),
    ),
    Field(
        "deal.red_line",
        ("deal.parties",),
        "a party's red line",
        _line("red_line", "{whose} red line", "Does {who} really refuse anything below {value} on its own scale?"),
    ),
    Field(
        "deal.discount_factor",
        ("deal.parties",),
        "how patient each party is (a party's `discount_factor`)",
        _discount_factor,
    ),
    Field("deal.breakdown", (), "how likely talks are to break down (`deal.breakdown`)", _breakdown),
    Field("deal.weight", ("deal.parties",), "a party's bargaining weight", _weight),
    Field("deal.together", ("deal.parties", "deal.together"), "what combinations of options add", _together),
)
