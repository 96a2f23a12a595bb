import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

HEAVY = ("torch", "transformers", "onnxruntime")


def run_python(code):
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_package_imports_in_less_than_300_milliseconds():
    code = "import time; begun = time.perf_counter(); import khcn_ner; print(time.perf_counter() - begun)"
    assert min(float(run_python(code)) for _ in range(3)) < 0.3


@pytest.mark.parametrize(
    ("module", "left_out"),
    [
        ("khcn_ner", HEAVY),
        ("khcn_ner.cli", ("torch", "transformers")),
        ("khcn_ner.tagging.tagger", ("torch", "transformers")),
        ("khcn_ner.records", ("torch", "transformers")),
        ("khcn_ner.reading", HEAVY),
        ("khcn_ner.corpus.check", HEAVY),
    ],
)
def test_import_loads_no_framework(module, left_out):
    loaded = run_python(f"import sys, {module}; print(*sys.modules)").split()
    assert module in loaded
    assert not set(left_out) & set(loaded)


def test_import_configures_and_prints_nothing():
    code = "import logging, khcn_ner; print(logging.root.handlers, logging.root.level)"
    assert run_python(code) == "[] 30\n"


def test_package_names_what_it_exports():
    names = run_python("import khcn_ner; print(all(hasattr(khcn_ner, name) for name in khcn_ner.__all__))")
    assert names == "True\n"
