"""`RowClassifier`: a finished linear model of rows of features, such as a linear probe."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from linocut.classifier.summary import RowSummary
from linocut.core import LinocutError, Shown
from linocut.core.arrays import as_array, flatten_images
from linocut.core.blocks import ArrayBlocks, Blocks
from linocut.core.links import Link
from linocut.modelfile import Provenance, RowContents, read_model, write_model
from linocut.models.linear import Scores
from linocut.solve.rows import RowSource, source_blocks

Floats = NDArray[np.float64]


class RowClassifier(Shown):
    """A classifier of rows of features: weights, and the names of the classes.

    It is finished: `linocut.evaluate.probe` makes one, and `linocut.load_model` reads it. Scores
    are computed in float64, so that those of one row are the same as among many.

    Parameters
    ----------
    coef : array, shape (K, d)
        Weights.
    intercept : array, shape (K,)
        Intercepts.
    classes : array, shape (K,)
        The labels, whole numbers or strings, in the order of the scores.
    feature_names : sequence of d str, optional
        Names of the features.
    link : Link
        How scores become probabilities.
    temperature : float
        What scores are divided by before they do.
    provenance : Provenance, optional
        Where it came from.

    Attributes
    ----------
    coef_ : float64 array, shape (K, d)
        Weights.
    intercept_ : float64 array, shape (K,)
        Intercepts.
    classes_ : array, shape (K,)
        The labels.
    feature_names_ : tuple of d str, or None
        Names of the features.
    n_features_in_ : int
        d.
    link_, temperature_, provenance_
        As the parameters.

    Raises
    ------
    LinocutError
        If the shapes do not agree.

    Examples
    --------
    >>> model = RowClassifier([[0.0, 0.0], [1.0, -1.0]], [0.0, 0.5], ["left", "right"])
    >>> model.predict([[3.0, 1.0], [0.0, 2.0]])
    array(['right', 'left'], dtype='<U5')
    >>> model.scores(np.array([[3.0, 1.0]]))
    array([[0. , 2.5]])
    """

    def __init__(
        self,
        coef: Any,
        intercept: Any,
        classes: Any,
        *,
        feature_names: Any = None,
        link: Link = Link.SOFTMAX,
        temperature: float = 1.0,
        provenance: Provenance | None = None,
    ) -> None:
        self.coef_ = np.asarray(coef, np.float64)
        self.intercept_ = np.asarray(intercept, np.float64)
        self.classes_ = np.asarray(classes)
        self.feature_names_ = tuple(map(str, feature_names)) if feature_names else None
        self.link_, self.temperature_ = link, float(temperature)
        self.provenance_ = provenance or Provenance()
        K = len(self.classes_)
        if self.coef_.ndim != 2 or len(self.coef_) != K or self.intercept_.shape != (K,):
            raise LinocutError(
                f"weights of shape {self.coef_.shape}, intercepts of shape {self.intercept_.shape} "
                f"and {K} classes — (K, d), (K,) and K"
            )
        self.n_features_in_ = self.coef_.shape[1]
        if self.feature_names_ is not None and len(self.feature_names_) != self.n_features_in_:
            raise LinocutError(
                f"{len(self.feature_names_)} names of features for {self.n_features_in_} — one each"
            )

    def table_rows(self) -> list[dict[str, Any]]:
        """Return the lines of `summary` as rows."""
        return self.summary().table_rows()

    def scores(self, X: Any) -> Floats:
        """Return the K scores of each row, shape (n, K), computed block by block.

        Parameters
        ----------
        X : array, shape (n, d), or images (n, h, w), or sparse (n, d), or RowSource or Blocks
            The rows; their labels, if they have some, are not looked at.

        Raises
        ------
        LinocutError
            If they have another number of features, or values that are no finite numbers or so
            large that there is no score for them.
        """
        blocks = _blocks(X)
        if blocks.shape[1] != self.n_features_in_:
            raise LinocutError(
                f"rows of {blocks.shape[1]} features — the model takes {self.n_features_in_}"
            )
        with np.errstate(over="ignore", invalid="ignore"):  # told below, and more plainly
            parts = list(blocks.astype(np.float64).map(Scores(self.coef_.T)))
            scores = np.concatenate(parts) if parts else np.empty((0, len(self.classes_)))
            scores += self.intercept_
        if not np.isfinite(scores).all():
            raise LinocutError(
                "a row has no finite score — finite values, on the scale of the training rows"
            )
        return np.asarray(scores)

    def decision_function(self, X: Any) -> Floats:
        """Return the scores, shape (n, K); for two classes their margin (second − first), (n,)."""
        scores = self.scores(X)
        return scores[:, 1] - scores[:, 0] if len(self.classes_) == 2 else scores

    def predict_proba(self, X: Any) -> Floats:
        """Return the probability of each class for each row, shape (n, K)."""
        return self.link_.probabilities(self.scores(X), self.temperature_)

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the class with the largest score for each row, shape (n,)."""
        return np.asarray(self.classes_[self.scores(X).argmax(axis=1)])

    @property
    def contents(self) -> RowContents:
        """What it consists of, as plain data."""
        return RowContents(
            self.coef_,
            self.intercept_,
            tuple(map(str, self.classes_)),
            self.classes_.dtype.kind in "iu",
            self.feature_names_,
            self.link_,
            self.temperature_,
            self.provenance_,
        )

    @classmethod
    def of_contents(cls, contents: RowContents) -> RowClassifier:
        """Make one of what a model file holds."""
        names = contents.class_names
        return cls(
            contents.coef,
            contents.intercept,
            list(map(int, names)) if contents.integer_classes else names,
            feature_names=contents.feature_names,
            link=contents.link,
            temperature=contents.temperature,
            provenance=contents.provenance,
        )

    def summary(self) -> RowSummary:
        """Return what it is, in a few lines: classes, features, provenance."""
        return RowSummary(
            tuple(map(str, self.classes_)),
            self.n_features_in_,
            self.feature_names_,
            self.link_.value,
            self.temperature_,
            self.provenance_,
        )

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write it to a model file: data alone, no code.

        Parameters
        ----------
        path : path-like
            Where it goes, by custom ``*.linocut``; an existing file is replaced. It appears whole
            or not at all.

        Returns
        -------
        Path
            The file written, links resolved.

        Raises
        ------
        LinocutError
            If the file cannot be written.

        Examples
        --------
        >>> import tempfile
        >>> model = RowClassifier([[0.0], [1.0]], [0.0, -1.0], [3, 7])
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     same = RowClassifier.load(model.save(f"{folder}/probe.linocut"))
        >>> same.predict([[0.5], [1.5]])
        array([3, 7])
        """
        return write_model(self.contents, path)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> RowClassifier:
        """Read one from a model file; nothing in the file is run.

        Raises
        ------
        LinocutError
            If the file is none, or holds a model of images; the message names it.
        """
        contents = read_model(path)
        if not isinstance(contents, RowContents):
            raise LinocutError(
                f"{os.fspath(path)} classifies images, not rows of features — ImageClassifier.load"
            )
        return cls.of_contents(contents)


def _blocks(X: Any) -> Blocks:
    if isinstance(X, Blocks):
        return X
    if isinstance(X, RowSource):
        return source_blocks(X)
    if sparse.issparse(X):
        return ArrayBlocks(X.tocsr(), np.dtype(np.float64))
    rows = flatten_images(np.asarray(as_array(X, "the model")))
    if rows.ndim != 2 or rows.dtype.kind not in "buif":
        raise LinocutError(
            f"rows of shape {rows.shape} and type {rows.dtype} — an array of numbers (n, d)"
        )
    return ArrayBlocks(rows, np.dtype(np.float64))
