"""Exact test likelihood of the digits: the autoregressive model over ten seeds with its training time; the histogram.

To stand beside the other rows of section 9.6 of notebook 05 (nats per image on the last 447 digits). Run on an idle
machine: OMP_NUM_THREADS=1 python benchmarks/digits_likelihood.py
"""

import statistics

import torch
from torch.nn.functional import one_hot

from course_utils.datasets import load_digits_split
from course_utils.models.autoregressive import AutoregressiveImage
from course_utils.models.training import train

SEEDS = range(10)
VALUES = 17
SMOOTHING = 0.1  # added to each count


def main() -> None:
    """Train once a seed and print the table."""
    digits = load_digits_split()
    x_train, x_test = torch.from_numpy(digits.x_train), torch.from_numpy(digits.x_test)
    counts = one_hot(x_train, VALUES).sum(dim=0) + SMOOTHING  # (64, 17)
    histogram = counts / counts.sum(dim=1, keepdim=True)
    print(f"histogram per pixel: {-histogram.log()[torch.arange(64), x_test].sum(dim=1).mean():.2f} nats")
    scores, seconds = [], []
    for seed in SEEDS:
        generator = torch.Generator().manual_seed(seed)
        model = AutoregressiveImage(histogram, generator=generator)
        options = {"epochs": 20, "batch_size": 32, "learning_rate": 3e-3, "weight_decay": 0.01}
        *_, last = train(model, lambda x, m=model: -m.log_prob(x).mean(), x_train, generator=generator, **options)
        with torch.no_grad():
            scores.append(-model.log_prob(x_test).mean().item())
        seconds.append(last.seconds)
    parameters = sum(parameter.numel() for parameter in model.parameters())
    print(
        f"autoregressive, {parameters:,} parameters, {torch.get_num_threads()} threads, {len(SEEDS)} seeds: "
        f"{statistics.mean(scores):.2f} +- {statistics.stdev(scores):.2f} nats (worst {max(scores):.2f}), "
        f"{statistics.median(seconds):.1f} s of training (longest {max(seconds):.1f})"
    )


if __name__ == "__main__":
    main()
