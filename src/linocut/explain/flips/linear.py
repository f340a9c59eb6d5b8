"""What all closed forms start from: a model that is linear in the pixels, and one image."""

from __future__ import annotations

from typing import Any

from linocut.core import LinocutError
from linocut.core.forms import Floats, LinearForm
from linocut.explain.pixel_models import PulledBack
from linocut.explain.pulling_back import pulled


def linear_in_pixels(model: Any, image: Any) -> tuple[PulledBack, LinearForm, Floats]:
    """Return a model as a form of the pixels, that form, and the pixels (d,) of an image.

    Raises
    ------
    LinocutError
        If the model is not linear in the pixels.
    """
    model = pulled(model)
    if not isinstance(model.form, LinearForm):
        raise LinocutError(
            "a model of products of pixels has no closed form for this — take one that is linear "
            "in the pixels"
        )
    return model, model.form, model.pixels(image)
