"""What computes on rows: the threads of this process, or the workers of a Dask cluster."""

from linocut.solve.rows.engines.placing import KEEPING_MEMORY, check_engine, placed, reached

__all__ = ["KEEPING_MEMORY", "check_engine", "placed", "reached"]
