"""The check tells a student what is right, how it is wrong, and never takes the notebook down."""

import _thread
import contextlib
import dataclasses
import re
import sys
import threading
import time

import numpy as np
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook

from course_utils.authoring.execute import execute
from course_utils.exercises import (
    Exercise,
    Mistake,
    Outcome,
    Wrong,
    _registry,
    check,
    choose,
    compare,
    find_exercise,
    hint,
    list_exercises,
)
from course_utils.exercises._attempt import Attempt, OutOfTime, brief, is_stub, tell_apart, time_limit
from course_utils.exercises._verdict import _LOOK, Hint, Verdict

SHORT = 0.15  # seconds that a student's function may take in these tests
SQUARES = Exercise(
    name="squares",
    asks="squares(x): the squares of x",
    hints=("What times what?", "Once more."),
    reference=lambda x: x**2,
    mistakes=(
        Mistake("You doubled.", lambda x: 2 * x),
        Mistake("You cubed.", lambda x: x**3),
        Mistake("You took the root.", np.sqrt),
        Mistake("You added one.", lambda x: x + 1),
    ),
    examine=compare(lambda rng: [(rng.normal(3, 1, n),) for n in (2, 5, 12)]),
    seconds=SHORT,
)
LETTER = Exercise(
    name="letter",
    asks="one of 'a', 'b'",
    hints=("One.", "Two."),
    reference="b",
    mistakes=(Mistake("Not the first.", "a"), Mistake("Two is a number.", 2)),
    examine=choose(),
)
PAIR = Exercise(
    name="pair",
    asks="pair(x): mean and square of the mean, of a number",
    hints=("One.", "Two."),
    reference=lambda x: (x, x**2),
    mistakes=(),
    examine=compare(lambda rng: [(float(rng.normal(3, 1)),) for _ in range(3)]),
)
MIXED = Exercise(
    name="mixed",
    asks="mixed(table, rows, options, rng): a number",
    hints=("One.", "Two."),
    reference=lambda table, rows, options, rng: 1.0,
    mistakes=(),
    examine=compare(
        lambda rng: [(np.array([0.0, np.nan, 2.0]), [[1.0, np.nan], [np.arange(2)]], {"step": 1, "path": [1, 2]}, rng)]
    ),
)


@pytest.fixture(autouse=True)
def _course(monkeypatch):
    """Let the course consist of the exercises of this file."""
    exercises = {exercise.name: exercise for exercise in (SQUARES, LETTER, PAIR, MIXED)}
    monkeypatch.setattr(_registry, "list_exercises", lambda: exercises)


def rejected(name, answer):
    """Check an answer, which must be wrong; return what the student reads, and the rows by their labels."""
    verdict = check(name, answer)
    assert verdict.outcome is Outcome.WRONG, verdict
    return verdict.message, dict(verdict.details)


def stub(x): ...


def stub_with_docstring(x):
    """Say what is asked."""


def stub_with_both(x):
    """Say what is asked."""
    ...  # noqa: PIE790


def stub_that_passes(x):
    pass


def stub_that_returns_none(x):
    return None


def stub_that_returns_nothing(x):
    return


def stub_not_implemented(x):
    raise NotImplementedError


def stub_with_a_message(x):
    raise NotImplementedError("write me")


def stub_with_a_variable(x):
    result = ...
    return result  # noqa: RET504


STUBS = [function for name, function in list(globals().items()) if name.startswith("stub")]


# Outcomes


@pytest.mark.parametrize("function", [*STUBS, ..., lambda x: ...], ids=lambda f: getattr(f, "__name__", "dots"))
def test_a_stub_is_not_attempted(function):
    """The verdict says what is asked and where help is, and does not call it wrong."""
    verdict = check("squares", function)
    assert verdict.outcome is Outcome.NOT_ATTEMPTED
    assert SQUARES.asks in verdict.message
    assert 'hint("squares", 1)' in verdict.message
    assert verdict.details == ()


def test_the_value_of_a_stub_is_not_attempted():
    assert check("letter", ...).outcome is Outcome.NOT_ATTEMPTED


