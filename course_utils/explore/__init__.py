"""One drawing function, alive everywhere: sliders in a notebook, native controls in a deck, a picture on paper."""

from course_utils.explore._explorer import Explorer, explore, renderer, set_renderer
from course_utils.explore._frames import webp_address

__all__ = ["Explorer", "explore", "renderer", "set_renderer", "webp_address"]
