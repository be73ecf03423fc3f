"""Distances and counts of neighbours against brute force, in the order of the points."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils import _neighbours as neighbours

seeds = st.integers(0, 2**32 - 1)


def draw_points(seed, n, d, *, rounded=False):
    x = np.random.default_rng(seed).normal(size=(n, d))
    return np.round(x * 5) * 0.1 if rounded else x


@given(seeds, st.integers(1, 3), st.integers(1, 6), st.booleans())
def test_kth_distances(seed, d, k, rounded):
    """Also with ties and duplicates, and up to the farthest of all."""
    x, y = draw_points(seed, k + 4, d, rounded=rounded), draw_points(seed + 1, k + 2, d, rounded=rounded)
    within = [sorted(np.linalg.norm(x - point, axis=1))[k] for point in x]
    np.testing.assert_allclose(neighbours.kth_distances(x, k), within, atol=1e-12)
    for others in (y, y[:k]):
        between = [sorted(np.linalg.norm(others - point, axis=1))[k - 1] for point in x]
        np.testing.assert_allclose(neighbours.kth_distances(x, k, among=others), between, atol=1e-12)
    largest = [sorted(np.abs(x - point).max(axis=1))[k] for point in x]
    np.testing.assert_allclose(neighbours.kth_distances(x, k, norm=np.inf), largest, atol=1e-12)


@given(seeds, st.integers(1, 3), st.booleans())
def test_counts_within(seed, d, rounded):
    """Strictly inside, by the distances as they are rounded; the radii are those of other points, so they often tie."""
    x = draw_points(seed, 40, d, rounded=rounded)
    radius = np.abs(x - x[::-1] + 0.1 * (x == x[::-1])).max(axis=1)
    expected = [(np.abs(x - point).max(axis=1) < r).sum() - 1 for point, r in zip(x, radius, strict=True)]
    assert neighbours.counts_within(x, radius).tolist() == expected


def test_a_distance_of_zero_is_refused():
    distance = np.array([0.5, 0.0, 1.0])
    with pytest.raises(ValueError, match=r"samples must be draws of a density, got 1 points .* \(k = 2\)"):
        neighbours.positive_distances("samples", distance, 2)
    assert neighbours.positive_distances("samples", distance[::2], 2).tolist() == [0.5, 1.0]
