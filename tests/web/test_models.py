"""One model throughout: the chosen one is scored, accounted for and compared, on digits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from linocut.data import ImageDataset, load_dataset
from linocut.ladder import Ladder, climb
from linocut.report import collect, write_report
from support.pages import dense, document_in, unpack

RUNGS = ["nearest-mean", "least-squares", "one-vs-rest", "deskew-softmax", "pca-quadratic"]


@pytest.fixture(scope="module")
def climbed() -> tuple[ImageDataset, Ladder]:
    dataset = load_dataset("digits")
    return dataset, climb(dataset, rungs=RUNGS)


@pytest.fixture(scope="module")
def path(climbed: tuple[ImageDataset, Ladder], tmp_path_factory: pytest.TempPathFactory) -> Path:
    written = tmp_path_factory.mktemp("models") / "digits.html"
    write_report(collect(*climbed, command="x"), written)
    return written


@pytest.fixture
def page(open_page: Callable[..., Any], path: Path) -> Any:
    return open_page(path)


def choose(page: Any, rung: str) -> None:
    page.locator(f'#ladder input[value="{rung}"]').check(force=True)


def number(text: str) -> float:
    return float(text.replace("−", "-").replace("\u202f%", "").replace("<", ""))


def bars(dialog: Any, rung: str) -> list[list[str]]:
    rows = dialog.locator(f'[data-model="{rung}"] [data-bars] tbody tr')
    rows.first.wait_for()
    return [row.locator("td.numbers").all_inner_texts() for row in rows.all()]


def test_the_dialog_follows_the_chosen_model(page: Any, climbed: tuple[Any, Ladder]) -> None:
    _, ladder = climbed
    choose(page, "least-squares")
    tile = page.locator("#images [data-image]").first
    image = int(tile.get_attribute("data-image"))
    tile.click()
    dialog = page.get_by_role("dialog")
    for name in RUNGS:
        dialog.locator("select").first.select_option(name)
        rung = ladder[name]
        shown = bars(dialog, name)
        assert len(shown) == 10
        shares = [number(cells[-1]) for cells in shown]
        expected = 100 * rung.probabilities[image]
        np.testing.assert_allclose(shares, np.maximum(expected, 0.1), atol=0.06)
        row = dialog.locator(f'[data-model="{name}"] tr.predicted')
        assert row.get_attribute("data-class") == str(rung.predicted[image])
        if name == "deskew-softmax":
            assert "straightens an image" in dialog.inner_text()
            assert dialog.locator("[data-evidence]").count() == 0
            continue
        scores = [number(cells[0]) for cells in shown]
        np.testing.assert_allclose(scores, rung.on_test.scores[image], atol=0.0051)
        parts = {
            cell.get_attribute("data-part"): number(cell.inner_text())
            for cell in dialog.locator("[data-evidence] [data-part]").all()
        }
        total = parts["blank"] + parts["favouring"] + parts["opposing"]
        assert total == pytest.approx(parts["margin"], abs=0.021)


def test_a_bar_makes_its_class_the_rival(page: Any, climbed: tuple[Any, Ladder]) -> None:
    scores = climbed[1]["pca-quadratic"].on_test.scores
    choose(page, "pca-quadratic")
    tile = page.locator("#images [data-image]").first
    image = int(tile.get_attribute("data-image"))
    tile.click()
    dialog = page.get_by_role("dialog")
    best = int(scores[image].argmax())
    rival = (best + 3) % 10
    dialog.locator(f'[data-bars] [data-class="{rival}"] button').click()
    assert dialog.locator("[data-evidence] select").input_value() == str(rival)
    margin = number(dialog.locator("[data-part=margin]").inner_text())
    assert margin == pytest.approx(scores[image, best] - scores[image, rival], abs=0.0051)


def test_two_models_stand_side_by_side(page: Any, climbed: tuple[Any, Ladder]) -> None:
    dataset, ladder = climbed
    choose(page, "least-squares")
    page.locator("#compare").get_by_label("Compare with").select_option("pca-quadratic")
    one, other = (ladder[name].predicted for name in ("least-squares", "pca-quadratic"))
    truth = dataset.test.labels
    counts = page.locator("[data-duel] td:nth-of-type(1)").all_inner_texts()
    right, also = one == truth, other == truth
    expected = [
        right & also, right & ~also, ~right & also, ~right & ~also & (one == other),
        ~right & ~also & (one != other),
    ]  # fmt: skip
    assert [int(count) for count in counts] == [int(np.sum(rows)) for rows in expected]
    for name, rows in (("least-squares", expected[1]), ("pca-quadratic", expected[2])):
        shown = page.locator(f'[data-only="{name}"] [data-image]').evaluate_all(
            "all => all.map(e => +e.dataset.image)"
        )
        assert len(shown) == min(18, rows.sum())
        assert rows[shown].all()

    page.locator("#compare [data-image]").first.click()
    dialog = page.get_by_role("dialog")
    for name in ("least-squares", "pca-quadratic"):
        bars(dialog, name)
    assert dialog.locator("[data-evidence]").count() == 2


def test_the_mean_evidence_of_a_cell_adds_up_to_its_mean_margin(
    page: Any, path: Path, climbed: tuple[Any, Ladder]
) -> None:
    dataset, ladder = climbed
    choose(page, "least-squares")
    rung = ladder["least-squares"]
    document = document_in(path)
    at = next(r for r in document["rungs"] if r["name"] == "least-squares")
    confusion = dense(at["test"]["confusion"])
    np.fill_diagonal(confusion, 0)
    truth, predicted = np.unravel_index(confusion.argmax(), confusion.shape)
    page.locator(f'#confusion [data-truth="{truth}"][data-predicted="{predicted}"]').click()
    rows = (dataset.test.labels == truth) & (rung.predicted == predicted)
    scores = rung.on_test.scores[rows]
    cell = page.locator("[data-cell-evidence] [data-part=margin]")
    expected = float(np.mean(scores[:, predicted] - scores[:, truth]))
    assert number(cell.inner_text()) == pytest.approx(expected, abs=0.0051)
    assert f"all {rows.sum()} images" in page.locator("[data-cell-evidence]").inner_text()


def test_templates_lead_with_the_chosen_model(page: Any, path: Path) -> None:
    titles = page.locator("#templates .row h3")
    choose(page, "one-vs-rest")
    assert titles.first.inner_text().startswith("One-vs-rest")
    assert "the chosen model" in titles.first.inner_text()
    choose(page, "deskew-softmax")
    assert "the chosen model" not in " ".join(titles.all_inner_texts())
    assert "straightens an image" in page.locator("#templates").inner_text()


def test_a_template_tells_how_like_another_it_is(page: Any, climbed: tuple[Any, Ladder]) -> None:
    W = climbed[1]["least-squares"].estimator[-1].coef_
    W = W - W.mean(axis=0)
    choose(page, "least-squares")
    page.locator('#templates [data-label="3"]').first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Beside the template of").select_option("8")
    cosine = W[3] @ W[8] / np.linalg.norm(W[3]) / np.linalg.norm(W[8])
    told = number(dialog.locator("[data-likeness]").inner_text())
    assert told == pytest.approx(cosine, abs=0.0051)


def test_training_mistakes_and_facts_are_the_chosen_models(page: Any, path: Path) -> None:
    document = document_in(path)
    for name in ("nearest-mean", "least-squares"):
        choose(page, name)
        rung = next(r for r in document["rungs"] if r["name"] == name)
        mistakes = rung["training_mistakes"]
        details = page.locator("#images details", has=page.locator("[data-training]"))
        assert f"{mistakes['total']:,}" in details.locator("summary").inner_text()
        shown = details.locator("[data-training]").evaluate_all(
            "all => all.map(e => +e.dataset.training)"
        )
        assert shown == unpack(mistakes["images"]).tolist()
        page.locator("#classes tbody button").nth(4).click()
        assert rung["class_facts"][4] in page.get_by_role("dialog").inner_text()
        page.keyboard.press("Escape")


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_axe_finds_no_barrier_in_the_dialogs(
    open_page: Callable[..., Any],
    barriers: Callable[[Any], list[str]],
    path: Path,
    width: int,
    theme: str,
) -> None:
    page = open_page(path, width=width, theme=theme)
    page.locator("#compare").get_by_label("Compare with").select_option("least-squares")
    page.locator("#images details").evaluate_all("all => all.forEach(e => e.open = true)")
    page.locator("[data-cell-evidence]").wait_for()
    assert barriers(page) == []
    for opener in ("#images [data-image]", "#templates [data-label]", "#classes tbody button"):
        page.locator(opener).first.click()
        page.get_by_role("dialog").locator("canvas").first.wait_for()
        assert barriers(page) == []
        page.keyboard.press("Escape")
    sideways = page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    assert not sideways
