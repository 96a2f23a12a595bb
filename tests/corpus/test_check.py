from pathlib import Path

import pytest

from khcn_ner.corpus.brat import write_document
from khcn_ner.corpus.check import annotated_folders, check_folder, edge_problems
from khcn_ner.document import Document, Span
from khcn_ner.errors import CorpusError
from khcn_ner.labels import Label

ANNOTATIONS = Path(__file__).parents[2] / "data" / "annotations"


def messages(folder):
    return [str(problem.error()) for problem in check_folder(folder).problems]


@pytest.mark.parametrize(
    "surface",
    [
        "Sở KH&CN",
        "Sở KH&CN (tỉnh Hà Nam)",
        "Nhiệm vụ [A] {b}",
        "60,9%",
        "450.000 đ/lít",
        "TS.",
        "Công ty A & Co.",
        "30/6/2022",
        "5 °C",
        "đề tài (mã số (a))",
        "m²",
        "€5",
        "+5",
        "5+",
    ],
)
def test_good_edges_pass(surface):
    span = Span(0, len(surface), Label.ORG)
    assert list(edge_problems(Document("a", surface, (span,)), {span: 1}, Path("a.ann"))) == []


@pytest.mark.parametrize(
    "surface",
    [
        *(" Sở", "Sở ", "Sở\n", "\u00a0Sở", "“Sở", "Sở”", '"Sở', 'Sở"', "Sở’", "«Sở", "Sở»"),
        *(",Sở", "Sở,", "Sở;", ";Sở", "Sở:", ":Sở", ".Sở", "Sở?", "Sở!", "Sở…", "…Sở"),
        *("(Sở)", "Sở (", "Sở)", "Sở]", "Sở}", "[Sở]", ")Sở", "Sở (a) b)"),
        *("-Sở", "Sở-", "– Sở", "Sở –", "—Sở", "Sở/", "/Sở", "%Sở"),
    ],
)
def test_bad_edges_are_problems(surface):
    span = Span(0, len(surface), Label.ORG)
    assert len(list(edge_problems(Document("a", surface, (span,)), {span: 1}, Path("a.ann")))) == 1


def test_edge_problem_names_the_span_and_what_to_do():
    lines = {Span(0, 2, Label.ORG): 4, Span(3, 7, Label.PROJECT): 1}
    document = Document("a", "Sở họp, nay", tuple(lines))
    (problem,) = edge_problems(document, lines, Path("a.ann"))
    assert str(problem.error()) == (
        "a.ann, line 1: found PROJECT 3-7 'họp,', "
        "expected no white space, quote mark or punctuation at its ends; move the border"
    )


def test_annotation_without_text_is_a_problem(tmp_path):
    write_document(Document("a", "Sở họp"), tmp_path)
    (tmp_path / "b.ann").write_text("", encoding="utf-8")
    assert messages(tmp_path) == [
        (
            f"{tmp_path}/b.ann: found no text beside it, expected NAME.txt and NAME.ann; "
            "add the text or remove the annotation"
        )
    ]


def test_text_without_annotation_is_a_problem(tmp_path):
    (tmp_path / "a.txt").write_text("Sở họp", encoding="utf-8")
    assert messages(tmp_path) == [
        f"{tmp_path}/a.ann: found no file, expected the text's annotation; export the annotation, or remove the text"
    ]


def test_same_text_twice_is_a_problem_across_folders(tmp_path):
    write_document(Document("a", "Sở họp"), tmp_path / "dev")
    write_document(Document("b", "Sở họp"), tmp_path / "train")
    assert messages(tmp_path) == [
        (
            f"{tmp_path}/train/b.txt: found the same text as {tmp_path}/dev/a.txt, "
            "expected each report once; keep one of the two"
        )
    ]


def test_unreadable_texts_are_not_each_others_twins(tmp_path):
    for name in ("a", "b"):
        write_document(Document(name, "x"), tmp_path)
        (tmp_path / f"{name}.txt").write_bytes(b"\xff" + name.encode())
    found = messages(tmp_path)
    assert len(found) == 2
    assert all("unreadable text" in message for message in found)


