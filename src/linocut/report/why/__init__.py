"""What shows why models decide as they do, beyond what the page computes from their weights."""

from linocut.report.why.collecting import collect_why

__all__ = ["collect_why"]
