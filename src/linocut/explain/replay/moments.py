"""Replay: templates as they come about, over the iterations of a fit or along its penalty."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from linocut.core import LinocutError, Result
from linocut.core.arrays import flatten_images
from linocut.core.blocks import ArrayBlocks
from linocut.core.files import write_whole
from linocut.core.forms import Floats
from linocut.explain.pulling_back import LOG_RATIO, unit_of, weights_in_pixels
from linocut.models import regularisation_path
from linocut.models.regression import Regression

if TYPE_CHECKING:
    from matplotlib.figure import Figure

A_PIXEL = "a fully inked pixel"
FRAMES = 12  # at most, of a fit
PATH = 13  # penalties: half-decades from a thousandth to a thousandfold of what fits the pixels
SECONDS = 0.6  # a frame of an animation
LAST = 2.0  # seconds that the last one stays


@dataclass(frozen=True, eq=False)
class Replay(Result):
    """Templates at several moments.

    Attributes
    ----------
    frames : float64 array, shape (T, K, h, w)
        What a pixel adds to the score of each class, against the class average.
    captions : tuple of T str
        What each moment is.
    classes : tuple of str
        The K classes.
    unit : str
        Of the values.
    accuracies : float64 array, shape (T, 2), or None
        Share of training and of test images read rightly, where they were given.
    """

    frames: Floats
    captions: tuple[str, ...]
    classes: tuple[str, ...]
    unit: str
    accuracies: Floats | None = None

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
        found: list[dict[str, Any]] = []
        for t, (caption, frame) in enumerate(zip(self.captions, self.frames, strict=True)):
            row = {"moment": caption, "largest": float(np.abs(frame).max())}
            if self.accuracies is not None:
                row |= {"train": float(self.accuracies[t, 0]), "test": float(self.accuracies[t, 1])}
            found.append(row)
        return found

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
        )

    def save(self, path: Path) -> Path:
        """Write an animation (.gif, or an animated .png) or a still strip (.svg, .pdf, .jpg).

        Each frame has its own colour limit, which it tells: weights grow a thousandfold.
        """
        kind = path.suffix.casefold()
        if kind not in {".gif", ".png"}:
            from linocut.plot.contact_sheet import save_figure

            return save_figure(self.plot(), path)
        return write_whole(path, self._animation("GIF" if kind == ".gif" else "PNG"))

    def _animation(self, kind: str) -> bytes:
        from PIL import Image

        from linocut.plot import plot_templates

        pictures = []
        for t, frame in enumerate(self.frames):
            figure = plot_templates([frame], [self._title(t)], self.classes, units=[self.unit])
            picture = io.BytesIO()
            figure.savefig(picture, format="png", dpi=80)
            pictures.append(Image.open(picture).convert("RGB"))
        milliseconds = [int(1000 * SECONDS)] * len(pictures)
        milliseconds[-1] = int(1000 * LAST)
        out = io.BytesIO()
        pictures[0].save(
            out, format=kind, save_all=True, append_images=pictures[1:], duration=milliseconds,
            loop=0,
        )  # fmt: skip
        return out.getvalue()

    def _title(self, t: int) -> str:
        if self.accuracies is None:
            return self.captions[t]
        train, test = self.accuracies[t]
        return f"{self.captions[t]}: {train:.1%} of train, {test:.1%} of test"


def replay_fit(
    model: Any, images: Any, labels: Any, *, test: tuple[Any, Any] | None = None
) -> Replay:
    """Fit a model and show its templates over the iterations.

    Parameters
    ----------
    model : SoftmaxRegression or OneVsRestRegression, or Pipeline that ends in one
        Its options are used; it stays as it is.
    images, labels
        To fit on.
    test : (images, labels), optional
        To tell accuracies.

    Returns
    -------
    Replay
        The start, which is a rough fit of some images where there are many, then moments spread
        over the iterations.
    """
    shape = _shape(images)
    steps, last = _parts(model)
    X = images if steps is None else steps.fit_transform(images)
    fitted = clone(last).fit(X, labels, keep=range(10_000))
    kept = fitted.snapshots_
    spread = np.geomspace(1, len(kept), min(FRAMES, len(kept))).round().astype(int)
    moments = [kept[t] for t in np.unique(spread) - 1]
    accuracies = None
    if test is not None:
        sets = [(X, labels), (test[0] if steps is None else steps.transform(test[0]), test[1])]
        of_class = [(rows, np.searchsorted(fitted.classes_, y)) for rows, y in sets]
        accuracies = np.array(
            [[_accuracy(rows, y, m.W, m.b) for rows, y in of_class] for m in moments]
        )
    weights = np.stack([moment.W for moment in moments])
    return Replay(
        _frames(steps, weights, images, shape),
        tuple(f"iteration {moment.step}" for moment in moments),
        tuple(map(str, fitted.classes_)),
        f"{unit_of(fitted)} {A_PIXEL}",
        accuracies,
    )


def replay_path(
    images: Any,
    labels: Any,
    *,
    steps: Pipeline | None = None,
    Cs: int | Sequence[float] = PATH,
    tol: float = 1e-3,
    test: tuple[Any, Any] | None = None,
) -> Replay:
    """Show the templates of softmax regression along C, from mean images to speckle.

    With hardly any freedom the weights are C times the class means less their share of the mean
    of all; with all of it they fit each image that is hard to read.

    Parameters
    ----------
    images, labels
        To fit on.
    steps : Pipeline, optional
        What comes before the model; fitted here.
    Cs : int or sequence of float
        Inverse penalties, or how many; see `regularisation_path`.
    tol : float
        Of each fit, relative to its optimum.
    test : (images, labels), optional
        To tell accuracies.
    """
    X = images if steps is None else steps.fit_transform(images)
    tests = None
    if test is not None:
        tests = test if steps is None else (steps.transform(test[0]), test[1])
    path = regularisation_path(X, labels, Cs, tol=tol, test=tests)
    accuracies = None
    if path.test_accuracy is not None:
        accuracies = np.column_stack([path.train_accuracy, path.test_accuracy])
    shape = _shape(images)
    frames = _frames(steps, path.coef, images, shape)
    captions = tuple(f"C = {C:g}" for C in path.Cs)
    return Replay(
        frames, captions, tuple(map(str, path.classes)), f"{LOG_RATIO} {A_PIXEL}", accuracies
    )


def _shape(images: Any) -> tuple[int, int]:
    if np.ndim(images) != 3:
        raise LinocutError(
            f"images of shape {np.shape(images)} — a replay needs pictures of shape (n, h, w)"
        )
    _, height, width = np.shape(images)
    return height, width


def _frames(steps: Pipeline | None, weights: Floats, images: Any, shape: tuple[int, int]) -> Floats:
    full = float(np.max(images)) or 1.0
    pixels = [weights_in_pixels(steps, W - W.mean(axis=0)) * full for W in weights]
    return np.stack(pixels).reshape(*weights.shape[:2], *shape)


def _accuracy(X: Any, positions: Any, W: Floats, b: Floats) -> float:
    blocks = ArrayBlocks(flatten_images(X), np.dtype(np.float32))
    W_ = W.astype(np.float32)
    read = blocks.map(lambda rows, X: np.asarray(X @ W_.T + b).argmax(axis=1))
    return float(np.mean(np.concatenate(list(read)) == positions))


def _parts(model: Any) -> tuple[Pipeline | None, Regression]:
    steps, last = (model[:-1], model[-1]) if isinstance(model, Pipeline) else (None, model)
    if not isinstance(last, Regression):
        raise LinocutError(
            f"{type(last).__name__} is not fitted step by step — SoftmaxRegression and "
            "OneVsRestRegression are"
        )
    return (clone(steps) if steps is not None and len(steps) else None), last
