"""linocut: how far a straight cut goes — interpretable linear classification of small images."""

from linocut._version import __version__

__all__ = ["__version__"]
