"""The page to draw on, opened from disk: it says what Python says of the same pixels."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from linocut.classifier import ImageClassifier
from linocut.data import load_dataset
from linocut.ladder import climb
from linocut.modelfile import export_html, model_of_bytes
from linocut.modelfile.html import Samples
from support.coloured import colour_dataset
from support.controls import parts_of
from support.files import png
from support.pages import document_in

DIGITS = load_dataset("digits")
READY = "[data-canvas], main:has(h1)"
RESTED = 500  # ms, after which a drawing that is not changed has been written down

INK = """place => {
  const canvas = document.querySelectorAll(place)[0]
  const {width, height} = canvas
  const copy = new OffscreenCanvas(width, height).getContext('2d', {willReadFrequently: true})
  copy.drawImage(canvas, 0, 0)
  const {data} = copy.getImageData(0, 0, width, height)
  const colour = at => [...data.slice(4 * at, 4 * at + 3)]
  return Array.from({length: height}, (_, y) =>
    Array.from({length: width}, (_, x) => colour(y * width + x)))
}"""


@pytest.fixture(scope="module")
def model_of() -> Callable[[str], ImageClassifier]:
    ladder = climb(DIGITS, rungs=["softmax", "deskew-softmax", "scattering"])
    return lambda name: next(rung.model for rung in ladder.rungs if rung.name == name)


@pytest.fixture(scope="module")
def page_of(model_of, tmp_path_factory) -> Callable[[str], Path]:
    folder = tmp_path_factory.mktemp("pages")
    samples = Samples.of(DIGITS.test.images, DIGITS.test.labels, DIGITS.class_names, 20)
    return lambda name: export_html(
        model_of(name).contents, folder / f"{name}.html", samples=samples
    )


@pytest.fixture
def explore(open_page: Callable[..., Any], page_of: Callable[[str], Path]) -> Callable[..., Any]:
    return lambda name="softmax", **options: open_page(page_of(name), ready=READY, **options)


def pixels(page: Any, place: str = "[data-canvas] canvas") -> np.ndarray:
    """The ink of a canvas, uint8, shape (h, w)."""
    return np.array(page.evaluate(INK, place), np.uint8)[:, :, 0]


def probabilities(page: Any) -> np.ndarray:
    rows = page.locator("[data-drawn-bars] [data-class]")
    told = rows.evaluate_all("all => all.map(e => [+e.dataset.class, +e.dataset.probability])")
    return np.array([share for _, share in sorted(told)])


def drop(page: Any, image: np.ndarray) -> None:
    page.locator("input[type=file]").set_input_files(
        {"name": "image.png", "mimeType": "image/png", "buffer": png(image)}
    )


def in_sight(page: Any) -> dict[str, float]:
    """Where the canvas is; the mouse does not reach what a click further down has scrolled away."""
    canvas = page.locator("[data-canvas]")
    canvas.scroll_into_view_if_needed()
    return canvas.bounding_box()


def trace(page: Any, image: np.ndarray) -> None:
    """Draw what an image has most ink on, from pixel to pixel, by the mouse."""
    box = in_sight(page)
    h, w = image.shape
    for row in range(h):
        inked = np.flatnonzero(image[row] > 127)
        for run in np.split(inked, np.flatnonzero(np.diff(inked) > 1) + 1):
            if not run.size:
                continue
            y = box["y"] + (row + 0.5) / h * box["height"]
            left, right = (box["x"] + (at + 0.5) / w * box["width"] for at in (run[0], run[-1]))
            page.mouse.move(left, y)
            page.mouse.down()
            page.mouse.move(right, y, steps=3)
            page.mouse.up()


def stroke(page: Any, *points: tuple[float, float]) -> None:
    """Draw through some points, given as shares of the canvas."""
    box = in_sight(page)
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=5)
    page.mouse.up()


def seven(page: Any) -> None:
    stroke(page, (0.3, 0.2), (0.7, 0.2), (0.45, 0.85))


@pytest.mark.parametrize("name", ["softmax", "deskew-softmax", "scattering"])
def test_real_strokes_are_classified_as_python_does(name, explore, model_of):
    page, model = explore(name), model_of(name)
    for label in (0, 1, 4, 7):
        image = DIGITS.test.images[np.flatnonzero(DIGITS.test.labels == label)[0]]
        trace(page, image)
        drawn = pixels(page)
        assert np.corrcoef(drawn.ravel(), image.ravel())[0, 1] > 0.8  # it is that digit
        P = model.predict_proba(drawn[None])[0]
        np.testing.assert_allclose(probabilities(page), P, atol=1e-5)
        predicted = model.predict(drawn[None])[0]
        assert page.locator("[data-drawn-class]").inner_text() == str(predicted)
        page.get_by_role("button", name="Clear").click()
        assert not pixels(page).any()


def test_an_image_file_is_taken_in_as_python_does(explore, model_of):
    page, model = explore(), model_of("softmax")
    picture = np.kron(DIGITS.test.images[5], np.ones((7, 7), np.uint8))
    drop(page, picture)
    page.locator("[data-drawn-class]").wait_for()
    np.testing.assert_array_equal(pixels(page), model.intake_.read(picture))
    np.testing.assert_allclose(
        probabilities(page), model.predict_proba(pixels(page)[None])[0], atol=1e-5
    )


def test_what_is_no_image_is_said_in_a_line(explore):
    page = explore()
    page.locator("input[type=file]").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": b"no image"}
    )
    told = page.get_by_role("alert").inner_text()
    assert told.startswith("a.png: ")
    assert not pixels(page).any()


def test_a_pasted_and_a_dropped_image_are_taken(explore):
    page = explore()
    for kind, transfer in (("paste", "clipboardData"), ("drop", "dataTransfer")):
        page.evaluate(
            """([bytes, kind, transfer]) => {
              const data = new DataTransfer()
              data.items.add(new File([new Uint8Array(bytes)], 'a.png', {type: 'image/png'}))
              const Kind = kind === 'paste' ? ClipboardEvent : DragEvent
              document.querySelector('[data-canvas]').dispatchEvent(
                new Kind(kind, {[transfer]: data, bubbles: true, cancelable: true}))
            }""",
            [list(png(DIGITS.test.images[3])), kind, transfer],
        )
        page.locator("[data-drawn-class]").wait_for()
        np.testing.assert_array_equal(pixels(page), DIGITS.test.images[3])
        page.get_by_role("button", name="Clear").click()


def test_samples_are_the_images_themselves(explore):
    page = explore()
    for at in (0, 7, 19):
        page.locator(f"[data-sample='{at}']").click()
        label = page.locator(f"[data-sample='{at}']").get_attribute("title")
        rows = np.flatnonzero((DIGITS.test.images == pixels(page)).all(axis=(1, 2)))
        assert str(DIGITS.test.labels[rows[0]]) == label


def test_undo_and_redo_go_back_and_forth(explore):
    page = explore()
    states = [pixels(page)]
    seven(page)
    states.append(pixels(page))
    page.get_by_text("Eraser").click()
    stroke(page, (0.2, 0.2), (0.5, 0.2))
    states.append(pixels(page))
    assert states[2].sum() < states[1].sum()
    for state in (states[1], states[0]):
        page.keyboard.press("Control+z")
        np.testing.assert_array_equal(pixels(page), state)
    assert page.get_by_role("button", name="Undo").is_disabled()
    page.get_by_role("button", name="Redo").click()
    page.keyboard.press("Control+Shift+Z")
    np.testing.assert_array_equal(pixels(page), states[2])


def test_a_broader_pen_leaves_more_ink(explore):
    page = explore()
    inked = []
    for width in ("Fine", "Usual", "Broad"):
        page.get_by_text(width, exact=True).click()
        stroke(page, (0.2, 0.5), (0.8, 0.5))
        inked.append(int(pixels(page).sum()))
        page.get_by_role("button", name="Clear").click()
    assert inked[0] < inked[1] < inked[2]


def test_keys_draw_too(explore):
    page = explore()
    page.locator("[data-canvas]").focus()
    page.keyboard.press("ArrowUp")
    assert not pixels(page).any()
    page.keyboard.press("Space")
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    drawn = pixels(page)
    assert (drawn[3, 1:5] > 200).all()
    page.keyboard.press("ArrowDown")
    np.testing.assert_array_equal(pixels(page), drawn)
    page.keyboard.press("Control+z")
    assert not pixels(page).any()


def parts(page: Any) -> dict[str, float]:
    return parts_of(page.locator("[data-drawn-evidence]"))


@pytest.mark.parametrize("name", ["softmax", "scattering"])
def test_evidence_between_any_two_classes_adds_up(name, explore, model_of):
    page, model = explore(name), model_of(name)
    seven(page)
    image = pixels(page)
    scores = model.decision_function(image[None])[0]
    why, rival = page.locator("[data-drawn-evidence] select").all()
    order = np.argsort(-scores)
    assert [int(why.input_value()), int(rival.input_value())] == order[:2].tolist()
    for one, other in ((3, 8), (9, 4)):
        why.select_option(str(one))
        rival.select_option(str(other))
        found = parts(page)
        assert found["margin"] == pytest.approx(scores[one] - scores[other], abs=0.006)
        total = found["blank"] + found["favouring"] + found["opposing"]
        assert total == pytest.approx(found["margin"], abs=0.021)
    rival.select_option(label="the class average")
    assert parts(page)["margin"] == pytest.approx(scores[9] - scores.mean(), abs=0.006)
    page.get_by_role("button", name="Predicted and runner-up").click()
    assert int(why.input_value()) == order[0]
    assert "xact" in page.locator("[data-account]").inner_text()


def test_a_step_can_be_left_out(explore, model_of):
    page, model = explore("deskew-softmax"), model_of("deskew-softmax")
    stroke(page, (0.7, 0.1), (0.3, 0.9))
    image = pixels(page)
    (deskew, _), *rest = model.contents.steps
    step = f"[data-step={deskew}]"
    with_step = probabilities(page)
    assert (pixels(page, f"{step} canvas") != image).any()
    page.locator(f"{step} input").uncheck()
    contents = model.contents
    scores = contents.linear.scores(image[None] if not rest else rest_of(rest, image))
    np.testing.assert_allclose(probabilities(page), contents.probabilities(scores)[0], atol=1e-5)
    page.locator(f"{step} input").check()
    np.testing.assert_allclose(probabilities(page), with_step)


def rest_of(steps: list[tuple[str, Any]], image: np.ndarray) -> Any:
    X: Any = image[None]
    for _, step in steps:
        X = step.transform(X)
    return X


def test_a_drawing_is_shifted_and_rotated_by_hand(explore, model_of):
    page, model = explore(), model_of("softmax")
    seven(page)
    drawn = pixels(page)
    page.locator("[data-move=right]").fill("2")
    page.locator("[data-move=down]").fill("-1")
    moved = np.zeros_like(drawn)
    moved[:-1, 2:] = drawn[1:, :-2]
    np.testing.assert_array_equal(pixels(page, "[data-prepared] canvas"), moved)
    np.testing.assert_array_equal(pixels(page), drawn)
    np.testing.assert_allclose(probabilities(page), model.predict_proba(moved[None])[0], atol=1e-5)
    page.locator("[data-move=degrees]").fill("20")
    assert (pixels(page, "[data-prepared] canvas") != moved).any()
    page.get_by_role("button", name="Put it back").click()
    np.testing.assert_array_equal(pixels(page, "[data-prepared] canvas"), drawn)


def test_the_map_says_what_is_predicted_at_every_shift(explore, model_of):
    page, model = explore(), model_of("softmax")
    seven(page)
    drawn = pixels(page)
    page.locator("[data-moving] [data-cell]").first.wait_for()
    cells = page.locator("[data-moving] [data-cell]")
    assert cells.count() == 81
    padded = np.pad(drawn, 4)
    for at in (0, 30, 40, 77):
        row, column = divmod(at, 9)
        shifted = padded[8 - row : 16 - row, 8 - column : 16 - column]
        told = cells.nth(at).locator("title").text_content()
        assert re.search(rf": {model.predict(shifted[None])[0]} \(", told)
    cells.nth(30).click()
    assert page.locator("[data-move=right]").input_value() == "-1"
    assert page.locator("[data-move=down]").input_value() == "-1"


def test_the_smallest_change_makes_it_another_class(explore, model_of):
    page, model = explore(), model_of("softmax")
    seven(page)
    predicted = str(model.predict(pixels(page)[None])[0])
    wanted = "3" if predicted != "3" else "8"
    page.get_by_label("Make it a", exact=True).select_option(label=wanted)
    # the map comes by itself, and moves what is below it
    page.locator("[data-moving] [data-cell]").first.wait_for()
    page.get_by_role("button", name="Show the smallest change").click()
    assert page.locator("[data-drawn-flip]").inner_text() == wanted
    after = np.array(page.evaluate(INK, "[data-map='2'] canvas"), float)[:, :, 0]
    scores = model.decision_function(np.rint(after)[None].astype(np.uint8))[0]
    rivals = scores[[k for k in range(10) if str(k) != wanted]]
    assert scores[int(wanted)] == pytest.approx(rivals.max(), abs=0.25)  # ink is drawn as bytes
    stroke(page, (0.2, 0.9), (0.8, 0.9))
    page.locator("[data-drawn-flip]").wait_for(state="detached")  # it was of another drawing


def test_a_link_shows_the_same_drawing(explore, page_of, open_page):
    page = explore("deskew-softmax")
    seven(page)
    page.locator("[data-drawn-evidence] select").first.select_option("3")
    page.locator("[data-step] input").first.uncheck()
    page.locator("[data-move=degrees]").fill("10")
    page.wait_for_url(re.compile("move=0,0,10"))
    drawn, shares, address = pixels(page), probabilities(page), page.evaluate("location.hash")
    again = open_page(page_of("deskew-softmax"), ready=READY, address=address)
    np.testing.assert_array_equal(pixels(again), drawn)
    np.testing.assert_allclose(probabilities(again), shares)
    assert again.locator("[data-drawn-evidence] select").first.input_value() == "3"
    assert not again.locator("[data-step] input").first.is_checked()


def test_the_outcome_is_spoken_once_the_hand_rests(explore):
    page = explore()
    seven(page)
    page.locator("[data-spoken]").get_by_text("runner-up").wait_for(state="attached")
    said = page.locator("[data-spoken]").inner_text()
    shown = page.locator("[data-drawn-class]").inner_text()
    assert said.startswith(f"{shown}, ")


def test_drawing_and_evidence_are_saved(explore, tmp_path):
    page = explore()
    seven(page)
    with page.expect_download() as waited:
        page.get_by_role("button", name="Save drawing").click()
    waited.value.save_as(tmp_path / "drawing.png")
    with Image.open(tmp_path / "drawing.png") as saved:
        np.testing.assert_array_equal(np.asarray(saved.convert("L")), pixels(page))
    page.get_by_role("button", name="Save", exact=True).click()
    with page.expect_download() as waited:
        page.get_by_role("button", name=re.compile("evidence for .* PNG", re.IGNORECASE)).click()
    waited.value.save_as(tmp_path / "evidence.png")
    with Image.open(tmp_path / "evidence.png") as saved:
        assert min(saved.size) > 200


def test_facts_of_the_model_stand_at_the_top(explore, model_of):
    page, origin = explore("deskew-softmax"), model_of("deskew-softmax").provenance_
    told = page.locator("main header").first.inner_text()
    assert f"{100 * origin.accuracy:.1f}" in told
    assert f"{origin.test_rows} test images" in told
    assert "10 classes" in told


def test_a_colour_model_is_drawn_on_in_colour(open_page, tmp_path):
    shapes = colour_dataset(60, side=8)
    model = ImageClassifier().fit(shapes)
    page = open_page(export_html(model.contents, tmp_path / "c.html"), ready=READY)
    page.locator("input[type=color]").fill("#ff8000")
    middle = 4.5 / 8  # of a row of pixels
    stroke(page, (0.2, middle), (0.8, middle))
    drawn = np.array(page.evaluate(INK, "[data-canvas] canvas"), np.uint8)
    assert drawn[4].max(axis=0).tolist() == [255, 128, 0]
    np.testing.assert_allclose(probabilities(page), model.predict_proba(drawn[None])[0], atol=1e-5)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_cut_off_and_nobody_is_kept_out(explore, barriers, width, theme):
    page = explore("deskew-softmax", width=width, theme=theme)
    seven(page)
    page.get_by_role("button", name="Show the smallest change").click()
    page.locator("[data-moving] [data-cell]").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert barriers(page) == []


def test_a_report_is_drawn_on_and_its_link_keeps_the_drawing(digits_report, open_page):
    held = document_in(digits_report)["drawn_on"]["model"]
    contents = model_of_bytes(zlib.decompress(base64.b64decode(held)))
    page = open_page(digits_report)
    page.locator("#draw").scroll_into_view_if_needed()
    page.locator("[data-canvas]").scroll_into_view_if_needed()
    seven(page)
    image = pixels(page)
    P = contents.probabilities(contents.scores(image[None]))[0]
    np.testing.assert_allclose(probabilities(page), P, atol=1e-5)
    # a stroke that took its time is kept on its way, too
    page.evaluate("ms => new Promise(done => setTimeout(done, ms))", RESTED)
    page.wait_for_url(re.compile("draw=drawing"))
    again = open_page(digits_report, address=page.evaluate("location.hash"))
    again.locator("#draw").scroll_into_view_if_needed()
    again.locator("[data-drawn-class]").wait_for()
    np.testing.assert_array_equal(pixels(again), image)


def test_an_empty_page_says_how_it_is_filled(open_page):
    page = open_page(
        Path(__file__).parents[2] / "src/linocut/modelfile/html/page.html", ready="main h1"
    )
    assert "linocut export MODEL --html FILE" in page.locator("main").inner_text()


def test_a_damaged_model_is_refused_in_a_sentence(page_of, open_page, tmp_path):
    html = page_of("softmax").read_text("utf-8")
    damaged = re.sub(r'("model":")[^"]{40}', r"\1eNpLTEpOSU1Lz8jMys7JzcsvKCwqLikt", html)
    path = tmp_path / "damaged.html"
    path.write_text(damaged, "utf-8")
    page = open_page(path, ready="main h1")
    page.get_by_text("This model cannot be run here").wait_for()
