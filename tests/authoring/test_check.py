"""`course check` fails where a notebook does not say what it said, and where a claim depends on the seed."""

import json

import pytest

from course_utils.authoring.build import build
from course_utils.authoring.check import check_notebooks, check_seeds, summarise


def test_a_faithful_notebook_passes_and_a_changed_output_fails(tiny):
    build([tiny], say=lambda line: None)
    student, solution = tiny.notebook("student"), tiny.notebook("solution")
    content = json.loads(student.read_text())
    content["cells"][2]["outputs"][0]["text"] = ["3\n"]
    student.write_text(json.dumps(content))

    results = check_notebooks([student, solution])
    assert [(result.cells, len(result.failures)) for result in results] == [(4, 1), (4, 0)]
    assert "3" in results[0].failures[0]

    lines: list[str] = []
    assert not summarise(results, tiny.root, lines.append)
    assert "1 FAILED" in lines[0]
    assert "passed" in lines[1]
    assert summarise(results[1:], tiny.root, lines.append)


def test_a_missing_notebook_is_an_error_and_not_a_pass(tiny):
    with pytest.raises(RuntimeError, match="no such notebook"):
        check_notebooks([tiny.notebook("student")])


def test_claims_are_run_with_the_seed_that_was_asked_for(tiny, tiny_source):
    tiny.source.write_text(tiny_source.replace("print(1 + 1)", "assert SEED != 3, 'unlucky'"), encoding="utf-8")
    said: list[str] = []
    failures = check_seeds([tiny], [1, 3], said.append)
    assert len(failures) == 1
    assert "with SEED = 3" in failures[0]
    assert "AssertionError: unlucky" in failures[0]
    assert "holds with SEED = 1" in said[0]
