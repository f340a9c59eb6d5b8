"""Which pairs of classes a straight cut separates."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from linocut.plot.colours import COLOURS, INK, PAPER, RULE, SOFT, WRONG
from linocut.plot.fonts import class_labels
from linocut.plot.panels import LETTERS

LOOKS = {
    "separable": (COLOURS["wash"], "✓", INK),
    "not separable": (WRONG, "✗", PAPER),
    "undecided": (PAPER, "?", SOFT),
}
GAP = 0.35  # between the pairs and the row against the rest
LETTER = 0.095  # inches that a letter takes
LEGEND = 4.4  # inches that what the marks mean takes
BELOW = 0.4  # inches for it


def plot_separability(
    verdicts: NDArray[np.object_],
    class_names: Sequence[str],
    *,
    rest: str = "the rest",
    title: str = "",
) -> Figure:
    """Draw a table of verdicts: every pair of classes, and each class against the rest.

    Parameters
    ----------
    verdicts : array of str, shape (K + 1, K)
        "separable", "not separable", "undecided" or "" for nothing; the last row is against the
        rest.
    class_names : sequence of K str
        The classes.
    rest : str
        What to call the last row.
    title : str
        Above all.
    """
    K = len(class_names)
    names = class_labels(class_names)
    against_rest = bool((verdicts[K] != "").any())  # with two classes the rest is the other
    rows = K + 1 + GAP if against_rest else float(K)
    sheet = _Sheet(names.longest, float(np.clip(5.2 / K, 0.16, 0.62)), K, rows, title)
    cell = sheet.cell
    figure = Figure(figsize=sheet.size)
    axes = figure.add_axes(sheet.place)
    for (i, j), verdict in np.ndenumerate(verdicts):
        if not verdict:
            continue
        top = i + (GAP if i == K else 0)
        colour, mark, ink = LOOKS[str(verdict)]
        axes.add_patch(Rectangle((j, top), 1, 1, facecolor=colour, edgecolor=RULE, linewidth=0.6))
        axes.text(
            j + 0.5, top + 0.52, mark, ha="center", va="center", color=ink,
            fontsize=min(13, 26 * cell), family="DejaVu Sans",
        )  # fmt: skip
    axes.set_xlim(0, K)
    axes.set_ylim(rows, 0)
    axes.set_aspect("equal")
    axes.xaxis.tick_top()
    slanted = sheet.turned and not sheet.upright
    axes.set_xticks(
        np.arange(K) + 0.5, names.texts, fontfamily=list(names.families), fontsize=LETTERS,
        rotation=90 if sheet.upright else 40 if sheet.turned else 0,
        ha="left" if slanted else "center", rotation_mode="anchor" if slanted else "default",
    )  # fmt: skip
    at, texts = [*(np.arange(K) + 0.5)], [*names.texts]
    if against_rest:
        at, texts = [*at, K + GAP + 0.5], [*texts, rest]
    axes.set_yticks(at, texts)
    for tick in axes.get_yticklabels():
        tick.set_fontfamily(list(names.families))
    axes.tick_params(length=0, labelsize=min(LETTERS, 50 * cell))
    axes.spines[:].set_visible(False)
    figure.text(
        0.02, 0.12 / sheet.size[1], "✓ proved separable   ✗ proved not separable   ? undecided",
        color=SOFT, fontsize=LETTERS, family="DejaVu Sans",
    )  # fmt: skip
    if title:
        figure.suptitle(sheet.told, x=0.02, y=1 - 0.12 / sheet.size[1], ha="left", va="top",
                        fontsize=LETTERS + 1)  # fmt: skip
    return figure


@dataclass(frozen=True)
class _Sheet:
    """Where the table goes, in inches: its title above, names above and on the left."""

    longest: int  # letters of a name
    cell: float
    columns: int
    rows: float
    title: str

    @property
    def turned(self) -> bool:
        return self.longest > 4

    @property
    def upright(self) -> bool:
        """Whether names stand so close that they are turned all the way."""
        return self.turned and self.cell < 0.3

    @property
    def left(self) -> float:
        return 0.3 + LETTER * max(self.longest, len("the rest"))

    @property
    def right(self) -> float:
        overhang = 0.77 * LETTER * self.longest - self.cell / 2  # of the last name, turned by 40°
        inside = self.left + self.cell * self.columns
        return max(0.2 + (overhang if self.turned else 0), LEGEND - inside, 0.2)

    @property
    def told(self) -> str:
        wide = self.left + self.cell * self.columns + self.right
        return "\n".join(textwrap.wrap(self.title, int(11 * wide)))

    @property
    def size(self) -> tuple[float, float]:
        rise = 1.0 if self.upright else 0.64  # of a name that is turned
        above = 0.3 + (rise * LETTER * self.longest if self.turned else 0.2)
        lines = self.told.count("\n") + 1 if self.title else 0
        high = above + 0.2 * lines + self.cell * self.rows + BELOW
        return self.left + self.cell * self.columns + self.right, high

    @property
    def place(self) -> tuple[float, float, float, float]:
        """Return the place of the table as shares of the figure."""
        width, height = self.size
        across, down = self.cell * self.columns, self.cell * self.rows
        return self.left / width, BELOW / height, across / width, down / height
