"""Evidence behind scattering, patches and views: exact, though these are no affine maps."""

import numpy as np
import pytest
from sklearn.kernel_approximation import RBFSampler
from sklearn.pipeline import FeatureUnion, make_pipeline

from linocut.classifier import ImageClassifier
from linocut.core import LinocutError
from linocut.data import load_dataset
from linocut.explain import AVERAGE, Reference, account_for, evidence_maps, explain, pull_back
from linocut.features import (
    ConvolutionBank,
    Decorrelate,
    Deskew,
    Equalise,
    LeadingPairs,
    NormaliseContrast,
    NormaliseMoments,
    PatchDictionary,
    RandomUnits,
    Scattering,
    UnitPixels,
)
from linocut.models import SoftmaxRegression

DIGITS = load_dataset("digits")


def fitted(*steps):
    pipeline = make_pipeline(*steps, SoftmaxRegression(0.1))
    return ImageClassifier(pipeline).fit(DIGITS.train.images, DIGITS.train.labels)


@pytest.fixture(
    scope="module",
    params=["scattering", "no roots", "whitened", "pairs"],
)
def homogeneous(request):
    return made(request.param)


@pytest.fixture(
    scope="module",
    params=["scattering", "whitened", "pairs", "patches", "units", "views", "contrast"],
)
def model(request):
    return made(request.param)


def made(name):
    scattering = Scattering(J=1, L=4, root=name != "no roots")
    whitened = [Decorrelate(0.99), Equalise(0.25)]
    contrast = NormaliseContrast(2.0)
    patches = PatchDictionary(20, side=3, cells=2)
    views = FeatureUnion(
        [
            ("strokes", make_pipeline(NormaliseMoments(0.4), scattering, Decorrelate(0.99))),
            ("upright", make_pipeline(Deskew(), scattering)),
            ("contrast", make_pipeline(contrast, Scattering(J=1, L=4, full=1.0))),
            ("patches", patches),
        ],
        transformer_weights={"upright": 0.5},
    )
    return {
        "scattering": lambda: fitted(scattering),
        "no roots": lambda: fitted(NormaliseMoments(0.4), scattering),
        "whitened": lambda: fitted(NormaliseMoments(0.4), scattering, *whitened),
        "pairs": lambda: fitted(scattering, *whitened, LeadingPairs(10)),
        "patches": lambda: fitted(NormaliseMoments(0.8), patches, *whitened),
        "units": lambda: fitted(ConvolutionBank(3, cells=2), *whitened, RandomUnits(50)),
        "views": lambda: fitted(views, *whitened, LeadingPairs(10)),
        "contrast": lambda: fitted(contrast, Scattering(J=1, L=4, full=1.0)),
    }[name]()


@pytest.mark.parametrize("versus", [None, AVERAGE])
@pytest.mark.parametrize("which", [0, 7])
def test_evidence_through_scattering_adds_up_to_the_margin(model, versus, which):
    image = DIGITS.test.images[which]
    for each in (model, model.compact()):
        found = explain(each, image, versus=versus)
        assert found.pixels.sum() + found.offset == pytest.approx(found.margin, abs=1e-9)
        scores = each.scores(image)[0]
        place = list(each.classes_).index(found.label)
        rival = scores.mean() if versus else scores[list(each.classes_).index(found.versus)]
        assert found.margin == pytest.approx(scores[place] - rival, abs=1e-3)
        assert found.through
        assert "at this image it equals one" in found.sentence


def test_behind_scattering_it_is_the_integral_of_ink_times_gradient(homogeneous):
    source = account_for(homogeneous)
    image = source.pixels(DIGITS.test.images[3])
    D = np.eye(10)[3:4] - np.eye(10)[5:6]
    exact = source.form.account(image[None], D, np.zeros(64))[0][0]
    # Midpoints of ink in equal steps of its root, where scattering's roots are polynomials.
    nodes = (np.arange(400) + 0.5) / 400
    ways, widths = nodes**2, 2 * nodes / 400
    step = 1e-3
    summed = np.zeros(64)
    for pixel in np.flatnonzero(image)[::9]:
        moved = np.zeros(64)
        moved[pixel] = step
        up = source.form.scores(ways[:, None] * image + moved) @ D[0]
        down = source.form.scores(ways[:, None] * image - moved) @ D[0]
        summed[pixel] = image[pixel] * ((up - down) / (2 * step) * widths).sum()
        assert summed[pixel] == pytest.approx(exact[pixel], rel=0.02, abs=2e-3)


def test_maps_of_many_images_are_those_of_each(model):
    maps, offsets = evidence_maps(model, DIGITS.test.images[:40])
    for k in (0, 35):
        found = explain(model, DIGITS.test.images[k])
        np.testing.assert_allclose(maps[k], found.pixels.ravel(), atol=2e-3)
        assert offsets[k] == pytest.approx(found.offset, abs=1e-3)


def test_another_reference_than_the_blank_page_is_refused(model):
    mean = Reference.mean(DIGITS.train.images)
    with pytest.raises(LinocutError, match="counts from the blank page"):
        explain(model, DIGITS.test.images[0], reference=mean)


def test_behind_scattering_a_blank_page_is_what_is_left(homogeneous):
    blank = homogeneous.scores(np.zeros((1, 8, 8), np.uint8))[0]
    found = explain(homogeneous, DIGITS.test.images[4], label="1", versus="2")
    assert found.reference.name == "the blank page"
    assert found.offset == pytest.approx(float(blank[1] - blank[2]), abs=1e-3)


def test_a_file_gives_the_same_evidence(model, tmp_path):
    kept = ImageClassifier.load(model.save(tmp_path / "model.linocut"))
    one, other = (explain(each, DIGITS.test.images[9]) for each in (model, kept))
    np.testing.assert_allclose(other.pixels, one.pixels, atol=1e-3)


def test_what_cannot_be_accounted_for_is_named():
    waves = fitted(UnitPixels(), RBFSampler(n_components=20, random_state=0))
    with pytest.raises(LinocutError, match="rbfsampler"):
        explain(waves, DIGITS.test.images[0])


def test_what_is_no_polynomial_has_no_weights_of_pixels(model):
    with pytest.raises(LinocutError, match=r"cannot be pulled back|LeadingPairs"):
        pull_back(model)
