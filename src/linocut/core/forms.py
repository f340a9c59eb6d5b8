"""Scores as exact functions of the pixels: affine and quadratic forms, one a class.

Whatever a pipeline does to an image, as long as each step is affine or a square, its K scores are
one of these two forms of the pixels x. Both are polynomials, so a difference of scores between x
and a reference r splits into one number a pixel that add up to it exactly: with δ = x − r,

    f(x) − f(r) = Σ_i δ_i (∇f(r) + M δ)_i,    M = ½ the (constant) second derivative,

in which each pair of pixels i, j has its term 2 M_ij δ_i δ_j split half and half.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core.errors import LinocutError

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LinearForm:
    """K scores ``W x + b`` of a row x of d pixels.

    Attributes
    ----------
    W : float64 array, shape (K, d)
        Weights.
    b : float64 array, shape (K,)
        Intercepts.

    Examples
    --------
    >>> form = LinearForm(np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([0.0, 1.0]))
    >>> form.scores(np.array([[3.0, 4.0]]))
    array([[3., 9.]])
    >>> form.contributions(np.array([[3.0, 4.0]]), np.array([[1.0, -1.0]]), np.zeros(2))
    array([[ 3., -8.]])
    """

    W: Floats
    b: Floats

    @property
    def shape(self) -> tuple[int, int]:
        """Scores K and pixels d."""
        return self.W.shape[0], self.W.shape[1]

    def scores(self, X: Any) -> Floats:
        """Return the scores of rows X (n, d), shape (n, K)."""
        return np.asarray(X, np.float64) @ self.W.T + self.b

    def gradients(self, X: Any, D: Floats) -> Floats:
        """Return by how much a pixel's ink changes ``D[i] · scores`` at each row, shape (n, d).

        Parameters
        ----------
        X : array, shape (n, d)
            Rows.
        D : float64 array, shape (n, K)
            A combination of scores for each row, such as +1 and −1 for a margin.
        """
        del X  # the same everywhere
        return D @ self.W

    def contributions(self, X: Any, D: Floats, reference: Floats) -> Floats:
        """Split ``D[i] · (scores(x) − scores(reference))`` into one number a pixel, shape (n, d).

        Parameters
        ----------
        X, D
            As in `gradients`.
        reference : float64 array, shape (d,) or (n, d)
            The row, or a row for each, against which ink counts.
        """
        return (D @ self.W) * (np.asarray(X, np.float64) - reference)

    @property
    def rows(self) -> Floats:
        """What is pulled back through an earlier step: the weights."""
        return self.W

    def pulled(self, W: Floats, shift: Floats) -> LinearForm:
        """Return the form for weights W (K, d′) of an earlier step's input; scores gain shift."""
        return LinearForm(W, self.b + shift)

    def by_degree(self, X: Any, D: Floats) -> tuple[Floats, Floats]:
        """Split ``D[i] · (scores(x) − scores(0))`` into what grows with x and with its square.

        Returns
        -------
        first, second : float64 arrays, shape (n, d)
            ``(first * X).sum(axis=1)`` is the one, ``(second * X).sum(axis=1)`` the other.
        """
        first = np.asarray(D @ self.W)
        return first, np.zeros_like(first)


