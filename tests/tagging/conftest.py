"""What the tagging tests share; phobert_files makes vocabularies and merges."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from phobert_files import write_phobert_files

from khcn_ner.corpus.brat import read_folder
from khcn_ner.tagging.phobert_fast import FastPhobertTokenizer


@pytest.fixture(scope="session")
def tiny_phobert(tiny_corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder as vinai/phobert-base has it, tiny and with random weights; its vocabulary is the corpus'."""
    import torch
    from transformers import RobertaConfig, RobertaForMaskedLM

    texts = [document.text for document in read_folder(tiny_corpus / "train")]
    # Punctuation apart and some words joined, as segmented text has it.
    segmented = [text.replace(",", " ,").replace("/", " / ").replace("Đồng chí", "Đồng_chí") for text in texts]
    folder = write_phobert_files(
        tmp_path_factory.mktemp("phobert") / "tiny", [*segmented, *(text.replace(".", " . ") for text in texts)],
        left_out=0.1,
    )  # fmt: skip
    torch.manual_seed(0)
    config = RobertaConfig(
        vocab_size=FastPhobertTokenizer.from_folder(folder).vocab_size, hidden_size=32, num_hidden_layers=2,
        num_attention_heads=2, intermediate_size=64, max_position_embeddings=130, type_vocab_size=1,
        pad_token_id=1, bos_token_id=0, eos_token_id=2, tokenizer_class="PhobertTokenizer",
    )  # fmt: skip
    RobertaForMaskedLM(config).save_pretrained(folder)
    return folder
