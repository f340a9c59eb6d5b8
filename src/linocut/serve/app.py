"""The application: what is asked at which path, and what is answered."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from linocut.core.blas import one_blas_thread
from linocut.core.threads import available_cores
from linocut.serve.answering import Answered, Explain, Predict, Question, answers
from linocut.serve.bodies import FORM, check_end
from linocut.serve.documented import document_of
from linocut.serve.explorer import explorer_routes
from linocut.serve.guard import FAILED, Guard, log
from linocut.serve.limits import Limits
from linocut.serve.metrics import CONTENT_TYPE, Metrics
from linocut.serve.pages import page_route
from linocut.serve.parameters import (
    LABEL,
    MODEL,
    OF_EXPLAIN,
    OF_PREDICT,
    TOP,
    VERSUS,
    check_names,
)
from linocut.serve.refusals import Refusal, refusal_body, refusal_headers
from linocut.serve.shelf import Shelf
from linocut.serve.threads import AnsweringThreads, AtOnce

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
LOOKED_AFTER = 1.0  # seconds between two looks at the model files
DOCS = Path(__file__).with_name("docs.html")


class _Server:
    """What the paths share, and what they answer."""

    def __init__(self, shelf: Shelf, limits: Limits, metrics: Metrics, *, token: bool) -> None:
        self.shelf, self.limits, self.metrics, self.token = shelf, limits, metrics, token
        self.threads: AnsweringThreads[Question, Answered] | None = None
        self.at_once = AtOnce(answers)

    @property
    def routes(self) -> list[Route]:
        """What is asked at which path."""
        return [
            *explorer_routes(self.shelf),
            page_route("/docs", DOCS.read_bytes),
            Route("/openapi.json", self.document),
            Route("/v1/predict", self.predict, methods=["POST"]),
            Route("/v1/explain", self.explain, methods=["POST"]),
            Route("/v1/models", self.models),
            Route("/health", self.health),
            Route("/ready", self.ready),
            Route("/metrics", self.counts),
        ]

    async def document(self, request: Request) -> Response:
        """Answer with what OpenAPI says of all paths."""
        return _json(document_of(self.shelf, self.limits, token=self.token))

    async def predict(self, request: Request) -> Response:
        """Say which class each image belongs to."""
        query = request.query_params
        check_names(query, OF_PREDICT)
        served, top = self.shelf.get(MODEL.of(query)), TOP.of(query)
        kind, body = await self.body(request)
        return await self.ask(Predict(served, kind, body, self.limits, top))

    async def explain(self, request: Request) -> Response:
        """Say why one image is classified as it is."""
        query = request.query_params
        check_names(query, OF_EXPLAIN)
        served, label, versus = self.shelf.get(MODEL.of(query)), LABEL.of(query), VERSUS.of(query)
        kind, body = await self.body(request)
        return await self.ask(Explain(served, kind, body, self.limits, label, versus))

    async def models(self, request: Request) -> Response:
        """List the models."""
        told = [each.facts() for each in self.shelf]
        for each in told:
            each["problem"] = self.shelf.problems.get(each["name"])
        return _json({"models": told})

    async def health(self, request: Request) -> Response:
        """Say that the process lives."""
        return _json({"status": "ok"})

    async def ready(self, request: Request) -> Response:
        """Say whether requests are answered."""
        if self.threads is None:
            raise _not_ready()
        return _json({"status": "ready"})

    async def counts(self, request: Request) -> Response:
        """Tell Prometheus what was counted."""
        return Response(self.metrics.text(), media_type=CONTENT_TYPE)

    @asynccontextmanager
    async def running(self, app: Starlette) -> AsyncIterator[None]:
        """Keep threads that answer, and an eye on the model files."""
        self.threads = AnsweringThreads(
            answers, threads=available_cores(), waiting=self.limits.waiting
        )
        looking = asyncio.create_task(self._look_after_models())
        try:
            # Requests are what shares the cores: a matrix that is shared out, too, only waits.
            with one_blas_thread():
                yield
        finally:
            looking.cancel()
            self.threads.close()
            self.threads = None

    async def ask(self, question: Question) -> Response:
        """Answer a question, in time or not at all."""
        if self.threads is None:
            raise _not_ready()
        if question.quick:
            answered = await self.at_once.ask(question)
        else:
            try:
                with self.metrics.waiting.track_inprogress():
                    async with asyncio.timeout(self.limits.answer_seconds):
                        answered = await self.threads.ask(question)
            except TimeoutError as error:
                raise Refusal(503, "no answer in time — come again") from error
        self.metrics.images.labels(question.served.name).inc(answered.images)
        return Response(answered.body, media_type="application/json")

    async def body(self, request: Request) -> tuple[str, bytes | list[bytes]]:
        """Return the content type, and the body; of a form its files."""
        kind = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
        body = await request.body()
        if kind != FORM:
            return kind, body
        check_end(body, request.headers["content-type"])
        try:
            form = await request.form(max_files=self.limits.images + 1, max_fields=100)
        except HTTPException as error:
            status = 413 if str(error.detail).startswith("Too many") else 422
            raise Refusal(status, f"a form that cannot be read: {error.detail}") from error
        try:
            files = [each for _, each in form.multi_items() if not isinstance(each, str)]
            return kind, [await each.read() for each in files]
        finally:
            await form.close()

    async def _look_after_models(self) -> None:
        while True:
            await asyncio.sleep(LOOKED_AFTER)
            loaded, refused = await asyncio.to_thread(self.shelf.refresh)
            for name in loaded:
                self.metrics.reloads.labels(name, "taken").inc()
                log.info("model taken up", extra={"model": name})
            for name, reason in refused.items():
                self.metrics.reloads.labels(name, "refused").inc()
                log.warning("model refused, the old one stays: %s", reason, extra={"model": name})


def create_app(
    models: Sequence[Path],
    *,
    limits: Limits | None = None,
    token: str | None = None,
    hosts: frozenset[str] | None = LOOPBACK,
) -> Guard:
    """Make the ASGI application that answers with some models.

    Parameters
    ----------
    models : sequence of Path
        Model files; they are loaded here, and again whenever they change.
    limits : Limits, optional
    token : str, optional
        What requests must bear, if given.
    hosts : frozenset of str or None
        Names that the server may be asked by; any for None.

    Raises
    ------
    LinocutError
        If a model cannot be loaded.
    """
    limits = limits or Limits()
    server = _Server(Shelf(models), limits, Metrics(), token=token is not None)
    routes = server.routes
    app = Starlette(
        routes=routes,
        lifespan=server.running,
        exception_handlers={HTTPException: _http, Refusal: _refusal, Exception: _failure},
    )
    app.router.redirect_slashes = False
    return Guard(app, limits, server.metrics, routes, token, hosts)


def _json(document: dict[str, Any]) -> Response:
    return Response(json.dumps(document, ensure_ascii=False), media_type="application/json")


def _not_ready() -> Refusal:
    return Refusal(503, "the server is not ready — come again")


def _refused(request: Request, status: int, message: str) -> Response:
    body = refusal_body(message, request.scope["request_id"])
    return Response(body, status, headers=refusal_headers(status))


async def _refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return _refused(request, error.status, str(error))


async def _failure(request: Request, error: Exception) -> Response:
    # The guard gets the error, too, and writes it down.
    return _refused(request, 500, FAILED)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return _refused(request, 404, f"nothing at {request.url.path[:100]!r} — see /docs")
    if error.status_code == 405 and error.headers:
        there = error.headers["Allow"]
        answer = _refused(request, 405, f"{request.method} is no method here — there is {there}")
        answer.headers["allow"] = there
        return answer
    return _refused(request, error.status_code, str(error.detail))


def listen_to(level: int, write: Callable[[], logging.Handler]) -> None:
    """Send the log of requests to a handler, from some level on."""
    # uvicorn's own log has a line for whatever is no HTTP, and goes the same way.
    for each in (log, logging.getLogger("uvicorn.error")):
        each.handlers = [write()]
        each.propagate = False
        each.setLevel(level)
    # It has a line for whatever it refuses, and so has the answer.
    logging.getLogger("python_multipart").setLevel(logging.ERROR)
