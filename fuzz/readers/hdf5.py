"""HDF5 files: contiguous, in chunks, compressed, in groups, old and new versions of the format.

h5py works in another process, which serves one input after another here and is started again where
it has died.
"""

from __future__ import annotations

import io
from typing import Any

import h5py
import numpy as np
from numpy.random import Generator

from fuzz.mutations import changed, spliced
from fuzz.placing import SharedLibrary, read_files

IMAGES = np.random.default_rng(0).integers(0, 256, (12, 4, 5)).astype(np.uint8)
LABELS = np.arange(12) % 3
HEAD = 512  # bytes with the superblock and the first groups


class Hdf5:
    """`linocut.data.formats.hdf5`; an input is one file."""

    def __init__(self) -> None:
        self._library = SharedLibrary("hdf5")

    def seeds(self) -> list[bytes]:
        """Return the same few images in each layout."""
        ways: list[dict[str, Any]] = [
            {}, {"chunks": (5, 4, 5)}, {"chunks": (5, 4, 5), "compression": "gzip"},
            {"chunks": (4, 4, 5), "compression": "lzf", "shuffle": True, "fletcher32": True},
        ]  # fmt: skip
        made = [_saved(version, way) for version in ("earliest", "latest") for way in ways]
        return [*made, _in_groups("earliest"), _in_groups("latest")]

    def mutated(self, seeds: list[bytes], random: Generator) -> bytes:
        """Damage the file, more often where it says what it holds."""
        seed = seeds[random.integers(len(seeds))]
        way = random.random()
        if way < 0.1:
            return spliced(seed, seeds[random.integers(len(seeds))], random)
        if way < 0.4:
            return changed(seed[:HEAD], random) + seed[HEAD:]
        if way < 0.7:  # most of a small file is filling: what is not zero says something
            data = bytearray(seed)
            used = np.flatnonzero(np.frombuffer(seed, np.uint8))
            for at in random.choice(used, random.integers(1, 5)):
                data[at] = random.integers(256) if random.random() < 0.5 else data[at] ^ 1
            return bytes(data)
        return changed(seed, random)

    def read(self, data: bytes) -> Any:
        """Read a set."""
        self._library.use()
        return read_files({"set.h5": data}, "set.h5")


def _saved(version: str, way: dict[str, Any]) -> bytes:
    stream = io.BytesIO()
    with h5py.File(stream, "w", libver=version) as file:
        file.create_dataset("images", data=IMAGES, **way)
        file["labels"] = LABELS
        file["class_names"] = ["a", "b", "c"]
        file.attrs["about"] = "a set"
    return stream.getvalue()


def _in_groups(version: str) -> bytes:
    stream = io.BytesIO()
    with h5py.File(stream, "w", libver=version, track_order=version == "latest") as file:
        for part in ("train", "test"):
            group = file.create_group(part)
            group["images"], group["labels"] = IMAGES / 255, LABELS.astype("S2")
        file["other"] = h5py.SoftLink("/train")
    return stream.getvalue()


READER = Hdf5()
