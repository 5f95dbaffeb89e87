"""How a debriefing speaks of a deal: its sentences and tables, and those of several groups side by side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from comity.bargaining.analyses.deal_solutions import rule_of
from comity.bargaining.analyses.debrief_score import TINY, Debriefed, Score
from comity.bargaining.deals import distance_to_frontier
from comity.findings import Table
from comity.findings.contract import FloatArray, Value
from comity.findings.wording import listing, percent, plural, two

OWN = "each on its own scale"
_MOST_SHOWN = 12
_MOST_NAMED = 5


def called(found: Debriefed, at: int) -> str:
    """What a group is called."""
    return found.groups[at].name or ("the deal" if len(found.groups) == 1 else f"group {at + 1}")


def deal_sentence(score: Score, at: int) -> str:
    """Who is below its line, and is anything left on the table?"""
    found, table = score.whole, score.whole.table
    whose = f"{called(found, at)}: " if found.groups[at].name or len(found.groups) > 1 else ""
    if score.package is None:
        zone = found.zone
        if zone is None:
            return f"{whose}No deal was reached: each party has what it has without one."
        if zone.empty:
            return f"{whose}No deal was reached, and in the model none was acceptable to all."
        many = "some packages" if zone.n_acceptable is None else plural(zone.n_acceptable, "package")
        return (
            f"{whose}No deal was reached: each party has what it has without one, although in the model {many} would "
            "have given each at least its line."
        )
    parts = [f"{whose}The deal ({table.name(score.package)})"]
    if not table.bounded:
        parts[0] += _efficiency(score, opening=True)
        parts.append("What the parties have without a deal is not in this case, so gains over it are not told.")
        return " ".join(parts)
    if score.below:
        parts[0] += f" leaves {listing(_below(score))} ({OWN})"
    else:
        parts[0] += " gives every party at least its line"
    parts[0] += _efficiency(score, opening=False)
    return parts[0]


def _below(score: Score) -> list[str]:
    """Who is below which line by how much; those who are below what they have without a deal come together."""
    table, said, worse = score.whole.table, [], []
    for at in score.below:
        by = f"{table.parties[at]} {two(float(score.short[at]))}"
        if at in score.below_batna and not table.floor[0, at] > table.without[0, at]:
            worse.append(by)
            continue
        also = f" ({two(float(-score.gain[at]))} below what it has without a deal)" if at in score.below_batna else ""
        said.append(f"{by} below its red line{also}")
    if worse:
        it_has = "it has" if len(worse) == 1 else "they have"
        said.append(
            f"{' and '.join(filter(None, (', '.join(worse[:-1]), worse[-1])))} below what {it_has} without a deal"
        )
    return said


def _efficiency(score: Score, *, opening: bool) -> str:
    """Is it on the frontier? As the end of a sentence."""
    left = score.left
    joined = "" if opening else ","
    if left is None:
        return "." if not opening else " was reached."
    if left.efficient:
        if opening:
            return " is on the frontier: in the model nobody could have had more without another's loss."
        return ", and in the model nobody could have had more without another's loss."
    word = " leaves" if opening else " and leaves"
    return (
        f"{joined}{word} joint gains on the table: in the model another package costs nobody anything and gives "
        f"{_gainers(score)} more."
    )


def _gainers(score: Score) -> str:
    assert score.left is not None
    table, gains = score.whole.table, score.left.equal_gains
    return listing([f"{table.parties[at]} {two(float(gain))}" for at, gain in enumerate(gains) if gain > TINY], limit=6)


def deal_reading(score: Score) -> str:
    """What else there is to say of one group's deal, shortest first."""
    if score.package is None:
        return " ".join(filter(None, (_not_reached(score), _note(score))))
    parts = (
        _extremes(score), _rule(score), _rank(score), _change(score), _furthest(score), _fairness(score),
        _redrawn(score), _note(score),
    )  # fmt: skip
    return " ".join(filter(None, parts))


def _note(score: Score) -> str:
    note = score.group.note
    return f"Noted: {note}" if note else ""


def _not_reached(score: Score) -> str:
    """What the rules would have given those who walked away."""
    found = score.whole
    if "nash" not in found.rules:
        return ""
    nash = found.rules["nash"]
    gains = nash.utilities[0] - found.base
    each = [f"{name} {two(float(gain))}" for name, gain in zip(found.table.parties, gains, strict=True)]
    return (
        f"Under Nash's rule the deal ({found.table.name(nash.packages[0])}) gives over that: {listing(each)} ({OWN})."
    )


def _extremes(score: Score) -> str:
    share, table = score.share, score.whole.table
    if share is None or score.below:
        return ""
    low, high = int(np.argmin(share)), int(np.argmax(share))
    if low == high or share[high] - share[low] < TINY:
        return f"Each got {percent(_unit(share[high]))} of the most that it could gain over no deal."
    return (
        f"Of the most that it could gain over no deal {table.parties[high]} got {percent(_unit(share[high]))} and "
        f"{table.parties[low]} {percent(_unit(share[low]))}."
    )


def _unit(share: float) -> float:
    return min(1.0, max(0.0, float(share)))


