"""Finished models as plain data: saved, loaded and exported."""

from linocut.modelfile.contents import ModelContents, Provenance

__all__ = ["ModelContents", "Provenance"]
