"""Stop commands at random moments: python -m fuzz.interruptions --trials 20.

Each command runs as a process of its own, in a folder of its own where an older file lies, and is
killed, terminated or interrupted; or its disk is full, its folder may not be written to, a folder
stands where its file should go, or another process writes the same file. Afterwards the older file
is there as it was or a new one that is whole, nothing else is left (but by what was killed), and
the command has said in one line what happened.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

OLD = b"what was there before"
MODEL = "digits.linocut"
STARTED = 0.05  # share of a command's time that the interpreter may take to start
LONGEST = 300  # seconds for one command
STOPS = {signal.SIGKILL: -9, signal.SIGTERM: 143, signal.SIGINT: 130}
TOLD = {signal.SIGTERM: "linocut: terminated; ", signal.SIGINT: "linocut: interrupted; "}

# The command line with a dataset that is downloaded from this machine.
FETCH = """
import os
from linocut.cli.stopping import Stopped, leave, listen
try:
    listen()
    from linocut.data.entries import RemoteFile, catalogue
    entry = catalogue()["mnist"]
    object.__setattr__(entry, "mirrors", (os.environ["MIRROR"],))
    files = {key: RemoteFile(file.name) for key, file in entry.files.items()}
    object.__setattr__(entry, "files", files)
    from linocut.cli.main import main
    main()
except Stopped as stop:
    leave(stop)
