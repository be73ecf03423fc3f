"""Samplers against the distributions they promise, diagnostics against closed forms and formulas written out as loops.

Statistical tests have fixed seeds; a tolerance of z standard errors is stated as such. `looks_like` asks for a p-value
above 1e-3 of a Kolmogorov-Smirnov or chi-squared test, which a wrong scale or a lost factor 1/2 misses by far.
"""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from course_utils.sampling import (
    AliasTable,
    autocorrelation,
    box_muller,
    effective_sample_size,
    importance_weights,
    inverse_cdf,
    kish_effective_sample_size,
    langevin,
    metropolis_hastings,
    r_hat,
    rejection_sample,
    sample_categorical,
    sample_gaussian,
    sample_mixture,
)

seeds = st.integers(0, 2**32 - 1)
weight_lists = st.lists(st.sampled_from([0.0, 1e-9, 0.1, 0.5, 1.0, 3.0, 1e6]), min_size=1, max_size=12).filter(any)


def generator(seed=0):
    return np.random.default_rng(seed)


def looks_like(draws, cdf):
    return stats.kstest(draws, cdf).pvalue > 1e-3


def autoregression(phi, chains, draws, *, seed=0):
    """Stationary AR(1) with variance one: its autocorrelation is phi^t, its tau (1 + phi) / (1 - phi)."""
    noise = generator(seed).standard_normal((chains, draws))
    x = np.empty((chains, draws))
    x[:, 0] = noise[:, 0]
    for t in range(1, draws):
        x[:, t] = phi * x[:, t - 1] + np.sqrt(1 - phi**2) * noise[:, t]
    return x


class Zeros(np.random.Generator):
    """A generator whose uniforms are all exactly zero, the worst case for logarithms and quantiles."""

    def __init__(self):
        super().__init__(np.random.PCG64(0))

    def random(self, size=None):
        return np.zeros(size)


class AlmostOnes(Zeros):
    """The other end: the largest float below one, always."""

    def random(self, size=None):
        return np.full(size, np.nextafter(1.0, 0.0))


# Direct sampling


def test_inverse_cdf_draws_from_the_distribution():
    assert looks_like(inverse_cdf(lambda u: -np.log1p(-u) / 3, 5000, rng=generator()), stats.expon(scale=1 / 3).cdf)
    assert looks_like(inverse_cdf(stats.norm(2, 5).ppf, 5000, rng=generator()), stats.norm(2, 5).cdf)


def test_inverse_cdf_is_the_quantile_of_the_generators_uniforms():
    np.testing.assert_array_equal(inverse_cdf(lambda u: u, 9, rng=generator(4)), generator(4).random(9))


def test_inverse_cdf_never_asks_for_the_quantile_of_zero():
    assert np.isfinite(inverse_cdf(stats.norm.ppf, 3, rng=Zeros())).all()


def test_inverse_cdf_rejects():
    with pytest.raises(ValueError, match=r"quantile\(u\) must be not NaN"):
        inverse_cdf(lambda u: u * np.nan, 3, rng=generator())
    with pytest.raises(ValueError, match="same shape"):
        inverse_cdf(lambda u: 0.0, 3, rng=generator())
    with pytest.raises(ValueError, match="n must be"):
        inverse_cdf(lambda u: u, 0, rng=generator())
    with pytest.raises(TypeError, match="rng"):
        inverse_cdf(lambda u: u, 3, rng=0)


def categorical_samplers():
    return [sample_categorical, lambda weights, n, *, rng: AliasTable(weights).sample(n, rng=rng)]


@pytest.mark.parametrize("draw", categorical_samplers())
@pytest.mark.parametrize("weights", [[0.5, 0.1, 0.0, 0.15, 0.25], [1.0], [0.0, 1.0], np.full(7, 1 / 7)])
def test_categories_come_as_often_as_their_weights_say(draw, weights):
    weights = np.array(weights)
    counts = np.bincount(draw(weights, 20000, rng=generator(1)), minlength=len(weights))
    assert len(counts) == len(weights)
    positive = weights > 0
    assert (counts[~positive] == 0).all()
    assert positive.sum() == 1 or stats.chisquare(counts[positive], 20000 * weights[positive]).pvalue > 1e-3


