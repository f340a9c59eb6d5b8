"""A pipeline that ends in our LogisticRegression is saved, exported and explained like others."""

import json

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from linocut.classifier import ImageClassifier, load_model
from linocut.core import LinocutError
from linocut.explain import (
    Influence,
    explain,
    replay_fit,
    selection_frequency,
    training_coefficients,
)
from linocut.features import UnitPixels
from linocut.modelfile import export_json
from linocut.models import LogisticRegression, SoftmaxRegression

KINDS = [
    {"C": 0.1, "class_weight": "balanced"},
    {"C": 0.1, "multi_class": "ovr"},
    {"solver": "liblinear", "intercept_scaling": 10.0, "tol": 1e-3},
    {"penalty": "l1", "C": 0.1, "random_state": 0},
]


@pytest.mark.parametrize("arguments", KINDS, ids=str)
@pytest.mark.parametrize("n_classes", [2, 10])
def test_it_comes_back_from_a_file_and_accounts_for_its_decisions(
    arguments, n_classes, digits, tmp_path
):
    train = digits.train.labels < n_classes
    images, names = (
        digits.train.images[train],
        np.array(digits.class_names)[digits.train.labels[train]],
    )
    recipe = make_pipeline(UnitPixels(), StandardScaler(), LogisticRegression(**arguments))
    model = ImageClassifier(recipe).fit(images, names)
    loaded = load_model(model.save(tmp_path / "model.linocut"))
    np.testing.assert_array_equal(loaded.predict_proba(images), model.predict_proba(images))
    assert str(loaded.estimator) == str(model.estimator)
    assert (clone(loaded).fit(images, names).predict(images) == model.predict(images)).all()

    inner = model.estimator_[-1]
    assert inner.coef_.shape[0] == (1 if n_classes == 2 else 10)
    features = model.estimator_[:-1].transform(images[:50])
    np.testing.assert_allclose(
        loaded.predict_proba(images[:50]), inner.predict_proba(features), atol=1e-4
    )
    scores = inner.scores(features[:1])[0]
    best, second = np.argsort(-scores)[:2]
    why = explain(loaded, images[0])
    assert why.margin == pytest.approx(scores[best] - scores[second], abs=1e-3)
    written = json.loads(export_json(model.contents, tmp_path / "model.json").read_text("utf-8"))
    one_vs_rest = n_classes > 2 and ("multi_class" in arguments or "solver" in arguments)
    assert written["link"] == ("sigmoids" if one_vs_rest else "softmax")


@pytest.fixture(scope="module")
def few(digits):
    return digits.train.images[:300] / 16.0, digits.train.labels[:300]


def test_its_weights_are_a_sum_of_training_images(few):
    images, y = few
    model = LogisticRegression(C=0.1, tol=1e-8).fit(images, y)
    training = training_coefficients(model, images, y)
    assert training.residual < 1e-3
    other = SoftmaxRegression(C=0.1, tol=1e-10).fit(images, y)
    expected = training_coefficients(other, images, y).coefficients
    np.testing.assert_allclose(training.coefficients, expected, atol=1e-3)
    W, _ = Influence(model, images, y).without(7)
    np.testing.assert_allclose(W, Influence(other, images, y).without(7)[0], atol=1e-3)


def test_its_fit_is_replayed_and_its_selection_counted(few):
    images, y = few
    assert len(replay_fit(LogisticRegression(C=0.1).fit(images, y), images, y).frames) > 2
    kept = selection_frequency(LogisticRegression("l1", C=0.1), images, y, fits=2)
    assert 0 < kept.frequency.mean() < 1


def test_what_is_no_sum_of_training_images_is_said(few):
    model = LogisticRegression(solver="liblinear").fit(*few)
    with pytest.raises(LinocutError, match="penalises the intercept"):
        training_coefficients(model, *few)
    with pytest.raises(LinocutError, match="drops no pixel"):
        selection_frequency(LogisticRegression(C=0.1), *few, fits=2)
