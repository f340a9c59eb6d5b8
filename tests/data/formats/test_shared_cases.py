"""What people bring, made by the generators of the shared cases: each is read correctly.

The generators lie beside the datasets (``$LINOCUT_DATA/../cases``); without them nothing is tried.
All but one store the digits that come with scikit-learn, so each image's label is known.
"""

import importlib.util
import os
import runpy
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

from linocut.data import load_dataset

CASES = Path(os.environ.get("LINOCUT_DATA", "nowhere")).parent / "cases"

DOTS, LABELS = load_digits(return_X_y=True)
DOTS = DOTS.reshape(-1, 8, 8)
FULL = np.floor(DOTS * 255 / 16 + 0.5).astype(np.uint8)  # 0 to 16 on the scale of bytes
TIMES_15 = (DOTS * 15).astype(np.uint8)  # bytes already, and left as they are
LETTERS = [chr(ord("A") + k % 26) for k in range(len(LABELS))]


@pytest.fixture
def make(need, monkeypatch):
    """Run a generator with arguments, as the command line does."""

    def run(name, *arguments):
        program = CASES / f"{name}.py"
        need(program.exists(), f"{program} is not there")
        for module in {"formats": ["pyarrow"]}.get(name, ["pandas"] if "pandas" in name else []):
            need(importlib.util.find_spec(module) is not None, f"{module} is not installed")
        monkeypatch.setattr(sys, "argv", [str(program), *map(str, arguments)])
        runpy.run_path(str(program))

    return run


READ = [  # generator, target, what of it is read, images of both parts, pixels, what is said
    ("csv_label_last", "set.csv", "", (1438, 359), FULL, "the label is column 65, the last"),
    ("csv_pandas_header", "set", "", (1400, 397), TIMES_15, ""),
    ("csv_pandas_index", "set.csv", "", (1438, 359), TIMES_15, "column 1 counts the rows"),
    ("csv_quoted", "set.csv", "", (1438, 359), TIMES_15, ""),
    ("float_idx", "set", "", (1438, 359), FULL, "from 0 to 1 were brought"),
    ("qmnist_names", "set", "", (1400, 397), TIMES_15, "the first was taken as the label"),
    ("emnist_path", "set", "", (1400, 397), TIMES_15, "turned upright"),
    ("formats", "set", "hub", (1400, 397), TIMES_15, "data/ in"),
    ("formats", "set", "hub/data", (1400, 397), TIMES_15, ""),
    ("formats", "set", "digits.libsvm", (1438, 359), FULL, "run from 0 to 16 here"),
    ("formats", "set", "flat", (320, 80), TIMES_15, ""),
]


@pytest.mark.parametrize(
    ("name", "target", "below", "sizes", "images", "said"),
    READ,
    ids=[f"{name} {below}".strip() for name, _, below, *_ in READ],
)
def test_each_image_comes_with_its_label(tmp_path, make, name, target, below, sizes, images, said):
    make(name, tmp_path / target)
    dataset = load_dataset(tmp_path / target / below)
    assert (len(dataset.train), len(dataset.test)) == sizes
    labels = LETTERS if name == "emnist_path" else LABELS
    known = dict(zip(map(np.ndarray.tobytes, images), map(str, labels), strict=True))
    found = [dataset.class_names[label] for label in dataset.labels]
    assert found == [known[image.tobytes()] for image in dataset.images]
    assert said in " ".join(dataset.notes)


def test_ink_that_is_one_is_full_ink(tmp_path, make):
    make("binary_pixels", tmp_path / "a.npz", tmp_path / "b.npz")
    ones, bytes_ = load_dataset(tmp_path / "a.npz"), load_dataset(tmp_path / "b.npz")
    np.testing.assert_array_equal(ones.images, bytes_.images)
    assert set(np.unique(ones.images)) == {0, 255}


def test_classes_by_the_hundred(tmp_path, make):
    make("many_classes", tmp_path / "many.npz", 300, 4, 6)
    assert load_dataset(tmp_path / "many.npz").class_names == tuple(map(str, range(300)))


@pytest.mark.parametrize("shape", [(1, 2), (1, 30), (2, 2), (3, 3)])
def test_images_of_a_few_pixels(tmp_path, make, shape):
    make("small_images", tmp_path / "small.npz", *shape)
    assert load_dataset(tmp_path / "small.npz").image_shape == shape
