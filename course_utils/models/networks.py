"""Plain networks whose first weights come from a generator that is handed in."""

import math
from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import nn
from torch.nn.utils import skip_init
from torch.nn.utils.parametrizations import spectral_norm

from course_utils.models.randomness import drawing_from

__all__ = ["bound_slopes", "linear", "mlp"]


def linear(inputs: int, outputs: int, *, generator: torch.Generator) -> nn.Linear:
    """Build a linear layer whose weights and biases are uniform up to one over the root of the number of inputs.

    That is the law of torch's own first weights, which come from the global generator.

    Parameters
    ----------
    inputs, outputs : int
    generator : torch.Generator

    Returns
    -------
    nn.Linear
        Maps (..., inputs) to (..., outputs).
    """
    layer: nn.Linear = skip_init(nn.Linear, inputs, outputs)  # type: ignore[no-untyped-call]
    bound = 1 / math.sqrt(inputs)
    with torch.no_grad():
        layer.weight.uniform_(-bound, bound, generator=generator)
        layer.bias.uniform_(-bound, bound, generator=generator)
    return layer


def mlp(sizes: Sequence[int], *, generator: torch.Generator, activation: type[nn.Module] = nn.ReLU) -> nn.Sequential:
    """Build a multilayer perceptron: linear layers with an activation between them, none after the last.

    Parameters
    ----------
    sizes : sequence of int
        Width of the input, of each hidden layer, and of the output; at least two.
    generator : torch.Generator
        Draws the first weights, see `linear`.
    activation : type of nn.Module, default nn.ReLU

    Returns
    -------
    nn.Sequential
        Maps (..., sizes[0]) to (..., sizes[-1]).

    Raises
    ------
    ValueError
        If there are fewer than two sizes, or one is not positive.

    Examples
    --------
    >>> network = mlp([2, 16, 1], generator=torch.Generator().manual_seed(0))
    >>> network(torch.zeros(5, 2)).shape
    torch.Size([5, 1])
    """
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError(f"sizes must be two or more positive integers, got {list(sizes)}; name input and output too.")
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(sizes):
        layers += [linear(inputs, outputs, generator=generator), activation()]
    return nn.Sequential(*layers[:-1])


def bound_slopes(network: nn.Sequential, *, generator: torch.Generator) -> nn.Sequential:
    """Divide each linear layer's weights by their largest singular value, now and in every later forward pass.

    With activations whose slope is at most one, the network is then 1-Lipschitz. The singular value is estimated by one
    step of power iteration in each forward pass in training mode.

    Parameters
    ----------
    network : nn.Sequential
        Changed in place.
    generator : torch.Generator
        Draws where the power iteration starts; the global generator is left as it was.

    Returns
    -------
    nn.Sequential
        The same network.

    References
    ----------
    Miyato, Kataoka, Koyama, Yoshida 2018, section 2.1 and algorithm 1, arXiv:1802.05957.
    """
    with drawing_from(generator):
        for layer in network:
            if isinstance(layer, nn.Linear):
                spectral_norm(layer)
    return network
