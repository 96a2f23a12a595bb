import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from khcn_ner.errors import InputError
from khcn_ner.reading.report import read_here

ANNOTATIONS = Path(__file__).parents[2] / "data" / "annotations"


@pytest.fixture
def read(tmp_path):
    """Read bytes as a file of a name, in this process."""

    def read_bytes(data, name):
        path = tmp_path / name
        path.write_bytes(data)
        return read_here(path, report_id=path.stem)

    return read_bytes


@pytest.fixture
def refused(tmp_path):
    """Give the error that bytes as a file of a name are refused with, the folder left out."""

    def message(data, name):
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(InputError) as caught:
            read_here(path, report_id=path.stem)
        return str(caught.value).replace(f"{tmp_path}/", "")

    return message


@pytest.fixture(scope="session")
def reports():
    """Give the texts of the corpus' train split by name."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted((ANNOTATIONS / "train").glob("*.txt"))}
