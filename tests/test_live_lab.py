"""The live face where students meet it: JupyterLab in a real browser, with every explorer of every notebook."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple
from unittest import mock

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from playwright.sync_api import TimeoutError as NothingCame

from course_utils import cli
from course_utils.authoring.execute import execute
from course_utils.workspace import Change

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("[0-9]*.ipynb"))
PATIENCE = 300_000  # milliseconds that a notebook may take to run on a busy machine
EXPLORER = """
from course_utils.explore import explore

def draw(ax, slope, style, grid):
    ax.plot([0, 1], [0, slope], linestyle=style)
    ax.grid(grid)
    ax.set(xlim=(0, 1), ylim=(0, 3))

explore(
    draw, slope=[0.5, 1.0, 2.0], style=["solid", "dotted"], grid=[False, True], play="slope",
    labels={"slope": "slope & rise"},
    alt='A {style} line rises from 0 to {slope:g}; <b>"grid"</b> drawn: {grid}.',
)
"""


class Lab(NamedTuple):
    address: str
    root: Path


def what_course_lab_runs():
    """Return the options and the environment that `course lab` gives to JupyterLab."""
    first = SimpleNamespace(name="00_start_here.ipynb", change=Change.UNCHANGED)
    with (
        mock.patch("course_utils.workspace.update_workspace", return_value=[first]),
        mock.patch("course_utils.cli.subprocess.Popen") as call,
    ):
        call.return_value.__enter__.return_value.wait.return_value = 0
        assert cli.main(["lab"]) == 0
    own = ("--ServerApp.root_dir", "--allow-root")  # the test has a folder of its own
    options = [word for word in call.call_args.args[0] if word.startswith("--") and not word.startswith(own)]
    return options, dict(call.call_args.kwargs.get("env") or os.environ)


@pytest.fixture(scope="module")
def lab(chromium, tmp_path_factory):
    """Start JupyterLab as the course does, with no user's settings, and all cells rendered at once."""
    folder = tmp_path_factory.mktemp("lab")
    settings = folder / "settings" / "@jupyterlab" / "notebook-extension" / "tracker.jupyterlab-settings"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps({"windowingMode": "none"}))
    root = folder / "root"
    root.mkdir()
    for notebook in NOTEBOOKS:
        shutil.copy(notebook, root)
    tiny = new_notebook(cells=[new_markdown_cell("# Tiny"), new_code_cell(EXPLORER), new_code_cell("1 + 1")])
    tiny.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(execute(tiny)[0], root / "tiny.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    quiet, environment = what_course_lab_runs()
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}"]
    command += ["--ServerApp.port_retries=0", "--ServerApp.disable_check_xsrf=True", "--IdentityProvider.token="]
    command += [f"--ServerApp.root_dir={root}", *quiet]
    private = {
        "JUPYTERLAB_SETTINGS_DIR": folder / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": folder / "workspaces",
        "JUPYTER_CONFIG_DIR": folder / "config",
        "JUPYTER_DATA_DIR": folder / "data",
        "JUPYTER_RUNTIME_DIR": folder / "runtime",
        "IPYTHONDIR": folder / "ipython",
    }
    environment |= {name: str(path) for name, path in private.items()} | {"OMP_NUM_THREADS": "1"}
    environment.pop("COURSE_RENDERER", None)
    log = folder / "log.txt"
    with log.open("w") as out, subprocess.Popen(command, stdout=out, stderr=out, env=environment, cwd=root) as server:
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_until_up(address, server, log)
            yield Lab(address, root)
        finally:
            server.terminate()


def _wait_until_up(address, server, log):
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{address}/api", timeout=5).close()
            return
        except (urllib.error.URLError, ConnectionError):
            assert server.poll() is None, log.read_text()
            time.sleep(0.1)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()}")


