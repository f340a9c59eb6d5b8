"""IDX: a file of images and one of labels, plain or gzipped, their headers damaged."""

from __future__ import annotations

import gzip
from typing import Any

import numpy as np
from numpy.random import Generator

from fuzz.mutations import changed, spliced
from fuzz.placing import read_files

TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


class Idx:
    """`linocut.data.formats.idx`; an input is the length of the images' file, and both files."""

    def seeds(self) -> list[bytes]:
        """Return sets of every type of number, plain and gzipped."""
        random = np.random.default_rng(0)
        images, labels = random.integers(0, 100, (12, 4, 5)), np.arange(12) % 3
        made = []
        for code in TYPES:
            made.append(_joined(_idx(images, code), _idx(labels, 0x08)))
            made.append(_joined(_idx(images, 0x08), _idx(labels, code)))
        made.append(_joined(_idx(images, 0x08), _idx(np.tile(labels[:, None], 8), 0x0C)))
        zipped = [gzip.compress(_idx(each, 0x08), mtime=0) for each in (images, labels)]
        return [*made, _joined(*zipped), _joined(_idx(images, 0x0D), zipped[1])]

    def mutated(self, seeds: list[bytes], random: Generator) -> bytes:
        """Damage one of the two files, before it is gzipped or afterwards."""
        images, labels = _parted(seeds[random.integers(len(seeds))])
        other_images, other_labels = _parted(seeds[random.integers(len(seeds))])
        way = random.random()
        if way < 0.4:
            images = _damaged(images, random)
        elif way < 0.7:
            labels = _damaged(labels, random)
        elif way < 0.8:
            images = spliced(images, other_images, random)
        elif way < 0.9:
            labels = other_labels
        else:
            images = _with_lengths(images, random)
        if random.random() < 0.2:
            images = gzip.compress(images, 1, mtime=0)
        return _joined(images, labels)

    def read(self, data: bytes) -> Any:
        """Read a set."""
        images, labels = _parted(data)
        return read_files({"train-images-idx3-ubyte": images, "train-labels-idx1-ubyte": labels})


def _idx(array: Any, code: int) -> bytes:
    header = bytes([0, 0, code, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    return header + np.asarray(array, TYPES[code]).tobytes()


def _joined(images: bytes, labels: bytes) -> bytes:
    return len(images).to_bytes(4, "little") + images + labels


def _parted(data: bytes) -> tuple[bytes, bytes]:
    cut = 4 + int.from_bytes(data[:4], "little")
    return data[4:cut], data[cut:]


def _damaged(data: bytes, random: Generator) -> bytes:
    if random.random() < 0.5:  # where it matters most
        return changed(data[:20], random) + data[20:]
    return changed(data, random)


def _with_lengths(data: bytes, random: Generator) -> bytes:
    """Write other lengths into the header, often ones whose product is the same or overflows."""
    lengths = random.choice([0, 1, 2, 4, 5, 12, 20, 60, 240, 2**16, 2**31, 2**32 - 1], 3)
    return data[:4] + lengths.astype(">u4").tobytes() + data[16:]


READER = Idx()
