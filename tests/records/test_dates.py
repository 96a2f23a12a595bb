from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khcn_ner.records.dates import normalise_date

# text, first day, last day, precision
SAID = [
    ("30/6/2022", "2022-06-30", "2022-06-30", "day"),
    ("30.6.2022", "2022-06-30", "2022-06-30", "day"),
    ("30-6-2022", "2022-06-30", "2022-06-30", "day"),
    ("30/6/22", "2022-06-30", "2022-06-30", "day"),
    ("2022-06-30", "2022-06-30", "2022-06-30", "day"),
    ("Ngày 06/10/2020", "2020-10-06", "2020-10-06", "day"),
    ("ngày20/9/2014", "2014-09-20", "2014-09-20", "day"),
    ("ngày 03 tháng 11 năm 2021", "2021-11-03", "2021-11-03", "day"),
    ("03 tháng 11 năm 2021", "2021-11-03", "2021-11-03", "day"),
    ("ngày 28tháng 12 năm 2021", "2021-12-28", "2021-12-28", "day"),
    ("ngày 06 tháng 10/2020", "2020-10-06", "2020-10-06", "day"),
    ("ngày 6/10 năm 2020", "2020-10-06", "2020-10-06", "day"),
    ("ngày 29/02/2024", "2024-02-29", "2024-02-29", "day"),
    ("Thứ năm, 18/07/2024", "2024-07-18", "2024-07-18", "day"),
    ("8 giờ ngày 6/10/2020", "2020-10-06", "2020-10-06", "day"),
    ("06/10/2020 08:30", "2020-10-06", "2020-10-06", "day"),
    ("sáng ngày 6/10/2020", "2020-10-06", "2020-10-06", "day"),
    ("ngày mùng 5 tháng 9 năm 2019", "2019-09-05", "2019-09-05", "day"),
    ("ngày 1/1 đến ngày 30/6/2022", "2022-01-01", "2022-06-30", "day"),
    ("từ ngày 1/1/2022 đến 30/6/2022", "2022-01-01", "2022-06-30", "day"),
    ("01/01/2023-30/6/2023", "2023-01-01", "2023-06-30", "day"),
    ("ngày 14 đến ngày 16/11/2017", "2017-11-14", "2017-11-16", "day"),
    ("ngày 01 đến 15/11/2020", "2020-11-01", "2020-11-15", "day"),
    ("ngày 14-15/6/2022", "2022-06-14", "2022-06-15", "day"),
    ("14, 15/6/2022", "2022-06-14", "2022-06-15", "day"),
    ("14 và 15/6/2022", "2022-06-14", "2022-06-15", "day"),
    ("ngày 27, 28 và 29/6/2023", "2023-06-27", "2023-06-29", "day"),
    ("ngày 9-9 đến 09-10-2014", "2014-09-09", "2014-10-09", "day"),
    ("ngày 20/12 đến ngày 15/01/2024", "2023-12-20", "2024-01-15", "day"),
    ("tháng 02/2024", "2024-02-01", "2024-02-29", "month"),
    ("tháng 02/2023", "2023-02-01", "2023-02-28", "month"),
    ("tháng 6 năm 2023", "2023-06-01", "2023-06-30", "month"),
    ("tháng 6-2023", "2023-06-01", "2023-06-30", "month"),
    ("T10/2023", "2023-10-01", "2023-10-31", "month"),
    ("7/2015", "2015-07-01", "2015-07-31", "month"),
    ("tháng mười hai năm 2022", "2022-12-01", "2022-12-31", "month"),
    ("đầu tháng 6/2022", "2022-06-01", "2022-06-30", "month"),
    ("tháng 5-6/2023", "2023-05-01", "2023-06-30", "months"),
    ("tháng 5, 6 năm 2023", "2023-05-01", "2023-06-30", "months"),
    ("tháng 7/2015 đến tháng 10/2017", "2015-07-01", "2017-10-31", "months"),
    ("tháng 11 đến tháng 5 năm 2016", "2015-11-01", "2016-05-31", "months"),
    ("tháng 11/2015 đến tháng 5", "2015-11-01", "2016-05-31", "months"),
    ("6/2019 - 6/2021", "2019-06-01", "2021-06-30", "months"),
    ("giai đoạn 1/2022-6/2023", "2022-01-01", "2023-06-30", "months"),
    ("năm 2016 đến tháng 6-2017", "2016-01-01", "2017-06-30", "months"),
    ("quý II/2023", "2023-04-01", "2023-06-30", "quarter"),
    ("quí II/2023", "2023-04-01", "2023-06-30", "quarter"),
    ("QÚY IV/2023", "2023-10-01", "2023-12-31", "quarter"),
    ("quý 4 năm 2021", "2021-10-01", "2021-12-31", "quarter"),
    ("quý III-2020", "2020-07-01", "2020-09-30", "quarter"),
    ("Q.IV/2021", "2021-10-01", "2021-12-31", "quarter"),
    ("Q1/2023", "2023-01-01", "2023-03-31", "quarter"),
    ("quý một năm 2023", "2023-01-01", "2023-03-31", "quarter"),
    ("quý I, II/2023", "2023-01-01", "2023-06-30", "quarter"),
    ("quý I và quý II năm 2023", "2023-01-01", "2023-06-30", "quarter"),
    ("6 tháng đầu năm 2022", "2022-01-01", "2022-06-30", "half"),
    ("06 tháng đầu năm 2022", "2022-01-01", "2022-06-30", "half"),
    ("sáu tháng đầu năm 2022", "2022-01-01", "2022-06-30", "half"),
    ("6 tháng cuối năm 2022", "2022-07-01", "2022-12-31", "half"),
    ("6T2022", "2022-01-01", "2022-06-30", "half"),
    ("6 tháng năm 2022", "2022-01-01", "2022-06-30", "half"),
    ("nửa đầu năm 2023", "2023-01-01", "2023-06-30", "half"),
    ("nửa cuối năm 2023", "2023-07-01", "2023-12-31", "half"),
    ("9 tháng đầu năm 2020", "2020-01-01", "2020-09-30", "months"),
    ("9 tháng đầu năm2014", "2014-01-01", "2014-09-30", "months"),
    ("chín tháng đầu năm 2020", "2020-01-01", "2020-09-30", "months"),
    ("9T/2022", "2022-01-01", "2022-09-30", "months"),
    ("11 tháng năm 2023", "2023-01-01", "2023-11-30", "months"),
    ("3 tháng cuối năm 2020", "2020-10-01", "2020-12-31", "months"),
    ("3 tháng đầu năm 2020", "2020-01-01", "2020-03-31", "months"),
    ("năm 2021", "2021-01-01", "2021-12-31", "year"),
    ("NĂM 2021", "2021-01-01", "2021-12-31", "year"),
    ("2021", "2021-01-01", "2021-12-31", "year"),
    ("cả năm 2021", "2021-01-01", "2021-12-31", "year"),
    ("cuối năm 2025", "2025-01-01", "2025-12-31", "year"),
    ("giai đoạn 2011-2020", "2011-01-01", "2020-12-31", "years"),
    ("giai đoạn 2016 – 2020", "2016-01-01", "2020-12-31", "years"),
    ("giai đoạn 2021-25", "2021-01-01", "2025-12-31", "years"),
    ("nhiệm kỳ 2020-2025", "2020-01-01", "2025-12-31", "years"),
    ("năm học 2022-2023", "2022-01-01", "2023-12-31", "years"),
    ("2016-2017", "2016-01-01", "2017-12-31", "years"),
    ("năm 2016 đến năm 2020", "2016-01-01", "2020-12-31", "years"),
    ("các năm 2019, 2020", "2019-01-01", "2020-12-31", "years"),
    ("hai năm 2019-2020", "2019-01-01", "2020-12-31", "years"),
    ("cuối năm 2020, đầu năm 2021", "2020-01-01", "2021-12-31", "years"),
]

