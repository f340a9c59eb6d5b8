"""The page to draw on: the model file and nothing else, whole and small."""

from __future__ import annotations

import base64
import zlib

import numpy as np
import pytest

from linocut.core import LinocutError
from linocut.core.pages import built
from linocut.modelfile import export_html, model_bytes
from linocut.modelfile.html import Samples
from linocut.modelfile.html.export import ROOM
from support.pages import document_in

LARGEST_SOFTMAX, LARGEST_SCATTERING = 250_000, 1_000_000  # bytes of a page with a model for MNIST


def inflated(text):
    return zlib.decompress(base64.b64decode(text))


def test_the_page_holds_the_model_file_itself(model_of, tmp_path):
    contents = model_of("softmax").contents
    held = document_in(export_html(contents, tmp_path / "seven.html"))
    assert inflated(held["model"]) == model_bytes(contents)
    assert held["name"] == "seven"
    assert held["samples"] is None


def test_a_name_cannot_end_the_script(model_of, tmp_path):
    nasty = "</script><!-- & ünï"
    path = export_html(model_of("softmax").contents, tmp_path / "a.html", name=nasty)
    assert document_in(path)["name"] == nasty


def test_samples_travel_as_the_model_takes_them(model_of, digits, tmp_path):
    test = digits.test
    samples = Samples.of(test.images, test.labels, digits.class_names, 25)
    path = export_html(model_of("softmax").contents, tmp_path / "a.html", samples=samples)
    held = document_in(path)["samples"]
    images = np.frombuffer(inflated(held["data"]), np.uint8).reshape(25, 8, 8)
    assert held["labels"] == sorted(held["labels"])
    for image, label in zip(images, held["labels"], strict=True):
        rows = np.flatnonzero((test.images == image).all(axis=(1, 2)))
        assert str(test.labels[rows[0]]) == label
    assert all(held["labels"].count(name) in {2, 3} for name in digits.class_names)


def test_samples_of_another_size_are_refused(model_of, tmp_path):
    samples = Samples(np.zeros((1, 9, 9), np.uint8), ("0",))
    with pytest.raises(LinocutError, match=r"shape \(9, 9\) — uint8 of shape \(8, 8\)"):
        export_html(model_of("softmax").contents, tmp_path / "a.html", samples=samples)
    with pytest.raises(LinocutError, match="2 labels of 1 samples"):
        Samples(np.zeros((1, 8, 8), np.uint8), ("0", "1")).check((8, 8))


@pytest.mark.parametrize(
    ("features", "largest"), [(784, LARGEST_SOFTMAX), (49 * 81, LARGEST_SCATTERING)]
)
def test_a_page_for_mnist_is_small_enough_to_send(features, largest, tmp_path, capsys):
    """Weights do not compress, so random ones of the right number take as much room as any."""
    page = len(built(ROOM, "page.html"))
    weights = np.random.default_rng(0).standard_normal((10, features)).astype(np.float32)
    model = len(base64.b64encode(zlib.compress(weights.tobytes(), 9)))
    with capsys.disabled():
        print(f"\npage {page / 1e3:.0f} kB + {features} features {model / 1e3:.0f} kB")
    assert page + model + 10_000 < largest  # and what else a model file has
