"""Estimators from samples: against their formulas as loops, and against the truth where it is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from course_utils.divergence_estimation import classifier_kl_divergence, knn_kl_divergence, log_density_ratio
from course_utils.divergences import gaussian_kl

seeds = st.integers(0, 2**32 - 1)


def wang_kulkarni_verdu(x, y, k):
    """The formula as a loop."""
    x, y = x.reshape(len(x), -1), y.reshape(len(y), -1)
    (n, d), m = x.shape, len(y)
    rho = [sorted(np.linalg.norm(x - point, axis=1))[k] for point in x]
    nu = [sorted(np.linalg.norm(y - point, axis=1))[k - 1] for point in x]
    return d * np.mean(np.log(np.divide(nu, rho))) + np.log(m / (n - 1))


@given(seeds, st.integers(1, 3), st.integers(1, 5), st.integers(0, 20))
@settings(max_examples=40)
def test_knn_kl_is_its_formula(seed, d, k, more):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(k + 1 + more, d)), rng.normal(1, 2, size=(k + 3, d))
    assert knn_kl_divergence(x, y, k=k) == pytest.approx(wang_kulkarni_verdu(x, y, k))
    assert knn_kl_divergence(x, y[:k], k=k) == pytest.approx(wang_kulkarni_verdu(x, y[:k], k))
    assert knn_kl_divergence(x, y, k=k, base=2) == pytest.approx(wang_kulkarni_verdu(x, y, k) / np.log(2))
    assert knn_kl_divergence(x[:, 0], y[:, 0], k=k) == pytest.approx(wang_kulkarni_verdu(x[:, 0], y[:, 0], k))


@pytest.mark.parametrize("d", [1, 2, 4])
def test_knn_kl_finds_that_of_gaussians(d):
    rng = np.random.default_rng(d)
    x, y = rng.normal(0.5, 1, (4000, d)), rng.normal(0, 2, (3000, d))
    truth = gaussian_kl(np.full(d, 0.5), np.eye(d), np.zeros(d), 4 * np.eye(d))
    assert knn_kl_divergence(x, y) == pytest.approx(truth, rel=0.12)


def test_knn_kl_is_too_small_where_q_hardly_reaches():
    """The draws of a narrow q lie where they lie: distances to them grow far slower than -log q."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(0, 2, (4000, 2)), rng.normal(0, 1, (4000, 2))
    assert 0.5 < knn_kl_divergence(x, y) < 0.8 * gaussian_kl([0, 0], 4 * np.eye(2), [0, 0], np.eye(2))


def test_knn_kl_of_one_distribution_is_about_zero():
    x = np.random.default_rng(0).normal(size=(4000, 2))
    assert abs(knn_kl_divergence(x[:2000], x[2000:])) < 0.08


@pytest.mark.parametrize(
    ("x", "y", "k", "message"),
    [
        ([0.0, 1.0, 2.0], [0.5, 1.5, 2.5], 3, "k must be below the number of points, got k = 3 and 3"),
        ([0.0, 1.0, 2.0], [0.5], 2, "k must be below"),
        ([0.0, 0.0, 2.0], [0.5, 1.5], 1, "real must be draws of a density"),
        ([0.0, 1.0, 2.0], [0.0, 1.5], 1, "real and fake must be draws"),
        ([0.0, 1.0], [[0.0, 1.0]], 1, "same dimension, got 1 and 2"),
        ([0.0, np.inf], [1.0], 1, "real must be finite"),
        ([], [1.0], 1, "real must be points"),
    ],
)
def test_knn_kl_refuses(x, y, k, message):
    with pytest.raises(ValueError, match=message):
        knn_kl_divergence(x, y, k=k)


def test_the_default_classifier_finds_the_ratio_of_gaussians():
    """Log N(x; 1, 1) - log N(x; 0, 2^2) is a parabola; sample sizes that differ do not shift it."""
    rng = np.random.default_rng(0)
    at = np.linspace(-2, 3, 11)
    truth = -0.5 * (at - 1) ** 2 + 0.5 * (at / 2) ** 2 + np.log(2)
    ratio = log_density_ratio(rng.normal(1, 1, 6000), rng.normal(0, 2, 20000), at=at)
    np.testing.assert_allclose(ratio, truth, atol=0.2)


def test_log_density_ratio_has_one_value_a_point_and_changes_sign_with_the_roles():
    rng = np.random.default_rng(1)
    x, y = rng.normal(0, 1, (400, 3)), rng.normal(0.5, 1, (400, 3))
    ratio = log_density_ratio(x, y, at=x)
    assert ratio.shape == (400,)
    np.testing.assert_allclose(log_density_ratio(y, x, at=x), -ratio, atol=1e-2)


def test_classifier_kl_finds_that_of_gaussians():
    rng = np.random.default_rng(2)
    x, y = rng.normal(0.5, 1, (4000, 2)), rng.normal(0, 2, (3000, 2))
    truth = gaussian_kl([0.5, 0.5], np.eye(2), [0, 0], 4 * np.eye(2))
    assert classifier_kl_divergence(x, y, rng=rng) == pytest.approx(truth, rel=0.12)
    reverse = gaussian_kl([0, 0], 4 * np.eye(2), [0.5, 0.5], np.eye(2))
    assert classifier_kl_divergence(y, x, rng=rng) == pytest.approx(reverse, rel=0.15)


def test_classifier_kl_is_not_fooled_by_a_classifier_that_learns_by_heart():
    """Of one distribution the ratio is 1; judged on the points it has seen, a forest would say otherwise."""
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(300, 2)), rng.normal(size=(300, 2))
    forest = RandomForestClassifier(50, min_samples_leaf=5, random_state=0)
    assert log_density_ratio(x, y, at=x, classifier=forest).mean() > 0.3
    assert classifier_kl_divergence(x, y, rng=rng, classifier=forest) < 0.1


def test_classifier_kl_takes_a_seed_a_base_and_a_classifier():
    rng = np.random.default_rng(4)
    x, y = rng.normal(1, 1, 300), rng.normal(0, 1, 300)
    values = [classifier_kl_divergence(x, y, rng=np.random.default_rng(s)) for s in (0, 0, 1)]
    assert values[0] == values[1] != values[2]
    in_bits = classifier_kl_divergence(x, y, rng=np.random.default_rng(0), base=2)
    assert in_bits == pytest.approx(values[0] / np.log(2))
    linear = LogisticRegression()
    x, y = rng.normal(1, 1, 5000), rng.normal(0, 1, 5000)
    assert classifier_kl_divergence(x, y, rng=rng, classifier=linear) == pytest.approx(0.5, abs=0.05)
    assert not hasattr(linear, "coef_")  # a clone was fitted


def test_classifier_estimators_refuse():
    x, y = np.arange(4.0), np.arange(4.0) + 0.5
    with pytest.raises(ValueError, match="folds must be at most the number of points, got 5 for 4"):
        classifier_kl_divergence(x, y, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="folds must be an integer"):
        classifier_kl_divergence(x, y, rng=np.random.default_rng(0), folds=1)
    with pytest.raises(TypeError, match="rng must"):
        classifier_kl_divergence(x, y, rng=0, folds=2)
    with pytest.raises(ValueError, match="same dimension"):
        log_density_ratio(x, y, at=[[0.0, 1.0]])
    with pytest.raises(ValueError, match="classifier must give probabilities strictly between"):
        log_density_ratio(x, x + 100, at=x, classifier=RandomForestClassifier(5, random_state=0))
