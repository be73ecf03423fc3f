"""The command line: `course lab | build | slides | check | doctor | update`."""

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command of the course and return its exit status: 0 for success, 1 for findings, 2 for wrong usage."""
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    if rest and options.command != "lab":
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    options.rest = rest
    try:
        return int(options.run(options))
    except ModuleNotFoundError as error:
        needed = f"{error.name} is not installed" if error.name else str(error)
        authors = options.command in ("build", "check", "slides")
        extra = "[author]" if authors else ""
        print(
            f'course {options.command}: {needed}. Run: pip install -c requirements.lock -e ".{extra}"', file=sys.stderr
        )
        return 1
    except (ValueError, RuntimeError, OSError) as error:
        print(f"course {options.command}: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="course", description="The mathematics of generative models, as a course.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")

    lab = commands.add_parser("lab", help="open the notebooks in JupyterLab, starting at 00 (further options go to it)")
    lab.set_defaults(run=_lab)

    update = commands.add_parser("update", help="bring your copies in work/ up to date; your work is kept")
    update.set_defaults(run=_update)

    doctor = commands.add_parser("doctor", help="examine this machine and say what to do")
    doctor.set_defaults(run=_doctor)

    build = commands.add_parser("build", help="make the notebooks from their sources")
    _takes_notebooks(build)
    build.add_argument("--jobs", type=int, default=2, metavar="N", help="notebooks at the same time (default 2)")
    build.add_argument("--force", action="store_true", help="execute also what did not change")
    build.add_argument("--check", action="store_true", help="only tell which notebooks do not belong to their source")
    build.set_defaults(run=_build)

    check = commands.add_parser("check", help="run the notebooks and compare with what they say (nbval)")
    _takes_notebooks(check)
    check.add_argument("--jobs", type=int, default=2, metavar="N", help="notebooks at the same time (default 2)")
    check.add_argument(
        "--seeds", type=_seed, nargs="+", metavar="SEED", help="instead, run the solutions with these seeds"
    )
    check.set_defaults(run=_check)

    slides = commands.add_parser("slides", help="make slide decks, in slides/")
    _takes_notebooks(slides)
    slides.add_argument("--pdf", action="store_true", help="also print each deck")
    slides.add_argument("--audit", action="store_true", help="also examine every slide in a browser")
    slides.add_argument("--serve", action="store_true", help="also serve the decks on this machine")
    slides.add_argument("--port", type=int, default=8000, help="port for --serve (default 8000)")
    slides.set_defaults(run=_slides)
    return parser


def _seed(word: str) -> int:
    if not re.fullmatch(r"0|[1-9]\d*", word):
        raise argparse.ArgumentTypeError(f"{word!r} is no seed such as 0 or 12; name notebooks before --seeds")
    return int(word)


def _takes_notebooks(command: argparse.ArgumentParser) -> None:
    command.add_argument("notebooks", nargs="*", metavar="NOTEBOOK", help="such as 01 or distributions (default: all)")


def _root() -> Path:
    from course_utils.course_root import find_root

    root = find_root()
    if root not in (Path.cwd(), *Path.cwd().parents):
        print(f"(the working folder holds no course; using {root})")
    return root


def _lab(options: argparse.Namespace) -> int:
    from course_utils.workspace import Change, describe, update_workspace

    root = _root()
    updates = update_workspace(root)
    if any(update.change is not Change.UNCHANGED for update in updates):
        print(describe(updates, root))
    first = root / "work" / updates[0].name
    command = [sys.executable, "-m", "jupyterlab", str(first), f"--ServerApp.root_dir={root}", *options.rest]
    if getattr(os, "geteuid", lambda: 1)() == 0:  # in a container; JupyterLab wants that said
        command.append("--allow-root")
    with subprocess.Popen(command, cwd=root, env=_lab_environment()) as lab:
        while True:  # Ctrl-C is for JupyterLab, which asks, saves and ends by itself
            try:
                return lab.wait()
            except KeyboardInterrupt:
                continue


def _lab_environment() -> dict[str, str]:
    """Return an environment in which JupyterLab keeps explorers' pictures when saving, and asks about no news."""
    settings = str(Path(__file__).parent / "lab_settings")
    paths = [settings, os.environ.get("JUPYTER_CONFIG_PATH", "")]
    commands = [str(Path(sys.executable).parent), os.environ.get("PATH", "")]  # so that its terminals know `course`
    return {
        **os.environ,
        "JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, paths)),
        "PATH": os.pathsep.join(filter(None, commands)),
    }


def _update(_options: argparse.Namespace) -> int:
    from course_utils.workspace import describe, update_workspace

    root = _root()
    print(describe(update_workspace(root), root))
    return 0


def _doctor(_options: argparse.Namespace) -> int:
    from course_utils.doctor import examine, report

    return 0 if report(examine(_root())) else 1


def _build(options: argparse.Namespace) -> int:
    from course_utils.authoring.build import build, find_stale
    from course_utils.authoring.source import find_lectures

    lectures = find_lectures(_root(), options.notebooks)
    if options.check:
        stale = find_stale(lectures)
        print("\n".join(stale) if stale else f"all notebooks of {len(lectures)} sources belong to them")
        return 1 if stale else 0
    build(lectures, jobs=options.jobs, force=options.force)
    return 0


def _check(options: argparse.Namespace) -> int:
    from course_utils.authoring.check import check_notebooks, check_seeds, notebooks_of, summarise
    from course_utils.authoring.source import find_lectures

    root = _root()
    lectures = find_lectures(root, options.notebooks)
    if options.seeds:
        return 1 if check_seeds(lectures, options.seeds) else 0
    return 0 if summarise(check_notebooks(notebooks_of(lectures), jobs=options.jobs), root) else 1


def _slides(options: argparse.Namespace) -> int:
    from course_utils.authoring.decks import build_decks
    from course_utils.authoring.slides import print_pdf, serve
    from course_utils.authoring.source import find_lectures

    root = _root()
    folder = root / "slides"
    decks = build_decks(find_lectures(root, options.notebooks), folder)
    if options.pdf:
        for deck in decks:
            print(print_pdf(deck.path, deck.path.with_suffix(".pdf")).relative_to(root))
    found = 0
    if options.audit:
        from course_utils.authoring.audit import audit

        findings = audit([deck.path for deck in decks])
        found = len(findings)
        print("\n".join(map(str, findings)) if findings else "the audit found nothing to mend")
    if options.serve:
        serve(folder, options.port)
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
