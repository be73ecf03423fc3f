"""`course build`: executed notebooks from sources, only where something changed, the same bytes each time."""

import hashlib
import json
import os
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course_utils.authoring.execute import Cost, ExecutionError, execute
from course_utils.authoring.source import Edition, Lecture, SourceError, make_edition, read_source

EDITIONS: tuple[Edition, ...] = ("student", "solution")
CACHE = Path(".build") / "notebooks.json"
_CACHE_LOCK = threading.Lock()  # notebooks are built in several threads


class BuildError(RuntimeError):
    """A notebook that could not be built: file, line, first line of the cell, and the error."""


@dataclass(frozen=True)
class Built:
    """One line of the build's table; `cost` is None where the notebook was reused."""

    name: str
    edition: Edition
    cost: Cost | None


def build(
    lectures: Sequence[Lecture], *, jobs: int = 1, force: bool = False, say: Callable[[str], None] = print
) -> list[Built]:
    """Build the student and the solution notebook of each lecture.

    A notebook is replaced only when its execution succeeded, and reused when neither its source, the package, the data
    nor any installed version changed since it was built here.

    Parameters
    ----------
    lectures : sequence of Lecture
    jobs : int
        How many notebooks run at the same time.
    force : bool
        Execute also what did not change.
    say : callable
        Takes a line of progress.

    Raises
    ------
    BuildError
        If any notebook failed, after the others were built; the message tells of all that failed.
    """
    tasks = [(lecture, edition) for lecture in lectures for edition in EDITIONS]
    done: list[Built] = []
    failures: list[str] = []

    def run(task: tuple[Lecture, Edition]) -> Built:
        return build_one(*task, force=force)

    with ThreadPoolExecutor(max_workers=jobs) as pool:
        for task, result in zip(tasks, [pool.submit(run, task) for task in tasks], strict=True):
            try:
                done.append(result.result())
            except BuildError as error:
                failures.append(str(error))
                say(f"FAILED  {task[0].name} ({task[1]})\n{error}")
                continue
            cost = done[-1].cost
            spent = f"{cost.seconds:6.1f} s {cost.megabytes:6.0f} MB" if cost else "       unchanged"
            say(f"{spent}  {task[0].name} ({task[1]})")
    if failures:
        raise BuildError(f"{len(failures)} of {len(tasks)} notebooks failed; the others are built")
    return done


def build_one(lecture: Lecture, edition: Edition, *, force: bool = False) -> Built:
    """Build one notebook, or reuse it."""
    plain = plain_notebook(lecture, edition)
    path = lecture.notebook(edition)
    inputs = hash_inputs(lecture.root, plain)
    if not force and path.exists() and _recall(lecture.root, path) == [inputs, _hash(path.read_bytes())]:
        return Built(lecture.name, edition, None)
    executed, cost = execute_lecture(lecture, edition, plain)
    written = nbformat.writes(executed).rstrip("\n") + "\n"
    replace_file(path, written.encode())
    _remember(lecture.root, path, [inputs, _hash(written.encode())])
    return Built(lecture.name, edition, cost)


def plain_notebook(lecture: Lecture, edition: Edition) -> NotebookNode:
    """Return an edition before execution; a fault of the source is a `BuildError`."""
    try:
        return make_edition(read_source(lecture.source), edition)
    except SourceError as error:
        raise BuildError(str(error)) from None


def execute_lecture(
    lecture: Lecture, edition: Edition, plain: NotebookNode, *, renderer: str = "live", seed: int | None = None
) -> tuple[NotebookNode, Cost]:
    """Execute an edition; a failing cell is a `BuildError` that names the place in the source."""
    try:
        return execute(plain, renderer=renderer, seed=seed)
    except ExecutionError as error:
        cell = plain.cells[error.index]
        lines = {c.id: c.metadata.line for c in read_source(lecture.source).cells}
        first = next((line for line in cell.source.splitlines() if line.strip()), "")
        seeded = "" if seed is None else f" with SEED = {seed}"
        raise BuildError(
            f"{lecture.source}:{lines[cell.id]}: cell {error.index} of the {edition} notebook failed{seeded}\n"
            f"    {first}\n    {error}"
        ) from None
    except (RuntimeError, OSError) as error:  # the kernel, not a cell
        raise BuildError(f"{lecture.source}: the {edition} notebook did not run: {error}") from error


def find_stale(lectures: Iterable[Lecture]) -> list[str]:
    """Return a line for each committed notebook that does not belong to its source.

    A notebook belongs to its source when its cells are those that the source makes, and every code cell was executed
    without an error. Whether outputs are still true is for nbval to say.
    """
    stale = []
    for lecture in lectures:
        for edition in EDITIONS:
            path = lecture.notebook(edition)
            reason = _staleness(path, plain_notebook(lecture, edition))
            if reason:
                stale.append(f"{path.relative_to(lecture.root)}: {reason}")
    return stale


def _staleness(path: Path, plain: NotebookNode) -> str | None:
    if not path.exists():
        return "is missing"
    try:
        built = nbformat.read(path, as_version=4)
    except Exception as error:  # nbformat raises many kinds for what is no notebook
        return f"cannot be read as a notebook: {error}"
    if len(built.cells) != len(plain.cells):
        return f"has {len(built.cells)} cells, its source makes {len(plain.cells)}"
    for position, (old, new) in enumerate(zip(built.cells, plain.cells, strict=True)):
        if (old.id, old.cell_type, old.source, old.metadata) != (new.id, new.cell_type, new.source, new.metadata):
            return f"cell {position} is not what its source makes"
        if new.cell_type == "code" and new.source.strip() and old.execution_count is None:
            return f"cell {position} was not executed"
        if any(output.output_type == "error" for output in old.get("outputs", [])):
            return f"cell {position} holds an error"
    return None


def hash_inputs(root: Path, plain: NotebookNode) -> str:
    """Return a hash of all that the outputs of a notebook depend on."""
    package = Path(__file__).parents[1]
    files = [path for path in package.rglob("*") if path.suffix in (".py", ".css", ".js", ".mplstyle")]
    inside = {path: path.relative_to(package).parts for path in files}
    files = [path for path in files if inside[path][0] != "authoring" or inside[path][-1] == "execute.py"]
    files += [path for path in (root / "data").glob("*") if path.is_file()]
    versions = sorted({f"{found.name}=={found.version}" for found in metadata.distributions()})
    parts = [nbformat.writes(plain), sys.version, *versions]
    parts += [f"{path.name} {_hash(path.read_bytes())}" for path in sorted(files)]
    return _hash("\n".join(parts).encode())


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _recall(root: Path, path: Path) -> list[str] | None:
    with _CACHE_LOCK:
        return _read_cache(root / CACHE).get(path.relative_to(root).as_posix())


def _read_cache(cache: Path) -> dict[str, list[str]]:
    try:
        return dict(json.loads(cache.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError):  # nothing known, or a file that was cut short
        return {}


def _remember(root: Path, path: Path, hashes: list[str]) -> None:
    cache = root / CACHE
    with _CACHE_LOCK:
        cache.parent.mkdir(exist_ok=True)
        known = _read_cache(cache)
        known[path.relative_to(root).as_posix()] = hashes
        replace_file(cache, (json.dumps(known, indent=1, sort_keys=True) + "\n").encode())


def replace_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    partial.write_bytes(content)
    partial.replace(path)
