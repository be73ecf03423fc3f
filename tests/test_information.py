"""Entropies and informations against scipy, scikit-learn, closed forms and loops; and the theorems of the lecture.

A property test has the theorem as its docstring. Where it is an inequality, a second test reaches it, so that a lost
factor breaks one of the two.
"""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special, stats
from sklearn.feature_selection import mutual_info_regression
from sklearn.metrics import mutual_info_score

from course_utils.information import (
    conditional_entropy,
    conditional_mutual_information,
    entropy,
    gaussian_entropy,
    joint_entropy,
    knn_entropy,
    ksg_mutual_information,
    mutual_information,
    plugin_entropy,
    plugin_mutual_information,
    self_information,
)

EPS = 1e-9
seeds = st.integers(0, 2**32 - 1)
XOR = np.array([[[0.25, 0], [0, 0.25]], [[0, 0.25], [0.25, 0]]])  # Z = X xor Y of fair bits
ERASURE = np.array([[0.5, 0], [0.25, 0.25]])  # H(X) = 1 bit, H(Y) = 0.811 bits


@st.composite
def joints(draw, variables=2):
    """Joint pmfs: some nearly independent, some peaked, with zeros and with rows that never occur."""
    shape = [draw(st.integers(2, 4)) for _ in range(variables)]
    rng = np.random.default_rng(draw(seeds))
    weights = rng.gamma(draw(st.sampled_from([0.1, 1.0, 30.0])), size=shape) + 1e-6
    weights *= rng.random(shape) > draw(st.sampled_from([0.0, 0.5]))
    weights.flat[0] += not weights.any()
    return weights / weights.sum()


def bits(p):
    return stats.entropy(np.ravel(p), base=2)


def nats(p):
    return stats.entropy(np.ravel(p))


# Self-information and entropy


def test_self_information_by_hand():
    assert self_information(1 / 8, base=2) == 3
    assert self_information([1, 0.5, 0]).tolist() == [0, np.log(2), np.inf]
    assert self_information(0.01, base=10) == pytest.approx(2)
    assert np.ndim(self_information(0.5)) == 0
    assert not np.signbit(self_information(1))


@given(st.floats(1e-6, 1), st.floats(1e-6, 1))
def test_surprises_of_independent_events_add(p, q):
    """I(p q) = I(p) + I(q), I(1) = 0, and the rarer the more: the axioms that leave only the logarithm."""
    assert self_information(p * q) == pytest.approx(self_information(p) + self_information(q), abs=1e-12)
    assert (self_information(p) > self_information(q)) == (np.log(p) < np.log(q))


@pytest.mark.parametrize("bad", [-0.1, 1.1, np.nan, [0.5, 2], "x"])
def test_self_information_refuses(bad):
    with pytest.raises(ValueError, match="p must"):
        self_information(bad)


@given(joints())
def test_entropy_is_scipys_and_the_mean_surprise(p):
    """H(p) = E[-log p(X)]."""
    for axis in (0, 1):
        rows = np.moveaxis(p, axis, 0)[:, p.sum(axis=axis) > 0]
        rows = rows / rows.sum(axis=0)
        np.testing.assert_allclose(entropy(rows, axis=0), stats.entropy(rows, axis=0), atol=1e-12)
        np.testing.assert_allclose(entropy(rows.T, base=2), stats.entropy(rows, base=2), atol=1e-12)
    flat = p[p > 0]
    assert entropy(flat) == pytest.approx(flat @ self_information(flat))


@given(st.integers(1, 40), seeds)
def test_entropy_lies_between_certain_and_uniform(k, seed):
    """0 <= H(p) <= log k, reached by a certain outcome and by the uniform distribution."""
    p = np.random.default_rng(seed).dirichlet(np.ones(k))
    assert 0 <= entropy(p) <= np.log(k) + EPS
    assert entropy(np.full(k, 1 / k)) == pytest.approx(np.log(k), abs=1e-12)
    certain = entropy(np.eye(k)[0])
    assert certain == 0
    assert not np.signbit(certain)


@given(joints(), st.floats(0, 1))
def test_entropy_is_concave(p, t):
    """H(t p + (1-t) q) >= t H(p) + (1-t) H(q), and by no more than the entropy of the choice (t, 1-t)."""
    p, q = p.ravel(), np.roll(p.ravel(), 1)
    gain = entropy(t * p + (1 - t) * q) - t * entropy(p) - (1 - t) * entropy(q)
    assert -EPS <= gain <= entropy([t, 1 - t]) + EPS


