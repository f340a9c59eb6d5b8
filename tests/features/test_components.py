"""Principal components, and what is left of an image that keeps a few of them."""

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.pipeline import make_pipeline

from linocut.explain import pull_back
from linocut.features import Denoise, PrincipalComponents
from linocut.models import SoftmaxRegression


def test_components_are_those_of_scikit_learn():
    X, _ = load_digits(return_X_y=True)
    ours, theirs = PrincipalComponents(12, full=16).fit(X), PCA(12).fit(X / 16)
    signs = np.sign((theirs.components_ * ours.components_).sum(axis=1))
    np.testing.assert_allclose(ours.transform(X), theirs.transform(X / 16) * signs, atol=1e-10)
    np.testing.assert_allclose(
        ours.explained_variance_ratio_, theirs.explained_variance_ratio_, rtol=1e-9
    )


def test_more_components_rebuild_an_image_better_and_all_of_them_exactly():
    X, _ = load_digits(return_X_y=True)
    errors = []
    for k in (5, 10, 30, 64):
        components = PrincipalComponents(k, full=16).fit(X)
        errors.append(np.abs(components.inverse_transform(components.transform(X)) - X).max())
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 1e-8


def test_denoising_is_projecting_and_rebuilding():
    X, _ = load_digits(return_X_y=True)
    denoise = Denoise(10, full=16).fit(X)
    components = PrincipalComponents(10, full=16).fit(X)
    expected = components.inverse_transform(components.transform(X))
    np.testing.assert_allclose(denoise.transform(X), expected, atol=1e-9)
    np.testing.assert_allclose(denoise.transform(expected), expected, atol=1e-9)


def test_images_of_bytes_are_taken_as_they_are():
    X, _ = load_digits(return_X_y=True)
    images = X.astype(np.uint8).reshape(-1, 8, 8)
    quick = PrincipalComponents(6, full=16).fit_transform(images)
    assert quick.dtype == np.float32
    np.testing.assert_allclose(quick, PrincipalComponents(6, full=16).fit_transform(X), atol=2e-5)


@pytest.mark.parametrize("step", [PrincipalComponents(10, full=16), Denoise(10, full=16)])
def test_a_model_after_them_is_pulled_back_to_the_pixels(step):
    X, y = load_digits(return_X_y=True)
    pipeline = make_pipeline(step, SoftmaxRegression(tol=1e-3)).fit(X, y)
    np.testing.assert_allclose(pull_back(pipeline).scores(X), pipeline[-1].scores(
        pipeline[0].transform(X)), atol=1e-8)  # fmt: skip
