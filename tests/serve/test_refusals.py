"""What cannot be answered is refused with the right status and one clear line."""

import io
import json
import socket
import struct
import time
import zlib

import httpx
import pytest
from PIL import Image

from linocut.data import load_dataset
from linocut.serve import Limits
from support.files import png
from support.serving import raw, served

IMAGES = load_dataset("digits").test.images
SMALL = Limits(
    body=20_000, images=5, pixels=10_000, waiting=2, body_seconds=0.5, header_seconds=0.5
)


@pytest.fixture(scope="module")
def strict(model_file):
    with served(model_file, limits=SMALL) as client:
        yield client


def bomb(width: int, height: int) -> bytes:
    """Return a PNG that says it has so many pixels, all of them blank."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        whole = kind + data
        return struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(bytes(1000))), chunk(b"IEND", b"")]
    )


def body(content: bytes | str, kind: str) -> dict[str, object]:
    return {"content": content, "headers": {"content-type": kind}}


def nested(depth: int) -> str:
    return '{"images": ' + "[" * depth + "]" * depth + "}"


JSON = "application/json"


@pytest.mark.parametrize(
    ("sent", "status", "line"),
    [
        (body(b"", "image/png"), 422, "not an image"),
        (body(b"hello", "image/png"), 422, "not an image"),
        (body(png(IMAGES[0])[:60], "image/png"), 422, "truncated|broken|image"),
        (body(b"hello", "text/plain"), 415, "'text/plain' — image/png or another image"),
        (body(b"hello", ""), 415, "'none'"),
        (body(b"1234567", "application/octet-stream"), 422, "7 bytes of pixels — 64 for each"),
        (body(b"", "application/octet-stream"), 422, "0 bytes of pixels"),
        (body("{", JSON), 422, "no JSON that can be read"),
        (body(b"\xff\xfe\xfd", JSON), 422, "no JSON that can be read"),
        (body("[1]", JSON), 422, "JSON without a list of images"),
        (body('{"images": []}', JSON), 422, "JSON without a list of images"),
        (body('{"images": [[NaN]]}', JSON), 422, "NaN is no pixel"),
        (body('{"images": [[1e999]]}', JSON), 422, "shape|pixels"),
        (body('{"images": [["a"]]}', JSON), 422, "no numbers"),
        (body('{"images": [[1, 2], [3]]}', JSON), 422, "unequal rows"),
        (body('{"images": [null]}', JSON), 422, "no numbers"),
        (body('{"images": [[' + "9" * 5000 + "]]}", JSON), 422, "JSON|numbers"),
        (body(json.dumps({"images": [[300] * 64]}), JSON), 422, "from 0"),
        (body(json.dumps({"images": [[0.5] * 64]}), JSON), 422, "whole numbers"),
        (body(json.dumps({"images": [[-1] * 64]}), JSON), 422, "whole numbers"),
        (body(nested(50), JSON), 422, "nested too deep"),
        (body(nested(9000), JSON), 422, "nested too deep"),
        (body(json.dumps({"images": [[0] * 64] * 6}), JSON), 413, "6 images in one request"),
        (raw(IMAGES[:6]), 413, "6 images in one request — at most 5"),
        (body(bomb(50_000, 50_000), "image/png"), 413, "50000 × 50000 pixels|bomb"),
        (body(bomb(200, 200), "image/png"), 413, "200 × 200 pixels — at most 10,000"),
        (body(b"x" * 30_000, "image/png"), 413, "30,000 bytes or more — at most 20,000"),
        ({"files": [("images", png(IMAGES[0]))] * 7}, 413, "Too many files"),
        ({"files": [("images", b"hello")], "data": {"a": "b"}}, 422, "not an image"),
        ({"files": [("images", png(IMAGES[0])), ("images", b"hello")]}, 422, "image 1: not an"),
        (body(b"", "multipart/form-data; boundary=x"), 422, "no image in the request|form"),
        (body(b"hello", "multipart/form-data"), 422, "form"),
    ],
)  # fmt: skip
def test_what_is_no_image_is_refused_in_one_line(strict, sent, status, line):
    answer = strict.post("/v1/predict", **sent)
    assert answer.status_code == status, answer.text
    told = answer.json()
    assert httpx.codes(answer.status_code)
    assert __import__("re").search(line, told["error"]), told["error"]
    assert "\n" not in told["error"]
    assert "Traceback" not in answer.text
    assert answer.headers["x-request-id"] == told["request_id"]


def test_pillows_warnings_of_a_damaged_file_are_no_failure(strict):
    file = io.BytesIO()
    Image.fromarray(IMAGES[0]).save(file, "TIFF")
    whole = file.getvalue()
    for place in range(len(whole)):
        damaged = whole[:place] + b"\xff" + whole[place + 1 :]
        answer = strict.post("/v1/predict", **body(damaged, "image/tiff"))
        assert answer.status_code in {200, 413, 422}, (place, answer.text)


def test_a_form_that_breaks_off_is_not_answered_without_its_last_image(strict):
    part = b'--x\r\ncontent-disposition: form-data; name="images"; filename="a"\r\n\r\n'
    whole = b"".join(part + png(image) + b"\r\n" for image in IMAGES[:2]) + b"--x--\r\n"
    kind = "multipart/form-data; boundary=x"
    assert len(strict.post("/v1/predict", **body(whole, kind)).json()["predictions"]) == 2
    answer = strict.post("/v1/predict", **body(whole[:-20], kind))
    assert (answer.status_code, "breaks off" in answer.json()["error"]) == (422, True)


def test_json_is_images_and_nothing_else(strict):
    image = [0] * 64
    for document, line in (
        ({"images": [image], "image": 1}, "JSON with 'image' — images and nothing else"),
        ({"images": [[True, *image[1:]]]}, "pixels that are no numbers"),
    ):
        answer = strict.post("/v1/predict", json=document)
        assert (answer.status_code, line in answer.json()["error"]) == (422, True), answer.text


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("/v1/predict?top=0", "top: "),
        ("/v1/predict?top=many", "top: 'many' — a whole number from 1 to 1000"),
        ("/v1/predict?tpo=3", "'tpo' is no parameter here — there are model, top"),
        ("/v1/explain?label=" + "x" * 300, "label: 'xxx"),
        ("/v1/explain?label=x", "'x' is no class of digits — known: 0, 1"),
        ("/v1/explain?label=3&versus=3", "3"),
    ],
)
def test_parameters_that_make_no_sense_are_named(strict, path, line):
    answer = strict.post(path, **raw(IMAGES[:1]))
    assert answer.status_code == 422
    assert line in answer.json()["error"]


def test_several_images_are_not_explained_at_once(strict):
    answer = strict.post("/v1/explain", **raw(IMAGES[:2]))
    assert (answer.status_code, answer.json()["error"]) == (
        422,
        "2 images — one at a time is explained",
    )


def test_a_body_of_unknown_length_is_cut_off(strict):
    sent = (b"x" * 5000 for _ in range(100))
    answer = strict.post(
        "/v1/predict", content=sent, headers={"content-type": "application/octet-stream"}
    )
    assert answer.status_code == 413


def test_another_host_name_is_refused(strict):
    answer = strict.get("/health", headers={"host": "example.org"})
    assert answer.status_code == 421
    assert "example.org" in answer.json()["error"]


def test_request_ids_are_taken_over_where_they_are_sound(strict):
    assert strict.get("/health", headers={"x-request-id": "a-1"}).headers["x-request-id"] == "a-1"
    odd = strict.get("/health", headers={"x-request-id": "a b"}).headers["x-request-id"]
    assert len(odd) == 16


def test_a_token_is_asked_for(model_file):
    with served(model_file, token="a" * 20) as client:
        assert client.get("/health").status_code == 200
        for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": "Basic aaaa"}):
            answer = client.get("/v1/models", headers=headers)
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"] == "Bearer"
        right = {"authorization": f"Bearer {'a' * 20}"}
        assert client.get("/v1/models", headers=right).status_code == 200


def _talk(client: httpx.Client, sent: bytes, seconds: float = 5) -> bytes:
    url = client.base_url
    with socket.create_connection((url.host, url.port), timeout=seconds) as connection:
        connection.sendall(sent)
        got = b""
        while part := connection.recv(4096):
            got += part
        return got


def test_another_method_is_refused_and_the_right_one_named(strict):
    answer = strict.get("/v1/predict")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert answer.json()["error"] == "GET is no method here — there is POST"


def test_headers_that_do_not_come_are_not_waited_for(strict):
    assert _talk(strict, b"GET /health HT").startswith(b"HTTP/1.1 408")


def test_headers_without_end_are_cut_off(strict):
    endless = b"GET /health HTTP/1.1\r\n" + b"a: " + b"b" * 40_000
    assert _talk(strict, endless).startswith(b"HTTP/1.1 431")


def test_a_body_that_does_not_come_is_not_waited_for(strict):
    head = b"POST /v1/predict HTTP/1.1\r\nhost: localhost\r\ncontent-length: 64\r\n\r\n"
    answer = _talk(strict, head + b"few")
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"was not there after 0.5 s" in answer


def test_a_client_that_leaves_is_no_failure_of_the_server(model_file):
    head = b"POST /v1/predict HTTP/1.1\r\nhost: localhost\r\ncontent-length: 64\r\n"
    counted = 'linocut_requests_total{method="POST",path="/v1/predict",status="'
    with served(model_file) as client:
        for kind in (b"application/octet-stream", b"multipart/form-data; boundary=x"):
            url = client.base_url
            with socket.create_connection((url.host, url.port)) as connection:
                connection.sendall(head + b"content-type: " + kind + b"\r\n\r\n--x")
        for _ in range(100):
            if f'{counted}400"}} 2.0' in (text := client.get("/metrics").text):
                break
            time.sleep(0.05)
    assert f'{counted}400"}} 2.0' in text
    assert f'{counted}500"' not in text


def test_no_http_is_no_harm(strict):
    answer = _talk(strict, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["error"] == "no HTTP that can be read"
    assert strict.get("/health").status_code == 200
