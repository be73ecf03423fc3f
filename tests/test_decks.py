"""Every slide of every deck: clean in a real browser, its explorers alive, one printed page each."""

from pathlib import Path

import pytest

from course_utils.authoring.audit import audit_deck
from course_utils.authoring.decks import static_notebook
from course_utils.authoring.slides import build_deck, install_assets, print_pdf
from course_utils.authoring.source import find_lectures

ROOT = Path(__file__).parents[1]
LARGEST = 4e6  # bytes of a deck without the assets shared by all


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("decks")
    install_assets(folder)
    return folder


@pytest.fixture(scope="module", params=find_lectures(ROOT), ids=lambda lecture: lecture.name)
def deck(request, folder):
    lecture = request.param
    return build_deck(static_notebook(lecture), title=lecture.title, path=folder / f"{lecture.name}.html")


@pytest.fixture
def page(chromium, deck):
    page = chromium.new_page(viewport={"width": 1280, "height": 720})
    page.goto(deck.path.as_uri() + "?at-once")  # also what waits for a key
    page.wait_for_function("window.deck && deck.ready")
    yield page
    page.close()


def test_every_slide_is_clean(chromium, deck):
    assert [str(finding) for finding in audit_deck(deck.path, browser=chromium)] == []


def test_a_deck_is_small_enough_for_a_stick(deck):
    assert deck.bytes < LARGEST


def test_a_deck_prints_one_page_a_slide(chromium, deck, tmp_path):
    from pypdf import PdfReader

    assert len(PdfReader(print_pdf(deck.path, tmp_path / "deck.pdf", browser=chromium)).pages) == deck.slides


def test_every_control_of_every_explorer_answers_keys_and_mouse_without_turning_the_slide(page):
    for explorer in page.query_selector_all(".course-explorer"):
        page.evaluate(
            "it => { const at = Reveal.getIndices(it.closest('section')); Reveal.slide(at.h, at.v) }", explorer
        )
        before = page.evaluate("JSON.stringify(Reveal.getIndices())")
        picture = explorer.query_selector("img")
        name = explorer.get_attribute("id")

        def shown(picture=picture):
            return picture.get_attribute("src"), picture.get_attribute("alt")

        for control in explorer.query_selector_all("input[type=range]"):
            least, most = int(control.get_attribute("min")), int(control.get_attribute("max"))
            control.focus()
            page.keyboard.press("Home")
            seen = {shown()}
            for _ in range(least, most):
                page.keyboard.press("ArrowRight")
                seen.add(shown())
            assert len(seen) > 1, f"{name}: keys change nothing"
            assert control.input_value() == str(most)
            box = control.bounding_box()
            page.mouse.click(box["x"] + 3, box["y"] + box["height"] / 2)
            assert control.input_value() == str(least), f"{name}: the mouse does not move the slider"
        for choice in explorer.query_selector_all("fieldset"):
            seen = set()
            for radio in choice.query_selector_all("input[type=radio]"):
                radio.click()
                seen.add(shown())
            assert len(seen) > 1, f"{name}: a choice changes nothing"
            page.keyboard.press("ArrowLeft")
        for button in explorer.query_selector_all("button"):
            button.focus()
            page.keyboard.press("Space")
            assert button.get_attribute("aria-pressed") == "true", f"{name}: the play button does not play"
            page.keyboard.press("Enter")
            assert button.get_attribute("aria-pressed") == "false", f"{name}: the play button does not stop"
        assert page.evaluate("JSON.stringify(Reveal.getIndices())") == before, f"{name}: a key turned the slide"