@pytest.mark.parametrize("draw", categorical_samplers())
@given(weights=weight_lists, seed=seeds)
def test_no_category_of_probability_zero_is_drawn(draw, weights, seed):
    """P(X = j) = 0 implies that j never comes, at either end too."""
    weights = np.array(weights) / np.sum(weights)
    drawn = draw(weights, 200, rng=generator(seed))
    assert drawn.shape == (200,)
    assert (weights[drawn] > 0).all()
    for rng in (Zeros(), AlmostOnes()):
        assert (weights[draw(weights, 1, rng=rng)] > 0).all()


def test_categories_end_where_rounding_leaves_the_last_step_below_one():
    weights = np.full(10, 0.1)
    assert np.cumsum(weights)[-1] < 1
    assert sample_categorical(weights, 1, rng=AlmostOnes()).tolist() == [9]


def test_categorical_is_the_generalised_inverse_of_the_cdf():
    u = generator(7).random(500)
    expected = [next(j for j in range(3) if x < [0.2, 0.7, 1.1][j]) for x in u]
    assert sample_categorical([0.2, 0.5, 0.3], 500, rng=generator(7)).tolist() == expected


@given(weight_lists)
def test_alias_table_holds_exactly_the_weights(weights):
    """The share of category j is (its own threshold + what other columns give it) / k, and that is its weight."""
    weights = np.array(weights) / np.sum(weights)
    table = AliasTable(weights)
    share = table.threshold.copy()
    np.add.at(share, table.alias, 1 - table.threshold)
    np.testing.assert_allclose(share / len(weights), weights, atol=1e-12)
    assert (table.threshold >= 0).all()
    assert (table.threshold <= 1).all()
    assert (table.threshold[table.alias == np.arange(len(weights))] == 1).all()  # who shares with nobody has it all


@pytest.mark.parametrize("draw", categorical_samplers())
@pytest.mark.parametrize(("weights", "n"), [([0.5, 0.6], 1), ([1.5, -0.5], 1), ([], 1), ([np.nan], 1), ([1.0], 0)])
def test_categorical_rejects(draw, weights, n):
    with pytest.raises(ValueError, match="must"):
        draw(weights, n, rng=generator())
    with pytest.raises(TypeError, match="rng"):
        draw([1.0], 1, rng=None)


@pytest.mark.parametrize("n", [1, 2, 3, 20001])
def test_box_muller_has_the_length_asked_for(n):
    assert box_muller(n, rng=generator()).shape == (n,)


def test_box_muller_makes_independent_standard_normals():
    z = box_muller(20000, rng=generator(2))
    assert looks_like(z, stats.norm.cdf)
    cosine, sine = np.split(z, 2)
    assert looks_like(cosine**2 + sine**2, stats.chi2(2).cdf)  # independent: the squared radius is chi-squared
    assert looks_like(np.arctan2(sine, cosine), stats.uniform(-np.pi, 2 * np.pi).cdf)
    assert np.isfinite(box_muller(4, rng=Zeros())).all()


def test_box_muller_rejects():
    with pytest.raises(ValueError, match="n must be"):
        box_muller(0, rng=generator())
    with pytest.raises(TypeError, match="rng"):
        box_muller(1, rng=np.random.RandomState(0))


MEAN, COV = np.array([1.0, -2.0, 0.5]), np.array([[4.0, 1.2, -0.6], [1.2, 1.0, 0.3], [-0.6, 0.3, 2.5]])


def test_gaussian_sample_has_its_mean_covariance_and_distance():
    x = sample_gaussian(MEAN, COV, 20000, rng=generator(3))
    r = x - MEAN
    assert looks_like(np.einsum("nd,de,ne->n", r, np.linalg.inv(COV), r), stats.chi2(3).cdf)
    assert looks_like(x[:, 1], stats.norm(-2, 1).cdf)
    scale = np.sqrt(np.diag(COV))
    np.testing.assert_allclose(
        np.cov(x.T) / np.outer(scale, scale), COV / np.outer(scale, scale), atol=5 / np.sqrt(20000)
    )


