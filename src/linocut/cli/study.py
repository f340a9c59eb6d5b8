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
from linocut.core.tables import told

if TYPE_CHECKING:
    from linocut.ladder.studies import Findings, ImbalanceStudy, Study

Of = Annotated[
    str,
    typer.Option(
        "--of",
        # The keys of STUDIES, by hand: to read them takes longer than to print the help.
        help="What to study: geometry, scaling, components, denoising, patches, distortions, "
        "thresholds, solvers, test-size, train-size, penalty, augmentation, imbalance, steps, "
        "doubled, likelihood, odds, prior, ink, colour-maps, map, products, worked.",
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

    Gradient descent (GradientDescentClassifier) is in solvers and steps, the path of penalties in
    penalty, worked_example in worked.

    Accuracies are counted on a validation part of the training images; no test image is read but by
    test-size, which is about the test.
    """
    from linocut.ladder.studies import STUDIES
    from linocut.plot.contact_sheet import save_figure

    if of not in STUDIES:
        raise LinocutError(f"--of {of!r} is no study — known: {', '.join(STUDIES)}")
    if output_file is not None:
        check_target(output_file)
    dataset = about.load()
    target = check_target(output_file or Path(f"{dataset.name}-{of}.png"))
    from linocut.core.colour import refuse_colour  # NumPy loads on use

    refuse_colour(dataset.image_shape, f"the study {of}")
    with progress() as display:
        display.add_task(f"studying {of}", total=None)
        found = STUDIES[of](dataset, seed=about.seed)
    save_figure(found.plot(), target)
    if json:
        print_json(found)
    else:
        _print(found)
    say(f"wrote {target}")


def _print(found: Study | Findings | ImbalanceStudy) -> None:
    from linocut.ladder.studies import Study

    if not isinstance(found, Study):
        print_table(_measured(found))
    elif found.validation_rows:
        print_table(_compared(found))
    say(found.sentence)


def _measured(found: Findings | ImbalanceStudy) -> Table:
    rows = found.table_rows()
    table = Table(
        title=found.heading, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD
    )
    for name in rows[0]:
        numeric = all(isinstance(row[name], int | float | None) for row in rows)
        table.add_column(name.replace("_", " "), justify="right" if numeric else "left")
    for row in rows:
        table.add_row(*map(told, row.values()))
    return table


def _compared(found: Study) -> Table:
    table = Table(
        title=f"{found.heading}: {found.model}, {found.validation_rows:,} validation images",
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
    )
    table.add_column("variant")
    table.add_column("accuracy, 95 % interval", justify="right", no_wrap=True)
    table.add_column("s", justify="right", no_wrap=True)
    counted = any(variant.iterations is not None for variant in found.variants)
    if counted:
        table.add_column("iterations", justify="right")
    table.add_column("mistakes that change most")
    for variant in found.variants:
        if variant.accuracy is None:
            continue
        changes = ", ".join(
            f"{change.true} as {change.predicted} {change.before} → {change.after}"
            for change in variant.changes[:3]
        )
        cells = [variant.title, variant.told(), f"{variant.seconds:.1f}"]
        if counted:
            cells.append(told(variant.iterations))
        table.add_row(*cells, changes)
    return table
