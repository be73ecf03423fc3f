"""Where the course lies on this machine."""

from pathlib import Path


def find_root(start: Path | None = None) -> Path:
    """Return the course's folder: the nearest one upwards that holds ``notebooks/source``.

    Raises
    ------
    FileNotFoundError
        If there is none above `start` (by default the working folder), nor around the installed package.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents, Path(__file__).resolve().parents[1]):
        if (folder / "notebooks" / "source").is_dir():
            return folder
    raise FileNotFoundError(f"no course found in {here} or above it: run this inside a copy of the course's repository")
