"""The offline page: collect results, put them in words, make sprites, fill the built page."""

from linocut.report.collect import collect
from linocut.report.document import Document
from linocut.report.page import check_target, write_report

__all__ = ["Document", "check_target", "collect", "write_report"]
