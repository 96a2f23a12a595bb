"""Records: a document with labelled spans in, one structured report out, and the page that shows it.

    document + spans ─▶ assemble ─▶ Report ─▶ report_json (a line) · render_report (a page) · write_records (a file)

Run: `assemble(document)`; `normalise_date` and `normalise_quantity` read a span's text alone.
"""

from khcn_ner.records.assemble import assemble
from khcn_ner.records.dates import normalise_date
from khcn_ner.records.exports import check_output, write_database, write_records, write_records_in_parts
from khcn_ner.records.model import (
    Budget,
    DateRecord,
    Dimension,
    Event,
    Indicator,
    Interval,
    Mention,
    ModelInfo,
    NormalisedDate,
    NormalisedQuantity,
    OfficialDocument,
    Organisation,
    Period,
    Person,
    Precision,
    Project,
    Report,
    ReportHead,
    Role,
    report_json,
)
from khcn_ner.records.page import render_report
from khcn_ner.records.quantities import approximation_before, normalise_quantity

__all__ = [
    "Budget",
    "DateRecord",
    "Dimension",
    "Event",
    "Indicator",
    "Interval",
    "Mention",
    "ModelInfo",
    "NormalisedDate",
    "NormalisedQuantity",
    "OfficialDocument",
    "Organisation",
    "Period",
    "Person",
    "Precision",
    "Project",
    "Report",
    "ReportHead",
    "Role",
    "approximation_before",
    "assemble",
    "check_output",
    "normalise_date",
    "normalise_quantity",
    "render_report",
    "report_json",
    "write_database",
    "write_records",
    "write_records_in_parts",
]
