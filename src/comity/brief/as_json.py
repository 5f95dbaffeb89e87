"""A brief, a finding or a table as JSON that is the same bytes for the same question, with a published schema."""

from __future__ import annotations

import json
import math
from typing import Any

from pydantic import TypeAdapter

from comity.brief.contents import Brief
from comity.findings import Finding

_SIGNIFICANT = 12


def plain(thing: Any) -> Any:
    """Dataclasses as JSON values; floats to 12 significant digits, so that machines agree on the bytes."""
    kind = type(thing)
    return _rounded(TypeAdapter(kind).dump_python(thing, mode="json"))


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("a finding holds a number that is not finite")
        return float(f"{value:.{_SIGNIFICANT}g}")
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return value


def to_json(value: Any) -> str:
    """Plain values as text: two spaces, keys in the order of the contract, a newline at the end."""
    return json.dumps(_rounded(value), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def render_json(brief: Brief) -> str:
    """The whole brief."""
    return to_json(plain(brief))


def findings_json(findings: tuple[Finding, ...]) -> str:
    """The findings of one question."""
    return to_json([plain(finding) for finding in findings])


def brief_schema() -> dict[str, Any]:
    """The JSON Schema of what ``render_json`` writes."""
    schema = TypeAdapter(Brief).json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
