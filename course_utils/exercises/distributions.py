"""Exercises of notebook 01: distributions."""

from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from course_utils.distributions import gaussian_cdf, gaussian_pdf
from course_utils.exercises._exercise import Exercise, Mistake, choose, compare

_Array: TypeAlias = npt.NDArray[np.float64]
_Cases: TypeAlias = Iterator[tuple[Any, ...]]


def _cdf_from_pdf(x: _Array, density: _Array) -> _Array:
    areas = np.diff(x) * (density[:-1] + density[1:]) / 2  # (n - 1,)
    return np.concatenate([[0.0], np.cumsum(areas)])


def _cdf_cases(rng: np.random.Generator) -> _Cases:
    # Uneven grids that end before all of the mass is in, so that neither equal steps nor a forced total of 1 pass.
    for n in (12, 40, 25):
        mean, std = rng.uniform(-2, 2), rng.uniform(0.5, 3)
        x = mean + std * np.sort(rng.uniform(-4, 1.5, n))
        yield x, gaussian_pdf(x, mean, std)


def _cubed_normal_pdf(x: _Array, mu: float, sigma: float) -> _Array:
    z = np.cbrt(x)
    density: _Array = gaussian_pdf(z, mu, sigma) / (3 * z**2)
    return density


def _cubed_cases(rng: np.random.Generator) -> _Cases:
    for _ in range(3):
        x = rng.uniform(0.2, 6, 7) * np.array([1, -1, 1, -1, 1, 1, -1])
        yield x, rng.uniform(0.2, 0.8), rng.uniform(1.3, 2)


def _only_positive(x: _Array, f: _Array) -> _Array:
    return np.where(x > 0, f, np.nan)


def _change_scale(x: _Array, mean: float, std: float, new_mean: float, new_std: float) -> _Array:
    z = (x - mean) / std
    return new_mean + new_std * z


def _scale_cases(rng: np.random.Generator) -> _Cases:
    for _ in range(3):
        mean, std, new_mean, new_std = rng.uniform([2, 1.5, 12, 4.5], [9, 4, 30, 7])
        yield rng.normal(mean, std, 6), mean, std, new_mean, new_std


def _second_given_first(x1: float, mean: _Array, cov: _Array) -> tuple[float, float]:
    slope = cov[0, 1] / cov[0, 0]
    return mean[1] + slope * (x1 - mean[0]), cov[1, 1] - slope * cov[0, 1]


def _conditional_cases(rng: np.random.Generator) -> _Cases:
    for sign in (1, -1, 1):
        std = rng.uniform([0.6, 1.4], [1.1, 2.5])
        covariance = sign * rng.uniform(0.3, 0.8) * std.prod()
        cov = np.array([[std[0] ** 2, covariance], [covariance, std[1] ** 2]])
        mean = rng.uniform(1, 4, 2)
        yield float(mean[0] + rng.uniform(0.5, 2)), mean, cov


def _count_peaks(density: _Array) -> int:
    inner = density[1:-1]
    return int(np.sum((inner > density[:-2]) & (inner > density[2:])))


def _peaks_cases(rng: np.random.Generator) -> _Cases:
    # Short arrays, which the verdict can show. No peaks: stretches of zeros, flat tops, shoulders, the ends.
    low, middle, high = np.round(np.cumsum(rng.uniform([0.001, 0.1, 0.2], [0.009, 0.2, 0.4])), 4)
    yield (np.array([0, 0, 0, low, 0, middle, high, 0]),)
    yield (np.array([0, low, middle, low, 0, high, high, 0]),)
    yield (np.array([high, low, middle, 0, low, 0, 0, low]),)
    yield (np.array([0, low, low, middle, 0, high, high, 0]),)


def _snr_of_trace(signal: _Array, noise: _Array) -> float:
    ratio = np.percentile(np.abs(signal), 95) / np.percentile(np.abs(noise), 95)
    return float(20 * np.log10(ratio))


def _snr_cases(rng: np.random.Generator) -> _Cases:
    # A skewed signal on a non-zero level: percentiles of the values and of their sizes differ.
    for _ in range(3):
        noise = rng.uniform(0.5, 2) * rng.standard_normal(300)
        yield rng.uniform(3, 9) * (0.5 - rng.exponential(1, 200)), noise


