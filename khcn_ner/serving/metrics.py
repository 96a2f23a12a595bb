"""What a server counts of itself, in Prometheus' text format: requests, batches, pieces; no text and no names."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, generate_latest

from khcn_ner.tagging.folder import Manifest
from khcn_ner.tagging.tagger import TaggedDocument

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
_DOCUMENTS = (1, 2, 4, 8, 16, 32)


class Metrics:
    """The counters of one server, in a registry of their own.

    `n_waiting` and `n_running` are asked when the metrics are: documents in line, and requests not yet answered.
    """

    def __init__(self, manifest: Manifest, *, n_waiting: Callable[[], int], n_running: Callable[[], int]) -> None:
        self._registry = registry = CollectorRegistry()
        self._requests = Counter(
            "khcn_ner_requests", "Requests answered.", ("route", "method", "status"), registry=registry
        )
        self._seconds = Histogram(
            "khcn_ner_request_seconds", "Time to the answer's end.", ("route",), buckets=_SECONDS, registry=registry
        )
        self._batches = Histogram(
            "khcn_ner_batch_documents", "Documents tagged together.", buckets=_DOCUMENTS, registry=registry
        )
        self._documents = Counter("khcn_ner_documents_tagged", "Documents tagged.", registry=registry)
        self._pieces = Counter("khcn_ner_pieces_tagged", "Pieces of text tagged.", registry=registry)
        self._unseen = Counter(
            "khcn_ner_unseen_characters",
            "Characters that the model was not shown; 0 if all is well.",
            registry=registry,
        )
        waiting = Gauge("khcn_ner_queue_length", "Documents that wait to be tagged.", registry=registry)
        waiting.set_function(n_waiting)
        running = Gauge("khcn_ner_requests_running", "Requests for records or spans in work.", registry=registry)
        running.set_function(n_running)
        Info("khcn_ner_model", "The model served.", registry=registry).info(
            {**manifest.described(), "khcn_ner_version": manifest.khcn_ner_version}
        )

    def count_request(self, *, route: str, method: str, status_code: int, seconds: float) -> None:
        """Count an answered request."""
        self._requests.labels(route, method, str(status_code)).inc()
        self._seconds.labels(route).observe(seconds)

    def count_batch(self, n_documents: int) -> None:
        """Count a batch."""
        self._batches.observe(n_documents)

    def count_tagged(self, tagged: TaggedDocument) -> None:
        """Count a tagged document."""
        self._documents.inc()
        self._pieces.inc(tagged.n_pieces)
        self._unseen.inc(tagged.n_unseen_characters)

    def text(self) -> bytes:
        """Write all of them in Prometheus' text format."""
        return generate_latest(self._registry)
