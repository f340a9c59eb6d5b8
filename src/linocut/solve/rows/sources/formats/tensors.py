"""safetensors: arrays by name behind a header in JSON, mapped where they lie.

https://huggingface.co/docs/safetensors (section "Format"): 8 bytes, the length of the header;
the header; the numbers.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from linocut.core import LinocutError
from linocut.solve.rows.sources.files.local import ShardFile
from linocut.solve.rows.sources.formats.asking import Asked, Opened
from linocut.solve.rows.sources.formats.named_arrays import open_named
from linocut.solve.rows.sources.mapped import Bfloat16Shard, MappedShard
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
    tensors = lru_cache(maxsize=1)(tensors_in)  # a header is parsed once, not once a tensor
    return open_named(
        files,
        asked,
        lambda file: {name: shard.shape for name, shard in tensors(file).items()},
        lambda file, name: tensors(file)[name],
    )


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
