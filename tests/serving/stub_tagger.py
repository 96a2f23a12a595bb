"""A tagger without a model."""

import re
import threading

from khcn_ner.document import Span
from khcn_ner.labels import Label
from khcn_ner.tagging.folder import embedded_model, read_manifest
from khcn_ner.tagging.tagger import TaggedDocument

_FOUND = re.compile(r"(?P<ORG>Sở KH&CN(?: \w+)?)|(?P<DATE>\d+/\d+/\d{4})|(?P<QUANTITY>\d+ dự án)")


class StubTagger:
    """Finds bodies, dates and projects by pattern; it fails for a text with `hỏng`, and waits for `gate` with `chờ`."""

    def __init__(self):
        self.manifest = read_manifest(embedded_model())
        self.gate = threading.Event()
        self.batches = []

    def tag(self, document):
        if "hỏng" in document.text:
            raise ValueError("a document that fails")
        if "chờ" in document.text:
            assert self.gate.wait(20)
        spans = [Span(*one.span(), Label(one.lastgroup), 0.9) for one in _FOUND.finditer(document.text)]
        return TaggedDocument(
            document.with_spans(spans), n_pieces=len(document.text), n_windows=1, n_unseen_characters=0
        )

    def tag_many(self, documents):
        documents = list(documents)
        self.batches.append([document.text for document in documents])
        for document in documents:
            yield self.tag(document)
