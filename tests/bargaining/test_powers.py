"""Our exponentials and logarithms beside NumPy's."""

from __future__ import annotations

import numpy as np

from comity.bargaining._kernels.powers import exponentials, logarithms


def test_exponentials_are_numpys_to_two_units_in_the_last_place() -> None:
    x = np.concatenate([np.linspace(-690, 5, 20_001), [0.0, -0.0, -1e-300, -np.log(2) / 2, np.log(2) / 2]])
    found = x.copy()
    exponentials(found, np.empty_like(x), len(x))
    np.testing.assert_array_max_ulp(found, np.exp(x), maxulp=2)
    assert found[20_001] == 1


def test_powers_too_small_to_matter_stay_finite() -> None:
    found = np.array([-701.0, -1e6, -1e300])
    exponentials(found, np.empty(3), 3)
    assert ((found >= 0) & (found < 1e-300)).all()


def test_logarithms_are_numpys() -> None:
    x = np.concatenate([np.geomspace(1e-300, 1e6, 20_001), np.linspace(0.5, 1.5, 10_001), [1.0, 0.5, 2**-0.5]])
    found = x.copy()
    logarithms(found, np.empty_like(x), len(x))
    np.testing.assert_allclose(found, np.log(x), rtol=1e-15, atol=4e-16)
    assert found[-3] == 0
