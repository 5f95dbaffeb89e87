"""The register's file: one entry a line, only ever added to; locked, checked whole before use, and synced to disk."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import ValidationError

from comity.people.entries import ENTRY, Entry
from comity.people.hash_chain import START, Fault, canonical, chained, checked
from comity.people.register import Register, RegisterError, objection, settle

LARGEST_REGISTER = 100_000_000
"""Bytes; ten thousand forecasts take a third of it, and a larger file is most likely the wrong one."""

_MOST_FAULTS = 20


def utc_now() -> datetime:
    """The clock of the register."""
    return datetime.now(UTC)


def moment(now: datetime) -> str:
    """A date and time as entries carry it.

    Example:
        >>> moment(datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC))
        '2027-01-02T03:04:05Z'
    """
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def today(now: datetime) -> date:
    """The day of a moment, in UTC."""
    return now.astimezone(UTC).date()


def read_register(path: Path) -> Register:
    """Return the register of a file, after checking every line of it.

    Args:
        path: the file.

    Returns:
        The register; nothing before its last entry was changed, by its chain.

    Raises:
        RegisterError: no such file, no regular file, too large, a last line that is not whole, or a broken chain.
    """
    with _locked(path, write=False) as file:
        return _checked_register(path, _content(path, file))


def append(
    path: Path, make: Callable[[Register, str], Entry], *, begin: bool = False, clock: Callable[[], datetime] = utc_now
) -> tuple[int, str]:
    """Add one entry to a register, after checking all of it, while nobody else can.

    Args:
        path: the file.
        make: the entry, given the register as it stands and the moment; what it raises leaves the file as it was.
        begin: True: a file that does not exist is made.
        clock: the time.

    Returns:
        The number of the entry and its hash, which is the receipt; both are on the disk.

    Raises:
        RegisterError: as :func:`read_register`; the entry may not follow; the file cannot be written.
    """
    with _locked(path, write=True, begin=begin) as file:
        found = _checked_register(path, _content(path, file))
        entry = make(found, moment(clock()))
        against = objection(found.entries, found.settled, entry)
        if against is not None:
            raise RegisterError(path, *against)
        number = len(found.entries) + 1
        try:
            linked = chained(entry.model_dump(mode="json"), number, found.head or START)
        except ValueError:
            raise RegisterError(path, "a text of the entry is not Unicode", "write it in UTF-8") from None
        _write(path, file, canonical(linked) + b"\n")
        return number, linked["hash"]


def set_torn_line_aside(path: Path) -> tuple[Path, int] | None:
    """Move the end of a file that was not written whole to a file beside it; every whole line stays as it is.

    Returns:
        The file beside it and how many bytes it got; None where the last line is whole.

    Raises:
        RegisterError: as :func:`read_register`, but for a last line that is not whole; the file cannot be written.
    """
    with _locked(path, write=True) as file:
        content = _content(path, file)
        whole = content.rfind(b"\n") + 1
        torn = content[whole:]
        if not torn:
            return None
        _checked_register(path, content[:whole])
        beside = path.with_name(f"{path.name}.torn")
        try:
            with beside.open("ab") as stream:
                stream.write(torn + b"\n")
                stream.flush()
                os.fsync(stream.fileno())
            os.ftruncate(file, whole)
            os.fsync(file)
        except OSError as error:
            raise _unwritable(path, error) from None
        return beside, len(torn)


def faults_of(path: Path) -> tuple[list[Fault], Register | None]:
    """Return everything that is wrong with the chain of a file, and the register where nothing is.

    Raises:
        RegisterError: no such file, no regular file, or too large.
    """
    with _locked(path, write=False) as file:
        return _faults(path, _content(path, file))


def _faults(path: Path, content: bytes) -> tuple[list[Fault], Register | None]:
    lines = content.split(b"\n")
    torn = lines.pop()
    raw, faults = checked(lines)
    entries: list[Entry] = []
    settled: dict[tuple[int, str], list[int]] = {}
    for line, each in enumerate(raw, 1):
        if faults:
            break
        said = {key: value for key, value in each.items() if key not in ("number", "previous", "hash")}
        try:
            entry = ENTRY.validate_python(said)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "the entry"
            faults.append(Fault(line, f"is in its place, but {where} is not as Comity writes it: {first['msg']}"))
            break
        against = objection(entries, settled, entry)
        if against is not None:
            faults.append(Fault(line, f"is in its place, but {against[0]}"))
            break
        entries.append(entry)
        settle(settled, line, entry)
    if torn:
        faults.append(Fault(len(lines) + 1, f"is not whole ({len(torn):,} bytes without a line end)"))
    if faults:
        return faults, None
    return [], Register(path, tuple(entries), tuple(each["hash"] for each in raw))


def _checked_register(path: Path, content: bytes) -> Register:
    faults, found = _faults(path, content)
    if found is not None:
        return found
    if len(faults) == 1 and not content.endswith(b"\n"):
        raise RegisterError(
            path,
            f"the last line {faults[0].problem}: a write was cut short, and every line before it is as it was",
            f"“comity register repair --register {path}” sets these bytes aside",
            line=faults[0].line,
        )
    shown = [f"line {fault.line} {fault.problem}" for fault in faults[:_MOST_FAULTS]]
    if len(faults) > _MOST_FAULTS:
        shown.append(f"{len(faults) - _MOST_FAULTS} more lines are not as they were written")
    raise RegisterError(
        path, ". ".join(shown), "put back a copy from before the change; no command mends this", line=faults[0].line
    )


@contextmanager
def _locked(path: Path, *, write: bool, begin: bool = False) -> Iterator[int]:
    """The file's descriptor, locked against writers (and against readers, to write)."""
    # Without waiting: opening a named pipe would wait for ever.
    flags = os.O_NONBLOCK | os.O_CLOEXEC | (os.O_RDWR | os.O_APPEND if write else os.O_RDONLY)
    while True:
        made = begin and not path.exists()
        file = _opened(path, flags | (os.O_CREAT if begin else 0))
        try:
            status = os.fstat(file)
            if not stat.S_ISREG(status.st_mode):
                raise RegisterError(path, "is not a regular file", "name a file with --register")
            try:
                fcntl.flock(file, fcntl.LOCK_EX if write else fcntl.LOCK_SH)
            except OSError as error:
                said = f"cannot be locked ({error.strerror})"
                raise RegisterError(path, said, "keep the register on a disk of this machine") from None
            if not _still_there(path, status):
                # Somebody put another file in its place while this one was waited for.
                continue
            if made:
                _sync_folder(path)
            yield file
            return
        finally:
            os.close(file)


