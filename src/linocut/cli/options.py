"""The options that every command with a dataset shares, and the loading behind them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from linocut.cli.console import progress, say
from linocut.core import LinocutError

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from linocut.data import ImageDataset, Intake, LoadOptions
    from linocut.lines import Synthesis

Source = Annotated[
    str,
    typer.Argument(
        metavar="[DATASET|PATH]",
        help="A dataset of the catalogue (linocut data list) or a path: a folder with one "
        "sub-folder a class, or files of many images (IDX, CSV, NPZ, Parquet, …).",
        show_default=True,
    ),
]
ModelOrSource = Annotated[
    str,
    typer.Argument(
        metavar="[MODEL|DATASET|PATH]",
        help="A model file (.linocut), or a dataset to fit a model on: a name of the catalogue "
        "(linocut data list) or a path.",
        show_default=True,
    ),
]
ModelSource = Annotated[
    str, typer.Argument(metavar="MODEL", help="A model file (.linocut), as linocut fit writes.")
]
Size = Annotated[
    str | None,
    typer.Option(
        "--size", help="Resize images to this many pixels: 28, or 32x24 (height x width)."
    ),
]
TestSize = Annotated[
    float | None,
    typer.Option(
        "--test-size",
        help="Share of each class kept for the test, where a set has no test part.",
        show_default="0.2",
    ),
]
Seed = Annotated[
    int | None, typer.Option("--seed", help="Seed of every random draw.", show_default="42")
]
Split = Annotated[
    str | None,
    typer.Option(
        "--split",
        help="How to cut a set without a test part: stratified (at random), or ordered (the last "
        "rows of each class; for sets that come writer by writer).",
    ),
]
SkipBad = Annotated[
    bool, typer.Option("--skip-bad", help="Leave out images that cannot be read, and go on.")
]
Normalise = Annotated[
    bool,
    typer.Option(
        "--normalise",
        help="Find the ink in drawings, scans or photos of any size, and set it into 28 × 28 "
        "pixels as MNIST's digits are (--size 56 for others).",
    ),
]
Ink = Annotated[
    str | None,
    typer.Option(
        "--ink",
        help="Which grey is ink: light-on-dark, dark-on-light, or each (decided for each image); "
        "by default the borders of image files tell.",
    ),
]
Shape = Annotated[
    str | None,
    typer.Option(
        "--shape",
        help="Height x width of images that are stored as rows of pixels (16x8), in colour with "
        "their planes (32x32x3); by default they are grey squares.",
    ),
]
LabelColumn = Annotated[
    str | None,
    typer.Option(
        "--label-column",
        help="The column of a table that holds the labels: its name, or its number from 1 (-1: "
        "the last); by default names and values tell.",
    ),
]
Header = Annotated[
    bool | None,
    typer.Option(
        "--header/--no-header",
        help="Whether the first line of a table holds names; by default it is compared with the "
        "others.",
        show_default=False,
    ),
]
SkipColumns = Annotated[
    str | None,
    typer.Option(
        "--skip-columns",
        help="Columns of a table that are neither label nor pixel: names or numbers, with commas "
        "between them.",
    ),
]
Labels = Annotated[
    Path | None,
    typer.Option(
        "--labels",
        metavar="FILE",
        help="A file with one label for each image, where they do not stand beside the images.",
    ),
]
ClassNames = Annotated[
    str | None,
    typer.Option(
        "--class-names",
        metavar="NAMES|@FILE",
        help="Call the classes so, in their order: names with commas between them, or a file with "
        "one a line.",
    ),
]
Corrections = Annotated[
    Path | None,
    typer.Option(
        "--corrections",
        metavar="FILE",
        help="A table of suspect labels that you went through (linocut evaluate --suspects): each "
        "row's proposed class becomes the label; where it is empty, the image is left out.",
    ),
]
Rows = Annotated[
    int | None,
    typer.Option(
        "--rows",
        min=1,
        help="Take the first images only, so many: of the training part, or of the whole set where "
        "it has no test part.",
    ),
]
Binarise = Annotated[
    bool,
    typer.Option(
        "--binarise", help="Set what is above half of full ink to full ink, and the rest to paper."
    ),
]
As = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="strings|classes",
        help="What each image shows: a string of several glyphs, or one thing of a class; by "
        "default labels and sizes tell.",
    ),
]
MadeStrings = Annotated[
    int | None,
    typer.Option(
        "--strings",
        metavar="N",
        min=1,
        help="Set images side by side, drawn at random, and take N such strings to learn from; a "
        "quarter as many of test images are the test part.",
    ),
]
Length = Annotated[
    str | None,
    typer.Option("--length", help="Glyphs of a string: 5, or 2..8.", show_default="2..8"),
]
Overlap = Annotated[
    str | None,
    typer.Option(
        "--overlap",
        help="Share of the narrower of two neighbours that the other covers; below 0 are gaps.",
        show_default="0..0.2",
    ),
]
Colour = Annotated[
    bool | None,
    typer.Option(
        "--colour/--no-colour",
        help="Keep the colours of images as three planes, or make them grey; by default they are "
        "kept where grey would lose something.",
        show_default=False,
    ),
]
Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON document on standard output, nothing else.")
]


SEED = 42
DATASET = "digits"


@dataclass(frozen=True)
class DatasetOptions:
    """Which dataset a command is about, and how to read it; None and false where not told."""

    source: str
    size: str | None
    test_size: float | None
    given_seed: int | None
    split: str | None
    skip_bad: bool
    normalise: bool
    ink: str | None
    shape: str | None
    label_column: str | None
    header: bool | None
    skip_columns: str | None
    labels: Path | None
    class_names: str | None
    corrections: Path | None
    rows: int | None
    binarise: bool
    colour: bool | None
    taken_as: str | None = None
    n_strings: int | None = None
    length: str | None = None
    overlap: str | None = None

    @property
    def seed(self) -> int:
        """Seed of every random draw."""
        return SEED if self.given_seed is None else self.given_seed

    def of(self, source: str) -> DatasetOptions:
        """Return the same options for another dataset."""
        return replace(self, source=source)

    def making(self, how: Synthesis) -> DatasetOptions:
        """Return the same options, with strings to be made as others were."""
        return replace(
            self,
            n_strings=how.n,
            length=self.length or "..".join(map(str, how.length)),
            overlap=self.overlap or "..".join(map(str, how.overlap)),
            given_seed=how.random_state if self.given_seed is None else self.given_seed,
        )

    def load(self, intake: Intake | None = None, known: LoadOptions | None = None) -> ImageDataset:
        """Load the dataset with a progress display, and say what loading did; refuse strings.

        An intake, such as a model's, stands in for the options that say how to prepare images; what
        is known of how the dataset was loaded before, for the others that are not told.
        """
        from linocut.cli.lines import refuse_strings

        refuse_strings(self)
        return self.load_images(intake, known)

    def load_images(
        self, intake: Intake | None = None, known: LoadOptions | None = None
    ) -> ImageDataset:
        """Load images of one glyph each, as `load` does, whatever their labels look like."""
        from linocut.data import LoadOptions, load_dataset

        size = parse_size(self.size)
        if self.normalise and size is not None and size[0] != size[1]:
            raise LinocutError(f"--size {self.size} with --normalise — a square, such as 28")
        options = self.told(known or LoadOptions())
        with progress() as display:
            dataset = load_dataset(
                self.source,
                size=size,
                normalise=self.normalise,
                ink=self.ink,
                binarise=self.binarise,
                colour=self.colour,
                intake=intake,
                progress=reporter(display),
                **vars(options),
            )
        for note in dataset.notes:
            say(note)
        return dataset

    def told(self, known: LoadOptions) -> LoadOptions:
        """Return how to load, with what is known for what the options leave open."""
        table = known.table
        skipped = tuple(name.strip() for name in (self.skip_columns or "").split(",") if name)
        return replace(
            known,
            test_size=known.test_size if self.test_size is None else self.test_size,
            seed=known.seed if self.given_seed is None else self.given_seed,
            split=self.split or known.split,
            skip_bad=self.skip_bad or known.skip_bad,
            shape=parse_shape(self.shape) or known.shape,
            table=replace(
                table,
                label_column=self.label_column or table.label_column,
                header=table.header if self.header is None else self.header,
                skip_columns=skipped or table.skip_columns,
            ),
            labels=known.labels if self.labels is None else str(self.labels),
            class_names=parse_class_names(self.class_names) or known.class_names,
            corrections=known.corrections if self.corrections is None else str(self.corrections),
            rows=self.rows or known.rows,
        )


def about_model(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of a dataset, in whose place a model file may be named."""
    return about_dataset(command, source=ModelOrSource)


