"""A library in a process of its own: where it crashes or hangs, a line says so."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.data.formats.keyed import shown
from linocut.data.formats.npy_array import LARGEST
from linocut.data.formats.zips import LARGEST_RATIO

Kind = Literal["matlab", "hdf5"]

NAMES: dict[Kind, str] = {"matlab": "MATLAB", "hdf5": "HDF5"}
PROGRAM = Path(__file__).with_name("child.py")
LEAST_BYTES = 1 << 20  # what any file may unpack to
ROOM = 1 << 28  # bytes of memory that a library may need besides
STARTING = 60.0  # seconds that its start may take, from a slow disk
READING = 4.0  # seconds that any file may take to read …
PER_SECOND = 1 << 20  # … and one more for so many bytes of it
LONGEST_LINE = 1 << 26  # bytes of an answer's head: names of arrays


class Library:
    """Arrays of one file after another, by name.

    The process is started when it is first needed, and again where it has ended.

    Parameters
    ----------
    kind : {"matlab", "hdf5"}
        Which library: SciPy's reader of MATLAB files, or h5py.

    Examples
    --------
    >>> import tempfile
    >>> from scipy.io import savemat
    >>> with tempfile.TemporaryDirectory() as folder, Library("matlab") as library:
    ...     path = Path(folder) / "a.mat"
    ...     savemat(path, {"x": np.arange(3.0)})
    ...     library.open(path)["keys"], library.array("x").tolist()
    (['x'], [0.0, 1.0, 2.0])
    """

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self._process: subprocess.Popen[bytes] | None = None
        self._path = Path()
        self._left = 0.0  # seconds that the file may still take

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def open(self, path: Path) -> dict[str, Any]:
        """Open a file; return what is known of it: ``keys``, the names of its arrays.

        Raises
        ------
        LinocutError
            If it cannot be read, whatever the library makes of it, or the library is not there.
        """
        size = path.stat().st_size
        most = max(LEAST_BYTES, min(LARGEST, LARGEST_RATIO * size))
        self._path, self._left = path, READING + size / PER_SECOND
        asked = {"path": str(path.absolute()), "most": most, "memory": ROOM + 3 * most}
        known: dict[str, Any] = self._ask(asked)
        keys = known.get("keys")
        if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
            raise self._ended("crashed")
        return known

    def array(self, key: str) -> NDArray[Any]:
        """Return one array of the file that was opened last.

        Raises
        ------
        LinocutError
            As `open`, or if it holds neither numbers nor text.
        """
        array: NDArray[Any] = self._ask({"array": key}, self._read_array)
        return array

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            process, self._process = self._process, None
            process.kill()
            for pipe in (process.stdin, process.stdout):
                assert pipe is not None
                with suppress(OSError):  # what was not sent yet has nobody left to read it
                    pipe.close()
            process.wait()

    def _ask(self, request: dict[str, Any], receive: Any = lambda head: head) -> Any:
        if self._process is None:
            if "path" not in request:
                raise self._ended("crashed")
            self._start()
        began = time.monotonic()
        with self._no_longer_than(self._left) as late:
            try:
                answer = self._answer(request)
                received = receive(answer) if answer is not None else None
            except LinocutError:
                self._left -= time.monotonic() - began
                raise
            except (OSError, ValueError, TypeError, KeyError, MemoryError):
                received = None  # it died meanwhile, or what it says makes no sense any more
        self._left -= time.monotonic() - began
        if received is None:
            raise self._ended(f"did not end within {READING:.0f} s" if late else "crashed")
        return received

    def _answer(self, request: dict[str, Any]) -> dict[str, Any] | None:
        """Return the head of an answer; None if there is none."""
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        if request:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        line = self._process.stdout.readline(LONGEST_LINE)
        head = json.loads(line) if line.endswith(b"\n") else None
        if not isinstance(head, dict):
            return None
        if "refused" in head:
            raise LinocutError(f"{self._path}: {shown(head['refused'])}")
        if "unreadable" in head:
            name, told = NAMES[self.kind], shown(head["unreadable"])
            raise LinocutError(f"{self._path}: is not {name} that can be read ({told})")
        return head

    def _read_array(self, head: dict[str, Any]) -> NDArray[Any] | None:
        """Return the array behind a head; None if it ends too soon."""
        assert self._process is not None
        assert self._process.stdout is not None
        dtype, shape = np.dtype(head["dtype"]), tuple(map(int, head["shape"]))
        size = math.prod(shape) * dtype.itemsize
        if dtype.hasobject or not 0 <= size <= LARGEST:
            return None
        data, at = np.empty(size, np.uint8), 0
        while at < size:
            count = self._process.stdout.readinto(data[at:].data)  # type: ignore[attr-defined]  # a pipe has it
            if not count:
                return None
            at += count
        array: NDArray[Any] = np.frombuffer(data, dtype)
        return array.reshape(shape[::-1]).T if head["columns_first"] else array.reshape(shape)

    def _start(self) -> None:
        if self.kind == "hdf5" and find_spec("h5py") is None:
            raise LinocutError(
                f"{self._path}: HDF5 is read by h5py — install it: pip install 'linocut[hdf5]'"
            )
        # What can be imported here can be there; and nothing from where it happens to be started.
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", str(PROGRAM), self.kind],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
            with self._no_longer_than(STARTING):
                ready = self._answer({})
        except (OSError, ValueError) as error:
            raise self._not_started(str(error)) from error
        if ready is None:
            raise self._not_started("it ended at once")

    @contextmanager
    def _no_longer_than(self, seconds: float) -> Iterator[list[bool]]:
        """Kill the process after a time; the list that is given out is not empty then."""
        process, late = self._process, list[bool]()
        assert process is not None

        def end() -> None:
            late.append(True)
            process.kill()

        timer = threading.Timer(max(0.0, seconds), end)
        timer.daemon = True
        timer.start()
        try:
            yield late
        finally:
            timer.cancel()

    def _ended(self, how: str) -> LinocutError:
        self.close()
        return LinocutError(
            f"{self._path}: is not {NAMES[self.kind]} that can be read (its library {how})"
        )

    def _not_started(self, why: str) -> LinocutError:
        self.close()
        told = " ".join(why.split())[:160]
        return LinocutError(
            f"{self._path}: the process that reads {NAMES[self.kind]} did not start ({told})"
        )


class _Open(threading.local):
    """The libraries that a thread has open."""

    def __init__(self) -> None:
        self.libraries: dict[Kind, Library] = {}


_open = _Open()


@contextmanager
def opened(kind: Kind) -> Iterator[Library]:
    """Give out a library, the same one to whoever asks within; its process ends with the outermost.

    Starting one takes a quarter of a second or so, which many files can share.
    """
    if kind in _open.libraries:
        yield _open.libraries[kind]
        return
    with Library(kind) as library:
        _open.libraries[kind] = library
        try:
            yield library
        finally:
            del _open.libraries[kind]
