"""The rule on mixed polarity: light ink on dark paper beside dark ink on light paper."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linocut.data.intake import AT_ONCE, paper_of
from linocut.evaluate.checks.check import Finding, as_share, level_of
from linocut.evaluate.checks.subject import Subject
from linocut.evaluate.intervals import wilson_interval

# Of the images of the rarer kind. Among those of the catalogue one in 10,000 is of the other.
NOTED, MIXED = 0.002, 0.01
FEWEST = 3
LEAST_SEEN = 0.5  # of the images that show their paper, below which they are photographs


def mixed_polarity(subject: Subject) -> Finding | None:
    """Ask whether some images are light on dark and others dark on light."""
    dataset = subject.dataset
    if dataset is None or dataset.in_colour:  # which has no ink
        return None
    judged = [_papers(part.images) for part in (dataset.train, dataset.test)]
    light = np.concatenate([light for light, _ in judged])
    seen = np.concatenate([seen for _, seen in judged])
    if seen.mean() < LEAST_SEEN:
        return None
    n, inked = int(seen.sum()), int((light & seen).sum())
    rare = min(inked, n - inked)
    share, interval = rare / n, wilson_interval(rare, n)
    level = "fine" if rare < FEWEST else level_of(share, note=NOTED, warning=MIXED)
    if level == "fine":
        return Finding(
            level,
            f"{rare:,} of {n:,} images",
            "All images have their ink on paper of one kind.",
            value=share,
            interval=interval,
        )
    kind, rest = ("light", "dark") if inked == rare else ("dark", "light")
    return Finding(
        level,
        as_share(share, interval),
        f"{rare:,} images lie on {kind} paper and the others on {rest}: to a linear model one is "
        "the negative of the other.",
        "Load them with --ink each, which inverts each image whose border is light.",
        value=share,
        interval=interval,
    )


def _papers(images: NDArray[np.uint8]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    blocks = [paper_of(images[k : k + AT_ONCE]) for k in range(0, len(images), AT_ONCE)]
    light, seen = (np.concatenate(each) for each in zip(*blocks, strict=True))
    return light, seen
