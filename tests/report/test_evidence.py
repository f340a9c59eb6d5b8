"""What the page computes with: scores and probabilities of every rung that is a form of pixels."""

import base64
import dataclasses
import zlib

import numpy as np
import pytest

from linocut.core.links import Link
from linocut.data import load_dataset
from linocut.ladder import climb
from linocut.report import collect, collecting
from linocut.report.stacks import numbers

LINEAR = [
    "mean-dot", "mean-difference", "mean-offset", "nearest-mean", "least-squares", "one-vs-rest",
    "softmax",
]  # fmt: skip
OTHERS = ["deskew-softmax", "fourier"]


def unpacked(packed):
    return np.frombuffer(base64.b64decode(packed.data), packed.dtype).reshape(packed.shape)


@pytest.fixture(scope="module")
def digits():
    dataset = load_dataset("digits")
    return dataset, climb(dataset, rungs=[*LINEAR, "pca-quadratic", *OTHERS])


@pytest.fixture(scope="module")
def page(digits):
    return collect(*digits, command="x")


@pytest.fixture(scope="module")
def tight(digits):
    """Collect for a page in which all numbers are rounded."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(collecting, "STACK_BUDGET", 60_000)
        return collect(*digits, command="x")


def scores_in(document, model, images):
    """Compute scores as web/src/model/evidence.ts does."""
    held = [numbers(stack).astype(np.float64) for stack in document.stacks]
    ink = images.reshape(len(images), -1) / 255
    scores = ink @ held[model.stack].reshape(len(model.classes), -1).T + unpacked(model.intercepts)
    if model.pairs is None:
        return scores
    A = held[model.pairs.measured]
    Z = ink @ A.reshape(len(A), -1).T
    i, j = np.triu_indices(len(A))
    return (
        scores + (Z[:, i] * Z[:, j] * np.where(i == j, 1, 2)) @ held[model.pairs.products][:, 0].T
    )


def test_every_model_of_the_pixels_can_be_accounted_for(page):
    assert {model.rung for model in page.evidence} == {*LINEAR, "pca-quadratic"}
    absent = {rung.name: rung.no_evidence for rung in page.rungs if rung.no_evidence}
    assert list(absent) == OTHERS
    assert "straightens an image" in absent["deskew-softmax"]
    assert all("no pixel" in text or "not its pixels" in text for text in absent.values())


def test_the_page_predicts_what_the_model_predicts(digits, page):
    dataset, ladder = digits
    for model in page.evidence:
        scores = scores_in(page, model, dataset.test.images)
        np.testing.assert_array_equal(scores.argmax(axis=1), ladder[model.rung].predicted)
        P = Link(model.link).probabilities(scores, model.temperature)
        np.testing.assert_allclose(P, ladder[model.rung].probabilities, atol=1e-4)


def test_rounded_models_are_off_by_no_more_than_is_said(digits, tight):
    dataset, ladder = digits
    assert {stack.dtype for stack in tight.stacks} <= {"int8", "int16"}
    assert "pca-quadratic" in {model.rung for model in tight.evidence}
    for model in tight.evidence:
        off = scores_in(tight, model, dataset.test.images) - ladder[model.rung].on_test.scores
        assert np.ptp(off, axis=1).max() == pytest.approx(model.rounding, rel=0.01, abs=1e-4)


def test_likely_classes_travel_where_the_page_cannot_compute_them(digits, page):
    _, ladder = digits
    for rung in page.rungs:
        assert (rung.likely is None) == (rung.no_evidence is None)
        if rung.likely is None:
            continue
        filled, classes, shares = (
            row.astype(int) for row in map(inflated, dataclasses.astuple(rung.likely))
        )
        P = np.zeros_like(ladder[rung.name].probabilities)
        P[np.repeat(np.arange(len(filled)), filled), classes] = shares / 65535
        expected = ladder[rung.name].probabilities
        np.testing.assert_allclose(P, np.where(expected >= 0.001, expected, 0), atol=2e-5)


def inflated(row):
    dtype, count, data = row
    apart = np.frombuffer(zlib.decompress(base64.b64decode(data)), np.uint8)
    kind = np.dtype(dtype)
    return apart.reshape(kind.itemsize, count).T.copy().view(kind)[:, 0]


def test_templates_name_the_rungs_that_they_are_of(page):
    shown = {name for row in page.templates for name in row.rungs}
    assert shown == set(LINEAR)
    for rung in page.rungs:
        assert (rung.no_templates is None) == (rung.name in shown)
