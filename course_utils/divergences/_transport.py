"""The transport of samples: what it costs to carry one heap of points onto another."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from course_utils import _validation as validate
from course_utils._validation import FloatArray, IntArray

SIMPLEX_STEPS = 10_000_000  # POT's own default of 100,000 ends early from a few thousand points on


def wasserstein_1d(
    real: ArrayLike,
    fake: ArrayLike,
    *,
    order: float = 1,
    real_weights: ArrayLike | None = None,
    fake_weights: ArrayLike | None = None,
) -> float:
    r"""Wasserstein distance of samples on a line, by quantiles: :math:`(\int_0^1 |F^{-1}(u) - G^{-1}(u)|^r du)^{1/r}`.

    O(n log n). For pmfs on a line pass their support as points and the probabilities as weights.

    Parameters
    ----------
    real : array_like, shape (n,)
    fake : array_like, shape (m,)
        The sizes may differ.
    order : float
        The exponent r, from 1 to inf; 1 is the area between the cdfs, inf the farthest that mass has to go.
    real_weights, fake_weights : array_like, shape of the points, optional
        Probabilities of the points; equal ones by default.

    Returns
    -------
    float
        The distance (its r-th root taken), in the unit of the data; a metric.

    Raises
    ------
    ValueError
        For points that are empty or not finite, weights that are no probabilities or do not fit, or an order below 1.

    References
    ----------
    Peyre and Cuturi (2019), Computational Optimal Transport, doi:10.1561/2200000073, sec. 2.6 (one dimension).

    Examples
    --------
    >>> wasserstein_1d([0, 1, 3], [5, 6, 8])
    5.0
    """
    x, y = validate.points("real", real, ndim=1), validate.points("fake", fake, ndim=1)
    _check_order(order)
    if real_weights is None and fake_weights is None:
        x, y = np.sort(x), np.sort(y)
        if len(x) == len(y):
            gap = np.subtract(x, y, out=x)
            return _power_mean(np.abs(gap, out=gap), None, order)
        i, j, widths = _merge_even_steps(len(x), len(y))
    else:
        x, x_steps = _steps(x, _weights("real", real_weights, len(x)))
        y, y_steps = _steps(y, _weights("fake", fake_weights, len(y)))
        ends = np.concatenate([x_steps, y_steps])
        ends.sort(kind="stable")  # it merges the two sorted runs
        starts = np.concatenate([np.zeros(1), ends[:-1]])
        i, j = x_steps.searchsorted(starts, side="right"), y_steps.searchsorted(starts, side="right")
        widths = ends - starts
    # Steps of width 0 at the very end would point behind the last point.
    return _power_mean(np.abs(x.take(i, mode="clip") - y.take(j, mode="clip")), widths, order)


def wasserstein(
    real: ArrayLike,
    fake: ArrayLike,
    *,
    order: float = 2,
    real_weights: ArrayLike | None = None,
    fake_weights: ArrayLike | None = None,
) -> float:
    r"""Wasserstein distance of samples in d dimensions: :math:`(\min_\pi \sum_{ij} \pi_{ij} \|x_i - y_j\|^r)^{1/r}`.

    The exact optimum, by the network simplex of the library POT: memory n m, time roughly cubic, so up to some
    thousands of points. Euclidean distances. (The first call loads POT, and POT loads torch where it is installed.)

    Parameters
    ----------
    real : array_like, shape (n, d) or (n,)
    fake : array_like, shape (m, d) or (m,)
    order : float
        The exponent r, at least 1 and finite; 1 is the earth mover's distance.
    real_weights, fake_weights : array_like, shapes (n,) and (m,), optional
        Probabilities of the points; equal ones by default.

    Returns
    -------
    float
        The distance (its r-th root taken), in the unit of the data; a metric.

    Raises
    ------
    ValueError
        For points that are empty, not finite or of different dimension, weights that are no probabilities or do not
        fit, or an order that is below 1 or infinite.
    RuntimeError
        If the solver does not reach the optimum.

    References
    ----------
    Peyre and Cuturi (2019), doi:10.1561/2200000073, eq. 2.11 and proposition 2.2; Flamary et al. (2021), POT: Python
    Optimal Transport, JMLR 22(78).

    Examples
    --------
    >>> wasserstein([[0, 0], [1, 0]], [[1, 1], [0, 1]])
    1.0
    """
    import ot  # here, because it is slow to import and only transport needs it

    a, b, cost = _transport_problem(real, fake, order, real_weights, fake_weights)
    least, log = ot.emd2(a, b, cost, numItermax=SIMPLEX_STEPS, log=True)
    _check_optimal(log)
    return float(max(float(least), 0.0) ** (1 / order))


def transport_plan(
    real: ArrayLike,
    fake: ArrayLike,
    *,
    order: float = 2,
    real_weights: ArrayLike | None = None,
    fake_weights: ArrayLike | None = None,
) -> FloatArray:
    """How much mass an optimal transport moves from each real to each fake point.

    Parameters
    ----------
    real, fake, order, real_weights, fake_weights
        As in `wasserstein`.

    Returns
    -------
    ndarray, shape (n, m)
        Masses, not negative; rows sum to the real weights, columns to the fake ones. At most n + m - 1 of them are
        positive.

    Raises
    ------
    ValueError, RuntimeError
        As `wasserstein`.

    References
    ----------
    Peyre and Cuturi (2019), doi:10.1561/2200000073, eq. 2.11.

    Examples
    --------
    >>> transport_plan([0, 1], [5, 4]).tolist()
    [[0.0, 0.5], [0.5, 0.0]]
    """
    import ot

    a, b, cost = _transport_problem(real, fake, order, real_weights, fake_weights)
    plan, log = ot.emd(a, b, cost, numItermax=SIMPLEX_STEPS, log=True)
    _check_optimal(log)
    return np.asarray(plan, dtype=np.float64)


def _check_order(order: float) -> None:
    if not order >= 1:
        raise ValueError(f"order must be a number of at least 1, got {order!r:.80}; below 1 it is no distance.")


def _weights(role: str, weights: ArrayLike | None, n: int) -> FloatArray:
    """Probabilities of n points."""
    if weights is None:
        return np.full(n, 1 / n)
    w = validate.pmf(f"{role}_weights", weights)
    if len(w) != n:
        raise ValueError(f"{role}_weights must have one entry a point, got {len(w)} for {n} points; match them.")
    return w


def _steps(x: FloatArray, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Sorted points, and their cdf at each of them."""
    ascending = np.argsort(x)
    cdf = np.cumsum(weights[ascending])
    return x[ascending], cdf / cdf[-1]


