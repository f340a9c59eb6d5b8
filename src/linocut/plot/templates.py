"""Templates side by side: a row a model, a column a class, one colour scale about zero."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.colour import PLANES
from linocut.plot.colours import RULE, SOFT, diverging
from linocut.plot.fonts import ClassLabels, class_labels
from linocut.plot.panels import signed_colours

GAP = 0.12  # between tiles, as a share of a tile
MOST_COLUMNS = 16  # classes side by side
LEFT = 2.55  # room for the rows' titles, inches
BAR, SHORTEST_BAR = 5.0, 3.2  # length of the colour scale, inches
SIDES = "ink here speaks against", "for the class"
COLOURS = "In colour: mid grey is zero; the colour is that of light which speaks for the class."
TICKS = (-1.0, -0.5, 0.0, 0.5, 1.0)
LIMIT_SHARE = 99.5  # per cent of the values that keep a colour of their own


def plot_templates(
    templates: Sequence[NDArray[np.floating]],
    titles: Sequence[str],
    class_names: Sequence[str],
    *,
    units: Sequence[str],
    limits: Sequence[float] | None = None,
    sides: tuple[str, str] = SIDES,
    among: Sequence[str] | None = None,
) -> Figure:
    """Draw the templates of one or several models.

    Parameters
    ----------
    templates : sequence of R float arrays, each of shape (K, h, w) or (K, h, w, 3)
        The weights of each model as images, one per class; those of three planes are drawn as one
        colour a pixel, zero as mid grey.
    titles : sequence of R str
        What to call each model.
    class_names : sequence of K str
        The classes.
    units : sequence of R str
        The unit of each model's weights.
    limits : sequence of R float, optional
        The absolute weight at full colour, in that unit; by default the 99.5th percentile of
        each model, so that a few wild weights do not wash out the rest.
    sides : (str, str)
        What blue and what red mean, beside the colour scale.
    among : sequence of str, optional
        All classes of the set: a name that no font can write gives way to its position there. By
        default the classes drawn.

    Returns
    -------
    matplotlib.figure.Figure
        One row a model, one column a class.

    Raises
    ------
    LinocutError
        If the numbers of templates, titles, units and classes do not agree.

    Examples
    --------
    >>> weights = np.random.default_rng(0).normal(size=(2, 8, 8))
    >>> figure = plot_templates([weights], ["Softmax"], ["cat", "dog"], units=["log-odds"])
    >>> [text.get_text() for text in figure.axes[0].get_xticklabels()]
    ['cat', 'dog']
    """
    grids = [np.asarray(values, dtype=np.float64) for values in templates]
    _check(grids, titles, class_names, units)
    bounds = [_limit(values) for values in grids] if limits is None else list(limits)
    aspect = grids[0].shape[1] / grids[0].shape[2]
    labels = class_labels(class_names, among)
    in_colour = any(values.ndim == 4 for values in grids)
    sheet = _Sheet(len(grids), len(class_names), aspect, labels, in_colour)
    figure = Figure(figsize=sheet.size)
    axes = figure.add_axes(sheet.place(LEFT, sheet.bottom, sheet.across, sheet.down))
    for row, (values, bound) in enumerate(zip(grids, bounds, strict=True)):
        for k, image in enumerate(values):
            axes.imshow(
                image / bound if image.ndim == 2 else signed_colours(image, bound),
                cmap=diverging(),
                vmin=-1,
                vmax=1,
                interpolation="nearest",
                extent=sheet.extent(row, k),
                aspect="auto",
            )
    _frame(axes, sheet)
    _name_classes(axes, sheet)
    alike = len(set(zip(bounds, units, strict=True))) == 1
    for band in range(sheet.bands):
        _name_rows(axes, sheet.top(band), titles, bounds, units, alike=alike)
    left = LEFT + max(sheet.across - sheet.bar, 0) / 2
    signed = [image for image in axes.images if np.asarray(image.get_array()).ndim == 2]
    if signed:
        bar = figure.add_axes(sheet.place(left, sheet.bottom - 0.5, sheet.bar, 0.16))
        _scale(bar, signed[0], bounds[:1] if alike else bounds, units, sides)
    notes = [sheet.labels.note] if sheet.labels.note else []
    notes += [] if len(signed) == len(axes.images) else [COLOURS]
    figure.text(0.5, 0.01, " ".join(notes), ha="center", fontsize=9, color=SOFT)
    return figure


@dataclass(frozen=True)
class _Sheet:
    """Where everything goes: names left and above, the scale below; many classes in bands.

    Places of tiles are in tiles, all else in inches.
    """

    n_rows: int
    n_classes: int
    aspect: float
    labels: ClassLabels
    noted: bool = False  # whether a note stands below

    @property
    def columns(self) -> int:
        """Classes of one band."""
        return -(-self.n_classes // -(-self.n_classes // MOST_COLUMNS))

    @property
    def bands(self) -> int:
        return -(-self.n_classes // self.columns)

    @property
    def tile(self) -> float:
        return float(np.clip(11 / self.columns, 0.5, 1.1))

    @property
    def across(self) -> float:
        return self.tile * (1 + GAP) * self.columns

    @property
    def down(self) -> float:
        return (self.top(self.bands) - self.between) * self.tile * self.aspect

    @property
    def names(self) -> float:
        """Room above a band for the names of its classes."""
        return 0.2 + (0.06 * self.labels.longest if self.turned else 0.2)

    @property
    def between(self) -> float:
        """The same in tiles."""
        return self.names / (self.tile * self.aspect)

    def top(self, band: int) -> float:
        return band * (self.n_rows * (1 + GAP) + self.between)

    def extent(self, row: int, k: int) -> tuple[float, float, float, float]:
        band, column = divmod(k, self.columns)
        left, top = column * (1 + GAP), self.top(band) + row * (1 + GAP)
        return left, left + 1, top + 1, top

    @property
    def bottom(self) -> float:
        return 1.05 if self.labels.note or self.noted else 0.85

    @property
    def turned(self) -> bool:
        return self.labels.longest > 6

    @property
    def size(self) -> tuple[float, float]:
        beside = self.bar + 1.1  # the scale and what stands beside it
        names = self.across  # with what the last name, which is turned, takes on the right
        names += max(0.1, 0.08 * self.labels.longest - 0.4) if self.turned else 0.1
        return LEFT + max(names, beside), self.bottom + self.down + self.names

    @property
    def bar(self) -> float:
        """Length of the colour scale."""
        return float(np.clip(self.across, SHORTEST_BAR, BAR))

    def place(self, x: float, y: float, w: float, h: float) -> tuple[float, float, float, float]:
        """Return inches as shares of the figure."""
        width, height = self.size
        return x / width, y / height, w / width, h / height


def _check(
    grids: list[NDArray[np.float64]],
    titles: Sequence[str],
    class_names: Sequence[str],
    units: Sequence[str],
) -> None:
    if not grids or not len(grids) == len(titles) == len(units):
        raise LinocutError(
            f"{len(grids)} templates, {len(titles)} titles and {len(units)} units — "
            "there must be one title and one unit for each of at least one template"
        )
    shapes = {values.shape[:3] for values in grids}
    planes = {values.shape[3:] for values in grids} <= {(), (PLANES,)}
    fits = planes and all(values.ndim >= 3 for values in grids)
    if len(shapes) > 1 or not fits or len(grids[0]) != len(class_names):
        raise LinocutError(
            f"templates of shape {', '.join(map(str, sorted(shapes)))} for {len(class_names)} "
            "classes — each must have the same shape (K, h, w), K being the number of classes"
        )


def _limit(values: NDArray[np.float64]) -> float:
    used = np.abs(values[values != 0])
    return float(np.percentile(used, LIMIT_SHARE)) if used.size else 1.0


def _frame(axes: Axes, sheet: _Sheet) -> None:
    places = [sheet.extent(row, k) for row in range(sheet.n_rows) for k in range(sheet.n_classes)]
    frames = [Rectangle((left, top), 1, 1) for left, _, _, top in places]
    axes.add_collection(
        PatchCollection(frames, facecolor="none", edgecolor=RULE, linewidth=0.6, zorder=3)
    )
    axes.set_xlim(-GAP / 2, sheet.columns * (1 + GAP) - GAP / 2)
    axes.set_ylim(sheet.top(sheet.bands) - sheet.between - GAP / 2, -GAP / 2)
    axes.spines[:].set_visible(False)


def _name_classes(axes: Axes, sheet: _Sheet) -> None:
    look: dict[str, Any] = {
        "fontfamily": list(sheet.labels.families),
        "fontsize": 10 if sheet.turned else 12,
        "rotation": 35 if sheet.turned else 0,
        "ha": "left" if sheet.turned else "center",
        "rotation_mode": "anchor" if sheet.turned else "default",
    }
    axes.xaxis.tick_top()
    first = range(min(sheet.columns, sheet.n_classes))
    middles = [k * (1 + GAP) + 0.5 for k in first]
    axes.set_xticks(middles, [sheet.labels.texts[k] for k in first], **look)
    for k in range(sheet.columns, sheet.n_classes):
        left, _, _, top = sheet.extent(0, k)
        axes.annotate(
            sheet.labels.texts[k], (left + 0.5, top), xytext=(0, 4), textcoords="offset points",
            va="bottom", annotation_clip=False, **look,
        )  # fmt: skip
    axes.set_yticks([])
    axes.tick_params(length=0)


def _name_rows(
    axes: Axes,
    top: float,
    titles: Sequence[str],
    bounds: Sequence[float],
    units: Sequence[str],
    *,
    alike: bool,
) -> None:
    for row, (title, bound, unit) in enumerate(zip(titles, bounds, units, strict=True)):
        beside = (-GAP, top + row * (1 + GAP) + 0.5)
        below = "" if alike else "\n".join(textwrap.wrap(f"±{bound:.3g} {unit}", 34))
        axes.annotate(
            "\n".join(textwrap.wrap(title, 22)), beside, ha="right",
            va="bottom" if below else "center", fontsize=12, fontweight="bold",
            annotation_clip=False,
        )  # fmt: skip
        axes.annotate(
            below, beside, xytext=(0, -3), textcoords="offset points", ha="right", va="top",
            fontsize=8.5, color=SOFT, annotation_clip=False,
        )  # fmt: skip


def _scale(
    axes: Axes,
    image: AxesImage,
    bounds: Sequence[float],
    units: Sequence[str],
    sides: tuple[str, str],
) -> None:
    figure = axes.figure
    bar = figure.colorbar(image, cax=axes, orientation="horizontal")
    if len(bounds) == 1:
        ends = [f"{bounds[0] * at:.2g}" for at in TICKS[3:]]
        what, labels = units[0], [f"−{ends[1]}", f"−{ends[0]}", "0", *(f"+{end}" for end in ends)]
    else:
        what = "weight, as a share of the limit given at each row"
        labels = ["−limit", "−half", "0", "+half", "+limit"]
    bar.set_ticks(TICKS, labels=labels)
    bar.outline.set_edgecolor(RULE)
    axes.tick_params(labelsize=9, length=2)
    axes.set_title(what, fontsize=9, pad=4)
    for x, side, text in (
        (-0.02, "right", sides[0]),
        (1.02, "left", sides[1]),
    ):
        axes.text(x, 0.5, text, ha=side, va="center", fontsize=9, transform=axes.transAxes)
