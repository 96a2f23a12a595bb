"""VNI for Windows: text as its fonts hold it in, Unicode out.

A marked letter is a plain one followed by a sign that stands for its marks: `aù` is á, `eä` is ệ, `ôù` is ớ. Nothing is
lost; capitals are capitals.

Source: the VNI character set, https://vietunicode.sourceforge.net/charset/ (column "VNI for Windows").
"""

from __future__ import annotations

import unicodedata

import regex

_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT = "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"
_CIRCUMFLEX, _BREVE, _HORN = "\u0302", "\u0306", "\u031b"
_TONES = {"ø": _GRAVE, "ù": _ACUTE, "û": _HOOK, "õ": _TILDE, "ï": _DOT}
_CIRCUMFLEXES = {
    "â": _CIRCUMFLEX, "à": _CIRCUMFLEX + _GRAVE, "á": _CIRCUMFLEX + _ACUTE, "å": _CIRCUMFLEX + _HOOK,
    "ã": _CIRCUMFLEX + _TILDE, "ä": _CIRCUMFLEX + _DOT,
}  # fmt: skip
_BREVES = {
    "ê": _BREVE, "è": _BREVE + _GRAVE, "é": _BREVE + _ACUTE, "ú": _BREVE + _HOOK, "ü": _BREVE + _TILDE,
    "ë": _BREVE + _DOT,
}  # fmt: skip
_MARKS = {
    "a": {**_TONES, **_CIRCUMFLEXES, **_BREVES},
    "e": {**_TONES, **_CIRCUMFLEXES},
    "o": {**_TONES, **_CIRCUMFLEXES},
    "u": _TONES,
    "y": _TONES,
    "ô": _TONES,
    "ö": _TONES,
}
# Letters that are one sign: the ones with a horn, i and đ.
_BASES = {"ô": "o" + _HORN, "ö": "u" + _HORN}
_SINGLE = {
    "ô": "ơ", "ö": "ư", "ñ": "đ", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ",
}  # fmt: skip


def _letters() -> dict[str, str]:
    letters: dict[str, str] = {}
    for base, marks in _MARKS.items():
        for sign, combining in marks.items():
            letter = unicodedata.normalize("NFC", _BASES.get(base, base) + combining)
            letters[base + sign] = letter
            # A capital's sign may be small: keyboards give `Oâng` for Ông as well as `OÂNG`.
            letters[base.upper() + sign] = letters[base.upper() + sign.upper()] = letter.upper()
    for sign, letter in _SINGLE.items():
        letters[sign] = letter
        letters[sign.upper()] = letter.upper()
    return letters


LETTERS = _letters()
_LETTER = regex.compile("|".join(sorted(LETTERS, key=len, reverse=True)))


def vni_to_unicode(text: str) -> str:
    """Read text that VNI fonts show.

    Example:
        >>> vni_to_unicode("Sôû Khoa hoïc vaø Coâng ngheä")
        'Sở Khoa học và Công nghệ'
    """
    return _LETTER.sub(lambda match: LETTERS[match[0]], text)
