"""Encodings: bytes of a text file in, its text and the name of the encoding out.

    byte order mark ─▶ UTF-8 ─▶ UTF-16 without a mark ─▶ Windows-1258, TCVN3 or VNI, whichever spells Vietnamese

What is UTF-8 is read as UTF-8. Without that, an encoding is taken only if most of its marked words are Vietnamese
syllables and no other encoding comes near; else the file is refused. Text in TCVN3 or VNI letters that was saved as
Unicode (`Së Khoa häc`) is told by the same count, and only in a text without a single letter that Unicode alone has.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from dataclasses import dataclass

import regex

from khcn_ner.errors import InputError
from khcn_ner.reading.spelling import Evidence, evidence
from khcn_ner.reading.tcvn3 import restore_capitals, tcvn3_to_unicode
from khcn_ner.reading.vni import vni_to_unicode

# The mark of UTF-32 begins with that of UTF-16, so it is looked for first.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
# Bytes read to choose an encoding; the choice is the same for the whole file.
_SAMPLE = 1 << 18
# Of the marked words of a report in the right encoding 0.95 and more are Vietnamese, in a wrong one 0.31 at
# most (benchmarks/encodings.py); parts of reports are shorter, so the line is drawn between.
_LEAST_SHARE = 0.7
_LEAST_LEAD = 0.15
# Letters of Vietnamese that no font of TCVN3 or VNI stands on.
ONLY_UNICODE = regex.compile(r"[\u1ea0-\u1ef9ăĂđĐĩĨũŨơƠưƯ\u0300\u0301\u0303\u0309\u0323]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text, the encoding it was in, and what to tell of it."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def decode(data: bytes, *, where: str) -> Decoded:
    """Read the bytes of a text file.

    Raises:
        InputError: the bytes are binary, or in no encoding that can be told.
    """
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            return _decode_marked(data[len(mark) :], codec, name, where)
    if b"\0" in data:
        return _decode_utf16(data, where)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _decode_legacy(data, where, error)
    return repair(Decoded(text, "UTF-8"))


def repair(decoded: Decoded) -> Decoded:
    """Read text whose letters are those of TCVN3 or VNI fonts saved as Unicode; give any other as it is.

    Example:
        >>> repair(Decoded("Së Khoa häc vµ C«ng nghÖ tØnh", "UTF-8")).text
        'Sở Khoa học và Công nghệ tỉnh'
    """
    sample = decoded.text[:_SAMPLE]
    if sample.isascii() or ONLY_UNICODE.search(sample):
        return decoded
    found = legacy_letters(sample)
    if found is None:
        return decoded
    encoding = f"{decoded.encoding} with letters of {found}"
    text, n_restored = from_legacy(found, decoded.text)
    return Decoded(text, encoding, (told_conversion(encoding, n_restored),))


def legacy_letters(text: str) -> str | None:
    """Tell whether a text's letters are those of "TCVN3" or "VNI" fonts, or neither."""
    counts = {name: evidence(read(text)) for name, read in _LEGACY.items()}
    best = max(counts, key=lambda name: counts[name].share)
    rest = [evidence(text).share, *(counts[name].share for name in counts if name != best)]
    return best if _is_clear(counts[best], max(rest)) else None


_LEGACY: dict[str, Callable[[str], str]] = {"TCVN3": tcvn3_to_unicode, "VNI": vni_to_unicode}


def _is_clear(found: Evidence, next_share: float) -> bool:
    return found.n_vietnamese >= 2 and found.share >= _LEAST_SHARE and found.share - next_share >= _LEAST_LEAD


def from_legacy(name: str, text: str) -> tuple[str, int | None]:
    """Read letters of "TCVN3" or "VNI" fonts; also give how many capitals were restored, None where none is lost."""
    if name == "VNI":
        return vni_to_unicode(text), None
    return restore_capitals(tcvn3_to_unicode(text))


def told_conversion(encoding: str, n_restored: int | None) -> str:
    """Say from what a text was converted, and what could not be recovered."""
    if n_restored is None:
        return f"converted from {encoding}"
    return (
        f"converted from {encoding}, which has no capital vowels with tones: {n_restored:,} given back where the "
        "letters around show them, others stay small (Ánh may read ánh)"
    )


def _decode_marked(data: bytes, codec: str, name: str, where: str) -> Decoded:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        raise InputError(
            where,
            found=f"a byte order mark of {name} and, at byte {error.start} after it, no {name}",
            expected=f"{name} text",
            remedy="save the report as plain text in UTF-8",
        ) from error
    return repair(Decoded(text, name)) if name == "UTF-8" else Decoded(text, name, (f"converted from {name}",))


def _decode_utf16(data: bytes, where: str) -> Decoded:
    """Read UTF-16 without a mark: text in one order of bytes only, and Vietnamese or plain letters in it."""
    found: dict[str, str] = {}
    for codec in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        sample = text[:_SAMPLE]
        n_latin = sum(character.isspace() or (character.isascii() and character.isprintable()) for character in sample)
        if "\0" not in text and n_latin >= 0.5 * len(sample):
            found[codec] = text
    if len(found) != 1:
        raise InputError(where, found="a binary file", expected="text", remedy="save the report as plain text in UTF-8")
    (text,) = found.values()
    return Decoded(text, "UTF-16", ("converted from UTF-16 without a byte order mark",))


def _decode_legacy(data: bytes, where: str, error: UnicodeDecodeError) -> Decoded:
    """Read an 8-bit encoding of Vietnamese, the one in which the text spells Vietnamese."""
    refusal = InputError(
        where,
        found=f"byte 0x{data[error.start]:02X} at {error.start}, which is not UTF-8",
        expected="text in UTF-8, UTF-16, Windows-1258, TCVN3 or VNI",
        remedy="save the report as plain text in UTF-8",
    )
    readings: dict[str, Callable[[bytes], str]] = {
        "Windows-1258": lambda some: some.decode("cp1258"),
        "TCVN3": lambda some: tcvn3_to_unicode(some.decode("cp1252", "replace")),
        "VNI": lambda some: vni_to_unicode(some.decode("cp1252", "replace")),
    }
    counts: dict[str, Evidence] = {}
    for name, read in readings.items():
        try:
            counts[name] = evidence(read(data[:_SAMPLE]))
        except UnicodeDecodeError:
            continue
    if all(count.n_words == 0 for count in counts.values()):
        return _decode_western(data, refusal)
    best = max(counts, key=lambda name: counts[name].share)
    second = max((counts[name].share for name in counts if name != best), default=0.0)
    if not _is_clear(counts[best], second):
        raise refusal from error
    try:
        text = data.decode("cp1258" if best == "Windows-1258" else "cp1252")
    except UnicodeDecodeError:
        raise refusal from error
    if best == "Windows-1258":
        return Decoded(text, best, ("converted from Windows-1258",))
    text, n_restored = from_legacy(best, text)
    return Decoded(text, best, (told_conversion(best, n_restored),))


def _decode_western(data: bytes, refusal: InputError) -> Decoded:
    """Read a file whose only signs beyond ASCII are quotes, dashes and the like."""
    try:
        return Decoded(data.decode("cp1252"), "Windows-1252", ("converted from Windows-1252",))
    except UnicodeDecodeError as error:
        raise refusal from error
