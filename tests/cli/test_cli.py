"""The command line as a person meets it: a real process, its streams and its exit code."""

import json
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image

from support.files import toy_images, write_images


def test_the_main_job_needs_no_argument_and_no_network(linocut, tmp_path):
    unreachable = {"http_proxy": "http://127.0.0.1:1", "https_proxy": "http://127.0.0.1:1"}
    done = linocut("report", env=unreachable)
    assert done.returncode == 0, done.stderr
    assert "pca-quadratic" in done.stdout
    page = tmp_path / "digits-report.html"
    assert page.stat().st_size < 6_000_000
    assert "wrote" in done.stderr


def test_json_is_one_document_and_nothing_else(linocut):
    done = linocut("ladder", "--json", "--rungs", "nearest-mean,softmax")
    found = json.loads(done.stdout)
    assert found["dataset"] == "digits"
    wanted = {
        "name", "test_accuracy", "interval", "log_loss", "fit_seconds", "total_seconds",
        "parameters", "linear", "chosen",
    }  # fmt: skip
    for rung in found["rungs"]:
        assert wanted <= set(rung)
        low, high = rung["interval"]
        assert 0 < low < rung["test_accuracy"] < high < 1
    assert found["rungs"][1]["chosen"]["softmax__C"] > 0


def test_the_report_speaks_json_too(linocut, tmp_path):
    done = linocut("report", "--json", "-o", "a.html", "--rungs", "nearest-mean")
    assert [rung["name"] for rung in json.loads(done.stdout)["rungs"]] == ["nearest-mean"]
    assert (tmp_path / "a.html").exists()


def test_a_folder_of_ones_own(linocut, tmp_path):
    images, labels = toy_images(60, (12, 12))
    write_images(tmp_path / "shapes", 255 - images, labels, names=["ಕ", "を", "x"])
    done = linocut("report", "shapes")
    assert done.returncode == 0, done.stderr
    assert "inverted" in done.stderr
    assert (tmp_path / "shapes-report.html").exists()


def test_data_show_draws_a_sheet(linocut, tmp_path):
    done = linocut("data", "show", "digits", "--json")
    found = json.loads(done.stdout)
    assert sum(found["train_counts"]) == 1438
    with Image.open(tmp_path / "digits-images.png") as sheet:
        assert np.asarray(sheet.convert("L")).std() > 10


def test_data_list_names_what_is_known(linocut):
    found = json.loads(linocut("data", "list", "--json").stdout)["datasets"]
    assert {entry["name"] for entry in found} >= {"digits", "mnist", "usps"}
    assert "kannada-mnist" in linocut("data", "list").stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["report", "mnst"], "did you mean mnist"),
        (["report", "empty"], "holds no images"),
        (["report", "digits", "-o", "no/such/folder.html"], "does not exist"),
        (["report", "digits", "-o", "empty"], "is a folder"),
        (["report", "digits", "--rungs", "softmax,hardmax"], "'hardmax' is no rung"),
        (["report", "digits", "--size", "big"], "--size 'big'"),
        (["report", "digits", "--test-size", "2"], "2.0"),
        (["report", "digits", "--split", "random"], "stratified or ordered"),
        (["data", "fetch", "nothing"], "'nothing' is no known dataset"),
        (["data", "show", "digits", "-o", "a.docx"], ".docx is not a kind of image file"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_is_wrong_is_one_line(linocut, tmp_path, arguments, told):
    (tmp_path / "empty").mkdir()
    done = linocut(*arguments)
    assert done.returncode == 2
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("linocut: ")
    assert told in last
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


def test_a_wrong_option_exits_with_2(linocut):
    assert linocut("report", "--no-such-option").returncode == 2


@pytest.mark.parametrize(
    ("sent", "code", "told"),
    [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")],
    ids=["ctrl-c", "kill"],
)
def test_a_signal_to_stop_leaves_one_line_and_no_file(tmp_path, sent, code, told):
    command = [sys.executable, "-m", "linocut", "report", "digits"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as running:
        while "test part" not in running.stderr.readline():  # that note says: loading is done
            assert running.poll() is None
        time.sleep(0.2)
        running.send_signal(sent)
        rest = running.stderr.read()
        found = running.wait()
    assert found == code, rest
    assert rest.splitlines()[-1] == f"linocut: {told}; nothing was written"
    assert "Traceback" not in rest
    assert list(tmp_path.iterdir()) == []
