"""Shared ink: where the images of each class are inked, for the simplest classifier there is."""

from __future__ import annotations

import numpy as np

from linocut.data.dataset import ImageDataset
from linocut.explain import SharedInk
from linocut.report import text
from linocut.report.document import InkShares
from linocut.report.evidence import ExplainedRung
from linocut.report.stacks import Stacks

HALF_INK = 127  # the largest grey value that is not yet ink


def shared_ink(
    dataset: ImageDataset, explained: ExplainedRung | None, stacks: Stacks
) -> InkShares | None:
    """Keep each class's share of inked images, pixel by pixel; None where they do not fit."""
    train, test = dataset.train, dataset.test
    if not len(test):
        return None
    ink = SharedInk.fit(train.images, train.labels, threshold=HALF_INK)
    shares = np.zeros((dataset.n_classes, *dataset.image_shape))
    shares[ink.classes] = ink.means.reshape(-1, *dataset.image_shape)
    stack = stacks.add_finely(shares)
    if stack is None:
        return None
    accuracy = ink.accuracy(test.images, test.labels)
    rung = explained.rung if explained else None
    return InkShares(stack, HALF_INK, text.shared_ink(accuracy, len(test), rung))
