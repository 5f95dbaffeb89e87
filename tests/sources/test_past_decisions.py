"""Reading tables of past decisions: DEU III as published, tables of one's own, hostile files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from comity.sources import DataError, read_past_decisions, reading
from comity.sources.deu import ACTORS
from comity.sources.eu_council import treaty_capability, treaty_quotas

SHARED = Path(__file__).parents[3] / "shared/data/bargaining"
HEADER = "proposal,issue,actor,position,salience,capability,outcome"
GOOD = ["p,i,a,0,50,1,40", "p,i,b,50,60,2,40", "p,i,c,100,70,3,40"]


def table(folder: Path, *lines: str, header: str = HEADER) -> Path:
    path = folder / "past.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


# --- DEU III ---------------------------------------------------------------------------------------------------------


def test_deu_as_published() -> None:
    if not SHARED.exists():
        pytest.skip("../shared is absent")
    past = read_past_decisions(SHARED / "deu3.csv")
    assert past.positions.shape == past.salience.shape == past.capability.shape == (351, 30)
    assert len(set(past.proposals)) == 137
    assert len(past.unusable) == 13
    assert {each.reason.split()[0] for each in past.unusable} == {"no", "2"}
    assert all(each.reason == "a position without salience" for each in past.bad_rows)
    known = np.isfinite(past.positions)
    assert np.array_equal(known, np.isfinite(past.salience))
    assert np.array_equal(known, np.isfinite(past.capability))
    assert np.nanmax(past.salience) == 1
    assert (known.sum(axis=1) >= 3).all()
    first = dict(zip(ACTORS, past.positions[0], strict=True))
    assert (first["com"], first["es"], past.outcome[0], past.reference_point[0]) == (100, 0, 100, 0)
    assert set(past.year) == {*range(1995, 2001), *range(2003, 2009), *range(2012, 2019)}


def test_council_weights_are_the_shared_table() -> None:
    if not SHARED.exists():
        pytest.skip("../shared is absent")
    lines = (SHARED / "eu-council-weights.csv").read_text(encoding="utf-8").split()[1:]
    for line in lines:
        member, *cells = line.split(",")
        typed = [float(treaty_capability((member,), year)[0]) for year in (2001, 2009, 2010)]
        assert typed == [float(cell or 0) for cell in cells]


def test_council_weights_have_the_treaties_totals() -> None:
    members = tuple(actor for actor in ACTORS if actor not in ("com", "ep"))
    assert len(members) == 28
    assert treaty_capability(members, 1999).sum() == 87
    assert treaty_capability(tuple(m for m in members if m != "cr"), 2005).sum() == 345
    assert treaty_capability(("com", "ep", "de"), 2015).tolist() == [83.12] * 3
    with pytest.raises(KeyError):
        treaty_capability(("xx",), 1999)


def deu_table(folder: Path, *rows: dict[str, str]) -> Path:
    columns = ["prnr", "isnr", *(f"p{a}" for a in ACTORS), *(f"s{a}" for a in ACTORS), "rp", "out"]
    lines = [",".join(row.get(column, "") for column in columns) for row in rows]
    return table(folder, *lines, header=",".join(columns))


ISSUE = {"prnr": "d99001", "isnr": "i1", "pcom": "0", "scom": "50", "pde": "20", "sde": "60", "out": "30"}


def test_deu_cells_and_issues_that_cannot_be_used(tmp_path: Path) -> None:
    full = {**ISSUE, "pfr": "100", "sfr": "0", "puk": "40", "suk": "", "pit": "120", "sit": "10", "sie": "0"}
    past = read_past_decisions(
        deu_table(
            tmp_path,
            full,
            {**ISSUE, "isnr": "i2"},
            {**full, "isnr": "i3", "out": "130"},
            {**full, "isnr": "i4", "prnr": "?"},
        )
    )
    assert past.issues == ("i1",)
    assert int(np.isfinite(past.positions).sum()) == 3  # a position with salience 0 is a position
    assert [each.line for each in past.unusable] == [3, 4, 5]
    reasons = " | ".join(each.reason for each in past.unusable)
    assert "2 actors" in reasons
    assert "outcome 130 outside its scale" in reasons
    assert "the year of proposal '?' is unknown" in reasons
    assert {each.what for each in past.bad_rows if each.line == 2} == {"i1, uk", "i1, it"}


def test_deu_issue_twice(tmp_path: Path) -> None:
    full = {**ISSUE, "pfr": "100", "sfr": "10"}
    with pytest.raises(DataError, match=r"past\.csv:3: isnr: issue 'i1' is also in line 2"):
        read_past_decisions(deu_table(tmp_path, full, full))
    with pytest.raises(DataError, match="no usable issue"):
        read_past_decisions(deu_table(tmp_path, ISSUE))


# --- a table of one's own --------------------------------------------------------------------------------------------


def test_long_table(tmp_path: Path) -> None:
    past = read_past_decisions(table(tmp_path, *GOOD, "p,j,a,1,10,1,2", "p,j,b,1,10,1,2"))
    assert past.actors == ("a", "b", "c")
    assert past.salience.tolist() == [[0.5, 0.6, 0.7]]
    assert (past.low[0], past.high[0], past.title) == (0, 100, "past")
    assert past.unusable[0].what == "j"
    assert "at least 3" in past.unusable[0].reason


def test_bad_rows_are_counted(tmp_path: Path) -> None:
    bad = ["p,i,d,,50,1,40", "p,i,e,x,50,1,40", "p,i,f,101,50,1,40", "p,i,g,5,140,1,40", "p,i,h,5,50,-1,40", GOOD[0]]
    past = read_past_decisions(table(tmp_path, *GOOD, *bad))
    assert [each.line for each in past.bad_rows] == [5, 6, 7, 8, 9, 10]
    assert [each.reason for each in past.bad_rows] == [
        "no position recorded",
        "position 'x' is not a number",
        "position 101 outside its scale, 0 to 100",
        "salience 140 outside 0 to 100",
        "capability -1 is negative",
        "the actor is already in this issue",
    ]
    assert past.actors == ("a", "b", "c")


def test_salience_scales_are_never_mixed_nor_guessed(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="two scales in one column") as caught:
        read_past_decisions(table(tmp_path, *GOOD, "p,i,d,5,0.8,1,40"))
    assert (caught.value.line, caught.value.field) == (5, "salience")
    ones = [f"p,i,{a},5,1,1,40" for a in "abc"]
    with pytest.raises(DataError, match="declare the salience scale as 1"):
        read_past_decisions(table(tmp_path, *ones))
    past = read_past_decisions(table(tmp_path, *ones), salience_scale=1)
    assert past.salience.tolist() == [[1, 1, 1]]
    with pytest.raises(ValueError, match="salience_scale"):
        read_past_decisions(table(tmp_path, *GOOD), salience_scale=0)


@pytest.mark.parametrize(
    ("lines", "header", "message"),
    [
        (["p,i,a,0,50,1,41"], HEADER, "line 2; an issue has one outcome"),
        ([",i,a,0,50,1,40"], HEADER, "past.csv:5: proposal: is blank"),
        (["p,i,a,0,50,1"], HEADER, "6 cells under 7 columns"),
        (['p,i,"a,0,50,1,40'], HEADER, "broken row"),
        ([], HEADER + ",low", "a scale needs both ends"),
        ([], HEADER + ",issue", "column named twice"),
        ([], "proposal,issue,actor,position,salience,capability", "column 'outcome' is missing"),
        ([], "", "is empty"),
    ],
)
def test_tables_that_contradict_themselves(tmp_path: Path, lines: list[str], header: str, message: str) -> None:
    with pytest.raises(DataError) as caught:
        read_past_decisions(table(tmp_path, *GOOD, *lines, header=header))
    assert message in str(caught.value)
    assert caught.value.remedy


def test_scales(tmp_path: Path) -> None:
    wide = HEADER + ",low,high"
    good = [f"{line},0,200" for line in GOOD]
    assert read_past_decisions(table(tmp_path, *good, header=wide)).high[0] == 200
    for cells, message in (("9,3", "ends at 3"), ("0,x", "'x' is not a number"), ("0,100", "but 200 in line 2")):
        with pytest.raises(DataError, match=message):
            read_past_decisions(table(tmp_path, *good, f"p,i,d,5,50,1,40,{cells}", header=wide))


def test_issue_without_weight_or_outcome(tmp_path: Path) -> None:
    weightless = [f"p,j,{a},5,50,0,40" for a in "abc"]
    undecided = [f"p,k,{a},5,50,1," for a in "abc"]
    past = read_past_decisions(table(tmp_path, *GOOD, *weightless, *undecided))
    reasons = ["capability times salience is zero for every actor", "no outcome recorded"]
    assert [each.reason for each in past.unusable] == reasons
    with pytest.raises(DataError, match="no usable issue"):
        read_past_decisions(table(tmp_path, *undecided))


# --- hostile files ---------------------------------------------------------------------------------------------------


def test_hostile_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "hostile.csv"
    with pytest.raises(DataError, match="does not exist"):
        read_past_decisions(path)
    with pytest.raises(DataError, match="is a directory"):
        read_past_decisions(tmp_path)
    with pytest.raises(DataError, match="cannot be read"):
        read_past_decisions("a\0b")
    with pytest.raises(DataError, match="not a regular file"):
        read_past_decisions("/dev/null")
    path.write_bytes(b"")
    with pytest.raises(DataError, match="is empty"):
        read_past_decisions(path)
    path.write_bytes(b"PK\x03\x04\0\0")
    with pytest.raises(DataError, match="not a text file"):
        read_past_decisions(path)
    path.write_bytes(b"proposal\nna\xefve\n")
    with pytest.raises(DataError, match=r"hostile\.csv:2: is not UTF-8"):
        read_past_decisions(path)
    path.write_text('"' + "x" * 200_000, encoding="utf-8")
    with pytest.raises(DataError, match="is not a CSV table"):
        read_past_decisions(path)
    monkeypatch.setattr(reading, "LARGEST_FILE", 10)
    with pytest.raises(DataError, match="is larger than"):
        read_past_decisions(path)


def test_a_byte_order_mark_and_blank_lines_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "excel.csv"
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join([HEADER, "", *GOOD, ",,,,,,"]).encode())
    assert read_past_decisions(path).issues == ("i",)


def test_the_councils_rule_of_each_issue() -> None:
    if not SHARED.exists():
        pytest.skip("../shared is absent")
    past = read_past_decisions(SHARED / "deu3.csv")
    weights, quotas = past.vote_weights, past.vote_quotas
    assert weights.shape == (2, 351, 30)
    assert np.isfinite(quotas).all()
    assert past.proposer == ACTORS.index("com")
    assert (weights[:, :, [ACTORS.index("com"), ACTORS.index("ep")]] == 0).all()
    assert ((weights[1] == 1) <= np.isfinite(past.positions)).all()
    # Everyone who is counted can pass a decision together, and unanimity needs them all.
    assert (weights.sum(axis=2) >= quotas - 1e-9).all()
    unanimity = quotas[0] == 0
    assert (quotas[1, unanimity] == weights[1].sum(axis=1)[unanimity]).all()
    assert 60 < unanimity.sum() < 80


@pytest.mark.parametrize(
    ("year", "members", "weight", "needs"),
    [(1999, 15, 87.0, (62.0, 0.0)), (2005, 27, 345.0, (255.0, 14.0)), (2016, 28, 100.0, (65.0, 16.0))],
)
def test_qualified_majorities_of_the_treaties(
    year: int, members: int, weight: float, needs: tuple[float, float]
) -> None:
    assert treaty_quotas(weight, members, year, unanimity=False) == pytest.approx(needs)
    assert treaty_quotas(weight, members, year, unanimity=True) == (0.0, members)
    assert np.isnan(treaty_quotas(weight, members, year, unanimity=None)).all()
