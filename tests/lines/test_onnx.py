"""A reader of fixed positions as ONNX: the file reads what the reader reads."""

from __future__ import annotations

import json

import numpy as np
import pytest

from linocut.core import LinocutError
from linocut.data import load_dataset
from linocut.lines import Preparation, StringReader, load_strings, synthetic_strings
from linocut.lines.onnx import export_reader_onnx

FIT = {"model": "fixed-positions", "C": 1.0}


@pytest.fixture(scope="module")
def runtime(need_extra):
    need_extra("onnx")
    return need_extra("onnxruntime")


@pytest.fixture(scope="module")
def strings():
    return synthetic_strings(load_dataset("digits"), 100, length=(3, 3), random_state=0)


@pytest.fixture(scope="module")
def reader(strings):
    return StringReader(preparation="none", **FIT).fit(strings)


@pytest.fixture(scope="module")
def session(runtime, reader, tmp_path_factory):
    path = export_reader_onnx(reader.contents, tmp_path_factory.mktemp("onnx") / "fixed.onnx")
    return runtime.InferenceSession(path, providers=["CPUExecutionProvider"])


def run(session, images):
    names = [each.name for each in session.get_outputs()]
    return dict(zip(names, session.run(None, {"image": np.stack(images)}), strict=True))


def check(session, reader, images, *, within=1e-4):
    """Compare everything with the reader, which computes many images as the file does."""
    found = run(session, images)
    copies = [*images, *[images[0]] * 8]
    readings = reader.read(copies)[: len(images)]
    texts = ["".join(reader.symbols_[k] for k in row) for row in found["symbols"]]
    assert texts == [each.text for each in readings]
    cuts = [tuple(map(tuple, each)) for each in found["cuts"].tolist()]
    assert cuts == [each.cuts for each in readings]
    shares = [each.probability for each in readings]
    np.testing.assert_allclose(found["probability"], shares, atol=within)
    fitted = reader.fitted_
    scores = np.stack(
        [fitted.symbol_scores(line, *fitted.cuts(line)) for line in reader._lines(copies)]
    )[: len(images)]
    np.testing.assert_allclose(found["scores"], scores, atol=5 * within)
    tempered = scores / reader.temperature_
    P = np.exp(tempered) / np.exp(tempered).sum(axis=2, keepdims=True)
    np.testing.assert_allclose(found["probabilities"], P, atol=within)


# Without ink, coefficients are rounding alone, and the roots of that are seen: the reader itself
# differs by as much between one image and many.
OF_ROUNDING = 1e-3


def odd_images(height, width):
    rng = np.random.default_rng(0)
    dot, faint = np.zeros((2, height, width), np.uint8)
    dot[height // 3, width // 2] = 255
    faint[:, width // 4 : width // 3] = 1
    full = np.full((height, width), 255, np.uint8)
    return [np.zeros_like(dot), full, dot, faint, rng.integers(0, 256, dot.shape, np.uint8)]


def test_the_file_reads_what_the_reader_reads(session, reader, strings):
    by_width = {}
    for image in strings.test.images:
        by_width.setdefault(image.shape[1], []).append(image)
    assert len(by_width) > 1
    for images in by_width.values():
        check(session, reader, images)


@pytest.mark.parametrize("width", [1, 2, 3, 64, 65, 150])
def test_odd_images_of_any_width_are_read_alike(session, reader, strings, width):
    check(session, reader, odd_images(strings.train.height, width), within=OF_ROUNDING)


@pytest.mark.parametrize("preparation", ["median", "contrast"])
def test_preparations_of_captchas_are_those_of_the_reader(
    runtime, real_data, tmp_path, preparation
):
    strings = load_strings(real_data("captcha-v2"))
    reader = StringReader(preparation=preparation, **FIT).fit(strings.train.take(range(0, 800, 30)))
    assert reader.fitted_.preparation is Preparation(preparation)
    path = export_reader_onnx(reader.contents, tmp_path / "captcha.onnx")
    session = runtime.InferenceSession(path, providers=["CPUExecutionProvider"])
    check(session, reader, strings.test.images[:6])
    check(session, reader, odd_images(50, 200), within=OF_ROUNDING)


def test_metadata_say_what_the_numbers_mean(session, reader):
    held = session.get_modelmeta()
    told = {name: json.loads(value) for name, value in held.custom_metadata_map.items()}
    assert told["symbols"] == list(reader.symbols_)
    assert told["temperature"] == pytest.approx(reader.temperature_)
    assert told["preparation"] == "none"
    assert told["intake"]["height"] == reader.intake_.height
    assert "lines of 3 glyphs" in held.description


def test_what_has_no_form_in_onnx_is_said(reader, strings, tmp_path):
    whole = StringReader(preparation="none", C=0.3, max_iter=2).fit(strings)
    with pytest.raises(LinocutError, match="fit one with --rung fixed-positions"):
        export_reader_onnx(whole.contents, tmp_path / "whole.onnx")
    tall = [np.repeat(np.repeat(each, 9, axis=0), 9, axis=1) for each in strings.train.images[:16]]
    high = StringReader(preparation="none", **FIT).fit(tall, strings.train.texts[:16])
    with pytest.raises(LinocutError, match="shrunk to 64 first"):
        export_reader_onnx(high.contents, tmp_path / "high.onnx")
    assert not list(tmp_path.iterdir())
