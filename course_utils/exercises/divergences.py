"""Exercises of notebook 07: divergences of pmfs and of Gaussians, their games and their estimates."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from course_utils.exercises._exercise import Exercise, Mistake, choose, compare

Floats = NDArray[np.float64]
Cases = list[tuple[Any, ...]]

_SMOOTHED = "A small number added to the probabilities hides that the answer is infinite, and bends the rest."
_LEFT_OUT = "You left out the outcomes where q is zero. Where p is positive there, nothing makes up for it: infinite."
_TOO_STRICT = "You return infinity for every zero of q. Where p is zero, too, the outcome adds nothing."


def _pmf(rng: np.random.Generator, k: int) -> Floats:
    """Uneven probabilities, none of them tiny."""
    return np.asarray(0.9 * rng.dirichlet(np.full(k, 1.2)) + 0.1 / k)


def _with_zero(p: Floats, at: int) -> Floats:
    """Return the same pmf with one outcome taken away."""
    q = np.where(np.arange(len(p)) == at, 0.0, p)
    return np.asarray(q / q.sum())


def _plain_cases(rng: np.random.Generator) -> Cases:
    """Pairs of positive pmfs."""
    return [(_pmf(rng, k), _pmf(rng, k)) for k in (3, 5, 4)]


def _zero_cases(rng: np.random.Generator) -> Cases:
    """Pairs of positive pmfs, one with a zero in p, one with a zero in q, one with a common zero."""
    p, q = _pmf(rng, 4), _pmf(rng, 4)
    at = int(rng.integers(4))
    return [
        *_plain_cases(rng),
        (_with_zero(p, at), q),
        (p, _with_zero(q, at)),
        (_with_zero(p, at), _with_zero(q, at)),
    ]


def _kl(p: Floats, q: Floats) -> float:
    return float(special.rel_entr(p, q).sum())


# --- cross-entropy --------------------------------------------------------------------------------------------------


def _bits(p: Floats, q: Floats) -> float:
    return float((special.entr(p) + special.rel_entr(p, q)).sum() / np.log(2))


def _naive_bits(p: Floats, q: Floats) -> float:
    with np.errstate(all="ignore"):
        return float(-(p * np.log2(q)).sum())


def _mean_length(q: Floats) -> float:
    with np.errstate(divide="ignore"):
        return float(np.mean(-np.log2(q)))


def _strict(answer: float, q: Floats) -> float:
    """Infinity for every zero of q, also where p is zero, too."""
    return float(np.inf) if np.any(q == 0) else answer


def _common_support_bits(p: Floats, q: Floats) -> float:
    both = (p > 0) & (q > 0)
    return float(-(p[both] * np.log2(q[both])).sum())


_CODING_COST = Exercise(
    name="coding_cost",
    asks="coding_cost(p, q): the cross-entropy H(p, q) in bits",
    hints=(
        "How long is the word for an outcome that the code believes to have probability 1/8? Now average such lengths.",
        "Who decides how often each word is sent: the one who built the code, or the one who sends the letters?",
        "An outcome that is never sent costs nothing, whatever its word would be. One that is sent and has no word"
        " costs infinitely much.",
    ),
    reference=_bits,
    mistakes=(
        Mistake(
            "These are nats. In bits, the word for an outcome of probability 1/2 costs 1.",
            lambda p, q: _bits(p, q) * np.log(2),
        ),
        Mistake(
            "The roles are exchanged: letters are sent with probabilities p, and the code was built for q.",
            lambda p, q: _bits(q, p),
        ),
        Mistake(
            "This is the excess over the best code, KL. The cross-entropy is the whole cost.",
            lambda p, q: _kl(p, q) / np.log(2),
        ),
        Mistake(
            "This is the entropy of p: the cost with the right code. Here the code was built for q.",
            lambda p, q: _bits(p, p),
        ),
        Mistake("The sign is turned: lengths of words are positive.", lambda p, q: -_bits(p, q)),
        Mistake(
            "The formula is right, but where p and q are both zero you multiply zero by infinity. That outcome is never"
            " sent and costs nothing.",
            _naive_bits,
        ),
        Mistake(
            "Two faults: these are nats, and where p and q are both zero you multiply zero by infinity.",
            lambda p, q: _naive_bits(p, q) * np.log(2),
        ),
        Mistake(
            "Two faults: the roles are exchanged, and where p and q are both zero you multiply zero by infinity.",
            lambda p, q: _naive_bits(q, p),
        ),
        Mistake(
            "Two faults: lengths of words are positive, and where p and q are both zero you multiply zero by infinity.",
            lambda p, q: -_naive_bits(p, q),
        ),
        Mistake(
            "Two faults: this is the excess over the best code, KL, not the whole cost; and where p is zero it is NaN.",
            lambda p, q: _naive_kl(p, q) / np.log(2),
        ),
        Mistake(
            "Two faults: this is the cost with the right code, the entropy of p; and where p is zero it is NaN.",
            lambda p, q: _naive_bits(p, p),
        ),
        Mistake(_SMOOTHED, lambda p, q: float(-(p * np.log2(q + 1e-12)).sum())),
        Mistake(_LEFT_OUT, _common_support_bits),
        Mistake(_TOO_STRICT, lambda p, q: _strict(_bits(p, q), q)),
        Mistake(
            "You took the plain mean of the lengths; frequent letters count more.",
            lambda p, q: _mean_length(q),
        ),
    ),
    examine=compare(_zero_cases),
)


# --- Kullback-Leibler -----------------------------------------------------------------------------------------------


def _naive_kl(p: Floats, q: Floats) -> float:
    with np.errstate(all="ignore"):
        return float((p * np.log(p / q)).sum())


def _smoothed_kl(p: Floats, q: Floats) -> float:
    return float((p * np.log((p + 1e-12) / (q + 1e-12))).sum())


def _common_support_kl(p: Floats, q: Floats) -> float:
    both = (p > 0) & (q > 0)
    return float((p[both] * np.log(p[both] / q[both])).sum())


_KL = Exercise(
    name="kl_of_pmfs",
    asks="kl_of_pmfs(p, q): KL(p || q) in nats, infinite where it must be",
    hints=(
        "Every outcome contributes its log ratio. With which probabilities are the log ratios averaged?",
        "There are two kinds of zero. One contributes nothing, the other makes the whole sum infinite. Which is which?",
        "Test yourself: KL((1, 0) ‖ (1/2, 1/2)) is ln 2, and KL((1/2, 1/2) ‖ (1, 0)) is infinite.",
    ),
    reference=_kl,
    mistakes=(
        Mistake("The arguments are exchanged: the average is taken under p.", lambda p, q: _kl(q, p)),
        Mistake("These are bits; nats use the natural logarithm.", lambda p, q: _kl(p, q) / np.log(2)),
        Mistake(
            "This is the cross-entropy: it is not zero for p = q. Take off what the best code costs.",
            lambda p, q: _bits(p, q) * np.log(2),
        ),
        Mistake(
            "The formula is right for positive probabilities. Where p is zero you compute 0 times log 0, which is NaN.",
            _naive_kl,
        ),
        Mistake(
            "Two faults: these are bits, and where p is zero you compute 0 times log 0, which is NaN.",
            lambda p, q: _naive_kl(p, q) / np.log(2),
        ),
        Mistake(_SMOOTHED, _smoothed_kl),
        Mistake(_LEFT_OUT, _common_support_kl),
        Mistake(_TOO_STRICT, lambda p, q: _strict(_kl(p, q), q)),
        Mistake("The sign is turned: KL is never negative.", lambda p, q: -_kl(p, q)),
        Mistake(
            "Two faults: the arguments are exchanged, and a zero gives 0 times log 0, which is NaN.",
            lambda p, q: _naive_kl(q, p),
        ),
        Mistake(
            "Two faults: the sign is turned, and where p is zero you compute 0 times log 0, which is NaN.",
            lambda p, q: -_naive_kl(p, q),
        ),
    ),
    examine=compare(_zero_cases),
)


# --- Jensen-Shannon -------------------------------------------------------------------------------------------------


def _js(p: Floats, q: Floats) -> float:
    m = (p + q) / 2
    return 0.5 * _kl(p, m) + 0.5 * _kl(q, m)


def _naive_js(p: Floats, q: Floats) -> float:
    m = (p + q) / 2
    return 0.5 * _naive_kl(p, m) + 0.5 * _naive_kl(q, m)


_JS = Exercise(
    name="js_of_pmfs",
    asks="js_of_pmfs(p, q): the Jensen-Shannon divergence in nats",
    hints=(
        "Two steps: first the distribution that lies between the two, then two divergences from it.",
        "Where p is zero, the halfway distribution is q/2. Can a ratio to it be infinite?",
        "Test yourself: exchanging p and q changes nothing, and equal arguments give 0.",
    ),
    reference=_js,
    mistakes=(
        Mistake("The weights 1/2 are missing: without them the largest value is 2 ln 2.", lambda p, q: 2 * _js(p, q)),
        Mistake("These are bits; nats use the natural logarithm.", lambda p, q: _js(p, q) / np.log(2)),
        Mistake(
            "You returned the square root: that is the metric. The divergence was asked for.",
            lambda p, q: float(np.sqrt(_js(p, q))),
        ),
        Mistake(
            "The divergences run from the halfway distribution to p and q; they run from p and q to it.",
            lambda p, q: 0.5 * _kl((p + q) / 2, p) + 0.5 * _kl((p + q) / 2, q),
        ),
        Mistake(
            "You averaged KL both ways. That can be infinite: measure both against what lies halfway.",
            lambda p, q: 0.5 * _kl(p, q) + 0.5 * _kl(q, p),
        ),
        Mistake("Only p is compared with the halfway distribution; q is to be, too.", lambda p, q: _kl(p, (p + q) / 2)),
        Mistake(
            "The formula is right for positive probabilities. Where p or q is zero, you compute 0 times log 0: NaN.",
            _naive_js,
        ),
        Mistake(
            "Two faults: these are bits, and where p or q is zero, you compute 0 times log 0: NaN.",
            lambda p, q: _naive_js(p, q) / np.log(2),
        ),
        Mistake(
            "The halfway distribution is (p + q) / 2; your m sums to 2.",
            lambda p, q: 0.5 * _kl(p, p + q) + 0.5 * _kl(q, p + q),
        ),
    ),
    examine=compare(_zero_cases),
)


# --- total variation ------------------------------------------------------------------------------------------------


def _tv(p: Floats, q: Floats) -> float:
    return float(0.5 * np.abs(p - q).sum())


_TV = Exercise(
    name="best_test_advantage",
    asks="best_test_advantage(p, q): the largest P(A) - Q(A) over all sets A of outcomes",
    hints=(
        "For each outcome, does taking it into A help or harm?",
        "The differences p - q sum to zero, so what the positive ones add up to is also what the negative ones do.",
        "For (0.5, 0.5) and (0.25, 0.75) the best A holds one outcome. Which, and what made you take it?",
    ),
    reference=_tv,
    mistakes=(
        Mistake(
            "The 1/2 is missing: your largest possible value is 2, and no difference of probabilities exceeds 1.",
            lambda p, q: 2 * _tv(p, q),
        ),
        Mistake(
            "You compared the cumulative sums. The sets A need not be intervals from the left.",
            lambda p, q: float(np.abs(np.cumsum(p - q)).max()),
        ),
        Mistake(
            "This is half the L1 distance of the cdfs; it depends on the order of the outcomes.",
            lambda p, q: float(0.5 * np.abs(np.cumsum(p - q)).sum()),
        ),
        Mistake(
            "You took the single outcome with the largest difference. A may hold several.",
            lambda p, q: float(np.abs(p - q).max()),
        ),
        Mistake(
            "You took the single outcome with the largest gain. A may hold several.", lambda p, q: float((p - q).max())
        ),
        Mistake(
            "The differences have signs, and over all outcomes they cancel to zero. Which of them belong to A?",
            lambda p, q: float((p - q).sum()),
        ),
        Mistake("You forgot what Q gives to the same set.", lambda p, q: float(p[p > q].sum())),
        Mistake("This is the mean of the differences; they are to be added.", lambda p, q: float(np.abs(p - q).mean())),
        Mistake(
            "This is the Euclidean distance; differences of probabilities are added, not squared.",
            lambda p, q: float(np.linalg.norm(p - q)),
        ),
        Mistake(
            "This is the probability of guessing right, which is 1/2 for p = q. The advantage is zero there.",
            lambda p, q: 0.5 + 0.5 * _tv(p, q),
        ),
        Mistake("You returned what both have in common; the advantage is the rest.", lambda p, q: 1 - _tv(p, q)),
    ),
    examine=compare(lambda rng: [(_with_zero(_pmf(rng, k), 1), _pmf(rng, k)) for k in (5, 6, 7, 8)]),
)


# --- Hellinger ------------------------------------------------------------------------------------------------------


def _hellinger(p: Floats, q: Floats) -> float:
    return float(np.sqrt(0.5 * ((np.sqrt(p) - np.sqrt(q)) ** 2).sum()))


_HELLINGER = Exercise(
    name="hellinger_of_pmfs",
    asks="hellinger_of_pmfs(p, q): the Hellinger distance, from 0 to 1",
    hints=(
        "It is a Euclidean distance, between which two vectors, and with which factor?",
        "Test yourself: (1, 0) and (0, 1) have nothing in common. Which value should they have?",
        "There is a root on every probability, and another one. Where does the other one stand?",
    ),
    reference=_hellinger,
    mistakes=(
        Mistake("This is the square of the distance; the outer root is missing.", lambda p, q: _hellinger(p, q) ** 2),
        Mistake(
            "The 1/2 under the root is missing: your largest value is the root of 2.",
            lambda p, q: float(np.sqrt(2) * _hellinger(p, q)),
        ),
        Mistake("The 1/2 stands under the root, not before it.", lambda p, q: float(_hellinger(p, q) / np.sqrt(2))),
        Mistake(
            "You compared p and q themselves; compare their square roots.",
            lambda p, q: float(np.sqrt(0.5 * ((p - q) ** 2).sum())),
        ),
        Mistake(
            "This is the Bhattacharyya coefficient: what the two have in common, 1 for p = q.",
            lambda p, q: float(np.sqrt(p * q).sum()),
        ),
        Mistake(
            "You added absolute differences of roots; square them, as for a Euclidean distance.",
            lambda p, q: float(0.5 * np.abs(np.sqrt(p) - np.sqrt(q)).sum()),
        ),
    ),
    examine=compare(_zero_cases),
)


# --- two Gaussians --------------------------------------------------------------------------------------------------


def _covariance(rng: np.random.Generator, d: int) -> Floats:
    root = rng.normal(0, 0.5, (d, d)) + np.diag(rng.uniform(0.7, 1.5, d))
    return np.asarray(root @ root.T + 0.2 * np.eye(d))


def _gaussian_cases(rng: np.random.Generator) -> Cases:
    return [(rng.normal(0, 1.5, d), _covariance(rng, d), rng.normal(0, 1.5, d), _covariance(rng, d)) for d in (1, 2, 3)]


def _gauss(
    mean_p: Floats,
    cov_p: Floats,
    mean_q: Floats,
    cov_q: Floats,
    *,
    half: float = 0.5,
    volume: float = 1.0,
    dimension: float = 1.0,
    shift: float = 1.0,
    trace: float = 1.0,
) -> float:
    away = mean_q - mean_p
    inverse = np.linalg.inv(cov_q)
    logs = np.linalg.slogdet(cov_q)[1] - np.linalg.slogdet(cov_p)[1]
    return float(
        half
        * (trace * np.trace(inverse @ cov_p) + shift * away @ inverse @ away - dimension * len(away) + volume * logs)
    )


def _reference_gauss(mean_p: Floats, cov_p: Floats, mean_q: Floats, cov_q: Floats) -> float:
    return _gauss(mean_p, cov_p, mean_q, cov_q)


def _elementwise_gauss(mean_p: Floats, cov_p: Floats, mean_q: Floats, cov_q: Floats) -> float:
    return _gauss(mean_p, np.diag(np.diag(cov_p)), mean_q, np.diag(np.diag(cov_q)))


def _other_trace(trace: Any) -> Any:
    """Return the formula with another first term; `trace(cov_p, cov_q)` takes its place."""

    def answer(mean_p: Floats, cov_p: Floats, mean_q: Floats, cov_q: Floats) -> float:
        return _gauss(mean_p, cov_p, mean_q, cov_q, trace=0.0) + 0.5 * float(trace(cov_p, cov_q))

    return answer


def _entrywise_inverse(mean_p: Floats, cov_p: Floats, mean_q: Floats, cov_q: Floats) -> float:
    away, entries = mean_q - mean_p, 1 / cov_q
    rest = _gauss(mean_p, cov_p, mean_q, cov_q, trace=0.0, shift=0.0)
    return rest + 0.5 * float(np.trace(entries @ cov_p) + away @ entries @ away)


def _plain_determinants(mean_p: Floats, cov_p: Floats, mean_q: Floats, cov_q: Floats) -> float:
    rest = _gauss(mean_p, cov_p, mean_q, cov_q, volume=0.0)
    return rest + 0.5 * float(np.linalg.det(cov_q) / np.linalg.det(cov_p))


_GAUSSIANS = Exercise(
    name="kl_of_gaussians",
    asks="kl_of_gaussians(mean_p, cov_p, mean_q, cov_q): KL(p || q) in nats of two Gaussians in d dimensions",
    hints=(
        "Four terms: a trace, a squared distance, the dimension, and the log of a ratio of determinants. Which NumPy"
        " product is a product of matrices? Which function inverts a matrix?",
        "Test yourself: for p = q the trace cancels the dimension, and everything else vanishes.",
        "In one dimension, N(1, 1) against N(0, 1) gives 0.5, and N(0, 4) against N(0, 1) gives 0.8069.",
    ),
    reference=_reference_gauss,
    mistakes=(
        Mistake(
            "The roles of p and q are exchanged: the covariance of q is the one to invert.",
            lambda mean_p, cov_p, mean_q, cov_q: _gauss(mean_q, cov_q, mean_p, cov_p),
        ),
        Mistake(
            "The overall factor 1/2 is missing.",
            lambda mean_p, cov_p, mean_q, cov_q: _gauss(mean_p, cov_p, mean_q, cov_q, half=1.0),
        ),
        Mistake(
            "The ratio of the determinants is upside down: for p = q you cannot see it, else you can.",
            lambda mean_p, cov_p, mean_q, cov_q: _gauss(mean_p, cov_p, mean_q, cov_q, volume=-1.0),
        ),
        Mistake(
            "The dimension is not subtracted: your result is not zero for p = q.",
            lambda mean_p, cov_p, mean_q, cov_q: _gauss(mean_p, cov_p, mean_q, cov_q, dimension=0.0),
        ),
        Mistake(
            "The logarithm of the determinants is missing. (`slogdet` returns the sign first, then the logarithm.)",
            lambda mean_p, cov_p, mean_q, cov_q: _gauss(mean_p, cov_p, mean_q, cov_q, volume=0.0),
        ),
        Mistake(
            "The means do not enter: the squared distance between them is missing.",
            lambda mean_p, cov_p, mean_q, cov_q: _gauss(mean_p, cov_p, mean_q, cov_q, shift=0.0),
        ),
        Mistake("You used only the diagonals of the covariances; these Gaussians are tilted.", _elementwise_gauss),
        Mistake(
            "The distance between the means is measured in the metric of p; it belongs to q.",
            lambda mean_p, cov_p, mean_q, cov_q: (
                _gauss(mean_p, cov_p, mean_q, cov_q, shift=0.0)
                + 0.5 * float((mean_q - mean_p) @ np.linalg.solve(cov_p, mean_q - mean_p))
            ),
        ),
        Mistake(
            "In the trace, * multiplies entry by entry; the product of matrices is @.",
            _other_trace(lambda cov_p, cov_q: np.trace(np.linalg.inv(cov_q) * cov_p)),
        ),
        Mistake(
            "In the trace the covariance of q is inverted, not that of p.",
            _other_trace(lambda cov_p, cov_q: np.trace(np.linalg.inv(cov_p) @ cov_q)),
        ),
        Mistake("1 / S inverts every entry; np.linalg.inv(S) inverts the matrix.", _entrywise_inverse),
        Mistake("The determinants enter by their logarithm.", _plain_determinants),
        Mistake(
            "The squared distance of the means is taken as it is; the inverse covariance of q belongs between.",
            lambda mean_p, cov_p, mean_q, cov_q: (
                _gauss(mean_p, cov_p, mean_q, cov_q, shift=0.0) + 0.5 * float((mean_q - mean_p) @ (mean_q - mean_p))
            ),
        ),
        Mistake(
            "You subtract 1; subtract the dimension.",
            lambda mean_p, cov_p, mean_q, cov_q: _gauss(mean_p, cov_p, mean_q, cov_q, dimension=0.0) - 0.5,
        ),
    ),
    examine=compare(_gaussian_cases),
)


# --- the game -------------------------------------------------------------------------------------------------------


def _bound(t_p: Floats, t_q: Floats) -> float:
    return float(t_p.mean() - np.exp(t_q - 1).mean())


def _score_cases(rng: np.random.Generator) -> Cases:
    """Values of a critic on unequally many draws."""
    return [(rng.normal(1, 0.7, n), rng.normal(0, 0.7, n + 3)) for n in (4, 7, 12)]


_KL_BOUND = Exercise(
    name="kl_lower_bound",
    asks="kl_lower_bound(t_p, t_q): the score of a critic for KL, from its values on draws of p and of q",
    hints=(
        "Two expectations stand in the bound. What takes the place of an expectation when there are only draws?",
        "What is done to each value of the critic under q before the average is taken? It is the conjugate for KL.",
        "Test yourself: a critic that says 1 everywhere scores 0.",
    ),
    reference=_bound,
    mistakes=(
        Mistake(
            "The roles are exchanged: only the values on draws of q go through the conjugate.",
            lambda t_p, t_q: _bound(t_q, t_p),
        ),
        Mistake(
            "The conjugate for KL is exp(u - 1); the -1 is missing.",
            lambda t_p, t_q: float(t_p.mean() - np.exp(t_q).mean()),
        ),
        Mistake(
            "You took the exponential of the mean. First the exponential of each value, then the mean.",
            lambda t_p, t_q: float(t_p.mean() - np.exp(t_q.mean() - 1)),
        ),
        Mistake(
            "The sign is turned: this is the loss. The critic wants a high score.", lambda t_p, t_q: -_bound(t_p, t_q)
        ),
        Mistake(
            "This is the difference of the means; the values under q go through the conjugate first.",
            lambda t_p, t_q: float(t_p.mean() - t_q.mean()),
        ),
        Mistake(
            "You added where you should average: the numbers of draws may differ.",
            lambda t_p, t_q: float(t_p.sum() - np.exp(t_q - 1).sum()),
        ),
        Mistake(
            "This is the Donsker-Varadhan bound, another one: take the mean of exp(t - 1), without a logarithm.",
            lambda t_p, t_q: float(t_p.mean() - np.log(np.exp(t_q).mean())),
        ),
    ),
    examine=compare(_score_cases),
)


# --- the bias -------------------------------------------------------------------------------------------------------


def _less_bias(counts: Floats, p: Floats, *, part: float = 1.0, extra: int = 1) -> float:
    n = float(counts.sum())
    return _kl(counts / n, p) - part * (len(p) - extra) / (2 * n)


def _reference_less_bias(counts: Floats, p: Floats) -> float:
    return _less_bias(counts, p)


def _naive_less_bias(counts: Floats, p: Floats) -> float:
    share = counts / counts.sum()
    return _naive_kl(share, p) - (len(p) - 1) / (2 * float(counts.sum()))


def _count_cases(rng: np.random.Generator) -> Cases:
    """Return counts with and without an outcome never drawn, and some that agree with p to the last one."""
    cases: Cases = []
    for k in (3, 6, 5):
        counts = rng.integers(2, 30, k).astype(np.float64)
        if k == 5:
            counts[int(rng.integers(k))] = 0
        cases.append((counts, _pmf(rng, k)))
    exact = rng.integers(2, 30, 4).astype(np.float64)
    return [*cases, (exact, exact / exact.sum())]


_DEBIASED = Exercise(
    name="kl_less_bias",
    asks="kl_less_bias(counts, p): the plug-in KL of the frequencies from p in nats, less its expected bias",
    hints=(
        "Counts become frequencies first. Which of the two, frequencies or p, is averaged under?",
        "What would a sample from p itself show on average? That much tells nothing.",
        "How many numbers are needed to fix k frequencies that sum to one? Where do that number and n stand?",
    ),
    reference=_reference_less_bias,
    mistakes=(
        Mistake(
            "This is the plug-in divergence with its bias: a sample from p itself would not show 0.",
            lambda counts, p: _less_bias(counts, p, part=0.0),
        ),
        Mistake("You added the bias; take it off.", lambda counts, p: _less_bias(counts, p, part=-1.0)),
        Mistake(
            "The divergence is in bits; the bias, and the answer, are in nats.",
            lambda counts, p: _less_bias(counts, p) + (1 / np.log(2) - 1) * _kl(counts / counts.sum(), p),
        ),
        Mistake("The 2 is missing: the bias is (k - 1) / (2n).", lambda counts, p: _less_bias(counts, p, part=2.0)),
        Mistake(
            "You used k where k - 1 belongs: frequencies sum to one, so one of them is not free.",
            lambda counts, p: _less_bias(counts, p, extra=0),
        ),
        Mistake(
            "The direction is turned: the average is taken under the frequencies.",
            lambda counts, p: _kl(p, counts / counts.sum()) - (len(p) - 1) / (2 * counts.sum()),
        ),
        Mistake(
            "An outcome that was never drawn gives 0 times log 0, which is NaN. It contributes nothing.",
            _naive_less_bias,
        ),
        Mistake(
            "You cut the result off at zero. It may come out negative; cutting brings a bias back.",
            lambda counts, p: max(_less_bias(counts, p), 0.0),
        ),
    ),
    examine=compare(_count_cases),
)


# --- concept questions ----------------------------------------------------------------------------------------------

_WHICH = Exercise(
    name="which_direction",
    asks="the letter of the sentence that is right",
    hints=(
        "Along its thin direction the tilted cloud falls off quickly. Which fit puts mass where the data have none?",
        "Who has to pay for that mass, and under whose average?",
    ),
    reference="a",
    mistakes=(
        Mistake(
            "B leaves out most of the ridge's length: under the average of the data that would cost dearly. A puts mass"
            " beside the ridge: under the average of the model that would.",
            "b",
        ),
        Mistake(
            "KL(data || model) has one best fit here, with the means and widths of the data. B is narrower than that.",
            "c",
        ),
        Mistake(
            "KL(model || data) pays for each draw of the model that falls beside the ridge. Many draws of A do.", "d"
        ),
    ),
    examine=choose(),
)

EXERCISES = (_CODING_COST, _KL, _GAUSSIANS, _WHICH, _JS, _TV, _HELLINGER, _KL_BOUND, _DEBIASED)
