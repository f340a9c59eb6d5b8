"""The other process: opens files with a library that may crash, and hands arrays over.

It is started as a program, ``python child.py KIND``, and imports nothing of linocut, so that it is
ready soon. Each request on its input is a line of JSON, and so is the head of each answer on its
output; an array's bytes follow its head.
"""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import numpy as np

KEPT = "biufSU"  # kinds of numbers and text; objects and records are none
BYTES = {"double": 8, "single": 4, "int64": 8, "uint64": 8, "int32": 4, "uint32": 4, "char": 4}


class RefusedError(Exception):
    """What is wrong with a file, in words."""


class Reading(Protocol):
    """A library, and the file that it has open."""

    def open(self, path: str, most: int) -> dict[str, Any]:
        """Open a file that may unpack to so many bytes; return its ``keys``, and what is known."""

    def array(self, key: str) -> Any:
        """Return one of its arrays."""


class Matlab:
    """SciPy's reader, which reads all arrays at once."""

    def __init__(self) -> None:
        from scipy import io

        self._io = io
        self._arrays: dict[str, Any] = {}

    def open(self, path: str, most: int) -> dict[str, Any]:
        """See `Reading`; arrays of a struct are named ``dataset/train/images``."""
        self._arrays = {}
        promised = sum(
            math.prod(map(int, shape)) * BYTES.get(kind, 1)
            for _, shape, kind in self._io.whosmat(path)
        )
        if promised > most:
            raise RefusedError(f"promises {promised:,} bytes, more than the file can hold")
        loaded = self._io.loadmat(path, simplify_cells=True)
        content = {key: value for key, value in loaded.items() if not key.startswith("__")}
        self._arrays = dict(_flat(content, ""))
        structured = any(isinstance(value, dict) for value in content.values())
        return {"keys": list(self._arrays), "structured": structured}

    def array(self, key: str) -> Any:
        """See `Reading`."""
        return self._arrays[key]


class Hdf5:
    """h5py, which reads an array when it is asked for."""

    def __init__(self) -> None:
        import h5py

        self._h5py = h5py
        self._file: Any = None
        self._most = 0

    def open(self, path: str, most: int) -> dict[str, Any]:
        """See `Reading`."""
        if self._file is not None:
            self._file.close()
        self._file, self._most, keys = self._h5py.File(path, "r"), most, []

        def note(name: str | bytes, item: Any) -> None:
            if isinstance(name, str) and hasattr(item, "dtype"):  # an array, its name in UTF-8
                keys.append(name)

        self._file.visititems(note)
        return {"keys": keys}

    def array(self, key: str) -> Any:
        """See `Reading`; the file must hold as much as the array promises."""
        found = self._file[key]
        if found.external or found.is_virtual:
            raise RefusedError(f"{key} lies in other files, which are not read")
        size = Path(self._file.filename).stat().st_size
        stored = min(found.id.get_storage_size(), size)
        if found.nbytes > self._most * stored / max(1, size):
            raise RefusedError(
                f"{key} promises {found.nbytes:,} bytes, more than {stored:,} stored can hold"
            )
        if found.dtype.kind == "O":
            return np.array(found.asstr(errors="replace")[...], dtype=str)
        return np.asarray(found[...])


KINDS: dict[str, type[Matlab] | type[Hdf5]] = {"matlab": Matlab, "hdf5": Hdf5}


def main() -> None:
    """Answer requests until there are no more."""
    _die_quietly()
    out = _own_output()
    reading: Reading = KINDS[sys.argv[1]]()
    _tell(out, {"ready": True})
    for line in sys.stdin.buffer:
        request = json.loads(line)
        try:
            if "path" in request:
                _limit_memory(request["memory"])
                _tell(out, reading.open(request["path"], request["most"]))
            else:
                _hand_over(out, reading.array(request["array"]), request["array"])
        except RefusedError as error:
            _tell(out, {"refused": str(error)})
        except Exception as error:  # the libraries raise whatever a damaged file leads them to
            told = " ".join(str(error).split())[:160] or type(error).__name__
            _tell(out, {"unreadable": told})


def _hand_over(out: BinaryIO, array: Any, key: str) -> None:
    if array.dtype.kind not in KEPT:
        raise RefusedError(f"{key} is an array of {array.dtype} — numbers or text are wanted")
    columns_first = array.flags.f_contiguous and not array.flags.c_contiguous
    flat = np.ascontiguousarray(array.T if columns_first else array).reshape(-1)
    head = {"dtype": array.dtype.str, "shape": array.shape, "columns_first": columns_first}
    _tell(out, head)
    if flat.nbytes:
        out.write(flat.view(np.uint8).data)
        out.flush()


def _flat(content: dict[str, Any], above: str) -> Iterator[tuple[str, Any]]:
    for key, value in content.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{key}/")
        elif isinstance(value, np.ndarray) and value.dtype.kind in KEPT:
            yield f"{above}{key}", value


def _tell(out: BinaryIO, what: dict[str, Any]) -> None:
    out.write(json.dumps(what).encode() + b"\n")
    out.flush()


def _own_output() -> BinaryIO:
    """Take the output for answers alone: what a library prints goes nowhere."""
    mine = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return mine


def _die_quietly() -> None:
    """See that a crash leaves neither a core file nor a dialogue."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.kernel32.SetErrorMode(0x0001 | 0x0002)
    else:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_memory(more: int) -> None:
    """Let this process have so many bytes more than it has; Linux alone tells what it has."""
    sizes = Path("/proc/self/statm")
    if sys.platform != "win32" and sizes.exists():
        import resource

        has = int(sizes.read_text().split()[0]) * resource.getpagesize()
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = has + more if hard == resource.RLIM_INFINITY else min(has + more, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


if __name__ == "__main__":
    main()
