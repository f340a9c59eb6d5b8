"""Pages of 2, 62 and 300 classes and of one model, opened from disk in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from linocut.data import ImageDataset, ImagePart
from linocut.ladder import climb
from linocut.report import collect, collecting, write_report
from support.controls import parts_of
from support.pages import dense, document_in, numbers, unpack

SIDE = 12
RUNGS = ("nearest-mean", "least-squares")

Write = Callable[..., Path]


def blurred_classes(K: int) -> ImageDataset:
    """Make classes that get mixed up: each mean lies between those of its two neighbours."""
    rng = np.random.default_rng(0)
    drawn = rng.random((K + 2, SIDE, SIDE)) * (rng.random((K + 2, SIDE, SIDE)) < 0.4)
    means = drawn[:-2] + drawn[1:-1] + drawn[2:]

    def part(each: int) -> ImagePart:
        labels = np.repeat(np.arange(K), each)
        noisy = 85 * means[labels] + rng.normal(0, 250, (len(labels), SIDE, SIDE))
        return ImagePart(np.clip(noisy, 0, 255).astype(np.uint8), labels)

    shuffled = rng.permutation(K)
    names = tuple(f"{shuffled[k]:03d}" for k in range(K))
    return ImageDataset(f"{K} classes", names, part(6), part(4))


@pytest.fixture(scope="module")
def write(tmp_path_factory: pytest.TempPathFactory) -> Write:
    """Write a report on so many classes, once for each."""
    folder = tmp_path_factory.mktemp("many")

    def written(K: int, rungs: tuple[str, ...] = RUNGS) -> Path:
        path = folder / f"{K}-{'-'.join(rungs)}.html"
        if not path.exists():
            dataset = blurred_classes(K)
            with pytest.MonkeyPatch.context() as patch:
                if K > 200:  # as for 1,000 classes of 28 × 28 pixels
                    patch.setattr(collecting, "STACK_BUDGET", 300_000)
                document = collect(dataset, climb(dataset, rungs=list(rungs)), command="x")
            write_report(document, path)
        return path

    return written


def rung_of(document: dict[str, Any]) -> dict[str, Any]:
    return next(rung for rung in document["rungs"] if rung["name"] == document["best"])


def mistakes_by_count(document: dict[str, Any]) -> list[tuple[int, int]]:
    confusion = dense(rung_of(document)["test"]["confusion"])
    np.fill_diagonal(confusion, 0)
    order = np.argsort(-confusion, axis=None, kind="stable")
    return [
        (int(cell) // len(confusion), int(cell) % len(confusion))
        for cell in order
        if confusion.ravel()[cell]
    ]


def in_sight(page: Any, element: Any) -> bool:
    """Whether the middle of an element is what one sees there."""
    element.evaluate("e => e.closest('section').scrollIntoView()")
    return element.evaluate(
        """e => {
            e.scrollIntoView({block: 'center', inline: 'nearest', container: 'nearest'})
            const box = e.getBoundingClientRect()
            return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2) === e
        }"""
    )


@pytest.mark.parametrize("K", [62, 300])
def test_the_worst_twenty_come_first_and_lead_to_their_images(
    write: Write, open_page: Callable[..., Any], K: int
) -> None:
    path = write(K)
    document, page = document_in(path), open_page(path)
    worst = mistakes_by_count(document)
    assert len(worst) > 20
    names = document["dataset"]["class_names"]
    buttons = page.locator("#confusion ul[aria-labelledby=most] button")
    first = [text.split() for text in buttons.all_inner_texts()]
    assert [(words[0], words[2]) for words in first] == [
        (names[truth], names[predicted]) for truth, predicted in worst[:20]
    ]
    assert "Most frequent mistakes" in page.locator("#confusion").inner_text()

    truth, predicted = worst[17]
    buttons.nth(17).click()
    cell = page.locator(f'#confusion [data-truth="{truth}"][data-predicted="{predicted}"]')
    assert cell.get_attribute("aria-pressed") == "true"
    labels = unpack(document["shown"]["labels"])
    said = unpack(rung_of(document)["predicted"])
    shown = page.locator("#cell-images [data-image]").evaluate_all(
        "all => all.map(e => +e.dataset.image)"
    )
    assert sorted(shown) == np.flatnonzero((labels == truth) & (said == predicted)).tolist()


@pytest.mark.parametrize(("K", "width"), [(62, 1280), (62, 390), (300, 1280), (300, 390)])
def test_the_selected_cell_lies_inside_the_close_up(
    write: Write, open_page: Callable[..., Any], K: int, width: int
) -> None:
    path = write(K)
    page = open_page(path, width=width)
    pressed = page.locator('#confusion td button[aria-pressed="true"]')
    for zoom in ("8 × 8", "16 × 16", "32 × 32"):
        page.locator("#confusion").get_by_text(zoom, exact=True).click()
        for at in (0, 5, 19):
            page.locator("#confusion ul[aria-labelledby=most] button").nth(at).click()
            assert pressed.count() == 1
            inside = pressed.evaluate(
                """e => {
                    const frame = e.closest('.scrolls').getBoundingClientRect()
                    const corner = e.closest('table').querySelector('td').getBoundingClientRect()
                    const box = e.getBoundingClientRect()
                    return box.left >= corner.right - 1 && box.right <= frame.right + 1
                        && box.top >= corner.bottom - 1 && box.bottom <= frame.bottom + 1
                }"""
            )
            assert inside, (zoom, at)


def test_a_cell_of_a_table_that_scrolls_is_brought_into_sight(
    write: Write, open_page: Callable[..., Any]
) -> None:
    path = write(26)
    page = open_page(path, width=390)
    pressed = page.locator('#confusion td button[aria-pressed="true"]')
    for at in range(5):
        page.locator("#confusion ul[aria-labelledby=most] button").nth(at).click()
        frame = page.locator("#confusion .scrolls").bounding_box()
        box = pressed.bounding_box()
        assert frame["x"] < box["x"]
        assert box["x"] + box["width"] <= frame["x"] + frame["width"] + 1


def test_the_overview_has_the_matrix_in_an_order_that_gathers_mistakes(
    write: Write, open_page: Callable[..., Any]
) -> None:
    path = write(62)
    document, page = document_in(path), open_page(path)
    order = unpack(document["order"])
    confusion = dense(rung_of(document)["test"]["confusion"])[np.ix_(order, order)]
    drawn = page.locator("#confusion .matrix [role=slider] canvas").evaluate(
        """canvas => {
            const {width, height} = canvas
            const copy = new OffscreenCanvas(width, height).getContext('2d')
            copy.drawImage(canvas, 0, 0)
            return [width, [...copy.getImageData(0, 0, width, height).data]]
        }"""
    )
    assert drawn[0] == 62
    colours = np.array(drawn[1]).reshape(62, 62, 4)[:, :, :3]
    empty = colours[confusion == 0]
    assert (empty == empty[0]).all()
    assert (colours[confusion > 0] != empty[0]).any(axis=1).all()

    place = np.arange(62)
    distance = np.abs(place[:, None] - place)
    named = dense(rung_of(document)["test"]["confusion"])
    np.fill_diagonal(named, 0)
    np.fill_diagonal(confusion, 0)
    # as they come, the classes are in the order of their means, which hides nothing: the order
    # found must be nearly as good
    assert (confusion * distance).sum() < 2 * (named * distance).sum()


def test_a_click_on_the_overview_moves_the_close_up_there(
    write: Write, open_page: Callable[..., Any]
) -> None:
    path = write(300)
    document, page = document_in(path), open_page(path)
    order = unpack(document["order"]).tolist()
    truth, predicted = mistakes_by_count(document)[-1]
    overview = page.locator("#confusion .matrix [role=slider]")
    overview.scroll_into_view_if_needed()
    box = overview.bounding_box()
    per = int(
        np.ceil(
            300 / page.locator("#confusion .matrix [role=slider] canvas").evaluate("c => c.width")
        )
    )
    dot = box["width"] / np.ceil(300 / per) / per
    overview.click(
        position={
            "x": (order.index(predicted) + 0.5) * dot,
            "y": (order.index(truth) + 0.5) * dot,
        }
    )
    cell = page.locator(f'#confusion td [data-truth="{truth}"][data-predicted="{predicted}"]')
    assert cell.count() == 1
    assert page.locator('#confusion td [aria-pressed="true"]').count() == 1

    before = overview.get_attribute("aria-valuetext")
    overview.focus()
    page.keyboard.press("Home")
    page.keyboard.press("PageUp")
    assert overview.get_attribute("aria-valuetext") != before
    names = document["dataset"]["class_names"]
    assert overview.get_attribute("aria-valuetext").startswith(f"rows {names[order[0]]} to")


def test_a_class_is_found_by_its_name(write: Write, open_page: Callable[..., Any]) -> None:
    path = write(300)
    document, page = document_in(path), open_page(path)
    wanted = document["dataset"]["class_names"].index("123")
    page.get_by_label("Go to class").fill("123")
    page.keyboard.press("Enter")
    assert page.locator(
        f'#confusion td [data-truth="{wanted}"][data-predicted="{wanted}"][aria-pressed="true"]'
    ).count()
    for section in ("data", "templates", "classes"):
        for search in page.locator(f"#{section} input[type=search]").all():
            search.fill("123")
    assert page.locator("#templates [data-label]").count() == len(document["templates"])
    assert page.locator("#classes tbody tr").count() == 1
    assert page.locator("#classes tbody th").inner_text().strip() == "123"


@pytest.mark.parametrize(("K", "width"), [(62, 1280), (62, 390), (300, 1280), (300, 390)])
def test_templates_wrap_and_nothing_makes_the_page_scroll_sideways(
    write: Write, open_page: Callable[..., Any], K: int, width: int
) -> None:
    page = open_page(write(K), width=width)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    for frame in page.locator("#templates .scrolls, #data .scrolls").all():
        assert frame.evaluate("e => e.scrollWidth <= e.clientWidth")
    tops = page.locator('#templates [data-row="0"]').evaluate_all(
        "all => all.map(e => e.getBoundingClientRect().top)"
    )
    assert len(set(tops)) > 1


def test_samples_scroll_as_the_hint_says(write: Write, open_page: Callable[..., Any]) -> None:
    for K, width in ((2, 390), (2, 1920), (62, 1280), (300, 390)):
        page = open_page(write(K), width=width)
        frame = page.get_by_role("region", name="Samples of every class")
        sideways = frame.evaluate("e => e.scrollWidth > e.clientWidth")
        down = frame.evaluate("e => e.scrollHeight > e.clientHeight")
        figure = page.locator("#data figure").first.inner_text().lower()
        assert ("scroll sideways" in figure) == sideways
        assert ("scroll down" in figure) == (down and not sideways)


def test_rounded_evidence_adds_up_and_says_how_far_it_is_off(
    write: Write, open_page: Callable[..., Any]
) -> None:
    path = write(300)
    document, page = document_in(path), open_page(path)
    model = next(m for m in document["evidence"] if m["rung"] == document["best"])
    assert document["stacks"][model["stack"]]["dtype"] == "int16"
    tile = page.locator("#images [data-image]").first
    tile.click()
    page.locator("[data-evidence] [data-part=margin]").wait_for()
    found = parts_of(page.locator("[data-evidence]"))
    total = found["blank"] + found["favouring"] + found["opposing"]
    assert total == pytest.approx(found["margin"], abs=0.021)
    said = "rounded" in page.locator("[data-evidence]").inner_text()
    assert said == (model["rounding"] >= 0.0005)


def test_a_pixel_of_a_rounded_template_is_said_to_be_about_right(
    write: Write, open_page: Callable[..., Any]
) -> None:
    path = write(300)
    document, page = document_in(path), open_page(path)
    at = next(i for i, row in enumerate(document["templates"]) if not row["exact"])
    values = numbers(document["stacks"][document["templates"][at]["stack"]])
    tile = page.locator(f'#templates [data-row="{at}"]').first
    tile.scroll_into_view_if_needed()
    label = int(tile.get_attribute("data-label"))
    row, column = np.unravel_index(np.abs(values[label]).argmax(), values[label].shape)
    box = tile.bounding_box()
    step = box["width"] / SIDE
    page.mouse.move(box["x"] + (column + 0.5) * step, box["y"] + (row + 0.5) * step)
    page.locator("#templates .key strong").first.wait_for()
    text = page.locator("#templates .key p").inner_text()
    assert f"row {row + 1}, column {column + 1}" in text.replace("\n", " ")
    assert "about" in text


def test_long_lists_come_in_pages(write: Write, open_page: Callable[..., Any]) -> None:
    page = open_page(write(300))
    rows = page.locator("#classes tbody tr")
    assert rows.count() == 20
    page.locator("#classes").get_by_role("button", name="Show 20 more").click()
    assert rows.count() == 40
    assert page.evaluate("document.querySelectorAll('canvas').length") < 1000
    assert page.evaluate("document.querySelectorAll('*').length") < 12_000


@pytest.mark.parametrize("K", [2, 10])
def test_one_model_leaves_no_dead_section(
    write: Write, open_page: Callable[..., Any], K: int
) -> None:
    page = open_page(write(K, ("least-squares",)))
    targets = page.locator("nav[aria-label=Sections] a").evaluate_all(
        "all => all.map(a => a.getAttribute('href'))"
    )
    for target in targets:
        assert page.locator(target).count() == 1
    assert "#steps" not in targets
    assert page.locator("main select[value]").count() == 0
    assert "Model Least squares" in " ".join(page.locator("#confusion").text_content().split())
    assert page.locator("#ladder svg").count() == 0


def test_a_few_classes_keep_their_whole_table(write: Write, open_page: Callable[..., Any]) -> None:
    for K in (2, 10, 26):
        page = open_page(write(K))
        assert page.locator("#confusion td button").count() == K * K
        assert page.locator("#confusion .matrix [role=slider]").count() == 0
        assert page.get_by_label("Find a class").count() == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("K", [2, 62, 300])
def test_axe_finds_nothing(
    write: Write,
    open_page: Callable[..., Any],
    barriers: Callable[[Any], list[str]],
    K: int,
    theme: str,
) -> None:
    page = open_page(write(K), theme=theme)
    assert barriers(page) == []
