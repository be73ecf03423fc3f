"""Distributions against scipy, integrals, closed forms and the theorems that hold for all of them."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from course_utils.distributions import (
    berry_esseen_bound,
    conditional_gaussian,
    count_modes,
    ellipse_axes,
    empirical_cdf,
    find_modes,
    gaussian_cdf,
    gaussian_pdf,
    kernel_density,
    mahalanobis_distance,
    marginal_gaussian,
    mixture_cdf,
    mixture_pdf,
    multivariate_gaussian_logpdf,
    push_forward_pdf,
    silverman_bandwidth,
)

MEAN = np.array([1.0, -2.0, 0.5])
COV = np.array([[4.0, 1.2, -0.6], [1.2, 1.0, 0.3], [-0.6, 0.3, 2.5]])
WEIGHTS, MEANS, STDS = np.array([0.2, 0.5, 0.3]), np.array([-3.0, 0.0, 2.0]), np.array([0.5, 1.0, 0.3])
LAW_OF_DEFINITIONS = st.integers(0, 2**32 - 1)  # seeds from which random covariances are drawn

means = st.floats(-50, 50)
scales = st.floats(0.01, 50)


def random_gaussian(seed, d):
    rng = np.random.default_rng(seed)
    a = rng.standard_normal((d, d + 2))
    return rng.standard_normal(d), a @ a.T


def test_import_loads_neither_plots_nor_torch():
    code = (
        "import sys, course_utils.distributions as d; print({'matplotlib', 'torch', 'scipy.stats'} & set(sys.modules))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "set()"


# One-dimensional Gaussian


@given(st.floats(-100, 100), means, scales)
def test_gaussian_matches_scipy(x, mean, std):
    assert gaussian_pdf(x, mean, std) == pytest.approx(stats.norm.pdf(x, mean, std), rel=1e-9, abs=1e-300)
    assert gaussian_cdf(x, mean, std) == pytest.approx(stats.norm.cdf(x, mean, std), rel=1e-9, abs=1e-300)


@given(means, scales)
def test_pdf_is_the_derivative_of_the_cdf(mean, std):
    """The density is the derivative: f = F'."""
    x = mean + std * np.linspace(-3, 3, 7)
    h = 1e-5 * std
    slope = (gaussian_cdf(x + h, mean, std) - gaussian_cdf(x - h, mean, std)) / (2 * h)
    np.testing.assert_allclose(gaussian_pdf(x, mean, std), slope, rtol=1e-4)


@given(means, scales)
def test_three_sigma_rule(mean, std):
    """P(|X - mu| <= k sigma) is 68.27, 95.45 and 99.73 % for k = 1, 2, 3, whatever mu and sigma are."""
    k = np.array([1, 2, 3])
    inside = gaussian_cdf(mean + k * std, mean, std) - gaussian_cdf(mean - k * std, mean, std)
    np.testing.assert_allclose(inside, [0.682689492, 0.954499736, 0.997300204], atol=1e-9)


def test_gaussian_at_infinity_in_the_tail_and_by_default():
    assert gaussian_pdf([-np.inf, np.inf]).tolist() == [0, 0]
    assert gaussian_cdf([-np.inf, np.inf]).tolist() == [0, 1]
    assert gaussian_cdf(-30.0) == pytest.approx(4.906713927e-198, rel=1e-9)
    assert gaussian_pdf(0) == pytest.approx(0.3989422804014327)
    assert gaussian_pdf(0, std=0.1) > 1  # a density, no probability


def test_gaussian_broadcasts():
    assert gaussian_pdf(np.zeros((5, 1)), [0, 1, 2], 1.0).shape == (5, 3)


@pytest.mark.parametrize("function", [gaussian_pdf, gaussian_cdf])
@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((np.nan,), "x must be not NaN"),
        ((0, np.inf), "mean must be finite"),
        ((0, 0, 0), "std must be positive"),
        ((0, 0, -1), "std must be positive"),
        ((0, 0, np.inf), "std must be finite"),
    ],
)
def test_gaussian_rejects(function, args, message):
    with pytest.raises(ValueError, match=message):
        function(*args)


# Multivariate Gaussian