def about_model_file(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of a dataset, with a model file to be named in its place."""
    return about_dataset(command, source=ModelSource, default=inspect.Parameter.empty)


def about_dataset(
    command: Callable[..., None], *, source: Any = Source, default: Any = DATASET
) -> Callable[..., None]:
    """Give a command the options of a dataset, which it takes as one: its first parameter."""
    shared = dict(inspect.signature(_options, eval_str=True).parameters)
    shared["source"] = shared["source"].replace(annotation=source, default=default)
    _, *own = inspect.signature(command, eval_str=True).parameters.values()
    first, *others = shared.values()

    @wraps(command)
    def run(**given: Any) -> None:
        command(DatasetOptions(**{name: given.pop(name) for name in shared}), **given)

    parameters = [first, *own, *others]
    vars(run)["__signature__"] = inspect.Signature(parameters)
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    return run


def _options(
    source: Source = DATASET,
    size: Size = None,
    test_size: TestSize = None,
    given_seed: Seed = None,
    split: Split = None,
    skip_bad: SkipBad = False,
    normalise: Normalise = False,
    ink: Ink = None,
    shape: Shape = None,
    label_column: LabelColumn = None,
    header: Header = None,
    skip_columns: SkipColumns = None,
    labels: Labels = None,
    class_names: ClassNames = None,
    corrections: Corrections = None,
    rows: Rows = None,
    binarise: Binarise = False,
    colour: Colour = None,
    taken_as: As = None,
    n_strings: MadeStrings = None,
    length: Length = None,
    overlap: Overlap = None,
) -> None:
    """List the options of a dataset, for `about_dataset`."""


def reporter(display: Progress) -> Callable[[str, int, int], None]:
    """Return what loading tells of its progress to: one bar a task."""
    tasks: dict[str, TaskID] = {}

    def report(description: str, done: int, total: int) -> None:
        if description not in tasks:
            tasks[description] = display.add_task(description, total=total or None)
        display.update(tasks[description], completed=done, total=total or None)

    return report


def parse_class_names(text: str | None) -> tuple[str, ...] | None:
    """Read ``zero,one,two``, or ``@FILE`` with one name a line.

    Examples
    --------
    >>> parse_class_names("cat, dog")
    ('cat', 'dog')
    """
    if text is None:
        return None
    if not text.startswith("@"):
        return tuple(name.strip() for name in text.split(","))
    path = Path(text[1:]).expanduser()
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        raise LinocutError(f"--class-names {text} — {path} cannot be read: {why}") from error
    return tuple(line.strip() for line in lines if line.strip())


def parse_size(text: str | None, option: str = "--size") -> tuple[int, int] | None:
    """Read ``28`` or ``32x24`` as (height, width).

    Examples
    --------
    >>> parse_size("28"), parse_size("32x24")
    ((28, 28), (32, 24))
    """
    if text is None:
        return None
    match = re.fullmatch(r"(\d{1,6})(?:[x×](\d{1,6}))?", text.strip())
    if not match or int(match[1]) < 1 or int(match[2] or 1) < 1:
        raise LinocutError(f"{option} {text!r} — a number of pixels such as 28, or 32x24")
    return int(match[1]), int(match[2] or match[1])


def parse_shape(text: str | None) -> tuple[int, ...] | None:
    """Read ``16x8`` as a shape; ``32x32x3`` or ``3x32x32`` as one in colour.

    Examples
    --------
    >>> parse_shape("16x8"), parse_shape("32x32x3")
    ((16, 8), (32, 32, 3))
    """
    sides = [] if text is None else re.split("[x×]", text.strip())
    if text is None or len(sides) != 3:
        return parse_size(text, "--shape")
    if not all(re.fullmatch(r"\d{1,6}", side) and int(side) for side in sides) or "3" not in (
        sides[0],
        sides[2],
    ):
        raise LinocutError(f"--shape {text!r} — such as 16x8, or in colour 32x32x3")
    return tuple(map(int, sides))
