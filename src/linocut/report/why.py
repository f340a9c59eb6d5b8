"""Figures that show why a model decides as it does, each with a paragraph of text."""

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
from linocut.report.evidence import ExplainedRung, pulled_rung
from linocut.report.shown import worst_first
from linocut.report.text.language import count, digits_for, paragraph, percent, quoted

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 110
CSS_DPI = 96
LARGEST = 150_000  # bytes of one figure, beyond which its colours are reduced to a palette
ROWS = 10_000  # training images whose covariance is taken
CLASSES = 5  # side by side in one figure
OVERLAPS = 9
SHIFT = 6  # pixels
CLOSE = 0.1  # share of correctly classified images with a smaller margin than the one flipped
HALF_INK = 127.5


def why_figures(
    dataset: ImageDataset, ladder: Ladder, explained: ExplainedRung | None
) -> tuple[WhyFigure, ...]:
    """Draw what explains a ladder's models; figures that a model does not allow are left out.

    Parameters
    ----------
    dataset : ImageDataset
        The images that the ladder was climbed on.
    ladder : Ladder
        A quadratic rung shows its eigen-templates.
    explained : ExplainedRung or None
        The rung that all other figures explain.
    """
    if not len(dataset.test):
        return ()
    made: list[Callable[[], WhyFigure | None]] = [lambda: _shared_ink(dataset, explained)]
    if explained is not None:
        made = [
            lambda: _worst(explained),
            lambda: _flip(explained),
            lambda: _shifts(explained),
            lambda: _training_images(explained),
            lambda: _templates(explained),
            *made,
        ]
    made.append(lambda: _eigen_templates(dataset, ladder))
    return tuple(_allowed(made))


def _allowed(made: list[Callable[[], WhyFigure | None]]) -> Iterator[WhyFigure]:
    for make in made:
        try:
            figure = make()
        except LinocutError:  # no such figure for this model
            continue
        if figure is not None:
            yield figure


def _worst(explained: ExplainedRung) -> WhyFigure | None:
    test = explained.dataset.test
    known = np.flatnonzero((explained.truth >= 0) & (explained.truth != explained.predicted))
    mistakes = worst_first(explained.rung, test.labels, np.arange(len(test)))
    mistakes = mistakes[np.isin(mistakes, known)]
    if not len(mistakes):
        return None
    row = int(mistakes[0])
    predicted = explained.name(explained.predicted[row])
    true = explained.name(explained.truth[row])
    evidence = explain(explained.model, test.images[row], label=predicted, versus=true)
    return _figure(
        evidence.plot(),
        "worst-mistake",
        "Its worst mistake, explained",
        paragraph(
            f"{_image(explained, row)}, {_a(true)}, is classified as {quoted(predicted)}.",
            evidence.sentence,
            f"Each pixel shows its ink times the difference between the weights of "
            f"{quoted(predicted)} and {quoted(true)} (unit: {evidence.unit}), relative to the "
            "blank page.",
        ),
        f"An image of {quoted(true)}, the evidence of its pixels for {quoted(predicted)} and "
        f"against {quoted(true)}, and bars that add up to a margin of {evidence.margin:.2f}.",
    )


def _training_images(explained: ExplainedRung) -> WhyFigure | None:
    train = explained.dataset.train
    names = np.asarray(explained.dataset.class_names)[train.labels]
    coefficients = training_coefficients(explained.rung.model, train.images, names)
    recalls = {score.name: score.recall for score in explained.rung.test.classes if score.support}
    among = [str(name) for name in explained.model.classes if name in recalls]
    if not among:
        return None
    label = min(among, key=lambda name: recalls[name])
    return _figure(
        coefficients.plot(label),
        "training-images",
        f"Which training images made the template of {quoted(label)}",
        paragraph(
            coefficients.sentence,
            f"{quoted(label)} is the class with the lowest recall. Its template is the sum of the "
            "training images, each times its coefficient. A coefficient says by how much the score "
            "rises per unit of similarity (dot product) to that image. Below are the images with "
            "the largest coefficients.",
        ),
        f"The template of {quoted(label)} as it grows image by image, how many training images "
        "have which coefficient, and the images with the largest coefficients inside and outside "
        "the class.",
    )


