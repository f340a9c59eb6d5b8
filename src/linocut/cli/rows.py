"""Rows that a command is about: files of features, or images as rows of pixels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from linocut.cli.console import progress, say
from linocut.cli.options import reporter
from linocut.core import LinocutError

if TYPE_CHECKING:
    from linocut.data import ImageDataset
    from linocut.solve.rows import RowSource


@dataclass(frozen=True)
class RowOptions:
    """How rows are to be read, where their names do not tell.

    Attributes
    ----------
    labels, test_labels : str or None
        Files of labels.
    label_column : str or None
        Name of the column, tensor or dataset of labels.
    """

    labels: str | None = None
    test_labels: str | None = None
    label_column: str | None = None


def open_train_and_test(
    train: str, test: str | None, options: RowOptions
) -> tuple[RowSource, RowSource | None]:
    """Open training and test rows, and say what was decided.

    A source that has a training part and a test part of its own gives the test rows as well, where
    no others are named.

    Raises
    ------
    LinocutError
        If there are no such rows, or two readings are possible.
    """
    source, beside = _opened(train, "train", options, alone=test is None)
    if test is not None:
        tested: RowSource | None = _opened(test, "test", options, alone=False)[0]
    else:
        tested = beside
        if tested is not None:
            say(f"test rows: the test part of {train}")
    for each in (source, tested):
        for note in each.notes if each is not None else ():
            say(note)
    return source, tested


def _opened(
    where: str, part: str, options: RowOptions, *, alone: bool
) -> tuple[RowSource, RowSource | None]:
    """Return the rows of one part, and those of the test part beside a training part."""
    from linocut.data import catalogue
    from linocut.solve.rows import holds_rows

    if where not in catalogue() and holds_rows(where):
        return _of_files(where, part, options)
    if options.labels or options.test_labels or options.label_column:
        raise LinocutError(
            f"{where}: is no file of features — leave out --labels, --test-labels and "
            "--label-column"
        )
    return _of_images(where, part, alone)


def _of_files(where: str, part: str, options: RowOptions) -> tuple[RowSource, RowSource | None]:
    from linocut.solve.rows import open_rows

    labels = options.labels if part == "train" else options.test_labels
    read: dict[str, Any] = {"label_column": options.label_column, "labels": labels}
    try:
        return open_rows(where, **read), None
    except LinocutError as error:
        try:  # several sets in one place: the part that is wanted
            found = open_rows(where, part=part, **read)
        except LinocutError:
            raise error from None
    if part == "test":
        return found, None
    try:
        return found, open_rows(where, part="test", **{**read, "labels": options.test_labels})
    except LinocutError:
        return found, None


def _of_images(where: str, part: str, alone: bool) -> tuple[RowSource, RowSource | None]:
    """Return images as rows; where their parts were cut on loading, all that is named is meant."""
    dataset = _images(where)
    if dataset.split != "given" and not alone:
        if part == "train":  # in the order in which they came, class by class
            dataset = _images(where, split="ordered")
        say(f"{where}: all {len(dataset.labels):,} images are {part} rows")
        return _pixels(dataset, dataset.images, dataset.labels), None
    for note in dataset.notes:
        say(note)
    train, test = (_pixels(dataset, p.images, p.labels) for p in (dataset.train, dataset.test))
    return (train, test) if part == "train" else (test, None)


def _images(where: str, **options: Any) -> ImageDataset:
    from linocut.data import load_dataset

    with progress() as display:
        return load_dataset(where, progress=reporter(display), **options)


def _pixels(dataset: ImageDataset, images: Any, labels: Any) -> RowSource:
    import numpy as np

    from linocut.solve.rows import open_rows

    source = open_rows((images, np.asarray(dataset.class_names)[labels]))
    return replace(source, origin=dataset.name)
