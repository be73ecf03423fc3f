"""Looks at every slide of a deck in a real browser and names what an audience would stumble over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_utils.authoring.browser import open_browser
from course_utils.authoring.slides import SLIDE_SIZE, load_deck

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page, Request

__all__ = ["Finding", "audit", "audit_deck", "screenshots"]

_LIMITS = {"altCharacters": 15, "imageWidth": 300, "fontSize": 18}
_HARMLESS_SCHEMES = ("file:", "data:", "blob:", "about:")
_SLIDES = "Reveal.getSlides().map(slide => { const at = Reveal.getIndices(slide); return [at.h, at.v || 0]; })"
_SHOW = """([h, v]) => {
    Reveal.slide(h, v);
    return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
        const heading = Reveal.getCurrentSlide().querySelector("h2, h3, h4");
        const words = heading && heading.cloneNode(true);
        const drawn = words ? words.querySelectorAll(".MathJax, .MathJax_Display, .MathJax_Preview") : [];
        drawn.forEach(part => part.remove()); // what stays of a formula is its TeX
        done(words ? words.textContent.trim() : "");
    })));
}"""

# A contrast that axe cannot measure is reported like one that is too low, except for words too short to be sure of.
# What MathJax draws is hidden meanwhile: its struts lie over the lines beside it, and MathML is what is read aloud.
# A header of a table may hold only a formula, which axe takes for nothing. The first slide is examined with the whole
# document, the others without the rest of it, which takes a tenth of the time.
_AXE = """async alone => {
    const here = Reveal.getCurrentSlide().querySelector(".page");
    const away = alone ? [...document.querySelectorAll(".page")].filter(page => page !== here) : [];
    const gaps = away.map(page => {
        const gap = document.createComment("");
        page.replaceWith(gap);
        return gap;
    });
    const hide = document.createElement("style");
    hide.textContent = ".MathJax, .MathJax * { visibility: hidden !important }";
    document.head.append(hide);
    const found = await axe.run(document, {
        resultTypes: ["violations", "incomplete"],
        rules: {"empty-table-header": {enabled: false}},
        preload: false,
    });
    hide.remove();
    gaps.forEach((gap, i) => gap.replaceWith(away[i]));
    const unsure = found.incomplete.filter(rule => rule.id === "color-contrast").map(rule => ({
        ...rule,
        nodes: rule.nodes.filter(node => node.any.some(check => check.data.messageKey !== "shortTextContent")),
    }));
    return [...found.violations, ...unsure.filter(rule => rule.nodes.length)].map(rule => ({
        id: rule.id, help: rule.help, nodes: rule.nodes.map(node => ({html: node.html.slice(0, 100)})),
    }));
}"""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a deck.

    Attributes
    ----------
    deck : str
        Name of the file.
    slide : str
        Position as the address bar shows it, counted from one: "3" or, for the second slide below, "3.3".
    heading : str
        Heading of the slide.
    rule : str
        What was broken: "overflow", "image", "alt", "mathematics", "font-size", "request", "console", "deck", or "axe:"
        and the name of axe-core's rule.
    message : str
        What is wrong, with the element or text it was found in.
    """

    deck: str
    slide: str
    heading: str
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.deck} slide {self.slide} ({self.heading}): {self.rule}: {self.message}"


def audit(decks: Sequence[Path]) -> list[Finding]:
    """Return the findings of several decks, examined in one browser."""
    with open_browser() as browser:
        return [finding for deck in decks for finding in audit_deck(deck, browser=browser)]


def audit_deck(deck: Path, *, browser: Browser | None = None, patience: float = 60) -> list[Finding]:
    """Open every slide of a deck, without network, and say what is wrong with it.

    On each slide nothing may overflow; images are at least 300 px wide and have alt text of at least 15 characters that
    is not a file name; all mathematics is typeset; text is at least 18 px; axe-core finds no violation. No request may
    leave the deck, and the console stays silent.

    Parameters
    ----------
    deck : Path
        The HTML file.
    browser : Browser, optional
        The browser to use; by default one is started.
    patience : float
        Seconds after which a deck that has not started is given up.

    Returns
    -------
    list of Finding
        Empty for a clean deck.

    Raises
    ------
    NoBrowserError
        If no browser is installed.
    """
    if browser is None:
        with open_browser() as own:
            return audit_deck(deck, browser=own, patience=patience)
    with _offline_page(browser) as page:
        return list(_Inspection(deck, page).findings(patience))


def screenshots(deck: Path, folder: Path, *, browser: Browser | None = None) -> list[Path]:
    """Save every slide as a PNG of 1280 x 720 in `folder`, named by its position."""
    if browser is None:
        with open_browser() as own:
            return screenshots(deck, folder, browser=own)
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    with _offline_page(browser) as page:
        load_deck(page, deck, query="?at-once")
        for h, v in page.evaluate(_SLIDES):
            page.evaluate(_SHOW, [h, v])
            made.append(folder / f"{deck.stem}-{h + 1:02d}-{v + 1:02d}.png")
            page.screenshot(path=str(made[-1]))
    return made


class _Inspection:
    """One look at one deck: where the browser stands, and what it has reported since."""

    def __init__(self, deck: Path, page: Page) -> None:
        self.deck = deck
        self.page = page
        self.slide = "-"
        self.heading = "while loading"
        self.reported: list[Finding] = []
        page.on("request", self._on_request)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self._report("console", f"uncaught {error}"))

    def findings(self, patience: float) -> Iterator[Finding]:
        from playwright.sync_api import Error

        try:
            load_deck(self.page, self.deck, query="?at-once", patience=patience)
        except Error as error:
            self._report("deck", f"it does not start: {str(error).splitlines()[0]}")
            yield from self.reported
            return
        axe = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
        self.page.evaluate(axe)
        look = resources.files("course_utils.authoring").joinpath("audit.js").read_text(encoding="utf-8")
        for number, (h, v) in enumerate(self.page.evaluate(_SLIDES)):
            self.slide = f"{h + 1}.{v + 1}" if v else f"{h + 1}"
            self.heading = self.page.evaluate(_SHOW, [h, v])
            for found in self.page.evaluate(look, _LIMITS):
                self._report(found["rule"], found["message"])
            for violation in self.page.evaluate(_AXE, number > 0):
                self._report(f"axe:{violation['id']}", _in_words(violation))
        yield from dict.fromkeys(self.reported)

    def _report(self, rule: str, message: str) -> None:
        printable = message.encode("utf-8", "replace").decode()  # an excerpt may cut a letter of mathematics in two
        self.reported.append(Finding(self.deck.name, self.slide, self.heading, rule, printable))

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith(_HARMLESS_SCHEMES):
            self._report("request", f"{request.url[:120]} is not part of the deck")

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._report("console", f"{message.type}: {message.text[:200]}")


def _in_words(violation: dict[str, Any]) -> str:
    """One line for an axe violation: its rule and the first elements that break it."""
    nodes = violation["nodes"]
    shown = "; ".join(node["html"] for node in nodes[:2])
    more = f" and {len(nodes) - 2} more" if len(nodes) > 2 else ""
    return f"{violation['help']}: {shown}{more}"


@contextmanager
def _offline_page(browser: Browser) -> Iterator[Page]:
    width, height = SLIDE_SIZE
    context = browser.new_context(viewport={"width": width, "height": height}, offline=True)
    try:
        yield context.new_page()
    finally:
        context.close()
