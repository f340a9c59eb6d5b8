"""What is in the images: ink, thickness, slant and size of each class."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.data import ImageDataset
from linocut.evaluate.intervals import Estimate, mean_of, percent
from linocut.features import StrokeStatistics, stroke_statistics
from linocut.ladder.studies.findings import Findings
from linocut.ladder.studies.variance import share_between
from linocut.plot import Values

MEASURES = {
    "ink": "mean share of full ink over the image",
    "thickness": "mean stroke width, pixels",
    "slant": "mean slant to the right, degrees",
    "height": "mean height, pixels",
    "width": "mean width, pixels",
}
DRAWN = ("ink", "thickness", "slant")
MOST = 30  # classes drawn


def study_ink(dataset: ImageDataset, *, seed: int = 42) -> Findings:
    """Measure the strokes of the training images of each class.

    Each mean has a 95 % interval by Student's t; ``explained`` in the sentence is the share of a
    measure's variance that lies between the classes: what it alone can tell of them.

    Parameters
    ----------
    dataset : ImageDataset
        Only its training part is used.
    seed : int
        Not used: nothing is drawn by lot.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> study = study_ink(load_dataset("digits"))
    >>> study.rows()[0]["class"], study.rows()[0]["images"] > 100
    ('0', True)
    """
    part = dataset.train
    strokes = stroke_statistics(part.images)
    classes = [k for k in range(dataset.n_classes) if (part.labels == k).any()]
    rows = tuple(
        {"class": dataset.class_names[k], **_measured(strokes, part.labels == k)} for k in classes
    )
    return Findings(
        "ink",
        dataset.name,
        "What is in the images",
        _sentence(rows, strokes, part.labels),
        rows,
        tuple(_chart(name, rows) for name in DRAWN),
        f"{len(part.images):,} training images, 95 % intervals of the means"
        + (f"; the first {MOST} of {len(rows)} classes." if len(rows) > MOST else "."),
    )


def _measured(strokes: StrokeStatistics, mine: NDArray[np.bool_]) -> dict[str, Any]:
    found: dict[str, Any] = {"images": int(mine.sum())}
    for name in MEASURES:
        values = getattr(strokes, name)[mine]
        values = values[np.isfinite(values)]
        mean = mean_of(values) if len(values) else Estimate(np.nan)
        found |= {name: mean.value, f"{name}_low": mean.low, f"{name}_high": mean.high}
    return found


def _sentence(
    rows: tuple[dict[str, Any], ...], strokes: StrokeStatistics, labels: NDArray[np.int64]
) -> str:
    most, least = (pick(rows, key=lambda row: row["ink"]) for pick in (max, min))
    shares = {name: share_between(getattr(strokes, name), labels) for name in MEASURES}
    best = max(shares, key=lambda name: shares[name])
    lean, left = (pick(rows, key=lambda row: row["slant"]) for pick in (max, min))
    ink = Estimate(most["ink"], most["ink_low"], most["ink_high"])
    return (
        f"“{most['class']}” has most ink, {ink.percent_in_words()} of full ink over the image, "
        f"“{least['class']}” least, {percent(least['ink'])}. “{lean['class']}” leans most to the "
        f"right, {lean['slant']:.1f}°, “{left['class']}” least, {left['slant']:.1f}°. Of the "
        f"variance of the {best}, {percent(shares[best], 0)} lies between the classes, of the ink "
        f"{percent(shares['ink'], 0)}, of the slant {percent(shares['slant'], 0)}: no one of them "
        "tells all classes apart."
    ).replace("-", "−")


def _chart(name: str, rows: tuple[dict[str, Any], ...]) -> Values:
    shown = rows[:MOST]
    values = [row[name] for row in shown]
    top = int(np.nanargmax(values))
    return Values(
        f"{name.capitalize()}: most for “{shown[top]['class']}”",
        MEASURES[name],
        [row["class"] for row in shown],
        values,
        [row[f"{name}_low"] for row in shown],
        [row[f"{name}_high"] for row in shown],
        percent=name == "ink",
        bold=(top,),
    )
