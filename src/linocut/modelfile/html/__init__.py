"""A finished model as one HTML page: drawn on, it classifies, and says why."""

from linocut.modelfile.html.export import FORMAT, ExplorerDocument, export_html
from linocut.modelfile.html.samples import Samples

__all__ = ["FORMAT", "ExplorerDocument", "Samples", "export_html"]
