"""Commented skeletons of a scenario, for ``comity new``: each validates as it is, and is then edited."""

from __future__ import annotations

from importlib import resources

from comity.scenario.errors import nearest

TEMPLATES: dict[str, str] = {
    "one-issue": "several actors, one question: who wants what, and what is likely to come of it",
    "several-issues": "several actors, several questions: where a trade across issues may be possible",
    "decision-rule": "an institution, its votes and its decision rules: who has which formal voting weight",
}
"""The templates by name, each with what it is for."""


def skeleton(template: str = "one-issue") -> str:
    """Return the text of a commented scenario to start from.

    Args:
        template: one of ``TEMPLATES``.

    Returns:
        YAML with a comment on every section; it validates as it is.

    Raises:
        ValueError: no template has this name; the message names the nearest.

    Example:
        >>> "salience_scale: 100" in skeleton("one-issue")
        True
        >>> skeleton("one-isue")
        Traceback (most recent call last):
        ValueError: no template 'one-isue'; did you mean 'one-issue'?
    """
    if template not in TEMPLATES:
        near = nearest(template, TEMPLATES)
        remedy = f"did you mean '{near}'?" if near else "choose one of " + ", ".join(TEMPLATES)
        raise ValueError(f"no template '{template}'; {remedy}")
    return (resources.files(__name__) / f"{template}.yaml").read_text(encoding="utf-8")
