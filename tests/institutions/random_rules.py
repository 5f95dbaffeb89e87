"""Random decision rules for the tests of this room."""

from __future__ import annotations

from hypothesis import strategies as st

from comity.rules import All, AtLeastOf, AtLeastOne, Members, Rule, Unless, Veto, Weighted


@st.composite
def weighted(draw: st.DrawFn, n: int, largest: int = 30) -> Weighted:
    weights = draw(st.lists(st.integers(0, largest), min_size=n, max_size=n).filter(any))
    return Weighted(tuple(weights), draw(st.integers(1, sum(weights))))


@st.composite
def any_rule(draw: st.DrawFn, n: int, depth: int = 2) -> Rule:
    kind = draw(st.sampled_from(["weighted", "members", "veto", "all", "any", "of", "unless"][: 7 if depth else 3]))
    if kind == "weighted":
        return draw(weighted(n))
    if kind == "members":
        return Members(n, draw(st.integers(1, n)))
    if kind == "veto":
        return Veto(n, tuple(draw(st.lists(st.integers(0, n - 1), min_size=1, max_size=3, unique=True))))
    if kind == "unless":
        return Unless(draw(any_rule(n, depth - 1)))
    clauses = tuple(draw(st.lists(any_rule(n, depth - 1), min_size=1, max_size=3)))
    if kind == "of":
        return AtLeastOf(clauses, draw(st.integers(1, len(clauses))))
    return All(clauses) if kind == "all" else AtLeastOne(clauses)
