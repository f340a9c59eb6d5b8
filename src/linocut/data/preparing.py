"""Images as they were read, brought to one size, to pixels of 0 to 255 and to light ink."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from linocut.core.colour import in_colour
from linocut.data.dataset import ImagePart
from linocut.data.decode import border_grey
from linocut.data.intake import Intake, binarised, settled_ink
from linocut.data.raw import Progress, RawDataset
from linocut.data.scale import settled_white, to_full_range, told_of_white

FEWEST_TOLD = 0.005  # share of images of the other polarity that are worth a note


def prepared(
    raw: RawDataset, intake: Intake, ink: str | None, *, known: bool, progress: Progress | None
) -> tuple[RawDataset, Intake]:
    """Prepare images, and return what was done as an intake.

    Parameters
    ----------
    raw : RawDataset
        As read.
    intake : Intake
        What was asked for.
    ink : str or None
        Which grey is ink; None to look at the images.
    known : bool
        Whether the images are known to have light ink.
    progress : callable, optional
        Told of each thousand images.
    """
    raw, intake = _coloured(raw, intake)
    raw, intake = _full_range(raw, intake)
    raw = _sized(raw, intake, progress)
    raw, intake = _light_ink(raw, intake, ink, known=known)
    if intake.binarise:
        raw = _parts(raw, lambda part: replace(part, images=binarised(part.images)))
    return raw, intake


def _coloured(raw: RawDataset, intake: Intake) -> tuple[RawDataset, Intake]:
    """Settle whether the images have colours, as it was asked or decided when they were read."""
    if intake.colour:
        return _parts(raw, lambda part: replace(part, images=in_colour(part.images))), intake
    return raw, replace(intake, colour=raw.train.images.ndim == 4)


def _full_range(raw: RawDataset, intake: Intake) -> tuple[RawDataset, Intake]:
    """Bring pixels of few levels to 0 to 255, and return what was done as an intake."""
    if raw.white is not None:  # done as they were read
        return raw, replace(intake, white=raw.white)
    white = intake.white
    notes = raw.notes
    if white is None:
        parts = [part.images for part in (raw.train, raw.test) if part is not None]
        white = settled_white(max(int(images.max()) for images in parts if images.size))
        told = told_of_white(white, deep=False)
        notes = (*notes, told) if told else notes
    made = _parts(raw, lambda part: replace(part, images=to_full_range(part.images, white)))
    return replace(made, notes=notes, white=white), replace(intake, white=white)


def _sized(raw: RawDataset, intake: Intake, progress: Progress | None) -> RawDataset:
    shape = raw.train.images.shape[1:3]
    if raw.sized or (intake.box is None and intake.shape in {None, shape}):
        return raw
    doing = "resizing images" if intake.box is None else "normalising images"

    def part(given: ImagePart) -> ImagePart:
        made = []
        for k, image in enumerate(given.images):
            made.append(intake.sized(np.ascontiguousarray(image)))
            if progress and k % 1000 == 0:
                progress(doing, k, len(given))
        return replace(given, images=np.stack(made)) if made else given

    if intake.box is not None or intake.shape is None:
        return _parts(raw, part)
    note = (
        f"Images of {shape[0]}×{shape[1]} pixels were resized to "
        f"{intake.shape[0]}×{intake.shape[1]}."
    )
    return replace(_parts(raw, part), notes=(*raw.notes, note))


def _light_ink(
    raw: RawDataset, intake: Intake, ink: str | None, *, known: bool
) -> tuple[RawDataset, Intake]:
    """Invert what has dark ink, and return what was done as an intake.

    Where the ink is known to be light, nothing is; later files may still be of either polarity.
    """
    if intake.box is not None or intake.colour:
        return raw, intake
    notes: tuple[str, ...] = ()
    if ink is None:
        ink, light = settled_ink(raw.train.images, *([raw.test.images] if raw.test else []))
        if known and light > 0:
            ink = "light-on-dark"
        elif (told := told_of_ink(ink, light)) is not None:
            notes = (told,)
    used = replace(intake, ink=ink)
    raw = replace(raw, notes=(*raw.notes, *notes))
    if ink == "light-on-dark":
        return raw, used

    def part(given: ImagePart) -> ImagePart:
        images = given.images
        dark = border_grey(images) > 127 if ink == "each" else np.ones(len(images), bool)
        if not dark.any():
            return given
        return replace(given, images=np.where(dark[:, None, None], 255 - images, images))

    return _parts(raw, part), used


def told_of_ink(ink: str, light: float) -> str | None:
    """Say what was made of the ink of a set, as `settled_ink` found it; None if that goes unsaid.

    Parameters
    ----------
    ink : {"light-on-dark", "dark-on-light", "each"}
        What was settled.
    light : float
        Share of the images whose border is light.
    """
    if light == 0 or (ink == "light-on-dark" and light <= FEWEST_TOLD):
        return None
    share = f"{light:.0%} of the images have a light border"
    if ink == "each" and light < 1:
        return f"{share}; those were inverted: here ink is 255 and paper 0."
    if ink == "light-on-dark":
        return (
            f"Note that {share} and the others a dark one; all were left as they are: here ink is "
            "255 and paper 0."
        )
    return f"{share}, so all were inverted: here ink is 255 and paper 0."


def _parts(raw: RawDataset, change: Callable[[ImagePart], ImagePart]) -> RawDataset:
    test = change(raw.test) if raw.test else None
    return replace(raw, train=change(raw.train), test=test)
