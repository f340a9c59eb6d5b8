from __future__ import annotations

import dataclasses
import json
import os
import re
import stat

import pytest

from linocut.core import LinocutError, plain
from linocut.report import check_target, write_report
from linocut.report.page import to_json

HELD = re.compile(
    r'<script type="application/json" id="linocut-document">(.*?)</script>', re.DOTALL
)


def test_the_page_holds_the_document_exactly(document, tmp_path):
    path = write_report(document, tmp_path / "report.html")
    (text,) = HELD.findall(path.read_text(encoding="utf-8"))
    assert json.loads(text) == plain(document)


def test_nothing_in_the_data_can_end_the_script(document, tmp_path):
    nasty = "</script><script>alert(1)</script><!-- & \u2028 \u2029 ünï"
    changed = dataclasses.replace(document, command=nasty)
    text = to_json(changed)
    assert not re.search("[<>&\u2028\u2029]", text)
    assert "ünï" in text
    (held,) = HELD.findall(write_report(changed, tmp_path / "r.html").read_text(encoding="utf-8"))
    assert json.loads(held)["command"] == nasty


def test_file_names_that_are_no_text_do_not_stop_the_report(document, tmp_path):
    changed = dataclasses.replace(document, command=os.fsdecode(b"folder/\xff.png"))
    path = write_report(changed, tmp_path / "r.html")
    (held,) = HELD.findall(path.read_text(encoding="utf-8"))
    assert json.loads(held)["command"] == "folder/?.png"


def test_an_older_report_is_replaced_and_nothing_else_is_left(document, tmp_path):
    path = tmp_path / "report.html"
    path.write_text("old")
    write_report(document, path)
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]
    assert path.stat().st_size > 100_000


def test_a_new_report_can_be_read_by_whoever_the_umask_allows(document, tmp_path):
    before = os.umask(0o022)
    try:
        path = write_report(document, tmp_path / "report.html")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_a_link_is_followed_not_replaced(document, tmp_path):
    (tmp_path / "there").mkdir()
    link = tmp_path / "report.html"
    link.symlink_to(tmp_path / "there" / "real.html")
    write_report(document, link)
    assert link.is_symlink()
    assert (tmp_path / "there" / "real.html").stat().st_size > 100_000


def test_a_failed_write_leaves_the_older_report_alone(document, tmp_path, monkeypatch):
    path = tmp_path / "report.html"
    path.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(LinocutError, match="No space left on device"):
        write_report(document, path)
    assert path.read_text() == "old"
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


def test_a_folder_that_may_not_be_written_is_one_line(tmp_path, need):
    need(os.geteuid() != 0, "root may write everywhere")
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(LinocutError, match="cannot write"):
            check_target(tmp_path / "report.html")
    finally:
        tmp_path.chmod(0o700)


def test_a_file_that_may_not_be_changed_is_left_alone(tmp_path, monkeypatch):
    path = tmp_path / "report.html"
    path.write_text("precious")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(LinocutError, match="may not be changed"):
        check_target(path)
