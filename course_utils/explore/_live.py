"""The live face: ipywidgets controls over frames that are drawn when first visited."""

from html import escape
from typing import Any

from ipywidgets import HTML, Box, HBox, Layout, Play, SelectionSlider, ToggleButtons, VBox, jslink

from course_utils.explore._frames import Frames
from course_utils.explore._grid import Parameter, Position

PLAY_INTERVAL = 400  # milliseconds a frame


def live_view(frames: Frames, play: str | None) -> VBox:
    """Return the widget of an explorer.

    Parameters
    ----------
    frames : Frames
    play : str or None
        Name of the parameter that a play button runs through.
    """
    controls = [_control(parameter) for parameter in frames.grid.parameters]
    picture = HTML()

    def show(_change: Any = None) -> None:
        position: Position = tuple(control.index for control in controls)
        picture.value = image_tag(frames, position)

    for control in controls:
        control.observe(show, names="index")
    show()
    rows: list[Any] = list(controls)
    for i, parameter in enumerate(frames.grid.parameters):
        if parameter.name == play:
            rows[i] = HBox([controls[i], _player(parameter, controls[i])])
    return VBox([*rows, picture])


def image_tag(frames: Frames, position: Position) -> str:
    """Return the HTML of one frame, as wide as it was designed to be."""
    width = round(frames.size[0] * 100)
    alt = escape(frames[position].alt, quote=True)
    return f'<img src="{frames.uri(position)}" alt="{alt}" style="width:{width}px;max-width:100%">'


def _control(parameter: Parameter) -> Any:
    options = list(zip(parameter.texts, range(len(parameter.values)), strict=True))
    kind = SelectionSlider if parameter.is_slider else ToggleButtons
    return kind(
        options=options,
        index=parameter.start,
        description=parameter.label,
        tooltip=parameter.label,
        style={"description_width": "initial"} | ({} if parameter.is_slider else {"button_width": "auto"}),
        layout=Layout(width="460px" if parameter.is_slider else "auto"),
    )


def _player(parameter: Parameter, slider: Any) -> Box:
    player = Play(
        min=0,
        max=len(parameter.values) - 1,
        value=parameter.start,
        interval=PLAY_INTERVAL,
        show_repeat=False,
        tooltip=f"Play {parameter.label}",
    )
    jslink((player, "value"), (slider, "index"))
    return player
