"""Fit a probe: a path of penalties, judged by rows held out, and the chosen one fitted on all."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import StratifiedKFold

from linocut._version import __version__
from linocut.classifier import RowClassifier
from linocut.core import LinocutError
from linocut.core.blocks import Blocks, Matrix
from linocut.core.links import Link
from linocut.data import hold_out
from linocut.evaluate.probing.result import Judged, Probe, ProbeProgress
from linocut.evaluate.probing.rows import THREADS, GivenRows, given_rows, labelled_as
from linocut.modelfile import Provenance
from linocut.models.binary import BinaryRegression
from linocut.models.inputs import TrainingRows, check_parameter, training_rows
from linocut.models.softmax import SoftmaxRegression
from linocut.models.warm_starts import CUT_SHORT, Climber, inverse_penalties
from linocut.solve import Fit, Iteration, Outcome

Floats = NDArray[np.float64]
Positions = NDArray[np.intp]
Weights = tuple[Floats, Floats]
Callback = Callable[[ProbeProgress], bool | None]


def probe(
    train: Any,
    test: Any = None,
    *,
    Cs: int | Sequence[float] | Floats = 13,
    folds: int | None = None,
    class_weight: dict[Any, float] | Literal["balanced"] | None = None,
    tol: float = 1e-4,
    max_iter: int = 1000,
    engine: str = THREADS,
    callback: Callback | None = None,
) -> Probe:
    """Judge softmax regressions of given features against the penalty, and fit the chosen one.

    C is chosen on training rows alone, by the share of held-out rows correctly classified and, of
    equals, the log loss there: in ``folds``, or else on a fifth of each class, in a few runs of
    rows (see `linocut.data.hold_out`). The model of the chosen C is fitted on all training rows.
    With test rows every C is fitted on all training rows, too, and judged on them; that is shown
    beside, and plays no part in the choice. Ctrl-C keeps the C that were done.

    Parameters
    ----------
    train : RowSource, (X, y), or what `linocut.solve.rows.open_rows` opens
        Rows with labels: paths of .npy, Parquet, safetensors, HDF5 or IDX files, or arrays.
    test : the same, optional
        Rows to judge by, never fitted on.
    Cs : int or sequence of float
        Inverse penalties as in `linocut.models.SoftmaxRegression`; an integer asks for so many in
        six decades that suit the scale of the features.
    folds : int, optional
        Folds of the training rows, from 2 up: each holds out neighbouring rows of each class.
    class_weight : dict, "balanced" or None
        Weight of each class in the fits. Accuracies and log losses count each row once.
    tol : float
        Largest relative distance of each objective to its optimum, as bounded by the dual.
    max_iter : int
        Iterations at most, in each fit.
    engine : {"threads", "dask"} or str
        What computes: threads of this process, the workers of the active Dask client, or those of
        the scheduler at an address such as ``"tcp://HOST:8786"``. Results have the same bits.
    callback : callable, optional
        Called with `ProbeProgress` after each iteration; a true answer does what Ctrl-C does.

    Returns
    -------
    Probe

    Raises
    ------
    LinocutError
        If a parameter is out of its range, or the test rows do not fit the training rows.

    Warns
    -----
    ConvergenceWarning
        If it was cut short, or a fit ended before its certificate held.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> digits = load_dataset("digits")
    >>> train, test = ((part.images, part.labels) for part in (digits.train, digits.test))
    >>> found = probe(train, test, Cs=[1e-5, 1e-4, 1e-3])
    >>> found.chosen, found.held_out.n, found.test.n
    (0.0001, 296, 359)
    >>> found.model.predict(digits.test.images[:3])
    array([1, 6, 9])
    """
    check_parameter("tol", tol, tol > 0, "a number above zero")
    check_parameter("max_iter", max_iter, max_iter >= 1, "an integer from 1 up")
    check_parameter("folds", folds, folds is None or folds >= 2, "an integer from 2 up")
    given = given_rows(train, "training", engine)
    settings = SoftmaxRegression(class_weight=class_weight)
    rows = training_rows(settings, given.blocks, given.labels, given.weights)
    tested = None
    if test is not None:
        tested = labelled_as(given_rows(test, "test", engine), given, rows.classes)
    grid = inverse_penalties(Cs, rows)
    choosing = len(grid) > 1 or folds is not None or tested is None
    parts = _parts(rows, folds) if choosing else []
    work = _Work(rows, tested, parts, grid, tol, max_iter, callback)
    work.climb()
    found = _found(work, given, _how(len(grid), folds, parts))
    if found.outcome is not Outcome.CONVERGED:
        warnings.warn(f"probe: {found.message}", ConvergenceWarning, stacklevel=2)
    return found


def _parts(rows: TrainingRows, folds: int | None) -> list[tuple[Positions, Positions]]:
    """Return rows to fit on and rows to judge by, once or for each fold."""
    counts = np.bincount(rows.y)
    fewest = folds or 2
    if counts.min() < fewest and (folds is not None or counts.max() < fewest):
        label, count = rows.classes[counts.argmin()], counts.min()
        wanted = f"{folds} folds" if folds else "two parts, one to fit on and one to judge by"
        raise LinocutError(
            f"class {label} has {count} row{'' if count == 1 else 's'}, too few for {wanted} — "
            "give more rows of that class, or fewer folds"
        )
    if folds is None:
        return [hold_out(rows.y)]
    return list(StratifiedKFold(folds).split(np.empty((len(rows.y), 0)), rows.y))


def _how(penalties: int, folds: int | None, parts: list[tuple[Positions, Positions]]) -> str:
    if penalties == 1:
        return "C was given."
    if folds is not None:
        return f"C is chosen by {folds} folds of the training rows."
    return (
        f"C is chosen on {len(parts[0][1]):,} of the training rows, held out in runs: a fifth of "
        "each class."
    )


@dataclass(eq=False)
class _Work:
    """The fits, from the strongest penalty to the weakest, and what is known of each C.

    Attributes
    ----------
    seen : list
        For each C that is done gap, passes, seconds and outcome of each fit, that of all rows last.
    weights : list
        For each C those fitted on all rows, or the mean of those of the parts.
    held_out, tested : list
        For each C summed log loss and correctly classified rows: over all parts, and of the test.
    """

    rows: TrainingRows
    test: Blocks | None
    parts: list[tuple[Positions, Positions]]
    grid: Floats
    tol: float
    max_iter: int
    callback: Callback | None
    seen: list[list[tuple[float, float, float, Outcome]]] = field(default_factory=list)
    weights: list[Weights] = field(default_factory=list)
    held_out: list[tuple[float, int]] = field(default_factory=list)
    tested: list[tuple[float, int]] = field(default_factory=list)
    cut_short: Outcome | None = None
    done: int = 0
    C: float = 0.0

    def __post_init__(self) -> None:
        kind = BinaryRegression if len(self.rows.classes) == 2 else SoftmaxRegression
        self.objective = kind()._objective(self.rows)
        self.on_all = self.test is not None or not self.parts
        self.whole = Climber(self.objective, self.tol, self.max_iter)
        self.climbers = [
            Climber(self.objective.take(fit), self.tol, self.max_iter) for fit, _ in self.parts
        ]
        self.judges = [self.rows.blocks.take(held) for _, held in self.parts]
        each = len(self.parts) + self.on_all
        self.fits = each * len(self.grid) + (not self.on_all)

    def climb(self) -> None:
        """Fit and judge each C, until all are done or something ends it."""
        try:
            for C in self.grid:
                if not self.judge(float(C)):
                    break
        except KeyboardInterrupt:
            self.cut_short = Outcome.INTERRUPTED
        if not self.seen:
            if self.cut_short is Outcome.STOPPED:
                raise LinocutError(
                    f"the callback stopped the probe at C={self.grid[0]:g}, the first — let at "
                    "least one C be judged"
                )
            raise KeyboardInterrupt

    def judge(self, C: float) -> bool:
        """Fit and judge one C; return whether all of it was done."""
        fits, held_out, tested = [], (0.0, 0), (0.0, 0)
        for climber, judge in zip(self.climbers, self.judges, strict=True):
            fit = self.fitted(climber, C)
            if fit is None:
                return False
            fits.append(fit)
            loss, correct = tally(judge, fit)
            held_out = held_out[0] + loss, held_out[1] + correct
        near = _mean(fits) if fits else None
        if self.on_all:
            fit = self.fitted(self.whole, C, near)
            if fit is None:
                return False
            fits.append(fit)
            near = fit.point.W, fit.point.b
            tested = tested if self.test is None else tally(self.test, fit)
        assert near is not None
        self.weights.append(near)
        self.held_out.append(held_out)
        self.tested.append(tested)
        self.seen.append([_line(fit) for fit in fits])
        return True

    def fitted(self, climber: Climber, C: float, near: Weights | None = None) -> Fit | None:
        """Fit one C; None if that was cut short."""
        self.C = C
        fit = climber.fit(C, self.report, near)
        if fit.record.outcome in CUT_SHORT:
            self.cut_short = fit.record.outcome
            return None
        self.done += 1
        return fit

    def report(self, iteration: Iteration) -> bool | None:
        """Tell whoever wants to know how far it is."""
        if self.callback is None:
            return None
        return self.callback(ProbeProgress(self.done, self.fits, self.C, iteration))

    def chosen(self) -> int:
        """Return the position of the C to take."""
        if len(self.held_out) == 1 or not self.parts:
            return 0
        losses, correct = zip(*self.held_out, strict=True)
        return int(np.lexsort((losses, -np.array(correct)))[0])

    def last(self, at: int) -> tuple[Weights, tuple[float, float, float, Outcome]]:
        """Return weights for the chosen C, fitted on all rows, and what is known of that fit."""
        if self.on_all:
            return self.weights[at], self.seen[at][-1]
        self.C = float(self.grid[at])
        fit = self.whole.fit(self.C, self.report, self.weights[at])
        return (fit.point.W, fit.point.b), _line(fit)


def _found(work: _Work, given: GivenRows, how: str) -> Probe:
    at, m = work.chosen(), len(work.seen)
    (W, b), (gap, _, _, ended) = work.last(at)
    outcomes = [each[3] for line in work.seen for each in line] + [ended]
    first_bad = next((o for o in outcomes if o is not Outcome.CONVERGED), Outcome.CONVERGED)
    n_held = sum(len(held) for _, held in work.parts)
    held = _judged(work.held_out, n_held) if work.parts else None
    test = None if work.test is None else _judged(work.tested, len(work.test))
    model = RowClassifier(
        *_of_all_classes(W, b),
        work.rows.classes,
        feature_names=given.columns,
        link=Link.SOFTMAX,
        provenance=_provenance(given, float(work.grid[at]), gap, at, held, test),
    )
    return Probe(
        Cs=work.grid[:m],
        chosen=float(work.grid[at]),
        how=how,
        held_out=held,
        test=test,
        gap=np.array([max(each[0] for each in line) for line in work.seen]),
        passes=np.array([sum(each[1] for each in line) for line in work.seen]),
        seconds=np.array([sum(each[2] for each in line) for line in work.seen]),
        rows_fitted=len(work.rows.y),
        features=given.blocks.shape[1],
        classes=work.rows.classes,
        outcome=work.cut_short or first_bad,
        left=work.grid[m:],
        model=model,
    )


def _provenance(
    given: GivenRows, C: float, gap: float, at: int, held: Judged | None, test: Judged | None
) -> Provenance:
    low, high = (None, None) if test is None else map(float, test.intervals[at])
    return Provenance(
        dataset=given.origin,
        source=given.origin,
        rows=len(given.labels),
        test_rows=0 if test is None else test.n,
        data_sha256=given.fingerprint,
        title="linear probe",
        chosen={"C": C},
        gap=gap if np.isfinite(gap) else None,
        accuracy=None if test is None else float(test.accuracy[at]),
        low=low,
        high=high,
        validation_accuracy=None if held is None else float(held.accuracy[at]),
        validation_rows=0 if held is None else held.n,
        version=__version__,
        created=date.today().isoformat(),
    )


def _judged(tallies: list[tuple[float, int]], n: int) -> Judged:
    losses, correct = zip(*tallies, strict=True)
    return Judged(n, np.array(correct, np.int64), np.array(losses) / n)


def tally(blocks: Blocks, fit: Fit) -> tuple[float, int]:
    """Return the summed log loss of labelled rows, and how many are correctly classified."""
    loss, correct = blocks.sum(Tally(*_of_all_classes(fit.point.W, fit.point.b)))
    return loss, correct


@dataclass(frozen=True, eq=False)
class Tally:
    """The task of `tally`."""

    W: Floats
    b: Floats

    def __call__(self, X: Matrix, y: Any, w: Any) -> tuple[float, int]:
        """See `Task`."""
        Z = np.asarray(X @ self.W.T.astype(X.dtype), np.float64) + self.b
        losses = -log_softmax(Z, axis=1)[np.arange(len(Z)), y]
        return float(losses.sum()), int(np.count_nonzero(Z.argmax(axis=1) == y))


def _of_all_classes(W: Floats, b: Floats) -> Weights:
    """Return a row of weights for each class, also where one score stands for two of them."""
    return (np.vstack([0 * W, W]), np.append(0.0, b)) if len(W) == 1 else (W, b)


def _mean(fits: list[Fit]) -> Weights:
    W = np.mean([fit.point.W for fit in fits], axis=0)
    return W, np.mean([fit.point.b for fit in fits], axis=0)


def _line(fit: Fit) -> tuple[float, float, float, Outcome]:
    last = fit.record.last
    return last.gap, last.passes, last.seconds, fit.record.outcome
