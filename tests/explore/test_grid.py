"""The grid of positions: what an author may ask for, and what the reader reads."""

import itertools
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.explore._grid import MAXIMUM_FRAMES, make_grid

REFUSED = {
    "no parameter": ({}, None, None, ["one to three", "got 0"]),
    "four parameters": ({name: [1, 2] for name in "abcd"}, None, None, ["one to three", "got 4", "a, b, c, d"]),
    "a single value": ({"mu": [1]}, None, None, ["'mu'", "at least two", "[1]"]),
    "equal values": ({"mu": [1, 2, 1.0]}, None, None, ["'mu'", "all different", "[1, 2, 1.0]"]),
    "a string for values": ({"mu": "abc"}, None, None, ["'mu'", "flat sequence", "'abc'"]),
    "a number for values": ({"mu": 3}, None, None, ["'mu'", "flat sequence", "3"]),
    "a table of values": ({"mu": np.eye(2)}, None, None, ["'mu'", "flat sequence"]),
    "values of another kind": ({"mu": [[1], [2, 3]]}, None, None, ["'mu'", "numbers, strings or booleans", "[2, 3]"]),
    "None as a value": ({"mu": [None, 1]}, None, None, ["'mu'", "numbers, strings or booleans", "None"]),
    "a start elsewhere": ({"mu": [0.0, 1.0]}, {"mu": 0.5}, None, ["start 0.5", "'mu'", "[0.0, 1.0]"]),
    "a start of another kind": ({"mu": [0.0, 1.0]}, {"mu": "a"}, None, ["start 'a'", "'mu'", "[0.0, 1.0]"]),
    "a start for nothing": ({"mu": [0, 1]}, {"nu": 0}, None, ["start", "['nu']", "['mu']"]),
    "a label for nothing": ({"mu": [0, 1]}, None, {"nu": "mean"}, ["labels", "['nu']", "['mu']"]),
    "an empty label": ({"mu": [0, 1]}, None, {"mu": " "}, ["label of 'mu'", "' '"]),
    "too many frames": ({"a": range(21), "b": range(20)}, None, None, ["21 x 20 = 420", str(MAXIMUM_FRAMES)]),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_fit_is_refused_by_name(case):
    """The message holds what was expected and what came."""
    parameters, start, labels, said = REFUSED[case]
    with pytest.raises(ValueError, match=re.escape(said[0])) as caught:
        make_grid(parameters, start, labels)
    missing = [part for part in said if part not in str(caught.value)]
    assert not missing, f"{caught.value} does not say {missing}"


def test_exactly_the_maximum_is_allowed():
    assert len(make_grid({"a": range(20), "b": range(20)}, None, None)) == MAXIMUM_FRAMES == 400


@given(st.lists(st.integers(2, 5), min_size=1, max_size=3))
def test_positions_are_the_product_of_the_parameters_last_fastest(counts):
    grid = make_grid({f"p{i}": range(10, 10 + n) for i, n in enumerate(counts)}, None, None)
    assert list(grid) == list(itertools.product(*map(range, counts)))
    assert len(grid) == len(list(grid)) == np.prod(grid.shape)
    assert grid.values(next(iter(grid))) == {f"p{i}": 10 for i in range(len(counts))}


def test_an_explorer_starts_at_the_first_values_or_where_the_author_says():
    """A start written 0.3 finds the computed 0.30000000000000004, and reaches the drawing function as the value."""
    parameters = {"mu": np.arange(0, 1, 0.1), "kind": ["a", "b"], "shown": [False, True]}
    assert make_grid(parameters, None, None).start == (0, 0, 0)
    grid = make_grid(parameters, {"mu": 0.3, "shown": True}, None)
    assert grid.values(grid.start) == {"mu": 0.30000000000000004, "kind": "a", "shown": True}


def test_values_reach_the_drawing_function_as_plain_python():
    grid = make_grid({"n": np.array([1, 2]), "mu": np.float32([0.5, 1]), "on": np.array([True, False])}, None, None)
    assert [type(value) for value in grid.values((0, 0, 0)).values()] == [int, float, bool]


@pytest.mark.parametrize(
    ("values", "slider"),
    [([1, 2.5], True), (np.arange(3), True), ([False, True], False), (["1", "2"], False), ([1, "all"], False)],
)
def test_numbers_make_a_slider_and_anything_else_a_choice(values, slider):
    assert make_grid({"p": values}, None, None).parameters[0].is_slider is slider


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([-1.5, 0, 2], ("−1.5", "0", "2")),
        ([1 / 3, 2 / 3], ("0.333", "0.667")),
        ([10, 1000, 20000], ("10", "1000", "20000")),
        ([1000.0, 1234.5], ("1000", "1234")),
        ([1e-5, 2e7], ("1e−05", "2e+07")),
        ([1.0001, 1.0002], ("1.0001", "1.0002")),
        ([0.3, 0.1 + 0.2], ("0.29999999999999999", "0.30000000000000004")),
        ([False, True], ("no", "yes")),
        ([1, 0, "all"], ("1", "0", "all")),
        (["a-b", "c"], ("a-b", "c")),
    ],
)
def test_values_are_written_short_and_apart(values, texts):
    """Three digits where they are enough, no exponent where none is needed, a real minus, words for booleans."""
    assert make_grid({"p": values}, None, None).parameters[0].texts == texts


@given(st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=30, unique=True))
def test_no_two_slider_positions_read_alike(values):
    texts = make_grid({"p": values}, None, None).parameters[0].texts
    assert len(set(texts)) == len(values)


def test_labels_replace_names_where_they_are_given():
    parameters = make_grid({"mu": [0, 1], "sigma": [1, 2]}, None, {"mu": "mean μ"}).parameters
    assert [parameter.label for parameter in parameters] == ["mean μ", "sigma"]
