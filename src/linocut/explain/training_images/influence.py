"""Influence: what would be read otherwise if one training image were not there.

Least squares has it in closed form: without image i, with h its leverage and e its error,

    θ₋ᵢ = θ − G⁻¹ x̃_i e_i w_i / (1 − w_i h_i),    h_i = x̃_iᵀ G⁻¹ x̃_i,    G = Σ w x̃ x̃ᵀ + α.

For softmax and one-vs-rest one Newton step on the others' objective is taken from where all have
led. With H the Hessian of the sum over all, r = P − Y the image's residual and S = diag P − P Pᵀ
(or diag P(1 − P)) its curvature, H₋ᵢ = H − S ⊗ x̃ x̃ᵀ is inverted exactly by the matrix identity of
Woodbury, which needs the K × K leverages M_i = (I ⊗ x̃_i)ᵀ H⁻¹ (I ⊗ x̃_i):

    θ₋ᵢ ≈ θ + H⁻¹ (I ⊗ x̃_i) (I − S M_i)⁻¹ r.

Koh and Liang, "Understanding black-box predictions via influence functions" (2017), take the step
without the leverages (M = 0), which underestimates images that pull on their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from linocut.core import LinocutError, Result
from linocut.core.blocks import Matrix
from linocut.core.forms import Floats, margin_directions
from linocut.core.gram import gram_matrix
from linocut.explain.training_images.training_set import TrainingSet
from linocut.models import LeastSquaresClassifier
from linocut.models.regression import Regression
from linocut.solve import minimise
from linocut.solve.hessian import probabilities_of, whole_hessian
from linocut.solve.objective import Objective, Point

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NARROWEST = 200  # test images with the least margins that are tried for a flip
NEARLY = 0.7  # share of the margin that is taken without leverages: they may do the rest
MOST = 60  # candidates that are computed with leverages
CANDIDATES = 12  # flips that are confirmed by a refit


@dataclass(frozen=True, eq=False)
class Flip:
    """A test image that is read otherwise without one training image.

    Attributes
    ----------
    removed, image : int
        Positions of the training image and of the test image.
    before, after : class label
        What the test image is read as, with and without.
    margin : float
        Of ``before`` over ``after``, with all training images.
    predicted : float
        That margin without the image, by the formula.
    refitted : float
        That margin after a fit without the image; NaN where none was made.
    """

    removed: int
    image: int
    before: Any
    after: Any
    margin: float
    predicted: float
    refitted: float = np.nan

    @property
    def confirmed(self) -> bool:
        """Whether the refit says so, too."""
        return self.refitted < 0


@dataclass(frozen=True, eq=False)
class Flips(Result):
    """What would change if single training images were not there.

    Attributes
    ----------
    found : tuple of Flip
        Surest first, by the formula.
    tried : int
        Test images, those with the least margins, that were looked at.
    unit : str
        Of the margins.
    """

    found: tuple[Flip, ...]
    tried: int
    unit: str

    @property
    def sentence(self) -> str:
        """Say what was found."""
        images = len({flip.image for flip in self.found})
        if not images:
            return (
                f"No single training image decides how any of the {self.tried} test images with "
                "the smallest margins is read."
            )
        refits = [flip for flip in self.found if np.isfinite(flip.refitted)]
        confirmed = sum(flip.confirmed for flip in refits)
        said = f"; {confirmed} of {len(refits)} refits without one confirm it" if refits else ""
        return (
            f"Of the {self.tried} test images with the smallest margins {images} would be read "
            f"otherwise if a single training image were not there{said}."
        )

    def plot(self, training_images: Any, test_images: Any, most: int = 6) -> Figure:
        """Draw the surest flips: what is removed, what is then read otherwise, and the margins.

        Parameters
        ----------
        training_images, test_images : arrays, shape (n, h, w)
            Those that the positions are of.
        most : int
            At most so many rows.
        """
        from linocut.plot import plot_influence  # Matplotlib loads on use

        if not self.found:
            raise LinocutError("nothing flips, so there is nothing to draw")
        shown = self.found[:most]
        return plot_influence(
            np.stack([training_images[flip.removed] for flip in shown]),
            np.stack([test_images[flip.image] for flip in shown]),
            [(f"no. {flip.removed}", f"{flip.before}, then {flip.after}") for flip in shown],
            np.array([(flip.margin, flip.predicted, flip.refitted) for flip in shown]),
            unit=self.unit,
            title=self.sentence,
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a flip."""
        return [{**vars(flip), "confirmed": flip.confirmed} for flip in self.found]

    def to_dict(self) -> dict[str, Any]:
        """Return the flips and the sentence as plain data."""
        rows = [{name: _finite(value) for name, value in row.items()} for row in self.rows()]
        return {"sentence": self.sentence, "tried": self.tried, "flips": rows}


