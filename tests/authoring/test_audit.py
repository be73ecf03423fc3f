"""The audit is audited: tiny decks made to fail in one way each, and one that is clean."""

import base64
import io

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from course_utils.authoring.audit import Finding, audit_deck, screenshots
from course_utils.authoring.slides import build_deck, install_assets

ALT = "A plain grey rectangle, as wide as a figure."


def image_uri(width: int = 640, height: int = 360) -> str:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "#888").save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def explorer() -> str:
    """Return a figure with the controls of a static explorer."""
    return (
        f'<figure class="course-explorer"><div class="explorer-controls"><label for="m">mean</label>'
        f'<input id="m" type="range" min="0" max="4" value="1"><button type="button">Play</button></div>'
        f'<img src="{image_uri()}" alt="{ALT}"></figure>'
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("decks")
    install_assets(folder)
    return folder


@pytest.fixture
def make(folder, request):
    """Build a deck of a title and one slide per argument, each markdown or, when it begins with a tag, HTML output."""

    def make(*slides: str):
        cells = [new_markdown_cell("# Title", metadata={"slideshow": {"slide_type": "slide"}})]
        for i, content in enumerate(slides, 2):
            body = content if not content.startswith("<") else f"## Slide {i}"
            cells.append(new_markdown_cell(body, metadata={"slideshow": {"slide_type": "slide"}}))
            if body != content:
                output = new_output("display_data", data={"text/html": content})
                cells.append(new_code_cell("", outputs=[output], metadata={"slideshow": {"slide_type": "-"}}))
        name = "".join(c if c.isalnum() else "_" for c in request.node.name)
        return build_deck(new_notebook(cells=cells), title="Title", path=folder / f"{name}.html").path

    return make


def test_a_clean_deck_has_no_findings(chromium, make):
    deck = make(
        "## Formulas in $\\sqrt{2\\pi}$\n\n$$\\mathbb{E}_p[x] = \\int x\\,p(x)\\,\\mathrm{d}x$$\n\n"
        "- a price of \\$5 and inline $\\mu$\n\n| a | $b$ |\n|---|---|\n| 1 | 2 |\n\n[link](#/1) and `code`",
        explorer(),
        "<p>In HTML: \\(\\sigma^2\\)</p>",
    )
    assert audit_deck(deck, browser=chromium) == []


FAULTS = {
    "a slide that is too tall": ("## Tall\n\n" + "\n\n".join(["a line of text"] * 30), "overflow"),
    "a formula that is too wide": ("## Wide\n\n$$" + "+".join(["\\frac{a}{b}"] * 60) + "$$", "overflow"),
    "a table that hides its end": (
        '<div style="height:50px;overflow:hidden"><p>a</p><p>b</p><p>c</p></div>',
        "overflow",
    ),
    "a line that does not break": (f"<p>{'beyond' * 30}</p>", "overflow"),
    "a box that stands outside": ('<p style="position:absolute;left:1270px;width:99px">outside</p>', "overflow"),
    "an image squeezed by text": (f'{"<p>text</p>" * 9}<img src="{image_uri()}" alt="{ALT}">', "image"),
    "an image that is missing": (f'<img src="missing.png" alt="{ALT}" style="width:640px;height:360px">', "image"),
    "an image without alt": (f'<img src="{image_uri()}">', "alt"),
    "an empty alt": (f'<img src="{image_uri()}" alt="">', "alt"),
    "a short alt": (f'<img src="{image_uri()}" alt="a plot">', "alt"),
    "a file name for alt": (f'<img src="{image_uri()}" alt="figure_of_the_density.png">', "alt"),
    "an outside image": (f'<img src="https://example.org/x.png" alt="{ALT}">', "request"),
    "an outside script": ('<script src="https://example.org/x.js"></script>', "request"),
    "a script that logs an error": ('<script>console.error("broken")</script>', "console"),
    "a script that warns": ('<script>console.warn("careful")</script>', "console"),
    "a script that raises": ("<script>undefinedName()</script>", "console"),
    "an unknown macro": ("## Macro\n\n$\\nosuchmacro{x}$", "mathematics"),
    "an unclosed brace": ("## Brace\n\n$$\\frac{1}{2$$", "mathematics"),
    "raw TeX": ("<p>the sum \\frac{1}{2} of</p>", "mathematics"),
    "an unclosed dollar": ("<p>\\begin{aligned} x</p>", "mathematics"),
    "small print": ('<p style="font-size:14px">small print</p>', "font-size"),
    "low contrast": ('<p style="color:#bbb">pale words</p>', "axe:color-contrast"),
    "an input without a name": ('<input type="text">', "axe:label"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_is_found_on_its_slide(chromium, make, fault):
    content, rule = FAULTS[fault]
    findings = audit_deck(make(content), browser=chromium)
    assert rule in {finding.rule for finding in findings}
    assert all(finding.slide in {"2", "-"} for finding in findings), findings


def test_a_finding_can_be_printed_when_its_excerpt_cuts_a_letter_in_two(chromium, make):
    """Letters of mathematics are two units long in the browser; an odd cut leaves half of one."""
    deck = make(*(f"<p>{'a' * shift}{chr(0x1D45D) * 200}</p>" for shift in (0, 1)))
    findings = [finding for finding in audit_deck(deck, browser=chromium) if finding.rule == "overflow"]
    assert len({finding.slide for finding in findings}) == 2
    assert all(str(finding).encode("utf-8") for finding in findings)


def test_a_deck_that_does_not_start_is_a_finding(chromium, folder):
    deck = folder / "broken.html"
    deck.write_text("<!DOCTYPE html><title>broken</title><script>missing()</script>")
    rules = {finding.rule for finding in audit_deck(deck, browser=chromium, patience=1)}
    assert rules == {"console", "deck"}


def test_a_finding_reads_as_a_sentence():
    finding = Finding("01_a.html", "3.2", "A density", "alt", "an image has no alt text")
    assert str(finding) == "01_a.html slide 3.2 (A density): alt: an image has no alt text"


def test_keys_of_a_focused_control_do_not_turn_the_slide_and_those_of_a_remote_do(chromium, make):
    deck = make(explorer(), "## After")
    page = chromium.new_page(viewport={"width": 1280, "height": 720})
    page.goto(deck.as_uri() + "#/1")
    page.wait_for_function("window.deck && deck.ready")
    at = "Reveal.getIndices().h"
    page.focus("input[type=range]")
    for key in ("ArrowRight", "ArrowDown", "ArrowRight", "Space", "Enter", "n"):
        page.keyboard.press(key)
    assert page.evaluate(at) == 1
    assert page.input_value("input[type=range]") == "2"
    page.focus(".course-explorer button")
    for key in ("Space", "Enter", "ArrowRight"):
        page.keyboard.press(key)
    assert page.evaluate(at) == 1
    page.keyboard.press("PageDown")
    assert page.evaluate(at) == 2
    page.keyboard.press("PageUp")
    page.focus("input[type=range]")
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(at) == 2
    assert not page.evaluate("Reveal.isOverview()")
    page.close()


def test_speaker_view_shows_notes_with_their_formulas_from_a_file(chromium, folder):
    cells = [
        new_markdown_cell("# Title", metadata={"slideshow": {"slide_type": "slide"}}),
        new_markdown_cell("Say $\\frac{a}{b}$ aloud.", metadata={"slideshow": {"slide_type": "notes"}}),
    ]
    deck = build_deck(new_notebook(cells=cells), title="Title", path=folder / "spoken.html").path
    page = chromium.new_page()
    page.goto(deck.as_uri())
    page.wait_for_function("window.deck && deck.ready")
    assert not page.locator("aside.notes").is_visible()
    with page.expect_popup() as opened:
        page.keyboard.press("s")
    notes = opened.value.locator(".speaker-controls-notes .value")
    notes.locator("math mfrac").wait_for()
    assert notes.inner_text().startswith("Say")
    assert "$" not in notes.inner_text()
    assert notes.locator("math").count() == 1
    page.context.close()


def test_screenshots_show_every_slide_at_its_size(chromium, make, tmp_path):
    pictures = screenshots(make("## Two", "## Three"), tmp_path / "shots", browser=chromium)
    assert len(pictures) == 3
    assert {Image.open(path).size for path in pictures} == {(1280, 720)}
    assert len({path.read_bytes() for path in pictures}) == 3