@given(LAW_OF_DEFINITIONS, st.integers(1, 6))
def test_multivariate_logpdf_matches_scipy(seed, d):
    mean, cov = random_gaussian(seed, d)
    x = np.random.default_rng(seed + 1).normal(0, 3, (7, d))
    expected = stats.multivariate_normal(mean, cov).logpdf(x)
    np.testing.assert_allclose(multivariate_gaussian_logpdf(x, mean, cov), expected, rtol=1e-6)


def test_multivariate_logpdf_of_one_point_is_a_scalar():
    value = multivariate_gaussian_logpdf([0, 0, 0], MEAN, COV)
    assert np.ndim(value) == 0
    assert value == multivariate_gaussian_logpdf([[0, 0, 0]], MEAN, COV)[0]


def test_multivariate_density_integrates_to_one():
    density, _ = integrate.dblquad(
        lambda y, x: np.exp(multivariate_gaussian_logpdf([x, y], [1, -1], [[1, 0.8], [0.8, 2]])), -7, 9, -12, 10
    )
    assert density == pytest.approx(1, abs=1e-6)


def test_multivariate_logpdf_does_not_underflow():
    assert multivariate_gaussian_logpdf(np.full(500, 2.0), np.zeros(500), np.eye(500)) == pytest.approx(
        -0.5 * 500 * 4 - 250 * np.log(2 * np.pi)
    )


@given(LAW_OF_DEFINITIONS, st.integers(1, 5))
def test_mahalanobis_is_invariant_under_affine_maps(seed, d):
    """The distance of Ax + b from N(A mu + b, A Sigma A') is that of x from N(mu, Sigma)."""
    mean, cov = random_gaussian(seed, d)
    rng = np.random.default_rng(seed + 1)
    x, b = rng.normal(0, 3, (5, d)), rng.standard_normal(d)
    a = rng.standard_normal((d, d)) + 4 * np.eye(d)
    moved = mahalanobis_distance(x @ a.T + b, a @ mean + b, a @ cov @ a.T)
    np.testing.assert_allclose(moved, mahalanobis_distance(x, mean, cov), rtol=1e-5)


def test_mahalanobis_against_the_inverse_and_in_units():
    x = np.array([[3.0, 1.0, -1.0], [1.0, -2.0, 0.5]])
    r = x - MEAN
    expected = [np.sqrt(row @ np.linalg.inv(COV) @ row) for row in r]
    np.testing.assert_allclose(mahalanobis_distance(x, MEAN, COV), expected)
    assert mahalanobis_distance([6.0], [0.0], [[4.0]]) == pytest.approx(3)  # six is three standard deviations of two


@pytest.mark.parametrize("function", [multivariate_gaussian_logpdf, mahalanobis_distance])
@pytest.mark.parametrize(
    ("args", "message"),
    [
        (([0, 0, 0], [0, 0], np.eye(2)), r"x must have shape \(n, 2\)"),
        ((0.0, [0], [[1]]), "x must have shape"),
        (([0, np.nan], [0, 0], np.eye(2)), "x must be finite"),
        (([0, 0], [0, 0, 0], np.eye(2)), "must fit"),
        (([0, 0], 0.0, np.eye(2)), "mean must have 1 axes"),
        (([0, 0], [0, 0], np.ones((2, 2))), "positive definite"),
        (([0, 0], [0, 0], [[1, 0], [1, 1]]), "symmetric"),
    ],
)
def test_multivariate_rejects(function, args, message):
    with pytest.raises(ValueError, match=message):
        function(*args)


def test_marginal_keeps_the_order_asked_for():
    mean, cov = marginal_gaussian(MEAN, COV, keep=[2, 0])
    assert mean.tolist() == [0.5, 1.0]
    assert cov.tolist() == [[2.5, -0.6], [-0.6, 4.0]]
    assert marginal_gaussian(MEAN, COV, keep=1)[1].tolist() == [[1.0]]


def test_marginal_is_the_integral_of_the_joint():
    mean, cov = marginal_gaussian(MEAN[:2], COV[:2, :2], keep=0)
    y = np.linspace(-14, 10, 4001)
    joint = np.exp(multivariate_gaussian_logpdf(np.column_stack([np.full_like(y, 2.2), y]), MEAN[:2], COV[:2, :2]))
    assert gaussian_pdf(2.2, mean[0], np.sqrt(cov[0, 0])) == pytest.approx(integrate.trapezoid(joint, y), rel=1e-8)