def _templates(explained: ExplainedRung) -> WhyFigure | None:
    train = explained.dataset.train.images
    rows = np.linspace(0, len(train) - 1, min(len(train), ROWS)).astype(np.intp)
    templates = templates_of(explained.model, train[rows])
    if not isinstance(templates, Templates):
        return None
    chosen = _some(np.argsort(-templates.agreement, kind="stable"))
    return _figure(
        templates.plot(only=chosen.tolist()),
        "patterns",
        "Weights and activation patterns",
        paragraph(
            templates.sentence,
            f"Above: {templates.unit} for a fully inked pixel. Below: the ink, as a share of full "
            "ink, that goes with one standard deviation of the score, over "
            f"{count(len(rows))} training images.",
            _left_out(len(templates.classes), len(chosen), "from the best to the least agreement"),
        ),
        "Weights above activation patterns for "
        f"{_listed(tuple(templates.classes[k] for k in chosen))}.",
    )


def _shared_ink(dataset: ImageDataset, explained: ExplainedRung | None) -> WhyFigure | None:
    train, test = dataset.train, dataset.test
    ink = SharedInk.fit(train.images, train.labels, threshold=HALF_INK)
    predicted = ink.predict(test.images)
    # Best an image that shows what weights are good for.
    telling = predicted != test.labels
    if explained is not None:
        telling &= explained.truth == explained.predicted
    row = int(telling.argmax())
    names = tuple(dataset.class_names[k] for k in ink.classes)
    overlap = replace(ink.overlap(test.images[row]), classes=names)
    order = np.argsort(-overlap.areas, kind="stable")[:OVERLAPS]
    true = dataset.class_names[test.labels[row]]
    if true in names and names.index(true) not in order:
        order[-1] = names.index(true)
    digits = digits_for(len(test))
    accuracy = percent(float(np.mean(predicted == test.labels)), digits)
    told = (
        f"Choosing the class with the most shared ink classifies {accuracy} of the test images "
        "correctly"
    )
    if explained is not None:
        told += f"; {explained.rung.title} classifies "
        told += percent(explained.rung.test.accuracy, digits)
    what = dataset.test.names[row] if dataset.test.names else f"Test image {count(row)}"
    return _figure(
        overlap.plot(title="", only=order.tolist()),
        "shared-ink",
        "The simplest classifier: shared ink",
        paragraph(
            "Call a pixel inked if it has more than half of full ink. "
            f"{what}, {_a(true)}: {_lower(overlap.sentence)}",
            f"{told}.",
            "Each panel shows, where the image is inked, the share of the class's images that are "
            "inked there too (from pale, 0, to dark, 1); the number is its sum, in pixels.",
            _left_out(len(names), len(order), "with most shared ink"),
        ),
        f"A black-and-white image of {quoted(true)} and what it shares with "
        f"{_listed(tuple(names[k] for k in order))}.",
    )


def _flip(explained: ExplainedRung) -> WhyFigure | None:
    row = _close_call(explained)
    if row is None:
        return None
    flip = smallest_flip(explained.model, explained.dataset.test.images[row], within=(0, 255))
    return _figure(
        flip.plot(title=""),
        "smallest-flip",
        "The smallest change that flips a decision",
        paragraph(
            f"{_image(explained, row)} is correctly classified, with a margin of "
            f"{flip.margin:.2f} ({explained.model.unit}); {_percent_close()}.",
            flip.sentence,
            "The change is in grey values from 0 to 255 (red: ink added, blue: ink removed), "
            "relative to the image; no smaller change, measured by the root of its sum of squares, "
            "would do.",
        ),
        f"An image classified as {quoted(str(flip.label))}, a faint change, and the image after "
        f"it, as near to {quoted(str(flip.versus))}.",
    )


