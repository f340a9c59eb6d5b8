"""The outer form of a model file: a safetensors file with one JSON document and a hash over all.

A safetensors file is the length of a header (8 bytes, little endian), the header as JSON, and the
numbers of all tensors, one after the other. The header says of each tensor its type, its shape and
where it lies; under ``__metadata__`` it keeps texts by name, here four: ``format``, ``version``,
``document`` (what is no tensor, as canonical JSON) and ``sha256``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, deserialize

from linocut.core import LinocutError
from linocut.modelfile.plain import shown

FORMAT, VERSION = "linocut", 1
LARGEST_FILE = 2 * 10**9  # bytes
LARGEST_HEADER = 4 * 2**20  # bytes
TYPES: dict[str, np.dtype[Any]] = {
    "F32": np.dtype("<f4"),
    "F64": np.dtype("<f8"),
    "U8": np.dtype("u1"),
}
NAMES = {dtype: name for name, dtype in TYPES.items()}
ALIGNED = 8  # bytes, to whose multiple the header is padded

Tensors = dict[str, NDArray[Any]]


def pack(document: Mapping[str, Any], tensors: Tensors) -> bytes:
    """Return a model file of a JSON document and tensors; the same bytes for the same contents.

    Parameters
    ----------
    document : dict
        JSON.
    tensors : dict of arrays
        float32, float64 or uint8.

    Raises
    ------
    LinocutError
        If it would be larger than a model file may be.

    Examples
    --------
    >>> document, tensors = unpack(pack({"a": 1}, {"b": np.ones(2, np.float32)}))
    >>> document, tensors["b"]
    ({'a': 1}, array([1., 1.], dtype=float32))
    """
    return packed(_canonical(document), tensors)


def packed(text: str, tensors: Tensors) -> bytes:
    """Return a model file of a document that is text already, whatever it says."""
    # Not by the library, which orders the metadata anew in each process. Wide types come first,
    # as there, so that each tensor lies where its type may.
    ordered = sorted(tensors.items(), key=lambda each: (-each[1].itemsize, each[0]))
    raw = {
        name: np.ascontiguousarray(array, array.dtype.newbyteorder("<")) for name, array in ordered
    }
    header: dict[str, Any] = {
        "__metadata__": {
            "format": FORMAT,
            "version": str(VERSION),
            "document": text,
            "sha256": _hash(text, raw),
        }
    }
    at = 0
    for name, array in raw.items():
        header[name] = {
            "dtype": NAMES[array.dtype],
            "shape": list(array.shape),
            "data_offsets": [at, at + array.nbytes],
        }
        at += array.nbytes
    head = _utf8(_canonical(header, sort=False))
    head += b" " * (-len(head) % ALIGNED)
    if len(head) > LARGEST_HEADER or 8 + len(head) + at > LARGEST_FILE:
        raise LinocutError(
            f"the model takes {(8 + len(head) + at) / 1e6:,.0f} MB, its description "
            f"{len(head) / 1e6:,.1f} MB — {LARGEST_FILE / 1e6:,.0f} MB and "
            f"{LARGEST_HEADER / 1e6:,.1f} MB at most"
        )
    return b"".join([len(head).to_bytes(8, "little"), head, *(a.tobytes() for a in raw.values())])


def unpack(data: bytes) -> tuple[dict[str, Any], Tensors]:
    """Return the JSON document and the tensors of a model file.

    Raises
    ------
    LinocutError
        If it is none, of a newer version, truncated or damaged.
    """
    header, start = _header(data)
    metadata = header.get("__metadata__")
    if not isinstance(metadata, dict) or metadata.get("format") != FORMAT:
        raise LinocutError("no model file of linocut — a file that ImageClassifier.save wrote")
    _check_version(metadata.get("version"))
    if set(metadata) != {"format", "version", "document", "sha256"}:
        raise LinocutError("damaged: its metadata are not those of a model file")
    _check_length(header, len(data) - start)
    tensors = _tensors(data)
    text = metadata["document"]
    if not isinstance(text, str) or _hash(text, tensors) != metadata["sha256"]:
        raise LinocutError("damaged: its contents are not those that were saved (SHA-256)")
    document = _json(text)
    if not isinstance(document, dict):
        raise LinocutError("damaged: its document is no object")
    return document, tensors


def _header(data: bytes) -> tuple[dict[str, Any], int]:
    """Return the header and where the tensors begin."""
    if len(data) > LARGEST_FILE:
        raise LinocutError(
            f"{len(data) / 1e6:,.0f} MB — a model file has {LARGEST_FILE / 1e6:,.0f} MB at most"
        )
    length = int.from_bytes(data[:8], "little")
    if data[8:9] != b"{":
        raise LinocutError("no model file of linocut — a file that ImageClassifier.save wrote")
    if length > len(data) - 8:
        raise LinocutError(
            f"truncated or damaged: a header of {length} bytes is announced, {len(data) - 8} bytes "
            "follow"
        )
    if length > LARGEST_HEADER:
        raise LinocutError(f"a header of {length} bytes — at most {LARGEST_HEADER}")
    header = _json(data[8 : 8 + length])
    if not isinstance(header, dict):
        raise LinocutError("damaged: its header is no object")
    return header, 8 + length


def _check_version(version: Any) -> None:
    known = isinstance(version, str) and version.isascii() and version.isdigit()
    if not known or len(version) > 9 or int(version) < 1:
        raise LinocutError(f"damaged: {shown(version)} is no format version")
    if int(version) > VERSION:
        raise LinocutError(
            f"written by a newer linocut (format {version}, this one reads {VERSION}) — update "
            "linocut"
        )


def _check_length(header: dict[str, Any], length: int) -> None:
    """Tell a truncated file, the most usual damage, by its name."""
    ends = [0]
    for name, entry in header.items():
        offsets = entry.get("data_offsets") if isinstance(entry, dict) else None
        if name != "__metadata__" and isinstance(offsets, list):
            ends += [each for each in offsets if isinstance(each, int)]
    if max(ends) > length:
        raise LinocutError(f"truncated: {max(ends) - length} bytes are missing at its end")
    if max(ends) < length:
        raise LinocutError(f"damaged: {length - max(ends)} bytes too many at its end")


def _tensors(data: bytes) -> Tensors:
    try:
        found: list[tuple[str, dict[str, Any]]] = deserialize(data)  # type: ignore[no-untyped-call]  # safetensors
    except SafetensorError as error:
        raise LinocutError(f"damaged: {str(error)[:200]!r}") from error
    tensors = {}
    for name, entry in found:
        dtype, shape = entry["dtype"], entry["shape"]
        if dtype not in TYPES:
            raise LinocutError(f"tensor {shown(name)} has type {dtype} — {', '.join(TYPES)}")
        if not (1 <= len(shape) <= 4 and min(shape) > 0):
            raise LinocutError(f"tensor {shown(name)} has shape {shown(shape)} — 1 to 4 sides")
        array = np.frombuffer(entry["data"], TYPES[dtype]).reshape(shape)
        tensors[name] = array.astype(TYPES[dtype].newbyteorder("="), copy=False)
    return tensors


def _hash(text: str, tensors: Tensors) -> str:
    """Return the SHA-256 of the document and of all tensors, in the order of their names."""
    made = hashlib.sha256(_utf8(text))
    for name in sorted(tensors):
        array = np.ascontiguousarray(tensors[name], tensors[name].dtype.newbyteorder("<"))
        made.update(_utf8(_canonical([name, NAMES[array.dtype], list(array.shape)])))
        made.update(array.data)
    return made.hexdigest()


def _canonical(value: Any, *, sort: bool = True) -> str:
    return json.dumps(
        value, sort_keys=sort, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )


def _utf8(text: str) -> bytes:
    # What is half a character is still hashed; it is refused where texts are read.
    return text.encode("utf-8", "surrogatepass")


def _json(text: str | bytes) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_each_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deep" if isinstance(error, RecursionError) else str(error)
        raise LinocutError(f"damaged: its JSON cannot be read ({reason[:200]})") from error


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key comes twice")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")
