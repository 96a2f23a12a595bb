"""Reading: files of offices in, Documents out.

    find_reports(paths) ─▶ paths ─▶ read_report(path) ─▶ Document: text, places, metadata, warnings

Formats by suffix: .txt .md (any Vietnamese encoding), .html .htm .xhtml, .docx, .pdf; .doc .rtf .odt where LibreOffice
is installed; folders and .zip archives of them. See docs/reading.md.
"""

from khcn_ner.reading.find import find_reports, other_files
from khcn_ner.reading.formats import REPORT_SUFFIXES
from khcn_ner.reading.guard import TIME_LIMIT_S
from khcn_ner.reading.report import read_report

__all__ = ["REPORT_SUFFIXES", "TIME_LIMIT_S", "find_reports", "other_files", "read_report"]
