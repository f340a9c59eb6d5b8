"""Images in colour on the whole way: features, models, files, explanations."""

import json
import re
import shutil
import subprocess

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline

from linocut.classifier import ImageClassifier
from linocut.core import LinocutError
from linocut.core.colour import in_grey
from linocut.data import load_dataset
from linocut.evaluate import CORRUPTIONS, accuracy_under_shifts, find_near_duplicates
from linocut.explain import explain, shift_map, smallest_flip, templates_of
from linocut.features import (
    Augmentation,
    Blur,
    Centre,
    ConvolutionBank,
    Crop,
    Deskew,
    NormaliseMoments,
    PatchDictionary,
    PrincipalPairs,
    RandomUnits,
    Scattering,
    SizeNormalise,
    UnitPixels,
)
from linocut.ladder import climb
from linocut.modelfile import export_c, export_json, export_onnx
from linocut.models import NeuralClassifier, SoftmaxRegression, neural_available
from support.coloured import colour_dataset, coloured_shapes

RUNGS = ["mean-dot", "nearest-mean", "softmax", "pca-quadratic", "patches", "scattering"]

needs_networks = pytest.mark.skipif(
    not neural_available(), reason="PyTorch is not installed (extra neural)"
)


@pytest.fixture(scope="module")
def shapes():
    return colour_dataset()


@pytest.fixture(scope="module")
def model(shapes):
    pipeline = make_pipeline(UnitPixels(), SoftmaxRegression(0.1))
    return ImageClassifier(pipeline).fit(shapes)


@pytest.fixture(scope="module")
def doubled():
    """Return the digits, grey and with three planes that are the same."""
    digits = load_dataset("digits", rows=400)
    return digits.train.images, np.repeat(digits.train.images[..., None], 3, axis=-1)


def test_rungs_climb_on_colours():
    dataset = colour_dataset(240)
    found = {rung.name: rung.test.accuracy for rung in climb(dataset, rungs=RUNGS).rungs}
    assert list(found) == RUNGS
    assert found["scattering"] > 0.85


@needs_networks
def test_a_network_climbs_beside_them():
    (rung,) = climb(colour_dataset(240), rungs=["mlp"]).rungs
    assert rung.test.accuracy > 0.5


@pytest.mark.parametrize(("by", "classes"), [("colour", 3), ("shape", 3)])
def test_scattering_tells_classes_by_colour_alone_and_by_shape_alone(by, classes):
    (rung,) = climb(colour_dataset(300, by=by), rungs=["scattering"]).rungs
    assert rung.test.accuracy > 0.9


@pytest.mark.parametrize(
    "step",
    [Deskew(), NormaliseMoments(), Centre(), Blur(1.0), Crop(1, 1, 5, 6)],
    ids=lambda step: type(step).__name__,
)
def test_a_map_of_equal_planes_is_the_grey_map_thrice(step, doubled):
    grey, colour = doubled
    expected = step.fit(grey).transform(grey)
    made = step.fit(colour).transform(colour)
    assert made.shape == (*expected.shape, 3)
    # The luminance of equal planes is one of them but for rounding, which moves a byte by one.
    off = np.abs(made.astype(float) - expected[..., None])
    assert off.max() <= (1 if made.dtype == np.uint8 else 1e-3)


def test_all_planes_are_distorted_alike(doubled):
    _, colour = doubled
    copies = Augmentation(shift=1, rotation=10, elastic=0.5).copies(colour, random_state=0)
    assert copies.shape == colour.shape
    assert (copies == copies[..., :1]).all()


def test_scattering_of_equal_planes_is_that_of_the_grey_image_and_zeros(doubled):
    grey, colour = doubled
    one, three = (Scattering(2, 4, root=True).fit(X).transform(X) for X in (grey, colour))
    assert np.allclose(three[:, : one.shape[1]], one, atol=2e-3)
    assert np.abs(three[:, one.shape[1] :]).max() < 2e-2
    few = Scattering(2, 4, root=True).fit(colour).transform(colour[:3])
    assert np.allclose(few, three[:3], atol=2e-3)


