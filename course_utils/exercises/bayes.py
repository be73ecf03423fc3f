"""Exercises of notebook 04: Bayes."""

from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import special

from course_utils.exercises._exercise import Exercise, Mistake, choose, compare

_Array: TypeAlias = npt.NDArray[np.float64]
_Cases: TypeAlias = Iterator[tuple[Any, ...]]


def _ill_given_positive(prevalence: float, sensitivity: float, specificity: float) -> float:
    from_ill = prevalence * sensitivity
    from_healthy = (1 - prevalence) * (1 - specificity)
    return from_ill / (from_ill + from_healthy)


def _test_cases(rng: np.random.Generator) -> _Cases:
    for _ in range(4):
        yield tuple(float(v) for v in rng.uniform([0.02, 0.7, 0.8], [0.3, 0.9, 0.97]))


def _beta_update(a: float, b: float, tosses: npt.NDArray[np.int64]) -> tuple[float, float]:
    heads = int(np.sum(tosses))
    return a + heads, b + len(tosses) - heads


def _toss_cases(rng: np.random.Generator) -> _Cases:
    for n, heads in ((5, 4), (9, 2), (14, 9), (6, 5)):
        tosses = rng.permutation(np.repeat([1, 0], [heads, n - heads]))
        a, b = rng.uniform([1.2, 5.2], [4.8, 9.8])
        yield float(a), float(b), tosses


def _two_heads_ahead(a: float, b: float) -> float:
    first_head = a / (a + b)
    second_head = (a + 1) / (a + b + 1)
    return first_head * second_head


def _belief_cases(rng: np.random.Generator) -> _Cases:
    for _ in range(4):
        yield tuple(float(v) for v in rng.uniform([1.3, 1.3], [6, 9]))


def _shrunk_mean(xbar: _Array, n: _Array, sigma: float, mu0: float, tau: float) -> _Array:
    weight = tau**2 / (tau**2 + sigma**2 / n)
    shrunk: _Array = weight * xbar + (1 - weight) * mu0
    return shrunk


def _shrunk_with_weight(weight: Any, xbar: _Array, mu0: float) -> Any:
    return weight * xbar + (1 - weight) * mu0


def _shrink_cases(rng: np.random.Generator) -> _Cases:
    for _ in range(3):
        n = rng.integers(2, 30, 4)
        mu0, sigma, tau = (float(v) for v in rng.uniform([5, 2, 0.4], [20, 5, 0.9]))
        yield rng.normal(mu0 + 3, 2, 4), n, sigma, mu0, tau


def _log_bayes_factor(heads: int, tails: int, a: float, b: float) -> float:
    log_unknown = special.betaln(a + heads, b + tails) - special.betaln(a, b)
    log_fair = (heads + tails) * np.log(0.5)
    return float(log_unknown - log_fair)


def _log_choose(heads: int, tails: int) -> float:
    return float(-np.log(heads + tails + 1) - special.betaln(heads + 1, tails + 1))


def _underflowing(heads: int, tails: int, a: float, b: float) -> float:
    unknown = special.beta(a + heads, b + tails) / special.beta(a, b)
    return float(np.log(unknown) - np.log(0.5 ** (heads + tails)))


def _best_fit(heads: int, tails: int, a: float, b: float) -> float:
    n = heads + tails
    return float(special.xlogy(heads, heads / n) + special.xlogy(tails, tails / n) + n * np.log(2))


def _sequence_cases(rng: np.random.Generator) -> _Cases:
    for low, high in ((3, 30), (20, 90), (1500, 2500)):
        heads, tails = (int(v) for v in rng.integers(low, high, 2))
        a, b = (float(v) for v in rng.uniform([1.5, 4.5], [4, 8]))
        yield heads, tails + heads // 2 + 1, a, b


def _naive_bayes_log_posterior(x: npt.NDArray[np.int64], log_prior: _Array, log_p: _Array) -> _Array:
    log_joint = log_prior + log_p[:, np.arange(len(x)), x].sum(axis=1)
    log_posterior: _Array = log_joint - special.logsumexp(log_joint)
    return log_posterior