EXERCISES = (
    Exercise(
        name="cdf_from_pdf",
        asks="cdf_from_pdf(x, density): the cdf at each grid point by trapezoids, with no mass left of the grid",
        hints=(
            "The cdf at x is an area. Which area lies behind you at the first grid point? And at the second?",
            "Between two neighbouring points the area is a trapezoid: its width times the average of its two heights.",
            (
                "Compute all trapezoids at once from the array without its last and without its first element, let them"
                " accumulate, and remember what the cdf is at the first point."
            ),
        ),
        reference=_cdf_from_pdf,
        mistakes=(
            Mistake(
                "You added up densities. A density becomes a probability only after multiplication by a width.",
                lambda x, density: np.cumsum(density),
            ),
            Mistake(
                "You divided the running sum of densities by its total. That assumes equally spaced points and that"
                " all the mass lies on the grid; neither holds here.",
                lambda x, density: np.cumsum(density) / np.sum(density),
            ),
            Mistake(
                "You used rectangles with the height of the left end. A trapezoid uses the average of both ends.",
                lambda x, density: np.concatenate([[0.0], np.cumsum(np.diff(x) * density[:-1])]),
            ),
            Mistake(
                "You used rectangles with the height of the right end. A trapezoid uses the average of both ends.",
                lambda x, density: np.concatenate([[0.0], np.cumsum(np.diff(x) * density[1:])]),
            ),
            Mistake(
                "You returned one value too few: n points have n - 1 trapezoids between them, and the first point"
                " has its own value.",
                lambda x, density: _cdf_from_pdf(x, density)[1:],
            ),
            Mistake(
                "You took the derivative. The density is the derivative of the cdf; here the way back is asked.",
                lambda x, density: np.gradient(density, x),
            ),
            Mistake(
                "You returned the survival function, the probability of lying above x. The cdf is what lies below.",
                lambda x, density: 1 - _cdf_from_pdf(x, density),
            ),
            Mistake(
                "You used the first step width everywhere. The grid is not equally spaced: each trapezoid has a width"
                " of its own.",
                lambda x, density: np.concatenate([[0.0], np.cumsum((density[:-1] + density[1:]) / 2) * (x[1] - x[0])]),
            ),
            Mistake(
                "You divided by the last value, which forces the cdf to end at 1. The grid may end before all of the"
                " mass is in.",
                lambda x, density: _cdf_from_pdf(x, density) / _cdf_from_pdf(x, density)[-1],
            ),
            Mistake(
                "You returned the area of each single trapezoid. The cdf is everything passed so far: let them"
                " accumulate.",
                lambda x, density: np.concatenate([[0.0], np.diff(_cdf_from_pdf(x, density))]),
            ),
        ),
        examine=compare(_cdf_cases),
    ),
    Exercise(
        name="density_in_millimetres",
        asks="one of 'a', 'b', 'c', 'd', 'e'",
        hints=(
            "A density has a unit: probability per unit of length.",
            (
                "The probability of a short interval must not depend on the unit. What happens to the interval's width,"
                " as a number, when metres become millimetres?"
            ),
            "Width times density stays the same, and the width has become a larger number.",
        ),
        reference="c",
        mistakes=(
            Mistake(
                "The value did not change with the unit, but then the probability of a small interval would have:"
                " its width is now another number.",
                "a",
            ),
            Mistake(
                "You multiplied where you should divide: the width of an interval became the larger number, so the"
                " density must become the smaller one.",
                "b",
            ),
            Mistake(
                "A density may exceed 1; only its integral is bound to be 1. Nothing is wrong with 40 per metre.",
                "d",
            ),
            Mistake(
                "That is 1 minus the right value. A density has no complement; only probabilities do.",
                "e",
            ),
        ),
        examine=choose(),
    ),
    Exercise(
        name="cubed_normal_pdf",
        asks="cubed_normal_pdf(x, mu, sigma): the density at x, not 0, of the cube of a normal (mu, sigma) variable",
        hints=(
            "Which z was sent to x? Write the inverse of the map first; numpy's `cbrt` also takes negative numbers.",
            "Evaluate the Gaussian density at that z, with mu and sigma.",
            (
                "Then correct for the stretching: by which factor does cubing widen a short interval around z? It is "
                "the"
                " slope at z, not at x."
            ),
        ),
        reference=_cubed_normal_pdf,
        mistakes=(
            Mistake(
                "You found the right z and forgot the stretching: the density must be divided by the slope of the map.",
                lambda x, mu, sigma: gaussian_pdf(np.cbrt(x), mu, sigma),
            ),
            Mistake(
                "You multiplied by the slope of the map. Where the map stretches, the density becomes thinner.",
                lambda x, mu, sigma: gaussian_pdf(np.cbrt(x), mu, sigma) * 3 * np.cbrt(x) ** 2,
            ),
            Mistake(
                "You evaluated the Gaussian at x. It must be evaluated at the z that was sent to x.",
                lambda x, mu, sigma: gaussian_pdf(x, mu, sigma) / (3 * np.cbrt(x) ** 2),
            ),
            Mistake(
                "You returned the Gaussian density of Z itself, at x. The cube has another distribution.",
                lambda x, mu, sigma: gaussian_pdf(x, mu, sigma),
            ),
            Mistake(
                "You applied the map once more instead of undoing it: you need the z that was sent to x.",
                lambda x, mu, sigma: gaussian_pdf(x**3, mu, sigma) / (3 * x**2),
            ),
            Mistake(
                "You took the slope of the map at x. It is needed at z, the place where the map does its stretching.",
                lambda x, mu, sigma: gaussian_pdf(np.cbrt(x), mu, sigma) / (3 * x**2),
            ),
            Mistake(
                "The factor 3 is missing: the slope of a cube is three times a square.",
                lambda x, mu, sigma: gaussian_pdf(np.cbrt(x), mu, sigma) / np.cbrt(x) ** 2,
            ),
            Mistake(
                "Right for positive x and NaN for negative x: numpy's power with the exponent 1/3 takes no negative"
                " numbers. A cube has a root of either sign.",
                lambda x, mu, sigma: _only_positive(x, _cubed_normal_pdf(x, mu, sigma)),
            ),
            Mistake(
                "You used the standard normal; Z has mean mu and standard deviation sigma.",
                lambda x, mu, sigma: _cubed_normal_pdf(x, 0, 1),
            ),
            Mistake(
                "You passed the square of sigma where the standard deviation is asked. The argument of gaussian_pdf is"
                " sigma itself.",
                lambda x, mu, sigma: _cubed_normal_pdf(x, mu, sigma**2),
            ),
            Mistake(
                "You treated sigma as a variance; it is the standard deviation of Z.",
                lambda x, mu, sigma: _cubed_normal_pdf(x, mu, np.sqrt(sigma)),
            ),
            Mistake(
                "You returned the cdf, a probability. The density is its derivative.",
                lambda x, mu, sigma: gaussian_cdf(np.cbrt(x), mu, sigma),
            ),
        ),
        examine=compare(_cubed_cases),
    ),
    Exercise(
        name="change_scale",
        asks=(
            "change_scale(x, mean, std, new_mean, new_std): results x of one scale, equally many standard deviations "
            "above"
            " the mean of another"
        ),
        hints=(
            "What should become of the old mean? And of the point one standard deviation above it?",
            "Go by way of the standardised value, which has mean 0, standard deviation 1 and no unit.",
            "From there, undo on the new scale what you did on the old one, in the opposite order.",
        ),
        reference=_change_scale,
        mistakes=(
            Mistake(
                "You stopped at the standardised value. It must still be put on the new scale.",
                lambda x, mean, std, new_mean, new_std: (x - mean) / std,
            ),
            Mistake(
                "You divided by the variance. Its unit is squared; the standard deviation has the unit of x.",
                lambda x, mean, std, new_mean, new_std: new_mean + new_std * (x - mean) / std**2,
            ),
            Mistake(
                "You multiplied by the new variance; one standardised unit is one new standard deviation.",
                lambda x, mean, std, new_mean, new_std: new_mean + new_std**2 * (x - mean) / std,
            ),
            Mistake(
                "You did not move the old mean to 0 before changing the unit.",
                lambda x, mean, std, new_mean, new_std: new_mean + new_std * x / std,
            ),
            Mistake(
                "You moved the mean and kept the old spread.",
                lambda x, mean, std, new_mean, new_std: new_mean + x - mean,
            ),
            Mistake(
                "You changed the unit and forgot to move to the new mean.",
                lambda x, mean, std, new_mean, new_std: new_std * (x - mean) / std,
            ),
            Mistake(
                "You divided first and shifted afterwards; then the old mean must be in the new unit too. Shift first.",
                lambda x, mean, std, new_mean, new_std: new_mean + new_std * (x / std - mean),
            ),
            Mistake(
                "You added the new mean before stretching, so that it was stretched as well.",
                lambda x, mean, std, new_mean, new_std: new_std * ((x - mean) / std + new_mean),
            ),
            Mistake(
                "The sign is reversed: results above the old mean must come out above the new one.",
                lambda x, mean, std, new_mean, new_std: new_mean + new_std * (mean - x) / std,
            ),
            Mistake(
                "You went the other way, from the second scale to the first.",
                lambda x, mean, std, new_mean, new_std: mean + std * (x - new_mean) / new_std,
            ),
            Mistake(
                "You used the mean and standard deviation of the values in x. Use those that were passed in: they"
                " belong to the distribution, not to this sample.",
                lambda x, mean, std, new_mean, new_std: new_mean + new_std * (x - x.mean()) / x.std(),
            ),
        ),
        examine=compare(_scale_cases),
    ),
    Exercise(
        name="second_given_first",
        asks="second_given_first(x1, mean, cov): conditional mean and variance of the second coordinate, as a pair",
        hints=(
            "The conditional mean is a straight line in x1. At which x1 does it pass through the mean of X2?",
            (
                "The slope says by how much X2 moves on average when X1 moves by one: compare their covariance with the"
                " variance of the one that you know."
            ),
            (
                "For a Gaussian, knowing X1 cannot make X2 more uncertain: something non-negative is taken from its "
                "variance,"
                " and it does not depend on the observed value."
            ),
        ),
        reference=_second_given_first,
        mistakes=(
            Mistake(
                "The slope of your mean divides by the variance of the second coordinate. Divide by that of the one "
                "observed.",
                lambda x1, mean, cov: (
                    mean[1] + cov[0, 1] / cov[1, 1] * (x1 - mean[0]),
                    cov[1, 1] - cov[0, 1] ** 2 / cov[0, 0],
                ),
            ),
            Mistake(
                "Your slope is the covariance itself. It must be divided by the variance of the observed coordinate.",
                lambda x1, mean, cov: (
                    mean[1] + cov[0, 1] * (x1 - mean[0]),
                    cov[1, 1] - cov[0, 1] ** 2 / cov[0, 0],
                ),
            ),
            Mistake(
                "You multiplied the slope by x1. It multiplies the deviation of x1 from its own mean.",
                lambda x1, mean, cov: (
                    mean[1] + cov[0, 1] / cov[0, 0] * x1,
                    cov[1, 1] - cov[0, 1] ** 2 / cov[0, 0],
                ),
            ),
            Mistake(
                "Your variance is the marginal one. Observing a correlated coordinate makes it smaller.",
                lambda x1, mean, cov: (_second_given_first(x1, mean, cov)[0], cov[1, 1]),
            ),
            Mistake(
                "Your variance has grown. What the observation explains is taken away, not added.",
                lambda x1, mean, cov: (
                    _second_given_first(x1, mean, cov)[0],
                    cov[1, 1] + cov[0, 1] ** 2 / cov[0, 0],
                ),
            ),
            Mistake(
                "You returned the conditional standard deviation; the variance is asked.",
                lambda x1, mean, cov: (
                    _second_given_first(x1, mean, cov)[0],
                    np.sqrt(_second_given_first(x1, mean, cov)[1]),
                ),
            ),
            Mistake(
                "You returned the pair in the wrong order: first the mean, then the variance.",
                lambda x1, mean, cov: _second_given_first(x1, mean, cov)[::-1],
            ),
            Mistake(
                "You returned mean and variance of the second coordinate as they were before the first was seen.",
                lambda x1, mean, cov: (mean[1], cov[1, 1]),
            ),
            Mistake(
                "Your mean is the one from before the first coordinate was seen; the variance is right.",
                lambda x1, mean, cov: (mean[1], _second_given_first(x1, mean, cov)[1]),
            ),
            Mistake(
                "In the variance you forgot a square: the covariance enters twice, once for each factor.",
                lambda x1, mean, cov: (
                    _second_given_first(x1, mean, cov)[0],
                    cov[1, 1] - cov[0, 1] / cov[0, 0],
                ),
            ),
            Mistake(
                "In the variance you divided by the variance of the second coordinate. Divide by that of the one "
                "observed.",
                lambda x1, mean, cov: (
                    _second_given_first(x1, mean, cov)[0],
                    cov[1, 1] - cov[0, 1] ** 2 / cov[1, 1],
                ),
            ),
            Mistake(
                "In mean and variance you divided by the variance of the second coordinate. Divide by that of the one"
                " observed.",
                lambda x1, mean, cov: (
                    mean[1] + cov[0, 1] / cov[1, 1] * (x1 - mean[0]),
                    cov[1, 1] - cov[0, 1] ** 2 / cov[1, 1],
                ),
            ),
            Mistake(
                "Your slope is the correlation, which has no unit. The slope has the unit of X2 over that of X1.",
                lambda x1, mean, cov: (
                    mean[1] + cov[0, 1] / np.sqrt(cov[0, 0] * cov[1, 1]) * (x1 - mean[0]),
                    _second_given_first(x1, mean, cov)[1],
                ),
            ),
            Mistake(
                "You conditioned the wrong way round: x1 is a value of the first coordinate, the second is asked.",
                lambda x1, mean, cov: _second_given_first(x1, mean[::-1], cov[::-1, ::-1]),
            ),
        ),
        examine=compare(_conditional_cases),
    ),
    Exercise(
        name="count_peaks",
        asks="count_peaks(density): how many inner points of the grid are higher than both their neighbours",
        hints=(
            "A peak is higher than its left neighbour and higher than its right neighbour.",
            "Compare the array without its two ends with itself shifted by one, to the left and to the right.",
            "Both comparisons are strict: equal values are not higher. The first and the last point do not count.",
        ),
        reference=_count_peaks,
        mistakes=(
            Mistake(
                "You counted points on a plateau as peaks: where neighbours are equal, as far from the data where the"
                " density is exactly 0, nothing is higher than its neighbours.",
                lambda f: int(np.sum((f[1:-1] >= f[:-2]) & (f[1:-1] >= f[2:]))),
            ),
            Mistake(
                "You counted every turning point, the valleys too. Only the maxima are modes.",
                lambda f: int(np.sum(np.diff(np.sign(np.diff(f))) != 0)),
            ),
            Mistake(
                "You counted points that are higher than one neighbour. A peak is higher than both.",
                lambda f: int(np.sum(f[1:] > f[:-1])),
            ),
            Mistake(
                "You found the highest peak only. A mode is a local maximum; lower ones count too.",
                lambda f: int(np.sum(f[1:-1] == f.max())),
            ),
            Mistake(
                "You ignored low peaks. How high a peak is does not matter for a mode, only that its neighbours are"
                " lower.",
                lambda f: int(np.sum((f[1:-1] > f[:-2]) & (f[1:-1] > f[2:]) & (f[1:-1] > 0.01))),
            ),
            Mistake(
                "You counted valleys, points that are lower than both neighbours.",
                lambda f: int(np.sum((f[1:-1] < f[:-2]) & (f[1:-1] < f[2:]))),
            ),
            Mistake(
                "You counted a flat top once. Of two equal values neither is higher than the other, so here it is "
                "none.",
                lambda f: int(np.sum((f[1:-1] > f[:-2]) & (f[1:-1] >= f[2:]))),
            ),
            Mistake(
                "You counted a flat top once, at its right end. Of two equal values neither is higher than the other,"
                " so here it is none.",
                lambda f: int(np.sum((f[1:-1] >= f[:-2]) & (f[1:-1] > f[2:]))),
            ),
            Mistake(
                "You counted an end of the grid as a peak. It has only one neighbour, so it is not asked for here.",
                lambda f: _count_peaks(np.concatenate([[-1.0], f, [-1.0]])),
            ),
            Mistake(
                "You returned where the peaks are. How many there are is asked.",
                lambda f: np.flatnonzero((f[1:-1] > f[:-2]) & (f[1:-1] > f[2:])) + 1,
            ),
        ),
        examine=compare(_peaks_cases),
    ),
    Exercise(
        name="snr_of_trace",
        asks="snr_of_trace(signal, noise): the signal-to-noise ratio of two windows of one component, in decibels",
        hints=(
            (
                "Work from the inside: sizes first (a swing downwards is as strong as one upwards), then their 95th"
                " percentile in each window."
            ),
            "Decibels are ten times the decimal logarithm of a ratio of powers. Power goes with amplitude squared.",
            "Try a signal ten times as strong as the noise: the answer must be 20 dB.",
        ),
        reference=_snr_of_trace,
        mistakes=(
            Mistake(
                "Your value is half of the right one: a ratio of amplitudes must be squared to be a ratio of powers.",
                lambda s, n: _snr_of_trace(s, n) / 2,
            ),
            Mistake(
                "You used the natural logarithm; decibels use the decimal one.",
                lambda s, n: _snr_of_trace(s, n) * np.log(10),
            ),
            Mistake(
                "You took percentiles of the values with their signs. Take the absolute values first.",
                lambda s, n: 20 * np.log10(np.percentile(s, 95) / np.percentile(n, 95)),
            ),
            Mistake(
                "You used the largest amplitude; one spike would decide. The definition takes the 95th percentile.",
                lambda s, n: 20 * np.log10(np.abs(s).max() / np.abs(n).max()),
            ),
            Mistake(
                "You compared mean powers (root mean squares). Another common definition, but here it is the 95th"
                " percentiles of amplitude.",
                lambda s, n: 10 * np.log10(np.mean(s**2) / np.mean(n**2)),
            ),
            Mistake(
                "You took the percentile of the squares and then a ratio. It falls between two samples, so it is not "
                "quite"
                " the square of the percentile of the amplitudes: take the percentile first, square afterwards.",
                lambda s, n: 10 * np.log10(np.percentile(s**2, 95) / np.percentile(n**2, 95)),
            ),
            Mistake(
                "You squared the logarithm. The square belongs to the ratio, inside the logarithm.",
                lambda s, n: 10 * (_snr_of_trace(s, n) / 20) ** 2,
            ),
            Mistake(
                "You asked for percentile 0.95; `np.percentile` counts from 0 to 100, so that is less than one "
                "percent.",
                lambda s, n: 20 * np.log10(np.percentile(np.abs(s), 0.95) / np.percentile(np.abs(n), 0.95)),
            ),
            Mistake(
                "The ratio is upside down: a strong signal must give a positive number.",
                lambda s, n: -_snr_of_trace(s, n),
            ),
            Mistake(
                "You returned the ratio of powers; its level in decibels is asked.",
                lambda s, n: 10 ** (_snr_of_trace(s, n) / 10),
            ),
        ),
        examine=compare(_snr_cases),
    ),
    Exercise(
        name="noisy_generator",
        asks="one of 'a', 'b', 'c', 'd', 'e'",
        hints=(
            "Fix z first. What is the distribution of the output then, with only the noise left? Does it have a "
            "density?",
            "Now let z vary: the output is a mixture, one component for every z. What is the density of a mixture?",
            "Remember the circle and the noisy circle: which had a density, and how large was the noise?",
        ),
        reference="d",
        mistakes=(
            Mistake(
                "Without the noise that is right: the outputs fill a two-dimensional sheet, which has no volume. The "
                "noise"
                " spreads the mass in all 64 directions.",
                "a",
            ),
            Mistake(
                "That formula needs an invertible map between spaces of the same dimension; 2 is not 64, and the "
                "noise is"
                " missing in it.",
                "b",
            ),
            Mistake(
                "Affine maps keep a Gaussian Gaussian; a bent map need not, as exp showed, and noise does not "
                "straighten"
                " it.",
                "c",
            ),
            Mistake(
                "Any noise with a density is enough. Small noise makes the density high and thin, but it is one.",
                "e",
            ),
        ),
        examine=choose(),
    ),
)
