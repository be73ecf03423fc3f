"""The divergence of two Gaussians in closed form."""

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg

from course_utils import _validation as validate
from course_utils._validation import FloatArray


def gaussian_kl(
    mean_p: ArrayLike, cov_p: ArrayLike, mean_q: ArrayLike, cov_q: ArrayLike, *, base: float | None = None
) -> float:
    r"""Kullback-Leibler divergence of two Gaussians in d dimensions.

    .. math:: \mathrm{KL} = \tfrac12 \left[ \operatorname{tr}(\Sigma_q^{-1} \Sigma_p)
              + (\mu_q - \mu_p)^\top \Sigma_q^{-1} (\mu_q - \mu_p) - d + \log \frac{|\Sigma_q|}{|\Sigma_p|} \right]

    Parameters
    ----------
    mean_p, mean_q : array_like, shape (d,)
    cov_p, cov_q : array_like, shape (d, d)
        Covariances (in one dimension [[variance]], not the standard deviation), positive definite.
    base : float, optional
        Base of the logarithm; nats by default.

    Returns
    -------
    float
        In [0, inf). Rounding below 0 is set to 0.

    Raises
    ------
    ValueError
        For values that are not finite, shapes that do not fit, or a covariance that is not positive definite.

    References
    ----------
    Murphy (2022), Probabilistic Machine Learning: An Introduction, sec. 6.2.3.

    Examples
    --------
    >>> gaussian_kl([0], [[1]], [1], [[1]])
    0.5
    """
    mu_p, sigma_p = _gaussian("p", mean_p, cov_p)
    mu_q, sigma_q = _gaussian("q", mean_q, cov_q)
    validate.same_shape("mean_p", mu_p, "mean_q", mu_q)
    unit = validate.nats_per_unit(base)
    root_p, root_q = np.linalg.cholesky(sigma_p), np.linalg.cholesky(sigma_q)
    both = np.column_stack([root_p, mu_p - mu_q])  # (d, d + 1)
    whitened = linalg.solve_triangular(root_q, both, lower=True, check_finite=False)
    log_volumes = np.log(np.diag(root_q)).sum() - np.log(np.diag(root_p)).sum()
    nats = 0.5 * (np.vdot(whitened, whitened) - len(mu_p)) + log_volumes
    return float(max(nats, 0.0) / unit)


def _gaussian(role: str, mean: ArrayLike, cov: ArrayLike) -> tuple[FloatArray, FloatArray]:
    mu = validate.points(f"mean_{role}", mean, ndim=1)
    sigma = validate.covariance(f"cov_{role}", cov, definite=True)
    if sigma.shape != (len(mu), len(mu)):
        raise ValueError(
            f"cov_{role} must be (d, d) for mean_{role} (d,), got {sigma.shape} and {mu.shape}; match the dimensions."
        )
    return mu, sigma
