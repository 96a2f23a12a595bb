"""Rules as a baseline: the normalisers read dates and quantities, lists and cue words of the training split the rest.

Nothing is learnt but counts: which strings are marked in at least half of their occurrences, and which words stand
before or inside what is marked. `LEAST` and `SHARE` are our choice, the same for all lists.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import regex

from khcn_ner.borders import tidy
from khcn_ner.document import Document, Span
from khcn_ner.labels import Label
from khcn_ner.records.dates import normalise_date
from khcn_ner.records.numbers import NUMBER_WORDS
from khcn_ner.records.quantities import normalise_quantity
from khcn_ner.tokens import TokenOffsets, align, token_offsets

LEAST = 3  # how often something must have been seen
SHARE = 0.5  # and in what share of its occurrences it must have been right
_LONGEST_DATE, _LONGEST_ENTRY, _LONGEST_UNIT = 24, 20, 8
_NUMBER = regex.compile(r"\d+(?:[.,]\d+)*(?:\s*[-–/]\s*\d+(?:[.,]\d+)*)?(?:\s*(?:nghìn|ngàn|vạn|triệu|tỷ|tỉ))*")
_BARE_DATE = regex.compile(r"\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}|\d{1,2}\s*/\s*(?:19|20)\d\d")
# A date says a number or a quarter: năm trước is none by the guidelines.
_SAID = regex.compile(r"\d|\b[IV]+\b")
_CALENDAR = ("tháng", "quý", "năm")
_QUOTED = regex.compile(r"[“\"«](?P<title>[^“”\"«»\n]{20,})[”\"»]")

Words = tuple[str, ...]
Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Text:
    """A document as tokens with the gold ranges of each label."""

    document: Document
    tokens: list[TokenOffsets]
    words: list[str]
    gold: dict[Range, str]

    @classmethod
    def of(cls, document: Document) -> Text:
        tokens = token_offsets(document.text)
        ranges, _ = align(tokens, document.spans)
        gold = {place: str(span.label) for place, span in zip(ranges, document.spans, strict=True)}
        return cls(document, tokens, [document.text[start:end] for start, end in tokens], gold)

    def surface(self, place: Range) -> str:
        return self.document.text[self.tokens[place[0]][0] : self.tokens[place[1] - 1][1]]


def proven(right: Counter[Words], seen: Counter[Words], *, least: int = LEAST) -> frozenset[Words]:
    """Keep what was right often enough, and in a large enough share of its occurrences."""
    return frozenset(key for key, number in right.items() if number >= least and number >= SHARE * seen[key])


def is_capital(word: str) -> bool:
    return word[0].isupper()


class Rules:
    """Lists and cue words counted in training documents."""

    name = "rules"

    def __init__(self, train: Sequence[Document]) -> None:
        texts = [Text.of(document) for document in train]
        self._entries = {label: _entries(texts, label) for label in (Label.ORG, Label.PER, Label.PROJECT)}
        self._heads = _heads(texts)
        self._links = _links(texts)
        self._people = _proven_cues(texts, before_person, _runs_of_capitals, Label.PER)
        self._families = _families(texts)
        self._titles = _proven_cues(texts, before_quote, _quoted, Label.PROJECT)
        self._date_heads = _first_words(texts, Label.DATE)
        self._units = _units(texts)

    def predict(self, document: Document) -> Document:
        text = Text.of(document)
        taken: list[bool] = [False] * len(text.words)
        spans: list[Span] = []
        finders = (
            (Label.PROJECT, self._find_titles), (Label.PER, self._find_people), (Label.ORG, self._find_bodies),
            (Label.DATE, self._find_dates), (Label.QUANTITY, self._find_quantities),
        )  # fmt: skip
        for label, find in finders:
            found = sorted([*find(text), *self._listed(text, label)], key=lambda place: place[0] - place[1])
            for start, end in found:  # the longest first
                if any(taken[start:end]):
                    continue
                taken[start:end] = [True] * (end - start)
                span = tidy(document.text, Span(text.tokens[start][0], text.tokens[end - 1][1], label))
                if span is not None:
                    spans.append(span)
        return document.with_spans(_apart(spans))

    def _listed(self, text: Text, label: str) -> Iterator[Range]:
        entries = self._entries.get(label, frozenset())
        yield from _occurrences(text.words, entries, _LONGEST_ENTRY)

    def _find_titles(self, text: Text) -> Iterator[Range]:
        for place in _quoted(text):
            if before_quote(text, place[0]) in self._titles:
                yield place

    def _find_people(self, text: Text) -> Iterator[Range]:
        for place in _runs_of_capitals(text):
            if before_person(text, place[0]) in self._people or (text.words[place[0]],) in self._families:
                yield place

    def _find_bodies(self, text: Text) -> Iterator[Range]:
        for start, word in enumerate(text.words):
            if (word,) in self._heads:
                end = self._end_of_body(text, start)
                if end > start + 1:
                    yield start, end

    def _end_of_body(self, text: Text, start: int) -> int:
        """Go on over capitals, and over words that stand inside names where a capital follows within three words."""
        words = text.words
        end = start + 1
        while end < len(words) and "\n" not in text.surface((start, end + 1)):
            if is_capital(words[end]):
                end += 1
                continue
            step = end
            while step < min(len(words), end + 3) and (words[step],) in self._links:
                step += 1
            if step == end or step >= len(words) or not is_capital(words[step]):
                break
            end = step + 1
        return end

    def _find_dates(self, text: Text) -> Iterator[Range]:
        place = 0
        while place < len(text.words):
            end = self._end_of_date(text, place)
            if end is not None:
                yield place, end
            place = end or place + 1

    def _end_of_date(self, text: Text, start: int) -> int | None:
        """Give the longest stretch from a token on that the normaliser reads as a date."""
        word = text.words[start]
        following = text.words[start + 1].casefold() if start + 1 < len(text.words) else ""
        counts = word.isdecimal() and following in _CALENDAR  # 6 tháng đầu năm
        is_head = counts or ((word.casefold(),) in self._date_heads and not word.isdecimal())
        if not is_head and not word.isdecimal():
            return None
        for end in range(min(len(text.words), start + _LONGEST_DATE), start, -1):
            surface = text.surface((start, end))
            if regex.search(r"[\n,;]", surface) or not text.words[end - 1].isalnum() or not _SAID.search(surface):
                continue
            if not is_head and not _BARE_DATE.match(surface):
                continue
            found = normalise_date(surface)
            if found.from_ is not None or (found.warning or "").endswith("is said"):
                return end
        return None

    def _find_quantities(self, text: Text) -> Iterator[Range]:
        starts = {offsets[0]: number for number, offsets in enumerate(text.tokens)}
        ends = {offsets[1]: number for number, offsets in enumerate(text.tokens)}
        for match in _NUMBER.finditer(text.document.text):
            if match.start() in starts and match.end() in ends:
                yield from self._with_unit(text, starts[match.start()], ends[match.end()] + 1)
        for place, word in enumerate(text.words):
            if word.casefold() in NUMBER_WORDS:
                yield from self._with_unit(text, place, place + 1)

    def _with_unit(self, text: Text, start: int, unit: int) -> Iterator[Range]:
        for end in range(min(len(text.words), unit + _LONGEST_UNIT), unit, -1):
            phrase = tuple(word.casefold() for word in text.words[unit:end])
            if phrase in self._units and normalise_quantity(text.surface((start, end))).warning is None:
                yield start, end
                return


def _entries(texts: Iterable[Text], label: str) -> frozenset[Words]:
    """List the strings that are marked with a label in at least half of their occurrences."""
    texts = list(texts)
    right = Counter(tuple(text.words[a:b]) for text in texts for (a, b), found in text.gold.items() if found == label)
    seen = Counter(
        tuple(text.words[a:b]) for text in texts for a, b in _occurrences(text.words, right, _LONGEST_ENTRY, all_=True)
    )
    return proven(right, seen, least=1)


def _occurrences(
    words: Sequence[str], entries: Iterable[Words], longest: int, *, all_: bool = False
) -> Iterator[Range]:
    """Find list entries, the longest at each place or all of them."""
    known = entries if isinstance(entries, (frozenset, Counter)) else frozenset(entries)
    lengths = sorted({len(entry) for entry in known if 0 < len(entry) <= longest}, reverse=True)
    for start in range(len(words)):
        for length in lengths:
            if tuple(words[start : start + length]) in known and start + length <= len(words):
                yield start, start + length
                if not all_:
                    break


def _first_words(texts: Iterable[Text], label: str) -> frozenset[Words]:
    right = Counter(
        (text.words[a].casefold(),) for text in texts for (a, _), found in text.gold.items() if found == label
    )
    return frozenset(word for word, number in right.items() if number >= LEAST)


def _heads(texts: Iterable[Text]) -> frozenset[Words]:
    right: Counter[Words] = Counter()
    seen: Counter[Words] = Counter()
    for text in texts:
        starts = {place[0] for place, label in text.gold.items() if label == Label.ORG}
        inside = {
            at for (a, b), label in text.gold.items() if label in (Label.ORG, Label.PROJECT) for at in range(a + 1, b)
        }
        for place, word in enumerate(text.words[:-1]):
            if is_capital(word) and is_capital(text.words[place + 1]) and place not in inside:
                seen[(word,)] += 1
                right[(word,)] += place in starts
    return proven(right, seen)


def _links(texts: Iterable[Text]) -> frozenset[Words]:
    """List the words without a capital that go on with a body's name more often than they end it."""
    right: Counter[Words] = Counter()
    seen: Counter[Words] = Counter()
    for text in texts:
        for (a, b), label in text.gold.items():
            if label != Label.ORG:
                continue
            for place in range(a + 1, min(b + 1, len(text.words))):
                if not is_capital(text.words[place]):
                    seen[(text.words[place],)] += 1
                    right[(text.words[place],)] += place < b
    return proven(right, seen)


