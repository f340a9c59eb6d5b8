"""Looking around: an image's neighbours, a template built, a fit replayed, a second report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from support.controls import slide
from support.pages import dense, document_in, unpack


def softmax(document: Any) -> Any:
    return next(rung for rung in document["rungs"] if rung["name"] == "softmax")


def open_origins(page: Any, tab: str) -> Any:
    origins = page.locator("#why .origins")
    origins.locator("summary").first.click()
    origins.get_by_role("tab", name=tab).click()
    return origins


def test_an_image_shows_its_neighbours_and_what_pulls_it(
    open_page: Callable[..., Any], digits_report: Path, barriers: Callable[[Any], list[str]]
) -> None:
    held = document_in(digits_report)["why"]["neighbours"]
    row = int(unpack(held["of"])[0])
    page = open_page(digits_report, address=f"#model=softmax&image={row}")
    shown = page.locator("[data-neighbours]")
    shown.wait_for()
    found = shown.locator("[data-training]").evaluate_all(
        "all => all.map(e => +e.dataset.training)"
    )
    rows = unpack(held["rows"])
    wanted = [*unpack(held["nearest"])[0], *unpack(held["pulls"])[0].ravel()]
    assert found == [int(rows[place]) for place in wanted if place >= 0]
    assert "Flip distance" in page.locator("[data-flip]").inner_text()
    assert barriers(page) == []


def test_the_flip_distance_is_that_of_the_library(
    open_page: Callable[..., Any], digits_report: Path
) -> None:
    page = open_page(digits_report, address="#model=softmax&image=5")
    text = page.locator("[data-flip]").inner_text()
    page.get_by_role("button", name="Shift and change").click()
    page.get_by_role("tab", name="Change it").click()
    # the figure below "Why" finds the same change and draws it
    verdict = page.locator("#why .verdict").inner_text()
    distance = text.split("a change of ")[1].split("%")[0].strip()
    assert f"{distance}\u202f%" in verdict or f"{distance} %" in verdict


def test_a_template_is_built_image_by_image(
    open_page: Callable[..., Any], digits_report: Path
) -> None:
    training = document_in(digits_report)["why"]["training"]
    page = open_page(digits_report, address="#why")
    open_origins(page, "Training images")
    builder = page.locator("[data-builder]")
    counts = unpack(training["counts"]).tolist()
    coefficients = np.abs(unpack(training["coefficients"])[0].ravel())
    assert f"1 of {counts[-1]:,}" in builder.inner_text()
    largest = np.sort(coefficients)[::-1]
    slider = builder.get_by_role("slider")
    slide(slider, 2)
    builder.get_by_text(f"3 of {counts[-1]:,}").wait_for()
    assert f"{largest[2]:.2g}"[:4] in builder.inner_text()
    last = unpack(training["largest"]).shape[2] + sum(count > 8 for count in counts) - 1
    slide(slider, last)
    builder.get_by_text(f"{counts[-1]:,} of {counts[-1]:,}").wait_for()
    assert builder.locator("[data-cosine]").inner_text() == "1.00"


def test_a_fit_is_replayed_by_hand_and_by_itself(
    open_page: Callable[..., Any], digits_report: Path, barriers: Callable[[Any], list[str]]
) -> None:
    replay = document_in(digits_report)["why"]["replay"]
    accuracies = unpack(replay["accuracies"])
    page = open_page(digits_report, address="#why")
    origins = open_origins(page, "The fit replayed")
    said = origins.locator("[data-replayed]")
    slider = origins.get_by_role("slider").first
    slide(slider, 1)
    page.locator("[data-replayed='1']").wait_for()
    assert f"{100 * accuracies[1, 1]:.1f}" in said.inner_text()
    slide(slider, len(accuracies) - 2)
    origins.get_by_role("button", name="Play").click()
    page.locator(f"[data-replayed='{len(accuracies) - 1}']").wait_for()
    origins.get_by_role("button", name="Play").wait_for()  # it stops at the end
    assert barriers(page) == []


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_a_second_report_stands_beside_this_one(
    open_page: Callable[..., Any],
    digits_report: Path,
    barriers: Callable[[Any], list[str]],
    width: int,
    theme: str,
) -> None:
    document = document_in(digits_report)
    here = softmax(document)
    there = next(rung for rung in document["rungs"] if rung["name"] == "nearest-mean")
    page = open_page(digits_report, address="#model=softmax", width=width, theme=theme)
    page.locator("#compare input[type=file]").set_input_files(digits_report)
    both = page.locator("[data-two-reports]")
    both.wait_for()
    assert both.locator("[data-apart]").inner_text() == "0"  # the same model of the same report
    both.get_by_label("Model of the other report").select_option("nearest-mean")
    apart = np.flatnonzero(unpack(here["predicted"]) != unpack(there["predicted"]))
    assert both.locator("[data-apart]").inner_text() == str(len(apart))
    cards = both.locator("[data-image]").evaluate_all("all => all.map(e => +e.dataset.image)")
    assert cards == apart[:30].tolist()
    one, two = (dense(rung["test"]["confusion"]) for rung in (here, there))
    recalls = [np.diag(matrix) / matrix.sum(axis=1) for matrix in (one, two)]
    worst = int(np.argmax(np.abs(recalls[1] - recalls[0])))
    first = both.locator("[data-recalls] tbody tr").first.inner_text()
    assert first.split()[:2] == [str(worst), f"{100 * recalls[0][worst]:.1f}"]
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert barriers(page) == []


def test_a_file_that_is_no_report_is_refused_in_one_line(
    open_page: Callable[..., Any], digits_report: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.html"
    other.write_text("<html><body>nothing</body></html>")
    page = open_page(digits_report)
    page.locator("#compare input[type=file]").set_input_files(other)
    alert = page.locator("#compare [role=alert]")
    alert.wait_for()
    assert "other.html cannot be read. It is no report of linocut" in alert.inner_text()
