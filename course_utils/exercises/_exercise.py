"""What an exercise is made of, and the two usual ways to examine an answer."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_utils.exercises._attempt import Attempt, Wrong, brief, describe_call


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that students plausibly give.

    Attributes
    ----------
    says : str
        What the student did and what is right instead, without the code of the answer.
    answer : callable or value
        The wrong answer itself, of the same kind as the reference.
    """

    says: str
    answer: Any


@dataclass(frozen=True)
class Exercise:
    """One exercise.

    Attributes
    ----------
    name : str
        What `check` and `hint` call it.
    asks : str
        One line: the call and what it returns.
    hints : tuple of str
        Graded hints; none gives the answer.
    reference : callable or value
        The correct answer.
    mistakes : tuple of Mistake
        Known wrong answers; the test suite proves that each is rejected with its own message.
    examine : callable
        ``examine(attempt, exercise, rng)`` raises `Wrong` when the answer is not right, and may return a sentence
        that praises with a fact. `attempt` is an `Attempt` (call it like the student's function) or, where the
        reference is not callable, the student's value. `rng` is the same in every check of this exercise.
    seconds : float
        How long one call may take, in seconds.
    """

    name: str
    asks: str
    hints: tuple[str, ...]
    reference: Any
    mistakes: tuple[Mistake, ...]
    examine: Callable[[Any, "Exercise", np.random.Generator], str | None]
    seconds: float = 5.0


def compare(
    cases: Callable[[np.random.Generator], Iterable[tuple[Any, ...]]], *, rtol: float = 1e-7, atol: float = 1e-10
) -> Callable[[Attempt, Exercise, np.random.Generator], str]:
    """Examine by comparing with the reference on drawn cases.

    Parameters
    ----------
    cases : callable
        ``cases(rng)`` yields tuples of arguments.
    rtol, atol : float
        Relative and absolute tolerance of the comparison.

    Returns
    -------
    callable
        An `examine` function for `Exercise`.
    """

    def examine(attempt: Attempt, exercise: Exercise, rng: np.random.Generator) -> str:
        tried = list(cases(rng))
        answers = [attempt(*args) for args in tried]
        expected = [exercise.reference(*args) for args in tried]
        agree = [_agree(got, want, rtol, atol) for got, want in zip(answers, expected, strict=True)]
        if all(agree):
            return f"It agrees with the reference on all {len(tried)} cases."
        first = agree.index(False)
        shown = {
            "tried": describe_call(attempt.function, tried[first], {}),
            "came": answers[first],
            "expected": expected[first],
        }
        for mistake in exercise.mistakes:
            if _agrees_everywhere(mistake.answer, tried, answers, rtol, atol):
                raise Wrong(mistake.says, **shown)
        raise Wrong(_describe_difference(answers[first], expected[first], sum(agree), len(agree)), **shown)

    return examine


def choose() -> Callable[[Any, Exercise, np.random.Generator], str | None]:
    """Examine a concept question, whose answer is one of a few values.

    Returns
    -------
    callable
        An `examine` function for `Exercise`. Letters are accepted in either case.
    """

    def normal(value: Any) -> Any:
        return value.strip().lower() if isinstance(value, str) else value

    def examine(answer: Any, exercise: Exercise, _rng: np.random.Generator) -> None:
        if normal(answer) == normal(exercise.reference):
            return
        for mistake in exercise.mistakes:
            if normal(answer) == normal(mistake.answer):
                raise Wrong(mistake.says, came=answer)
        choices = sorted([exercise.reference, *(mistake.answer for mistake in exercise.mistakes)])
        raise Wrong(f"That is not one of the choices {brief(choices)}.", came=answer)

    return examine


def _agree(got: Any, want: Any, rtol: float, atol: float) -> bool:
    if isinstance(want, tuple):
        return (
            isinstance(got, tuple | list)
            and len(got) == len(want)
            and all(_agree(a, b, rtol, atol) for a, b in zip(got, want, strict=True))
        )
    numbers = _as_numbers(got)
    if numbers is None or numbers.shape != np.shape(want):
        return False
    return bool(np.allclose(numbers, want, rtol=rtol, atol=atol, equal_nan=True))


def _agrees_everywhere(
    function: Callable[..., Any], tried: Sequence[tuple[Any, ...]], answers: Sequence[Any], rtol: float, atol: float
) -> bool:
    try:
        with np.errstate(all="ignore"):
            return all(
                _agree(got, function(*args), rtol, atol) for args, got in zip(tried, answers, strict=True)
            )
    except Exception:  # a known mistake need not be defined for every case; then it is not the one made here
        return False


def _as_numbers(value: Any) -> np.ndarray[Any, Any] | None:
    """Return a value as an array of numbers, or None where it is not one."""
    try:
        numbers = np.asarray(value)
    except (TypeError, ValueError, RuntimeError):  # ragged lists; tensors that need a gradient
        return None
    return numbers if numbers.dtype.kind in "biufc" else None


def _describe_difference(got: Any, want: Any, agreeing: int, cases: int) -> str:
    """Say in words how an answer differs from the expected one."""
    if got is None:
        return "Your function returned None. Does every path through it end in `return`?"
    if isinstance(want, tuple):
        if not isinstance(got, tuple | list) or len(got) != len(want):
            return f"Your function should return {len(want)} things, separated by commas."
        for position, (a, b) in enumerate(zip(got, want, strict=True), start=1):
            if not _agree(a, b, 1e-7, 1e-10):
                return f"Of the {len(want)} things returned, look at number {position}. " + _describe_difference(
                    a, b, agreeing, cases
                )
    numbers = _as_numbers(got)
    if numbers is None:
        kind = type(got).__name__
        return f"Your function returned a {kind} that cannot be read as numbers; a number or an array is expected."
    if numbers.shape != np.shape(want):
        return f"The shape is {_shape(numbers)}; expected is {_shape(np.asarray(want))}."
    if np.isnan(numbers).any() and not np.isnan(want).any():
        return "The answer contains NaN (not a number): look for 0/0, the log of a negative number, or inf - inf."
    if np.isinf(numbers).any() and not np.isinf(want).any():
        return "The answer contains infinity: look for a division by zero or the log of zero."
    if agreeing:
        return f"{agreeing} of {cases} cases are right. Look at what is special about this one."
    ratio = _common_ratio(numbers, np.asarray(want))
    if ratio is not None:
        return f"Your answer is {ratio:.4g} times the expected one everywhere: look for a missing or extra factor."
    return "The numbers differ from the expected ones."


def _shape(array: np.ndarray[Any, Any]) -> str:
    return "that of a single number" if array.ndim == 0 else str(array.shape)


def _common_ratio(got: np.ndarray[Any, Any], want: np.ndarray[Any, Any]) -> float | None:
    """Return the factor between two arrays of two or more numbers, where there is a single one."""
    counts = want != 0
    if np.count_nonzero(counts) < 2 or np.any(got[~counts]) or not np.isfinite(got).all():
        return None
    ratios = got[counts] / want[counts]
    return float(ratios.flat[0]) if np.allclose(ratios, ratios.flat[0], rtol=1e-6) and ratios.flat[0] else None