def before_person(text: Text, start: int) -> Words:
    """Give the last word of letters before a place, over full stops and colons."""
    place = start - 1
    while place >= 0 and text.words[place] in ".:":
        place -= 1
    return (text.words[place].casefold(),) if place >= 0 else ()


def before_quote(text: Text, start: int) -> Words:
    """Give the last two words of letters before a quotation."""
    letters = [word.casefold() for word in text.words[max(0, start - 5) : start] if word[0].isalpha()]
    return tuple(letters[-2:])


def _proven_cues(
    texts: Iterable[Text], cue: Callable[[Text, int], Words], candidates: Callable[[Text], Iterator[Range]], label: str
) -> frozenset[Words]:
    right: Counter[Words] = Counter()
    seen: Counter[Words] = Counter()
    for text in texts:
        for place in candidates(text):
            before = cue(text, place[0])
            seen[before] += 1
            right[before] += text.gold.get(place) == label
    return proven(right, seen)


def _families(texts: Iterable[Text]) -> frozenset[Words]:
    right: Counter[Words] = Counter()
    seen: Counter[Words] = Counter()
    for text in texts:
        for place in _runs_of_capitals(text):
            seen[(text.words[place[0]],)] += 1
            right[(text.words[place[0]],)] += text.gold.get(place) == Label.PER
    return proven(right, seen)


