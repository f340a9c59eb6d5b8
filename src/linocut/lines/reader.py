"""`StringReader`: the finished model that reads a line of glyphs."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from linocut._version import __version__
from linocut.core import LinocutError, Shown
from linocut.data import LoadOptions
from linocut.lines.data import LineIntake, StringDataset, Strings, Synthesis, symbols_of
from linocut.lines.file import ReaderContents, read_reader, write_reader
from linocut.lines.learning.choosing import Choice, choose
from linocut.lines.learning.learners import FIXED, LEARNERS, WHOLE, learner_of
from linocut.lines.learning.line_model import LineModel
from linocut.lines.learning.training import Encoded
from linocut.lines.reading import Aligned, Glyph, Reading
from linocut.lines.summary import ReaderSummary
from linocut.lines.windows.preparing import Preparation, prepared, shrunk
from linocut.modelfile import Provenance

Array = NDArray[Any]
Images = Sequence[NDArray[np.uint8]]


class StringReader(Shown):
    """Reads lines of glyphs by a model that is linear in what windows along the line show.

    By default, a window at each place of a line is scored for each symbol, for a cut and for a gap,
    each score linear in wavelet scattering coefficients; a table scores widths. The most probable
    text is the one whose readings, over all cuts, have the largest sum (see
    `linocut.lines.learning.whole_string`).
    Nothing needs to be known of where glyphs lie. Where that reads more of the validation part,
    likely glyphs are cut out, normalised and scored once more
    (`linocut.lines.glyphs.second_look`).

    Parameters
    ----------
    model : {"whole-string", "sliding", "fixed-positions"}
        What reads: all cuts summed over, one glyph classifier slid along, or a classifier for each
        of equal parts of the line, which needs texts of one length.
    preparation : Preparation or str, optional
        What is done to images first; chosen on a validation part if not given.
    C : float, optional
        Inverse of the penalty on weights; chosen on a validation part if not given.
    copies : int
        Distorted copies of each training image that are learned from, too.
    max_iter : int
        Iterations of L-BFGS at most, for whole strings.
    random_state : int
        Of the validation part.

    Attributes
    ----------
    symbols_ : tuple of str
        All symbols, sorted.
    fitted_ : LineModel
        Windows and weights.
    temperature_ : float
        What scores are divided by, so that the probability of a text means how often such texts
        are right.
    intake_ : LineIntake
        How an image file becomes an array.
    provenance_ : Provenance
        Where it came from.
    made_ : Synthesis or None
        How its strings were made of single glyphs; None where they are real.
    choice_ : Choice or None
        What was tried on the validation part; None for a reader from a file.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> from linocut.lines import StringReader, synthetic_strings
    >>> strings = synthetic_strings(load_dataset("digits"), 300, length=(2, 3), random_state=0)
    >>> reader = StringReader(preparation="none", C=0.1, max_iter=25).fit(strings.train)
    >>> reader.score(strings.test) > 0.8
    True
    """

    symbols_: tuple[str, ...]
    fitted_: LineModel
    temperature_: float
    intake_: LineIntake
    provenance_: Provenance
    made_: Synthesis | None
    choice_: Choice | None

    def __init__(
        self,
        *,
        model: str = WHOLE,
        preparation: Preparation | str | None = None,
        C: float | None = None,
        copies: int = 0,
        max_iter: int = 60,
        random_state: int = 0,
    ) -> None:
        self.model = model
        self.preparation = preparation
        self.C = C
        self.copies = copies
        self.max_iter = max_iter
        self.random_state = random_state

    def fit(
        self,
        images: Images | Strings | StringDataset,
        texts: Sequence[str] | None = None,
        *,
        progress: Callable[[str], object] | None = None,
    ) -> Self:
        """Learn from images and their texts.

        Parameters
        ----------
        images : sequence of uint8 arrays, shape (h, w_i), or Strings, or StringDataset
            Lines of one height; zero is paper. Of a dataset, the training part.
        texts : sequence of str, optional
            Their texts, if the images are arrays.
        progress : callable, optional
            Called with a line of text now and then.

        Raises
        ------
        LinocutError
            If images and texts do not fit together, there are too few, or the model cannot learn
            from texts such as these.
        """
        if self.model not in LEARNERS:
            raise LinocutError(f"model={self.model!r} — one of {', '.join(LEARNERS)}")
        learner = LEARNERS[self.model]
        part = _strings(images, texts)
        if len(part) < 10:
            raise LinocutError(f"{len(part)} images — at least 10 to learn from")
        if not (isinstance(self.copies, int) and self.copies >= 0):
            raise LinocutError(f"copies={self.copies!r} — an integer from 0 up")
        encoded = Encoded.of(part.texts)
        preparation = None if self.preparation is None else _preparation(self.preparation)
        self.choice_, self.fitted_, self.temperature_ = choose(
            part.images, encoded, learner, preparation=preparation, C=self.C, copies=self.copies,
            max_iter=self.max_iter, random_state=self.random_state, progress=progress,
        )  # fmt: skip
        self.symbols_ = encoded.symbols
        dataset = images if isinstance(images, StringDataset) else None
        self.intake_ = dataset.intake if dataset else LineIntake(part.height)
        self.provenance_ = Provenance(
            dataset=dataset.name if dataset else "",
            source=dataset.loaded_from if dataset else "",
            loaded_with=dataset.loaded_with if dataset else LoadOptions(),
            data_sha256=dataset.fingerprint if dataset else "",
            rows=len(part),
            rung=learner.name,
            title=learner.title,
            chosen={
                "preparation": self.fitted_.preparation.value, "C": float(self.choice_.C),
                "copies": int(self.copies), "second look": self.choice_.second_C,
            },
            validation_accuracy=self.choice_.accuracy,
            validation_rows=self.choice_.rows,
            version=__version__,
            created=date.today().isoformat(),
        )  # fmt: skip
        self.made_ = dataset.made if dataset else None
        return self

    def read(self, images: Images | Strings) -> list[Reading]:
        """Return the most probable reading of each image.

        Parameters
        ----------
        images : sequence of uint8 arrays, shape (h, w_i)
            Prepared by ``intake_``; any width.
        """
        arrays = self._checked(images)
        lines = self._lines(arrays)
        found = self.fitted_.read(lines, self.temperature_)
        return [self._reading(*each) for each in zip(arrays, lines, found, strict=True)]

    def best(self, image: NDArray[np.uint8], k: int = 5) -> list[Reading]:
        """Return the k most probable readings of one image, most probable first."""
        if k < 1:
            raise LinocutError(f"k={k!r} — an integer from 1 up")
        (array,), (line,) = self._line(image)
        found = self.fitted_.best(line, k, self.temperature_)
        return [self._reading(array, line, each) for each in found]

    def align(self, image: NDArray[np.uint8], text: str) -> Reading:
        """Return where the glyphs of a known text most probably lie in an image.

        Raises
        ------
        LinocutError
            If it has a symbol that the reader does not know, or more glyphs than there is room for.
        """
        (array,), (line,) = self._line(image)
        known = {symbol: k for k, symbol in enumerate(self.symbols_)}
        parts = symbols_of(text)
        for symbol in parts:
            if symbol not in known:
                raise LinocutError(
                    f"{text!r} has {symbol!r}, which the reader does not know — known: "
                    f"{' '.join(self.symbols_)}"
                )
        low, high = self.fitted_.lengths(line)
        if not low <= len(parts) <= high:
            room = f"from {low} to {high} have room" if low < high else f"{low} are read"
            raise LinocutError(f"{text!r} has {len(parts)} glyphs — {room}")
        numbers = np.array([known[symbol] for symbol in parts], np.intp)
        return self._reading(array, line, self.fitted_.align(line, numbers, self.temperature_))

    def symbol_scores(self, image: NDArray[np.uint8], reading: Reading) -> Array:
        """Return the scores of all symbols for each glyph of a reading, shape (N, K).

        In the order of ``symbols_``, at the reading's places; window and, where there are some,
        width together, divided by the temperature.
        """
        (array,), (line,) = self._line(image)
        return self.fitted_.symbol_scores(line, *self.places(array, reading), self.temperature_)

    def places(self, image: NDArray[np.uint8], reading: Reading) -> tuple[Array, Array]:
        """Return where the glyphs of a reading start and end, in places along the line."""
        pixels, last = self._pixels(image), self._last(image)
        # The last place may lie beyond the last pixel, which is where its glyph is said to end.
        sides = [
            [last if at >= image.shape[1] else round(at / pixels) for at in side]
            for side in zip(*reading.cuts, strict=True)
        ]
        starts, ends = np.array(sides or [[], []], np.intp)
        return starts, ends

    def score(self, images: Images | Strings, texts: Sequence[str] | None = None) -> float:
        """Return the share of images that are wholly correctly read."""
        part = _strings(images, texts)
        return float(
            np.mean([r.text == t for r, t in zip(self.read(part), part.texts, strict=True)])
        )

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write it to a model file: data alone, no code.

        Parameters
        ----------
        path : path-like
            Where it goes, by custom ``*.linocut``; an existing file is replaced.
        """
        return write_reader(self.contents, path)

    def table_rows(self) -> list[dict[str, Any]]:
        """Return the lines of `summary` as rows; none before it is fitted."""
        return self.summary().table_rows() if hasattr(self, "symbols_") else []

    def summary(self) -> ReaderSummary:
        """Say what it is, where it comes from and how good it is."""
        return ReaderSummary(
            self.symbols_, self.intake_.height, self.n_parameters_, self.temperature_,
            self.fitted_.preparation.value, self.provenance_,
            "" if self.made_ is None else self.made_.as_typed,
            self.fitted_.most if self.model == FIXED else None,
        )  # fmt: skip

    @property
    def n_parameters_(self) -> int:
        """Numbers that were fitted."""
        return self.fitted_.n_parameters

    @property
    def contents(self) -> ReaderContents:
        """What it consists of, as plain data."""
        return ReaderContents(
            self.symbols_, self.fitted_, self.temperature_, self.intake_, self.provenance_,
            self.made_,
        )  # fmt: skip

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> StringReader:
        """Read it from a model file.

        Raises
        ------
        LinocutError
            If it is none, damaged, or of another kind of model.
        """
        return cls.of_contents(read_reader(path))

    @classmethod
    def of_contents(cls, contents: ReaderContents) -> StringReader:
        """Make one of what a model file holds."""
        learner = learner_of(contents.fitted, contents.provenance.rung)
        reader = cls(model=learner.name, preparation=contents.fitted.preparation)
        reader.symbols_, reader.fitted_ = contents.symbols, contents.fitted
        reader.temperature_, reader.intake_ = contents.temperature, contents.intake
        reader.provenance_, reader.made_ = contents.provenance, contents.made
        reader.choice_ = None
        return reader

    def _lines(self, images: Images) -> list[Any]:
        fitted = self.fitted_
        return fitted.lines_of([prepared(image, fitted.preparation) for image in images])

    def _line(self, image: NDArray[np.uint8]) -> tuple[list[NDArray[np.uint8]], list[Any]]:
        """Return one image, checked, and its line; each alone in a list."""
        arrays = self._checked([image])
        return arrays, self._lines(arrays)

    def _reading(self, image: NDArray[np.uint8], line: Any, found: Aligned) -> Reading:
        glyphs = []
        if len(found.symbols):
            each = self.fitted_.symbol_scores(line, found.starts, found.ends, self.temperature_)
            each -= each.mean(axis=1, keepdims=True)
            pixels = self._pixels(image)
            stops = [
                [min(image.shape[1], round(float(at) * pixels)) for at in side]
                for side in (found.starts, found.ends)
            ]
            for symbol, row, start, stop in zip(found.symbols, each, *stops, strict=True):
                others = np.where(np.arange(len(row)) == symbol, -np.inf, row)
                runner = int(others.argmax())
                glyphs.append(
                    Glyph(
                        self.symbols_[symbol],
                        float(row[symbol]),
                        self.symbols_[runner],
                        float(row[runner]),
                        start,
                        stop,
                    )
                )
        text = "".join(self.symbols_[symbol] for symbol in found.symbols)
        return Reading(text, min(1.0, found.probability), tuple(glyphs))

    def _pixels(self, image: NDArray[np.uint8]) -> float:
        """Return how many pixels of an image lie from one place to the next."""
        return float(self.fitted_.windows.columns.step * image.shape[0] / shrunk(image).shape[0])

    def _last(self, image: NDArray[np.uint8]) -> int:
        """Return the last place of an image's line."""
        return self.fitted_.windows.columns.count(shrunk(image).shape[1]) - 1

    def _checked(self, images: Images | Strings) -> list[NDArray[np.uint8]]:
        if not hasattr(self, "fitted_"):
            raise LinocutError("the reader is not fitted — call fit, or load one from a file")
        arrays = list(images.images if isinstance(images, Strings) else images)
        height = self.intake_.height
        for i, image in enumerate(arrays):
            if not (isinstance(image, np.ndarray) and image.ndim == 2 and image.dtype == np.uint8):
                raise LinocutError(f"image {i} is no uint8 array of shape (h, w)")
            if height is not None and image.shape[0] != height:
                raise LinocutError(
                    f"image {i} is {image.shape[0]} pixels high — {height}, as intake_ makes them"
                )
            if image.shape[1] < 1:
                raise LinocutError(f"image {i} is empty")
        return arrays


def _strings(images: Images | Strings | StringDataset, texts: Sequence[str] | None) -> Strings:
    if isinstance(images, StringDataset):
        return images.train
    if isinstance(images, Strings):
        return images
    if texts is None:
        raise LinocutError("images without texts — one text an image")
    return Strings(tuple(images), tuple(texts))


def _preparation(value: Preparation | str) -> Preparation:
    try:
        return Preparation(value)
    except ValueError:
        known = ", ".join(each.value for each in Preparation)
        raise LinocutError(f"preparation={value!r} — one of {known}") from None
