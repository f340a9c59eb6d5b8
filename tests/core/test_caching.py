"""A folder of the cache is whole or absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from linocut.core import LinocutError
from linocut.core.caching import cache_folder, check_room, kept_folder


def fill(folder: Path) -> None:
    (folder / "a").write_text("whole")


def refuse(folder: Path) -> None:
    raise AssertionError("made twice")


def test_a_folder_is_made_once(tmp_path):
    place = tmp_path / "deep" / "copy"
    assert (kept_folder(place, fill) / "a").read_text() == "whole"
    assert kept_folder(place, refuse) == place
    assert [path.name for path in place.parent.iterdir()] == ["copy"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError, LinocutError("no such column")])
def test_what_fails_half_way_leaves_nothing(tmp_path, error):
    def break_off(folder: Path) -> None:
        fill(folder)
        raise error

    with pytest.raises(error if isinstance(error, type) else type(error)):
        kept_folder(tmp_path / "copy", break_off)
    assert list(tmp_path.iterdir()) == []


def test_the_first_of_two_processes_stays(tmp_path):
    def overtaken(folder: Path) -> None:
        kept_folder(tmp_path / "copy", fill)
        (folder / "a").write_text("later")

    assert (kept_folder(tmp_path / "copy", overtaken) / "a").read_text() == "whole"
    assert [path.name for path in tmp_path.iterdir()] == ["copy"]


def test_a_full_disk_is_one_line(tmp_path, monkeypatch):
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(LinocutError, match="No space left on device — make room there, or set"):
        kept_folder(tmp_path / "copy", fill)
    assert list(tmp_path.iterdir()) == []


def test_a_cache_that_cannot_be_written_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(LinocutError, match=r"cannot keep a copy in .*file/deep: Not a directory"):
        kept_folder(tmp_path / "file" / "deep" / "copy", fill)


def test_what_fits_is_let_through(tmp_path):
    check_room(tmp_path, 1)
    with pytest.raises(LinocutError, match=r"a copy of .* GB does not fit into"):
        check_room(tmp_path, 1 << 62)


def test_the_cache_is_where_the_environment_says(tmp_path, monkeypatch):
    monkeypatch.setenv("LINOCUT_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv("LINOCUT_CACHE")
    assert cache_folder().name == "linocut"
