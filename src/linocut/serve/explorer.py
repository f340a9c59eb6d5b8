"""The page to draw on, and the model files that it asks for and runs itself."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from functools import lru_cache
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from linocut.classifier import ImageClassifier
from linocut.modelfile import model_bytes
from linocut.modelfile.html import served_page
from linocut.serve.bodies import RAW
from linocut.serve.refusals import Refusal
from linocut.serve.shelf import Served, Shelf

SCRIPT = re.compile(rb'<script type="module">(.*?)</script>', re.DOTALL)
FRESH = {"cache-control": "no-cache"}  # kept, but asked for whether it is still the same


def explorer_routes(shelf: Shelf) -> list[Route]:
    """Return what the page needs: itself, and the file of each model.

    Parameters
    ----------
    shelf : Shelf
        The models.
    """

    async def page(request: Request) -> Response:
        html, policy = _page()
        headers = {"content-security-policy": policy, **FRESH}
        return _unless_known(request, html, "text/html", headers)

    async def file(request: Request) -> Response:
        served = shelf.get(request.path_params["name"])
        data = await asyncio.to_thread(_file_of, served)
        return _unless_known(request, data, RAW, FRESH)

    return [Route("/", page), Route("/v1/models/{name}/file", file)]


@lru_cache(maxsize=1)
def _page() -> tuple[bytes, str]:
    """Return the page, and what it may do: run its own script, and ask this server."""
    html = served_page()
    scripts = [base64.b64encode(hashlib.sha256(each).digest()) for each in SCRIPT.findall(html)]
    allowed = " ".join(f"'sha256-{each.decode()}'" for each in scripts)
    policy = (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; connect-src 'self'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return html, policy


def _file_of(served: Served) -> bytes:
    """Return a model's file as it was loaded, whatever its path holds by now.

    Raises
    ------
    Refusal
        422 of a reader of strings.
    """
    if not isinstance(served.model, ImageClassifier):
        raise Refusal(422, f"{served.name} reads strings — /v1/predict does that; no page can")
    return model_bytes(served.model.contents)


def _unless_known(request: Request, body: bytes, kind: str, headers: dict[str, Any]) -> Response:
    """Answer with a body, or that the client has it already."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {**headers, "etag": tag}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=kind, headers=headers)
