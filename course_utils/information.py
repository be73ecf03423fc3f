"""Entropies and informations of pmfs, of densities on grids and of Gaussians, and their estimation from data.

Nats unless `base` is given (2 for bits). A joint pmf has one axis for each variable: joint[x, y].
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from course_utils import _neighbours as neighbours
from course_utils import _validation as validate
from course_utils._validation import FloatArray

__all__ = [
    "conditional_entropy",
    "conditional_mutual_information",
    "entropy",
    "gaussian_entropy",
    "joint_entropy",
    "knn_entropy",
    "ksg_mutual_information",
    "mutual_information",
    "plugin_entropy",
    "plugin_mutual_information",
    "self_information",
]

TINY = np.finfo(np.float64).tiny  # stands in for 0 where a logarithm is multiplied by 0; 1 / TINY is still finite


def self_information(p: ArrayLike, *, base: float | None = None) -> FloatArray:
    r"""Information of an event of probability p, its surprise: :math:`-\log p`.

    Parameters
    ----------
    p : array_like
        Probabilities, of any shape; they need not sum to one.
    base : float, optional
        Base of the logarithm, above 1; nats by default, 2 for bits.

    Returns
    -------
    ndarray, shape of `p`
        In [0, inf], inf for p = 0. A scalar for scalars.

    Raises
    ------
    ValueError
        For values that are NaN or outside [0, 1], or a base that is not above 1.

    References
    ----------
    Shannon (1948), doi:10.1002/j.1538-7305.1948.tb01338.x, sec. 6; MacKay (2003), Information Theory, Inference, and
    Learning Algorithms, eq. 2.34.

    Examples
    --------
    >>> self_information([1, 0.5, 0], base=2).tolist()
    [0.0, 1.0, inf]
    """
    probability = validate.numbers("p", p)
    if ((probability < 0) | (probability > 1)).any():
        raise ValueError(
            f"p must be in [0, 1], got values from {probability.min()} to {probability.max()}; pass probabilities."
        )
    with np.errstate(divide="ignore"):
        return (0.0 - np.log(probability)) / validate.nats_per_unit(base)


def entropy(p: ArrayLike, *, axis: int = -1, base: float | None = None, dx: ArrayLike | None = None) -> FloatArray:
    r"""Shannon entropy :math:`H(p) = -\sum_x p(x) \log p(x)`, or differential entropy :math:`-\int p \log p` with `dx`.

    Parameters
    ----------
    p : array_like
        Pmfs along `axis`, or densities if `dx` is given.
    axis : int
        Axis of the outcomes.
    base : float, optional
        Base of the logarithm, above 1; nats by default, 2 for bits.
    dx : float or array_like, shape (k,), optional
        Width of the cells of a grid on which p is a density; the masses of the cells are normalised.

    Returns
    -------
    ndarray, without `axis`
        In [0, log k] for a pmf of k outcomes. For densities in (-inf, inf): it depends on the unit of x. A scalar for
        one pmf.

    Raises
    ------
    ValueError
        For values that are NaN or negative, that do not sum (or integrate) to one, or a base that is not above 1.

    References
    ----------
    Cover and Thomas (2006), Elements of Information Theory, eq. 2.1 and 8.1.

    Examples
    --------
    >>> entropy([0.5, 0.25, 0.25], base=2)
    np.float64(1.5)
    """
    unit = validate.nats_per_unit(base)
    if dx is None:
        return _entropy(validate.probabilities("p", p, axis=axis)) / unit
    masses, widths = validate.densities("p", p, dx, axis=axis)
    return (_entropy(masses) + np.vecdot(masses, np.log(np.broadcast_to(widths, masses.shape[-1:])))) / unit


def joint_entropy(joint: ArrayLike, *, base: float | None = None) -> float:
    r"""Entropy of several variables together, :math:`H(X, Y) = -\sum_{x,y} p(x, y) \log p(x, y)`.

    Parameters
    ----------
    joint : array_like
        Joint pmf, one axis for each variable.
    base : float, optional
        Base of the logarithm; nats by default.

    Returns
    -------
    float
        From the largest of the variables' entropies to their sum.

    Raises
    ------
    ValueError
        For values that are NaN or negative or do not sum to one over all axes.

    References
    ----------
    Cover and Thomas (2006), eq. 2.8.

    Examples
    --------
    >>> joint_entropy([[0.25, 0.25], [0.25, 0.25]], base=2)
    2.0
    """
    p = validate.joint_pmf("joint", joint)
    return float(_entropy(p.reshape(-1)) / validate.nats_per_unit(base))


def conditional_entropy(joint: ArrayLike, *, of: int = 1, base: float | None = None) -> float:
    r"""Entropy that remains of one variable when the others are known: :math:`H(Y | X) = H(X, Y) - H(X)`.

    It is what remains, not what is gained: the gain is the mutual information.

    Parameters
    ----------
    joint : array_like
        Joint pmf of two or more variables, one axis for each: joint[x, y].
    of : int
        Axis of the variable whose entropy is asked for. For joint[x, y] the default is H(Y|X), and 0 is H(X|Y).
    base : float, optional
        Base of the logarithm; nats by default.

    Returns
    -------
    float
        From 0 (the others determine it) to its own entropy (they say nothing).

    Raises
    ------
    ValueError
        For values that are NaN or negative or do not sum to one over all axes, fewer than two axes, or an `of` that is
        no axis.

    References
    ----------
    Cover and Thomas (2006), eq. 2.11 and 2.14.

    Examples
    --------
    >>> joint = [[0.5, 0], [0.25, 0.25]]
    >>> conditional_entropy(joint, base=2), round(conditional_entropy(joint, of=0, base=2), 4)
    (0.5, 0.6887)
    """
    p = validate.joint_pmf("joint", joint)
    if p.ndim < 2 or not -p.ndim <= of < p.ndim:
        raise ValueError(
            f"joint must have two axes or more and `of` be one of them, got shape {p.shape} and of = {of!r:.80}; "
            f"joint[x, y] with of=1 is H(Y|X)."
        )
    known = p.sum(axis=of, keepdims=True)
    conditional = np.maximum(p, TINY) / np.maximum(known, TINY)
    nats = 0.0 - np.vdot(p, np.log(conditional, out=conditional))
    return float(max(nats, 0.0) / validate.nats_per_unit(base))


def mutual_information(joint: ArrayLike, *, base: float | None = None) -> float:
    r"""Information that each of two variables has about the other.

    .. math:: I(X; Y) = \sum_{x,y} p(x, y) \log \frac{p(x, y)}{p(x)\, p(y)} = H(Y) - H(Y | X)

    Parameters
    ----------
    joint : array_like, shape (kx, ky)
        Joint pmf joint[x, y].
    base : float, optional
        Base of the logarithm; nats by default.

    Returns
    -------
    float
        From 0 (independent, and only then) to the smaller of the two entropies. Rounding below 0 is set to 0.

    Raises
    ------
    ValueError
        For values that are NaN or negative or do not sum to one, or another number of axes than two.

    References
    ----------
    Cover and Thomas (2006), eq. 2.28 and theorem 2.4.1.

    Examples
    --------
    >>> mutual_information([[0.5, 0], [0, 0.5]], base=2)
    1.0
    """
    p = validate.joint_pmf("joint", joint, ndim=2)
    return float(max(_mutual_information(p), 0.0) / validate.nats_per_unit(base))


def conditional_mutual_information(joint: ArrayLike, *, base: float | None = None) -> float:
    r"""Information that X and Y have about each other when Z is known.

    .. math:: I(X; Y | Z) = \sum_{x,y,z} p(x, y, z) \log \frac{p(z)\, p(x, y, z)}{p(x, z)\, p(y, z)}

    It may be smaller or larger than I(X; Y).

    Parameters
    ----------
    joint : array_like, shape (kx, ky, kz)
        Joint pmf joint[x, y, z].
    base : float, optional
        Base of the logarithm; nats by default.

    Returns
    -------
    float
        At least 0; 0 if and only if X and Y are independent given Z. Rounding below 0 is set to 0.

    Raises
    ------
    ValueError
        For values that are NaN or negative or do not sum to one, or another number of axes than three.

    References
    ----------
    Cover and Thomas (2006), eq. 2.60 and 2.61.

    Examples
    --------
    >>> xor = [[[0.25, 0], [0, 0.25]], [[0, 0.25], [0.25, 0]]]  # Z = X xor Y of fair bits
    >>> conditional_mutual_information(xor, base=2)
    1.0
    """
    p = validate.joint_pmf("joint", joint, ndim=3)
    x_given = _divided(p.sum(axis=1, keepdims=True), p.sum(axis=(0, 1), keepdims=True))  # p(x | z), (kx, 1, kz)
    x_given_both = _divided(p, p.sum(axis=0, keepdims=True))  # p(x | y, z), (kx, ky, kz)
    nats = np.vdot(p, np.log(x_given_both) - np.log(x_given))
    return float(max(nats, 0.0) / validate.nats_per_unit(base))


def gaussian_entropy(cov: ArrayLike, *, base: float | None = None) -> float:
    r"""Differential entropy of a Gaussian, :math:`\tfrac12 \log\left((2 \pi e)^d |\Sigma|\right)`.

    The largest that a density with this covariance can have.

    Parameters
    ----------
    cov : array_like, shape (d, d)
        Covariance (in one dimension [[variance]], not the standard deviation), positive definite.
    base : float, optional
        Base of the logarithm; nats by default.

    Returns
    -------
    float
        In (-inf, inf); it depends on the unit of the data.

    Raises
    ------
    ValueError
        For a matrix that is not finite, not symmetric or not positive definite.

    References
    ----------
    Cover and Thomas (2006), theorem 8.4.1.

    Examples
    --------
    >>> round(gaussian_entropy([[1]]), 4)
    1.4189
    """
    unit = validate.nats_per_unit(base)
    root = np.linalg.cholesky(validate.covariance("cov", cov, definite=True))
    return float((0.5 * len(root) * np.log(2 * np.pi * np.e) + np.log(np.diag(root)).sum()) / unit)


def plugin_entropy(counts: ArrayLike, *, miller_madow: bool = False, base: float | None = None) -> float:
    r"""Estimate an entropy from counts: that of the observed frequencies, and a correction of its bias.

    The entropy of the frequencies is too small on average, by about (K - 1) / 2n nats for K outcomes. Miller and Madow
    add :math:`(\hat K - 1) / 2n`, with the number of outcomes that were observed.

    Parameters
    ----------
    counts : array_like, shape (k,)
        How often each outcome was observed (`np.bincount(data)`).
    miller_madow : bool
        Add the correction.
    base : float, optional
        Base of the logarithm; nats by default.

    Returns
    -------
    float
        At least 0. Corrected, it may exceed log k.

    Raises
    ------
    ValueError
        For counts that are negative, not whole or all zero.

    References
    ----------
    Miller (1955), Note on the bias of information estimates; Paninski (2003), doi:10.1162/089976603321780272.

    Examples
    --------
    >>> plugin_entropy([1, 1], base=2), round(plugin_entropy([1, 1], miller_madow=True), 4)
    (1.0, 0.9431)
    """
    observed = validate.counts("counts", counts, ndim=1)
    n = observed.sum()
    nats = float(_entropy(observed / n))
    if miller_madow:
        nats += (np.count_nonzero(observed) - 1) / (2 * n)
    return float(nats / validate.nats_per_unit(base))


def plugin_mutual_information(table: ArrayLike, *, miller_madow: bool = False, base: float | None = None) -> float:
    r"""Estimate a mutual information from a table of counts: that of the frequencies, and a correction of its bias.

    That of the frequencies is too large on average. The correction of Miller and Madow for H(X) + H(Y) - H(X, Y) takes
    away :math:`(\hat K_{xy} - \hat K_x - \hat K_y + 1) / 2n`, with the numbers of cells, rows and columns observed.

    Parameters
    ----------
    table : array_like, shape (kx, ky)
        How often each pair was observed.
    miller_madow : bool
        Apply the correction.
    base : float, optional
        Base of the logarithm; nats by default.

    Returns
    -------
    float
        At least 0. Corrected, it may be negative and is not clipped.

    Raises
    ------
    ValueError
        For counts that are negative, not whole or all zero, or another number of axes than two.

    References
    ----------
    Roulston (1999), doi:10.1016/S0167-2789(98)00269-3; Paninski (2003), doi:10.1162/089976603321780272.

    Examples
    --------
    >>> plugin_mutual_information([[5, 0], [0, 5]], base=2)
    1.0
    """
    observed = validate.counts("table", table, ndim=2)
    n = observed.sum()
    nats = max(_mutual_information(observed / n), 0.0)
    if miller_madow:
        rows, columns = (np.count_nonzero(observed.any(axis=axis)) for axis in (1, 0))
        nats -= (np.count_nonzero(observed) - rows - columns + 1) / (2 * n)
    return float(nats / validate.nats_per_unit(base))


def knn_entropy(samples: ArrayLike, *, k: int = 3, base: float | None = None) -> float:
    r"""Estimate a differential entropy from draws, by the distances :math:`\rho_k(i)` to k-th nearest neighbours.

    .. math:: \hat H = \psi(n) - \psi(k) + \log V_d + \frac dn \sum_{i=1}^n \log \rho_k(i)

    with :math:`V_d` the volume of the unit ball (Kozachenko and Leonenko).

    Parameters
    ----------
    samples : array_like, shape (n, d) or (n,)
        Independent draws of a density.
    k : int
        Neighbours, below n. A larger k lowers the variance and raises the bias.
    base : float, optional
        Base of the logarithm; nats by default.

    Returns
    -------
    float
        In (-inf, inf). The bias, mostly upwards from edges and tails, grows with d and falls with n.

    Raises
    ------
    ValueError
        For points that are not finite or too few for k, and for duplicates that put a k-th neighbour at distance zero
        (these are no draws of a density).

    References
    ----------
    Kozachenko and Leonenko (1987), Problems of Information Transmission 23(2); Kraskov, Stoegbauer and Grassberger
    (2004), doi:10.1103/PhysRevE.69.066138, eq. 20 (there with the ball's diameter for its radius).

    Examples
    --------
    >>> round(knn_entropy(np.random.default_rng(0).normal(size=5000)), 1)  # the truth is 1.4189
    1.4
    """
    x = validate.samples("samples", samples)
    n, d = x.shape
    k = validate.neighbours(k, n)
    unit = validate.nats_per_unit(base)
    rho = neighbours.positive_distances("samples", neighbours.kth_distances(x, k), k)
    log_volume = 0.5 * d * np.log(np.pi) - special.gammaln(0.5 * d + 1)
    return float((special.digamma(n) - special.digamma(k) + log_volume + d * np.log(rho).mean()) / unit)


def ksg_mutual_information(x: ArrayLike, y: ArrayLike, *, k: int = 3, base: float | None = None) -> float:
    r"""Estimate the mutual information of two continuous variables from draws of the pair, by nearest neighbours.

    .. math:: \hat I = \psi(k) + \psi(n) - \frac1n \sum_{i=1}^n \left[\psi(n_x(i) + 1) + \psi(n_y(i) + 1)\right]

    where :math:`n_x(i)` counts the points whose x lies strictly nearer to that of point i than its k-th nearest
    neighbour in the joint space does; all distances are the largest over the coordinates (algorithm 1).

    Parameters
    ----------
    x : array_like, shape (n, dx) or (n,)
    y : array_like, shape (n, dy) or (n,)
        Row i of both is one draw. The coordinates should have comparable scales (standardise them): the truth does not
        depend on them, the estimate a little.
    k : int
        Neighbours, below n; 2 to 4 is customary.
    base : float, optional
        Base of the logarithm; nats by default.

    Returns
    -------
    float
        It may come out a little negative for independent variables and is not clipped. It cannot much exceed log n.

    Raises
    ------
    ValueError
        For points that are not finite, of different number or too few for k, and for duplicates that put a k-th
        neighbour at distance zero.

    References
    ----------
    Kraskov, Stoegbauer and Grassberger (2004), doi:10.1103/PhysRevE.69.066138, eq. 8.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=5000)
    >>> round(ksg_mutual_information(x, 0.8 * x + 0.6 * rng.normal(size=5000)), 1)  # the truth is 0.5108
    0.5
    """
    first, second = validate.samples("x", x), validate.samples("y", y)
    if len(first) != len(second):
        raise ValueError(f"x and y must have as many rows each, got {len(first)} and {len(second)}; row i is one draw.")
    n = len(first)
    k = validate.neighbours(k, n)
    unit = validate.nats_per_unit(base)
    both = np.column_stack([first, second])
    radius = neighbours.positive_distances("x and y", neighbours.kth_distances(both, k, norm=np.inf), k)
    n_x, n_y = neighbours.counts_within(first, radius), neighbours.counts_within(second, radius)
    mean = (special.digamma(n_x + 1) + special.digamma(n_y + 1)).mean()
    return float((special.digamma(k) + special.digamma(n) - mean) / unit)


def _entropy(p: FloatArray) -> FloatArray:
    """Entropy in nats over the last axis."""
    log_p = np.maximum(p, TINY)
    return np.maximum(0.0 - np.vecdot(p, np.log(log_p, out=log_p)), 0.0)


def _divided(p: FloatArray, total: FloatArray) -> FloatArray:
    """Divide, but positive where p or both are zero, so that the ratio has a logarithm to be multiplied by 0."""
    return np.maximum(p, TINY) / np.maximum(total, TINY)


def _mutual_information(p: FloatArray) -> float:
    ratio = _divided(p, p.sum(axis=1, keepdims=True))  # p(y | x)
    ratio /= np.maximum(p.sum(axis=0), TINY)
    return float(np.vdot(p, np.log(ratio, out=ratio)))
