"""Densities and distribution functions in closed form or from samples: Gaussians, mixtures, modes, kernels.

Scales are standard deviations in one dimension and covariance matrices in more; natural logarithm; a point is a row.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg, special

from course_utils import _validation as validate
from course_utils._validation import FloatArray, IntArray

__all__ = [
    "berry_esseen_bound",
    "conditional_gaussian",
    "count_modes",
    "ellipse_axes",
    "empirical_cdf",
    "find_modes",
    "gaussian_cdf",
    "gaussian_pdf",
    "kernel_density",
    "mahalanobis_distance",
    "marginal_gaussian",
    "mixture_cdf",
    "mixture_pdf",
    "multivariate_gaussian_logpdf",
    "push_forward_pdf",
    "silverman_bandwidth",
]

BERRY_ESSEEN_CONSTANT = 0.4748  # Shevtsova (2011)


def gaussian_pdf(x: ArrayLike, mean: ArrayLike = 0.0, std: ArrayLike = 1.0) -> FloatArray:
    r"""Density of the normal distribution, :math:`e^{-(x-\mu)^2/2\sigma^2} / \sqrt{2\pi\sigma^2}`.

    Parameters
    ----------
    x : array_like
        Where; infinities are allowed and have density zero.
    mean, std : array_like
        Mean and standard deviation (not variance); they broadcast with `x`.

    Returns
    -------
    ndarray
        Density, in 1 / (unit of `x`); may exceed 1. A scalar for scalars.

    Raises
    ------
    ValueError
        For NaN, an infinite mean, or a standard deviation that is not positive and finite.

    References
    ----------
    Bishop (2006), Pattern Recognition and Machine Learning, eq. 1.46.

    Examples
    --------
    >>> float(gaussian_pdf(0.0).round(4))
    0.3989
    """
    x, mu, sigma = (
        validate.numbers("x", x, infinite=True),
        validate.numbers("mean", mean),
        validate.positive("std", std),
    )
    z = (x - mu) / sigma
    density: FloatArray = np.exp(-0.5 * z * z) / (np.sqrt(2 * np.pi) * sigma)
    return density


def gaussian_cdf(x: ArrayLike, mean: ArrayLike = 0.0, std: ArrayLike = 1.0) -> FloatArray:
    r"""Probability that a normal variable is at most `x`, :math:`\Phi((x - \mu)/\sigma)`.

    Parameters
    ----------
    x : array_like
        Where; infinities are allowed.
    mean, std : array_like
        Mean and standard deviation (not variance); they broadcast with `x`.

    Returns
    -------
    ndarray
        Probability in [0, 1], accurate in the lower tail. A scalar for scalars.

    Raises
    ------
    ValueError
        For NaN, an infinite mean, or a standard deviation that is not positive and finite.

    References
    ----------
    Abramowitz and Stegun (1964), eq. 26.2.2.

    Examples
    --------
    >>> float(gaussian_cdf(1.0) - gaussian_cdf(-1.0))  # doctest: +ELLIPSIS
    0.6826...
    """
    x, mu, sigma = (
        validate.numbers("x", x, infinite=True),
        validate.numbers("mean", mean),
        validate.positive("std", std),
    )
    probability: FloatArray = special.ndtr((x - mu) / sigma)
    return probability


def multivariate_gaussian_logpdf(x: ArrayLike, mean: ArrayLike, cov: ArrayLike) -> FloatArray:
    r"""Log density of the multivariate normal, with :math:`\Sigma = L L^\top` (Cholesky).

    .. math:: \log N(x; \mu, \Sigma) = -\tfrac12 \|L^{-1}(x - \mu)\|^2 - \sum_i \log L_{ii} - \tfrac d2 \log 2\pi

    Parameters
    ----------
    x : array_like, shape (n, d) or (d,)
        Points as rows, or one point.
    mean : array_like, shape (d,)
    cov : array_like, shape (d, d)
        Symmetric and positive definite.

    Returns
    -------
    ndarray, shape (n,), or a scalar for one point
        Log density in nats.

    Raises
    ------
    ValueError
        For values that are not finite, shapes that do not fit, or a covariance that is singular (it has no density).

    References
    ----------
    Bishop (2006), eq. 2.43.
    """
    mu, sigma = _gaussian_parameters(mean, cov, definite=True)
    whitened, cholesky = _whiten(x, mu, sigma)
    squared = np.einsum("...d,...d->...", whitened, whitened)
    logpdf: FloatArray = -0.5 * squared - np.log(np.diag(cholesky)).sum() - 0.5 * len(mu) * np.log(2 * np.pi)
    return logpdf


def mahalanobis_distance(x: ArrayLike, mean: ArrayLike, cov: ArrayLike) -> FloatArray:
    r"""Distance in standard deviations of the direction, :math:`\sqrt{(x - \mu)^\top \Sigma^{-1} (x - \mu)}`.

    Parameters
    ----------
    x : array_like, shape (n, d) or (d,)
        Points as rows, or one point.
    mean : array_like, shape (d,)
    cov : array_like, shape (d, d)
        Symmetric and positive definite.

    Returns
    -------
    ndarray, shape (n,), or a scalar for one point
        The distance itself, not its square; without unit, at least 0.

    Raises
    ------
    ValueError
        For values that are not finite, shapes that do not fit, or a singular covariance.

    References
    ----------
    Bishop (2006), eq. 2.44.
    """
    mu, sigma = _gaussian_parameters(mean, cov, definite=True)
    whitened, _ = _whiten(x, mu, sigma)
    distance: FloatArray = np.linalg.norm(whitened, axis=-1)
    return distance


def marginal_gaussian(mean: ArrayLike, cov: ArrayLike, *, keep: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Mean and covariance of some coordinates of a Gaussian, whatever the others do.

    Parameters
    ----------
    mean : array_like, shape (d,)
    cov : array_like, shape (d, d)
        Symmetric, no negative eigenvalue; may be singular.
    keep : int or sequence of int
        The coordinates to keep, counted from 0, in the order wanted.

    Returns
    -------
    mean : ndarray, shape (len(keep),)
    cov : ndarray, shape (len(keep), len(keep))

    Raises
    ------
    ValueError
        For parameters of no Gaussian, or coordinates that are out of range or repeated.

    References
    ----------
    Bishop (2006), eq. 2.98.
    """
    mu, sigma = _gaussian_parameters(mean, cov, definite=False)
    a = _coordinates("keep", keep, len(mu))
    return mu[a], sigma[np.ix_(a, a)]


