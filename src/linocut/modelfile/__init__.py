"""Finished models as plain data: saved, loaded and exported."""

from linocut.modelfile.contents import ModelContents, Provenance
from linocut.modelfile.onnx import export_onnx

__all__ = ["ModelContents", "Provenance", "export_onnx"]
