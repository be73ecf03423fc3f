"""Slide decks made of executed notebooks: a folder that presents without network, kernel or server."""

from __future__ import annotations

import base64
import filecmp
import importlib.util
import io
import re
import shutil
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jinja2 import Environment
from nbconvert.exporters import SlidesExporter
from nbformat import NotebookNode
from PIL import Image
from traitlets.config import Config

from course_utils.authoring.browser import open_browser
from course_utils.explore import webp_address

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = [
    "SLIDE_SIZE",
    "Deck",
    "build_deck",
    "build_index",
    "find_deck",
    "install_assets",
    "load_deck",
    "make_server",
    "print_pdf",
    "serve",
]

SLIDE_SIZE = (1280, 720)
"""Width and height of a slide in px."""

_TEMPLATES = Path(__file__).parent / "templates"
_ASSETS = "assets"

# What of reveal.js and MathJax a deck loads. MathJax comes with many languages and a second set of fonts; these stay
# behind. The wheel has MathJax's HTML-CSS output only, whose web fonts Chromium also loads from file://.
_REVEAL = ("LICENSE", "dist/reveal.css", "dist/reveal.js", "plugin/notes/notes.js")
_MATHJAX = (
    "LICENSE",
    "MathJax.js",
    "config/TeX-AMS-MML_HTMLorMML-full.js",
    "extensions/AssistiveMML.js",
    "extensions/MathEvents.js",
    "extensions/toMathML.js",
    "extensions/TeX/*.js",
    "jax/element/mml/optable/*.js",
    "jax/output/HTML-CSS/autoload/*.js",
    "jax/output/HTML-CSS/fonts/STIX-Web/**/*.js",
    "fonts/HTML-CSS/STIX-Web/woff/*.woff",
)

_DISPLAY_PRIORITY = ["text/html", "image/png", "text/markdown", "text/latex", "text/plain"]
_HEADING = re.compile(r"^(#{1,6})(?=\s)")
_FENCE = re.compile(r"^\s*(```|~~~)")


@dataclass(frozen=True)
class Deck:
    """A deck that was built.

    Attributes
    ----------
    path : Path
        The HTML file.
    title : str
        What its title bar says.
    slides : int
        How many slides it has, sub-slides included.
    bytes : int
        Size of the HTML file, without the assets shared by all decks.
    """

    path: Path
    title: str
    slides: int
    bytes: int


def build_deck(notebook: NotebookNode, *, title: str, path: Path) -> Deck:
    """Render an executed notebook as a slide deck.

    Parameters
    ----------
    notebook : NotebookNode
        Executed, each cell with ``metadata.slideshow.slide_type`` in {slide, subslide, -, notes, skip}. A code cell
        shows its source when tagged ``show-code``, and always its outputs. The ``alt`` of a PNG stands in its output's
        metadata. The notebook is not changed.
    title : str
        Title of the document.
    path : Path
        The HTML file to write. It expects the folder of `install_assets` beside it.

    Raises
    ------
    ValueError
        If something is to be shown before the first slide begins, or no slide begins at all.
    """
    prepared = _prepare(notebook)
    exporter = SlidesExporter(
        config=Config({"NbConvertBase": {"display_data_priority": _DISPLAY_PRIORITY}}),
        template_name="deck",
        extra_template_basedirs=[str(_TEMPLATES)],
        reveal_url_prefix=_ASSETS,
        exclude_anchor_links=True,
    )
    exporter.register_filter("webp_address", _webp_address)
    html, _ = exporter.from_notebook_node(prepared, resources={"deck_title": title})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(html, encoding="utf-8", newline="\n")
    return find_deck(path, title=title)


def find_deck(path: Path, *, title: str) -> Deck:
    """Return what is known of a deck that was built before."""
    return Deck(path, title, path.read_text(encoding="utf-8").count('<div class="page">'), path.stat().st_size)


def build_index(folder: Path, decks: Sequence[Deck], *, heading: str = "Slides") -> Path:
    """Write ``index.html``, which lists the decks and the keys a presenter needs, into `folder`."""
    template = (_TEMPLATES / "deck" / "contents.html.j2").read_text(encoding="utf-8")
    path = folder / "index.html"
    page = Environment(autoescape=True).from_string(template).render(heading=heading, decks=decks)
    path.write_text(page + "\n", encoding="utf-8", newline="\n")
    return path


def install_assets(folder: Path) -> Path:
    """Copy what all decks of `folder` share into ``folder/assets``: reveal.js, MathJax, the theme, their licences.

    What is there already is left alone, so that a deck can be shown while another one is made.

    Raises
    ------
    ModuleNotFoundError
        If a package that carries reveal.js or MathJax is not installed.
    """
    assets = folder / _ASSETS
    reveal = _package_folder("sphinx_revealjs", "sphinx-revealjs") / "_static" / "revealjs"
    mathjax = _package_folder("jupyter_server_mathjax", "jupyter_server_mathjax") / "static"
    sources = {assets / "reveal" / Path(pattern).name: reveal / pattern for pattern in _REVEAL}
    for pattern in _MATHJAX:
        sources |= {assets / "mathjax" / path.relative_to(mathjax): path for path in mathjax.glob(pattern)}
    sources |= {assets / path.name: path for path in (_TEMPLATES / "deck" / "static").iterdir()}
    for target, source in sources.items():
        if not (target.exists() and filecmp.cmp(source, target, shallow=False)):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    for old in set(filter(Path.is_file, assets.rglob("*"))) - set(sources):
        old.unlink()
    return assets


