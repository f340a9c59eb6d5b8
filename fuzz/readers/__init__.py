"""What is fuzzed: one reader a file, named as on the command line."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from numpy.random import Generator

NAMES = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem != "__init__")


class Reader(Protocol):
    """One reader of files that come from outside."""

    def seeds(self) -> list[bytes]:
        """Return valid inputs, small ones of every kind; the same in each process."""

    def mutated(self, seeds: list[bytes], random: Generator) -> bytes:
        """Return one of the seeds, changed."""

    def read(self, data: bytes) -> Any:
        """Read an input; what is wrong with it may only be said by a `LinocutError`."""


def reader_of(name: str) -> Reader:
    """Return the reader of a name: ``READER`` in the file of that name."""
    reader: Reader = import_module(f"fuzz.readers.{name}").READER
    return reader
