"""A widget to draw on: the model runs in the browser, and Python has what was drawn."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.pages import built
from linocut.modelfile import ModelContents, model_bytes

MODULE = "explorer.js"  # built from web/src/explorer/notebook


def draw_widget(contents: ModelContents, image: NDArray[np.uint8] | None = None) -> Any:
    """Return a model as a widget to draw on, which shows what the model makes of every stroke.

    Parameters
    ----------
    contents : ModelContents
        Any linear model.
    image : uint8 array, shape (h, w) or (h, w, 3), optional
        What is drawn at first, prepared by the model's intake; nothing if not given.

    Returns
    -------
    anywidget.AnyWidget
        Its ``image`` is what the model was given last, uint8, and may be set; ``prediction`` and
        ``probabilities`` (by class) say what it made of it. All three can be observed.

    Raises
    ------
    LinocutError
        If anywidget is not installed, the image is none that the model takes, or a step of the
        model is none that a model file can hold.
    """
    shape = contents.image_shape
    drawn = np.zeros(shape, np.uint8) if image is None else _checked(image, shape)
    return _widget_class()(shape, model=model_bytes(contents), image=drawn)


def _checked(image: Any, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    given = np.asarray(image)
    if given.shape != shape or given.dtype != np.uint8:
        raise LinocutError(
            f"an image of shape {given.shape} and type {given.dtype} — uint8 of shape {shape}, as "
            "model.prepared(…) returns them"
        )
    return given


def _module() -> str:
    return built("linocut.widget", MODULE).decode()


@cache
def _widget_class() -> Any:
    """Make the class when it is first needed: its base is an extra."""
    try:
        import anywidget
        import traitlets
    except ImportError as error:
        raise LinocutError(
            "a model is drawn on with anywidget, which is not installed — "
            "pip install 'linocut[notebook]'"
        ) from error

    class Drawing(anywidget.AnyWidget):  # type: ignore[misc]  # anywidget has no types
        """What is synchronised with the cell; mirrors web/src/explorer/notebook/exchange.ts."""

        _esm = _module()
        model = traitlets.Bytes().tag(sync=True)
        image = traitlets.Instance(np.ndarray).tag(
            sync=True,
            to_json=lambda image, _: np.ascontiguousarray(image).tobytes(),
            from_json=lambda sent, widget: np.frombuffer(sent, np.uint8).reshape(widget.shape),
        )
        prediction = traitlets.Unicode().tag(sync=True)
        probabilities = traitlets.Dict().tag(sync=True)

        def __init__(self, shape: tuple[int, ...], **traits: Any) -> None:
            self.shape = shape
            super().__init__(**traits)

        @traitlets.validate("image")  # type: ignore[untyped-decorator]  # nor has traitlets
        def _image_fits(self, proposal: Any) -> NDArray[np.uint8]:
            return _checked(proposal["value"], self.shape)

    return Drawing
