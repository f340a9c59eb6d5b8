"""How much work the trials are that decide on a preparation and on a mixture of views, counted."""

from __future__ import annotations

from collections.abc import Sequence

from linocut.ladder import mixture, preparation
from linocut.ladder.pace import Work
from linocut.ladder.work import SOME, Shape, StepWork, tried

DECOMPOSED = 7  # readings of a matrix that a randomised decomposition takes


def rows_of_preparations(n: int, held: int) -> tuple[int, int, int]:
    """Return the rows of a trial of preparations, those it fits on, and how often it does so.

    Parameters
    ----------
    n, held : int
        Rows of the training part, and of its validation part.

    Examples
    --------
    >>> rows_of_preparations(1000, 200), rows_of_preparations(60_000, 12_000)
    ((1000, 800, 5), (4500, 3000, 1))
    """
    if held < preparation.FEWEST_JUDGED:
        rows, folds = min(n, preparation.FITTED), preparation.FOLDS
        return rows, rows - rows // folds, folds
    fitted = min(n - held, preparation.FITTED)
    return fitted + min(held, preparation.JUDGED), fitted, 1


def of_preparation(chain: Sequence[StepWork], n: int, held: int, K: int) -> Work:
    """Count the trial of one preparation and the features after it, of K classes."""
    rows, fitted, folds = rows_of_preparations(n, held)
    d = chain[-1].width
    some = min(rows, preparation.AXES_FROM)
    axes = min(preparation.AXES, some, d)
    turned = Work(products=(some**2 + (some + rows) * axes) * d, cubes=SOME * some**3)
    judged = tried(len(preparation.PENALTIES), Shape(fitted, axes, K, uncorrelated=True))
    return _made(chain, rows) + turned + folds * judged


def rows_of_mixtures(n: int, held: int) -> tuple[int, int]:
    """Return the rows of a trial of mixtures, and those it fits on."""
    fitted = min(n - held, mixture.MOST_FIT)
    return fitted + min(held, mixture.MOST_HELD), fitted


def of_mixtures(
    views: Sequence[Sequence[StepWork]], mixtures: int, candidates: int, n: int, held: int, K: int
) -> Work:
    """Count the trial of mixtures of views: each made once, then each mixture judged.

    Parameters
    ----------
    views : sequence of sequences of StepWork
        The steps of each view before it is turned to its own axes.
    mixtures, candidates : int
        Mixtures, and parameters of the classifier that each is judged with.
    n, held, K : int
        Rows of the training part, and of its validation part, and classes.
    """
    rows, fitted = rows_of_mixtures(n, held)
    total, together = Work(), 0
    for chain in views:
        turned, axes = _turned(rows, fitted, chain[-1].width)
        total, together = total + _made(chain, rows) + turned, together + axes
    turned, axes = _turned(rows, fitted, together)
    judged = tried(candidates, Shape(fitted, axes, K, uncorrelated=True))
    return total + mixtures * (turned + judged)


def _made(chain: Sequence[StepWork], rows: int) -> Work:
    total = Work()
    for step in chain:
        total += step.fit + rows * step.row
    return total


def _turned(rows: int, fitted: int, d: int) -> tuple[Work, int]:
    """Count turning rows to the axes of some of them; return the number of axes, too."""
    axes = min(mixture.AXES, fitted, d)
    return Work(products=(DECOMPOSED * fitted + rows) * d * axes), axes
