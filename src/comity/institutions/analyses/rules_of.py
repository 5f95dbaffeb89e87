"""The chapter of this room, and the rule of a case, which ``comity.rules.stated`` reads for every room."""

from __future__ import annotations

from comity.rules.stated import RULE_FIELDS, Body, body_of, body_under

__all__ = ["CHAPTER", "RULE_FIELDS", "Body", "body_of", "body_under"]

CHAPTER = "What the rule lets through"
