"""How short a message can be, and how much a channel can carry: Huffman's code, and capacity by Blahut and Arimoto."""

import heapq
from collections.abc import Mapping
from itertools import count
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from course_utils import _validation as validate
from course_utils._validation import FloatArray

__all__ = [
    "ChannelCapacity",
    "channel_capacity",
    "huffman_code",
]

Symbol = TypeVar("Symbol")
TINY = np.finfo(np.float64).tiny


def huffman_code(weights: Mapping[Symbol, float]) -> dict[Symbol, str]:
    """Code words of zeros and ones for symbols, such that a message is as short as a code for single symbols makes it.

    The two lightest of all trees are joined, again and again. O(k log k) for k symbols.

    Parameters
    ----------
    weights : mapping
        Symbols and how often they occur: counts or probabilities (their sum does not matter), all positive.

    Returns
    -------
    dict
        Code words, in the order of the symbols. None is the beginning of another. Their mean length L, in bits, has
        H <= L < H + 1 with the entropy H of the symbols (but a single symbol gets the word "0"). Equal weights are
        settled by the order of the symbols, so that the code is always the same.

    Raises
    ------
    ValueError
        For no symbols, or weights that are not positive and finite.

    References
    ----------
    Huffman (1952), doi:10.1109/JRPROC.1952.273898; Cover and Thomas (2006), sec. 5.6.

    Examples
    --------
    >>> huffman_code({"a": 0.5, "b": 0.25, "c": 0.25})
    {'a': '0', 'b': '10', 'c': '11'}
    """
    if not weights:
        raise ValueError("weights must hold a symbol at least, got none; count those of a text that is not empty.")
    w = validate.positive("weights", list(weights.values()))
    w = w / w.max()  # so that no sum overflows
    symbols = list(weights)
    if len(symbols) == 1:
        return {symbols[0]: "0"}
    # A tree is a number: below k a symbol, from k on the pair of trees that was joined as number k, k + 1, ...
    heap = [(weight, tree) for tree, weight in enumerate(w.tolist())]
    heapq.heapify(heap)
    pairs: list[tuple[int, int]] = []
    for joined in count(len(symbols)):
        light, first = heapq.heappop(heap)
        heavy, second = heapq.heappop(heap)
        pairs.append((first, second))
        if not heap:
            break
        heapq.heappush(heap, (light + heavy, joined))
    words = [""] * (len(symbols) + len(pairs))
    for tree in range(len(words) - 1, len(symbols) - 1, -1):  # from the root to the leaves
        first, second = pairs[tree - len(symbols)]
        words[first], words[second] = words[tree] + "0", words[tree] + "1"
    return dict(zip(symbols, words, strict=False))


class ChannelCapacity(NamedTuple):
    """What `channel_capacity` returns."""

    capacity: float  # information per use of the channel, in units of the base
    input_pmf: FloatArray  # (kx,): how often each input is to be used to reach it


def channel_capacity(
    channel: ArrayLike, *, base: float | None = None, tolerance: float = 1e-9, max_steps: int = 100_000
) -> ChannelCapacity:
    r"""Capacity of a memoryless channel, :math:`C = \max_{p(x)} I(X; Y)`, by the iteration of Blahut and Arimoto.

    Each step reweights the inputs, :math:`p(x) \leftarrow p(x)\, e^{D(x)} / Z`, with :math:`D(x)` the divergence of
    the output under x from the output on average. It stops when the bounds :math:`I(X; Y) \le C \le \max_x D(x)` meet.

    Parameters
    ----------
    channel : array_like, shape (kx, ky)
        channel[x, y] is the probability of output y for input x; its rows sum to one.
    base : float, optional
        Base of the logarithm; nats by default.
    tolerance : float
        How far, in nats, the bounds may lie apart.
    max_steps : int
        Where to give up.

    Returns
    -------
    ChannelCapacity
        The capacity (the lower bound, reached by the pmf), in [0, log min(kx, ky)], and the pmf of the inputs.

    Raises
    ------
    ValueError
        For rows that are no pmfs, another number of axes than two, or a tolerance that is not positive.
    RuntimeError
        If the bounds are still apart after `max_steps`.

    References
    ----------
    Blahut (1972), doi:10.1109/TIT.1972.1054855; Arimoto (1972), doi:10.1109/TIT.1972.1054753.

    Examples
    --------
    >>> round(channel_capacity([[0.9, 0.1], [0.1, 0.9]], base=2).capacity, 4)  # 1 - h(0.1)
    0.531
    """
    w = validate.probabilities("channel", channel)
    if w.ndim != 2:
        raise ValueError(f"channel must have shape (inputs, outputs), got {w.shape}; row x is the pmf of the outputs.")
    unit, tolerance = validate.nats_per_unit(base), validate.number("tolerance", tolerance, above=0)
    minus_entropy = np.vecdot(w, np.log(np.maximum(w, TINY)))  # (kx,)
    p = np.full(len(w), 1 / len(w))
    for _ in range(validate.count("max_steps", max_steps)):
        divergence = minus_entropy - w @ np.log(np.maximum(p @ w, TINY))  # (kx,)
        lower, upper = float(p @ divergence), float(divergence.max())
        if upper - lower <= tolerance:
            return ChannelCapacity(max(lower, 0.0) / unit, p)
        p = p * np.exp(divergence - upper)
        p /= p.sum()
    raise RuntimeError(
        f"The bounds {lower:.6g} and {upper:.6g} nats did not meet in {max_steps} steps; "
        f"raise max_steps, or the tolerance above {tolerance:g}."
    )
