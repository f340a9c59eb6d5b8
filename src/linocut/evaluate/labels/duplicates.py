"""Near-duplicates: images that are the same but for a shift, their brightness or a little noise."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from linocut.core import LinocutError, Result, plain
from linocut.core.blocks import ArrayBlocks
from linocut.core.colour import in_grey
from linocut.data import ImageDataset
from linocut.evaluate.intervals import percent
from linocut.evaluate.moving import moved
from linocut.features.axes import principal_axes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NEAR = 0.1  # no two of the 70,000 images of MNIST are so near
LEADING = 16  # principal components in which neighbours are looked for
NEIGHBOURS = 16  # that are looked at, of each image
SAMPLE = 4096  # images whose components are taken
ROWS = 4096  # pairs compared at a time

Floats32 = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class NearDuplicate:
    """Two images that are nearly the same.

    Attributes
    ----------
    part, other_part : {"train", "test"}
        Where they are.
    index, other_index : int
        Their positions there.
    label, other_label : str
        Their classes.
    distance : float
        Between the two, each moved to the middle and of length 1; 0 where only a shift or the
        brightness differs.
    exact : bool
        Whether they are the same byte for byte, without being moved.
    images : uint8 array, shape (2, h, w)
        Both, as the dataset holds them.
    """

    part: str
    index: int
    other_part: str
    other_index: int
    label: str
    other_label: str
    distance: float
    exact: bool
    images: NDArray[np.uint8] = field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Return all but the images as plain data."""
        return {name: plain(value) for name, value in vars(self).items() if name != "images"}


