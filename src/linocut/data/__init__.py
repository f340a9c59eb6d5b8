"""Images in: labelled small images from names and paths."""

from linocut.data.corrections import apply_corrections
from linocut.data.dataset import ImageDataset, ImagePart
from linocut.data.entries import Entry, catalogue, find_entry
from linocut.data.image_numbers import OneImage, one_image
from linocut.data.intake import Intake
from linocut.data.load_options import LoadOptions, TableOptions
from linocut.data.loading import load_dataset
from linocut.data.named import fetch_named, where
from linocut.data.split import hold_out, split_rows
from linocut.data.summary import DatasetSummary, Duplicates, find_duplicates, summarise

__all__ = [
    "DatasetSummary",
    "Duplicates",
    "Entry",
    "ImageDataset",
    "ImagePart",
    "Intake",
    "LoadOptions",
    "OneImage",
    "TableOptions",
    "apply_corrections",
    "catalogue",
    "fetch_named",
    "find_duplicates",
    "find_entry",
    "hold_out",
    "load_dataset",
    "one_image",
    "split_rows",
    "summarise",
    "where",
]