def test_mixing_gains_all_of_the_choice_where_nothing_overlaps():
    """H of a mixture of disjoint parts is H(t) + sum t H: the grouping axiom."""
    p, q, t = np.array([0.2, 0.8, 0, 0]), np.array([0, 0, 0.5, 0.5]), 0.3
    assert entropy(t * p + (1 - t) * q) == pytest.approx(entropy([t, 1 - t]) + t * entropy(p) + (1 - t) * entropy(q))


def test_observing_lowers_the_entropy_only_on_average():
    """One surprising symbol may raise it: H(X | Y = y) > H(X), while H(X | Y) < H(X)."""
    joint = np.array([[0.8, 0.1], [0.0, 0.1]])
    assert entropy(joint[:, 1] / joint[:, 1].sum()) > entropy(joint.sum(axis=1))
    assert conditional_entropy(joint, of=0) < entropy(joint.sum(axis=1))


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ([0.5, 0.6], "p must sum to 1"),
        ([1.5, -0.5], "p must not be negative"),
        ([0.5, np.nan], "p must be finite"),
        ([], "p must have outcomes"),
        ([[0.5, 0.5], [0.9, 0.2]], "p must sum to 1 .* got a sum of 1.1"),
    ],
)
def test_entropy_refuses(bad, message):
    with pytest.raises(ValueError, match=message):
        entropy(bad)
    with pytest.raises(ValueError, match="base must"):
        entropy([1.0], base=1)


# Differential entropy


def test_differential_entropy_depends_on_the_unit_and_can_be_negative():
    """H(U(0, a)) = log a, negative for a < 1; H(s X) = H(X) + log s."""
    for width in (0.1, 1.0, 7.0):
        cells = np.full(1000, 1 / width)
        assert entropy(cells, dx=width / 1000) == pytest.approx(np.log(width), abs=1e-12)
    x = np.linspace(-10, 10, 2001)
    density = stats.logistic.pdf(x * 2) * 2
    assert entropy(density, dx=0.01, base=2) == pytest.approx((stats.logistic.entropy() - np.log(2)) / np.log(2))


def test_differential_entropy_on_cells_of_different_width():
    x = np.sinh(np.linspace(-6, 6, 6001)) / 8
    batch = np.stack([stats.norm.pdf(x, 0, 1), stats.norm.pdf(x, 1, 3)])
    expected = [stats.norm.entropy(0, 1), stats.norm.entropy(1, 3)]
    np.testing.assert_allclose(entropy(batch, dx=np.gradient(x)), expected, atol=1e-4)
    np.testing.assert_allclose(entropy(batch.T, axis=0, dx=np.gradient(x)), expected, atol=1e-4)


