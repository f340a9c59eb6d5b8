"""The page of a real MNIST report, opened from disk in a real browser."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from support.controls import parts_of
from support.pages import dense, document_in, numbers, unpack
from support.waiting import wait_until

IMAGES_IN_PANEL = "#cell-images [data-image]"


def read_idx(path: Path) -> np.ndarray:
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    shape = np.frombuffer(content, dtype=">i4", count=content[3], offset=4)
    return np.frombuffer(content, dtype=np.uint8, offset=4 + 4 * len(shape)).reshape(shape)


@pytest.fixture(scope="module")
def document(mnist_report: Path) -> dict[str, Any]:
    return document_in(mnist_report)


@pytest.fixture(scope="module")
def mnist_test(real_data: Callable[[str], Path]) -> tuple[np.ndarray, np.ndarray]:
    """The images and labels of MNIST's own test files, read without linocut."""
    folder = real_data("mnist")
    (images,) = folder.glob("t10k-images*")
    (labels,) = folder.glob("t10k-labels*")
    return read_idx(images), read_idx(labels)


@pytest.fixture
def page(open_page: Callable[..., Any], mnist_report: Path) -> Any:
    return open_page(mnist_report)


def rung_of(document: dict[str, Any], name: str) -> dict[str, Any]:
    return next(rung for rung in document["rungs"] if rung["name"] == name)


def largest_confusion(rung: dict[str, Any]) -> tuple[int, int]:
    confusion = dense(rung["test"]["confusion"])
    np.fill_diagonal(confusion, 0)
    truth, predicted = np.unravel_index(confusion.argmax(), confusion.shape)
    return int(truth), int(predicted)


def cell(page: Any, truth: int, predicted: int) -> Any:
    return page.locator(f'#confusion [data-truth="{truth}"][data-predicted="{predicted}"]')


def shown_in_panel(page: Any) -> list[int]:
    """Every image in the panel, after asking for more until there are none."""
    while (more := page.locator("#cell-images").get_by_role("button", name="Show")).count():
        more.click()
    tiles = page.locator(IMAGES_IN_PANEL)
    return [int(value) for value in tiles.evaluate_all("all => all.map(e => e.dataset.image)")]


def drawn_pixels(page: Any, selector: str) -> np.ndarray:
    """The ink that the canvases below a selector hold, (n, h, w)."""
    page.evaluate(  # read from copies, so that the page's own canvases stay as they are
        """selector => window.inkOf = () => [...document.querySelectorAll(selector)].map(canvas => {
             const {width, height} = canvas
             const copy = new OffscreenCanvas(width, height)
               .getContext('2d', {willReadFrequently: true})
             copy.drawImage(canvas, 0, 0)
             const {data} = copy.getImageData(0, 0, width, height)
             return Array.from({length: height}, (_, y) =>
               Array.from({length: width}, (_, x) => data[4 * (y * width + x)]))})""",
        selector,
    )
    # drawing follows the decoding of a sheet
    wait_until(page, "inkOf().every(image => image.flat().some(ink => ink > 0))")
    return np.array(page.evaluate("inkOf()"), dtype=np.uint8)


def test_a_click_on_a_confusion_cell_shows_exactly_its_images(
    page: Any, document: dict[str, Any], mnist_test: tuple[np.ndarray, np.ndarray]
) -> None:
    images, labels = mnist_test
    rung = rung_of(document, document["best"])
    truth, read = largest_confusion(rung)

    cell(page, read, truth).click()
    cell(page, truth, read).click()
    shown = shown_in_panel(page)

    held = unpack(document["shown"]["labels"])
    predicted = unpack(rung["predicted"])
    assert sorted(shown) == np.flatnonzero((held == truth) & (predicted == read)).tolist()
    assert document["shown"]["complete"]
    assert len(shown) == dense(rung["test"]["confusion"])[truth, read]
    assert f"{len(shown)} image" in page.locator("#cell-images > h3").inner_text()

    rows = unpack(document["shown"]["rows"])[shown]
    assert (labels[rows] == truth).all()
    np.testing.assert_array_equal(drawn_pixels(page, f"{IMAGES_IN_PANEL} canvas"), images[rows])


