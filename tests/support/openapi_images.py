"""What Schemathesis sends where a body is an image, or its pixels (see SCHEMATHESIS_HOOKS)."""

from __future__ import annotations

import io

import numpy as np
import schemathesis
from hypothesis import strategies as st
from PIL import Image

KINDS = ("png", "jpeg", "gif", "bmp", "webp", "tiff")
PIXELS = 64  # of the images of digits


@st.composite
def files(draw: st.DrawFn, kind: str) -> bytes:
    """Draw a small image of a kind, in half of the cases with a byte that may be wrong."""
    side, seed = draw(st.integers(1, 20)), draw(st.integers(0, 99))
    image = np.random.default_rng(seed).integers(0, 256, (side, side)).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(image).save(file, kind)
    data = bytearray(file.getvalue())
    if draw(st.booleans()):
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    return bytes(data)


for each in KINDS:
    schemathesis.openapi.media_type(f"image/{each}", files(each))
schemathesis.openapi.media_type(
    "application/octet-stream",
    st.binary(min_size=PIXELS, max_size=PIXELS) | st.binary(max_size=3 * PIXELS),
)
