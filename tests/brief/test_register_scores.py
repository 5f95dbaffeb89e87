"""What a register shows: no more than its outcomes say, and a band of one's own when there are enough."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from register_factory import frozen, question, resolved

from comity.brief.drawing import svg
from comity.brief.register_scores import GUESS, own_record, record_sentence, scores
from comity.findings import ask, registry
from comity.findings.own_record import OwnRecord, half_width, own_band
from comity.people import Register, read_register
from comity.scenario import load


def settled(path: Path, n: int, cases: int, miss: float = 12.0, guess_miss: float = 3.0) -> Register:
    """So many settled questions: the estimate misses by ``miss``, the guess by ``guess_miss``, each by turns."""
    each = n // cases
    number = 0
    for case in range(cases):
        outcomes = {f"i{at}": 40.0 + (case + at) % 20 for at in range(each)}
        sign = 1 if case % 2 else -1
        questions = [question(name, y + sign * miss, y + sign * guess_miss) for name, y in outcomes.items()]
        number, _ = frozen(path, *questions, case=f"{case}.yaml", day=2 * case)
        resolved(path, number, outcomes, day=2 * case + 1)
    return read_register(path)


def test_few_are_said_to_be_few_and_show_no_share(tmp_path: Path) -> None:
    found = scores(settled(tmp_path / "r", 3, 3))
    assert "No calibration can be told from 3" in found.sentence
    assert found.chart() is None
    assert {row[4] for row in found.bands_table().rows} == {None}
    assert [each.difference_interval for each in found.methods] == [None] * 3
    assert scores(Register(tmp_path / "r", (), ())).sentence.endswith("There is nothing to score.")


def test_errors_bands_and_guesses_of_many(tmp_path: Path) -> None:
    found = scores(settled(tmp_path / "r", 36, 12))
    mean, guess, middle = found.methods
    assert (mean.name, guess.name, middle.name) == ("weighted mean", GUESS, "always the middle")
    assert mean.mean_error == pytest.approx(12.0)
    assert guess.difference == pytest.approx(-9.0)
    assert guess.difference_interval == pytest.approx((-9.0, -9.0))
    bands = {(name, score.share): score for name, score in found.bands}
    # A miss of 12 is inside plus and minus 20 and outside plus and minus 10.
    assert bands["the brief's band", 0.8].inside == 36
    assert bands["the brief's band", 0.5].inside == 0
    assert bands["the brief's band", 0.5].interval_score == pytest.approx(20 + 2 / 0.5 * 2)
    assert "held 36 of 36" in found.sentence
    assert "8 in 10 lies outside that" in found.sentence
    assert "is smaller than" in found.sentence
    spec = found.chart()
    assert spec is not None
    assert "<svg" in svg(spec, title=found.sentence)


def test_what_was_known_before_it_was_frozen_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "r"
    frozen(path, question(reconstruction=True), case="a.yaml")
    frozen(path, case="b.yaml")
    frozen(path, case="c.yaml")
    resolved(path, 1)
    resolved(path, 2, known_on="2026-12-31")
    resolved(path, 3)
    register = read_register(path)
    assert (len(scores(register).settled), scores(register).left_out) == (1, 2)
    assert len(scores(register, reconstructions=True).settled) == 3
    assert len(own_record(register).errors["forecast"]) == 1


def test_a_case_frozen_again_and_again_is_one_voice_in_the_own_record(tmp_path: Path) -> None:
    path = tmp_path / "r"
    for day in range(40):
        frozen(path, question(estimate=50.0 + day / 10), day=day)
    for number in range(1, 41):
        resolved(path, number, day=50)
    record = own_record(read_register(path))
    assert record.errors["forecast"] == pytest.approx((1.1,))
    assert "1 settled question of 1 case" in (record_sentence(record) or "")


def test_the_own_record_begins_at_thirty_of_ten_cases(tmp_path: Path) -> None:
    errors = tuple(float(at) for at in range(30))
    assert OwnRecord({"forecast": errors}, 10).of("forecast") == errors
    assert OwnRecord({"forecast": errors[:29]}, 10).of("forecast") is None
    assert OwnRecord({"forecast": errors}, 9).of("forecast") is None
    assert OwnRecord({"forecast": errors}, 10).of("median") is None


def test_the_next_error_stays_within_as_often_as_it_should() -> None:
    rng = np.random.default_rng(5)
    drawn = rng.gamma(2.0, size=(4000, 31))
    within = [row[30] <= half_width(sorted(row[:30]), 0.8) for row in drawn]
    assert np.mean(within) == pytest.approx(25 / 31, abs=0.02)
    with pytest.raises(ValueError, match="too few"):
        half_width([1.0, 2.0], 0.8)
    assert own_band([5.0] * 30, 99.0, (0.0, 100.0), 0.8) == (94.0, 100.0)


@pytest.mark.parametrize(("miss", "headline"), [(1.0, "record"), (90.0, "own")])
def test_a_finding_shows_the_own_band_and_the_widest_leads(miss: float, headline: str) -> None:
    case, own = load("car-emissions"), OwnRecord({"forecast": (miss,) * 34}, 12)
    analysis = registry().get("forecast")
    (plain,) = (each for each in ask(analysis, case, draws=50, search=False) if each.key == "estimate")
    (found,) = (each for each in ask(analysis, case, draws=50, search=False, own=own) if each.key == "estimate")
    assert found.bands is not None
    assert plain.bands is not None
    assert (found.bands.headline, found.bands.own_settled) == (headline, 34)
    assert found.bands.record_eight_in_ten == plain.bands.record_eight_in_ten
    said = "Errors of 34 settled forecasts of your own suggest"
    assert "your own" not in plain.sentence + plain.reading
    if headline == "own":
        assert said in found.sentence
        assert found.reading == ""
    else:
        assert found.sentence == plain.sentence
        assert found.reading.startswith(f"{plain.reading} {said}")
