"""The one door for images: a name or a path in, an `ImageDataset` out."""

from __future__ import annotations

import difflib
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from linocut.core import LinocutError
from linocut.core.colour import Shape
from linocut.data.class_names import renamed
from linocut.data.corrections import apply_corrections
from linocut.data.dataset import ImageDataset, ImagePart
from linocut.data.decode import Size
from linocut.data.entries import catalogue
from linocut.data.formats import ReadOptions, read_path
from linocut.data.intake import LARGEST_IMAGE, Intake, check_ink
from linocut.data.load_options import LoadOptions, TableOptions
from linocut.data.named import load_named, where
from linocut.data.names import printed
from linocut.data.preparing import prepared
from linocut.data.raw import Progress, RawDataset
from linocut.data.scale import BYTE
from linocut.data.split import check_seed, check_split, check_test_size, split_rows

TEST_SIZE = 0.2  # share of each class


def load_dataset(
    source: str | Path = "digits",
    *,
    size: Size | None = None,
    test_size: float | None = None,
    seed: int = 42,
    split: str | None = None,
    skip_bad: bool = False,
    normalise: bool = False,
    ink: str | None = None,
    intake: Intake | None = None,
    shape: Shape | None = None,
    table: TableOptions | None = None,
    labels: str | Path | None = None,
    class_names: Sequence[str] | None = None,
    corrections: str | Path | None = None,
    rows: int | None = None,
    binarise: bool = False,
    colour: bool | None = None,
    progress: Progress | None = None,
) -> ImageDataset:
    """Load labelled images.

    Parameters
    ----------
    source : str or Path
        A name of the catalogue, or a path: a folder with one sub-folder a class (perhaps below
        ``train/`` and ``test/``), or files of many images (see `linocut.data.formats`).
    size : (int, int), optional
        Height and width in pixels to resize to.
    test_size : float, optional
        Share of each class kept for the test, where the set has no test part; a fifth if not given.
    seed : int
        Seed of that split.
    split : {"stratified", "ordered"}, optional
        How that split is made; see `split_rows`.
    skip_bad : bool
        Leave out image files that cannot be read, instead of stopping.
    normalise : bool
        Find the ink of drawings, scans or photos of any size and set it into an image of
        ``size``, 28 × 28 if not given, as MNIST's digits are.
    ink : {"light-on-dark", "dark-on-light", "each"}, optional
        Which grey is ink. If not given, images are judged by their borders, all of them together;
        those of the catalogue are known to have light ink.
    intake : Intake, optional
        Size, normalisation and ink at once, and the grey value that is full white; such as that of
        a model, to score it on other images.
    shape : (int, int), (int, int, 3) or (3, int, int), optional
        Height and width in pixels of images that are stored as rows without a shape, with 3 for
        those in colour; a grey square if not given.
    table : TableOptions, optional
        How the columns of a table are to be read, where its content is not to decide.
    labels : str or Path, optional
        A file with one label for each image, where they do not stand beside the images.
    class_names : sequence of str, optional
        Other names for the classes, in their order.
    corrections : str or Path, optional
        A table of corrected labels (see `apply_corrections`).
    rows : int, optional
        Take the first images only, so many: of the training part, or of the whole set where it has
        no test part, before it is split.
    binarise : bool
        Set what is above half of full ink to full ink, and the rest to paper.
    colour : bool, optional
        Whether colours are kept, as three planes, or become grey. If not given, they are kept where
        grey would lose something of more than a few images and nothing else asks for grey, as
        normalisation, ink and binarising do.
    progress : callable, optional
        Called with what is being done (str), how much is done and how much there is (int, 0 if
        not known).

    Returns
    -------
    ImageDataset

    Raises
    ------
    LinocutError
        If there is no such set, or something is wrong with it; the message names the file.

    Examples
    --------
    >>> digits = load_dataset("digits")
    >>> len(digits.train), len(digits.test)
    (1438, 359)
    """
    check_options(split, test_size, seed, rows)
    _check_colour(colour, normalise=normalise, ink=ink, binarise=binarise)
    asked = colour
    if intake is not None:
        asked = intake.colour
    elif normalise or binarise or ink is not None:
        asked = False
    asked_size = _wanted(size, normalise=normalise)
    wanted, ink = _settled(intake, asked_size, ink, binarise=binarise, colour=colour)
    entry = catalogue().get(str(source)) if isinstance(source, str) else None
    if entry is not None:
        if labels is not None or shape is not None or table not in {None, TableOptions()}:
            raise LinocutError(
                f"{entry.name}: a dataset of the catalogue has labels, shapes and columns of its "
                "own — leave out labels, shape and table"
            )
        raw, name = replace(load_named(entry, progress), white=BYTE), entry.name
        raw = _told_of_path(raw, entry.name)
    else:
        path = find_path(source)
        name = printed(path.resolve().name.split(".")[0] or str(path))
        options = ReadOptions(
            intake=wanted,
            skip_bad=skip_bad,
            shape=shape,
            table=table or TableOptions(),
            labels=None if labels is None else Path(labels),
            colour=asked,
            progress=progress,
        )
        raw = read_path(path, options)
    _check_images(raw, name)
    if rows is not None:
        raw = replace(raw, train=_first(raw.train, rows))
    raw, used = prepared(raw, wanted, ink, known=entry is not None, progress=progress)
    _check_size(raw, name)
    dataset = _cut(raw, name, used, test_size=test_size, seed=seed, split=split)
    _check_classes(dataset)
    if class_names is not None:
        dataset = renamed(dataset, class_names)
    dataset = replace(
        dataset,
        loaded_with=LoadOptions(
            test_size=test_size,
            seed=int(seed),
            split=split,
            skip_bad=skip_bad,
            shape=shape,
            table=table or TableOptions(),
            labels=None if labels is None else printed(str(Path(labels).expanduser().resolve())),
            class_names=None if class_names is None else dataset.class_names,
            rows=rows,
        ),
    )
    if entry is None:
        dataset = replace(
            dataset, source=printed(str(source)), loaded_from=printed(str(path.resolve()))
        )
    else:
        dataset = replace(
            dataset,
            source=entry.origin,
            licence=entry.licence,
            citation=entry.citation,
            loaded_from=entry.name,
        )
    return dataset if corrections is None else apply_corrections(dataset, corrections)


