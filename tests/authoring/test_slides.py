"""Decks are built from executed notebooks: which cells they show, what they load, how they print."""

import base64
import io
import re
from pathlib import Path
from urllib.request import urlopen

import numpy as np
import pytest
from bs4 import BeautifulSoup
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from course_utils.authoring import browser as browser_module
from course_utils.authoring.browser import NoBrowserError, find_chromium
from course_utils.authoring.slides import (
    build_deck,
    build_index,
    find_deck,
    install_assets,
    load_deck,
    make_server,
    print_pdf,
)

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def markdown(text: str, kind: str) -> NotebookNode:
    return new_markdown_cell(text, metadata={"slideshow": {"slide_type": kind}})


def code(source: str, kind: str, *outputs: NotebookNode, tags: tuple[str, ...] = ()) -> NotebookNode:
    metadata = {"slideshow": {"slide_type": kind}, "tags": list(tags)}
    return new_code_cell(source, metadata=metadata, outputs=list(outputs))


def shown(data: dict[str, str], metadata: dict[str, object] | None = None) -> NotebookNode:
    return new_output("display_data", data=data, metadata=metadata or {})


@pytest.fixture
def build(tmp_path):
    def build(*cells, title="Title"):
        return build_deck(new_notebook(cells=list(cells)), title=title, path=tmp_path / "deck.html")

    return build


def test_a_deck_shows_slides_and_leaves_out_what_is_skipped(build):
    deck = build(
        code("import numpy", "skip"),
        markdown("before any slide", "notes"),
        markdown("# First", "slide"),
        markdown("spoken", "notes"),
        markdown("aside", "skip"),
        markdown("## Below", "subslide"),
        code("print(1)", "-", new_output("stream", name="stdout", text="printed")),
        code("last = 1", "skip"),
    )
    html = deck.path.read_text(encoding="utf-8")
    assert deck.slides == 2
    assert html.count('<div class="page">') == 2
    assert deck.bytes == deck.path.stat().st_size
    assert "printed" in html
    for absent in ("import numpy", "before any slide", "aside</p>", "last = 1"):
        assert absent not in html
    assert re.search(r'<aside class="notes">\s*<p>spoken', html.replace('<div class="prose">', ""))


def test_code_is_hidden_unless_tagged_show_code(build):
    html = build(
        markdown("## Code", "slide"),
        code("hidden_name = 1", "-"),
        code("shown_name = 2", "-", tags=("show-code",)),
    ).path.read_text(encoding="utf-8")
    assert "hidden_name" not in html
    assert "shown_name" in html


def test_the_alt_text_of_an_image_comes_from_its_output(build):
    image = shown({"image/png": PIXEL, "text/plain": "x"}, {"image/png": {"alt": 'A "quoted" <curve> rises.'}})
    html = build(markdown("## Figure", "slide"), code("", "-", image)).path.read_text(encoding="utf-8")
    assert BeautifulSoup(html, "html.parser").img["alt"] == 'A "quoted" <curve> rises.'


def test_html_is_preferred_to_an_image_and_an_image_to_text(build):
    html = build(
        markdown("## Outputs", "slide"),
        code("", "-", shown({"text/plain": "plain one", "image/png": PIXEL, "text/html": "<b>rich</b>"})),
        code("", "-", shown({"text/plain": "plain two", "image/png": PIXEL}, {"image/png": {"alt": "A single dot."}})),
        code("", "-", shown({"text/plain": "plain three", "text/markdown": "*marked*"})),
    ).path.read_text(encoding="utf-8")
    assert "<b>rich</b>" in html
    assert html.count("data:image/webp") == 1
    assert "<em>marked</em>" in html
    assert "plain" not in html