@given(LAW_OF_DEFINITIONS, st.integers(2, 5), st.data())
def test_joint_is_marginal_times_conditional(seed, d, data):
    """p(x) = p(x_b) p(x_a | x_b), in whatever order the given coordinates are named."""
    mean, cov = random_gaussian(seed, d)
    given_ = data.draw(st.permutations(range(d)))[: data.draw(st.integers(1, d - 1))]
    x = np.random.default_rng(seed + 1).normal(0, 2, d)
    rest = [i for i in range(d) if i not in given_]
    marginal = multivariate_gaussian_logpdf(x[given_], *marginal_gaussian(mean, cov, keep=given_))
    mean_a, cov_a = conditional_gaussian(mean, cov, given=given_, values=x[given_])
    conditional = multivariate_gaussian_logpdf(x[rest], mean_a, cov_a)
    assert marginal + conditional == pytest.approx(multivariate_gaussian_logpdf(x, mean, cov), rel=1e-6, abs=1e-6)


def test_conditional_of_two_coordinates_in_closed_form():
    """E(X|y) = mu_x + rho sigma_x / sigma_y (y - mu_y) and Var(X|y) = sigma_x^2 (1 - rho^2)."""
    sx, sy, rho = 2.0, 0.5, -0.6
    mean, cov = conditional_gaussian([1, 3], [[sx**2, rho * sx * sy], [rho * sx * sy, sy**2]], given=[1], values=[4])
    assert mean == pytest.approx([1 + rho * sx / sy * (4 - 3)])
    assert cov == pytest.approx(np.array([[sx**2 * (1 - rho**2)]]))


def test_conditional_where_one_coordinate_decides_the_other():
    mean, cov = conditional_gaussian([0, 0], [[1, 2], [2, 4]], given=0, values=3)
    assert (mean, cov) == (pytest.approx([6]), pytest.approx(np.zeros((1, 1))))


@pytest.mark.parametrize("bad", [3, -1, [0, 0], [], [0.5], [[0]], True])
def test_coordinates_are_checked(bad):
    with pytest.raises(ValueError, match="keep must hold different coordinates from 0 to 2"):
        marginal_gaussian(MEAN, COV, keep=bad)
    with pytest.raises(ValueError, match="given must hold different coordinates from 0 to 2"):
        conditional_gaussian(MEAN, COV, given=bad, values=0)


def test_conditional_rejects():
    with pytest.raises(ValueError, match="leave a coordinate"):
        conditional_gaussian(MEAN, COV, given=[0, 1, 2], values=[0, 0, 0])
    with pytest.raises(ValueError, match="same shape"):
        conditional_gaussian(MEAN, COV, given=[0, 1], values=[0])
    with pytest.raises(ValueError, match="values must be finite"):
        conditional_gaussian(MEAN, COV, given=[0], values=[np.nan])
    with pytest.raises(ValueError, match="given coordinates must be positive definite"):
        conditional_gaussian([0, 0, 0], np.ones((3, 3)), given=[0, 1], values=[0, 0])


@pytest.mark.parametrize(("d", "mass", "k"), [(1, 0.6826894921, 1), (1, 0.9544997361, 2), (2, 1 - np.exp(-0.5), 1)])
def test_ellipse_of_k_standard_deviations(d, mass, k):
    """In one dimension one sigma holds 68.3 %; in two 1 - exp(-1/2) = 39.3 %."""
    lengths, _ = ellipse_axes(9 * np.eye(d), mass=mass)
    np.testing.assert_allclose(lengths, 3 * k)


@given(LAW_OF_DEFINITIONS, st.integers(1, 5), st.floats(0.01, 0.99))
def test_ellipse_ends_lie_at_the_chi_squared_distance(seed, d, mass):
    """Every end of an axis has the squared Mahalanobis distance whose chi-squared probability is the mass."""
    _, cov = random_gaussian(seed, d)
    lengths, directions = ellipse_axes(cov, mass=mass)
    ends = (directions * lengths).T  # a row for each axis
    np.testing.assert_allclose(stats.chi2(d).cdf(mahalanobis_distance(ends, np.zeros(d), cov) ** 2), mass, rtol=1e-6)
    np.testing.assert_allclose(directions.T @ directions, np.eye(d), atol=1e-9)
    assert (np.diff(lengths) <= 0).all()
    assert (directions.max(axis=0) >= -directions.min(axis=0)).all()