class Influence:
    """Effects of leaving out training images, for a model whose optimum is known.

    Parameters
    ----------
    model : linocut model, or Pipeline that ends in one
        `SoftmaxRegression`, `OneVsRestRegression` with an L2 penalty, or
        `LeastSquaresClassifier`; fitted to a small ``tol``.
    images, labels, sample_weight
        What it was fitted on.

    Raises
    ------
    LinocutError
        If the model has no L2 penalty, or its Hessian would take more than a gigabyte.

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
        self._curved: _LeastSquares | _Curved
        if isinstance(fitted, LeastSquaresClassifier):
            self._curved = _LeastSquares(self.training, fitted)
        elif isinstance(fitted, Regression):
            self._curved = _Curved(self.training, fitted)
        else:
            raise LinocutError(
                f"{type(fitted).__name__} minimises no loss with a penalty — influence is known of "
                "SoftmaxRegression, OneVsRestRegression and LeastSquaresClassifier"
            )

    def without(self, index: int) -> tuple[Floats, Floats]:
        """Return weights (K, m) on features, and intercepts (K,), without one training image.

        Exact for least squares; one Newton step for the others.
        """
        change = self._curved.change(self._checked(index))
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
        x = self.training.features_of(np.asarray(image)[None])
        return self._curved.on(x, D)[:, 0]

    def flips(self, images: Any, *, tried: int = NARROWEST, confirm: int = CANDIDATES) -> Flips:
        """Find test images that are read otherwise without some one training image.

        Parameters
        ----------
        images : array, shape (n, h, w) or (n, d)
            Test images.
        tried : int
            So many with the least margins are looked at.
        confirm : int
            So many of those found, surest first, are confirmed by a refit.

        Returns
        -------
        Flips
        """
        training = self.training
        scores = training.pulled.scores(images)
        best = np.argsort(-scores, axis=1, kind="stable")[:, :2]
        rows = np.arange(len(scores))
        margins = scores[rows, best[:, 0]] - scores[rows, best[:, 1]]
        chosen = np.argsort(margins, kind="stable")[:tried]
        X = training.features_of(np.asarray(images)[chosen])
        D = margin_directions(training.n_classes, best[chosen, 0], best[chosen, 1])
        effects = self._curved.on(X, D)  # (n, tried)
        least = np.argpartition(effects, 1, axis=0)[:2]
        shares = np.take_along_axis(effects, least, axis=0) / -margins[chosen]
        order = np.argsort(-shares, axis=None, kind="stable")[:MOST]
        likely = [
            (int(least[rank, t]), int(t))
            for rank, t in zip(*np.unravel_index(order, shares.shape), strict=True)
            if shares[rank, t] > NEARLY
        ]
        found = []
        for removed, t in likely:
            W, b = self.without(removed)
            after = X[t] @ W.T + b
            predicted = float(D[t] @ after)
            if predicted < 0:
                found.append(
                    Flip(
                        removed,
                        int(chosen[t]),
                        training.pulled.classes[best[chosen[t], 0]],
                        training.pulled.classes[best[chosen[t], 1]],
                        float(margins[chosen[t]]),
                        predicted,
                    )
                )
        found.sort(key=lambda flip: flip.predicted)
        place = {int(chosen[t]): t for t in range(len(chosen))}
        confirmed = [
            self._confirmed(flip, X[place[flip.image]], D[place[flip.image]])
            if position < confirm
            else flip
            for position, flip in enumerate(found)
        ]
        return Flips(tuple(confirmed), len(chosen), training.pulled.unit)

    def refitted(self, index: int) -> tuple[Floats, Floats]:
        """Return weights and intercepts of a fit without one training image, from the present ones.

        To the same tolerance as the model's.
        """
        return self._curved.refitted(self._checked(index))

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


class _LeastSquares:
    """Leave-one-out of a ridge, exactly."""

    def __init__(self, training: TrainingSet, model: LeastSquaresClassifier) -> None:
        self.training, self.model = training, model
        blocks = training.features.astype(np.float64)
        _n, d = blocks.shape
        w = training.weights
        G = np.zeros((d + 1, d + 1))
        G[:d, :d] = gram_matrix(blocks, w) + model.alpha * np.eye(d)
        first = np.zeros(d)
        for part in blocks.map(lambda rows, X: np.asarray(X.T @ w[rows]).ravel()):
            first += part
        G[d, :d] = G[:d, d] = first
        G[d, d] = w.sum() if model.fit_intercept else 1.0
        if not model.fit_intercept:
            G[d, :d] = G[:d, d] = 0
        try:
            self.factor = cho_factor(G, check_finite=False)
        except np.linalg.LinAlgError:
            raise LinocutError(
                f"alpha={model.alpha!r} leaves the weights undetermined — take a larger one"
            ) from None
        Y = np.eye(training.n_classes)[training.y]
        self.errors = (Y - training.scores()) * w[:, None]
        self.blocks = blocks

    def rows(self, X: Matrix) -> Floats:
        dense = X if isinstance(X, np.ndarray) else X.toarray()
        return np.column_stack([dense, np.full(len(dense), float(self.model.fit_intercept))])

    def change(self, index: int) -> Floats:
        x = self.rows(self.blocks.dense(np.array([index])))[0]
        solved = cho_solve(self.factor, x, check_finite=False)
        leverage = self.training.weights[index] * float(x @ solved)
        if leverage > 1 - 1e-12:
            raise LinocutError(
                f"training image {index} alone decides some weight: without it there is none"
            )
        return np.asarray(-np.outer(self.errors[index], solved) / (1 - leverage))

    def on(self, X: Floats, D: Floats) -> Floats:
        solved = cho_solve(self.factor, self.rows(X).T, check_finite=False)
        w = self.training.weights

        def part(rows: slice, Z: Matrix) -> Floats:
            Z_ = self.rows(Z)
            leverage = np.einsum("ni,in->n", Z_, cho_solve(self.factor, Z_.T, check_finite=False))
            scale = self.errors[rows] / (1 - w[rows] * leverage)[:, None]
            return np.asarray(-(Z_ @ solved) * (scale @ D.T))

        return np.concatenate(list(self.blocks.map(part)))

    def refitted(self, index: int) -> tuple[Floats, Floats]:
        W, b = self.model.coef_, self.model.intercept_
        change = self.change(index)  # a refit gives the same numbers
        return W + change[:, :-1], b + change[:, -1]


class _Curved:
    """One Newton step for a convex loss with an L2 penalty."""

    def __init__(self, training: TrainingSet, model: Regression) -> None:
        if model.l1_ratio > 0 or not np.isfinite(model.C):
            what = f"l1_ratio={model.l1_ratio:g}" if model.l1_ratio > 0 else "C=inf"
            raise LinocutError(f"{what} — influence is known of models with an L2 penalty alone")
        self.training, self.model = training, model
        self.objective: Objective = model._objective(training.rows)
        self.single = self.objective.n_classes == 1
        W, b = model.coef_, model.intercept_
        if self.single:
            W, b = W[1:], b[1:]
        self.point: Point = self.objective.at(W, b)
        self.P = probabilities_of(self.objective, self.point)  # (K, n)
        H = whole_hessian(self.objective, self.point)
        K, m = self.objective.n_classes, W.shape[1] + 1
        if self.objective.loss.shift_invariant and self.objective.fit_intercept:
            # A shift of all intercepts changes nothing: any curvature along it will do.
            last = np.arange(K) * m + m - 1
            H[np.ix_(last, last)] += np.trace(H) / len(H) / K
        self.K, self.m = K, m
        # Symmetric, so its transpose, which LAPACK takes without a copy, will do.
        self.factor = cho_factor(H.T, overwrite_a=True, check_finite=False)
        self.Y = self.objective.targets(slice(None))

    def change(self, index: int) -> Floats:
        K, m = self.K, self.m
        x = self._row(index)
        w = self.training.weights[index] / self.objective.total
        E = np.zeros((K * m, K))
        for k in range(K):
            E[k * m : (k + 1) * m, k] = x
        solved = cho_solve(self.factor, E, check_finite=False)  # H⁻¹ (I ⊗ x̃)
        M = E.T @ solved
        p = self.P[:, index]
        S = (
            np.diag(p) - np.outer(p, p)
            if self.objective.loss.shift_invariant
            else np.diag(p - p * p)
        )
        # The means over n − 1 images have n/(n − 1) of everything: sums are compared, so that the
        # penalty C n of all stays what it is.
        r = w * (p - self.Y[:, index])
        step = solved @ np.linalg.solve(np.eye(K) - w * S @ M, r)
        return self._whole(step.reshape(K, m))

    def on(self, X: Floats, D: Floats) -> Floats:
        K, m = self.K, self.m
        D = D[:, 1:] if self.single else D
        X1 = np.column_stack([X, np.full(len(X), float(self.objective.fit_intercept))])
        targets = np.einsum("tk,ti->kit", D, X1).reshape(K * m, len(X))
        V = cho_solve(self.factor, targets, check_finite=False).reshape(K, m, len(X))
        w = self.training.weights / self.objective.total
        R = (self.P - self.Y) * w

        def part(rows: slice, Z: Matrix) -> Floats:
            total = np.zeros((rows.stop - rows.start, len(X)))
            for k in range(K):
                V_ = V[k].astype(Z.dtype)
                along = np.asarray(Z @ V_[:-1]) + V_[-1] * self.objective.fit_intercept
                total += R[k, rows, None] * along
            return total

        return np.concatenate(list(self.objective.blocks.map(part)))

    def refitted(self, index: int) -> tuple[Floats, Floats]:
        rest = self.objective.take(np.delete(np.arange(len(self.training.y)), index))
        fit = minimise(rest, start=(self.point.W, self.point.b), tol=self.model.tol)
        change = np.column_stack([fit.point.W - self.point.W, fit.point.b - self.point.b])
        change = self._whole(change)
        return self.model.coef_ + change[:, :-1], self.model.intercept_ + change[:, -1]

    def _row(self, index: int) -> Floats:
        x = self.objective.blocks.dense(np.array([index]))[0].astype(np.float64)
        return np.append(x, float(self.objective.fit_intercept))

    def _whole(self, change: Floats) -> Floats:
        return np.vstack([np.zeros_like(change), change]) if self.single else change


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not np.isfinite(value) else value