def test_the_diagonal_shows_what_was_classified_correctly(
    page: Any, document: dict[str, Any], mnist_test: tuple[np.ndarray, np.ndarray]
) -> None:
    rung = rung_of(document, document["best"])
    cell(page, 7, 7).click()
    shown = page.locator(IMAGES_IN_PANEL).evaluate_all("all => all.map(e => +e.dataset.image)")
    rows = unpack(document["shown"]["rows"])[shown]
    assert (mnist_test[1][rows] == 7).all()
    assert (unpack(rung["predicted"])[shown] == 7).all()


def test_every_count_of_the_matrix_is_the_rungs(page: Any, document: dict[str, Any]) -> None:
    for rung in document["rungs"]:
        page.locator(f'#ladder input[type=radio][value="{rung["name"]}"]').check()
        texts = page.locator("#confusion [data-truth]").all_inner_texts()
        counts = [int(text or 0) for text in texts]
        assert counts == dense(rung["test"]["confusion"]).ravel().tolist()


def test_a_model_chosen_in_one_section_is_chosen_in_all(
    page: Any, document: dict[str, Any]
) -> None:
    first = document["rungs"][0]["name"]
    page.locator("[data-model-chip] button").click()
    page.locator(f'[data-model-chip] [data-model="{first}"]').click()
    assert page.locator(f'#ladder input[value="{first}"]').is_checked()
    mistakes = unpack(document["rungs"][0]["mistakes"])
    assert page.locator("#images [data-image]").first.get_attribute("data-image") == str(
        mistakes[0]
    )


def test_shares_of_the_row_add_up(page: Any) -> None:
    page.get_by_text("Shares of the row, %").click()
    texts = page.locator('#confusion [data-truth="3"]').all_inner_texts()
    shares = [0.0 if text in {"", "<0.1"} else float(text) for text in texts]
    assert sum(shares) == pytest.approx(100, abs=1)


def test_training_images_are_said_not_to_be_kept(page: Any, document: dict[str, Any]) -> None:
    page.locator("#confusion").get_by_text("Train", exact=True).click()
    best = rung_of(document, document["best"])
    texts = page.locator("#confusion [data-truth]").all_inner_texts()
    counts = [int(text or 0) for text in texts]
    assert counts == dense(best["train"]["confusion"]).ravel().tolist()
    assert "not kept in this file" in page.locator("#cell-images").inner_text()


def test_arrow_keys_move_in_the_matrix_and_enter_opens(page: Any, document: dict[str, Any]) -> None:
    stops = page.locator('#confusion [data-truth][tabindex="0"]')
    assert stops.count() == 1
    cell(page, 3, 5).click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    focused = page.evaluate("({...document.activeElement.dataset})")
    assert focused == {"truth": "4", "predicted": "6"}
    assert stops.count() == 1
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    heading = page.locator("#cell-images > h3").inner_text()
    assert re.match(r"4\s+classified as\s+0", heading)
    count = dense(rung_of(document, document["best"])["test"]["confusion"])[4, 0]
    assert re.search(rf"\b{count} image", heading)
    spoken = page.locator("#cell-images > [aria-live]").inner_text()
    assert " ".join(spoken.split()).startswith("4 classified as 0")


