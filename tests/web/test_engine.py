"""Model files run by the page's arithmetic: scores, evidence and images are those of Python."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.decomposition import PCA
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import (
    MaxAbsScaler,
    MinMaxScaler,
    PolynomialFeatures,
    RobustScaler,
    StandardScaler,
)

from linocut.classifier import ImageClassifier
from linocut.core import LinocutError
from linocut.core.steps import kind_of
from linocut.data import ImageDataset, load_dataset
from linocut.explain import smallest_flip
from linocut.features import (
    Blur,
    Centre,
    ConvolutionBank,
    Crop,
    Decorrelate,
    Denoise,
    Deskew,
    Equalise,
    LeadingPairs,
    NormaliseContrast,
    NormaliseMoments,
    PatchDictionary,
    PrincipalComponents,
    RandomUnits,
    Scaling,
    Scattering,
    SizeNormalise,
    UnitPixels,
)
from linocut.ladder import recipes
from linocut.modelfile.vocabulary import TRANSFORMERS
from linocut.models import SoftmaxRegression
from support import typescript
from support.coloured import colour_dataset

RUNGS = [each.name for each in recipes() if each.linear]
ROWS = 120  # to fit on: what is compared is arithmetic
COUNT = 10  # images that are compared
NEAR = 1e-5  # of the spread of scores, or of the largest evidence

# Steps that no rung has, or that its weights would take in; units keep those before them apart.
UNITS = RandomUnits(40)
PIPELINES: dict[str, list[BaseEstimator]] = {
    "centred, deskewed": [Centre(), Deskew(0.5), UnitPixels()],
    "size-normalised": [SizeNormalise(6, 8), UnitPixels()],
    "standardised pixels": [Scaling("standardise"), UNITS],
    "pixels by range": [Scaling("min-max"), UNITS],
    "black and white": [Scaling("binarise"), UNITS],
    "standardised": [UnitPixels(), StandardScaler(with_std=False), UNITS],
    "ranges": [UnitPixels(), MinMaxScaler((-1, 1)), UNITS],
    "clipped": [UnitPixels(), MinMaxScaler(clip=True), UNITS],
    "by the largest": [UnitPixels(), MaxAbsScaler(), UNITS],
    "quartiles": [UnitPixels(), RobustScaler(with_centering=False, with_scaling=True), UNITS],
    "whitened": [UnitPixels(), PCA(8, whiten=True), UNITS],
    "components": [PrincipalComponents(8), UNITS],
    "denoised": [Denoise(8), UNITS],
    "decorrelated": [Decorrelate(0.9), Equalise(0.25), UNITS],
    "blurred": [Blur(0.7), UNITS],
    "a window in scattering": [Crop(1, 1, 6, 5), Scattering(1, 4)],
    "blurred and centred scattering": [Blur(0.7), Scattering(2, 3, order=1)],
    "products": [UnitPixels(), PCA(6), PolynomialFeatures(2)],
    "products of different ones": [
        UnitPixels(), PCA(6), PolynomialFeatures((1, 2), interaction_only=True),
    ],
    "products of three": [UnitPixels(), PCA(4), PolynomialFeatures(3, include_bias=False)],
    "leading pairs of pixels": [Scaling("standardise"), LeadingPairs(5)],
    "principal patches": [PatchDictionary(6, side=3, cells=2, method="pca")],
    "a bank": [ConvolutionBank(3, 4, cells=3)],
    "contrast": [NormaliseContrast(1.5), Scattering(1, full=1.0)],
    "deskewed and not, side by side": [
        FeatureUnion(
            [
                ("upright", make_pipeline(Deskew(), Scattering(1))),
                ("sized", make_pipeline(NormaliseMoments(), UnitPixels())),
            ],
            transformer_weights={"sized": 2.0},
        )
    ],
}  # fmt: skip

IN_NODE = """
import { KINDS, parityError, readModel, smallestFlip } from './engine.mjs';
const found = {};
for (const [name, { file, images, pairs, flips }] of Object.entries(JSON.parse(given))) {
  const bytes = Buffer.from(file, 'base64');
  const model = readModel(Uint8Array.from(bytes).buffer);
  const runs = images.map((image) => model.run(Uint8Array.from(image)));
  const ledgers = pairs.map(([a, b], i) => runs[i].evidence(a, b));
  found[name] = {
    parity: parityError(model),
    account: model.account,
    kinds: Object.keys(KINDS),
    steps: model.steps,
    scores: runs.map((run) => [...run.scores]),
    probabilities: runs.map((run) => run.probabilities),
    prepared: runs.map((run) => [...run.prepared.at(-1).image]),
    pixels: ledgers.map(({ pixels, values }) => [...(values ?? pixels)]),
    blank: ledgers.map(({ blank }) => blank),
    flips: flips.map((row, i) => smallestFlip(model, runs[i], row)?.distance),
  };
}
answer(JSON.stringify(found));
"""


@dataclass(frozen=True, eq=False)
class Compared:
    """One model, what Python says of some images, and what the page's arithmetic says."""

    model: ImageClassifier
    images: np.ndarray
    scores: np.ndarray
    evidence: list[Any]
    flips: list[Any]
    found: dict[str, Any]

    @property
    def spread(self) -> float:
        return float(np.ptp(self.scores))


