"""The estimator: scikit-learn's interface around the steps of EM."""

import warnings
from numbers import Integral, Real
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, DensityMixin, _fit_context
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from course_utils.gaussian_mixture._components import KINDS, FullGaussians, Gaussians
from course_utils.gaussian_mixture._em import Mixture, blocks, e_step, em_step, first_m_step, points_in_cache
from course_utils.gaussian_mixture._start import first_responsibilities

Floats = NDArray[np.float64]


class GaussianMixture(DensityMixin, BaseEstimator):  # type: ignore[misc]
    """A mixture of Gaussians, fitted by expectation-maximisation.

    Parameters and attributes are those of scikit-learn's estimator of the same name, and a fit from the same start
    takes the same steps. It is faster, accepts weights for the points, works in blocks, and keeps its path on request.
    The seeds of the starts ``"k-means++"`` and ``"random_from_data"`` share out *all* points between them.

    Parameters
    ----------
    n_components : int, default 1
    covariance_type : {"full", "tied", "diag", "spherical"}, default "full"
        A matrix for each component, (k, d, d); one for all, (d, d); variances, (k, d); one variance each, (k,).
    tol : float, default 1e-3
        EM stops when a step changes the mean log likelihood per point, in nats, by less.
    reg_covar : float, default 1e-6
        Added to every variance, so that no component can collapse on a point.
    max_iter : int, default 100
    n_init : int, default 1
        Number of starts; the one with the highest likelihood is kept.
    init_params : {"kmeans", "k-means++", "random_from_data", "random"}, default "kmeans"
    weights_init, means_init, precisions_init : array-like, optional
        Where to start, (k,), (k, d), and in the shape of the covariances; replaces that part of the start.
    random_state : int, RandomState or None
    warm_start : bool, default False
        Start a further call of `fit` where the last one ended.
    verbose : int, default 0
        1 prints the likelihood of every `verbose_interval`-th step.
    verbose_interval : int, default 10
    batch_size : int, optional
        Points that are worked on at a time. By default as many as stay in a core's cache: what EM needs beside the data
        and the start does not grow with their number.
    keep_path : bool, default False
        Whether to keep the parameters of every step in `path_`.

    Attributes
    ----------
    weights_, means_, covariances_, precisions_, precisions_cholesky_ : numpy.ndarray
    converged_ : bool
    n_iter_ : int
    lower_bound_ : float
        Mean log likelihood per point at the start of the last step, in nats: since the E-step is exact, the bound that
        EM raises is the likelihood itself.
    lower_bounds_ : list of float
        That of every step; never falls, as long as `reg_covar` does not act.
    path_ : list of tuple
        With `keep_path`, (weights, means, covariances) before the first step and after each.

    Notes
    -----
    Dempster, Laird and Rubin 1977, doi:10.1111/j.2517-6161.1977.tb01600.x; Bishop 2006, section 9.2.2.

    Examples
    --------
    >>> x = np.concatenate([np.full((30, 1), -2.0), np.full((10, 1), 3.0)])
    >>> GaussianMixture(2, random_state=0).fit(x).weights_.round(2).tolist()
    [0.75, 0.25]
    """

    _parameter_constraints = {  # noqa: RUF012  (scikit-learn's way)
        "n_components": [Interval(Integral, 1, None, closed="left")],
        "covariance_type": [StrOptions(set(KINDS))],
        "tol": [Interval(Real, 0.0, None, closed="left")],
        "reg_covar": [Interval(Real, 0.0, None, closed="left")],
        "max_iter": [Interval(Integral, 0, None, closed="left")],
        "n_init": [Interval(Integral, 1, None, closed="left")],
        "init_params": [StrOptions({"kmeans", "k-means++", "random_from_data", "random"})],
        "weights_init": ["array-like", None],
        "means_init": ["array-like", None],
        "precisions_init": ["array-like", None],
        "random_state": ["random_state"],
        "warm_start": ["boolean"],
        "verbose": ["verbose"],
        "verbose_interval": [Interval(Integral, 1, None, closed="left")],
        "batch_size": [Interval(Integral, 1, None, closed="left"), None],
        "keep_path": ["boolean"],
    }

    def __init__(
        self,
        n_components: int = 1,
        *,
        covariance_type: str = "full",
        tol: float = 1e-3,
        reg_covar: float = 1e-6,
        max_iter: int = 100,
        n_init: int = 1,
        init_params: str = "kmeans",
        weights_init: ArrayLike | None = None,
        means_init: ArrayLike | None = None,
        precisions_init: ArrayLike | None = None,
        random_state: int | np.random.RandomState | None = None,
        warm_start: bool = False,
        verbose: int = 0,
        verbose_interval: int = 10,
        batch_size: int | None = None,
        keep_path: bool = False,
    ) -> None:
        self.n_components = n_components
        self.covariance_type = covariance_type
        self.tol = tol
        self.reg_covar = reg_covar
        self.max_iter = max_iter
        self.n_init = n_init
        self.init_params = init_params
        self.weights_init = weights_init
        self.means_init = means_init
        self.precisions_init = precisions_init
        self.random_state = random_state
        self.warm_start = warm_start
        self.verbose = verbose
        self.verbose_interval = verbose_interval
        self.batch_size = batch_size
        self.keep_path = keep_path

    @_fit_context(prefer_skip_nested_validation=True)  # type: ignore[untyped-decorator]
    def fit(self, X: ArrayLike, y: Any = None, *, sample_weight: ArrayLike | None = None) -> Self:
        """Fit the mixture to points.

        Parameters
        ----------
        X : array-like, shape (n, d)
        y : ignored
        sample_weight : array-like, shape (n,), optional
            How often each point counts; not negative, and not all zero.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If the input is not finite, has fewer points (or fewer different ones) than components, or if a covariance
            becomes singular.
        """
        x = validate_data(self, X, dtype=np.float64, ensure_min_samples=2)
        if len(x) < self.n_components:
            raise ValueError(
                f"Expected n_samples >= n_components but got n_components = {self.n_components}, n_samples = {len(x)}"
            )
        point_weights = None if sample_weight is None else _point_weights(sample_weight, x)
        random_state = check_random_state(self.random_state)
        columns = np.ascontiguousarray(x.T)  # (d, n): see _components
        go_on = self.warm_start and hasattr(self, "converged_")
        best: _Run | None = None
        for start in range(1 if go_on else self.n_init):
            mixture = self._mixture() if go_on else self._start(x, columns, random_state, point_weights)
            run = self._climb(columns, point_weights, mixture, start, self.lower_bound_ if go_on else -np.inf)
            if best is None or run.lower_bound > best.lower_bound:
                best = run
        assert best is not None
        self._keep(best)
        if not self.converged_ and self.max_iter > 0:
            warnings.warn(
                "EM did not converge from the best start: raise max_iter or tol, try other starts, or look for "
                "degenerate data.",
                ConvergenceWarning,
                stacklevel=2,
            )
        return self

    def fit_predict(self, X: ArrayLike, y: Any = None) -> NDArray[np.int64]:
        """Fit, and return the most probable component of each point, (n,)."""
        return self.fit(X, y).predict(X)

    def score_samples(self, X: ArrayLike) -> Floats:
        """Return the log density of each point, (n,), in nats."""
        x = self._validated(X)
        log_evidence = np.empty(len(x))
        for block, evidence, _ in self._e_steps(x):
            log_evidence[block] = evidence
        return log_evidence

    def score(self, X: ArrayLike, y: Any = None) -> float:
        """Return the mean log density per point, in nats."""
        return float(self.score_samples(X).mean())

    def predict_proba(self, X: ArrayLike) -> Floats:
        """Return the responsibilities p(component | x), (n, k)."""
        x = self._validated(X)
        responsibilities = np.empty((len(x), self.n_components))
        for block, _, shares in self._e_steps(x):
            responsibilities[block] = shares.T
        return responsibilities

    def predict(self, X: ArrayLike) -> NDArray[np.int64]:
        """Return the most probable component of each point, (n,)."""
        x = self._validated(X)
        labels = np.empty(len(x), dtype=np.int64)
        for block, _, shares in self._e_steps(x):
            labels[block] = shares.argmax(axis=0)
        return labels

    def sample(self, n_samples: int = 1) -> tuple[Floats, NDArray[np.int64]]:
        """Draw points (n_samples, d), and the component of each, (n_samples,), in the order of the components.

        Raises
        ------
        ValueError
            If `n_samples` is less than 1.
        """
        check_is_fitted(self)
        if n_samples < 1:
            raise ValueError(f"n_samples must be at least 1, got {n_samples}; say how many points to draw.")
        random_state = check_random_state(self.random_state)
        gaussians = self._mixture().gaussians
        counts = random_state.multinomial(n_samples, self.weights_)
        draws = [
            gaussians.colour(random_state.standard_normal((count, self.n_features_in_)), component)
            for component, count in enumerate(counts)
        ]
        return np.concatenate(draws), np.repeat(np.arange(self.n_components), counts)

    def bic(self, X: ArrayLike) -> float:
        """Return the Bayesian information criterion, -2 log likelihood + parameters * log n; lower is better."""
        log_densities = self.score_samples(X)
        return float(-2 * log_densities.sum() + self._n_parameters() * np.log(len(log_densities)))

    def aic(self, X: ArrayLike) -> float:
        """Return Akaike's information criterion, -2 log likelihood + 2 * parameters; lower is better."""
        return float(-2 * self.score_samples(X).sum() + 2 * self._n_parameters())

    def _n_parameters(self) -> int:
        k, d = self.means_.shape
        return int(KINDS[self.covariance_type].free_parameters(k, d) + k * d + k - 1)

    def _start(
        self, x: Floats, columns: Floats, random_state: np.random.RandomState, point_weights: Floats | None
    ) -> Mixture:
        kind, k, d = KINDS[self.covariance_type], self.n_components, x.shape[1]
        weights = _given("weights_init", self.weights_init, (k,))
        means = _given("means_init", self.means_init, (k, d))
        precisions = _given("precisions_init", self.precisions_init, kind.shape(k, d))
        if weights is not None and (weights.min() < 0 or abs(weights.sum() - 1) > 1e-8):
            raise ValueError(f"weights_init must be probabilities that sum to 1, got a sum of {weights.sum():.9g}.")
        if weights is None or means is None or precisions is None:
            shares = first_responsibilities(
                x, k, self.init_params, random_state=random_state, point_weights=point_weights
            )
            if point_weights is not None:
                shares *= point_weights
            first = first_m_step(columns, shares, kind, floor=self.reg_covar, size=self._size(d))
            weights = first.weights if weights is None else weights
            means = first.gaussians.means if means is None else means
            if precisions is None:
                return Mixture(weights, kind.from_covariances(means, first.gaussians.covariances))
        if issubclass(kind, FullGaussians) and not np.allclose(precisions, precisions.swapaxes(-1, -2)):
            raise ValueError("precisions_init must be symmetric; pass the inverses of covariance matrices.")
        return Mixture(weights, kind.from_precisions(means, precisions))

    def _climb(
        self, columns: Floats, point_weights: Floats | None, mixture: Mixture, start: int, lower_bound: float
    ) -> "_Run":
        run = _Run(mixture, self.keep_path, lower_bound)
        for step in range(1, self.max_iter + 1):
            before = run.lower_bound
            bound, mixture = em_step(
                columns, point_weights, run.mixture, floor=self.reg_covar, size=self._size(len(columns))
            )
            run.record(bound, mixture)
            if self.verbose and step % self.verbose_interval == 0:
                print(f"start {start + 1}, step {step}: mean log likelihood {bound:.6f}")
            if abs(bound - before) < self.tol:
                run.converged = True
                break
        return run

    def _keep(self, run: "_Run") -> None:
        gaussians = run.mixture.gaussians
        self.weights_, self.means_, self.covariances_ = run.mixture.weights, gaussians.means, gaussians.covariances
        self.precisions_, self.precisions_cholesky_ = gaussians.precisions, gaussians.whitener
        self.converged_, self.n_iter_ = run.converged, len(run.lower_bounds)
        self.lower_bound_, self.lower_bounds_ = run.lower_bound, run.lower_bounds
        if self.keep_path:
            self.path_ = run.path

    def _mixture(self) -> Mixture:
        kind = KINDS[self.covariance_type]
        return Mixture(self.weights_, kind(self.means_, self.covariances_, self.precisions_cholesky_))

    def _validated(self, X: ArrayLike) -> Floats:
        check_is_fitted(self)
        return np.asarray(validate_data(self, X, dtype=np.float64, reset=False))

    def _e_steps(self, x: Floats) -> Any:
        mixture = self._mixture()
        columns = np.ascontiguousarray(x.T)
        for block in blocks(len(x), self._size(x.shape[1])):
            yield block, *e_step(mixture.log_joint(mixture.gaussians.differences(columns[:, block])))

    def _size(self, d: int) -> int:
        return self.batch_size or points_in_cache(self.n_components, d)


