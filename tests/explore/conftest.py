"""A small explorer whose frames can be told apart, and that counts how often it draws."""

import numpy as np
import pytest

from course_utils.explore import explore


@pytest.fixture
def drawn():
    """Positions that were drawn, in order."""
    return []


@pytest.fixture
def make(drawn):
    """Make an explorer of a slider, a choice and a switch; keywords replace its parts."""

    def draw(ax, level, kind, grid):
        drawn.append((level, kind, grid))
        ax.axhline(level, linestyle=kind, color="#0072B2")
        ax.grid(grid)
        ax.set(xlim=(0, 1), ylim=(-1, 3))

    def make(**other):
        options = {
            "draw": draw,
            "level": np.array([-0.5, 1.0, 2.0]),
            "kind": ["solid", "dotted"],
            "grid": [False, True],
            "start": {"level": 1.0},
            "labels": {"level": "level λ"},
            "alt": "A {kind} line at height {level:g}; grid drawn: {grid}.",
            "size": (3.2, 1.8),
        } | other
        return explore(options.pop("draw"), **{name: value for name, value in options.items() if value is not None})

    return make
