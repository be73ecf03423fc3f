"""Where the course's own data lie, and whether they are what was published."""

import hashlib
import os
from pathlib import Path

__all__ = ["data_directory", "verify_checksums"]

CHECKSUMS = "SHA256SUMS"  # one line a file: 64 hex digits, two spaces, the name (the format of `sha256sum`)


def data_directory() -> Path:
    """Folder of the course's own data.

    The first of: the environment variable ``COURSE_DATA``; ``course_utils/_data``, where a wheel carries it; ``data``
    beside the package, where a checkout has it.

    Returns
    -------
    pathlib.Path
        An existing folder.

    Raises
    ------
    FileNotFoundError
        If ``COURSE_DATA`` names no folder, or none of the places exists.
    """
    if chosen := os.environ.get("COURSE_DATA"):
        if not Path(chosen).is_dir():
            raise FileNotFoundError(
                f"COURSE_DATA must name a folder, got {chosen!r}, which is none; correct the variable or unset it to "
                f"use the data that come with the course."
            )
        return Path(chosen)
    package = Path(__file__).resolve().parents[1]
    places = (package / "_data", package.parent / "data")
    for place in places:
        if (place / CHECKSUMS).is_file():  # a bare "data" beside an installed package may be somebody else's
            return place
    raise FileNotFoundError(
        f"expected the course's data in {places[0]} (installed) or {places[1]} (checkout), found neither; install the "
        f"package again, or set COURSE_DATA to the folder that holds {CHECKSUMS}."
    )


def verify_checksums(directory: str | os.PathLike[str] | None = None) -> dict[str, str]:
    """Compare the data files with their published SHA-256 sums.

    Parameters
    ----------
    directory : path, optional
        Folder with a file ``SHA256SUMS``; by default `data_directory`.

    Returns
    -------
    dict of str to str
        One entry per listed file, in the order of the list: ``"ok"``, ``"missing"`` or ``"changed"``.

    Raises
    ------
    FileNotFoundError
        If the folder has no ``SHA256SUMS``.
    ValueError
        If a line of it is not a sum and a name.
    """
    folder = data_directory() if directory is None else Path(directory)
    listing = folder / CHECKSUMS
    if not listing.is_file():
        raise FileNotFoundError(f"expected the list of checksums {listing}, found none; restore it.")
    status: dict[str, str] = {}
    for number, line in enumerate(listing.read_text(encoding="utf-8").splitlines(), start=1):
        expected, _, name = line.partition("  ")
        if len(expected) != 64 or not name:
            raise ValueError(
                f"line {number} of {listing} must be 64 hex digits, two spaces and a file name, got {line!r:.80}; "
                f"restore the file from the repository."
            )
        file = folder / name
        if not file.is_file():
            status[name] = "missing"
        else:
            status[name] = "ok" if hashlib.sha256(file.read_bytes()).hexdigest() == expected else "changed"
    return status
