"""Datasets by name: found at hand, fetched from a real server, checked by their hashes."""

import gzip
import hashlib
import http.server
import threading
from dataclasses import replace

import numpy as np
import pytest

from linocut.core import LinocutError, LinocutWarning
from linocut.data import catalogue, find_entry, load_dataset
from linocut.data.download import fetch
from linocut.data.entries import Entry, RemoteFile
from linocut.data.named import load_named, where
from support.files import idx_bytes, toy_images, write_idx_set

IMAGES, LABELS = toy_images()
CONTENT = {
    "train_images": ("train-images-idx3-ubyte.gz", idx_bytes(IMAGES[:18])),
    "train_labels": ("train-labels-idx1-ubyte.gz", idx_bytes(LABELS[:18])),
    "test_images": ("t10k-images-idx3-ubyte.gz", idx_bytes(IMAGES[18:])),
    "test_labels": ("t10k-labels-idx1-ubyte.gz", idx_bytes(LABELS[18:])),
}


@pytest.fixture
def server(tmp_path):
    """A real HTTP server on this machine; returns its folder and address."""
    folder = tmp_path / "served"
    folder.mkdir()

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=str(folder))

        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield folder, f"http://127.0.0.1:{running.server_port}/"
        running.shutdown()


@pytest.fixture
def entry(server):
    folder, address = server
    (folder / "good").mkdir()
    for name, data in CONTENT.values():
        (folder / "good" / name).write_bytes(gzip.compress(data))
    files = {
        key: RemoteFile(name, hashlib.sha256(data).hexdigest())
        for key, (name, data) in CONTENT.items()
    }
    return Entry(
        "toys", "Toys", "here", "", "", ("a", "b", "c"), "idx", files, (f"{address}good/",)
    )


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("LINOCUT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def no_data(monkeypatch):
    monkeypatch.delenv("LINOCUT_DATA", raising=False)


def test_a_set_is_downloaded_once(entry, no_data, own_cache, server):
    told = []
    found = load_named(entry, lambda *what: told.append(what))
    np.testing.assert_array_equal(found.train.images, IMAGES[:18])
    np.testing.assert_array_equal(found.test.labels, LABELS[18:])
    description, done, total = told[-1]
    assert done == total > 0
    assert "downloading" in description
    assert where(entry) == str(own_cache / "toys")
    for name in (server[0] / "good").iterdir():
        name.unlink()
    assert len(load_named(entry).train) == 18


def test_the_next_mirror_is_tried(entry, no_data, server):
    folder, address = server
    (folder / "wrong").mkdir()
    (folder / "broken").mkdir()
    for name, data in CONTENT.values():
        (folder / "wrong" / name).write_bytes(gzip.compress(data[:-1] + b"!"))
        (folder / "broken" / name).write_bytes(gzip.compress(data)[:-9])
    bad = (f"{address}missing/", f"{address}wrong/", f"{address}broken/", "http://127.0.0.1:1/")
    found = load_named(replace(entry, mirrors=bad + entry.mirrors))
    np.testing.assert_array_equal(found.test.images, IMAGES[18:])


def test_when_all_mirrors_fail_each_reason_is_told_and_nothing_is_left(entry, no_data, own_cache):
    address = entry.mirrors[0].replace("good", "missing")
    with pytest.raises(LinocutError, match=r"answered 404.*no connection.*by hand") as caught:
        load_named(replace(entry, mirrors=(address, "http://127.0.0.1:1/")))
    assert "\n" not in str(caught.value)
    assert [path for path in own_cache.rglob("*") if path.is_file()] == []


def test_wrong_content_is_never_kept(entry, own_cache):
    files = dict(entry.files)
    files["train_images"] = replace(files["train_images"], sha256="0" * 64)
    with pytest.raises(LinocutError, match="wrong content"):
        fetch(replace(entry, files=files), own_cache / "toys")
    assert not list((own_cache / "toys").iterdir())


def test_members_of_an_archive_are_taken_out(entry, no_data, server):
    import zipfile

    folder, address = server
    with zipfile.ZipFile(folder / "all.zip", "w") as archive:
        for name, data in CONTENT.values():
            archive.writestr(f"in/{name}", gzip.compress(data))
    files = {key: RemoteFile(f"in/{name}") for key, (name, _) in CONTENT.items()}
    packed = replace(entry, files=files, archive="all.zip", mirrors=(address,), transposed=True)
    with pytest.warns(LinocutWarning, match="no hash is known"):
        found = load_named(packed)
    np.testing.assert_array_equal(found.train.images, IMAGES[:18].transpose(0, 2, 1))


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_ones_own_folder_comes_first(tmp_path, monkeypatch, ending):
    write_idx_set(
        tmp_path / "fashion-mnist", (IMAGES[:18], LABELS[:18]), (IMAGES[18:], LABELS[18:]), ending
    )
    monkeypatch.setenv("LINOCUT_DATA", str(tmp_path))
    with pytest.warns(LinocutWarning, match="not the published one"):
        found = load_named(find_entry("fashion-mnist"))
    assert found.class_names[0] == "T-shirt/top"
    np.testing.assert_array_equal(found.train.images, IMAGES[:18])


def test_a_folder_that_lacks_a_file_is_named(tmp_path, monkeypatch):
    write_idx_set(tmp_path / "mnist", (IMAGES, LABELS))
    monkeypatch.setenv("LINOCUT_DATA", str(tmp_path))
    with pytest.raises(LinocutError, match=r"t10k-images-idx3-ubyte.gz is missing"):
        load_dataset("mnist")


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist", "kannada-mnist"])
def test_real_sets_have_the_published_content(real_data, name, recwarn):
    real_data(name)
    dataset = load_dataset(name)
    assert (len(dataset.train), len(dataset.test)) == (60_000, 10_000)
    assert dataset.image_shape == (28, 28)
    assert not [w for w in recwarn if issubclass(w.category, LinocutWarning)]


def test_every_entry_is_complete():
    for entry in catalogue().values():
        assert entry.title
        assert entry.origin
        assert entry.citation
        assert entry.licence
        assert len(set(entry.class_names)) == len(entry.class_names) >= 2
        if entry.format != "embedded":
            assert len(entry.mirrors) >= 2
            assert all(len(file.sha256 or "0" * 64) == 64 for file in entry.files.values())


def test_unknown_names_are_answered_with_the_known_ones():
    with pytest.raises(LinocutError, match=r"did you mean kmnist.*digits, mnist"):
        load_dataset("knmist")
    with pytest.raises(LinocutError, match="known: digits"):
        find_entry("nothing")
