"""What an exercise is made of, and the two usual ways to examine an answer."""

import numbers
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_utils.exercises._attempt import Attempt, Wrong, brief, describe_call, tell_apart


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
        raise Wrong(_describe_difference(answers, expected, rtol, atol), **shown)

    return examine


def choose() -> Callable[[Any, Exercise, np.random.Generator], str | None]:
    """Examine a concept question, whose answer is one of a few values.

    Returns
    -------
    callable
        An `examine` function for `Exercise`. Letters are accepted in either case.
    """

    def chosen(answer: Any, choice: Any) -> bool:
        if isinstance(answer, str) and isinstance(choice, str):
            return answer.strip(" .()").lower() == choice.lower()
        return isinstance(answer, str | numbers.Number | np.bool_) and bool(answer == choice)

    def examine(answer: Any, exercise: Exercise, _rng: np.random.Generator) -> None:
        if chosen(answer, exercise.reference):
            return
        for mistake in exercise.mistakes:
            if chosen(answer, mistake.answer):
                raise Wrong(mistake.says, came=answer)
        choices = sorted([exercise.reference, *(mistake.answer for mistake in exercise.mistakes)], key=str)
        raise Wrong(f"That is not one of the choices {brief(choices)}.", came=answer)

    return examine


def _agree(got: Any, want: Any, rtol: float, atol: float) -> bool:
    if isinstance(want, tuple):
        return _is_sequence(got, len(want)) and all(_agree(a, b, rtol, atol) for a, b in zip(got, want, strict=True))
    found = _as_numbers(got)
    if found is None or found.shape != np.shape(want):
        return False
    return bool(np.allclose(found, want, rtol=rtol, atol=atol, equal_nan=True))


def _agrees_everywhere(
    function: Callable[..., Any], tried: Sequence[tuple[Any, ...]], answers: Sequence[Any], rtol: float, atol: float
) -> bool:
    try:
        with np.errstate(all="ignore"):
            return all(_agree(got, function(*args), rtol, atol) for args, got in zip(tried, answers, strict=True))
    except Exception:  # a known mistake need not be defined for every case; then it is not the one made here
        return False


def _as_numbers(value: Any) -> np.ndarray[Any, Any] | None:
    """Return a value as an array of numbers, or None where it is not one."""
    try:
        array = np.asarray(value)
    except (TypeError, ValueError, RuntimeError):  # ragged lists; tensors that need a gradient
        return None
    return array if array.dtype.kind in "biufc" else None


def _describe_difference(answers: Sequence[Any], wanted: Sequence[Any], rtol: float, atol: float) -> str:
    """Say in words how answers differ from the expected ones, at the first case that differs."""
    agree = [_agree(got, want, rtol, atol) for got, want in zip(answers, wanted, strict=True)]
    got, want = answers[agree.index(False)], wanted[agree.index(False)]
    if got is None:
        return "Your function returned None. Does every path through it end in `return`? (`print` only shows a value.)"
    if isinstance(want, tuple):
        if not _is_sequence(got, len(want)):
            return f"Your function should return {len(want)} things, separated by commas."
        at = [_agree(a, b, rtol, atol) for a, b in zip(got, want, strict=True)].index(False)
        pairs = [(a[at], b[at]) for a, b in zip(answers, wanted, strict=True) if _is_sequence(a, len(b))]
        part = _describe_difference([a for a, _ in pairs], [b for _, b in pairs], rtol, atol)
        return f"Of the {len(want)} things returned, look at number {at + 1}. {part}"
    found = _as_numbers(got)
    if found is None:
        kind = type(got).__name__
        return f"Your function returned a {kind} that cannot be read as numbers; a number or an array is expected."
    want = np.asarray(want)
    if found.shape != want.shape:
        return f"The shape is {_shape(found)}; expected is {_shape(want)}."
    if np.isnan(found).any() and not np.isnan(want).any():
        return "The answer contains NaN (not a number): look for 0/0, the log of a negative number, or inf - inf."
    if np.isinf(found).any() and not np.isinf(want).any():
        return "The answer contains infinity: look for a division by zero or the log of zero."
    place = _first_difference(found, want, rtol, atol)
    if any(agree):
        return f"{sum(agree)} of {len(agree)} cases are right. Look at what is special about this one.{place}"
    if np.allclose(found, want, rtol=1e-3, atol=0, equal_nan=True):
        return f"The numbers are close to the expected ones: is something rounded or approximated?{place}"
    ratio = _common_ratio(answers, wanted)
    if ratio is not None:
        return f"Your answer is {ratio:.4g} times the expected one everywhere: look for a missing or extra factor."
    return f"The numbers differ from the expected ones.{place}"


def _is_sequence(value: Any, length: int) -> bool:
    """Tell whether a value holds so many things: a tuple does, but a list or an array will do as well."""
    sized = isinstance(value, tuple | list) or (isinstance(value, np.ndarray) and value.ndim > 0)
    return sized and len(value) == length


def _first_difference(got: np.ndarray[Any, Any], want: np.ndarray[Any, Any], rtol: float, atol: float) -> str:
    """Say where two arrays differ first, where they are too long to be shown whole."""
    if want.size <= 8:
        return ""
    index = tuple(np.argwhere(~np.isclose(got, want, rtol=rtol, atol=atol, equal_nan=True))[0].tolist())
    came, expected = tell_apart(got[index], want[index])
    at = index[0] if len(index) == 1 else index
    return f" The first difference is at index {at}: {came} came, {expected} was expected."


def _shape(array: np.ndarray[Any, Any]) -> str:
    return "that of a single number" if array.ndim == 0 else str(array.shape)


def _common_ratio(answers: Sequence[Any], wanted: Sequence[Any]) -> float | None:
    """Return the factor between answers and expected numbers, where it is the same for all of two or more numbers."""
    pairs = [(_as_numbers(got), np.asarray(want)) for got, want in zip(answers, wanted, strict=True)]
    if any(got is None or got.shape != want.shape for got, want in pairs):
        return None
    got, want = (np.concatenate([np.ravel(array) for array in arrays]) for arrays in zip(*pairs, strict=True))
    counts = want != 0
    if np.count_nonzero(counts) < 2 or np.any(got[~counts]) or not (np.isfinite(got).all() and np.isrealobj(got)):
        return None
    ratios = got[counts] / want[counts]
    return float(ratios[0]) if ratios[0] and np.allclose(ratios, ratios[0], rtol=1e-6, atol=0) else None