def _log_joint(x: npt.NDArray[np.int64], log_prior: _Array, log_p: _Array) -> _Array:
    joint: _Array = log_prior + log_p[:, np.arange(len(x)), x].sum(axis=1)
    return joint


def _product_then_log(x: npt.NDArray[np.int64], log_prior: _Array, log_p: _Array) -> _Array:
    joint = np.exp(log_prior) * np.prod(np.exp(log_p[:, np.arange(len(x)), x]), axis=1)
    posterior: _Array = np.log(joint / joint.sum())
    return posterior


def _naive_log_sum_exp(x: npt.NDArray[np.int64], log_prior: _Array, log_p: _Array) -> _Array:
    joint = _log_joint(x, log_prior, log_p)
    posterior: _Array = joint - np.log(np.exp(joint).sum())
    return posterior


def _all_pairs(x: npt.NDArray[np.int64], log_prior: _Array, log_p: _Array) -> _Array:
    joint = log_prior + log_p[:, :, x].sum(axis=(1, 2))
    posterior: _Array = joint - special.logsumexp(joint)
    return posterior


def _values_as_pixels(x: npt.NDArray[np.int64], log_prior: _Array, log_p: _Array) -> _Array:
    joint = log_prior + log_p[:, x].sum(axis=(1, 2))
    posterior: _Array = joint - special.logsumexp(joint)
    return posterior


def _image_cases(rng: np.random.Generator) -> _Cases:
    # The last image is so large that a product of its probabilities is zero.
    for pixels, classes, values in ((6, 3, 5), (7, 4, 3), (1200, 3, 6)):
        log_p = np.log(rng.dirichlet(np.ones(values), (classes, pixels)) + 1e-6)
        log_p -= special.logsumexp(log_p, axis=2, keepdims=True)
        order = np.sort(rng.uniform(0.5, 4, classes))
        yield rng.integers(values, size=pixels), np.log(order / order.sum()), log_p


