"""The register's file: only added to, by several at once, and never half."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from register_factory import clock, freeze, frozen, question, resolution, resolved

from comity.people import Entry, Register, RegisterError, Void, append, faults_of, read_register, set_torn_line_aside
from comity.people.register_file import LARGEST_REGISTER

FACTORY = Path(__file__).parents[1] / "brief"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "register.jsonl"


def test_what_is_frozen_is_read_again_with_what_became_of_it(path: Path) -> None:
    _, receipt = frozen(path, question("date", 40.0), question("money"))
    resolved(path, 1, {"date": 55.0}, day=3)
    found = read_register(path)
    assert found.hashes[0] == receipt
    date, money = found.asked
    assert (date.outcome, date.told_in, money.outcome) == (55.0, (2,), None)
    assert date.state(clock(9)().date()) == "resolved"
    assert money.state(clock(9)().date()) == "open"
    assert money.state(clock(300)().date()) == "overdue"


def test_a_correction_keeps_both_and_a_void_takes_a_question_out(path: Path) -> None:
    frozen(path)
    resolved(path, 1)
    with pytest.raises(RegisterError, match="settled already"):
        resolved(path, 1, day=2)

    def corrected(found: Register, now: str) -> Entry:
        return resolution(now, 1, outcomes={"date": 56.0}).model_copy(update={"corrects": (2,), "reason": "misread"})

    append(path, corrected, clock=clock(2))
    assert read_register(path).asked[0].outcome == 56.0

    def void(found: Register, now: str) -> Entry:
        return Void(at=now, comity="0.1.0", of=1, issues=("date",), corrects=(3,), reason="no text was agreed")

    append(path, void, clock=clock(3))
    (asked,) = read_register(path).asked
    assert (asked.outcome, asked.told_in) == (None, (2, 3, 4))
    assert asked.state(clock(3)().date()) == "void"


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (lambda now: resolution(now, 1, outcomes={"date": 101.0}), "outside its scale"),
        (lambda now: resolution(now, 1, outcomes={"money": 1.0}), "has no issue 'money'"),
        (lambda now: resolution(now, 2), "entry 2 is no freeze"),
        (lambda now: resolution(now, 0), "entry 0 is no freeze"),
        (lambda now: resolution(now, 1, "2030-01-01"), "after today"),
        (lambda now: resolution("2026-01-01T00:00:00Z", 1), "before the entry above"),
        (lambda now: freeze(now, question(guess=101.0)), "outside its scale"),
        (lambda now: freeze(now, question(scale=(5.0, 5.0))), "no length"),
    ],
)
def test_what_may_not_follow_is_refused_and_nothing_is_added(
    path: Path, entry: Callable[[str], Entry], says: str
) -> None:
    frozen(path)
    before = path.read_bytes()
    with pytest.raises(RegisterError, match=says):
        append(path, lambda _, now: entry(now), clock=clock(1))
    assert path.read_bytes() == before


def test_two_processes_that_freeze_at_once_lose_nothing(path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from comity.people import append, utc_now; "
        "from register_factory import freeze\n"
        "for number in range(25): append(Path(sys.argv[1]), lambda _, now: freeze(now, case=sys.argv[2]), begin=True)"
    )
    environment = {**os.environ, "PYTHONPATH": str(FACTORY)}
    running = [
        subprocess.Popen([sys.executable, "-c", program, str(path), name], env=environment) for name in ("one", "two")
    ]
    assert [each.wait() for each in running] == [0, 0]
    found = read_register(path)
    cases = [each.freeze.case for each in found.asked]
    assert (cases.count("one"), cases.count("two")) == (25, 25)


def test_a_line_that_was_cut_short_is_told_and_set_aside(path: Path) -> None:
    frozen(path)
    whole = path.read_bytes()
    frozen(path, case="two.yaml", day=1)
    path.write_bytes(path.read_bytes()[:-30])
    for use in (lambda: read_register(path), lambda: frozen(path, day=2)):
        with pytest.raises(RegisterError, match=r":2: the last line is not whole.*comity register repair"):
            use()
    aside = set_torn_line_aside(path)
    assert aside is not None
    assert path.read_bytes() == whole
    assert aside[0].read_bytes().startswith(b'{"at":"2027-01-02')
    assert set_torn_line_aside(path) is None
    assert frozen(path, day=2)[0] == 2


def test_a_write_that_fails_leaves_the_file_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frozen(path)
    before = path.read_bytes()
    write = os.write

    def full(file: int, data: bytes) -> int:
        write(file, bytes(data)[:20])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("comity.people.register_file.os.write", full)
    with pytest.raises(RegisterError, match="No space left"):
        frozen(path, day=1)
    assert path.read_bytes() == before


def test_a_broken_chain_stops_every_use_and_names_the_line(path: Path) -> None:
    for number in range(3):
        frozen(path, case=f"{number}.yaml", day=number)
    path.write_bytes(path.read_bytes().replace(b'"case":"1.yaml"', b'"case":"9.yaml"'))
    before = path.read_bytes()
    for use in (lambda: read_register(path), lambda: frozen(path, day=9)):
        with pytest.raises(RegisterError, match=r":2: line 2 was changed"):
            use()
    assert path.read_bytes() == before
    assert [fault.line for fault in faults_of(path)[0]] == [2]


@given(st.data())
def test_any_change_of_a_whole_file_but_a_cut_at_a_line_end_is_found(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("register") / "r.jsonl"
    for number in range(3):
        frozen(path, case=f"{number}.yaml", day=number)
    content = bytearray(path.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        content[place] ^= data.draw(st.integers(1, 255))
    else:
        del content[place]
    path.write_bytes(content)
    assert faults_of(path)[0]


def test_what_is_no_register_is_said(tmp_path: Path) -> None:
    pipe, large, link, binary = (tmp_path / name for name in ("pipe", "large", "link", "binary"))
    os.mkfifo(pipe)
    with large.open("wb") as stream:
        stream.truncate(5_000_000_000)
    link.symlink_to(tmp_path / "nowhere")
    binary.write_bytes(b"\xff\xfe\n")
    wrong = {
        tmp_path: "is not a regular file|is a folder",
        pipe: "is not a regular file",
        large: "is larger than",
        link: "is a link to nothing",
        binary: "line 1 is not UTF-8 text",
        tmp_path / "no": "there is no such register",
        Path("a\0b"): "cannot be read|null",
    }
    for path, says in wrong.items():
        with pytest.raises(RegisterError, match=says):
            read_register(path)
    for path in (tmp_path, pipe, large, binary):
        with pytest.raises(RegisterError, match=wrong[path]):
            frozen(path)
    with pytest.raises(RegisterError, match="folder does not exist"):
        frozen(tmp_path / "no" / "register.jsonl")
    assert large.stat().st_size > LARGEST_REGISTER


def test_a_link_to_a_register_is_followed_and_an_empty_file_is_a_register(path: Path, tmp_path: Path) -> None:
    path.touch()
    link = tmp_path / "link"
    link.symlink_to(path)
    frozen(link)
    assert link.is_symlink()
    assert len(read_register(path).entries) == 1


def test_a_file_that_may_not_be_written_can_still_be_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frozen(path)
    opened = os.open

    def guarded(name: str, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_RDWR:
            raise PermissionError(13, "Permission denied")
        return opened(name, flags, mode)

    monkeypatch.setattr("comity.people.register_file.os.open", guarded)
    assert len(read_register(path).entries) == 1
    with pytest.raises(RegisterError, match=r"cannot be written .Permission denied"):
        frozen(path, day=1)


def test_a_file_put_in_place_while_waiting_is_the_one_that_is_used(path: Path, tmp_path: Path) -> None:
    import fcntl

    frozen(path)
    other = tmp_path / "other"
    other.write_bytes(path.read_bytes())
    with path.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        waiting = threading.Thread(target=frozen, args=(path,), kwargs={"case": "two.yaml", "day": 1})
        waiting.start()
        other.replace(path)
    waiting.join()
    assert [each.freeze.case for each in read_register(path).asked] == ["case.yaml", "two.yaml"]


def test_a_true_chain_of_things_that_are_no_entries_is_refused(path: Path) -> None:
    from comity.people.hash_chain import START, canonical, chained

    path.write_bytes(canonical(chained({"kind": "void", "at": 3}, 1, START)) + b"\n")
    with pytest.raises(RegisterError, match="not as Comity writes it"):
        read_register(path)
    path.write_bytes(
        canonical(chained(resolution("2027-01-01T00:00:00Z", 4).model_dump(mode="json"), 1, START)) + b"\n"
    )
    with pytest.raises(RegisterError, match="entry 4 is no freeze"):
        read_register(path)
