"""Pages for a browser: what they may do there, and that they are not sent twice."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from functools import cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

SCRIPT = re.compile(rb'<script(?: type="module")?>(.*?)</script>', re.DOTALL)
FRESH = {"cache-control": "no-cache"}  # kept, but asked for whether it is still the same


def page_route(path: str, read: Callable[[], bytes]) -> Route:
    """Return the route to a page, which runs its own scripts and asks this server alone.

    What someone wrote into a model's name is no script of its own, and does not run.

    Parameters
    ----------
    path : str
    read : callable
        Returns the page; called when it is first asked for.
    """

    @cache
    def page() -> tuple[bytes, str]:
        html = read()
        return html, _policy(html)

    async def answer(request: Request) -> Response:
        html, policy = page()
        return unless_known(request, html, "text/html", {"content-security-policy": policy})

    return Route(path, answer)


def unless_known(
    request: Request, body: bytes, kind: str, headers: dict[str, str] | None = None
) -> Response:
    """Answer with a body, or that the client has it already."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {**FRESH, **(headers or {}), "etag": tag}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=kind, headers=headers)


def _policy(html: bytes) -> str:
    scripts = [base64.b64encode(hashlib.sha256(each).digest()) for each in SCRIPT.findall(html)]
    allowed = " ".join(f"'sha256-{each.decode()}'" for each in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; connect-src 'self'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
