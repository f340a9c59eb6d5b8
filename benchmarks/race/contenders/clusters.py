"""Solvers for several machines, each on two processes or threads of this one."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from benchmarks.race.contenders.base import Contender, counted, tolerances
from benchmarks.race.contenders.ours import Linocut
from benchmarks.race.task import Task, Weights

STEPS = (10, 18, 25, 35, 50, 70, 100, 140, 200, 280)
NEVER = 1e-12
MEMORY = "6g"  # of Spark's one process
TOLERANCES = (1.0, 0.1, 1e-2, 1e-3, 1e-4)


class Spark(Contender):
    """Spark ML's L-BFGS, ``local[2]``; rows go to it as a table of Arrow's.

    They become Spark's vectors and are cached by it within the time.
    """

    package = "pyspark"
    name = "Spark ML, local[2]"
    ladder = counted("maxIter", STEPS)
    dtype = np.dtype(np.float64)

    def refusal(self, task: Task, limit: float) -> str | None:
        return "rows go to it one by one" if task.sparse or task.one_vs_rest else None

    @cached_property
    def session(self) -> Any:
        from pyspark.sql import SparkSession

        builder = SparkSession.builder.master("local[2]").config("spark.driver.memory", MEMORY)
        builder = builder.config("spark.ui.enabled", "false")
        session = builder.config("spark.sql.execution.arrow.pyspark.enabled", "true").getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
        return session

    def fit(self, task: Task, options: dict[str, Any]) -> Weights:
        import pyarrow as pa
        from pyspark.ml.classification import LogisticRegression
        from pyspark.ml.functions import array_to_vector

        features = task.features(self.dtype)
        n, d = features.X.shape
        offsets = pa.array(np.arange(0, (n + 1) * d, d, dtype=np.int32))
        lists = pa.ListArray.from_arrays(offsets, pa.array(features.X.ravel()))
        table = pa.table({"x": lists, "label": pa.array(task.y.astype(np.float64))})
        rows = self.session.createDataFrame(table)
        rows = rows.select(array_to_vector("x").alias("features"), "label").repartition(2)
        model = LogisticRegression(
            family="multinomial",
            regParam=1 / (task.C * n),
            elasticNetParam=0.0,
            standardization=False,
            tol=NEVER,
            **options,
        ).fit(rows.cache())
        W, b = model.coefficientMatrix.toArray(), model.interceptVector.toArray()
        rows.unpersist()
        return Weights(W, b, features)


class DaskML(Contender):
    """Listed for what it does not do."""

    package = "dask-ml"
    name = "dask-ml"

    def refusal(self, task: Task, limit: float) -> str | None:
        return "two classes only"


class LinocutOnDask(Linocut):
    """Linocut on two worker processes, which live as long as the race."""

    @cached_property
    def engine(self) -> str:
        from distributed import Client, LocalCluster

        self.cluster = LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=50
        )
        self.client = Client(self.cluster)
        return str(self.cluster.scheduler_address)

    def refusal(self, task: Task, limit: float) -> str | None:
        return "sparse rows stay here" if task.sparse else None

    def _settings(self) -> dict[str, Any]:
        return {"engine": self.engine}


SOLVERS = (
    Spark(),
    DaskML(),
    LinocutOnDask("linocut on Dask, with its proof", tolerances(TOLERANCES)),
)
