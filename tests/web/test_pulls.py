"""Training images that pull a drawing: those of Python's, with their parts of the margin."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from linocut.data import load_dataset
from linocut.explain import training_coefficients
from linocut.ladder import climb
from linocut.modelfile import export_html
from linocut.modelfile.html import Samples
from linocut.report import collect, write_report
from support.controls import parts_of
from support.pages import document_in, unpack

DIGITS = load_dataset("digits")


@pytest.fixture(scope="module")
def ladder() -> Any:
    return climb(DIGITS, rungs=["softmax"])


@pytest.fixture(scope="module")
def report(ladder: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pulls") / "digits.html"
    return write_report(collect(DIGITS, ladder, command="linocut report digits"), path)


def test_what_pulls_a_drawing_most_adds_up_to_its_margin(
    open_page: Callable[..., Any], report: Path, ladder: Any, barriers: Callable[[Any], list[str]]
) -> None:
    document = document_in(report)
    page = open_page(report, address="#section=draw")
    draw = page.locator("#draw")
    draw.locator("[data-sample='7']").click()
    draw.locator("[data-pulls=towards] [data-training]").first.wait_for()

    labels = unpack(document["shown"]["labels"])
    of_class = [np.flatnonzero(labels == k)[:3] for k in range(10)]
    image = DIGITS.test.images[unpack(document["shown"]["rows"])[np.concatenate(of_class)[7]]]
    model = ladder["softmax"].model
    names = np.asarray(DIGITS.class_names)[DIGITS.train.labels]
    made = training_coefficients(model, DIGITS.train.images, names)
    scores = model.decision_function(image[None])[0]
    label, versus = np.argsort(-scores)[:2]
    every, _ = made.evidence(image, DIGITS.class_names[label], DIGITS.class_names[versus])

    kept = unpack(document["why"]["training"]["rows"])
    shown = 0.0
    for side, order in (("towards", np.argsort(-every[kept])), ("away", np.argsort(every[kept]))):
        found = draw.locator(f"[data-pulls={side}] [data-training]")
        rows = [int(re.findall(r"\d+", each.get_attribute("title"))[0]) for each in found.all()]
        assert rows == kept[order[:4]].tolist()
        parts = [
            float(text.replace("−", "-")) for text in found.locator(".numbers").all_inner_texts()
        ]
        np.testing.assert_allclose(parts, every[rows], atol=0.006)
        shown += every[rows].sum()
    told = parts_of(draw.locator(".pulling .sum"))
    assert told["margin"] == pytest.approx(scores[label] - scores[versus], abs=0.006)
    assert told["rest"] == pytest.approx(scores[label] - scores[versus] - shown, abs=0.006)
    assert barriers(page) == []


def test_a_page_of_a_model_file_says_that_it_has_no_training_images(
    open_page: Callable[..., Any], ladder: Any, tmp_path: Path
) -> None:
    samples = Samples.of(DIGITS.test.images, DIGITS.test.labels, DIGITS.class_names, 20)
    contents = ladder["softmax"].model.contents
    path = export_html(contents, tmp_path / "page.html", samples=samples)
    page = open_page(path, ready="[data-canvas]")
    assert "not kept in a model file" in page.locator("[data-pulled]").text_content()
    assert page.locator("[data-pulls]").count() == 0
