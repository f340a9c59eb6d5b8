"""Influence: what would be classified differently without one training image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from linocut.core import LinocutError, Result
from linocut.core.forms import Floats, margin_directions
from linocut.explain.training_images.leave_one_out import LeaveOneOutRidge, NewtonStep
from linocut.explain.training_images.training_set import TrainingSet
from linocut.models import LeastSquaresClassifier
from linocut.models.regression import Regression

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NARROWEST = 200  # test images with the least margins that are tried for a flip
NEARLY = 0.7  # share of the margin that is taken without leverages: they may do the rest
MOST = 60  # candidates that are computed with leverages
CANDIDATES = 12  # flips that are confirmed by a refit


@dataclass(frozen=True, eq=False)
class Flip:
    """A test image that is classified differently without one training image.

    Attributes
    ----------
    removed, image : int
        Positions of the training image and of the test image.
    before, after : class label
        The class predicted for the test image, with and without.
    margin : float
        Of ``before`` over ``after``, with all training images.
    estimated : float
        That margin without the image, by the formula.
    refitted : float
        That margin after a fit without the image; NaN where none was made.
    """

    removed: int
    image: int
    before: Any
    after: Any
    margin: float
    estimated: float
    refitted: float = np.nan

    @property
    def confirmed(self) -> bool:
        """Whether the refit says so, too."""
        return self.refitted < 0


@dataclass(frozen=True, eq=False, repr=False)
class Flips(Result):
    """What would change if single training images were not there.

    Attributes
    ----------
    flips : tuple of Flip
        Surest first, by the estimated margin.
    tried : int
        Test images, those with the least margins, that were looked at.
    unit : str
        Of the margins.
    """

    flips: tuple[Flip, ...]
    tried: int
    unit: str

    @property
    def sentence(self) -> str:
        """Say how many there are."""
        images = len({flip.image for flip in self.flips})
        if not images:
            return (
                f"No single training image decides how any of the {self.tried} test images with "
                "the smallest margins is classified."
            )
        refits = [flip for flip in self.flips if np.isfinite(flip.refitted)]
        confirmed = sum(flip.confirmed for flip in refits)
        said = f"; {confirmed} of {len(refits)} refits without one confirm it" if refits else ""
        return (
            f"Of the {self.tried} test images with the smallest margins {images} would be "
            f"classified differently if a single training image were not there{said}."
        )

    def plot(self, training_images: Any, test_images: Any, most: int = 6) -> Figure:
        """Draw the surest flips: what is removed, what then changes class, and the margins.

        Parameters
        ----------
        training_images, test_images : arrays, shape (n, h, w)
            Those that the positions are of.
        most : int
            At most so many rows.
        """
        from linocut.plot import plot_influence  # Matplotlib loads on use

        if not self.flips:
            raise LinocutError("no flips to draw — try more test images")
        shown = self.flips[:most]
        return plot_influence(
            np.stack([training_images[flip.removed] for flip in shown]),
            np.stack([test_images[flip.image] for flip in shown]),
            [(f"no. {flip.removed}", f"{flip.before}, then {flip.after}") for flip in shown],
            np.array([(flip.margin, flip.estimated, flip.refitted) for flip in shown]),
            unit=self.unit,
            title=self.sentence,
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a flip."""
        return [{**vars(flip), "confirmed": flip.confirmed} for flip in self.flips]

    def to_dict(self) -> dict[str, Any]:
        """Return the flips and the sentence as plain data."""
        rows = [{name: _finite(value) for name, value in row.items()} for row in self.rows()]
        return {"sentence": self.sentence, "tried": self.tried, "flips": rows}


