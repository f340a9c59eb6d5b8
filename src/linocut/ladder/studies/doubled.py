"""What it does to double all weights and intercepts."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax

from linocut.data import ImageDataset
from linocut.evaluate.intervals import percent
from linocut.ladder.studies.findings import Findings
from linocut.ladder.studies.trial import Trial
from linocut.plot import Line, Lines

Array = NDArray[Any]

FACTORS = (0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 8.0)


def study_doubled(dataset: ImageDataset, *, seed: int = 42) -> Findings:
    """Multiply all weights and intercepts of softmax regression by one number.

    Scores are multiplied by it, so the largest stays the largest; only the probabilities change.
    Its inverse is what is called the temperature (Guo et al., "On calibration of modern neural
    networks", 2017).

    Parameters
    ----------
    dataset : ImageDataset
        Only its training part is used.
    seed : int
        Of the validation rows.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> study = study_doubled(load_dataset("digits"))
    >>> {row["changed"] for row in study.rows()}
    {0}
    """
    trial = Trial.of(dataset, seed)
    model = trial.chosen.model
    Z = model.scores(trial.held_pixels)
    known = np.isin(trial.held_labels, model.classes_)
    columns = np.searchsorted(model.classes_, trial.held_labels[known])
    rows = tuple(_measured(Z, columns, known, factor) for factor in FACTORS)
    one, two = (next(row for row in rows if row["factor"] == f) for f in (1.0, 2.0))
    best = min(rows, key=lambda row: row["log_loss"])
    n = len(Z)
    sentence = (
        f"Twice the weights and intercepts double every score, and {two['changed']} of {n:,} "
        "validation images change their class. The probability of the class that is read rises "
        f"from {percent(one['mean_probability'])} to {percent(two['mean_probability'])} in the "
        f"mean, and {percent(two['above_99'], 0)} instead of {percent(one['above_99'], 0)} are "
        f"above 99 %; the log loss goes from {one['log_loss']:.3f} to {two['log_loss']:.3f} nats, "
        f"and is lowest of all tried at {best['factor']:g} times: {best['log_loss']:.3f}."
    )
    return Findings(
        "doubled",
        dataset.name,
        "What it does to double all weights",
        sentence,
        rows,
        (_probabilities(rows), _losses(rows)),
        f"Softmax regression on pixels, C = {trial.inverse_penalty:g}; {n:,} validation images.",
        n,
    )


def _measured(Z: Array, columns: Array, known: Array, factor: float) -> dict[str, float]:
    log_P = log_softmax(factor * Z, axis=1)
    top = np.exp(log_P.max(axis=1))
    return {
        "factor": factor,
        "changed": int(((factor * Z).argmax(axis=1) != Z.argmax(axis=1)).sum()),
        "mean_probability": float(top.mean()),
        "above_99": float((top > 0.99).mean()),
        "accuracy": float((Z[known].argmax(axis=1) == columns).sum() / len(Z)),
        "log_loss": float(-log_P[known, columns].mean()),
    }


def _probabilities(rows: tuple[dict[str, float], ...]) -> Lines:
    factors = [row["factor"] for row in rows]
    return Lines(
        "Decisions stay, probabilities sharpen",
        "weights and intercepts times (logarithmic)",
        "",
        (
            Line("accuracy", factors, [row["accuracy"] for row in rows], colour="ink", dots=True),
            Line(
                "mean probability", factors, [row["mean_probability"] for row in rows],
                colour="accent", dots=True,
            ),
            Line(
                "above 99 %", factors, [row["above_99"] for row in rows], colour="wrong", dots=True
            ),
        ),
        log_x=True,
        percent_y=True,
    )  # fmt: skip


def _losses(rows: tuple[dict[str, float], ...]) -> Lines:
    factors = [row["factor"] for row in rows]
    best = min(rows, key=lambda row: row["log_loss"])
    losses = [row["log_loss"] for row in rows]
    return Lines(
        f"The log loss is lowest at {best['factor']:g} times the weights",
        "weights and intercepts times (logarithmic)",
        "log loss, nats",
        (Line("validation", factors, losses, colour="accent", dots=True),),
        log_x=True,
        upright=((1.0, "as fitted"),),
    )  # fmt: skip
