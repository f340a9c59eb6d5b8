"""Templates at several moments, and how they move."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from linocut.core import Result
from linocut.core.files import write_whole
from linocut.core.forms import Floats

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SECONDS = 0.6  # a frame of an animation
LAST = 2.0  # seconds that the last one stays
LIMIT_SHARE = 99.5  # per cent of the weights that keep a colour of their own


@dataclass(frozen=True, eq=False, repr=False)
class Replay(Result):
    """Templates at several moments.

    Attributes
    ----------
    frames : float64 array, shape (T, K, h, w)
        What a fully inked pixel adds to the score of each class; for softmax against the class
        average.
    captions : tuple of T str
        What each moment is.
    classes : tuple of str
        The K classes.
    unit : str
        Of the values.
    accuracies : float64 array, shape (T, 2), or None
        Share of training and of test images correctly classified, where they were given.
    iterations : tuple of T int, or None
        Of a fit, the iteration of each moment; 0 is the start.
    objectives : float64 array, shape (T,), or None
        Of a fit, mean loss plus penalty at each moment.
    """

    frames: Floats
    captions: tuple[str, ...]
    classes: tuple[str, ...]
    unit: str
    accuracies: Floats | None = None
    iterations: tuple[int, ...] | None = None
    objectives: Floats | None = None

    @property
    def sentence(self) -> str:
        """Say from what to what it goes."""
        said = f"{len(self.frames)} moments, from {self.captions[0]} to {self.captions[-1]}"
        if self.accuracies is None:
            return said + "."
        train, test = self.accuracies.T
        best = int(np.argmax(test))
        return (
            f"{said}: training accuracy goes from {train[0]:.1%} to {train[-1]:.1%}, test accuracy "
            f"is best at {self.captions[best]} ({test[best]:.1%}) and {test[-1]:.1%} at the end."
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a moment."""
        table: list[dict[str, Any]] = []
        for t, (caption, frame) in enumerate(zip(self.captions, self.frames, strict=True)):
            row = {"moment": caption, "largest": float(np.abs(frame).max())}
            if self.accuracies is not None:
                row |= {"train": float(self.accuracies[t, 0]), "test": float(self.accuracies[t, 1])}
            if self.objectives is not None:
                row["objective"] = float(self.objectives[t])
            table.append(row)
        return table

    def to_dict(self) -> dict[str, Any]:
        """Return the table and the sentence as plain data."""
        return {"sentence": self.sentence, "unit": self.unit, "moments": self.rows()}

    def plot(self) -> Figure:
        """Draw all moments as a strip: a row a moment, a column a class."""
        from linocut.plot import plot_templates  # Matplotlib loads on use

        return plot_templates(
            list(self.frames),
            [self._title(t) for t in range(len(self.frames))],
            self.classes,
            units=[self.unit] * len(self.frames),
            limits=[self.limit] * len(self.frames),
        )

    @property
    def limit(self) -> float:
        """The absolute value at full colour, the same for all moments.

        That of the moment with the best test accuracy, or of the last one: weights grow a
        thousandfold on the way, so earlier moments are pale, and later ones may saturate.
        """
        at = -1 if self.accuracies is None else int(np.argmax(self.accuracies[:, 1]))
        sizes = np.abs(self.frames[at])
        used = sizes[sizes > 0]
        return float(np.percentile(used, LIMIT_SHARE)) if used.size else 1.0

    def save(self, path: Path) -> Path:
        """Write an animation (.gif, or an animated .png) or a still strip (.svg, .pdf, .jpg).

        All frames have one colour scale, so that weights are seen to grow.
        """
        kind = path.suffix.casefold()
        if kind not in {".gif", ".png"}:
            from linocut.plot.contact_sheet import save_figure

            return save_figure(self.plot(), path)
        return write_whole(path, self._animation("GIF" if kind == ".gif" else "PNG"))

    def _animation(self, kind: str) -> bytes:
        from PIL import Image

        from linocut.plot import plot_templates

        drawings = []
        for t, frame in enumerate(self.frames):
            figure = plot_templates(
                [frame], [self._title(t)], self.classes, units=[self.unit], limits=[self.limit]
            )
            file = io.BytesIO()
            figure.savefig(file, format="png", dpi=80)
            drawings.append(Image.open(file).convert("RGB"))
        milliseconds = [int(1000 * SECONDS)] * len(drawings)
        milliseconds[-1] = int(1000 * LAST)
        out = io.BytesIO()
        drawings[0].save(
            out, format=kind, save_all=True, append_images=drawings[1:], duration=milliseconds,
            loop=0,
        )  # fmt: skip
        return out.getvalue()

    def _title(self, t: int) -> str:
        if self.accuracies is None:
            return self.captions[t]
        train, test = self.accuracies[t]
        return f"{self.captions[t]}: {train:.1%} of train, {test:.1%} of test"
