"""Run the server: one process or several, until it is told to stop."""

from __future__ import annotations

import gc
import json
import logging
import os
import socket
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from ipaddress import ip_address
from pathlib import Path

import uvicorn
from uvicorn.supervisors import Multiprocess

from linocut.core import LinocutError
from linocut.serve.app import LOOPBACK, create_app, listen_to
from linocut.serve.guard import Guard, JsonLines
from linocut.serve.limits import Limits
from linocut.serve.metrics import SHARED
from linocut.serve.protocol import BoundedProtocol

SETTINGS = "LINOCUT_SERVE"  # what workers are told, in the environment
TOKEN = "LINOCUT_SERVE_TOKEN"
PATIENCE = 30  # seconds that a stopping server gives what it has begun
NAMED_PROTOCOL = "linocut.serve.protocol:BoundedProtocol"  # as it travels to workers
BACKLOG = 1024
SHORTEST_TOKEN = 16


@dataclass(frozen=True)
class Serving:
    """How a server is run.

    Attributes
    ----------
    models : tuple of str
        Model files.
    host : str
        Address that it listens at.
    port : int
        From 0, any that is free, to 65535.
    workers : int
        Processes.
    log_requests : bool
        Whether each request is a line in the log.
    limits : Limits
    """

    models: tuple[str, ...]
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    log_requests: bool = True
    limits: Limits = field(default_factory=Limits)

    def check(self, token: str | None) -> None:
        """Refuse what cannot be served, or should not be.

        Raises
        ------
        LinocutError
            If the port or the number of workers is out of range, or the server could be reached
            from other machines without a token.
        """
        if not 0 <= self.port <= 65535:
            raise LinocutError(f"port {self.port} — a number from 0 to 65535")
        if not 1 <= self.workers <= 64:
            raise LinocutError(f"{self.workers} workers — a number from 1 to 64")
        if token is None and not self.loopback:
            raise LinocutError(
                f"host {self.host!r} can be reached from other machines — give a token by "
                "--token-file, or leave the host at 127.0.0.1"
            )

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach it."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    def application(self, token: str | None) -> Guard:
        """Make the application."""
        hosts = LOOPBACK if self.loopback and token is None else None
        level = logging.INFO if self.log_requests else logging.WARNING
        listen_to(level, _handler)
        return create_app(
            [Path(each) for each in self.models], limits=self.limits, token=token, hosts=hosts
        )

    def run(
        self, token: str | None = None, *, on_start: Callable[[str], None] | None = None
    ) -> None:
        """Serve until a signal to stop; what has begun is finished.

        Parameters
        ----------
        token : str, optional
            What requests must bear.
        on_start : callable, optional
            Told the address, once it is taken.

        Raises
        ------
        LinocutError
            See `check`; if a model cannot be loaded, or the address cannot be had.
        """
        self.check(token)
        app = self.application(token)  # also with several workers, to say at once what is wrong
        if self.workers == 1:
            _settle()
            config = self.config(app)
            bound = self.bound(on_start)
            uvicorn.Server(config).run(sockets=[bound])
            return
        del app
        with tempfile.TemporaryDirectory(prefix="linocut-serve-") as counts:
            os.environ[SETTINGS] = json.dumps(asdict(self))
            os.environ[SHARED] = counts
            if token is not None:
                os.environ[TOKEN] = token
            config = self.config("linocut.serve.running:worker", factory=True)
            Multiprocess(config, sockets=[self.bound(on_start)]).run()

    def bound(self, on_start: Callable[[str], None] | None = None) -> socket.socket:
        """Take the address."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        bound = socket.socket(family)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((self.host, self.port))
            bound.listen(BACKLOG)  # who asks at once waits a moment, rather than being refused
        except OSError as error:
            bound.close()
            raise LinocutError(
                f"{self.host}:{self.port}: {error.strerror} — another --port or --host"
            ) from error
        bound.set_inheritable(True)
        if on_start:
            name = f"[{self.host}]" if family == socket.AF_INET6 else self.host
            on_start(f"http://{name}:{bound.getsockname()[1]}")
        return bound

    def config(self, app: Guard | str, *, factory: bool = False) -> uvicorn.Config:
        """Return how uvicorn is to run it."""
        return uvicorn.Config(
            app,
            factory=factory,
            host=self.host,
            port=self.port,
            workers=self.workers,
            http=NAMED_PROTOCOL if factory else BoundedProtocol.within(self.limits),
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            backlog=BACKLOG,
            timeout_graceful_shutdown=PATIENCE,
        )


def worker() -> Guard:
    """Make the application of one worker among several, from what the environment says."""
    settings = json.loads(os.environ[SETTINGS])
    settings["limits"] = BoundedProtocol.limits = Limits(**settings["limits"])
    app = Serving(**settings).application(os.environ.get(TOKEN))
    _settle()
    return app


def _settle() -> None:
    """Look for garbage no more in what is loaded by now.

    It stays as long as the process, and each look through all of it takes 45 ms, in which nothing
    is answered.
    """
    gc.collect()
    gc.freeze()


def read_token(path: Path) -> str:
    """Return the token in a file.

    Raises
    ------
    LinocutError
        If the file cannot be read, or holds no token of sixteen letters or more.
    """
    try:
        token = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise LinocutError(f"{path}: {getattr(error, 'strerror', None) or 'no text'}") from error
    if len(token) < SHORTEST_TOKEN or not token.isascii() or not token.isprintable():
        raise LinocutError(f"{path} holds no token — one line, {SHORTEST_TOKEN} letters or more")
    return token


def _handler() -> logging.Handler:
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    return handler
