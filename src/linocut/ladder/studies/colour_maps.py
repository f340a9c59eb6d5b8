"""Whether the colour map changes what one sees, and why the model does not care."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib import colormaps
from numpy.typing import NDArray

from linocut.data import ImageDataset
from linocut.evaluate import wilson_interval
from linocut.evaluate.intervals import percent
from linocut.features import UnitPixels
from linocut.ladder.studies.findings import Findings
from linocut.ladder.studies.trial import Trial
from linocut.plot import Tiles, Values

MAPS = {
    "gray": "light ink on dark",
    "gray_r": "dark ink on light",
    "viridis": "viridis: dark to light",
    "jet": "jet: the rainbow",
}
LUMA = np.array([0.299, 0.587, 0.114])  # ITU-R BT.601, by which files are made grey


def study_colour_maps(dataset: ImageDataset, *, seed: int = 42) -> Findings:
    """Show one image under four colour maps, and read it back from each.

    A model gets the numbers, not the colours: whatever map they are drawn with, they are the same.
    It is another matter to save such a figure and to read it as a grey image: then its lightness
    takes the place of the numbers. How many validation images are still correctly classified is
    counted.

    Parameters
    ----------
    dataset : ImageDataset
        Only its training part is used.
    seed : int
        Of the validation rows.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> study = study_colour_maps(load_dataset("digits"))
    >>> [row["map"] for row in study.rows()]
    ['gray', 'gray_r', 'viridis', 'jet']
    """
    trial = Trial.of(dataset, seed)
    model = trial.chosen.model
    held = dataset.train.images[trial.validation]
    image = held[0]
    of_the_numbers = float((model.predict(trial.held_pixels) == trial.held_labels).mean())
    rows, tiles, captions = [], [], []
    for name, title in MAPS.items():
        table = _colours(name)
        grey = np.rint(table @ LUMA * 255).astype(np.uint8)
        pixels = np.asarray(UnitPixels().fit_transform(grey[held]))
        hits = np.asarray(model.predict(pixels) == trial.held_labels)
        low, high = wilson_interval(int(hits.sum()), len(hits))
        rows.append(
            {
                "map": name,
                "title": title,
                "accuracy_of_the_numbers": of_the_numbers,
                "accuracy_read_back": float(hits.mean()),
                "low": low,
                "high": high,
                "greys": len(np.unique(grey)),
            }
        )
        tiles.append(table[image])
        captions.append(title)
    n = len(held)
    p = trial.probabilities(model)[0]
    return Findings(
        "colour-maps",
        dataset.name,
        "The same image under four colour maps",
        _sentence(rows, dataset.class_names[int(p.argmax())], float(p.max())),
        tuple(rows),
        (
            Tiles(
                f"Four figures, one array of numbers: “{dataset.class_names[int(p.argmax())]}”, "
                f"{percent(p.max())} in each",
                "",
                tiles,
                captions,
                columns=4,
            ),
            _read_back(rows),
        ),
        f"Softmax regression on pixels, C = {trial.inverse_penalty:g}; {n:,} validation images, "
        "95 % intervals.",
        n,
    )


def _colours(name: str) -> NDArray[np.float64]:
    """Return the colour of each grey value, shape (256, 3)."""
    return np.asarray(colormaps[name](np.arange(256))[:, :3], np.float64)


def _sentence(rows: list[dict[str, Any]], label: str, p: float) -> str:
    by_name = {row["map"]: row for row in rows}
    jet, reverse = by_name["jet"], by_name["gray_r"]
    return (
        f"Under each of the four maps the model gets the same numbers and says “{label}” with "
        f"{percent(p)}: it has never seen a colour. Saved as figures and read back as grey images, "
        f"{percent(by_name['gray']['accuracy_read_back'])} of the validation images are correctly "
        f"classified from light ink on dark, {percent(by_name['viridis']['accuracy_read_back'])} "
        f"from viridis, {percent(jet['accuracy_read_back'])} from jet, whose lightness rises and "
        f"falls, and {percent(reverse['accuracy_read_back'])} from dark ink on light unless it is "
        "inverted first."
    )


def _read_back(rows: list[dict[str, Any]]) -> Values:
    worst = min(rows, key=lambda row: row["accuracy_read_back"])
    return Values(
        f"Read back from the figure as grey: {percent(worst['accuracy_read_back'], 0)} from "
        f"“{worst['title']}”",
        "validation images correctly classified",
        [row["title"] for row in rows],
        [row["accuracy_read_back"] for row in rows],
        [row["low"] for row in rows],
        [row["high"] for row in rows],
        percent=True,
        bold=(0,),
    )
