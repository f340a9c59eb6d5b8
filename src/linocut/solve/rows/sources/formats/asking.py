"""What a reader of one format is asked for, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field

from linocut.core import LinocutError
from linocut.solve.rows.sources.naming import listed
from linocut.solve.rows.sources.protocol import Shard


@dataclass(frozen=True)
class Asked:
    """Names that the user gave.

    Parameters
    ----------
    where : str
        What was opened, for messages.
    features, label, weights : str
        Names of arrays or columns; empty where the reader is to find them.
    part : str or None
        One of train, test and validation.
    labels : bool
        Whether labels are looked for; not where they were given apart.
    """

    where: str
    features: tuple[str, ...] = ()
    label: str | None = None
    weights: str | None = None
    part: str | None = None
    labels: bool = True


@dataclass
class Opened:
    """Shards in the order of the rows; labels may be one shard for several of the features."""

    features: list[Shard] = field(default_factory=list)
    labels: list[Shard] = field(default_factory=list)
    weights: list[Shard] = field(default_factory=list)
    columns: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)

    def note_names(self, features: str, labels: str, aside: tuple[str, ...] = ()) -> None:
        """Say what was decided."""
        self.notes.append(f"Features: {features}; labels: {labels or 'none'}.")
        if aside:
            self.notes.append(f"Left aside: {listed(aside)}.")


def named(name: str, there: list[str], where: str, option: str) -> str:
    """Return a name that was asked for, if it is there.

    Examples
    --------
    >>> named("z", ["x", "y"], "a.parquet", "label_column")
    Traceback (most recent call last):
    linocut.core.errors.LinocutError: a.parquet: has no 'z' (label_column=) — it holds x, y
    """
    if name not in there:
        raise LinocutError(f"{where}: has no {name!r} ({option}=) — it holds {listed(there)}")
    return name
