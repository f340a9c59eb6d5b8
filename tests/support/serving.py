"""A server in a thread of the test's own process, on a real socket."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import uvicorn
from numpy.typing import NDArray

from linocut.serve import Serving


@contextmanager
def served(*models: Path, token: str | None = None, **settings: Any) -> Iterator[httpx.Client]:
    """Serve in a thread, and give a client of it."""
    serving = Serving(tuple(map(str, models)), port=0, log_requests=False, **settings)
    config = serving.config(serving.application(token))
    bound = serving.bound()
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{bound.getsockname()[1]}") as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()


def raw(images: NDArray[np.uint8]) -> dict[str, Any]:
    headers = {"content-type": "application/octet-stream"}
    return {"content": np.ascontiguousarray(images).tobytes(), "headers": headers}
