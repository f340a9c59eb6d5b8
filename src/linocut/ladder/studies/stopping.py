"""What it costs to stop a fit before its optimum."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from linocut.core.blas import one_blas_thread
from linocut.data import ImageDataset
from linocut.evaluate import are_level, wilson_interval
from linocut.evaluate.intervals import percent, share_of, wilson_bounds
from linocut.ladder.studies.findings import Findings
from linocut.ladder.studies.trial import Trial
from linocut.models import GradientDescentClassifier, SoftmaxRegression
from linocut.plot import Line, Lines

Hits = NDArray[np.bool_]

ROWS = 4000  # images to fit on at most
LIMITS = (1, 3, 10, 30, 100, 300)  # iterations
DEFAULT = 100  # scikit-learn's max_iter
EXACT = 1e-6
RATE = 0.5  # of gradient descent, for pixels from 0 to 1


@dataclass(frozen=True, eq=False)
class Way:
    """One way to fit, stopped after more and more iterations.

    Attributes
    ----------
    name, colour : str
        For the figure.
    iterations : tuple of int
        Iterations taken.
    hits : tuple of bool arrays, shape (n,)
        Which validation images are correctly classified after so many.
    optimum : bool array, shape (n,)
        The same at the optimum of the same objective.
    """

    name: str
    colour: str
    iterations: tuple[int, ...]
    hits: tuple[Hits, ...]
    optimum: Hits

    @property
    def accuracies(self) -> list[float]:
        """Share correctly classified after so many iterations."""
        return [float(each.mean()) for each in self.hits]


def study_steps(dataset: ImageDataset, *, seed: int = 42) -> Findings:
    """Stop fits after 1, 3, 10, … iterations, and count what they classify correctly.

    Three fits: scikit-learn's ``LogisticRegression`` as it comes, on pixels from 0 to 255; the same
    on pixels from 0 to 1 with the penalty that suits them; gradient descent with that penalty. Each
    is compared with the optimum of its own objective, found with a certificate.

    Parameters
    ----------
    dataset : ImageDataset
        Only its training part is used.
    seed : int
        Of the rows drawn.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> study = study_steps(load_dataset("digits"))
    >>> [row["iterations"] for row in study.rows() if row["fit"] == "gradient descent"]
    [1, 3, 10, 30, 100, 300]
    """
    trial = Trial.of(dataset, seed, ROWS)
    full = np.float32(255)
    with warnings.catch_warnings(), one_blas_thread():
        warnings.simplefilter("ignore", ConvergenceWarning)
        raw = _by_limits(trial, "C = 1, 0 to 255", "wrong", 1.0, full)
        scaled = _by_limits(trial, "chosen C, 0 to 1", "ink", trial.inverse_penalty, np.float32(1))
        ways = [raw, scaled, _descended(trial, scaled.optimum)]
    n = len(trial.validation)
    return Findings(
        "steps",
        dataset.name,
        "What it costs to stop before the optimum",
        _sentence(ways),
        tuple(row for way in ways for row in _rows(way)),
        (_chart(ways), _differences(ways)),
        f"Softmax regression on {len(trial.fit):,} training images; {n:,} validation images, band: "
        "95 % interval. “C = 1, 0 to 255” is scikit-learn's LogisticRegression as it comes, on "
        "bytes; “chosen C, 0 to 1” the same on scaled pixels.",
        n,
    )


def _by_limits(trial: Trial, name: str, colour: str, C: float, unit: np.float32) -> Way:
    X, held = trial.pixels * unit, trial.held_pixels * unit
    taken, hits = [], []
    for limit in LIMITS:
        model = LogisticRegression(C=C, max_iter=limit).fit(X, trial.labels)
        iterations = int(np.max(model.n_iter_))
        taken.append(iterations)
        hits.append(_hits(model, held, trial))
        if iterations < limit:  # it has stopped by itself
            break
    optimum = SoftmaxRegression(C, tol=EXACT).fit(X, trial.labels)
    return Way(name, colour, tuple(taken), tuple(hits), _hits(optimum, held, trial))


def _descended(trial: Trial, optimum: Hits) -> Way:
    model = GradientDescentClassifier(
        RATE,
        batch_size=None,
        steps=LIMITS[-1],
        C=trial.inverse_penalty,
        keep=LIMITS,
        every=LIMITS[-1],
    ).fit(trial.pixels, trial.labels)
    hits = []
    for snapshot in model.snapshots_:
        classes = model.classes_[(trial.held_pixels @ snapshot.W.T + snapshot.b).argmax(axis=1)]
        hits.append(np.asarray(classes == trial.held_labels))
    steps = tuple(snapshot.step for snapshot in model.snapshots_)
    return Way("gradient descent", "accent", steps, tuple(hits), optimum)


def _hits(model: Any, held: NDArray[np.float32], trial: Trial) -> Hits:
    return np.asarray(model.predict(held) == trial.held_labels)


def _rows(way: Way) -> list[dict[str, Any]]:
    rows = []
    for iterations, hits in zip(way.iterations, way.hits, strict=True):
        low, high = wilson_interval(int(hits.sum()), len(hits))
        rows.append(
            {
                "fit": way.name,
                "iterations": iterations,
                "accuracy": float(hits.mean()),
                "low": low,
                "high": high,
                "at_the_optimum": float(way.optimum.mean()),
                "lost": int((way.optimum & ~hits).sum()),
                "gained": int((hits & ~way.optimum).sum()),
            }
        )
    return rows


def _near(way: Way, iterations: int) -> int:
    return int(np.argmin([abs(each - iterations) for each in way.iterations]))


def _sentence(ways: list[Way]) -> str:
    raw, scaled, descent = ways
    k = _near(raw, DEFAULT)
    stopped, optimum = raw.hits[k], raw.optimum
    n = len(optimum)
    difference = int(stopped.sum()) - int(optimum.sum())
    chance = "no difference can be told" if are_level(stopped, optimum) else (
        "more than chance explains"
    )  # fmt: skip
    way = "more" if difference > 0 else "fewer"
    best = int(np.argmax(scaled.accuracies))
    return (
        f"scikit-learn's LogisticRegression as it comes, on bytes, ends after {raw.iterations[k]} "
        f"iterations with {share_of(int(stopped.sum()), n).percent(2)} of the validation images "
        f"correctly classified, {abs(difference)} {way} than at the optimum of the same objective: "
        f"{chance}. With scaled pixels and a penalty that suits them {scaled.iterations[best]} "
        f"iterations reach {percent(scaled.accuracies[best], 2)}; the optimum has "
        f"{percent(scaled.optimum.mean(), 2)}. Gradient descent is at "
        f"{percent(descent.accuracies[_near(descent, DEFAULT)], 2)} after {DEFAULT} steps. To stop "
        "early is to penalise: it hides a penalty that is too weak, and adds to one that is not."
    )


def _chart(ways: list[Way]) -> Lines:
    lines = []
    for way in ways:
        low, high = wilson_bounds(
            [hits.sum() for hits in way.hits], [len(hits) for hits in way.hits]
        )
        band = way is ways[1]
        lines.append(
            Line(
                way.name, way.iterations, way.accuracies,
                low if band else None,
                high if band else None, colour=way.colour, dots=True,
            )
        )  # fmt: skip
        optimum = float(way.optimum.mean())
        if way is not ways[2]:  # the optimum of the second
            lines.append(Line("", [1, LIMITS[-1]], [optimum] * 2, colour=way.colour, dashed=True))
    raw = ways[0]
    k = _near(raw, DEFAULT)
    return Lines(
        f"Stopped at max_iter={DEFAULT} the default has {percent(raw.accuracies[k])}, its optimum "
        f"{percent(raw.optimum.mean())}",
        "iterations (logarithmic); dashed: at the optimum",
        "validation accuracy",
        tuple(lines),
        log_x=True,
        percent_y=True,
        upright=((DEFAULT, f"max_iter={DEFAULT}"),),
    )


def _differences(ways: list[Way]) -> Lines:
    return Lines(
        "Even where accuracies agree, single images are classified otherwise than at the optimum",
        "iterations (logarithmic)",
        "right or wrong changed",
        tuple(
            Line(
                way.name, way.iterations,
                [float((hits != way.optimum).mean()) for hits in way.hits],
                colour=way.colour, dots=True,
            )
            for way in ways
        ),
        log_x=True,
        percent_y=True,
    )  # fmt: skip
