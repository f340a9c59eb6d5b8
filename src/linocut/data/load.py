"""The one door for images: a name or a path in, an `ImageDataset` out."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from linocut.core import LinocutError
from linocut.data.dataset import ImageDataset, ImagePart
from linocut.data.idx import read_idx
from linocut.data.split import split_rows


def load(
    source: str | Path = "digits",
    *,
    size: Any = None,
    test_size: float = 0.2,
    seed: int = 42,
    split: str | None = None,
    skip_bad: bool = False,
    progress: Any = None,
) -> ImageDataset:
    """Load (stand-in until the readers land)."""
    if source == "digits":
        from sklearn.datasets import load_digits

        X, y = load_digits(return_X_y=True)
        images = np.round(X.reshape(-1, 8, 8) * 255 / 16).astype(np.uint8)
        tr, te = split_rows(
            y.astype(np.int64), test_size=test_size, seed=seed, split=split or "stratified"
        )
        part = lambda r: ImagePart(images[r], y[r].astype(np.int64))  # noqa: E731
        return ImageDataset(
            "digits", tuple("0123456789"), part(tr), part(te), split=split or "stratified"
        )
    folder = Path(source)
    if not folder.is_dir():
        folder = Path(os.environ.get("LINOCUT_DATA", "")) / str(source)
    if not folder.is_dir():
        raise LinocutError(f"{source!r} is no known dataset and no such path exists")
    parts = []
    for prefix in ("train", "t10k"):
        images = read_idx(folder / f"{prefix}-images-idx3-ubyte.gz", 3)
        labels = read_idx(folder / f"{prefix}-labels-idx1-ubyte.gz", 1)
        parts.append(ImagePart(images, labels.astype(np.int64)))
    k = int(parts[0].labels.max()) + 1
    return ImageDataset(str(source), tuple(map(str, range(k))), *parts)
