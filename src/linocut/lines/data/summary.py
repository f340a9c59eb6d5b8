"""What a set of strings looks like in figures, before any reader."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import Result
from linocut.lines.data.strings import StringDataset, Strings


@dataclass(frozen=True, eq=False, repr=False)
class StringSummary(Result):
    """Counts, sizes and oddities of a set of strings.

    Attributes
    ----------
    train, test : int
        Images of each part.
    symbols : tuple of str
        Sorted.
    train_counts, test_counts : tuple of int
        How often each symbol stands in the texts of a part.
    lengths : tuple of (int, int)
        Symbols of a text, and how many texts of both parts have so many.
    height : int
        Of all images, pixels.
    widths : (int, int, int)
        Smallest, median and largest width of both parts, pixels.
    different : int
        Different texts of both parts.
    repeated : int
        Texts in which a symbol stands beside itself.
    known : int
        Test images whose text stands in the training part as well.
    duplicates : int
        Test images that are, byte for byte, an image of the training part.
    ink : float
        Share of the training pixels that are above half of full ink.
    """

    name: str
    source: str
    split: str
    train: int
    test: int
    symbols: tuple[str, ...]
    train_counts: tuple[int, ...]
    test_counts: tuple[int, ...]
    lengths: tuple[tuple[int, int], ...]
    height: int
    widths: tuple[int, int, int]
    different: int
    repeated: int
    known: int
    duplicates: int
    ink: float
    notes: tuple[str, ...]

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a symbol."""
        return [
            {"symbol": symbol, "train": train, "test": test}
            for symbol, train, test in zip(
                self.symbols, self.train_counts, self.test_counts, strict=True
            )
        ]

    @property
    def sentence(self) -> str:
        """Say how many images of how many symbols there are."""
        span = " to ".join(f"{n}" for n in sorted({self.lengths[0][0], self.lengths[-1][0]}))
        return (
            f"{self.train:,} training and {self.test:,} test images of {span} of "
            f"{len(self.symbols)} symbols."
        )


def summarise_strings(dataset: StringDataset) -> StringSummary:
    """Count and measure a set of strings.

    Examples
    --------
    >>> page = np.zeros((20, 50), np.uint8)
    >>> part = Strings((page, page[:, :30]), ("0440", "12"))
    >>> summary = summarise_strings(StringDataset("meters", ("0", "1", "2", "4"), part, part))
    >>> summary.lengths, summary.widths, summary.repeated
    (((2, 2), (4, 2)), (30, 40, 50), 2)
    """
    train, test = dataset.train, dataset.test
    texts = [*train.symbols, *test.symbols]
    widths = [image.shape[1] for image in (*train.images, *test.images)]
    known, seen = set(train.texts), set(map(_digest, train.images))
    pixels = sum(image.size for image in train.images)
    return StringSummary(
        name=dataset.name,
        source=dataset.source,
        split=dataset.split,
        train=len(train),
        test=len(test),
        symbols=dataset.symbols,
        train_counts=_counts(train, dataset.symbols),
        test_counts=_counts(test, dataset.symbols),
        lengths=tuple(sorted(Counter(map(len, texts)).items())),
        height=train.height,
        widths=(min(widths), int(np.median(widths)), max(widths)),
        different=len({*train.texts, *test.texts}),
        repeated=sum(any(a == b for a, b in pairwise(text)) for text in texts),
        known=sum(text in known for text in test.texts),
        duplicates=sum(_digest(image) in seen for image in test.images),
        ink=sum(int((image > 127).sum()) for image in train.images) / pixels,
        notes=dataset.notes,
    )


def _counts(part: Strings, symbols: tuple[str, ...]) -> tuple[int, ...]:
    counts = Counter(symbol for text in part.symbols for symbol in text)
    return tuple(counts[symbol] for symbol in symbols)


def _digest(image: NDArray[np.uint8]) -> bytes:
    made = hashlib.sha1(repr(image.shape).encode(), usedforsecurity=False)
    made.update(np.ascontiguousarray(image).data)
    return made.digest()
