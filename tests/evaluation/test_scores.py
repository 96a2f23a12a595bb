import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khcn_ner.document import Document, Span
from khcn_ner.errors import InputError, SpanError
from khcn_ner.evaluation import Counts, Scheme, SchemeCounts, TokenCounts, score
from khcn_ner.evaluation.matching import overlap
from khcn_ner.labels import LABELS, TAGS, Label
from khcn_ner.tokens import tags_to_spans, token_offsets

TEXT = "Sở KH&CN Lạng Giang nghiệm thu 12 đề tài ngày 3/5/2021 do bà Lê Thị Mơ chủ trì"
TOKENS = token_offsets(TEXT)


def document(*spans, name="a", text=TEXT):
    return Document(name, text, tuple(Span(start, end, label) for start, end, label in spans))


@st.composite
def tag_rows(draw):
    """Give one BIO-valid tag a token."""
    tags, previous = [], "O"
    for _ in TOKENS:
        allowed = [tag for tag in TAGS if tag[0] != "I" or previous[2:] == tag[2:]]
        tags.append(previous := draw(st.sampled_from(allowed)))
    return tags


def documents_of(rows):
    return [Document(str(n), TEXT, tuple(tags_to_spans(TOKENS, tags))) for n, tags in enumerate(rows)]


@st.composite
def paired_rows(draw):
    """Give gold and predicted tags of some documents; about half the predicted tags' documents resemble gold."""
    gold, predicted = [], []
    for _ in range(draw(st.integers(1, 3))):
        gold.append(draw(tag_rows()))
        tags = list(draw(tag_rows()))
        cut = draw(st.integers(0, len(TOKENS)))
        while cut < len(TOKENS) and tags[cut][0] == "I":  # keep the joint BIO-valid
            cut += 1
        predicted.append(gold[-1][:cut] + tags[cut:])
    return gold, predicted


def seqeval_report(gold_rows, predicted_rows):
    with warnings.catch_warnings():  # seqeval warns of ratios it sets to 0, and its import of old names
        warnings.simplefilter("ignore")
        metrics = pytest.importorskip("seqeval.metrics")
        scheme = pytest.importorskip("seqeval.scheme").IOB2
        return metrics.classification_report(
            gold_rows, predicted_rows, mode="strict", scheme=scheme, output_dict=True, zero_division=0
        )


@settings(max_examples=60, deadline=None)
@given(paired_rows())
def test_strict_scores_equal_seqeval(rows):
    gold_rows, predicted_rows = rows
    if all(tag == "O" for row in gold_rows + predicted_rows for tag in row):
        return  # seqeval has no labels to report on
    report = seqeval_report(gold_rows, predicted_rows)
    scores = score(documents_of(gold_rows), documents_of(predicted_rows), n_resamples=10)
    for label in LABELS:
        counts = scores.labels[label]
        assert (str(label) in report) == (counts.f1 is not None)
        if counts.f1 is not None:
            assert_equal(counts, report[str(label)])
    assert_equal(scores.micro, report["micro avg"])
    # Macro precision and recall are not compared: seqeval takes an undefined one for 0, here it is left out.
    assert scores.macro.f1 == pytest.approx(report["macro avg"]["f1-score"])


def assert_equal(counts, expected):
    ratios = (counts.precision or 0.0, counts.recall or 0.0, counts.f1)
    assert ratios == pytest.approx((expected["precision"], expected["recall"], expected["f1-score"]))
    assert counts.support == expected["support"]


@settings(max_examples=60, deadline=None)
@given(paired_rows())
def test_token_accuracy_equals_seqeval(rows):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = pytest.importorskip("seqeval.metrics").accuracy_score(*rows)
    tokens = score(*map(documents_of, rows), n_resamples=10).tokens
    assert tokens.accuracy == pytest.approx(expected)
    assert tokens.n_cut_spans == 0