def test_problems_inside_files_are_passed_on(tmp_path):
    write_document(Document("a", "Sở họp"), tmp_path)
    (tmp_path / "a.ann").write_text("T1\tLOC 0 2\tSở\n", encoding="utf-8")
    (message,) = messages(tmp_path)
    assert message.startswith(f"{tmp_path}/a.ann, line 1: found unknown label LOC, ")


def test_folders_below_are_checked_and_documents_counted(tmp_path):
    write_document(Document("a", "Sở họp", (Span(0, 3, Label.ORG),)), tmp_path / "x" / "y")
    write_document(Document("b", "Sở Y tế nghỉ", (Span(0, 7, Label.ORG),)), tmp_path)
    checked = check_folder(tmp_path)
    assert ([problem.path for problem in checked.problems], checked.n_documents) == (
        [tmp_path / "x" / "y" / "a.ann"],
        2,
    )


def test_suspect_is_a_problem_until_it_is_settled(tmp_path):
    write_document(Document("a", "Tin:\nSở họp", (Span(5, 7, Label.ORG),)), tmp_path / "dev")
    assert messages(tmp_path) == [
        (
            f"{tmp_path}/dev/a.txt, line 2: found bare-head 5-7 'Sở', expected a bare head noun is not a name; "
            "mend the span, or list it in settled.tsv with the reason"
        )
    ]
    (tmp_path / "settled.tsv").write_text("# looked at\na\tbare-head\tSở\ta newspaper's name\n", encoding="utf-8")
    assert messages(tmp_path) == []
    assert check_folder(tmp_path).n_settled == 1


def test_settled_list_with_too_few_fields_is_an_error(tmp_path):
    write_document(Document("a", "Sở họp"), tmp_path)
    (tmp_path / "settled.tsv").write_text("a\tbare-head\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"settled\.tsv, line 1: found 2 fields, expected document, rule"):
        check_folder(tmp_path)


def test_leaks_are_problems(tmp_path):
    title = "Nhân giống lan kim tuyến"
    for split, name in (("dev", "a"), ("train", "b")):
        text = f"Đề tài {title} của {name}"
        write_document(Document(name, text, (Span(7, 7 + len(title), Label.PROJECT),)), tmp_path / split)
    run = " ".join(str(number) for number in range(20))
    write_document(Document("c", f"{run} hết"), tmp_path / "train")
    write_document(Document("d", f"bắt đầu {run}"), tmp_path / "train")
    first, second = messages(tmp_path)
    assert first.startswith(f"{tmp_path}/train/d.txt: found '{run}', which stands in train/c too")
    assert second.startswith(f"{tmp_path}/train/b.txt: found the title 'nhân giống lan kim tuyến', which dev/a has too")


def test_annotated_folders_are_those_with_files(tmp_path):
    write_document(Document("a", "Sở họp"), tmp_path / "x" / "y")
    (tmp_path / "z").mkdir()
    (tmp_path / "z" / "b.ann").write_text("", encoding="utf-8")
    assert annotated_folders(tmp_path) == [tmp_path / "x" / "y", tmp_path / "z"]


@pytest.mark.parametrize(("name", "found"), [("", "no annotated report"), ("x", "no folder")])
def test_folder_without_reports_is_an_error(tmp_path, name, found):
    with pytest.raises(CorpusError) as caught:
        check_folder(tmp_path / name)
    assert str(caught.value) == (
        f"{tmp_path / name}: found {found}, expected NAME.txt and NAME.ann; name another folder"
    )


def test_shipped_corpus_is_clean():
    checked = check_folder(ANNOTATIONS)
    assert [str(problem.error()) for problem in checked.problems] == []
    assert checked.n_documents == len(list(ANNOTATIONS.rglob("*.txt"))) > 0
