"""The images whose labels may be wrong."""

from __future__ import annotations

import numpy as np

from linocut.core import LinocutError
from linocut.data.dataset import ImageDataset
from linocut.evaluate.labels import Suspects, find_suspects, quick_judge
from linocut.ladder.rung import Ladder
from linocut.report import text
from linocut.report.document import SuspectLabels
from linocut.report.packing import pack
from linocut.report.shown import pack_labels
from linocut.report.sprites import size_of, sprite

QUICK = "deskew-quadratic"  # the rung that `quick_judge` makes anew
MOST, LEAST = 300, 40  # images
LIKELY = 0.01  # labels that are less probably wrong are not worth a look, but to see what is not
BUDGET = 200_000  # characters of the page for them
# Training images times classes that are worth the wait, and where the quick judge is fitted first.
WORK, WORK_ANEW = 1_500_000, 100_000


def suspects_of(dataset: ImageDataset, ladder: Ladder) -> Suspects | None:
    """Find suspect labels in both parts; None where it would take too long or cannot be.

    Training images are judged by folds of a quick model, test images by the rung that was best on
    the validation images, which was not fitted on them.

    Parameters
    ----------
    dataset : ImageDataset
        The images that the ladder was climbed on.
    ladder : Ladder
        The rungs climbed.
    """
    made = next((rung.model for rung in ladder.rungs if rung.name == QUICK), None)
    work = len(dataset.train) * dataset.n_classes
    if work > (WORK_ANEW if made is None else WORK):
        return None
    judges = [rung for rung in ladder.rungs if rung.linear and rung.test.log_loss is not None]
    best = max(judges, key=lambda rung: rung.validation_accuracy, default=None)
    try:
        return find_suspects(
            dataset,
            quick_judge(dataset) if made is None else made,
            on_test=None if best is None else best.on_test,
        )
    except LinocutError:  # such as for classes of one image
        return None


def suspect_labels(found: Suspects | None, dataset: ImageDataset) -> SuspectLabels | None:
    """Pack the most suspect labels for the page."""
    return _packed(found, dataset) if found is not None and len(found) else None


def _packed(found: Suspects, dataset: ImageDataset) -> SuspectLabels:
    worth = sum(each.score >= LIKELY for each in found.suspects)
    kept = found.suspects[: min(MOST, max(LEAST, worth))]
    while True:
        tiles = sprite(np.stack([each.image for each in kept]))
        size = size_of(tiles)
        if size <= BUDGET or len(kept) == 1:
            break
        kept = kept[: max(1, int(0.95 * len(kept) * BUDGET / size))]
    place = {name: k for k, name in enumerate(dataset.class_names)}
    given, proposed = (
        np.array([place[getattr(each, name)] for each in kept]) for name in ("given", "proposed")
    )
    files = tuple(each.file for each in kept)
    return SuspectLabels(
        sprite=tiles,
        parts=pack(np.array([each.part == "test" for each in kept], np.uint8)),
        rows=pack(np.array([each.index for each in kept], np.int32)),
        names=files if any(files) else None,
        given=pack_labels(given, dataset.n_classes),
        proposed=pack_labels(proposed, dataset.n_classes),
        scores=pack(np.array([each.score for each in kept], np.float32)),
        text=text.suspects(found),
    )
