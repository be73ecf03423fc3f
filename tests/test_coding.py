"""Huffman's code against brute force and Shannon's bounds; capacities against closed forms."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from course_utils.coding import channel_capacity, huffman_code
from course_utils.information import mutual_information

weight_lists = st.lists(st.sampled_from([1, 2, 3, 5, 8, 100, 1e-6, 0.5]), min_size=2, max_size=12)


def mean_length(weights, words):
    p = np.array(weights) / np.sum(weights)
    return float(p @ [len(word) for word in words])


def test_huffman_by_hand():
    assert huffman_code({"a": 0.5, "b": 0.25, "c": 0.25}) == {"a": "0", "b": "10", "c": "11"}
    assert huffman_code({"a": 1, "b": 2, "c": 4, "d": 8}) == {"a": "000", "b": "001", "c": "01", "d": "1"}
    assert huffman_code({"only": 3}) == {"only": "0"}
    assert huffman_code({0: 1, 1: 1}) == {0: "0", 1: "1"}


@given(weight_lists)
def test_huffman_is_a_prefix_code_that_wastes_nothing(weights):
    """No word begins another, and sum 2^-length = 1 (Kraft, with equality)."""
    code = huffman_code(dict(enumerate(weights)))
    assert list(code) == list(range(len(weights)))
    words = sorted(code.values())
    assert not any(later.startswith(earlier) for earlier, later in itertools.pairwise(words))
    assert sum(2.0 ** -len(word) for word in words) == 1
    assert set("".join(words)) <= {"0", "1"}


@given(weight_lists)
def test_source_coding_theorem(weights):
    """H <= L < H + 1 in bits."""
    length = mean_length(weights, huffman_code(dict(enumerate(weights))).values())
    h = stats.entropy(weights, base=2)
    assert h - 1e-9 <= length < h + 1


def test_source_coding_theorem_is_tight():
    """L = H where all probabilities are powers of 1/2; L comes near H + 1 where one symbol has nearly all."""
    dyadic = [1 / 2, 1 / 4, 1 / 8, 1 / 8]
    assert mean_length(dyadic, huffman_code(dict(enumerate(dyadic))).values()) == stats.entropy(dyadic, base=2)
    lopsided = [1 - 1e-6, 1e-6]
    length = mean_length(lopsided, huffman_code(dict(enumerate(lopsided))).values())
    assert length == pytest.approx(stats.entropy(lopsided, base=2) + 1, abs=1e-4)


@given(st.lists(st.integers(1, 20), min_size=2, max_size=6))
@settings(max_examples=40)
def test_no_code_is_shorter(weights):
    """Among all lengths with sum 2^-length <= 1 (Kraft), none has a smaller mean."""
    k = len(weights)
    length = mean_length(weights, huffman_code(dict(enumerate(weights))).values())
    lengths = (c for c in itertools.product(range(1, k), repeat=k) if sum(2.0**-i for i in c) <= 1)
    best = min(np.dot(weights, c) for c in lengths) / sum(weights) if k > 2 else 1
    assert length == pytest.approx(best)


def test_huffman_text_can_be_read_back():
    text = "a code without commas: no word begins another"
    code = huffman_code({symbol: text.count(symbol) for symbol in text})
    symbols = {word: symbol for symbol, word in code.items()}
    decoded, word = "", ""
    for bit in "".join(code[symbol] for symbol in text):
        word += bit
        if word in symbols:
            decoded, word = decoded + symbols[word], ""
    assert (decoded, word) == (text, "")


def test_huffman_of_many_symbols():
    weights = np.random.default_rng(0).random(20000)
    length = mean_length(weights, huffman_code(dict(enumerate(weights))).values())
    assert 0 <= length - stats.entropy(weights, base=2) < 0.1
    deep = huffman_code({i: 1.7**i for i in range(1300)})  # a tree as deep as it can be
    assert max(map(len, deep.values())) == 1299


@pytest.mark.parametrize("bad", [{}, {"a": 0, "b": 1}, {"a": -1}, {"a": np.nan, "b": 1}, {"a": np.inf}, {"a": "x"}])
def test_huffman_refuses(bad):
    with pytest.raises(ValueError, match="weights must"):
        huffman_code(bad)


def h(e):
    return stats.entropy([e, 1 - e], base=2)


@given(st.floats(0, 1))
def test_capacity_of_the_symmetric_and_the_erasure_channel(e):
    """C = 1 - h(e) for flips, 1 - e for erasures, in bits."""
    assert channel_capacity([[1 - e, e], [e, 1 - e]], base=2).capacity == pytest.approx(1 - h(e), abs=1e-8)
    erasure = channel_capacity([[1 - e, e, 0], [0, e, 1 - e]], base=2)
    assert erasure.capacity == pytest.approx(1 - e, abs=1e-8)


@pytest.mark.parametrize("e", [0.1, 0.5, 0.9])
def test_capacity_of_the_z_channel(e):
    """C = log2(1 + (1 - e) e^(e / (1 - e))), by inputs that are not equally likely."""
    capacity, pmf = channel_capacity([[1, 0], [e, 1 - e]], base=2)
    assert capacity == pytest.approx(np.log2(1 + (1 - e) * e ** (e / (1 - e))), abs=1e-7)
    assert pmf[0] > 0.5
    assert pmf.sum() == pytest.approx(1)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=15)
def test_capacity_is_the_largest_information(seed):
    """C = max over p(x) of I(X; Y): reached by the pmf that comes with it, and by no other that an optimiser finds."""
    w = np.random.default_rng(seed).dirichlet(np.ones(3), 3)
    capacity, pmf = channel_capacity(w, tolerance=1e-7)
    assert mutual_information(pmf[:, None] * w) == pytest.approx(capacity, abs=1e-9)

    def loss(logits):
        p = np.exp(logits - logits.max())
        return -mutual_information((p / p.sum())[:, None] * w)

    assert -optimize.minimize(loss, np.zeros(3), method="Nelder-Mead").fun <= capacity + 1e-6


def test_capacity_with_inputs_and_outputs_that_do_not_matter():
    """A copy of an input adds nothing; neither does an output that never comes; noiseless is log k."""
    assert channel_capacity(np.eye(3)).capacity == pytest.approx(np.log(3))
    assert channel_capacity([[1, 0], [1, 0]]).capacity == 0
    noisy = channel_capacity([[0.9, 0.1], [0.1, 0.9]]).capacity
    assert channel_capacity([[0.9, 0.1, 0], [0.1, 0.9, 0], [0.9, 0.1, 0]]).capacity == pytest.approx(noisy, abs=1e-8)


def test_capacity_refuses():
    for bad, message in (([[0.5, 0.6]], "sum to 1"), ([0.5, 0.5], "inputs, outputs"), ([[1.5, -0.5]], "negative")):
        with pytest.raises(ValueError, match=message):
            channel_capacity(bad)
    with pytest.raises(ValueError, match="tolerance must"):
        channel_capacity(np.eye(2), tolerance=0)
    with pytest.raises(RuntimeError, match="did not meet in 1 steps"):
        channel_capacity([[1, 0], [0.5, 0.5]], max_steps=1)
