"""The explorer as a server answers with it: it asks that server alone, and runs its models."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from linocut.classifier import ImageClassifier
from linocut.data import load_dataset
from linocut.lines import StringReader, synthetic_strings
from support.files import png
from support.serving import served

DIGITS = load_dataset("digits")
CANVAS = "[data-canvas]"


@pytest.fixture(scope="module")
def model() -> ImageClassifier:
    return ImageClassifier().fit(DIGITS)


@pytest.fixture(scope="module")
def model_file(model, tmp_path_factory) -> Path:
    return model.save(tmp_path_factory.mktemp("models") / "digits.linocut")


@pytest.fixture
def visit(browser: Any) -> Iterator[Callable[..., Any]]:
    """Open a server's page; afterwards it must have asked no other, and thrown nothing."""
    contexts, troubles = [], []

    def open_url(client: Any, address: str = "") -> Any:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        contexts.append(context)
        page = context.new_page()
        origin = str(client.base_url).rstrip("/")
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on(
            "request",
            lambda request: (
                request.url.startswith((origin, "data:", "blob:"))
                or troubles.append(f"asked for {request.url}")
            ),
        )
        page.goto(f"{origin}/{address}")
        return page

    yield open_url
    for context in contexts:
        context.close()
    assert troubles == []


def test_a_served_model_is_drawn_on(visit, model, model_file):
    with served(model_file) as client:
        page = visit(client)
        image = DIGITS.test.images[2]
        page.locator("input[type=file]").set_input_files(
            {"name": "a.png", "mimeType": "image/png", "buffer": png(image)}
        )
        page.locator("[data-drawn-class]").wait_for()
        rows = page.locator("[data-drawn-bars] [data-class]")
        shares = rows.evaluate_all("all => all.map(e => +e.dataset.probability)")
    np.testing.assert_allclose(shares, model.predict_proba(image[None])[0], atol=1e-5)


def test_models_are_chosen_among(visit, model, model_file, tmp_path):
    other = model.save(tmp_path / "other.linocut")
    with served(model_file, other) as client:
        page = visit(client)
        page.get_by_role("heading", name="digits", exact=True).wait_for()
        page.get_by_label("Model", exact=True).select_option("other")
        page.get_by_role("heading", name="other", exact=True).wait_for()
        page.reload()
        page.get_by_role("heading", name="other", exact=True).wait_for()
        page.go_back()
        page.get_by_role("heading", name="digits", exact=True).wait_for()


def test_a_token_is_asked_for(visit, model_file):
    with served(model_file, token="secret") as client:
        page = visit(client)
        page.get_by_label("Token").fill("wrong")
        page.get_by_role("button", name="Open").click()
        page.get_by_role("alert").wait_for()
        page.get_by_label("Token").fill("secret")
        page.get_by_role("button", name="Open").click()
        page.locator(CANVAS).wait_for()


@pytest.mark.parametrize("model", ["whole-string", "fixed-positions"])
def test_strings_are_read_and_explained_by_the_server(visit, tmp_path, model):
    strings = synthetic_strings(DIGITS, 120, length=(3, 3), random_state=0)
    reader = StringReader(model=model, preparation="none", C=0.3, max_iter=10).fit(strings.train)
    image = strings.test.images[0]
    with served(reader.save(tmp_path / "reader.linocut")) as client:
        page = visit(client)
        page.locator("input[type=file]").set_input_files(
            {"name": "a.png", "mimeType": "image/png", "buffer": png(image)}
        )
        page.locator("[data-figure=Evidence] canvas").first.wait_for()
        text = page.locator("[data-text]").inner_text()
        symbols = page.locator(".line .symbols span").all_inner_texts()
        texts = page.locator("th").all_inner_texts()
        evidence = page.locator("[data-figure=Evidence] li b").all_inner_texts()
    best = reader.best(reader.intake_.read(png(image)), 5)
    assert text == best[0].text == "".join(symbols) == "".join(evidence[::2])
    assert texts == [each.text for each in best]
    assert evidence[1::2] == [glyph.runner_up for glyph in best[0].glyphs]
