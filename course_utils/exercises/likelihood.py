"""Exercises of notebook 05: likelihoods, their maxima, and what they become in a network's loss."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from course_utils.exercises._exercise import Exercise, Mistake, choose, compare

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# --- log of a sum of exponentials -----------------------------------------------------------------------------------


def _log_sum_exp(a: Floats) -> Any:
    top = a.max()
    return top + np.log(np.exp(a - top).sum())


def _log_sum_cases(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    narrow = [rng.normal(centre, 1.5, size) for centre, size in ((0.5, 4), (-1.0, 7), (-1200.0, 5), (900.0, 6))]
    # Entries too far apart for any but the largest to be taken out; the last two tell the wrong choices apart.
    wide = [np.array([-1200.0, 900.0, 3.0, 899.0]), np.array([950.0, -700.0, 3.0]), np.array([0.5, -1200.0])]
    return [(a + rng.uniform(0, 0.4, a.size),) for a in (*narrow, *wide)]


def _taken_out(a: Floats, number: Any) -> Any:
    return number + np.log(np.exp(a - number).sum())


_LOG_SUM_EXP = Exercise(
    name="log_sum_exp",
    asks="log_sum_exp(a): the logarithm of the sum of exp(a), for numbers as large as 1000 or as small as -1000",
    hints=(
        "Try the formula as it stands on -1200 and on 900. What does `np.exp` return there?",
        "A common factor can leave the sum: what does the logarithm do when you divide by a number?",
        "Choose that number so that the largest exponential becomes exactly 1, and put it back outside the logarithm.",
    ),
    reference=_log_sum_exp,
    mistakes=(
        Mistake(
            "The exponentials under- or overflow before the logarithm sees them: at -1200 they are all zero, at 900"
            " infinite. Take the largest number out of the sum first.",
            lambda a: np.log(np.exp(a).sum()),
        ),
        Mistake(
            "You took out the smallest number. Then the largest still overflows when the two are far apart: it is the"
            " largest that must come out.",
            lambda a: _taken_out(a, a.min()),
        ),
        Mistake(
            "You took out the number of largest *absolute* value. A very negative one leaves the positive ones to"
            " overflow: the largest, with its sign, must come out.",
            lambda a: _taken_out(a, a[np.argmax(np.abs(a))]),
        ),
        Mistake(
            "You took out the mean. Nothing keeps the largest number near it, and its exponential may still overflow:"
            " take out the largest.",
            lambda a: _taken_out(a, a.mean()),
        ),
        Mistake(
            "You took out the first number. It need not be the largest, and a much larger one still overflows.",
            lambda a: _taken_out(a, a[0]),
        ),
        Mistake(
            "You took the largest number out of the sum and did not put it back: what leaves the sum must come back"
            " outside the logarithm.",
            lambda a: np.log(np.exp(a - a.max()).sum()),
        ),
        Mistake(
            "You put the largest number back with the wrong sign.",
            lambda a: np.log(np.exp(a - a.max()).sum()) - a.max(),
        ),
        Mistake(
            "You returned the largest number. The others count as well, unless they are much smaller.",
            lambda a: a.max(),
        ),
        Mistake(
            "You took the mean of the exponentials; the sum is asked for, which is larger by the log of their number.",
            lambda a: a.max() + np.log(np.exp(a - a.max()).mean()),
        ),
        Mistake(
            "You added the numbers themselves. That is the logarithm of the *product* of their exponentials.",
            lambda a: a.sum(),
        ),
        Mistake(
            "You used a logarithm to base 2; the exponential belongs to the natural logarithm.",
            lambda a: a.max() + np.log2(np.exp(a - a.max()).sum()),
        ),
        Mistake(
            "You used a logarithm to base 10; the exponential belongs to the natural logarithm.",
            lambda a: a.max() + np.log10(np.exp(a - a.max()).sum()),
        ),
    ),
    examine=compare(_log_sum_cases),
)


# --- negative log-likelihood of a Gaussian --------------------------------------------------------------------------


def _gaussian_nll(x: Floats, mean: float, std: float) -> Any:
    z = (x - mean) / std
    return np.mean(0.5 * z**2) + np.log(std) + 0.5 * np.log(2 * np.pi)


def _gaussian_cases(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    return [
        (rng.normal(3.0, 2.0, size), float(rng.uniform(1.5, 4.0)), float(rng.uniform(1.4, 2.8))) for size in (3, 6, 40)
    ]


_GAUSSIAN_NLL = Exercise(
    name="gaussian_nll",
    asks="gaussian_nll(x, mean, std): the negative log-likelihood per point of the data x under one Gaussian, in nats",
    hints=(
        "Write down the density of one point and take its logarithm: it falls into three terms.",
        "The three terms: one with the squared distance, one with the standard deviation, one constant.",
        "Turn the sign round and average over the points: one number comes out.",
    ),
    reference=_gaussian_nll,
    mistakes=(
        Mistake(
            "This is the log-likelihood. The *negative* one is asked for, which is to be made small.",
            lambda x, mean, std: -_gaussian_nll(x, mean, std),
        ),
        Mistake(
            "You summed over the points; per point means their average.",
            lambda x, mean, std: len(x) * _gaussian_nll(x, mean, std),
        ),
        Mistake(
            "You used `std` where the variance belongs: the squared distance is divided by the standard deviation"
            " squared.",
            lambda x, mean, std: np.mean((x - mean) ** 2 / (2 * std)) + 0.5 * np.log(2 * np.pi * std),
        ),
        Mistake(
            "The constant with 2 pi is missing. It does not move the maximum, but without it this is no log density"
            " and cannot be compared with other models.",
            lambda x, mean, std: _gaussian_nll(x, mean, std) - 0.5 * np.log(2 * np.pi),
        ),
        Mistake(
            "The logarithm of the standard deviation is missing. Without it a huge deviation would fit everything.",
            lambda x, mean, std: _gaussian_nll(x, mean, std) - np.log(std),
        ),
        Mistake(
            "You halved the logarithm of the standard deviation. The half belongs to the logarithm of the *variance*,"
            " which is twice as large.",
            lambda x, mean, std: _gaussian_nll(x, mean, std) - 0.5 * np.log(std),
        ),
        Mistake(
            "You took the logarithm of the variance whole. The density divides by the standard deviation, the root of"
            " the variance.",
            lambda x, mean, std: _gaussian_nll(x, mean, std) + np.log(std),
        ),
        Mistake(
            "The logarithm of 2 pi misses its half: the density has 2 pi under a root.",
            lambda x, mean, std: _gaussian_nll(x, mean, std) + 0.5 * np.log(2 * np.pi),
        ),
        Mistake(
            "The square misses its factor one half.",
            lambda x, mean, std: _gaussian_nll(x, mean, std) + np.mean((x - mean) ** 2) / (2 * std**2),
        ),
        Mistake(
            "You took the logarithm of the average density. The points are independent: their densities multiply, so"
            " their *logarithms* are averaged.",
            lambda x, mean, std: (
                -np.log(np.mean(np.exp(-((x - mean) ** 2) / (2 * std**2)) / (std * np.sqrt(2 * np.pi))))
            ),
        ),
    ),
    examine=compare(_gaussian_cases),
)


# --- rate of an exponential with survivors --------------------------------------------------------------------------


def _survivor_cases(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    cases = []
    for size, spread in ((5, 0.0), (9, 0.8), (40, 0.8)):  # watched equally long, or not
        times, end = rng.exponential(2.0, size), 1.7 + rng.uniform(-spread, spread, size)
        times[:3] = 0.6, 3.0, 4.0  # at least one ends in time and two do not
        cases.append((np.minimum(times, end), times < end))
    return cases


_EXPONENTIAL_MLE = Exercise(
    name="exponential_mle",
    asks="exponential_mle(times, observed): the rate that makes failures and survivors together most probable",
    hints=(
        "Write the log-likelihood as two sums: one over the observed failures, one over the survivors.",
        "Both sums contain the rate times a time. Only one of them contains the logarithm of the rate.",
        "Set the derivative by the rate to zero. Which count and which sum of times remain?",
    ),
    reference=lambda times, observed: observed.sum() / times.sum(),
    mistakes=(
        Mistake(
            "You counted every time as a failure. A survivor has not failed: it adds time, and no failure.",
            lambda times, observed: len(times) / times.sum(),
        ),
        Mistake(
            "You dropped the survivors. They lasted longest of all, so without them the rate comes out too high.",
            lambda times, observed: observed.sum() / times[observed].sum(),
        ),
        Mistake(
            "This is the mean lifetime. The rate is its reciprocal: failures per unit of time.",
            lambda times, observed: times.sum() / observed.sum(),
        ),
        Mistake(
            "This is the mean of the observed failure times: survivors are dropped, and a rate is one over a time.",
            lambda times, observed: times[observed].mean(),
        ),
        Mistake(
            "You counted the survivors instead of the failures: `observed` is True where a failure was seen.",
            lambda times, observed: (~observed).sum() / times.sum(),
        ),
        Mistake(
            "You gave every survivor the longest time of all. Each was watched for a time of its own, which stands in"
            " `times`.",
            lambda times, observed: observed.sum() / (times[observed].sum() + (~observed).sum() * times.max()),
        ),
        Mistake(
            "You averaged the reciprocals of the times; the derivative of the log-likelihood holds their sum.",
            lambda times, observed: np.mean(1 / times),
        ),
    ),
    examine=compare(_survivor_cases),
)


# --- cross-entropy from logits ---------------------------------------------------------------------------------------


def _picked(logits: Floats, labels: Integers) -> Floats:
    log_p = logits - special.logsumexp(logits, axis=1, keepdims=True)
    return np.asarray(log_p[np.arange(len(labels)), labels])


def _mean_nll(logits: Floats, labels: Integers) -> Any:
    log_p = logits - special.logsumexp(logits, axis=1, keepdims=True)
    return -log_p[np.arange(len(labels)), labels].mean()


def _logit_cases(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn = [
        (rng.normal(0.5, 2.0, (n, k)), np.append([k - 1, 0], rng.integers(k, size=n - 2)))  # never one label only
        for n, k in ((2, 3), (4, 5), (30, 4))
    ]
    # The first overflows in exp; in the second a probability rounds to zero before the logarithm sees it.
    wide = [([[1000.0, 0.0, -1000.0], [0.3, 1.2, -0.4]], [0, 2]), ([[700.0, 0.0, -100.0], [0.3, 1.2, -0.4]], [2, 0])]
    return drawn + [(np.array(logits) + rng.uniform(0, 0.4, (2, 3)), np.array(labels)) for logits, labels in wide]


def _naive_softmax(logits: Floats) -> Floats:
    return np.asarray(np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True))


_NLL_FROM_LOGITS = Exercise(
    name="nll_from_logits",
    asks="nll_from_logits(logits, labels): the mean cross-entropy loss in nats, as torch's CrossEntropyLoss has it",
    hints=(
        "Each row of logits becomes a row of log-probabilities: subtract one number from the whole row. Which one?",
        "Of each row only one entry counts: the one at its label.",
        "An array of row numbers and an array of labels together pick one entry from every row.",
    ),
    reference=_mean_nll,
    mistakes=(
        Mistake(
            "This is the mean log-likelihood, which is negative. A loss is made small: turn the sign round.",
            lambda logits, labels: _picked(logits, labels).mean(),
        ),
        Mistake(
            "You summed over the rows. torch's default is the mean, and with the sum the learning rate means something"
            " else.",
            lambda logits, labels: -_picked(logits, labels).sum(),
        ),
        Mistake(
            "The exponentials overflow before the logarithm sees them: logits may be as large as 1000. Use logsumexp,"
            " which takes the largest out of each row.",
            lambda logits, labels: -np.log(_naive_softmax(logits)[np.arange(len(labels)), labels]).mean(),
        ),
        Mistake(
            "You took the logarithm of the softmax. A small probability is then rounded to zero, and the loss is"
            " infinite: stay with logarithms all the way.",
            lambda logits, labels: -np.log(special.softmax(logits, axis=1)[np.arange(len(labels)), labels]).mean(),
        ),
        Mistake(
            "Indexing with `[:, labels]` takes every label's column from *every* row. Of each row only the entry of its"
            " own label counts: pair the labels with row numbers.",
            lambda logits, labels: -special.log_softmax(logits, axis=1)[:, labels].mean(),
        ),
        Mistake(
            "You averaged over rows *and* classes. Each row contributes one number, so divide by the rows alone.",
            lambda logits, labels: -_picked(logits, labels).sum() / logits.size,
        ),
        Mistake(
            "You used the logits themselves. They are no log-probabilities until each row is normalised.",
            lambda logits, labels: -logits[np.arange(len(labels)), labels].mean(),
        ),
        Mistake(
            "You normalised down the columns. The classes lie along a row: each row must sum to one.",
            lambda logits, labels: -special.log_softmax(logits, axis=0)[np.arange(len(labels)), labels].mean(),
        ),
        Mistake(
            "You took the softmax twice: what goes into the log-softmax must be the logits, not probabilities.",
            lambda logits, labels: -_picked(special.softmax(logits, axis=1), labels).mean(),
        ),
        Mistake(
            "The logarithm is missing: you averaged the probabilities of the labels.",
            lambda logits, labels: -np.exp(_picked(logits, labels)).mean(),
        ),
        Mistake(
            "You counted in bits; torch counts in nats, with the natural logarithm.",
            lambda logits, labels: -_picked(logits, labels).mean() / np.log(2),
        ),
    ),
    examine=compare(_logit_cases),
)


# --- Fisher information of a Poisson sample --------------------------------------------------------------------------


def _poisson_cases(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    return [(float(rng.uniform(1.5, 6.0)), int(rng.integers(3, 30))) for _ in range(4)]


_FISHER_INFORMATION = Exercise(
    name="fisher_information",
    asks="fisher_information(rate, n): the information about the rate in n independent Poisson counts",
    hints=(
        "Take the logarithm of the Poisson probability of one count; keep what depends on the rate.",
        "Differentiate twice by the rate, turn the sign, and take the expectation: the mean of a count is its rate.",
        "Information adds over independent counts. More data must mean more of it.",
    ),
    reference=lambda rate, n: n / rate,
    mistakes=(
        Mistake(
            "This is the information of one count. Over n independent counts it adds up.", lambda rate, n: 1 / rate
        ),
        Mistake(
            "This is the smallest variance that an unbiased estimator can have; the information is its reciprocal.",
            lambda rate, n: rate / n,
        ),
        Mistake(
            "This is the standard error. The information is the reciprocal of its square.",
            lambda rate, n: np.sqrt(rate / n),
        ),
        Mistake(
            "You divided by the rate squared, as for the exponential. Here the expectation of a count puts one factor"
            " of the rate back.",
            lambda rate, n: n / rate**2,
        ),
        Mistake(
            "The number of counts comes in once: information adds up, it does not multiply.",
            lambda rate, n: n**2 / rate,
        ),
        Mistake(
            "You multiplied by the rate. That is the variance of the sum of the counts, not of the score.",
            lambda rate, n: n * rate,
        ),
        Mistake(
            "The sign is lost: the second derivative is negative at a maximum, the information is minus its"
            " expectation.",
            lambda rate, n: -n / rate,
        ),
    ),
    examine=compare(_poisson_cases),
)


# --- bits per dimension ----------------------------------------------------------------------------------------------


def _bits_cases(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    return [
        (float(rng.uniform(-40.0, 90.0)), int(d), float(scale))
        for d, scale in zip(rng.integers(20, 70, 4), rng.choice([8.0, 16.0, 255.0], 4), strict=True)
    ]


_BITS_PER_DIMENSION = Exercise(
    name="bits_per_dimension",
    asks="bits_per_dimension(log_density, d, scale): bits per pixel of an image whose pixels were divided by scale",
    hints=(
        "First the change of units: what is the density of x if that of x / scale is known, in one dimension?",
        "Every one of the d dimensions brings the same correction to the log density.",
        "Then turn the sign, share it among the dimensions, and go from nats to bits.",
    ),
    reference=lambda log_density, d, scale: (np.log(scale) - log_density / d) / np.log(2),
    mistakes=(
        Mistake(
            "The change of units is missing. Dividing pixels by `scale` raises the density in each dimension, and that"
            " is no merit of the model.",
            lambda log_density, d, scale: -log_density / (d * np.log(2)),
        ),
        Mistake(
            "You corrected for one dimension only; each of the d pixels was divided by `scale`.",
            lambda log_density, d, scale: (np.log(scale) - log_density) / (d * np.log(2)),
        ),
        Mistake(
            "The correction has the wrong sign: spread over larger numbers, the density becomes smaller, and the bits"
            " more.",
            lambda log_density, d, scale: (-np.log(scale) - log_density / d) / np.log(2),
        ),
        Mistake(
            "You stayed in nats; one bit is ln 2 nats.", lambda log_density, d, scale: np.log(scale) - log_density / d
        ),
        Mistake(
            "These are the bits of the whole image; per dimension means divided by d.",
            lambda log_density, d, scale: (d * np.log(scale) - log_density) / np.log(2),
        ),
        Mistake(
            "The sign is turned: a *less* likely image needs more bits.",
            lambda log_density, d, scale: (log_density / d - np.log(scale)) / np.log(2),
        ),
        Mistake(
            "You multiplied by ln 2. One nat is 1.44 bits, so a number of bits is larger in size than the number of"
            " nats.",
            lambda log_density, d, scale: (np.log(scale) - log_density / d) * np.log(2),
        ),
        Mistake(
            "You divided the log density by `scale`. The density itself changes by a factor, so its logarithm changes"
            " by something added.",
            lambda log_density, d, scale: -log_density / (scale * d * np.log(2)),
        ),
    ),
    examine=compare(_bits_cases),
)


# --- one affine coupling layer ---------------------------------------------------------------------------------------


def _couple(x: Floats, s: Floats, t: Floats) -> tuple[Floats, Floats]:
    kept, moved = np.split(x, 2, axis=1)
    y = np.concatenate([kept, moved * np.exp(s) + t], axis=1)
    return y, s.sum(axis=1)


def _with(x: Floats, moved: Floats) -> Floats:
    return np.concatenate([x[:, : x.shape[1] // 2], moved], axis=1)


def _right(x: Floats) -> Floats:
    return x[:, x.shape[1] // 2 :]


def _couple_cases(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    return [
        (rng.normal(0.5, 1, (n, 2 * half)), rng.normal(0.2, 0.6, (n, half)), rng.normal(0.5, 1, (n, half)))
        for n, half in ((2, 2), (3, 3), (12, 2))
    ]


_COUPLE = Exercise(
    name="couple",
    asks="couple(x, s, t): the output y of one affine coupling layer, and the log of its determinant for each row",
    hints=(
        "`np.split(..., 2, axis=1)` cuts every row into its two halves. One of them comes out as it went in.",
        "The Jacobian is triangular. Which factors stand on its diagonal, and what is the logarithm of their product?",
        "There is one determinant per row of x: the second thing returned has as many numbers as x has rows.",
    ),
    reference=_couple,
    mistakes=(
        Mistake(
            "The factor of the second half is exp(s), which is positive whatever s is; you multiplied by s itself.",
            lambda x, s, t: (_with(x, _right(x) * s + t), s.sum(axis=1)),
        ),
        Mistake(
            "You shifted before you scaled. In this layer the scale comes first, then the shift is added.",
            lambda x, s, t: (_with(x, (_right(x) + t) * np.exp(s)), s.sum(axis=1)),
        ),
        Mistake(
            "You changed the first half. The first half stays, the second is moved.",
            lambda x, s, t: (
                np.concatenate([x[:, : x.shape[1] // 2] * np.exp(s) + t, _right(x)], axis=1),
                s.sum(axis=1),
            ),
        ),
        Mistake(
            "You returned the determinant; its logarithm is asked for.",
            lambda x, s, t: (_couple(x, s, t)[0], np.exp(s.sum(axis=1))),
        ),
        Mistake(
            "You summed over all rows. Each point has a determinant of its own.",
            lambda x, s, t: (_couple(x, s, t)[0], s.sum()),
        ),
        Mistake(
            "You summed down the rows. Each row is a point with a determinant of its own: sum along the row.",
            lambda x, s, t: (_couple(x, s, t)[0], s.sum(axis=0)),
        ),
        Mistake(
            "You returned one number for each moved column. The determinant of a row is a product of factors: sum their"
            " logarithms over the columns.",
            lambda x, s, t: (_couple(x, s, t)[0], s),
        ),
        Mistake(
            "You summed the factors. The determinant is their *product*, and its logarithm a sum of logarithms.",
            lambda x, s, t: (_couple(x, s, t)[0], np.exp(s).sum(axis=1)),
        ),
        Mistake(
            "You returned the new array alone. A pair is asked for: the array, then the log-determinant of each row.",
            lambda x, s, t: _couple(x, s, t)[0],
        ),
        Mistake(
            "The sign of the log-determinant is turned: that is the inverse layer's.",
            lambda x, s, t: (_couple(x, s, t)[0], -s.sum(axis=1)),
        ),
        Mistake(
            "You counted the shift in the determinant. A shift moves volume and does not change it.",
            lambda x, s, t: (_couple(x, s, t)[0], (s + t).sum(axis=1)),
        ),
        Mistake(
            "You averaged the scales. The determinant is the product of the diagonal, so its logarithm is a sum.",
            lambda x, s, t: (_couple(x, s, t)[0], s.mean(axis=1)),
        ),
    ),
    examine=compare(_couple_cases),
)


# --- a concept question: units --------------------------------------------------------------------------------------

_WHICH_LAB = Exercise(
    name="which_lab",
    asks="the letter of the lab whose model describes the petals better",
    hints=(
        "A density has a unit. What are the two units here?",
        "Convert one of the two numbers: a density per millimetre is a tenth of the same density per centimetre.",
    ),
    reference="b",
    mistakes=(
        Mistake("You compared a density per centimetre with one per millimetre. Bring both to one unit first.", "a"),
        Mistake(
            "They can be compared: both are densities of the same lengths, and the change of unit is a known constant,"
            " the logarithm of ten for each petal.",
            "c",
        ),
        Mistake("Convert again: the logarithm of ten is 2.30, and the two numbers differ by 2.20.", "d"),
    ),
    examine=choose(),
)


EXERCISES = (
    _LOG_SUM_EXP,
    _GAUSSIAN_NLL,
    _EXPONENTIAL_MLE,
    _NLL_FROM_LOGITS,
    _FISHER_INFORMATION,
    _BITS_PER_DIMENSION,
    _COUPLE,
    _WHICH_LAB,
)
