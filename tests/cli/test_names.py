"""Classes and files may have any name that a disk holds: commands print and keep it."""

import os

import pytest

from support.files import toy_images, write_images

CLASSES = ["[b]", ":smile:", "$x"]


@pytest.fixture
def folder(tmp_path):
    """A folder whose name and one file's are no UTF-8; that file is no image."""
    made = tmp_path / os.fsdecode(b"[i] caf\xe9")
    write_images(made, *toy_images(60), names=CLASSES)
    (made / CLASSES[0] / os.fsdecode(b"\xff.png")).write_bytes(b"?")
    return made


def test_a_table_shows_brackets_and_colons_as_they_are(linocut, folder):
    done = linocut("data", "show", folder, "--skip-bad")
    assert done.returncode == 0, done.stderr
    assert all(name in done.stdout for name in (*CLASSES, r"[i] caf\xe9"))
    assert r"1 of 61 images cannot be read: [b]/\xff.png (not an image)" in done.stderr


def test_a_model_keeps_them_and_files_are_named_in_escapes(linocut, folder):
    done = linocut("fit", folder, "--skip-bad", "--rung", "softmax", "-o", "a.linocut")
    assert done.returncode == 0, done.stderr
    assert all(name in linocut("show", "a.linocut").stdout for name in (*CLASSES, r"caf\xe9"))
    read = linocut("predict", "a.linocut", folder / CLASSES[0])
    assert r"[i] caf\xe9/[b]/0.png" in read.stdout
    assert read.stderr.count(r"[b]/\xff.png") == 1
    assert "not an image" in read.stderr
