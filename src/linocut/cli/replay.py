"""``linocut replay``: templates as they come about, as an animation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from linocut.cli.console import print_json, progress, say
from linocut.cli.options import DatasetOptions, Json, about_dataset
from linocut.core import LinocutError
from linocut.core.files import check_target

KINDS = ("path", "fit")

Of = Annotated[
    str,
    typer.Option(
        "--of", help="path: from the strongest penalty to the weakest; fit: over the iterations."
    ),
]
C = Annotated[float, typer.Option("-C", help="Inverse penalty of the fit, for --of fit.")]
Output = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--output",
        help="Where to: .gif and .png move, .svg and .pdf are a still strip; by default "
        "NAME-replay.gif.",
    ),
]


@about_dataset
def replay(
    about: DatasetOptions,
    of: Of = "path",
    C: C = 1.0,
    output_file: Output = None,
    json: Json = False,
) -> None:
    """Replay how softmax templates come about, over a fit or along the penalty."""
    from linocut.explain import replay_fit, replay_path
    from linocut.models import SoftmaxRegression

    if of not in KINDS:
        raise LinocutError(f"--of {of!r} — one of {', '.join(KINDS)}")
    if not C > 0:
        raise LinocutError(f"-C {C:g} — a number above zero")
    if output_file is not None:
        check_target(output_file)
    dataset = about.load()
    target = check_target(output_file or Path(f"{dataset.name}-replay.gif"))
    images, labels = dataset.train.images, dataset.train.labels
    test = dataset.test.images, dataset.test.labels
    with progress() as display:
        display.add_task("fitting", total=None)
        if of == "path":
            found = replay_path(images, labels, test=test)
        else:
            full = float(images.max()) or 1.0
            # On bytes C has the square of their unit: W·255 and C/255² are the same problem.
            model = SoftmaxRegression(C / full**2, tol=1e-3)
            found = replay_fit(model, images, labels, test=test)
        names = tuple(dataset.class_names[int(k)] for k in found.classes)
        found = replace(found, classes=names)
        display.add_task("drawing", total=None)
        found.save(target)
    if json:
        print_json(found)
    else:
        say(found.sentence)
    say(f"wrote {target.name if output_file is None else output_file}")
