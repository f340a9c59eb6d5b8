"""How a dataset was loaded, as far as it is not said by its name or its images."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field

from linocut.core.colour import Shape


@dataclass(frozen=True)
class TableOptions:
    """How the columns of a table are to be read, where its content is not to decide.

    Attributes
    ----------
    label_column : str or None
        Name of the column of labels, or its number: from 1, or -1 for the last.
    header : bool or None
        Whether the first line holds names.
    skip_columns : tuple of str
        Columns that are neither label nor pixel: names, or numbers from 1.
    """

    label_column: str | None = None
    header: bool | None = None
    skip_columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class LoadOptions:
    """What `linocut.data.load_dataset` was told besides source and preparation of the images.

    ``load_dataset(source, intake=intake, **vars(options))`` loads the same images again.

    Attributes
    ----------
    test_size : float or None
        Share of each class kept for the test; None where it was left open.
    seed : int
        Of that split.
    split : str or None
        How that split was made; None where it was left open.
    skip_bad : bool
        Whether images that cannot be read were left out.
    shape : (int, int), (int, int, 3), (3, int, int) or None
        Of images that are stored as rows.
    table : TableOptions
        How the columns of a table were read.
    labels : str or None
        Path of the file of labels.
    class_names : tuple of str or None
        Names for the classes, in their order, where they were not to keep their own.
    corrections : str or None
        Path of the table of corrected labels.
    rows : int or None
        How many images were taken, the first ones: of the training part, or of the whole set where
        it has no test part.

    Examples
    --------
    >>> LoadOptions(seed=7, table=TableOptions(label_column="first digit")).as_typed
    "--seed 7 --label-column 'first digit'"
    """

    test_size: float | None = None
    seed: int = 42
    split: str | None = None
    skip_bad: bool = False
    shape: Shape | None = None
    table: TableOptions = field(default_factory=TableOptions)
    labels: str | None = None
    class_names: tuple[str, ...] | None = None
    corrections: str | None = None
    rows: int | None = None

    @property
    def as_typed(self) -> str:
        """The options of the command line that say the same; empty where all were left open."""
        table = self.table
        given = {
            "--test-size": self.test_size,
            "--seed": None if self.seed == LoadOptions.seed else self.seed,
            "--split": self.split,
            "--shape": None if self.shape is None else "x".join(map(str, self.shape)),
            "--label-column": table.label_column,
            "--skip-columns": ",".join(table.skip_columns) or None,
            "--labels": self.labels,
            "--class-names": _names(self.class_names),
            "--corrections": self.corrections,
            "--rows": self.rows,
        }
        words = [each for option, value in given.items() if value is not None
                 for each in (option, str(value))]  # fmt: skip
        words += ["--skip-bad"] if self.skip_bad else []
        words += {True: ["--header"], False: ["--no-header"], None: []}[table.header]
        return shlex.join(words)


def _names(names: tuple[str, ...] | None) -> str | None:
    if names is None:
        return None
    return "@FILE" if any("," in name for name in names) else ",".join(names)