def test_ellipse_of_a_degenerate_gaussian_is_a_line():
    lengths, directions = ellipse_axes([[1, 2], [2, 4]], mass=stats.chi2(1).cdf(1))  # one sigma along the line
    np.testing.assert_allclose(lengths, [np.sqrt(5), 0], atol=1e-12)
    np.testing.assert_allclose(directions[:, 0], np.array([1, 2]) / np.sqrt(5))
    assert ellipse_axes(np.zeros((2, 2)), mass=0.5)[0].tolist() == [0, 0]


@pytest.mark.parametrize("mass", [0, 1, -0.5, 95, np.nan])
def test_ellipse_rejects_mass(mass):
    with pytest.raises(ValueError, match="mass must be"):
        ellipse_axes(np.eye(2), mass=mass)
    with pytest.raises(ValueError, match="negative eigenvalue"):
        ellipse_axes([[1, 2], [2, 1]], mass=0.5)


# Mixtures


def test_mixture_matches_a_loop_over_scipy():
    x = np.linspace(-6, 4, 30).reshape(5, 6)
    pdf = sum(w * stats.norm(m, s).pdf(x) for w, m, s in zip(WEIGHTS, MEANS, STDS, strict=True))
    cdf = sum(w * stats.norm(m, s).cdf(x) for w, m, s in zip(WEIGHTS, MEANS, STDS, strict=True))
    np.testing.assert_allclose(mixture_pdf(x, WEIGHTS, MEANS, STDS), pdf)
    np.testing.assert_allclose(mixture_cdf(x, WEIGHTS, MEANS, STDS), cdf)
    assert np.ndim(mixture_pdf(0.3, WEIGHTS, MEANS, STDS)) == 0


def test_mixture_with_one_standard_deviation_for_all():
    np.testing.assert_array_equal(
        mixture_pdf([0, 1], WEIGHTS, MEANS, 0.7), mixture_pdf([0, 1], WEIGHTS, MEANS, [0.7, 0.7, 0.7])
    )


@given(st.lists(st.tuples(st.floats(0.01, 1), means, scales), min_size=1, max_size=5))
def test_mixture_of_equals_is_the_component(parts):
    """A mixture is linear in its weights, and one of equal components is that component."""
    w, m, s = map(np.array, zip(*parts, strict=True))
    w /= w.sum()
    x = np.linspace(-100, 100, 11)
    k = len(w)
    np.testing.assert_allclose(
        mixture_pdf(x, w, np.full(k, m[0]), s[0]), gaussian_pdf(x, m[0], s[0]), rtol=1e-9, atol=1e-300
    )
    single = np.sum([w[i] * mixture_cdf(x, [1.0], [m[i]], [s[i]]) for i in range(k)], axis=0)
    np.testing.assert_allclose(mixture_cdf(x, w, m, s), single, atol=1e-12)


@pytest.mark.parametrize("function", [mixture_pdf, mixture_cdf])
@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((np.nan, [1], [0], [1]), "x must be not NaN"),
        ((0, [0.5, 0.4], [0, 1], [1, 1]), "weights must sum to 1"),
        ((0, [1.5, -0.5], [0, 1], [1, 1]), "not be negative"),
        ((0, [0.5, 0.5], [0, 1, 2], [1, 1]), "weights and means"),
        ((0, [0.5, 0.5], [0, 1], [1, 1, 1]), "weights and stds"),
        ((0, [0.5, 0.5], [0, 1], [1, 0]), "stds must be positive"),
    ],
)
def test_mixture_rejects(function, args, message):
    with pytest.raises(ValueError, match=message):
        function(*args)


# Modes


