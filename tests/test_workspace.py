"""The student's copies: made once, brought up to date, and no word of the student's is ever lost."""

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_utils.workspace import Change, describe, merge, update_workspace


def cell(identity, source, kind=new_code_cell):
    made = kind(source)
    made.id = identity
    return made


def course(root: Path, *cells) -> Path:
    path = root / "notebooks" / "01_tiny.ipynb"
    path.parent.mkdir(exist_ok=True)
    nbformat.write(new_notebook(cells=list(cells)), path)
    return path


def sources(path: Path):
    return [each.source for each in nbformat.read(path, as_version=4).cells]


FIRST = (cell("intro", "# Tiny", new_markdown_cell), cell("exercise-f", "def f(): ..."), cell("end", "check('f', f)"))
SECOND = (
    cell("intro-new", "# Tiny, better", new_markdown_cell),
    cell("exercise-f", "def f():\n    ..."),
    cell("end", "check('f', f)"),
)


def edit(path: Path, change) -> None:
    notebook = nbformat.read(path, as_version=4)
    change(notebook)
    nbformat.write(notebook, path)


def test_a_first_call_copies_and_a_second_changes_nothing(tmp_path):
    course(tmp_path, *FIRST)
    assert [update.change for update in update_workspace(tmp_path)] == [Change.ADDED]
    mine = tmp_path / "work" / "01_tiny.ipynb"
    edit(mine, lambda notebook: notebook.cells[1].update(source="def f(): return 1"))
    before = mine.read_bytes()
    assert [update.change for update in update_workspace(tmp_path)] == [Change.UNCHANGED]
    assert mine.read_bytes() == before


def test_an_untouched_copy_is_replaced(tmp_path):
    course(tmp_path, *FIRST)
    update_workspace(tmp_path)
    course(tmp_path, *SECOND)
    assert [update.change for update in update_workspace(tmp_path)] == [Change.REPLACED]
    assert sources(tmp_path / "work" / "01_tiny.ipynb") == [each.source for each in SECOND]


def test_running_a_notebook_is_not_changing_it(tmp_path):
    course(tmp_path, *FIRST)
    update_workspace(tmp_path)
    edit(tmp_path / "work" / "01_tiny.ipynb", lambda notebook: notebook.cells[1].update(execution_count=7))
    course(tmp_path, *SECOND)
    assert [update.change for update in update_workspace(tmp_path)] == [Change.REPLACED]


def test_solved_exercises_and_added_cells_are_carried_over_and_the_old_file_is_kept(tmp_path):
    course(tmp_path, *FIRST)
    update_workspace(tmp_path)
    mine = tmp_path / "work" / "01_tiny.ipynb"

    def work(notebook):
        notebook.cells[1].source = "def f(): return 1"
        notebook.cells.insert(2, cell("mine", "f()  # I tried"))
        notebook.cells.insert(0, cell("first", "import antigravity"))

    edit(mine, work)
    before = mine.read_bytes()
    course(tmp_path, *SECOND)
    [update] = update_workspace(tmp_path)
    assert update.change is Change.MERGED
    assert update.left_behind == 0
    assert sources(mine) == [
        "import antigravity", "# Tiny, better", "def f(): return 1", "f()  # I tried", "check('f', f)"
    ]  # fmt: skip
    assert update.backup.read_bytes() == before
    assert "work/backups/01_tiny.1.ipynb" in describe([update], tmp_path)

    edit(mine, lambda notebook: notebook.cells[2].update(source="def f(): return 2"))
    course(tmp_path, *FIRST)
    [again] = update_workspace(tmp_path)
    assert again.backup.name == "01_tiny.2.ipynb"  # no backup overwrites another
    assert "def f(): return 2" in sources(mine)


def test_a_changed_cell_that_the_course_rewrote_is_counted_and_stays_in_the_backup(tmp_path):
    course(tmp_path, *FIRST)
    update_workspace(tmp_path)
    edit(tmp_path / "work" / "01_tiny.ipynb", lambda notebook: notebook.cells[0].update(source="# My notes"))
    course(tmp_path, *SECOND)
    [update] = update_workspace(tmp_path)
    assert update.left_behind == 1
    assert "# My notes" in sources(update.backup)
    assert "1 of your changed cells" in describe([update], tmp_path)


def test_a_file_of_the_students_that_the_course_never_gave_is_kept_too(tmp_path):
    """Without a record of what was delivered, every cell counts as the student's."""
    course(tmp_path, *FIRST)
    (tmp_path / "work").mkdir()
    mine = tmp_path / "work" / "01_tiny.ipynb"
    nbformat.write(new_notebook(cells=[cell("own", "print('own')")]), mine)
    [update] = update_workspace(tmp_path)
    assert update.change is Change.MERGED
    assert "print('own')" in sources(mine)
    assert sources(update.backup) == ["print('own')"]


