"""The scenario files of one folder: the only place of the workbench that reads or writes them.

The files are the truth: the command line, an editor and git see them at once, and may change them at any moment. So a
file is known by the hash of its bytes, and is saved only over the bytes that the page began with.
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from comity.scenario.writing import write_durably
from comity.scenario.yaml_tree import LARGEST_FILE

_ENDINGS = (".yaml", ".yml")
_DEEPEST = 4
MOST_FILES = 2000
_NAME = re.compile(r"[^\x00-\x1f\x7f<>:\"|?*\\]{1,120}")


class FolderError(Exception):
    """A file of the folder that cannot be read or written, in words for the person."""


class ChangedOutsideError(Exception):
    """The file is not the one that the page began with; ``found`` is what it holds now, None where it is gone."""

    def __init__(self, name: str, found: bytes | None) -> None:
        self.name, self.found = name, found
        super().__init__(name)


@dataclass(frozen=True)
class CaseFile:
    """One scenario file: its name in the folder, and when and how large it is (a cheap sign that it changed)."""

    name: str
    changed_ns: int
    size: int


def sha256(content: bytes) -> str:
    """The name of these bytes."""
    return hashlib.sha256(content).hexdigest()


class Folder:
    """A folder of scenario files; nothing outside it is read or written, whatever a name or a link says."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def files(self) -> tuple[CaseFile, ...]:
        """The folder's YAML files by name, four folders deep at most; hidden ones and links out are passed over."""
        found: list[CaseFile] = []
        for place, folders, names in os.walk(self.root):
            depth = len(Path(place).relative_to(self.root).parts)
            folders[:] = sorted(each for each in folders if not each.startswith(".") and depth < _DEEPEST)
            for name in sorted(names):
                path = Path(place, name)
                if name.startswith(".") or not name.endswith(_ENDINGS) or not self._inside(path):
                    continue
                try:
                    status = path.stat()
                except OSError:
                    continue
                if path.is_file():
                    shown = path.relative_to(self.root).as_posix()
                    found.append(CaseFile(shown, status.st_mtime_ns, status.st_size))
                if len(found) >= MOST_FILES:
                    return tuple(found)
        return tuple(found)

    def read(self, name: str) -> bytes:
        """The bytes of a file; raises FolderError."""
        path = self._path(name)
        if not path.is_file():
            raise FolderError(f"there is no file {name} in this folder")
        try:
            with path.open("rb") as stream:
                content = stream.read(LARGEST_FILE + 1)
        except OSError as error:
            raise FolderError(f"{name} cannot be read: {error.strerror}") from None
        if len(content) > LARGEST_FILE:
            raise FolderError(f"{name} is larger than a scenario can be")
        return content

    def save(self, name: str, content: bytes, began_with: str) -> str:
        """Write a file over the bytes that the page began with, and return the new hash.

        Raises ChangedOutsideError where the file is another one by now, and FolderError where it cannot be written.
        """
        path = self._path(name)
        now = self.read(name) if path.is_file() else None
        if now is None or sha256(now) != began_with:
            raise ChangedOutsideError(name, now)
        return self._write(path, name, content)

    def create(self, name: str, content: bytes) -> str:
        """Write a file that is not there yet; returns its name in the folder, raises FolderError."""
        if not name.endswith(_ENDINGS):
            name = f"{name}.yaml"
        path = self._path(name)
        if path.exists() or path.is_symlink():
            raise FolderError(f"{name} is there already; choose another name")
        if not path.parent.is_dir():
            raise FolderError(f"the folder of {name} does not exist")
        self._write(path, name, content)
        return name

    def _write(self, path: Path, name: str, content: bytes) -> str:
        if len(content) > LARGEST_FILE:
            raise FolderError("this is larger than a scenario can be")
        try:
            write_durably(path, content)
        except OSError as error:
            raise FolderError(f"{name} cannot be written: {error.strerror or error}") from None
        return sha256(content)

    def _path(self, name: str) -> Path:
        parts = name.split("/")
        if not all(_NAME.fullmatch(part) and part not in (".", "..") and not part.startswith(".") for part in parts):
            raise FolderError("a name has letters, digits, blanks, dots and dashes, and does not begin with a dot")
        path = self.root.joinpath(*parts)
        if not name.endswith(_ENDINGS) or len(parts) > _DEEPEST + 1:
            raise FolderError("a scenario's name ends in .yaml")
        if not self._inside(path):
            raise FolderError("this name leads out of the folder")
        return path

    def _inside(self, path: Path) -> bool:
        try:
            return path.resolve().is_relative_to(self.root)
        except (OSError, RuntimeError):
            return False
