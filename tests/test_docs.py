"""The pages of docs/ that are made from the code say what the code says; ``make docs`` writes them again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

DOCS = Path(__file__).parents[1] / "docs"


def cli_page() -> str:
    """Every command with its help, as the terminal shows it."""
    from comity.cli import application

    parts = ["# Command line", "", "Made from the commands' own help by `make docs`.", ""]
    for name, command in _commands(typer.main.get_command(application())):
        with command.make_context(
            name,
            [],
            resilient_parsing=True,
            max_content_width=100,
            terminal_width=100,
            help_option_names=["-h", "--help"],
        ) as context:
            text = context.get_help()
        text = text.replace(f"Usage: {name}", f"Usage: comity {name}", 1)
        parts += [f"## comity {name}", "", "```", *(line.rstrip() for line in text.splitlines()), "```", ""]
    return "\n".join(parts)


def _commands(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """Every command of a group by its whole name, and what is within it."""
    for name, command in sorted(group.commands.items()):
        yield f"{before}{name}", command
        if hasattr(command, "commands"):
            yield from _commands(command, f"{before}{name} ")


def analyses_page() -> str:
    """Every registered analysis of ours."""
    from comity.findings import registry
    from comity.findings.registry import choices

    parts = ["# Analyses", "", "Every question that a case can be asked. Made from the code by `make docs`.", ""]
    for each in registry().analyses.values():
        if not each.run.__module__.startswith("comity."):
            continue
        parts += [f"## {each.name}", "", f"**{each.question}** Chapter: {each.chapter}.", ""]
        needs = [*each.reads.needs, *(" or ".join(group) for group in each.reads.one_of)]
        parts += [f"- Needs: {', '.join(f'`{name}`' for name in needs)}."]
        if each.reads.optional:
            parts += [f"- Uses, where they are there: {', '.join(f'`{name}`' for name in each.reads.optional)}."]
        if each.per:
            parts += [f"- Asked for each of: {each.per}."]
        for name, field in each.options.model_fields.items():
            words = ", ".join(choices(field)) or "text"
            parts += [f"- `--{name.replace('_', '-')}` ({words}; default {field.default}): {field.description}"]
        parts += [f"- Method: {each.method.full}", ""]
    return "\n".join(parts)


def scenario_page() -> str:
    """Every field of a scenario file, section by section."""
    from comity.scenario import json_schema

    schema = json_schema()
    definitions: dict[str, Any] = schema["$defs"]
    parts = [
        "# Scenario fields",
        "",
        "Every field of a scenario file. Made from the schema by `make docs`; `comity schema` prints the JSON Schema.",
        "",
        *_fields("The file", schema),
    ]
    for name, definition in sorted(definitions.items()):
        if "properties" in definition:
            parts += _fields(name, definition)
    return "\n".join(parts)


def _fields(name: str, definition: dict[str, Any]) -> list[str]:
    required = set(definition.get("required", ()))
    about = " ".join(definition.get("description", "").split("Example:")[0].split())
    parts = [f"## {name}", "", *([about, ""] if about else []), "| field | type | what it is |", "| --- | --- | --- |"]
    for field, described in definition["properties"].items():
        must = " (required)" if field in required else ""
        text = " ".join(described.get("description", "").split()).replace("|", "\\|")
        parts.append(f"| `{field}`{must} | {_type(described)} | {text} |")
    return [*parts, ""]


def _type(described: dict[str, Any]) -> str:
    if "$ref" in described:
        return str(described["$ref"]).rpartition("/")[2]
    if "enum" in described:
        return ", ".join(f"`{word}`" for word in described["enum"])
    if "const" in described:
        return f"`{described['const']}`"
    for key in ("anyOf", "oneOf", "allOf"):
        if key in described:
            return " or ".join(dict.fromkeys(_type(part) for part in described[key]))
    if described.get("type") == "array":
        return f"list of {_type(described['items'])}" if "items" in described else "list"
    if described.get("type") == "object" and isinstance(described.get("additionalProperties"), dict):
        return f"map of name to {_type(described['additionalProperties'])}"
    return str(described.get("type", "any"))


PAGES = {"cli.md": cli_page, "analyses.md": analyses_page, "scenario.md": scenario_page}


@pytest.mark.parametrize("name", PAGES)
def test_page_is_what_the_code_says(name: str) -> None:
    assert (DOCS / name).read_text() == PAGES[name](), f"docs/{name} drifted: run make docs"


def test_every_command_of_the_readme_exists() -> None:
    from comity.cli import application

    commands = set(typer.main.get_command(application()).commands)  # type: ignore[attr-defined]
    readme = (DOCS.parent / "README.md").read_text()
    used = set(re.findall(r"^(?:.*\| )?comity ([a-z]+)", "\n".join(re.findall(r"```\n(.*?)```", readme, re.S)), re.M))
    assert used
    assert used <= commands


if __name__ == "__main__":
    for page, make in PAGES.items():
        (DOCS / page).write_text(make())
        print(f"wrote docs/{page}")
