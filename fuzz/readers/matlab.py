"""MATLAB files: as SVHN and EMNIST come, plain and compressed, of versions 4 and 5.

SciPy's reader works in another process, which serves one input after another here and is started
again where it has died.
"""

from __future__ import annotations

import io
import zlib
from typing import Any

import numpy as np
from numpy.random import Generator
from scipy.io import savemat

from fuzz.mutations import changed, spliced
from fuzz.placing import SharedLibrary, read_files

HEADER = 128  # bytes of a file of version 5, before its elements


class Matlab:
    """`linocut.data.formats.matlab`; an input is one file."""

    def __init__(self) -> None:
        self._library = SharedLibrary("matlab")

    def seeds(self) -> list[bytes]:
        """Return the same few images in each layout, with other things beside them."""
        images = np.random.default_rng(0).integers(0, 256, (12, 4, 4)).astype(np.uint8)
        labels = (np.arange(12) % 3)[:, None]
        last = np.moveaxis(images, 0, -1)
        part = {"images": images.reshape(12, -1), "labels": labels}
        layouts: list[dict[str, Any]] = [
            {"X": np.repeat(last[:, :, None], 3, axis=2), "y": labels},
            {"X": last / 255, "y": labels.astype(np.uint8)},
            {"dataset": {"train": part, "test": part, "mapping": np.array([[1, 2]])}},
            {"images": images, "labels": labels, "names": np.array(["a", "b"], object),
             "text": "of no use", "z": np.ones(3) * 1j},
        ]  # fmt: skip
        flat = {"images": images.reshape(12, -1), "labels": labels}
        return [
            *(_saved(each, do_compression=c) for each in layouts for c in (False, True)),
            _saved(flat, format="4"),
            _saved(flat),
        ]

    def mutated(self, seeds: list[bytes], random: Generator) -> bytes:
        """Damage the file, or what is compressed in it."""
        seed = seeds[random.integers(len(seeds))]
        way = random.random()
        if way < 0.1:
            return spliced(seed, seeds[random.integers(len(seeds))], random)
        if way < 0.6 and seed[HEADER : HEADER + 4] == b"\x0f\0\0\0":
            return _repacked(seed, random)
        if way < 0.8:  # where the elements say what they are
            return (
                seed[:HEADER] + changed(seed[HEADER : HEADER + 160], random) + seed[HEADER + 160 :]
            )
        return changed(seed, random)

    def read(self, data: bytes) -> Any:
        """Read a set."""
        self._library.use()
        return read_files({"set.mat": data}, "set.mat")


def _saved(arrays: dict[str, Any], **options: Any) -> bytes:
    stream = io.BytesIO()
    savemat(stream, arrays, **options)
    return stream.getvalue()


def _repacked(seed: bytes, random: Generator) -> bytes:
    """Change what one of the compressed elements holds."""
    elements, at = [], HEADER
    while at < len(seed):
        end = at + 8 + int.from_bytes(seed[at + 4 : at + 8], "little")
        elements.append(zlib.decompress(seed[at + 8 : end]))
        at = end
    k = int(random.integers(len(elements)))
    head = 160 if random.random() < 0.7 else len(elements[k])
    elements[k] = changed(elements[k][:head], random) + elements[k][head:]
    packed = [zlib.compress(each, 1) for each in elements]
    return seed[:HEADER] + b"".join(
        b"\x0f\0\0\0" + len(each).to_bytes(4, "little") + each for each in packed
    )


READER = Matlab()
