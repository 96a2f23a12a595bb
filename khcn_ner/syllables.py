"""The syllables that Vietnamese spelling allows: what a vocabulary holds and what a wrong encoding doesn't spell.

Source: the inventory of onsets and rimes is the one of Vietnamese school orthography
(https://en.wikipedia.org/wiki/Vietnamese_alphabet, section "Syllables and spelling"); tones stand in
the old (hòa) and the new (hoà) place where the two differ.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import regex

_ONSETS = (
    "",
    *"b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x".split(),
    # In names of places and peoples: Krông, Đlê, Bru, Kpă.
    *"kr br pl đr".split(),
)

_RIMES = """
a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et
ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu o oa oac oach oai oam oan oang
oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong oong op ot ooc ô ôc ôi ôm ôn ông ôp ôt ơ
ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uênh uêt ui um un ung uôc uôi uôm uôn uông uôt up ut uơ uy uya uych
uyên uyêt uynh uyt uyu uyn uyp ư ưa ưc ưi ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu y ych yêm yên yêng yêt yêu
ynh yp yt
""".split()
# In names of places and peoples: Đắk Lắk, Krông Búk.
_RIMES += "ak ăk âk ek êk ok ôk uk ưk".split()

# No mark, then grave, acute, hook above, tilde, dot below.
_TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
_VOWELS = "aăâeêioôơuưy"
_MODIFIED_VOWELS = "ăâêôơư"
_TWO_PLACES = ("oa", "oe", "uy")

_NEW_PLACES = {
    "oà": "òa", "oá": "óa", "oả": "ỏa", "oã": "õa", "oạ": "ọa", "oè": "òe", "oé": "óe", "oẻ": "ỏe", "oẽ": "õe",
    "oẹ": "ọe", "uỳ": "ùy", "uý": "úy", "uỷ": "ủy", "uỹ": "ũy", "uỵ": "ụy",
}  # fmt: skip
_OLD_TONE = regex.compile(rf"(?<!q)(?:{'|'.join(_NEW_PLACES)})(?!\p{{L}})")


def _tone_places(rime: str) -> tuple[int, ...]:
    modified = [index for index, letter in enumerate(rime) if letter in _MODIFIED_VOWELS]
    if modified:
        # ươ carries its tone on ơ; ưa and ưu on ư.
        return (modified[-1],)
    vowels = [index for index, letter in enumerate(rime) if letter in _VOWELS]
    if rime in _TWO_PLACES:
        return (0, 1)
    if len(vowels) == 1 or rime[-1] not in _VOWELS:
        return (vowels[-1],)
    return (vowels[-2],)


def syllables() -> Iterator[str]:
    """Give every spelling of a syllable in lower case, NFC, some more than once.

    Example:
        >>> {"nghiên", "thủy", "thuỷ", "khoa"} <= set(syllables())
        True
    """
    for onset in _ONSETS:
        for rime in _RIMES:
            for place in _tone_places(rime):
                for tone in _TONES:
                    toned = rime[: place + 1] + tone + rime[place + 1 :]
                    yield unicodedata.normalize("NFC", onset + toned)


def fold(text: str) -> str:
    """Fold case, the two placements of tones (hoà, hòa) and white space, to compare names.

    Example:
        >>> fold("Thanh  HOÁ") == fold("Thanh Hóa")
        True
    """
    text = " ".join(text.lower().split())
    return str(_OLD_TONE.sub(lambda match: _NEW_PLACES[match[0]], text))
