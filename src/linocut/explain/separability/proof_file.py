"""The file of certificates: an NPZ file of plain arrays, of which nothing is taken on trust.

Its arrays are stored as they are, not compressed, so that what is read takes the memory that the
file takes on disk; their number is fixed, whatever the number of certificates. For m certificates,
of which s have weights and w are witnesses:

========== ========================= ==============================================================
about      uint8                     JSON: format, names of classes, SHA-256 of images and labels
problems   int32 (m, 2)              positions of both classes, −1 for the rest
verdicts   uint8 (m,)                0 undecided, 1 separable, 2 not separable
seconds    float64 (m,)              that each took to find
weights    int16, 32 or 64 (s, d+1)  of the pixels, then the intercept
margins    int64 (s,)                the smallest of all rows
witnesses  int64 (w, 2)              its number of images, and of bytes of each multiplier
rows       int64                     images of all witnesses, one after the other
multipliers uint8                    of all witnesses, one after the other, the least byte first
========== ========================= ==============================================================
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.explain.separability.certificate import (
    INSEPARABLE,
    SEPARABLE,
    UNDECIDED,
    Certificate,
)
from linocut.explain.separability.search import Answer, Separator, Undecided, Witness

FORMAT, VERSION = "linocut separability", 2
LARGEST_FILE = 2 * 10**9  # bytes
MOST_CERTIFICATES = 10**6  # all of 1,400 classes
LARGEST_ABOUT = 4 * 2**20  # bytes of JSON
LARGEST_LIST = 4 * 2**20  # bytes of the list of arrays at the end of the file
NOT_OURS = "holds no certificates of separability"
VERDICTS = (UNDECIDED, SEPARABLE, INSEPARABLE)

Arrays = dict[str, NDArray[Any]]

TYPES: dict[str, tuple[int, tuple[str, ...]]] = {  # dimensions and types of each array
    "about": (1, ("|u1",)),
    "problems": (2, ("<i4",)),
    "verdicts": (1, ("|u1",)),
    "seconds": (1, ("<f8",)),
    "weights": (2, ("<i2", "<i4", "<i8")),
    "margins": (1, ("<i8",)),
    "witnesses": (2, ("<i8",)),
    "rows": (1, ("<i8",)),
    "multipliers": (1, ("|u1",)),
}
END = b"PK\x05\x06"  # of a zip file: the record that says where its list of members is
END_SIZE = 22
HEADER = re.compile(
    rb"\x93NUMPY\x01\x00(..)\{'descr': '([<|][iuf][1248])', 'fortran_order': False, "
    rb"'shape': \((\d{1,10}),(?: (\d{1,10}))?\), \} *\n",
    re.DOTALL,
)


@dataclass(frozen=True)
class Contents:
    """What a file of certificates says."""

    classes: tuple[str, ...]
    images: str  # SHA-256
    certificates: tuple[Certificate, ...]


def packed(contents: Contents) -> bytes:
    """Return a file of certificates.

    Raises
    ------
    LinocutError
        If it would be larger than one that is read.
    """
    certificates = contents.certificates
    # In ASCII: names of files may hold what is no Unicode.
    about = json.dumps({
        "format": f"{FORMAT} {VERSION}", "classes": contents.classes, "images": contents.images,
    }).encode("ascii")  # fmt: skip
    separators = [c.answer for c in certificates if isinstance(c.answer, Separator)]
    witnesses = [c.answer for c in certificates if isinstance(c.answer, Witness)]
    d = separators[0].weights.size if separators else 0
    weights = np.array(
        [[*each.weights.tolist(), each.intercept] for each in separators], np.int64
    ).reshape(len(separators), d + 1)
    multipliers = [_as_bytes(each.multipliers) for each in witnesses]
    sizes = [each.shape for each in multipliers]
    data = packed_arrays({
        "about": np.frombuffer(about, np.uint8),
        "problems": np.array([c.problem for c in certificates], np.int32).reshape(-1, 2),
        "verdicts": np.array([VERDICTS.index(c.verdict) for c in certificates], np.uint8),
        "seconds": np.array([c.seconds for c in certificates], np.float64),
        "weights": weights.astype(_narrowest(weights)),
        "margins": np.array([each.margin for each in separators], np.int64),
        "witnesses": np.array(sizes, np.int64).reshape(-1, 2),
        "rows": _joined((each.rows for each in witnesses), np.int64),
        "multipliers": _joined((each.ravel() for each in multipliers), np.uint8),
    })  # fmt: skip
    if (
        len(data) > LARGEST_FILE
        or len(about) > LARGEST_ABOUT
        or len(certificates) > MOST_CERTIFICATES
    ):
        raise LinocutError(
            f"{len(certificates):,} certificates in {len(data) / 1e6:,.0f} MB — a file holds "
            f"{MOST_CERTIFICATES:,} and {LARGEST_FILE / 1e6:,.0f} MB at most"
        )
    return data


def packed_arrays(arrays: Arrays) -> bytes:
    """Return a file of arrays, whatever they say."""
    out = io.BytesIO()
    little = {name: each.astype(each.dtype.newbyteorder("<")) for name, each in arrays.items()}
    np.savez(out, allow_pickle=False, **little)
    return out.getvalue()


def read_file(path: Path) -> bytes:
    """Return the bytes of a file that may hold certificates.

    Raises
    ------
    LinocutError
        If there is none, or none that can be read, or a larger one.
    """
    try:
        if path.exists() and not path.is_file():
            raise LinocutError(f"{path} is no regular file — name a file of certificates")
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise LinocutError(f"{path} — no such file") from None
    except OSError as error:
        raise LinocutError(f"{path} cannot be read: {error.strerror or error}") from error
    if len(data) > LARGEST_FILE:
        raise LinocutError(
            f"{path}: a file of certificates has {LARGEST_FILE / 1e6:,.0f} MB at most"
        )
    return data


def unpacked(data: bytes) -> Contents:
    """Return what a file says, whether or not it is true.

    Raises
    ------
    LinocutError
        If it is no file of certificates, of another format, or damaged.
    """
    arrays = unpacked_arrays(data)
    about = _read_about(arrays["about"].tobytes())
    classes, images = about.get("classes"), about.get("images")
    if not isinstance(classes, list) or not all(isinstance(name, str) for name in classes):
        raise _damaged("its classes are no list of names")
    if not isinstance(images, str) or re.fullmatch("[0-9a-f]{64}", images) is None:
        raise _damaged("it does not say which images it is about")
    if set(about) != {"format", "classes", "images"}:
        raise _damaged("it says more than a file of certificates does")
    _check_numbers(arrays)
    return Contents(tuple(classes), images, tuple(_certificates(arrays)))


def unpacked_arrays(data: bytes) -> Arrays:
    """Return the arrays of a file of this format."""
    _check_end(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _arrays(archive, len(data))
    except LinocutError:
        raise
    # `zipfile` and its decoders raise at least eight kinds of exceptions at what they cannot read.
    except Exception as error:
        raise LinocutError(f"{NOT_OURS}, or it is damaged") from error


def _arrays(archive: zipfile.ZipFile, size: int) -> Arrays:
    """Read the arrays of a zip file of so many bytes; first what tells an older format."""
    members = archive.infolist()
    names = [info.filename for info in members]
    if "about.npy" not in names:
        raise LinocutError(NOT_OURS)
    with archive.open("about.npy") as member:  # compressed in an older one
        about = member.read(LARGEST_ABOUT + 1)
    if len(about) > LARGEST_ABOUT:
        raise _damaged(f"what it is about takes more than {LARGEST_ABOUT:,} bytes")
    _read_about(_array("about", about).tobytes())
    if sorted(names) != sorted(f"{name}.npy" for name in TYPES):
        raise _damaged("its arrays are not those of a file of certificates")
    stored = all(info.compress_type == zipfile.ZIP_STORED for info in members)
    if not stored or sum(info.file_size for info in members) > size:
        raise _damaged("its arrays are not stored side by side")
    return {name: _array(name, archive.read(f"{name}.npy")) for name in TYPES}


def _check_end(data: bytes) -> None:
    """Look at the list of members before `zipfile` makes objects of it, ten times as large."""
    end = data[-END_SIZE:]
    if end[:4] != END or int.from_bytes(end[12:16], "little") > LARGEST_LIST:
        raise LinocutError(f"{NOT_OURS}, or it is truncated")


def _read_about(text: bytes) -> dict[str, Any]:
    """Return what the file is about, once its format is known to be this one."""
    try:
        about = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _damaged("its JSON cannot be read") from error
    written = about.get("format") if isinstance(about, dict) else None
    found = re.fullmatch(rf"{FORMAT} (\d{{1,6}})", written) if isinstance(written, str) else None
    if found is None:
        raise LinocutError(NOT_OURS)
    version = int(found[1])
    if version < VERSION:
        raise LinocutError(
            f"written by an older linocut (format {version}, this one reads {VERSION}) — prove it "
            "again, into a new file"
        )
    if version > VERSION:
        raise LinocutError(
            f"written by a newer linocut (format {version}, this one reads {VERSION}) — update "
            "linocut"
        )
    assert isinstance(about, dict)
    return about


def _array(name: str, data: bytes) -> NDArray[Any]:
    """Read an array whose header is as NumPy writes it; no expression is evaluated."""
    n_dimensions, types = TYPES[name]
    header = HEADER.match(data)
    if header is None or header.end() != 10 + int.from_bytes(header[1], "little"):
        raise _damaged(f"{name} is no array of numbers")
    shape = tuple(int(n) for n in header.groups()[2:] if n is not None)
    dtype = header[2].decode("ascii")
    if len(shape) != n_dimensions or dtype not in types:
        raise _damaged(f"{name} is of type {dtype} and shape {shape}")
    if prod(shape) * np.dtype(dtype).itemsize != len(data) - header.end():
        raise _damaged(f"{name} is not as long as it says")
    return np.frombuffer(data, dtype, offset=header.end()).reshape(shape)


def _check_numbers(arrays: Arrays) -> None:
    """Check that the arrays are as long as their numbers say."""
    m = len(arrays["problems"])
    verdicts, witnesses, seconds = (arrays[name] for name in ("verdicts", "witnesses", "seconds"))
    if m > MOST_CERTIFICATES:
        raise LinocutError(f"{m:,} certificates — {MOST_CERTIFICATES:,} at most")
    if arrays["problems"].shape[1] != 2 or verdicts.shape != (m,) or seconds.shape != (m,):
        raise _damaged("its certificates do not all have two classes, a verdict and a time")
    if np.any(verdicts >= len(VERDICTS)):
        raise _damaged("a verdict of it is none")
    if not np.all(np.isfinite(seconds)) or np.any(seconds < 0):
        raise _damaged("a search of it took no time that there is")
    s, w = (int(np.count_nonzero(verdicts == VERDICTS.index(v))) for v in (SEPARABLE, INSEPARABLE))
    if len(arrays["weights"]) != s or len(arrays["margins"]) != s or not arrays["weights"].shape[1]:
        raise _damaged(f"it does not hold weights and a margin for each of {s} separable problems")
    # Each one at most the file's length, so that their sums and products do not overflow.
    most = len(arrays["rows"]), len(arrays["multipliers"])
    if witnesses.shape != (w, 2) or np.any(witnesses < 1) or np.any(witnesses > most):
        raise _damaged(
            f"it does not hold a witness for each of {w} problems that are not separable"
        )
    images, room = witnesses[:, 0].sum(), sum(a * b for a, b in witnesses.tolist())
    if images != most[0] or room != most[1]:
        raise _damaged("its witnesses are not as long as they say")


def _certificates(arrays: Arrays) -> Iterator[Certificate]:
    separators, witnesses = _separators(arrays), _witnesses(arrays)
    for problem, verdict, seconds in zip(
        arrays["problems"].tolist(), arrays["verdicts"].tolist(), arrays["seconds"].tolist(),
        strict=True,
    ):  # fmt: skip
        answer: Answer = Undecided("no proof was found when the file was made")
        if VERDICTS[verdict] == SEPARABLE:
            answer = next(separators)
        elif VERDICTS[verdict] == INSEPARABLE:
            answer = next(witnesses)
        yield Certificate(problem[0], problem[1], answer, seconds)


def _separators(arrays: Arrays) -> Iterator[Separator]:
    for weights, margin in zip(arrays["weights"], arrays["margins"].tolist(), strict=True):
        yield Separator(weights[:-1].astype(np.int64), int(weights[-1]), margin)


def _witnesses(arrays: Arrays) -> Iterator[Witness]:
    row = byte = 0
    for n, width in arrays["witnesses"].tolist():
        rows = arrays["rows"][row : row + n].astype(np.int64)
        numbers = arrays["multipliers"][byte : byte + n * width].reshape(n, width)
        row, byte = row + n, byte + n * width
        yield Witness(rows, tuple(int.from_bytes(each.tobytes(), "little") for each in numbers))


def _as_bytes(numbers: Sequence[int]) -> NDArray[np.uint8]:
    """Write integers of any size as rows of bytes, the least first."""
    width = max(1, max(number.bit_length() for number in numbers) + 7 >> 3)
    rows = [np.frombuffer(number.to_bytes(width, "little"), np.uint8) for number in numbers]
    return np.stack(rows)


def _narrowest(numbers: NDArray[np.int64]) -> type[np.signedinteger[Any]]:
    for dtype in (np.int16, np.int32):
        limits = np.iinfo(dtype)
        if limits.min <= numbers.min(initial=0) and numbers.max(initial=0) <= limits.max:
            return dtype
    return np.int64


def _joined(parts: Iterable[NDArray[Any]], dtype: type[np.integer[Any]]) -> NDArray[Any]:
    return np.concatenate([np.zeros(0, dtype), *parts]).astype(dtype)


def _damaged(what: str) -> LinocutError:
    return LinocutError(f"damaged: {what}")
