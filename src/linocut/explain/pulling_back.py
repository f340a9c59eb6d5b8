"""Collapse a pipeline and its model to exact functions of the pixels.

Read from the end: a linear model's weights W on the features A x + c are the weights W A on x, and
W c joins the intercept. Each step is met once, with the form of all that comes after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar, overload

import numpy as np
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from linocut.core import LinocutError
from linocut.core.colour import Shape
from linocut.core.finished import FinishedModel
from linocut.core.forms import Floats, Form, LinearForm, Polynomial, QuadraticForm, SumForm
from linocut.core.links import Link
from linocut.core.steps import kind_of, model_kind_of, names_of, shape_taken, used_steps
from linocut.explain.local_forms import LocalForm, curved
from linocut.explain.pixel_models import LOG_RATIO, SCORE, PixelForm, PixelModel, PulledBack
from linocut.features import LeadingPairs, NormaliseContrast, PrincipalPairs, pulled_through
from linocut.models.linear import score_weights

if TYPE_CHECKING:
    from sklearn.preprocessing import PolynomialFeatures

Inner = TypeVar("Inner", bound=PixelModel)
POLYNOMIAL = "sklearn.PolynomialFeatures"  # whose room loads SciPy's splines and optimisers


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
        return _of_finished(
            model, pull_back(model.estimator_, image_shape=image_shape), image_shape
        )
    read = _Reading.of(model)
    form: Polynomial = LinearForm(*_score_weights(*read.last))
    while read.steps and not kind_of(read.steps[-1][1]).images_to_images:
        form = _before(*read.steps.pop(), form)
    return PulledBack(form, *read.rest(form, image_shape))


def account_for(model: Any) -> PixelModel:
    """Collapse a fitted linear model as far as its scores split into pixels exactly.

    As `pull_back`, and beyond it where steps are affine but for factors that depend on the image,
    as scattering and patches are, alone or side by side: see `linocut.explain.local_forms`. What
    follows them may hold the products of `LeadingPairs`.

    Parameters
    ----------
    model : PixelModel, classifier, Pipeline or ImageClassifier
        See `pull_back`; a `PixelModel` is returned as it is.

    Raises
    ------
    LinocutError
        If a step is neither affine, with factors of the image or without, nor a square.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sklearn.pipeline import make_pipeline
    >>> from linocut.features import Scattering
    >>> from linocut.models import SoftmaxRegression
    >>> digits = load_digits()
    >>> pipeline = make_pipeline(Scattering(J=2, L=4, full=16, root=True), SoftmaxRegression())
    >>> model = account_for(pipeline.fit(digits.images, digits.target))
    >>> x, margin = digits.images[:1].reshape(1, 64), np.eye(10)[:1] - np.eye(10)[1:2]
    >>> parts, left = model.form.account(x, margin, np.zeros(64))
    >>> bool(np.allclose(left, margin @ model.form.scores(0 * x)[0], atol=1e-3))  # the blank page
    True
    """
    if isinstance(model, PixelModel):
        return model
    if isinstance(model, FinishedModel):
        # As it is kept in a file, since products split otherwise before what is affine is folded.
        return _of_finished(model, account_for(model.compact().estimator_), None)
    read = _Reading.of(model)
    form: Form = LinearForm(*_score_weights(*read.last))
    local: list[tuple[str, Any]] = []
    while read.steps and not _is_passed_by(read.steps[-1][1]):
        name, step = read.steps.pop()
        if local or any(curved([(name, step)])):
            local.insert(0, (name, step))
        elif isinstance(step, LeadingPairs) and isinstance(form, LinearForm):
            form = _of_leading_pairs(step, form)
        else:
            form = _before(name, step, form)
    if local:
        through = LocalForm(tuple(local), form, shape_taken(local))
        return PixelModel(through, *read.rest(through, through.image_shape))
    if isinstance(form, SumForm):
        return PixelModel(form, *read.rest(form, None))
    return PulledBack(form, *read.rest(form, None))


def _is_passed_by(step: Any) -> bool:
    """Tell whether evidence is about the image that a step makes, rather than what it is made of.

    Local contrast has a sign: nobody recognises ink in it.
    """
    return kind_of(step).images_to_images and not isinstance(step, NormaliseContrast)


@dataclass(frozen=True, eq=False)
class _Reading:
    """A pipeline that is read from its end: the steps that are left, and the model."""

    steps: list[tuple[str, Any]]
    last: tuple[str, Any]
    known: tuple[Any, ...]  # all steps, the model included

    @classmethod
    def of(cls, model: Any) -> _Reading:
        steps = list(used_steps(model, "model"))
        known = tuple(step for _, step in steps)
        return cls(steps, steps.pop(), known)

    def rest(self, form: PixelForm, image_shape: tuple[int, ...] | None) -> tuple[Any, ...]:
        """Return all of a `PixelModel` but its form, once only steps of images are left."""
        for name, step in self.steps:
            if not kind_of(step).images_to_images:
                raise LinocutError(
                    f"the step {name!r} ({type(step).__name__}) comes before one that turns images "
                    "into images — put it after"
                )
        if image_shape is not None and int(np.prod(image_shape)) != form.shape[1]:
            raise LinocutError(
                f"image_shape={image_shape!r} — the model reads {form.shape[1]} pixels an image"
            )
        model = self.last[1]
        return (
            np.asarray(model.classes_),
            tuple(step for _, step in self.steps),
            image_shape or _image_shape([*reversed(self.known)], form),
            unit_of(model),
        )


def _of_finished(model: FinishedModel, inner: Inner, image_shape: Shape | None) -> Inner:
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
    form: Polynomial = LinearForm(W, np.zeros(len(W)))
    for name, step in reversed(() if steps is None else used_steps(steps)):
        if not kind_of(step).images_to_images:
            form = _before(name, step, form)
    assert isinstance(form, LinearForm)
    return form.W


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


@overload
def _before(name: str, step: Any, form: Polynomial) -> Polynomial: ...
@overload
def _before(name: str, step: Any, form: Form) -> Form: ...
def _before(name: str, step: Any, form: Form) -> Form:
    """Return the form of what goes into a step, from that of what comes out of it."""
    try:
        check_is_fitted(step)
    except NotFittedError as error:
        raise NotFittedError(f"the step {name!r}: {error}") from None
    except TypeError:  # it has nothing to fit
        pass
    if isinstance(step, PrincipalPairs) or POLYNOMIAL in names_of(type(step)):
        if not isinstance(form, LinearForm):
            raise LinocutError(
                f"the step {name!r} ({type(step).__name__}) makes products of what are products "
                "later on — only degree 2 can be pulled back"
            )
        return _of_pairs(step, form)
    try:
        return form.pulled(*pulled_through(step, form.rows))
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


def _of_leading_pairs(step: LeadingPairs, form: LinearForm) -> SumForm:
    """Part weights on features and products of some of them."""
    k, d = step.components_.shape
    i, j = np.triu_indices(k)  # the order of `products_of_two`
    halves = form.W[:, d:] * step.scale_ / 2
    Q = np.zeros((len(form.W), k, k))
    Q[:, i, j] += halves
    Q[:, j, i] += halves
    none = np.zeros((len(form.W), k))
    squares = QuadraticForm(Q, none, np.zeros(len(form.W)), step.components_, step.offset_)
    return SumForm(LinearForm(form.W[:, :d], form.b), squares)


def _image_shape(steps: Sequence[Any], form: PixelForm) -> Shape | None:
    d = form.shape[1]
    for step in steps:
        shape = getattr(step, "image_shape_", None)
        if shape is not None and int(np.prod(shape)) == d:
            return tuple(map(int, shape))
    side = round(np.sqrt(d))
    return (side, side) if side * side == d else None
