import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khcn_ner.corpus.brat import annotation_text, find_problems, read_document, read_folder, text_files, write_document
from khcn_ner.document import Document, Span
from khcn_ner.errors import CorpusError
from khcn_ner.labels import LABELS, Label

SEEDED = settings(derandomize=True, deadline=None)

TEXT = "Sở KH&CN tỉnh\nHà Nam họp ngày 6/10/2020"
ORG = "T1\tORG 0 20\tSở KH&CN tỉnh Hà Nam\n"
DATE = "T2\tDATE 25 39\tngày 6/10/2020\n"


def write(folder, annotation, text=TEXT):
    path = folder / "a.txt"
    path.write_bytes(text.encode("utf-8"))
    path.with_suffix(".ann").write_bytes(annotation.encode("utf-8"))
    return path


def error_of(function, argument):
    with pytest.raises(CorpusError) as caught:
        function(argument)
    return str(caught.value)


@st.composite
def annotated_documents(draw):
    bits = st.sampled_from(
        ["Sở", "KH&CN", " ", "\n", "\r\n", "\r", "\t", "\u2028", "\x85", "\x0c", "👩\u200d🔬", "T1\tORG"]
    )
    drawn = draw(st.lists(bits | st.text(max_size=3), max_size=20))
    text = unicodedata.normalize("NFC", "".join(drawn))
    borders = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    spans = tuple(
        Span(start, end, draw(st.sampled_from(LABELS))) for start, end in zip(borders[::2], borders[1::2], strict=False)
    )
    return Document("a", text, spans, source="a.txt")


def test_spans_are_read_with_their_text(tmp_path):
    assert read_document(write(tmp_path, DATE + ORG)) == Document(
        "a", TEXT, (Span(0, 20, Label.ORG), Span(25, 39, Label.DATE)), source="a.txt"
    )


@pytest.mark.parametrize(
    "line",
    [
        "#1\tAnnotatorNotes T1\tưu tiên",
        "R1\tWorksFor Arg1:T1 Arg2:T2",
        "E1\tMeeting:T1",
        "A1\tNegated T1",
        "M1\tNegated T1",
        "N1\tReference T1 Wikipedia:1",
        "*\tEquiv T1 T2",
        "",
        "   ",
    ],
)
def test_lines_of_other_kinds_are_left_out(tmp_path, line):
    document, _, problems = find_problems(write(tmp_path, ORG + line + "\n" + DATE))
    assert (len(document.spans), problems) == (2, [])


def test_annotation_with_windows_line_ends_is_read(tmp_path):
    path = write(tmp_path, (ORG + DATE).replace("\n", "\r\n"))
    assert [span.label for span in read_document(path).spans] == [Label.ORG, Label.DATE]


def test_annotation_may_lack_its_last_line_end(tmp_path):
    assert len(read_document(write(tmp_path, ORG.rstrip("\n"))).spans) == 1


def test_empty_annotation_is_a_text_without_spans(tmp_path):
    assert read_document(write(tmp_path, "")).spans == ()


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c"])
def test_separators_that_are_no_line_ends_stay_inside_a_surface(tmp_path, separator):
    document = Document("a", f"Sở{separator}KH&CN họp", (Span(0, 8, Label.ORG),), source="a.txt")
    write_document(document, tmp_path)
    assert read_document(tmp_path / "a.txt") == document


@pytest.mark.parametrize(
    ("annotation", "line", "message"),
    [
        (
            ORG + "T2 DATE 25 39 ngày 6/10/2020\n",
            2,
            (
                "found 'T2 DATE 25 39 ngày 6/10/2020', expected ID<TAB>LABEL START END<TAB>SURFACE; "
                "write one contiguous span a line"
            ),
        ),
        (
            "T1\tORG 0 2;9 13\tSở tỉnh\n",
            1,
            (
                r"found 'T1\tORG 0 2;9 13\tSở tỉnh', expected ID<TAB>LABEL START END<TAB>SURFACE; "
                "write one contiguous span a line"
            ),
        ),
        (
            "T1\tORG -1 2\tSở\n",
            1,
            r"found 'T1\tORG -1 2\tSở', expected ID<TAB>LABEL START END<TAB>SURFACE; write one contiguous span a line",
        ),
        (
            "T1\tLOC 14 20\tHà Nam\n",
            1,
            "found unknown label LOC, expected one of ORG, PER, DATE, QUANTITY, PROJECT; relabel or remove the span",
        ),
        (
            ORG + "\n\nT2\tDATE 39 25\tngày 6/10/2020\n",
            4,
            "found start 39 and end 25, expected start before end; correct the offsets",
        ),
        ("T1\tORG 3 3\t\n", 1, "found start 3 and end 3, expected start before end; correct the offsets"),
        (
            "T1\tDATE 25 40\tngày 6/10/2020\n",
            1,
            "found end 40, expected at most the text's length 39; re-export the annotation of this text",
        ),
        (
            "#1\tnote\nT1\tORG 0 7\tSở KH&CN\n",
            2,
            (
                "found surface 'Sở KH&CN', expected 'Sở KH&C', which stands at 0-7; "
                "count offsets in code points of the NFC text"
            ),
        ),
        (
            "T1\tORG 0 2\tSơ\u0309\n",
            1,
            (
                "found surface 'Sơ\u0309', expected 'Sở', which stands at 0-2; "
                "count offsets in code points of the NFC text"
            ),
        ),
        (
            "T1\tORG 3 20\tKH&CN tỉnh Hà Nam\nT2\tORG 0 8\tSở KH&CN\n",
            1,
            "found ORG 3-20 overlapping ORG 0-8, expected spans without overlap; keep the outermost of the two",
        ),
    ],
)
def test_wrong_line_is_named_with_what_to_do(tmp_path, annotation, line, message):
    path = write(tmp_path, annotation)
    assert error_of(read_document, path) == f"{tmp_path}/a.ann, line {line}: {message}"