def load_deck(page: Page, deck: Path, *, query: str = "", patience: float = 60) -> None:
    """Open a deck from its file and wait until its slides are laid out and all mathematics is typeset.

    Raises
    ------
    playwright.sync_api.TimeoutError
        If that takes more than `patience` seconds.
    """
    page.goto(deck.resolve().as_uri() + query)
    page.wait_for_function("window.deck && window.deck.ready && Reveal.isReady()", timeout=1000 * patience)
    page.evaluate("document.fonts.ready")


def print_pdf(deck: Path, pdf: Path, *, browser: Browser | None = None) -> Path:
    """Print a deck, one page a slide; an explorer shows the frame it starts with.

    Parameters
    ----------
    deck, pdf : Path
        The HTML file to read and the PDF to write.
    browser : Browser, optional
        The browser to use; by default one is started.

    Raises
    ------
    NoBrowserError
        If no browser is installed.
    """
    if browser is None:
        with open_browser() as own:
            return print_pdf(deck, pdf, browser=own)
    page = browser.new_page(viewport={"width": SLIDE_SIZE[0], "height": SLIDE_SIZE[1]})
    try:
        load_deck(page, deck, query="?print-pdf")
        page.pdf(path=str(pdf), prefer_css_page_size=True, print_background=True, tagged=True)
    finally:
        page.close()
    return pdf


def make_server(folder: Path, port: int = 8000) -> ThreadingHTTPServer:
    """Make a server of `folder` for this machine alone; port 0 takes a free one. The caller runs and closes it."""
    return ThreadingHTTPServer(("127.0.0.1", port), partial(_QuietHandler, directory=str(folder)))


def serve(folder: Path, port: int = 8000) -> None:
    """Serve the decks of `folder` on this machine until interrupted."""
    with make_server(folder, port) as server:
        print(f"Slides at http://127.0.0.1:{server.server_address[1]}/ (stop with Ctrl-C)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()


class _QuietHandler(SimpleHTTPRequestHandler):
    """Serves files without writing a line for each."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name is the base class's)
        return


def _webp_address(png: str) -> str:
    """Turn a PNG (base64) into a data address of the same pixels as WebP, which takes less than half the room."""
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB"))
    return webp_address(pixels)


def _slide_type(cell: NotebookNode) -> str:
    return str(cell.metadata.get("slideshow", {}).get("slide_type", "-"))


def _prepare(notebook: NotebookNode) -> NotebookNode:
    """Copy a notebook with the cells of the deck only, and headings that fit the outline of the page."""
    prepared = deepcopy(notebook)
    prepared.cells = list(_deck_cells(prepared.cells))
    shift, asks = 0, False
    for cell in prepared.cells:
        if _slide_type(cell) in {"slide", "subslide"}:
            asks = _slide_type(cell) == "slide"  # a sub-slide after a question is the answer already
        cell.metadata["waits"] = asks and "predict" in cell.metadata.get("tags", [])
        if _slide_type(cell) in {"slide", "subslide"}:
            first = _first_heading_level(cell)
            cell.metadata["title_slide"] = first == 1
            shift = 2 - first
        if cell.cell_type == "markdown" and _slide_type(cell) != "notes":
            cell.source = "\n".join(_shift_headings(cell.source.splitlines(), shift))
    return prepared


def _deck_cells(cells: Sequence[NotebookNode]) -> Iterator[NotebookNode]:
    """Yield the cells of the deck, without notes that belong to no slide."""
    begun = False
    for cell in cells:
        kind = _slide_type(cell)
        begun = begun or kind in {"slide", "subslide"}
        if begun and kind != "skip":
            yield cell
        elif kind == "-":
            raise ValueError(
                f"expected a cell tagged 'slide' before the first cell to show, got {cell.source[:60]!r}; "
                "tag a markdown cell before it 'slide', or tag this one 'skip'"
            )
    if not begun:
        raise ValueError("expected at least one cell tagged 'slide', got none; tag the notebook's heading 'slide'")


def _first_heading_level(cell: NotebookNode) -> int:
    levels = [len(found[1]) for line, found in _headings(cell.source.splitlines()) if found]
    return levels[0] if levels and cell.cell_type == "markdown" else 2


def _shift_headings(lines: Sequence[str], shift: int) -> Iterator[str]:
    """Move headings so that the first of a slide is of level two: level one is the deck's title."""
    for line, found in _headings(lines):
        yield "#" * min(6, max(2, len(found[1]) + shift)) + line[found.end() :] if found else line


def _headings(lines: Sequence[str]) -> Iterator[tuple[str, re.Match[str] | None]]:
    """Each line with its match as a heading; lines of a code block never match."""
    fenced = False
    for line in lines:
        if _FENCE.match(line):
            fenced = not fenced
        yield line, None if fenced else _HEADING.match(line)


def _package_folder(module: str, package: str) -> Path:
    # find_spec does not import: neither package is needed running
    spec = importlib.util.find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"{package} is not installed; it brings what decks load", name=package)
    return Path(spec.submodule_search_locations[0])
