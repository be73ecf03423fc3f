"""Exercises that tell the student at once what is right, and how it is wrong.

A notebook calls `check` and `hint`. The modules of this package whose names carry no underscore hold the exercises of
one notebook each, built from `Exercise`, `Mistake`, `Wrong`, `compare` and `choose`.
"""

from course_utils.exercises._attempt import Wrong
from course_utils.exercises._exercise import Exercise, Mistake, choose, compare
from course_utils.exercises._registry import check, find_exercise, hint, list_exercises
from course_utils.exercises._verdict import Hint, Outcome, Verdict

__all__ = [
    "Exercise",
    "Hint",
    "Mistake",
    "Outcome",
    "Verdict",
    "Wrong",
    "check",
    "choose",
    "compare",
    "find_exercise",
    "hint",
    "list_exercises",
]
