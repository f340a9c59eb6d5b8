"""The page to draw on, and the model files that it asks for and runs itself."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from linocut._version import __version__
from linocut.classifier import ImageClassifier
from linocut.core.pages import filled
from linocut.modelfile import model_bytes
from linocut.modelfile.html import FORMAT, ExplorerDocument
from linocut.serve.bodies import RAW
from linocut.serve.pages import page_route, unless_known
from linocut.serve.refusals import Refusal
from linocut.serve.shelf import Served, Shelf

ROOM = "linocut.serve"


def served_page() -> bytes:
    """Return the page that a server answers with: it asks the server for its models."""
    return filled(ROOM, ExplorerDocument(FORMAT, __version__))


def explorer_routes(shelf: Shelf) -> list[Route]:
    """Return what the page needs: itself, and the file of each model.

    Parameters
    ----------
    shelf : Shelf
        The models.
    """

    async def file(request: Request) -> Response:
        served = shelf.get(request.path_params["name"])
        data = await asyncio.to_thread(_file_of, served)
        return unless_known(request, data, RAW)

    return [page_route("/", served_page), Route("/v1/models/{name}/file", file)]


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