@pytest.fixture
def open_notebook(chromium, lab):
    """Open a notebook in a fresh browser window; afterwards end its kernel."""
    context = chromium.new_context(viewport={"width": 1400, "height": 1000})

    def open_notebook(name):
        page = context.new_page()
        page.set_default_timeout(90_000)
        page.goto(f"{lab.address}/lab/tree/{name}?reset")
        page.locator(".jp-Notebook .jp-Cell").first.wait_for()
        page.locator("#jupyterlab-splash").wait_for(state="detached")
        return page

    yield open_notebook
    context.close()
    _end_kernels(lab)


def _end_kernels(lab):
    with urllib.request.urlopen(f"{lab.address}/api/sessions") as response:
        sessions = json.load(response)
    for session in sessions:
        delete = urllib.request.Request(f"{lab.address}/api/sessions/{session['id']}", method="DELETE")
        urllib.request.urlopen(delete).close()


def explorers_of(path):
    """Yield the positions of the cells that show an explorer, and whether the output is folded away."""
    for position, cell in enumerate(nbformat.read(path, as_version=4).cells):
        texts = [output.get("data", {}).get("text/plain", "") for output in cell.get("outputs", [])]
        if any(text.startswith("Explorer of") for text in texts):
            yield position, cell.metadata.get("jupyter", {}).get("outputs_hidden", False)


def run_all(page):
    """Choose Run > Run All Cells when the kernel is there, and wait until every cell has run."""
    page.locator(".jp-StatusBar-TextItem", has_text="| Idle").wait_for()
    prompts = "[...document.querySelectorAll('.jp-Notebook .jp-CodeCell .jp-InputPrompt')]"
    page.evaluate(f"{prompts}.filter(p => /\\d/.test(p.textContent)).forEach(p => {{ p.textContent = '[stored]' }})")
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator("[data-command='runmenu:run-all']").click()
    finished = f"{prompts}.every(p => p.textContent === '' || /\\d/.test(p.textContent))"
    page.wait_for_function(finished, timeout=PATIENCE)


def require_no_trouble(page):
    trouble = "[data-mime-type='application/vnd.jupyter.error'], [data-mime-type='application/vnd.jupyter.stderr']"
    assert page.locator(trouble).all_inner_texts() == []
    text = page.locator(".jp-Notebook").inner_text()
    for complaint in ("model not found", "Error displaying widget", "Loading widget"):
        assert complaint not in text
    assert page.locator(".jp-Dialog").all_inner_texts() == [], "a dialog is in the student's way"


def cell_at(page, position):
    return page.locator(".jp-Notebook .jp-Cell").nth(position)


def find_stored_pictures(page, path):
    """Return where explorers are; nothing ran yet, so their cells show the stored picture, or fold it away."""
    explorers = list(explorers_of(path))
    for position, folded in explorers:
        image = cell_at(page, position).locator(".jp-OutputArea img")
        if folded:
            cell_at(page, position).locator(".jp-Placeholder").locator("visible=true").first.wait_for()
            assert not image.is_visible()
        else:
            image.wait_for()  # JupyterLab ignores the stored alt text
            page.wait_for_function("img => img.naturalWidth > 300", arg=image.element_handle())
    return [position for position, _ in explorers]


