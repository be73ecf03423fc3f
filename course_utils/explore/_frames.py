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


@dataclass(frozen=True)
class Frame:
    """One drawn frame: its pixels and what they show."""

    pixels: np.ndarray[Any, np.dtype[np.uint8]]  # (height, width, 3)
    alt: str

    def encode(self, kind: str) -> bytes:
        """Return the frame as lossless "WEBP" (small) or as "PNG" (understood everywhere)."""
        out = io.BytesIO()
        options = {"lossless": True, "quality": 30, "method": 2} if kind == "WEBP" else {"compress_level": 6}
        Image.fromarray(self.pixels).save(out, kind, **options)
        return out.getvalue()

    def data_uri(self) -> str:
        """Return the frame as an address that an `img` element shows."""
        return "data:image/webp;base64," + base64.b64encode(self.encode("WEBP")).decode()


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
            self._uris[position] = self[position].data_uri()
        return self._uris[position]

    def _make(self, position: Position) -> Frame:
        values = self.grid.values(position)
        try:
            with rc_context(style()):
                figure = new_figure(self.axes, self.size)
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