def _rule(score: Score) -> str:
    seated = score.whole.seated
    if score.passes is None or seated is None:
        return ""
    body = seated.body
    if not score.below:
        return f"With nobody below its line it would pass under “{body.rule_name}” too." if score.passes else (
            f"Even so it would not pass under “{body.rule_name}”: those who are no party to the deal do not count as "
            "accepting."
        )  # fmt: skip
    verb = "would still pass" if score.passes else "would not pass"
    return f"If each votes by its line it {verb} under “{body.rule_name}”."


def _rank(score: Score) -> str:
    gains = score.whole.accepted_gains
    if gains is None:
        return ""
    many = plural(len(gains), "package")
    if score.rank is None:
        return f"It is not among the {many} that {'is' if len(gains) == 1 else 'are'} acceptable to all."
    rank = score.rank
    return (
        f"Among the {many} acceptable to all it is number {rank.by_product} by the product of gains and number "
        f"{rank.by_smallest_share} by the smallest share of what each could gain."
    )


def _change(score: Score) -> str:
    """The single change that would have been best."""
    changes, table = score.changes, score.whole.table
    if changes is None:
        return ""
    if not len(changes.packages):
        if score.left is not None and not score.left.efficient:
            return "Every change of a single issue costs somebody something: several have to move together."
        return ""
    issue = int(changes.issues[0])
    option = table.options[issue][int(changes.packages[0, issue])]
    gain = changes.gains[0]
    if (gain > TINY).all():
        return f"Changing {table.issues[issue]} alone to “{option}” would have been better for all."
    gainers = [f"{table.parties[at]} {two(float(gain[at]))}" for at in np.flatnonzero(gain > TINY)]
    return (
        f"Changing {table.issues[issue]} alone to “{option}” would have cost nobody anything and given "
        f"{listing(gainers)} more."
    )


def _furthest(score: Score) -> str:
    table, away = score.whole.table, score.given_up
    far, near = int(np.argmax(away)), int(np.argmin(away))
    if far == near:
        return ""
    return (
        f"Furthest from its best package is {table.parties[far]} ({percent(_unit(away[far]))} of its span from worst "
        f"to best), nearest {table.parties[near]} ({percent(_unit(away[near]))})."
    )


def _fairness(score: Score) -> str:
    """Which rule's deal it is, and on what it differs from the others'."""
    found = score.whole
    same, other = [], []
    for solution in found.rules.values():
        issues, package = score.differs(solution)
        if not issues:
            same.append(rule_of(solution))
            continue
        there = [f"{found.table.issues[at]} ({found.table.options[at][int(package[at])]} there)" for at in issues]
        many = f"{len(issues)} of {len(found.table.issues)} issues"
        other.append((rule_of(solution), listing(there) if len(there) <= _MOST_NAMED else many))
    parts = [f"It is the deal under {listing(same)}."] if same else []
    grouped: dict[str, list[str]] = {}
    for rule, differs in other:
        grouped.setdefault(differs, []).append(rule)
    parts += [f"From the deal under {listing(rules)} it differs on {differs}." for differs, rules in grouped.items()]
    return " ".join(parts)


def _redrawn(score: Score) -> str:
    shares, table = score.shares, score.whole.table
    if shares is None:
        return ""
    worst = int(np.argmin(shares.each))
    share = percent(float(shares.each[worst]))
    return f"Over the redraws the least certain is {table.parties[worst]}, at or above its line in {share}."


def questions(score: Score) -> tuple[str, ...]:
    """What to ask those who negotiated it."""
    table = score.whole.table
    if score.package is None:
        return ("Who walked away, and what would have kept that party at the table?",)
    asked = [f"Did {table.parties[at]} know that it was below its line, and who saw it?" for at in score.below[:1]]
    if score.left is not None and not score.left.efficient:
        asked.append("Who could have seen the package that costs nobody anything, and what kept it off the table?")
    return tuple(asked)


def party_table(score: Score, at: int) -> Table:
    """A row a party: what it had, got and gave up."""
    found, table = score.whole, score.whole.table
    columns: dict[str, Sequence[Value]] = {"party": table.parties}
    if any(found.units):
        columns["unit"] = [unit or None for unit in found.units]
    if table.bounded:
        columns["without a deal"] = _plain(table.without[0])
        if (table.floor[0] != table.without[0]).any():
            columns["red line"] = _plain(np.where(table.floor[0] != table.without[0], table.floor[0], np.nan))
    columns["got"] = _plain(score.got)
    if table.bounded:
        columns["gain"] = _plain(score.gain)
        if score.share is not None:
            columns["share of the most in the zone"] = _plain(score.share)
        columns["below its line by"] = _plain(score.short)
    columns["given up"] = _plain(score.given_up)
    if score.shares is not None:
        columns["redraws at its line"] = _plain(score.shares.each)
    whose = f" ({called(found, at)})" if len(found.groups) > 1 else ""
    caption = f"What each party got{whose}, on its own scale"
    return Table(caption, tuple(columns), tuple(zip(*columns.values(), strict=True)))


def _plain(values: FloatArray) -> list[Value]:
    return [float(value) if np.isfinite(value) else None for value in values]


