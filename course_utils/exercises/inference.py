"""Exercises of notebook 03: posteriors, exact and approximate."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from course_utils.exercises._attempt import Attempt, Wrong
from course_utils.exercises._exercise import Exercise, Mistake, choose, compare

Floats = NDArray[np.float64]

# --- the posterior over components ----------------------------------------------------------------------------------


def _component_cases(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    cases: list[tuple[Any, ...]] = []
    for n, k in ((4, 2), (7, 3), (5, 4)):
        weights = rng.dirichlet(np.full(k, 6.0))
        x = rng.normal(0.0, 3.0, n)
        if k > 2:
            x[0] = rng.choice([-1.0, 1.0]) * rng.uniform(150, 250)  # where every density rounds to zero
        cases.append(
            (x, weights, rng.normal(0.0, 2.0, k), rng.uniform(0.4, 0.9, k) * rng.permutation(np.arange(1, k + 1)))
        )
    return cases


def _log_weights(x: ArrayLike, weights: Floats, means: Floats, sds: Floats) -> Floats:
    z = (np.asarray(x)[:, None] - means) / sds
    return np.asarray(np.log(weights) - np.log(sds) - 0.5 * z**2, dtype=float)


def _normalised(log_w: Floats, axis: int = 1) -> Floats:
    return np.asarray(np.exp(log_w - special.logsumexp(log_w, axis=axis, keepdims=True)), dtype=float)


def _components(x: Floats, weights: Floats, means: Floats, sds: Floats) -> Floats:
    log_weight = _log_weights(x, weights, means, sds)
    return np.asarray(np.exp(log_weight - special.logsumexp(log_weight, axis=1, keepdims=True)), dtype=float)


def _components_by_densities(x: Floats, weights: Floats, means: Floats, sds: Floats) -> Floats:
    with np.errstate(all="ignore"):
        joint = np.exp(_log_weights(x, weights, means, sds))
        return np.asarray(joint / joint.sum(axis=1, keepdims=True))


_COMPONENTS = Exercise(
    name="component_posterior",
    asks="component_posterior(x, weights, means, sds): (n, K) probabilities that component k made observation i",
    hints=(
        "Write down the logarithm of weight times density for one observation and one component.",
        "`x[:, None]` has the shape (n, 1); together with arrays of length K it gives (n, K).",
        "Each row must sum to one. In logarithms, dividing by a sum is subtracting its logarithm, row by row.",
    ),
    reference=_components,
    mistakes=(
        Mistake(
            "The weights of the components are missing: these are posteriors for equally frequent components.",
            lambda x, weights, means, sds: _components(x, np.ones_like(weights), means, sds),
        ),
        Mistake(
            "You left out the factor 1/sd of the density. A broad component is lower at its peak, and that counts.",
            lambda x, weights, means, sds: _normalised(_log_weights(x, weights, means, sds) + np.log(sds)),
        ),
        Mistake(
            "You normalised the columns. Each *row* belongs to one observation, and its probabilities must sum to one.",
            lambda x, weights, means, sds: _normalised(_log_weights(x, weights, means, sds), axis=0),
        ),
        Mistake(
            "You gave all to the most probable component. The posterior says how probable each one is.",
            lambda x, weights, means, sds: np.eye(len(weights))[_log_weights(x, weights, means, sds).argmax(axis=1)],
        ),
        Mistake(
            "The formula is right, but for observations far out every density is 0 and you divide 0 by 0."
            " Normalise before you leave the logarithms.",
            _components_by_densities,
        ),
        Mistake(
            "You used the standard deviations as if they were variances: the distance is divided by sd before it is"
            " squared.",
            lambda x, weights, means, sds: _components(x, weights, means, np.sqrt(sds)),
        ),
        Mistake(
            "These are the logarithms of the posterior: the last exponential is missing.",
            lambda x, weights, means, sds: (
                _log_weights(x, weights, means, sds)
                - special.logsumexp(_log_weights(x, weights, means, sds), axis=1, keepdims=True)
            ),
        ),
        Mistake(
            "Your answer does not depend on x: these are the prior weights, repeated.",
            lambda x, weights, means, sds: np.tile(weights, (len(x), 1)),
        ),
        Mistake(
            "The rows do not sum to one: divide weight times density by the evidence of each observation.",
            lambda x, weights, means, sds: np.exp(_log_weights(x, weights, means, sds)) / np.sqrt(2 * np.pi),
        ),
        Mistake(
            "You stopped at prior times likelihood (but for a constant): divide each row by its sum.",
            lambda x, weights, means, sds: np.exp(_log_weights(x, weights, means, sds)),
        ),
        Mistake(
            "The whole table sums to one; each *row* must. Give `logsumexp` an axis.",
            lambda x, weights, means, sds: np.exp(
                _log_weights(x, weights, means, sds) - special.logsumexp(_log_weights(x, weights, means, sds))
            ),
        ),
        Mistake(
            "The shape is (K, n): turn it, one row for each observation.",
            lambda x, weights, means, sds: _components(x, weights, means, sds).T,
        ),
    ),
    examine=compare(_component_cases),
)

# --- a posterior on a grid ------------------------------------------------------------------------------------------


def _grid_cases(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    cases: list[tuple[Any, ...]] = []
    for size, offset in ((7, 0.0), (12, -30.0), (9, -5000.0)):
        step = float(rng.uniform(0.05, 0.4))
        points = step * np.arange(size)
        log_prior = -0.5 * ((points - rng.uniform(0, 1)) / rng.uniform(0.4, 0.9)) ** 2 - rng.uniform(0.2, 0.8)
        log_likelihood = offset - 0.5 * ((points - rng.uniform(0.2, 1.5)) / rng.uniform(0.5, 1.0)) ** 2
        cases.append((log_prior, log_likelihood, step))
    return cases


def _grid(log_prior: Floats, log_likelihood: Floats, step: float) -> Floats:
    log_w = log_prior + log_likelihood
    w = np.exp(log_w - log_w.max())
    return np.asarray(w / (w.sum() * step), dtype=float)


def _grid_naive(log_prior: Floats, log_likelihood: Floats, step: float) -> Floats:
    with np.errstate(all="ignore"):
        w = np.exp(log_prior) * np.exp(log_likelihood)
        return np.asarray(w / (w.sum() * step))


_GRID = Exercise(
    name="grid_posterior",
    asks="grid_posterior(log_prior, log_likelihood, step): posterior density at equally spaced grid points",
    hints=(
        "Prior times likelihood is a sum of logarithms.",
        "A constant added to all log weights cancels in the end. Which constant makes the largest weight 1?",
        "A density integrates to one: the sum of its values times the distance of the points is one.",
    ),
    reference=_grid,
    mistakes=(
        Mistake(
            "Your values sum to one: these are probabilities of the points. A density times the step must sum to one.",
            lambda log_prior, log_likelihood, step: _grid(log_prior, log_likelihood, step) * step,
        ),
        Mistake(
            "The prior is missing: this is the normalised likelihood, the posterior only for a flat prior.",
            lambda log_prior, log_likelihood, step: _grid(0 * log_prior, log_likelihood, step),
        ),
        Mistake(
            "The likelihood is missing: this is the prior, as if there were no data.",
            lambda log_prior, log_likelihood, step: _grid(log_prior, 0 * log_likelihood, step),
        ),
        Mistake(
            "The formula is right, but for small likelihoods every exponential is 0 and you divide 0 by 0."
            " Shift the log weights before the exponential.",
            _grid_naive,
        ),
        Mistake(
            "You multiplied by the step where it must divide: the finer the grid, the more points share the mass.",
            lambda log_prior, log_likelihood, step: _grid(log_prior, log_likelihood, step) * step**2,
        ),
        Mistake(
            "Your largest value is one: you shifted the log weights, but did not divide by the sum.",
            lambda log_prior, log_likelihood, step: np.exp(
                log_prior + log_likelihood - (log_prior + log_likelihood).max()
            ),
        ),
        Mistake(
            "These are the logarithms of the density: the last exponential is missing.",
            lambda log_prior, log_likelihood, step: (
                log_prior + log_likelihood - special.logsumexp(log_prior + log_likelihood) - np.log(step)
            ),
        ),
        Mistake(
            "You integrated by the trapezoidal rule, which halves the two end points. Here the plain sum of the values,"
            " times the step, is to be one.",
            lambda log_prior, log_likelihood, step: (
                _grid(log_prior, log_likelihood, step) / np.trapezoid(_grid(log_prior, log_likelihood, step), dx=step)
            ),
        ),
        Mistake(
            "You shifted the log likelihood so that its largest value is 0, but did not divide by the sum in the end.",
            lambda log_prior, log_likelihood, step: np.exp(log_prior + log_likelihood - log_likelihood.max()),
        ),
        Mistake(
            "You added prior and likelihood; the posterior is their *product*, so the logarithms are added.",
            lambda log_prior, log_likelihood, step: _grid(
                np.logaddexp(log_prior, log_likelihood), 0 * log_likelihood, step
            ),
        ),
        Mistake(
            "You divided by the likelihood: its logarithm is added, not subtracted.",
            lambda log_prior, log_likelihood, step: _grid(log_prior, -log_likelihood, step),
        ),
    ),
    examine=compare(_grid_cases),
)

# --- the Laplace approximation --------------------------------------------------------------------------------------

Function = Callable[[float], float]


def _laplace_cases(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    cases: list[tuple[Any, ...]] = []
    for _ in range(4):  # a Poisson count with a Gaussian prior on the log rate: log p is concave
        count, width = float(rng.integers(3, 20)), float(rng.uniform(0.6, 1.5))
        centre = float(rng.uniform(-0.5, 1.0))

        def slope(z: float, count: float = count, width: float = width, centre: float = centre) -> float:
            return float(count - np.exp(z) - (z - centre) / width**2)

        def curvature(z: float, width: float = width) -> float:
            return float(-np.exp(z) - 1 / width**2)

        cases.append((slope, curvature, float(np.log(count) + rng.uniform(0.3, 0.7))))
    return cases


def _climb(slope: Function, curvature: Function, start: float, rounds: int = 30) -> float:
    place = start
    for _ in range(rounds):
        place = place - slope(place) / curvature(place)
    return place


def _laplace(slope: Function, curvature: Function, start: float) -> tuple[float, float]:
    place = start
    for _ in range(30):
        place = place - slope(place) / curvature(place)
    return place, float(1 / np.sqrt(-curvature(place)))


def _laplace_with(
    width: Callable[[float], float], rounds: int = 30
) -> Callable[[Function, Function, float], tuple[float, float]]:
    """Return a fit that makes something else of the curvature, or climbs for fewer rounds."""

    def fit(slope: Function, curvature: Function, start: float) -> tuple[float, float]:
        place = _climb(slope, curvature, start, rounds)
        with np.errstate(all="ignore"):
            return place, float(width(curvature(place)))

    return fit


def _width_at_start(slope: Function, curvature: Function, start: float) -> tuple[float, float]:
    return _climb(slope, curvature, start), float(1 / np.sqrt(-curvature(start)))


def _downhill(slope: Function, curvature: Function, start: float) -> tuple[float, float]:
    place = start
    for _ in range(30):
        place = float(np.clip(place + slope(place) / curvature(place), -50.0, 50.0))
    return place, float(1 / np.sqrt(-curvature(place)))


def _swapped(slope: Function, curvature: Function, start: float) -> tuple[float, float]:
    mean, sd = _laplace(slope, curvature, start)
    return sd, mean


_LAPLACE = Exercise(
    name="laplace_fit",
    asks="laplace_fit(slope, curvature, start): mean and standard deviation of the Gaussian fitted at the top",
    hints=(
        "First find the top: repeat Newton's rule in a loop, each time with slope and curvature at the present place.",
        "Compare log p near its top with the logarithm of a Gaussian: which of its numbers is the second derivative?",
        "The second derivative of a Gaussian's logarithm is minus one over its variance. It is negative at a top.",
    ),
    reference=_laplace,
    mistakes=(
        Mistake(
            "The second number is the variance; asked for is the standard deviation, its root.",
            _laplace_with(lambda c: -1 / c),
        ),
        Mistake(
            "The second number is the variance, and with the wrong sign: the curvature at a top is negative. Asked for"
            " is the standard deviation.",
            _laplace_with(lambda c: 1 / c),
        ),
        Mistake(
            "The width is upside down: a sharp top (large curvature) means a *narrow* Gaussian.",
            _laplace_with(lambda c: np.sqrt(-c)),
        ),
        Mistake(
            "You took the root of a negative number: the curvature at a top is negative, so a minus sign is needed.",
            _laplace_with(lambda c: np.sqrt(1 / c)),
        ),
        Mistake(
            "You measured the curvature at the start; it is wanted at the top.",
            _width_at_start,
        ),
        Mistake(
            "You made one Newton step only; the top is reached after several.",
            _laplace_with(lambda c: 1 / np.sqrt(-c), 1),
        ),
        Mistake(
            "You did not climb: the mean must be the top, not the start.",
            _laplace_with(lambda c: 1 / np.sqrt(-c), 0),
        ),
        Mistake(
            "You walk away from the top: check the sign in Newton's rule. The curvature is negative already.",
            _downhill,
        ),
        Mistake(
            "The two numbers come in the wrong order: the mean first, then the standard deviation.",
            _swapped,
        ),
        Mistake(
            "The width is the curvature itself, without its sign; compare with the formula for a Gaussian's logarithm.",
            _laplace_with(lambda c: -c),
        ),
    ),
    examine=compare(_laplace_cases, rtol=1e-6),
)

# --- what a variational fit does ------------------------------------------------------------------------------------

_FIT = Exercise(
    name="kl_fit",
    asks='answer: "a", "b", "c" or "d"',
    hints=(
        "KL(q || p) averages log(q / p) over draws of q. What happens where q has mass and p has almost none?",
        "Between two narrow peaks the posterior is practically zero. May q have mass there?",
        "Let q sit on one peak, as wide as it. How much higher than p is it there, and what is log(q / p)?",
    ),
    reference="b",
    mistakes=(
        Mistake(
            "A wide q has most of its mass between the peaks, where p is practically zero, and KL(q || p) is then huge."
            " This is what the *other* direction, KL(p || q), would choose.",
            "a",
        ),
        Mistake(
            "In the middle the posterior is practically zero: there log(q / p) is as large as it can be.",
            "c",
        ),
        Mistake(
            "Nothing is made up for: q is compared with p where q is. Too wide a q leaves the peak it sits on, and the"
            " missed peak costs only ln 2, whatever the width.",
            "d",
        ),
    ),
    examine=choose(),
)

# --- one Metropolis decision ----------------------------------------------------------------------------------------


def _acceptance_cases(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    centre, width = float(rng.uniform(-0.5, 0.5)), float(rng.uniform(1.0, 2.0))
    seen, error = float(rng.uniform(1.0, 2.0)), float(rng.uniform(0.5, 0.9))

    def log_prior(z: float) -> float:
        return float(-0.5 * ((z - centre) / width) ** 2 - 1.3)

    def log_likelihood(z: float) -> float:
        return float(-0.5 * ((seen - z) / error) ** 2 - 0.4)

    return [
        (float(old), float(old + move), log_prior, log_likelihood)
        for old, move in zip(rng.normal(0.8, 1.2, 40), rng.normal(0.0, 1.5, 40), strict=True)
    ]


def _gain(old: float, new: float, log_prior: Function, log_likelihood: Function) -> float:
    return log_prior(new) + log_likelihood(new) - log_prior(old) - log_likelihood(old)


_ACCEPTANCE = Exercise(
    name="log_acceptance",
    asks="log_acceptance(old, new, log_prior, log_likelihood): log probability of accepting the move from old to new",
    hints=(
        "The posterior at a place is prior times likelihood over the evidence. What is left of its ratio at two"
        " places?",
        "In logarithms the ratio is a difference; the proposed place has the plus sign.",
        "A probability is at most 1. What is the largest value of its logarithm?",
    ),
    reference=lambda old, new, log_prior, log_likelihood: min(0.0, _gain(old, new, log_prior, log_likelihood)),
    mistakes=(
        Mistake(
            "The prior is missing: your chain draws from the normalised likelihood.",
            lambda old, new, log_prior, log_likelihood: min(0.0, log_likelihood(new) - log_likelihood(old)),
        ),
        Mistake(
            "The likelihood is missing: your chain draws from the prior and never looks at the data.",
            lambda old, new, log_prior, log_likelihood: min(0.0, log_prior(new) - log_prior(old)),
        ),
        Mistake(
            "The ratio is upside down: your chain prefers improbable places. The proposed place goes above.",
            lambda old, new, log_prior, log_likelihood: min(0.0, -_gain(old, new, log_prior, log_likelihood)),
        ),
        Mistake(
            "The log ratio of the posteriors is right, but a probability is at most 1: limit it.",
            _gain,
        ),
        Mistake(
            "You returned the probability itself; asked for is its logarithm.",
            lambda old, new, log_prior, log_likelihood: float(
                np.exp(min(0.0, _gain(old, new, log_prior, log_likelihood)))
            ),
        ),
        Mistake(
            "You took the larger of the two, so every move that gains is above 0. The probability is the *smaller* of 1"
            " and the ratio.",
            lambda old, new, log_prior, log_likelihood: max(0.0, _gain(old, new, log_prior, log_likelihood)),
        ),
        Mistake(
            "You limited it to 1, which is the largest probability. Its logarithm has another largest value.",
            lambda old, new, log_prior, log_likelihood: min(1.0, _gain(old, new, log_prior, log_likelihood)),
        ),
        Mistake(
            "You used only the proposed place; what counts is how much better or worse it is than the old one.",
            lambda old, new, log_prior, log_likelihood: min(0.0, log_prior(new) + log_likelihood(new)),
        ),
        Mistake(
            "You divided logarithms. The logarithm of a ratio is the *difference* of the logarithms.",
            lambda old, new, log_prior, log_likelihood: (
                (log_prior(new) + log_likelihood(new)) / (log_prior(old) + log_likelihood(old))
            ),
        ),
        Mistake(
            "You divided logarithms. The logarithm of a ratio is their difference; and it is limited to 0, not to 1.",
            lambda old, new, log_prior, log_likelihood: min(
                1.0, (log_prior(new) + log_likelihood(new)) / (log_prior(old) + log_likelihood(old))
            ),
        ),
        Mistake(
            "Your answer is always 0. Is what you limit to 0 the *logarithm* of the ratio of the posteriors?",
            lambda old, new, log_prior, log_likelihood: 0.0,
        ),
        Mistake(
            "You took the ratio of the *logarithms*, and the logarithm of that. The functions give logarithms already:"
            " subtract them.",
            lambda old, new, log_prior, log_likelihood: float(
                np.log(min(1.0, (log_prior(new) + log_likelihood(new)) / (log_prior(old) + log_likelihood(old))))
            ),
        ),
        Mistake(
            "Prior and likelihood are subtracted; the posterior is their product, so their logarithms are added.",
            lambda old, new, log_prior, log_likelihood: min(
                0.0, log_prior(new) - log_likelihood(new) - log_prior(old) + log_likelihood(old)
            ),
        ),
    ),
    examine=compare(_acceptance_cases),
)

# --- the two gaps ---------------------------------------------------------------------------------------------------


def _gap_cases(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    cases: list[tuple[Any, ...]] = []
    for size in (5, 8, 12):
        evidence = rng.normal(-4.0, 1.5, size)
        best = evidence - rng.gamma(2.0, 0.1, size)
        cases.append((evidence, best, best - rng.gamma(2.0, 0.3, size)))
    return cases


_GAPS = Exercise(
    name="inference_gaps",
    asks="inference_gaps(log_evidence, elbo_best, elbo_network): mean approximation gap and mean amortisation gap",
    hints=(
        "Sort the three numbers of one observation by size: each lies below the one before. Which steps lie between?",
        "The family is to blame for the upper step, the network for the lower one.",
        "Both gaps are positive, and together they are the whole distance from log evidence to the network's bound.",
    ),
    reference=lambda log_evidence, elbo_best, elbo_network: (
        float(np.mean(log_evidence - elbo_best)),
        float(np.mean(elbo_best - elbo_network)),
    ),
    mistakes=(
        Mistake(
            "The two come in the wrong order: the approximation gap first.",
            lambda log_evidence, elbo_best, elbo_network: (
                float(np.mean(elbo_best - elbo_network)),
                float(np.mean(log_evidence - elbo_best)),
            ),
        ),
        Mistake(
            "Your second number is the whole gap, from the log evidence down to the network; the amortisation gap is"
            " only the network's part of it.",
            lambda log_evidence, elbo_best, elbo_network: (
                float(np.mean(log_evidence - elbo_best)),
                float(np.mean(log_evidence - elbo_network)),
            ),
        ),
        Mistake(
            "Your first number is the whole gap; the approximation gap ends at the best member of the family.",
            lambda log_evidence, elbo_best, elbo_network: (
                float(np.mean(log_evidence - elbo_network)),
                float(np.mean(elbo_best - elbo_network)),
            ),
        ),
        Mistake(
            "Both have the wrong sign: a gap is the larger number minus the smaller one, and a bound lies below.",
            lambda log_evidence, elbo_best, elbo_network: (
                float(np.mean(elbo_best - log_evidence)),
                float(np.mean(elbo_network - elbo_best)),
            ),
        ),
        Mistake(
            "You summed over the observations; asked for are means.",
            lambda log_evidence, elbo_best, elbo_network: (
                float(np.sum(log_evidence - elbo_best)),
                float(np.sum(elbo_best - elbo_network)),
            ),
        ),
        Mistake(
            "You returned one gap per observation; take their means.",
            lambda log_evidence, elbo_best, elbo_network: (log_evidence - elbo_best, elbo_best - elbo_network),
        ),
    ),
    examine=compare(_gap_cases),
)

# --- approximate Bayesian computation -------------------------------------------------------------------------------

DrawPrior = Callable[[int, np.random.Generator], Floats]
Simulate = Callable[[Floats, np.random.Generator], Floats]
Kept = tuple[Floats, float]
_RUNS = 3_000


def _abc(
    draw_prior: DrawPrior, simulate: Simulate, observed: Floats, tolerance: float, n: int, rng: np.random.Generator
) -> Kept:
    z = draw_prior(n, rng)
    keep = np.linalg.norm(simulate(z, rng) - observed, axis=1) <= tolerance
    return z[keep], float(keep.mean())


def _abc_by(rule: Callable[[Floats, float], Any]) -> Callable[..., Any]:
    """Return an answer that keeps by another rule, given the differences (n, d) and the tolerance."""

    def answer(
        draw_prior: DrawPrior, simulate: Simulate, observed: Floats, tolerance: float, n: int, rng: np.random.Generator
    ) -> Kept:
        z = draw_prior(n, rng)
        keep = rule(simulate(z, rng) - observed, tolerance)
        return z[keep], float(keep.mean())

    return answer


def _abc_readings(
    draw_prior: DrawPrior, simulate: Simulate, observed: Floats, tolerance: float, n: int, rng: np.random.Generator
) -> Kept:
    x = simulate(draw_prior(n, rng), rng)
    keep = np.linalg.norm(x - observed, axis=1) <= tolerance
    return x[keep], float(keep.mean())


def _abc_count(
    draw_prior: DrawPrior, simulate: Simulate, observed: Floats, tolerance: float, n: int, rng: np.random.Generator
) -> Kept:
    kept, share = _abc(draw_prior, simulate, observed, tolerance, n, rng)
    return kept, share * n


def _abc_share_missing(
    draw_prior: DrawPrior, simulate: Simulate, observed: Floats, tolerance: float, n: int, rng: np.random.Generator
) -> Floats:
    return _abc(draw_prior, simulate, observed, tolerance, n, rng)[0]


def _abc_other_latents(
    draw_prior: DrawPrior, simulate: Simulate, observed: Floats, tolerance: float, n: int, rng: np.random.Generator
) -> Kept:
    keep = np.linalg.norm(simulate(draw_prior(n, rng), rng) - observed, axis=1) <= tolerance
    return draw_prior(n, rng)[keep], float(keep.mean())


_BOX = Mistake(
    "You compared each reading on its own (the largest difference). Asked for is the Euclidean distance of all readings"
    " together.",
    _abc_by(lambda gap, tolerance: np.abs(gap).max(axis=1) <= tolerance),
)
_SIGNED = Mistake(
    "You kept runs whose differences are below the tolerance *with their sign*: readings far too small are kept, too.",
    _abc_by(lambda gap, tolerance: (gap <= tolerance).all(axis=1)),
)
_SQUARED = Mistake(
    "You compared the *squared* distance with the tolerance.",
    _abc_by(lambda gap, tolerance: (gap**2).sum(axis=1) <= tolerance),
)
_SUMMED = Mistake(
    "You summed the absolute differences; the Euclidean distance is the root of the sum of squares.",
    _abc_by(lambda gap, tolerance: np.abs(gap).sum(axis=1) <= tolerance),
)
_FAR = Mistake(
    "You kept the runs that do *not* match.",
    _abc_by(lambda gap, tolerance: np.linalg.norm(gap, axis=1) > tolerance),
)
_ALL = Mistake(
    "You kept every run: these are draws of the prior, the readings did not matter.",
    _abc_by(lambda gap, tolerance: np.ones(len(gap), dtype=bool)),
)
_FIRST = Mistake(
    "Only the first reading was compared; all of them must match.",
    _abc_by(lambda gap, tolerance: np.abs(gap[:, 0]) <= tolerance),
)
_MEAN_SQUARE = Mistake(
    "You averaged the squares before the root; the Euclidean distance sums them.",
    _abc_by(lambda gap, tolerance: np.sqrt((gap**2).mean(axis=1)) <= tolerance),
)
_NO_AXIS = Mistake(
    "You measured one distance for the whole table of readings. Each run needs its own: give `norm` the `axis=1`.",
    _abc_by(lambda gap, tolerance: np.linalg.norm(gap) <= tolerance),
)
_READINGS = Mistake(
    "You returned the simulated readings that match. Wanted are the *latents* that made them.", _abc_readings
)
_COUNT = Mistake("You returned how many runs were kept; asked for is their share of all runs.", _abc_count)
_NO_SHARE = Mistake(
    "Return two things, the kept latents and the share that was kept, separated by a comma.", _abc_share_missing
)
_OTHER_LATENTS = Mistake(
    "You drew from the prior twice: the latents that you return are not those that made the readings.",
    _abc_other_latents,
)


def _examine_abc(attempt: Attempt, exercise: Exercise, rng: np.random.Generator) -> str:
    """Record what the answer draws and simulates; which runs are to be kept is then known exactly."""
    places = rng.normal(0.0, 2.0, size=(2, 2))
    truth = rng.normal(0.0, 1.0, size=2)
    observed = np.linalg.norm(truth - places, axis=1)
    tolerance = float(rng.uniform(0.6, 0.8))  # below 1, so that a squared distance is another rule
    drawn: list[Floats] = []
    simulated: list[tuple[Floats, Floats]] = []

    def draw_prior(n: int, rng: np.random.Generator) -> Floats:
        drawn.append(rng.normal(0.0, 1.5, size=(n, 2)))
        return drawn[-1].copy()

    def simulate(z: Floats, rng: np.random.Generator) -> Floats:
        z = np.atleast_2d(z)
        x: Floats = np.linalg.norm(z[:, None] - places, axis=2) + 0.1 * rng.standard_normal((len(z), 2))
        simulated.append((z.copy(), x))
        return x.copy()

    tried = f"abc_keep(draw_prior, simulate, {observed.round(2)}, {tolerance:.2f}, {_RUNS}, rng)"
    answer = attempt(draw_prior, simulate, observed, tolerance, _RUNS, rng)
    if answer is None:
        raise Wrong("Your function returned None. Does every path through it end in `return`?", tried=tried)
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        raise Wrong(_NO_SHARE.says, tried=tried, came=type(answer).__name__)
    try:
        kept, share = np.asarray(answer[0], dtype=float), float(answer[1])
    except (TypeError, ValueError):
        raise Wrong("The kept latents should be an array of numbers, the share one number.", tried=tried) from None
    if not drawn or not simulated:
        raise Wrong("Use `draw_prior(n, rng)` and `simulate(z, rng)`: one of them was never called.", tried=tried)
    if kept.ndim == 3:  # a single True or False picks all rows or none, and adds an axis
        raise Wrong(_NO_AXIS.says, tried=tried, came=f"shape {kept.shape}")
    if kept.ndim != 2 or kept.shape[1] != 2:
        raise Wrong("The kept latents should have the shape (number kept, 2).", tried=tried, came=f"shape {kept.shape}")
    z = np.concatenate([part for part, _ in simulated])
    x = np.concatenate([part for _, part in simulated])
    if len(z) != _RUNS:
        raise Wrong("Simulate each of the n runs once.", tried=tried, came=f"{len(z)} runs", expected=f"{_RUNS} runs")
    want = np.linalg.norm(x - observed, axis=1) <= tolerance

    def rows(array: Floats) -> set[tuple[float, ...]]:
        return {tuple(row) for row in array.tolist()}

    if rows(kept) != rows(z[want]) or len(kept) != want.sum():
        if len(drawn) > 1 and not rows(kept) <= rows(z):
            raise Wrong(_OTHER_LATENTS.says, tried=tried)
        if len(kept) and rows(kept) <= rows(x):
            raise Wrong(_READINGS.says, tried=tried)
        gap = x - observed
        rules = (
            (_BOX, np.abs(gap).max(axis=1) <= tolerance),
            (_SIGNED, (gap <= tolerance).all(axis=1)),
            (_SQUARED, (gap**2).sum(axis=1) <= tolerance),
            (_SUMMED, np.abs(gap).sum(axis=1) <= tolerance),
            (_FAR, ~want),
            (_ALL, np.ones(len(z), dtype=bool)),
            (_FIRST, np.abs(gap[:, 0]) <= tolerance),
            (_MEAN_SQUARE, np.sqrt((gap**2).mean(axis=1)) <= tolerance),
        )
        for mistake, rule in rules:
            if rows(kept) == rows(z[rule]):
                raise Wrong(
                    mistake.says, tried=tried, came=f"{len(kept)} latents kept", expected=f"{want.sum()} latents kept"
                )
        raise Wrong(
            "These are not the runs within the tolerance.",
            tried=tried,
            came=f"{len(kept)} latents kept",
            expected=f"{want.sum()} latents kept",
        )
    if abs(share - want.sum()) < 1e-6:
        raise Wrong(_COUNT.says, tried=tried, came=share, expected=float(want.mean()))
    if not abs(share - want.mean()) < 1e-9:
        raise Wrong("The share is not that of the kept runs.", tried=tried, came=share, expected=float(want.mean()))
    return f"Of {_RUNS:,} runs {want.sum()} match, and you kept exactly these."


_ABC = Exercise(
    name="abc_keep",
    asks="abc_keep(draw_prior, simulate, observed, tolerance, n, rng): kept latents of n runs, and the share kept",
    hints=(
        "Three lines: draw all latents, simulate all readings, compare. No loop is needed.",
        "The difference of an (n, d) array and an array of d numbers has one row for each run: what is its length?",
        "A comparison gives True and False for each run. It picks rows, and its mean is a share.",
    ),
    reference=_abc,
    mistakes=(
        _BOX,
        _SIGNED,
        _SQUARED,
        _SUMMED,
        _FAR,
        _ALL,
        _FIRST,
        _MEAN_SQUARE,
        _NO_AXIS,
        _READINGS,
        _COUNT,
        _NO_SHARE,
        _OTHER_LATENTS,
    ),
    examine=_examine_abc,
)

EXERCISES = (_COMPONENTS, _GRID, _LAPLACE, _FIT, _ACCEPTANCE, _GAPS, _ABC)
