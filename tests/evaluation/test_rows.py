import json

from khcn_ner.document import Document, Span
from khcn_ner.evaluation.rows import make_row, rows_json, sentence_around
from khcn_ner.labels import Label

TEXT = "Dòng đầu nói về Viện Rau quả.\nDòng sau kể 7 mô hình nấm. Hết </script> 𝟙.\n"
START = TEXT.index("7 mô hình")
GOLD = Document("a", TEXT, (Span(START, START + 9, Label.QUANTITY),))
PREDICTED = GOLD.with_spans([Span(START, START + 13, Label.QUANTITY, 0.5)])


def row():
    return make_row(1, "border", 1, (PREDICTED, GOLD), spans=(*PREDICTED.spans, *GOLD.spans), causes=("x",))


def test_a_row_shows_the_sentence_with_each_side():
    made = row()
    assert made.text == "Dòng sau kể 7 mô hình nấm."
    shown = [[text for text, span in made.segments(line) if span] for line in made.lines]
    assert shown == [["7 mô hình nấm"], ["7 mô hình"]]
    assert "".join(text for text, _ in made.segments(made.lines[0])) == made.text


def test_a_sentence_without_end_is_cut_at_a_space():
    text = "từ " * 200
    first, last = sentence_around(text, 300, 302)
    assert 130 <= first <= 300 and 302 <= last <= 470
    assert text[first - 1] == " " and text[last] == " "


def test_json_cannot_end_its_element_and_counts_code_points():
    written = rows_json([row()], line_names=("predicted", "gold"), documents=[GOLD], pages={"a": "</script>"})
    assert "<" not in written
    data = json.loads(written)
    (found,) = data["rows"]
    start, end, label = found["L"][1][0]
    assert (found["t"][start:end], label) == ("7 mô hình", "QUANTITY")
