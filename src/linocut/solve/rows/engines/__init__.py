"""What computes on rows: the threads of this process, or the workers of a Dask cluster."""

from linocut.solve.rows.engines.placing import check_engine, placed, reached

__all__ = ["check_engine", "placed", "reached"]
