"""Averaging a network's weights over its training."""

import copy

import torch
from torch import nn

__all__ = ["WeightAverage"]


class WeightAverage:
    """A second copy of a network whose weights follow the first one's as an exponential moving average.

    Parameters
    ----------
    network : nn.Module
        The one that is trained.
    decay : float
        Share that is kept at each `update`, in [0, 1): the memory is about 1 / (1 - decay) steps long.

    Attributes
    ----------
    network : nn.Module
        The average, in evaluation mode; it has no gradients. Buffers (running means of a normalisation) are copied.

    Raises
    ------
    ValueError
        If `decay` is outside [0, 1).

    References
    ----------
    Yazici et al. 2019, The unusual effectiveness of averaging in GAN training, arXiv:1806.04498.
    """

    def __init__(self, network: nn.Module, *, decay: float) -> None:
        if not 0 <= decay < 1:
            raise ValueError(f"decay must be at least 0 and less than 1, got {decay}; 0.99 remembers 100 steps.")
        self.decay = decay
        self.network = copy.deepcopy(network).eval().requires_grad_(False)
        self._pairs = list(zip(self.network.parameters(), network.parameters(), strict=True))
        self._buffers = list(zip(self.network.buffers(), network.buffers(), strict=True))

    @torch.no_grad()
    def update(self) -> None:
        """Move the average a step towards the weights of now."""
        torch._foreach_lerp_([mine for mine, _ in self._pairs], [now for _, now in self._pairs], 1 - self.decay)
        for mine, now in self._buffers:
            mine.copy_(now)
