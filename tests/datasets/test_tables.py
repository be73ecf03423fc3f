"""scikit-learn's bundled tables, as the course cuts them."""

import subprocess
import sys

import numpy as np
import pytest
from sklearn import datasets as bundled

from course_utils.datasets import load_breast_cancer, load_digits_split, load_iris, load_iris_petal_length


def test_the_parts_of_the_digits_are_the_bundled_order_cut_twice():
    digits = load_digits_split()
    x = np.concatenate([digits.x_train, digits.x_validation, digits.x_test])
    y = np.concatenate([digits.y_train, digits.y_validation, digits.y_test])
    assert [len(part) for part in digits] == [1000, 1000, 350, 350, 447, 447]
    np.testing.assert_array_equal(x, bundled.load_digits().data)
    np.testing.assert_array_equal(y, bundled.load_digits().target)


def test_pixels_are_integers_from_0_to_16_and_labels_digits():
    digits = load_digits_split()
    assert digits.x_train.dtype == digits.y_train.dtype == np.int64
    assert (digits.x_train.min(), digits.x_train.max()) == (0, 16)
    for labels in (digits.y_train, digits.y_validation, digits.y_test):
        assert set(labels) == set(range(10))


def test_iris_has_its_names():
    iris = load_iris()
    assert iris.x.shape == (150, 4)
    assert iris.columns == ("sepal length", "sepal width", "petal length", "petal width")
    assert [iris.species_names[k] for k in iris.species[[0, 50, 100]]] == ["setosa", "versicolor", "virginica"]


def test_petal_length_is_the_third_column_and_has_a_gap_between_its_modes():
    length = load_iris_petal_length()
    np.testing.assert_array_equal(length, bundled.load_iris().data[:, 2])
    assert np.count_nonzero(length < 2) == 50
    assert not ((length >= 2) & (length < 2.9)).any()


def test_malignant_tumours_are_the_rarer_and_larger_ones():
    """The published counts (212 of 569), and a fact that would be the other way round if the coding were swapped."""
    cancer = load_breast_cancer()
    assert cancer.x.shape == (569, 30)
    assert cancer.malignant.sum() == 212
    radius = cancer.x[:, cancer.columns.index("mean radius")]
    assert radius[cancer.malignant].mean() > radius[~cancer.malignant].mean() + 4


@pytest.mark.parametrize("heavy", ["h5py", "sklearn", "scipy", "torch", "pandas", "matplotlib"])
def test_importing_the_datasets_loads_no_heavy_package(heavy):
    code = f"import sys, course_utils.datasets; sys.exit({heavy!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
