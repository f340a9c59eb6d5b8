from __future__ import annotations

import dataclasses
from copy import copy

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline

from linocut.features import UnitPixels
from linocut.ladder import Ladder, climb
from linocut.report.summary import summarise
from linocut.report.templates import find_templates, pixel_weights


def with_estimator(rung, estimator):
    """Return the same rung with another fitted pipeline."""
    model = copy(rung.model)
    model.estimator_ = estimator
    return dataclasses.replace(rung, model=model)


@pytest.fixture(scope="module")
def summary(digits):
    return summarise(digits.train, 10)


@pytest.fixture(scope="module")
def templates(ladder, summary):
    return {template.name: template for template in find_templates(ladder, summary)}


def test_rows_go_from_the_simplest_model_to_softmax(templates):
    expected = ["mean-image", "mean-difference", "least-squares", "one-vs-rest", "softmax"]
    assert list(templates) == expected


def test_the_mean_image_is_the_mean_image(templates, summary):
    np.testing.assert_allclose(templates["mean-image"].values, summary.means, atol=1e-6)


def test_the_mean_difference_is_in_class_minus_out_of_class(templates, digits):
    X, y = digits.train.images / 255.0, digits.train.labels
    expected = X[y == 4].mean(axis=0) - X[y != 4].mean(axis=0)
    np.testing.assert_allclose(templates["mean-difference"].values[4], expected, atol=1e-6)


def test_softmax_is_shown_against_the_class_average(templates):
    np.testing.assert_allclose(templates["softmax"].values.sum(axis=0), 0, atol=1e-12)


def test_a_template_is_what_a_fully_inked_pixel_adds_to_the_score(templates, ladder, digits):
    pipeline = ladder["one-vs-rest"].estimator
    blank = np.zeros((1, 8, 8), np.uint8)
    inked = blank.copy()
    inked[0, 3, 4] = 255
    added = [pipeline[-1].scores(pipeline[0].transform(image)) for image in (blank, inked)]
    expected = (added[1] - added[0]).ravel()
    np.testing.assert_allclose(templates["one-vs-rest"].values[:, 3, 4], expected, rtol=1e-5)


def test_another_full_ink_changes_the_weights_but_not_the_template(digits, ladder, summary):
    rung = ladder["softmax"]
    shape = summary.means.shape
    model = rung.estimator[-1]
    halved = with_estimator(rung, make_pipeline(UnitPixels(510.0).fit(digits.train.images), model))
    np.testing.assert_allclose(pixel_weights(halved, shape), pixel_weights(rung, shape) / 2)


def test_the_limit_leaves_nearly_all_ink_unsaturated(templates, summary):
    for template in templates.values():
        beyond = np.abs(template.values) > template.limit
        ink = np.broadcast_to(summary.mean, beyond.shape)
        assert ink[beyond].sum() <= 0.005 * ink.sum()
        assert template.saturated == np.count_nonzero(beyond)
        assert template.limit > 0


def test_a_wild_weight_where_no_ink_falls_leaves_the_limit_alone(
    digits, ladder, summary, templates
):
    rung = ladder["least-squares"]
    model = rung.estimator[-1]
    wild = type(model)()
    wild.__dict__.update(model.__dict__)
    wild.coef_ = model.coef_.copy()
    wild.coef_[:, ~summary.inked.ravel()] = 1e9
    changed = with_estimator(rung, make_pipeline(UnitPixels().fit(digits.train.images), wild))
    (found,) = find_templates(Ladder("digits", (changed,)), summary)
    assert found.limit == templates["least-squares"].limit


def test_a_model_that_is_not_linear_in_the_pixels_has_no_template(digits, summary):
    quadratic = climb(digits, rungs=["pca-quadratic"]).rungs[0]
    assert pixel_weights(quadratic, summary.means.shape) is None
    renamed = dataclasses.replace(quadratic, name="softmax")
    assert find_templates(Ladder("digits", (renamed,)), summary) == ()


def test_weights_of_zero_still_have_a_limit(digits, ladder, summary):
    rung = ladder["least-squares"]
    blank = type(rung.estimator[-1])()
    blank.__dict__.update(rung.estimator[-1].__dict__, coef_=np.zeros((10, 64)))
    changed = with_estimator(rung, make_pipeline(UnitPixels().fit(digits.train.images), blank))
    (found,) = find_templates(Ladder("digits", (changed,)), summary)
    assert (found.limit, found.saturated) == (1.0, 0)
