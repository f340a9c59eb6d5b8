"""A finished model as one HTML page: drawn on, it classifies, and says why."""

from linocut.modelfile.html.export import export_html, served_page
from linocut.modelfile.html.samples import Samples

__all__ = ["Samples", "export_html", "served_page"]