@given(seeds, st.integers(1, 4))
def test_singular_gaussian_stays_in_its_subspace(seed, d):
    """If a' Sigma a = 0 then a'x = a'mu for every draw."""
    rng = generator(seed)
    directions = np.linalg.qr(rng.standard_normal((d + 1, d + 1)))[0]
    cov = (directions * [*rng.uniform(0.5, 2, d), 0.0]) @ directions.T
    mean = rng.standard_normal(d + 1)
    x = sample_gaussian(mean, cov, 50, rng=rng)
    np.testing.assert_allclose((x - mean) @ directions[:, -1], 0, atol=1e-6)
    assert np.linalg.matrix_rank(x - mean, tol=1e-5) == d


def test_singular_gaussian_has_its_covariance():
    x = sample_gaussian([0, 0], [[1, 2], [2, 4]], 20000, rng=generator(4))
    np.testing.assert_allclose(x[:, 1], 2 * x[:, 0], atol=1e-7)
    assert looks_like(x[:, 0], stats.norm.cdf)
    assert (sample_gaussian([3, 4], np.zeros((2, 2)), 5, rng=generator()) == [3, 4]).all()


@pytest.mark.parametrize(
    ("mean", "cov", "n", "message"),
    [
        ([0, 0], [[1, 2], [2, 1]], 1, "negative eigenvalue"),
        ([0, 0, 0], np.eye(2), 1, "same shape"),
        ([0, np.nan], np.eye(2), 1, "mean must"),
        ([0, 0], np.eye(2), 0, "n must"),
    ],
)
def test_gaussian_sample_rejects(mean, cov, n, message):
    with pytest.raises(ValueError, match=message):
        sample_gaussian(mean, cov, n, rng=generator())


def test_gaussian_sample_rejects_what_is_no_generator():
    with pytest.raises(TypeError, match="rng"):
        sample_gaussian([0], [[1]], 1, rng=42)


def test_mixture_sample_is_ancestral():
    weights, means, stds = np.array([0.2, 0.5, 0.3]), np.array([-3.0, 0.0, 2.0]), np.array([0.5, 1.0, 0.3])
    x, k = sample_mixture(weights, means, stds, 20000, rng=generator(5))
    assert looks_like(x, lambda x: stats.norm.cdf(x[:, None], means, stds) @ weights)
    assert stats.chisquare(np.bincount(k), 20000 * weights).pvalue > 1e-3
    assert all(looks_like(x[k == j], stats.norm(means[j], stds[j]).cdf) for j in range(3))


@pytest.mark.parametrize(
    ("weights", "means", "stds", "n"),
    [
        ([0.5, 0.4], [0, 1], [1, 1], 5),
        ([0.5, 0.5], [0], [1, 1], 5),
        ([0.5, 0.5], [0, 1], [1, 0], 5),
        ([0.5, 0.5], [0, 1], [1, 1], -5),
    ],
)
def test_mixture_sample_rejects(weights, means, stds, n):
    with pytest.raises(ValueError, match="must"):
        sample_mixture(weights, means, stds, n, rng=generator())


# Rejection and importance sampling


def triangle(rng, *, bound=2.0, n=5000, scale=1.0, **options):
    return rejection_sample(
        lambda x: scale * 2 * x, lambda m, rng: rng.random(m), np.ones_like, bound=bound, n=n, rng=rng, **options
    )


@pytest.mark.parametrize("bound", [2.0, 5.0])
def test_rejection_draws_the_target_and_accepts_one_in_bound(bound):
    """The draws follow the target, and a proposal is accepted with probability 1 / M."""
    result = triangle(generator(6), bound=bound)
    assert result.draws.shape == (5000,)
    assert looks_like(result.draws, lambda x: x**2)
    error = np.sqrt((1 / bound) * (1 - 1 / bound) / result.n_proposed)
    assert abs(result.acceptance_rate - 1 / bound) < 4 * error


def test_rejection_accepts_every_proposal_from_the_target_itself():
    result = rejection_sample(np.ones_like, lambda m, rng: rng.random(m), np.ones_like, bound=1, n=10, rng=generator())
    assert result.acceptance_rate == 1
    assert result.draws.shape == (10,)


