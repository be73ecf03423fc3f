"""Coupling flows: what goes there comes back, and volumes are accounted for."""

import math

import pytest
import torch

from course_utils.models.flow import AffineCoupling, CouplingFlow


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def wild_flow(dim, layers, seed=0):
    """A flow whose weights are large enough to bend space strongly."""
    flow = CouplingFlow(dim, layers=layers, hidden=16, generator=generator(seed)).double()
    with torch.no_grad():
        for parameter in flow.parameters():
            parameter.mul_(2)
    return flow


@pytest.mark.parametrize(("dim", "layers"), [(2, 2), (2, 5), (3, 4), (7, 3)])
def test_to_data_undoes_to_latent(dim, layers):
    flow = wild_flow(dim, layers)
    x = torch.randn(20, dim, generator=generator(1), dtype=torch.float64)
    z, _ = flow.to_latent(x)
    assert (z - x).abs().max() > 0.1
    torch.testing.assert_close(flow.to_data(z), x)


@pytest.mark.parametrize(("dim", "layers"), [(2, 2), (2, 5), (5, 4)])
def test_the_log_determinant_is_that_of_the_jacobian(dim, layers):
    """The oracle differentiates the whole map and knows nothing of triangles."""
    flow = wild_flow(dim, layers)
    for x in torch.randn(5, dim, generator=generator(2), dtype=torch.float64):
        jacobian = torch.autograd.functional.jacobian(lambda point: flow.to_latent(point[None])[0][0], x)
        _, log_det = flow.to_latent(x[None])
        torch.testing.assert_close(log_det[0], torch.linalg.slogdet(jacobian).logabsdet)


def test_the_density_is_that_of_the_base_times_the_volume():
    """The oracle is torch.distributions."""
    flow = wild_flow(3, 4)
    x = torch.randn(6, 3, generator=generator(3), dtype=torch.float64)
    z, log_det = flow.to_latent(x)
    base = torch.distributions.MultivariateNormal(torch.zeros(3).double(), torch.eye(3).double())
    torch.testing.assert_close(flow.log_prob(x), base.log_prob(z) + log_det)


def test_the_density_integrates_to_one():
    flow = CouplingFlow(2, layers=4, hidden=16, generator=generator(4)).double()
    axis = torch.linspace(-12, 12, 801, dtype=torch.float64)
    with torch.no_grad():
        density = flow.log_prob(torch.cartesian_prod(axis, axis)).exp()
    assert (density.sum() * (axis[1] - axis[0]) ** 2).item() == pytest.approx(1, abs=1e-6)


def test_samples_follow_the_density():
    """Mean of exp(-|x|^2 / 2) by samples, and by the density on a grid."""
    flow = CouplingFlow(2, layers=4, hidden=16, generator=generator(5)).double()
    axis = torch.linspace(-12, 12, 801, dtype=torch.float64)
    grid = torch.cartesian_prod(axis, axis)
    with torch.no_grad():
        density = flow.log_prob(grid).exp()
    expected = (density * (-0.5 * (grid * grid).sum(1)).exp()).sum() * (axis[1] - axis[0]) ** 2
    values = (-0.5 * (flow.sample(40_000, generator=generator(6)) ** 2).sum(1)).exp()
    assert abs(values.mean() - expected) < 5 * values.std() / math.sqrt(40_000)


def test_every_coordinate_is_changed_by_two_layers():
    flow = wild_flow(5, 2)
    x = torch.randn(1, 5, generator=generator(7), dtype=torch.float64)
    assert ((flow.to_latent(x)[0] - x).abs() > 1e-6).all()


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="at least 2, got 1 and 4"):
        CouplingFlow(1, layers=4, hidden=8, generator=generator())
    with pytest.raises(ValueError, match=r"shape \(n, 2\), got \(5, 3\)"):
        CouplingFlow(2, layers=2, hidden=8, generator=generator()).log_prob(torch.zeros(5, 3))
    with pytest.raises(ValueError, match="got 2 of 2 that pass"):
        AffineCoupling(torch.tensor([True, True]), hidden=8, generator=generator())
