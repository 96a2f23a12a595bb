"""Structured records from Vietnamese science-and-technology (KH&CN) reports.

from khcn_ner.reading import read_report
from khcn_ner.tagging.tagger import Tagger
from khcn_ner.records import assemble

tagged = Tagger.load().tag(read_report(path))
report = assemble(tagged.document)
"""

from khcn_ner.document import Document, Span
from khcn_ner.errors import KhcnNerError
from khcn_ner.labels import LABELS, Label

__version__ = "0.1.0"

__all__ = ["LABELS", "Document", "KhcnNerError", "Label", "Span", "__version__"]
