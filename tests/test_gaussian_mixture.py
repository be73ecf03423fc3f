"""The mixture against scikit-learn's, scipy's densities, repeated points, and what degenerate data must not do."""

import tracemalloc
import warnings

import numpy as np
import pytest
from scipy import stats
from scipy.special import logsumexp
from sklearn import mixture as peer
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.estimator_checks import check_estimator

from course_utils.gaussian_mixture import GaussianMixture

KINDS = ("full", "tied", "diag", "spherical")
kinds = pytest.mark.parametrize("kind", KINDS)


def cloud(n=600, d=3, k=4, seed=0):
    """Tilted clusters that overlap a little."""
    rng = np.random.default_rng(seed)
    centres = 3 * rng.standard_normal((k, d))
    shapes = rng.standard_normal((k, d, d))
    labels = rng.integers(k, size=n)
    return centres[labels] + np.einsum("nij,nj->ni", shapes[labels], rng.standard_normal((n, d)))


def fit(x, k=4, *, ours=True, sample_weight=None, **options):
    """Fit, silent about convergence, which many tests cut short."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        if ours:
            return GaussianMixture(k, **options).fit(x, sample_weight=sample_weight)
        return peer.GaussianMixture(k, **options).fit(x)


def start(x, k, kind, seed=0):
    """Explicit parameters to start from: points as means, and tilted precisions."""
    rng = np.random.default_rng(seed)
    d = x.shape[1]
    roots = rng.standard_normal((k, d, d)) / 3
    matrices = roots @ roots.swapaxes(1, 2) + np.eye(d) / 2
    precisions = {
        "full": matrices,
        "tied": matrices[0],
        "diag": rng.uniform(0.3, 2, (k, d)),
        "spherical": rng.uniform(0.3, 2, k),
    }[kind]
    return {
        "weights_init": rng.dirichlet(np.ones(k)),
        "means_init": x[rng.choice(len(x), k, replace=False)],
        "precisions_init": precisions,
    }


def log_density(model, x):
    """The oracle: scipy's multivariate normal, one component after the other."""
    k, d = model.means_.shape
    full = {
        "full": lambda j: model.covariances_[j],
        "tied": lambda j: model.covariances_,
        "diag": lambda j: np.diag(model.covariances_[j]),
        "spherical": lambda j: model.covariances_[j] * np.eye(d),
    }[model.covariance_type]
    parts = [
        np.log(model.weights_[j]) + stats.multivariate_normal(model.means_[j], full(j)).logpdf(x) for j in range(k)
    ]
    return logsumexp(parts, axis=0), np.exp(parts - logsumexp(parts, axis=0)).T


def test_it_is_an_estimator_in_scikit_learns_sense():
    results = check_estimator(GaussianMixture(), on_skip=None)
    assert not [result["check_name"] for result in results if result["status"] not in ("passed", "skipped")]


def test_it_takes_all_arguments_that_scikit_learns_takes_with_the_same_defaults():
    ours, theirs = GaussianMixture().get_params(), peer.GaussianMixture().get_params()
    assert theirs.items() <= ours.items()


@kinds
def test_from_one_start_it_takes_the_steps_of_scikit_learn(kind):
    x = cloud()
    options = {"covariance_type": kind, "tol": 0.0, "max_iter": 25, **start(x, 4, kind)}
    ours, theirs = fit(x, **options), fit(x, ours=False, **options)
    np.testing.assert_allclose(ours.lower_bounds_, theirs.lower_bounds_, rtol=0, atol=1e-9)
    for name in ("weights_", "means_", "covariances_", "precisions_"):
        np.testing.assert_allclose(getattr(ours, name), getattr(theirs, name), rtol=1e-7, atol=1e-9)
    fresh = cloud(seed=5)
    np.testing.assert_allclose(ours.predict_proba(fresh), theirs.predict_proba(fresh), atol=1e-8)
    np.testing.assert_allclose([ours.bic(x), ours.aic(x)], [theirs.bic(x), theirs.aic(x)], rtol=1e-9)
    assert ours.score(fresh) == pytest.approx(theirs.score(fresh), abs=1e-9)


@kinds
@pytest.mark.parametrize("how", ["kmeans", "random"])
def test_with_the_same_random_state_it_ends_where_scikit_learn_ends(kind, how):
    x = cloud()
    options = {"covariance_type": kind, "init_params": how, "random_state": 3, "n_init": 2, "max_iter": 200}
    ours, theirs = fit(x, **options), fit(x, ours=False, **options)
    assert (ours.n_iter_, ours.converged_) == (theirs.n_iter_, theirs.converged_)
    assert ours.lower_bound_ == pytest.approx(theirs.lower_bound_, abs=1e-9)


@kinds
def test_densities_and_responsibilities_are_those_of_the_mixture(kind):
    x = cloud()
    model = fit(x, covariance_type=kind, random_state=0)
    evidence, responsibilities = log_density(model, x)
    np.testing.assert_allclose(model.score_samples(x), evidence, atol=1e-9)
    np.testing.assert_allclose(model.predict_proba(x), responsibilities, atol=1e-9)
    np.testing.assert_array_equal(model.predict(x), responsibilities.argmax(axis=1))


