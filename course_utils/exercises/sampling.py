"""Exercises of notebook 02: samplers.

Answers that are random are judged by what a large sample of them looks like: values of the empirical cdf, shares and
spreads, each with a margin of many standard errors. So a right answer passes in whatever order it uses the generator.
A wrong one is compared with samples of the known mistakes, and named after the one that it looks like.
"""

import numbers
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.exercises._attempt import Attempt, Wrong
from course_utils.exercises._exercise import Exercise, Mistake, choose, compare

Floats = NDArray[np.float64]


def _as_draws(value: Any, tried: str) -> Floats:
    """Return a sampler's answer as a flat array, or say what is wrong with its form."""
    if value is None:
        raise Wrong("Your function returned None. Does every path through it end in `return`?", tried=tried)
    try:
        draws = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise Wrong(
            "Your function should return an array of numbers.", tried=tried, came=type(value).__name__
        ) from None
    if draws.ndim != 1:
        raise Wrong(
            "Your function should return a one-dimensional array.", tried=tried, came=f"an array of shape {draws.shape}"
        )
    if draws.size and not np.isfinite(draws).all():
        raise Wrong("Some of your draws are NaN or infinite.", tried=tried, came=draws[~np.isfinite(draws)][:3])
    return draws


def _ecdf(draws: Floats, points: Floats) -> Floats:
    """Share of draws at or below each point."""
    return np.searchsorted(np.sort(draws), points, side="right") / max(draws.size, 1)


def _name_mistake(seen: Floats, mistakes: Sequence[tuple[Mistake, Floats]], margin: float) -> Mistake | None:
    """Return the mistake whose signature lies nearest to what was seen, if one lies within the margin."""
    distances = [float(np.abs(seen - signature).max()) for _, signature in mistakes]
    nearest = int(np.argmin(distances))
    return mistakes[nearest][0] if distances[nearest] < margin else None


def _normal(x: ArrayLike, mean: float, sd: float) -> Floats:
    """Density of a Gaussian."""
    return np.asarray(np.exp(-0.5 * ((np.asarray(x) - mean) / sd) ** 2) / (sd * np.sqrt(2 * np.pi)), dtype=float)


# --- the quantile function of the exponential ---------------------------------------------------------------------


