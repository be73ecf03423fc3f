"""What every notebook owes its readers. That it runs and says what it says is nbval's part of the same test run."""

import re
from pathlib import Path

import nbformat
import numpy as np
import pytest

import course_utils.explore
from course_utils.authoring.build import EDITIONS, find_stale
from course_utils.authoring.source import find_lectures, make_edition, read_source
from course_utils.exercises import list_exercises
from course_utils.explore import Explorer, explore

ROOT = Path(__file__).parents[1]
LECTURES = find_lectures(ROOT)
MISCONCEPTIONS = {  # which notebook puts which misconception right
    "01_distributions": {"M01", "M02", "M03", "M04", "M05", "M06", "M53", "M54", "M55", "M56"},
    "02_sampling": {"M07", "M08", "M09", "M57"},
    "03_inference": {"M10", "M11"},
    "04_bayes": {"M12", "M13", "M14", "M58"},
    "05_likelihood": {"M15", "M16", "M17", "M18", "M59"},
    "06_gaussian_mixtures": {"M19", "M20", "M21", "M22", "M23", "M60"},
    "07_divergences": {"M24", "M25", "M26", "M27", "M28", "M29", "M30", "M31", "M61", "M62"},
    "08_entropy": {"M32", "M33", "M34", "M35", "M36", "M37", "M63", "M64"},
}
LARGEST_FILE = 2_500_000  # bytes of a committed notebook

lectures = pytest.mark.parametrize("lecture", LECTURES, ids=lambda lecture: lecture.name)
editions = pytest.mark.parametrize("edition", EDITIONS)


