"""The autoencoder's bounds against torch's distributions, brute force over all images, and each other."""

import itertools

import pytest
import torch
from torch import distributions

from course_utils.models.vae import Vae, kl_to_standard_normal


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def vae(*, pixels=3, values=3, seed=0, trained=True):
    counts = torch.rand(pixels, values, generator=generator(seed)) + 0.1
    model = Vae(counts / counts.sum(1, keepdim=True), latent=2, hidden=8, rank=2, generator=generator(seed)).eval()
    if trained:  # other weights than those of the start, so that z matters
        for network in (model.encoder, model.decoder):
            torch.nn.init.normal_(network[-1].weight, std=0.5, generator=generator(seed + 1))
    return model


def all_images():
    return torch.tensor(list(itertools.product(range(3), repeat=3)))


def test_the_rate_is_the_kl_of_torch():
    mean, log_variance = torch.randn(2, 6, 4, generator=generator())
    q = distributions.Normal(mean, (log_variance / 2).exp())
    p = distributions.Normal(torch.zeros(4), torch.ones(4))
    torch.testing.assert_close(kl_to_standard_normal(mean, log_variance), distributions.kl_divergence(q, p).sum(1))


def test_at_the_start_the_bound_is_the_histograms_likelihood_and_exact():
    model = vae(trained=False)
    reconstruction, rate = model.elbo(all_images(), generator=generator())
    torch.testing.assert_close(rate, torch.zeros(27))
    assert reconstruction.exp().sum().item() == pytest.approx(1, abs=1e-5)
    torch.testing.assert_close(model.importance_bound(all_images(), draws=3, generator=generator()), reconstruction)


def likelihood_by_quadrature(model, x):
    """Integrate p(x | z) p(z) over a grid of the plane."""
    line = torch.linspace(-6, 6, 241)
    z = torch.cartesian_prod(line, line)
    log_prior = distributions.Normal(0.0, 1.0).log_prob(z).sum(1)
    log_joint = model.out.log_prob(model.decode(z)[:, None], x) + log_prior[:, None]
    return log_joint.logsumexp(0) + 2 * torch.log(line[1] - line[0])


@torch.no_grad()
def test_the_bounds_are_below_the_likelihood_and_close_in_on_it():
    model, x = vae(), all_images()
    truth = likelihood_by_quadrature(model, x)
    assert truth.exp().sum().item() == pytest.approx(1, abs=1e-3)
    draws = [model.elbo(x, generator=generator(seed)) for seed in range(400)]
    elbo = torch.stack([reconstruction - rate for reconstruction, rate in draws]).mean(0)
    bound = torch.stack([model.importance_bound(x, draws=20, generator=generator(s)) for s in range(100)]).mean(0)
    near = model.importance_bound(x, draws=20_000, generator=generator(7))
    assert (elbo < bound + 0.02).all()
    assert (bound < truth + 0.02).all()
    assert (truth - elbo).mean() > 2 * (truth - bound).mean()
    torch.testing.assert_close(near, truth, atol=0.05, rtol=0)


@torch.no_grad()
def test_samples_have_the_models_frequencies():
    model = vae()
    n = 20_000
    x = model.sample(n, generator=generator(3))
    counts = torch.bincount(x @ torch.tensor([9, 3, 1]), minlength=27)
    expected = n * likelihood_by_quadrature(model, all_images()).exp()
    assert ((counts - expected).square() / expected).sum() < 60  # chi-squared, 26 degrees: 1 in 10,000


def test_gradients_reach_the_encoder_through_the_draw():
    model = vae()
    reconstruction, _ = model.elbo(all_images(), generator=generator())
    (slope,) = torch.autograd.grad(reconstruction.sum(), model.encoder[-1].weight)
    assert slope.abs().min() > 0
