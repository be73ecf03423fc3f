"""Exercises of notebook 03: other right ways to write ABC pass, and its examination says what is missing."""

import numpy as np
import pytest

from course_utils.exercises import Outcome, Wrong, check, find_exercise
from course_utils.exercises._attempt import Attempt

SEEDS = range(6)


def examine(answer, seed):
    """Return "right", or the message of the examination, with a generator of our own."""
    exercise = find_exercise("abc_keep")
    try:
        exercise.examine(Attempt(answer, seconds=30), exercise, np.random.default_rng([seed, 3]))
    except Wrong as wrong:
        return wrong.message
    return "right"


def abc_by_loop(draw_prior, simulate, observed, tolerance, n, rng):
    kept = []
    for z in draw_prior(n, rng):
        x = simulate(z[None], rng)[0]
        if sum((x - observed) ** 2) ** 0.5 <= tolerance:
            kept.append(z)
    return np.array(kept), len(kept) / n


def abc_as_a_list(draw_prior, simulate, observed, tolerance, n, rng):
    z = draw_prior(n, rng)
    close = ((simulate(z, rng) - observed) ** 2).sum(axis=1) <= tolerance**2
    return [z[close][::-1], np.mean(close)]  # in another order, as a list


def abc_one_by_one(draw_prior, simulate, observed, tolerance, n, rng):
    kept = []
    for _ in range(n):
        z = draw_prior(1, rng)
        if np.linalg.norm(simulate(z, rng) - observed) <= tolerance:
            kept.append(z[0])
    return np.array(kept), len(kept) / n


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("answer", [abc_by_loop, abc_as_a_list, abc_one_by_one])
def test_other_right_answers_pass(answer, seed):
    assert examine(answer, seed) == "right"


@pytest.mark.parametrize("seed", SEEDS)
def test_mistakes_are_named_whatever_the_generator(seed):
    for mistake in find_exercise("abc_keep").mistakes:
        assert examine(mistake.answer, seed) == mistake.says


def test_an_answer_that_never_simulates_is_told_so():
    verdict = check("abc_keep", lambda draw_prior, simulate, observed, tolerance, n, rng: (draw_prior(n, rng), 0.5))
    assert verdict.outcome is Outcome.WRONG
    assert "never called" in verdict.message
