"""Encodings: the bytes of a text file in; which encoding they are in, and their text slice by slice, out.

    byte order mark ─▶ UTF-8 ─▶ UTF-16 without a mark ─▶ Windows-1258, TCVN3 or VNI, whichever spells Vietnamese

What is UTF-8 is read as UTF-8. Without that, an encoding is taken only if most of its marked words are Vietnamese
syllables and no other encoding comes near; else the file is refused. Text in TCVN3 or VNI letters that was saved as
Unicode (`Së Khoa häc`) is told by the same count, and only in a text without a single letter that Unicode alone has.
"""

from __future__ import annotations

import codecs
import io
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

import regex

from khcn_ner.errors import InputError
from khcn_ner.reading.capitals import restore_capitals
from khcn_ner.reading.spelling import Evidence, evidence
from khcn_ner.reading.tcvn3 import tcvn3_to_unicode
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
# Bytes decoded at a time: a slice is some times as large in memory while it is converted.
_SLICE = 1 << 20
# Of the marked words of a report in the right encoding 0.91 and more are Vietnamese, in a wrong one 0.32 at
# most (benchmarks/encodings.py); parts of reports are shorter, so the line is drawn between.
_LEAST_SHARE = 0.7
_LEAST_LEAD = 0.15
# Letters of Vietnamese that no font of TCVN3 or VNI stands on.
ONLY_UNICODE = regex.compile(r"[\u1ea0-\u1ef9ăĂđĐĩĨũŨơƠưƯ\u0300\u0301\u0303\u0309\u0323]")
_N_NAMES_TOLD = 5


@dataclass(slots=True)
class Conversion:
    """What converting from TCVN3 gave back: how many capitals, and the words in names."""

    n_restored: int = 0
    in_names: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a file's bytes become text: a codec after so many bytes, then the letters of `legacy` fonts, if any."""

    name: str
    codec: str
    n_skipped: int = 0
    legacy: str | None = None
    note: str = ""

    def warnings(self, conversion: Conversion) -> tuple[str, ...]:
        """Say from what the text was converted, unless it was plain UTF-8."""
        if self.legacy is not None:
            return (told_conversion(self.name, self.legacy, conversion),)
        return () if self.name == "UTF-8" else (f"converted from {self.name}{self.note}",)


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

    Example:
        >>> decode("Së Khoa häc vµ C«ng nghÖ tØnh".encode(), where="a.txt").text
        'Sở Khoa học và Công nghệ tỉnh'
    """
    stream, conversion = io.BytesIO(data), Conversion()
    encoding = tell_encoding(stream, where=where)
    text = "".join(read_slices(stream, encoding, conversion))
    return Decoded(text, encoding.name, encoding.warnings(conversion))


def tell_encoding(stream: BinaryIO, *, where: str) -> Encoding:
    """Tell which encoding a text file is in; all of it is looked at.

    Raises:
        InputError: the bytes are binary, or in no encoding that can be told.
    """
    stream.seek(0)
    head = stream.read(4)
    for mark, codec, name in _MARKS:
        if head.startswith(mark):
            return _marked(stream, Encoding(name, codec, len(mark)), where)
    if _has_nul(stream):
        return _unmarked_utf16(stream, where)
    wrong = _first_wrong(stream, Encoding("UTF-8", "utf-8"))
    if wrong is not None:
        return _legacy_encoding(stream, where, wrong)
    return _with_letters(stream, Encoding("UTF-8", "utf-8"))


def read_slices(stream: BinaryIO, encoding: Encoding, conversion: Conversion) -> Iterator[str]:
    """Read a file's text in slices of whole lines, converted; `conversion` counts what that gave back."""
    waiting: list[str] = []
    for text in _decoded(stream, encoding):
        cut = text.rfind("\n") + 1
        if not cut:
            waiting.append(text)
            continue
        whole, waiting = "".join((*waiting, text[:cut])), [text[cut:]]
        yield whole if encoding.legacy is None else from_legacy(encoding.legacy, whole, conversion)
    rest = "".join(waiting)
    if rest:
        yield rest if encoding.legacy is None else from_legacy(encoding.legacy, rest, conversion)


def _decoded(stream: BinaryIO, encoding: Encoding) -> Iterator[str]:
    stream.seek(encoding.n_skipped)
    decoder = codecs.getincrementaldecoder(encoding.codec)()
    while data := stream.read(_SLICE):
        yield decoder.decode(data)
    yield decoder.decode(b"", final=True)


def _first_wrong(stream: BinaryIO, encoding: Encoding) -> int | None:
    """Give the place of the first byte, after the mark, that is not in an encoding."""
    stream.seek(encoding.n_skipped)
    decoder = codecs.getincrementaldecoder(encoding.codec)()
    n_read, data = 0, b"-"
    while data:
        data = stream.read(_SLICE)
        n_kept = len(decoder.getstate()[0])
        try:
            decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            return n_read - n_kept + error.start
        n_read += len(data)
    return None


def _has_nul(stream: BinaryIO) -> bool:
    stream.seek(0)
    return any(b"\0" in data for data in iter(lambda: stream.read(_SLICE), b""))


def _sample(stream: BinaryIO, encoding: Encoding) -> str:
    stream.seek(encoding.n_skipped)
    return codecs.getincrementaldecoder(encoding.codec)().decode(stream.read(_SAMPLE))


