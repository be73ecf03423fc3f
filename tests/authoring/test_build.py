"""Building: the same bytes each time, nothing lost on failure, nothing done twice."""

import json
import re

import nbformat
import pytest

from course_utils.authoring import build as build_module
from course_utils.authoring.build import BuildError, build, find_stale
from course_utils.authoring.source import Lecture


def bytes_of(lecture):
    return [lecture.notebook(edition).read_bytes() for edition in ("student", "solution")]


def test_building_twice_gives_the_same_bytes_and_no_trace_of_this_machine(tiny):
    build([tiny], say=lambda line: None)
    first = bytes_of(tiny)
    build([tiny], force=True, say=lambda line: None)
    assert bytes_of(tiny) == first
    for content in first:
        assert str(tiny.root).encode() not in content
        assert b"widget-view" not in content


def test_outputs_are_those_of_each_edition(tiny):
    build([tiny], jobs=2, say=lambda line: None)
    said = []
    for edition in ("student", "solution"):
        notebook = nbformat.read(tiny.notebook(edition), as_version=4)
        assert all(cell.execution_count for cell in notebook.cells if cell.cell_type == "code")
        said.append(notebook.cells[-1].outputs[0].data["text/plain"].split(":")[0])
    assert said == ["○ Not attempted (rescale)", "✔ Right (rescale)"]


def test_what_did_not_change_is_not_run_again(tiny, tiny_source):
    assert all(built.cost for built in build([tiny], say=lambda line: None))
    assert not any(built.cost for built in build([tiny], say=lambda line: None))
    tiny.source.write_text(tiny_source.replace("print(1 + 1)", "print(3)"), encoding="utf-8")
    assert all(built.cost for built in build([tiny], say=lambda line: None))
    tiny.notebook("solution").write_text("{}")  # somebody touched the product
    assert [bool(built.cost) for built in build([tiny], say=lambda line: None)] == [False, True]


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("import warnings\nwarnings.warn('careful')", "writes to stderr: .*careful"),
        ("open('left.txt', 'w').close()", "writes files.*left.txt"),
        ("import os\nos._exit(1)", "[Kk]ernel"),
    ],
)
def test_a_failing_cell_is_told_with_its_place_and_leaves_the_old_notebook(tiny, tiny_source, code, says):
    build([tiny], say=lambda line: None)
    before = bytes_of(tiny)
    tiny.source.write_text(tiny_source.replace("print(1 + 1)", code), encoding="utf-8")
    lines: list[str] = []
    with pytest.raises(BuildError, match="2 of 2 notebooks failed"):
        build([tiny], say=lines.append)
    told = "\n".join(lines)
    assert bytes_of(tiny) == before
    assert re.search(says, told)
    assert str(tiny.source) in told
    if "ernel" not in says and "writes files" not in says:  # these are no single cell's: a dying kernel tells no place
        assert f"{tiny.source}:10: cell 2 of the student notebook failed" in told
        assert code.splitlines()[0] in told


def test_one_failing_lecture_does_not_keep_the_others_from_being_built(tiny, tiny_source):
    other = Lecture(tiny.root, "02_broken")
    other.source.write_text(tiny_source.replace("print(1 + 1)", "1 / 0"), encoding="utf-8")
    with pytest.raises(BuildError, match="2 of 4"):
        build([other, tiny], say=lambda line: None)
    assert tiny.notebook("student").exists()
    assert not other.notebook("student").exists()


def test_a_notebook_that_does_not_belong_to_its_source_is_named(tiny, tiny_source):
    assert find_stale([tiny]) == [
        "notebooks/01_tiny.ipynb: is missing",
        "notebooks/solutions/01_tiny.ipynb: is missing",
    ]
    build([tiny], say=lambda line: None)
    assert find_stale([tiny]) == []

    path = tiny.notebook("student")
    built = json.loads(path.read_text())

    def spoil(**changes):
        spoilt = json.loads(json.dumps(built))
        spoilt["cells"][2].update(changes)
        path.write_text(json.dumps(spoilt))
        return find_stale([tiny])

    error = {"output_type": "error", "ename": "E", "evalue": "", "traceback": []}
    assert spoil(source="print(5)") == ["notebooks/01_tiny.ipynb: cell 2 is not what its source makes"]
    assert spoil(execution_count=None) == ["notebooks/01_tiny.ipynb: cell 2 was not executed"]
    assert spoil(outputs=[error]) == ["notebooks/01_tiny.ipynb: cell 2 holds an error"]
    path.write_text(json.dumps(built))
    tiny.source.write_text(tiny_source + "\n# %%\n2\n", encoding="utf-8")
    assert find_stale([tiny])[0] == "notebooks/01_tiny.ipynb: has 5 cells, its source makes 6"


def test_a_kernel_that_does_not_start_fails_its_notebook_and_no_other(tiny, tiny_source, monkeypatch):
    other = Lecture(tiny.root, "02_other")
    other.source.write_text(tiny_source.replace("# 01 Tiny", "# 02 Other"), encoding="utf-8")
    real = build_module.execute

    def execute(notebook, **options):
        if "01 Tiny" in notebook.cells[0].source:
            raise RuntimeError("Kernel didn't respond in 60 seconds")
        return real(notebook, **options)

    monkeypatch.setattr(build_module, "execute", execute)
    lines: list[str] = []
    with pytest.raises(BuildError, match="2 of 4"):
        build([tiny, other], say=lines.append)
    assert other.notebook("solution").exists()
    assert "Kernel didn't respond" in "\n".join(lines)


def test_a_spoilt_cache_or_notebook_stops_nothing(tiny):
    build([tiny], say=lambda line: None)
    (tiny.root / build_module.CACHE).write_text("{")
    assert all(built.cost for built in build([tiny], say=lambda line: None))
    tiny.notebook("student").write_text("<<<<<<< HEAD")
    [stale] = find_stale([tiny])
    assert "01_tiny.ipynb: cannot be read as a notebook" in stale


@pytest.mark.parametrize("file", ["data/table.csv", "package"])
def test_a_change_of_data_or_of_the_package_makes_a_notebook_stale(tiny, monkeypatch, file):
    """What a notebook says may depend on both."""
    plain = build_module.plain_notebook(tiny, "student")
    before = build_module.hash_inputs(tiny.root, plain)
    if file == "package":
        monkeypatch.setattr(build_module.sys, "version", "4.0")
    else:
        (tiny.root / "data").mkdir()
        (tiny.root / file).write_text("1,2\n")
    assert build_module.hash_inputs(tiny.root, plain) != before