def test_rejection_of_an_unnormalised_target_tells_its_integral():
    result = triangle(generator(7), bound=10.0, scale=3.0)
    assert looks_like(result.draws, lambda x: x**2)
    assert result.acceptance_rate * 10 == pytest.approx(3, rel=0.05)


def test_rejection_in_two_dimensions():
    """The share of the square that the disc fills is pi / 4, and the squared radius in a disc is uniform."""
    result = rejection_sample(
        lambda x: (np.square(x).sum(axis=1) <= 1).astype(float),
        lambda m, rng: rng.uniform(-1, 1, (m, 2)),
        lambda x: np.full(len(x), 0.25),
        bound=4,
        n=5000,
        rng=generator(8),
    )
    assert result.draws.shape == (5000, 2)
    assert looks_like(np.square(result.draws).sum(axis=1), stats.uniform.cdf)
    assert result.acceptance_rate == pytest.approx(np.pi / 4, abs=4 * 0.41 / np.sqrt(result.n_proposed))


def test_rejection_needs_a_bound_and_names_the_point_beyond_it():
    with pytest.raises(ValueError, match=r"got bound = 1.5 and a ratio of 1\.9+\d* at x = 0\.9"):
        triangle(generator(), bound=1.5)
    triangle(generator(), bound=2.0)  # a bound that is exact is accepted


def test_rejection_gives_up():
    with pytest.raises(ValueError, match=r"got \d+ from 1000 proposals"):
        triangle(generator(), bound=1e6, max_proposals=1000)
    with pytest.raises(ValueError, match="got 0 from 300000 proposals"):
        rejection_sample(
            np.zeros_like,
            lambda m, rng: rng.random(m),
            np.ones_like,
            bound=1,
            n=5,
            rng=generator(),
            max_proposals=300000,
        )


def test_rejection_result_is_frozen_and_repeats():
    first, second = triangle(generator(9), n=10), triangle(generator(9), n=10)
    np.testing.assert_array_equal(first.draws, second.draws)
    with pytest.raises(dataclasses.FrozenInstanceError):
        first.acceptance_rate = 1.0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"target_pdf": lambda x: x - 0.5}, "target_pdf must not be negative"),
        ({"target_pdf": lambda x: x * np.nan}, r"target_pdf\(x\) must be finite"),
        ({"target_pdf": lambda x: 1.0}, "must return"),
        ({"proposal_pdf": np.zeros_like}, r"proposal_pdf\(x\) must be positive"),
        ({"proposal_sample": lambda m, rng: rng.random(3)}, "must return"),
        ({"bound": 0}, "bound must"),
        ({"n": 0}, "n must"),
        ({"max_proposals": 0}, "max_proposals must"),
    ],
)
def test_rejection_rejects(change, message):
    arguments = {
        "target_pdf": np.ones_like,
        "proposal_sample": lambda m, rng: rng.random(m),
        "proposal_pdf": np.ones_like,
        "bound": 1,
        "n": 10,
        "rng": generator(),
    }
    with pytest.raises(ValueError, match=message):
        rejection_sample(**(arguments | change))
    with pytest.raises(TypeError, match="rng"):
        rejection_sample(**(arguments | {"rng": 0}))


def test_importance_weights_by_hand():
    np.testing.assert_allclose(importance_weights(np.log([1.0, 3.0]), np.log([0.5, 0.5])), [0.25, 0.75])
    np.testing.assert_allclose(importance_weights(np.log([1.0, 1.0]), np.log([1.0, 3.0])), [0.75, 0.25])
    assert importance_weights([-np.inf, 0.0], [0.0, 0.0]).tolist() == [0, 1]


