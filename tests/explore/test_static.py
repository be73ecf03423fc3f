"""The static face: a fragment of HTML that is sound by itself, and answers in a browser without kernel or network."""

import json
from collections import Counter

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup

from course_utils.explore import set_renderer

HOSTILE = "</script><!--<script> 'A' \"{kind}\" & <b>line</b> at {level:g}, {grid}."


def html_of(explorer):
    with set_renderer("static"):
        return explorer._repr_mimebundle_()[0]["text/html"]


def page_of(*explorers):
    body = "".join(f"<h2>Explorer {i}</h2>{html_of(explorer)}" for i, explorer in enumerate(explorers, 1))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Explorers</title></head>'
        f"<body><main><h1>Explorers</h1>{body}</main></body></html>"
    )


# The fragment


def test_ids_are_unique_also_for_equal_explorers_on_one_page(make):
    """Equal content shown twice gets two sets of ids, and every label finds its control."""
    again = make()
    soup = BeautifulSoup(page_of(make(), again, again, make(kind=["dashed", "solid"])), "html.parser")
    ids = Counter(tag["id"] for tag in soup.find_all(id=True))
    assert set(ids.values()) == {1}
    assert not any(character.isspace() for name in ids for character in name)
    targets = [tag.get_attribute_list("for") for tag in soup.find_all(["label", "output"], attrs={"for": True})]
    assert len(targets) == 8
    assert all(ids[name] == 1 for names in targets for name in names)
    radios = [{radio["name"] for radio in figure.find_all("input", type="radio")} for figure in soup.find_all("figure")]
    assert len(set.union(*radios)) == sum(map(len, radios)) == 8


def test_controls_are_native_labelled_and_at_their_start(make):
    soup = BeautifulSoup(html_of(make(start={"level": 1.0, "grid": True}, play="level")), "html.parser")
    slider = soup.find("input", type="range")
    assert [slider[name] for name in ("min", "max", "step", "value")] == ["0", "2", "1", "1"]
    assert soup.find("label", attrs={"for": slider["id"]}).string == "level λ"
    assert slider["aria-valuetext"] == soup.output.string == "1"
    assert soup.button["aria-label"] == "Play level λ"
    assert [legend.string for legend in soup.find_all("legend")] == ["kind", "grid"]
    checked = [radio.parent.get_text(strip=True) for radio in soup.find_all("input", checked=True)]
    assert checked == ["solid", "yes"]


def test_labels_and_values_may_hold_any_signs(make):
    label, value = "<i>\"k\"</i> & 'style'", '"</label><b>&'
    html = html_of(make(draw=lambda ax, **_: None, labels={"kind": label, "level": label}, kind=[value, "b"]))
    soup = BeautifulSoup(html, "html.parser")
    assert soup.legend.string == soup.label.string == label
    assert soup.fieldset.label.get_text().strip() == value
    assert soup.find("b") is soup.find("i") is None


def test_equal_frames_are_stored_once(make):
    """Here the picture depends on the level alone, so 3 sources serve 12 positions."""
    soup = BeautifulSoup(html_of(make(draw=lambda ax, level, **_: ax.axhline(level))), "html.parser")
    data = json.loads(soup.find("script", type="application/json").string)
    assert (len(data["sources"]), len(data["frames"]), len(data["alts"])) == (3, 12, 12)


def test_nothing_points_outside(make):
    soup = BeautifulSoup(html_of(make()), "html.parser")
    assert all(tag["src"].startswith("data:") for tag in soup.find_all(src=True))
    assert soup.find("link") is None
    assert "http" not in "".join(script.get_text() for script in soup.find_all(["script", "style"]))


# In a browser


class Browser:
    """A page from a file, without network, that notes what it should not do."""

    def __init__(self, context, folder):
        self.page = context.new_page()
        self.page.set_default_timeout(10_000)
        self.folder = folder
        self.trouble = []
        self.page.on("console", lambda message: self.trouble.append(message.text))
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on("request", lambda request: self._note(request.url))

    def _note(self, url):
        if not url.startswith(("file:", "data:")):
            self.trouble.append(url)

    def open(self, *explorers):
        path = self.folder / "page.html"
        path.write_text(page_of(*explorers), encoding="utf-8")
        self.page.goto(path.as_uri())
        self.page.evaluate(
            "() => { window.heard = []; document.addEventListener('keydown', e => window.heard.push(e.key)); }"
        )
        return self.page


@pytest.fixture
def browser(chromium, tmp_path):
    """Open pages from a file; afterwards nothing may have been asked of a network or said on the console."""
    context = chromium.new_context(offline=True)
    opened = Browser(context, tmp_path)
    yield opened
    trouble = list(opened.trouble)
    context.close()
    assert trouble == []


