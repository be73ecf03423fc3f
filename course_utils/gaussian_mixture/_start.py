"""Where EM starts: responsibilities from k-means, from seeds among the points, or from chance."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans, kmeans_plusplus
from sklearn.metrics import pairwise_distances_argmin

Floats = NDArray[np.float64]


def first_responsibilities(
    x: Floats, k: int, how: str, *, random_state: np.random.RandomState, point_weights: Floats | None
) -> Floats:
    """Return responsibilities (k, n) to start from.

    Parameters
    ----------
    x : numpy.ndarray, shape (n, d)
    k : int
        Number of components.
    how : {"kmeans", "k-means++", "random_from_data", "random"}
        The clusters of k-means; the points nearest to each of k seeds, which k-means++ or chance picks among the
        points; or shares drawn at random.
    random_state : numpy.random.RandomState
    point_weights : numpy.ndarray, shape (n,), or None
        A point without weight is no seed.

    Raises
    ------
    ValueError
        If there are fewer than k different points with weight, so that no k clusters exist.
    """
    n = len(x)
    if how == "random":
        shares = random_state.uniform(size=(n, k))
        return np.ascontiguousarray((shares / shares.sum(axis=1, keepdims=True)).T)
    if how == "kmeans":
        labels = _kmeans_labels(x, k, random_state, point_weights)
    else:
        probabilities = None if point_weights is None else point_weights / point_weights.sum()
        if how == "k-means++":
            seeds, _ = kmeans_plusplus(x, k, random_state=random_state, sample_weight=point_weights)
        else:
            seeds = x[random_state.choice(n, size=k, replace=False, p=probabilities)]
            if len(np.unique(seeds, axis=0)) < k:  # repeated points: choose among the different ones
                different = np.unique(x if point_weights is None else x[point_weights > 0], axis=0)
                seeds = random_state.permutation(different)[:k]
        labels = pairwise_distances_argmin(x, seeds)
    counts = np.bincount(labels, weights=point_weights, minlength=k)
    if (counts == 0).any():
        raise ValueError(
            f"expected at least n_components = {k} different points with weight, but the start {how!r} found only "
            f"{np.count_nonzero(counts)}; lower n_components."
        )
    return np.equal.outer(np.arange(k), labels).astype(np.float64)


def _kmeans_labels(x: Floats, k: int, random_state: np.random.RandomState, point_weights: Any) -> NDArray[np.int64]:
    kmeans = KMeans(n_clusters=k, n_init=1, random_state=random_state)
    return np.asarray(kmeans.fit(x, sample_weight=point_weights).labels_)
