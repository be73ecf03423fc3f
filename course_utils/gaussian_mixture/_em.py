"""The two steps of EM for a mixture of Gaussians, over blocks of points: memory does not grow with their number.

Bishop 2006, *Pattern Recognition and Machine Learning*, section 9.2.2: E-step, equation 9.23; M-step, 9.24 to 9.27.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from course_utils.gaussian_mixture._components import Gaussians

Floats = NDArray[np.float64]

BLOCK_NUMBERS = 2**17  # numbers in the differences of a block: they stay in cache from one operation to the next
SMALLEST_COUNT = 10 * np.finfo(np.float64).eps  # added to each count, so that an abandoned component stays where it is


@dataclass(frozen=True)
class Mixture:
    """Weights (k,) and the Gaussians that they belong to."""

    weights: Floats
    gaussians: Gaussians

    def log_joint(self, differences: Floats) -> Floats:
        """Return log p(x, z = component), (k, b), in nats."""
        log_joint = self.gaussians.log_densities(differences)
        with np.errstate(divide="ignore"):  # a weight that has underflowed to zero: log 0 = -inf is what is meant
            log_joint += np.log(self.weights)[:, None]
        return log_joint


def e_step(log_joint: Floats) -> tuple[Floats, Floats]:
    """Return log p(x), (b,), and the responsibilities p(z = component | x), (k, b); `log_joint` (k, b) is used up."""
    largest = log_joint.max(axis=0)
    log_joint -= largest
    responsibilities = np.exp(log_joint, out=log_joint)
    sums = responsibilities.sum(axis=0)
    responsibilities /= sums
    return largest + np.log(sums), responsibilities


class Moments:
    """Sums over points that the M-step needs, taken around given means."""

    def __init__(self, kind: type[Gaussians], means: Floats) -> None:
        k, d = means.shape
        self.kind, self.means = kind, means
        self.counts = np.full(k, SMALLEST_COUNT)
        self.first = np.zeros((k, d))
        self.second: Floats | float = 0.0

    def add(self, differences: Floats, responsibilities: Floats) -> None:
        """Add a block: differences (k, d, b) to the means, responsibilities (k, b)."""
        self.counts += responsibilities.sum(axis=1)
        self.first += np.matmul(differences, responsibilities[:, :, None])[:, :, 0]
        self.second = self.second + self.kind.second_moments(responsibilities, differences)

    def m_step(self, *, floor: float) -> Mixture:
        """Return the mixture that fits these moments best."""
        shift = self.first / self.counts[:, None]
        means = self.means + shift
        second = np.asarray(self.second)
        gaussians = self.kind.from_moments(means, self.counts, shift, second, floor)
        return Mixture(self.counts / self.counts.sum(), gaussians)


def em_step(
    x: Floats, point_weights: Floats | None, mixture: Mixture, *, floor: float, size: int
) -> tuple[float, Mixture]:
    """Return the mean log likelihood of the mixture in nats, and the mixture after one E-step and M-step.

    Parameters
    ----------
    x : numpy.ndarray, shape (d, n)
        Points are columns.
    point_weights : numpy.ndarray, shape (n,), or None
    mixture : Mixture
    floor : float
        Added to every variance.
    size : int
        Points that are worked on at a time.
    """
    gaussians = mixture.gaussians
    moments = Moments(type(gaussians), gaussians.means)
    log_likelihood = 0.0
    for block in blocks(x.shape[1], size):
        differences = gaussians.differences(x[:, block])
        log_evidence, responsibilities = e_step(mixture.log_joint(differences))
        if point_weights is not None:
            log_evidence *= point_weights[block]
            responsibilities *= point_weights[block]
        log_likelihood += float(log_evidence.sum())
        moments.add(differences, responsibilities)
    total = x.shape[1] if point_weights is None else float(point_weights.sum())
    return log_likelihood / total, moments.m_step(floor=floor)


def first_m_step(x: Floats, responsibilities: Floats, kind: type[Gaussians], *, floor: float, size: int) -> Mixture:
    """Return the mixture that fits given responsibilities (k, n) of points (d, n) best."""
    counts = responsibilities.sum(axis=1) + SMALLEST_COUNT
    moments = Moments(kind, (responsibilities @ x.T) / counts[:, None])
    for block in blocks(x.shape[1], size):
        moments.add(np.subtract(x[:, block], moments.means[:, :, None]), responsibilities[:, block])
    return moments.m_step(floor=floor)


def blocks(n: int, size: int) -> Iterator[slice]:
    """Cut n points into slices of at most `size`."""
    for start in range(0, n, size):
        yield slice(start, min(start + size, n))


def points_in_cache(k: int, d: int) -> int:
    """Return how many points make a block whose differences to all means stay in a core's cache."""
    return max(16, BLOCK_NUMBERS // (k * d))
