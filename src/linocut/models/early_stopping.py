"""Training a network by Adam until what was held out gets no better; needs the extra ``neural``."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError

if TYPE_CHECKING:
    import torch

Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Epoch:
    """What one reading of the training images came to.

    Attributes
    ----------
    number : int
        From 1 up.
    train_loss : float
        Mean loss of the batches as they were read, nats.
    validation_loss, validation_accuracy : float
        On the part held out for early stopping.
    seconds : float
        Since the fit began.
    """

    number: int
    train_loss: float
    validation_loss: float
    validation_accuracy: float
    seconds: float


@dataclass(frozen=True)
class EarlyStopping:
    """Adam with a learning rate that falls along half a cosine, stopped early.

    Attributes
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
        Share of the images held out to tell when to stop.
    longest_step : float or None
        What gradients are shortened to where they are longer; None leaves them. Recurrent layers
        need it.
    """

    max_epochs: int
    patience: int
    batch_size: int
    learning_rate: float
    held_out: float
    longest_step: float | None = None

    def __post_init__(self) -> None:
        if not 0 < self.held_out < 1:
            raise LinocutError(f"held_out={self.held_out!r} — a share between 0 and 1")
        for name in ("max_epochs", "patience", "batch_size"):
            if getattr(self, name) < 1:
                raise LinocutError(f"{name}={getattr(self, name)!r} — an integer from 1 up")

    def parts(self, n: int, rng: np.random.Generator) -> tuple[Rows, Rows]:
        """Draw which of n ≥ 2 images are held out; return these, and those to train on."""
        order = rng.permutation(n)
        m = min(n - 1, max(1, round(self.held_out * n)))
        return order[:m], order[m:]

    def train(
        self,
        network: torch.nn.Module,
        rows: Rows,
        loss_of: Callable[[Rows], torch.Tensor],
        judge: Callable[[], tuple[float, float]],
        rng: np.random.Generator,
        callback: Callable[[Epoch], bool | None] | None = None,
    ) -> tuple[Epoch, ...]:
        """Train a network and leave it with the weights of its best epoch, ready for use.

        Parameters
        ----------
        network : torch.nn.Module
            Trained in place.
        rows : int array, shape (n,)
            The training images, by their positions.
        loss_of : callable
            Mean loss of some rows, as a tensor to differentiate.
        judge : callable
            Loss and accuracy on the part held out.
        rng : numpy.random.Generator
            Shuffles the rows.
        callback : callable, optional
            Called after each `Epoch`; a true answer ends the training. So does Ctrl-C.

        Returns
        -------
        tuple of Epoch
            The record of the training; empty if it was interrupted before the first epoch's end.
        """
        torch_ = imported_torch()
        optimiser = torch_.optim.Adam(network.parameters(), lr=self.learning_rate)
        steps = -(-len(rows) // self.batch_size) * self.max_epochs
        schedule = torch_.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
        began, best, epochs = time.perf_counter(), np.inf, list[Epoch]()
        kept, at_best = _weights(network), 0
        try:
            for number in range(1, self.max_epochs + 1):
                network.train()
                total = 0.0
                order = rng.permutation(rows)
                for start in range(0, len(order), self.batch_size):
                    batch = order[start : start + self.batch_size]
                    optimiser.zero_grad(set_to_none=True)
                    loss = loss_of(batch)
                    loss.backward()
                    if self.longest_step is not None:
                        torch_.nn.utils.clip_grad_norm_(network.parameters(), self.longest_step)
                    optimiser.step()
                    schedule.step()
                    total += float(loss.detach()) * len(batch)
                network.eval()
                lost, right = judge()
                spent = time.perf_counter() - began
                epochs.append(Epoch(number, total / len(order), lost, right, spent))
                if lost < best:
                    best, kept, at_best = lost, _weights(network), number
                if (callback and callback(epochs[-1])) or number - at_best >= self.patience:
                    break
        except KeyboardInterrupt:
            pass
        network.load_state_dict(kept)
        network.eval()
        return tuple(epochs)


def imported_torch() -> Any:
    """Import PyTorch, which takes seconds, or say in one line how to install it."""
    try:
        import torch
    except ImportError as error:
        raise LinocutError(
            "the neural networks need PyTorch, which is not installed — "
            "pip install 'linocut[neural]'"
        ) from error
    return torch


@contextmanager
def torch_threads(n: int) -> Iterator[None]:
    """Let PyTorch use n threads, and what it used before afterwards."""
    torch = imported_torch()
    before = torch.get_num_threads()
    torch.set_num_threads(n)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _weights(network: torch.nn.Module) -> dict[str, Any]:
    return {name: value.clone() for name, value in network.state_dict().items()}
