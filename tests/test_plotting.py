"""The course's look: colours that can be told apart, figures that say what they show, nothing global touched."""

import io
import itertools
import subprocess
import sys
from unittest import mock

import numpy as np
import pytest
from PIL import Image

from course_utils import plotting
from course_utils.plotting import DATA, GENERATED, LATENT, MODEL, WRONG, draw_ellipse, figure, new_figure, style, to_png

ROLES = {"data": DATA, "model": MODEL, "generated": GENERATED, "latent": LATENT, "wrong": WRONG}
ALT = "A line that rises from 0 to 1."


def luminance(colour):
    """Compute the relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


def as_seen(colour, deficiency):
    """Simulate how a colour-blind reader sees a colour (Machado, Oliveira, Fernandes 2009, severity 1)."""
    matrix = {
        "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
        "all": np.eye(3),
    }[deficiency]
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return np.clip(np.asarray(matrix) @ linear, 0, 1)


def displayed(*arguments, **options):
    """Draw a figure and return what it displays: data and metadata by kind."""
    with mock.patch("IPython.display.display") as display:
        with figure(*arguments, **options) as axes:
            for ax in np.ravel(axes):
                ax.plot([0, 1], [0, 1], color=MODEL)
        assert display.call_count == 1
    return display.call_args.args[0], display.call_args.kwargs["metadata"]


@pytest.mark.parametrize("role", ROLES)
def test_role_colours_stand_out_on_white(role):
    """A contrast of at least 4 to 1, where WCAG asks 3 to 1 of graphics."""
    assert 1.05 / (luminance(ROLES[role]) + 0.05) >= 4


@pytest.mark.parametrize("deficiency", ["all", "protan", "deutan"])
def test_role_colours_differ_from_each_other_for_all_eyes(deficiency):
    seen = {role: as_seen(colour, deficiency) for role, colour in ROLES.items()}
    for one, other in itertools.combinations(ROLES, 2):
        assert np.linalg.norm(seen[one] - seen[other]) > 0.04, (one, other)


def test_a_figure_is_displayed_as_png_with_its_alt_text():
    """The width is in CSS pixels, the plain text gives nothing away, and the output is not a Python object's."""
    data, metadata = displayed(ALT, size=(4, 2))
    assert set(data) == {"image/png", "text/plain"}
    assert data["text/plain"] == "Figure", "it stands where a prediction's picture is folded away"
    assert metadata == {"image/png": {"alt": ALT, "width": 400}}
    image = Image.open(io.BytesIO(data["image/png"]))
    assert image.format == "PNG"
    assert image.width / image.height == 2
    assert image.width >= 400
    assert len(np.unique(np.asarray(image.convert("RGB")).reshape(-1, 3), axis=0)) > 10


def test_the_same_figure_is_the_same_bytes():
    """Without software version or date, since built notebooks are compared byte by byte."""
    first, second = (displayed(ALT)[0]["image/png"] for _ in range(2))
    assert first == second
    assert set(Image.open(io.BytesIO(first)).info) <= {"dpi"}


def test_several_axes_are_yielded_as_matplotlib_yields_them():
    with mock.patch("IPython.display.display"):
        with figure(ALT, axes=(1, 2), sharey=True) as (left, right):
            assert left.get_shared_y_axes().joined(left, right)
        with figure(ALT, axes=(2, 3)) as axes:
            assert axes.shape == (2, 3)
        with figure(ALT, subplot_kw={"projection": "polar"}) as ax:
            assert ax.name == "polar"


@pytest.mark.parametrize("alt", ["", "Figure", "  " * 20, None, 3, "x" * 14])
def test_an_alt_text_that_shows_nothing_is_refused(alt):
    with pytest.raises(ValueError, match=r"alt text must say in a sentence .* got "), figure(alt):
        pass


def test_an_error_in_the_block_displays_nothing_and_comes_out():
    with mock.patch("IPython.display.display") as display:
        with pytest.raises(ZeroDivisionError), figure(ALT):
            raise ZeroDivisionError
        assert display.call_count == 0


def test_margins_are_the_same_in_inches_for_every_size():
    """So frames of different explorers keep their axes in the same place."""

    def margins(axes, size):
        boxes = [ax.get_position() for ax in np.ravel(new_figure(axes, size).subplots(*axes))]
        left, right = min(box.x0 for box in boxes), 1 - max(box.x1 for box in boxes)
        bottom, top = min(box.y0 for box in boxes), 1 - max(box.y1 for box in boxes)
        return [left * size[0], right * size[0], bottom * size[1], top * size[1]]

    expected = margins((1, 1), (6.4, 3.6))
    assert min(expected) > 0.1
    assert margins((1, 2), (9.6, 4.0)) == pytest.approx(expected)
    assert margins((3, 1), (4, 6)) == pytest.approx(expected)


def test_the_style_is_the_courses():
    assert style()["figure.dpi"] == 150
    with mock.patch("IPython.display.display"), figure(ALT) as ax:
        assert not ax.spines["top"].get_visible()
        assert ax.plot([0, 1])[0].get_color().upper() == MODEL
    assert to_png(ax.figure, dpi=50) != to_png(ax.figure, dpi=60)


def test_drawing_needs_no_pyplot_and_leaves_the_settings_alone():
    """In a fresh process: the settings are the same before, in an error and after; pyplot is never loaded."""
    code = """
import sys
import matplotlib
names = [name for name in matplotlib.rcParams if name != "backend"]  # to ask for the backend loads pyplot
read = lambda: [matplotlib.rcParams[name] for name in names]
before = read()
from course_utils.plotting import figure, draw_ellipse
with figure("A line from 0 to 1 and an ellipse.") as ax:
    assert read() != before
    draw_ellipse(ax, [0, 0], [[1, 0], [0, 1]])
assert read() == before
try:
    with figure("A line from 0 to 1 and an ellipse."):
        raise KeyError
except KeyError:
    assert read() == before
print("matplotlib.pyplot" in sys.modules)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[-1] == "False"


@pytest.mark.parametrize("mass", [0.5, 0.95])
def test_an_ellipse_holds_its_mass(mass):
    """Of 40,000 draws of a correlated Gaussian the share inside the drawn line is the mass, to four standard errors."""
    from matplotlib.path import Path

    mean, cov = np.array([3.0, -1.0]), np.array([[4.0, 1.5], [1.5, 1.0]])
    ax = new_figure().subplots()
    draw_ellipse(ax, mean, cov, mass=mass, color=WRONG, linestyle="--")
    (line,) = ax.lines
    assert (line.get_color(), line.get_linestyle()) == (WRONG, "--")
    draws = np.random.default_rng(5).multivariate_normal(mean, cov, 40_000)
    inside = Path(line.get_xydata()).contains_points(draws).mean()
    assert abs(inside - mass) < 4 * np.sqrt(mass * (1 - mass) / len(draws)) + 2e-4  # a polygon lies inside its ellipse


def test_a_degenerate_ellipse_is_a_segment():
    """On the line that is left, 95 % lie within 1.96 standard deviations."""
    ax = new_figure().subplots()
    draw_ellipse(ax, [1, 1], [[1, 0], [0, 0]])
    x, y = ax.lines[0].get_data()
    assert y == pytest.approx(np.ones_like(x))
    assert np.ptp(x) == pytest.approx(2 * 1.959964, rel=1e-6)


def test_what_is_public_exists():
    assert all(hasattr(plotting, name) for name in plotting.__all__)
