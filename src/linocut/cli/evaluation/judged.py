"""What is judged: a model, the images it was fitted on, and others if they are named."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from linocut.cli.opening import DEFAULT, check_class, data_of, fitted_rung, is_model_file, load
from linocut.core import LinocutError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from linocut.classifier import ImageClassifier
    from linocut.cli.options import DatasetOptions
    from linocut.data import ImageDataset, ImagePart
    from linocut.evaluate import Elsewhere, NearDuplicates, Predictions, Suspects
    from linocut.evaluate.calibration import CalibrationError

# Rungs of closed form, the simplest first: what a model has to beat, made in a second or two.
SIMPLE = ("nearest-mean", "least-squares")


@dataclass(frozen=True)
class Judged:
    """A model and the images that it is judged on.

    Attributes
    ----------
    model : ImageClassifier
        Fitted.
    dataset : ImageDataset
        Whose test part is judged, prepared by the model's intake.
    options : DatasetOptions
        Of the command.
    at_home : bool
        Whether the model was fitted on the training part of this dataset.
    label : str or None
        The class that is looked at closely, if one was named.
    thorough : bool
        Whether suspect labels are looked for by the strongest judge.
    """

    model: ImageClassifier
    dataset: ImageDataset
    options: DatasetOptions
    at_home: bool
    label: str | None = None
    thorough: bool = False

    @classmethod
    def open(
        cls,
        about: DatasetOptions,
        rung: str | None,
        data: str | None,
        *,
        label: str | None,
        thorough: bool,
    ) -> Judged:
        """Load a model and the images, or fit a rung on a dataset.

        Raises
        ------
        LinocutError
            If there is no such file, dataset or class, the model is one of rows, or the images that
            it was fitted on have changed or are cut in another way.
        """
        model, dataset, at_home = _opened(about, rung, data)
        check_class(model, label, "--class ")
        return cls(model, dataset, about, at_home, label, thorough)

    @cached_property
    def home(self) -> ImageDataset:
        """The images that the model was fitted on."""
        return self.dataset if self.at_home else _home(self.model, self.options)

    @cached_property
    def elsewhere(self) -> Elsewhere:
        """How other images are classified, beside those of the home set."""
        from linocut.evaluate import judge_elsewhere

        return judge_elsewhere(self.model, self.home, self.dataset, random_state=self.options.seed)

    @cached_property
    def test(self) -> Predictions:
        """What the model says of the test part; elsewhere of the images of classes it knows."""
        return self._predictions(self.dataset.test) if self.at_home else self.elsewhere.there

    @cached_property
    def train(self) -> Predictions:
        """What the model says of the images that it was fitted on."""
        return self._predictions(self.dataset.train)

    @cached_property
    def validation(self) -> Predictions:
        """What the model's recipe says of training images that were held out of its fit."""
        from linocut.evaluate import validation_predictions

        return validation_predictions(self.model, self.dataset)

    @cached_property
    def calibration(self) -> CalibrationError:
        """How far probabilities are off."""
        from linocut.evaluate.calibration import CalibrationError

        return CalibrationError.from_predictions(self.test)

    @cached_property
    def duplicates(self) -> NearDuplicates:
        """Images of the dataset that are nearly the same."""
        from linocut.evaluate import find_near_duplicates

        return find_near_duplicates(self.dataset)

    @cached_property
    def suspects(self) -> Suspects:
        """Labels of the dataset that are likely to be wrong."""
        from linocut.evaluate import find_suspects, quick_judge

        # The strong judge takes four times as long: only for a list that people will go through.
        judge = None if self.thorough else quick_judge(self.dataset)
        return find_suspects(
            self.dataset, judge, duplicates=self.duplicates, random_state=self.options.seed
        )

    @cached_property
    def simpler(self) -> tuple[tuple[str, NDArray[np.bool_]], ...]:
        """Which test images simpler models classify correctly, fitted on the same images."""
        from linocut.ladder import RECIPES, climb

        order = [recipe.name for recipe in RECIPES]
        rung = self.model.provenance_.rung
        below = order[: order.index(rung)] if rung in order else order
        names = [name for name in SIMPLE if name in below]
        if not names:
            return ()
        made = climb(self.dataset, rungs=names, seed=self.options.seed).rungs
        labels = self.dataset.test.labels
        return tuple((each.name, each.predicted == labels) for each in made)

    def _predictions(self, part: ImagePart) -> Predictions:
        import numpy as np

        from linocut.evaluate import Predictions

        names = np.asarray(self.dataset.class_names)
        try:
            return Predictions.from_estimator(self.model, part.images, names[part.labels])
        except LinocutError as error:
            raise LinocutError(f"{self.dataset.name}: {error}") from error


def _opened(
    about: DatasetOptions, rung: str | None, data: str | None
) -> tuple[ImageClassifier, ImageDataset, bool]:
    """Return a model, the images to judge it on, and whether it was fitted on these."""
    if not is_model_file(about.source):
        dataset = about.load()
        return fitted_rung(dataset, rung or DEFAULT, seed=about.seed).model, dataset, True
    model = load(Path(about.source))
    if data is not None:
        dataset = data_of(model, about, data)
        if _is_home(model, dataset):
            return model, dataset, True
        if dataset.loaded_from != model.provenance_.source:  # else the same, cut in another way
            return model, dataset, False
    return model, _home(model, about), True


def _home(model: ImageClassifier, about: DatasetOptions) -> ImageDataset:
    """Load what the model was fitted on; where that is not sure, its test part may be no test."""
    dataset = data_of(model, about, None)
    if model.provenance_.data_sha256 and not _is_home(model, dataset):
        raise LinocutError(
            f"the test part of {dataset.name} may hold images that {about.source} was fitted on — "
            "leave out options that cut it in another way, or fit the model again"
        )
    return dataset


def _is_home(model: ImageClassifier, dataset: ImageDataset) -> bool:
    return model.provenance_.data_sha256 == dataset.fingerprint
