"""Files that are whole or not there: written beside their place, put on the disk, and renamed into it."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def write_durably(path: Path, content: bytes) -> None:
    """Put a file in place so that it is never half there, and return only when a power cut could not lose it.

    A file that is there keeps its permissions; a new one gets the usual ones.

    Args:
        path: the file, in a folder that exists; a link is followed, and the file it names is replaced.
        content: its bytes.

    Raises:
        OSError: it cannot be written; nothing has changed then.

    Example:
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_durably(Path(folder, "case.yaml"), b"comity: 1\\n")
        ...     os.listdir(folder)
        ['case.yaml']
    """
    path = path.resolve()
    beside: str | None = None
    try:
        descriptor, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(beside, path.stat().st_mode if path.exists() else 0o666 & ~mask)
        if path.exists() and not os.access(path, os.W_OK):
            raise PermissionError(13, "Permission denied")
        os.replace(beside, path)
        beside = None
        _sync_folder(path.parent)
    finally:
        if beside is not None:
            Path(beside).unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """The new name is on the disk too; where folders cannot be opened, the system does without."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
