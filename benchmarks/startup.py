"""Times what a student waits for: the import of the package beside numpy's, and the frames of a live explorer.

Run: python benchmarks/startup.py
"""

import statistics
import subprocess
import sys
import time

import numpy as np

from course_utils.distributions import gaussian_pdf
from course_utils.explore import explore
from course_utils.plotting import MODEL

PAIRS = 15


def seconds_of(code: str) -> float:
    """Return the wall-clock seconds of a fresh interpreter that runs the code."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - started


def compare_imports() -> tuple[float, float, float]:
    """Return median seconds of `import course_utils` and of `import numpy`, and the median of their paired ratios."""
    pairs = [(seconds_of("import course_utils"), seconds_of("import numpy")) for _ in range(PAIRS)]
    ours, theirs = zip(*pairs, strict=True)
    return statistics.median(ours), statistics.median(theirs), statistics.median(a / b for a, b in pairs)


def time_frames() -> tuple[float, float, float]:
    """Return median seconds of a cell's first paint, of a new frame, and of a kept one, for a two-slider explorer."""
    x = np.linspace(-5, 5, 400)

    def draw(ax, mu, sigma):
        density = gaussian_pdf(x, mu, sigma)
        ax.fill_between(x, density, color=MODEL, alpha=0.25)
        ax.plot(x, density, color=MODEL)
        ax.set(xlim=(-5, 5), ylim=(0, 0.9), xlabel="x", ylabel="density")

    first, new, kept = [], [], []
    for round_ in range(6):
        explorer = explore(
            draw, mu=np.linspace(-2, 2, 9), sigma=[0.5, 1, 2], alt="Normal density with mean {mu} and width {sigma}."
        )
        started = time.perf_counter()
        explorer._repr_mimebundle_()
        if round_:  # the first round also imports ipywidgets
            first.append(time.perf_counter() - started)
        for position in list(explorer.frames.grid)[1:6]:
            started = time.perf_counter()
            explorer.frames.uri(position)
            between = time.perf_counter()
            explorer.frames.uri(position)
            new.append(between - started)
            kept.append(time.perf_counter() - between)
    return statistics.median(first), statistics.median(new), statistics.median(kept)


if __name__ == "__main__":
    ours, numpys, ratio = compare_imports()
    print(f"import course_utils  {ours * 1e3:7.1f} ms")
    print(f"import numpy         {numpys * 1e3:7.1f} ms   ratio {ratio:.2f} (median of {PAIRS} pairs)")
    first, new, kept = time_frames()
    print(f"explorer, first paint of a live cell {first * 1e3:7.1f} ms")
    print(f"explorer, a new frame                {new * 1e3:7.1f} ms")
    print(f"explorer, a kept frame               {kept * 1e3:7.3f} ms")
