"""How fast a server answers, how much memory it takes, and whether hostile requests harm it.

    python benchmarks/serve.py                      # latency, small requests, batches, memory
    python benchmarks/serve.py --hostile 100000     # mixed good and hostile requests
    python benchmarks/serve.py --rung scattering
    python benchmarks/serve.py --imports            # what a process holds before its first request

The server is a process of its own, started by the command `linocut serve` with a model fitted on
MNIST; the client, in this process, speaks HTTP over plain sockets, so that little of the machine is
spent on it. Requests at a given rate are sent when their time has come, whether or not those before
are answered. Requests a core are requests for each second of CPU time that the server took.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from linocut.data import load_dataset
from linocut.report.collecting import machine

PNG, RAW, JSON = "image/png", "application/octet-stream", "application/json"
BOUNDARY = "linocut-benchmark"
IMPORTS = (
    ("Python", "sys"),
    ("NumPy", "numpy"),
    ("NumPy, SciPy's sparse matrices and special functions", "scipy.sparse.linalg, scipy.special"),
    ("pipelines of scikit-learn, with all that these load", "sklearn.pipeline"),
    ("the server, after them", "sklearn.pipeline, linocut.serve"),
    ("the server, which loads less of them", "linocut.serve"),
    ("Starlette and uvicorn alone", "starlette.applications, uvicorn, uvloop, httptools"),
)
ROWS = 10_000  # training images of the model: its answers take as long as those of any other


@dataclass
class Server:
    """The server's process."""

    process: subprocess.Popen[str]
    port: int

    @classmethod
    def start(cls, model: Path, *arguments: str) -> Server:
        command = [sys.executable, "-m", "linocut", "serve", str(model), "--port", "0"]
        process = subprocess.Popen(
            [*command, "--no-log-requests", *arguments], stderr=subprocess.PIPE, text=True
        )
        assert process.stderr is not None
        for line in process.stderr:
            if found := re.search(r":(\d+) —", line):
                # A pipe that nobody reads is full one day, and whoever writes to it waits.
                threading.Thread(target=process.stderr.read, daemon=True).start()
                return cls(process, int(found[1]))
        raise SystemExit("the server did not start")

    def cpu(self) -> float:
        """Seconds of CPU time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / 100

    def memory(self) -> float:
        """MB held in memory."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


