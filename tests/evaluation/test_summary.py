import json

import pytest

from khcn_ner.document import Document, Span
from khcn_ner.evaluation import TABLE_HEADER, Setting, Threshold, examine, metrics, score, table_rows
from khcn_ner.labels import LABELS, Label

TEXT = "Sở KH&CN Lạng Giang nghiệm thu 12 đề tài"
GOLD = [
    Document("a", TEXT, (Span(0, 19, Label.ORG), Span(31, 40, Label.QUANTITY))),
    Document("b", TEXT, (Span(31, 40, Label.QUANTITY),)),
]
PREDICTED = [
    GOLD[0].with_spans([Span(0, 8, Label.ORG, 0.6), Span(31, 40, Label.QUANTITY, 0.9)]),
    GOLD[1].with_spans([Span(0, 19, Label.PER, 0.5)]),
]


def made(gold=GOLD, predicted=PREDICTED, model=None):
    return metrics(examine(gold, predicted, setting=Setting(model=model)))


def test_numbers_are_in_their_places():
    found = made(model={"name": "tiny"})
    assert found["schema"] == 1
    assert (found["n_documents"], found["n_gold"], found["n_predicted"]) == (2, 3, 3)
    micro = found["strict"]["micro"]
    assert (micro["true_positives"], micro["false_positives"], micro["false_negatives"], micro["support"]) == (
        1,
        2,
        2,
        3,
    )
    assert micro["precision"] == micro["recall"] == micro["f1"] == pytest.approx(1 / 3)
    low, high = micro["f1_interval"]
    assert 0 <= low <= micro["f1"] <= high <= 1
    assert micro["f1_interval_flags"] == ["only 2 documents: the interval is likely too narrow"]
    assert found["strict"]["labels"]["QUANTITY"]["f1"] == pytest.approx(2 / 3)
    assert found["strict"]["macro"]["f1"] == pytest.approx((2 / 3) / 3)
    assert found["schemes"]["partial"]["partial"] == 1
    assert [(one["id"], one["f1"]) for one in found["documents"]] == [("a", 0.5), ("b", 0.0)]
    assert found["mistakes"] == {"missed": 1, "spurious": 1, "border": 1, "label": 0, "label and border": 0}
    assert found["model"] == {"name": "tiny"}


def test_undefined_numbers_are_null_and_all_labels_are_there():
    blank = [Document("a", TEXT)]
    found = json.loads(json.dumps(made(blank, blank), allow_nan=False))
    assert found["strict"]["micro"]["f1"] is None
    assert found["strict"]["micro"]["f1_interval"] is None
    assert list(found["strict"]["labels"]) == [str(label) for label in LABELS]
    assert found["strict"]["labels"]["ORG"]["precision"] is None
    assert found["model"] is None


def test_json_keeps_every_digit():
    found = made()
    assert json.loads(json.dumps(found)) == found


def test_table_has_a_row_a_label_that_occurs():
    rows = table_rows(score(GOLD, PREDICTED))
    assert [row[0] for row in rows] == ["ORG", "PER", "QUANTITY", "micro", "macro"]
    assert all(len(row) == len(TABLE_HEADER) for row in rows)
    assert rows[1] == ("PER", "0.000", "–", "0.000", "0", "0", "1", "0")
    assert rows[3] == ("micro", "0.333", "0.333", "0.333", "3", "1", "2", "2")


def test_parts_are_told_beside_the_scores():
    found = made()
    assert found["lengths"]["2"]["false_positives"] == 1
    assert found["seen"] is None and found["records"] is None and found["verdict"] is None
    assert {"gold": "ORG", "predicted": "ORG", "n": 1} in found["confusion"]
    assert {"gold": None, "predicted": "PER", "n": 1} in found["confusion"]
    assert found["calibration"]["n_spans"] == 3
    assert found["threshold_curve"][0]["f1"] == found["strict"]["micro"]["f1"]


def test_records_from_predicted_and_from_gold_spans_stand_side_by_side():
    gold, found = ({"report": {"title": title}} for title in ("một hai ba", "một hai ba bốn"))
    told = metrics(examine(GOLD, PREDICTED, setting=Setting(records=[(gold, found)], records_from_gold=[(gold, gold)])))
    title = told["records"]["fields"]["report.title"]
    assert (title["f1"], title["exact_f1"], told["records"]["micro"]["exact_f1"]) == (1.0, 0.0, 0.0)
    assert told["records_from_gold"]["micro"]["exact_f1"] == 1.0


def test_a_verdict_needs_every_threshold():
    thresholds = (Threshold("strict.micro.f1", at_least=0.3), Threshold("strict.labels.DATE.f1", at_least=0.1))
    verdict = metrics(examine(GOLD, PREDICTED, setting=Setting(thresholds=thresholds)))["verdict"]
    assert [check["met"] for check in verdict["checks"]] == [True, False]  # no DATE at all: undefined is not met
    assert verdict["met"] is False
