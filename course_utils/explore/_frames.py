"""Draws the frames of an explorer, each once."""

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib import rc_context
from PIL import Image

from course_utils.explore._grid import Grid, Position
from course_utils.plotting import check_alt, new_figure, style

FRAME_DPI = 125  # the default frame has 800 x 450 pixels: sharp on a slide, and dozens of frames stay small


@dataclass(frozen=True)
class Frame:
    """One drawn frame: its pixels and what they show."""

    pixels: np.ndarray[Any, np.dtype[np.uint8]]  # (height, width, 3)
    alt: str

    def png(self) -> bytes:
        """Return the frame as PNG, which is understood everywhere."""
        out = io.BytesIO()
        Image.fromarray(self.pixels).save(out, "PNG")
        return out.getvalue()


def webp_address(pixels: np.ndarray[Any, np.dtype[np.uint8]]) -> str:
    """Return an image as an address that an `img` element shows: lossless WebP, a third of the size of a PNG.

    Parameters
    ----------
    pixels : (height, width, 3) ndarray of uint8
    """
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "WEBP", lossless=True, quality=30, method=2)
    return "data:image/webp;base64," + base64.b64encode(out.getvalue()).decode()


class Frames:
    """All frames of one explorer; a frame is drawn when it is first asked for, and kept."""

    def __init__(
        self,
        draw: Callable[..., Any],
        grid: Grid,
        alt: str | Callable[..., str],
        axes: tuple[int, int],
        size: tuple[float, float],
    ) -> None:
        self.draw = draw
        self.grid = grid
        self.alt = alt
        self.axes = axes
        self.size = size
        self._kept: dict[Position, Frame] = {}
        self._uris: dict[Position, str] = {}

    def __getitem__(self, position: Position) -> Frame:
        if position not in self._kept:
            self._kept[position] = self._make(position)
        return self._kept[position]

    def uri(self, position: Position) -> str:
        """Return a frame as a data address."""
        if position not in self._uris:
            self._uris[position] = webp_address(self[position].pixels)
        return self._uris[position]

    def _make(self, position: Position) -> Frame:
        values = self.grid.values(position)
        try:
            with rc_context(style()):
                figure = new_figure(self.axes, self.size)
                figure.set_dpi(FRAME_DPI)
                self.draw(figure.subplots(*self.axes), **values)
                figure.canvas.draw()
                pixels = np.asarray(figure.canvas.buffer_rgba())[..., :3].copy()  # type: ignore[attr-defined]
            alt = self.alt(**values) if callable(self.alt) else self.alt.format(**values)
            check_alt(alt)
        except Exception as error:
            at = ", ".join(f"{name}={value!r}" for name, value in values.items())
            error.add_note(f"while the explorer drew {getattr(self.draw, '__name__', 'a frame')} at {at}")
            raise
        return Frame(pixels, alt)