class _Run:
    """One climb of EM: where it is, and how it came there."""

    def __init__(self, mixture: Mixture, keep_path: bool, lower_bound: float) -> None:
        self.mixture, self.keep_path, self.lower_bound = mixture, keep_path, lower_bound
        self.lower_bounds: list[float] = []
        self.converged = False
        self.path = [_as_tuple(mixture)] if keep_path else []

    def record(self, lower_bound: float, mixture: Mixture) -> None:
        self.lower_bound, self.mixture = lower_bound, mixture
        self.lower_bounds.append(lower_bound)
        if self.keep_path:
            self.path.append(_as_tuple(mixture))


def _as_tuple(mixture: Mixture) -> tuple[Floats, Floats, Floats]:
    gaussians: Gaussians = mixture.gaussians
    return mixture.weights, gaussians.means, gaussians.covariances


def _point_weights(sample_weight: ArrayLike, x: Floats) -> Floats:
    weights: Floats = _check_sample_weight(sample_weight, x, dtype=np.float64, ensure_non_negative=True)
    return weights


def _given(name: str, value: ArrayLike | None, shape: tuple[int, ...]) -> Floats | None:
    if value is None:
        return None
    array = np.array(value, dtype=np.float64)
    if array.shape != shape or not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite numbers of shape {shape}, got shape {array.shape}.")
    return array
