"""The ledger of one image: what each pixel speaks for, and what it adds up to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from linocut.core import LinocutError, Result
from linocut.core.arrays import flatten_images
from linocut.core.colour import PLANE_NAMES, over_planes
from linocut.core.forms import Floats
from linocut.explain.pixel_models import LOG_RATIO

if TYPE_CHECKING:
    import shap
    from matplotlib.figure import Figure

AVERAGE = "the class average"
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
    verb : str
        What it does to the margin, in a sentence.
    """

    name: str
    pixels: Floats
    verb: str = "itself gives"

    @staticmethod
    def blank(n_pixels: int) -> Reference:
        """Return the blank page: every pixel zero."""
        return Reference("the blank page", np.zeros(n_pixels))

    @staticmethod
    def black(n_values: int) -> Reference:
        """Return the black image, which is to colours what the blank page is to ink."""
        return Reference("a black image", np.zeros(n_values))

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
    first, second : (int, int) or (int, int, int)
        Row and column, and plane in colour; the same twice for a pixel with itself.
    evidence : float
        In the unit of the margin.
    """

    first: tuple[int, ...]
    second: tuple[int, ...]
    evidence: float


@dataclass(frozen=True, eq=False, repr=False)
class Evidence(Result):
    """Why one class rather than another: the ledger of one image.

    ``pixels.sum() + offset == margin``, to rounding.

    Attributes
    ----------
    image : float64 array, shape (h, w) or (h, w, 3)
        What the model looks at, after steps such as deskewing.
    label, versus : class label
        The class in question and its rival; the rival may be `AVERAGE`.
    pixels : float64 array, shape (h, w) or (h, w, 3)
        Evidence of each pixel for the class and against its rival; in colour that of each of its
        planes, red, green and blue.
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
    classes : tuple of class labels
        All classes of the model.
    through : str
        The steps, such as "scattering", behind which scores are no polynomial of the pixels: see
        `linocut.explain.local_forms`. Empty where there are none.
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
    classes: tuple[Any, ...] = ()
    through: str = ""

    @property
    def map(self) -> Floats:
        """Evidence of each pixel, its planes together, shape (h, w)."""
        return over_planes(self.pixels, self.pixels.shape)

    @property
    def favouring(self) -> float:
        """Sum of the evidence of all pixels that speak for the class."""
        return float(self.map[self.map > 0].sum())

    @property
    def opposing(self) -> float:
        """Sum of the evidence of all pixels that speak against it: zero or negative."""
        return float(self.map[self.map < 0].sum())

    @property
    def sentence(self) -> str:
        """Say in words what the figures are."""
        verdict = "rather than" if self.margin >= 0 else "is behind"
        opening = f"{self.label} {verdict} {self.versus}, by {abs(self.margin):.2f}"
        if self.unit == LOG_RATIO and self.versus != AVERAGE:
            odds = np.exp(min(abs(self.margin), 700.0))
            opening += f", so {odds:,.0f} to 1" if odds >= 10 else f", so {odds:.1f} to 1"
        return (
            f"{opening} ({self.unit}). Pixels that speak for {self.label} add "
            f"{self.favouring:+.2f}, pixels that speak against it {_signed(self.opposing)}; "
            f"{self.reference.name} {self.reference.verb} {_signed(self.offset)}."
            f"{self._at_this_image}"
        )

    @property
    def _at_this_image(self) -> str:
        if not self.through:
            return ""
        return (
            f" Behind {self.through}, the model is no linear function of the pixels, but at this "
            "image it equals one: evidence is ink times that function's weight."
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
        evidence = self.map
        for down in rows:
            for across in columns:
                cell = np.ix_(down, across)
                part = evidence[cell]
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
        fields = super().to_dict()
        fields["reference"] = self.reference.name
        del fields["classes"]  # it is about two of them
        return {**fields, "sentence": self.sentence, "regions": self.regions()}

    def to_shap(self) -> shap.Explanation:
        """Return the ledger as a ``shap.Explanation`` of one row (needs the extra ``shap``)."""
        try:
            import shap
        except ImportError as error:
            raise LinocutError(
                "to_shap() needs shap, which is not installed — pip install 'linocut[shap]'"
            ) from error
        height, width, *planes = self.image.shape
        named = [f", {name}" for name in PLANE_NAMES] if planes else [""]
        return shap.Explanation(
            values=self.pixels.ravel(),
            base_values=self.offset,
            data=self.image.ravel(),
            feature_names=[
                f"row {i}, column {j}{plane}"
                for i in range(height)
                for j in range(width)
                for plane in named
            ],
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
            among=tuple(map(str, self.classes)),
        )


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")
