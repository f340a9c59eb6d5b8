"""Views side by side: known as what they are, taken back to the pixels where they are affine."""

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.pipeline import FeatureUnion, make_pipeline

from linocut.core import LinocutError
from linocut.core.steps import count_numbers, kind_of, views_of
from linocut.explain import explain, pull_back
from linocut.features import NormaliseMoments, UnitPixels, pulled_through, weights_by_view
from linocut.models import SoftmaxRegression

DIGITS = load_digits()
IMAGES = DIGITS.images


@pytest.fixture
def union():
    views = [
        ("pixels", UnitPixels(16)),
        ("components", make_pipeline(UnitPixels(16), "passthrough", PCA(5))),
        ("none", "drop"),
    ]
    return FeatureUnion(views, transformer_weights={"components": 3.0}).fit(IMAGES)


def test_it_is_taken_back_to_the_pixels(union):
    W = np.random.default_rng(0).normal(size=(3, 69))
    A, c = pulled_through(union, W)
    np.testing.assert_allclose(union.transform(IMAGES) @ W.T, IMAGES.reshape(-1, 64) @ A.T + c)


def test_a_model_of_affine_views_explains_itself_in_pixels(union):
    model = make_pipeline(union, SoftmaxRegression(0.1, tol=1e-2)).fit(IMAGES, DIGITS.target)
    np.testing.assert_allclose(
        pull_back(model).scores(IMAGES[:9]), model.decision_function(IMAGES[:9]), atol=1e-4
    )
    evidence = explain(model, IMAGES[3])
    assert evidence.pixels.sum() + evidence.offset == pytest.approx(evidence.margin)


def test_a_view_that_is_not_affine_is_refused_by_the_name_of_the_step(union):
    union.transformer_list.append(("upright", make_pipeline(NormaliseMoments(), UnitPixels())))
    model = make_pipeline(union, SoftmaxRegression(0.1, tol=1e-1)).fit(IMAGES, DIGITS.target)
    with pytest.raises(LinocutError, match=r"featureunion.* cannot be pulled back to the pixels"):
        pull_back(model)


def test_its_numbers_are_those_of_its_views(union):
    pca = union.transformer_list[1][1][-1]
    assert count_numbers(union) == count_numbers(pca) > 0
    assert kind_of(union).name == "feature-union"
    assert [view.name for view in views_of(union)] == ["pixels", "components"]
    assert views_of(pca) == ()


def test_weights_on_other_features_are_refused(union):
    with pytest.raises(LinocutError, match="weights on 70 features — the views make 69"):
        weights_by_view(union, np.ones((1, 70)))
