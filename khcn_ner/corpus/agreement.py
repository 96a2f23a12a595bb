"""Inter-annotator agreement: two annotations of the same documents in, span F1 and Cohen's kappa out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from khcn_ner.corpus.brat import read_document, text_files
from khcn_ner.corpus.check import annotated_folders
from khcn_ner.document import Document, Span
from khcn_ner.errors import CorpusError
from khcn_ner.labels import OUTSIDE, Label
from khcn_ner.tokens import spans_to_tags, token_offsets


@dataclass(frozen=True, slots=True)
class SpanAgreement:
    """How many spans the first and the second annotator marked, and how many both (same borders, same label)."""

    n_first: int
    n_second: int
    n_both: int

    @property
    def f1(self) -> float | None:
        """F1 of one annotation against the other, 0..1, which way round makes no difference; None without spans.

        Source: Hripcsak & Rothschild (2005), https://doi.org/10.1197/jamia.M1733: where the negative cases can't be
        counted, as with spans, the F-measure is the agreement to state.
        """
        total = self.n_first + self.n_second
        return 2 * self.n_both / total if total else None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of two annotations over all their documents.

    `kappa` is Cohen's over the tokens' entity types, O among them; `kappa_marked` over the tokens alone that either
    annotator marked. Both are None where chance alone would agree always.
    """

    n_documents: int
    n_tokens: int
    labels: dict[Label, SpanAgreement]
    kappa: float | None
    kappa_marked: float | None
    differing: tuple[Difference, ...] = field(repr=False)

    @property
    def micro(self) -> SpanAgreement:
        """Agreement over the spans of all labels together."""
        each = self.labels.values()
        return SpanAgreement(
            sum(one.n_first for one in each), sum(one.n_second for one in each), sum(one.n_both for one in each)
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """A stretch of a document where the annotators marked different spans: what each has there."""

    document: str
    first: tuple[Span, ...]
    second: tuple[Span, ...]

    @property
    def start(self) -> int:
        """Where the stretch begins, in code points."""
        return min(span.start for span in (*self.first, *self.second))

    @property
    def end(self) -> int:
        """Where the stretch ends, in code points, exclusive."""
        return max(span.end for span in (*self.first, *self.second))


def measure_agreement(first: Sequence[Document], second: Sequence[Document]) -> Agreement:
    """Compare two annotations of the same documents, in the same order.

    Raises:
        CorpusError: the documents differ in number, name or text.
    """
    _check_same(first, second)
    both: Counter[Label] = Counter()
    counts: tuple[Counter[Label], Counter[Label]] = (Counter(), Counter())
    pairs: list[tuple[str, str]] = []
    differing: list[Difference] = []
    for one, other in zip(first, second, strict=True):
        places = [{(span.start, span.end, span.label) for span in document.spans} for document in (one, other)]
        both.update(label for _, _, label in places[0] & places[1])
        for counter, document in zip(counts, (one, other), strict=True):
            counter.update(span.label for span in document.spans)
        pairs += _type_pairs(one, other)
        differing += _differences(one, other)
    return Agreement(
        n_documents=len(first),
        n_tokens=len(pairs),
        labels={label: SpanAgreement(counts[0][label], counts[1][label], both[label]) for label in Label},
        kappa=cohen_kappa(pairs),
        kappa_marked=cohen_kappa([pair for pair in pairs if pair != (OUTSIDE, OUTSIDE)]),
        differing=tuple(differing),
    )


def cohen_kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Give Cohen's kappa of two raters' categories, -1..1; None without items or where chance agreement is 1.

    Source: Cohen (1960), https://doi.org/10.1177/001316446002000104: (observed - expected) / (1 - expected), where
    expected is the agreement of two raters who draw from their own shares of categories.

    Example:
        >>> cohen_kappa([("a", "a"), ("a", "b"), ("b", "b"), ("b", "b")])
        0.5
    """
    if not pairs:
        return None
    n = len(pairs)
    observed = sum(one == other for one, other in pairs) / n
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    expected = sum(first[category] * second[category] for category in first) / n**2
    return None if expected == 1 else (observed - expected) / (1 - expected)


def _type_pairs(one: Document, other: Document) -> list[tuple[str, str]]:
    tokens = token_offsets(one.text)
    tags = [spans_to_tags(tokens, document.spans) for document in (one, other)]
    return [(_type(first), _type(second)) for first, second in zip(*tags, strict=True)]


def _type(tag: str) -> str:
    return tag.rpartition("-")[2]


def _differences(one: Document, other: Document) -> list[Difference]:
    """Group the spans that only one annotator has where they overlap."""
    places = [{(span.start, span.end, span.label) for span in document.spans} for document in (one, other)]
    alone = [
        (span, side)
        for side, document in enumerate((one, other))
        for span in document.spans
        if (span.start, span.end, span.label) not in places[1 - side]
    ]
    groups: list[tuple[list[Span], list[Span]]] = []
    reach = -1
    for span, side in sorted(alone, key=lambda item: (item[0].start, item[0].end)):
        if span.start >= reach:
            groups.append(([], []))
        groups[-1][side].append(span)
        reach = max(reach, span.end)
    return [Difference(one.id, tuple(first), tuple(second)) for first, second in groups]


def _check_same(first: Sequence[Document], second: Sequence[Document]) -> None:
    if len(first) != len(second):
        raise CorpusError(
            "agreement",
            found=f"{len(first)} and {len(second)} documents",
            expected="the same documents twice",
            remedy="compare whole annotations",
        )
    for one, other in zip(first, second, strict=True):
        if one.id != other.id or one.text != other.text:
            found = f"{other.id}" if one.id != other.id else "another text"
            raise CorpusError(
                f"agreement, {one.id}", found=found, expected="the same document twice", remedy="compare like with like"
            )


def read_annotations(first: Path, second: Path, *, texts: Path | None = None) -> tuple[list[Document], list[Document]]:
    """Read two annotations of the same texts: folders of NAME.ann, with NAME.txt in the first or anywhere in `texts`.

    Raises:
        CorpusError: a folder or a file is missing or wrong.
    """
    pair: tuple[list[Document], list[Document]] = ([], [])
    folders = [first] if texts is None else annotated_folders(texts)
    for text_path in (path for folder in folders for path in text_files(folder)):
        for documents, folder in zip(pair, (first, second), strict=True):
            documents.append(read_document(text_path, folder / f"{text_path.stem}.ann"))
    return pair
