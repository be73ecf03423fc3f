"""Exercises of notebook 02: a random answer is judged by its distribution, in whatever order it uses the generator."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from course_utils.exercises import Exercise, Wrong, find_exercise
from course_utils.exercises._attempt import Attempt

SEEDS = range(6)


def examine(exercise: Exercise, answer: Callable[..., Any], seed: int) -> str:
    """Return "right", or the message of the examination, with a generator of our own."""
    try:
        exercise.examine(Attempt(answer, seconds=30), exercise, np.random.default_rng([seed, 2]))
    except Wrong as wrong:
        return wrong.message
    return "right"


def ancestral_by_loop(n, weights, means, sds, rng):
    draws = []
    for _ in range(n):
        k = np.searchsorted(np.cumsum(weights), rng.random())
        draws.append(means[k] + sds[k] * rng.standard_normal())
    return draws  # a list will do


def ancestral_shuffled(n, weights, means, sds, rng):
    counts = rng.multinomial(n, weights)
    return rng.permutation(np.concatenate([rng.normal(m, s, c) for m, s, c in zip(means, sds, counts, strict=True)]))


def ancestral_by_selection(n, weights, means, sds, rng):
    every = rng.normal(means, sds, size=(n, len(means)))
    return every[np.arange(n), rng.choice(len(means), n, p=weights)]


def reject_by_loop(target, proposal, draw, bound, n, rng):
    kept = []
    for _ in range(n):
        x = draw(1, rng)[0]
        if rng.random() < target(x) / (bound * proposal(x)):
            kept.append(x)
    return np.array(kept)


def reject_uniforms_first(target, proposal, draw, bound, n, rng):
    u = rng.uniform(size=n)
    x = draw(n, rng)
    return x[np.log(u) < np.log(target(x)) - np.log(bound * proposal(x))]


def chain_with_noise_first(log_target, start, step, n, rng):
    moves, u = rng.normal(0, step, n), rng.random(n)
    states = [start]
    for move, threshold in zip(moves, u, strict=True):
        y = states[-1] + move
        states.append(y if threshold <= np.exp(min(0.0, log_target(y) - log_target(states[-1]))) else states[-1])
    return np.array(states[1:])


def chain_by(propose, *, accept=lambda ratio, rng: rng.random() < ratio):
    """Return a walk with its own proposals and its own rule of acceptance, given the ratio of densities."""

    def chain(log_target, start, step, n, rng):
        states, x = np.empty(n), start
        for t in range(n):
            y = propose(x, step, rng)
            if accept(np.exp(log_target(y) - log_target(x)), rng):
                x = y
            states[t] = x
        return states

    return chain


def chain_with_one_uniform(log_target, start, step, n, rng):
    u = rng.uniform(0.2, 0.8)
    return chain_by(gaussian_step, accept=lambda ratio, _: u < ratio)(log_target, start, step, n, rng)


def gaussian_step(x, step, rng):
    return x + step * rng.normal()


OTHER_STEPS = {
    "uniform": lambda x, step, rng: x + rng.uniform(-step, step),
    "root": lambda x, step, rng: x + np.sqrt(step) * rng.normal(),
    "square": lambda x, step, rng: x + step**2 * rng.normal(),
    "half": lambda x, step, rng: x + step / 2 * rng.normal(),
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("ancestral_sample", ancestral_by_loop),
        ("ancestral_sample", ancestral_shuffled),
        ("ancestral_sample", ancestral_by_selection),
        ("keep_or_reject", reject_by_loop),
        ("keep_or_reject", reject_uniforms_first),
        ("metropolis_chain", chain_with_noise_first),
        ("metropolis_chain", chain_by(gaussian_step)),
    ],
)
def test_other_right_answers_pass(name, answer, seed):
    assert examine(find_exercise(name), answer, seed) == "right"


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["ancestral_sample", "keep_or_reject", "metropolis_chain"])
def test_mistakes_are_named_whatever_the_generator(name, seed):
    exercise = find_exercise(name)
    for mistake in exercise.mistakes:
        assert examine(exercise, mistake.answer, seed) == mistake.says


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("step", OTHER_STEPS)
def test_a_chain_with_other_steps_is_told_that_its_steps_are_wrong(step, seed):
    """Such a chain follows the target, and is not told otherwise."""
    told = examine(find_exercise("metropolis_chain"), chain_by(OTHER_STEPS[step]), seed)
    assert "follow the target, but" in told
    assert "Gaussian" in told


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("threshold", [0.3, 0.4, 0.45, 0.5, 0.6])
def test_a_chain_without_chance_is_wrong(threshold, seed):
    """A fixed threshold gives nearly the right mean and staying rate; the standard deviation tells."""
    answer = chain_by(gaussian_step, accept=lambda ratio, _: ratio > threshold)
    assert "same threshold" in examine(find_exercise("metropolis_chain"), answer, seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_one_uniform_for_the_whole_chain_is_a_fixed_threshold(seed):
    assert "same threshold" in examine(find_exercise("metropolis_chain"), chain_with_one_uniform, seed)


@pytest.mark.parametrize("name", ["worth_of_a_chain", "torn_in_two"])
def test_a_number_is_asked_for_its_letter(name):
    exercise = find_exercise(name)
    with pytest.raises(Wrong, match="Give the letter") as caught:
        exercise.examine(526, exercise, np.random.default_rng(0))
    assert "526" not in caught.value.message
    assert "'e'" not in caught.value.message


@pytest.mark.parametrize(
    ("name", "answer", "told"),
    [
        ("ancestral_sample", lambda n, weights, means, sds, rng: (rng.random(n), None)[1], "None"),
        ("ancestral_sample", lambda n, weights, means, sds, rng: np.zeros((n, 2)), "one-dimensional"),
        ("ancestral_sample", lambda n, weights, means, sds, rng: rng.normal(size=n - 1), "draws"),
        ("ancestral_sample", lambda n, weights, means, sds, rng: np.full(n, np.nan), "NaN"),
        (
            "ancestral_sample",
            lambda n, weights, means, sds, rng: ancestral_by_selection(
                n, weights, means, sds, np.random.default_rng(0)
            ),
            "generator that you are given",
        ),
        ("keep_or_reject", lambda target, proposal, draw, bound, n, rng: rng.normal(size=n), "never called"),
        ("keep_or_reject", lambda target, proposal, draw, bound, n, rng: draw(n, rng) + 1, "never proposed"),
        ("metropolis_chain", lambda log_target, start, step, n, rng: "x", "numbers"),
        ("metropolis_chain", lambda log_target, start, step, n, rng: rng.normal(size=n // 2), "repeats"),
        ("metropolis_chain", lambda log_target, start, step, n, rng: np.full(n + 3, start), "number of states"),
        (
            "keep_or_reject",
            lambda target, proposal, draw, bound, n, rng: draw(n, rng)[
                rng.random(n) * bound * proposal(draw(n, rng)) < target(draw(n, rng))
            ],
            "called `draw` twice",
        ),
        (
            "keep_or_reject",
            lambda target, proposal, draw, bound, n, rng: (
                lambda x: x[rng.random(n) < bound * proposal(x) / target(x)]
            )(draw(n, rng)),
            "upside down",
        ),
    ],
)
def test_odd_answers_are_told_apart(name, answer, told):
    assert told in examine(find_exercise(name), answer, 0)
