"""Times each divergence and information measure beside the library that has it, on the same data in one run.

Run: OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python benchmarks/divergences_and_information.py [FUNCTION ...]

A ratio is the median over pairs of (seconds of ours) / (seconds of the peer), the two run in turn; the difference is
the largest between their values. Peers marked with * do not check that they are given
probabilities.
"""

import statistics
import sys
import time
import warnings
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import ot
import torch
from scipy import special, stats
from scipy.spatial import distance
from sklearn.feature_selection import mutual_info_regression
from sklearn.metrics import mutual_info_score

from course_utils import divergences, information

PAIRS = 15
SECONDS_A_SAMPLE = 0.01  # a timing repeats what is quicker than this


class Row(NamedTuple):
    name: str
    size: str
    peer: str
    ours: Callable[[], object]
    theirs: Callable[[], object]


def pmfs(rng: np.random.Generator) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    return {
        "10": tuple(rng.dirichlet(np.ones(10), 2)),
        "1000 x 100": tuple(rng.dirichlet(np.ones(100), (2, 1000))),
        "1e6": tuple(rng.dirichlet(np.ones(10**6), 2)),
    }


def rows_of_pmfs(rng: np.random.Generator) -> list[Row]:
    d, i, rows = divergences, information, []
    for size, (p, q) in pmfs(rng).items():
        rows += [
            Row(
                "entropy", size, "scipy.stats.entropy", lambda p=p: i.entropy(p), lambda p=p: stats.entropy(p, axis=-1)
            ),
            Row("entropy", size, "special.entr sum *", lambda p=p: i.entropy(p), lambda p=p: special.entr(p).sum(-1)),
            Row(
                "kl_divergence",
                size,
                "scipy.stats.entropy",
                lambda p=p, q=q: d.kl_divergence(p, q),
                lambda p=p, q=q: stats.entropy(p, q, axis=-1),
            ),
            Row(
                "kl_divergence",
                size,
                "special.rel_entr sum *",
                lambda p=p, q=q: d.kl_divergence(p, q),
                lambda p=p, q=q: special.rel_entr(p, q).sum(-1),
            ),
            Row(
                "cross_entropy",
                size,
                "torch cross_entropy *",
                lambda p=p, q=q: d.cross_entropy(p, q),
                torch_cross_entropy(p, q),
            ),
            Row(
                "js_divergence",
                size,
                "scipy jensenshannon ** 2",
                lambda p=p, q=q: d.js_divergence(p, q),
                lambda p=p, q=q: distance.jensenshannon(p, q, axis=-1) ** 2,
            ),
            Row(
                "chi2_divergence",
                size,
                "scipy.stats.chisquare",
                lambda p=p, q=q: d.chi2_divergence(p, q),
                lambda p=p, q=q: stats.chisquare(p, q, axis=-1).statistic,
            ),
            Row(
                "total_variation",
                size,
                "numpy formula *" if p.ndim > 1 else "scipy cityblock / 2 *",
                lambda p=p, q=q: d.total_variation(p, q),
                (lambda p=p, q=q: 0.5 * np.abs(p - q).sum(-1))
                if p.ndim > 1
                else (lambda p=p, q=q: distance.cityblock(p, q) / 2),
            ),
            Row(
                "hellinger_distance",
                size,
                "numpy formula *" if p.ndim > 1 else "scipy euclidean of roots *",
                lambda p=p, q=q: d.hellinger_distance(p, q),
                (lambda p=p, q=q: np.sqrt(0.5 * ((np.sqrt(p) - np.sqrt(q)) ** 2).sum(-1)))
                if p.ndim > 1
                else (lambda p=p, q=q: distance.euclidean(np.sqrt(p), np.sqrt(q)) / np.sqrt(2)),
            ),
            Row(
                "renyi_divergence",
                size,
                "numpy formula *",
                lambda p=p, q=q: d.renyi_divergence(p, q, alpha=0.7),
                lambda p=p, q=q: np.log((p**0.7 * q**0.3).sum(-1)) / -0.3,
            ),
        ]
    return rows


def torch_cross_entropy(p: np.ndarray, q: np.ndarray) -> Callable[[], object]:
    """Return torch's loss with probabilities as targets; the logarithms belong to the task and are timed."""
    target = torch.from_numpy(np.atleast_2d(p))
    probabilities = torch.from_numpy(np.atleast_2d(q))
    squeeze = p.ndim == 1

    def loss() -> object:
        value = torch.nn.functional.cross_entropy(probabilities.log(), target, reduction="none").numpy()
        return value[0] if squeeze else value

    return loss


def rows_of_joints(rng: np.random.Generator) -> list[Row]:
    rows = []
    for size, k in {"10 x 10": 10, "1000 x 1000": 1000}.items():
        table = rng.integers(0, 50, (k, k))
        joint = table / table.sum()
        rows += [
            Row(
                "plugin_mutual_information",
                size,
                "sklearn mutual_info_score",
                lambda t=table: information.plugin_mutual_information(t),
                lambda t=table: mutual_info_score(None, None, contingency=t),
            ),
            Row(
                "mutual_information",
                size,
                "sklearn mutual_info_score",
                lambda j=joint: information.mutual_information(j),
                lambda t=table: mutual_info_score(None, None, contingency=t),
            ),
            Row(
                "conditional_entropy",
                size,
                "scipy.stats.entropy, weighted",
                lambda j=joint: information.conditional_entropy(j),
                lambda j=joint: j.sum(axis=1) @ stats.entropy(j, axis=1),
            ),
        ]
    return rows