@given(
    arrays(float, 6, elements=st.floats(-50, 50)), arrays(float, 6, elements=st.floats(-50, 50)), st.floats(-1e4, 1e4)
)
def test_importance_weights_ignore_normalising_constants(log_p, log_q, constant):
    """w(c p, q) = w(p, q), sum one, even where exp(log p) over- or underflows."""
    weights = importance_weights(log_p, log_q)
    assert weights.sum() == pytest.approx(1)
    np.testing.assert_allclose(importance_weights(log_p + constant, log_q), weights, rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(importance_weights(log_p, log_q - constant), weights, rtol=1e-9, atol=1e-15)


def test_importance_sampling_finds_the_moments_of_the_target():
    x = generator(10).normal(0, 2, 50000)
    w = importance_weights(stats.norm(1, 1).logpdf(x), stats.norm(0, 2).logpdf(x))
    assert w @ x == pytest.approx(1, abs=0.03)
    assert w @ (x - 1) ** 2 == pytest.approx(1, abs=0.04)
    # E_q[(p/q)^2] for N(1, 1) by N(0, 4) is 4 / sqrt 7 exp(1/7), and Kish's size tends to n over it
    assert kish_effective_sample_size(w) / 50000 == pytest.approx(np.sqrt(7) / 4 * np.exp(-1 / 7), rel=0.03)


@pytest.mark.parametrize(
    ("log_p", "log_q"),
    [
        ([0, 0], [0]),
        ([np.nan, 0], [0, 0]),
        ([np.inf, 0], [0, 0]),
        ([0, 0], [-np.inf, 0]),
        ([-np.inf, -np.inf], [0, 0]),
        ([], []),
        ([[0]], [[0]]),
    ],
)
def test_importance_weights_reject(log_p, log_q):
    with pytest.raises(ValueError, match="must"):
        importance_weights(log_p, log_q)


@given(st.integers(1, 30), st.integers(0, 30), st.floats(1e-200, 1e200))
def test_kish_counts_equal_weights(k, zeros, scale):
    """Among zeros, k equal weights are worth k draws, whatever their unit."""
    assert kish_effective_sample_size([scale] * k + [0.0] * zeros) == pytest.approx(k)


@given(arrays(float, 8, elements=st.floats(0, 1e3)).filter(np.any))
def test_kish_lies_between_one_and_n(w):
    """1 <= n_eff <= n (Cauchy-Schwarz)."""
    assert 1 - 1e-9 <= kish_effective_sample_size(w) <= 8 + 1e-9


@pytest.mark.parametrize("bad", [[], [0, 0], [1, -1], [np.nan], [[1, 1]]])
def test_kish_rejects(bad):
    with pytest.raises(ValueError, match="weights must"):
        kish_effective_sample_size(bad)


# Markov chains


def test_metropolis_draws_the_target():
    """The stationary distribution is the target, here a skewed one with an edge: Gamma(3)."""

    def log_gamma(x):
        return 2 * np.log(x) - x if x > 0 else -np.inf

    chain = metropolis_hastings(log_gamma, 1.0, n=60000, step=3.0, rng=generator(11))
    thinned = chain.draws[200::30]
    assert looks_like(thinned, stats.gamma(3).cdf)
    assert (chain.draws > 0).all()
    np.testing.assert_allclose(chain.log_densities, [log_gamma(x) for x in chain.draws])


def test_metropolis_accepts_as_often_as_theory_says():
    """On a standard normal the random walk of step s accepts with probability 2/pi arctan(2/s)."""
    for step in (0.5, 2.4, 10.0):
        chain = metropolis_hastings(lambda x: -0.5 * x * x, 0.0, n=20000, step=step, rng=generator(12))
        assert chain.acceptance_rate == pytest.approx(2 / np.pi * np.arctan(2 / step), abs=0.02)
        moved = np.diff(chain.draws, prepend=0.0) != 0
        assert chain.acceptance_rate == moved.mean()  # a rejected proposal repeats the state


def test_metropolis_in_two_dimensions_with_a_step_for_each():
    precision = np.linalg.inv([[4.0, 0.6], [0.6, 0.25]])
    chain = metropolis_hastings(lambda x: -0.5 * x @ precision @ x, [0, 0], n=40000, step=[2.0, 0.5], rng=generator(13))
    assert chain.draws.shape == (40000, 2)
    np.testing.assert_allclose(np.cov(chain.draws.T), [[4.0, 0.6], [0.6, 0.25]], rtol=0.15)
    moves = np.diff(chain.draws, axis=0)
    assert moves[:, 0].std() > 2 * moves[:, 1].std()


def test_metropolis_takes_states_as_the_start_has_them():
    seen = []
    metropolis_hastings(lambda x: seen.append(np.shape(x)) or 0.0, 0.0, n=2, step=1, rng=generator())
    metropolis_hastings(lambda x: seen.append(np.shape(x)) or 0.0, [0.0], n=2, step=1, rng=generator())
    assert seen == [()] * 3 + [(1,)] * 3


def test_metropolis_never_moves_where_the_density_is_zero():
    chain = metropolis_hastings(lambda x: 0.0 if x == 0 else -np.inf, 0.0, n=50, step=1.0, rng=generator())
    assert (chain.draws == 0).all()
    assert chain.acceptance_rate == 0


def test_metropolis_does_not_change_its_start():
    start = np.zeros(2)
    metropolis_hastings(lambda x: 0.0, start, n=5, step=1.0, rng=generator())
    assert (start == 0).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"log_density": lambda x: np.nan}, "log_density must return a number below .* got nan at"),
        ({"log_density": lambda x: np.inf}, "got inf"),
        ({"log_density": lambda x: -np.inf}, "start must have positive density"),
        ({"start": np.nan}, "start must be finite"),
        ({"start": [[0.0]]}, "start must be a float"),
        ({"step": 0}, "step must be positive"),
        ({"step": [1, 1]}, "match the shapes"),
        ({"n": 0}, "n must be"),
    ],
)
def test_metropolis_rejects(change, message):
    arguments = {"log_density": lambda x: 0.0, "start": 0.0, "n": 5, "step": 1.0, "rng": generator()}
    with pytest.raises(ValueError, match=message):
        metropolis_hastings(**(arguments | change))
    with pytest.raises(TypeError, match="rng"):
        metropolis_hastings(**(arguments | {"rng": 0}))


