"""What the student sees after a check or a hint: plain text and accessible HTML that say the same."""

from dataclasses import dataclass
from enum import Enum
from html import escape


class Outcome(Enum):
    """The three outcomes of a check."""

    RIGHT = "Right"
    WRONG = "Not yet"
    NOT_ATTEMPTED = "Not attempted"


# Sign, border and background of each outcome. The text colour is fixed with the background, so that both themes of
# JupyterLab keep the contrast; the sign and the word carry the meaning without the colour.
_LOOK = {
    Outcome.RIGHT: ("✔", "#00664b", "#e6f4ee"),
    Outcome.WRONG: ("✘", "#a8123e", "#fcebef"),
    Outcome.NOT_ATTEMPTED: ("○", "#5a6472", "#f1f3f5"),
}


_CODE = '<code style="color:inherit;background:transparent">'  # themes give code a colour of their own


@dataclass(frozen=True)
class Verdict:
    """The result of one check.

    Attributes
    ----------
    exercise : str
        Name of the exercise.
    outcome : Outcome
        Right, wrong or not attempted.
    message : str
        One or two sentences to the student.
    details : tuple of (str, str)
        Label and text of what was tried, what came, what was expected.
    """

    exercise: str
    outcome: Outcome
    message: str
    details: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        sign = _LOOK[self.outcome][0]
        lines = [f"{sign} {self.outcome.value} ({self.exercise}): {self.message}"]
        width = max((len(label) for label, _ in self.details), default=0)
        for label, text in self.details:
            indent = " " * (width + 6)
            lines.append(f"    {label:<{width}}  " + text.replace("\n", "\n" + indent))
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        sign, ink, paper = _LOOK[self.outcome]
        rows = "".join(
            f'<div style="display:flex;gap:.8em"><dt style="min-width:7.5em;color:{ink}">{escape(label)}</dt>'
            f'<dd style="margin:0;white-space:pre-wrap;font-family:monospace">{escape(text)}</dd></div>'
            for label, text in self.details
        )
        return (
            f'<div class="course-verdict" role="status" style="border-left:6px solid {ink};background:{paper};'
            f'color:#1a1d21;padding:.6em 1em;margin:.3em 0">'
            f'<p style="margin:0"><strong style="color:{ink}">{sign} {self.outcome.value}</strong> '
            f"{_CODE}{escape(self.exercise)}</code>: {_inline_code(self.message)}</p>"
            + (f'<dl style="margin:.5em 0 0">{rows}</dl>' if rows else "")
            + "</div>"
        )


@dataclass(frozen=True)
class Hint:
    """One graded hint, or, with number 0, the offer of hints."""

    exercise: str
    number: int
    of: int
    text: str

    @property
    def title(self) -> str:
        """What the hint is headed."""
        return f"Hint {self.number} of {self.of}" if self.number else "Hints"

    def __repr__(self) -> str:
        return f"{self.title} ({self.exercise}): {self.text}"

    def _repr_html_(self) -> str:
        return (
            '<div class="course-hint" role="note" style="border-left:6px solid #0072b2;background:#e8f2f9;'
            'color:#1a1d21;padding:.6em 1em;margin:.3em 0">'
            f'<p style="margin:0"><strong style="color:#005a8c">{self.title}</strong> '
            f"{_CODE}{escape(self.exercise)}</code>: {_inline_code(self.text)}</p></div>"
        )


def _inline_code(text: str) -> str:
    """Escape text and set what stands between backticks as code."""
    parts = escape(text).split("`")
    if len(parts) % 2 == 0:  # an odd backtick: leave the text as it is
        return escape(text)
    return "".join(f"{_CODE}{part}</code>" if i % 2 else part for i, part in enumerate(parts))
