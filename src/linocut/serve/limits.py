"""How much a request may ask for, before anything of it is done."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """What one server takes on.

    Attributes
    ----------
    body : int
        Bytes of a request's body.
    images : int
        Images in one request.
    pixels : int
        Pixels that an image file may unpack to.
    waiting : int
        Requests that may wait for a thread; more are told to come again.
    headers : int
        Bytes of a request's first line and headers.
    header_seconds, body_seconds : float
        Time in which headers, and a body, must have come.
    answer_seconds : float
        Time within which a request is answered, or told to come again.
    """

    body: int = 16 * MIB
    images: int = 1024
    pixels: int = 4_000_000
    waiting: int = 256
    headers: int = 32 * 1024
    header_seconds: float = 10.0
    body_seconds: float = 20.0
    answer_seconds: float = 30.0
