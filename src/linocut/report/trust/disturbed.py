"""How a model does on images that are moved or corrupted."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linocut.classifier import ImageClassifier
from linocut.data.dataset import ImageDataset
from linocut.evaluate import (
    Robustness,
    ShiftAccuracy,
    corruption_examples,
    judge_robustness,
)
from linocut.ladder.rung import Ladder, Rung
from linocut.report import text
from linocut.report.document import Grid, Sprite
from linocut.report.packing import pack
from linocut.report.sprites import sprite
from linocut.report.templates import pixel_weights

MOST = 20.0  # seconds for one model
MOST_MODELS = 3
# Images, and those of a model that is quick since it has a weight for each pixel. How long it takes
# does not decide, so that the same run gives the same page.
FEW, MANY = 125, 1000
FORMS = 15 * 5 + 7 * 7  # in which each of them is read


@dataclass(frozen=True)
class Disturbed:
    """The grids of one model, and what they say."""

    shifts: Grid | None
    corruptions: tuple[Grid, ...]
    text: dict[str, str]


UNDISTURBED = Disturbed(None, (), {"shifts": "", "corruptions": ""})


def disturbed(dataset: ImageDataset, ladder: Ladder) -> dict[str, Disturbed]:
    """Judge models on moved and corrupted images, those that one would use first, by their names.

    Parameters
    ----------
    dataset : ImageDataset
        Whose test images are taken, a few of each class.
    ladder : Ladder
        Rungs whose model would take too long for even a few images are left out.
    """
    found: dict[str, Disturbed] = {}
    for rung in _useful_first(ladder):
        if len(found) < MOST_MODELS and not _is_slow(rung, dataset):
            linear = pixel_weights(rung, dataset.image_shape) is not None
            found[rung.name] = _of(rung, dataset, MANY if linear else FEW)
    return found


def corrupted_example(dataset: ImageDataset) -> Sprite:
    """Draw one image of the test part under each corruption, as in the cells of the grids."""
    made = corruption_examples(_typical(dataset.test.images)).images[:, 1:]
    return sprite(made.reshape(-1, *dataset.image_shape))


def _useful_first(ladder: Ladder) -> list[Rung]:
    """Return the recommended model, then the best ones."""
    rungs = [rung for rung in ladder.rungs if isinstance(rung.model, ImageClassifier)]
    return sorted(rungs, key=lambda each: (each is not ladder.recommended, -each.test.accuracy))


def _is_slow(rung: Rung, dataset: ImageDataset) -> bool:
    """Tell whether a model would take too long for even a few images."""
    some = dataset.test.images[:FEW]
    rung.model.predict(some)  # the first call is slower than others
    began = time.perf_counter()
    rung.model.predict(some)
    return FORMS * (time.perf_counter() - began) > MOST


def _of(rung: Rung, dataset: ImageDataset, count: int) -> Disturbed:
    found = judge_robustness(rung.model, dataset, images=count, seconds=None)
    moved = found.shifts[0]
    return Disturbed(
        _shift_grid(moved),
        tuple(_grid(found, m) for m in range(len(found.models))),
        {"shifts": text.told(moved.sentence), "corruptions": text.told(found.sentence)},
    )


def _grid(found: Robustness, m: int) -> Grid:
    accuracy = found.accuracy[m].astype(np.float32)
    strengths = tuple(str(s + 1) for s in range(accuracy.shape[1]))
    return Grid(found.models[m], pack(accuracy), found.kinds, strengths, found.n)


def _shift_grid(moved: ShiftAccuracy) -> Grid:
    values = pack(moved.accuracy.astype(np.float32))
    return Grid("shifts", values, _signed(moved.down), _signed(moved.right), moved.n)


def _signed(shifts: NDArray[np.intp]) -> tuple[str, ...]:
    return tuple(f"{shift:+d}".replace("-", "−") if shift else "0" for shift in shifts.tolist())


def _typical(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the image whose ink is the median of all."""
    ink = images.reshape(len(images), -1).sum(axis=1, dtype=np.int64)
    return np.asarray(images[np.argsort(ink, kind="stable")[len(ink) // 2]])
