"""A convolutional network with CTC loss, for comparison (extra ``neural``)."""

from linocut.lines.network.neural import CTCReader

__all__ = ["CTCReader"]
