"""What a score means: odds and logit of two classes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from linocut.core import LinocutError
from linocut.data import ImageDataset
from linocut.evaluate.intervals import Estimate, percent, wilson_bounds
from linocut.ladder.studies.findings import Findings
from linocut.ladder.studies.study import mistakes
from linocut.ladder.studies.trial import Trial
from linocut.plot import Line, Lines, Values

BINS = 10
PIXELS = 5  # that multiply the odds most, to either side


def study_odds(dataset: ImageDataset, *, seed: int = 42) -> Findings:
    """Take the two classes that are mistaken for each other most often, and read their odds.

    The margin, one score less the other, is the logarithm of the odds: one more multiplies them by
    e = 2.72, wherever one starts. A pixel of full ink multiplies them by e to the difference of its
    weights. Whether the probabilities that follow are right is counted.

    Parameters
    ----------
    dataset : ImageDataset
        Only its training part is used.
    seed : int
        Of the validation rows.

    Raises
    ------
    LinocutError
        If the validation part has images of one class only.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> study = study_odds(load_dataset("digits"))
    >>> all(row["images"] > 0 for row in study.rows())
    True
    """
    trial = Trial.of(dataset, seed)
    model = trial.chosen.model
    a, b = _hardest_pair(trial)
    names = dataset.class_names
    rows_of = {k: int(np.searchsorted(model.classes_, k)) for k in (a, b)}
    Z = model.scores(trial.held_pixels)
    either = np.isin(trial.held_labels, (a, b))
    margin = np.asarray(Z[either, rows_of[a]] - Z[either, rows_of[b]], np.float64)
    is_a = trial.held_labels[either] == a
    rows = tuple(_binned(margin, is_a))
    difference = model.coef_[rows_of[a]] - model.coef_[rows_of[b]]
    ahead = int(difference.argmax())
    width = dataset.image_shape[1]
    near = min(rows, key=lambda row: abs(row["logit"]))
    share = Estimate(near["share"], near["low"], near["high"])
    sentence = (
        f"“{names[a]}” against “{names[b]}”: full ink at pixel ({ahead // width}, {ahead % width}) "
        f"multiplies the odds of “{names[a]}” by {np.exp(difference[ahead]):.2f}. At a mean logit "
        f"of {near['logit']:+.1f} the odds are {np.exp(near['logit']):.2f} to 1, a probability of "
        f"{percent(expit(near['logit']), 0)}; of the {near['images']:,} validation images there "
        f"{share.percent_in_words(0)} are “{names[a]}”."
    ).replace("-", "−")
    return Findings(
        "odds",
        dataset.name,
        "What a score means: odds and logit",
        sentence,
        rows,
        (_curve(rows, names[a]), _pixels(difference, width, names[a])),
        f"Softmax regression on pixels, C = {trial.inverse_penalty:g}; the {len(margin):,} "
        "validation images of the two classes, in groups of about as many, 95 % intervals.",
        len(trial.validation),
    )


def _hardest_pair(trial: Trial) -> tuple[int, int]:
    K = trial.dataset.n_classes
    predicted = trial.chosen.model.predict(trial.held_pixels)
    counts = mistakes(trial.held_labels, predicted, K)
    present = np.intersect1d(np.unique(trial.held_labels), trial.chosen.model.classes_)
    if len(present) < 2:
        raise LinocutError(
            f"the validation part of {trial.dataset.name} has images of {len(present)} class — "
            "two are needed for odds"
        )
    mixed = (counts + counts.T).astype(float)
    absent = np.setdiff1d(np.arange(K), present)
    mixed[absent] = mixed[:, absent] = -1
    np.fill_diagonal(mixed, -1)
    a, b = np.unravel_index(int(mixed.argmax()), mixed.shape)
    return int(a), int(b)


def _binned(margin: NDArray[np.float64], is_a: NDArray[np.bool_]) -> list[dict[str, float]]:
    """Count, in groups of rising margin, how many are of the first class."""
    groups = np.array_split(np.argsort(margin, kind="stable"), min(BINS, len(margin)))
    hits = [int(is_a[group].sum()) for group in groups]
    low, high = wilson_bounds(hits, [len(group) for group in groups])
    return [
        {
            "logit": float(margin[group].mean()),
            "odds": float(np.exp(margin[group].mean())),
            "probability": float(expit(margin[group]).mean()),
            "images": len(group),
            "share": hits[k] / len(group),
            "low": float(low[k]),
            "high": float(high[k]),
        }
        for k, group in enumerate(groups)
    ]


def _curve(rows: tuple[dict[str, float], ...], name: str) -> Lines:
    logits = [row["logit"] for row in rows]
    z = np.linspace(min(logits) - 1, max(logits) + 1, 200)
    return Lines(
        "One more logit multiplies the odds by 2.72; the probability follows this curve",
        "logit: margin of the two scores",
        f"share of “{name}”",
        (
            Line("1/(1 + e⁻ᶻ)", z, expit(z), colour="ink"),
            Line(
                "counted", logits, [row["share"] for row in rows], [row["low"] for row in rows],
                [row["high"] for row in rows], colour="accent", dots=True,
            ),
        ),
        percent_y=True,
    )  # fmt: skip


def _pixels(difference: NDArray[np.float64], width: int, name: str) -> Values:
    order = np.argsort(difference)
    chosen = [*order[::-1][:PIXELS], *order[:PIXELS][::-1]]
    logits = difference[chosen]
    most = float(np.exp(logits.max()))
    return Values(
        f"Full ink at one pixel multiplies the odds of “{name}” by up to {most:.1f}",
        "added to the logit by full ink at the pixel; ×: factor of the odds",
        [f"row {j // width}, column {j % width}: × {np.exp(difference[j]):.2g}" for j in chosen],
        logits,
        np.minimum(logits, 0.0),
        np.maximum(logits, 0.0),
        bold=tuple(range(PIXELS)),
    )
