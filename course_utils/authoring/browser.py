"""The installed Chromium that prints and audits decks."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["NoBrowserError", "find_chromium", "open_browser"]

_COMMANDS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
    "brave-browser",
)
_MAC_APPS = ("Google Chrome", "Chromium", "Microsoft Edge", "Brave Browser")
_WINDOWS_PROGRAMS = (
    r"Google\Chrome\Application\chrome.exe",
    r"Chromium\Application\chrome.exe",
    r"Microsoft\Edge\Application\msedge.exe",
)
_PLAYWRIGHT_BINARIES = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
    "chromium-*/chrome-win*/chrome.exe",
)
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class NoBrowserError(RuntimeError):
    """No Chromium, Chrome or Edge was found; the message says how to get one."""


def find_chromium() -> Path:
    """Path of an installed browser of the Chromium family.

    The environment variable ``COURSE_CHROMIUM`` comes first, then commands on the path, then the places where
    installers put Chrome, Chromium and Edge, then a browser that Playwright has downloaded.

    Raises
    ------
    NoBrowserError
        If there is none, or if ``COURSE_CHROMIUM`` names no file.
    """
    named = os.environ.get("COURSE_CHROMIUM")
    if named:
        found = shutil.which(named)
        if found is None:
            raise NoBrowserError(f"COURSE_CHROMIUM is {named!r}, which is no program; set it to a Chromium or unset it")
        return Path(found)
    for command in _COMMANDS:
        found = shutil.which(command)
        if found is not None:
            return Path(found)
    for path in _usual_places():
        if path.is_file():
            return path
    raise NoBrowserError(
        "no Chromium, Chrome or Edge was found. Install one (Debian, Ubuntu: `apt-get install chromium`; macOS: "
        "`brew install --cask chromium`; Windows: Edge is there already; anywhere: `playwright install chromium`), "
        "or set COURSE_CHROMIUM to the path of one"
    )


def _usual_places() -> Iterator[Path]:
    home = Path.home()
    if sys.platform == "darwin":
        for folder in (Path("/Applications"), home / "Applications"):
            for app in _MAC_APPS:
                yield folder / f"{app}.app" / "Contents" / "MacOS" / app
    for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
        if variable in os.environ:
            for program in _WINDOWS_PROGRAMS:
                yield Path(os.environ[variable]) / program
    caches = [home / ".cache" / "ms-playwright", home / "Library" / "Caches" / "ms-playwright"]
    for variable, below in (("PLAYWRIGHT_BROWSERS_PATH", "."), ("LOCALAPPDATA", "ms-playwright")):
        if variable in os.environ:
            caches.append(Path(os.environ[variable]) / below)
    for cache in caches:
        for pattern in _PLAYWRIGHT_BINARIES:
            yield from sorted(cache.glob(pattern), reverse=True)


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Start a headless browser for the length of a ``with`` block.

    Raises
    ------
    NoBrowserError
        If no browser is installed, or Playwright is not.
    """
    executable = find_chromium()
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise NoBrowserError("playwright is not installed; `pip install playwright` brings it") from error
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(executable), args=list(_FLAGS))
        try:
            yield browser
        finally:
            browser.close()
