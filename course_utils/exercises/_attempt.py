"""Calls a student's function safely: with copies, within a time limit, with every exception told in plain words."""

import contextlib
import ctypes
import dis
import inspect
import io
import linecache
import numbers
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from types import CodeType, FrameType
from typing import Any

import numpy as np


class Wrong(Exception):  # noqa: N818 (a verdict, not an error)
    """Raised by an examination to reject an answer.

    Parameters
    ----------
    message : str
        What is wrong, in a sentence to the student.
    tried, came, expected : optional
        What was tried (text), what the student's answer gave and what was expected (any value).
    """

    def __init__(self, message: str, *, tried: str = "", came: Any = None, expected: Any = None) -> None:
        super().__init__(message)
        self.message = message
        self.tried = tried
        self.came = came
        self.expected = expected


class NotAttempted(Exception):  # noqa: N818
    """Raised when the answer is still the stub."""


class OutOfTime(BaseException):
    """Raised inside a student's code when its time is up; no `except Exception` of theirs catches it."""


def is_stub(function: Callable[..., Any]) -> bool:
    """Tell whether the body of a function does nothing (`...`, `pass`, a docstring)."""
    code = getattr(function, "__code__", None)
    if not isinstance(code, CodeType):
        return False
    doing_nothing = {"RESUME", "NOP", "LOAD_CONST", "RETURN_CONST", "RETURN_VALUE"}
    return all(
        step.opname in doing_nothing and (step.opname == "RESUME" or step.argval is None)
        for step in dis.get_instructions(code)
    )


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `OutOfTime` in the block after so many seconds.

    On the main thread of a POSIX system a timer signal interrupts even a sleeping call; elsewhere (Windows, worker
    threads) an asynchronous exception interrupts any loop of Python code.
    """
    on_main_thread = threading.current_thread() is threading.main_thread()
    limit = _by_signal if on_main_thread and hasattr(signal, "setitimer") else _by_async_exception
    with limit(seconds):
        yield


@contextlib.contextmanager
def _by_signal(seconds: float) -> Iterator[None]:
    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise OutOfTime

    previous = signal.signal(signal.SIGALRM, interrupt)
    # The timer repeats, since a bare `except:` in the student's code may swallow the first interruption.
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.2)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


@contextlib.contextmanager
def _by_async_exception(seconds: float) -> Iterator[None]:
    thread = threading.get_ident()
    done = threading.Event()

    def interrupt() -> None:
        wait = seconds
        while not done.wait(wait):
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(OutOfTime))
            wait = 0.2

    watch = threading.Thread(target=interrupt, daemon=True)
    watch.start()
    try:
        yield
    finally:
        done.set()
        watch.join()


@contextlib.contextmanager
def exit_raises() -> Iterator[None]:
    """Make `exit()` and `quit()` raise SystemExit in the block; in a notebook they would end the kernel."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None:
        yield
        return
    shell.ask_exit = sys.exit
    try:
        yield
    finally:
        del shell.ask_exit  # the class's own method shows again


