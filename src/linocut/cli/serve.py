"""``linocut serve``: answer with models over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from linocut.cli.console import say
from linocut.cli.stopping import Stopped
from linocut.core import LinocutError

Models = Annotated[
    list[Path],
    typer.Argument(
        metavar="MODEL",
        help="Model files (.linocut); the first answers where a request names none. A file that is "
        "replaced is taken up without a lost request.",
    ),
]
Host = Annotated[
    str, typer.Option("--host", help="Address to listen at; any but this machine needs a token.")
]
Port = Annotated[int, typer.Option("--port", help="Port to listen at; 0 takes any that is free.")]
Workers = Annotated[int, typer.Option("--workers", help="Processes that answer.")]
TokenFile = Annotated[
    Path | None,
    typer.Option(
        "--token-file",
        help="A file with the token that requests must bear: Authorization: Bearer TOKEN.",
    ),
]
LogRequests = Annotated[
    bool,
    typer.Option(
        "--log-requests/--no-log-requests",
        help="A line of JSON on stderr for each request that is answered.",
    ),
]


def serve(
    models: Models,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Workers = 1,
    token_file: TokenFile = None,
    log_requests: LogRequests = True,
) -> None:
    """Answer with models over HTTP: predictions and the evidence for them, as JSON."""
    try:
        from linocut.serve import Serving, read_token
    except ImportError as error:
        raise LinocutError(
            f"serving needs {error.name}, which is not installed — pip install 'linocut[serve]'"
        ) from error

    token = None if token_file is None else read_token(token_file)
    serving = Serving(tuple(map(str, models)), host, port, workers, log_requests)
    serving.check(token)
    try:
        serving.run(token, on_start=lambda url: say(f"serving at {url} — Ctrl-C stops it"))
    except Stopped:
        say("stopped; what had begun was answered")