def rows_of_gaussians(rng: np.random.Generator) -> list[Row]:
    rows = []
    for d in (2, 10, 100):
        a, b = rng.standard_normal((2, d, 2 * d))
        cov_p, cov_q = a @ a.T, b @ b.T
        mean_p, mean_q = rng.standard_normal((2, d))
        torch_arguments = [torch.from_numpy(value) for value in (mean_p, cov_p, mean_q, cov_q)]
        rows += [
            Row(
                "gaussian_kl",
                f"d = {d}",
                "torch kl_divergence",
                lambda s=(mean_p, cov_p, mean_q, cov_q): divergences.gaussian_kl(*s),
                lambda s=torch_arguments: torch_gaussian_kl(*s),
            ),
            Row(
                "gaussian_entropy",
                f"d = {d}",
                "scipy multivariate_normal",
                lambda c=cov_p: information.gaussian_entropy(c),
                lambda c=cov_p: stats.multivariate_normal(cov=c).entropy(),
            ),
        ]
    return rows


def torch_gaussian_kl(mean_p: torch.Tensor, cov_p: torch.Tensor, mean_q: torch.Tensor, cov_q: torch.Tensor) -> float:
    normal = torch.distributions.MultivariateNormal
    return float(torch.distributions.kl_divergence(normal(mean_p, cov_p), normal(mean_q, cov_q)))


def rows_of_samples(rng: np.random.Generator) -> list[Row]:
    rows = []
    for size, n, m in (("100", 100, 100), ("1e4 and 7e3", 10**4, 7 * 10**3), ("1e6", 10**6, 10**6)):
        x, y = rng.normal(0, 1, n), rng.normal(1, 2, m)
        rows.append(
            Row(
                "wasserstein_1d",
                size,
                "scipy wasserstein_distance",
                lambda x=x, y=y: divergences.wasserstein_1d(x, y),
                lambda x=x, y=y: stats.wasserstein_distance(x, y),
            )
        )
        rows.append(
            Row(
                "wasserstein_1d, order 2",
                size,
                "ot.wasserstein_1d, root",
                lambda x=x, y=y: divergences.wasserstein_1d(x, y, order=2),
                lambda x=x, y=y: ot.wasserstein_1d(x, y, p=2) ** 0.5,
            )
        )
        if n <= 10**4:
            v, w = rng.dirichlet(np.ones(n)), rng.dirichlet(np.ones(m))
            rows.append(
                Row(
                    "wasserstein_1d, weighted",
                    size,
                    "scipy wasserstein_distance",
                    lambda x=x, y=y, v=v, w=w: divergences.wasserstein_1d(x, y, real_weights=v, fake_weights=w),
                    lambda x=x, y=y, v=v, w=w: stats.wasserstein_distance(x, y, v, w),
                )
            )
    for n in (100, 1000):
        x, y = rng.normal(0, 1, (n, 2)), rng.normal(1, 2, (n, 2))
        rows.append(
            Row(
                "wasserstein",
                f"{n} x 2",
                "ot.emd2, root",
                lambda x=x, y=y: divergences.wasserstein(x, y),
                lambda x=x, y=y: ot.emd2([], [], ot.dist(x, y)) ** 0.5,
            )
        )
    for n in (100, 10**4):
        x = rng.normal(size=n)
        y = 0.8 * x + 0.6 * rng.normal(size=n)
        x, y = x / x.std(), y / y.std()  # as scikit-learn does inside
        rows += [
            Row(
                "ksg_mutual_information",
                f"{n}",
                "sklearn mutual_info_regression",
                lambda x=x, y=y: information.ksg_mutual_information(x, y),
                lambda x=x, y=y: mutual_info_regression(x[:, None], y, random_state=0)[0],
            ),
            Row(
                "knn_entropy",
                f"{n}",
                "scipy differential_entropy (another estimator)",
                lambda x=x: information.knn_entropy(x),
                lambda x=x: stats.differential_entropy(x, method="vasicek"),
            ),
        ]
    return rows


def seconds(task: Callable[[], object], repeats: int) -> float:
    started = time.perf_counter()
    for _ in range(repeats):
        task()
    return (time.perf_counter() - started) / repeats


def compare(row: Row) -> tuple[float, float, float, float]:
    """Return median seconds of ours and of the peer, the median of their paired ratios, the largest difference."""
    difference = float(np.max(np.abs(np.asarray(row.ours()) - np.asarray(row.theirs()))))
    repeats = [max(1, int(SECONDS_A_SAMPLE / max(seconds(task, 1), 1e-9))) for task in (row.ours, row.theirs)]
    pairs = [(seconds(row.ours, repeats[0]), seconds(row.theirs, repeats[1])) for _ in range(PAIRS)]
    ours, theirs = zip(*pairs, strict=True)
    return statistics.median(ours), statistics.median(theirs), statistics.median(a / b for a, b in pairs), difference


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    rng = np.random.default_rng(0)
    torch.set_num_threads(1)
    print(f"{'function':26} {'size':12} {'peer':46} {'ours':>11} {'peer':>11} {'ratio':>6} {'difference':>11}")
    rows = rows_of_pmfs(rng) + rows_of_joints(rng) + rows_of_gaussians(rng) + rows_of_samples(rng)
    for row in (row for row in rows if row.name.startswith(tuple(sys.argv[1:]) or "")):
        ours, theirs, ratio, difference = compare(row)
        times = f"{ours * 1e6:8.1f} us {theirs * 1e6:8.0f} us"
        print(f"{row.name:26} {row.size:12} {row.peer:46} {times} {ratio:6.2f} {difference:11.1e}", flush=True)