Case = Callable[[str], Compared]


def compared(pipelines: dict[str, Pipeline], dataset: ImageDataset, folder: Path) -> Case:
    """Fit pipelines, and run their files on test images in Node, all in one call."""
    few = replace(dataset, train=dataset.train.take(np.arange(ROWS)))
    images = dataset.test.images[:COUNT]
    asked, known = {}, {}
    for name, pipeline in pipelines.items():
        model = ImageClassifier(pipeline).fit(few)
        path = model.save(folder / "model.linocut")
        evidence, flips = explained(model, images), flipped(model, images)
        names = list(model.contents.class_names)
        asked[name] = {
            "file": base64.b64encode(path.read_bytes()).decode(),
            "images": images.reshape(COUNT, -1).tolist(),
            "pairs": [[names.index(str(e.label)), names.index(str(e.versus))] for e in evidence],
            "flips": [names.index(str(each.versus)) for each in flips],
        }
        # A few at a time: of many, Python leaves out what hardly counts (see features.wavelets).
        parts = np.split(images, 2)
        scores = np.concatenate([model.contents.scores(part) for part in parts])
        known[name] = model, images, scores.astype(np.float64), evidence, flips
    (folder / "engine.ts").write_text(
        "".join(
            f"export * from '{(typescript.WEB / 'src' / 'engine' / each).as_posix()}';\n"
            for each in ("model.ts", "parity.ts", "flip.ts", "vocabulary.ts")
        )
    )
    typescript.bundled(str(folder / "engine.ts"), folder)
    found = json.loads(typescript.run_node(IN_NODE, folder, json.dumps(asked).encode()))
    return lambda name: Compared(*known[name], found[name])


def explained(model: ImageClassifier, images: np.ndarray) -> list[Any]:
    """Return the evidence of each image; of models that have none, nothing."""
    try:
        return [model.explain(image) for image in images]
    except LinocutError:
        return []


def flipped(model: ImageClassifier, images: np.ndarray) -> list[Any]:
    """Return the least change of each image that is classified otherwise, of linear models only."""
    try:
        return [smallest_flip(model, image, within=(0, 255)) for image in images]
    except LinocutError:
        return []


@pytest.fixture(scope="module")
def digits() -> ImageDataset:
    return load_dataset("digits")


@pytest.fixture(scope="module")
def on_digits(node: None, digits: ImageDataset, tmp_path_factory: Any) -> Case:
    return compared(rungs_of(digits), digits, tmp_path_factory.mktemp("digits"))


@pytest.fixture(scope="module")
def in_colour(node: None, tmp_path_factory: Any) -> Case:
    shapes = colour_dataset(ROWS + 5 * COUNT, side=11)
    return compared(rungs_of(shapes), shapes, tmp_path_factory.mktemp("colour"))


@pytest.fixture(scope="module")
def of_other_steps(node: None, digits: ImageDataset, tmp_path_factory: Any) -> Case:
    pipelines = {
        name: make_pipeline(*steps, SoftmaxRegression(tol=1e-2))
        for name, steps in PIPELINES.items()
    }
    return compared(pipelines, digits, tmp_path_factory.mktemp("steps"))


