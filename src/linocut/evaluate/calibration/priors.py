"""Classes that are more or less frequent than in training: new priors, in the intercepts."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.pipeline import Pipeline

from linocut.classifier import ImageClassifier
from linocut.core import LinocutError
from linocut.core.links import Link
from linocut.data import ImageDataset
from linocut.evaluate.calibration.folding import columns_of, with_scores
from linocut.evaluate.calibration.recalibrating import link_of
from linocut.evaluate.class_places import some_of
from linocut.evaluate.text_files import csv_rows, read_text

Floats = NDArray[np.float64]
Priors = Mapping[Any, float] | ArrayLike

ROUNDING = 1e-3  # by which shares may miss a sum of 1


def with_priors(
    model: ImageClassifier, priors: Priors, old: Priors | None = None
) -> ImageClassifier:
    """Return the model for images among which the classes are otherwise frequent.

    Parameters
    ----------
    model : ImageClassifier
        Fitted and linear in its features.
    priors : mapping of names to floats, or float array, shape (K,)
        Share of each class where the model will be used; above zero, together 1.
    old : mapping or array, optional
        Shares that its probabilities take for granted (see `training_priors`); all alike if not
        given, as after ``class_weight="balanced"``.

    Returns
    -------
    ImageClassifier
        As of `linocut.evaluate.calibration.with_scores`: only intercepts differ.

    Raises
    ------
    LinocutError
        If a class has no share or one that is not above zero, a name is none of the model's
        classes, or shares do not sum to 1.

    Notes
    -----
    By Bayes' theorem each probability is multiplied by new/old, and the sum divided out; of a
    softmax that is a score larger by log(new/old). M. Saerens, P. Latinne and C. Decaestecker,
    "Adjusting the outputs of a classifier to new a priori probabilities", Neural Computation 14
    (2002), equation 2.4. In one-vs-rest the odds of each class against the rest change by those of
    its priors, which is exact for two classes and neglects shifts within the rest for more.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> digits = load_dataset("digits")
    >>> model = ImageClassifier().fit(digits)
    >>> rare = with_priors(model, {"1": 0.01, **dict.fromkeys("023456789", 0.11)})
    >>> image = digits.test.images[:1]
    >>> before, after = (each.scores(image)[0] for each in (model, rare))
    >>> round(float((after - before)[1]), 3)  # log(0.01 / 0.1)
    -2.303
    """
    names = tuple(map(str, model.classes_))
    new = checked_priors(priors, names)
    was = np.full(len(names), 1 / len(names)) if old is None else checked_priors(old, names)
    shifts = np.log(new) - np.log(was)
    if link_of(model) is Link.SIGMOIDS:
        shifts -= np.log1p(-new) - np.log1p(-was)
    return with_scores(model, 1 / model.temperature_, shifts)


def training_priors(model: ImageClassifier, dataset: ImageDataset) -> dict[str, float]:
    """Return the shares of the classes that a model takes for granted, fitted on a dataset.

    Those of the training part, each multiplied by the weight that the model's ``class_weight``
    gives to the class.

    Parameters
    ----------
    model : ImageClassifier
        Fitted.
    dataset : ImageDataset
        What it was fitted on.

    Raises
    ------
    LinocutError
        If a class of the model is none of the dataset, or has no training image there.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> digits = load_dataset("digits")
    >>> shares = training_priors(ImageClassifier().fit(digits), digits)
    >>> round(shares["8"], 3)
    0.097
    """
    columns = columns_of(model, dataset.class_names)
    counts = dataset.train.counts(dataset.n_classes)[columns].astype(np.float64)
    names = [str(name) for name in model.classes_]
    if not counts.all():
        raise LinocutError(
            f"{dataset.name}: no training image of class {names[int(counts.argmin())]} — the "
            "dataset that the model was fitted on is needed"
        )
    weight = _class_weight(model)
    if weight == "balanced":
        counts[:] = 1
    elif weight is not None:
        # Recipes are fitted to positions among all classes of the dataset.
        counts *= [float(weight.get(int(k), 1.0)) for k in columns]
    return dict(zip(names, (counts / counts.sum()).tolist(), strict=True))


def checked_priors(priors: Priors, names: Sequence[str]) -> Floats:
    """Return the share of each class, shape (K,), sum 1.

    Raises
    ------
    LinocutError
        As `with_priors`.
    """
    if isinstance(priors, Mapping):
        given = {str(name): float(share) for name, share in priors.items()}
        known = set(names)
        for name in given:
            if name not in known:
                raise LinocutError(f"no class {name!r} — the model's are {some_of(names)}")
        for name in names:
            if name not in given:
                raise LinocutError(f"no share of class {name} — each class needs one")
        shares = np.array([given[name] for name in names])
    else:
        shares = np.asarray(priors, np.float64)
        if shares.shape != (len(names),):
            raise LinocutError(
                f"priors of shape {shares.shape} — one share for each of {len(names)} classes"
            )
    for name, share in zip(names, shares, strict=True):
        if not (share > 0 and np.isfinite(share)):
            raise LinocutError(f"a share of {share:g} for class {name} — above zero is needed")
    total = float(shares.sum())
    if abs(total - 1) > ROUNDING:
        raise LinocutError(f"shares that sum to {total:g} — they must sum to 1")
    return shares / total


def read_priors(given: str | os.PathLike[str]) -> dict[str, float]:
    """Read shares of classes, as typed or from a file.

    Parameters
    ----------
    given : str or path-like
        ``a=0.2,b=0.8``; or a file with a line ``a,0.2`` for each class, or, named ``*.json``, with
        an object of names and shares.

    Returns
    -------
    dict of str to float
        As `with_priors` takes and checks it.

    Raises
    ------
    LinocutError
        If it is neither or cannot be read, a number is none, or a class stands there twice.

    Examples
    --------
    >>> read_priors("cat=0.2,dog=0.8")
    {'cat': 0.2, 'dog': 0.8}
    """
    path = Path(given)
    if path.is_file():
        if path.suffix.lower() == ".json":
            return _from_json(read_text(path, "JSON"), path)
        rows = csv_rows(path)
        pairs = [(row[0], row[-1]) for row in rows if len(row) == 2]
        if len(pairs) != len(rows):
            wrong = next(row for row in rows if len(row) != 2)
            raise LinocutError(f"{path}: the line {','.join(wrong)!r} — a class, a comma, a share")
    elif "=" not in str(given):
        raise LinocutError(
            f"{str(given)!r} is no file and names no shares — a file, or shares as a=0.2,b=0.8"
        )
    else:
        pairs = []
        for part in str(given).split(","):
            name, equals, share = part.rpartition("=")
            if not equals:
                raise LinocutError(f"{part!r} in {str(given)!r} — NAME=SHARE")
            pairs.append((name, share))
    return _collected([(name.strip(), share) for name, share in pairs])


def _from_json(text: str, path: Path) -> dict[str, float]:
    try:
        # Pairs, not a dictionary, which would keep the last of two of the same name.
        found = json.loads(text, object_pairs_hook=list)
    except json.JSONDecodeError as error:
        raise LinocutError(f"{path}: no JSON ({error})") from None
    if not isinstance(found, list) or not all(isinstance(p, tuple) for p in found):
        raise LinocutError(f'{path}: no object of names and shares, as {{"a": 0.2, "b": 0.8}}')
    return _collected(found)


def _collected(pairs: Sequence[tuple[str, Any]]) -> dict[str, float]:
    twice = [name for name, count in Counter(name for name, _ in pairs).items() if count > 1]
    if twice:
        raise LinocutError(f"class {twice[0]} stands there twice — one share each")
    found = {}
    for name, share in pairs:
        try:
            found[name] = float(share)
        except (TypeError, ValueError):
            raise LinocutError(f"a share of {share!r} for class {name} — a number") from None
    return found


def _class_weight(model: ImageClassifier) -> Any:
    recipe = model.estimator
    last = recipe[-1] if isinstance(recipe, Pipeline) else recipe
    return getattr(last, "class_weight", None)
