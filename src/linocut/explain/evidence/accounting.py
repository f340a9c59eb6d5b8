"""Evidence: why this class rather than that one, pixel by pixel, adding up to the margin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError, Result
from linocut.core.arrays import flatten_images
from linocut.core.forms import Floats, QuadraticForm, margin_directions
from linocut.explain.pulling_back import LOG_RATIO, PulledBack, pull_back

if TYPE_CHECKING:
    import shap
    from matplotlib.figure import Figure

AVERAGE = "the class average"
STRONGEST = 10  # pairs of pixels that are listed
GRID = 4  # regions along each side of the table


@dataclass(frozen=True, eq=False)
class Reference:
    """The image against which ink counts.

    Attributes
    ----------
    name : str
        What it is, as it stands in a sentence: "the blank page".
    pixels : float64 array, shape (d,)
        In the unit of the images.
    """

    name: str
    pixels: Floats

    @staticmethod
    def blank(n_pixels: int) -> Reference:
        """Return the blank page: every pixel zero."""
        return Reference("the blank page", np.zeros(n_pixels))

    @staticmethod
    def mean(images: Any, name: str = "the mean image") -> Reference:
        """Return the mean of images (n, h, w) or rows (n, d): of all, or of a rival's class."""
        rows = flatten_images(np.asarray(images))
        return Reference(name, rows.mean(axis=0, dtype=np.float64))


@dataclass(frozen=True)
class PixelPair:
    """The evidence of two pixels together, which each of them holds half of.

    Attributes
    ----------
    first, second : (int, int)
        Row and column; the same twice for a pixel with itself.
    evidence : float
        In the unit of the margin.
    """

    first: tuple[int, int]
    second: tuple[int, int]
    evidence: float


