"""Softmax or one-vs-rest regression by gradient descent or mini-batch SGD, to learn from."""

from __future__ import annotations

import warnings
from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
from scipy.special import log_softmax
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import check_is_fitted

from linocut.core.blocks import Blocks
from linocut.core.colour import Shape
from linocut.core.randomness import RandomState, seed_of
from linocut.core.steps import ModelKind
from linocut.models.inputs import TrainingRows, check_parameter, training_rows, watched_rows
from linocut.models.linear import Floats, LinearClassifier
from linocut.models.one_vs_rest import OneVsRestRegression
from linocut.models.softmax import SoftmaxRegression
from linocut.solve import DescentRecord, Objective, Outcome, Snapshot, descend

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MODELS: dict[str, type[SoftmaxRegression | OneVsRestRegression]] = {
    "softmax": SoftmaxRegression,
    "one-vs-rest": OneVsRestRegression,
}


class GradientDescentClassifier(LinearClassifier):
    """A regression that takes a given number of steps, and tells how far each got it.

    The objective is that of `SoftmaxRegression` or `OneVsRestRegression`, whose own fit goes to
    its optimum and needs no learning rate. This one is the textbook's: it starts from zero, and
    where it ends depends on the learning rate, the batch size and the number of steps.

    The right learning rate depends on the scale of the rows, with its square: 0.5 suits pixels
    from 0 to 1, as `linocut.features.UnitPixels` makes them; raw 0–255 pixels, which are used as
    they are, need one 65,025 times smaller. `linocut.solve.largest_stable_rate` gives a safe one.

    Parameters
    ----------
    learning_rate : float
        Length of a step, as a multiple of the gradient; above zero.
    batch_size : int or None
        Rows a step: mini-batch SGD. None, or as many as there are rows: all of them in each step,
        plain gradient descent.
    steps : int
        Steps to take, from 1 up.
    C : float
        Inverse of the penalty, above zero, as in `SoftmaxRegression`; infinite for none.
    loss : {"softmax", "one-vs-rest"}
        Classes against each other, or each against the rest.
    fit_intercept : bool
        Whether to fit b; otherwise it is zero.
    every : int, optional
        Evaluate at each multiple of this number of steps; by default a few times for each tenfold
        of steps.
    keep : collection of int
        Steps whose weights to keep, for a replay.
    random_state : int, numpy.random.Generator, numpy.random.RandomState or None
        Of the batches; an integer makes the fit reproducible to the bit.
    class_weight : dict, "balanced" or None
        Weight of each class.
    image_shape : (int, int) or (int, int, 3), optional
        Height and width, if fitted on flat rows.

    Attributes
    ----------
    record_ : DescentRecord
        Steps, passes, seconds, objective, loss and accuracy on train and test.
    snapshots_ : tuple of Snapshot
        The weights at the steps of ``keep``.
    objective_ : float
        The mean objective reached.
    n_iter_ : int
        Steps taken.
    converged_ : None
        Nothing is known of the distance to the optimum.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> from linocut.features import UnitPixels
    >>> digits = load_dataset("digits")
    >>> unit = UnitPixels().fit(digits.train.images)
    >>> model = GradientDescentClassifier(steps=500, random_state=0).fit(
    ...     unit.transform(digits.train.images),
    ...     digits.train.labels,
    ...     test=(unit.transform(digits.test.images), digits.test.labels),
    ... )
    >>> model.record_.outcome.name, bool(model.record_.last.test_accuracy > 0.93)
    ('STEPS', True)
    """

    record_: DescentRecord
    snapshots_: tuple[Snapshot, ...]

    def __init__(
        self,
        learning_rate: float = 0.5,
        *,
        batch_size: int | None = 64,
        steps: int = 1000,
        C: float = np.inf,
        loss: Literal["softmax", "one-vs-rest"] = "softmax",
        fit_intercept: bool = True,
        every: int | None = None,
        keep: Collection[int] = (),
        random_state: RandomState = None,
        class_weight: dict[Any, float] | Literal["balanced"] | None = None,
        image_shape: Shape | None = None,
    ) -> None:
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.steps = steps
        self.C = C
        self.loss = loss
        self.fit_intercept = fit_intercept
        self.every = every
        self.keep = keep
        self.random_state = random_state
        self.class_weight = class_weight
        self.image_shape = image_shape

    def fit(
        self,
        X: Any,
        y: Any = None,
        sample_weight: Any = None,
        *,
        test: tuple[Any, Any] | None = None,
    ) -> Self:
        """Take the steps, from zero weights. Ctrl-C keeps the weights of the present step.

        Parameters
        ----------
        X : uint8 or float array, shape (n, d) or (n, h, w), sparse (n, d), or RowSource
            Rows or images. Bytes and float32 are computed in float32, weights kept in float64.
        y : array, shape (n,), optional
            Labels; those of a `RowSource` if not given.
        sample_weight : array, shape (n,), optional
            Weight of each row, not negative.
        test : (X, y), optional
            Rows to watch, never trained on, and their labels.

        Raises
        ------
        LinocutError
            If a parameter is out of its range, or ``test`` does not fit the training rows.

        Warns
        -----
        ConvergenceWarning
            If the fit diverged or was interrupted; the message says what to do.
        """
        check_parameter("loss", self.loss, self.loss in MODELS, f"one of {', '.join(MODELS)}")
        check_parameter("C", self.C, self.C > 0, "a number above zero; infinite for no penalty")
        rows = training_rows(self, X, y, sample_weight)
        model = self._model()
        objective = Objective(
            rows.blocks,
            model._loss(),
            model._penalty(rows),
            len(rows.classes),
            self.fit_intercept,
        )
        descent = descend(
            objective,
            learning_rate=self.learning_rate,
            steps=self.steps,
            batch_size=self.batch_size,
            every=self.every,
            random_state=seed_of(self.random_state),
            watch=None if test is None else self._watched(rows, *test),
            keep=self.keep,
        )
        self._keep(rows, descent.W, descent.b)
        self.record_, self.snapshots_ = descent.record, descent.snapshots
        self.objective_ = descent.record.last.objective
        self.n_iter_ = descent.record.last.step
        self.converged_ = None
        if descent.record.outcome is not Outcome.STEPS:
            warnings.warn(
                f"{type(self).__name__}: {descent.record.message}", ConvergenceWarning, stacklevel=2
            )
        return self

    def probabilities(self, scores: Floats) -> Floats:
        """Return the probabilities that belong to scores, both of shape (n, K)."""
        return self.model_kind.link.probabilities(scores)

    def predict_proba(self, X: Any) -> Floats:
        """Return the probability of each class for each row, shape (n, K)."""
        return self.probabilities(self.scores(X))

    def predict_log_proba(self, X: Any) -> Floats:
        """Return the logarithms of the probabilities, shape (n, K)."""
        scores = self.scores(X)
        if self.loss == "softmax":
            return np.asarray(log_softmax(scores, axis=1))
        return np.asarray(np.log(self.probabilities(scores)))

    def plot_learning_curve(self) -> Figure:
        """Draw accuracy and loss on train and test against the steps taken."""
        from linocut.plot import plot_learning_curve  # Matplotlib loads on use

        check_is_fitted(self)
        lines = self.record_.progress
        accuracies = [line.test_accuracy for line in lines if line.test_accuracy is not None]
        losses = [line.test_loss for line in lines if line.test_loss is not None]
        return plot_learning_curve(
            [line.step for line in lines],
            [line.accuracy for line in lines],
            [line.loss for line in lines],
            test_accuracies=accuracies or None,
            test_losses=losses or None,
            passes=self.record_.last.passes,
        )

    @property
    def model_kind(self) -> ModelKind:
        """Of the same link as the regression whose objective it descends."""
        said = MODELS[self.loss].model_kind
        return replace(said, name="gradient-descent", iterative=False)

    def _model(self) -> SoftmaxRegression | OneVsRestRegression:
        return MODELS[self.loss](self.C)

    def _watched(self, rows: TrainingRows, X: Any, y: Any) -> Blocks:
        return watched_rows(self, rows, X, y).astype(rows.blocks.dtype)
