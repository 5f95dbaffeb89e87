"""The house's own rules: public names, fields that are used, nothing that belongs to one machine."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

import comity.scenario.cells
import comity.scenario.decision_rules
import comity.scenario.oversight
import comity.scenario.schema

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "src" / "comity"
SCHEMA_FILES = {"schema.py", "cells.py", "decision_rules.py", "oversight.py"}


def models() -> dict[str, type[BaseModel]]:
    found: dict[str, type[BaseModel]] = {}
    for module in (
        comity.scenario.schema,
        comity.scenario.cells,
        comity.scenario.decision_rules,
        comity.scenario.oversight,
    ):
        for name, thing in vars(module).items():
            if isinstance(thing, type) and issubclass(thing, BaseModel) and thing.__module__.startswith("comity"):
                found[name] = thing
    return found


def words_of_the_house() -> set[str]:
    """Every attribute that is read and every string; of the files that declare the schema, what their methods read."""
    found: set[str] = set()
    for path in SOURCES.rglob("*.py"):
        declares = path.name in SCHEMA_FILES and path.parent.name == "scenario"
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute):
                if not declares or (isinstance(node.value, ast.Name) and node.value.id == "self"):
                    found.add(node.attr)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and not declares:
                found.add(node.value)
    return found


def test_every_field_of_the_schema_is_read_or_shown() -> None:
    words = words_of_the_house() | {"comity"}
    idle = [f"{name}.{field}" for name, model in models().items() for field in model.model_fields if field not in words]
    assert not idle, f"nothing reads or shows {idle}"


def tracked() -> list[Path]:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [ROOT / name for name in names.split("\0") if name]


def test_nothing_committed_belongs_to_one_machine() -> None:
    home, parent = str(Path.home()), f"{ROOT.parent}/"
    for path in tracked():
        if path.suffix in (".py", ".md", ".toml", ".yaml", ".lock", ".html", ".css", ".cff") or path.name == "Makefile":
            text = path.read_text()
            assert parent not in text, path
            assert home == "/" or f"{home}/" not in text, path
    assert not [path for path in tracked() if path.name in ("uv.lock", "package-lock.json", "poetry.lock")]


def test_lock_files_hold_hashes_and_no_addresses() -> None:
    for lock in ROOT.glob("requirements*.lock"):
        text = lock.read_text()
        assert "://" not in text, lock
        assert text.count("==") <= text.count("--hash=sha256:"), lock


@pytest.mark.parametrize(
    "room", ["findings", "scenario", "brief", "positions", "bargaining", "institutions", "rules", "sources", "people"]
)
def test_public_names_exist_and_are_sorted(room: str) -> None:
    module: Any = importlib.import_module(f"comity.{room}")
    assert module.__doc__
    assert len(set(module.__all__)) == len(module.__all__)
    for name in module.__all__:
        assert hasattr(module, name), name


def test_no_room_is_called_by_a_name_that_says_nothing() -> None:
    empty = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base"}
    assert not [path for path in SOURCES.rglob("*") if path.stem in empty]


def test_every_file_says_what_lives_in_it() -> None:
    for path in SOURCES.rglob("*.py"):
        assert ast.get_docstring(ast.parse(path.read_text())), path


def test_only_one_place_imports_numba() -> None:
    users = [
        path.name for path in SOURCES.rglob("*.py") if re.search(r"^\s*(import|from) numba", path.read_text(), re.M)
    ]
    assert users == ["_compiled.py"]