@dataclass(frozen=True, eq=False)
class Evidence(Result):
    """Why one class rather than another: the ledger of one image.

    ``pixels.sum() + offset == margin``, to rounding.

    Attributes
    ----------
    image : float64 array, shape (h, w)
        What the model looks at, after steps such as deskewing.
    label, versus : class label
        The class in question and its rival; the rival may be `AVERAGE`.
    pixels : float64 array, shape (h, w)
        Evidence of each pixel for the class and against its rival.
    offset : float
        The margin of the reference: what is there before any ink differs from it.
    margin : float
        Score of the class minus score of its rival.
    reference : Reference
        The image against which ink counts.
    unit : str
        Of evidence, offset and margin.
    pairs : tuple of PixelPair
        For quadratic models, the pairs with the strongest evidence.
    """

    image: Floats
    label: Any
    versus: Any
    pixels: Floats
    offset: float
    margin: float
    reference: Reference
    unit: str
    pairs: tuple[PixelPair, ...] = ()

    @property
    def favouring(self) -> float:
        """Sum of the evidence of all pixels that speak for the class."""
        return float(self.pixels[self.pixels > 0].sum())

    @property
    def opposing(self) -> float:
        """Sum of the evidence of all pixels that speak against it: zero or negative."""
        return float(self.pixels[self.pixels < 0].sum())

    @property
    def sentence(self) -> str:
        """Say in words what the figures are."""
        verdict = "rather than" if self.margin >= 0 else "is behind"
        if self.margin >= 0:
            opening = f"{self.label} {verdict} {self.versus}, by {self.margin:.2f}"
        else:
            opening = f"{self.label} {verdict} {self.versus}, by {-self.margin:.2f}"
        if self.unit == LOG_RATIO and self.versus != AVERAGE:
            odds = np.exp(min(abs(self.margin), 700.0))
            opening += f", so {odds:,.0f} to 1" if odds >= 10 else f", so {odds:.1f} to 1"
        return (
            f"{opening} ({self.unit}). Pixels that speak for {self.label} add "
            f"{self.favouring:+.2f}, pixels that speak against it {_signed(self.opposing)}; "
            f"{self.reference.name} itself gives {_signed(self.offset)}."
        )

    def regions(self, grid: int = GRID) -> list[dict[str, Any]]:
        """Return the evidence of the cells of a grid, strongest first, and of the reference.

        Parameters
        ----------
        grid : int
            Cells along each side, from 1 up.

        Returns
        -------
        list of dict
            ``region`` (rows and columns, counted from 0), ``ink``, ``for``, ``against`` and
            ``evidence``; the evidences of all rows add up to the margin.
        """
        if not grid >= 1:
            raise LinocutError(f"grid={grid!r} — an integer from 1 up")
        rows = np.array_split(np.arange(self.image.shape[0]), min(grid, self.image.shape[0]))
        columns = np.array_split(np.arange(self.image.shape[1]), min(grid, self.image.shape[1]))
        table: list[dict[str, Any]] = []
        for down in rows:
            for across in columns:
                cell = np.ix_(down, across)
                part = self.pixels[cell]
                table.append(
                    {
                        "region": f"rows {down[0]}–{down[-1]}, columns {across[0]}–{across[-1]}",
                        "ink": float(self.image[cell].sum()),
                        "for": float(part[part > 0].sum()),
                        "against": float(part[part < 0].sum()),
                        "evidence": float(part.sum()),
                    }
                )
        table.sort(key=lambda row: -abs(float(row["evidence"])))
        rest: dict[str, Any] = {
            "region": self.reference.name,
            "ink": float(self.reference.pixels.sum()),
        }
        rest |= {"for": max(self.offset, 0.0), "against": min(self.offset, 0.0)}
        return [*table, {**rest, "evidence": self.offset}]

    def rows(self) -> list[dict[str, Any]]:
        """Return `regions` of the usual grid."""
        return self.regions()

    def to_dict(self) -> dict[str, Any]:
        """Return the ledger as plain data."""
        found = super().to_dict()
        found["reference"] = self.reference.name
        return {**found, "sentence": self.sentence, "regions": self.regions()}

    def to_shap(self) -> shap.Explanation:
        """Return the ledger as a ``shap.Explanation`` of one row (needs the extra ``shap``)."""
        try:
            import shap
        except ImportError as error:
            raise LinocutError(
                "to_shap() needs shap, which is not installed — pip install 'linocut[shap]'"
            ) from error
        height, width = self.image.shape
        return shap.Explanation(
            values=self.pixels.ravel(),
            base_values=self.offset,
            data=self.image.ravel(),
            feature_names=[f"row {i}, column {j}" for i in range(height) for j in range(width)],
        )

    def plot(self) -> Figure:
        """Draw the image, the evidence on it, and the sum from the offset to the margin."""
        from linocut.plot import plot_evidence  # Matplotlib loads on use

        return plot_evidence(
            self.image,
            self.pixels,
            offset=self.offset,
            label=str(self.label),
            versus=str(self.versus),
            reference=self.reference.name,
            unit=self.unit,
        )


def explain(
    model: Any,
    image: Any,
    *,
    label: Any = None,
    versus: Any = None,
    reference: Reference | None = None,
) -> Evidence:
    """Account for one decision: the evidence of every pixel for one class rather than another.

    Parameters
    ----------
    model : PulledBack, or a fitted classifier or Pipeline
        See `pull_back`.
    image : array, shape (h, w) or (d,)
        In the unit of the training images.
    label : class label, optional
        The class in question; if not given, the one with the largest score.
    versus : class label or `AVERAGE`, optional
        Its rival; if not given, the other class with the largest score. Weights of one class alone
        mean nothing: adding one picture to those of all classes changes no decision.
    reference : Reference, optional
        The blank page if not given.

    Returns
    -------
    Evidence

    Raises
    ------
    LinocutError
        If the image has the wrong shape, a class is not known, or the model cannot be pulled back.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from linocut.models import SoftmaxRegression
    >>> digits = load_digits()
    >>> model = SoftmaxRegression(0.01).fit(digits.images, digits.target)
    >>> found = explain(model, digits.images[3], versus=5)
    >>> int(found.label), int(found.versus), found.reference.name
    (3, 5, 'the blank page')
    >>> scores = model.decision_function(digits.images[3:4])[0]
    >>> bool(np.isclose(found.pixels.sum() + found.offset, scores[3] - scores[5]))
    True
    """
    pulled = model if isinstance(model, PulledBack) else pull_back(model)
    row = pulled.images(np.asarray(image)[None]).astype(np.float64)
    reference = _checked(pulled, reference)
    scores = pulled.form.scores(row)[0]
    a = int(scores.argmax()) if label is None else pulled.position(label)
    b: int | None
    if versus is None:
        b = next(int(k) for k in np.argsort(-scores, kind="stable") if k != a)
    else:
        b = None if str(versus) == AVERAGE else pulled.position(versus)
    if a == b:
        raise LinocutError(
            f"{pulled.classes[a]} is the class in question itself — name two different classes, "
            "by label and versus"
        )
    D = margin_directions(len(scores), [a], None if b is None else [b])
    pixels = pulled.form.contributions(row, D, reference.pixels)[0]
    offset = float(D[0] @ pulled.form.scores(reference.pixels[None])[0])
    shape = pulled.image_shape or (1, len(pixels))
    pairs: tuple[PixelPair, ...] = ()
    if isinstance(pulled.form, QuadraticForm):
        pairs = _strongest_pairs(pulled.form, D[0], row[0] - reference.pixels, shape)
    return Evidence(
        row[0].reshape(shape),
        pulled.classes[a],
        AVERAGE if b is None else pulled.classes[b],
        pixels.reshape(shape),
        offset,
        float(D[0] @ scores),
        reference,
        pulled.unit,
        pairs,
    )


