"""What all tests share: Hypothesis profiles, and where the shared data lie when they are there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("quick", max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("COMITY_HYPOTHESIS", "quick"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the repository; a test that needs it is skipped, saying so, without it."""
    folder = Path(__file__).parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the shared data folder is not beside this repository")
    return folder