@dataclass(frozen=True, eq=False, repr=False)
class NearDuplicates(Result):
    """Pairs of images that are nearly the same, within the parts of a dataset and across.

    Attributes
    ----------
    dataset : str
        Its name.
    pairs : tuple of NearDuplicate
        Nearest first. An image that occurs m times makes m − 1 pairs, each with its first.
    near : float
        Distance up to which two images count.
    n_train, n_test : int
        Images of either part.
    """

    dataset: str
    pairs: tuple[NearDuplicate, ...]
    near: float
    n_train: int
    n_test: int

    @property
    def across(self) -> tuple[NearDuplicate, ...]:
        """The pairs of a training and a test image."""
        return tuple(pair for pair in self.pairs if pair.part != pair.other_part)

    @property
    def conflicting(self) -> tuple[NearDuplicate, ...]:
        """The pairs with two labels."""
        return tuple(pair for pair in self.pairs if pair.label != pair.other_label)

    @property
    def test_images_in_train(self) -> tuple[int, ...]:
        """The positions of the test images that have a near-duplicate in the training part."""
        return tuple(sorted({pair.other_index for pair in self.across}))

    @property
    def sentence(self) -> str:
        """Say how many there are, and where."""
        if not self.pairs:
            return (
                f"{self.dataset}: no two of the {self.n_train + self.n_test:,} images are the same "
                "or nearly so."
            )
        exact, shared = sum(pair.exact for pair in self.pairs), len(self.test_images_in_train)
        share = f" ({percent(shared / self.n_test, 2)})" if shared else ""
        return (
            f"{self.dataset}: {len(self.pairs):,} pairs of images are nearly the same, {exact:,} "
            f"of them byte for byte; {len(self.conflicting):,} pairs have two labels. "
            f"{shared:,} of {self.n_test:,} test images{share} also stand in the training part, "
            "or nearly so."
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a pair."""
        return [pair.to_dict() for pair in self.pairs]

    def table_rows(self) -> list[dict[str, Any]]:
        """Return the first rows, to be looked at."""
        return self.rows()[:20]

    def to_dict(self) -> dict[str, Any]:
        """Return counts and pairs as plain data."""
        return {
            "dataset": self.dataset,
            "sentence": self.sentence,
            "near": self.near,
            "test_images_in_train": list(self.test_images_in_train),
            "pairs": self.rows(),
        }

    def plot(self, most: int = 12) -> Figure:
        """Draw pairs, those with two labels first.

        Parameters
        ----------
        most : int
            At most so many pairs.
        """
        from linocut.plot import plot_pairs  # Matplotlib loads on use

        if not self.pairs:
            raise LinocutError("no near-duplicates to draw — there are none")
        shown = sorted(self.pairs, key=lambda pair: pair.label == pair.other_label)[:most]
        return plot_pairs(
            np.stack([pair.images for pair in shown]),
            [(pair.label, pair.other_label) for pair in shown],
            [
                (f"{pair.part} {pair.index}", f"{pair.other_part} {pair.other_index}")
                for pair in shown
            ],
            title=f"{self.dataset}: {len(self.pairs):,} pairs of images are nearly the same",
        )


def find_near_duplicates(dataset: ImageDataset, near: float = NEAR) -> NearDuplicates:
    """Find pairs of images that are nearly the same, in both parts together.

    Each image is moved by whole pixels until the centre of mass of its ink lies in the middle, and
    brought to length 1. What is then the same is found by comparing bytes; of the others, those
    are compared in full that are neighbours in the leading principal components, where no two are
    further apart than in all.

    Parameters
    ----------
    dataset : ImageDataset
        Labelled images.
    near : float
        Distance up to which two count: 0.1 is a noise of about 5 grey values on MNIST's digits.

    Raises
    ------
    LinocutError
        If the distance is not from 0 up to 1.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> found = find_near_duplicates(load_dataset("digits"))
    >>> len(found.pairs), found.test_images_in_train
    (2, (240,))
    """
    if not 0 <= near <= 1:
        raise LinocutError(f"near={near!r} — a distance from 0 (the same) to 1")
    images = np.concatenate([dataset.train.images, dataset.test.images])
    X = centred(images).reshape(len(images), -1)
    first, repeats = _repeated(X)
    pairs = [(int(first[i]), int(i), 0.0) for i in repeats]
    alone = np.flatnonzero(first == np.arange(len(first)))
    alone = alone[X[alone].any(axis=1)]  # blank images have no direction
    if near > 0 and len(alone) > 1:
        pairs += [(int(alone[i]), int(alone[j]), d) for i, j, d in _neighbours(X[alone], near)]
    pairs.sort(key=lambda pair: (pair[2], pair[:2]))
    return NearDuplicates(
        dataset.name,
        tuple(_pair(dataset, images, *pair) for pair in pairs),
        near,
        len(dataset.train),
        len(dataset.test),
    )


def centred(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Move images by whole pixels until the centre of mass lies in the middle.

    Of images (n, h, w, 3) the luminance is the mass.

    Examples
    --------
    >>> image = np.zeros((1, 5, 5), np.uint8)
    >>> image[0, 0, 1] = 9
    >>> np.argwhere(centred(image))[0].tolist()
    [0, 2, 2]
    """
    h, w = images.shape[1:3]
    light = in_grey(images)
    by_row, by_column = light.sum(axis=2, dtype=np.int64), light.sum(axis=1, dtype=np.int64)
    ink = np.maximum(by_row.sum(axis=1), 1)
    down = h // 2 - np.rint(by_row @ np.arange(h) / ink).astype(np.int64)
    right = w // 2 - np.rint(by_column @ np.arange(w) / ink).astype(np.int64)
    blank = by_row.sum(axis=1) == 0
    down[blank] = right[blank] = 0
    out = np.zeros_like(images)
    for a, b in np.unique(np.stack([down, right], axis=1), axis=0):
        rows = np.flatnonzero((down == a) & (right == b))
        out[rows] = moved(images[rows], a, b)
    return out


def _repeated(rows: NDArray[np.uint8]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the first row that is the same as each, shape (n,), and those that are not first."""
    seen: dict[bytes, int] = {}
    first = np.array([seen.setdefault(row.tobytes(), i) for i, row in enumerate(rows)], np.intp)
    return first, np.flatnonzero(first != np.arange(len(rows)))


def _neighbours(rows: NDArray[np.uint8], near: float) -> list[tuple[int, int, float]]:
    """Return pairs i < j of different rows, at length 1, that are near, and their distances."""
    U = rows.astype(np.float32)
    U /= np.linalg.norm(U, axis=1)[:, None]
    Z = U @ _leading(U)
    # An orthogonal projection makes no distance longer: none that is near in all is missed here,
    # as long as it is among the nearest few.
    count = min(NEIGHBOURS + 1, len(Z))
    _, others = KDTree(Z).query(Z, k=count, distance_upper_bound=near * 1.001, workers=-1)
    i, at = np.nonzero(others < len(Z))  # the tree says n where there is none
    j = others[i, at]
    ordered = np.unique(np.stack([np.minimum(i, j), np.maximum(i, j)], axis=1)[i != j], axis=0)
    found = list[tuple[int, int, float]]()
    for start in range(0, len(ordered), ROWS):
        a, b = ordered[start : start + ROWS].T
        distances = np.linalg.norm(U[a] - U[b], axis=1)
        close = distances <= near
        found += zip(a[close].tolist(), b[close].tolist(), distances[close].tolist(), strict=True)
    return found


def _leading(U: Floats32) -> Floats32:
    """Return the leading principal components of some rows, shape (d, LEADING) at most."""
    sample = U[np.linspace(0, len(U) - 1, min(len(U), SAMPLE)).astype(np.intp)]
    axes = principal_axes(ArrayBlocks(sample, np.dtype(np.float32)), min(LEADING, *sample.shape))
    return axes.components.T.astype(np.float32)


def _pair(
    dataset: ImageDataset, images: NDArray[np.uint8], i: int, j: int, distance: float
) -> NearDuplicate:
    n = len(dataset.train)

    def place(k: int) -> tuple[str, int, str]:
        name, part, at = ("train", dataset.train, k) if k < n else ("test", dataset.test, k - n)
        return name, at, dataset.class_names[int(part.labels[at])]

    (part, index, label), (other_part, other_index, other_label) = place(i), place(j)
    both = images[[i, j]]
    return NearDuplicate(
        part=part,
        index=index,
        other_part=other_part,
        other_index=other_index,
        label=label,
        other_label=other_label,
        distance=distance,
        exact=bool((both[0] == both[1]).all()),
        images=both,
    )
