"""``linocut separability``: which classes a straight cut separates, with proofs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from linocut.cli.console import print_json, print_line, print_table, progress, say
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
    if verify is not None:
        claimed = Separability.load(verify)
        found, written = _verified(claimed, about.load(), verify), None
    else:
        found, written = _searched(about.load(), output_file)
    try:
        if written is not None:
            say(f"wrote {written.name if output_file is None else output_file}")
        if draw is not None:
            save_figure(found.plot(), draw)
        if json:
            print_json(found)
        else:
            _print(found)
        if draw is not None:
            say(f"wrote {draw}")
    except BaseException as stop:
        if written is not None:
            stop.add_note(f"all certificates are in {written.name}")
        raise


def _verified(claimed: Separability, dataset: ImageDataset, file: Path) -> Separability:
    train = dataset.train
    try:
        found = claimed.verified(train.images, train.labels, dataset.class_names)
    except LinocutError as error:
        raise LinocutError(f"{file}: {error}") from error
    say(f"{found.what_holds}, about the {len(train):,} training images of {dataset.name}")
    return found


def _searched(dataset: ImageDataset, target: Path | None) -> tuple[Separability, Path]:
    """Decide what is not decided yet; return the table and the file that it is kept in."""
    from linocut.explain.separability import Separability, certificates_of, separability

    path = check_target(target or Path(f"{dataset.name}-separability.npz"))
    known = Separability.load(path) if path.exists() else None
    if known is not None and known.images != dataset.fingerprint:
        say(f"{path.name} is about other images, labels or classes, and will be replaced")
    done: list[Certificate] = []
    about = dataset.train.images, dataset.train.labels, dataset.class_names
    with progress() as display:
        task = display.add_task("separating", total=None)

        def tell(certificate: Certificate, total: int) -> None:
            done.append(certificate)
            display.update(task, completed=len(done), total=total)

        try:
            found = separability(*about, known=known, on_problem=tell)
            found.save(path)
        except BaseException as stop:  # interrupted: keep what is proved, to go on from
            if done and not isinstance(stop, LinocutError):
                kept = certificates_of(*about, done, known=known)
                kept.save(path)
                many = len(kept.certificates)
                stop.add_note(f"{many} certificates are kept in {path.name}; run it again")
            raise
    return found, path


def _print(found: Separability) -> None:
    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("class", "against", "verdict", "proof", "s"):
        table.add_column(heading, justify="right" if heading == "s" else "left")
    for row in found.rows():
        style = "" if row["verdict"] == "separable" else "bold"
        texts = row["class"], row["against"], row["verdict"], row["proof"], f"{row['seconds']:.1f}"
        table.add_row(*map(Text, texts), style=style)  # names may look like markup
    print_table(table)
    print_line(found.sentence)
