"""The study of mode collapse: two targets, and one GAN that is trained on them in several ways.

Targets and measures are those of Lin et al. 2018, section 4.1 (arXiv:1712.04086). The networks and the optimiser are
our own, and the same for every method, so that a method differs from "non-saturating" by what its name says. All take
the same number of discriminator's steps.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from course_utils.datasets import grid_centers, grid_of_gaussians, ring_centers, ring_of_gaussians
from course_utils.models.averaging import WeightAverage
from course_utils.models.gan import SATURATING, WASSERSTEIN, gradient_penalty, r1_penalty
from course_utils.models.gan_training import GanRecord, train_gan
from course_utils.models.networks import bound_slopes, mlp

__all__ = ["GRID", "METHODS", "RING", "Target", "ToyGan"]

Floats = NDArray[np.float64]

WIDTH, BATCH, LATENT = 128, 512, 2
POINTS = 100_000  # real points, drawn once
AVERAGE_DECAY = 0.99
BETAS = (0.5, 0.99)


@dataclass(frozen=True)
class Target:
    """A mixture of round Gaussians, and what it takes to train on it.

    Attributes
    ----------
    name : str
    draw : callable
        ``draw(n, rng=...)`` returns n points, (n, 2).
    centers : numpy.ndarray, shape (modes, 2)
    sigma : float
        Standard deviation of each mode along each axis.
    layers : int
        Hidden layers of both networks.
    steps : int
        Of the discriminator.
    learning_rate : float
        Of both networks.
    """

    name: str
    draw: Callable[..., Floats]
    centers: Floats
    sigma: float
    layers: int
    steps: int
    learning_rate: float

    @property
    def scale(self) -> float:
        """Root mean square coordinate of the centres: the networks see points divided by it."""
        return float(np.sqrt(np.mean(self.centers**2)))


RING = Target("ring", ring_of_gaussians, ring_centers(), 0.01, layers=2, steps=8_000, learning_rate=2e-3)
GRID = Target("grid", grid_of_gaussians, grid_centers(), 0.05, layers=3, steps=20_000, learning_rate=1e-3)

METHODS: dict[str, dict[str, Any]] = {
    "saturating": {"losses": SATURATING},
    "non-saturating": {},
    "R1": {"r1": 1e-3},
    "spectral norm": {"slope": 30.0},
    "Wasserstein, gradient penalty": {"losses": WASSERSTEIN, "gradient_penalty": 1.0, "d_steps": 2},
    "packing 2": {"packing": 2},
}
"""What each method changes: keywords of `train_gan`, or ``r1`` (gamma), ``gradient_penalty`` (lambda), or ``slope`` (a
bound of the discriminator's)."""


class ToyGan:
    """A generator and a discriminator for a target in the plane, trained by one of the `METHODS`.

    Parameters
    ----------
    target : Target
    method : str
        A key of `METHODS`.
    seed : int
        Of the real points, the first weights and the training.

    Attributes
    ----------
    g, d : nn.Sequential
    average : WeightAverage
        Of `g`.

    Raises
    ------
    ValueError
        If there is no such method.

    Examples
    --------
    >>> gan = ToyGan(RING, "packing 2", seed=0)
    >>> gan.sample(5, seed=1).shape
    (5, 2)
    """

    def __init__(self, target: Target, method: str, *, seed: int) -> None:
        if method not in METHODS:
            raise ValueError(f"method must be one of {', '.join(METHODS)}; got {method!r}.")
        self.target = target
        self._options = dict(METHODS[method])
        self._generator = torch.Generator().manual_seed(seed)
        points = target.draw(POINTS, rng=np.random.default_rng(seed)) / target.scale
        self._real = torch.from_numpy(points).float()
        hidden = [WIDTH] * target.layers
        packing = self._options.get("packing", 1)
        self.g = mlp([LATENT, *hidden, 2], generator=self._generator)
        self.d = mlp([2 * packing, *hidden, 1], generator=self._generator, activation=_LeakyReLU)
        slope = self._options.pop("slope", None)
        if slope is not None:
            self.d = nn.Sequential(bound_slopes(self.d, generator=self._generator), _Times(slope))
        self.average = WeightAverage(self.g, decay=AVERAGE_DECAY)

    def train(self, *, steps: int | None = None, record_every: int = 1_000) -> Iterator[GanRecord]:
        """Train, and yield a record every so many steps of the generator.

        Parameters
        ----------
        steps : int, optional
            Of the discriminator; by default the target's.
        record_every : int, default 1000
        """
        options = dict(self._options)
        r1, weight = options.pop("r1", None), options.pop("gradient_penalty", None)
        if r1 is not None:
            options["penalty"] = lambda score, real, fake: r1 * r1_penalty(score, real)
        if weight is not None:
            options["penalty"] = lambda score, real, fake: (
                weight * gradient_penalty(score, real, fake, generator=self._generator)
            )
        return train_gan(
            self.g,
            self.d,
            self._real,
            latent=LATENT,
            steps=(self.target.steps if steps is None else steps) // options.get("d_steps", 1),
            batch_size=BATCH,
            learning_rates=(self.target.learning_rate, self.target.learning_rate),
            generator=self._generator,
            betas=BETAS,
            average=self.average,
            record_every=record_every,
            **options,
        )

    @torch.no_grad()
    def sample(self, n: int, *, seed: int, averaged: bool = False) -> Floats:
        """Generate n points, (n, 2), in the target's units, by the generator or by the average of its weights."""
        z = torch.randn(n, LATENT, generator=torch.Generator().manual_seed(seed))
        network = self.average.network if averaged else self.g
        points: Floats = network(z).double().numpy() * self.target.scale
        return points


class _LeakyReLU(nn.LeakyReLU):
    """Never flat: the discriminator must always tell the generator where to go."""

    def __init__(self) -> None:
        super().__init__(0.2)


class _Times(nn.Module):
    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.factor * x
