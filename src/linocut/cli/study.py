"""``linocut study``: one thing done in several ways, as pictures and in accuracy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.table import Table

from linocut.cli.console import print_json, print_table, progress, say
from linocut.cli.options import DatasetOptions, Json, about_dataset
from linocut.core import LinocutError
from linocut.core.files import check_target

if TYPE_CHECKING:
    from linocut.ladder.studies import Study

Of = Annotated[
    str,
    typer.Option(
        "--of",
        # The keys of STUDIES, by hand: to read them takes longer than to print the help.
        help="What to study: geometry, scaling, components, denoising, patches, distortions, "
        "imbalance.",
    ),
]
Output = Annotated[
    Path | None,
    typer.Option("-o", "--output", help="Where to draw; by default NAME-OF.png."),
]


@about_dataset
def study(
    about: DatasetOptions,
    of: Of = "geometry",
    output_file: Output = None,
    json: Json = False,
) -> None:
    """Do one thing to the images in several ways: what it looks like, and what it is good for.

    Accuracies are counted on a validation part of the training images; no test image is read.
    """
    from linocut.ladder.studies import STUDIES
    from linocut.plot.contact_sheet import save_figure

    if of not in STUDIES:
        raise LinocutError(f"--of {of!r} is no study — known: {', '.join(STUDIES)}")
    if output_file is not None:
        check_target(output_file)
    dataset = about.load()
    target = check_target(output_file or Path(f"{dataset.name}-{of}.png"))
    with progress() as display:
        display.add_task(f"studying {of}", total=None)
        found = STUDIES[of](dataset, seed=about.seed)
    save_figure(found.plot(), target)
    if json:
        print_json(found)
    else:
        if found.validation_rows:
            print_table(_table(found))
        say(found.sentence)
    say(f"wrote {target}")


def _table(found: Study) -> Table:
    table = Table(
        title=f"{found.heading}: {found.model}, {found.validation_rows:,} validation images",
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
    )
    table.add_column("variant")
    table.add_column("accuracy, 95 % interval", justify="right", no_wrap=True)
    table.add_column("s", justify="right", no_wrap=True)
    table.add_column("mistakes that change most")
    for variant in found.variants:
        if variant.accuracy is None:
            continue
        changes = ", ".join(
            f"{change.true} as {change.predicted} {change.before} → {change.after}"
            for change in variant.changes[:3]
        )
        table.add_row(variant.title, variant.told(), f"{variant.seconds:.1f}", changes)
    return table
