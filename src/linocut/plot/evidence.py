"""Evidence: the image, what each of its pixels contributes, and how that adds up to the margin."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from linocut.core import LinocutError
from linocut.core.colour import PLANE_NAMES, PLANES, over_planes
from linocut.plot.colours import INK, RULE, SOFT, diverging
from linocut.plot.fonts import class_labels
from linocut.plot.panels import shown_colours

Floats = NDArray[np.float64]

SIZE = (6.2, 5.8)  # inches: narrow, so that the letters stay readable on a phone
PLANES_HIGH = 1.9  # inches that the three planes of an image in colour take
PARTED = 0.39  # of the height, where those are put in
LETTERS = 11  # points
BAR = 0.62  # height of a bar, of the distance between two
LONGEST, SHORTEST = 20, 14  # letters of a name in the titles, and beside the bars


def plot_evidence(
    image: ArrayLike,
    evidence: ArrayLike,
    *,
    offset: float,
    label: str,
    versus: str,
    reference: str,
    unit: str,
    limit: float | None = None,
    among: Sequence[str] | None = None,
) -> Figure:
    """Draw why an image is classified as one class rather than another.

    Parameters
    ----------
    image : float array, shape (h, w) or (h, w, 3)
        What the model looks at; zero is drawn as paper.
    evidence : float array, of the same shape
        Of each pixel, for the class and against its rival. In colour its planes are summed, and
        drawn one by one as well.
    offset : float
        The margin of the reference.
    label, versus : str
        The class and its rival.
    reference : str
        The image against which ink counts, as it stands in a sentence.
    unit : str
        Of evidence, offset and margin.
    limit : float, optional
        Absolute evidence at full colour; by default the largest there is.
    among : sequence of str, optional
        All classes of the set: a name that no font can write gives way to its position there. By
        default the classes drawn.

    Returns
    -------
    matplotlib Figure
        The image, the evidence of its pixels, and a bar a part: from the reference to the margin.

    Raises
    ------
    LinocutError
        If image and evidence have different shapes.

    Examples
    --------
    >>> figure = plot_evidence(
    ...     np.eye(4), np.eye(4), offset=-1.0, label="1", versus="7",
    ...     reference="the blank page", unit="score",
    ... )
    >>> [text.get_text() for text in figure.axes[2].get_yticklabels()]
    ['the blank page', 'ink for 1', 'ink against 1', 'margin']
    """
    pixels = np.asarray(image, np.float64)
    values = np.asarray(evidence, np.float64)
    colour = pixels.ndim == 3 and pixels.shape[2] == PLANES
    if pixels.shape != values.shape or not (pixels.ndim == 2 or colour):
        raise LinocutError(
            f"an image of shape {pixels.shape} and evidence of shape {values.shape} — both must "
            "be of one shape, (h, w) or (h, w, 3)"
        )
    by_plane, values = values, over_planes(values, values.shape)
    limit = limit or float(np.abs(values).max(initial=0)) or 1.0
    names = class_labels([label, versus], among, LONGEST)
    short = class_labels([label], among, SHORTEST).texts[0]
    label, versus = names.texts
    figure = Figure(figsize=(SIZE[0], SIZE[1] + (PLANES_HIGH if colour else 0)))
    share = SIZE[1] / figure.get_figheight()  # that the parts without the planes take

    def up(y: float) -> float:
        return 1 - (1 - y) * share if y > PARTED else y * share

    above = figure.add_gridspec(
        1, 3, left=0.03, right=0.86, top=up(0.82), bottom=up(0.42), wspace=0.1,
        width_ratios=(1, 1, 0.05),
    )  # fmt: skip
    seen, evident = (figure.add_subplot(above[0, column]) for column in range(2))
    below = figure.add_gridspec(1, 1, left=0.27, right=0.93, top=up(0.36), bottom=up(0.1))
    ledger, scale = figure.add_subplot(below[0]), figure.add_subplot(above[0, 2])
    _prepare(seen, "the image")
    if colour:
        seen.imshow(shown_colours(pixels), interpolation="nearest")
        _draw_planes(figure, by_plane, up(0.42), limit)
    else:
        seen.imshow(pixels, cmap="gray_r", vmin=min(0.0, pixels.min()), interpolation="nearest")
    _prepare(evident, f"red speaks for {label}, blue for {versus}")
    drawn = evident.imshow(
        values, cmap=diverging(), vmin=-limit, vmax=limit, interpolation="nearest"
    )
    if not colour:  # a photograph has no ink whose end could be drawn
        _outline(evident, pixels)
    bar = figure.colorbar(drawn, cax=scale)
    bar.outline.set_edgecolor(RULE)
    scale.tick_params(labelsize=LETTERS - 2, length=2)
    scale.set_ylabel("evidence of a pixel", fontsize=LETTERS - 2, color=SOFT)
    what = "pixels" if colour else "ink"
    parts = float(values[values > 0].sum()), float(values[values < 0].sum())
    _draw_ledger(
        ledger, offset, parts, (reference, f"{what} for {short}", f"{what} against {short}")
    )
    ledger.set_xlabel(unit, fontsize=LETTERS - 1, color=SOFT)
    margin = offset + sum(parts)
    verdict = f"{label} rather than {versus}" if margin >= 0 else f"{label} is behind {versus}"
    figure.suptitle(
        "\n".join(textwrap.wrap(f"{verdict}: {_signed(margin)}", 52)), x=0.03, y=0.975, ha="left",
        fontsize=LETTERS + 2, fontweight="bold", family=list(names.families),
    )  # fmt: skip
    if names.note:
        figure.text(0.03, 0.012, names.note, fontsize=LETTERS - 2, color=SOFT)
    return figure


def _draw_planes(figure: Figure, values: Floats, top: float, limit: float) -> None:
    """Draw the evidence of each plane on a line of its own."""
    high = PLANES_HIGH / figure.get_figheight()
    grid = figure.add_gridspec(
        1, PLANES, left=0.03, right=0.86, top=top - 0.2 * high, bottom=top - 0.92 * high
    )
    for k, name in enumerate(PLANE_NAMES):
        axes = figure.add_subplot(grid[0, k])
        axes.imshow(
            values[..., k], cmap=diverging(), vmin=-limit, vmax=limit, interpolation="nearest"
        )
        _prepare(axes, f"of {name} alone")


def _prepare(axes: Axes, title: str) -> None:
    axes.set_title("\n".join(textwrap.wrap(title, 36)), fontsize=LETTERS - 1, color=SOFT, pad=6)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_aspect("equal")
    axes.spines[:].set_color(RULE)


def _outline(axes: Axes, pixels: Floats) -> None:
    """Draw where the ink of the image ends, so that evidence is seen on what it is about."""
    low, high = float(pixels.min()), float(pixels.max())
    if high > low:
        wide = np.pad(pixels, 1, mode="edge")
        at = [np.arange(-1, size - 1) for size in wide.shape]
        axes.contour(
            at[1], at[0], wide, levels=[(low + high) / 2], colors=[INK], linewidths=0.7, alpha=0.55
        )
        axes.set_xlim(-0.5, pixels.shape[1] - 0.5)
        axes.set_ylim(pixels.shape[0] - 0.5, -0.5)


def _draw_ledger(
    axes: Axes, offset: float, parts: tuple[float, float], names: tuple[str, str, str]
) -> None:
    """Draw bars, each starting where the last one ended."""
    steps = [offset, *parts]
    ends = np.cumsum(steps)
    colours = [diverging()(0.9 if step >= 0 else 0.1) for step in steps]
    axes.barh(range(3), steps, left=ends - steps, height=BAR, color=colours)
    axes.barh([3], [ends[-1]], height=BAR, color=INK)
    for row, (start, step) in enumerate(
        zip([*(ends - steps), 0.0], [*steps, ends[-1]], strict=True)
    ):
        end = start + step
        axes.annotate(
            _signed(step), (max(start, end), row), xytext=(5, 0), textcoords="offset points",
            va="center", fontsize=LETTERS, fontweight="bold" if row == 3 else "normal",
        )  # fmt: skip
        if row < 3:  # a thread to where the next one starts
            axes.plot([end, end], [row, row + 1], color=RULE, linewidth=0.9, zorder=0)
    axes.axvline(0, color=INK, linewidth=0.8)
    wrapped = ["\n".join(textwrap.wrap(name, 18)) for name in names]
    axes.set_yticks(range(4), [*wrapped, "margin"])
    axes.set_ylim(3.6, -0.6)
    low, high = axes.get_xlim()
    axes.set_xlim(low, high + 0.14 * (high - low))  # room for the last number
    two_lines = any("\n" in name for name in wrapped)
    axes.tick_params(length=0, labelsize=LETTERS - (1.5 if two_lines else 0.5))
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(RULE)


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")
