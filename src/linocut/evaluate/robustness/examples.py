"""What the corruptions look like: one image in all kinds and strengths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError, Result
from linocut.evaluate.robustness.corruptions import CORRUPTIONS, STRENGTHS, Corruption

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, eq=False, repr=False)
class CorruptionExamples(Result):
    """One image, corrupted in each way.

    Attributes
    ----------
    corruptions : tuple of C Corruption
        The table.
    images : uint8 array, shape (C, 6, h, w)
        From strength 0, as it is, to 5.
    """

    corruptions: tuple[Corruption, ...]
    images: NDArray[np.uint8]

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a kind: its amounts, weakest first, and their unit."""
        return [
            {"kind": each.kind, "of": each.family}
            | {f"strength {s}": amount for s, amount in enumerate(each.amounts, start=1)}
            | {"unit": each.unit}
            for each in self.corruptions
        ]

    def plot(self) -> Figure:
        """Draw a contact sheet."""
        from linocut.plot import plot_corruptions  # Matplotlib loads on use

        return plot_corruptions(
            self.images,
            [each.kind for each in self.corruptions],
            [each.amounts for each in self.corruptions],
            [each.unit for each in self.corruptions],
        )


def corruption_examples(image: Any, *, random_state: int = 0) -> CorruptionExamples:
    """Corrupt one image in all kinds and strengths.

    Parameters
    ----------
    image : uint8 array, shape (h, w)
        Zero is paper, 255 full ink.
    random_state : int
        Of all draws.

    Examples
    --------
    >>> corruption_examples(np.eye(8, dtype=np.uint8)).images.shape
    (15, 6, 8, 8)
    """
    pixels = np.asarray(image)
    if pixels.ndim not in {2, 3} or pixels.dtype != np.uint8:
        raise LinocutError(
            f"an image of shape {pixels.shape} and type {pixels.dtype} — a uint8 array (h, w) or "
            "(h, w, 3)"
        )
    made = [
        [each.apply(pixels[None], s, random_state=random_state)[0] for s in range(STRENGTHS + 1)]
        for each in CORRUPTIONS
    ]
    return CorruptionExamples(CORRUPTIONS, np.array(made))
