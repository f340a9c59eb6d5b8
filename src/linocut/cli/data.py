"""``linocut data``: which datasets there are, and what one looks like."""

from __future__ import annotations

import json as json_module
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.table import Table

from linocut.cli.console import (
    can_be_quiet,
    output,
    print_facts,
    print_json,
    print_line,
    print_table,
    print_whole,
    progress,
    say,
)
from linocut.cli.lazy import CommandGroup
from linocut.cli.options import DatasetOptions, Json, about_dataset, reporter

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from linocut.data import DatasetSummary, Entry, OneImage

app = typer.Typer(
    cls=CommandGroup,
    help="List, fetch and look at datasets.",
    no_args_is_help=True,
    add_completion=False,
)


def _where(entry: Entry) -> str:
    from linocut.data import where

    return where(entry)


# Heading, the least width of a window that has room for it, and the cell; where it is comes last.
COLUMNS: tuple[tuple[str, int, Callable[[Entry], str]], ...] = (
    ("name", 0, lambda entry: entry.name),
    ("what", 120, lambda entry: entry.title),
    ("classes", 0, lambda entry: str(len(entry.class_names))),
    ("hash", 0, lambda entry: "known" if entry.verified else "not known"),
    ("licence", 150, lambda entry: entry.licence),
    ("where", 0, _where),
)


@app.command("list")
def list_datasets(json: Json = False) -> None:
    """List the datasets that are known by name."""
    from linocut.data import catalogue, where

    entries = catalogue().values()
    if json:
        found = {"datasets": [{**entry.to_dict(), "where": where(entry)} for entry in entries]}
        sys.stdout.write(json_module.dumps(found, indent=2, ensure_ascii=False) + "\n")
        return
    columns = [each for each in COLUMNS if each[1] <= output.width or not output.is_terminal]
    table = Table(*(heading for heading, *_ in columns), box=box.SIMPLE_HEAD)
    table.columns[-1].no_wrap = True  # a path that is folded cannot be taken away
    for entry in entries:
        table.add_row(*(cell(entry) for *_, cell in columns))
    print_table(table)


@app.command()
@can_be_quiet
def fetch(
    name: Annotated[str, typer.Argument(help="A dataset of the catalogue.")], json: Json = False
) -> None:
    """Download a dataset into the cache, unless it is at hand."""
    from linocut.data import fetch_named, find_entry, where

    entry = find_entry(name)
    with progress() as display:
        folder = fetch_named(entry, reporter(display))
    if json:
        sys.stdout.write(json_module.dumps({"name": name, "where": where(entry)}) + "\n")
    elif folder is None:
        say(f"{name} comes with scikit-learn; nothing to fetch")
    else:
        say(f"{name} is in {folder}")


@app.command()
@can_be_quiet
@about_dataset
def show(
    about: DatasetOptions,
    output_file: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", help="Where to draw sample images; by default NAME-images.png."
        ),
    ] = None,
    index: Annotated[
        int | None,
        typer.Option(
            "--index",
            min=0,
            help="Show one training image by its position, from 0: its label, and its pixels as "
            "numbers (drawn with -o only).",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Show a dataset: counts, pixel range, blank pixels, duplicates, and a sheet of samples."""
    from linocut.cli.lines import load_either
    from linocut.cli.showing_strings import show_strings
    from linocut.data import one_image, summarise
    from linocut.lines import StringDataset
    from linocut.plot.contact_sheet import contact_sheet, save_figure

    dataset = load_either(about)
    if isinstance(dataset, StringDataset):
        show_strings(dataset, index, output_file, json=json)
        return
    if index is not None:
        show_image(one_image(dataset, index), output_file, json=json)
        return
    summary = summarise(dataset)
    target = output_file if output_file is not None else Path(f"{dataset.name}-images.png")
    figure = contact_sheet(
        dataset.train.images, dataset.train.labels, dataset.class_names, title=dataset.name
    )
    save_figure(figure, target)
    if json:
        print_json(summary)
    else:
        _print_summary(summary)
    say(f"wrote {target}")


def show_image(found: OneImage, target: Path | None, *, json: bool) -> None:
    """Show one training image as numbers, and draw it if asked to."""
    if target is not None:
        from linocut.plot import plot_pixels
        from linocut.plot.contact_sheet import save_figure

        title = f"{found.dataset}, training image {found.index}"
        save_figure(plot_pixels(found.pixels, label=found.label, title=title), target)
    if json:
        print_json(found)
    else:
        print_line(found.sentence)
        wide = len(str(int(found.pixels.max())))
        for name, plane in _planes(found.pixels):
            if name:
                print_line(f"{name}:")
            for row in plane.tolist():
                print_whole(
                    " ".join(f"{value:{wide}d}" if value else "·".rjust(wide) for value in row)
                )
    if target is not None:
        say(f"wrote {target}")


def _planes(pixels: NDArray[np.uint8]) -> list[tuple[str, NDArray[np.uint8]]]:
    """Return the planes of an image, each with its name; of a grey one, the image without one."""
    from linocut.core.colour import PLANE_NAMES  # NumPy loads on use

    if pixels.ndim == 2:
        return [("", pixels)]
    return [(name, pixels[..., k]) for k, name in enumerate(PLANE_NAMES)]


def _print_summary(summary: DatasetSummary) -> None:
    table = Table(title=summary.name, title_justify="left", box=box.SIMPLE_HEAD)
    table.add_column("class")
    table.add_column("train", justify="right")
    table.add_column("test", justify="right")
    for row in summary.rows():
        table.add_row(row["class"], f"{row['train']:,}", f"{row['test']:,}")
    table.add_section()
    table.add_row("all", f"{sum(summary.train_counts):,}", f"{sum(summary.test_counts):,}")
    print_table(table)
    height, width, *planes = summary.image_shape
    low, high = summary.pixel_range
    same = summary.duplicates
    kind = "in colour: red, green and blue" if planes else "grey values"
    facts = [
        ("images", f"{height}×{width} pixels, {kind} {low} to {high}"),
        ("ink", f"{summary.ink:.1%} of the {'values' if planes else 'pixels'} are not 0"),
        ("always 0", f"{summary.zero_pixels:,} of {height * width:,} pixels"),
        (
            "duplicates",
            f"{same.within_train:,} within train, {same.within_test:,} within test, "
            f"{same.across:,} test images that stand in train, {same.conflicting:,} with two "
            "labels",
        ),
        ("source", summary.source),
    ]
    print_facts([*facts, ("licence", summary.licence)] if summary.licence else facts)
