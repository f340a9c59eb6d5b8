"""Collapse a pipeline and its model to exact functions of the pixels.

Read from the end: a linear model's weights W on the features A x + c are the weights W A on x, and
W c joins the intercept. Each step is met once, with the form of all that comes after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import PolynomialFeatures
from sklearn.utils.validation import check_is_fitted

from linocut.core import LinocutError
from linocut.core.arrays import flatten_images, image_shape_of
from linocut.core.colour import Shape, size_in_words
from linocut.core.finished import FinishedModel
from linocut.core.forms import Floats, Form, LinearForm, QuadraticForm
from linocut.core.links import Link
from linocut.core.steps import kind_of, model_kind_of
from linocut.features import PrincipalPairs, pulled_through
from linocut.models.linear import score_weights

LOG_RATIO = "log of the probability ratio"
SCORE = "score"


@dataclass(frozen=True, eq=False)
class PulledBack:
    """A model as a form of the pixels of the images it is shown.

    Attributes
    ----------
    form : LinearForm or QuadraticForm
        Of the pixels, in the unit in which they are given (bytes stay bytes).
    classes : array, shape (K,)
        The labels, in the order of the scores.
    image_steps : tuple of transformers
        Steps that turn images into images, such as deskewing; they come first, and the form is one
        of the images that they return.
    image_shape : (int, int), (int, int, 3) or None
        Height and width, and planes in colour, where known.
    unit : str
        What a margin is: the log of the probability ratio, or a difference of scores.
    intake : callable or None
        Turns whatever the model reads (files, bytes, PIL images, arrays) into an array of images;
        None where it reads arrays only.
    """

    form: Form
    classes: NDArray[Any]
    image_steps: tuple[Any, ...] = ()
    image_shape: Shape | None = None
    unit: str = SCORE
    intake: Callable[[Any], NDArray[np.uint8]] | None = None

    def prepared(self, X: Any) -> Any:
        """Return images as the first step of the pipeline takes them.

        Raises
        ------
        LinocutError
            If they are files, but the model reads arrays only.
        """
        if self.intake is not None:
            return self.intake(X)
        if isinstance(X, str | bytes | PathLike) or hasattr(X, "read"):
            raise LinocutError(
                f"an image given as {type(X).__name__} — this model reads arrays only; an "
                "ImageClassifier reads files, too"
            )
        return X

    def prepared_image(self, image: Any) -> Any:
        """Return one image as the first step takes it: an array of one, (1, h, w) or (1, d).

        Raises
        ------
        LinocutError
            If there is another number of images.
        """
        is_array = hasattr(image, "ndim") or isinstance(image, list | tuple)
        X = self.prepared(np.asarray(image)[None] if is_array else image)
        # A PIL image passes for an array where nothing prepares it.
        X = X if hasattr(X, "ndim") else np.asarray(X)[None]
        if len(X) != 1:
            raise LinocutError(f"{len(X)} images — one at a time is explained")
        return X

    def images(self, X: Any) -> Any:
        """Return the rows (n, d) whose pixels count: those given, or what the steps make of them.

        Raises
        ------
        LinocutError
            If the images have another shape.
        """
        X = self.prepared(X)
        for step in self.image_steps:
            X = step.transform(X)
        given = np.asarray(X)
        X = flatten_images(given)
        wanted = self.form.shape[1]
        # As many pixels in another shape are other pixels.
        turned = self.image_shape and image_shape_of(given) not in {None, self.image_shape}
        if X.ndim != 2 or X.shape[1] != wanted or turned:
            shape = size_in_words(self.image_shape or (wanted,))
            raise LinocutError(
                f"images of shape {given.shape[1:] if X.ndim > 1 else X.shape} — the model reads "
                f"images of {shape} pixels, given as (n, h, w) or (n, {wanted})"
            )
        return X

    def pixels(self, image: Any) -> Floats:
        """Return the pixels that count of one image, shape (d,)."""
        return np.asarray(self.images(self.prepared_image(image))[0], np.float64)

    def scores(self, X: Any) -> Floats:
        """Return the K scores of images (n, h, w) or rows (n, d), shape (n, K)."""
        return self.form.scores(self.images(X))

    def named(self, names: Sequence[str]) -> PulledBack:
        """Return the same model with its classes, now positions among names, known by their names.

        Raises
        ------
        LinocutError
            If a class is no such position.
        """
        y = self.classes
        if y.dtype.kind not in "iu" or y.min(initial=0) < 0 or y.max(initial=0) >= len(names):
            raise LinocutError(
                f"classes {', '.join(map(str, y))} — positions among {len(names)} names"
            )
        return replace(self, classes=np.array([names[k] for k in y], dtype=object))

    def position(self, label: Any) -> int:
        """Return the position of a class.

        Raises
        ------
        LinocutError
            If there is no such class.
        """
        places = np.flatnonzero(self.classes.astype(str) == str(label))
        if not len(places):
            known = ", ".join(map(str, self.classes))
            raise LinocutError(f"{label!r} is not a class of this model — known: {known}")
        return int(places[0])


def pulled(model: Any) -> PulledBack:
    """Return a model as a form of the pixels, whichever way it is given.

    Parameters
    ----------
    model : PulledBack, ImageClassifier, Pipeline or classifier
        Fitted; see `pull_back`.
    """
    return model if isinstance(model, PulledBack) else pull_back(model)


def pull_back(model: Any, *, image_shape: Shape | None = None) -> PulledBack:
    """Collapse a fitted linear model, alone or at the end of a pipeline, to a form of the pixels.

    Parameters
    ----------
    model : classifier, Pipeline or ImageClassifier
        With ``coef_``, ``intercept_`` and ``classes_``; before it, any of: scaling (`UnitPixels`,
        ``StandardScaler``, ``MinMaxScaler``, ``MaxAbsScaler``, ``RobustScaler``), selection of
        features, ``PCA``, ``TruncatedSVD``, `PrincipalPairs`, ``PolynomialFeatures`` of degree 2
        once, and first of all steps that treat each image on its own. The classes of an
        `ImageClassifier` are known by their names.
    image_shape : (int, int) or (int, int, 3), optional
        Height and width, and planes in colour. If not given, what the model or a step knows, else
        a square.

    Returns
    -------
    PulledBack
        Linear in the pixels, or quadratic where there are products of features.

    Raises
    ------
    LinocutError
        If a step is neither affine nor a square; it is named. If the image shape is not that of
        the pixels.
    sklearn.exceptions.NotFittedError
        If the model is not fitted.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sklearn.decomposition import PCA
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from linocut.models import SoftmaxRegression
    >>> X, y = load_digits(return_X_y=True)
    >>> pipeline = make_pipeline(StandardScaler(), PCA(20), SoftmaxRegression()).fit(X, y)
    >>> model = pull_back(pipeline)
    >>> model.form.W.shape
    (10, 64)
    >>> bool(np.allclose(model.scores(X), pipeline.decision_function(X)))
    True
    """
    if isinstance(model, FinishedModel):
        return _of_finished(model, image_shape)
    steps = _used(model.steps if isinstance(model, Pipeline) else [("model", model)])
    before = [step for _, step in steps]
    name, last = steps.pop()
    form: Form = LinearForm(*_score_weights(name, last))
    while steps and not kind_of(steps[-1][1]).images_to_images:
        name, step = steps.pop()
        form = _before(name, step, form)
    for name, step in steps:
        if not kind_of(step).images_to_images:
            raise LinocutError(
                f"the step {name!r} ({type(step).__name__}) comes before one that turns images "
                "into images — put it after"
            )
    if image_shape is not None and int(np.prod(image_shape)) != form.shape[1]:
        raise LinocutError(
            f"image_shape={image_shape!r} — the model reads {form.shape[1]} pixels an image"
        )
    return PulledBack(
        form,
        np.asarray(last.classes_),
        tuple(step for _, step in steps),
        image_shape or _image_shape([*reversed(before)], form),
        unit_of(last),
    )


def _of_finished(model: FinishedModel, image_shape: Shape | None) -> PulledBack:
    inner = pull_back(model.estimator_, image_shape=image_shape)
    image = np.zeros((1, *model.image_shape_), np.uint8)
    for step in inner.image_steps:  # which may change the shape
        image = step.transform(image)
    made = tuple(map(int, image.shape[1:]))
    known = made if int(np.prod(made)) == inner.form.shape[1] else inner.image_shape
    return replace(
        inner,
        classes=np.asarray(model.classes_),
        image_shape=image_shape or known,
        intake=model.prepared,
    )


def weights_in_pixels(steps: Pipeline | None, W: Floats) -> Floats:
    """Return weights (K, m) on the features of affine steps as weights (K, d) on the pixels."""
    form: Form = LinearForm(W, np.zeros(len(W)))
    for name, step in reversed(_used(steps.steps if steps is not None else [])):
        if not kind_of(step).images_to_images:
            form = _before(name, step, form)
    assert isinstance(form, LinearForm)
    return form.W


def _used(steps: Sequence[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return [(name, step) for name, step in steps if step is not None and step != "passthrough"]


def unit_of(model: Any) -> str:
    """Tell what a margin of a model means."""
    return LOG_RATIO if model_kind_of(model).link is Link.SOFTMAX else SCORE


def shown_weights(W: Floats, unit: str) -> tuple[Floats, str]:
    """Return weights as they are to be shown, one entry of the first axis a class, and their unit.

    Adding one vector to the weights of all classes changes no probability of softmax; only their
    differences mean something, and the average class is the one that all are compared with. The
    weights of other models are unique and shown as they are.
    """
    if unit != LOG_RATIO:
        return W, unit
    return W - W.mean(axis=0), f"{unit} against the class average"


def _score_weights(name: str, model: Any) -> tuple[Floats, Floats]:
    try:
        return score_weights(model)
    except LinocutError as error:
        raise LinocutError(f"the model {name!r}: {error}") from None


def _before(name: str, step: Any, form: Form) -> Form:
    """Return the form of what goes into a step, from that of what comes out of it."""
    try:
        check_is_fitted(step)
    except NotFittedError as error:
        raise NotFittedError(f"the step {name!r}: {error}") from None
    except TypeError:  # it has nothing to fit
        pass
    if isinstance(step, PrincipalPairs | PolynomialFeatures):
        if not isinstance(form, LinearForm):
            raise LinocutError(
                f"the step {name!r} ({type(step).__name__}) makes products of what are products "
                "later on — only degree 2 can be pulled back"
            )
        return _of_pairs(step, form)
    rows = form.W if isinstance(form, LinearForm) else form.A
    try:
        return form.pulled(*pulled_through(step, rows))
    except NotImplementedError as error:
        raise LinocutError(
            f"the step {name!r} ({type(step).__name__}) cannot be pulled back to the pixels: "
            f"{error}"
        ) from None


def _of_pairs(step: PrincipalPairs | PolynomialFeatures, form: LinearForm) -> QuadraticForm:
    """Gather weights of constants, numbers and products of two of them into Q, W and b."""
    if isinstance(step, PrincipalPairs):
        V = step.components_ / step.scale_[:, None]
        A, m = V / step.full, len(V)
        c = -V @ step.mean_
        powers: Iterable[Sequence[int]] = [
            *([i] for i in range(m)),
            *([i, j] for i in range(m) for j in range(i, m)),
        ]
    else:
        if step.n_output_features_ and step.powers_.sum(axis=1).max() > 2:
            raise LinocutError(
                f"PolynomialFeatures of degree {step.degree!r} — only up to degree 2 can features "
                "be pulled back to pairs of pixels"
            )
        m = step.n_features_in_
        A, c = np.eye(m), np.zeros(m)
        powers = [np.repeat(np.arange(m), row).tolist() for row in step.powers_]
    K = form.shape[0]
    Q, W, b = np.zeros((K, m, m)), np.zeros((K, m)), form.b.copy()
    for column, factors in zip(form.W.T, powers, strict=True):
        if len(factors) == 0:
            b += column
        elif len(factors) == 1:
            W[:, factors[0]] += column
        else:
            i, j = factors
            Q[:, i, j] += column / 2
            Q[:, j, i] += column / 2
    return QuadraticForm(Q, W, b, A, c)


def _image_shape(steps: Sequence[Any], form: Form) -> Shape | None:
    d = form.shape[1]
    for step in steps:
        shape = getattr(step, "image_shape_", None)
        if shape is not None and int(np.prod(shape)) == d:
            return tuple(map(int, shape))
    side = round(np.sqrt(d))
    return (side, side) if side * side == d else None
