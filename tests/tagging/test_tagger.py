"""The Tagger on the tiny model and on the embedded one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from khcn_ner.document import Document
from khcn_ner.errors import InputError
from khcn_ner.labels import Label
from khcn_ner.tagging.tagger import Tagger


@pytest.fixture(scope="module")
def embedded() -> Tagger:
    return Tagger.load()


def labelled(tagger: Tagger, text: str) -> list[tuple[str, Label]]:
    document = tagger.tag(Document("a", text)).document
    return [(document.surface(span), span.label) for span in document.spans]


def test_the_embedded_model_finds_names_dates_and_figures(embedded: Tagger) -> None:
    text = (
        "Ngày 12/5/2021, Sở Khoa học và Công nghệ tỉnh Hòa Bình đã tổ chức hội nghị sơ kết. "
        "Đồng chí Bùi Văn Thắng – Giám đốc Sở KH&CN chủ trì. Kiểm định được 1.250 phương tiện đo."
    )
    found = labelled(embedded, text)
    assert ("Ngày 12/5/2021", Label.DATE) in found
    assert ("Bùi Văn Thắng", Label.PER) in found
    assert ("Sở Khoa học và Công nghệ tỉnh Hòa Bình", Label.ORG) in found
    assert ("1.250 phương tiện", Label.QUANTITY) in found


def test_borders_are_found_where_spaces_are_missing(embedded: Tagger) -> None:
    text = "Thu phí kiểm định được 9.864triệu đồng.Sở KH&CN tỉnh Hà Nam báo cáo UBND tỉnh."
    found = labelled(embedded, text)
    assert ("9.864triệu đồng", Label.QUANTITY) in found
    assert ("Sở KH&CN tỉnh Hà Nam", Label.ORG) in found


def test_span_scores_are_probabilities(embedded: Tagger) -> None:
    spans = embedded.tag(Document("a", "Đồng chí Lê Văn Tám, Giám đốc Sở KH&CN.")).document.spans
    assert spans
    assert all(span.score is not None and 0.0 < span.score <= 1.0 for span in spans)


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u200b\ufeff", "…", "😀", "Ω≈ç√ 中文 ру", "a" * 5000, "1" * 3000])
def test_odd_texts_are_tagged_without_losing_a_character(embedded: Tagger, text: str) -> None:
    tagged = embedded.tag(Document("a", text))
    assert tagged.n_unseen_characters == 0
    assert tagged.document.text == text


def test_tagging_is_deterministic(embedded: Tagger) -> None:
    document = Document("a", "Trong quý II/2023, UBND huyện Mai Châu giao 12 nhiệm vụ. " * 40)
    assert embedded.tag(document) == embedded.tag(document)


def test_a_long_title_comes_out_whole(embedded: Tagger) -> None:
    title = (
        "Nghiên cứu, hoàn thiện quy trình công nghệ sơ chế, bảo quản rau an toàn theo chuỗi giá trị gắn với truy xuất "
        "nguồn gốc tại huyện Mộc Châu, tỉnh Sơn La"
    )
    found = labelled(embedded, f"Trong đó có đề tài “{title}” do TS. Lò Văn Hặc làm chủ nhiệm.")
    assert (title, Label.PROJECT) in found
    assert ("Lò Văn Hặc", Label.PER) in found


def peak_megabytes_of(code: str, *arguments: str | Path) -> tuple[float, str]:
    """Run code in a process of its own; give its peak memory and what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    *printed, peak = done.stdout.strip().splitlines()
    return int(peak) / 1024, "\n".join(printed)


_TAG_AND_MEASURE = """
import re, sys
from collections.abc import Iterator
from pathlib import Path
from khcn_ner.reading import read_report
from khcn_ner.tagging.tagger import Tagger
tagged = Tagger.load(Path(sys.argv[1])).tag(read_report(Path(sys.argv[2])))
print(tagged.n_unseen_characters, len(tagged.document.text))
# Not ru_maxrss: a child of a large process begins with its parent's.
print(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is there on Linux alone")
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Đồng chí Lê Văn Tám, Viện Chăn nuôi, báo cáo ngày 12/6/2022 về 15 dự án.\n" * 50_000, id="5 MB"),
        pytest.param("Sở KH&CN tỉnh Hà Nam báo cáo; " * 6_667, id="one line of 200,000 characters"),
        pytest.param("đ" * 200_000, id="one word of 200,000 letters"),
    ],
)
def test_huge_texts_need_bounded_memory_and_lose_nothing(tiny_run: Path, tmp_path: Path, text: str) -> None:
    report = tmp_path / "huge.txt"
    report.write_text(text, encoding="utf-8")
    peak, printed = peak_megabytes_of(_TAG_AND_MEASURE, tiny_run / "model", report)
    assert printed == f"0 {len(text)}"
    assert peak < 1500


def test_many_documents_come_in_order_with_the_spans_that_each_has_alone(embedded: Tagger) -> None:
    texts = ["", "Đồng chí Lê Văn Tám. ", "Viện Chăn nuôi họp ngày 12/6/2022.\n" * 30, "\n", "Sở KH&CN tỉnh Hà Nam."]
    documents = [Document(str(number), text) for number, text in enumerate(texts)]
    assert list(embedded.tag_many(iter(documents))) == [embedded.tag(document) for document in documents]


def test_many_documents_are_taken_a_bounded_number_ahead(embedded: Tagger) -> None:
    taken = 0

    def endless() -> Iterator[Document]:
        nonlocal taken
        while True:
            taken += 1
            yield Document(str(taken), "Họp. ")

    given = embedded.tag_many(endless())
    for number in range(1, 301):
        assert next(given).document.id == str(number)
        assert taken <= number + 300
    given.close()


def test_an_error_while_reading_comes_after_the_documents_before_it(embedded: Tagger) -> None:
    def documents() -> Iterator[Document]:
        yield Document("a", "Viện Chăn nuôi họp.")
        raise InputError("b.txt", found="nothing", expected="a report", remedy="look again")

    given = embedded.tag_many(documents())
    assert next(given).document.id == "a"
    with pytest.raises(InputError, match=r"b\.txt"):
        next(given)
