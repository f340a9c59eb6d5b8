"""A folder of image files with one sub-folder a class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.threads import available_cores, map_in_order
from linocut.data.colours import decided_colour, evenly
from linocut.data.dataset import ImagePart
from linocut.data.decode import QUIET, Decoded, Size, decode, decoded, resize
from linocut.data.intake import LARGEST_IMAGE, Intake
from linocut.data.layout import ImageFile, Layout, find_layout
from linocut.data.raw import Progress, RawDataset, natural_key
from linocut.data.scale import BYTE, settled_white, told_of_white

LISTED = 5  # bad files named in a message
LOOKED_SIDE = 128  # pixels, to which images are brought to look at their colours
CHUNK = 256  # files that one thread reads before it asks for more


def read_folder(
    root: Path,
    *,
    intake: Intake,
    skip_bad: bool,
    progress: Progress | None,
    colour: bool | None = False,
) -> RawDataset:
    """Read a folder with one sub-folder a class, perhaps below ``train/`` and ``test/``.

    Parameters
    ----------
    root : Path
        The folder. Hidden files and files that are no images are left aside, and named in a note.
    intake : Intake
        Brings each image to the size wanted; a shape is needed where images differ in size. Where
        its ``white`` is not known, it is decided from all images together.
    skip_bad : bool
        Whether to go on without images that cannot be read.
    progress : callable or None
        Told of the reading.
    colour : bool or None
        Whether colours are kept; None to look at some of the images first.

    Raises
    ------
    LinocutError
        If there are no classes or images, images cannot be read, or their sizes differ.
    """
    layout = find_layout(root)
    intake, told = with_colour(intake, colour, [file.path for file in layout.files])
    read = _read(layout.files, intake, progress)
    white, notes = intake.white, [*layout.notes, *told]
    if white is None and read.shapes:
        white = settled_white(read.bytes_top, read.deep_top)
        deep = read.deep_top is not None
        if deep or white != BYTE:  # now that the scale of the set is known
            read = _read(layout.files, replace(intake, white=white), progress)
            notes.append(told_of_white(white, deep=deep))
    _check(read, layout.files, root, skip_bad=skip_bad)
    if read.bad:
        notes.append(f"Left out: {_told_of_bad(read.bad, len(layout.files))}.")
    if read.animated:
        notes.append(_told_of_frames(read.animated))
    return _parts(layout, read, tuple(notes), white)


@dataclass
class _Images:
    """What was read from some files.

    Attributes
    ----------
    rows : uint8 array, shape (n, h, w) or (n, h, w, 3)
        One row a file, in the size of the first image read.
    here : bool array, shape (n,)
        Whether there is an image in the row.
    shapes : Counter of (int, int)
        Sizes, as far as they are read.
    odd : ImageFile or None
        The first file whose size is another than the first one's.
    bad : list of (ImageFile, str)
        Files that cannot be read, and why.
    animated : list of (ImageFile, int)
        Files of several frames, and how many.
    bytes_top, deep_top : float
        Largest grey value of images of 8 bits, and of those of more, None without any.
    """

    rows: NDArray[np.uint8]
    here: NDArray[np.bool_]
    shapes: Counter[Size] = field(default_factory=Counter)
    first_of: dict[Size, ImageFile] = field(default_factory=dict)
    bad: list[tuple[ImageFile, str]] = field(default_factory=list)
    animated: list[tuple[ImageFile, int]] = field(default_factory=list)
    bytes_top: float = 0
    deep_top: float | None = None

    def add(self, row: int, file: ImageFile, read: Decoded) -> None:
        """Take an image that was read."""
        shape = read.pixels.shape[0], read.pixels.shape[1]
        if not self.shapes and shape[0] * shape[1] <= LARGEST_IMAGE:
            self.rows = np.zeros((len(self.here), *read.pixels.shape), np.uint8)
        if read.pixels.shape == self.rows.shape[1:]:
            self.rows[row] = read.pixels
            self.here[row] = True
        self.shapes[shape] += 1
        self.first_of.setdefault(shape, file)
        if read.frames > 1:
            self.animated.append((file, read.frames))
        if read.deep:
            self.deep_top = max(read.top, self.deep_top or 0)
        elif read.top > self.bytes_top:
            self.bytes_top = read.top


def _read(files: Sequence[ImageFile], intake: Intake, progress: Progress | None) -> _Images:
    images = _Images(np.zeros((0, 0, 0), np.uint8), np.zeros(len(files), np.bool_))
    chunks = [files[start : start + CHUNK] for start in range(0, len(files), CHUNK)]
    row = 0
    for chunk, answers in zip(chunks, _decoded(chunks, intake), strict=True):
        for file, answer in zip(chunk, answers, strict=True):
            if isinstance(answer, str):
                images.bad.append((file, answer))
            else:
                images.add(row, file, answer)
            row += 1
        if progress:
            progress("reading images", row, len(files))
    return images


def _decoded(
    chunks: Sequence[Sequence[ImageFile]], intake: Intake
) -> Iterator[list[Decoded | str]]:
    """Decode files, a chunk a task: one task a file costs more than a small file's decoding."""

    def one(file: ImageFile) -> Decoded | str:
        try:
            read = decoded(file.path, intake.white, colour=intake.colour)
            pixels = read.pixels if intake.shape is None else intake.sized(read.pixels)
            return read._replace(pixels=pixels) if pixels is not read.pixels else read
        except LinocutError as error:
            return str(error)

    def some(chunk: Sequence[ImageFile]) -> list[Decoded | str]:
        return [one(file) for file in chunk]

    threads = available_cores()
    with QUIET, ThreadPoolExecutor(threads) as pool:
        waiting = iter(chunks)
        futures = [pool.submit(some, chunk) for chunk in islice(waiting, 2 * threads)]
        while futures:
            yield futures.pop(0).result()
            futures += [pool.submit(some, chunk) for chunk in islice(waiting, 1)]


