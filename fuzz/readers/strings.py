"""Model files that read strings: damaged as other model files are; what still loads must read."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from fuzz.readers.modelfile import ModelFiles
from linocut.data import load_dataset
from linocut.lines import StringReader, synthetic_strings
from linocut.lines.file import contents_of
from linocut.modelfile.container import unpack

FITS = ("fixed-positions", "whole-string")


class StringReaders(ModelFiles):
    """`linocut.lines.StringReader.load`."""

    parts = ("lines", "lines", "lines", "symbols", "intake", "provenance")

    def seeds(self) -> list[bytes]:
        """Return a file of each kind, fitted on a few strings of digits."""
        strings = synthetic_strings(load_dataset("digits"), 60, length=(2, 2), random_state=0)
        with tempfile.TemporaryDirectory() as folder:
            return [
                StringReader(model=each, preparation="none", C=1.0, max_iter=2)
                .fit(strings)
                .save(Path(folder) / "reader.linocut")
                .read_bytes()
                for each in FITS
            ]

    def read(self, data: bytes) -> Any:
        """Read a reader, and have it read a line."""
        reader = StringReader.of_contents(contents_of(*unpack(data)))
        line = np.zeros((reader.intake_.height or 1, 24), np.uint8)
        line[:, 8:12] = 200
        with np.errstate(all="ignore"):
            reader.best(line, 3)
        return reader


READER = StringReaders()
