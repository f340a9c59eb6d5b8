"""What a reader is, in a few lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from linocut.core import Result
from linocut.modelfile import Provenance

LISTED = 60  # symbols


@dataclass(frozen=True, eq=False, repr=False)
class ReaderSummary(Result):
    """What a reader consists of and where it comes from.

    Attributes
    ----------
    symbols : tuple of str
    height : int or None
        Of the images it reads, pixels.
    parameters : int
        Numbers that were fitted.
    temperature : float
    preparation : str
        What is done to an image first.
    provenance : Provenance
    made : str
        How its strings were made of single glyphs, as options of the command line; empty where
        they are real.
    glyphs : int or None
        How many are in each image; None where there may be any number.
    """

    symbols: tuple[str, ...]
    height: int | None
    parameters: int
    temperature: float
    preparation: str
    provenance: Provenance
    made: str = ""
    glyphs: int | None = None

    def table_rows(self) -> list[dict[str, Any]]:
        """Return `lines` as rows."""
        return [{"what": what, "value": value} for what, value in self.lines()]

    def lines(self) -> Iterator[tuple[str, str]]:
        """Yield what there is to say, each with a heading."""
        origin = self.provenance
        yield "model", origin.title or "a reader of strings"
        shown = " ".join("space" if each == " " else each for each in self.symbols[:LISTED])
        more = len(self.symbols) - LISTED
        yield "symbols", f"{len(self.symbols):,}: {shown}" + (f" and {more}" if more > 0 else "")
        several = "" if self.glyphs is None else f"{self.glyphs} glyphs in each, "
        size = f"{self.height} pixels high, of any width"
        yield "images", f"{several}{size}; preparation: {self.preparation}"
        yield "parameters", f"{self.parameters:,}"
        yield "temperature", f"{self.temperature:.3g}"
        if origin.validation_accuracy is not None:
            yield (
                "held out",
                f"{100 * origin.validation_accuracy:.2f} % of {origin.validation_rows:,} images "
                "wholly read, by which the model was chosen",
            )
        if origin.dataset:
            hashed = f" (SHA-256 {origin.data_sha256[:12]}…)" if origin.data_sha256 else ""
            yield "fitted on", f"{origin.dataset}, {origin.rows:,} images{hashed}"
        loaded = " ".join(each for each in (origin.loaded_with.as_typed, self.made) if each)
        if loaded:
            yield "loaded with", loaded
        if origin.accuracy is not None and origin.low is not None and origin.high is not None:
            yield (
                "accuracy",
                f"{100 * origin.accuracy:.2f} % of {origin.test_rows:,} test images wholly read "
                f"(95 % interval {100 * origin.low:.2f} to {100 * origin.high:.2f})",
            )
        if origin.version:
            yield "made", f"{origin.created}, by linocut {origin.version}"
