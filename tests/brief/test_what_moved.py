"""What a change moved, told in one line: hand-made cases and the shipped one."""

from __future__ import annotations

from comity.brief import compose
from comity.brief.what_moved import Change, Moved, changes_of, sentence, what_moved
from comity.scenario import load


def told(settings: dict[str, float]) -> tuple[str, tuple[Moved, ...]]:
    case = load("car-emissions")
    names = ["forecast", "median"]
    before = compose(case, only=names, search=False)
    after = compose(case.with_values(settings), only=names, search=False)
    moved = what_moved(before, after)
    return sentence(moved, changes_of(case.all_inputs(), settings)), moved


def test_germany_at_seven_years() -> None:
    line, moved = told({"positions[DEU,date].position": 7.0})
    assert line == "In the model, 7.4→8 years because Germany's position 4→7; the bands overlap."
    lead = next(each for each in moved if each.leads)
    assert lead.value == ("7.4 years", "8 years")
    assert lead.changed


def test_another_answer_is_told_with_its_question() -> None:
    line, _ = told({"positions[GBR,date].salience": 100.0})
    assert "another answer to “Which position would no other beat in a weighted vote”: the median actor is one" in line


def test_nothing_set_and_nothing_moved() -> None:
    assert told({})[0] == "As written in the file."
    assert told({"positions[DEU,date].position": 4.0})[0] == "As written in the file."
    only = Moved(("a", None, "k"), "Who?", None, None, None, None, ("x", "x"), False)
    assert sentence([only], [Change("A", 1, 2)]) == "In the model, nothing that is shown here changes because A 1→2."


def test_bands_that_do_not_overlap_and_many_changes() -> None:
    lead = Moved(("a", "x", "k"), "Who?", "x", ("1 year", "9 years"), ("0–2", "8–10"), False, ("a", "b"), True)
    line = sentence([lead], [Change(name, 1, 2) for name in "ABCDE"])
    assert line == (
        "In the model, 1 year→9 years because A 1→2, B 1→2, C 1→2 and 2 more; the bands do not overlap; "
        "another answer to “Who”: b."
    )
