from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from khcn_ner.document import Span
from khcn_ner.evaluation.matching import overlap, pair_spans, same_borders
from khcn_ner.labels import Label

LENGTH = 24


@st.composite
def rows(draw):
    """Give spans without overlap, sorted, some touching."""
    cuts = sorted(draw(st.sets(st.integers(0, LENGTH), max_size=12)))
    spans = []
    for start, end in pairwise(cuts):
        if draw(st.booleans()):
            spans.append(Span(start, end, draw(st.sampled_from([Label.ORG, Label.DATE]))))
    return spans


def best_by_trying_all(gold, predicted, worth):
    edges = [(i, j) for i in range(len(gold)) for j in range(len(predicted)) if overlap(gold[i], predicted[j])]
    best = (0, 0)
    for size in range(1, min(len(gold), len(predicted)) + 1):
        for chosen in combinations(edges, size):
            if len({i for i, _ in chosen}) == len({j for _, j in chosen}) == size:
                worths = [worth(gold[i], predicted[j]) for i, j in chosen]
                best = max(best, tuple(map(sum, zip(*worths, strict=True))))
    return best


WORTHS = {
    "most characters": lambda one, other: (overlap(one, other), int(one.label == other.label)),
    "equal borders, then pairs": lambda one, other: (1 + same_borders(one, other), 1),
    "equal labels, then characters": lambda one, other: (int(one.label == other.label), overlap(one, other)),
}


@given(rows(), rows(), st.sampled_from(sorted(WORTHS)))
def test_pairing_is_as_good_as_the_best_of_all_pairings(gold, predicted, name):
    pairs = pair_spans(gold, predicted, WORTHS[name])
    worths = [WORTHS[name](one, other) for one, other in pairs if one and other]
    assert tuple(map(sum, zip((0, 0), *worths, strict=True))) == best_by_trying_all(gold, predicted, WORTHS[name])


@given(rows(), rows())
def test_each_span_is_given_once_in_text_order(gold, predicted):
    pairs = pair_spans(gold, predicted, WORTHS["most characters"])
    assert sorted((one for one, _ in pairs if one), key=lambda span: span.start) == gold
    assert sorted((other for _, other in pairs if other), key=lambda span: span.start) == predicted
    starts = [min(span.start for span in pair if span) for pair in pairs]
    assert starts == sorted(starts)
    assert all(overlap(one, other) for one, other in pairs if one and other)


def test_touching_spans_are_no_pair():
    gold, predicted = Span(0, 5, Label.ORG), Span(5, 8, Label.ORG)
    assert pair_spans([gold], [predicted], WORTHS["most characters"]) == [(gold, None), (None, predicted)]


def test_the_earlier_of_two_equal_choices_is_taken():
    left, right = Span(0, 4, Label.ORG), Span(4, 8, Label.ORG)
    both = Span(2, 6, Label.ORG)
    assert pair_spans([left, right], [both], WORTHS["most characters"]) == [(left, both), (right, None)]
    assert pair_spans([both], [left, right], WORTHS["most characters"]) == [(both, left), (None, right)]


def test_equal_labels_decide_between_equal_overlaps():
    left, right = Span(0, 4, Label.ORG), Span(4, 8, Label.DATE)
    both = Span(2, 6, Label.DATE)
    assert pair_spans([left, right], [both], WORTHS["most characters"]) == [(left, None), (right, both)]