def test_an_image_enlarges_with_its_row_and_every_models_prediction(
    page: Any, document: dict[str, Any]
) -> None:
    worst = int(unpack(rung_of(document, document["best"])["mistakes"])[0])
    tile = page.locator("#images [data-image]").first
    assert tile.get_attribute("data-image") == str(worst)
    tile.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    assert str(unpack(document["shown"]["rows"])[worst]) in dialog.inner_text()
    for rung in document["rungs"]:
        row = dialog.get_by_role("row").filter(
            has=page.get_by_role("rowheader", name=rung["short"], exact=True)
        )
        assert row.locator("td").first.inner_text()[0] == str(unpack(rung["predicted"])[worst])
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    wait_until(page, f"document.activeElement.dataset.image === '{worst}'")


def parts(page: Any) -> dict[str, float]:
    return parts_of(page.locator("[data-evidence]"))


def test_an_enlarged_image_is_accounted_for(
    page: Any, document: dict[str, Any], mnist_test: tuple[np.ndarray, np.ndarray]
) -> None:
    page.locator('#ladder input[value="softmax"]').check(force=True)
    tile = page.locator("#images [data-tile]").first
    shown = int(tile.get_attribute("data-tile"))
    tile.click()
    page.locator("[data-evidence] [data-part=margin]").wait_for()
    model = next(model for model in document["evidence"] if model["rung"] == "softmax")
    row = unpack(document["shown"]["rows"])[shown]
    images, _ = mnist_test
    W = numbers(document["stacks"][model["stack"]]).reshape(10, -1).astype(np.float64)
    scores = W @ (images[row].ravel() / 255) + unpack(model["intercepts"])
    read = int(scores.argmax())
    select = page.locator("[data-evidence] select")
    for rival in [k for k in range(10) if k != read][:3]:
        select.select_option(str(rival))
        found = parts(page)
        assert found["margin"] == pytest.approx(scores[read] - scores[rival], abs=0.006)
        total = found["blank"] + found["favouring"] + found["opposing"]
        assert total == pytest.approx(found["margin"], abs=0.021)
    select.select_option(label="the class average")
    assert parts(page)["margin"] == pytest.approx(scores[read] - scores.mean(), abs=0.006)
    assert "the class average" in page.locator("[data-evidence]").inner_text()


def test_a_step_shows_exactly_the_images_it_gained_and_lost(
    page: Any, document: dict[str, Any]
) -> None:
    rungs, labels = document["rungs"], unpack(document["shown"]["labels"])
    assert len(rungs) > 2
    for at in (1, len(rungs) - 1):
        before, after = (unpack(rungs[k]["predicted"]) == labels for k in (at - 1, at))
        for kind, moved in (("gained", after & ~before), ("lost", before & ~after)):
            assert rungs[at][kind] == int(moved.sum())  # MNIST's test images all fit in the page
            bar = page.locator("#steps .bar." + kind).nth(at - 1)
            bar.click()
            assert bar.get_attribute("aria-pressed") == "true"
            shown = page.locator("#step-images [data-image]").evaluate_all(
                "cards => cards.map(card => Number(card.dataset.image))"
            )
            wanted = np.flatnonzero(moved).tolist()
            assert shown == wanted[:7]


def test_the_recommended_rung_is_marked(page: Any, document: dict[str, Any]) -> None:
    short = next(r["short"] for r in document["rungs"] if r["name"] == document["recommended"])
    row = page.locator("#ladder tbody tr", has_text=short).filter(has_text="use")
    assert row.count() >= 1
    assert "Which model to use" in page.locator("#ladder").inner_text()


def test_mistakes_come_worst_first_and_can_be_filtered(page: Any, document: dict[str, Any]) -> None:
    rung = rung_of(document, document["best"])
    mistakes = unpack(rung["mistakes"])
    gallery = page.locator("#images [data-image]")
    ids = "all => all.map(e => +e.dataset.image)"
    first = gallery.evaluate_all(ids)
    assert first == mistakes[: len(first)].tolist()
    assert len(first) < 100

    truth, read = largest_confusion(rung)
    page.get_by_role("combobox", name="True class").select_option(str(truth))
    page.get_by_role("combobox", name="Classified as").select_option(str(read))
    labels, predicted = unpack(document["shown"]["labels"]), unpack(rung["predicted"])
    wanted = [int(i) for i in mistakes if labels[i] == truth and predicted[i] == read]
    found = gallery.evaluate_all(ids)
    assert found == wanted[: len(found)]
    assert f"{len(wanted)} of" in page.locator("#images .amount").inner_text()


