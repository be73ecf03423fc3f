"""The training loop: it minimises, repeats exactly, and leaves the global generator alone."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn

from course_utils.models.networks import linear, mlp
from course_utils.models.training import minibatches, train


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def line(seed=0, n=200):
    x = torch.randn(n, 3, generator=generator(seed))
    return x, x @ torch.tensor([1.0, -2.0, 0.5]) + 3 + 0.1 * torch.randn(n, generator=generator(seed + 1))


def fit(x, y, *, seed=0, dropout=0.0, **options):
    model = nn.Sequential(mlp([3, 1], generator=generator(seed)), nn.Dropout(dropout))
    settings = {"epochs": 60, "batch_size": 50, "learning_rate": 0.1, **options}
    rng = generator(seed)
    records = list(train(model, lambda a, b: ((model(a)[:, 0] - b) ** 2).mean(), x, y, generator=rng, **settings))
    return model, records


def test_it_finds_the_least_squares_line():
    """The oracle solves the normal equations."""
    x, y = line()
    model, records = fit(x, y)
    expected = np.linalg.lstsq(np.c_[x, np.ones(len(x))], y, rcond=None)[0]
    np.testing.assert_allclose(model[0][0].weight.detach().numpy()[0], expected[:3], atol=2e-3)
    assert [record.epoch for record in records] == list(range(1, 61))
    assert records[-1].loss < 0.02 < records[0].loss
    assert all(a.seconds <= b.seconds for a, b in pairwise(records))


def test_the_same_generator_gives_the_same_training_even_with_dropout():
    x, y = line()
    losses = [[r.loss for r in fit(x, y, seed=s, dropout=0.3, epochs=3)[1]] for s in (1, 1, 2)]
    assert losses[0] == losses[1] != losses[2]


def test_the_global_generator_is_left_as_it_was():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    fit(*line(), epochs=2, dropout=0.5)
    torch.testing.assert_close(torch.rand(3), expected, rtol=0, atol=0)


def test_between_records_the_model_is_in_evaluation_mode():
    x, y = line()
    model = nn.Sequential(mlp([3, 1], generator=generator()), nn.Dropout(0.5))
    modes = []

    def loss(a, b):
        modes.append(model.training)
        return ((model(a)[:, 0] - b) ** 2).mean()

    for _ in train(model, loss, x, y, epochs=2, batch_size=100, learning_rate=0.1, generator=generator()):
        assert not model.training
    assert modes == [True] * 4


def test_weight_decay_is_decoupled():
    """With a flat loss, a step is w <- (1 - rate * decay) w (Loshchilov and Hutter 2019, algorithm 2)."""
    model = nn.Linear(1, 1, bias=False)
    with torch.no_grad():
        model.weight.fill_(2.0)
    options = {"epochs": 3, "batch_size": 4, "learning_rate": 0.1, "weight_decay": 0.5, "cool": False}
    list(train(model, lambda x: 0 * model(x).sum(), torch.ones(4, 1), generator=generator(), **options))
    assert model.weight.item() == pytest.approx(2 * 0.95**3)


def test_cooling_ends_at_a_learning_rate_of_zero():
    """Constant gradients make Adam's step the learning rate; the half cosine sums to half of the constant's way."""
    ways = []
    for cool in (False, True):
        model = nn.Linear(1, 1, bias=False)
        with torch.no_grad():
            model.weight.zero_()
        options = {"epochs": 100, "batch_size": 4, "learning_rate": 0.01, "cool": cool}
        list(train(model, lambda x, m=model: m(x).mean(), torch.ones(4, 1), generator=generator(), **options))
        ways.append(-model.weight.item())
    assert ways[0] == pytest.approx(1, abs=0.01)
    assert ways[1] == pytest.approx(0.505, abs=0.01)


def test_minibatches_are_a_partition_that_keeps_rows_together():
    x = torch.arange(23)
    batches = list(minibatches(x, 10 * x, batch_size=5, generator=generator()))
    assert [len(a) for a, _ in batches] == [5, 5, 5, 5, 3]
    seen = torch.cat([a for a, _ in batches])
    assert not torch.equal(seen, x)
    assert torch.equal(seen.sort().values, x)
    assert all(torch.equal(10 * a, b) for a, b in batches)


def test_first_weights_have_the_law_of_torchs_own():
    """Uniform between plus and minus one over the root of the number of inputs."""
    drawn = linear(400, 300, generator=generator())
    assert drawn.weight.abs().max() <= 1 / 20
    assert drawn.weight.std().item() == pytest.approx(nn.Linear(400, 300).weight.std().item(), rel=0.02)
    assert drawn.bias.abs().max() <= 1 / 20
    assert torch.equal(drawn.weight, linear(400, 300, generator=generator()).weight)


def test_an_mlp_ends_without_activation():
    kinds = [type(layer).__name__ for layer in mlp([2, 5, 4, 3], generator=generator(), activation=nn.Tanh)]
    assert kinds == ["Linear", "Tanh", "Linear", "Tanh", "Linear"]


def test_bad_input_is_refused():
    x, y = line()
    with pytest.raises(ValueError, match=r"one and the same length above 0, got lengths \[100, 200\]"):
        fit(x, y[:100])
    with pytest.raises(ValueError, match="batch_size must be at least 1, got 0"):
        list(minibatches(x, batch_size=0, generator=generator()))
    model = mlp([3, 1], generator=generator())
    vector = train(model, lambda a: model(a)[:, 0], x, epochs=1, batch_size=50, learning_rate=1, generator=generator())
    with pytest.raises(ValueError, match=r"got shape \(50,\) in pass 1"):
        next(vector)
    with pytest.raises(ValueError, match="got nan in pass 1"):
        fit(x, y * float("nan"))
    with pytest.raises(ValueError, match=r"two or more positive integers, got \[3\]"):
        mlp([3], generator=generator())
