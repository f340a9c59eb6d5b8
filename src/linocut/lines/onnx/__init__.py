"""Readers of fixed positions as ONNX files, which run without linocut and without Python."""

from linocut.lines.onnx.export import export_reader_onnx

__all__ = ["export_reader_onnx"]
