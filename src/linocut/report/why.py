"""Still pictures of why a model reads as it does, each with a sentence of its figures."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from linocut.core import LinocutError
from linocut.core.forms import QuadraticForm
from linocut.data.dataset import ImageDataset
from linocut.explain import (
    EigenTemplates,
    SharedInk,
    Templates,
    explain,
    shift_map,
    smallest_flip,
    templates_of,
    training_coefficients,
)
from linocut.ladder.rung import Ladder
from linocut.report.document import WhyFigure
from linocut.report.evidence import Look, pulled_rung
from linocut.report.shown import worst_first
from linocut.report.words.language import count, digits_for, paragraph, percent, quoted

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 110
CSS_DPI = 96
LARGEST = 150_000  # bytes of one picture, beyond which its colours are reduced to a palette
ROWS = 10_000  # training images whose covariance is taken
CLASSES = 5  # side by side in one picture
OVERLAPS = 9
SHIFT = 6  # pixels
CLOSE = 0.1  # the share of images rightly read that have a smaller margin than the one flipped
HALF_INK = 127.5


def why_figures(dataset: ImageDataset, ladder: Ladder, look: Look | None) -> tuple[WhyFigure, ...]:
    """Draw what can be told of a ladder's models; what a model does not allow is left out.

    Parameters
    ----------
    dataset : ImageDataset
        The images that the ladder was climbed on.
    ladder : Ladder
        A quadratic rung shows its eigen-templates.
    look : Look or None
        The rung that is looked into, for all other pictures.
    """
    if not len(dataset.test):
        return ()
    made: list[Callable[[], WhyFigure | None]] = [lambda: _shared_ink(dataset, look)]
    if look is not None:
        made = [
            lambda: _worst(look),
            lambda: _flip(look),
            lambda: _shifts(look),
            lambda: _training_images(look),
            lambda: _templates(look),
            *made,
        ]
    made.append(lambda: _eigen_templates(dataset, ladder))
    return tuple(_allowed(made))


def _allowed(made: list[Callable[[], WhyFigure | None]]) -> Iterator[WhyFigure]:
    for make in made:
        try:
            found = make()
        except LinocutError:  # no such figure for this model
            continue
        if found is not None:
            yield found


def _worst(look: Look) -> WhyFigure | None:
    test = look.dataset.test
    known = np.flatnonzero((look.truth >= 0) & (look.truth != look.read))
    misread = worst_first(look.rung, test.labels, np.arange(len(test)))
    misread = misread[np.isin(misread, known)]
    if not len(misread):
        return None
    row = int(misread[0])
    read, true = look.name(look.read[row]), look.name(look.truth[row])
    found = explain(look.model, test.images[row], label=read, versus=true)
    return _figure(
        found.plot(),
        "worst-mistake",
        "Why its worst mistake",
        paragraph(
            f"{_image(look, row)}, {_a(true)}, is read as {quoted(read)}.",
            found.sentence,
            f"Each pixel shows its ink times the weight of {quoted(read)} less that of "
            f"{quoted(true)}: {found.unit}, against the blank page.",
        ),
        f"An image of {quoted(true)}, the evidence of its pixels for {quoted(read)} and against "
        f"{quoted(true)}, and bars that add up to a margin of {found.margin:.2f}.",
    )


def _training_images(look: Look) -> WhyFigure | None:
    train = look.dataset.train
    found = training_coefficients(look.rung.estimator, train.images, train.labels)
    named = replace(found.training.pulled, classes=look.model.classes)
    found = replace(found, training=replace(found.training, pulled=named))
    recalls = {score.name: score.recall for score in look.rung.test.classes if score.support}
    among = [str(name) for name in look.model.classes if name in recalls]
    if not among:
        return None
    label = min(among, key=lambda name: recalls[name])
    return _figure(
        found.plot(label),
        "training-images",
        f"Who made the template of {quoted(label)}",
        paragraph(
            found.sentence,
            f"{quoted(label)} is the class misread most. Its template is each training image times "
            "its coefficient, added up: a coefficient says by how much the score rises for each "
            "unit of likeness (dot product) to that image. Below are the images with the largest.",
        ),
        f"The template of {quoted(label)} as it grows image by image, how many training images "
        "have which coefficient, and the images with the largest coefficients inside and outside "
        "the class.",
    )


def _templates(look: Look) -> WhyFigure | None:
    train = look.dataset.train.images
    rows = np.linspace(0, len(train) - 1, min(len(train), ROWS)).astype(np.intp)
    found = templates_of(look.model, train[rows])
    if not isinstance(found, Templates):
        return None
    chosen = _some(np.argsort(-found.agreement, kind="stable"))
    shown = replace(
        found,
        classes=tuple(found.classes[k] for k in chosen),
        weights=found.weights[chosen],
        patterns=found.patterns[chosen],
        agreement=found.agreement[chosen],
    )
    return _figure(
        shown.plot(),
        "patterns",
        "What it weighs, and what is there",
        paragraph(
            found.sentence,
            f"Above: {found.unit} for a fully inked pixel. Below: ink, "
            "as a share of full ink, that goes with one standard deviation of the score, over "
            f"{count(len(rows))} training images.",
            _left_out(len(found.classes), len(chosen), "from the best to the least agreement"),
        ),
        f"Weights above activation patterns for {_listed(shown.classes)}.",
    )


def _shared_ink(dataset: ImageDataset, look: Look | None) -> WhyFigure | None:
    train, test = dataset.train, dataset.test
    ink = SharedInk.fit(train.images, train.labels, threshold=HALF_INK)
    read = ink.predict(test.images)
    # Best an image that shows what weights are good for.
    telling = read != test.labels
    if look is not None:
        telling &= look.truth == look.read
    row = int(telling.argmax())
    names = tuple(dataset.class_names[k] for k in ink.classes)
    found = replace(ink.overlap(test.images[row]), classes=names)
    order = np.argsort(-found.areas, kind="stable")[:OVERLAPS]
    true = dataset.class_names[test.labels[row]]
    if true in names and names.index(true) not in order:
        order[-1] = names.index(true)
    shown = replace(
        found,
        shared=found.shared[order],
        areas=found.areas[order],
        classes=tuple(names[k] for k in order),
    )
    digits = digits_for(len(test))
    accuracy = percent(float(np.mean(read == test.labels)), digits)
    told = f"Most shared ink reads {accuracy} of the test images rightly"
    if look is not None:
        told += f", {look.rung.title} {percent(look.rung.test.accuracy, digits)}"
    what = dataset.test.names[row] if dataset.test.names else f"Test image {count(row)}"
    return _figure(
        shown.plot(title=""),
        "shared-ink",
        "The simplest reading: shared ink",
        paragraph(
            "Call a pixel inked above half of full ink. "
            f"{what}, {_a(true)}: {_lower(found.sentence)}",
            f"{told}.",
            "Each picture shows, where the image is inked, the share of the class's images inked "
            "there too (from pale, 0, to dark, 1); the numbers are its sum, in pixels.",
            _left_out(len(names), len(order), "with most shared ink"),
        ),
        f"A black-and-white image of {quoted(true)} and what it shares with "
        f"{_listed(shown.classes)}.",
    )


def _flip(look: Look) -> WhyFigure | None:
    row = _close_call(look)
    if row is None:
        return None
    found = smallest_flip(look.model, look.dataset.test.images[row], within=(0, 255))
    return _figure(
        found.plot(title=""),
        "smallest-flip",
        "The least change that flips it",
        paragraph(
            f"{_image(look, row)} is read rightly, by a margin of {found.margin:.2f} "
            f"({look.model.unit}): {_percent_close()}.",
            found.sentence,
            "The change is in grey values of 255 (red: ink added, blue: taken away), against the "
            "image itself; no smaller one, measured by the root of its sum of squares, will do.",
        ),
        f"An image read as {quoted(str(found.label))}, a faint change, and the image after it, as "
        f"near to {quoted(str(found.versus))}.",
    )


def _shifts(look: Look) -> WhyFigure | None:
    row = _close_call(look)
    if row is None:
        return None
    radius = min(SHIFT, max(1, min(look.dataset.image_shape) // 4))
    if radius >= min(look.dataset.image_shape):
        return None
    found = shift_map(look.model, look.dataset.test.images[row], radius)
    return _figure(
        found.plot(title=""),
        "shifts",
        "The same image, moved",
        paragraph(
            found.sentence,
            f"Each place shows what is read of the image moved so far and, as colour, the margin "
            f"of {quoted(str(found.label))} over the best other class ({look.model.unit}). A model "
            "of fixed pixels knows no shift by itself.",
        ),
        f"A map of what is read at each shift by up to {radius} pixels; {quoted(str(found.label))} "
        f"is kept in {percent(found.share)} of the places.",
    )


def _eigen_templates(dataset: ImageDataset, ladder: Ladder) -> WhyFigure | None:
    pairs = [(rung, pulled_rung(dataset, rung)) for rung in ladder.rungs]
    quadratic = [
        (rung, model)
        for rung, model in pairs
        if model is not None and isinstance(model.form, QuadraticForm)
    ]
    if not quadratic:
        return None
    rung, model = max(quadratic, key=lambda pair: pair[0].test.accuracy)
    found = templates_of(model.named(dataset.class_names), dataset.train.images[:ROWS])
    if not isinstance(found, EigenTemplates):
        return None
    chosen = np.argsort(-np.abs(found.values).max(axis=1), kind="stable")[:CLASSES]
    shown = replace(
        found,
        classes=tuple(found.classes[k] for k in chosen),
        values=found.values[chosen],
        templates=found.templates[chosen],
    )
    return _figure(
        shown.plot(),
        "eigen-templates",
        f"Squared matches: {rung.title}",
        paragraph(
            f"{rung.title} adds squares of how well an image matches a template, in either sign.",
            found.sentence,
            "Each template has length 1 over its pixels; images count against the mean training "
            "image.",
            _left_out(len(found.classes), len(chosen), "with the strongest matches"),
        ),
        f"The templates whose squared match adds most, and removes most, for "
        f"{_listed(shown.classes)}.",
    )


def _close_call(look: Look) -> int | None:
    right = np.flatnonzero(look.truth == look.read)
    if not len(right):
        return None
    order = right[np.argsort(look.margins[right], kind="stable")]
    return int(order[int(CLOSE * len(order))])


def _percent_close() -> str:
    return f"{percent(CLOSE, 0)} of those rightly read have a smaller one"


def _some(order: NDArray[np.intp]) -> NDArray[np.intp]:
    """Take at most `CLASSES` at even distances, the first and the last among them."""
    return order[np.unique(np.linspace(0, len(order) - 1, CLASSES).astype(np.intp))]


def _image(look: Look, row: int) -> str:
    names = look.dataset.test.names
    return names[row] if names else f"Test image {count(row)}"


def _a(name: str) -> str:
    return f"truly {quoted(name)}"


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _left_out(total: int, shown: int, which: str) -> str | None:
    return f"Shown: {shown} of {total} classes, {which}." if shown < total else None


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(map(quoted, names))


def _figure(drawn: Figure, name: str, title: str, words: str, alt: str) -> WhyFigure:
    width, height = (round(CSS_DPI * inches) for inches in drawn.get_size_inches())
    uri = "data:image/png;base64," + base64.b64encode(_png(drawn)).decode()
    return WhyFigure(name, title, words, uri, width, height, alt)


def _png(drawn: Figure) -> bytes:
    raw = io.BytesIO()
    drawn.savefig(raw, format="png", dpi=DPI, facecolor="white")
    picture = Image.open(raw).convert("RGB")
    made = _compressed(picture)
    if len(made) <= LARGEST:
        return made
    return _compressed(picture.quantize(256, dither=Image.Dither.NONE))


def _compressed(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()
