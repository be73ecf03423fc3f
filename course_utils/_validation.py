"""Checks that the mathematics makes before it computes.

Each takes the argument's name and its value, and returns the value as the type that the formulas work with. What fails
raises ValueError (TypeError for an `rng` that is no generator) and says what was expected, what came and what to do.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

PROBABILITY_TOLERANCE = 1e-8  # how far from 1 the sum of a pmf may lie: rounding, never a missing outcome
GRID_TOLERANCE = 1e-2  # how far from 1 the integral of a density on a grid may lie: tails cut off, a coarse grid
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
    if (
        isinstance(value, np.ndarray)
        and value.dtype == np.float64
        and value.ndim == 1
        and value.size
        and _is_pmf(value)
    ):
        return value
    array = _not_negative(name, points(name, value, ndim=1))
    total = array.sum()
    if abs(total - 1.0) > PROBABILITY_TOLERANCE:
        raise ValueError(f"{name} must sum to 1, got a sum of {total:.9g}; divide by the sum to normalise.")
    return array


def probabilities(name: str, value: ArrayLike, *, axis: int = -1) -> FloatArray:
    """`value` as pmfs along `axis`, which comes last in what is returned; costs two passes where all is well."""
    array = _along_last(name, value, axis)
    if _is_pmf(array):
        return array
    _not_negative(name, array)
    total = array.sum(axis=-1)
    worst = total.flat[np.abs(total - 1.0).argmax()]
    raise ValueError(
        f"{name} must sum to 1 along the axis of outcomes, got a sum of {worst:.9g}; divide by the sum to normalise, "
        f"pass another axis, or dx= for a density on a grid."
    )


def densities(name: str, value: ArrayLike, dx: ArrayLike, *, axis: int = -1) -> tuple[FloatArray, FloatArray]:
    """Masses of the cells of a grid along `axis` (which comes last), sum exactly one, and the widths of the cells."""
    array = _not_negative(name, _along_last(name, value, axis))
    widths = positive("dx", dx)
    if widths.shape not in ((), array.shape[-1:]):
        raise ValueError(
            f"dx must be one width, or one for each of the {array.shape[-1]} points of the grid, got shape "
            f"{widths.shape}; np.gradient(x) gives those of a grid x."
        )
    masses = array * widths
    total = masses.sum(axis=-1, keepdims=True)
    if (np.abs(total - 1.0) > GRID_TOLERANCE).any():
        worst = total.flat[np.abs(total - 1.0).argmax()]
        raise ValueError(
            f"{name} must integrate to 1 on the grid, got {worst:.6g}; widen or refine the grid, check dx, "
            f"or divide the density by its integral."
        )
    return masses / total, widths


def joint_pmf(name: str, value: ArrayLike, *, ndim: int | None = None) -> FloatArray:
    """`value` as the joint pmf of `ndim` variables (of any number if None), one on each axis."""
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        array = numbers(name, value)  # raises and says why
    if array.ndim != ndim if ndim is not None else array.ndim < 1:
        raise ValueError(
            f"{name} must have one axis for each of {ndim or 'its'} variables, got shape {array.shape}; reshape it."
        )
    probabilities(name, array.reshape(-1))
    return array


def pair(p: FloatArray, q: FloatArray) -> None:
    """Raise unless pmfs `p` and `q`, outcomes last, have the same outcomes and batch axes that broadcast."""
    if p.shape == q.shape:
        return
    if p.shape[-1] != q.shape[-1]:
        raise ValueError(
            f"p and q must have the same outcomes, got {p.shape[-1]} and {q.shape[-1]} of them; "
            f"give an outcome that one of them lacks the probability 0."
        )
    try:
        np.broadcast_shapes(p.shape, q.shape)
    except ValueError as error:
        raise ValueError(
            f"p and q must hold as many pmfs each, or one of them a single one, got shapes {p.shape} and {q.shape} "
            f"(outcomes last); index or repeat one of them."
        ) from error


def nats_per_unit(base: float | None) -> float:
    """Nats in one unit of logarithms to this base: 1 for None (nats), ln 2 for 2 (bits)."""
    return 1.0 if base is None else math.log(number("base", base, above=1))


def samples(name: str, value: ArrayLike) -> FloatArray:
    """`value` (n, d), or (n,) for points on a line, as points (n, d)."""
    array = numbers(name, value)
    array = array[:, None] if array.ndim == 1 else array
    if array.ndim != 2 or not array.size:
        raise ValueError(f"{name} must be points (n, d) or (n,), got shape {np.shape(value)}; one row a point.")
    return array


def neighbours(k: int, n: int) -> int:
    """`k` as a number of neighbours that each of `n` points has."""
    k = count("k", k)
    if k >= n:
        raise ValueError(f"k must be below the number of points, got k = {k} and {n} points; lower k or add points.")
    return k


def counts(name: str, value: ArrayLike, *, ndim: int) -> FloatArray:
    """`value` as whole, not negative numbers of observations on `ndim` axes, not all zero."""
    array = _not_negative(name, points(name, value, ndim=ndim))
    if not array.any() or (array != np.round(array)).any():
        raise ValueError(
            f"{name} must be whole numbers of observations, not all 0, got a total of {array.sum():g}; "
            f"pass np.bincount(data) or a contingency table, not probabilities."
        )
    return array


def _clearly_definite(matrix: FloatArray) -> bool:
    """Whether the smallest eigenvalue is far above rounding, told by a bound that is cheaper than eigenvalues."""
    from scipy.linalg import lapack  # here, because not all that check arrays need linear algebra

    try:
        root = np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        return False
    inverse, failed = lapack.dtrtri(root, lower=1)
    return not failed and float(np.vdot(inverse, inverse)) < 1e6  # its inverse is below the smallest eigenvalue


def _is_pmf(array: FloatArray) -> bool:
    """Whether the last axis holds probabilities; two passes, and no third for NaN, which fails both comparisons."""
    if not np.minimum.reduce(array, axis=None) >= 0:
        return False
    if array.ndim == 1:
        low = high = np.add.reduce(array)
    else:
        total = array @ np.ones(array.shape[-1])  # quicker than a sum over short rows
        low, high = np.minimum.reduce(total, axis=None), np.maximum.reduce(total, axis=None)
    return bool(low >= 1.0 - PROBABILITY_TOLERANCE and high <= 1.0 + PROBABILITY_TOLERANCE)


def _along_last(name: str, value: ArrayLike, axis: int) -> FloatArray:
    """`value` as an array of one axis or more, not empty, with `axis` moved to the end."""
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        array = numbers(name, value)  # raises and says why
    if not array.size or not -array.ndim <= axis < array.ndim:
        raise ValueError(
            f"{name} must have outcomes along axis {axis}, got shape {array.shape}; pass a pmf (k,), or the axis."
        )
    return array if axis in (-1, array.ndim - 1) else np.moveaxis(array, axis, -1)


def _not_negative(name: str, array: FloatArray) -> FloatArray:
    """`array` itself, if it is finite and not negative."""
    numbers(name, array)
    if (array < 0).any():
        raise ValueError(f"{name} must not be negative, got {array.min()}; these are no probabilities.")
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
    if definite and _clearly_definite(correlation):
        return (array + array.T) / 2
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
