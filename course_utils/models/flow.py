"""A normalizing flow of affine coupling layers: exact log density, and exact samples, of a bent Gaussian.

Source: Dinh, Sohl-Dickstein and Bengio 2017, *Density estimation using Real NVP*, arXiv:1605.08803.
"""

import math
from typing import cast

import torch
from torch import Tensor, nn

from course_utils.models.networks import mlp

__all__ = ["AffineCoupling", "CouplingFlow"]


class AffineCoupling(nn.Module):
    """One layer: some coordinates pass, and tell how the others are scaled and shifted.

    With a the coordinates that pass and b the others: z_a = x_a and z_b = x_b * exp(s(x_a)) + t(x_a), whose Jacobian is
    triangular, so that log |det dz/dx| is the sum of s(x_a) (Dinh et al. 2017, equations 4 to 6, where the pair (x, z)
    is called (x, y); the way back to x is their equation 8).

    Parameters
    ----------
    passes : Tensor of bool, shape (d,)
        Which coordinates pass; at least one does and at least one does not.
    hidden : int
        Width of the two hidden layers of the network that gives s and t.
    generator : torch.Generator
        Draws the first weights.

    Raises
    ------
    ValueError
        If all coordinates pass, or none does.
    """

    passes: Tensor

    def __init__(self, passes: Tensor, *, hidden: int, generator: torch.Generator) -> None:
        super().__init__()
        count = int(passes.sum())
        if not 0 < count < len(passes):
            raise ValueError(f"some coordinates must pass and some not, got {count} of {len(passes)} that pass.")
        self.register_buffer("passes", passes)
        self.network = mlp([count, hidden, hidden, 2 * (len(passes) - count)], generator=generator, activation=nn.Tanh)

    def scale_and_shift(self, passing: Tensor) -> tuple[Tensor, Tensor]:
        """Return s and t, each (n, d - k), from the k coordinates that pass, (n, k); s lies between -3 and 3."""
        s, t = self.network(passing).chunk(2, dim=-1)
        return 3 * torch.tanh(s / 3), t

    def to_latent(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return z, (n, d), and log |det dz/dx|, (n,)."""
        s, t = self.scale_and_shift(x[:, self.passes])
        z = x.clone()
        z[:, ~self.passes] = x[:, ~self.passes] * s.exp() + t
        return z, s.sum(dim=-1)

    def to_data(self, z: Tensor) -> Tensor:
        """Return the x, (n, d), that `to_latent` takes to z."""
        s, t = self.scale_and_shift(z[:, self.passes])
        x = z.clone()
        x[:, ~self.passes] = (z[:, ~self.passes] - t) * (-s).exp()
        return x


class CouplingFlow(nn.Module):
    """A chain of coupling layers over a standard normal base; the coordinates take turns to pass.

    Parameters
    ----------
    dim : int
        Number of coordinates, at least 2.
    layers : int
        Number of coupling layers; below 2, some coordinates are never changed.
    hidden : int
        Width of the hidden layers of each coupling's network.
    generator : torch.Generator
        Draws the first weights.

    Raises
    ------
    ValueError
        If `dim` or `layers` is less than 2.

    Examples
    --------
    >>> flow = CouplingFlow(2, layers=4, hidden=32, generator=torch.Generator().manual_seed(0))
    >>> flow.log_prob(torch.zeros(5, 2)).shape
    torch.Size([5])
    """

    def __init__(self, dim: int, *, layers: int, hidden: int, generator: torch.Generator) -> None:
        super().__init__()
        if dim < 2 or layers < 2:
            raise ValueError(
                f"dim and layers must be at least 2, got {dim} and {layers}; one coordinate cannot couple."
            )
        self.dim = dim
        even = torch.arange(dim) % 2 == 0
        self.couplings = nn.ModuleList(
            AffineCoupling(even if i % 2 == 0 else ~even, hidden=hidden, generator=generator) for i in range(layers)
        )

    def to_latent(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return z, (n, dim), and log |det dz/dx|, (n,), the sum over the layers."""
        log_det = x.new_zeros(len(x))
        for coupling in self._chain():
            x, change = coupling.to_latent(x)
            log_det = log_det + change
        return x, log_det

    def to_data(self, z: Tensor) -> Tensor:
        """Return the x, (n, dim), that `to_latent` takes to z."""
        for coupling in reversed(self._chain()):
            z = coupling.to_data(z)
        return z

    def log_prob(self, x: Tensor) -> Tensor:
        """Return the log density in nats: log N(z; 0, I) + log |det dz/dx| (Dinh et al. 2017, equation 3).

        Parameters
        ----------
        x : Tensor, shape (n, dim)

        Returns
        -------
        Tensor, shape (n,)

        Raises
        ------
        ValueError
            If `x` has another shape.
        """
        if x.ndim != 2 or x.shape[1] != self.dim:
            raise ValueError(f"x must have shape (n, {self.dim}), got {tuple(x.shape)}; one row is one point.")
        z, log_det = self.to_latent(x)
        return -0.5 * (z * z).sum(dim=1) - 0.5 * self.dim * math.log(2 * math.pi) + log_det

    @torch.no_grad()
    def sample(self, n: int, *, generator: torch.Generator) -> Tensor:
        """Draw n points, (n, dim): z from the base, then `to_data`."""
        dtype = next(self.parameters()).dtype
        return self.to_data(torch.randn(n, self.dim, generator=generator, dtype=dtype))

    def _chain(self) -> list[AffineCoupling]:
        return cast(list[AffineCoupling], list(self.couplings))
