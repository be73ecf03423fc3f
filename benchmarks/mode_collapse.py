"""Mode collapse on the ring and the grid, method by method: modes, high quality, reverse KL, time, over ten seeds.

Writes data/mode_collapse.csv, two rows a run (the generator, and the average of its weights), and prints means and
standard errors. Runs that are in the file already are not repeated. Run: python benchmarks/mode_collapse.py
[--seeds 10] [--processes 2] [--methods METHOD ...] [--targets ring grid]
"""

import argparse
import csv
import itertools
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import numpy as np
import torch

from course_utils.datasets import data_directory
from course_utils.evaluation import mode_coverage
from course_utils.models.mode_collapse import GRID, METHODS, RING, ToyGan

TARGETS = {"ring": RING, "grid": GRID}
FIELDS = ["target", "method", "averaged", "seed", "modes", "high_quality", "reverse_kl", "cpu_seconds"]
SAMPLES = 2_500


def run(target: str, method: str, seed: int) -> list[dict[str, object]]:
    """Train once, and measure the generator and the average of its weights."""
    torch.set_num_threads(1)
    gan = ToyGan(TARGETS[target], method, seed=seed)
    started = time.process_time()  # of this process only: other work on the machine does not count
    for _ in gan.train():
        pass
    seconds = time.process_time() - started
    rows = []
    for averaged in (False, True):
        samples = gan.sample(SAMPLES, seed=seed, averaged=averaged)
        coverage = mode_coverage(samples, gan.target.centers, sigma=gan.target.sigma)
        rows.append(
            {
                "target": target,
                "method": method,
                "averaged": int(averaged),
                "seed": seed,
                "modes": coverage.modes,
                "high_quality": round(coverage.high_quality, 4),
                "reverse_kl": round(coverage.reverse_kl, 5),
                "cpu_seconds": round(seconds, 1),
            }
        )
    return rows


def print_table(rows: list[dict[str, str]]) -> None:
    """Print mean and standard error of each method on each target."""
    print(
        f"{'target':6} {'method':32} {'averaged':8} {'seeds':>5} {'modes':>13} {'quality %':>13} {'reverse KL':>15} s"
    )
    key = lambda row: (row["target"], row["method"], row["averaged"])  # noqa: E731
    for (target, method, averaged), group in itertools.groupby(sorted(rows, key=key), key=key):
        runs = list(group)
        columns = {name: np.array([float(row[name]) for row in runs]) for name in FIELDS[4:]}
        columns["high_quality"] *= 100
        errors = {name: values.std(ddof=1) / np.sqrt(len(values)) for name, values in columns.items()}
        cells = [
            f"{columns[name].mean():{width}.{digits}f} ({errors[name]:.{digits}f})"
            for name, width, digits in (("modes", 7, 2), ("high_quality", 7, 1), ("reverse_kl", 8, 4))
        ]
        print(f"{target:6} {method:32} {averaged:8} {len(runs):5}", *cells, f"{np.median(columns['cpu_seconds']):5.0f}")


def main() -> None:
    """Run what is missing, then print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=10, help="at least 2")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    parser.add_argument("--targets", nargs="+", choices=TARGETS, default=list(TARGETS))
    parser.add_argument("--table", type=Path, default=data_directory() / "mode_collapse.csv")
    chosen = parser.parse_args()
    rows = list(csv.DictReader(chosen.table.open(encoding="utf-8"))) if chosen.table.exists() else []
    done = {(row["target"], row["method"], int(row["seed"])) for row in rows}
    wanted = itertools.product(chosen.targets, chosen.methods, range(chosen.seeds))
    with ProcessPoolExecutor(chosen.processes) as pool:
        jobs = [pool.submit(run, *job) for job in wanted if job not in done]
        for number, job in enumerate(as_completed(jobs), start=1):
            rows += [{name: str(value) for name, value in row.items()} for row in job.result()]
            rows.sort(key=lambda row: (row["target"], row["method"], row["averaged"], int(row["seed"])))
            with chosen.table.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
            print(f"{number} of {len(jobs)} runs", flush=True)
    print_table(rows)


if __name__ == "__main__":
    main()