def test_all_problems_of_a_file_are_listed(tmp_path):
    annotation = "T1\tLOC 0 2\tSở\nT2\tORG 0 1\tX\nT3\tORG 99 100\tx\n" + DATE
    document, _, problems = find_problems(write(tmp_path, annotation))
    assert [problem.line for problem in problems] == [1, 2, 3]
    assert document.spans == (Span(25, 39, Label.DATE),)


def test_every_span_inside_a_longer_one_is_listed(tmp_path):
    annotation = ORG + "T2\tORG 0 2\tSở\nT3\tORG 9 13\ttỉnh\n" + DATE
    document, _, problems = find_problems(write(tmp_path, annotation))
    assert [problem.line for problem in problems] == [1, 3]
    assert document.spans == ()


def test_missing_text_is_an_error(tmp_path):
    message = error_of(read_document, tmp_path / "a.txt")
    assert message.startswith(f"{tmp_path}/a.txt: found an unreadable text (")
    assert message.endswith("), expected UTF-8 text; export it again")


def test_text_that_is_no_utf8_is_an_error(tmp_path):
    path = write(tmp_path, ORG)
    path.write_bytes(b"S\xff")
    message = error_of(read_document, path)
    assert message.startswith(f"{tmp_path}/a.txt: found an unreadable text (")
    assert message.endswith("), expected UTF-8 text; export it again")


def test_text_that_is_not_nfc_is_an_error(tmp_path):
    path = write(tmp_path, "", unicodedata.normalize("NFD", TEXT))
    assert error_of(read_document, path) == (
        f"{tmp_path}/a.txt: found text that is not in Unicode normal form C, expected NFC, since offsets count NFC "
        "code points; normalise the text with unicodedata.normalize('NFC', text) first"
    )


def test_missing_annotation_is_an_error(tmp_path):
    path = write(tmp_path, "")
    path.with_suffix(".ann").unlink()
    assert error_of(read_document, path) == (
        f"{tmp_path}/a.ann: found no file, expected the text's annotation; export the annotation, or remove the text"
    )


def test_annotation_that_is_no_utf8_is_an_error(tmp_path):
    path = write(tmp_path, "")
    path.with_suffix(".ann").write_bytes(b"T1\tORG 0 2\tS\xff")
    message = error_of(read_document, path)
    assert message.startswith(f"{tmp_path}/a.ann: found an unreadable file (")
    assert message.endswith("), expected the text's annotation; export the annotation, or remove the text")


def test_folder_is_read_in_order_of_names(tmp_path):
    for name in ("b", "a", "c"):
        write_document(Document(name, TEXT), tmp_path)
    assert [document.id for document in read_folder(tmp_path)] == ["a", "b", "c"]


def test_missing_folder_is_an_error(tmp_path):
    assert error_of(text_files, tmp_path / "x") == (
        f"{tmp_path}/x: found no folder, expected a folder of NAME.txt and NAME.ann; check the path"
    )


def test_folder_without_texts_is_an_error(tmp_path):
    assert error_of(read_folder, tmp_path) == (
        f"{tmp_path}: found no .txt file, expected NAME.txt and NAME.ann; name another folder"
    )


def test_line_breaks_inside_a_span_are_written_as_spaces():
    document = Document("a", "Sở\r\nKH&CN", (Span(0, 9, Label.ORG),))
    assert annotation_text(document) == "T1\tORG 0 9\tSở  KH&CN\n"


def test_offsets_count_code_points(tmp_path):
    document = Document("a", "👩\u200d🔬 Sở Y tế", (Span(4, 11, Label.ORG),), source="a.txt")
    write_document(document, tmp_path)
    assert (tmp_path / "a.ann").read_text(encoding="utf-8") == "T1\tORG 4 11\tSở Y tế\n"
    assert read_document(tmp_path / "a.txt") == document


@SEEDED
@given(annotated_documents())
def test_documents_survive_writing_and_reading(tmp_path_factory, document):
    folder = tmp_path_factory.getbasetemp() / "brat"
    write_document(document, folder)
    assert read_document(folder / "a.txt") == document
