"""Traits are tested where there are some: anywidget is an extra."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("anywidget") else ["test_traits.py"]
