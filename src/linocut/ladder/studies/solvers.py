"""How solvers get to the optimum, on pixels in each of the usual scales."""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from linocut.core.blas import one_blas_thread
from linocut.core.blocks import ArrayBlocks
from linocut.data import ImageDataset
from linocut.evaluate.intervals import percent, share_of
from linocut.features import SCALINGS, Scaling
from linocut.ladder.studies.findings import Findings
from linocut.ladder.studies.trial import Trial
from linocut.models import GradientDescentClassifier, SoftmaxRegression
from linocut.plot import Line, Lines, Mark
from linocut.solve import Objective, Softmax, largest_stable_rate

Floats = NDArray[np.float64]

ROWS = 1500  # images to fit on at most, since some solvers take a thousand passes over them
SCALES = ("none", "unit", "standardise")
LIMITS = (10, 100, 1000)  # iterations that are allowed
EXACT = 1e-9  # gap of the fit that stands for the optimum
FLOOR = 1e-8  # gap below which nothing is drawn
OURS, THEIRS, DESCENT = "linocut", "scikit-learn's L-BFGS", "gradient descent"


@dataclass(frozen=True, eq=False)
class Run:
    """One fit.

    Attributes
    ----------
    scale, solver : str
        The pixels' scale, and what fitted.
    limit : int
        Iterations that were allowed.
    iterations : int
        Iterations taken.
    seconds : float
        Time taken.
    gap : float
        (f − f*)/f*, how far above the optimum the objective is.
    accuracy : float
        Share of the validation images correctly classified.
    differ : float
        Share of them whose class is not that of the optimum.
    """

    scale: str
    solver: str
    limit: int
    iterations: int
    seconds: float
    gap: float
    accuracy: float
    differ: float


@dataclass(frozen=True, eq=False)
class Problem:
    """Softmax regression on pixels of one scale, and its optimum.

    Attributes
    ----------
    scale : str
        Of the pixels.
    X, y : arrays, shapes (n, d) and (n,)
        To fit on.
    X_held, y_held : arrays
        To judge by.
    C : float
        Inverse penalty, such that it means the same in each scale.
    """

    scale: str
    X: NDArray[np.float64]
    y: NDArray[np.int64]
    X_held: NDArray[np.float64]
    y_held: NDArray[np.int64]
    C: float

    @classmethod
    def of(cls, trial: Trial, scale: str) -> Problem:
        """Scale the pixels by what the images to fit on are like."""
        images = trial.dataset.train.images
        scaling = Scaling(scale).fit(images[trial.fit])
        X = scaling.transform(images[trial.fit]).astype(np.float64)
        # A penalty means the same in any unit if C is divided by the square of the unit.
        unit = float(np.square(trial.pixels, dtype=np.float64).sum())
        C = trial.inverse_penalty * unit / max(float(np.square(X).sum()), 1e-9)
        return cls(scale, X, trial.labels, scaling.transform(images[trial.validation]).astype(
            np.float64), trial.held_labels, C)  # fmt: skip

    @property
    def objective(self) -> Objective:
        """What is minimised, computed in float64."""
        _, y = np.unique(self.y, return_inverse=True)
        K = len(np.unique(self.y))
        penalty = (2 if K == 2 else 1) / (self.C * len(y))
        return Objective(ArrayBlocks(self.X, np.dtype(np.float64), y), Softmax(), penalty, K)


def study_solvers(dataset: ImageDataset, *, seed: int = 42) -> Findings:
    """Fit one and the same model by several solvers, and say how near the optimum each ends.

    Gradient descent takes steps of the largest length that is sure to descend. The gap is the
    objective's relative distance to its optimum, which a fit with a certificate gives; what is
    optimal is the same for all solvers, whereas each scale has an optimum of its own.

    Parameters
    ----------
    dataset : ImageDataset
        Only its training part is used.
    seed : int
        Of the rows drawn.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> study = study_solvers(load_dataset("digits"))
    >>> sorted({row["solver"] for row in study.rows()})
    ['gradient descent', 'linocut', "scikit-learn's L-BFGS"]
    """
    trial = Trial.of(dataset, seed, ROWS)
    runs: list[Run] = []
    charts = []
    for scale in SCALES:
        problem = Problem.of(trial, scale)
        found, ours = _runs(problem)
        runs += found
        charts.append(_chart(scale, found, ours))
    n = len(trial.validation)
    return Findings(
        "solvers",
        dataset.name,
        "How solvers get to the optimum",
        _sentence(runs, n),
        tuple(vars(run) for run in runs),
        tuple(charts),
        f"Softmax regression on {len(trial.fit):,} training images, C = {trial.inverse_penalty:g} "
        f"for pixels from 0 to 1; accuracy on {n:,} validation images.",
        n,
    )