def shown(page, figure=0):
    """Picture source and alt text of an explorer."""
    return page.locator("figure img").nth(figure).evaluate("img => [img.src, img.alt]")


def require_frame(page, explorer, position, figure=0):
    """Require that the page shows exactly this frame, with its alt text, and its value beside the slider."""
    frame, parameter = explorer.frames[position], explorer.frames.grid.parameters[0]
    assert shown(page, figure) == [explorer.frames.uri(position), frame.alt]
    text = parameter.texts[position[0]]
    slider = page.locator("figure").nth(figure).locator("input[type=range]")
    assert page.locator("figure").nth(figure).locator("output").inner_text() == text
    assert [slider.input_value(), slider.get_attribute("aria-valuetext")] == [str(position[0]), text]


def test_arrow_keys_and_radio_buttons_choose_the_frame(browser, make):
    explorer = make()
    page = browser.open(explorer)
    require_frame(page, explorer, (1, 0, 0))
    page.get_by_label("level λ").focus()
    for key, position in [("ArrowRight", 2), ("ArrowRight", 2), ("ArrowLeft", 1), ("Home", 0), ("End", 2)]:
        page.keyboard.press(key)
        require_frame(page, explorer, (position, 0, 0))
    page.get_by_role("group", name="kind").get_by_label("dotted").check()
    require_frame(page, explorer, (2, 1, 0))
    page.get_by_role("group", name="grid").get_by_label("no").focus()
    page.keyboard.press("ArrowDown")
    require_frame(page, explorer, (2, 1, 1))


def test_the_mouse_chooses_the_frame(browser, make):
    explorer = make()
    page = browser.open(explorer)
    box = page.get_by_label("level λ").bounding_box()
    for share, position in [(0.98, 2), (0.02, 0), (0.5, 1)]:
        page.mouse.click(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
        require_frame(page, explorer, (position, 0, 0))
    page.get_by_text("dotted").click()
    require_frame(page, explorer, (1, 1, 0))


def test_play_runs_to_the_end_and_stops_there(browser, make):
    """It begins again from the first value when started at the end, and a second press holds it."""
    explorer = make(play="level")
    page = browser.open(explorer)
    page.clock.install()
    button = page.get_by_role("button", name="Play level λ")
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    page.clock.run_for(400)
    require_frame(page, explorer, (2, 0, 0))
    page.clock.run_for(400)
    assert button.get_attribute("aria-pressed") == "false"
    page.clock.run_for(5000)
    require_frame(page, explorer, (2, 0, 0))
    button.click()
    require_frame(page, explorer, (0, 0, 0))
    page.clock.run_for(400)
    require_frame(page, explorer, (1, 0, 0))
    button.click()
    assert button.get_attribute("aria-pressed") == "false"
    page.clock.run_for(5000)
    require_frame(page, explorer, (1, 0, 0))


def test_keys_of_a_control_are_not_heard_by_the_page(browser, make):
    """So an arrow key does not also turn the slide; Tab moves on, and Escape gives the keys back to the page."""
    page = browser.open(make(play="level"))
    page.get_by_role("slider", name="level λ").focus()
    for key in ("ArrowRight", "ArrowDown", "PageDown", "Space", "n"):
        page.keyboard.press(key)
    page.get_by_role("button").focus()
    page.keyboard.press("Space")
    assert page.evaluate("window.heard") == []
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.type") == "radio"
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("window.heard") == ["Tab", "Escape", "ArrowRight"]


def test_explorers_on_one_page_do_not_disturb_each_other(browser, make):
    """Not even two of equal content."""
    twins, other = make(), make(kind=["dashed", "solid"], start={"level": -0.5})
    page = browser.open(twins, twins, other)
    page.get_by_label("level λ").nth(1).press("ArrowRight")
    page.get_by_label("dotted").nth(1).check()
    require_frame(page, twins, (1, 0, 0), figure=0)
    require_frame(page, twins, (2, 1, 0), figure=1)
    require_frame(page, other, (0, 0, 0), figure=2)
    page.get_by_label("level λ").nth(2).press("ArrowRight")
    require_frame(page, other, (1, 0, 0), figure=2)


def test_any_alt_text_arrives_as_it_was_written(browser, make):
    """An alt text that ends scripts and opens comments is only a text."""
    explorer = make(alt=HOSTILE)
    page = browser.open(explorer, make())
    page.get_by_label("level λ").first.press("ArrowRight")
    require_frame(page, explorer, (2, 0, 0))
    assert shown(page)[1].startswith("</script><!--<script> 'A' \"solid\" & <b>")
    assert page.locator("figure").count() == 2


def test_axe_finds_no_violation(browser, make):
    page = browser.open(make(play="level"), make())
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
