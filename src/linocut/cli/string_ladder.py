"""``linocut ladder`` of strings: how far each reader gets, as a table."""

from __future__ import annotations

import json as json_module
import sys
from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table

from linocut.cli.console import print_table, say
from linocut.cli.lines import load_lines
from linocut.cli.options import DatasetOptions
from linocut.cli.strings import fitted_readers, parse_readers

if TYPE_CHECKING:
    from linocut.lines import StringDataset
    from linocut.report.strings import JudgedReader


def climb_strings(about: DatasetOptions, why: str, rungs: str | None, *, json: bool) -> None:
    """Fit readers to strings, and say how many test images and glyphs each reads."""
    names = parse_readers(rungs)
    dataset = load_lines(about, why)
    _, judged = fitted_readers(dataset, names, about.seed)
    rows = [_row(each, dataset) for each in judged]
    if json:
        document = {"dataset": dataset.name, "rungs": rows}
        sys.stdout.write(json_module.dumps(document, indent=2, ensure_ascii=False) + "\n")
        return
    parts = f"{len(dataset.train):,} training and {len(dataset.test):,} test images"
    table = Table(
        title=f"{dataset.name}: {parts}, {len(dataset.symbols)} symbols",
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
    )
    for heading in ("model", "rung"):
        table.add_column(heading)
    for heading in ("whole, %", "95 % interval", "glyphs, %", "fit, s", "image, ms", "parameters"):
        table.add_column(heading, justify="right", no_wrap=True)
    for each in rows:
        table.add_row(
            each["title"],
            each["rung"],
            f"{100 * each['whole']:.2f}",
            f"{100 * each['whole_low']:.2f} – {100 * each['whole_high']:.2f}",
            f"{100 * each['glyphs']:.2f}",
            f"{each['fit_seconds']:.1f}",
            f"{1000 * each['read_seconds']:.1f}",
            f"{each['parameters']:,}",
        )
    print_table(table)
    for reader in judged:
        say(f"{reader.short}: {reader.evaluation(dataset.test).sentence}")


def _row(judged: JudgedReader, dataset: StringDataset) -> dict[str, Any]:
    found = judged.evaluation(dataset.test)
    return {
        "rung": judged.name,
        "title": judged.title,
        **found.whole.columns("whole"),
        **found.glyphs.columns("glyphs"),
        "validation": judged.validation,
        "fit_seconds": judged.fit_seconds,
        "read_seconds": judged.read_seconds,
        "parameters": judged.parameters,
        "convex": judged.convex,
    }
