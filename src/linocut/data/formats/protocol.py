"""What every container of images can do, and what it is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from linocut.core.colour import Shape
from linocut.data.intake import Intake
from linocut.data.load_options import TableOptions
from linocut.data.raw import Progress, RawDataset


@dataclass(frozen=True)
class ReadOptions:
    """What a reader is told besides the path.

    Attributes
    ----------
    intake : Intake
        Brings image files to the size wanted as they are read.
    skip_bad : bool
        Whether to go on without image files that cannot be read.
    shape : (int, int), (int, int, 3), (3, int, int) or None
        Height and width of images that are stored as rows without a shape; with 3, in colour.
    table : TableOptions
        Which column of a table is what.
    colour : bool or None
        Whether colours are kept; None where the images are to decide.
    labels : Path or None
        The file of the labels, where they do not stand beside the images.
    progress : callable or None
        Told of the reading.
    """

    intake: Intake = field(default_factory=Intake)
    skip_bad: bool = False
    shape: Shape | None = None
    table: TableOptions = field(default_factory=TableOptions)
    labels: Path | None = None
    colour: bool | None = None
    progress: Progress | None = None

    @property
    def row_shape(self) -> Shape | None:
        """Shape that a row may have: the one asked for, or the one that images will have."""
        if self.shape is not None:
            return self.shape
        return self.intake.image_shape if self.intake.box is None else None


class Format(Protocol):
    """One container of images; each is a module of these functions."""

    def recognises(self, path: Path) -> bool:
        """Tell whether a file or folder is of this kind, by its name and first bytes."""

    def read(self, path: Path, options: ReadOptions) -> RawDataset:
        """Read images and labels; what is wrong is said by a `LinocutError`."""

    def images(self, path: Path, options: ReadOptions) -> Iterator[tuple[str, NDArray[np.uint8]]]:
        """Yield arrays of images, each with its name, without their labels.

        Of shape (n, h, w), or (n, h, w, 3) where the options ask for colour.
        """
