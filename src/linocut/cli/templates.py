"""``linocut templates``: what a linear model has learned, as pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from linocut.cli.console import print_json, say
from linocut.cli.opening import DataOption, RungName, check_model_options, open_model
from linocut.cli.options import DatasetOptions, Json, about_model, parse_size
from linocut.core import LinocutError
from linocut.core.files import check_target

Output = Annotated[
    Path | None,
    typer.Option("-o", "--output", help="Where to draw; by default NAME-templates.png."),
]
Grid = Annotated[
    str | None,
    typer.Option("--grid", help="Draw the weights alone, in so many rows and columns: 2x5."),
]
Grey = Annotated[
    bool, typer.Option("--grey", help="Draw the weights alone in grey, zero in its middle.")
]


@about_model
def templates(
    about: DatasetOptions,
    rung: RungName = None,
    data: DataOption = None,
    output_file: Output = None,
    grid: Grid = None,
    grey: Grey = False,
    json: Json = False,
) -> None:
    """Draw a model's templates: its weights, and what in the images goes with each score."""
    from linocut.explain import Templates, templates_of
    from linocut.plot.contact_sheet import save_figure

    check_model_options(about, rung, data)
    places = parse_size(grid, "--grid")
    if output_file is not None:
        check_target(output_file)
    opened = open_model(about, rung, data)
    target = check_target(output_file or Path(f"{opened.dataset.name}-templates.png"))
    found = templates_of(opened.model, opened.dataset.train.images)
    if not (grey or places):
        figure = found.plot()
    elif isinstance(found, Templates):
        figure = found.plot_grid(places, grey=grey)
    else:
        raise LinocutError(
            "--grid and --grey draw weights of pixels — this model is quadratic in them; leave "
            "them out, or take a rung that is linear, such as softmax"
        )
    save_figure(figure, target)
    if json:
        print_json(found)
    else:
        say(found.sentence)
    say(f"wrote {target.name if output_file is None else output_file}")
