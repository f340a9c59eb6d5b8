"""Images in: labelled small images from names and paths."""

from linocut.data.dataset import ImageDataset, ImagePart
from linocut.data.load import load

__all__ = ["ImageDataset", "ImagePart", "load"]