# text, first day, last day: the year (2020) comes from the context
ASSUMED = [
    ("ngày 06/10", "2020-10-06", "2020-10-06"),
    ("06/10", "2020-10-06", "2020-10-06"),
    ("ngày 18-5", "2020-05-18", "2020-05-18"),
    ("ngày 03 tháng 11", "2020-11-03", "2020-11-03"),
    ("mùng 8/3", "2020-03-08", "2020-03-08"),
    ("ngày 28-29/5", "2020-05-28", "2020-05-29"),
    ("ngày 04/01 đến ngày 15/01", "2020-01-04", "2020-01-15"),
    ("29/2", "2020-02-29", "2020-02-29"),
    ("tháng 12", "2020-12-01", "2020-12-31"),
    ("cuối tháng 9", "2020-09-01", "2020-09-30"),
    ("tháng tư", "2020-04-01", "2020-04-30"),
    ("quý III", "2020-07-01", "2020-09-30"),
    ("Q.IV", "2020-10-01", "2020-12-31"),
    ("6 tháng đầu năm", "2020-01-01", "2020-06-30"),
    ("6 tháng đầu năm nay", "2020-01-01", "2020-06-30"),
    ("9 tháng đầu năm", "2020-01-01", "2020-09-30"),
    ("3 tháng cuối năm", "2020-10-01", "2020-12-31"),
    ("năm ngoái", "2019-01-01", "2019-12-31"),
]

