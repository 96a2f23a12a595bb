from pathlib import Path

import pytest

from khcn_ner.document import Document
from khcn_ner.errors import ConfigError
from khcn_ner.evaluation import Threshold, check_thresholds, examine, metrics, read_thresholds


def test_the_shipped_thresholds_load_and_name_real_numbers():
    thresholds = read_thresholds(Path(__file__).parents[2] / "configs" / "thresholds.yaml")
    document = Document("a", "Không có gì")
    checks = check_thresholds(metrics(examine([document], [document])), thresholds)
    assert checks and not any(check.is_met for check in checks)  # all undefined


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1", "found keys a, expected checks"),
        ("checks: [{key: x}]", r"check 1 \(x\): found"),
        ("checks: [{key: x, above: 1}]", "check 1: found"),
        ("checks: [", "well-formed YAML"),
    ],
)
def test_a_wrong_file_is_one_line(tmp_path, text, message):
    (tmp_path / "t.yaml").write_text(text)
    with pytest.raises(ConfigError, match=message):
        read_thresholds(tmp_path / "t.yaml")


def test_a_key_that_leads_nowhere_is_named():
    with pytest.raises(ConfigError, match=r"threshold a.c: found no 'c', expected a path in metrics.json \(b\)"):
        check_thresholds({"a": {"b": 1}}, [Threshold("a.c", at_least=1)])
