"""What a server counts, in the form that Prometheus reads."""

from __future__ import annotations

import os

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

CONTENT_TYPE = CONTENT_TYPE_LATEST
SECONDS = (0.001, 0.002, 0.003, 0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
# Where several workers leave their counts, so that whoever is asked tells those of all.
SHARED = "PROMETHEUS_MULTIPROC_DIR"


class Metrics:
    """Requests by path and status, their seconds, images, and what waits."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "linocut_requests",
            "Requests answered.",
            ("path", "method", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "linocut_request_seconds",
            "Seconds from the headers of a request to the end of its answer.",
            ("path",),
            buckets=SECONDS,
            registry=self.registry,
        )
        self.images = Counter(
            "linocut_images", "Images classified or explained.", ("model",), registry=self.registry
        )
        self.waiting = Gauge(
            "linocut_requests_waiting",
            "Requests that wait for a thread, or are in one.",
            registry=self.registry,
            multiprocess_mode="livesum",
        )
        self.reloads = Counter(
            "linocut_model_reloads",
            "Model files that had changed, by what became of them.",
            ("model", "outcome"),
            registry=self.registry,
        )

    def text(self) -> bytes:
        """Return all counts; with several workers, of all of them."""
        if SHARED not in os.environ:
            return generate_latest(self.registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]  # as it comes
        return generate_latest(together)
