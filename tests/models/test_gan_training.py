"""The alternation: who moves when, what it repeats, and that it learns a Gaussian's place and width."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from course_utils.models.averaging import WeightAverage
from course_utils.models.gan import NON_SATURATING, WASSERSTEIN, gradient_penalty, r1_penalty
from course_utils.models.gan_training import train_gan
from course_utils.models.networks import mlp

SETTINGS = {"latent": 1, "steps": 6, "batch_size": 8, "learning_rates": (1e-2, 1e-2), "record_every": 4}


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


def networks(seed=0, *, points=1, seen=1):
    return (
        mlp([1, 8, points], generator=rng(seed)),
        mlp([seen, 8, 1], generator=rng(seed + 1), activation=nn.Tanh),
    )


def real(n=200, seed=5):
    return 3 + 0.5 * torch.randn(n, 1, generator=rng(seed))


def weights(network):
    return torch.cat([weight.detach().flatten().clone() for weight in network.parameters()])


def play(seed=0, **options):
    g, d = networks()
    records = list(train_gan(g, d, real(), generator=rng(seed), **{**SETTINGS, **options}))
    return g, d, records


def test_it_learns_where_a_gaussian_is_and_how_wide():
    g, d = networks(seed=3)
    average = WeightAverage(g, decay=0.99)
    settings = {**SETTINGS, "steps": 1500, "batch_size": 128, "learning_rates": (5e-3, 5e-3), "record_every": 500}
    tamed = {"penalty": lambda score, x, fake: 0.1 * r1_penalty(score, x)}
    records = list(train_gan(g, d, real(5000), generator=rng(), average=average, **tamed, **settings))
    x = average.network(torch.randn(4000, 1, generator=rng(9)))
    assert x.mean().item() == pytest.approx(3, abs=0.15)
    assert x.std().item() == pytest.approx(0.5, abs=0.15)
    assert [record.step for record in records] == [500, 1000, 1500]
    assert records[-1].discriminator_loss == pytest.approx(2 * math.log(2), abs=0.1)  # it can no longer tell


def test_one_step_is_a_step_of_each_on_the_losses_of_now():
    """The oracle is the same step written out with plain gradient descent's sign: Adam's first step is lr * sign."""
    g, d = networks()
    before_g, before_d = weights(g), weights(d)
    generator = rng()
    list(train_gan(g, d, real(), generator=generator, **{**SETTINGS, "steps": 1, "cool": 0}))
    moved_g, moved_d = weights(g) - before_g, weights(d) - before_d

    g, d = networks()
    replay = rng()
    torch.randint(2**62, (), generator=replay)
    rows = torch.randint(200, (8,), generator=replay)
    fake = g(torch.randn(8, 1, generator=replay)).detach()
    slopes = torch.autograd.grad(NON_SATURATING.discriminator(d(real()[rows]), d(fake)), list(d.parameters()))
    expected = torch.cat([-1e-2 * torch.sign(slope).flatten() for slope in slopes])
    torch.testing.assert_close(moved_d, expected, atol=1e-5, rtol=0)
    with torch.no_grad():
        nn.utils.vector_to_parameters(before_d + moved_d, d.parameters())
    torch.randint(200, (8,), generator=replay)
    loss = NON_SATURATING.generator(d(g(torch.randn(8, 1, generator=replay))))
    expected = torch.cat(
        [-1e-2 * torch.sign(slope).flatten() for slope in torch.autograd.grad(loss, list(g.parameters()))]
    )
    torch.testing.assert_close(moved_g, expected, atol=1e-5, rtol=0)


def test_the_same_generator_gives_the_same_game_and_the_global_one_is_left_alone():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    first, second, third = (weights(play(seed)[0]) for seed in (1, 1, 2))
    assert torch.equal(first, second)
    assert not torch.equal(first, third)
    torch.testing.assert_close(torch.rand(3), expected)


def test_records_come_every_so_often_and_at_the_end_with_networks_in_evaluation_mode():
    g, d = networks()
    steps = []
    for record in train_gan(g, d, real(), generator=rng(), **SETTINGS):
        assert not g.training
        assert not d.training
        assert all(weight.requires_grad for weight in d.parameters())
        steps.append(record.step)
    assert steps == [4, 6]


def test_learning_rates_fall_to_zero():
    """With everything cooled from the start, the last of 100 steps is a hundredth of the first."""
    g, d = networks()
    moves = []
    last = weights(d)
    settings = {**SETTINGS, "steps": 100, "record_every": 1, "cool": 1.0}
    for _ in train_gan(g, d, real(), generator=rng(), **settings):
        moves.append((weights(d) - last).abs().max().item())
        last = weights(d)
    assert moves[0] == pytest.approx(1e-2, rel=0.01)
    assert moves[-1] < 0.03 * moves[0]


def test_the_discriminator_can_take_several_steps_and_be_clipped():
    calls = []

    class Counting(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = networks()[1]

        def forward(self, x):
            calls.append(len(x))
            return self.inner(x)

    d = Counting()
    settings = {**SETTINGS, "steps": 2, "d_steps": 3, "clip": 0.01, "losses": WASSERSTEIN}
    list(train_gan(networks()[0], d, real(), generator=rng(), **settings))
    assert len(calls) == 2 * (3 * 2 + 1)
    assert weights(d).abs().max() <= 0.01


def test_packing_and_penalties_see_packed_points():
    shapes = []

    def penalty(score, x, fake):
        shapes.append((tuple(x.shape), tuple(fake.shape)))
        return r1_penalty(score, x) + gradient_penalty(score, x, fake, generator=rng())

    g, d = networks(seen=2)
    list(train_gan(g, d, real(), generator=rng(), packing=2, penalty=penalty, **SETTINGS))
    assert set(shapes) == {((4, 2), (4, 2))}


def test_conditions_go_to_both_networks_row_by_row():
    """The generator can only win if it uses the condition: real points equal it."""

    class Given(nn.Module):
        def __init__(self, network):
            super().__init__()
            self.network = network

        def forward(self, x, condition):
            return self.network(torch.cat([x, condition], dim=1))

    condition = torch.randint(2, (1000, 1), generator=rng(4)).float() * 4 - 2
    points = condition + 0.3 * torch.randn(1000, 1, generator=rng(6))
    g = Given(mlp([2, 16, 1], generator=rng(0)))
    d = Given(mlp([2, 16, 1], generator=rng(1), activation=nn.Tanh))
    settings = {**SETTINGS, "steps": 800, "batch_size": 64, "learning_rates": (5e-3, 5e-3), "record_every": 800}
    list(train_gan(g, d, points, condition, generator=rng(), **settings))
    for asked in (-2.0, 2.0):
        x = g(torch.randn(500, 1, generator=rng(8)), torch.full((500, 1), asked))
        assert x.mean().item() == pytest.approx(asked, abs=0.5)


@pytest.mark.parametrize(
    ("data", "options", "message"),
    [
        ((), {}, "one and the same length"),
        ((torch.zeros(3, 1), torch.zeros(4, 1)), {}, "one and the same length"),
        ((torch.zeros(4, 1), torch.zeros(4, 1)), {"packing": 2}, "do not go together"),
        ((torch.zeros(4, 1),), {"packing": 3}, "divide"),
        ((torch.full((4, 1), np.nan),), {}, "not finite"),
    ],
)
def test_bad_input_is_named(data, options, message):
    g, d = networks()
    with pytest.raises(ValueError, match=message):
        list(train_gan(g, d, *data, generator=rng(), **{**SETTINGS, **options}))
