"""The page about strings: how many are read, by which model, which not, and why."""

from linocut.report.strings.collecting import JudgedReader, ReadImage, collect_strings
from linocut.report.strings.document import StringsDocument

__all__ = ["JudgedReader", "ReadImage", "StringsDocument", "collect_strings"]