def _shifts(explained: ExplainedRung) -> WhyFigure | None:
    row = _close_call(explained)
    if row is None:
        return None
    radius = min(SHIFT, max(1, min(explained.dataset.image_shape) // 4))
    if radius >= min(explained.dataset.image_shape):
        return None
    shifts = shift_map(explained.model, explained.dataset.test.images[row], radius)
    return _figure(
        shifts.plot(title=""),
        "shifts",
        "The same image, shifted",
        paragraph(
            shifts.sentence,
            "Each cell shows the class predicted for the image shifted by that much and, as its "
            f"colour, the margin of {quoted(str(shifts.label))} over the best other class "
            f"({explained.model.unit}). A model with one weight per pixel does not know by itself "
            "that a shifted image is the same.",
        ),
        f"A map of the class predicted at each shift by up to {radius} pixels; "
        f"{quoted(str(shifts.label))} is kept in {percent(shifts.share)} of the cells.",
    )


def _eigen_templates(dataset: ImageDataset, ladder: Ladder) -> WhyFigure | None:
    pairs = [(rung, pulled_rung(rung)) for rung in ladder.rungs]
    quadratic = [
        (rung, model)
        for rung, model in pairs
        if model is not None and isinstance(model.form, QuadraticForm)
    ]
    if not quadratic:
        return None
    rung, model = max(quadratic, key=lambda pair: pair[0].test.accuracy)
    templates = templates_of(model, dataset.train.images[:ROWS])
    if not isinstance(templates, EigenTemplates):
        return None
    chosen = np.argsort(-np.abs(templates.values).max(axis=1), kind="stable")[:CLASSES]
    return _figure(
        templates.plot(only=chosen.tolist()),
        "eigen-templates",
        f"Quadratic templates: {rung.title}",
        paragraph(
            f"{rung.title} adds up squared matches of the image with templates, with either sign.",
            templates.sentence,
            "Each template has length 1 over its pixels; the mean training image is subtracted "
            "from every image first.",
            _left_out(len(templates.classes), len(chosen), "with the strongest matches"),
        ),
        f"The templates whose squared match adds most, and removes most, for "
        f"{_listed(tuple(templates.classes[k] for k in chosen))}.",
    )


def _close_call(explained: ExplainedRung) -> int | None:
    right = np.flatnonzero(explained.truth == explained.predicted)
    if not len(right):
        return None
    order = right[np.argsort(explained.margins[right], kind="stable")]
    return int(order[int(CLOSE * len(order))])


def _percent_close() -> str:
    return f"{percent(CLOSE, 0)} of the correctly classified images have a smaller one"


def _some(order: NDArray[np.intp]) -> NDArray[np.intp]:
    """Take at most `CLASSES` at even distances, the first and the last among them."""
    return order[np.unique(np.linspace(0, len(order) - 1, CLASSES).astype(np.intp))]


def _image(explained: ExplainedRung, row: int) -> str:
    names = explained.dataset.test.names
    return names[row] if names else f"Test image {count(row)}"


def _a(name: str) -> str:
    return f"truly {quoted(name)}"


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _left_out(total: int, shown: int, which: str) -> str | None:
    return f"Shown: {shown} of {total} classes, {which}." if shown < total else None


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(map(quoted, names))


def _figure(drawn: Figure, name: str, title: str, text: str, alt: str) -> WhyFigure:
    width, height = (round(CSS_DPI * inches) for inches in drawn.get_size_inches())
    uri = "data:image/png;base64," + base64.b64encode(_png(drawn)).decode()
    return WhyFigure(name, title, text, uri, width, height, alt)


def _png(drawn: Figure) -> bytes:
    raw = io.BytesIO()
    drawn.savefig(raw, format="png", dpi=DPI, facecolor="white")
    image = Image.open(raw).convert("RGB")
    made = _compressed(image)
    if len(made) <= LARGEST:
        return made
    return _compressed(image.quantize(256, dither=Image.Dither.NONE))


def _compressed(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()
