"""Executes a notebook in a kernel of its own, and measures what that costs."""

import base64
import io
import itertools
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import psutil
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from PIL import Image

CELL_TIMEOUT = 120  # seconds
STARTUP_TIMEOUT = 300  # seconds for a kernel to answer: long, since a machine with other work may be slow
_WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


class ExecutionError(RuntimeError):
    """A notebook that did not run: which cell (`index`), and what it said.

    Attributes
    ----------
    index : int
        Position of the cell in the notebook that was executed.
    """

    def __init__(self, index: int, message: str) -> None:
        super().__init__(message)
        self.index = index


@dataclass(frozen=True)
class Cost:
    """What an execution took."""

    seconds: float
    megabytes: float


def execute(notebook: NotebookNode, *, renderer: str = "live", seed: int | None = None) -> tuple[NotebookNode, Cost]:
    """Execute a notebook and return it with outputs that do not change from run to run.

    Parameters
    ----------
    notebook : NotebookNode
        Not changed.
    renderer : {"live", "static", "paper"}
        The face of explorers, see `course_utils.explore.renderer`.
    seed : int, optional
        Replaces the ``SEED`` of the cell tagged `parameters`.

    Returns
    -------
    notebook : NotebookNode
    cost : Cost
        Wall-clock seconds of kernel and cells, and the kernel's peak memory in megabytes.

    Raises
    ------
    ExecutionError
        If a cell raises, takes more than two minutes, ends the kernel, or writes to stderr (a warning is a fault).
    """
    running = nbformat.from_dict(notebook)
    if seed is not None:
        _set_seed(running, seed)
    peak = 0.0

    def measure(**_: Any) -> None:
        nonlocal peak
        peak = max(peak, _peak_megabytes(client.km.provisioner.process.pid))

    client = NotebookClient(
        running,
        timeout=CELL_TIMEOUT,
        startup_timeout=STARTUP_TIMEOUT,
        kernel_name="python3",
        store_widget_state=False,
        record_timing=False,
    )
    client.on_cell_executed = measure
    started = time.perf_counter()
    # An empty folder to run in: a notebook needs no file of another, and leaves none behind.
    with tempfile.TemporaryDirectory() as folder:
        client.resources = {"metadata": {"path": folder}}
        try:
            # What the kernel's own process says at its start is no output of the notebook.
            client.execute(env=kernel_environment(renderer), stderr=subprocess.DEVNULL)
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            raise ExecutionError(_last_executed(running), _plain(error)) from None
        left = sorted(path.name for path in Path(folder).iterdir())
    if left:
        raise ExecutionError(0, f"the notebook writes files, which is not allowed: {', '.join(left)}")
    _require_silence(running)
    return _settle(running), Cost(time.perf_counter() - started, peak)


def kernel_environment(renderer: str = "live") -> dict[str, str]:
    """Return the environment that kernels run in, so that every run gives the same text.

    The mathematics libraries get one thread: their sums then do not depend on the number of cores.
    """
    threads = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")}
    return {**os.environ, **threads, "COURSE_RENDERER": renderer, "PYTHONHASHSEED": "0"}


def _set_seed(notebook: NotebookNode, seed: int) -> None:
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            cell.source, count = re.subn(r"^SEED = \d+", f"SEED = {seed}", cell.source, flags=re.MULTILINE)
            if count == 1:
                return
    raise ValueError("the notebook has no cell tagged 'parameters' with a line 'SEED = 0'")


def _last_executed(notebook: NotebookNode) -> int:
    counts = [cell.get("execution_count") or 0 for cell in notebook.cells]
    failed = [i for i, c in enumerate(notebook.cells) if any(o.output_type == "error" for o in c.get("outputs", []))]
    return failed[0] if failed else max(range(len(counts)), key=counts.__getitem__)


def _plain(error: Exception) -> str:
    """Return an error's last line, without the colours of a terminal."""
    if isinstance(error, CellExecutionError):
        return f"{error.ename}: {error.evalue}"
    return str(error)


def _require_silence(notebook: NotebookNode) -> None:
    for index, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr":
                raise ExecutionError(index, f"the cell writes to stderr: {output.text.strip()[:500]}")


def _settle(notebook: NotebookNode) -> NotebookNode:
    """Drop from the outputs what is of this run only."""
    notebook.metadata.language_info = NotebookNode(name="python")
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = list(_join_streams(cell.outputs))
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            data.pop(_WIDGET_VIEW, None)
            if "image/png" in data:
                data["image/png"] = compress_png(data["image/png"])
    return notebook


def _join_streams(outputs: Sequence[NotebookNode]) -> Iterator[NotebookNode]:
    """Join what a cell printed: whether it came in one piece or two was chance."""
    for kind, group in itertools.groupby(outputs, key=lambda output: output.get("name", id(output))):
        first, *rest = group
        if isinstance(kind, str):
            first.text += "".join(output.text for output in rest)
        yield first


def compress_png(png: str) -> str:
    """Return a PNG (base64) with a palette of 256 colours: a third of the size, no channel off by more than a shade.

    The notebooks are kept in version control with their pictures, so their size counts. A running kernel shows the
    pictures as they were drawn.
    """
    image = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB")
    out = io.BytesIO()
    image.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return base64.b64encode(out.getvalue()).decode()


def _peak_megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status")
    if status.exists():  # Linux keeps the highest resident size
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        if found:
            return int(found.group(1)) / 1024
    return float(psutil.Process(pid).memory_info().rss) / 2**20
