"""Abbreviations that a report defines itself: `Hệ thống quản lý chất lượng (HTQLCL)`. Text in, their meanings out."""

from __future__ import annotations

from collections.abc import Mapping

import regex

_SHORT = regex.compile(r"(?<![\p{L}\d&/-])\p{Lu}[\p{Lu}\d&\-]*\p{Lu}(?![\p{L}\d&/-])")
_SILENT = {"và", "của", "các", "về", "cho"}


def defined_abbreviations(text: str) -> dict[str, str]:
    """Find what a text's abbreviations stand for, where it says so: the words before a bracket whose initials it has.

    Example:
        >>> defined_abbreviations("áp dụng Hệ thống quản lý chất lượng (HTQLCL) theo TCVN")
        {'HTQLCL': 'Hệ thống quản lý chất lượng'}
    """
    found: dict[str, str] = {}
    for bracket in regex.finditer(r"\((?=[^()\n]{2,40}\))", text):
        before = text[max(0, bracket.start() - 120) : bracket.start()]
        before = before[before.rfind("\n") + 1 :]
        said = regex.match(
            r"\(\s*(?:sau đây\s+)?(?:gọi tắt là\s+|viết tắt(?: là)?\s*:?\s*|gọi là\s+)?[“\"]?"
            r"(?P<short>\p{Lu}[\p{Lu}\d&\-]{1,11})[”\"]?\s*\)",
            text[bracket.start() : bracket.start() + 50],
        )
        full = _full_form(before, said["short"]) if said is not None else None
        if said is not None and full is not None:
            found.setdefault(said["short"], full)
    return found


def _full_form(before: str, short: str) -> str | None:
    """Give the last words whose initials spell the abbreviation; và and của may be left out of it."""
    letters = [letter for letter in short if letter.isalpha()]
    words = [(match[0], match.start()) for match in regex.finditer(r"\p{L}+", before)]
    at = len(words)
    for letter in reversed(letters):
        at -= 1
        while at >= 0 and words[at][0].lower() in _SILENT and words[at][0][0].upper() != letter:
            at -= 1
        if at < 0 or words[at][0][0].upper() != letter:
            return None
    return " ".join(before[words[at][1] :].split()) if letters else None


def expand(phrase: str, meanings: Mapping[str, str]) -> str:
    """Write a phrase with its abbreviations spelled out; a form that the phrase spells out beside it is not doubled.

    Example:
        >>> expand("giám sát HTQLCL", {"HTQLCL": "hệ thống quản lý chất lượng"})
        'giám sát hệ thống quản lý chất lượng'
    """

    def full(match: regex.Match[str]) -> str:
        meaning = meanings.get(match[0])
        return match[0] if meaning is None or meaning.lower() in phrase.lower() else meaning

    return str(_SHORT.sub(full, phrase))
