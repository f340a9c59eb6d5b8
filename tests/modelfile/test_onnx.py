"""ONNX export: the file computes what the model computes, for every step that it may have."""

import json
import sys

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.feature_selection import VarianceThreshold
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MaxAbsScaler,
    MinMaxScaler,
    PolynomialFeatures,
    RobustScaler,
    StandardScaler,
)

from linocut._version import __version__
from linocut.classifier import ImageClassifier
from linocut.core import LinocutError
from linocut.core.decisions import DecisionRule
from linocut.core.links import Link
from linocut.data import Intake, load_dataset
from linocut.features import (
    Blur,
    Centre,
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
    PrincipalPairs,
    RandomUnits,
    Scaling,
    Scattering,
    SizeNormalise,
    UnitPixels,
)
from linocut.ladder import RECIPES
from linocut.modelfile import ModelContents, Provenance, export_onnx
from linocut.models import (
    FittedLinear,
    LeastSquaresClassifier,
    SoftmaxRegression,
)


def softmax():
    return SoftmaxRegression(tol=1e-2)


def equalised(power=0.25):
    return Decorrelate(0.9995), Equalise(power)


RUNGS = [recipe.name for recipe in RECIPES if recipe.linear]

# What the rungs do not have; products or units at the end keep steps from being folded.
OTHERS = {
    "centred": lambda: [Centre(), UnitPixels(), softmax()],
    "standardised-units": lambda: [UnitPixels(), StandardScaler(), RandomUnits(100), softmax()],
    "clipped": lambda: [
        Crop(0, 0, 4, 4),
        UnitPixels(),
        MinMaxScaler((-1, 0.5), clip=True),
        MaxAbsScaler(),
        PolynomialFeatures(2),
        softmax(),
    ],
    "cubic": lambda: [
        UnitPixels(),
        RobustScaler(),
        PCA(6, whiten=True),
        PolynomialFeatures(3, interaction_only=True, include_bias=False),
        softmax(),
    ],
    "selected": lambda: [
        UnitPixels(),
        VarianceThreshold(0.1),
        PolynomialFeatures(2),
        LeadingPairs(5),
        softmax(),
    ],
    "binarised": lambda: [Scaling("binarise"), softmax()],
    "scaled-units": lambda: [Scaling("standardise"), RandomUnits(100), softmax()],
    "components": lambda: [PrincipalComponents(8), PolynomialFeatures(2), softmax()],
    "denoised-units": lambda: [Denoise(10), UnitPixels(), RandomUnits(100), softmax()],
    "units-of-images": lambda: [RandomUnits(100), softmax()],
    "cropped-bytes": lambda: [Crop(1, 1, 6, 7), NormaliseMoments(0.5), UnitPixels(), softmax()],
    "blurred-floats": lambda: [Blur(0.7), NormaliseMoments(0.5), UnitPixels(), softmax()],
    "all-of-one-size": lambda: [NormaliseMoments(0.0), Deskew(), PrincipalPairs(5), softmax()],
    "views": lambda: [
        FeatureUnion(
            [
                ("upright", make_pipeline(NormaliseMoments(0.4), UnitPixels(), RandomUnits(20))),
                ("contrast", make_pipeline(NormaliseContrast(2), Scattering(1, full=1, root=True))),
                ("pixels", UnitPixels()),
            ],
            transformer_weights={"pixels": 0.5},
        ),
        LeadingPairs(5),
        softmax(),
    ],
    "principal-patches": lambda: [
        PatchDictionary(6, side=3, cells=3, method="pca"),
        softmax(),
    ],
}


@pytest.fixture
def session_of(need_extra):
    """Run a file by ONNX Runtime: images in; labels, probabilities and scores out."""
    runtime, onnx = need_extra("onnxruntime"), need_extra("onnx")

    def start(path):
        onnx.checker.check_model(onnx.load(path), full_check=True)
        session = runtime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        return lambda images: session.run(
            ["label", "probabilities", "scores"], {"image": np.asarray(images, np.uint8)}
        )

    return start


def fitted(steps, digits):
    return ImageClassifier(make_pipeline(*steps)).fit(digits).contents


def with_extremes(images):
    """Add a blank image, a full one, a single dot, and a single row of ink."""
    some = np.zeros((4, *images.shape[1:]), np.uint8)
    some[1], some[2, 0, 0], some[3, 2] = 255, 255, 130
    return np.concatenate([images, some])


