"""``linocut show``: what a model file holds."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from linocut.cli.console import output, print_json
from linocut.cli.opening import ModelFile, load_any
from linocut.cli.options import Json


def show(model_file: ModelFile, json: Json = False) -> None:
    """Show what a model file holds: classes, steps, where it came from and how good it is."""
    model = load_any(model_file)
    summary = model.summary()
    if json:
        print_json(summary)
        return
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in summary.lines():
        table.add_row(name, Text(value))
    table.add_row("file", f"{model_file.stat().st_size / 1e3:,.1f} kB")
    output.print(table)