def test_same_borders_with_another_label_is_wrong_on_both_sides():
    scores = score([document((0, 8, Label.ORG))], [document((0, 8, Label.PER))])
    assert scores.labels[Label.ORG] == Counts(false_negatives=1)
    assert scores.labels[Label.PER] == Counts(false_positives=1)
    assert scores.micro == Counts(0, 1, 1)


def test_macro_leaves_out_labels_that_do_not_occur():
    gold = document((0, 8, Label.ORG), (31, 40, Label.QUANTITY))
    macro = score([gold], [document((0, 8, Label.ORG))]).macro
    assert (macro.precision, macro.recall, macro.f1, macro.n_labels) == (1.0, 0.5, 0.5, 2)


def test_documents_keep_their_order_and_counts():
    gold = [document((0, 8, Label.ORG), name="b"), document(name="a")]
    predicted = [document((0, 8, Label.ORG), name="b"), document((0, 8, Label.ORG), name="a")]
    scores = score(gold, predicted)
    assert [(one.id, one.micro) for one in scores.documents] == [("b", Counts(1)), ("a", Counts(0, 1, 0))]
    assert sum((one.micro for one in scores.documents), Counts()) == scores.micro


def test_spans_inside_tokens_are_counted():
    tokens = score([document((0, 1, Label.ORG))], [document((0, 2, Label.ORG))]).tokens
    assert tokens == TokenCounts(n_tokens=len(TOKENS), n_correct=len(TOKENS), n_cut_spans=1)


def test_no_span_at_all_leaves_the_scores_undefined():
    scores = score([document()], [document()])
    assert (scores.micro.f1, scores.macro.f1, scores.micro_f1_interval) == (None, None, None)
    assert scores.tokens.accuracy == 1.0


@pytest.mark.parametrize(
    ("predicted", "strict", "exact", "partial", "type_"),
    [  # against gold ORG [3, 8)
        ((3, 8, Label.ORG), "correct", "correct", "correct", "correct"),
        ((3, 8, Label.PER), "incorrect", "correct", "correct", "incorrect"),
        ((0, 8, Label.ORG), "incorrect", "incorrect", "partial", "correct"),
        ((0, 8, Label.PER), "incorrect", "incorrect", "partial", "incorrect"),
        ((0, 3, Label.ORG), None, None, None, None),
    ],
)
def test_each_scheme_judges_a_pair(predicted, strict, exact, partial, type_):
    schemes = score([document((3, 8, Label.ORG))], [document(predicted)]).schemes
    for scheme, verdict in zip(Scheme, (strict, exact, partial, type_), strict=True):
        expected = SchemeCounts(**{verdict: 1}) if verdict else SchemeCounts(missed=1, spurious=1)
        assert schemes[scheme] == expected


def test_type_scheme_pairs_by_label_before_overlap():
    gold = document((0, 8, Label.PROJECT), (9, 19, Label.ORG))
    # The prediction shares more characters with PROJECT, but under "type" only ORG earns anything.
    schemes = score([gold], [document((0, 12, Label.ORG))]).schemes
    assert schemes[Scheme.TYPE] == SchemeCounts(correct=1, missed=1)


@settings(deadline=None)
@given(paired_rows())
def test_schemes_agree_with_the_counts_and_one_another(rows):
    scores = score(*map(documents_of, rows), n_resamples=10)
    strict = scores.schemes[Scheme.STRICT]
    assert strict.correct == scores.micro.true_positives
    assert (strict.precision, strict.recall, strict.f1) == (
        scores.micro.precision,
        scores.micro.recall,
        scores.micro.f1,
    )
    for counts in scores.schemes.values():
        assert (counts.support, counts.n_predicted) == (scores.micro.support, scores.micro.n_predicted)
        assert counts.correct >= strict.correct
    assert scores.schemes[Scheme.PARTIAL].correct == scores.schemes[Scheme.EXACT].correct


