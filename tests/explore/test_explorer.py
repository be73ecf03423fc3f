"""Explorers: frames drawn once, three faces of the same picture, and the choice among them."""

import base64
import io
import itertools
import json

import matplotlib
import numpy as np
import pytest
from bs4 import BeautifulSoup
from ipywidgets.widgets.widget import _instances
from PIL import Image

from course_utils.explore import explore, renderer, set_renderer
from course_utils.plotting import style

VIEW = "application/vnd.jupyter.widget-view+json"
START = "A solid line at height 1; grid drawn: False."


def pixels(image: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(image)).convert("RGB"))


def from_uri(uri: str) -> bytes:
    head, content = uri.split(",", 1)
    assert head == "data:image/webp;base64"
    return base64.b64decode(content)


def show(explorer, face):
    with set_renderer(face):
        return explorer._repr_mimebundle_()


def widgets_of(data):
    """Return the widgets of a live view by their kind."""
    found = {}
    for model in _below(_instances[data[VIEW]["model_id"]]):
        found[type(model).__name__] = [*found.get(type(model).__name__, []), model]
    return found


def _below(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from _below(child)


@pytest.fixture(autouse=True)
def _no_variable(monkeypatch):
    monkeypatch.delenv("COURSE_RENDERER", raising=False)


# Frames


def test_a_frame_is_drawn_once_and_kept(make, drawn):
    explorer = make()
    assert drawn == []
    first = explorer.frames[0, 1, 0]
    assert explorer.frames[0, 1, 0] is first
    assert explorer.frames.uri((0, 1, 0)) == explorer.frames.uri((0, 1, 0))
    assert drawn == [(-0.5, "dotted", False)]


def test_a_live_explorer_costs_one_frame_until_it_is_moved(make, drawn):
    """The controls and the stored picture are made from the frame at the start alone."""
    explorer = make()
    data, _ = show(explorer, "live")
    assert drawn == [(1.0, "solid", False)]
    (slider,) = widgets_of(data)["SelectionSlider"]
    for index in (2, 1, 2):
        slider.index = index
    assert drawn == [(1.0, "solid", False), (2.0, "solid", False)]


def test_all_frames_can_be_drawn_and_differ(make, drawn):
    explorer = make()
    frames = [explorer.frames[position] for position in explorer.frames.grid]
    assert sorted(drawn) == sorted(itertools.product([-0.5, 1.0, 2.0], ["solid", "dotted"], [False, True]))
    assert len({frame.pixels.tobytes() for frame in frames}) == len({frame.alt for frame in frames}) == 12


def test_pictures_lose_no_pixel(make):
    """Neither as PNG on paper nor as WebP live and in decks."""
    frames = make().frames
    assert np.array_equal(pixels(frames[0, 0, 0].png()), frames[0, 0, 0].pixels)
    assert np.array_equal(pixels(from_uri(frames.uri((0, 0, 0)))), frames[0, 0, 0].pixels)


def test_a_frame_has_the_size_it_was_designed_for(make):
    """At 125 dots per inch, for a page on which an inch is 100 pixels."""
    assert make(size=(4, 2)).frames[0, 0, 0].pixels.shape == (250, 500, 3)


def test_drawing_twice_gives_the_same_bytes(make):
    assert make().frames[1, 1, 1].png() == make().frames[1, 1, 1].png()


def test_drawing_uses_the_courses_settings_and_puts_the_readers_back(make):
    sizes = []
    with matplotlib.rc_context({"font.size": 77}):
        assert make(draw=lambda ax, **_: sizes.append(matplotlib.rcParams["font.size"])).frames[0, 0, 0]
        assert matplotlib.rcParams["font.size"] == 77
    assert sizes == [style()["font.size"]]


def test_several_axes_come_as_an_array():
    shapes = []
    explorer = explore(lambda axes, a: shapes.append(axes.shape), a=[0, 1], axes=(2, 3), alt="Six empty axes, {a}.")
    assert explorer.frames[0,]
    assert shapes == [(2, 3)]


@pytest.mark.parametrize("fault", ["draw", "alt", "short"])
def test_an_error_says_at_which_position_it_came(fault, make):
    """It stays the error that it was, with a note that names the drawing function and the values."""

    def broken(*_args, **_values):
        raise ZeroDivisionError("division by zero")

    other = {"draw": {"draw": broken}, "alt": {"alt": broken}, "short": {"alt": "Line."}}[fault]
    with pytest.raises(ValueError if fault == "short" else ZeroDivisionError) as caught:
        make(**other).frames[2, 1, 0]
    (note,) = caught.value.__notes__
    assert "level=2.0, kind='dotted', grid=False" in note
    assert ("broken" if fault == "draw" else "draw") in note


def test_an_alt_text_may_be_a_function(make):
    explorer = make(alt=lambda level, kind, grid: f"Here the line {'is' if level > 0 else 'is not'} above zero.")
    assert explorer.frames[0, 0, 0].alt == "Here the line is not above zero."


@pytest.mark.parametrize("play", ["kind", "grid", "nothing"])
def test_only_a_slider_can_be_played(make, play):
    with pytest.raises(ValueError, match=rf"one of \['level'\]; got '{play}'"):
        make(play=play)


# Faces


def test_on_paper_stand_picture_and_text_only(make, drawn):
    data, metadata = show(make(), "paper")
    assert set(data) == {"image/png", "text/plain"}
    assert metadata == {"image/png": {"alt": START, "width": 320}}
    assert data["text/plain"] == "Explorer of level λ, kind, grid: 12 frames. Run the cell to move the controls."
    assert drawn == [(1.0, "solid", False)]


@pytest.mark.parametrize("face", ["live", "static", "paper"])
def test_every_face_carries_the_same_paper(make, face):
    """Whoever stores the output keeps picture, alt text and line, whatever face was chosen."""
    data, metadata = show(make(), face)
    paper, expected = show(make(), "paper")
    assert {kind: data[kind] for kind in paper} == paper
    assert metadata == expected


def test_the_faces_show_the_same_frames(make):
    """At every position the live picture, the static picture and the frame itself agree in pixels and alt text."""
    explorer = make()
    live, static = widgets_of(show(explorer, "live")[0]), show(explorer, "static")[0]["text/html"]
    (slider,), (kind, grid) = live["SelectionSlider"], live["ToggleButtons"]
    stored = BeautifulSoup(static, "html.parser").find("script", type="application/json").string
    content = json.loads(stored)
    for number, position in enumerate(explorer.frames.grid):
        slider.index, kind.index, grid.index = position
        shown = BeautifulSoup(live["HTML"][0].value, "html.parser").img
        frame = explorer.frames[position]
        assert shown["alt"] == content["alts"][number] == frame.alt
        assert np.array_equal(pixels(from_uri(shown["src"])), frame.pixels)
        assert np.array_equal(pixels(from_uri(content["sources"][content["frames"][number]])), frame.pixels)


def test_live_controls_have_labels_texts_and_starts(make):
    live = widgets_of(show(make(play="level"), "live")[0])
    (slider,), (kind, grid), (player,) = live["SelectionSlider"], live["ToggleButtons"], live["Play"]
    assert [control.description for control in (slider, kind, grid)] == ["level λ", "kind", "grid"]
    assert [label for label, _ in slider.options] == ["−0.5", "1", "2"]
    assert [label for label, _ in grid.options] == ["no", "yes"]
    assert (slider.index, kind.index, grid.index, player.value) == (1, 0, 0, 1)
    assert (player.min, player.max, player.tooltip) == (0, 2, "Play level λ")


def test_a_live_explorer_without_play_has_no_player(make):
    assert "Play" not in widgets_of(show(make(), "live")[0])


def test_the_live_picture_escapes_its_alt_text(make):
    hostile = "<b>\"A\" & 'B'</b> at {level:g}, {kind}, {grid}."
    (picture,) = widgets_of(show(make(alt=hostile), "live")[0])["HTML"]
    found = BeautifulSoup(picture.value, "html.parser")
    assert [tag.name for tag in found.find_all()] == ["img"]
    assert found.img["alt"] == "<b>\"A\" & 'B'</b> at 1, solid, False."


# Choice of the face


def test_the_innermost_choice_counts_then_the_variable_then_live(monkeypatch):
    assert renderer() == "live"
    monkeypatch.setenv("COURSE_RENDERER", "paper")
    assert renderer() == "paper"
    with set_renderer("static"):
        assert renderer() == "static"
        with set_renderer("live"):
            assert renderer() == "live"
        assert renderer() == "static"
    assert renderer() == "paper"


def test_an_error_in_the_block_ends_the_choice():
    with pytest.raises(KeyError), set_renderer("static"):
        raise KeyError
    assert renderer() == "live"


def test_an_unknown_face_is_refused(monkeypatch):
    with pytest.raises(ValueError, match="one of live, static, paper; got 'pdf'"), set_renderer("pdf"):
        pass
    monkeypatch.setenv("COURSE_RENDERER", "html")
    with pytest.raises(ValueError, match="got 'html'"):
        renderer()
