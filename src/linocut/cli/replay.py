"""``linocut replay``: templates as they come about, as an animation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from linocut.cli.console import print_json, progress, say
from linocut.cli.opening import DataOption, check_model_options, data_of, is_model_file, load
from linocut.cli.options import DatasetOptions, Json, about_model
from linocut.core import LinocutError
from linocut.core.files import check_target

if TYPE_CHECKING:
    from linocut.classifier import ImageClassifier

KINDS = ("path", "fit")

Of = Annotated[
    str,
    typer.Option(
        "--of", help="path: from the strongest penalty to the weakest; fit: over the iterations."
    ),
]
C = Annotated[
    float | None,
    typer.Option(
        "-C",
        help="Inverse penalty of the fit, for --of fit, for pixels from 0 to 1; 1 by default, or "
        "the one of a model file.",
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--output",
        help="Where to: .gif and .png move, .svg and .pdf are a still strip; by default "
        "NAME-replay.gif.",
    ),
]


@about_model
def replay(
    about: DatasetOptions,
    of: Of = "path",
    C: C = None,
    data: DataOption = None,
    output_file: Output = None,
    json: Json = False,
) -> None:
    """Replay how softmax templates come about, over a fit or along the penalty."""
    from sklearn.pipeline import Pipeline

    from linocut.explain import replay_fit, replay_path
    from linocut.features import UnitPixels
    from linocut.models import SoftmaxRegression

    if of not in KINDS:
        raise LinocutError(f"--of {of!r} — one of {', '.join(KINDS)}")
    if C is not None and not C > 0:
        raise LinocutError(f"-C {C:g} — a number above zero")
    check_model_options(about, None, data)
    if output_file is not None:
        check_target(output_file)
    model_file = load(Path(about.source)) if is_model_file(about.source) else None
    dataset = about.load() if model_file is None else data_of(model_file, about, data)
    if C is None:
        C = 1.0 if model_file is None else _penalty_of(model_file, about.source)
    target = check_target(output_file or Path(f"{dataset.name}-replay.gif"))
    images, labels = dataset.train.images, dataset.train.labels
    test = dataset.test.images, dataset.test.labels
    with progress() as display:
        display.add_task("fitting", total=None)
        # As on the ladder: C depends on the unit of the pixels.
        pixels = ("pixels", UnitPixels())
        if of == "path":
            found = replay_path(images, labels, steps=Pipeline([pixels]), test=test)
        else:
            model = Pipeline([pixels, ("softmax", SoftmaxRegression(C, tol=1e-3))])
            found = replay_fit(model, images, labels, test=test)
        names = tuple(dataset.class_names[int(k)] for k in found.classes)
        found = replace(found, classes=names)
        display.add_task("drawing", total=None)
        found.save(target)
    about_C = "C is that for pixels from 0 to 1, as on the ladder."
    if of == "fit":
        about_C = f"C = {C:g}, for pixels from 0 to 1, as on the ladder."
    if json:
        print_json(found)
    else:
        say(f"{found.sentence} {about_C}")
    say(f"wrote {target.name if output_file is None else output_file}")


def _penalty_of(model: ImageClassifier, name: str) -> float:
    """Return C of a model of softmax regression on the pixels."""
    parameters = model.estimator.get_params() if model.estimator is not None else {}
    for key, value in parameters.items():
        if key == "C" or key.endswith("__C"):
            return float(value)
    raise LinocutError(f"{name} has no penalty C — replay draws softmax regression; give -C")
