"""Data of the course: 2-D toys with known densities, scikit-learn's bundled tables, and seismograms.

Nothing is downloaded, and importing this package opens no file: h5py and scikit-learn are imported when a loader is
called.
"""

from course_utils.datasets.files import data_directory, verify_checksums
from course_utils.datasets.seismograms import (
    COMPONENTS,
    SAMPLING_RATE,
    STEAD_COLUMNS,
    Seismogram,
    load_stead,
    peak_ground_acceleration,
    snr_db,
    to_acceleration,
)
from course_utils.datasets.tables import (
    BreastCancer,
    DigitsSplit,
    Iris,
    load_breast_cancer,
    load_digits_split,
    load_iris,
    load_iris_petal_length,
)
from course_utils.datasets.toys import (
    checkerboard,
    checkerboard_logpdf,
    grid_centers,
    grid_of_gaussians,
    grid_of_gaussians_logpdf,
    pinwheel,
    pinwheel_logpdf,
    ring_centers,
    ring_of_gaussians,
    ring_of_gaussians_logpdf,
    spirals,
    two_moons,
)

__all__ = [
    "COMPONENTS",
    "SAMPLING_RATE",
    "STEAD_COLUMNS",
    "BreastCancer",
    "DigitsSplit",
    "Iris",
    "Seismogram",
    "checkerboard",
    "checkerboard_logpdf",
    "data_directory",
    "grid_centers",
    "grid_of_gaussians",
    "grid_of_gaussians_logpdf",
    "load_breast_cancer",
    "load_digits_split",
    "load_iris",
    "load_iris_petal_length",
    "load_stead",
    "peak_ground_acceleration",
    "pinwheel",
    "pinwheel_logpdf",
    "ring_centers",
    "ring_of_gaussians",
    "ring_of_gaussians_logpdf",
    "snr_db",
    "spirals",
    "to_acceleration",
    "two_moons",
    "verify_checksums",
]
