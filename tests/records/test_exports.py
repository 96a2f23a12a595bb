import csv
import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from marking import marked
from openpyxl import load_workbook

from khcn_ner.errors import InputError
from khcn_ner.records import Report, assemble, write_database, write_records

_TEXT = (
    "Báo cáo 6 tháng đầu năm 2022\n"
    "Ngày [DATE|06/10/2022], [ORG|Sở KH&CN] kiểm định [QUANTITY|163/440 PTĐ], thu [QUANTITY|1.934.000đ], "
    "giao [QUANTITY|1,8 ha].\nGiám đốc Sở, ông [PER|Bế Đăng Khoa], và ông [PER|=Cộng].\n"
    "Đề tài “[PROJECT|Trồng dẻ tại huyện Trùng Khánh]”; Quyết định số 49/2014/QĐ-UBND ngày 19/12/2014.\n"
)


@pytest.fixture
def report() -> Report:
    return assemble(marked(_TEXT, name="báo cáo a"))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_workbook_has_a_sheet_a_list_with_filters_and_a_frozen_header(report: Report, tmp_path: Path) -> None:
    write_records(tmp_path / "out.xlsx", [report])
    book = load_workbook(tmp_path / "out.xlsx")

    titles = ["Báo cáo", "Số liệu", "Đề tài, dự án", "Người", "Tổ chức", "Thời gian", "Văn bản"]
    assert book.sheetnames == titles
    for sheet in book:
        assert sheet.freeze_panes in ("C2", "A2")
        assert sheet.auto_filter.ref is not None
        assert sheet.auto_filter.ref.startswith("A1:")


def test_a_workbook_holds_numbers_dates_and_text_that_is_no_formula(report: Report, tmp_path: Path) -> None:
    write_records(tmp_path / "out.xlsx", [report])
    book = load_workbook(tmp_path / "out.xlsx")

    figures = book["Số liệu"]
    headings = [cell.value for cell in figures[1]]
    values = [row[headings.index("Giá trị")].value for row in figures.iter_rows(min_row=2)]
    assert values == [163, 1934000, 1.8]
    days = book["Thời gian"]
    first = days.cell(2, [cell.value for cell in days[1]].index("Từ ngày") + 1)
    assert first.value == datetime(2022, 10, 6)
    assert first.number_format == "dd/mm/yyyy"
    names = [(cell.value, cell.data_type) for cell in book["Người"]["C"]]
    assert ("=Cộng", "s") in names


def test_every_row_is_linked_to_its_place_in_the_page(report: Report, tmp_path: Path) -> None:
    write_records(tmp_path / "out.xlsx", [report], pages={"báo cáo a": "trang/báo cáo a.html"})
    sheet = load_workbook(tmp_path / "out.xlsx")["Số liệu"]

    for row in sheet.iter_rows(min_row=2):
        start = row[[cell.value for cell in sheet[1]].index("Từ ký tự")].value
        link = row[-1].hyperlink
        assert link is not None
        assert (link.target.replace("\\", "/"), link.location) == ("trang/b%C3%A1o%20c%C3%A1o%20a.html", f"t{start}")


def test_csv_is_a_folder_with_a_file_a_list(report: Report, tmp_path: Path) -> None:
    write_records(tmp_path / "out.csv", [report])

    (figure, *_) = _rows(tmp_path / "out.csv" / "indicators.csv")
    assert (figure["report_id"], figure["value"], figure["of"], figure["unit"]) == ("báo cáo a", "163", "440", "PTĐ")
    assert _rows(tmp_path / "out.csv" / "documents.csv")[0]["date"] == "2014-12-19"


def test_csv_does_not_replace_a_folder_of_other_things(report: Report, tmp_path: Path) -> None:
    (tmp_path / "out.csv").mkdir()
    (tmp_path / "out.csv" / "thesis.docx").write_bytes(b"")
    with pytest.raises(InputError, match=r"found something else, expected no such folder"):
        write_records(tmp_path / "out.csv", [report])


def test_a_zip_holds_the_same_csv_files(report: Report, tmp_path: Path) -> None:
    write_records(tmp_path / "out.csv", [report])
    write_records(tmp_path / "out.zip", [report])
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert len(archive.namelist()) == 7
        for name in archive.namelist():
            assert archive.read(name) == (tmp_path / "out.csv" / name).read_bytes()


def test_parquet_keeps_the_types(report: Report, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    write_records(tmp_path / "out.parquet", [report])

    (first, *_) = parquet.read_table(io.BytesIO((tmp_path / "out.parquet" / "dates.parquet").read_bytes())).to_pylist()
    assert (first["from"], first["precision"]) == (date(2022, 10, 6), "day")


def test_a_report_written_again_takes_the_place_of_its_rows(report: Report, tmp_path: Path) -> None:
    sql = pytest.importorskip("sqlalchemy")
    url = f"sqlite:///{tmp_path / 'records.db'}"
    other = assemble(marked("Thu [QUANTITY|5 triệu đồng].", name="b"))
    write_database(url, [report, other])
    write_database(url, [assemble(marked("Thu [QUANTITY|7 triệu đồng].", name="báo cáo a"))])

    engine = sql.create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(sql.text("select report_id, value from indicators order by value")).all()
        heads = connection.execute(sql.text("select count(*) from reports")).scalar()
    engine.dispose()
    assert [tuple(row) for row in found] == [("b", 5_000_000.0), ("báo cáo a", 7_000_000.0)]
    assert heads == 2


def test_a_database_that_refuses_is_one_line_without_the_password(report: Report) -> None:
    pytest.importorskip("sqlalchemy")
    with pytest.raises(InputError, match="expected a database that takes the records") as caught:
        write_database("nothing://user:secret@host/db", [report])
    assert "secret" not in str(caught.value)


def test_an_unknown_suffix_is_refused(report: Report, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"found suffix \.pdf, expected one of \.jsonl, \.xlsx"):
        write_records(tmp_path / "out.pdf", [report])
    assert not list(tmp_path.iterdir())
