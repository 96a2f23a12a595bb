import queue
import threading
import time
from concurrent.futures import wait

import pytest

from khcn_ner.document import Document
from khcn_ner.serving.batching import Batcher, BatchSize


@pytest.fixture
def start():
    """Make batchers that are closed after the test."""
    started = []

    def make(tag_many, **options):
        started.append(Batcher(tag_many, **{"max_waiting": 100, **options}))
        return started[-1]

    yield make
    for batcher in started:
        batcher.close()


def held(stub, batcher):
    """Let the thread be busy with a document until the gate opens."""
    answer = batcher.submit(Document("held", "chờ"))
    while not answer.running():
        time.sleep(0.001)
    return answer


def test_what_waits_is_tagged_together_and_each_gets_its_own(stub, start):
    batcher = start(stub.tag_many, size=BatchSize(max_documents=4))
    held(stub, batcher)
    answers = [batcher.submit(Document(f"d{n}", f"Ngày {n}/1/2020")) for n in range(6)]
    assert batcher.n_waiting == 6
    stub.gate.set()
    for n, answer in enumerate(answers):
        tagged = answer.result(10).document
        assert (tagged.id, tagged.surface(tagged.spans[0])) == (f"d{n}", f"{n}/1/2020")
    assert [len(batch) for batch in stub.batches] == [1, 4, 2]


@pytest.mark.parametrize(
    ("lengths", "batches"), [([60, 60, 60], [1, 1, 1]), ([30, 30, 30, 30], [3, 1]), ([500, 10, 20], [1, 2])]
)
def test_a_batch_ends_at_its_number_of_characters(lengths, batches, stub, start):
    batcher = start(stub.tag_many, size=BatchSize(max_characters=100))
    held(stub, batcher)
    answers = [batcher.submit(Document(f"d{n}", "a" * length)) for n, length in enumerate(lengths)]
    stub.gate.set()
    wait(answers, timeout=10)
    assert [len(batch) for batch in stub.batches[1:]] == batches


def test_one_that_fails_does_not_fail_its_neighbours(stub, start):
    batcher = start(stub.tag_many)
    held(stub, batcher)
    texts = ["Sở KH&CN", "hỏng", "Sở KH&CN họp", "hỏng hẳn"]
    answers = [batcher.submit(Document(str(n), text)) for n, text in enumerate(texts)]
    stub.gate.set()
    assert [type(answer.exception(10)) for answer in answers] == [type(None), ValueError, type(None), ValueError]
    assert answers[2].result().document.text == "Sở KH&CN họp"
    assert batcher.is_running


def test_an_answer_of_another_document_is_never_given(stub, start):
    def mixed_up(documents):
        tagged = list(stub.tag_many(documents))
        return iter(tagged[::-1])

    batcher = start(mixed_up)
    held(stub, batcher)
    answers = [batcher.submit(Document(name, f"Sở KH&CN {name}")) for name in "abc"]
    stub.gate.set()
    assert [answer.result(10).document.id for answer in answers] == ["a", "b", "c"]  # tagged again, each alone


@pytest.mark.parametrize("n_answers", [0, 2])
def test_a_tagger_that_gives_another_number_of_answers_is_told(n_answers, stub, start):
    def wrong(documents):
        return iter([stub.tag(document) for document in documents] * n_answers)

    assert isinstance(start(wrong).submit(Document("a", "Sở")).exception(10), ValueError)


def test_a_full_queue_refuses_and_a_cancelled_document_gives_up_its_place(stub, start):
    batcher = start(stub.tag_many, max_waiting=2)
    held(stub, batcher)
    first, second = batcher.submit(Document("a", "a")), batcher.submit(Document("b", "b"))
    with pytest.raises(queue.Full):
        batcher.submit(Document("c", "c"))
    assert first.cancel()
    third = batcher.submit(Document("c", "c"))
    stub.gate.set()
    assert {second.result(10).document.id, third.result(10).document.id} == {"b", "c"}
    assert ["a"] not in stub.batches and all("a" not in batch for batch in stub.batches)


def test_closing_tags_what_waits_and_takes_no_more(stub):
    batcher = Batcher(stub.tag_many, max_waiting=10)
    held(stub, batcher)
    answer = batcher.submit(Document("a", "Sở KH&CN"))
    threading.Timer(0.05, stub.gate.set).start()
    batcher.close()
    assert answer.done() and not batcher.is_running
    with pytest.raises(queue.Full):
        batcher.submit(Document("b", "b"))


def test_many_threads_get_their_own_answers(stub, start):
    batcher = start(stub.tag_many, size=BatchSize(max_documents=5, wait_s=0.001))
    wrong = []

    def ask(number):
        for turn in range(20):
            text = f"Ngày {number}/{turn}/2020"
            if batcher.submit(Document("x", text)).result(10).document.text != text:
                wrong.append(text)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(16)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert wrong == []
    assert max(map(len, stub.batches)) > 1
