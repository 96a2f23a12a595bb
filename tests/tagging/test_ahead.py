"""Working ahead of whoever takes the results."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from khcn_ner.tagging.ahead import begun_ahead


def test_items_come_in_order() -> None:
    ahead = begun_ahead(range(500), lambda number: number * 2, size_of=lambda _: 1, most=7)
    assert list(ahead) == list(range(0, 1000, 2))


def test_no_more_is_begun_than_allowed() -> None:
    begun: list[int] = []

    def begin(item: int) -> int:
        begun.append(item)
        return item

    for n_done, item in enumerate(begun_ahead(range(200), begin, size_of=lambda _: 1, most=4)):
        assert item == n_done
        assert len(begun) <= n_done + 4


def test_an_item_larger_than_the_bound_is_begun_alone() -> None:
    assert list(begun_ahead([9, 9, 9], lambda item: item, size_of=lambda item: item, most=4)) == [9, 9, 9]


def test_an_error_comes_after_what_was_before_it() -> None:
    def items() -> Iterator[int]:
        yield 1
        yield 2
        raise ValueError("third")

    given: list[int] = []
    with pytest.raises(ValueError, match="third"):
        for item in begun_ahead(items(), lambda item: item, size_of=lambda _: 1, most=4):
            given.append(item)
    assert given == [1, 2]


def test_stopping_early_ends_the_thread() -> None:
    before = set(threading.enumerate())
    ahead = begun_ahead(range(1_000_000), lambda item: item, size_of=lambda _: 1, most=4)
    assert next(ahead) == 0
    started = set(threading.enumerate()) - before
    ahead.close()
    for thread in started:
        thread.join(timeout=30)
    assert not any(thread.is_alive() for thread in started)


def test_items_are_taken_beside_the_taker() -> None:
    """The second item is begun while the first is in hand."""
    second_begun = threading.Event()

    def begin(item: int) -> int:
        if item == 1:
            second_begun.set()
        return item

    ahead = begun_ahead(range(2), begin, size_of=lambda _: 1, most=2)
    next(ahead)
    assert second_begun.wait(timeout=30)
    ahead.close()
