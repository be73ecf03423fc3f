"""The modes of a known mixture: which of them samples reach, how evenly, and how well."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial import cKDTree

from course_utils import _validation as valid
from course_utils._validation import IntArray


@dataclass(frozen=True)
class ModeCoverage:
    """What `mode_coverage` counts.

    Attributes
    ----------
    modes : int
        Modes with at least one high-quality sample.
    high_quality : float
        Share of samples within three standard deviations of a centre, between 0 and 1. Two-dimensional round Gaussians
        themselves have 1 - exp(-9 / 2) = 0.989: a larger share means samples that are too tight.
    reverse_kl : float
        KL of the histogram of nearest modes from the uniform one, in nats; log(number of modes) if all fall to one.
        For n samples of the truth it is about (number of modes - 1) / (2 n).
    counts : numpy.ndarray of int, shape (modes of the mixture,)
        Samples nearest to each centre, of high quality or not.
    """

    modes: int
    high_quality: float
    reverse_kl: float
    counts: IntArray


def mode_coverage(samples: ArrayLike, centers: ArrayLike, *, sigma: float) -> ModeCoverage:
    """Compare samples with the modes of an equal mixture of round Gaussians.

    Parameters
    ----------
    samples : array_like, shape (n, d)
        The protocol of the source takes 2,500.
    centers : array_like, shape (modes, d)
        Pairwise different.
    sigma : float
        Standard deviation of each mode along each axis.

    Returns
    -------
    ModeCoverage

    Raises
    ------
    ValueError
        If the shapes do not fit, a value is not finite, two centres agree, or `sigma` is not positive.

    References
    ----------
    Lin, Khetan, Fanti, Oh 2018, section 4.1, arXiv:1712.04086.

    Examples
    --------
    >>> mode_coverage([[0.0, 0.0], [0.1, 0.0], [5.0, 0.0]], [[0.0, 0.0], [4.0, 0.0]], sigma=0.1).modes
    1
    """
    points = valid.points("samples", samples, ndim=2)
    modes = valid.points("centers", centers, ndim=2)
    width = valid.number("sigma", sigma, above=0)
    if points.shape[1] != modes.shape[1]:
        raise ValueError(
            f"samples and centers must have the same number of columns, got {points.shape[1]} and {modes.shape[1]}; "
            "give both in the same space."
        )
    if len(np.unique(modes, axis=0)) < len(modes):
        raise ValueError(
            f"centers must be pairwise different, got {len(modes)} of which {len(np.unique(modes, axis=0))} differ; "
            "a circle from 0 to 2 pi must leave out its end."
        )
    distance, nearest = cKDTree(modes).query(points)
    good = distance <= 3 * width
    counts = np.bincount(nearest, minlength=len(modes))
    share = counts[counts > 0] / len(points)
    return ModeCoverage(
        modes=len(np.unique(nearest[good])),
        high_quality=float(good.mean()),
        reverse_kl=float(np.sum(share * np.log(share * len(modes)))),
        counts=counts,
    )