@pytest.mark.parametrize(
    ("values", "modes"),
    [
        ([0, 1, 0], [1]),
        ([3, 2, 1], [0]),  # at the edge
        ([1, 2, 3], [2]),
        ([5, 1, 5], [0, 2]),
        ([0, 2, 2, 2, 0], [2]),  # a plateau counts once, at its middle
        ([0, 1, 1, 2, 0], [3]),  # a shoulder is none
        ([0, 2, 1, 1, 0], [1]),
        ([3, 1, 1, 2], [0, 3]),  # nor is a valley
        ([1, 1, 1], [1]),
        ([7.0], [0]),
        ([-3, -1, -2], [1]),  # log densities too
    ],
)
def test_modes_on_a_line(values, modes):
    assert find_modes(values).tolist() == modes
    assert count_modes(values) == len(modes)


def modes_by_walking(values):
    """Independent oracle: flood each level set of equal neighbours and look whether anything around it is higher."""
    values = np.asarray(values)
    steps = [s for s in np.ndindex((3,) * values.ndim) if s != (1,) * values.ndim]

    def neighbours(point):
        for step in steps:
            other = tuple(p + s - 1 for p, s in zip(point, step, strict=True))
            if all(0 <= o < n for o, n in zip(other, values.shape, strict=True)):
                yield other

    seen, plateaus = set(), []
    for point in np.ndindex(values.shape):
        if point in seen:
            continue
        plateau, frontier = {point}, [point]
        while frontier:
            for other in neighbours(frontier.pop()):
                if values[other] == values[point] and other not in plateau:
                    plateau.add(other)
                    frontier.append(other)
        seen |= plateau
        if all(values[o] <= values[point] for p in plateau for o in neighbours(p)):
            plateaus.append(plateau)
    return plateaus


@given(st.integers(1, 6), st.integers(1, 6), st.integers(1, 5), st.integers(0, 10**6))
def test_modes_are_the_plateaus_with_nothing_higher_around(rows, columns, levels, seed):
    """A mode is a connected set of equal height whose neighbours are all lower; it is found once, inside itself."""
    grid = np.random.default_rng(seed).integers(0, levels + 1, (rows, columns)).astype(float)
    for values in (grid, grid[0]):
        plateaus = modes_by_walking(values)
        found = [tuple(np.atleast_1d(index).tolist()) for index in find_modes(values)]
        assert found == sorted(found)
        assert len(found) == len(plateaus)
        assert all(sum(point in plateau for point in found) == 1 for plateau in plateaus)


def test_modes_on_a_plane():
    y, x = np.meshgrid(np.linspace(-4, 4, 81), np.linspace(-4, 4, 81), indexing="ij")
    density = gaussian_pdf(x, -2) * gaussian_pdf(y, 1) + gaussian_pdf(x, 2) * gaussian_pdf(y, -1)
    modes = find_modes(density)  # (modes, 2): row (y), column (x)
    np.testing.assert_allclose(-4 + modes / 10, [[-1, 2], [1, -2]], atol=0.1)


@pytest.mark.parametrize(("separation", "modes"), [(1.5, 1), (1.98, 1), (2.1, 2), (4.0, 2)])
def test_two_equal_gaussians_have_two_modes_only_beyond_two_sigma(separation, modes):
    x = np.linspace(-6, 6, 1201)
    assert count_modes(mixture_pdf(x, [0.5, 0.5], [-separation / 2, separation / 2], 1.0)) == modes


@pytest.mark.parametrize("bad", [[], [1, np.nan], [[[1]]], 3.0, [[]]])
def test_modes_reject(bad):
    for function in (find_modes, count_modes):
        with pytest.raises(ValueError, match="values must"):
            function(bad)


# Berry-Esseen


@given(st.integers(1, 200), st.floats(0.05, 0.95))
def test_berry_esseen_bounds_the_binomial(n, p):
    """It holds sup |F_n - Phi| <= 0.4748 rho / (sigma^3 sqrt n) for coins of any bias; the sup is at a jump."""
    std = np.sqrt(p * (1 - p))
    rho = p * (1 - p) * ((1 - p) ** 2 + p**2)
    k = np.arange(n + 1)
    phi = gaussian_cdf((k - n * p) / (std * np.sqrt(n)))
    gap = max(abs(stats.binom.cdf(k, n, p) - phi).max(), abs(stats.binom.cdf(k - 1, n, p) - phi).max())
    assert gap <= berry_esseen_bound(n, std=std, third_absolute_moment=rho)


