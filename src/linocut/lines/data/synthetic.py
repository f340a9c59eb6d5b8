"""Strings made from images of single glyphs, side by side, touching or overlapping."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.data import ImageDataset, ImagePart
from linocut.lines.data.intake import LineIntake
from linocut.lines.data.strings import StringDataset, Strings
from linocut.lines.data.symbols import symbols_of
from linocut.lines.data.synthesis import Synthesis

PAPER = 25  # grey values up to here are none of a glyph's width
MARGIN = 0.1  # of the height, at most, at either end
TEST_SHARE = 4  # training strings for each test string


def synthetic_strings(
    dataset: ImageDataset,
    n: int,
    *,
    length: tuple[int, int] = Synthesis.length,
    overlap: tuple[float, float] = Synthesis.overlap,
    jitter: float = Synthesis.jitter,
    random_state: int = Synthesis.random_state,
) -> StringDataset:
    """Set glyphs of a dataset side by side, drawn at random.

    Training strings are made of training images and test strings of test images, so that no reader
    has seen a glyph that it is judged by.

    Parameters
    ----------
    dataset : ImageDataset
        Of classes that are one symbol each.
    n, length, overlap, jitter, random_state
        As in `Synthesis`.

    Returns
    -------
    StringDataset

    Raises
    ------
    LinocutError
        If a class's name is more than one symbol, or a value is out of range.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> made = synthetic_strings(load_dataset("digits"), 8, length=(3, 3))
    >>> len(made.train), len(made.test), {len(text) for text in made.train.texts}
    (8, 2, {3})
    """
    how = Synthesis(n, length, overlap, jitter, random_state)
    symbols = [symbols_of(name) for name in dataset.class_names]
    for name, symbol in zip(dataset.class_names, symbols, strict=True):
        if len(symbol) != 1:
            raise LinocutError(
                f"{dataset.name}: class {name!r} is not one symbol — strings are made of classes "
                "with names of one symbol each; give others with --class-names"
            )
    rng = np.random.default_rng(random_state)
    names = [symbol for (symbol,) in symbols]
    train = _strings(dataset.train, names, how, n, "train", rng)
    test = _strings(dataset.test, names, how, max(1, n // TEST_SHARE), "test", rng)
    note = (
        f"Strings were made of single images of {dataset.name}, training strings of training "
        "images and test strings of test images."
    )
    return StringDataset(
        dataset.name,
        tuple(sorted(set(names))),
        train,
        test,
        source=dataset.source,
        notes=(*dataset.notes, note),
        loaded_from=dataset.loaded_from,
        loaded_with=dataset.loaded_with,
        intake=LineIntake(train.height, ink="light-on-dark", white=dataset.intake.white),
        made=how,
    )


def _strings(
    part: ImagePart,
    names: Sequence[str],
    how: Synthesis,
    n: int,
    prefix: str,
    rng: np.random.Generator,
) -> Strings:
    lengths = rng.integers(how.length[0], how.length[1] + 1, n)
    images, texts = [], []
    for count in lengths.tolist():
        rows = rng.integers(len(part), size=count)
        images.append(_line([_trimmed(part.images[row]) for row in rows], how, rng))
        texts.append("".join(names[part.labels[row]] for row in rows))
    return Strings(tuple(images), tuple(texts), tuple(f"{prefix}/{k}" for k in range(n)))


def _trimmed(glyph: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Cut the blank columns at both sides off; a blank image is left whole."""
    inked = np.flatnonzero((glyph > PAPER).any(axis=0))
    return glyph if len(inked) == 0 else glyph[:, inked[0] : inked[-1] + 1]


def _line(
    glyphs: Sequence[NDArray[np.uint8]], how: Synthesis, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Lay glyphs on black paper, the larger grey value where two overlap."""
    height = glyphs[0].shape[0]
    room = round(how.jitter * height)
    before, after = rng.integers(0, max(1, round(MARGIN * height)) + 1, 2)
    shares = rng.uniform(*how.overlap, len(glyphs) - 1)
    widths = [glyph.shape[1] for glyph in glyphs]
    lefts = [int(before)]
    for k, share in enumerate(shares):
        shared = round(share * min(widths[k], widths[k + 1]))
        lefts.append(max(lefts[0], lefts[-1] + widths[k] - shared))
    wide = max(left + width for left, width in zip(lefts, widths, strict=True)) + int(after)
    line = np.zeros((height + 2 * room, wide), np.uint8)
    tops = rng.integers(0, 2 * room + 1, len(glyphs)).tolist()
    for glyph, left, top in zip(glyphs, lefts, tops, strict=True):
        place = line[top : top + height, left : left + glyph.shape[1]]
        np.maximum(place, glyph, out=place)
    return line
