"""Weight decay as a prior: each weight drawn from a Gaussian of variance C."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from linocut.data import ImageDataset
from linocut.evaluate.intervals import percent
from linocut.ladder.studies.findings import Findings
from linocut.ladder.studies.trial import Trial
from linocut.models import regularisation_path
from linocut.plot import Line, Lines

Floats = NDArray[np.float64]

ROWS = 4000
PENALTIES = np.geomspace(1e-3, 10, 9)
TOL = 1e-4
SHOWN = 0.1  # C of the density that is drawn, as near as the grid comes


def study_prior(dataset: ImageDataset, *, seed: int = 42) -> Findings:
    """Fit softmax regression for several C, and compare its weights with their prior.

    The penalty ‖W‖²/(2 C) is minus the logarithm, but for a constant, of a Gaussian density with
    variance C for each weight; so the fit is where the posterior is highest (MacKay, "The evidence
    framework applied to classification networks", 1992). Weights that the images say nothing of are
    at zero, its middle.

    Parameters
    ----------
    dataset : ImageDataset
        Only its training part is used.
    seed : int
        Of the rows drawn.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> study = study_prior(load_dataset("digits"))
    >>> all(abs(row["prior_deviation"] ** 2 - row["C"]) < 1e-12 for row in study.rows())
    True
    """
    trial = Trial.of(dataset, seed, ROWS)
    path = regularisation_path(
        trial.pixels, trial.labels, PENALTIES, test=(trial.held_pixels, trial.held_labels), tol=TOL
    )
    n = len(trial.labels)
    assert path.test_loss is not None
    rows = tuple(
        _row(float(C), W, float(loss), n, float(of_held))
        for C, W, loss, of_held in zip(
            path.Cs, path.coef, path.train_loss, path.test_loss, strict=True
        )
    )
    best = min(rows, key=lambda row: row["validation_loss"])
    strong = rows[0]
    sentence = (
        f"C = {best['C']:.2g}, whose log loss on the validation images is lowest, is a Gaussian "
        f"prior with standard deviation {best['prior_deviation']:.2f} for each weight; those "
        f"fitted have {best['fitted_deviation']:.2f}, and {percent(best['within'])} lie within two "
        f"of the prior's. Minus log posterior: {best['minus_log_likelihood']:,.1f} nats for the "
        f"labels and {best['penalty']:,.1f} for the weights. At C = {strong['C']:.2g} the prior is "
        f"{strong['prior_deviation']:.3f} wide and the weights {strong['fitted_deviation']:.3f}."
    )
    return Findings(
        "prior",
        dataset.name,
        "Weight decay as a Gaussian prior",
        sentence,
        rows,
        (_widths(rows), _density(path.Cs, path.coef)),
        f"Softmax regression on the pixels of {n:,} training images, intercepts without a prior.",
        len(trial.validation),
    )


def _row(C: float, W: Floats, loss: float, n: int, of_held: float) -> dict[str, float]:
    # With two classes the penalty is on the difference of their weights, w = 2 W₁.
    weights = 2 * W[1] if len(W) == 2 else W
    return {
        "C": C,
        "prior_deviation": float(np.sqrt(C)),
        "fitted_deviation": float(np.sqrt(np.mean(np.square(weights)))),
        "within": float(np.mean(np.abs(weights) <= 2 * np.sqrt(C))),
        "minus_log_likelihood": n * loss,
        "penalty": float(np.square(weights).sum() / (2 * C)),
        "validation_loss": of_held,
    }


def _widths(rows: tuple[dict[str, float], ...]) -> Lines:
    Cs = [row["C"] for row in rows]
    return Lines(
        "The narrower the prior, the smaller the weights; a wide one leaves them to the images",
        "C, variance of the prior (logarithmic)",
        "deviation of weights",
        (
            Line("prior, √C", Cs, [row["prior_deviation"] for row in rows], colour="ink"),
            Line(
                "fitted", Cs, [row["fitted_deviation"] for row in rows], colour="accent", dots=True
            ),
        ),
        log_x=True,
        log_y=True,
    )


def _density(Cs: Floats, coef: Floats) -> Lines:
    k = int(np.argmin(np.abs(np.log(Cs / SHOWN))))
    W = (2 * coef[k][1] if coef.shape[1] == 2 else coef[k]).ravel()
    deviation = float(np.sqrt(Cs[k]))
    edges = np.linspace(-3 * deviation, 3 * deviation, 61)
    middles = (edges[:-1] + edges[1:]) / 2
    counts = np.histogram(W, edges)[0] / (len(W) * np.diff(edges))
    return Lines(
        f"C = {Cs[k]:.2g}: {percent(np.mean(np.abs(W) <= deviation), 0)} of the weights lie within "
        "one deviation of the prior, which expects 68 %",
        "weight",
        "density (logarithmic)",
        (
            Line("", middles, np.where(counts > 0, counts, np.nan), colour="accent", dots=True),
            Line("prior", middles, norm.pdf(middles, scale=deviation), colour="ink"),
        ),
        log_y=True,
    )
