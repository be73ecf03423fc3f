"""Divergences made of the ratio p / q: of pmfs along an axis, and of densities on grids.

Pmfs lie along `axis` (the last by default); what is returned has the other axes, and is a scalar for two pmfs. A batch
goes with a batch of the same shape or with a single pmf. With `dx` the arguments are densities on a grid, `dx` being
the width of its cells (one number, or one for each point): their masses `density * dx` are normalised and compared.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from course_utils import _validation as validate
from course_utils._validation import FloatArray

TINY = np.finfo(np.float64).tiny  # stands in for 0 where a logarithm is multiplied by 0; 1 / TINY is still finite
SMALLEST = np.finfo(np.float64).smallest_subnormal


def kl_divergence(
    p: ArrayLike, q: ArrayLike, *, axis: int = -1, base: float | None = None, dx: ArrayLike | None = None
) -> FloatArray:
    r"""Kullback-Leibler divergence :math:`\mathrm{KL}(p \| q) = \sum_x p(x) \log \frac{p(x)}{q(x)}`.

    The expectation is under p; 0 log 0 = 0, and one outcome with p > 0 = q makes it infinite.

    Parameters
    ----------
    p, q : array_like
        Pmfs along `axis`, or densities if `dx` is given.
    axis : int
        Axis of the outcomes.
    base : float, optional
        Base of the logarithm, above 1; nats by default, 2 for bits.
    dx : float or array_like, shape (k,), optional
        Width of the cells of a grid on which p and q are densities.

    Returns
    -------
    ndarray
        In [0, inf], 0 only for p = q. Rounding below 0 is set to 0.

    Raises
    ------
    ValueError
        For values that are NaN or negative, that do not sum (or integrate) to one, outcomes that do not match, or a
        base that is not above 1.

    References
    ----------
    Cover and Thomas (2006), Elements of Information Theory, eq. 2.26.

    Examples
    --------
    >>> kl_divergence([0.5, 0.5], [0.25, 0.75]).round(4), kl_divergence([0.5, 0.5], [1, 0])
    (np.float64(0.1438), np.float64(inf))
    """
    p, q = _pair(p, q, axis, dx)
    return _relative_entropy(p, q) / validate.nats_per_unit(base)


def cross_entropy(
    p: ArrayLike, q: ArrayLike, *, axis: int = -1, base: float | None = None, dx: ArrayLike | None = None
) -> FloatArray:
    r"""Cross-entropy :math:`H(p, q) = -\sum_x p(x) \log q(x) = H(p) + \mathrm{KL}(p \| q)`.

    The mean length of words that are coded for q while p is the truth. It is least for q = p, where it is the entropy
    of p and not zero. For densities, :math:`-\int p \log q`, it can be negative.

    Parameters
    ----------
    p, q, axis, base, dx
        As in `kl_divergence`.

    Returns
    -------
    ndarray
        In [0, inf] for pmfs, in (-inf, inf] for densities; inf where an outcome has p > 0 = q.

    Raises
    ------
    ValueError
        As `kl_divergence`.

    References
    ----------
    Murphy (2022), Probabilistic Machine Learning: An Introduction, sec. 6.1.2.

    Examples
    --------
    >>> cross_entropy([0.5, 0.5], [0.25, 0.75], base=2).round(4)
    np.float64(1.2075)
    """
    p, q = _pair(p, q, axis, dx)
    log_q = np.maximum(q, SMALLEST)
    nats = 0.0 - np.vecdot(p, np.log(log_q, out=log_q))
    if np.minimum.reduce(q, axis=None) == 0:
        nats = np.where(_reaches_zero(p, q), np.inf, nats)
    if dx is not None:
        widths = np.broadcast_to(np.asarray(dx, dtype=np.float64), p.shape[-1:])
        nats = nats + np.vecdot(p, np.log(widths))  # of the masses back to densities
    return nats / validate.nats_per_unit(base)


def js_divergence(
    p: ArrayLike, q: ArrayLike, *, axis: int = -1, base: float | None = None, dx: ArrayLike | None = None
) -> FloatArray:
    r"""Jensen-Shannon divergence :math:`\tfrac12 \mathrm{KL}(p \| m) + \tfrac12 \mathrm{KL}(q \| m)`, m = (p + q) / 2.

    This is the divergence; its square root is a metric (and what `scipy.spatial.distance.jensenshannon` returns).

    Parameters
    ----------
    p, q, axis, base, dx
        As in `kl_divergence`.

    Returns
    -------
    ndarray
        In [0, ln 2], that is [0, 1] in bits. The maximum is reached by all pairs without common support.

    Raises
    ------
    ValueError
        As `kl_divergence`.

    References
    ----------
    Lin (1991), doi:10.1109/18.61115; Endres and Schindelin (2003), doi:10.1109/TIT.2003.813506, for the metric.

    Examples
    --------
    >>> js_divergence([1, 0], [0, 1], base=2)
    np.float64(1.0)
    """
    p, q = _pair(p, q, axis, dx)
    m = np.maximum((p + q) * 0.5, TINY)
    nats = _against(p, m) + _against(q, m)
    return np.maximum(nats, 0.0) * 0.5 / validate.nats_per_unit(base)


def total_variation(p: ArrayLike, q: ArrayLike, *, axis: int = -1, dx: ArrayLike | None = None) -> FloatArray:
    r"""Total variation distance :math:`\tfrac12 \sum_x |p(x) - q(x)| = \max_A |P(A) - Q(A)|`.

    Half the L1 norm of the pmfs or densities (not of the cdfs, which is a Wasserstein distance). It is the advantage
    over guessing of the best test between p and q.

    Parameters
    ----------
    p, q, axis, dx
        As in `kl_divergence`.

    Returns
    -------
    ndarray
        In [0, 1], a metric; 1 for all pairs without common support.

    Raises
    ------
    ValueError
        As `kl_divergence`.

    References
    ----------
    Levin, Peres and Wilmer (2009), Markov Chains and Mixing Times, proposition 4.2.

    Examples
    --------
    >>> total_variation([0.5, 0.5], [0.25, 0.75])
    np.float64(0.25)
    """
    p, q = _pair(p, q, axis, dx)
    gap = p - q
    half: FloatArray = 0.5 * np.add.reduce(np.abs(gap, out=gap), axis=-1)
    return half


def hellinger_distance(p: ArrayLike, q: ArrayLike, *, axis: int = -1, dx: ArrayLike | None = None) -> FloatArray:
    r"""Hellinger distance :math:`\sqrt{\tfrac12 \sum_x (\sqrt{p(x)} - \sqrt{q(x)})^2}`.

    The root form, with the factor 1/2: a metric with values in [0, 1]. Its square is no metric, but an f-divergence,
    1 minus the Bhattacharyya coefficient.

    Parameters
    ----------
    p, q, axis, dx
        As in `kl_divergence`.

    Returns
    -------
    ndarray
        In [0, 1]; 1 for all pairs without common support.

    Raises
    ------
    ValueError
        As `kl_divergence`.

    References
    ----------
    Tsybakov (2009), Introduction to Nonparametric Estimation, sec. 2.4 (there without the factor 1/2).

    Examples
    --------
    >>> hellinger_distance([1, 0], [0.25, 0.75]).round(4)
    np.float64(0.7071)
    """
    p, q = _pair(p, q, axis, dx)
    gap = np.sqrt(p) - np.sqrt(q)
    distance: FloatArray = np.sqrt(0.5 * np.vecdot(gap, gap))
    return distance


def chi2_divergence(p: ArrayLike, q: ArrayLike, *, axis: int = -1, dx: ArrayLike | None = None) -> FloatArray:
    r"""Chi-squared divergence of Pearson, :math:`\chi^2(p \| q) = \sum_x \frac{(p(x) - q(x))^2}{q(x)}`.

    Parameters
    ----------
    p, q, axis, dx
        As in `kl_divergence`.

    Returns
    -------
    ndarray
        In [0, inf]; inf where an outcome has p > 0 = q.

    Raises
    ------
    ValueError
        As `kl_divergence`.

    References
    ----------
    Tsybakov (2009), Introduction to Nonparametric Estimation, sec. 2.4.

    Examples
    --------
    >>> chi2_divergence([0.5, 0.5], [0.25, 0.75]).round(4)
    np.float64(0.3333)
    """
    p, q = _pair(p, q, axis, dx)
    gap = p - q
    if np.minimum.reduce(q, axis=None) >= TINY:
        return np.vecdot(gap, gap / q)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):  # 0 / 0, and what is infinite
        return np.where(gap == 0, 0.0, gap * (gap / q)).sum(axis=-1)


def renyi_divergence(
    p: ArrayLike,
    q: ArrayLike,
    *,
    alpha: float,
    axis: int = -1,
    base: float | None = None,
    dx: ArrayLike | None = None,
) -> FloatArray:
    r"""Renyi divergence :math:`D_\alpha(p \| q) = \frac{1}{\alpha - 1} \log \sum_x p(x)^\alpha q(x)^{1 - \alpha}`.

    It grows with alpha. By continuity alpha = 0 is -log Q(p > 0), alpha = 1 the Kullback-Leibler divergence and
    alpha = inf the logarithm of the largest p/q.

    Parameters
    ----------
    p, q, axis, base, dx
        As in `kl_divergence`.
    alpha : float
        Order, from 0 to inf.

    Returns
    -------
    ndarray
        In [0, inf]; inf where an outcome has p > 0 = q and alpha >= 1, and for all alpha without common support.

    Raises
    ------
    ValueError
        As `kl_divergence`, and for an alpha that is negative or NaN.

    References
    ----------
    van Erven and Harremoes (2014), doi:10.1109/TIT.2014.2320500, eq. 1.

    Examples
    --------
    >>> renyi_divergence([0.5, 0.5], [0.25, 0.75], alpha=2).round(4)
    np.float64(0.2877)
    """
    p, q = _pair(p, q, axis, dx)
    if not alpha >= 0:
        raise ValueError(f"alpha must be a number from 0 to inf, got {alpha!r:.80}; choose one there.")
    unit = validate.nats_per_unit(base)
    if alpha == 1:
        return _relative_entropy(p, q) / unit
    log_ratio = _log_ratio(p, q)  # -inf where p = 0
    if alpha == np.inf:
        return np.maximum(log_ratio.max(axis=-1), 0.0) / unit
    if alpha == 0:
        with np.errstate(divide="ignore"):  # the logarithm of 0 is meant where nothing is in common
            return np.maximum(-np.log(np.where(p > 0, q, 0.0).sum(axis=-1)), 0.0) / unit
    # The sum is that of p exp(exponent), which neither over- nor underflows with the largest exponent taken out.
    exponent = (alpha - 1) * log_ratio
    if np.minimum.reduce(p, axis=None) == 0:
        exponent = np.where(p > 0, exponent, -np.inf)
    largest = exponent.max(axis=-1)
    shift = np.where(np.isfinite(largest), largest, 0.0)
    with np.errstate(divide="ignore", over="ignore"):  # where the sum is infinite
        log_sum = np.log(np.vecdot(p, np.exp(exponent - shift[..., None]))) + shift
    small = np.where(p > 0, np.abs(exponent), 0.0).max(axis=-1) < 0.1  # alpha near 1, or p near q: the sum is near 1
    if small.any():
        excess = np.vecdot(p, np.expm1(np.where(small[..., None] & (p > 0), exponent, 0.0)))
        log_sum = np.where(small, np.log1p(excess), log_sum)
    return np.maximum(log_sum / (alpha - 1), 0.0) / unit


class FGenerator(NamedTuple):
    """What makes an f-divergence: a convex function with f(1) = 0 and its behaviour at both ends."""

    f: Callable[[FloatArray], FloatArray]  # vectorised over positive t = p / q
    at_zero: float  # f(0), the limit of f(t): what mass of q costs where p has none
    slope: float  # the limit of f(t) / t for large t: what mass of p costs where q has none


F_GENERATORS: Mapping[str, FGenerator] = MappingProxyType(
    {
        "kl": FGenerator(lambda t: t * np.log(t), 0.0, np.inf),
        "reverse_kl": FGenerator(lambda t: -np.log(t), np.inf, 0.0),
        "js": FGenerator(
            lambda t: 0.5 * (t * np.log(2 * t / (t + 1)) + np.log(2 / (t + 1))), 0.5 * np.log(2), 0.5 * np.log(2)
        ),
        "total_variation": FGenerator(lambda t: 0.5 * np.abs(t - 1), 0.5, 0.5),
        "squared_hellinger": FGenerator(lambda t: 0.5 * (np.sqrt(t) - 1) ** 2, 0.5, 0.5),
        "chi2": FGenerator(lambda t: (t - 1) ** 2, 1.0, np.inf),
    }
)


def f_divergence(
    f: str | FGenerator, p: ArrayLike, q: ArrayLike, *, axis: int = -1, dx: ArrayLike | None = None
) -> FloatArray:
    r"""Divergence :math:`D_f(p \| q) = \sum_x q(x)\, f\!\left(\frac{p(x)}{q(x)}\right)` of a convex f with f(1) = 0.

    Where q = 0 the summand is its limit, p times the slope of f at infinity.

    Parameters
    ----------
    f : str or FGenerator
        One of `F_GENERATORS` (kl, reverse_kl, js, total_variation, squared_hellinger, chi2), or your own.
    p, q, axis, dx
        As in `kl_divergence`.

    Returns
    -------
    ndarray
        In [0, f(0) + slope] up to rounding (nothing is clipped, so that an f with f(1) other than 0 shows), in nats
        for the generators with a logarithm.

    Raises
    ------
    ValueError
        As `kl_divergence`, and for a name that is no generator's.

    References
    ----------
    Polyanskiy and Wu (2025), Information Theory: From Coding to Learning, definition 7.1; Nowozin et al. (2016),
    arXiv:1606.00709, table 1.

    Examples
    --------
    >>> f_divergence("total_variation", [0.5, 0.5], [0.25, 0.75])
    np.float64(0.25)
    """
    if isinstance(f, str):
        if f not in F_GENERATORS:
            raise ValueError(
                f"f must be one of {', '.join(F_GENERATORS)}, got {f!r}; or pass an FGenerator of your own."
            )
        f = F_GENERATORS[f]
    p, q = np.broadcast_arrays(*_pair(p, q, axis, dx))
    summand = np.zeros(p.shape)
    both, p_only, q_only = (p > 0) & (q > 0), (p > 0) & (q == 0), (p == 0) & (q > 0)
    with np.errstate(over="ignore"):
        t = np.clip(p[both] / q[both], 1e-305, 1e305)  # t log t is still finite there
        value = f.f(t)
        summand[both] = np.where(t > 1, p[both] * (value / t), q[both] * value)  # p / t is q, but loses no digits
    summand[p_only] = p[p_only] * f.slope
    summand[q_only] = q[q_only] * f.at_zero
    return summand.sum(axis=-1)


def _pair(p: ArrayLike, q: ArrayLike, axis: int, dx: ArrayLike | None) -> tuple[FloatArray, FloatArray]:
    """Probabilities of p and q with the outcomes on the last axis."""
    if dx is None:
        first = validate.probabilities("p", p, axis=axis)
        second = validate.probabilities("q", q, axis=axis)
    else:
        first, _ = validate.densities("p", p, dx, axis=axis)
        second, _ = validate.densities("q", q, dx, axis=axis)
    validate.pair(first, second)
    return first, second


def _reaches_zero(p: FloatArray, q: FloatArray) -> FloatArray:
    """Whether an outcome has p > 0 = q."""
    somewhere: FloatArray = ((p > 0) & (q == 0)).any(axis=-1)
    return somewhere


def _relative_entropy(p: FloatArray, q: FloatArray) -> FloatArray:
    """KL in nats over the last axis; much faster than `rel_entr` where no q is zero or close to it."""
    nats = _against(p, np.maximum(q, TINY))
    if np.minimum.reduce(q, axis=None) < TINY:
        if ((q > 0) & (q < TINY)).any():
            nats = special.rel_entr(p, q).sum(axis=-1)
        nats = np.where(_reaches_zero(p, q), np.inf, nats)
    return np.maximum(nats, 0.0)


def _log_ratio(p: FloatArray, q: FloatArray) -> FloatArray:
    """Log p / q; inf where p > 0 = q, and -inf where p = 0."""
    if np.minimum.reduce(p, axis=None) >= TINY <= np.minimum.reduce(q, axis=None):
        return np.log(p / q)
    log_ratio = np.log(np.maximum(p, SMALLEST)) - np.log(np.maximum(q, SMALLEST))
    return np.where(p > 0, np.where(q > 0, log_ratio, np.inf), -np.inf)


def _against(p: FloatArray, q: FloatArray) -> FloatArray:
    """Sum p log(p / q) over the last axis, for q of at least TINY."""
    ratio = np.maximum(p, TINY) / q
    return np.vecdot(p, np.log(ratio, out=ratio))
