"""Replays end where the fit ends, and are real animations."""

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits
from sklearn.pipeline import make_pipeline

from linocut.core import LinocutError
from linocut.explain import Replay, pull_back, replay_fit, replay_path
from linocut.features import UnitPixels
from linocut.models import ClassMeans, LeastSquaresClassifier, SoftmaxRegression


@pytest.fixture(scope="module")
def digits():
    found = load_digits()
    return (found.images[:900], found.target[:900]), (found.images[900:], found.target[900:])


def test_a_fit_ends_at_its_templates(digits):
    (images, y), test = digits
    pipeline = make_pipeline(UnitPixels(16.0), SoftmaxRegression(tol=1e-4))
    found = replay_fit(pipeline, images, y, test=test)
    fitted = make_pipeline(UnitPixels(16.0), SoftmaxRegression(tol=1e-4)).fit(images, y)
    W = pull_back(fitted).form.W * 16
    np.testing.assert_allclose(
        found.frames[-1].reshape(10, 64), W - W.mean(axis=0), atol=1e-3 * np.abs(W).max()
    )
    assert found.accuracies[-1, 1] == pytest.approx(fitted.score(*test))
    assert 3 <= len(found.frames) <= 12
    assert found.iterations[0] == 0
    assert found.objectives[-1] == pytest.approx(fitted[-1].objective_)
    assert (np.diff(found.objectives) < 0).all()
    assert "objective" in found.rows()[0]
    assert not hasattr(pipeline[-1], "coef_")  # the model that was given is as it was


def test_a_path_begins_with_class_means(digits):
    (images, y), test = digits
    found = replay_path(images, y, Cs=[1e-9, 1e-4, 1e-1], test=test)
    means = ClassMeans("dot").fit(images, y).coef_
    first = found.frames[0].reshape(10, 64)
    for k in range(10):
        # W_k = C Σ (y − p) x with p the class shares: the class mean less the mean of all.
        expected = means[k] - images.reshape(900, 64).mean(axis=0)
        expected = expected * np.mean(y == k)
        expected_ = first[k] + 0 * expected
        assert np.corrcoef(expected_, expected)[0, 1] > 0.9
    assert "C = 0.1" in found.captions
    assert found.accuracies[0, 0] < found.accuracies[-1, 0]
    assert "test accuracy is best" in found.sentence


def test_it_saves_an_animation_or_a_strip(digits, tmp_path):
    (images, y), _ = digits
    found = replay_path(images[:300], y[:300], Cs=[1e-6, 1e-3, 1.0])
    for name in ("a.gif", "b.png"):
        with Image.open(found.save(tmp_path / name)) as picture:
            assert picture.n_frames == 3
    assert (found.save(tmp_path / "c.svg")).read_bytes().startswith(b"<?xml")
    assert len(found.rows()) == 3


def test_only_models_that_take_steps_are_replayed(digits):
    (images, y), _ = digits
    with pytest.raises(LinocutError, match="step by step"):
        replay_fit(LeastSquaresClassifier(), images, y)
    with pytest.raises(LinocutError, match="images of shape"):
        replay_fit(SoftmaxRegression(), images.reshape(-1, 64), y)


def test_all_moments_have_one_scale_about_zero():
    frames = np.stack([np.full((2, 3, 3), size) for size in (0.01, 1.0, 100.0)])
    frames[:, 1] *= -1
    accuracies = np.array([[0.5, 0.5], [0.9, 0.9], [1.0, 0.8]])
    replay = Replay(frames, ("a", "b", "c"), ("x", "y"), "log-odds", accuracies)
    assert replay.limit == 1.0  # of the moment that does best on the test part
    first, *_, last = replay.plot().axes[0].images
    assert first.get_clim() == last.get_clim() == (-1.0, 1.0)
    assert np.max(first.get_array()) == pytest.approx(0.01)
    assert np.min(last.get_array()) == pytest.approx(-100)