def _with_letters(stream: BinaryIO, encoding: Encoding) -> Encoding:
    """Tell a text whose letters are those of TCVN3 or VNI fonts saved as Unicode."""
    sample = _sample(stream, encoding)
    if sample.isascii() or ONLY_UNICODE.search(sample):
        return encoding
    found = legacy_letters(sample)
    if found is None:
        return encoding
    return Encoding(f"{encoding.name} with letters of {found}", encoding.codec, encoding.n_skipped, found)


def legacy_letters(text: str) -> str | None:
    """Tell whether a text's letters are those of "TCVN3" or "VNI" fonts, or neither."""
    counts = {name: evidence(read(text)) for name, read in _LEGACY.items()}
    best = max(counts, key=lambda name: counts[name].share)
    rest = [evidence(text).share, *(counts[name].share for name in counts if name != best)]
    return best if _is_clear(counts[best], max(rest)) else None


_LEGACY: dict[str, Callable[[str], str]] = {"TCVN3": tcvn3_to_unicode, "VNI": vni_to_unicode}


def _is_clear(found: Evidence, next_share: float) -> bool:
    return found.n_vietnamese >= 2 and found.share >= _LEAST_SHARE and found.share - next_share >= _LEAST_LEAD


def from_legacy(name: str, text: str, conversion: Conversion) -> str:
    """Read letters of "TCVN3" or "VNI" fonts; `conversion` counts the capitals that were given back."""
    if name == "VNI":
        return vni_to_unicode(text)
    read: list[str] = []
    for part in _parts(text):
        raised = restore_capitals(tcvn3_to_unicode(part))
        conversion.n_restored += raised.n_letters
        conversion.in_names.update(raised.in_names)
        read.append(raised.text)
    return "".join(read)


def _parts(text: str) -> Iterator[str]:
    """Cut a text that has no line ends for long at spaces: each word is looked at, which takes memory."""
    start = 0
    while start < len(text):
        end = min(start + 2 * _SLICE, len(text))
        if end < len(text):
            end = text.rfind(" ", start, end) + 1 or end
        yield text[start:end]
        start = end


def told_conversion(encoding: str, legacy: str, conversion: Conversion) -> str:
    """Say from what a text was converted, what was given back, and what could not be recovered."""
    if legacy == "VNI":
        return f"converted from {encoding}"
    names = [word for word, _ in conversion.in_names.most_common(_N_NAMES_TOLD)]
    shown = f", {conversion.in_names.total():,} of them in names (like {', '.join(names)})" if names else ""
    return (
        f"converted from {encoding}, which has no capital vowels with tones: {conversion.n_restored:,} given back "
        f"where the letters around show them{shown}, others stay small (Ánh may read ánh)"
    )


def _marked(stream: BinaryIO, encoding: Encoding, where: str) -> Encoding:
    wrong = _first_wrong(stream, encoding)
    if wrong is not None:
        raise InputError(
            where,
            found=f"a byte order mark of {encoding.name} and, at byte {wrong} after it, no {encoding.name}",
            expected=f"{encoding.name} text",
            remedy="save the report as plain text in UTF-8",
        )
    return _with_letters(stream, encoding) if encoding.name == "UTF-8" else encoding


def _unmarked_utf16(stream: BinaryIO, where: str) -> Encoding:
    """Tell UTF-16 without a mark: text in one order of bytes only, and Vietnamese or plain letters in it."""
    found: list[Encoding] = []
    for codec in ("utf-16-le", "utf-16-be"):
        encoding = Encoding("UTF-16", codec, note=" without a byte order mark")
        if _first_wrong(stream, encoding) is not None:
            continue
        sample = _sample(stream, encoding)
        n_latin = sum(character.isspace() or (character.isascii() and character.isprintable()) for character in sample)
        if n_latin >= 0.5 * len(sample) and not any("\0" in text for text in _decoded(stream, encoding)):
            found.append(encoding)
    if len(found) != 1:
        raise InputError(where, found="a binary file", expected="text", remedy="save the report as plain text in UTF-8")
    return found[0]


def _legacy_encoding(stream: BinaryIO, where: str, wrong: int) -> Encoding:
    """Tell an 8-bit encoding of Vietnamese, the one in which the text spells Vietnamese."""
    stream.seek(wrong)
    refusal = InputError(
        where,
        found=f"byte 0x{stream.read(1)[0]:02X} at {wrong}, which is not UTF-8",
        expected="text in UTF-8, UTF-16, Windows-1258, TCVN3 or VNI",
        remedy="save the report as plain text in UTF-8",
    )
    stream.seek(0)
    sample = stream.read(_SAMPLE)
    readings: dict[Encoding, Callable[[bytes], str]] = {
        Encoding("Windows-1258", "cp1258"): lambda some: some.decode("cp1258"),
        Encoding("TCVN3", "cp1252", legacy="TCVN3"): lambda some: tcvn3_to_unicode(some.decode("cp1252", "replace")),
        Encoding("VNI", "cp1252", legacy="VNI"): lambda some: vni_to_unicode(some.decode("cp1252", "replace")),
    }
    counts: dict[Encoding, Evidence] = {}
    for encoding, read in readings.items():
        try:
            counts[encoding] = evidence(read(sample))
        except UnicodeDecodeError:
            continue
    # A file whose only signs beyond ASCII are quotes, dashes and the like is Western.
    best = Encoding("Windows-1252", "cp1252")
    if any(count.n_words for count in counts.values()):
        best = max(counts, key=lambda encoding: counts[encoding].share)
        second = max((count.share for encoding, count in counts.items() if encoding != best), default=0.0)
        if not _is_clear(counts[best], second):
            raise refusal
    if _first_wrong(stream, best) is not None:
        raise refusal
    return best