class Connection:
    """One connection that is kept; it sends a request whole and reads the answer."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def ask(self, request: bytes) -> int:
        """Return the status; 0 if the server closed the connection without a word."""
        if self.writer is None or self.writer.is_closing():
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        assert self.reader is not None
        try:
            self.writer.write(request)
            head = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 60)
            length = re.search(rb"content-length: (\d+)", head)
            if length and not request.startswith(b"HEAD"):
                await self.reader.readexactly(int(length[1]))
        except (asyncio.IncompleteReadError, ConnectionError):
            self.close()
            return 0
        if b"connection: close" in head:
            self.close()
        return int(head[9:12])

    def close(self) -> None:
        """Close it."""
        if self.writer is not None:
            self.writer.close()
            self.writer = None


def request(body: bytes, kind: str, path: str = "/v1/predict?top=1", method: str = "POST") -> bytes:
    """Return a whole request."""
    head = f"{method} {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: {kind}\r\n"
    return f"{head}content-length: {len(body)}\r\n\r\n".encode("latin-1") + body


def png(image: np.ndarray) -> bytes:
    """Return an image as a file."""
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return file.getvalue()


def form(files: list[bytes]) -> bytes:
    """Return a request with several files."""
    parts = [
        f'--{BOUNDARY}\r\ncontent-disposition: form-data; name="images"; filename="{k}.png"\r\n'
        f"content-type: image/png\r\n\r\n".encode()
        + file
        + b"\r\n"
        for k, file in enumerate(files)
    ]
    body = b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
    return request(body, f"multipart/form-data; boundary={BOUNDARY}")


async def at_rate(port: int, requests: list[bytes], rate: float, seconds: float) -> np.ndarray:
    """Send so many requests a second; return the milliseconds from when each was due."""
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(64):
        free.put_nowait(Connection(port))
    took = []

    async def one(due: float, content: bytes) -> None:
        connection = await free.get()
        status = await connection.ask(content)
        took.append(1e3 * (time.perf_counter() - due))
        assert status == 200, status
        free.put_nowait(connection)

    began, tasks = time.perf_counter(), []
    for k in range(int(rate * seconds)):
        due = began + k / rate
        await asyncio.sleep(max(0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(one(due, requests[k % len(requests)])))
    await asyncio.gather(*tasks)
    while not free.empty():
        free.get_nowait().close()
    return np.array(took)


async def as_fast_as_it_can(
    port: int, requests: list[bytes], connections: int, seconds: float
) -> float:
    """Return requests answered a second, each connection sending one after the other."""
    end = time.perf_counter() + seconds
    done = 0

    async def one(start: int) -> None:
        nonlocal done
        connection = Connection(port)
        k = start
        while time.perf_counter() < end:
            assert await connection.ask(requests[k % len(requests)]) == 200
            done, k = done + 1, k + connections
        connection.close()

    await asyncio.gather(*(one(k) for k in range(connections)))
    return done / seconds


def hostile(rng: random.Random, good: list[bytes]) -> bytes:
    """Return a request that no honest client sends."""
    kind = rng.randrange(9)
    body = bytearray(rng.choice(good).partition(b"\r\n\r\n")[2])
    types = [PNG, RAW, JSON, "image/gif", "multipart/form-data", "text/html", ""]
    if kind == 0:  # a damaged file
        for _ in range(rng.randrange(1, 20)):
            body[rng.randrange(len(body))] = rng.randrange(256)
        return request(bytes(body), rng.choice(types))
    if kind == 1:
        return request(bytes(body[: rng.randrange(len(body))]), rng.choice(types))
    if kind == 2:
        return request(rng.randbytes(rng.randrange(5000)), rng.choice(types))
    if kind == 3:
        depth = rng.randrange(1, 20_000)
        return request(b'{"images": ' + b"[" * depth + b"]" * depth + b"}", JSON)
    if kind == 4:
        values = rng.choice(["NaN", "1e999", "-1", '"a"', "null", "{}", "9" * 5000, "0.5"])
        return request(f'{{"images": [[{values}]]}}'.encode(), JSON)
    if kind == 5:
        path = rng.choice(
            ["/", "/v1/predict?top=-1", "/v1/predict?model=../../etc/passwd", "/%00", "/v1/" * 50,
             "/v1/explain?label=" + "x" * 1000, "/docs", "/openapi.json"]
        )  # fmt: skip
        return request(bytes(body), PNG, path, rng.choice(["POST", "GET", "PUT", "DELETE"]))
    if kind == 6:  # says that it is far too long
        return request(b"", PNG).replace(b"content-length: 0", b"content-length: 99999999999")
    if kind == 7:
        return rng.randbytes(200).replace(b"\n", b"") + b"\r\n\r\n"
    return request(bytes(body), rng.choice(types)).replace(b"HTTP/1.1", b"HTTP/9.9")


async def mixed(server: Server, good: list[bytes], count: int) -> None:
    """Send good and hostile requests in turn; print what became of them."""
    statuses: dict[str, dict[int, int]] = {"good": {}, "hostile": {}}
    left = iter(range(count))
    memory = [server.memory()]

    async def one(seed: int) -> None:
        rng = random.Random(seed)
        connections = {kind: Connection(server.port) for kind in statuses}
        for k in left:
            which = "good" if k % 2 else "hostile"
            sent = rng.choice(good) if k % 2 else hostile(rng, good)
            status = await connections[which].ask(sent)
            statuses[which][status] = statuses[which].get(status, 0) + 1
            if k % max(1, count // 10) == 0:
                memory.append(server.memory())

    await asyncio.gather(*(one(seed) for seed in range(32)))
    for kind, counted in statuses.items():
        print(
            f"{kind}: " + ", ".join(f"{n:,} × {s or 'closed'}" for s, n in sorted(counted.items()))
        )
    print("memory on the way, MB: " + ", ".join(f"{each:.0f}" for each in memory))
    failed = sum(n for counted in statuses.values() for s, n in counted.items() if s >= 500)
    print(f"5xx: {failed}; good ones answered: {statuses['good'].get(200, 0):,} of {count // 2:,}")


def imports() -> None:
    """Print what processes hold that have only imported something."""
    print("| imported | MB | modules |\n|---|---|---|")
    for title, modules in IMPORTS:
        code = f"import re, sys\nimport {modules}\nprint(open('/proc/self/status').read())"
        code += "\nprint('Modules:', len(sys.modules))"
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        held, count = (
            int(re.search(rf"{name}:\s+(\d+)", done.stdout)[1]) for name in ("VmRSS", "Modules")
        )
        print(f"| {title} | {held / 1024:.0f} | {count:,} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rung", default="softmax")
    parser.add_argument("--model", type=Path, help="a model file of 28 × 28 images, instead")
    parser.add_argument("--hostile", type=int, default=0, metavar="N")
    parser.add_argument("--imports", action="store_true")
    parser.add_argument("--seconds", type=float, default=10)
    given = parser.parse_args()
    print(machine() + "\n", flush=True)
    if given.imports:
        imports()
        return
    images = load_dataset("mnist").test.images[:1000]
    files = [png(image) for image in images]
    with tempfile.TemporaryDirectory() as folder:
        model = given.model or Path(folder) / "model.linocut"
        if given.model is None:
            fit = ["fit", "mnist", "--rung", given.rung, "--rows", str(ROWS), "-o", str(model)]
            subprocess.run([sys.executable, "-m", "linocut", *fit], check=True)
        server = Server.start(model)
        try:
            measure(server, images, files, given)
        finally:
            server.process.terminate()
            server.process.wait()


def measure(
    server: Server, images: np.ndarray, files: list[bytes], given: argparse.Namespace
) -> None:
    """Print what is asked for."""
    singles = [request(file, PNG) for file in files]
    if given.hostile:
        asyncio.run(mixed(server, singles, given.hostile))
        return
    raw = [request(image.tobytes(), RAW) for image in images]
    batches = [form(files[k : k + 64]) for k in range(0, 900, 64)]
    print("| what | figure |\n|---|---|")
    asyncio.run(at_rate(server.port, singles[:10], 10, 1))
    print(f"| memory of the process after ten requests | {server.memory():.0f} MB |", flush=True)
    took = asyncio.run(at_rate(server.port, singles, 200, given.seconds))
    p50, p99 = np.percentile(took, [50, 99])
    print(f"| a PNG of 28 × 28, 200 requests/s: p50, p99 | {p50:.1f}, {p99:.1f} ms |", flush=True)
    for title, content, of in (("pixels, one image", raw, 1), ("64 PNGs in a form", batches, 64)):
        for connections in (8, 64):
            before = server.cpu()
            rate = asyncio.run(as_fast_as_it_can(server.port, content, connections, given.seconds))
            core = rate * given.seconds / (server.cpu() - before)
            unit = "requests" if of == 1 else "images"
            print(
                f"| {title}, {connections} connections | {rate * of:,.0f} {unit}/s, "
                f"{core * of:,.0f} a core |",
                flush=True,
            )
    print(f"| memory after all of these | {server.memory():.0f} MB |")


if __name__ == "__main__":
    main()
