from khcn_ner.corpus.leakage import RUN_SYLLABLES, shared_runs, shared_titles
from khcn_ner.document import Document, Span
from khcn_ner.labels import Label


def numbers(first, last):
    return " ".join(str(number) for number in range(first, last))


def titled(name, title):
    return Document(name, title, (Span(0, len(title), Label.PROJECT),))


def test_a_shared_run_is_told_once_a_pair_whatever_the_white_space():
    one = Document("a", f"x {numbers(0, 30)}")
    other = Document("b", f"{numbers(5, 40)}\n".replace(" ", "\u00a0 "))
    (leak,) = shared_runs({"train": [one], "test": [other]})
    assert (leak.first, leak.second) == (("train", "a"), ("test", "b"))
    assert leak.text == numbers(5, 5 + RUN_SYLLABLES)


def test_shorter_runs_and_repeats_inside_a_report_are_none():
    twice = f"{numbers(0, 25)} rồi {numbers(0, 25)}"
    assert shared_runs({"train": [Document("a", twice), Document("b", numbers(6, 25))]}) == []


def test_a_title_may_stand_in_one_split_only():
    splits = {
        "train": [titled("a", "Nuôi cá lồng, bè"), titled("b", "Nuôi cá lồng, bè")],
        "test": [titled("c", "NUÔI CÁ LỒNG BÈ"), titled("d", "Trồng nho")],
    }
    (leak,) = shared_titles(splits)
    assert (leak.kind, leak.first, leak.second) == ("title", ("train", "a"), ("test", "c"))
