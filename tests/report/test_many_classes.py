"""A report on hundreds of classes stays small, and says what it rounds or leaves out."""

from __future__ import annotations

import numpy as np
import pytest

from linocut.data import ImageDataset, ImagePart
from linocut.ladder import Ladder, climb
from linocut.report import Document, collect, collecting, write_report
from linocut.report.evidence import choose_explained_rung
from linocut.report.stacks import numbers

K, SIDE = 300, 16


@pytest.fixture(scope="module")
def noise() -> ImageDataset:
    """Classes of noise around a mean of noise: nothing about them can be compressed."""
    rng = np.random.default_rng(0)
    means = rng.integers(0, 256, (K, SIDE, SIDE)) * (rng.random((K, SIDE, SIDE)) < 0.3)

    def part(each: int) -> ImagePart:
        labels = np.repeat(np.arange(K), each)
        drawn = means[labels] + rng.normal(0, 90, (len(labels), SIDE, SIDE))
        return ImagePart(np.clip(drawn, 0, 255).astype(np.uint8), labels)

    return ImageDataset("noise", tuple(f"class {k}" for k in range(K)), part(4), part(2))


@pytest.fixture(scope="module")
def ladder(noise: ImageDataset) -> Ladder:
    return climb(noise, rungs=["mean-dot", "mean-difference", "nearest-mean", "least-squares"])


@pytest.fixture(scope="module")
def tight(noise: ImageDataset, ladder: Ladder) -> Document:
    """Collect for a page that must be as small, for its size, as one of 1,000 classes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(collecting, "STACK_BUDGET", 500_000)
        return collect(noise, ladder, command="x")


def test_the_page_stays_small(noise, ladder, tmp_path):
    document = collect(noise, ladder, command="x")
    size = write_report(document, tmp_path / "report.html").stat().st_size
    # 1,000 classes of 28 × 28 pixels have ten times as many numbers, and may take 10 MB; the file
    # of a model for them is too large to be drawn on.
    assert document.drawn_on is not None
    assert size - len(document.drawn_on.model) < 3_000_000
    assert document.shown.complete


def test_weights_are_rounded_where_they_would_not_fit(tight):
    assert {stack.dtype for stack in tight.stacks} == {"int8", "int16"}
    assert sum(len(stack.data) for stack in tight.stacks) <= 500_000
    assert "rounded, at most to 127ths of the limit" in tight.text["templates"]


def test_rounded_evidence_still_gives_the_models_margins(noise, ladder, tight):
    explained = choose_explained_rung(noise, ladder)
    assert explained is not None
    evidence = tight.evidence[0]
    assert evidence.rung == explained.rung.name
    weights = numbers(tight.stacks[evidence.stack]).reshape(K, -1).astype(np.float64)
    ink = noise.test.images.reshape(len(noise.test), -1) / 255
    scores = ink @ weights.T + explained.model.form.b
    off = scores - explained.scores
    largest = np.ptp(off, axis=1).max()
    assert largest == pytest.approx(evidence.rounding, rel=0.01)
    margins = np.ptp(explained.scores, axis=1)
    assert largest < 0.001 * np.median(margins)


def test_rounded_templates_are_right_to_half_a_step(tight, noise):
    row = next(row for row in tight.templates if row.name == "mean-difference")
    assert not row.exact
    found = numbers(tight.stacks[row.stack])
    X, y = noise.train.images / 255.0, noise.train.labels
    expected = np.array([X[y == k].mean(axis=0) - X[y != k].mean(axis=0) for k in range(K)])
    clipped = np.clip(expected, -row.limit, row.limit)
    assert np.abs(found - clipped).max() <= 0.501 * row.limit / 127


def test_what_does_not_fit_is_left_out_and_named(noise, ladder):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(collecting, "STACK_BUDGET", 150_000)
        bare = collect(noise, ladder, command="x")
    assert bare.evidence == ()
    assert all("too large" in rung.no_evidence and rung.likely for rung in bare.rungs)
    assert "linocut explain" in bare.text["why"]
    held = {row.name for row in bare.templates}
    assert held < {"mean-image", "mean-difference", "least-squares"}
    for name, title in (("mean-difference", "Mean difference"), ("least-squares", "Least squares")):
        assert (title in bare.text["templates"]) == (name not in held)
    assert "left out" in bare.text["templates"]


def test_samples_of_some_classes_go_before_the_page_grows(noise, ladder):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(collecting, "SAMPLE_BUDGET", 20_000)
        patch.setattr(collecting, "SINGLE_SAMPLE_BUDGET", 40_000)
        document = collect(noise, ladder, command="x")
    per_class = document.dataset.samples_per_class
    assert set(per_class) == {0, 1}
    assert document.dataset.samples.count == sum(per_class)
    assert sum(map(len, document.dataset.samples.sheets)) <= 40_000
    assert f"{sum(per_class)} classes" in document.text["samples"]
