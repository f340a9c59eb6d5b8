"""What the page shows of how far to trust models: counted as the judgements count."""

from __future__ import annotations

import base64
import zlib

import numpy as np
import pytest

from linocut.evaluate import Predictions, RiskCoverage
from linocut.evaluate.calibration import CalibrationError
from linocut.evaluate.curves import RocCurves
from linocut.report import text
from linocut.report.trust import labels
from linocut.report.trust.confidence import EDGES, confidence


def numbers(packed) -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed.data), packed.dtype).reshape(packed.shape)


def inflated(row) -> np.ndarray:
    apart = np.frombuffer(zlib.decompress(base64.b64decode(row.data)), np.uint8)
    return np.ascontiguousarray(apart.reshape(4, -1).T).view(np.int32).ravel()


def accepted_from(counts: np.ndarray, threshold: float) -> np.ndarray:
    return counts[..., EDGES.index(threshold) :].sum(axis=-1)


@pytest.mark.parametrize("threshold", [0.0, 0.5, 0.9, 0.99, 0.9995])
def test_answers_are_counted_as_the_risk_coverage_curve_counts_them(ladder, threshold):
    rung = ladder["softmax"]
    wrong, correct = accepted_from(numbers(confidence(rung.on_test, by_class=False).top), threshold)
    curve = RiskCoverage.from_predictions(rung.on_test)
    at = np.flatnonzero(curve.thresholds >= np.float32(threshold))
    assert wrong + correct == (curve.accepted[at[-1]] if len(at) else 0)
    assert wrong == (curve.mistakes[at[-1]] if len(at) else 0)


@pytest.mark.parametrize("threshold", [0.02, 0.5, 0.99])
def test_a_class_is_counted_as_its_curve_counts_it(ladder, threshold):
    predictions = ladder["softmax"].on_test
    held = confidence(predictions, by_class=True).by_class
    counts = inflated(held).reshape(10, 2, -1)
    curves = RocCurves.from_predictions(predictions)
    for k, name in enumerate(predictions.class_names):
        expected = curves.at(name, float(np.float32(threshold)))
        alarms, found = accepted_from(counts[k], threshold)
        assert (found, alarms) == (expected.true_positives, expected.false_positives)


def test_every_image_is_counted_once(ladder):
    predictions = ladder["softmax"].on_test
    made = confidence(predictions, by_class=True)
    assert numbers(made.top).sum() == len(predictions.labels)
    assert inflated(made.by_class).sum() == 10 * len(predictions.labels)


def test_the_document_says_what_the_judgements_say(document, ladder):
    rung = next(each for each in document.rungs if each.name == "softmax")
    curve = rung.trust.reliability
    assert numbers(curve.counts).sum() == document.dataset.test_rows
    assert (numbers(curve.low) <= numbers(curve.y)).all()
    error = CalibrationError.from_predictions(ladder["softmax"].on_test, classes=False)
    assert rung.trust.text["reliability"].endswith(text.spaced(error.sentence))
    assert {check.level for check in rung.trust.checks} <= {"fine", "note", "warning"}
    assert rung.trust.shifts.rows[len(rung.trust.shifts.rows) // 2] == "0"
    assert len(rung.trust.corruptions[0].rows) * 5 == document.trust.corrupted.count


def test_a_rung_without_probabilities_has_no_confidence(document):
    without = [rung for rung in document.rungs if rung.log_loss is None]
    assert all(rung.trust.confidence is None for rung in without)
    assert all(rung.trust.text["reliability"] == "" for rung in without)


def test_suspects_name_images_by_their_rows(document, digits):
    suspects = document.trust.suspects
    parts, rows, given = map(numbers, (suspects.parts, suspects.rows, suspects.given))
    labels_of = (digits.train.labels, digits.test.labels)
    assert [labels_of[part][row] for part, row in zip(parts, rows, strict=True)] == given.tolist()
    assert (np.diff(numbers(suspects.scores)) <= 0).all()
    assert (numbers(suspects.proposed) != given).all()


def test_suspects_are_left_out_where_they_would_take_too_long(digits, ladder, monkeypatch):
    monkeypatch.setattr(labels, "WORK_ANEW", 10)
    assert labels.suspects_of(digits, ladder) is None
    assert labels.suspect_labels(None, digits) is None


def test_test_images_are_judged_by_the_rung_that_was_best_on_validation_images(digits, ladder):
    best = max(ladder.rungs, key=lambda rung: rung.validation_accuracy * rung.linear)
    found = labels.suspects_of(digits, ladder)
    wrong = [each for each in found.suspects if each.part == "test" and each.score > 0.5]
    assert all(digits.class_names[best.predicted[each.index]] == each.proposed for each in wrong)


def test_the_checks_ask_after_calibration_and_suspects(document):
    asked = {check.name for rung in document.rungs for check in rung.trust.checks}
    assert {"calibration", "suspect labels"} <= asked


def test_few_images_leave_nobody_out():
    predictions = Predictions.from_arrays([0, 1, 1], [[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]])
    said = text.abstaining(RiskCoverage.from_predictions(predictions))
    assert said.startswith("Of all test images, it is wrong on 33.3")
    assert "unanswered" not in said