@kinds
@pytest.mark.parametrize("how", ["kmeans", "k-means++", "random_from_data", "random"])
def test_the_likelihood_never_falls(kind, how):
    """Without a floor each step of EM raises the likelihood, or leaves it."""
    options = {"covariance_type": kind, "init_params": how, "reg_covar": 0.0, "tol": 0.0, "max_iter": 40}
    bounds = fit(cloud(n=2000), random_state=1, **options).lower_bounds_
    assert np.diff(bounds).min() > -1e-12
    assert bounds[-1] > bounds[0]


@kinds
def test_a_weight_is_a_number_of_repetitions(kind):
    x = cloud(n=200)
    repeats = np.random.default_rng(2).integers(0, 4, len(x))
    options = {"covariance_type": kind, "tol": 0.0, "max_iter": 10, **start(x, 4, kind)}
    weighted = fit(x, sample_weight=repeats, **options)
    repeated = fit(np.repeat(x, repeats, axis=0), **options)
    np.testing.assert_allclose(weighted.lower_bounds_, repeated.lower_bounds_, atol=1e-10)
    np.testing.assert_allclose(weighted.covariances_, repeated.covariances_, atol=1e-9)


@pytest.mark.parametrize("how", ["kmeans", "k-means++", "random_from_data", "random"])
def test_points_without_weight_do_not_matter(how):
    x = cloud(n=300)
    x[:20] += 1000
    weight = np.ones(300)
    weight[:20] = 0
    model = fit(x, sample_weight=weight, init_params=how, random_state=0, max_iter=300)
    assert np.abs(model.means_).max() < 50


@kinds
def test_blocks_do_not_change_the_result(kind):
    x = cloud(n=1003)
    whole, cut = (fit(x, covariance_type=kind, random_state=0, batch_size=size) for size in (5000, 17))
    np.testing.assert_allclose(whole.lower_bounds_, cut.lower_bounds_, atol=1e-12)
    np.testing.assert_allclose(whole.score_samples(x), cut.score_samples(x), atol=1e-9)


def test_memory_is_that_of_the_data_not_of_the_responsibilities():
    """Points times components would be ten times the data here."""
    x = cloud(n=60_000, d=2, k=20)
    model = GaussianMixture(20, max_iter=2, tol=0.0, batch_size=500, **start(x, 20, "full"))
    tracemalloc.start()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(x)
        model.score_samples(x)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * x.nbytes


@kinds
def test_data_far_from_zero_lose_nothing(kind):
    """A shift by 10^6 standard deviations changes no likelihood; expanded squares would lose twelve digits."""
    x = np.round(cloud(), 6)
    near, far = (fit(points, covariance_type=kind, random_state=0, max_iter=20, tol=0.0) for points in (x, x + 2.0**20))
    np.testing.assert_allclose(near.lower_bounds_[5:], far.lower_bounds_[5:], atol=1e-6)


@kinds
def test_draws_have_the_moments_of_their_components(kind):
    model = fit(cloud(), covariance_type=kind, random_state=0)
    n = 200_000
    draws, labels = model.sample(n)
    np.testing.assert_allclose(np.bincount(labels) / n, model.weights_, atol=5 * 0.5 / np.sqrt(n))
    identity = np.eye(3)
    for j in range(4):
        covariance = model.covariances_ if kind == "tied" else model.covariances_[j]
        covariance = covariance if kind in ("full", "tied") else covariance * identity
        own = draws[labels == j]
        scale = np.sqrt(np.diag(covariance).max())
        np.testing.assert_allclose(own.mean(axis=0), model.means_[j], atol=6 * scale / np.sqrt(len(own)))
        np.testing.assert_allclose(np.cov(own.T), covariance, atol=8 * scale**2 / np.sqrt(len(own)))


def test_the_path_leads_from_the_start_to_the_result():
    x = cloud()
    given = start(x, 4, "full")
    model = fit(x, keep_path=True, max_iter=7, tol=0.0, **given)
    assert len(model.path_) == 8
    np.testing.assert_array_equal(model.path_[0][1], given["means_init"])
    np.testing.assert_array_equal(model.path_[-1][2], model.covariances_)
    for (weights, means, covariances), bound in zip(model.path_, model.lower_bounds_, strict=False):
        at = clone(model).set_params(
            weights_init=weights, means_init=means, precisions_init=np.linalg.inv(covariances), max_iter=1
        )
        with pytest.warns(ConvergenceWarning):
            at.fit(x)
        assert at.lower_bound_ == pytest.approx(bound, abs=1e-9)
    assert not hasattr(fit(x), "path_")


