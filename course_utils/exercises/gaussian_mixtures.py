"""Exercises of notebook 06: the two steps of EM, its bound, and what keeps a mixture honest."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from course_utils.exercises._exercise import Exercise, Mistake, choose, compare

Floats = NDArray[np.float64]
Cases = list[tuple[Any, ...]]


def _covariances(rng: np.random.Generator, k: int, d: int) -> Floats:
    """Tilted covariance matrices (k, d, d), well away from singular."""
    roots = rng.normal(0, 0.6, (k, d, d)) + np.eye(d) * rng.uniform(0.7, 1.4, (k, 1, 1))
    return np.asarray(roots @ roots.swapaxes(1, 2) + 0.15 * np.eye(d))


def _weights(rng: np.random.Generator, k: int) -> Floats:
    """Unequal weights that sum to one."""
    return rng.permutation(np.asarray(rng.dirichlet(np.full(k, 6.0)) + 0.25 * np.arange(1, k + 1))) / (
        1 + 0.125 * k * (k + 1)
    )


# --- responsibilities -----------------------------------------------------------------------------------------------


def _responsibility_cases(rng: np.random.Generator) -> Cases:
    cases: Cases = []
    for n, k, d, far in ((6, 3, 2, 0.0), (5, 2, 3, 0.0), (8, 4, 2, 0.0), (4, 3, 2, 90.0)):
        means = rng.normal(0, 1.2, (k, d))
        cases.append((rng.normal(0, 1.2, (n, d)) + far, _weights(rng, k), means, _covariances(rng, k, d)))
    return cases


def _log_gaussians(x: Floats, means: Floats, covariances: Floats, *, determinant: float = 0.5) -> Floats:
    away = x[:, None] - means  # (n, k, d)
    squared = np.einsum("nkd,kde,nke->nk", away, np.linalg.inv(covariances), away)
    volume = np.linalg.slogdet(covariances)[1]
    return np.asarray(-0.5 * squared - determinant * volume - 0.5 * x.shape[1] * np.log(2 * np.pi))


def _responsibilities(x: Floats, weights: Floats, means: Floats, covariances: Floats) -> Floats:
    return np.asarray(special.softmax(np.log(weights) + _log_gaussians(x, means, covariances), axis=1))


def _diagonals_only(x: Floats, weights: Floats, means: Floats, covariances: Floats) -> Floats:
    return _responsibilities(x, weights, means, covariances * np.eye(x.shape[1]))


def _naive_shares(x: Floats, weights: Floats, means: Floats, covariances: Floats) -> Floats:
    with np.errstate(all="ignore"):
        joint = weights * np.exp(_log_gaussians(x, means, covariances))
        return np.asarray(joint / joint.sum(axis=1, keepdims=True))


def _padded_shares(x: Floats, weights: Floats, means: Floats, covariances: Floats) -> Floats:
    """Divide by the sum plus a tiny constant, which gives rows of zeros far out."""
    joint = _joint(x, weights, means, covariances)
    return np.asarray(joint / (joint.sum(axis=1, keepdims=True) + 1e-300))


def _joint(x: Floats, weights: Floats, means: Floats, covariances: Floats) -> Floats:
    with np.errstate(all="ignore"):
        return np.asarray(weights * np.exp(_log_gaussians(x, means, covariances)))


def _hard_shares(x: Floats, weights: Floats, means: Floats, covariances: Floats) -> Floats:
    return np.asarray(np.eye(len(weights))[_responsibilities(x, weights, means, covariances).argmax(axis=1)])


_RESPONSIBILITIES = Exercise(
    name="responsibilities",
    asks="responsibilities(x, weights, means, covariances): the posterior over components of every point, shape (n, K)",
    hints=(
        "The joint probability of a point and a component is a product of two factors. Which two?",
        "One call of `multivariate_gaussian_logpdf` gives the log densities of all points under one component;"
        " `np.stack` puts K such columns side by side.",
        "Every row must sum to one. Which function turns a row of logarithms into shares, without rounding to zero?",
    ),
    reference=_responsibilities,
    mistakes=(
        Mistake(
            "The weights are missing: a component that is chosen more often is the more probable origin.",
            lambda x, weights, means, covariances: _responsibilities(x, np.ones_like(weights), means, covariances),
        ),
        Mistake(
            "You normalised over the points: your columns sum to one. Each *point* shares itself out, so rows must.",
            lambda x, weights, means, covariances: special.softmax(
                np.log(weights) + _log_gaussians(x, means, covariances), axis=0
            ),
        ),
        Mistake(
            "These are the log joint probabilities; the exponential and the division by the row's sum are missing.",
            lambda x, weights, means, covariances: np.log(weights) + _log_gaussians(x, means, covariances),
        ),
        Mistake(
            "These are the logarithms of the right numbers: the last exponential is missing.",
            lambda x, weights, means, covariances: special.log_softmax(
                np.log(weights) + _log_gaussians(x, means, covariances), axis=1
            ),
        ),
        Mistake(
            "The formula is right, but for far points every density is 0 and you divide 0 by 0. Keep logarithms until"
            " the largest of a row has been taken out.",
            _naive_shares,
        ),
        Mistake(
            "Where all densities round to 0 your row is 0, and no shares: a constant added to the sum, or zeros put for"
            " nan, mend nothing. Take the row's largest entry out of the logarithms first.",
            _padded_shares,
        ),
        Mistake(
            "These are the joint probabilities; divide each row by its sum (and mind rows whose sum rounds to zero).",
            _joint,
        ),
        Mistake(
            "You normalised over the whole table; each *row* must sum to one.",
            lambda x, weights, means, covariances: special.softmax(
                np.log(weights) + _log_gaussians(x, means, covariances)
            ),
        ),
        Mistake(
            "You gave every point wholly to one component. That is k-means; a responsibility is a probability.",
            _hard_shares,
        ),
        Mistake(
            "The determinants are missing: a wide component has a low density, also near its mean.",
            lambda x, weights, means, covariances: special.softmax(
                np.log(weights) + _log_gaussians(x, means, covariances, determinant=0.0), axis=1
            ),
        ),
        Mistake(
            "You used only the diagonals of the covariances; these components are tilted.",
            _diagonals_only,
        ),
    ),
    examine=compare(_responsibility_cases),
)


# --- the M-step -----------------------------------------------------------------------------------------------------


def _m_cases(rng: np.random.Generator) -> Cases:
    cases: Cases = []
    for n, k, d in ((9, 3, 2), (12, 2, 3), (15, 4, 2)):
        tilt = np.eye(k)[rng.permutation(np.arange(n) % k)]  # every component is the likeliest for two points or more
        cases.append((rng.normal(1.5, 2.0, (n, d)), 0.52 * tilt + 0.48 * rng.dirichlet(rng.uniform(0.4, 2.5, k), n)))
    return cases


def _moments(x: Floats, r: Floats) -> tuple[Floats, Floats, Floats]:
    counts = r.sum(axis=0)
    means = r.T @ x / counts[:, None]
    variances = np.stack([r[:, k] @ (x - means[k]) ** 2 / counts[k] for k in range(len(counts))])
    return counts / len(x), means, variances


def _with(**changes: Callable[[Floats, Floats], Floats]) -> Callable[[Floats, Floats], tuple[Floats, Floats, Floats]]:
    """Return the M-step with one of its three parts replaced."""

    def altered(x: Floats, r: Floats) -> tuple[Floats, Floats, Floats]:
        weights, means, variances = _moments(x, r)
        return (
            changes["weights"](x, r) if "weights" in changes else weights,
            changes["means"](x, r) if "means" in changes else means,
            changes["variances"](x, r) if "variances" in changes else variances,
        )

    return altered


def _around_the_overall_mean(x: Floats, r: Floats) -> Floats:
    return np.asarray(r.T @ (x - x.mean(axis=0)) ** 2 / r.sum(axis=0)[:, None])


def _hard_m_step(x: Floats, r: Floats) -> tuple[Floats, Floats, Floats]:
    """Each point wholly to its most responsible component."""
    return _moments(x, np.eye(r.shape[1])[r.argmax(axis=1)])


_M_STEP = Exercise(
    name="m_step_diagonal",
    asks="m_step_diagonal(x, r): weights (K,), means (K, d) and variances (K, d) from responsibilities",
    hints=(
        "Pretend first that every responsibility is 0 or 1. What would you do with the points of one component?",
        "The number of points that a component owns is the sum of its column of `r`. What divides by it, what by n?",
        "The variance of a component is an average of squared distances to *its own new* mean, with the shares as"
        " weights.",
    ),
    reference=_moments,
    mistakes=(
        Mistake(
            "Your means are divided by n. A component's mean is an average over what *it* owns: divide by its count.",
            _with(means=lambda x, r: r.T @ x / len(x)),
        ),
        Mistake(
            "You returned the counts as weights. Weights are probabilities and sum to one.",
            _with(weights=lambda x, r: r.sum(axis=0)),
        ),
        Mistake(
            "You returned standard deviations; variances were asked for.",
            _with(variances=lambda x, r: np.sqrt(_moments(x, r)[2])),
        ),
        Mistake(
            "Your variances are taken around the mean of all points. Each component spreads around its own new mean.",
            _with(variances=_around_the_overall_mean),
        ),
        Mistake(
            "Your variances are mean squares: the squared mean is not subtracted.",
            _with(variances=lambda x, r: r.T @ x**2 / r.sum(axis=0)[:, None]),
        ),
        Mistake(
            "You divided the variances by the count minus one. The maximum of the likelihood divides by the count.",
            _with(
                variances=lambda x, r: _moments(x, r)[2] * (r.sum(axis=0) / (r.sum(axis=0) - 1))[:, None],
            ),
        ),
        Mistake(
            "Your variances are divided by n. Divide each by the component's own count.",
            _with(variances=lambda x, r: _moments(x, r)[2] * _moments(x, r)[0][:, None]),
        ),
        Mistake(
            "You gave each point wholly to its most responsible component: that is k-means. Use the shares.",
            _hard_m_step,
        ),
    ),
    examine=compare(_m_cases),
)


# --- the log-likelihood ---------------------------------------------------------------------------------------------


def _likelihood_cases(rng: np.random.Generator) -> Cases:
    cases: Cases = []
    for n, k, far in ((6, 3, 0.0), (9, 2, 0.0), (7, 4, 200.0)):
        x = rng.normal(0, 2.0, n)
        x[0] += far
        cases.append((x, _weights(rng, k), rng.normal(0, 2.0, k), rng.uniform(0.4, 1.7, k)))
    return cases


def _log_normal(x: Floats, means: Floats, sds: Floats) -> Floats:
    return np.asarray(-0.5 * ((x[:, None] - means) / sds) ** 2 - np.log(sds) - 0.5 * np.log(2 * np.pi))


def _log_likelihood(x: Floats, weights: Floats, means: Floats, sds: Floats) -> float:
    return float(special.logsumexp(np.log(weights) + _log_normal(x, means, sds), axis=1).sum())


def _naive_log_likelihood(x: Floats, weights: Floats, means: Floats, sds: Floats) -> float:
    with np.errstate(all="ignore"):
        return float(np.log((weights * np.exp(_log_normal(x, means, sds))).sum(axis=1)).sum())


def _padded_log_likelihood(x: Floats, weights: Floats, means: Floats, sds: Floats) -> float:
    with np.errstate(all="ignore"):
        return float(np.log((weights * np.exp(_log_normal(x, means, sds))).sum(axis=1) + 1e-300).sum())


def _expected_complete(x: Floats, weights: Floats, means: Floats, sds: Floats) -> float:
    a = np.log(weights) + _log_normal(x, means, sds)
    return float((special.softmax(a, axis=1) * a).sum())


_LOG_LIKELIHOOD = Exercise(
    name="mixture_log_likelihood",
    asks="mixture_log_likelihood(x, weights, means, sds): the log-likelihood in nats of all numbers under a mixture",
    hints=(
        "Start with one number: what is its density under the mixture? Then many independent numbers.",
        "`x[:, None]` against arrays of length K gives a table (n, K) of log densities in one expression.",
        "Along one axis of the table you need `special.logsumexp`, along the other a plain sum. Which is which?",
    ),
    reference=_log_likelihood,
    mistakes=(
        Mistake(
            "You returned the mean over the numbers; the log-likelihood of all is their sum.",
            lambda x, weights, means, sds: _log_likelihood(x, weights, means, sds) / len(x),
        ),
        Mistake(
            "The sign is turned: this is the negative log-likelihood.",
            lambda x, weights, means, sds: -_log_likelihood(x, weights, means, sds),
        ),
        Mistake(
            "You added all logarithms of the table. The sum over components stands inside the logarithm: exponentials"
            " are added there, along one axis.",
            lambda x, weights, means, sds: float((np.log(weights) + _log_normal(x, means, sds)).sum()),
        ),
        Mistake(
            "You weighed the log joint with the responsibilities: that is the *expected complete-data* log-likelihood,"
            " which EM raises on its way. The log-likelihood of the numbers alone was asked for.",
            _expected_complete,
        ),
        Mistake(
            "You added a tiny constant inside the logarithm. Far out it is far too large: every number there gets the"
            " same log density. Keep logarithms until the largest has been taken out.",
            _padded_log_likelihood,
        ),
        Mistake(
            "You averaged the *logarithms* of the densities with the weights. The sum over components stands inside the"
            " logarithm; what you computed is smaller.",
            lambda x, weights, means, sds: float((_log_normal(x, means, sds) @ weights).sum()),
        ),
        Mistake(
            "The weights are missing: without them the mixture's density does not integrate to one.",
            lambda x, weights, means, sds: _log_likelihood(x, np.ones_like(weights), means, sds),
        ),
        Mistake(
            "Far from every component the density rounds to zero and its logarithm is minus infinity. Keep logarithms"
            " until the largest has been taken out.",
            _naive_log_likelihood,
        ),
        Mistake(
            "You put the sum over *all* the table inside the logarithm. Independent numbers multiply: their logarithms"
            " are added.",
            lambda x, weights, means, sds: float(special.logsumexp(np.log(weights) + _log_normal(x, means, sds))),
        ),
        Mistake(
            "You used the standard deviations as variances.",
            lambda x, weights, means, sds: _log_likelihood(x, weights, means, np.sqrt(sds)),
        ),
        Mistake(
            "You returned one value for each number; the log-likelihood of all is one number.",
            lambda x, weights, means, sds: special.logsumexp(np.log(weights) + _log_normal(x, means, sds), axis=1),
        ),
    ),
    examine=compare(_likelihood_cases),
)


# --- the bound ------------------------------------------------------------------------------------------------------


def _elbo_cases(rng: np.random.Generator) -> Cases:
    cases: Cases = []
    for k, zeros in ((3, 0), (4, 0), (5, 2)):
        q = rng.dirichlet(np.full(k, 2.0))
        q[:zeros] = 0.0
        cases.append((rng.normal(-4, 2.0, k), rng.permutation(q / q.sum())))
    return cases


def _elbo(a: Floats, q: Floats) -> float:
    return float(q @ a + special.entr(q).sum())


def _naive_elbo(a: Floats, q: Floats) -> float:
    with np.errstate(all="ignore"):
        return float((q * (a - np.log(q))).sum())


def _unweighted(a: Floats, q: Floats) -> float:
    with np.errstate(all="ignore"):
        return float((a - np.log(q)).sum())


_ELBO = Exercise(
    name="point_elbo",
    asks="point_elbo(a, q): the lower bound F(q, theta) in nats on the log density of one point",
    hints=(
        "The logarithm of a quotient is a difference, so the bound has two parts. One of them is an entropy.",
        "Where an entry of q is zero, the term is zero times minus infinity in the limit: it must count as nothing.",
        "Test yourself: with all of q on one component, the bound is that entry of the log joint.",
    ),
    reference=_elbo,
    mistakes=(
        Mistake(
            "The entropy of q is missing: this is only the expected log joint.",
            lambda a, q: float(q @ a),
        ),
        Mistake(
            "The entropy of q has the wrong sign: an undecided q must raise the bound, not lower it.",
            lambda a, q: float(q @ a - special.entr(q).sum()),
        ),
        Mistake(
            "This is log p(x) itself, whatever q is. The bound depends on q and is never above it.",
            lambda a, q: float(special.logsumexp(a)),
        ),
        Mistake(
            "The formula is right, but where q is zero you multiply zero by infinity.",
            _naive_elbo,
        ),
        Mistake(
            "The sign is turned: a lower bound of log p(x) was asked for, not a loss.",
            lambda a, q: -_elbo(a, q),
        ),
        Mistake(
            "You took the exponential of the log joint; the bound is an average of *logarithms*.",
            lambda a, q: float(q @ np.exp(a) + special.entr(q).sum()),
        ),
        Mistake(
            "The average stands inside your logarithm. The bound is an average *of* logarithms, each of a quotient.",
            lambda a, q: float(np.log(q @ np.exp(a))),
        ),
        Mistake(
            "You normalised the log joint first: this is minus the KL divergence to the posterior, without log p(x).",
            lambda a, q: _elbo(special.log_softmax(a), q),
        ),
        Mistake(
            "The average under q is missing: each term a_k - log q_k counts with its q_k.",
            _unweighted,
        ),
        Mistake(
            "You returned the terms; their sum was asked for.",
            lambda a, q: q * a + special.entr(q),
        ),
        Mistake(
            "You weighed all components equally. The bound is an average under q.",
            lambda a, q: float(a.mean() + special.entr(q).sum()),
        ),
    ),
    examine=compare(_elbo_cases),
)


# --- a collapse -----------------------------------------------------------------------------------------------------

Parts = tuple[Floats, Floats, Floats]


def _collapse_cases(rng: np.random.Generator) -> Cases:
    cases: Cases = []
    for n, k, d, sick in ((12, 3, 2, 1), (9, 4, 3, 2), (10, 3, 2, 0), (14, 5, 2, 2)):
        variances = rng.uniform(0.5, 2.0, (k, d))
        floor = float(rng.uniform(0.01, 0.05))
        for component in range(sick):  # thin in one direction only, and the last of them just below the floor
            thin = floor * rng.uniform(0.3, 0.9) if component == sick - 1 else 10 ** rng.uniform(-14, -6)
            variances[component, rng.integers(d)] = thin
        variances[-1, rng.integers(d)] = 1.5 * floor  # thin, and healthy
        order = rng.permutation(k)
        x = rng.normal(2.0, 1.5, (n, d))
        cases.append((_weights(rng, k), rng.normal(2.0, 1.5, (k, d)), variances[order], x, floor))
    return cases


def _repair(
    weights: Floats,
    means: Floats,
    variances: Floats,
    x: Floats,
    floor: float,
    *,
    every: bool = False,
    normalise: bool = True,
    reweigh: bool = True,
    move: bool = True,
    sd: bool = False,
    limit: float | None = None,
) -> Parts:
    thin = variances < (floor if limit is None else limit)
    sick = np.asarray(thin.all(axis=1) if every else thin.any(axis=1))
    weights = np.where(sick, 1 / len(weights), weights) if reweigh else weights
    if move:
        means = np.where(sick[:, None], x.mean(axis=0), means)
    variances = np.where(sick[:, None], x.std(axis=0) if sd else x.var(axis=0), variances)
    return (weights / weights.sum() if normalise else weights), means, variances


def _reference_repair(weights: Floats, means: Floats, variances: Floats, x: Floats, floor: float) -> Parts:
    return _repair(weights, means, variances, x, floor)


def _repair_all(weights: Floats, means: Floats, variances: Floats, x: Floats, floor: float) -> Parts:
    return _repair(weights, means, np.zeros_like(variances), x, floor)


def _raise_to_floor(weights: Floats, means: Floats, variances: Floats, x: Floats, floor: float) -> Parts:
    return weights, means, np.maximum(variances, floor)


def _drop(weights: Floats, means: Floats, variances: Floats, x: Floats, floor: float) -> Parts:
    kept = (variances >= floor).all(axis=1)
    return weights[kept] / weights[kept].sum(), means[kept], variances[kept]


_REPAIR = Exercise(
    name="repair_collapse",
    asks="repair_collapse(weights, means, variances, x, floor): weights, means and variances without collapsed"
    " components",
    hints=(
        "First find the culprits: one truth value for each component, from a comparison along one axis.",
        "`np.where` chooses between old and new, component by component; a column of truth values has to be (K, 1) to"
        " choose among rows.",
        "The weights of the healthy components change as well. Why must they?",
    ),
    reference=_reference_repair,
    mistakes=(
        Mistake(
            "The weights no longer sum to one: divide them by their sum when all have been set.",
            lambda weights, means, variances, x, floor: _repair(weights, means, variances, x, floor, normalise=False),
        ),
        Mistake(
            "You missed the components that are thin in *one* direction. One is enough for a collapse: use any.",
            lambda weights, means, variances, x, floor: _repair(weights, means, variances, x, floor, every=True),
        ),
        Mistake(
            "You missed components only a little below the floor. Compare the variances (not standard deviations) with"
            " `floor` itself.",
            lambda weights, means, variances, x, floor: _repair(weights, means, variances, x, floor, limit=floor**2),
        ),
        Mistake(
            "You raised the variances to the floor. The component still sits on its point; it was to begin afresh.",
            _raise_to_floor,
        ),
        Mistake(
            "You removed the collapsed components; the number of components was to stay.",
            _drop,
        ),
        Mistake(
            "You began afresh with all components. The healthy ones have learned something: leave them.",
            _repair_all,
        ),
        Mistake(
            "The collapsed components kept their weights. They owned a point or two and hardly would recover.",
            lambda weights, means, variances, x, floor: _repair(weights, means, variances, x, floor, reweigh=False),
        ),
        Mistake(
            "The collapsed components kept their means, so they still sit on their points.",
            lambda weights, means, variances, x, floor: _repair(weights, means, variances, x, floor, move=False),
        ),
        Mistake(
            "You set standard deviations where variances are expected.",
            lambda weights, means, variances, x, floor: _repair(weights, means, variances, x, floor, sd=True),
        ),
    ),
    examine=compare(_collapse_cases),
)


# --- BIC ------------------------------------------------------------------------------------------------------------


def _bic_cases(rng: np.random.Generator) -> Cases:
    return [
        (float(rng.uniform(-900, -300)), int(rng.integers(60, 500)), d, k) for d, k in ((2, 3), (4, 2), (7, 5), (3, 6))
    ]


def _bic(log_likelihood: float, n: int, d: int, K: int, *, weights: int = -1, covariance: int | None = None) -> float:
    own = d * (d + 1) // 2 if covariance is None else covariance
    return float((K + weights + K * d + K * own) * np.log(n) - 2 * log_likelihood)


def _reference_bic(log_likelihood: float, n: int, d: int, K: int) -> float:
    return _bic(log_likelihood, n, d, K)


_BIC = Exercise(
    name="mixture_bic",
    asks="mixture_bic(log_likelihood, n, d, K): the BIC of K Gaussians with full covariances in d dimensions",
    hints=(
        "How many of the K weights can you choose before the rest is settled?",
        "A symmetric matrix is known from its diagonal and what lies above it. How many numbers are that?",
        "Test yourself: one Gaussian in one dimension has two parameters, two of them have five.",
    ),
    reference=_reference_bic,
    mistakes=(
        Mistake(
            "You counted all K weights. They sum to one, so one of them is settled by the others.",
            lambda log_likelihood, n, d, K: _bic(log_likelihood, n, d, K, weights=0),
        ),
        Mistake(
            "You counted all entries of the covariances. They are symmetric: what lies below the diagonal is known.",
            lambda log_likelihood, n, d, K: _bic(log_likelihood, n, d, K, covariance=d * d),
        ),
        Mistake(
            "Two slips: you counted all K weights, one of which is settled by the others, and all entries of the"
            " covariances, which are symmetric.",
            lambda log_likelihood, n, d, K: _bic(log_likelihood, n, d, K, weights=0, covariance=d * d),
        ),
        Mistake(
            "You counted variances only, d for each component. Full covariances have more free numbers.",
            lambda log_likelihood, n, d, K: _bic(log_likelihood, n, d, K, covariance=d),
        ),
        Mistake(
            "The sign of the log-likelihood is turned: a better fit must lower the BIC.",
            lambda log_likelihood, n, d, K: _bic(-log_likelihood, n, d, K),
        ),
        Mistake(
            "The log-likelihood counts once in your formula; by convention BIC is on the scale of minus two of them.",
            lambda log_likelihood, n, d, K: _bic(log_likelihood, n, d, K) + log_likelihood,
        ),
        Mistake(
            "This is AIC, with two per parameter; BIC charges the logarithm of the number of points.",
            lambda log_likelihood, n, d, K: (
                _bic(log_likelihood, n, d, K) - (np.log(n) - 2) * (K - 1 + K * d + K * d * (d + 1) // 2)
            ),
        ),
        Mistake(
            "You are K d numbers short. Either the means are missing (d for each component), or the diagonals of the"
            " covariances (d variances for each): a symmetric matrix has d (d + 1) / 2 free numbers.",
            lambda log_likelihood, n, d, K: _bic(log_likelihood, n, d, K) - K * d * np.log(n),
        ),
        Mistake(
            "You counted one covariance for all components. Full means one for each.",
            lambda log_likelihood, n, d, K: _bic(log_likelihood, n, d, K) - (K - 1) * d * (d + 1) // 2 * np.log(n),
        ),
    ),
    examine=compare(_bic_cases),
)


# --- a concept question ---------------------------------------------------------------------------------------------


def _examine_which(attempt: Any, exercise: Exercise, rng: np.random.Generator) -> str:
    choose()(attempt, exercise, rng)
    return "Only the validation numbers count; the needle of c bought its training number, and b learned by heart."


_WHICH = Exercise(
    name="which_mixture",
    asks="the letter of the mixture that you would hand on",
    hints=(
        "Which of the two columns of numbers says what the model thinks of data that it has not seen?",
        "A high log density on the training points can be bought with a needle. What does a needle cost elsewhere?",
    ),
    reference="a",
    mistakes=(
        Mistake(
            "It is better on the training data and much worse on the validation data: it has learned by heart.", "b"
        ),
        Mistake("One of its components has collapsed on a point, which is where its likelihood comes from.", "c"),
        Mistake("The names of components do not enter the density: mixtures are compared by their log densities.", "d"),
    ),
    examine=_examine_which,
)

EXERCISES = (_RESPONSIBILITIES, _M_STEP, _LOG_LIKELIHOOD, _ELBO, _REPAIR, _BIC, _WHICH)
