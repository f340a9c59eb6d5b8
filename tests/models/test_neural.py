"""The two networks to compare with: they learn, stop early, and can be repeated."""

import importlib

import numpy as np
import pytest
from sklearn.datasets import load_digits

from linocut.core import LinocutError
from linocut.models import NeuralClassifier, neural_available

DIGITS = load_digits()
IMAGES, LABELS = (DIGITS.images * 255 / 16).astype(np.uint8), DIGITS.target


@pytest.fixture
def torch(need_extra):
    return need_extra("torch")


@pytest.mark.parametrize("kind", ["mlp", "lenet"])
def test_a_network_learns_digits(torch, kind):
    model = NeuralClassifier(kind, max_epochs=25, batch_size=32).fit(IMAGES[:1200], LABELS[:1200])
    assert model.score(IMAGES[1200:], LABELS[1200:]) > 0.9
    P = model.predict_proba(IMAGES[1200:])
    np.testing.assert_allclose(P.sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_array_equal(model.classes_[P.argmax(axis=1)], model.predict(IMAGES[1200:]))
    assert model.epochs_[-1].train_loss < model.epochs_[0].train_loss


def test_the_same_seed_gives_the_same_network_and_leaves_torch_alone(torch):
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    one, same = (NeuralClassifier("mlp", max_epochs=2, random_state=1).fit(IMAGES, LABELS)
                 for _ in range(2))  # fmt: skip
    np.testing.assert_array_equal(one.scores(IMAGES), same.scores(IMAGES))
    assert torch.equal(torch.rand(3), expected)
    other = NeuralClassifier("mlp", max_epochs=2, random_state=2).fit(IMAGES, LABELS)
    assert (other.scores(IMAGES) != one.scores(IMAGES)).any()


def test_it_stops_when_the_held_out_loss_no_longer_falls(torch):
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, (200, 8, 8)).astype(np.uint8)
    labels = rng.integers(0, 2, 200)
    model = NeuralClassifier("mlp", max_epochs=60, patience=2).fit(noise, labels)
    losses = [epoch.validation_loss for epoch in model.epochs_]
    assert len(losses) < 60
    assert int(np.argmin(losses)) == len(losses) - 3


def test_a_callback_can_end_it(torch):
    model = NeuralClassifier("mlp").fit(IMAGES, LABELS, callback=lambda epoch: epoch.number == 2)
    assert len(model.epochs_) == 2


def test_parameters_are_counted(torch):
    model = NeuralClassifier("mlp", max_epochs=1).fit(IMAGES, LABELS)
    assert model.n_parameters_ == 64 * 500 + 500 + 500 * 10 + 10
    lenet = NeuralClassifier("lenet", max_epochs=1)
    lenet.fit(np.zeros((20, 28, 28), np.uint8), np.arange(20) % 10)
    assert lenet.n_parameters_ == 61_706


def test_labels_may_be_words(torch):
    words = np.array(["zero", "other"])[(LABELS > 0).astype(int)]
    model = NeuralClassifier("mlp", max_epochs=8).fit(IMAGES, words)
    assert set(model.predict(IMAGES)) == {"zero", "other"}


@pytest.mark.parametrize(
    ("parameters", "shape", "named"),
    [
        ({"kind": "vgg"}, (8, 8), "kind='vgg'"),
        ({"kind": "lenet"}, (6, 6), "at least 8 pixels"),
        ({"max_epochs": 0}, (8, 8), "max_epochs=0"),
        ({"held_out": 1.0}, (8, 8), "held_out=1.0"),
    ],
)
def test_what_cannot_be_is_named(parameters, shape, named):
    with pytest.raises(LinocutError, match=named):
        NeuralClassifier(**parameters).fit(np.zeros((4, *shape), np.uint8), [0, 1, 0, 1])


def test_without_pytorch_the_extra_is_named(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(LinocutError, match=r"linocut\[neural\]"):
        NeuralClassifier().fit(IMAGES, LABELS)


def test_availability_is_what_an_import_would_say():
    try:
        importlib.import_module("torch")
    except ImportError:
        assert not neural_available()
    else:
        assert neural_available()