def evidence_maps(
    model: Any,
    images: Any,
    *,
    labels: Any = None,
    versus: Any = None,
    reference: Reference | None = None,
) -> tuple[Floats, Floats]:
    """Return the evidence of every pixel of many images at once, and the offsets.

    Parameters
    ----------
    model, reference
        As for `explain`.
    images : array, shape (n, h, w) or (n, d)
        In the unit of the training images.
    labels, versus : sequence of n class labels, optional
        The class in question and its rival, for each image; if not given, the classes with the
        largest scores. ``versus=AVERAGE`` takes the class average for all.

    Returns
    -------
    pixels : float64 array, shape (n, d)
    offsets : float64 array, shape (n,)
        ``pixels.sum(axis=1) + offsets`` are the margins.
    """
    pulled = model if isinstance(model, PulledBack) else pull_back(model)
    X = pulled.images(images).astype(np.float64)
    reference = _checked(pulled, reference)
    scores = pulled.form.scores(X)
    K = scores.shape[1]
    a = scores.argmax(axis=1) if labels is None else _positions(pulled, labels, len(X), "labels")
    b: NDArray[np.intp] | None
    if versus is None:
        others = scores.copy()
        others[np.arange(len(X)), a] = -np.inf
        b = others.argmax(axis=1)
    elif isinstance(versus, str) and versus == AVERAGE:
        b = None
    else:
        b = _positions(pulled, versus, len(X), "versus")
    D = margin_directions(K, a, b)
    offsets = D @ pulled.form.scores(reference.pixels[None])[0]
    return pulled.form.contributions(X, D, reference.pixels), offsets


def _positions(pulled: PulledBack, labels: Any, n: int, name: str) -> NDArray[np.intp]:
    labels = np.asarray(labels)
    if labels.shape != (n,):
        raise LinocutError(
            f"{name} of shape {labels.shape} for {n} images — give one class for each"
        )
    known = {label: pulled.position(label) for label in np.unique(labels)}
    return np.array([known[label] for label in labels], np.intp)


def _checked(pulled: PulledBack, reference: Reference | None) -> Reference:
    d = pulled.form.shape[1]
    if reference is None:
        return Reference.blank(d)
    if np.shape(reference.pixels) != (d,):
        raise LinocutError(
            f"a reference of shape {np.shape(reference.pixels)} — the model reads {d} pixels"
        )
    return reference


def _strongest_pairs(
    form: QuadraticForm, direction: Floats, delta: Floats, shape: tuple[int, int]
) -> tuple[PixelPair, ...]:
    terms = form.pairs(direction) * np.outer(delta, delta)
    terms = np.triu(terms) + np.triu(terms, 1)  # both halves of a pair
    best = np.argsort(-np.abs(terms), axis=None, kind="stable")[:STRONGEST]
    i, j = np.unravel_index(best, terms.shape)
    width = shape[1]

    def place(pixel: int) -> tuple[int, int]:
        return int(pixel) // width, int(pixel) % width

    return tuple(
        PixelPair(place(one), place(other), float(terms[one, other]))
        for one, other in zip(i, j, strict=True)
    )


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")
