"""Gather what the page shows of every rung's trustworthiness, within a budget of bytes."""

from __future__ import annotations

from dataclasses import replace

from linocut.data.dataset import ImageDataset
from linocut.ladder.rung import Ladder
from linocut.report.document import Confidence, RungTrust, Trust
from linocut.report.trust.confidence import EDGES, MOST_NUMBERS, confidence
from linocut.report.trust.disturbed import UNDISTURBED, corrupted_example, disturbed
from linocut.report.trust.judged import rung_trust
from linocut.report.trust.labels import suspect_labels, suspects_of

CLASS_BUDGET = 400_000  # characters of the page for probabilities by class, of all rungs


def collect_trust(dataset: ImageDataset, ladder: Ladder) -> tuple[Trust, dict[str, RungTrust]]:
    """Gather what the page shows of how far to trust the models.

    Parameters
    ----------
    dataset : ImageDataset
        The images that the ladder was climbed on.
    ladder : Ladder
        The rungs climbed.

    Returns
    -------
    trust : Trust
        What belongs to no one rung.
    rungs : dict
        What belongs to each, by its name.
    """
    confidences = _confidences(ladder)
    moved = disturbed(dataset, ladder)
    suspects = suspects_of(dataset, ladder)
    rungs = {
        rung.name: rung_trust(
            rung,
            ladder,
            dataset,
            confidences[rung.name],
            moved.get(rung.name, UNDISTURBED),
            suspects,
        )
        for rung in ladder.rungs
    }
    trust = Trust(
        edges=EDGES,
        suspects=suspect_labels(suspects, dataset),
        corrupted=corrupted_example(dataset) if moved else None,
    )
    return trust, rungs


def _confidences(ladder: Ladder) -> dict[str, Confidence | None]:
    """Count test images by probability, by that of each class for the best rungs while they fit."""
    left = CLASS_BUDGET
    counted: dict[str, Confidence | None] = {}
    for rung in sorted(ladder.rungs, key=lambda each: -each.test.accuracy):
        if rung.test.log_loss is None:
            counted[rung.name] = None
            continue
        each = left > 0 and rung.probabilities.size <= MOST_NUMBERS
        made = confidence(rung.on_test, by_class=each)
        left -= len(made.by_class.data) if made.by_class else 0
        counted[rung.name] = made if left >= 0 else replace(made, by_class=None)
    return counted
