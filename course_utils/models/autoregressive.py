"""An autoregressive model of small images: one pixel after the other, with an exact log likelihood.

The chain rule p(x) = prod_i p(x_i | x_1, ..., x_{i-1}) is exact, and each factor is a categorical distribution over a
pixel's values. One small network gives all factors. For pixel i it is shown the earlier pixels *as seen from i* (as the
masked convolutions of PixelCNN are: van den Oord, Kalchbrenner and Kavukcuoglu 2016, section 3, arXiv:1601.06759), so
what it learns at one place serves at every other. Its output is a low-rank function of the value, because the values of
a pixel are ordered: 7 and 8 are neighbours.

For the course's 8 x 8 digits, 20 passes with batches of 32, a learning rate of 0.003 and a weight decay of 0.01 are
enough; ``benchmarks/digits_likelihood.py`` measures what that gives.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from course_utils.models.networks import linear
from course_utils.models.ordinal import OrdinalLogits

__all__ = ["AutoregressiveImage"]


class AutoregressiveImage(nn.Module):
    """Exact likelihood of square images whose pixels take few values.

    Parameters
    ----------
    histogram : Tensor, shape (side * side, values)
        Probability of each value at each pixel, all positive: where the model starts, before it looks at other pixels.
    hidden : int, default 128
        Width of the network.
    rank : int, default 6
        Number of learned functions of the value that the logits are made of; they start as the powers 1..rank.
    dropout : float, default 0.2
        Share of hidden units that are silent during a step of training.
    blinding : float, default 0.03
        Share of earlier pixels that are hidden during a step of training.
    generator : torch.Generator
        Draws the first weights.

    Raises
    ------
    ValueError
        If `histogram` is not one row of positive probabilities for each pixel of a square image.

    Examples
    --------
    >>> model = AutoregressiveImage(torch.full((64, 17), 1 / 17), generator=torch.Generator().manual_seed(0))
    >>> model.log_prob(torch.zeros(3, 64, dtype=torch.long)).shape
    torch.Size([3])
    """

    windows: Tensor

    def __init__(
        self,
        histogram: Tensor,
        *,
        hidden: int = 128,
        rank: int = 6,
        dropout: float = 0.2,
        blinding: float = 0.03,
        generator: torch.Generator,
    ) -> None:
        super().__init__()
        self.out = OrdinalLogits(histogram, rank=rank)
        self.pixels, self.values = self.out.pixels, self.out.values
        _require_square(self.pixels)
        self.dropout, self.blinding = dropout, blinding
        self.register_buffer("windows", earlier_pixels(round(self.pixels**0.5)))  # (pixels, window)
        self.look = linear(2 * self.windows.shape[1], hidden, generator=generator)
        self.place = nn.Parameter(torch.zeros(self.pixels, hidden))
        self.think = linear(hidden, hidden, generator=generator)
        self.say = linear(hidden, rank, generator=generator)
        nn.init.zeros_(self.say.weight)  # the first model is the histogram
        nn.init.zeros_(self.say.bias)
        self.say_here = nn.Parameter(torch.zeros(self.pixels, hidden, rank))

    def logits(self, x: Tensor, *, pixels: slice = slice(None)) -> Tensor:
        """Return the logits of the values of the chosen pixels, given the pixels before each.

        Parameters
        ----------
        x : Tensor of int, shape (n, side * side)
            Values 0 .. values - 1, row by row. Those at or after a chosen pixel do not matter to it.
        pixels : slice, default all
            Which pixels.

        Returns
        -------
        Tensor, shape (n, chosen pixels, values)
        """
        grey = 2 * x.float() / (self.values - 1) - 1
        seen = torch.stack(
            [grey, torch.where(x > 0, 1.0, -1.0)], dim=-1
        )  # (n, pixels, 2): how dark, and any ink at all?
        seen = functional.pad(seen, (0, 0, 0, 1))  # one more "pixel" of zeros stands for all that lies outside
        if self.training:
            seen = seen * (torch.rand(seen.shape[:2]) >= self.blinding)[..., None]
        view = seen[:, self.windows[pixels]].flatten(start_dim=2)  # (n, chosen, 2 * window)
        h = self._drop((self.look(view) + self.place[pixels]).relu())  # (n, chosen, hidden)
        h = h + self._drop(self.think(h).relu())
        weights = self.say(h) + torch.einsum("nih,ihr->nir", h, self.say_here[pixels])  # (n, chosen, rank)
        logits: Tensor = self.out(weights, pixels=pixels)
        return logits

    def log_prob(self, x: Tensor) -> Tensor:
        """Return the exact log likelihood of each image, in nats.

        Exact in evaluation mode, in which `train` leaves a model. In training mode (in which a new module is) dropout
        and blinding make it random; call ``model.eval()`` first if you set the weights in another way.

        Parameters
        ----------
        x : Tensor of int, shape (n, side * side)
            Values 0 .. values - 1, row by row.

        Returns
        -------
        Tensor, shape (n,)

        Raises
        ------
        ValueError
            If `x` has another shape, is not of integers, or has a value outside the range.
        """
        self._require_images(x)
        return self.logits(x).log_softmax(dim=-1).gather(-1, x[..., None]).sum(dim=(1, 2))

    @torch.no_grad()
    def sample(self, n: int, *, generator: torch.Generator, given: Tensor | None = None) -> Tensor:
        """Draw images pixel by pixel; with `given`, complete images whose first pixels are known.

        Parameters
        ----------
        n : int
        generator : torch.Generator
        given : Tensor of int, shape (k,) or (n, k), optional
            Values of the first k pixels.

        Returns
        -------
        Tensor of int, shape (n, side * side)
        """
        x = torch.zeros(n, self.pixels, dtype=torch.long)
        known = 0 if given is None else given.shape[-1]
        if given is not None:
            x[:, :known] = given
            self._require_images(x)
        was_training = self.training
        self.eval()
        for i in range(known, self.pixels):
            probabilities = self.logits(x, pixels=slice(i, i + 1))[:, 0].softmax(dim=-1)  # (n, values)
            x[:, i] = torch.multinomial(probabilities, 1, generator=generator)[:, 0]
        self.train(was_training)
        return x

    def _drop(self, h: Tensor) -> Tensor:
        return functional.dropout(h, self.dropout, self.training)

    def _require_images(self, x: Tensor) -> None:
        if x.ndim != 2 or x.shape[1] != self.pixels or x.dtype != torch.long:
            raise ValueError(
                f"x must be a tensor of integers (torch.long) of shape (n, {self.pixels}), got {x.dtype} of shape "
                f"{tuple(x.shape)}; one row is one image."
            )
        if x.numel() and (x.min() < 0 or x.max() >= self.values):
            raise ValueError(
                f"pixels must be 0 to {self.values - 1}, got {int(x.min())} to {int(x.max())}; do not scale the images."
            )


def earlier_pixels(side: int) -> Tensor:
    """Return, for each pixel, where the earlier ones are, seen from it: the rows above, and its own row's left part.

    Parameters
    ----------
    side : int
        The image has side * side pixels, in order row by row.

    Returns
    -------
    Tensor of int, shape (side * side, window)
        Column j is one and the same step (rows up, columns aside) for every pixel; side * side stands for "outside".
    """
    steps = [(up, aside) for up in range(side) for aside in range(1 - side, side) if up > 0 or aside < 0]
    windows = torch.full((side * side, len(steps)), side * side)
    for row in range(side):
        for column in range(side):
            for j, (up, aside) in enumerate(steps):
                if row - up >= 0 and 0 <= column + aside < side:
                    windows[row * side + column, j] = (row - up) * side + column + aside
    return windows


def _require_square(pixels: int) -> None:
    if round(pixels**0.5) ** 2 != pixels:
        raise ValueError(
            f"histogram must have side * side rows, one for each pixel of a square image, got {pixels}; leave none out."
        )