@pytest.mark.parametrize("function", STUBS[:6], ids=lambda function: function.__name__)
def test_bodies_that_do_nothing_are_recognised_without_a_call(function):
    assert is_stub(function)


@pytest.mark.parametrize(
    "function",
    [lambda x: x, lambda x: 0, lambda x: "", lambda x: False, lambda x: print(x), len, np.square, stub_not_implemented],
    ids=["x", "0", "empty text", "False", "call", "builtin", "ufunc", "raise"],
)
def test_bodies_that_do_something_are_no_stubs(function):
    assert not is_stub(function)


def test_a_right_answer_is_praised_with_a_fact():
    verdict = check("squares", lambda x: x * x)
    assert verdict == Verdict("squares", Outcome.RIGHT, "It agrees with the reference on all 3 cases.")


def test_an_answer_may_be_any_callable_that_gives_numbers():
    """Lists, other number types and built-ins count by their values."""
    assert check("squares", np.square).outcome is Outcome.RIGHT
    assert check("squares", lambda x: [value**2 for value in x]).outcome is Outcome.RIGHT
    assert check("pair", lambda x: [np.float64(x), x**2]).outcome is Outcome.RIGHT


@pytest.mark.parametrize("mistake", SQUARES.mistakes, ids=lambda mistake: mistake.says)
def test_a_known_mistake_is_named(mistake):
    assert rejected("squares", mistake.answer)[0] == mistake.says


def test_a_mistake_is_named_only_where_all_cases_agree_with_it():
    """A function that doubles short arrays and cubes others made neither mistake."""
    message, _ = rejected("squares", lambda x: 2 * x if x.size < 3 else x**3)
    assert message not in [mistake.says for mistake in SQUARES.mistakes]


def test_a_check_can_be_repeated():
    def wrong(x):
        return x + 0.1

    assert check("squares", wrong) == check("squares", wrong)


# What was tried, what came, what was expected


def test_the_rows_tell_the_case_that_failed():
    """They hold the call, the student's value and the reference's, each under its own label."""
    seen = []

    def squares(x):
        seen.append(x)
        return x + 10

    _, rows = rejected("squares", squares)
    assert list(rows) == ["tried", "came", "expected"]
    assert rows["tried"] == f"squares({brief(seen[0])})"
    assert rows["came"] == brief(seen[0] + 10)
    assert rows["expected"] == brief(seen[0] ** 2)


def test_what_an_examination_describes_in_words_is_not_quoted(monkeypatch):
    """A text that a student returned is."""

    def examine(attempt, exercise, rng):
        raise Wrong("Too few.", came="3 draws", expected="5 draws")

    sampler = dataclasses.replace(SQUARES, name="sampler", examine=examine)
    monkeypatch.setattr(_registry, "list_exercises", lambda: {"sampler": sampler, "letter": LETTER})
    assert rejected("sampler", abs)[1] == {"came": "3 draws", "expected": "5 draws"}
    assert rejected("letter", "z")[1] == {"came": "'z'"}


def test_values_that_differ_late_are_written_with_enough_digits():
    _, rows = rejected("squares", lambda x: x**2 * (1 + 1e-6))
    assert rows["came"] != rows["expected"]
    assert tell_apart(1.0, 1.0 + 1e-9) == ("1", "1.000000001")
    assert tell_apart(1 / 3, 2 / 3) == ("0.333333", "0.666667")
    assert tell_apart(0.1, 0.1) == ("0.1", "0.1")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1 / 3, "0.333333"),
        (np.float32(2), "2"),
        ((1, [2.5, None]), "(1, [2.5, None])"),
        (np.array([1.0, 2.5]), "[1. , 2.5]"),
        (np.arange(100), "[ 0,  1, ..., 98, 99] with shape (100,)"),
        (np.random.default_rng(0), "rng"),
        (brief, "brief"),
        ("x" * 300, "'" + "x" * 199 + " ..."),
    ],
)
def test_values_are_written_in_little_space(value, text):
    assert brief(value) == text


# Trouble in the student's code


