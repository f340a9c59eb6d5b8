"""The widget's traits are Python's and the cell's alike."""

import numpy as np
import pytest

from linocut.core import LinocutError
from linocut.modelfile.file import model_bytes


@pytest.fixture(scope="module", autouse=True)
def traits(need_extra):
    need_extra("anywidget")


def test_the_cell_is_sent_the_model_file_and_the_bytes_of_the_image(model, digits):
    image = digits.test.images[3]
    state = model.draw(image).get_state()
    assert state["model"] == model_bytes(model.contents)
    assert state["image"] == image.tobytes()
    assert "render" in state["_esm"]


def test_what_was_drawn_is_an_image_that_the_model_takes(model, digits):
    widget = model.draw()
    assert not widget.image.any()
    seen = []
    widget.observe(seen.append, "image")
    sent = {"image": memoryview(digits.test.images[0].tobytes()), "prediction": "1"}
    widget.set_state(sent)
    np.testing.assert_array_equal(widget.image, digits.test.images[0])
    assert widget.prediction == "1"
    assert len(seen) == 1
    assert model.predict(widget.image[None]) == ["1"]


def test_an_image_of_another_size_cannot_be_set(model):
    widget = model.draw()
    with pytest.raises(LinocutError, match=r"uint8 of shape \(8, 8\)"):
        widget.image = np.zeros((28, 28), np.uint8)


def test_a_cell_shows_it(model):
    shown = model.draw()._repr_mimebundle_()
    kinds = shown[0] if isinstance(shown, tuple) else shown
    assert "application/vnd.jupyter.widget-view+json" in kinds