def test_headings_fit_the_outline_whatever_their_level_in_the_notebook(build):
    html = build(
        markdown("# Title", "slide"),
        markdown("### Exercise\n\n#### Part\n\n```\n# not a heading\n```", "slide"),
    ).path.read_text(encoding="utf-8")
    assert re.findall(r"<h(\d)", html) == ["1", "2", "2", "3"]
    assert "# not a heading" in html
    assert html.count('class="title"') == 1


def test_something_shown_before_the_first_slide_is_refused(build):
    with pytest.raises(ValueError, match="before the first cell to show"):
        build(code("print(1)", "-"), markdown("# Late", "slide"))


def test_a_notebook_without_slides_is_refused(build):
    with pytest.raises(ValueError, match="at least one cell tagged 'slide'"):
        build(markdown("only notes", "notes"))


def test_building_changes_no_notebook_and_gives_the_same_bytes_again(tmp_path):
    notebook = new_notebook(cells=[markdown("### Deep", "slide"), code("x", "skip")])
    before = str(notebook)
    first = build_deck(notebook, title="T", path=tmp_path / "a.html").path.read_bytes()
    assert build_deck(notebook, title="T", path=tmp_path / "b.html").path.read_bytes() == first
    assert str(notebook) == before


def test_a_deck_names_no_address_outside_its_folder(build):
    html = build(markdown("# Local", "slide"), title="A & B").path.read_text(encoding="utf-8")
    assert "<title>A &amp; B</title>" in html
    assert '<html lang="en">' in html
    assert not re.search(r"""(src|href|from|import)\s*[=(]?\s*["'](https?:)?//""", html)