def check_options(split: str | None, test_size: float | None, seed: int, rows: int | None) -> None:
    """Refuse values that no dataset can be loaded with."""
    if split is not None:
        check_split(split)
    if test_size is not None:
        check_test_size(test_size)
    check_seed(seed)
    if rows is not None and rows < 1:
        raise LinocutError(f"rows={rows!r} — how many images to take, from 1 up")


def _check_colour(colour: bool | None, *, normalise: bool, ink: str | None, binarise: bool) -> None:
    """Refuse colour with what is for grey images."""
    if colour:
        for name, value in (("normalise", normalise), ("ink", ink), ("binarise", binarise)):
            if value:
                raise LinocutError(
                    f"--{name} with --colour — that is for grey images; leave one of them out"
                )


def _settled(
    intake: Intake | None, asked: Intake, ink: str | None, *, binarise: bool, colour: bool | None
) -> tuple[Intake, str | None]:
    """Return how images are to be prepared, and which grey is ink if that is settled."""
    if intake is None:
        if ink is not None:
            check_ink(ink)
        return replace(asked, binarise=binarise, colour=colour is True), ink
    if asked != Intake() or ink is not None or binarise or colour is not None:
        raise LinocutError(
            "an intake already settles these — leave out size, normalise, ink, binarise and colour"
        )
    return intake, intake.ink


def find_path(source: str | Path) -> Path:
    """Return the path that is meant, below ``$LINOCUT_DATA`` where there is none from here.

    Raises
    ------
    LinocutError
        If there is none.
    """
    path = Path(source).expanduser()
    if path.exists():
        return path
    root = os.environ.get("LINOCUT_DATA")
    if root and str(source) and (Path(root) / source).exists():
        return Path(root) / source
    known = list(catalogue())
    close = difflib.get_close_matches(str(source), known, n=1)
    hint = f"did you mean {close[0]}? " if close else ""
    raise LinocutError(
        f"{str(source)!r} is no known dataset and no such path exists — {hint}known: "
        f"{', '.join(known)}"
    )


