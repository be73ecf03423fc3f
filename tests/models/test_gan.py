"""The losses and penalties of GANs against closed forms, numerical slopes and the formulas of their papers."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from course_utils.models.gan import NON_SATURATING, SATURATING, WASSERSTEIN, gradient_penalty, pack, r1_penalty
from course_utils.models.networks import mlp


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def logits(seed, n=7):
    return 2 * torch.randn(n, 1, generator=generator(seed), dtype=torch.float64)


@pytest.mark.parametrize("losses", [SATURATING, NON_SATURATING])
def test_the_discriminator_minimises_minus_the_value_of_the_game(losses):
    real, fake = logits(0), logits(1)
    value = torch.log(torch.sigmoid(real)).mean() + torch.log(1 - torch.sigmoid(fake)).mean()
    torch.testing.assert_close(losses.discriminator(real, fake), -value)


def test_the_generators_losses_are_those_of_the_paper():
    fake = logits(1)
    torch.testing.assert_close(SATURATING.generator(fake), torch.log(1 - torch.sigmoid(fake)).mean())
    torch.testing.assert_close(NON_SATURATING.generator(fake), -torch.log(torch.sigmoid(fake)).mean())


def test_at_the_optimum_of_two_equal_densities_the_loss_is_two_logarithms_of_two():
    nothing = torch.zeros(5, 1)
    assert SATURATING.discriminator(nothing, nothing).item() == pytest.approx(2 * math.log(2))


def test_losses_stay_finite_where_the_sigmoid_is_0_or_1():
    sure = torch.full((3, 1), 500.0)
    assert SATURATING.discriminator(-sure, sure).item() == pytest.approx(1000)
    assert NON_SATURATING.generator(-sure).item() == pytest.approx(500)


def test_the_critics_loss_is_minus_its_gap():
    real, fake = logits(0), logits(1)
    torch.testing.assert_close(WASSERSTEIN.discriminator(real, fake), fake.mean() - real.mean())
    torch.testing.assert_close(WASSERSTEIN.generator(fake), -fake.mean())


def test_the_penalties_of_a_linear_critic_are_known():
    """A linear function has the slope |w| everywhere: R1 is |w|^2 / 2, the gradient penalty (|w| - 1)^2."""
    critic = nn.Linear(3, 1)
    with torch.no_grad():
        critic.weight.copy_(torch.tensor([[2.0, -1.0, 2.0]]))  # length 3
    real, fake = torch.randn(6, 3, generator=generator()), torch.randn(6, 3, generator=generator(1))
    assert r1_penalty(critic, real).item() == pytest.approx(4.5)
    assert gradient_penalty(critic, real, fake, generator=generator()).item() == pytest.approx(4.0)


def test_r1_is_the_mean_of_squared_slopes_at_real_points():
    """The oracle takes central differences."""
    network = mlp([2, 16, 1], generator=generator(), activation=nn.Tanh).double()
    real = torch.randn(5, 2, generator=generator(1), dtype=torch.float64)
    h = 1e-6
    steps = h * torch.eye(2, dtype=torch.float64)
    slope = torch.stack([(network(real + s) - network(real - s))[:, 0] / (2 * h) for s in steps], dim=1)
    assert r1_penalty(network, real).item() == pytest.approx(0.5 * slope.square().sum(1).mean().item(), rel=1e-6)


def test_the_gradient_penalty_looks_between_the_points_and_nowhere_else():
    seen = []

    def critic(x):
        seen.append(x.detach())
        return x.sum(dim=1, keepdim=True)

    real, fake = torch.zeros(400, 2), torch.full((400, 2), 4.0)
    gradient_penalty(critic, real, fake, generator=generator())
    share = seen[0][:, 0] / 4
    torch.testing.assert_close(seen[0][:, 0], seen[0][:, 1])  # on the line between the two
    assert 0 <= share.min() < 0.05 < 0.95 < share.max() <= 1
    assert share.mean().item() == pytest.approx(0.5, abs=0.06)


def test_penalties_can_be_trained():
    critic = mlp([2, 8, 1], generator=generator(), activation=nn.Tanh)
    real = torch.randn(9, 2, generator=generator(1))
    for penalty in (r1_penalty(critic, real), gradient_penalty(critic, real, real + 1, generator=generator())):
        (slope,) = torch.autograd.grad(penalty, critic[0].weight)
        assert slope.abs().max() > 0


def test_packing_lays_neighbouring_rows_side_by_side():
    np.testing.assert_array_equal(pack(torch.arange(12).reshape(6, 2), 3), np.arange(12).reshape(2, 6))


@pytest.mark.parametrize("size", [0, 4])
def test_packing_must_divide(size):
    with pytest.raises(ValueError, match="divisor"):
        pack(torch.zeros(6, 2), size)


def test_the_gradient_penalty_needs_as_many_of_one_as_of_the_other():
    with pytest.raises(ValueError, match="one shape"):
        gradient_penalty(nn.Linear(2, 1), torch.zeros(3, 2), torch.zeros(4, 2), generator=generator())
