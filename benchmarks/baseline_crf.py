"""A linear-chain CRF as a baseline: tokens with their shapes, neighbours, affixes and lists in, BIO tags out.

Lists are those of the training split (benchmarks/baseline_rules.py). A training report sees only entries that also
occur in another one, so that the CRF does not learn to trust lists more than it can on new reports.
Source: CRFsuite (http://www.chokkan.org/software/crfsuite/) through sklearn-crfsuite.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import regex

from benchmarks.baseline_rules import Range, Text, Words, is_capital
from khcn_ner.borders import tidy
from khcn_ner.document import Document
from khcn_ner.labels import Label
from khcn_ner.records.numbers import NUMBER_WORDS
from khcn_ner.tokens import spans_to_tags, tags_to_spans

# What c1 and c2 (the weights of the L1 and the L2 norm) are chosen from, on dev.
GRID = ((0.05, 0.01), (0.05, 0.1), (0.2, 0.01), (0.2, 0.1))
MOST_ITERATIONS = 100
_LONGEST_ENTRY = 12
_CALENDAR = frozenset("ngày tháng quý năm đầu giữa cuối".split())


class Lists:
    """The mentions of training reports by label, each with the reports it occurs in."""

    def __init__(self, texts: Sequence[Text]) -> None:
        self._reports: defaultdict[tuple[str, Words], set[str]] = defaultdict(set)
        for text in texts:
            for (start, end), label in text.gold.items():
                words = tuple(word.casefold() for word in text.words[start:end])
                if label in (Label.ORG, Label.PER, Label.PROJECT) and len(words) <= _LONGEST_ENTRY:
                    self._reports[label, words].add(text.document.id)
                    self._reports[f"first of {label}", words[:1]].add(text.document.id)
        self._lengths = sorted({len(words) for _, words in self._reports}, reverse=True)
        self._by_words: defaultdict[Words, list[str]] = defaultdict(list)
        for label, words in self._reports:
            self._by_words[words].append(label)

    def marks(self, text: Text) -> list[list[str]]:
        """Tell for each token in which entries it lies that another report has."""
        marks: list[list[str]] = [[] for _ in text.words]
        folded = [word.casefold() for word in text.words]
        for start in range(len(folded)):
            for length in self._lengths:
                words = tuple(folded[start : start + length])
                for label in self._by_words.get(words, ()) if len(words) == length else ():
                    if self._reports[label, words] - {text.document.id}:
                        for place in range(start, start + length):
                            marks[place].append(f"{label} {'B' if place == start else 'I'}")
        return marks


def features(text: Text, lists: Lists) -> list[list[str]]:
    """Give each token's features, its neighbours' within two tokens among them."""
    own = [_own(word) for word in text.words]
    marks = lists.marks(text)
    n_tokens = len(text.words)
    rows: list[list[str]] = []
    for place in range(n_tokens):
        row = ["bias", *own[place], *(f"list {mark}" for mark in set(marks[place]))]
        for step in (-2, -1, 1, 2):
            at = place + step
            if 0 <= at < n_tokens:
                row += [f"{step:+d} {feature}" for feature in own[at][: 3 if abs(step) == 2 else 5]]
                row += [f"{step:+d} list {mark}" for mark in set(marks[at])]
            else:
                row.append(f"{step:+d} none")
        for step in (-1, 0):  # pairs of words
            if place + step >= 0 and place + step + 1 < n_tokens:
                pair = text.words[place + step : place + step + 2]
                row.append(f"{step:+d} pair {' '.join(word.casefold() for word in pair)}")
        before = text.document.text[text.tokens[place - 1][1] : text.tokens[place][0]] if place else "\n"
        row.append(f"gap {'line' if chr(10) in before else 'space' if before else 'none'}")
        rows.append(row)
    return rows


def _own(word: str) -> list[str]:
    """Give a token's own features, the most telling first."""
    folded = word.casefold()
    shape = regex.sub(r"\p{Lu}", "X", regex.sub(r"\p{Ll}", "x", regex.sub(r"\d", "0", word)))
    shape = regex.sub(r"(.)\1{2,}", r"\1\1\1", shape)
    kinds = [
        "capital" * is_capital(word), "capitals" * (word.isupper() and len(word) > 1), "number" * word.isdecimal(),
        "number word" * (folded in NUMBER_WORDS), "calendar" * (folded in _CALENDAR), "sign" * (not word.isalnum()),
    ]  # fmt: skip
    affixes = [
        f"{name}{size} {part}" for size in (1, 2, 3) for name, part in (("<", folded[:size]), (">", folded[-size:]))
    ]
    return [
        f"word {folded}",
        f"shape {shape}",
        f"kind {' '.join(filter(None, kinds))}",
        f"length {min(len(word), 6)}",
        *affixes,
    ]


def _lines(text: Text) -> Iterator[Range]:
    """Cut a report into lines: what the CRF takes as one sequence."""
    start = 0
    for place in range(1, len(text.words) + 1):
        if place == len(text.words) or "\n" in text.document.text[text.tokens[place - 1][1] : text.tokens[place][0]]:
            yield start, place
            start = place


class Crf:
    """A CRF fitted to training documents."""

    name = "CRF"

    def __init__(self, train: Sequence[Document], *, c1: float, c2: float) -> None:
        from sklearn_crfsuite import CRF

        texts = [Text.of(document) for document in train]
        self._lists = Lists(texts)
        rows: list[list[list[str]]] = []
        tags: list[list[str]] = []
        for text in texts:
            found = features(text, self._lists)
            gold = spans_to_tags(text.tokens, text.document.spans)
            for start, end in _lines(text):
                rows.append(found[start:end])
                tags.append(gold[start:end])
        self._model = CRF(
            algorithm="lbfgs", c1=c1, c2=c2, max_iterations=MOST_ITERATIONS, all_possible_transitions=True
        )
        self._model.fit(rows, tags)

    def predict(self, document: Document) -> Document:
        text = Text.of(document)
        found = features(text, self._lists)
        tags = [tag for start, end in _lines(text) for tag in self._model.predict([found[start:end]])[0]]
        spans = (tidy(document.text, span) for span in tags_to_spans(text.tokens, mended(tags)))
        return document.with_spans(span for span in spans if span is not None)


def mended(tags: Sequence[str]) -> list[str]:
    """Begin a span where an I- tag continues nothing.

    >>> mended(["O", "I-ORG", "I-ORG", "I-PER"])
    ['O', 'B-ORG', 'I-ORG', 'B-PER']
    """
    valid: list[str] = []
    for tag in tags:
        label = tag[2:]
        goes_on = bool(valid) and valid[-1][2:] == label
        valid.append(f"B-{label}" if tag.startswith("I-") and not goes_on else tag)
    return valid
