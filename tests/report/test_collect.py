from __future__ import annotations

import base64
import dataclasses
import json

import numpy as np
import pytest
from sklearn.metrics import precision_recall_fscore_support

from linocut.core import plain
from linocut.data import load_dataset
from linocut.ladder import Ladder, climb
from linocut.report import collect, write_report
from linocut.report.document import Counts
from linocut.report.sprites import tiles


def numbers(packed) -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed.data), packed.dtype).reshape(packed.shape)


def dense(counts: Counts) -> np.ndarray:
    filled = numbers(counts.filled)
    matrix = np.zeros((len(filled), len(filled)), np.int64)
    matrix[np.repeat(np.arange(len(filled)), filled), numbers(counts.columns)] = numbers(
        counts.counts
    )
    return matrix


def test_the_document_is_plain_json(document):
    text = json.dumps(plain(document), allow_nan=False)
    assert json.loads(text)["dataset"]["name"] == "digits"


def test_all_test_images_of_a_small_dataset_are_shown(document, digits):
    assert document.shown.complete
    np.testing.assert_array_equal(list(tiles(document.shown.sprite)), digits.test.images)
    np.testing.assert_array_equal(numbers(document.shown.labels), digits.test.labels)


def test_rungs_stand_in_the_order_climbed(document, ladder):
    assert [rung.name for rung in document.rungs] == [rung.name for rung in ladder.rungs]
    assert document.best == ladder.best.name


def test_each_rung_says_what_it_read_and_how_surely(document, ladder, digits):
    for page, rung in zip(document.rungs, ladder.rungs, strict=True):
        np.testing.assert_array_equal(numbers(page.predicted), rung.predicted)
        rows = np.arange(len(rung.predicted))
        for packed, classes in (
            (page.probability_predicted, rung.predicted),
            (page.probability_true, digits.test.labels),
        ):
            p = rung.probabilities[rows, classes]
            np.testing.assert_allclose(numbers(packed) / 65535, p, atol=1 / 65535)


def test_mistakes_are_all_there_worst_first(document, ladder, digits):
    for page, rung in zip(document.rungs, ladder.rungs, strict=True):
        mistakes = numbers(page.mistakes)
        wrong = np.flatnonzero(rung.predicted != digits.test.labels)
        assert sorted(mistakes) == wrong.tolist()
        p_true = rung.probabilities[mistakes, digits.test.labels[mistakes]]
        assert (np.diff(p_true) >= 0).all()


def test_each_rung_keeps_its_whole_confusion_matrix(document, ladder):
    for page, rung in zip(document.rungs, ladder.rungs, strict=True):
        np.testing.assert_array_equal(dense(page.test.confusion), rung.test.confusion)
        np.testing.assert_array_equal(dense(page.train.confusion), rung.train.confusion)


def test_class_counts_are_those_of_the_matrix(document):
    for rung in document.rungs:
        for part, counts in (
            (rung.train, document.dataset.train_counts),
            (rung.test, document.dataset.test_counts),
        ):
            assert numbers(part.confusion.true).tolist() == list(counts)
            assert numbers(part.confusion.predicted).sum() == sum(counts)


def test_means_of_the_class_figures_agree_with_scikit_learn(document, ladder, digits):
    for page, rung in zip(document.rungs, ladder.rungs, strict=True):
        for kind in ("macro", "weighted"):
            expected = precision_recall_fscore_support(
                digits.test.labels, rung.predicted, zero_division=np.nan, average=kind
            )
            mean = getattr(page.test, kind)
            np.testing.assert_allclose((mean.precision, mean.recall, mean.f1), expected[:3])


def test_samples_are_training_images_class_by_class(document, digits):
    page = document.dataset
    assert len(page.samples_per_class) == 10
    assert page.samples.count == sum(page.samples_per_class)
    images = list(tiles(page.samples))
    start = 0
    for k, held in enumerate(page.samples_per_class):
        own = digits.train.images[digits.train.labels == k]
        for image in images[start : start + held]:
            assert (own == image).all(axis=(1, 2)).any()
        start += held


def test_the_pixel_map_and_the_means_have_the_shape_of_the_images(document):
    assert document.dataset.pixel_use.shape == (8, 8)
    assert document.stacks[document.dataset.mean_images].shape == (10, 8, 8)
    assert [document.stacks[row.stack].shape for row in document.templates] == [(10, 8, 8)] * 5


def test_ten_classes_lose_nothing(document):
    assert all(stack.dtype == "float32" for stack in document.stacks)
    assert all(row.exact for row in document.templates)
    assert all(model.rounding == 0 for model in document.evidence)


def test_what_the_page_holds_already_is_not_held_twice(document):
    by_name = {row.name: row for row in document.templates}
    assert by_name["mean-image"].stack == document.dataset.mean_images
    evidence = {model.rung: model for model in document.evidence}
    assert by_name["softmax"].stack == evidence["softmax"].stack
    assert by_name["least-squares"].stack == evidence["least-squares"].stack
    assert evidence["nearest-mean"].stack == evidence["mean-dot"].stack
    assert [name for name, row in by_name.items() if row.centred] == ["softmax"]
    of_why = {document.why.patterns.stack, document.why.ink.stack}
    assert len(document.stacks) == 6 + len(of_why) == 8


def test_the_same_run_gives_the_same_document(digits, ladder, document):
    assert collect(digits, ladder, command=document.command) == document


def test_a_tight_budget_still_gives_whole_figures(digits, ladder):
    small = collect(digits, ladder, command="x", image_budget=20_000)
    assert not small.shown.complete
    assert small.rungs[0].test.accuracy == ladder.rungs[0].test.accuracy
    shown = numbers(small.shown.rows)
    mistakes = numbers(small.rungs[-1].mistakes)
    predicted = ladder.rungs[-1].predicted[shown[mistakes]]
    assert (predicted != digits.test.labels[shown[mistakes]]).all()


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_a_report_on_ten_thousand_images_stays_below_six_megabytes(name, real_data, tmp_path):
    dataset = load_dataset(real_data(name))
    climbed = climb(dataset, rungs=["nearest-mean", "least-squares"])
    rungs = [climbed.rungs[0], *[climbed.rungs[1]] * 8]
    named = tuple(dataclasses.replace(rung, name=f"{i}") for i, rung in enumerate(rungs))
    document = collect(dataset, Ladder(name, named), command="x")
    assert document.shown.complete == (name == "mnist")
    size = write_report(document, tmp_path / "report.html").stat().st_size
    assert size <= (4.5e6 if name == "mnist" else 6e6)
