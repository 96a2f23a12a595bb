import re

import pytest

from khcn_ner.errors import InputError
from khcn_ner.evaluation import Counts, score_records

RIGHT, INVENTED, MISSED, WRONG = Counts(1, 0, 0), Counts(0, 1, 0), Counts(0, 0, 1), Counts(0, 1, 1)


def record(title="Báo cáo", sha="x", **lists):
    return {"report": {"id": "a", "title": title, "text_sha256": sha}, **lists}


def person(name, *starts, roles=()):
    mentions = [{"start": start, "end": start + 5} for start in starts]
    return {"name": name, "roles": [{"title": one, "organisation": None} for one in roles], "mentions": mentions}


def amount(start, **fields):
    return {"start": start, "end": start + 5, "text": "5 cây", **fields}


def fields_of(gold, found):
    return score_records([(gold, found)]).fields


def score_items(gold, found):
    scores = score_records([(record(indicators=[amount(0, item=gold)]), record(indicators=[amount(0, item=found)]))])
    return scores.fields["indicators.item"], scores.exact["indicators.item"]


def test_a_field_that_gold_leaves_out_is_not_scored():
    fields = fields_of(record(indicators=[amount(0, value=5)]), record(indicators=[amount(0, value=5, unit="cây")]))
    assert (fields["indicators.value"], fields["indicators.unit"]) == (RIGHT, Counts())


def test_a_list_that_gold_leaves_out_is_not_scored():
    fields = fields_of(record(), record(people=[person("Lê Mơ", 0)]))
    assert fields["people.entry"] == fields["people.name"] == Counts()


def test_a_report_that_gold_leaves_out_is_not_scored():
    assert fields_of({"text_sha256": "x"}, record())["report.title"] == Counts()


@pytest.mark.parametrize(("found", "counts"), [("cây", RIGHT), ("gốc", RIGHT), ("con", WRONG), (None, MISSED)])
def test_any_of_the_alternatives_is_right(found, counts):
    gold = record(indicators=[amount(0, unit=["cây", "gốc"])])
    assert fields_of(gold, record(indicators=[amount(0, unit=found)]))["indicators.unit"] == counts


@pytest.mark.parametrize(("found", "counts"), [("2023-01-01", INVENTED), (None, Counts())])
def test_null_says_that_any_value_is_wrong(found, counts):
    gold = record(dates=[amount(0, **{"from": None})])
    assert fields_of(gold, record(dates=[amount(0, **{"from": found})]))["dates.from"] == counts


def test_an_empty_list_is_null():
    gold = record(indicators=[amount(0, unit=[])])
    assert fields_of(gold, record(indicators=[amount(0, unit=None)]))["indicators.unit"] == Counts()


def test_a_null_period_counts_both_its_days():
    gold = record(indicators=[amount(0, period=None)])
    found = record(indicators=[amount(0, period={"from": "2023-01-01", "to": "2023-12-31"})])
    fields = fields_of(gold, found)
    assert fields["indicators.period.from"] == fields["indicators.period.to"] == INVENTED


def test_all_values_of_an_entry_that_gold_lacks_are_invented():
    fields = fields_of(record(people=[]), record(people=[person("Lê Mơ", 0, roles=["Giám đốc", "Trưởng ban"])]))
    assert fields["people.entry"] == fields["people.name"] == INVENTED
    assert fields["people.roles"] == Counts(0, 2, 0)


def test_all_values_of_an_entry_that_is_not_found_are_missed():
    fields = fields_of(record(people=[person("Lê Mơ", 0, roles=["Giám đốc"])]), record(people=[]))
    assert fields["people.entry"] == fields["people.name"] == fields["people.roles"] == MISSED