def _merge_even_steps(n: int, m: int) -> tuple[IntArray, IntArray, FloatArray]:
    """Where the quantile functions of n and of m points are both constant: indices of the points, width in u."""
    # In units of 1 / (n m) the steps are whole numbers, so that nothing is lost to rounding.
    ends = np.concatenate([np.arange(1, n + 1) * m, np.arange(1, m) * n])
    ends.sort(kind="stable")  # it merges the two sorted runs
    starts = np.concatenate([np.zeros(1, dtype=np.int64), ends[:-1]])
    return starts // m, starts // n, (ends - starts) / (n * m)


def _power_mean(gap: FloatArray, widths: FloatArray | None, order: float) -> float:
    """r-th root of the integral of gap^r; scaled by the largest gap, so that no power over- or underflows."""
    if order == 1:
        return float(gap.mean() if widths is None else np.vecdot(gap, widths))
    largest = gap.max() if widths is None else np.where(widths > 0, gap, 0.0).max()
    if order == np.inf or largest == 0:
        return float(largest)
    powers = (gap / largest) ** order
    return float(largest * (powers.mean() if widths is None else np.vecdot(powers, widths)) ** (1 / order))


def _transport_problem(
    real: ArrayLike, fake: ArrayLike, order: float, real_weights: ArrayLike | None, fake_weights: ArrayLike | None
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Weights (n,) and (m,), and the cost (n, m) of moving a unit of mass."""
    from scipy.spatial import distance

    x, y = validate.samples("real", real), validate.samples("fake", fake)
    if x.shape[1] != y.shape[1]:
        raise ValueError(
            f"real and fake must have the same dimension, got {x.shape[1]} and {y.shape[1]}; one row a point."
        )
    _check_order(order)
    if order == np.inf:
        raise ValueError("order must be finite, got inf; in one dimension wasserstein_1d takes it.")
    squared = order == 2
    cost = distance.cdist(x, y, "sqeuclidean" if squared else "euclidean")  # (n, m)
    if order not in (1, 2):
        cost **= order
    a, b = _weights("real", real_weights, len(x)), _weights("fake", fake_weights, len(y))
    return a / a.sum(), b / b.sum(), cost


def _check_optimal(log: Mapping[str, object]) -> None:
    if log["warning"] is not None:
        raise RuntimeError(f"POT found no optimal transport: {log['warning']}; use fewer points or rescale them.")