class Explorer:
    """One live explorer on a page, in the cell at a position."""

    def __init__(self, page, position):
        self.page = page
        self.cell = cell_at(page, position)
        self.position = position
        self.handles = self.cell.locator(".noUi-handle")
        self.choices = self.cell.locator(".widget-toggle-buttons")
        self.cell.locator(".widget-html img").wait_for()

    def frame(self):
        """Source and alt text of the picture."""
        return tuple(self.cell.locator(".widget-html img").evaluate("img => [img.src, img.alt]"))

    def wait_for_another(self, before, what):
        """Wait for another picture; its alt text must be another too."""
        self.page.wait_for_function(
            """([position, before]) => {
                const cell = document.querySelectorAll(".jp-Notebook .jp-Cell")[position];
                const image = cell.querySelector(".widget-html img");
                return image && image.src !== before;
            }""",
            arg=[self.position, before[0]],
        )
        after = self.frame()
        assert after[1] != before[1], f"{what} changes the picture, but not its alt text {before[1]!r}"
        return after

    def step(self, slider):
        """Move a slider by one step with the keyboard, back where it stands at its end."""
        handle = self.handles.nth(slider)
        ends = [float(handle.get_attribute(name)) for name in ("aria-valuenow", "aria-valuemax")]
        before = self.frame()
        handle.focus()
        self.page.keyboard.press("ArrowRight" if ends[0] < ends[1] else "ArrowLeft")
        return self.wait_for_another(before, f"slider {slider} of cell {self.position}")

    def choose_another(self, choice):
        """Press a button of a choice that is not the pressed one."""
        before = self.frame()
        self.choices.nth(choice).locator("button:not(.mod-active)").first.click()
        return self.wait_for_another(before, f"choice {choice} of cell {self.position}")


def test_the_tiny_explorer_shows_every_kind_of_control(open_notebook, lab):
    """Slider, choices and play button work; labels and alt texts are text, whatever signs they hold."""
    page = open_notebook("tiny.ipynb")
    assert find_stored_pictures(page, lab.root / "tiny.ipynb") == [1]
    require_no_trouble(page)
    run_all(page)
    explorer = Explorer(page, 1)
    assert explorer.frame()[1] == 'A solid line rises from 0 to 0.5; <b>"grid"</b> drawn: False.'
    assert (explorer.handles.count(), explorer.choices.count()) == (1, 2)
    assert "slope & rise" in explorer.cell.inner_text()
    explorer.step(0)
    assert explorer.cell.locator(".widget-readout").inner_text() == "1"
    explorer.choose_another(0)
    explorer.choose_another(1)
    assert explorer.frame()[1] == 'A dotted line rises from 0 to 1; <b>"grid"</b> drawn: True.'
    explorer.cell.locator(".widget-play[title='Play slope & rise'] button").first.click()
    page.wait_for_function("document.querySelector('.widget-html img').alt.includes('0 to 2;')")
    assert explorer.cell.locator(".widget-readout").inner_text() == "2"
    require_no_trouble(page)


def test_a_notebook_that_was_run_saved_and_opened_again_shows_its_explorer(open_notebook, lab):
    """The day after, without a kernel that knows the widgets, stands the picture where the student left it."""
    shutil.copy(lab.root / "tiny.ipynb", lab.root / "saved.ipynb")
    page = open_notebook("saved.ipynb")
    run_all(page)
    explorer = Explorer(page, 1)
    explorer.step(0)
    left_at = explorer.frame()
    page.locator(".jp-Notebook").focus()
    page.keyboard.press("Control+s")
    page.wait_for_function("!document.querySelector('.jp-mod-dirty')")
    page.close()
    _end_kernels(lab)

    again = open_notebook("saved.ipynb")
    assert Explorer(again, 1).frame() == left_at
    require_no_trouble(again)


def test_no_notification_greets_the_student(open_notebook):
    """`course lab` opens the notebook, and nothing asks for attention beside it."""
    page = open_notebook("tiny.ipynb")
    asks = page.locator(".Toastify__toast")
    with contextlib.suppress(NothingCame):
        asks.first.wait_for(timeout=5_000)
    assert asks.all_inner_texts() == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_explorer_of_a_notebook_is_a_picture_and_then_alive(open_notebook, lab, path):
    """Before running: the stored pictures. After Run All Cells: every slider and choice moves picture and alt text."""
    page = open_notebook(path.name)
    positions = find_stored_pictures(page, lab.root / path.name)
    require_no_trouble(page)
    run_all(page)
    for position in positions:
        explorer = Explorer(page, position)
        assert explorer.handles.count() + explorer.choices.count() > 0
        for slider in range(explorer.handles.count()):
            explorer.step(slider)
        for choice in range(explorer.choices.count()):
            explorer.choose_another(choice)
    require_no_trouble(page)
