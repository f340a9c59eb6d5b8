"""How fast rows on disk are read block by block, in each format, beside a plain memory map.

    python benchmarks/sources.py [--rows 100000] [--rounds 5] [--threads 1]

Rows of bytes (n, 784) and of float32 (n, 768) are written in each format into a temporary folder,
eight shards each. Then all formats take turns reading all rows in blocks of 1,300, each block
summed so that every byte is touched; the first in each turn is a plain loop over
``numpy.load(mmap_mode="r")`` of one file, summed likewise. The files are in the system's cache, as
they are in every pass of a fit but the first. Told are the time to open them (copies that are kept
are made then), the first pass, in which floats are also looked through for NaN, the medians of the
later ones, the ratios to the plain loop of the same turn, and the time for 20,000 rows at random.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from linocut.core.blocks import map_in_order
from linocut.solve.rows import open_rows

BLOCK, SHARDS, PICKED = 1_300, 8, 20_000


def write_all(folder: Path, X: Any, y: Any) -> dict[str, Path]:
    """Write the same rows in each format; return the folders by format."""
    import h5py
    import pyarrow as pa
    from pyarrow import ipc, parquet
    from safetensors.numpy import save_file

    names = "npy", "safetensors", "parquet", "arrow", "hdf5", "hdf5 in chunks", "hdf5 gzip"
    folders = {name: folder / name for name in names}
    for each in folders.values():
        each.mkdir()
    chunks = (256, X.shape[1])
    for k, rows in enumerate(np.array_split(np.arange(len(X)), SHARDS)):
        part, labels = np.ascontiguousarray(X[rows]), y[rows]
        np.save(folders["npy"] / f"x-{k}.npy", part)
        np.save(folders["npy"] / f"y-{k}.npy", labels)
        save_file({"x": part, "y": labels}, folders["safetensors"] / f"{k}.safetensors")
        lists = pa.FixedSizeListArray.from_arrays(pa.array(part.ravel()), X.shape[1])
        table = pa.table({"x": lists, "label": labels})
        parquet.write_table(table, folders["parquet"] / f"{k}.parquet")
        with ipc.new_file(str(folders["arrow"] / f"{k}.arrow"), table.schema) as writer:
            writer.write_table(table)
        for name, options in {
            "hdf5": {},
            "hdf5 in chunks": {"chunks": chunks},
            "hdf5 gzip": {"chunks": chunks, "compression": "gzip", "compression_opts": 1},
        }.items():
            with h5py.File(folders[name] / f"{k}.h5", "w") as file:
                file.create_dataset("x", data=part, **options)
                file["y"] = labels
    return folders


def seconds(work: Callable[[], object]) -> float:
    """Return how long something takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def read_all(rows: Any, threads: int) -> None:
    """Read all rows in blocks."""
    starts = range(0, len(rows), BLOCK)
    for _ in map_in_order(lambda start: rows[start : start + BLOCK].sum(), starts, threads):
        pass


def measure(X: Any, rounds: int, threads: int) -> None:
    """Write, read in turns and tell."""
    y = np.random.default_rng(0).integers(0, 10, len(X))
    picked = np.random.default_rng(1).integers(0, len(X), min(PICKED, len(X)))
    with tempfile.TemporaryDirectory() as name:
        os.environ["LINOCUT_CACHE"] = str(Path(name) / "cache")
        np.save(Path(name) / "plain.npy", X)
        folders = write_all(Path(name), X, y)
        sources = {"plain": np.load(Path(name) / "plain.npy", mmap_mode="r")}
        opening: dict[str, float] = {}
        for format_, folder in folders.items():
            start = time.perf_counter()
            sources[format_] = open_rows(folder).rows
            opening[format_] = time.perf_counter() - start
        for rows in sources.values():
            np.testing.assert_array_equal(rows[: 2 * BLOCK], X[: 2 * BLOCK])
        times: dict[str, list[float]] = {key: [] for key in sources}
        for _ in range(rounds + 1):
            for key, rows in sources.items():
                times[key].append(seconds(lambda rows=rows: read_all(rows, threads)))
        print(f"  {'':15} {'opening':>9} {'1st pass':>9} {'a pass':>9} {'GB/s':>6} {'/ plain':>7}")
        plain = times["plain"]
        for key, rows in sources.items():
            first, *later = times[key]
            median = statistics.median(later)
            ratio = statistics.median(a / b for a, b in zip(later, plain[1:], strict=True))
            print(
                f"  {key:15} {opening.get(key, 0):7.3f} s {first * 1e3:6.0f} ms "
                f"{median * 1e3:6.0f} ms {X.nbytes / median / 1e9:6.2f} {ratio:7.2f}"
                f"   {seconds(lambda rows=rows: rows[picked]) * 1e3:6.0f} ms at random"
            )


def main() -> None:
    """Measure bytes and floats."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    asked = parser.parse_args()
    rng = np.random.default_rng(0)
    for dtype, width in ((np.uint8, 784), (np.float32, 768)):
        if dtype is np.uint8:
            X = rng.integers(0, 256, (asked.rows, width), dtype)
        else:
            X = rng.standard_normal((asked.rows, width), dtype)
        print(f"{asked.rows:,} x {width} {np.dtype(dtype).name}, {X.nbytes / 1e6:,.0f} MB:")
        measure(X, asked.rounds, asked.threads)


if __name__ == "__main__":
    main()