def test_a_warm_start_goes_on_where_the_last_call_ended():
    x = cloud()
    given = start(x, 4, "full")
    whole = fit(x, max_iter=12, tol=0.0, **given)
    model = GaussianMixture(4, max_iter=6, tol=0.0, warm_start=True, **given)
    with pytest.warns(ConvergenceWarning):
        first = list(model.fit(x).lower_bounds_)
    with pytest.warns(ConvergenceWarning):
        second = model.fit(x).lower_bounds_
    np.testing.assert_allclose(first + second, whole.lower_bounds_, atol=1e-12)


def test_of_several_starts_the_best_is_kept():
    x = cloud(n=300, k=6, seed=4)
    best = fit(x, k=6, init_params="random_from_data", n_init=8, random_state=0, max_iter=300)
    rng = np.random.RandomState(0)
    alone = [fit(x, k=6, init_params="random_from_data", random_state=rng, max_iter=300) for _ in range(8)]
    bounds = [model.lower_bound_ for model in alone]
    assert best.lower_bound_ == pytest.approx(max(bounds), abs=1e-12)
    assert max(bounds) > min(bounds) + 1e-3


def test_no_steps_give_the_start():
    x = cloud()
    given = start(x, 4, "full")
    model = fit(x, max_iter=0, **given)
    np.testing.assert_allclose(model.means_, given["means_init"])
    assert model.lower_bounds_ == []


def test_verbose_tells_the_likelihood(capsys):
    model = fit(cloud(), random_state=0, verbose=1, verbose_interval=2)
    assert f"start 1, step 2: mean log likelihood {model.lower_bounds_[1]:.6f}" in capsys.readouterr().out


# Degenerate data: a clear error or a sound fit, never NaN


def sound(model):
    arrays = (model.weights_, model.means_, model.covariances_, model.precisions_, model.lower_bounds_)
    return all(np.isfinite(array).all() for array in arrays)


@kinds
@pytest.mark.parametrize("how", ["kmeans", "k-means++", "random_from_data", "random"])
def test_duplicates_and_a_constant_column_give_a_sound_fit(kind, how):
    x = np.repeat(cloud(n=12), 10, axis=0)
    x[:, 1] = 7.0
    model = fit(x, covariance_type=kind, init_params=how, random_state=0)
    assert sound(model)
    assert model.means_[:, 1] == pytest.approx(7.0)
    assert np.isfinite(model.score_samples(x)).all()


@pytest.mark.parametrize("how", ["kmeans", "k-means++", "random_from_data"])
def test_more_components_than_different_points_is_told(how):
    x = np.repeat([[0.0, 0.0], [1.0, 2.0]], 10, axis=0)
    with pytest.raises(ValueError, match=r"at least n_components = 3 different points with weight, .* only 2"):
        fit(x, k=3, init_params=how, random_state=0)


@kinds
def test_a_collapse_without_a_floor_is_told(kind):
    x = np.concatenate([np.random.default_rng(0).normal(0, 1, (50, 2)), np.full((20, 2), 9.0)])
    if kind == "tied":
        x[:, 1] = 5.0
    with pytest.raises(ValueError, match="try to increase reg_covar"):
        fit(x, k=2, covariance_type=kind, reg_covar=0.0, random_state=0)
    assert sound(fit(x, k=2, covariance_type=kind, random_state=0))


def test_an_abandoned_component_stays_where_it_is():
    """No point comes near it, so nothing says where it should go; it must not become NaN."""
    x = np.random.default_rng(0).normal(0, 1, (100, 2))
    given = {
        "weights_init": [0.5, 0.5],
        "means_init": [[0, 0], [1e6, 0]],
        "precisions_init": np.array([np.eye(2)] * 2),
    }
    model = fit(x, k=2, **given)
    assert sound(model)
    assert model.means_[1] == pytest.approx([1e6, 0])
    assert np.isfinite(model.score_samples(x)).all()
    np.testing.assert_allclose(model.predict_proba(x)[:, 0], 1)


def test_bad_input_is_told():
    x = cloud()
    for bad, message in (
        (np.where(np.arange(3) == 1, np.nan, x), "NaN"),
        (x[:1], "minimum of 2"),
        (x[:3], "n_components = 4, n_samples = 3"),
    ):
        with pytest.raises(ValueError, match=message):
            fit(bad)
    with pytest.raises(ValueError, match=r"means_init must be finite numbers of shape \(4, 3\), got shape \(4, 2\)"):
        fit(x, means_init=x[:4, :2])
    with pytest.raises(ValueError, match=r"weights_init must be probabilities that sum to 1, got a sum of 2"):
        fit(x, weights_init=[0.5] * 4)
    with pytest.raises(ValueError, match="precisions_init must be symmetric"):
        fit(x, precisions_init=np.triu(np.ones((4, 3, 3))) + np.eye(3))
    with pytest.raises(ValueError, match="at least one non-zero"):
        fit(x, sample_weight=np.zeros(len(x)))
    with pytest.raises(ValueError, match="n_samples must be at least 1, got 0"):
        fit(x).sample(0)
    with pytest.raises(ValueError, match="covariance_type"):
        fit(x, covariance_type="round")
