"""The Why section: figures of the real ladder, and the weights that the page accounts with."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from linocut.data import load_dataset
from linocut.data.dataset import ImageDataset, ImagePart
from linocut.ladder import climb
from linocut.report.evidence import choose_explained_rung, evidence_model
from linocut.report.stacks import Stacks, numbers
from linocut.report.why import why_figures

FIGURES = {
    "worst-mistake", "smallest-flip", "shifts", "training-images", "patterns", "shared-ink",
    "eigen-templates",
}  # fmt: skip


def unpacked(packed):
    return np.frombuffer(base64.b64decode(packed.data), packed.dtype).reshape(packed.shape)


@pytest.fixture(scope="module")
def digits():
    dataset = load_dataset("digits")
    return dataset, climb(dataset, rungs=["mean-dot", "softmax", "pca-quadratic"])


def test_every_figure_is_an_image_with_text(digits):
    dataset, ladder = digits
    figures = why_figures(dataset, ladder, choose_explained_rung(dataset, ladder))
    assert {figure.name for figure in figures} == FIGURES
    for figure in figures:
        kind, _, data = figure.image.partition(",")
        assert kind == "data:image/png;base64"
        raw = base64.b64decode(data)
        assert len(raw) < 200_000
        with Image.open(io.BytesIO(raw)) as image:
            assert image.width / image.height == pytest.approx(
                figure.width / figure.height, rel=0.02
            )
        assert figure.text.endswith(".")
        assert figure.alt


def test_the_page_gets_the_weights_of_softmax(digits):
    dataset, ladder = digits
    explained = choose_explained_rung(dataset, ladder)
    stacks = Stacks.for_numbers(10 * 64, budget=10_000)
    found = evidence_model(explained, stacks)
    assert found.rung == "softmax"
    ink = dataset.test.images.reshape(len(dataset.test), -1) / 255
    scores = ink @ numbers(stacks.held[found.stack]).reshape(10, -1).T + unpacked(found.intercepts)
    expected = ladder["softmax"].estimator.decision_function(dataset.test.images)
    np.testing.assert_allclose(scores, expected, atol=1e-4)
    np.testing.assert_array_equal(scores.argmax(axis=1), ladder["softmax"].predicted)


def test_without_a_linear_rung_there_is_less_to_tell(digits):
    dataset, _ = digits
    ladder = climb(dataset, rungs=["pca-quadratic"])
    assert choose_explained_rung(dataset, ladder) is None
    names = {figure.name for figure in why_figures(dataset, ladder, None)}
    assert names == {"shared-ink", "eigen-templates"}


@pytest.mark.parametrize(("K", "shape"), [(2, (12, 7)), (40, (9, 9))])
def test_other_classes_and_shapes_are_drawn_too(K, shape):
    rng = np.random.default_rng(0)
    y = np.repeat(np.arange(K), 12)
    centres = rng.integers(0, 200, (K, *shape))
    images = (centres[y] + rng.integers(0, 56, (len(y), *shape))).astype(np.uint8)
    names = tuple(f"班{k}" for k in range(K))
    parts = [ImagePart(images[rest::3], y[rest::3]) for rest in (0, 1)]
    dataset = ImageDataset("toy", names, *parts)
    ladder = climb(dataset, rungs=["nearest-mean", "least-squares"])
    figures = why_figures(dataset, ladder, choose_explained_rung(dataset, ladder))
    assert {"shared-ink", "training-images", "patterns"} <= {figure.name for figure in figures}
