"""The answer comes first: what a reader sees without scrolling, and how much they have to read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from support.pages import dense, document_in

WORDS = "document.body.innerText.split(/\\s+/).filter(Boolean).length"


@pytest.fixture(scope="module")
def document(mnist_report: Path) -> dict[str, Any]:
    return document_in(mnist_report)


@pytest.fixture
def page(open_page: Callable[..., Any], mnist_report: Path) -> Any:
    return open_page(mnist_report, width=1440)


def best_of(document: dict[str, Any]) -> dict[str, Any]:
    return next(rung for rung in document["rungs"] if rung["name"] == document["best"])


def test_the_answer_stands_above_the_fold(page: Any, document: dict[str, Any]) -> None:
    best = best_of(document)
    told = page.locator("#top .share").inner_text()
    assert f"{100 * best['test']['accuracy']:.2f}" in told
    assert f"{100 * best['interval'][0]:.2f}–{100 * best['interval'][1]:.2f}" in told
    dots = page.locator("#top input[type=radio]")
    assert dots.count() == len(document["rungs"])
    for part in (dots.last.locator(".."), page.locator("#top [role=img]").last):
        box = part.bounding_box()
        assert box["y"] + box["height"] < 900


def test_the_two_classes_mixed_up_most_are_shown_with_such_a_mistake(
    page: Any, document: dict[str, Any]
) -> None:
    names = document["dataset"]["class_names"]
    for rung in (best_of(document), document["rungs"][0]):
        page.locator(f'#top input[value="{rung["name"]}"]').check(force=True)
        confusion = dense(rung["test"]["confusion"])
        np.fill_diagonal(confusion, 0)
        truth, predicted = np.unravel_index(confusion.argmax(), confusion.shape)
        told = page.locator("#top figcaption").inner_text()
        assert f"{names[truth]} → {names[predicted]}" in " ".join(told.split())
        assert f"{confusion.max():,} images" in told
        labels = page.locator("#top .of").all_inner_texts()
        assert [label.strip() for label in labels] == [names[truth], names[predicted]]
        page.locator("#top figure button").click()
        dialog = page.get_by_role("dialog")
        assert dialog.count() == 1
        page.keyboard.press("Escape")


def test_a_dot_chooses_the_model_of_all_sections(page: Any, document: dict[str, Any]) -> None:
    first = document["rungs"][0]
    page.locator(f'#top input[value="{first["name"]}"]').check(force=True)
    assert page.locator(f'#ladder input[value="{first["name"]}"]').is_checked()


def test_no_column_of_the_table_is_cut_off(page: Any, document: dict[str, Any]) -> None:
    table = page.locator("#ladder [role=region]")
    room = "frame => frame.scrollWidth - frame.clientWidth"
    assert table.evaluate(room) <= 0
    page.get_by_role("button", name="More columns").click()
    assert table.evaluate(room) <= 0
    headings = " ".join(table.locator("thead th").all_inner_texts())
    assert "Chosen" in headings
    assert {rung["linear"] for rung in document["rungs"]} == {True}
    assert "Linear" not in headings  # it is the same for all


def test_the_steps_open_on_the_largest_change(page: Any, document: dict[str, Any]) -> None:
    net = [abs(rung["gained"] - rung["lost"]) for rung in document["rungs"][1:]]
    largest = document["rungs"][1 + int(np.argmax(net))]
    heading = page.locator("#step-images h3").inner_text()
    assert largest["short"] in heading
    assert f"{max(largest['gained'], largest['lost']):,}" in heading
    assert page.locator("#steps .changes li", has_text="was ").count() == 3
    assert page.locator("#steps .doubtful").count() == sum(
        rung["chance"] >= 0.05 for rung in document["rungs"][1:]
    )


def test_the_order_is_answer_ladder_reasons_data(page: Any) -> None:
    order = page.locator("main > section").evaluate_all("all => all.map(each => each.id)")
    assert order[:3] == ["checks", "ladder", "steps"]
    assert order[-1] == "data"


def test_there_is_little_to_read_until_details_are_opened(page: Any) -> None:
    closed = page.evaluate(WORDS)
    # One figure for each mistake; how many there are is the data's matter.
    cards = page.locator("#images [data-figure]").evaluate_all(
        "all => all.reduce((sum, each) => sum + each.innerText.split(/\\s+/).length, 0)"
    )
    assert closed - cards <= 1_200
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate(WORDS) > closed + 500
