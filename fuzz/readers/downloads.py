"""Formats that other libraries read for linocut: Parquet, ARFF and svmlight.

What is tried is that whatever those libraries do with a damaged file ends in one line. MATLAB and
HDF5, whose libraries crash or hang, have readers of their own.
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.random import Generator
from PIL import Image
from pyarrow import parquet
from sklearn.datasets import dump_svmlight_file

from fuzz.mutations import changed, spliced
from fuzz.placing import read_files

ENDINGS = (".parquet", ".arff", ".svm")


class Downloads:
    """The formats by their endings; an input is the number of the ending, and a file."""

    def seeds(self) -> list[bytes]:
        """Return the same few images in each format."""
        images = np.random.default_rng(0).integers(0, 256, (12, 4, 4)).astype(np.uint8)
        labels = np.arange(12) % 3
        writers = (_parquet, _arff, _svmlight)
        return [bytes([k]) + write(images, labels) for k, write in enumerate(writers)]

    def mutated(self, seeds: list[bytes], random: Generator) -> bytes:
        """Damage the file, never its ending."""
        seed = seeds[random.integers(len(seeds))]
        if random.random() < 0.1:
            return seed[:1] + spliced(seed[1:], seeds[random.integers(len(seeds))][1:], random)
        return seed[:1] + changed(seed[1:], random)

    def read(self, data: bytes) -> Any:
        """Read a set."""
        name = f"set{ENDINGS[data[0]]}"
        return read_files({name: data[1:]}, name)


def _parquet(images: Any, labels: Any) -> bytes:
    def png(image: Any) -> bytes:
        stream = io.BytesIO()
        Image.fromarray(image).save(stream, "PNG")
        return stream.getvalue()

    cells = [{"bytes": png(image), "path": None} for image in images]
    stream = io.BytesIO()
    parquet.write_table(pa.table({"image": cells, "label": labels}), stream)
    return stream.getvalue()


def _arff(images: Any, labels: Any) -> bytes:
    rows = np.column_stack([images.reshape(12, -1), labels])
    lines = ["@relation a", *(f"@attribute p{k} numeric" for k in range(16))]
    lines += ["@attribute class {0,1,2}", "@data", *(",".join(map(str, row)) for row in rows)]
    return "\n".join(lines).encode()


def _svmlight(images: Any, labels: Any) -> bytes:
    stream = io.BytesIO()
    dump_svmlight_file(images.reshape(12, -1).astype(float), labels, stream, zero_based=False)
    return stream.getvalue()


READER = Downloads()
