"""`course slides`: executes the notebooks with static explorers, once, and makes the decks."""

from collections.abc import Callable, Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course_utils.authoring.build import execute_lecture, hash_inputs, plain_notebook, replace_file
from course_utils.authoring.slides import Deck, build_deck, build_index, find_deck, install_assets
from course_utils.authoring.source import Lecture, find_lectures


def build_decks(lectures: Sequence[Lecture], folder: Path, say: Callable[[str], None] = print) -> list[Deck]:
    """Build the decks of some lectures and the index of all decks in the folder.

    Parameters
    ----------
    lectures : sequence of Lecture
    folder : Path
        Where the decks go; it works from there without network, also after being moved.
    say : callable
        Takes a line of progress.
    """
    install_assets(folder)
    decks = []
    for lecture in lectures:
        deck = build_deck(static_notebook(lecture), title=lecture.title, path=folder / f"{lecture.name}.html")
        say(f"{deck.slides:4d} slides {deck.bytes / 1e6:5.2f} MB  {deck.path.name}")
        decks.append(deck)
    there = [(folder / f"{lecture.name}.html", lecture) for lecture in find_lectures(lectures[0].root)]
    build_index(folder, [find_deck(path, title=lecture.title) for path, lecture in there if path.exists()])
    return decks


def static_notebook(lecture: Lecture) -> NotebookNode:
    """Return the student notebook executed with static explorers; reused while nothing changed."""
    plain = plain_notebook(lecture, "student")
    inputs = hash_inputs(lecture.root, plain)
    kept = lecture.root / ".build" / "static" / f"{lecture.name}.ipynb"
    if kept.exists():
        notebook = nbformat.read(kept, as_version=4)
        if notebook.metadata.get("inputs") == inputs:
            return notebook
    notebook, _ = execute_lecture(lecture, "student", plain, renderer="static")
    notebook.metadata.inputs = inputs
    replace_file(kept, nbformat.writes(notebook).encode())
    return notebook
