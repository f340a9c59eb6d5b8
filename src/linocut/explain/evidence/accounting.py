"""Evidence: why this class rather than that one, pixel by pixel, adding up to the margin."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.colour import Shape, is_colour
from linocut.core.forms import Floats, QuadraticForm, margin_directions
from linocut.explain.evidence.ledger import AVERAGE, Evidence, PixelPair, Reference
from linocut.explain.local_forms import LocalForm
from linocut.explain.pixel_models import PixelForm, PixelModel
from linocut.explain.pulling_back import account_for

STRONGEST = 10  # pairs of pixels that are listed


def explain(
    model: Any,
    image: Any,
    *,
    label: Any = None,
    versus: Any = None,
    reference: Reference | None = None,
) -> Evidence:
    """Account for one decision: the evidence of every pixel for one class rather than another.

    Parameters
    ----------
    model : PulledBack, ImageClassifier, Pipeline or classifier
        Fitted; see `pull_back` and `account_for`.
    image : array, shape (h, w) or (d,)
        In the unit of the training images. For an `ImageClassifier` also a path, bytes or a PIL
        image.
    label : class label, optional
        The class in question; if not given, the one with the largest score.
    versus : class label or `AVERAGE`, optional
        Its rival; if not given, the other class with the largest score. Weights of one class alone
        mean nothing: adding one vector to those of all classes changes no decision.
    reference : Reference, optional
        The blank page if not given; of images in colour, a black one.

    Returns
    -------
    Evidence

    Raises
    ------
    LinocutError
        If the image has the wrong shape, a class is not known, or the model cannot be pulled back.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from linocut.models import SoftmaxRegression
    >>> digits = load_digits()
    >>> model = SoftmaxRegression(0.01).fit(digits.images, digits.target)
    >>> evidence = explain(model, digits.images[3], versus=5)
    >>> int(evidence.label), int(evidence.versus), evidence.reference.name
    (3, 5, 'the blank page')
    >>> scores = model.decision_function(digits.images[3:4])[0]
    >>> bool(np.isclose(evidence.pixels.sum() + evidence.offset, scores[3] - scores[5]))
    True
    """
    model = account_for(model)
    x = model.pixels(image)
    reference = _checked(model, reference)
    scores = model.form.scores(x[None])[0]
    a = int(scores.argmax()) if label is None else model.position(label)
    b: int | None
    if versus is None:
        b = next(int(k) for k in np.argsort(-scores, kind="stable") if k != a)
    else:
        b = None if str(versus) == AVERAGE else model.position(versus)
    if a == b:
        raise LinocutError(
            f"{model.classes[a]} is the class in question itself — name two different classes, "
            "by label and versus"
        )
    D = margin_directions(len(scores), [a], None if b is None else [b])
    parts, left = _accounted(model.form, x[None], D, reference.pixels)
    pixels, offset = parts[0], float(left[0])
    shape = model.image_shape or (1, len(pixels))
    pairs: tuple[PixelPair, ...] = ()
    if isinstance(model.form, QuadraticForm):
        pairs = _strongest_pairs(model.form, D[0], x - reference.pixels, shape)
    return Evidence(
        x.reshape(shape),
        model.classes[a],
        AVERAGE if b is None else model.classes[b],
        pixels.reshape(shape),
        offset,
        float(D[0] @ scores),
        reference,
        model.unit,
        pairs,
        tuple(model.classes),
        model.form.through if isinstance(model.form, LocalForm) else "",
    )


def evidence_maps(
    model: Any,
    images: Any,
    *,
    labels: Any = None,
    versus: Any = None,
    reference: Reference | None = None,
) -> tuple[Floats, Floats]:
    """Return the evidence of every pixel of many images at once, and the offsets.

    Parameters
    ----------
    model, reference
        As for `explain`.
    images : array, shape (n, h, w) or (n, d)
        In the unit of the training images. For an `ImageClassifier` also paths, bytes or PIL
        images.
    labels, versus : sequence of n class labels, optional
        The class in question and its rival, for each image; if not given, the classes with the
        largest scores. ``versus=AVERAGE`` takes the class average for all.

    Returns
    -------
    pixels : float64 array, shape (n, d)
    offsets : float64 array, shape (n,)
        ``pixels.sum(axis=1) + offsets`` are the margins.
    """
    model = account_for(model)
    X = model.images(images).astype(np.float64)
    reference = _checked(model, reference)
    scores = model.form.scores(X)
    K = scores.shape[1]
    a = scores.argmax(axis=1) if labels is None else _positions(model, labels, len(X), "labels")
    b: NDArray[np.intp] | None
    if versus is None:
        others = scores.copy()
        others[np.arange(len(X)), a] = -np.inf
        b = others.argmax(axis=1)
    elif isinstance(versus, str) and versus == AVERAGE:
        b = None
    else:
        b = _positions(model, versus, len(X), "versus")
    D = margin_directions(K, a, b)
    return _accounted(model.form, X, D, reference.pixels)


def _accounted(form: PixelForm, X: Floats, D: Floats, reference: Floats) -> tuple[Floats, Floats]:
    """Return the evidence of each pixel (n, d), and what is left (n,), for margins D."""
    if isinstance(form, LocalForm):
        return form.account(X, D, reference)
    return form.contributions(X, D, reference), D @ form.scores(reference[None])[0]


def _positions(model: PixelModel, labels: Any, n: int, name: str) -> NDArray[np.intp]:
    labels = np.asarray(labels)
    if labels.shape != (n,):
        raise LinocutError(
            f"{name} of shape {labels.shape} for {n} images — give one class for each"
        )
    known = {label: model.position(label) for label in np.unique(labels)}
    return np.array([known[label] for label in labels], np.intp)


def _checked(model: PixelModel, reference: Reference | None) -> Reference:
    d = model.form.shape[1]
    if reference is None and isinstance(model.form, LocalForm) and not model.form.from_blank:
        return Reference("thresholds and intercepts", np.zeros(d), "give")
    if reference is None:
        colour = model.image_shape is not None and is_colour(model.image_shape)
        return Reference.black(d) if colour else Reference.blank(d)
    if np.shape(reference.pixels) != (d,):
        raise LinocutError(
            f"a reference of shape {np.shape(reference.pixels)} — the model reads {d} pixels"
        )
    return reference


def _strongest_pairs(
    form: QuadraticForm, direction: Floats, delta: Floats, shape: Shape
) -> tuple[PixelPair, ...]:
    terms = form.pairs(direction) * np.outer(delta, delta)
    terms = np.triu(terms) + np.triu(terms, 1)  # both halves of a pair
    best = np.argsort(-np.abs(terms), axis=None, kind="stable")[:STRONGEST]
    i, j = np.unravel_index(best, terms.shape)

    def place(pixel: int) -> tuple[int, ...]:
        return tuple(map(int, np.unravel_index(pixel, shape)))

    return tuple(
        PixelPair(place(one), place(other), float(terms[one, other]))
        for one, other in zip(i, j, strict=True)
    )
