"""Divergences estimated from samples of p and q: by nearest neighbours, and by a classifier that tells them apart."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course_utils import _neighbours as neighbours
from course_utils import _validation as validate
from course_utils._validation import FloatArray

__all__ = [
    "classifier_kl_divergence",
    "knn_kl_divergence",
    "log_density_ratio",
]


def knn_kl_divergence(real: ArrayLike, fake: ArrayLike, *, k: int = 5, base: float | None = None) -> float:
    r"""Estimate KL(p || q) of densities from draws of both, by the distances to k-th nearest neighbours.

    .. math:: \widehat{\mathrm{KL}} = \frac dn \sum_{i=1}^n \log \frac{\nu_k(i)}{\rho_k(i)} + \log \frac{m}{n - 1}

    with :math:`\rho_k(i)` the distance of the real point i to its k-th nearest among the other real points, and
    :math:`\nu_k(i)` to its k-th nearest among the fake ones.

    Parameters
    ----------
    real : array_like, shape (n, d) or (n,)
        Draws of p.
    fake : array_like, shape (m, d) or (m,)
        Draws of q.
    k : int
        Neighbours, below n and at most m. A larger k lowers the variance and raises the bias.
    base : float, optional
        Base of the logarithm; nats by default.

    Returns
    -------
    float
        Consistent as n and m grow, with a bias that grows with d; it may come out negative and is not clipped. It
        cannot become infinite, so it is far too small where q lacks what p has.

    Raises
    ------
    ValueError
        For points that are not finite, of different dimension or too few for k, and for duplicates that put a k-th
        neighbour at distance zero (these are no draws of densities).

    References
    ----------
    Wang, Kulkarni and Verdu (2009), doi:10.1109/TIT.2009.2016060; Perez-Cruz (2008), doi:10.1109/ISIT.2008.4595271.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> round(knn_kl_divergence(rng.normal(1, 1, 5000), rng.normal(0, 1, 5000)), 1)  # the truth is 0.5
    0.5
    """
    x, y = validate.samples("real", real), validate.samples("fake", fake)
    neighbours.as_pair("real", x, "fake", y)
    k = min(validate.neighbours(k, len(x)), validate.neighbours(k, len(y) + 1))
    unit = validate.nats_per_unit(base)
    rho = neighbours.positive_distances("real", neighbours.kth_distances(x, k), k)
    nu = neighbours.positive_distances("real and fake", neighbours.kth_distances(x, k, among=y), k)
    nats = x.shape[1] * (np.log(nu).mean() - np.log(rho).mean()) + np.log(len(y) / (len(x) - 1))
    return float(nats / unit)


def log_density_ratio(real: ArrayLike, fake: ArrayLike, *, at: ArrayLike, classifier: Any = None) -> FloatArray:
    r"""Estimate :math:`\log p(x)/q(x)` by a classifier that learns to tell real from fake.

    If it says "real" with probability D(x), then :math:`\log p/q = \log \frac{D}{1 - D} - \log \frac nm`.

    Parameters
    ----------
    real : array_like, shape (n, d) or (n,)
        Draws of p.
    fake : array_like, shape (m, d) or (m,)
        Draws of q.
    at : array_like, shape (l, d) or (l,)
        Where. At points that the classifier was trained on, it is overconfident.
    classifier : estimator, optional
        Of scikit-learn's kind, with `fit` and `predict_proba`; it is cloned. By default logistic regression on the
        standardised coordinates, their squares and products: it can be exact for Gaussians.

    Returns
    -------
    ndarray, shape (l,)
        In nats, positive where the point looks real.

    Raises
    ------
    ValueError
        For points that are not finite or of different dimension, or a classifier that is certain (D of 0 or 1).

    References
    ----------
    Sugiyama, Suzuki and Kanamori (2012), Density Ratio Estimation in Machine Learning, doi:10.1017/CBO9781139035613,
    ch. 4.
    """
    from sklearn.base import clone  # here, because scikit-learn is slow to import

    x, y = validate.samples("real", real), validate.samples("fake", fake)
    points = validate.samples("at", at)
    neighbours.as_pair("real", x, "fake", y)
    neighbours.as_pair("real", x, "at", points)
    model = clone(_quadratic_logistic_regression() if classifier is None else classifier)
    model.fit(np.concatenate([x, y]), _labels(x, y))
    return _log_odds(model.predict_proba(points)) - np.log(len(x) / len(y))


def classifier_kl_divergence(
    real: ArrayLike,
    fake: ArrayLike,
    *,
    rng: np.random.Generator,
    classifier: Any = None,
    folds: int = 5,
    base: float | None = None,
) -> float:
    r"""Estimate KL(p || q) as the mean of :math:`\log p/q` over real points, by classifiers that have not seen them.

    The points are dealt into folds; the ratio at the points of one comes from a classifier trained on the others.

    Parameters
    ----------
    real : array_like, shape (n, d) or (n,)
        Draws of p.
    fake : array_like, shape (m, d) or (m,)
        Draws of q.
    rng : numpy.random.Generator
        Deals the folds.
    classifier : estimator, optional
        As in `log_density_ratio`.
    folds : int
        At least 2, at most the smaller of n and m.
    base : float, optional
        Base of the logarithm; nats by default.

    Returns
    -------
    float
        No bound, biased either way: too small where the classifier cannot follow the true ratio, too large where it is
        overconfident, as with few points in many dimensions; it may come out negative.

    Raises
    ------
    ValueError
        As `log_density_ratio`, and for folds out of range.
    TypeError
        For an `rng` that is no generator.

    References
    ----------
    Sugiyama, Suzuki and Kanamori (2012), ch. 4.
    """
    from sklearn.base import clone
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    x, y = validate.samples("real", real), validate.samples("fake", fake)
    neighbours.as_pair("real", x, "fake", y)
    if validate.count("folds", folds, at_least=2) > min(len(x), len(y)):
        raise ValueError(f"folds must be at most the number of points, got {folds} for {len(x)} and {len(y)} points.")
    unit = validate.nats_per_unit(base)
    deal = StratifiedKFold(folds, shuffle=True, random_state=int(validate.generator(rng).integers(2**31)))
    probability = cross_val_predict(
        clone(_quadratic_logistic_regression() if classifier is None else classifier),
        np.concatenate([x, y]),
        _labels(x, y),
        cv=deal,
        method="predict_proba",
    )
    log_ratio = _log_odds(probability[: len(x)]) - np.log(len(x) / len(y))
    return float(log_ratio.mean() / unit)


def _quadratic_logistic_regression() -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import PolynomialFeatures, StandardScaler

    features = PolynomialFeatures(2, include_bias=False)
    return make_pipeline(StandardScaler(), features, StandardScaler(), LogisticRegression(max_iter=1000))


def _labels(real: FloatArray, fake: FloatArray) -> FloatArray:
    """Return 1 for real and 0 for fake, so that column 1 of `predict_proba` is "real"."""
    return np.concatenate([np.ones(len(real)), np.zeros(len(fake))])


def _log_odds(probability: FloatArray) -> FloatArray:
    """Log odds of "real" from predicted probabilities (l, 2)."""
    if not ((probability > 0) & (probability < 1)).all():
        raise ValueError(
            "classifier must give probabilities strictly between 0 and 1, got a certain answer, from which no finite "
            "ratio follows; regularise it more, or calibrate it."
        )
    return np.log(probability[:, 1]) - np.log(probability[:, 0])
