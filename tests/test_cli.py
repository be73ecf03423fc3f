"""The command line tells a wrong use from a failure, and hands the rest on."""

import subprocess
import sys

import pytest

from course_utils import cli
from course_utils.course_root import find_root


def test_help_names_every_command(capsys):
    with pytest.raises(SystemExit) as left:
        cli.main(["--help"])
    assert left.value.code == 0
    said = capsys.readouterr().out
    for command in ("lab", "build", "slides", "check", "doctor", "update"):
        assert command in said


@pytest.mark.parametrize("arguments", [[], ["fly"], ["build", "--fast"]])
def test_wrong_use_ends_with_two(arguments, capsys):
    with pytest.raises(SystemExit) as left:
        cli.main(arguments)
    assert left.value.code == 2
    assert "usage: course" in capsys.readouterr().err


def test_a_notebook_after_the_seeds_is_not_taken_for_a_seed(capsys):
    with pytest.raises(SystemExit):
        cli.main(["check", "--seeds", "1", "2", "01"])
    assert "name notebooks before --seeds" in capsys.readouterr().err


def test_an_unknown_notebook_is_named_with_those_that_exist(capsys):
    assert cli.main(["build", "99", "--check"]) == 1
    said = capsys.readouterr().err
    assert "no notebook '99'" in said
    assert "01_distributions" in said


def test_outside_a_course_the_installed_one_is_used(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert (find_root() / "notebooks" / "source").is_dir()


def test_a_missing_authors_package_is_told_with_the_install_line(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "jupytext", None)
    for name in [name for name in sys.modules if name.startswith("course_utils.authoring")]:
        monkeypatch.delitem(sys.modules, name)
    assert cli.main(["build", "--check"]) == 1
    assert '".[author]"' in capsys.readouterr().err


def test_lab_makes_the_students_copies_and_opens_the_first(monkeypatch, tmp_path):
    (tmp_path / "notebooks" / "source").mkdir(parents=True)
    for name in ("00_start_here", "01_distributions"):
        original = find_root() / "notebooks" / f"{name}.ipynb"
        (tmp_path / "notebooks" / original.name).write_bytes(original.read_bytes())
    monkeypatch.chdir(tmp_path)
    called: list[list[str]] = []

    class Lab:
        def __init__(self, command, cwd, env):
            called.append([*command, str(cwd)])
            self.interrupted = False

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def wait(self):
            if not self.interrupted:
                self.interrupted = True
                raise KeyboardInterrupt  # the first Ctrl-C only makes JupyterLab ask
            return 7

    monkeypatch.setattr(subprocess, "Popen", Lab)
    assert cli.main(["lab", "--no-browser", "--port=9999"]) == 7, "the status is JupyterLab's"
    [command] = called
    assert command[1:4] == ["-m", "jupyterlab", str(tmp_path / "work" / "00_start_here.ipynb")]
    assert {"--no-browser", "--port=9999"} <= set(command)
    assert (tmp_path / "work" / "01_distributions.ipynb").exists()


def test_build_check_tells_a_stale_notebook_by_its_exit_status(monkeypatch, tmp_path, capsys):
    (tmp_path / "notebooks" / "source").mkdir(parents=True)
    (tmp_path / "notebooks" / "source" / "01_tiny.py").write_text("# %% [markdown]\n# # 01 Tiny\n")
    monkeypatch.chdir(tmp_path)
    assert cli.main(["build", "--check"]) == 1
    assert "01_tiny.ipynb: is missing" in capsys.readouterr().out
    assert cli.main(["build"]) == 0
    assert cli.main(["build", "--check"]) == 0
