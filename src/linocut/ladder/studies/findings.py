"""What a study that measures leaves behind: a sentence, a table and charts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from linocut.core import Result, plain

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from linocut.plot import Chart


@dataclass(frozen=True, eq=False, repr=False)
class Findings(Result):
    """What was found.

    Attributes
    ----------
    name, dataset : str
        Of the study, and of the images.
    heading : str
        What it asks.
    sentence : str
        What was found, with its figures.
    table : tuple of dict
        One row for each thing that was measured.
    charts : tuple of Chart
        What the figure consists of.
    note : str
        What was measured on which images.
    validation_rows : int
        Images that accuracies are counted on; 0 where none is counted.
    """

    name: str
    dataset: str
    heading: str
    sentence: str
    table: tuple[dict[str, Any], ...]
    charts: tuple[Chart, ...]
    note: str
    validation_rows: int = 0

    def rows(self) -> list[dict[str, Any]]:
        """Return one row for each thing that was measured."""
        return [dict(row) for row in self.table]

    def to_dict(self) -> dict[str, Any]:
        """Return the study as plain data, without its charts."""
        record: dict[str, Any] = plain(
            {
                "study": self.name,
                "dataset": self.dataset,
                "heading": self.heading,
                "sentence": self.sentence,
                "note": self.note,
                "validation_rows": self.validation_rows,
                "rows": self.rows(),
            }
        )
        return record

    def plot(self) -> Figure:
        """Draw the charts, one above the other."""
        from linocut.plot import plot_charts  # Matplotlib loads on use

        return plot_charts(self.charts, heading=self.heading, note=f"{self.dataset}. {self.note}")
