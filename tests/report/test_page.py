from __future__ import annotations

import dataclasses
import json
import os
import re

from linocut.core import plain
from linocut.core.pages import script_json
from linocut.report import write_report

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
    text = script_json(changed)
    assert not re.search("[<>&\u2028\u2029]", text)
    assert "ünï" in text
    (held,) = HELD.findall(write_report(changed, tmp_path / "r.html").read_text(encoding="utf-8"))
    assert json.loads(held)["command"] == nasty


def test_file_names_that_are_no_text_do_not_stop_the_report(document, tmp_path):
    changed = dataclasses.replace(document, command=os.fsdecode(b"folder/\xff.png"))
    path = write_report(changed, tmp_path / "r.html")
    (held,) = HELD.findall(path.read_text(encoding="utf-8"))
    assert json.loads(held)["command"] == "folder/?.png"


def test_the_page_is_whole_and_alone(document, tmp_path):
    path = write_report(document, tmp_path / "report.html")
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]
    assert path.stat().st_size > 100_000
