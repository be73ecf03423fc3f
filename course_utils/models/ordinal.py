"""Categorical distributions over values that have an order, with few free numbers each."""

import torch
from torch import Tensor, nn

__all__ = ["OrdinalLogits"]


class OrdinalLogits(nn.Module):
    """Logits of pixels as a low-rank function of the value, because values are ordered: 7 and 8 are neighbours.

    The logit of value v at pixel i is ``bias[i, v] + sum_r weights[..., i, r] * basis[r, v]``. The basis starts as the
    powers 1..rank of the grey level on [-1, 1] and is learned; the bias starts as the logarithm of a histogram, so that
    weights of zero give the histogram.

    Parameters
    ----------
    histogram : Tensor, shape (pixels, values)
        Probability of each value at each pixel, all positive.
    rank : int
        Number of functions of the value.

    Raises
    ------
    ValueError
        If the histogram's rows are not positive probabilities that sum to one, or `rank` is not positive.

    Examples
    --------
    >>> logits = OrdinalLogits(torch.full((64, 17), 1 / 17), rank=6)
    >>> logits(torch.zeros(5, 64, 6)).shape
    torch.Size([5, 64, 17])
    """

    def __init__(self, histogram: Tensor, *, rank: int) -> None:
        super().__init__()
        _require_histogram(histogram)
        if rank < 1:
            raise ValueError(f"rank must be at least 1, got {rank}; it is the number of functions of the value.")
        self.pixels, self.values = histogram.shape
        grey = torch.linspace(-1, 1, self.values)
        self.basis = nn.Parameter(torch.stack([grey**power for power in range(1, rank + 1)]))  # (rank, values)
        self.bias = nn.Parameter(histogram.float().log())  # (pixels, values)

    def forward(self, weights: Tensor, *, pixels: slice = slice(None)) -> Tensor:
        """Return the logits of the chosen pixels, (..., chosen, values), from their weights, (..., chosen, rank)."""
        return weights @ self.basis + self.bias[pixels]

    def log_prob(self, weights: Tensor, x: Tensor) -> Tensor:
        """Return the log probability of whole images, in nats: pixels are independent given the weights.

        Parameters
        ----------
        weights : Tensor, shape (..., pixels, rank)
        x : Tensor of int, shape (..., pixels)
            Values 0 .. values - 1; leading axes are broadcast.

        Returns
        -------
        Tensor, shape (...)
        """
        log_p = self(weights).log_softmax(dim=-1)  # (..., pixels, values)
        shape = torch.broadcast_shapes(log_p.shape[:-1], x.shape)  # type: ignore[no-untyped-call]
        total: Tensor = log_p.expand(*shape, -1).gather(-1, x.expand(shape)[..., None])[..., 0].sum(dim=-1)
        return total


def _require_histogram(histogram: Tensor) -> None:
    if histogram.ndim != 2:
        raise ValueError(f"histogram must have shape (pixels, values), got {tuple(histogram.shape)}; one row a pixel.")
    if not (histogram > 0).all() or not torch.allclose(histogram.sum(dim=1), torch.ones(len(histogram)).to(histogram)):
        raise ValueError(
            "histogram must hold positive probabilities that sum to one in each row; add a little to every count."
        )
