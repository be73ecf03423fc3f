"""Distances to nearest neighbours and counts of neighbours, for the estimators that work from samples."""

import numpy as np

from course_utils._validation import FloatArray, IntArray


def kth_distances(x: FloatArray, k: int, *, among: FloatArray | None = None, norm: float = 2) -> FloatArray:
    """Distance (Euclidean, or of another norm) of each point of `x` (n, d) to its k-th nearest.

    The nearest are sought `among` (m, d), or in x itself, where a point is not its own neighbour.
    """
    if x.shape[1] == 1:
        ascending = np.argsort(x[:, 0])
        distance = np.empty(len(x))
        distance[ascending] = _kth_distances_on_a_line(
            x[ascending, 0], k, None if among is None else np.sort(among[:, 0])
        )
        return distance
    from scipy.spatial import cKDTree  # here, because it is slow to import and only estimators need it

    if among is None:
        return cKDTree(x).query(x, [k + 1], p=norm)[0][:, 0]  # the first is the point itself, or one that equals it
    return cKDTree(among).query(x, [k], p=norm)[0][:, 0]


def counts_within(x: FloatArray, radius: FloatArray) -> IntArray:
    """How many other points lie closer to each point of `x` (n, d) than its `radius` (n,), in the maximum norm."""
    if x.shape[1] > 1:
        from scipy.spatial import cKDTree

        inside = np.nextafter(radius, 0)  # balls are closed, and the boundary is not to count
        return cKDTree(x).query_ball_point(x, inside, p=np.inf, return_length=True) - 1
    ascending = np.argsort(x[:, 0])
    s, r = x[ascending, 0], radius[ascending]
    first, last = np.searchsorted(s, s - r, side="right"), np.searchsorted(s, s + r, side="left")  # [first, last)
    # s - r and s + r are rounded, so that the ends may be off by the points at the very boundary: mend them.
    padded = np.concatenate([[-np.inf], s, [np.inf]])  # padded[i + 1] is s[i]
    while (outside := s - padded[first + 1] >= r).any():
        first[outside] = np.searchsorted(s, s[first[outside]], side="right")
    while (inside := s - padded[first] < r).any():
        first[inside] = np.searchsorted(s, s[first[inside] - 1], side="left")
    while (outside := padded[last] - s >= r).any():
        last[outside] = np.searchsorted(s, s[last[outside] - 1], side="left")
    while (inside := padded[last + 1] - s < r).any():
        last[inside] = np.searchsorted(s, s[last[inside]], side="right")
    n_inside = np.empty(len(s), dtype=np.int64)
    n_inside[ascending] = last - first - 1
    return n_inside


def positive_distances(name: str, distance: FloatArray, k: int) -> FloatArray:
    """`distance` itself, if none is zero."""
    zeros = np.count_nonzero(distance == 0)
    if zeros:
        raise ValueError(
            f"{name} must be draws of a density, got {zeros} points whose k-th neighbour (k = {k}) is at distance 0; "
            f"drop duplicates, raise k, or undo the rounding of the data by small noise."
        )
    return distance


def as_pair(first_name: str, first: FloatArray, second_name: str, second: FloatArray) -> None:
    """Raise unless both sets of points (n, d) and (m, d) have the same dimension."""
    if first.shape[1] != second.shape[1]:
        raise ValueError(
            f"{first_name} and {second_name} must have the same dimension, got {first.shape[1]} and "
            f"{second.shape[1]}; one row a point."
        )


def _kth_distances_on_a_line(s: FloatArray, k: int, among: FloatArray | None) -> FloatArray:
    """Split the k neighbours into j on the left and k - j on the right; best is the j whose farthest is nearest."""
    t = s if among is None else among
    place = np.arange(len(s)) if among is None else np.searchsorted(t, s)
    gap = 1 if among is None else 0  # the point itself stands between its neighbours
    padded = np.concatenate([np.full(k, -np.inf), t, np.full(k, np.inf)])
    place = place + k
    nearest = padded[place + gap + k - 1] - s  # all k on the right
    for j in range(1, k + 1):
        farthest = s - padded[place - j]
        if j < k:
            farthest = np.maximum(farthest, padded[place + gap + k - j - 1] - s)
        nearest = np.minimum(nearest, farthest)
    return nearest
