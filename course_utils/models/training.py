"""The course's training loop: minibatches, Adam, and a record after each pass through the data."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from course_utils.models.randomness import drawing_from

__all__ = ["Record", "common_length", "minibatches", "train"]


@dataclass(frozen=True)
class Record:
    """What is known after a pass through the data.

    Attributes
    ----------
    epoch : int
        Passes so far, from 1.
    loss : float
        Mean of the minibatches' losses during this pass.
    seconds : float
        Time spent in training since its start; what the caller does between records does not count.
    """

    epoch: int
    loss: float
    seconds: float


def common_length(data: Sequence[Tensor]) -> int:
    """Return how many rows the tensors have, or raise ValueError if they are none, empty or of different lengths."""
    lengths = {len(part) for part in data}
    if len(lengths) != 1 or 0 in lengths:
        raise ValueError(f"data must be tensors of one and the same length above 0, got lengths {sorted(lengths)}.")
    return lengths.pop()


def minibatches(*data: Tensor, batch_size: int, generator: torch.Generator) -> Iterator[tuple[Tensor, ...]]:
    """Pass through the rows once, in a random order, `batch_size` at a time; the last batch may be smaller.

    Parameters
    ----------
    *data : Tensor, each (n, ...)
        Rows that belong together stay together.
    batch_size : int
    generator : torch.Generator
        Draws the order.

    Yields
    ------
    tuple of Tensor
        One batch of each.

    Raises
    ------
    ValueError
        If there are no data, their lengths differ, or `batch_size` is not positive.
    """
    length = common_length(data)
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1, got {batch_size}; choose how many rows make a step.")
    for rows in torch.randperm(length, generator=generator).split(batch_size):  # type: ignore[no-untyped-call]
        yield tuple(part[rows] for part in data)


def train(
    model: nn.Module,
    loss: Callable[..., Tensor],
    *data: Tensor,
    epochs: int,
    batch_size: int,
    learning_rate: float,
    generator: torch.Generator,
    weight_decay: float = 0.0,
    cool: bool = True,
) -> Iterator[Record]:
    """Minimise a loss over minibatches with Adam, and yield a record after each pass through the data.

    Nothing happens until the records are asked for: ``for record in train(...)``. Between two records the model can be
    looked at, sampled from or kept; it is in evaluation mode then, and in training mode during the steps.

    Parameters
    ----------
    model : nn.Module
        Its parameters are changed in place.
    loss : callable
        ``loss(*batch)`` returns the mean loss of a batch, a scalar.
    *data : Tensor, each (n, ...)
        Rows that belong together stay together.
    epochs, batch_size : int
    learning_rate : float
    generator : torch.Generator
        Draws the order of the rows and what happens at random inside the model (dropout, noise); the global generator
        is left as it was.
    weight_decay : float, default 0
        Decoupled from the gradient, as in AdamW (Loshchilov and Hutter 2019, algorithm 2, arXiv:1711.05101).
    cool : bool, default True
        Lower the learning rate to zero along a half cosine (Loshchilov and Hutter 2017, equation 5, arXiv:1608.03983,
        without restarts).

    Yields
    ------
    Record

    Raises
    ------
    ValueError
        If the loss is not one finite number; it says in which pass, and what to try. Also see `minibatches`.
    """
    steps = epochs * -(-len(data[0]) // batch_size) if data else 0
    optimiser = torch.optim.AdamW(model.parameters(), lr=learning_rate, weight_decay=weight_decay)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, max(steps, 1)) if cool else None
    spent = 0.0
    for epoch in range(1, epochs + 1):
        started = time.perf_counter()
        losses = []
        model.train()
        with drawing_from(generator):
            for batch in minibatches(*data, batch_size=batch_size, generator=generator):
                value = loss(*batch)
                _require_finite(value, epoch)
                optimiser.zero_grad()
                value.backward()  # type: ignore[no-untyped-call]
                optimiser.step()
                if schedule is not None:
                    schedule.step()
                losses.append(value.item())
        model.eval()
        spent += time.perf_counter() - started
        yield Record(epoch, sum(losses) / len(losses), spent)


def _require_finite(value: Tensor, epoch: int) -> None:
    if value.ndim != 0 or not torch.isfinite(value):
        came = f"{value.item()}" if value.ndim == 0 else f"shape {tuple(value.shape)}"
        raise ValueError(
            f"the loss must be one finite number, got {came} in pass {epoch}; "
            "average over the batch, lower the learning rate, or look for a logarithm of zero."
        )