def markdown(notebook):
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def code_of(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def tagged(notebook, tag):
    return [cell for cell in notebook.cells if tag in cell.metadata.tags]


def test_committed_notebooks_belong_to_their_sources():
    assert find_stale(LECTURES) == []


@lectures
def test_a_verdict_that_offers_hints_is_in_a_notebook_that_knows_the_word(lecture):
    code = "\n".join(code_of(read_source(lecture.source)))
    assert re.search(r"^from course_utils\.exercises import check, hint$", code, re.MULTILINE)
    assert re.search(r"^hint\(", code, re.MULTILINE), "one cell shows how to ask for a hint"


@lectures
def test_a_notebook_opens_with_its_question_and_ends_with_summary_and_references(lecture):
    source = read_source(lecture.source)
    first = source.cells[0]
    assert first.metadata.slideshow["slide_type"] == "slide"
    assert re.match(rf"# {lecture.name[:2]} \w+", first.source)
    assert "?" in first.source, "the question that the notebook answers"
    assert len(re.findall(r"^- ", first.source, re.MULTILINE)) == 3, "three learning goals"
    text = markdown(source)
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings[-2:] == ["Summary", "References"]
    assert re.search(r"\*\*Time:\*\*", text)
    assert re.search(r"\b(doi:10\.|doi\.org/10\.|arXiv:|ISBN)", text)


@lectures
def test_the_first_code_cell_holds_imports_and_the_seed(lecture):
    source = read_source(lecture.source)
    first = next(cell for cell in source.cells if cell.cell_type == "code")
    assert "parameters" in first.metadata.tags
    assert re.search(r"^SEED = 0$", first.source, re.MULTILINE)
    assert len(tagged(source, "parameters")) == 1


@pytest.mark.parametrize(("name", "rows"), MISCONCEPTIONS.items())
def test_every_misconception_is_shown_by_a_cell_that_would_fail(name, rows):
    [lecture] = find_lectures(ROOT, [name])
    source = read_source(lecture.source)
    for row in sorted(rows):
        code = [cell.source for cell in tagged(source, row) if cell.cell_type == "code"]
        assert any("assert " in cell for cell in code), f"{row} has no cell with an assert"
    found = {tag for cell in source.cells for tag in cell.metadata.tags if re.fullmatch(r"M\d\d", tag)}
    assert found == rows


@lectures
def test_no_notebook_leans_on_pyplot_on_a_network_or_on_another_notebook(lecture):
    code = "\n".join(code_of(read_source(lecture.source)))
    for unwanted in (
        "pyplot",
        "urllib",
        "requests",
        "http",
        "%matplotlib",
        "np.random.seed",
        "sys.path",
        "!pip",
        "savefig",
    ):
        assert unwanted not in code


@lectures
def test_links_between_notebooks_lead_somewhere(lecture):
    text = markdown(read_source(lecture.source))
    for target in re.findall(r"\]\(([^)#]+\.ipynb)\)", text):
        assert (lecture.notebook("student").parent / target).exists(), target


@lectures
@editions
def test_no_built_notebook_holds_a_path_of_a_machine_or_an_outside_picture(lecture, edition):
    content = lecture.notebook(edition).read_text(encoding="utf-8")
    assert len(content) < LARGEST_FILE
    for unwanted in ("/home/", "/root/", "/tmp/", "C:\\\\", str(ROOT), '<img src=\\"http', "](http://", "file:/"):
        assert unwanted not in content


@lectures
@editions
def test_every_picture_has_alt_text_that_says_what_it_shows(lecture, edition):
    notebook = nbformat.read(lecture.notebook(edition), as_version=4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    alts = [output.metadata["image/png"]["alt"] for output in outputs if "image/png" in output.get("data", {})]
    assert alts
    assert min(map(len, alts)) >= 40
    assert len(set(alts)) == len(alts)


@lectures
def test_checks_are_unattempted_for_the_student_and_right_in_the_solution(lecture):
    said = {}
    for edition in EDITIONS:
        notebook = nbformat.read(lecture.notebook(edition), as_version=4)
        texts = [
            output.data["text/plain"]
            for cell in notebook.cells
            if cell.cell_type == "code" and re.search(r"^check\(", cell.source, re.MULTILINE)
            for output in cell.outputs
            if "text/plain" in output.get("data", {})
        ]
        said[edition] = {re.search(r"\((\w+)\)", text).group(1): text[0] for text in texts}
    assert set(said["student"].values()) == {"○"}
    assert set(said["solution"].values()) == {"✔"}
    assert said["student"].keys() == said["solution"].keys()
    assert said["student"].keys() <= list_exercises().keys()
    assert len(said["student"]) >= (2 if lecture.name.startswith("00") else 5)


@lectures
def test_stubs_leave_room_to_write_under_them(lecture):
    """A body written under `def f(x): ...` on one line is an IndentationError."""
    for cell in tagged(read_source(lecture.source), "exercise"):
        assert not re.search(r"^def .*: \.\.\.", cell.source, re.MULTILINE), cell.source


@editions
def test_the_machine_that_built_notebook_00_was_well(edition):
    """That cell's text is not compared, since it depends on the machine; what is stored must be sound."""
    notebook = nbformat.read(LECTURES[0].notebook(edition), as_version=4)
    [output] = [cell.outputs[0] for cell in notebook.cells if "doctor" in cell.source and cell.cell_type == "code"]
    assert output.text == "All is well.\n"


def test_every_exercise_of_the_package_is_asked_in_a_notebook():
    text = "\n".join(code for lecture in LECTURES for code in code_of(read_source(lecture.source)))
    asked = set(re.findall(r'check\("(\w+)"', text))
    assert asked == set(list_exercises())


@pytest.fixture(scope="module", params=LECTURES, ids=lambda lecture: lecture.name)
def explorers(request):
    """All explorers of a lecture, after its last cell has run: no later cell may break an earlier explorer."""
    made: list[Explorer] = []

    def record(*args, **kwargs):
        made.append(explore(*args, **kwargs))
        return made[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(course_utils.explore, "explore", record)
        namespace: dict[str, object] = {}
        for position, code in enumerate(code_of(make_edition(read_source(request.param.source), "solution"))):
            exec(compile(code, f"{request.param.name} code cell {position}", "exec"), namespace)
    return request.param, made


def test_every_position_of_every_slider_draws_and_every_slider_changes_picture_and_text(explorers):
    lecture, made = explorers
    assert len(made) >= (1 if lecture.name.startswith("00") else 3)
    for explorer in made:
        frames, grid = explorer.frames, explorer.frames.grid
        drawn = {position: frames[position] for position in grid}  # raises where a frame cannot be drawn
        for axis, parameter in enumerate(grid.parameters):
            moves = [
                (drawn[position], drawn[(*position[:axis], position[axis] + 1, *position[axis + 1 :])])
                for position in grid
                if position[axis] + 1 < grid.shape[axis]
            ]
            name = f"{parameter.name} of {frames.draw.__name__}"
            assert any(not np.array_equal(a.pixels, b.pixels) for a, b in moves), f"{name} changes no picture"
            assert any(a.alt != b.alt for a, b in moves), f"{name} changes no alt text"
            alike = sum(np.array_equal(a.pixels, b.pixels) for a, b in moves)
            assert alike <= len(moves) / 4, f"{name} leaves {alike} of {len(moves)} neighbouring frames alike"


def test_a_frame_is_the_same_whenever_it_is_drawn(explorers):
    """Drawing is pure: the same position gives the same picture, whatever was drawn before it."""
    _, made = explorers
    for explorer in made:
        frames, grid = explorer.frames, explorer.frames.grid
        for position in (grid.start, tuple(size - 1 for size in grid.shape)):
            again = frames._make(position)
            assert np.array_equal(again.pixels, frames[position].pixels)
            assert again.alt == frames[position].alt
