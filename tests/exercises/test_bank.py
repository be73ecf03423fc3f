"""Every exercise of the course: what is right passes, what is wrong is told so in its own words, hints only help."""

import ast
import inspect
import re

import numpy as np
import pytest

from course_utils.exercises import Outcome, Wrong, check, list_exercises
from course_utils.exercises._attempt import Attempt

EXERCISES = list_exercises().values()
FUNCTIONS = [exercise for exercise in EXERCISES if callable(exercise.reference)]
QUESTIONS = [exercise for exercise in EXERCISES if not callable(exercise.reference)]
MISTAKES = [(exercise, mistake) for exercise in EXERCISES for mistake in exercise.mistakes]
NO_CHOICE = ("z", 7, None, "", np.array(["a", "b"]))  # wrong answers to any question
ODD = {  # what a student's function may return besides a wrong number
    "None": None,
    "text": "text",
    "nothing": [],
    "an empty array": np.array([]),
    "a number": -0.123,
    "NaN": np.nan,
    "infinity": np.inf,
    "a complex number": 1j,
    "two numbers": (np.nan, -3.0),
    "five arrays": (np.zeros(3),) * 5,
    "zeros": np.zeros(7),
    "a matrix": np.ones((3, 2)),
    "NaNs": np.full(500, np.nan),
    "ragged lists": [[1.0], [1.0, 2.0]],
    "an object": object(),
    "a dictionary": {"a": 1},
    "a function": np.sin,
    "an array of objects": np.array([None, "a"]),
    "a boolean": True,
}


def named(parameter):
    return getattr(parameter, "name", None) or getattr(parameter, "says", None)


def examine(exercise, answer, seed):
    """Examine an answer with cases drawn from another seed than the check's."""
    attempt = Attempt(answer, seconds=exercise.seconds) if callable(exercise.reference) else answer
    exercise.examine(attempt, exercise, np.random.default_rng(seed))


def make_stub(exercise):
    """Return what stands in the student's cell: the same name and arguments, and three dots."""
    signature = inspect.signature(exercise.reference)
    bare = [parameter.replace(annotation=inspect.Parameter.empty) for parameter in signature.parameters.values()]
    arguments = signature.replace(parameters=bare, return_annotation=inspect.Signature.empty)
    namespace = {}
    exec(f"def {exercise.name}{arguments}: ...", namespace)
    return namespace[exercise.name]


@pytest.mark.parametrize("exercise", EXERCISES, ids=named)
def test_the_reference_passes(exercise):
    verdict = check(exercise.name, exercise.reference)
    assert verdict.outcome is Outcome.RIGHT, verdict
    assert verdict.details == ()


@pytest.mark.parametrize("exercise", EXERCISES, ids=named)
def test_no_luck_of_the_draw_rejects_the_reference(exercise):
    """A right answer passes with the cases of twenty other seeds, too."""
    for seed in range(20):
        examine(exercise, exercise.reference, seed)


@pytest.mark.parametrize("exercise", EXERCISES, ids=named)
def test_the_stub_is_not_attempted(exercise):
    stub = make_stub(exercise) if callable(exercise.reference) else ...
    assert check(exercise.name, stub).outcome is Outcome.NOT_ATTEMPTED


@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES, ids=named)
def test_a_mistake_is_told_in_its_own_words(exercise, mistake):
    """Also with the cases of other seeds."""
    verdict = check(exercise.name, mistake.answer)
    assert verdict.outcome is Outcome.WRONG
    assert verdict.message.startswith(mistake.says)
    for seed in (1, 2, 3):
        with pytest.raises(Wrong) as caught:
            examine(exercise, mistake.answer, seed)
        assert caught.value.message.startswith(mistake.says)


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=named)
def test_a_function_has_four_mistakes_with_words_of_their_own(exercise):
    assert len(exercise.mistakes) >= 4
    assert len({mistake.says for mistake in exercise.mistakes}) == len(exercise.mistakes)


@pytest.mark.parametrize("exercise", QUESTIONS, ids=named)
def test_a_question_has_four_wrong_answers_each_with_a_helpful_message(exercise):
    """Every other choice is explained; what is no choice is told what the choices are."""
    assert len(exercise.mistakes) >= 2
    assert len({mistake.says for mistake in exercise.mistakes}) == len(exercise.mistakes)
    choices = [exercise.reference, *(mistake.answer for mistake in exercise.mistakes)]
    assert len(set(choices)) == len(choices)
    for answer in NO_CHOICE:
        verdict = check(exercise.name, answer)
        assert verdict.outcome is Outcome.WRONG
        assert all(repr(choice) in verdict.message for choice in choices)


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=named)
def test_no_odd_value_gets_through_or_takes_the_check_down(exercise):
    """Whatever a function returns, the verdict is a sentence."""
    for what, value in ODD.items():
        verdict = check(exercise.name, lambda *_args, value=value: value)
        assert verdict.outcome is Outcome.WRONG, what
        assert len(verdict.message) > 15, what


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=named)
def test_the_task_names_the_function_and_its_arguments(exercise):
    """As the stub has them, so that the student can call it."""
    arguments = ", ".join(inspect.signature(exercise.reference).parameters)
    assert exercise.asks.startswith(f"{exercise.name}({arguments}): ")


@pytest.mark.parametrize("exercise", EXERCISES, ids=named)
def test_there_are_two_hints_or_more_and_none_gives_the_answer(exercise):
    assert len(exercise.hints) >= 2
    assert len(set(exercise.hints)) == len(exercise.hints)
    for hint in exercise.hints:
        given = [part for part in answer_in_words(exercise) if squeeze(part) in squeeze(hint)]
        assert not given, f"{hint!r} contains {given}"


def squeeze(text):
    return re.sub(r"\s", "", text)


def answer_in_words(exercise):
    """Yield the expressions that the reference returns and assigns, or the choice as one would write it."""
    reference = exercise.reference
    if not callable(reference):
        yield from (f"'{reference}'", f'"{reference}"', f"`{reference}`", f"({reference})", f"**{reference}**")
        return
    tree = ast.parse(inspect.getsource(inspect.getmodule(reference)))
    line = reference.__code__.co_firstlineno
    kinds = (ast.FunctionDef, ast.Lambda)
    (node,) = [node for node in ast.walk(tree) if isinstance(node, kinds) and node.lineno == line]
    inner = [node.body] if isinstance(node, ast.Lambda) else []
    inner += [part.value for part in ast.walk(node) if isinstance(part, ast.Return | ast.Assign)]
    assert inner
    yield from (ast.unparse(part) for part in inner if isinstance(part, ast.BinOp | ast.Call | ast.IfExp))


def test_the_search_for_answers_in_hints_finds_one():
    """It sees the body of a reference, and a choice in quotes."""
    rescale, question = list_exercises()["rescale"], list_exercises()["which_outcome"]
    assert list(answer_in_words(rescale)) == ["(x - x.min()) / (x.max() - x.min())"]
    assert "'b'" in answer_in_words(question)
