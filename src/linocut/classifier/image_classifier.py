"""`ImageClassifier`: a fitted pipeline with all that is needed to use it on the next image."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.pipeline import Pipeline
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from linocut.classifier.compact import compact_pipeline
from linocut.classifier.inputs import ALL, AT_ONCE, all_images, image_batches
from linocut.classifier.scoring import as_pipeline, last_step, link_of, scores_of
from linocut.classifier.summary import ModelSummary, summarise_model
from linocut.classifier.training import TrainingImages
from linocut.core import LinocutError, Shown
from linocut.core.colour import Shape
from linocut.core.decisions import REJECTED, DecisionRule
from linocut.core.forms import LinearForm
from linocut.core.links import Link
from linocut.core.steps import model_kind_of
from linocut.data import Intake, hold_out
from linocut.explain import Evidence, Reference, explain, pull_back
from linocut.explain.pulling_back import shown_weights
from linocut.features import Augmentation, UnitPixels
from linocut.modelfile import ModelContents, Provenance, read_model, write_model
from linocut.models import SoftmaxRegression
from linocut.solve.temperature import fit_temperature

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]
FULL_INK = 255


class ImageClassifier(Shown, ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A classifier of images: preparation, a pipeline, and the names of its classes.

    It takes arrays of prepared images, and files, bytes and PIL images, which it prepares itself
    as its training images were. It is a scikit-learn classifier, too: it can be cloned, scored by
    cross-validation and searched over, with parameters such as ``estimator__softmax__C``.

    Parameters
    ----------
    estimator : Pipeline or classifier, optional
        Not fitted; from uint8 images (n, h, w) to classes. Softmax regression of the pixels if not
        given.
    intake : Intake, optional
        How an image is prepared. If not given, that of the dataset it is fitted on; of an array,
        its size.
    augmentation : Augmentation, optional
        If given, it is fitted on a second copy of each training image, too, distorted so.
    random_state : int
        Of the copies.

    Attributes
    ----------
    estimator_ : Pipeline or classifier
        Fitted.
    intake_ : Intake
        Its shape is known.
    classes_ : array, shape (K,)
        Names of the classes, in the order of the scores.
    temperature_ : float
        What scores are divided by before they become probabilities; 1 where the model itself gives
        probabilities.
    decisions_ : DecisionRule or None
        What `predict` decides by: thresholds or costs; the largest score if None.
    thresholds_, costs_ : float64 array or None
        Those of the rule.
    provenance_ : Provenance
        Where it came from.
    n_features_in_ : int
        Pixels of an image.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> digits = load_dataset("digits")
    >>> model = ImageClassifier().fit(digits)
    >>> model.predict(digits.test.images[:3])
    array(['1', '6', '9'], dtype='<U1')
    >>> model.provenance_.dataset, bool(model.provenance_.gap <= 1e-6)
    ('digits', True)
    """

    estimator_: Any
    intake_: Intake
    classes_: NDArray[Any]
    temperature_: float
    decisions_: DecisionRule | None
    provenance_: Provenance

    def __init__(
        self,
        estimator: Any = None,
        *,
        intake: Intake | None = None,
        augmentation: Augmentation | None = None,
        random_state: int = 42,
    ) -> None:
        self.estimator = estimator
        self.intake = intake
        self.augmentation = augmentation
        self.random_state = random_state

    @classmethod
    def finished(
        cls,
        fitted: Any,
        *,
        recipe: Any,
        intake: Intake,
        classes: Any,
        temperature: float = 1.0,
        decisions: DecisionRule | None = None,
        provenance: Provenance | None = None,
        augmentation: Augmentation | None = None,
        random_state: int = 42,
    ) -> ImageClassifier:
        """Make one of a pipeline that is fitted already.

        Parameters
        ----------
        fitted : Pipeline or classifier
            Its classes are positions among ``classes``.
        recipe : Pipeline, classifier or None
            The same, not fitted: what `fit` fits.
        intake : Intake
            With a shape.
        classes : sequence of str
            Names of all classes.
        temperature, decisions, provenance
            As the attributes.
        augmentation, random_state
            As the parameters.
        """
        model = cls(recipe, intake=intake, augmentation=augmentation, random_state=random_state)
        model.estimator_, model.intake_ = fitted, intake
        model.classes_ = np.asarray(classes)[np.asarray(fitted.classes_, np.intp)]
        model.temperature_, model.decisions_ = float(temperature), decisions
        model.provenance_ = provenance or Provenance()
        model.n_features_in_ = int(np.prod(model.image_shape_))
        return model

    def fit(self, X: Any, y: Any = None) -> Self:
        """Fit the pipeline.

        Parameters
        ----------
        X : ImageDataset, or array, or sequence of paths, bytes or PIL images
            The training part of a dataset; or prepared images, uint8, of shape (n, h, w), in colour
            (n, h, w, 3), or rows (n, h · w); or images that pass the intake, which needs a shape.
        y : array, shape (n,)
            Labels or names; none for a dataset.

        Raises
        ------
        LinocutError
            If the images are not those that the intake makes, or the labels are missing.
        """
        given = TrainingImages.of(X, y, self.intake)
        self.intake_ = given.intake
        recipe = _default() if self.estimator is None else self.estimator
        self.estimator_ = self._fitted(recipe, given.images, given.positions)
        # Scores that are no probabilities become some by the temperature of images held out.
        self.temperature_ = 1.0
        if not self._link.gives_probabilities:
            self.temperature_ = self._held_out_temperature(recipe, given)
        self.classes_ = given.names[np.asarray(self.estimator_.classes_, np.intp)]
        self.decisions_ = None
        self.n_features_in_ = int(np.prod(self.image_shape_))
        self.provenance_ = given.provenance(gap=getattr(last_step(self.estimator_), "gap_", None))
        self.__dict__.pop("_compact", None)
        return self

    @property
    def image_shape_(self) -> Shape:
        """Height and width of the images that the pipeline takes; in colour, 3 after them."""
        check_is_fitted(self, "intake_")
        shape = self.intake_.image_shape
        assert shape is not None
        return shape

    def prepared(self, X: Any) -> NDArray[np.uint8]:
        """Return all images as the pipeline takes them, uint8, (n, h, w) or (n, h, w, 3).

        Parameters
        ----------
        X : array, path, bytes, PIL image, or a sequence of these
            See `linocut.classifier.inputs.image_batches`.
        """
        check_is_fitted(self, "intake_")
        return all_images(X, self.intake_)

    def scores(self, X: Any) -> NDArray[Any]:
        """Return the K scores of each image, shape (n, K).

        Parameters
        ----------
        X : array, path, bytes, PIL image, or a sequence of these
            Images as for `prepared`; a folder stands for the image files in it.
        """
        check_is_fitted(self)
        # Without features in between, nothing is held but the images themselves.
        at_once = AT_ONCE if len(self._compact) > 1 else ALL
        batches = image_batches(X, self.intake_, rows_at_once=at_once)
        parts = [self._scores(images) for images in batches]
        return parts[0] if len(parts) == 1 else np.concatenate([self._scores(self._none()), *parts])

    def decision_function(self, X: Any) -> NDArray[Any]:
        """Return the scores, shape (n, K); for two classes their margin (second − first), (n,)."""
        scores = self.scores(X)
        return scores[:, 1] - scores[:, 0] if len(self.classes_) == 2 else scores

    def predict_proba(self, X: Any) -> Floats:
        """Return the probability of each class for each image, shape (n, K)."""
        return self.probabilities(self.scores(X))

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the name of the class predicted for each image, shape (n,).

        It is the one with the largest score, or what `decisions_` decides; of a rejected image,
        what the rule calls them, which `score` counts as a mistake.
        """
        positions = self.decide(self.scores(X))
        predicted = self.classes_[positions]
        rejected = positions == REJECTED
        if self.decisions_ is None or not rejected.any():
            return np.asarray(predicted)
        said = self.decisions_.said_of_rejected(integers=self._integers)
        return np.where(rejected, said, predicted)

    def decide(self, scores: Any) -> NDArray[np.intp]:
        """Return the position of the class predicted for each row of scores, −1 for none.

        Parameters
        ----------
        scores : float array, shape (n, K)
            As `scores` returns them.
        """
        check_is_fitted(self)
        if self.decisions_ is None:
            return np.asarray(np.argmax(scores, axis=1))
        return self.decisions_.decide(self.probabilities(scores))

    def with_decisions(self, rule: DecisionRule | None) -> ImageClassifier:
        """Return the same model that decides by a rule; by the largest score if it is None.

        Parameters
        ----------
        rule : DecisionRule or None
            Thresholds or costs, in the order of `classes_`.

        Raises
        ------
        LinocutError
            If the rule is for other classes, or a class is called as rejected images would be.

        Examples
        --------
        >>> from linocut.data import load_dataset
        >>> digits = load_dataset("digits")
        >>> careful = ImageClassifier().fit(digits).with_decisions(DecisionRule([0.9] * 10))
        >>> careful.predict(digits.test.images[2:5])
        array(['rejected', '1', '0'], dtype='<U8')
        """
        check_is_fitted(self)
        if rule is not None:
            rule.check_names(list(map(str, self.classes_)), integers=self._integers)
        decided = self._copied()
        decided.decisions_ = rule
        return decided

    @property
    def thresholds_(self) -> Floats | None:
        """Least probability at which each class is accepted; None where all are."""
        check_is_fitted(self)
        return None if self.decisions_ is None else self.decisions_.thresholds

    @property
    def costs_(self) -> Floats | None:
        """Cost of each decision, by true class; None where there are none."""
        check_is_fitted(self)
        return None if self.decisions_ is None else self.decisions_.costs

    def probabilities(self, scores: Any) -> Floats:
        """Return the probabilities that belong to scores, both of shape (n, K)."""
        check_is_fitted(self)
        return self._link.probabilities(scores, self.temperature_)

    def explain(
        self,
        image: Any,
        *,
        label: Any = None,
        versus: Any = None,
        reference: Reference | None = None,
    ) -> Evidence:
        """Account for one decision, pixel by pixel (see `linocut.explain.explain`).

        Parameters
        ----------
        image : array (h, w), path, bytes or PIL image
            One image.
        label, versus : class name, optional
            The class in question and its rival; the two with the largest scores if not given.
        reference : Reference, optional
            The image against which ink counts; the blank page if not given.
        """
        return explain(self, image, label=label, versus=versus, reference=reference)

    def draw(self, image: Any = None) -> Any:
        """Show it in a notebook to draw on, with what it makes of every stroke and why.

        Parameters
        ----------
        image : array (h, w), path, bytes or PIL image, optional
            What is drawn at first; a blank page if not given.

        Returns
        -------
        anywidget.AnyWidget
            Its ``image``, ``prediction`` and ``probabilities`` follow the drawing; see
            `linocut.widget.draw_widget`.

        Raises
        ------
        LinocutError
            If the extra ``notebook`` is not installed.
        """
        from linocut.widget import draw_widget  # an extra

        return draw_widget(self.contents, None if image is None else self.prepared(image)[0])

    def compact(self) -> ImageClassifier:
        """Return the same classifier in as few numbers as folding allows, with the same scores.

        What is affine is folded into the weights that follow. Fitted again, it is what it was.
        """
        check_is_fitted(self)
        small = self._copied()
        small.estimator_ = self._compact
        return small

    @property
    def contents(self) -> ModelContents:
        """What it consists of, as plain data and in its compact form.

        Raises
        ------
        LinocutError
            If it is not linear in its features.
        """
        check_is_fitted(self)
        if (
            not isinstance(self._compact, Pipeline)
            or not model_kind_of(last_step(self._compact)).linear
        ):
            kind = type(last_step(self.estimator_)).__name__
            raise LinocutError(f"{kind} is no linear model — only linear ones can be saved")
        return ModelContents(
            intake=self.intake_,
            pipeline=self._compact,
            class_names=tuple(map(str, self.classes_)),
            temperature=self.temperature_,
            decisions=self.decisions_,
            provenance=self.provenance_,
            recipe=as_pipeline(self.estimator if self.estimator is not None else _default()),
            integer_classes=self._integers,
            augmentation=self.augmentation,
            random_state=self.random_state,
        )

    @classmethod
    def of_contents(cls, contents: ModelContents) -> ImageClassifier:
        """Make one of what a model file holds."""
        names = contents.class_names
        return cls.finished(
            contents.pipeline,
            recipe=contents.recipe,
            intake=contents.intake,
            classes=list(map(int, names)) if contents.integer_classes else names,
            temperature=contents.temperature,
            decisions=contents.decisions,
            provenance=contents.provenance,
            augmentation=contents.augmentation,
            random_state=contents.random_state,
        )

    def table_rows(self) -> list[dict[str, Any]]:
        """Return the lines of `summary` as rows."""
        return self.summary().table_rows()

    def __repr__(self, N_CHAR_MAX: int = 700) -> str:
        """Tell what it is; before it is fitted its parameters, as scikit-learn does."""
        if not hasattr(self, "classes_"):
            return str(BaseEstimator.__repr__(self, N_CHAR_MAX))
        return super().__repr__()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        # scikit-learn's shows a diagram of the pipeline, before and after it is fitted.
        if not hasattr(self, "classes_"):
            return {"text/plain": repr(self)}
        return {"text/plain": repr(self), "text/html": self._repr_html_()}

    def plot(self) -> Figure:
        """Draw its weights as images, one a class.

        Raises
        ------
        LinocutError
            If it is not linear in the pixels of an image.
        """
        from linocut.plot import plot_templates  # Matplotlib loads on use

        model = pull_back(self)
        if not isinstance(model.form, LinearForm) or model.image_shape is None:
            raise LinocutError("it has no weights of pixels — only a model linear in them has")
        W, unit = shown_weights(model.form.W * FULL_INK, model.unit)
        return plot_templates(
            [W.reshape(-1, *model.image_shape)],
            ["Weights"],
            list(map(str, model.classes)),
            units=[f"{unit} per fully inked pixel"],
        )

    def summary(self) -> ModelSummary:
        """Return what it is, in a few lines: classes, steps, provenance."""
        check_is_fitted(self)
        return summarise_model(
            self._compact,
            class_names=tuple(map(str, self.classes_)),
            intake=self.intake_,
            temperature=self.temperature_,
            provenance=self.provenance_,
            decisions=self.decisions_,
        )

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write it to a model file, in its compact form: data alone, no code.

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
            If it is not linear in its features, if a step is none that a model file can hold, or
            if the file cannot be written.

        Examples
        --------
        >>> import tempfile
        >>> from linocut.data import load_dataset
        >>> digits = load_dataset("digits")
        >>> model = ImageClassifier().fit(digits)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = model.save(f"{folder}/digits.linocut")
        ...     same = ImageClassifier.load(path)
        >>> images = digits.test.images
        >>> np.array_equal(same.predict_proba(images), model.predict_proba(images))
        True
        """
        return write_model(self.contents, path)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> ImageClassifier:
        """Read one from a model file; nothing in the file is run.

        Parameters
        ----------
        path : path-like
            What `save` wrote.

        Returns
        -------
        ImageClassifier
            On the same machine its scores are the same to the last bit. Cloned, it can be fitted
            again, as it was.

        Raises
        ------
        LinocutError
            If the file is none, of a newer version or damaged; the message names it.
        """
        contents = read_model(path)
        if not isinstance(contents, ModelContents):
            raise LinocutError(
                f"{os.fspath(path)} classifies rows of {contents.coef.shape[1]:,} features, not "
                "images — linocut.load_model and linocut predict take it, and what is for images "
                "does not"
            )
        return cls.of_contents(contents)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        return tags

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "estimator_")

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = super().__getstate__()
        return {name: value for name, value in state.items() if name != "_compact"}

    @cached_property
    def _compact(self) -> Any:
        """What scores are computed by."""
        return compact_pipeline(as_pipeline(self.estimator_), image_shape=self.image_shape_)

    @property
    def _integers(self) -> bool:
        """Whether the classes are whole numbers."""
        return self.classes_.dtype.kind in "iu"

    def _copied(self) -> ImageClassifier:
        """Return another of the same parameters and attributes, which shares its arrays."""
        copied: ImageClassifier = clone(self)
        for name, value in vars(self).items():
            if name.endswith("_"):
                setattr(copied, name, value)
        return copied

    @property
    def _link(self) -> Link:
        return link_of(self.estimator_)

    def _none(self) -> NDArray[np.uint8]:
        return np.empty((0, *self.image_shape_), np.uint8)

    def _scores(self, images: NDArray[np.uint8]) -> NDArray[Any]:
        if not len(images):
            return np.empty((0, len(self.classes_)), np.float32)
        return scores_of(self._compact, images)

    def _fitted(self, recipe: Any, images: NDArray[np.uint8], positions: NDArray[np.int64]) -> Any:
        if self.augmentation is not None:
            copies = self.augmentation.copies(images, random_state=self.random_state)
            images, positions = np.concatenate([images, copies]), np.tile(positions, 2)
        return clone(recipe).fit(images, positions)

    def _held_out_temperature(self, recipe: Any, given: TrainingImages) -> float:
        images, positions = given.images, given.positions
        fit, held = hold_out(positions, split=given.split, random_state=self.random_state)
        fitted = as_pipeline(self._fitted(recipe, images[fit], positions[fit]))
        known = np.isin(positions[held], fitted.classes_)
        columns = np.searchsorted(fitted.classes_, positions[held][known])
        return fit_temperature(scores_of(fitted, images[held])[known], columns)


def _default() -> Pipeline:
    return Pipeline([("pixels", UnitPixels()), ("softmax", SoftmaxRegression())])
