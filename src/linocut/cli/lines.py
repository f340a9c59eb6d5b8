"""Datasets of strings on the command line: told from classes, loaded, made, or refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from linocut.cli.console import progress, say
from linocut.cli.options import DatasetOptions, parse_size, reporter
from linocut.core import LinocutError

if TYPE_CHECKING:
    from linocut.data import ImageDataset, LoadOptions
    from linocut.lines import LineIntake, StringDataset

KINDS = ("strings", "classes")
NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)"


def why_strings(about: DatasetOptions) -> str | None:
    """Say why a dataset is taken for strings of several glyphs; None if it is one of classes."""
    from linocut.data import catalogue
    from linocut.data.loading import find_path
    from linocut.lines import strings_or_classes

    _check(about)
    if about.n_strings is not None:
        return f"--strings {about.n_strings}"
    if about.taken_as is not None:
        return "--as strings" if about.taken_as == "strings" else None
    if about.source in catalogue():
        return None
    verdict = strings_or_classes(find_path(about.source), about.labels)
    return verdict.why if verdict.strings else None


def refuse_strings(about: DatasetOptions) -> None:
    """Refuse a dataset of strings where a command is about images of one glyph.

    Raises
    ------
    LinocutError
        If it is taken for one.
    """
    if (why := why_strings(about)) is not None:
        known = "linocut data show, fit, ladder and report know strings"
        if about.n_strings is None:
            known += "; if these are classes after all, give --as classes"
        raise LinocutError(
            f"{about.source}: strings of several glyphs ({why}), and this is for images of one "
            f"glyph — {known}"
        )


def load_either(about: DatasetOptions) -> ImageDataset | StringDataset:
    """Load what the options name, whether images of classes or strings."""
    why = why_strings(about)
    return about.load_images() if why is None else load_lines(about, why)


def load_lines(
    about: DatasetOptions,
    why: str,
    intake: LineIntake | None = None,
    known: LoadOptions | None = None,
) -> StringDataset:
    """Load or make strings with a progress display, and say what was done.

    Parameters
    ----------
    about : DatasetOptions
        Of the command.
    why : str
        Why they are taken for strings; said first.
    intake : LineIntake, optional
        A reader's.
    known : LoadOptions, optional
        How they were loaded before, for options that are not told.
    """
    from linocut.data import LoadOptions
    from linocut.lines import load_strings

    if about.n_strings is not None:
        return made(about)
    _refuse_options(about)
    told, size = about.told(known or LoadOptions()), parse_size(about.size)
    if size is not None and size[0] != size[1]:
        raise LinocutError(f"--size {about.size} — strings have a height alone, such as --size 50")
    with progress() as display:
        dataset = load_strings(
            about.source,
            height=None if size is None else size[0],
            test_size=told.test_size,
            seed=told.seed,
            split=told.split,
            skip_bad=told.skip_bad,
            ink=about.ink,
            intake=intake,
            labels=told.labels,
            rows=told.rows,
            progress=reporter(display),
        )
    if about.taken_as is None:
        say(f"taken for strings of several glyphs: {why} (--as classes takes texts for classes)")
    for note in dataset.notes:
        say(note)
    return dataset


def made(about: DatasetOptions, known: LoadOptions | None = None) -> StringDataset:
    """Make strings from a dataset of single glyphs, as the options say."""
    from linocut.lines import Synthesis, synthetic_strings

    low, high = span(about.length, "--length", Synthesis.length)
    overlap = span(about.overlap, "--overlap", Synthesis.overlap)
    how = Synthesis(about.n_strings or 0, (int(low), int(high)), overlap, random_state=about.seed)
    dataset = synthetic_strings(about.load_images(known=known), **vars(how))
    say(dataset.notes[-1])
    return dataset


def span(text: str | None, option: str, default: tuple[float, float]) -> tuple[float, float]:
    """Read ``5`` or ``2..8`` as lowest and highest.

    Examples
    --------
    >>> span("2..8", "--length", (1, 1)), span("-0.1", "--overlap", (0, 0))
    ((2.0, 8.0), (-0.1, -0.1))
    """
    if text is None:
        return default
    match = re.fullmatch(rf"({NUMBER})(?:\.\.({NUMBER}))?", text.strip())
    if match is None:
        raise LinocutError(f"{option} {text!r} — a number, or lowest and highest such as 2..8")
    low, high = float(match[1]), float(match[2] or match[1])
    if option == "--length" and not (low.is_integer() and high.is_integer()):
        raise LinocutError(f"{option} {text!r} — whole numbers of glyphs, such as 2..8")
    if low > high:
        raise LinocutError(f"{option} {text!r} — the lower number first, such as 2..8")
    return low, high


def _check(about: DatasetOptions) -> None:
    if about.taken_as is not None and about.taken_as not in KINDS:
        raise LinocutError(f"--as {about.taken_as!r} — either strings or classes")
    if about.n_strings is None:
        for option, value in (("--length", about.length), ("--overlap", about.overlap)):
            if value is not None:
                raise LinocutError(f"{option} {value} goes with --strings N, which makes strings")
    elif about.taken_as is not None:
        raise LinocutError(
            f"--strings {about.n_strings} makes strings of images of one glyph — leave out --as "
            f"{about.taken_as}"
        )


def _refuse_options(about: DatasetOptions) -> None:
    """Refuse options that strings have no use for, rather than pass over them."""
    useless = {
        "--normalise": about.normalise,
        "--shape": about.shape is not None,
        "--label-column": about.label_column is not None,
        "--header": about.header is not None,
        "--skip-columns": about.skip_columns is not None,
        "--class-names": about.class_names is not None,
        "--corrections": about.corrections is not None,
        "--binarise": about.binarise,
    }
    for option, is_given in useless.items():
        if is_given:
            raise LinocutError(f"{option} is for images of one glyph; {about.source} has strings")