def test_berry_esseen_is_close_to_the_truth_for_the_worst_coin():
    """Esseen (1956): no constant below 0.4097 holds, p = (4 - sqrt 10) / 2 comes near it: the bound is 0.86 tight."""
    p, n = (4 - np.sqrt(10)) / 2, 2000
    std, rho = np.sqrt(p * (1 - p)), p * (1 - p) * ((1 - p) ** 2 + p**2)
    k = np.arange(n + 1)
    gap = abs(stats.binom.cdf(k, n, p) - gaussian_cdf((k - n * p) / (std * np.sqrt(n)))).max()
    assert 0.8 < gap / berry_esseen_bound(n, std=std, third_absolute_moment=rho) < 1


def test_berry_esseen_scales_and_keeps_values_above_one():
    bound = berry_esseen_bound([1, 4, 10000], std=2.0, third_absolute_moment=80.0)  # rho / sigma^3 = 10
    np.testing.assert_allclose(bound, [4.748, 2.374, 0.04748])


@pytest.mark.parametrize(
    ("n", "std", "rho", "message"),
    [
        (0, 1, 1, "n must be positive"),
        (2.5, 1, 1, "whole numbers"),
        (10, 0, 1, "std must be"),
        (10, 1, -1, "third_absolute_moment must be"),
        (10, 2, 4, "at least std"),
        (10, 1, np.nan, "third_absolute_moment must be finite"),
    ],
)
def test_berry_esseen_rejects(n, std, rho, message):
    with pytest.raises(ValueError, match=message):
        berry_esseen_bound(n, std=std, third_absolute_moment=rho)


# Empirical cdf and kernel density


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=30), st.lists(st.integers(-6, 6), min_size=1, max_size=10))
def test_empirical_cdf_counts(samples, x):
    """F_n(x) is the share of samples at most x, ties included."""
    expected = np.mean(np.array(samples)[None, :] <= np.array(x)[:, None], axis=1)
    np.testing.assert_allclose(empirical_cdf(samples, x), expected)


def test_empirical_cdf_at_infinity_and_of_scalars():
    assert empirical_cdf([1, 2], [-np.inf, np.inf]).tolist() == [0, 1]
    assert empirical_cdf([1, 2], 1) == 0.5
    assert empirical_cdf([1, 2], np.zeros((3, 4))).shape == (3, 4)


@pytest.mark.parametrize(("samples", "x"), [([], 0), ([np.nan], 0), ([[1, 2]], 0), ([1], np.nan), ([np.inf], 0)])
def test_empirical_cdf_rejects(samples, x):
    with pytest.raises(ValueError, match="must"):
        empirical_cdf(samples, x)


def test_kernel_density_matches_scipy_and_does_not_depend_on_blocks():
    rng = np.random.default_rng(3)
    samples = rng.normal(2, 3, 300)
    x = np.linspace(-10, 15, 9000).reshape(90, 100)  # more than one block of 2**20 pairs
    bandwidth = 0.8
    scipy = stats.gaussian_kde(samples, bw_method=bandwidth / samples.std(ddof=1))
    np.testing.assert_allclose(kernel_density(x, samples, bandwidth=bandwidth), scipy(x.ravel()).reshape(x.shape))


def test_kernel_density_of_one_sample_is_the_kernel():
    assert kernel_density(1.0, [0.0], bandwidth=2.0) == pytest.approx(gaussian_pdf(1.0, 0.0, 2.0))


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=20), st.floats(0.1, 3))
def test_kernel_density_is_a_mixture(samples, bandwidth):
    """The estimate is the mixture with a Gaussian on every sample; so it integrates to one."""
    x = np.linspace(-30, 30, 601)
    estimate = kernel_density(x, samples, bandwidth=bandwidth)
    n = len(samples)
    np.testing.assert_allclose(estimate, mixture_pdf(x, np.full(n, 1 / n), samples, bandwidth), rtol=1e-9, atol=1e-300)
    assert integrate.trapezoid(estimate, x) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(
    ("x", "samples", "bandwidth", "message"),
    [
        (0, [], 1, "samples must"),
        (np.nan, [1], 1, "x must"),
        (0, [np.inf], 1, "samples must"),
        (0, [1], 0, "bandwidth must"),
        (0, [1], [1, 2], "bandwidth must"),
    ],
)
def test_kernel_density_rejects(x, samples, bandwidth, message):
    with pytest.raises(ValueError, match=message):
        kernel_density(x, samples, bandwidth=bandwidth)


