"""What a penalty does: none, ridge, elastic net and lasso, from strong to weak."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning

from linocut.data import ImageDataset
from linocut.evaluate import wilson_interval
from linocut.evaluate.intervals import percent, share_of, wilson_bounds
from linocut.ladder.studies.findings import Findings
from linocut.ladder.studies.trial import Trial
from linocut.models import RegularisationPath, SoftmaxRegression, regularisation_path
from linocut.plot import Line, Lines
from linocut.solve import Outcome

ROWS = 1500  # images to fit on at most: a lasso with little penalty takes hundreds of passes
PENALTIES = np.geomspace(0.003, 30, 9)
TOL = 1e-2
MOST = 300  # iterations of a fit
FAMILIES = {"ridge": 0.0, "elastic net": 0.5, "lasso": 1.0}
COLOURS = {"ridge": "accent", "elastic net": "ink", "lasso": "wrong"}


@dataclass(frozen=True, eq=False)
class Family:
    """The path of one kind of penalty.

    Attributes
    ----------
    name : str
        The kind.
    path : RegularisationPath
        Its fits, judged on the validation images.
    """

    name: str
    path: RegularisationPath

    @property
    def errors(self) -> NDArray[np.float64]:
        """Share of the validation images that each fit has wrong."""
        assert self.path.test_accuracy is not None
        return 1 - self.path.test_accuracy

    @property
    def best(self) -> int:
        """Which fit has the lowest log loss on the validation images."""
        assert self.path.test_loss is not None
        return int(np.argmin(self.path.test_loss))


def study_penalty(dataset: ImageDataset, *, seed: int = 42) -> Findings:
    """Fit softmax regression with each kind of penalty, from the strongest to the weakest.

    Each fit comes with a certificate of how near its optimum it is. Without a penalty there is no
    optimum where the classes can be separated: weights grow for as long as one goes on.

    Parameters
    ----------
    dataset : ImageDataset
        Only its training part is used.
    seed : int
        Of the rows drawn.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> study = study_penalty(load_dataset("digits"))
    >>> sorted({row["penalty"] for row in study.rows()})
    ['elastic net', 'lasso', 'none', 'ridge']
    """
    trial = Trial.of(dataset, seed, ROWS)
    held = (trial.held_pixels, trial.held_labels)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        families = [
            Family(
                name,
                regularisation_path(
                    trial.pixels, trial.labels, PENALTIES, l1_ratio=ratio, test=held, tol=TOL,
                    max_iter=MOST,
                ),
            )
            for name, ratio in FAMILIES.items()
        ]  # fmt: skip
        free = SoftmaxRegression(np.inf, tol=TOL).fit(trial.pixels, trial.labels)
    unpenalised = float((free.predict(held[0]) != held[1]).mean())
    n = len(trial.validation)
    rows = [row for family in families for row in _rows(family, n)]
    rows.append(_row("none", np.inf, unpenalised, n, 1.0, float(free.gap_), None))
    return Findings(
        "penalty",
        dataset.name,
        "What a penalty does",
        _sentence(families, free, unpenalised, n),
        tuple(rows),
        (_errors(families, unpenalised, n), _weights(families)),
        f"Softmax regression on the pixels of {len(trial.fit):,} training images; {n:,} validation "
        "images, band: 95 % interval.",
        n,
    )


def _rows(family: Family, n: int) -> list[dict[str, Any]]:
    path = family.path
    losses = path.test_loss if path.test_loss is not None else [None] * len(path.Cs)
    return [
        _row(family.name, C, error, n, kept, gap, loss)
        for C, error, kept, gap, loss in zip(
            path.Cs, family.errors, path.nonzero, path.gap, losses, strict=True
        )
    ]


def _row(
    name: str, C: float, error: float, n: int, kept: float, gap: float, loss: float | None
) -> dict[str, Any]:
    low, high = wilson_interval(round(error * n), n)
    return {
        "penalty": name,
        "C": float(C),
        "error": float(error),
        "low": low,
        "high": high,
        "log_loss": None if loss is None else float(loss),
        "nonzero": float(kept),
        "gap": float(gap),
    }


def _sentence(families: list[Family], free: SoftmaxRegression, unpenalised: float, n: int) -> str:
    told = []
    for family in families:
        k = family.best
        kept = family.path.nonzero[k]
        few = f", {percent(kept, 0)} of the weights not zero" if family.name != "ridge" else ""
        share = share_of(round(family.errors[k] * n), n).percent(2)
        told.append(f"{family.name} {share} at C = {family.path.Cs[k]:.2g}{few}")
    none = share_of(round(unpenalised * n), n).percent(2)
    why = (
        "some weights separate the classes, so there is no optimum and the figure is that of the "
        "step at which this was proved"
        if free.record_.outcome is Outcome.SEPARABLE
        else "the optimum of the loss alone"
        if free.converged_
        else "the fit ended before its certificate held"
    )
    return (
        f"Validation images wrong at the penalty of the lowest log loss: {'; '.join(told)}. "
        f"Without a penalty {none}: {why}."
    )


def _errors(families: list[Family], unpenalised: float, n: int) -> Lines:
    low, high = wilson_bounds(np.rint(np.multiply(families[0].errors, n)), n)
    best = min(families, key=lambda family: family.errors[family.best])
    lines = [
        Line(
            family.name, family.path.Cs, family.errors,
            low if family is families[0] else None,
            high if family is families[0] else None,
            colour=COLOURS[family.name], dots=True,
        )
        for family in families
    ]  # fmt: skip
    lines.append(Line("none", PENALTIES[[0, -1]], [unpenalised] * 2, colour="soft", dashed=True))
    return Lines(
        f"Least wrong: {best.name}, {percent(best.errors[best.best])}; without a penalty "
        f"{percent(unpenalised)}",
        "C, inverse of the penalty (logarithmic): strong on the left, weak on the right",
        "validation images wrong",
        tuple(lines),
        log_x=True,
        log_y=True,
        percent_y=True,
        upright=((float(best.path.Cs[best.best]), "lowest log loss"),),
    )


def _weights(families: list[Family]) -> Lines:
    lasso = families[-1]
    return Lines(
        f"A lasso leaves {percent(lasso.path.nonzero[lasso.best], 0)} of the weights where its log "
        "loss is lowest, a ridge all that see ink",
        "C (logarithmic)",
        "weights not zero",
        tuple(
            Line(family.name, family.path.Cs, family.path.nonzero, colour=COLOURS[family.name],
                 dots=True)
            for family in families
        ),
        log_x=True,
        percent_y=True,
        y_limits=(0, 1.05),
    )  # fmt: skip
