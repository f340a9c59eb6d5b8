"""Finished models as ONNX files, which run without linocut and without Python."""

from linocut.modelfile.onnx.export import export_onnx

__all__ = ["export_onnx"]
