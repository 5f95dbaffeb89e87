"""Who belongs together: blocs of largest modularity in a network of agreement, and how firm they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from comity.positions.table import FloatArray, IntArray, PositionsError

MOST_EXACT = 12
"""Up to so many actors every division is compared; beyond, the Leiden algorithm searches."""

_TIE = 1e-12
_SEED = 20190326
_STARTS = 2


@dataclass(frozen=True)
class Blocs:
    """A division of the actors into blocs for every row.

    Attributes:
        members: ``(n_rows, n_actors)`` the number of each actor's bloc, counted in the order of their first actors.
        modularity: ``(n_rows,)`` how much more of the agreement lies within blocs than would by chance; 0 where nobody
            agrees with anybody.
        exact: True where every division was compared.
    """

    members: IntArray
    modularity: FloatArray
    exact: bool


def network_of(beyond_chance: ArrayLike) -> FloatArray:
    """A network of agreement: what agreement is beyond chance, 0 where it is not, and 0 where it is not known.

    Args:
        beyond_chance: ``(n_rows, n_actors, n_actors)``, as ``agreement`` gives it.

    Returns:
        Weights of the same shape, not negative, with a diagonal of 0.

    Example:
        >>> network_of([[[1.0, -0.5], [-0.5, 1.0]]]).tolist()
        [[[0.0, 0.0], [0.0, 0.0]]]
    """
    weights = np.array(beyond_chance, dtype=np.float64)
    weights[~(weights > 0)] = 0.0
    at = np.arange(weights.shape[-1])
    weights[..., at, at] = 0.0
    return weights


def modularity(network: ArrayLike, members: ArrayLike) -> FloatArray:
    """The share of a network's weight within blocs, less what chance would put there.

    ``Q = sum_ij (A_ij - k_i k_j / 2m) [same bloc] / 2m``, with k the sum of an actor's weights and 2m the sum of all.

    Args:
        network: ``(n_rows, n_actors, n_actors)`` weights, symmetric, not negative, diagonal 0.
        members: ``(n_rows, n_actors)`` the bloc of each actor.

    Returns:
        ``(n_rows,)``, at most 1; 0 for a network without weight.

    Source:
        Newman and Girvan (2004), Physical Review E 69; from memory, not opened.

    Example:
        >>> pair = np.array([[0, 1], [1, 0]])
        >>> two = np.block([[pair, np.zeros((2, 2))], [np.zeros((2, 2)), pair]])
        >>> modularity(two[None], [[0, 0, 1, 1]]).tolist()
        [0.5]
    """
    weights, blocs = np.asarray(network, float), np.asarray(members)
    together = blocs[:, :, None] == blocs[:, None, :]
    degree = weights.sum(axis=2)
    total = degree.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        surplus = weights - degree[:, :, None] * degree[:, None, :] / total[:, None, None]
        found: FloatArray = (surplus * together).sum(axis=(1, 2)) / total
    return np.where(total > 0, found, 0.0)


def blocs(network: ArrayLike) -> Blocs:
    """Divide the actors into blocs of largest modularity, for every row.

    Up to twelve actors every division is compared, so that the answer is exact; beyond, the Leiden algorithm searches
    from two starts of a fixed seed, the same for each row. An actor that agrees with nobody beyond chance is a bloc
    of its own. How many blocs there are is part of the answer.

    Args:
        network: ``(n_rows, n_actors, n_actors)`` weights, symmetric, not negative; the diagonal is not read.

    Returns:
        The blocs.

    Raises:
        PositionsError: not square matrices, a weight that is negative or not finite, or a matrix not symmetric.

    Source:
        Modularity: Newman and Girvan (2004). Leiden: Traag, Waltman and van Eck (2019), From Louvain to Leiden,
        Scientific Reports 9, as python-igraph implements it. From memory, not opened.

    Example:
        >>> network = np.zeros((1, 4, 4))
        >>> for i, j in ((0, 2), (1, 3)):
        ...     network[0, i, j] = network[0, j, i] = 1
        >>> found = blocs(network)
        >>> found.members.tolist(), found.modularity.tolist(), found.exact
        ([[0, 1, 0, 1]], [0.5], True)
    """
    weights = np.array(network, dtype=np.float64)
    if weights.ndim != 3 or weights.shape[1] != weights.shape[2] or weights.size == 0:
        raise PositionsError("network", f"shape {weights.shape}; expected (n_rows, n_actors, n_actors)")
    n = weights.shape[1]
    weights[:, np.arange(n), np.arange(n)] = 0.0
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise PositionsError("network", "a weight is negative or not a finite number")
    if not np.array_equal(weights, weights.transpose(0, 2, 1)):
        raise PositionsError("network", "is not symmetric")
    exact = n <= MOST_EXACT
    members = _exact(weights) if exact else _leiden(weights)
    members = _numbered(members, weights.sum(axis=2) == 0)
    return Blocs(members, modularity(weights, members), exact)


def _exact(weights: FloatArray) -> IntArray:
    from comity.positions._kernels import best_divisions

    degree = weights.sum(axis=2)
    total = degree.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        gains = (weights - degree[:, :, None] * degree[:, None, :] / total[:, None, None]) / total[:, None, None]
    gains[total == 0] = 0.0
    found: IntArray = best_divisions(np.ascontiguousarray(gains), _TIE)
    return found


def _leiden(weights: FloatArray) -> IntArray:
    import random

    import igraph

    n = weights.shape[1]
    graph = igraph.Graph.Full(n)
    ends = np.array(graph.get_edgelist())
    edges = weights[:, ends[:, 0], ends[:, 1]]
    members = np.zeros((len(weights), n), dtype=np.int64)
    # igraph draws from Python's generator unless it is given another: a row's blocs must depend on that row alone.
    draw = random.Random()
    igraph.set_random_number_generator(draw)
    try:
        for row, held in enumerate(edges):
            best = -np.inf
            for start in range(_STARTS if held.any() else 0):
                draw.seed(_SEED + start)
                found = graph.community_leiden("modularity", weights=held.tolist(), n_iterations=-1)
                quality = graph.modularity(found.membership, weights=held.tolist())
                if quality > best + _TIE:
                    best, members[row] = quality, found.membership
    finally:
        igraph.set_random_number_generator(random)
    return members


def _numbered(members: IntArray, alone: NDArray[np.bool_]) -> IntArray:
    """The same blocs, numbered by their first actors; who agrees with nobody is a bloc of its own."""
    n = members.shape[1]
    apart = np.where(alone, n + np.arange(n), members)
    same = apart[:, :, None] == apart[:, None, :]
    leader = same.argmax(axis=2)
    leads = leader == np.arange(n)
    return np.take_along_axis(np.cumsum(leads, axis=1) - 1, leader, axis=1).astype(np.int64)


def together(members: ArrayLike) -> FloatArray:
    """In what share of the rows two actors are in one bloc.

    Args:
        members: ``(n_rows, n_actors)`` the bloc of each actor.

    Returns:
        ``(n_actors, n_actors)``, 0 to 1, with a diagonal of 1.

    Source:
        The co-assignment matrix of Lancichinetti and Fortunato (2012), Scientific Reports 2; from memory, not opened.

    Example:
        >>> together([[0, 0, 1], [0, 1, 1]]).tolist()
        [[1.0, 0.5, 0.0], [0.5, 1.0, 0.5], [0.0, 0.5, 1.0]]
    """
    held = np.asarray(members)
    n = held.shape[1]
    found = np.empty((n, n))
    for actor in range(n):
        found[actor] = (held == held[:, [actor]]).mean(axis=0)
    return found


def pairs_changed(members: ArrayLike, before: ArrayLike) -> NDArray[np.bool_]:
    """Which pairs of actors are together in one division and apart in the other.

    Args:
        members: ``(n_rows, n_actors)`` the bloc of each actor.
        before: ``(n_actors,)`` the division to compare each row with.

    Returns:
        ``(n_rows, n_actors, n_actors)``, symmetric.

    Example:
        >>> pairs_changed([[0, 1, 1]], [0, 0, 1])[0].astype(int).tolist()
        [[0, 1, 0], [1, 0, 1], [0, 1, 0]]
    """
    held, base = np.asarray(members), np.asarray(before)
    return np.asarray((held[:, :, None] == held[:, None, :]) != (base[:, None] == base[None, :]))
