"""The usual ways to scale pixels, as scikit-learn does them."""

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from linocut.core import LinocutError
from linocut.explain import pull_back
from linocut.features import SCALINGS, Scaling
from linocut.models import SoftmaxRegression


@pytest.mark.parametrize(
    ("kind", "theirs"), [("min-max", MinMaxScaler()), ("standardise", StandardScaler())]
)
def test_they_agree_with_scikit_learn(kind, theirs):
    X, _ = load_digits(return_X_y=True)
    np.testing.assert_allclose(Scaling(kind).fit_transform(X), theirs.fit_transform(X), atol=1e-9)


def test_ink_is_what_is_above_half_of_full_ink():
    images = np.array([[[0, 127, 128, 255]]], np.uint8)
    assert Scaling("binarise").fit_transform(images).tolist() == [[0, 0, 1, 1]]


def test_bytes_are_scaled_as_floats_are():
    X, _ = load_digits(return_X_y=True)
    for kind in SCALINGS:
        quick = Scaling(kind, full=16).fit_transform(X.astype(np.uint8).reshape(-1, 8, 8))
        assert quick.dtype == np.float32
        np.testing.assert_allclose(quick, Scaling(kind, full=16).fit_transform(X), atol=1e-5)


def test_affine_scalings_are_pulled_back_and_the_other_says_why_not():
    X, y = load_digits(return_X_y=True)
    for kind in SCALINGS:
        pipeline = make_pipeline(Scaling(kind, full=16), SoftmaxRegression(C=0.01, tol=1e-3))
        pipeline.fit(X, y)
        if kind == "binarise":
            with pytest.raises(LinocutError, match="not affine"):
                pull_back(pipeline)
            continue
        scores = pipeline[-1].scores(pipeline[0].transform(X))
        np.testing.assert_allclose(pull_back(pipeline).scores(X), scores, atol=1e-8)


def test_an_unknown_scaling_is_named():
    with pytest.raises(LinocutError, match=r"'max' is no scaling.*min-max"):
        Scaling("max").fit(np.eye(3))
