"""khcn-ner phobert-encode: word-segmented lines in, ids and offsets out."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from khcn_ner.cli.console import errors
from khcn_ner.errors import InputError

# With so many words and not one joined by `_`, the text has not been segmented.
_ENOUGH_WORDS = 100


def phobert_encode(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder with PhoBERT's vocab.txt and bpe.codes.")],
) -> None:
    """Cut word-segmented lines of standard input into PhoBERT's pieces: {"ids": […], "offsets": [[s, e], …]} a line.

    Offsets count code points of the line; the special pieces at its ends have [0, 0].
    """
    from khcn_ner.tagging.phobert import read_phobert

    phobert = read_phobert(folder)
    n_words = n_joined = 0
    try:
        for line in sys.stdin.buffer:
            # Decoded here, so that the line is cut at \n alone and comes out as it went in.
            text = line.decode("utf-8").removesuffix("\n").removesuffix("\r")
            encoding = phobert.tokenizer.encode(text)
            ids = phobert.real_ids(encoding.ids).tolist()
            print(json.dumps({"ids": ids, "offsets": encoding.offsets}))
            n_words += len(text.split())
            n_joined += text.count("_")
    except UnicodeDecodeError as error:
        raise InputError(
            "standard input", found=f"bytes that are not UTF-8 ({error.reason})", expected="UTF-8 text",
            remedy="convert it first",
        ) from error  # fmt: skip
    if n_words >= _ENOUGH_WORDS and n_joined == 0:
        errors.print(
            f"warning: standard input: found no `_` in {n_words} words, expected word-segmented text (Khoa_học); "
            "segment it first, as PhoBERT has been trained on joined words"
        )
