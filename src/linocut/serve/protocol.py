"""HTTP as uvicorn speaks it, but with an end to how long and how large headers may be."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from linocut.serve.limits import Limits
from linocut.serve.refusals import new_id, refusal_body

CLOSED_WITH = {
    400: "no HTTP that can be read",
    408: "headers that did not come in time",
    431: "headers that are too long",
}
LAST_CALL = 0.2  # seconds in which a request may come that was on its way when the server stopped


class BoundedProtocol(HttpToolsProtocol):
    """A connection that is closed if headers do not come, or do not end."""

    limits = Limits()
    header_timer: asyncio.TimerHandle | None = None
    header_bytes = 0
    stopping = False

    @classmethod
    def within(cls, limits: Limits) -> type[BoundedProtocol]:
        """Return a protocol with limits of its own."""
        return type("BoundedProtocol", (cls,), {"limits": limits})

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for the first headers."""
        super().connection_made(transport)
        self._wait_for_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._headers_are_here()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what has come, as long as headers stay within their limits."""
        idle = self.cycle is None or self.cycle.response_complete
        if idle and self.header_timer is None:
            self._wait_for_headers()
        self.header_bytes += len(data)
        super().data_received(data)
        # Where the headers have ended, what was counted may hold a part of the body.
        if self.header_timer is not None and self.header_bytes > self.limits.headers:
            self._close(431)

    def on_headers_complete(self) -> None:
        """Wait no longer: the request is known."""
        self._headers_are_here()
        super().on_headers_complete()
        if self.stopping and self.cycle is not None:
            self.cycle.keep_alive = False  # the client is told so, and sends no other

    def shutdown(self) -> None:
        """Answer what is on its way, and close: a request cut off in the socket would be lost."""
        self.stopping = True
        if self.cycle is None or self.cycle.response_complete:
            self.loop.call_later(LAST_CALL, super().shutdown)
        else:
            super().shutdown()

    def send_400_response(self, msg: str) -> None:
        """Say in one line, as everywhere, that this is no HTTP."""
        self._close(400)

    def _wait_for_headers(self) -> None:
        self.header_bytes = 0
        self.header_timer = self.loop.call_later(self.limits.header_seconds, self._close, 408)

    def _headers_are_here(self) -> None:
        if self.header_timer is not None:
            self.header_timer.cancel()
            self.header_timer = None

    def _close(self, status: int) -> None:
        self._headers_are_here()
        if not self.transport.is_closing():
            body = refusal_body(CLOSED_WITH[status], request_id=new_id())
            head = b"content-type: application/json\r\nconnection: close\r\n"
            length = f"content-length: {len(body)}\r\n\r\n".encode()
            self.transport.write(STATUS_LINE[status] + head + length + body)
            self.transport.close()