def test_an_unreadable_file_stops_the_update_before_anything_is_written(tmp_path):
    course(tmp_path, *FIRST)
    update_workspace(tmp_path)
    mine = tmp_path / "work" / "01_tiny.ipynb"
    mine.write_text("<<<<<<< HEAD")
    course(tmp_path, *SECOND)
    with pytest.raises(ValueError, match=r"01_tiny.ipynb cannot be read as a notebook.*Move it elsewhere"):
        update_workspace(tmp_path)
    assert mine.read_text() == "<<<<<<< HEAD"


def test_a_cell_that_only_the_student_deleted_comes_back(tmp_path):
    merged, left_behind = merge(
        new_notebook(cells=list(FIRST)), new_notebook(cells=[FIRST[0]]), new_notebook(cells=list(FIRST))
    )
    assert [each.id for each in merged.cells] == ["intro", "exercise-f", "end"]
    assert left_behind == 0


def test_a_solution_survives_when_the_record_of_what_was_delivered_is_lost(tmp_path):
    """Somebody copies `work/*.ipynb` into a fresh clone: the same cells with other text are the student's."""
    course(tmp_path, *FIRST)
    (tmp_path / "work").mkdir()
    mine = tmp_path / "work" / "01_tiny.ipynb"
    nbformat.write(new_notebook(cells=[FIRST[0], cell("exercise-f", "def f(): return 1"), FIRST[2]]), mine)
    [update] = update_workspace(tmp_path)
    assert update.change is Change.MERGED
    assert "def f(): return 1" in sources(mine)


def test_an_untouched_copy_without_a_record_is_up_to_date(tmp_path):
    path = course(tmp_path, *FIRST)
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "01_tiny.ipynb").write_bytes(path.read_bytes())
    assert [update.change for update in update_workspace(tmp_path)] == [Change.UNCHANGED]


def test_the_verdict_on_a_carried_over_solution_stays(tmp_path):
    """After an update a solved exercise does not look unattempted."""
    course(tmp_path, *FIRST)
    update_workspace(tmp_path)
    mine = tmp_path / "work" / "01_tiny.ipynb"

    def solve(notebook):
        notebook.cells[1].source = "def f(): return 1"
        notebook.cells[2].outputs = [nbformat.v4.new_output("stream", name="stdout", text="Right")]

    edit(mine, solve)
    course(tmp_path, *SECOND)
    update_workspace(tmp_path)
    assert nbformat.read(mine, as_version=4).cells[-1].outputs[0].text == "Right"


def test_a_carried_over_cell_keeps_its_output_its_type_and_its_pictures(tmp_path):
    course(tmp_path, *FIRST)
    update_workspace(tmp_path)
    mine = tmp_path / "work" / "01_tiny.ipynb"
    picture = {"mine.png": {"image/png": "aGVsbG8="}}

    def work(notebook):
        notebook.cells[1] = cell("exercise-f", "I give up ![mine](attachment:mine.png)", new_markdown_cell)
        notebook.cells[1].attachments = picture
        notebook.cells[2].source = "check('f', f, 1)"
        notebook.cells[2].outputs = [nbformat.v4.new_output("stream", name="stdout", text="mine")]

    edit(mine, work)
    course(tmp_path, *SECOND)
    update_workspace(tmp_path)
    exercise, end = nbformat.read(mine, as_version=4).cells[1:]
    assert (exercise.cell_type, exercise.attachments) == ("markdown", picture)
    assert (end.source, end.outputs[0].text) == ("check('f', f, 1)", "mine")


def test_a_course_without_notebooks_says_how_to_make_them(tmp_path):
    with pytest.raises(ValueError, match="make them with `course build`"):
        update_workspace(tmp_path)


def test_a_write_that_breaks_off_leaves_the_students_file_whole(tmp_path, monkeypatch):
    course(tmp_path, *FIRST)
    update_workspace(tmp_path)
    mine = tmp_path / "work" / "01_tiny.ipynb"
    edit(mine, lambda notebook: notebook.cells[1].update(source="def f(): return 1"))
    before = mine.read_bytes()
    course(tmp_path, *SECOND)

    def half(path, content):
        with path.open("wb") as file:
            file.write(content[: len(content) // 2])
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(OSError, match="no space left"):
        update_workspace(tmp_path)
    assert mine.read_bytes() == before
