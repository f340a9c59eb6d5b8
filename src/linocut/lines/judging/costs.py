"""What misread images were lost by: a wrong cut, or a glyph taken for another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError, Result, plain
from linocut.lines.data import Strings, symbols_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from linocut.lines.reader import StringReader
    from linocut.lines.reading import Reading

CAUSES = (
    ("wrong glyph", "cut as the true text wants it, some glyph still looks like another"),
    ("wrong cut", "cut as the true text wants it, every glyph would have been read"),
    ("unknown text", "the true text has a symbol never learned, or more glyphs than have room"),
)
GLYPH, CUT, UNKNOWN = range(3)


@dataclass(frozen=True, eq=False, repr=False)
class ReadingCosts(Result):
    """What each misread image was lost by.

    Attributes
    ----------
    true, read : tuples of n str
        The true texts, and what was read.
    cause : int array, shape (n,)
        Place in ``CAUSES``; −1 for images that were read.
    lost : tuple of n tuples of (int, str)
        Of each image lost by glyphs: position and what was seen instead, at the true cuts.
    """

    true: tuple[str, ...]
    read: tuple[str, ...]
    cause: NDArray[np.intp]
    lost: tuple[tuple[tuple[int, str], ...], ...]

    @property
    def counts(self) -> tuple[tuple[str, str, int], ...]:
        """Each cause, what it means, and the images it cost; unknown texts if there are any."""
        numbers = [int(np.sum(self.cause == k)) for k in range(len(CAUSES))]
        return tuple(
            (name, meaning, count)
            for k, ((name, meaning), count) in enumerate(zip(CAUSES, numbers, strict=True))
            if count or k != UNKNOWN
        )

    @property
    def sentence(self) -> str:
        """Say what cost most."""
        wrong = int(np.sum(self.cause >= 0))
        if not wrong:
            return f"None of {len(self.true):,} images is misread."
        told = ", ".join(f"{count:,} by a {name}" for name, _, count in self.counts if count)
        return f"{wrong:,} of {len(self.true):,} images misread: {told}."

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a misread image."""
        return [
            plain(
                {
                    "image": i,
                    "true": self.true[i],
                    "read": self.read[i],
                    "cause": CAUSES[self.cause[i]][0],
                    "seen": [f"{at + 1}: {symbol}" for at, symbol in self.lost[i]],
                }
            )
            for i in np.flatnonzero(self.cause >= 0)
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the counts and the misread images as plain data."""
        data: dict[str, Any] = plain(
            {
                "n": len(self.true),
                "causes": [
                    {"cause": name, "meaning": meaning, "count": count}
                    for name, meaning, count in self.counts
                ],
                "images": self.rows(),
            }
        )
        return data

    def plot(self) -> Figure:
        """Draw how many images each cause cost."""
        from linocut.plot import plot_reading_costs  # Matplotlib loads on use

        return plot_reading_costs(self.counts, n=len(self.true))


def reading_costs(
    reader: StringReader, strings: Strings, readings: Sequence[Reading] | None = None
) -> ReadingCosts:
    """Find out what misread images were lost by.

    The true text of a misread image is aligned with it: the cuts are those with which the reader
    finds this text most probable. If at these places the best symbol of each glyph is the true
    one, the image was lost by its cuts, otherwise by its glyphs.

    Parameters
    ----------
    reader : StringReader
        Fitted.
    strings : Strings
        Images with their true texts, best some that it did not learn from.
    readings : sequence of Reading, optional
        What it read in them, if that is known already.
    """
    found = reader.read(strings) if readings is None else readings
    cause = np.full(len(strings), -1)
    lost: list[tuple[tuple[int, str], ...]] = [()] * len(strings)
    for i, (image, text, reading) in enumerate(
        zip(strings.images, strings.texts, found, strict=True)
    ):
        if reading.text == text:
            continue
        try:
            aligned = reader.align(image, text)
        except LinocutError:
            cause[i] = UNKNOWN
            continue
        best = reader.symbol_scores(image, aligned).argmax(axis=1)
        seen = [reader.symbols_[k] for k in best]
        lost[i] = tuple(
            (at, symbol)
            for at, (symbol, true) in enumerate(zip(seen, symbols_of(text), strict=True))
            if symbol != true
        )
        cause[i] = GLYPH if lost[i] else CUT
    read = tuple(reading.text for reading in found)
    return ReadingCosts(tuple(strings.texts), read, cause, tuple(lost))
