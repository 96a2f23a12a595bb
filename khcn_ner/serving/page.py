"""The page at `/`: a place to drop a report, its text and records below; one file that fetches nothing else.

The report's own page is shown in a frame of its own, without the rights of this one: what stands in a report never
comes near the token.
"""

from __future__ import annotations

from importlib import resources

from khcn_ner.document import Document
from khcn_ner.reading import REPORT_SUFFIXES
from khcn_ner.records import ModelInfo, assemble, render_report
from khcn_ner.serving.limits import Limits
from khcn_ner.serving.policy import page_policy


def drop_page(limits: Limits, model: ModelInfo, *, needs_token: bool) -> tuple[str, str]:
    """Give the page and its Content-Security-Policy."""
    from jinja2 import Environment, StrictUndefined

    folder = resources.files("khcn_ner.serving")
    style, script, template = (
        folder.joinpath(name).read_text(encoding="utf-8") for name in ("page.css", "page.js", "page.html.j2")
    )
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    page = environment.from_string(template).render(
        style=style,
        script=script,
        suffixes=REPORT_SUFFIXES,
        model=model,
        max_body_bytes=limits.max_body_bytes,
        max_characters=limits.max_characters,
        time_limit_s=limits.time_limit_s,
        needs_token=needs_token,
    )
    # The frame inherits this page's policy, so the policy names the blocks of a report's page too.
    nothing = Document("report", "-")
    report_page = render_report(nothing, assemble(nothing))
    return page, page_policy([page, report_page], "connect-src 'self'", "frame-src blob:", "img-src data:")
