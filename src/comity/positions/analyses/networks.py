"""The network of agreement that blocs are found in: agreement beyond chance, and what it is where chance has no say."""

from __future__ import annotations

import numpy as np

from comity.findings.contract import FloatArray
from comity.positions.agreement import Agreement
from comity.positions.blocs import network_of


def network_between(found: Agreement, rows: slice = slice(None)) -> FloatArray:
    """The network of agreement for some rows.

    Where all actors stand at one place on what a pair shares, chance-corrected agreement is not defined, and the two
    agree: their tie has weight 1.

    Example:
        >>> from comity.positions import agreement
        >>> network_between(agreement([[0.5], [0.5]], [[1], [1]])).tolist()
        [[[0.0, 1.0], [1.0, 0.0]]]
    """
    beyond, alike = found.beyond_chance[rows], found.agreement[rows]
    return network_of(np.where(np.isnan(beyond) & (alike == 1.0), 1.0, beyond))
