"""``linocut show``: what a model file holds."""

from __future__ import annotations

from linocut.cli.console import print_facts, print_json
from linocut.cli.opening import ModelFile, load_any
from linocut.cli.options import Json


def show(model_file: ModelFile, json: Json = False) -> None:
    """Show what a model file holds: classes, steps, where it came from and how good it is."""
    model = load_any(model_file)
    summary = model.summary()
    if json:
        print_json(summary)
        return
    size = f"{model_file.stat().st_size / 1e3:,.1f} kB"
    print_facts([*summary.lines(), ("file", size)])