EXERCISES = (
    Exercise(
        name="ill_given_positive",
        asks="ill_given_positive(prevalence, sensitivity, specificity): the probability of being ill after a positive",
        hints=(
            "Imagine 1,000 people. How many of them are ill and positive? How many are healthy and positive?",
            "The healthy are a share of one minus the prevalence. Which share of them is positive, if the specificity"
            " says how many are not?",
            "Of all positive people you need the share of the ill ones: both groups belong below the line.",
        ),
        reference=_ill_given_positive,
        mistakes=(
            Mistake(
                "You returned the sensitivity, P(positive given ill). The question is the other way round.",
                lambda prevalence, sensitivity, specificity: sensitivity,
            ),
            Mistake(
                "You returned the joint probability of ill and positive. Divide by the probability of a positive: she"
                " is known to be positive.",
                lambda prevalence, sensitivity, specificity: prevalence * sensitivity,
            ),
            Mistake(
                "You forgot the base rate: your answer is what holds where half of all people are ill. Weigh each group"
                " with its share.",
                lambda prevalence, sensitivity, specificity: sensitivity / (sensitivity + 1 - specificity),
            ),
            Mistake(
                "You used the specificity as the rate of false alarms; it is the rate of correct negatives.",
                lambda prevalence, sensitivity, specificity: (
                    prevalence * sensitivity / (prevalence * sensitivity + (1 - prevalence) * specificity)
                ),
            ),
            Mistake(
                "You did not weigh the false alarms with the share of the healthy.",
                lambda prevalence, sensitivity, specificity: (
                    prevalence * sensitivity / (prevalence * sensitivity + 1 - specificity)
                ),
            ),
            Mistake(
                "You took one minus the sensitivity as the rate of false alarms: that is the rate of missed ill people."
                " False alarms are the healthy whom the specificity does not clear.",
                lambda prevalence, sensitivity, specificity: (
                    prevalence * sensitivity / (prevalence * sensitivity + (1 - prevalence) * (1 - sensitivity))
                ),
            ),
            Mistake(
                "You returned the odds, ill to healthy, among the positive. A probability has all positives below the"
                " line.",
                lambda prevalence, sensitivity, specificity: (
                    prevalence * sensitivity / ((1 - prevalence) * (1 - specificity))
                ),
            ),
            Mistake(
                "You returned the probability of a positive result: the denominator alone.",
                lambda prevalence, sensitivity, specificity: (
                    prevalence * sensitivity + (1 - prevalence) * (1 - specificity)
                ),
            ),
            Mistake(
                "You returned the probability of being healthy after a positive result.",
                lambda prevalence, sensitivity, specificity: (
                    1 - _ill_given_positive(prevalence, sensitivity, specificity)
                ),
            ),
        ),
        examine=compare(_test_cases),
    ),
    Exercise(
        name="same_test_twice",
        asks="one of 'a', 'b', 'c', 'd'",
        hints=(
            "The second likelihood ratio is that of the second result *given what is known already*.",
            "How probable is it that the same image gives the same result again: if she is ill? If she is healthy?",
            "A result that was certain beforehand under both hypotheses cannot tell them apart.",
        ),
        reference="b",
        mistakes=(
            Mistake(
                "You multiplied by 9 once more. That needs a second result whose error is independent of the first"
                " one's; the same image repeats the same error.",
                "a",
            ),
            Mistake(
                "You multiplied by 81, on top of odds that contain the first 9 already; and the second result brings no"
                " news at all.",
                "c",
            ),
            Mistake(
                "These are the odds before any test. The first result did count; only the second brings no news.",
                "d",
            ),
        ),
        examine=choose(),
    ),
    Exercise(
        name="beta_update",
        asks="beta_update(a, b, tosses): the two parameters of the posterior after tosses of 0 (tail) and 1 (head)",
        hints=(
            "Which of the two parameters belongs to the heads? Look at the exponent of theta.",
            "The sum of an array of zeros and ones counts the ones. The tails are all the others.",
        ),
        reference=_beta_update,
        mistakes=(
            Mistake(
                "Heads and tails are swapped: the first parameter belongs to the heads, the ones.",
                lambda a, b, tosses: (a + len(tosses) - np.sum(tosses), b + np.sum(tosses)),
            ),
            Mistake(
                "The right two numbers in the wrong order: return the parameter of the heads first.",
                lambda a, b, tosses: (b + len(tosses) - np.sum(tosses), a + np.sum(tosses)),
            ),
            Mistake(
                "You added the number of all tosses to b; it gets only the tails.",
                lambda a, b, tosses: (a + np.sum(tosses), b + len(tosses)),
            ),
            Mistake(
                "You returned the counts alone: the prior is lost.",
                lambda a, b, tosses: (np.sum(tosses), len(tosses) - np.sum(tosses)),
            ),
            Mistake(
                "You started from a flat prior. Start from Beta(a, b), as given.",
                lambda a, b, tosses: (1 + np.sum(tosses), 1 + len(tosses) - np.sum(tosses)),
            ),
            Mistake(
                "You took one off each parameter: those are the exponents. The parameters are one larger.",
                lambda a, b, tosses: (a + np.sum(tosses) - 1, b + len(tosses) - np.sum(tosses) - 1),
            ),
            Mistake(
                "You added shares where counts belong. Ten times the data must move the belief more.",
                lambda a, b, tosses: (a + np.mean(tosses), b + 1 - np.mean(tosses)),
            ),
            Mistake(
                "You only updated a. Tails are news, too.",
                lambda a, b, tosses: (a + np.sum(tosses), b),
            ),
        ),
        examine=compare(_toss_cases),
    ),
    Exercise(
        name="two_heads_ahead",
        asks="two_heads_ahead(a, b): the probability that the next two tosses are heads, when theta is Beta(a, b)",
        hints=(
            "The probability of the next head is the mean of theta.",
            "Suppose that the first head has come. You have learnt from it: what is your belief about theta now?",
            "By the product rule: the first factor, times the second one given the first head.",
        ),
        reference=_two_heads_ahead,
        mistakes=(
            Mistake(
                "You squared the probability of one head. The tosses share one unknown theta: after the first head, the"
                " second is more probable.",
                lambda a, b: (a / (a + b)) ** 2,
            ),
            Mistake(
                "You returned the probability of one head; two in a row are asked.",
                lambda a, b: a / (a + b),
            ),
            Mistake(
                "You returned the probability of the second head given the first one. The first must come as well.",
                lambda a, b: (a + 1) / (a + b + 1),
            ),
            Mistake(
                "After the first head you raised the number of heads, not the total: the second factor's denominator"
                " must grow, too.",
                lambda a, b: a / (a + b) * (a + 1) / (a + b),
            ),
            Mistake(
                "After the first head you raised only the total. The head itself counts for a.",
                lambda a, b: a / (a + b) * a / (a + b + 1),
            ),
            Mistake(
                "The second factor's denominator grew by two. One toss has been seen: the total grows by one.",
                lambda a, b: a / (a + b) * (a + 1) / (a + b + 2),
            ),
            Mistake(
                "You used the most probable theta. The predictive averages over all of them.",
                lambda a, b: ((a - 1) / (a + b - 2)) ** 2,
            ),
            Mistake(
                "You returned the variance of theta. You need the mean of its square.",
                lambda a, b: a * b / ((a + b) ** 2 * (a + b + 1)),
            ),
            Mistake(
                "You returned the probability of two tails.",
                lambda a, b: _two_heads_ahead(b, a),
            ),
        ),
        examine=compare(_belief_cases),
    ),
    Exercise(
        name="shrunk_mean",
        asks="shrunk_mean(xbar, n, sigma, mu0, tau): the posterior mean of mu, a weighted average of data and prior",
        hints=(
            "How uncertain is the mean of n measurements? Its variance is not that of a single one.",
            "The weight of the data is near 1 when they are precise (n large) or the prior is undecided (tau large).",
            "What the data do not get goes to the prior mean.",
        ),
        reference=_shrunk_mean,
        mistakes=(
            Mistake(
                "The weights are swapped: precise data must get more weight, not less.",
                lambda xbar, n, sigma, mu0, tau: _shrunk_with_weight(sigma**2 / n / (tau**2 + sigma**2 / n), xbar, mu0),
            ),
            Mistake(
                "n is missing: sigma squared is the variance of one measurement, not of the mean of n.",
                lambda xbar, n, sigma, mu0, tau: _shrunk_with_weight(tau**2 / (tau**2 + sigma**2 + 0 * n), xbar, mu0),
            ),
            Mistake(
                "You weighed with standard deviations. What adds up are variances and precisions.",
                lambda xbar, n, sigma, mu0, tau: _shrunk_with_weight(tau / (tau + sigma / np.sqrt(n)), xbar, mu0),
            ),
            Mistake(
                "You divided sigma squared by the square of n. The variance of a mean falls like one over n.",
                lambda xbar, n, sigma, mu0, tau: _shrunk_with_weight(tau**2 / (tau**2 + (sigma / n) ** 2), xbar, mu0),
            ),
            Mistake(
                "You weighed the data and forgot the prior's share: you shrink towards zero instead of mu0.",
                lambda xbar, n, sigma, mu0, tau: tau**2 / (tau**2 + sigma**2 / n) * xbar,
            ),
            Mistake(
                "You used sigma and tau as if they were variances; they are standard deviations.",
                lambda xbar, n, sigma, mu0, tau: _shrunk_with_weight(tau / (tau + sigma / n), xbar, mu0),
            ),
            Mistake(
                "You took the prior for a single further measurement, n to 1. Its weight depends on tau and sigma.",
                lambda xbar, n, sigma, mu0, tau: (n * xbar + mu0) / (n + 1),
            ),
            Mistake(
                "You returned the weight. The posterior mean is what it weighs.",
                lambda xbar, n, sigma, mu0, tau: tau**2 / (tau**2 + sigma**2 / n),
            ),
            Mistake(
                "You returned the posterior variance. The mean is asked.",
                lambda xbar, n, sigma, mu0, tau: 1 / (1 / tau**2 + n / sigma**2),
            ),
        ),
        examine=compare(_shrink_cases),
    ),
    Exercise(
        name="log_bayes_factor",
        asks="log_bayes_factor(heads, tails, a, b): log evidence of an unknown coin minus that of a fair one",
        hints=(
            "Logarithms turn the quotient of two beta functions into a difference.",
            "The fair coin gives every sequence of n tosses the same probability. What is its logarithm?",
            "A sequence, not a count: in neither model a binomial coefficient. (In both it would cancel; in one it is"
            " wrong.)",
        ),
        reference=_log_bayes_factor,
        mistakes=(
            Mistake(
                "The sign is wrong: you compared the fair coin with the unknown one.",
                lambda heads, tails, a, b: -_log_bayes_factor(heads, tails, a, b),
            ),
            Mistake(
                "The sign of the fair coin's part is wrong: the log of one half is negative already, and its log"
                " evidence is subtracted.",
                lambda heads, tails, a, b: _log_bayes_factor(heads, tails, a, b) + 2 * (heads + tails) * np.log(0.5),
            ),
            Mistake(
                "You returned the Bayes factor itself; its logarithm is asked. (For thousands of tosses"
                " the factor may be too large, or too small, for a machine's number.)",
                lambda heads, tails, a, b: np.exp(_log_bayes_factor(heads, tails, a, b)),
            ),
            Mistake(
                "You put exponents into the beta function. Its arguments are the parameters of the posterior, one"
                " larger than the exponents.",
                lambda heads, tails, a, b: (
                    special.betaln(a + heads - 1, b + tails - 1) - special.betaln(a, b) - (heads + tails) * np.log(0.5)
                ),
            ),
            Mistake(
                "You left out the prior's constant, B(a, b): then the prior does not integrate to one.",
                lambda heads, tails, a, b: special.betaln(a + heads, b + tails) - (heads + tails) * np.log(0.5),
            ),
            Mistake(
                "You returned the log evidence of the unknown coin alone; compare it with the fair coin's.",
                lambda heads, tails, a, b: special.betaln(a + heads, b + tails) - special.betaln(a, b),
            ),
            Mistake(
                "Right until the numbers underflow: for thousands of tosses both evidences round to zero. Take"
                " logarithms first.",
                _underflowing,
            ),
            Mistake(
                "You compared the best-fitting theta with one half. The evidence averages over theta; the best fit"
                " always wins.",
                _best_fit,
            ),
            Mistake(
                "You used a flat prior. The prior is Beta(a, b).",
                lambda heads, tails, a, b: _log_bayes_factor(heads, tails, 1, 1),
            ),
            Mistake(
                "Heads and tails are swapped: a belongs to the heads.",
                lambda heads, tails, a, b: _log_bayes_factor(tails, heads, a, b),
            ),
            Mistake(
                "You gave only the unknown coin the binomial coefficient. Both models predict the same data: it belongs"
                " to both, or to none.",
                lambda heads, tails, a, b: _log_bayes_factor(heads, tails, a, b) + _log_choose(heads, tails),
            ),
            Mistake(
                "You compared the probability of a sequence (unknown coin) with that of a count (fair coin, with the"
                " binomial coefficient). It belongs to both, or to none.",
                lambda heads, tails, a, b: _log_bayes_factor(heads, tails, a, b) - _log_choose(heads, tails),
            ),
            Mistake(
                "The logarithm is to base 10; natural logarithms are asked.",
                lambda heads, tails, a, b: _log_bayes_factor(heads, tails, a, b) / np.log(10),
            ),
        ),
        examine=compare(_sequence_cases),
    ),
    Exercise(
        name="wider_prior",
        asks="one of 'a', 'b', 'c', 'd'",
        hints=(
            "Treat the two separately: the shape of likelihood times prior, and the area under it.",
            "Where the likelihood is not tiny, both priors are nearly flat. How high is each of them there?",
            "A density that is a hundred times wider must be lower by the same factor, to keep its area.",
        ),
        reference="b",
        mistakes=(
            Mistake(
                "True for the posterior. The evidence is an average of the likelihood under the prior, and the wide"
                " prior puts most of its mass where the likelihood is practically zero.",
                "a",
            ),
            Mistake(
                "It is the other way round: with many data the posterior's width is set by the data, and the evidence"
                " by the prior's height there.",
                "c",
            ),
            Mistake(
                "The direction is wrong: spreading the prior thins it where the data are: it predicts them worse.",
                "d",
            ),
        ),
        examine=choose(),
    ),
    Exercise(
        name="naive_bayes_log_posterior",
        asks="naive_bayes_log_posterior(x, log_prior, log_p): log p(c | x) of every class c for one image x",
        hints=(
            "The logarithm of a product over pixels is a sum over pixels: start with the log joint of every class.",
            "Two index arrays of equal length pick pairs: pixel numbers 0, 1, 2, ... together with the values in x.",
            "Normalising divides by a sum of exponentials; `special.logsumexp` has its logarithm, and works where the"
            " exponentials themselves are zero.",
        ),
        reference=_naive_bayes_log_posterior,
        mistakes=(
            Mistake(
                "You returned the log joint. Divide by the evidence: the exponentials of your answer must sum to one.",
                _log_joint,
            ),
            Mistake(
                "The prior of the classes is missing.",
                lambda x, log_prior, log_p: _naive_bayes_log_posterior(x, 0 * log_prior, log_p),
            ),
            Mistake(
                "You added the prior after normalising the likelihood: multiply first, then normalise.",
                lambda x, log_prior, log_p: log_prior + _naive_bayes_log_posterior(x, 0 * log_prior, log_p),
            ),
            Mistake(
                "You added the log prior once for every pixel. It belongs to the image, once.",
                lambda x, log_prior, log_p: _naive_bayes_log_posterior(x, len(x) * log_prior, log_p),
            ),
            Mistake(
                "You averaged over the pixels. Independent pixels multiply, so their logarithms add.",
                lambda x, log_prior, log_p: _naive_bayes_log_posterior(x, log_prior, log_p / len(x)),
            ),
            Mistake(
                "Right for small images; for large ones the products underflow to zero. Stay with logarithms to the"
                " end.",
                _product_then_log,
            ),
            Mistake(
                "Right for small images; for large ones the exponentials all round to zero, and so does their sum."
                " There is a safe logarithm of a sum of exponentials.",
                _naive_log_sum_exp,
            ),
            Mistake(
                "You subtracted the largest log joint. That makes the best class certain; what normalises is the"
                " logarithm of the sum of all exponentials.",
                lambda x, log_prior, log_p: _log_joint(x, log_prior, log_p) - _log_joint(x, log_prior, log_p).max(),
            ),
            Mistake(
                "You took every pixel together with every value of x. Pair pixel i with its own value, x[i].",
                _all_pairs,
            ),
            Mistake(
                "You used the values in x as pixel numbers. The second index of log_p is the pixel, the third its"
                " value.",
                _values_as_pixels,
            ),
            Mistake(
                "You divided by the sum of the log joints. A posterior is normalised by a sum of probabilities.",
                lambda x, log_prior, log_p: _log_joint(x, log_prior, log_p) / _log_joint(x, log_prior, log_p).sum(),
            ),
            Mistake(
                "You returned the posterior itself; its logarithm is asked.",
                lambda x, log_prior, log_p: np.exp(_naive_bayes_log_posterior(x, log_prior, log_p)),
            ),
            Mistake(
                "You returned only the most probable class. The log posterior of every class is asked.",
                lambda x, log_prior, log_p: np.argmax(_log_joint(x, log_prior, log_p)),
            ),
        ),
        examine=compare(_image_cases),
    ),
)
