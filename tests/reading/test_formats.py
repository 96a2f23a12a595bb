import io

import pytest

from khcn_ner.errors import InputError
from khcn_ner.reading.formats import REPORT_SUFFIXES, check_content, format_of


@pytest.mark.parametrize("suffix", [*REPORT_SUFFIXES, ".DOCX", ".zip", ""])
def test_every_suffix_has_a_format(suffix):
    assert suffix.lower() in format_of(suffix, where="a").suffixes


@pytest.mark.parametrize("suffix", [".xlsx", ".jpg", ".docm"])
def test_other_suffixes_are_refused(suffix):
    with pytest.raises(InputError, match=f"a: found a file ending in {suffix}, expected a report ending in .txt, .md"):
        format_of(suffix, where="a")


@pytest.mark.parametrize(
    "data",
    [b"<html>", b"\xef\xbb\xbf<!DOCTYPE html>", b"\n<!-- x --><HTML>", "<html>".encode("utf-16"), b"<?xml?><html>"],
)
def test_web_pages_are_known_by_how_they_begin(data):
    stream = io.BytesIO(data)
    check_content(stream, format_of(".html", where="a"), where="a")
    assert stream.tell() == 0


def test_remedy_names_the_right_suffix():
    with pytest.raises(
        InputError, match=r"found a PDF, expected a Word document, as its name says; rename it to end in \.pdf"
    ):
        check_content(io.BytesIO(b"%PDF-1.7"), format_of(".docx", where="a"), where="a")
