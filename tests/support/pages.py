"""Reading the data of a written report as the page reads them, but without linocut."""

from __future__ import annotations

import base64
import json
import re
import zlib
from pathlib import Path
from typing import Any

import numpy as np

SLOT = re.compile(r'<script type="application/json" id="linocut-document">(.*?)</script>', re.S)


def document_in(path: Path) -> Any:
    """Return the document in a page, None in an unfilled one."""
    (text,) = SLOT.findall(path.read_text(encoding="utf-8"))
    return json.loads(text)


def unpack(packed: dict[str, Any]) -> np.ndarray:
    flat = np.frombuffer(base64.b64decode(packed["data"]), dtype=packed["dtype"])
    return flat.reshape(packed["shape"])


def numbers(stack: dict[str, Any]) -> np.ndarray:
    """Return the numbers of a stack, shape (K, h, w)."""
    kind = np.dtype(stack["dtype"])
    apart = np.frombuffer(zlib.decompress(base64.b64decode(stack["data"])), np.uint8)
    held = apart.reshape(kind.itemsize, -1).T.copy().view(kind).reshape(stack["shape"])
    steps = 1 if stack["steps"] is None else unpack(stack["steps"])[:, None, None]
    return np.asarray(held * steps)


def dense(counts: dict[str, Any]) -> np.ndarray:
    """Return a confusion matrix with its zeros, shape (K, K)."""
    filled = unpack(counts["filled"])
    matrix = np.zeros((len(filled), len(filled)), np.int64)
    rows = np.repeat(np.arange(len(filled)), filled)
    matrix[rows, unpack(counts["columns"])] = unpack(counts["counts"])
    return matrix