def test_assets_are_small_and_keep_their_licences(tmp_path):
    assets = install_assets(tmp_path)
    files = [path for path in assets.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 4e6
    for name in ("reveal/LICENSE", "reveal/reveal.js", "mathjax/LICENSE", "mathjax/MathJax.js", "deck.css", "deck.js"):
        assert (assets / name).is_file(), name
    (assets / "stale.js").write_text("")
    install_assets(tmp_path)
    assert not (assets / "stale.js").exists()


def test_assets_that_are_there_are_left_alone_and_broken_ones_mended(tmp_path):
    """Else a deck that is open in a browser loses its scripts while another one is made."""
    assets = install_assets(tmp_path)
    (assets / "deck.js").write_text("broken")
    before = (assets / "deck.css").stat().st_mtime_ns
    install_assets(tmp_path)
    assert (assets / "deck.css").stat().st_mtime_ns == before
    assert (assets / "deck.js").read_text() != "broken"


def test_every_asset_that_a_deck_names_is_installed(build, tmp_path):
    install_assets(tmp_path)
    html = build(markdown("# Assets", "slide")).path.read_text(encoding="utf-8")
    named = re.findall(r'(?:src|href)="(assets/[^"]+)"', html)
    assert len(named) == 6
    assert [name for name in named if not (tmp_path / name).is_file()] == []


def test_the_index_lists_every_deck_and_is_served_on_this_machine_only(build, tmp_path):
    index = build_index(tmp_path, [build(markdown("# One", "slide"), title="One <deck>")])
    assert 'href="deck.html">One &lt;deck&gt;</a>' in index.read_text(encoding="utf-8")
    from threading import Thread

    with make_server(tmp_path, 0) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        host, port = server.server_address[:2]
        assert host == "127.0.0.1"
        with urlopen(f"http://127.0.0.1:{port}/") as page:
            assert page.read() == index.read_bytes()
        server.shutdown()


def test_the_named_browser_must_exist(monkeypatch):
    monkeypatch.setenv("COURSE_CHROMIUM", "/no/such/chromium")
    with pytest.raises(NoBrowserError, match="COURSE_CHROMIUM"):
        find_chromium()


def test_the_named_browser_comes_first(monkeypatch, tmp_path):
    named = tmp_path / "my-chromium"
    named.write_text("#!/bin/sh\n")
    named.chmod(0o755)
    monkeypatch.setenv("COURSE_CHROMIUM", str(named))
    assert find_chromium() == named


def test_without_a_browser_the_error_says_how_to_get_one(monkeypatch):
    monkeypatch.delenv("COURSE_CHROMIUM", raising=False)
    monkeypatch.setattr(browser_module.shutil, "which", lambda command: None)
    monkeypatch.setattr(browser_module, "_usual_places", lambda: iter([Path("/no/such/browser")]))
    with pytest.raises(NoBrowserError, match="playwright install chromium"):
        find_chromium()


def test_a_deck_prints_one_page_a_slide_with_its_mathematics(chromium, build, tmp_path):
    from pypdf import PdfReader

    install_assets(tmp_path)
    deck = build(
        markdown("# Title", "slide"),
        markdown("## Formula\n$$\\int p(x)\\,\\mathrm{d}x = 1$$", "slide"),
        markdown("spoken only", "notes"),
        markdown("## Below", "subslide"),
    )
    reader = PdfReader(print_pdf(deck.path, tmp_path / "deck.pdf", browser=chromium))
    assert len(reader.pages) == deck.slides == 3
    width, height = (float(side) for side in reader.pages[0].mediabox[2:])
    assert width / height == pytest.approx(1280 / 720, rel=0.01)
    text = "".join(page.extract_text() for page in reader.pages)
    assert "Formula" in text
    assert "mathrm" not in text
    assert "spoken only" not in text


def test_a_picture_is_repacked_without_losing_a_pixel(build):
    pixels = np.random.default_rng(0).integers(0, 256, size=(30, 40, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    about = {"image/png": {"alt": "Coloured noise."}}
    deck = build(
        markdown("## Noise", "slide"),
        code("", "-", shown({"image/png": base64.b64encode(out.getvalue()).decode()}, about)),
    )
    address = BeautifulSoup(deck.path.read_text(encoding="utf-8"), "html.parser").img["src"]
    kept = Image.open(io.BytesIO(base64.b64decode(address.removeprefix("data:image/webp;base64,"))))
    assert np.array_equal(np.asarray(kept), pixels)


def test_the_answer_to_a_prediction_waits_for_a_key(build, chromium, tmp_path):
    """The question is seen first; the outputs of a cell tagged `predict` come at the next key, all at once."""
    install_assets(tmp_path)
    printed = [new_output("stream", name="stdout", text="42"), shown({"text/html": "<b>forty-two</b>"})]
    deck = build(
        markdown("## What is six times seven?", "slide"),
        code("", "-", *printed, tags=("predict",)),
        markdown("## Next", "slide"),
        markdown("## Below", "subslide"),
        code("", "-", shown({"text/html": "<b>at once</b>"}), tags=("predict",)),
        markdown("## Last", "slide"),
    )
    page = chromium.new_page(viewport={"width": 1280, "height": 720})
    load_deck(page, deck.path)
    slides = page.locator(".slides")
    answers = [slides.get_by_text("42", exact=True), slides.get_by_text("forty-two")]
    assert slides.get_by_text("six times seven").is_visible()
    assert not any(answer.is_visible() for answer in answers)
    page.keyboard.press("ArrowRight")
    answers[0].wait_for(state="visible")
    assert all(answer.is_visible() for answer in answers)
    page.keyboard.press("ArrowRight")
    assert slides.get_by_text("Next").is_visible()
    page.keyboard.press("ArrowRight")
    assert slides.get_by_text("Below").is_visible(), "arrows go through every slide"
    assert slides.get_by_text("at once").is_visible(), "a sub-slide is an answer: nothing on it waits"
    load_deck(page, deck.path, query="?at-once")
    assert all(answer.is_visible() for answer in answers)
    page.close()


def test_a_deck_that_was_built_before_is_found_as_it_is(build):
    deck = build(markdown("# One", "slide"), markdown("## Two", "subslide"))
    assert find_deck(deck.path, title="Title") == deck
    assert deck.slides == 2
