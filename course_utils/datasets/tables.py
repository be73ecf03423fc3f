"""scikit-learn's bundled data, as the course uses them: real, and on every disk after installation.

scikit-learn is imported when a loader is called, not with this module.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "BreastCancer",
    "DigitsSplit",
    "Iris",
    "load_breast_cancer",
    "load_digits_split",
    "load_iris",
    "load_iris_petal_length",
]

TRAIN, VALIDATION = 1000, 350  # sizes of the first two parts; the last 447 of 1,797 digits are the test part


class Iris(NamedTuple):
    """Measurements of 150 iris flowers (Fisher 1936, doi:10.1111/j.1469-1809.1936.tb02137.x)."""

    x: NDArray[np.float64]
    """(150, 4) lengths in cm."""
    species: NDArray[np.int64]
    """(150,) index into `species_names`; 50 flowers each, in this order."""
    columns: tuple[str, ...]
    """Names of the four columns of `x`."""
    species_names: tuple[str, ...]
    """setosa, versicolor, virginica."""


class BreastCancer(NamedTuple):
    """Cell nuclei of 569 breast tumours (Street, Wolberg and Mangasarian 1993, doi:10.1117/12.148698)."""

    x: NDArray[np.float64]
    """(569, 30) measurements of the nuclei: mean, standard error and worst value of ten features."""
    malignant: NDArray[np.bool_]
    """(569,) True for the 212 malignant tumours, False for the 357 benign ones."""
    columns: tuple[str, ...]
    """Names of the thirty columns of `x`."""


class DigitsSplit(NamedTuple):
    """The 8 x 8 handwritten digits, cut into three parts in scikit-learn's bundled order."""

    x_train: NDArray[np.int64]
    """(1000, 64) pixels 0..16, row by row."""
    y_train: NDArray[np.int64]
    """(1000,) labels 0..9."""
    x_validation: NDArray[np.int64]
    """(350, 64)"""
    y_validation: NDArray[np.int64]
    """(350,)"""
    x_test: NDArray[np.int64]
    """(447, 64)"""
    y_test: NDArray[np.int64]
    """(447,)"""


def load_iris() -> Iris:
    """Load the iris table.

    Returns
    -------
    Iris
        Measurements (150, 4) in cm, species (150,), and the names of both.

    Examples
    --------
    >>> load_iris().x.shape
    (150, 4)
    """
    from sklearn import datasets

    table = datasets.load_iris()
    return Iris(
        x=np.asarray(table.data, dtype=np.float64),
        species=np.asarray(table.target, dtype=np.int64),
        columns=tuple(str(name).removesuffix(" (cm)") for name in table.feature_names),
        species_names=tuple(str(name) for name in table.target_names),
    )


def load_iris_petal_length() -> NDArray[np.float64]:
    """Load one column of iris, whose histogram has two modes: setosa below 2 cm, the other two species above 2.9 cm.

    Returns
    -------
    numpy.ndarray, shape (150,)
        Petal lengths in cm.
    """
    iris = load_iris()
    return iris.x[:, iris.columns.index("petal length")]


def load_breast_cancer() -> BreastCancer:
    """Load the Wisconsin diagnostic breast cancer table.

    scikit-learn codes malignant as 0 and benign as 1; here a tumour is malignant or not, which cannot be mixed up.

    Returns
    -------
    BreastCancer
        Measurements (569, 30), diagnoses (569,) as booleans, and the names of the columns.

    Examples
    --------
    >>> int(load_breast_cancer().malignant.sum())
    212
    """
    from sklearn import datasets

    table = datasets.load_breast_cancer()
    malignant = list(table.target_names).index("malignant")
    return BreastCancer(
        x=np.asarray(table.data, dtype=np.float64),
        malignant=np.asarray(table.target) == malignant,
        columns=tuple(str(name) for name in table.feature_names),
    )


def load_digits_split() -> DigitsSplit:
    """Load the handwritten digits, split once for the whole course.

    The first 1,000 are for training, the next 350 for validation, the last 447 for the test, in scikit-learn's bundled
    order. The bundled set is the test part of Alpaydin and Kaynak's optical digits (UCI 1998, doi:10.24432/C50P49).

    Returns
    -------
    DigitsSplit
        Pixels as integers 0..16 in rows of 64 (reshape to 8 x 8 to draw), labels as integers 0..9.

    Examples
    --------
    >>> digits = load_digits_split()
    >>> digits.x_train.shape, digits.x_validation.shape, digits.x_test.shape
    ((1000, 64), (350, 64), (447, 64))
    """
    from sklearn import datasets

    bundle = datasets.load_digits()
    x = np.asarray(bundle.data, dtype=np.int64)  # (1797, 64), stored as floats with whole values
    y = np.asarray(bundle.target, dtype=np.int64)  # (1797,)
    validation_end = TRAIN + VALIDATION
    return DigitsSplit(
        x_train=x[:TRAIN],
        y_train=y[:TRAIN],
        x_validation=x[TRAIN:validation_end],
        y_validation=y[TRAIN:validation_end],
        x_test=x[validation_end:],
        y_test=y[validation_end:],
    )
