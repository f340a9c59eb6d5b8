"""What the data look like."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linocut.data.dataset import ImageDataset
from linocut.evaluate import SinglePixel
from linocut.ladder.rung import Rung
from linocut.report.summary import Summary
from linocut.report.text.language import (
    count,
    counted,
    every,
    listed,
    one_of,
    ordinal,
    paragraph,
    paragraphs,
    percent,
    plural,
    quoted,
    share_of,
    significant,
    times,
)
from linocut.report.text.places import place_of

UNEVEN = 1.5  # largest to smallest class, from where accuracy alone misleads
SAME_MIX = 0.01  # shares of the classes in train and test, apart by less than this


def samples(dataset: ImageDataset, summary: Summary, shown: tuple[int, ...]) -> str:
    """Say how the samples were picked and how much the images of a class vary."""
    most = max(shown)
    if most == 1:
        return _one_each(summary, shown)
    return paragraphs(
        f"{plural(most, 'training image')} of each class"
        + (", or fewer if there are no more," if min(shown) < most else ",")
        + " evenly spaced.",
        _variation(dataset, summary),
    )


def _one_each(summary: Summary, shown: tuple[int, ...]) -> str:
    held, present = sum(shown), int(np.count_nonzero(summary.counts))
    if held == present:
        return "One training image of each class."
    return (
        f"One training image of each of {count(held)} classes; those of the other "
        f"{count(present - held)} would make this page too large."
    )


def _variation(dataset: ImageDataset, summary: Summary) -> str:
    present = np.flatnonzero(summary.counts > 1)
    if len(present) < 2:
        return ""
    means = summary.means.reshape(len(summary.means), -1)
    energy = np.square(means).mean(axis=1) + summary.spread**2
    explained = 1 - summary.spread**2 / np.where(energy > 0, energy, 1)
    order = present[np.argsort(explained[present], kind="stable")]
    least, most = order[0], order[-1]
    if explained[most] - explained[least] < 0.01:
        return ""
    return (
        f"The class mean accounts for {percent(explained[most], 0)} of the squared ink of the "
        f"images of {quoted(dataset.class_names[most])}, the most of any class, and for "
        f"{percent(explained[least], 0)} of that of {quoted(dataset.class_names[least])}, the "
        "least. The rest varies from image to image."
    )


def balance(dataset: ImageDataset, summary: Summary) -> str:
    """Say how even the classes are, and what guessing alone would get."""
    counts, names = summary.counts, dataset.class_names
    test_counts = dataset.test.counts(dataset.n_classes)
    largest, smallest = int(counts.max()), int(counts.min())
    guess = int(counts.argmax())
    baseline = (
        f"Always predicting {quoted(names[guess])} would be correct for "
        f"{share_of(int(test_counts[guess]), len(dataset.test), 'test image')}."
    )
    if largest == smallest:
        extent = f"{every(len(names), 'class', 'classes')} have "
        return paragraphs(
            f"{extent}{plural(largest, 'training image')} each.",
            paragraph(baseline, _mix(dataset, summary)),
        )
    extent = (
        f"From {count(smallest)} training images of {_with(counts, smallest, names)} to "
        f"{count(largest)} of {_with(counts, largest, names)}."
    )
    advice = (
        "A model can score well and still fail the small classes, so look at the recall of each "
        "class, not at the accuracy alone."
        if largest >= UNEVEN * smallest
        else None
    )
    return paragraphs(extent, paragraph(advice, baseline, _mix(dataset, summary)))


def _with(counts: NDArray[np.int64], n: int, names: tuple[str, ...]) -> str:
    """Name the classes of so many images."""
    level = [names[k] for k in np.flatnonzero(counts == n)]
    return one_of(level, "classes") + (" each" if len(level) > 1 else "")


def _mix(dataset: ImageDataset, summary: Summary) -> str:
    train = summary.counts / summary.counts.sum()
    test = dataset.test.counts(dataset.n_classes) / len(dataset.test)
    k = int(np.abs(train - test).argmax())
    if abs(train[k] - test[k]) < SAME_MIX:
        return "The test part has the same mix of classes, to within 1 percentage point."
    return (
        f"The test part has a different mix: {quoted(dataset.class_names[k])} is "
        f"{percent(train[k])} of the training images but {percent(test[k])} of the test images."
    )


def single_pixel(dataset: ImageDataset, found: SinglePixel) -> str:
    """Say what the best single pixel alone can tell."""
    row, column = found.pixel
    right = int(np.count_nonzero(found.predict(dataset.test.images) == dataset.test.labels))
    inked, blank = (quoted(dataset.class_names[k]) for k in (found.inked, found.blank))
    what = "light" if dataset.in_colour else "ink"
    if found.inked == found.blank:
        return f"No single pixel tells more than to predict {inked} always."
    return (
        f"The single pixel that tells most is row {row + 1}, column {column + 1} "
        f"({place_of(row, column, dataset.image_shape)}): predicting {inked} for more {what} than "
        f"{percent(found.threshold / 255, 0)} there, else {blank}, is correct for "
        f"{share_of(right, len(dataset.test), 'test image')}."
    )


def pixels(dataset: ImageDataset, summary: Summary) -> str:
    """Say how much of the image area is ever used, and where."""
    if dataset.in_colour:
        return (
            f"The images are in colour: red, green and blue of {count(summary.use.size)} pixels. "
            "They have no paper, so evidence counts against a black image, and templates mix an "
            "object with what lies around it."
        )
    use, size = summary.use, summary.use.size
    blank = int(np.count_nonzero(~summary.inked))
    inked_share = float(use.mean())
    if blank == size:
        return "Every training image is blank: there is nothing to learn from."
    row, column = np.unravel_index(int(use.argmax()), use.shape)
    average = (
        f"An average training image has ink in {significant(inked_share * size)} of its "
        f"{count(size)} pixels ({percent(inked_share)})."
    )
    busiest = (
        f"The pixel used most, row {row + 1}, column {column + 1} "
        f"({place_of(int(row), int(column), dataset.image_shape)}), has ink in "
        f"{percent(float(use.max()))} of the images."
    )
    rare = int(np.count_nonzero(summary.inked & (use < 0.001)))
    return paragraphs(
        average,
        paragraph(
            busiest if np.count_nonzero(use == use.max()) == 1 else None,
            f"{share_of(blank, size, 'pixel')} never have any ink: no training image says anything "
            f"about them." if blank > 1
            else "1 pixel never has any ink: no training image says anything about it." if blank
            else f"Every one of the {count(size)} pixels has ink in some image.",
            f"{plural(rare, 'other pixel has', 'other pixels have')} ink in fewer than 1 image in "
            f"1,000: weights there rest on very few images." if rare else None,
            "Nearly every pixel has ink in nearly every image, so the background is not blank: "
            "templates mix the object with what lies around it." if inked_share > 0.95 else None,
        ),
    )  # fmt: skip


def means(dataset: ImageDataset, summary: Summary, rung: Rung) -> str:
    """Say which class means are most alike, and whether a rung confuses those classes."""
    names, likeness = dataset.class_names, summary.likeness
    first, second = np.triu_indices(len(names), 1)
    order = np.argsort(-likeness[first, second], kind="stable")
    pairs = np.stack([first[order], second[order]], axis=1)
    (a, b), (c, d) = pairs[0], pairs[-1]
    sharp = "Sharp parts are shared by most images of a class; blurred parts vary."
    scale = "1 would be the same image, 0 no ink in common"
    if len(pairs) == 1:
        return paragraphs(
            sharp,
            f"The cosine of the angle between the two means is {likeness[a, b]:.2f} ({scale}).",
        )
    told = (
        f"The means of {quoted(names[a])} and {quoted(names[b])} are most alike: the cosine of "
        f"the angle between them is {likeness[a, b]:.2f}. Least alike are {quoted(names[c])} and "
        f"{quoted(names[d])}, with {likeness[c, d]:.2f} ({scale})."
    )
    return paragraphs(sharp, paragraph(told, _borne_out(names, pairs, rung)))


def _borne_out(names: tuple[str, ...], pairs: NDArray[np.intp], rung: Rung) -> str | None:
    """Say how often a rung confuses the classes whose means are most alike, and which it does."""
    confusion = rung.test.confusion
    mixed = confusion[pairs[:, 0], pairs[:, 1]] + confusion[pairs[:, 1], pairs[:, 0]]
    total, most = int(mixed.sum()), int(mixed.max())
    if total == 0:
        return None
    told = (
        f"{rung.short} confuses the two most alike in {counted(int(mixed[0]), total, 'mistake')}"
        if mixed[0]
        else f"{rung.short} never confuses the two most alike"
    )
    if np.count_nonzero(mixed == most) > 1:
        return f"{told}."
    worst = int(mixed.argmax())
    if worst == 0:
        return f"{told}, and no other two more often."
    i, j = pairs[worst]
    return (
        f"{told}; most often it confuses {listed([quoted(names[i]), quoted(names[j])])} "
        f"({times(most)}), whose means are the {ordinal(worst + 1)} most alike of "
        f"{count(len(pairs))} pairs."
    )