def test_scattering_of_colours_has_a_map_for_each_path(shapes):
    step = Scattering(2, 4).fit(shapes.train.images)
    made = step.transform(shapes.train.images[:10])
    assert made.shape[1] == len(step.paths_) * np.prod(step.map_shape_)
    assert made.shape[1] < 3 * Scattering(2, 4).fit_transform(in_grey(shapes.train.images)).shape[1]


@pytest.mark.parametrize("step", [PatchDictionary(20, side=4), ConvolutionBank(5, cells=3)])
def test_responses_see_colour(step):
    images, labels, _ = coloured_shapes(150, by="colour")
    X = step.fit_transform(images)
    fitted = SoftmaxRegression(1.0).fit(X[:100], labels[:100])
    assert fitted.score(X[100:], labels[100:]) > 0.8


@pytest.mark.parametrize("step", [PrincipalPairs(5), RandomUnits(30)])
def test_transformers_of_rows_take_colours(step, shapes):
    made = step.fit(shapes.train.images).transform(shapes.test.images)
    assert len(np.asarray(made)) == len(shapes.test)


def test_what_takes_grey_images_only_says_so_in_one_line(shapes):
    with pytest.raises(LinocutError, match=r"SizeNormalise takes images .* in grey"):
        SizeNormalise().transform(shapes.train.images)


def test_softmax_on_equal_planes_predicts_as_on_grey(doubled):
    # Three equal weights w/3 cost a third of the penalty of one w: so C is divided by three.
    grey, colour = doubled
    y = load_dataset("digits", rows=400).train.labels
    one = SoftmaxRegression(0.3, tol=1e-8).fit(grey / 255, y)
    three = SoftmaxRegression(0.1, tol=1e-8).fit(colour / 255, y)
    assert np.allclose(one.scores(grey / 255), three.scores(colour / 255), atol=1e-3)
    assert np.allclose(three.templates_.sum(axis=-1), one.templates_, atol=1e-3)


@needs_networks
@pytest.mark.parametrize("kind", ["mlp", "lenet"])
def test_networks_take_three_planes(kind, shapes):
    network = NeuralClassifier(kind, max_epochs=1, batch_size=200).fit(
        shapes.train.images, shapes.train.labels
    )
    assert network.scores(shapes.test.images).shape == (len(shapes.test), 9)
    assert network.image_shape_ == (16, 16, 3)


@pytest.mark.parametrize("rung", ["softmax", "scattering", "patches", "deskew-softmax"])
def test_a_model_of_colours_comes_back_from_its_file(rung, tmp_path, shapes):
    (found,) = climb(shapes, rungs=[rung]).rungs
    kept = found.model.save(tmp_path / "model.linocut")
    same = ImageClassifier.load(kept)
    assert same.image_shape_ == (16, 16, 3) and same.intake_.colour
    images = shapes.test.images
    assert np.array_equal(same.scores(images), found.model.scores(images))
    rows = images.reshape(len(images), -1)
    assert np.array_equal(same.predict(rows), same.predict(np.moveaxis(images, -1, 1)))


def test_evidence_of_all_planes_adds_up_to_the_margin(model, shapes):
    image = shapes.test.images[0]
    evidence = explain(model, image)
    assert evidence.pixels.shape == (16, 16, 3) and evidence.map.shape == (16, 16)
    scores = np.sort(model.scores(image[None])[0])
    assert evidence.map.sum() + evidence.offset == pytest.approx(scores[-1] - scores[-2])
    assert evidence.favouring + evidence.opposing == pytest.approx(evidence.pixels.sum())
    assert sum(row["evidence"] for row in evidence.regions()) == pytest.approx(evidence.margin)
    assert "a black image" in evidence.sentence


def test_evidence_of_a_quadratic_model_names_planes(shapes):
    (rung,) = climb(shapes, rungs=["pca-quadratic"]).rungs
    evidence = explain(rung.model, shapes.test.images[1])
    assert evidence.pixels.sum() + evidence.offset == pytest.approx(evidence.margin, abs=1e-6)
    assert all(len(pair.first) == 3 for pair in evidence.pairs)


