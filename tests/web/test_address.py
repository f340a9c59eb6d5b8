"""The page's address: what it restores, what Back undoes, and the chip that names the model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from support.pages import document_in, unpack
from support.waiting import wait_until

CHIP = "[data-model-chip]"


@pytest.fixture(scope="module")
def document(digits_report: Path) -> dict[str, Any]:
    return document_in(digits_report)


@pytest.fixture
def visit(open_page: Callable[..., Any], digits_report: Path) -> Callable[..., Any]:
    def opened(address: str = "", **options: Any) -> Any:
        return open_page(digits_report, address=address, **options)

    return opened


@pytest.fixture(scope="module")
def other(document: dict[str, Any]) -> dict[str, Any]:
    """A model that the page does not choose of itself."""
    return next(rung for rung in document["rungs"] if rung["name"] != document["best"])


def address(page: Any) -> str:
    return page.evaluate("decodeURIComponent(location.hash)")


def name_in_chip(page: Any) -> str:
    return page.locator(f"{CHIP} .name").inner_text()


def named(page: Any, short: str) -> None:
    """Wait until the chip names a model: the browser goes back in a moment of its own."""
    wait_until(
        page,
        "([name, short]) => document.querySelector(name).innerText === short",
        arg=[f"{CHIP} .name", short],
    )


def choose(page: Any, name: str) -> None:
    page.locator(f"{CHIP} button").click()
    page.locator(f'{CHIP} [data-model="{name}"]').click()


def first_mistake(document: dict[str, Any], name: str) -> tuple[int, int]:
    """The worst mistake of a model: its place among the shown images, and its row."""
    rung = next(rung for rung in document["rungs"] if rung["name"] == name)
    index = int(unpack(rung["mistakes"])[0])
    return index, int(unpack(document["shown"]["rows"])[index])


def test_the_chip_lists_every_model_with_its_accuracy(
    visit: Callable[..., Any], document: dict[str, Any]
) -> None:
    page = visit()
    page.locator(f"{CHIP} button").click()
    options = page.locator(f"{CHIP} [role=option]")
    assert options.evaluate_all("all => all.map(e => e.dataset.model)") == [
        rung["name"] for rung in document["rungs"]
    ]
    for text, rung in zip(options.all_inner_texts(), document["rungs"], strict=True):
        assert f"{100 * rung['test']['accuracy']:.1f}" in text
    chosen = page.locator(f"{CHIP} [aria-selected=true]")
    assert chosen.get_attribute("data-model") == document["best"]


def test_the_chip_stays_in_sight_and_its_model_is_that_of_every_section(
    visit: Callable[..., Any], other: dict[str, Any]
) -> None:
    for width in (390, 1440):
        page = visit(width=width)
        page.locator("#about").scroll_into_view_if_needed()
        assert page.locator(CHIP).bounding_box()["y"] < 120
        choose(page, other["name"])
        accuracy = f"{100 * other['test']['accuracy']:.1f}"
        assert accuracy in page.locator(CHIP).inner_text()
        for section in ("confusion", "images", "classes"):
            assert accuracy in page.locator(f"#{section} header").text_content()
        assert page.locator(f'#ladder [value="{other["name"]}"]').is_checked()


def test_the_chip_opens_and_chooses_by_keyboard(
    visit: Callable[..., Any], document: dict[str, Any]
) -> None:
    page = visit()
    names = [rung["name"] for rung in document["rungs"]]
    page.locator(f"{CHIP} button").focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.model") == document["best"]
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.model") == names[1]
    page.keyboard.press("Escape")
    assert page.locator(f"{CHIP} [role=option]").count() == 0
    assert page.evaluate(f"document.activeElement.closest('{CHIP}') !== null")
    page.keyboard.press("Enter")
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    assert address(page) == f"#model={names[0]}"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator(f"{CHIP} [role=option]").count() == 0


def test_an_address_restores_model_cell_and_image_and_a_reload_too(
    visit: Callable[..., Any], document: dict[str, Any], other: dict[str, Any]
) -> None:
    _, row = first_mistake(document, other["name"])
    given = f"#model={other['name']}&cell=9,4&image={row}"
    page = visit(given)
    for again in (False, True):
        if again:
            page.reload()
        dialog = page.get_by_role("dialog")
        dialog.wait_for()
        assert str(row) in dialog.inner_text()
        assert name_in_chip(page) == other["short"]
        pressed = page.locator("#confusion [data-truth][aria-pressed=true]")
        pressed.wait_for(state="attached")
        assert pressed.evaluate("e => ({...e.dataset})") == {"truth": "9", "predicted": "4"}
        assert address(page) == given


def test_back_closes_a_dialog_and_gives_the_focus_back(
    visit: Callable[..., Any], document: dict[str, Any]
) -> None:
    page = visit()
    index, row = first_mistake(document, document["best"])
    page.locator(f'#images [data-image="{index}"]').click()
    assert address(page) == f"#image={row}"
    page.keyboard.press("ArrowRight")
    assert address(page) not in {"", f"#image={row}"}
    page.go_back()
    page.get_by_role("dialog").wait_for(state="detached")
    assert address(page) == ""
    wait_until(page, f"document.activeElement.dataset.image === '{index}'")
    page.go_forward()
    page.get_by_role("dialog").wait_for()

    page.keyboard.press("Escape")
    wait_until(page, "location.hash === ''")
    page.locator("#templates [data-label]").first.click()
    assert address(page).startswith("#template=")
    page.go_back()
    page.get_by_role("dialog").wait_for(state="detached")


def test_closing_a_dialog_leaves_no_step_behind(
    visit: Callable[..., Any], document: dict[str, Any], other: dict[str, Any]
) -> None:
    page = visit()
    choose(page, other["name"])
    page.locator("#images [data-image]").first.click()
    page.get_by_role("button", name="Close").click()
    wait_until(page, "!location.hash.includes('image')")
    page.go_back()
    wait_until(page, "location.hash === ''")
    assert page.get_by_role("dialog").count() == 0
    page.go_forward()
    wait_until(page, "location.hash !== ''")
    named(page, other["short"])


def test_back_brings_back_the_model(
    visit: Callable[..., Any], document: dict[str, Any], other: dict[str, Any]
) -> None:
    page = visit()
    best = name_in_chip(page)
    choose(page, other["name"])
    assert name_in_chip(page) == other["short"] != best
    page.go_back()
    named(page, best)
    page.go_forward()
    named(page, other["short"])


def test_links_to_sections_go_on_working_and_keep_the_model(
    visit: Callable[..., Any], other: dict[str, Any]
) -> None:
    page = visit("#templates")
    wait_until(page, "scrollY > 500")
    top = "document.getElementById('{}').getBoundingClientRect().top"
    assert -5 < page.evaluate(top.format("templates")) < 150
    assert address(page) == "#templates"
    choose(page, other["name"])
    page.get_by_role("navigation").get_by_role("link", name="Confusion").click()
    assert -5 < page.evaluate(top.format("confusion")) < 150
    assert address(page) == f"#section=confusion&model={other['name']}"
    page.go_back()
    wait_until(page, "location.hash.includes('templates')")
    assert address(page) == f"#section=templates&model={other['name']}"
    assert name_in_chip(page) == other["short"]


@pytest.mark.parametrize(
    "given",
    ["#model=nonesuch", "#cell=99,4", "#image=-1", "#image=1e9&cell=,", "#&&=", "#%E0%A4%A",
     "#model=%E0%A4%A&section=<b>", "#template=softmax,99&true=x&confidence=2"],
)  # fmt: skip
def test_a_malformed_address_is_ignored(
    visit: Callable[..., Any], document: dict[str, Any], given: str
) -> None:
    page = visit(given)
    page.locator("#images [data-image]").first.wait_for()
    assert page.get_by_role("dialog").count() == 0
    page.locator(f"{CHIP} button").click()
    chosen = page.locator(f"{CHIP} [aria-selected=true]").get_attribute("data-model")
    assert chosen == document["best"]


def test_a_copied_link_opens_what_it_was_copied_from(
    visit: Callable[..., Any], open_page: Callable[..., Any], digits_report: Path,
    document: dict[str, Any],
) -> None:  # fmt: skip
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    page.locator('#confusion [data-truth="8"][data-predicted="1"]').click()
    page.locator("#cell-images").get_by_role("button", name="Copy link").click()
    page.locator("#cell-images").get_by_role("button", name="Copied").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.endswith(f"#section=confusion&model={document['best']}&cell=8,1")
    found = open_page(digits_report, address=link[link.index("#") :])
    wait_until(found, "scrollY > 500")
    assert found.locator("#cell-images > h3").inner_text().split()[0] == "8"


def test_without_a_clipboard_a_link_is_copied_by_selection_or_offered(
    visit: Callable[..., Any], document: dict[str, Any]
) -> None:
    page = visit()
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(Error('no')) }")
    page.locator("#images [data-image]").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Copy link").click()
    dialog.get_by_role("button", name="Copied").wait_for()

    page.keyboard.press("ArrowRight")
    page.evaluate("() => { document.execCommand = () => false }")
    dialog.get_by_role("button", name="Copy link").click()
    field = dialog.get_by_role("textbox", name="Copy link")
    field.wait_for()
    assert "&image=" in field.input_value()
    assert page.evaluate("String(document.activeElement.value) === getSelection().toString()")


def test_filters_are_addressable_and_combine(
    visit: Callable[..., Any], document: dict[str, Any]
) -> None:
    labels = unpack(document["shown"]["labels"])
    rungs = {rung["name"]: rung for rung in document["rungs"]}
    predicted = {name: unpack(rung["predicted"]) for name, rung in rungs.items()}
    best = document["best"]
    page = visit()
    section = page.locator("#images")
    section.get_by_text("All", exact=True).click()
    section.get_by_role("combobox", name="True class").select_option("8")
    section.get_by_role("combobox", name="Classified differently by").select_option("any")
    section.get_by_role("spinbutton", name="from").fill("30")
    section.get_by_role("spinbutton", name="to").fill("95")
    page.keyboard.press("Enter")
    assert address(page) == "#show=all&true=8&confidence=0.3,0.95&disagree=any"

    share = unpack(rungs[best]["probability_predicted"]) / 65535
    differ = np.zeros(len(labels), bool)
    for other in predicted.values():
        differ |= other != predicted[best]
    wanted = np.flatnonzero((labels == 8) & differ & (share >= 0.3) & (share <= 0.95))
    assert len(wanted) > 0
    for again in (False, True):
        if again:
            page.reload()
            page.locator("#images [data-image]").first.wait_for()
        shown = page.locator("#images [data-image]").evaluate_all(
            "all => all.map(e => +e.dataset.image)"
        )
        assert sorted(shown) == wanted.tolist()
        assert section.locator(".amount").inner_text().startswith(f"{len(wanted)} of ")
        assert section.get_by_role("spinbutton", name="from").input_value() == "30"
    section.get_by_role("button", name="Clear").click()
    assert address(page) == "#show=all"


def test_the_list_that_is_saved_is_the_one_that_is_shown(
    visit: Callable[..., Any], document: dict[str, Any]
) -> None:
    page = visit("#show=all&predicted=1")
    with page.expect_download() as saved:
        page.locator("#images").get_by_role("button", name="Save this list").click()
    header, *lines = Path(saved.value.path()).read_text("utf-8-sig").splitlines()
    assert header == "row,true,predicted,probability"
    rung = next(rung for rung in document["rungs"] if rung["name"] == document["best"])
    rows, labels = unpack(document["shown"]["rows"]), unpack(document["shown"]["labels"])
    predicted = unpack(rung["predicted"])
    names = document["dataset"]["class_names"]
    share = unpack(rung["probability_predicted"]) / 65535
    wanted = {
        (str(rows[i]), names[labels[i]], "1", f"{share[i]:.3f}")
        for i in np.flatnonzero(predicted == names.index("1"))
    }
    found = {(row, truth, said, f"{float(p):.3f}") for row, truth, said, p in
             (line.split(",") for line in lines)}  # fmt: skip
    assert found == wanted
    truths = [line.split(",")[1] for line in lines]
    mistakes = sum(truth != "1" for truth in truths)
    assert all(truth != "1" for truth in truths[:mistakes])
