"""What is sent to the server over HTTP: pixels, JSON, forms, image files, and HTTP itself."""

from __future__ import annotations

import http.client
import io
import json
import socket
import struct
import tempfile
import threading
import time
import zlib
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import uvicorn
from numpy.random import Generator
from PIL import Image

from fuzz.json_mutations import edited
from fuzz.mutations import changed, spliced
from linocut.classifier import ImageClassifier
from linocut.core import LinocutError
from linocut.data import load_dataset
from linocut.serve import Limits, Serving

BOUNDARY = b"linocut-fuzz"
FORM = f"multipart/form-data; boundary={BOUNDARY.decode()}"
RAW, JSON, HTTP = "application/octet-stream", "application/json", "HTTP"
# How a body is sent: the first byte of an input.
KINDS = (
    RAW, JSON, FORM, "image/png", "image/jpeg", "image/gif", "image/bmp", "image/webp",
    "image/tiff", HTTP,
)  # fmt: skip
PATHS = ("/v1/predict", "/v1/explain", "/v1/predict?top=10")  # by the second byte
IMAGES = 300  # of the digits, that the model is fitted on
PATIENCE = 60.0  # seconds for an answer
MOMENT = 0.2  # seconds for one to what may be no whole request


class Server:
    """A server in this process; an input is the number of a kind, that of a path, and a body."""

    def seeds(self) -> list[bytes]:
        """Return requests of every kind that are answered."""
        images = load_dataset("digits").test.images[:3]
        bodies = [(RAW, images.tobytes()), (RAW, images[0].tobytes())]
        bodies += [(JSON, json.dumps({"images": images[:2].tolist()}).encode())]
        bodies += [(JSON, json.dumps({"images": [images[0].ravel().tolist()]}).encode())]
        for kind in KINDS:
            name = kind.removeprefix("image/")
            if name != kind:
                bodies += [(kind, _file(images[0], name)), (kind, _file(images[1], name, side=28))]
        files = [_file(each, "png") for each in images]
        bodies += [(FORM, _form(files)), (FORM, _form(files[:1]))]
        bodies += [(HTTP, _request(RAW, images[0].tobytes())), (HTTP, _request(FORM, _form(files)))]
        return [
            bytes([KINDS.index(kind), path]) + body
            for kind, body in bodies
            for path in range(len(PATHS))
            if path != 1 or kind == HTTP or body in {body for _, body in bodies[1::2]}
        ]

    def mutated(self, seeds: list[bytes], random: Generator) -> bytes:
        """Change a body, and now and then what it says that it is."""
        seed = seeds[random.integers(len(seeds))]
        head, body = bytearray(seed[:2]), seed[2:]
        kind = KINDS[head[0]]
        way = random.random()
        if way < 0.05:
            head[0] = random.integers(len(KINDS))
        if kind == JSON and way < 0.6:
            body = json.dumps(edited(json.loads(body), [json.loads(body)], random)).encode(
                errors="replace"
            )
        elif kind == "image/png" and way < 0.3:
            body = _bomb(random)
        elif way < 0.4:
            body = spliced(body, seeds[random.integers(len(seeds))][2:], random)
        else:
            body = changed(body, random)
        return bytes(head) + body

    def read(self, data: bytes) -> Any:
        """Send a request; what is refused must be so in one line, and nothing may fail."""
        kind, path = KINDS[data[0]], PATHS[data[1]]
        if kind == HTTP:
            return self._send_as_it_is(data[2:])
        status, body = self._ask(path, kind, data[2:])
        told = json.loads(body)
        if status == 200:
            return told
        if status >= 500 or set(told) != {"error", "request_id"}:
            raise AssertionError(f"{status}: {body[:300]!r}")
        raise LinocutError(f"{status}: {told['error']}")

    def _ask(self, path: str, kind: str, body: bytes) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        with closing(connection):
            connection.request("POST", path, body, {"content-type": kind})
            with connection.getresponse() as answer:
                return answer.status, answer.read()

    def _send_as_it_is(self, request: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self._port), PATIENCE) as connection:
            got = b""
            try:
                connection.sendall(request)
                got = _all_of(connection)
            except (ConnectionResetError, BrokenPipeError):
                pass  # it has closed before all was sent
        for status in _statuses(got):
            if status >= 500:
                raise AssertionError(f"{status}: {got[:300]!r}")
            if status >= 400:
                raise LinocutError(f"HTTP: {status}")
        return got

    @cached_property
    def _folder(self) -> tempfile.TemporaryDirectory[str]:
        return tempfile.TemporaryDirectory(prefix="linocut-fuzz-")

    @cached_property
    def _port(self) -> int:
        """Start the server; it ends with the process."""
        digits = load_dataset("digits").train
        model = ImageClassifier().fit(digits.images[:IMAGES], digits.labels[:IMAGES])
        path = model.save(Path(self._folder.name) / "digits.linocut")
        serving = Serving((str(path),), port=0, log_requests=False, limits=Limits(images=64))
        app = serving.application(None)
        bound = serving.bound()
        server = uvicorn.Server(serving.config(app))
        threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True).start()
        while not server.started:
            time.sleep(0.01)
        port: int = bound.getsockname()[1]
        return port


def _all_of(connection: socket.socket) -> bytes:
    """Return what is answered until the connection is closed, or there is no more for a moment."""
    got = b""
    connection.settimeout(MOMENT)
    try:
        while part := connection.recv(65536):
            got += part
    except TimeoutError:  # it waits for the rest of the request, which never comes
        pass
    return got


def _statuses(answers: bytes) -> list[int]:
    """Return the statuses of all answers that stand one after the other."""
    return [
        int(part[4:7])
        for part in answers.split(b"HTTP/1")[1:]
        if part[:1] == b"." and part[4:7].isdigit()
    ]


def _file(image: np.ndarray, kind: str, side: int = 8) -> bytes:
    file = io.BytesIO()
    Image.fromarray(255 - image).resize((side, side)).save(file, kind.upper())
    return file.getvalue()


def _form(files: list[bytes]) -> bytes:
    parts = [
        b"--" + BOUNDARY + b'\r\ncontent-disposition: form-data; name="images"; filename="a.png"'
        b"\r\ncontent-type: image/png\r\n\r\n" + file + b"\r\n"
        for file in files
    ]
    return b"".join(parts) + b"--" + BOUNDARY + b"--\r\n"


def _request(kind: str, body: bytes) -> bytes:
    head = f"POST /v1/predict HTTP/1.1\r\nhost: localhost\r\ncontent-type: {kind}\r\n"
    return f"{head}connection: close\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body


def _bomb(random: Generator) -> bytes:
    """Return a PNG that says it has any number of pixels, with the right checksums."""
    width, height = (int(2 ** random.uniform(0, 31)) for _ in range(2))
    depth, colour = (int(random.choice(each)) for each in ((1, 2, 4, 8, 16), (0, 2, 3, 4, 6)))
    blank = zlib.compress(bytes(int(2 ** random.uniform(0, 22))))

    def chunk(name: bytes, content: bytes) -> bytes:
        whole = name + content
        return struct.pack(">I", len(content)) + whole + struct.pack(">I", zlib.crc32(whole))

    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(random.integers(2)))
    text = chunk(b"zTXt", b"a\0\0" + blank) if random.random() < 0.3 else b""
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [chunk(b"IHDR", head), text, chunk(b"IDAT", blank), chunk(b"IEND", b"")]
    )


READER = Server()
