"""`course doctor`: is this machine ready for the course, and if not, what to do."""

import importlib
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

COMPUTING = ("numpy", "scipy", "matplotlib", "scikit-learn", "torch", "pot", "h5py", "pillow", "psutil")
NOTEBOOKS = ("ipywidgets", "ipykernel", "jupyterlab", "nbformat")
IMPORTED_AS = {"scikit-learn": "sklearn", "pillow": "PIL", "pot": "ot"}
MEMORY_GIGABYTES = 1.5  # one notebook stays under 1 GB; the rest is for JupyterLab and the browser
_WIDGET_MANAGER = Path("labextensions") / "@jupyter-widgets" / "jupyterlab-manager" / "package.json"


@dataclass(frozen=True)
class Finding:
    """One thing that was examined.

    Attributes
    ----------
    what : str
        What was examined, and what was found.
    advice : str
        What to do about it; empty where all is well.
    """

    what: str
    advice: str = ""

    @property
    def well(self) -> bool:
        """Whether nothing needs to be done."""
        return not self.advice


def examine(root: Path) -> Iterator[Finding]:
    """Examine Python, packages, kernel, widgets, memory and data, one after the other.

    Parameters
    ----------
    root : Path
        The course's folder, for ``requirements.lock``.
    """
    locked = _locked(root)
    checks: tuple[Callable[[], Finding], ...] = (
        _python,
        *(lambda name=name: _package(name, locked.get(name)) for name in (*COMPUTING, *NOTEBOOKS)),
        _kernel,
        _widgets,
        _memory,
        _data,
    )
    for check in checks:
        try:
            yield check()
        except Exception as error:  # an examination that breaks down is a finding too
            yield Finding(
                f"{getattr(check, '__name__', 'examination').strip('_')}: {type(error).__name__}: {error}",
                "install the course again: pip install -c requirements.lock -e .",
            )


def report(findings: Iterator[Finding], *, brief: bool = False, say: Callable[[str], None] = print) -> bool:
    """Say each finding as it comes (with `brief`, only what is to fix); return whether all is well."""
    ailing = 0
    for finding in findings:
        if not (brief and finding.well):
            say(f"{'ok  ' if finding.well else 'FIX '} {finding.what}")
        if not finding.well:
            ailing += 1
            say(f"     -> {finding.advice}")
    say("All is well." if not ailing else f"{ailing} to fix; do what the arrows say and run this again.")
    return not ailing


def _python() -> Finding:
    version = platform.python_version()
    if sys.version_info < (3, 11):  # noqa: UP036 (this is where an old interpreter is told)
        return Finding(f"Python {version}", "the course needs Python 3.11 or newer: make the environment with that one")
    return Finding(f"Python {version}")


def _locked(root: Path) -> dict[str, str]:
    lock = root / "requirements.lock"
    lines = lock.read_text(encoding="utf-8").splitlines() if lock.exists() else []
    pins = (line.split("==") for line in lines if "==" in line and not line.startswith("#"))
    return {name.strip().lower(): version.strip() for name, version in pins}


def _package(name: str, locked: str | None) -> Finding:
    install = "install the course again: pip install -c requirements.lock -e ."
    try:
        found = metadata.version(name)
    except metadata.PackageNotFoundError:
        return Finding(f"{name} is not installed", install)
    try:
        importlib.import_module(IMPORTED_AS.get(name, name))
    except Exception as error:  # a broken installation can raise anything
        return Finding(f"{name} {found} cannot be imported ({error})", install)
    if locked and found.split("+")[0] != locked:
        return Finding(f"{name} {found}; the course was built with {locked}", install)
    return Finding(f"{name} {found}")


def _kernel() -> Finding:
    from jupyter_client.manager import start_new_kernel

    try:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        manager, client = start_new_kernel(kernel_name="python3", startup_timeout=60, **quiet)
    except Exception as error:  # whatever keeps a kernel from starting is the finding
        return Finding(f"no kernel starts ({error})", "run: python -m ipykernel install --sys-prefix")
    try:
        answers: list[str] = []
        client.execute_interactive(
            "import course_utils, sys; print(sys.executable)",
            timeout=60,
            output_hook=lambda message: answers.append(message["content"].get("text", "")),
        )
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    if not "".join(answers).strip():
        return Finding("a kernel starts, but does not find course_utils", "run: pip install -c requirements.lock -e .")
    return Finding("a kernel starts and finds course_utils")


def _widgets() -> Finding:
    from jupyter_core.paths import jupyter_path

    if any((Path(folder) / _WIDGET_MANAGER).exists() for folder in jupyter_path()):
        return Finding("JupyterLab can show widgets")
    return Finding(
        "JupyterLab cannot show widgets: its widget manager is not in this environment",
        "run: pip install --force-reinstall jupyterlab_widgets, then reload the browser's page",
    )


def _memory() -> Finding:
    import psutil

    free = psutil.virtual_memory().available / 1e9
    if free < MEMORY_GIGABYTES:
        return Finding(
            f"{free:.1f} GB of memory are free",
            f"close programs until {MEMORY_GIGABYTES} GB are free, or kernels sit idle",
        )
    return Finding(f"{free:.1f} GB of memory are free")


def _data() -> Finding:
    from course_utils.datasets import verify_checksums

    try:
        spoilt = {name: state for name, state in verify_checksums().items() if state != "ok"}
    except (FileNotFoundError, ValueError) as error:
        return Finding(f"the course's data: {error}", "restore the folder data/: git checkout -- data")
    if spoilt:
        listed = ", ".join(f"{name} {state}" for name, state in spoilt.items())
        return Finding(f"the course's data: {listed}", "restore the folder data/: git checkout -- data")
    return Finding("the course's data are complete")
