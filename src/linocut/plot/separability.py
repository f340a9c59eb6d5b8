"""Which pairs of classes a straight cut separates."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

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
    cell = float(np.clip(5.2 / K, 0.16, 0.62))
    size = cell * K + 1.6, cell * (K + 1 + GAP) + 1.35
    figure = Figure(figsize=(max(size[0], 5.0), size[1]), layout="constrained")
    axes = figure.subplots()
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
    axes.set_ylim(K + 1 + GAP, 0)
    axes.set_aspect("equal")
    axes.xaxis.tick_top()
    turned = names.longest > 4
    axes.set_xticks(
        np.arange(K) + 0.5, names.texts, fontfamily=list(names.families), fontsize=LETTERS,
        rotation=40 if turned else 0, ha="left" if turned else "center",
    )  # fmt: skip
    axes.set_yticks([*(np.arange(K) + 0.5), K + GAP + 0.5], [*names.texts, rest])
    for tick in axes.get_yticklabels():
        tick.set_fontfamily(list(names.families))
    axes.tick_params(length=0, labelsize=LETTERS)
    axes.spines[:].set_visible(False)
    axes.set_xlabel("✓ proved separable   ✗ proved not separable   ? undecided", color=SOFT,
                    fontsize=LETTERS, family="DejaVu Sans")  # fmt: skip
    if title:
        wide = int(11 * figure.get_figwidth())
        figure.suptitle("\n".join(textwrap.wrap(title, wide)), x=0.01, ha="left",
                        fontsize=LETTERS + 1)  # fmt: skip
    return figure
