r"""PhoBERT's tokenizer on the `tokenizers` library: vocab.txt and bpe.codes in, the same ids with exact offsets out.

`transformers.PhobertTokenizer` is pure Python and knows no offsets. This one cuts every text into the same ids and
knows which characters each piece stands for. What differs is inside: the library's model wants a number for every
symbol that a merge can make, also for those that PhoBERT's vocabulary lacks. They get numbers past the vocabulary
(from `unknown_from` on), which become `<unk>` after encoding (`Phobert.real_ids`).

A symbol at a word's end is written with a space behind it. fastBPE's own mark, `</w>`, may stand in a text; a space
never stands inside a word. Merges are taken to stand in the order in which they were learnt, as fastBPE writes them: a
symbol is made by one merge before another one uses it.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, processors

from khcn_ner.errors import ModelError

VOCABULARY, CODES = "vocab.txt", "bpe.codes"
BOS, PAD, EOS, UNK, MASK = "<s>", "<pad>", "</s>", "<unk>", "<mask>"
SPECIAL = (BOS, PAD, EOS, UNK, MASK)

_FINAL = " "
_CODES_FINAL = "</w>"
_CONTINUED = "@@"
# What Python's `\s` matches in a str, which the slow tokenizer splits at; the library's own `\s` knows fewer.
_SPACES = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())

Merge = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Phobert:
    """The tokenizer of a PhoBERT model.

    `tokenizer` gives internal numbers; those below `unknown_from` are the vocabulary's. Of the others, `aliases` names
    the vocabulary's number for a few spellings that share one; all the rest are `<unk>`.
    """

    tokenizer: Tokenizer
    unknown_from: int
    aliases: tuple[tuple[int, int], ...]

    def real_ids(self, ids: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
        """Turn internal numbers into the vocabulary's; shape (piece,) in and out."""
        real: NDArray[np.int64] = self.number_table()[np.asarray(ids, np.int64)]
        return real

    def number_table(self) -> NDArray[np.int64]:
        """Give the vocabulary's number for each internal one; shape (internal number,)."""
        n_internal = self.tokenizer.get_vocab_size(with_added_tokens=False)
        unknown = self.tokenizer.token_to_id(UNK)
        return number_table(n_internal, unknown_from=self.unknown_from, aliases=self.aliases, unknown=unknown)


@functools.lru_cache(maxsize=8)
def number_table(
    n_internal: int, *, unknown_from: int, aliases: tuple[tuple[int, int], ...], unknown: int
) -> NDArray[np.int64]:
    """Give the vocabulary's number for each of `n_internal` internal ones; shape (internal number,).

    Example:
        >>> number_table(8, unknown_from=5, aliases=((6, 4),), unknown=3).tolist()
        [0, 1, 2, 3, 4, 3, 4, 3]
    """
    table = np.arange(n_internal)
    table[unknown_from:] = unknown
    for alias, meant in aliases:
        table[alias] = meant
    table.setflags(write=False)
    return table


def read_phobert(folder: Path) -> Phobert:
    """Read vocab.txt and bpe.codes of a folder.

    Raises:
        ModelError: a file is missing or malformed, or the two do not fit each other.
    """
    encoder = _read_vocabulary(folder / VOCABULARY)
    merges = _read_codes(folder / CODES)
    if merges and not any(written(left + right) in encoder for left, right in merges):
        raise ModelError(
            str(folder),
            found=f"{CODES} of which no merge makes a piece of {VOCABULARY}",
            expected="the two files of one model",
            remedy="take both from the same model",
        )
    return build_phobert(encoder, merges)


def _text_of(path: Path) -> str:
    try:
        # As the slow tokenizer opens it: \r and \r\n end a line as \n does.
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        found = "no file" if isinstance(error, FileNotFoundError) else f"an unreadable file ({error})"
        raise ModelError(
            str(path),
            found=found,
            expected="a PhoBERT model's file in UTF-8",
            remedy="download the model's files again",
        ) from error


def _read_vocabulary(path: Path) -> dict[str, int]:
    """Number the words of vocab.txt as the slow tokenizer does, special ones first and `<mask>` last."""
    encoder = {word: number for number, word in enumerate((BOS, PAD, EOS, UNK))}
    lines = _text_of(path).split("\n")
    for number, line in enumerate(lines[:-1] if lines[-1] == "" else lines, start=1):
        word, space, _ = line.strip().rpartition(" ")
        if not space:
            raise ModelError(
                f"{path}, line {number}", found=repr(line), expected="WORD COUNT", remedy="download the file again"
            )
        # A word given twice takes the next free number, as it does in the slow tokenizer.
        encoder[word] = len(encoder)
    encoder.setdefault(MASK, len(encoder))
    return encoder


