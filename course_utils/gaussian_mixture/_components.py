"""The Gaussians of a mixture: their densities, and what the M-step makes of moments, for four kinds of covariance.

Shapes: k components, d features, b points of a block. Points are columns here, and are looked at as their differences
to all means, (k, d, b): both steps need them, sums over features then run along contiguous memory, and squaring
differences loses nothing where the means lie far from zero, as expanding squares does.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class IllDefinedCovarianceError(ValueError):
    """A covariance without an inverse, and what to do about it."""

    def __init__(self) -> None:
        super().__init__(
            "expected positive definite covariances, but that of a component is not (it has collapsed on few points, "
            "or features are redundant); try to increase reg_covar, to decrease n_components, or to scale the input."
        )


@dataclass(frozen=True)
class Gaussians:
    """All Gaussians of a mixture. Subclasses differ in what their covariances share and what they may be.

    Attributes
    ----------
    means : numpy.ndarray, shape (k, d)
    covariances : numpy.ndarray
        In the shape of the kind.
    whitener : numpy.ndarray
        L with L L^T the inverse covariance, in the same shape: L^T (x - mean) has the identity as covariance. For
        variances it is one over the standard deviation.
    """

    means: Floats
    covariances: Floats
    whitener: Floats
    kind: ClassVar[str]

    @classmethod
    def from_covariances(cls, means: Floats, covariances: Floats) -> Self:
        """Return Gaussians, or raise IllDefinedCovarianceError."""
        return cls(means, covariances, _whitener_of_variances(covariances))

    @classmethod
    def from_precisions(cls, means: Floats, precisions: Floats) -> Self:
        """Return Gaussians with given inverse covariances, or raise IllDefinedCovarianceError."""
        if not (precisions > 0).all():
            raise IllDefinedCovarianceError
        return cls(means, 1 / precisions, np.sqrt(precisions))

    @classmethod
    def from_moments(cls, means: Floats, counts: Floats, shift: Floats, second: Floats, floor: float) -> Self:
        """Return the Gaussians of the M-step.

        Parameters
        ----------
        means : numpy.ndarray, shape (k, d)
            The new means.
        counts : numpy.ndarray, shape (k,)
            Sums of responsibilities, positive.
        shift : numpy.ndarray, shape (k, d)
            The new means less those that `second` was taken around.
        second : numpy.ndarray
            What `second_moments` returned, summed over all points.
        floor : float
            Added to every variance.
        """
        raise NotImplementedError

    @staticmethod
    def second_moments(responsibilities: Floats, differences: Floats) -> Floats:
        """Return the sums over points of r (x - mean)(x - mean)^T, as far as the kind needs them.

        Parameters
        ----------
        responsibilities : numpy.ndarray, shape (k, b)
        differences : numpy.ndarray, shape (k, d, b)
        """
        return np.matmul(differences * differences, responsibilities[:, :, None])[:, :, 0]  # (k, d)

    @staticmethod
    def shape(k: int, d: int) -> tuple[int, ...]:
        """Return the shape of the covariances."""
        raise NotImplementedError

    @staticmethod
    def free_parameters(k: int, d: int) -> int:
        """Return the number of free parameters of the covariances."""
        raise NotImplementedError

    @property
    def precisions(self) -> Floats:
        """The inverse covariances."""
        return self.whitener**2

    def differences(self, x: Floats) -> Floats:
        """Return x - mean for every component, (k, d, b), from points (d, b)."""
        return np.subtract(x, self.means[:, :, None])

    def log_densities(self, differences: Floats) -> Floats:
        """Return the log density in nats of each point under each component, (k, b)."""
        logs = self._squared_distances(differences)
        logs *= -0.5
        logs += (self._log_volume() - 0.5 * self.means.shape[1] * np.log(2 * np.pi))[:, None]
        return logs

    def colour(self, noise: Floats, component: int) -> Floats:
        """Turn rows of standard normal noise (n, d) into draws of one component."""
        return self.means[component] + noise / self.whitener[component]

    def _squared_distances(self, differences: Floats) -> Floats:
        """Return the squared Mahalanobis distances, (k, b)."""
        raise NotImplementedError

    def _log_volume(self) -> Floats:
        """Return log |L| of each component, (k,)."""
        raise NotImplementedError


class FullGaussians(Gaussians):
    """Each component has its own covariance matrix: (k, d, d)."""

    kind = "full"

    @classmethod
    def from_covariances(cls, means: Floats, covariances: Floats) -> Self:
        return cls(means, covariances, _whitener(covariances))

    @classmethod
    def from_precisions(cls, means: Floats, precisions: Floats) -> Self:
        return cls(means, np.asarray(np.linalg.inv(precisions), dtype=np.float64), _cholesky(precisions))

    @classmethod
    def from_moments(cls, means: Floats, counts: Floats, shift: Floats, second: Floats, floor: float) -> Self:
        covariances = second / counts[:, None, None] - shift[:, :, None] * shift[:, None, :]
        return cls.from_covariances(means, covariances + floor * np.eye(means.shape[1]))

    @staticmethod
    def second_moments(responsibilities: Floats, differences: Floats) -> Floats:
        return np.matmul(differences * responsibilities[:, None], differences.swapaxes(1, 2))  # (k, d, d)

    @staticmethod
    def shape(k: int, d: int) -> tuple[int, ...]:
        return (k, d, d)

    @staticmethod
    def free_parameters(k: int, d: int) -> int:
        return k * d * (d + 1) // 2

    @property
    def precisions(self) -> Floats:
        return self.whitener @ self.whitener.swapaxes(-1, -2)

    def colour(self, noise: Floats, component: int) -> Floats:
        return self.means[component] + np.linalg.solve(self.whitener[component].T, noise.T).T

    def _squared_distances(self, differences: Floats) -> Floats:
        white = np.matmul(self.whitener.swapaxes(-1, -2), differences)  # (k, d, b)
        return np.einsum("kdb,kdb->kb", white, white)

    def _log_volume(self) -> Floats:
        return np.log(np.diagonal(self.whitener, axis1=-2, axis2=-1)).sum(axis=-1)


class TiedGaussians(FullGaussians):
    """All components share one covariance matrix: (d, d)."""

    kind = "tied"

    @classmethod
    def from_moments(cls, means: Floats, counts: Floats, shift: Floats, second: Floats, floor: float) -> Self:
        covariance = (second - (counts * shift.T) @ shift) / counts.sum()
        return cls.from_covariances(means, covariance + floor * np.eye(means.shape[1]))

    @staticmethod
    def second_moments(responsibilities: Floats, differences: Floats) -> Floats:
        return FullGaussians.second_moments(responsibilities, differences).sum(axis=0)  # (d, d)

    @staticmethod
    def shape(k: int, d: int) -> tuple[int, ...]:
        return (d, d)

    @staticmethod
    def free_parameters(k: int, d: int) -> int:
        return d * (d + 1) // 2

    def colour(self, noise: Floats, component: int) -> Floats:
        return self.means[component] + np.linalg.solve(self.whitener.T, noise.T).T

    def _log_volume(self) -> Floats:
        return np.broadcast_to(super()._log_volume(), len(self.means))


class DiagonalGaussians(Gaussians):
    """Each component has a variance for each feature: (k, d)."""

    kind = "diag"

    @classmethod
    def from_moments(cls, means: Floats, counts: Floats, shift: Floats, second: Floats, floor: float) -> Self:
        return cls.from_covariances(means, second / counts[:, None] - shift**2 + floor)

    @staticmethod
    def shape(k: int, d: int) -> tuple[int, ...]:
        return (k, d)

    @staticmethod
    def free_parameters(k: int, d: int) -> int:
        return k * d

    def _squared_distances(self, differences: Floats) -> Floats:
        return np.matmul(self.precisions[:, None, :], differences * differences)[:, 0]

    def _log_volume(self) -> Floats:
        return np.log(self.whitener).sum(axis=1)


class SphericalGaussians(Gaussians):
    """Each component has one variance for all features: (k,)."""

    kind = "spherical"

    @classmethod
    def from_moments(cls, means: Floats, counts: Floats, shift: Floats, second: Floats, floor: float) -> Self:
        variances = (second / counts[:, None] - shift**2).mean(axis=1)
        return cls.from_covariances(means, variances + floor)

    @staticmethod
    def shape(k: int, d: int) -> tuple[int, ...]:
        return (k,)

    @staticmethod
    def free_parameters(k: int, d: int) -> int:
        return k

    def _squared_distances(self, differences: Floats) -> Floats:
        return np.einsum("kdb,kdb->kb", differences, differences) * self.precisions[:, None]

    def _log_volume(self) -> Floats:
        return self.means.shape[1] * np.log(self.whitener)


KINDS: dict[str, type[Gaussians]] = {
    each.kind: each for each in (FullGaussians, TiedGaussians, DiagonalGaussians, SphericalGaussians)
}


def _whitener(covariances: Floats) -> Floats:
    """Return the upper triangular L with L L^T the inverse of each covariance (..., d, d)."""
    lower = _cholesky(covariances)
    return np.asarray(np.linalg.inv(lower), dtype=np.float64).swapaxes(-1, -2)


def _whitener_of_variances(variances: Floats) -> Floats:
    if not (variances > 0).all():
        raise IllDefinedCovarianceError
    return 1 / np.sqrt(variances)


def _cholesky(matrices: Floats) -> Floats:
    try:
        return np.asarray(np.linalg.cholesky(matrices), dtype=np.float64)
    except np.linalg.LinAlgError:
        raise IllDefinedCovarianceError from None
