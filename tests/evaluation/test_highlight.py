from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from khcn_ner.document import Document, Span
from khcn_ner.evaluation import find_mistakes
from khcn_ner.evaluation.highlight import mark_document
from khcn_ner.labels import LABELS

TEXT = "Dòng đầu nói về Viện Rau quả Sông Lô.\nDòng sau kể 7 mô hình trồng nấm năm 2019.\n"


@st.composite
def documents(draw):
    cuts = sorted(draw(st.sets(st.integers(0, len(TEXT)), max_size=14)))
    ranges = [pair for pair in pairwise(cuts) if draw(st.booleans())]
    return Document("a", TEXT, tuple(Span(*pair, draw(st.sampled_from(LABELS))) for pair in ranges))


@given(documents(), documents())
def test_stretches_join_to_the_text_and_say_what_covers_them(gold, predicted):
    numbered = list(enumerate(find_mistakes([gold], [predicted]), start=1))
    stretches = mark_document(gold, predicted, numbered)
    assert "".join(stretch.text for stretch in stretches) == TEXT
    for stretch in stretches:
        for mark, spans in ((stretch.gold, gold.spans), (stretch.predicted, predicted.spans)):
            covering = [span for span in spans if span.start < stretch.end and span.end > stretch.start]
            assert covering == ([] if mark is None else [mark.span])
        assert stretch.is_right == any(
            (span.start, span.end, span.label) == (other.start, other.end, other.label)
            for span in gold.spans
            for other in predicted.spans
            if span.start <= stretch.start < span.end
        )
    begun = [number for stretch in stretches for number in stretch.begins]
    assert sorted(begun) == [number for number, _ in numbered]