@dataclass(frozen=True, eq=False)
class QuadraticForm:
    """K scores ``zᵀ Q z + W z + b`` of a few affine measurements ``z = A x + c`` of d pixels.

    Kept factored: the d × d matrix of a class is never needed to compute a score.

    Attributes
    ----------
    Q : float64 array, shape (K, m, m)
        Symmetric.
    W : float64 array, shape (K, m)
        Linear weights.
    b : float64 array, shape (K,)
        Intercepts.
    A : float64 array, shape (m, d)
        What is measured, one image a row.
    c : float64 array, shape (m,)
        Its offset.

    Examples
    --------
    >>> square = QuadraticForm(
    ...     np.array([[[1.0]]]), np.zeros((1, 1)), np.zeros(1), np.array([[1.0, 1.0]]), np.zeros(1)
    ... )
    >>> square.scores(np.array([[2.0, 3.0]]))  # (2 + 3)²: 4 + 9, and 12 of the pair
    array([[25.]])
    >>> square.contributions(np.array([[2.0, 3.0]]), np.array([[1.0]]), np.zeros(2))
    array([[10., 15.]])
    """

    Q: Floats
    W: Floats
    b: Floats
    A: Floats
    c: Floats

    @property
    def shape(self) -> tuple[int, int]:
        """Scores K and pixels d."""
        return len(self.b), self.A.shape[1]

    def scores(self, X: Any) -> Floats:
        """Return the scores of rows X (n, d), shape (n, K)."""
        Z = self.measurements(X)
        squares = np.stack([np.einsum("ni,ni->n", Z @ Q, Z) for Q in self.Q], axis=1)
        return squares + Z @ self.W.T + self.b

    def measurements(self, X: Any) -> Floats:
        """Return z = A x + c of each row, shape (n, m)."""
        return np.asarray(X, np.float64) @ self.A.T + self.c

    def gradients(self, X: Any, D: Floats) -> Floats:
        """Return by how much a pixel's ink changes ``D[i] · scores`` at each row, shape (n, d)."""
        return (2 * self._times_squares(self.measurements(X), D) + D @ self.W) @ self.A

    def contributions(self, X: Any, D: Floats, reference: Floats) -> Floats:
        """Split ``D[i] · (scores(x) − scores(reference))`` into one number a pixel, shape (n, d).

        The term of a pair of pixels goes to both, half and half.
        """
        delta = np.asarray(X, np.float64) - reference
        start = np.broadcast_to(reference, delta.shape)
        halves = self._times_squares(delta @ self.A.T, D) @ self.A
        return delta * (self.gradients(start, D) + halves)

    def pairs(self, direction: Floats) -> Floats:
        """Return M (d, d) of ``direction · scores``, half its second derivative by the pixels."""
        Q = np.tensordot(direction, self.Q, axes=1)
        return self.A.T @ Q @ self.A

    @property
    def rows(self) -> Floats:
        """What is pulled back through an earlier step: the measurements."""
        return self.A

    def pulled(self, A: Floats, shift: Floats) -> QuadraticForm:
        """Return the form for measurements A (m, d′) of an earlier step's input."""
        return replace(self, A=A, c=self.c + shift)

    def by_degree(self, X: Any, D: Floats) -> tuple[Floats, Floats]:
        """Split scores by degree, as `LinearForm.by_degree` does."""
        first = self.gradients(np.zeros((len(D), self.A.shape[1])), D)
        second = self._times_squares(np.asarray(X, np.float64) @ self.A.T, D) @ self.A
        return first, second

    def _times_squares(self, Z: Floats, D: Floats) -> Floats:
        """Return (Σ_k D_ik Q_k) z_i for each row, shape (n, m)."""
        total = np.zeros_like(Z)
        for k, Q in enumerate(self.Q):
            if D[:, k].any():
                total += D[:, k, None] * (Z @ Q)
        return total


@dataclass(frozen=True, eq=False)
class SumForm:
    """K scores that are the sum of a linear and a quadratic form of the same row.

    Attributes
    ----------
    linear : LinearForm
    quadratic : QuadraticForm
    """

    linear: LinearForm
    quadratic: QuadraticForm

    @property
    def shape(self) -> tuple[int, int]:
        """Scores K and entries d of a row."""
        return self.linear.shape

    def scores(self, X: Any) -> Floats:
        """Return the scores of rows X (n, d), shape (n, K)."""
        return self.linear.scores(X) + self.quadratic.scores(X)

    @property
    def rows(self) -> Floats:
        """What is pulled back through an earlier step: weights, then measurements."""
        return np.concatenate([self.linear.rows, self.quadratic.rows])

    def pulled(self, rows: Floats, shift: Floats) -> SumForm:
        """Return the form for `rows` of an earlier step's input."""
        K = self.shape[0]
        return SumForm(
            self.linear.pulled(rows[:K], shift[:K]), self.quadratic.pulled(rows[K:], shift[K:])
        )

    def contributions(self, X: Any, D: Floats, reference: Floats) -> Floats:
        """Split scores into one number an entry, as `QuadraticForm.contributions` does."""
        parts = self.linear.contributions(X, D, reference)
        return parts + self.quadratic.contributions(X, D, reference)

    def by_degree(self, X: Any, D: Floats) -> tuple[Floats, Floats]:
        """Split scores by degree, as `LinearForm.by_degree` does."""
        first, second = self.quadratic.by_degree(X, D)
        return first + self.linear.by_degree(X, D)[0], second


Polynomial = LinearForm | QuadraticForm
Form = Polynomial | SumForm


def margin_directions(K: int, a: Any, versus: Any = None) -> Floats:
    """Return D (n, K): +1 for class a of each row, −1 for its rival, or 1/K less of every class.

    Parameters
    ----------
    K : int
        Number of classes.
    a : int array, shape (n,)
        The class in question.
    versus : int array, shape (n,), or None
        Its rival; None is the average of all classes.

    Raises
    ------
    LinocutError
        If a class is its own rival.

    Examples
    --------
    >>> margin_directions(3, [0], [2])
    array([[ 1.,  0., -1.]])
    """
    a = np.asarray(a, np.intp)
    rows = np.arange(len(a))
    D = np.zeros((len(a), K)) if versus is not None else np.full((len(a), K), -1 / K)
    D[rows, a] += 1
    if versus is not None:
        versus = np.asarray(versus, np.intp)
        if np.any(versus == a):
            raise LinocutError("a class has no margin over itself — name two different classes")
        D[rows, versus] -= 1
    return D
