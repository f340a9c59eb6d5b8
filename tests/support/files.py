"""Write the files that readers read."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
from PIL import Image


def idx_bytes(array):
    """The bytes of an IDX file."""
    header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    return header + np.asarray(array, np.uint8).tobytes()


def write_idx(path: Path, array) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    data = idx_bytes(array)
    path.write_bytes(gzip.compress(data, 1) if path.suffix == ".gz" else data)
    return path


def write_idx_set(folder: Path, train, test=None, ending=".gz") -> Path:
    for prefix, part in (("train", train), ("t10k", test)):
        if part is not None:
            write_idx(folder / f"{prefix}-images-idx3-ubyte{ending}", part[0])
            write_idx(folder / f"{prefix}-labels-idx1-ubyte{ending}", part[1])
    return folder


def write_images(folder: Path, images, labels, ending=".png", names=None) -> Path:
    """One sub-folder a class, one file an image."""
    for k, (image, label) in enumerate(zip(images, labels, strict=True)):
        path = folder / str(names[label] if names else label) / f"{k}{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(path)
    return folder


def toy_images(n=24, shape=(6, 5), classes=3, seed=0):
    """Images on blank paper: ink in the middle only, so a border is dark (0)."""
    rng = np.random.default_rng(seed)
    images = np.zeros((n, *shape), np.uint8)
    images[:, 1:-1, 1:-1] = rng.integers(1, 256, (n, shape[0] - 2, shape[1] - 2))
    return images, np.arange(n) % classes
