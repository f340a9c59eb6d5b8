"""Write the files that readers read."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Array = NDArray[Any]
Part = tuple[Array, Array]  # images and labels


def idx_bytes(array: Array) -> bytes:
    """The bytes of an IDX file."""
    header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    return header + np.asarray(array, np.uint8).tobytes()


def png(image: Array) -> bytes:
    """The bytes of a PNG file."""
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return file.getvalue()


def write_idx(path: Path, array: Array) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    data = idx_bytes(array)
    path.write_bytes(gzip.compress(data, 1) if path.suffix == ".gz" else data)
    return path


def write_idx_set(folder: Path, train: Part, test: Part | None = None, ending: str = ".gz") -> Path:
    for prefix, part in (("train", train), ("t10k", test)):
        if part is not None:
            write_idx(folder / f"{prefix}-images-idx3-ubyte{ending}", part[0])
            write_idx(folder / f"{prefix}-labels-idx1-ubyte{ending}", part[1])
    return folder


def write_images(
    folder: Path,
    images: Iterable[Array],
    labels: Iterable[Any],
    ending: str = ".png",
    names: Sequence[str] | None = None,
) -> Path:
    """One sub-folder a class, one file an image."""
    for k, (image, label) in enumerate(zip(images, labels, strict=True)):
        path = folder / str(names[label] if names else label) / f"{k}{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(path)
    return folder


def toy_images(
    n: int = 24, shape: tuple[int, int] = (6, 5), classes: int = 3, seed: int = 0
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Images on blank paper: ink in the middle only, so a border is dark (0)."""
    rng = np.random.default_rng(seed)
    images = np.zeros((n, *shape), np.uint8)
    images[:, 1:-1, 1:-1] = rng.integers(1, 256, (n, shape[0] - 2, shape[1] - 2))
    return images, np.arange(n) % classes
