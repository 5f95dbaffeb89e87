"""The history of the Edit page: the script itself, run by Node, on sequences of edits that Hypothesis thinks of."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.scenario import ScenarioError, skeleton
from comity.web.changes import CellChange, RenameChange, changed

NODE = Path(sys.executable).parent / "node"
SCRIPT = files("comity.web").joinpath("static", "history.js")
# Undoes all, redoes all, and undoes all again; then every step of the way back.
RUN = """
import { readFileSync } from "node:fs";
const { History } = await import(process.argv[1]);
const answers = JSON.parse(readFileSync(0, "utf8")).map(({ began, edits }) => {
  const history = new History(began);
  const texts = [];
  for (const { kind, text, at } of edits) {
    if (kind === "undo" || kind === "redo") history[kind]();
    else history.change(text, kind, at);
    texts.push(history.text);
  }
  const all = (which) => { while (history[which]()); return history.text; };
  return { texts, first: all("undo"), last: all("redo"), again: all("undo"), nothing: history.undo() };
});
console.log(JSON.stringify(answers));
"""

pytestmark = pytest.mark.skipif(not NODE.exists(), reason="no Node beside this Python; 'make setup' brings one")

TEXTS = st.text(alphabet="ab: \n\U0001f30d\u00e9", max_size=12)
EDITS = st.lists(
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["", "insertText", "insertText", "undo", "redo"]),
            "text": TEXTS,
            "at": st.integers(0, 5000),
        }
    ),
    max_size=25,
)


def run(cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    command: list[str | Path] = [NODE, "--input-type=module", "-e", RUN, Path(str(SCRIPT)).as_uri()]
    done = subprocess.run(command, input=json.dumps(cases), capture_output=True, text=True, check=True)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


@settings(max_examples=10)
@given(st.lists(st.fixed_dictionaries({"began": TEXTS, "edits": EDITS}), min_size=1, max_size=40))
def test_undo_of_everything_gives_back_the_text(cases: list[dict[str, Any]]) -> None:
    for case, found in zip(cases, run(cases), strict=True):
        assert found["first"] == found["again"] == case["began"]
        texts = [case["began"], *found["texts"]]
        # An edit that changes nothing is no step, and leaves what was undone to be done again.
        if case["edits"] and case["edits"][-1]["kind"] not in ("undo", "redo") and texts[-1] != texts[-2]:
            assert found["last"] == texts[-1] == case["edits"][-1]["text"]
        assert found["nothing"] is None


ACTORS = st.sampled_from(["upper", "middle", "lower", "bank"])
OF_THE_GRID = st.one_of(
    st.builds(
        CellChange,
        kind=st.just("cell"),
        actor=ACTORS,
        issue=st.sampled_from(["filling", "data", "compensation"]),
        field=st.sampled_from(["position", "salience"]),
        typed=st.sampled_from(["", "0", "7.5", "99", "many"]),
    ),
    st.builds(RenameChange, kind=st.just("rename"), actor=ACTORS, to=st.sampled_from(["alpha", "beta", "lower"])),
    st.text(alphabet="#ab \n", min_size=1, max_size=5),
)


@settings(max_examples=15)
@given(st.lists(OF_THE_GRID, min_size=1, max_size=8))
def test_any_edits_of_grid_and_text_then_undo_give_back_the_bytes(edits: list[CellChange | RenameChange | str]) -> None:
    began = text = skeleton("several-issues")
    texts = []
    for edit in edits:
        if isinstance(edit, str):
            text = f"# {edit!r}\n{text}"
        else:
            with contextlib.suppress(ScenarioError):
                text = changed(text.encode(), edit).decode()
        texts.append({"kind": "insertText" if isinstance(edit, str) else "", "text": text, "at": 0})
    found = run([{"began": began, "edits": texts}])[0]
    assert found["first"].encode() == began.encode()
    assert found["last"] == text


def test_letters_of_a_word_are_one_step_and_a_pause_ends_it() -> None:
    def typed(text: str, at: int) -> dict[str, Any]:
        return {"kind": "insertText", "text": text, "at": at}

    back = {"kind": "undo", "text": "", "at": 0}
    edits = [typed("a", 0), typed("ab", 100), typed("abc", 3000), back, back, typed("x", 3100), back]
    assert run([{"began": "", "edits": edits}])[0]["texts"] == ["a", "ab", "abc", "ab", "", "x", ""]


def test_a_step_of_the_grid_between_letters_is_its_own() -> None:
    edits = [
        {"kind": "insertText", "text": "a1", "at": 0},
        {"kind": "", "text": "a2", "at": 10},
        {"kind": "insertText", "text": "ab2", "at": 20},
        *[{"kind": "undo", "text": "", "at": 30}] * 3,
        *[{"kind": "redo", "text": "", "at": 40}] * 2,
    ]
    found = run([{"began": "1", "edits": edits}])[0]["texts"]
    assert found == ["a1", "a2", "ab2", "a2", "a1", "1", "a1", "a2"]
