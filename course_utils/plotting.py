"""The course's look: one colour per role, one style, figures that carry their alt text. No pyplot, no global state."""

import functools
import io
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from typing import Any

import numpy as np
from matplotlib import RcParams, rc_context, rc_params_from_file
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

__all__ = ["DATA", "GENERATED", "LATENT", "MODEL", "WRONG", "draw_ellipse", "figure", "new_figure", "style", "to_png"]

# One colour per role through the whole course. Each has a contrast of at least 4 to 1 against white and a lightness of
# its own; no figure relies on colour alone.
DATA = "#59626E"
MODEL = "#0072B2"
GENERATED = "#C4650A"
LATENT = "#00795C"
WRONG = "#A8123E"

MINIMUM_ALT = 15  # characters; anything shorter names a figure instead of saying what it shows


@functools.cache
def style() -> RcParams:
    """Return the course's matplotlib settings, for `matplotlib.rc_context`."""
    with resources.as_file(resources.files("course_utils") / "course.mplstyle") as path:
        return rc_params_from_file(path, use_default_template=False)


def new_figure(axes: tuple[int, int] = (1, 1), size: tuple[float, float] = (6.4, 3.6)) -> Figure:
    """Return an empty figure with a drawing surface of its own, unknown to pyplot.

    Parameters
    ----------
    axes : (int, int)
        Rows and columns of axes.
    size : (float, float)
        Width and height in inches.
    """
    made = Figure(figsize=size)
    FigureCanvasAgg(made)
    # Fixed margins in inches keep every frame of an explorer in the same place.
    left, right, bottom, top, between = 0.78, 0.2, 0.62, 0.38, 0.9
    width, height = size
    rows, columns = axes
    inner_width = (width - left - right - between * (columns - 1)) / columns
    inner_height = (height - bottom - top - between * (rows - 1)) / rows
    made.subplots_adjust(
        left=left / width,
        right=1 - right / width,
        bottom=bottom / height,
        top=1 - top / height,
        wspace=between / inner_width,
        hspace=between / inner_height,
    )
    return made


def to_png(drawn: Figure, *, dpi: float | None = None) -> bytes:
    """Return a figure as PNG without the metadata that would change from build to build."""
    out = io.BytesIO()
    drawn.savefig(out, format="png", dpi=dpi or drawn.dpi, metadata={"Software": None})
    return out.getvalue()


@contextmanager
def figure(
    alt: str, *, axes: tuple[int, int] = (1, 1), size: tuple[float, float] = (6.4, 3.6), **options: Any
) -> Iterator[Any]:
    """Draw a figure in a block and display it when the block ends.

    Parameters
    ----------
    alt : str
        What the figure shows, in a sentence or two, for readers who do not see it.
    axes : (int, int)
        Rows and columns of axes.
    size : (float, float)
        Width and height in inches.
    **options
        Passed to `Figure.subplots`, for example ``sharey=True`` or ``subplot_kw={"projection": "3d"}``.

    Yields
    ------
    matplotlib.axes.Axes or ndarray of Axes
        One axes, or an array of them as `Figure.subplots` returns it.

    Raises
    ------
    ValueError
        If the alt text is too short to say what the figure shows.
    """
    check_alt(alt)
    with rc_context(style()):
        drawn = new_figure(axes, size)
        yield drawn.subplots(*axes, **options)
        _display(to_png(drawn), alt, drawn)


def check_alt(alt: str) -> None:
    """Raise ValueError for an alt text that cannot say what a figure shows."""
    if not isinstance(alt, str) or len(alt.strip()) < MINIMUM_ALT:
        raise ValueError(
            f"the alt text must say in a sentence what the figure shows (at least {MINIMUM_ALT} characters);"
            f" got {alt!r}"
        )


def _display(png: bytes, alt: str, drawn: Figure) -> None:
    from IPython.display import display

    data = {"image/png": png, "text/plain": "Figure"}  # the text is seen where the picture is folded away
    width = round(drawn.get_figwidth() * 100)  # CSS pixels; the image itself has 1.5 times as many
    display(data, raw=True, metadata={"image/png": {"alt": alt, "width": width}})


def draw_ellipse(ax: Axes, mean: Any, cov: Any, *, mass: float = 0.95, **line: Any) -> None:
    """Draw the ellipse that holds a given mass of a two-dimensional Gaussian.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    mean : (2,) array_like
    cov : (2, 2) array_like
        Covariance matrix; a degenerate one gives a line segment.
    mass : float
        Probability inside, between 0 and 1.
    **line
        Passed to `Axes.plot`.
    """
    from course_utils.distributions import ellipse_axes

    half_lengths, directions = ellipse_axes(cov, mass=mass)
    angle = np.linspace(0, 2 * np.pi, 181)
    circle = np.stack([np.cos(angle), np.sin(angle)])  # (2, 181)
    x, y = np.asarray(mean)[:, None] + directions @ (half_lengths[:, None] * circle)  # (2, 181)
    options: dict[str, Any] = {"color": "black", "linewidth": 1.5} | line
    ax.plot(x, y, **options)
