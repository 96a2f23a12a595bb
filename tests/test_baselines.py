"""What the baselines of benchmarks/ read out of training reports."""

from benchmarks.accuracy import differences, table
from benchmarks.baseline_crf import Lists, mended
from benchmarks.baseline_rules import Rules, Text
from benchmarks.baseline_underthesea import read_as
from khcn_ner.corpus.inline import inline_document, inline_text
from khcn_ner.document import Span
from khcn_ner.evaluation import score

_REPORT = (
    "Đồng chí [[PER|Lê Văn Tám]], [[ORG|Sở Y tế tỉnh Hà Nam]], báo cáo [[DATE|ngày 1/6/2022]] về [[QUANTITY|15 dự án]]."
)
TRAIN = [inline_document(f"{_REPORT}\n{_REPORT}", name=f"t{number}") for number in range(3)]


def tagged(text: str) -> str:
    return inline_text(Rules(TRAIN).predict(inline_document(text, name="x")))


def test_rules_find_what_cues_and_normalisers_tell() -> None:
    assert tagged("Đồng chí Bùi Thị Na, Sở Nội vụ, họp ngày 3/2/2021 về 7 dự án.") == (
        "Đồng chí [[PER|Bùi Thị Na]], [[ORG|Sở Nội]] vụ, họp [[DATE|ngày 3/2/2021]] về [[QUANTITY|7 dự án]]."
    )


def test_rules_take_no_unit_that_training_has_not() -> None:
    assert tagged("về 7 con bò") == "về 7 con bò"


def test_lists_leave_a_training_reports_own_mentions_out() -> None:
    own = inline_document("[[ORG|Viện Ngô]] và [[ORG|Sở Y tế tỉnh Hà Nam]]", name="own")
    lists = Lists([Text.of(document) for document in [*TRAIN, own]])
    marks = lists.marks(Text.of(own))
    assert not any("ORG B" in mark for mark in marks[0]) and "ORG B" in marks[3]
    unseen = inline_document("Viện Ngô", name="unseen")
    assert "ORG B" in lists.marks(Text.of(unseen))[0]


def test_tags_that_continue_nothing_begin_a_span() -> None:
    assert mended(["O", "I-ORG", "I-ORG", "I-PER"]) == ["O", "B-ORG", "I-ORG", "B-PER"]


def test_places_next_to_each_other_are_one_body_if_so_chosen() -> None:
    text = "Sở KH&CN tỉnh Hà Nam, Lê Tám"
    found = [Span(0, 8, "LOC"), Span(9, 20, "LOC"), Span(22, 28, "PER")]
    assert read_as(found, text, bodies="ORG") == [Span(22, 28, "PER")]
    assert read_as(found, text, bodies="ORG+LOC") == [Span(0, 8, "ORG"), Span(9, 20, "ORG"), Span(22, 28, "PER")]
    assert read_as(found, text, bodies="ORG+LOC joined") == [Span(0, 20, "ORG"), Span(22, 28, "PER")]


def test_tables_leave_out_what_a_system_never_gives() -> None:
    people = [one.with_spans(span for span in one.spans if span.label in ("PER", "ORG")) for one in TRAIN]
    all_scores = {"compact": score(TRAIN, TRAIN), "underthesea": score(TRAIN, people)}
    row = list(table(all_scores))[-1]
    assert row.startswith(
        "| underthesea | 0.667 (0.667–0.667) | 1.000 (1.000–1.000) | 1.000 (1.000–1.000) | – | – | – |"
    )
    assert list(differences(all_scores, "compact"))[-1].startswith("| underthesea, ORG and PER alone | +0.000 |")
