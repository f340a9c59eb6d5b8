"""``linocut data show`` of strings: counts of symbols, lengths, sizes, and a sheet of samples."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from linocut.cli.console import print_facts, print_json, print_table, say

if TYPE_CHECKING:
    from linocut.lines import StringDataset, StringSummary


def show_strings(
    dataset: StringDataset, index: int | None, target: Path | None, *, json: bool
) -> None:
    """Show a dataset of strings, or one image of its training part."""
    from linocut.cli.data import show_image
    from linocut.core import LinocutError
    from linocut.data import OneImage
    from linocut.lines import summarise_strings
    from linocut.plot.contact_sheet import save_figure
    from linocut.plot.strings import plot_string_sheet

    train = dataset.train
    if index is not None:
        if index >= len(train):
            raise LinocutError(
                f"index {index} — {dataset.name} has training images 0 to {len(train) - 1}"
            )
        found = OneImage(dataset.name, index, train.texts[index], train.images[index])
        show_image(found, target, json=json)
        return
    summary = summarise_strings(dataset)
    target = target or Path(f"{dataset.name}-images.png")
    save_figure(plot_string_sheet(train.images, train.texts, title=dataset.name), target)
    if json:
        print_json(summary)
    else:
        _print(summary)
    say(f"wrote {target}")


def _print(summary: StringSummary) -> None:
    table = Table(title=summary.name, title_justify="left", box=box.SIMPLE_HEAD)
    table.add_column("symbol")
    table.add_column("train", justify="right")
    table.add_column("test", justify="right")
    for row in summary.rows():
        shown = "space" if row["symbol"] == " " else row["symbol"]
        table.add_row(shown, f"{row['train']:,}", f"{row['test']:,}")
    table.add_section()
    table.add_row("all", f"{sum(summary.train_counts):,}", f"{sum(summary.test_counts):,}")
    print_table(table)
    low, middle, high = summary.widths
    wide = f"{low}" if low == high else f"{low} to {high} (half of them up to {middle})"
    lengths = ", ".join(f"{n} symbols: {count:,}" for n, count in summary.lengths)
    print_facts(
        [
            ("taken for", "strings of several glyphs, one line an image"),
            ("images", f"{summary.train:,} to learn from, {summary.test:,} to test"),
            ("texts", f"{summary.different:,} different; {lengths}"),
            ("repeated", f"a symbol beside itself in {summary.repeated:,} texts"),
            ("pixels", f"{summary.height} high, {wide} wide"),
            ("ink", f"{summary.ink:.1%} of the pixels are above half of full ink"),
            (
                "duplicates",
                f"{summary.duplicates:,} test images stand in train, {summary.known:,} test texts",
            ),
            ("source", summary.source),
        ]
    )
