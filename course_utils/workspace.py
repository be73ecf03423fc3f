"""The student's own copies of the notebooks: made, brought up to date, and never lost."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import nbformat
from nbformat import NotebookNode


class Change(Enum):
    """What happened to one notebook of the student's folder."""

    ADDED = "new"
    UNCHANGED = "up to date"
    REPLACED = "updated (you had not changed it)"
    MERGED = "updated, your cells carried over"


@dataclass(frozen=True)
class Update:
    """One notebook of the student's folder after an update.

    Attributes
    ----------
    name : str
        File name.
    change : Change
    backup : Path or None
        Where the student's version stands as it was before a merge.
    left_behind : int
        How many changed cells could not be carried over, since the course changed or removed the same cells. They are
        in the backup.
    """

    name: str
    change: Change
    backup: Path | None = None
    left_behind: int = 0


def update_workspace(root: Path) -> list[Update]:
    """Bring the student's folder ``work/`` up to date with the course's notebooks.

    A notebook that the student has not changed is replaced. In one that was changed, the course's new version takes
    over every cell of the student's: solved exercises, added cells, and changed cells whose original is still in the
    course; before that the student's file is copied to ``work/backups``.

    Parameters
    ----------
    root : Path
        The course's folder.

    Returns
    -------
    list of Update
        One entry a notebook, in the order of the course.

    Raises
    ------
    ValueError
        If a file of the student's cannot be read as a notebook; nothing is changed then.
    """
    work, delivered = root / "work", root / "work" / ".delivered"
    delivered.mkdir(parents=True, exist_ok=True)
    offered = sorted((root / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    if not offered:
        raise ValueError(f"there are no notebooks in {root / 'notebooks'}: make them with `course build`")
    for path in offered:  # read all before writing any
        _read(work / path.name)
    return [_update_one(path, work / path.name, delivered / path.name) for path in offered]


def _update_one(new_path: Path, my_path: Path, base_path: Path) -> Update:
    new, mine, base = _read(new_path), _read(my_path), _read(base_path)
    if new is None:
        raise ValueError(f"{new_path} is missing")
    if mine is None:
        _put(new_path.read_bytes(), my_path)
        _put(new_path.read_bytes(), base_path)
        return Update(new_path.name, Change.ADDED)
    if base is not None and _cells(new) == _cells(base):
        return Update(new_path.name, Change.UNCHANGED)
    if _cells(mine) == _cells(new):
        _put(new_path.read_bytes(), base_path)
        return Update(new_path.name, Change.UNCHANGED)
    if base is not None and _cells(mine) == _cells(base):
        _put(new_path.read_bytes(), my_path)
        _put(new_path.read_bytes(), base_path)
        return Update(new_path.name, Change.REPLACED)
    backup = _backup(my_path)
    merged, left_behind = merge(base if base is not None else nbformat.v4.new_notebook(), mine, new)
    _put(nbformat.writes(merged).encode(), my_path)
    _put(new_path.read_bytes(), base_path)
    return Update(new_path.name, Change.MERGED, backup, left_behind)


def merge(base: NotebookNode, mine: NotebookNode, new: NotebookNode) -> tuple[NotebookNode, int]:
    """Return the new version with the student's changes, and how many changed cells found no place.

    Parameters
    ----------
    base, mine, new : NotebookNode
        What the student was given, what the student made of it, and the course's new version.
    """
    given = {cell.id: cell for cell in base.cells}
    merged = nbformat.from_dict(new)
    position = {cell.id: i for i, cell in enumerate(merged.cells)}
    added_after: dict[str | None, list[NotebookNode]] = {}
    left_behind = 0
    anchor: str | None = None  # the last cell before that the new version has too
    for cell in mine.cells:
        if cell.id in position:
            changed = cell.id not in given or _content(cell) != _content(given[cell.id])
            verdict = cell.cell_type == "code" and cell.source.startswith("check(")  # on the student's own answer
            if changed or verdict:
                merged.cells[position[cell.id]] = nbformat.from_dict(cell)
        elif cell.id not in given:
            added_after.setdefault(anchor, []).append(cell)
        elif _content(cell) != _content(given[cell.id]):
            left_behind += 1
        if cell.id in position:
            anchor = cell.id
    cells = list(added_after.get(None, []))
    for cell in merged.cells:
        cells += [cell, *added_after.get(cell.id, [])]
    merged.cells = cells
    return merged, left_behind


def describe(updates: Sequence[Update], root: Path) -> str:
    """Return what an update did, as lines for the student."""
    lines = []
    for update in updates:
        lines.append(f"{update.name}: {update.change.value}")
        if update.backup:
            lines.append(f"    your version before the update: {update.backup.relative_to(root)}")
        if update.left_behind:
            lines.append(f"    {update.left_behind} of your changed cells stand in cells that the course rewrote;")
            lines.append("    they are only in that backup")
    if any(update.change in (Change.REPLACED, Change.MERGED) for update in updates):
        lines.append(
            "If one of these is open in JupyterLab: File > Reload Notebook from Disk, and do not save over it."
        )
    lines.append(f"(compared with {root / 'notebooks'}; for newer notebooks run `git pull` first)")
    return "\n".join(lines)


def _cells(notebook: NotebookNode) -> list[tuple[str, str, str, str]]:
    return [(cell.id, *_content(cell)) for cell in notebook.cells]


def _content(cell: NotebookNode) -> tuple[str, str, str]:
    """Return what the student wrote into a cell, pasted pictures included; outputs come and go."""
    return cell.cell_type, cell.source, json.dumps(cell.get("attachments", {}), sort_keys=True)


def _read(path: Path) -> NotebookNode | None:
    if not path.exists():
        return None
    try:
        notebook = nbformat.read(path, as_version=4)
        if any("id" not in cell for cell in notebook.cells):
            raise ValueError("it is in an old format, without cell ids")
        return notebook
    except Exception as error:
        raise ValueError(
            f"{path} cannot be read as a notebook ({error}). Move it elsewhere; the next update makes a fresh copy."
        ) from error


def _put(content: bytes, path: Path) -> None:
    """Write a file in one stroke: whoever pulls the plug finds the old one or the new one, never half of one."""
    draft = path.with_name(path.name + ".draft")
    draft.write_bytes(content)
    draft.replace(path)


def _backup(path: Path) -> Path:
    folder = path.parent / "backups"
    folder.mkdir(exist_ok=True)
    number = 1
    while (backup := folder / f"{path.stem}.{number}.ipynb").exists():
        number += 1
    shutil.copy(path, backup)
    return backup
