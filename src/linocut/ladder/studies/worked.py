"""The textbook's small example: from binary to softmax, in every way that is the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from linocut.data import ImageDataset
from linocut.explain import WorkedExample, worked_example
from linocut.ladder.studies.findings import Findings

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Worked(Findings):
    """A worked example, which draws itself.

    Attributes
    ----------
    example : WorkedExample
        It.
    """

    example: WorkedExample

    def plot(self) -> Figure:
        """Draw the six figures of the example."""
        return self.example.plot()


def study_worked(dataset: ImageDataset, *, seed: int = 42) -> Worked:
    """Work the example of `linocut.explain.worked_example`: three features, simulated.

    Parameters
    ----------
    dataset : ImageDataset
        Not used: the numbers are simulated.
    seed : int
        Of the simulation.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> study = study_worked(load_dataset("digits"))
    >>> [row["weight"] for row in study.rows()]
    ['w1', 'w2', 'w3', 'intercept']
    """
    example = worked_example(random_state=seed)
    rows = tuple(
        {"weight": name, "drawn_with": float(true), "fitted": float(fitted),
         "odds_multiplied_by": float(np.exp(fitted))}
        for name, true, fitted in zip(
            ("w1", "w2", "w3", "intercept"), example.true, example.fitted, strict=True
        )
    )  # fmt: skip
    return Worked(
        "worked",
        "a simulation",
        "From binary to softmax",
        " ".join(example.sentences),
        rows,
        (),
        f"{len(example.y)} simulated points of three features, seed {seed}.",
        example=example,
    )
