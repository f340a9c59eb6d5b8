"""The Why section in a real browser: what it computes is what the model itself computes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from linocut.data import ImageDataset, load_dataset
from linocut.explain import SharedInk, pull_back, shift_map, smallest_flip
from linocut.ladder import Ladder, climb
from linocut.report import collect, write_report
from support.waiting import wait_until

NAMES = (
    "nought", "one", "two", "three", "four", "five", "six",
    "a seven of the kind that has a bar across its stem", "eight", "nine",
)  # fmt: skip


@pytest.fixture(scope="module")
def dataset() -> ImageDataset:
    return replace(load_dataset("digits"), class_names=NAMES)


@pytest.fixture(scope="module")
def ladder(dataset: ImageDataset) -> Ladder:
    return climb(dataset, rungs=["nearest-mean", "softmax", "pca-quadratic"])


@pytest.fixture(scope="module")
def report(dataset: ImageDataset, ladder: Ladder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("why") / "report.html"
    return write_report(collect(dataset, ladder, command="x"), path)


@pytest.fixture
def open_why(open_page: Callable[..., Any], report: Path) -> Callable[..., Any]:
    """Open the page at its Why section, softmax chosen."""

    def open_it(**options: Any) -> Any:
        page = open_page(report, **options)
        page.locator('#ladder input[value="softmax"]').check(force=True)
        page.locator("#why").scroll_into_view_if_needed()
        page.evaluate("document.getElementById('why').scrollIntoView()")
        page.locator("#why [data-example]").wait_for()
        page.locator("#why [role=tab]").first.wait_for()
        return page

    return open_it


def image_of(page: Any, dataset: ImageDataset) -> np.ndarray:
    row = int(page.get_by_label("image no.").input_value())
    return dataset.test.images[row]


def number(text: str) -> float:
    return float(text.replace("−", "-").replace("+", ""))


def test_keys_and_the_pointer_shift_the_image_as_the_model_sees_it(
    open_why: Callable[..., Any], dataset: ImageDataset, ladder: Ladder
) -> None:
    page = open_why()
    page.get_by_role("tab", name="Shift it").click()
    page.locator("#why [data-cell]").first.wait_for()
    model = pull_back(ladder["softmax"].model)
    image = image_of(page, dataset)
    shifts = shift_map(model, image, 2)
    assert page.locator("#why [data-cell]").count() == 25

    def check(down: int, right: int) -> None:
        page.locator(f'#why [data-shift="{down},{right}"]').wait_for()
        scores = np.sort(shifts.scores[:, 2 + down, 2 + right])
        predicted = shifts.classes[shifts.predicted[2 + down, 2 + right]]
        assert page.locator("#why [data-prediction]").inner_text() == predicted
        margin = number(page.locator("#why [data-margin]").inner_text())
        assert margin == pytest.approx(scores[-1] - scores[-2], abs=0.006)

    grip = page.get_by_label("Image to drag")
    grip.focus()
    check(0, 0)
    for key in ("ArrowRight", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
    check(2, 1)
    page.keyboard.press("ArrowDown")  # no further than the map reaches
    check(2, 1)
    box = grip.bounding_box()
    x, y, pixel = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, box["width"] / 8
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 2 * pixel, y - 3 * pixel)
    page.mouse.up()
    check(-1, -1)
    page.locator('#why [data-cell="4"]').click()
    check(-2, 2)
    kept = re.search(r"(\d+)\s%", page.locator("#why .kept-share").inner_text())
    assert kept
    assert int(kept.group(1)) == round(100 * shifts.share)


def test_the_smallest_flip_is_pythons_and_really_flips(
    open_why: Callable[..., Any], dataset: ImageDataset, ladder: Ladder
) -> None:
    page = open_why()
    page.get_by_role("tab", name="Change it").click()
    model = pull_back(ladder["softmax"].model)
    figure = page.locator("#why figure", has=page.get_by_text("The smallest change that flips"))
    amount = figure.get_by_role("slider", name="amount")
    for _ in range(2):
        image = image_of(page, dataset)
        flip = smallest_flip(model, image, within=(0, 255))
        share = re.search(r"([\d.]+)\s% of the image", figure.inner_text())
        assert share
        expected = 100 * flip.distance / np.linalg.norm(flip.image)
        assert float(share.group(1)) == pytest.approx(expected, abs=0.051)
        now = figure.locator("[data-flipped]")
        amount.fill("104")
        assert now.inner_text() == flip.versus
        amount.fill("96")
        assert now.inner_text() == flip.label
        page.get_by_role("button", name="Next image").click()
        wait_until(
            page,
            "row => document.querySelector('#why input[type=number]').value !== row",
            arg=str(int(np.flatnonzero((dataset.test.images == image).all((1, 2)))[0])),
        )


def test_parts_add_up_and_the_running_sum_ends_at_the_margin(
    open_why: Callable[..., Any], dataset: ImageDataset, ladder: Ladder
) -> None:
    page = open_why()
    image = image_of(page, dataset)
    scores = ladder["softmax"].estimator.decision_function(image[None])[0]
    predicted = int(scores.argmax())
    figure = page.locator("#why figure", has=page.get_by_text("What each pixel adds"))
    for rival in [k for k in range(10) if k != predicted][:3]:
        figure.locator("select").select_option(label=NAMES[rival])
        found = {
            part.get_attribute("data-part"): number(part.inner_text())
            for part in figure.locator("[data-part]").all()
        }
        margin = found.pop("margin")
        assert margin == pytest.approx(scores[predicted] - scores[rival], abs=0.006)
        assert sum(found.values()) == pytest.approx(margin, abs=0.021)
        for order in ("row by row", "largest first"):
            figure.get_by_text(order, exact=True).click()
            chart = figure.get_by_label("Margin after so many pixels")
            chart.hover(position={"x": chart.bounding_box()["width"] - 1, "y": 40})
            assert f"after 64 of 64 pixels: {margin:+.2f}".replace("-", "−") in figure.inner_text()


def test_shared_ink_of_the_image_is_pythons(
    open_why: Callable[..., Any], dataset: ImageDataset
) -> None:
    page = open_why()
    page.get_by_role("tab", name="Shared ink").click()
    ink = SharedInk.fit(dataset.train.images, dataset.train.labels)
    predicted = int(ink.predict(image_of(page, dataset)[None])[0])
    assert page.locator("#why [data-most-ink]").inner_text() == NAMES[predicted]


def test_any_image_can_be_chosen_and_asked_about_from_elsewhere(
    open_why: Callable[..., Any],
) -> None:
    page = open_why()
    box = page.get_by_label("image no.")
    box.fill("7")
    box.press("Enter")
    assert page.locator("#why [data-example]").get_attribute("data-example") == "7"
    assert "Test image 7" in page.locator("#why .said").inner_text()
    assert "example=7" in page.evaluate("location.hash")
    page.reload()
    page.locator("#data").wait_for(state="attached")
    page.evaluate("document.getElementById('why').scrollIntoView()")
    page.locator('#why [data-example="7"]').wait_for()
    box.fill("99999")
    box.press("Enter")
    assert "not on this page" in page.locator("#why [data-example]").inner_text()
    tile = page.locator("#images [data-image]").nth(1)
    shown = tile.get_attribute("data-image")
    tile.click()
    page.get_by_role("button", name="under “Why”").click()
    page.get_by_role("dialog").wait_for(state="detached")
    page.locator(f'#why [data-example="{shown}"]').wait_for()
    wait_until(page, "document.getElementById('why').getBoundingClientRect().top < 150")
    assert -5 < page.locator("#why").bounding_box()["y"] < 150
    page.go_back()
    page.get_by_role("dialog").wait_for()


def test_a_model_that_is_no_sum_over_pixels_is_said_to_be(
    open_why: Callable[..., Any], ladder: Ladder
) -> None:
    page = open_why()
    note = page.locator("[data-not-linear]")
    assert note.count() == 0
    page.locator('#ladder input[value="pca-quadratic"]').check(force=True)
    assert ladder["pca-quadratic"].short in note.inner_text()
    note.get_by_role("button").click()
    assert note.count() == 0
    assert page.locator('#ladder input[value="softmax"]').is_checked()


def test_training_images_are_shown_for_the_class_chosen(open_why: Callable[..., Any]) -> None:
    page = open_why()
    page.locator("#why .origins summary").first.click()
    panel = page.locator("#why .origins [role=tabpanel]")
    choice = panel.get_by_label("template of")
    choice.select_option(label="eight")
    assert "“eight”" in panel.locator(".told").inner_text()
    titles = panel.locator("li[title]").evaluate_all("all => all.map(li => li.title)")
    own = [title for title in titles if title.endswith(", eight")]
    assert len(own) == 8
    assert len(titles) == 16
    page.get_by_role("tab", name="Weights and patterns").click()
    panel.get_by_role("button", name=re.compile("^two: correlation")).click()
    assert panel.locator(".verdict").inner_text().startswith("two")


# Text that is cut off, or lies on other text, in a picture of cells.
SPILLED = """() => [...document.querySelectorAll('#why [data-cell]')].filter(cell => {
  const [text, box] = [cell.querySelector('text'), cell.querySelector('rect')];
  if (!text) return false;
  const [a, b] = [text.getBoundingClientRect(), box.getBoundingClientRect()];
  return a.left < b.left || a.right > b.right || a.top < b.top - 2 || a.bottom > b.bottom + 2;
}).length"""


# The colour of the upper left corner of each picture.
CORNERS = """all => all.map(canvas => {
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d')
  copy.drawImage(canvas, 0, 0)
  return [...copy.getImageData(0, 0, 1, 1).data].slice(0, 3)
})"""


@pytest.mark.parametrize("width", [1440, 390])
def test_names_stay_within_their_places(open_why: Callable[..., Any], width: int) -> None:
    page = open_why(width=width)
    page.get_by_role("tab", name="Shift it").click()
    page.locator("#why [data-cell]").first.wait_for()
    assert page.locator("#why [data-cell] text").count() == 25
    assert page.evaluate(SPILLED) == 0
    right = page.locator("#why").evaluate(
        "section => Math.max(...[...section.querySelectorAll('*')]"
        ".map(element => element.getBoundingClientRect().right))"
    )
    assert right <= width
    long = page.locator("#why bdi", has_text=NAMES[7])
    for name in long.all():
        assert name.get_attribute("title") == NAMES[7]


def test_nothing_glares_in_the_dark_and_axe_finds_nothing(
    open_why: Callable[..., Any], barriers: Callable[[Any], list[str]]
) -> None:
    page = open_why(theme="dark")
    page.locator("#why .origins summary").first.click()
    corners = []
    for tab in page.get_by_role("tab").all():
        tab.click()
        assert barriers(page) == []
        corners += page.locator("#why [data-map] canvas").evaluate_all(CORNERS)
    assert len(corners) >= 5
    assert np.array(corners).max() < 60
    assert page.locator("#why img").count() == 0