def _runs(problem: Problem) -> tuple[list[Run], tuple[Floats, Floats]]:
    """Fit a problem in all ways; return the fits, and the gaps of ours after each iteration."""
    optimum = SoftmaxRegression(problem.C, tol=EXACT)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        optimum.fit(problem.X, problem.y)
        best = optimum.objective_
        classes = optimum.predict(problem.X_held)
        rate = largest_stable_rate(problem.objective)
        models: list[tuple[str, int, Any]] = [(OURS, 1000, SoftmaxRegression(problem.C))]
        for limit in LIMITS:
            models += [
                (THEIRS, limit, LogisticRegression(C=problem.C, max_iter=limit)),
                (DESCENT, limit, GradientDescentClassifier(
                    rate, batch_size=None, steps=limit, C=problem.C, every=limit)),
            ]  # fmt: skip
        runs = [_run(problem, name, limit, model, best, classes) for name, limit, model in models]
    lines = optimum.record_.iterations
    gaps = np.array([max(line.objective / best - 1, FLOOR) for line in lines])
    return runs, (np.arange(len(gaps), dtype=np.float64), gaps)


def _run(
    problem: Problem,
    solver: str,
    limit: int,
    model: Any,
    best: float,
    classes: NDArray[np.int64],
) -> Run:
    began = time.perf_counter()
    with one_blas_thread():  # products of so few rows only wait for a second one
        model.fit(problem.X, problem.y)
    seconds = time.perf_counter() - began
    W, b = np.asarray(model.coef_), np.asarray(model.intercept_)
    if len(b) == 1:  # of two classes, scikit-learn keeps the difference
        W, b = np.concatenate([-W, W]) / 2, np.concatenate([-b, b]) / 2
    gap = problem.objective.at(W, b).value / best - 1
    predicted = np.asarray(model.predict(problem.X_held))
    return Run(
        problem.scale, solver, limit, int(np.max(model.n_iter_)), seconds, max(float(gap), 0.0),
        float((predicted == problem.y_held).mean()), float((predicted != classes).mean()),
    )  # fmt: skip


def _chart(scale: str, runs: list[Run], ours: tuple[Floats, Floats]) -> Lines:
    lines = [Line(OURS, ours[0][1:], ours[1][1:], colour="accent", dots=True)]
    for solver, colour in ((THEIRS, "ink"), (DESCENT, "wrong")):
        mine = [run for run in runs if run.solver == solver]
        lines.append(
            Line(
                solver.replace("scikit-learn's", "sklearn"),
                [run.iterations for run in mine],
                [max(run.gap, FLOOR) for run in mine],
                colour=colour,
                dots=True,
            )
        )
    theirs = next(run for run in runs if run.solver == THEIRS and run.limit == 100)
    mark = Mark(theirs.iterations, max(theirs.gap, FLOOR), "max_iter=100", "ink")
    descended = [run for run in runs if run.solver == DESCENT][-1]
    return Lines(
        f"{SCALINGS[scale]}: gradient descent is {_gap(descended.gap)} above the optimum "
        f"after {descended.limit:,} steps",
        "iterations (logarithmic)",
        "above the optimum",
        tuple(lines),
        log_x=True,
        log_y=True,
        percent_y=True,
        marks=(mark,) if theirs.iterations == 100 else (),
        y_limits=(FLOOR / 2, 2 * max(run.gap for run in runs)),
    )


def _sentence(runs: list[Run], n: int) -> str:
    def one(scale: str, solver: str, limit: int) -> Run:
        return next(r for r in runs if (r.scale, r.solver, r.limit) == (scale, solver, limit))

    raw, scaled = one("none", THEIRS, 1000), one("standardise", THEIRS, 1000)
    hundred = one("none", THEIRS, 100)
    ours = one("none", OURS, 1000)
    right = share_of(round(hundred.accuracy * n), n)
    return (
        f"On pixels as they are, scikit-learn's L-BFGS stops after {raw.iterations} iterations if "
        f"allowed 1,000, {_gap(raw.gap)} above the optimum; on standardised ones after "
        f"{scaled.iterations}, {_gap(scaled.gap)} above it. With max_iter=100 it ends "
        f"{_gap(hundred.gap)} above, {percent(hundred.differ, 2)} of the validation images in "
        f"another class than at the optimum ({right.percent(2)} correctly classified, "
        f"{percent(ours.accuracy, 2)} at it). linocut takes {ours.iterations} iterations and "
        f"{ours.seconds:.1f} s to a gap of {_gap(ours.gap)}."
    )


def _gap(gap: float) -> str:
    """Write a gap in per cent.

    Examples
    --------
    >>> _gap(0.0312), _gap(4.2e-6), _gap(1e-12)
    ('3.1 %', '0.00042 %', 'less than 0.00001 %')
    """
    if gap < 1e-7:
        return "less than 0.00001 %"
    digits = max(0, 1 - int(np.floor(np.log10(100 * gap))))
    return f"{100 * gap:.{digits}f} %"
