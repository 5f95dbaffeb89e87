"""Public datasets: one file a dataset, from its official format to typed arrays with the source of every number."""

from .past_decisions import PastDecisions, Skipped, read_past_decisions
from .reading import DataError

__all__ = ["DataError", "PastDecisions", "Skipped", "read_past_decisions"]
