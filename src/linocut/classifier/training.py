"""What a model is fitted on: a dataset, or images and labels in whatever form they are given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import column_or_1d

from linocut._version import __version__
from linocut.classifier.inputs import Images, all_images, as_bytes, as_images, holds_arrays
from linocut.core import LinocutError
from linocut.core.arrays import as_array
from linocut.data import ImageDataset, Intake
from linocut.data.dataset import fingerprint
from linocut.data.intake import with_shape
from linocut.modelfile import Provenance


@dataclass(frozen=True, eq=False)
class TrainingImages:
    """Prepared images with their classes.

    Attributes
    ----------
    images : uint8 array, shape (n, h, w) or (n, h, w, 3)
        As the pipeline takes them.
    positions : int64 array, shape (n,)
        Of their classes among the names.
    names : array, shape (K,)
        Of all classes.
    intake : Intake
        How images are prepared; its shape is known.
    dataset : ImageDataset or None
        Whose training part it is, if it is one's.
    """

    images: Images
    positions: NDArray[np.int64]
    names: NDArray[Any]
    intake: Intake
    dataset: ImageDataset | None = None

    @classmethod
    def of(cls, X: Any, y: Any, intake: Intake | None) -> TrainingImages:
        """Take what `ImageClassifier.fit` is given, with the intake that was asked for."""
        if isinstance(X, ImageDataset):
            if y is not None:
                raise LinocutError("a dataset has labels of its own — leave out y")
            return cls._of_dataset(X, intake)
        if y is None:
            raise LinocutError("y is missing — one label for each image, or a dataset as X")
        images, used = _prepared(X, intake)
        y = column_or_1d(y, warn=True)
        check_classification_targets(y)
        if len(y) != len(images):
            raise LinocutError(f"{len(images)} images but {len(y)} labels — one for each image")
        names, positions = np.unique(y, return_inverse=True)
        return cls(images, positions.astype(np.int64), names, used)

    @classmethod
    def _of_dataset(cls, dataset: ImageDataset, intake: Intake | None) -> TrainingImages:
        undecided = replace(dataset.intake, white=None)  # by whoever made an intake by hand
        if intake is not None and intake not in (dataset.intake, undecided):
            raise LinocutError(
                f"{dataset.name} was prepared by {dataset.intake}, not by {intake} — load it "
                "with this intake, or leave it out"
            )
        train, names = dataset.train, np.asarray(dataset.class_names)
        return cls(train.images, train.labels, names, dataset.intake, dataset)

    @property
    def split(self) -> str:
        """How images were held out for the test, which those held out of the fit follow."""
        return self.dataset.split if self.dataset else "given"

    def provenance(self, *, gap: float | None) -> Provenance:
        """Tell where a model comes from that is fitted on them today."""
        origin = Provenance()
        if self.dataset:
            origin = Provenance(
                dataset=self.dataset.name,
                source=self.dataset.loaded_from,
                loaded_with=self.dataset.loaded_with,
            )
        return replace(
            origin,
            rows=len(self.images),
            data_sha256=fingerprint(self.images, self.positions, tuple(map(str, self.names))),
            gap=gap,
            version=__version__,
            created=date.today().isoformat(),
        )


def _prepared(X: Any, intake: Intake | None) -> tuple[Images, Intake]:
    if isinstance(X, Sequence) and not isinstance(X, str) and not holds_arrays(X):
        if intake is None or intake.shape is None:
            raise LinocutError("images that are not in one array need intake=Intake((h, w))")
        return all_images(X, intake), intake
    array = np.asarray(as_array(X, "ImageClassifier"))
    images = as_bytes(as_images(array, intake.image_shape if intake else None))
    return images, with_shape(intake or Intake(), images.shape[1:])
