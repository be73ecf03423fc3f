"""One source makes two notebooks, and a broken one is told with its place."""

import pytest

from course_utils.authoring.source import Lecture, SourceError, find_lectures, make_edition, read_source


def tags(notebook):
    return [set(cell.metadata.tags) for cell in notebook.cells]


def test_each_edition_lacks_what_belongs_to_the_other(tiny):
    both = read_source(tiny.source)
    student, solved = make_edition(both, "student"), make_edition(both, "solution")
    assert not any("solution" in cell for cell in tags(student))
    assert sum("exercise" in cell for cell in tags(student)) == 1
    assert not any("exercise" in cell for cell in tags(solved))
    assert sum("solution" in cell for cell in tags(solved)) == 1
    assert len(student.cells) == len(solved.cells) == len(both.cells) - 1


def test_slide_types_follow_the_tags_and_untagged_cells_have_a_default(tiny, tiny_source):
    tiny.source.write_text(tiny_source + "\n# %% [markdown]\n# Detail.\n", encoding="utf-8")
    types = [cell.metadata.slideshow["slide_type"] for cell in read_source(tiny.source).cells]
    assert types == ["slide", "skip", "-", "skip", "skip", "skip", "notes"]


def test_only_the_student_finds_a_predicted_result_folded(tiny):
    both = read_source(tiny.source)
    folded = {
        edition: [
            bool(cell.metadata.get("jupyter", {}).get("outputs_hidden")) for cell in make_edition(both, edition).cells
        ]
        for edition in ("student", "solution")
    }
    assert folded["student"] == [False, False, True, False, False]
    assert not any(folded["solution"])


def test_ids_depend_on_content_alone(tiny, tiny_source):
    """A cell keeps its id when others come before it, and gets another when its text changes."""
    before = [cell.id for cell in read_source(tiny.source).cells]
    tiny.source.write_text(
        tiny_source.replace('# %% tags=["parameters"]', '# %%\nnew = 1\n\n# %% tags=["parameters"]'), encoding="utf-8"
    )
    after = [cell.id for cell in read_source(tiny.source).cells]
    assert [i for i in after if i in before] == before
    tiny.source.write_text(tiny_source.replace("print(1 + 1)", "print(2 + 2)"), encoding="utf-8")
    changed = [cell.id for cell in read_source(tiny.source).cells]
    assert [a != b for a, b in zip(before, changed, strict=True)] == [False, False, True, False, False, False]


def test_equal_cells_have_different_ids(tiny, tiny_source):
    tiny.source.write_text(tiny_source + "\n# %%\nprint(1 + 1)\n", encoding="utf-8")
    ids = [cell.id for cell in read_source(tiny.source).cells]
    assert len(set(ids)) == len(ids)


def test_an_exercise_keeps_its_id_when_its_stub_changes(tiny, tiny_source):
    """The student's answer finds its place in a newer version of the notebook."""
    tiny.source.write_text(tiny_source.replace("    ...\n", "    ...  # your code here\n"), encoding="utf-8")
    ids = [cell.id for cell in read_source(tiny.source).cells]
    assert "exercise-rescale" in ids
    assert "solution-rescale" in ids


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("print(1 + 1)", "print(1 + ", 11, "never closed"),
        ('tags=["continue", "predict"]', 'tags=["continue", "skip"]', 10, "one of the tags"),
        ('tags=["continue", "predict"]', 'tags=["slide"]', 10, "only markdown starts a slide"),
        ('tags=["solution"]', "", 13, "'solution' must follow"),
        ('tags=["exercise"]', "", 18, "'exercise' must stand before"),
        ('tags=["exercise"]', 'tags=["excercise"]', 13, "no such tag"),
        ('check("rescale", rescale)', "print(rescale)", 13, "must follow the exercise"),
    ],
)
def test_a_broken_source_is_told_with_file_and_line(tiny, tiny_source, old, new, line, says):
    assert tiny_source.count(old) == 1
    tiny.source.write_text(tiny_source.replace(old, new), encoding="utf-8")
    with pytest.raises(SourceError, match=says) as caught:
        read_source(tiny.source)
    assert str(caught.value).startswith(f"{tiny.source}:{line}: ")


def test_lectures_are_found_by_number_topic_and_name(tiny):
    tiny.source.with_name("02_other.py").write_text("# %% [markdown]\n# # 02 Other\n", encoding="utf-8")
    assert [lecture.name for lecture in find_lectures(tiny.root)] == ["01_tiny", "02_other"]
    for word in ("01", "tiny", "01_tiny"):
        assert find_lectures(tiny.root, [word]) == [Lecture(tiny.root, "01_tiny")]
    with pytest.raises(ValueError, match=r"no notebook '7'; there are: 01_tiny, 02_other"):
        find_lectures(tiny.root, ["7"])
    assert tiny.title == "01 Tiny"
