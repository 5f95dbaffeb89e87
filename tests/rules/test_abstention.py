"""Abstention: each clause counts it as its data say, and who wins may depend on who stays away."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.rules import (
    All,
    Members,
    RuleError,
    Unless,
    Veto,
    Weighted,
    passes,
    passes_with_abstention,
    rule_in_words,
)

SECURITY_COUNCIL = All((Members(15, 9), Veto(15, (0, 1, 2, 3, 4), abstention_blocks=False)))


def _division(n: int, yes: set[int], no: set[int]) -> tuple[list[bool], list[bool]]:
    return [member in yes for member in range(n)], [member in no for member in range(n)]


def test_in_the_security_council_a_permanent_member_that_abstains_is_no_veto_and_one_against_is() -> None:
    nine = set(range(6, 15))
    assert passes_with_abstention(SECURITY_COUNCIL, *_division(15, nine, set())).item()
    assert not passes_with_abstention(SECURITY_COUNCIL, *_division(15, nine, {0})).item()
    assert passes_with_abstention(SECURITY_COUNCIL, *_division(15, nine, {5})).item()
    assert not passes_with_abstention(SECURITY_COUNCIL, *_division(15, nine - {6}, set())).item()


@pytest.mark.parametrize(
    ("yes", "no", "strict", "passed"),
    [(2, 1, False, True), (2, 1, True, False), (1, 0, False, True), (0, 0, False, False), (97, 11, False, True)],
)
def test_two_thirds_of_those_who_vote_yes_or_no(yes: int, no: int, strict: bool, passed: bool) -> None:
    rule = Members.of(193, "2/3", strict=strict, of_voting=True)
    assert passes_with_abstention(rule, *_division(193, set(range(yes)), set(range(100, 100 + no)))).item() is passed


def test_weights_beyond_2_to_the_53_are_compared_exactly() -> None:
    big = 2**60
    rule = Weighted.of([big + 1, big, 1], "1/2", strict=True, of_voting=True)
    assert passes_with_abstention(rule, [1, 0, 0], [0, 1, 0]).item()
    assert not passes_with_abstention(rule, [0, 1, 0], [1, 0, 0]).item()
    assert not passes_with_abstention(rule, [0, 1, 1], [1, 0, 0]).item()


def test_consensus_is_nobody_against_and_reverse_consensus_is_not_everybody_against() -> None:
    consensus, reverse = Unless(Members(3, 1)), Unless(Members(3, 3))
    assert passes_with_abstention(consensus, [0, 0, 0], [0, 0, 0]).item()
    assert not passes_with_abstention(consensus, [1, 1, 0], [0, 0, 1]).item()
    assert passes_with_abstention(reverse, [1, 0, 0], [0, 1, 1]).item()
    assert passes_with_abstention(reverse, [0, 0, 0], [0, 1, 1]).item()
    assert not passes_with_abstention(reverse, [0, 0, 0], [1, 1, 1]).item()
    assert rule_in_words(consensus) == "no member against"
    assert rule_in_words(reverse) == "not all members against"


@given(st.integers(1, 5), st.data())
def test_where_nobody_abstains_both_ways_of_asking_agree(n: int, data: st.DataObject) -> None:
    weights = data.draw(st.lists(st.integers(1, 9), min_size=n, max_size=n))
    share = Fraction(data.draw(st.integers(1, 12)), 12)
    strict = data.draw(st.booleans()) and share < 1
    rule = All(
        (
            Weighted.of(weights, share, strict=strict, of_voting=True),
            Members.of(n, share, strict=strict, of_voting=True),
            Veto(n, (0,), abstention_blocks=False),
            Unless(Members(n, n)),
        )
    )
    table = np.array(list(itertools.product([False, True], repeat=n)))
    assert np.array_equal(passes_with_abstention(rule, table, ~table), passes(rule, table))


def test_what_cannot_be_meant_is_refused() -> None:
    with pytest.raises(RuleError, match="both in favour and against"):
        passes_with_abstention(Members(2, 1), [1, 0], [1, 0])
    with pytest.raises(RuleError, match="the 2 members"):
        passes_with_abstention(Members(2, 1), [1, 0, 0], [0, 0, 0])
    with pytest.raises(RuleError, match="a share is needed"):
        Members.of(5, 3, of_voting=True)
