from khcn_ner.labels import LABELS, TAG_INDEX, TAGS


def test_tags_keep_the_order_that_model_folders_rely_on():
    assert TAGS == (
        "O",
        "B-ORG",
        "I-ORG",
        "B-PER",
        "I-PER",
        "B-DATE",
        "I-DATE",
        "B-QUANTITY",
        "I-QUANTITY",
        "B-PROJECT",
        "I-PROJECT",
    )


def test_tag_index_inverts_tags():
    assert [TAGS[TAG_INDEX[tag]] for tag in TAGS] == list(TAGS)


def test_labels_print_as_their_names():
    assert [f"{label}" for label in LABELS] == ["ORG", "PER", "DATE", "QUANTITY", "PROJECT"]
