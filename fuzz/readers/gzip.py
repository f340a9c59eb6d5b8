"""Compressed files: streams cut short, members joined, bombs, wrong checksums and lengths.

What is packed is sound more often than not, so that the reading goes on into it.
"""

from __future__ import annotations

import bz2
import gzip
import zlib
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from fuzz.mutations import changed
from fuzz.placing import read_files

LABELS = "train-labels-idx1-ubyte.gz"
NAMES = (
    "train-images-idx3-ubyte.gz", LABELS, "set.csv.gz", "set.csv", "set.svm.gz", "set.svm.bz2",
    "set",
)  # fmt: skip
HEADER = 10  # bytes, RFC 1952
TRAILER = 8  # CRC-32 and length
FLAGS = (1, 2, 4, 8, 16, 31, 32, 255)  # text, header CRC, extra, name, comment, all, reserved
BOMBS = 2**22, 2**25, 2**26  # bytes that are appended before the packing


class Gzip:
    """Every reader that unpacks; an input is the number of a name in `NAMES`, and a file."""

    def seeds(self) -> list[bytes]:
        """Return one sound file for each name."""
        random = np.random.default_rng(0)
        images, labels = random.integers(0, 256, (12, 4, 4)), np.arange(12) % 3
        rows = np.column_stack([labels, images.reshape(12, -1)])
        table = "\n".join(",".join(map(str, row)) for row in rows).encode()
        sparse = "\n".join(
            f"{row[0]} " + " ".join(f"{k}:{pixel}" for k, pixel in enumerate(row[1:], 1))
            for row in rows
        ).encode()
        contents = [_idx(images), _idx(labels), table, table, sparse, sparse, sparse]
        return [
            bytes([k]) + _packing(name)(content)
            for k, (name, content) in enumerate(zip(NAMES, contents, strict=True))
        ]

    def mutated(self, seeds: list[bytes], random: Generator) -> bytes:
        """Damage the stream, or pack the content in another way."""
        seed = seeds[random.integers(len(seeds))]
        kind, data = seed[:1], seed[1:]
        pack, unpack = _packing(NAMES[kind[0]]), _unpacking(NAMES[kind[0]])
        way = random.random()
        if way < 0.2:
            return kind + changed(data, random)
        if way < 0.35:
            return kind + changed(data[:HEADER], random) + data[HEADER:]
        if way < 0.5:
            return kind + data[:-TRAILER] + changed(data[-TRAILER:], random)
        if way < 0.6:
            return kind + _with_fields(data, random)
        if way < 0.8:
            return kind + _members(unpack(data), pack, seeds, random)
        if way < 0.998:
            return kind + pack(changed(unpack(data), random))
        return kind + _bomb(kind[0], unpack(data), int(random.choice(BOMBS)))

    def read(self, data: bytes) -> Any:
        """Read a set; IDX has its other file beside it."""
        name = NAMES[data[0]]
        others = {other: gzip.compress(content, 1, mtime=0) for other, content in _beside(name)}
        return read_files({**others, name: data[1:]}, "" if others else name)


def _packing(name: str) -> Callable[[bytes], bytes]:
    if name.endswith(".bz2"):
        return bz2.compress
    return lambda content: gzip.compress(content, 1, mtime=0)


def _unpacking(name: str) -> Callable[[bytes], bytes]:
    return bz2.decompress if name.endswith(".bz2") else gzip.decompress


def _idx(array: NDArray[Any]) -> bytes:
    header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    return header + array.astype(np.uint8).tobytes()


@lru_cache
def _beside(name: str) -> tuple[tuple[str, bytes], ...]:
    """Return the names and contents of the files that a file is read with."""
    labels = _idx(np.arange(12) % 3)
    return {NAMES[0]: ((LABELS, labels),), LABELS: ((NAMES[0], _idx(np.ones((12, 4, 4)))),)}.get(
        name, ()
    )


def _with_fields(data: bytes, random: Generator) -> bytes:
    """Announce optional fields of the header, which follow or do not."""
    flags = int(random.choice(FLAGS))
    lengths = (0, 1, 40, 2**16 - 1)
    extra = random.bytes(int(random.integers(0, 9))) if random.random() < 0.5 else b"name\0"
    if flags & 4:
        extra = int(random.choice(lengths)).to_bytes(2, "little") + extra
    return data[:3] + bytes([flags]) + data[4:HEADER] + extra + data[HEADER:]


def _members(
    content: bytes, pack: Callable[[bytes], bytes], seeds: list[bytes], random: Generator
) -> bytes:
    """Pack halves as members of their own, some missing, foreign, empty or followed by rubbish."""
    cuts = np.sort(random.integers(0, len(content) + 1, random.integers(1, 5)))
    pieces = [content[a:b] for a, b in zip([0, *cuts], [*cuts, len(content)], strict=True)]
    members = [pack(piece) for piece in pieces]
    at = int(random.integers(len(members)))
    odd = (
        b"", b"\0" * int(random.integers(1, 600)), random.bytes(int(random.integers(1, 30))),
        pack(b""), seeds[random.integers(len(seeds))][1:], zlib.compress(pieces[at]),
        members[at][: random.integers(len(members[at]))], members[at],
    )  # fmt: skip
    if random.random() < 0.7:
        members.insert(at, odd[random.integers(len(odd))])
    if random.random() < 0.3:
        members[at] = odd[random.integers(len(odd))]
    return b"".join(members)


@lru_cache(maxsize=16)
def _bomb(kind: int, content: bytes, size: int) -> bytes:
    """Pack the content and then its end over and over, or zeros where it is not text."""
    name = NAMES[kind]
    piece = bytes(2**16) if "idx" in name else b"\n" + content.splitlines()[-1]
    piece *= max(1, 2**16 // len(piece))
    packer = bz2.BZ2Compressor(9) if name.endswith(".bz2") else zlib.compressobj(9, wbits=31)
    made = [packer.compress(content)]
    made += [packer.compress(piece) for _ in range(size // len(piece))]
    return b"".join([*made, packer.flush()])


READER = Gzip()
