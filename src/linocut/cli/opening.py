"""The model that a command looks into: from its file, or a rung fitted on the spot."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from linocut.cli.console import progress, say, warn
from linocut.cli.options import DatasetOptions
from linocut.cli.rungs import LISTED
from linocut.core import LinocutError

if TYPE_CHECKING:
    from linocut.classifier import ImageClassifier, RowClassifier
    from linocut.data import ImageDataset
    from linocut.ladder import Rung
    from linocut.lines import StringDataset, StringReader
    from linocut.modelfile import Provenance

SUFFIX = ".linocut"
DEFAULT = "softmax"
MOST_NAMED = 40  # classes that a message lists

RungName = Annotated[
    str | None,
    typer.Option(
        "--rung",
        help=f"The model to fit and look into, softmax by default; one of {LISTED}.",
    ),
]
DataOption = Annotated[
    str | None,
    typer.Option(
        "--data",
        metavar="DATASET|PATH",
        help="With a model file: the images to look at; by default those it was fitted on.",
    ),
]
ModelFile = Annotated[
    Path, typer.Argument(metavar="MODEL", help="A model file (.linocut), as linocut fit writes.")
]


@dataclass(frozen=True)
class Opened:
    """A model and the dataset that is looked at through it.

    Attributes
    ----------
    model : ImageClassifier
        Fitted.
    options : DatasetOptions
        Of the command.
    data : str or None
        The dataset to look at, if it was named.
    loaded : ImageDataset or None
        The dataset, where it is loaded already.
    """

    model: ImageClassifier
    options: DatasetOptions
    data: str | None = None
    loaded: ImageDataset | None = None

    @cached_property
    def dataset(self) -> ImageDataset:
        """The images to look at, prepared by the model's intake; loaded when first asked for."""
        return self.loaded or data_of(self.model, self.options, self.data)


def is_model_file(source: str) -> bool:
    """Tell whether a path names a model file."""
    return Path(source).suffix.casefold() == SUFFIX and not Path(source).is_dir()


def check_model_options(about: DatasetOptions, rung: str | None, data: str | None) -> None:
    """Refuse options that do not go together before any work is done."""
    if is_model_file(about.source):
        if rung is not None:
            raise LinocutError(f"--rung {rung} — {about.source} is a model already")
        if about.size or about.normalise or about.ink or about.binarise:
            raise LinocutError(
                f"{about.source} knows how images are prepared — leave out --size, --normalise, "
                "--ink and --binarise"
            )
        return
    if data is not None:
        raise LinocutError(f"--data {data} goes with a model file — give it as {about.source!r} is")
    if rung is not None:
        check_rung(rung)


def check_rung(name: str) -> None:
    """Refuse a name that is no rung before any work is done."""
    from linocut.ladder import recipes

    if "," in name:
        raise LinocutError(f"--rung {name!r} — one rung at a time")
    recipes([name])


def check_class(model: ImageClassifier, name: str | None, option: str = "") -> None:
    """Refuse a class that a model does not know; the option is named if it is given."""
    known = [str(each) for each in model.classes_]
    if name is not None and name not in known:
        more = ", …" if len(known) > MOST_NAMED else ""
        raise LinocutError(
            f"{option}{name!r} is no class of this model — known: "
            f"{', '.join(known[:MOST_NAMED])}{more}"
        )


def open_model(about: DatasetOptions, rung: str | None, data: str | None) -> Opened:
    """Load a model and the images it was fitted on, or fit a rung on a dataset."""
    if is_model_file(about.source):
        return Opened(load_for_scores(Path(about.source)), about, data)
    dataset = about.load()
    model = fitted_rung(dataset, rung or DEFAULT, seed=about.seed).model
    return Opened(model, about, loaded=dataset)


def load(path: Path) -> ImageClassifier:
    """Load a model of images; one of rows or strings is refused."""
    from linocut.classifier import ImageClassifier

    if reads_strings(path):
        raise LinocutError(
            f"{path}: a model that reads strings of several glyphs — this is for models of images "
            "of one glyph; linocut predict, evaluate, explain, report and show know it"
        )
    return ImageClassifier.load(path)


def load_for_scores(path: Path) -> ImageClassifier:
    """Load a model of images for its scores, and say so if it decides by something else."""
    model = load(path)
    if model.decisions_ is not None:
        say(
            f"{path.name} predicts {model.decisions_.sentence}; what follows is about the class "
            "with the largest score"
        )
    return model


def load_any(path: Path) -> ImageClassifier | RowClassifier | StringReader:
    """Load a model file, whatever it classifies or reads."""
    from linocut.classifier import load_model

    if reads_strings(path):
        from linocut.lines import StringReader

        return StringReader.load(path)
    return load_model(path)


def reads_strings(path: Path) -> bool:
    """Tell whether a file holds a model that reads strings of several glyphs."""
    from linocut.modelfile import is_reader_file

    return path.is_file() and is_reader_file(path)


def reader_of(source: str) -> StringReader | None:
    """Return the reader that a model file holds; None if it is no file of a reader."""
    path = Path(source)
    if not is_model_file(source) or not reads_strings(path):
        return None
    from linocut.lines import StringReader

    return StringReader.load(path)


def data_of(model: ImageClassifier, about: DatasetOptions, data: str | None) -> ImageDataset:
    """Load the images to be looked at, prepared as the model's training images were."""
    origin = model.provenance_
    source = data or source_of(origin, about)
    try:
        dataset = about.of(source).load(model.intake_, None if data else origin.loaded_with)
    except LinocutError as error:
        if data:
            raise
        raise LinocutError(
            f"{error} — {about.source} was fitted on it; name other images with --data"
        ) from error
    if not data:
        warn_of_change(origin, about, dataset)
    return dataset


def source_of(origin: Provenance, about: DatasetOptions) -> str:
    """Return which images a model was fitted on, of whatever kind; refused if it does not say."""
    if not origin.source:
        raise LinocutError(
            f"{about.source} does not say which images it was fitted on — name some with --data"
        )
    return origin.source


def warn_of_change(
    origin: Provenance, about: DatasetOptions, dataset: ImageDataset | StringDataset
) -> None:
    """Say so if what is loaded again is not what a model was fitted on."""
    if origin.data_sha256 and origin.data_sha256 != dataset.fingerprint:
        warn(
            f"the training images of {origin.source} are not those that {about.source} was fitted "
            "on; they have changed, or other options were given then"
        )


def fitted_rung(dataset: ImageDataset, name: str, *, seed: int, engine: str = "threads") -> Rung:
    """Choose, fit and score one rung of the ladder, with a progress display."""
    from linocut.ladder import climb, recipes

    (recipe,) = recipes([name])
    with progress() as display:
        display.add_task(f"fitting {recipe.title}", total=None)
        return climb(dataset, rungs=[name], seed=seed, engine=engine).rungs[0]
