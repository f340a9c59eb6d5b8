"""What every request passes first and every answer last: identity, admission, limits, the log."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.routing import Route

from linocut.serve.limits import Limits
from linocut.serve.metrics import Metrics
from linocut.serve.refusals import Refusal, new_id, refusal_body, refusal_headers

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

log = logging.getLogger("linocut.serve")

FAILED = "the server failed — its log has the reason"
SOUND_ID = re.compile(rb"[\w.-]{1,64}", re.ASCII)
# What watches a server has no token, and a browser has none before a page asks for it.
OPEN = frozenset({"/", "/docs", "/health", "/ready"})
# A page of another origin may not be shown inside this one, nor guess what a file is.
PROTECTION = [(b"x-content-type-options", b"nosniff"), (b"x-frame-options", b"DENY")]


@dataclass(frozen=True, eq=False)
class Guard:
    """An ASGI application around another.

    Attributes
    ----------
    app : callable
        What answers the requests that are let through.
    limits : Limits
    metrics : Metrics
    routes : sequence of Route
        Requests are counted by the path of their route, whatever they name in it; those of none
        are counted together.
    token : str or None
        What requests must bear; None lets all through.
    hosts : frozenset of str or None
        Names that the server may be asked by, so that no page can reach a server on its reader's
        machine under a name of its own; None for any.
    """

    app: App
    limits: Limits
    metrics: Metrics
    routes: Sequence[Route]
    token: str | None = None
    hosts: frozenset[str] | None = None

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """See the class."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        headers = dict(scope["headers"])
        asked = headers.get(b"x-request-id", b"")
        request_id = asked.decode() if SOUND_ID.fullmatch(asked) else new_id()
        scope["request_id"] = request_id
        body = _Body(receive, self.limits)
        answer = _Answer(send, request_id)
        try:
            self._admit(scope, headers)
            body.check(headers)
            await self.app(scope, body.receive, answer.send)
        except Refusal as refusal:
            await answer.refuse(refusal.status, str(refusal))
        except Exception:  # the last place that can answer, and the only one that writes it down
            log.exception("failed", extra={"request_id": request_id})
            await answer.refuse(500, FAILED)
        finally:
            self._note(scope, answer.status, time.perf_counter() - began, body.bytes)

    def _admit(self, scope: MutableMapping[str, Any], headers: dict[bytes, bytes]) -> None:
        if self.hosts is not None:
            host = headers.get(b"host", b"").decode("latin-1").casefold()
            name = host.rpartition(":")[0] if re.search(r":\d*$", host) else host
            if name not in self.hosts:
                raise Refusal(421, f"asked as {name[:100]!r} — this server is {_names(self.hosts)}")
        if self.token is None or scope["path"] in OPEN:
            return
        kind, _, given = headers.get(b"authorization", b"").partition(b" ")
        right = kind.lower() == b"bearer" and hmac.compare_digest(given, self.token.encode())
        if not right:
            raise Refusal(401, "no token, or another — Authorization: Bearer TOKEN")

    def _note(
        self, scope: MutableMapping[str, Any], status: int, seconds: float, size: int
    ) -> None:
        path = scope["path"]
        found = (route.path for route in self.routes if route.path_regex.match(path))
        counted = next(found, "other")
        method = scope["method"] if scope["method"] in {"GET", "POST", "HEAD"} else "other"
        self.metrics.requests.labels(counted, method, str(status)).inc()
        self.metrics.seconds.labels(counted).observe(seconds)
        if log.isEnabledFor(logging.INFO):
            client = scope.get("client")
            facts = {
                "request_id": scope["request_id"],
                "method": scope["method"],
                "path": path,
                "status": status,
                "ms": round(1e3 * seconds, 2),
                "bytes": size,
                "client": client[0] if client else None,
            }
            log.info("request", extra=facts)


class _Body:
    """The body of a request, which may be neither too long nor too slow."""

    def __init__(self, receive: Receive, limits: Limits) -> None:
        self._receive, self.limits = receive, limits
        self.bytes = 0
        self.deadline = asyncio.get_running_loop().time() + limits.body_seconds
        self.done = False

    def check(self, headers: dict[bytes, bytes]) -> None:
        """Refuse a body that says itself that it is too long, before it is read."""
        said = headers.get(b"content-length", b"0")
        if not said.isdigit() or len(said) > 18:
            raise Refusal(400, "a content length that is no number")
        if int(said) > self.limits.body:
            raise self._too_long(int(said))

    async def receive(self) -> Message:
        """Return the next part of it."""
        if self.done:
            return await self._receive()  # only that the client has left can come now
        try:
            async with asyncio.timeout_at(self.deadline):
                message = await self._receive()
        except TimeoutError as error:
            raise Refusal(
                408, f"a body that was not there after {self.limits.body_seconds:g} s"
            ) from error
        if message["type"] == "http.disconnect":
            raise Refusal(400, "a body that broke off")
        if message["type"] == "http.request":
            self.bytes += len(message.get("body", b""))
            if self.bytes > self.limits.body:
                raise self._too_long(self.bytes)
            self.done = not message.get("more_body", False)
        return message

    def _too_long(self, size: int) -> Refusal:
        return Refusal(413, f"a body of {size:,} bytes or more — at most {self.limits.body:,}")


class _Answer:
    """The answer on its way out, with what every answer bears."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send, self.request_id = send, request_id
        self.status, self.begun = 500, False

    async def send(self, message: Message) -> None:
        """Pass on a part of it."""
        if message["type"] == "http.response.start":
            self.status, self.begun = message["status"], True
            own = [(b"x-request-id", self.request_id.encode()), *PROTECTION]
            message["headers"] = [*message.get("headers", ()), *own]
        await self._send(message)

    async def refuse(self, status: int, message: str) -> None:
        """Say no, unless something was said already."""
        if self.begun:
            return
        body = refusal_body(message, self.request_id)
        said = {**refusal_headers(status), "content-length": str(len(body))}
        headers = [(name.encode(), value.encode()) for name, value in said.items()]
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    FIELDS = ("request_id", "method", "path", "status", "ms", "bytes", "client", "model")

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "time": f"{self.formatTime(record, '%Y-%m-%dT%H:%M:%S')}.{int(record.msecs):03d}",
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in self.FIELDS if hasattr(record, name)}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def _names(hosts: frozenset[str]) -> str:
    return " or ".join(sorted(hosts))
