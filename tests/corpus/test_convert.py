import json

import pytest
from hypothesis import HealthCheck, given, settings

from khcn_ner.corpus.convert import AnnotationFormat, read_annotations_as, write_annotations_as
from khcn_ner.corpus.label_studio import label_studio_documents, label_studio_text
from khcn_ner.document import Document, Span
from khcn_ner.errors import CorpusError
from khcn_ner.labels import Label
from khcn_ner.tokens import spans_to_tags, tags_to_spans, token_offsets
from tests.corpus.marked_documents import marked_documents

NAMES = {AnnotationFormat.BRAT: "out", AnnotationFormat.INLINE: "out"}
DOCUMENT = Document("báo-cáo", "📰 Sở Y tế họp", (Span(2, 9, Label.ORG),))


@pytest.mark.parametrize("format_", [one for one in AnnotationFormat if one is not AnnotationFormat.CONLL])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(document=marked_documents(name="báo-cáo"))
def test_round_trip_is_exact(tmp_path, format_, document):
    target = tmp_path / NAMES.get(format_, "out.json")
    write_annotations_as(format_, [document], target)
    (read,) = read_annotations_as(format_, target)
    assert (read.id, read.text, read.spans) == (document.id, document.text, document.spans)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(document=marked_documents(name="báo-cáo"))
def test_conll_round_trip_is_exact_for_spans_of_whole_tokens(tmp_path, document):
    tokens = token_offsets(document.text)
    whole = document.with_spans(tags_to_spans(tokens, spans_to_tags(tokens, document.spans)))
    write_annotations_as(AnnotationFormat.CONLL, [whole, Document("b", "họp")], tmp_path / "out.conll")
    read, other = read_annotations_as(AnnotationFormat.CONLL, tmp_path / "out.conll")
    assert (read.id, read.text, read.spans) == (whole.id, whole.text, whole.spans)
    assert (other.id, other.text) == ("b", "họp")


def test_conll_whose_tokens_are_not_the_texts_is_refused(tmp_path):
    (tmp_path / "f.conll").write_text('# id = a\n# text = "Sở họp"\nSở\tO\nhôp\tO\n', encoding="utf-8")
    with pytest.raises(CorpusError, match="f, line 4: found token 'hôp', expected 'họp' of the text"):
        read_annotations_as(AnnotationFormat.CONLL, tmp_path / "f.conll")
    (tmp_path / "f.conll").write_text("# id = a\n# text = Sở họp\nSở\tO\n", encoding="utf-8")
    with pytest.raises(CorpusError, match="f, line 2: found Sở họp, expected the text as a JSON string"):
        read_annotations_as(AnnotationFormat.CONLL, tmp_path / "f.conll")


def test_label_studio_offers_predictions_with_scores_and_takes_corrections_back():
    document = Document("a", "Sở Y tế họp", (Span(0, 7, Label.ORG, 0.75),))
    (task,) = json.loads(label_studio_text([document], model_version="compact 0.1.0"))
    (prediction,) = task["predictions"]
    assert (prediction["model_version"], prediction["score"]) == ("compact 0.1.0", 0.75)
    assert label_studio_documents(json.dumps([task]), name="f") == [document]
    corrected = {**prediction["result"][0], "origin": "prediction-changed"}
    corrected["value"] = {**corrected["value"], "labels": ["PER"]}
    task["annotations"] = [{"was_cancelled": True, "result": []}, {"result": [corrected, {"type": "choices"}]}]
    (read,) = label_studio_documents(json.dumps([task]), name="f")
    assert read.spans == (Span(0, 7, Label.PER),)


def test_doccano_rows_of_newer_versions_are_read(tmp_path):
    row = {"id": 3, "text": "Sở Y tế họp", "entities": [{"id": 1, "label": "ORG", "start_offset": 0, "end_offset": 7}]}
    (tmp_path / "all.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    (read,) = read_annotations_as(AnnotationFormat.DOCCANO, tmp_path / "all.jsonl")
    assert (read.id, read.spans) == ("all-1", (Span(0, 7, Label.ORG),))


@pytest.mark.parametrize(
    ("format_", "content", "message"),
    [
        ("doccano", "{", "f.x"),
        ("doccano", '{"label": []}', "f, line 1: found KeyError: 'text', expected {\"text\": …"),
        ("doccano", '{"text": "Sở", "label": [[0, 9, "ORG"]]}', "f, line 1, span 1: found start 0 and end 9"),
        ("label-studio", "{", "f: found broken JSON"),
        ("label-studio", "{}", "f: found dict, expected a list of tasks"),
        ("label-studio", '[{"data": {}}]', "f, task 1: found KeyError: 'text'"),
        ("jsonl", '{"id": "a"}', "f, line 1: found KeyError: 'spans'"),
    ],
)
def test_broken_files_are_one_clear_line(tmp_path, format_, content, message):
    (tmp_path / "f.x").write_text(content, encoding="utf-8")
    with pytest.raises(CorpusError) as caught:
        read_annotations_as(AnnotationFormat(format_), tmp_path / "f.x")
    assert str(caught.value).startswith(message.removesuffix(".x"))


def test_missing_places_and_double_names_are_told(tmp_path):
    with pytest.raises(CorpusError, match=r"nothing: found no folder, expected a folder of NAME\.inline\.txt"):
        read_annotations_as(AnnotationFormat.INLINE, tmp_path / "nothing")
    with pytest.raises(CorpusError, match="found an unreadable file"):
        read_annotations_as(AnnotationFormat.JSONL, tmp_path / "nothing")
    write_annotations_as(AnnotationFormat.DOCCANO, [DOCUMENT, DOCUMENT], tmp_path / "two.jsonl")
    with pytest.raises(CorpusError, match="found two documents named báo-cáo"):
        read_annotations_as(AnnotationFormat.DOCCANO, tmp_path / "two.jsonl")
