"""``comity record``: what it prints of a table of one's own."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path

COMITY = [sys.executable, "-c", "from comity.cli import main; main()"]


def decisions(folder: Path) -> Path:
    lines = ["proposal,issue,actor,position,salience,capability,outcome"]
    for p in range(4):
        lines += [f"p{p},i{p},{actor},{50 * at},{40 + p},{at + 1},{20 * p}" for at, actor in enumerate("abc")]
    path = folder / "mine.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def record(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMITY, "record", *arguments], capture_output=True, text=True, check=False)


def test_every_method_says_on_how_many_issues(tmp_path: Path) -> None:
    done = record(str(decisions(tmp_path)), "--format", "csv")
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    titles = [row["method"] for row in rows]
    assert titles[0] == "weighted mean"
    assert any(title.startswith("election") for title in titles)
    # What the table does not hold is not tested: no decision rule, nothing that applies without agreement.
    assert not any("rule" in title or "reference" in title for title in titles)
    assert {row["issues"] for row in rows} == {"4"}
    for row in rows:
        assert float(row["joint_low_95"]) <= float(row["low_95"]) + 0.01
        assert float(row["joint_high_95"]) >= float(row["high_95"]) - 0.01


def test_it_says_what_the_record_is_of(tmp_path: Path) -> None:
    done = record(str(decisions(tmp_path)))
    assert "elsewhere it is" in " ".join(done.stdout.split())