def test_templates_flips_and_shifts_have_planes(model, shapes):
    found = templates_of(model, shapes.train.images)
    assert found.weights.shape == found.patterns.shape == (9, 16, 16, 3)
    titles = {text.get_text() for axes in found.plot().axes for text in axes.texts}
    assert {"Weights of red", "Weights of green", "Weights of blue"} <= titles
    flip = smallest_flip(model, shapes.test.images[0])
    assert flip.flipped.shape == (16, 16, 3)
    moved = shift_map(model, shapes.test.images[0], 2)
    image = np.zeros((1, 16, 16, 3), np.uint8)
    image[0, 1:, :-2] = shapes.test.images[0][:-1, 2:]
    assert np.allclose(moved.scores[:, 3, 0], model.scores(image)[0], atol=1e-6)


def test_corruptions_shifts_and_duplicates_take_colours(model, shapes):
    images = shapes.test.images[:8]
    for each in CORRUPTIONS:
        assert each.apply(images, 3).shape == images.shape
    assert accuracy_under_shifts(model, shapes, radius=1).at(0).value > 0.5
    assert find_near_duplicates(shapes).pairs == ()


def test_json_and_onnx_and_c_have_planes_or_say_that_they_have_not(tmp_path, model, shapes):
    images = shapes.test.images
    document = json.loads(export_json(model.contents, tmp_path / "model.json").read_text())
    assert np.shape(document["examples"][0]["image"]) == (16, 16, 3)
    onnxruntime = pytest.importorskip("onnxruntime")
    scattering, deskewed = (
        climb(shapes, rungs=[name]).rungs[0].model for name in ("scattering", "deskew-softmax")
    )
    patches = ImageClassifier(make_pipeline(PatchDictionary(20, side=4), SoftmaxRegression(0.1)))
    for each in (model, patches.fit(shapes)):
        path = export_onnx(each.contents, tmp_path / "model.onnx")
        (scores,) = onnxruntime.InferenceSession(path).run(["scores"], {"image": images})
        assert np.allclose(scores, each.scores(images), atol=1e-2)
    for refused in (scattering, deskewed):
        with pytest.raises(LinocutError, match="of images in colour has no translation to ONNX"):
            export_onnx(refused.contents, tmp_path / "model.onnx")
    with pytest.raises(LinocutError, match="of images in colour cannot be written in C"):
        export_c(deskewed.contents, tmp_path / "model.c")


@pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")
def test_c_gives_the_scores_of_colours(tmp_path, model, shapes):
    source = export_c(model.contents, tmp_path / "model.c")
    assert "LINOCUT_PLANES 3" in source.read_text("utf-8")
    image = shapes.test.images[0]
    pixels = ",".join(map(str, image.ravel()))
    (tmp_path / "main.c").write_text(
        '#include "model.c"\n#include <stdio.h>\n'
        f"static const uint8_t image[] = {{{pixels}}};\n"
        "int main(void) { float scores[LINOCUT_CLASSES]; linocut_scores(image, scores);\n"
        'for (int k = 0; k < LINOCUT_CLASSES; k++) printf("%.6f ", scores[k]); return 0; }\n'
    )
    program = tmp_path / "main"
    subprocess.run(
        ["cc", "-std=c99", "-o", program, tmp_path / "main.c", "-lm"], check=True, cwd=tmp_path
    )
    said = subprocess.run([program], capture_output=True, text=True, check=True).stdout
    assert np.allclose([float(x) for x in re.findall(r"\S+", said)], model.scores(image[None])[0],
                       atol=1e-3)  # fmt: skip


@pytest.mark.parametrize(
    "step",
    [
        Scattering(2, 4, root=True),
        Scattering(1, 4),
        ConvolutionBank(3, cells=2, threshold=0.0),
        NormaliseMoments(0.6),
    ],
    ids=str,
)
def test_weights_on_what_is_made_of_colours_are_taken_back_to_each_plane(step):
    rng = np.random.default_rng(0)
    images = np.zeros((3, 15, 17, 3))
    images[:, 3:11, 4:13] = rng.random((3, 8, 9, 3)) * 255
    made = step.fit(images).transform(images).astype(float)
    G = rng.normal(size=made.shape)
    expected = (G * made).reshape(3, -1).sum(axis=1)
    found = (step.local_weights(images, G) * images).reshape(3, -1).sum(axis=1)
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-3)
