"""`course check`: nbval over the notebooks with a summary that a person can read, and other seeds for the claims."""

import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat

from course_utils.authoring.build import EDITIONS, BuildError, execute_lecture, plain_notebook
from course_utils.authoring.execute import CELL_TIMEOUT, kernel_environment
from course_utils.authoring.source import Lecture

_ESCAPES = re.compile(r"(\x1b|#x1B)\[[0-9;]*m")  # colours of a terminal, as pytest's report writes them


@dataclass(frozen=True)
class Checked:
    """What nbval said of one notebook."""

    path: Path
    cells: int
    seconds: float
    failures: tuple[str, ...]


def check_notebooks(paths: Sequence[Path], *, jobs: int = 2) -> list[Checked]:
    """Run notebooks and compare every text output with the stored one (nbval, strict).

    Parameters
    ----------
    paths : sequence of Path
    jobs : int
        How many notebooks run at the same time.

    Raises
    ------
    RuntimeError
        If a notebook is missing, or nbval itself could not run (the message holds what it said), or it ran fewer cells
        than a notebook has.
    """
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise RuntimeError(f"no such notebook: {', '.join(missing)}; run `course build` first")
    # The root is common to all: nbval's tests are told apart by their paths below it.
    root = Path(os.path.commonpath([path.resolve().parent for path in paths]))
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "--nbval", f"--nbval-cell-timeout={CELL_TIMEOUT}", "-q"]
        command += ["-n", str(min(jobs, len(paths))), "--dist", "loadfile", "-p", "no:cacheprovider"]
        command += ["-c", os.devnull, f"--rootdir={root}", f"--junitxml={report}", *map(str, paths)]
        run = subprocess.run(command, capture_output=True, text=True, env=kernel_environment(), check=False)
        if run.returncode not in (0, 1) or not report.exists():
            raise RuntimeError(f"nbval did not run:\n{run.stdout}\n{run.stderr}")
        cases = list(ElementTree.parse(report).getroot().iter("testcase"))
    return [_collect(path, root, cases) for path in paths]


def _collect(path: Path, root: Path, cases: Sequence[ElementTree.Element]) -> Checked:
    name = path.resolve().relative_to(root).as_posix().replace("/", ".")
    own = [case for case in cases if case.get("classname") == name]
    expected = sum(cell.cell_type == "code" for cell in nbformat.read(path, as_version=4).cells)
    if len(own) != expected:
        raise RuntimeError(f"nbval ran {len(own)} of the {expected} code cells of {path}")
    failures = tuple(
        f"{case.get('name')}: {_ESCAPES.sub('', problem.text or problem.get('message') or '').strip()}"
        for case in own
        for problem in (*case.iter("failure"), *case.iter("error"))
    )
    return Checked(path, len(own), sum(float(case.get("time", 0)) for case in own), failures)


def check_seeds(lectures: Sequence[Lecture], seeds: Sequence[int], say: Callable[[str], None] = print) -> list[str]:
    """Run the solution notebooks with other seeds: the claims that they assert must hold for each.

    Returns
    -------
    list of str
        What failed: place in the source, seed and error.
    """
    failures = []
    for lecture in lectures:
        plain = plain_notebook(lecture, "solution")
        for seed in seeds:
            try:
                _, cost = execute_lecture(lecture, "solution", plain, seed=seed)
            except BuildError as error:
                failures.append(str(error))
                say(f"FAILED  {error}")
            else:
                say(f"{cost.seconds:6.1f} s  {lecture.name} holds with SEED = {seed}")
    return failures


def summarise(results: Sequence[Checked], root: Path, say: Callable[[str], None] = print) -> bool:
    """Say what nbval found, a line a notebook and then each failure; return whether all passed."""
    for result in results:
        verdict = f"{len(result.failures)} FAILED" if result.failures else "passed"
        place = os.path.relpath(result.path, root)
        say(f"{result.seconds:6.1f} s  {result.cells:4d} cells  {verdict:<10}  {place}")
    for result in results:
        for failure in result.failures:
            say(f"\n{os.path.relpath(result.path, root)}: {failure}")
    return not any(result.failures for result in results)


def notebooks_of(lectures: Sequence[Lecture]) -> list[Path]:
    """Return the paths of all editions."""
    return [lecture.notebook(edition) for lecture in lectures for edition in EDITIONS]
