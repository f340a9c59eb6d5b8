"""The command: real processes, signals, workers, tokens."""

import json
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import httpx
import pytest

from linocut.core import LinocutError
from linocut.data import load_dataset
from linocut.serve import Serving, read_token
from support.serving import raw

IMAGES = load_dataset("digits").test.images


@contextmanager
def command(*arguments):
    run = [sys.executable, "-m", "linocut", "serve", "--port", "0", *map(str, arguments)]
    process = subprocess.Popen(run, stderr=subprocess.PIPE, text=True)
    lines = []
    try:
        for line in process.stderr:
            lines.append(line)
            if found := re.search(r"serving at (http://\S+)", line):
                break
        assert found, lines
        reader = threading.Thread(target=lambda: lines.extend(process.stderr))
        reader.start()
        with httpx.Client(base_url=found[1], timeout=30) as client:
            _wait(client)
            yield process, client, lines
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(30)
        reader.join()
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def _wait(client):
    for _ in range(300):
        try:
            if client.get("/ready").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    pytest.fail("the server was not ready in 30 s")


def test_a_stopped_server_finishes_what_it_has_begun(model_file):
    with command(model_file) as (process, client, lines):
        answers = []

        def ask():
            for k in range(400):
                try:
                    answers.append(client.post("/v1/predict", **raw(IMAGES[k % 300 :][:1])))
                except httpx.TransportError as error:
                    answers.append(error)
                    return

        thread = threading.Thread(target=ask)
        thread.start()
        while len(answers) < 20:
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        thread.join()
        process.wait(30)
    told = [each for each in answers if not isinstance(each, Exception)]
    assert all(each.status_code == 200 for each in told)
    # A request that the closed socket did not take was not begun.
    cut = [each for each in answers if isinstance(each, Exception)]
    assert not any(isinstance(each, httpx.ReadError) for each in cut)
    assert process.returncode == 0
    assert "stopped; what had begun was answered" in lines[-1]


def test_each_request_is_a_line_of_json(model_file):
    with command(model_file) as (_, client, lines):
        client.get("/v1/models", headers={"x-request-id": "mine"})
    logged = [json.loads(line) for line in lines if line.startswith("{")]
    (mine,) = [line for line in logged if line.get("request_id") == "mine"]
    assert (mine["path"], mine["status"], mine["event"]) == ("/v1/models", 200, "request")


def test_several_workers_share_the_port_and_the_counts(model_file):
    with command(model_file, "--workers", "2", "--no-log-requests") as (_, client, _lines):
        for k in range(30):
            with httpx.Client(base_url=client.base_url) as once:  # any of the workers
                assert once.post("/v1/predict", **raw(IMAGES[k : k + 1])).status_code == 200
        text = client.get("/metrics").text
    counted = re.search(r'linocut_images_total{model="digits"} (\S+)', text)
    assert float(counted[1]) == 30


def test_a_port_that_is_taken_is_named(model_file):
    serving = Serving((str(model_file),), port=0)
    with serving.bound() as taken:
        port = taken.getsockname()[1]
        taken.listen()
        with pytest.raises(LinocutError, match=f"127.0.0.1:{port}: .* — another --port"):
            Serving((str(model_file),), port=port).bound()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])
def test_other_machines_need_a_token(host):
    with pytest.raises(LinocutError, match="give a token by --token-file"):
        Serving(("a.linocut",), host=host).check(None)
    Serving(("a.linocut",), host=host).check("a" * 20)


def test_this_machine_needs_none():
    for host in ("127.0.0.1", "127.1.2.3", "::1", "localhost"):
        Serving(("a.linocut",), host=host).check(None)


def test_settings_out_of_range_are_refused():
    for wrong in ({"port": -1}, {"port": 70000}, {"workers": 0}):
        with pytest.raises(LinocutError):
            Serving(("a.linocut",), **wrong).check(None)


def test_a_token_is_one_line_of_sixteen_letters_or_more(tmp_path):
    path = tmp_path / "token"
    with pytest.raises(LinocutError, match="No such file"):
        read_token(path)
    for wrong in ("", "short", "a b\nc" + "d" * 20, "é" * 20):
        path.write_text(wrong, "utf-8")
        with pytest.raises(LinocutError, match="holds no token"):
            read_token(path)
    path.write_text("a" * 20 + "\n")
    assert read_token(path) == "a" * 20
