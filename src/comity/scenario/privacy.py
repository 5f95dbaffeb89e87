"""What others may see of a scenario: every private cell and row is taken out, wherever in the file it stands."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel

from comity.scenario.cells import CellDetail, OwnOnly

_Model = TypeVar("_Model", bound=BaseModel)


def without_private(model: _Model) -> _Model:
    """The model without its private cells (they get the field's default) and its private rows.

    It walks every field, so that a cell of a section that is added later is taken out as well. Where a cell says
    ``private: true``, the note of its row goes with it.

    >>> from comity.scenario import open_shipped
    >>> file = open_shipped("car-emissions").scenario
    >>> without_private(file) == file
    True
    """
    changes: dict[str, Any] = {}
    defaults: list[str] = []
    for name, info in type(model).model_fields.items():
        held = getattr(model, name)
        if isinstance(held, CellDetail):
            guarded = any(isinstance(mark, OwnOnly) for mark in info.metadata)
            if held.private or (guarded and "private" not in held.model_fields_set):
                # A cell that must be written, though it may be empty, has no default: it is empty then.
                changes[name] = None if info.is_required() else info.get_default(call_default_factory=True)
                defaults.append(name)
            if held.private and getattr(model, "note", None) is not None:
                # The note beside a number that somebody marked as private may well tell it.
                changes["note"] = None
            continue
        seen = _seen(held)
        if seen is not held:
            changes[name] = seen
    if not changes:
        return model
    public = model.model_copy(update=changes)
    # A cell that was taken out is not one that the file states.
    public.model_fields_set.difference_update(defaults)
    return public


def _seen(held: Any) -> Any:
    if isinstance(held, BaseModel):
        return without_private(held)
    if isinstance(held, tuple) and any(isinstance(item, BaseModel) for item in held):
        return tuple(without_private(item) for item in held if not getattr(item, "private", False))
    if isinstance(held, dict) and any(isinstance(item, BaseModel | dict) for item in held.values()):
        return {key: _seen(item) for key, item in held.items() if not getattr(item, "private", False)}
    return held
