"""The study's GANs: scaled data, points in the target's units, methods that differ, runs that repeat."""

import numpy as np
import pytest
import torch

from course_utils.models.mode_collapse import GRID, METHODS, RING, ToyGan

STEPS = {"steps": 5, "record_every": 5}


def weights(gan):
    return torch.cat([weight.detach().flatten() for weight in gan.g.parameters()])


def trained(method="packing 2", *, target=RING, seed=0):
    gan = ToyGan(target, method, seed=seed)
    list(gan.train(**STEPS))
    return gan


@pytest.mark.parametrize("target", [RING, GRID], ids=lambda target: target.name)
def test_the_networks_see_points_of_unit_size(target):
    points = target.draw(50_000, rng=np.random.default_rng(0)) / target.scale
    assert np.mean(points**2) == pytest.approx(1, abs=0.02)


def test_samples_are_in_the_targets_units():
    gan = ToyGan(GRID, "packing 2", seed=0)
    z = torch.randn(7, 2, generator=torch.Generator().manual_seed(3))
    expected = gan.g(z).detach().double().numpy() * np.sqrt(8)
    np.testing.assert_allclose(gan.sample(7, seed=3), expected)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_trains_both_networks_and_repeats(method):
    first, second = trained(method), trained(method)
    torch.testing.assert_close(weights(first), weights(second), rtol=0, atol=0)
    assert not torch.equal(weights(first), weights(ToyGan(RING, method, seed=0)))
    assert not torch.equal(weights(first), weights(trained(method, seed=1)))


def test_no_two_methods_do_the_same():
    ends = [weights(trained(method)) for method in METHODS]
    for i, end in enumerate(ends):
        assert not any(torch.equal(end, other) for other in ends[i + 1 :])


def test_the_spectral_bound_holds_at_random_pairs():
    """No slope between two points exceeds the bound."""
    gan = trained("spectral norm")
    bound = METHODS["spectral norm"]["slope"]
    x, y = (2 * torch.randn(2000, 2, generator=torch.Generator().manual_seed(seed)) for seed in (1, 2))
    with torch.no_grad():
        slope = (gan.d(x) - gan.d(y)).abs()[:, 0] / (x - y).norm(dim=1)
    assert slope.max() <= 1.1 * bound  # the power iteration is an estimate
    assert slope.max() > 0.01 * bound


def test_the_average_is_another_generator():
    gan = trained()
    assert not np.allclose(gan.sample(5, seed=0), gan.sample(5, seed=0, averaged=True))


def test_an_unknown_method_is_named():
    with pytest.raises(ValueError, match="packing 2"):
        ToyGan(RING, "magic", seed=0)
