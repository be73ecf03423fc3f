"""`explore` and the object that it returns."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from course_utils.explore._frames import Frames
from course_utils.explore._grid import make_grid

RENDERERS = ("live", "static", "paper")
_VARIABLE = "COURSE_RENDERER"
_chosen: list[str] = []


def renderer() -> str:
    """Return which face explorers show: "live", "static" or "paper".

    The innermost `set_renderer` block decides, then the environment variable ``COURSE_RENDERER``, then "live".
    """
    return _chosen[-1] if _chosen else _known(os.environ.get(_VARIABLE, "live"))


@contextmanager
def set_renderer(name: str) -> Iterator[None]:
    """Choose the face of all explorers displayed in the block.

    Parameters
    ----------
    name : {"live", "static", "paper"}
    """
    _chosen.append(_known(name))
    try:
        yield
    finally:
        _chosen.pop()


def _known(name: str) -> str:
    if name not in RENDERERS:
        raise ValueError(f"a renderer is one of {', '.join(RENDERERS)}; got {name!r}")
    return name


class Explorer:
    """What `explore` returns; it displays itself.

    Attributes
    ----------
    frames : Frames
        The frames by position, drawn when first asked for.
    """

    def __init__(self, frames: Frames, play: str | None) -> None:
        self.frames = frames
        self.play = play

    def __repr__(self) -> str:
        names = ", ".join(parameter.label for parameter in self.frames.grid.parameters)
        return f"Explorer of {names}: {len(self.frames.grid)} frames. Run the cell to move the controls."

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
        first = self.frames[self.frames.grid.start]
        data: dict[str, Any] = {"text/plain": repr(self), "image/png": first.png()}
        face = renderer()
        if face == "live":
            from course_utils.explore._live import live_view

            data |= live_view(self.frames, self.play)._repr_mimebundle_() | {"text/plain": repr(self)}
        elif face == "static":
            from course_utils.explore._static import static_html

            data["text/html"] = static_html(self.frames, self.play)
        return data, {"image/png": {"alt": first.alt, "width": round(self.frames.size[0] * 100)}}


def explore(
    draw: Callable[..., Any],
    *,
    alt: str | Callable[..., str],
    start: Mapping[str, Any] | None = None,
    labels: Mapping[str, str] | None = None,
    play: str | None = None,
    axes: tuple[int, int] = (1, 1),
    size: tuple[float, float] = (6.4, 3.6),
    **parameters: Sequence[Any],
) -> Explorer:
    """Make one drawing function explorable.

    Live (in a running notebook) a frame is drawn when it is first visited and kept, so that the cell costs one frame.
    In a deck all frames are drawn ahead and native controls choose among them. On paper stands the frame at the start.

    Parameters
    ----------
    draw : callable
        ``draw(ax, **values)`` draws one frame on empty axes (an array of axes where `axes` asks for several). It is
        pure: the same values give the same picture.
    alt : str or callable
        What a frame shows: a format string over the parameters, or ``alt(**values)``.
    start : mapping, optional
        Value at which a parameter starts; the first one where it is not given.
    labels : mapping, optional
        What the reader sees as the name of a parameter, with its unit.
    play : str, optional
        Name of a numeric parameter that a play button runs through.
    axes : (int, int)
        Rows and columns of axes.
    size : (float, float)
        Width and height of a frame in inches.
    **parameters
        One to three sequences of values. Numbers make a slider, strings and booleans a choice.

    Returns
    -------
    Explorer

    Raises
    ------
    ValueError
        If the parameters, the start, the labels or the alt text do not fit (see the message), or if the grid would
        have more than 400 frames.
    """
    grid = make_grid(parameters, start, labels)
    if play is not None:
        sliders = [parameter.name for parameter in grid.parameters if parameter.is_slider]
        if play not in sliders:
            raise ValueError(f"play must name a numeric parameter, one of {sliders}; got {play!r}")
    return Explorer(Frames(draw, grid, alt, axes, size), play)