def _quantile_cases(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    return [(rng.uniform(0.05, 0.95, size), float(rng.uniform(1.5, 4))) for size in (3, 5, 40)]


_EXPONENTIAL = Exercise(
    name="exponential_quantile",
    asks="exponential_quantile(u, rate): the x at which the cdf 1 - exp(-rate x) reaches u",
    hints=(
        "Write down u = F(x) for the exponential and look at it as an equation for x.",
        "Bring the exponential to one side alone; the logarithm undoes it.",
        "Check your formula at u = 0, where x must be 0, and near u = 1, where x must grow without bound.",
    ),
    reference=lambda u, rate: -np.log1p(-u) / rate,
    mistakes=(
        Mistake(
            "A sign is lost: your x are negative. The logarithm of a number below one is negative.",
            lambda u, rate: np.log1p(-u) / rate,
        ),
        Mistake(
            "You multiplied by the rate. The mean is one over the rate, so a larger rate must give smaller x.",
            lambda u, rate: -np.log1p(-u) * rate,
        ),
        Mistake(
            "Your x falls as u rises. As a sampler that works too, since 1 - U is as uniform as U;"
            " but the inverse of a cdf rises: u near 0 must give x near 0.",
            lambda u, rate: -np.log(u) / rate,
        ),
        Mistake(
            "You evaluated the cdf at u. It takes an x and gives a height; you need the way back, from height to x.",
            lambda u, rate: 1 - np.exp(-rate * u),
        ),
        Mistake(
            "You evaluated the density at u. The density plays no part here: solve F(x) = u for x.",
            lambda u, rate: rate * np.exp(-rate * u),
        ),
        Mistake(
            "You used a logarithm to base 10; the exponential is undone by the natural logarithm.",
            lambda u, rate: -np.log10(1 - u) / rate,
        ),
        Mistake(
            "You used a logarithm to base 2; the exponential is undone by the natural logarithm.",
            lambda u, rate: -np.log2(1 - u) / rate,
        ),
        Mistake("`rate` does not appear in your answer.", lambda u, rate: -np.log1p(-u)),
    ),
    examine=compare(_quantile_cases),
)


# --- ancestral sampling of a mixture --------------------------------------------------------------------------------

_MIXTURE_POINTS = np.linspace(-8.0, 10.0, 37)
_CALLS, _CALL_SIZE = 40, 500


def _ancestral(n: int, weights: Floats, means: Floats, sds: Floats, rng: np.random.Generator) -> Floats:
    k = rng.choice(len(weights), size=n, p=weights)
    return rng.normal(means[k], sds[k])


def _sum_of_draws(n: int, weights: Floats, means: Floats, sds: Floats, rng: np.random.Generator) -> Floats:
    return np.asarray(rng.normal(means, sds, size=(n, len(means))) @ weights)


def _uniform_component(n: int, weights: Floats, means: Floats, sds: Floats, rng: np.random.Generator) -> Floats:
    k = rng.integers(len(weights), size=n)
    return rng.normal(means[k], sds[k])


def _one_component(n: int, weights: Floats, means: Floats, sds: Floats, rng: np.random.Generator) -> Floats:
    k = rng.choice(len(weights), p=weights)
    return rng.normal(means[k], sds[k], size=n)


def _blocks(n: int, weights: Floats, means: Floats, sds: Floats, rng: np.random.Generator) -> Floats:
    k = np.sort(rng.choice(len(weights), size=n, p=weights))
    return rng.normal(means[k], sds[k])


def _root_sd(n: int, weights: Floats, means: Floats, sds: Floats, rng: np.random.Generator) -> Floats:
    return _ancestral(n, weights, means, np.sqrt(sds), rng)


def _squared_sd(n: int, weights: Floats, means: Floats, sds: Floats, rng: np.random.Generator) -> Floats:
    return _ancestral(n, weights, means, sds**2, rng)


def _one_noise(n: int, weights: Floats, means: Floats, sds: Floats, rng: np.random.Generator) -> Floats:
    k = rng.choice(len(weights), size=n, p=weights)
    return np.asarray(means[k] + sds[k] * rng.normal())


def _means_only(n: int, weights: Floats, means: Floats, sds: Floats, rng: np.random.Generator) -> Floats:
    return np.asarray(means[rng.choice(len(weights), size=n, p=weights)])


def _two_choices(n: int, weights: Floats, means: Floats, sds: Floats, rng: np.random.Generator) -> Floats:
    k, other = rng.choice(len(weights), size=(2, n), p=weights)
    return np.asarray(rng.normal(means[k], sds[other]), dtype=float)


_SUM_OF_DRAWS = Mistake(
    "You added draws of all components, weighted. Such a sum falls between the modes; a mixture takes each draw whole"
    " from one component.",
    _sum_of_draws,
)
_UNIFORM_COMPONENT = Mistake(
    "Every component came up equally often. The weights say how often each one must be chosen.", _uniform_component
)
_ONE_COMPONENT = Mistake(
    "All draws of a call come from one component. The component must be chosen anew for every draw.", _one_component
)
_BLOCKS = Mistake(
    "The draws come out sorted by component: first all of one, then all of the next. Each draw must choose its"
    " component"
    " without knowing its place in the array.",
    _blocks,
)
_ROOT_SD = Mistake(
    "You took a square root of the standard deviations. They are no variances: use them as they come.", _root_sd
)
_SQUARED_SD = Mistake(
    "You used the variances where NumPy wants standard deviations: the draws of a component spread by the wrong"
    " amount.",
    _squared_sd,
)
_ONE_NOISE = Mistake(
    "Each call has only as many different values as there are components: one Gaussian draw was shared by all points."
    " Draw one for every point.",
    _one_noise,
)

_MEANS_ONLY = Mistake("You returned the component means; each draw still needs its own Gaussian.", _means_only)
_TWO_CHOICES = Mistake(
    "Mean and sd must come from the *same* component; you chose a component for each of them.", _two_choices
)


def _examine_ancestral(attempt: Attempt, exercise: Exercise, rng: np.random.Generator) -> str:
    order = rng.permutation(3)
    weights = np.array([0.55, 0.3, 0.15])[order]
    means = np.array([-3.0, 1.0, 5.0]) + rng.uniform(-0.5, 0.5, 3)
    sds = np.array([0.3, 2.2, 0.45])[rng.permutation(3)]
    arguments = (_CALL_SIZE, weights, means, sds)
    tried = f"{_CALLS} calls with n={_CALL_SIZE}, weights={weights}, means={means.round(2)}, sds={sds}"

    def sample(function: Callable[..., Any]) -> Floats:
        return np.stack([function(*arguments, rng) for _ in range(_CALLS)])

    rows = []
    for _ in range(_CALLS):
        draws = _as_draws(attempt(*arguments, rng), tried)
        if draws.size != _CALL_SIZE:
            raise Wrong(
                f"You were asked for {_CALL_SIZE} draws.",
                tried=tried,
                came=f"{draws.size} draws",
                expected=f"{_CALL_SIZE} draws",
            )
        rows.append(draws)
    seen = np.stack(rows)  # (calls, draws)
    if np.isin(seen, means).all():
        raise Wrong(_MEANS_ONLY.says, tried=tried)
    if max(np.unique(row).size for row in seen) <= len(weights):
        raise Wrong(_ONE_NOISE.says, tried=tried)
    if np.array_equal(seen[0], seen[1]):
        raise Wrong(
            "Two calls gave the same draws: use the generator that you are given, not one of your own.", tried=tried
        )
    # For independent draws the variance of the calls' means is that of a draw over n; a shared component inflates it.
    if seen.mean(axis=1).var() > 20 * seen.var() / _CALL_SIZE:
        raise Wrong(
            _ONE_COMPONENT.says, tried=tried, came=f"means of the first calls: {seen.mean(axis=1)[:4].round(2)}"
        )
    tenth = _CALL_SIZE // 10
    first, last = (_ecdf(part.ravel(), _MIXTURE_POINTS) for part in (seen[:, :tenth], seen[:, -tenth:]))
    if np.abs(first - last).max() > 0.15:  # two samples of 2000: ten standard errors
        raise Wrong(_BLOCKS.says, tried=tried)
    got = _ecdf(seen.ravel(), _MIXTURE_POINTS)
    want = _ecdf(_ancestral(200_000, weights, means, sds, rng), _MIXTURE_POINTS)
    worst = int(np.abs(got - want).argmax())
    if abs(got[worst] - want[worst]) > 0.03:  # 20 000 draws: at least eight standard errors
        known = [
            (mistake, _ecdf(sample(mistake.answer).ravel(), _MIXTURE_POINTS))
            for mistake in (_SUM_OF_DRAWS, _UNIFORM_COMPONENT, _ROOT_SD, _SQUARED_SD, _TWO_CHOICES)
        ]
        named = _name_mistake(got, known, 0.035)
        raise Wrong(
            named.says if named else "Your draws do not follow the mixture.",
            tried=tried,
            came=f"a share of {got[worst]:.3f} at or below {_MIXTURE_POINTS[worst]:g}",
            expected=f"a share of {want[worst]:.3f}",
        )
    return (
        f"The cdf of {_CALLS * _CALL_SIZE:,} draws agrees with the mixture's to within {np.abs(got - want).max():.3f}."
    )


_ANCESTRAL = Exercise(
    name="ancestral_sample",
    asks="ancestral_sample(n, weights, means, sds, rng): n draws of a one-dimensional Gaussian mixture",
    hints=(
        "Two random choices make one draw. Which comes first, and what does the second need to know of it?",
        "`rng.choice` with its argument `p` chooses n component numbers at once.",
        "An array of component numbers can index `means` and `sds`: it gives each draw its own mean and deviation.",
    ),
    reference=_ancestral,
    mistakes=(
        _SUM_OF_DRAWS,
        _UNIFORM_COMPONENT,
        _ONE_COMPONENT,
        _BLOCKS,
        _ROOT_SD,
        _SQUARED_SD,
        _ONE_NOISE,
        _MEANS_ONLY,
        _TWO_CHOICES,
    ),
    examine=_examine_ancestral,
)


# --- rejection sampling ---------------------------------------------------------------------------------------------

Density = Callable[[Floats], Floats]
Draw = Callable[[int, np.random.Generator], Floats]
_REPEATS, _TRIALS = 6, 5_000


def _reject(target: Density, proposal: Density, draw: Draw, bound: float, n: int, rng: np.random.Generator) -> Floats:
    x = draw(n, rng)
    return x[rng.random(n) * bound * proposal(x) < target(x)]


def _accept_all(
    target: Density, proposal: Density, draw: Draw, bound: float, n: int, rng: np.random.Generator
) -> Floats:
    return draw(n, rng)


def _density_for_ratio(
    target: Density, proposal: Density, draw: Draw, bound: float, n: int, rng: np.random.Generator
) -> Floats:
    x = draw(n, rng)
    return x[rng.random(n) < target(x)]


def _without_bound(
    target: Density, proposal: Density, draw: Draw, bound: float, n: int, rng: np.random.Generator
) -> Floats:
    x = draw(n, rng)
    return x[rng.random(n) * proposal(x) < target(x)]


def _flat_heights(
    target: Density, proposal: Density, draw: Draw, bound: float, n: int, rng: np.random.Generator
) -> Floats:
    x = draw(n, rng)
    return x[rng.random(n) * bound < target(x)]


def _kept_the_rejected(
    target: Density, proposal: Density, draw: Draw, bound: float, n: int, rng: np.random.Generator
) -> Floats:
    x = draw(n, rng)
    return x[rng.random(n) * bound * proposal(x) >= target(x)]


def _no_chance(
    target: Density, proposal: Density, draw: Draw, bound: float, n: int, rng: np.random.Generator
) -> Floats:
    x = draw(n, rng)
    return x[rng.random() * bound * proposal(x) < target(x)]


def _without_brackets(
    target: Density, proposal: Density, draw: Draw, bound: float, n: int, rng: np.random.Generator
) -> Floats:
    x = draw(n, rng)
    return x[rng.random(n) < target(x) / bound * proposal(x)]


def _bound_above(
    target: Density, proposal: Density, draw: Draw, bound: float, n: int, rng: np.random.Generator
) -> Floats:
    x = draw(n, rng)
    return x[rng.random(n) < bound * target(x) / proposal(x)]


def _drew_twice(
    target: Density, proposal: Density, draw: Draw, bound: float, n: int, rng: np.random.Generator
) -> Floats:
    x = draw(n, rng)
    return x[rng.random(n) * bound * proposal(draw(n, rng)) < target(x)]


def _mask(
    target: Density, proposal: Density, draw: Draw, bound: float, n: int, rng: np.random.Generator
) -> NDArray[np.bool_]:
    x = draw(n, rng)
    return np.asarray(rng.random(n) * bound * proposal(x) < target(x))


_ACCEPT_ALL = Mistake(
    "You kept every candidate: these are draws of the proposal, not of the target. (If you do compare with a ratio, it"
    " is upside down: the target goes above.)",
    _accept_all,
)
_WITHOUT_BRACKETS = Mistake(
    "Check the brackets: the bound *and* the proposal go below. After `/ bound` a further `*` multiplies.",
    _without_brackets,
)
_BOUND_ABOVE = Mistake("The bound is on the wrong side: the bound *and* the proposal go below.", _bound_above)
_DREW_TWICE = Mistake(
    "You called `draw` twice: the second call gives *other* candidates. Keep those of the first in a variable.",
    _drew_twice,
)
_MASK = Mistake("You returned True/False for every candidate; use it to pick candidates.", _mask)
_DENSITY_FOR_RATIO = Mistake(
    "You accepted with the target's density as the probability. A density is no probability;"
    " what is compared with a uniform number is the target's height as a share of the envelope's.",
    _density_for_ratio,
)
_WITHOUT_BOUND = Mistake(
    "You left out the bound: without it the envelope lies below the target in places, and there the ratio exceeds one.",
    _without_bound,
)
_FLAT_HEIGHTS = Mistake(
    "You threw heights between 0 and the bound at every x. The envelope is the bound times the proposal's density,"
    " so it is lower where candidates are rare.",
    _flat_heights,
)
_KEPT_THE_REJECTED = Mistake(
    "You kept the candidates above the target's curve; those below it are the draws.", _kept_the_rejected
)
_NO_CHANCE = Mistake(
    "Whether a candidate is kept depends on its ratio alone, as if all candidates had met the same threshold."
    " Each one needs a uniform number of its own.",
    _no_chance,
)


def _is_cut_off(ratio: Floats, kept: NDArray[np.bool_]) -> bool:
    """Tell whether a single threshold on the ratio explains which candidates were kept."""
    return bool(kept.all() or not kept.any() or ratio[kept].min() >= ratio[~kept].max())


def _examine_rejection(attempt: Attempt, exercise: Exercise, rng: np.random.Generator) -> str:
    means = rng.uniform(-1.4, -0.9), rng.uniform(0.9, 1.4)
    share = rng.uniform(0.25, 0.4)
    centre, width = rng.uniform(0.3, 0.6), 1.7

    def target(x: Floats) -> Floats:
        return share * _normal(x, means[0], 0.35) + (1 - share) * _normal(x, means[1], 0.6)

    def proposal(x: Floats) -> Floats:
        return _normal(x, centre, width)

    candidates: list[Floats] = []

    def draw(n: int, rng: np.random.Generator) -> Floats:
        candidates.append(rng.normal(centre, width, n))
        return candidates[-1]

    grid = np.linspace(-6.0, 6.0, 4001)
    points = np.linspace(-3.0, 4.0, 29)
    bound = 1.15 * float((target(grid) / proposal(grid)).max())
    arguments = (target, proposal, draw, bound, _TRIALS)
    tried = f"{exercise.name}(target, proposal, draw, {bound:.3f}, {_TRIALS}, rng)"

    def signature(draws: Floats, proposed: int) -> Floats:
        return np.append(_ecdf(draws, points), draws.size / proposed)

    calls: list[tuple[Floats, Floats]] = []  # (candidates, accepted) of each call
    batches = 0  # how often one call of the answer drew all candidates
    for _ in range(_REPEATS):
        candidates.clear()
        answer = attempt(*arguments, rng)
        if isinstance(answer, np.ndarray) and answer.dtype == bool:
            raise Wrong(_MASK.says, tried=tried)
        got = _as_draws(answer, tried)
        if not candidates:
            raise Wrong("Candidates must come from `draw(n, rng)`; your function never called it.", tried=tried)
        proposed = np.concatenate([np.ravel(part) for part in candidates])
        if not np.isin(got, proposed).all():
            raise Wrong("Some of the returned values were never proposed: return candidates, unchanged.", tried=tried)
        batches = max(batches, sum(np.size(part) >= _TRIALS for part in candidates))
        calls.append((proposed, got))
    seen = signature(np.concatenate([got for _, got in calls]), sum(proposed.size for proposed, _ in calls))
    mass = np.cumsum(target(grid)) * (grid[1] - grid[0])
    want = np.append(np.interp(points, grid, mass), 1 / bound)
    cut_off = all(_is_cut_off(target(proposed) / proposal(proposed), np.isin(proposed, got)) for proposed, got in calls)
    if cut_off or np.abs(seen - want).max() > 0.04:  # some 8000 accepted: seven standard errors
        if batches > 1:
            raise Wrong(_DREW_TWICE.says, tried=tried)
        few = np.concatenate([_without_brackets(*arguments, rng) for _ in range(5 * _REPEATS)])
        accepted = few.size / (5 * _REPEATS * _TRIALS)
        if abs(seen[-1] / accepted - 1) < 0.35 and np.abs(seen - signature(few, 5 * _REPEATS * _TRIALS)).max() < 0.16:
            raise Wrong(_WITHOUT_BRACKETS.says, tried=tried, came=f"{seen[-1]:.3f} of the candidates accepted")
        known = [
            (
                mistake,
                signature(np.concatenate([mistake.answer(*arguments, rng) for _ in calls]), _REPEATS * _TRIALS),
            )
            for mistake in (
                _ACCEPT_ALL,
                _DENSITY_FOR_RATIO,
                _WITHOUT_BOUND,
                _FLAT_HEIGHTS,
                _KEPT_THE_REJECTED,
                _BOUND_ABOVE,
            )
        ]
        named = _name_mistake(seen, known, 0.045) or (_NO_CHANCE if cut_off else None)
        worst = int(np.abs(seen - want)[:-1].argmax())
        raise Wrong(
            named.says if named else "The accepted candidates do not follow the target.",
            tried=tried,
            came=f"{seen[-1]:.3f} of the candidates accepted, a share of {seen[worst]:.3f} at or below"
            f" {points[worst]:g}",
            expected=f"{want[-1]:.3f} accepted, a share of {want[worst]:.3f}",
        )
    return f"A share of {seen[-1]:.3f} of the candidates was accepted, and 1/M is {want[-1]:.3f}."


_REJECTION = Exercise(
    name="keep_or_reject",
    asks="keep_or_reject(target, proposal, draw, bound, n, rng): those of n candidates that rejection sampling accepts",
    hints=(
        "Each candidate is a dart's horizontal position. What is its height, and how high may it be at that position?",
        "The height is uniform between zero and the envelope: the bound times the proposal's density there.",
        "A comparison of two arrays is an array of True and False, and such an array can index the candidates.",
    ),
    reference=_reject,
    mistakes=(
        _ACCEPT_ALL,
        _DENSITY_FOR_RATIO,
        _WITHOUT_BOUND,
        _FLAT_HEIGHTS,
        _KEPT_THE_REJECTED,
        _NO_CHANCE,
        _WITHOUT_BRACKETS,
        _BOUND_ABOVE,
        _DREW_TWICE,
        _MASK,
    ),
    examine=_examine_rejection,
)


# --- importance weights ---------------------------------------------------------------------------------------------


def _weight_cases(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    # Two cases have unnormalised log densities so low that their exponentials are zero in floating point. In the last
    # but one both log densities span 1000, their differences little; in the last the differences span 2000.
    cases: list[tuple[Any, ...]] = [
        (rng.normal(shift, 1.3, size), rng.normal(-2, 0.8, size))
        for shift, size in ((-2.0, 5), (1.0, 8), (-1200.0, 6), (-900.0, 4))
    ]
    low = rng.permutation(np.array([-1000.0, -700.0, -300.0, -2.0]))
    cases.append((low, low + rng.normal(0, 1.3, 4)))
    cases.append((rng.permutation(np.array([-2000.0, -1100.0, -2.0, -1.2, -0.5])), rng.normal(-2, 0.8, 5)))
    return cases


def _softmax(log_weights: Floats) -> Floats:
    weights = np.exp(log_weights - log_weights.max())
    return np.asarray(weights / weights.sum())


def _quietly(function: Callable[[Floats, Floats], Floats]) -> Callable[[Floats, Floats], Floats]:
    def quiet(log_target: Floats, log_proposal: Floats) -> Floats:
        with np.errstate(all="ignore"):
            return function(log_target, log_proposal)

    return quiet


def _naive(log_target: Floats, log_proposal: Floats) -> Floats:
    weights = np.exp(log_target - log_proposal)
    return np.asarray(weights / weights.sum())


def _shifted_by_the_smallest(log_target: Floats, log_proposal: Floats) -> Floats:
    return _naive(log_target - log_proposal, (log_target - log_proposal).min())


def _shifted_separately(log_target: Floats, log_proposal: Floats) -> Floats:
    weights = np.exp(log_target - log_target.max()) / np.exp(log_proposal - log_proposal.max())
    return np.asarray(weights / weights.sum())


_WEIGHTS = Exercise(
    name="normalised_weights",
    asks="normalised_weights(log_target, log_proposal): weights that sum to one, from log densities at the draws",
    hints=(
        "A draw that the proposal makes too often must count less. Which density goes above, which below?",
        "With logarithms a quotient becomes a difference. The sum to one comes at the end.",
        "A constant added to all log weights changes nothing in the end. Which one makes the largest exponential one?",
    ),
    reference=lambda log_target, log_proposal: _softmax(log_target - log_proposal),
    mistakes=(
        Mistake(
            "The quotient is upside down: your weights are large where the proposal is too frequent.",
            lambda log_target, log_proposal: _softmax(log_proposal - log_target),
        ),
        Mistake(
            "The proposal is missing: draws come more often where its density is high, and the weights must undo that.",
            lambda log_target, log_proposal: _softmax(log_target),
        ),
        Mistake(
            "You added the logarithms, which multiplies the densities; the weight is their quotient.",
            lambda log_target, log_proposal: _softmax(log_target + log_proposal),
        ),
        Mistake(
            "Your weights do not sum to one. The target is known only up to a factor; normalising removes that factor.",
            _quietly(lambda log_target, log_proposal: np.exp(log_target - log_proposal)),
        ),
        Mistake(
            "Your weights average to one; here they must sum to one.",
            lambda log_target, log_proposal: _softmax(log_target - log_proposal) * len(log_target),
        ),
        Mistake(
            "You divided by the largest weight, so that the largest is one; the sum must be one.",
            lambda log_target, log_proposal: np.exp((log_target - log_proposal) - (log_target - log_proposal).max()),
        ),
        Mistake(
            "The formula is right, but for very low log densities every exponential is 0 and you divide 0 by 0."
            " Shift the log weights before the exponential.",
            _quietly(_naive),
        ),
        Mistake(
            "You forgot the exponential: these are log ratios (divided by their sum), not weights.",
            lambda log_target, log_proposal: (log_target - log_proposal) / (log_target - log_proposal).sum(),
        ),
        Mistake(
            "Shift by the *largest log weight*; another constant overflows.",
            _quietly(_shifted_by_the_smallest),
        ),
        Mistake(
            "You shifted the two arrays separately, and then a density below can still round to zero. Take the"
            " difference first, then shift it by the largest log weight.",
            _quietly(_shifted_separately),
        ),
        Mistake(
            "You divided the logarithms; a quotient of densities is a *difference* of logs.",
            lambda log_target, log_proposal: _softmax(log_target / log_proposal),
        ),
        Mistake(
            "These are the logarithms of the right weights: the last exponential is missing.",
            lambda log_target, log_proposal: log_target - log_proposal - np.logaddexp.reduce(log_target - log_proposal),
        ),
    ),
    examine=compare(_weight_cases),
)


# --- one Metropolis step --------------------------------------------------------------------------------------------

LogDensity = Callable[[float], float]


def _step_cases(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    mean, sd, constant = rng.uniform(0.5, 1.5), rng.uniform(1.2, 1.8), rng.uniform(0.8, 1.2)

    def log_target(x: float) -> float:
        return float(-0.5 * ((x - mean) / sd) ** 2 - constant)

    cases: list[tuple[Any, ...]] = []
    for _ in range(60):
        x = float(rng.normal(mean, 1.5 * sd))
        cases.append((x, x + float(rng.normal(0, 1.5 * sd)), float(rng.uniform(0.02, 0.98)), log_target))
    return cases


_STEP = Exercise(
    name="metropolis_step",
    asks="metropolis_step(x, y, u, log_target): the chain's next state, from state x, proposal y and uniform number u",
    hints=(
        "Only two things can come back: the proposal or the old state. What decides between them?",
        "The probability of accepting is the smaller of 1 and the target at y over the target at x.",
        "You hold logarithms: either bring their difference through `np.exp`, or compare it with the logarithm of u.",
    ),
    reference=lambda x, y, u, log_target: y if np.log(u) < log_target(y) - log_target(x) else x,
    mistakes=(
        Mistake(
            "You accepted every proposal: that is a random walk, which knows nothing of the target.",
            lambda x, y, u, log_target: y,
        ),
        Mistake(
            "You only go uphill. That finds the mode and stays there; a sampler must sometimes accept a lower place.",
            lambda x, y, u, log_target: y if log_target(y) > log_target(x) else x,
        ),
        Mistake(
            "The quotient is upside down: your chain prefers places of low density. The proposal's density goes above.",
            lambda x, y, u, log_target: y if np.log(u) < log_target(x) - log_target(y) else x,
        ),
        Mistake(
            "You compared u itself with a difference of logarithms. Bring both to the same scale.",
            lambda x, y, u, log_target: y if u < log_target(y) - log_target(x) else x,
        ),
        Mistake(
            "You accepted with the density at y as the probability; what counts is the density at y relative to"
            " that at x.",
            lambda x, y, u, log_target: y if np.log(u) < log_target(y) else x,
        ),
        Mistake(
            "You accept where you should reject, and the reverse: u must fall below the acceptance probability.",
            lambda x, y, u, log_target: y if np.log(u) > log_target(y) - log_target(x) else x,
        ),
        Mistake(
            "You return whether the proposal was accepted; the next state itself is asked for.",
            lambda x, y, u, log_target: float(np.log(u) < log_target(y) - log_target(x)),
        ),
        Mistake(
            "You divided the logarithms; a quotient of densities is a *difference* of logs.",
            lambda x, y, u, log_target: y if u < log_target(y) / log_target(x) else x,
        ),
        Mistake(
            "That is the probability of accepting, not the next state.",
            lambda x, y, u, log_target: min(1.0, float(np.exp(log_target(y) - log_target(x)))),
        ),
    ),
    examine=compare(_step_cases),
)


# --- a Metropolis chain ---------------------------------------------------------------------------------------------

_STEPS = 20_000


def _chain(log_target: LogDensity, start: float, step: float, n: int, rng: np.random.Generator) -> Floats:
    states, x = np.empty(n), start
    for t in range(n):
        y = x + step * rng.normal()
        if np.log(rng.random()) < log_target(y) - log_target(x):
            x = y
        states[t] = x
    return states


def _chain_without_repeats(
    log_target: LogDensity, start: float, step: float, n: int, rng: np.random.Generator
) -> Floats:
    states, x = [], start
    for _ in range(n):
        y = x + step * rng.normal()
        if np.log(rng.random()) < log_target(y) - log_target(x):
            x = y
            states.append(x)
    return np.array(states)


def _chain_until_accepted(
    log_target: LogDensity, start: float, step: float, n: int, rng: np.random.Generator
) -> Floats:
    states, x = np.empty(n), start
    for t in range(n):
        while True:
            y = x + step * rng.normal()
            if np.log(rng.random()) < log_target(y) - log_target(x):
                break
        states[t] = x = y
    return states


def _chain_accept_all(log_target: LogDensity, start: float, step: float, n: int, rng: np.random.Generator) -> Floats:
    return start + step * np.cumsum(rng.normal(size=n))


def _chain_of_proposals(log_target: LogDensity, start: float, step: float, n: int, rng: np.random.Generator) -> Floats:
    states, x = np.empty(n), start
    for t in range(n):
        y = states[t] = x + step * rng.normal()
        if np.log(rng.random()) < log_target(y) - log_target(x):
            x = y
    return states


def _chain_uphill(log_target: LogDensity, start: float, step: float, n: int, rng: np.random.Generator) -> Floats:
    states, x = np.empty(n), start
    for t in range(n):
        y = x + step * rng.normal()
        if log_target(y) > log_target(x):
            x = y
        states[t] = x
    return states


def _chain_from_start(log_target: LogDensity, start: float, step: float, n: int, rng: np.random.Generator) -> Floats:
    states, x = np.empty(n), start
    for t in range(n):
        y = start + step * rng.normal()
        if np.log(rng.random()) < log_target(y) - log_target(x):
            x = y
        states[t] = x
    return states


def _chain_deciding(
    accept: Callable[[float, float, float], bool],
) -> Callable[[LogDensity, float, float, int, np.random.Generator], Floats]:
    """Return a random walk that accepts by a rule of its own: accept(log p(y), log p(x), u)."""

    def chain(log_target: LogDensity, start: float, step: float, n: int, rng: np.random.Generator) -> Floats:
        states, x = np.empty(n), start
        for t in range(n):
            y = x + step * rng.normal()
            if accept(log_target(y), log_target(x), rng.random()):
                x = y
            states[t] = x
        return states

    return chain


def _chain_with_start(log_target: LogDensity, start: float, step: float, n: int, rng: np.random.Generator) -> Floats:
    return np.append(start, _chain(log_target, start, step, n, rng))


def _chain_start_first(log_target: LogDensity, start: float, step: float, n: int, rng: np.random.Generator) -> Floats:
    return _chain_with_start(log_target, start, step, n - 1, rng)


def _chain_of_own_luck(log_target: LogDensity, start: float, step: float, n: int, rng: np.random.Generator) -> Floats:
    return _chain(log_target, start, step, n, np.random.default_rng(0))


def _chain_returning_early(
    log_target: LogDensity, start: float, step: float, n: int, rng: np.random.Generator
) -> Floats:
    return _chain(log_target, start, step, 1, rng)


def _chain_of_zeros(log_target: LogDensity, start: float, step: float, n: int, rng: np.random.Generator) -> Floats:
    states = _chain(log_target, start, step, n, rng)
    states[1:][np.diff(states) == 0] = 0.0
    return states


_WITHOUT_REPEATS = Mistake(
    "You kept only the accepted moves. A rejected proposal makes the old state come again, and those repeats are what"
    " gives likely places their weight.",
    _chain_without_repeats,
)
_UNTIL_ACCEPTED = Mistake(
    "No value repeats: you propose until one is accepted. A rejection is a step of the chain too, in which it stays.",
    _chain_until_accepted,
)
_CHAIN_ACCEPT_ALL = Mistake(
    "Every proposal was accepted: the chain is a random walk that drifts away from the target.", _chain_accept_all
)
_OF_PROPOSALS = Mistake(
    "You recorded the proposals, accepted or not; record where the chain stands after the decision.",
    _chain_of_proposals,
)
_UPHILL = Mistake(
    "Your chain climbs to the mode and stays there: it must sometimes accept a place of lower density.", _chain_uphill
)
_NO_LOG = Mistake(
    "Your chain hardly moves: u itself seems to be compared with a difference of logarithms. Bring both to the same"
    " scale.",
    _chain_deciding(lambda new, old, u: u < new - old),
)
_UPSIDE_DOWN = Mistake(
    "The quotient is upside down: your chain runs away to places of low density. The proposal's density goes above.",
    _chain_deciding(lambda new, old, u: bool(np.log(u) < old - new)),
)
_LOG_RATIO = Mistake(
    "You divided the logarithms; a quotient of densities is a *difference* of logs.",
    _chain_deciding(lambda new, old, u: u < new / old),
)
_DENSITY_ALONE = Mistake(
    "You accepted with the density at y as the probability; what counts is the density at y relative to that at x.",
    _chain_deciding(lambda new, old, u: bool(np.log(u) < new)),
)
_SAME_THRESHOLD = Mistake(
    "Every proposal meets the same threshold. Draw a fresh uniform number in every round.",
    _chain_deciding(lambda new, old, u: bool(np.exp(new - old) > 0.5)),
)
_NEVER = Mistake(
    "The chain never moved. Is the accepted proposal made the current state?",
    _chain_deciding(lambda new, old, u: False),
)
_ZEROS = Mistake(
    "Zeros stand where proposals were rejected: write down the current state in every round, moved or not.",
    _chain_of_zeros,
)
_WITH_START = Mistake(
    "The start is among the states: n + 1 came. Return the states after steps 1 to n.", _chain_with_start
)
_START_FIRST = Mistake(
    "The first state is always the start itself. Return the states after steps 1 to n: first decide, then write down.",
    _chain_start_first,
)
_OWN_LUCK = Mistake(
    "Calls with different generators gave the same states: use the generator that you are given, not one of your own.",
    _chain_of_own_luck,
)
_RETURNS_EARLY = Mistake("Only one state came. Is `return` inside the loop?", _chain_returning_early)
_FROM_START = Mistake(
    "Your proposals are all centred on the start. A random walk proposes around the place where the chain stands now.",
    _chain_from_start,
)


def _examine_chain(attempt: Attempt, exercise: Exercise, rng: np.random.Generator) -> str:
    mean, sd = float(rng.uniform(2, 3)), float(rng.uniform(0.8, 1.3))
    start, step = mean + 1.5 * sd, 2.4 * sd
    points = mean + sd * np.linspace(-2.5, 2.5, 11)

    def log_target(x: float) -> float:
        return -0.5 * ((x - mean) / sd) ** 2 - 3.0

    def signature(states: Floats) -> Floats:
        moves = np.diff(states)
        return np.append(_ecdf(states, points), [np.mean(moves == 0), min(1.0, float(moves.std()) / (2 * step))])

    arguments = (log_target, start, step, _STEPS)
    tried = f"{exercise.name}(log_target, {start:.2f}, {step:.2f}, {_STEPS}, rng); target N({mean:.2f}, {sd:.2f}^2)"
    states = _as_draws(attempt(*arguments, rng), tried)
    if states.size != _STEPS:
        only_moves = 1 < states.size < _STEPS and not np.any(np.diff(states) == 0)
        says = "The number of states is not n."
        if states.size == 1:
            says = _RETURNS_EARLY.says
        elif only_moves:
            says = _WITHOUT_REPEATS.says
        elif states.size == _STEPS + 1 and states[0] == start:
            says = _WITH_START.says
        raise Wrong(says, tried=tried, came=f"{states.size} states", expected=f"{_STEPS} states")
    if np.all(states == start):
        raise Wrong(_NEVER.says, tried=tried)
    if np.mean(states == 0) > 0.1:
        raise Wrong(_ZEROS.says, tried=tried, came=states[:8])
    gains = np.diff(-0.5 * ((states - mean) / sd) ** 2)  # log p(new) - log p(old) of every step
    moved = np.diff(states) != 0
    # Of the right chain's moves more than twenty go to a place less than 0.02 times as likely.
    if 0.1 < np.mean(moved) < 0.95 and gains[moved].min() > np.log(0.02):
        raise Wrong(_SAME_THRESHOLD.says, tried=tried)
    got, want = signature(states), signature(_chain(log_target, start, step, 4 * _STEPS, rng))
    stay, right_stay = float(got[-2]), float(want[-2])
    shown = {
        "tried": tried,
        "came": f"{stay:.3f} of the steps stay, mean {states.mean():.2f}, sd {states.std():.2f}",
        "expected": f"{right_stay:.3f} of the steps stay, mean {mean:.2f}, sd {sd:.2f}",
    }
    # Worth some 4000 independent draws: 0.07 is about eight standard errors of a share, 0.08 as many of the sd.
    if np.abs(got - want).max() > 0.07 or abs(states.std() / sd - 1) > 0.08:
        named = _name_wrong_chain(attempt, states, arguments, (mean, sd), signature, rng)
        if named:
            raise Wrong(named.says, **shown)
        follows = np.abs(got - want)[:-2].max() < 0.1 and abs(states.std() / sd - 1) < 0.12
        raise Wrong(
            f"Your states follow the target, but {stay:.2f} of the steps stay instead of {right_stay:.2f}: the proposal"
            " should be Gaussian with standard deviation `step` around the current state."
            if follows
            else "The states do not follow the target.",
            **shown,
        )
    short = [_as_draws(attempt(log_target, start, step, 8, rng), tried) for _ in range(40)]
    if all(np.array_equal(row, short[0]) for row in short):
        raise Wrong(_OWN_LUCK.says, tried=tried, came=short[0][:4])
    if any(row.size != 8 for row in short):
        raise Wrong("The number of states is not n.", tried="the same with n = 8", came=f"{short[0].size} states")
    if all(row[0] == start for row in short):
        raise Wrong(_START_FIRST.says, tried="40 calls with n = 8")
    return f"Mean {states.mean():.2f} and sd {states.std():.2f} for a target of {mean:.2f} and {sd:.2f}."


def _name_wrong_chain(
    attempt: Attempt,
    states: Floats,
    arguments: tuple[LogDensity, float, float, int],
    moments: tuple[float, float],
    signature: Callable[[Floats], Floats],
    rng: np.random.Generator,
) -> Mistake | None:
    """Return the known mistake that a long chain with the wrong distribution shows, if there is one."""
    log_target, start, step, _ = arguments
    mean, sd = moments
    moves = np.diff(states)
    stay, reach = float(np.mean(moves == 0)), float(np.abs(states - mean).max() / sd)
    if reach > 30:  # it ran away: a random walk by its square root law, or faster
        if stay == 0:
            return _CHAIN_ACCEPT_ALL if abs(moves.std() / step - 1) < 0.05 else None
        return _UPSIDE_DOWN if stay > 0.3 else _LOG_RATIO
    if stay > 0.9:
        if states[_STEPS // 2 :].std() > 0.3 * sd:
            return _DENSITY_ALONE
        # Only uphill, or also by the size of the gain? The first step from the start tells.
        first = np.mean([np.ravel(attempt(log_target, start, step, 1, rng))[0] != start for _ in range(1000)])
        uphill, by_gain = (
            np.mean([mistake.answer(log_target, start, step, 1, rng)[0] != start for _ in range(4000)])
            for mistake in (_UPHILL, _NO_LOG)
        )
        return _UPHILL if abs(first - uphill) < abs(first - by_gain) else _NO_LOG
    got = signature(states)
    known = [
        (mistake, signature(mistake.answer(*arguments, rng)))
        for mistake in (_UNTIL_ACCEPTED, _OF_PROPOSALS, _FROM_START)
    ]
    return _name_mistake(got, known, 0.06)


_CHAIN = Exercise(
    name="metropolis_chain",
    asks="metropolis_chain(log_target, start, step, n, rng): the n states of a random-walk Metropolis chain",
    hints=(
        "A loop of n rounds with one variable that holds where the chain stands.",
        "Each round: propose a Gaussian step from where the chain stands, decide, and then write down one state.",
        "What must be written down when the proposal is rejected? Count: n rounds must give n states.",
    ),
    reference=_chain,
    mistakes=(
        _WITHOUT_REPEATS,
        _UNTIL_ACCEPTED,
        _CHAIN_ACCEPT_ALL,
        _OF_PROPOSALS,
        _UPHILL,
        _FROM_START,
        _NO_LOG,
        _UPSIDE_DOWN,
        _LOG_RATIO,
        _DENSITY_ALONE,
        _SAME_THRESHOLD,
        _NEVER,
        _ZEROS,
        _WITH_START,
        _START_FIRST,
        _OWN_LUCK,
        _RETURNS_EARLY,
    ),
    examine=_examine_chain,
    seconds=15.0,
)


# --- concept questions ----------------------------------------------------------------------------------------------


def _choose_letter(answer: Any, exercise: Exercise, rng: np.random.Generator) -> None:
    try:
        choose()(answer, exercise, rng)
    except Wrong as wrong:
        if isinstance(answer, numbers.Number):
            raise Wrong(f"Give the letter of your choice, in quotation marks. {wrong.message}", came=answer) from None
        raise


_WORTH = Exercise(
    name="worth_of_a_chain",
    asks="one of 'a', 'b', 'c', 'd'",
    hints=(
        "Sum the autocorrelations over all lags, on both sides of lag 0, to get the steps per independent draw.",
        "The sum 1 + 2 (r + r^2 + r^3 + ...) is a geometric series.",
        "For r = 0.9 the series inside the bracket is 0.9 / 0.1.",
    ),
    reference="c",
    mistakes=(
        Mistake("That is the number of steps. Neighbouring steps repeat each other, so they are worth less.", "a"),
        Mistake(
            "You counted the lags on one side only: a state shares news with those before it and those after it.", "b"
        ),
        Mistake("You divided by 1 - r once too often. Check the sum of the geometric series.", "d"),
    ),
    examine=_choose_letter,
)

_TORN = Exercise(
    name="torn_in_two",
    asks="one of 'a', 'b', 'c', 'd'",
    hints=(
        "Follow one straight line in the latent space, from a z that lands in one disc to a z that lands in the other.",
        "Its image is an unbroken curve. Where must that curve pass?",
        "How much mass lies on the way depends on how fast g crosses. Can a continuous g cross in no time at all?",
    ),
    reference="b",
    mistakes=(
        Mistake(
            "Training makes the crossing faster, never instantaneous: a continuous map keeps connected things"
            " connected.",
            "a",
        ),
        Mistake(
            "Both discs can be reached, and in any proportion; what cannot be avoided is the way between them.", "c"
        ),
        Mistake("A uniform base on a cube is connected too, so it meets the same obstacle.", "d"),
    ),
    examine=_choose_letter,
)

EXERCISES = (_EXPONENTIAL, _ANCESTRAL, _REJECTION, _WEIGHTS, _STEP, _CHAIN, _WORTH, _TORN)