def _runs_of_capitals(text: Text) -> Iterator[Range]:
    """Give the runs of two to five words of letters, each with a capital, with nothing but a space between them."""
    start = 0
    while start < len(text.words):
        end = start
        while (
            end < len(text.words)
            and is_capital(text.words[end])
            and not text.words[end].isupper()
            and (end == start or text.document.text[text.tokens[end - 1][1] : text.tokens[end][0]] == " ")
        ):
            end += 1
        if 2 <= end - start <= 5:
            yield start, end
        start = max(end, start + 1)


def _quoted(text: Text) -> Iterator[Range]:
    starts = [start for start, _ in text.tokens]
    for match in _QUOTED.finditer(text.document.text):
        inside = [n for n, start in enumerate(starts) if match.start("title") <= start < match.end("title")]
        if inside:
            yield inside[0], inside[-1] + 1


def _units(texts: Iterable[Text]) -> frozenset[Words]:
    """List what follows the number of marked quantities."""
    right: Counter[Words] = Counter()
    for text in texts:
        for (a, b), label in text.gold.items():
            if label != Label.QUANTITY:
                continue
            surface = text.surface((a, b))
            number = _NUMBER.match(surface)
            skipped = len(token_offsets(number[0])) if number else int(text.words[a].casefold() in NUMBER_WORDS)
            right[tuple(word.casefold() for word in text.words[a + skipped : b])] += 1
    return frozenset(unit for unit in right if unit)


def _apart(spans: Iterable[Span]) -> list[Span]:
    """Leave out what overlaps an earlier span: closing a bracket may have reached over."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda one: one.start):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept
