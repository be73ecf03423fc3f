"""Finds an exercise by its name, checks an answer to it, and gives its hints."""

import difflib
import functools
import importlib
import pkgutil
import zlib
from types import MappingProxyType
from typing import Any

import numpy as np

from course_utils.exercises._attempt import Attempt, NotAttempted, Wrong, tell_apart
from course_utils.exercises._exercise import Exercise
from course_utils.exercises._verdict import Hint, Outcome, Verdict


@functools.cache
def list_exercises() -> MappingProxyType[str, Exercise]:
    """Return all exercises of the course by name.

    Returns
    -------
    mapping of str to Exercise
    """
    package = importlib.import_module("course_utils.exercises")
    found: dict[str, Exercise] = {}
    for module in pkgutil.iter_modules(package.__path__):
        if module.name.startswith("_"):
            continue
        for exercise in importlib.import_module(f"{package.__name__}.{module.name}").EXERCISES:
            if exercise.name in found:
                raise ValueError(f"two exercises are named {exercise.name!r}; rename the one in {module.name}")
            found[exercise.name] = exercise
    return MappingProxyType(found)


def find_exercise(name: str) -> Exercise:
    """Return one exercise.

    Raises
    ------
    ValueError
        If no exercise has this name; the message suggests the nearest one.
    """
    exercises = list_exercises()
    if not isinstance(name, str):
        called = getattr(name, "__name__", "name")
        raise ValueError(f'the name of an exercise stands in quotation marks: check("{called}", {called})')
    if name not in exercises:
        near = difflib.get_close_matches(name, exercises, n=1)
        suggestion = f" Did you mean {near[0]!r}?" if near else f" The exercises are: {', '.join(exercises)}."
        raise ValueError(f"there is no exercise named {name!r}.{suggestion}")
    return exercises[name]


def check(name: str, answer: Any) -> Verdict:
    """Check an answer and say what is right, or how it is wrong.

    Parameters
    ----------
    name : str
        The name of the exercise.
    answer : callable or value
        The student's function itself (not the result of a call), or the chosen value of a concept question.

    Returns
    -------
    Verdict
        Displays itself in a notebook. Nothing is raised for a wrong or missing answer, so the notebook runs on.

    Raises
    ------
    ValueError
        If no exercise has this name.
    """
    exercise = find_exercise(name)
    attempt = None
    try:
        attempt = _prepare(exercise, answer)
        praise = exercise.examine(attempt, exercise, _rng(exercise))
    except NotAttempted:
        return Verdict(
            name,
            Outcome.NOT_ATTEMPTED,
            f"{exercise.asks}. Replace the `...` in the cell above, run it and check again."
            f' Stuck? Ask for `hint("{name}", 1)`.',
        )
    except Wrong as wrong:
        return Verdict(name, Outcome.WRONG, wrong.message, _details(wrong) + _printed(attempt))
    return Verdict(name, Outcome.RIGHT, praise or "Well done.")


def hint(name: str, number: int = 0) -> Hint:
    """Give a hint for an exercise; each goes a little further, none gives the answer.

    Parameters
    ----------
    name : str
        The name of the exercise.
    number : int
        1 for the first hint; 0 says how many there are.

    Raises
    ------
    ValueError
        If there is no such exercise or hint.
    """
    hints = find_exercise(name).hints
    if isinstance(number, str) and number.isdigit():
        number = int(number)
    if number == 0:
        return Hint(name, 0, len(hints), f'there are {len(hints)}. Ask for the first with `hint("{name}", 1)`.')
    if number not in range(1, len(hints) + 1) or isinstance(number, bool):
        raise ValueError(f"{name!r} has hints 1 to {len(hints)}; {number!r} was asked for.")
    return Hint(name, int(number), len(hints), hints[int(number) - 1])


def _prepare(exercise: Exercise, answer: Any) -> Any:
    """Wrap a function for safe calling, and refuse an answer of the wrong kind."""
    if answer is ...:
        raise NotAttempted
    if not callable(exercise.reference):
        return answer
    if not callable(answer):
        raise Wrong(
            f'The check needs the function itself: write `check("{exercise.name}", {exercise.name})`, without a call.',
            came=answer,
        )
    return Attempt(answer, seconds=exercise.seconds)


def _details(wrong: Wrong) -> tuple[tuple[str, str], ...]:
    """Return label and text of what was tried, what came and what was expected, as far as they are known."""
    texts = tell_apart(wrong.came, wrong.expected)
    # What an examination describes in words stands as it is; what a student returned stands as Python writes it.
    came, expected = (
        value if isinstance(value, str) and " " in value else text
        for value, text in zip((wrong.came, wrong.expected), texts, strict=True)
    )
    rows = [("tried", wrong.tried)] if wrong.tried else []
    rows += [("came", came)] if wrong.came is not None or wrong.expected is not None else []
    rows += [("expected", expected)] if wrong.expected is not None else []
    return tuple(rows)


def _printed(attempt: Any) -> tuple[tuple[str, str], ...]:
    """Return what the student's function printed, its first lines."""
    lines = attempt.printed.getvalue().splitlines() if isinstance(attempt, Attempt) else []
    if not lines:
        return ()
    more = [f"... and {len(lines) - 5} more lines"] if len(lines) > 5 else []
    return (("printed", "\n".join([line[:200] for line in lines[:5]] + more)),)


def _rng(exercise: Exercise) -> np.random.Generator:
    """Return the generator of an exercise, the same in every check, so that a check can be repeated."""
    return np.random.default_rng(zlib.crc32(exercise.name.encode()))
