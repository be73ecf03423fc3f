"""Drawing from distributions, and judging what was drawn: direct, rejection, importance and Markov chain methods.

Randomness enters as `rng`, a numpy Generator; the same generator state gives the same draws. Chains have the shape
(chains, draws), or (draws,) for one.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from course_utils import _validation as validate
from course_utils._validation import FloatArray, IntArray

__all__ = [
    "AliasTable",
    "MarkovChain",
    "RejectionSample",
    "autocorrelation",
    "box_muller",
    "effective_sample_size",
    "importance_weights",
    "inverse_cdf",
    "kish_effective_sample_size",
    "langevin",
    "metropolis_hastings",
    "r_hat",
    "rejection_sample",
    "sample_categorical",
    "sample_gaussian",
    "sample_mixture",
]


def inverse_cdf(quantile: Callable[[FloatArray], ArrayLike], n: int, *, rng: np.random.Generator) -> FloatArray:
    """Draw from a distribution by its quantile function: x = F^-1(u) with u uniform.

    Parameters
    ----------
    quantile : callable
        The inverse of the cdf, vectorised over (0, 1).
    n : int
        How many.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray, shape (n,)
        The quantiles of `rng.random(n)`; a u of exactly 0, where many quantiles are infinite, becomes 2**-54.

    Raises
    ------
    ValueError
        For an n below 1, or a quantile function that returns NaN or another shape.

    References
    ----------
    Devroye (1986), Non-Uniform Random Variate Generation, theorem II.2.1.

    Examples
    --------
    >>> x = inverse_cdf(lambda u: -np.log1p(-u), 3, rng=np.random.default_rng(0))  # exponential
    >>> x.shape
    (3,)
    """
    u = np.maximum(validate.generator(rng).random(validate.count("n", n)), 2.0**-54)
    draws = validate.numbers("quantile(u)", quantile(u), infinite=True)
    validate.same_shape("u", u, "quantile(u)", draws)
    return draws


def sample_categorical(weights: ArrayLike, n: int, *, rng: np.random.Generator) -> IntArray:
    """Draw categories by the inverse cdf: O(log k) a draw, by bisection.

    Parameters
    ----------
    weights : array_like, shape (k,)
        Probabilities of the categories; their sum is one.
    n : int
        How many.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of int, shape (n,)
        Categories from 0 to k - 1, never one of probability zero.

    Raises
    ------
    ValueError
        For weights that are no probabilities, or an n below 1.

    References
    ----------
    Devroye (1986), sec. III.2.
    """
    cdf = np.cumsum(validate.pmf("weights", weights))
    u = validate.generator(rng).random(validate.count("n", n)) * cdf[-1]  # below the last step, which rounding may move
    categories: IntArray = np.searchsorted(cdf, u, side="right").astype(np.int64)
    return categories


class AliasTable:
    """Table for drawing categories in O(1) a draw: k columns of equal mass, each shared by at most two categories.

    Column j is hit with probability 1/k; it yields j with probability `threshold[j]`, otherwise `alias[j]`. The table
    takes O(k) to build.

    Parameters
    ----------
    weights : array_like, shape (k,)
        Probabilities of the categories; their sum is one.

    Attributes
    ----------
    threshold : ndarray, shape (k,)
        Share of column j that belongs to category j, in [0, 1].
    alias : ndarray of int, shape (k,)
        Category that owns the rest of column j.

    Raises
    ------
    ValueError
        For weights that are no probabilities.

    References
    ----------
    Walker (1977), doi:10.1145/355744.355749; Vose (1991), doi:10.1109/32.92917, for the construction.

    Examples
    --------
    >>> table = AliasTable([0.25, 0.75])
    >>> table.threshold.tolist(), table.alias.tolist()
    ([0.5, 1.0], [1, 1])
    """

    threshold: FloatArray
    alias: IntArray

    def __init__(self, weights: ArrayLike) -> None:
        share = validate.pmf("weights", weights)
        share = (share * len(share) / share.sum()).tolist()  # in units of a column; a list, as the loop is in Python
        alias = list(range(len(share)))
        poor = [j for j, s in enumerate(share) if s < 1]
        rich = [j for j, s in enumerate(share) if s >= 1]
        while poor and rich:
            j, donor = poor.pop(), rich[-1]
            alias[j] = donor
            share[donor] -= 1 - share[j]
            if share[donor] < 1:
                poor.append(rich.pop())
        for j in poor + rich:  # whole columns, up to rounding
            share[j] = 1.0
        self.threshold = np.array(share)
        self.alias = np.array(alias, dtype=np.int64)

    def sample(self, n: int, *, rng: np.random.Generator) -> IntArray:
        """Draw `n` categories from 0 to k - 1, shape (n,)."""
        column = validate.generator(rng).integers(len(self.alias), size=validate.count("n", n))
        stay = rng.random(n) < self.threshold[column]
        return np.where(stay, column, self.alias[column])


def box_muller(n: int, *, rng: np.random.Generator) -> FloatArray:
    r"""Draw standard normals from uniforms: a random radius and a random angle give two independent ones.

    .. math:: z_1 = \sqrt{-2 \log u_1} \cos 2\pi u_2, \qquad z_2 = \sqrt{-2 \log u_1} \sin 2\pi u_2

    Parameters
    ----------
    n : int
        How many; for an odd number the last partner is thrown away.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray, shape (n,)
        All cosines, then all sines.

    Raises
    ------
    ValueError
        For an n below 1.

    References
    ----------
    Box and Muller (1958), doi:10.1214/aoms/1177706645.
    """
    pairs = (validate.count("n", n) + 1) // 2
    u1, u2 = 1 - validate.generator(rng).random(pairs), rng.random(pairs)  # 1 - u lies in (0, 1], where log is finite
    radius = np.sqrt(-2 * np.log(u1))
    return np.concatenate([radius * np.cos(2 * np.pi * u2), radius * np.sin(2 * np.pi * u2)])[:n]


def sample_gaussian(mean: ArrayLike, cov: ArrayLike, n: int, *, rng: np.random.Generator) -> FloatArray:
    r"""Draw from a multivariate Gaussian: :math:`x = \mu + A z` with :math:`A A^\top = \Sigma` and standard normal z.

    A is the Cholesky factor. A singular covariance has none; then A comes from the eigenvectors,
    :math:`A = V \Lambda^{1/2}`, and the draws lie in the subspace where the Gaussian lives.

    Parameters
    ----------
    mean : array_like, shape (d,)
    cov : array_like, shape (d, d)
        Symmetric, no negative eigenvalue.
    n : int
        How many.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray, shape (n, d)

    Raises
    ------
    ValueError
        For parameters of no Gaussian, or an n below 1.

    References
    ----------
    Devroye (1986), sec. XI.2.
    """
    mu = validate.points("mean", mean, ndim=1)
    sigma = validate.covariance("cov", cov, definite=False)
    validate.same_shape("mean", mu, "a row of cov", sigma[0])
    try:
        factor = np.linalg.cholesky(sigma)
    except np.linalg.LinAlgError:
        variances, directions = np.linalg.eigh(sigma)
        factor = directions * np.sqrt(np.maximum(variances, 0))  # rounding makes a zero slightly negative
    z = validate.generator(rng).standard_normal((validate.count("n", n), len(mu)))
    draws: FloatArray = mu + z @ factor.T  # (n, d)
    return draws


def sample_mixture(
    weights: ArrayLike, means: ArrayLike, stds: ArrayLike, n: int, *, rng: np.random.Generator
) -> tuple[FloatArray, IntArray]:
    """Draw from a mixture of Gaussians in one dimension ancestrally: the component first, then its Gaussian.

    Parameters
    ----------
    weights : array_like, shape (k,)
        Probabilities of the components; their sum is one.
    means : array_like, shape (k,)
    stds : array_like, shape (k,), or a float for all
        Standard deviations (not variances).
    n : int
        How many.
    rng : numpy.random.Generator

    Returns
    -------
    samples : ndarray, shape (n,)
    components : ndarray of int, shape (n,)
        The latent component of each sample, from 0 to k - 1.

    Raises
    ------
    ValueError
        For parameters of no mixture, or an n below 1.

    References
    ----------
    Bishop (2006), sec. 8.1.2 (ancestral sampling).
    """
    _, mu, sigma = validate.mixture(weights, means, stds)
    components = sample_categorical(weights, n, rng=rng)
    return mu[components] + sigma[components] * rng.standard_normal(n), components


@dataclass(frozen=True)
class RejectionSample:
    """What `rejection_sample` returns."""

    draws: FloatArray  # (n,) or (n, d): exact, independent draws of the target
    n_proposed: int  # proposals looked at, those for surplus draws included
    acceptance_rate: float  # accepted share of them; its expectation is (integral of target_pdf) / bound


def rejection_sample(
    target_pdf: Callable[[FloatArray], ArrayLike],
    proposal_sample: Callable[[int, np.random.Generator], ArrayLike],
    proposal_pdf: Callable[[FloatArray], ArrayLike],
    *,
    bound: float,
    n: int,
    rng: np.random.Generator,
    max_proposals: int = 10_000_000,
) -> RejectionSample:
    """Draw from a target by proposing from another density and accepting with probability target / (bound * proposal).

    Parameters
    ----------
    target_pdf : callable
        Density to draw from, vectorised over points as rows; its integral need not be one.
    proposal_sample : callable
        `proposal_sample(m, rng)` draws m proposals, shape (m,) or (m, d).
    proposal_pdf : callable
        Their density, vectorised, normalised.
    bound : float
        M with target_pdf <= M * proposal_pdf everywhere. It is checked at the proposals only, so no error is no proof.
    n : int
        How many draws.
    rng : numpy.random.Generator
    max_proposals : int
        Give up after so many.

    Returns
    -------
    RejectionSample
        The draws and the share of proposals that was accepted.

    Raises
    ------
    ValueError
        Where the target exceeds bound times proposal (with the point), for densities that are negative or not finite,
        or when `max_proposals` did not suffice.

    References
    ----------
    von Neumann (1951), Various techniques used in connection with random digits; Devroye (1986), sec. II.3.

    Examples
    --------
    >>> half = rejection_sample(  # the triangle 2x on [0, 1] from the uniform
    ...     lambda x: 2 * x, lambda m, rng: rng.random(m), np.ones_like, bound=2, n=1000, rng=np.random.default_rng(0)
    ... )
    >>> round(half.acceptance_rate, 1)
    0.5
    """
    n, limit = validate.count("n", n), validate.count("max_proposals", max_proposals)
    bound = validate.number("bound", bound, above=0)
    validate.generator(rng)
    kept: list[FloatArray] = []
    n_accepted = n_proposed = 0
    while n_accepted < n:
        if n_proposed >= limit:
            raise ValueError(
                f"max_proposals must suffice for {n} draws, got {n_accepted} from {n_proposed} proposals; "
                f"choose a proposal closer to the target, a smaller bound, or more proposals."
            )
        rate = (n_accepted + 1) / (n_proposed + 1)  # optimistic, so that the first batch is n
        m = min(int((n - n_accepted) / rate) + 1, 2**16, limit - n_proposed)
        x = validate.numbers("proposal_sample(m, rng)", proposal_sample(m, rng))  # (m,) or (m, d)
        p, q = validate.numbers("target_pdf(x)", target_pdf(x)), validate.positive("proposal_pdf(x)", proposal_pdf(x))
        if x.shape[:1] != (m,) or p.shape != (m,) or q.shape != (m,):
            raise ValueError(
                f"proposal_sample and both densities must return {m} entries for {m} points, "
                f"got shapes {x.shape}, {p.shape} and {q.shape}; make them vectorised."
            )
        if (p < 0).any():
            raise ValueError(f"target_pdf must not be negative, got {p.min()} at x = {x[p.argmin()]}; check it there.")
        ratio = p / q
        worst = ratio.argmax()
        if ratio[worst] > bound * (1 + 1e-9):
            raise ValueError(
                f"bound must be at least target_pdf / proposal_pdf, got bound = {bound:g} and a ratio of "
                f"{ratio[worst]:g} at x = {x[worst]}; raise the bound or widen the proposal."
            )
        accepted = x[rng.random(m) * bound < ratio]
        kept.append(accepted)
        n_accepted, n_proposed = n_accepted + len(accepted), n_proposed + m
    return RejectionSample(np.concatenate(kept)[:n], n_proposed, n_accepted / n_proposed)


def importance_weights(log_target: ArrayLike, log_proposal: ArrayLike) -> FloatArray:
    r"""Self-normalised importance weights, :math:`w_i \propto p(x_i) / q(x_i)` with sum one.

    Expectations under the target are then :math:`\sum_i w_i h(x_i)`, consistent and slightly biased.

    Parameters
    ----------
    log_target : array_like, shape (n,)
        Log density of the target at the draws of the proposal, up to a constant; -inf where it is zero.
    log_proposal : array_like, shape (n,)
        Log density of the proposal there, up to a constant; finite, since the points were drawn from it.

    Returns
    -------
    ndarray, shape (n,)
        Not negative, sum one. Only differences of logarithms are exponentiated, so nothing over- or underflows.

    Raises
    ------
    ValueError
        For NaN or +inf, shapes that differ, or a target that is zero at every point.

    References
    ----------
    Owen (2013), Monte Carlo theory, methods and examples, sec. 9.2.

    Examples
    --------
    >>> importance_weights(np.log([3.0, 1.0]) - 2000, [0.0, 0.0]).round(6).tolist()
    [0.75, 0.25]
    """
    log_p = validate.numbers("log_target", log_target, infinite=True)
    log_q = validate.points("log_proposal", log_proposal, ndim=1)
    validate.same_shape("log_target", log_p, "log_proposal", log_q)
    if (log_p == np.inf).any():
        raise ValueError("log_target must be below +inf, got +inf; a density has no infinite value at a drawn point.")
    log_w = log_p - log_q
    if log_w.max() == -np.inf:
        raise ValueError(
            "log_target must be above -inf somewhere, got -inf at all draws; use a proposal that covers it."
        )
    w = np.exp(log_w - log_w.max())
    weights: FloatArray = w / w.sum()
    return weights


def kish_effective_sample_size(weights: ArrayLike) -> float:
    r"""How many equally weighted draws weigh as much as these, :math:`(\sum_i w_i)^2 / \sum_i w_i^2`.

    Parameters
    ----------
    weights : array_like, shape (n,)
        Not negative, not all zero; their sum does not matter.

    Returns
    -------
    float
        From 1 (one weight has it all) to n (all equal). A large value is no proof: a proposal that never visits a part
        of the target does not see what it misses.

    Raises
    ------
    ValueError
        For weights that are negative, not finite or all zero.

    References
    ----------
    Kish (1965), Survey Sampling; Owen (2013), sec. 9.3.

    Examples
    --------
    >>> kish_effective_sample_size([1, 1, 2])
    2.6666666666666665
    """
    w = validate.points("weights", weights, ndim=1)
    if (w < 0).any() or not w.any():
        raise ValueError(f"weights must not be negative nor all zero, got a minimum of {w.min()}; pass w, not log w.")
    w = w / w.max()  # squares neither over- nor underflow
    return float(w.sum() ** 2 / np.square(w).sum())


@dataclass(frozen=True)
class MarkovChain:
    """What `metropolis_hastings` returns."""

    draws: FloatArray  # (n,) or (n, d): the states after steps 1 to n, the start left out
    log_densities: FloatArray  # (n,): the log density at each draw, as the caller's function gave it
    acceptance_rate: float  # share of the n proposals that were accepted


def metropolis_hastings(
    log_density: Callable[..., float], start: ArrayLike, *, n: int, step: ArrayLike, rng: np.random.Generator
) -> MarkovChain:
    r"""Random walk Metropolis: propose :math:`x' = x + \text{step} \cdot z`, accept with :math:`\min(1, p(x')/p(x))`.

    The proposal is symmetric, so its density cancels from the ratio of Hastings (1970).

    Parameters
    ----------
    log_density : callable
        Log density of the target up to a constant, for one state; -inf outside its support.
    start : float or array_like, shape (d,)
        First state, of positive density. A float makes the states floats, an array makes them arrays (d,).
    n : int
        Number of steps, which is the number of draws (no burn-in is dropped, nothing is thinned).
    step : float or array_like, shape (d,)
        Standard deviation of the proposal.
    rng : numpy.random.Generator

    Returns
    -------
    MarkovChain
        Draws (n,) or (n, d), their log densities and the acceptance rate. A rejected proposal repeats the state.

    Raises
    ------
    ValueError
        For a start outside the support, a step that is not positive or does not fit, or a log density that is NaN or
        +inf (with the point).

    References
    ----------
    Metropolis et al. (1953), doi:10.1063/1.1699114; Hastings (1970), doi:10.1093/biomet/57.1.97.

    Examples
    --------
    >>> chain = metropolis_hastings(lambda x: -0.5 * x * x, 0.0, n=2000, step=2.4, rng=np.random.default_rng(0))
    >>> chain.draws.shape, round(chain.acceptance_rate, 1)
    ((2000,), 0.4)
    """
    x0, steps = validate.numbers("start", start), validate.positive("step", step)
    if x0.ndim > 1 or steps.shape not in ((), x0.shape):
        raise ValueError(
            f"start must be a float or (d,), step a float or alike, got {x0.shape} and {steps.shape}; match the shapes."
        )
    n = validate.count("n", n)
    moves = validate.generator(rng).standard_normal((n, *x0.shape)) * steps
    log_u = -rng.standard_exponential(n)  # the logarithm of a uniform
    draws, log_densities = np.empty((n, *x0.shape)), np.empty(n)
    x = x0[()]  # a float, if start is one
    log_p = _log_density_at(log_density, x)
    if log_p == -np.inf:
        raise ValueError(
            f"start must have positive density, got log density -inf at {start!r:.80}; start in the support."
        )
    n_accepted = 0
    for i in range(n):
        proposal = x + moves[i]
        log_p_proposal = _log_density_at(log_density, proposal)
        if log_u[i] < log_p_proposal - log_p:
            x, log_p = proposal, log_p_proposal
            n_accepted += 1
        draws[i], log_densities[i] = x, log_p
    return MarkovChain(draws, log_densities, n_accepted / n)


def langevin(
    grad_log_density: Callable[[FloatArray], ArrayLike],
    start: ArrayLike,
    *,
    n: int,
    step: float,
    rng: np.random.Generator,
) -> FloatArray:
    r"""Unadjusted Langevin dynamics: climb the log density and add noise.

    .. math:: x_{t+1} = x_t + \tfrac{\epsilon}{2} \nabla \log p(x_t) + \sqrt\epsilon\, z_t

    Nothing is rejected, so the stationary distribution is the target only as the step goes to zero: for a standard
    normal target its variance is 1 / (1 - step / 4).

    Parameters
    ----------
    grad_log_density : callable
        Gradient of the log density (the score): an array of the shape of `start` for an array of that shape.
    start : array_like
        First state, of any shape: (d,) for one walker, (walkers, d) for many that walk independently.
    n : int
        Number of steps.
    step : float
        Step size epsilon; the noise has standard deviation sqrt(epsilon).
    rng : numpy.random.Generator

    Returns
    -------
    ndarray, shape (n, *start.shape)
        The states after steps 1 to n, the start left out.

    Raises
    ------
    ValueError
        For a gradient of another shape, one that is not finite (too large a step lets the dynamics diverge), or a
        step that is not positive.

    References
    ----------
    Roberts and Tweedie (1996), doi:10.2307/3318418; Song and Ermon (2019), arXiv:1907.05600, eq. 4.
    """
    x = validate.numbers("start", start)
    epsilon, n = validate.number("step", step, above=0), validate.count("n", n)
    noise = np.sqrt(epsilon) * validate.generator(rng).standard_normal((n, *x.shape))
    draws = np.empty((n, *x.shape))
    for t in range(n):
        gradient = np.asarray(grad_log_density(x), dtype=np.float64)
        if gradient.shape != x.shape or not np.isfinite(gradient).all():
            raise ValueError(
                f"grad_log_density must return finite values of shape {x.shape}, got shape {gradient.shape} "
                f"after {t} steps; correct its shape, or where it is not finite use a smaller step than {epsilon:g}."
            )
        x = draws[t] = x + epsilon / 2 * gradient + noise[t]
    return draws


def autocorrelation(chain: ArrayLike, *, max_lag: int) -> FloatArray:
    r"""Correlation of a chain with itself, t steps later: :math:`\hat\rho_t = c_t / c_0`.

    Here :math:`c_t = \frac1n \sum_{i=1}^{n-t} (x_i - \bar x)(x_{i+t} - \bar x)`; the divisor n (not n - t) keeps the
    noise at large lags small. Computed by FFT in O(n log n).

    Parameters
    ----------
    chain : array_like, shape (draws,)
        At least two, not all equal.
    max_lag : int
        Largest lag t, from 0 to draws - 1.

    Returns
    -------
    ndarray, shape (max_lag + 1,)
        In [-1, 1]; the first is 1.

    Raises
    ------
    ValueError
        For a chain that never moves, values that are not finite, or a lag that is too large.

    References
    ----------
    Geyer (1992), Practical Markov chain Monte Carlo, doi:10.1214/ss/1177011137, sec. 3.1.
    """
    x = validate.points("chain", chain, ndim=1, at_least=2)
    if validate.count("max_lag", max_lag, at_least=0) >= len(x):
        raise ValueError(f"max_lag must be below the length of the chain, got {max_lag} and {len(x)}; draw more.")
    if x.min() == x.max():
        raise ValueError(f"chain must move, got {len(x)} times {x[0]:g}; was every proposal rejected?")
    c = _autocovariance(x)
    rho: FloatArray = c[: max_lag + 1] / c[0]
    return rho


def effective_sample_size(chains: ArrayLike) -> float:
    r"""How many independent draws would give the mean as precisely as these correlated ones, :math:`MN / \hat\tau`.

    Each chain is split in half, autocorrelations are combined over the halves,
    :math:`\hat\rho_t = 1 - (W - \frac1M \sum_m s_m^2 \hat\rho_{t,m}) / \widehat{\mathrm{var}}^+`, and summed,
    :math:`\hat\tau = -1 + 2 \sum_t (\hat\rho_{2t} + \hat\rho_{2t+1})`, as far as Geyer's pairs are positive, each
    pair no larger than the one before. Chains that disagree about the mean count as correlated.

    Parameters
    ----------
    chains : array_like, shape (chains, draws) or (draws,)
        At least four draws a chain; of an odd number the middle one is left out.

    Returns
    -------
    float
        Of the mean; between 0 and MN log10(MN). It exceeds MN for antithetic chains.

    Raises
    ------
    ValueError
        For fewer draws, values that are not finite, or chains that never move.

    References
    ----------
    Vehtari et al. (2021), doi:10.1214/20-BA1221, eq. 10, 12 and 13 (and sec. 3.2 for the half pair at the end and the
    upper limit); Geyer (1992), doi:10.1214/ss/1177011137, sec. 3.3.
    """
    x = _split(chains)
    m, n = x.shape
    c = np.mean([_autocovariance(row) for row in x], axis=0)  # (n,)
    within, total = _variances(x)
    rho = 1 - (within - c) / total
    rho[0] = 1.0
    pairs = rho[0 : n - 1 : 2] + rho[1:n:2]
    falling = np.flatnonzero(pairs <= 0)
    k = falling[0] if falling.size else len(pairs)
    following = max(rho[2 * k], 0.0) if 2 * k < n else 0.0  # average of the sums that end before and after it
    tau = -1 + 2 * np.minimum.accumulate(pairs[:k]).sum() + following
    return float(m * n / max(tau, 1 / np.log10(m * n)))


def r_hat(chains: ArrayLike, *, rank: bool = False) -> float:
    r"""Potential scale reduction of split chains, :math:`\hat R = \sqrt{\widehat{\mathrm{var}}^+ / W}`.

    W is the mean variance within the halves of the chains, var+ the variance of all draws together; where the chains
    agree the two do, and R-hat is 1.

    Parameters
    ----------
    chains : array_like, shape (chains, draws) or (draws,)
        At least four draws a chain; of an odd number the middle one is left out.
    rank : bool
        Replace the draws by normal scores of their ranks, and take the larger value of this and of the same for the
        distances to the median. It needs no moments (Cauchy) and sees chains of equal mean that differ in spread.

    Returns
    -------
    float
        At least sqrt((n - 1) / n) with n draws a half; convergence is commonly not trusted above 1.01.

    Raises
    ------
    ValueError
        For fewer draws, values that are not finite, or chains that never move.

    References
    ----------
    Gelman and Rubin (1992), doi:10.1214/ss/1177011136; Vehtari et al. (2021), doi:10.1214/20-BA1221, eq. 1 to 4, and
    eq. 14 and 15 for `rank`.
    """
    x = _split(chains)
    if not rank:
        return _potential_scale_reduction(x)
    folded = np.abs(x - np.median(x))
    return max(_potential_scale_reduction(_normal_scores(x)), _potential_scale_reduction(_normal_scores(folded)))


def _log_density_at(log_density: Callable[..., float], x: FloatArray) -> float:
    """Log density at one state, which may be -inf."""
    value = float(log_density(x))
    if not value < np.inf:  # NaN or +inf
        raise ValueError(
            f"log_density must return a number below +inf, got {value} at {x}; return -inf for density zero."
        )
    return value


def _autocovariance(x: FloatArray) -> FloatArray:
    """Sum the products at lags 0 to n - 1, over n; the Fourier transform is padded against wrapping round."""
    n = len(x)
    length = 1 << (2 * n - 1).bit_length()
    spectrum = np.fft.rfft(x - x.mean(), length)
    covariance: FloatArray = np.fft.irfft(np.abs(spectrum) ** 2, length)[:n] / n
    return covariance


def _split(chains: ArrayLike) -> FloatArray:
    """Check the chains and halve them: (chains, draws) to (2 chains, draws // 2)."""
    x = validate.numbers("chains", chains)
    x = x[None] if x.ndim == 1 else x
    if x.ndim != 2 or x.shape[0] < 1 or x.shape[1] < 4:
        raise ValueError(
            f"chains must be (chains, draws) or (draws,) with 4 draws or more, got {np.shape(chains)}; draw more."
        )
    half = x.shape[1] // 2
    halves = np.concatenate([x[:, :half], x[:, -half:]])
    if (np.ptp(halves, axis=1) == 0).all():
        raise ValueError("chains must move, got constant ones; was every proposal rejected? Choose another step.")
    return halves


def _variances(x: FloatArray) -> tuple[float, float]:
    """Variance within chains, W, and of all draws together, var+."""
    n = x.shape[1]
    within = x.var(axis=1, ddof=1).mean()
    between = x.mean(axis=1).var(ddof=1)  # B / n
    return float(within), float((n - 1) / n * within + between)


def _potential_scale_reduction(x: FloatArray) -> float:
    within, total = _variances(x)
    if within == 0:  # two values at equal distance from the median are constant when folded
        return 1.0 if total == 0 else np.inf
    return float(np.sqrt(total / within))


def _normal_scores(x: FloatArray) -> FloatArray:
    """Replace draws by normal quantiles of their ranks among all (average ranks for ties)."""
    _, where, counts = np.unique(x, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2  # from 1 to S
    scores: FloatArray = special.ndtri((ranks - 3 / 8) / (x.size + 1 / 4))[where].reshape(x.shape)
    return scores
