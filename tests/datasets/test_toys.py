"""Two-dimensional toys: shapes, exact densities against scipy and brute force, and the traps of the ring."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from course_utils import datasets as toys

SAMPLERS = (
    toys.ring_of_gaussians,
    toys.grid_of_gaussians,
    toys.checkerboard,
    toys.two_moons,
    toys.spirals,
    toys.pinwheel,
)


def board(half_width, per_axis):
    """Midpoints (m, 2) of a fine mesh on a square, and the area of one cell."""
    step = 2 * half_width / per_axis
    axis = -half_width + step * (np.arange(per_axis) + 0.5)
    return np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2), step**2


def histogram_agrees(points, logpdf, half_width, bins=12):
    """Compare counts in square bins with the integral of the density over each bin by a chi-squared test."""
    fine, area = board(half_width, bins * 25)
    expected = np.exp(logpdf(fine)).reshape(bins, 25, bins, 25).sum(axis=(1, 3)).ravel() * area * len(points)
    edges = np.linspace(-half_width, half_width, bins + 1)
    counts = np.histogram2d(points[:, 0], points[:, 1], bins=(edges, edges))[0].ravel()
    often = expected > 5
    observed = np.append(counts[often], len(points) - counts[often].sum())
    model = np.append(expected[often], len(points) - expected[often].sum())
    model[-1] = max(model[-1], 1e-9)
    return stats.chi2.sf(((observed - model) ** 2 / np.maximum(model, 1)).sum(), df=often.sum()) > 1e-3


# What all samplers promise


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_points_are_n_by_2_and_labels_name_the_same_draw(sampler):
    plain = sampler(200, rng=np.random.default_rng(3))
    points, labels = sampler(200, rng=np.random.default_rng(3), labels=True)
    assert plain.shape == (200, 2)
    assert plain.dtype == np.float64
    np.testing.assert_array_equal(plain, points)
    assert labels.shape == (200,)
    assert np.issubdtype(labels.dtype, np.integer)
    assert set(labels) == set(range(labels.max() + 1))


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_randomness_comes_from_the_generator_alone(sampler):
    first, second = (sampler(5, rng=np.random.default_rng(seed)) for seed in (1, 2))
    assert not np.array_equal(first, second)
    state = np.random.get_state()[1].copy()  # noqa: NPY002 - that the global state is left alone is the point
    sampler(5, rng=np.random.default_rng(1))
    np.testing.assert_array_equal(state, np.random.get_state()[1])  # noqa: NPY002


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("n", [0, -1, 2.5, True])
def test_a_number_of_points_that_is_none_is_refused(sampler, n):
    with pytest.raises(ValueError, match="n must be an integer of at least 1"):
        sampler(n, rng=np.random.default_rng(0))


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_a_seed_in_place_of_a_generator_is_refused(sampler):
    with pytest.raises(TypeError, match="default_rng"):
        sampler(5, rng=0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda rng: toys.ring_of_gaussians(5, rng=rng, std=0.0), "std"),
        (lambda rng: toys.ring_of_gaussians(5, rng=rng, modes=0), "modes"),
        (lambda rng: toys.ring_of_gaussians(5, rng=rng, radius=-1.0), "radius"),
        (lambda rng: toys.grid_of_gaussians(5, rng=rng, spacing=np.nan), "spacing"),
        (lambda rng: toys.grid_of_gaussians(5, rng=rng, side=2.0), "side"),
        (lambda rng: toys.checkerboard(5, rng=rng, half_width=0), "half_width"),
        (lambda rng: toys.two_moons(5, rng=rng, noise=-0.1), "noise"),
        (lambda rng: toys.spirals(5, rng=rng, turns=0), "turns"),
        (lambda rng: toys.spirals(5, rng=rng, noise=np.nan), "noise"),
        (lambda rng: toys.pinwheel(5, rng=rng, tangential_std=0), "tangential_std"),
        (lambda _: toys.ring_of_gaussians_logpdf([0.0, 1.0]), "x must"),
        (lambda _: toys.grid_of_gaussians_logpdf(np.zeros((3, 3))), "plane"),
        (lambda _: toys.checkerboard_logpdf([[np.nan, 0.0]]), "finite"),
        (lambda _: toys.pinwheel_logpdf([[0.0, 0.0]], radial_std=-1), "radial_std"),
    ],
)
def test_a_parameter_out_of_range_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call(np.random.default_rng(0))


# The ring and the grid


def test_the_ring_has_eight_distinct_modes_on_the_unit_circle():
    centers = toys.ring_centers()
    gaps = np.linalg.norm(centers[:, None] - centers, axis=-1)[~np.eye(8, dtype=bool)]
    assert centers.shape == (8, 2)
    np.testing.assert_allclose(np.linalg.norm(centers, axis=1), 1)
    np.testing.assert_allclose(gaps.min(), 2 * np.sin(np.pi / 8))  # linspace(0, 2 pi, 8) would give 0


def test_the_grid_is_the_protocols():
    expected = {(x, y) for x in (-4, -2, 0, 2, 4) for y in (-4, -2, 0, 2, 4)}
    assert {tuple(center) for center in toys.grid_centers()} == expected
    np.testing.assert_array_equal(toys.grid_centers()[5 * 1 + 2], [-2, 0])


@pytest.mark.parametrize(
    ("sampler", "centers", "std"),
    [(toys.ring_of_gaussians, toys.ring_centers(), 0.01), (toys.grid_of_gaussians, toys.grid_centers(), 0.05)],
)
def test_every_mode_gets_its_share_and_its_width(sampler, centers, std):
    n = 40_000
    points, mode = sampler(n, rng=np.random.default_rng(7), labels=True)
    assert stats.chisquare(np.bincount(mode, minlength=len(centers))).pvalue > 1e-3
    z = (points - centers[mode]) / std
    assert stats.kstest(z.ravel(), "norm").pvalue > 1e-3
    assert abs(np.corrcoef(z.T)[0, 1]) < 4 / np.sqrt(n)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 9), st.floats(0.1, 3), st.floats(0.01, 2), st.integers(0, 2**32 - 1))
def test_the_rings_density_is_scipys_mixture(modes, radius, std, seed):
    x = np.random.default_rng(seed).normal(size=(20, 2))
    angles = [2 * np.pi * k / modes for k in range(modes)]
    normals = [stats.multivariate_normal([radius * np.cos(a), radius * np.sin(a)], std**2 * np.eye(2)) for a in angles]
    log_terms = np.array([normal.logpdf(x) for normal in normals])
    expected = np.logaddexp.reduce(log_terms) - np.log(modes)
    result = toys.ring_of_gaussians_logpdf(x, modes=modes, radius=radius, std=std)
    np.testing.assert_allclose(result, expected, rtol=1e-9, atol=1e-9)


def test_the_grids_density_is_scipys_mixture():
    x = toys.grid_of_gaussians(50, rng=np.random.default_rng(0))
    expected = np.zeros(50)
    for a in (-4, -2, 0, 2, 4):
        for b in (-4, -2, 0, 2, 4):
            expected += stats.norm.pdf(x[:, 0], a, 0.05) * stats.norm.pdf(x[:, 1], b, 0.05) / 25
    np.testing.assert_allclose(toys.grid_of_gaussians_logpdf(x), np.log(expected))


def test_far_from_every_mode_the_log_density_is_finite():
    far = toys.ring_of_gaussians_logpdf([[50.0, 0.0]])
    np.testing.assert_allclose(far, -(49**2) / (2 * 0.01**2) - np.log(8 * 2 * np.pi * 0.01**2))


# Densities integrate to one and are those of the samplers


@pytest.mark.parametrize(
    ("logpdf", "half_width", "per_axis"),
    [
        (lambda x: toys.ring_of_gaussians_logpdf(x, std=0.05), 1.5, 600),
        (toys.grid_of_gaussians_logpdf, 4.5, 900),
        (lambda x: toys.checkerboard_logpdf(x, cells=5, half_width=1.0), 1.1, 1100),
        (toys.checkerboard_logpdf, 2.5, 500),
        (toys.pinwheel_logpdf, 4.0, 800),
        (lambda x: toys.pinwheel_logpdf(x, arms=3, radial_std=0.2, tangential_std=0.3, rate=-0.5), 3.5, 700),
    ],
)
def test_the_density_integrates_to_one(logpdf, half_width, per_axis):
    mesh, area = board(half_width, per_axis)
    assert np.exp(logpdf(mesh)).sum() * area == pytest.approx(1, abs=2e-4)


def test_the_density_of_one_straight_arm_is_a_gaussian():
    total = integrate.dblquad(
        lambda y, x: np.exp(toys.pinwheel_logpdf([[x, y]], arms=1, rate=0.0)[0]), 1.0, 3.0, 0.0, 1.0
    )[0]
    assert total == pytest.approx(0.25, abs=1e-6)
    x = np.random.default_rng(0).normal(size=(10, 2))
    expected = stats.norm.logpdf(x[:, 0], 1, 0.3) + stats.norm.logpdf(x[:, 1], 0, 0.1)
    np.testing.assert_allclose(toys.pinwheel_logpdf(x, arms=1, rate=0.0), expected)


@pytest.mark.parametrize(
    ("sampler", "logpdf", "half_width"),
    [
        (toys.checkerboard, toys.checkerboard_logpdf, 2.4),
        (toys.pinwheel, toys.pinwheel_logpdf, 2.0),
        (
            lambda n, rng: toys.ring_of_gaussians(n, rng=rng, std=0.2),
            lambda x: toys.ring_of_gaussians_logpdf(x, std=0.2),
            1.8,
        ),
        (
            lambda n, rng: toys.grid_of_gaussians(n, rng=rng, std=0.5),
            lambda x: toys.grid_of_gaussians_logpdf(x, std=0.5),
            6.0,
        ),
    ],
)
def test_points_follow_the_density(sampler, logpdf, half_width):
    points = sampler(20_000, rng=np.random.default_rng(11))
    assert histogram_agrees(points, logpdf, half_width)


def test_the_checkerboards_density_is_one_constant_on_half_of_the_board():
    mesh, _ = board(2.0, 40)
    density = np.exp(toys.checkerboard_logpdf(mesh)).reshape(40, 40)
    np.testing.assert_allclose(density[:10, :10], np.full((10, 10), 1 / 8))  # lower left: filled
    np.testing.assert_array_equal(density[10:20, :10], np.zeros((10, 10)))
    np.testing.assert_array_equal(toys.checkerboard_logpdf([[2.0, 0.0], [-2.1, 0.0], [9.0, 9.0]]), [-np.inf] * 3)


# Curves


def test_without_noise_the_moons_are_two_half_circles():
    points, moon = toys.two_moons(500, rng=np.random.default_rng(0), noise=0.0, labels=True)
    upper, lower = points[moon == 0], points[moon == 1]
    np.testing.assert_allclose(np.hypot(upper[:, 0], upper[:, 1]), 1)
    np.testing.assert_allclose(np.hypot(lower[:, 0] - 1, lower[:, 1] - 0.5), 1)
    assert upper[:, 1].min() >= 0
    assert lower[:, 1].max() <= 0.5


def test_without_noise_the_spirals_wind_as_often_as_asked():
    points, arm = toys.spirals(2000, rng=np.random.default_rng(0), arms=3, turns=2.0, noise=0.0, labels=True)
    radius = np.hypot(points[:, 0], points[:, 1])
    angle = 2 * np.pi * (2.0 * radius + arm / 3)
    np.testing.assert_allclose(points, radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]), atol=1e-12)
    assert stats.kstest(radius**2, "uniform").pvalue > 1e-3


@pytest.mark.parametrize("sampler", [toys.two_moons, toys.spirals])
def test_noise_has_the_standard_deviation_asked_for(sampler):
    clean = sampler(20_000, rng=np.random.default_rng(4), noise=0.0)
    noisy = sampler(20_000, rng=np.random.default_rng(4), noise=0.3)
    assert stats.kstest((noisy - clean).ravel() / 0.3, "norm").pvalue > 1e-3