@given(seeds, st.integers(1, 5))
def test_gaussian_entropy_is_scipys(seed, d):
    a = np.random.default_rng(seed).standard_normal((d, d + 2))
    expected = stats.multivariate_normal(cov=a @ a.T).entropy()
    assert gaussian_entropy(a @ a.T) == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert gaussian_entropy(a @ a.T, base=2) == pytest.approx(expected / np.log(2), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("family", [stats.logistic, stats.laplace, stats.uniform, stats.expon, stats.gamma(3)])
def test_the_gaussian_has_the_largest_entropy_of_its_variance(family):
    """H(X) <= 1/2 log(2 pi e Var X), with equality for the Gaussian only."""
    assert family.entropy() < gaussian_entropy([[family.var()]])
    assert stats.norm(2, 3).entropy() == pytest.approx(gaussian_entropy([[9]]))


def test_entropy_of_a_mixture_lies_between_its_bounds():
    """Sum w H(p_k) <= H(sum w p_k) <= sum w H(p_k) + H(w); overlap decides where, from one bound to the other."""
    x = np.linspace(-60, 60, 24001)
    for gap, share in ((0, 0.0), (2, None), (100, 1.0)):
        p, q = stats.norm.pdf(x, -gap / 2, 1), stats.norm.pdf(x, gap / 2, 2)
        if gap == 0:
            q = p
        low = 0.3 * entropy(p, dx=0.005) + 0.7 * entropy(q, dx=0.005)
        excess = (entropy(0.3 * p + 0.7 * q, dx=0.005) - low) / entropy([0.3, 0.7])
        assert -1e-6 <= excess <= 1 + 1e-6
        assert share is None or excess == pytest.approx(share, abs=1e-6)


@pytest.mark.parametrize(
    ("bad", "message"), [([[1, 1], [1, 1]], "positive definite"), (1.0, "2 axes"), ([[1, 0.5], [0, 1]], "symmetric")]
)
def test_gaussian_entropy_refuses(bad, message):
    with pytest.raises(ValueError, match=f"cov must.*{message}"):
        gaussian_entropy(bad)


# Several variables


def test_joint_measures_by_hand():
    assert joint_entropy(ERASURE, base=2) == 1.5
    assert conditional_entropy(ERASURE, base=2) == 0.5
    assert conditional_entropy(ERASURE, of=0, base=2) == pytest.approx(1.5 - bits([0.75, 0.25]))
    assert mutual_information(ERASURE, base=2) == pytest.approx(bits([0.75, 0.25]) - 0.5)
    assert conditional_entropy(ERASURE) == pytest.approx(0.5 * np.log(2))
    assert mutual_information(np.eye(4) / 4, base=2) == 2


@given(joints())
def test_entropies_of_two_variables(joint):
    """H(X, Y) = H(X) + H(Y|X) = H(Y) + H(X|Y); H(Y|X) = E H(Y | X = x)."""
    px, py = joint.sum(axis=1), joint.sum(axis=0)
    assert joint_entropy(joint) == pytest.approx(nats(joint))
    assert conditional_entropy(joint) == pytest.approx(nats(joint) - nats(px), abs=1e-12)
    assert conditional_entropy(joint, of=0) == pytest.approx(nats(joint) - nats(py), abs=1e-12)
    assert conditional_entropy(joint, of=-1) == conditional_entropy(joint)
    rows = px > 0
    assert conditional_entropy(joint) == pytest.approx(px[rows] @ stats.entropy(joint[rows], axis=1), abs=1e-12)
    assert conditional_entropy(joint, base=2) == pytest.approx(conditional_entropy(joint) / np.log(2))


@given(joints())
def test_conditioning_reduces_entropy(joint):
    """0 <= H(Y|X) <= H(Y), H(X|Y) <= H(X), and max(H(X), H(Y)) <= H(X, Y) <= H(X) + H(Y)."""
    hx, hy = entropy(joint.sum(axis=1)), entropy(joint.sum(axis=0))
    assert 0 <= conditional_entropy(joint) <= hy + EPS
    assert 0 <= conditional_entropy(joint, of=0) <= hx + EPS
    assert max(hx, hy) - EPS <= joint_entropy(joint) <= hx + hy + EPS


@given(joints())
def test_mutual_information_four_ways(joint):
    """I = H(Y) - H(Y|X) = H(X) - H(X|Y) = H(X) + H(Y) - H(X, Y) = KL(p(x, y) || p(x) p(y)), and it is symmetric."""
    px, py = joint.sum(axis=1), joint.sum(axis=0)
    information = mutual_information(joint)
    assert information == pytest.approx(entropy(py) - conditional_entropy(joint), abs=1e-12)
    assert information == pytest.approx(entropy(px) - conditional_entropy(joint, of=0), abs=1e-12)
    assert information == pytest.approx(nats(px) + nats(py) - nats(joint), abs=1e-12)
    assert information == pytest.approx(special.rel_entr(joint, np.outer(px, py)).sum(), abs=1e-12)
    assert information == pytest.approx(mutual_information(joint.T), abs=1e-12)
    assert mutual_information(joint, base=2) == pytest.approx(information / np.log(2))


@given(joints())
def test_mutual_information_lies_between_independent_and_determined(joint):
    """0 <= I(X; Y) <= min(H(X), H(Y)), reached by independent variables and by a variable with itself."""
    px, py = joint.sum(axis=1), joint.sum(axis=0)
    assert 0 <= mutual_information(joint) <= min(entropy(px), entropy(py)) + EPS
    assert mutual_information(np.outer(px, py)) == pytest.approx(0, abs=1e-12)
    assert mutual_information(np.diag(px)) == pytest.approx(entropy(px), abs=1e-12)


def test_no_correlation_is_not_no_information():
    """Y = X^2 for X uniform on -1, 0, 1: covariance zero, information H(Y)."""
    joint = np.array([[0, 1], [1, 0], [0, 1]]) / 3  # rows X, columns Y = 0, 1
    assert np.array([-1, 0, 1]) @ joint @ np.array([0, 1]) == 0
    assert mutual_information(joint, base=2) == pytest.approx(bits([1 / 3, 2 / 3]))


@given(joints(), seeds)
def test_data_processing(joint, seed):
    """X -> Y -> Z implies I(X; Z) <= I(X; Y), with equality where Z only renames Y."""
    rng = np.random.default_rng(seed)
    channel = rng.dirichlet(np.full(3, 0.3), joint.shape[1])
    assert mutual_information(joint @ channel) <= mutual_information(joint) + EPS
    assert mutual_information(joint[:, ::-1]) == pytest.approx(mutual_information(joint), abs=1e-12)


@given(joints())
def test_fano(joint):
    """H(X|Y) <= h(e) + e log(k - 1) for the error e of the best guess of X from Y, and any other guess."""
    k = len(joint)
    for guess in (joint.argmax(axis=0), np.zeros(joint.shape[1], dtype=int)):
        e = min(max(1 - joint[guess, range(joint.shape[1])].sum(), 0.0), 1.0)
        assert conditional_entropy(joint, of=0) <= entropy([e, 1 - e]) + e * np.log(k - 1 or 1) + EPS


def test_fano_is_tight():
    """Errors that fall on all other symbols alike reach it."""
    k, e = 5, 0.3
    joint = np.full((k, k), e / (k - 1) / k)
    np.fill_diagonal(joint, (1 - e) / k)
    assert conditional_entropy(joint, of=0) == pytest.approx(entropy([e, 1 - e]) + e * np.log(k - 1))


@given(joints(variables=3))
def test_conditional_mutual_information(joint):
    """I(X; Y|Z) = sum p(z) I(X; Y | Z = z) = H(X|Z) - H(X|Y, Z) >= 0, symmetric in X and Y."""
    pz = joint.sum(axis=(0, 1))
    information = conditional_mutual_information(joint)
    slices = sum(w * mutual_information(joint[:, :, z] / w) for z, w in enumerate(pz) if w > 0)
    assert information == pytest.approx(slices, abs=1e-12)
    of_x = conditional_entropy(joint.sum(axis=1), of=0) - conditional_entropy(joint, of=0)
    assert information == pytest.approx(of_x, abs=1e-12)
    assert information >= 0
    assert information == pytest.approx(conditional_mutual_information(joint.swapaxes(0, 1)), abs=1e-12)
    assert conditional_mutual_information(joint, base=2) == pytest.approx(information / np.log(2))


@given(joints(variables=3))
def test_chain_rules(joint):
    """H(X, Y, Z) = H(X) + H(Y|X) + H(Z|X, Y), and I(X; Y, Z) = I(X; Z) + I(X; Y|Z)."""
    xy, xz = joint.sum(axis=2), joint.sum(axis=1)
    chain = entropy(xy.sum(axis=1)) + conditional_entropy(xy) + conditional_entropy(joint, of=2)
    assert joint_entropy(joint) == pytest.approx(chain)
    whole = mutual_information(joint.reshape(len(joint), -1))
    assert whole == pytest.approx(mutual_information(xz) + conditional_mutual_information(joint), abs=1e-12)


@given(seeds)
def test_conditional_independence(seed):
    """X -> Z -> Y, and then only, has I(X; Y|Z) = 0."""
    rng = np.random.default_rng(seed)
    pz, x_given, y_given = rng.dirichlet(np.ones(3)), rng.dirichlet(np.ones(2), 3), rng.dirichlet(np.ones(4), 3)
    joint = np.einsum("z,zx,zy->xyz", pz, x_given, y_given)
    assert conditional_mutual_information(joint) == pytest.approx(0, abs=1e-12)


def test_knowing_more_can_raise_or_lower_the_information():
    """The xor of two bits: I(X; Y) = 0 and I(X; Y|Z) = 1 bit. Three copies of one bit: 1 bit and 0."""
    assert mutual_information(XOR.sum(axis=2)) == 0
    assert conditional_mutual_information(XOR, base=2) == 1
    copies = np.zeros((2, 2, 2))
    copies[0, 0, 0] = copies[1, 1, 1] = 0.5
    assert mutual_information(copies.sum(axis=2), base=2) == 1
    assert conditional_mutual_information(copies) == 0


def test_joints_near_the_smallest_float():
    joint = np.array([[1.0, 0.0], [0.0, 1e-300]])
    assert mutual_information(joint) == pytest.approx(690.8e-300, rel=1e-3)
    assert conditional_entropy(joint) == 0
    tiny = np.array([[1.0, 1e-200], [1e-200, 1e-320]])
    assert 0 <= mutual_information(tiny) < 1e-190


@pytest.mark.parametrize(
    ("function", "ndim"),
    [
        (joint_entropy, None),
        (conditional_entropy, None),
        (mutual_information, 2),
        (conditional_mutual_information, 3),
    ],
)
def test_what_is_no_joint_pmf_is_refused(function, ndim):
    good = XOR if ndim == 3 else ERASURE
    for bad, message in (
        (good * 1.1, "joint must sum to 1"),
        (good - 0.1, "joint must not be negative"),
        (good * np.nan, "joint must be finite"),
        (np.zeros((0,) * good.ndim), "joint must"),
        ("abc", "joint must be an array"),
        (1.0, "joint must"),
    ):
        with pytest.raises(ValueError, match=message):
            function(bad)
    if ndim:
        with pytest.raises(ValueError, match=f"one axis for each of {ndim} variables"):
            function(np.full(4, 0.25))
    with pytest.raises(ValueError, match="base must"):
        function(good, base=0)


@pytest.mark.parametrize(("joint", "of"), [([0.5, 0.5], 0), (ERASURE, 2), (ERASURE, -3)])
def test_conditional_entropy_refuses(joint, of):
    with pytest.raises(ValueError, match="two axes or more"):
        conditional_entropy(joint, of=of)


# Estimators


@given(st.lists(st.integers(0, 30), min_size=1, max_size=10).filter(any))
def test_plugin_entropy_is_that_of_the_frequencies(counts):
    n, observed = sum(counts), np.count_nonzero(counts)
    assert plugin_entropy(counts) == pytest.approx(nats(counts), abs=1e-12)
    corrected = nats(counts) + (observed - 1) / (2 * n)
    assert plugin_entropy(counts, miller_madow=True) == pytest.approx(corrected, abs=1e-12)
    assert plugin_entropy(counts, miller_madow=True, base=2) == pytest.approx(corrected / np.log(2), abs=1e-12)


def test_miller_madow_removes_most_of_the_bias():
    """E H_plugin = H - (K - 1) / 2n + O(1 / n^2), for H and with three such terms for I."""
    rng = np.random.default_rng(0)
    p = np.array([0.1, 0.2, 0.3, 0.4])
    draws = rng.multinomial(100, p, 20000)
    bias = np.mean([plugin_entropy(counts) for counts in draws]) - nats(p)
    assert bias == pytest.approx(-3 / 200, rel=0.1)
    corrected = np.mean([plugin_entropy(counts, miller_madow=True) for counts in draws]) - nats(p)
    assert abs(corrected) < 1.5e-3
    tables = rng.multinomial(100, np.outer(p, [0.5, 0.5]).ravel(), 5000).reshape(-1, 4, 2)
    assert np.mean([plugin_mutual_information(t) for t in tables]) == pytest.approx(3 / 200, rel=0.1)
    assert abs(np.mean([plugin_mutual_information(t, miller_madow=True) for t in tables])) < 1.5e-3


@given(st.lists(st.integers(0, 20), min_size=6, max_size=6).filter(any))
def test_plugin_mutual_information_is_scikit_learns(cells):
    table = np.reshape(cells, (2, 3))
    expected = mutual_info_score(None, None, contingency=table)
    assert plugin_mutual_information(table) == pytest.approx(expected, abs=1e-12)
    rows, columns, n = (table.any(axis=1)).sum(), (table.any(axis=0)).sum(), table.sum()
    correction = (rows - 1) + (columns - 1) - (np.count_nonzero(table) - 1)
    corrected = plugin_mutual_information(table, miller_madow=True, base=2)
    assert corrected * np.log(2) == pytest.approx(expected + correction / (2 * n), abs=1e-12)


@pytest.mark.parametrize("bad", [[0, 0], [-1, 2], [0.5, 0.5], [], [np.nan, 1]])
def test_counts_are_whole_and_not_negative(bad):
    with pytest.raises(ValueError, match="counts must"):
        plugin_entropy(bad)
    with pytest.raises(ValueError, match="table must"):
        plugin_mutual_information(np.reshape(bad, (1, -1)))
    with pytest.raises(ValueError, match="table must have 2 axes"):
        plugin_mutual_information([1, 2])


def kozachenko_leonenko(x, k):
    """The formula as a loop."""
    x = x.reshape(len(x), -1)
    n, d = x.shape
    rho = [sorted(np.linalg.norm(x - point, axis=1))[k] for point in x]
    volume = np.pi ** (d / 2) / special.gamma(d / 2 + 1)
    return special.digamma(n) - special.digamma(k) + np.log(volume) + d * np.mean(np.log(rho))


@given(seeds, st.integers(1, 3), st.integers(1, 5))
@settings(max_examples=30)
def test_knn_entropy_is_its_formula(seed, d, k):
    x = np.random.default_rng(seed).normal(size=(k + 5, d))
    assert knn_entropy(x, k=k) == pytest.approx(kozachenko_leonenko(x, k))
    assert knn_entropy(x, k=k, base=2) == pytest.approx(kozachenko_leonenko(x, k) / np.log(2))
    assert knn_entropy(x[:, 0], k=k) == pytest.approx(kozachenko_leonenko(x[:, 0], k))
    assert knn_entropy(x[: k + 1], k=k) == pytest.approx(kozachenko_leonenko(x[: k + 1], k))  # all the others


@pytest.mark.parametrize("d", [1, 2, 4])
def test_knn_entropy_finds_the_entropy_of_a_gaussian(d):
    a = np.random.default_rng(d).standard_normal((d, d + 2))
    x = np.random.default_rng(d + 1).multivariate_normal(np.zeros(d), a @ a.T, 5000)
    assert knn_entropy(x) == pytest.approx(gaussian_entropy(a @ a.T), abs=0.08)


@given(seeds, st.floats(0.01, 100))
@settings(max_examples=25)
def test_knn_entropy_moves_with_the_unit_as_it_should(seed, scale):
    """H(s X + c) = H(X) + d log s."""
    x = np.random.default_rng(seed).normal(size=(30, 2))
    assert knn_entropy(scale * x + 3) == pytest.approx(knn_entropy(x) + 2 * np.log(scale), abs=1e-6)


def kraskov(x, y, k):
    """Algorithm 1 as a loop: distances in the maximum norm, counts strictly inside."""
    x, y = x.reshape(len(x), -1), y.reshape(len(y), -1)
    n, terms = len(x), []
    for i in range(n):
        dx, dy = np.abs(x - x[i]).max(axis=1), np.abs(y - y[i]).max(axis=1)
        radius = sorted(np.maximum(dx, dy))[k]
        n_x, n_y = (dx < radius).sum() - 1, (dy < radius).sum() - 1
        terms.append(special.digamma(n_x + 1) + special.digamma(n_y + 1))
    return special.digamma(k) + special.digamma(n) - np.mean(terms)


@given(seeds, st.sampled_from([(1, 1), (1, 2), (2, 3)]), st.integers(1, 4))
@settings(max_examples=40)
def test_ksg_is_its_algorithm(seed, dimensions, k):
    rng = np.random.default_rng(seed)
    x, y = (rng.normal(size=(40, d)) for d in dimensions)
    y = y + x[:, :1]
    assert ksg_mutual_information(x, y, k=k) == pytest.approx(kraskov(x, y, k))
    assert ksg_mutual_information(x, y, k=k, base=2) == pytest.approx(kraskov(x, y, k) / np.log(2))


@given(seeds, st.integers(1, 3))
@settings(max_examples=40)
def test_ksg_counts_strictly_inside_where_coordinates_tie(seed, k):
    """Rounded coordinates put many points exactly on the boundary, and rounding errors on both sides of it."""
    rng = np.random.default_rng(seed)
    x, y = rng.permutation(60) * 0.1, rng.integers(0, 8, 60) * 0.1
    assert ksg_mutual_information(x, y, k=k) == pytest.approx(kraskov(x, y, k))
    assert ksg_mutual_information(y, x, k=k) == pytest.approx(kraskov(y, x, k))


def test_ksg_is_scikit_learns():
    rng = np.random.default_rng(0)
    x = rng.normal(size=500)
    y = 0.8 * x + 0.6 * rng.normal(size=500)
    x, y = x / x.std(), y / y.std()
    for k in (3, 7):
        expected = mutual_info_regression(x[:, None], y, n_neighbors=k, random_state=0)[0]
        assert ksg_mutual_information(x, y, k=k) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("rho", [0.0, 0.6, -0.9])
def test_ksg_finds_the_information_of_correlated_gaussians(rho):
    """I = -1/2 log(1 - rho^2)."""
    x, y = np.random.default_rng(1).multivariate_normal([0, 0], [[1, rho], [rho, 1]], 4000).T
    assert ksg_mutual_information(x, y) == pytest.approx(-0.5 * np.log(1 - rho**2), abs=0.04)


def test_ksg_finds_information_without_correlation():
    x = np.random.default_rng(2).normal(size=2000)
    y = x**2 + 0.1 * np.random.default_rng(3).normal(size=2000)
    assert abs(np.corrcoef(x, y)[0, 1]) < 0.1
    assert ksg_mutual_information(x, y) > 1


@pytest.mark.parametrize("estimate", [knn_entropy, lambda x, **options: ksg_mutual_information(x, x, **options)])
@pytest.mark.parametrize(
    ("samples", "k", "message"),
    [
        ([1.0, 2.0, 3.0], 3, "k must be below the number of points, got k = 3 and 3"),
        ([1.0, 2.0, 3.0], 0, "k must be an integer"),
        ([1.0, 2.0, 3.0], 1.5, "k must be an integer"),
        ([1.0, 1.0, 2.0, 3.0], 1, "2 points whose k-th neighbour .* is at distance 0"),
        ([[1.0, 1.0], [1.0, 1.0], [2.0, 2.0], [3.0, 3.0]], 1, "distance 0"),
        ([1.0, np.nan], 1, "finite"),
        ([], 1, "must be points"),
        (np.zeros((2, 2, 2)), 1, "must be points"),
    ],
)
def test_neighbour_estimators_refuse(estimate, samples, k, message):
    with pytest.raises(ValueError, match=message):
        estimate(samples, k=k)


def test_ksg_refuses_pairs_that_do_not_match():
    with pytest.raises(ValueError, match="as many rows"):
        ksg_mutual_information([1.0, 2.0, 3.0], [1.0, 2.0])


def test_estimators_agree_with_integration():
    """The entropy of a mixture, which has no closed form: by quadrature, on a grid, and from draws."""
    weights, means, stds = np.array([0.3, 0.7]), np.array([-2.0, 1.0]), np.array([0.5, 1.0])

    def density(x):
        return stats.norm.pdf(np.asarray(x)[..., None], means, stds) @ weights

    expected = integrate.quad(lambda x: special.entr(density(x)), -12, 12, limit=200)[0]
    x = np.linspace(-12, 12, 4801)
    assert entropy(density(x), dx=x[1] - x[0]) == pytest.approx(expected, abs=1e-8)
    rng = np.random.default_rng(4)
    which = rng.choice(2, 8000, p=weights)
    assert knn_entropy(rng.normal(means[which], stds[which])) == pytest.approx(expected, abs=0.05)


def test_every_measure_counts_in_the_same_unit():
    """Bits are nats over ln 2, in all functions alike."""
    joint = np.outer([0.3, 0.7], [0.2, 0.8]) + 0.05 * np.array([[1, -1], [-1, 1]])
    x = np.random.default_rng(0).normal(size=50)
    measures = [
        lambda **base: self_information(0.3, **base),
        lambda **base: entropy([0.3, 0.7], **base),
        lambda **base: entropy(np.full(10, 2.0), dx=0.05, **base),
        lambda **base: joint_entropy(joint, **base),
        lambda **base: conditional_entropy(joint, **base),
        lambda **base: mutual_information(joint, **base),
        lambda **base: conditional_mutual_information(XOR, **base),
        lambda **base: gaussian_entropy([[2.0]], **base),
        lambda **base: plugin_entropy([3, 4], **base),
        lambda **base: plugin_mutual_information([[3, 4], [5, 1]], **base),
        lambda **base: knn_entropy(x, **base),
        lambda **base: ksg_mutual_information(x, x**3 + x, **base),
    ]
    for measure, base in itertools.product(measures, (2, 10)):
        assert measure(base=base) == pytest.approx(measure() / np.log(base))
