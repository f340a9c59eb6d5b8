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
    every,
    listed,
    ordinal,
    paragraph,
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
    return paragraph(
        f"Each row shows {plural(most, 'training image')} of one class"
        + (", or fewer if there are no more," if min(shown) < most else ",")
        + " evenly spaced through the training part.",
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


def _variation(dataset: ImageDataset, summary: Summary) -> str | None:
    present = np.flatnonzero(summary.counts > 1)
    if len(present) < 2:
        return None
    energy = np.square(summary.means).mean(axis=(1, 2)) + summary.spread**2
    explained = 1 - summary.spread**2 / np.where(energy > 0, energy, 1)
    order = present[np.argsort(explained[present], kind="stable")]
    least, most = order[0], order[-1]
    if explained[most] - explained[least] < 0.005:
        return None
    return (
        f"Look along a row to see how much the images of a class differ. Measured by squared ink, "
        f"the class mean accounts for {percent(explained[most], 0)} of the images of "
        f"{quoted(dataset.class_names[most])} but for only {percent(explained[least], 0)} of those "
        f"of {quoted(dataset.class_names[least])}. The rest varies from image to image, and a "
        f"template, the same for all of them, cannot follow it."
    )


def balance(dataset: ImageDataset, summary: Summary) -> str:
    """Say how even the classes are, and what guessing alone would get."""
    counts, names = summary.counts, dataset.class_names
    total, test_counts = int(counts.sum()), dataset.test.counts(dataset.n_classes)
    large, small = int(counts.argmax()), int(counts.argmin())
    guess = (
        f"Always predicting {quoted(names[large])} would be correct for "
        f"{share_of(int(test_counts[large]), len(dataset.test), 'test image')}: the baseline."
    )
    if counts[large] == counts[small]:
        even = (
            f"{every(len(names), 'class', 'classes')} have "
            f"{plural(int(counts[large]), 'training image')} each."
        )
        return paragraph(even, guess, _mix(dataset, summary))
    ratio = counts[large] / max(int(counts[small]), 1)
    extent = (
        f"{quoted(names[large])} is the largest class with "
        f"{plural(int(counts[large]), 'training image')} ({percent(counts[large] / total)}), "
        f"{quoted(names[small])} the smallest with {count(int(counts[small]))} "
        f"({percent(counts[small] / total)}), a ratio of {significant(ratio)} to 1."
    )
    advice = (
        "That is uneven: a model can score well and still fail the small classes, so look at the "
        "recall of each class and at the macro mean, not at the accuracy alone."
        if ratio >= UNEVEN
        else "That is even enough for accuracy to be a fair summary."
    )
    return paragraph(extent, advice, guess, _mix(dataset, summary))


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
    if found.inked == found.blank:
        return f"No single pixel tells more than to predict {inked} always."
    return (
        f"The single pixel that tells most is row {row + 1}, column {column + 1} "
        f"({place_of(row, column, dataset.image_shape)}): predicting {inked} for more ink than "
        f"{percent(found.threshold / 255, 0)} there, else {blank}, is correct for "
        f"{share_of(right, len(dataset.test), 'test image')}."
    )


def pixels(dataset: ImageDataset, summary: Summary) -> str:
    """Say how much of the image area is ever used, and where."""
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
    return paragraph(
        average,
        busiest,
        f"{share_of(blank, size, 'pixel')} never have any ink: no training image says anything "
        f"about them, so no model can learn about them." if blank > 1
        else "1 pixel never has any ink: no training image says anything about it." if blank
        else f"Every one of the {count(size)} pixels has ink in some image.",
        f"{plural(rare, 'other pixel has', 'other pixels have')} ink in fewer than 1 image in "
        f"1,000: weights there rest on very few images." if rare else None,
        "Nearly every pixel has ink in nearly every image, so the background is not blank: "
        "templates will mix the object with what lies around it." if inked_share > 0.95 else None,
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
        return paragraph(
            sharp,
            f"The cosine of the angle between the means of {quoted(names[a])} and "
            f"{quoted(names[b])} is {likeness[a, b]:.2f} ({scale}).",
        )
    return paragraph(
        sharp,
        f"The means of {quoted(names[a])} and {quoted(names[b])} are most alike: the cosine of "
        f"the angle between them is {likeness[a, b]:.2f}. Least alike are {quoted(names[c])} and "
        f"{quoted(names[d])}, with {likeness[c, d]:.2f} ({scale}).",
        _borne_out(names, pairs, rung),
    )


def _borne_out(names: tuple[str, ...], pairs: NDArray[np.intp], rung: Rung) -> str:
    confusion = rung.test.confusion
    mixed = confusion[pairs[:, 0], pairs[:, 1]] + confusion[pairs[:, 1], pairs[:, 0]]
    if mixed.sum() == 0:
        return f"One would expect confusions there, but {rung.title} makes no mistake at all."
    total, (a, b) = int(mixed.sum()), pairs[0]
    worst = int(mixed.argmax())
    prediction = (
        f"One would expect {quoted(names[a])} and {quoted(names[b])} to be confused. {rung.title} "
    )
    prediction += (
        f"confuses them in {share_of(int(mixed[0]), total, 'mistake', 'on the test part')}"
        if mixed[0]
        else "never confuses them"
    )
    if mixed[0] == mixed[worst]:
        return f"{prediction}, and confuses no other pair more often."
    i, j = pairs[worst]
    return (
        f"{prediction}; most often it confuses {listed([quoted(names[i]), quoted(names[j])])} "
        f"({times(int(mixed[worst]))}), whose means are the {ordinal(worst + 1)} most alike of "
        f"{count(len(pairs))} pairs."
    )
