"""What is measured of one model by its predictions: calibration, abstaining, curves, checks."""

from __future__ import annotations

import numpy as np

from linocut.classifier import ImageClassifier
from linocut.data.dataset import ImageDataset
from linocut.evaluate import Predictions, RiskCoverage, review
from linocut.evaluate.calibration import CalibrationError, reliability_curve
from linocut.evaluate.calibration.events import correct_answer
from linocut.evaluate.curves import RocCurves
from linocut.evaluate.labels import Suspects
from linocut.ladder.rung import Ladder, Rung
from linocut.report import text
from linocut.report.document import Check, Confidence, Curve, RungTrust
from linocut.report.packing import pack
from linocut.report.trust.disturbed import Disturbed

SIMPLER = 2  # simpler models that each is compared with


def rung_trust(
    rung: Rung,
    ladder: Ladder,
    dataset: ImageDataset,
    counted: Confidence | None,
    disturbed: Disturbed,
    suspects: Suspects | None,
) -> RungTrust:
    """Gather what the page shows of one rung.

    Parameters
    ----------
    rung : Rung
        Of the ladder.
    ladder : Ladder
        Where simpler models stand.
    dataset : ImageDataset
        The images that the ladder was climbed on.
    counted : Confidence or None
        Test images by probability; None where the rung has no probabilities.
    disturbed : Disturbed
        How it does on moved and corrupted images, if that was measured.
    suspects : Suspects or None
        Labels of the dataset that may be wrong.
    """
    told = {"abstain": "", "classes": "", "reliability": ""}
    reliability = error = None
    if counted is not None:
        error = CalibrationError.from_predictions(rung.on_test, classes=False)
        reliability = _reliability(rung.on_test)
        told = {
            "abstain": text.abstaining(RiskCoverage.from_predictions(rung.on_test)),
            "classes": ""
            if counted.by_class is None
            else text.told(RocCurves.from_predictions(rung.on_test).sentence),
            "reliability": text.reliability(error),
        }
    return RungTrust(
        checks=_checks(rung, ladder, dataset, suspects, error),
        confidence=counted,
        reliability=reliability,
        shifts=disturbed.shifts,
        corruptions=disturbed.corruptions,
        text=told | disturbed.text,
    )


def _reliability(predictions: Predictions) -> Curve:
    found = reliability_curve(correct_answer(predictions))
    low, high = found.intervals.T
    points = (found.confidences, found.shares, low, high)
    x, y, low, high = (pack(each.astype(np.float32)) for each in points)
    return Curve(x, y, low, high, pack(found.counts.astype(np.int32)))


def _checks(
    rung: Rung,
    ladder: Ladder,
    dataset: ImageDataset,
    suspects: Suspects | None,
    error: CalibrationError | None,
) -> tuple[Check, ...]:
    labels = dataset.test.labels
    before = ladder.rungs[: ladder.rungs.index(rung)]
    simpler = sorted(before, key=lambda each: each.parameters)[:SIMPLER]
    gap = rung.model.provenance_.gap if isinstance(rung.model, ImageClassifier) else None
    found = review(
        rung.on_test,
        train=rung.on_train,
        dataset=dataset,
        gap=gap,
        simpler=[(each.short, each.predicted == labels) for each in simpler],
        suspects=suspects,
        calibration=None if error is None else error.top,
    )
    return tuple(
        Check(
            each.name,
            each.level,
            text.spaced(each.figure),
            text.spaced(each.sentence),
            text.spaced(each.advice),
        )
        for each in found.checks
    )