@pytest.mark.parametrize("step", [0.1, 1.0, 2.0])
def test_langevin_has_the_variance_that_its_step_gives(step):
    """On a standard normal the chain is AR(1) with factor 1 - eps/2 and variance 1 / (1 - eps/4), so too wide."""
    x = langevin(lambda x: -x, np.zeros(4000), n=200, step=step, rng=generator(14))
    assert x.shape == (200, 4000)
    assert x[-1].var() == pytest.approx(1 / (1 - step / 4), rel=5 * np.sqrt(2 / 4000))
    assert np.corrcoef(x[-2], x[-1])[0, 1] == pytest.approx(1 - step / 2, abs=5 / np.sqrt(4000))


def test_langevin_by_hand():
    """Without gradient the first step is sqrt(eps) z; a constant gradient g adds eps/2 g."""
    z = generator(15).standard_normal((3, 2))
    x = langevin(lambda x: np.array([4.0, 0.0]), [1.0, 2.0], n=3, step=0.25, rng=generator(15))
    np.testing.assert_allclose(x, np.array([1, 2]) + np.cumsum(0.5 * z + [0.5, 0], axis=0))


@pytest.mark.filterwarnings("ignore:overflow")
def test_langevin_says_when_it_diverges():
    with pytest.raises(ValueError, match="smaller step than 9"):
        langevin(lambda x: -(x**3), [2.0], n=100, step=9.0, rng=generator())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"grad_log_density": lambda x: 0.0}, r"shape \(2,\)"),
        ({"start": [np.nan, 0]}, "start must"),
        ({"step": 0}, "step must"),
        ({"step": [1, 1]}, "step must"),
        ({"n": 0}, "n must"),
    ],
)
def test_langevin_rejects(change, message):
    arguments = {"grad_log_density": np.zeros_like, "start": [0.0, 0.0], "n": 5, "step": 1.0, "rng": generator()}
    with pytest.raises(ValueError, match=message):
        langevin(**(arguments | change))
    with pytest.raises(TypeError, match="rng"):
        langevin(**(arguments | {"rng": 0}))


# Diagnostics


