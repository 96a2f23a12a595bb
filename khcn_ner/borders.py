"""Where a span may begin and end, by the annotation guidelines.

A span never begins or ends with white space, a quote mark or punctuation. A sign of measure may end one, so may the
full stop of an abbreviation, and a closing bracket whose opening one is inside.
"""

from __future__ import annotations

from khcn_ner.document import Span
from khcn_ner.labels import Label

_QUOTES = "\"'“”‘’«»„"
_NOT_FIRST = _QUOTES + ".,;:!?…)]}([{-–—/%"
_NOT_LAST = _QUOTES + ",;:!?…([{-–—/"
_BRACKETS = {")": "(", "]": "[", "}": "{"}


def may_stand(surface: str) -> bool:
    """Tell whether a span with this surface begins and ends as it may.

    Example:
        >>> may_stand("37%"), may_stand("“Sở KH&CN"), may_stand("Sở KH&CN)")
        (True, False, False)
    """
    return not _bad_first(surface[0]) and not _bad_last(surface)


def _bad_first(character: str) -> bool:
    return character.isspace() or character in _NOT_FIRST


def _bad_last(surface: str) -> bool:
    last = surface[-1]
    if last.isspace() or last in _NOT_LAST:
        return True
    return last in _BRACKETS and surface.count(_BRACKETS[last]) < surface.count(last)


def tidy(text: str, span: Span) -> Span | None:
    """Move a found span's borders to where they may stand; None if nothing is left of it.

    A bracket left open is closed where a title (PROJECT) stops just before its closing one; else the span ends before
    it, as an abbreviation in brackets at the end of a name is left out.

    Example:
        >>> tidy("“Sở Y tế (SYT", Span(0, 13, Label.ORG))
        Span(start=1, end=8, label=<Label.ORG: 'ORG'>, score=None)
    """
    start, end = span.start, span.end
    opened = text.rfind("(", start, end)
    if opened >= 0 and ")" not in text[opened:end]:
        end = end + 1 if span.label is Label.PROJECT and text[end : end + 1] == ")" else opened
    while start < end and _bad_first(text[start]):
        start += 1
    while start < end and _bad_last(text[start:end]):
        end -= 1
    return Span(start, end, span.label, span.score) if start < end else None
