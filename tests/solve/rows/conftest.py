"""Rows to write and read, and a cache of their own for copies."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

CUTS = ((0, 5), (5, 6), (6, 23), (23, 40))  # shards of different lengths


@pytest.fixture(autouse=True)
def cache(tmp_path_factory, monkeypatch):
    """A cache of its own for each test."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("LINOCUT_CACHE", str(folder))
    return folder


@pytest.fixture(name="X")
def features():
    return np.random.default_rng(0).normal(size=(40, 6)).astype(np.float32)


@pytest.fixture(name="y")
def labels():
    return np.random.default_rng(1).integers(0, 3, 40)


Labels = np.ndarray | None  # None: no labels are written
Write = Callable[[Path, np.ndarray, np.ndarray | None], Path]


def write_npy(folder: Path, X: np.ndarray, y: Labels) -> Path:
    for k, (low, high) in enumerate(CUTS):
        np.save(folder / f"x-{k:03}.npy", X[low:high])
        if y is not None:
            np.save(folder / f"y-{k:03}.npy", y[low:high])
    return folder


def write_tensors(folder: Path, X: np.ndarray, y: Labels) -> Path:
    from safetensors.numpy import save_file

    for k, (low, high) in enumerate(CUTS):
        tensors = {"features": X[low:high].copy()}
        if y is not None:
            tensors["labels"] = y[low:high].copy()
        save_file(tensors, folder / f"{k}.safetensors")
    return folder


def cut(y: Labels, low: int, high: int) -> Labels:
    return None if y is None else y[low:high]


def as_table(X: np.ndarray, y: Labels):
    import pyarrow as pa

    lists = pa.FixedSizeListArray.from_arrays(pa.array(X.ravel()), X.shape[1])
    return pa.table({"x": lists} if y is None else {"x": lists, "label": y})


def write_parquet(folder: Path, X: np.ndarray, y: Labels) -> Path:
    from pyarrow import parquet

    for k, (low, high) in enumerate(CUTS):
        table = as_table(X[low:high], cut(y, low, high))
        parquet.write_table(table, folder / f"part-{k}.parquet", row_group_size=4)
    return folder


def write_arrow(folder: Path, X: np.ndarray, y: Labels) -> Path:
    from pyarrow import ipc

    for k, (low, high) in enumerate(CUTS):
        table = as_table(X[low:high], cut(y, low, high))
        new = ipc.new_file if k % 2 else ipc.new_stream
        with new(str(folder / f"part-{k}.arrow"), table.schema) as writer:
            writer.write_table(table, max_chunksize=3)
    return folder


def write_feather(folder: Path, X: np.ndarray, y: Labels) -> Path:
    from pyarrow import feather

    for k, (low, high) in enumerate(CUTS):
        feather.write_feather(
            as_table(X[low:high], cut(y, low, high)), str(folder / f"{k}.feather")
        )
    return folder


def write_hdf5(folder: Path, X: np.ndarray, y: Labels, **options: object) -> Path:
    import h5py

    for k, (low, high) in enumerate(CUTS):
        with h5py.File(folder / f"{k}.h5", "w") as file:
            file.create_dataset("x", data=X[low:high], **options)
            if y is not None:
                file["y"] = y[low:high]
    return folder


def write_chunks(folder: Path, X: np.ndarray, y: Labels) -> Path:
    return write_hdf5(folder, X, y, chunks=(1, 4))


def write_packed(folder: Path, X: np.ndarray, y: Labels) -> Path:
    return write_hdf5(folder, X, y, chunks=(1, 4), compression="gzip")


FORMATS: dict[str, tuple[Write, tuple[str, ...]]] = {
    "npy": (write_npy, ()),
    "safetensors": (write_tensors, ()),
    "parquet": (write_parquet, ("pyarrow",)),
    "arrow": (write_arrow, ("pyarrow",)),
    "feather": (write_feather, ("pyarrow",)),
    "hdf5": (write_hdf5, ("h5py",)),
    "hdf5 in chunks": (write_chunks, ("h5py",)),
    "hdf5 compressed": (write_packed, ("h5py",)),
}


@pytest.fixture(params=FORMATS)
def written(request, tmp_path, X, y, need_extra):
    """A folder of shards in each format."""
    write, modules = FORMATS[request.param]
    for module in modules:
        need_extra(module)
    return write(tmp_path, X, y)