def _first(part: ImagePart, rows: int) -> ImagePart:
    names = None if part.names is None else part.names[:rows]
    return replace(part, images=part.images[:rows], labels=part.labels[:rows], names=names)


def _told_of_path(raw: RawDataset, name: str) -> RawDataset:
    """Say so where a path has the name of the dataset that is taken."""
    path = Path(name)
    if not path.exists() or path.resolve() == Path(where(catalogue()[name])).resolve():
        return raw
    note = f"{name} is taken as the dataset of that name, not as the path ./{name}."
    return replace(raw, notes=(*raw.notes, note))


def _wanted(size: Size | None, *, normalise: bool) -> Intake:
    if not normalise:
        return Intake(size)
    height, width = size or (28, 28)
    if height != width:
        raise LinocutError(f"size={size!r} with normalisation — a square, such as (28, 28)")
    return Intake.normalising(height)


def _check_images(raw: RawDataset, name: str) -> None:
    if len(raw.train) == 0:
        raise LinocutError(f"{name}: holds no images")
    height, width = raw.train.images.shape[1:3]
    if height * width == 0:
        raise LinocutError(f"{name}: its images are {height}×{width} pixels")


def _check_size(raw: RawDataset, name: str) -> None:
    height, width = raw.train.images.shape[1:3]
    if height * width > LARGEST_IMAGE:
        raise LinocutError(
            f"{name}: images of {height}×{width} pixels — linocut is for small images; give "
            "--size 28, or up to 128"
        )


def _cut(
    raw: RawDataset,
    name: str,
    intake: Intake,
    *,
    test_size: float | None,
    seed: int,
    split: str | None,
) -> ImageDataset:
    if raw.test is not None:
        check_no_split(name, split, test_size)
        return ImageDataset(
            name,
            raw.class_names,
            raw.train,
            raw.test,
            split="given",
            notes=raw.notes,
            intake=intake,
        )
    whole = raw.train
    counts = whole.counts(len(raw.class_names))
    for label, count in zip(raw.class_names, counts, strict=True):
        if count == 1:
            raise LinocutError(
                f"{name}: class {label!r} has a single image — at least two are needed, one to "
                "learn from and one to test on"
            )
    kind, test_size = split or "stratified", test_size or TEST_SIZE
    train, test = split_rows(whole.labels, test_size=test_size, seed=seed, split=kind)
    kept = {
        "stratified": f"{test_size:.0%} of each class, drawn with seed {seed}, are the test part.",
        "ordered": f"The last {test_size:.0%} of the rows of each class are the test part.",
    }
    return ImageDataset(
        name,
        raw.class_names,
        whole.take(train),
        whole.take(test),
        split=kind,
        notes=(*raw.notes, kept[kind]),
        intake=intake,
    )


def check_no_split(name: str, split: str | None, test_size: float | None) -> None:
    """Refuse to split a dataset that has a test part of its own."""
    for option, value in (("--split", split), ("--test-size", test_size)):
        if value is not None:
            raise LinocutError(
                f"{name}: has a test part of its own, which is kept — leave out {option} {value}"
            )


def _check_classes(dataset: ImageDataset) -> None:
    if dataset.n_classes < 2:
        raise LinocutError(
            f"{dataset.name}: holds one class ({', '.join(dataset.class_names)}) — at least two "
            "are needed"
        )
    if len(dataset.test) == 0:
        raise LinocutError(f"{dataset.name}: its test part holds no images")
    counts = dataset.train.counts(dataset.n_classes)
    for label, count in zip(dataset.class_names, counts, strict=True):
        if count == 0:
            raise LinocutError(
                f"{dataset.name}: class {label!r} has no image in the training part — it cannot "
                "be learned"
            )
