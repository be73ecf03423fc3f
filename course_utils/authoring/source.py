"""Reads a lecture's one source and makes the unexecuted student and solution notebooks from it."""

import ast
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import jupytext
import nbformat
from nbconvert.preprocessors import TagRemovePreprocessor
from nbformat import NotebookNode

Edition = Literal["student", "solution"]

_DROPPED: dict[Edition, str] = {"student": "solution", "solution": "exercise"}
_SLIDE_TYPES = {"slide": "slide", "subslide": "subslide", "continue": "-", "notes": "notes", "skip": "skip"}
_TAGS = {*_SLIDE_TYPES, "exercise", "solution", "parameters", "predict", "collapse-code", "show-code"}
_TAGS |= {"nbval-ignore-output"}
_MARKER = re.compile(r"^# %%", re.MULTILINE)


class SourceError(ValueError):
    """A source that cannot become a notebook; the message names the file and the line."""


@dataclass(frozen=True)
class Lecture:
    """One lecture: its source and the places of what is made from it.

    Attributes
    ----------
    root : Path
        The course's folder.
    name : str
        Number and topic, for example "01_distributions".
    """

    root: Path
    name: str

    @property
    def source(self) -> Path:
        """The percent-format source."""
        return self.root / "notebooks" / "source" / f"{self.name}.py"

    def notebook(self, edition: Edition) -> Path:
        """Return the path of the built notebook of an edition."""
        folder = self.root / "notebooks"
        return (folder if edition == "student" else folder / "solutions") / f"{self.name}.ipynb"

    @property
    def title(self) -> str:
        """The first heading of the source."""
        found = re.search(r"^# # (.+)$", self.source.read_text(encoding="utf-8"), re.MULTILINE)
        if not found:
            raise SourceError(f"{self.source}: the first cell must hold a heading, '# # NN Title'")
        return found.group(1).strip()


def find_lectures(root: Path, wanted: Sequence[str] = ()) -> list[Lecture]:
    """Return the lectures in order, all of them or the wanted ones.

    Parameters
    ----------
    root : Path
        The course's folder.
    wanted : sequence of str
        Numbers ("01"), topics ("distributions") or names ("01_distributions").

    Raises
    ------
    ValueError
        If something wanted does not exist; the message lists what does.
    """
    names = sorted(path.stem for path in (root / "notebooks" / "source").glob("[0-9][0-9]_*.py"))
    if not wanted:
        return [Lecture(root, name) for name in names]
    found = []
    for word in wanted:
        matching = [name for name in names if word in (name, name[:2], name[3:])]
        if not matching:
            raise ValueError(f"there is no notebook {word!r}; there are: {', '.join(names)}")
        found += matching
    return [Lecture(root, name) for name in sorted(set(found))]


def read_source(path: Path) -> NotebookNode:
    """Read a source as one notebook that still holds exercises and solutions.

    Each cell carries its slide type, its line in the source (`cell.metadata.line`, dropped by `make_edition`), and an
    id derived from its content; an exercise has its name for an id, and so stays the same cell when its text changes.

    Raises
    ------
    SourceError
        If a tag does not fit its cell, or an exercise has no solution or no check.
    """
    text = path.read_text(encoding="utf-8")
    try:
        notebook = jupytext.reads(text, fmt="py:percent")
    except Exception as error:
        raise SourceError(f"{path}: cannot be read as percent format: {error}") from error
    lines = [text.count("\n", 0, marker.start()) + 1 for marker in _MARKER.finditer(text)]
    if len(lines) != len(notebook.cells):
        raise SourceError(f"{path}: every cell must start with '# %%'; found {len(lines)} such lines")
    notebook.metadata = NotebookNode(
        kernelspec={"display_name": "Python 3", "language": "python", "name": "python3"},
        language_info={"name": "python"},
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for cell, line in zip(notebook.cells, lines, strict=True):
        cell.metadata = NotebookNode(tags=list(cell.metadata.get("tags", [])), line=line)
        cell.metadata.slideshow = {"slide_type": _slide_type(cell, path)}
        if "collapse-code" in cell.metadata.tags:
            cell.metadata.jupyter = {"source_hidden": True}
        if cell.cell_type == "code":
            _require_syntax(cell, path)
    _assign_ids(notebook, path)
    return notebook


def make_edition(notebook: NotebookNode, edition: Edition) -> NotebookNode:
    """Return the student's or the solved edition of what `read_source` returned, not executed."""
    remover = TagRemovePreprocessor(remove_cell_tags={_DROPPED[edition]}, enabled=True)
    made, _ = remover.preprocess(nbformat.from_dict(notebook), {})
    for cell in made.cells:
        del cell.metadata["line"]
        if edition == "student" and "predict" in cell.metadata.tags:
            cell.metadata.jupyter = {"outputs_hidden": True, "source_hidden": True}
    return made


def _slide_type(cell: NotebookNode, path: Path) -> str:
    unknown = [tag for tag in cell.metadata.tags if tag not in _TAGS and not re.fullmatch(r"M\d\d", tag)]
    if unknown:
        raise SourceError(
            f"{path}:{cell.metadata.line}: no such tag: {unknown}; there are {sorted(_TAGS)} and M01, M02 ..."
        )
    types = [_SLIDE_TYPES[tag] for tag in cell.metadata.tags if tag in _SLIDE_TYPES]
    if len(types) > 1 or (types and types[0] in ("slide", "subslide", "notes") and cell.cell_type != "markdown"):
        raise SourceError(
            f"{path}:{cell.metadata.line}: a cell has one of the tags {', '.join(_SLIDE_TYPES)}, and only markdown"
            f" starts a slide or holds notes; got {cell.metadata.tags}"
        )
    return types[0] if types else ("notes" if cell.cell_type == "markdown" else "skip")


def _require_syntax(cell: NotebookNode, path: Path) -> None:
    try:
        ast.parse(cell.source)
    except SyntaxError as error:
        line = cell.metadata.line + (error.lineno or 1)
        raise SourceError(f"{path}:{line}: {error.msg}: {(error.text or '').strip()}") from None


def _assign_ids(notebook: NotebookNode, path: Path) -> None:
    """Give each cell an id that depends on nothing but its content (and how often that content came before)."""
    used: dict[str, int] = {}
    for position, cell in enumerate(notebook.cells):
        kinds = {"exercise", "solution"} & set(cell.metadata.tags)
        if kinds:
            stem = f"{kinds.pop()}-{_exercise_name(notebook, position, path)}"
        else:
            stem = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]
        used[stem] = used.get(stem, 0) + 1
        cell.id = stem if used[stem] == 1 else f"{stem}-{used[stem]}"


def _exercise_name(notebook: NotebookNode, position: int, path: Path) -> str:
    """Return the name that the check after an exercise calls it by."""
    cell = notebook.cells[position]
    if "solution" in cell.metadata.tags and "exercise" not in notebook.cells[position - 1].metadata.tags:
        raise SourceError(f"{path}:{cell.metadata.line}: a cell tagged 'exercise' must stand before this solution")
    following = notebook.cells[position + 1 : position + 3]
    if "exercise" in cell.metadata.tags and (not following or "solution" not in following[0].metadata.tags):
        raise SourceError(f"{path}:{cell.metadata.line}: a cell tagged 'solution' must follow this exercise")
    for after in following:
        names = list(_checked_names(after.source)) if after.cell_type == "code" else []
        if names:
            return names[0].replace("_", "-")
    raise SourceError(f'{path}:{cell.metadata.line}: a check("name", ...) must follow the exercise and its solution')


def _checked_names(code: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "check" and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value