class Attempt:
    """A student's function, to be called like the function itself.

    Each call works on copies of the arguments, refuses functions that change them in place, keeps what is printed to
    itself (`printed`) and stops after `seconds`. Whatever goes wrong becomes `Wrong` (or `NotAttempted`) with a message
    that names the line of the student's code.
    """

    def __init__(self, function: Callable[..., Any], *, seconds: float) -> None:
        self.function = function
        self.seconds = seconds
        self.printed = io.StringIO()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if is_stub(self.function):
            raise NotAttempted
        tried = describe_call(self.function, args, kwargs)
        self._require_signature(args, kwargs, tried)
        given_args, given_kwargs = _copy(args), _copy(kwargs)
        try:
            with (
                time_limit(self.seconds),
                contextlib.redirect_stdout(self.printed),
                np.errstate(all="ignore"),
                exit_raises(),
            ):
                answer = self.function(*given_args, **given_kwargs)
        except OutOfTime:
            raise Wrong(
                f"Your function was stopped after {self.seconds:g} seconds. Look for a loop whose condition never"
                " becomes false, or for a loop over elements where one array expression would do.",
                tried=tried,
            ) from None
        except NotImplementedError:
            raise NotAttempted from None
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # also SystemExit: a student's exit() must not end the kernel
            raise Wrong(self._tell(error), tried=tried) from None
        if answer is ...:
            raise NotAttempted
        if not (_same(given_args, args) and _same(given_kwargs, kwargs)):
            raise Wrong(
                "Your function changes its arguments in place, so the caller's data are lost."
                " Make a new array (or start from a copy) and return it.",
                tried=tried,
            )
        return answer

    def _require_signature(self, args: tuple[Any, ...], kwargs: dict[str, Any], tried: str) -> None:
        try:
            signature = inspect.signature(self.function)
        except (TypeError, ValueError):  # built-ins do not tell their signature
            return
        try:
            signature.bind(*args, **kwargs)
        except TypeError as error:
            raise Wrong(
                f"Your function takes {signature}, which does not fit the call: {error}."
                " Keep the name and the arguments of the stub.",
                tried=tried,
            ) from None

    def _tell(self, error: BaseException) -> str:
        said = f"Your function raised {type(error).__name__}" + (f": {error}" if str(error) else "")
        file = getattr(getattr(self.function, "__code__", None), "co_filename", None)
        own = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
        if not own:
            return said + "."
        line = linecache.getline(own[-1].filename, own[-1].lineno or 0).strip()
        return said + f" (line {own[-1].lineno} of its cell" + (f": `{line}`" if line else "") + ")."


def describe_call(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """Write a call the way that the student could repeat it."""
    shown = [brief(value) for value in args] + [f"{name}={brief(value)}" for name, value in kwargs.items()]
    return f"{getattr(function, '__name__', 'answer')}({', '.join(shown)})"


def brief(value: Any, digits: int = 6) -> str:
    """Write a value in little space: numbers to a few digits, long arrays by their ends."""
    if isinstance(value, np.random.Generator):
        return "rng"
    if isinstance(value, np.generic):
        return brief(value.item(), digits)
    if isinstance(value, float):
        return f"{value:.{digits}g}"
    if isinstance(value, tuple | list):
        inner = ", ".join(brief(item, digits) for item in value)
        return f"({inner})" if isinstance(value, tuple) else f"[{inner}]"
    if isinstance(value, np.ndarray):
        text = np.array2string(
            value, precision=digits - 2, threshold=8, edgeitems=2, separator=", ", floatmode="maxprec"
        )
        return text if value.size <= 8 else f"{text} with shape {value.shape}"
    if callable(value):
        return getattr(value, "__name__", "function")
    text = repr(value)
    return text if len(text) <= 200 else text[:200] + " ..."


def tell_apart(came: Any, expected: Any) -> tuple[str, str]:
    """Write two values with as many digits as it takes to see that they differ."""
    for digits in (6, 9, 12, 17):
        texts = brief(came, digits), brief(expected, digits)
        if texts[0] != texts[1]:
            return texts
    return brief(came), brief(expected)


def _copy(value: Any) -> Any:
    """Copy arrays, lists and dictionaries, also nested; leave generators and functions, whose state is shared."""
    if type(value) in (tuple, list):
        return type(value)(map(_copy, value))
    if type(value) is dict:
        return {name: _copy(item) for name, item in value.items()}
    return value.copy() if isinstance(value, np.ndarray) else value


def _same(left: Any, right: Any) -> bool:
    """Tell whether a copy of arguments still equals them."""
    if isinstance(left, tuple | list):
        return len(left) == len(right) and all(map(_same, left, right))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(_same(left[name], right[name]) for name in left)
    if isinstance(left, np.ndarray):
        return (
            isinstance(right, np.ndarray)
            and left.dtype == right.dtype
            and np.array_equal(left, right, equal_nan=left.dtype.kind in "fc")
        )
    return left is right or (isinstance(left, numbers.Number | str) and bool(left == right))
