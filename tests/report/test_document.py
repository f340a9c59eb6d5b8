from __future__ import annotations

import base64
import dataclasses
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from linocut.report import document
from linocut.report.packing import Packed, pack

MIRROR = Path(__file__).parents[2] / "web" / "src" / "lib" / "document.ts"
DTYPES = ("uint8", "uint16", "int32", "float32")


def unpack(packed: Packed) -> np.ndarray:
    data = np.frombuffer(base64.b64decode(packed.data), np.dtype(packed.dtype).newbyteorder("<"))
    return data.reshape(packed.shape)


@settings(deadline=None)
@given(st.sampled_from(DTYPES).flatmap(lambda dtype: arrays(dtype, array_shapes(max_dims=3))))
def test_packing_keeps_every_number(array):
    np.testing.assert_array_equal(unpack(pack(array)), array)


def test_packing_is_row_major_and_little_endian_whatever_the_array_is():
    array = np.asfortranarray(np.arange(6, dtype=">i4").reshape(2, 3))
    assert base64.b64decode(pack(array).data) == np.arange(6, dtype="<i4").tobytes()


@pytest.mark.parametrize("dtype", ["float64", "int64", "bool"])
def test_packing_refuses_what_the_page_cannot_read(dtype):
    with pytest.raises(TypeError, match=dtype):
        pack(np.zeros(2, dtype))


def interfaces() -> dict[str, list[str]]:
    """Parse the fields of the interfaces in the page's mirror, in their order."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*", "", MIRROR.read_text(encoding="utf-8"), flags=re.DOTALL)
    found = {}
    for name, body in re.findall(r"export interface (\w+) \{(.*?)\n\}", text, re.DOTALL):
        flat = re.sub(r"\{[^{}]*\}", "{}", body)
        found[name] = re.findall(r"^\s*(\w+)\??:", flat, re.MULTILINE)
    return found


def test_the_page_mirrors_every_dataclass_field_by_field():
    ours = {
        name: [field.name for field in dataclasses.fields(value)]
        for name, value in vars(document).items()
        if dataclasses.is_dataclass(value)
    }
    assert interfaces() == ours


@pytest.mark.parametrize(
    ("owner", "keys"),
    [
        (
            "Document",
            "headline samples balance pixels single_pixel means ladder steps templates why draw "
            "pulls",
        ),
        ("RungPage", "confusion mistakes classes"),
    ],
)
def test_the_page_mirrors_the_keys_of_the_text(owner, keys, request):
    made = request.getfixturevalue("document")
    held = made.text if owner == "Document" else made.rungs[0].text
    assert " ".join(held) == keys
    mirror = MIRROR.read_text(encoding="utf-8")
    body = re.search(rf"interface {owner} \{{(.*?)\n\}}", mirror, re.DOTALL)
    assert body
    inner = re.search(r"text: \{(.*?)\}", body.group(1), re.DOTALL)
    assert inner
    assert re.findall(r"(\w+): string", inner.group(1)) == keys.split()


def test_the_page_reads_the_format_that_is_written():
    reader = (MIRROR.parent / "read.ts").read_text(encoding="utf-8")
    assert f"const FORMAT = {document.FORMAT};" in reader