def test_an_exception_is_told_with_its_line():
    def squares(x):
        y = x * 2
        return y[99]  # too far

    message, rows = rejected("squares", squares)
    line = squares.__code__.co_firstlineno + 2
    assert message.startswith("Your function raised IndexError: index 99 is out of bounds")
    assert message.endswith(f"(line {line} of its cell: `return y[99]  # too far`).")
    assert rows["tried"].startswith("squares([")
    assert "came" not in rows


def test_an_exception_below_names_the_line_of_the_students_cell():
    """Not the line inside NumPy where it happened."""
    message, _ = rejected("squares", lambda x: np.linalg.inv(np.zeros((2, 2))))
    assert "LinAlgError" in message
    assert "np.linalg.inv" in message


def test_an_exception_in_a_builtin_has_no_line():
    message, _ = rejected("squares", len.__call__)
    assert "line" not in message


def recursive(x):
    return recursive(x)


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda x: sys.exit(), "SystemExit"),
        (lambda x: exec("raise Exception"), "Exception"),
        (recursive, "RecursionError"),
        (lambda x: [].pop(), "IndexError"),
        (lambda x: undefined_name, "NameError"),  # noqa: F821
        (lambda x: (_ for _ in ()).throw(GeneratorExit), "GeneratorExit"),
    ],
    ids=["exit", "bare", "recursion", "pop", "name", "base"],
)
def test_no_exception_leaves_the_check(function, said):
    assert f"raised {said}" in rejected("squares", function)[0]


