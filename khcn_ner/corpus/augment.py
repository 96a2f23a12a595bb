"""Augmentation: gold documents in, changed copies of them with their gold spans out.

A copy differs from its document in ways that real reports differ from each other: other names, bodies, figures and
titles; abbreviations written out or the other way round; tone marks placed the old or the new way; capitals; slips of
the keyboard; whole copies spoilt as khcn_ner.corpus.perturb does it. Everything is drawn from a seed, so that a run can
be made again.
"""

from __future__ import annotations

import random
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import regex

from khcn_ner.config import AugmentationConfig
from khcn_ner.corpus.perturb import early_tones, late_tones, perturb
from khcn_ner.document import Document, Span
from khcn_ner.labels import Label

# Written both ways in reports, inside names and outside.
_SHORT_FORMS = {
    "Khoa học và Công nghệ": "KH&CN",
    "khoa học và công nghệ": "KH&CN",
    "Ủy ban nhân dân": "UBND",
    "Hội đồng nhân dân": "HĐND",
    "Tiêu chuẩn Đo lường Chất lượng": "TĐC",
    "Ban Chỉ đạo": "BCĐ",
    "Hợp tác xã": "HTX",
    "sở hữu trí tuệ": "SHTT",
    "an toàn bức xạ": "ATBX",
    "chuyển đổi số": "CĐS",
    "đồng chí": "đ/c",
    "Đồng chí": "Đ/c",
}
_LONG_FORMS = {short: long for long, short in _SHORT_FORMS.items() if long[0].isupper() or short == "đ/c"}

_DIGITS = regex.compile(r"\d")
_HOOK, _TILDE = "\u0309", "\u0303"


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of a document: a mention with its label, or the text between two."""

    text: str
    label: str | None


def augment(documents: Sequence[Document], settings: AugmentationConfig, *, seed: int) -> list[Document]:
    """Give the documents followed by `settings.copies` changed copies of each, named NAME~1, NAME~2 and so on."""
    pools = mention_pools(documents)
    augmented = list(documents)
    for number in range(1, settings.copies + 1):
        for document in documents:
            draw = random.Random(f"{seed} {document.id} {number}")
            parts = _changed(_parts(document), settings, pools, draw)
            if not unicodedata.is_normalized("NFC", "".join(part.text for part in parts)):
                parts = _parts(document)  # a mention that begins with a mark would join the letter before it
            augmented.append(_spoilt(_document(f"{document.id}~{number}", parts), settings, seed))
    return augmented


def _spoilt(document: Document, settings: AugmentationConfig, seed: int) -> Document:
    """Spoil a whole copy in each of the ways that the settings name, with the probability they give."""
    for kind, share in settings.spoil.items():
        if random.Random(f"{seed} {document.id} spoil {kind}").random() < share:
            document = perturb(document, kind, seed=seed)
    return document


def mention_pools(documents: Sequence[Document]) -> dict[tuple[str, str], list[str]]:
    """Collect the mentions of bodies, people and titles that may stand for each other.

    Bodies are grouped by their head (the first word), so that a department is replaced by a department.
    """
    pools: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for document in documents:
        for span in document.spans:
            surface = document.surface(span)
            if span.label in (Label.ORG, Label.PER, Label.PROJECT):
                pools[_pool(span.label, surface)].add(surface)
    return {key: sorted(surfaces) for key, surfaces in pools.items()}


def _pool(label: str, surface: str) -> tuple[str, str]:
    return label, surface.split(maxsplit=1)[0].casefold() if label is Label.ORG else ""


def _parts(document: Document) -> list[_Part]:
    parts: list[_Part] = []
    at = 0
    for span in document.spans:
        parts += [_Part(document.text[at : span.start], None), _Part(document.surface(span), span.label)]
        at = span.end
    return [*parts, _Part(document.text[at:], None)]


def _document(name: str, parts: Sequence[_Part]) -> Document:
    text = ""
    spans: list[Span] = []
    for part in parts:
        if part.label is not None and part.text:
            spans.append(Span(len(text), len(text) + len(part.text), part.label))
        text += part.text
    return Document(name, text, tuple(spans))


def _changed(
    parts: Sequence[_Part],
    settings: AugmentationConfig,
    pools: Mapping[tuple[str, str], Sequence[str]],
    draw: random.Random,
) -> list[_Part]:
    place_tones = _keep if draw.random() >= settings.tones else draw.choice((late_tones, early_tones))
    changed: list[_Part] = []
    for part in parts:
        text = part.text
        if part.label is not None and draw.random() < settings.replace:
            text = _replaced(text, part.label, pools, draw)
        if draw.random() < settings.abbreviate:
            text = _swapped(text, draw.choice((_SHORT_FORMS, _LONG_FORMS)))
        text = place_tones(text)
        text = "".join(_slipped(sign, draw) if draw.random() < settings.noise else sign for sign in text)
        changed.append(_Part(unicodedata.normalize("NFC", text), part.label))
    return _raised(changed, settings.upper, draw)


def _replaced(surface: str, label: str, pools: Mapping[tuple[str, str], Sequence[str]], draw: random.Random) -> str:
    """Put another mention of the same kind, or other digits of the same form, in a mention's place."""
    if label in (Label.DATE, Label.QUANTITY):
        # The first digit of a run keeps its kind: a day, a month or a year stays possible more often than not.
        return _DIGITS.sub(lambda match: match[0] if match[0] in "012" else str(draw.randint(3, 9)), surface)
    return draw.choice(pools[_pool(label, surface)])


def _swapped(text: str, forms: Mapping[str, str]) -> str:
    """Write whole words in their other form: not the KH&CN of TTKH&CN."""
    pattern = regex.compile(r"(?<![\p{L}\p{N}&])\L<forms>(?![\p{L}\p{N}&])", forms=forms)
    return pattern.sub(lambda match: forms[match[0]], text)


def _keep(text: str) -> str:
    return text


def _slipped(sign: str, draw: random.Random) -> str:
    """Make one slip: a lost or changed space, a lost tone, hỏi for ngã, a letter typed twice."""
    if sign == " ":
        return draw.choice(("  ", "\u00a0"))
    if not sign.isalpha():
        return {"-": "–", "–": "-"}.get(sign, sign)
    decomposed = unicodedata.normalize("NFD", sign)
    for one, other in ((_HOOK, _TILDE), (_TILDE, _HOOK)):
        if one in decomposed:
            return unicodedata.normalize("NFC", decomposed.replace(one, other))
    return draw.choice((sign, sign * 2, decomposed[0] if len(decomposed) > 1 else sign))


def _raised(parts: Sequence[_Part], share: float, draw: random.Random) -> list[_Part]:
    """Put whole lines in capitals, each with the probability `share`."""
    raised: list[_Part] = []
    upper = draw.random() < share
    for part in parts:
        text = ""
        for number, line in enumerate(part.text.split("\n")):
            if number:
                text += "\n"
                upper = draw.random() < share
            text += _upper(line) if upper else line
        raised.append(_Part(text, part.label))
    return raised


def _upper(text: str) -> str:
    # One letter for one: ß would become two.
    return "".join(sign.upper() if len(sign.upper()) == 1 else sign for sign in text)