@pytest.mark.parametrize("name", [*RUNGS, *OTHERS])
def test_the_file_gives_the_same_classes_and_probabilities(
    name, digits, model_of, session_of, tmp_path
):
    contents = fitted(OTHERS[name](), digits) if name in OTHERS else model_of(name).contents
    run = session_of(export_onnx(contents, tmp_path / "model.onnx"))
    images = with_extremes(digits.test.images)
    label, probabilities, scores = run(images)
    expected = contents.scores(images)
    assert label.dtype == np.int64
    assert scores.dtype == probabilities.dtype == np.float32
    np.testing.assert_allclose(scores, expected, rtol=0, atol=1e-5 * np.abs(expected).max())
    np.testing.assert_allclose(probabilities, contents.probabilities(expected), rtol=0, atol=5e-5)
    np.testing.assert_array_equal(label, expected.argmax(axis=1))


@pytest.mark.parametrize("name", ["normalise-softmax", "patches", "scattering-pairs"])
def test_one_image_gives_what_it_gives_among_many(name, digits, model_of, session_of, tmp_path):
    contents = model_of(name).contents
    run = session_of(export_onnx(contents, tmp_path / "model.onnx"))
    images = with_extremes(digits.test.images[:20])
    many = run(images)
    for row in range(len(images)):
        for one, all_ in zip(run(images[row : row + 1]), many, strict=True):
            np.testing.assert_allclose(one[0], all_[row], rtol=1e-4, atol=1e-5)


def test_no_images_give_no_answers(digits, model_of, session_of, tmp_path):
    contents = model_of("normalise-softmax").contents
    run = session_of(export_onnx(contents, tmp_path / "model.onnx"))
    assert [each.shape for each in run(digits.test.images[:0])] == [(0,), (0, 10), (0, 10)]


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("J", [1, 2, 3])
@pytest.mark.parametrize("root", [False, True])
def test_scattering_of_images_that_are_no_squares(order, J, root, session_of, tmp_path):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (60, 13, 22), np.uint8)
    labels = rng.integers(0, 3, 60)
    steps = Scattering(J, 3, order=order, root=root), LeastSquaresClassifier(alpha=1.0)
    contents = ImageClassifier(make_pipeline(*steps)).fit(images, labels).contents
    run = session_of(export_onnx(contents, tmp_path / "model.onnx"))
    np.testing.assert_allclose(run(images)[2], contents.scores(images), atol=2e-5)


@pytest.mark.parametrize(
    "step",
    [NormaliseMoments(0.8), NormaliseMoments(0.4), NormaliseMoments(1.0), Deskew(), Centre()],
    ids=str,
)
@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_images_of_images_are_the_same_bytes(step, name, real_data, session_of, tmp_path):
    """As some were not, where powers were float32 and moments of much ink inexact."""
    dataset = load_dataset(str(real_data(name)))
    images = with_extremes(dataset.test.images[:3000])
    step.fit(dataset.train.images[:5000])
    h, w = images.shape[1:]
    # Scores that are the pixels themselves.
    linear = FittedLinear.of(np.eye(h * w), np.zeros(h * w), np.arange(h * w))
    pipeline = Pipeline([("step", step), ("linear", linear)])
    contents = ModelContents(Intake((h, w)), pipeline, tuple(map(str, range(h * w))))
    run = session_of(export_onnx(contents, tmp_path / "model.onnx"))
    made = run(images)[2].reshape(images.shape)
    assert np.array_equal(made, step.transform(images))


@pytest.mark.parametrize("link", Link)
def test_classes_that_are_surely_rejected_have_the_same_probabilities(link, session_of, tmp_path):
    weights = [[-8.0, 0.0], [0.0, -9.0], [-2.0, -2.0]]
    linear = FittedLinear.of(weights, [0.0, 1.0, -1.0], np.arange(3), link=link)
    contents = ModelContents(
        Intake((1, 2)), Pipeline([("linear", linear)]), ("a", "b", "c"), temperature=1.5
    )
    run = session_of(export_onnx(contents, tmp_path / "model.onnx"))
    images = np.array([[[0, 0]], [[9, 11]], [[20, 20]], [[200, 200]], [[255, 255]]], np.uint8)
    expected = contents.probabilities(contents.scores(images))
    np.testing.assert_allclose(run(images)[1], expected, atol=1e-5)