def _opened(path: Path, flags: int) -> int:
    try:
        return os.open(path, flags, 0o600)
    except FileNotFoundError:
        if path.is_symlink():
            raise RegisterError(path, "is a link to nothing", "name a file with --register") from None
        if flags & os.O_CREAT:
            raise RegisterError(path, "its folder does not exist", "make the folder first") from None
        remedy = "“comity freeze CASE” begins one; --register FILE names another"
        raise RegisterError(path, "there is no such register", remedy) from None
    except IsADirectoryError:
        raise RegisterError(path, "is a folder", "name a file with --register") from None
    except (OSError, ValueError) as error:
        raise _unwritable(path, error) if flags & os.O_RDWR else _unreadable(path, error) from None


def _still_there(path: Path, status: os.stat_result) -> bool:
    try:
        return os.path.samestat(os.stat(path), status)
    except OSError:
        return False


def _content(path: Path, file: int) -> bytes:
    try:
        if os.fstat(file).st_size > LARGEST_REGISTER:
            large = f"is larger than {LARGEST_REGISTER // 1_000_000} MB"
            raise RegisterError(path, large, "this is most likely another file; name the register with --register")
        with os.fdopen(os.dup(file), "rb") as stream:
            stream.seek(0)
            return stream.read(LARGEST_REGISTER + 1)
    except OSError as error:
        raise _unreadable(path, error) from None


def _write(path: Path, file: int, line: bytes) -> None:
    """Add a whole line or nothing."""
    size = os.fstat(file).st_size
    if size + len(line) > LARGEST_REGISTER:
        raise RegisterError(path, "is full", "begin another register with --register")
    try:
        rest = memoryview(line)
        while rest:
            rest = rest[os.write(file, rest) :]
        os.fsync(file)
    except BaseException as error:
        os.ftruncate(file, size)
        if isinstance(error, OSError):
            raise _unwritable(path, error) from None
        raise


def _sync_folder(path: Path) -> None:
    """Make the name of a new file outlast a crash; a file system that cannot is left alone."""
    try:
        folder = os.open(path.resolve().parent, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(folder)
    except OSError:
        return
    finally:
        os.close(folder)


def _unreadable(path: Path, error: Exception) -> RegisterError:
    return RegisterError(path, f"cannot be read ({getattr(error, 'strerror', None) or error})", "check name and rights")


def _unwritable(path: Path, error: Exception) -> RegisterError:
    said = getattr(error, "strerror", None) or error
    return RegisterError(path, f"cannot be written ({said})", "nothing was added; check its name, rights and the disk")
