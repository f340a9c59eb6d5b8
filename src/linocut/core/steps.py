"""What linocut asks of the steps of a pipeline, beyond scikit-learn's fit, transform and predict.

A transformer says it once, in its attribute ``step_kind``, a classifier in ``model_kind``. For
classes of other packages `register` says it. Nothing else in linocut looks for attributes or names
of types.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import FeatureUnion, Pipeline

from linocut.core.links import Link

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class StepKind:
    """What is to be known of a transformer.

    Attributes
    ----------
    name : str
        What it is called in model files; never changes. Empty for one that is not known.
    state : tuple of str
        Attributes of a fitted one that `transform` needs, beside the parameters: numbers, tuples
        of numbers, arrays, or None. None of them can be computed from the parameters.
    images_to_images : bool
        Whether explanations are about the image that it makes of each image, because it is no
        affine map that could be taken back to the pixels before it.
    learns : bool
        Whether `fit` looks at the values of the rows. What does not may be computed once for all
        parts of a dataset.
    nearly_fixed : bool
        Whether what it learns is so little (a typical size, say) that it may be learned from all
        training images before some of them are held out to choose hyper-parameters.
    """

    name: str
    state: tuple[str, ...] = ()
    images_to_images: bool = False
    learns: bool = True
    nearly_fixed: bool = False

    @property
    def fixed(self) -> bool:
        """Whether it may be computed once for all training images, held out or not."""
        return self.nearly_fixed or not self.learns


@dataclass(frozen=True)
class ModelKind:
    """What is to be known of a classifier.

    Attributes
    ----------
    name : str
        What it is called in model files; never changes. Empty for one that is not known.
    link : Link
        How its scores become probabilities.
    linear : bool
        Whether its scores are ``coef_ @ x + intercept_``.
    iterative : bool
        Whether it is fitted step by step: has ``tol`` and ``warm_start``.
    validates_itself : bool
        Whether it holds training rows out on its own, to know when to stop; has
        ``validation_accuracy_`` and ``validation_rows_``.
    """

    name: str
    link: Link = Link.NONE
    linear: bool = True
    iterative: bool = False
    validates_itself: bool = False


@runtime_checkable
class Affine(Protocol):
    """A transformer x ↦ A x + c that can be taken back from weights to what goes into it."""

    def pull_back(self, W: Floats) -> tuple[Floats, Floats]:
        """Return W A (K, d) and W c (K,) for weights W (K, m) on what comes out of it.

        Raises
        ------
        NotImplementedError
            If, with its parameters, it is not affine; the message says why.
        """


@runtime_checkable
class LocallyAffine(Protocol):
    """A transformer that is affine but for factors that depend on what goes into it."""

    @property
    def homogeneous(self) -> bool:
        """Whether, with those factors, it is linear: nothing but them and weights."""

    def local_weights(self, X: Any, G: Floats) -> Floats:
        """Take weights on what it makes of a few images back to those images.

        Parameters
        ----------
        X : array, shape (n, ...)
            What goes into it.
        G : float64 array
            Weights on what comes out of it, for each image its own.

        Returns
        -------
        float64 array, of the shape of X
            With the factors of each image held fixed.
        """


_registered: dict[type | str, StepKind | ModelKind] = {}


def register(of: type | str, kind: StepKind | ModelKind) -> None:
    """Say what is to be known of a class that cannot say it itself.

    Parameters
    ----------
    of : type or str
        The class, or its package and name, such as ``"sklearn.PCA"``, where it should load no
        sooner than somebody uses it.
    kind : StepKind or ModelKind
        What is to be known.
    """
    _registered[of] = kind


def names_of(of: type) -> Iterator[str]:
    """Yield package and name of a class and of those that it inherits from.

    Examples
    --------
    >>> from sklearn.decomposition import PCA
    >>> next(names_of(PCA))
    'sklearn.PCA'
    """
    for each in of.__mro__:
        yield f"{each.__module__.partition('.')[0]}.{each.__qualname__}"


def kind_of(step: Any) -> StepKind:
    """Return what is known of a transformer; of an unknown one, that it may learn anything.

    Examples
    --------
    >>> kind_of(object())
    StepKind(name='', state=(), images_to_images=False, learns=True, nearly_fixed=False)
    """
    said = getattr(step, "step_kind", None) or _registration(step)
    return said if isinstance(said, StepKind) else StepKind("")


def model_kind_of(model: Any) -> ModelKind:
    """Return what is known of a classifier; of an unknown one, only whether it has ``coef_``."""
    said = getattr(model, "model_kind", None) or _registration(model)
    return said if isinstance(said, ModelKind) else ModelKind("", linear=hasattr(model, "coef_"))


def state_of(step: Any) -> Iterator[tuple[str, Any]]:
    """Yield name and value of all that a fitted transformer needs beside its parameters."""
    for name in kind_of(step).state:
        yield name, getattr(step, name)


@dataclass(frozen=True, eq=False)
class View:
    """One branch of a step that looks at images in several ways at once.

    Attributes
    ----------
    name : str
        Of the branch.
    steps : tuple of (str, transformer)
        What it does, in turn.
    weight : float
        What the features that it makes are multiplied with.
    """

    name: str
    steps: tuple[tuple[str, Any], ...]
    weight: float


def views_of(step: Any) -> tuple[View, ...]:
    """Return the branches of scikit-learn's ``FeatureUnion`` that count; none of any other step.

    Examples
    --------
    >>> from sklearn.preprocessing import MinMaxScaler, StandardScaler
    >>> branches = [("a", MinMaxScaler()), ("b", StandardScaler()), ("c", "drop")]
    >>> union = FeatureUnion(branches, transformer_weights={"b": 0.5})
    >>> [(view.name, view.weight) for view in views_of(union)]
    [('a', 1.0), ('b', 0.5)]
    """
    if not isinstance(step, FeatureUnion):
        return ()
    weights = step.transformer_weights or {}
    return tuple(
        View(name, used_steps(branch, name), float(weights.get(name, 1.0)))
        for name, branch in step.transformer_list
        if branch != "drop"
    )


def used_steps(branch: Any, name: str = "step") -> tuple[tuple[str, Any], ...]:
    """Return the steps of a pipeline, or the one step, without what lets everything through."""
    steps = branch.steps if isinstance(branch, Pipeline) else [(name, branch)]
    return tuple((name, step) for name, step in steps if step not in (None, "passthrough"))


def passed_through(steps: Iterable[tuple[str, Any]], X: Any) -> Any:
    """Return rows as fitted transformers, with their names as in a pipeline, make them in turn."""
    for _, step in steps:
        X = step.transform(X)
    return X


def shape_taken(steps: Sequence[tuple[str, Any]]) -> tuple[int, ...]:
    """Return the shape of one image or row that fitted transformers take."""
    first = steps[0][1]
    for view in views_of(first)[:1]:
        return shape_taken(view.steps)
    shape = getattr(first, "image_shape_", None) or (first.n_features_in_,)
    return tuple(int(side) for side in shape)


def count_numbers(step: Any) -> int:
    """Count the fractional numbers that a fitted transformer needs beside its parameters."""
    values = (np.asarray(value) for _, value in state_of(step) if value is not None)
    own = sum(int(value.size) for value in values if value.dtype.kind == "f")
    return own + sum(count_numbers(each) for view in views_of(step) for _, each in view.steps)


def _registration(step: Any) -> StepKind | ModelKind | None:
    keys = (*type(step).__mro__, *names_of(type(step)))
    return next((_registered[each] for each in keys if each in _registered), None)
