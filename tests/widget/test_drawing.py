"""What is told where no widget can be made."""

import sys

import numpy as np
import pytest

from linocut.core import LinocutError
from linocut.widget import drawing


def test_without_the_extra_one_line_says_what_to_install(model, monkeypatch):
    monkeypatch.setitem(sys.modules, "anywidget", None)
    drawing._widget_class.cache_clear()
    with pytest.raises(LinocutError, match=r"pip install 'linocut\[notebook\]'"):
        model.draw()


@pytest.mark.parametrize("image", [np.zeros((8, 8)), np.zeros((3, 8), np.uint8)])
def test_an_image_that_the_model_does_not_take_is_refused(model, image):
    with pytest.raises(LinocutError, match=r"uint8 of shape \(8, 8\)"):
        drawing.draw_widget(model.contents, image)


def test_an_installation_without_the_built_module_says_so(monkeypatch):
    monkeypatch.setattr(drawing, "MODULE", "absent.js")
    with pytest.raises(LinocutError, match=r"lacks a built module .*npm run build"):
        drawing._module()
