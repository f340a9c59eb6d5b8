"""Finished models as plain data: saved, loaded and exported."""

from linocut.modelfile.contents import ModelContents, Provenance
from linocut.modelfile.file import model_bytes, model_of_bytes, read_model, write_model

__all__ = [
    "ModelContents",
    "Provenance",
    "model_bytes",
    "model_of_bytes",
    "read_model",
    "write_model",
]
