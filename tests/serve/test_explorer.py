"""The page that a browser gets from a server, and the model files that it runs."""

from __future__ import annotations

import base64
import hashlib
import re

import httpx
import pytest

from linocut.classifier import ImageClassifier
from linocut.data import load_dataset
from linocut.lines import StringReader, synthetic_strings
from linocut.modelfile import model_bytes
from linocut.serve.explorer import served_page
from support.pages import document_in
from support.serving import served


@pytest.mark.parametrize(
    ("path", "start"), [("/", '<script type="module">'), ("/docs", "<script>")]
)
def test_a_page_may_run_its_own_script_and_no_other(client, path, start):
    answer = client.get(path)
    assert answer.headers["content-type"].startswith("text/html")
    policy = answer.headers["content-security-policy"]
    (script,) = re.findall(f"{start}(.*?)</script>", answer.text, re.DOTALL)
    told = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{told}';" in policy
    assert "default-src 'none'" in policy
    assert "connect-src 'self'" in policy


def test_a_model_file_is_the_model_that_answers(client, model):
    answer = client.get("/v1/models/digits/file")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.content == model_bytes(model.contents)
    with pytest.raises(httpx.HTTPStatusError, match="404"):
        client.get("/v1/models/none/file").raise_for_status()


def test_model_files_are_counted_together_whatever_name_is_asked_for(client):
    for name in ("digits", "none"):
        client.get(f"/v1/models/{name}/file")
    text = client.get("/metrics").text
    for status in (200, 404):
        assert f'method="GET",path="/v1/models/{{name}}/file",status="{status}"' in text


def test_what_the_browser_has_is_not_sent_again(client):
    for path in ("/", "/docs", "/v1/models/digits/file"):
        tag = client.get(path).headers["etag"]
        again = client.get(path, headers={"if-none-match": tag})
        assert (again.status_code, again.content) == (304, b"")
        assert client.get(path, headers={"if-none-match": '"other"'}).status_code == 200


def test_a_bad_file_is_never_handed_out(model_file, tmp_path):
    path = tmp_path / "digits.linocut"
    path.write_bytes(model_file.read_bytes())
    with served(path) as client:
        path.write_bytes(b"no model at all")
        answer = client.get("/v1/models/digits/file")
    assert answer.content == model_file.read_bytes()


def test_a_file_needs_the_token_and_the_page_that_asks_for_it_does_not(model_file):
    with served(model_file, token="secret") as client:
        assert client.get("/").status_code == 200
        assert client.get("/v1/models/digits/file").status_code == 401
        bearer = {"authorization": "Bearer secret"}
        assert client.get("/v1/models/digits/file", headers=bearer).status_code == 200


def test_a_reader_of_strings_is_not_run_by_a_page(tmp_path):
    strings = synthetic_strings(load_dataset("digits"), 40, length=(2, 3))
    reader = StringReader().fit(strings)
    with served(reader.save(tmp_path / "reader.linocut")) as client:
        answer = client.get("/v1/models/reader/file")
    assert answer.status_code == 422
    assert "reads strings" in answer.json()["error"]


def test_a_saved_model_is_answered_byte_for_byte(model, model_file):
    assert isinstance(model, ImageClassifier)
    assert model_bytes(model.contents) == model_file.read_bytes()


def test_a_served_page_asks_for_its_models(tmp_path):
    path = tmp_path / "page.html"
    path.write_bytes(served_page())
    held = document_in(path)
    assert held["model"] is None
    assert held["name"] is None
