"""Makes the three pictures of the README from the course itself.

Run: python docs/make_pictures.py (needs an installed Chromium, Chrome or Edge)
"""

from pathlib import Path

from PIL import Image

from course_utils.authoring.browser import open_browser
from course_utils.authoring.decks import build_decks, static_notebook
from course_utils.authoring.slides import load_deck
from course_utils.authoring.source import find_lectures
from course_utils.course_root import find_root
from course_utils.exercises import check

ROOT = find_root()
HERE = Path(__file__).parent
SLIDE = "An explorer: move it, and say what changes"
PAGE = "<body style='margin:20px;font:16px system-ui,sans-serif;width:680px'>{}</body>"


def main() -> None:
    """Write explorer.png, check.png and slide.png beside this file."""
    [lecture] = find_lectures(ROOT, ["00"])
    [deck] = build_decks([lecture], ROOT / "slides")
    outputs = (output for cell in static_notebook(lecture).cells for output in cell.get("outputs", []))
    explorer = next(o.data["text/html"] for o in outputs if "course-explorer" in o.get("data", {}).get("text/html", ""))

    def rescale(x):  # type: ignore[no-untyped-def]
        return x / x.max()

    with open_browser() as browser:
        page = browser.new_page(viewport={"width": 720, "height": 480}, device_scale_factor=2)
        for name, html in (("explorer", explorer), ("check", check("rescale", rescale)._repr_html_())):
            page.set_content(PAGE.format(html))
            page.locator("body > *").first.screenshot(path=str(HERE / f"{name}.png"))
        page.set_viewport_size({"width": 1280, "height": 720})
        load_deck(page, deck.path, query="?at-once")
        heading = page.get_by_role("heading", name=SLIDE, include_hidden=True)
        heading.evaluate("it => { const at = Reveal.getIndices(it.closest('section')); Reveal.slide(at.h, at.v) }")
        page.screenshot(path=str(HERE / "slide.png"))
    for name in ("explorer", "check", "slide"):
        path = HERE / f"{name}.png"
        picture = Image.open(path).convert("RGB")
        picture.thumbnail((1000, 1000))
        picture.quantize(128, method=Image.Quantize.MAXCOVERAGE).save(path, optimize=True)


if __name__ == "__main__":
    main()
