"""The grid of positions that an explorer's controls span."""

import itertools
import math
import numbers
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

MAXIMUM_FRAMES = 400

Position = tuple[int, ...]  # one index for each parameter


@dataclass(frozen=True)
class Parameter:
    """One control: the values that it offers, how they are written, and where it starts."""

    name: str
    label: str
    values: tuple[Any, ...]
    start: int

    @property
    def is_slider(self) -> bool:
        """Numbers make a slider; anything else a choice."""
        return all(map(_is_number, self.values))

    @property
    def texts(self) -> tuple[str, ...]:
        """The values as the reader sees them; never two alike."""
        if not self.is_slider:
            return tuple(("no", "yes")[value] if isinstance(value, bool) else str(value) for value in self.values)
        for digits in range(3, 18):
            texts = tuple(_write(value, digits) for value in self.values)
            if len(set(texts)) == len(texts):
                break
        return texts


@dataclass(frozen=True)
class Grid:
    """All positions of the controls of one explorer."""

    parameters: tuple[Parameter, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """How many values each parameter has."""
        return tuple(len(parameter.values) for parameter in self.parameters)

    @property
    def start(self) -> Position:
        """Where the explorer stands at first, and on paper."""
        return tuple(parameter.start for parameter in self.parameters)

    def __len__(self) -> int:
        return math.prod(self.shape)

    def __iter__(self) -> Iterator[Position]:
        """Yield positions in row-major order: the last parameter moves fastest."""
        return itertools.product(*map(range, self.shape))

    def values(self, position: Position) -> dict[str, Any]:
        """Return the arguments of the drawing function at a position."""
        return {p.name: p.values[i] for p, i in zip(self.parameters, position, strict=True)}


def make_grid(
    parameters: Mapping[str, Sequence[Any]], start: Mapping[str, Any] | None, labels: Mapping[str, str] | None
) -> Grid:
    """Check an author's parameters and return their grid.

    Raises
    ------
    ValueError
        For no parameter or more than three, a parameter with fewer than two values, with equal ones or with values
        that no control offers, a start that is not among the values, an empty label, a name that is not a parameter,
        or a grid of more than `MAXIMUM_FRAMES` frames.
    """
    if not 1 <= len(parameters) <= 3:
        raise ValueError(f"an explorer has one to three parameters; got {len(parameters)}: {', '.join(parameters)}")
    for given, what in ((start or {}, "start"), (labels or {}, "labels")):
        unknown = sorted(set(given) - set(parameters))
        if unknown:
            raise ValueError(f"{what} names {unknown}, but the parameters are {list(parameters)}")
    grid = Grid(tuple(_parameter(name, values, start or {}, labels or {}) for name, values in parameters.items()))
    if len(grid) > MAXIMUM_FRAMES:
        counts = " x ".join(str(count) for count in grid.shape)
        raise ValueError(
            f"this explorer has {counts} = {len(grid)} frames; at most {MAXIMUM_FRAMES} are drawn, and decks draw all."
            " Give fewer values to a parameter."
        )
    return grid


def _parameter(name: str, values: Sequence[Any], start: Mapping[str, Any], labels: Mapping[str, str]) -> Parameter:
    if isinstance(values, str) or np.ndim(np.asarray(values, dtype=object)) != 1:
        raise ValueError(f"the values of {name!r} must be a flat sequence; got {values!r}")
    plain = tuple(value.item() if isinstance(value, np.generic) else value for value in values)
    if not all(_is_number(value) or isinstance(value, str | bool) for value in plain):
        raise ValueError(f"the values of {name!r} must be numbers, strings or booleans; got {list(plain)!r}")
    if len(plain) < 2 or len(set(plain)) < len(plain):
        raise ValueError(f"{name!r} needs at least two values, all different; got {list(plain)!r}")
    label = labels.get(name, name)
    if not label.strip():
        raise ValueError(f"the label of {name!r} must say what the control changes; got {label!r}")
    wanted = start.get(name, plain[0])
    if all(map(_is_number, (wanted, *plain))):  # a start that is written 0.3 should find 0.30000000000000004
        found = [i for i, value in enumerate(plain) if math.isclose(value, wanted, rel_tol=1e-9, abs_tol=1e-12)]
    else:
        found = [i for i, value in enumerate(plain) if value == wanted]
    if not found:
        raise ValueError(f"the start {wanted!r} of {name!r} is not among its values {list(plain)!r}")
    return Parameter(name, label, plain, found[0])


def _is_number(value: Any) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def _write(value: Any, digits: int) -> str:
    """Write a number with so many significant digits, with a real minus; up to a million without an exponent."""
    text = f"{value:.{digits}g}"
    if "e+" in text and abs(value) < 1e6:
        text = f"{value:.0f}"
    return text.replace("-", "−")
