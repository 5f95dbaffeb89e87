"""Deal spaces that are impossible, empty, too large or half-filled, in a file: an answer, or an error to act on."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest

from comity.cli import run

CASE: dict[str, Any] = {
    "comity": 1,
    "title": "A dam and a toll",
    "actors": [{"id": "up", "name": "Upland"}, {"id": "down", "name": "Downland"}, {"id": "bank", "name": "Bank"}],
    "deal": {
        "issues": [
            {
                "id": "dam",
                "question": "How high?",
                "options": [{"id": "high", "name": "high dam"}, {"id": "low", "name": "low dam"}],
            },
            {
                "id": "toll",
                "question": "A toll?",
                "options": [{"id": "no", "name": "no toll"}, {"id": "yes", "name": "a toll"}],
            },
        ],
        "parties": [
            {"actor": "up", "batna": 4, "utilities": {"dam": {"high": 8, "low": 2}, "toll": {"no": 0, "yes": 4}}},
            {"actor": "down", "batna": 1, "utilities": {"dam": {"high": 0, "low": 6}, "toll": {"no": 3, "yes": 0}}},
        ],
    },
}
Told = tuple[int, str, str]


def told(tmp_path: Path, capsys: pytest.CaptureFixture[str], data: dict[str, Any], *words: str) -> Told:
    file = tmp_path / "case.yaml"
    file.write_text(json.dumps(data, indent=1))
    code = run(["deal", str(file), "--draws", "30", *words])
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return code, " ".join(out.split()), " ".join(err.split())


def changed(field: str, value: Any, party: int | None = 0) -> dict[str, Any]:
    data = copy.deepcopy(CASE)
    held = data["deal"] if party is None else data["deal"]["parties"][party]
    held[field] = value
    return data


@pytest.mark.parametrize("field", ["batna", "red_line"])
def test_a_line_above_every_package(field: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(tmp_path, capsys, changed(field, 99))
    assert code == 0
    assert "no deal is acceptable to all 2 parties: none of 4 possible packages is" in out
    assert "The least that Upland accepts is above every package" in out
    # The best package gives Upland 12: its line would have to come down by 87.
    assert "one is if Upland lowers its line by 87" in out
    assert "No package meets the line of Upland at all" in out


def test_what_needs_a_zone_says_that_there_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = told(tmp_path, capsys, changed("batna", 99), "--solutions", "nash")
    assert code == 2
    assert "no package is acceptable to all; see open-zone" in err


def test_a_party_without_a_number_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    half = {"dam": {"high": 8, "low": {"note": "unknown"}}, "toll": {"no": 0, "yes": 4}}
    code, _, err = told(tmp_path, capsys, changed("utilities", half))
    assert code == 2
    assert "a number is missing for Upland" in err
    data = changed("utilities", half)
    data["deal"]["parties"].append({**CASE["deal"]["parties"][0], "actor": "bank"})
    code, out, _ = told(tmp_path, capsys, data)
    assert code == 0
    assert "No complete numbers are stated here for Upland, who is left out; silence is not consent" in out


@pytest.mark.parametrize(
    ("data", "line", "says"),
    [
        (changed("utilities", {"dam": {"high": 8}, "toll": {"no": 0, "yes": 4}}), True, "what 'low' (dam) is worth"),
        (changed("utilities", {}), True, "is worth to 'up' is missing"),
        (changed("weight", 0), True, "the weight 0 is not above 0"),
        (changed("discount_factor", 1), True, "is not above 0 and below 1; write what one unit a round later"),
        (changed("breakdown", 1.5, None), True, "deal.breakdown: the probability 1.5 is not from 0 to 1"),
        (changed("transferable", True, None), True, "add comparable: true, or leave transferable out"),
        (
            changed("forbidden", [{"options": {"dam": a, "toll": b}, "why": "?"}
                                  for a in ("high", "low") for b in ("no", "yes")], None),
            True,
            "leave no package: every way to settle dam, toll is excluded; take one of them out",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line_and_remedy(
    data: dict[str, Any], line: bool, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = told(tmp_path, capsys, data)
    assert code == 2
    assert not out
    assert says in err
    assert "case.yaml:" in err


def test_both_weights_of_zero_are_two_mistakes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = changed("weight", 0)
    data["deal"]["parties"][1]["weight"] = 0
    _, _, err = told(tmp_path, capsys, data)
    assert err.count("is not above 0") == 2


def large(parties: int, decimals: int) -> dict[str, Any]:
    """Thirty issues of ten options: 10^30 packages."""
    draw = random.Random(5)
    names = [f"i{at}" for at in range(30)]
    data = copy.deepcopy(CASE)
    options = [{"id": f"o{at}", "name": f"option {at}"} for at in range(10)]
    data["deal"] = {
        "issues": [{"id": name, "question": "?", "options": options} for name in names],
        "parties": [
            {
                "actor": who,
                "batna": 1,
                "utilities": {
                    name: {each["id"]: round(draw.random(), decimals) for each in options} for name in names
                },
            }
            for who in ("up", "down", "bank")[:parties]
        ],
    }  # fmt: skip
    return data


def test_a_nonillion_packages_are_answered_exactly_and_not_redrawn(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = told(tmp_path, capsys, large(2, 2))
    assert code == 0
    assert f"of {10**30:,} possible packages" in out
    assert "too many to redraw" in out
    code, out, _ = told(tmp_path, capsys, large(2, 2), "--solutions", "nash,kalai-smorodinsky", "--format", "csv")
    assert code == 0
    assert out.count("nash,") == 1
    for choice in ("--agenda", "--drafts"):
        code, out, err = told(tmp_path, capsys, large(2, 2), choice)
        assert (code, bool(out)) == (2, False)
        assert err


def test_packages_that_do_not_add_up_are_options_of_one_issue(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = {"A": (9, 1), "B": (6, 4), "C": (3, 6), "D": (0, 7), "E": (2, 2)}
    data = copy.deepcopy(CASE)
    options = [{"id": name, "name": f"package {name}"} for name in table]
    data["deal"] = {
        "issues": [{"id": "package", "question": "Which?", "options": options}],
        "parties": [
            {"actor": who, "batna": 0, "utilities": {"package": {name: pair[at] for name, pair in table.items()}}}
            for at, who in enumerate(("up", "down"))
        ],
    }
    _, out, _ = told(tmp_path, capsys, data)
    assert "on 4 of them nobody can gain without another's loss" in out
    # 6 times 4 is the largest product.
    code, out, _ = told(tmp_path, capsys, data, "--solutions", "nash")
    assert code == 0
    assert "Under Nash's rule the deal is: package B" in out
