"""Find suspects: folds of a strong model, a model of label noise, and a second look."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from linocut.classifier import ImageClassifier
from linocut.core import LinocutError
from linocut.core.steps import passed_through
from linocut.data import ImageDataset
from linocut.evaluate.labels.duplicates import NearDuplicate, NearDuplicates
from linocut.evaluate.labels.noise import LabelNoise, Verdicts
from linocut.evaluate.labels.out_of_fold import Folds, OutOfFold, Tell
from linocut.evaluate.labels.suspects import Suspect, Suspects
from linocut.evaluate.predictions import Predictions
from linocut.features import Decorrelate, Equalise, NormaliseMoments, PrincipalPairs, Scattering
from linocut.models import SoftmaxRegression

FOLDS = 4
LISTED = 0.1  # probability of a wrong label that is listed
FEWEST = 100  # of each part are listed, whatever their probability
# A second look leaves out what the first found. Where most of what models and labels disagree on
# are the models' own mistakes, it would only make them surer of these: it needs so large a share
# of wrong labels among the disagreements.
WORTH_A_SECOND_LOOK = 1 / 3
COMPONENTS = 50  # for pairs
LEAST_SIDE = 6  # pixels, for scattering


def quick_judge(dataset: ImageDataset) -> Pipeline:
    """Return a classifier, not fitted, that is strong for its cost: normalised images, pairs.

    What the ladder calls ``deskew-quadratic``: 99.1 % on MNIST.
    """
    n, pixels = len(dataset.train), math.prod(dataset.image_shape)
    components = max(1, min(COMPONENTS, n // 4, pixels))
    return Pipeline(
        [
            ("normalise", NormaliseMoments(0.8)),
            ("pairs", PrincipalPairs(components, power=0.25, stored=False)),
            ("softmax", SoftmaxRegression(0.03, tol=1e-3)),
        ]
    )


def strong_judge(dataset: ImageDataset) -> Pipeline:
    """Return the strongest classifier, not fitted, that is convex: normalised images, scattering.

    What the ladder calls ``scattering``: 99.6 % on MNIST, in about four times the time of
    `quick_judge`, which it is for images smaller than 6 pixels.
    """
    shorter = min(dataset.image_shape[:2])
    if shorter < LEAST_SIDE:
        return quick_judge(dataset)
    J = int(np.clip(np.log2(shorter / 3), 1, 3))
    return Pipeline(
        [
            ("normalise", NormaliseMoments(0.4)),
            ("scattering", Scattering(J, root=True)),
            ("decorrelate", Decorrelate(0.9995)),
            ("equalise", Equalise(0.25)),
            ("softmax", SoftmaxRegression(0.1, tol=1e-3)),
        ]
    )


def find_suspects(
    dataset: ImageDataset,
    judge: Any = None,
    *,
    on_test: Predictions | None = None,
    folds: int = FOLDS,
    random_state: int = 42,
    least: float = LISTED,
    fewest: int = FEWEST,
    duplicates: NearDuplicates | None = None,
    progress: Tell | None = None,
) -> Suspects:
    """Find images whose labels are likely to be wrong, in both parts of a dataset.

    Each training image is judged by a model that was fitted without it, each test image by all of
    these models; how scores and labels are to be weighed is learned from the training part (see
    `linocut.evaluate.labels.noise`). Where wrong labels make up much of what they disagree on,
    the folds are fitted once more without the suspects. Features are computed once for all folds;
    they must not use labels.

    Parameters
    ----------
    dataset : ImageDataset
        Labelled images.
    judge : ImageClassifier, Pipeline or classifier, optional
        The model that is fitted without each fold; `strong_judge` if not given, which takes a
        minute for MNIST, `quick_judge` a quarter of that. A weak one takes its own mistakes for
        those of the labels. An `ImageClassifier` that is fitted lends its
        features and its weights to begin with, which saves time.
    on_test : Predictions, optional
        What a stronger model, not fitted on the test part, says of it: it judges that part alone.
        (Averages of a strong and a weaker model found fewer flipped labels than the strong one.)
    folds : int
        From 2 up.
    random_state : int
        Seed of the draw of folds.
    least, fewest : float, int
        Every image is listed whose label is wrong with at least this probability, and so many of
        each part at least.
    duplicates : NearDuplicates, optional
        As `find_near_duplicates` returns them: those with another label are shown beside.
    progress : callable, optional
        Called with what is being done (str), how much is done and how much there is.

    Returns
    -------
    Suspects

    Raises
    ------
    LinocutError
        If the number of folds or a probability is out of range, no class has two training images,
        or predictions are of other images.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from linocut.data import ImagePart, load_dataset
    >>> digits = load_dataset("digits")
    >>> labels = digits.train.labels.copy()
    >>> labels[7] = (labels[7] + 1) % 10
    >>> flipped = replace(digits, train=ImagePart(digits.train.images, labels))
    >>> found = find_suspects(flipped)
    >>> found[0].part, found[0].index, round(found[0].score, 2)
    ('train', 7, 1.0)
    """
    labels, K = dataset.train.labels, dataset.n_classes
    _check(dataset, on_test, folds, least)
    most = int(np.bincount(labels).max())
    classifier, train, test = _features(dataset, judge, progress)
    fitter = Folds(classifier, train, test, K, folds=min(folds, most), random_state=random_state)
    looked = look(fitter, labels, progress)
    found, noise = looked.found, looked.noise
    judged = {"train": noise.judge(found.train, labels)}
    if on_test is not None:
        known = replace(noise, beta=LabelNoise.of(on_test.scores, on_test.labels).beta)
        judged["test"] = known.judge(on_test.scores, on_test.labels)
    elif len(dataset.test):
        judged["test"] = noise.judge(found.test, dataset.test.labels)
    near = _by_image(duplicates)
    listed = [
        suspect
        for part, verdicts in judged.items()
        for suspect in _listed(dataset, part, verdicts, least, fewest, near)
    ]
    listed.sort(key=lambda each: -each.log_odds)
    return Suspects(
        dataset.name,
        tuple(listed),
        {part: len(verdicts) for part, verdicts in judged.items()},
        {part: float(verdicts.wrong.sum()) for part, verdicts in judged.items()},
        noise.rate,
        looked.rounds,
    )


@dataclass(frozen=True, eq=False)
class Look:
    """What the folds say of labels.

    Attributes
    ----------
    found : OutOfFold
        Scores of all images.
    noise : LabelNoise
        How the labels came about, judged by these.
    rounds : int
        How often the folds were fitted.
    """

    found: OutOfFold
    noise: LabelNoise
    rounds: int


def look(folds: Folds, labels: NDArray[np.int64], progress: Tell | None = None) -> Look:
    """Judge the labels of the training images, a second time without the suspects if it pays."""
    found = folds.scores(labels, None, progress)
    noise = LabelNoise.of(found.train, labels)
    wrong = noise.judge(found.train, labels).wrong
    disagreeing = int((found.train.argmax(axis=1) != labels).sum())
    keep = wrong <= 0.5
    if wrong.sum() <= WORTH_A_SECOND_LOOK * disagreeing or not _leaves_all(labels, keep):
        return Look(found, noise.evened(), 1)
    found = folds.scores(labels, keep, progress)
    return Look(found, LabelNoise.of(found.train, labels), 2)


def _check(dataset: ImageDataset, on_test: Predictions | None, folds: int, least: float) -> None:
    if not folds >= 2:
        raise LinocutError(f"folds={folds!r} — an integer from 2 up")
    if not 0 <= least <= 1:
        raise LinocutError(f"least={least!r} — a probability, from 0 to 1")
    if np.bincount(dataset.train.labels).max() < 2:
        raise LinocutError(
            f"{dataset.name}: no class has two training images — one to learn from while the "
            "other is judged"
        )
    if on_test is not None and (
        on_test.class_names != dataset.class_names
        or not np.array_equal(on_test.labels, dataset.test.labels)
    ):
        raise LinocutError(
            f"predictions for {len(on_test.labels):,} images that are not the test part of "
            f"{dataset.name} — give those of its {len(dataset.test):,} images"
        )


def _features(dataset: ImageDataset, judge: Any, progress: Tell | None) -> tuple[Any, Any, Any]:
    """Return the classifier, and the features of both parts that it is to be fitted on."""
    fitted = isinstance(judge, ImageClassifier) and hasattr(judge, "estimator_")
    if fitted:
        pipeline = judge.estimator_
    elif isinstance(judge, ImageClassifier):
        pipeline = strong_judge(dataset) if judge.estimator is None else judge.estimator
    else:
        pipeline = strong_judge(dataset) if judge is None else judge
    steps = pipeline.steps[:-1] if isinstance(pipeline, Pipeline) else []
    classifier = pipeline.steps[-1][1] if isinstance(pipeline, Pipeline) else pipeline
    train, test = dataset.train.images, dataset.test.images
    if fitted:
        return classifier, passed_through(steps, train), passed_through(steps, test)
    for done, (_, given) in enumerate(steps):
        if progress is not None:
            progress("computing features", done, len(steps))
        step = clone(given)
        train = step.fit_transform(train)
        test = step.transform(test)
    if progress is not None:
        progress("computing features", len(steps), len(steps))
    return classifier, train, test


def _leaves_all(labels: NDArray[np.int64], keep: NDArray[np.bool_]) -> bool:
    """Tell whether every class keeps enough images to be learned without a fold."""
    before, after = (np.bincount(each) for each in (labels, labels[keep]))
    return len(before) == len(after) and bool((2 * after >= before).all())


def _by_image(duplicates: NearDuplicates | None) -> dict[tuple[str, int], list[NearDuplicate]]:
    """Return, for each image, the pairs with another label that it is in."""
    near: dict[tuple[str, int], list[NearDuplicate]] = {}
    for pair in () if duplicates is None else duplicates.conflicting:
        near.setdefault((pair.part, pair.index), []).append(pair)
        near.setdefault((pair.other_part, pair.other_index), []).append(pair)
    return near


def _listed(
    dataset: ImageDataset,
    name: str,
    verdicts: Verdicts,
    least: float,
    fewest: int,
    near: dict[tuple[str, int], list[NearDuplicate]],
) -> list[Suspect]:
    part = dataset.train if name == "train" else dataset.test
    order = np.argsort(-verdicts.log_odds, kind="stable")
    count = max(fewest, int((verdicts.wrong >= least).sum()))
    names = dataset.class_names
    return [
        Suspect(
            name,
            int(index),
            "" if part.names is None else str(part.names[index]),
            names[part.labels[index]],
            names[verdicts.proposed[index]],
            float(verdicts.wrong[index]),
            float(verdicts.log_odds[index]),
            np.array(part.images[index]),
            tuple(near.get((name, int(index)), ())),
        )
        for index in order[:count]
    ]
