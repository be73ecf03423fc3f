"""How far one distribution lies from another: pmfs, densities on grids, Gaussians, and the transport of samples.

Arguments come in the order (p, q), data and model, or (real, fake) for samples; nats unless `base` is given.
"""

from course_utils.divergences._gaussian import gaussian_kl
from course_utils.divergences._ratios import (
    F_GENERATORS,
    FGenerator,
    chi2_divergence,
    cross_entropy,
    f_divergence,
    hellinger_distance,
    js_divergence,
    kl_divergence,
    renyi_divergence,
    total_variation,
)
from course_utils.divergences._transport import transport_plan, wasserstein, wasserstein_1d

__all__ = [
    "F_GENERATORS",
    "FGenerator",
    "chi2_divergence",
    "cross_entropy",
    "f_divergence",
    "gaussian_kl",
    "hellinger_distance",
    "js_divergence",
    "kl_divergence",
    "renyi_divergence",
    "total_variation",
    "transport_plan",
    "wasserstein",
    "wasserstein_1d",
]