def conditional_gaussian(
    mean: ArrayLike, cov: ArrayLike, *, given: ArrayLike, values: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    r"""Mean and covariance of the other coordinates `a` once the coordinates `b` in `given` are known to be `values`.

    .. math:: \mu_{a|b} = \mu_a + \Sigma_{ab} \Sigma_{bb}^{-1} (x_b - \mu_b), \qquad
              \Sigma_{a|b} = \Sigma_{aa} - \Sigma_{ab} \Sigma_{bb}^{-1} \Sigma_{ba}

    Parameters
    ----------
    mean : array_like, shape (d,)
    cov : array_like, shape (d, d)
        Symmetric, no negative eigenvalue; the block of the given coordinates must be positive definite.
    given : int or sequence of int
        The known coordinates, counted from 0; at least one must remain.
    values : float or array_like, shape (len(given),)
        Their values, in the order of `given`.

    Returns
    -------
    mean : ndarray, shape (d - len(given),)
        Of the remaining coordinates, in increasing order.
    cov : ndarray, shape (d - len(given), d - len(given))
        It does not depend on `values`.

    Raises
    ------
    ValueError
        For parameters of no Gaussian, coordinates out of range, repeated or all given, or values that do not fit them.

    References
    ----------
    Bishop (2006), eq. 2.81 and 2.82.

    Examples
    --------
    >>> mean, cov = conditional_gaussian([0, 0], [[1, 0.5], [0.5, 1]], given=1, values=2)
    >>> mean.tolist(), cov.tolist()
    ([1.0], [[0.75]])
    """
    mu, sigma = _gaussian_parameters(mean, cov, definite=False)
    b = _coordinates("given", given, len(mu))
    a = np.setdiff1d(np.arange(len(mu)), b)
    if not a.size:
        raise ValueError(f"given must leave a coordinate unknown, got all {len(mu)}; drop one of them.")
    x_b = np.atleast_1d(validate.numbers("values", values))
    validate.same_shape("given", b, "values", x_b)
    sigma_bb = validate.covariance("cov of the given coordinates", sigma[np.ix_(b, b)], definite=True)
    sigma_ba = sigma[np.ix_(b, a)]
    gain = linalg.solve(sigma_bb, sigma_ba, assume_a="pos").T  # (len(a), len(b))
    conditional = sigma[np.ix_(a, a)] - gain @ sigma_ba
    return mu[a] + gain @ (x_b - mu[b]), (conditional + conditional.T) / 2


def ellipse_axes(cov: ArrayLike, *, mass: float) -> tuple[FloatArray, FloatArray]:
    r"""Axes of the smallest ellipsoid about the mean that holds the probability `mass` of a Gaussian.

    The squared Mahalanobis distance is :math:`\chi^2_d`, so an axis is an eigenvector of the covariance, and its half
    length is the root of (eigenvalue times the :math:`\chi^2_d` quantile of `mass`). Where the covariance has rank
    r < d, the Gaussian lives in r dimensions: r degrees of freedom, and the other half lengths are zero.

    Parameters
    ----------
    cov : array_like, shape (d, d)
        Symmetric, no negative eigenvalue.
    mass : float
        Probability inside, in (0, 1). In two dimensions one standard deviation is 0.393, not 0.683.

    Returns
    -------
    half_lengths : ndarray, shape (d,)
        Longest first, in the unit of the data.
    directions : ndarray, shape (d, d)
        Column i is the unit vector of axis i; the sign makes its largest component positive.

    Raises
    ------
    ValueError
        For a matrix that is no covariance, or a mass outside (0, 1).

    References
    ----------
    Johnson and Wichern (2007), Applied Multivariate Statistical Analysis, result 4.7.
    """
    sigma = validate.covariance("cov", cov, definite=False)
    mass = validate.number("mass", mass, above=0, below=1)
    variances, directions = np.linalg.eigh(sigma)
    variances, directions = variances[::-1], directions[:, ::-1]  # longest first
    variances = np.where(variances > validate.COVARIANCE_TOLERANCE * variances[0], variances, 0.0)
    rank = np.count_nonzero(variances)
    quantile = 2 * special.gammaincinv(rank / 2, mass) if rank else 0.0  # of chi-squared with rank degrees of freedom
    largest = np.abs(directions).argmax(axis=0)
    signs = np.sign(directions[largest, np.arange(len(sigma))])
    return np.sqrt(quantile * variances), directions * signs


def mixture_pdf(x: ArrayLike, weights: ArrayLike, means: ArrayLike, stds: ArrayLike) -> FloatArray:
    r"""Density of a mixture of Gaussians in one dimension, :math:`\sum_k \pi_k N(x; \mu_k, \sigma_k^2)`.

    Parameters
    ----------
    x : array_like
        Where; any shape.
    weights : array_like, shape (k,)
        Probabilities of the components; their sum is one.
    means : array_like, shape (k,)
    stds : array_like, shape (k,), or a float for all
        Standard deviations (not variances).

    Returns
    -------
    ndarray, shape of `x`
        Density, in 1 / (unit of `x`).

    Raises
    ------
    ValueError
        For weights that are no probabilities, means or stds that do not fit them, or values that are not finite.

    References
    ----------
    Bishop (2006), eq. 9.7.
    """
    pi, mu, sigma = validate.mixture(weights, means, stds)
    density: FloatArray = gaussian_pdf(np.expand_dims(x, -1), mu, sigma) @ pi  # (..., k) @ (k,)
    return density


def mixture_cdf(x: ArrayLike, weights: ArrayLike, means: ArrayLike, stds: ArrayLike) -> FloatArray:
    r"""Probability that a draw of a Gaussian mixture is at most `x`, :math:`\sum_k \pi_k \Phi((x - \mu_k)/\sigma_k)`.

    Parameters
    ----------
    x : array_like
        Where; any shape.
    weights, means, stds : array_like
        As in `mixture_pdf`.

    Returns
    -------
    ndarray, shape of `x`
        Probability in [0, 1].

    Raises
    ------
    ValueError
        As `mixture_pdf`.

    References
    ----------
    Bishop (2006), eq. 9.7, integrated.
    """
    pi, mu, sigma = validate.mixture(weights, means, stds)
    probability: FloatArray = gaussian_cdf(np.expand_dims(x, -1), mu, sigma) @ pi  # (..., k) @ (k,)
    return probability


def find_modes(values: ArrayLike) -> IntArray:
    """Find the modes of a density that is given on a regular grid.

    A mode is a point higher than all its neighbours: two in one dimension, eight in two. At the edge of the grid only
    the neighbours inside count, so the exponential density has its mode at the first point. Connected points of equal
    height are one plateau: one mode if all that surrounds it is lower, else none. Values are compared exactly, so
    every ripple of a noisy estimate counts; a constant is one plateau.

    Parameters
    ----------
    values : array_like, shape (n,) or (n, m)
        Density, or anything that rises and falls with it, such as its logarithm.

    Returns
    -------
    ndarray of int, shape (modes,) for one dimension, (modes, 2) for two
        Indices, ascending. A plateau is represented by its point nearest to its centre.

    Raises
    ------
    ValueError
        For values that are empty, not finite, or on a grid of other dimension.

    References
    ----------
    Silverman (1981), Using kernel density estimates to investigate multimodality,
    doi:10.1111/j.2517-6161.1981.tb01155.x.

    Examples
    --------
    >>> find_modes([0, 1, 0, 2, 2, 2, 0, 1]).tolist()
    [1, 4, 7]
    """
    from scipy import ndimage  # here, because it is slow to import and only modes need it

    density = validate.numbers("values", values)
    if density.ndim not in (1, 2) or not density.size:
        raise ValueError(f"values must have shape (n,) or (n, m), not empty, got {density.shape}; pass one grid.")
    neighbourhood = np.ones((3,) * density.ndim, dtype=bool)
    summits = density == ndimage.maximum_filter(density, footprint=neighbourhood, mode="nearest")
    plateaus, _ = ndimage.label(summits, structure=neighbourhood)
    # A plateau of summits may continue, equally high, to the foot of something higher: then it is no mode.
    others = np.where(summits, -np.inf, density)
    surroundings = ndimage.maximum_filter(others, footprint=neighbourhood, mode="nearest")
    modes = []
    for plateau, box in enumerate(ndimage.find_objects(plateaus), start=1):
        inside = plateaus[box] == plateau
        if (surroundings[box] < density[box])[inside].all():
            members = np.argwhere(inside) + [side.start for side in box]  # (points, ndim)
            modes.append(members[np.square(members - members.mean(axis=0)).sum(axis=1).argmin()])
    indices = np.array(sorted(map(tuple, modes)), dtype=np.int64).reshape(-1, density.ndim)
    return indices[:, 0] if density.ndim == 1 else indices


def count_modes(values: ArrayLike) -> int:
    """Count the modes of a density on a regular grid, as `find_modes` finds them.

    Parameters
    ----------
    values : array_like, shape (n,) or (n, m)
        Density on the grid.

    Returns
    -------
    int
        At least 1, since the highest point is one.

    Raises
    ------
    ValueError
        As `find_modes`.

    References
    ----------
    Silverman (1981), doi:10.1111/j.2517-6161.1981.tb01155.x.
    """
    return len(find_modes(values))


def berry_esseen_bound(n: ArrayLike, *, std: float, third_absolute_moment: float) -> FloatArray:
    r"""Bound on how far the cdf of a standardised mean of `n` draws lies from the normal one.

    .. math:: \sup_x |F_n(x) - \Phi(x)| \le C \rho / (\sigma^3 \sqrt n)

    Parameters
    ----------
    n : array_like of int
        Numbers of draws, at least 1.
    std : float
        Standard deviation :math:`\sigma` of one draw, positive.
    third_absolute_moment : float
        :math:`\rho = E|X - \mu|^3` of one draw, central; never below :math:`\sigma^3` (Lyapunov).

    Returns
    -------
    ndarray, shape of `n`
        Bound on the largest difference of the two cdfs, with C = 0.4748. It is not capped, so that it is a straight
        line on double logarithmic axes; above 1 it says nothing.

    Raises
    ------
    ValueError
        For `n` below 1 or not whole, or moments that belong to no distribution.

    References
    ----------
    Shevtsova (2011), arXiv:1111.6554, for the constant; Berry (1941) and Esseen (1942) for the theorem.

    Examples
    --------
    >>> float(berry_esseen_bound(100, std=0.5, third_absolute_moment=0.125))  # a fair coin
    0.04748
    """
    size = validate.positive("n", n)
    if (size != np.round(size)).any():
        raise ValueError(f"n must hold whole numbers of draws, got {n!r:.80}; round them.")
    sigma = validate.number("std", std, above=0)
    rho = validate.number("third_absolute_moment", third_absolute_moment, above=0)
    if rho < sigma**3 * (1 - 1e-9):
        raise ValueError(
            f"third_absolute_moment must be at least std**3 = {sigma**3:g}, got {rho:g}; "
            f"pass E|X - mean|**3 and the standard deviation (not the variance)."
        )
    bound: FloatArray = BERRY_ESSEEN_CONSTANT * rho / (sigma**3 * np.sqrt(size))
    return bound


def empirical_cdf(samples: ArrayLike, x: ArrayLike) -> FloatArray:
    """Share of the samples that are at most `x`.

    Parameters
    ----------
    samples : array_like, shape (n,)
    x : array_like
        Where; any shape, infinities allowed.

    Returns
    -------
    ndarray, shape of `x`
        In [0, 1], continuous from the right.

    Raises
    ------
    ValueError
        For no samples, or values that are not finite.

    References
    ----------
    Wasserman (2004), All of Statistics, definition 7.1.

    Examples
    --------
    >>> empirical_cdf([3, 1, 2], [0, 1, 2.5]).round(2).tolist()
    [0.0, 0.33, 0.67]
    """
    ordered = np.sort(validate.points("samples", samples, ndim=1))
    at_most = np.searchsorted(ordered, validate.numbers("x", x, infinite=True), side="right")
    share: FloatArray = at_most / len(ordered)
    return share


def kernel_density(x: ArrayLike, samples: ArrayLike, *, bandwidth: float) -> FloatArray:
    r"""Gaussian kernel density estimate, :math:`\hat f(x) = \frac1n \sum_i N(x; x_i, h^2)`.

    Parameters
    ----------
    x : array_like
        Where; any shape.
    samples : array_like, shape (n,)
    bandwidth : float
        Standard deviation h of the kernel, in the unit of the data (scipy's `bw_method` is in units of their
        standard deviation).

    Returns
    -------
    ndarray, shape of `x`
        Density, in 1 / (unit of `x`).

    Raises
    ------
    ValueError
        For no samples, values that are not finite, or a bandwidth that is not positive.

    References
    ----------
    Silverman (1986), Density Estimation for Statistics and Data Analysis, eq. 2.2a.
    """
    x = validate.numbers("x", x)
    data = validate.points("samples", samples, ndim=1)
    h = validate.number("bandwidth", bandwidth, above=0)
    density = np.empty(x.size)
    rows = max(1, 2**20 // len(data))  # 8 MB at a time, so that memory does not grow with x times samples
    for start in range(0, x.size, rows):
        z = (x.reshape(-1, 1)[start : start + rows] - data) / h  # (rows, n)
        density[start : start + rows] = np.exp(-0.5 * z * z).sum(axis=1)
    estimate: FloatArray = density.reshape(x.shape) / (len(data) * h * np.sqrt(2 * np.pi))
    return estimate


def silverman_bandwidth(samples: ArrayLike) -> float:
    r"""Rule of thumb for the bandwidth of a Gaussian kernel, :math:`0.9 \min(s, \mathrm{IQR}/1.34)\, n^{-1/5}`.

    It suits a density with one mode; with several it smooths too much.

    Parameters
    ----------
    samples : array_like, shape (n,)
        At least two, not all equal.

    Returns
    -------
    float
        Bandwidth in the unit of the data. s has divisor n - 1; where half of the samples or more are equal (IQR = 0),
        s alone decides.

    Raises
    ------
    ValueError
        For fewer than two samples, values that are not finite, or samples without spread.

    References
    ----------
    Silverman (1986), eq. 3.30 and 3.31.
    """
    data = validate.points("samples", samples, ndim=1, at_least=2)
    if data.min() == data.max():
        raise ValueError(f"samples must differ, got {len(data)} times {data[0]:g}; a point mass has no density.")
    s = data.std(ddof=1)
    quarter, three_quarters = np.quantile(data, [0.25, 0.75])
    robust = (three_quarters - quarter) / 1.34
    return float(0.9 * min(s, robust or s) * len(data) ** -0.2)


def push_forward_pdf(
    y: ArrayLike,
    base_pdf: Callable[[FloatArray], ArrayLike],
    inverse: Callable[[FloatArray], ArrayLike],
    inverse_derivative: Callable[[FloatArray], ArrayLike],
) -> FloatArray:
    r"""Density of y = g(x) where x has density `base_pdf` and g is monotone, :math:`p(g^{-1}(y))\,|(g^{-1})'(y)|`.

    Parameters
    ----------
    y : array_like
        Where; any shape, in the range of g.
    base_pdf : callable
        Density of x, vectorised.
    inverse : callable
        :math:`x = g^{-1}(y)`, vectorised.
    inverse_derivative : callable
        Its derivative (not that of g), vectorised; of one sign, since g is monotone.

    Returns
    -------
    ndarray, shape of `y`
        Density, in 1 / (unit of `y`).

    Raises
    ------
    ValueError
        Where a function returns NaN (y is outside the range of g), another shape, a negative density, or derivatives of
        both signs.

    References
    ----------
    Bishop (2006), eq. 1.27.

    Examples
    --------
    >>> lognormal = push_forward_pdf(1.0, gaussian_pdf, np.log, lambda y: 1 / y)
    >>> float(lognormal.round(4))
    0.3989
    """
    y = validate.numbers("y", y)
    x = validate.numbers("inverse(y)", inverse(y), infinite=True)
    slope = validate.numbers("inverse_derivative(y)", inverse_derivative(y), infinite=True)
    density = validate.numbers("base_pdf(inverse(y))", base_pdf(x), infinite=True)
    if (slope > 0).any() and (slope < 0).any():
        raise ValueError("inverse_derivative must keep its sign (g is monotone), got both; sum over the branches of g.")
    if (density < 0).any():
        raise ValueError(f"base_pdf must not be negative, got {density.min()}; pass the density, not its logarithm.")
    pushed = density * np.abs(slope)
    validate.same_shape("y", y, "the density", pushed)
    return pushed


def _gaussian_parameters(mean: ArrayLike, cov: ArrayLike, *, definite: bool) -> tuple[FloatArray, FloatArray]:
    """Check mean (d,) and covariance (d, d)."""
    mu = validate.points("mean", mean, ndim=1)
    sigma = validate.covariance("cov", cov, definite=definite)
    if len(mu) != len(sigma):
        raise ValueError(f"mean (d,) and cov (d, d) must fit, got {mu.shape} and {sigma.shape}; use one d for both.")
    return mu, sigma


def _whiten(x: ArrayLike, mu: FloatArray, sigma: FloatArray) -> tuple[FloatArray, FloatArray]:
    """L^-1 (x - mu), shape of x, and the Cholesky factor L of sigma."""
    x = validate.numbers("x", x)
    if x.ndim not in (1, 2) or x.shape[-1] != len(mu):
        raise ValueError(f"x must have shape (n, {len(mu)}) or ({len(mu)},), got {x.shape}; a point is a row.")
    cholesky: FloatArray = linalg.cholesky(sigma, lower=True)
    whitened: FloatArray = linalg.solve_triangular(cholesky, (x - mu).T, lower=True).T
    return whitened, cholesky


def _coordinates(name: str, value: ArrayLike, d: int) -> IntArray:
    """Check indices of coordinates, (m,)."""
    index = np.atleast_1d(np.asarray(value))
    valid = index.ndim == 1 and index.size and np.issubdtype(index.dtype, np.integer)
    if not valid or index.min() < 0 or index.max() >= d or len(np.unique(index)) < len(index):
        raise ValueError(f"{name} must hold different coordinates from 0 to {d - 1}, got {value!r:.80}; count from 0.")
    return index.astype(np.int64)
