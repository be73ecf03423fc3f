"""The checks accept what is right, name what is wrong, and leave values as they are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils import _validation as validate


def rejects(message, check, *args, **kwargs):
    with pytest.raises(ValueError, match=message):
        check(*args, **kwargs)


def test_numbers_become_floats_and_keep_their_shape():
    array = validate.numbers("x", [[1, 2], [3, 4]])
    assert array.dtype == np.float64
    assert array.tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize("bad", [[1.0, np.nan], [np.inf], -np.inf])
def test_numbers_reject_what_is_not_finite(bad):
    rejects("x must be finite, got 1 of", validate.numbers, "x", bad)


def test_numbers_let_infinities_pass_on_request_but_never_nan():
    assert validate.numbers("x", [-np.inf, np.inf], infinite=True).tolist() == [-np.inf, np.inf]
    rejects("x must be not NaN", validate.numbers, "x", [np.inf, np.nan], infinite=True)


@pytest.mark.parametrize("bad", ["abc", [[1], [1, 2]], None, {"a": 1}])
def test_numbers_reject_what_is_no_array(bad):
    with pytest.raises(ValueError, match="x must be"):
        validate.numbers("x", bad)


def test_points_want_axes_and_entries():
    assert validate.points("x", [[1, 2]], ndim=2).shape == (1, 2)
    rejects(r"x must have 2 axes .* got shape \(2,\)", validate.points, "x", [1, 2], ndim=2)
    rejects("at least 1 entries", validate.points, "x", [], ndim=1)
    rejects("at least 3 entries", validate.points, "x", [1, 2], ndim=1, at_least=3)


@pytest.mark.parametrize("bad", [0, -1, [1, 0], [2, -3]])
def test_positive_rejects_zero_and_below(bad):
    rejects("std must be positive", validate.positive, "std", bad)


@pytest.mark.parametrize("bad", [0, 1, -0.1, 1.1, [0.5]])
def test_number_lies_strictly_inside(bad):
    rejects(r"mass must be one number in \(0, 1\)", validate.number, "mass", bad, above=0, below=1)


def test_number_is_a_plain_float():
    assert type(validate.number("mass", np.float32(0.5), above=0, below=1)) is float


@pytest.mark.parametrize("bad", [0, -1, 2.0, True, "3", None])
def test_count_rejects_what_is_no_positive_integer(bad):
    rejects("n must be an integer of at least 1", validate.count, "n", bad)


def test_count_takes_numpy_integers():
    assert validate.count("n", np.int32(3)) == 3
    assert validate.count("n", 0, at_least=0) == 0


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ([0.5, 0.6], "sum to 1, got a sum of 1.1"),
        ([0.5, 0.499], "sum to 1"),
        ([1.5, -0.5], "not be negative"),
        ([], "at least 1"),
        ([[1.0]], "1 axes"),
        ([np.nan, 1.0], "finite"),
    ],
)
def test_pmf_rejects(bad, message):
    rejects(message, validate.pmf, "weights", bad)


@given(st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=50))
def test_normalised_weights_are_a_pmf(weights):
    """Dividing positive numbers by their sum gives probabilities, in floating point too."""
    array = np.array(weights) / np.sum(weights)
    np.testing.assert_array_equal(validate.pmf("weights", array), array)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ([[1, 0.5], [0.4, 1]], "symmetric"),
        ([[1, 2], [2, 1]], "no negative eigenvalue"),
        ([[-1, 0], [0, 1]], "variances on its diagonal"),
        ([[0, 1], [1, 1]], "no negative eigenvalue"),
        ([[1, 0, 0], [0, 1, 0]], "square"),
        ([1, 1], "2 axes"),
        ([[np.nan]], "finite"),
    ],
)
def test_covariance_rejects(bad, message):
    rejects(f"cov must.*{message}", validate.covariance, "cov", bad, definite=False)


@pytest.mark.parametrize("singular", [[[1, 1], [1, 1]], [[1, 0], [0, 0]], [[4e-8, 2e-8], [2e-8, 1e-8]]])
def test_singular_covariance_is_semidefinite_only(singular):
    np.testing.assert_array_equal(validate.covariance("cov", singular, definite=False), singular)
    rejects("positive definite", validate.covariance, "cov", singular, definite=True)


@given(st.integers(1, 5), st.integers(0, 10**6), st.floats(-8, 8))
def test_units_do_not_matter_to_covariance(d, seed, exponent):
    """S C S is positive definite exactly when C is, for any change of units S = diag(s)."""
    rng = np.random.default_rng(seed)
    a = rng.standard_normal((d, d + 5))
    s = 10.0 ** (exponent * rng.uniform(-1, 1, d + 1))
    validate.covariance("cov", a @ a.T * np.outer(s[:d], s[:d]), definite=True)
    a = np.vstack([a, a.sum(axis=0)])  # the last coordinate is the sum of the others
    degenerate = a @ a.T * np.outer(s, s)
    validate.covariance("cov", degenerate, definite=False)
    rejects("positive definite", validate.covariance, "cov", degenerate, definite=True)


def test_same_shape():
    validate.same_shape("a", np.ones(2), "b", np.zeros(2))
    rejects(r"a and b .*\(2,\) and \(3,\)", validate.same_shape, "a", np.ones(2), "b", np.ones(3))


def test_mixture_spreads_one_standard_deviation():
    _, _, stds = validate.mixture([0.5, 0.5], [0, 1], 2.0)
    assert stds.tolist() == [2, 2]


def test_generator_is_passed_on_and_nothing_else():
    rng = np.random.default_rng(0)
    assert validate.generator(rng) is rng
    for wrong in (0, None, np.random, np.random.RandomState(0)):
        with pytest.raises(TypeError, match=r"np.random.default_rng\(seed\)"):
            validate.generator(wrong)


def test_probabilities_may_lie_along_any_axis():
    columns = np.array([[0.25, 1.0, 0.5], [0.75, 0.0, 0.5]])
    assert validate.probabilities("p", columns, axis=0).tolist() == columns.T.tolist()
    assert validate.probabilities("p", columns.T).tolist() == columns.T.tolist()
    assert validate.probabilities("p", [1, 0]).dtype == np.float64
    rejects("p must sum to 1 .* got a sum of 1.75; .* another axis", validate.probabilities, "p", columns)
    rejects(r"p must have outcomes along axis 2, got shape \(2, 3\)", validate.probabilities, "p", columns, axis=2)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ([[0.5, 0.5], [0.5, 0.6]], "sum to 1 .* got a sum of 1.1"),
        ([[0.5, 0.5], [0.5, 0.4]], "sum to 1 .* got a sum of 0.9"),
        ([0.5, 0.5 + 2e-8], "sum to 1"),
        ([0.5, 0.5 - 2e-8], "sum to 1"),
        ([2.0, -1.0], "not be negative, got -1"),
        ([[0.5, 0.5], [np.nan, 1.0]], "finite, got 1 of 4"),
        ([np.inf, 0.0], "finite"),
        ([np.inf, -np.inf], "finite"),
        (np.zeros((3, 0)), "outcomes along axis"),
        (1.0, "outcomes along axis"),
        ([[1.0], [0.5, 0.5]], "array of real numbers"),
    ],
)
def test_probabilities_reject(bad, message):
    rejects(f"p must.*{message}", validate.probabilities, "p", bad)


def test_densities_become_masses():
    masses, widths = validate.densities("p", [[1.0, 1.0, 0.5], [2.0, 0.0, 0.0]], [0.5, 0.25, 0.5], axis=1)
    assert masses.tolist() == [[0.5, 0.25, 0.25], [1, 0, 0]]
    assert widths.tolist() == [0.5, 0.25, 0.5]
    masses, _ = validate.densities("p", [0.999, 1.0], 0.5)  # what a grid leaves out is made up for
    assert masses.sum() == pytest.approx(1, abs=1e-15)
    rejects("p must integrate to 1 on the grid, got 2", validate.densities, "p", [1.0, 1.0], 1.0)
    rejects("p must integrate to 1 .* got 0.98", validate.densities, "p", [[1.0, 1.0], [0.96, 1.0]], 0.5)
    rejects("p must not be negative", validate.densities, "p", [3.0, -1.0], 0.5)
    rejects("dx must be positive", validate.densities, "p", [1.0, 1.0], 0)
    rejects("dx must be one width, or one for each of the 2 points", validate.densities, "p", [1.0, 1.0], [0.5] * 3)


def test_joint_pmfs_sum_to_one_over_all_axes():
    joint = np.full((2, 3, 5), 1 / 30)
    np.testing.assert_array_equal(validate.joint_pmf("joint", joint), joint)
    rejects("one axis for each of 2 variables, got shape", validate.joint_pmf, "joint", joint, ndim=2)
    rejects("sum to 1", validate.joint_pmf, "joint", [[0.5, 0.5], [0.5, 0.5]])
    rejects("array of real numbers", validate.joint_pmf, "joint", "abc")


def test_pairs_share_their_outcomes_and_broadcast():
    for p, q in (((4,), (4,)), ((3, 4), (4,)), ((4,), (3, 4)), ((2, 1, 4), (3, 4))):
        validate.pair(np.ones(p), np.ones(q))
    rejects("same outcomes, got 4 and 1", validate.pair, np.ones((3, 4)), np.ones((3, 1)))
    rejects(r"as many pmfs each.* got shapes \(3, 4\) and \(2, 4\)", validate.pair, np.ones((3, 4)), np.ones((2, 4)))


def test_units_of_information():
    assert validate.nats_per_unit(None) == 1
    assert validate.nats_per_unit(2) == pytest.approx(0.6931471805599453)
    for bad in (1, 0.5, -2, np.nan, np.inf, "bits"):
        rejects("base must", validate.nats_per_unit, bad)


def test_samples_are_rows():
    assert validate.samples("x", [1, 2, 3]).shape == (3, 1)
    assert validate.samples("x", np.zeros((4, 2))).shape == (4, 2)
    for bad in ([], 1.0, np.zeros((2, 0)), np.zeros((2, 2, 2))):
        rejects("x must be points", validate.samples, "x", bad)
    rejects("x must be finite", validate.samples, "x", [1, np.inf])


def test_neighbours_are_fewer_than_points():
    assert validate.neighbours(4, 5) == 4
    rejects("k must be below the number of points, got k = 5 and 5 points", validate.neighbours, 5, 5)
    rejects("k must be an integer", validate.neighbours, 0, 5)


@pytest.mark.parametrize("bad", [[0, 0], [1, -1], [0.5, 1], [np.nan, 1], [], [[1, 2]]])
def test_counts_reject(bad):
    assert validate.counts("counts", [0, 3], ndim=1).tolist() == [0, 3]
    rejects("counts must", validate.counts, "counts", bad, ndim=1)


def test_nearly_singular_covariances_are_told_by_their_eigenvalues():
    """The quick bound settles only what is far from singular; where it does not, the answer is that of eigenvalues."""
    for gap, definite in ((1e-3, True), (1e-9, True), (1e-12, True), (1e-14, False)):
        cov = np.array([[1, 1 - gap], [1 - gap, 1]])
        if definite:
            np.testing.assert_array_equal(validate.covariance("cov", cov, definite=True), cov)
        else:
            rejects("positive definite", validate.covariance, "cov", cov, definite=True)