# nervaluate (1.2.1) is right where no span overlaps more than one other, given inclusive ends and spans short enough
# for one character to be one percent of them.
# It differs elsewhere: see the three tests after the next.
def nervaluate_results(gold, predicted, *, end_shift=-1):
    nervaluate = pytest.importorskip("nervaluate")
    dicts = [
        [[{"label": str(s.label), "start": s.start, "end": s.end + end_shift} for s in spans] for spans in side]
        for side in (gold, predicted)
    ]
    return nervaluate.Evaluator(*dicts, tags=list(map(str, LABELS)), loader="dict").evaluate()["overall"]


def scheme_counts(result):
    return SchemeCounts(result.correct, result.incorrect, result.partial, result.missed, result.spurious)


NERVALUATE_NAMES = {"strict": "strict", "exact": "exact", "partial": "partial", "type": "ent_type"}


@settings(deadline=None)
@given(paired_rows())
def test_schemes_equal_nervaluate_where_no_span_has_two_partners(rows):
    gold, predicted = (documents_of(side)[0] for side in rows)
    gold = gold.with_spans(one for one in gold.spans if sum(overlap(one, other) > 0 for other in predicted.spans) <= 1)
    predicted = predicted.with_spans(
        one for one in predicted.spans if sum(overlap(one, other) > 0 for other in gold.spans) <= 1
    )
    results = nervaluate_results([gold.spans], [predicted.spans])
    for scheme, counts in score([gold], [predicted], n_resamples=10).schemes.items():
        assert scheme_counts(results[NERVALUATE_NAMES[scheme]]) == counts


def test_nervaluate_takes_ends_for_inclusive():
    gold, predicted = document((0, 5, Label.ORG)), document((5, 8, Label.ORG))
    theirs = nervaluate_results([gold.spans], [predicted.spans], end_shift=0)["ent_type"]
    assert theirs.f1 == 1.0  # the two spans only touch
    assert score([gold], [predicted]).schemes[Scheme.TYPE].f1 == 0.0


def test_nervaluate_depends_on_the_order_of_predictions():
    gold = document((0, 4, Label.ORG), (5, 9, Label.ORG))
    first, second = Span(0, 1, Label.ORG), Span(2, 7, Label.ORG)
    n_partial = [
        nervaluate_results([gold.spans], [spans])["partial"].partial for spans in ([first, second], [second, first])
    ]
    assert n_partial == [2, 1]
    assert score([gold], [gold.with_spans([second, first])]).schemes[Scheme.PARTIAL] == SchemeCounts(partial=2)


def test_nervaluate_takes_an_overlap_under_one_percent_for_none():
    text = "đề tài " * 40
    gold, predicted = document((0, 200, Label.PROJECT), text=text), document((199, 210, Label.PROJECT), text=text)
    theirs = nervaluate_results([gold.spans], [predicted.spans])["partial"]
    assert scheme_counts(theirs) == SchemeCounts(missed=1, spurious=1)
    assert score([gold], [predicted]).schemes[Scheme.PARTIAL] == SchemeCounts(partial=1)


@pytest.mark.parametrize(
    ("gold", "predicted", "message"),
    [
        ([], [], r"evaluation: found no documents, expected at least one"),
        ([document()], [], r"found 0 predicted documents, expected one for each of 1 gold"),
        ([document()], [document(name="b")], r"document 1: found predicted id 'b', expected 'a'"),
        (
            [document()],
            [document(text=TEXT[:-1] + "?")],
            rf"document 1 \(a\): .* differs from character {len(TEXT) - 1}",
        ),
        ([document()], [document(text=TEXT + "!")], rf"length {len(TEXT) + 1} that differs from character {len(TEXT)}"),
        ([document(), document()], [document(), document()], r"document 2: found id 'a' a second time"),
    ],
)
def test_documents_that_do_not_pair_are_refused(gold, predicted, message):
    with pytest.raises(InputError, match=message):
        score(gold, predicted)


def test_unknown_labels_are_refused():
    with pytest.raises(SpanError, match=r"predicted span \[0, 2\): found label 'CITY', expected one of ORG"):
        score([document()], [document((0, 2, "CITY"))])
