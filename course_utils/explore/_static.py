"""The static face: every frame drawn ahead, native controls, a few lines of script; no kernel, no network."""

import hashlib
import json
from collections import Counter
from html import escape
from importlib import resources

from course_utils.explore._frames import Frames
from course_utils.explore._grid import Parameter

_made: Counter[str] = Counter()  # how often each content was made, since a page must not have two equal ids


def static_html(frames: Frames, play: str | None) -> str:
    """Return an explorer as a fragment of HTML that works on any page, also from `file://`.

    Parameters
    ----------
    frames : Frames
    play : str or None
        Name of the parameter that a play button runs through.
    """
    grid = frames.grid
    sources: dict[str, int] = {}  # equal frames are stored once
    shown = [sources.setdefault(frames.uri(position), len(sources)) for position in grid]
    data = {
        "shape": grid.shape,
        "start": grid.start,
        "texts": [parameter.texts for parameter in grid.parameters],
        "sources": list(sources),
        "frames": shown,
        "alts": [frames[position].alt for position in grid],
    }
    content = json.dumps(data, ensure_ascii=False)
    name = "explorer-" + hashlib.sha256(content.encode()).hexdigest()[:12]
    _made[name] += 1
    if _made[name] > 1:
        name += f"-{_made[name]}"
    controls = "".join(_control(name, parameter, parameter.name == play) for parameter in grid.parameters)
    width, height = (round(inches * 100) for inches in frames.size)
    return (
        f'<figure class="course-explorer" id="{name}">'
        f"<style>{_asset('static.css')}</style>"
        f'<div class="explorer-controls">{controls}</div>'
        f'<img src="{frames.uri(grid.start)}" alt="{escape(frames[grid.start].alt, quote=True)}"'
        f' width="{width}" height="{height}">'
        f'<script type="application/json">{_inert(content)}</script>'
        f"<script>{_asset('static.js').replace('EXPLORER_ID', name)}</script>"
        "</figure>"
    )


def _control(name: str, parameter: Parameter, plays: bool) -> str:
    label = escape(parameter.label)
    if not parameter.is_slider:
        choices = "".join(
            f'<label><input type="radio" name="{name}-{parameter.name}" value="{i}"'
            f"{' checked' if i == parameter.start else ''}> {escape(text)}</label>"
            for i, text in enumerate(parameter.texts)
        )
        return f'<fieldset class="control"><legend>{label}</legend>{choices}</fieldset>'
    field = f"{name}-{parameter.name}"
    button = f'<button type="button" aria-label="Play {label}" aria-pressed="false">▶</button>' if plays else ""
    text = escape(parameter.texts[parameter.start])
    return (
        f'<div class="control"><label for="{field}">{label}</label>'
        f'<input type="range" id="{field}" min="0" max="{len(parameter.values) - 1}" step="1"'
        f' value="{parameter.start}" aria-valuetext="{text}"><output for="{field}">{text}</output>{button}</div>'
    )


def _asset(file: str) -> str:
    return resources.files("course_utils.explore").joinpath(file).read_text(encoding="utf-8").strip()


def _inert(content: str) -> str:
    """Keep JSON from ending, or from opening comments in, the script element that carries it."""
    return content.replace("<", "\\u003c")
