"""Exercises of notebook 09: the best discriminator, both generator losses, the game, its penalty and its metrics."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from course_utils.exercises._attempt import Attempt
from course_utils.exercises._exercise import Exercise, Mistake, choose, compare

Floats = NDArray[np.float64]
Cases = list[tuple[Any, ...]]


# --- the best discriminator -----------------------------------------------------------------------------------------


def _optimal_cases(rng: np.random.Generator) -> Cases:
    near = [(rng.normal(-2.0, 1.2, n), rng.normal(-2.5, 1.5, n)) for n in (4, 7)]
    gap = rng.uniform(0.5, 3.0, 5) * rng.choice([-1, 1], 5)
    return [*near, (np.full(5, -900.0), -900.0 - gap), (np.array([-3.0, -1200.0]), np.array([-1500.0, -2.0]))]


def _optimal(log_p: Floats, log_q: Floats) -> Floats:
    return np.asarray(special.expit(log_p - log_q))


def _naive_optimal(log_p: Floats, log_q: Floats) -> Floats:
    with np.errstate(all="ignore"):
        return np.asarray(np.exp(log_p) / (np.exp(log_p) + np.exp(log_q)))


def _padded_optimal(log_p: Floats, log_q: Floats) -> Floats:
    return np.asarray(np.exp(log_p) / (np.exp(log_p) + np.exp(log_q) + 1e-300))


def _ratio(log_p: Floats, log_q: Floats) -> Floats:
    with np.errstate(all="ignore"):
        return np.asarray(np.exp(log_p - log_q))


_OPTIMAL = Exercise(
    name="optimal_discriminator",
    asks="optimal_discriminator(log_p, log_q): the best D at each point, from the two log densities there",
    hints=(
        "Write the best D with densities first. Then divide numerator and denominator by one of them.",
        "Only the ratio of the two densities matters, so only the *difference* of their logarithms.",
        "Which function of notebook 04 turns log odds into a probability? SciPy has it as `special.expit`.",
    ),
    reference=_optimal,
    mistakes=(
        Mistake(
            "You swapped real and fake: D is the probability that a point is real, so it is high where p is.",
            lambda log_p, log_q: special.expit(log_q - log_p),
        ),
        Mistake(
            "The formula is right, but far out both densities round to 0 and you divide 0 by 0. Take the difference of"
            " the logarithms before the exponential.",
            _naive_optimal,
        ),
        Mistake(
            "A tiny constant in the denominator makes D zero wherever both densities round to 0. Only their ratio"
            " matters there: take the difference of the logarithms first.",
            _padded_optimal,
        ),
        Mistake(
            "This is the logit of D, the log of the density ratio. One more function makes it a probability.",
            lambda log_p, log_q: log_p - log_q,
        ),
        Mistake("This is the density ratio p/q. D is a probability, between 0 and 1.", _ratio),
        Mistake(
            "You put logarithms where densities belong: a share is made of densities.",
            lambda log_p, log_q: log_p / (log_p + log_q),
        ),
        Mistake(
            "You rounded to 0 or 1. The best D also says how sure one can be.",
            lambda log_p, log_q: (log_p > log_q).astype(float),
        ),
    ),
    examine=compare(_optimal_cases, atol=1e-12),
)


# --- both generator losses ------------------------------------------------------------------------------------------


def _logit_cases(rng: np.random.Generator) -> Cases:
    cases: Cases = [(rng.normal(shift, 1.5, n),) for shift, n in ((-2.0, 5), (0.7, 8))]
    return [*cases, (np.array([-820.0, 1.0, 760.0]) + rng.uniform(-0.3, 0.3, 3),)]


def _losses(logits: Floats) -> tuple[float, float]:
    return -float(np.logaddexp(0, logits).mean()), float(np.logaddexp(0, -logits).mean())


def _naive_losses(logits: Floats) -> tuple[float, float]:
    with np.errstate(all="ignore"):
        d = 1 / (1 + np.exp(-logits))
        return float(np.log(1 - d).mean()), -float(np.log(d).mean())


def _padded_losses(logits: Floats) -> tuple[float, float]:
    d = special.expit(logits)
    return float(np.log(1 - d + 1e-12).mean()), -float(np.log(d + 1e-12).mean())


def _log_of_mean(logits: Floats) -> tuple[float, float]:
    d = float(special.expit(logits).mean())
    return float(np.log1p(-d)), -float(np.log(d))


def _sums(logits: Floats) -> tuple[float, float]:
    a, b = _losses(logits)
    return a * len(logits), b * len(logits)


_LOSSES = Exercise(
    name="generator_losses",
    asks="generator_losses(logits): the saturating and the non-saturating loss of G, from D's logits for fake points",
    hints=(
        "With D the sigmoid of a logit a, write log D and log(1 - D) as functions of a alone.",
        "The function log(1 + exp(a)) is called softplus. `np.logaddexp(0, a)` computes it for any a.",
        "Signs: G *minimises* both. At a = 0 one of them is minus ln 2, the other plus ln 2.",
    ),
    reference=_losses,
    mistakes=(
        Mistake(
            "You returned them in the other order: the saturating loss first.",
            lambda logits: _losses(logits)[::-1],
        ),
        Mistake(
            "Your saturating loss has the sign turned: G minimises log(1 - D), which is negative.",
            lambda logits: (-_losses(logits)[0], _losses(logits)[1]),
        ),
        Mistake(
            "Your non-saturating loss has the sign turned: G *maximises* log D, so the loss is minus that.",
            lambda logits: (_losses(logits)[0], -_losses(logits)[1]),
        ),
        Mistake(
            "Your first loss is log D. The second term of V is log(1 - D): the logarithm of being caught.",
            lambda logits: (-_losses(logits)[1], _losses(logits)[1]),
        ),
        Mistake(
            "The formulas are right, but for sure discriminators D rounds to 0 or 1 and the logarithm is infinite. Stay"
            " with logits: softplus.",
            _naive_losses,
        ),
        Mistake(
            "A small constant inside the logarithm caps the loss exactly where D is sure. Stay with logits: softplus.",
            _padded_losses,
        ),
        Mistake("You summed over the points; a loss is a mean.", _sums),
        Mistake("You took the logarithm of the mean of D; the loss is the mean of logarithms.", _log_of_mean),
    ),
    examine=compare(_logit_cases),
)


# --- Jensen-Shannon from a discriminator ----------------------------------------------------------------------------


def _js_cases(rng: np.random.Generator) -> Cases:
    cases: Cases = [(rng.normal(1.1, 1.4, n), rng.normal(-0.8, 1.2, m)) for n, m in ((6, 4), (5, 9))]
    sure_and_wrong = np.array([-1.0, 0.4, rng.uniform(700, 900)])
    return [*cases, (rng.normal(2, 1, 4), sure_and_wrong), (-sure_and_wrong, rng.normal(-2, 1, 5))]


def _value(real_logits: Floats, fake_logits: Floats) -> float:
    return -float(np.logaddexp(0, -real_logits).mean() + np.logaddexp(0, fake_logits).mean())


def _js(real_logits: Floats, fake_logits: Floats) -> float:
    return float(np.log(2) + 0.5 * _value(real_logits, fake_logits))


def _naive_js(real_logits: Floats, fake_logits: Floats) -> float:
    with np.errstate(all="ignore"):
        real, fake = 1 / (1 + np.exp(-real_logits)), np.exp(fake_logits) / (1 + np.exp(fake_logits))
        return float(np.log(2) + 0.5 * (np.log(real).mean() + np.log(1 - fake).mean()))


def _pooled_js(real_logits: Floats, fake_logits: Floats) -> float:
    terms = np.concatenate([np.logaddexp(0, -real_logits), np.logaddexp(0, fake_logits)])
    return float(np.log(2) - terms.mean())


_JS = Exercise(
    name="js_from_logits",
    asks="js_from_logits(real_logits, fake_logits): D's lower bound on the Jensen-Shannon divergence, in nats",
    hints=(
        "First V, a sum of two means, one over real points and one over fake points.",
        "Solve V = 2 JS - log 4 for JS.",
        "Test yourself: logits that are all zero say nothing, and the bound is exactly 0.",
    ),
    reference=_js,
    mistakes=(
        Mistake(
            "You returned the value V itself. It is 2 JS - log 4 at best: solve for JS.",
            _value,
        ),
        Mistake(
            "The factor one half is missing: V contains twice the divergence.",
            lambda real_logits, fake_logits: 2 * _js(real_logits, fake_logits),
        ),
        Mistake(
            "You added log 4 and did not halve it: with all logits zero your bound is not 0.",
            lambda real_logits, fake_logits: np.log(4) + 0.5 * _value(real_logits, fake_logits),
        ),
        Mistake(
            "The sign of V is turned: D's *loss* is minus V. A better D raises the bound.",
            lambda real_logits, fake_logits: np.log(2) - 0.5 * _value(real_logits, fake_logits),
        ),
        Mistake(
            "You swapped the roles: real points need a high D, fake ones a low one.",
            lambda real_logits, fake_logits: _js(fake_logits, real_logits),
        ),
        Mistake(
            "The formula is right, but the logarithm of a rounded probability is infinite. Stay with logits: softplus.",
            _naive_js,
        ),
        Mistake(
            "You averaged over all points together. V has one mean over real and one over fake points, of equal weight"
            " however many there are.",
            _pooled_js,
        ),
        Mistake(
            "This is in bits; nats were asked for.",
            lambda real_logits, fake_logits: _js(real_logits, fake_logits) / np.log(2),
        ),
    ),
    examine=compare(_js_cases),
)


# --- one alternating round ------------------------------------------------------------------------------------------


def _round_cases(rng: np.random.Generator) -> Cases:
    return [
        (float(x), float(y), float(eta), float(gamma))
        for x, y, eta, gamma in zip(
            rng.uniform(0.5, 2.0, 4) * rng.choice([-1, 1], 4),
            rng.uniform(0.5, 2.0, 4) * rng.choice([-1, 1], 4),
            rng.uniform(0.1, 0.8, 4),
            rng.uniform(0.2, 0.9, 4),
            strict=True,
        )
    ]


def _round(x: float, y: float, eta: float, gamma: float) -> tuple[float, float]:
    y = y + eta * (x - gamma * y)
    return x - eta * y, y


def _x_first(x: float, y: float, eta: float, gamma: float) -> tuple[float, float]:
    x = x - eta * y
    return x, y + eta * (x - gamma * y)


_ROUND = Exercise(
    name="play_round",
    asks="play_round(x, y, eta, gamma): x and y after one alternating round in which y moves first",
    hints=(
        "Write down the two slopes: of the game along x, and of what y maximises along y.",
        "One goes up its slope, the other down. The penalty holds back only one of the two.",
        "Who moves second sees the opponent's *new* position.",
    ),
    reference=_round,
    mistakes=(
        Mistake(
            "Both moved from the old position: that is the simultaneous game. The second mover sees the first one's"
            " new position.",
            lambda x, y, eta, gamma: (x - eta * y, y + eta * (x - gamma * y)),
        ),
        Mistake("You let x move first; here the discriminator, y, begins.", _x_first),
        Mistake(
            "The penalty is missing.",
            lambda x, y, eta, gamma: _round(x, y, eta, 0.0),
        ),
        Mistake(
            "Your penalty pushes y away from 0: it is *subtracted* from what y maximises.",
            lambda x, y, eta, gamma: _round(x, y, eta, -gamma),
        ),
        Mistake(
            "You forgot the half in the penalty: the slope of half a square is the number itself, without a factor 2.",
            lambda x, y, eta, gamma: _round(x, y, eta, 2 * gamma),
        ),
        Mistake(
            "You turned both directions: x goes down its slope, y up.",
            lambda x, y, eta, gamma: _round(x, y, -eta, gamma),
        ),
        Mistake(
            "The values are right but in the other order: x first.",
            lambda x, y, eta, gamma: _round(x, y, eta, gamma)[::-1],
        ),
    ),
    examine=compare(_round_cases),
)


# --- the mode counter -----------------------------------------------------------------------------------------------


def _mode_cases(rng: np.random.Generator) -> Cases:
    cases: Cases = []
    for k, per in ((6, 9), (5, 12), (8, 7)):
        angle = 2 * np.pi * np.arange(k) / k + rng.uniform(0, 1)
        centers = 3 * np.column_stack([np.cos(angle), np.sin(angle)]) + rng.normal(1.0, 0.3, 2)
        sigma = float(rng.uniform(0.06, 0.1))
        chunks = []
        for mode in range(1, k):  # mode 0 gets no point at all
            count = per + 2 * mode
            direction = rng.normal(0, 1, (count, 2))
            direction /= np.linalg.norm(direction, axis=1, keepdims=True)
            radius = rng.uniform(0.2, 5.0, (count, 1)) * sigma
            radius[0], radius[1], radius[2] = 2.5 * sigma, 0.4 * sigma, 4.0 * sigma
            if mode == 1:
                radius = rng.uniform(4.0, 6.0, (count, 1)) * sigma  # near it, but none of high quality
            if mode == 2:
                radius = rng.uniform(2.1, 2.8, (count, 1)) * sigma  # within three sigma, outside of two
            chunks.append(centers[mode] + radius * direction)
        cases.append((rng.permutation(np.concatenate(chunks)), centers, sigma))
    return cases


def _coverage(
    samples: Floats,
    centers: Floats,
    sigma: float,
    *,
    reach: float = 3.0,
    every: bool = False,
    good_only: bool = False,
    forward: bool = False,
    base: float = np.e,
    squared: bool = False,
    counted: bool = False,
) -> tuple[int, float, float]:
    distance = np.linalg.norm(samples[:, None] - centers, axis=2)  # (n, k)
    nearest, smallest = distance.argmin(axis=1), distance.min(axis=1)
    good = (smallest**2 if squared else smallest) <= reach * sigma
    modes = len(np.unique(nearest if every else nearest[good]))
    histogram = np.bincount(nearest[good] if good_only else nearest, minlength=len(centers))
    share = histogram / histogram.sum()
    if forward:
        with np.errstate(divide="ignore"):
            kl = float(-np.log(share * len(centers)).mean())
    else:
        kl = float(special.xlogy(share, share * len(centers)).sum() / np.log(base))
    return modes, float(good.sum() if counted else good.mean()), kl


def _reference_coverage(samples: Floats, centers: Floats, sigma: float) -> tuple[int, float, float]:
    return _coverage(samples, centers, sigma)


def _swap_kl(samples: Floats, centers: Floats, sigma: float) -> tuple[int, float, float]:
    modes, good, kl = _coverage(samples, centers, sigma)
    return modes, good, kl - np.log(len(centers))


_MODES = Exercise(
    name="count_modes",
    asks="count_modes(samples, centers, sigma): modes captured, share of high quality, reverse KL in nats",
    hints=(
        "A table (n, k) of distances serves all three numbers: its smallest entry in each row, and where it stands.",
        "High quality is a question to each *sample*: is it within three sigma of its nearest centre? Which modes does"
        " at least one such sample belong to?",
        "The histogram counts all samples, good or not, at their nearest centre. Some of its shares may be zero:"
        " `special.xlogy` or `special.entr` treat them well.",
    ),
    reference=_reference_coverage,
    mistakes=(
        Mistake(
            "You counted modes that have only bad samples near them: a mode is captured by a sample of high quality.",
            lambda samples, centers, sigma: _coverage(samples, centers, sigma, every=True),
        ),
        Mistake(
            "Your limit is one sigma; the protocol's is three.",
            lambda samples, centers, sigma: _coverage(samples, centers, sigma, reach=1.0),
        ),
        Mistake(
            "Your limit is two sigma; the protocol's is three.",
            lambda samples, centers, sigma: _coverage(samples, centers, sigma, reach=2.0),
        ),
        Mistake(
            "You compared the *squared* distance with three sigma.",
            lambda samples, centers, sigma: _coverage(samples, centers, sigma, squared=True),
        ),
        Mistake(
            "Your histogram holds the samples of high quality only; all samples count, at their nearest centre.",
            lambda samples, centers, sigma: _coverage(samples, centers, sigma, good_only=True),
        ),
        Mistake(
            "This is KL of the uniform distribution from the histogram, infinite when a mode is missing. The protocol"
            " takes the other direction, the average under the histogram.",
            lambda samples, centers, sigma: _coverage(samples, centers, sigma, forward=True),
        ),
        Mistake(
            "Your third number is minus the entropy of the histogram; compare with the uniform distribution, whose"
            " shares are one over the number of modes.",
            _swap_kl,
        ),
        Mistake(
            "Your reverse KL is in bits; nats were asked for.",
            lambda samples, centers, sigma: _coverage(samples, centers, sigma, base=2.0),
        ),
        Mistake(
            "Your second number counts samples; a share between 0 and 1 was asked for.",
            lambda samples, centers, sigma: _coverage(samples, centers, sigma, counted=True),
        ),
    ),
    examine=compare(_mode_cases),
)


# --- the gradient penalty -------------------------------------------------------------------------------------------


def _penalty_cases(rng: np.random.Generator) -> Cases:
    import torch

    cases: Cases = []
    for n, d in ((4, 2), (6, 3), (5, 2)):
        first, last = (torch.tensor(rng.normal(0, 0.9, shape), requires_grad=True) for shape in ((d, 4), (4, 1)))

        def critic(x: Any, first: Any = first, last: Any = last) -> Any:
            return torch.tanh(x @ first) @ last

        critic.weights = (first, last)  # type: ignore[attr-defined]
        real, fake = (torch.tensor(rng.normal(shift, 1.0, (n, d))) for shift in (1.0, -1.0))
        cases.append((critic, real, fake, torch.tensor(rng.uniform(0.1, 0.9, (n, 1)))))
    return cases


def _penalty(
    critic: Any,
    real: Any,
    fake: Any,
    share: Any,
    *,
    graph: bool = True,
    target: float = 1.0,
    at: Callable[[Any, Any, Any], Any] = lambda real, fake, share: share * real + (1 - share) * fake,
    whole: bool = False,
    squared_slope: bool = False,
    total: bool = False,
    one_sided: bool = False,
) -> Any:
    import torch

    x = at(real, fake, share).detach().requires_grad_()
    (slope,) = torch.autograd.grad(critic(x).sum(), x, create_graph=graph)
    length = slope.norm() if whole else slope.norm(dim=1)
    excess = (length**2 if squared_slope else length) - target
    if one_sided:
        excess = excess.clamp(min=0)
    return (excess**2).sum() if total else (excess**2).mean()


def _slope_penalty(critic: Any, real: Any, fake: Any, share: Any) -> Any:
    import torch

    x = (share * real + (1 - share) * fake).requires_grad_()
    (slope,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return ((slope.norm(dim=1) - 1) ** 2).mean()


def _measure(answer: Any, args: tuple[Any, ...]) -> Any:
    """Return a penalty's value, and its slopes along the critic's weights; what is no scalar tensor is left alone."""
    import torch

    if not isinstance(answer, torch.Tensor) or answer.ndim:
        return answer.detach().numpy() if isinstance(answer, torch.Tensor) else answer
    weights = args[0].weights
    slopes = [torch.zeros_like(weight) for weight in weights]
    if answer.requires_grad:
        found = torch.autograd.grad(answer, weights, allow_unused=True)
        slopes = [zero if slope is None else slope for zero, slope in zip(slopes, found, strict=True)]
    return answer.detach().numpy(), np.concatenate([slope.numpy().ravel() for slope in slopes])


def _examine_penalty(attempt: Attempt, exercise: Exercise, rng: np.random.Generator) -> str:
    def measured(function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *args: _measure(function(*args), args)

    class Measured(Attempt):
        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            return _measure(attempt(*args, **kwargs), args)

    known = tuple(replace(mistake, answer=measured(mistake.answer)) for mistake in exercise.mistakes)
    numbers = replace(exercise, reference=measured(exercise.reference), mistakes=known)
    compare(_penalty_cases)(Measured(attempt.function, seconds=attempt.seconds), numbers, rng)
    return "Value and slope agree with the reference on all 3 critics: it can be trained through."


_PENALTY = Exercise(
    name="slope_penalty",
    asks="slope_penalty(critic, real, fake, share): the gradient penalty, a scalar tensor with a graph",
    hints=(
        "Three steps: the points between; the gradient of the critic at each of them; how far its length is from 1.",
        "`torch.autograd.grad(critic(x).sum(), x, ...)` gives all gradients at once, because each row of the output"
        " depends on its own row of x only. x must ask for a gradient.",
        "The penalty will itself be differentiated. Which keyword keeps the graph of a gradient?",
    ),
    reference=_slope_penalty,
    mistakes=(
        Mistake(
            "The value is right, but it has no graph: the critic would never feel it. Ask `torch.autograd.grad` to keep"
            " the graph.",
            lambda critic, real, fake, share: _penalty(critic, real, fake, share, graph=False),
        ),
        Mistake(
            "You pulled the slope to 0. This penalty wants it near 1.",
            lambda critic, real, fake, share: _penalty(critic, real, fake, share, target=0.0),
        ),
        Mistake(
            "You took the slope at the real points. This penalty looks at points *between* real and fake.",
            lambda critic, real, fake, share: _penalty(critic, real, fake, share, at=lambda real, fake, share: real),
        ),
        Mistake(
            "You mixed the shares up: `share` is the real point's part.",
            lambda critic, real, fake, share: _penalty(critic, fake, real, share),
        ),
        Mistake(
            "You took one length for the gradients of all points together. Each point has a length of its own.",
            lambda critic, real, fake, share: _penalty(critic, real, fake, share, whole=True),
        ),
        Mistake(
            "You compared the *squared* length with 1. First the length, then its distance from 1, then the square.",
            lambda critic, real, fake, share: _penalty(critic, real, fake, share, squared_slope=True),
        ),
        Mistake(
            "You summed over the points; the penalty is a mean.",
            lambda critic, real, fake, share: _penalty(critic, real, fake, share, total=True),
        ),
        Mistake(
            "You penalised only slopes above 1. The usual penalty is two-sided: slopes below 1 pay as well.",
            lambda critic, real, fake, share: _penalty(critic, real, fake, share, one_sided=True),
        ),
    ),
    examine=_examine_penalty,
    seconds=20.0,  # the first call may load torch
)


# --- a concept question ---------------------------------------------------------------------------------------------


def _examine_half(attempt: Any, exercise: Exercise, rng: np.random.Generator) -> str:
    choose()(attempt, exercise, rng)
    return "A verdict of one half says something about the pair of players, not about the generator alone."


_HALF = Exercise(
    name="what_half_means",
    asks="the letter of what follows from D = 1/2 at every point",
    hints=(
        "The equation D = p/(p+q) holds for the *best* D. Does the statement say that this D is the best?",
        "Think of a network that has not been trained at all, with logit 0 everywhere.",
    ),
    reference="c",
    mistakes=(
        Mistake("That holds for the best D. This D may be weak: an untrained one says 1/2 as well.", "a"),
        Mistake("It may have collapsed, and it may be perfect: D's verdict does not tell the two apart.", "b"),
        Mistake(
            "A vanishing loss would need D near 0 for fakes and near 1 for real points; at 1/2 it is 2 ln 2.",
            "d",
        ),
    ),
    examine=_examine_half,
)

EXERCISES = (_OPTIMAL, _LOSSES, _JS, _ROUND, _MODES, _PENALTY, _HALF)
