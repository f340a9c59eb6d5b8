"""Why a text was read: where each glyph lies, the evidence for it, and what else it might say."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from linocut.core import Result, plain
from linocut.lines.alignment.scores import middles
from linocut.lines.learning.two_looks import TwoLooks
from linocut.lines.reading import Glyph, Reading
from linocut.lines.windows.preparing import Preparation, prepared
from linocut.plot import GlyphEvidence

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from linocut.lines.reader import StringReader

Array = NDArray[Any]

BEST = 5  # texts
SMOOTH = 0.25  # of the largest wavelet: over how many pixels evidence is spread
DEGREE = 0.5  # roots of scattering coefficients grow as the root of the ink
EXACT = (
    "Exact: the pixels of the whole image, with what the blank page and the glyph's width add, sum "
    "to the difference of scores, since roots of scattering coefficients grow as the root of the "
    "ink. Each pixel's part is spread over its next neighbours, which leaves the sum."
)
OF_NORMALISED = (
    " Each glyph is looked at twice; place, slant and size, by which the second look normalises "
    "it, are held fixed."
)
OF_PREPARED = " It is about the image as the model prepares it, not about the file."


@dataclass(frozen=True, eq=False, repr=False)
class ReadingExplanation(Result):
    """What was read in an image, and why.

    Attributes
    ----------
    image : uint8 array, shape (h, w)
        As the reader takes it.
    readings : tuple of Reading
        The most probable, the one that was read first.
    evidence : tuple of GlyphEvidence
        Of each glyph that was read.
    offsets : tuple of (float, float)
        Of each glyph, what the blank page and its width add to its leads.
    true : str or None
        What stands there, if that is known.
    """

    image: Array
    readings: tuple[Reading, ...]
    evidence: tuple[GlyphEvidence, ...]
    offsets: tuple[tuple[float, float], ...]
    true: str | None = None

    @property
    def reading(self) -> Reading:
        """What was read."""
        return self.readings[0]

    @cached_property
    def weakest(self) -> int | None:
        """The glyph with the smallest lead over its rival; None where nothing was read."""
        leads = [glyph.score - glyph.runner_up_score for glyph in self.reading.glyphs]
        return int(np.argmin(leads)) if leads else None

    @property
    def sentence(self) -> str:
        """Say what was read, how sure that is, and which glyph is least certain."""
        reading = self.reading
        if self.weakest is None:
            return f"Nothing was read: probability {reading.probability:.1%}."
        glyph = reading.glyphs[self.weakest]
        told = (
            f"Read as {reading.text}, probability {reading.probability:.1%}. The least certain "
            f"glyph is {glyph.symbol}, number {self.weakest + 1}: its score is "
            f"{glyph.score - glyph.runner_up_score:.2f} above that of {glyph.runner_up}."
        )
        if self.true is None or self.true == reading.text:
            return told
        return f"{told} The true text is {self.true}."

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a glyph."""
        return [
            plain(
                {
                    "glyph": glyph.symbol,
                    "from": glyph.start,
                    "to": glyph.stop,
                    "score": glyph.score,
                    "rival": glyph.runner_up,
                    "lead": glyph.score - glyph.runner_up_score,
                    "ink for it": float(part.against_rival[part.against_rival > 0].sum()),
                    "ink against": float(part.against_rival[part.against_rival < 0].sum()),
                }
            )
            for glyph, part in zip(self.reading.glyphs, self.evidence, strict=True)
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return readings, glyphs and the evidence of each pixel as plain data."""
        data: dict[str, Any] = plain(
            {
                "text": self.reading.text,
                "probability": self.reading.probability,
                "true": self.true,
                "glyphs": self.rows(),
                "readings": [
                    {"text": each.text, "probability": each.probability} for each in self.readings
                ],
                "evidence": [
                    {
                        "start": part.start,
                        "support": part.support,
                        "support_beside": offsets[0],
                        "rival": part.rival,
                        "against_rival": part.against_rival,
                        "against_rival_beside": offsets[1],
                    }
                    for part, offsets in zip(self.evidence, self.offsets, strict=True)
                ],
            }
        )
        return data

    def plot(self) -> Figure:
        """Draw the image with its cuts, each glyph's evidence, and the most probable texts."""
        from linocut.plot import plot_reading  # Matplotlib loads on use

        return plot_reading(
            self.image,
            np.array(self.reading.cuts, float).reshape(-1, 2),
            [glyph.symbol for glyph in self.reading.glyphs],
            readings=[(each.text, each.probability) for each in self.readings],
            evidence=self.evidence,
            true=self.true,
        )


def explain_reading(
    reader: StringReader, image: NDArray[np.uint8], *, best: int = BEST, true: str | None = None
) -> ReadingExplanation:
    """Explain what a reader reads in an image.

    Parameters
    ----------
    reader : StringReader
        Fitted.
    image : uint8 array, shape (h, w)
        As ``reader.intake_`` makes it.
    best : int
        How many of the most probable texts to give.
    true : str, optional
        What stands there.
    """
    readings = tuple(reader.best(image, best))
    parts = _all_evidence(reader, image, readings[0])
    evidence, offsets = tuple(p for p, _ in parts), tuple(o for _, o in parts)
    return ReadingExplanation(image, readings, evidence, offsets, true)


def about_evidence(reader: StringReader) -> str:
    """Say what evidence is, and of which image."""
    as_it_is = reader.fitted_.preparation is Preparation.NONE
    normalised = OF_NORMALISED if isinstance(reader.fitted_, TwoLooks) else ""
    return EXACT + normalised + ("" if as_it_is else OF_PREPARED)


def glyph_evidence(
    reader: StringReader, image: NDArray[np.uint8], reading: Reading
) -> tuple[GlyphEvidence, ...]:
    """Return the evidence for each glyph of a reading, and against its rival."""
    return tuple(evidence for evidence, _ in _all_evidence(reader, image, reading))


def _all_evidence(
    reader: StringReader, image: NDArray[np.uint8], reading: Reading
) -> list[tuple[GlyphEvidence, tuple[float, float]]]:
    places = reader.places(image, reading)
    at = zip(reading.glyphs, *(each.tolist() for each in places), strict=True)
    return [_evidence(reader, image, position, *each) for position, each in enumerate(at)]


def _evidence(
    reader: StringReader, image: NDArray[np.uint8], position: int, glyph: Glyph, start: int,
    end: int,
) -> tuple[GlyphEvidence, tuple[float, float]]:  # fmt: skip
    """Return the evidence for one glyph, and what the blank page adds to both differences.

    Ink times gradient, over the degree by which features grow with the ink, sums to the score less
    that of the blank page (see `linocut.explain.homogeneous`).
    """
    fitted = reader.fitted_
    windows = fitted.windows
    seen = prepared(image, fitted.preparation)
    scale = image.shape[0] / seen.shape[0]
    step, wave = windows.columns.step, 2**windows.columns.J
    count = windows.columns.count(seen.shape[1])
    middle = int(middles(np.array(start), np.array(end)))
    places = np.clip(middle + np.array(windows.offsets), 0, count - 1)
    again = _again(reader, seen, glyph, start * step, end * step)
    parts, offsets = [], []
    for lead, coef, more in zip(
        _leads(glyph), _differences(reader, glyph, position), again, strict=True
    ):
        G = np.zeros((count, len(windows.axes)))
        # Beyond the ends the last column is repeated: it then counts more than once.
        np.add.at(G, places, coef @ windows.axes.T)
        _, change = windows.columns.gradient(seen, G / reader.temperature_)
        part = seen * change / DEGREE + more
        offsets.append(lead - float(part.sum()))
        # Neighbours share what no wavelet tells apart; mirrored at the edges, the sum stays.
        parts.append(gaussian_filter(part, SMOOTH * wave, mode="reflect"))
    # As far as the window and the largest wavelets see.
    margin = max(windows.reach, (end - start + 1) // 2) * step + wave
    first = max(0, middle * step - margin)
    last = min(seen.shape[1], middle * step + margin)
    support, rival = (_resized(part[:, first:last], scale) for part in parts)
    found = GlyphEvidence(round(first * scale), support, rival, glyph.runner_up, _leads(glyph))
    return found, (offsets[0], offsets[1])


def _again(
    reader: StringReader, seen: Array, glyph: Glyph, start: int, stop: int
) -> tuple[Array | float, Array | float]:
    """Return what a second look adds by each pixel to both differences; nothing without one."""
    model = reader.fitted_
    if not isinstance(model, TwoLooks):
        return 0.0, 0.0
    second = model.second
    coef = second.coef.astype(np.float64) / reader.temperature_
    k, other = (reader.symbols_.index(name) for name in (glyph.symbol, glyph.runner_up))
    support, rival = coef[k] - coef.mean(axis=0), coef[k] - coef[other]
    return second.evidence(seen, start, stop, support), second.evidence(seen, start, stop, rival)


def _leads(glyph: Glyph) -> tuple[float, float]:
    return glyph.score, glyph.score - glyph.runner_up_score


def _differences(reader: StringReader, glyph: Glyph, position: int) -> tuple[Array, Array]:
    """Return the weights (m, p) of the symbol less the average, and less those of its rival."""
    coef = reader.fitted_.symbol_weights(position).astype(np.float64)
    k, other = (reader.symbols_.index(name) for name in (glyph.symbol, glyph.runner_up))
    return coef[k] - coef.mean(axis=0), coef[k] - coef[other]


def _resized(values: Array, scale: float) -> Array:
    """Return values of the shrunk image at the pixels of the image, their sum as it was."""
    if scale == 1:
        return values
    sizes = [round(size * scale) for size in values.shape]
    rows, columns = (
        np.minimum((np.arange(size) / scale).astype(np.intp), old - 1)
        for size, old in zip(sizes, values.shape, strict=True)
    )
    grown = values[np.ix_(rows, columns)]
    total = grown.sum()
    return np.asarray(grown * (values.sum() / total if total else 1.0))