def rungs_of(dataset: ImageDataset) -> dict[str, Pipeline]:
    part = dataset.train.take(np.arange(ROWS))
    return {each.name: each.pipeline(part) for each in recipes(RUNGS)}


def check_scores(case: Compared) -> None:
    assert case.found["parity"] <= NEAR
    np.testing.assert_allclose(case.found["scores"], case.scores, atol=NEAR * case.spread)
    probabilities = case.model.contents.probabilities(case.scores)
    np.testing.assert_allclose(case.found["probabilities"], probabilities, atol=1e-4)


def check_evidence(case: Compared) -> None:
    assert (case.found["account"]["kind"] == "none") == (case.evidence == [])
    for expected, pixels, blank in zip(
        case.evidence, case.found["pixels"], case.found["blank"], strict=True
    ):
        largest = np.abs(expected.pixels).max()
        np.testing.assert_allclose(pixels, expected.pixels.ravel(), atol=NEAR * largest)
        assert blank == pytest.approx(expected.offset, abs=NEAR * case.spread)
        np.testing.assert_allclose(sum(pixels) + blank, expected.margin, atol=NEAR * case.spread)


@pytest.mark.parametrize("rung", RUNGS)
def test_a_rung_scores_images_and_accounts_for_them_as_python_does(rung, on_digits):
    case = on_digits(rung)
    check_scores(case)
    check_evidence(case)


@pytest.mark.parametrize("rung", RUNGS)
def test_a_rung_on_colours_does_so_too(rung, in_colour):
    case = in_colour(rung)
    check_scores(case)
    check_evidence(case)


@pytest.mark.parametrize("name", PIPELINES)
def test_steps_that_no_rung_has_do_so_too(name, of_other_steps):
    case = of_other_steps(name)
    check_scores(case)
    check_evidence(case)


@pytest.mark.parametrize(
    ("rung", "kind", "rest"),
    [
        ("softmax", "linear", "blank page"),
        ("deskew-softmax", "linear", "blank page"),
        ("pca-quadratic", "quadratic", "blank page"),
        ("scattering", "local", "blank page"),
        ("patches", "local", "thresholds and intercepts"),
        ("fourier", "none", "blank page"),
    ],
)
def test_an_account_says_what_it_is_that_pixels_add_up_to(rung, kind, rest, on_digits):
    account = on_digits(rung).found["account"]
    assert (account["kind"], account["rest"]) == (kind, rest)
    assert account["sentence"].endswith(".")


def test_an_account_names_the_steps_whose_factors_it_holds_fixed(on_digits):
    sentence = on_digits("views").found["account"]["sentence"]
    for step in ("normalise moments", "scattering", "normalise contrast", "patch dictionary"):
        assert step in sentence


@pytest.mark.parametrize("rung", ["softmax", "normalise-softmax", "least-squares"])
def test_the_least_change_that_flips_a_linear_model_is_that_of_python(rung, on_digits):
    case = on_digits(rung)
    assert len(case.flips) == COUNT
    distances = [each.distance for each in case.flips]
    np.testing.assert_allclose(case.found["flips"], distances, rtol=1e-5)


def test_every_kind_of_step_that_a_file_may_hold_is_known(on_digits):
    assert set(on_digits("softmax").found["kinds"]) == set(TRANSFORMERS)


@pytest.mark.parametrize("name", ["centred, deskewed", "size-normalised"])
def test_the_prepared_image_is_the_one_that_evidence_is_about(name, of_other_steps):
    case = of_other_steps(name)
    made = case.images
    for _, step in case.model.contents.steps:
        if kind_of(step).images_to_images:
            made = step.transform(made)
    assert np.array_equal(case.found["prepared"], made.reshape(COUNT, -1))


def test_only_what_leaves_an_image_as_large_can_be_left_out(of_other_steps):
    steps = of_other_steps("a window in scattering").found["steps"]
    assert [each["removable"] for each in steps] == [False, False]
    steps = of_other_steps("blurred and centred scattering").found["steps"]
    assert (steps[0]["removable"], steps[0]["toImage"]) == (True, False)
