"""PhoBERT's tokenizer as `transformers` takes it: offsets, word_ids, stride, pairs, padding, pipelines.

Importing this module makes `FastPhobertTokenizer` known to AutoTokenizer, which then finds it in a saved model folder.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer
from transformers import PreTrainedTokenizerFast
from transformers.models.auto import tokenization_auto

from khcn_ner.tagging.phobert import BOS, EOS, MASK, PAD, SPECIAL, UNK, Phobert, read_phobert, written


class FastPhobertTokenizer(PreTrainedTokenizerFast):
    """Cuts text into the ids of `transformers.PhobertTokenizer`, and knows where each piece stands.

    Make one with `from_folder` (vocab.txt and bpe.codes); `save_pretrained` and `from_pretrained` work as ever.
    """

    model_input_names = ["input_ids", "attention_mask"]  # noqa: RUF012 (declared so by transformers)

    @classmethod
    def from_folder(cls, folder: Path, *, max_length: int = 256) -> FastPhobertTokenizer:
        """Read vocab.txt and bpe.codes; `max_length` counts pieces, special ones included.

        Raises:
            ModelError: a file is missing or malformed, or the two do not fit each other.
        """
        return cls.from_phobert(read_phobert(folder), max_length=max_length)

    @classmethod
    def from_phobert(cls, phobert: Phobert, *, max_length: int) -> FastPhobertTokenizer:
        """Wrap a tokenizer that was read."""
        return cls(
            tokenizer_object=phobert.tokenizer,
            unknown_from=phobert.unknown_from,
            aliases=[list(pair) for pair in phobert.aliases],
            model_max_length=max_length,
            bos_token=BOS, pad_token=PAD, eos_token=EOS, unk_token=UNK, cls_token=BOS, sep_token=EOS, mask_token=MASK,
        )  # fmt: skip

    @property
    def _backend(self) -> Tokenizer:
        return self.backend_tokenizer

    @functools.cached_property
    def _numbers(self) -> NDArray[np.int64]:
        aliases = tuple((alias, meant) for alias, meant in self.init_kwargs["aliases"])
        return Phobert(self._backend, self.vocab_size, aliases).number_table()

    def real_ids(self, ids: Sequence[int]) -> list[int]:
        """Turn the backend's numbers, of which some lie past the vocabulary, into the vocabulary's."""
        # Tokens that somebody added stand behind the backend's own numbers and stay as they are.
        return [int(self._numbers[number]) if number < len(self._numbers) else number for number in ids]

    def _convert_encoding(
        self, encoding: Encoding, *args: Any, **options: Any
    ) -> tuple[dict[str, Any], list[Encoding]]:
        converted, encodings = super()._convert_encoding(encoding, *args, **options)
        converted["input_ids"] = [self.real_ids(ids) for ids in converted["input_ids"]]
        return converted, encodings

    @property
    def vocab_size(self) -> int:
        """How many numbers the model's embeddings need."""
        return int(self.init_kwargs["unknown_from"])

    def __len__(self) -> int:
        n_backend = self._backend.get_vocab_size(with_added_tokens=False)
        added = self._backend.get_vocab_size(with_added_tokens=True) - n_backend
        return self.vocab_size if added == 0 else n_backend + added

    @functools.cached_property
    def _vocabulary(self) -> dict[str, int]:
        symbols = self._backend.get_vocab(with_added_tokens=True)
        inside = {symbol: number for symbol, number in symbols.items() if number < self.vocab_size}
        return {symbol if symbol in SPECIAL else written(symbol): number for symbol, number in inside.items()}

    def get_vocab(self) -> dict[str, int]:
        """Give the words of vocab.txt with their numbers, and tokens that were added."""
        return self._vocabulary | self.get_added_vocab()

    def _convert_token_to_id_with_added_voc(self, token: str) -> int:
        return int(self.get_vocab().get(token, self._vocabulary[UNK]))

    def _convert_id_to_token(self, index: int) -> str | None:
        symbol: str | None = self._backend.id_to_token(int(index))
        if symbol is None or index >= self.vocab_size or symbol in SPECIAL:
            return symbol
        return written(symbol)

    def convert_ids_to_tokens(self, ids: int | list[int], skip_special_tokens: bool = False) -> Any:
        """Give the words of vocab.txt for numbers."""
        if isinstance(ids, int):
            return self._convert_id_to_token(ids)
        skipped = set(self.all_special_ids) if skip_special_tokens else set()
        return [self._convert_id_to_token(int(number)) for number in ids if int(number) not in skipped]

    def tokenize(self, text: str, pair: str | None = None, add_special_tokens: bool = False, **options: Any) -> Any:
        """Cut a text into pieces spelt as in vocab.txt; an unknown character is `<unk>`."""
        encoding = self._encode_plus(text=text, text_pair=pair, add_special_tokens=add_special_tokens, **options)
        added = self._backend.get_added_tokens_decoder().values()
        whole = {*SPECIAL, *(token.content for token in added)}
        return [token if token in whole else written(token) for token in encoding.tokens()]

    def convert_tokens_to_string(self, tokens: list[str]) -> str:
        """Join pieces to words, words with spaces."""
        return " ".join(tokens).replace("@@ ", "").strip()


tokenization_auto.REGISTERED_TOKENIZER_CLASSES[FastPhobertTokenizer.__name__] = FastPhobertTokenizer
