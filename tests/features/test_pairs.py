"""Principal components and their products, made from bytes in blocks."""

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures

from linocut.core import LinocutError
from linocut.features import PrincipalPairs


def test_features_are_those_of_scikit_learns_two_steps():
    X, _ = load_digits(return_X_y=True)
    ours = PrincipalPairs(12, full=16).fit(X)
    theirs = make_pipeline(PCA(12), PolynomialFeatures(2, include_bias=False)).fit(X / 16)
    signs = np.sign((theirs[0].components_ * ours.components_).sum(axis=1))
    k = np.triu_indices(12)
    both = np.concatenate([signs, (signs[:, None] * signs)[k]])
    np.testing.assert_allclose(ours.transform(X), theirs.transform(X / 16) * both, atol=1e-10)
    np.testing.assert_allclose(ours.explained_variance_, theirs[0].explained_variance_, rtol=1e-9)
    np.testing.assert_allclose(ours.mean_, theirs[0].mean_, rtol=1e-12)


def test_bytes_and_images_give_what_floats_give():
    X, _ = load_digits(return_X_y=True)
    images = X.astype(np.uint8).reshape(-1, 8, 8)
    floats = PrincipalPairs(6, full=16).fit_transform(X)
    quick = PrincipalPairs(6, full=16).fit_transform(images)
    assert quick.dtype == np.float32
    np.testing.assert_allclose(quick, floats, atol=2e-5)


@pytest.mark.parametrize("wanted", [0, 65])
def test_a_number_of_components_that_cannot_be_is_named(wanted):
    X, _ = load_digits(return_X_y=True)
    with pytest.raises(LinocutError, match=f"n_components={wanted} — an integer from 1 to 64"):
        PrincipalPairs(wanted).fit(X)
