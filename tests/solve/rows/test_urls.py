"""What lies behind a URL is fetched into the cache, once."""

import pickle
import sys

import numpy as np
import pytest

from linocut.core import LinocutError
from linocut.solve.rows import open_rows

from .conftest import FORMATS, write_npy


@pytest.fixture
def memory(need_extra):
    """An empty store in memory."""
    system = need_extra("fsspec").filesystem("memory")
    system.store.clear()
    yield system
    system.store.clear()


@pytest.fixture(params=FORMATS)
def stored(request, memory, tmp_path, X, y, need_extra):
    write, modules = FORMATS[request.param]
    for module in modules:
        need_extra(module)
    write(tmp_path, X, y)
    for path in tmp_path.iterdir():
        memory.pipe(f"/set/{path.name}", path.read_bytes())
    return memory


def files_in(cache):
    return {path: path.stat().st_mtime_ns for path in cache.rglob("*") if path.is_file()}


@pytest.mark.parametrize("where", ["memory://set", "memory://set/", "memory://set/*"])
def test_rows_behind_a_url_are_those_written(stored, X, y, where):
    source = open_rows(where)
    np.testing.assert_array_equal(source.rows[:], X)
    np.testing.assert_array_equal(source.labels[:], y)
    assert len(pickle.dumps(source)) < 10_000


def test_they_are_fetched_once(stored, cache, monkeypatch):
    open_rows("memory://set")
    before = files_in(cache)
    monkeypatch.setattr(type(stored), "_open", None)
    source = open_rows("memory://set")
    source.read(0, 40)
    assert files_in(cache) == before


def test_another_machine_fetches_its_own(stored, X, monkeypatch, tmp_path_factory):
    source = pickle.loads(pickle.dumps(open_rows("memory://set")))
    monkeypatch.setenv("LINOCUT_CACHE", str(tmp_path_factory.mktemp("elsewhere")))
    np.testing.assert_array_equal(source.rows[:], X)


def test_a_file_that_changed_there_is_fetched_when_opened_anew(memory, tmp_path, X):
    for value in (0, 1):
        np.save(tmp_path / "x.npy", X + value)
        memory.pipe("/x.npy", (tmp_path / "x.npy").read_bytes())
        np.testing.assert_array_equal(open_rows("memory://x.npy").rows[:], X + value)


def test_a_file_that_changed_between_is_named(memory, tmp_path, X, monkeypatch, tmp_path_factory):
    np.save(tmp_path / "x.npy", X)
    memory.pipe("/x.npy", (tmp_path / "x.npy").read_bytes())
    source = open_rows("memory://x.npy")
    memory.pipe("/x.npy", b"other")
    monkeypatch.setenv("LINOCUT_CACHE", str(tmp_path_factory.mktemp("elsewhere")))
    with pytest.raises(LinocutError, match=r"memory:///x.npy: has changed since it was opened"):
        source.read(0, 3)


def test_lists_of_urls_and_labels_behind_one(memory, tmp_path, X, y):
    for name, array in {"a": X[:9], "b": X[9:], "l": y}.items():
        np.save(tmp_path / "a.npy", array)
        memory.pipe(f"/{name}.npy", (tmp_path / "a.npy").read_bytes())
    source = open_rows(["memory://b.npy", "memory://a.npy"], labels="memory://l.npy")
    np.testing.assert_array_equal(source.rows[:], np.concatenate([X[9:], X[:9]]))
    np.testing.assert_array_equal(source.labels[:], y)


def test_files_of_one_name_in_several_folders_are_shards(memory, tmp_path, X, y):
    write_npy(tmp_path, X, y)
    for k in range(4):
        for name in ("x", "y"):
            memory.pipe(f"/{k}/{name}.npy", (tmp_path / f"{name}-00{k}.npy").read_bytes())
    source = open_rows("memory://*/*.npy")
    np.testing.assert_array_equal(source.rows[:], X)
    np.testing.assert_array_equal(source.labels[:], y)


def test_a_local_url_is_a_path(tmp_path, X, cache):
    np.save(tmp_path / "x.npy", X)
    np.testing.assert_array_equal(open_rows(f"file://{tmp_path}/x.npy").rows[:], X)
    assert not files_in(cache)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("memory://nowhere/x.npy", "cannot be fetched"),
        ("memory://nowhere/*.npy", "no file of rows is there"),
        ("nonsense://a/x.npy", "cannot be fetched .*Protocol not known"),
    ],
)
def test_what_is_not_there_is_one_line(memory, url, told):
    with pytest.raises(LinocutError, match=told) as error:
        open_rows(url)
    assert "\n" not in str(error.value)


def test_a_store_whose_library_is_missing_is_named(memory, monkeypatch):
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises(LinocutError, match=r"s3://bucket/x.npy: .*s3fs"):
        open_rows("s3://bucket/x.npy")


def test_without_fsspec_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(LinocutError, match=r"pip install 'linocut\[urls\]'"):
        open_rows("s3://bucket/x.npy")


def test_what_breaks_off_leaves_nothing_behind(memory, tmp_path, cache, X, monkeypatch):
    np.save(tmp_path / "x.npy", X)
    memory.pipe("/x.npy", (tmp_path / "x.npy").read_bytes())

    def broken(*_: object, **__: object) -> None:
        raise TimeoutError("timed out")

    monkeypatch.setattr(type(memory), "_open", broken)
    with pytest.raises(LinocutError, match=r"memory:///x.npy: cannot be fetched \(timed out\)"):
        open_rows("memory://x.npy")
    assert not files_in(cache)
