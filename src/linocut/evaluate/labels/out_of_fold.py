"""Scores of training images from models that have not seen them, and of test images beside."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import StratifiedKFold

from linocut.core.steps import model_kind_of

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
Tell = Callable[[str, int, int], None]

# Of an optimum that is this near, no ranking depends on what is left.
TOL = 1e-2
FAR = -1e3  # score of a class that a fold had no image of


@dataclass(frozen=True, eq=False)
class OutOfFold:
    """What models say of images that they were not fitted on.

    Attributes
    ----------
    train : float64 array, shape (n, K)
        Scores of each training image by the model of its fold.
    test : float64 array, shape (m, K)
        Mean scores of each test image, over the models of all folds.
    """

    train: Floats
    test: Floats


class Folds:
    """Fit a classifier fold by fold; each fit starts from the weights of the one before.

    Parameters
    ----------
    classifier : classifier
        Of linocut or scikit-learn's kind; it is cloned. One that is fitted and iterative lends its
        weights to the first fold.
    train, test : array or MappedBlocks, shape (n, d) and (m, d)
        Features.
    n_classes : int
        Number of classes K.
    folds : int
        From 2 up.
    random_state : int
        Seed of the draw of folds.
    """

    def __init__(
        self,
        classifier: Any,
        train: Any,
        test: Any,
        n_classes: int,
        *,
        folds: int,
        random_state: int,
    ) -> None:
        self.train, self.test, self.n_classes = train, test, n_classes
        self.folds, self.random_state = folds, random_state
        self.model = clone(classifier)
        if model_kind_of(self.model).iterative:
            self.model.set_params(tol=TOL, warm_start=True)
            if hasattr(classifier, "coef_"):
                self.model.coef_ = classifier.coef_
                self.model.intercept_ = classifier.intercept_

    def scores(
        self, labels: Labels, keep: NDArray[np.bool_] | None = None, tell: Tell | None = None
    ) -> OutOfFold:
        """Return scores of all images, with models fitted on those to keep, shape (n,)."""
        n, m = len(labels), self.test.shape[0]
        train, test = np.full((n, self.n_classes), FAR), np.zeros((m, self.n_classes))
        parts = StratifiedKFold(self.folds, shuffle=True, random_state=self.random_state)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            # Of a class with fewer images than folds, some fold has none: that is dealt with.
            warnings.filterwarnings("ignore", "The least populated class", UserWarning)
            for done, (fit, held) in enumerate(parts.split(np.empty((n, 0)), labels)):
                if tell is not None:
                    tell("fitting without a part of the images", done, self.folds)
                rows = fit if keep is None else fit[keep[fit]]
                self.model.fit(self.train[rows], labels[rows])
                columns = np.asarray(self.model.classes_, np.intp)
                train[np.ix_(held, columns)] = _scores(self.model, self.train[held])
                each = np.full((m, self.n_classes), FAR)
                if m:  # scikit-learn's checks refuse none
                    each[:, columns] = _scores(self.model, self.test)
                test += each / self.folds
        if tell is not None:
            tell("fitting without a part of the images", self.folds, self.folds)
        return OutOfFold(train, test)


def _scores(model: Any, X: Any) -> Floats:
    if hasattr(model, "scores"):
        return np.asarray(model.scores(X), np.float64)
    tiny = np.finfo(np.float64).tiny
    return np.log(np.maximum(np.asarray(model.predict_proba(X), np.float64), tiny))
