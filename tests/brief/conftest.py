from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from comity.brief import Brief

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def make_brief() -> Callable[..., Brief]:
    """The factory of a whole brief; see brief_factory.py."""
    from brief_factory import whole_brief

    return whole_brief
