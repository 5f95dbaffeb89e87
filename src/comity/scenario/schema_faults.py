"""What the schema finds wrong, in words that a person can act on."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import ValidationError

from comity.scenario.cells import DATE_PATTERN, ID_PATTERN
from comity.scenario.decision_rules import CLAUSE_FORMS, TAG_MARK
from comity.scenario.errors import shown
from comity.scenario.faults import Fault, Suggestions
from comity.scenario.ratifications import DAY_PATTERN
from comity.scenario.schema import ScenarioFile, json_schema
from comity.scenario.yaml_tree import Loc

_PATTERNS = {
    ID_PATTERN: (
        "is not a short name",
        "begin with a letter; then letters, digits, _ or -, at most 40 in all",
    ),
    DATE_PATTERN: ("is not a date", "write 1994, 1994-05 or 1994-05-31"),
    DAY_PATTERN: ("is not a day", "write it as 1994-05-31"),
    "^[A-Z]{3}$": ("is not a country code", "write three capital letters, such as NLD"),
}
# pydantic's error type -> what was needed
_NEEDED = {
    "string_type": "a text",
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a mapping ('key: value')",
    "model_type": "a mapping ('key: value')",
    "model_attributes_type": "a mapping ('key: value')",
    "finite_number": "a finite number",
}
_MOST_TRANSLATED = 5_000
_BOUNDS = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}


def schema_faults(
    data: Any, error: ValidationError, suggestions: Suggestions, schema: Mapping[str, Any] | None = None
) -> list[Fault]:
    """Translate pydantic's errors into faults by place in the raw data.

    Args:
        data: the raw data that was validated.
        error: what pydantic raised.
        suggestions: finder of near names.
        schema: JSON Schema of what was validated; that of a scenario where None.

    Returns:
        One fault an error, without those that only follow from another one.
    """
    faults = []
    for item in error.errors(include_url=False)[:_MOST_TRANSLATED]:
        fault = _fault(data, item, suggestions, schema or _published())
        if fault is not None:
            faults.append(fault)
    return faults


def _fault(data: Any, item: Mapping[str, Any], suggestions: Suggestions, schema: Mapping[str, Any]) -> Fault | None:
    kind = item["type"]
    value = item.get("input")
    context = item.get("ctx", {})
    loc: Loc = tuple(
        step for step in item["loc"] if not (isinstance(step, str) and step.startswith((TAG_MARK, "[key]")))
    )
    at_key = item["loc"][-1:] == ("[key]",)
    if kind not in ("missing", "extra_forbidden"):
        loc = _existing(data, loc)
    if kind == "missing":
        field = _field(loc, schema)
        means = field.get("description", "")
        return Fault(loc, f"the key '{loc[-1]}' is missing", means[:1].lower() + means[1:].split(". ")[0].rstrip("."))
    if kind == "extra_forbidden":
        known = _known_keys(loc[:-1], schema)
        return Fault(loc, f"unknown key {shown(str(loc[-1]))}", suggestions.among(str(loc[-1]), known), at_key=True)
    if kind in ("cell", "quota", "weight"):
        return Fault(loc, item["msg"], "")
    if kind == "clause":
        return Fault(loc, "a clause has exactly one of the keys " + ", ".join(CLAUSE_FORMS), _clause_remedy(value))
    if kind == "literal_error":
        return _not_among(loc, value, context["expected"], suggestions)
    if kind == "string_pattern_mismatch":
        message, remedy = _PATTERNS.get(context["pattern"], ("has the wrong form", context["pattern"]))
        return Fault(loc, f"{shown(value)} {message}", remedy, at_key=at_key)
    if kind == "string_too_short":
        return Fault(loc, "the text is empty", "write it, or leave the key out")
    if kind in ("too_short", "too_long"):
        return _wrong_length(loc, value, context, kind)
    for bound, words in _BOUNDS.items():
        if bound in context:
            return Fault(loc, f"{shown(value)} is not {words} {context[bound]:g}", "correct the value")
    if kind in _NEEDED:
        return Fault(loc, f"{_NEEDED[kind]} is needed, not {shown(value)}", _type_remedy(kind, value))
    return Fault(loc, item["msg"][:1].lower() + item["msg"][1:])


def _type_remedy(kind: str, value: Any) -> str:
    if kind == "string_type" and isinstance(value, int | float):
        return "put quotes around it"
    if kind == "float_type" and isinstance(value, str):
        return "write digits, with a point for decimals and no quotes"
    if kind == "bool_type" and isinstance(value, str) and value.lower() in ("yes", "no", "on", "off", "y", "n"):
        return "write true or false without quotes"
    if kind in ("tuple_type", "list_type"):
        return "write [one, two], or one line '- …' an item"
    return ""


def _clause_remedy(value: Any) -> str:
    if isinstance(value, dict):
        found = [form for form in CLAUSE_FORMS if form in value]
        if len(found) > 1:
            both = " and ".join(found)
            return f"it has {both}: join two clauses with all: [{{…}}, {{…}}] or any: [{{…}}, {{…}}]"
        return "for example {weight: votes, quota: 45}"
    return f"not {shown(value)}; for example {{weight: votes, quota: 45}}"


def _not_among(loc: Loc, value: Any, expected: str, suggestions: Suggestions) -> Fault:
    if loc == ("comity",):
        return Fault(loc, f"{shown(value)} is not a version that this Comity reads", "write 'comity: 1'")
    choices = [choice.strip("'") for choice in expected.replace(" or ", ", ").split(", ")]
    remedy = ""
    if isinstance(value, str):
        remedy = suggestions.among(value, choices)
    if not remedy.startswith("did"):
        remedy = "write one of: " + ", ".join(choices)
    return Fault(loc, f"{shown(value)} is not one of the choices", remedy)


def _wrong_length(loc: Loc, value: Any, context: Mapping[str, Any], kind: str) -> Fault | None:
    written = len(value) if isinstance(value, list | dict) else 0
    if kind == "too_short":
        if written >= context["min_length"]:
            return None  # too short only because its items were at fault, which is reported
        if context["min_length"] == 1:
            return Fault(loc, "the list is empty", "give at least one item, or leave the key out")
    if loc[-1:] == ("range",):
        return Fault(loc, f"a range has two numbers, not {written}", "write [low, high]")
    if kind == "too_short":
        return Fault(loc, f"{written} given, and at least {context['min_length']} are needed", "add what is missing")
    return Fault(loc, f"the list has {written} items", "")


def _existing(data: Any, loc: Loc) -> Loc:
    """Cut steps that the raw data lacks: a plain number has no ``value`` below it."""
    current = data
    for depth, step in enumerate(loc):
        in_mapping = isinstance(current, dict) and step in current
        in_list = isinstance(current, list) and isinstance(step, int) and step < len(current)
        if not (in_mapping or in_list):
            return loc[:depth]
        current = current[step]
    return loc


@cache
def _published() -> dict[str, Any]:
    return json_schema()


def _alternatives(node: Mapping[str, Any], schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The object forms that a schema node allows, references followed."""
    if "$ref" in node:
        return _alternatives(schema["$defs"][node["$ref"].rsplit("/", 1)[1]], schema)
    for union in ("anyOf", "oneOf", "allOf"):
        if union in node:
            return [found for part in node[union] for found in _alternatives(part, schema)]
    return [node]


def _at(loc: Loc, schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    nodes = _alternatives(schema, schema)
    for step in loc:
        below: list[Mapping[str, Any]] = []
        for node in nodes:
            if isinstance(step, int):
                child = node.get("items")
            else:
                child = node.get("properties", {}).get(step) or next(
                    iter(node.get("patternProperties", {}).values()), node.get("additionalProperties")
                )
            if isinstance(child, dict):
                below += _alternatives(child, schema)
        nodes = below
    return nodes


def _known_keys(loc: Loc, schema: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys(key for node in _at(loc, schema) for key in node.get("properties", {})))


def _field(loc: Loc, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The published description of the field at this place."""
    for node in _at(loc[:-1], schema):
        found = node.get("properties", {}).get(loc[-1])
        if isinstance(found, dict):
            return found
    return {}


def validated(data: Any, suggestions: Suggestions) -> tuple[ScenarioFile | None, list[Fault]]:
    """Validate raw data by the schema: the scenario, or the faults."""
    try:
        return ScenarioFile.model_validate(data), []
    except ValidationError as error:
        return None, schema_faults(data, error, suggestions)
