"""Checks that the mathematics makes before it computes.

Each takes the argument's name and its value, and returns the value as the type that the formulas work with. What fails
raises ValueError (TypeError for an `rng` that is no generator) and says what was expected, what came and what to do.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

PROBABILITY_TOLERANCE = 1e-8  # how far from 1 the sum of a pmf may lie: rounding, never a missing outcome
COVARIANCE_TOLERANCE = 1e-10  # on the scale of correlations, so that units do not matter
SINGULAR_TOLERANCE = 1e-13  # per dimension, on the same scale: what rounding leaves of an eigenvalue of zero


def numbers(name: str, value: ArrayLike, *, infinite: bool = False) -> FloatArray:
    """`value` as floats without NaN, and without infinities unless `infinite` lets them pass."""
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be an array of real numbers, got {value!r:.80}; convert it first.") from error
    bad = np.isnan(array) if infinite else ~np.isfinite(array)
    if bad.any():
        wanted = "not NaN" if infinite else "finite"
        raise ValueError(
            f"{name} must be {wanted}, got {np.count_nonzero(bad)} of {array.size} values that are not "
            f"(the first is {array[bad][0]}); remove or mend them before the call."
        )
    return array


def points(name: str, value: ArrayLike, *, ndim: int, at_least: int = 1) -> FloatArray:
    """`value` as a finite array with `ndim` axes and at least `at_least` entries on each."""
    array = numbers(name, value)
    if array.ndim != ndim or min(array.shape, default=at_least) < at_least:
        raise ValueError(
            f"{name} must have {ndim} axes with at least {at_least} entries on each, got shape {array.shape}; "
            f"reshape or extend it."
        )
    return array


def positive(name: str, value: ArrayLike) -> FloatArray:
    """`value` as finite floats above zero, of any shape."""
    array = numbers(name, value)
    if not (array > 0).all():
        raise ValueError(f"{name} must be positive, got {array.min()}; check its sign and that it is not zero.")
    return array


def number(name: str, value: ArrayLike, *, above: float = -np.inf, below: float = np.inf) -> float:
    """`value` as one float strictly between `above` and `below`."""
    array = numbers(name, value)
    if array.ndim != 0 or not above < array < below:
        raise ValueError(f"{name} must be one number in ({above:g}, {below:g}), got {value!r:.80}; choose one there.")
    return float(array)


def count(name: str, value: int, *, at_least: int = 1) -> int:
    """`value` as an int that is `at_least` so large."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < at_least:
        raise ValueError(
            f"{name} must be an integer of at least {at_least}, got {value!r:.80}; use int(...) on a float."
        )
    return int(value)


def pmf(name: str, value: ArrayLike) -> FloatArray:
    """`value` (k,) as probabilities: not negative, sum one up to rounding."""
    array = points(name, value, ndim=1)
    if (array < 0).any():
        raise ValueError(f"{name} must not be negative, got {array.min()}; these are no probabilities.")
    total = array.sum()
    if abs(total - 1.0) > PROBABILITY_TOLERANCE:
        raise ValueError(f"{name} must sum to 1, got a sum of {total:.9g}; divide by the sum to normalise.")
    return array


def covariance(name: str, value: ArrayLike, *, definite: bool) -> FloatArray:
    """`value` (d, d) as a symmetric matrix without negative eigenvalues; `definite` forbids zero ones too."""
    array = points(name, value, ndim=2)
    if array.shape[0] != array.shape[1]:
        raise ValueError(f"{name} must be square (d, d), got shape {array.shape}; pass np.cov(data, rowvar=False).")
    variances = np.diag(array)
    if (variances < 0).any():
        raise ValueError(f"{name} must have variances on its diagonal, got {variances.min()}; check its signs.")
    scale = np.sqrt(np.where(variances > 0, variances, 1.0))
    correlation = array / scale[:, None] / scale
    if (np.abs(correlation - correlation.T) > COVARIANCE_TOLERANCE).any():
        raise ValueError(f"{name} must be symmetric, got {array.tolist()!s:.80}; is an entry mistyped?")
    smallest = np.linalg.eigvalsh(correlation)[0]
    if smallest < -COVARIANCE_TOLERANCE:
        raise ValueError(
            f"{name} must have no negative eigenvalue, got {smallest:.3g} (after scaling to unit variances); "
            f"are its off-diagonal entries larger than the variances allow?"
        )
    if definite and smallest <= len(array) * SINGULAR_TOLERANCE:
        raise ValueError(
            f"{name} must be positive definite, got a singular one (smallest eigenvalue {smallest:.3g} after scaling "
            f"to unit variances); drop redundant coordinates or add a small multiple of the identity."
        )
    return (array + array.T) / 2


def same_shape(first_name: str, first: NDArray[Any], second_name: str, second: NDArray[Any]) -> None:
    """Raise unless both arrays have one shape."""
    if first.shape != second.shape:
        raise ValueError(
            f"{first_name} and {second_name} must have the same shape, got {first.shape} and {second.shape}; "
            f"pass one entry for each."
        )


def mixture(weights: ArrayLike, means: ArrayLike, stds: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Parameters of a Gaussian mixture in one dimension, each (k,); one standard deviation may serve all components."""
    pi = pmf("weights", weights)
    mu = points("means", means, ndim=1)
    sigma = positive("stds", stds)
    sigma = np.full(pi.shape, sigma) if sigma.ndim == 0 else sigma
    same_shape("weights", pi, "means", mu)
    same_shape("weights", pi, "stds", sigma)
    return pi, mu, sigma


def generator(rng: np.random.Generator) -> np.random.Generator:
    """`rng` itself, if it is a numpy Generator."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a numpy.random.Generator, got {rng!r:.80}; pass np.random.default_rng(seed).")
    return rng
