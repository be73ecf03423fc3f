"""Mode coverage: by hand on four points, against the truth's known figures, and by its extremes."""

import numpy as np
import pytest
from scipy import stats

from course_utils.datasets import grid_centers, grid_of_gaussians, ring_centers, ring_of_gaussians
from course_utils.evaluation import mode_coverage

RNG = np.random.default_rng(0)


def test_four_points_by_hand():
    coverage = mode_coverage([[0, 0], [0.29, 0], [0.31, 0], [4, 0]], [[0, 0], [2, 0], [4.2, 0]], sigma=0.1)
    assert coverage.modes == 2
    assert coverage.high_quality == 0.75
    assert coverage.counts.tolist() == [3, 0, 1]
    assert coverage.reverse_kl == pytest.approx(0.75 * np.log(0.75 * 3) + 0.25 * np.log(0.25 * 3))


@pytest.mark.parametrize(
    ("draw", "centers", "sigma"),
    [(ring_of_gaussians, ring_centers(), 0.01), (grid_of_gaussians, grid_centers(), 0.05)],
)
def test_the_truth_has_the_published_figures(draw, centers, sigma):
    """High quality: P(chi2_2 <= 9). Reverse KL: half a chi-squared with modes - 1 degrees over n."""
    n = 100_000
    coverage = mode_coverage(draw(n, rng=RNG), centers, sigma=sigma)
    assert coverage.modes == len(centers)
    assert coverage.high_quality == pytest.approx(stats.chi2(2).cdf(9), abs=0.002)
    assert stats.chi2(len(centers) - 1).cdf(2 * n * coverage.reverse_kl) < 0.9999
    assert coverage.reverse_kl > 0


def test_collapse_costs_the_logarithm_of_the_number_of_modes():
    coverage = mode_coverage(np.tile([1.0, 0.0], (10, 1)), ring_centers(), sigma=0.01)
    assert (coverage.modes, coverage.high_quality) == (1, 1.0)
    assert coverage.reverse_kl == pytest.approx(np.log(8))


def test_a_far_sample_counts_for_the_histogram_but_captures_no_mode():
    coverage = mode_coverage([[0.5, 0.0]], [[0.0, 0.0], [2.0, 0.0]], sigma=0.1)
    assert (coverage.modes, coverage.high_quality, coverage.counts.tolist()) == (0, 0.0, [1, 0])


@pytest.mark.parametrize(
    ("samples", "centers", "sigma", "message"),
    [
        ([[0.0, np.nan]], [[0.0, 0.0]], 1, "finite"),
        ([[0.0]], [[0.0, 0.0]], 1, "same number of columns"),
        (np.zeros((0, 2)), [[0.0, 0.0]], 1, "at least 1"),
        ([[0.0, 0.0]], [[1.0, 0.0], [1.0, 0.0]], 1, "pairwise different"),
        ([[0.0, 0.0]], [[0.0, 0.0]], 0, "sigma"),
    ],
)
def test_bad_input_is_named(samples, centers, sigma, message):
    with pytest.raises(ValueError, match=message):
        mode_coverage(samples, centers, sigma=sigma)
