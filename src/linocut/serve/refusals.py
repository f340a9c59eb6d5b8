"""What a request is refused with: a status of HTTP and one line."""

from __future__ import annotations

import json
import random

from linocut.core import LinocutError

COME_AGAIN = 1  # seconds after which a busy server is to be asked again
BUSY = frozenset({429, 503})
UNREAD = frozenset({400, 408, 413})  # after which what is left of the body is not read


class Refusal(LinocutError):  # noqa: N818 — what it is, as EngineLost says what happened
    """A request that is not answered, and why.

    Attributes
    ----------
    status : int
        Of HTTP.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def new_id() -> str:
    """Name a request. No secret: the system's randomness would cost a tenth of an answer."""
    return f"{random.getrandbits(64):016x}"


def refusal_body(message: str, request_id: str) -> bytes:
    """Return what stands in the answer, as JSON."""
    return json.dumps({"error": message, "request_id": request_id}, ensure_ascii=False).encode()


def refusal_headers(status: int) -> dict[str, str]:
    """Return the headers of an answer that refuses."""
    headers = {"content-type": "application/json"}
    if status in BUSY:
        headers["retry-after"] = str(COME_AGAIN)
    if status == 401:
        headers["www-authenticate"] = "Bearer"
    if status in UNREAD:
        headers["connection"] = "close"
    return headers
