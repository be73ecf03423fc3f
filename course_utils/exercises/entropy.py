"""Exercises of notebook 08: surprise, entropy, what remains and what is shared, and what papers quote of a model."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from course_utils.exercises._attempt import Attempt, Wrong
from course_utils.exercises._exercise import Exercise, Mistake, choose, compare

Floats = NDArray[np.float64]
Cases = list[tuple[Any, ...]]
LN2 = float(np.log(2))


def _nats(p: Floats) -> float:
    """Entropy of all entries together, in nats; zeros count as nothing."""
    return float(special.entr(p).sum())


def _compare_zeros_last(
    cases: Callable[[np.random.Generator], Cases],
) -> Callable[[Attempt, Exercise, np.random.Generator], str]:
    """Examine like `compare`; a mistake that zeros hide (nan, or a row without a mean) is looked for without them."""

    def examine(attempt: Attempt, exercise: Exercise, rng: np.random.Generator) -> str:
        tried = cases(rng)
        known = {mistake.says for mistake in exercise.mistakes}
        try:
            return compare(lambda _: tried)(attempt, exercise, rng)
        except Wrong as verdict:
            if verdict.message in known:
                raise
            try:
                compare(lambda _: [case for case in tried if np.all(case[0] > 0)])(attempt, exercise, rng)
            except Wrong as plainer:
                if plainer.message in known:
                    raise plainer from None
            raise

    return examine


# --- self-information -----------------------------------------------------------------------------------------------


def _message_cases(rng: np.random.Generator) -> Cases:
    return [(rng.uniform(0.05, 0.9, n),) for n in (4, 9, 3000)]


def _message_surprise(p: Floats) -> float:
    return float(-np.log2(p).sum())


def _surprise_of_the_product(p: Floats) -> float:
    with np.errstate(all="ignore"):
        return float(-np.log2(np.prod(p)))


_MESSAGE_SURPRISE = Exercise(
    name="message_surprise",
    asks="message_surprise(p): bits of self-information of a whole message of independent symbols",
    hints=(
        "How surprising is one symbol of probability 1/8, in bits? Which function does that for any probability?",
        "Independent symbols: their probabilities multiply. What does the logarithm make of a product?",
        "A message of 3,000 symbols has a probability that rounds to zero. Take logarithms before you combine.",
    ),
    reference=_message_surprise,
    mistakes=(
        Mistake(
            "You counted in nats, with the natural logarithm. Bits were asked for.",
            lambda p: _message_surprise(p) * LN2,
        ),
        Mistake(
            "The sign is turned: a probability is below one, its logarithm is negative, and surprise is not.",
            lambda p: -_message_surprise(p),
        ),
        Mistake(
            "You averaged over the symbols. The surprise of the whole message is asked for: independent news adds up.",
            lambda p: _message_surprise(p) / len(p),
        ),
        Mistake(
            "You weighted each surprise with its probability, as an entropy does. These symbols did occur: each counts"
            " once.",
            lambda p: _nats(p) / LN2,
        ),
        Mistake(
            "Right for short messages. The product of 3,000 probabilities rounds to zero; add logarithms instead.",
            _surprise_of_the_product,
        ),
        Mistake(
            "Two things: you counted in nats, and the product of 3,000 probabilities rounds to zero.",
            lambda p: _surprise_of_the_product(p) * LN2,
        ),
        Mistake(
            "You added the probabilities. All the symbols occur *together*: what happens to their probabilities then?",
            lambda p: float(-np.log2(p.sum())),
        ),
        Mistake(
            "You added 1 - p. That grows with surprise, too, but it does not add up for independent events.",
            lambda p: float((1 - p).sum()),
        ),
    ),
    examine=compare(_message_cases),
)


# --- entropy --------------------------------------------------------------------------------------------------------


def _pmf(rng: np.random.Generator, k: int, zeros: int) -> Floats:
    p = rng.dirichlet(np.full(k, 2.0))
    p[:zeros] = 0.0
    return np.asarray(rng.permutation(p / p.sum()))


def _entropy_cases(rng: np.random.Generator) -> Cases:
    return [(_pmf(rng, k, zeros),) for k, zeros in ((3, 0), (5, 0), (7, 2))]


def _entropy_bits(p: Floats) -> float:
    return float(special.entr(p).sum() / np.log(2))


def _naive_entropy(p: Floats) -> float:
    with np.errstate(all="ignore"):
        return float(-(p * np.log2(p)).sum())


_ENTROPY_BITS = Exercise(
    name="entropy_bits",
    asks="entropy_bits(p): the entropy in bits of a distribution that may hold zeros",
    hints=(
        "Entropy is an average. An average of what, and with which weights?",
        "The term p log p goes to 0 as p goes to 0, but a computer makes 0 times minus infinity of it.",
        "What cannot happen adds nothing to the average. Which entries of `p` may you leave out before the logarithm?",
    ),
    reference=_entropy_bits,
    mistakes=(
        Mistake("You counted in nats. One nat is more than one bit, so the number of bits is larger.", _nats),
        Mistake(
            "Right, except where an outcome has probability zero: you multiply zero by infinity.",
            _naive_entropy,
        ),
        Mistake(
            "The sign is turned: the entropy of a distribution over outcomes is not negative.",
            lambda p: -_nats(p) / LN2,
        ),
        Mistake(
            "You divided by the number of outcomes. The probabilities are the weights of the average already.",
            lambda p: _nats(p) / LN2 / len(p),
        ),
        Mistake(
            "The weights are missing: a rare outcome is very surprising, but seldom.",
            lambda p: float(-np.log2(p[p > 0]).sum()),
        ),
        Mistake(
            "You averaged with equal weights; a rare outcome counts only as often as it occurs.",
            lambda p: float(-np.log2(p[p > 0]).mean()),
        ),
        Mistake(
            "This is the logarithm of the number of outcomes: the entropy if all were equally likely.",
            lambda p: float(np.log2(len(p))),
        ),
        Mistake(
            "You divided by log2(e) where you should multiply, or multiplied by ln 2 where you should divide.",
            lambda p: _nats(p) * LN2,
        ),
    ),
    examine=_compare_zeros_last(_entropy_cases),
)


# --- conditional entropy --------------------------------------------------------------------------------------------


def _joint_cases(rng: np.random.Generator) -> Cases:
    cases: Cases = []
    for rows, columns, zeros in ((2, 3, 0), (4, 3, 0), (3, 5, 3)):
        weights = rng.gamma(0.9, size=rows * columns) + 0.02
        weights[rng.choice(rows * columns, zeros, replace=False)] = 0.0
        cases.append(((weights / weights.sum()).reshape(rows, columns),))
    empty = rng.gamma(0.9, size=(4, 4)) + 0.02
    empty[rng.integers(4)] = 0.0  # a whole row and a whole column that never occur
    empty[:, rng.integers(4)] = 0.0
    return [*cases, (empty / empty.sum(),)]


def _remaining_entropy(joint: Floats) -> float:
    return float((special.entr(joint).sum() - special.entr(joint.sum(axis=1)).sum()) / np.log(2))


def _rows(joint: Floats) -> Floats:
    """p(y | x), shape of the table; a row that never occurs stays zero."""
    total = joint.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(joint, total, out=np.zeros_like(joint), where=total > 0))


def _mean_of_rows(joint: Floats) -> float:
    return float(special.entr(_rows(joint)).sum(axis=1).mean() / LN2)


def _rows_not_normalised(joint: Floats) -> float:
    """p(x) times the entropy formula of a row that does not sum to one."""
    return float((joint.sum(axis=1) * special.entr(joint).sum(axis=1)).sum() / LN2)


def _naive_remaining(joint: Floats) -> float:
    with np.errstate(all="ignore"):
        return float(-(joint * np.log2(joint / joint.sum(axis=1, keepdims=True))).sum())


def _shared_information(joint: Floats) -> float:
    x, y = joint.sum(axis=1), joint.sum(axis=0)
    return float((special.entr(x).sum() + special.entr(y).sum() - special.entr(joint).sum()) / np.log(2))


_REMAINING_ENTROPY = Exercise(
    name="remaining_entropy",
    asks="remaining_entropy(joint): H(Y | X) in bits from a table joint[x, y]",
    hints=(
        "One row of the table, divided by its sum, is the distribution of y for that x. It has an entropy.",
        "How often does that row occur? Average with these weights.",
        "There is a shorter way: the chain rule needs two entropies only. Which?",
    ),
    reference=_remaining_entropy,
    mistakes=(
        Mistake(
            "This is H(X | Y). In joint[x, y] the rows belong to x: what remains of y, when the row is known?",
            lambda joint: _remaining_entropy(joint.T),
        ),
        Mistake("You counted in nats; bits were asked for.", lambda joint: _remaining_entropy(joint) * LN2),
        Mistake(
            "You averaged the rows' entropies with equal weights. Rows that occur more often count for more.",
            _mean_of_rows,
        ),
        Mistake(
            "You added the rows' entropies as if every row were certain to occur. Weight each by how often it occurs:"
            " p(x, y) stands before the logarithm, not p(y | x).",
            lambda joint: _nats(_rows(joint)) / LN2,
        ),
        Mistake("Divide a row by its sum before you take its entropy.", _rows_not_normalised),
        Mistake(
            "This is H(X), which is known by now. What remains of y?", lambda joint: _nats(joint.sum(axis=1)) / LN2
        ),
        Mistake(
            "This is the mutual information: what is *gained*. Conditional entropy is what remains.",
            _shared_information,
        ),
        Mistake(
            "This is the joint entropy: what is open of both. The entropy of x is known by now.",
            lambda joint: _nats(joint) / LN2,
        ),
        Mistake("This is H(Y), before anything is known about x.", lambda joint: _nats(joint.sum(axis=0)) / LN2),
        Mistake("Right, except where a cell of the table is zero: you multiply zero by infinity.", _naive_remaining),
        Mistake(
            "Right, except where a whole row is zero. That x never occurs: leave its row out.",
            lambda joint: _remaining_entropy(joint) if np.all(joint.sum(axis=1) > 0) else float("nan"),
        ),
        Mistake(
            "The sign is turned: what remains of a discrete variable is never negative.",
            lambda joint: -_remaining_entropy(joint),
        ),
    ),
    examine=_compare_zeros_last(_joint_cases),
)


# --- mutual information ---------------------------------------------------------------------------------------------


def _naive_shared(joint: Floats) -> float:
    with np.errstate(all="ignore"):
        product = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0)
        return float((joint * np.log2(joint / product)).sum())


def _turned_round(joint: Floats) -> float:
    """KL(product || joint)."""
    with np.errstate(all="ignore"):
        product = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0)
        return float((product * np.log2(product / joint)).sum())


def _ratios_without_weights(joint: Floats) -> float:
    product = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0)
    return float(np.log2(joint[joint > 0] / product[joint > 0]).sum())


_SHARED_INFORMATION = Exercise(
    name="shared_information",
    asks="shared_information(joint): I(X; Y) in bits from a table joint[x, y]",
    hints=(
        "How would the table look if X and Y were independent? Its row and column sums give it.",
        "Either compare the two tables by a KL divergence, or combine three entropies. Do both and compare.",
        "Which entropy counts what X and Y share twice? Which counts it once?",
    ),
    reference=_shared_information,
    mistakes=(
        Mistake(
            "You *multiplied* H(Y) and H(Y | X), as some texts print it. The minus sign was lost: it is a difference.",
            lambda joint: _nats(joint.sum(axis=0)) / LN2 * _remaining_entropy(joint),
        ),
        Mistake("You counted in nats; bits were asked for.", lambda joint: _shared_information(joint) * LN2),
        Mistake(
            "This is H(Y | X): what remains. Mutual information is what is gained.",
            _remaining_entropy,
        ),
        Mistake(
            "This is H(X | Y): what remains of x. Mutual information is what is gained.",
            lambda joint: _remaining_entropy(joint.T),
        ),
        Mistake(
            "The divergence is turned round: average the log ratio with the probabilities of the real table.",
            _turned_round,
        ),
        Mistake(
            "You added the log ratios of the cells without weights; each counts as often as its cell occurs.",
            _ratios_without_weights,
        ),
        Mistake("Right, except where a cell of the table is zero: you multiply zero by infinity.", _naive_shared),
        Mistake(
            "The sign is turned: on average, knowing more does not hurt.", lambda joint: -_shared_information(joint)
        ),
        Mistake(
            "This is H(Y) - H(X | Y). Take off what remains of the *same* variable.",
            lambda joint: _nats(joint.sum(axis=0)) / LN2 - _remaining_entropy(joint.T),
        ),
        Mistake(
            "This is H(X) - H(Y | X). Take off what remains of the *same* variable.",
            lambda joint: _nats(joint.sum(axis=1)) / LN2 - _remaining_entropy(joint),
        ),
        Mistake("This is the joint entropy: what is open of both together.", lambda joint: _nats(joint) / LN2),
        Mistake(
            "This is H(X) alone: all that is open of x. How much of it does y tell?",
            lambda joint: _nats(joint.sum(axis=1)) / LN2,
        ),
        Mistake(
            "This is H(Y) alone: all that is open of y. How much of it does x tell?",
            lambda joint: _nats(joint.sum(axis=0)) / LN2,
        ),
        Mistake(
            "This is H(X) + H(Y). What both share is counted twice in it; something is still to be taken away.",
            lambda joint: (_nats(joint.sum(axis=0)) + _nats(joint.sum(axis=1))) / LN2,
        ),
    ),
    examine=_compare_zeros_last(_joint_cases),
)


# --- bits per letter and perplexity ----------------------------------------------------------------------------------


def _score_cases(rng: np.random.Generator) -> Cases:
    cases: Cases = []
    for n in (4, 7, 5):
        lengths = rng.choice(np.arange(2, 30), n, replace=False)
        cases.append((-lengths * rng.uniform(0.6, 2.2, n), lengths))
    return cases


def _nats_a_letter(log_probs: Floats, lengths: Floats) -> float:
    return float(-log_probs.sum() / lengths.sum())


def _bits_and_perplexity(log_probs: Floats, lengths: Floats) -> tuple[float, float]:
    nats = _nats_a_letter(log_probs, lengths)
    return nats / LN2, float(np.exp(nats))


def _power(base: float, scale: float) -> Callable[[Floats, Floats], tuple[float, float]]:
    """Make the mistake of a first number that is `scale` times the nats, and `base` to its power."""

    def answer(log_probs: Floats, lengths: Floats) -> tuple[float, float]:
        first = _nats_a_letter(log_probs, lengths) * scale
        return first, float(base**first)

    return answer


def _with_bits(second: Callable[[Floats, Floats], float]) -> Callable[[Floats, Floats], tuple[float, float]]:
    """Make the mistake of the right bits and another second number."""
    return lambda log_probs, lengths: (_bits_and_perplexity(log_probs, lengths)[0], float(second(log_probs, lengths)))


def _mean_of_sentences(log_probs: Floats, lengths: Floats) -> tuple[float, float]:
    in_bits = float((-log_probs / lengths).mean()) / LN2
    return in_bits, 2.0**in_bits


def _of_total(share: Callable[[Floats], float]) -> Callable[[Floats, Floats], tuple[float, float]]:
    """Make the mistake of dividing all bits by something else than the number of letters."""

    def answer(log_probs: Floats, lengths: Floats) -> tuple[float, float]:
        in_bits = float(-log_probs.sum() / LN2 / share(lengths))
        return in_bits, 2.0**in_bits

    return answer


_NATS_FIRST = "The first number is in nats; bits per letter was asked for."
_LN2_TWICE = "You multiplied by ln 2. A nat is more than a bit, so the number of bits is the larger one."

_BITS_AND_PERPLEXITY = Exercise(
    name="bits_and_perplexity",
    asks="bits_and_perplexity(log_probs, lengths): bits per letter and perplexity per letter of a text of n sentences",
    hints=(
        "A long sentence holds more letters than a short one. How many nats does the whole text cost, and how many"
        " letters has it?",
        "Dividing by ln 2 turns nats into bits. The perplexity undoes the logarithm. Mind: in which unit is it now?",
        "Test yourself: a model that spreads every letter evenly over 16 gives 4 bits a letter, whatever the lengths."
        " Which perplexity?",
    ),
    reference=_bits_and_perplexity,
    mistakes=(
        Mistake(
            "You averaged the bits per letter of the sentences. A long sentence has more letters and counts for more.",
            _mean_of_sentences,
        ),
        Mistake(
            "You averaged both numbers over the sentences. Take the text as a whole: a long sentence counts for more.",
            lambda log_probs, lengths: (
                _mean_of_sentences(log_probs, lengths)[0],
                float(np.exp(-log_probs / lengths).mean()),
            ),
        ),
        Mistake(_NATS_FIRST, _power(float(np.e), 1.0)),
        Mistake(f"{_NATS_FIRST} (And 2 to a number of nats mixes units.)", _power(2.0, 1.0)),
        Mistake(
            "Your bits belong to the whole text. Share them out among its letters, and the perplexity with them.",
            _of_total(lambda lengths: 1),
        ),
        Mistake(
            "The perplexity is right. Your bits belong to the whole text: share them out among its letters.",
            lambda log_probs, lengths: (
                float(-log_probs.sum()) / LN2,
                _bits_and_perplexity(log_probs, lengths)[1],
            ),
        ),
        Mistake(
            "You averaged the nats per letter of the sentences. A long sentence counts for more, and bits were asked"
            " for.",
            lambda log_probs, lengths: (
                float((-log_probs / lengths).mean()),
                float(np.exp((-log_probs / lengths).mean())),
            ),
        ),
        Mistake(
            "You divided by the number of sentences. The text has more letters than sentences.",
            _of_total(len),
        ),
        Mistake(
            "The bits are right, but you raised e to a number of bits. Undo the logarithm with its own base.",
            _power(float(np.e), 1 / LN2),
        ),
        Mistake(
            "The bits are right, but you raised 2 to a number of nats. Undo the logarithm with its own base.",
            _with_bits(lambda log_probs, lengths: 2.0 ** _nats_a_letter(log_probs, lengths)),
        ),
        Mistake(
            _LN2_TWICE,
            lambda log_probs, lengths: (
                _nats_a_letter(log_probs, lengths) * LN2,
                _bits_and_perplexity(log_probs, lengths)[1],
            ),
        ),
        Mistake(f"{_LN2_TWICE} Your perplexity has inherited it.", _power(2.0, LN2)),
        Mistake(
            "The bits are right. The perplexity is that of the whole text; that of one letter was asked for.",
            _with_bits(lambda log_probs, lengths: np.exp(-log_probs.sum())),
        ),
        Mistake(
            "The bits are right. For the perplexity you averaged over the sentences after undoing the logarithm;"
            " average before.",
            _with_bits(lambda log_probs, lengths: np.exp(-log_probs / lengths).mean()),
        ),
        Mistake("The bits come first, then the perplexity.", lambda *args: _bits_and_perplexity(*args)[::-1]),
        Mistake(
            "The sign is turned: a less probable text needs more bits, and a perplexity is at least 1.",
            _power(2.0, -1 / LN2),
        ),
    ),
    examine=compare(_score_cases),
)


# --- a concept question ---------------------------------------------------------------------------------------------

_GENERATOR = Exercise(
    name="which_generator",
    asks="the letter of the generator that comes nearest to the data",
    hints=(
        "Cross-entropy is entropy of the data plus a divergence. Which of its two parts can a model change?",
        "Two models may have the same entropy and put their probability in different places.",
    ),
    reference="c",
    mistakes=(
        Mistake("The highest entropy belongs to noise. A model should have the entropy of the data, not more.", "a"),
        Mistake("It is nearly certain what it will draw, and the data surprise it: their code becomes long.", "b"),
        Mistake(
            "Its entropy is that of the data, but it spreads its probability over other outcomes: look at what the data"
            " cost under it.",
            "d",
        ),
    ),
    examine=choose(),
)

EXERCISES = (
    _MESSAGE_SURPRISE,
    _ENTROPY_BITS,
    _REMAINING_ENTROPY,
    _SHARED_INFORMATION,
    _BITS_AND_PERPLEXITY,
    _GENERATOR,
)