def test_the_file_says_what_it_is(digits, need_extra, tmp_path):
    onnx = need_extra("onnx")
    provenance = Provenance(
        dataset="d\udcff", rows=3, chosen={"C": np.float64(0.1)}, rung="softmax"
    )
    linear = FittedLinear.of(np.eye(2, 64), np.zeros(2), np.arange(2), link=Link.SIGMOIDS)
    contents = ModelContents(
        Intake((8, 8), ink="dark-on-light"),
        Pipeline([("linear", linear)]),
        ("Ä", "b\udcff"),  # a folder's name that is no text
        temperature=1.25,
        decisions=DecisionRule(np.array([0.5, 0.75])),
        provenance=provenance,
    )
    model = onnx.load(export_onnx(contents, tmp_path / "model.onnx"))
    metadata = {each.key: json.loads(each.value) for each in model.metadata_props}
    assert metadata["class_names"] == ["Ä", "b\udcff"]
    assert metadata["temperature"] == 1.25
    assert metadata["thresholds"] == [0.5, 0.75]
    assert metadata["link"] == "sigmoids"
    assert metadata["intake"]["shape"] == [8, 8]
    assert metadata["intake"]["ink"] == "dark-on-light"
    assert metadata["provenance"]["chosen"] == {"C": 0.1}
    assert (model.producer_name, model.producer_version) == ("linocut", __version__)
    assert (model.opset_import[0].version, model.ir_version) == (17, 8)
    assert "dark ink on light paper" in model.doc_string


def test_nothing_is_computed_in_vain(digits, need_extra, tmp_path):
    onnx = need_extra("onnx")
    contents = fitted(OTHERS["centred"](), digits)  # which needs two moments of five
    graph = onnx.load(export_onnx(contents, tmp_path / "model.onnx")).graph
    used = {name for node in graph.node for name in node.input}
    made = {node.output[0] for node in graph.node}  # TopK has a second one in any case
    assert made - used == {"label", "probabilities"}
    assert {each.name for each in graph.initializer} <= used


def test_the_same_model_gives_the_same_bytes(model_of, need_extra, tmp_path):
    need_extra("onnx")
    contents = model_of("scattering-pairs").contents
    first, second = (
        export_onnx(contents, tmp_path / name).read_bytes() for name in ("a.onnx", "b.onnx")
    )
    assert first == second


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (SizeNormalise(6, 8), "step 'odd' (SizeNormalise) has no translation to ONNX"),
        (FunctionTransformer(np.sqrt), "step 'odd' (FunctionTransformer) has no translation"),
    ],
    ids=str,
)
def test_a_step_without_translation_is_named(step, words, digits, need_extra, tmp_path):
    need_extra("onnx")
    steps = [("odd", step), ("softmax", softmax())]
    if isinstance(step, FunctionTransformer):
        steps.insert(0, ("pixels", UnitPixels()))
    contents = ImageClassifier(Pipeline(steps)).fit(digits).contents
    with pytest.raises(LinocutError) as caught:
        export_onnx(contents, tmp_path / "model.onnx")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_a_class_that_inherits_from_a_known_one_is_not_taken_for_it(digits, need_extra, tmp_path):
    class Squared(UnitPixels):
        def transform(self, X):
            return super().transform(X) ** 2

        def pull_back(self, W):
            raise NotImplementedError("a square is not affine")

    need_extra("onnx")
    contents = fitted([Squared(), softmax()], digits)
    with pytest.raises(LinocutError, match="a square is not affine"):
        export_onnx(contents, tmp_path / "model.onnx")


def test_without_the_package_one_line_says_what_to_install(digits, monkeypatch, tmp_path):
    contents = fitted([UnitPixels(), softmax()], digits)
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(LinocutError, match=r"pip install 'linocut\[onnx\]'"):
        export_onnx(contents, tmp_path / "model.onnx")


def test_folders_that_do_not_exist_are_refused(digits, need_extra, tmp_path):
    need_extra("onnx")
    contents = fitted([UnitPixels(), softmax()], digits)
    with pytest.raises(LinocutError, match="does not exist"):
        export_onnx(contents, tmp_path / "nowhere" / "model.onnx")
