"""The offline page: collect results, put them in words, make sprites, fill the built page."""

from linocut.report.collecting import collect
from linocut.report.document import Document
from linocut.report.page import write_report

__all__ = ["Document", "collect", "write_report"]
