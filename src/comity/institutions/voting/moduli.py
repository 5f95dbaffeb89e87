"""Numbers modulo primes, and back to whole numbers: what exact counting of very many coalitions rests on."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

# These bases decide primality for all numbers below 3.3e24 (Sorenson and Webster 2015); ours are below 2^63.
_WITNESSES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41)


def is_prime(number: int) -> bool:
    """Say whether a number below 3.3e24 is prime (Miller and Rabin's test with bases that decide it).

    Example:
        >>> [k for k in range(30) if is_prime(k)]
        [2, 3, 5, 7, 11, 13, 17, 19, 23, 29]
    """
    if number < 2:
        return False
    for prime in _WITNESSES:
        if number % prime == 0:
            return number == prime
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in _WITNESSES:
        power = pow(base, odd, number)
        if power in (1, number - 1):
            continue
        if all((power := power * power % number) != number - 1 for _ in range(twos - 1)):
            return False
    return True


def primes_below(bound: int) -> Iterator[int]:
    """Yield the primes below ``bound``, from the largest down.

    Example:
        >>> next(primes_below(2**61))
        2305843009213693951
    """
    return (number for number in range(bound - 1, 1, -1) if is_prime(number))


def from_residues(residues: Sequence[Sequence[int]], moduli: Sequence[int]) -> list[int]:
    """Put whole numbers together from their residues (Chinese remainder theorem).

    Args:
        residues: for each modulus, the residue of every number.
        moduli: pairwise coprime; the numbers are at least 0 and below their product.

    Returns:
        The numbers.

    Example:
        >>> from_residues([[2, 0], [3, 1]], [3, 5])
        [8, 6]
    """
    product = math.prod(moduli)
    parts = [product // modulus * pow(product // modulus, -1, modulus) for modulus in moduli]
    return [
        sum(residue * part for residue, part in zip(column, parts, strict=True)) % product
        for column in zip(*residues, strict=True)
    ]


def interpolation(nodes: Sequence[int], fewest: int, prime: int) -> list[list[int]]:
    """Return the matrix that turns values at the nodes into coefficients, modulo ``prime``.

    For a polynomial f whose exponents go from ``fewest`` to ``fewest`` + number of nodes - 1.

    Args:
        nodes: distinct and not zero modulo ``prime``.
        fewest: lowest exponent of f.
        prime: the modulus.

    Returns:
        A row a node, a column a coefficient, the lowest exponent first: coefficients = values times matrix.

    Example:
        >>> rows = interpolation([1, 2], 1, 101)
        >>> f = lambda z: 6 * z + 3 * z**2
        >>> [(f(1) * a + f(2) * b) % 101 for a, b in zip(*rows)]
        [6, 3]
    """
    # Lagrange: the value at node r counts with its basis polynomial M(x) / ((x - x_r) M'(x_r)).
    product = [1]  # coefficients of M, the highest first
    for node in nodes:
        product = [(high - node * low) % prime for high, low in zip([*product, 0], [0, *product], strict=True)]
    rows = []
    for node in nodes:
        quotients = []
        quotient, slope = 0, 0
        for coefficient in product[:-1]:
            quotient = (quotient * node + coefficient) % prime
            slope = (slope * node + quotient) % prime
            quotients.append(quotient)
        factor = pow(slope * pow(node, fewest, prime), -1, prime)
        rows.append([quotient * factor % prime for quotient in reversed(quotients)])
    return rows
