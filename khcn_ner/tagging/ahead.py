"""Working ahead: items in, what was begun with each out, in order, begun in a thread ahead of whoever takes it.

What has been begun and not taken yet is bounded, so memory stays flat however many items come.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")
Begun = TypeVar("Begun")


@dataclass(slots=True)
class _State(Generic[Begun]):
    """What the thread and the taker share, under one condition."""

    waiting: deque[tuple[Begun, int]]
    size: int = 0
    is_finished: bool = False
    is_stopped: bool = False
    error: BaseException | None = None


def begun_ahead(
    items: Iterable[Item],
    begin: Callable[[Item], Begun],
    *,
    size_of: Callable[[Begun], int],
    most: int,
) -> Generator[Begun]:
    """Begin items in a thread of its own, and give what was begun in the items' order.

    No further item is taken while the sizes of what was begun and is not done with add up to `most`. An item is done
    with when the next one is asked for. What the items or `begin` raise is raised here, after all that came before it.

    Example:
        >>> list(begun_ahead("ab", str.upper, size_of=len, most=1))
        ['A', 'B']
    """
    state: _State[Begun] = _State(deque())
    changed = threading.Condition()

    def work() -> None:
        try:
            for item in items:
                begun = begin(item)
                size = size_of(begun)
                with changed:
                    state.waiting.append((begun, size))
                    state.size += size
                    changed.notify_all()
                    changed.wait_for(lambda: state.size < most or state.is_stopped)
                    if state.is_stopped:
                        return
        except BaseException as error:
            state.error = error
        finally:
            with changed:
                state.is_finished = True
                changed.notify_all()

    # A daemon: a taker that stops must not wait for an item that may never come.
    threading.Thread(target=work, name="khcn_ner-ahead", daemon=True).start()
    try:
        while True:
            with changed:
                changed.wait_for(lambda: state.waiting or state.is_finished)
                if not state.waiting:
                    break
                begun, size = state.waiting.popleft()
            yield begun
            with changed:
                state.size -= size
                changed.notify_all()
        if state.error is not None:
            raise state.error
    finally:
        with changed:
            state.is_stopped = True
            changed.notify_all()
