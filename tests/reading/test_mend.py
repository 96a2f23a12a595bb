import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khcn_ner.reading.mend import Mender


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("Sở\u00a0KH&CN\u2009họp", "Sở KH&CN họp"),
        ("\ufeffSở\u200b họp\u00ad", "Sở họp"),
        ("K\u200dhoa", "Khoa"),
        ("👨\u200d👩", "👨\u200d👩"),
        ("Ðắk Lắk, ðo lường, Ɖông", "Đắk Lắk, đo lường, Đông"),
        ("một\r\n\thai\u2028ba", "một\r\n\thai\u2028ba"),
        ("tỉnh hoà, hòa", "tỉnh hoà, hòa"),
    ],
)
def test_what_is_mended_and_what_stays(text, mended):
    assert Mender().mend(text) == mended


def test_each_kind_is_counted():
    mender = Mender()
    mender.mend("Ðắk\u00a0Lắk")
    mender.mend(unicodedata.normalize("NFD", "tỉnh") + "\u200b\u200b")
    assert mender.warnings() == (
        "mended: 1 mark joined to its letter, 1 no-break or other space, 2 invisible signs, 1 Ð, ð or Ɖ for Đ, đ",
    )


def test_mixed_normal_forms_become_one():
    assert Mender().mend("Sở " + unicodedata.normalize("NFD", "Sở")) == "Sở Sở"


@given(st.text())
def test_mended_text_is_nfc_and_stays_so(text):
    mended = Mender().mend(text)
    assert unicodedata.is_normalized("NFC", mended)
    again = Mender()
    assert again.mend(mended) == mended
    assert again.warnings() == ()
