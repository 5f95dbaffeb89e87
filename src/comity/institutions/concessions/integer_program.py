"""The cheapest coalition that passes: a decision rule as linear constraints, in a mixed-integer linear program.

A monotone rule is linear in who agrees: a weighted clause is one row, a veto one row a member, and where some of
several clauses are enough, a whole variable for each says whether it is one of those that are met. Weights may be far
beyond what the solver's tolerance can tell apart, so whatever it returns is asked again of the rule itself, in exact
integers; a coalition that does not pass is cut off, with all of its subsets, and the program is solved again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.findings.contract import FloatArray
from comity.rules import (
    All,
    AtLeastOf,
    AtLeastOne,
    Members,
    Rule,
    Veto,
    Weighted,
    clauses_needed,
    passes,
    without_unless,
)

Columns = NDArray[np.int64]

# Nodes of the search tree: a limit that is the same on every machine, unlike seconds. The Council of 27 needs about
# 100, and 190 members on five issues 700.
MOST_NODES = 10_000
MOST_CUTS = 500
_HALF = 0.5
_STRETCH = 1_000.0
_INFEASIBLE, _SOLVER_ERROR = 2, 4  # as scipy numbers them


class UnsettledError(ValueError):
    """The program is too large, or its weights too close to the quota, to be solved to the end."""


@dataclass(frozen=True)
class Solution:
    """The cheapest point of a program.

    Attributes:
        values: of all variables, ``(n_variables,)``.
        cost: what is made as small as possible.
    """

    values: FloatArray
    cost: float


class Program:
    """A linear program with some whole variables, built variable by variable and row by row.

    Example:
        >>> program = Program()
        >>> agrees = program.variables(3, cost=[2.0, 1.0, 4.0], whole=True)
        >>> program.require(Members(3, 2), agrees)
        >>> program.solve().values.round().tolist()
        [1.0, 1.0, 0.0]
    """

    def __init__(self) -> None:
        self._cost: list[float] = []
        self._low: list[float] = []
        self._high: list[float] = []
        self._whole: list[bool] = []
        self._entries: list[tuple[int, int, float]] = []
        self._least: list[float] = []

    def variables(
        self,
        count: int,
        *,
        cost: Sequence[float] | FloatArray | float = 0.0,
        low: Sequence[float] | FloatArray | float = 0.0,
        high: Sequence[float] | FloatArray | float = 1.0,
        whole: bool = False,
    ) -> Columns:
        """Add variables and return their columns, ``(count,)``; bounds and costs are one for all, or one for each."""
        start = len(self._cost)
        for held, given in ((self._cost, cost), (self._low, low), (self._high, high)):
            held += np.broadcast_to(np.asarray(given, dtype=np.float64), (count,)).tolist()
        self._whole += [whole] * count
        return np.arange(start, start + count)

    def at_least(self, columns: Iterable[int], coefficients: Iterable[float], bound: float) -> None:
        """Ask for a sum of variables, each times its coefficient, of at least this."""
        row = len(self._least)
        self._entries += [(row, int(at), float(by)) for at, by in zip(columns, coefficients, strict=True) if by]
        self._least.append(float(bound))

    def at_most(self, columns: Iterable[int], coefficients: Iterable[float], bound: float) -> None:
        """Ask for a sum of variables, each times its coefficient, of at most this."""
        self.at_least(columns, (-by for by in coefficients), -bound)

    def fix(self, columns: Iterable[int], value: float) -> None:
        """Hold variables at a value."""
        for at in columns:
            self._low[at] = self._high[at] = value

    def require(self, rule: Rule, members: Columns) -> None:
        """Ask that the coalition of the members whose variable is 1 passes under the rule.

        Args:
            rule: the decision rule over n members.
            members: columns of n whole variables from 0 to 1.
        """
        self._clause(without_unless(rule), members, None)

    def _clause(self, rule: Rule, members: Columns, switch: int | None) -> None:
        if isinstance(rule, Weighted):
            # As shares of what is needed; Python divides whole numbers of any size to the nearest float.
            shares = [weight / rule.threshold for weight in rule.weights]
            self._met(members.tolist(), shares, 1.0, switch)
        elif isinstance(rule, Members):
            self._met(members.tolist(), [1.0] * rule.n, float(rule.at_least), switch)
        elif isinstance(rule, Veto):
            for member in rule.members:
                self._met([int(members[member])], [1.0], 1.0, switch)
        elif isinstance(rule, All | AtLeastOne | AtLeastOf):
            needed = clauses_needed(rule)
            if needed == len(rule.clauses):
                for clause in rule.clauses:
                    self._clause(clause, members, switch)
                return
            met = self.variables(len(rule.clauses), whole=True)
            self._met(met.tolist(), [1.0] * len(met), float(needed), switch)
            for clause, column in zip(rule.clauses, met.tolist(), strict=True):
                self._clause(clause, members, column)

    def _met(self, columns: list[int], coefficients: list[float], needed: float, switch: int | None) -> None:
        """A row that holds always, or only where the switch is 1."""
        if switch is None:
            self.at_least(columns, coefficients, needed)
        else:
            self.at_least([*columns, switch], [*coefficients, -needed], 0.0)

    def solve(self) -> Solution | None:
        """Return the cheapest point (by HiGHS, to a gap of zero), or None where no point meets every row.

        Raises:
            UnsettledError: not settled within ``MOST_NODES`` nodes of the search.
        """
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_array

        # The solver stops within an absolute gap that cannot be set, so costs are stretched to make it small.
        stretch = _STRETCH / max(map(abs, self._cost), default=1.0) if any(self._cost) else 1.0
        rows, columns, values = zip(*self._entries, strict=True) if self._entries else ((), (), ())
        shape = (len(self._least), len(self._cost))
        matrix: Any = csr_array((np.array(values, dtype=np.float64), (rows, columns)), shape=shape)
        for presolve in (True, False):  # where one of its ways ends in an error, the other mostly does not
            found: Any = milp(
                np.array(self._cost) * stretch,
                integrality=np.array(self._whole, dtype=np.int64),
                bounds=Bounds(np.array(self._low), np.array(self._high)),
                constraints=LinearConstraint(matrix, np.array(self._least), np.inf) if len(self._least) else None,
                options={"mip_rel_gap": 0.0, "node_limit": MOST_NODES, "presolve": presolve},
            )
            if found.status != _SOLVER_ERROR:
                break
        if found.status == _INFEASIBLE:
            return None
        if found.status != 0 or found.x is None:
            raise UnsettledError(f"not settled after {MOST_NODES:,} nodes of the search ({found.message})")
        return Solution(np.asarray(found.x, dtype=np.float64), float(found.fun) / stretch)


def cheapest_passing(
    program: Program, rule: Rule, members: Columns, *, required: bool = False
) -> tuple[Solution, tuple[int, ...]] | None:
    """Solve a program whose coalition has to pass, the rule asked again in exact integers.

    Args:
        program: the program; rows are added to it.
        rule: the decision rule over n members.
        members: columns of the n whole variables that say who agrees, ``(n,)``.
        required: the program asks for the rule already.

    Returns:
        The cheapest point and the members who agree in it, by index; None where no coalition that the program allows
        passes.

    Raises:
        UnsettledError: the program is too large, or the weights are too close to the quota for the solver to tell.

    Source:
        Nemhauser & Wolsey 1988, Integer and Combinatorial Optimization, Wiley (from memory, not opened), for cuts
        that take away a point and every smaller one.

    Example:
        >>> program = Program()
        >>> agrees = program.variables(3, cost=[3.0, 2.0, 2.0], whole=True)
        >>> cheapest_passing(program, Weighted((2**60, 1, 1), quota=2**60 + 1), agrees)[1]
        (0, 2)
    """
    if not required:
        program.require(rule, members)
    for _ in range(MOST_CUTS):
        found = program.solve()
        if found is None:
            return None
        agrees = found.values[members] > _HALF
        if bool(passes(rule, agrees)):
            return found, tuple(np.flatnonzero(agrees).tolist())
        others = members[~agrees].tolist()
        program.at_least(others, [1.0] * len(others), 1.0)
    raise UnsettledError(f"the weights are too close to the quota: {MOST_CUTS} coalitions pass only by rounding")


def fewest_members(rule: Rule, among: Iterable[int], given: Iterable[int] = ()) -> tuple[int, ...] | None:
    """Return the fewest of some members who, with those given, pass under the rule; of equally many the first.

    Args:
        rule: the decision rule over n members.
        among: members who may be added, by index.
        given: members who agree already, by index.

    Returns:
        Members by index, in rising order; empty where those given pass already, None where all of them do not.

    Raises:
        UnsettledError: see ``cheapest_passing``.

    Example:
        >>> fewest_members(Weighted((4, 4, 4, 2, 2, 1), 12), among=[1, 3, 4, 5], given=[0])
        (1, 3, 4)
    """
    program = Program()
    allowed, there = set(among), set(given)
    # One member more always costs more than all places in the order together.
    cost = [0.0 if member in there else 1.0 + member / (rule.n * (rule.n + 1)) for member in range(rule.n)]
    agrees = program.variables(rule.n, cost=cost, whole=True)
    program.fix(agrees[sorted(there)], 1.0)
    program.fix(agrees[[member for member in range(rule.n) if member not in allowed | there]], 0.0)
    found = cheapest_passing(program, rule, agrees)
    return None if found is None else tuple(member for member in found[1] if member not in there)
