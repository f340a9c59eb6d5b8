"""NPZ files in the layouts that are about."""

import io
import zipfile

import numpy as np
import pytest

from linocut.core import LinocutError
from linocut.data import load_dataset
from support.files import toy_images

IMAGES, LABELS = toy_images(shape=(6, 6))


def same(dataset):
    assert {i.tobytes() for i in dataset.images} == {i.tobytes() for i in IMAGES}
    assert dataset.class_names == ("0", "1", "2")


@pytest.mark.parametrize(
    "arrays",
    [
        {"images": IMAGES, "labels": LABELS},
        {"x": IMAGES[..., None], "y": LABELS[:, None]},
        {"images": IMAGES.reshape(24, 36), "labels": LABELS.astype(float)},
        {"images": IMAGES.astype(np.float64), "labels": LABELS},
        {"images": IMAGES.astype(np.float32) / 255, "labels": LABELS},
        {"images": np.repeat(IMAGES[..., None], 3, axis=3), "labels": LABELS},
    ],
    ids=["plain", "channel", "flat", "floats", "unit floats", "colour"],
)
def test_one_file_without_a_test_part(tmp_path, arrays):
    np.savez_compressed(tmp_path / "a.npz", **arrays)
    same(load_dataset(tmp_path / "a.npz"))


def test_keras_layout(tmp_path):
    np.savez(
        tmp_path / "mnist.npz",
        x_train=IMAGES[:18],
        y_train=LABELS[:18],
        x_test=IMAGES[18:],
        y_test=LABELS[18:],
    )
    dataset = load_dataset(tmp_path / "mnist.npz")
    assert (len(dataset.train), len(dataset.test)) == (18, 6)
    same(dataset)


@pytest.mark.parametrize(
    "names",
    [
        ["kmnist-train-imgs", "kmnist-train-labels", "kmnist-test-imgs", "kmnist-test-labels"],
        ["X_kannada_MNIST_train", "y_kannada_MNIST_train", "X_kannada_MNIST_test",
         "y_kannada_MNIST_test"],
    ],
    ids=["kmnist", "kannada"],
)  # fmt: skip
def test_separate_files(tmp_path, names):
    for name, array in zip(
        names, (IMAGES[:18], LABELS[:18], IMAGES[18:], LABELS[18:]), strict=True
    ):
        np.savez_compressed(tmp_path / f"{name}.npz", array)
    for source in (tmp_path, tmp_path / f"{names[0]}.npz"):
        dataset = load_dataset(source)
        assert (len(dataset.train), len(dataset.test)) == (18, 6)
        same(dataset)


def test_class_names_in_the_file(tmp_path):
    np.savez(tmp_path / "a.npz", images=IMAGES, labels=LABELS, class_names=["い", "ろ", "は"])
    assert load_dataset(tmp_path / "a.npz").class_names == ("い", "ろ", "は")


@pytest.mark.parametrize(
    ("arrays", "told"),
    [
        ({"images": IMAGES, "labels": LABELS[:-1]}, "24 images"),
        ({"images": IMAGES}, "labels are missing"),
        ({"pictures": IMAGES, "names": LABELS}, "images and labels are needed"),
        ({"images": IMAGES.astype(int) + 70_000, "labels": LABELS}, "0 to 255 are wanted"),
        ({"images": IMAGES * np.nan, "labels": LABELS}, "finite"),
        ({"images": IMAGES + 0.25, "labels": LABELS}, "fractions|255"),
        ({"images": IMAGES[0, 0], "labels": LABELS}, r"shape \(6,\)"),
        ({"images": np.array([None] * 24), "labels": LABELS}, "Python objects"),
    ],
)
def test_wrong_arrays_are_named(tmp_path, arrays, told):
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(LinocutError, match=told):
        load_dataset(tmp_path / "a.npz")


def test_a_lying_header_is_not_believed(tmp_path):
    honest = io.BytesIO()
    np.save(honest, np.zeros((4, 6, 6), np.uint8))
    lying = honest.getvalue().replace(b"(4, 6, 6)", b"(9, 9, 9)")
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("images.npy", lying)
        archive.writestr("labels.npy", honest.getvalue())
    with pytest.raises(LinocutError, match="promises 729 bytes, the file holds 144"):
        load_dataset(tmp_path / "a.npz")


def test_what_is_no_npz_is_named(tmp_path):
    (tmp_path / "a.npz").write_bytes(b"PK\x03\x04 not really")
    with pytest.raises(LinocutError, match="is not a zip file that can be read"):
        load_dataset(tmp_path / "a.npz")