def test_a_pixel_of_a_template_reads_off_its_value(page: Any, document: dict[str, Any]) -> None:
    template = document["templates"][-1]
    values = numbers(document["stacks"][template["stack"]])
    assert template["centred"]
    values = values - values.mean(axis=0)
    row, column = np.unravel_index(np.abs(values[0]).argmax(), values[0].shape)
    tile = page.locator(f'#templates [data-row="{len(document["templates"]) - 1}"]').first
    tile.scroll_into_view_if_needed()
    box = tile.bounding_box()
    step = box["width"] / values.shape[2]
    page.mouse.move(box["x"] + (column + 0.5) * step, box["y"] + (row + 0.5) * step)
    page.locator("#templates .key strong").first.wait_for()
    text = page.locator("#templates .key p").inner_text()
    assert f"row {row + 1}, column {column + 1}" in text.replace("\n", " ")
    assert template["unit"] in text
    shown = re.search(r"([+−][\d.]+)\s", text)
    assert shown
    value = float(shown[1].replace("−", "-"))
    assert value == pytest.approx(float(values[0, row, column]), rel=0.01)


def test_classes_sort_by_recall(page: Any, document: dict[str, Any]) -> None:
    page.locator("#classes").get_by_role("button", name="Recall").first.click()
    names = [name.strip() for name in page.locator("#classes tbody th").all_inner_texts()]
    confusion = dense(rung_of(document, document["best"])["test"]["confusion"])
    recalls = np.diag(confusion) / confusion.sum(axis=1)
    order = np.argsort(recalls, kind="stable")
    assert names == [document["dataset"]["class_names"][k] for k in order]


def test_the_theme_can_be_chosen(open_page: Callable[..., Any], mnist_report: Path) -> None:
    page = open_page(mnist_report, theme="dark")
    background = "getComputedStyle(document.body).backgroundColor"
    theme = "document.documentElement.dataset.theme"
    assert page.evaluate(theme) == "dark"
    dark = page.evaluate(background)
    page.get_by_role("button", name="Theme: Auto").click()
    assert page.evaluate(theme) == "light"
    assert page.evaluate(background) != dark
    page.get_by_role("button", name="Theme: Light").click()
    assert page.evaluate(theme) == "dark"


@pytest.mark.parametrize("width", [320, 390, 768, 1280, 1920])
def test_nothing_makes_the_page_scroll_sideways(
    open_page: Callable[..., Any], mnist_report: Path, width: int
) -> None:
    page = open_page(mnist_report, width=width)
    page.wait_for_selector("#about")
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(
    open_page: Callable[..., Any],
    mnist_report: Path,
    barriers: Callable[[Any], list[str]],
    theme: str,
) -> None:
    page = open_page(mnist_report, theme=theme)
    page.locator("#images [data-image]").first.wait_for()
    assert barriers(page) == []
    page.locator("[data-model-chip] button").click()
    assert barriers(page) == []
    page.keyboard.press("Escape")
    page.locator("#images [data-image]").first.click()
    assert barriers(page) == []
    page.keyboard.press("Escape")
    page.locator("#templates [data-label]").first.click()
    assert barriers(page) == []


def test_the_built_page_without_a_report_says_so(open_page: Callable[..., Any]) -> None:
    built = resources.files("linocut.report").joinpath("page.html")
    with resources.as_file(built) as path:
        text = path.read_text(encoding="utf-8")
        assert document_in(path) is None
        assert "default-src 'none'" in text
        page = open_page(path)
        assert "holds no report yet" in page.get_by_role("heading").inner_text()