def test_silverman_bandwidth_by_hand():
    heavy = np.array([-100.0, -1, 0, 1, 100])  # quartiles -1 and 1: the outliers do not decide
    assert silverman_bandwidth(heavy) == pytest.approx(0.9 * 2 / 1.34 * 5**-0.2)
    flat = np.array([-1.0, -1, 1, 1])  # quartiles -1 and 1, std 2 / sqrt 3 is the smaller
    assert silverman_bandwidth(flat) == pytest.approx(0.9 * 2 / np.sqrt(3) * 4**-0.2)
    ties = np.array([0.0] * 9 + [10.0])  # interquartile range zero
    assert silverman_bandwidth(ties) == pytest.approx(0.9 * np.std(ties, ddof=1) * 10**-0.2)


@given(LAW_OF_DEFINITIONS, st.floats(0.01, 100), means)
def test_silverman_bandwidth_has_the_unit_of_the_data(seed, a, b):
    """h(a x + b) = a h(x)."""
    x = np.random.default_rng(seed).standard_normal(20)
    assert silverman_bandwidth(a * x + b) == pytest.approx(a * silverman_bandwidth(x), rel=1e-6)


@pytest.mark.parametrize("bad", [[1.0], [], [2, 2, 2], [1, np.nan], [[1, 2]]])
def test_silverman_bandwidth_rejects(bad):
    with pytest.raises(ValueError, match="samples must"):
        silverman_bandwidth(bad)


# Change of variables


@pytest.mark.parametrize("sign", [1, -1])
def test_push_forward_of_an_affine_map(sign):
    y = np.linspace(-3, 5, 9)
    pushed = push_forward_pdf(y, gaussian_pdf, lambda y: sign * (y - 1) / 2, lambda y: np.full_like(y, sign / 2))
    np.testing.assert_allclose(pushed, stats.norm(1, 2).pdf(y))


def test_push_forward_to_the_lognormal():
    y = np.array([0.1, 1.0, 3.0])
    np.testing.assert_allclose(push_forward_pdf(y, gaussian_pdf, np.log, lambda y: 1 / y), stats.lognorm(1).pdf(y))


@given(st.floats(0.2, 5), st.floats(-3, 3))
def test_push_forward_keeps_the_mass(a, b):
    """The integral of the pushed density over g([lo, hi]) is that of the base over [lo, hi], for x -> sinh(a x + b)."""
    lo, hi = -0.5, 0.7
    y = np.linspace(np.sinh(a * lo + b), np.sinh(a * hi + b), 20001)
    pushed = push_forward_pdf(
        y, gaussian_pdf, lambda y: (np.arcsinh(y) - b) / a, lambda y: 1 / (a * np.sqrt(1 + y * y))
    )
    assert integrate.trapezoid(pushed, y) == pytest.approx(gaussian_cdf(hi) - gaussian_cdf(lo), rel=1e-4)


def test_push_forward_rejects():
    def slope(y):
        return np.ones_like(y)

    with pytest.raises(ValueError, match=r"inverse\(y\) must be not NaN"), np.errstate(invalid="ignore"):
        push_forward_pdf([-1.0], gaussian_pdf, np.log, slope)
    with pytest.raises(ValueError, match="keep its sign"):
        push_forward_pdf([-1.0, 1.0], gaussian_pdf, np.abs, np.sign)
    with pytest.raises(ValueError, match="base_pdf must not be negative"):
        push_forward_pdf([1.0], lambda x: -x, lambda y: y, slope)
    with pytest.raises(ValueError, match="same shape"):
        push_forward_pdf([1.0, 2.0], lambda x: 1.0, lambda y: 1.0, lambda y: 1.0)
    with pytest.raises(ValueError, match="y must be finite"):
        push_forward_pdf([np.inf], gaussian_pdf, lambda y: y, slope)
