"""Word segmentation as a view: a text in, the places of its words out; the text itself is never changed.

Back ends: `none` (a word is a token), `underthesea` (Apache-2.0, works offline; the extra `segment`), and `vncorenlp`
(py_vncorenlp, MIT, with the segmenter that PhoBERT has been pre-trained with; needs Java and a download).
Both rewrite what they read: underthesea writes "Hoà An" as "Hòa An", VnCoreNLP the other way. So their words are laid
back onto the text by what they have in common, letters without marks.
"""

from __future__ import annotations

import difflib
import importlib
import itertools
import os
import threading
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import regex

from khcn_ner.document import Span
from khcn_ner.errors import ModelError
from khcn_ner.tokens import TokenOffsets, token_offsets

SEGMENTERS = ("none", "underthesea", "vncorenlp")
VNCORENLP_DIR = "VNCORENLP_DIR"

Segment = Callable[[str], list[TokenOffsets]]

# Segmenters read a line at a time, and long ones in parts, so that the time for odd texts stays bounded.
_LONGEST_PART = 2000
_PART = regex.compile(rf"[^\n]{{1,{_LONGEST_PART}}}(?=\s|$)|[^\n]{{1,{_LONGEST_PART}}}")

# The places of tone marks that RDRSegmenter, and so PhoBERT's pre-training, writes.
# Source: NORMALIZER in vn.corenlp.wordsegmenter.Utils (https://github.com/vncorenlp/VnCoreNLP)
_RDR_TONES = dict(
    zip(
        "òa óa ỏa õa ọa òe óe ỏe õe ọe ùy úy ủy ũy ụy Ủy".split(),
        "oà oá oả oã oạ oè oé oẻ oẽ oẹ uỳ uý uỷ uỹ uỵ Uỷ".split(),
        strict=True,
    )
)
_RDR_TONE = regex.compile("|".join(_RDR_TONES))


def rdr_tones(text: str) -> str:
    """Write tone marks where RDRSegmenter writes them; the length stays.

    Example:
        >>> rdr_tones("Hòa An, Ủy ban, thủy sản, toán")
        'Hoà An, Uỷ ban, thuỷ sản, toán'
    """
    return _RDR_TONE.sub(lambda found: _RDR_TONES[found[0]], text)


def load_segmenter(name: str) -> Segment:
    """Give the function that finds a text's words; it may be called from several threads.

    Raises:
        ModelError: the back end is unknown, not installed, or lacks its model.
    """
    if name == "none":
        return lambda _: []
    if name == "underthesea":
        return _underthesea()
    if name == "vncorenlp":
        return _vncorenlp()
    raise ModelError(
        "segmenter", found=repr(name), expected=f"one of {', '.join(SEGMENTERS)}", remedy="correct the name"
    )


def _underthesea() -> Segment:
    try:
        word_tokenize = importlib.import_module("underthesea").word_tokenize
    except ImportError as error:
        raise ModelError(
            "segmenter underthesea", found="no package underthesea", expected="it installed",
            remedy="pip install 'khcn-ner[segment]', or choose the segmenter none and train the model with it",
        ) from error  # fmt: skip
    return _by_parts(lambda part: list(word_tokenize(part)))


def _vncorenlp() -> Segment:
    ways = (
        "install Java, pip install py_vncorenlp, run py_vncorenlp.download_model(save_dir=DIR) and set "
        f"{VNCORENLP_DIR}=DIR; or choose the segmenter underthesea"
    )
    folder = os.environ.get(VNCORENLP_DIR)
    before = Path.cwd()
    try:
        package = importlib.import_module("py_vncorenlp")
        if folder is None:
            raise ModelError(
                "segmenter vncorenlp", found=f"no {VNCORENLP_DIR}", expected="the folder of its model", remedy=ways
            )
        model = package.VnCoreNLP(annotators=["wseg"], save_dir=str(Path(folder).resolve()))
    except ModelError:
        raise
    except Exception as error:  # the bridge to Java raises types of its own
        raise ModelError(
            "segmenter vncorenlp", found=str(error) or type(error).__name__,
            expected="py_vncorenlp, Java and the downloaded model", remedy=ways,
        ) from error  # fmt: skip
    finally:
        os.chdir(before)  # the package changes the working directory
    return _by_parts(lambda part: [word for sentence in model.word_segment(part) for word in sentence.split(" ")])


