"""A network to hold the linear readers against: convolutions, a recurrent layer, CTC loss.

The kind that is published for CAPTCHAs and printed lines: Shi, Bai and Yao, "An end-to-end
trainable neural network for image-based sequence recognition" (2017), in a small size, with the
loss of Graves et al., "Connectionist temporal classification" (2006). Needs the extra ``neural``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from linocut.core import LinocutError
from linocut.core.randomness import RandomState, seed_of
from linocut.core.threads import available_cores
from linocut.lines.alike import alike
from linocut.lines.data import Strings, symbols_of
from linocut.lines.network.ctc_decoding import best_labellings
from linocut.models.early_stopping import EarlyStopping, Epoch, imported_torch, torch_threads

if TYPE_CHECKING:
    import torch

Images = Sequence[NDArray[np.uint8]]

FILTERS = (16, 32, 64, 64)
HIDDEN = 96  # units of the recurrent layer, each way, and of the layer before it
FORGET = 0.5  # of the recurrent layer's forget gates at the start (Jozefowicz et al. 2015)
LOWEST = 8  # pixels: three times halved, one row is left
COLUMNS = (8, 4, 2)  # pixels that may make a column
ROOM = 2  # columns wanted for a glyph
READ_AT_ONCE = 64  # images
LONGEST_STEP = 5.0


class CTCReader(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A small convolutional and recurrent network that reads a string, trained by CTC loss.

    Four convolutions of 16, 32, 64 and 64 filters of 3 × 3 with batch normalisation, the first
    three with max pooling; a recurrent layer (LSTM) of 96 units each way over the columns; at each
    column, 8 pixels wide where texts leave room, the probability of each symbol and of none. The
    loss sums over all ways to write the text into the columns. Nothing in it is convex. A part of
    the images is held out, and training stops when their loss no longer falls.

    Parameters
    ----------
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
    shift : int
        Pixels by which training images are moved sideways at most, and a third of it up or down,
        anew at each reading.
    random_state : int, numpy.random.Generator, numpy.random.RandomState or None
        Of the weights at the start, of the images held out, their order and their shifts.

    Attributes
    ----------
    symbols_ : tuple of str
        The symbols of the training texts, sorted.
    epochs_ : tuple of Epoch
        The record of the fit; accuracy is the share of whole texts.
    n_parameters_ : int
        Weights and offsets.
    height_ : int
        Of the images, pixels.

    Examples
    --------
    >>> from linocut.models import neural_available
    >>> from linocut.data import load_dataset
    >>> glyphs = load_dataset("digits").train
    >>> pairs = [np.hstack([glyphs.images[i], glyphs.images[i + 1]]) for i in range(60)]
    >>> texts = [f"{glyphs.labels[i]}{glyphs.labels[i + 1]}" for i in range(60)]
    >>> if neural_available():
    ...     reader = CTCReader(max_epochs=2).fit(Strings(tuple(pairs), tuple(texts)))
    ...     assert len(reader.predict(pairs[:3])) == 3
    """

    def __init__(
        self,
        *,
        max_epochs: int = 40,
        patience: int = 10,
        batch_size: int = 16,
        learning_rate: float = 2e-3,
        held_out: float = 0.1,
        shift: int = 6,
        random_state: RandomState = 0,
    ) -> None:
        self.max_epochs = max_epochs
        self.patience = patience
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.held_out = held_out
        self.shift = shift
        self.random_state = random_state

    def fit(
        self, strings: Strings, *, callback: Callable[[Epoch], bool | None] | None = None
    ) -> Self:
        """Train the network.

        Parameters
        ----------
        strings : Strings
            Images of one height, and their texts.
        callback : callable, optional
            Called after each `Epoch`; a true answer ends the fit. So does Ctrl-C; both leave the
            best weights so far.

        Raises
        ------
        LinocutError
            If PyTorch is not installed, there are fewer than two images, the images are too low
            for three poolings, or one is too narrow for its text.
        """
        stopping = EarlyStopping(
            self.max_epochs, self.patience, self.batch_size, self.learning_rate, self.held_out,
            LONGEST_STEP,
        )  # fmt: skip
        if self.shift < 0:
            raise LinocutError(f"shift={self.shift!r} — a number of pixels from 0 up")
        if len(strings) < 2:
            raise LinocutError(f"{len(strings)} images — two are needed, one of them held out")
        self.height_ = strings.height
        if self.height_ < LOWEST:
            raise LinocutError(
                f"images {self.height_} pixels high — the network needs at least {LOWEST}"
            )
        written = strings.symbols
        self.symbols_ = tuple(sorted({symbol for text in written for symbol in text}))
        self.columns_ = _columns(strings, written)
        place = {symbol: k for k, symbol in enumerate(self.symbols_, start=1)}
        targets = [[place[symbol] for symbol in text] for text in written]
        torch = imported_torch()
        seed = seed_of(self.random_state)
        rng = np.random.default_rng(seed)
        held, fitted = stopping.parts(len(strings), rng)
        with torch.random.fork_rng(devices=[]), torch_threads(available_cores()):
            torch.manual_seed(seed)
            self.network_ = _network(self.height_, len(self.symbols_), self.columns_)
            self.n_parameters_ = sum(part.numel() for part in self.network_.parameters())

            def loss_of(rows: NDArray[np.intp]) -> Any:
                moved = [_moved(strings.images[i], self.shift, rng) for i in rows]
                log_p, lengths = self._log_probabilities(moved)
                return _loss(log_p, lengths, [targets[i] for i in rows])

            def judge() -> tuple[float, float]:
                return self._judge(strings.take(held), [targets[i] for i in held])

            self.epochs_ = stopping.train(self.network_, fitted, loss_of, judge, rng, callback)
        return self

    def best_readings(self, images: Images, best: int = 5) -> list[list[tuple[str, float]]]:
        """Return the most probable texts of each image with their probabilities.

        Found by prefix beam search; the probability of each is then the exact sum over all ways
        to write it into the columns.

        Parameters
        ----------
        images : sequence of n uint8 arrays, shape (h, w_i)
            Zero is paper, 255 full ink; of the training images' height.
        best : int
            Texts wanted of each image.
        """
        check_is_fitted(self, "network_")
        for image in images:
            if image.shape[0] != self.height_:
                raise LinocutError(
                    f"an image {image.shape[0]} pixels high — the network was trained on images "
                    f"{self.height_} high"
                )
        found: list[list[tuple[str, float]]] = [[]] * len(images)
        with torch_threads(available_cores()), imported_torch().inference_mode():
            for rows in alike(images, READ_AT_ONCE):  # none is then filled up
                log_p, lengths = self._log_probabilities([images[i] for i in rows])
                for i, row, length in zip(rows, log_p, lengths, strict=True):
                    found[i] = self._texts(row[:length].double(), best)
        return found

    def predict(self, images: Images) -> list[str]:
        """Return the most probable text of each image."""
        return [texts[0][0] for texts in self.best_readings(images, best=1)]

    def _texts(self, log_p: torch.Tensor, best: int) -> list[tuple[str, float]]:
        torch = imported_torch()
        labellings = best_labellings(log_p.numpy(), best)
        several = log_p.unsqueeze(0).expand(len(labellings), -1, -1)
        lengths = [len(log_p)] * len(labellings)
        lost = _loss(several, lengths, [list(each) for each in labellings], reduction="none")
        order = torch.argsort(lost).tolist()
        return [
            ("".join(self.symbols_[k - 1] for k in labellings[at]), float(torch.exp(-lost[at])))
            for at in order
        ]

    def _judge(self, held: Strings, targets: list[list[int]]) -> tuple[float, float]:
        """Return the mean loss and the share of whole texts read, the likeliest path taken."""
        torch = imported_torch()
        lost, right = 0.0, 0
        with torch.inference_mode():
            for start in range(0, len(held), READ_AT_ONCE):
                part = targets[start : start + READ_AT_ONCE]
                images = held.images[start : start + READ_AT_ONCE]
                log_p, lengths = self._log_probabilities(images)
                lost += float(_loss(log_p, lengths, part)) * len(part)
                paths = log_p.argmax(2).numpy()
                for path, length, target in zip(paths, lengths, part, strict=True):
                    right += _collapsed(path[:length]) == target
        return lost / len(held), right / len(held)

    def _log_probabilities(self, images: Images) -> tuple[torch.Tensor, list[int]]:
        """Return log probabilities (n, columns, K + 1), none first, and columns of each image."""
        torch = imported_torch()
        width = max(image.shape[1] for image in images)
        batch = torch.zeros((len(images), 1, self.height_, width))
        for row, image in zip(batch, images, strict=True):
            ink = torch.from_numpy(image.astype(np.float32))
            # What is beside a narrow image is its mean grey.
            row[0, :, : image.shape[1]] = (ink - ink.mean()) / (ink.std() + 1.0)
        lengths = [max(1, image.shape[1] // self.columns_) for image in images]
        return self.network_(batch, lengths), lengths


def _columns(strings: Strings, written: Sequence[Sequence[str]]) -> int:
    """Return how many pixels make a column: as many as leave room for each text."""
    pairs = [(image.shape[1], text) for image, text in zip(strings.images, written, strict=True)]
    for pixels in COLUMNS:
        if all(width // pixels >= ROOM * len(text) for width, text in pairs):
            return pixels
    if all(width // COLUMNS[-1] >= _needed(text) for width, text in pairs):
        return COLUMNS[-1]
    name, image, text = next(
        each
        for each in zip(strings.names, strings.images, strings.texts, strict=True)
        if each[1].shape[1] // COLUMNS[-1] < _needed(symbols_of(each[2]))
    )
    raise LinocutError(
        f"{name}: {image.shape[1]} pixels wide — its text {text!r} needs at least "
        f"{COLUMNS[-1] * _needed(symbols_of(text))}"
    )


def _needed(text: Sequence[str]) -> int:
    """Return the columns that a text takes: between two equal symbols there must be none."""
    return len(text) + sum(a == b for a, b in pairwise(text))


def _collapsed(path: NDArray[np.intp]) -> list[int]:
    starts = np.r_[True, path[1:] != path[:-1]]
    return [int(k) for k in path[starts] if k]


def _loss(
    log_p: torch.Tensor,
    lengths: Sequence[int],
    targets: Sequence[Sequence[int]],
    reduction: str = "sum",
) -> Any:
    """Return minus the log probability of texts, nats; their mean unless each is wanted."""
    torch = imported_torch()
    lost = torch.nn.functional.ctc_loss(
        log_p.transpose(0, 1),
        torch.tensor([k for target in targets for k in target], dtype=torch.long),
        torch.tensor(lengths),
        torch.tensor([len(target) for target in targets]),
        reduction="none",
    )
    return lost if reduction == "none" else lost.mean()


def _network(height: int, n_symbols: int, columns: int) -> Any:
    torch = imported_torch()
    nn = torch.nn

    class Network(nn.Module):  # type: ignore[misc, name-defined]  # PyTorch is imported on use
        def __init__(self) -> None:
            super().__init__()
            layers: list[Any] = []
            before = 1
            for at, filters in enumerate(FILTERS):
                layers.append(nn.Conv2d(before, filters, 3, padding=1, bias=False))
                if at < 3:
                    layers.append(nn.MaxPool2d((2, 2 if columns >= 2 ** (at + 1) else 1)))
                layers += [nn.BatchNorm2d(filters), nn.ReLU()]
                before = filters
            self.convolutions = nn.Sequential(*layers)
            self.down = nn.Linear(before * (height // 2 // 2 // 2), HIDDEN, bias=False)
            self.even = nn.BatchNorm1d(HIDDEN)
            self.recurrent = nn.LSTM(HIDDEN, HIDDEN, bidirectional=True, batch_first=True)
            self.out = nn.Linear(2 * HIDDEN, n_symbols + 1)
            self.dropout = nn.Dropout(0.25)
            _start(self)

        def forward(self, images: Any, lengths: Sequence[int]) -> Any:
            # Channels last is three times as fast on a CPU.
            planes = self.convolutions(images.contiguous(memory_format=torch.channels_last))
            columns = planes.permute(0, 3, 1, 2).flatten(2)
            even = self.even(self.down(columns).transpose(1, 2)).transpose(1, 2)
            columns = self.dropout(torch.relu(even))
            packed = nn.utils.rnn.pack_padded_sequence(
                columns, torch.tensor(lengths), batch_first=True, enforce_sorted=False
            )
            states, _ = nn.utils.rnn.pad_packed_sequence(
                self.recurrent(packed)[0], batch_first=True, total_length=columns.shape[1]
            )
            return self.out(self.dropout(states)).log_softmax(2)

    return Network().to(memory_format=torch.channels_last)


def _start(network: Any) -> None:
    """Draw the weights at the start as Keras does: PyTorch's smaller ones leave CTC stuck."""
    init = imported_torch().nn.init
    for name, values in network.named_parameters():
        if values.ndim == 4:
            init.kaiming_normal_(values)
        elif "recurrent.weight_hh" in name:
            for gate in values.data.chunk(4):
                init.orthogonal_(gate)
        elif "recurrent.weight_ih" in name or name == "out.weight":
            init.xavier_uniform_(values)
        elif "recurrent.bias" in name:
            values.data.zero_()
            values.data[HIDDEN : 2 * HIDDEN] = FORGET


def _moved(image: NDArray[np.uint8], most: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return an image moved by a few pixels; what comes in repeats its edge."""
    if most == 0:
        return image
    down, right = rng.integers(-(most // 3), most // 3 + 1), rng.integers(-most, most + 1)
    rows, columns = (
        np.clip(np.arange(size) - by, 0, size - 1)
        for size, by in zip(image.shape, (down, right), strict=True)
    )
    return np.asarray(image[np.ix_(rows, columns)])