def with_colour(
    intake: Intake, colour: bool | None, files: Sequence[str | Path]
) -> tuple[Intake, list[str]]:
    """Return an intake that keeps colours or not, and what is to be said of it.

    Where it is not said, some of the image files decide it.
    """
    if colour is not None:
        return replace(intake, colour=colour), []

    def seen(at: int) -> NDArray[np.uint8] | None:
        try:
            pixels = decode(files[at], intake.white, colour=True)
        except LinocutError:
            return None
        high, wide = (min(side, LOOKED_SIDE) for side in pixels.shape[:2])
        return resize(pixels, (high, wide))

    images = [
        image for image in map_in_order(seen, evenly(len(files)).tolist()) if image is not None
    ]
    kept, told = decided_colour(images)
    return replace(intake, colour=kept), told


def _check(read: _Images, files: Sequence[ImageFile], root: Path, *, skip_bad: bool) -> None:
    if read.bad and (not skip_bad or len(read.bad) == len(files)):
        told = _told_of_bad(read.bad, len(files))
        raise LinocutError(f"{told} — repair them, or leave them out with --skip-bad")
    if len(read.shapes) > 1:
        common = read.shapes.most_common(3)
        told = ", ".join(f"{h}×{w} ({count:,})" for (h, w), count in common)
        more = f" and {len(read.shapes) - 3} more" if len(read.shapes) > 3 else ""
        odd = next(file for shape, file in read.first_of.items() if shape != common[0][0])
        raise LinocutError(
            f"{root}: images of {len(read.shapes)} sizes, height×width: {told}{more}; the first "
            f"odd one is {odd.name} — choose one size for all, e.g. --size 28"
        )
    ((height, width),) = read.shapes
    if height * width > LARGEST_IMAGE:
        raise LinocutError(
            f"{root}: images of {height}×{width} pixels — linocut is for small images; give "
            "--size 28, or up to 128"
        )


def _parts(layout: Layout, read: _Images, notes: tuple[str, ...], white: int | None) -> RawDataset:
    labels = sorted(layout.names, key=lambda label: natural_key(layout.names[label]))
    position = {label: k for k, label in enumerate(labels)}
    cut = len(layout.train)

    def part(files: Sequence[ImageFile], rows: slice) -> ImagePart:
        here = read.here[rows]
        images = read.rows[rows]
        kept = [file for file, there in zip(files, here, strict=True) if there]
        y = np.array([position[file.label] for file in kept], dtype=np.int64)
        return ImagePart(images if here.all() else images[here], y, [file.name for file in kept])

    return RawDataset(
        part(layout.train, slice(cut)),
        part(layout.test, slice(cut, None)) if layout.has_test else None,
        tuple(layout.names[label] for label in labels),
        notes,
        sized=True,
        white=white,
    )


def _told_of_bad(bad: Sequence[tuple[ImageFile, str]], total: int) -> str:
    listed = "; ".join(f"{file.name} ({reason})" for file, reason in bad[:LISTED])
    more = f"; and {len(bad) - LISTED:,} more" if len(bad) > LISTED else ""
    return f"{len(bad):,} of {total:,} images cannot be read: {listed}{more}"


def _told_of_frames(animated: Sequence[tuple[ImageFile, int]]) -> str:
    named = ", ".join(file.name for file, _ in animated[:LISTED])
    more = ", …" if len(animated) > LISTED else ""
    frames = sum(count - 1 for _, count in animated)
    return (
        f"Left out: {frames:,} {'frame' if frames == 1 else 'frames'} after the first of "
        f"{len(animated):,} {'file' if len(animated) == 1 else 'files'} ({named}{more})."
    )
