"""The notebooks run from top to bottom, on a small sample."""

from pathlib import Path

import pytest

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


@pytest.mark.filterwarnings("default")  # those of the notebook machinery are not ours
@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_runs(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    monkeypatch.setenv("KHCN_NER_CORPUS", str(NOTEBOOKS.parent / "data" / "annotations" / "dev"))
    monkeypatch.setenv("KHCN_NER_REPORTS", "1")
    notebook = nbformat.read(path, as_version=4)
    assert all(not cell.get("outputs") for cell in notebook.cells), "commit notebooks without outputs"
    nbclient.NotebookClient(notebook, timeout=240, resources={"metadata": {"path": str(NOTEBOOKS)}}).execute()
    assert any(cell.get("outputs") for cell in notebook.cells)


def test_there_are_three() -> None:
    assert len(list(NOTEBOOKS.glob("*.ipynb"))) == 3
