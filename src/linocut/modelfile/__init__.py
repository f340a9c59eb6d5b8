"""Finished models as plain data: saved, loaded and exported."""

from linocut.modelfile.c import QuantisationLoss, export_c, quantisation_loss
from linocut.modelfile.contents import ModelContents, Provenance
from linocut.modelfile.file import model_bytes, model_of_bytes, read_model, write_model
from linocut.modelfile.html import export_html
from linocut.modelfile.json_document import export_json
from linocut.modelfile.kinds import is_reader_file
from linocut.modelfile.onnx import export_onnx
from linocut.modelfile.row_contents import RowContents

__all__ = [
    "ModelContents",
    "Provenance",
    "QuantisationLoss",
    "RowContents",
    "export_c",
    "export_html",
    "export_json",
    "export_onnx",
    "is_reader_file",
    "model_bytes",
    "model_of_bytes",
    "quantisation_loss",
    "read_model",
    "write_model",
]
