"""A variational autoencoder of small images, with the bounds that its likelihood is known by.

The latent z is standard normal. The encoder gives a normal q(z | x) with independent coordinates, the decoder a
categorical distribution for each pixel (see `OrdinalLogits`). Sources: Kingma and Welling 2014, arXiv:1312.6114; Burda,
Grosse and Salakhutdinov 2016, arXiv:1509.00519.
"""

import math

import torch
from torch import Tensor, nn

from course_utils.models.networks import linear
from course_utils.models.ordinal import OrdinalLogits

__all__ = ["Vae", "kl_to_standard_normal"]


def kl_to_standard_normal(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Return KL(N(mean, diag(exp(log_variance))) || N(0, I)) in nats, summed over the last axis.

    Source: Kingma and Welling 2014, appendix B (with the sign turned).

    Parameters
    ----------
    mean, log_variance : Tensor, shape (..., d)
        The logarithm of the *variance*: the standard deviation is exp(log_variance / 2).

    Returns
    -------
    Tensor, shape (...)
    """
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(dim=-1)


class Vae(nn.Module):
    """A variational autoencoder of images whose pixels take few values.

    Parameters
    ----------
    histogram : Tensor, shape (pixels, values)
        Probability of each value at each pixel, all positive: what the decoder says before it has learned.
    latent : int, default 16
        Dimension of z.
    hidden : int, default 256
        Width of the two hidden layers of encoder and decoder.
    rank : int, default 6
        See `OrdinalLogits`.
    dropout : float, default 0.2
        Share of hidden units that are silent during a step of training.
    generator : torch.Generator
        Draws the first weights.

    Examples
    --------
    >>> vae = Vae(torch.full((64, 17), 1 / 17), generator=torch.Generator().manual_seed(0))
    >>> reconstruction, rate = vae.elbo(torch.zeros(3, 64, dtype=torch.long))
    >>> reconstruction.shape, rate.shape
    (torch.Size([3]), torch.Size([3]))
    """

    def __init__(
        self,
        histogram: Tensor,
        *,
        latent: int = 16,
        hidden: int = 256,
        rank: int = 6,
        dropout: float = 0.2,
        generator: torch.Generator,
    ) -> None:
        super().__init__()
        self.out = OrdinalLogits(histogram, rank=rank)
        self.latent, self.rank = latent, rank
        self.encoder = _network(2 * self.out.pixels, hidden, 2 * latent, dropout, generator)
        self.decoder = _network(latent, hidden, self.out.pixels * rank, dropout, generator)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean and log variance of q(z | x), each (n, latent), from images (n, pixels) of int."""
        grey = 2 * x.float() / (self.out.values - 1) - 1
        seen = torch.cat([grey, torch.where(x > 0, 1.0, -1.0)], dim=-1)  # how dark, and any ink at all?
        mean, log_variance = self.encoder(seen).chunk(2, dim=-1)
        return mean, log_variance

    def decode(self, z: Tensor) -> Tensor:
        """Return the decoder's weights, (..., pixels, rank), see `OrdinalLogits`."""
        weights: Tensor = self.decoder(z).unflatten(-1, (self.out.pixels, self.rank))
        return weights

    def elbo(self, x: Tensor, *, generator: torch.Generator | None = None) -> tuple[Tensor, Tensor]:
        """Return one draw's log p(x | z) with z from q(z | x), and KL(q(z | x) || p(z)), both (n,), in nats.

        Their difference estimates the ELBO without bias.
        """
        mean, log_variance = self.encode(x)
        z = mean + (log_variance / 2).exp() * torch.randn(mean.shape, generator=generator)
        return self.out.log_prob(self.decode(z), x), kl_to_standard_normal(mean, log_variance)

    def importance_bound(self, x: Tensor, *, draws: int, generator: torch.Generator | None = None) -> Tensor:
        """Return log of the mean of `draws` weights p(x, z) / q(z | x), (n,), in nats.

        A lower bound of log p(x) on average, that rises with the number of draws (Burda et al. 2016, theorem 1).
        """
        mean, log_variance = self.encode(x)
        noise = torch.randn(draws, *mean.shape, generator=generator)
        z = mean + (log_variance / 2).exp() * noise  # (draws, n, latent)
        log_prior = -0.5 * z.square().sum(dim=-1)
        log_q = -0.5 * (noise.square() + log_variance).sum(dim=-1)  # the factor (2 pi)^(-d/2) of both cancels
        log_weight = self.out.log_prob(self.decode(z), x) + log_prior - log_q  # (draws, n)
        return log_weight.logsumexp(dim=0) - math.log(draws)

    @torch.no_grad()
    def sample(self, n: int, *, generator: torch.Generator) -> Tensor:
        """Draw n images, (n, pixels): z from the prior, then every pixel from its categorical distribution."""
        z = torch.randn(n, self.latent, generator=generator)
        probabilities = self.out(self.decode(z)).softmax(dim=-1)  # (n, pixels, values)
        return torch.multinomial(probabilities.flatten(end_dim=1), 1, generator=generator).view(n, -1)


def _network(inputs: int, hidden: int, outputs: int, dropout: float, generator: torch.Generator) -> nn.Sequential:
    last = linear(hidden, outputs, generator=generator)
    nn.init.zeros_(last.weight)  # the first posterior is the prior, the first decoder the histogram
    nn.init.zeros_(last.bias)
    return nn.Sequential(
        linear(inputs, hidden, generator=generator),
        nn.SiLU(),
        nn.Dropout(dropout),
        linear(hidden, hidden, generator=generator),
        nn.SiLU(),
        nn.Dropout(dropout),
        last,
    )
