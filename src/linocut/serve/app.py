"""The application: what is asked at which path, and what is answered."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from linocut._version import __version__
from linocut.core.threads import available_cores
from linocut.serve import documented
from linocut.serve.answering import Answered, Explain, Predict, Question, answers
from linocut.serve.bodies import FORM
from linocut.serve.guard import FAILED, Guard, log
from linocut.serve.limits import Limits
from linocut.serve.metrics import CONTENT_TYPE, Metrics
from linocut.serve.refusals import Refusal, refusal_body, refusal_headers
from linocut.serve.shelf import Shelf
from linocut.serve.threads import AnsweringThreads

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
LOOKED_AFTER = 1.0  # seconds between two looks at the model files

ModelName = Annotated[
    str | None, Query(description="Name of the model; the first if not given.", max_length=200)
]
Top = Annotated[int, Query(description="Classes to name for each image.", ge=1, le=1000)]
Label = Annotated[
    str | None, Query(description="The class in question; the predicted one if not given.")
]
Versus = Annotated[str | None, Query(description="Its rival; the next best if not given.")]


class _Server:
    """What the paths share."""

    def __init__(self, shelf: Shelf, limits: Limits, metrics: Metrics) -> None:
        self.shelf, self.limits, self.metrics = shelf, limits, metrics
        self.threads: AnsweringThreads[Question, Answered] | None = None

    @asynccontextmanager
    async def running(self, app: FastAPI) -> AsyncIterator[None]:
        """Keep threads that answer, and an eye on the model files."""
        self.threads = AnsweringThreads(
            answers, threads=available_cores(), waiting=self.limits.waiting
        )
        looking = asyncio.create_task(self._look_after_models())
        try:
            yield
        finally:
            looking.cancel()
            self.threads.close()
            self.threads = None

    async def ask(self, question: Question) -> Response:
        """Answer a question, in time or not at all."""
        if self.threads is None:
            raise Refusal(503, "the server is not ready — come again")
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
        if kind != FORM:
            return kind, await request.body()
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
    server = _Server(Shelf(models), limits, Metrics())
    app = FastAPI(
        title="linocut",
        version=__version__,
        description=documented.ABOUT,
        lifespan=server.running,
        redoc_url=None,
    )
    _add_paths(app, server)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Refusal, _refusal)
    app.add_exception_handler(Exception, _failure)
    known = frozenset(route.path for route in app.routes if hasattr(route, "path"))
    return Guard(app, limits, server.metrics, known, token, hosts)


def _add_paths(app: FastAPI, server: _Server) -> None:
    @app.get("/", include_in_schema=False)
    async def root() -> RedirectResponse:
        return RedirectResponse("/docs")

    @app.post("/v1/predict", **documented.PREDICT)
    async def predict(request: Request, model: ModelName = None, top: Top = 3) -> Response:
        served = server.shelf.get(model)
        return await server.ask(Predict(served, *await server.body(request), server.limits, top))

    @app.post("/v1/explain", **documented.EXPLAIN)
    async def explain(
        request: Request, model: ModelName = None, label: Label = None, versus: Versus = None
    ) -> Response:
        served = server.shelf.get(model)
        kind, body = await server.body(request)
        return await server.ask(Explain(served, kind, body, server.limits, label, versus))

    @app.get("/v1/models", **documented.MODELS)
    async def models() -> dict[str, Any]:
        told = [each.facts() for each in server.shelf]
        for each in told:
            each["problem"] = server.shelf.problems.get(each["name"])
        return {"models": told}

    @app.get("/health", **documented.HEALTH)
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/ready", **documented.READY)
    async def ready() -> dict[str, str]:
        if server.threads is None:
            raise Refusal(503, "the server is not ready — come again")
        return {"status": "ready"}

    @app.get("/metrics", **documented.METRICS)
    async def metrics() -> Response:
        return Response(server.metrics.text(), media_type=CONTENT_TYPE)


def _refused(request: Request, status: int, message: str) -> Response:
    body = refusal_body(message, request.scope["request_id"])
    return Response(body, status, headers=refusal_headers(status))


async def _refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return _refused(request, error.status, str(error))


async def _failure(request: Request, error: Exception) -> Response:
    # The guard gets the error, too, and writes it down.
    return _refused(request, 500, FAILED)


async def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"][1:]) or str(first["loc"][0])
    return _refused(request, 422, f"{name}: {first['msg']}")


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return _refused(request, 404, f"nothing at {request.url.path[:100]!r} — see /docs")
    return _refused(request, error.status_code, str(error.detail))


def listen_to(level: int, write: Callable[[], logging.Handler]) -> None:
    """Send the log of requests to a handler, from some level on."""
    # uvicorn's own log has a line for whatever is no HTTP, and goes the same way.
    for each in (log, logging.getLogger("uvicorn.error")):
        each.handlers = [write()]
        each.propagate = False
        each.setLevel(level)