@given(st.integers(2, 40), seeds)
def test_autocorrelation_is_the_sum_written_out(n, seed):
    """rho_t = sum_i (x_i - m)(x_{i+t} - m) / sum_i (x_i - m)^2, without wrapping round."""
    x = generator(seed).standard_normal(n)
    r = x - x.mean()
    expected = [sum(r[i] * r[i + t] for i in range(n - t)) / sum(r * r) for t in range(n)]
    np.testing.assert_allclose(autocorrelation(x, max_lag=n - 1), expected, atol=1e-10)
    np.testing.assert_allclose(autocorrelation(3 - 5 * x, max_lag=n // 2), expected[: n // 2 + 1], atol=1e-10)


def test_autocorrelation_of_an_autoregression():
    rho = autocorrelation(autoregression(0.8, 1, 20000)[0], max_lag=10)
    np.testing.assert_allclose(rho, 0.8 ** np.arange(11), atol=0.06)


@pytest.mark.parametrize(
    ("chain", "lag"), [([1.0, 1.0], 1), ([1.0], 0), ([1.0, 2.0], 2), ([1.0, 2.0], -1), ([1, np.nan], 1), ([[1, 2]], 1)]
)
def test_autocorrelation_rejects(chain, lag):
    with pytest.raises(ValueError, match="must"):
        autocorrelation(chain, max_lag=lag)


def halves(chains):
    """Every chain in two, by slicing lists: the middle draw of an odd number belongs to neither."""
    return [half for chain in chains for half in (chain[: len(chain) // 2], chain[len(chain) - len(chain) // 2 :])]


def effective_sample_size_written_out(chains):
    """Vehtari et al. (2021), eq. 10 to 13, as loops; exact sums instead of a Fourier transform."""
    parts = halves(chains)
    m, n = len(parts), len(parts[0])
    centred = [part - np.mean(part) for part in parts]
    variances = [sum(r * r) / (n - 1) for r in centred]
    w = sum(variances) / m
    b = n * sum((np.mean(part) - np.mean(parts)) ** 2 for part in parts) / (m - 1)
    var_plus = (n - 1) / n * w + b / n
    rho = [1.0]
    for t in range(1, n):
        s2_rho = [sum(r[i] * r[i + t] for i in range(n - t)) / n for r in centred]
        rho.append(1 - (w - sum(s2_rho) / m) / var_plus)
    total, smallest, t = 0.0, np.inf, 0
    while t + 1 < n and rho[t] + rho[t + 1] > 0:
        smallest = min(smallest, rho[t] + rho[t + 1])
        total += smallest
        t += 2
    half_pair = max(rho[t], 0) if t < n else 0
    return m * n / max(-1 + 2 * total + half_pair, 1 / np.log10(m * n))


@given(st.integers(1, 4), st.integers(4, 40), st.sampled_from([-0.9, -0.3, 0.0, 0.5, 0.95]), seeds)
def test_effective_sample_size_is_the_formula_written_out(chains, draws, phi, seed):
    """The fast implementation equals eq. 10 to 13, for slow, fast and antithetic chains."""
    x = autoregression(phi, chains, draws, seed=seed)
    assert effective_sample_size(x) == pytest.approx(effective_sample_size_written_out(x), rel=1e-6)


# Reference values of ArviZ 0.23.4, ess(method="mean"), rhat(method="split") and rhat(method="rank"), for these chains
ARVIZ = [
    # chains, ess, split, rank
    (autoregression(0.9, 4, 500, seed=1), 71.035832344, 1.05098808237, 1.05070124396),
    (autoregression(0.0, 4, 501, seed=2), 2095.46020504, 0.999996711659, 1.0009873143),
    (autoregression(-0.5, 2, 300, seed=3), 1666.89075023, 0.997289205562, 1.000613284),
    (np.round(2 * autoregression(0.5, 3, 200, seed=4)), 156.6725218, 1.02657701417, 1.02625040939),
]


@pytest.mark.parametrize(("chains", "ess", "split", "rank"), ARVIZ)
def test_diagnostics_match_arviz(chains, ess, split, rank):
    assert effective_sample_size(chains) == pytest.approx(ess, rel=1e-9)
    assert r_hat(chains) == pytest.approx(split, rel=1e-9)
    assert r_hat(chains, rank=True) == pytest.approx(rank, rel=1e-9)


@pytest.mark.parametrize("phi", [0.0, 0.5, 0.9])
def test_effective_sample_size_of_an_autoregression(phi):
    """N / tau with tau = (1 + phi) / (1 - phi)."""
    x = autoregression(phi, 4, 20000)
    assert effective_sample_size(x) == pytest.approx(80000 * (1 - phi) / (1 + phi), rel=0.2)


def test_antithetic_chains_are_worth_more_than_independent_draws():
    assert effective_sample_size(autoregression(-0.5, 4, 1000)) > 4000


def test_stuck_chains_are_worth_little():
    x = autoregression(0.0, 4, 1000)
    x[:2] += 20  # two modes
    assert effective_sample_size(x) < 10
    assert r_hat(x) > 5


@given(st.integers(1, 4), st.integers(4, 50), seeds, st.floats(-100, 100), st.sampled_from([-7.0, 0.01, 300.0]))
def test_diagnostics_have_no_unit(chains, draws, seed, shift, scale):
    """ESS and R-hat of a x + b are those of x."""
    x = autoregression(0.3, chains, draws, seed=seed)
    y = scale * x + shift
    assert effective_sample_size(y) == pytest.approx(effective_sample_size(x), rel=1e-4)
    assert r_hat(y) == pytest.approx(r_hat(x), rel=1e-6)


def r_hat_written_out(parts):
    """Vehtari et al. (2021), eq. 1 to 4, for chains that are split already."""
    n = len(parts[0])
    w, b = np.mean([np.var(p, ddof=1) for p in parts]), n * np.var([np.mean(p) for p in parts], ddof=1)
    return np.sqrt(((n - 1) / n * w + b / n) / w)


@given(st.integers(1, 4), st.integers(4, 50), seeds, st.booleans())
def test_r_hat_is_the_formula_written_out(chains, draws, seed, ties):
    """The plain one is eq. 4; the ranked one the larger of eq. 4 on normal scores (14) and on folded ones (15)."""
    x = 2 * autoregression(0.3, chains, draws, seed=seed)
    x = np.round(x, 1) if ties else x
    parts = np.array(halves(x))
    folded = np.abs(parts - np.median(parts))
    scores = [stats.norm.ppf((stats.rankdata(y) - 3 / 8) / (y.size + 1 / 4)).reshape(y.shape) for y in (parts, folded)]
    assert r_hat(x) == pytest.approx(r_hat_written_out(parts))
    assert r_hat(x, rank=True) == pytest.approx(max(map(r_hat_written_out, scores)))


def test_ranked_r_hat_of_two_values():
    """Folded, the values -1 and 1 are one value: nothing disagrees. Folded chains of -1, 1 and of -2, 2 never agree."""
    assert r_hat([[-1, 1] * 20, [1, -1] * 20], rank=True) == pytest.approx(1, abs=0.02)
    assert r_hat([[-1, 1] * 20, [-2, 2] * 20], rank=True) > 100


def test_r_hat_is_one_for_chains_that_agree_and_sees_a_trend():
    x = autoregression(0.5, 4, 2000)
    assert r_hat(x) == pytest.approx(1, abs=0.01)
    assert r_hat(x, rank=True) == pytest.approx(1, abs=0.01)
    assert r_hat(x[0] + np.linspace(0, 5, 2000)) > 1.5  # one chain that drifts: seen because it is split


def test_ranks_see_what_variances_do_not():
    """Chains of equal mean and unequal spread have a plain R-hat near 1; folding reveals them."""
    x = autoregression(0.0, 4, 1000)
    x[0] /= 3
    assert r_hat(x) < 1.01
    assert r_hat(x, rank=True) > 1.05
    heavy = generator(16).standard_cauchy((4, 1000))
    heavy[0] += 2
    assert r_hat(heavy) < 1.05
    assert r_hat(heavy, rank=True) > 1.05


@pytest.mark.parametrize("function", [effective_sample_size, r_hat])
@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ([1, 2, 3], "4 draws"),
        ([[[1, 2, 3, 4]]], "chains must be"),
        (np.zeros((0, 5)), "chains must be"),
        (1.0, "chains must be"),
        (np.ones((4, 10)), "chains must move"),
        ([1, 2, np.nan, 4], "chains must be finite"),
    ],
)
def test_diagnostics_reject(function, bad, message):
    with pytest.raises(ValueError, match=message):
        function(bad)
