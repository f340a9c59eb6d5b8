"""``linocut separability``: which classes a straight cut separates, with proofs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.table import Table

from linocut.cli.console import output, print_json, progress, say
from linocut.cli.options import DatasetOptions, Json, about_dataset
from linocut.core import LinocutError
from linocut.core.files import check_target

if TYPE_CHECKING:
    from linocut.data import ImageDataset
    from linocut.explain.separability import Certificate, Separability

Output = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--output",
        help="Where to keep the certificates (.npz); what is proved there already is checked and "
        "kept; by default NAME-separability.npz.",
    ),
]
Verify = Annotated[
    Path | None, typer.Option("--verify", help="Check kept certificates, without solving.")
]
Draw = Annotated[Path | None, typer.Option("--plot", help="Draw the table into this file.")]


@about_dataset
def separability_table(
    about: DatasetOptions,
    output_file: Output = None,
    verify: Verify = None,
    draw: Draw = None,
    json: Json = False,
) -> None:
    """Prove for every pair of classes whether a straight cut separates its training images."""
    from linocut.explain.separability import Separability
    from linocut.plot.contact_sheet import save_figure

    for target in (output_file, draw):
        if target is not None:
            check_target(target)
    known = Separability.load(verify) if verify is not None else None
    dataset = about.load()
    if known is not None:
        found = _verified(known, dataset, verify)
    else:
        found = _searched(dataset, output_file)
    if draw is not None:
        save_figure(found.plot(), draw)
    if json:
        print_json(found)
    else:
        _print(found)
    if draw is not None:
        say(f"wrote {draw}")


def _verified(known: Separability, dataset: ImageDataset, file: Path | None) -> Separability:
    failing = known.failing(dataset.train.images, dataset.train.labels)
    if failing:
        names = ", ".join(f"{known.name(c.first)} / {known.name(c.second)}" for c in failing[:5])
        raise LinocutError(f"{file}: {len(failing)} certificates do not hold: {names}")
    say(f"all {len(known.certificates)} certificates hold, checked in exact arithmetic")
    return known


def _searched(dataset: ImageDataset, target: Path | None) -> Separability:
    from linocut.explain.separability import Separability, certificates_of, separability

    path = check_target(target or Path(f"{dataset.name}-separability.npz"))
    known = Separability.load(path) if path.exists() else None
    done: list[Certificate] = []
    images, labels = dataset.train.images, dataset.train.labels
    with progress() as display:
        task = display.add_task("separating", total=None)

        def tell(certificate: Certificate, total: int) -> None:
            done.append(certificate)
            display.update(task, completed=len(done), total=total)

        try:
            found = separability(images, labels, dataset.class_names, known=known, on_problem=tell)
        except BaseException as stop:  # interrupted: keep what is proved, to go on from
            if done:
                certificates_of(images, labels, dataset.class_names, done).save(path)
                stop.add_note(f"{len(done)} certificates are kept in {path.name}; run it again")
            raise
    found.save(path)
    say(f"wrote {path.name if target is None else target}")
    return found


def _print(found: Separability) -> None:
    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("class", "against", "verdict", "proof", "s"):
        table.add_column(heading, justify="right" if heading == "s" else "left")
    for row in found.rows():
        style = "" if row["verdict"] == "separable" else "bold"
        table.add_row(
            row["class"], row["against"], row["verdict"], row["proof"], f"{row['seconds']:.1f}",
            style=style,
        )  # fmt: skip
    output.print(table)
    output.print(found.sentence, markup=False)
