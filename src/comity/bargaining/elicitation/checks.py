"""What a person should think over before the numbers are used: the consistency of answers, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from .indifference import Utilities
from .pairwise_weights import TOO_INCONSISTENT, PairwiseWeights


def swing_check(issues: Sequence[str], first: Mapping[str, float], again: Mapping[str, float]) -> str:
    """Return whether two passes over the same swings agree; what a single pass cannot show.

    Example:
        >>> swing_check(("dam", "flow"), {"dam": 50, "flow": 100}, {"dam": 60, "flow": 40})
        'Two passes: dam and flow change places; furthest apart is flow, 100 and 40 points.'
    """
    both = [issue for issue in issues if issue in again]
    if not both:
        return "One pass: ask for the swings again on another day to see how firm the points are."
    turned = [
        f"{one} and {other} change places"
        for at, one in enumerate(both)
        for other in both[at + 1 :]
        if (first[one] - first[other]) * (again[one] - again[other]) < 0
    ]
    widest = max(both, key=lambda issue: abs(first[issue] - again[issue]))
    if first[widest] == again[widest]:
        return "Two passes: the points are the same."
    order = ", ".join(turned[:3]) if turned else "the order of the issues is the same"
    return f"Two passes: {order}; furthest apart is {widest}, {first[widest]:g} and {again[widest]:g} points."


def pairwise_check(issues: Sequence[str], found: PairwiseWeights) -> str:
    """Return how consistent comparisons are, and which three to think over.

    Example:
        >>> from comity.bargaining.elicitation import pairwise_weights
        >>> pairwise_check(("a", "b", "c"), pairwise_weights([[1, 2, 2], [0, 1, 3], [0, 0, 1]]))  # doctest: +ELLIPSIS
        'Consistency ratio 0.12, above 0.1, the usual limit: think the answers over. Furthest from ... a factor of 3.0.'
    """
    if found.consistency_ratio is not None:
        ratio = found.consistency_ratio
        judged = "above" if ratio > TOO_INCONSISTENT else "not above"
        advice = ": think the answers over" if ratio > TOO_INCONSISTENT else ""
        says = f"Consistency ratio {ratio:.2g}, {judged} {TOO_INCONSISTENT:g}, the usual limit{advice}."
    elif len(issues) < 3:
        says = "Two issues cannot contradict each other; the comparison cannot be checked."
    elif found.missing:
        says = (
            f"Consistency index {found.consistency_index:.2g}; no ratio, since {found.missing} of the comparisons are "
            "missing and the published table is for complete answers."
        )
    else:
        says = (
            f"Consistency index {found.consistency_index:.2g}; no ratio, the published table ends below {len(issues)} "
            "issues."
        )
    if found.worst_triple is not None and found.worst_factor > 1.005:
        one, two, three = (issues[at] for at in found.worst_triple)
        says += (
            f" Furthest from each other: {one}, {two} and {three}: the third comparison is off the product of the "
            f"other two by a factor of {found.worst_factor:.1f}."
        )
    return says


def answers_check(options: Sequence[tuple[str, str]], found: Utilities, answers: int) -> str:
    """Return whether answers about packages agree with each other, and what to ask next or to think over.

    Example:
        >>> from comity.bargaining.elicitation import utilities_from_answers
        >>> found = utilities_from_answers([2, 2], [[0, 1, 0, -1], [0, 1, 0, -3]], [0, 0], [0, 0])
        >>> options = [("dam", "high"), ("dam", "low"), ("flow", "none"), ("flow", "some")]
        >>> answers_check(options, found, 2)
        'No utilities agree with answers 1 and 2 together (no smaller set of answers conflicts): think one over.'
    """
    conflict = found.conflict
    if conflict is not None:
        numbers = [str(each + 1) for each in conflict.answers]
        named = f"{', '.join(numbers[:-1])} and {numbers[-1]}" if len(numbers) > 1 else numbers[0]
        size = "no smaller set of answers conflicts" if conflict.smallest else "without any one of them the rest agree"
        if len(numbers) == 1:
            return f"No utilities agree with answer {named}, given the order of the options: think it over."
        return f"No utilities agree with answers {named} together ({size}): think one over."
    width = found.high - found.low
    at = int(np.argmax(width))
    if width[at] <= 1e-6:
        return f"The {answers} answers agree with each other and leave no utility open."
    issue, option = options[at]
    return (
        f"The {answers} answers agree with each other. Most open is {option} ({issue}), "
        f"{found.low[at]:.1f} to {found.high[at]:.1f}: ask about it next."
    )
