"""``ask``: bands, headline, leads, verdict shares, and one question for many subjects."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from toy_case import ToyCase, number, toy_analysis

from comity.findings import Bands, CannotAnswerError, Claim, Estimate, Outcome, TrackRecord, ask
from comity.findings.asking import band_sentence, bands

CASE = ToyCase((number("a", 8.0, 2.0), number("b", 5.0, 1.0)))


def record(width: float, beats: bool = True) -> TrackRecord:
    return TrackRecord((13 - width, 13 + width), (12.9, 13.1), 351, "EU decisions", 23.0, beats)


def test_a_finding_carries_inputs_sources_bands_and_what_would_change_it() -> None:
    (finding,) = ask(toy_analysis([1.0, 1.0], 14.0), CASE, draws=500)
    assert finding.value == 13.0
    assert finding.verdict == "below"
    assert finding.bands is not None
    assert finding.bands.input_eight_in_ten is not None
    low, high = finding.bands.input_eight_in_ten
    assert low < 13.0 < high
    assert [source.id for source in finding.sources] == ["s"]
    assert sum(share for _, share in finding.verdict_shares) == pytest.approx(1.0)
    assert finding.knife_edge
    assert finding.find_out_next[0].label == "a"
    assert finding.evidence == (("judgement", 2),)


def test_no_track_record_means_no_probability_in_the_headline() -> None:
    (finding,) = ask(toy_analysis([1.0, 1.0], 14.0), CASE, draws=500)
    assert "No track record; treat as illustration." in finding.sentence


@pytest.mark.parametrize(("width", "headline"), [(0.1, "input"), (30.0, "record")])
def test_the_headline_uses_the_wider_band(width: float, headline: str) -> None:
    estimate = Estimate("total", "total", "points", (0.0, 100.0), record(width))
    analysis = toy_analysis([1.0, 1.0], 14.0, say=lambda answer: (Claim("total", "It is 13.", estimate=estimate),))
    (finding,) = ask(analysis, CASE, draws=500)
    assert finding.bands is not None
    assert finding.bands.headline == headline
    assert ("Errors of this method on 351 EU decisions" in finding.sentence) == (headline == "record")


def test_a_method_that_does_not_beat_its_baselines_never_leads() -> None:
    estimate = Estimate("total", "total", "points", (0.0, 100.0), record(30.0, beats=False))
    analysis = toy_analysis([1.0, 1.0], 14.0, say=lambda a: (Claim("total", "13.", estimate=estimate, lead=100),))
    (finding,) = ask(analysis, CASE, draws=100)
    assert finding.lead == 0


def test_one_finding_for_each_subject() -> None:
    found = ask(toy_analysis([1.0, 1.0], 14.0, per="groups"), replace(CASE, groups=("east", "west")), draws=50)
    assert [finding.subject for finding in found] == ["east", "west"]


def test_what_is_missing_is_said() -> None:
    with pytest.raises(CannotAnswerError, match="needs numbers"):
        ask(toy_analysis([], 1.0), ToyCase(()))


def test_without_redraws_there_is_no_input_band() -> None:
    outcome = Outcome(np.zeros(1, dtype=np.int64), ("one",), {"v": np.ones(1)})
    estimate = Estimate("v", "v", "", (0.0, 2.0), None)
    assert bands(outcome, estimate) == Bands(None, None, None, None, "none")
    assert band_sentence(bands(outcome, estimate), estimate) == "No track record; treat as illustration."


def test_bands_are_compared_before_they_are_cut() -> None:
    values = np.linspace(4.0, 12.0, 101)
    outcome = Outcome(np.zeros(101, dtype=np.int64), ("one",), {"v": values})
    cut = TrackRecord((9.0, 13.0), (9.5, 12.5), 351, "EU decisions", 23.0, True, uncut_width=20.0)
    assert bands(outcome, Estimate("v", "v", "", (0.0, 13.0), cut)).headline == "record"


def test_an_outcome_that_is_no_number_is_a_fault() -> None:
    analysis = toy_analysis([1.0, 1.0], 14.0, take=lambda view, rows: view.numbers("x", rows) * np.inf)
    with pytest.raises(ArithmeticError, match="finite"):
        ask(analysis, CASE, draws=50)
