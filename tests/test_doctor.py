"""The doctor finds each ailment, and says what to do about it."""

import shutil
from collections import namedtuple
from importlib import metadata

import psutil
import pytest

from course_utils import doctor
from course_utils.course_root import find_root
from course_utils.datasets import data_directory
from course_utils.doctor import Finding, examine, report


def ailments(root):
    return [finding for finding in examine(root) if not finding.well]


@pytest.fixture
def no_kernel(monkeypatch):
    """Leave out the one slow examination."""
    monkeypatch.setattr(doctor, "_kernel", lambda: Finding("kernel not examined"))


def test_a_sound_machine_is_well(monkeypatch):
    monkeypatch.setattr(doctor, "_memory", lambda: Finding("memory not examined"))  # other tests may fill it
    said: list[str] = []
    assert report(examine(find_root()), say=said.append), "\n".join(said)
    assert said[-1] == "All is well."
    assert sum(line.startswith("ok") for line in said) >= 14


def test_brief_says_only_what_is_to_fix():
    said: list[str] = []
    assert report(iter([Finding("one"), Finding("two")]), brief=True, say=said.append)
    assert said == ["All is well."]
    said.clear()
    assert not report(iter([Finding("one"), Finding("two", "do this")]), brief=True, say=said.append)
    assert said == ["FIX  two", "     -> do this", "1 to fix; do what the arrows say and run this again."]


@pytest.mark.usefixtures("no_kernel")
def test_a_missing_and_a_different_package_are_told(monkeypatch, tmp_path):
    real = metadata.version

    def version(name):
        if name == "scipy":
            raise metadata.PackageNotFoundError(name)
        return "0.0.1" if name == "numpy" else real(name)

    monkeypatch.setattr(metadata, "version", version)
    (tmp_path / "requirements.lock").write_text("# pins\nnumpy==2.4.6\n")
    told = [finding.what for finding in ailments(tmp_path)]
    assert told == ["numpy 0.0.1; the course was built with 2.4.6", "scipy is not installed"]


@pytest.mark.usefixtures("no_kernel")
def test_little_memory_is_told(monkeypatch):
    memory = namedtuple("memory", "available")
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory(0.5e9))
    [finding] = ailments(find_root())
    assert finding.what == "0.5 GB of memory are free"
    assert "close programs" in finding.advice


@pytest.mark.usefixtures("no_kernel")
def test_spoilt_data_are_told(monkeypatch, tmp_path):
    spoilt = tmp_path / "data"
    shutil.copytree(data_directory(), spoilt)
    names = [line.split("  ")[1] for line in (spoilt / "SHA256SUMS").read_text().splitlines()]
    (spoilt / names[0]).unlink()
    with (spoilt / names[1]).open("ab") as file:
        file.write(b" ")
    monkeypatch.setenv("COURSE_DATA", str(spoilt))
    [finding] = ailments(find_root())
    assert f"{names[0]} missing" in finding.what
    assert f"{names[1]} changed" in finding.what
    assert "git checkout -- data" in finding.advice


@pytest.mark.usefixtures("no_kernel")
def test_a_lab_without_widgets_is_told(monkeypatch, tmp_path):
    import jupyter_core.paths

    monkeypatch.setattr(jupyter_core.paths, "jupyter_path", lambda: [str(tmp_path)])
    [finding] = ailments(find_root())
    assert "cannot show widgets" in finding.what


def test_an_old_python_is_told(monkeypatch):
    monkeypatch.setattr(doctor.sys, "version_info", (3, 10, 0))
    assert "Python 3.11 or newer" in doctor._python().advice


def test_a_kernel_that_does_not_start_is_told(monkeypatch):
    import jupyter_client.manager

    def fail(**_):
        raise RuntimeError("no such kernel")

    monkeypatch.setattr(jupyter_client.manager, "start_new_kernel", fail)
    finding = doctor._kernel()
    assert "no such kernel" in finding.what
    assert "ipykernel install" in finding.advice


@pytest.mark.usefixtures("no_kernel")
def test_a_package_that_is_there_but_broken_is_told(monkeypatch):
    real = doctor.importlib.import_module

    def import_module(name):
        if name == "h5py":
            raise OSError("libhdf5.so is missing")
        return real(name)

    monkeypatch.setattr(doctor.importlib, "import_module", import_module)
    [finding] = ailments(find_root())
    assert "h5py" in finding.what
    assert "libhdf5.so is missing" in finding.what


@pytest.mark.usefixtures("no_kernel")
def test_an_examination_that_breaks_down_is_a_finding(monkeypatch):
    def _memory():
        raise RuntimeError("no /proc here")

    monkeypatch.setattr(doctor, "_memory", _memory)
    [finding] = ailments(find_root())
    assert finding.what == "memory: RuntimeError: no /proc here"
