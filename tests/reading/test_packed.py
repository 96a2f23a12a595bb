import pytest
from hypothesis import given
from hypothesis import strategies as st

from khcn_ner.document import Document, Metadata, Place, PlaceKind
from khcn_ner.reading import packed as module
from khcn_ner.reading.packed import Packed


def test_a_document_comes_back(monkeypatch):
    monkeypatch.setattr(module, "_BLOCK", 4)
    packed = Packed("a", "a.docx", Metadata("Báo cáo", None, "Tám"), ("mended",))
    places = (
        Place(0, 2, PlaceKind.CELL, page=3, table=1, row=2, cell=1),
        Place(3, 8, PlaceKind.HEADING, paragraph=4, level=2),
    )
    for place in places:
        packed.places.append(place)
    for part in ("Sở", "\n", "họp", " 👍\n"):
        packed.add_text(part)
    assert (packed.n_characters, len(packed.places)) == (9, 2)
    metadata = Metadata("Báo cáo", None, "Tám")
    assert packed.unpack() == Document("a", "Sở\nhọp 👍\n", (), "a.docx", places, metadata, ("mended",))


def test_what_is_unpacked_is_let_go_of():
    packed = Packed("a")
    packed.add_text("Sở")
    packed.unpack()
    assert packed.blocks == []


@given(st.lists(st.text(alphabet="aSở👍\n")))
def test_text_is_what_was_added(parts):
    packed = Packed("a")
    for part in parts:
        packed.add_text(part)
    assert packed.unpack().text == "".join(parts)


@pytest.mark.parametrize("kind", list(PlaceKind))
def test_every_kind_of_place_comes_back(kind):
    packed = Packed("a")
    packed.add_text("Sở")
    packed.places.append(Place(0, 2, kind))
    assert packed.unpack().places == (Place(0, 2, kind),)
