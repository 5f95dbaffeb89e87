"""``comity roles`` and ``comity debrief`` from the command line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from comity.cli import run

GOOD = "dam=low,release=pulse,monitoring=joint,financing=shared"
WHOLE = "dam: low\nrelease: pulse\nmonitoring: joint\nfinancing: shared\n"


def test_sheets_in_one_file_of_each_format(tmp_path: Path) -> None:
    for ending in ("pdf", "html", "md", "txt"):
        path = tmp_path / f"roles.{ending}"
        assert run(["roles", "river-basin", "--output", str(path)]) == 0
        content = path.read_bytes()
        assert content[:4] == b"%PDF" if ending == "pdf" else b"for the player of Lowland only" in content


def test_standard_output_takes_a_pdf_and_text(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    assert run(["roles", "river-basin", "--actor", "bank"]) == 0
    assert capfdbinary.readouterr().out[:4] == b"%PDF"
    assert run(["roles", "river-basin", "--actor", "bank", "--format", "txt"]) == 0
    out = capfdbinary.readouterr().out.decode()
    assert "You are Development Bank" in out
    assert "take off: what you have without a deal" in out


def test_a_file_a_sheet_none_over_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "sheets"
    words = ["roles", "river-basin", "--split", "--facilitator", "--format", "md", "--output", str(folder)]
    assert run(words) == 0
    names = sorted(path.name for path in folder.iterdir())
    assert names == sorted(f"{name}.md" for name in (
        "highland", "midland", "lowland", "cities", "rivers", "bank", "_facilitator",
    ))  # fmt: skip
    (folder / "bank.md").write_text("mine")
    (folder / "highland.md").unlink()
    assert run(words) == 2
    assert "there already" in capsys.readouterr().err
    assert (folder / "bank.md").read_text() == "mine"
    assert not (folder / "highland.md").exists()
    assert run([*words, "--force"]) == 0
    assert "Development Bank only" in (folder / "bank.md").read_text()


def test_nothing_is_left_where_a_file_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from comity.cli.commands import rehearsing
    from comity.cli.output import UserError, write_whole

    def full(path: Path, content: bytes) -> None:
        if path.stem == "lowland":
            raise UserError("the disk is full")
        write_whole(path, content)

    monkeypatch.setattr(rehearsing, "write_whole", full)
    folder = tmp_path / "sheets"
    assert run(["roles", "river-basin", "--split", "--format", "md", "--output", str(folder)]) == 2
    assert not folder.exists()


def test_names_that_a_system_cannot_tell_apart_get_a_number() -> None:
    from comity.cli.commands.rehearsing import _file_names

    ids = [{"id": each} for each in ("USA", "usa", "con", "usa-2", "_facilitator")]
    assert _file_names(ids) == ["USA", "usa-3", "con-2", "usa-2", "_facilitator"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--actor", "lowlnd", "--format", "md"], "did you mean lowland?"),
        (["--output", "sheets.doc"], "say which format with --format"),
        (["--split"], "--split needs a folder"),
        (["--force", "--output", "x.pdf"], "--force goes with --split"),
        (["--facilitator", "--actor", "bank", "--output", "x.pdf"], "are two files"),
        (["--split", "--output", __file__], "is no folder"),
        (["--split", "--format", "md", "--output", "/nowhere/at/all"], "cannot be made"),
    ],
)
def test_bad_commands_for_roles_say_what_would_be_right(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["roles", "river-basin", *arguments]) == 2
    assert says in capsys.readouterr().err


def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert run(["debrief", "river-basin", "--draws", "30", "--format", "json", *arguments]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_deal_in_words_and_in_a_file_are_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "deal.yaml"
    path.write_text(WHOLE)
    one, two = asked(capsys, "--deal", GOOD), asked(capsys, "--deal", str(path))
    assert [each["table"]["rows"] for each in one] == [each["table"]["rows"] for each in two]
    assert two[0]["sentence"].startswith("deal: The deal (low dam")


def test_a_class_is_one_row_a_group(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "class.yaml"
    path.write_text("- {name: Red, notes: in time, options: {dam: low, release: pulse, monitoring: joint, "
                    "financing: fund}}\n- {deal: none}\n")  # fmt: skip
    words = ["debrief", "river-basin", "--draws", "30", "--format", "csv", "--deal", str(path), "--deal", GOOD]
    assert run(words) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["group"] for row in rows] == ["Red", "class 2", "group 3"]
    assert [row["dam"] for row in rows] == ["low dam", "no deal", "low dam"]
    assert [float(row["Highland: gain"]) for row in rows] == [14, 0, 2]


def test_every_mistake_of_every_file_is_told_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    first.write_text(WHOLE.replace("pulse", "puls").replace("dam:", "damm:"))
    second.write_text("dam: high\nrelease: pulse\nmonitoring: joint\nfinancing: [fund]\n")
    deals = ["--deal", str(first), "--deal", str(second), "--deal", "dam=lwo"]
    assert run(["debrief", "river-basin", *deals]) == 2
    err = capsys.readouterr().err
    for says in (
        "a.yaml:1:1: damm: no issue of the deal has the id 'damm'; did you mean 'dam'?",
        "a.yaml:1:1: the deal says nothing on 'dam'; name one option of each issue",
        "a.yaml:2:10: release: 'release' has no option 'puls'; did you mean 'pulse'?",
        "b.yaml:1:1: the deal holds a combination that entry 1 of forbidden excludes",
        "b.yaml:4:12: financing: an option of 'financing' is needed, not a list",
        "--deal:1:1: dam: 'dam' has no option 'lwo'; did you mean 'low'?",
    ):
        assert says in err, says


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the file is empty; write 'issue: option'"),
        (b"\x00", "binary file"),
        (b"deal: maybe", "'maybe' is no deal"),
        (b"deal: none\ndam: low", "stands beside options"),
        (b"[]", "0 groups stand here"),
        (b"just words", "is a mapping of issues and options"),
        (b"!!python/object/apply:os.system [echo]", "tags"),
        (b"a: &x [1]\nb: *x", "anchors"),
        (b"- deal: none\n" * 61, "61 groups stand here"),
        (b"[" * 100_000, "nested deeper"),
    ],
)
def test_hostile_files_are_refused_with_a_line(
    content: bytes, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "deal.yaml"
    path.write_bytes(content)
    assert run(["debrief", "river-basin", "--deal", str(path)]) == 2
    err = capsys.readouterr().err
    assert says in err
    assert "deal.yaml:" in err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["river-basin"], "needs what was agreed"),
        (["car-emissions", "--deal", "none"], "needs issues with options"),
        (["river-basin", "--deal", "nowhere.yaml"], "nowhere.yaml does not exist"),
        (["river-basin", "--deal", "."], "is no file"),
        (["river-basin", "--deal", "dam=low,,x"], "is not ISSUE=OPTION"),
        (["river-basin", "--deal", "dam=low,dam=high"], "stands twice"),
        (["river-basin", *["--deal", "none"] * 61], "61 groups are too many"),
    ],
)
def test_bad_commands_for_a_debriefing_say_what_would_be_right(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["debrief", *arguments]) == 2
    assert says in capsys.readouterr().err