def _by_parts(words_of: Callable[[str], list[str]]) -> Segment:
    lock = threading.Lock()  # neither back end promises that two threads may use it at once

    def segment(text: str) -> list[TokenOffsets]:
        placed: list[TokenOffsets] = []
        for part in _PART.finditer(text):
            if not part[0].strip():
                continue
            with lock:
                words = words_of(part[0])
            placed.extend((part.start() + start, part.start() + end) for start, end in place_words(part[0], words))
        return placed

    return segment


def place_words(text: str, words: Iterable[str]) -> list[TokenOffsets]:
    """Lay a segmenter's words onto the text they were found in; a word that can't be found again is left out.

    Example:
        >>> place_words("Hoà An, khoa  học", ["Hòa An", ",", "khoa học"])
        [(0, 6), (6, 7), (8, 17)]
    """
    text_keys = list(_keys(text))
    word_keys = [(number, key) for number, word in enumerate(words) for _, key in _keys(word)]
    places: dict[int, list[int]] = {}
    for at, number in _common(text_keys, word_keys):
        places.setdefault(number, []).append(at)
    lengths: dict[int, int] = {}
    for number, _ in word_keys:
        lengths[number] = lengths.get(number, 0) + 1
    return [
        (found[0], found[-1] + 1) for number, found in sorted(places.items()) if len(found) == lengths[number]
    ]  # fmt: skip


def _keys(text: str) -> Iterator[tuple[int, str]]:
    """Give each character's place and what stays of it whatever the spelling; spaces, `_` and marks are passed over."""
    for place, character in enumerate(text):
        base = unicodedata.normalize("NFD", character)[0]
        if character != "_" and not character.isspace() and not unicodedata.category(base).startswith(("M", "C")):
            yield place, base.casefold()


def _common(text_keys: Sequence[tuple[int, str]], word_keys: Sequence[tuple[int, str]]) -> Iterator[tuple[int, int]]:
    """Give, for the keys that text and words share in order, the place in the text and the word's number."""
    ours, theirs = [key for _, key in text_keys], [key for _, key in word_keys]
    if ours == theirs:
        yield from ((place, number) for (place, _), (number, _) in zip(text_keys, word_keys, strict=True))
        return
    for block in difflib.SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks():
        for step in range(block.size):
            yield text_keys[block.a + step][0], word_keys[block.b + step][0]


def word_units(text: str, words: Sequence[TokenOffsets]) -> list[TokenOffsets]:
    """Join the tokens of a text that one word holds, where both are letters with white space between them.

    Numbers, signs and punctuation stay units of their own, so that a span can always begin and end there; so does every
    token when `words` is empty. Words are sorted and free of overlap.

    Example:
        >>> word_units("Sở Khoa học, 9.864triệu", [(3, 11), (13, 23)])
        [(0, 2), (3, 11), (11, 12), (13, 14), (14, 15), (15, 18), (18, 23)]
    """
    units: list[TokenOffsets] = []
    word = 0
    joinable = -1  # the word that the last unit is in, if a letter ends that unit
    for start, end in token_offsets(text):
        while word < len(words) and words[word][1] < end:
            word += 1
        inside = word < len(words) and words[word][0] <= start
        here = word if inside and text[start].isalpha() else -1
        gap = text[units[-1][1] : start] if units else ""
        if here >= 0 and here == joinable and gap.isspace() and "\n" not in gap:
            units[-1] = (units[-1][0], end)
        else:
            units.append((start, end))
        joinable = here
    return units


def split_at_borders(text: str, units: Sequence[TokenOffsets], spans: Sequence[Span]) -> tuple[list[TokenOffsets], int]:
    """Split the units that a span's border cuts, at that border, and count them; a token is never split.

    Example:
        >>> from khcn_ner.labels import Label
        >>> split_at_borders("Sở Khoa học và họp", [(0, 2), (3, 14), (15, 18)], [Span(0, 11, Label.ORG)])
        ([(0, 2), (3, 11), (12, 14), (15, 18)], 1)
    """
    borders = sorted({border for span in spans for border in (span.start, span.end)})
    split: list[TokenOffsets] = []
    n_split = index = 0
    for start, end in units:
        while index < len(borders) and borders[index] <= start:
            index += 1
        inner: list[int] = []
        while index < len(borders) and borders[index] < end:
            inner.append(borders[index])
            index += 1
        tokens = [(start + a, start + b) for a, b in token_offsets(text[start:end])] if inner else []
        if len(tokens) < 2:
            split.append((start, end))
            continue
        parts = [tokens[0]]
        for before, token in itertools.pairwise(tokens):
            if any(before[1] <= border <= token[0] for border in inner):
                parts.append(token)
            else:
                parts[-1] = (parts[-1][0], token[1])
        n_split += len(parts) > 1
        split.extend(parts)
    return split, n_split
