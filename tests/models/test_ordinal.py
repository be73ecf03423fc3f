"""Low-rank logits against the formula, the histogram they start from, and brute force."""

import itertools

import pytest
import torch

from course_utils.models.ordinal import OrdinalLogits


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def histogram(pixels=3, values=4, seed=0):
    counts = torch.rand(pixels, values, generator=generator(seed)) + 0.1
    return counts / counts.sum(dim=1, keepdim=True)


def test_weights_of_zero_give_the_histogram():
    logits = OrdinalLogits(histogram(), rank=2)(torch.zeros(5, 3, 2))
    torch.testing.assert_close(logits.softmax(dim=-1), histogram().expand(5, 3, 4))


def test_the_first_functions_are_powers_of_the_grey_level():
    out = OrdinalLogits(histogram(), rank=2)
    weights = torch.tensor([[[0.5, -2.0]] * 3])
    grey = torch.tensor([-1, -1 / 3, 1 / 3, 1])
    expected = histogram().log() + 0.5 * grey - 2 * grey**2
    torch.testing.assert_close(out(weights)[0], expected)
    torch.testing.assert_close(out(weights[:, 1:2], pixels=slice(1, 2))[0], expected[1:2])


def test_probabilities_of_all_images_sum_to_one():
    out = OrdinalLogits(histogram(), rank=2)
    images = torch.tensor(list(itertools.product(range(4), repeat=3)))
    weights = torch.randn(1, 3, 2, generator=generator(1))
    assert out.log_prob(weights, images[:, None]).exp().sum().item() == pytest.approx(1, abs=1e-5)


def test_images_are_broadcast_over_draws_of_the_weights():
    out = OrdinalLogits(histogram(), rank=2)
    weights = torch.randn(6, 5, 3, 2, generator=generator(1))
    x = torch.randint(4, (5, 3), generator=generator(2))
    together = out.log_prob(weights, x)
    assert together.shape == (6, 5)
    torch.testing.assert_close(together[2, 3], out.log_prob(weights[2, 3], x[3]))


@pytest.mark.parametrize(
    ("table", "rank", "message"),
    [
        (torch.ones(3), 1, "shape"),
        (torch.tensor([[0.5, 0.5], [1.0, 0.0]]), 1, "positive probabilities"),
        (torch.tensor([[0.5, 0.6]]), 1, "sum to one"),
        (histogram(), 0, "rank"),
    ],
)
def test_bad_input_is_named(table, rank, message):
    with pytest.raises(ValueError, match=message):
        OrdinalLogits(table, rank=rank)
