"""How far to trust the models: what the page shows of it, beyond accuracy."""

from linocut.report.trust.collecting import collect_trust

__all__ = ["collect_trust"]
