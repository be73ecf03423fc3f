"""What torch draws from its global generator (dropout, starting points), drawn from a generator that is handed in."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

__all__ = ["drawing_from"]


@contextmanager
def drawing_from(generator: torch.Generator) -> Iterator[None]:
    """Seed torch's global generator from `generator` for the length of a block, and leave it as it was.

    Parameters
    ----------
    generator : torch.Generator
        Gives one number, the seed.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(torch.randint(2**62, (), generator=generator)))
        yield
