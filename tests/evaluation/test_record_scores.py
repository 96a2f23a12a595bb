import pytest

from khcn_ner.errors import InputError
from khcn_ner.evaluation import Counts, score_records


def record(people=(), title="Báo cáo", sha="x"):
    return {"report": {"id": "a", "title": title, "text_sha256": sha}, "people": list(people)}


def person(name, start, *roles):
    return {"name": name, "roles": [{"title": one} for one in roles], "mentions": [{"start": start, "end": start + 5}]}


def test_items_are_paired_by_place_and_fields_compared():
    gold = record([person("Lê Mơ", 0, "Giám đốc", "Trưởng ban"), person("Y Ban", 50)])
    other = record([person("LÊ  MƠ", 2, "Giám đốc"), person("Ai đó", 90)], title=None)
    fields = score_records([(gold, other)]).fields
    assert fields["people.item"] == Counts(1, 1, 1)
    assert fields["people.name"] == Counts(1, 1, 1)
    assert fields["people.roles.title"] == Counts(1, 0, 1)
    assert fields["report.title"] == Counts(0, 0, 1)


def test_a_record_equals_itself_and_order_does_not_matter():
    people = [person("Lê Mơ", 0, "Giám đốc"), person("Y Ban", 50)]
    assert score_records([(record(people), record(people[::-1]))]).micro.f1 == 1.0


@pytest.mark.parametrize(
    ("gold", "message"),
    [({}, "gold record of record: found another shape"), (record(sha="y"), "gold record of a: found text_sha256 y")],
)
def test_a_record_of_something_else_is_refused(gold, message):
    with pytest.raises(InputError, match=message):
        score_records([(gold, record())])