class Influence:
    """Effects of leaving out training images, for a model whose optimum is known.

    Parameters
    ----------
    model : linocut model, Pipeline that ends in one, or ImageClassifier of either
        `SoftmaxRegression`, `OneVsRestRegression` with an L2 penalty, or
        `LeastSquaresClassifier`; fitted to a small ``tol``.
    images, labels, sample_weight
        What it was fitted on. For an `ImageClassifier` labels are names or positions.

    Raises
    ------
    LinocutError
        If the model has no L2 penalty, or its Hessian would take more than a gigabyte; if it is
        compact, so that its penalty is not known.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> digits = load_digits()
    >>> X, y = digits.images[:300], digits.target[:300]
    >>> model = LeastSquaresClassifier().fit(X, y)
    >>> influence = Influence(model, X, y)
    >>> W, b = influence.without(7)
    >>> again = LeastSquaresClassifier().fit(np.delete(X, 7, axis=0), np.delete(y, 7))
    >>> bool(np.allclose(W, again.coef_)), bool(np.allclose(b, again.intercept_))
    (True, True)
    """

    def __init__(self, model: Any, images: Any, labels: Any, sample_weight: Any = None) -> None:
        self.training = TrainingSet.of(model, images, labels, sample_weight)
        fitted = self.training.model
        self._leaving: LeaveOneOutRidge | NewtonStep
        if isinstance(fitted, LeastSquaresClassifier):
            self._leaving = LeaveOneOutRidge(self.training, fitted)
        elif isinstance(fitted, Regression):
            self._leaving = NewtonStep(self.training, fitted)
        else:
            raise LinocutError(
                f"{type(fitted).__name__} does not minimise a penalised loss — influence is known "
                "for SoftmaxRegression, OneVsRestRegression and LeastSquaresClassifier"
            )

    def without(self, index: int) -> tuple[Floats, Floats]:
        """Return weights (K, m) on features, and intercepts (K,), without one training image.

        Exact for least squares; one Newton step for the others.
        """
        change = self._leaving.change(self._checked(index))
        model = self.training.model
        return model.coef_ + change[:, :-1], model.intercept_ + change[:, -1]

    def on(self, image: Any, label: Any, versus: Any) -> Floats:
        """Return the change of one image's margin by leaving out each training image, shape (n,).

        Exact for least squares. For the others the leverages are left out, which would take a
        solve for each training image: right in order and sign, too small for images that pull on
        their own; `without` has them.
        """
        pulled = self.training.pulled
        D = margin_directions(
            self.training.n_classes, [pulled.position(label)], [pulled.position(versus)]
        )
        x = self.training.features_of(pulled.prepared_image(image))
        return self._leaving.on(x, D)[:, 0]

    def flips(self, images: Any, *, tried: int = NARROWEST, confirm: int = CANDIDATES) -> Flips:
        """Find test images that are classified differently without some one training image.

        Parameters
        ----------
        images : array, shape (n, h, w) or (n, d)
            Test images. For an `ImageClassifier` also paths, bytes or PIL images.
        tried : int
            So many with the least margins are looked at.
        confirm : int
            So many flips, surest first, are confirmed by a refit.

        Returns
        -------
        Flips
        """
        training = self.training
        images = training.pulled.prepared(images)
        scores = training.pulled.scores(images)
        best = np.argsort(-scores, axis=1, kind="stable")[:, :2]
        rows = np.arange(len(scores))
        margins = scores[rows, best[:, 0]] - scores[rows, best[:, 1]]
        chosen = np.argsort(margins, kind="stable")[:tried]
        X = training.features_of(np.asarray(images)[chosen])
        D = margin_directions(training.n_classes, best[chosen, 0], best[chosen, 1])
        effects = self._leaving.on(X, D)  # (n, tried)
        least = np.argpartition(effects, 1, axis=0)[:2]
        shares = np.take_along_axis(effects, least, axis=0) / -margins[chosen]
        order = np.argsort(-shares, axis=None, kind="stable")[:MOST]
        likely = [
            (int(least[rank, t]), int(t))
            for rank, t in zip(*np.unravel_index(order, shares.shape), strict=True)
            if shares[rank, t] > NEARLY
        ]
        flips = []
        for removed, t in likely:
            W, b = self.without(removed)
            after = X[t] @ W.T + b
            estimated = float(D[t] @ after)
            if estimated < 0:
                flips.append(
                    Flip(
                        removed,
                        int(chosen[t]),
                        training.pulled.classes[best[chosen[t], 0]],
                        training.pulled.classes[best[chosen[t], 1]],
                        float(margins[chosen[t]]),
                        estimated,
                    )
                )
        flips.sort(key=lambda flip: flip.estimated)
        place = {int(chosen[t]): t for t in range(len(chosen))}
        confirmed = [
            self._confirmed(flip, X[place[flip.image]], D[place[flip.image]])
            if position < confirm
            else flip
            for position, flip in enumerate(flips)
        ]
        return Flips(tuple(confirmed), len(chosen), training.pulled.unit)

    def refitted(self, index: int) -> tuple[Floats, Floats]:
        """Return weights and intercepts of a fit without one training image, from the present ones.

        To the same tolerance as the model's.
        """
        return self._leaving.refitted(self._checked(index))

    def _confirmed(self, flip: Flip, x: Floats, direction: Floats) -> Flip:
        W, b = self.refitted(flip.removed)
        margin = float(direction @ (W @ x + b))
        values = {**vars(flip), "refitted": margin}
        return Flip(**values)

    def _checked(self, index: int) -> int:
        n = len(self.training.y)
        if not 0 <= index < n:
            raise LinocutError(f"training image {index} — there are images 0 to {n - 1}")
        return index


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not np.isfinite(value) else value
