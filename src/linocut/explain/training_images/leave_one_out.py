"""Parameters without one training image: exactly for least squares, by one Newton step for others.

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

from typing import Any

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from linocut.core import LinocutError
from linocut.core.blocks import Matrix
from linocut.core.forms import Floats
from linocut.core.gram import gram_matrix
from linocut.explain.training_images.training_set import TrainingSet
from linocut.models import LeastSquaresClassifier
from linocut.models.regression import Regression
from linocut.solve import minimise
from linocut.solve.hessian import probabilities_of, whole_hessian
from linocut.solve.objective import Objective, Point, targets


class LeaveOneOutRidge:
    """Leave-one-out of a ridge, exactly."""

    def __init__(self, training: TrainingSet, model: LeastSquaresClassifier) -> None:
        self.training, self.model = training, model
        w = training.weights
        blocks = training.features.astype(np.float64).labelled(training.y, w)
        d = blocks.shape[1]
        G = np.zeros((d + 1, d + 1))
        G[:d, :d] = gram_matrix(blocks) + model.alpha * np.eye(d)
        G[d, :d] = G[:d, d] = blocks.sum(lambda X, y, w: np.asarray(X.T @ w).ravel())
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

    def _rows(self, X: Matrix) -> Floats:
        dense = X if isinstance(X, np.ndarray) else X.toarray()
        return np.column_stack([dense, np.full(len(dense), float(self.model.fit_intercept))])

    def change(self, index: int) -> Floats:
        """Return the change of weights and intercepts (K, m + 1) without one training image."""
        x = self._rows(self.blocks.dense(np.array([index])))[0]
        solved = cho_solve(self.factor, x, check_finite=False)
        leverage = self.training.weights[index] * float(x @ solved)
        if leverage > 1 - 1e-12:
            raise LinocutError(
                f"training image {index} alone determines a weight — it cannot be left out"
            )
        return np.asarray(-np.outer(self.errors[index], solved) / (1 - leverage))

    def on(self, X: Floats, D: Floats) -> Floats:
        """Return the change of margins D (t, K) of features X (t, m) by each image, (n, t)."""
        solved = cho_solve(self.factor, self._rows(X).T, check_finite=False)

        def part(Z: Matrix, y: Any, w: Floats, errors: Floats) -> Floats:
            Z_ = self._rows(Z)
            leverage = np.einsum("ni,in->n", Z_, cho_solve(self.factor, Z_.T, check_finite=False))
            scale = errors / (1 - w * leverage)[:, None]
            return np.asarray(-(Z_ @ solved) * (scale @ D.T))

        errors = [self.errors[rows] for rows in self.blocks.bounds()]
        return np.concatenate(list(self.blocks.map(part, errors)))

    def refitted(self, index: int) -> tuple[Floats, Floats]:
        """Return weights and intercepts of a fit without one training image."""
        W, b = self.model.coef_, self.model.intercept_
        change = self.change(index)  # a refit gives the same numbers
        return W + change[:, :-1], b + change[:, -1]


class NewtonStep:
    """One Newton step for a convex loss with an L2 penalty."""

    def __init__(self, training: TrainingSet, model: Regression) -> None:
        if model.l1_ratio > 0 or not np.isfinite(model.C):
            what = f"l1_ratio={model.l1_ratio:g}" if model.l1_ratio > 0 else "C=inf"
            raise LinocutError(f"{what} — influence is known for models with an L2 penalty alone")
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
        self.Y = targets(training.y, self.objective.n_classes)

    def change(self, index: int) -> Floats:
        """Return the change of weights and intercepts (K, m + 1) without one training image."""
        K, m = self.K, self.m
        x = self._row(index)
        w = self.training.relative_weights[index] / self.objective.total
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
        """Return the change of margins D (t, K) of features X (t, m) by each image, (n, t)."""
        K, m = self.K, self.m
        D = D[:, 1:] if self.single else D
        X1 = np.column_stack([X, np.full(len(X), float(self.objective.fit_intercept))])
        targets = np.einsum("tk,ti->kit", D, X1).reshape(K * m, len(X))
        V = cho_solve(self.factor, targets, check_finite=False).reshape(K, m, len(X))
        w = self.training.relative_weights / self.objective.total
        R = (self.P - self.Y) * w

        def part(Z: Matrix, y: Any, w: Any, R: Floats) -> Floats:
            total = np.zeros((R.shape[1], len(X)))
            for k in range(K):
                V_ = V[k].astype(Z.dtype)
                along = np.asarray(Z @ V_[:-1]) + V_[-1] * self.objective.fit_intercept
                total += R[k, :, None] * along
            return total

        blocks = self.objective.blocks
        parts = blocks.map(part, [R[:, rows] for rows in blocks.bounds()])
        return np.concatenate(list(parts))

    def refitted(self, index: int) -> tuple[Floats, Floats]:
        """Return weights and intercepts of a fit without one training image."""
        rest = self.objective.take(np.delete(np.arange(len(self.training.y)), index))
        start = self.point.W, self.point.b
        fit = minimise(rest, start=start, tol=self.model.tol).unless_interrupted()
        change = np.column_stack([fit.point.W - self.point.W, fit.point.b - self.point.b])
        change = self._whole(change)
        return self.model.coef_ + change[:, :-1], self.model.intercept_ + change[:, -1]

    def _row(self, index: int) -> Floats:
        x = self.objective.blocks.dense(np.array([index]))[0].astype(np.float64)
        return np.append(x, float(self.objective.fit_intercept))

    def _whole(self, change: Floats) -> Floats:
        return np.vstack([np.zeros_like(change), change]) if self.single else change
