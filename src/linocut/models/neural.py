"""Two neural networks to hold the linear models against; they need the extra ``neural``.

The classic series LR → MLP → LeNet: one hidden layer of tanh units, and the convolutional network
of LeCun et al., "Gradient-based learning applied to document recognition" (1998), with rectified
units and max pooling in the places of the sigmoids and means of its time.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax, softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted, column_or_1d

from linocut.core import LinocutError
from linocut.core.arrays import check_image_shape, checked_images
from linocut.core.links import Link
from linocut.core.randomness import RandomState, seed_of
from linocut.core.steps import ModelKind
from linocut.core.threads import available_cores
from linocut.models.early_stopping import EarlyStopping, Epoch, imported_torch, torch_threads

if TYPE_CHECKING:
    import torch

Floats = NDArray[np.float64]

READ_AT_ONCE = 2000  # images
WORTH_TWO_THREADS = 30_000  # pixels a step


def neural_available() -> bool:
    """Return whether PyTorch is installed."""
    from importlib.util import find_spec

    return find_spec("torch") is not None


class NeuralClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A small neural network, trained on the CPU by Adam and stopped early.

    A part of the training images is held out; training ends when their loss has not fallen for
    ``patience`` epochs, or after ``max_epochs``, and the weights of the best epoch are kept. The
    learning rate falls along half a cosine.

    Parameters
    ----------
    kind : {"mlp", "lenet"}
        One hidden layer of 500 tanh units; or LeNet-5: two convolutions of 6 and 16 filters of
        5 × 5 with max pooling, then 120 and 84 units.
    max_epochs : int
        Readings of the training images at most.
    patience : int
        Epochs without a better validation loss after which training ends.
    batch_size : int
        Images a step.
    learning_rate : float
        Of the first step.
    held_out : float
        Share of the training images held out for early stopping.
    random_state : int, numpy.random.Generator, numpy.random.RandomState or None
        Of the weights at the start, of the order of the images and of those held out. The same
        integer gives the same network on the same machine with as many threads.

    Attributes
    ----------
    classes_ : array, shape (K,)
        The labels, sorted.
    epochs_ : tuple of Epoch
        The record of the fit.
    n_parameters_ : int
        Weights and offsets.
    validation_accuracy_, validation_rows_ : float, int
        Accuracy of the best epoch's network on the images held out, and their number.
    image_shape_ : (int, int) or (int, int, 3)
        Height and width.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> digits = load_dataset("digits").train
    >>> if neural_available():
    ...     model = NeuralClassifier("mlp", max_epochs=15).fit(digits.images, digits.labels)
    ...     assert model.score(digits.images, digits.labels) > 0.95
    """

    model_kind = ModelKind("neural", Link.SOFTMAX, linear=False, validates_itself=True)

    def __init__(
        self,
        kind: Literal["mlp", "lenet"] = "lenet",
        *,
        max_epochs: int = 12,
        patience: int = 3,
        batch_size: int = 100,
        learning_rate: float = 2e-3,
        held_out: float = 0.1,
        random_state: RandomState = 0,
    ) -> None:
        self.kind = kind
        self.max_epochs = max_epochs
        self.patience = patience
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.held_out = held_out
        self.random_state = random_state

    def fit(
        self, X: Any, y: Any, *, callback: Callable[[Epoch], bool | None] | None = None
    ) -> Self:
        """Train the network.

        Parameters
        ----------
        X : uint8 array, shape (n, h, w) or (n, h, w, 3)
            Images; zero is paper, 255 full ink.
        y : array, shape (n,)
            Labels.
        callback : callable, optional
            Called after each `Epoch`; a true answer ends the fit. So does Ctrl-C; both leave the
            best weights so far.

        Raises
        ------
        LinocutError
            If PyTorch is not installed, there are fewer than two classes, or the images are too
            small for LeNet-5.
        """
        images = checked_images(X, type(self).__name__, colour=True)
        self._check(images.shape[1:])
        stopping = EarlyStopping(
            self.max_epochs, self.patience, self.batch_size, self.learning_rate, self.held_out
        )
        torch = imported_torch()
        labels = column_or_1d(y)
        if len(labels) != len(images):
            raise LinocutError(
                f"{len(images)} images and {len(labels)} labels — one label an image"
            )
        self.classes_, positions = np.unique(labels, return_inverse=True)
        if len(self.classes_) < 2:
            raise LinocutError("all images are of one class — two are needed")
        self.image_shape_ = images.shape[1:]
        seed = seed_of(self.random_state)
        rng = np.random.default_rng(seed)
        held, fitted = stopping.parts(len(images), rng)
        inputs = torch.from_numpy(np.ascontiguousarray(images))
        targets = torch.from_numpy(positions.astype(np.int64))
        # All draws are from generators of our own: the caller's stay as they were.
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            network = _network(self.kind, self.image_shape_, len(self.classes_))
        self.n_parameters_ = sum(part.numel() for part in network.parameters())
        with self._threads():
            self._train(network, inputs, targets, fitted, held, stopping, rng, callback)
        return self

    def _train(
        self,
        network: torch.nn.Module,
        inputs: torch.Tensor,
        targets: torch.Tensor,
        fitted: NDArray[np.intp],
        held: NDArray[np.intp],
        stopping: EarlyStopping,
        rng: np.random.Generator,
        callback: Callable[[Epoch], bool | None] | None,
    ) -> None:
        torch = imported_torch()
        y = targets.numpy()[held]

        def loss_of(rows: NDArray[np.intp]) -> Any:
            at = torch.from_numpy(rows)
            return torch.nn.functional.cross_entropy(network(_floats(inputs[at])), targets[at])

        def judge() -> tuple[float, float]:
            scores = _scores(network, inputs[torch.from_numpy(held)])
            log_p = log_softmax(scores, axis=1)
            lost = float(-log_p[np.arange(len(y)), y].mean())
            return lost, float((scores.argmax(axis=1) == y).mean())

        self.epochs_ = stopping.train(network, fitted, loss_of, judge, rng, callback)
        self.network_ = network
        self.validation_rows_ = len(held)
        lowest = min(self.epochs_, key=lambda epoch: epoch.validation_loss, default=None)
        self.validation_accuracy_ = lowest.validation_accuracy if lowest else 0.0

    def scores(self, X: Any) -> Floats:
        """Return the K scores of each image, shape (n, K)."""
        check_is_fitted(self)
        images = checked_images(X, type(self).__name__, colour=True)
        check_image_shape(images, self.image_shape_, type(self).__name__)
        with self._threads():
            return _scores(self.network_, imported_torch().from_numpy(np.ascontiguousarray(images)))

    def probabilities(self, scores: Floats) -> Floats:
        """Return the probabilities that belong to scores, both of shape (n, K)."""
        return np.asarray(softmax(scores, axis=1))

    def predict_proba(self, X: Any) -> Floats:
        """Return the probability of each class for each image, shape (n, K)."""
        return self.probabilities(self.scores(X))

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the class with the largest score for each image, shape (n,)."""
        return np.asarray(self.classes_[self.scores(X).argmax(axis=1)])

    def _threads(self) -> AbstractContextManager[None]:
        """Let PyTorch use the cores of this process, and what it used before afterwards.

        Threads that share too little work wait for each other longer than they compute.
        """
        height, width = self.image_shape_[:2]
        worth_it = self.batch_size * height * width >= WORTH_TWO_THREADS
        return torch_threads(available_cores() if worth_it else 1)

    def _check(self, shape: tuple[int, ...]) -> None:
        if self.kind not in {"mlp", "lenet"}:
            raise LinocutError(f"kind={self.kind!r} — mlp or lenet")
        if self.kind == "lenet" and min(shape[:2]) < 8:
            raise LinocutError(
                f"images of {shape[0]} × {shape[1]} — LeNet-5 needs at least 8 pixels a side"
            )

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.two_d_array = False
        return tags


def _network(kind: str, shape: tuple[int, ...], n_classes: int) -> Any:
    nn = imported_torch().nn
    planes = math.prod(shape[2:])
    if kind == "mlp":
        return nn.Sequential(
            nn.Flatten(), nn.Linear(math.prod(shape), 500), nn.Tanh(), nn.Linear(500, n_classes)
        )
    # The border of two pixels is what made 28 × 28 digits the 32 × 32 of the paper.
    left = [((size // 2) - 4) // 2 for size in shape[:2]]
    if min(left) < 1:  # too small for a second unpadded convolution
        left = [size // 2 // 2 for size in shape[:2]]
        second = nn.Conv2d(6, 16, 5, padding=2)
    else:
        second = nn.Conv2d(6, 16, 5)
    return nn.Sequential(
        nn.Conv2d(planes, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        second, nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(16 * left[0] * left[1], 120), nn.ReLU(),
        nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, n_classes),
    )  # fmt: skip


def _floats(images: torch.Tensor) -> torch.Tensor:
    planes_first = images.unsqueeze(1) if images.ndim == 3 else images.permute(0, 3, 1, 2)
    return planes_first.float() / 255


def _scores(network: torch.nn.Module, images: torch.Tensor) -> Floats:
    torch = imported_torch()
    network.eval()
    with torch.inference_mode():
        parts = [
            network(_floats(part)).double().numpy() for part in torch.split(images, READ_AT_ONCE)
        ]
    return np.concatenate(parts)