UNREADABLE = [
    ("31/02/2023", "no day 31"),
    ("29/02/2023", "no day 29"),
    ("9/30/2021", "no month 30"),
    ("tháng 13/2020", "no month 13"),
    ("quý V/2020", "no quarter"),
    ("15 tháng đầu năm 2022", "no 15 months"),
    ("giai đoạn 2025-2021", "before it begins"),
    ("30/6/2022 đến 1/6/2022", "before it begins"),
    ("năm 1021", "outside"),
    ("năm 20222", "not a date"),
    ("2019 và 2021", "gaps"),
    ("hôm qua", "not a date"),
    ("", "not a date"),
    ("32/10/2020", "no day 32"),
]


@pytest.mark.parametrize(("text", "first", "last", "precision"), SAID)
def test_reads_what_is_said(text: str, first: str, last: str, precision: str) -> None:
    found = normalise_date(text)
    assert (str(found.from_), str(found.to), found.precision) == (first, last, precision)
    assert found.assumed == ()
    assert found.warning is None


@pytest.mark.parametrize(("text", "first", "last"), ASSUMED)
def test_takes_the_year_from_the_context_and_says_so(text: str, first: str, last: str) -> None:
    found = normalise_date(text, year=2020)
    assert (str(found.from_), str(found.to), found.assumed) == (first, last, ("year",))


@pytest.mark.parametrize("text", [text for text, _, _ in ASSUMED])
def test_without_a_year_gives_none_and_a_warning(text: str) -> None:
    found = normalise_date(text)
    assert (found.from_, found.to) == (None, None)
    assert found.warning is not None


@pytest.mark.parametrize(("text", "why"), UNREADABLE)
def test_never_guesses(text: str, why: str) -> None:
    found = normalise_date(text, year=2020)
    assert (found.from_, found.to) == (None, None)
    assert found.warning is not None
    assert why in found.warning


def test_takes_a_bare_day_s_month_from_the_context() -> None:
    found = normalise_date("ngày 14", year=2020, month=11)
    assert (found.from_, found.assumed) == (date(2020, 11, 14), ("month", "year"))


@pytest.mark.parametrize(("text", "part"), [("đầu năm 2023", "start"), ("cuối quý II/2023", "end"), ("năm 2023", None)])
def test_says_which_part_of_the_unit_is_meant(text: str, part: str | None) -> None:
    assert normalise_date(text).part == part


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2069, 12, 31)))
def test_reads_every_day_in_each_notation(day: date) -> None:
    d, m, y = day.day, day.month, day.year
    for text in (f"{d}/{m}/{y}", f"ngày {d:02}.{m:02}.{y}", f"ngày {d} tháng {m:02} năm {y}", f"{d:02}-{m}-{y}"):
        assert normalise_date(text).from_ == day


@given(st.text(max_size=60), st.none() | st.integers(min_value=1900, max_value=2100))
def test_any_text_gives_an_interval_or_a_warning(text: str, year: int | None) -> None:
    found = normalise_date(text, year=year)
    assert (found.from_ is None) == (found.to is None)
    assert (found.from_ is None) == (found.warning is not None)
    if found.from_ is not None and found.to is not None:
        assert found.from_ <= found.to


_WORDS = st.sampled_from(
    [
        "ngày",
        "tháng",
        "năm",
        "quý",
        "đầu",
        "cuối",
        "6",
        "31",
        "02",
        "2020",
        "IV",
        "/",
        "-",
        "đến",
        "và",
        ",",
        "giai đoạn",
    ]
)


@given(st.lists(_WORDS, max_size=9))
def test_any_run_of_calendar_words_is_handled(words: list[str]) -> None:
    for text in (" ".join(words), "".join(words)):
        found = normalise_date(text, year=2021)
        assert (found.from_ is None) == (found.warning is not None)
