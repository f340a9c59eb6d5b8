"""safetensors: arrays by name behind a header in JSON, mapped where they lie.

https://huggingface.co/docs/safetensors (section "Format"): 8 bytes, the length of the header;
the header; the numbers.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from linocut.core import LinocutError
from linocut.solve.rows.sources.asking import Asked, Opened, named
from linocut.solve.rows.sources.files import ShardFile
from linocut.solve.rows.sources.mapped import Bfloat16Shard, MappedShard
from linocut.solve.rows.sources.naming import sort_arrays
from linocut.solve.rows.sources.protocol import Shard

LARGEST_HEADER = 100_000_000  # bytes, as in the reference implementation
BFLOAT16 = "BF16"
TYPES = {
    "U8": "|u1", "I8": "|i1", "BOOL": "|b1", "U16": "<u2", "I16": "<i2", "U32": "<u4",
    "I32": "<i4", "U64": "<u8", "I64": "<i8", "F16": "<f2", "F32": "<f4", "F64": "<f8",
    BFLOAT16: "<u2",
}  # fmt: skip


def open_tensors(files: Mapping[str, ShardFile], asked: Asked) -> Opened:
    """Open a tensor of features and one of labels in each file."""
    opened = Opened()
    for number, file in enumerate(files.values()):
        shards = tensors_in(file)
        features, labels = named_arrays(
            {name: shard.shape for name, shard in shards.items()}, file.name, asked
        )
        opened.features.append(shards[features])
        if labels is not None:
            opened.labels.append(shards[labels])
        if asked.weights is not None:
            opened.weights.append(shards[named(asked.weights, list(shards), file.name, "weights")])
        if number == 0:
            aside = set(shards) - {features, labels, asked.weights}
            opened.note_names(features, labels or "", tuple(sorted(aside)))
    return opened


def named_arrays(
    shapes: Mapping[str, tuple[int, ...]], where: str, asked: Asked
) -> tuple[str, str | None]:
    """Return the names of the features and, if there are some, of the labels in one file.

    Examples
    --------
    >>> named_arrays({"x": (5, 2), "y": (5,), "ids": (5,)}, "a.h5", Asked("a.h5"))
    ('x', 'y')
    """
    names = list(shapes)
    if len(asked.features) > 1:
        raise LinocutError(f"{where}: features={list(asked.features)} — the name of one array")
    labels = named(asked.label, names, where, "label_column") if asked.label else None
    features = named(asked.features[0], names, where, "features") if asked.features else None
    if features is not None and (labels is not None or not asked.labels):
        return features, labels
    others = {n: s for n, s in shapes.items() if n not in {labels, asked.weights}}
    if features is not None:  # every array but that one and what may be labels is out of question
        others = {n: s for n, s in others.items() if n == features or len(s) == 1}
    elif len(matrices := [n for n, s in others.items() if len(s) > 1]) == 1:
        features = matrices[0]
    wanted = asked.labels and labels is None
    try:
        found = sort_arrays(others, where, part=asked.part, labels=wanted)
    except LinocutError as error:
        told = str(error).split(" — ", maxsplit=1)[0]
        raise LinocutError(f"{told} — say which with features= and label_column=") from error
    if features is None and len(found.features) > 1:
        told = " and ".join(found.features[:2])
        raise LinocutError(f"{where}: {told} may both hold the features — say which with features=")
    return features or found.features[0], labels or (found.labels[0] if found.labels else None)


def tensors_in(file: ShardFile) -> dict[str, Shard]:
    """Return the tensors of a file by their names.

    Raises
    ------
    LinocutError
        If it is truncated, or no safetensors file.
    """
    header, start, size = _header(file)
    found: dict[str, Shard] = {}
    end = start
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        where = f"{file.name}: tensor {name!r}"
        try:
            dtype, shape = str(entry["dtype"]), tuple(int(side) for side in entry["shape"])
            low, high = (int(each) for each in entry["data_offsets"])
        except (KeyError, TypeError, ValueError) as error:
            raise LinocutError(f"{where} is not described as in safetensors") from error
        end = max(end, start + high)
        if dtype not in TYPES or not shape:
            continue
        width = int(TYPES[dtype][2:])
        if min(low, *shape) < 0 or high - low != width * math.prod(shape):
            raise LinocutError(f"{where}: {high - low:,} bytes cannot hold {shape} of {dtype}")
        mapped = MappedShard(file, start + low, TYPES[dtype], shape)
        found[name] = Bfloat16Shard(mapped) if dtype == BFLOAT16 else mapped
    if end > size:
        raise LinocutError(f"{file.name}: truncated: {end - size:,} bytes are missing at its end")
    return found


def _header(file: ShardFile) -> tuple[dict[str, Any], int, int]:
    """Return the header, where the numbers start, and the size of the file."""
    try:
        path = file.checked()
        size = path.stat().st_size
        with path.open("rb") as stream:
            length = int.from_bytes(stream.read(8), "little")
            if size < 8 or length > min(LARGEST_HEADER, size - 8):
                raise LinocutError(
                    f"{file.name}: truncated, or no safetensors file: a header of {length:,} "
                    f"bytes is announced in a file of {size:,}"
                )
            header = json.loads(stream.read(length))
    except OSError as error:
        raise LinocutError(f"{file.name}: cannot be read ({error.strerror or error})") from error
    except (ValueError, RecursionError) as error:
        if isinstance(error, LinocutError):
            raise
        raise LinocutError(f"{file.name}: no safetensors file: its header is no JSON") from error
    if not isinstance(header, dict):
        raise LinocutError(f"{file.name}: no safetensors file: its header is no object")
    return header, 8 + length, size
