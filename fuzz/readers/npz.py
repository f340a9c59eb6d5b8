"""NPZ and NPY: the zip, the headers of its arrays and their numbers are damaged."""

from __future__ import annotations

import io
import zipfile
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.random import Generator

from fuzz.mutations import changed, spliced
from fuzz.placing import read_files

TYPES = ("<u1", "<f4", ">f8", "<i8", "|b1", "|S3", "<U5", "|O", "<c8", "<f2", "<M8[s]", "V4", "i9")
SHAPES = (
    "()", "(0,)", "(12,)", "(12, 25)", "(12, 5, 5)", "(25, 12)", "(12, 1, 5, 5)", "(-1, 5, 5)",
    "(1000000, 1000, 1000)", "(" + "9" * 300 + ",)", "(" * 500, "(12, 5, 5L)", "(0, 99999999999)",
)  # fmt: skip
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
NAMES = ("images", "labels", "x_train", "y_train", "x_test", "y_test", "x_val", "y_val",
         "class_names", "arr_0", "train_images", "images/x", "../labels", "é", "")  # fmt: skip


class Npz:
    """`linocut.data.formats.npz`; an input is one file."""

    def seeds(self) -> list[bytes]:
        """Return files of the layouts that are about, and lone arrays."""
        random = np.random.default_rng(0)
        images = random.integers(0, 256, (12, 5, 5)).astype(np.uint8)
        labels = np.arange(12) % 3
        parts = {"x_train": images, "y_train": labels, "x_test": images, "y_test": labels}
        layouts: list[dict[str, Any]] = [
            {"images": images, "labels": labels},
            {"images": images / 255, "labels": labels.astype("S2")},
            {"images": np.repeat(images[..., None], 3, 3), "labels": labels[:, None]},
            {"images": images.reshape(12, 25).astype("u2") * 257, "labels": np.eye(3)[labels]},
            {**parts, "x_val": images, "y_val": labels},
            {"images": images, "labels": labels, "class_names": np.array(["a", "b", "c"])},
        ]
        return [*map(_saved, layouts), _npy(images), _npy(np.asfortranarray(images))]

    def mutated(self, seeds: list[bytes], random: Generator) -> bytes:
        """Damage the file, or an array in it that is then packed anew."""
        seed = seeds[random.integers(len(seeds))]
        way = random.random()
        if way < 0.25 or not seed.startswith(b"PK"):
            return changed(seed, random)
        if way < 0.3:
            return spliced(seed, seeds[random.integers(len(seeds))], random)
        arrays = dict(_arrays(seed))
        names = list(arrays)
        name = names[random.integers(len(names))]
        if way < 0.4:
            arrays[str(random.choice(NAMES))] = arrays.pop(name)
        elif way < 0.6:
            arrays[name] = changed(arrays[name], random)
        else:
            arrays[name] = _with_header(arrays[name], random)
        return _packed(arrays, int(random.choice(METHODS)))

    def read(self, data: bytes) -> Any:
        """Read a set."""
        name = "set.npz" if data.startswith(b"PK") else "images.npy"
        files = {name: data, "labels.npy": _npy(np.arange(12) % 3)}
        return read_files(files if name == "images.npy" else {name: data}, name)


def _npy(array: Any) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def _saved(arrays: dict[str, Any]) -> bytes:
    return _packed({name: _npy(array) for name, array in arrays.items()}, zipfile.ZIP_DEFLATED)


def _packed(arrays: dict[str, bytes], method: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in arrays.items():
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), data, method)
    return stream.getvalue()


@lru_cache(maxsize=64)
def _arrays(seed: bytes) -> tuple[tuple[str, bytes], ...]:
    with zipfile.ZipFile(io.BytesIO(seed)) as archive:
        return tuple((n.removesuffix(".npy"), archive.read(n)) for n in archive.namelist())


def _with_header(data: bytes, random: Generator) -> bytes:
    """Write another header before the same numbers."""
    descr, shape = str(random.choice(TYPES)), str(random.choice(SHAPES))
    order = random.choice(["True", "False", "None"])
    text = f"{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}".encode()
    text = changed(text, random) if random.random() < 0.2 else text
    length = int(random.choice([len(text), 0, 2**16 - 1])) if random.random() < 0.1 else len(text)
    return b"\x93NUMPY\x01\x00" + length.to_bytes(2, "little") + text + data[128:]


READER = Npz()
