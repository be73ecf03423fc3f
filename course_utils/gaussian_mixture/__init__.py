"""Gaussian mixtures fitted by EM, with scikit-learn's interface."""

from course_utils.gaussian_mixture._estimator import GaussianMixture

__all__ = ["GaussianMixture"]