def _read_codes(path: Path) -> list[Merge]:
    """Read the merges of bpe.codes, best first; symbols at a word's end have a space instead of `</w>`."""
    lines = _text_of(path).split("\n")[:-1]
    ranks: dict[tuple[str, ...], int] = {}
    for rank, line in enumerate(lines):
        ranks[tuple(line.split()[:-1])] = rank  # of a merge given twice, the later rank counts
    merges = [pair for pair in sorted(ranks, key=ranks.__getitem__) if len(pair) == 2]
    if ranks and not merges:
        raise ModelError(
            f"{path}, line 1", found=repr(lines[0]), expected="LEFT RIGHT COUNT", remedy="download the file again"
        )
    return _with_final_marks(merges)


def _with_final_marks(pairs: Iterable[tuple[str, str]]) -> list[Merge]:
    """Write merges with the internal mark of a word's end.

    Merges may spell `</w>` out of a text's own characters. To the slow tokenizer the outcome looks like a symbol at a
    word's end, and merges meant for those apply; so such merges are given in both readings.
    """
    spelt: set[str] = set()  # symbols inside a word whose last characters are </w>
    merges: list[Merge] = []
    for left, right in pairs:
        if left.endswith(_CODES_FINAL) and left not in spelt:
            continue  # a symbol at a word's end has nothing behind it
        if not right.endswith(_CODES_FINAL):
            merges.append((left, right))
            if (left + right).endswith(_CODES_FINAL):
                spelt.add(left + right)
            continue
        if right in spelt:
            merges.append((left, right))
            spelt.add(left + right)
        merges.append((left, right.removesuffix(_CODES_FINAL) + _FINAL))
    return merges


def written(symbol: str) -> str:
    """Give the spelling of a symbol in vocab.txt.

    Example:
        >>> written("ngh"), written("ng ")
        ('ngh@@', 'ng')
    """
    return symbol.removesuffix(_FINAL) if symbol.endswith(_FINAL) else symbol + _CONTINUED


def build_phobert(encoder: dict[str, int], merges: Sequence[Merge]) -> Phobert:
    """Build the tokenizer from a numbered vocabulary and merges with the internal mark of a word's end."""
    merges = [merge for merge in merges if not any(special in "".join(merge) for special in SPECIAL)]
    symbols = list(dict.fromkeys(symbol for merge in merges for symbol in (*merge, "".join(merge))))
    symbols += [_symbol_of(word) for word in encoder if word not in SPECIAL]
    n_numbers = max(encoder.values()) + 1
    numbers = {special: encoder[special] for special in SPECIAL}
    taken = set(numbers.values())
    aliases: list[tuple[int, int]] = []
    past: list[tuple[str, int | None]] = []
    for symbol in dict.fromkeys(symbols):
        number = encoder.get(written(symbol))
        if number is None or number in taken:
            past.append((symbol, number))
        else:
            numbers[symbol] = number
            taken.add(number)
    for number in set(range(n_numbers)) - taken:
        numbers[f"{_FINAL}{number}"] = number  # no word has a space in it, so this never stands for anything
    for number, (symbol, meant) in enumerate(past, start=n_numbers):
        numbers[symbol] = number
        if meant is not None:
            aliases.append((number, meant))
    tokenizer = Tokenizer(
        models.BPE(vocab=numbers, merges=list(merges), unk_token=UNK, end_of_word_suffix=_FINAL, fuse_unk=False)
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(f"[^{_SPACES}]+\n?"), "removed", invert=True)
    tokenizer.decoder = decoders.BPEDecoder(suffix=_FINAL)
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{BOS} $A {EOS}",
        pair=f"{BOS} $A {EOS} {EOS} $B:0 {EOS}:0",
        special_tokens=[(BOS, numbers[BOS]), (EOS, numbers[EOS])],
    )
    tokenizer.add_special_tokens(list(SPECIAL))
    return Phobert(tokenizer, n_numbers, tuple(aliases))


def _symbol_of(word: str) -> str:
    """Give the symbol that a word of vocab.txt stands for."""
    stem = word.removesuffix(_CONTINUED)
    return word + _FINAL if stem in (word, "") else stem
