"""EM for Gaussian mixtures beside scikit-learn's: same start, same steps, both timed in pairs, and how far they differ.

Run: OMP_NUM_THREADS=1 python benchmarks/gaussian_mixture.py (and without the variable, to let both use all cores)
"""

import statistics
import time
import warnings

import numpy as np
from sklearn import mixture as peer
from sklearn.exceptions import ConvergenceWarning

from course_utils.gaussian_mixture import GaussianMixture

STEPS = 10
CASES = [  # points, features, components, pairs
    (100_000, 10, 10, 5),
    (1_000, 10, 10, 15),
    (1_000, 2, 3, 15),
    (20_000, 50, 5, 5),
]


def start(x: np.ndarray, k: int, kind: str) -> dict[str, np.ndarray]:
    """Points as means, unit precisions, equal weights."""
    d = x.shape[1]
    precisions = {
        "full": np.stack([np.eye(d)] * k),
        "tied": np.eye(d),
        "diag": np.ones((k, d)),
        "spherical": np.ones(k),
    }[kind]
    return {"weights_init": np.full(k, 1 / k), "means_init": x[:k], "precisions_init": precisions}


def timed(model, x):
    """Return the seconds that `fit` takes, and the likelihood of every step."""
    started = time.perf_counter()
    model.fit(x)
    return time.perf_counter() - started, np.array(model.lower_bounds_)


def main() -> None:
    """Print a row for every case and kind of covariance."""
    warnings.simplefilter("ignore", ConvergenceWarning)
    print(f"{STEPS} steps of EM: median seconds, median of the paired ratios, largest difference in nats per point")
    for n, d, k, pairs in CASES:
        rng = np.random.default_rng(0)
        x = 3 * rng.standard_normal((k, d))[rng.integers(k, size=n)] + rng.standard_normal((n, d))
        for kind in ("full", "tied", "diag", "spherical"):
            options = {"covariance_type": kind, "tol": 0.0, "max_iter": STEPS, **start(x, k, kind)}
            ours, theirs, difference = [], [], 0.0
            for _ in range(pairs):
                seconds, bounds = timed(GaussianMixture(k, **options), x)
                peers_seconds, peers_bounds = timed(peer.GaussianMixture(k, **options), x)
                ours.append(seconds)
                theirs.append(peers_seconds)
                difference = max(difference, float(np.abs(bounds - peers_bounds).max()))
            ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
            print(
                f"n={n:>6} d={d:<2} k={k:<2} {kind:9} ours {statistics.median(ours):7.4f}  scikit-learn "
                f"{statistics.median(theirs):7.4f}  ratio {ratio:.2f}  difference {difference:.0e}"
            )


if __name__ == "__main__":
    main()