def together_more(score: Score) -> str:
    """How much all could have gained at once, in a measure that compares no scales."""
    found = score.whole
    if found.frontier is None or score.package is None:
        return ""
    rise = distance_to_frontier(found.frontier, score.got).equal_rise
    if rise <= TINY:
        return "Not everybody could have gained at once."
    return f"All could have gained at once: each at least {percent(rise)} of its range on the frontier."


def better_packages(score: Score) -> tuple[str, Table] | None:
    """Packages on the frontier that cost nobody anything; None where there is none."""
    left, frontier, table = score.left, score.whole.frontier, score.whole.table
    if left is None or frontier is None or left.efficient:
        return None
    count = len(left.points)
    gains = frontier.utilities[left.points] - left.proposed
    # The one that the sentence names stands first.
    order = np.lexsort([-(gains / table.span).min(axis=1), left.points != left.equal_point])
    rows: list[tuple[Value, ...]] = []
    for at in order[:_MOST_SHOWN]:
        package = frontier.packages[int(left.points[at])]
        names = (table.options[issue][int(option)] for issue, option in enumerate(package))
        rows.append((*names, *(float(gain) for gain in gains[at])))
    more = f", {_MOST_SHOWN} of {count}" if count > _MOST_SHOWN else ""
    sentence = (
        f"{plural(count, 'package')} on the frontier {'gives' if count == 1 else 'give'} nobody less than what was "
        f"agreed and somebody more: under {table.name(frontier.packages[left.equal_point or 0])}, {_gainers(score)} "
        f"more ({OWN})."
    )
    columns = (*table.issues, *(f"{party}: more" for party in table.parties))
    return sentence, Table(f"What costs nobody anything{more}, and what each party gains by it", columns, tuple(rows))


def class_sentence(found: Debriefed, scores: Sequence[Score]) -> str:
    """How many reached a deal, who of them left nobody below its line, and who left nothing on the table."""
    reached = [score for score in scores if score.package is not None]
    parts = [f"{len(reached)} of {plural(len(scores), 'group')} reached a deal"]
    if reached and found.table.bounded:
        content = sum(not score.below for score in reached)
        parts.append(f"{_count(content)} of these deals {_verb(content)} every party at least its line")
    known = [score for score in reached if score.left is not None]
    if known:
        efficient = sum(score.left.efficient for score in known if score.left is not None)
        parts.append(f"on {_count(efficient)} nobody could have had more without another's loss")
    return f"{'; '.join(parts)}."


def _count(number: int) -> str:
    return "none" if number == 0 else str(number)


def _verb(number: int) -> str:
    return "give" if number > 1 else "gives"


def class_reading(found: Debriefed, scores: Sequence[Score]) -> str:
    """For each party the group in which it did best and worst; gains are compared within one party's scale."""
    if sum(score.package is not None for score in scores) < 2:
        return ""
    got = np.array([score.got for score in scores])
    names = [called(found, at) for at in range(len(scores))]
    parts = []
    for at, party in enumerate(found.table.parties[:_MOST_SHOWN]):
        column = got[:, at]
        if not np.isfinite(column).all() or np.ptp(column) < TINY:
            continue
        best = [name for name, value in zip(names, column, strict=True) if value > column.max() - TINY]
        worst = [name for name, value in zip(names, column, strict=True) if value < column.min() + TINY]
        parts.append(f"{party} did best in {listing(best, limit=3)} and worst in {listing(worst, limit=3)}")
    return f"{'; '.join(parts)}." if parts else "Every party got the same in each."


def class_table(found: Debriefed, scores: Sequence[Score]) -> Table:
    """A row a group."""
    table = found.table
    what = "gain" if table.bounded else "got"
    rows: list[tuple[Value, ...]] = []
    for at, score in enumerate(scores):
        package = score.package
        names: list[Value] = ["no deal", *[None] * (len(table.issues) - 1)]
        if package is not None:
            names = [table.options[issue][int(option)] for issue, option in enumerate(package)]
        row: list[Value] = [called(found, at), *names, *_plain(score.gain if table.bounded else score.got)]
        if table.bounded:
            row.append(table.who(score.below) if score.below else None)
        if found.seated is not None and table.bounded:
            row.append(score.passes)
        row.append(None if score.left is None else score.left.efficient)
        if found.accepted_gains is not None:
            row.append(None if score.rank is None else score.rank.by_product)
        if found.redrawn:
            row.append(None if score.shares is None else score.shares.all)
        rows.append(tuple(row))
    columns = ["group", *table.issues, *(f"{party}: {what}" for party in table.parties)]
    columns += ["below its line"] if table.bounded else []
    columns += [f"passes under {found.seated.body.rule_name}"] if found.seated is not None and table.bounded else []
    columns.append("on the frontier")
    columns += [f"rank of {len(found.accepted_gains)} by product of gains"] if found.accepted_gains is not None else []
    columns += ["share of redraws with nobody below"] if found.redrawn else []
    caption = (
        f"What each group agreed, and each party's {'gain over no deal' if table.bounded else 'utility'} (own scales)"
    )
    return Table(caption, tuple(columns), tuple(rows))