"""
REMOTE = bytes(200_000)  # what each file that is downloaded holds


def _html(content: bytes) -> bool:
    return content.startswith(b"<!doctype html>") and content.rstrip().endswith(b"</html>")


def _zip(content: bytes) -> bool:
    return zipfile.ZipFile(io.BytesIO(content)).testzip() is None


def _image(content: bytes) -> bool:
    from PIL import Image

    with Image.open(io.BytesIO(content)) as image:
        for frame in range(getattr(image, "n_frames", 1)):
            image.seek(frame)
            image.load()
    return True


def _model(content: bytes) -> bool:
    from linocut.modelfile.file import model_of_bytes

    return len(model_of_bytes(content).class_names) == 10


def _json(content: bytes) -> bool:
    return bool(json.loads(content))


def _lines(content: bytes) -> bool:
    return content.count(b"\n") == 1797 and content.endswith(b"\n")


@dataclass(frozen=True)
class Command:
    """A command that writes a file.

    Attributes
    ----------
    arguments : tuple of str
        Of the command line.
    target : str
        The file, below the folder that it runs in.
    whole : callable
        Tells of the bytes of a file whether they are a whole one.
    code : str
        A program that is run in place of the command line; empty for that.
    replaces : bool
        Whether it replaces any older file: proofs that are none, and files of a dataset that are
        there, it does not.
    """

    arguments: tuple[str, ...]
    target: str
    whole: Callable[[bytes], bool]
    code: str = ""
    replaces: bool = True

    @property
    def name(self) -> str:
        """What to call it."""
        return " ".join(self.arguments[:2] if self.code else self.arguments[:1])


COMMANDS = (
    Command(("report", "digits", "--rungs", "nearest-mean,softmax", "-o", "out.html"),
            "out.html", _html),
    Command(("separability", "digits", "-o", "out.npz"), "out.npz", _zip, replaces=False),
    Command(("replay", "digits", "-o", "out.gif"), "out.gif", _image),
    Command(("fit", "digits", "--rung", "softmax", "-o", "out.linocut"), "out.linocut", _model),
    Command(("ladder", "digits", "--rungs", "nearest-mean", "-o", "out.png"), "out.png", _image),
    Command(("export", MODEL, "--json", "out.json"), "out.json", _json),
    Command(("predict", MODEL, "digits.npz", "-o", "out.txt"), "out.txt", _lines),
    Command(("data", "fetch", "mnist"), "cache/mnist/train-images-idx3-ubyte.gz",
            REMOTE.__eq__, FETCH, replaces=False),
)  # fmt: skip


class _SlowServer(BaseHTTPRequestHandler):
    """Answers every question with the same bytes, little by little."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(REMOTE)))
        self.end_headers()
        for start in range(0, len(REMOTE), len(REMOTE) // 10):
            self.wfile.write(REMOTE[start : start + len(REMOTE) // 10])
            time.sleep(0.02)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def mirror() -> Iterator[str]:
    """Serve files to download, and yield their address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _SlowServer)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # whoever asked was killed
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Place:
    """A folder for one trial, and the commands that run in it."""

    command: Command
    folder: Path
    address: str

    @property
    def target(self) -> Path:
        """The file that is written."""
        return self.folder / self.command.target

    def start(
        self, *, before: Callable[[], None] | None = None, within: tuple[str, ...] = ()
    ) -> subprocess.Popen[str]:
        """Start the command, perhaps within another one."""
        what = ["-c", self.command.code] if self.command.code else ["-m", "linocut"]
        environment = {**os.environ, "MIRROR": self.address, "no_proxy": "127.0.0.1"}
        if self.command.code:
            environment.pop("LINOCUT_DATA", None)
            environment["LINOCUT_CACHE"] = str(self.folder / "cache")
        return subprocess.Popen(
            [*within, sys.executable, *what, *self.command.arguments],
            cwd=self.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=before,  # noqa: PLW1509  # it sets a limit, and no lock is near
        )

    def listing(self) -> set[str]:
        """Return all that lies in the folder."""
        return {path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*")}

    def wrong(self, *, old: bool, killed: bool = False) -> Iterator[str]:
        """Yield what is wrong with the folder after a trial."""
        files = self.listing() - {"digits.npz", MODEL, "cache", "cache/mnist"}
        fetched = (
            {f"cache/mnist/{name}" for name in _remote_names()} if self.command.code else set()
        )
        wanted = {self.command.target, *(files & fetched)}
        if not killed:
            yield from (f"{each} is left" for each in sorted(files - wanted))
        for each in sorted(wanted):
            path = self.folder / each
            if path.is_dir():
                continue
            content = path.read_bytes() if path.exists() else None
            if content is None and old and each == self.command.target:
                yield "the older file is gone"
            elif content is not None and not (old and content == OLD) and not self._whole(content):
                yield f"{each} is not whole: {len(content):,} bytes"

    def is_new(self, *, old: bool) -> bool:
        """Tell whether the file was written."""
        return self.target.exists() and not (old and self.target.read_bytes() == OLD)

    def _whole(self, content: bytes) -> bool:
        try:
            return self.command.whole(content)
        except Exception:  # whatever a cut file leads its reader to
            return False


def _remote_names() -> list[str]:
    from linocut.data import catalogue

    return [file.name for file in catalogue()["mnist"].files.values()]


def _ended(process: subprocess.Popen[str]) -> tuple[int, list[str]]:
    _, errors = process.communicate(timeout=LONGEST)
    return process.returncode, errors.strip().splitlines()


def stopped(place: Place, seconds: float, choice: random.Random, *, old: bool) -> Iterator[str]:
    """Send a signal, at any moment or just when something appears in the folder."""
    sent = choice.choice(list(STOPS))
    before = place.listing()
    process = place.start()
    if choice.random() < 0.5:
        time.sleep(seconds * choice.uniform(STARTED, 1.1))
    else:
        while process.poll() is None and place.listing() == before:
            time.sleep(0.0002)
        time.sleep(choice.uniform(0, 0.003))
    process.send_signal(sent)
    code, lines = _ended(process)
    if code not in {0, STOPS[sent]}:
        yield f"{sent.name}: exit status {code}: {lines[-1:]}"
    elif code != 0 and sent in TOLD and not lines[-1:][0].startswith(TOLD[sent]):
        yield f"{sent.name}: says {lines[-1:]}"
    elif code > 0 and "nothing was written" in lines[-1] and place.is_new(old=old):
        yield f"{sent.name}: says that nothing was written"
    yield from place.wrong(old=old, killed=sent == signal.SIGKILL)


def full_disk(place: Place, size: int, choice: random.Random, *, old: bool) -> Iterator[str]:
    """Let no file grow beyond a size."""
    most = choice.randrange(size)
    limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (most, most))
    code, lines = _ended(place.start(before=limit))
    yield from _refused("full disk", code, lines)
    yield from place.wrong(old=old)


def read_only(place: Place, *, old: bool) -> Iterator[str]:
    """Let nothing be written into the folder."""
    folder = place.target.parent
    folder.chmod(0o555)
    # The superuser may write everywhere, unless that is taken from the process.
    bound = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search")
    try:
        code, lines = _ended(place.start(within=bound if os.geteuid() == 0 else ()))
    finally:
        folder.chmod(0o755)
    yield from _refused("read-only folder", code, lines)
    yield from place.wrong(old=old)


def taken(place: Place) -> Iterator[str]:
    """Put a folder where the file should go."""
    place.target.unlink(missing_ok=True)
    place.target.mkdir(parents=True)
    code, lines = _ended(place.start())
    if not place.command.code:  # a file that is there is not fetched
        yield from _refused("a folder as target", code, lines)
    yield from place.wrong(old=False)


def _refused(what: str, code: int, lines: list[str]) -> Iterator[str]:
    if code != 2 or not lines[-1:][0].startswith("linocut: ") or "Traceback" in "".join(lines):
        yield f"{what}: exit status {code}: {lines[-1:]}"


def both(place: Place) -> Iterator[str]:
    """Let two processes write the same file."""
    for code, lines in [_ended(each) for each in (place.start(), place.start())]:
        if code != 0:
            yield f"two at once: exit status {code}: {lines[-1:]}"
    yield from place.wrong(old=False)
    if not place.target.exists():
        yield "two at once: no file"


def make_inputs(folder: Path) -> None:
    """Write what the commands read: a model file and a file of images."""
    import numpy as np

    from linocut.data import load_dataset

    digits = load_dataset("digits")
    np.savez(folder / "digits.npz", images=digits.images, labels=digits.labels)
    arguments = ["fit", "digits", "--rung", "softmax", "-o", MODEL]
    subprocess.run([sys.executable, "-m", "linocut", *arguments], cwd=folder, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip


def trials(command: Command, count: int, choice: random.Random) -> Iterator[list[str]]:
    """Try a command in all ways, and yield what is wrong with each."""
    with tempfile.TemporaryDirectory() as scratch, mirror() as address:
        inputs = Path(scratch) / "inputs"
        inputs.mkdir()
        make_inputs(inputs)

        def place(name: str, *, old: bool) -> Place:
            made = Place(command, Path(shutil.copytree(inputs, Path(scratch) / name)), address)
            made.target.parent.mkdir(parents=True, exist_ok=True)
            if old:
                made.target.write_bytes(OLD)
            return made

        first = place("first", old=False)
        start = time.monotonic()
        code, lines = _ended(first.start())
        seconds = time.monotonic() - start
        yield [*first.wrong(old=False), *([f"exit status {code}: {lines[-1:]}"] if code else [])]
        size = first.target.stat().st_size
        yield list(read_only(place("read-only", old=False), old=False))
        yield list(taken(place("taken", old=False)))
        yield list(both(place("both", old=False)))
        for number in range(count):
            old = number % 2 == 1 and command.replaces
            yield list(stopped(place(f"stopped-{number}", old=old), seconds, choice, old=old))
            if number % 4 == 0:
                yield list(full_disk(place(f"full-{number}", old=old), size, choice, old=old))
            for each in Path(scratch).glob("*-*"):
                shutil.rmtree(each)


def main() -> int:
    """Run it; the exit status is 1 if something went wrong."""
    parser = argparse.ArgumentParser(prog="python -m fuzz.interruptions", description=__doc__)
    parser.add_argument("--trials", type=int, default=20, help="signals a command (default: 20)")
    parser.add_argument("--random-state", type=int, default=0, help="which moments (default: 0)")
    parser.add_argument("--only", help="the command to try, such as report")
    asked = parser.parse_args()
    tried, failed = 0, 0
    for command in COMMANDS:
        if asked.only not in {None, command.name, command.arguments[0]}:
            continue
        start, choice = time.monotonic(), random.Random(asked.random_state)
        wrong = list(trials(command, asked.trials, choice))
        told = [f"  {line}" for lines in wrong for line in lines]
        print(f"{command.name}: {len(wrong)} trials in {time.monotonic() - start:.0f} s, "
              f"{sum(map(bool, wrong))} failed", *told, sep="\n", flush=True)  # fmt: skip
        tried, failed = tried + len(wrong), failed + sum(map(bool, wrong))
    print(f"{tried} trials, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
