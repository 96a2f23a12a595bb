import pytest

from khcn_ner.document import Document, Span
from khcn_ner.evaluation import Cause, find_causes, find_mistakes
from khcn_ner.evaluation.groups import known_mentions
from khcn_ner.labels import Label

TEXT = "Sở Y tế họp, Sở Y tế và KH&CN, VIỆN CHĂN NUÔI"
A, B, C, D = Span(0, 7, Label.ORG), Span(13, 20, Label.ORG), Span(24, 29, Label.ORG), Span(31, 45, Label.ORG)


@pytest.mark.parametrize(
    ("gold", "predicted", "cause"),
    [
        ((A,), (Span(0, 7, Label.PER),), Cause.LABEL),
        ((A,), (Span(0, 2, Label.ORG), Span(3, 7, Label.ORG)), Cause.IN_PIECES),
        ((B, C), (Span(13, 29, Label.ORG),), Cause.RUN_TOGETHER),
        ((A, B), (A,), Cause.MISSED_REPEAT),
        ((A,), (A, B), Cause.GOLD_ELSEWHERE),
        ((A,), (Span(3, 7, Label.ORG),), Cause.SHORT),
        ((A,), (Span(0, 11, Label.ORG),), Cause.LONG),
        ((A,), (Span(3, 11, Label.ORG),), Cause.SHIFTED),
        ((C,), (), Cause.ABBREVIATION),
        ((D,), (), Cause.UPPER_CASE),
        ((), (Span(8, 11, Label.ORG, 0.3),), Cause.LOW_SCORE),
        ((), (Span(8, 11, Label.ORG, 0.9),), Cause.NONE),
    ],
)
def test_each_rule_fits_its_case(gold, predicted, cause):
    document = Document("a", TEXT, gold)
    sides = [document], [document.with_spans(predicted)]
    assert {causes[0] for causes in find_causes(*sides, find_mistakes(*sides))} == {cause}


def test_a_mention_is_unseen_only_against_training():
    document = Document("a", TEXT, (A,))
    sides = [document], [document.with_spans([])]
    mistakes = find_mistakes(*sides)
    assert find_causes(*sides, mistakes) == [(Cause.NONE,)]
    assert find_causes(*sides, mistakes, known=frozenset()) == [(Cause.UNSEEN,)]
    shouted = Document("b", "SỞ Y TẾ", (Span(0, 7, Label.ORG),))
    assert find_causes(*sides, mistakes, known=known_mentions([shouted])) == [(Cause.NONE,)]
