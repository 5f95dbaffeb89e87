"""The scenario: one cooperation problem as a file that a person can read, check and edit.

A scenario is YAML: actors, issues, positions, an institution, and the source or evidence of every number.
This package defines its fields (``schema``), reads and checks it with all problems at once and a line and
column for each (``reading``), edits it without touching any other byte (``edits``), and ships real cases
(``library``) and skeletons (``templates``).

Example:
    >>> from comity.scenario import open_shipped
    >>> document = open_shipped("car-emissions")
    >>> [actor.id for actor in document.scenario.actors][:3]
    ['NLD', 'BEL', 'LUX']
"""

from comity.scenario.case import Scenario, ScenarioView, load, loads
from comity.scenario.edits import replace_value
from comity.scenario.errors import Problem, ScenarioError
from comity.scenario.library import Shipped, open_shipped, resolve, shipped, shipped_names
from comity.scenario.members_table import body_with_members, from_weights
from comity.scenario.reading import Document, read_scenario
from comity.scenario.schema import ScenarioFile, json_schema
from comity.scenario.templates import TEMPLATES, skeleton
from comity.scenario.what_if import what_if

__all__ = [
    "TEMPLATES",
    "Document",
    "Problem",
    "Scenario",
    "ScenarioError",
    "ScenarioFile",
    "ScenarioView",
    "Shipped",
    "body_with_members",
    "from_weights",
    "json_schema",
    "load",
    "loads",
    "open_shipped",
    "read_scenario",
    "replace_value",
    "resolve",
    "shipped",
    "shipped_names",
    "skeleton",
    "what_if",
]
