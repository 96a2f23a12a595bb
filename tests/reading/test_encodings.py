import unicodedata

import making
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khcn_ner.errors import InputError
from khcn_ner.reading.encodings import decode
from khcn_ner.reading.tcvn3 import tcvn3_to_unicode
from khcn_ner.reading.vni import vni_to_unicode

TEXT = "Sở Khoa học và Công nghệ tỉnh Hòa Bình họp: kiểm định được 163/440 phương tiện đo. Đồng chí Ngô Đức Ý dự.\n"
WRITERS = {
    "UTF-8": str.encode,
    "Windows-1258": making.as_cp1258,
    "TCVN3": making.as_tcvn3,
    "VNI": making.as_vni,
}


@pytest.mark.parametrize("encoding", ["UTF-8", "Windows-1258", "VNI"])
def test_encoding_is_told_and_nothing_is_lost(encoding):
    decoded = decode(WRITERS[encoding](TEXT), where="a.txt")
    assert decoded.encoding == encoding
    assert unicodedata.normalize("NFC", decoded.text) == TEXT


def test_tcvn3_tells_what_it_gave_back():
    decoded = decode(making.as_tcvn3(TEXT + "nhà cô út."), where="a.txt")
    assert decoded.text == TEXT + "nhà cô út."
    assert decoded.warnings[0] == (
        "converted from TCVN3, which has no capital vowels with tones: 1 given back where the letters around show "
        "them, 1 of them in names (like Ý), others stay small (Ánh may read ánh)"
    )


def test_signs_of_other_fonts_in_tcvn3_are_no_letters():
    text = "«Ứng dụng đo lường» 0,5 µm, 25 m², sai số ±2 °C, ôxy và ôtô tại phòng «Hóa» - mục III»\n"
    assert decode(making.as_tcvn3(text), where="a.txt").text == text


@pytest.mark.parametrize("encoding", [*WRITERS, "UTF-16"])
def test_slices_give_the_same_text(encoding, monkeypatch):
    monkeypatch.setattr("khcn_ner.reading.encodings._SLICE", 50)
    text = TEXT * 9
    data = text.encode("utf-16-le") if encoding == "UTF-16" else WRITERS[encoding](text)
    decoded = decode(data, where="a.txt")
    assert (unicodedata.normalize("NFC", decoded.text), decoded.encoding) == (text, encoding)


def test_what_is_wrong_is_told_by_its_place_in_the_file(monkeypatch):
    monkeypatch.setattr("khcn_ner.reading.encodings._SLICE", 7)
    with pytest.raises(InputError, match="at byte 25 after it, no UTF-8"):
        decode("\ufeffSở Khoa học và Công".encode() + b"\xe1\xbb", where="a.txt")


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
def test_unicode_with_and_without_a_mark(codec):
    assert decode(TEXT.encode(codec), where="a.txt").text == TEXT


@pytest.mark.parametrize("write", [making.in_tcvn3, making.in_vni])
def test_font_letters_saved_as_unicode_are_told(write):
    decoded = decode(write(TEXT).encode(), where="a.txt")
    assert decoded.text.lower() == TEXT.lower()
    assert "with letters of" in decoded.encoding


@pytest.mark.parametrize(
    "text",
    [
        "Año nuevo, niño, señor: ñ à é ô",
        "Élève à l'école, garçon très gâté, où êtes-vous",
        "là và có thì, bàn, tài, cá, hài",
        "Đ",
        "Größe über Äpfel für Öl",
    ],
)
def test_utf8_of_another_language_stays(text):
    assert decode(text.encode(), where="a.txt").text == text


def test_quotes_alone_are_western():
    decoded = decode(b"The \x93plan\x94 \x96 done", where="a.txt")
    assert (decoded.text, decoded.encoding) == ("The “plan” – done", "Windows-1252")


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"B\xe1o c\xe1o\xff\xfe\xff\xf0", "byte 0xE1 at 1, which is not UTF-8"),
        (b"ab\xff", "byte 0xFF at 2, which is not UTF-8"),
        ("Bá".encode()[:-1], "byte 0xC3 at 1, which is not UTF-8"),
        (TEXT.encode()[: TEXT.encode().index("ọ".encode()) + 2], "byte 0xE1 at 11, which is not UTF-8"),
        ("Großes Übel, schöne Grüße".encode("latin-1"), "which is not UTF-8"),
        (b"a\0b\0\0", "a binary file"),
        (bytes(range(256)), "a binary file"),
        (b"\xff\xfea", "a byte order mark of UTF-16 and, at byte 0 after it, no UTF-16"),
        (b"\xef\xbb\xbfab\xff", "a byte order mark of UTF-8 and, at byte 2 after it, no UTF-8"),
    ],
)
def test_what_cannot_be_told_is_refused(data, found):
    with pytest.raises(InputError, match=found):
        decode(data, where="a.txt")


def test_no_utf8_report_is_converted(reports):
    for name, text in reports.items():
        decoded = decode(text.encode(), where=name)
        assert (decoded.encoding, decoded.text) == ("UTF-8", text)


@pytest.mark.parametrize("encoding", ["Windows-1258", "TCVN3", "VNI"])
def test_every_report_is_told_in_every_encoding(reports, encoding):
    for name, text in reports.items():
        decoded = decode(WRITERS[encoding](text[:1500]), where=name)
        assert (name, decoded.encoding) == (name, encoding)


@pytest.mark.parametrize(("read", "write"), [(vni_to_unicode, making.in_vni), (tcvn3_to_unicode, making.in_tcvn3)])
def test_every_letter_comes_back(read, write):
    letters = "".join(
        unicodedata.normalize("NFC", vowel + tone)
        for vowel in "aăâeêioôơuưy"
        for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    )
    assert read(write(f"{letters}đĐĂÂÊÔƠƯ")) == f"{letters}đĐĂÂÊÔƠƯ"
    assert read(write(letters.upper())).upper() == letters.upper()


def test_vni_keeps_capitals():
    assert vni_to_unicode("SÔÛ KHOA HOÏC, UÛY BAN, Oâng YÙ, Ñaém") == "SỞ KHOA HỌC, ỦY BAN, Ông Ý, Đắm"


@settings(max_examples=300)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data):
    try:
        decode(data, where="a.txt")
    except InputError as error:
        assert "\n" not in str(error)
