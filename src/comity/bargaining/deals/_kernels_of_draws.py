"""Compiled loops over redraws of the deal space: who accepts what, what comes closest, and what fairness rules pick."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comity._compiled import compiled

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


@compiled
def acceptances(tables: Floats, floors: Floats, alike: Floats) -> tuple[Integers, Integers]:
    """Over draws, how often each package is acceptable: to each party ``(n_packages, n_parties)``, and to all."""
    draws, packages, parties = tables.shape
    each = np.zeros((packages, parties), np.int64)
    together = np.zeros(packages, np.int64)
    for r in range(draws):
        for package in range(packages):
            everyone = True
            for k in range(parties):
                if tables[r, package, k] >= floors[r, k] - alike[k]:
                    each[package, k] += 1
                else:
                    everyone = False
            together[package] += everyone
    return each, together


@compiled
def closest(tables: Floats, floors: Floats, alike: Floats) -> tuple[Integers, Floats, Booleans]:
    """In each draw how many packages all accept, and the smallest total shortfall of any, in shares of the ranges.

    The third array ``(n_draws, n_parties)`` says who is short in that package; of those tied it is the first.
    """
    draws, packages, parties = tables.shape
    accepted = np.zeros(draws, np.int64)
    least = np.empty(draws)
    short = np.zeros((draws, parties), np.bool_)
    width = np.empty(parties)
    for r in range(draws):
        for k in range(parties):
            low, high = tables[r, 0, k], tables[r, 0, k]
            for package in range(packages):
                low = min(low, tables[r, package, k])
                high = max(high, tables[r, package, k])
            width[k] = high - low if high > low else 1.0
        least[r] = np.inf
        nearest = 0
        for package in range(packages):
            total, met = 0.0, True
            for k in range(parties):
                missing = floors[r, k] - tables[r, package, k]
                if missing > alike[k]:
                    total += missing / width[k]
                    met = False
            accepted[r] += met
            if total < least[r]:
                least[r], nearest = total, package
        for k in range(parties):
            short[r, k] = floors[r, k] - tables[r, nearest, k] > alike[k]
    return accepted, least, short


@compiled
def _sort(numbers: Floats) -> None:
    """Ascending, in place; of as many as there are parties; compiled much sooner than the general sort."""
    for i in range(1, numbers.size):
        number = numbers[i]
        j = i
        while j > 0 and numbers[j - 1] > number:
            numbers[j] = numbers[j - 1]
            j -= 1
        numbers[j] = number


@compiled
def _better(candidate: Floats, best: Floats) -> int:
    """1, 0 or -1 as one ascending list of shares is better, equal or worse than the other in the least first."""
    for k in range(candidate.size):
        if candidate[k] > best[k] + 1e-12:
            return 1
        if candidate[k] < best[k] - 1e-12:
            return -1
    return 0


@compiled
def _balanced(gains: Floats, size: int, alike: Floats) -> int:
    """Where balanced increments lead among the first ``size`` rows of gains: see ``solutions.raiffa``, step by step."""
    parties = gains.shape[1]
    alive = np.arange(size)
    reached, ideal, step = np.zeros(parties), np.empty(parties), np.empty(parties)
    n_alive, moving = size, True
    while moving:
        for k in range(parties):
            ideal[k] = 0.0
            for at in range(n_alive):
                ideal[k] = max(ideal[k], gains[alive[at], k])
            step[k] = reached[k] + (ideal[k] - reached[k]) / parties
        n_ahead, farther = 0, False
        for k in range(parties):
            farther = farther or step[k] - reached[k] > alike[k]
        if n_alive > 1 and farther:
            for at in range(n_alive):
                ahead = True
                for k in range(parties):
                    ahead = ahead and gains[alive[at], k] >= step[k] - alike[k]
                if ahead:
                    # Rows ahead move to the front; what they overwrite was looked at before.
                    alive[n_ahead] = alive[at]
                    n_ahead += 1
        moving = n_ahead > 0
        if moving:
            n_alive = n_ahead
            for k in range(parties):
                reached[k] = step[k]
    shares, best_shares = np.empty(parties), np.empty(parties)
    best, best_total = -1, 0.0
    for at in range(n_alive):
        total = 0.0
        for k in range(parties):
            total += gains[alive[at], k]
            room = ideal[k] - reached[k]
            shares[k] = (gains[alive[at], k] - reached[k]) / room if room > alike[k] else np.inf
        _sort(shares)
        better = 1 if best < 0 else _better(shares, best_shares)
        if better > 0 or (better == 0 and total > best_total + 1e-12):
            best, best_total = alive[at], total
            for k in range(parties):
                best_shares[k] = shares[k]
    return best


@compiled
def solved_draws(tables: Floats, floors: Floats, alike: Floats) -> Integers:
    """The package of each rule in each draw ``(n_draws, 5)``, the first of those tied; -1 where no zone is there.

    Rules: Nash, Kalai and Smorodinsky, Raiffa, egalitarian, utilitarian. Gains over the floor, of packages that all
    accept.
    """
    draws, packages, parties = tables.shape
    found = np.full((draws, 5), -1, np.int64)
    gains = np.empty((packages, parties))
    inside = np.empty(packages, np.int64)
    ideal = np.empty(parties)
    shares = np.empty(parties)
    best_shares = np.empty(parties)
    best_gains = np.empty(parties)
    for r in range(draws):
        size = 0
        for k in range(parties):
            ideal[k] = 0.0
        for package in range(packages):
            everyone = True
            for k in range(parties):
                gain = tables[r, package, k] - floors[r, k]
                if gain < -alike[k]:
                    everyone = False
                    break
                gains[size, k] = max(gain, 0.0)
            if everyone:
                inside[size] = package
                for k in range(parties):
                    ideal[k] = max(ideal[k], gains[size, k])
                size += 1
        most, product_best, total_best = -1, -np.inf, -np.inf
        for at in range(size):
            gaining, product, total = 0, 0.0, 0.0
            for k in range(parties):
                total += gains[at, k]
                if gains[at, k] > alike[k]:
                    gaining += 1
                    product += np.log(gains[at, k] / ideal[k])
                shares[k] = gains[at, k] / ideal[k] if ideal[k] > alike[k] else 1.0
            if gaining > most or (gaining == most and product > product_best + 1e-12):
                most, product_best = gaining, product
                found[r, 0] = inside[at]
            _sort(shares)
            if at == 0 or _better(shares, best_shares) > 0:
                for k in range(parties):
                    best_shares[k] = shares[k]
                found[r, 1] = inside[at]
            for k in range(parties):
                shares[k] = gains[at, k]
            _sort(shares)
            if at == 0 or _better(shares, best_gains) > 0:
                for k in range(parties):
                    best_gains[k] = shares[k]
                found[r, 3] = inside[at]
            if total > total_best + 1e-12:
                total_best = total
                found[r, 4] = inside[at]
        if size:
            found[r, 2] = inside[_balanced(gains, size, alike)]
    return found


@compiled
def summed(options: Floats, starts: Integers, packages: Integers) -> Floats:
    """Utilities of packages in each draw, from those of all issues' options put one under the other."""
    draws, parties = options.shape[0], options.shape[2]
    found = np.zeros((draws, packages.shape[0], parties))
    for r in range(draws):
        for package in range(packages.shape[0]):
            for issue in range(starts.size - 1):
                option = starts[issue] + packages[package, issue]
                for k in range(parties):
                    found[r, package, k] += options[r, option, k]
    return found