@pytest.mark.parametrize(("part_of", "counts"), [(50, RIGHT), (90, WRONG)])
def test_part_of_is_a_start_in_gold_and_an_index_in_records(part_of, counts):
    gold = record(indicators=[amount(50, part_of=None), amount(60, part_of=part_of)])
    found = record(indicators=[amount(0, part_of=None), amount(50, part_of=None), amount(60, part_of=1)])
    gold["indicators"].insert(0, amount(0, part_of=None))
    assert fields_of(gold, found)["indicators.part_of"] == counts
    assert found["indicators"][2]["part_of"] == 1


def test_names_are_paired_by_their_mentions():
    gold = record(people=[person("Lê Mơ", 0, 40, 80), person("Y Ban", 120)])
    found = record(people=[person("Y Ban", 0), person("Lê Mơ", 42, 82)])
    fields = fields_of(gold, found)
    assert fields["people.entry"] == fields["people.name"] == Counts(1, 1, 1)


def test_a_name_without_mentions_is_paired_by_itself():
    fields = fields_of(record(people=[person("Lê Mơ")]), record(people=[person("Y Ban", 0), person("LÊ MƠ", 9)]))
    assert fields["people.entry"] == Counts(1, 1, 0)


def test_a_role_is_right_with_its_body_alone():
    gold, found = person("Lê Mơ", 0, roles=["Giám đốc"]), person("Lê Mơ", 0, roles=["Giám đốc"])
    gold["roles"][0]["organisation"] = "Sở"
    assert fields_of(record(people=[gold]), record(people=[found]))["people.roles"] == MISSED + INVENTED
    del gold["roles"][0]["organisation"]
    assert fields_of(record(people=[gold]), record(people=[found]))["people.roles"] == RIGHT


def test_names_are_compared_without_case_signs_and_the_place_of_tones():
    gold = record(organisations=[amount(0, name="UBND tỉnh Thanh Hóa")])
    found = record(organisations=[amount(0, name="Ubnd Thanh Hoá,")])
    assert score_records([(gold, found)]).exact["organisations.name"] == RIGHT


@pytest.mark.parametrize(
    ("gold", "found", "right", "exact"),
    [
        ("a b c", "a b c", RIGHT, RIGHT),
        ("a b c", "a b c x y z w", RIGHT, WRONG),  # word F1 of 6/10
        ("a b c", "a b c x y z w v", WRONG, WRONG),  # 6/11
    ],
)
def test_an_item_is_right_where_most_words_are_shared(gold, found, right, exact):
    assert score_items(gold, found) == (right, exact)


def test_a_unit_is_right_only_where_it_is_the_same():
    gold, found = record(indicators=[amount(0, unit="cây con")]), record(indicators=[amount(0, unit="cây con to")])
    assert fields_of(gold, found)["indicators.unit"] == WRONG


def test_micro_sums_fields_but_not_pairs_of_entries():
    gold = record(people=[person("Lê Mơ", 0)])
    assert score_records([(gold, record(title="Tin", people=[person("Lê Mơ", 0)]))]).micro == RIGHT + WRONG


@pytest.mark.parametrize(
    ("gold", "message"),
    [
        ([], "gold record of a: found another shape"),
        ({"people": ["Lê Mơ"]}, "gold record of a: found another shape"),
        ({"text_sha256": "y"}, "gold record of a: found text_sha256 y"),
    ],
)
def test_a_record_of_something_else_is_refused(gold, message):
    with pytest.raises(InputError, match=message):
        score_records([(gold, record())])


@pytest.mark.parametrize(
    ("gold", "told"),
    [
        (record(people=[{**person("Lê Mơ", 0), "name": "?"}]), "people.0.name: found '?'"),
        (record(title="?"), "report.title: found '?'"),
        (record(documents="?"), "found another shape"),
        (
            record(people=[{"name": "Lê Mơ", "mentions": [{"start": 3}]}]),
            "people.0.mentions.0: found start 3 and end None",
        ),
        (record(dates=[{"start": 3, "from": None}]), "dates.0: found start 3 and end None"),
    ],
)
def test_a_gold_record_that_cannot_be_scored_is_told(gold, told):
    with pytest.raises(InputError, match=re.escape(told)):
        score_records([(gold, record())])
