"""The losses of generative adversarial networks, the penalties that tame the discriminator, and packing.

A discriminator returns logits: log D / (1 - D), so that D is their sigmoid. A critic (Wasserstein) returns any number.
Sources: Goodfellow et al. 2014, arXiv:1406.2661; Arjovsky, Chintala and Bottou 2017, arXiv:1701.07875.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import softplus

__all__ = [
    "NON_SATURATING",
    "SATURATING",
    "WASSERSTEIN",
    "Losses",
    "Penalty",
    "Score",
    "gradient_penalty",
    "pack",
    "r1_penalty",
]

Score = Callable[[Tensor], Tensor]
Penalty = Callable[[Score, Tensor, Tensor], Tensor]


class Losses(NamedTuple):
    """What the two players minimise.

    Attributes
    ----------
    discriminator : callable
        ``discriminator(real, fake)``, of its outputs for real and for generated points, each (n, ...); a scalar.
    generator : callable
        ``generator(fake)``, of its outputs for generated points; a scalar.
    """

    discriminator: Callable[[Tensor, Tensor], Tensor]
    generator: Callable[[Tensor], Tensor]


def _cross_entropy(real: Tensor, fake: Tensor) -> Tensor:
    """-E log D(x) - E log(1 - D(G(z))) = -V(D, G), from logits."""
    return softplus(-real).mean() + softplus(fake).mean()


def _log_of_being_caught(fake: Tensor) -> Tensor:
    """E log(1 - D(G(z))): flat where the discriminator is sure."""
    return -softplus(fake).mean()


def _minus_log_of_passing(fake: Tensor) -> Tensor:
    """-E log D(G(z)): steep where the discriminator is sure."""
    return softplus(-fake).mean()


def _minus_gap(real: Tensor, fake: Tensor) -> Tensor:
    return fake.mean() - real.mean()


def _minus_score(fake: Tensor) -> Tensor:
    return -fake.mean()


SATURATING = Losses(_cross_entropy, _log_of_being_caught)
"""The two-player game of Goodfellow et al. 2014, equation 1."""

NON_SATURATING = Losses(_cross_entropy, _minus_log_of_passing)
"""The same discriminator; the generator maximises log D(G(z)) instead (Goodfellow et al. 2014, section 3)."""

WASSERSTEIN = Losses(_minus_gap, _minus_score)
"""A critic's gap E D(x) - E D(G(z)); needs a bound on its slope (Arjovsky et al. 2017, equation 2)."""


def r1_penalty(discriminator: Score, real: Tensor) -> Tensor:
    """Half the mean squared slope of the discriminator at real points.

    Parameters
    ----------
    discriminator : callable
        Maps (n, ...) to (n, 1), each row on its own.
    real : Tensor, shape (n, ...)

    Returns
    -------
    Tensor
        A scalar with a graph; multiply it by gamma.

    References
    ----------
    Mescheder, Geiger, Nowozin 2018, equation 9, arXiv:1801.04406.
    """
    return 0.5 * _slopes(discriminator, real).square().mean()


def gradient_penalty(critic: Score, real: Tensor, fake: Tensor, *, generator: torch.Generator) -> Tensor:
    """Mean squared distance of the critic's slope from one, at random points between real and generated ones.

    Parameters
    ----------
    critic : callable
        Maps (n, ...) to (n, 1), each row on its own.
    real, fake : Tensor, shape (n, ...)
        Row i of one is joined to row i of the other.
    generator : torch.Generator
        Draws the points, uniformly on each line.

    Returns
    -------
    Tensor
        A scalar with a graph; multiply it by lambda.

    Raises
    ------
    ValueError
        If the shapes differ.

    References
    ----------
    Gulrajani et al. 2017, equation 3, arXiv:1704.00028.
    """
    if real.shape != fake.shape:
        raise ValueError(
            f"real and fake must have one shape, got {tuple(real.shape)} and {tuple(fake.shape)}; "
            "take as many of one as of the other."
        )
    share = torch.rand(len(real), *[1] * (real.ndim - 1), generator=generator).to(real)
    return (_slopes(critic, share * real + (1 - share) * fake) - 1).square().mean()


def _slopes(network: Score, x: Tensor) -> Tensor:
    """Length of the gradient of the network's output at each row, (n,)."""
    x = x.detach().requires_grad_()
    (slope,) = torch.autograd.grad(network(x).sum(), x, create_graph=True)
    length: Tensor = slope.flatten(start_dim=1).norm(dim=1)
    return length


def pack(x: Tensor, size: int) -> Tensor:
    """Lay `size` rows side by side, so that a discriminator sees several points at once and can notice sameness.

    Parameters
    ----------
    x : Tensor, shape (n, d)
    size : int
        Divides n.

    Returns
    -------
    Tensor, shape (n / size, size * d)

    Raises
    ------
    ValueError
        If `size` does not divide n.

    References
    ----------
    Lin, Khetan, Fanti, Oh 2018, section 2, arXiv:1712.04086.
    """
    if size < 1 or len(x) % size:
        raise ValueError(f"size must be a positive divisor of the number of rows, got {size} and {len(x)} rows.")
    return x.reshape(len(x) // size, -1)
