"""A tiny course in an empty folder, to make the tools fail on; a browser for the tests that need one."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from course_utils.authoring.browser import NoBrowserError, open_browser
from course_utils.authoring.source import Lecture

# Examples of properties: new ones at every call here, the same ones in CI, and no deadline, since machines are shared.
settings.register_profile("course", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("course")

SOURCE = """\
# %% [markdown] tags=["slide"]
# # 01 Tiny
# What is two?

# %% tags=["parameters"]
from course_utils.exercises import check

SEED = 0

# %% tags=["continue", "predict"]
print(1 + 1)

# %% tags=["exercise"]
def rescale(x):
    ...


# %% tags=["solution"]
def rescale(x):
    return (x - x.min()) / (x.max() - x.min())


# %%
check("rescale", rescale)
"""


@pytest.fixture
def tiny_source() -> str:
    """A source that builds."""
    return SOURCE


@pytest.fixture
def tiny(tmp_path: Path) -> Lecture:
    """A lecture that builds, in a course of its own."""
    (tmp_path / "notebooks" / "source").mkdir(parents=True)
    lecture = Lecture(tmp_path, "01_tiny")
    lecture.source.write_text(SOURCE, encoding="utf-8")
    return lecture


@pytest.fixture(scope="session")
def chromium():
    """A headless Chromium; where there is none, tests are skipped, but fail in CI."""
    try:
        with open_browser() as browser:
            yield browser
    except NoBrowserError as error:
        if os.environ.get("CI"):
            pytest.fail(f"CI must have a browser: {error}")
        pytest.skip(str(error))
