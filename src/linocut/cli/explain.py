"""``linocut explain``: why one image is classified as it is, pixel by pixel."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import box
from rich.table import Table

from linocut.cli.console import print_json, print_line, print_table, say
from linocut.cli.opening import (
    DataOption,
    Opened,
    RungName,
    check_class,
    check_model_options,
    open_model,
    reader_of,
)
from linocut.cli.options import DatasetOptions, Json, about_model
from linocut.cli.strings import explain_string
from linocut.core import LinocutError
from linocut.core.files import check_target
from linocut.core.tables import told

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from linocut.explain import (
        Evidence,
        ModelDiagram,
        Overlap,
        Reference,
        TrainingCoefficients,
    )

REFERENCES = ("blank", "mean", "rival")
WAYS = ("evidence", "diagram", "training-images", "shared-ink")
MOST_ROWS = 20  # of a table

ImageFile = Annotated[
    Path | None,
    typer.Argument(metavar="[IMAGE]", help="An image file; without it, --index names an image."),
]
Index = Annotated[
    int | None, typer.Option("--index", help="Position of an image in the test part, from 0.")
]
Versus = Annotated[
    str | None,
    typer.Option("--versus", help="The rival; by default the class with the next largest score."),
]
Label = Annotated[
    str | None,
    typer.Option("--label", help="The class in question; by default the one that is read."),
]
Average = Annotated[
    bool, typer.Option("--average", help="Against the average of all classes, not one rival.")
]
Against = Annotated[
    str,
    typer.Option(
        "--reference",
        help="Ink counts against: blank (the blank page), mean (the mean training image), or "
        "rival (the rival's mean).",
    ),
]
By = Annotated[
    str,
    typer.Option(
        "--by",
        help="Explain by: evidence (of each pixel), diagram (from the pixels to all probabilities),"
        " training-images (how much of each is in the template; needs the images that the model "
        "was fitted on), or shared-ink (what the image has in common with each class).",
    ),
]
Output = Annotated[
    Path | None,
    typer.Option("-o", "--output", help="Draw the evidence into this file (.png, .svg, .pdf)."),
]


@about_model
def explain_image(
    about: DatasetOptions,
    image: ImageFile = None,
    index: Index = None,
    versus: Versus = None,
    label: Label = None,
    average: Average = False,
    reference: Against = "blank",
    by: By = "evidence",
    rung: RungName = None,
    data: DataOption = None,
    output_file: Output = None,
    json: Json = False,
) -> None:
    """Explain why one image is classified as it is: the evidence of each pixel, exact in sum."""
    from linocut.explain import AVERAGE, explain
    from linocut.plot.contact_sheet import save_figure

    if (reader := reader_of(about.source)) is not None:
        explain_string(reader, image, output_file, json=json)
        return
    check_model_options(about, rung, data)
    _check(image, index, versus, average, reference)
    if by not in WAYS:
        raise LinocutError(f"--by {by!r} — one of {', '.join(WAYS)}")
    if output_file is not None:
        check_target(output_file)
    opened = open_model(about, rung, data)
    model = opened.model
    for name in (versus, label):
        check_class(model, name)
    pixels, what = _image_of(opened, image, index)
    if by != "evidence":
        _explain_by(by, opened, pixels, label, what, output_file, json=json)
        return
    rival: Any = AVERAGE if average else versus
    found = explain(model, pixels, label=label, versus=rival)
    if reference != "blank":
        found = explain(
            model,
            pixels,
            label=found.label,
            versus=found.versus,
            reference=_reference(opened, reference, found),
        )
    if output_file is not None:
        save_figure(found.plot(), output_file)
    if json:
        print_json(found)
    else:
        _print(found, what)
    if output_file is not None:
        say(f"wrote {output_file}")


def _explain_by(
    by: str,
    opened: Opened,
    pixels: NDArray[np.uint8],
    label: str | None,
    what: str,
    target: Path | None,
    *,
    json: bool,
) -> None:
    from linocut.plot.contact_sheet import save_figure

    found, figure = _found_by(by, opened, pixels, label)
    if json:
        print_json(found)
    else:
        print_line(f"{what}: {found.sentence}")
        table = Table(box=box.SIMPLE_HEAD)
        rows = found.rows()[:MOST_ROWS]
        for name in rows[0]:
            table.add_column(name)
        for row in rows:
            table.add_row(*map(told, row.values()))
        print_table(table)
    if target is not None:
        save_figure(figure(), target)
        say(f"wrote {target}")


def _found_by(
    by: str, opened: Opened, pixels: NDArray[np.uint8], label: str | None
) -> tuple[ModelDiagram | Overlap | TrainingCoefficients, Callable[[], Figure]]:
    """Return what explains the image, and what draws it."""
    from linocut.explain import SharedInk, explain, model_diagram, training_coefficients

    if by == "diagram":
        diagram = model_diagram(opened.model, pixels)
        return diagram, diagram.plot
    train, names = opened.dataset.train, opened.dataset.class_names
    if by == "shared-ink":
        named = [names[k] for k in train.labels]
        overlap = SharedInk.fit(train.images, named).overlap(pixels)
        return overlap, overlap.plot
    about = explain(opened.model, pixels).label if label is None else label
    made_of = training_coefficients(opened.model, train.images, train.labels)
    return made_of, partial(made_of.plot, about)


def _check(
    image: Path | None, index: int | None, versus: str | None, average: bool, reference: str
) -> None:
    if (image is None) == (index is None):
        raise LinocutError(
            "name one image: a file, or --index with a position in the test part, such as --index 0"
        )
    if image is not None and not image.is_file():
        raise LinocutError(f"{image} — no such file")
    if average and versus is not None:
        raise LinocutError(f"--versus {versus} and --average — give one of them")
    if reference not in REFERENCES:
        raise LinocutError(f"--reference {reference!r} — one of {', '.join(REFERENCES)}")
    if reference == "rival" and average:
        raise LinocutError("--reference rival needs one rival, not --average")


def _image_of(
    opened: Opened, file: Path | None, index: int | None
) -> tuple[NDArray[np.uint8], str]:
    if file is not None:
        return opened.model.intake_.read(file), str(file)
    assert index is not None
    dataset = opened.dataset
    n = len(dataset.test)
    if not 0 <= index < n:
        raise LinocutError(f"--index {index} — {dataset.name} has test images 0 to {n - 1}")
    true = dataset.class_names[dataset.test.labels[index]]
    return dataset.test.images[index], f"test image {index}, labelled {true}"


def _reference(opened: Opened, kind: str, found: Evidence) -> Reference:
    from linocut.explain import Reference, pull_back

    train, names = opened.dataset.train, opened.dataset.class_names
    rows = slice(None) if kind == "mean" else train.labels == names.index(found.versus)
    name = "the mean training image" if kind == "mean" else f"the mean {found.versus}"
    return Reference.mean(pull_back(opened.model).images(train.images[rows]), name)


def _print(found: Evidence, what: str) -> None:
    print_line(f"{what}: {found.sentence}")
    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("region", "for", "against", "evidence"):
        table.add_column(heading, justify="left" if heading == "region" else "right")
    for row in found.regions():
        if row["for"] or row["against"]:
            cells = (f"{row[key]:+.2f}" for key in ("for", "against", "evidence"))
            table.add_row(row["region"], *cells)
    table.add_section()
    table.add_row("margin", "", "", f"{found.margin:+.2f}")
    print_table(table)
    for pair in found.pairs[:3]:
        same = pair.first == pair.second
        where = f"pixel {pair.first} alone" if same else f"pixels {pair.first} and {pair.second}"
        print_line(f"{where}, squared or multiplied: {pair.evidence:+.3f}")