def test_an_interruption_by_the_student_goes_through():
    """Kernel > Interrupt must stop the check, not be told as a mistake."""

    def interrupted(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check("squares", interrupted)


def loop(x):
    while True:
        pass


def loop_that_excepts(x):
    while True:
        try:
            for _ in range(10**12):
                pass
        except Exception:
            pass


def loop_that_swallows_one_interruption(x):
    try:
        while True:
            pass
    except BaseException:
        while True:
            pass


def sleep(x):
    time.sleep(60)


@contextlib.contextmanager
def fail_after(seconds):
    """Interrupt the main thread when the block hangs, so that a broken time limit fails and does not stall."""
    watch = threading.Timer(seconds, _thread.interrupt_main)
    watch.start()
    try:
        yield
    except KeyboardInterrupt:
        pytest.fail(f"the student's code still ran after {seconds} seconds")
    finally:
        watch.cancel()


LOOPS = [loop, loop_that_excepts, loop_that_swallows_one_interruption]


@pytest.mark.parametrize("function", [*LOOPS, sleep], ids=lambda function: function.__name__)
def test_what_does_not_end_is_stopped_on_the_main_thread(function):
    with fail_after(15):
        message, rows = rejected("squares", function)
    assert message.startswith(f"Your function was stopped after {SHORT:g} seconds.")
    assert rows["tried"].startswith(function.__name__)


def on_worker_thread(function):
    """Return what a function returns on a thread that is not the main one."""
    answers = []
    worker = threading.Thread(target=lambda: answers.append(function()), daemon=True)
    worker.start()
    worker.join(20)
    assert answers, "the worker thread did not come back"
    return answers[0]


@pytest.mark.parametrize("function", LOOPS, ids=lambda function: function.__name__)
def test_what_does_not_end_is_stopped_on_a_worker_thread(function):
    message, _ = on_worker_thread(lambda: rejected("squares", function))
    assert message.startswith(f"Your function was stopped after {SHORT:g} seconds.")


def test_a_check_on_a_worker_thread_gives_the_same_verdicts():
    for function in (lambda x: x * x, lambda x: x + 1, stub):
        assert on_worker_thread(lambda f=function: check("squares", f)) == check("squares", function)


def still_calm(seconds):
    """Do work for some seconds, in which an interruption would be raised."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass
    return True


@pytest.mark.parametrize("run", [lambda function: function(), on_worker_thread], ids=["main", "worker"])
def test_a_limit_that_was_kept_leaves_nothing_behind(run):
    """Neither after the block, nor after an interrupted one, does an interruption come."""

    def work():
        with time_limit(0.05):
            pass
        with pytest.raises(OutOfTime), time_limit(0.01):
            loop(0)
        return still_calm(0.3)

    assert run(work)


# Trouble in the shape of the answer


@pytest.mark.parametrize(
    ("function", "signature"),
    [(lambda: 1, "()"), (lambda x, y: 1, "(x, y)"), (lambda *, x: 1, "(*, x)")],
    ids=["none", "two", "keyword"],
)
def test_other_arguments_than_the_stubs_are_named(function, signature):
    message, _ = rejected("squares", function)
    assert f"takes {signature}, which does not fit the call" in message


@pytest.mark.parametrize("came", [np.array([1.0, 4.0]), 3.0, None, "text"], ids=str)
def test_the_value_of_a_call_is_not_the_function(came):
    message, rows = rejected("squares", came)
    assert 'write `check("squares", squares)`, without a call' in message
    assert "expected" not in rows


class Strange:
    """An object that is no number."""


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda x: [None, x][0], "Your function returned None"),
        (lambda x: "text", "returned a str that cannot be read as numbers"),
        (lambda x: {1, 2}, "returned a set that"),
        (lambda x: [[1], [1, 2]], "returned a list that"),
        (lambda x: Strange(), "returned a Strange that"),
        (lambda x: (value for value in x), "returned a generator that"),
        (lambda x: x[:-1], "The shape is (1,); expected is (2,)."),
        (lambda x: x[:, None], "The shape is (2, 1); expected is (2,)."),
        (lambda x: 1.0, "The shape is that of a single number; expected is (2,)."),
        (lambda x: x * np.nan, "contains NaN"),
        (lambda x: x / 0, "contains infinity"),
        (lambda x: 3 * x**2, "Your answer is 3 times the expected one everywhere"),
        (lambda x: -(x**2), "Your answer is -1 times the expected one everywhere"),
        (lambda x: x**2 if x.size < 9 else x, "2 of 3 cases are right. Look at what is special about this one. The fi"),
        (lambda x: np.round(x**2, 3), "close to the expected ones: is something rounded"),
        (lambda x: x**2 + x, "The numbers differ from the expected ones."),
        (lambda x: 1e-16 * np.sin(x), "The numbers differ from the expected ones."),  # rounding, not a factor
    ],
)
def test_the_message_says_what_is_wrong_with_an_answer(function, said):
    assert said in rejected("squares", function)[0]


def test_a_difference_inside_a_long_array_is_pointed_out():
    """Long arrays are shown by their ends, so the message says where the first difference is."""

    def squares(x):
        y = x**2
        if y.size > 9:
            y[5] = 0
        return y

    message, _ = rejected("squares", squares)
    assert re.search(r"first difference is at index 5: 0 came, \d+\.\d+ was expected", message)


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda x: x, "should return 2 things, separated by commas"),
        (lambda x: (x, x, x), "should return 2 things"),
        (lambda x: (x, 2 * x**2), "Of the 2 things returned, look at number 2. Your answer is 2 times"),
        (lambda x: (-x, x**2), "look at number 1. Your answer is -1 times"),
        (lambda x: (x, None), "look at number 2. Your function returned None"),
        (lambda x: (x, "a"), "look at number 2. Your function returned a str"),
    ],
)
def test_of_several_things_the_wrong_one_is_named(function, said):
    """A factor is also found where each case gives a single number."""
    assert said in rejected("pair", function)[0]


# Arguments


def shift(x):
    x += 1
    return (x - 1) ** 2


def test_a_function_that_changes_its_argument_is_told_so():
    message, _ = rejected("squares", shift)
    assert "changes its arguments in place" in message


def test_a_changed_argument_does_not_change_the_other_cases():
    """Every call works on a copy, so reference and rows still see the value that was drawn."""
    given = np.array([1.0, 2.0])
    with pytest.raises(Wrong):
        Attempt(shift, seconds=SHORT)(given)
    assert given.tolist() == [1.0, 2.0]


CHANGES = {
    "array": lambda table, rows, options: table.__setitem__(0, 5.0),
    "list": lambda table, rows, options: rows.append(0),
    "nested list": lambda table, rows, options: rows[0].__setitem__(0, 2.0),
    "array in a list": lambda table, rows, options: rows[1][0].__setitem__(0, 2),
    "new key": lambda table, rows, options: options.__setitem__("new", 1),
    "lost key": lambda table, rows, options: options.pop("step"),
    "list in a dictionary": lambda table, rows, options: options["path"].reverse(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_changes_are_noticed_at_any_depth(change):
    def mixed(table, rows, options, rng):
        CHANGES[change](table, rows, options)
        return 1.0

    assert "changes its arguments in place" in rejected("mixed", mixed)[0]


def test_a_function_that_only_reads_changes_nothing():
    """NaN in the arguments is no change; a generator may be used, and a copy changed."""

    def mixed(table, rows, options, rng):
        own = table.copy()
        own += rng.normal()
        return 1.0

    assert check("mixed", mixed).outcome is Outcome.RIGHT


def test_what_a_function_prints_does_not_reach_the_notebook(capsys):
    def squares(x):
        print("debugging")
        return x**2

    assert check("squares", squares).outcome is Outcome.RIGHT
    assert capsys.readouterr().out == ""


# Concept questions


@pytest.mark.parametrize("answer", ["b", "B", " b "])
def test_a_letter_counts_in_either_case(answer):
    assert check("letter", answer) == Verdict("letter", Outcome.RIGHT, "Well done.")


def test_a_known_wrong_choice_gets_its_own_message():
    assert rejected("letter", "A") == ("Not the first.", {"came": "'A'"})
    assert rejected("letter", 2)[0] == "Two is a number."


@pytest.mark.parametrize(
    "answer",
    ["z", 7, None, np.array(["b", "a"]), [1], stub, Strange, np.nan, "", 2j],
    ids=lambda answer: getattr(answer, "__name__", repr(answer)),
)
def test_anything_else_is_told_what_can_be_chosen(answer):
    message, _ = rejected("letter", answer)
    assert message == "That is not one of the choices [2, 'a', 'b']."


# Hints and names


def test_hints_come_one_by_one():
    assert [hint("squares", number).text for number in (1, 2)] == list(SQUARES.hints)
    assert hint("squares").number == 0
    assert "there are 2" in hint("squares").text
    assert hint("squares", 2).title == "Hint 2 of 2"


@pytest.mark.parametrize("number", [3, -1, "one", None, True])
def test_a_hint_that_is_not_there_is_refused(number):
    with pytest.raises(ValueError, match=re.escape(f"'squares' has hints 1 to 2; {number!r} was asked for")):
        hint("squares", number)


@pytest.mark.parametrize("function", [lambda name: check(name, 1), hint, find_exercise], ids=["check", "hint", "find"])
def test_an_unknown_name_suggests_the_nearest(function):
    with pytest.raises(ValueError, match=r"no exercise named 'sqaures'\. Did you mean 'squares'"):
        function("sqaures")
    with pytest.raises(ValueError, match="The exercises are: squares, letter, pair, mixed"):
        function("entropy")


def test_the_course_has_exercises_and_their_names_differ():
    """Two modules cannot give the same name, since finding them raises then."""
    assert {"rescale", "which_outcome"} <= set(list_exercises())


# What the student sees


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="`\r", exclude_categories=["Cc", "Cs"]), max_size=40)


def words(text):
    return " ".join(text.replace("`", "").split())


@given(st.sampled_from(list(Outcome)), TEXTS, st.lists(st.tuples(TEXTS, TEXTS), max_size=3))
def test_text_and_html_of_a_verdict_say_the_same(outcome, message, details):
    """The words of both are equal, whatever signs they hold, so nothing is lost and nothing is markup."""
    verdict = Verdict("name", outcome, message, tuple(details))
    soup = BeautifulSoup(verdict._repr_html_(), "html.parser")
    assert soup.strong.get_text() == f"{_LOOK[outcome][0]} {outcome.value}"
    read = soup.p.get_text().replace("name:", "(name):", 1)
    rows = [tag.get_text() for tag in soup.find_all(["dt", "dd"])]
    assert words(" ".join([read, *rows])) == words(repr(verdict))
    assert {tag.name for tag in soup.find_all()} <= {"div", "p", "strong", "code", "dl", "dt", "dd"}


@given(st.integers(0, 3), TEXTS)
def test_text_and_html_of_a_hint_say_the_same(number, text):
    shown = Hint("name", number, 3, text)
    soup = BeautifulSoup(shown._repr_html_(), "html.parser")
    assert words(soup.get_text().replace("name:", "(name):", 1)) == words(repr(shown))


def test_backticks_become_code_and_an_odd_one_stays():
    html = Verdict("name", Outcome.WRONG, "Use `x < 1` here.")._repr_html_()
    assert [tag.get_text() for tag in BeautifulSoup(html, "html.parser").find_all("code")] == ["name", "x < 1"]
    odd = Verdict("name", Outcome.WRONG, "A ` alone")._repr_html_()
    assert "A ` alone" in BeautifulSoup(odd, "html.parser").get_text()


def test_markup_in_a_students_error_is_only_text():
    def squares(x):
        raise ValueError("<script>alert('x')</script> & `<b>`")

    soup = BeautifulSoup(check("squares", squares)._repr_html_(), "html.parser")
    assert soup.script is soup.b is None
    assert "<script>alert('x')</script> & <b>" in soup.get_text()


def luminance(colour):
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


BOXES = [Verdict("name", outcome, "Use `x`.", (("came", "1"),)) for outcome in Outcome] + [Hint("name", 1, 2, "`x`")]


@pytest.mark.parametrize("box", BOXES, ids=lambda box: getattr(box, "outcome", "hint"))
def test_every_text_keeps_a_contrast_of_4_5_in_any_theme(box):
    """Background and text colour are both fixed, so they do not depend on the page around."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    soup = BeautifulSoup(box._repr_html_(), "html.parser")
    paper = re.search(r"background:(#\w{6})", soup.div["style"])[1]
    inks = set(re.findall(r"(?<![-\w])color:(#\w{6})", str(soup)))
    assert len(inks) == 2
    assert all(contrast(ink, paper) >= 4.5 for ink in inks)
    for code in soup.find_all("code"):
        assert "color:inherit" in code["style"]
        assert "background:transparent" in code["style"]


def test_two_things_may_come_as_a_tuple_a_list_or_an_array():
    exercise = Exercise(
        name="both",
        asks="both(x)",
        hints=(),
        reference=lambda x: (x.mean(), x.var()),
        mistakes=(),
        examine=compare(lambda rng: [(rng.normal(size=5),) for _ in range(3)]),
    )
    rng = np.random.default_rng(0)
    for kind in (tuple, list, np.array):
        attempt = Attempt(lambda x, kind=kind: kind([x.mean(), x.var()]), seconds=5)
        assert "agrees" in exercise.examine(attempt, exercise, rng)
    with pytest.raises(Wrong, match="should return 2 things"):
        exercise.examine(Attempt(lambda x: np.array(x.mean()), seconds=5), exercise, rng)


def test_what_a_function_prints_is_shown_with_a_wrong_answer_only():
    def chatty(x):
        print("x is", x)
        for i in range(10):
            print(i)
        return x

    verdict = check("squares", chatty)
    assert verdict.outcome is Outcome.WRONG
    printed = dict(verdict.details)["printed"].splitlines()
    assert printed[0].startswith("x is ")
    assert len(printed) == 6
    assert re.fullmatch(r"\.\.\. and \d+ more lines", printed[-1])


def test_a_name_without_quotes_is_told():
    def squares(x):
        return x**2

    with pytest.raises(ValueError, match=r'quotation marks: check\("squares", squares\)'):
        check(squares, squares)


@pytest.mark.parametrize("answer", ["b)", "(b)", "B."])
def test_a_letter_may_come_with_its_bracket(answer):
    assert check("letter", answer).outcome is Outcome.RIGHT


def test_exit_in_an_answer_does_not_end_the_kernel():
    """In a notebook `exit` is IPython's, which ends the kernel after the cell."""
    cells = [
        "from course_utils.exercises import check\ncheck('rescale', lambda x: exit())",
        "import time\ntime.sleep(1.5)\n'still here'",
    ]
    executed, _ = execute(new_notebook(cells=[new_code_cell(cell) for cell in cells]))
    assert "SystemExit" in executed.cells[0].outputs[0].data["text/plain"]
    assert executed.cells[1].outputs[0].data["text/plain"] == "'still here'"
