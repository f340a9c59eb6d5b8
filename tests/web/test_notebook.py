"""The explorer in a notebook's cell: what is drawn there is what Python gets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import linocut
from linocut.classifier import ImageClassifier
from linocut.data import load_dataset
from support.cells import open_cell, state_of, text_of
from support.waiting import wait_until

MODULE = Path(linocut.__file__).parent / "widget" / "explorer.js"
LARGEST = 250_000  # bytes, of which every cell gets a copy


@pytest.fixture(scope="module")
def digits() -> Any:
    return load_dataset("digits")


@pytest.fixture(scope="module")
def model(digits: Any) -> ImageClassifier:
    return ImageClassifier().fit(digits)


@pytest.fixture(scope="module")
def code(need: Any) -> str:
    need(MODULE.is_file(), "the notebook's module is not built; run 'npm run build' in web/")
    return MODULE.read_text(encoding="utf-8")


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page of a notebook, in which nothing may go wrong and nothing be asked for."""
    opened = browser.new_page(viewport={"width": 900, "height": 1000})
    troubles: list[str] = []
    opened.on("console", lambda m: m.type in {"error", "warning"} and troubles.append(m.text))
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("request", lambda r: r.url.startswith("blob:") or troubles.append(r.url))
    opened.set_content("<h1>A notebook</h1><p>Another cell</p>")
    yield opened
    opened.close()
    assert troubles == []


def shown(page: Any, image: np.ndarray) -> None:
    """Wait until Python has been told of an image."""
    wait_until(
        page,
        "(bytes) => saves > 0 && String(new Uint8Array(kernel.get('image').buffer)) === bytes",
        arg=",".join(map(str, image.ravel())),
    )


def assert_as_python(page: Any, model: ImageClassifier, image: np.ndarray) -> None:
    state = state_of(page)
    assert state["image"] == image.ravel().tolist()
    assert state["prediction"] == model.predict(image[None])[0]
    told = [state["probabilities"][str(name)] for name in model.classes_]
    np.testing.assert_allclose(told, model.predict_proba(image[None])[0], atol=1e-5)


def test_python_is_told_what_the_model_makes_of_the_first_image(page, code, model, digits):
    image = digits.test.images[0]
    open_cell(page, code, model, image)
    shown(page, image)
    assert_as_python(page, model, image)


def test_an_image_that_python_sets_is_drawn(page, code, model, digits):
    first, second = digits.test.images[:2]
    open_cell(page, code, model, first)
    shown(page, first)
    page.evaluate("(text) => { saves = 0; python('image', text); }", text_of(second))
    shown(page, second)
    assert_as_python(page, model, second)


def test_strokes_reach_python_and_a_blank_page_is_no_class(page, code, model):
    open_cell(page, code, model, np.zeros((8, 8), np.uint8))
    canvas = page.locator("canvas").first
    canvas.wait_for()
    assert state_of(page)["prediction"] == ""
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    middle = box["x"] + box["width"] / 2
    page.mouse.move(middle, box["y"] + 0.15 * box["height"])
    page.mouse.down()
    page.mouse.move(middle, box["y"] + 0.85 * box["height"], steps=12)
    page.mouse.up()
    wait_until(page, "kernel.get('prediction') !== ''")
    drawn = np.array(state_of(page)["image"], np.uint8).reshape(8, 8)
    assert drawn.any()
    assert_as_python(page, model, drawn)


def test_the_notebook_keeps_its_own_looks_and_keys(page, code, model, digits):
    before = page.evaluate("getComputedStyle(document.body).cssText")
    page.evaluate("window.heard = 0; document.addEventListener('keydown', () => { heard += 1; })")
    open_cell(page, code, model, digits.test.images[0])
    page.locator("canvas").first.wait_for()
    page.get_by_role("button", name="Clear").press("x")
    assert page.evaluate("heard") == 0
    assert page.evaluate("getComputedStyle(document.body).cssText") == before
    assert page.evaluate("document.documentElement.dataset.theme") is None


def test_a_cell_that_is_cleared_leaves_nothing_behind(page, code, model, digits):
    open_cell(page, code, model, digits.test.images[0])
    page.locator("canvas").first.wait_for()
    page.evaluate("leave()")
    assert page.locator("canvas").count() == 0
    page.evaluate("(text) => { saves = 0; python('image', text); }", text_of(digits.test.images[1]))
    assert page.evaluate("saves") == 0


def test_the_module_is_small(code):
    assert len(code.encode()) <= LARGEST
