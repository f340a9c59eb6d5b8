from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from linocut.core import LinocutError
from linocut.core.files import check_target, write_whole


def test_an_older_file_is_replaced_and_nothing_else_is_left(tmp_path):
    path = tmp_path / "report.html"
    path.write_text("old")
    assert write_whole(path, b"new") == path.resolve()
    assert path.read_bytes() == b"new"
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]


def test_a_new_file_can_be_read_by_whoever_the_umask_allows(tmp_path):
    before = os.umask(0o022)
    try:
        path = write_whole(tmp_path / "report.html", b"new")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_a_link_is_followed_not_replaced(tmp_path):
    (tmp_path / "there").mkdir()
    link = tmp_path / "report.html"
    link.symlink_to(tmp_path / "there" / "real.html")
    write_whole(link, b"new")
    assert link.is_symlink()
    assert (tmp_path / "there" / "real.html").read_bytes() == b"new"


def test_a_failed_write_leaves_the_older_file_alone(tmp_path, monkeypatch):
    path = tmp_path / "report.html"
    path.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(LinocutError, match="No space left on device"):
        write_whole(path, b"new")
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]


def test_a_full_disk_leaves_the_older_file_alone(tmp_path, monkeypatch):
    path = tmp_path / "report.html"
    path.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(LinocutError, match="No space left on device"):
        write_whole(path, b"new")
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]


def test_threads_may_write_one_file_at_once(tmp_path):
    path = tmp_path / "report.html"
    contents = [bytes([letter]) * 100_000 for letter in b"abcdefgh"]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda content: write_whole(path, content), contents))
    assert path.read_bytes() in contents
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]


def test_a_path_that_can_be_written_is_given_back(tmp_path):
    assert check_target(tmp_path / "report.html") == (tmp_path / "report.html").resolve()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(LinocutError, match=r"nowhere does not exist — name a file"):
        check_target(tmp_path / "nowhere" / "report.html")


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(LinocutError, match="is no folder"):
        check_target(tmp_path / "file" / "report.html")


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(LinocutError, match=r"is a folder — name a file in it"):
        check_target(tmp_path)


def test_a_device_is_no_file():
    with pytest.raises(LinocutError, match="no regular file"):
        check_target(os.devnull)


def test_a_name_that_is_too_long_is_one_line(tmp_path):
    with pytest.raises(LinocutError, match="cannot write"):
        check_target(tmp_path / ("x" * 300 + ".html"))


def test_a_folder_that_may_not_be_written_is_one_line(need):
    # /proc lets nobody make a file, whoever runs the tests.
    need(Path("/proc/self").is_dir(), "there is no /proc")
    with pytest.raises(LinocutError, match="cannot write"):
        check_target("/proc/report.html")


def test_a_file_that_may_not_be_changed_is_left_alone(tmp_path, monkeypatch):
    path = tmp_path / "report.html"
    path.write_text("precious")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(LinocutError, match="may not be changed"):
        check_target(path)
