"""The door for strings: a path in, a `StringDataset` out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.data import LoadOptions
from linocut.data.loading import TEST_SIZE, check_no_split, check_options, find_path
from linocut.data.names import printed
from linocut.data.raw import Progress
from linocut.lines.data.checking import MOSTLY, misfit, seen_once, two_lines
from linocut.lines.data.found import Found, Problem, TextFile, told_of
from linocut.lines.data.intake import LineIntake
from linocut.lines.data.layout import find_layout
from linocut.lines.data.reading import read_lines
from linocut.lines.data.splitting import split_strings
from linocut.lines.data.strings import StringDataset, Strings


def load_strings(
    source: str | Path,
    *,
    height: int | None = None,
    test_size: float | None = None,
    seed: int = 42,
    split: str | None = None,
    skip_bad: bool = False,
    ink: str | None = None,
    intake: LineIntake | None = None,
    labels: str | Path | None = None,
    rows: int | None = None,
    progress: Progress | None = None,
) -> StringDataset:
    """Load images of one line of glyphs each, with their texts.

    Parameters
    ----------
    source : str or Path
        A folder of image files, perhaps in ``train/`` and ``test/``, with each image's text in
        ``labels.csv`` (``filename,label``), in its name (``2b827.png``, ``2b827_1.png``), in a
        ``.txt`` beside it, or in a file of rows of names and texts; or that file. Images of several
        heights are scaled to one, their aspect kept.
    height : int, optional
        Height in pixels to scale to; if not given, that of most images, 64 where it is above 96.
    test_size : float, optional
        Share kept for the test, where the set has no test part; a fifth if not given.
    seed : int
        Seed of that split.
    split : {"stratified", "ordered"}, optional
        Whether that split is drawn at random, or the last images are kept; copies of one image
        stay together.
    skip_bad : bool
        Leave out what is wrong, instead of stopping: images that cannot be read or have no text,
        texts without image, texts that are empty or longer than an image can hold, and texts with
        a symbol that no other image has.
    ink : {"light-on-dark", "dark-on-light", "each"}, optional
        Which grey is ink; if not given, the borders of all images tell.
    intake : LineIntake, optional
        Height, ink and white at once, such as those of a reader.
    labels : str or Path, optional
        The file of the texts, where there might be several.
    rows : int, optional
        Take the first images only, so many: of the training part, or of the whole set where it has
        no test part.
    progress : callable, optional
        Called with what is being done, how much is done and how much there is.

    Returns
    -------
    StringDataset

    Raises
    ------
    LinocutError
        If there are no images with texts, or something is wrong with them; the message names file
        and value.
    """
    check_options(split, test_size, seed, rows)
    if intake is not None and (height is not None or ink is not None):
        raise LinocutError("an intake already settles height and ink — leave them out")
    path = find_path(source)
    named = None if labels is None else Path(labels).expanduser()
    layout = find_layout(path, named)
    name = printed((path if path.is_dir() else path.parent).resolve().name)
    train, test = _first(layout.train, rows), layout.test
    used = intake or LineIntake(height)
    both = [*train.files, *(test.files if test else [])]
    if not both:
        raise LinocutError(f"{name}: {told_of(train.problems)}")
    lines = read_lines([file.path for file in both], used, intake.ink if intake else ink, progress)
    problems = [*train.problems, *(test.problems if test else [])]
    kept = _kept(both, lines.images, layout.root, problems, in_train=len(train.files))
    notes = [*layout.notes, *lines.notes]
    if problems:
        if not skip_bad:
            raise LinocutError(
                f"{name}: {told_of(problems)} — mend them, or leave them out with --skip-bad"
            )
        notes.append(f"Left out: {told_of(problems)}.")
    if not kept.train or (test is not None and not kept.test):
        part = "training" if not kept.train else "test"
        raise LinocutError(f"{name}: no image is left in its {part} part: {told_of(problems)}")
    whole = _strings(kept.train)
    _check_one_line(whole, name)
    parts, told, how = _parts(whole, kept.test, name, test_size=test_size, seed=seed, split=split)
    dataset = StringDataset(
        name,
        _symbols(*parts),
        *parts,
        source=printed(str(source)),
        split=how,
        notes=(*notes, *told),
        loaded_from=printed(str(path.resolve())),
        loaded_with=LoadOptions(
            test_size=test_size,
            seed=int(seed),
            split=split,
            skip_bad=skip_bad,
            labels=None if named is None else printed(str(named.resolve())),
            rows=rows,
        ),
        intake=lines.intake,
    )
    return dataset


@dataclass(frozen=True)
class _Line:
    """A good image with its text and name."""

    image: NDArray[np.uint8]
    text: str
    name: str


@dataclass(frozen=True)
class _Kept:
    train: list[_Line]
    test: list[_Line]


def _first(found: Found, rows: int | None) -> Found:
    return found if rows is None else Found(found.how, found.files[:rows], [])


def _kept(
    files: Sequence[TextFile],
    images: Sequence[NDArray[np.uint8] | str],
    root: Path,
    problems: list[Problem],
    *,
    in_train: int,
) -> _Kept:
    """Return what is good in each part; what is not joins the problems."""
    kept = _Kept([], [])
    for row, (file, image) in enumerate(zip(files, images, strict=True)):
        name = printed(file.path.relative_to(root).as_posix())
        if isinstance(image, str):
            problems.append(Problem("cannot be read", name, image))
        elif (wrong := misfit(file.text, image.shape[1])) is not None:
            problems.append(Problem(wrong[0], name, wrong[1]))
        else:
            part = kept.train if row < in_train else kept.test
            part.append(_Line(image, file.text, name))
    # Leaving one image out may leave another alone with a symbol.
    while alone := seen_once(
        [line.text for line in (*kept.train, *kept.test)],
        [line.name for line in (*kept.train, *kept.test)],
    ):
        problems += alone
        bad = {each.file for each in alone}
        for part in (kept.train, kept.test):
            part[:] = [line for line in part if line.name not in bad]
    return kept


def _strings(lines: Sequence[_Line]) -> Strings:
    return Strings(
        tuple(line.image for line in lines),
        tuple(line.text for line in lines),
        tuple(line.name for line in lines),
    )


def _check_one_line(part: Strings, name: str) -> None:
    share = two_lines(part.images)
    if share > MOSTLY:
        raise LinocutError(
            f"{name}: two lines of glyphs, one above the other, in {share:.0%} of the images (such "
            f"as {part.names[0]}) — images of one line are wanted; cut them in two"
        )


def _parts(
    whole: Strings,
    held: Sequence[_Line],
    name: str,
    *,
    test_size: float | None,
    seed: int,
    split: str | None,
) -> tuple[tuple[Strings, Strings], tuple[str, ...], str]:
    """Return training and test part, what is to be said of them, and how they came about."""
    if held:
        check_no_split(name, split, test_size)
        test = _strings(held)
        unknown = sorted(set(_symbols(test)) - set(_symbols(whole)))
        note = f"Only the test part has {', '.join(unknown)}: no reader can learn them."
        return (whole, test), ((note,) if unknown else ()), "given"
    size = test_size or TEST_SIZE
    train_rows, test_rows = split_strings(
        whole.names, whole.texts, test_size=size, seed=seed, split=split or "stratified"
    )
    if len(test_rows) == 0:
        raise LinocutError(
            f"{name}: its {len(whole):,} images cannot be cut into a training and a test part "
            "that both have every symbol they need — more images are wanted"
        )
    told = (
        f"The last {size:.0%} of the images are the test part."
        if split == "ordered"
        else f"{size:.0%} of the images, drawn with seed {seed}, are the test part."
    )
    how = "ordered" if split == "ordered" else "random"
    return (whole.take(train_rows), whole.take(test_rows)), (told,), how


def _symbols(*parts: Strings) -> tuple[str, ...]:
    return tuple(sorted({symbol for part in parts for text in part.symbols for symbol in text}))
