"""The alternation that trains a generative adversarial network, and a record every so many steps."""

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from course_utils.models.averaging import WeightAverage
from course_utils.models.gan import NON_SATURATING, Losses, Penalty, pack
from course_utils.models.randomness import drawing_from
from course_utils.models.training import common_length

__all__ = ["GanRecord", "train_gan"]


@dataclass(frozen=True)
class GanRecord:
    """What is known after some steps of the alternation.

    Attributes
    ----------
    step : int
        Generator's steps so far, from 1.
    discriminator_loss, generator_loss : float
        Means over the steps since the last record, without the penalty.
    seconds : float
        Time spent in training since its start; what the caller does between records does not count.
    """

    step: int
    discriminator_loss: float
    generator_loss: float
    seconds: float


def train_gan(
    g: nn.Module,
    d: nn.Module,
    *data: Tensor,
    latent: int,
    steps: int,
    batch_size: int,
    learning_rates: tuple[float, float],
    generator: torch.Generator,
    losses: Losses = NON_SATURATING,
    penalty: Penalty | None = None,
    packing: int = 1,
    d_steps: int = 1,
    clip: float | None = None,
    betas: tuple[float, float] = (0.5, 0.999),
    average: WeightAverage | None = None,
    cool: float = 0.5,
    record_every: int = 100,
) -> Iterator[GanRecord]:
    """Let the two networks play: `d_steps` steps of the discriminator, one of the generator, and so on, with Adam.

    Nothing happens until the records are asked for: ``for record in train_gan(...)``. Between two records the networks
    can be looked at or sampled from; they are in evaluation mode then, and in training mode during the steps.

    Parameters
    ----------
    g, d : nn.Module
        ``g(z, *conditions)`` makes points from standard normal z, (n, latent); ``d(x, *conditions)`` returns (n, 1).
    *data : Tensor, each (n, ...)
        The real points; then, if the game is conditional, what belongs to each (labels, say). A step draws
        `batch_size` rows with replacement; the generator is given the conditions of those rows.
    latent : int
    steps : int
        Steps of the generator.
    batch_size : int
    learning_rates : tuple of float
        Of `g` and of `d`.
    generator : torch.Generator
        Draws rows and latents, and what happens at random inside the networks; the global generator is left as it was.
    losses : Losses, default NON_SATURATING
    penalty : callable, optional
        ``penalty(score, real, fake)``, a scalar added to the discriminator's loss; `score` is `d` with the conditions
        filled in, the points are packed.
    packing : int, default 1
        How many points the discriminator sees at once, see `pack`; not with conditions.
    d_steps : int, default 1
    clip : float, optional
        After each of its steps the discriminator's weights are cut to [-clip, clip] (Arjovsky et al. 2017,
        algorithm 1).
    betas : tuple of float
        Adam's; the first is lower than usual, because the opponent moves (Radford, Metz and Chintala 2016, section 4).
    average : WeightAverage, optional
        Of `g`; updated after each of its steps.
    cool : float, default 0.5
        Share of the steps, at the end, during which the learning rates fall to zero along a line.
    record_every : int, default 100

    Yields
    ------
    GanRecord
        After every `record_every` steps, and after the last.

    Raises
    ------
    ValueError
        If the data are empty or of different lengths, packing meets conditions or does not divide the batch, or a loss
        is not finite; it says at which step, and what to try.
    """
    _require_playable(data, packing=packing, batch_size=batch_size)
    players = [
        torch.optim.Adam(network.parameters(), lr=rate, betas=betas, fused=True)
        for network, rate in zip((g, d), learning_rates, strict=True)
    ]
    spent = 0.0
    for first in range(0, steps, record_every):
        started = time.perf_counter()
        since_record: list[tuple[float, float]] = []
        g.train()
        d.train()
        with drawing_from(generator):
            last = min(first + record_every, steps)
            for step in range(first, last):
                _set_learning_rates(players, learning_rates, _warmth(step / steps, cool))
                for _ in range(d_steps):
                    real, *conditions = _draw(data, batch_size, generator)
                    with torch.no_grad():
                        fake = g(torch.randn(batch_size, latent, generator=generator), *conditions)
                    d_loss = _discriminator_step(players[1], d, losses, penalty, packing, real, fake, conditions)
                    if clip is not None:
                        for weight in d.parameters():
                            weight.data.clamp_(-clip, clip)
                _, *conditions = _draw(data, batch_size, generator)
                d.requires_grad_(False)  # freeze: only the generator moves now
                fake = g(torch.randn(batch_size, latent, generator=generator), *conditions)
                g_loss = losses.generator(d(pack(fake, packing), *conditions))
                _descend(players[0], g_loss)
                d.requires_grad_(True)
                if average is not None:
                    average.update()
                since_record.append((d_loss.item(), g_loss.item()))
        g.eval()
        d.eval()
        spent += time.perf_counter() - started
        _require_finite_losses(since_record, last)
        d_mean, g_mean = (sum(column) / len(column) for column in zip(*since_record, strict=True))
        yield GanRecord(last, d_mean, g_mean, spent)


def _discriminator_step(
    optimiser: torch.optim.Optimizer,
    d: nn.Module,
    losses: Losses,
    penalty: Penalty | None,
    packing: int,
    real: Tensor,
    fake: Tensor,
    conditions: list[Tensor],
) -> Tensor:
    def score(x: Tensor) -> Tensor:
        out: Tensor = d(x, *conditions)
        return out

    real, fake = pack(real, packing), pack(fake, packing)
    loss = losses.discriminator(score(real), score(fake))
    _descend(optimiser, loss if penalty is None else loss + penalty(score, real, fake))
    return loss


def _descend(optimiser: torch.optim.Optimizer, loss: Tensor) -> None:
    optimiser.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    optimiser.step()


def _draw(data: tuple[Tensor, ...], count: int, generator: torch.Generator) -> list[Tensor]:
    rows = torch.randint(len(data[0]), (count,), generator=generator)
    return [part[rows] for part in data]


def _warmth(progress: float, cool: float) -> float:
    """Factor of the learning rate: 1, then a line to 0 over the last share `cool` of the steps."""
    return min(1.0, (1 - progress) / cool) if cool > 0 else 1.0


def _set_learning_rates(
    players: Sequence[torch.optim.Optimizer], learning_rates: tuple[float, float], factor: float
) -> None:
    for player, rate in zip(players, learning_rates, strict=True):
        player.param_groups[0]["lr"] = rate * factor


def _require_playable(data: tuple[Tensor, ...], *, packing: int, batch_size: int) -> None:
    common_length(data)
    if packing > 1 and len(data) > 1:
        raise ValueError("packing and conditions do not go together here; give the points only, or use packing=1.")
    if batch_size < 1 or packing < 1 or batch_size % packing:
        raise ValueError(f"packing must divide batch_size, got {packing} and {batch_size}.")


def _require_finite_losses(losses: list[tuple[float, float]], step: int) -> None:
    if not all(math.isfinite(value) for pair in losses for value in pair):
        raise ValueError(
            f"a loss was not finite before step {step}; lower the learning rates, or bound the critic's slope with a "
            "penalty."
        )
